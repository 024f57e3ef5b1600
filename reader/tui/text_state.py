"""What is in hand on a text: its sentence, the hits of a search, the trail of jumps. And why an action cannot act."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reader.article.ranges import Span


class CannotAct(Exception):
    """An action cannot act here; its text says why, and what would.

    Each "{}" in the text stands for the key of the action named in `actions`, in turn.
    """

    def __init__(self, text: str, *actions: str) -> None:
        super().__init__(text)
        self.actions = actions

    def to_message(self, label: Callable[[str], str]) -> str:
        """Return the text, with the keys as `label` names them."""
        return str(self).format(*map(label, self.actions)) if self.actions else str(self)


class NotReady(CannotAct):
    """An action has to wait for what is still being opened: the library, or the passages of a source."""


@dataclass(slots=True)
class Hits:
    """Places that n and N step through: of a search, or the citations of a reference. `role` is how they light up."""

    spans: Sequence[Span] = ()
    index: int = -1
    role: str = "hit"
    label: str = ""

    def step(self, by: int, after: int) -> Span:
        """Go `by` hits on, from the first at or after the offset `after` when none is current, round at the ends; return it."""
        if self.index < 0:
            first = bisect_left(self.spans, after, key=lambda span: span.start)
            self.index = (first if by > 0 else first - 1) % len(self.spans)
        else:
            self.index = (self.index + by) % len(self.spans)
        return self.spans[self.index]


@dataclass(slots=True)
class JumpList:
    """Where jumps started, to come back to, and where one came back from, to go forward to. Offsets."""

    behind: list[int] = field(default_factory=list[int])
    ahead: list[int] = field(default_factory=list[int])

    def leave(self, offset: int) -> None:
        """Remember a place that a jump leaves."""
        if not self.behind or self.behind[-1] != offset:
            self.behind.append(offset)
        self.ahead.clear()

    def back(self, here: int) -> int | None:
        """Return the place to come back to, or None. Where one already is, is no place to come back to."""
        while self.behind and self.behind[-1] == here:
            self.behind.pop()
        if not self.behind:
            return None
        self.ahead.append(here)
        return self.behind.pop()

    def forward(self, here: int) -> int | None:
        """Return the place to go forward to, or None."""
        if not self.ahead:
            return None
        self.behind.append(here)
        return self.ahead.pop()


class TextState:
    """What is in hand on a text, whatever is said of it: the sentence with the cursor, the hits that n and N step through."""

    def __init__(self) -> None:
        self.sentence: Span | None = None
        self.hits = Hits()

    def current_sentence(self) -> Span:
        """Return the sentence the cursor is on; raises CannotAct in a text without any."""
        if self.sentence is None:
            raise CannotAct("this article has no sentences")
        return self.sentence
