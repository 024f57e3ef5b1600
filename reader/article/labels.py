"""Parse the label of a reference entry or a list item: "[1]", "1.", "(1)", "¹", "^", "-"."""

from __future__ import annotations

from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern

SUPERSCRIPT_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MAX_DIGITS = 9
_PLAIN_DIGITS = str.maketrans(SUPERSCRIPT_DIGITS, "0123456789")

_BACK_LINK_LETTERS = r"(?:(?:[a-z]{1,2}[ \t]+)+(?=[^a-z\s]))?"  # "^ a b c": the letters of Wikipedia's links back to the text
_LABEL = lazy_pattern(
    r"\[\^(?P<footnote>[^\]\s]{1,80})\]:[ \t]*"
    r"|(?:[-*+•][ \t]+)?\\?\[(?P<bracket>\d{1,4})\\?\](?!\()[.:]?\s*"
    r"|\[(?P<named>(?:nb|note|n|fn)\.? ?\d{1,3}|(?!x\])[A-Za-z][\w+:.\-]{0,30})\](?!\()[.:]?\s*"
    r"|(?:(?P<numbered_caret>\d{1,3}|[a-z]{1,2})\.[ \t]+)?(?P<caret>Jump up(?: to:|\s\^)|\^(?: Jump up to:)?)[ \t]*"
    + _BACK_LINK_LETTERS
    + r"|(?P<dot>\d{1,4})\.[ \t]+"
    r"|(?P<half>\d{1,4})\)[ \t]+"
    r"|\((?P<parens>\d{1,3})\)[ \t]+"
    rf"|(?P<superscript>[{SUPERSCRIPT_DIGITS}]{{1,3}})[ \t]*"
    r"|(?P<bare>\d{1,3})[ \t]+(?=[^\W\d_a-z]|[\"“‘]"
    r"|(?:van|von|der?|den|del?|della|d[ai]|dos|du|l[ae]|ten|ter|el|al|bin|d['’])\b)"
    r"|(?P<bullet>[-*+•–·‣◦▪●])[ \t]+"
)
_LABEL_STARTS = frozenset("[\\(^J0123456789abcdefghijklmnopqrstuvwxyz-*+•–·‣◦▪●" + SUPERSCRIPT_DIGITS)


class EntryLabel(NamedTuple):
    """A parsed label.

    `shape` is its notation, `name` the text that a marker uses for it (empty for a bullet or a caret), `number` its number or
    0, and `end` the offset of the text after it.
    """

    shape: str
    name: str
    number: int
    end: int


def label_at(text: str, start: int, end: int) -> EntryLabel | None:
    """Return the label that begins at `start`, or None. Read no further than `end`."""
    if start >= end or text[start] not in _LABEL_STARTS:
        return None
    match = _LABEL.match(text, start, end)
    if match is None:
        return None
    shape = match.lastgroup or ""
    name = "" if shape == "bullet" else plain_digits(match[shape])
    if shape == "caret":
        name = match["numbered_caret"] or ""
    return EntryLabel(shape, name, decimal_number(name), match.end())


def decimal_number(text: str) -> int:
    """Return the number that a text is in decimal digits, 0 for any other text and for more digits than a number here has."""
    return int(text) if len(text) <= _MAX_DIGITS and text.isdecimal() else 0


def plain_digits(text: str) -> str:
    """Replace superscript digits by plain ones."""
    return text.translate(_PLAIN_DIGITS)
