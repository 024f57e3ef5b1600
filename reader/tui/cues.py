"""Find passages and missing details of a source on threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.message import Message

from reader.article.article import Article
from reader.article.model import StyleKind
from reader.article.ranges import Span, within
from reader.errors import ReaderError
from reader.review.model import PASTED_TEXT, SUPPLIED, Annotation, Evidence, SourceText, is_readable
from reader.review.passages.ranking import claim_text
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.tui.background import Post, run_in_background

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.review.details.finder import Detail, SourceIndex
    from reader.review.passages.ranking import PassageIndex
    from reader.tui.reading.screen import ReadingScreen


# ------------------------------------------------------------------ the passages closest by their wording, the details that

PASSAGE_LIMIT: Final = 10
"""The passages that are shown of a source."""
_CACHED_TEXTS: Final = 4
"""The texts that are kept at hand."""

Pieces = tuple[tuple[str, bool], ...]
"""The words of a passage, cut where they begin or cease to stand in the claim too; True: they do."""


@dataclass(frozen=True, slots=True)
class SourcePassage:
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

    passages: tuple[SourcePassage, ...]
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
    def _passages(self) -> PassageIndex:
        # Not before the text is shown, which nobody should wait for: here, on a thread.
        from reader.review.passages.ranking import PassageIndex

        return PassageIndex([self.article.text[span.start : span.end] for span in self._sentences])

    @cached_property
    def _details(self) -> SourceIndex:
        from reader.review.details.finder import SourceIndex

        return SourceIndex(self.article.text)

    def passages(self, claim: str) -> tuple[SourcePassage, ...]:
        """Return the passages that are closest to a claim, best first."""
        with self._working:
            return tuple(self._passage(close.index, close.shared_ranges) for close in self._passages.rank(claim, PASSAGE_LIMIT))

    def missing(self, claim: str) -> tuple[Detail, ...]:
        """Return what of the words of a claim the text lacks."""
        from reader.review.details.finder import find_missing_details

        with self._working:
            return find_missing_details(claim, self._details)

    def _passage(self, index: int, shared: tuple[Span, ...]) -> SourcePassage:
        span = self._sentences[index]
        ranges = tuple(Span(span.start + start, span.start + end) for start, end in shared)
        return SourcePassage(
            span, ranges, tuple(self._pieces(span, ranges)), self._sentence(index - 1), self._sentence(index + 1)
        )

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
        self._cache: dict[str, ReadSource] = {}

    def read(self, library: Library, text: SourceText) -> ReadSource:
        """Return a text as it is read. Raises ReaderError when it was not kept or is damaged."""
        known = self._cache.pop(text.digest, None) or ReadSource(text, source_article(library, text))
        self._cache[text.digest] = known
        for digest in list(self._cache)[:-_CACHED_TEXTS]:
            self._cache.pop(digest, None)
        return known


def source_article(library: Library, text: SourceText) -> Article:
    """Read a text of a source: from its document, or from the text itself if that is read otherwise today.

    Raises ReaderError when it was not kept or is damaged.
    """
    from reader.formats import parse_article

    article = parse_article(library.document(text), "-" if text.origin == PASTED_TEXT else text.origin)
    if article.digest != text.digest:
        article = parse_article(library.text(text).encode("utf-8", "surrogatepass"), "-")
    return article


# ------------------------------------------------------------------ found on threads, gone through, kept as evidence

_CACHED_PAIRS = 200
"""The pairs whose passages are kept at hand."""


@dataclass(frozen=True, slots=True)
class ClosestPassages:
    """The passages of a source that are closest to a claim, best first, and which of them is in hand.

    `read` is None while they are looked for, and when the source cannot be read: `failed` tells that.
    """

    read: ReadSource | None = None
    passages: tuple[SourcePassage, ...] = ()
    at: int = 0
    failed: bool = False

    @property
    def passage(self) -> SourcePassage | None:
        """The passage in hand, None when there is none."""
        return self.passages[self.at] if self.passages else None

    def evidence(self) -> Evidence | None:
        """Return the passage in hand as evidence, None when there is none."""
        passage, read = self.passage, self.read
        if passage is None or read is None:
            return None
        return Evidence(read.text.digest, make_selector(read.article.text, passage.span))


PassageQuery = tuple[str, str]
"""What is asked for: the digest of a source's text, the words of a claim."""


class NearestPassages:
    """Finds passages for one screen, each pair of a source and a claim once."""

    def __init__(self, post: Post, library: Callable[[], Library], sources: ReadSources, then: Callable[[], None]) -> None:
        """`post` reaches the screen, `library` opens the library on a thread, `then` is called once something was found."""
        self._post = post
        self._library = library
        self._sources = sources
        self._then = then
        self._cache: dict[PassageQuery, ClosestPassages] = {}

    def closest(self, text: SourceText, words: str) -> ClosestPassages:
        """Return the passages of a text that are closest to some words; they are looked for when nobody has asked yet."""
        asked = (text.digest, words)
        known = self._cache.get(asked)
        if known is None:
            known = self._cache[asked] = ClosestPassages()
            for oldest in list(self._cache)[:-_CACHED_PAIRS]:
                del self._cache[oldest]
            run_in_background(self._post, partial(self._find, text, words), partial(self._store, asked))
        return known

    def step(self, text: SourceText, words: str, by: int) -> bool:
        """Take the passage `by` further on in hand; return whether there is one."""
        known = self.closest(text, words)
        if not 0 <= known.at + by < len(known.passages):
            return False
        self._cache[text.digest, words] = replace(known, at=known.at + by)
        return True

    def _find(self, text: SourceText, words: str) -> ClosestPassages:
        read = self._sources.read(self._library(), text)
        return ClosestPassages(read, read.passages(words))

    def _store(self, asked: PassageQuery, found: ClosestPassages | Exception) -> None:
        self._cache[asked] = ClosestPassages(failed=True) if isinstance(found, Exception) else found
        self._then()


def is_same_evidence(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence are the same words at the same place of one text."""
    first, second = one.selector, other.selector
    return one.source == other.source and (first.start, first.exact) == (second.start, second.exact)


# ---------------------------------------------------------------------- on a screen


def is_blind(screen: ReadingScreen) -> bool:
    """Whether the passages for the pair shown stay hidden, as the person judges blind and has given no verdict yet."""
    queue = screen.state.active_queue
    claim = queue.claim if queue is not None else None
    return queue is not None and claim is not None and screen.sources.blind and not claim.verdict_on(queue.reference)


def closest_passages(screen: ReadingScreen) -> ClosestPassages | None:
    """Return the closest passages for the pair shown, which are looked for when that is new; None without a readable source."""
    asked = passage_query(screen)
    if asked is None:
        return None
    return ClosestPassages() if is_blind(screen) else screen.sources.nearest.closest(*asked)


def passage_query(screen: ReadingScreen) -> tuple[SourceText, str] | None:
    """Return the text of the source of the pair shown and the words of its claim, None where there is no text to read."""
    queue, session = screen.state.active_queue, screen.state.open_session
    claim = queue.claim if queue is not None else None
    place = session.index.place(claim) if claim is not None else None
    source = session.sources.source(queue.reference) if queue is not None else None
    if place is None or source is None or source.text is None or not is_readable(source):
        return None
    return source.text, claim_text(session.index.article, place)


# ------------------------------------------------------------------ looked for on a thread, remembered by the words and the

DetailKey = tuple[str, str]
"""The words of a claim as they stand in the text, and the digest of a source."""


class DetailsFound(Message):
    """It is known of some words whether a source lacks a detail of them."""

    def __init__(self, found: Mapping[DetailKey, bool]) -> None:
        super().__init__()
        self.results = found


class DetailTask(NamedTuple):
    """Words to be looked for in a source: `place` is where the claim stands in the article."""

    words: DetailKey
    place: Span
    source: SourceText


class DetailCache:
    """What is known of the details that sources lack. What is not known counts as not lacking.

    Only of a source whose whole text is there can be said that it lacks something.
    """

    def __init__(self) -> None:
        self._results: dict[DetailKey, bool] = {}
        self._run = 0

    def lacks(self, session: ReviewSession, claim: Annotation, reference: str) -> bool:
        """Whether the source of a reference is known to lack a detail of a claim of `session`."""
        task = _detail_task(session, claim, reference) if self._results else None
        return task is not None and self._results.get(task.words, False)

    def add(self, found: Mapping[DetailKey, bool]) -> bool:
        """Take in what was found; return whether anything is lacking."""
        self._results.update(found)
        return any(found.values())

    def search(self, screen: ReadingScreen) -> None:
        """Look, on a thread, for what is not known yet; the screen is told by messages, one for each source."""
        session = screen.state.open_session
        tasks = tuple(task for task in _detail_tasks(session) if task.words not in self._results)
        if not tasks:
            return
        article = session.index.article
        self._run += 1
        run = self._run

        def work() -> None:
            try:
                library = screen.services.open_library()
            except ReaderError:
                return
            for found in check_details(article, tasks, library.text):
                if self._run != run:
                    return
                screen.post_message(DetailsFound(found))

        screen.run_worker(work, thread=True, group="details")


def check_details(
    article: Article, tasks: Iterable[DetailTask], text_of: Callable[[SourceText], str]
) -> Iterator[Mapping[DetailKey, bool]]:
    """Yield for each source of `tasks` what it lacks. One whose text is no longer kept is left out."""
    from reader.review.details.finder import SourceIndex, find_missing_details
    from reader.review.passages.ranking import claim_text

    in_order = sorted(tasks, key=lambda task: task.source.digest)
    for _, group in groupby(in_order, key=lambda task: task.source.digest):
        wanted = list(group)
        try:
            details = SourceIndex(text_of(wanted[0].source))
        except ReaderError:
            continue
        yield {task.words: bool(find_missing_details(claim_text(article, task.place), details)) for task in wanted}


def _detail_tasks(session: ReviewSession) -> Iterator[DetailTask]:
    """Yield what is to be looked up for the open pairs of a review."""
    if not any(session.sources.state(reference.id) == SUPPLIED for reference in session.index.article.references):
        return
    for claim in session.index.claims():
        for reference in session.index.status(claim).rests_on:
            task = _detail_task(session, claim, reference) if session.index.is_open(claim, reference) else None
            if task is not None:
                yield task


def _detail_task(session: ReviewSession, claim: Annotation, reference: str) -> DetailTask | None:
    source, place = session.sources.source(reference), session.index.place(claim)
    if source is None or place is None or source.state != SUPPLIED or source.text is None:
        return None
    words = session.index.article.text[place.start : place.end]
    return DetailTask((words, source.text.digest), place, source.text)
