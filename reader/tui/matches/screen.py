"""The screen of matches: it looks through a place, lets the person choose, and attaches what was chosen in one step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container

from reader.formats.progress import report_to
from reader.tui.action import INTAKE, Situation
from reader.tui.background import PROGRESS_INTERVAL, TaskOutcome, error_message, run_in_background
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.matches.choice import MatchChoice, MatchEntry
from reader.tui.matches.lines import ENTRY_HEIGHT, entry_rows, match_detail_lines, matches_header, progress_lines
from reader.tui.panes.bars import footer_lines, hint_line
from reader.tui.services import AppServices, KeyScreen, StopScreen, app_of
from reader.tui.shared_library import LibraryListener
from reader.tui.styled_line import Part, StyledLine
from reader.tui.text_screen import WIDE
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.formats.progress import ProgressReport
    from reader.sources.matches import Match

_T = TypeVar("_T")
_DRAWER_ROOM: Final = 18
"""The rows of the screen from which on there is room below the list for what is known of the current file."""
_STOPS: Final = ("matches-back", "matches-quit")
_NO_MATCH: Final = "No reference fits this file; {} on a reference attaches a file to it"


class MatchWork(Protocol):
    """What the screen has done for it: `find` and `read` on a thread, where they report progress, the others on its own."""

    place: str

    def find(self) -> Sequence[MatchEntry]:
        """Look through the place and return what is there. Raises ReaderError when it cannot be read or was stopped."""
        ...

    def read(self, matches: Sequence[Match]) -> Callable[[], tuple[str, str]]:
        """Read the texts of files until it is stopped. Return the function that attaches them and tells of it in a tone."""
        ...

    def leave(self, message: str, tone: str) -> None:
        """Go on without the screen, with a message."""
        ...


class _FileList(ItemList):
    """The files, on the page."""

    UNDER = PAGE_ROLES


class MatchScreen(StopScreen, KeyScreen, LibraryListener):
    """Screen of the files of a place and the references that they match. Keys that are typed while it works are kept."""

    DEFAULT_CSS = """
    MatchScreen { background: $background; }
    #matches-body { height: 1fr; layout: vertical; background: $background; }
    #matches-list { height: 1fr; width: 1fr; margin-top: 1; background: $background; }
    #matches-side { height: 9; background: $surface; border-top: solid $hairline; }
    #matches-detail { height: 1fr; background: $surface; }
    MatchScreen.-short #matches-side { display: none; }
    MatchScreen.-wide #matches-body { layout: horizontal; }
    MatchScreen.-wide #matches-side { display: block; width: 45; height: 1fr; border-top: none; border-left: vkey $hairline; }
    MatchScreen.-wide #matches-detail { margin-top: 1; }
    """
    AUTO_FOCUS = "#matches-list"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # as the base class has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (_DRAWER_ROOM, "-tall")]  # noqa: RUF012  # as the base class has it

    def __init__(self, work: MatchWork) -> None:
        super().__init__()
        self._work = work
        self._choice: MatchChoice | None = None
        self._message = ("", "text")
        self._verb = "Looking through"
        self._has_started = self._has_left = False
        self._stop_event: threading.Event | None = None
        self._step: ProgressReport | None = None

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def _files(self) -> ItemList:
        return self.query_one("#matches-list", ItemList)

    def compose(self) -> ComposeResult:
        """Lay out header, list, what is known of the current file, and footer."""
        yield StyledLines(id="header")
        with Container(id="matches-body"):
            yield _FileList(id="matches-list")
            with Container(id="matches-side"):
                yield StyledLines(id="matches-detail")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Look through the place."""
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._show)
        self._has_started = True
        self._start_work("Looking through", self._work.find, self._take_entries)
        self.call_later(self.services.take_waiting_keys)

    def on_unmount(self) -> None:
        """Stop the work for a screen that is closed."""
        if self._stop_event is not None:
            self._stop_event.set()

    @property
    def _is_working(self) -> bool:
        return self._stop_event is not None

    # ------------------------------------------------------------------ work on a thread

    def _start_work(self, verb: str, work: Callable[[], _T], take: Callable[[_T | Exception], None]) -> None:
        """Do work on a thread; `take` gets its result or exception, unless the screen is left before."""
        stop = self._stop_event = threading.Event()
        self._verb, self._step = verb, None

        def run() -> _T:
            with report_to(self._note_step, stop.is_set):
                return work()

        def end(outcome: _T | Exception) -> None:
            self._stop_event = None
            self._progress_timer.pause()
            take(outcome)
            self.services.take_waiting_keys()

        self._progress_timer.resume()
        run_in_background(self.post_message, run, end)
        self._show()

    def _note_step(self, step: ProgressReport) -> None:
        self._step = step

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if not self._has_left:
            event.apply()

    def _take_entries(self, outcome: Sequence[MatchEntry] | Exception) -> None:
        if isinstance(outcome, Exception):
            self.services.forget_keys()  # they were typed for the matches
            self._leave(error_message(outcome, self._work.place), "bad")
            return
        self._choice = MatchChoice(outcome)
        if not outcome:
            self._say("No file that can be read is there", "fault")
        self._show()

    def _attach_chosen(self) -> None:
        choice = self._choice
        if choice is None or not choice.matches:
            self._say(f"Nothing to attach: {self._key('matches-take')} takes a likely match", "fault")
            return
        self._start_work("Reading", partial(self._work.read, choice.matches), self._take_texts)

    def _take_texts(self, outcome: Callable[[], tuple[str, str]] | Exception) -> None:
        if isinstance(outcome, Exception):
            self._say(error_message(outcome, self._work.place), "bad")
            self._show()
        else:
            self._leave(*outcome())

    def _leave(self, message: str, tone: str) -> None:
        self._has_left = True
        self.dismiss()
        self._work.leave(message, tone)

    # ------------------------------------------------------------------ showing

    @on(StyledLines.Resized)
    def _show(self) -> None:
        if not (self.is_mounted and self.display):  # its timer goes on while it is taken apart
            return
        choice, width = self._choice, self.size.width
        self.query_one("#header", StyledLines).show([matches_header(self._work.place, choice, width)])
        if self._is_working or choice is None:
            rows = progress_lines(self._verb, self._work.place, self._progress, self._fraction, self._files.size.width)
            self._files.fill(0, ENTRY_HEIGHT, self._row, rows)
        else:
            self._files.fill(len(choice.entries), ENTRY_HEIGHT, self._row, is_chosen=True)
            self._files.bring_into_view(self._files.index)
        self._show_bars()

    @property
    def _progress(self) -> str:
        return self._step.summary if self._step is not None else "…"

    @property
    def _fraction(self) -> float:
        step = self._step
        return min(1.0, step.done / step.total) if step is not None and step.total else 0.0

    def _row(self, index: int, width: int, current: bool) -> Sequence[StyledLine]:
        assert self._choice is not None
        return entry_rows(self._choice, index, width, current=current)

    def _show_bars(self) -> None:
        services, choice, width = self.services, self._choice, self.size.width
        pane = self.query_one("#matches-detail", StyledLines)
        entry = choice.entries[self._files.index] if choice is not None and choice.entries and not self._is_working else None
        pane.show(match_detail_lines(entry, *pane.size) if entry is not None else [])
        if self._is_working:
            stops = (
                hint_line(key, "stop", action) for key, _, action in services.keymap.hints(INTAKE) if action == "matches-back"
            )
            self.query_one(NoticeBar).show_notice([])
            self.query_one("#footer", StyledLines).show([(Part(" "), *stop) for stop in stops])
            return
        lines = footer_lines(services.keymap.hints(INTAKE, self.situation), services.save_status, width, *self._message)
        self.query_one(NoticeBar).show_notice(lines[:-1])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    def show_save_status(self) -> None:
        """Show the state of saving."""
        self._show()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message of the library."""
        self._say(text, tone)
        self._show()

    def _say(self, text: str, tone: str) -> None:
        self._message = (text, tone)

    def _key(self, action_id: str) -> str:
        return self.services.keymap.way_to(action_id)

    # ------------------------------------------------------------------ keys

    @cached_property
    def _keys(self) -> KeyReader:
        return KeyReader(self.services.keymap)

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists: none while the screen works."""
        return () if self._is_working else (INTAKE,)

    @property
    def situation(self) -> Situation:
        """The facts that decide which actions apply."""
        choice = self._choice
        if choice is None or not choice.entries:
            return Situation()
        return Situation(
            has_match=choice.entries[self._files.index].match is not None,
            has_open_match=choice.open_count > 0,
            has_chosen_match=bool(choice.matches),
        )

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for the widgets, and for the end of what goes on."""
        return not self._has_started or self._is_working

    def stop_by(self, key: events.Key) -> bool:
        """Stop what goes on, on the keys that leave the screen and the program; return whether it was one of them."""
        action = self.services.keymap.find(INTAKE, (typed_key(key),)).action if self._is_working else None
        if action is None or action.id not in _STOPS:
            return False
        self._stop_work()
        if action.id == "matches-quit":
            self.services.leave()
        return True

    def _stop_work(self) -> None:
        """Stop looking through the place and leave it, or stop reading: then what was read is attached."""
        if self._stop_event is not None:
            self._stop_event.set()
        self.services.forget_keys()
        if self._choice is None:
            again = self._key("take-sources")
            self._leave(f"Stopped, nothing was attached · {again} goes on with the same place", "text")

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key."""
        match = self._keys.press(INTAKE, typed_key(event))
        if match.action is not None:
            self.do(match.action.id)
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        self._message = ("", "text")
        rows, choice = self._files, self._choice
        page = max(1, rows.visible_count - 1)
        steps = {
            "matches-next": 1,
            "matches-previous": -1,
            "matches-page-down": page,
            "matches-page-up": -page,
            "matches-top": -len(choice.entries) if choice else 0,
            "matches-end": len(choice.entries) if choice else 0,
        }
        match action_id:
            case _ if action_id in steps:
                rows.go_to(rows.index + steps[action_id])
            case "matches-take" | "matches-leave":
                self._decide(is_taken=action_id == "matches-take")
            case "matches-next-likely" | "matches-previous-likely":
                self._go_to_open(1 if action_id == "matches-next-likely" else -1)
            case "matches-attach":
                self._attach_chosen()
            case "matches-jump":
                self.services.start_jump()
            case "matches-help":
                self.services.show_help(INTAKE)
            case "matches-palette":
                self.services.action_command_palette()
            case "matches-quit":
                self.services.leave()
            case _:
                self._leave("", "text")
        if self.is_current:
            self._show()

    def _decide(self, *, is_taken: bool) -> None:
        """Take the current file for its reference, or leave it out, and go on to the next likely match."""
        choice, number = self._choice, self._files.index
        if choice is None or not choice.entries:
            return
        entry = choice.entries[number]
        if entry.match is None or entry.reference is None:
            self._say(_NO_MATCH.format(self._key("attach-source")), "fault")
            return
        if is_taken:
            others = choice.take(number)
            if others:
                self._say(f"[{entry.reference.label}] gets this file, not {choice.entries[others[0]].file}", "text")
        else:
            choice.leave(number)
        following = choice.next_open(number)
        if following >= 0:
            self._files.go_to(following)

    def _go_to_open(self, by: int) -> None:
        choice = self._choice
        following = choice.next_open(self._files.index, by) if choice is not None and choice.entries else -1
        if following < 0:
            self._say("No likely match is left to decide", "text")
        else:
            self._files.go_to(following)

    @on(ItemList.Changed)
    def _handle_item(self, event: ItemList.Changed) -> None:
        self._files.go_to(event.index)
        self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, value = event.target.partition(":")
        if self._is_working:
            self._stop_work()
        elif kind == "action":
            self.do(value)
