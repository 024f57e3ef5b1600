"""Read the scale of verdicts from the settings: a preset by name, or a table for each verdict."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, cast

from reader.review.scale import SCALE_PRESETS, TONES, UNAVAILABLE_STATE, Scale, Verdict
from reader.settings.lines import SettingsError, line_of

SCALE: Final = "scale"
VERDICTS: Final = "verdicts"

_VERDICT_KEYS: Final = "123456"
_FIELD_NAMES: Final = ("id", "label", "key", "symbol", "colour", "evidence", "rating", "weight")
_ID: Final = re.compile(r"[\w-]+")
_RESERVED_IDS: Final = (UNAVAILABLE_STATE.id, "open")
"""Ids that stand for a pair without a verdict."""
_HEADING: Final = re.compile(r"\s*\[")
_TABLE: Final = re.compile(rf"""\s*\[\[\s*["']?{VERDICTS}["']?\s*\]\]""")
_EXAMPLE: Final = 'Example: [[verdicts]], then id = "supports", key = 1, symbol = "✓", colour = "good"'


def scale_of(values: Mapping[str, object], source: str, file: str) -> Scale:
    """Return the scale in the settings `values`: `verdicts` takes precedence over `scale`; without both, the default scale.

    `source` is the text of the settings file, `file` its name. Raises SettingsError, with file and line, for an unknown preset
    and for a verdict that is invalid or has the id, key or symbol of another one.
    """
    preset = _preset_scale(values.get(SCALE, "default"), source, file)
    tables = values.get(VERDICTS)
    if tables is None:
        return preset
    values_of_tables = cast("list[object]", tables) if isinstance(tables, list) else []
    if not values_of_tables or not all(isinstance(table, dict) for table in values_of_tables):
        raise SettingsError(file, line_of(source, VERDICTS), f'"{VERDICTS}" must be tables', _EXAMPLE, VERDICTS)
    rows = [_VerdictTable(source, file, n, cast("dict[str, object]", table)) for n, table in enumerate(values_of_tables)]
    if len(rows) > len(_VERDICT_KEYS):
        raise rows[len(_VERDICT_KEYS)].error("", f"A scale has at most {len(_VERDICT_KEYS)} verdicts", "Remove a table")
    verdicts = [row.verdict() for row in rows]
    for number, (row, verdict) in enumerate(zip(rows, verdicts, strict=True)):
        for other in (*verdicts[:number], UNAVAILABLE_STATE):
            row.check_distinct(verdict, other)
    return Scale(tuple(sorted(verdicts, key=lambda verdict: verdict.key)))


def _preset_scale(name: object, source: str, file: str) -> Scale:
    scale = SCALE_PRESETS.get(name) if isinstance(name, str) else None
    if scale is None:
        names = ", ".join(f'"{preset}"' for preset in SCALE_PRESETS)
        raise SettingsError(
            file, line_of(source, SCALE), f"There is no scale {_quote_value(name)}", f"The scales are {names}", SCALE
        )
    return scale


class _VerdictTable:
    """The `number`-th table of `verdicts`, from 0; errors carry the line number."""

    def __init__(self, source: str, file: str, number: int, values: Mapping[str, object]) -> None:
        self._source = source
        self._file = file
        self._number = number
        self._values = values

    def verdict(self) -> Verdict:
        """Return the verdict. The label defaults to the id; key and weight default to the position of the table."""
        for name in self._values:
            if name not in _FIELD_NAMES:
                raise self.error(name, f'A verdict has no field "{name}"', f"The fields are {', '.join(_FIELD_NAMES)}")
        verdict_id = self._text("id")
        if not _ID.fullmatch(verdict_id) or verdict_id != verdict_id.casefold() or verdict_id in _RESERVED_IDS:
            allowed = "Use small letters, digits and hyphens, as in partly-supports"
            raise self.error("id", f'"{verdict_id}" cannot be the id of a verdict', allowed)
        key = self._values.get("key", self._number + 1)
        if isinstance(key, bool) or str(key) not in tuple(_VERDICT_KEYS):
            raise self.error(
                "key", f"The key of a verdict is one of {_VERDICT_KEYS[0]} to {_VERDICT_KEYS[-1]}, not {_quote_value(key)}"
            )
        symbol = self._text("symbol")
        if not _is_one_cell(symbol):
            raise self.error("symbol", f"The symbol of a verdict is one character, one cell wide, not {_quote_value(symbol)}")
        tone = self._text("colour")
        if tone not in TONES:
            raise self.error("colour", f"There is no colour {_quote_value(tone)}", f"The colours are {', '.join(TONES)}")
        return Verdict(
            verdict_id,
            self._text("label", verdict_id.replace("-", " ")),
            str(key),
            symbol,
            tone,
            self._integer("weight", self._number, 0, 99),
            self._evidence_flag(),
            self._integer("rating", 0, 1, 5),
        )

    def check_distinct(self, verdict: Verdict, other: Verdict) -> None:
        """Raise SettingsError if a verdict has the id, key or symbol of another one."""
        for name in ("id", "key", "symbol"):
            if getattr(verdict, name) == getattr(other, name):
                shared = f"“{other.label}” already has the {name} {_quote_value(getattr(other, name))}"
                raise self.error(name, shared, "Change one of them")

    def error(self, name: str, what: str, hint: str = "") -> SettingsError:
        """Return an error for the field `name` of this table, or for the table itself if `name` is ""."""
        return SettingsError(self._file, self._line_of(name), what, hint, VERDICTS)

    def _text(self, name: str, default: str = "") -> str:
        value = self._values.get(name, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, f'A verdict needs "{name}", a text in quotes', _EXAMPLE)
        return value

    def _integer(self, name: str, default: int, least: int, most: int) -> int:
        value = self._values.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.error(name, f'"{name}" of a verdict must be a number from {least} to {most}, not {_quote_value(value)}')
        return value

    def _evidence_flag(self) -> bool:
        value = self._values.get("evidence", False)
        if not isinstance(value, bool):
            raise self.error("evidence", f'"evidence" of a verdict must be true or false, not {_quote_value(value)}')
        return value

    def _line_of(self, name: str) -> int:
        lines = self._source.splitlines()
        starts = [at for at, line in enumerate(lines) if _TABLE.match(line)]
        if self._number >= len(starts):  # written in one line, as an array of inline tables
            return line_of(self._source, VERDICTS)
        first = starts[self._number]
        last = next((at for at in range(first + 1, len(lines)) if _HEADING.match(lines[at])), len(lines))
        offset = line_of("\n".join(lines[first + 1 : last]), name) if name else 0
        return first + 1 + offset


def _is_one_cell(symbol: str) -> bool:
    """Whether a text is one character that every terminal draws in one cell."""
    if len(symbol) != 1 or not symbol.isprintable() or symbol.isspace():
        return False
    return unicodedata.category(symbol) not in ("Mn", "Me", "Mc") and unicodedata.east_asian_width(symbol) not in ("W", "F")


def _quote_value(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
