"""Widgets of styled lines that repaint only what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress, count, repeat, starmap, zip_longest
from operator import ne
from typing import TYPE_CHECKING, Final, Self

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip

from reader.tui.services import app_of
from reader.tui.styled_line import StyledLine, part_at, segments_of, width_of
from reader.tui.widgets.rows import JumpPane, JumpTarget, crop_rows, finish_lines, repaint_cells

if TYPE_CHECKING:
    from reader.tui.theme import Look


# ------------------------------------------------------------------ lines

PAGE_ROLES = ("page", "text")
CARD_ROLES = ("card", "text")
"""Background roles of the article and of cards, dialogs and prompts."""

ACTION_TARGETS = ("action:", "key:")
"""How targets begin that perform an action or press its key, as the footer has them."""
_MOST_ROWS = 400
"""The most painted lines that a widget keeps."""
_PaintedLine = tuple[StyledLine, tuple[str, ...]]
"""A line and its background roles."""


_SHORT_GAP: Final = 6
"""So many cells between two changes are drawn again at most: to go past them takes as many bytes."""


def _changed_regions(before: _PaintedLine | None, after: _PaintedLine | None, y: int, width: int) -> Iterator[Region]:
    """Yield the cells of line `y` that changed. Equal ones are left out to keep the output small."""
    old = None if before is None else _cells(before[0])
    new = None if after is None else _cells(after[0])
    if before is None or after is None or before[1] != after[1] or old is None or new is None:
        yield Region(0, y, width, 1)
        return
    start, end = -1, -_SHORT_GAP
    for column in compress(count(), starmap(ne, zip_longest(old[:width], new[:width]))):
        if column - end >= _SHORT_GAP:
            if start >= 0:
                yield Region(start, y, end - start, 1)
            start = column
        end = column + 1
    if start >= 0:
        yield Region(start, y, end - start, 1)


@lru_cache(512)
def _cells(parts: StyledLine) -> Sequence[tuple[str, str]] | None:
    """Return the character and the roles of each cell; None where characters next to each other have another width than alone.

    The second cell of a wide character holds none, and one without a width is with the character before it.
    """
    cells: list[tuple[str, str]] = []
    for text, roles, _ in parts:
        if text.isascii():
            cells += zip(text, repeat(roles), strict=False)
            continue
        first = len(cells)
        for character in text:
            width = cell_len(character)
            if width:
                cells += (character, roles), *[("", roles)] * (width - 1)
            elif cells:
                base, own = cells[-1]
                cells[-1] = (base + character, f"{own} {roles}")
        if len(cells) - first != cell_len(text):
            return None
    return cells


class StyledLines(JumpPane):
    """Widget of styled lines on a background, without border or padding; the rest of its height is blank.

    It repaints single lines, so that a key press redraws few cells and never lays out the screen again, and keeps lines as they
    are sent until they are refreshed, wherever they move: Textual would put every row through its cache of styles and the app's
    filters.
    """

    ALLOW_SELECT = False
    UNDER: tuple[str, ...] = ("chrome", "text")
    """Background roles of a widget that gets no `under`."""
    WHOLE_LINES = False
    """Whether a click anywhere on a line counts for its first target."""

    class Clicked(Message):
        """A part with a target was clicked."""

        def __init__(self, pane: StyledLines, target: str) -> None:
            super().__init__()
            self.pane = pane
            self.target = target

        @property
        def control(self) -> StyledLines:
            """The widget that was clicked."""
            return self.pane

    class Resized(Message):
        """The size of the widget changed, so its lines must be built again."""

    def __init__(self, *, id: str | None = None, classes: str | None = None, under: tuple[str, ...] = ()) -> None:
        """`under` holds the background roles, in place of `UNDER`."""
        super().__init__(id=id, classes=classes)
        self._under = under or self.UNDER
        self._lines: tuple[_PaintedLine, ...] = ()
        self._covered: tuple[_PaintedLine, ...] | None = None
        self._rows: dict[_PaintedLine, Strip] = {}
        self._rows_size = Size(0, 0)

    @property
    def size(self) -> Size:
        """The size in cells. Textual works it out from the layout of the screen whenever it is asked."""
        return self.outer_size

    @property
    def content_offset(self) -> Offset:
        """The offset of the lines in the widget. Textual adds up border and padding whenever it is asked."""
        return Offset(0, 0)

    @property
    def look(self) -> Look:
        """The look of the app's theme."""
        return app_of(self).look

    def show(self, lines: Sequence[StyledLine], under: Sequence[tuple[str, ...]] = ()) -> None:
        """Show `lines`; `under` holds background roles of the first lines, in place of the widget's."""
        painted = tuple(zip(lines, chain(under, repeat(self._under)), strict=False))
        if self._covered is not None:
            self._covered = painted
        else:
            self._replace_lines(painted)

    def cover(self, lines: Sequence[StyledLine]) -> None:
        """Show lines over those of the widget, which may change meanwhile; with no lines, show its own again."""
        covered = self._lines if self._covered is None else self._covered
        self._covered = covered if lines else None
        self._replace_lines(tuple((text, self._under) for text in lines) or covered)

    def _replace_lines(self, painted: tuple[_PaintedLine, ...]) -> None:
        old, self._lines = self._lines, painted
        changed = [(y, *pair) for y, pair in enumerate(zip_longest(old, self._lines)) if pair[0] != pair[1]]
        if changed:
            width = self.size.width
            repaint_cells(
                self, *(region for y, before, after in changed for region in _changed_regions(before, after, y, width))
            )

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Forget all rows, and let some regions or all be painted again."""
        if repaint:
            self._rows.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Forget all rows after a change of theme or focus."""
        self._rows.clear()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in `crop`, painted anew if they were refreshed."""
        if self._rows_size != self.size:
            self._rows.clear()
            self._rows_size = self.size
        lines = [self._line_at(y) for y in crop.line_range]
        try:
            rows = [self._rows[line] for line in lines]
        except KeyError:
            self._paint(lines)
            rows = [self._rows[line] for line in lines]
        return crop_rows(self.label_rows(rows, crop.y), crop)

    def _paint(self, lines: Sequence[_PaintedLine]) -> None:
        """Paint those of some lines that are not kept."""
        missing = [line for line in dict.fromkeys(lines) if line not in self._rows]
        if len(self._rows) > _MOST_ROWS:
            self._rows.clear()
            missing = list(dict.fromkeys(lines))
        width = self._rows_size.width
        painted = finish_lines(self, (self._segments(line, width) for line in missing), width)
        self._rows.update(zip(missing, painted, strict=True))

    def jump_targets(self) -> Sequence[JumpTarget]:
        """Return the first cell of each part with a target. Actions are left out: they have keys."""
        targets: dict[str, JumpTarget] = {}
        for y, (parts, _) in enumerate(self._lines[: self.size.height]):
            at = 0
            for part in parts:
                if part.target and not part.target.startswith(ACTION_TARGETS):
                    x = 0 if self.WHOLE_LINES else at
                    targets.setdefault(part.target, JumpTarget(x, y, part.target))
                at += width_of((part,))
        return list(targets.values())

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the widget."""
        return Strip(self._segments(self._line_at(y), self.size.width))

    def _line_at(self, y: int) -> _PaintedLine:
        return self._lines[y] if y < len(self._lines) else ((), self._under)

    def _segments(self, line: _PaintedLine, width: int) -> list[Segment]:
        parts, under = line
        return segments_of(parts, width, self.look, *under)

    def on_resize(self) -> None:
        """Request lines for the new size."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Post the target of the clicked part."""
        if not 0 <= event.y < len(self._lines):
            return
        parts = self._lines[event.y][0]
        part = part_at(parts, event.x)
        target = part.target if part is not None else ""
        if self.WHOLE_LINES:
            target = target or next((p.target for p in parts if p.target), "")
        if target:
            event.stop()
            self.post_message(self.Clicked(self, target))


# ------------------------------------------------------------------ notices


class NoticeBar(StyledLines):
    """Bar above the footer, as high as its lines. A change of height lays out the whole screen, so it is rare."""

    DEFAULT_CSS = """
    NoticeBar { display: none; height: 1; background: $panel; }
    """
    UNDER = CARD_ROLES
    row_count = 0
    """Number of lines shown."""

    def show_notice(self, lines: Sequence[StyledLine]) -> None:
        """Show lines, or hide the bar if there are none."""
        if len(lines) != self.row_count:
            self.row_count = len(lines)
            self.styles.height = max(1, len(lines))
            self.display = bool(lines)
        self.show(lines)
