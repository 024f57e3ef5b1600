"""The library screen: what was opened, filtered as one types, opened again; a path opens a new article."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.tui.reading.screen import ReadingScreen
from reader.tui.widgets.item_list import ItemList
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading

COLLECT, FREEZE, UNFREEZE = gc.collect, gc.freeze, gc.unfreeze
FERRY = "The ferry counts again\n\nThe ferry carried 41,000 people in May. Nobody believed it at first.\n"


def titles(user: User) -> list[str]:
    """Return the known titles on the screen, from above."""
    rows = user.app.screen.query_one(ItemList)
    found = [title for y in range(rows.size.height) for title in TITLES if title in rows.render_line(y).text]
    return found


TITLES = ("Night buses in Ostrel", "The long count", "The ferry counts again")


async def two_articles(folder: Path) -> None:
    """Open two articles, the buses first, so that the library knows them."""
    async with reading(BUSES, folder) as user:
        await user.press("j", "h", "t")
        await user.type("winter")
        await user.press("enter")
        await user.press("q")
    async with reading(LONG, folder) as user:
        await user.press("q")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_articles_are_listed_the_latest_first_with_progress_and_tags(own_library: Path, size: tuple[int, int]) -> None:
    await two_articles(own_library)
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "2 articles" in user.header)
        assert titles(user) == ["The long count", "Night buses in Ostrel"]
        row = next(row for row in user.lines if "Night buses" in row)
        assert "1/13" in row
        assert row.split()[-2:] == ["1", "2"] if size == NARROW else row.split()[-5:] == ["1", "1", "2", "◆", "winter"]
        assert "1 claim   1 open" in user.header


async def test_an_empty_library_says_what_to_do(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        assert "path" in user.picture


@pytest.mark.parametrize(("words", "left"), [("ostrel", ["Night buses in Ostrel"]), ("#winter", ["Night buses in Ostrel"])])
async def test_typing_filters_by_title_and_tag(own_library: Path, words: str, left: list[str]) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.type(words)
        assert titles(user) == left
        assert "1 of 2" in user.header
        await user.press("escape")
        assert len(titles(user)) == 2


async def test_every_letter_and_digit_goes_into_the_field(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        typed = "hjkqxzdgG1234567890?:/[]'"
        await user.type(typed)
        assert user.field.value == typed
        assert user.over == "LibraryScreen"


async def test_enter_opens_the_article_that_is_chosen_where_it_was_left(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.press("down", "enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        assert "Night buses in Ostrel" in user.header
        assert user.sentence.startswith("The first winter")
        assert len(user.quotes) == 1


async def test_a_path_opens_a_new_article(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type("ferry.txt")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        assert "The ferry counts again" in user.header
        await user.press("h", "g", "l")
        await user.until(lambda: user.over == "LibraryScreen" and "1 article" in user.header)
        assert titles(user) == ["The ferry counts again"]


@pytest.mark.parametrize(("name", "why"), [("no-such-file.txt", "File not found"), ("/dev/zero", "not a file but a device")])
async def test_a_path_that_cannot_be_read_says_why(own_library: Path, name: str, why: str) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type(name)
        await user.press("enter")
        await user.until(lambda: why in user.footer)
        assert user.over == "LibraryScreen"
        assert user.field.value == name


@pytest.mark.slow
async def test_files_and_folders_are_added_without_being_opened(own_library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in the box"
    folder.mkdir()
    for name in ("a ferry.txt", "b.md", "photo.png", ".hidden.md"):
        (folder / name).write_text(f"{name}\n\n{FERRY}", encoding="utf-8")
    (tmp_path / "empty.md").touch()
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type(f"'{folder}'")
        await user.press("enter")
        await user.until(lambda: "Added 2 articles · 1 other file left out" in user.footer)
        await user.until(lambda: "2 articles" in user.header)
        assert user.field.value == ""
        dropped = [f"'{folder}/a ferry.txt'", (folder / "photo.png").as_uri(), str(tmp_path / "empty.md")]
        await user.paste("\n".join(dropped) + "\n")
        await user.until(lambda: "Added 2 articles · empty.md was left out: " in user.footer)
        await user.until(lambda: "3 articles" in user.header)
        (tmp_path / "nothing").mkdir()
        await user.type(str(tmp_path / "nothing"))
        await user.press("enter")
        await user.until(lambda: "Nothing was added" in user.footer)
        assert user.over == "LibraryScreen"


async def test_from_an_article_to_the_library_and_back(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(LONG, own_library) as user:
        await user.press("j", "h", "g", "l")
        await user.until(lambda: user.over == "LibraryScreen" and "2 articles" in user.header)
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        assert "The long count" in user.header
        assert len(user.quotes) == 1
        assert user.sentence == user.quotes[0]


async def test_a_click_opens_an_article(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.click("Night buses in Ostrel")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        assert "Night buses in Ostrel" in user.header


async def test_after_a_click_beside_the_field_the_keys_still_go_into_it(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.click_at((3, 30))
        await user.click_at((3, 0))
        await user.type("long")
        assert user.field.value == "long"


async def test_the_library_is_left_by_its_key_and_not_by_an_escape_too_many(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.press("escape")
        assert "Ctrl+Q quits" in user.footer
        await user.press("ctrl+q")
        await user.left()


async def test_help_shows_the_keys_of_the_library_first(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.press("f1")
        assert user.over == "HelpScreen"
        assert "Go to the next" in user.picture or "Next article" in user.picture or "Next or previous article" in user.picture
        await user.press("escape")
        assert user.over == "LibraryScreen"


async def test_escape_in_the_library_leads_back_to_the_article_it_was_opened_over(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("j", "g", "l")
        await user.until(lambda: user.over == "LibraryScreen" and "1 article" in user.header)
        await user.press("escape")
        assert user.app.is_running
        assert user.over == "ReadingScreen"
        await user.press("j")
        assert user.sentence.startswith("A third sentence")


@pytest.mark.slow
async def test_tab_completes_a_path_and_else_gives_the_letters_to_the_list(own_library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("ferry-may.txt", "ferry-june.txt"):
        (folder / name).write_text(FERRY, encoding="utf-8")
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.type(f"{tmp_path}/rep")
        await user.press("tab")
        assert user.field.value == f"{folder}/"
        await user.press("tab")
        assert user.field.value == f"{folder}/ferry-"
        await user.press("tab")
        assert "ferry-june.txt  ferry-may.txt" in user.footer
        await user.press("m", "tab")
        assert user.field.value == f"{folder}/ferry-may.txt"
        await user.press("escape", "tab")
        assert "j k choose" in user.footer
        await user.press("j")
        assert user.field.value == ""
        assert any("▌" in row and "Night buses" in row for row in user.lines)
        await user.press("/", "c")
        assert user.field.value == "c"
        await user.press("backspace", "tab", "k", "o")
        await user.until(lambda: user.over == "ReadingScreen")
        assert "The long count" in user.header


@pytest.fixture
def whole_collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back what conftest.py does to the garbage collector, and let what is in memory be out of it in the end as before."""
    monkeypatch.setattr(gc, "collect", COLLECT)
    monkeypatch.setattr(gc, "freeze", FREEZE)
    monkeypatch.setattr(gc, "unfreeze", UNFREEZE)
    yield
    FREEZE()


@pytest.mark.slow  # it looks through all that the tests have in memory
@pytest.mark.usefixtures("whole_collector")
async def test_memory_does_not_keep_the_articles_that_were_left(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        screens: list[weakref.ref[ReadingScreen]] = []
        # asyncio keeps what a timer that was stopped knows until its time has come, or a hundred were stopped.
        while len(screens) < 60 and (not screens or screens[0]() is not None):
            await user.until(lambda: "2 articles" in user.header)
            await user.press("down", "enter")
            await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
            await user.audited()
            screens.append(weakref.ref(user.screen))
            await user.press("g", "l")
        assert screens[0]() is None
