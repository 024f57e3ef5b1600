"""Import OpenDocument texts."""

from reader.formats.odt.importer import flat_odt_article, odt_article

__all__ = ["flat_odt_article", "odt_article"]
