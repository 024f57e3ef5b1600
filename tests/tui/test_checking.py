"""An article whose text changed: what became of the claims is told, listed, compared on the card, and decided by a person."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest

from reader.tui.panes.card_view import TextChange
from reader.tui.panes.text_changes import CHECK_SIGNS, CHECK_WORDS, change_lines, wording_lines
from reader.tui.styled_line import width_of
from tests.tui.new_edition import (
    BEGINNING,
    CARRIED,
    CARRIES,
    CATS,
    COSTS,
    DOGS,
    MAYOR,
    NEW,
    OLD,
    SIZES,
    mark_old_edition,
    open_new_edition,
)
from tests.tui.texts import HEADING, REFERENCES, article
from tests.tui.user import NARROW, User, reading, stored


def places(folder: Path) -> dict[str, dict[str, object]]:
    """Return what the library says of where annotations stand in the new text, by what they were made on."""
    return {
        record["selector"]["exact"]: record["places"][NEW.digest]
        for record in stored(folder, "annotations")
        if NEW.digest in (record.get("places") or {})
    }


def words_of(user: User) -> list[str]:
    """Return the words that the annotations stand on now."""
    found = (user.session.index.place(annotation) for annotation in user.session.index.annotations())
    return [NEW.text[place.start : place.end] for place in found if place is not None]


def gutter(user: User) -> str:
    """Return the signs beside the text."""
    return "".join(line[:8] for line in user.lines)


# ---------------------------------------------------------------------- told and listed


@SIZES
async def test_one_line_tells_what_became_of_the_claims(own_library: Path, size: tuple[int, int]) -> None:
    async with open_new_edition(own_library, size) as user:
        assert "The text changed: 1 kept, 1 to check, 1 lost its place, 1 stale verdict · F checks" in user.footer


async def test_in_the_text_they_were_made_on_nothing_is_told(own_library: Path) -> None:
    await mark_old_edition(own_library)
    async with reading(OLD, own_library) as user:
        assert "The text changed" not in user.footer
        await user.press("F")
        assert "Nothing to check" in user.footer


@SIZES
async def test_the_list_holds_what_to_check_and_says_why(own_library: Path, size: tuple[int, int]) -> None:
    async with open_new_edition(own_library, size) as user:
        await user.press("F")
        assert user.sentence == CARRIES
        assert "filter is:check" in user.header
        await user.press("g", "c")
        assert user.list.count("words changed") == 1
        assert user.list.count("verdict stale") == 1
        assert user.list.count("lost its place") == 1
        assert "389,000" in user.list
        assert BEGINNING[:20] not in user.list
        await user.press("F")
        assert "filter" not in user.header
        assert BEGINNING[:20] in user.list


async def test_the_filter_knows_what_to_check(own_library: Path) -> None:
    expected = {
        "is:check": [CARRIED, DOGS],
        "is:changed": [CARRIED],
        "is:stale": [CARRIED],
        "is:lost": [DOGS],
        "is:unsure": [],
        "-is:check": [BEGINNING],
        "is:check #dogs": [DOGS],
    }
    async with open_new_edition(own_library) as user:
        for text, quotes in expected.items():
            await user.press("f", "ctrl+u")
            await user.type(text)
            await user.press("enter")
            assert [annotation.selector.exact for annotation in user.desk.filtered_annotations()] == quotes, text


async def test_the_filter_for_what_to_check_is_not_there_the_next_time(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F")
        await user.saved()
    async with reading(NEW, own_library) as user:
        assert user.desk.filter.text == ""
        await user.press("F")
        assert user.desk.filter.text == "is:check"


# ---------------------------------------------------------------------- compared


@SIZES
async def test_the_card_shows_both_wordings_how_it_was_found_and_what_is_stale(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with open_new_edition(own_library, size) as user:
        await user.press("F")
        assert "words changed" in user.card
        assert "was The first winter brought 412,000" in user.card
        assert "now The first winter brought 389,000" in user.card
        assert "placed by comparing the texts, sure" in user.card
        assert "✓ supports stale" in user.card
        assert CHECK_SIGNS["the words changed"] in user.picture
        await user.press("j", "k")
        assert "p confirm place" in user.footer
        assert "L move" in user.footer


@pytest.mark.parametrize("theme", ["dark", "terminal colours"])
async def test_the_changed_number_stands_out_without_colour_too(own_library: Path, theme: str) -> None:
    await mark_old_edition(own_library)
    async with reading(NEW, own_library, NARROW, theme=theme) as user:
        await user.press("F")
        for number in ("412,000", "389,000"):
            x, y = user.cell(number, int(number == "389,000"))  # the text's own is drawn first
            style = user.app.screen.get_style_at(x, y)
            assert style.bold, number
            assert style.underline, number
            assert not user.app.screen.get_style_at(x - 2, y).underline


async def test_the_open_card_shows_the_whole_of_both_wordings(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "o")
        assert f"was {CARRIED} now {CARRIES}" in user.card


async def test_a_place_that_is_not_sure_is_shown_with_what_stands_around_it(own_library: Path) -> None:
    moved = ((HEADING, "Night buses"), f"{CATS} {MAYOR} {BEGINNING}", f"{DOGS} {CARRIES}")
    async with reading(OLD, own_library) as user:
        await user.press("G", "h")
        assert user.sentence == MAYOR
        await user.saved()
    rmtree(own_library / "snapshots")  # of the old text nothing is known but the quote and its context
    async with reading(article(moved, source="buses.txt"), own_library) as user:
        await user.press("F")
        assert user.sentence == MAYOR
        assert "place not sure" in user.card
        assert "likeliest place, not sure" in user.card
        assert "cents a kilometre [3]. That is less" in user.card
        assert "cats in the spring. That is less" in user.card
        assert "place not sure" in user.list
        await user.press("p")
        assert "place not sure" not in user.picture


# ---------------------------------------------------------------------- decided


@SIZES
async def test_a_confirmed_place_is_no_longer_to_check_and_the_library_says_so(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with open_new_edition(own_library, size) as user:
        await user.press("F", "p")
        assert "Place confirmed · 1 stale verdict · 1 annotation without a place · u takes it back" in user.footer
        assert "place confirmed" in user.card
        assert user.session.index.annotations_to_check() == ()
        await user.press("u")
        assert len(user.session.index.annotations_to_check()) == 1
        await user.press("ctrl+r")
        assert user.session.index.annotations_to_check() == ()
        await user.saved()
    (place,) = places(own_library).values()
    assert NEW.text[int(str(place["start"])) : int(str(place["end"]))] == CARRIES
    assert place["by"] == "tester"
    async with reading(NEW, own_library, size) as user:
        assert "The text changed: 1 kept, 1 lost its place, 1 stale verdict" in user.footer
        await user.press("u")
        assert len(user.session.index.annotations_to_check()) == 1, "undo reaches what was decided the last time"
        await user.saved()
    assert places(own_library) == {}


@SIZES
async def test_a_confirmed_place_leaves_the_verdict_stale_until_it_is_kept_for_the_new_words(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with open_new_edition(own_library, size) as user:
        await user.press("F", "p")
        assert "✓ supports stale" in user.card
        assert "was The first winter brought 412,000" in user.card
        await user.press("j", "k")
        assert "K keep verdict" in user.footer
        await user.press("K")
        assert "[1] ✓ supports kept for the text as it is now" in user.footer
        assert "stale" not in user.card
        assert "was The first" not in user.card
        assert user.session.index.is_stale(user.annotation) is False
        await user.press("K")
        assert "This verdict is not stale" in user.footer
        await user.press("u")
        assert "✓ supports stale" in user.card
        await user.press("1")
        assert "stale" not in user.card, "the same digit gives the verdict again"


async def test_in_the_queue_a_stale_verdict_is_kept_with_the_same_key(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("R", "K")
        assert "✓ supports kept for the text as it is now" in user.footer
        assert not any(user.session.index.is_stale(claim) for claim in user.session.index.claims())


async def test_a_phrase_in_a_sentence_with_another_name_is_shown_with_the_sentence_then_and_now(own_library: Path) -> None:
    before, after = (
        "In Ostrel the council approved of dogs on night buses [2].",
        "In Vik the council approved of dogs on night buses [2].",
    )
    texts = [
        article(((HEADING, "Night buses"), f"{BEGINNING} {words}", f"{COSTS} {MAYOR}"), REFERENCES, source="buses.txt")
        for words in (before, after)
    ]
    async with reading(texts[0], own_library) as user:
        await user.press("j", "v", "w", "w", "w", "o", *"wwww", "enter", "1")
        phrase = user.annotation.selector.exact
        assert phrase in before
        assert "Ostrel" not in phrase
        await user.saved()
    async with reading(texts[1], own_library) as user:
        assert "The text changed: 1 to check" in user.footer
        await user.press("F")
        assert "sentence changed" in user.card
        assert "sentence changed" in user.list
        assert f"was {before}" in user.card
        assert f"now {after}" in user.card
        assert CHECK_SIGNS["the sentence changed"] in user.picture
        assert "✓ supports" in user.card
        assert "stale" in user.card
        await user.press("p")
        assert "1 stale verdict" in user.footer
        await user.press("K")
        assert "stale" not in user.card


async def test_verdicts_follow_their_sources_when_the_list_was_renumbered(own_library: Path) -> None:
    sources = (("Harbour Office", "2024", "Ferries and their crews"), *REFERENCES)
    same = (HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIED.replace('[1]', '[2]')} {DOGS}", f"{COSTS} {MAYOR}"
    await mark_old_edition(own_library)
    async with reading(article(same, sources, source="buses.txt"), own_library) as user:
        assert "1 stale verdict" in user.footer
        await user.press("F")
        assert user.sentence == CARRIED.replace("[1]", "[2]")
        assert ("[1] Ferries and their crews" in user.card, "stale" in user.card) == (True, True)
        await user.press("V")
        assert "1 verdict moved to the number of its source" in user.footer
        assert "✓ supports" in user.card
        assert ("Ferries and their crews" in user.card, "stale" in user.card) == (False, False)
        await user.press("V")
        assert "No verdict was given on a source that has another number now" in user.footer
        await user.press("u")
        assert ("[1] Ferries and their crews" in user.card, "stale" in user.card) == (True, True)
        await user.press("j", "k")
        assert "V move verdicts" in user.footer
        await user.press("ctrl+r")
        await user.saved()
    async with reading(OLD, own_library) as user:
        assert "1 stale verdict" in user.footer
        await user.press("F", "V")
        assert "1 verdict moved to the number of its source" in user.footer
        assert ("[1] The first winter" in user.card, "stale" in user.card) == (True, False)


async def test_all_are_confirmed_at_once(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("P")
        assert "1 place confirmed · 1 stale verdict" in user.footer
        assert user.session.index.annotations_to_check() == ()
        await user.press("P")
        assert "No place needs confirming" in user.footer


async def test_what_stands_where_it_stood_is_not_confirmed(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("g", "g")
        assert user.annotation.selector.exact == BEGINNING
        await user.press("p")
        assert "Its place is certain" in user.footer
        assert "p confirm place" not in user.footer


@SIZES
async def test_an_orphan_without_a_likely_place_is_attached_only_where_a_person_goes(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with open_new_edition(own_library, size) as user:
        await user.press("F", "g", "c", "G", "enter")
        assert "No likely place: go where it belongs, Enter attaches it" in user.footer
        await user.press("enter")
        assert "go to its sentence or select its words first" in user.footer
        assert "lost its place" in user.card
        assert "Nobody had counted the dogs" in user.card
        assert "◆ dogs" in user.card
        assert [a.selector.exact for a in user.session.index.orphans()] == [DOGS]
        await user.press("g", "g", "j", "j")
        assert user.sentence == CATS
        await user.press("enter")
        assert "Attached · 1 place to check" in user.footer
        assert user.session.index.orphans() == ()
        assert CATS in words_of(user)
        assert user.annotation.note == "ask the vet"
        await user.press("u")
        assert [a.selector.exact for a in user.session.index.orphans()] == [DOGS]
        assert CATS not in words_of(user)
        await user.press("ctrl+r")
        await user.saved()
    (place,) = places(own_library).values()
    assert (place["method"], place["by"]) == ("by hand", "tester")


async def test_an_orphan_is_offered_a_likely_place_and_attached_only_when_told(own_library: Path) -> None:
    rewritten = "The dogs that travelled without a ticket were never counted."
    changed = ((HEADING, "Night buses"), f"{CATS} {MAYOR} {rewritten}", f"{BEGINNING} {CARRIES} {COSTS}")
    await mark_old_edition(own_library)
    async with reading(article(changed, REFERENCES, source="buses.txt"), own_library) as user:
        await user.press("F", "g", "c", "G", "enter")
        assert "A likely place: Enter attaches it here" in user.footer
        assert user.sentence == rewritten
        assert [a.selector.exact for a in user.session.index.orphans()] == [DOGS]
        await user.press("enter")
        assert user.session.index.orphans() == ()


async def test_leaving_an_orphan_changes_nothing(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "g", "c", "G", "r", "escape")
        assert user.desk.annotation_to_attach is None
        assert [a.selector.exact for a in user.session.index.orphans()] == [DOGS]
        assert "lost its place" not in user.card
        await user.saved()
    assert places(own_library) == {}


async def test_a_claim_on_a_wrong_place_is_moved_to_selected_words(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "L")
        assert "Go where it belongs" in user.footer
        await user.press("h")
        assert "is for the text" in user.footer, "while a claim is taken along nothing is marked"
        await user.press("G", "v", "w", "w", "w", "enter")
        assert "Attached" in user.footer
        assert user.annotation.selector.exact == CARRIED
        assert MAYOR.startswith(words_of(user)[-1])
        assert CHECK_SIGNS["the words changed"] in gutter(user), "its verdict was given on other words"
        await user.press("K")
        assert CHECK_SIGNS["the words changed"] not in gutter(user)


async def test_with_words_selected_the_claim_in_hand_is_attached_to_them(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "v", "e", "e", "e", "L")
        assert "The first winter" in words_of(user)
        assert user.desk.filter.text == "is:check"
        assert user.session.index.annotations_to_check() == ()


async def test_what_was_marked_in_this_text_is_not_attached_elsewhere(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("G", "h", "L")
        assert "b moves its bounds" in user.footer
        assert user.desk.annotation_to_attach is None


async def test_when_nothing_is_left_every_claim_is_shown_again(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "p", "K", "g", "c", "G", "enter", "j", "enter")
        assert "nothing left to check" in user.footer
        assert user.desk.filter.text == ""
        await user.press("u", "u")
        await user.press("F", "g", "c", "G", "enter", "j", "enter", "[", "K")
        assert user.annotation.selector.exact == CARRIED
        assert user.desk.filter.text == "", "a verdict that was kept is the last one too"


# ---------------------------------------------------------------------- lines


def test_a_long_wording_is_cut_so_that_the_change_is_seen() -> None:
    long = "word " * 60
    check = TextChange("words changed", f"{long}in 1999 {long}", f"{long}in 2001 {long}", "", {})
    for most in (2, 4, 6):
        lines = change_lines(check, 40, most)
        assert len(lines) == most
        assert all(width_of(parts) <= 40 for parts in lines)
        text = "\n".join("".join(part.text for part in parts) for parts in lines)
        assert "1999" in text
        assert "2001" in text
        assert text.count("…") == 4


def test_blanks_and_signs_of_a_wording_are_made_safe() -> None:
    (parts,) = wording_lines("was", [("a \x1b[2J\n  b ", "open changed"), ("[/b]", "text")], 60, 1, "open changed")
    assert [part.text for part in parts] == ["was   ", "a ␛[2J b", " ", "[/b]"]


def test_nothing_is_compared_where_nothing_changed() -> None:
    assert change_lines(TextChange("", "a", "a", "", {}), 40, 4) == []
    assert change_lines(None, 40, 4) == []
    assert set(CHECK_WORDS) == set(CHECK_SIGNS)


# ---------------------------------------------------------------------- judged anew


async def test_a_verdict_on_the_new_words_is_not_stale(own_library: Path) -> None:
    async with open_new_edition(own_library) as user:
        await user.press("F", "3")
        assert "overstated" in user.card
        assert "stale" not in user.card
        assert "words changed" in user.card, "its place is still to be confirmed"
        await user.press("u")
        assert "✓ supports stale" in user.card


async def test_a_verdict_on_a_reference_that_is_another_source_now_is_stale(own_library: Path) -> None:
    exchanged = (("Harbour Office", "2024", "Ferries and their crews"), *REFERENCES[1:])
    same = (HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIED} {DOGS}", (HEADING, "What it costs"), f"{COSTS} {MAYOR}"
    await mark_old_edition(own_library)
    async with reading(article(same, exchanged, source="buses.txt"), own_library) as user:
        assert "The text changed: 3 kept, 1 stale verdict" in user.footer
        await user.press("F")
        assert user.sentence == CARRIED
        assert "✓ supports stale" in user.card
        await user.press("p")
        assert "K keeps it, a digit judges again" in user.footer
        await user.press("5")
        assert "stale" not in user.card
