"""Undo and redo of everything that can be changed, and what is on the disk afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, User, elsewhere, reading, stored


async def everything(user: User) -> None:
    """Change all there is to change: kinds, tags, notes, verdicts, bounds, a split, a join, a removal."""
    await user.press("j", "h", "t")
    await user.type("winter")
    await user.press("enter", "1", "a")
    await user.type("why")
    await user.press("enter", "b", "left", "enter", "j", "x", "j", "z", "h", "2", "7", "0", "j", "h", "J", "u", "ctrl+r")
    await user.press("k", "shift+down", "shift+down", "enter", "S", "d", "d")


def state(user: User) -> tuple[object, ...]:
    """Return all that undo has to bring back, without the times."""
    from dataclasses import replace

    def timeless(annotation: object) -> object:
        return replace(annotation, updated_at="")  # type: ignore[type-var]  # an annotation, given as what a map gives

    return (
        tuple(map(timeless, user.session.index.annotations())),
        frozenset(tag.name for tag in user.session.index.tags()),
    )


@pytest.mark.parametrize(("undo", "redo"), [("u", "ctrl+r"), pytest.param("ctrl+z", "ctrl+y", marks=pytest.mark.slow)])
async def test_undo_leads_back_to_the_start_and_redo_to_the_end(own_library: Path, undo: str, redo: str) -> None:
    async with reading(BUSES, own_library) as user:
        start = state(user)
        await everything(user)
        end = state(user)
        states = [end]
        while "Nothing to undo" not in user.footer:
            await user.press(undo)
            states.append(state(user))
            assert len(states) < 60
        assert states[-1] == start
        states.pop()
        for expected in reversed(states[:-1]):
            await user.press(redo)
            assert state(user) == expected
        await user.press(redo)
        assert "Nothing to redo" in user.footer
        assert state(user) == end


async def test_undo_is_saved_like_any_change(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await everything(user)
        for _ in range(40):
            await user.press("u")
        await user.saved()
    assert stored(own_library, "annotations") == []
    assert stored(own_library, "tags") == []


async def test_what_is_on_the_disk_is_what_the_session_holds(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await everything(user)
        await user.press("m", "a", "g", "g", "m", "b", "G", "m", "a")
        held = {annotation.id: annotation for annotation in user.session.index.annotations()}
        bookmarks = {bookmark.name: bookmark.start for bookmark in user.session.index.bookmarks()}
        await user.saved()
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
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t")
        await user.type("dogs")
        await user.press("enter", "G", "u")
        assert "Undone: tag #dogs" in user.footer
        assert user.sentence.startswith("Ostrel began")
        await user.press("G", "ctrl+r")
        assert "Redone: tag #dogs" in user.footer
        assert user.sentence.startswith("Ostrel began")


async def test_undo_and_redo_leave_bookmarks_alone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "u", "m", "a", "G", "m", "a", "g", "g", "ctrl+r")
        assert "Redone: mark claim" in user.footer, "a bookmark does not end what can be redone"
        await user.press("m", "b", "u")
        assert "Undone: mark claim" in user.footer
        await user.press("j", "'", "a")
        assert user.sentence.startswith("It will be looked at")
        await user.press("u")
        assert "Nothing to undo" in user.footer
    async with reading(BUSES, own_library) as user:
        await user.press("u")
        assert "Nothing to undo" in user.footer, "nor does a later session take one back"
        await user.press("'", "b")
        assert user.sentence.startswith("Ostrel began")


async def test_a_new_change_ends_what_could_be_done_again(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "u", "j", "h", "ctrl+r")
        assert "Nothing to redo" in user.footer
        assert len(user.quotes) == 1


async def test_undo_works_from_the_open_card_and_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "o", "4", "u")
        assert user.verdicts() == {}
        await user.press("escape", "tab", "u")
        assert user.quotes == []


# ---------------------------------------------------------------------- earlier sessions, and what has no place


async def test_undo_goes_where_a_change_of_an_earlier_session_was(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "4", "}", "}", "h", "m", "k", "q")
    async with reading(BUSES, own_library) as user:
        await user.press("G")
        assert not user.sentence.startswith("A night bus")
        for key, label, sentence, quotes in (
            ("u", "Undone: mark claim", "A night bus", 1),
            ("u", "Undone: verdict on [1]", "The first winter", 1),
            ("u", "Undone: mark claim", "The first winter", 0),
            ("ctrl+r", "Redone: mark claim", "The first winter", 1),
        ):
            await user.press("g", "g", key)
            assert label in user.footer
            assert user.sentence.startswith(sentence), (label, user.sentence)
            assert len(user.quotes) == quotes


GONE = "Nobody had counted the dogs."


async def test_undo_of_what_lost_its_place_says_so_and_stays(own_library: Path) -> None:
    before = article(("Title", f"One sentence stands here. {GONE} Another one follows."), source="/x.txt")
    after = article(("Title", "One sentence stands here. Another one follows. And a third."), source="/x.txt")
    async with reading(before, own_library) as user:
        await user.press("j", "j", "h", "a", *"why", "enter", "q")
        assert GONE in user.quotes
    async with reading(after, own_library) as user:
        assert [a.note for a in user.session.index.orphans()] == ["why"]
        await user.press("G")
        here = user.sentence
        await user.press("u")
        assert "Undone: note · it lost its place in the text" in user.footer
        assert [a.note for a in user.session.index.orphans()] == [""]
        await user.press("u")
        assert "Undone: mark claim · it lost its place" in user.footer
        assert user.session.index.orphans() == ()
        await user.press("ctrl+r", "ctrl+r")
        assert [a.note for a in user.session.index.orphans()] == ["why"]
        assert user.sentence == here


async def test_undo_of_what_moved_with_the_text_goes_where_it_stands_now(own_library: Path) -> None:
    before = article(("Title", f"One sentence stands here. {GONE} Another one follows."), source="/x.txt")
    after = article(
        ("Title", "A new paragraph of some length comes first.", f"One stands here. {GONE} Another."), source="/x.txt"
    )
    async with reading(before, own_library) as user:
        await user.press("j", "j", "h", "q")
    async with reading(after, own_library) as user:
        await user.press("g", "g", "u")
        assert user.quotes == []
        assert user.sentence == GONE
        await user.press("g", "g", "ctrl+r")
        assert user.sentence == GONE


async def test_what_another_window_changed_since_is_not_undone_and_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j", "h", "4")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on("The first winter"), "1", "supports")
        await user.until(lambda: user.verdicts() == {"1": "supports"})
        await user.press("u")
        assert "Not undone: verdict on [1] (a verdict on it changed since)" in user.footer
        assert user.verdicts() == {"1": "supports"}
        await user.press("u")
        assert "Not undone: mark claim" in user.footer
        assert len(user.quotes) == 1
        await user.press("u")
        assert "Nothing to undo" in user.footer
