"""Commands: select by character, word and sentence, and move the bounds of a claim."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.tui.reading.commands.registry import Command, TextCommand, command, text_command
from reader.tui.text_state import CannotAct, RangeSelection
from reader.tui.widgets.article_view import next_boundary, previous_boundary

if TYPE_CHECKING:
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import TextContext

_WORD_START = lazy_pattern(r"(?:(?<=\s)|(?<=^)|(?<=[(\[“‘\"'—–-]))[^\W_]", re.MULTILINE)
_WORD_END = lazy_pattern(r"[^\W_](?!\w)")


Motion = Callable[[Article, int], int]
"""Return the offset of another character, given that of the head."""


def _set_selection(context: TextContext, selection: RangeSelection) -> None:
    context.state.range_selection = selection
    context.view.select(selection.span(context.article.text))
    context.view.bring_into_view(Span(selection.head, selection.head + 1))


def _left(article: Article, head: int) -> int:
    return previous_boundary(article.text, head)


def _right(article: Article, head: int) -> int:
    text = article.text
    return min(next_boundary(text, head), max(0, len(text) - 1))


def _word(article: Article, head: int) -> int:
    match = _WORD_START.search(article.text, head + 1)
    return match.start() if match else head


def _word_back(article: Article, head: int) -> int:
    first = max(0, head - 4000)
    starts = [match.start() for match in _WORD_START.finditer(article.text, first, head)]
    return starts[-1] if starts else head


def _word_end(article: Article, head: int) -> int:
    match = _WORD_END.search(article.text, head + 1)
    return match.start() if match else head


def _last_of(article: Article, span: Span) -> int:
    return previous_boundary(article.text, span.end)


def _sentence_start(article: Article, head: int) -> int:
    sentence = article.sentences.at(head)
    return sentence.start if sentence is not None and sentence.start <= head else head


def _sentence_end(article: Article, head: int) -> int:
    sentence = article.sentences.at(head)
    return _last_of(article, sentence) if sentence is not None else head


def _next_sentence(article: Article, head: int) -> int:
    sentences = article.sentences
    here = sentences.at(head)
    if here is None:
        return head
    end = _last_of(article, here)
    if head < end:
        return end
    after = sentences.after(here)
    return _last_of(article, after) if after is not None else head


def _previous_sentence(article: Article, head: int) -> int:
    sentences = article.sentences
    here = sentences.at(head)
    if here is None:
        return head
    if head > here.start:
        return here.start
    before = sentences.before(here)
    return before.start if before is not None else head


def _sentence_up(article: Article, selection: RangeSelection) -> int:
    """Drop the last sentence from the selection; with the head before the anchor, add one more."""
    sentences = article.sentences
    here = sentences.at(selection.head)
    before = sentences.before(here) if here is not None else None
    if before is not None and selection.anchor < _last_of(article, before) < selection.head:
        return _last_of(article, before)
    return _previous_sentence(article, selection.head)


def _selection_command(motion: Motion) -> TextCommand:
    """Return the command that moves the head of the selection."""

    def run(context: TextContext, key: str) -> None:
        selection = context.state.range_selection
        if selection is not None:
            _set_selection(
                context, RangeSelection(selection.anchor, motion(context.article, selection.head), selection.annotation)
            )

    return run


@text_command("select-up")
def move_head_up(context: TextContext, key: str) -> None:
    """Move the head of the selection up by a sentence."""
    selection = context.state.range_selection
    if selection is not None:
        _set_selection(
            context, RangeSelection(selection.anchor, _sentence_up(context.article, selection), selection.annotation)
        )


def _shift_command(motion: Motion, begin: Callable[[Span], tuple[int, int]]) -> TextCommand:
    """Return the command of a Shift+arrow in the text, which starts a selection if there is none."""

    def run(context: TextContext, key: str) -> None:
        selection = context.view.selection
        if selection is not None:
            anchor, head = selection.start, _last_of(context.article, selection)
            _set_selection(context, RangeSelection(anchor, motion(context.article, head)))
            return
        anchor, head = begin(context.state.current_sentence())
        _set_selection(context, RangeSelection(anchor, head))

    return run


@text_command("select")
def start_selection(context: TextContext, key: str) -> None:
    """Start a selection at the sentence's first character, or extend the one there is."""
    selection = context.view.selection
    if selection is not None:
        _set_selection(context, RangeSelection(selection.start, _last_of(context.article, selection)))
    else:
        start = context.state.current_sentence().start
        _set_selection(context, RangeSelection(start, start))


@text_command("select-swap", "bounds-swap")
def swap_ends(context: TextContext, key: str) -> None:
    """Move the other end of the selection from now on."""
    selection = context.state.range_selection
    if selection is not None:
        _set_selection(context, RangeSelection(selection.head, selection.anchor, selection.annotation))


@command("select-mark")
def mark_selection(context: ReadingContext, key: str) -> None:
    """Mark the selection as a claim, or attach the annotation to it."""
    context.state.range_selection = None
    context.do("mark" if context.state.annotation_to_attach is None else "attach-here")


@text_command("select-stop")
def stop_selection(context: TextContext, key: str) -> None:
    """Clear the selection, or restore the bounds."""
    context.state.range_selection = None
    context.view.select(None)


@command("bounds")
def start_bounds(context: ReadingContext, key: str) -> None:
    """Start to move the end of the selection, else of the current annotation."""
    if context.view.selection is not None:
        start_selection(context, key)
        return
    annotation = context.state.current_annotation()
    place = context.state.open_session.index.place(annotation)
    if place is None:
        raise CannotAct("This claim lost its place")
    _set_selection(context, RangeSelection(place.start, _last_of(context.article, place), annotation))


def _bound(by_start: Motion, by_end: Motion) -> Command:
    """Return the command that moves the current edge: a start to starts of words, an end to ends."""

    def run(context: ReadingContext, key: str) -> None:
        selection = context.state.range_selection
        if selection is not None:
            at_start = selection.head < selection.anchor
            head = (by_start if at_start else by_end)(context.article, selection.head)
            if at_start == (head < selection.anchor):
                _set_selection(context, RangeSelection(selection.anchor, head, selection.annotation))

    return run


def _word_end_back(article: Article, head: int) -> int:
    first = max(0, head - 4000)
    # The search includes the head: the character after a word's last letter shows that it is the last.
    ends = [match.start() for match in _WORD_END.finditer(article.text, first, head + 1) if match.start() < head]
    return ends[-1] if ends else head


@command("bounds-keep")
def keep_bounds(context: ReadingContext, key: str) -> None:
    """Save the new bounds of the annotation."""
    selection = context.state.range_selection
    if selection is None or selection.annotation is None:
        return
    session = context.state.open_session
    now = session.index.get(selection.annotation.id)
    span = selection.span(context.article.text)
    stop_selection(context, key)
    if now is not None:
        context.select_annotation(session.set_bounds(now, span))
        if not context.state.current_sentence().overlaps(span):
            context.go(span)
        context.say("Bounds moved")


text_command("select-left")(_selection_command(_left))
text_command("select-right")(_selection_command(_right))
text_command("select-word")(_selection_command(_word))
text_command("select-word-back")(_selection_command(_word_back))
text_command("select-word-end")(_selection_command(_word_end))
text_command("select-start")(_selection_command(_sentence_start))
text_command("select-end")(_selection_command(_sentence_end))
text_command("select-down")(_selection_command(_next_sentence))
text_command("shift-right")(_shift_command(_right, lambda s: (s.start, s.start)))
text_command("shift-left")(_shift_command(_left, lambda s: (s.start, s.start)))
text_command("shift-down")(_shift_command(_next_sentence, lambda s: (s.start, s.end - 1)))
text_command("shift-up")(_shift_command(_previous_sentence, lambda s: (s.end - 1, s.start)))
command("bounds-right")(_bound(_word, _word_end))
command("bounds-left")(_bound(_word_back, _word_end_back))
command("bounds-char-right")(_bound(_right, _right))
command("bounds-char-left")(_bound(_left, _left))
command("bounds-down")(_bound(_next_sentence, _next_sentence))
command("bounds-up")(_bound(_previous_sentence, _previous_sentence))
