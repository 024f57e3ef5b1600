"""Find numbers in a text, in figures and in English words, with the values they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import ORDINALS, SCALES, TENS, UNITS

_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2099
_MAX_DIGITS: Final = 15
"""How many digits a float holds: longer numbers are not compared."""
_GROUPED: Final = r"(?<!\d[.,'])\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,]\d+)?(?![.,']?\d)"
_DECIMAL: Final = r"(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)"
_SCALE: Final = "|".join(sorted(SCALES, key=len, reverse=True))
_NUMBER: Final = lazy_pattern(
    rf"(?P<figure>{_GROUPED}|{_DECIMAL}|\d+)"
    rf"(?:(?=(?P<range>\s?(?:-|to|and|or)\s?[$€£¥]?\d+(?:[.,]\d+)?)?[\s-]?(?P<scale>{_SCALE})\b)"
    r"|(?P<decade>'?s\b)|(?=(?P<evening>(?::\d\d)?\s?p\.?\s?m\b)))?",
    re.IGNORECASE,
)
_CENTURY: Final = lazy_pattern(r"(?<!\d)(1\d|20)\d\d\s?[-/]\s?$")
_SLASHED: Final = lazy_pattern(r"(?<!\d)\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)$")
_SHORT_SCALE: Final = 3
"""Scales with fewer letters may also be units: 5m is five million or five metres."""
_COARSE_STEP: Final = 1000.0
"""The step from which on a number counts as rounded, even if no word says so."""
_NUMBER_WORDS: Final = frozenset({*UNITS, *TENS, *ORDINALS, "hundred", "dozen", "thousand", "million", "billion"})
_SPELLED_WORDS: Final = _NUMBER_WORDS | {word for word in SCALES if len(word) > _SHORT_SCALE}


class Number(NamedTuple):
    """A number in a text: its range, and the values that it may mean.

    `step` is the value of its last significant digit, 0.1 for 2.5; it is 0 for an exact number, such as a year. `decade` says
    that the number names ten years by the first of them: 1990, or 90.
    """

    span: Span
    values: tuple[float, ...]
    step: float = 0.0
    decade: bool = False

    def tolerance(self, rounded: bool) -> float:
        """Return how far a value that rounds to this one may be from it; `rounded` says that the text calls it rounded."""
        if rounded:
            return self.step
        return self.step / 2 if self.step >= _COARSE_STEP or self.step <= 1 else 0.5


class SpelledNumber(NamedTuple):
    """A number in words: the half-open range of its words, the values it may mean, and its step as in `Number`."""

    start: int
    stop: int
    values: tuple[float, ...]
    step: float


def is_year(value: float) -> bool:
    """Whether a number of four digits is more likely a year than a count."""
    return _FIRST_YEAR <= value <= _LAST_YEAR


def find_figures(folded: str, english: bool) -> Iterator[Number]:
    """Yield the numbers in figures of a folded text. In English a comma separates thousands, never decimals."""
    for match in _NUMBER.finditer(folded):
        figure, span = match["figure"], Span(*match.span("figure"))
        if len(figure) > _MAX_DIGITS:
            continue
        values, step = _read_figure(figure, match["mark"], english)
        if word := match["scale"]:
            scale = SCALES[word.casefold()]
            scaled = tuple(round(value * scale, 6) for value in values)
            # In a range the scale may belong to the second number only, and a short scale may be a unit.
            values = scaled + values if match["range"] or len(word) < _SHORT_SCALE else scaled
            step = scale * min(step, 1.0) if step else scale
        elif match["decade"] and values[0] % 10 == 0:
            yield Number(Span(span.start, match.end()), values, decade=True)
            continue
        elif match["evening"]:
            values += tuple(value + 12 for value in values if value < 12)
        if len(figure) == 2:
            values += _expand_year(folded[max(0, span.start - 8) : span.start], values[0])
        yield Number(span, values, step)


@lru_cache(4096)
def _read_figure(figure: str, mark: str | None, english: bool) -> tuple[tuple[float, ...], float]:
    """Return the values that a figure may mean, as points and commas are used in both ways, and its step."""
    if mark is None:
        plain = figure.replace(",", ".")
        # A year is exact.
        return (float(plain),), 0.0 if len(plain) == len("2000") and is_year(float(plain)) else _precision_of(plain)
    plain = figure.replace(mark, "").replace(",", ".")
    values = [float(plain)]
    # Digits around a blank may be two numbers, and a point or comma may be meant the other way.
    if mark == " ":
        values += (float(part.replace(",", ".")) for part in figure.split(mark))
    elif (mark == "." or (mark == "," and not english)) and figure.count(mark) == 1 and plain.isdigit():
        values.append(float(figure.replace(mark, ".")))
    return tuple(values), _precision_of(plain)


def _precision_of(plain: str) -> float:
    """Return the value of the last significant digit: 100 for 1200, 0.1 for 2.5; 0 for zero."""
    whole, _, decimals = plain.partition(".")
    if decimals:
        return 10.0 ** -len(decimals)
    significant = whole.rstrip("0")
    return 10.0 ** (len(whole) - len(significant)) if significant else 0.0


def _expand_year(before: str, value: float) -> tuple[float, ...]:
    """Return the years that two digits may mean after some text, as in 2019-20, '98 or 3/5/98."""
    if match := _CENTURY.search(before):
        return (100.0 * int(match[1]) + value,)
    return (1900.0 + value, 2000.0 + value) if before.endswith("'") or _SLASHED.search(before) else ()


def find_spelled_numbers(words: Sequence[str]) -> Iterator[SpelledNumber]:
    """Yield the numbers in English words among all words of a text, in lower case."""
    start = 0
    while start < len(words):
        stop = start + 1
        if words[start] in _NUMBER_WORDS:
            while stop < len(words) and _continues_number(words, stop):
                stop += 1
            yield SpelledNumber(start, stop, *_value_of_words(words[start:stop]))
        start = stop


def _continues_number(words: Sequence[str], at: int) -> bool:
    """Whether a word continues the number in words before it."""
    before, word = words[at - 1], words[at]
    if word == "and":
        return before in SCALES and at + 1 < len(words) and words[at + 1] in _SPELLED_WORDS
    if word not in _SPELLED_WORDS:
        return False
    if word in SCALES or before in SCALES or before == "and":
        return True
    small = 0 < (UNITS.get(word) or ORDINALS.get(word) or 0) < 10
    return (before in TENS and small) or (before in UNITS and word in TENS)


def _value_of_words(words: Sequence[str]) -> tuple[tuple[float, ...], float]:
    """Return the values that a number in words may mean, and its step. "Nineteen ninety" may be 109, or a year."""
    total = current = step = century = 0.0
    for word in words:
        if word in SCALES:
            step = 0.0 if word == "dozen" else SCALES[word]
            current = (current or 1.0) * SCALES[word]
            if step >= _COARSE_STEP:
                total, current = total + current, 0.0
        elif word != "and":
            value, step = UNITS.get(word) or TENS.get(word) or ORDINALS.get(word) or 0.0, 0.0
            if 10 <= current < 100 and value >= 10:
                century, current = 100 * current, 0.0
            current += value
    value = total + current
    return (value, century + value) if century else (value,), step


_TENS: Final = ("", "X", "XX", "XXX", "XL", "L")
_ONES: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def to_roman(number: int) -> str:
    """Return a number from 1 to 59 as a Roman numeral."""
    tens, ones = divmod(number, 10)
    return _TENS[tens] + _ONES[ones]


ROMAN_NUMERALS: Final = {to_roman(number): float(number) for number in range(1, 60)}
"""Roman numerals as used for rulers, wars, games and volumes. Greater ones are more often abbreviations."""
