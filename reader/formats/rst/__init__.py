"""Import reStructuredText."""

from reader.formats.rst.importer import rst_article

__all__ = ["rst_article"]
