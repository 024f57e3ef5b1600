"""The state of a text screen: current sentence, search hits, jumps, selection. And the reason why an action cannot act."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from reader.article.ranges import Span
from reader.tui.widgets.article_view import next_boundary

if TYPE_CHECKING:
    from reader.review.model import Annotation


class CannotAct(Exception):
    """An action cannot act here; the text gives the reason and what to do instead.

    Each "{}" in the text is filled with the key of an action of `actions`, in the same order.
    """

    def __init__(self, text: str, *actions: str) -> None:
        super().__init__(text)
        self.actions = actions

    def to_message(self, label: Callable[[str], str]) -> str:
        """Return the text with its keys filled in; `label` returns the key of an action."""
        return str(self).format(*map(label, self.actions)) if self.actions else str(self)


class NotReady(CannotAct):
    """An action must wait until the library is open, or the passages of a source are found."""


class Hits:
    """Ranges that n and N step through: search hits, or the citations of a reference. `role` is their style."""

    def __init__(self, spans: Sequence[Span] = (), index: int = -1, role: str = "hit", label: str = "") -> None:
        self.spans = spans
        self.index = index
        self.role = role
        self.label = label

    def step(self, by: int, after: int) -> Span:
        """Go `by` hits on, wrapping at the ends, and return the hit. Without a current one, start at the offset `after`."""
        if self.index < 0:
            first = bisect_left(self.spans, after, key=lambda span: span.start)
            self.index = (first if by > 0 else first - 1) % len(self.spans)
        else:
            self.index = (self.index + by) % len(self.spans)
        return self.spans[self.index]


class JumpList:
    """The offsets where jumps started, and those that the person came back from."""

    def __init__(self) -> None:
        self.behind: list[int] = []
        self.ahead: list[int] = []

    def leave(self, offset: int) -> None:
        """Remember the offset that a jump starts from."""
        if not self.behind or self.behind[-1] != offset:
            self.behind.append(offset)
        self.ahead.clear()

    def back(self, here: int) -> int | None:
        """Return the last offset that differs from `here`, or None."""
        while self.behind and self.behind[-1] == here:
            self.behind.pop()
        if not self.behind:
            return None
        self.ahead.append(here)
        return self.behind.pop()

    def forward(self, here: int) -> int | None:
        """Return the offset that the person came back from, or None."""
        if not self.ahead:
            return None
        self.behind.append(here)
        return self.ahead.pop()


class RangeSelection(NamedTuple):
    """A selection being extended: `anchor` stays, `head` moves. Both are offsets of characters inside it.

    `annotation` is the one whose bounds are being moved; None while selecting.
    """

    anchor: int
    head: int
    annotation: Annotation | None = None

    def span(self, text: str) -> Span:
        """Return the range from the first of the two characters to the end of the last."""
        first, last = sorted((self.anchor, self.head))
        return Span(first, next_boundary(text, last))


class TextState:
    """What is current on a text: the sentence with the cursor, the hits that n and N step through, the selection, drafts."""

    def __init__(self) -> None:
        self.sentence: Span | None = None
        self.drafts: dict[str, str] = {}
        self.hits = Hits()
        self.range_selection: RangeSelection | None = None

    def current_sentence(self) -> Span:
        """Return the sentence with the cursor; raises CannotAct in a text without sentences."""
        if self.sentence is None:
            raise CannotAct("This article has no sentences")
        return self.sentence
