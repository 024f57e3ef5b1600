"""Assign the articles of a library to people: as a whole, or their open sentences split among several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from reader.library.tables import ARTICLES
from reader.review.assignments import person_key
from reader.review.coverage import Coverage
from reader.review.model import Assignment
from reader.review.records import entries_in
from reader.review.work_split import open_sentences, split_work

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.current_records import CurrentRecords
    from reader.library.library import Library
    from reader.review.model import Edit
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession


def assignees_of(library: Library, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the names of those whom articles, or sentences of them, are assigned to, by the ids of the articles."""

    def read(current: CurrentRecords) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for article_id in ids:
            record = current.get(ARTICLES, article_id)
            items = entries_in(record, Assignment) if record is not None else ()
            names = {person_key(one.reader): one.reader for item in items for one in (item, *item.others)}
            if names:
                found[article_id] = tuple(sorted(names.values()))
        return found

    return library.read_records(read)


class Assigner:
    """Assigns articles of a library, and saves that like other work on a review. `read` parses a kept document.

    Every method returns the edits that it made, none if everything is so already, and raises ReaderError for an article that is
    not here or cannot be read.
    """

    def __init__(self, library: Library, by: str, scale: Scale, read: Callable[[bytes, str], Article]) -> None:
        self._library = library
        self._by = by
        self._scale = scale
        self._read = read

    def assign(self, article_id: str, names: Sequence[str], *, overlap: int = 1) -> tuple[Edit, ...]:
        """Assign an article to one reader as a whole, or split its open sentences so that each has `overlap` of several."""
        session, edits = self._open(article_id)
        if len(names) == 1 and overlap == 1:
            session.assign({names[0]: ()})
        else:
            work = split_work(open_sentences(session.index, Coverage(session.index)), names, overlap=overlap)
            if work:
                session.assign(work)
        return tuple(edits)

    def unassign(self, article_id: str, names: Sequence[str] = ()) -> tuple[Edit, ...]:
        """Take an article from readers, or without names from everybody."""
        session, edits = self._open(article_id)
        for name in names or ("",):
            session.unassign(name)
        return tuple(edits)

    def _open(self, article_id: str) -> tuple[ReviewSession, list[Edit]]:
        """Return the review of an article, which saves what is changed, and the list that those edits go to."""
        entry, edits = self._library.entry(article_id), list["Edit"]()
        document = self._read(self._library.document(entry), entry.source)
        session, _ = self._library.peek(document, self._scale, article_id=article_id)
        session.creator = self._by
        session.listen(lambda change: self._library.save(article_id, change))
        session.listen(lambda change: edits.extend(change.edits))
        return session, edits
