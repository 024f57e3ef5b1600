"""The review queue and the texts behind references: what they lack comes first, and a verdict beside one goes on."""

from __future__ import annotations

from pathlib import Path

from reader.formats.source_input import read_paste
from reader.library.library import keep_source
from tests.tui.hand import Hand, reading
from tests.tui.test_review import DRIVERS, MARKS, PAIRS, pair, verdicts
from tests.tui.texts import BUSES


def supply(hand: Hand, reference: str, text: str) -> None:
    """Put a text behind a reference, as one that a person pasted."""
    hand.session.attach_source(reference, keep_source(hand.app.open_library(), *read_paste(text)))


async def test_what_a_source_lacks_is_found_beside_and_comes_first(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "}", "h", "g", "g", "j", "h")
        supply(hand, "3", "The depots were painted. The buses cost the town some money, nobody wrote down how much.")
        await hand.press("R")
        await hand.until(lambda: "source lacks a detail" in hand.card)
        assert "91 cents" in hand.card
        supply(hand, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await hand.press("n")
        assert "The first winter brought" in hand.card
        assert "source supplied, not looked at" in hand.card, "all that the claim says stands in it"


async def test_a_verdict_in_the_source_screen_leads_to_the_next_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(*MARKS)
        supply(hand, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await hand.press("R")
        assert pair(hand) == PAIRS[0]
        await hand.press("s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.settle()
        await hand.press("e", "2")
        await hand.until(lambda: hand.over == "ReadingScreen")
        await hand.settle()
        assert verdicts(hand) == {PAIRS[0]: "partly-supports"}
        assert pair(hand) == PAIRS[1]
        await hand.press("N")
        assert "❝" in hand.card, "what was kept of the source is shown with the pair"


async def test_a_source_judges_its_own_pair_whatever_was_undone_in_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(*MARKS)
        supply(hand, "2", "Most drivers like the night. Taxis lost passengers to the buses, trams did not. So we were told.")
        await hand.press("R", "1")
        assert pair(hand) == (DRIVERS, "2")
        await hand.press("s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.settle()
        await hand.press("u", "4")
        await hand.until(lambda: hand.over == "ReadingScreen")
        await hand.settle()
        assert verdicts(hand) == {(DRIVERS, "2"): "does-not-support"}


async def test_a_source_that_is_no_use_leads_back_to_the_queue_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(*MARKS)
        supply(hand, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await hand.press("R", "s")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.settle()
        await hand.press("7")
        await hand.until(lambda: hand.over == "ReadingScreen")
        await hand.settle()
        assert verdicts(hand) == {PAIRS[0]: "unavailable"}
        assert pair(hand) == PAIRS[1]
