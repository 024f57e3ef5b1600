"""Make text from outside safe to show, so that it cannot move the cursor, change the screen or reverse the reading direction.

Every code point stays one code point, so offsets do not shift; only `terminal_line` removes code points.
"""

from __future__ import annotations

import re
from typing import Final

# Python calls none of these printable, so that most texts need no translation.
_SIGNS: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF), "\ufffd"),
    **dict.fromkeys(range(0x202A, 0x202F), "\ufffd"),
    **dict.fromkeys(range(0x2066, 0x206A), "\ufffd"),
}
_LINE_SIGNS: Final[dict[int, str]] = {**_SIGNS, 0x09: " ", 0x0A: " ", 0x0D: " "}
_BLOCK_SIGNS: Final[dict[int, str]] = {code: sign for code, sign in _SIGNS.items() if code not in (0x09, 0x0A)}

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def printable_line(text: str) -> str:
    """Return `text` as one safe line: spaces for line breaks and tabs, visible signs for control and direction characters."""
    return text if text.isprintable() else _SURROGATE.sub("\ufffd", text.translate(_LINE_SIGNS))


def printable(text: str) -> str:
    """Return `text` made safe, with its line breaks and tabs."""
    return text if text.isprintable() else _SURROGATE.sub("\ufffd", text.translate(_BLOCK_SIGNS))


_FLAG: Final[dict[int, str]] = {0x1F1E6 + number: chr(ord("A") + number) for number in range(26)}
_VARYING: Final = re.compile(
    "[\ufe0e\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]|(?<![\u0900-\u0dff])\u200d"
)


def has_varying_width(text: str) -> bool:
    """Whether `text` has characters whose width depends on the terminal: joined emoji, flags, skin tones, selectors."""
    return not text.isascii() and _VARYING.search(text) is not None


def terminal_line(text: str) -> str:
    """Return `text` as one safe line that has the same width in every terminal.

    Joined emoji are separated, flags become their two letters, skin tones and variation selectors are removed. Joiners are
    removed except in Indic scripts, where letters need them.
    """
    text = printable_line(text)
    return _VARYING.sub(lambda match: _FLAG.get(ord(match[0]), ""), text) if has_varying_width(text) else text


_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")

BARRIER: Final = "\u2800"
"""A blank, of Braille, that is a strong character from left to right.

A terminal that orders letters does so over a whole row. Text from right to left changes places with what comes after it, such
as a number or the next pane, if there is no such character between them.
"""


def has_right_to_left(text: str) -> bool:
    """Whether `text` has letters that are written from right to left, such as Arabic and Hebrew."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return a count with its noun: "1 claim", "2,000 claims"; `nouns` is the plural if it is not the noun with an s."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def shorten_words(text: str, most: int = 60) -> str:
    """Return a text in one line of at most this many code points, white space as single blanks."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
