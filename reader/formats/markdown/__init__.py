"""Import Markdown, with exact ranges into the file."""

from reader.formats.markdown.importer import markdown_article

__all__ = ["markdown_article"]
