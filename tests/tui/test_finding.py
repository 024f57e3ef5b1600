"""Searching the text, stepping through hits, filtering the claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading


async def search(user: User, words: str, *keys: str) -> None:
    """Search for `words`, then press more keys in the field."""
    await user.press("/")
    await user.type(words)
    await user.press(*keys)


@pytest.mark.parametrize("key", ["/", pytest.param("ctrl+f", marks=pytest.mark.slow)])
async def test_a_search_counts_while_it_is_typed_and_enter_goes_to_the_first(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        await user.type("the council")
        assert "2 found" in user.footer
        await user.press("enter")
        assert user.sentence.startswith("The first winter")
        assert user.screen.key_context == "text"
        assert "1 of 2" in user.footer


async def test_n_and_capital_n_step_through_the_hits_and_round(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "council", "enter")
        found = [user.sentence]
        for key in ("n", "n", "N", "N"):
            await user.press(key)
            found.append(user.sentence)
        assert [words.split()[0] for words in found] == ["The", "In", "The", "In", "The"]


async def test_the_arrows_step_in_the_find_bar(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "council", "down")
        assert user.sentence.startswith("The first winter")
        await user.press("down")
        assert user.sentence.startswith("In 2024")
        await user.press("up")
        assert user.sentence.startswith("The first winter")
        assert user.field.value == "council", "the field is still open"
        await user.press("enter")
        assert user.sentence.startswith("The first winter"), "Enter stays where the arrows led"


async def test_the_search_begins_at_the_cursor(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}")
        await search(user, "council", "enter")
        assert user.sentence.startswith("In 2024")


async def test_case_does_not_count_and_a_blank_finds_a_line_break(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "DOGS.", "enter")
        assert user.sentence == "Nobody had counted the dogs."


async def test_what_is_not_found_is_said_and_the_field_stays(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        before = user.sentence
        await search(user, "zebra")
        assert "0 found" in user.footer
        await user.press("enter")
        assert "Not found" in user.footer
        assert user.field.value == "zebra"
        assert user.sentence == before
        await user.press("escape")
        assert user.screen.key_context == "text"


async def test_escape_puts_everything_back(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        before = user.sentence
        await search(user, "paragraph 38")
        assert user.screen.view.scroll_offset.y > 0, "the hit is shown while it is typed"
        await user.press("escape")
        assert user.sentence == before
        assert user.screen.view.scroll_offset.y == 0
        await user.press("n")
        assert "No search yet" in user.footer


async def test_escape_after_a_search_leaves_the_hits(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "council", "enter", "escape", "n")
        assert "No search yet" in user.footer


async def test_brackets_and_dots_are_searched_as_they_stand(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "[9].", "enter")
        assert user.sentence.startswith("The figure leaves out")
        await search(user, ".*", "enter")
        assert "Not found" in user.footer


async def test_a_search_is_a_jump_to_come_back_from(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        before = user.sentence
        await search(user, "paragraph 38", "enter", "ctrl+o")
        assert user.sentence == before


async def test_hits_light_up_the_current_one_more(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user, "council", "enter")
        look = user.app.look
        current, other = user.cell("council", 0), user.cell("council", 1)
        assert user.app.screen.get_style_at(*current).bgcolor == look.styles["current-hit"].bgcolor
        assert user.app.screen.get_style_at(*other).bgcolor == look.styles["hit"].bgcolor


# ---------------------------------------------------------------------- the filter


async def filtered(user: User, words: str) -> list[str]:
    """Filter the claims by `words` and return the first words of those that are left."""
    await user.press("f", "ctrl+u")
    await user.type(words)
    await user.press("enter")
    return [annotation.selector.exact.split()[0] for annotation in user.desk.filtered_annotations()]


async def marked(user: User) -> None:
    """Mark: an uncited claim with a tag, a judged one, an open one, one for later with a note."""
    await user.press("h", "t")
    await user.type("dogs")
    await user.press("enter", "j", "h", "5", "j", "j", "h", "j", "z", "a")
    await user.type("ask them")
    await user.press("enter")


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


@pytest.mark.slow
async def test_the_filter_leaves_what_was_asked_for(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await marked(user)
        for words, left in FILTERS.items():
            assert await filtered(user, words) == left, words


@pytest.mark.parametrize(("size", "key"), [(NARROW, "f"), pytest.param(WIDE, "f7", marks=pytest.mark.slow)])
async def test_a_filter_is_told_and_the_step_from_claim_to_claim_follows_it(
    own_library: Path, size: tuple[int, int], key: str
) -> None:
    async with reading(BUSES, own_library, size) as user:
        await marked(user)
        await user.press(key)
        await user.type("open")
        await user.press("enter")
        assert user.desk.tab == "claims"
        assert user.screen.key_context == "text", "the keys are with the text again"
        assert "filter open" in user.header
        await user.press("g", "g", "]")
        assert user.sentence.startswith("Three studies")
        await user.press("]")
        assert "last claim" in user.footer


async def test_escape_in_the_filter_keeps_the_one_before(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await marked(user)
        await filtered(user, "#dogs")
        await user.press("f")
        assert user.field.value == "#dogs", "the filter in force stands in the field"
        await user.type(" nonsense")
        await user.press("escape")
        assert [a.selector.exact.split()[0] for a in user.desk.filtered_annotations()] == ["Ostrel"]


async def test_a_filter_that_lets_nothing_through_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await marked(user)
        await filtered(user, "zebra")
        assert "No claim passes the filter" in user.list
        await user.press("]")
        assert "No claim passes the filter" in user.footer


async def test_an_unknown_word_of_a_filter_is_named_and_hides_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await marked(user)
        await user.press("f")
        await user.type("foo:bar")
        assert "No filter “foo:bar”; there are tag:" in user.picture
        assert "before:" in user.picture, "all filters that exist can be read"
        await user.press("enter")
        assert user.field.value == "foo:bar", "it keeps asking"
        await user.press("escape")
        assert len(user.desk.filtered_annotations()) == 4
        assert await filtered(user, "is:open") == ["Three"]


async def test_a_click_on_the_filter_in_the_header_changes_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await marked(user)
        await filtered(user, "open")
        await user.click("filter open")
        assert user.field.value == "open"
