"""What is wrong with a pair, what the author should do about a claim, and a person's own scale of verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.scale import NEWSROOM_SCALE, Scale, Verdict
from tests.tui.hand import NARROW, WIDE, Hand, elsewhere, reading, stored
from tests.tui.texts import BUSES

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
WORDS = "The first winter brought 412,000 passengers, twice what the council had planned for [1]."


def wrong(hand: Hand) -> tuple[str, ...]:
    """Return what is wrong with the pair shown."""
    judgement = hand.annotation.judgement_on(hand.desk.current_reference())
    return judgement.problems if judgement is not None else ()


@SIZES
async def test_digits_switch_what_is_wrong_on_and_off_beside_the_verdict(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("j", "h", "3", "w")
        assert "problems of [1] The first winter of the night buses" in hand.picture
        assert hand.picture.count("□") == 9
        await hand.press("6", "1")
        assert wrong(hand) == ("wrong-number", "out-of-context")
        assert "1 ■ wrong number" in hand.picture
        await hand.press("6", "enter")
        assert hand.over == "ReadingScreen"
        assert wrong(hand) == ("wrong-number",)
        assert hand.verdicts() == {"1": "overstated"}
        assert "! wrong number" in hand.card
        assert "[1] wrong number" in hand.footer
        await hand.press("u")
        assert wrong(hand) == ("wrong-number", "out-of-context")
        await hand.saved()
    (record,) = stored(own_library, "annotations")
    (judgement,) = record["judgements"]
    assert judgement["problems"] == ["wrong-number", "out-of-context"]


async def test_a_problem_without_a_verdict_leaves_the_pair_open(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "w", "9", "escape")
        assert "○ open ! dead link" in hand.card
        assert "0 of 1 settled" in hand.card
        await hand.press("w", "9", "escape")
        assert hand.annotation.judgements == ()
        assert "no problems" in hand.footer


async def test_keys_that_are_no_choice_do_nothing_in_the_menu(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "w", "0", "j", "d", "d", "x")
        assert hand.over == "ChoiceScreen"
        assert hand.annotation.judgements == ()
        await hand.press("escape", "i", "0", "5")
        assert hand.over == "ChoiceScreen"
        assert hand.annotation.decision == ""


async def test_the_menu_can_be_clicked(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "w")
        await hand.click("misquoted")
        assert wrong(hand) == ("misquoted",)


@pytest.mark.parametrize(("key", "reason"), [("w", "Nothing is marked here yet"), ("i", "Nothing is marked here yet")])
async def test_what_is_no_claim_has_no_advice(own_library: Path, key: str, reason: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", key)
        assert reason in hand.footer
        await hand.press("x", key)
        assert "This is not a claim; h marks it as one" in hand.footer
        await hand.press("g", "g", "h", "w")
        assert "This claim rests on nothing" in hand.footer
        assert "+ links it to a reference" in hand.footer


@SIZES
async def test_the_author_is_told_what_to_do_apart_from_the_verdict(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("j", "h", "1", "i", "4")
        assert hand.annotation.decision == "drop"
        assert "For the author: drop" in hand.footer
        assert "drop" in hand.card
        assert hand.verdicts() == {"1": "supports"}
        await hand.press("i")
        assert "4 ● drop" in hand.picture
        await hand.press("0")
        assert hand.annotation.decision == ""
        await hand.press("i", "1")
        assert hand.annotation.decision == "fine"
        await hand.press("u")
        assert hand.annotation.decision == ""
        await hand.press("u")
        assert hand.annotation.decision == "drop"


@SIZES
async def test_a_new_wording_starts_from_the_words_of_the_claim(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        await hand.press("j", "h", "i", "2")
        assert hand.field.value == WORDS
        await hand.type(" Or so.")
        await hand.press("enter")
        assert (hand.annotation.decision, hand.annotation.fix) == ("fix-wording", f"{WORDS} Or so.")
        assert "fix the wording" in hand.card
        await hand.press("i", "2")
        assert hand.field.value == f"{WORDS} Or so."
        await hand.press("escape", "u")
        assert (hand.annotation.decision, hand.annotation.fix) == ("", "")


async def test_the_words_as_they_are_are_no_new_wording(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "i", "2", "enter")
        assert (hand.annotation.decision, hand.annotation.fix) == ("fix-wording", "")


async def test_a_source_to_add_may_be_named_and_leaving_decides_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "i", "3", "escape")
        assert hand.annotation.decision == ""
        await hand.press("i", "3", "enter")
        assert (hand.annotation.decision, hand.annotation.fix) == ("add-source", "")
        await hand.press("i", "3")
        assert hand.field.value == ""
        await hand.type("the town's accounts")
        await hand.press("enter")
        assert hand.annotation.fix == "the town's accounts"
        assert "author add a source: the town's accounts" in hand.card


async def test_what_is_typed_ahead_goes_into_the_field_and_not_to_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h")
        hand.send("i", "3", *"dd", "enter", "w", "2", "enter")
        await hand.until(lambda: wrong(hand))
        assert (hand.annotation.decision, hand.annotation.fix) == ("add-source", "dd")
        assert wrong(hand) == ("wrong-date",)


async def test_a_fix_commands_no_terminal(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as hand:
        await hand.press("j", "h")
        hand.session.decide(hand.annotation, "fix-wording", "\x1b]0;x\x07[red]no[/red]\u202e")
        await hand.press("o")
        assert "\x1b" not in hand.picture
        assert "\u202e" not in hand.picture
        assert "[red]no[/red]" in hand.picture


async def test_a_claim_that_goes_while_its_menu_is_open_is_said_to_be_gone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "w")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove(other.session.index.claims())
        await hand.until(lambda: not hand.session.index.claims())
        await hand.press("1")
        assert hand.over == "ReadingScreen"
        assert "removed in another window" in hand.footer


SHORT = Scale(
    (
        Verdict("holds", "holds", "1", "+", "good", 0, needs_evidence=True),
        Verdict("fails", "fails", "4", "!", "bad", 1),
    )
)


@SIZES
async def test_a_scale_of_ones_own_has_its_own_digits(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size, scale=SHORT) as hand:
        await hand.press("j", "h")
        assert "1 + 4 ! 0 clears" in hand.card
        assert "1 4 judge its reference" in hand.footer
        await hand.press("k", "j")
        assert "1 4 verdict" in " ".join(hand.footer.split())
        await hand.press("2")
        assert hand.annotation.judgements == ()
        assert "Your scale has no verdict for this key, only for 1 4" in hand.footer
        await hand.press("4")
        assert hand.verdicts() == {"1": "fails"}
        assert "1 of 1 settled" in hand.card


async def test_a_verdict_that_needs_evidence_leaves_its_pair_open_until_there_is_some(own_library: Path) -> None:
    async with reading(BUSES, own_library, scale=NEWSROOM_SCALE) as hand:
        await hand.press("j", "h", "1")
        assert hand.verdicts() == {"1": "supports"}
        assert "✓ confirmed" in hand.card
        assert "no evidence yet" in hand.card
        assert "0 of 1 settled" in hand.card
        assert "open until evidence is kept" in hand.footer
        await hand.press("4")
        assert "1 of 1 settled" in hand.card


async def test_changed_keys_give_the_verdicts_of_their_digits(own_library: Path) -> None:
    keys = {"verdict": ("f11", "f12", "ctrl+s", "ctrl+d"), "half-page-down": ("ctrl+e",), "save-as": (), "export": ()}
    async with reading(BUSES, own_library, scale=SHORT, keys=keys) as hand:
        await hand.press("j", "h", "f12")
        assert "Your scale has no verdict for this key, only for F11 Ctrl+D" in hand.footer
        await hand.press("ctrl+d")
        assert hand.verdicts() == {"1": "fails"}
        assert "F11 Ctrl+D verdict" in " ".join((await pressed(hand, "j", "k")).split())


async def pressed(hand: Hand, *keys: str) -> str:
    """Return the footer after keys."""
    await hand.press(*keys)
    return hand.footer


async def test_a_verdict_of_another_scale_is_still_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "3")
        await hand.saved()
    async with reading(BUSES, own_library, scale=SHORT) as hand:
        await hand.press("j")
        assert "? overstated" in hand.card
        assert "1 of 1 settled" in hand.card


async def test_both_can_be_said_where_the_source_is_read(own_library: Path, tmp_path: Path) -> None:
    text = tmp_path / "winter.txt"
    text.write_text("The first winter\n\nOnly 41,200 people took the bus in that first winter.\n", encoding="utf-8")
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "g", "s")
        hand.field.value = str(text)
        await hand.press("enter")
        await hand.until(lambda: hand.over == "SourceScreen")
        await hand.press("w", "1", "enter", "i", "2")
        hand.field.value = "41,200 people came."
        await hand.press("enter")
        assert hand.over == "SourceScreen"
        assert "For the author: fix the wording" in hand.footer
        claim = hand.session.index.claims()[0]
        assert (claim.decision, claim.fix) == ("fix-wording", "41,200 people came.")
        assert [judgement.problems for judgement in claim.judgements] == [("wrong-number",)]


async def test_both_can_be_said_in_the_queue(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as hand:
        await hand.press("j", "h", "R", "w", "2", "enter", "i", "1")
        assert wrong(hand) == ("wrong-date",)
        assert hand.annotation.decision == "fine"
        assert hand.screen.key_context == "review"
