"""The source screen: a claim over the text it rests on, the closest passages, evidence, the verdict, the way back."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest

from reader.review.scale import UNAVAILABLE
from reader.review.vocabulary import ONLY_ABSTRACT, SUPPLIED
from tests.tui.hand import NARROW, WIDE, reading, stored
from tests.tui.sources import (
    ABSTRACT,
    BESIDE,
    CARRIED,
    CLOSEST,
    HERONS,
    LAST,
    LATER_WINTER,
    SECOND,
    WINTER,
    claim,
    kept,
    looked,
    quote,
    read_source,
    sentence,
    shown,
    supply,
)
from tests.tui.texts import BUSES

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


# ---------------------------------------------------------------------- what is shown


@SIZES
async def test_a_source_is_shown_below_its_claim(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as hand:
        await read_source(hand)
        assert "[1] A season on the road" in hand.header
        assert "○ open" in hand.header
        assert "claim The first winter brought 412,000 passengers" in hand.picture
        assert "not in this source: 412,000" in hand.picture
        assert "Closest passages by wording" in hand.picture
        assert "1 of 2" in hand.picture
        assert BESIDE in hand.picture, "the sentence behind it"
        assert sentence(hand) == CLOSEST, "it opens at the best passage"
        assert not hand.verdicts(), "nothing is judged by the program"


@SIZES
async def test_passages_are_stepped_through_and_the_text_follows(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as hand:
        await read_source(hand)
        await hand.press("]")
        assert sentence(hand) == SECOND
        assert "2 of 2" in hand.picture
        await hand.press("]")
        assert "This is the last of the passages" in hand.footer
        await hand.press("f8")
        assert sentence(hand) == CLOSEST
        await hand.press("[")
        assert "This is the first of the passages" in hand.footer
        await hand.press("j", "j")
        assert (sentence(hand), shown(hand).passage_index) == (SECOND, 1), "who walks onto a passage has it in hand"


async def test_words_in_common_are_bold_and_nothing_is_green_or_red(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        look_of = hand.app.look
        x, y = hand.cell("In the first winter")
        for at, bold in ((0, False), (7, True), (13, True)):
            style = hand.app.screen.get_style_at(x + at, y)
            assert bool(style.bold) is bold, at
            assert style.bgcolor == look_of.style("current-passage").bgcolor
        assert {look_of.style(role).color for role in ("passage", "current-passage", "shared")} == {None}


async def test_no_wording_in_common_is_said_so(own_library: Path) -> None:
    supply(own_library, HERONS)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        assert "No wording in common;" in hand.picture
        assert "it may say it in other words" in hand.picture
        await hand.press("]")
        assert "No passages" in hand.footer


async def test_an_abstract_lacks_nothing_and_is_told(own_library: Path) -> None:
    supply(own_library, ABSTRACT)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        assert "only an abstract" in hand.header
        assert "not in this source" not in hand.picture
        await hand.press("A")
        assert hand.session.sources.state("1") == SUPPLIED
        assert "not in this source: 412,000" in hand.picture
        await hand.press("A")
        assert hand.session.sources.state("1") == ONLY_ABSTRACT
        assert "only an abstract" in hand.header
        await hand.press("escape")
        await hand.saved()
    (source,) = stored(own_library, "sources")
    assert ABSTRACT.split()[0] in str(source)


async def test_an_unmarked_sentence_has_passages_and_no_evidence(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        screen = await read_source(hand, "escape")
        assert "says  The first winter" in hand.picture
        assert screen.passages
        await hand.press("e")
        assert "mark the sentence as a claim" in hand.footer
        await hand.press("1")
        assert hand.over == "SourceScreen"
        assert "mark the sentence as a claim" in hand.footer
        assert not hand.session.index.annotations()


async def test_a_reference_of_the_list_is_read_without_a_claim(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await hand.press("g", "r", "home", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.settle()
        assert "no current claim rests on this source" in hand.picture
        assert "claim" not in hand.lines[1]
        await hand.press("escape")
        assert hand.over == "ReadingScreen"


# ---------------------------------------------------------------------- evidence and verdict


@SIZES
async def test_a_passage_is_kept_and_the_verdict_leads_back(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as hand:
        await read_source(hand)
        await hand.press("e")
        assert "kept · verdict? 1 ✓" in hand.footer
        assert "❝ 1 kept" in hand.header
        (evidence,) = shown(hand).evidence
        assert evidence.selector.exact == CLOSEST
        assert evidence.selector.start == WINTER.index(CLOSEST)
        await hand.press("2")
        assert hand.over == "ReadingScreen"
        assert hand.verdicts() == {"1": "partly-supports"}
        assert "[1] ◐ partly supports" in hand.footer
        assert "❝ 1" in hand.card
        await hand.press("o")
        assert f"❝ {CLOSEST[:20]}" in hand.card
        assert "▤ supplied, pasted text" in hand.card
        await hand.saved()
    (record,) = stored(own_library, "annotations")
    assert CLOSEST in str(record["judgements"])


async def test_words_are_selected_and_kept_exactly(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("v", "w", "o", "o", "e", "e", "e", "enter")
        assert kept(hand) == ["In the first winter"]
        assert shown(hand).view.selection is None
        await hand.press("v", "escape")
        assert (hand.over, shown(hand).view.selection) == ("SourceScreen", None)
        await hand.press("enter")
        assert kept(hand) == ["In the first winter", CLOSEST]
        await hand.press("enter")
        assert "kept already" in hand.footer
        assert len(kept(hand)) == 2


async def test_evidence_is_marked_dropped_and_brought_back(own_library: Path) -> None:
    quote(own_library, WINTER, LAST)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand, "escape")
        assert sentence(hand) == LAST, "it opens at what is kept"
        x, y = hand.cell(LAST[:10])
        assert "❝" in hand.lines[y]
        assert hand.app.screen.get_style_at(x, y).bgcolor == hand.app.look.style("evidence").bgcolor
        await hand.press("d", "d")
        assert kept(hand) == []
        assert "kept" not in hand.header
        await hand.press("d", "d")
        assert "No evidence is kept here" in hand.footer
        await hand.press("u")
        assert kept(hand) == [LAST]
        await hand.press("ctrl+r")
        assert kept(hand) == []


async def test_a_digit_without_evidence_judges_the_pair_too(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("7")
        assert (hand.over, claim(hand).verdict_on("1")) == ("SourceScreen", UNAVAILABLE)
        await hand.press("0")
        assert (hand.over, claim(hand).verdict_on("1")) == ("SourceScreen", "")
        await hand.press("5")
        assert (hand.over, claim(hand).verdict_on("1")) == ("ReadingScreen", "contradicts")


async def test_what_is_wrong_and_what_to_do_are_said_over_the_source(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("w", "1", "enter")
        assert hand.over == "SourceScreen"
        judgement = claim(hand).judgement_on("1")
        assert judgement is not None
        assert judgement.problems == ("wrong-number",)
        await hand.press("i", "2")
        await hand.type("!")
        await hand.press("enter")
        assert (claim(hand).decision, claim(hand).fix) == ("fix-wording", f"{CARRIED}!")
        assert "For the author: fix the wording" in hand.footer
        assert hand.over == "SourceScreen"


async def test_every_key_of_a_source_does_something(own_library: Path) -> None:
    from reader.tui.actions import ACTIONS, QUOTE, SOURCE
    from reader.tui.source.commands import SOURCE_COMMANDS

    for action in ACTIONS:
        if {SOURCE, QUOTE}.intersection(action.contexts):
            assert action.id in SOURCE_COMMANDS


async def test_in_the_queue_the_verdict_leads_to_the_next_pair(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "j", "j", "h", "R")
        await hand.until(lambda: hand.screen.key_context == "review")
        pairs = hand.desk.current_reference()
        assert pairs
        for _ in range(4):
            if hand.desk.current_reference() == "1":
                break
            await hand.press("n")
        first = (hand.annotation.id, hand.desk.current_reference())
        assert first[1] == "1"
        await hand.press("s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.press("1")
        assert hand.screen.key_context == "review"
        assert (hand.annotation.id, hand.desk.current_reference()) != first


# ---------------------------------------------------------------------- blind


@SIZES
async def test_blind_hides_all_cues_until_there_is_a_verdict(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size, blind=True) as hand:
        screen = await read_source(hand)
        assert screen.view.cursor.start == WINTER.index("The service"), "it opens at the top"
        assert "Hidden until you give a verdict" in hand.picture
        assert "not in this source" not in hand.picture
        assert "▸" not in hand.picture
        assert "▹" not in hand.picture
        await hand.press("]")
        assert "The passages are hidden until this pair has a verdict: B shows them" in hand.footer
        await hand.press("4", "s")
        await hand.until(lambda: looked(hand))
        await hand.settle()
        assert "1 of 2" in hand.picture
        assert "not in this source: 412,000" in hand.picture


async def test_blind_is_turned_on_and_off(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("B")
        assert "Hidden until you give a verdict" in hand.picture
        await hand.press("escape", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.settle()
        assert "Hidden until you give a verdict" in hand.picture, "the next source too"
        await hand.press("B")
        await hand.until(lambda: shown(hand).passages)
        await hand.settle()
        assert "Closest passages by wording" in hand.picture
        assert "hidden" not in hand.picture


# ---------------------------------------------------------------------- a source that was replaced


async def test_evidence_of_an_older_text_opens_that(own_library: Path) -> None:
    quote(own_library, WINTER, CLOSEST)
    supply(own_library, LATER_WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand, "escape")
        assert "❝ 1 from an older text" in hand.header
        assert "391,000" in hand.picture
        await hand.press("D")
        await hand.until(lambda: "older text of 20" in hand.header)
        await hand.settle()
        assert sentence(hand) == CLOSEST
        assert "❝ 1 kept" in hand.header
        await hand.press("A")
        assert "This is an older text" in hand.footer
        await hand.press("D")
        await hand.until(lambda: "from an older text" in hand.header)
        await hand.press("escape")
        assert hand.over == "ReadingScreen"
        await hand.press("o")
        assert "❝ older text: In the first winter" in hand.card


async def test_without_an_older_text_there_is_none_to_open(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.press("D")
        assert "No evidence was taken from an older text" in hand.footer


async def test_a_text_that_was_not_kept_is_told(own_library: Path) -> None:
    supply(own_library, WINTER)
    rmtree(own_library / "snapshots")
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "s")
        await hand.until(lambda: "Opening" not in hand.footer)
        assert hand.over == "ReadingScreen"
        assert "The library has no text" in hand.footer
