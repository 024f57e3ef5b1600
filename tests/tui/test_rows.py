"""Finished rows: what is kept is what would be drawn anew, and what is sent in few bytes looks as if sent in full."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip

from benchmarks.display import Display
from reader.review.vocabulary import NOT_CLAIM
from reader.tui.theme import LOOK_TITLES, look_by_title
from reader.tui.widgets.rows import TerseStrip, transition
from tests.tui.texts import BUSES, article, place
from tests.tui.user import NARROW, WIDE, User, reading

ROLES = ("page", "card", "text", "b", "yours", "hint", "mark", "current-mark", "link", "later", "strike", "detail", "selection")
PIECES = st.tuples(st.text("ab ", min_size=1, max_size=5), st.lists(st.sampled_from(ROLES), max_size=4))
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
        uncut, settings = TerseStrip(segments).render_after("", console, start, end)
        assert uncut + transition(settings, "") == in_few


def cells(sent: str) -> list[object]:
    """Return the cells of a terminal after some bytes and a letter more, which shows how they leave it."""
    display = Display(60, 1)
    display.feed(f"{sent}x".encode())
    return [display.screen.buffer[0][column] for column in range(60)]


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
