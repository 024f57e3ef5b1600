"""Marking and unmarking, the three kinds, overlapping claims, splitting, joining, removing; read again with plain TinyDB."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import reading, stored
from tests.tui.texts import BUSES, place

FIRST = "Ostrel began to run buses through the night in the spring of 2021."


@pytest.mark.parametrize("key", ["h", "enter"])
async def test_one_key_marks_the_sentence_and_it_is_saved(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(key)
        assert hand.quotes == [FIRST]
        assert "1 claim" in hand.header
        assert "claim" in hand.card
        await hand.saved()
    (record,) = stored(own_library, "annotations")
    assert record["kind"] == "claim"
    assert record["creator"] == "tester"
    assert record["selector"]["exact"] == FIRST
    assert (record["selector"]["start"], record["selector"]["end"]) == place(BUSES, FIRST)


async def test_the_same_key_unmarks_and_nothing_stays_behind(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "h")
        assert hand.quotes == []
        assert "Unmarked" in hand.footer
        assert "0 claims" in hand.header
        await hand.saved()
    assert stored(own_library, "annotations") == []


async def test_enter_on_a_claim_opens_its_card_and_unmarks_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("enter", "enter")
        assert hand.quotes == [FIRST]
        assert hand.screen.key_context == "card"


async def test_a_marked_line_has_a_sign_in_the_gutter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "j", "h", "j", "x", "}", "z")
        signs = {row.split("▌")[0].strip()[:1] for row in hand.lines[1:] if row[:12].strip()} - {""}
        assert {"◌", "○", "◇"} <= signs, "cites nothing, open, later"


@pytest.mark.parametrize(("key", "kind", "shown"), [("x", "not-claim", "not a claim"), ("z", "later", "later")])
async def test_the_other_kinds_are_set_kept_and_taken_back(own_library: Path, key: str, kind: str, shown: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(key)
        assert hand.annotation.kind == kind
        assert shown in hand.card
        assert "0 claims" in hand.header
        await hand.press("j", key, key)
        assert hand.quotes == [FIRST]
        await hand.saved()
    assert [record["kind"] for record in stored(own_library, "annotations")] == [kind]


async def test_marking_over_another_kind_changes_the_kind_and_keeps_the_rest(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "t")
        await hand.type("dogs")
        await hand.press("enter", "x")
        assert hand.annotation.kind == "not-claim"
        assert hand.annotation.tags == ("dogs",)
        await hand.press("h")
        assert hand.annotation.kind == "claim"
        assert hand.annotation.tags == ("dogs",)
        assert len(hand.quotes) == 1


async def test_unmarking_says_what_goes_with_it_and_undo_brings_it_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "1", "t")
        await hand.type("count")
        await hand.press("enter", "h")
        assert "1 tag" in hand.footer
        assert "1 verdict" in hand.footer
        await hand.press("u")
        assert hand.annotation.tags == ("count",)
        assert hand.verdicts() == {"1": "supports"}


@pytest.mark.parametrize("key", ["enter", "m"])
async def test_a_selection_is_marked_as_it_stands_and_then_gone(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "w", "w", "e", key)
        assert hand.quotes == ["Ostrel began to"]
        assert hand.selected is None
        assert hand.screen.key_context == "text"


@pytest.mark.parametrize(("key", "kind"), [("x", "not-claim"), ("z", "later")])
async def test_a_mouse_selection_takes_the_other_kinds_too(own_library: Path, key: str, kind: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click("council", times=2)
        await hand.press(key)
        assert hand.quotes == ["council"]
        assert hand.annotation.kind == kind


async def test_a_selection_is_marked_without_the_blanks_at_its_ends(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "e", "l", "enter")
        assert hand.quotes == ["Ostrel"]


async def test_a_selection_of_blanks_marks_nothing_and_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        hand.screen.view.select(place(BUSES, " "))
        await hand.press("h")
        assert hand.quotes == []
        assert "Nothing to mark" in hand.footer
        await hand.saved()
    assert stored(own_library, "annotations") == []


async def test_the_gutter_shows_the_worst_sign_that_begins_on_a_line(own_library: Path) -> None:
    async with reading(BUSES, own_library, (160, 36)) as hand:

        def sign() -> str:
            _, y = hand.cell("Ostrel began")
            return hand.lines[y].split()[0]

        await hand.press("x", "j")
        assert sign() == "·"
        for keys, worst in (("h", "○"), ("1", "✓"), ("7", "∅"), ("2", "◐"), ("6", "?"), ("3", "↑"), ("4", "✗"), ("5", "≠")):
            await hand.press(keys)
            assert sign() == worst, "not the sign of the sentence before it, in which there is nothing to check"
        await hand.press("k", "z", "j")
        assert sign() == "≠"
        await hand.press("1")
        assert sign() == "◇"


async def test_a_claim_over_two_sentences_is_in_hand_on_both(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("shift+down", "shift+down", "enter", "g", "g")
        first = hand.annotation
        await hand.press("j")
        assert hand.annotation == first
        await hand.press("h")
        assert hand.quotes == []


async def test_a_mouse_selection_is_marked_by_h(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click("council", times=2)
        assert hand.selected == "council"
        await hand.press("h")
        assert hand.quotes == ["council"]
        assert hand.selected is None
        assert hand.sentence.startswith("The first winter"), "the cursor follows to what was marked"


async def test_marking_the_same_selection_again_unmarks_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "e", "enter", "v", "e", "enter")
        assert hand.quotes == []


async def test_overlapping_claims_are_both_kept_and_the_card_tells_of_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "v", "w", "w", "e", "enter")
        assert hand.quotes == ["Ostrel began to", FIRST]
        assert hand.annotation.selector.exact == "Ostrel began to"
        assert "+1 more here" in hand.card
        assert "2 claims" in hand.header
        await hand.press("h")
        assert hand.quotes == [FIRST], "the one in hand is unmarked, not the other"
        await hand.saved()
    assert [record["selector"]["exact"] for record in stored(own_library, "annotations")] == [FIRST]


async def test_the_brackets_step_from_one_overlapping_claim_to_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "v", "w", "w", "e", "enter")
        seen = {hand.annotation.selector.exact}
        await hand.press("]")
        seen.add(hand.annotation.selector.exact)
        assert seen == {"Ostrel began to", FIRST}


async def test_a_claim_over_two_sentences_splits_where_the_second_begins(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("shift+down", "shift+down", "enter")
        assert hand.quotes == [
            f"{FIRST} The first winter brought 412,000 passengers, twice what the council had planned for [1]."
        ]
        await hand.press("t")
        await hand.type("winter")
        await hand.press("enter", "S")
        assert hand.quotes == [
            FIRST,
            "The first winter brought 412,000 passengers, twice what the council had planned for [1].",
        ]
        assert [annotation.tags for annotation in hand.session.index.annotations()] == [("winter",), ("winter",)]
        await hand.saved()
    assert len(stored(own_library, "annotations")) == 2


async def test_a_claim_splits_at_the_start_of_a_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await hand.click("night in the", times=2)
        assert hand.selected == "night"
        await hand.press("S")
        assert hand.quotes == ["Ostrel began to run buses through the", "night in the spring of 2021."]


async def test_a_claim_of_one_sentence_says_how_to_split_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "S")
        assert hand.quotes == [FIRST]
        assert "Select the words where the second claim begins" in hand.footer


async def test_join_takes_the_next_claim_in_with_tags_notes_and_verdicts(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "t")
        await hand.type("one")
        await hand.press("enter", "j", "h", "1", "t")
        await hand.type("two")
        await hand.press("enter", "k", "J")
        assert len(hand.quotes) == 1
        assert hand.annotation.tags == ("one", "two")
        assert hand.verdicts() == {"1": "supports"}
        assert hand.quotes[0].endswith("planned for [1].")
        await hand.press("u")
        assert len(hand.quotes) == 2
        await hand.saved()
    assert len(stored(own_library, "annotations")) == 2


async def test_the_last_claim_has_none_to_join_with(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "J")
        assert "no claim after this one" in hand.footer


@pytest.mark.parametrize("keys", [("d", "d"), ("delete",)])
async def test_remove_takes_the_annotation_in_hand_away(own_library: Path, keys: tuple[str, ...]) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "j", "x", *keys)
        assert hand.quotes == [FIRST]
        assert "Removed" in hand.footer
        await hand.press(*keys)
        assert "Nothing is marked here yet" in hand.footer
        await hand.saved()
    assert len(stored(own_library, "annotations")) == 1


async def test_a_claim_can_be_removed_from_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "j", "h", "g", "c", "j", "d", "d")
        assert hand.quotes == [FIRST]
