"""Turn offsets that count UTF-16 code units, as browsers do, into offsets of code points."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


class CodePointOffsets:
    """The offsets of one text in code points. The text is read once, in linear time; an offset then takes a bisection."""

    def __init__(self, text: str) -> None:
        """Find the units at which the code points of `text` that have two units begin."""
        matches = () if text.isascii() else _ASTRAL.finditer(text)
        self._pairs = [match.start() + number for number, match in enumerate(matches)]
        self._length = len(text) + len(self._pairs)

    def from_units(self, offset: int) -> int:
        """Return the number of code points before a unit; -1 if it is beyond the text or within a code point."""
        count = bisect_left(self._pairs, offset)
        is_within = count > 0 and self._pairs[count - 1] + 1 == offset
        return -1 if is_within or not 0 <= offset <= self._length else offset - count
