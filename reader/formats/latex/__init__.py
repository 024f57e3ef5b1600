"""Import LaTeX documents."""

from reader.formats.latex.importer import latex_article

__all__ = ["latex_article"]
