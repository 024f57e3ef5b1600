"""Fields that are full: what does not fit is refused as a whole and said, whatever field it is, and what was typed stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.widgets import Input, TextArea

from reader.tui.dialogs.note import MOST_IN_NOTE
from reader.tui.widgets.prompt_bar import MOST_IN_LINE
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, User, reading

IN_LINE = f"Nothing added: at most {MOST_IN_LINE:,}"
IN_NOTE = f"Nothing added: at most {MOST_IN_NOTE:,} characters fit; attach a longer text as a source"


WAYS = (["/"], ["h", "t"], [":"], ["?"], ["g", "/"], ["g", "b", "n"])
"""The keys that open fields of one line, from the text of an article."""


async def opened(user: User, keys: Sequence[str]) -> Input:
    """Open a field and return it."""
    await user.press(*keys)
    await user.until(lambda: isinstance(user.app.focused, Input))
    assert isinstance(user.app.focused, Input)
    return user.app.focused


async def back_to_text(user: User) -> None:
    """Close fields and screens."""
    while user.over != "ReadingScreen" or isinstance(user.app.focused, Input):
        await user.press("escape")


async def test_no_line_takes_anything_of_a_paste_that_does_not_fit(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        for keys in WAYS:
            field = await opened(user, keys)
            await user.type("Bus")
            before = field.value
            await user.paste("x" * (MOST_IN_LINE + 1 - len(before)))
            assert IN_LINE in user.picture, keys
            assert field.value == before
            await user.press("e")
            assert field.value == f"{before}e"
            assert IN_LINE not in user.picture, keys
            await back_to_text(user)


async def test_a_full_line_takes_no_more_keys_but_becomes_shorter(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        field = await opened(user, ("/",))
        await user.paste("\r\nx\r\ny\rz" + "w" * (MOST_IN_LINE - 5) + "\n")
        full = "x y z" + "w" * (MOST_IN_LINE - 5)
        assert field.value == full
        await user.press("v")
        assert IN_LINE in user.picture
        assert field.value == full
        await user.press("backspace", "backspace")
        assert field.value == full[:-2]


async def test_a_note_takes_nothing_of_a_paste_that_does_not_fit_and_keeps_what_fits(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("h", "a")
        await user.type("Counted twice. ")
        note = user.app.screen.query_one(TextArea)
        await user.paste("A line.\r" * (MOST_IN_NOTE // 8))
        assert IN_NOTE in user.picture
        assert "cancels" in user.picture
        assert note.text == "Counted twice. "
        await user.paste("One\rtwo\r\nthree\nfour")
        assert note.text == "Counted twice. One\ntwo\nthree\nfour"
        assert IN_NOTE not in user.picture
        await user.press("enter")
        await user.saved()
        assert user.annotation.note == "Counted twice. One\ntwo\nthree\nfour"


async def test_a_full_note_becomes_shorter_and_takes_what_replaces_as_much(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("h", "a")
        note = user.app.screen.query_one(TextArea)
        await user.paste("A line.\n" * (MOST_IN_NOTE // 8))
        assert len(note.text) == MOST_IN_NOTE
        await user.press("x", "ctrl+j")
        assert IN_NOTE in user.picture
        assert len(note.text) == MOST_IN_NOTE
        await user.press("shift+up", "y")
        assert len(note.text) == MOST_IN_NOTE - 7
        assert IN_NOTE not in user.picture


async def test_a_tag_whose_name_is_too_long_is_not_made_and_the_next_one_is(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        field = await opened(user, ["h", "t"])
        await user.press("#", "enter")
        assert user.over == "TagScreen", "a tag needs a name"
        await user.paste("x" * 500, "enter")
        await user.saved()
        await user.press("t")
        await user.paste("y" * 501, "enter")
        assert "A tag cannot have more than 500 characters or 20 levels" in user.picture
        assert user.over == "TagScreen"
        await user.press("backspace", "enter")
        await user.saved()
        assert user.annotation.tags == ("x" * 500, "y" * 500)
        assert field is not user.app.focused


async def test_a_note_that_no_field_could_hold_stays_as_it_is(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("h")
        long = "A long line of it.\n" * 20_000
        user.desk.open_session.set_note(user.annotation, long)
        await user.saved()
        user.send("a", *"duhl", "ctrl+j", "up")
        await user.until(lambda: "too many to edit here" in user.picture)
        assert "The note has 380,000 characters" in user.picture
        await user.paste("What the council said.\rIt said more.")
        await user.press("enter")
        assert user.over == "ReadingScreen"
        assert user.annotation.note == long
        assert len(user.quotes) == 1
