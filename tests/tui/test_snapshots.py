"""A few whole screens as pictures. `pytest --snapshot-update` makes them anew; look at them before they are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tinydb import TinyDB

from reader.article.article import Article
from reader.settings import Settings
from reader.tui.app import ReaderApp
from reader.tui.settings_screen import SettingsScreen
from tests.tui.codebook import codebook, prepare
from tests.tui.sources import WINTER, is_searched, supply
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading

Compare = Callable[..., bool]


@pytest.fixture
def looks(own_library: Path, snap_compare: Compare) -> Callable[..., bool]:
    """Return a function that opens an article, presses keys, waits until all is saved, and compares the picture."""

    def compare(
        article: Article | None, size: tuple[int, int], *keys: str, then: Callable[[User], Awaitable[Any]] | None = None
    ) -> bool:
        app = ReaderApp(article, own_library, Settings(library=own_library, creator="tester"))

        async def act(pilot: Pilot[None]) -> None:
            user = User(app, pilot)
            if article is not None:
                await user.until(lambda: user.desk.session is not None and user.desk.sentence_count >= 0)
                await user.settle()
                await user.press(*keys)
                await user.saved()
                await user.audited()
            if then is not None:
                await then(user)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            await user.settle()

        try:
            return snap_compare(app, terminal_size=size, run_before=act)
        finally:
            app.close_library()

    return compare


def test_wide_with_the_cursor_on_an_unmarked_sentence(looks: Compare) -> None:
    assert looks(BUSES, WIDE, "}")


def test_wide_with_a_judged_claim_in_hand(looks: Compare) -> None:
    tag = [*"ttown/buses", "enter"]
    note = [*"awho?", "enter"]
    assert looks(BUSES, WIDE, "h", "j", "h", "4", "j", "x", "j", "h", "1", "2", *tag, *note, "c", "f4", "escape")


def test_narrow_with_an_open_claim(looks: Compare) -> None:
    assert looks(BUSES, NARROW, "j", "h", "1", "}", "h", "1", "escape")


IN_REVIEW = ("h", "j", "h", "4", "j", "x", "j", "h", "1", "t", *"taxis", "enter", *"awhich studies?", "enter", "R", "n")


def test_wide_in_the_review_queue(looks: Compare) -> None:
    assert looks(BUSES, WIDE, *IN_REVIEW)


def test_narrow_in_the_review_queue(looks: Compare) -> None:
    assert looks(BUSES, NARROW, *IN_REVIEW)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_source_with_its_closest_passages(looks: Compare, own_library: Path, size: tuple[int, int]) -> None:
    async def read(user: User) -> None:
        await user.press("s")
        await user.until(lambda: is_searched(user))
        await user.press("e", "]")
        await user.saved()

    supply(own_library, WINTER)
    assert looks(BUSES, size, "j", "h", then=read)


def test_the_help(looks: Compare) -> None:
    assert looks(BUSES, NARROW, "?")


def test_the_export_screen(looks: Compare) -> None:
    async def preview(user: User) -> None:
        await user.press("E", "b")
        await user.until(lambda: "@" in user.picture)

    assert looks(BUSES, WIDE, "j", "h", "4", then=preview)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("keys", [("tab", "tab", "enter", "j"), ("j", "j", "j", "enter")], ids=["look", "work"])
def test_the_settings(
    looks: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAIM_READER_SETTINGS", "settings.toml")

    async def change(user: User) -> None:
        await user.press("g", ",", *keys)
        await user.until(lambda: isinstance(user.app.screen, SettingsScreen) and user.app.screen.is_settled)

    assert looks(BUSES, size, then=change)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_library(looks: Compare, own_library: Path, size: tuple[int, int]) -> None:
    import asyncio

    async def fill() -> None:
        async with reading(BUSES, own_library) as user:
            await user.press("j", "h", "t", *"winter", "enter", "q")
        async with reading(LONG, own_library) as user:
            await user.press("}", "}", "h", "q")

    asyncio.run(fill())
    (path,) = own_library.glob("personal-*.json")
    path.unlink()
    with TinyDB(own_library / "library.json") as db:
        for record in db.table("articles").all():
            day = 3 if record["title"] == LONG.title else 2
            db.table("articles").update({"opened": f"2025-02-0{day}T10:00:00.000Z"}, doc_ids=[record.doc_id])

    async def listed(user: User) -> None:
        await user.until(lambda: "2 articles" in user.header and "not decided yet" in user.picture)

    assert looks(None, size, then=listed)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_codebook_with_a_merge_that_is_planned(looks: Compare, own_library: Path, size: tuple[int, int]) -> None:
    async def plan(user: User) -> None:
        await codebook(user, "numbers")
        await user.press("M")
        await user.saved()

    prepare(own_library)
    assert looks(BUSES, size, then=plan)
