"""Which sources lack a number, a date or a name of a claim: looked for on a thread, remembered by the words and the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from reader.article.model import Article, Span
from reader.errors import ReaderError
from reader.review.model import Annotation
from reader.review.session import ReviewSession
from reader.review.supply import SUPPLIED, SourceText

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen

Words = tuple[str, str]
"""The words of a claim as they stand in the text, and the digest of a source."""


class DetailsFound(Message):
    """It is known of some words whether a source lacks a detail of them."""

    def __init__(self, found: Mapping[Words, bool]) -> None:
        super().__init__()
        self.found = found


class Task(NamedTuple):
    """Words to be looked for in a source: `place` is where the claim stands in the article."""

    words: Words
    place: Span
    source: SourceText


class Details:
    """What is known of the details that sources lack. What is not known counts as not lacking.

    Only of a source whose whole text is there can be said that it lacks something.
    """

    def __init__(self) -> None:
        self._known: dict[Words, bool] = {}
        self._run = 0

    def lacks(self, session: ReviewSession, claim: Annotation, reference: str) -> bool:
        """Whether the source of a reference is known to lack a detail of a claim of `session`."""
        task = _task(session, claim, reference) if self._known else None
        return task is not None and self._known.get(task.words, False)

    def take(self, found: Mapping[Words, bool]) -> bool:
        """Take in what was found; return whether anything is lacking."""
        self._known.update(found)
        return any(found.values())

    def look(self, screen: ReadingScreen) -> None:
        """Look, on a thread, for what is not known yet; the screen is told by messages, one for each source."""
        session = screen.desk.opened
        tasks = tuple(task for task in _tasks(session) if task.words not in self._known)
        if not tasks:
            return
        article = session.article
        self._run += 1
        run = self._run

        def work() -> None:
            try:
                library = screen.reader.open_library()
            except ReaderError:
                return
            for found in looked_up(article, tasks, library.text):
                if self._run != run:
                    return
                screen.post_message(DetailsFound(found))

        screen.run_worker(work, thread=True, group="details")


def looked_up(article: Article, tasks: Iterable[Task], text_of: Callable[[SourceText], str]) -> Iterator[Mapping[Words, bool]]:
    """Yield for each source of `tasks` what it lacks. One whose text is no longer kept is left out."""
    from reader.review.details import SourceDetails, missing
    from reader.review.passages import claim_words

    in_order = sorted(tasks, key=lambda task: task.source.digest)
    for _, group in groupby(in_order, key=lambda task: task.source.digest):
        wanted = list(group)
        try:
            details = SourceDetails(text_of(wanted[0].source))
        except ReaderError:
            continue
        yield {task.words: bool(missing(claim_words(article, task.place), details)) for task in wanted}


def _tasks(session: ReviewSession) -> Iterator[Task]:
    """Yield what is to be looked up for the open pairs of a review."""
    if not any(session.shelf.state(reference.id) == SUPPLIED for reference in session.article.references):
        return
    for claim in session.claims():
        for reference in session.status(claim).rests_on:
            task = _task(session, claim, reference) if session.is_open(claim, reference) else None
            if task is not None:
                yield task


def _task(session: ReviewSession, claim: Annotation, reference: str) -> Task | None:
    source, place = session.shelf.source(reference), session.place(claim)
    if source is None or place is None or source.state != SUPPLIED or source.text is None:
        return None
    words = session.article.text[place.start : place.end]
    return Task((words, source.text.digest), place, source.text)
