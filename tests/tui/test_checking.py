"""An article whose text changed: what became of the claims is told, listed, compared on the card, and decided by a person."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest

from reader.tui.panes.card_view import TextChange
from reader.tui.panes.text_changes import CHECK_SIGNS, CHECK_WORDS, change_lines, wording_lines
from reader.tui.styled_line import width_of
from tests.tui.changed import BEGINNING, CARRIED, CARRIES, CATS, COSTS, DOGS, MAYOR, NEW, OLD, SIZES, mark_the_old, reopened
from tests.tui.hand import NARROW, Hand, reading, stored
from tests.tui.texts import HEADING, REFERENCES, article


def places(folder: Path) -> dict[str, dict[str, object]]:
    """Return what the library says of where annotations stand in the new text, by what they were made on."""
    return {
        record["selector"]["exact"]: record["places"][NEW.digest]
        for record in stored(folder, "annotations")
        if NEW.digest in (record.get("places") or {})
    }


def words_of(hand: Hand) -> list[str]:
    """Return the words that the annotations stand on now."""
    found = (hand.session.index.place(annotation) for annotation in hand.session.index.annotations())
    return [NEW.text[place.start : place.end] for place in found if place is not None]


# ---------------------------------------------------------------------- told and listed


@SIZES
async def test_one_line_tells_what_became_of_the_claims(own_library: Path, size: tuple[int, int]) -> None:
    async with reopened(own_library, size) as hand:
        assert "The text changed: 1 kept, 1 to check, 1 lost its place · F checks" in hand.footer


async def test_in_the_text_they_were_made_on_nothing_is_told(own_library: Path) -> None:
    await mark_the_old(own_library)
    async with reading(OLD, own_library) as hand:
        assert "The text changed" not in hand.footer
        await hand.press("F")
        assert "Nothing to check" in hand.footer


@SIZES
async def test_the_list_holds_what_to_check_and_says_why(own_library: Path, size: tuple[int, int]) -> None:
    async with reopened(own_library, size) as hand:
        await hand.press("F")
        assert hand.sentence == CARRIES
        assert "filter is:check" in hand.header
        await hand.press("g", "c")
        assert hand.list.count("words changed") == 1
        assert hand.list.count("verdict stale") == 1
        assert hand.list.count("lost its place") == 1
        assert "389,000" in hand.list
        assert BEGINNING[:20] not in hand.list
        await hand.press("F")
        assert "filter" not in hand.header
        assert BEGINNING[:20] in hand.list


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("is:check", [CARRIED, DOGS]),
        ("is:changed", [CARRIED]),
        ("is:stale", [CARRIED]),
        ("is:lost", [DOGS]),
        ("is:unsure", []),
        ("-is:check", [BEGINNING]),
        ("is:check #dogs", [DOGS]),
    ],
)
async def test_the_filter_knows_what_to_check(own_library: Path, typed: str, found: list[str]) -> None:
    async with reopened(own_library) as hand:
        await hand.press("f")
        await hand.type(typed)
        await hand.press("enter")
        assert [annotation.selector.exact for annotation in hand.desk.filtered_annotations()] == found


async def test_the_filter_for_what_to_check_is_not_there_the_next_time(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F")
        await hand.saved()
    async with reading(NEW, own_library) as hand:
        assert hand.desk.filter.text == ""
        await hand.press("F")
        assert hand.desk.filter.text == "is:check"


# ---------------------------------------------------------------------- compared


@SIZES
async def test_the_card_shows_both_wordings_how_it_was_found_and_what_is_stale(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reopened(own_library, size) as hand:
        await hand.press("F")
        assert "words changed" in hand.card
        assert "was The first winter brought 412,000" in hand.card
        assert "now The first winter brought 389,000" in hand.card
        assert "found by the old text, sure" in hand.card
        assert "✓ supports stale" in hand.card
        assert CHECK_SIGNS["the words changed"] in hand.picture
        await hand.press("j", "k")
        assert "p confirm place" in hand.footer
        assert "L move" in hand.footer


@pytest.mark.parametrize("theme", ["dark", "terminal colours"])
async def test_the_changed_number_stands_out_without_colour_too(own_library: Path, theme: str) -> None:
    await mark_the_old(own_library)
    async with reading(NEW, own_library, NARROW, theme=theme) as hand:
        await hand.press("F")
        for number in ("412,000", "389,000"):
            x, y = hand.cell(number, int(number == "389,000"))  # the text's own is drawn first
            style = hand.app.screen.get_style_at(x, y)
            assert style.reverse, number
            assert not hand.app.screen.get_style_at(x - 2, y).reverse


async def test_the_open_card_shows_the_whole_of_both_wordings(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "o")
        assert f"was {CARRIED} now {CARRIES}" in hand.card


async def test_a_place_that_is_not_sure_is_shown_with_what_stands_around_it(own_library: Path) -> None:
    moved = ((HEADING, "Night buses"), f"{CATS} {MAYOR} {BEGINNING}", f"{DOGS} {CARRIES}")
    async with reading(OLD, own_library) as hand:
        await hand.press("G", "h")
        assert hand.sentence == MAYOR
        await hand.saved()
    rmtree(own_library / "snapshots")  # of the old text nothing is known but the quote and its context
    async with reading(article(moved, source="buses.txt"), own_library) as hand:
        await hand.press("F")
        assert hand.sentence == MAYOR
        assert "place not sure" in hand.card
        assert "likeliest place, not sure" in hand.card
        assert "cents a kilometre [3]. That is less" in hand.card
        assert "cats in the spring. That is less" in hand.card
        assert "place not sure" in hand.list
        await hand.press("p")
        assert "place not sure" not in hand.picture


# ---------------------------------------------------------------------- decided


@SIZES
async def test_a_confirmed_place_is_no_longer_to_check_and_the_library_says_so(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reopened(own_library, size) as hand:
        await hand.press("F", "p")
        assert "Place confirmed · 1 verdict stale, 1 without a place · u undoes that" in hand.footer
        assert "place confirmed" in hand.card
        assert hand.session.index.annotations_to_check() == ()
        await hand.press("u")
        assert len(hand.session.index.annotations_to_check()) == 1
        await hand.press("ctrl+r")
        assert hand.session.index.annotations_to_check() == ()
        await hand.saved()
    (place,) = places(own_library).values()
    assert NEW.text[int(str(place["start"])) : int(str(place["end"]))] == CARRIES
    assert place["by"] == "tester"
    async with reading(NEW, own_library, size) as hand:
        assert "The text changed: 1 kept, 1 lost its place, 1 verdict stale" in hand.footer
        await hand.press("u")
        assert len(hand.session.index.annotations_to_check()) == 1, "undo reaches what was decided the last time"
        await hand.saved()
    assert places(own_library) == {}


@SIZES
async def test_a_confirmed_place_leaves_the_verdict_stale_until_it_is_kept_for_the_new_words(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reopened(own_library, size) as hand:
        await hand.press("F", "p")
        assert "✓ supports stale" in hand.card
        assert "was The first winter brought 412,000" in hand.card
        await hand.press("j", "k")
        assert "K keep verdict" in hand.footer
        await hand.press("K")
        assert "[1] ✓ supports kept for the text as it is now" in hand.footer
        assert "stale" not in hand.card
        assert "was The first" not in hand.card
        assert hand.session.index.is_stale(hand.annotation) is False
        await hand.press("K")
        assert "This verdict is not stale" in hand.footer
        await hand.press("u")
        assert "✓ supports stale" in hand.card
        await hand.press("1")
        assert "stale" not in hand.card, "the same digit gives the verdict again"


async def test_in_the_queue_a_stale_verdict_is_kept_with_the_same_key(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("R", "K")
        assert "✓ supports kept for the text as it is now" in hand.footer
        assert not any(hand.session.index.is_stale(claim) for claim in hand.session.index.claims())


async def test_a_phrase_in_a_sentence_with_another_name_is_shown_with_the_sentence_then_and_now(own_library: Path) -> None:
    before, after = (
        "In Ostrel the council approved of dogs on night buses [2].",
        "In Vik the council approved of dogs on night buses [2].",
    )
    texts = [
        article(((HEADING, "Night buses"), f"{BEGINNING} {words}", f"{COSTS} {MAYOR}"), REFERENCES, source="buses.txt")
        for words in (before, after)
    ]
    async with reading(texts[0], own_library) as hand:
        await hand.press("j", "v", "w", "w", "w", "o", *"wwww", "enter", "1")
        phrase = hand.annotation.selector.exact
        assert phrase in before
        assert "Ostrel" not in phrase
        await hand.saved()
    async with reading(texts[1], own_library) as hand:
        assert "The text changed: 1 to check" in hand.footer
        await hand.press("F")
        assert "sentence changed" in hand.card
        assert "sentence changed" in hand.list
        assert f"was {before}" in hand.card
        assert f"now {after}" in hand.card
        assert CHECK_SIGNS["the sentence changed"] in hand.picture
        assert "✓ supports" in hand.card
        assert "stale" in hand.card
        await hand.press("p")
        assert "1 verdict stale" in hand.footer
        await hand.press("K")
        assert "stale" not in hand.card


async def test_verdicts_follow_their_sources_when_the_list_was_renumbered(own_library: Path) -> None:
    sources = (("Harbour Office", "2024", "Ferries and their crews"), *REFERENCES)
    same = (HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIED.replace('[1]', '[2]')} {DOGS}", f"{COSTS} {MAYOR}"
    await mark_the_old(own_library)
    async with reading(article(same, sources, source="buses.txt"), own_library) as hand:
        assert "1 verdict stale" in hand.footer
        await hand.press("F")
        assert hand.sentence == CARRIED.replace("[1]", "[2]")
        assert ("[1] Ferries and their crews" in hand.card, "stale" in hand.card) == (True, True)
        await hand.press("V")
        assert "1 verdict moved to the number of its source" in hand.footer
        assert "✓ supports" in hand.card
        assert ("Ferries and their crews" in hand.card, "stale" in hand.card) == (False, False)
        await hand.press("V")
        assert "Every verdict is under the number of its source" in hand.footer
        await hand.press("u")
        assert ("[1] Ferries and their crews" in hand.card, "stale" in hand.card) == (True, True)
        await hand.press("j", "k")
        assert "V move verdicts" in hand.footer
        await hand.press("ctrl+r")
        await hand.saved()
    async with reading(OLD, own_library) as hand:
        assert "1 verdict stale" in hand.footer
        await hand.press("F", "V")
        assert "1 verdict moved to the number of its source" in hand.footer
        assert ("[1] The first winter" in hand.card, "stale" in hand.card) == (True, False)


async def test_all_are_confirmed_at_once(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("P")
        assert "1 place confirmed · 1 verdict stale" in hand.footer
        assert hand.session.index.annotations_to_check() == ()
        await hand.press("P")
        assert "No place needs confirming" in hand.footer


async def test_what_stands_where_it_stood_is_not_confirmed(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("g", "g")
        assert hand.annotation.selector.exact == BEGINNING
        await hand.press("p")
        assert "Its place is certain" in hand.footer
        assert "p confirm place" not in hand.footer


@SIZES
async def test_an_orphan_without_a_likely_place_is_attached_only_where_a_person_goes(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reopened(own_library, size) as hand:
        await hand.press("F", "g", "c", "G", "enter")
        assert "No likely place: go where it belongs, Enter attaches it" in hand.footer
        await hand.press("enter")
        assert "go to its sentence or select its words first" in hand.footer
        assert "lost its place" in hand.card
        assert "Nobody had counted the dogs" in hand.card
        assert "◆ dogs" in hand.card
        assert [a.selector.exact for a in hand.session.index.orphans()] == [DOGS]
        await hand.press("g", "g", "j", "j")
        assert hand.sentence == CATS
        await hand.press("enter")
        assert "Attached · 1 to check" in hand.footer
        assert hand.session.index.orphans() == ()
        assert CATS in words_of(hand)
        assert hand.annotation.note == "ask the vet"
        await hand.press("u")
        assert [a.selector.exact for a in hand.session.index.orphans()] == [DOGS]
        assert CATS not in words_of(hand)
        await hand.press("ctrl+r")
        await hand.saved()
    (place,) = places(own_library).values()
    assert (place["method"], place["by"]) == ("by hand", "tester")


async def test_an_orphan_is_offered_a_likely_place_and_attached_only_when_told(own_library: Path) -> None:
    rewritten = "The dogs that travelled without a ticket were never counted."
    changed = ((HEADING, "Night buses"), f"{CATS} {MAYOR} {rewritten}", f"{BEGINNING} {CARRIES} {COSTS}")
    await mark_the_old(own_library)
    async with reading(article(changed, REFERENCES, source="buses.txt"), own_library) as hand:
        await hand.press("F", "g", "c", "G", "enter")
        assert "A likely place: Enter attaches it here" in hand.footer
        assert hand.sentence == rewritten
        assert [a.selector.exact for a in hand.session.index.orphans()] == [DOGS]
        await hand.press("enter")
        assert hand.session.index.orphans() == ()


async def test_leaving_an_orphan_changes_nothing(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "g", "c", "G", "r", "escape")
        assert hand.desk.annotation_to_attach is None
        assert [a.selector.exact for a in hand.session.index.orphans()] == [DOGS]
        assert "lost its place" not in hand.card
        await hand.saved()
    assert places(own_library) == {}


async def test_a_claim_on_a_wrong_place_is_moved_to_selected_words(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "L")
        assert "Go where it belongs" in hand.footer
        await hand.press("h")
        assert "is for the text" in hand.footer, "while a claim is taken along nothing is marked"
        await hand.press("G", "v", "w", "w", "w", "enter")
        assert "Attached" in hand.footer
        assert hand.annotation.selector.exact == CARRIED
        assert MAYOR.startswith(words_of(hand)[-1])
        assert CHECK_SIGNS["the words changed"] not in "".join(line[:8] for line in hand.lines)


async def test_with_words_selected_the_claim_in_hand_is_attached_to_them(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "v", "e", "e", "e", "L")
        assert "The first winter" in words_of(hand)
        assert hand.desk.filter.text == "is:check"
        assert hand.session.index.annotations_to_check() == ()


async def test_what_was_marked_in_this_text_is_not_attached_elsewhere(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("G", "h", "L")
        assert "b moves its bounds" in hand.footer
        assert hand.desk.annotation_to_attach is None


async def test_when_nothing_is_left_every_claim_is_shown_again(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "p", "1", "g", "c", "G", "enter", "j", "enter")
        assert "nothing left to check" in hand.footer
        assert hand.desk.filter.text == ""


# ---------------------------------------------------------------------- lines


def test_a_long_wording_is_cut_so_that_the_change_is_seen() -> None:
    long = "word " * 60
    check = TextChange("words changed", f"{long}in 1999 {long}", f"{long}in 2001 {long}", "", frozenset())
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
    assert change_lines(TextChange("", "a", "a", "", frozenset()), 40, 4) == []
    assert change_lines(None, 40, 4) == []
    assert set(CHECK_WORDS) == set(CHECK_SIGNS)


# ---------------------------------------------------------------------- judged anew


async def test_a_verdict_on_the_new_words_is_not_stale(own_library: Path) -> None:
    async with reopened(own_library) as hand:
        await hand.press("F", "3")
        assert "overstated" in hand.card
        assert "stale" not in hand.card
        assert "words changed" in hand.card, "its place is still to be confirmed"
        await hand.press("u")
        assert "✓ supports stale" in hand.card


async def test_a_verdict_on_a_reference_that_is_another_source_now_is_stale(own_library: Path) -> None:
    exchanged = (("Harbour Office", "2024", "Ferries and their crews"), *REFERENCES[1:])
    same = (HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIED} {DOGS}", (HEADING, "What it costs"), f"{COSTS} {MAYOR}"
    await mark_the_old(own_library)
    async with reading(article(same, exchanged, source="buses.txt"), own_library) as hand:
        assert "The text changed: 3 kept, 1 verdict stale" in hand.footer
        await hand.press("F")
        assert hand.sentence == CARRIED
        assert "✓ supports stale" in hand.card
        await hand.press("p")
        assert "K keeps it, a digit judges again" in hand.footer
        await hand.press("5")
        assert "stale" not in hand.card
