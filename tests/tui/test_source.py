"""The source screen: a claim over the text it rests on, the closest passages, evidence, the verdict, the way back."""

from __future__ import annotations

import base64
from pathlib import Path
from random import Random
from shutil import rmtree

import pytest

from reader.formats import read_article
from reader.review.scale import UNAVAILABLE
from reader.review.vocabulary import ONLY_ABSTRACT, SUPPLIED
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
    evidence_quotes,
    is_searched,
    quote,
    read_source,
    sentence,
    source_screen,
    supply,
)
from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, WIDE, elsewhere, reading, stored

SAMPLES = Path(__file__).parents[2] / "sample_articles"
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


# ---------------------------------------------------------------------- what is shown


@SIZES
async def test_a_source_is_shown_below_its_claim(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as user:
        await read_source(user)
        assert "[1] A season on the road" in user.header
        assert "○ open" in user.header
        assert "claim The first winter brought 412,000 passengers" in user.picture
        assert "not in this source: 412,000" in user.picture
        assert "Closest by wording" in user.picture
        assert "1 of 2" in user.picture
        assert BESIDE in user.picture, "the sentence behind it"
        assert sentence(user) == CLOSEST, "it opens at the best passage"
        assert not user.verdicts(), "nothing is judged by the program"


@SIZES
async def test_a_number_that_follows_from_the_source_is_worked_out(own_library: Path, size: tuple[int, int]) -> None:
    catches = article(["Cod", "The catches of cod fell by 33 % in a decade [1]."], [("A. Lee", "2020", "A year at sea")])
    supply(
        own_library, "A year at sea\n\nIn the decade the catches of cod went from 2.1 to 1.4 million tonnes.", article=catches
    )
    async with reading(catches, own_library, size) as user:
        await read_source(user)
        assert "worked out: 33 %, as (2.1 − 1.4) ÷ 2.1 = 33.33 %" in user.picture
        assert "not in this source" not in user.picture


@SIZES
async def test_passages_are_stepped_through_and_the_text_follows(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as user:
        await read_source(user)
        await user.press("]")
        assert sentence(user) == SECOND
        assert "2 of 2" in user.picture
        await user.press("]")
        assert "This is the last of the passages" in user.footer
        await user.press("f8")
        assert sentence(user) == CLOSEST
        await user.press("[")
        assert "This is the first of the passages" in user.footer
        await user.press("j", "j")
        assert (sentence(user), source_screen(user).passage_index) == (SECOND, 1), "who walks onto a passage has it in hand"


@SIZES
async def test_the_passage_with_the_number_of_the_claim_comes_first_and_no_title_or_byline(
    own_library: Path, size: tuple[int, int]
) -> None:
    harbour = read_article(str(SAMPLES / "harbour-heat-pump.txt"))
    paper = (SAMPLES / "sources/harbour-heat-pump/2.txt").read_text(encoding="utf-8")
    claim = harbour.sentences.at(harbour.text.index("every unit of electricity"))
    assert claim is not None
    supply(own_library, paper, "2", harbour)
    with elsewhere(harbour, own_library) as window:
        window.mark(harbour.text[slice(*claim)])
    async with reading(harbour, own_library, size) as user:
        await user.press("]", "s")
        await user.until(lambda: is_searched(user) and source_screen(user).passages)
        assert sentence(user).startswith("Monthly values lay between 3.4 in October")
        passages = source_screen(user).passages
        texts = ["".join(words for words, _ in passage.words) for passage in passages]
        assert [("3.4" in text) for text in texts] == sorted((("3.4" in text) for text in texts), reverse=True)
        for aside in ("Measured seasonal performance of a 21 MW", "Kvale Institute of Technology, Department"):
            assert aside in paper
            assert not any(aside in text for text in texts)


async def test_words_in_common_are_bold_and_nothing_is_green_or_red(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        look_of = user.app.look
        x, y = user.cell("In the first winter")
        for at, bold in ((0, False), (7, True), (13, True)):
            style = user.app.screen.get_style_at(x + at, y)
            assert bool(style.bold) is bold, at
            assert style.bgcolor == look_of.style("current-passage").bgcolor
        assert {look_of.style(role).color for role in ("passage", "current-passage", "shared")} == {None}


async def test_no_wording_in_common_is_said_so(own_library: Path) -> None:
    supply(own_library, HERONS)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        assert "No wording in common;" in user.picture
        assert "it may say it in other words" in user.picture
        await user.press("]")
        assert "No passages" in user.footer


async def test_an_abstract_lacks_nothing_and_is_told(own_library: Path) -> None:
    supply(own_library, ABSTRACT)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        assert "only an abstract" in user.header
        assert "not in this source" not in user.picture
        await user.press("A")
        assert user.session.sources.state("1") == SUPPLIED
        assert "not in this source: 412,000" in user.picture
        await user.press("A")
        assert user.session.sources.state("1") == ONLY_ABSTRACT
        assert "only an abstract" in user.header
        await user.press("escape")
        await user.saved()
    (source,) = stored(own_library, "sources")
    assert ABSTRACT.split()[0] in str(source)


async def test_an_unmarked_sentence_has_passages_and_no_evidence(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        screen = await read_source(user, "escape")
        assert "says  The first winter" in user.picture
        assert screen.passages
        await user.press("e")
        assert "mark the sentence as a claim" in user.footer
        await user.press("1")
        assert user.over == "SourceScreen"
        assert "mark the sentence as a claim" in user.footer
        assert not user.session.index.annotations()


async def test_a_reference_of_the_list_is_read_without_a_claim(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await user.press("g", "r", "home", "s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.settle()
        assert "no current claim rests on this source" in user.picture
        assert "claim" not in user.lines[1]
        await user.press("escape")
        assert user.over == "ReadingScreen"


# ---------------------------------------------------------------------- evidence and verdict


@SIZES
async def test_a_passage_is_kept_and_the_verdict_leads_back(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as user:
        await read_source(user)
        await user.press("e")
        assert "kept · verdict? 1 ✓" in user.footer
        assert "❝ 1 kept" in user.header
        (evidence,) = source_screen(user).evidence
        assert evidence.selector.exact == CLOSEST
        assert evidence.selector.start == WINTER.index(CLOSEST)
        await user.press("2")
        assert user.over == "ReadingScreen"
        assert user.verdicts() == {"1": "partly-supports"}
        assert "[1] ◐ partly supports" in user.footer
        assert "❝ 1" in user.card
        await user.press("o")
        assert f"❝ {CLOSEST[:20]}" in user.card
        assert "▤ supplied, pasted text" in user.card
        await user.saved()
    (record,) = stored(own_library, "annotations")
    assert CLOSEST in str(record["judgements"])


async def test_words_are_selected_and_kept_exactly(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("v", "w", "o", "o", "e", "e", "e", "enter")
        assert evidence_quotes(user) == ["In the first winter"]
        assert source_screen(user).view.selection is None
        await user.press("v", "escape")
        assert (user.over, source_screen(user).view.selection) == ("SourceScreen", None)
        await user.press("enter")
        assert evidence_quotes(user) == ["In the first winter", CLOSEST]
        await user.press("enter")
        assert "kept already" in user.footer
        assert len(evidence_quotes(user)) == 2


async def test_evidence_is_marked_dropped_and_brought_back(own_library: Path) -> None:
    quote(own_library, WINTER, LAST)
    async with reading(BUSES, own_library) as user:
        await read_source(user, "escape")
        assert sentence(user) == LAST, "it opens at what is kept"
        x, y = user.cell(LAST[:10])
        assert "❝" in user.lines[y]
        assert user.app.screen.get_style_at(x, y).bgcolor == user.app.look.style("evidence").bgcolor
        await user.press("d", "d")
        assert evidence_quotes(user) == []
        assert "kept" not in user.header
        await user.press("d", "d")
        assert "No evidence is kept here" in user.footer
        await user.press("u")
        assert evidence_quotes(user) == [LAST]
        await user.press("ctrl+r")
        assert evidence_quotes(user) == []


async def test_a_digit_without_evidence_judges_the_pair_too(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("7")
        assert (user.over, claim(user).verdict_on("1")) == ("SourceScreen", UNAVAILABLE)
        await user.press("0")
        assert (user.over, claim(user).verdict_on("1")) == ("SourceScreen", "")
        await user.press("5")
        assert (user.over, claim(user).verdict_on("1")) == ("ReadingScreen", "contradicts")


async def test_what_is_wrong_and_what_to_do_are_said_over_the_source(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("w", "1", "enter")
        assert user.over == "SourceScreen"
        judgement = claim(user).judgement_on("1")
        assert judgement is not None
        assert judgement.problems == ("wrong-number",)
        await user.press("i", "2")
        await user.type("!")
        await user.press("enter")
        assert (claim(user).decision, claim(user).fix) == ("fix-wording", f"{CARRIED}!")
        assert "For the author: fix the wording" in user.footer
        assert user.over == "SourceScreen"


async def test_every_key_of_a_source_does_something(own_library: Path) -> None:
    from reader.tui.action import QUOTE, SOURCE
    from reader.tui.actions import ACTIONS
    from reader.tui.source.commands import SOURCE_COMMANDS

    for action in ACTIONS:
        if {SOURCE, QUOTE}.intersection(action.contexts):
            assert action.id in SOURCE_COMMANDS


async def test_in_the_queue_the_verdict_leads_to_the_next_pair(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "j", "j", "h", "R")
        await user.until(lambda: user.screen.key_context == "review")
        pairs = user.desk.current_reference()
        assert pairs
        for _ in range(4):
            if user.desk.current_reference() == "1":
                break
            await user.press("n")
        first = (user.annotation.id, user.desk.current_reference())
        assert first[1] == "1"
        await user.press("s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.press("1")
        assert user.screen.key_context == "review"
        assert (user.annotation.id, user.desk.current_reference()) != first


# ---------------------------------------------------------------------- blind


@SIZES
async def test_blind_hides_all_cues_until_there_is_a_verdict(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size, blind=True) as user:
        screen = await read_source(user)
        assert screen.view.cursor.start == WINTER.index("The service"), "it opens at the top"
        assert "Hidden until you give a verdict" in user.picture
        assert "not in this source" not in user.picture
        assert "▸" not in user.picture
        assert "▹" not in user.picture
        await user.press("]")
        assert "The passages are hidden until this pair has a verdict: B shows them" in user.footer
        await user.press("4", "s")
        await user.until(lambda: is_searched(user))
        await user.settle()
        assert "1 of 2" in user.picture
        assert "not in this source: 412,000" in user.picture


async def test_blind_is_turned_on_and_off(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("B")
        assert "Hidden until you give a verdict" in user.picture
        await user.press("escape", "s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.settle()
        assert "Hidden until you give a verdict" in user.picture, "the next source too"
        await user.press("B")
        await user.until(lambda: source_screen(user).passages)
        await user.settle()
        assert "Closest by wording" in user.picture
        assert "hidden" not in user.picture


# ---------------------------------------------------------------------- a source that was replaced


async def test_evidence_of_an_older_text_opens_that(own_library: Path) -> None:
    quote(own_library, WINTER, CLOSEST)
    supply(own_library, LATER_WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user, "escape")
        assert "❝ 1 from an older text" in user.header
        assert "391,000" in user.picture
        await user.press("D")
        await user.until(lambda: "older text of 20" in user.header)
        await user.settle()
        assert sentence(user) == CLOSEST
        assert "❝ 1 kept" in user.header
        await user.press("A")
        assert "This is an older text" in user.footer
        await user.press("D")
        await user.until(lambda: "from an older text" in user.header)
        await user.press("escape")
        assert user.over == "ReadingScreen"
        await user.press("o")
        assert "❝ older text: In the first winter" in user.card


async def test_without_an_older_text_there_is_none_to_open(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("D")
        assert "No evidence was taken from an older text" in user.footer


async def test_a_text_that_was_not_kept_is_told(own_library: Path) -> None:
    supply(own_library, WINTER)
    rmtree(own_library / "snapshots")
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "s")
        await user.until(lambda: "Opening" not in user.footer)
        assert user.over == "ReadingScreen"
        assert "The library has no text" in user.footer


async def test_a_source_with_very_long_words_is_compared_with_a_claim(own_library: Path) -> None:
    picture = base64.b64encode(Random(1).randbytes(15_000)).decode()
    buses = article(
        ["Buses", "On 12 May 2020 John Smith-Jones of IBM counted 412,000 passengers [1]."],
        [("A. Lee", "2020", "A season on the road")],
    )
    supply(own_library, f"{WINTER}\n\n{'ACGT' * 15_000}\n\n{picture}", article=buses)
    async with reading(buses, own_library, NARROW) as user:
        await read_source(user)
        assert sentence(user) == CLOSEST
        assert "412,000" in user.picture.partition("not in this source: ")[2]
