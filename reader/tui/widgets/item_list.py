"""List of entries of one height that builds only those in view. It owns its scroll; the screen owns the entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Offset
from textual.message import Message

from reader.tui.styled_line import StyledLine, line
from reader.tui.widgets.rows import JumpTarget
from reader.tui.widgets.styled_lines import StyledLines

RowBuilder = Callable[[int, int, bool], Sequence[StyledLine]]
"""Function that returns the lines of entry `index` at `width` cells; the last argument is True for the current one."""


class ItemList(StyledLines, can_focus=True):
    """Scrollable list of entries of one height."""

    WHOLE_LINES = True

    class Changed(Message):
        """The current entry changed by key or mouse."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.index = 0
        self._count = 0
        self._height = 1
        self._row: RowBuilder = lambda index, width, current: []
        self._head: Sequence[StyledLine] = ()
        self._empty: Sequence[StyledLine] = ()
        self._first = 0
        self._is_chosen = False

    @property
    def visible_count(self) -> int:
        """Number of whole entries in view, at least one."""
        return max(1, (self.size.height - len(self._head) - 1) // self._height)

    def fill(
        self,
        count: int,
        height: int,
        row: RowBuilder,
        empty: Sequence[StyledLine] = (),
        in_view: tuple[int, int] | None = None,
        head: Sequence[StyledLine] = (),
        *,
        is_chosen: bool = False,
    ) -> None:
        """Show `count` entries built by `row`, or `empty` if there are none. `height` includes the blank line after an entry.

        `in_view` holds the first and the last entry to bring into view; `head` stays above the entries. The current entry has a
        shade of its own if it `is_chosen`.
        """
        self._is_chosen = is_chosen
        self._count, self._height, self._row, self._empty, self._head = count, height, row, empty, head
        self.index = max(0, min(self.index, count - 1))
        self._first = max(0, min(self._first, count - self.visible_count))
        first, last = in_view if in_view is not None else (self._first, self._first)
        self.bring_into_view(first, last)

    def go_to(self, index: int) -> None:
        """Make an entry current and bring it into view."""
        self.index = max(0, min(index, self._count - 1))
        self.bring_into_view(self.index)

    def bring_into_view(self, first: int, last: int | None = None) -> None:
        """Bring the entries from `first` to `last` into view; `first` takes precedence."""
        last = first if last is None else last
        if last >= self._first + self.visible_count:
            self._first = last - self.visible_count + 1
        self._first = max(0, min(self._first, first))
        self._draw()

    def _draw(self) -> None:
        if not self._count:
            self.show([*self._head, *self._empty])
            return
        width, rows = self.size.width, self.size.height
        lines: list[StyledLine] = [*self._head]
        under: list[tuple[str, ...]] = []
        index = self._first
        while index < self._count and len(lines) < rows:
            entry = self._row(index, width, index == self.index)
            if index == self.index and self._is_chosen:
                under = [*[self._under] * len(lines), *[(*self._under[:-1], "sentence", self._under[-1])] * len(entry)]
            lines.extend((*entry, *[()] * (self._height - len(entry))))
            index += 1
        below = self._count - self._first - self.visible_count
        if below > 0 and rows > 1:
            lines = [*lines[: rows - 1], line((f" ↓ {below} more", "hint"))]
            under = under[: rows - 1]
        self.show(lines[:rows], under)

    def jump_targets(self) -> Sequence[JumpTarget]:
        """Return the first cell of each entry in view, after the targets above them."""
        head = [target for target in super().jump_targets() if target.y < len(self._head)]
        last = min(self._count, self._first + self.visible_count)
        top = len(self._head)
        entries = range(self._first, last)
        return [*head, *(JumpTarget(0, top + n * self._height, f"entry {index}") for n, index in enumerate(entries))]

    def cursor_cell(self) -> Offset | None:
        """Return the first cell of the current entry, if it is in view."""
        row = len(self._head) + (self.index - self._first) * self._height
        return Offset(0, row) if self._count and len(self._head) <= row < self.size.height else None

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down by an entry."""
        event.stop()
        self._first = min(self._first + 1, max(0, self._count - self.visible_count))
        self._draw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up by an entry."""
        event.stop()
        self._first = max(0, self._first - 1)
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Post the clicked entry. `StyledLines` posts the target of the clicked part."""
        index = self._first + (event.y - len(self._head)) // self._height
        if event.y >= len(self._head) and index < self._count:
            self.post_message(self.Changed(index))
