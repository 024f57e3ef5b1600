"""The closest passages of a source in the review queue: stepped through, kept as evidence, hidden from who judges blind."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.formats.article_cache import load_article
from tests.tui.sources import CLOSEST, HERONS, SECOND, WINTER, supply
from tests.tui.test_review_sources import supply as put
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading


async def queued(user: User, source_screen: str) -> None:
    """Mark the claim on [1], go into the queue, and wait until the pane shows some words."""
    await user.press("j", "h", "R")
    await user.until(lambda: source_screen in " ".join(user.card.split()))
    await user.settle()


def evidence_quotes(user: User) -> list[str]:
    """Return the words that are kept as evidence on the claim."""
    (claim,) = user.session.index.claims()
    return [evidence.selector.exact for judgement in claim.judgements for evidence in judgement.evidence]


async def test_a_passage_is_kept_and_judged_without_leaving_the_queue(own_library: Path) -> None:
    for size in (WIDE, NARROW):
        async with reading(BUSES, own_library / str(size[0]), size) as user:
            put(user, "1", WINTER)
            await queued(user, "the council counted 389,000")
            assert "e keeps it" in user.card
            await user.press("e")
            assert evidence_quotes(user) == [CLOSEST]
            assert "kept" in user.card
            await user.press("2")
            assert user.session.index.claims()[0].verdict_on("1") == "partly-supports"
            assert evidence_quotes(user) == [CLOSEST]


async def test_a_source_that_was_read_is_not_parsed_again(own_library: Path) -> None:
    digest = supply(own_library, WINTER)
    assert load_article(WINTER.encode(), "-") is None
    async with reading(BUSES, own_library) as user:
        await queued(user, "the council counted 389,000")
    kept = load_article(WINTER.encode(), "-")
    assert kept is not None
    assert kept.digest == digest


@pytest.mark.parametrize("size", [(60, 18), (40, 12)])
async def test_in_a_small_window_reference_and_passage_come_first(own_library: Path, size: tuple[int, int]) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, size) as user:
        await queued(user, "389,000")
        assert "[1] The first winter of the night b" in user.card
        assert CLOSEST in user.card
        await user.until(lambda: "the source lacks 412,000" in user.card)
        assert "The first winter brought" in user.picture, "the claim in the text above"
        assert "1 ✓" in user.card
        assert "7 ∅" in user.card
        assert ("partly" in user.card) == (size[0] == 60), "the words beside the digits come last"
        await user.press("2")
        assert user.session.index.claims()[0].verdict_on("1") == "partly-supports"


async def test_a_pair_that_cannot_be_shown_cannot_be_judged(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library, (40, 7)) as user:
        await queued(user, "Too small to judge here")
        assert "✓" not in user.card
        await user.press("2")
        assert "Too small to judge here" in user.footer
        assert user.session.index.claims()[0].verdict_on("1") == ""
        await user.pilot.resize_terminal(40, 12)
        await user.settle()
        await user.press("2")
        assert user.session.index.claims()[0].verdict_on("1") == "partly-supports"


async def test_the_passages_are_stepped_through_and_the_ends_say_so(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await queued(user, "1 of 2")
        await user.press("]", "e")
        assert evidence_quotes(user) == [SECOND]
        await user.press("]")
        assert "the last of the passages" in user.footer
        await user.press("e")
        assert "kept already" in user.footer
        await user.press("[", "[")
        assert "the first of the passages" in user.footer
        await user.press("u")
        assert evidence_quotes(user) == []


async def test_who_judges_blind_sees_no_passage_before_the_verdict(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        user.app.settings = user.app.settings._replace(blind=True)
        await queued(user, "hidden until you give a verdict")
        assert "389,000" not in user.card
        await user.press("e")
        assert "hidden until this pair has a verdict" in user.footer
        assert evidence_quotes(user) == []


async def test_a_source_without_common_words_and_a_pair_without_a_source_say_so(own_library: Path) -> None:
    supply(own_library, HERONS)
    async with reading(BUSES, own_library) as user:
        await queued(user, "No wording in common; it may say it in other words")
        await user.press("e")
        assert "s opens the whole source" in user.footer
        user.session.detach_source("1")
        await user.press("e")
        assert "no text to read: s asks for one" in user.footer


async def test_it_is_said_how_many_references_have_a_source_and_how_many_passages_were_read(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("tab")
        assert "none of 4 has a source   gf fetches them" in user.list
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await user.press("tab")
        assert "1 of 4 has a source   gf fetches them" in user.list
        await user.press("tab")
        await queued(user, "source: 8 passages read s opens it")
        await user.press("s")
        await user.until(lambda: "Closest by wording" in user.picture and "1 of 2  8 read" in user.picture)
