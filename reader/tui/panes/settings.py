"""The lines of the settings: a row for each of them, what the one in hand does, and a sample of the colours."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from rich.cells import cell_len

from reader.printable import plural
from reader.settings import LIBRARY_VARIABLE
from reader.settings.file import SettingsFile
from reader.settings.schema import COLUMN_WIDTHS, SETTING_BY_NAME, SETTING_GROUPS, SETTINGS, Setting
from reader.tui.action import Action, key_label
from reader.tui.panes.bars import tab_lines
from reader.tui.styled_line import StyledLine, clip, clip_line, fold, indent, line, spread

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.settings import Settings
    from reader.settings.edit import NewValue
    from reader.tui.keymap import KeyMap

WIDE_SETTINGS: Final = 100
"""The cells from which on there is room beside the values: for what settings do, or a sample of the colours."""
_LABEL_CELLS: Final = 30
_VALUE_CELLS: Final = 30
DETAIL_HEIGHT: Final = 5
_LEAD: Final = 5
Pending = Mapping[tuple[str, str], "NewValue"]
"""Values that are being saved, by table and name."""


class SettingRow(NamedTuple):
    """A row: `name` in `table` of the file ("" for none), and what stands there. An empty name is a row only to read.

    `is_set`: the person set it. `choices` are the values that the arrows step through, in order, None for the one without the
    setting. `form` is how another value is given: "text", "path", "number" or "key"; "" if it is not.
    """

    table: str
    name: str
    label: str
    value: str
    is_set: bool
    about: str
    remark: str = ""
    mistake: str = ""
    choices: tuple[NewValue, ...] = ()
    form: str = ""


class SettingsView(NamedTuple):
    """What the rows are made of: the file, the settings that hold, the keys, and what is being saved."""

    file: SettingsFile
    settings: Settings
    keymap: KeyMap
    pending: Pending

    def value(self, name: str, table: str = "") -> NewValue:
        """Return the value in the file, or the one that is being saved; None without one."""
        if (table, name) in self.pending:
            return self.pending[table, name]
        values = self.file.values.get(table, {}) if table else self.file.values
        return cast("Mapping[str, NewValue]", values).get(name)

    def mistake(self, setting: str) -> str:
        """Return the first mistake in a setting, with its line, "" without one."""
        mistakes = (m for m in self.file.mistakes if m.setting == setting)
        return next((f"line {m.line}: {m.message}" for m in mistakes), "")


# ------------------------------------------------------------------ rows


def setting_rows(view: SettingsView, group: str, query: str = "") -> list[SettingRow]:
    """Return the rows of a group; `query` keeps those of keys that have its words."""
    settings = [setting for setting in SETTINGS if setting.group == group]
    rows = [_setting_row(view, setting) for setting in settings if not setting.is_table and not query.strip()]
    for setting in settings:
        if setting.kind == "widths":
            rows += [_column_row(view, column) for column in COLUMN_WIDTHS]
        elif setting.kind == "verdicts":
            rows += _verdict_rows(view)
        elif setting.kind == "keys":
            words = query.casefold().split()
            key_rows = (_key_row(view, action) for action in view.keymap.actions)
            matches = [row for row in key_rows if _has_words(row, words)]
            rows += sorted(matches, key=lambda row: bool(words) and words[0] not in row.label.casefold())
    return rows


def _has_words(row: SettingRow, words: Sequence[str]) -> bool:
    text = f"{row.label} {row.value} {row.about}".casefold()
    return all(word in text for word in words)


def _setting_row(view: SettingsView, setting: Setting) -> SettingRow:
    value = view.value(setting.name)
    shown = setting.unset or _in_words(setting.default) if value is None else _in_words(value)
    choices: tuple[NewValue, ...] = ()
    if setting.kind == "flag":
        choices = (False, True)
    elif setting.kind == "choice":
        choices = setting.choices
    elif setting.kind == "number":
        choices = ((None,) if setting.unset else ()) + tuple(range(setting.least, setting.most + 1))
    form = setting.kind if setting.kind in ("text", "path", "number") else ""
    return SettingRow(
        "", setting.name, setting.title, shown, value is not None, setting.description, _remark(view, setting),
        view.mistake(setting.name), choices, form,
    )  # fmt: skip


def _remark(view: SettingsView, setting: Setting) -> str:
    """Return what is to be known of a setting beyond what it does."""
    allowed = f"{setting.least} to {setting.most}" if setting.kind == "number" else ""
    without = setting.unset or _in_words(setting.default)
    parts = [allowed, f"without it: {without}"]
    if setting.name == "library" and os.environ.get(LIBRARY_VARIABLE):
        parts.append(f"{LIBRARY_VARIABLE} decides now")
    if setting.name == "scale" and "verdicts" in view.file.values:
        parts.append("your own verdicts stand in its place")
    if setting.at_start:
        parts.append("a change acts at the next start")
    return " · ".join(filter(None, parts))


def _column_row(view: SettingsView, column: str) -> SettingRow:
    width = view.value(column, "columns")
    least, most = COLUMN_WIDTHS[column]
    shown = "as it fits" if width is None else "hidden" if width == 0 else f"{width} cells"
    mistakes = (m for m in view.file.mistakes if m.setting == "columns" and f'"{column}"' in m.message)
    mistake = next((f"line {m.line}: {m.message}" for m in mistakes), "")
    about = f"The column “{column}” of the library, where the screen has room"
    remark = f"{least} to {most} cells, or 0 to hide it"
    choices = (None, 0, *range(least, most + 1))
    return SettingRow(
        "columns", column, f"Library: {column}", shown, width is not None, about, remark, mistake, choices, "number"
    )


def _verdict_rows(view: SettingsView) -> Iterator[SettingRow]:
    is_own = "verdicts" in view.file.values
    how = (
        "Your own names, signs and keys stand in the file as [[verdicts]]: `reader settings --edit`, docs/settings.md shows how"
    )
    for verdict in (view.file.scale or view.settings.scale).verdicts:
        needs = "needs evidence" if verdict.needs_evidence else ""
        shown = " · ".join(filter(None, (f"key {verdict.key}", needs)))
        yield SettingRow("", "", f"{verdict.symbol} {verdict.label}", shown, is_own, how, view.mistake("verdicts"))


def _key_row(view: SettingsView, action: Action) -> SettingRow:
    keys = view.value(action.id, "keys")
    own = (keys,) if isinstance(keys, str) else keys if isinstance(keys, tuple) else None
    labels = "  ".join(key_label(key) for key in (own if own is not None else view.keymap.keys_of(action.id)))
    remark = f"acts in: {', '.join(action.contexts)}"
    return SettingRow("keys", action.id, action.title, labels or "palette", own is not None, action.help, remark, form="key")


def _in_words(value: NewValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return (value or "none") if isinstance(value, str) else str(value)


def step_value(row: SettingRow, current: NewValue, by: int) -> NewValue:
    """Return the value that is `by` further in the choices of a row, as far as they go; two of them take turns."""
    choices = row.choices
    if current not in choices:
        setting = SETTING_BY_NAME.get(row.name) if not row.table else None
        current = setting.default if setting is not None and not setting.unset else None
    at = choices.index(current) if current in choices else 0
    if len(choices) == 2:
        return choices[1 - at]
    return choices[max(0, min(len(choices) - 1, at + by))]


# ------------------------------------------------------------------ lines


def settings_header(view: SettingsView, width: int) -> StyledLine:
    """Return the header: the place, the file, how much of it the person set, and mistakes."""
    count = sum(len(cast("dict[str, object]", value)) if isinstance(value, dict) else 1 for value in view.file.values.values())
    right = line((str(count), "text"), (" set   ", "secondary"))
    if view.file.mistakes:
        right += line((plural(len(view.file.mistakes), "mistake"), "fault"), "  ")
    left = line(" ", ("Settings", "b"), ("   " + str(view.file.path), "secondary"))
    return spread(left, right, width)


def group_tabs(group: str, width: int) -> list[StyledLine]:
    """Return the groups as tabs, and the line under them, heavy under the current one."""
    return indent(tab_lines(group, [(one, one, "") for one in SETTING_GROUPS], width - 2), 1)


def row_line(row: SettingRow, width: int, *, is_current: bool, has_about: bool) -> StyledLine:
    """Return the line of a row."""
    label = clip(row.label, _LABEL_CELLS)
    value_cells = _VALUE_CELLS if has_about else max(8, width - _LEAD - _LABEL_CELLS - 2)
    value = clip(row.value, value_cells)
    sign = "!" if row.mistake else " "
    parts = line(
        " ", ("▌" if is_current else " ", "yours"), " ", (sign, "fault"), " ",
        (label + " " * (_LABEL_CELLS - cell_len(label)), "text b" if is_current else "text"),
        (value, "yours" if row.is_set else "secondary"),
    )  # fmt: skip
    if has_about:
        gap = " " * (value_cells - cell_len(value) + 2)
        parts += line(gap, (row.mistake or row.about, "fault" if row.mistake else "secondary"))
    return clip_line(parts, width - 1)


def choice_line(label: str, width: int, *, is_current: bool, is_kept: bool) -> StyledLine:
    """Return the line of a choice; `is_kept` marks the one that the file has."""
    sign, roles = ("✓", "good") if is_kept else (" ", "text")
    row = line(" ", ("▌" if is_current else " ", "yours"), " ", (sign, roles), " ", (label, "text b" if is_current else "text"))
    return clip_line(row, width - 1)


def detail_lines(row: SettingRow | None, width: int) -> list[StyledLine]:
    """Return what the row in hand is: its title and name, what it does, what is allowed, what is wrong."""
    if row is None:
        return []
    name = f"{row.table}.{row.name}" if row.table and row.table != "keys" else row.name
    text = [*((piece, "text") for piece in fold(row.about, width - 3, 2)), (row.remark, "secondary"), (row.mistake, "fault")]
    head = line(" ", (row.label, "b"), (f"   {name}", "secondary"))
    return [clip_line(head, width), *(clip_line(line(" ", part), width) for part in text if part[0])][:DETAIL_HEIGHT]


def sample_lines(scale: Scale, width: int) -> list[tuple[StyledLine, tuple[str, ...]]]:
    """Return a sample of the reading screen with the roles under each line, for a look at the colours."""
    good, bad = (choose(scale.verdicts, key=lambda verdict: verdict.weight) for choose in (min, max))
    page, chrome, card = ("page", "text"), ("chrome", "text"), ("card", "text")
    keys = line(
        " ", ("h", "yours b"), (" mark  ", "secondary"), ("?", "yours b"), (" help   ", "secondary"), ("saved ✓", "good")
    )
    meter = line(("2 of 9 ", "text"), ("decided ", "secondary"), ("━━", "yours"), ("────", "hairline"), " ")
    rows: list[tuple[StyledLine, tuple[str, ...]]] = [
        (spread(line(" ", ("The night ferry", "b")), meter, width), chrome),
        ((), page),
        (line("       ", ("The night ferry", "heading")), page),
        ((), page),
        (line("   ", (good.symbol, good.tone), "   ", ("It carried 1.2 million ", "mark"), ("[1]", "cite mark"), "."), page),
        (line("   ", (bad.symbol, bad.tone), " ", ("▌", "yours"), " ", ("Fares fell by a third ", "current-mark"),
              ("[2]", "cite current-mark"), "."), page),
        (line("       ", "The crew disagrees.  ", ("harbour", "hit"), "  ", ("chosen", "selection")), page),
        (line("       ", ("Share this page", "noise"), "   ", ("◆ sea", "tag"), "  ", ("● port", "tag-teal")), page),
        ((), page),
        (line(" ", ("[2] ", "cite"), ("Harbour accounts", "b"), ("   2024", "secondary")), card),
        (line(" ", (f"{bad.symbol} {bad.label}", f"{bad.tone} b"), ("   page 31", "secondary")), card),
        (line(" ", ("“The fare fell by ", "quote"), ("a tenth", "shared"), ("”", "quote")), card),
        ((), page),
        (keys, chrome),
    ]  # fmt: skip
    return [(clip_line(parts, width), under) for parts, under in rows]
