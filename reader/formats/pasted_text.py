"""What people paste: names of documents or texts, and what a clipboard holds as HTML."""

from __future__ import annotations

import re
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.detection import decode

_MOST_NAME: Final = 300
"""The length from which pasted characters are a text themselves, not the name of one."""
_DECLARATION: Final = '<!DOCTYPE html><meta charset="utf-8">'
_WINDOWS_HEADER: Final = lazy_pattern(r"Version:[\d.]+\s+(?:[A-Za-z]+:[^\n<]*\n)*")
"""What Windows puts before HTML in its clipboard: offsets, and the address that it was copied from.

Described in "HTML Clipboard Format" of the documentation of Windows.
"""
_SOURCE_ADDRESS: Final = lazy_pattern(r"^SourceURL:(https?://[^\s\"'<>]+)", re.MULTILINE)
_STRUCTURE: Final = lazy_pattern(r"<(?:p|h[1-6]|li|table|blockquote|sup|article|section|a\s)[\s>]", re.IGNORECASE)


def is_pasted_text(characters: str) -> bool:
    """Whether pasted characters are a text rather than the name of one: several lines, or long."""
    return len(characters) > _MOST_NAME or len(characters.strip().splitlines()) > 1


def pasted_bytes(text: str) -> bytes:
    """Return a pasted text as a document in UTF-8. Terminals end pasted lines as they like."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")


def clipboard_page(data: bytes) -> bytes:
    """Return the HTML of a clipboard as a page in UTF-8, b"" if it is only coloured text that says less than the text itself.

    Programs put parts of pages there, in UTF-8 or UTF-16, and Windows puts a header before them. An address that the header
    names becomes that of the page.
    """
    html = decode(data).replace("\0", "")
    address = ""
    if header := _WINDOWS_HEADER.match(html):
        source = _SOURCE_ADDRESS.search(header[0])
        address = f'<link rel="canonical" href="{source[1]}">' if source else ""
        html = html[header.end() :]
    return f"{_DECLARATION}{address}{html}".encode("utf-8", "replace") if _STRUCTURE.search(html) else b""
