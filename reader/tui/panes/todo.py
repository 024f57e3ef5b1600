"""Render what is left to do: the state of the review, and the entries of the list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from reader.printable import plural, printable_line
from reader.review.coverage import UNDECIDED
from reader.review.todo import LOST_ANNOTATION, OPEN_FINDING, OPEN_PAIR, PLACE_TO_CHECK, UNCITED_CLAIM, TodoItem
from reader.review.vocabulary import LATER
from reader.tui.panes.lists import quote_of
from reader.tui.styled_line import Part, StyledLine, clip, fold, line

if TYPE_CHECKING:
    from reader.review.completeness import Completeness
    from reader.review.session import ReviewSession

TODO_HEIGHT: Final = 3
_SIGNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        LOST_ANNOTATION: ("∅", "fault"),
        PLACE_TO_CHECK: ("~", "fault"),
        OPEN_PAIR: ("○", "open"),
        UNCITED_CLAIM: ("◌", "open"),
        OPEN_FINDING: ("!", "fault"),
        LATER: ("◇", "yours"),
        UNDECIDED: ("·", "hint"),
    }
)


def completeness_lines(counts: Completeness, width: int) -> list[StyledLine]:
    """Return whether a review is complete, what keeps it open, and what is counted beside it."""
    if counts.is_complete:
        lines = [line(("✓ ", "good"), ("Complete", "good b"))]
    else:
        text = " · ".join(counts.remaining_work())
        lines = [line(("○ " if not number else "  ", "open"), words) for number, words in enumerate(fold(text, width - 3, 3))]
    return [*lines, *(line(("  " + words, "secondary")) for words in fold(" · ".join(counts.side_counts()), width - 3, 3))]


def aside_lines(count: int, key: str, *, shown: bool) -> list[StyledLine]:
    """Return how many passages are set aside as noise, and the key that shows or hides them; nothing for none."""
    if not count:
        return []
    target, verb = "action:noise", "hides" if shown else "shows"
    them = "them" if count > 1 else "it"
    state = "shown" if shown else "set aside"
    return [
        line(
            (f"  {plural(count, 'passage')} {state}  ", "secondary", target),
            (key, "yours b", target),
            (f" {verb} {them}", "secondary", target),
        )
    ]


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
