"""Import pictures of pages, once their text was recognised."""

from reader.formats.scans.importer import picture_article

__all__ = ["picture_article"]
