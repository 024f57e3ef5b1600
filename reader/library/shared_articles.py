"""Share articles of a library with a team: what goes out of it, and what comes in.

The unit of sharing is the article. What belongs to it has dots of its own, so that a team sees all changes of a replica in that
article up to a counter, and none in others. The library's journal alone says what is saved; a team gets lines of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from reader.errors import ReaderError
from reader.library.journal import JournalEntry
from reader.library.store import Store
from reader.library.versions import VersionVector
from reader.review.cells import Record


class SharedArticle(NamedTuple):
    """An article that is shared with a team.

    `scope` names its dots, in 16 hexadecimal digits. It stands on these `desks`; its sources travel `with_sources` only.
    """

    id: str
    team: str
    scope: str
    desks: tuple[str, ...] = ()
    with_sources: bool = False


class Receipt(NamedTuple):
    """How many lines were applied, without those that were here already, and the lines that wait for others."""

    applied: int
    waiting: tuple[JournalEntry, ...]


class Fold(NamedTuple):
    """The public part of a shared article: its records, each after its table and id, and the vector of the dots in them."""

    vector: VersionVector
    records: tuple[tuple[str, str, Record], ...]


class LinesLost(ReaderError):
    """The history does not hold lines that are to go out: a fold has to take their place."""


class RefusedLine(ReaderError):
    """A line or fold from outside is not one of the article, or no honest program has written it. Nothing was changed."""


class SharedArticles:
    """The articles of a library that are shared. Safe for several threads; changes are on the disk when a method returns."""

    def __init__(self, store: Callable[[], Store]) -> None:
        """Share articles of the store that the library uses at that time."""
        self.on_change: Callable[[str], None] | None = None
        """Called on the writer thread with the id of a shared article that has new lines to go out."""
        self._store = store

    def articles(self) -> tuple[SharedArticle, ...]:
        """Return the articles that are shared now."""
        raise NotImplementedError

    def share(self, article_id: str, team: str, desks: Iterable[str] = (), *, with_sources: bool = False) -> SharedArticle:
        """Share an article of this library. Where it is shared with this team, set its desks and whether sources travel.

        Raises ReaderError for an article that is not here, or that is shared with another team.
        """
        raise NotImplementedError

    def unshare(self, article_id: str) -> None:
        """Share an article no longer: what was sent stays with the team, and what is here stays here."""
        raise NotImplementedError

    def expect(self, article_id: str, team: str, desks: Iterable[str] = ()) -> SharedArticle:
        """Follow an article that others share and that is not here yet: it comes with a fold, or with lines.

        Raises ReaderError for one that is here and not shared: what is private is shared by nothing but `share`.
        """
        raise NotImplementedError

    def vector(self, article_id: str) -> VersionVector:
        """Return which changes of a shared article are known here, by scoped replica (`<replica>~<scope>`)."""
        raise NotImplementedError

    def unsent(self, article_id: str, after: Mapping[str, int]) -> Iterator[JournalEntry]:
        """Yield the lines of this device as they go out, those beyond these counters, the oldest first.

        `after` has the counters of the lines sent before, by replica without its scope. The dot of a line is scoped; its
        `previous` is the counter of the replica's line before it in this article, 0 for none. Restamps the article first.

        Raises LinesLost where a fold has to take their place: what was sent is then the fold's vector.
        """
        raise NotImplementedError

    def receive(self, article_id: str, lines: Iterable[JournalEntry]) -> Receipt:
        """Apply lines of others, in any order, any number of times; those wait whose predecessors are not here.

        Raises RefusedLine, and then applies none of them.
        """
        raise NotImplementedError

    def fold(self, article_id: str) -> Fold:
        """Return the public part of an article as it is now. Raises ReaderError for one whose record is not here."""
        raise NotImplementedError

    def join_fold(self, article_id: str, fold: Fold) -> bool:
        """Join the state of an article that somebody wrote; return whether it holds anything new. Raises RefusedLine."""
        raise NotImplementedError

    def digests(self, article_id: str) -> frozenset[str]:
        """Return the digests of the texts and documents that travel with an article; of its sources only if they do."""
        raise NotImplementedError

    def restamp(self, article_id: str) -> bool:
        """Give scoped dots to what has none yet: after edits of other programs, or a merge. Return whether there was any."""
        raise NotImplementedError
