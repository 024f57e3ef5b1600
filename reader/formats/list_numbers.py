"""Write the numbers of list items as letters and Roman numerals."""

from __future__ import annotations

from typing import Final

_ALPHABET_SIZE: Final = 26
_MAX_ROMAN: Final = 399
_ROMAN_UNITS: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN_TENS: Final = str.maketrans("ivx", "xlc")


def alphabet_letter(number: int) -> str:
    """Return "a" for 1 and "z" for 26, or "" for other numbers."""
    return chr(ord("a") + number - 1) if 1 <= number <= _ALPHABET_SIZE else ""


def roman_numeral(number: int) -> str:
    """Return "iv" for 4, or "" for numbers below 1 and above 399."""
    if not 1 <= number <= _MAX_ROMAN:
        return ""
    return "c" * (number // 100) + _ROMAN_UNITS[number // 10 % 10].translate(_ROMAN_TENS) + _ROMAN_UNITS[number % 10]


def list_number(number: int, form: str) -> str:
    """Return a list number as a letter ("a", "A"), a Roman numeral ("i", "I") or, for other forms and ranges, in digits."""
    numeral = {"a": alphabet_letter, "i": roman_numeral}.get(form.lower(), str)(number) or str(number)
    return numeral.upper() if form.isupper() else numeral
