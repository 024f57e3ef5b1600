"""A claim rests on a reference that it does not cite, or not on one that it cites, because a person says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.audit.finding import WOULD_FIT
from reader.article.model import BlockKind
from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading, stored

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


def words(user: User) -> dict[str, tuple[bool, str]]:
    """Return what was said of the links of the claim in hand: whether it rests on the reference, and why."""
    return {reference: (link.rests, link.reason) for reference, link in user.annotation.links.items()}


@SIZES
async def test_a_claim_can_be_linked_to_a_reference_that_it_does_not_cite(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.until(lambda: user.desk.is_audited)
        await user.press("j", "h", "1", "+")
        assert "[4] Taxis after dark" in user.picture
        assert "never cited" in user.picture
        await user.type("taxis")
        await user.press("enter")
        await user.type("same count")
        await user.press("enter")
        assert words(user) == {"4": (True, "same count")}
        assert "1 of 2 settled" in user.card
        assert "+[4]" in user.card
        assert "1 open" in user.header
        await user.press("4")
        assert user.verdicts() == {"1": "supports", "4": "does-not-support"}
        assert "2 of 2 settled" in user.card
        await user.press("o")
        assert "linked by you: same count" in user.picture
        await user.saved()
    (record,) = stored(own_library, "annotations")
    assert record["links"]["4"]["reason"] == "same count"


async def test_a_label_that_is_typed_means_that_reference_and_no_reason_is_needed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        user.send("+", "3", "enter", "enter", "5")
        await user.until(user.verdicts)
        assert words(user) == {"3": (True, "")}
        assert user.verdicts() == {"3": "contradicts"}


async def test_what_would_fit_and_is_never_cited_is_offered_first(own_library: Path) -> None:
    async with reading(PIER, own_library) as user:
        await user.press("j", "h")
        assert "rests on nothing" in user.card
        await user.until(lambda: any(finding.kind == WOULD_FIT for finding in user.desk.findings))
        await user.press("+")
        rows = [row.strip() for row in user.lines if "[" in row and "never cited" in row and "…" not in row.split("[")[0]]
        assert rows[-2].startswith("▸ [3] Halvorsen report")
        assert rows[-2].endswith("never cited · would fit")
        assert rows[-1].startswith("[2] Weather")
        await user.press("enter", "enter")
        assert words(user) == {"3": (True, "")}
        assert "0 of 1 settled" in user.card


async def test_leaving_at_either_step_links_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "+", "escape")
        assert user.over == "ReadingScreen"
        await user.press("+", "4", "enter", "escape")
        assert words(user) == {}
        await user.press("+")
        await user.type("zebra")
        assert "No reference matches" in user.picture
        await user.press("enter")
        assert user.over == "ReferenceScreen"
        await user.press("escape", "-", "escape")
        assert words(user) == {}


@SIZES
async def test_a_pair_can_be_unlinked_and_counts_again_when_it_is_linked(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("}", "h", "c", "-")
        await user.type("about taxis")
        await user.press("enter")
        assert words(user) == {"2": (False, "about taxis")}
        assert "0 of 2 settled" in user.card
        assert "1 unlinked: [2]" in user.card
        assert "2 open" in user.header
        await user.press("o")
        assert "[2] unlinked by you: about taxis" in user.picture
        await user.press("escape", "+")
        assert "unlinked" in next(row for row in user.lines if "[2] Who drives at night?" in row and "unlinked" in row)
        await user.press("2", "enter")
        assert words(user) == {}
        assert "0 of 3 settled" in user.card
        assert "[2] counts again, as the text cites it" in user.footer
        await user.press("u", "u")
        assert words(user) == {}
        assert "0 of 3 settled" in user.card


async def test_what_was_judged_of_an_unlinked_pair_comes_back_with_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "2", "-", "enter")
        assert "rests on nothing" in user.card
        assert "judged" not in user.header
        await user.press("-")
        assert "rests on nothing that could be unlinked" in user.footer
        await user.press("+", "1", "enter")
        assert user.verdicts() == {"1": "partly-supports"}
        assert "1 of 1 settled" in user.card


async def test_a_link_by_hand_is_taken_back_at_once_unless_it_was_judged(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "+", "4", "enter", "enter", "-")
        assert words(user) == {}
        assert "No longer linked to [4]" in user.footer
        await user.press("+", "4", "enter", "enter", "1", "c")
        assert user.desk.current_reference() == "4" or (await moved(user)) == "4"
        await user.press("-")
        await user.type("no")
        await user.press("enter")
        assert words(user) == {"4": (False, "no")}


async def moved(user: User) -> str:
    """Return the pair shown after one step."""
    await user.press("c")
    return user.desk.current_reference()


async def test_what_cannot_be_linked_says_why(own_library: Path) -> None:
    async with reading(article(("Nothing is cited here.",)), own_library / "a") as user:
        await user.press("+")
        assert "Nothing is marked here yet; h marks this sentence" in user.footer
        await user.press("h", "+")
        assert "This article lists no references to link to" in user.footer
    two = article(("One is cited [1].",), (("Lind", "2020", "One"),))
    async with reading(two, own_library / "b") as user:
        await user.press("h", "+")
        assert "It rests on every reference already" in user.footer


async def test_a_claim_that_goes_while_a_reason_is_asked_is_said_to_be_gone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "+", "4", "enter")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove(other.session.index.claims())
        await user.until(lambda: not user.session.index.claims())
        await user.press("enter")
        assert "Not linked: it was removed meanwhile" in user.footer


async def test_a_reason_commands_no_terminal(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        user.session.link(user.annotation, "4", "\x1b[2J[b]x[/b]\u202e")
        await user.press("o")
        assert "\x1b" not in user.picture
        assert "\u202e" not in user.picture
        assert "[b]x[/b]" in user.picture


async def test_words_typed_to_find_a_reference_or_a_file_are_offered_again(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "+", *"taxis", "escape", "+")
        assert user.field.value == "taxis"
        await user.press("escape", *"E/x", "escape", "escape", *"E/")
        assert user.field.value.endswith("x")
