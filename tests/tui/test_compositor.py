"""Compositing: a terminal that gets only what changed shows what Textual would draw of the whole screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyte.screens import Char
from rich.console import RenderableType
from textual._compositor import Compositor, CompositorUpdate
from textual.screen import Screen
from textual.widgets import Static

from benchmarks.display import Display
from reader.tui.widgets.compositor import RowsUpdate
from tests.tui.texts import article
from tests.tui.user import NARROW, User, reading

BUSES_AT_NIGHT = article(
    (
        "夜間バスは走る [1]。The night buses run 毎晩 [2]. Nobody had counted 乗客 before [1][3].",
        *(f"Line {n} was opened in the year 19{n} [{n % 3 + 1}]. 停留所 {n} is dark." for n in range(30, 80)),
    ),
    (("Okafor & 田中", "2003", "夜のバス and those who drive them"), ("Ruiz", "2011", "Night"), ("Ödegård", "1999", "停留所")),
)
SIDE_BY_SIDE = (112, 19)
"""A size with all panes and no more cells than they need: each is compared at each step."""
STEPS = (
    "j j k",
    "h 4 j",
    "h [ ]",
    "u ctrl+r",
    "pagedown",
    "pagedown pageup",
    "G",
    "g g tab j",
    "j k tab",
    "g c r o",
    "escape z",
)
OVERLAYS = (
    "?",
    "escape /",
    "N i g h t",
    "enter n",
    "escape h a 夜",
    "escape t 夜",
    "enter R",
    "1 j",
    "escape v w w",
    "escape ctrl+p",
    "escape",
)
"""Keys, typed one after the other; those of `OVERLAYS` open and close questions, dialogs and other screens."""


@pytest.fixture(autouse=True)
def paint_at_rest() -> None:
    """Paint all frames, unlike the other tests: these look at each."""


class Terminal:
    """Show the updates of a running app, as a terminal would that gets them, and count those of our own compositor."""

    def __init__(self, user: User) -> None:
        self._app = user.app
        self._display = Display(*user.app.size)
        self.count = 0
        self._display.feed(self._whole_screen())
        user.app._display = self.take  # where a driver would write it: that of the tests writes nothing

    def take(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show an update."""
        if isinstance(renderable, CompositorUpdate):
            self.count += isinstance(renderable, RowsUpdate)
            self._display.feed(renderable.render_segments(self._app.console).encode())

    def resize(self, size: tuple[int, int]) -> None:
        """Take another size, before the app does."""
        self._display.resize(*size)

    def _whole_screen(self) -> bytes:
        """Return what Textual writes for the whole screen."""
        update = Compositor.render_full_update(self._app.screen._compositor)
        return update.render_segments(self._app.console).encode()

    def check(self, step: str) -> None:
        """Compare what is shown with the whole screen as Textual draws it, cell by cell, with its colours."""
        whole = Display(*self._app.size)
        whole.feed(self._whole_screen())
        for row, (own, wanted) in enumerate(zip(visible_cells(self._display), visible_cells(whole), strict=True)):
            assert own == wanted, f"row {row} {step}: {''.join(c.data for c in own)!r}, not {''.join(c.data for c in wanted)!r}"


def visible_cells(display: Display) -> list[list[Char]]:
    """Return the cells of a screen; of a blank, no colour of letters that cannot be seen."""
    rows = [[display.screen.buffer[y][x] for x in range(display.screen.columns)] for y in range(display.screen.lines)]
    return [[_visible(cell) for cell in row] for row in rows]


def _visible(cell: Char) -> Char:
    hidden = cell.data == " " and not (cell.underscore or cell.strikethrough or cell.reverse)
    return cell._replace(fg="default", bold=False, italics=False) if hidden else cell


@pytest.mark.slow
async def test_what_is_sent_of_each_frame_adds_up_to_the_whole_screen(own_library: Path) -> None:
    async with reading(BUSES_AT_NIGHT, own_library, SIDE_BY_SIDE) as user:
        terminal = Terminal(user)
        for keys in STEPS:
            await user.press(*keys.split())
            terminal.check(f"after {keys}")
        assert terminal.count > len(STEPS)
        overlay = Static("over")
        overlay.styles.position, overlay.styles.width = "absolute", 7
        await user.press("g", "g")
        await user.app.screen.mount(overlay)
        for column in range(8, 12):  # half of them cut wide characters in two
            for offset in ((column, 2), (60, 15)):
                overlay.styles.offset = offset
                await user.settle()
            terminal.check(f"after an overlay at {column}")
        for size in ((41, 12), SIDE_BY_SIDE, NARROW):
            terminal.resize(size)
            await user.pilot.resize_terminal(*size)
            await user.press("pagedown", "j")
            terminal.check(f"at {size}")
        for keys in OVERLAYS:
            await user.press(*keys.split())
            terminal.check(f"after {keys}")


async def test_wide_characters_are_whole_again_after_a_label_lay_on_a_half(own_library: Path) -> None:
    async with reading(BUSES_AT_NIGHT, own_library, SIDE_BY_SIDE) as user:
        terminal = Terminal(user)
        for keys in (", escape", ", a", "G , escape"):
            for key in keys.split():
                await user.press(key)
                terminal.check(f"after {key} of {keys}")
