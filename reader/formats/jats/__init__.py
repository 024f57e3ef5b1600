"""Import JATS, the XML of journal articles."""

from reader.formats.jats.importer import jats_article

__all__ = ["jats_article"]
