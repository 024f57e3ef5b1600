"""A person at the program: presses keys, clicks, looks at the screen. And a look at what was saved, with nothing but TinyDB."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from textual import events
from textual._compositor import Compositor
from textual.geometry import Region
from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage]  # as Textual names the keys of a terminal
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input
from tinydb import TinyDB

from reader.article.article import Article
from reader.formats.open_request import OpenRequest
from reader.library import Library
from reader.review.model import Annotation
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM
from reader.settings import Settings
from reader.tui.app import ReaderApp
from reader.tui.reading.screen import ReadingScreen
from reader.tui.reading.state import ReadingState
from reader.tui.widgets.styled_lines import NoticeBar
from tests.tui.texts import place

WIDE = (120, 36)
NARROW = (80, 24)
MOST = 15000
"""How often a wanted end state is looked for before the test gives up: for half a minute at least."""
TICK = 0.002
"""Seconds between two looks at what another thread brings about."""
RESTLESS = 300
"""How many turns the event loop is given to come to rest: in a window of a few cells, the layout of a dialog never does."""

_render_update = Compositor.render_update  # as it is before tests/tui/conftest.py takes it away from the frames between

_CHARACTERS = {"space": " ", "enter": "\r", "tab": "\t"}


class User:
    """A person at `app`: presses keys, clicks, looks at the screen."""

    def __init__(self, app: ReaderApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._clicks = 0

    # ------------------------------------------------------------------ doing

    def send(self, *keys: str) -> None:
        """Send keys at once, as a slow line or a paste delivers them: none waits for what the one before does."""
        for key in keys:
            name, character = (_character_to_key(key), key) if len(key) == 1 else (key, _CHARACTERS.get(key))
            event = events.Key(name, character)
            event.set_sender(self.app)
            self.app.post_message(event)

    async def paste(self, text: str, *keys: str) -> None:
        """Paste a text, as a terminal delivers it in one piece, and press keys at once after it."""
        event = events.Paste(text)
        event.set_sender(self.app)
        self.app.post_message(event)
        self.send(*keys)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Press keys, each after the screen has done what the one before asked for."""
        for key in keys:
            self.send(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text, as fast as the terminal takes it."""
        self.send(*("space" if letter == " " else letter for letter in text))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is left to do but what other threads bring about, and all keys that can be taken were."""
        for _ in range(MOST):
            await self._come_to_rest()
            if not self.app.is_running or not self.app.type_ahead.is_forwarding:
                return
            await asyncio.sleep(TICK)

    async def _come_to_rest(self) -> None:
        """Let all tasks go on until each waits for something, then paint what they changed, until that changes no more."""
        ready = cast("Any", asyncio.get_running_loop())._ready  # as no public name tells whether a task could go on
        for _ in range(RESTLESS):
            await asyncio.sleep(0)
            if not self.app.is_running:
                return
            if not ready:
                self.app.screen._on_timer_update()  # as `Pilot.pause` does
                await asyncio.sleep(0)
                if not ready:
                    self._paint()
                    return

    def _paint(self) -> None:
        """Paint what changed since the last time, as for a terminal."""
        screen = self.app.screen
        update = _render_update(screen._compositor, screen_stack=self.app._background_screens)
        self.app._display(screen, update)

    async def until(self, wanted: Callable[[], object]) -> None:
        """Wait for what another thread brings about."""
        for _ in range(MOST):
            if wanted():
                return
            await asyncio.sleep(TICK)
            await self.settle()
        raise AssertionError("the wanted state did not come:\n" + self.picture)

    async def saved(self) -> None:
        """Wait until the footer says that all is saved."""
        await self.until(lambda: self.app.save_status.kind == "saved")
        await self.settle()

    async def audited(self) -> None:
        """Wait until the findings are those of the review as it is now."""
        link = self.screen.link

        def is_audited() -> bool:
            is_due = link._audit_timer is not None  # pyright: ignore[reportPrivateUsage]  # nothing on the screen tells
            is_running = any(worker.group == "audit" and not worker.is_finished for worker in self.app.workers)
            return self.desk.is_audited and not is_due and not is_running

        await self.until(is_audited)
        await self.settle()

    async def left(self) -> None:
        """Wait until the program has ended."""
        await self.until(lambda: not self.app.is_running)

    # ------------------------------------------------------------------ looking

    @property
    def screen(self) -> ReadingScreen:
        """The reading screen, also when something is open over it."""
        return next(s for s in reversed(self.app.screen_stack) if isinstance(s, ReadingScreen))

    @property
    def desk(self) -> ReadingState:
        """What is in hand."""
        return self.screen.state

    @property
    def session(self) -> ReviewSession:
        """What is said of the article."""
        return self.desk.open_session

    @property
    def over(self) -> str:
        """The name of the screen that has the keys."""
        return type(self.app.screen).__name__

    @property
    def lines(self) -> list[str]:
        """The lines of the terminal."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def _line(self, row: int) -> str:
        """Return a line of the terminal, "" beyond its last: no other is drawn for it."""
        compositor = self.app.screen._compositor
        crop = Region(0, row, compositor.size.width, 1).intersection(compositor.size.region)
        return Strip.join(compositor._render_chops(crop, lambda y: y == row)[row].values()).text if crop else ""

    @property
    def picture(self) -> str:
        """The terminal as one text."""
        return "\n".join(self.lines)

    @property
    def header(self) -> str:
        """The first line."""
        return self._line(0)

    @property
    def footer(self) -> str:
        """The last line, after the notice above it, where a message goes that is too long for the line."""
        last = self._line(self.app.screen._compositor.size.height - 1)
        return f" {self.notice} {last}" if self.app.screen.query(NoticeBar) and self.notice else last

    @property
    def notice(self) -> str:
        """The words of the notice above the footer, "" while there is none."""
        bar = self.app.screen.query_one(NoticeBar)
        return " ".join(_text_of(bar).split()) if bar.display else ""

    @property
    def card(self) -> str:
        """The words of the card, a blank between them."""
        return " ".join(_text_of(self.screen.card).split())

    @property
    def card_rows(self) -> list[str]:
        """The rows that have the shade of the card."""
        card = self.screen.card
        shade = self.app.look.style("card").bgcolor
        strips = [card.render_line(y) for y in range(card.size.height)]
        return [strip.text for strip in strips if any(s.style is not None and s.style.bgcolor == shade for s in strip)]

    @property
    def list(self) -> str:
        """The text of the list on the side."""
        return _text_of(self.screen.list)

    @property
    def sentence(self) -> str:
        """The current sentence."""
        span = self.desk.sentence
        return "" if span is None else self.screen.article.text[span.start : span.end]

    @property
    def selected(self) -> str | None:
        """The selected text, None without a selection."""
        span = self.screen.view.selection
        return None if span is None else self.screen.article.text[span.start : span.end]

    @property
    def quotes(self) -> list[str]:
        """The quotes of all annotations, by place."""
        return [annotation.selector.exact for annotation in self.session.index.annotations()]

    @property
    def annotation(self) -> Annotation:
        """The annotation in hand."""
        annotation = self.desk.annotation
        assert annotation is not None
        return annotation

    @property
    def field(self) -> Input:
        """The text field that is open."""
        return self.app.screen.query_one(Input)

    def verdicts(self) -> dict[str, str]:
        """Return the verdicts on the claim in hand, by reference."""
        return {judgement.reference: judgement.verdict for judgement in self.annotation.judgements}

    def cell(self, text: str, nth: int = 0) -> tuple[int, int]:
        """Return the cell (column, row) at which `text` is drawn; with `nth`, its n-th place on the screen, from 0."""
        from rich.cells import cell_len

        for y, row in enumerate(self.lines):
            at = row.find(text)
            while at >= 0:
                if nth == 0:
                    return cell_len(row[:at]), y
                nth -= 1
                at = row.find(text, at + 1)
        raise AssertionError(f"{text!r} is not on the screen:\n{self.picture}")

    async def click(self, text: str, nth: int = 0, *, into: int = 0, times: int = 1) -> None:
        """Click on a text on the screen, `into` cells from its left end."""
        x, y = self.cell(text, nth)
        await self.click_at((x + into, y), times=times)

    async def click_at(self, cell: tuple[int, int], *, times: int = 1) -> None:
        """Click on a cell (column, row), `times` times in quick succession."""
        self._clicks += 1
        for _ in range(times):
            await self._mouse(events.MouseDown, cell)
            await self._mouse(events.MouseUp, cell)

    async def click_at_once(self, text: str, times: int) -> None:
        """Click on a text, all the times before anything comes of the first."""
        cell = self.cell(text)
        self._clicks += 1
        for _ in range(times):
            self._point(events.MouseDown, cell)
            self._point(events.MouseUp, cell)
        await self.settle()

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag the mouse from one cell to another."""
        self._clicks += 1
        await self._mouse(events.MouseDown, start)
        await self._mouse(events.MouseMove, end)
        await self._mouse(events.MouseUp, end)

    async def _mouse(self, kind: type[events.MouseEvent], cell: tuple[int, int]) -> None:
        """Send what a terminal sends of the mouse. A second passes between two clicks: they are no double click."""
        self._point(kind, cell)
        await self.settle()

    def _point(self, kind: type[events.MouseEvent], cell: tuple[int, int]) -> None:
        event = kind(None, *cell, 0, 0, 1, False, False, False)
        event.time = self._clicks
        event.set_sender(self.app)
        self.app.post_message(event)


def _text_of(widget: Any) -> str:
    return "\n".join(widget.render_line(y).text for y in range(widget.size.height))


@asynccontextmanager
async def reading(
    article: Article | OpenRequest | None,
    folder: Path,
    size: tuple[int, int] = WIDE,
    *,
    keys: Mapping[str, tuple[str, ...]] | None = None,
    scale: Scale = DEFAULT_SCALE,
    theme: str = "",
    wait: bool = True,
    private: bool = False,
    blind: bool = False,
    language: str | None = None,
    others: Mapping[str, Any] | None = None,
) -> AsyncIterator[User]:
    """Open an article, or the library without one, as the program does, and close all when the block ends.

    `others` are values of other settings. An article that has yet to be read is not waited for.
    """
    settings = Settings(library=folder, creator="tester", theme=theme, keys=keys or {}, scale=scale, blind=blind)
    settings = settings._replace(**others or {})
    app = ReaderApp(article, folder, settings, private=private, language=language)
    try:
        async with app.run_test(size=size) as pilot:
            user = User(app, pilot)
            if wait and isinstance(article, Article):
                await user.until(lambda: user.desk.session is not None and user.desk.sentence_count >= 0)
                await user.settle()
            yield user
    finally:
        app.close_library()


def personal(folder: Path, article_id: str) -> dict[str, Any]:
    """Return what was saved of this person's use of an article."""
    (path,) = folder.glob("personal-*.json")
    return cast("dict[str, Any]", json.loads(path.read_text("utf-8"))["articles"][article_id])


def stored(folder: Path, table: str) -> list[dict[str, Any]]:
    """Return the records of a table of the library, as plain TinyDB reads them."""
    with TinyDB(folder / "library.json", access_mode="r") as db:
        return cast("list[dict[str, Any]]", [dict(record) for record in db.table(table).all()])


@dataclass(frozen=True, slots=True)
class Window:
    """Another window on the same library, without a screen: it knows what was there when it was opened, and nothing since."""

    library: Library
    session: ReviewSession

    def mark(self, quote: str, kind: str = CLAIM) -> Annotation:
        """Mark a quote of the article."""
        return self.session.mark(place(self.session.index.article, quote), kind)

    def on(self, quote: str) -> Annotation:
        """Return what this window knows to be marked at a quote."""
        (found,) = self.session.index.annotations_on(place(self.session.index.article, quote))
        return found

    def save(self) -> None:
        """Wait until all that was done here is on the disk."""
        assert self.library.flush(30)


@contextmanager
def elsewhere(article: Article, folder: Path, creator: str = "Ben") -> Iterator[Window]:
    """Open an article in another window, and close it when the block ends; all that was done in it is saved then."""
    library = Library.open(folder)
    session, entry = library.session(article, creator)
    session.listen(lambda change: library.save(entry.id, change))
    try:
        yield Window(library, session)
    finally:
        assert library.close(30)
