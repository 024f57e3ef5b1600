"""Notes: several lines, kept on Enter, offered again after Escape, shown on the card, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.tui.terminal import EndRequested
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, reading, stored


@pytest.mark.parametrize("key", ["a", pytest.param("f2", marks=pytest.mark.slow)])
async def test_a_note_of_several_lines_is_kept_on_enter(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", key)
        assert user.over == "NoteScreen"
        await user.type("who counted?")
        await user.press("ctrl+j")
        await user.type("ask for 2021 and 2022")
        await user.press("enter")
        assert user.over == "ReadingScreen"
        assert user.annotation.note == "who counted?\nask for 2021 and 2022"
        assert "who counted?" in user.card
        assert "ask for 2021" in user.card
        await user.saved()
    assert stored(own_library, "annotations")[0]["note"] == "who counted?\nask for 2021 and 2022"


async def test_a_note_is_opened_again_with_the_cursor_at_its_end(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.type("one")
        await user.press("enter", "a")
        await user.type(" two")
        await user.press("enter")
        assert user.annotation.note == "one two"


@pytest.mark.parametrize("key", ["ctrl+s", pytest.param("f2", marks=pytest.mark.slow)])
async def test_the_usual_keys_for_saving_keep_it_too(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.type("kept")
        await user.press(key)
        assert user.annotation.note == "kept"


async def test_every_command_key_is_a_letter_in_a_note(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        typed = "hjkxzdtaSJ1234567890/?:[]{}'\"qEnNguR$ "
        await user.press("h", "a")
        await user.type(typed)
        await user.press("enter")
        assert user.annotation.note == typed.strip()
        assert len(user.quotes) == 1


async def test_undo_takes_a_note_back_and_redo_brings_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.type("gone")
        await user.press("enter", "u")
        assert user.annotation.note == ""
        await user.press("ctrl+r")
        assert user.annotation.note == "gone"


async def test_an_unchanged_note_is_no_change(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a", "enter", "u")
        assert user.quotes == [], "the first undo already takes the mark back"


async def test_escape_keeps_no_note_and_loses_nothing_typed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.type("first")
        await user.press("enter", "a")
        await user.type(" and more")
        await user.press("escape")
        assert user.annotation.note == "first"
        assert "Note not kept · a offers it again" in user.footer
        await user.press("q")
    async with reading(BUSES, own_library) as user:
        assert user.annotation.note == "first"
        await user.press("a")
        assert "Typed before and not kept" in user.picture
        await user.press("enter")
        assert user.annotation.note == "first and more"
        await user.press("a")
        assert "Typed before" not in user.picture


async def test_what_was_typed_right_before_the_terminal_closed_is_kept_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        user.send(*"counted")
        user.app.post_message(EndRequested(1))
        await user.left()
        assert user.app.return_code == 129
    async with reading(BUSES, own_library) as user:
        await user.press("a", "enter")
        assert user.annotation.note == "counted"


async def test_a_note_can_be_emptied(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a", "n", "o", "enter", "a", "backspace", "backspace", "enter")
        assert user.annotation.note == ""


async def test_an_unmarked_sentence_takes_no_note_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("a")
        assert "Nothing is marked here yet" in user.footer


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_note_of_another_kind_is_shown_too(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("z", "a")
        await user.type("after lunch")
        await user.press("enter")
        assert "after lunch" in user.card


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_text_stays_in_view_behind_what_opens_over_it(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("h")
        for key in ("a", "t"):
            await user.press(key)
            assert user.over != "ReadingScreen"
            assert "Ostrel began to run buses" in user.picture
            assert "Night buses in Ostrel" in user.header
            await user.press("escape")
