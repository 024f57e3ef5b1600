"""The review queue and the texts behind references: what they lack comes first, and a verdict beside one goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.formats.source_input import read_paste
from reader.library.source_texts import keep_source
from reader.review.model import Annotation
from reader.review.session import ReviewSession
from tests.tui.test_review import DRIVERS, MARKS, PAIRS, pair, verdicts
from tests.tui.texts import BUSES, article
from tests.tui.user import User, reading


def supply(user: User, reference: str, text: str) -> None:
    """Put a text behind a reference, as one that a person pasted."""
    user.session.attach_source(reference, keep_source(user.app.open_library(), *read_paste(text)[:3]))


async def test_what_a_source_lacks_is_found_beside_and_comes_first(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}", "h", "g", "g", "j", "h")
        supply(user, "3", "The depots were painted. The buses cost the town some money, nobody wrote down how much.")
        await user.press("R")
        await user.until(lambda: "the source lacks 91" in user.card)
        assert "91 cents" in user.card
        supply(user, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await user.press("n")
        assert "The first winter brought" in user.card
        assert "source supplied, no verdict yet" in user.card, "all that the claim says stands in it"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_number_that_follows_from_a_source_is_worked_out_beside(own_library: Path, size: tuple[int, int]) -> None:
    catches = article(["Cod", "The catches of cod fell by 33 % in a decade [1]."], [("A. Lee", "2020", "A year at sea")])
    async with reading(catches, own_library, size) as user:
        await user.press("j", "h")
        supply(user, "1", "In the decade the catches of cod went from 2.1 to 1.4 million tonnes.")
        await user.press("R")
        await user.until(lambda: "worked out: 33 %, as (2.1 − 1.4) ÷ 2.1 = 33.33 %" in user.card)
        assert "the source lacks" not in user.card


async def test_who_judges_blind_is_not_told_what_the_source_lacks(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        user.app.settings = user.app.settings._replace(blind=True)
        await user.press("}", "}", "h", "g", "g", "j", "h")
        supply(user, "3", "The depots were painted. The buses cost the town some money, nobody wrote down how much.")
        await user.press("R")
        await user.until(lambda: bool(user.desk.queue and user.desk.queue.details.pair_details(*lacking(user)).missing))
        assert "source supplied, no verdict yet" in user.card
        assert "lacks" not in user.card


def lacking(user: User) -> tuple[ReviewSession, Annotation, str]:
    """Return the pair whose source lacks a detail."""
    return user.session, user.session.index.claims()[1], "3"


async def test_a_verdict_in_the_source_screen_leads_to_the_next_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS)
        supply(user, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await user.press("R")
        assert pair(user) == PAIRS[0]
        await user.press("s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.settle()
        await user.press("e", "2")
        await user.until(lambda: user.over == "ReadingScreen")
        await user.settle()
        assert verdicts(user) == {PAIRS[0]: "partly-supports"}
        assert pair(user) == PAIRS[1]
        await user.press("N")
        assert "❝" in user.card, "what was kept of the source is shown with the pair"


async def test_a_source_judges_its_own_pair_whatever_was_undone_in_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS)
        supply(user, "2", "Most drivers like the night. Taxis lost passengers to the buses, trams did not. So we were told.")
        await user.press("R", "1")
        assert pair(user) == (DRIVERS, "2")
        await user.press("s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.settle()
        await user.press("u", "4")
        await user.until(lambda: user.over == "ReadingScreen")
        await user.settle()
        assert verdicts(user) == {(DRIVERS, "2"): "does-not-support"}


async def test_a_source_that_is_no_use_leads_back_to_the_queue_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS)
        supply(user, "1", "In the first winter 412,000 passengers came, twice what the council planned for. It was a winter.")
        await user.press("R", "s")
        await user.until(lambda: user.over == "SourceScreen")
        await user.settle()
        await user.press("7")
        await user.until(lambda: user.over == "ReadingScreen")
        await user.settle()
        assert verdicts(user) == {PAIRS[0]: "unavailable"}
        assert pair(user) == PAIRS[1]
