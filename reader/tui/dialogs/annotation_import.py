"""Show what an import would take in, once the file was read beside the screen, and take it in on Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from textual import events, on

from reader.formats.progress import ProgressReport, report_to
from reader.imports.summary import describe_plan
from reader.printable import printable_line
from reader.tui.background import PROGRESS_INTERVAL, TaskOutcome, error_message, run_in_background
from reader.tui.dialogs.dialog import Dialog
from reader.tui.styled_line import StyledLine, clip_words, line

if TYPE_CHECKING:
    from reader.imports.plan import ImportPlan

_MOST_QUOTES: Final = 1_000
"""The most entries of a list that the report names."""
_ALL_LINES: Final = 1 << 30
_AROUND: Final = 6
"""The lines of the screen that the report leaves to the text above it and to the keys."""


class ImportScreen(Dialog["ImportPlan"]):
    """Dialog that plans an import on a thread, shows what it would do, and returns the plan on Enter, None on Escape.

    A report that is longer than the screen scrolls below its first line. `plan` reads the file. Enter that is pressed before
    the report is there counts as soon as it is.
    """

    AUTO_FOCUS = ""

    def __init__(self, name: str, plan: Callable[[], ImportPlan]) -> None:
        super().__init__()
        self._name = name
        self._make_plan = plan
        self._outcome: ImportPlan | Exception | None = None
        self._progress: ProgressReport | None = None
        self._is_stopped = False
        self._is_accepted = False
        self._lines: list[StyledLine] = [()]  # a key may come before the size for which they are made
        self._scroll = 0

    def on_mount(self) -> None:
        """Begin to read."""
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._fit)
        run_in_background(self.post_message, self._plan, self._take)

    def _plan(self) -> ImportPlan:
        with report_to(self._note_progress, lambda: self._is_stopped):
            return self._make_plan()

    def _note_progress(self, step: ProgressReport) -> None:
        self._progress = step

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.stop()
        event.apply()

    def _take(self, outcome: ImportPlan | Exception) -> None:
        self._outcome = outcome
        self._progress_timer.stop()
        if self._is_stopped:
            return
        if self._is_accepted:
            self._accept()
        self._fit()

    def on_resize(self) -> None:
        """Fit the report to the size."""
        self._fit()

    def _fit(self) -> None:
        self._lines = self._report(max(10, self.size.width - 4))
        self._draw()

    def _draw(self) -> None:
        head, *rest = self._lines
        room = self._room
        if self._outcome is not None:  # keys that were typed before the report scroll it
            self._scroll = max(0, min(self._scroll, len(rest) - room))
        is_long = len(rest) > room
        shown = rest[self._scroll : self._scroll + room] if is_long else rest
        where = f"lines {self._scroll + 1}–{self._scroll + len(shown)} of {len(rest):,}"
        self.lines.fill([head, *shown, *([line((where, "hint"))] if is_long else [])])
        keys = [("Enter", "imports them")] if self._outcome is None or self._has_news else []
        scroll = [("j k", "scroll"), ("PgUp PgDn", "page")] if is_long else []
        self.show_keys(*keys, *scroll, ("Esc", "cancels" if keys else "closes"))

    @property
    def _room(self) -> int:
        """The lines that fit between the first line of the report and the one that says which they are."""
        return max(3, self.size.height - _AROUND - 2)

    @property
    def _has_news(self) -> bool:
        plan = self._outcome
        return plan is not None and not isinstance(plan, Exception) and bool(plan.items)

    def _report(self, width: int) -> list[StyledLine]:
        outcome = self._outcome
        if outcome is None:
            done = f" · {self._progress.summary}" if self._progress is not None else ""
            return [line((clip_words(f"Reading {self._name} …{done}", width), "text"))]
        if isinstance(outcome, Exception):
            text = printable_line(error_message(outcome, self._name))
            return [line((part, "bad")) for part in _fold(text, width)]
        first, *rest = map(printable_line, describe_plan(outcome, is_done=False, most=_MOST_QUOTES))
        return [line((clip_words(first, width), "text b")), *(one for text in rest for one in _fold_lines(text, width))]

    def on_key(self, event: events.Key) -> None:
        """Take the annotations in, or close the dialog; a file that is being read is left."""
        event.stop()
        if event.key == "escape":
            self._is_stopped = True
            self.dismiss()
        elif event.key == "enter":
            self._is_accepted = True
            self._accept()
        elif (by := self._steps.get(event.key, self._steps.get(event.character or ""))) is not None:
            self._scroll += by
            self._draw()

    @property
    def _steps(self) -> Mapping[str, int]:
        """By how many lines each key scrolls."""
        page = max(1, self._room - 1)
        return {
            **dict.fromkeys(("j", "down"), 1),
            **dict.fromkeys(("k", "up"), -1),
            **dict.fromkeys(("pagedown", "space"), page),
            "pageup": -page,
            **dict.fromkeys(("home", "g"), -_ALL_LINES),
            **dict.fromkeys(("end", "G"), _ALL_LINES),
        }

    def _accept(self) -> None:
        plan = self._outcome
        if plan is not None and not isinstance(plan, Exception) and plan.items:
            self.dismiss(plan)


def _fold_lines(text: str, width: int) -> list[StyledLine]:
    """Return a line of the report in as many as it needs, those that go on further to the right."""
    indent = " " * (len(text) - len(text.lstrip()))
    first, *rest = _fold(text.lstrip(), max(10, width - len(indent) - 2))
    return [line((indent + first, "secondary")), *(line((f"{indent}  {part}", "secondary")) for part in rest)]


def _fold(text: str, width: int) -> list[str]:
    """Return a text in lines of at most this width, broken between words where that is possible."""
    lines, rest = list[str](), text
    while len(rest) > width:
        at = rest.rfind(" ", 1, width + 1)
        at = at if at > 0 else width
        lines.append(rest[:at])
        rest = rest[at:].lstrip()
    return [*lines, rest]
