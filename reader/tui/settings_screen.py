"""The settings: what the file has and what it may have; each change is written at once, and the rest of the file stays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.css.query import NoMatches

from reader.errors import ReaderError
from reader.settings import resolve_settings, save_setting, settings_path
from reader.settings.edit import NewValue
from reader.settings.file import SettingsFile, read_settings_file
from reader.settings.schema import SETTING_BY_NAME, SETTING_GROUPS
from reader.tui.action import SETTINGS_PLACE, key_label
from reader.tui.background import TaskOutcome, TimerHost, ask_disk, error_message, run_in_background
from reader.tui.keymap import KeyMap, KeyReader, KeysError, typed_key
from reader.tui.panes.bars import footer_lines
from reader.tui.panes.settings import (
    DETAIL_HEIGHT,
    WIDE_SETTINGS,
    SettingRow,
    SettingsView,
    choice_line,
    detail_lines,
    group_tabs,
    row_line,
    sample_lines,
    setting_rows,
    settings_header,
    step_value,
)
from reader.tui.question import Question
from reader.tui.services import AppServices, ClosingScreen, PaletteHost, SettingsListener, app_of
from reader.tui.shared_library import LibraryListener
from reader.tui.styled_line import StyledLine, line
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.prompt_bar import LineField, PromptBar
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

_SAMPLE_WIDTH: Final = 50
SAMPLE_ROOM: Final = 78
"""The cells from which on a list of themes leaves room for the sample."""
_CHOICE_HINTS: Final = (("↑↓", "choose", "settings-next"), ("Enter", "keeps it", ""), ("Esc", "back", ""))
_CAPTURE_HINTS: Final = (("Esc", "back", ""),)
_Change = tuple[str, str, NewValue, str]
"""A change to write: table, name, value, and what it is called in the message."""


class SettingsScreen(TimerHost, PaletteHost, ClosingScreen[None], LibraryListener):
    """Screen of the settings, by group. Nothing is called saved before it is in the file."""

    DEFAULT_CSS = f"""
    SettingsScreen {{ background: $background; }}
    #settings-tabs {{ height: 4; background: $background; }}
    #settings-body {{ height: 1fr; background: $background; }}
    #settings-rows {{ width: 1fr; height: 1fr; background: $background; }}
    #settings-sample {{ display: none; width: {_SAMPLE_WIDTH}; height: 1fr; margin: 0 1 0 0; background: $background; }}
    #settings-detail {{ height: {DETAIL_HEIGHT + 1}; background: $surface; }}
    """
    AUTO_FOCUS = "#settings-rows"

    def __init__(self) -> None:
        super().__init__()
        self._file = SettingsFile(settings_path())
        self._group = SETTING_GROUPS[0]
        self._query = ""
        self._rows: list[SettingRow] = []
        self._changes: list[_Change] = []
        self._is_saving = False
        self._choosing: SettingRow | None = None
        self._look_before = ""
        self._capturing: SettingRow | None = None
        self._typed: tuple[str, ...] = ()
        self._message = ("", "text")
        self._keys: KeyReader | None = None

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def is_settled(self) -> bool:
        """Whether every change is in the file, or was refused."""
        return not self._is_saving

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield StyledLines(id="header")
        yield StyledLines(id="settings-tabs", under=PAGE_ROLES)
        with Horizontal(id="settings-body"):
            yield _Rows(id="settings-rows")
            yield StyledLines(id="settings-sample", under=PAGE_ROLES)
        yield StyledLines(id="settings-detail")
        yield NoticeBar(id="notice")
        yield PromptBar(id="prompt")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Read the file. What it says acts already, or is kept from it until it changes."""
        self._file = read_settings_file(self._file.path)
        self.show()

    def on_screen_resume(self) -> None:
        """Read the file again: an editor may have changed it meanwhile."""
        self._read()

    def _read(self) -> None:
        if not self._is_saving:
            self._take_file(read_settings_file(self._file.path))
        self.show()

    def _take_file(self, file: SettingsFile) -> None:
        """Let the settings of the file act, as far as they can before the next start."""
        is_new = file.text != self._file.text
        self._file = file
        if is_new and file.is_readable and self._choosing is None:
            self._apply(file)

    def _apply(self, file: SettingsFile) -> None:
        """Let the settings of a file act, but for those of the next start; say what is wrong with their keys."""
        services = self.services
        old = services.settings
        new = resolve_settings(file.values, old.scale, old.library)
        services.settings = new._replace(creator=old.creator, has_chosen_name=old.has_chosen_name, complaint=old.complaint)
        complaint = services.take_keys()
        if complaint:
            self._message = (complaint, "fault")
        if services.has_colours and new.theme != old.theme:
            services.set_look(new.theme)
        for screen in services.screen_stack if services.settings != old else ():
            if isinstance(screen, SettingsListener):
                screen.take_settings()

    # ------------------------------------------------------------------ showing

    @property
    def _list(self) -> ItemList:
        return self.query_one("#settings-rows", ItemList)

    @property
    def _current(self) -> SettingRow | None:
        index = self._list.index
        return self._rows[index] if self._choosing is None and index < len(self._rows) else self._choosing

    def _view(self) -> SettingsView:
        services = self.services
        pending = {(table, name): value for table, name, value, _ in self._changes}
        return SettingsView(self._file, services.settings, services.keymap, pending)

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Draw everything, unless the program ends and the widgets are gone."""
        with suppress(NoMatches):
            self._draw()

    def _draw(self) -> None:
        view, width = self._view(), self.size.width
        has_room = width >= WIDE_SETTINGS
        self.query_one("#header", StyledLines).show([settings_header(view, width)])
        self.query_one("#settings-tabs", StyledLines).show([(), *group_tabs(self._group, width), ()])
        sample = self.query_one("#settings-sample", StyledLines)
        is_trying = self._choosing is not None and self._choosing.name == "theme"
        sample.display = self._group == "Look" and (has_room or (is_trying and width >= SAMPLE_ROOM))
        if sample.display:
            lines = sample_lines(self.services.settings.scale, _SAMPLE_WIDTH)
            sample.show([parts for parts, _ in lines], [under for _, under in lines])
        choosing = self._choosing
        if choosing is not None:
            kept = view.value(choosing.name) or SETTING_BY_NAME[choosing.name].default

            def choice(index: int, width: int, current: bool) -> list[StyledLine]:
                label = str(choosing.choices[index])
                return [choice_line(label, width, is_current=current, is_kept=label == kept)]

            self._list.fill(len(choosing.choices), 1, choice)
        else:
            self._rows = setting_rows(view, self._group, self._query)
            has_about = has_room and not sample.display

            def row(index: int, width: int, current: bool) -> list[StyledLine]:
                return [row_line(self._rows[index], width, is_current=current, has_about=has_about)]

            empty = [line("     ", ("No action has these words", "secondary"))]
            self._list.fill(len(self._rows), 1, row, empty)
        self._list.bring_into_view(self._list.index)
        self._show_bars()

    def _show_bars(self) -> None:
        width = self.size.width
        self.query_one("#settings-detail", StyledLines).show([(), *detail_lines(self._current, width)])
        hints = self.services.keymap.hints(SETTINGS_PLACE)
        if self._choosing is not None or self._capturing is not None:
            hints = _CHOICE_HINTS if self._capturing is None else _CAPTURE_HINTS
        lines = footer_lines(hints, self.services.save_status, width, *self._message)
        notice = [] if self._file.is_readable else self._mistake_lines(width)
        self.query_one(NoticeBar).show_notice([*notice, *lines[:-1]])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    def _mistake_lines(self, width: int) -> list[StyledLine]:
        """Return what is wrong with a file that cannot be understood; it is not written until a person has mended it."""
        mistake = self._file.mistakes[0]
        what = f"line {mistake.line}: {mistake.message}" if mistake.line else mistake.message
        todo = "Nothing is written to the file until you have mended that line in an editor: `reader settings --edit`"
        return [line(" ", (what, "fault")), line(" ", (todo, "text"))]

    def _say(self, text: str, tone: str = "text") -> None:
        self._message = (text, tone)
        self.show()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer."""
        self._say(text, tone)

    def show_save_status(self) -> None:
        """Show the state of saving the annotations."""
        self.show()

    # ------------------------------------------------------------------ saving

    def _change(self, row: SettingRow, value: NewValue) -> None:
        """Write a value to the file, on a thread; one change after the other."""
        if not self._file.is_readable:
            self._say("Not changed: the file has a mistake", "fault")
            return
        started, waiting = self._changes[: self._is_saving], self._changes[self._is_saving :]
        others = [change for change in waiting if change[:2] != (row.table, row.name)]
        self._changes = [*started, *others, (row.table, row.name, value, row.label)]
        self._save_next()
        self.show()

    def _save_next(self) -> None:
        if self._is_saving or not self._changes:
            return
        self._is_saving = True
        table, name, value, _ = self._changes[0]
        path = self._file.path
        self._message = ("saving …", "hint")
        run_in_background(self.post_message, lambda: save_setting(name, value, path, table), self._finish)

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()

    def _finish(self, outcome: SettingsFile | Exception) -> None:
        table, name, value, label = self._changes.pop(0)
        self._is_saving = False
        if isinstance(outcome, Exception):
            what = str(outcome) if isinstance(outcome, ReaderError) else error_message(outcome, "The settings")
            self._message = (f"Not saved: {what.replace(f' {self._file.path}', '')}", "bad")
            self._changes.clear()
            self._restore_look()
        else:
            self._message = (f"{label}{' is as it was' if value is None else ''} · saved ✓", "good")
            self._take_file(outcome)
            setting = SETTING_BY_NAME.get(name) if not table else None
            if setting is not None and setting.at_start:
                self._message = (f"{label} · saved ✓ · it acts at the next start", "good")
        self._save_next()
        if self.is_mounted:
            self.show()

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Run the action of a key, or take it for the action that waits for one; a field's keys are its own."""
        if self.query_one(PromptBar).is_asking:
            return
        event.stop()
        event.prevent_default()
        key = typed_key(event)
        if self._capturing is not None:
            self._capture(key)
        elif self._choosing is not None:
            self._choose_by(key)
        else:
            self._message = ("", "text")
            if self._keys is None or self._keys.keymap is not self.services.keymap:
                self._keys = KeyReader(self.services.keymap)
            match = self._keys.press(SETTINGS_PLACE, key)
            if match.action is not None:
                self._do(match.action.id)
        if self.is_current:
            self.show()

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists: none while a key or a choice is awaited."""
        return (SETTINGS_PLACE,) if self._capturing is None and self._choosing is None else ()

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        self._message = ("", "text")
        self._do(action_id)
        if self.is_current:
            self.show()

    def _do(self, action: str) -> None:
        rows, row = self._list, self._current
        steps = {
            "settings-next": 1, "settings-previous": -1, "settings-page-down": rows.visible_count,
            "settings-page-up": -rows.visible_count, "settings-top": -len(self._rows), "settings-end": len(self._rows),
        }  # fmt: skip
        if action in steps:
            rows.go_to(rows.index + steps[action])
        elif action in ("settings-group", "settings-group-back"):
            at = SETTING_GROUPS.index(self._group) + (1 if action == "settings-group" else -1)
            self._set_group(SETTING_GROUPS[at % len(SETTING_GROUPS)])
        elif action == "settings-find":
            self._set_group("Keys")
            self._ask(Question("find", self._keep_query, self._query, "words of an action, or its key", self._set_query))
        elif action == "settings-back":
            self.dismiss()
        elif action == "settings-palette":
            self.services.action_command_palette()
        elif action == "settings-help":
            self.services.show_help(SETTINGS_PLACE)
        elif action == "settings-quit":
            self.services.leave()
        elif row is None or not row.name:
            self._message = (row.about if row is not None else "", "text")
        elif action == "settings-default":
            self._change(row, None)
        elif action in ("settings-more", "settings-less") and row.choices:
            self._step(row, 1 if action == "settings-more" else -1)
        elif action == "settings-change":
            self._begin(row)

    def _set_group(self, group: str) -> None:
        self._group, self._query = group, ""
        self._list.index = 0

    def _step(self, row: SettingRow, by: int) -> None:
        """Set the next value; of colours, show the choices, so that they are seen before they are kept."""
        if row.name == "theme":
            self._begin(row)
            self._choose_by("down" if by > 0 else "up")
        else:
            self._change(row, step_value(row, self._view().value(row.name, row.table), by))

    def _begin(self, row: SettingRow) -> None:
        """Begin to change a setting in the way of its kind."""
        if row.form == "key":
            self._capturing, self._typed = row, ()
            self._message = (f"Press the key for “{row.label}”", "yours")
        elif row.form:
            value = self._view().value(row.name, row.table)
            if value is None and _can_be_empty(row):
                value = SETTING_BY_NAME[row.name].default  # an empty field would say that there is none
            text = "" if value is None or isinstance(value, bool | tuple) else str(value)
            hint = "Tab completes" if row.form == "path" else row.remark
            take = self._take_answer(row)
            self._ask(Question(row.label, take, text, hint, path=row.form == "path", verb="keeps it"))
        elif len(row.choices) == 2 and row.choices[0] is False:
            self._change(row, step_value(row, self._view().value(row.name), 1))
        elif row.choices:
            current = self._view().value(row.name) or SETTING_BY_NAME[row.name].default
            self._choosing, self._look_before = row, self.services.look.title
            self._list.index = row.choices.index(current) if current in row.choices else 0

    # ------------------------------------------------------------------ choices

    def _choose_by(self, key: str) -> None:
        row, rows = self._choosing, self._list
        if row is None:
            return
        steps = {"down": 1, "j": 1, "right": 1, "l": 1, "up": -1, "k": -1, "left": -1, "h": -1, "home": -99, "end": 99}
        if key in steps:
            rows.index = max(0, min(len(row.choices) - 1, rows.index + steps[key]))
            if row.name == "theme":
                self._try_look(str(row.choices[rows.index]))
        elif key in ("enter", "escape"):
            value = row.choices[rows.index]
            self._end_choice(row)
            if key == "enter":
                self._change(row, value)
            else:
                self._restore_look()

    def _end_choice(self, row: SettingRow) -> None:
        self._choosing = None
        self._message = ("", "text")
        self._rows = setting_rows(self._view(), self._group, self._query)
        self._list.index = next((n for n, one in enumerate(self._rows) if one.name == row.name), 0)

    def _try_look(self, title: str) -> None:
        """Show a look until one is kept or the old one restored."""
        if self.services.has_colours:
            self.services.set_look(title)
        else:
            self._message = ("This terminal keeps its own colours; the choice shows in one with more", "hint")

    def _restore_look(self) -> None:
        if self._look_before and self.services.look.title != self._look_before:
            self.services.set_look(self._look_before)
        self._look_before = ""

    # ------------------------------------------------------------------ keys of actions

    def _capture(self, key: str) -> None:
        """Take a key for an action: two that follow each other where the first one begins others."""
        row = self._capturing
        if row is None:
            return
        if key == "escape":
            self._capturing, self._message = None, ("Not changed", "text")
            return
        self._typed = (*self._typed, key)
        keymap = self.services.keymap
        contexts = next((action.contexts for action in keymap.actions if action.id == row.name), ())
        begins = any(keymap.find(context, self._typed).follow for context in contexts)
        typed = " ".join(self._typed)
        if begins and len(self._typed) < 2:
            self._message = (f"{key_label(typed)} begins keys: press the next one", "yours")
            return
        self._capturing = None
        overrides = {**self.services.settings.keys, row.name: (typed,)}
        try:
            KeyMap(overrides=overrides, preset=self.services.settings.keys_preset)
        except KeysError as error:
            holder = f"{key_label(typed)} is “{error.holder.title}”" if error.holder is not None else error.what
            self._message = (f"Not changed: {holder.removeprefix('settings: ')} ", "fault")
        else:
            self._change(row, (typed,))

    # ------------------------------------------------------------------ fields

    def _ask(self, question: Question) -> None:
        self.query_one("#footer").display = False
        prompt = self.query_one(PromptBar)
        prompt.ask(question._replace(on_leave=self._close_field))
        self.set_focus(prompt.query_one(LineField))

    def _close_field(self) -> None:
        self.query_one("#footer").display = True
        self._list.focus()
        self.show()

    def _set_query(self, text: str) -> None:
        self._query = text
        self.show()

    def _keep_query(self, text: str) -> str | None:
        self._query = text
        self.call_after_refresh(self._close_field)
        return None

    def _take_answer(self, row: SettingRow) -> Callable[[str], str | None]:
        def take(text: str) -> str | None:
            value: NewValue = text.strip() or ("" if _can_be_empty(row) else None)
            if row.form == "number" and isinstance(value, str):
                value = int(value) if value.isdecimal() and len(value) < 6 else -1
                if value not in row.choices:
                    return f"Allowed: {row.remark.partition(' · ')[0]}"
            complaint = self._path_complaint(row, value)
            if complaint:
                return complaint
            self._change(row, value)
            self.call_after_refresh(self._close_field)
            return None

        return take

    def _path_complaint(self, row: SettingRow, value: NewValue) -> str:
        if row.form != "path" or not isinstance(value, str):
            return ""
        from reader.files import expand_path

        try:
            path = expand_path(value)
            if row.name == "citation_style" and not ask_disk(path.is_file, otherwise=True):
                return "There is no such file"
            if row.name == "library" and ask_disk(lambda: path.exists() and not path.is_dir(), otherwise=False):
                return "That is a file; the library is a folder"
        except (ReaderError, OSError, ValueError) as error:
            return error.what if isinstance(error, ReaderError) else "That cannot be a path"
        return ""

    # ------------------------------------------------------------------ mouse

    @on(ItemList.Changed)
    def _handle_row(self, event: ItemList.Changed) -> None:
        self._list.index = event.index
        if self._choosing is not None and self._choosing.name == "theme":
            self._try_look(str(self._choosing.choices[event.index]))
        self.show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, name = event.target.partition(":")
        if self._choosing is not None or self._capturing is not None:
            return
        if kind == "tab":
            self._set_group(name)
            self.show()
        elif kind == "action":
            self.do(name)


class _Rows(ItemList):
    UNDER = PAGE_ROLES


def _can_be_empty(row: SettingRow) -> bool:
    return not row.table and SETTING_BY_NAME[row.name].can_be_empty
