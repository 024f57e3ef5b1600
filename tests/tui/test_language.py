"""The language of an article: shown, set in the palette, taken back, here and in another window."""

from __future__ import annotations

from pathlib import Path

from tests.tui.texts import article
from tests.tui.user import NARROW, elsewhere, reading

TRAIN = article(("Der Zug", "Er fuhr am 3. März ab. Niemand stieg ein.")).with_language("en")
GERMAN, ENGLISH = "Er fuhr am 3. März ab.", "Er fuhr am 3."


async def test_it_is_set_by_name_in_the_palette_and_the_sentences_follow_at_once(own_library: Path) -> None:
    async with reading(TRAIN, own_library, NARROW) as user:
        await user.press("j")
        assert user.sentence == ENGLISH
        await user.press(":")
        await user.type("language")
        await user.press("enter")
        assert "Recognise it  it is English" in user.picture
        await user.type("germ")
        assert "Italian" not in user.picture
        await user.press("enter")
        assert "Language: German · u takes it back" in user.footer
        assert user.sentence == GERMAN
        await user.until(lambda: "0/3" in user.header)
        await user.press("u")
        assert "Undone: language: German" in user.footer
        assert user.sentence == ENGLISH
        await user.press("ctrl+r")
        assert user.sentence == GERMAN


async def test_it_stays_set_the_next_time_until_it_shall_be_recognised_again(own_library: Path) -> None:
    async with reading(TRAIN, own_library, NARROW) as user:
        user.screen.do("language")
        await user.settle()
        await user.type("xyz")
        await user.press("enter")
        assert "No language matches" in user.picture
        await user.press("backspace", "backspace", "backspace")
        await user.type("de")
        await user.press("enter", "q")
    async with reading(TRAIN, own_library, NARROW) as user:
        await user.press("j")
        assert user.sentence == GERMAN
        user.screen.do("language")
        await user.settle()
        assert "● German" in user.picture
        await user.press("down", "enter")
        assert "Language: English, as recognised" in user.footer
        assert user.sentence == ENGLISH


async def test_what_another_window_sets_counts_at_once(own_library: Path) -> None:
    async with reading(TRAIN, own_library) as user:
        await user.press("j")
        with elsewhere(TRAIN, own_library) as other:
            other.session.set_language("de")
        await user.until(lambda: "language set" in user.footer)
        assert user.sentence == GERMAN


async def test_the_option_sets_it_when_the_library_is_open(own_library: Path) -> None:
    async with reading(TRAIN, own_library, language="de") as user:
        await user.press("j")
        assert user.sentence == GERMAN
        await user.press("u")
        assert user.sentence == ENGLISH
