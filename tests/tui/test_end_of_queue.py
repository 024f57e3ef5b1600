"""The end of the review queue: the article at a glance, and what the author should mend, from the numbers of the export."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.exchange import build_report
from reader.review.model import now
from reader.review.outcome import sum_up
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading

JUDGED = ("j", "h", "4", "j", "x", "j", "h", "1", "2", "7")
"""One pair that is not supported, then a claim with three pairs; a sentence that is no claim."""


async def at_the_end(user: User) -> None:
    """Judge all pairs that are marked, and look at the end of the queue."""
    await user.press(*JUDGED, "R")
    await user.audited()
    assert user.screen.has_class("-end")


async def test_the_page_shows_a_sign_a_sentence_and_a_sign_a_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await at_the_end(user)
        assert "–   ✗ · ◐" not in user.picture
        assert "✗ · " in user.picture, "the sentences of the second paragraph, in their order"
        for row in ("✓ supports", "◐ partly supports", "✗ does not support", "∅ unavailable"):
            line = next(line for line in user.lines if row in line)
            assert line.count(row[0]) == 2, row
            assert line[:75].rstrip().endswith(" 1"), row
        assert "could not be checked" in user.picture
        assert "evidence stands beside 0 of 3 verdicts" in user.picture
        assert "0 of 4 pairs" not in user.header
        assert "4 of 4 pairs" in user.header


async def test_what_the_author_should_mend_is_that_of_the_export_and_leads_there(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await at_the_end(user)
        assert "✗ “The first winter" in user.card
        assert "i says what" in user.card
        await user.press("i", "4")
        assert "1 to fix" in user.card
        assert "drop" in user.card
        report = build_report(user.session, now())
        decided = [one.claim.id for one in sum_up(user.session.index).amendments if one.is_decided]
        assert decided == [item.annotation.id for item in report.claims_to_fix]
        await user.press("j")
        assert "▌◐ “Three studies" in user.card
        await user.press("enter")
        assert user.screen.key_context == "text"
        assert user.sentence.startswith("Three studies")


async def test_a_digit_judges_nothing_there_and_undo_leads_back_to_the_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await at_the_end(user)
        before = [claim.judgements for claim in user.session.index.claims()]
        for digit in "1270":
            await user.press(digit)
            assert "No pairs left" in user.footer
        assert [claim.judgements for claim in user.session.index.claims()] == before
        await user.press("u")
        assert not user.screen.has_class("-end")
        assert "Pair" in user.card
        await user.press("escape", "j")
        assert user.screen.view.display


async def test_a_narrow_window_scrolls_from_the_page_to_what_is_to_be_mended(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await at_the_end(user)
        assert "No pairs left" in user.picture
        assert "For the author" not in user.picture
        assert "more lines" in user.picture
        await user.press("j", "j")
        assert "▌◐ “Three studies" in user.picture
        await user.press("k", "k", "pageup", "pageup")
        assert "No pairs left" in user.picture


@pytest.mark.parametrize("size", [WIDE, NARROW, (60, 18), (200, 50)])
async def test_the_export_opens_and_a_letter_picks_the_format(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await at_the_end(user)
        assert all(len(row) <= size[0] for row in user.lines)
        await user.press("E", "h")
        assert user.over == "ExportScreen"
        assert ".html" in user.picture
