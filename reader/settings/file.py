"""Read the settings file and check it against the schema: the values that are right, and the mistakes with their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from reader.settings.schema import COLUMN_WIDTHS, SETTING_BY_NAME, Setting, SettingValue

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.settings.lines import SettingsError

_MAX_BYTES: Final = 1 << 16
_MAX_LINE: Final = 4096
"""Code points of one line; the parser takes quadratic time for the dots of a name."""
_WHOLE_NUMBERS: Final = range(-(1 << 63), 1 << 63)
"""The whole numbers that TOML has. Python's parser reads longer ones, which cannot be shown: hexadecimal ones of any length."""


class SettingsFile(NamedTuple):
    """A settings file: its text, and the tables and values of its settings that are right, by name.

    `exists` is false where there is no file. `mistakes` are in the order of the lines. Of a table, `values` has what is right
    of it. `scale` is None where the file has none, or none that is right.
    """

    path: Path
    text: str = ""
    exists: bool = False
    values: Mapping[str, object] = {}
    scale: Scale | None = None
    mistakes: tuple[SettingsError, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether the file is TOML, so that one setting of it can be written; a file that is missing is."""
        return not any(not mistake.setting for mistake in self.mistakes)

    @property
    def vital_mistake(self) -> SettingsError | None:
        """The first mistake that keeps the program from starting: that of the file as a whole, or in a vital setting."""
        for mistake in self.mistakes:
            setting = SETTING_BY_NAME.get(mistake.setting)
            if not mistake.setting or (setting is not None and setting.is_vital):
                return mistake
        return None


def read_settings_file(path: Path) -> SettingsFile:
    """Return the settings in the file at `path`, which need not exist. What is wrong is in its mistakes."""
    try:
        text = _read_text(path)
    except FileNotFoundError:
        return SettingsFile(path)
    except OSError as error:
        return _damaged_file(path, "", 0, f"Cannot read the settings file: {error.strerror}")
    except ValueError as error:
        return _damaged_file(path, "", 0, f"Cannot read the settings file: {error}")
    if not text.strip():
        return SettingsFile(path, text, exists=True)
    return _check_text(path, text)


def _read_text(file: Path) -> str:
    """Return the text of a settings file. Raises OSError, and ValueError for what no person would write as settings."""
    if file.exists() and not file.is_file():
        raise ValueError("it is not a file")
    with file.open("rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise ValueError(f"it has more than {_MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")  # editors of Windows put a mark of byte order in front
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is no text in UTF-8") from error
    lines = text.splitlines()
    number = next((number for number, line in enumerate(lines, start=1) if len(line) > _MAX_LINE), 0)
    if number:
        raise ValueError(f"line {number} has more than {_MAX_LINE:,} characters")
    return text


def _damaged_file(path: Path, text: str, line: int, message: str, hint: str = "") -> SettingsFile:
    from reader.settings.lines import SettingsError

    return SettingsFile(path, text, exists=True, mistakes=(SettingsError(str(path), line, message, hint),))


def _check_text(path: Path, text: str) -> SettingsFile:
    """Return the settings in the text of a file, checked."""
    import tomllib

    try:
        table: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        import re

        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        message = f"The file is not valid TOML: {str(error)[: place.start()] if place else error}"
        line = int(place[1]) if place else text.count("\n") + 1
        return _damaged_file(path, text, line, message, 'A line reads name = "text", name = 12 or name = true')
    except RecursionError:
        return _damaged_file(path, text, 0, "The file has too many tables or lists in each other")
    if _has_long_number(table):
        return _damaged_file(path, text, 0, "The file has a whole number of more than 64 bits")
    return _Check(path, text).result(table)


def _has_long_number(table: Mapping[str, object]) -> bool:
    """Whether a table, or one within it, has a whole number that TOML does not have."""
    values: list[object] = [table]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values.extend(cast("dict[str, object]", value).values())
        elif isinstance(value, list):
            values.extend(cast("list[object]", value))
        elif isinstance(value, int) and value not in _WHOLE_NUMBERS:
            return True
    return False


class _Check:
    """The check of one file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._mistakes: list[SettingsError] = []

    def result(self, table: Mapping[str, object]) -> SettingsFile:
        """Return the file with the values of `table` that are right, and the mistakes."""
        values: dict[str, object] = {}
        for name, value in table.items():
            setting = SETTING_BY_NAME.get(name)
            if setting is None:
                self._complain(name, "", f'There is no setting "{name}"', _nearest(name, SETTING_BY_NAME))
            elif setting.kind == "keys":
                values[name] = dict(self._entries(setting, value, self._keys_of))
            elif setting.kind == "widths":
                values[name] = dict(self._entries(setting, value, self._width_of))
            elif setting.kind == "verdicts":
                values[name] = value
            elif message := value_error(setting, value):
                self._complain(name, "", message, f"Allowed: {setting.allowed_values}")
            else:
                values[name] = value
        scale = self._scale(table)
        if scale is None:
            values.pop("scale", None)
            values.pop("verdicts", None)
        mistakes = tuple(sorted(self._mistakes, key=lambda mistake: mistake.line))
        return SettingsFile(self._path, self._text, exists=True, values=values, scale=scale, mistakes=mistakes)

    def _complain(self, name: str, table: str, message: str, hint: str = "") -> None:
        from reader.settings.lines import SettingsError, line_of

        line = line_of(self._text, name, table)
        self._mistakes.append(SettingsError(str(self._path), line, message, hint, table or name))

    def _entries(
        self, setting: Setting, value: object, entry_of: Callable[[str, object], object | None]
    ) -> Iterator[tuple[str, object]]:
        """Yield the entries of a table that are right; `entry_of` returns None after a complaint."""
        if not isinstance(value, dict):
            self._complain(
                setting.name, "", f'"{setting.name}" must be a table: [{setting.name}]', f"Allowed: {setting.allowed_values}"
            )
            return
        for name, raw in cast("dict[str, object]", value).items():
            entry = entry_of(name, raw)
            if entry is not None:
                yield name, entry

    def _keys_of(self, action: str, value: object) -> tuple[str, ...] | None:
        keys = cast("list[object]", value) if isinstance(value, list) else [value]
        if all(isinstance(key, str) and key for key in keys):
            return tuple(cast("list[str]", keys))
        message = f'The keys of "{action}" must be a text or a list of texts'
        self._complain(action, "keys", message, 'Example: note = ["a", "f2"]')
        return None

    def _width_of(self, column: str, value: object) -> int | None:
        if column not in COLUMN_WIDTHS:
            self._complain(column, "columns", f'There is no column "{column}"', _nearest(column, COLUMN_WIDTHS))
            return None
        least, most = COLUMN_WIDTHS[column]
        if isinstance(value, int) and not isinstance(value, bool) and (value == 0 or least <= value <= most):
            return value
        allowed = f"Allowed: a whole number of cells from {least} to {most}, or 0 to hide it"
        self._complain(column, "columns", f'"{column}" cannot be {show_value(value)}', allowed)
        return None

    def _scale(self, table: Mapping[str, object]) -> Scale | None:
        if not {"scale", "verdicts"} & table.keys():
            return None
        from reader.settings.lines import SettingsError
        from reader.settings.scale import scale_of

        try:
            return scale_of(table, self._text, str(self._path))
        except SettingsError as mistake:
            self._mistakes.append(mistake)
            return None


def value_error(setting: Setting, value: object) -> str:
    """Return why a value cannot be that of a setting without a table; "" if it can."""
    if setting.name == "scale":
        return ""  # checked with the verdicts
    if setting.kind == "flag":
        return "" if isinstance(value, bool) else f'"{setting.name}" must be true or false, not {show_value(value)}'
    if setting.kind == "number":
        is_right = isinstance(value, int) and not isinstance(value, bool) and setting.least <= value <= setting.most
        bounds = f"from {setting.least} to {setting.most}"
        return "" if is_right else f'"{setting.name}" must be a whole number {bounds}, not {show_value(value)}'
    if not isinstance(value, str):
        return f'"{setting.name}" must be a text in quotes, not {show_value(value)}'
    if setting.kind == "choice" and value and value not in setting.choices:
        return f'"{setting.name}" cannot be {show_value(value)}{_guess(value, setting.choices)}'
    return ""


def show_value(value: SettingValue | object) -> str:
    """Return a value as the file has it, short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value if len(value) <= 40 else value[:39] + "…"}"'
    return "a table or a list" if isinstance(value, dict | list) else str(value)


def _guess(name: str, names: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, names, 1)
    return f'; did you mean "{close[0]}"?' if close else ""


def _nearest(name: str, names: Mapping[str, object]) -> str:
    """Return a hint with the name that is nearest to an unknown one, and all names."""
    from difflib import get_close_matches

    close = get_close_matches(name, names, 1)
    known = f"Allowed: {', '.join(names)}"
    return f'Did you mean "{close[0]}"? {known}' if close else known
