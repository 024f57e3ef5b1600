"""Where articles and annotations are kept: one TinyDB file and the texts that were read. The only room that imports tinydb."""

from reader.library.articles import ArticleEntry, ArticleSummary, Edition
from reader.library.library import Library
from reader.library.tinydb_api import LibraryDB
from reader.library.writer import SaveState

__all__ = ["ArticleEntry", "ArticleSummary", "Edition", "Library", "LibraryDB", "SaveState"]
