"""The closest passages of a source beside the pair that the queue shows: found on threads, gone through, kept as evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from reader.review.model import Evidence
from reader.review.passages import claim_words
from reader.review.selecting import select
from reader.review.supply import SourceText, is_readable
from reader.tui.beside import Post, beside
from reader.tui.cues import Passage, ReadSource, ReadSources

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.tui.screens.reading import ReadingScreen

_KEPT = 200
"""The pairs whose passages are kept at hand."""


@dataclass(frozen=True, slots=True)
class Closest:
    """The passages of a source that are closest to a claim, best first, and which of them is in hand.

    `read` is None while they are looked for, and when the source cannot be read: `failed` tells that.
    """

    read: ReadSource | None = None
    passages: tuple[Passage, ...] = ()
    at: int = 0
    failed: bool = False

    @property
    def passage(self) -> Passage | None:
        """The passage in hand, None when there is none."""
        return self.passages[self.at] if self.passages else None

    def evidence(self) -> Evidence | None:
        """Return the passage in hand as evidence, None when there is none."""
        passage, read = self.passage, self.read
        if passage is None or read is None:
            return None
        return Evidence(read.text.digest, select(read.article.text, passage.span))


Asked = tuple[str, str]
"""What is asked for: the digest of a source's text, the words of a claim."""


class Closer:
    """Finds passages for one screen, each pair of a source and a claim once."""

    def __init__(self, post: Post, library: Callable[[], Library], sources: ReadSources, then: Callable[[], None]) -> None:
        """`post` reaches the screen, `library` opens the library on a thread, `then` is called once something was found."""
        self._post = post
        self._library = library
        self._sources = sources
        self._then = then
        self._known: dict[Asked, Closest] = {}

    def closest(self, text: SourceText, words: str) -> Closest:
        """Return the passages of a text that are closest to some words; they are looked for when nobody has asked yet."""
        asked = (text.digest, words)
        known = self._known.get(asked)
        if known is None:
            known = self._known[asked] = Closest()
            for oldest in list(self._known)[:-_KEPT]:
                del self._known[oldest]
            beside(self._post, partial(self._find, text, words), partial(self._take, asked))
        return known

    def step(self, text: SourceText, words: str, by: int) -> bool:
        """Take the passage `by` further on in hand; return whether there is one."""
        known = self.closest(text, words)
        if not 0 <= known.at + by < len(known.passages):
            return False
        self._known[text.digest, words] = replace(known, at=known.at + by)
        return True

    def _find(self, text: SourceText, words: str) -> Closest:
        read = self._sources.read(self._library(), text)
        return Closest(read, read.passages(words))

    def _take(self, asked: Asked, found: Closest | Exception) -> None:
        self._known[asked] = Closest(failed=True) if isinstance(found, Exception) else found
        self._then()


def is_same(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence are the same words at the same place of one text."""
    first, second = one.selector, other.selector
    return one.source == other.source and (first.start, first.exact) == (second.start, second.exact)


# ---------------------------------------------------------------------- on a screen


def is_blind(screen: ReadingScreen) -> bool:
    """Whether the passages for the pair shown stay hidden, as the person judges blind and has given no verdict yet."""
    queue = screen.desk.review
    claim = queue.claim if queue is not None else None
    return queue is not None and claim is not None and screen.sourcing.blind and not claim.verdict_on(queue.reference)


def closest_of(screen: ReadingScreen) -> Closest | None:
    """Return the closest passages for the pair shown, which are looked for when that is new; None without a readable source."""
    asked = asked_of_source(screen)
    if asked is None:
        return None
    return Closest() if is_blind(screen) else screen.sourcing.closer.closest(*asked)


def asked_of_source(screen: ReadingScreen) -> tuple[SourceText, str] | None:
    """Return the text of the source of the pair shown and the words of its claim, None where there is no text to read."""
    queue, session = screen.desk.review, screen.desk.opened
    claim = queue.claim if queue is not None else None
    place = session.place(claim) if claim is not None else None
    source = session.shelf.source(queue.reference) if queue is not None else None
    if place is None or source is None or source.text is None or not is_readable(source):
        return None
    return source.text, claim_words(session.article, place)
