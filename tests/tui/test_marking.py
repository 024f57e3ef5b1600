"""Marking and unmarking, the three kinds, overlapping claims, splitting, joining, removing; read again with plain TinyDB."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, place
from tests.tui.user import reading, stored

FIRST = "Ostrel began to run buses through the night in the spring of 2021."


@pytest.mark.parametrize("key", ["h", "enter"])
async def test_one_key_marks_the_sentence_and_it_is_saved(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        assert user.quotes == [FIRST]
        assert "1 claim" in user.header
        assert "claim" in user.card
        await user.saved()
    (record,) = stored(own_library, "annotations")
    assert record["kind"] == "claim"
    assert record["creator"] == "tester"
    assert record["selector"]["exact"] == FIRST
    assert (record["selector"]["start"], record["selector"]["end"]) == place(BUSES, FIRST)


async def test_the_same_key_unmarks_and_nothing_stays_behind(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "h")
        assert user.quotes == []
        assert "Unmarked" in user.footer
        assert "0 claims" in user.header
        await user.saved()
    assert stored(own_library, "annotations") == []


@pytest.mark.parametrize("key", ["h", "enter"])
async def test_a_setting_makes_marking_go_on_and_unmarking_stay(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library, others={"mark_goes_on": True}) as user:
        await user.press(key)
        assert user.quotes == [FIRST]
        assert user.desk.sentence == BUSES.sentences.after(place(BUSES, FIRST))
        await user.press("k", "h")
        assert user.quotes == []
        assert user.desk.sentence == place(BUSES, FIRST)


async def test_enter_on_a_claim_opens_its_card_and_unmarks_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("enter", "enter")
        assert user.quotes == [FIRST]
        assert user.screen.key_context == "card"


async def test_a_marked_line_has_a_sign_in_the_gutter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "j", "h", "j", "x", "}", "z")
        signs = {row.split("▌")[0].strip()[:1] for row in user.lines[1:] if row[:12].strip()} - {""}
        assert {"◌", "○", "◇"} <= signs, "cites nothing, open, later"


@pytest.mark.parametrize(("key", "kind", "shown"), [("x", "not-claim", "not a claim"), ("z", "later", "later")])
async def test_the_other_kinds_are_set_kept_and_taken_back(own_library: Path, key: str, kind: str, shown: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        assert user.annotation.kind == kind
        assert shown in user.card
        assert "0 claims" in user.header
        await user.press("j", key, key)
        assert user.quotes == [FIRST]
        await user.saved()
    assert [record["kind"] for record in stored(own_library, "annotations")] == [kind]


async def test_marking_over_another_kind_changes_the_kind_and_keeps_the_rest(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        await user.type("dogs")
        await user.press("enter", "x")
        assert user.annotation.kind == "not-claim"
        assert user.annotation.tags == ("dogs",)
        await user.press("h")
        assert user.annotation.kind == "claim"
        assert user.annotation.tags == ("dogs",)
        assert len(user.quotes) == 1


async def test_unmarking_says_what_goes_with_it_and_undo_brings_it_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "1", "t")
        await user.type("count")
        await user.press("enter", "h")
        assert "1 tag" in user.footer
        assert "1 verdict" in user.footer
        await user.press("u")
        assert user.annotation.tags == ("count",)
        assert user.verdicts() == {"1": "supports"}


@pytest.mark.parametrize("key", ["enter", "m"])
async def test_a_selection_is_marked_as_it_stands_and_then_gone(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "w", "w", "e", key)
        assert user.quotes == ["Ostrel began to"]
        assert user.selected is None
        assert user.screen.key_context == "text"


@pytest.mark.parametrize(("key", "kind"), [("x", "not-claim"), ("z", "later")])
async def test_a_mouse_selection_takes_the_other_kinds_too(own_library: Path, key: str, kind: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("council", times=2)
        await user.press(key)
        assert user.quotes == ["council"]
        assert user.annotation.kind == kind


async def test_a_selection_is_marked_without_the_blanks_at_its_ends(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "e", "l", "enter")
        assert user.quotes == ["Ostrel"]


async def test_a_selection_of_blanks_marks_nothing_and_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        user.screen.view.select(place(BUSES, " "))
        await user.press("h")
        assert user.quotes == []
        assert "Nothing to mark" in user.footer
        await user.saved()
    assert stored(own_library, "annotations") == []


async def test_the_gutter_shows_the_worst_sign_that_begins_on_a_line(own_library: Path) -> None:
    async with reading(BUSES, own_library, (160, 36), others={"line_width": 72}) as user:

        def sign() -> str:
            _, y = user.cell("Ostrel began")
            return user.lines[y].split()[0]

        await user.press("x", "j")
        assert sign() == "·"
        for keys, worst in (("h", "○"), ("1", "✓"), ("7", "∅"), ("2", "◐"), ("6", "?"), ("3", "↑"), ("4", "✗"), ("5", "≠")):
            await user.press(keys)
            assert sign() == worst, "not the sign of the sentence before it, in which there is nothing to check"
        await user.press("k", "z", "j")
        assert sign() == "≠"
        await user.press("1")
        assert sign() == "◇"


async def test_a_claim_over_two_sentences_is_in_hand_on_both(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("shift+down", "shift+down", "enter", "g", "g")
        first = user.annotation
        await user.press("j")
        assert user.annotation == first
        await user.press("h")
        assert user.quotes == []


async def test_a_mouse_selection_is_marked_by_h(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("council", times=2)
        assert user.selected == "council"
        await user.press("h")
        assert user.quotes == ["council"]
        assert user.selected is None
        assert user.sentence.startswith("The first winter"), "the cursor follows to what was marked"


async def test_marking_the_same_selection_again_unmarks_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "e", "enter", "v", "e", "enter")
        assert user.quotes == []


async def test_overlapping_claims_are_both_kept_and_the_card_tells_of_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "v", "w", "w", "e", "enter")
        assert user.quotes == ["Ostrel began to", FIRST]
        assert user.annotation.selector.exact == "Ostrel began to"
        assert "+1 more here" in user.card
        assert "2 claims" in user.header
        await user.press("h")
        assert user.quotes == [FIRST], "the one in user is unmarked, not the other"
        await user.saved()
    assert [record["selector"]["exact"] for record in stored(own_library, "annotations")] == [FIRST]


async def test_the_brackets_step_from_one_overlapping_claim_to_the_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "v", "w", "w", "e", "enter")
        seen = {user.annotation.selector.exact}
        await user.press("]")
        seen.add(user.annotation.selector.exact)
        assert seen == {"Ostrel began to", FIRST}


async def test_a_claim_over_two_sentences_splits_where_the_second_begins(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("shift+down", "shift+down", "enter")
        assert user.quotes == [
            f"{FIRST} The first winter brought 412,000 passengers, twice what the council had planned for [1]."
        ]
        await user.press("t")
        await user.type("winter")
        await user.press("enter", "S")
        assert user.quotes == [
            FIRST,
            "The first winter brought 412,000 passengers, twice what the council had planned for [1].",
        ]
        assert [annotation.tags for annotation in user.session.index.annotations()] == [("winter",), ("winter",)]
        await user.saved()
    assert len(stored(own_library, "annotations")) == 2


async def test_a_claim_splits_at_the_start_of_a_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.click("night in the", times=2)
        assert user.selected == "night"
        await user.press("S")
        assert user.quotes == ["Ostrel began to run buses through the", "night in the spring of 2021."]


async def test_a_claim_of_one_sentence_says_how_to_split_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "S")
        assert user.quotes == [FIRST]
        assert "Select the words where the second claim begins" in user.footer


async def test_join_takes_the_next_claim_in_with_tags_notes_and_verdicts(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        await user.type("one")
        await user.press("enter", "j", "h", "1", "t")
        await user.type("two")
        await user.press("enter", "k", "J")
        assert len(user.quotes) == 1
        assert user.annotation.tags == ("one", "two")
        assert user.verdicts() == {"1": "supports"}
        assert user.quotes[0].endswith("planned for [1].")
        await user.press("u")
        assert len(user.quotes) == 2
        await user.saved()
    assert len(stored(own_library, "annotations")) == 2


async def test_the_last_claim_has_none_to_join_with(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "J")
        assert "no claim after this one" in user.footer


async def test_claims_of_two_paragraphs_are_joined_only_by_a_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "}", "h", "k", "k", "k", "J")
        assert "in another paragraph: select both, then J joins them" in user.footer
        assert len(user.quotes) == 2
        await user.press("shift+down", "shift+down", "shift+down", "shift+down", "J")
        assert len(user.quotes) == 1
        assert "2 claims joined · the whole spans 4 sentences" in user.footer
        await user.press("u")
        assert len(user.quotes) == 2, "the selection is over: keys act in the text again"


async def test_only_annotations_of_one_kind_are_joined(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("x", "j", "h", "1", "k", "shift+down", "shift+down", "J")
        assert "Only annotations of one kind can be joined; selected: not a claim, claim" in user.picture
        assert user.session.index.tally.claims == 1


@pytest.mark.parametrize("keys", [("d", "d"), ("delete",)])
async def test_remove_takes_the_annotation_in_hand_away(own_library: Path, keys: tuple[str, ...]) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "j", "x", *keys)
        assert user.quotes == [FIRST]
        assert "Removed" in user.footer
        await user.press(*keys)
        assert "Nothing is marked here yet" in user.footer
        await user.saved()
    assert len(stored(own_library, "annotations")) == 1


async def test_a_claim_can_be_removed_from_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "j", "h", "g", "c", "j", "d", "d")
        assert user.quotes == [FIRST]
