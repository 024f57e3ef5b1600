"""What is typed is never lost and never taken for a command: in text fields, typed fast, and before the library is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, reading, stored

KEYS = "hjklxzdtaSJ1234567890/?:[]{}'qEnNguR$bvoycCmGA"


@pytest.mark.parametrize("keys", ["/", "t", *(pytest.param(keys, marks=pytest.mark.slow) for keys in ("f", "E/"))])
async def test_a_field_takes_every_letter_and_digit(own_library: Path, keys: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", *keys, "ctrl+u")
        await user.type(KEYS)
        assert user.field.value == KEYS
        assert len(user.quotes) == 1
        await user.press("escape")
        assert len(user.quotes) == 1


@pytest.mark.slow
async def test_the_palette_takes_every_letter_and_digit(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", ":")
        await user.type(KEYS)
        assert user.field.value == KEYS
        assert len(user.quotes) == 1


async def test_a_field_that_is_asked_for_while_it_has_the_focus_takes_what_is_typed(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.press("ctrl+n")
        await user.type("salt")
        assert user.field.value == "salt"


@pytest.mark.parametrize("is_library", [False, True])
async def test_a_question_whose_field_lost_the_focus_takes_what_is_typed(own_library: Path, is_library: bool) -> None:
    async with reading(BUSES, own_library) as user:
        if is_library:
            await user.press("h", "g", "l")
            await user.until(lambda: user.over == "LibraryScreen" and "1 claim" in user.header)
            await user.press("tab", "e", "ctrl+u")
        else:
            await user.press("/")
        user.app.screen.set_focus(None)  # as the event does that hid the last question, when it comes late
        await user.type("salt")
        assert user.app.screen.query_one("PromptBar LineField", Input).value == "salt"


async def test_letters_are_typed_into_a_field_with_its_usual_keys(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("/")
        await user.type("dogs")
        await user.press("left", "left", "backspace", "home", "x", "end", "y")
        assert user.field.value == "xdgsy"


@pytest.mark.parametrize(
    ("keys", "field"),
    [("/council", "council"), ("f#tag open", "#tag open"), ("htserbia", "serbia"), (":undo", "undo")],
)
async def test_a_burst_of_keys_goes_into_the_field_that_its_first_opens(own_library: Path, keys: str, field: str) -> None:
    async with reading(BUSES, own_library) as user:
        user.send(*("space" if key == " " else key for key in keys))
        await user.settle()
        await user.until(lambda: user.field.value == field)
        assert len(user.quotes) == ("h" in keys[:1])


async def test_keys_of_a_screen_wait_until_it_stands(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(":")
        await user.type("numbers")
        user.send("enter", "pagedown", "j")
        await user.until(lambda: user.over == "StatisticsScreen" and "1 article" in user.picture)


async def test_a_whole_job_in_one_burst(own_library: Path) -> None:
    """Mark, tag, note, judge, next, mark, back, search: as a paste or a slow line delivers it."""
    keys = [*"jht", *"winter", "enter", *"1a", *"why?", "enter", *"jx", *"k/dogs", "enter"]
    async with reading(BUSES, own_library) as user:
        user.send(*keys)
        await user.until(lambda: "1 of 1" in user.footer)
        first, second = user.session.index.annotations()
        assert (first.tags, first.note, first.judgements[0].verdict) == (("winter",), "why?", "supports")
        assert second.kind == "not-claim"
        assert user.sentence == "Nobody had counted the dogs."


async def test_keys_typed_before_the_library_is_open_are_done_in_order(own_library: Path) -> None:
    async with reading(BUSES, own_library, wait=False) as user:
        user.send(*"jh1", *"jx", *"jht", *"early", "enter")
        await user.until(lambda: user.desk.session is not None)
        await user.until(lambda: len(user.quotes) == 3 and user.annotation.tags)
        first, second, third = user.session.index.annotations()
        assert first.judgements[0].verdict == "supports"
        assert second.kind == "not-claim"
        assert third.tags == ("early",)
        await user.saved()
    assert len(stored(own_library, "annotations")) == 3


async def test_moving_before_the_library_is_open_does_not_wait_for_it(own_library: Path) -> None:
    async with reading(LONG, own_library, wait=False) as user:
        await user.press("j", "}")
        assert user.sentence.startswith("Paragraph 2 opens")


@pytest.mark.parametrize("where", [(5, 0), (60, 35), (100, 30), (30, 20)])
async def test_a_click_beside_the_field_leaves_the_keys_somewhere(own_library: Path, where: tuple[int, int]) -> None:
    """After a click anywhere, a key does what the footer says: into the field that is open, or a command."""
    async with reading(BUSES, own_library, WIDE) as user:
        await user.press("/", "d")
        await user.click_at(where)
        await user.press("o")
        assert user.field.value == "do" if user.screen.prompt.is_asking else user.screen.key_context == "card"


async def test_a_click_beside_a_question_of_the_library_leaves_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        await user.press("g", "l")
        await user.until(lambda: user.over == "LibraryScreen" and "1 claim" in user.header)
        await user.press("tab", "e")
        await user.click_at((10, 1))
        await user.press("ctrl+p")
        assert user.over == "PaletteScreen"


async def test_a_click_beside_the_tags_leaves_the_keys_with_the_field(own_library: Path) -> None:
    async with reading(BUSES, own_library, WIDE) as user:
        await user.press("h", "t", "d")
        await user.click_at((5, 5))
        await user.click_at((100, 35))
        await user.press("o")
        assert user.field.value == "do"


async def test_a_paste_goes_into_the_field(own_library: Path) -> None:
    from textual import events

    async with reading(BUSES, own_library) as user:
        await user.press("/")
        user.app.post_message(events.Paste("dogs"))
        await user.settle()
        assert user.field.value == "dogs"


async def test_a_paste_into_the_text_is_no_row_of_commands(own_library: Path) -> None:
    from textual import events

    async with reading(BUSES, own_library) as user:
        user.app.post_message(events.Paste("hxzdd"))
        await user.settle()
        assert user.quotes == []


async def test_a_timer_that_is_late_calls_all_the_same(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = "reading.library_link"
    for pause in ("text_screen.FIRST_FRAME", "shared_library.SAVED_DELAY", f"{link}.COUNT_DELAY", f"{link}.FIRST_AUDIT_DELAY"):
        monkeypatch.setattr(f"reader.tui.{pause}", 1e-9)  # it has passed before the timer begins to wait
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        await user.audited()


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_library_is_opened_though_a_key_opened_something_over_the_first_frame(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reading(BUSES, own_library, size, wait=False) as user:
        user.send("?")
        await user.until(lambda: user.over == "HelpScreen" and user.desk.session is not None)


async def test_a_second_click_on_a_command_closes_nothing_below_the_palette(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("ctrl+p", *"numbers")
        await user.click_at_once("library in numbers", 2)
        await user.until(lambda: user.over == "StatisticsScreen")
        await user.press("escape")
        assert user.over == "ReadingScreen"


async def test_a_screen_whose_work_ends_below_the_palette_closes_after_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(":")
        await user.type("numbers")
        await user.press("enter")
        await user.until(lambda: user.over == "StatisticsScreen")
        below = user.app.screen
        await user.press("ctrl+p")
        below.dismiss()
        await user.settle()
        assert user.over == "PaletteScreen"
        await user.press("escape")
        await user.until(lambda: user.over == "ReadingScreen")
