"""The tree of the codebook as it is listed: its rows, the filter, the row in hand, and what stands between the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reader.review.model import tag_levels

if TYPE_CHECKING:
    from reader.review.codebook import CodebookRow

BLANK: Final = -1
"""Stands in the lines of the tree for the empty line after a group with nested tags."""
DRAFT_ROW: Final = -2
"""Stands for the row in which a new tag is written."""
TOP_ROW: Final = -3
"""Stands for the row that a tag is moved to in order to be under no other."""


def parent_of(name: str) -> str:
    """Return the name of the tag that a tag is nested in, "" for one at the top."""
    return "/".join(tag_levels(name)[:-1])


def last_part(name: str) -> str:
    """Return the last part of a nested name."""
    return tag_levels(name)[-1]


def is_under(name: str, ancestor: str) -> bool:
    """Whether a tag is another one or nested in it."""
    return name == ancestor or name.startswith(f"{ancestor}/")


class TagTree:
    """The rows of the codebook, of which the filter lists some in `rows`; `index` is the one in hand.

    With a filter the rows stand in no tree: each has its whole name. `pinned` is the name of a tag that is listed in any case.
    """

    def __init__(self) -> None:
        self.rows: Sequence[CodebookRow] = ()
        self.index = 0
        self.words = ""
        self.pinned = ""
        self._all: Sequence[CodebookRow] = ()

    @property
    def all_rows(self) -> Sequence[CodebookRow]:
        """All rows, parents first."""
        return self._all

    @property
    def current(self) -> CodebookRow | None:
        """The row in hand."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    def load(self, rows: Sequence[CodebookRow], name: str = "") -> None:
        """Take the rows as they are now; the tag `name` is in hand, else the one that was, else the one that stands there."""
        current = self.current
        self._all = rows
        self._select()
        self.go_to(name or (current.tag.name if current is not None else ""))

    def filter_by(self, words: str) -> None:
        """List only the tags whose name, synonyms or definition contain all words; the tag in hand stays if it is listed."""
        current = self.current
        self.words = words.strip()
        self._select()
        self.index = 0
        if current is not None:
            self.go_to(current.tag.name)

    def go_to(self, name: str) -> None:
        """Take a tag in hand, if it is listed."""
        self.index = next((n for n, row in enumerate(self.rows) if row.tag.name == name), self.index)

    def step(self, distance: int) -> None:
        """Go down by a number of rows, or up by a negative one, as far as there are rows."""
        self.index = max(0, min(len(self.rows) - 1, self.index + distance))

    def lines(self, *, has_draft: bool = False, has_top: bool = False) -> list[int]:
        """Return what stands on each line: the number of a row, or `BLANK`, `DRAFT_ROW`, `TOP_ROW`.

        `has_draft`: a row for a new tag stands after the tag in hand and all that is nested in it.
        """
        lines: list[int] = [TOP_ROW] if has_top else []
        current, is_tree = self.current, not self.words
        after = self.index
        if current is not None and is_tree:
            nested = (n for n, row in enumerate(self.rows) if is_under(row.tag.name, current.tag.name))
            after = max(nested, default=after)
        for number, row in enumerate(self.rows):
            ends_group = row.depth > 0 and (number + 1 == len(self.rows) or not self.rows[number + 1].depth)
            lines.append(number)
            if has_draft and number == after:
                lines.append(DRAFT_ROW)
            if is_tree and ends_group and number + 1 < len(self.rows):
                lines.append(BLANK)
        return lines if self.rows or not has_draft else [*lines, DRAFT_ROW]

    def _select(self) -> None:
        words = self.words.casefold().split()
        self.rows = self._all
        if words:
            self.rows = [row for row in self._all if row.tag.name == self.pinned or _has_words(row, words)]
        self.index = max(0, min(self.index, len(self.rows) - 1))


def _has_words(row: CodebookRow, words: Sequence[str]) -> bool:
    text = "\n".join((row.tag.name, row.tag.definition, *row.tag.synonyms)).casefold()
    return all(word in text for word in words)
