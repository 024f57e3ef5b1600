"""The report as one self-contained web page: no request, no need of a script. The door is `write_html`."""

from __future__ import annotations

from reader.exchange.html.page import write_html

__all__ = ["write_html"]
