"""What two people wrote at once without knowing of each other: both versions are shown, and one decision ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM
from tests.tui.hand import NARROW, WIDE, Hand, Window, elsewhere, reading, stored
from tests.tui.texts import BUSES, place

QUOTE = "Three studies agree that the buses replaced taxis rather than trams [1][2][3]."
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@asynccontextmanager
async def at_once(
    folder: Path, mine: Callable[[Window], object], theirs: Callable[[Window], object], size: tuple[int, int] = WIDE
) -> AsyncIterator[Hand]:
    """Open the article with a claim that two people changed at once; the cursor is on it. The later change is shown first."""
    with elsewhere(BUSES, folder, "tester") as window:
        window.mark(QUOTE)
    with elsewhere(BUSES, folder, "tester") as one, elsewhere(BUSES, folder, "Ben") as other:
        theirs(other)
        other.save()
        mine(one)
        one.save()
    async with reading(BUSES, folder, size) as hand:
        await hand.press("]")
        yield hand


def noted(text: str) -> Callable[[Window], object]:
    """Return what writes a note."""
    return lambda window: window.session.set_note(window.on(QUOTE), text)


def judged(reference: str, verdict: str) -> Callable[[Window], object]:
    """Return what gives a verdict."""
    return lambda window: window.session.judge(window.on(QUOTE), reference, verdict)


def record(folder: Path) -> dict[str, Any]:
    """Return the one annotation as it is on the disk."""
    (found,) = stored(folder, "annotations")
    return found


# ---------------------------------------------------------------------- notes


@SIZES
async def test_both_versions_of_a_note_are_on_the_card(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, noted("mine is this"), noted("theirs is that"), size) as hand:
        for words in ("mine is this", "also", "theirs is that", "a shows both"):
            assert words in hand.card
        await hand.press("o")
        for words in ("mine is this", "also", "theirs is that", "a shows both"):
            assert words in hand.picture


@SIZES
async def test_a_shows_both_versions_and_what_is_left_of_them_is_the_note(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs"), size) as hand:
        await hand.press("a")
        assert "2 versions of the note on" in hand.picture
        for words in ("mine", "— other version —", "theirs"):
            assert any(words == row.strip() for row in hand.lines)
        await hand.press("escape")
        assert hand.annotation.note == "mine\n— other version —\ntheirs"
        assert not hand.annotation.conflicts
        assert "shows both" not in hand.card
        await hand.saved()
    assert record(own_library)["note"] == "mine\n— other version —\ntheirs"
    assert "rivals" not in record(own_library)["_versions"]


async def test_deleting_the_other_version_decides_for_the_one_that_was_shown(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as hand:
        await hand.press("a", *["backspace"] * len("\n— other version —\ntheirs"), "escape")
        assert hand.annotation.note == "mine"
        assert not hand.annotation.conflicts
        await hand.saved()
    assert record(own_library)["note"] == "mine"
    assert "rivals" not in record(own_library)["_versions"]


async def test_an_empty_version_is_one_too(own_library: Path) -> None:
    with elsewhere(BUSES, own_library) as window:
        window.session.set_note(window.mark(QUOTE), "first")
    with elsewhere(BUSES, own_library) as one, elsewhere(BUSES, own_library) as other:
        noted("")(one)
        one.save()
        noted("kept")(other)
        other.save()
    async with reading(BUSES, own_library) as hand:
        await hand.press("]")
        assert "kept" in hand.card
        assert "(none)" in hand.card


async def test_a_decision_here_ends_it_in_the_other_window(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as hand, reading(BUSES, own_library) as second:
        await second.press("]")
        assert "shows both" in second.card
        await hand.press("a", "escape")
        await second.until(lambda: not second.annotation.conflicts)
        await second.settle()
        assert "shows both" not in second.card


# ---------------------------------------------------------------------- verdicts


@SIZES
async def test_two_verdicts_on_a_pair_are_shown_with_whose_the_other_is(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support"), size) as hand:
        assert "✓ supports" in hand.card
        assert "✗ does not support (Ben)" in hand.card
        assert "a digit decides" in hand.card
        assert "▸[2]" in hand.card, "the pair to decide is the one a digit judges"
        await hand.press("o")
        assert "✗ does not support (Ben)" in hand.picture


async def test_a_digit_decides_the_pair(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as hand:
        await hand.press("2")
        assert hand.verdicts() == {"2": "partly-supports"}
        assert not hand.annotation.conflicts
        assert "(Ben)" not in hand.card
        assert "now [1]" in hand.footer
        await hand.saved()
    assert [j["verdict"] for j in record(own_library)["judgements"]] == ["partly-supports"]
    assert "rivals" not in record(own_library)["_versions"]


async def test_the_verdict_already_shown_decides_too(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as hand:
        await hand.press("1")
        assert hand.verdicts() == {"2": "supports"}
        assert not hand.annotation.conflicts


async def test_zero_clears_both_verdicts(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as hand:
        await hand.press("0")
        assert hand.verdicts() == {}
        await hand.saved()
    assert record(own_library)["judgements"] == []


async def test_two_who_agree_leave_nothing_to_decide(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "supports")) as hand:
        assert "✓ supports" in hand.card
        assert "decides" not in hand.card
        assert "▸[1]" in hand.card


async def test_different_pairs_and_different_tags_never_meet(own_library: Path) -> None:
    def tagged(name: str, reference: str) -> Callable[[Window], object]:
        def act(window: Window) -> None:
            window.session.set_tags(window.on(QUOTE), [name])
            judged(reference, "supports")(window)

        return act

    async with at_once(own_library, tagged("one", "1"), tagged("two", "2")) as hand:
        assert hand.verdicts() == {"1": "supports", "2": "supports"}
        assert set(hand.annotation.tags) == {"one", "two"}
        assert not hand.annotation.conflicts


# ---------------------------------------------------------------------- kinds and bounds


def marked(kind: str) -> Callable[[Window], object]:
    """Return what marks as a kind."""
    return lambda window: window.session.set_kind(window.on(QUOTE), kind)


@SIZES
async def test_two_kinds_are_shown_with_the_keys_that_decide(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, marked(LATER), marked(NOT_CLAIM), size) as hand:
        assert "later · not a claim" in hand.card
        assert "z or x decides" in hand.card


@pytest.mark.parametrize(("key", "kind"), [("x", NOT_CLAIM), ("z", LATER), ("h", CLAIM)])
async def test_the_key_of_a_kind_decides_and_takes_nothing_away(own_library: Path, key: str, kind: str) -> None:
    async with at_once(own_library, marked(LATER), marked(NOT_CLAIM)) as hand:
        await hand.press(key)
        assert hand.annotation.kind == kind
        assert not hand.annotation.conflicts
        await hand.saved()
    assert record(own_library)["kind"] == kind


async def test_other_bounds_are_shown_and_keeping_bounds_decides(own_library: Path) -> None:
    def bounded(quote: str) -> Callable[[Window], object]:
        return lambda window: window.session.set_bounds(window.on(QUOTE), place(BUSES, quote))

    async with at_once(own_library, bounded("Three studies agree"), bounded("Three studies")) as hand:
        assert hand.annotation.selector.exact == "Three studies agree"
        assert "also “Three studies”" in hand.card
        assert "b decides" in hand.card
        await hand.press("b", "enter")
        assert hand.annotation.selector.exact == "Three studies agree"
        assert not hand.annotation.conflicts
        assert "decides" not in hand.card


async def test_the_list_names_the_claims_that_have_two_versions(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as hand:
        await hand.press("G", "h", "g", "c")
        assert hand.list.count("two versions") == 1
        await hand.press("k", "enter", "a", "escape", "g", "c")
        assert "two versions" not in hand.list
