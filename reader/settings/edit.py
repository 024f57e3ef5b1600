"""Set one value in the settings file, and leave everything else in it as the person wrote it.

TOML has many spellings of one value, so tomlkit, which keeps the layout of what it parses, replaces values. It is imported only
when something is written. New lines are placed here: tomlkit would part a comment from the table that it stands over.
"""

from __future__ import annotations

import os
import re
import sys
import time
import tomllib
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

from reader.errors import ReaderError
from reader.settings.file import SettingsFile, read_settings_file
from reader.settings.lines import line_of
from reader.settings.schema import SettingValue

_LEADING_COMMENT: Final = re.compile(r"(?:[ \t]*#[^\r\n]*\r?\n)+(?=[ \t]*\r?\n|\Z)")
"""Comments over a blank line at the top of a file: they are about all of it."""

_LOCK_SECONDS: Final = 5.0
_PAUSE: Final = 0.01
"""How long another window may take to write the settings, and the pause between two looks whether it has, in seconds."""

_KEY: Final = re.compile(r"""\s*["']?[\w.-]+["']?\s*=""")

NewValue = SettingValue | tuple[str, ...] | None
"""A value to set; None removes the setting, so that the default holds."""


def change_setting(path: Path, name: str, value: NewValue, table: str = "") -> SettingsFile:
    """Set `name`, in `table` if one is given, in the file at `path`, and return the file as it is then.

    What other programs wrote meanwhile is kept. Raises ReaderError for a file that cannot be read, understood or written; then
    it is as it was.
    """
    from reader.files import make_folder

    file = Path(os.path.realpath(path))
    try:
        make_folder(file.parent)
        with _sole_writer(file.parent):
            old = read_settings_file(file)
            if not old.is_readable:
                raise old.mistakes[0]
            _require_writable(file)
            text = _change_text(old.text, name, value, table, str(file))
            if text != old.text:
                _write(file, text)
    except OSError as error:
        raise ReaderError(f"Cannot write the settings file {file}: {error.strerror}", "It is as it was") from error
    except UnicodeEncodeError as error:
        raise ReaderError(f"{name} cannot be set: part of the value is no text", "Type it again") from error
    return read_settings_file(path)


def _write(file: Path, text: str) -> None:
    from reader.files import write_whole

    write_whole(file, text.encode(), file.with_name(f".{file.name}.{os.getpid()}"), overwrite=True)


def _require_writable(file: Path) -> None:
    """Raise ReaderError for a file that its owner protects: replacing it would get around that."""
    with suppress(FileNotFoundError):
        if not file.stat().st_mode & 0o222:
            raise ReaderError(f"The settings file {file} is read-only", f"Allow writing first: chmod u+w {file}")


@contextmanager
def _sole_writer(folder: Path) -> Generator[None]:
    """Keep other windows from writing the settings between our reading and writing, where the system has such locks.

    Raises ReaderError if another program keeps the lock.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while not _is_locked(descriptor):
            if time.monotonic() >= deadline:
                what = f"Another program keeps the folder of the settings locked: {folder}"
                raise ReaderError(what, "Close it, or try again")
            time.sleep(_PAUSE)  # there is no event to wait for
        yield
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Lock an open folder, and return whether that succeeded; a network drive may have no locks, and needs none then."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _change_text(text: str, name: str, value: NewValue, table: str, file: str) -> str:
    """Return the text of a settings file with one value changed. Raises ReaderError if that would change anything else."""
    values = tomllib.loads(text)
    wanted = _change_values(values, name, value, table)
    if repr(_entries_of(values, table).get(name)) == repr(list(value) if isinstance(value, tuple) else value):
        return text
    for new in (*_insert_line(text, values, name, value, table), _change_layout(text, name, value, table)):
        with suppress(tomllib.TOMLDecodeError):
            if new is not None and tomllib.loads(new) == wanted:
                return new
    place = f"in the table [{table}]" if table else "at the top"
    hint = f"Write this line yourself, {place}: {_format_line(name, value)}" if value is not None else f"Remove {name} yourself"
    raise ReaderError(f"Cannot set {name} in {file}, as it is written there", hint)


def _change_values(values: dict[str, Any], name: str, value: NewValue, table: str) -> dict[str, Any]:
    """Return what a changed file must hold. A table that gets empty may stay or go: it goes here."""
    plain = list(value) if isinstance(value, tuple) else value
    if not table:
        others = {key: old for key, old in values.items() if key != name}
        return others if plain is None else {**others, name: plain}
    entries = {key: old for key, old in _entries_of(values, table).items() if key != name}
    entries = entries if plain is None else {**entries, name: plain}
    return {**{key: old for key, old in values.items() if key != table}, **({table: entries} if entries else {})}


def _entries_of(values: dict[str, Any], table: str) -> dict[str, Any]:
    """Return the entries of a table; of "", those outside of tables."""
    entries = values.get(table, {}) if table else values
    return cast("dict[str, Any]", entries) if isinstance(entries, dict) else {}


def _format_line(name: str, value: NewValue) -> str:
    import tomlkit

    key = name if re.fullmatch(r"[\w-]+", name, re.ASCII) else tomlkit.item(name).as_string()
    return f"{key} = {tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string()}"


def _insert_line(text: str, values: dict[str, Any], name: str, value: NewValue, table: str) -> Iterator[str]:
    """Yield texts with a new line for a setting that the file lacks, best first.

    Some may be wrong, as what looks like a line of the file can be part of a value.
    """
    if value is None or name in _entries_of(values, table):
        return
    end = "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
    line = _format_line(name, value) + end
    if table and table not in values:
        start = text if not text or text.endswith("\n") else text + end
        gap = end if start.strip() and not start.endswith(("\n\n", "\n\r\n")) else ""
        yield f"{start}{gap}[{table}]{end}{line}"
        return
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    if table:
        number = line_of(text, table)
        places = [number] if number and lines[number - 1].lstrip().startswith("[") else []
    else:
        first_table = next((number for number, old in enumerate(lines) if old.lstrip().startswith("[")), len(lines))
        keys = [number for number, old in enumerate(lines[:first_table], 1) if _KEY.match(old)]
        comment = _LEADING_COMMENT.match(text)
        places = [*keys[-1:], comment[0].count("\n") if comment else 0, 0]
    for place in places:
        before = "".join(lines[:place])
        yield f"{before}{end if before and not before.endswith(chr(10)) else ''}{line}{''.join(lines[place:])}"


def _change_layout(text: str, name: str, value: NewValue, table: str) -> str | None:
    """Return the text with a value replaced or removed, or one added to a table without a heading; None if it cannot be."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(text)
        holder = document[table] if table else document
        if value is not None:
            holder[name] = list(value) if isinstance(value, tuple) else value
        else:
            del holder[name]
            if table and not holder:
                del document[table]
        return document.as_string()
    except (TOMLKitError, KeyError, TypeError, ValueError):
        return None
