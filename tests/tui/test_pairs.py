"""Which pair a key judges: the one that the person sees, whatever was typed ahead, fetched, or done in another window."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from tests.tui.page_server import release_page, serve_page
from tests.tui.sources import CARRIED, HERONS, WINTER, claim, linked, read_source, source_screen, supply
from tests.tui.test_attaching import PAGE
from tests.tui.test_review import DRIVERS, MARKS, STUDIES, pair, verdicts
from tests.tui.texts import BUSES, HEADING, REFERENCES, article, place
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


async def back(user: User) -> None:
    """Wait until the reading screen has the keys again, and all that was typed is done."""
    await user.until(lambda: user.over == "ReadingScreen")
    await user.settle()


# ---------------------------------------------------------------------- typed ahead


@SIZES
async def test_keys_typed_ahead_wait_for_the_source(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER, "3")
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R")
        assert pair(user) == (STUDIES, "3"), "what has a text comes first"
        user.send("s", "j", "e", "2")
        await user.until(lambda: (STUDIES, "3") in verdicts(user))
        await back(user)
        assert verdicts(user) == {(STUDIES, "3"): "partly-supports"}
        (studies,) = (one for one in user.session.index.claims() if one.selector.exact.startswith(STUDIES))
        judged = studies.judgement_on("3")
        assert judged is not None
        assert len(judged.evidence) == 1, "what was typed for the source went to it"


async def test_verdicts_and_a_source_typed_at_once_judge_what_comes_one_after_the_other(own_library: Path) -> None:
    supply(own_library, HERONS, "2")
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS)
        user.send("R", "1", "1", "N", "s", "e", "4")
        await user.until(lambda: verdicts(user).get((DRIVERS, "2")) == "does-not-support")
        await back(user)
        assert verdicts(user) == {(STUDIES, "2"): "supports", (DRIVERS, "2"): "does-not-support"}
        (drivers,) = (one for one in user.session.index.claims() if one.selector.exact.startswith(DRIVERS))
        assert len(drivers.judgements[0].evidence) == 1


async def test_what_was_typed_for_a_source_that_cannot_be_opened_judges_nothing(own_library: Path) -> None:
    digest = supply(own_library, WINTER)
    for evidence_quotes in own_library.rglob(f"*{digest.partition(':')[2] or digest}*"):
        if evidence_quotes.is_file():
            evidence_quotes.unlink()
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        user.send("s", "e", "2")
        await user.until(lambda: "The library has no text" in user.footer)
        await user.settle()
        assert not claim(user).judgements, user.picture


# ---------------------------------------------------------------------- the source screen


async def test_a_digit_judges_nothing_when_the_claim_no_longer_rests_on_the_source(own_library: Path) -> None:
    supply(own_library, WINTER, "2")
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "c", "s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.unlink(other.on(STUDIES), "2", "not this one")
        await user.until(lambda: user.desk.rests_on() == ("1", "3"))
        for key in ("1", "7", "e", "w"):
            await user.press(key)
            assert user.over == "SourceScreen"
            assert "no longer rests on [2]" in user.footer, user.footer
        assert not user.annotation.judgements


async def test_a_digit_judges_the_claim_of_the_source_and_no_other_on_its_sentence(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("twice what the council had planned for [1]")
            other.session.remove([one for one in other.session.index.claims() if one.selector.exact == CARRIED])
        await user.until(lambda: user.quotes == ["twice what the council had planned for [1]"])
        await user.settle()
        await user.press("1")
        assert "no longer a claim" in user.footer, user.footer
        assert not any(one.judgements for one in user.session.index.claims())


async def test_only_an_abstract_is_said_of_the_source_that_is_read(own_library: Path) -> None:
    supply(own_library, WINTER, "1")
    supply(own_library, WINTER, "2")
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "c", "s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.press("A")
        texts = {r: source.text for r in "12" if (source := user.session.sources.source(r)) is not None}
        assert {r: text.extent for r, text in texts.items() if text is not None} == {"1": FULL_TEXT, "2": ABSTRACT}


async def test_a_source_that_comes_late_does_not_open_over_another_pair(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as user:
            await user.press("}", "h", "R")
            await user.press("g", "s", "enter")
            await user.until(lambda: "fetching 127.0.0.1" in user.footer)
            await user.press("1")
            assert user.desk.current_reference() == "2", "the queue stands at the same claim, at its next pair"
            release_page()
            await user.until(lambda: user.session.sources.source("1") is not None)
            await user.settle()
            await user.press("2")
            await user.settle()
            given = {one.reference: one.verdict for one in user.session.index.claims()[0].judgements}
            assert given == {"1": "supports", "2": "partly-supports"}


# ---------------------------------------------------------------------- the queue


async def test_escape_stops_what_is_fetched_before_it_leaves_the_queue(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as user:
            await user.press(*MARKS, "R", "g", "f")
            await user.until(lambda: "Esc stops" in user.footer)
            await user.press("escape")
            assert "Stopped: 0 sources fetched" in user.footer
            assert user.screen.key_context == "review"
            await user.press("escape")
            assert user.screen.key_context == "text"


async def test_the_source_is_that_of_the_pair_shown_also_after_a_click_on_its_entry(own_library: Path) -> None:
    supply(own_library, WINTER, "1")
    supply(own_library, HERONS, "2")
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "R")
        shown_first = user.desk.current_reference()
        await user.click("The first winter of the night buses" if shown_first == "1" else "Who drives at night?")
        await user.until(lambda: user.over == "SourceScreen")
        await user.press("escape", "n")
        reference = user.desk.current_reference()
        assert reference != shown_first
        await user.press("s")
        await user.until(lambda: user.over == "SourceScreen" or user.screen.is_asking)
        assert source_screen(user).pair.reference.id == reference


@SIZES
async def test_a_pair_that_another_window_removed_stays_until_the_person_goes_on(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R", "n")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove([other.on(STUDIES)])
        await user.until(lambda: len(user.quotes) == 2)
        await user.settle()
        assert "It was removed meanwhile" in user.card
        for key in ("1", "7", "s", "a", "w", "-"):
            await user.press(key)
            assert "was removed; n shows the next" in user.footer, user.footer
        assert not verdicts(user), "the digit was meant for what was there"
        await user.press("n")
        assert pair(user) == (DRIVERS, "2")
        await user.press("1")
        assert list(verdicts(user)) == [(DRIVERS, "2")]


async def test_a_pair_that_the_person_unlinks_leads_on_at_once_whatever_others_did(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on(DRIVERS), "2", "supports")
        await user.until(lambda: (DRIVERS, "2") in verdicts(user))
        await user.press("-", "enter")
        assert pair(user) == (STUDIES, "1")


# ---------------------------------------------------------------------- the text


async def test_what_another_window_marks_before_it_leaves_the_claim_in_hand(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j")
        user.session.mark(place(BUSES, "twice what the council had planned for [1]"))
        await user.press("escape")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("The first winter brought 412,000 passengers")
        await user.until(lambda: len(user.quotes) == 2)
        await user.settle()
        await user.press("1")
        given = {one.selector.exact[:5]: bool(one.judgements) for one in user.session.index.claims()}
        assert given == {"The f": False, "twice": True}


async def test_a_verdict_from_another_window_leaves_the_pair_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h")
        assert user.desk.current_reference() == "1"
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on(STUDIES), "1", "supports")
        await user.until(lambda: user.verdicts() == {"1": "supports"})
        assert user.desk.current_reference() == "1"


async def test_a_key_chosen_for_a_claim_of_a_heading_judges_that(own_library: Path) -> None:
    read = article(((HEADING, "Ostrel pays 91 cents [3]"), "It pays the drivers too [1]."), REFERENCES)
    supply(own_library, WINTER, "3", read)
    async with reading(read, own_library) as user:
        user.session.mark(place(read, "Ostrel pays 91 cents [3]"))
        user.session.mark(place(read, "It pays the drivers too [1]."))
        await user.press("R", "s")
        await user.until(lambda: user.over == "SourceScreen")
        assert source_screen(user).pair.words == "Ostrel pays 91 cents"
        await user.press("1")
        await back(user)
        given = {one.selector.exact[:5]: [j.reference for j in one.judgements] for one in user.session.index.claims()}
        assert given == {"Ostre": ["3"], "It pa": []}
