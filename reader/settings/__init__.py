"""The settings of a person: what there is to set (`schema`), the file (`file`, `edit`), and the values that hold.

The command line takes precedence over the environment, the environment over the settings file, and the file over the defaults.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from reader.errors import ReaderError, UsageError
from reader.settings.schema import SETTINGS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reader.review.scale import Scale
    from reader.settings.edit import NewValue
    from reader.settings.file import SettingsFile
    from reader.settings.lines import SettingsError

__all__ = ["Settings", "load_settings", "resolve_settings", "save_setting", "settings_path", "templates_folder"]

LIBRARY_VARIABLE: Final = "CLAIM_READER_LIBRARY"
SETTINGS_VARIABLE: Final = "CLAIM_READER_SETTINGS"

_APPLICATION: Final = "claim-reader"
_TABLES: Final = ("keys", "columns")


def settings_path() -> Path:
    """Return the path of the settings file, which need not exist."""
    path = os.environ.get(SETTINGS_VARIABLE)
    if path:
        return _path(path, SETTINGS_VARIABLE)
    from platformdirs import user_config_path

    return user_config_path(_APPLICATION, appauthor=False) / "settings.toml"


def templates_folder() -> Path:
    """Return the folder of a person's own templates, which need not exist: it lies beside the settings file."""
    return settings_path().parent / "templates"


def load_settings(path: Path | None = None, library: Path | None = None, *, tolerant: bool = False) -> Settings:
    """Return the settings in the file at `path` (None: the default file); `library` overrides the folder of the library.

    Without a default file, all settings have their defaults. Raises ReaderError, with the line if possible, for a file that
    cannot be read, is not valid TOML, or has an unknown name or a value that is not allowed; if `tolerant`, only for a mistake
    that is vital: the others are then the `complaint` of the settings.
    """
    is_named = path is not None or bool(os.environ.get(SETTINGS_VARIABLE))
    path = path or settings_path()
    if is_named and not os.path.lexists(path):
        raise ReaderError(f"The settings file {path} is missing", f"Create it, or unset {SETTINGS_VARIABLE}")
    if _is_blank(path):
        return resolve_settings({}, library=library)
    from reader.settings.file import read_settings_file

    file = read_settings_file(path)
    mistake = file.vital_mistake or (file.mistakes[0] if file.mistakes and not tolerant else None)
    if mistake is not None:
        raise mistake
    settings = resolve_settings(file.values, file.scale, library)
    return settings._replace(complaint=_complaint_of(file.mistakes)) if file.mistakes else settings


def _complaint_of(mistakes: Sequence[SettingsError]) -> str:
    """Return what is wrong in a file in one short line: the first mistake, and how many more there are."""
    first, *others = mistakes
    more = f" · {len(others)} more" if others else ""
    place = f"{Path(first.file).name}, line {first.line}" if first.line else Path(first.file).name
    return f"{place}: {first.message}{more} · `reader settings --check` lists what is allowed"


def _is_blank(path: Path) -> bool:
    """Whether there is nothing to read: most people never write settings, and need no parser of them."""
    try:
        status = os.stat(path)
    except OSError:
        return not os.path.lexists(path)
    return stat.S_ISREG(status.st_mode) and status.st_size == 0


def resolve_settings(values: Mapping[str, object], scale: Scale | None = None, library: Path | None = None) -> Settings:
    """Return the settings that hold with the values and the scale of a file, else by the environment and the defaults."""
    plain: dict[str, Any] = {
        setting.name: values[setting.name]
        for setting in SETTINGS
        if setting.name in values and values[setting.name] != "" and not setting.is_table and setting.kind != "path"
    }
    plain.pop("scale", None)
    if scale is not None:
        plain["scale"] = scale
    tables: dict[str, Any] = {name: MappingProxyType(dict(cast("Any", values[name]))) for name in _TABLES if name in values}
    has_name = "creator" in plain
    style = _text_of(values, "citation_style")
    return Settings(
        library=library or _library_folder(_text_of(values, "library")),
        citation_style=_path(style, "the setting citation_style") if style else None,
        has_chosen_name=has_name,
        **({} if has_name else {"creator": _login_name()}),
        **tables,
        **plain,
    )


def _text_of(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def save_setting(name: str, value: NewValue, path: Path | None = None, table: str = "") -> SettingsFile:
    """Set one setting in the file at `path` (None: the default file), and leave the rest of it; return the file.

    `name` is an entry of `table` if one is given; None as the value removes it. Raises ReaderError for a file that cannot be
    read, understood or written; then it is as it was.
    """
    from reader.settings.edit import change_setting

    return change_setting(path or settings_path(), name, value, table)


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
