"""What a person chooses of the matches between files and references: sure ones are chosen at first, likely ones one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.sources.matches import Match

SURE_GROUP: Final = "sure"
LIKELY_GROUP: Final = "likely"
SUPPLIED_GROUP: Final = "supplied"
UNMATCHED_GROUP: Final = "unmatched"
REFUSED_GROUP: Final = "refused"


@dataclass(frozen=True, slots=True)
class MatchEntry:
    """An entry of the list: a file and what it was matched to.

    `reference` is None for a file that fits no reference or was refused, `match` also where the reference has a source already.
    `labels` are those of all entries of its work. `title`, `byline` and `words` are what the file says of itself and how it
    begins, `copies` the files with the same bytes.
    """

    group: str
    file: str
    reasons: tuple[str, ...]
    reference: Reference | None = None
    labels: str = ""
    match: Match | None = None
    title: str = ""
    byline: str = ""
    words: str = ""
    copies: tuple[str, ...] = ()


class MatchChoice:
    """The entries, the sure ones first, and what of them is to be attached. A reference gets one file at most."""

    def __init__(self, entries: Iterable[MatchEntry]) -> None:
        self.entries: Sequence[MatchEntry] = tuple(entries)
        self._taken = {number for number, entry in enumerate(self.entries) if entry.group == SURE_GROUP}
        self._left: set[int] = set()

    def count(self, group: str) -> int:
        """Return the number of entries of a group."""
        return sum(entry.group == group for entry in self.entries)

    @property
    def matches(self) -> tuple[Match, ...]:
        """The matches to attach."""
        return tuple(match for number in sorted(self._taken) if (match := self.entries[number].match) is not None)

    @property
    def open_count(self) -> int:
        """The number of likely matches that nothing was decided of."""
        return sum(self.is_open(number) for number in range(len(self.entries)))

    def is_taken(self, number: int) -> bool:
        """Whether an entry is to be attached."""
        return number in self._taken

    def is_left(self, number: int) -> bool:
        """Whether an entry with a match was left out."""
        return number in self._left

    def is_open(self, number: int) -> bool:
        """Whether an entry is a likely match that nothing was decided of."""
        return self.entries[number].group == LIKELY_GROUP and number not in self._taken and number not in self._left

    def take(self, number: int) -> tuple[int, ...]:
        """Choose an entry; return the entries of the same reference that are left out for it."""
        reference = self.entries[number].reference
        others = tuple(
            other
            for other in sorted(self._taken)
            if other != number and reference is not None and self.entries[other].reference == reference
        )
        for other in others:
            self.leave(other)
        self._taken.add(number)
        self._left.discard(number)
        return others

    def leave(self, number: int) -> None:
        """Leave an entry out."""
        self._taken.discard(number)
        self._left.add(number)

    def next_open(self, number: int, by: int = 1) -> int:
        """Return the next open match after an entry, from the other end if need be; -1 for none."""
        count = len(self.entries)
        order = ((number + by * step) % count for step in range(1, count + 1))
        return next((other for other in order if self.is_open(other)), -1)
