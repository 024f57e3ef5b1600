"""The closest passages of a source in the review queue: stepped through, kept as evidence, hidden from who judges blind."""

from __future__ import annotations

from pathlib import Path

from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.sources import CLOSEST, HERONS, SECOND, WINTER, supply
from tests.tui.test_review_sources import supply as put
from tests.tui.texts import BUSES


async def queued(hand: Hand, shown: str) -> None:
    """Mark the claim on [1], go into the queue, and wait until the pane shows some words."""
    await hand.press("j", "h", "R")
    await hand.until(lambda: shown in " ".join(hand.card.split()))
    await hand.settle()


def kept(hand: Hand) -> list[str]:
    """Return the words that are kept as evidence on the claim."""
    (claim,) = hand.session.index.claims()
    return [evidence.selector.exact for judgement in claim.judgements for evidence in judgement.evidence]


async def test_a_passage_is_kept_and_judged_without_leaving_the_queue(own_library: Path) -> None:
    for size in (WIDE, NARROW):
        async with reading(BUSES, own_library / str(size[0]), size) as hand:
            put(hand, "1", WINTER)
            await queued(hand, "the council counted 389,000")
            assert "e keeps it" in hand.card
            await hand.press("e")
            assert kept(hand) == [CLOSEST]
            assert "kept" in hand.card
            await hand.press("2")
            assert hand.session.index.claims()[0].verdict_on("1") == "partly-supports"
            assert kept(hand) == [CLOSEST]


async def test_the_passages_are_stepped_through_and_the_ends_say_so(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await queued(hand, "1 of 2")
        await hand.press("]", "e")
        assert kept(hand) == [SECOND]
        await hand.press("]")
        assert "the last of the passages" in hand.footer
        await hand.press("e")
        assert "kept already" in hand.footer
        await hand.press("[", "[")
        assert "the first of the passages" in hand.footer
        await hand.press("u")
        assert kept(hand) == []


async def test_who_judges_blind_sees_no_passage_before_the_verdict(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        hand.screen.sources.set_blind(True)
        await queued(hand, "hidden until you give a verdict")
        assert "389,000" not in hand.card
        await hand.press("e")
        assert "hidden until this pair has a verdict" in hand.footer
        assert kept(hand) == []


async def test_a_source_without_common_words_and_a_pair_without_a_source_say_so(own_library: Path) -> None:
    supply(own_library, HERONS)
    async with reading(BUSES, own_library) as hand:
        await queued(hand, "No wording in common; it may say it in other words")
        await hand.press("e")
        assert "s opens the whole source" in hand.footer
        hand.session.detach_source("1")
        await hand.press("e")
        assert "no text to read: s asks for one" in hand.footer
