"""JATS, the XML of journal articles: bytes to `Article`."""

from reader.formats.jats.importer import jats_article

__all__ = ["jats_article"]
