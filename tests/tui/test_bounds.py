"""Moving a claim's start and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, place
from tests.tui.user import reading, stored

FIRST = "Ostrel began to run buses through the night in the spring of 2021."


async def test_an_edge_moves_by_word_and_enter_keeps_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "left", "left")
        drawn = FIRST.removesuffix(" 2021.")
        assert user.selected == drawn, "from the full stop to the word before it, then to the word before that"
        assert user.quotes == [FIRST], "nothing is changed before Enter"
        await user.press("enter")
        assert user.quotes == [drawn]
        assert user.screen.key_context == "text"
        await user.saved()
    (record,) = stored(own_library, "annotations")
    assert record["selector"]["exact"] == drawn
    assert (record["selector"]["start"], record["selector"]["end"]) == place(BUSES, drawn)


async def test_escape_restores_the_bounds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "left", "left", "o", "right", "escape")
        assert user.quotes == [FIRST]
        assert user.selected is None
        assert user.screen.key_context == "text"
        await user.press("u")
        assert user.quotes == [], "moving and leaving is no change that undo would find"


async def test_the_start_moves_after_o(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "o", "l", "l", "enter")
        assert user.quotes == [FIRST.removeprefix("Ostrel began ")]


@pytest.mark.parametrize(("keys", "end"), [("H", "2021"), ("HH", "202"), ("HHL", "2021")])
async def test_an_edge_moves_by_character(own_library: Path, keys: str, end: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", *keys, "enter")
        assert user.quotes[0].endswith(f"of {end}")


async def test_an_edge_moves_by_sentence(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "j", "enter")
        assert user.quotes[0].endswith("planned for [1].")
        assert user.session.index.status(user.annotation).rests_on == ("1",), "what it rests on follows"


async def test_an_edge_never_passes_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "e", "enter", "b", *["left"] * 5, "enter")
        assert user.quotes
        assert user.quotes[0]
        assert "Ostrel".startswith(user.quotes[0])


async def test_undo_takes_moved_bounds_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "left", "enter", "u")
        assert user.quotes == [FIRST]
        await user.press("ctrl+r")
        assert user.quotes != [FIRST]


async def test_without_a_claim_there_is_nothing_to_move(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("b")
        assert "Nothing is marked here yet; h marks this sentence" in user.footer
        assert user.screen.key_context == "text"


async def test_the_footer_says_what_keys_do_while_moving_bounds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b")
        assert "keep" in user.footer
        assert "Esc cancel" in user.footer
