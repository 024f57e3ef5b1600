"""Another edition of an article beside the text as it is now: what changed from one to the other, and what became what."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
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
"""The signs in the gutter: a sentence has other words now, or is there no more."""


class EditionComparison:
    """An edition, the `number`-th of `total`, first opened `at`, beside the article as it is now. Made on a thread.

    `changes` are the sentences of the old text that changed or are gone, in its order; `added` counts those that are new.
    """

    def __init__(self, old: Article, new: Article, number: int, total: int, at: str) -> None:
        self.old, self.new, self.number, self.total, self.opened_at = old, new, number, total, at
        found = diff_sentences(old, new)
        self.changes: tuple[SentenceChange, ...] = tuple(
            sorted((one for one in found if one.old is not None), key=lambda one: one.old or Span(0, 0))
        )
        self.added = len(found) - len(self.changes)
        self._pairs = matching_sentences(old, new, found)

    @cached_property
    def _starts(self) -> list[int]:
        return [one.old.start for one in self.changes if one.old is not None]

    def change_at(self, sentence: Span) -> SentenceChange | None:
        """Return what became of a sentence of the old text, None when it stayed as it was."""
        at = bisect_right(self._starts, sentence.start) - 1
        return self.changes[at] if at >= 0 and self.changes[at].old == sentence else None

    def marks(self, span: Span) -> Iterable[TextMark]:
        """Yield the marks of the changed sentences on a range of the old text."""
        last = bisect_right(self._starts, span.end - 1)
        for old, new in self.changes[max(0, bisect_right(self._starts, span.start) - 1) : last]:
            if old is not None and old.overlaps(span):
                yield TextMark(old, "changed", REMOVED_SIGN if new is None else CHANGED_SIGN, "fault")

    def old_sentence(self, now: Span) -> Span | None:
        """Return the sentence of the old text that became the sentence `now`, else the nearest one before that."""
        before = [pair for pair in self._pairs if pair[1].start <= now.start]
        return before[-1][0] if before else None

    def new_sentence(self, then: Span) -> Span | None:
        """Return what a sentence of the old text is now, else what the nearest one before it is."""
        before = [pair for pair in self._pairs if pair[0].start <= then.start]
        return max(before)[1] if before else None


def compare_editions(
    library: Library, edition: Edition, number: int, total: int, now: Article, source: str
) -> EditionComparison:
    """Read an edition beside the article as it is `now`: from its document, or from its text if that is read otherwise today.

    Raises ReaderError when it was not kept or is damaged.
    """
    from reader.formats import parse_article

    old = parse_article(library.document(edition), source)
    if old.digest != edition.digest:
        old = parse_article(library.text(edition).encode("utf-8", "surrogatepass"), "-")
    return EditionComparison(old, now, number, total, edition.at)
