"""Import Word documents."""

from reader.formats.docx.importer import docx_article, trace_docx

__all__ = ["docx_article", "trace_docx"]
