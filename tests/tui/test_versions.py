"""What two people wrote at once without knowing of each other: both versions are shown, and one decision ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from reader.formats import parse_article
from reader.library.source_texts import keep_source
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM
from tests.tui.sources import HERONS, WINTER
from tests.tui.texts import BUSES, place
from tests.tui.user import NARROW, WIDE, User, Window, elsewhere, reading, stored

QUOTE = "Three studies agree that the buses replaced taxis rather than trams [1][2][3]."
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@asynccontextmanager
async def at_once(
    folder: Path, mine: Callable[[Window], object], theirs: Callable[[Window], object], size: tuple[int, int] = WIDE
) -> AsyncIterator[User]:
    """Open the article with a claim that two people changed at once; the cursor is on it. The later change is shown first."""
    with elsewhere(BUSES, folder, "tester") as window:
        window.mark(QUOTE)
    with elsewhere(BUSES, folder, "tester") as one, elsewhere(BUSES, folder, "Ben") as other:
        theirs(other)
        other.save()
        mine(one)
        one.save()
    async with reading(BUSES, folder, size) as user:
        await user.press("]")
        yield user


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
    async with at_once(own_library, noted("mine is this"), noted("theirs is that"), size) as user:
        for words in ("mine is this", "also", "theirs is that", "a shows both"):
            assert words in user.card
        await user.press("o")
        for words in ("mine is this", "also", "theirs is that", "a shows both"):
            assert words in user.picture


@SIZES
async def test_a_shows_both_versions_and_what_is_left_of_them_is_the_note(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs"), size) as user:
        await user.press("a")
        assert "2 versions of the note on" in user.picture
        for words in ("mine", "— other version —", "theirs"):
            assert any(words == row.strip() for row in user.lines)
        await user.press("enter")
        assert user.annotation.note == "mine\n— other version —\ntheirs"
        assert not user.annotation.conflicts
        assert "shows both" not in user.card
        await user.saved()
    assert record(own_library)["note"] == "mine\n— other version —\ntheirs"
    assert "rivals" not in record(own_library)["_versions"]


async def test_deleting_the_other_version_decides_for_the_one_that_was_shown(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as user:
        await user.press("a", *["backspace"] * len("\n— other version —\ntheirs"), "enter")
        assert user.annotation.note == "mine"
        assert not user.annotation.conflicts
        await user.saved()
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
    async with reading(BUSES, own_library) as user:
        await user.press("]")
        assert "kept" in user.card
        assert "(none)" in user.card


async def test_a_decision_here_ends_it_in_the_other_window(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as user, reading(BUSES, own_library) as second:
        await second.press("]")
        assert "shows both" in second.card
        await user.press("a", "enter")
        await second.until(lambda: not second.annotation.conflicts)
        await second.settle()
        assert "shows both" not in second.card


# ---------------------------------------------------------------------- verdicts


@SIZES
async def test_two_verdicts_on_a_pair_are_shown_with_whose_the_other_is(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support"), size) as user:
        assert "✓ supports" in user.card
        assert "✗ does not support (Ben)" in user.card
        assert "a digit decides" in user.card
        assert "▸[2]" in user.card, "the pair to decide is the one a digit judges"
        await user.press("o")
        assert "✗ does not support (Ben)" in user.picture


async def test_a_digit_decides_the_pair(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as user:
        await user.press("2")
        assert user.verdicts() == {"2": "partly-supports"}
        assert not user.annotation.conflicts
        assert "(Ben)" not in user.card
        assert "now [1]" in user.footer
        await user.saved()
    assert [j["verdict"] for j in record(own_library)["judgements"]] == ["partly-supports"]
    assert "rivals" not in record(own_library)["_versions"]


async def test_the_verdict_already_shown_decides_too(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as user:
        await user.press("1")
        assert user.verdicts() == {"2": "supports"}
        assert not user.annotation.conflicts


async def test_zero_clears_both_verdicts(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "does-not-support")) as user:
        await user.press("0")
        assert user.verdicts() == {}
        await user.saved()
    assert record(own_library)["judgements"] == []


async def test_two_who_agree_leave_nothing_to_decide(own_library: Path) -> None:
    async with at_once(own_library, judged("2", "supports"), judged("2", "supports")) as user:
        assert "✓ supports" in user.card
        assert "decides" not in user.card
        assert "▸[1]" in user.card


async def test_different_pairs_and_different_tags_never_meet(own_library: Path) -> None:
    def tagged(name: str, reference: str) -> Callable[[Window], object]:
        def act(window: Window) -> None:
            window.session.set_tags(window.on(QUOTE), [name])
            judged(reference, "supports")(window)

        return act

    async with at_once(own_library, tagged("one", "1"), tagged("two", "2")) as user:
        assert user.verdicts() == {"1": "supports", "2": "supports"}
        assert set(user.annotation.tags) == {"one", "two"}
        assert not user.annotation.conflicts


# ---------------------------------------------------------------------- kinds and bounds


def marked(kind: str) -> Callable[[Window], object]:
    """Return what marks as a kind."""
    return lambda window: window.session.set_kind(window.on(QUOTE), kind)


@SIZES
async def test_two_kinds_are_shown_with_the_keys_that_decide(own_library: Path, size: tuple[int, int]) -> None:
    async with at_once(own_library, marked(LATER), marked(NOT_CLAIM), size) as user:
        assert "later · not a claim" in user.card
        assert "z or x decides" in user.card


@pytest.mark.parametrize(("key", "kind"), [("x", NOT_CLAIM), ("z", LATER), ("h", CLAIM)])
async def test_the_key_of_a_kind_decides_and_takes_nothing_away(own_library: Path, key: str, kind: str) -> None:
    async with at_once(own_library, marked(LATER), marked(NOT_CLAIM)) as user:
        await user.press(key)
        assert user.annotation.kind == kind
        assert not user.annotation.conflicts
        await user.saved()
    assert record(own_library)["kind"] == kind


async def test_other_bounds_are_shown_and_keeping_bounds_decides(own_library: Path) -> None:
    def bounded(quote: str) -> Callable[[Window], object]:
        return lambda window: window.session.set_bounds(window.on(QUOTE), place(BUSES, quote))

    async with at_once(own_library, bounded("Three studies agree"), bounded("Three studies")) as user:
        assert user.annotation.selector.exact == "Three studies agree"
        assert "also “Three studies”" in user.card
        assert "b decides" in user.card
        await user.press("b", "enter")
        assert user.annotation.selector.exact == "Three studies agree"
        assert not user.annotation.conflicts
        assert "decides" not in user.card


async def test_the_list_names_the_claims_that_have_two_versions(own_library: Path) -> None:
    async with at_once(own_library, noted("mine"), noted("theirs")) as user:
        await user.press("G", "h", "g", "c")
        assert user.list.count("two versions") == 1
        await user.press("k", "enter", "a", "enter", "g", "c")
        assert "two versions" not in user.list


# ---------------------------------------------------------------------- decisions and links


async def test_two_decisions_for_the_author_are_shown_and_one_key_settles_them(own_library: Path) -> None:
    def decided(decision: str, fix: str = "") -> Callable[[Window], object]:
        return lambda window: window.session.decide(window.on(QUOTE), decision, fix)

    async with at_once(own_library, decided("fine"), decided("drop", "no figure")) as user:
        assert "also “drop: no figure”" in user.card
        assert "i decides" in user.card
        await user.press("i", "1")
        if user.screen.is_asking:
            await user.press("enter")
        assert not user.annotation.conflicts
        assert "also" not in user.card
        await user.press("u")
        assert "also “drop: no figure”" in user.card, "an undone choice brings both back"


async def test_two_decisions_about_a_link_are_shown_and_one_key_takes_the_other(own_library: Path) -> None:
    def unlinked(window: Window) -> object:
        return window.session.unlink(window.on(QUOTE), "2", "it is about trams")

    def linked(window: Window) -> object:
        return window.session.link(window.on(QUOTE), "2")

    async with at_once(own_library, linked, unlinked) as user:
        assert "also not on [2] (Ben)" in user.card
        assert "- takes it" in user.card
        await user.press("c", "-", "enter")
        assert not user.annotation.links["2"].rests
        assert not user.annotation.conflicts


# ---------------------------------------------------------------------- sources


async def test_two_texts_for_one_reference_are_named_and_attaching_one_again_settles_it(own_library: Path) -> None:
    def attached(text: str) -> Callable[[Window], object]:
        read = parse_article(text.encode("utf-8"), "source.txt")
        return lambda w: w.session.attach_source("2", keep_source(w.library, read, read.original, "https://bus.example/a"))

    async with at_once(own_library, attached(WINTER), attached(HERONS)) as user:
        await user.press("o")
        assert "also attached: “" in user.picture
        assert "Ben" in user.picture


# ---------------------------------------------------------------------- independent readers


async def test_an_independent_reader_does_not_see_the_verdict_of_another(own_library: Path) -> None:
    with elsewhere(BUSES, own_library, "Ben") as window:
        window.session.judge(window.mark(QUOTE), "1", "contradicts")
    async with reading(BUSES, own_library, others={"independent": True}) as user:
        await user.press("]")
        assert "contradicts" not in user.picture.replace("5 ≠ contradicts", "")
        assert user.verdicts() == {}
        await user.press("1")
        await user.saved()
        assert user.verdicts() == {"1": "supports"}
        assert "Ben" not in user.card
        await user.press("u")
        await user.saved()
        assert user.verdicts() == {}
    (judgement,) = record(own_library)["judgements"]
    assert (judgement["by"], judgement["verdict"]) == ("Ben", "contradicts")
