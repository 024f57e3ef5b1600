"""Find passages and missing details of a source on threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.message import Message

from reader.article.model import Reference, StyleKind
from reader.article.ranges import Span, within
from reader.errors import ReaderError
from reader.review.model import Annotation, Evidence, SourceText
from reader.review.selector import make_selector
from reader.review.vocabulary import SUPPLIED
from reader.tui.background import Post, run_in_background

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.passages.ranking import PassageIndex
    from reader.library.library import Library
    from reader.review.details.finder import ClaimDetails, SourceIndex
    from reader.review.session import ReviewSession


# ------------------------------------------------------------------ passages and cues of one source

PASSAGE_LIMIT: Final = 10
"""Most passages shown of a source."""
_CACHED_TEXTS: Final = 4
"""Most source texts kept in memory."""

Pieces = tuple[tuple[str, bool], ...]
"""The words of a passage in pieces, each with True if the claim shares it."""


class SourcePassage(NamedTuple):
    """A sentence of a source that is close to a claim, the ranges of the words they share, and the sentences around it."""

    span: Span
    shared: tuple[Span, ...]
    words: Pieces
    before: str = ""
    after: str = ""


class Cues(NamedTuple):
    """The closest passages of a source, best first, and the details of the claim that it lacks.

    `details` is None until it is computed, which takes longer. It is meaningful only for the whole text of a source.
    """

    passages: tuple[SourcePassage, ...]
    details: ClaimDetails | None = None


class SourcePair(NamedTuple):
    """The pair that a source is read for. `claim` is the id of the claim and `words` its words, both "" for none.

    `start` is the offset at which reading begins, -1 for that of the first evidence.
    """

    reference: Reference
    claim: str
    words: str
    start: int = -1


class ReadSource:
    """A source text that was read, with its passages and details computed on first use."""

    def __init__(self, text: SourceText, article: Article) -> None:
        self.text = text
        self.article = article
        self._lock = threading.Lock()

    @property
    def passage_count(self) -> int:
        """The number of passages that were read; the first call finds them."""
        return len(self._sentences)

    @cached_property
    def _sentences(self) -> tuple[Span, ...]:
        from reader.article.prose import prose_sentences
        from reader.formats.article_cache import keep_article

        sentences = prose_sentences(self.article)
        keep_article(self.article)  # once more if it was parsed now: with the sentences
        return sentences

    @cached_property
    def _passages(self) -> PassageIndex:
        # Imported on the thread that searches: the text is shown without it.
        from reader.article.passages.ranking import PassageIndex

        return PassageIndex([self.article.text[span.start : span.end] for span in self._sentences])

    @cached_property
    def _details(self) -> SourceIndex:
        from reader.review.details.finder import SourceIndex

        return SourceIndex(self.article.text)

    def passages(self, claim: str) -> tuple[SourcePassage, ...]:
        """Return the passages closest to a claim, best first."""
        with self._lock:
            return tuple(self._passage(close.index, close.shared_ranges) for close in self._passages.rank(claim, PASSAGE_LIMIT))

    def find_details(self, claim: str) -> ClaimDetails:
        """Return the details of a claim that the text lacks, and the numbers that follow from it."""
        from reader.review.details.finder import find_details

        with self._lock:
            return find_details(claim, self._details)

    def _passage(self, index: int, shared: tuple[Span, ...]) -> SourcePassage:
        span = self._sentences[index]
        ranges = tuple(Span(span.start + start, span.start + end) for start, end in shared)
        return SourcePassage(
            span, ranges, tuple(self._pieces(span, ranges)), self._sentence(index - 1), self._sentence(index + 1)
        )

    def _sentence(self, index: int) -> str:
        """Return the words of a sentence by its number, "" if there is no such sentence."""
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
    """Cache the source texts that were read last. Safe to use from threads."""

    def __init__(self) -> None:
        self._cache: dict[str, ReadSource] = {}

    def read(self, library: Library, text: SourceText) -> ReadSource:
        """Return a text, read on first use. Raises ReaderError if it was not kept or is damaged."""
        source = self._cache.pop(text.digest, None) or ReadSource(text, _parse_source(library, text))
        self._cache[text.digest] = source
        for digest in list(self._cache)[:-_CACHED_TEXTS]:
            self._cache.pop(digest, None)
        return source


def _parse_source(library: Library, text: SourceText) -> Article:
    from reader.formats import restore_article
    from reader.formats.article_cache import keep_article, load_text, open_document

    def read() -> Article:
        # The digest of a text says what is in the cache, so the library need not unpack the text and check it.
        if not text.original and (article := load_text(text.digest, text.file_name)) is not None:
            return article
        article = open_document(library.document(text), text.file_name)
        keep_article(article)
        return article

    return restore_article(read, text.digest, partial(library.text, text))


# ------------------------------------------------------------------ the closest passages of a pair

_CACHED_PAIRS = 200
"""Most pairs whose passages are kept in memory."""


class ClosestPassages(NamedTuple):
    """The passages of a source closest to a claim, best first; `at` is the number of the current one.

    `read` is None during the search, and if the source cannot be read: then `failed` is set.
    """

    read: ReadSource | None = None
    passages: tuple[SourcePassage, ...] = ()
    at: int = 0
    failed: bool = False

    @property
    def passage(self) -> SourcePassage | None:
        """The current passage, None if there is none."""
        return self.passages[self.at] if self.passages else None

    def evidence(self) -> Evidence | None:
        """Return the current passage as evidence, None if there is none."""
        passage, read = self.passage, self.read
        if passage is None or read is None:
            return None
        return Evidence(read.text.digest, make_selector(read.article.text, passage.span))


PassageQuery = tuple[str, str]
"""The digest of a source text and the words of a claim."""


class NearestPassages:
    """Find passages for one screen on threads, once for each pair of a source and a claim."""

    def __init__(self, post: Post, library: Callable[[], Library], sources: ReadSources, then: Callable[[], None]) -> None:
        """`post` reaches the screen, `library` opens the library on a thread, `then` is called after each search."""
        self._post = post
        self._library = library
        self._sources = sources
        self._then = then
        self._cache: dict[PassageQuery, ClosestPassages] = {}

    def closest(self, text: SourceText, words: str) -> ClosestPassages:
        """Return the passages of a text closest to some words; the first call starts the search."""
        query = (text.digest, words)
        closest = self._cache.get(query)
        if closest is None:
            closest = self._cache[query] = ClosestPassages()
            for oldest in list(self._cache)[:-_CACHED_PAIRS]:
                del self._cache[oldest]
            run_in_background(self._post, partial(self._find, text, words), partial(self._store, query))
        return closest

    def step(self, text: SourceText, words: str, by: int) -> bool:
        """Move on by `by` passages; return whether there is one."""
        closest = self.closest(text, words)
        if not 0 <= closest.at + by < len(closest.passages):
            return False
        self._cache[text.digest, words] = closest._replace(at=closest.at + by)
        return True

    def _find(self, text: SourceText, words: str) -> ClosestPassages:
        read = self._sources.read(self._library(), text)
        return ClosestPassages(read, read.passages(words))

    def _store(self, query: PassageQuery, outcome: ClosestPassages | Exception) -> None:
        self._cache[query] = ClosestPassages(failed=True) if isinstance(outcome, Exception) else outcome
        self._then()


def is_same_evidence(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces of evidence quote the same words at the same place of one text."""
    first, second = one.selector, other.selector
    return one.source == other.source and (first.start, first.exact) == (second.start, second.exact)


# ------------------------------------------------------------------ details that a source lacks

DetailKey = tuple[str, str]
"""The words of a claim as they stand in the text, and the digest of a source."""


class PairDetails(NamedTuple):
    """The details of a claim that a source lacks, as the claim writes them, and its numbers that follow, with their sums."""

    missing: tuple[str, ...] = ()
    derivations: tuple[str, ...] = ()


NO_DETAILS: Final = PairDetails()

FoundDetails = Mapping[DetailKey, PairDetails]
"""What was found out about the details of claims in sources."""


class DetailsFound(Message):
    """A source was searched for the details of claims; `results` holds what was found out about each claim."""

    def __init__(self, results: FoundDetails) -> None:
        super().__init__()
        self.results = results


class DetailTask(NamedTuple):
    """A claim whose details are to be searched for in a source; `place` is its range in the article."""

    words: DetailKey
    place: Span
    source: SourceText


class DetailCache:
    """Remember which details of a claim a source lacks. Without a result it lacks none.

    Only a source whose whole text is there can lack a detail.
    """

    def __init__(self) -> None:
        self._results: dict[DetailKey, PairDetails] = {}
        self._run = 0

    def pair_details(self, session: ReviewSession, claim: Annotation, reference: str) -> PairDetails:
        """Return what is known of the details of a claim of `session` in the source of a reference."""
        task = _detail_task(session, claim, reference) if self._results else None
        return self._results.get(task.words, NO_DETAILS) if task is not None else NO_DETAILS

    def add(self, results: FoundDetails) -> bool:
        """Add results; return whether any source lacks a detail, or a number follows from it."""
        self._results.update(results)
        return any(any(details) for details in results.values())

    def make_search(self, session: ReviewSession, open_library: Callable[[], Library], post: Post) -> Callable[[], None] | None:
        """Return a function that searches the sources for claims without a result, None if there are none.

        Run it on a thread. It posts `DetailsFound` for each source, until another search is made.
        """
        tasks = tuple(task for task in _detail_tasks(session) if task.words not in self._results)
        if not tasks:
            return None
        article = session.index.article
        self._run += 1
        run = self._run

        def search() -> None:
            try:
                library = open_library()
            except ReaderError:
                return
            for results in check_details(article, tasks, library.text):
                if self._run != run:
                    return
                post(DetailsFound(results))

        return search


def check_details(
    article: Article, tasks: Iterable[DetailTask], text_of: Callable[[SourceText], str]
) -> Iterator[FoundDetails]:
    """Yield for each source of `tasks` what is found out about each claim; skip a source without a kept text."""
    from reader.review.details.finder import SourceIndex
    from reader.review.pairs import claim_text

    in_order = sorted(tasks, key=lambda task: task.source.digest)
    for _, group in groupby(in_order, key=lambda task: task.source.digest):
        source_tasks = list(group)
        try:
            details = SourceIndex(text_of(source_tasks[0].source))
        except ReaderError:
            continue
        yield {task.words: _pair_details(claim_text(article, task.place), details) for task in source_tasks}


def _pair_details(claim: str, source: SourceIndex) -> PairDetails:
    """Return the details that a source lacks, and the numbers that follow from it, each once."""
    from reader.review.details.finder import find_details

    found = find_details(claim, source)
    missing = dict.fromkeys(" ".join(detail.text.split()) for detail in found.missing)
    return PairDetails(tuple(missing), tuple(dict.fromkeys(derived.wording for derived in found.derivations)))


def _detail_tasks(session: ReviewSession) -> Iterator[DetailTask]:
    """Yield the open pairs of a review whose sources can be searched."""
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
