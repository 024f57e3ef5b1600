"""Locate a name in the settings file, for errors with a line number."""

from __future__ import annotations

import re
from typing import Final

from reader.errors import ReaderError

_HEADING: Final = re.compile(r"\s*\[+\s*[\"']?([^\"'\].]*)")


class SettingsError(ReaderError):
    """A mistake in the settings file: the `file`, the `line` from 1 (0 for the whole file), the `setting` that it is in.

    `message` and `hint` say what is wrong and what is allowed, `what` says it with file and line.
    """

    def __init__(self, file: str, line: int, message: str, hint: str = "", setting: str = "") -> None:
        super().__init__(f"{file}, line {line}: {message}" if line else f"{file}: {message}", hint)
        self.file = file
        self.line = line
        self.message = message
        self.setting = setting


def line_of(source: str, name: str, table: str = "") -> int:
    """Return the number, from 1, of the line that sets `name` or opens its table; 0 if there is none.

    With a `table`, it is the line that sets `name` in it, or else the line that opens it.
    """
    key = rf"""["']?{re.escape(name)}["']?\s*"""
    if not table:
        pattern = re.compile(rf"\s*(?:\[+\s*)?{key}[\].=]")
        return next((number for number, line in enumerate(source.split("\n"), 1) if pattern.match(line)), 0)
    inside = re.compile(rf"\s*{key}[.=]")
    dotted = re.compile(rf"""\s*["']?{re.escape(table)}["']?\s*\.\s*{key}[.=]""")
    current = ""
    for number, line in enumerate(source.split("\n"), 1):
        if heading := _HEADING.match(line):
            current = heading[1].strip()
        elif dotted.match(line) or (current == table and inside.match(line)):
            return number
    return line_of(source, table)
