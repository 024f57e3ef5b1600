"""DOCX (ECMA-376): bytes to `Article`."""

from reader.formats.docx.importer import docx_article

__all__ = ["docx_article"]
