"""A claim rests on a reference that it does not cite, or not on one that it cites, because a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.model import BlockKind
from tests.tui.hand import NARROW, WIDE, Hand, elsewhere, reading, stored
from tests.tui.texts import BUSES, article

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
HEADING = BlockKind.HEADING
PIER = article(
    (
        (HEADING, "The pier"),
        "The pier was painted green in June [1]. The Halvorsen report of 2019 warned of rust in 14 girders. It rained.",
    ),
    (
        ("Town of Ostrel", "2022", "Paint"),
        ("Okafor", "2015", "Weather of the coast"),
        ("Halvorsen", "2019", "Halvorsen report on rust in 14 girders of the pier"),
    ),
)


def words(hand: Hand) -> dict[str, tuple[bool, str]]:
    """Return what was said of the links of the claim in hand: whether it rests on the reference, and why."""
    return {reference: (link.rests, link.reason) for reference, link in hand.annotation.links.items()}


@SIZES
async def test_a_claim_can_be_linked_to_a_reference_that_it_does_not_cite(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("j", "h", "1", "+")
        assert "[4] Taxis after dark" in hand.picture
        assert "never cited" in hand.picture
        await hand.type("taxis")
        await hand.press("enter")
        await hand.type("same count")
        await hand.press("enter")
        assert words(hand) == {"4": (True, "same count")}
        assert "1 of 2 settled" in hand.card
        assert "+[4]" in hand.card
        assert "1 open" in hand.header
        await hand.press("4")
        assert hand.verdicts() == {"1": "supports", "4": "does-not-support"}
        assert "2 of 2 settled" in hand.card
        await hand.press("o")
        assert "linked by you: same count" in hand.picture
        await hand.saved()
    (record,) = stored(own_library, "annotations")
    assert record["links"]["4"]["reason"] == "same count"


async def test_a_label_that_is_typed_means_that_reference_and_no_reason_is_needed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h")
        hand.send("+", "3", "enter", "enter", "5")
        await hand.until(hand.verdicts)
        assert words(hand) == {"3": (True, "")}
        assert hand.verdicts() == {"3": "contradicts"}


async def test_what_would_fit_and_is_never_cited_is_offered_first(own_library: Path) -> None:
    async with reading(PIER, own_library) as hand:
        await hand.press("j", "h")
        assert "cites nothing" in hand.card
        await hand.press("+")
        rows = [row.strip() for row in hand.lines if "[" in row and "never cited" in row and "…" not in row.split("[")[0]]
        assert rows[-2].startswith("▸ [3] Halvorsen report")
        assert rows[-2].endswith("never cited · would fit")
        assert rows[-1].startswith("[2] Weather")
        await hand.press("enter", "enter")
        assert words(hand) == {"3": (True, "")}
        assert "0 of 1 settled" in hand.card


async def test_leaving_at_either_step_links_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "+", "escape")
        assert hand.over == "ReadingScreen"
        await hand.press("+", "4", "enter", "escape")
        assert words(hand) == {}
        await hand.press("+")
        await hand.type("zebra")
        assert "No reference matches" in hand.picture
        await hand.press("enter")
        assert hand.over == "ReferenceScreen"
        await hand.press("escape", "-", "escape")
        assert words(hand) == {}


@SIZES
async def test_a_pair_can_be_unlinked_and_counts_again_when_it_is_linked(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("}", "h", "c", "-")
        await hand.type("about taxis")
        await hand.press("enter")
        assert words(hand) == {"2": (False, "about taxis")}
        assert "0 of 2 settled" in hand.card
        assert "1 unlinked: [2]" in hand.card
        assert "2 open" in hand.header
        await hand.press("o")
        assert "[2] unlinked by you: about taxis" in hand.picture
        await hand.press("escape", "+")
        assert "unlinked" in next(row for row in hand.lines if "[2] Who drives at night?" in row and "unlinked" in row)
        await hand.press("2", "enter")
        assert words(hand) == {}
        assert "0 of 3 settled" in hand.card
        assert "[2] counts again, as the text cites it" in hand.footer
        await hand.press("u", "u")
        assert words(hand) == {}
        assert "0 of 3 settled" in hand.card


async def test_what_was_judged_of_an_unlinked_pair_comes_back_with_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "2", "-", "enter")
        assert "cites nothing" in hand.card
        assert "judged" not in hand.header
        await hand.press("-")
        assert "rests on nothing that could be unlinked" in hand.footer
        await hand.press("+", "1", "enter")
        assert hand.verdicts() == {"1": "partly-supports"}
        assert "1 of 1 settled" in hand.card


async def test_a_link_by_hand_is_taken_back_at_once_unless_it_was_judged(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "+", "4", "enter", "enter", "-")
        assert words(hand) == {}
        assert "No longer linked to [4]" in hand.footer
        await hand.press("+", "4", "enter", "enter", "1", "c")
        assert hand.desk.current_reference() == "4" or (await moved(hand)) == "4"
        await hand.press("-")
        await hand.type("no")
        await hand.press("enter")
        assert words(hand) == {"4": (False, "no")}


async def moved(hand: Hand) -> str:
    """Return the pair shown after one step."""
    await hand.press("c")
    return hand.desk.current_reference()


async def test_what_cannot_be_linked_says_why(own_library: Path) -> None:
    async with reading(article(("Nothing is cited here.",)), own_library / "a") as hand:
        await hand.press("+")
        assert "Nothing is marked here yet; h marks this sentence" in hand.footer
        await hand.press("h", "+")
        assert "This article lists no references to link to" in hand.footer
    two = article(("One is cited [1].",), (("Lind", "2020", "One"),))
    async with reading(two, own_library / "b") as hand:
        await hand.press("h", "+")
        assert "It rests on every reference already" in hand.footer


async def test_a_claim_that_goes_while_a_reason_is_asked_is_said_to_be_gone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "+", "4", "enter")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove(other.session.index.claims())
        await hand.until(lambda: not hand.session.index.claims())
        await hand.press("enter")
        assert "Not linked: it was removed in another window" in hand.footer


async def test_a_reason_commands_no_terminal(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h")
        hand.session.link(hand.annotation, "4", "\x1b[2J[b]x[/b]\u202e")
        await hand.press("o")
        assert "\x1b" not in hand.picture
        assert "\u202e" not in hand.picture
        assert "[b]x[/b]" in hand.picture
