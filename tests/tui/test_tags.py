"""Tags: typed, completed, picked by a digit, nested, taken off; and which of them are offered."""

from __future__ import annotations

from pathlib import Path

from reader.library import Library
from reader.library.transaction import RecordEdit, Transaction
from reader.review.codebook import Codebook
from reader.review.model import Tag
from reader.review.records import item_to_record
from reader.review.vocabulary import TAG_SYMBOLS
from reader.tui.dialogs.tag import TAG_OFFERS, match_tags, number_tags
from tests.tui.texts import BUSES
from tests.tui.user import User, reading, stored


async def tag(user: User, name: str) -> None:
    """Put a tag on the annotation in hand by typing all of it."""
    await user.press("t")
    await user.type(name)
    await user.press("enter")


async def test_a_typed_name_makes_a_tag_and_both_are_saved(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "night work")
        assert user.over == "ReadingScreen"
        assert user.annotation.tags == ("night-work",)
        assert "#night-work added" in user.footer
        assert "night-work" in user.card
        await user.saved()
    (annotation,) = stored(own_library, "annotations")
    assert annotation["tags"] == ["night-work"]
    (record,) = stored(own_library, "tags")
    assert record["name"] == "night-work"
    assert record["symbol"] in TAG_SYMBOLS


async def test_tags_nest_with_a_slash_and_lose_their_blanks_around_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "#town / buses / night")
        assert user.annotation.tags == ("town/buses/night",)


async def test_a_digit_picks_a_known_tag_while_nothing_is_typed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "alpha")
        await user.press("j", "h")
        await tag(user, "beta")
        await user.press("j", "h", "t")
        offers = [row.split() for row in user.lines if "alpha" in row or "beta" in row]
        assert [(row[0], row[2]) for row in offers] == [("1", "beta"), ("2", "alpha")], "the latest used comes first"
        await user.press("2")
        assert user.annotation.tags == ("alpha",)


async def test_a_digit_is_typed_once_a_name_is_begun(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "alpha")
        await tag(user, "year-2024")
        assert user.annotation.tags == ("alpha", "year-2024")


async def test_a_digit_that_picks_nothing_changes_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t", "5")
        assert user.over == "TagScreen"
        assert user.field.value == ""
        await user.press("escape")
        assert user.annotation.tags == ()


async def test_a_tag_may_begin_with_a_digit(own_library: Path) -> None:
    """A person writes #2024 with the sign that tags have everywhere."""
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "#2024")
        assert user.annotation.tags == ("2024",)


async def test_enter_takes_the_tag_that_was_begun(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "surveillance")
        await user.press("j", "h")
        await tag(user, "surv")
        assert user.annotation.tags == ("surveillance",)


async def test_a_new_name_that_a_known_one_begins_with_can_still_be_made(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "surveillance")
        await user.press("j", "h", "t")
        await user.type("surv")
        assert any("surv " in row and "new tag" in row for row in user.lines)
        await user.press("down", "enter")
        assert user.annotation.tags == ("surv",)


async def test_tab_completes_and_more_can_be_typed_behind(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "town")
        await user.press("j", "h", "t", "t", "tab")
        assert user.field.value == "town"
        await user.type("/council")
        await user.press("enter")
        assert user.annotation.tags == ("town/council",)


async def test_a_tag_that_is_on_it_comes_off_when_chosen_again(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        assert "1–9" not in user.picture, "there is none to pick"
        await user.press("escape")
        await tag(user, "alpha")
        await user.press("t")
        assert "on the claim" in user.picture
        await user.press("1")
        assert user.annotation.tags == ()
        assert "taken off" in user.footer


async def test_escape_leaves_without_a_tag(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        await user.type("alpha")
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert user.annotation.tags == ()
        assert user.session.index.tags() == ()


async def test_enter_on_nothing_leaves_without_a_tag(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "alpha")
        await user.press("t", "enter")
        assert user.annotation.tags == ("alpha",)


async def test_an_unmarked_sentence_cannot_be_tagged_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("t")
        assert user.over == "ReadingScreen"
        assert "Nothing is marked here yet; h marks this sentence" in user.footer


async def test_the_plain_key_opens_it_and_a_click_picks(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "alpha")
        await user.press("j", "h", "f3")
        await user.click("1 ◆ alpha", into=4)
        assert user.annotation.tags == ("alpha",)


async def test_tags_of_one_article_are_offered_in_the_next(own_library: Path) -> None:
    from tests.tui.texts import LONG

    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await tag(user, "alpha")
        await user.saved()
    async with reading(LONG, own_library) as user:
        await user.press("h", "t", "1")
        assert user.annotation.tags == ("alpha",)


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


# ------------------------------------------------------------------ what the codebook says of a tag


def put_codebook(folder: Path, *tags: Tag) -> None:
    """Put tags into the codebook of a library."""
    with Library.open(folder) as library:
        edits = tuple(RecordEdit("tags", tag.id, None, item_to_record(tag)) for tag in tags)
        library.change_records(lambda _: Transaction(edits, "add tags"))


PER_CENT = Tag(
    "01a210bc-c95b-7062-9eae-23d7f964e712",
    "numbers/per-cent",
    "A share or a rate in per cent; with no base given, tag “since when” as well.",
    synonyms=("pct", "percentages"),
    digit="3",
)
WELLS = Tag("01a210bc-c95b-7062-9eae-23d7f964e713", "water/wells", "private wells only")


async def test_the_definition_of_the_tag_in_hand_is_read_while_tagging(own_library: Path) -> None:
    put_codebook(own_library, PER_CENT, WELLS)
    async with reading(BUSES, own_library, size=(70, 24)) as user:
        await user.press("h", "t")
        assert any("water/wells  private wells only" in row for row in user.lines)
        assert any("numbers/per-cent  A share or a rate" in row and row.rstrip().endswith("…") for row in user.lines)
        await user.type("per")
        assert any("as well." in row for row in user.lines), "all of it, for the one in hand"


async def test_a_synonym_gives_the_tag_and_makes_no_new_one(own_library: Path) -> None:
    put_codebook(own_library, PER_CENT, WELLS)
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        await user.type("percentage")
        assert any("also typed percentages" in row for row in user.lines)
        await user.type("s")
        assert not any("new tag" in row for row in user.lines)
        await user.press("enter")
        assert user.annotation.tags == ("numbers/per-cent",)
        await user.saved()
    assert len(stored(own_library, "tags")) == 2


async def test_a_tag_with_a_key_is_picked_by_it_and_the_others_by_what_is_left(own_library: Path) -> None:
    put_codebook(own_library, PER_CENT, WELLS)
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        offers = [row.split()[0] for row in user.lines if "per-cent" in row or "wells" in row]
        assert offers == ["1", "3"]
        await user.press("3")
        assert user.annotation.tags == ("numbers/per-cent",)


def test_digits_are_given_to_tags_with_a_key_first() -> None:
    keyed = [Tag(str(n), f"k{digit}", digit=digit) for n, digit in enumerate("29")]
    names = [f"n{n}" for n in range(12)]
    assert number_tags(names, Codebook(tuple(keyed))) == {
        **{"1": "n0", "2": "k2", "3": "n1", "4": "n2", "5": "n3"},
        **{"6": "n4", "7": "n5", "9": "k9"},
    }
    assert list(number_tags(names, Codebook()).values()) == names[:TAG_OFFERS]
