"""Text from outside, made safe to show: nothing in it can move the cursor, change the screen or turn the direction of reading.

Every code point stays one code point, so offsets do not shift.
"""

from __future__ import annotations

from typing import Final

_TABLE: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF), "\ufffd"),
    **dict.fromkeys(range(0x202A, 0x202F), "\ufffd"),
    **dict.fromkeys(range(0x2066, 0x206A), "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_LINE: Final[dict[int, str]] = {**_TABLE, 0x09: " ", 0x0A: " ", 0x0D: " "}
_BLOCK: Final[dict[int, str]] = {code: sign for code, sign in _TABLE.items() if code not in (0x09, 0x0A)}


def printable_line(text: str) -> str:
    """Return `text` as one safe line: line breaks and tabs become blanks, control and direction characters visible signs."""
    return text if text.isascii() and text.isprintable() else text.translate(_LINE)


def printable(text: str) -> str:
    """Return `text` made safe with its line breaks and tabs kept."""
    return text if text.isascii() and text.isprintable() else text.translate(_BLOCK)
