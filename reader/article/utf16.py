"""Convert offsets in code points to UTF-16 code units, in which JavaScript, Java and .NET count."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """The offsets of one text in UTF-16 units. The text is read once, in linear time; an offset then takes a bisection.

    A code point above U+FFFF has two units, any other has one, a lone surrogate too.
    """

    def __init__(self, text: str) -> None:
        """Find the code points of `text` that have two units."""
        self._astral = [] if text.isascii() else [match.start() for match in _ASTRAL.finditer(text)]

    def to_units(self, offset: int) -> int:
        """Return the number of units before a code point, given as an offset from 0 to the length of the text."""
        return offset + bisect_left(self._astral, offset)
