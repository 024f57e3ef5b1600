"""Tags: typed, completed, picked by a digit, nested, taken off; and which of them are offered."""

from __future__ import annotations

from pathlib import Path

from reader.review.vocabulary import TAG_SYMBOLS
from reader.tui.dialogs.tag import TAG_OFFERS, match_tags
from tests.tui.hand import Hand, reading, stored
from tests.tui.texts import BUSES


async def tag(hand: Hand, name: str) -> None:
    """Put a tag on the annotation in hand by typing all of it."""
    await hand.press("t")
    await hand.type(name)
    await hand.press("enter")


async def test_a_typed_name_makes_a_tag_and_both_are_saved(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "night work")
        assert hand.over == "ReadingScreen"
        assert hand.annotation.tags == ("night-work",)
        assert "#night-work added" in hand.footer
        assert "night-work" in hand.card
        await hand.saved()
    (annotation,) = stored(own_library, "annotations")
    assert annotation["tags"] == ["night-work"]
    (record,) = stored(own_library, "tags")
    assert record["name"] == "night-work"
    assert record["symbol"] in TAG_SYMBOLS


async def test_tags_nest_with_a_slash_and_lose_their_blanks_around_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "#town / buses / night")
        assert hand.annotation.tags == ("town/buses/night",)


async def test_a_digit_picks_a_known_tag_while_nothing_is_typed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await hand.press("j", "h")
        await tag(hand, "beta")
        await hand.press("j", "h", "t")
        offers = [row.split() for row in hand.lines if "alpha" in row or "beta" in row]
        assert [(row[0], row[2]) for row in offers] == [("1", "beta"), ("2", "alpha")], "the latest used comes first"
        await hand.press("2")
        assert hand.annotation.tags == ("alpha",)


async def test_a_digit_is_typed_once_a_name_is_begun(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await tag(hand, "year-2024")
        assert hand.annotation.tags == ("alpha", "year-2024")


async def test_a_digit_that_picks_nothing_changes_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "t", "5")
        assert hand.over == "TagScreen"
        assert hand.field.value == ""
        await hand.press("escape")
        assert hand.annotation.tags == ()


async def test_a_tag_may_begin_with_a_digit(own_library: Path) -> None:
    """A person writes #2024 with the sign that tags have everywhere."""
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "#2024")
        assert hand.annotation.tags == ("2024",)


async def test_enter_takes_the_tag_that_was_begun(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "surveillance")
        await hand.press("j", "h")
        await tag(hand, "surv")
        assert hand.annotation.tags == ("surveillance",)


async def test_a_new_name_that_a_known_one_begins_with_can_still_be_made(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "surveillance")
        await hand.press("j", "h", "t")
        await hand.type("surv")
        assert any("surv " in row and "new tag" in row for row in hand.lines)
        await hand.press("down", "enter")
        assert hand.annotation.tags == ("surv",)


async def test_tab_completes_and_more_can_be_typed_behind(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "town")
        await hand.press("j", "h", "t", "t", "tab")
        assert hand.field.value == "town"
        await hand.type("/council")
        await hand.press("enter")
        assert hand.annotation.tags == ("town/council",)


async def test_a_tag_that_is_on_it_comes_off_when_chosen_again(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await hand.press("t")
        assert "on the claim" in hand.picture
        await hand.press("1")
        assert hand.annotation.tags == ()
        assert "taken off" in hand.footer


async def test_escape_leaves_without_a_tag(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "t")
        await hand.type("alpha")
        await hand.press("escape")
        assert hand.over == "ReadingScreen"
        assert hand.annotation.tags == ()
        assert hand.session.index.tags() == ()


async def test_enter_on_nothing_leaves_without_a_tag(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await hand.press("t", "enter")
        assert hand.annotation.tags == ("alpha",)


async def test_an_unmarked_sentence_cannot_be_tagged_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("t")
        assert hand.over == "ReadingScreen"
        assert "Nothing is marked here yet; h marks this sentence" in hand.footer


async def test_the_plain_key_opens_it_and_a_click_picks(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await hand.press("j", "h", "f3")
        await hand.click("1 ◆ alpha", into=4)
        assert hand.annotation.tags == ("alpha",)


async def test_tags_of_one_article_are_offered_in_the_next(own_library: Path) -> None:
    from tests.tui.texts import LONG

    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await tag(hand, "alpha")
        await hand.saved()
    async with reading(LONG, own_library) as hand:
        await hand.press("h", "t", "1")
        assert hand.annotation.tags == ("alpha",)


def test_what_begins_with_the_typed_letters_comes_before_what_holds_them() -> None:
    names = ["press/state", "state", "estate", "statement", "town/state"]
    assert match_tags(names, "state") == ["state", "statement", "press/state", "town/state", "estate"]


def test_typed_case_and_the_number_sign_do_not_matter() -> None:
    assert match_tags(["Serbia", "spyware"], "#SER") == ["Serbia"]


def test_nothing_typed_offers_the_first_few_in_their_order() -> None:
    names = [f"tag-{n}" for n in range(20)]
    assert match_tags(names, "  ") == names[:TAG_OFFERS]


def test_what_fits_nowhere_is_not_offered() -> None:
    assert match_tags(["alpha", "beta"], "z") == []


def test_no_more_are_offered_than_digits_can_pick() -> None:
    assert len(match_tags([f"tag-{n}" for n in range(20)], "tag")) == TAG_OFFERS <= 9
