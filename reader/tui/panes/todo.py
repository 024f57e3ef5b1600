"""Render the entries of the to-do list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from reader.printable import printable_line
from reader.review.coverage import UNREAD
from reader.review.todo import LOST_ANNOTATION, OPEN_FINDING, OPEN_PAIR, PLACE_TO_CHECK, TodoItem
from reader.review.vocabulary import LATER
from reader.tui.panes.lists import quote_of
from reader.tui.styled_line import Part, StyledLine, clip, line

if TYPE_CHECKING:
    from reader.review.session import ReviewSession

TODO_HEIGHT: Final = 3
_SIGNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        LOST_ANNOTATION: ("∅", "fault"),
        PLACE_TO_CHECK: ("~", "fault"),
        OPEN_PAIR: ("○", "open"),
        OPEN_FINDING: ("!", "fault"),
        LATER: ("◇", "yours"),
        UNREAD: ("·", "hint"),
    }
)


def todo_rows(session: ReviewSession, item: TodoItem, number: int, width: int, *, current: bool) -> list[StyledLine]:
    """Return an item of the to-do list in two lines: what to do; the words that it is about."""
    target = f"open:{number}"
    sign, tone = _SIGNS[item.kind]
    bar = Part("▌", "yours") if current else Part(" ")
    task = f"[{session.index.article.label_of(item.reference)}] {item.why}" if item.kind == OPEN_PAIR else item.why
    role = "text b" if current else "text"
    return [
        line(bar, (f"{sign} ", tone, target), Part(clip(task, width - 4), role, target)),
        line("   ", Part(clip(_subject_words(session, item), width - 4), "secondary", target)),
    ]


def _subject_words(session: ReviewSession, item: TodoItem) -> str:
    """Return the words that an item is about, or the explanation of a finding about a reference."""
    if item.annotation is not None:
        words = quote_of(session, item.annotation)
    elif item.finding is not None and item.reference:
        words = item.finding.text
    else:
        words = session.index.article.text[item.place.start : item.place.end] if item.place is not None else ""
    return " ".join(printable_line(words).split())
