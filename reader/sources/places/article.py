"""The sources of another article of the library as a place: a text that is attached there is attached here, not copied."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article.article import Article
from reader.article.model import Reference
from reader.errors import ReaderError
from reader.formats import parse_article
from reader.library import ArticleEntry, Library
from reader.review.model import SourceText, is_readable
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import join_identifiers, make_identifiers


class ArticlePlace:
    """The sources of an article, each with the entry that it is attached to as its record."""

    def __init__(self, library: Library, entry: ArticleEntry) -> None:
        self._library = library
        self._entry = entry
        self._texts: dict[str, SourceText] = {}
        self.name = f"sources of “{entry.title}”"

    def files(self) -> Iterator[SourceFile | FileRefusal]:
        """Yield the sources in the order of the references. Raises ReaderError when the article cannot be read."""
        entry = self._entry
        article = parse_article(self._library.latest_document(entry), entry.source)
        review, _ = self._library.peek(article)
        for reference in article.references:
            source = review.sources.source(reference.id)
            text = source.text if source is not None else None
            if source is None or text is None or not is_readable(source):
                continue
            self._texts[source.id] = text
            title = text.title or reference.title or reference.text
            yield SourceFile(f"[{reference.label}] {title}", text.file_name, source.id, _to_record(reference), source.id)

    def read(self, file: SourceFile) -> bytes:
        """Return the document of a source. Raises ReaderError when the library has lost it."""
        return self._library.document(self._texts[file.key])

    def close(self) -> None:
        """Do nothing: the library is open anyway."""


def find_article_place(library: Library, name: str, article: Article) -> ArticlePlace:
    """Return the article with this id, path or title as a place of sources for `article`.

    Raises ReaderError when there is none or several, or when it is the same article.
    """
    try:
        entry = library.find(name)
    except ReaderError as error:
        what = f"{name} is neither a folder, an archive or a bibliography nor an article of the library"
        raise ReaderError(what, error.hint or "Check the name") from error
    _, own = library.peek(article)
    if own is not None and own.id == entry.id:
        raise ReaderError("An article is no place of sources for itself", "Name another article, or a folder")
    return ArticlePlace(library, entry)


def _to_record(reference: Reference) -> WorkRecord:
    identifiers = (make_identifiers(doi=reference.doi), make_identifiers(address=reference.url))
    return WorkRecord(reference.title, reference.authors, reference.year, join_identifiers(identifiers))
