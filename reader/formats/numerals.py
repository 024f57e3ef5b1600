"""Numbers of list items as letters and as Roman numerals."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = 26
_HIGHEST_ROMAN: Final = 39
_UNITS: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


def letter_of(number: int) -> str:
    """Return "a" for 1 and "z" for 26, "" for what has no letter of its own."""
    return chr(ord("a") + number - 1) if 1 <= number <= _LETTERS else ""


def roman_of(number: int) -> str:
    """Return "iv" for 4, "" for numbers under 1 and those over 39, which no list has."""
    return "x" * (number // 10) + _UNITS[number % 10] if 1 <= number <= _HIGHEST_ROMAN else ""
