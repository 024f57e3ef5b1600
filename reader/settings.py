"""Read the settings: the folder of the library, the theme, the keys, the scale of verdicts; write those chosen on a screen.

The command line takes precedence over the environment, the environment over the settings file, and the file over the defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from reader.errors import ReaderError, UsageError
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.settings_lines import error_at, line_of

LIBRARY_VARIABLE: Final = "CLAIM_READER_LIBRARY"
SETTINGS_VARIABLE: Final = "CLAIM_READER_SETTINGS"

_APPLICATION: Final = "claim-reader"
_SETTING_NAMES: Final = ("library", "theme", "creator", "blind", "citation_style", "keys", "scale", "verdicts")
_MAX_BYTES: Final = 1 << 16
_MAX_LINE: Final = 4096
"""Code points of one line; the parser takes quadratic time for the dots of a name."""
_NO_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Settings(NamedTuple):
    """The settings of a person.

    `library` is the folder of the library, `theme` the name of a theme ("" for the default), `creator` the name on annotations.
    `keys` maps action ids to the keys that replace their own; the registry of actions checks both. With `blind`, the passages
    of a source stay hidden until the pair has a verdict. `has_chosen_name` is false if `creator` is the name of the account.
    `citation_style` is the .csl file for lists of references, None for the plain style.
    """

    library: Path
    theme: str = ""
    creator: str = ""
    keys: Mapping[str, tuple[str, ...]] = _NO_KEYS
    scale: Scale = DEFAULT_SCALE
    blind: bool = False
    has_chosen_name: bool = False
    citation_style: Path | None = None

    @property
    def public_names(self) -> tuple[str, ...]:
        """The names that may stand in what is handed over: `creator`, if the person chose it."""
        return (self.creator,) if self.has_chosen_name else ()


def settings_path() -> Path:
    """Return the path of the settings file, which need not exist."""
    path = os.environ.get(SETTINGS_VARIABLE)
    if path:
        return _path(path, SETTINGS_VARIABLE)
    from platformdirs import user_config_path

    return user_config_path(_APPLICATION, appauthor=False) / "settings.toml"


def load_settings(path: Path | None = None, library: Path | None = None) -> Settings:
    """Return the settings in the file at `path` (None: the default file); `library` overrides the folder of the library.

    Without a default file, all settings have their defaults. Raises ReaderError, with the line if possible, for a file that
    cannot be read, is not valid TOML, or has an unknown name or a value of the wrong type.
    """
    required = path is not None or bool(os.environ.get(SETTINGS_VARIABLE))
    file = path or settings_path()
    table = _SettingsTable(file, *_read_file(file, required))
    return Settings(
        library=library or _library_folder(table.text("library")),
        theme=table.text("theme"),
        creator=table.text("creator") or _login_name(),
        keys=table.keys(),
        scale=table.scale(),
        blind=table.flag("blind"),
        has_chosen_name=bool(table.text("creator")),
        citation_style=_path(style, "the setting citation_style") if (style := table.text("citation_style")) else None,
    )


def save_setting(name: str, value: str | bool, path: Path | None = None) -> None:
    """Set one setting in the file at `path` (None: the default file), and leave the rest of the file as it is.

    Raises ReaderError for a file that cannot be read or written.
    """
    import json
    import re
    import tomllib

    from reader.files import make_folder, write_whole

    file = Path(os.path.realpath(path or settings_path()))
    source, _ = _read_file(file, required=False)
    setting = f"{name} = {str(value).lower() if isinstance(value, bool) else json.dumps(value)}"
    first_table = re.search(r"^[ \t]*\[", source, re.MULTILINE)
    head, tables = (source[: first_table.start()], source[first_table.start() :]) if first_table else (source, "")
    old = re.compile(rf"^[ \t]*{name}[ \t]*=[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|\w+)", re.MULTILINE)
    head = old.sub(lambda _: setting, head, count=1) if old.search(head) else f"{setting}\n{head}"
    new = f"{head}{tables}"
    try:
        is_set = tomllib.loads(new).get(name) == value
    except tomllib.TOMLDecodeError:
        is_set = False
    if not is_set:
        raise ReaderError(f"Cannot set {name} in {file}, as it is written there", f"Write this line yourself: {setting}")
    try:
        make_folder(file.parent)
        write_whole(file, new.encode(), file.with_name(f".{file.name}.{os.getpid()}"), overwrite=True)
    except OSError as error:
        raise ReaderError(f"Cannot write the settings file {file}: {error.strerror}") from error


def _read_file(file: Path, required: bool) -> tuple[str, Mapping[str, object]]:
    try:
        text = _read_text(file)
    except FileNotFoundError:
        if required:
            raise ReaderError(f"The settings file {file} is missing", f"Create it, or unset {SETTINGS_VARIABLE}") from None
        return "", {}
    except OSError as error:
        raise ReaderError(f"Cannot read the settings file {file}: {error.strerror}") from error
    except ValueError as error:
        raise ReaderError(f"Cannot read the settings file {file}: {error}") from error
    if not text.strip():
        return text, {}
    import tomllib

    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReaderError(f"The settings file {file} is not valid TOML: {error}") from error
    except RecursionError as error:
        raise ReaderError(f"The settings file {file} has too many tables or lists in each other") from error


def _read_text(file: Path) -> str:
    """Return the text of a settings file. Raises OSError, and ValueError for what no person would write as settings."""
    if file.exists() and not file.is_file():
        raise ValueError("it is not a file")
    with file.open("rb") as stream:
        data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise ValueError(f"it has more than {_MAX_BYTES:,} bytes")
    lines = data.decode("utf-8").splitlines(keepends=True)
    number = next((number for number, line in enumerate(lines, start=1) if len(line) > _MAX_LINE), 0)
    if number:
        raise ValueError(f"line {number} has more than {_MAX_LINE:,} characters")
    return "".join(lines)


class _SettingsTable:
    """The values of the settings file; errors carry the line number."""

    def __init__(self, file: Path, source: str, values: Mapping[str, object]) -> None:
        self._file = file
        self._source = source
        self._values = values
        for name in values:
            if name not in _SETTING_NAMES:
                raise self._error(name, f'There is no setting "{name}"', f"The settings are {', '.join(_SETTING_NAMES)}")

    def text(self, name: str) -> str:
        """Return a setting that is a text, "" if it is missing."""
        value = self._values.get(name, "")
        if not isinstance(value, str):
            raise self._error(name, f'"{name}" must be a text in quotes')
        return value

    def flag(self, name: str) -> bool:
        """Return a setting that is true or false, false if it is missing."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise self._error(name, f'"{name}" must be true or false, without quotes')
        return value

    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Return the keys in the table `[keys]`, by action id."""
        table = self._values.get("keys", {})
        if not isinstance(table, dict):
            raise self._error("keys", '"keys" must be a table: [keys]')
        rows = cast("dict[str, object]", table).items()
        return MappingProxyType({action: self._chosen_keys(action, value) for action, value in rows})

    def scale(self) -> Scale:
        """Return the scale that `scale` or `[[verdicts]]` define."""
        if not {"scale", "verdicts"} & self._values.keys():
            return DEFAULT_SCALE
        from reader.settings_scale import scale_of

        return scale_of(self._values, self._source, str(self._file))

    def _chosen_keys(self, action: str, value: object) -> tuple[str, ...]:
        keys = cast("list[object]", value) if isinstance(value, list) else [value]
        if not all(isinstance(key, str) and key for key in keys):
            raise self._error(
                action, f'The keys of "{action}" must be a text or a list of texts', 'Example: note = ["a", "f2"]'
            )
        return tuple(cast("list[str]", keys))

    def _error(self, name: str, what: str, hint: str = "") -> ReaderError:
        return error_at(str(self._file), line_of(self._source, name), what, hint)


def _path(text: str, origin: str) -> Path:
    """Return a path of the environment or the settings, which `origin` names."""
    if not text.startswith("~") and "\0" not in text:
        return Path(text)
    from reader.files import expand_path

    try:
        return expand_path(text)
    except UsageError as error:
        raise UsageError(f"{error.what}, in {origin}", error.hint) from error


def _library_folder(setting: str) -> Path:
    variable = os.environ.get(LIBRARY_VARIABLE)
    if variable or setting:
        return _path(variable or setting, LIBRARY_VARIABLE if variable else "the setting library")
    from platformdirs import user_data_path

    return user_data_path(_APPLICATION, appauthor=False)


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
