"""Cues in a source for one claim: the passages closest by their wording, the details that stand nowhere in it.

Cues for a person, never a verdict: nothing here has a score. All of it is worked out on threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reader.article.model import Article, Span, StyleKind
from reader.article.places import within
from reader.review.supply import PASTED, SourceText

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.review.details import Detail, SourceDetails
    from reader.review.passages import Passages

MOST: Final = 10
"""The passages that are shown of a source."""
_KEPT: Final = 4
"""The texts that are kept at hand."""

Pieces = tuple[tuple[str, bool], ...]
"""The words of a passage, cut where they begin or cease to stand in the claim too; True: they do."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a source that is close to a claim, the ranges of the words they share, the sentences beside it in words."""

    span: Span
    shared: tuple[Span, ...]
    words: Pieces
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Cues:
    """The closest passages of a source, best first; what of the claim's words, by ranges of them, it lacks.

    `missing` is None until that was looked for: it takes longer. It means something only if the text is the whole source.
    """

    passages: tuple[Passage, ...]
    missing: tuple[Detail, ...] | None = None


class ReadSource:
    """A text of a source as it is read, and what is worked out of it once, when it is first asked for."""

    def __init__(self, text: SourceText, article: Article) -> None:
        self.text = text
        self.article = article
        self._working = threading.Lock()

    @cached_property
    def _sentences(self) -> tuple[Span, ...]:
        return self.article.sentences.all()

    @cached_property
    def _passages(self) -> Passages:
        # Not before the text is shown, which nobody should wait for: here, on a thread.
        from reader.review.passages import Passages

        return Passages([self.article.text[span.start : span.end] for span in self._sentences])

    @cached_property
    def _details(self) -> SourceDetails:
        from reader.review.details import SourceDetails

        return SourceDetails(self.article.text)

    def passages(self, claim: str) -> tuple[Passage, ...]:
        """Return the passages that are closest to a claim, best first."""
        with self._working:
            return tuple(self._passage(close.index, close.shared) for close in self._passages.closest(claim, MOST))

    def missing(self, claim: str) -> tuple[Detail, ...]:
        """Return what of the words of a claim the text lacks."""
        from reader.review.details import missing

        with self._working:
            return missing(claim, self._details)

    def _passage(self, index: int, shared: tuple[Span, ...]) -> Passage:
        span = self._sentences[index]
        ranges = tuple(Span(span.start + start, span.start + end) for start, end in shared)
        return Passage(span, ranges, tuple(self._pieces(span, ranges)), self._sentence(index - 1), self._sentence(index + 1))

    def _sentence(self, index: int) -> str:
        """Return the words of a sentence, "" when there is none of this number."""
        pieces = self._pieces(self._sentences[index], ()) if 0 <= index < len(self._sentences) else ()
        return " ".join("".join(words for words, _ in pieces).split())

    def _pieces(self, span: Span, shared: tuple[Span, ...]) -> Iterator[tuple[str, bool]]:
        """Yield the words of a range as `Pieces`, without markup."""
        styles = within(self.article.styles, span.start, span.end)
        hidden = [style for style in styles if style.kind is StyleKind.MARKUP]
        cuts = {*span, *(edge for part in shared for edge in part), *(e for s in hidden for e in (s.start, s.end))}
        for start, end in pairwise(sorted(cut for cut in cuts if span.start <= cut <= span.end)):
            if not any(style.start <= start < style.end for style in hidden):
                yield self.article.text[start:end], any(part.start <= start < part.end for part in shared)


class ReadSources:
    """The texts of sources that were read last, so that going back to one costs nothing. Safe to use from threads."""

    def __init__(self) -> None:
        self._read: dict[str, ReadSource] = {}

    def read(self, library: Library, text: SourceText) -> ReadSource:
        """Return a text as it is read. Raises ReaderError when it was not kept or is damaged."""
        known = self._read.pop(text.digest, None) or ReadSource(text, article_of(library, text))
        self._read[text.digest] = known
        for digest in list(self._read)[:-_KEPT]:
            self._read.pop(digest, None)
        return known


def article_of(library: Library, text: SourceText) -> Article:
    """Read a text of a source: from its document, or from the text itself if that is read otherwise today.

    Raises ReaderError when it was not kept or is damaged.
    """
    from reader.formats import parse

    article = parse(library.document(text), "-" if text.origin == PASTED else text.origin)
    if article.digest != text.digest:
        article = parse(library.text(text).encode("utf-8", "surrogatepass"), "-")
    return article
