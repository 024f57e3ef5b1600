"""Finished rows of widgets, sent to the terminal in few bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from textual.color import TRANSPARENT
from textual.dom import NoScreen
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from reader.tui.services import app_of


def repaint_cells(widget: Widget, *regions: Region) -> None:
    """Let some cells of a widget without border or padding be composed with the next frame of its screen.

    `Widget.refresh` sends two messages for that, which cost more than painting a row. It does so here too where Textual lacks
    the names that take their place.
    """
    try:
        screen = widget.screen
    except NoScreen:  # its screen is closed
        return
    cells: set[Region] | None = getattr(widget, "_repaint_regions", None)
    dirty_widgets: set[Widget] | None = getattr(screen, "_dirty_widgets", None)
    if not widget.is_mounted or cells is None or dirty_widgets is None:
        widget.refresh(*regions)
    elif widget.display:
        cells.update(regions)
        dirty_widgets.add(widget)
        screen.check_idle()


def finish_lines(widget: Widget, lines: Iterable[list[Segment]], width: int) -> Iterator[Strip]:
    """Put lines of `width` cells through the app's filters.

    Each segment has a background, so that of the widget is not needed: Textual works it out from all ancestors.
    """
    filters = widget.get_line_filters()
    for segments in lines:
        for line_filter in filters:
            segments = line_filter.apply(segments, TRANSPARENT)
        yield TerseStrip(segments, width)


_CODE: Final = re.compile(r"[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+")
"""One setting in a list of them, as "select graphic rendition" (ECMA-48) has it: a colour, or an attribute."""
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29", "fg": "39", "bg": "49"}
"""The setting that ends another one; "fg" and "bg" stand for any colour."""
_SEEN_ON_BLANKS: Final = {"4", "7", "9"}
"""The attributes that are seen on blanks: underlined, reversed, struck through."""


def crop_rows(rows: list[Strip], crop: Region) -> list[Strip]:
    """Return the columns of rows that are in `crop`; most often they are all of them."""
    start, end = crop.column_span
    return [row if start == 0 and end == row.cell_length else row.crop(start, end) for row in rows]


Run = tuple[str, str, int]
"""Text of one look, with the terminal's settings for it and its cells."""


class TerseStrip(Strip):
    """Strip that sends of each style only what differs from the style before. Its styles have no links.

    What it sends is worked out once: most rows are drawn more than once, wherever they move.
    """

    __slots__ = ("_runs", "_system", "_wide_columns")

    def __init__(self, segments: Iterable[Segment], cell_length: int | None = None) -> None:
        super().__init__(segments, cell_length)
        self._system: ColorSystem | None = None
        self._runs: tuple[Run, ...] = ()
        self._wide_columns: tuple[int, ...] | None = None

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Return the cells from `start` to `end`."""
        cropped = super().crop(start, end)
        return cropped if cropped is self else TerseStrip(cropped, cropped.cell_length)

    def render(self, console: Console) -> str:
        """Return the text with the control sequences for its styles."""
        pieces: list[str] = []
        settings = ""
        for text, own, _ in self.runs(console):
            pieces += transition(settings, own), text
            settings = own
        return "".join((*pieces, transition(settings, "")))

    @property
    def wide_columns(self) -> tuple[int, ...]:
        """The columns where the characters of two cells begin."""
        if self._wide_columns is None:
            self._wide_columns = find_wide_columns(self.text)
        return self._wide_columns

    def runs(self, console: Console) -> tuple[Run, ...]:
        """Return the texts of the cells, each in one look."""
        system = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        if self._system is not system:
            self._system = system
            self._runs = tuple(
                [
                    (text, Strip.render_ansi(style, system) if style is not None else "", cell_len(text))
                    for text, style, _ in self
                    if text
                ]
            )
        return self._runs

    def pieces(self, console: Console, start: int, end: int) -> Iterator[Run]:
        """Yield the texts of the cells from `start` to `end`, each in one look.

        A strip of these cells is not made: it costs more than drawing them.
        """
        column = 0
        for run in self.runs(console):
            text, settings, width = run
            first, column = column, column + width
            if column <= start > 0:  # characters without a width belong to the cell before them
                continue
            if first > end or first == end < column:
                break
            if first >= start and column <= end:
                yield run
                continue
            segment = Segment(text)
            if column > end:
                segment, width = segment.split_cells(end - first)[0], end - first
            if first < start:
                segment, width = segment.split_cells(start - first)[1], width - (start - first)
            if segment.text:
                yield segment.text, settings, width


_MAY_BE_WIDE: Final = re.compile("[^\0-\u10ff\u2000-\u2319\u2500-\u25fc]")
"""A character that could take two cells: no letter of Europe, no punctuation, no arrow, and nothing that draws a box."""


def find_wide_columns(text: str) -> tuple[int, ...]:
    """Return the columns where the characters of two cells begin."""
    widths = [cell_len(character) for character in text] if _MAY_BE_WIDE.search(text) else []
    return tuple([column for column, width in zip(accumulate(widths, initial=0), widths, strict=False) if width == 2])


@lru_cache(4096)
def transition(before: str, after: str) -> str:
    """Return the control sequence that leads from one list of settings to another."""
    if before == after:
        return ""
    if not after:
        return "\x1b[0m"
    old, new = _settings(before), _settings(after)
    anew = f"\x1b[0;{after}m" if before else f"\x1b[{after}m"
    if not old.keys() <= {*new, *_OFF}:
        return anew
    ended = {_OFF[plane] for plane in old if plane not in new}
    begun = [code for plane, code in new.items() if old.get(plane) != code or _OFF.get(plane) in ended]
    return min(f"\x1b[{';'.join((*sorted(ended), *begun))}m", anew, key=len)


@lru_cache(4096)
def are_blanks_alike(one: str, other: str) -> bool:
    """Whether blanks look the same with two lists of settings, of which only the background shows then."""
    planes = _settings(one), _settings(other)
    return planes[0].get("bg") == planes[1].get("bg") and _SEEN_ON_BLANKS.isdisjoint({*planes[0], *planes[1]})


def _settings(codes: str) -> dict[str, str]:
    """Return settings by what they set: "fg", "bg", or for an attribute its own code."""
    return {_plane(code): code for code in _CODE.findall(codes)}


def _plane(code: str) -> str:
    number = int(code.partition(";")[0])
    if 30 <= number < 40 or 90 <= number < 100:
        return "fg"
    return "bg" if 40 <= number < 50 or number >= 100 else code


# ------------------------------------------------------------------ labels


class JumpTarget(NamedTuple):
    """Cell of a widget that a click acts on. `key` tells it from what may be drawn there later."""

    x: int
    y: int
    key: str


class JumpPane(Widget):
    """Widget whose targets can be labelled with letters, which are drawn over its rows, and that may have a cursor."""

    _labels: Mapping[JumpTarget, str] = {}

    def jump_targets(self) -> Sequence[JumpTarget]:
        """Return what can be jumped to in the widget, each once, in the order of the labels."""
        raise NotImplementedError

    def cursor_cell(self) -> Offset | None:
        """Return the cell of the widget where a person is, None without one in view."""
        return None

    def show_labels(self, labels: Mapping[JumpTarget, str]) -> None:
        """Draw labels at targets in place of those that are there."""
        old, self._labels = self._labels, labels
        changed = [*(old.items() - labels.items()), *(labels.items() - old.items())]
        # A label may end on the first half of a wide character, and not every terminal clears the other one.
        repaint_cells(self, *(Region(target.x, target.y, len(label) + 1, 1) for target, label in changed))

    def label_rows(self, strips: list[Strip], first: int) -> list[Strip]:
        """Return rows of the widget from row `first` on, with the labels over them."""
        if not self._labels:
            return strips
        style = app_of(self).look.style("jump")
        strips = list(strips)
        for (x, y, _), label in self._labels.items():
            if first <= y < first + len(strips):
                (over,) = finish_lines(self, [[Segment(label, style)]], len(label))
                row = strips[y - first]
                strips[y - first] = TerseStrip([*row.crop(0, x), *over, *row.crop(x + len(label))], row.cell_length)
        return strips
