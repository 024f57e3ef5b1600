"""Moving a claim's start and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import reading, stored
from tests.tui.texts import BUSES, place

FIRST = "Ostrel began to run buses through the night in the spring of 2021."


async def test_an_edge_moves_by_word_and_enter_keeps_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", "left", "left")
        drawn = FIRST.removesuffix(" 2021.")
        assert hand.selected == drawn, "from the full stop to the word before it, then to the word before that"
        assert hand.quotes == [FIRST], "nothing is changed before Enter"
        await hand.press("enter")
        assert hand.quotes == [drawn]
        assert hand.screen.key_context == "text"
        await hand.saved()
    (record,) = stored(own_library, "annotations")
    assert record["selector"]["exact"] == drawn
    assert (record["selector"]["start"], record["selector"]["end"]) == place(BUSES, drawn)


async def test_escape_restores_the_bounds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", "left", "left", "o", "right", "escape")
        assert hand.quotes == [FIRST]
        assert hand.selected is None
        assert hand.screen.key_context == "text"
        await hand.press("u")
        assert hand.quotes == [], "moving and leaving is no change that undo would find"


async def test_the_start_moves_after_o(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", "o", "l", "l", "enter")
        assert hand.quotes == [FIRST.removeprefix("Ostrel began ")]


@pytest.mark.parametrize(("keys", "end"), [("H", "2021"), ("HH", "202"), ("HHL", "2021")])
async def test_an_edge_moves_by_character(own_library: Path, keys: str, end: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", *keys, "enter")
        assert hand.quotes[0].endswith(f"of {end}")


async def test_an_edge_moves_by_sentence(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", "j", "enter")
        assert hand.quotes[0].endswith("planned for [1].")
        assert hand.session.index.status(hand.annotation).rests_on == ("1",), "what it rests on follows"


async def test_an_edge_never_passes_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "e", "enter", "b", *["left"] * 5, "enter")
        assert hand.quotes
        assert hand.quotes[0]
        assert "Ostrel".startswith(hand.quotes[0])


async def test_undo_takes_moved_bounds_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b", "left", "enter", "u")
        assert hand.quotes == [FIRST]
        await hand.press("ctrl+r")
        assert hand.quotes != [FIRST]


async def test_without_a_claim_there_is_nothing_to_move(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("b")
        assert "Nothing is marked here yet; h marks this sentence" in hand.footer
        assert hand.screen.key_context == "text"


async def test_the_footer_says_what_keys_do_while_moving_bounds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "b")
        assert "keep" in hand.footer
        assert "Esc cancel" in hand.footer
