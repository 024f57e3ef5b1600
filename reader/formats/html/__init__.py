"""HTML pages: bytes to `Article`. EPUB shares the tree and the converter."""

from reader.formats.html.importer import html_article

__all__ = ["html_article"]
