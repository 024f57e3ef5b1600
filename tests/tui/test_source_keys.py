"""The keys of the source screen, what others do to its pair meanwhile, and texts that would bite."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.vocabulary import NOT_CLAIM
from tests.tui.hand import NARROW, WIDE, elsewhere, reading
from tests.tui.sources import CARRIED, LAST, SECOND, WINTER, claim, kept, looked, read_source, sentence, supply
from tests.tui.test_hostile import BITES, look
from tests.tui.texts import BUSES, article

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


async def test_search_and_the_way_back_level_by_level(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("/")
        await hand.type("drivers")
        await hand.press("enter")
        assert "“drivers”: 1 of 1" in hand.footer
        assert sentence(hand) == "Drivers slept badly."
        await hand.press("k", "n")
        assert sentence(hand) == "Drivers slept badly."
        await hand.press("escape")
        assert hand.over == "SourceScreen", "first the search is left"
        await hand.press("G")
        assert sentence(hand) == LAST
        await hand.press("g", "g", "}")
        assert sentence(hand).startswith("Drivers")
        await hand.press("escape")
        assert hand.over == "ReadingScreen"
        assert hand.sentence == CARRIED


async def test_letters_typed_at_once_reach_the_search(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        hand.send("/", *"depot", "enter", "e")
        await hand.until(lambda: kept(hand))
        assert kept(hand) == [LAST]


async def test_a_key_of_the_article_says_so_and_help_shows_the_keys(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("h")
        assert "Mark or unmark is for the text" in hand.footer
        await hand.press("?")
        assert "In a source" in hand.picture
        await hand.press("escape", "q")
        assert hand.over == "ReadingScreen"


async def test_a_click_on_a_passage_goes_there(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.click("The council planned for")
        assert sentence(hand) == SECOND
        await hand.press("e")
        await hand.click("4 ✗")
        assert claim(hand).verdict_on("1") == "does-not-support"


# ---------------------------------------------------------------------- others, and what bites


async def test_what_another_window_says_of_the_pair_is_shown(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.saved()
        with elsewhere(BUSES, own_library) as window:
            window.session.judge(window.on(CARRIED), "1", "unclear")
        await hand.until(lambda: "? unclear" in hand.header)
        with elsewhere(BUSES, own_library) as window:
            window.session.set_kind(window.on(CARRIED), NOT_CLAIM)
        await hand.until(lambda: hand.annotation.kind == NOT_CLAIM)
        await hand.press("e")
        assert "This is no longer a claim" in hand.footer


@pytest.mark.parametrize("name", BITES)
@SIZES
async def test_nothing_that_a_source_or_a_claim_says_bites(own_library: Path, name: str, size: tuple[int, int]) -> None:
    words = BITES[name]
    said = article((f"Title {words}", f"A heron says {words} and more [1]."), (("Author", "2020", f"Entry {words}"),))
    supply(own_library, f"Title {words}\n\nA heron says {words} twice. A heron stands.", article=said)
    async with reading(said, own_library, size) as hand:
        await hand.press("j", "h", "s")
        await hand.until(lambda: looked(hand))
        await hand.settle()
        for key in ("]", "e", "v", "escape", "escape", "o"):
            look(hand)
            await hand.press(key)
        look(hand)


@SIZES
async def test_a_click_into_the_text_leaves_a_question_and_the_keys_act_again(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as hand:
        screen = await read_source(hand)
        await hand.press("/")
        assert screen.is_typing
        await hand.click("Drivers slept")
        await hand.press("j", "e")
        assert not screen.is_asking
        assert kept(hand), "the keys are those of the source again"
        await hand.press("escape")
        assert hand.over == "ReadingScreen"


async def test_a_key_that_does_nothing_says_where_it_would(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "e")
        assert "Keep as evidence is for a source: s opens it" in hand.footer
        await hand.press("R", "B")
        assert "Blind is for a source: s opens it" in hand.footer
        await hand.press("m")
        assert "Set a bookmark is for the text" in hand.footer
        await hand.press("escape")
        await read_source(hand, "escape", "k")
        await hand.press("e")
        assert "verdict?" in hand.footer
        await hand.press("f")
        assert "is for the text: Esc goes back to it" in hand.footer, "also after a verdict was asked for"


async def test_the_passage_that_was_gone_to_is_in_hand_at_once(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        screen = await read_source(hand)
        screen.go_passage(1)
        there = screen.state.current_sentence()
        assert screen.article.text[there.start : there.end] == SECOND
