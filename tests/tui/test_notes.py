"""Notes: several lines, kept on Escape, shown on the card, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, reading, stored
from tests.tui.texts import BUSES


@pytest.mark.parametrize("key", ["a", "f2"])
async def test_a_note_of_several_lines_is_kept_on_escape(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", key)
        assert hand.over == "NoteScreen"
        await hand.type("who counted?")
        await hand.press("enter")
        await hand.type("ask for 2021 and 2022")
        await hand.press("escape")
        assert hand.over == "ReadingScreen"
        assert hand.annotation.note == "who counted?\nask for 2021 and 2022"
        assert "who counted?" in hand.card
        assert "ask for 2021" in hand.card
        await hand.saved()
    assert stored(own_library, "annotations")[0]["note"] == "who counted?\nask for 2021 and 2022"


async def test_a_note_is_opened_again_with_the_cursor_at_its_end(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "a")
        await hand.type("one")
        await hand.press("escape", "a")
        await hand.type(" two")
        await hand.press("escape")
        assert hand.annotation.note == "one two"


@pytest.mark.parametrize("key", ["ctrl+s", "f2"])
async def test_the_usual_keys_for_saving_keep_it_too(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "a")
        await hand.type("kept")
        await hand.press(key)
        assert hand.annotation.note == "kept"


async def test_every_command_key_is_a_letter_in_a_note(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        typed = "hjkxzdtaSJ1234567890/?:[]{}'\"qEnNguR$ "
        await hand.press("h", "a")
        await hand.type(typed)
        await hand.press("escape")
        assert hand.annotation.note == typed.strip()
        assert len(hand.quotes) == 1


async def test_undo_takes_a_note_back_and_redo_brings_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "a")
        await hand.type("gone")
        await hand.press("escape", "u")
        assert hand.annotation.note == ""
        await hand.press("ctrl+r")
        assert hand.annotation.note == "gone"


async def test_an_unchanged_note_is_no_change(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "a", "escape", "u")
        assert hand.quotes == [], "the first undo already takes the mark back"


async def test_a_note_can_be_emptied(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "a", "n", "o", "escape", "a", "backspace", "backspace", "escape")
        assert hand.annotation.note == ""


async def test_an_unmarked_sentence_takes_no_note_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("a")
        assert "Nothing is marked here yet" in hand.footer


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_note_of_another_kind_is_shown_too(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("z", "a")
        await hand.type("after lunch")
        await hand.press("escape")
        assert "after lunch" in hand.card


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_text_stays_in_view_behind_what_opens_over_it(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("h")
        for key in ("a", "t"):
            await hand.press(key)
            assert hand.over != "ReadingScreen"
            assert "Ostrel began to run buses" in hand.picture
            assert "Night buses in Ostrel" in hand.header
            await hand.press("escape")
