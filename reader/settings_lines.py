"""Locate a name in the settings file, for errors with a line number."""

from __future__ import annotations

import re

from reader.errors import ReaderError


def line_of(source: str, name: str) -> int:
    """Return the number, from 1, of the line that sets `name` or opens its table; 0 if there is none."""
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[\].=]""")
    return next((number for number, line in enumerate(source.splitlines(), 1) if pattern.match(line)), 0)


def error_at(file: str, line: int, what: str, hint: str = "") -> ReaderError:
    """Return an error for a line of the settings file, or for the whole file if `line` is 0."""
    return ReaderError(f"{file}, line {line}: {what}" if line else f"{file}: {what}", hint)
