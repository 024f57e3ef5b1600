"""Which pair a key judges: the one that the person sees, whatever was typed ahead, fetched, or done in another window."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from tests.tui.hand import NARROW, WIDE, Hand, elsewhere, reading
from tests.tui.serving import release, serving
from tests.tui.sources import CARRIED, HERONS, WINTER, claim, linked, read_source, shown, supply
from tests.tui.test_attaching import PAGE
from tests.tui.test_review import DRIVERS, MARKS, STUDIES, pair, verdicts
from tests.tui.texts import BUSES, HEADING, REFERENCES, article, place

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


async def back(hand: Hand) -> None:
    """Wait until the reading screen has the keys again, and all that was typed is done."""
    await hand.until(lambda: hand.over == "ReadingScreen")
    await hand.settle()


# ---------------------------------------------------------------------- typed ahead


@SIZES
async def test_keys_typed_ahead_wait_for_the_source(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER, "3")
    async with reading(BUSES, own_library, size) as hand:
        await hand.press(*MARKS, "R")
        assert pair(hand) == (STUDIES, "3"), "what has a text comes first"
        hand.send("s", "j", "e", "2")
        await hand.until(lambda: (STUDIES, "3") in verdicts(hand))
        await back(hand)
        assert verdicts(hand) == {(STUDIES, "3"): "partly-supports"}
        (studies,) = (one for one in hand.session.index.claims() if one.selector.exact.startswith(STUDIES))
        judged = studies.judgement_on("3")
        assert judged is not None
        assert len(judged.evidence) == 1, "what was typed for the source went to it"


async def test_verdicts_and_a_source_typed_at_once_judge_what_comes_one_after_the_other(own_library: Path) -> None:
    supply(own_library, HERONS, "2")
    async with reading(BUSES, own_library) as hand:
        await hand.press(*MARKS)
        hand.send("R", "1", "1", "N", "s", "e", "4")
        await hand.until(lambda: verdicts(hand).get((DRIVERS, "2")) == "does-not-support")
        await back(hand)
        assert verdicts(hand) == {(STUDIES, "2"): "supports", (DRIVERS, "2"): "does-not-support"}
        (drivers,) = (one for one in hand.session.index.claims() if one.selector.exact.startswith(DRIVERS))
        assert len(drivers.judgements[0].evidence) == 1


async def test_what_was_typed_for_a_source_that_cannot_be_opened_judges_nothing(own_library: Path) -> None:
    digest = supply(own_library, WINTER)
    for kept in own_library.rglob(f"*{digest.partition(':')[2] or digest}*"):
        if kept.is_file():
            kept.unlink()
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h")
        hand.send("s", "e", "2")
        await hand.until(lambda: "The library has no text" in hand.footer)
        await hand.settle()
        assert not claim(hand).judgements, hand.picture


# ---------------------------------------------------------------------- the source screen


async def test_a_digit_judges_nothing_when_the_claim_no_longer_rests_on_the_source(own_library: Path) -> None:
    supply(own_library, WINTER, "2")
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "h", "c", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.unlink(other.on(STUDIES), "2", "not this one")
        await hand.until(lambda: hand.desk.rests_on() == ("1", "3"))
        for key in ("1", "7", "e", "w"):
            await hand.press(key)
            assert hand.over == "SourceScreen"
            assert "no longer rests on [2]" in hand.footer, hand.footer
        assert not hand.annotation.judgements


async def test_a_digit_judges_the_claim_of_the_source_and_no_other_on_its_sentence(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await read_source(hand)
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("twice what the council had planned for [1]")
            other.session.remove([one for one in other.session.index.claims() if one.selector.exact == CARRIED])
        await hand.until(lambda: hand.quotes == ["twice what the council had planned for [1]"])
        await hand.settle()
        await hand.press("1")
        assert "no longer a claim" in hand.footer, hand.footer
        assert not any(one.judgements for one in hand.session.index.claims())


async def test_only_an_abstract_is_said_of_the_source_that_is_read(own_library: Path) -> None:
    supply(own_library, WINTER, "1")
    supply(own_library, WINTER, "2")
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "h", "c", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.press("A")
        texts = {r: source.text for r in "12" if (source := hand.session.sources.source(r)) is not None}
        assert {r: text.extent for r, text in texts.items() if text is not None} == {"1": FULL_TEXT, "2": ABSTRACT}


async def test_a_source_that_comes_late_does_not_open_over_another_pair(own_library: Path) -> None:
    with serving(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as hand:
            await hand.press("}", "h", "R")
            await hand.press("g", "s", "enter")
            await hand.until(lambda: "fetching 127.0.0.1" in hand.footer)
            await hand.press("1")
            assert hand.desk.current_reference() == "2", "the queue stands at the same claim, at its next pair"
            release()
            await hand.until(lambda: hand.session.sources.source("1") is not None)
            await hand.settle()
            await hand.press("2")
            await hand.settle()
            given = {one.reference: one.verdict for one in hand.session.index.claims()[0].judgements}
            assert given == {"1": "supports", "2": "partly-supports"}


# ---------------------------------------------------------------------- the queue


async def test_escape_stops_what_is_fetched_before_it_leaves_the_queue(own_library: Path) -> None:
    with serving(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as hand:
            await hand.press(*MARKS, "R", "g", "f")
            await hand.until(lambda: "Esc stops" in hand.footer)
            await hand.press("escape")
            assert "Stopped: 0 sources fetched" in hand.footer
            assert hand.screen.key_context == "review"
            await hand.press("escape")
            assert hand.screen.key_context == "text"


async def test_the_source_is_that_of_the_pair_shown_also_after_a_click_on_its_entry(own_library: Path) -> None:
    supply(own_library, WINTER, "1")
    supply(own_library, HERONS, "2")
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "h", "R")
        shown_first = hand.desk.current_reference()
        await hand.click("The first winter of the night buses" if shown_first == "1" else "Who drives at night?")
        if hand.over == "SourceScreen":
            await hand.press("escape")
        await hand.press("n")
        reference = hand.desk.current_reference()
        assert reference != shown_first
        await hand.press("s")
        await hand.until(lambda: hand.over == "SourceScreen" or hand.screen.is_asking)
        assert shown(hand).pair.reference.id == reference


@SIZES
async def test_a_pair_that_another_window_removed_stays_until_the_person_goes_on(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press(*MARKS, "R", "n")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove([other.on(STUDIES)])
        await hand.until(lambda: len(hand.quotes) == 2)
        await hand.settle()
        assert "Another window removed it" in hand.card
        for key in ("1", "7", "s", "a", "w", "-"):
            await hand.press(key)
            assert "was removed; n shows the next" in hand.footer, hand.footer
        assert not verdicts(hand), "the digit was meant for what was there"
        await hand.press("n")
        assert pair(hand) == (DRIVERS, "2")
        await hand.press("1")
        assert list(verdicts(hand)) == [(DRIVERS, "2")]


async def test_a_pair_that_the_person_unlinks_leads_on_at_once_whatever_others_did(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(*MARKS, "R")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on(DRIVERS), "2", "supports")
        await hand.until(lambda: (DRIVERS, "2") in verdicts(hand))
        await hand.press("-", "enter")
        assert pair(hand) == (STUDIES, "1")


# ---------------------------------------------------------------------- the text


async def test_what_another_window_marks_before_it_leaves_the_claim_in_hand(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j")
        hand.session.mark(place(BUSES, "twice what the council had planned for [1]"))
        await hand.press("escape")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("The first winter brought 412,000 passengers")
        await hand.until(lambda: len(hand.quotes) == 2)
        await hand.settle()
        await hand.press("1")
        given = {one.selector.exact[:5]: bool(one.judgements) for one in hand.session.index.claims()}
        assert given == {"The f": False, "twice": True}


async def test_a_verdict_from_another_window_leaves_the_pair_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "h")
        assert hand.desk.current_reference() == "1"
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on(STUDIES), "1", "supports")
        await hand.until(lambda: hand.verdicts() == {"1": "supports"})
        assert hand.desk.current_reference() == "1"


async def test_a_key_chosen_for_a_claim_of_a_heading_judges_that(own_library: Path) -> None:
    read = article(((HEADING, "Ostrel pays 91 cents [3]"), "It pays the drivers too [1]."), REFERENCES)
    supply(own_library, WINTER, "3", read)
    async with reading(read, own_library) as hand:
        hand.session.mark(place(read, "Ostrel pays 91 cents [3]"))
        hand.session.mark(place(read, "It pays the drivers too [1]."))
        await hand.press("R", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        assert shown(hand).pair.words == "Ostrel pays 91 cents"
        await hand.press("1")
        await back(hand)
        given = {one.selector.exact[:5]: [j.reference for j in one.judgements] for one in hand.session.index.claims()}
        assert given == {"Ostre": ["3"], "It pa": []}
