"""The scale of verdicts as a person's settings give it: a preset by its name, or every verdict in a table of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, cast

from reader.errors import ReaderError
from reader.review.scale import SCALE_PRESETS, TONES, UNAVAILABLE_STATE, Scale, Verdict
from reader.settings_lines import error_at, line_of

SCALE: Final = "scale"
VERDICTS: Final = "verdicts"

_VERDICT_KEYS: Final = "123456"
_FIELD_NAMES: Final = ("id", "label", "key", "symbol", "colour", "evidence", "rating", "weight")
_ID: Final = re.compile(r"[\w-]+")
_RESERVED_IDS: Final = (UNAVAILABLE_STATE.id, "open")
"""Ids that say of a pair that it has no verdict."""
_HEADING: Final = re.compile(r"\s*\[")
_TABLE: Final = re.compile(rf"""\s*\[\[\s*["']?{VERDICTS}["']?\s*\]\]""")
_EXAMPLE: Final = 'for example: [[verdicts]], then id = "supports", key = 1, symbol = "✓", colour = "good"'


def scale_of(values: Mapping[str, object], source: str, file: str) -> Scale:
    """Return the scale that the settings `values` ask for: `verdicts` goes before `scale`, without either the default one.

    `source` is the text of the settings file, `file` what the file is called. Raises ReaderError, with file and line, for a
    preset that there is none of and for a verdict that cannot be given, shown, or told from another one.
    """
    chosen = _preset_scale(values.get(SCALE, "default"), source, file)
    tables = values.get(VERDICTS)
    if tables is None:
        return chosen
    listed = cast("list[object]", tables) if isinstance(tables, list) else []
    if not listed or not all(isinstance(table, dict) for table in listed):
        raise error_at(file, line_of(source, VERDICTS), f'"{VERDICTS}" must be tables', _EXAMPLE)
    made = [_VerdictTable(source, file, number, cast("dict[str, object]", table)) for number, table in enumerate(listed)]
    if len(made) > len(_VERDICT_KEYS):
        raise made[len(_VERDICT_KEYS)].error(
            "", f"a scale has at most {len(_VERDICT_KEYS)} verdicts", f"the keys {_VERDICT_KEYS[0]} to {_VERDICT_KEYS[-1]}"
        )
    verdicts = [row.verdict() for row in made]
    for number, (row, verdict) in enumerate(zip(made, verdicts, strict=True)):
        for other in (*verdicts[:number], UNAVAILABLE_STATE):
            row.check_distinct(verdict, other)
    return Scale(tuple(sorted(verdicts, key=lambda verdict: verdict.key)))


def _preset_scale(name: object, source: str, file: str) -> Scale:
    known = SCALE_PRESETS.get(name) if isinstance(name, str) else None
    if known is None:
        there = ", ".join(f'"{preset}"' for preset in SCALE_PRESETS)
        raise error_at(file, line_of(source, SCALE), f"no scale is called {_quoted(name)}", f"there are: {there}")
    return known


class _VerdictTable:
    """One table of `verdicts`, the `number`-th from 0, with errors that name the line."""

    def __init__(self, source: str, file: str, number: int, values: Mapping[str, object]) -> None:
        self._source = source
        self._file = file
        self._number = number
        self._values = values

    def verdict(self) -> Verdict:
        """Return the verdict. What may be left out: the label, which is then the id; the key and the weight go by order."""
        for name in self._values:
            if name not in _FIELD_NAMES:
                raise self.error(name, f'a verdict has no "{name}"', f"it may have: {', '.join(_FIELD_NAMES)}")
        known = self._text("id")
        if not _ID.fullmatch(known) or known != known.casefold() or known in _RESERVED_IDS:
            allowed = "small letters, digits and hyphens, as in partly-supports"
            raise self.error("id", f'"{known}" cannot be the id of a verdict', allowed)
        key = self._values.get("key", self._number + 1)
        if isinstance(key, bool) or str(key) not in tuple(_VERDICT_KEYS):
            raise self.error(
                "key", f"the key of a verdict is one of {_VERDICT_KEYS[0]} to {_VERDICT_KEYS[-1]}, not {_quoted(key)}"
            )
        symbol = self._text("symbol")
        if not _is_one_cell(symbol):
            raise self.error("symbol", f"the symbol of a verdict is one sign, one cell wide, not {_quoted(symbol)}")
        tone = self._text("colour")
        if tone not in TONES:
            raise self.error("colour", f"no colour of a verdict is called {_quoted(tone)}", f"there are: {', '.join(TONES)}")
        return Verdict(
            known,
            self._text("label", known.replace("-", " ")),
            str(key),
            symbol,
            tone,
            self._integer("weight", self._number, 0, 99),
            self._evidence_flag(),
            self._integer("rating", 0, 1, 5),
        )

    def check_distinct(self, verdict: Verdict, other: Verdict) -> None:
        """Raise ReaderError when a verdict cannot be told from another one: by id, key or symbol."""
        for name in ("id", "key", "symbol"):
            if getattr(verdict, name) == getattr(other, name):
                shared = f"“{other.label}” has the {name} {_quoted(getattr(other, name))} already"
                raise self.error(name, shared, "give one of them another")

    def error(self, name: str, what: str, hint: str = "") -> ReaderError:
        """Return the error that something is wrong with the field `name` of this table, "" with the table."""
        return error_at(self._file, self._line_of(name), what, hint)

    def _text(self, name: str, default: str = "") -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, f'a verdict needs "{name}", a text in quotes', _EXAMPLE)
        return value

    def _integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.error(name, f'"{name}" of a verdict must be a number from {least} to {most}, not {_quoted(value)}')
        return value

    def _evidence_flag(self) -> bool:
        value = self._values.get("evidence", False)
        if not isinstance(value, bool):
            raise self.error("evidence", f'"evidence" of a verdict must be true or false, not {_quoted(value)}')
        return value

    def _line_of(self, name: str) -> int:
        lines = self._source.splitlines()
        starts = [at for at, line in enumerate(lines) if _TABLE.match(line)]
        if self._number >= len(starts):  # written in one line, as an array of inline tables
            return line_of(self._source, VERDICTS)
        first = starts[self._number]
        last = next((at for at in range(first + 1, len(lines)) if _HEADING.match(lines[at])), len(lines))
        found = line_of("\n".join(lines[first + 1 : last]), name) if name else 0
        return first + 1 + found


def _is_one_cell(symbol: str) -> bool:
    """Whether a text is one sign that every terminal draws in one cell."""
    if len(symbol) != 1 or not symbol.isprintable() or symbol.isspace():
        return False
    return unicodedata.category(symbol) not in ("Mn", "Me", "Mc") and unicodedata.east_asian_width(symbol) not in ("W", "F")


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
