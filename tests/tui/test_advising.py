"""What is wrong with a pair, what the author should do about a claim, and a person's own scale of verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.scale import NEWSROOM_SCALE, Scale, Verdict
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading, stored

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])
WORDS = "The first winter brought 412,000 passengers, twice what the council had planned for [1]."


def wrong(user: User) -> tuple[str, ...]:
    """Return what is wrong with the pair shown."""
    judgement = user.annotation.judgement_on(user.desk.current_reference())
    return judgement.problems if judgement is not None else ()


@SIZES
async def test_digits_switch_what_is_wrong_on_and_off_beside_the_verdict(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("j", "h", "3", "w")
        assert "problems of [1] The first winter of the night buses" in user.picture
        assert user.picture.count("□") == 9
        await user.press("6", "1")
        assert "1 ■ wrong number" in user.picture
        await user.press("enter")
        assert wrong(user) == ("wrong-number", "out-of-context")
        await user.press("w", "6", "1", "escape")
        assert wrong(user) == ("wrong-number", "out-of-context"), "Esc cancels"
        await user.press("w", "6", "enter")
        assert user.over == "ReadingScreen"
        assert wrong(user) == ("wrong-number",)
        assert user.verdicts() == {"1": "overstated"}
        assert "! wrong number" in user.card
        assert "[1] wrong number" in user.footer
        await user.press("u")
        assert wrong(user) == ("wrong-number", "out-of-context")
        await user.saved()
    (record,) = stored(own_library, "annotations")
    (judgement,) = record["judgements"]
    assert judgement["problems"] == ["wrong-number", "out-of-context"]


async def test_a_problem_without_a_verdict_leaves_the_pair_open(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "w", "9", "enter")
        assert "○ open ! dead link" in user.card
        assert "0 of 1 settled" in user.card
        await user.press("w", "9", "enter")
        assert user.annotation.judgements == ()
        assert "no problems" in user.footer


async def test_keys_that_are_no_choice_do_nothing_in_the_menu(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "w", "0", "j", "d", "d", "x")
        assert user.over == "ChoiceScreen"
        assert user.annotation.judgements == ()
        await user.press("escape", "i", "0", "5")
        assert user.over == "ChoiceScreen"
        assert user.annotation.decision == ""


async def test_the_menu_can_be_clicked(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "w")
        await user.click("misquoted")
        await user.press("enter")
        assert wrong(user) == ("misquoted",)


@pytest.mark.parametrize(("key", "reason"), [("w", "Nothing is marked here yet"), ("i", "Nothing is marked here yet")])
async def test_what_is_no_claim_has_no_advice(own_library: Path, key: str, reason: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", key)
        assert reason in user.footer
        await user.press("x", key)
        assert "This is not a claim; h marks it as one" in user.footer
        await user.press("g", "g", "h", "w")
        assert "This claim rests on nothing" in user.footer
        assert "+ links it to" in user.footer


@SIZES
async def test_the_author_is_told_what_to_do_apart_from_the_verdict(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("j", "h", "1", "i", "4")
        assert user.annotation.decision == "drop"
        assert "For the author: drop" in user.footer
        assert "drop" in user.card
        assert user.verdicts() == {"1": "supports"}
        await user.press("i")
        assert "4 ● drop" in user.picture
        await user.press("0")
        assert user.annotation.decision == ""
        await user.press("i", "1")
        assert user.annotation.decision == "fine"
        await user.press("u")
        assert user.annotation.decision == ""
        await user.press("u")
        assert user.annotation.decision == "drop"


@SIZES
async def test_a_new_wording_starts_from_the_words_of_the_claim(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("j", "h", "i", "2")
        assert user.field.value == WORDS
        await user.type(" Or so.")
        await user.press("enter")
        assert (user.annotation.decision, user.annotation.fix) == ("fix-wording", f"{WORDS} Or so.")
        assert "fix the wording" in user.card
        await user.press("i", "2")
        assert user.field.value == f"{WORDS} Or so."
        await user.press("escape", "u")
        assert (user.annotation.decision, user.annotation.fix) == ("", "")


async def test_the_words_as_they_are_are_no_new_wording(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "i", "2", "enter")
        assert (user.annotation.decision, user.annotation.fix) == ("fix-wording", "")


async def test_a_source_to_add_may_be_named_and_leaving_decides_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "i", "3", "escape")
        assert user.annotation.decision == ""
        await user.press("i", "3", "enter")
        assert (user.annotation.decision, user.annotation.fix) == ("add-source", "")
        await user.press("i", "3")
        assert user.field.value == ""
        await user.type("the town's accounts")
        await user.press("enter")
        assert user.annotation.fix == "the town's accounts"
        assert "author add a source: the town's accounts" in user.card


async def test_what_is_typed_ahead_goes_into_the_field_and_not_to_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        user.send("i", "3", *"dd", "enter", "w", "2", "enter")
        await user.until(lambda: wrong(user))
        assert (user.annotation.decision, user.annotation.fix) == ("add-source", "dd")
        assert wrong(user) == ("wrong-date",)


async def test_a_fix_commands_no_terminal(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j", "h")
        user.session.decide(user.annotation, "fix-wording", "\x1b]0;x\x07[red]no[/red]\u202e")
        await user.press("o")
        assert "\x1b" not in user.picture
        assert "\u202e" not in user.picture
        assert "[red]no[/red]" in user.picture


async def test_a_claim_that_goes_while_its_menu_is_open_is_said_to_be_gone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "w")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove(other.session.index.claims())
        await user.until(lambda: not user.session.index.claims())
        await user.press("1", "enter")
        assert user.over == "ReadingScreen"
        assert "removed meanwhile" in user.footer


SHORT = Scale(
    (
        Verdict("holds", "holds", "1", "+", "good", 0, needs_evidence=True),
        Verdict("fails", "fails", "4", "!", "bad", 1),
    )
)


@SIZES
async def test_a_scale_of_ones_own_has_its_own_digits(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size, scale=SHORT) as user:
        await user.press("j", "h")
        assert "1 + 4 ! 0 clears" in user.card
        assert "1 4 judge its reference" in user.footer
        await user.press("k", "j")
        assert "1 4 verdict" in " ".join(user.footer.split())
        await user.press("2")
        assert user.annotation.judgements == ()
        assert "Your scale has no verdict for this key, only for 1 4" in user.footer
        await user.press("4")
        assert user.verdicts() == {"1": "fails"}
        assert "1 of 1 settled" in user.card


async def test_a_verdict_that_needs_evidence_leaves_its_pair_open_until_there_is_some(own_library: Path) -> None:
    async with reading(BUSES, own_library, scale=NEWSROOM_SCALE) as user:
        await user.press("j", "h", "1")
        assert user.verdicts() == {"1": "supports"}
        assert "✓ confirmed" in user.card
        assert "no evidence yet" in user.card
        assert "0 of 1 settled" in user.card
        assert "open until evidence is kept" in user.footer
        await user.press("4")
        assert "1 of 1 settled" in user.card


async def test_changed_keys_give_the_verdicts_of_their_digits(own_library: Path) -> None:
    keys = {"verdict": ("f11", "f12", "ctrl+s", "ctrl+d"), "half-page-down": ("ctrl+e",), "save-as": (), "export": ()}
    async with reading(BUSES, own_library, scale=SHORT, keys=keys) as user:
        await user.press("j", "h", "f12")
        assert "Your scale has no verdict for this key, only for F11 Ctrl+D" in user.footer
        await user.press("ctrl+d")
        assert user.verdicts() == {"1": "fails"}
        assert "F11 Ctrl+D verdict" in " ".join((await pressed(user, "j", "k")).split())


async def pressed(user: User, *keys: str) -> str:
    """Return the footer after keys."""
    await user.press(*keys)
    return user.footer


async def test_a_verdict_of_another_scale_is_still_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "3")
        await user.saved()
    async with reading(BUSES, own_library, scale=SHORT) as user:
        await user.press("j")
        assert "? overstated" in user.card
        assert "1 of 1 settled" in user.card


async def test_both_can_be_said_where_the_source_is_read(own_library: Path, tmp_path: Path) -> None:
    text = tmp_path / "winter.txt"
    text.write_text("The first winter\n\nOnly 41,200 people took the bus in that first winter.\n", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "g", "s")
        user.field.value = str(text)
        await user.press("enter")
        await user.until(lambda: user.over == "SourceScreen")
        await user.press("w", "1", "enter", "i", "2")
        user.field.value = "41,200 people came."
        await user.press("enter")
        assert user.over == "SourceScreen"
        assert "For the author: fix the wording" in user.footer
        claim = user.session.index.claims()[0]
        assert (claim.decision, claim.fix) == ("fix-wording", "41,200 people came.")
        assert [judgement.problems for judgement in claim.judgements] == [("wrong-number",)]


async def test_both_can_be_said_in_the_queue(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j", "h", "R", "w", "2", "enter", "i", "1")
        assert wrong(user) == ("wrong-date",)
        assert user.annotation.decision == "fine"
        assert user.screen.key_context == "review"
