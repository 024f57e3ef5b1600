"""The keys of the source screen, what others do to its pair meanwhile, and texts that would bite."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.vocabulary import NOT_CLAIM
from tests.tui.sources import CARRIED, LAST, SECOND, WINTER, claim, evidence_quotes, is_searched, read_source, sentence, supply
from tests.tui.test_hostile import BITES, look
from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, WIDE, elsewhere, reading

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


async def test_search_and_the_way_back_level_by_level(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("/")
        await user.type("drivers")
        await user.press("enter")
        assert "“drivers”: 1 of 1" in user.footer
        assert sentence(user) == "Drivers slept badly."
        await user.press("k", "n")
        assert sentence(user) == "Drivers slept badly."
        await user.press("escape")
        assert user.over == "SourceScreen", "first the search is left"
        await user.press("G")
        assert sentence(user) == LAST
        await user.press("g", "g", "}")
        assert sentence(user).startswith("Drivers")
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert user.sentence == CARRIED


async def test_letters_typed_at_once_reach_the_search(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        user.send("/", *"depot", "enter", "e")
        await user.until(lambda: evidence_quotes(user))
        assert evidence_quotes(user) == [LAST]


async def test_a_key_of_the_article_says_so_and_help_shows_the_keys(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("h")
        assert "Mark or unmark is for the text" in user.footer
        await user.press("?")
        assert "Next or previous passage" in user.picture
        await user.press("escape", "q")
        assert user.over == "ReadingScreen"


async def test_a_click_on_a_passage_goes_there(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.click("The council planned for")
        assert sentence(user) == SECOND
        await user.press("e")
        await user.click("4 ✗")
        assert claim(user).verdict_on("1") == "does-not-support"


# ---------------------------------------------------------------------- others, and what bites


async def test_what_another_window_says_of_the_pair_is_shown(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.saved()
        with elsewhere(BUSES, own_library) as window:
            window.session.judge(window.on(CARRIED), "1", "unclear")
        await user.until(lambda: "? unclear" in user.header)
        with elsewhere(BUSES, own_library) as window:
            window.session.set_kind(window.on(CARRIED), NOT_CLAIM)
        await user.until(lambda: user.annotation.kind == NOT_CLAIM)
        await user.press("e")
        assert "This is no longer a claim" in user.footer


@pytest.mark.parametrize("name", BITES)
@SIZES
async def test_nothing_that_a_source_or_a_claim_says_bites(own_library: Path, name: str, size: tuple[int, int]) -> None:
    words = BITES[name]
    said = article((f"Title {words}", f"A heron says {words} and more [1]."), (("Author", "2020", f"Entry {words}"),))
    supply(own_library, f"Title {words}\n\nA heron says {words} twice. A heron stands.", article=said)
    async with reading(said, own_library, size) as user:
        await user.press("j", "h", "s")
        await user.until(lambda: is_searched(user))
        await user.settle()
        for key in ("]", "e", "v", "escape", "escape", "o"):
            look(user)
            await user.press(key)
        look(user)


@SIZES
async def test_a_click_into_the_text_leaves_a_question_and_the_keys_act_again(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as user:
        screen = await read_source(user)
        await user.press("/")
        assert screen.is_typing
        await user.click("Drivers slept")
        await user.press("j", "e")
        assert not screen.is_asking
        assert evidence_quotes(user), "the keys are those of the source again"
        await user.press("escape")
        assert user.over == "ReadingScreen"


async def test_a_key_that_does_nothing_says_where_it_would(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "e")
        assert "Keep as evidence is for a source: s opens it" in user.footer
        await user.press("R", "B")
        assert "Blind is for a source: s opens it" in user.footer
        await user.press("m")
        assert "Set a bookmark is for the text" in user.footer
        await user.press("escape")
        await read_source(user, "escape", "k")
        await user.press("e")
        assert "verdict?" in user.footer
        await user.press("f")
        assert "is for the text: Esc goes back to it" in user.footer, "also after a verdict was asked for"


async def test_the_passage_that_was_gone_to_is_in_hand_at_once(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        screen = await read_source(user)
        screen.go_passage(1)
        there = screen.state.current_sentence()
        assert screen.article.text[there.start : there.end] == SECOND
