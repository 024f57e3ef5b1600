"""What is wrong with the files of a library is named: a conflict copy, which one key merges, and a journal that is gone."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from reader.library import Library
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, elsewhere, reading, stored

NAME = "library.sync-conflict-20260105-101500-ABCDEFG.json"
DOGS = "Nobody had counted the dogs."


def copy_unless_gone(source: str, target: str) -> None:
    """Copy a file, unless the program that has the library open has just put it in place of another."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def diverge(folder: Path, name: str = NAME, quote: str = DOGS) -> None:
    """Leave beside a library the file of its copy on another device, in which a quote was marked."""
    if not folder.exists():
        with elsewhere(BUSES, folder):
            pass
    copy = folder.parent / "on another device"
    shutil.copytree(folder, copy, copy_function=copy_unless_gone)
    with elsewhere(BUSES, copy) as window:
        window.mark(quote)
    shutil.copy(copy / "library.json", folder / name)
    shutil.rmtree(copy)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("key", ["M", pytest.param("ctrl+g", marks=pytest.mark.slow)])
async def test_a_conflict_copy_is_named_and_a_key_merges_it(own_library: Path, size: tuple[int, int], key: str) -> None:
    diverge(own_library)
    async with reading(BUSES, own_library, size) as user:
        await user.until(lambda: user.notice == "There is a conflict copy beside your library: M merges it")
        await user.press("h", "j")
        await user.saved()
        assert "conflict copy" in user.notice, "it stands there until it is merged"
        await user.press(key)
        await user.until(lambda: "Merged library.sync-conflict" in user.footer)
        await user.until(lambda: "conflict cop" not in user.notice)
        await user.until(lambda: DOGS in user.quotes)
        assert len(user.quotes) == 2
        await user.saved()
    assert {record["selector"]["exact"] for record in stored(own_library, "annotations")} >= {DOGS}
    assert not (own_library / NAME).exists()
    library = Library.open(own_library)
    undone = library.undo()
    assert library.close(30)
    assert undone is not None
    assert undone.label.startswith("merge")
    assert DOGS not in {record["selector"]["exact"] for record in stored(own_library, "annotations")}


async def test_several_copies_are_merged_one_after_the_other(own_library: Path) -> None:
    diverge(own_library)
    diverge(own_library, "library (conflicted copy).json", "Ostrel began to run")
    async with reading(BUSES, own_library) as user:
        await user.until(lambda: user.notice.startswith("There are 2 conflict copies beside your library: M merges"))
        await user.press("M")
        await user.until(lambda: user.notice.startswith("There is a conflict copy"))
        await user.press("M")
        await user.until(lambda: "conflict cop" not in user.notice and len(user.quotes) == 2)


async def test_a_copy_that_comes_while_an_article_is_open_is_named_once_something_is_heard(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            diverge(own_library)
            assert "conflict cop" not in user.notice
            other.mark("Three studies agree")
        await user.until(lambda: "There is a conflict copy beside your library" in user.notice)


async def test_a_copy_that_cannot_be_read_stays_and_that_is_said(own_library: Path) -> None:
    with elsewhere(BUSES, own_library):
        pass
    (own_library / NAME).write_text("torn", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await user.until(lambda: "conflict copy" in user.notice)
        await user.press("M")
        await user.until(lambda: "Not merged" in user.footer)
        assert "conflict copy" in user.notice
    assert (own_library / NAME).read_text(encoding="utf-8") == "torn"


async def test_without_a_copy_the_key_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("M")
        assert "There is no conflict copy beside your library" in user.footer


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_library_screen_names_and_merges_it(own_library: Path, size: tuple[int, int]) -> None:
    diverge(own_library)
    async with reading(None, own_library, size) as user:
        await user.until(lambda: user.notice == "There is a conflict copy beside your library: Ctrl+G merges it")
        await user.press("ctrl+g")
        await user.until(lambda: "Merged library.sync-conflict" in user.footer and "conflict cop" not in user.notice)
        await user.press("ctrl+g")
        assert "There is no conflict copy" in user.footer


async def test_the_notice_can_be_clicked(own_library: Path) -> None:
    diverge(own_library)
    async with reading(BUSES, own_library) as user:
        await user.until(lambda: "conflict copy" in user.notice)
        await user.settle()
        await user.click("merges it")
        await user.until(lambda: DOGS in user.quotes)


async def test_two_versions_that_a_merge_brings_are_shown_at_once(own_library: Path) -> None:
    with elsewhere(BUSES, own_library) as window:
        window.session.set_note(window.mark(DOGS), "before")
    copy = own_library.parent / "copy"
    shutil.copytree(own_library, copy)
    for folder, note in ((copy, "there"), (own_library, "here")):
        with elsewhere(BUSES, folder) as window:
            window.session.set_note(window.on(DOGS), note)
    shutil.copy(copy / "library.json", own_library / NAME)
    async with reading(BUSES, own_library) as user:
        await user.until(lambda: "conflict copy" in user.notice)
        await user.press("]", "M")
        await user.until(lambda: user.annotation.conflicts)
        await user.settle()
        for words in ("here", "there", "also", "a shows both"):
            assert words in user.card


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_journal_that_is_gone_is_named_when_the_library_opens(own_library: Path, size: tuple[int, int]) -> None:
    with elsewhere(BUSES, own_library) as window:
        window.mark("Nobody had counted the dogs.")
    (journal,) = own_library.glob("journal-*.jsonl")
    journal.unlink()
    async with reading(BUSES, own_library, size) as user:
        await user.until(lambda: f"{journal.name} is gone, with" in user.footer)
        await user.press("h", "j")
        await user.saved()
