"""Searching the text, stepping through hits, filtering the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.texts import BUSES, LONG


async def search(hand: Hand, words: str, *keys: str) -> None:
    """Search for `words`, then press more keys in the field."""
    await hand.press("/")
    await hand.type(words)
    await hand.press(*keys)


@pytest.mark.parametrize("key", ["/", "ctrl+f"])
async def test_a_search_counts_while_it_is_typed_and_enter_goes_to_the_first(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(key)
        await hand.type("the council")
        assert "2 found" in hand.footer
        await hand.press("enter")
        assert hand.sentence.startswith("The first winter")
        assert hand.screen.key_context == "text"
        assert "1 of 2" in hand.footer


async def test_n_and_capital_n_step_through_the_hits_and_round(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "council", "enter")
        found = [hand.sentence]
        for key in ("n", "n", "N", "N"):
            await hand.press(key)
            found.append(hand.sentence)
        assert [words.split()[0] for words in found] == ["The", "In", "The", "In", "The"]


async def test_the_arrows_step_in_the_find_bar(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "council", "down")
        assert hand.sentence.startswith("The first winter")
        await hand.press("down")
        assert hand.sentence.startswith("In 2024")
        await hand.press("up")
        assert hand.sentence.startswith("The first winter")
        assert hand.field.value == "council", "the field is still open"
        await hand.press("enter")
        assert hand.sentence.startswith("The first winter"), "Enter stays where the arrows led"


async def test_the_search_begins_at_the_cursor(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}")
        await search(hand, "council", "enter")
        assert hand.sentence.startswith("In 2024")


async def test_case_does_not_count_and_a_blank_finds_a_line_break(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "DOGS.", "enter")
        assert hand.sentence == "Nobody had counted the dogs."


async def test_what_is_not_found_is_said_and_the_field_stays(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        before = hand.sentence
        await search(hand, "zebra")
        assert "0 found" in hand.footer
        await hand.press("enter")
        assert "Not found" in hand.footer
        assert hand.field.value == "zebra"
        assert hand.sentence == before
        await hand.press("escape")
        assert hand.screen.key_context == "text"


async def test_escape_puts_everything_back(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        before = hand.sentence
        await search(hand, "paragraph 38")
        assert hand.screen.view.scroll_offset.y > 0, "the hit is shown while it is typed"
        await hand.press("escape")
        assert hand.sentence == before
        assert hand.screen.view.scroll_offset.y == 0
        await hand.press("n")
        assert "No search yet" in hand.footer


async def test_escape_after_a_search_leaves_the_hits(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "council", "enter", "escape", "n")
        assert "No search yet" in hand.footer


async def test_brackets_and_dots_are_searched_as_they_stand(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "[9].", "enter")
        assert hand.sentence.startswith("The figure leaves out")
        await search(hand, ".*", "enter")
        assert "Not found" in hand.footer


async def test_a_search_is_a_jump_to_come_back_from(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        before = hand.sentence
        await search(hand, "paragraph 38", "enter", "ctrl+o")
        assert hand.sentence == before


async def test_hits_light_up_the_current_one_more(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await search(hand, "council", "enter")
        look = hand.app.look
        current, other = hand.cell("council", 0), hand.cell("council", 1)
        assert hand.app.screen.get_style_at(*current).bgcolor == look.styles["current-hit"].bgcolor
        assert hand.app.screen.get_style_at(*other).bgcolor == look.styles["hit"].bgcolor


# ---------------------------------------------------------------------- the filter


async def filtered(hand: Hand, words: str) -> list[str]:
    """Filter the claims by `words` and return the first words of those that are left."""
    await hand.press("f", "ctrl+u")
    await hand.type(words)
    await hand.press("enter")
    return [annotation.selector.exact.split()[0] for annotation in hand.desk.filtered_annotations()]


async def marked(hand: Hand) -> None:
    """Mark: an uncited claim with a tag, a judged one, an open one, one for later with a note."""
    await hand.press("h", "t")
    await hand.type("dogs")
    await hand.press("enter", "j", "h", "5", "j", "j", "h", "j", "z", "a")
    await hand.type("ask them")
    await hand.press("escape")


FILTERS = {
    "": ["Ostrel", "The", "Three", "Most"],
    "#dogs": ["Ostrel"],
    "uncited": ["Ostrel"],
    "judged": ["The"],
    "open": ["Three"],
    "contradicts": ["The"],
    "[2]": ["Three"],
    "later": ["Most"],
    "note": ["Most"],
    "winter": ["The"],
    "-open -later": ["Ostrel", "The"],
    "open [9]": [],
}


async def test_the_filter_leaves_what_was_asked_for(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await marked(hand)
        for words, left in FILTERS.items():
            assert await filtered(hand, words) == left, words


@pytest.mark.parametrize(("size", "key"), [(NARROW, "f"), (WIDE, "f7")])
async def test_a_filter_is_told_and_the_step_from_claim_to_claim_follows_it(
    own_library: Path, size: tuple[int, int], key: str
) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await marked(hand)
        await hand.press(key)
        await hand.type("open")
        await hand.press("enter")
        assert hand.desk.tab == "claims"
        assert hand.screen.key_context == "text", "the keys are with the text again"
        assert "filter open" in hand.header
        await hand.press("g", "g", "]")
        assert hand.sentence.startswith("Three studies")
        await hand.press("]")
        assert "last claim" in hand.footer


async def test_escape_in_the_filter_keeps_the_one_before(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await marked(hand)
        await filtered(hand, "#dogs")
        await hand.press("f")
        assert hand.field.value == "#dogs", "the filter in force stands in the field"
        await hand.type(" nonsense")
        await hand.press("escape")
        assert [a.selector.exact.split()[0] for a in hand.desk.filtered_annotations()] == ["Ostrel"]


async def test_a_filter_that_lets_nothing_through_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await marked(hand)
        await filtered(hand, "zebra")
        assert "No claim passes the filter" in hand.list
        await hand.press("]")
        assert "No claim passes the filter" in hand.footer


async def test_a_click_on_the_filter_in_the_header_changes_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await marked(hand)
        await filtered(hand, "open")
        await hand.click("filter open")
        assert hand.field.value == "open"
