"""Several windows on one library: what another one does appears by itself, and nothing the person is at moves."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from textual.events import AppFocus

from reader.library import Library
from reader.library.codebook_changes import CodebookEditor
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, LATER
from tests.tui.texts import BUSES, LONG, place
from tests.tui.user import NARROW, WIDE, Window, elsewhere, reading, stored


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_what_another_window_marks_appears_and_is_said_in_plain_words(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        with elsewhere(BUSES, own_library) as other:
            made = other.mark("The first winter brought 412,000 passengers")
            await user.until(lambda: "Another window: 1 claim marked" in user.footer)
            assert user.session.index.get(made.id) is not None
            assert "1 claim" in user.header
            assert "○" in next(row for row in user.lines if "The first winter" in row)[:10]
            other.session.set_note(made, "who counted?")
            await user.until(lambda: "1 claim marked, 1 note written" in user.footer)
        await user.press("j")
        assert "who counted?" in user.card
        assert "another window" not in user.footer, "it goes with the next key"


async def test_what_another_window_did_is_there_at_once_when_a_person_comes_back(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("_POLL_SECONDS", "_MAX_POLL_SECONDS"):
        monkeypatch.setattr(f"reader.library.writer.{pause}", 3600.0)
    async with reading(BUSES, own_library) as user:
        with elsewhere(BUSES, own_library) as other:
            other.mark("The first winter brought 412,000 passengers")
        user.app.post_message(AppFocus())
        await user.until(lambda: "Another window: 1 claim marked" in user.footer)


async def test_a_tag_that_is_renamed_everywhere_has_its_new_name_in_the_open_review(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t", *"late", "enter", "j", "k")
        await user.saved()
        editor = CodebookEditor(user.app.library.get(), "Ann")
        editor.apply(editor.codebook().rename("late", "night"))
        await user.until(lambda: user.annotation.tags == ("night",))
        await user.until(lambda: "Codebook: 1 claim tagged" in user.footer)
        await user.press("t")
        assert any("night" in row for row in user.lines)
        assert not any("late" in row for row in user.lines)
        await user.press("escape", "u")
        assert "Not undone: tag #late" in user.footer
        assert user.annotation.tags == ("night",)
        await user.saved()
    assert [record["name"] for record in stored(own_library, "tags")] == ["night"]


async def test_two_windows_show_each_others_work(own_library: Path) -> None:
    async with reading(BUSES, own_library) as first, reading(BUSES, own_library) as second:
        await first.press("j", "h", "1")
        await second.until(lambda: len(second.quotes) == 1 and second.session.index.claims()[0].judgements)
        await second.press("G", "h", "t", *"end", "enter")
        await first.until(lambda: len(first.quotes) == 2 and "end" in [tag.name for tag in first.session.index.tags()])
        assert first.sentence.startswith("The first winter")
        await second.press("u", "u")
        await first.until(lambda: len(first.quotes) == 1)
    assert len(stored(own_library, "annotations")) == 1


async def test_what_others_did_is_not_this_windows_to_undo(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        await user.press("u")
        assert user.quotes == ["Nobody had counted the dogs."]
        await user.press("u")
        assert "Nothing to undo" in user.footer
        await user.press("ctrl+r")
        assert len(user.quotes) == 2


async def test_many_changes_are_counted_until_a_key_is_pressed(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        with elsewhere(LONG, own_library) as other:
            for number in range(1, 41):
                other.mark(f"Paragraph {number} opens with a plain remark.")
                other.save()
            await user.until(lambda: "Another window: 40 claims marked" in user.footer)
            await user.press("j")
            other.mark("A third sentence closes paragraph 3.", LATER)
            await user.until(lambda: "Another window: 1 sentence kept for later" in user.footer)


async def test_what_the_person_is_being_told_is_not_talked_over(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user, reading(BUSES, own_library) as witness:
        await user.press("n")
        assert "No search yet" in user.footer
        with elsewhere(BUSES, own_library) as other:
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: user.quotes)
        await witness.until(lambda: "Another window" in witness.footer)
        assert "No search yet" in user.footer


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_cursor_scroll_selection_and_half_typed_keys_stay(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(LONG, own_library, size) as user:
        await user.press(*["}"] * 20, "v", "e", "e")
        before = (user.sentence, user.screen.view.scroll_offset.y, user.selected, user.screen.key_context)
        with elsewhere(LONG, own_library) as other:
            for number in (2, 20, 21, 22, 39):
                other.mark(f"Paragraph {number} opens with a plain remark.")
        await user.until(lambda: len(user.quotes) == 5)
        await user.settle()
        assert (user.sentence, user.screen.view.scroll_offset.y, user.selected, user.screen.key_context) == before
        await user.press("escape", "g")
        with elsewhere(LONG, own_library) as other:
            other.session.remove(other.session.index.annotations())
        await user.until(lambda: not user.quotes)
        assert user.footer.lstrip().startswith("g …")
        await user.press("g")
        assert user.sentence == "The long count" or user.sentence.startswith("Paragraph 1 ")


async def test_the_claim_in_hand_stays_in_hand_and_is_let_go_when_it_is_gone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "v", "w", "w", "m")
        chosen = user.annotation
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.mark("buses through the night")
            await user.until(lambda: len(user.quotes) == 3)
            assert user.annotation.id == chosen.id
            other.session.remove([chosen])
            await user.until(lambda: len(user.quotes) == 2)
        await user.settle()
        assert user.annotation.id != chosen.id
        assert user.quotes[0].startswith("Ostrel began to run")


async def test_the_list_stays_on_its_claim(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("}", "h", *["}"] * 29, "h", "g", "c", "j")
        entry = user.desk.filtered_annotations()[user.screen.list.index]
        with elsewhere(LONG, own_library) as other:
            for number in range(5, 25):
                other.mark(f"Paragraph {number} opens with a plain remark.")
        await user.until(lambda: len(user.quotes) == 22)
        await user.settle()
        assert user.desk.filtered_annotations()[user.screen.list.index].id == entry.id
        assert any("▌" in row and entry.selector.exact[:14] in row for row in user.list.splitlines()), user.list
        await user.press("enter")
        assert user.sentence == entry.selector.exact


async def test_an_open_search_and_an_open_filter_go_on(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("/")
        await user.type("night")
        with elsewhere(BUSES, own_library) as other:
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: user.quotes)
        assert user.field.value == "night"
        await user.type(" b")
        assert user.field.value == "night b"
        await user.press("enter", "escape", "f")
        await user.type("open")
        with elsewhere(BUSES, own_library) as other:
            other.mark("Three studies agree that the buses replaced taxis rather than trams [1][2][3].")
        await user.until(lambda: len(user.quotes) == 2)
        assert user.field.value == "open"
        assert [a.selector.exact.split()[0] for a in user.desk.filtered_annotations()] == ["Three"]


# ---------------------------------------------------------------------- what the person is writing


async def test_a_note_being_written_is_not_touched_and_both_are_kept(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a", *"mine")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.set_note(other.on("Ostrel began"), "theirs")
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        assert user.over == "NoteScreen"
        assert "mine" in user.picture
        assert "theirs" not in user.picture
        await user.press("enter")
        await user.until(lambda: user.annotation.conflicts)
        assert user.annotation.note == "mine"
        assert "theirs" in user.card
    record = next(r for r in stored(own_library, "annotations") if r["note"] == "mine")
    assert list(record["_versions"]["rivals"]["note"].values()) == ["theirs"]


async def test_a_note_that_was_only_looked_at_becomes_what_another_window_wrote(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.set_note(other.on("Ostrel began"), "theirs")
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        await user.press("escape")
        assert user.annotation.note == "theirs"
        assert not user.annotation.conflicts


async def test_a_note_on_a_claim_that_another_window_removed_is_not_lost(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a", *"mine")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove([other.on("Ostrel began")])
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        await user.press("enter")
        assert user.annotation.note == "mine"
        await user.saved()
    assert "mine" in [record["note"] for record in stored(own_library, "annotations")]


async def test_a_claim_that_was_removed_while_its_note_was_looked_at_goes_when_the_note_is_left(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "a")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove([other.on("Ostrel began")])
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        await user.press("escape")
        assert user.quotes == ["Nobody had counted the dogs."]
        assert "1 claim removed" in user.footer
    assert len(stored(own_library, "annotations")) == 1


async def test_bounds_being_moved_are_not_touched(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "b", "left", "left")
        await user.saved()
        drawn = user.selected
        with elsewhere(BUSES, own_library) as other:
            other.session.set_bounds(other.on("Ostrel began"), place(BUSES, "Ostrel began"))
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        assert user.selected == drawn
        assert user.screen.key_context == "bounds"
        await user.press("enter")
        assert user.quotes[0] == drawn
        await user.until(lambda: user.annotation.conflicts)
        assert "also “Ostrel began”" in user.card


async def test_a_tag_for_a_claim_that_another_window_removed_is_answered(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "t", *"dogs")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.remove([other.on("Ostrel began")])
        await user.until(lambda: not user.quotes)
        assert user.field.value == "dogs"
        await user.press("enter")
        assert "removed meanwhile" in user.footer


# ---------------------------------------------------------------------- which screen, and where reading stopped


async def test_the_article_below_the_library_hears_it_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "l")
        await user.until(lambda: user.over == "LibraryScreen" and "1 article" in user.header)
        with elsewhere(BUSES, own_library) as other:
            other.mark("Nobody had counted the dogs.")
        await user.until(lambda: user.quotes)
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert "1 claim" in user.header


async def test_what_is_done_to_another_article_leaves_this_one_alone(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user, reading(LONG, own_library) as witness:
        with elsewhere(LONG, own_library) as other:
            other.mark("Paragraph 7 opens with a plain remark.")
        await witness.until(lambda: witness.quotes)
        await user.settle()
        assert user.quotes == []
        assert "another window" not in user.footer


async def test_the_library_lists_what_another_window_opened_and_keeps_its_place(own_library: Path) -> None:
    for article in (BUSES, LONG):
        with elsewhere(article, own_library):
            pass
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.press("down")
        assert any("▌" in row and "Night buses" in row for row in user.lines)
        with elsewhere(LONG, own_library) as other:
            other.session.set_tags(other.mark("Paragraph 7 opens"), ["count"])
        await user.until(lambda: "◆ count" in user.picture)
        with elsewhere(BUSES, own_library):
            pass
        await user.until(lambda: next(row for row in user.lines if "long" in row or "Night" in row).count("Night"))
        await user.settle()
        assert any("▌" in row and "Night buses" in row for row in user.lines)


async def test_another_windows_reading_place_does_not_move_this_cursor(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("j", "j")
        before = (user.sentence, user.screen.view.top)
        async with reading(LONG, own_library) as second:
            await second.press(*["}"] * 10, "q")
            await second.left()
        with elsewhere(LONG, own_library) as other:
            other.mark("Paragraph 7 opens with a plain remark.")
        await user.until(lambda: user.quotes)
        assert (user.sentence, user.screen.view.top) == before


@pytest.mark.slow
async def test_what_is_done_elsewhere_while_an_article_is_gone_back_to_is_all_there(own_library: Path) -> None:
    with elsewhere(BUSES, own_library):
        pass
    async with reading(LONG, own_library) as user:
        with elsewhere(LONG, own_library) as other:
            for number in range(1, 5):
                await user.press("g", "l")
                await user.until(lambda: user.over == "LibraryScreen" and "2 articles" in user.header)
                await user.type("night")
                await user.press("enter")
                await user.until(lambda: user.over == "ReadingScreen" and "Night buses" in user.header and user.desk.session)
                await user.press("g", "l")
                await user.until(lambda: user.over == "LibraryScreen")
                other.mark(f"Paragraph {number} opens with a plain remark.")
                user.send("escape")
                other.mark(f"A third sentence closes paragraph {number}.")
                await user.until(lambda: user.over == "ReadingScreen" and "The long count" in user.header)
                other.mark(f"It goes on with a figure of {number * 37} that a source is named for [1].")
                await user.until(lambda marked=3 * number: len(user.quotes) == marked)


# ---------------------------------------------------------------------- any order


def said(session: ReviewSession) -> dict[str, object]:
    """Return all that is said of the article, by annotation, in the order of nothing."""
    return {
        a.id: (
            a.kind,
            frozenset(a.tags),
            a.note,
            frozenset((j.reference, j.verdict) for j in a.judgements),
            a.selector.exact,
            {cell: sorted(map(str, values)) for cell, values in a.conflicts.items()},
        )
        for a in (*session.index.annotations(), *session.index.orphans())
    }


def meddle(window: Window, chance: random.Random) -> None:
    """Do something in another window, to anything it knows of."""
    session = window.session
    known = session.index.annotations()
    if not known or chance.random() < 0.3:
        session.mark(chance.choice(BUSES.sentences.all()), chance.choice(ANNOTATION_KINDS))
        return
    annotation = chance.choice(known)
    kind = chance.randrange(6)
    if kind == 0:
        session.remove([annotation])
    elif kind == 1:
        session.set_note(annotation, chance.choice(["", "theirs", "theirs again"]))
    elif kind == 2:
        session.set_tags(annotation, [chance.choice(["a", "b/c"])])
    elif kind == 3:
        session.judge(annotation, chance.choice("123"), chance.choice(["supports", "unclear", ""]))
    elif kind == 4:
        session.set_kind(annotation, chance.choice(ANNOTATION_KINDS))
    else:
        session.undo()


KEYS = (
    *"jjjkkkhhxz12340ucCo]}[{", "ctrl+r", "d d", "S", "J", "b l enter", "v e m",
    "a m i n e enter", "a m i n e escape", "a escape", "t a enter", "t b / c enter", "m a", "g c", "escape",
)  # fmt: skip


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
async def test_whatever_is_done_in_three_windows_the_screens_show_what_is_kept(own_library: Path, seed: int) -> None:
    chance = random.Random(seed)

    def kept() -> dict[str, object]:
        library = Library.open(own_library)
        session, _ = library.peek(BUSES)
        library.close(30)
        return said(session)

    async with reading(BUSES, own_library) as user, reading(BUSES, own_library) as second:
        with elsewhere(BUSES, own_library) as other:
            for _ in range(8):
                meddle(other, chance)
                for window in (user, second):
                    await window.press(*chance.choice(KEYS).split(" "), *["escape"] * 3)
                for window in (user, second):
                    await window.saved()
                other.save()
                await user.until(lambda: said(user.session) == said(second.session) == kept())
