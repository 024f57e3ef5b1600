"""Compare an older edition of an article with the current text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from reader.article.ranges import Span
from reader.review.revisions import diff_sentences, matching_sentences
from reader.tui.widgets.article_painter import TextMark

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.articles import Edition
    from reader.library.library import Library

CHANGED_SIGN: Final = "~"
REMOVED_SIGN: Final = "−"
ADDED_SIGN: Final = "+"
"""The signs in the gutter: a sentence was changed, removed or added."""


class ComparedText:
    """One of two editions that are compared: its article, and its sentences that the other one lacks or has in other words.

    `changes` holds each of these with its counterpart in the other text, None for none; `lone_sign` is the sign of the latter.
    """

    def __init__(self, article: Article, changes: Iterable[tuple[Span, Span | None]], lone_sign: str) -> None:
        self.article = article
        self.changes = tuple(sorted(changes, key=lambda change: change[0]))
        self._starts = [sentence.start for sentence, _ in self.changes]
        self._lone_sign = lone_sign

    def change_at(self, sentence: Span) -> tuple[Span, Span | None] | None:
        """Return a changed sentence with its counterpart, None for one that stayed the same."""
        at = bisect_right(self._starts, sentence.start) - 1
        return self.changes[at] if at >= 0 and self.changes[at][0] == sentence else None

    def marks(self, span: Span) -> Iterable[TextMark]:
        """Yield the marks of the changed sentences on a range of the text."""
        last = bisect_right(self._starts, span.end - 1)
        for sentence, counterpart in self.changes[max(0, bisect_right(self._starts, span.start) - 1) : last]:
            if sentence.overlaps(span):
                yield TextMark(sentence, "changed", self._lone_sign if counterpart is None else CHANGED_SIGN, "fault")


class EditionComparison:
    """An edition, the `number`-th of `total`, first opened `at`, compared with the current article. Make it on a thread.

    `old` and `new` are the two texts; `added` counts the sentences that only the new one has.
    """

    def __init__(self, old: Article, new: Article, number: int, total: int, at: str) -> None:
        self.number, self.total, self.opened_at = number, total, at
        changes = diff_sentences(old, new)
        self.old = ComparedText(old, ((c.old, c.new) for c in changes if c.old is not None), REMOVED_SIGN)
        self.new = ComparedText(new, ((c.new, c.old) for c in changes if c.new is not None), ADDED_SIGN)
        self.added = len(changes) - len(self.old.changes)
        self._pairs = matching_sentences(old, new, changes)

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
    from reader.formats import restore_article
    from reader.formats.article_cache import open_document

    read = partial(open_document, library.document(edition), source)
    old = restore_article(read, edition.digest, partial(library.text, edition))
    return EditionComparison(old.with_language(now.language), now, number, total, edition.at)
