"""Import RTF documents."""

from reader.formats.rtf.importer import rtf_article

__all__ = ["rtf_article"]
