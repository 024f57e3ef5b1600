"""Where a name stands in the settings file, for errors that name the line."""

from __future__ import annotations

import re

from reader.errors import ReaderError


def line_of(source: str, name: str) -> int:
    """Return the number of the line of a settings text that sets `name`, or opens its table, from 1; 0 when none does."""
    named = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[\].=]""")
    return next((number for number, line in enumerate(source.splitlines(), 1) if named.match(line)), 0)


def error_at(file: str, line: int, what: str, hint: str = "") -> ReaderError:
    """Return the error that something is wrong on a line of the settings file, with the file when the line is 0."""
    return ReaderError(f"{file}, line {line}: {what}" if line else f"{file}: {what}", hint)
