"""Follow the comments of a document from the runs of its paragraphs to ranges of the article's text.

An importer yields a run without text where a comment begins, where it ends, and where its sign stands. `CommentPlaces` takes
these runs out again and gives the runs between them an origin, which tables, lists and code keep like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.model import Comment, CommentMessage, Style, StyleKind
from reader.article.ranges import Span, block_at
from reader.formats.runs import StyledRun

_ORIGIN: Final = "comment "
_MAX_OPEN: Final = 20
"""The most comments that are followed over the same words."""
_MAX_WORD_LENGTH: Final = 24


class CommentEdge(StrEnum):
    """What a run without text says of a comment: it begins or ends here, or its sign stands here."""

    START = "start "
    END = "end "
    SIGN = "sign "


class CommentThread(NamedTuple):
    """A comment with its answers as it was read: the document's names of all of them, that of the first one in front."""

    names: tuple[str, ...]
    messages: tuple[CommentMessage, ...]
    is_resolved: bool = False


def edge_run(edge: CommentEdge, name: str) -> StyledRun:
    """Return the run without text that marks an edge of the comment with this name."""
    return StyledRun("", origins=(f"{edge.value}{name}",))


class CommentPlaces:
    """The places of the comments of one document. It sees the runs of each paragraph once, in the order of the text.

    `names` are those of the comments to follow.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._open: dict[str, None] = {}
        self._waiting: list[str] = []
        self._placed: set[str] = set()
        self._points: set[str] = set()

    def follow(self, edge: CommentEdge, name: str) -> None:
        """Follow an edge that stands between two paragraphs."""
        if edge is CommentEdge.START and name in self._names:
            self._open[name] = None
        else:
            self._open.pop(name, None)

    def take_edges(self, runs: Sequence[StyledRun]) -> list[StyledRun]:
        """Return the runs of a paragraph without those that mark edges. Runs with comments name them as origins.

        A comment without words is put on the last word before its sign, else on the next one.
        """
        result: list[StyledRun] = []
        last = -1  # the last run with words
        for run in runs:
            edge, name = _read_edge(run)
            if edge is None:
                for part in self._mark(run):
                    result.append(part)
                    last = len(result) - 1 if part.text.strip() else last
                continue
            self.follow(edge, name)
            if edge is not CommentEdge.SIGN or name in self._placed or name not in self._names:
                continue
            if last < 0:
                self._waiting.append(name)
                continue
            parts, place = _mark_last_sign(result[last], name)
            result[last : last + 1] = parts
            last += place
            self._placed.add(name)
            self._points.add(name)
        return result

    def comments(self, article: Article, threads: Sequence[CommentThread]) -> Article:
        """Return the article of the document with its comments, without the origins that this added."""
        ranges: dict[str, Span] = {}
        styles: list[Style] = []
        for style in article.styles:
            if style.kind is not StyleKind.ORIGIN or not style.target.startswith(_ORIGIN):
                styles.append(style)
                continue
            name = style.target.removeprefix(_ORIGIN)
            before = ranges.get(name, Span(style.start, style.end))
            if name in self._open:  # without an end, it is on one paragraph at most
                block = article.blocks[block_at(article.blocks, before.start)]
                ranges[name] = Span(before.start, max(before.end, min(style.end, block.end)))
            else:
                ranges[name] = Span(min(before.start, style.start), max(before.end, style.end))
        end = len(article.text.rstrip())
        ranges.update((name, Span(end - 1, end)) for name in self._waiting if end)
        self._points.update(self._waiting)
        threads = [thread for thread in threads if thread.messages]
        comments = [comment for thread in threads if (comment := self._place(article, thread, ranges)) is not None]
        return replace(article, styles=tuple(styles), comments=tuple(sorted(comments)))

    def _place(self, article: Article, thread: CommentThread, ranges: Mapping[str, Span]) -> Comment | None:
        """Return a thread as a comment on its range, None if its sign is nowhere in the text."""
        name = next((name for name in thread.names if name in ranges), None)
        if name is None:
            return None
        span = ranges[name]
        words = article.text[span.start : span.end]
        start, end = span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip())
        if start >= end:
            return None
        start, end = _word_around(article, start) if name in self._points else (start, end)
        return Comment(start, end, thread.messages, thread.is_resolved)

    def _mark(self, run: StyledRun) -> list[StyledRun]:
        """Return a run with the comments that are open on it, split after its first code point if others wait for one."""
        names = [*islice(self._open, _MAX_OPEN)]
        if not run.text.strip():
            return [_with_origins(run, names)]
        self._placed.update(names)
        if not self._waiting:
            return [_with_origins(run, names)]
        waiting, self._waiting = self._waiting, []
        self._placed.update(waiting)
        self._points.update(waiting)
        if run.names is not None:
            return [_with_origins(run, [*names, *waiting])]
        start = len(run.text) - len(run.text.lstrip())
        parts = _split(_with_origins(run, names), start, start + 1)
        return _mark_part(parts, int(start > 0), waiting)


def _read_edge(run: StyledRun) -> tuple[CommentEdge | None, str]:
    if not run.text and run.origins:
        for edge in CommentEdge:
            if run.origins[0].startswith(edge.value):
                return edge, run.origins[0].removeprefix(edge.value)
    return None, ""


def _with_origins(run: StyledRun, names: Sequence[str]) -> StyledRun:
    return run._replace(origins=(*run.origins, *(f"{_ORIGIN}{name}" for name in names))) if names else run


def _split(run: StyledRun, start: int, end: int) -> list[StyledRun]:
    """Return a run in up to three parts, cut at two offsets of its text."""
    texts = (run.text[:start], run.text[start:end], run.text[end:])
    return [run._replace(text=text) for text in texts if text]


def _mark_last_sign(run: StyledRun, name: str) -> tuple[list[StyledRun], int]:
    """Return a run with a comment on its last code point that is no white space, and which of the parts that is."""
    if run.names is not None:
        return [_with_origins(run, [name])], 0
    end = len(run.text.rstrip())
    place = int(end > 1)
    return _mark_part(_split(run, end - 1, end), place, [name]), place


def _mark_part(parts: list[StyledRun], place: int, names: Sequence[str]) -> list[StyledRun]:
    return [_with_origins(part, names) if number == place else part for number, part in enumerate(parts)]


def _word_around(article: Article, offset: int) -> Span:
    """Return the word at an offset or right before it, with the signs between, cut where it is long or the block begins."""
    text, block = article.text, article.blocks[block_at(article.blocks, offset)]
    first = max(block.start, offset - _MAX_WORD_LENGTH)
    start, end = offset, offset + 1
    while start > first and not text[start - 1].isspace():
        start -= 1
    while end < min(block.end, offset + _MAX_WORD_LENGTH) and not text[end].isspace():
        end += 1
    return Span(start, end)
