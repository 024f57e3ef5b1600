"""Undo and redo of everything that can be changed, and what is on the disk afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, Hand, elsewhere, reading, stored
from tests.tui.texts import BUSES, article


async def everything(hand: Hand) -> None:
    """Change all there is to change: kinds, tags, notes, verdicts, bounds, a split, a join, a removal."""
    await hand.press("j", "h", "t")
    await hand.type("winter")
    await hand.press("enter", "1", "a")
    await hand.type("why")
    await hand.press("escape", "b", "left", "enter", "j", "x", "j", "z", "h", "2", "7", "0", "j", "h", "J", "u", "ctrl+r")
    await hand.press("k", "shift+down", "shift+down", "enter", "S", "d", "d")


def state(hand: Hand) -> tuple[object, ...]:
    """Return all that undo has to bring back, without the times."""
    from dataclasses import replace

    def timeless(annotation: object) -> object:
        return replace(annotation, updated_at="")  # type: ignore[type-var]  # an annotation, given as what a map gives

    return (
        tuple(map(timeless, hand.session.index.annotations())),
        frozenset(tag.name for tag in hand.session.index.tags()),
    )


@pytest.mark.parametrize(("undo", "redo"), [("u", "ctrl+r"), ("ctrl+z", "ctrl+y")])
async def test_undo_leads_back_to_the_start_and_redo_to_the_end(own_library: Path, undo: str, redo: str) -> None:
    async with reading(BUSES, own_library) as hand:
        start = state(hand)
        await everything(hand)
        end = state(hand)
        states = [end]
        while "Nothing to undo" not in hand.footer:
            await hand.press(undo)
            states.append(state(hand))
            assert len(states) < 60
        assert states[-1] == start
        states.pop()
        for expected in reversed(states[:-1]):
            await hand.press(redo)
            assert state(hand) == expected
        await hand.press(redo)
        assert "Nothing to redo" in hand.footer
        assert state(hand) == end


async def test_undo_is_saved_like_any_change(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await everything(hand)
        for _ in range(40):
            await hand.press("u")
        await hand.saved()
    assert stored(own_library, "annotations") == []
    assert stored(own_library, "tags") == []


async def test_what_is_on_the_disk_is_what_the_session_holds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await everything(hand)
        await hand.press("m", "a", "g", "g", "m", "b", "G", "m", "a")
        held = {annotation.id: annotation for annotation in hand.session.index.annotations()}
        bookmarks = {bookmark.name: bookmark.start for bookmark in hand.session.index.bookmarks()}
        await hand.saved()
    records = {record["id"]: record for record in stored(own_library, "annotations")}
    assert records.keys() == held.keys()
    for name, annotation in held.items():
        record = records[name]
        assert record["selector"]["exact"] == annotation.selector.exact
        assert (record["kind"], record["note"]) == (annotation.kind, annotation.note)
        assert record["tags"] == list(annotation.tags)
        assert {j["reference"]: j["verdict"] for j in record["judgements"]} == {
            j.reference: j.verdict for j in annotation.judgements
        }
    assert stored(own_library, "articles")[0]["bookmarks"] == bookmarks


async def test_undo_names_what_it_takes_back_and_goes_there(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "t")
        await hand.type("dogs")
        await hand.press("enter", "G", "u")
        assert "Undone: tag #dogs" in hand.footer
        assert hand.sentence.startswith("Ostrel began")
        await hand.press("G", "ctrl+r")
        assert "Redone: tag #dogs" in hand.footer
        assert hand.sentence.startswith("Ostrel began")


async def test_undo_and_redo_leave_bookmarks_alone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "u", "m", "a", "G", "m", "a", "g", "g", "ctrl+r")
        assert "Redone: mark claim" in hand.footer, "a bookmark does not end what can be redone"
        await hand.press("m", "b", "u")
        assert "Undone: mark claim" in hand.footer
        await hand.press("j", "'", "a")
        assert hand.sentence.startswith("It will be looked at")
        await hand.press("u")
        assert "Nothing to undo" in hand.footer
    async with reading(BUSES, own_library) as hand:
        await hand.press("u")
        assert "Nothing to undo" in hand.footer, "nor does a later session take one back"
        await hand.press("'", "b")
        assert hand.sentence.startswith("Ostrel began")


async def test_a_new_change_ends_what_could_be_done_again(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "u", "j", "h", "ctrl+r")
        assert "Nothing to redo" in hand.footer
        assert len(hand.quotes) == 1


async def test_undo_works_from_the_open_card_and_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "o", "4", "u")
        assert hand.verdicts() == {}
        await hand.press("escape", "tab", "u")
        assert hand.quotes == []


# ---------------------------------------------------------------------- earlier sessions, and what has no place


async def test_undo_goes_where_a_change_of_an_earlier_session_was(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "4", "}", "}", "h", "m", "k", "q")
    async with reading(BUSES, own_library) as hand:
        await hand.press("G")
        assert not hand.sentence.startswith("A night bus")
        for key, label, sentence, quotes in (
            ("u", "Undone: mark claim", "A night bus", 1),
            ("u", "Undone: verdict on [1]", "The first winter", 1),
            ("u", "Undone: mark claim", "The first winter", 0),
            ("ctrl+r", "Redone: mark claim", "The first winter", 1),
        ):
            await hand.press("g", "g", key)
            assert label in hand.footer
            assert hand.sentence.startswith(sentence), (label, hand.sentence)
            assert len(hand.quotes) == quotes


GONE = "Nobody had counted the dogs."


async def test_undo_of_what_lost_its_place_says_so_and_stays(own_library: Path) -> None:
    before = article(("Title", f"One sentence stands here. {GONE} Another one follows."), source="/x.txt")
    after = article(("Title", "One sentence stands here. Another one follows. And a third."), source="/x.txt")
    async with reading(before, own_library) as hand:
        await hand.press("j", "j", "h", "a", *"why", "escape", "q")
        assert GONE in hand.quotes
    async with reading(after, own_library) as hand:
        assert [a.note for a in hand.session.index.orphans()] == ["why"]
        await hand.press("G")
        here = hand.sentence
        await hand.press("u")
        assert "Undone: note · it lost its place in the text" in hand.footer
        assert [a.note for a in hand.session.index.orphans()] == [""]
        await hand.press("u")
        assert "Undone: mark claim · it lost its place" in hand.footer
        assert hand.session.index.orphans() == ()
        await hand.press("ctrl+r", "ctrl+r")
        assert [a.note for a in hand.session.index.orphans()] == ["why"]
        assert hand.sentence == here


async def test_undo_of_what_moved_with_the_text_goes_where_it_stands_now(own_library: Path) -> None:
    before = article(("Title", f"One sentence stands here. {GONE} Another one follows."), source="/x.txt")
    after = article(
        ("Title", "A new paragraph of some length comes first.", f"One stands here. {GONE} Another."), source="/x.txt"
    )
    async with reading(before, own_library) as hand:
        await hand.press("j", "j", "h", "q")
    async with reading(after, own_library) as hand:
        await hand.press("g", "g", "u")
        assert hand.quotes == []
        assert hand.sentence == GONE
        await hand.press("g", "g", "ctrl+r")
        assert hand.sentence == GONE


async def test_what_another_window_changed_since_is_not_undone_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as hand:
        await hand.press("j", "h", "4")
        await hand.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on("The first winter"), "1", "supports")
        await hand.until(lambda: hand.verdicts() == {"1": "supports"})
        await hand.press("u")
        assert "Not undone: verdict on [1] (a verdict on it changed since)" in hand.footer
        assert hand.verdicts() == {"1": "supports"}
        await hand.press("u")
        assert "Not undone: mark claim" in hand.footer
        assert len(hand.quotes) == 1
        await hand.press("u")
        assert "Nothing to undo" in hand.footer
