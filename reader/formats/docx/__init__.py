"""Import Word documents."""

from reader.formats.docx.importer import docx_article

__all__ = ["docx_article"]
