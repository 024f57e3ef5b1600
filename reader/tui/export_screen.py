"""The export screen: a letter picks the format, a preview shows what it makes of the review, Enter writes it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container

from reader.errors import ReaderError
from reader.exchange import FORMATS, ExportFormat, ExportOptions, describe_losses, format_for
from reader.exchange.batch import ExportArticle, ExportJob
from reader.exchange.export_format import OPTION_ROWS, OptionRow
from reader.exchange.save import TargetExistsError
from reader.exchange.template import list_templates
from reader.files import expand_path, read_document
from reader.printable import plural
from reader.review.filter import Filter, parse_filter
from reader.settings import templates_folder
from reader.tui.action import EXPORT, key_label
from reader.tui.background import PROGRESS_INTERVAL, TaskOutcome, error_message, run_in_background, run_with_patience
from reader.tui.keymap import typed_key
from reader.tui.panes.bars import footer_lines
from reader.tui.panes.export import (
    MOST_LOSS_LINES,
    ExportCounts,
    ExportView,
    export_header,
    format_lines,
    loss_lines,
    preview_lines,
    preview_of,
    progress_line,
    setting_lines,
)
from reader.tui.question import Draft, Question
from reader.tui.services import AppServices, ClosingScreen, PaletteHost, app_of
from reader.tui.styled_line import StyledLine
from reader.tui.text_screen import WIDE
from reader.tui.widgets.prompt_bar import LineField, PromptBar
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reader.exchange import Report

SIDE_WIDTH: Final = 56
"""Cells of what is chosen, in a wide window."""
PREVIEW_HEIGHT: Final = 3
"""Lines that the formats leave to the preview in a narrow window."""
_FORMATS: Final = tuple(FORMATS.values())
_DEFAULTS: Final[Mapping[str, Any]] = {
    field.name: getattr(ExportOptions(), field.name) for field in fields(ExportOptions) if field.name != "notify"
}


class _Stopped(Exception):
    """The person stopped the export."""


class _Choices(StyledLines, can_focus=True):
    """What can be chosen; it has the focus while no field has it."""


class ExportScreen(PaletteHost, ClosingScreen[str]):
    """Screen that exports the reviews of articles, and returns a message about what was written, "" if nothing was.

    `name` is that of the file without its ending. `drafts` holds what was typed into a field and not kept.
    """

    DEFAULT_CSS = f"""
    ExportScreen {{ background: $background; }}
    #export-body {{ height: 1fr; background: $surface; }}
    #export-choices {{ height: auto; background: $surface; }}
    #export-preview {{ height: 1fr; background: $background; border-top: solid $hairline; }}
    ExportScreen.-wide #export-body {{ layout: horizontal; }}
    ExportScreen.-wide #export-choices {{ width: {SIDE_WIDTH}; height: 1fr; }}
    ExportScreen.-wide #export-preview {{ width: 1fr; border-top: none; border-left: vkey $hairline; }}
    """
    AUTO_FOCUS = "#export-choices"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # as the base class has it

    def __init__(self, articles: Sequence[ExportArticle], title: str, name: str, drafts: dict[str, str]) -> None:
        super().__init__()
        self._articles = articles
        self._title = title
        self._drafts = drafts
        self._templates = list_templates(templates_folder())
        self._rows = (*_FORMATS, *self._templates)
        self._format = _FORMATS[0]
        self._path = f"{name}{self._suffix}"
        self._noted = ("", False)
        self._note = ("", "text")
        self._filter: Filter | None = None
        self._options: dict[str, Any] = dict(_DEFAULTS)
        self._files: dict[str, str] = {}
        self._reading: dict[str, str] = {}
        self._writes_next = False
        self._message = ("", "text")
        self._confirmed = ""
        self._report: Report | None = None
        self._report_filter: Filter | None = None
        self._preview: tuple[str, ...] | None = None
        self._is_previewing = False
        self._preview_again = False
        self._job: ExportJob | None = None
        self._done = 0
        self._is_stopped = False

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def prompt(self) -> PromptBar:
        """The bar for questions."""
        return self.query_one(PromptBar)

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield StyledLines(id="header")
        with Container(id="export-body"):
            yield _Choices(id="export-choices")
            yield StyledLines(id="export-preview", under=PAGE_ROLES)
        yield NoticeBar(id="notice")
        yield PromptBar(id="prompt")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Prepare the progress, and make the first preview."""
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._show_bars, pause=True)
        style = self.services.settings.citation_style
        if style is not None:
            self._read_file("style", str(style))
        if style is None or self._reading:
            self._update_preview()

    # ------------------------------------------------------------------ what is chosen

    @property
    def _is_folder(self) -> bool:
        """Whether the files go into a folder, one for each article."""
        return self._format.is_single and len(self._articles) > 1

    @property
    def _suffix(self) -> str:
        return os.sep if self._is_folder else self._format.suffix

    def _option_rows(self) -> list[OptionRow]:
        return [row for row in OPTION_ROWS if row.name in self._format.options]

    def _chosen_options(self) -> ExportOptions:
        return ExportOptions(**{row.name: self._options[row.name] for row in self._option_rows()})

    def _choose_format(self, row: ExportFormat) -> None:
        """Choose a format, and give the file its ending in place of the one before."""
        stem = self._path.removesuffix(self._suffix)
        has_ending = stem != self._path
        self._format = row
        if has_ending:
            self._path = f"{stem}{self._suffix}"
        self._update_preview()

    def _choose_template(self) -> None:
        """Choose the template after the current one, the first after the last."""
        if not self._templates:
            example = templates_folder() / "claims.md.j2"
            self._message = (f"There is no template yet: put one at {example} (docs/templates.md)", "fault")
            return
        at = self._templates.index(self._format) + 1 if self._format in self._templates else 0
        self._choose_format(self._templates[at % len(self._templates)])

    def _path_note(self) -> tuple[str, str]:
        """Return what is at the path, and its role; while its disk stands still, that it is not known."""
        asked, is_late = (self._path, self._is_folder), False

        def take(note: tuple[str, str] | Exception) -> None:
            if self._noted == asked and not isinstance(note, Exception):
                self._note = note
                if is_late:
                    self._show()

        if self._noted != asked:
            self._noted, self._note = asked, ("…", "hint")
            is_late = not run_with_patience(self.post_message, partial(_note_on, *asked), take)
        return self._note

    # ------------------------------------------------------------------ preview

    def _update_preview(self) -> None:
        """Make the preview of the first article on a thread; one at a time, then the latest choice."""
        self._preview_again = self._is_previewing
        if not self._is_previewing:
            self._is_previewing = True
            chosen, options, annotation_filter = self._format, self._chosen_options(), self._filter
            known = self._report if self._report_filter is annotation_filter else None
            article = self._articles[0]

            def work() -> tuple[Report, Filter | None, tuple[str, ...]]:
                report = known or article.load(annotation_filter)
                return report, annotation_filter, preview_of(chosen.write([report], options), chosen.media_type)

            run_in_background(self.post_message, work, self._take_preview)

    def _take_preview(self, outcome: tuple[Report, Filter | None, tuple[str, ...]] | Exception) -> None:
        self._is_previewing = False
        if self._preview_again:
            self._update_preview()
        elif isinstance(outcome, Exception):
            what = outcome.what if isinstance(outcome, ReaderError) else error_message(outcome, self._articles[0].name)
            self._preview = (what,)
        if not isinstance(outcome, Exception):
            self._report, self._report_filter, preview = outcome
            if not self._preview_again:
                self._preview = preview
        self._show()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        width, height = self.size
        is_wide = self.has_class("-wide")
        side = SIDE_WIDTH if is_wide else width
        view = ExportView(
            self._rows,
            self._format,
            self._path,
            self._path_note(),
            self._filter.text if self._filter is not None else "",
            [(row, self._option_value(row)) for row in self._option_rows()],
        )
        settings = setting_lines(view, self.services.keymap.label, side)
        room = height - len(settings) - (5 if is_wide else 5 + PREVIEW_HEIGHT)
        lines = [(), *format_lines(view, side, max(1, room)), (), *settings]
        most = min(MOST_LOSS_LINES, height - len(lines) - 5) if is_wide else 2
        if most > 0 and height - len(lines) > 6:
            lines += [*([()] if is_wide else []), *loss_lines(view, side, most)]
        choices, preview = self.query_one("#export-choices", StyledLines), self.query_one("#export-preview", StyledLines)
        choices.styles.height = "1fr" if is_wide else len(lines)
        chosen = 1 + self._rows.index(self._format) if is_wide and len(self._rows) <= room else -1
        choices.show(lines, [("sentence", "text") if y == chosen else choices.UNDER for y in range(chosen + 1)])
        preview.show(self._preview_lines(preview.size.width, preview.size.height))
        self._show_bars()

    def _option_value(self, row: OptionRow) -> str:
        value = self._options[row.name]
        return self._files.get(row.name, "") if row.is_file else str(value or "")

    def _preview_lines(self, width: int, height: int) -> list[StyledLine]:
        title = f"Preview of “{self._articles[0].title}”" if len(self._articles) > 1 else "Preview"
        preview = ("…",) if self._preview is None else self._preview or (f"{self._format.title} has no text to show",)
        above = [()] if self.has_class("-wide") else []
        return [*above, *preview_lines(title, preview, width, height - len(above))]

    def _show_bars(self) -> None:
        reader, width = self.services, self.size.width
        counts = None
        if self._report is not None and len(self._articles) == 1:
            counts = ExportCounts(self._report.annotation_count, self._report.whole.annotation_count)
        self.query_one("#header", StyledLines).show([export_header(self._title, len(self._articles), counts, width)])
        if self._job is not None:
            stop = reader.keymap.label("export-back")
            lines = [progress_line(self._done, len(self._articles), stop, width)]
        else:
            lines = footer_lines(reader.keymap.hints(EXPORT), reader.save_status, width, *self._message)
        self.query_one(NoticeBar).show_notice(lines[:-1])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self._show()

    def _say(self, text: str, tone: str) -> None:
        self._message = (text, tone)
        self._show()

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Pick a format by its letter, or run the action of a key; while a field asks, the keys are its own."""
        if self.prompt.is_asking:
            return
        event.stop()
        event.prevent_default()
        key = typed_key(event)
        action = self.services.keymap.find(EXPORT, (key,)).action
        self._forget_last()
        if self._job is not None and (action is None or action.id not in ("export-back", "export-quit")):
            return
        row = next((row for row in _FORMATS if row.letter == key), None)
        if action is not None and action.id == "export-option":
            self._take_digit(self.services.keymap.keys_of(action.id).index(key))
        elif action is not None:
            self._do(action.id)
        elif row is not None:
            self._choose_format(row)
        else:
            self._message = (f"{key_label(key)}: no format has this letter", "fault")
        if self.is_current:
            self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, name = event.target.partition(":")
        if self._job is not None and name != "export-back":
            return
        self._forget_last()
        if kind == "format":
            self._choose_format(next(row for row in self._rows if row.name == name))
        elif kind == "option":
            self._take_digit(int(name) - 1)
        else:
            self._do(name)
        if self.is_current:
            self._show()

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists: none while files are written."""
        return (EXPORT,) if self._job is None else ()

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        self._forget_last()
        self._do(action_id)
        if self.is_current:
            self._show()

    def _forget_last(self) -> None:
        """Forget what the last key led to, as another one was pressed."""
        self._message = ("", "text")
        self._writes_next = False

    def _do(self, action: str) -> None:
        if action == "export-write":
            self._write()
        elif action in ("export-next", "export-previous"):
            step = 1 if action == "export-next" else -1
            self._choose_format(self._rows[(self._rows.index(self._format) + step) % len(self._rows)])
        elif action == "export-template":
            self._choose_template()
        elif action == "export-path":
            self._ask(Question("export to", self._take_path, self._path, path=True, verb="keeps it"), "export")
        elif action == "export-filter":
            text = self._filter.text if self._filter is not None else ""
            hint = "#tag  [3]  open  supports  by:name  words"
            self._ask(Question("filter", self._take_filter, text, hint, verb="keeps it"), "export-filter")
        elif action == "export-palette":
            self.services.action_command_palette()
        elif action == "export-help":
            self.services.show_help(EXPORT)
        elif action == "export-quit":
            self._is_stopped = True
            self.services.leave()
        elif action == "export-back" and self._job is not None:
            self._is_stopped = True
        elif action == "export-back":
            self.dismiss("")

    # ------------------------------------------------------------------ fields

    def _ask(self, question: Question, draft: str) -> None:
        """Ask for a line; what was typed and not kept is offered again."""
        self.query_one("#footer").display = False
        self.prompt.ask(question._replace(on_leave=self._close_field, draft=Draft(self._drafts, draft)))
        self.set_focus(self.prompt.query_one(LineField))

    def _close_field(self) -> None:
        self.query_one("#footer").display = True
        self.query_one(_Choices).focus()
        self._show()

    def _keep_answer(self) -> None:
        self.call_after_refresh(self._close_field)
        self._update_preview()

    def _take_path(self, text: str) -> str | None:
        path = text.strip()
        if not path:
            return "Type the name of a file"
        self._path = path
        named = format_for(Path(path))
        if named is not None and not self._is_folder and self._format not in self._templates:
            self._format = named
        self._keep_answer()
        return None

    def _take_filter(self, text: str) -> str | None:
        chosen = parse_filter(text.strip(), self.services.settings.scale) if text.strip() else None
        if chosen is not None and chosen.complaint:
            return chosen.complaint
        self._filter = chosen
        self._keep_answer()
        return None

    def _take_digit(self, number: int) -> None:
        rows = self._option_rows()
        if number < len(rows):
            self._set_option(rows[number])
        else:
            count = plural(len(rows), "option") if rows else "no options"
            self._message = (f"{self._format.title} has {count}", "fault")

    def _set_option(self, row: OptionRow) -> None:
        """Switch an option, or ask for its value."""
        if not row.metavar:
            self._options[row.name] = not self._options[row.name]
            self._update_preview()
            return

        def take_value(text: str) -> str | None:
            value = text.strip()
            if row.is_file and value:
                self._message = ("", "text")
                self._read_file(row.name, value)
                complaint = self._message[0]
                if row.name not in self._reading and complaint:
                    self._message = ("", "text")
                    return complaint
            else:
                self._reading.pop(row.name, None)
                self._files.pop(row.name, None)
                self._drafts.pop(draft, None)
                self._options[row.name] = value or _DEFAULTS[row.name]
            self._keep_answer()
            return None

        draft = f"export-{row.name}"
        question = Question(row.title, take_value, self._option_value(row), row.metavar, path=row.is_file, verb="keeps it")
        self._ask(question._replace(keeps_draft=row.is_file), draft)

    def _unread_files(self) -> list[str]:
        """Return the files that are still read for options of the format."""
        return [self._reading[row.name] for row in self._option_rows() if row.name in self._reading]

    def _read_file(self, name: str, path: str) -> None:
        """Take the content of a file for an option, at once unless its disk keeps that waiting."""
        self._reading[name] = path
        self._message = (f"Reading {path} …", "hint")
        run_with_patience(self.post_message, lambda: read_document(expand_path(path)), partial(self._take_file, name, path))

    def _take_file(self, name: str, path: str, outcome: bytes | Exception) -> None:
        if self._reading.get(name) != path:
            return
        del self._reading[name]
        self._message = ("", "text")
        if isinstance(outcome, Exception):
            self._writes_next = False
            self._message = (_complaint(outcome, path), "bad")
        else:
            self._options[name], self._files[name] = outcome, path
            self._drafts.pop(f"export-{name}", None)
        self._update_preview()
        if self._writes_next and not self._unread_files():
            self._write()
        self._show()

    # ------------------------------------------------------------------ writing

    def _write(self) -> None:
        """Write the files on a thread; ask first if one of them exists. A file that is being read is waited for."""
        unread = self._unread_files()
        self._writes_next = bool(unread)
        if unread:
            self._message = (f"Reading {', '.join(unread)} …", "hint")
            return
        try:
            path = expand_path(self._path)
        except ReaderError as error:
            self._message = (error.what, "fault")
            return
        job = ExportJob(self._format, self._chosen_options(), self._articles, self._filter, self._note_progress)
        force, is_folder = self._confirmed == self._path, self._is_folder

        def work() -> None:
            if is_folder:
                for _ in job.save_each(path, force=force):
                    pass
            else:
                job.save(path, force=force)

        self._job, self._done, self._is_stopped = job, 0, False
        self._progress_timer.resume()
        run_in_background(self.post_message, work, self._finish)

    def _note_progress(self, done: int) -> None:
        if self._is_stopped:
            raise _Stopped
        self._done = done

    def _offer_download(self) -> str:
        """Offer what was written to the browser that shows the program; return what to tell, "" in a terminal."""
        if not self.services.is_web:
            return ""
        from reader.tui.browser import offer_download

        try:
            offer_download(self.services, expand_path(self._path))
        except OSError as error:
            return f"no download: {error.strerror or error}"
        return "and sent to your browser"

    def _finish(self, error: Exception | None) -> None:
        """Tell what was written, or why it was not."""
        job, self._job = self._job, None
        self._progress_timer.pause()
        written = job.article_count if job is not None and self._is_folder else 0
        if isinstance(error, _Stopped):
            files = (
                f"Stopped; {plural(written, 'file is', 'files are')} complete" if written else "Stopped; nothing was written"
            )
            self._say(files, "text")
        elif isinstance(error, TargetExistsError):
            self._confirmed = self._path
            what = (
                "Files of these names exist; Enter again replaces them"
                if self._is_folder
                else "This file exists; Enter again replaces it"
            )
            self._say(what, "fault")
        elif error is not None:
            self._say(error_message(error, self._path), "bad")
        elif job is not None:
            for draft in ("export", "export-filter"):
                self._drafts.pop(draft, None)
            self.dismiss(_summary(job, self._path, self._offer_download()))


def _note_on(name: str, is_folder: bool) -> tuple[str, str]:
    """Return what is at a path where files are to be written, and the role of that."""
    try:
        path = expand_path(name)
        if is_folder:
            return "a file for each article", "secondary"
        if path.is_dir():
            return "this is a folder: name a file", "fault"
        return ("exists; it is replaced only if you say so", "fault") if path.exists() else ("new file", "secondary")
    except (ReaderError, OSError, ValueError) as error:
        return (error.what if isinstance(error, ReaderError) else "no name for a file"), "fault"


def _complaint(error: Exception, path: str) -> str:
    """Return why the file of an option cannot be used."""
    if isinstance(error, ReaderError):
        return error.what
    return f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"


def _summary(job: ExportJob, path: str, download: str) -> str:
    """Return what an export wrote, what became of its download, and what was lost and left out."""
    parts = [f"Exported to {path}", *([download] if download else [])]
    if job.article_count > 1:
        parts.append(plural(job.article_count, "article"))
    losses = describe_losses(job.losses)
    if losses:
        parts.append(f"left out: {', '.join(losses)}")
    parts.extend(job.notices)
    if job.failures:
        name, error = job.failures[0]
        parts.append(f"not read: {plural(len(job.failures), 'article')}, such as {name} ({error.what})")
    return " · ".join(parts)
