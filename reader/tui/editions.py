"""Compare an older edition of an article with the current text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from reader.article.ranges import Span
from reader.review.revisions import SentenceChange, diff_sentences, matching_sentences
from reader.tui.widgets.article_painter import TextMark

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.articles import Edition
    from reader.library.library import Library

CHANGED_SIGN: Final = "~"
REMOVED_SIGN: Final = "−"
"""The signs in the gutter: a sentence was changed, or removed."""


class EditionComparison:
    """An edition, the `number`-th of `total`, first opened `at`, compared with the current article. Make it on a thread.

    `changes` are the changed and removed sentences of the old text, in its order; `added` counts the new ones.
    """

    def __init__(self, old: Article, new: Article, number: int, total: int, at: str) -> None:
        self.old, self.new, self.number, self.total, self.opened_at = old, new, number, total, at
        changes = diff_sentences(old, new)
        self.changes: tuple[SentenceChange, ...] = tuple(
            sorted((one for one in changes if one.old is not None), key=lambda one: one.old or Span(0, 0))
        )
        self.added = len(changes) - len(self.changes)
        self._pairs = matching_sentences(old, new, changes)

    @cached_property
    def _starts(self) -> list[int]:
        return [one.old.start for one in self.changes if one.old is not None]

    def change_at(self, sentence: Span) -> SentenceChange | None:
        """Return the change of a sentence of the old text, None if it stayed the same."""
        at = bisect_right(self._starts, sentence.start) - 1
        return self.changes[at] if at >= 0 and self.changes[at].old == sentence else None

    def marks(self, span: Span) -> Iterable[TextMark]:
        """Yield the marks of the changed sentences on a range of the old text."""
        last = bisect_right(self._starts, span.end - 1)
        for old, new in self.changes[max(0, bisect_right(self._starts, span.start) - 1) : last]:
            if old is not None and old.overlaps(span):
                yield TextMark(old, "changed", REMOVED_SIGN if new is None else CHANGED_SIGN, "fault")

    def old_sentence(self, now: Span) -> Span | None:
        """Return the old sentence of a current one, else of the nearest one before it."""
        before = [pair for pair in self._pairs if pair[1].start <= now.start]
        return before[-1][0] if before else None

    def new_sentence(self, then: Span) -> Span | None:
        """Return the current sentence of an old one, else of the nearest one before it."""
        before = [pair for pair in self._pairs if pair[0].start <= then.start]
        return max(before)[1] if before else None


def compare_editions(
    library: Library, edition: Edition, number: int, total: int, now: Article, source: str
) -> EditionComparison:
    """Read an edition and compare it with the current article. Raises ReaderError if it was not kept or is damaged."""
    from reader.formats import parse_kept

    old = parse_kept(library.document(edition), source, edition.digest, partial(library.text, edition))
    return EditionComparison(old, now, number, total, edition.at)
