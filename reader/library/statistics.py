"""The reviews of a library in numbers: add up all of them, and name a source that they use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from reader.errors import ReaderError
from reader.library.counts import count_article, review_overview
from reader.review.statistics import Review, SourceUse, Statistics, collect_statistics

if TYPE_CHECKING:
    from reader.library.library import DocumentReader, Library
    from reader.review.scale import Scale


class LibraryStatistics(NamedTuple):
    """The sums over a library, and the names of the sources that are used most, in the order of `sums.sources`."""

    sums: Statistics
    names: tuple[str, ...]


def library_statistics(library: Library, read: DocumentReader, scale: Scale, sources: int) -> LibraryStatistics:
    """Return the sums over the articles of a library, without removed ones, and name so many sources.

    `read` parses the document of an article. Raises ReaderError when the library cannot be read.
    """
    sums = collect_statistics(_reviews(library, read, scale))
    return LibraryStatistics(sums, tuple(_name_source(library, read, use) for use in sums.sources[:sources]))


def _reviews(library: Library, read: DocumentReader, scale: Scale) -> Iterator[Review]:
    summaries, saved = review_overview(library, scale)
    contents = library.contents()
    for entry in summaries:
        article = None if entry.is_removed else contents.article(entry.id)
        if article is not None:
            counts = saved.get(entry.id)
            with suppress(ReaderError):
                counts = counts or count_article(library, entry, read, scale)
            identities = {edition.digest: edition.sources for edition in article.entry.editions}
            yield Review(entry.id, counts, article.annotations, identities)


def _name_source(library: Library, read: DocumentReader, use: SourceUse) -> str:
    """Return the title of a reference that names a source, else its entry; its id if the article cannot be read."""
    with suppress(ReaderError):
        entry = library.entry(use.article)
        reference = read(library.document(entry), entry.source).reference_by_id.get(use.reference)
        if reference is not None:
            return reference.title or reference.text
    return f"[{use.reference}]"
