"""What takes a while to read: it is read beside the screen, which says how far that is, and can be stopped at any time."""

from __future__ import annotations

import asyncio
import queue
import threading
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.errors import ReaderError
from reader.fetching import page_request
from reader.formats import parse_article, read_beginning
from reader.formats.budget import Limits
from reader.formats.open_request import OpenRequest
from reader.formats.progress import Cancelled, report
from tests.tui.page_server import release_page, serve_page
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading, stored
from tests.unit.pdfs import Sheet, pdf

PAGE = """<!doctype html><html><head><title>The weir at Tarn</title></head><body><article><h1>The weir at Tarn</h1>
<p>The weir was built in 1911. Nobody has repaired it since, says the council of Tarn in its report of this spring.</p>
<p>Twice in ten years the river went over it. A third flood would take the bridge with it, as two engineers wrote.</p>
</article></body></html>"""


class Slow:
    """A document that is read page by page: one goes on where `page` is set, and all of it is there after the third."""

    def __init__(self, outcome: Article | Exception = BUSES) -> None:
        self.outcome = outcome
        self.go_on = threading.Semaphore(0)
        self.ended = threading.Event()
        self.wanted = OpenRequest("/somewhere/long.pdf", self.read)

    def read(self) -> Article:
        """Read three pages."""
        try:
            for number in range(1, 4):
                report("page", number, 3)
                assert self.go_on.acquire(timeout=30)
            if isinstance(self.outcome, Exception):
                raise self.outcome
            return self.outcome
        finally:
            self.ended.set()

    def pages(self, count: int) -> None:
        """Let so many pages be read."""
        for _ in range(count):
            self.go_on.release()


async def opened(user: User) -> None:
    """Wait until an article is open."""
    await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
    await user.settle()


# ---------------------------------------------------------------------- what the program is started with


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_screen_stands_at_once_and_says_how_far_opening_is(own_library: Path, size: tuple[int, int]) -> None:
    slow = Slow()
    async with reading(slow.wanted, own_library, size) as user:
        await user.until(lambda: "page 1 of 3" in user.picture)
        assert "Opening long.pdf" in user.picture
        assert "Esc stop and quit" in user.footer
        slow.pages(1)
        await user.until(lambda: "page 2 of 3" in user.picture)
        slow.pages(2)
        await opened(user)
        assert "Night buses in Ostrel" in user.header


async def test_the_first_pages_of_a_long_pdf_are_shown_while_the_rest_is_read(own_library: Path) -> None:
    towns = ("Arl", "Borm", "Cask", "Dorn", "Elm", "Fenn", "Garth", "Holt", "Isk", "Jarl", "Kelm", "Lund")
    sheets = [Sheet() for _ in towns]
    for town, sheet in zip(towns, sheets, strict=True):
        sheet.paragraph(60, 80, f"The weir at {town} is old. {town} has [b]no other bridge over the river than this one.")
    data, rest = pdf(*sheets), threading.Event()

    def read() -> Article:
        article = parse_article(data, "weir.pdf")
        assert rest.wait(30)
        return article

    async with reading(OpenRequest("weir.pdf", read), own_library) as user:
        await user.until(lambda: "The weir at Cask is old." in user.picture)
        assert user.over == "LoadingScreen"
        assert "of 12" in user.picture
        assert "has [b]no other" in user.picture, "text from outside is no markup"
        assert "Dorn" not in user.picture
        await user.press("j", "h")
        rest.set()
        await opened(user)
        await user.until(lambda: len(user.quotes) == 1)
        assert user.quotes[0] == "Arl has [b]no other bridge over the river than this one."


async def test_what_is_typed_while_it_is_opened_is_done_when_it_is_there(own_library: Path) -> None:
    slow = Slow()
    async with reading(slow.wanted, own_library) as user:
        await user.until(lambda: "page 1 of 3" in user.picture)
        await user.press("j", "h")
        assert user.over == "LoadingScreen"
        slow.pages(3)
        await opened(user)
        await user.until(lambda: len(user.quotes) == 1)
        assert user.quotes[0].startswith("The first winter")


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "ctrl+q"])
async def test_a_key_stops_opening_and_leaves(own_library: Path, key: str) -> None:
    slow = Slow()
    async with reading(slow.wanted, own_library) as user:
        await user.until(lambda: "page 1 of 3" in user.picture)
        await user.press("j", key)
        await user.left()
        assert user.app.return_code == 130
        slow.pages(1)
        assert await asyncio.to_thread(slow.ended.wait, 30), "it is read no further"
    assert user.app.crash is None


async def test_a_stopped_import_ends_at_its_next_step(own_library: Path) -> None:
    """The importer reports no pages here, and would be busy for long after the program was left."""
    data = f"<html><body>{'<p>The weir was built in 1911.</p>' * 200_000}</body></html>".encode()
    begun, outcomes = threading.Event(), queue.SimpleQueue[type[object]]()

    def read() -> Article:
        begun.set()
        try:
            outcome: object = parse_article(data, "weir.html")
        except Exception as error:
            outcome = error
        outcomes.put(type(outcome))
        return BUSES

    async with reading(OpenRequest("weir.html", read), own_library) as user:
        assert await asyncio.to_thread(begun.wait, 30)
        await user.press("escape")
        await user.left()
    assert await asyncio.to_thread(outcomes.get) is Cancelled


async def test_what_was_left_out_of_an_article_is_said_when_it_is_opened(own_library: Path) -> None:
    article = parse_article(PAGE.encode(), "weir.html", Limits(characters=200))
    async with reading(article, own_library) as user:
        await opened(user)
        await user.until(lambda: "more characters of the text were not read" in user.footer)
        assert "[41 more characters of the text" in user.picture


@pytest.mark.parametrize("error", [ReaderError("long.pdf is locked", "save it without a password"), ValueError("a defect")])
async def test_what_cannot_be_read_ends_the_program_with_the_reason(own_library: Path, error: Exception) -> None:
    slow = Slow(error)
    slow.pages(3)
    async with reading(slow.wanted, own_library) as user:
        await user.left()
        assert user.app.return_code == 1
    assert user.app.crash is error


async def test_a_page_is_fetched_and_kept_with_its_address_and_the_time(own_library: Path) -> None:
    with serve_page(PAGE) as server:
        async with reading(page_request(f"{server}/weir", private=True), own_library) as user:
            await opened(user)
            assert "The weir at Tarn" in user.header
            await user.press("q")
    (record,) = stored(own_library, "articles")
    assert record["source"] == f"{server}/weir"
    assert record["fetched"].startswith("20")
    async with reading(None, own_library) as user:
        await user.until(lambda: "1 article" in user.header)
        await user.until(lambda: f"fetched {record['fetched'][:10]}" in user.picture)
        await user.press("enter")
        await opened(user)
        assert "The weir at Tarn" in user.header, "what was kept is read: the server is gone"
    assert stored(own_library, "articles")[0]["fetched"] == record["fetched"]


# ---------------------------------------------------------------------- a long text, whose beginning is there at once

REPORT = "# The weir at Tarn\n\n{}\n\n## References\n\n1. Lee, A. (2004). On weirs.\n2. Doe, B. (2009). On bridges.\n".format(
    "\n\n".join(
        f"The weir *number {n}* was built in 1911 [1]. Nobody has repaired it since, says the council [2]." for n in range(900)
    )
)
"""The 101st line of its text is far below what a screen shows."""


class Report(Slow):
    """A long text whose beginning can be shown before it is read."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__(error or parse_article(REPORT.encode(), "weir.md"))
        self.wanted = OpenRequest("weir.md", self.read, read_beginning(REPORT.encode(), "weir.md"))


def text_rows(user: User) -> list[str]:
    """Return the rows of the text, without the bar at the current sentence and the side pane."""
    return [row[:70].replace("▌", " ") for row in user.lines[1:-1]]


async def test_the_beginning_of_a_long_text_stands_where_it_stays(own_library: Path) -> None:
    slow = Report()
    async with reading(slow.wanted, own_library, WIDE) as user:
        await user.until(lambda: "The weir number 3 was built in 1911 [1]." in user.picture and "Reading …" in user.footer)
        column = text_rows(user)
        assert user.card.strip() == "", "nothing is said about references that are not known yet"
        assert "Lee" not in user.list
        slow.pages(3)
        await opened(user)
        assert text_rows(user) == column
        assert "Lee" in user.list
        assert user.sentence.startswith("The weir *number 0*")


async def test_what_is_typed_before_a_long_text_is_read_is_done_then(own_library: Path) -> None:
    slow = Report()
    async with reading(slow.wanted, own_library) as user:
        await user.until(lambda: "Reading …" in user.footer)
        await user.press("j", "h")
        assert user.screen.state.sentence is None
        slow.pages(3)
        await opened(user)
        await user.until(lambda: len(user.quotes) == 1)
        assert user.quotes[0].startswith("Nobody has repaired it")


async def test_a_click_into_the_beginning_of_a_long_text_stays_where_it_went(own_library: Path) -> None:
    slow = Report()
    async with reading(slow.wanted, own_library) as user:
        await user.until(lambda: "Reading …" in user.footer)
        await user.click("number 2")
        slow.pages(3)
        await opened(user)
        assert user.sentence.startswith("The weir *number 2*")


async def test_a_long_text_that_cannot_be_read_ends_the_program_with_the_reason(own_library: Path) -> None:
    error = ReaderError("weir.md is locked")
    slow = Report(error)
    slow.pages(3)
    async with reading(slow.wanted, own_library) as user:
        await user.left()
        assert user.app.return_code == 1
    assert user.app.crash is error


# ---------------------------------------------------------------------- from the library


async def test_an_address_typed_in_the_library_is_fetched(own_library: Path) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/weir")
            await user.press("enter")
            await opened(user)
            assert "The weir at Tarn" in user.header


@pytest.mark.parametrize("key", ["escape", pytest.param("ctrl+c", marks=pytest.mark.slow)])
async def test_a_fetch_can_be_stopped_and_leaves_one_where_one_was(own_library: Path, key: str) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/slow")
            await user.press("enter")
            await user.until(lambda: "Opening" in user.footer and " of " in user.footer)
            assert "Esc stops" in user.footer
            await user.press(key)
            assert "Not opened" in user.footer
            assert user.field.value == f"{server}/slow", "what was typed is still there"
            release_page()
            await user.press("backspace", "backspace", "backspace", "backspace", *"weir", "enter")
            await opened(user)
            assert user.screen.article.source == f"{server}/weir"


@pytest.mark.parametrize(("path", "private", "why"), [("gone", True, "Not Found"), ("weir", False, "in a private network")])
async def test_what_cannot_be_fetched_is_said_in_one_line(own_library: Path, path: str, private: bool, why: str) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=private) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/{path}")
            await user.press("enter")
            await user.until(lambda: why in user.footer)
            assert user.over == "LibraryScreen"


async def test_what_was_stopped_does_not_come_later(own_library: Path, tmp_path: Path) -> None:
    (tmp_path / "weir.html").write_text(PAGE, encoding="utf-8")
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/slow")
            await user.press("enter")
            await user.until(lambda: " of " in user.footer)
            await user.press("escape")
            user.field.value = str(tmp_path / "weir.html")
            await user.press("enter")
            await opened(user)
            release_page()
            assert user.screen.article.source == str(tmp_path / "weir.html")
            assert len(user.app.screen_stack) == 2


async def test_keys_typed_while_the_library_opens_an_article_are_for_the_article(own_library: Path) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/slow")
            user.send("enter", "j", "h")
            await user.until(lambda: " of " in user.footer)
            assert user.field.value == f"{server}/slow"
            release_page()
            await opened(user)
            await user.until(lambda: len(user.quotes) == 1)


@pytest.mark.parametrize("ending", ["stopped", "failed"])
async def test_keys_typed_for_an_article_that_does_not_open_are_for_nothing(own_library: Path, ending: str) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            address = f"{server}/{'slow' if ending == 'stopped' else 'gone'}"
            await user.type(address)
            user.send("enter", "j", "h", *(["escape"] if ending == "stopped" else []))
            await user.until(lambda: ("Not opened" if ending == "stopped" else "Not Found") in user.footer)
            await user.press("!")
            assert user.field.value == f"{address}!"


async def test_the_key_that_quits_does_not_wait_for_an_article(own_library: Path) -> None:
    with serve_page(PAGE) as server:
        async with reading(None, own_library, private=True) as user:
            await user.until(lambda: "no articles yet" in user.header)
            await user.type(f"{server}/slow")
            user.send("enter", "j", "ctrl+q")
            await user.left()
