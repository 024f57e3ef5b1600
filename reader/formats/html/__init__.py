"""Import HTML pages. EPUB uses the same tree and converter."""

from reader.formats.html.importer import html_article

__all__ = ["html_article"]
