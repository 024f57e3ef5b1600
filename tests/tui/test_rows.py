"""Finished rows: what is kept is what would be drawn anew, and what is sent in few bytes looks as if sent in full."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyte.screens import Char
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from benchmarks.display import Display
from reader.review.vocabulary import NOT_CLAIM
from reader.tui.theme import LOOK_TITLES, look_by_title
from reader.tui.widgets.compositor import RowsUpdate
from reader.tui.widgets.rows import TerseStrip, find_wide_columns
from tests.tui.test_compositor import visible_cells
from tests.tui.texts import BUSES, article, place
from tests.tui.user import NARROW, WIDE, User, reading

ROLES = ("page", "card", "text", "b", "yours", "hint", "mark", "current-mark", "link", "later", "strike", "detail", "selection")
PIECES = st.tuples(st.text("ab ", min_size=1, max_size=5), st.lists(st.sampled_from(ROLES), max_size=4))
LETTERS = st.tuples(st.text("ab 夜é\u0301", min_size=1, max_size=5), st.lists(st.sampled_from(ROLES), max_size=4))
STEPS = (
    "j",
    "h",
    "4",
    "j",
    "z",
    "space",
    "g",
    "c",
    "tab",
    "j",
    "tab",
    "A",
    "k",
    "u",
    "v",
    "w",
    "escape",
    "r",
    "o",
    "escape",
    "R",
)


@given(st.sampled_from(LOOK_TITLES), st.lists(PIECES, max_size=8))
def test_a_row_sent_in_few_bytes_looks_the_same(look: str, pieces: list[tuple[str, list[str]]]) -> None:
    styles, console = look_by_title(look), Console(color_system="truecolor", force_terminal=True)
    segments = [Segment(text, styles.style(*roles)) for text, roles in pieces]
    width = sum(len(text) for text, _ in pieces)
    for start, end in ((0, width), (width // 3, width - width // 3)):
        in_full = Strip(segments).crop(start, end).render(console)
        in_few = TerseStrip(segments).crop(start, end).render(console)
        assert len(in_few) <= len(in_full)
        assert cells(in_few) == cells(in_full)
        uncut = "".join(text for text, *_ in TerseStrip(segments).pieces(console, start, end))
        assert uncut == TerseStrip(segments).crop(start, end).text


@given(st.sampled_from(LOOK_TITLES), st.lists(st.lists(LETTERS, max_size=6), max_size=3), st.integers(0, 3))
def test_rows_that_are_drawn_look_by_look_are_those_drawn_one_by_one(
    look: str, rows: list[list[tuple[str, list[str]]]], start: int
) -> None:
    styles, console = look_by_title(look), Console(color_system="truecolor", force_terminal=True)
    strips = [TerseStrip(Segment(text, styles.style(*roles)) for text, roles in pieces) for pieces in rows]
    update = RowsUpdate((row, 2, strip, min(start, strip.cell_length), strip.cell_length) for row, strip in enumerate(strips))
    one_by_one = (
        f"\x1b[{row + 1};3H{strip.crop(min(start, strip.cell_length)).render(console)}" for row, strip in enumerate(strips)
    )
    assert looks(update.render_segments(console)) == looks("".join(one_by_one))


def cells(sent: str) -> list[object]:
    """Return the cells of a terminal after some bytes and a letter more, which shows how they leave it."""
    display = Display(60, 1)
    display.feed(f"{sent}x".encode())
    return [display.screen.buffer[0][column] for column in range(60)]


def looks(sent: str) -> list[list[Char]]:
    """Return what is seen of a terminal after some bytes."""
    display = Display(60, 3)
    display.feed(sent.encode())
    return visible_cells(display)


def test_wide_characters_are_found_wherever_unicode_has_them() -> None:
    characters = [chr(code) for code in (*range(0x3400), *range(0x1F000, 0x20000))]
    assert [c for c in characters if find_wide_columns(c)] == [c for c in characters if cell_len(c) == 2]
    assert find_wide_columns("│ é 夜… 🚌 │") == (4, 8)


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_screen_is_what_it_would_be_drawn_anew(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        for key in STEPS:
            await user.press(key)
            check_drawn_anew(user, f"after {key}")
        user.app.next_look()
        await user.settle()
        check_drawn_anew(user, "in another look")


def check_drawn_anew(user: User, when: str) -> None:
    """Draw the whole screen again, and compare it with what was shown, text and styles."""
    shown = [list(strip) for strip in user.app.screen._compositor.render_strips()]
    for widget in user.app.screen.walk_children(with_self=True):
        widget.refresh()
    user.screen.view.repaint_all()
    assert shown == [list(strip) for strip in user.app.screen._compositor.render_strips()], when


async def test_a_click_below_an_entry_of_the_list_shows_that_it_is_current(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("tab", "j", "k")
        column, row = user.cell("Who drives at night?")
        below = next(y for y in range(row, row + 4) if not user.lines[y][column:].strip())
        assert "▌" not in user.lines[row]
        await user.click_at((column, below))
        assert "▌" in user.lines[row]


async def test_the_list_lights_up_what_the_current_one_of_two_claims_on_a_sentence_rests_on(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        whole, part = (place(BUSES, quote) for quote in ("Three studies agree that the buses", "replaced taxis"))
        user.session.add(whole)
        user.session.link(user.session.add(part), "4")
        await user.press("g", "g", "]")
        assert "▌[3]" in user.picture
        assert "▌[4]" not in user.picture
        await user.press("]")
        assert "▌[4]" in user.picture
        await user.press("[")
        assert "▌[4]" not in user.picture


async def test_the_list_follows_to_the_first_claim_of_a_sentence_that_it_shows(own_library: Path) -> None:
    count = 40
    stops = article([f"Stop {n} was moved [1]. Stop {n} lies in the dark and nobody waits there." for n in range(count)])
    async with reading(stops, own_library) as user:
        for n in range(count):
            user.session.add(place(stops, f"Stop {n} was moved [1]"))
        user.session.add(place(stops, f"Stop {count - 1} was"), kind=NOT_CLAIM)  # not in the list, and before the claim
        await user.press("g", "c", "tab", "G", "k")
        assert f"▌◌ Stop {count - 1} was moved" in user.list
        await user.press("g", "g")
        assert "▌◌ Stop 0 was moved" in user.list
        await user.press("j")
        assert "▌" not in user.list
