"""`reader settings`: what holds and where it comes from, where the file is, whether it is right, and editing it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from reader.cli.context import library_option
from reader.cli.output import json_option, print_json, print_path, print_table
from reader.errors import ReaderError, UsageError
from reader.printable import printable_line

if TYPE_CHECKING:
    from reader.settings.file import SettingsFile
    from reader.settings.lines import SettingsError
    from reader.settings.schema import Setting

_EDITORS: Final = ("sensible-editor", "nano", "vi", "notepad")
"""Editors to look for where neither VISUAL nor EDITOR names one."""


@click.command("settings", epilog="docs/settings.md describes every setting.")
@click.option("--path", "show_path", is_flag=True, help="Print where the file is.")
@click.option("--check", is_flag=True, help="Check the file; exit code 1 for a mistake.")
@click.option("--edit", is_flag=True, help="Open the file in $VISUAL or $EDITOR, and check it afterwards.")
@json_option
@library_option
@click.pass_context
def settings_command(context: click.Context, show_path: bool, check: bool, edit: bool, as_json: bool) -> None:
    """List the settings, their values, and where these come from."""
    from reader.settings import settings_path
    from reader.settings.file import read_settings_file

    if show_path + check + edit + as_json > 1:
        raise UsageError("Only one of --path, --check, --edit and --json can be asked for")
    path = settings_path()
    if show_path:
        print_path(path)
    elif edit:
        context.exit(_edit_file(path))
    elif check:
        mistakes = find_mistakes(file := read_settings_file(path))
        _print_mistakes(mistakes)
        if not mistakes:
            click.echo(f"{printable_line(str(path))}: {'in order' if file.exists else 'there is no file; the defaults hold'}")
        context.exit(1 if mistakes else 0)
    else:
        _list_settings(context, read_settings_file(path), as_json=as_json)


def find_mistakes(file: SettingsFile) -> list[SettingsError]:
    """Return all mistakes in a settings file, by line, with those of keys that clash or that no action can have."""
    mistakes = list(file.mistakes)
    keys = cast("dict[str, tuple[str, ...]]", file.values.get("keys", {}))
    if keys:
        from reader.settings.lines import SettingsError, line_of
        from reader.tui.keymap import find_key_mistakes

        for error in find_key_mistakes(keys, str(file.values.get("keys_preset", ""))):
            line = line_of(file.text, error.action_id, "keys")
            mistakes.append(SettingsError(str(file.path), line, error.what.removeprefix("settings: "), error.hint, "keys"))
    return sorted(mistakes, key=lambda mistake: mistake.line)


def _print_mistakes(mistakes: list[SettingsError]) -> None:
    for mistake in mistakes:
        click.echo(printable_line(mistake.what), err=True)
        if mistake.hint:
            click.echo(f"    {printable_line(mistake.hint)}", err=True)


# ------------------------------------------------------------------ listing


def _list_settings(context: click.Context, file: SettingsFile, *, as_json: bool) -> None:
    """Print what holds. Raises ReaderError for a file that cannot be read at all."""
    from reader.settings.schema import SETTINGS

    if not file.is_readable:
        raise file.mistakes[0]
    rows = [(setting, *_value_of(context, file, setting)) for setting in SETTINGS]
    mistakes = find_mistakes(file)
    if as_json:
        settings = [{"name": setting.name, "value": value, "origin": origin} for setting, value, origin in rows]
        faults = [{"line": mistake.line, "message": mistake.message, "hint": mistake.hint} for mistake in mistakes]
        print_json({"path": str(file.path), "settings": settings, "mistakes": faults})
        return
    click.echo(f"{printable_line(str(file.path))}{'' if file.exists else ' (no such file; the defaults hold)'}")
    print_table(
        ("setting", "value", "from"), [(setting.name, _show(setting, value), origin) for setting, value, origin in rows]
    )
    _print_mistakes(mistakes)


def _value_of(context: click.Context, file: SettingsFile, setting: Setting) -> tuple[object, str]:
    """Return the value of a setting that holds, and where it comes from."""
    from reader.cli.context import cli_context
    from reader.settings import LIBRARY_VARIABLE, resolve_settings
    from reader.settings.lines import line_of

    settings = resolve_settings(file.values, file.scale, cli_context(context).folder)
    if setting.name == "library" and cli_context(context).folder is not None:
        return str(settings.library), "--library"
    if setting.name == "library" and os.environ.get(LIBRARY_VARIABLE):
        return str(settings.library), LIBRARY_VARIABLE
    if setting.name in file.values:
        line = line_of(file.text, setting.name)
        return file.values[setting.name], f"line {line}" if line else "the file"
    if setting.name == "creator" and settings.creator:
        return settings.creator, "your account"
    return (str(settings.library) if setting.name == "library" else None if setting.unset else setting.default), "default"


def _show(setting: Setting, value: object) -> str:
    from reader.settings.file import show_value

    if isinstance(value, dict):
        entries = cast("dict[str, object]", value).items()
        return ", ".join(f"{name} {_show_entry(entry)}" for name, entry in entries)
    if isinstance(value, list):
        return f"{len(cast('list[object]', value))} verdicts"
    return setting.unset if value is None else show_value(value)


def _show_entry(entry: object) -> str:
    from reader.settings.file import show_value

    return " ".join(map(show_value, cast("tuple[str, ...]", entry))) if isinstance(entry, tuple) else show_value(entry)


# ------------------------------------------------------------------ editing


def _edit_file(path: Path) -> int:
    """Open the file in the person's editor until it is right, or they leave it; return the exit code."""
    import sys

    from reader.files import make_folder
    from reader.settings.file import read_settings_file

    try:
        make_folder(path.parent)
    except OSError as error:
        raise ReaderError(f"Cannot make the folder {path.parent}: {error.strerror}") from error
    while True:
        _run_editor(path)
        mistakes = find_mistakes(read_settings_file(path))
        _print_mistakes(mistakes)
        if not mistakes:
            click.echo(f"{printable_line(str(path))}: {'in order' if path.exists() else 'nothing was written'}")
            return 0
        if not (sys.stdin.isatty() and click.confirm("Edit it again?", default=True, err=True)):
            return 1


def _run_editor(path: Path) -> None:
    """Run the editor on a file. Raises ReaderError if there is none, or it fails."""
    import shlex
    import subprocess

    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _first_editor()
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise ReaderError(f"Cannot understand the editor {command!r}: {error}", "Set VISUAL or EDITOR to a command") from error
    if not words:
        raise ReaderError("The editor is blank", "Set VISUAL or EDITOR to a command")
    try:
        code = subprocess.run([*words, str(path)], check=False).returncode
    except OSError as error:
        raise ReaderError(f"Cannot run the editor {words[0]}: {error.strerror}", "Set VISUAL or EDITOR to a command") from error
    if code:
        raise ReaderError(f"The editor {words[0]} ended with exit code {code}", f"`reader settings --check` checks {path}")


def _first_editor() -> str:
    import shutil

    editor = next((path for name in _EDITORS if (path := shutil.which(name))), "")
    if not editor:
        raise ReaderError("There is no editor", "Set VISUAL or EDITOR to a command")
    return f'"{editor}"' if " " in editor else editor
