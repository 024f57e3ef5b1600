"""When it cannot be saved: that is said until it is, and there is a way out. And when the library cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import LibraryDB
from reader.library.folder import Lock
from reader.settings import Settings
from reader.tui.app import ReaderApp
from reader.tui.keymap import KeyMap
from reader.tui.panes.bars import NOTICE_LINES, Notice, SaveStatus, notice_lines
from reader.tui.program import close_library
from reader.tui.styled_line import width_of
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading, stored

SECONDS = 30.0
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE])


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Take the library's file away for a block: nothing is saved beside a file that is gone."""
    away = folder.parent / "away.json"
    (folder / "library.json").rename(away)
    try:
        yield
    finally:
        away.rename(folder / "library.json")


async def not_saved(user: User) -> None:
    """Mark a sentence and wait until the screen says that it is not saved."""
    await user.press("h")
    await user.until(lambda: "Not saved: " in user.notice)
    await user.settle()


def told(user: User) -> str:
    """Return all words on the screen in one line, whatever lines they were folded into."""
    return " ".join(user.picture.split())


# ---------------------------------------------------------------------- saying so


@SIZES
async def test_why_it_is_not_saved_stands_there_whatever_is_pressed_until_it_is(
    own_library: Path, size: tuple[int, int]
) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            for key in ("j", "?", "escape", "n", "g", "escape", "/", "escape", "o", "escape", "h"):
                await user.press(key)
                if user.over == "ReadingScreen":
                    assert "library.json is gone" in told(user), key
            assert "not saved ✗" in user.footer
            assert "saved ✓" not in user.picture
            assert "W saves everything elsewhere" in told(user)
        await user.saved()
        await user.press("l")
        assert "saved ✓" in user.footer, "once no message stands in its place"
        assert user.notice == ""
    assert len(stored(own_library, "annotations")) == 2


async def test_a_long_reason_is_cut_in_its_middle_and_names_its_cause(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*(f"a-folder-with-a-long-name-{n}" for n in range(8)))
    async with reading(BUSES, folder, NARROW) as user:
        await user.until((folder / "library.json").exists)
        with unwritable(folder):
            await not_saved(user)
            assert "Not saved: /" in user.notice
            assert "Put it back; unsaved changes are kept until then" in user.notice
            assert "W saves everything elsewhere" in user.notice


@given(
    st.sampled_from(["", "gone", "/a/path " * 20 + "No space left on device", "夜" * 300]),
    st.sampled_from([None, ReaderError("damaged"), ReaderError("x" * 500, "y" * 300)]),
    st.integers(0, 3),
    st.integers(12, 200),
)
def test_a_notice_fits(why: str, trouble: ReaderError | None, copies: int, width: int) -> None:
    notice = Notice(SaveStatus("failed", why) if why else SaveStatus(), trouble, copies)
    lines = notice_lines(notice, width, KeyMap().label)
    assert len(lines) <= NOTICE_LINES
    assert all(width_of(parts) <= width for parts in lines)
    assert bool(lines) == bool(why or trouble or copies)


async def test_the_library_screen_says_it_too(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            await user.press("g", "l")
            await user.until(lambda: user.over == "LibraryScreen")
            await user.settle()
            assert "is gone" in told(user)
            assert "F12 saves everything elsewhere" in told(user)
            await user.press("escape")


# ---------------------------------------------------------------------- saving elsewhere


@SIZES
@pytest.mark.parametrize("key", ["W", "f12"])
@pytest.mark.slow
async def test_everything_can_be_saved_in_another_folder(
    own_library: Path, tmp_path: Path, size: tuple[int, int], key: str
) -> None:
    other = tmp_path / "other place"
    async with reading(BUSES, own_library, size) as user:
        await user.press("j", "h", "4", "j")
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            await user.press(key)
            assert user.over == "FolderScreen"
            assert "is gone" in told(user)
            await user.paste(str(other))
            await user.press("enter")
            await user.until(lambda: user.over == "ReadingScreen")
            await user.until(lambda: "saved ✓" in user.footer)
            assert user.footer.strip().startswith(f"Saved in {other}"[:40])
            assert "Not saved" not in user.notice
            await user.press("G", "h")
            await user.saved()
        await user.press("q")
        await user.left()
        assert user.app.return_code in (0, None)
    assert len(stored(other, "annotations")) == 3
    assert len(stored(own_library, "annotations")) <= 1, "the folder that could not be written is left as it was"
    async with reading(BUSES, other) as user:
        assert len(user.quotes) == 3


@pytest.mark.slow
async def test_a_folder_that_cannot_be_used_says_why_and_another_can_be_typed(own_library: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with elsewhere(LONG, tmp_path / "taken"):
        pass
    async with reading(BUSES, own_library, NARROW) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            await user.press("W", "enter")
            assert "Type the path of a folder" in user.picture
            for name, why in (
                ("file", "cannot be"),
                ("taken", "There is already a library in"),
                ("x" * 300, "File name too long"),
            ):
                await user.press("ctrl+u")
                await user.paste(str(tmp_path / name))
                await user.press("enter")
                await user.until(lambda why=why: why in told(user))
                assert user.over == "FolderScreen"
            await user.press("ctrl+u")
            await user.paste(str(tmp_path / "free"))
            await user.press("enter")
            await user.until(lambda: user.over == "ReadingScreen")
    assert len(stored(tmp_path / "free", "annotations")) == 1
    assert len(stored(tmp_path / "taken", "articles")) == 1


async def test_a_folder_that_takes_the_file_and_not_the_texts_is_not_called_saved(own_library: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "snapshots").write_text("no folder", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        await user.press("W")
        await user.paste(str(other))
        await user.press("enter")
        await user.until(lambda: "cannot be written" in told(user))
        assert user.over == "FolderScreen"
        await user.press("escape", "j", "h")
        await user.saved()
        assert user.app.new_folder is None
    assert [path.name for path in other.iterdir()] == ["snapshots"]
    assert len(stored(own_library, "annotations")) == 2


async def test_a_name_in_a_current_folder_that_is_gone_is_refused(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "gone").mkdir()
    monkeypatch.chdir(folder)
    async with reading(BUSES, own_library) as user:
        folder.rmdir()
        await user.press("W", *"here", "enter")
        assert "The current folder is gone. Write a whole path" in told(user)
        assert user.over == "FolderScreen"


async def test_what_could_not_be_copied_is_named_with_the_folder_to_keep(own_library: Path, tmp_path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        (text,) = (own_library / "snapshots").rglob("*.z")
        text.unlink()
        text.mkdir()
        (text / "0").write_bytes(b"")
        text.with_name("0").symlink_to(tmp_path / "nowhere")
        await user.press("W")
        await user.paste(str(tmp_path / "other"))
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert "which cannot be read: keep" in told(user)
    assert len(stored(tmp_path / "other", "annotations")) == 1


async def test_the_question_for_a_folder_is_left_by_escape(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            await user.press("W", *"/tmp/j", "escape", "j")
            assert user.over == "ReadingScreen"
            assert "Not saved" in user.notice
            assert user.sentence.startswith("The first winter")


# ---------------------------------------------------------------------- leaving


async def test_leaving_with_unsaved_work_asks_first(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            for stay in ("escape", "n", "q", "enter"):
                await user.press("q")
                await user.until(lambda: user.over == "ConfirmScreen")
                await user.settle()
                assert "Not everything is saved" in user.picture
                await user.press(stay)
                assert user.over == "ReadingScreen"
                assert user.app.is_running
            await user.press("q")
            await user.until(lambda: user.over == "ConfirmScreen")
            await user.press("y")
            await user.left()
            assert user.app.return_code == 1


async def test_leaving_with_unsaved_work_offers_another_folder(own_library: Path, tmp_path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.until((own_library / "library.json").exists)
        with unwritable(own_library):
            await not_saved(user)
            await user.press("q")
            await user.until(lambda: user.over == "ConfirmScreen")
            await user.press("s")
            await user.until(lambda: user.over == "FolderScreen")
            await user.paste(str(tmp_path / "other"))
            await user.press("enter")
            await user.until(lambda: user.over == "ReadingScreen")
            await user.press("q")
            await user.left()
    assert len(stored(tmp_path / "other", "annotations")) == 1


async def test_leaving_while_another_program_keeps_the_lock_stops_nothing_and_can_be_cut_short(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        with Lock(own_library / "library.lock").hold(5):
            await user.press("j", "h", "q")
            await user.until(lambda: "leave again to wait no longer" in told(user))
            assert user.app.is_running
            await user.press("k")
            assert user.sentence.startswith("Ostrel began")
            await user.press("ctrl+q")
            assert user.over == "ConfirmScreen"
            assert "The disk or another program takes long" in user.picture
            await user.press("escape", "q")
            await user.press("q")
            assert user.over == "ConfirmScreen"
        await user.left()
        assert user.app.return_code in (0, None), "it was saved while the question stood there"
    assert len(stored(own_library, "annotations")) == 2


# ---------------------------------------------------------------------- a library that cannot be opened


@SIZES
async def test_a_damaged_library_swallows_no_mark_and_names_the_repair(own_library: Path, size: tuple[int, int]) -> None:
    own_library.mkdir()
    damaged = b'{"articles": {"1": {"id": "1", "title": "half a rec'
    (own_library / "library.json").write_bytes(damaged)
    async with reading(BUSES, own_library, size, wait=False) as user:
        await user.until(lambda: "Your library could not be opened: " in user.notice)
        await user.settle()
        assert "library.json" in user.notice
        assert "Your library could not be opened" in user.card
        for key in ("h", "x", "z", "t", "a", "1", "u", "ctrl+r", "W", "M"):
            await user.press(key)
            assert "Cannot save: `reader repair` shows what can be recovered" in user.footer, key
            assert "not saved ✗" in user.footer
        assert user.desk.annotations_here() == ()
        await user.press("j", "j", "r")
        assert user.sentence.startswith("Nobody"), "reading goes on"
        await user.press("q")
        await user.left()
    assert (own_library / "library.json").read_bytes() == damaged


async def test_a_key_that_waited_for_a_library_that_cannot_be_opened_is_answered(own_library: Path) -> None:
    own_library.mkdir()
    (own_library / "library.json").write_text("no library", encoding="utf-8")
    async with reading(BUSES, own_library, wait=False) as user:
        user.send("h")
        await user.until(lambda: "Cannot save" in user.footer)


async def test_the_library_screen_names_the_repair_of_a_damaged_library(own_library: Path) -> None:
    own_library.mkdir()
    (own_library / "library.json").write_text("no library", encoding="utf-8")
    async with reading(None, own_library, NARROW) as user:
        await user.until(lambda: "Your library could not be opened" in user.notice)
        await user.settle()
        assert "`reader repair`" in user.notice
        assert "open a sample" not in user.picture
        assert "not saved ✗" in user.footer


# ---------------------------------------------------------------------- the end


def test_what_cannot_be_saved_at_the_end_is_kept_beside_the_library(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("library.store._SHORT_WAIT", "library.writer._CLOSE_WAIT", "tui.shared_library.FLUSH_TIMEOUT"):
        monkeypatch.setattr(f"reader.{name}", 0.01)
    app = ReaderApp(BUSES, own_library, Settings(library=own_library, creator="tester"))
    library = app.open_library()
    review = library.review(BUSES, "tester")
    assert library.flush(SECONDS)
    with Lock(own_library / "library.lock").hold(1):
        review.add(Span(0, 9), note="queued")
        assert close_library(app)
    with LibraryDB(own_library) as db:
        assert [one["note"] for one in db.table("annotations")] == ["queued"]
