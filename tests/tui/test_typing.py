"""What is typed is never lost and never taken for a command: in text fields, typed fast, and before the library is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import WIDE, reading, stored
from tests.tui.texts import BUSES, LONG

KEYS = "hjklxzdtaSJ1234567890/?:[]{}'qEnNguR$bvoycCmGA"


@pytest.mark.parametrize("key", ["/", "f", "E", "t"])
async def test_a_field_takes_every_letter_and_digit(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", key, "ctrl+u")
        await hand.type(KEYS)
        assert hand.field.value == KEYS
        assert len(hand.quotes) == 1
        await hand.press("escape")
        assert len(hand.quotes) == 1


async def test_the_palette_takes_every_letter_and_digit(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", ":")
        await hand.type(KEYS)
        assert hand.field.value == KEYS
        assert len(hand.quotes) == 1


async def test_letters_are_typed_into_a_field_with_its_usual_keys(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("/")
        await hand.type("dogs")
        await hand.press("left", "left", "backspace", "home", "x", "end", "y")
        assert hand.field.value == "xdgsy"


@pytest.mark.parametrize(
    ("keys", "field"),
    [("/council", "council"), ("f#tag open", "#tag open"), ("htserbia", "serbia"), (":undo", "undo")],
)
async def test_a_burst_of_keys_goes_into_the_field_that_its_first_opens(own_library: Path, keys: str, field: str) -> None:
    async with reading(BUSES, own_library) as hand:
        hand.send(*("space" if key == " " else key for key in keys))
        await hand.settle()
        await hand.until(lambda: hand.field.value == field)
        assert len(hand.quotes) == ("h" in keys[:1])


async def test_a_whole_job_in_one_burst(own_library: Path) -> None:
    """Mark, tag, note, judge, next, mark, back, search: as a paste or a slow line delivers it."""
    keys = [*"jht", *"winter", "enter", *"1a", *"why?", "escape", *"jx", *"k/dogs", "enter"]
    async with reading(BUSES, own_library) as hand:
        hand.send(*keys)
        await hand.until(lambda: "1 of 1" in hand.footer)
        first, second = hand.session.index.annotations()
        assert (first.tags, first.note, first.judgements[0].verdict) == (("winter",), "why?", "supports")
        assert second.kind == "not-claim"
        assert hand.sentence == "Nobody had counted the dogs."


async def test_keys_typed_before_the_library_is_open_are_done_in_order(own_library: Path) -> None:
    async with reading(BUSES, own_library, wait=False) as hand:
        hand.send(*"jh1", *"jx", *"jht", *"early", "enter")
        await hand.until(lambda: hand.desk.session is not None)
        await hand.until(lambda: len(hand.quotes) == 3 and hand.annotation.tags)
        first, second, third = hand.session.index.annotations()
        assert first.judgements[0].verdict == "supports"
        assert second.kind == "not-claim"
        assert third.tags == ("early",)
        await hand.saved()
    assert len(stored(own_library, "annotations")) == 3


async def test_moving_before_the_library_is_open_does_not_wait_for_it(own_library: Path) -> None:
    async with reading(LONG, own_library, wait=False) as hand:
        await hand.press("j", "}")
        assert hand.sentence.startswith("Paragraph 2 opens")


@pytest.mark.parametrize("where", [(5, 0), (60, 35), (100, 30), (30, 20)])
async def test_a_click_beside_the_field_leaves_the_keys_somewhere(own_library: Path, where: tuple[int, int]) -> None:
    """After a click anywhere, a key does what the footer says: into the field that is open, or a command."""
    async with reading(BUSES, own_library, WIDE) as hand:
        await hand.press("/", "d")
        await hand.click_at(where)
        await hand.press("o")
        assert hand.field.value == "do" if hand.screen.prompt.is_asking else hand.screen.key_context == "card"


async def test_a_click_beside_the_tags_leaves_the_keys_with_the_field(own_library: Path) -> None:
    async with reading(BUSES, own_library, WIDE) as hand:
        await hand.press("h", "t", "d")
        await hand.click_at((5, 5))
        await hand.click_at((100, 35))
        await hand.press("o")
        assert hand.field.value == "do"


async def test_a_paste_goes_into_the_field(own_library: Path) -> None:
    from textual import events

    async with reading(BUSES, own_library) as hand:
        await hand.press("/")
        hand.app.post_message(events.Paste("dogs"))
        await hand.settle()
        assert hand.field.value == "dogs"


async def test_a_paste_into_the_text_is_no_row_of_commands(own_library: Path) -> None:
    from textual import events

    async with reading(BUSES, own_library) as hand:
        hand.app.post_message(events.Paste("hxzdd"))
        await hand.settle()
        assert hand.quotes == []
