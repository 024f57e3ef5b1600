"""Selecting by character, word and sentence, and moving a claim's start or end. Both draw out the view's selection."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.model import Annotation
from reader.tui.layout import characters
from reader.tui.reading.commands.context import Command, OnText
from reader.tui.text_state import CannotAct
from reader.tui.widgets.article_view import next_boundary

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen

_WORD_START = lazy_pattern(r"(?:(?<=\s)|(?<=^)|(?<=[(\[“‘\"'—–-]))[^\W_]", re.MULTILINE)
_WORD_END = lazy_pattern(r"[^\W_](?!\w)")


@dataclass(frozen=True, slots=True)
class RangeSelection:
    """A selection being drawn out. `anchor` stays, `head` moves; both are offsets of the characters at the ends, both within.

    `annotation` is the one whose bounds are being moved; None while selecting.
    """

    anchor: int
    head: int
    annotation: Annotation | None = None

    def span(self, text: str) -> Span:
        """Return the range from the first of the two characters to the end of the last."""
        first, last = sorted((self.anchor, self.head))
        return Span(first, next_boundary(text, last))


Motion = Callable[["TextScreen[Any]", int], int]
"""From the offset of a character to that of another."""


def _set_selection(screen: TextScreen[Any], picking: RangeSelection) -> None:
    screen.range_selection = picking
    screen.view.select(picking.span(screen.article.text))
    screen.view.bring_into_view(Span(picking.head, picking.head + 1))


def previous_character(text: str, offset: int) -> int:
    """Return where the grapheme before `offset` begins; a run of joined signs is taken whole."""
    first = max(0, offset - 64)
    clusters = characters(text[first:offset])
    return first + clusters[-1][0] if clusters else offset


def _left(screen: TextScreen[Any], head: int) -> int:
    return previous_character(screen.article.text, head)


def _right(screen: TextScreen[Any], head: int) -> int:
    text = screen.article.text
    return min(next_boundary(text, head), max(0, len(text) - 1))


def _word(screen: TextScreen[Any], head: int) -> int:
    match = _WORD_START.search(screen.article.text, head + 1)
    return match.start() if match else head


def _word_back(screen: TextScreen[Any], head: int) -> int:
    first = max(0, head - 4000)
    starts = [match.start() for match in _WORD_START.finditer(screen.article.text, first, head)]
    return starts[-1] if starts else head


def _word_end(screen: TextScreen[Any], head: int) -> int:
    match = _WORD_END.search(screen.article.text, head + 1)
    return match.start() if match else head


def _last_of(screen: TextScreen[Any], span: Span) -> int:
    return previous_character(screen.article.text, span.end)


def _sentence_start(screen: TextScreen[Any], head: int) -> int:
    sentence = screen.article.sentences.at(head)
    return sentence.start if sentence is not None and sentence.start <= head else head


def _sentence_end(screen: TextScreen[Any], head: int) -> int:
    sentence = screen.article.sentences.at(head)
    return _last_of(screen, sentence) if sentence is not None else head


def _next_sentence(screen: TextScreen[Any], head: int) -> int:
    sentences = screen.article.sentences
    here = sentences.at(head)
    if here is None:
        return head
    end = _last_of(screen, here)
    if head < end:
        return end
    following = sentences.after(here)
    return _last_of(screen, following) if following is not None else head


def _previous_sentence(screen: TextScreen[Any], head: int) -> int:
    sentences = screen.article.sentences
    here = sentences.at(head)
    if here is None:
        return head
    if head > here.start:
        return here.start
    before = sentences.before(here)
    return before.start if before is not None else head


def _sentence_up(screen: TextScreen[Any], picking: RangeSelection) -> int:
    """Give the last sentence taken in back whole; with the head before the anchor, take one more in."""
    sentences = screen.article.sentences
    here = sentences.at(picking.head)
    before = sentences.before(here) if here is not None else None
    if before is not None and picking.anchor < _last_of(screen, before) < picking.head:
        return _last_of(screen, before)
    return _previous_sentence(screen, picking.head)


def _selecting(motion: Motion) -> OnText:
    """Return the command that moves the selection's head."""

    def command(screen: TextScreen[Any], key: str) -> None:
        picking = screen.range_selection
        if picking is not None:
            _set_selection(screen, RangeSelection(picking.anchor, motion(screen, picking.head), picking.annotation))

    return command


def move_head_up(screen: TextScreen[Any], key: str) -> None:
    """Move the selection's head up by a sentence."""
    picking = screen.range_selection
    if picking is not None:
        _set_selection(screen, RangeSelection(picking.anchor, _sentence_up(screen, picking), picking.annotation))


def _shifted(motion: Motion, begin: Callable[[Span], tuple[int, int]]) -> OnText:
    """Return the command of a Shift+arrow in the text: it begins a selection where there is none."""

    def command(screen: TextScreen[Any], key: str) -> None:
        selection = screen.view.selection
        if selection is not None:
            anchor, head = selection.start, _last_of(screen, selection)
            _set_selection(screen, RangeSelection(anchor, motion(screen, head)))
            return
        anchor, head = begin(screen.in_hand.current_sentence())
        _set_selection(screen, RangeSelection(anchor, head))

    return command


def start_selection(screen: TextScreen[Any], key: str) -> None:
    """Begin to select at the sentence's first character, or go on with the selection there is."""
    selection = screen.view.selection
    if selection is not None:
        _set_selection(screen, RangeSelection(selection.start, _last_of(screen, selection)))
    else:
        start = screen.in_hand.current_sentence().start
        _set_selection(screen, RangeSelection(start, start))


def swap_ends(screen: TextScreen[Any], key: str) -> None:
    """Move the other end from now on."""
    picking = screen.range_selection
    if picking is not None:
        _set_selection(screen, RangeSelection(picking.head, picking.anchor, picking.annotation))


def mark_selection(screen: ReadingScreen, key: str) -> None:
    """Mark the selection as a claim, or attach to it what is taken along."""
    screen.range_selection = None
    screen.do("mark" if screen.state.annotation_to_attach is None else "attach-here")


def stop_selection(screen: TextScreen[Any], key: str) -> None:
    """Leave the selection, or put the bounds back."""
    screen.range_selection = None
    screen.view.select(None)


def start_bounds(screen: ReadingScreen, key: str) -> None:
    """Begin to move the end of the annotation in hand."""
    annotation = screen.state.current_annotation()
    place = screen.state.open_session.index.place(annotation)
    if place is None:
        raise CannotAct("this claim lost its place")
    _set_selection(screen, RangeSelection(place.start, _last_of(screen, place), annotation))


def _bound(by_start: Motion, by_end: Motion) -> Command:
    """Return the command that moves the edge in hand: a start goes to starts, an end to ends."""

    def command(screen: ReadingScreen, key: str) -> None:
        picking = screen.range_selection
        if picking is not None:
            at_start = picking.head < picking.anchor
            head = (by_start if at_start else by_end)(screen, picking.head)
            if at_start == (head < picking.anchor):
                _set_selection(screen, RangeSelection(picking.anchor, head, picking.annotation))

    return command


def _word_end_back(screen: TextScreen[Any], head: int) -> int:
    first = max(0, head - 4000)
    # One code point more than is looked for: what follows a word's last letter tells that it is the last.
    ends = [match.start() for match in _WORD_END.finditer(screen.article.text, first, head + 1) if match.start() < head]
    return ends[-1] if ends else head


def keep_bounds(screen: ReadingScreen, key: str) -> None:
    """Keep the bounds as they are drawn."""
    picking = screen.range_selection
    if picking is None or picking.annotation is None:
        return
    session = screen.state.open_session
    now = session.index.get(picking.annotation.id)
    span = picking.span(screen.article.text)
    stop_selection(screen, key)
    if now is not None:
        moved = session.set_bounds(now, span)
        screen.select_annotation(moved)
        sentence = screen.state.current_sentence()
        if not sentence.overlaps(span):
            screen.go(span)
        screen.say("bounds moved")


ON_TEXT: dict[str, OnText] = {
    "select": start_selection,
    "select-left": _selecting(_left),
    "select-right": _selecting(_right),
    "select-word": _selecting(_word),
    "select-word-back": _selecting(_word_back),
    "select-word-end": _selecting(_word_end),
    "select-start": _selecting(_sentence_start),
    "select-end": _selecting(_sentence_end),
    "select-down": _selecting(_next_sentence),
    "select-up": move_head_up,
    "select-swap": swap_ends,
    "select-stop": stop_selection,
    "shift-right": _shifted(_right, lambda s: (s.start, s.start)),
    "shift-left": _shifted(_left, lambda s: (s.start, s.start)),
    "shift-down": _shifted(_next_sentence, lambda s: (s.start, s.end - 1)),
    "shift-up": _shifted(_previous_sentence, lambda s: (s.end - 1, s.start)),
}
"""What selects in any text."""

COMMANDS: dict[str, Command] = {
    **ON_TEXT,
    "select-mark": mark_selection,
    "bounds": start_bounds,
    "bounds-right": _bound(_word, _word_end),
    "bounds-left": _bound(_word_back, _word_end_back),
    "bounds-char-right": _bound(_right, _right),
    "bounds-char-left": _bound(_left, _left),
    "bounds-down": _bound(_next_sentence, _next_sentence),
    "bounds-up": _bound(_previous_sentence, _previous_sentence),
    "bounds-swap": swap_ends,
    "bounds-keep": keep_bounds,
}
