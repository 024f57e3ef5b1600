"""Import the source text of a wiki, as the page "Edit" of Wikipedia has it."""

from reader.formats.wikitext.importer import wikitext_article

__all__ = ["wikitext_article"]
