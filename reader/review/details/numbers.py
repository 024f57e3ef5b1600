"""Find numbers in a text, in figures and in English words, with the values they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import DECADES, ORDINALS, SCALES, TENS, UNITS, alternatives
from reader.review.details.units import TEMPERATURE, Unit, read_unit

_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2099
_MAX_DIGITS: Final = 15
"""How many digits a float holds: longer numbers are not compared."""
_GROUPED: Final = r"(?<!\d[.,'])\d{1,3}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,]\d+)?(?![.,']?\d)"
_INDIAN: Final = r"(?<!\d[.,])\d{1,2}(?:,\d\d){1,4},\d{3}(?:\.\d+)?(?![.,]?\d)"
_DECIMAL: Final = r"(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)"
_SCALE: Final = "|".join(sorted(SCALES, key=len, reverse=True))
_NUMBER: Final = lazy_pattern(
    rf"(?P<figure>{_GROUPED}|(?P<indian>{_INDIAN})|{_DECIMAL}|(?<![\w.,])\.\d+|\d+)"
    rf"(?:(?=(?P<range>\s?(?:-|to|and|or)\s?[$€£¥]?\d+(?:[.,]\d+)?)?[\s-]?(?P<scale>{_SCALE})\b)"
    r"|(?P<decade>'?s\b)|(?P<ordinal>st|nd|rd|th)\b|(?=(?P<evening>(?::\d\d)?\s?p\.?\s?m\b)))?",
    re.IGNORECASE,
)
_CENTURY: Final = lazy_pattern(r"(?<!\d)(1\d|20)\d\d\s?[-/]\s?$")
_SLASHED: Final = lazy_pattern(r"(?<!\d)\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)$")
_MINUS: Final = lazy_pattern(r"(?<![^\W_])-$")
_CURRENCY: Final = lazy_pattern(r"[$€£₹]\s?$")
_SHORT_SCALE: Final = 3
"""How many letters an abbreviation of a scale has at most; it never stands without a figure."""
_COARSE_STEP: Final = 1000.0
"""The step from which on a number counts as rounded, even if no word says so."""
_ABOUT: Final = 0.1
"""How far a rounded number is from the exact one at most, as a share of it, if its last digit does not say more."""


class Number(NamedTuple):
    """A number in a text: its range with its scale and unit, the values that it may mean, and its unit.

    `step` is the value of its last significant digit, 0.1 for 2.5; it is 0 for an exact number, such as a year. `margin` is how
    far the exact number may be from a number that is rough by itself, such as "a third". `decade` says that the number names
    ten years by the first of them: 1990, or 90. `ordinal` says that it is a place in a row. `words` says that it is written in
    words, `has_scale` that a word such as "million" belongs to it.
    """

    span: Span
    values: tuple[float, ...]
    step: float = 0.0
    unit: Unit | None = None
    margin: float = 0.0
    decade: bool = False
    ordinal: bool = False
    words: bool = False
    has_scale: bool = False

    def range_of(self, value: float, less: bool = False, more: bool = False) -> tuple[float, float]:
        """Return the least and the greatest number that one of the values may stand for.

        `less` and `more` say that, by the wording of the text, the exact number may be below or above.
        """
        if self.step > abs(value) and not self.margin:
            return value, value
        exact = self.margin or (self.step / 2 if self.step >= _COARSE_STEP or self.step <= 1 else 0.5)
        hedged = self.step if less != more else min(self.step, max(self.step / 2, _ABOUT * value))
        hedged = max(exact, hedged)
        return value - (hedged if less else exact), value + (hedged if more else exact)


def is_year(value: float) -> bool:
    """Whether a number of four digits is more likely a year than a count."""
    return _FIRST_YEAR <= value <= _LAST_YEAR


def find_figures(folded: str, english: bool) -> Iterator[Number]:
    """Yield the numbers in figures of a folded text. In English a comma separates thousands, never decimals."""
    for match in _NUMBER.finditer(folded):
        figure, span = match["figure"], Span(*match.span("figure"))
        if len(figure) > _MAX_DIGITS:
            continue
        values, step = _read_figure(figure, "," if match["indian"] else match["mark"], english)
        if match["decade"] and values[0] % 10 == 0:
            yield Number(Span(span.start, match.end()), values, decade=True)
            continue
        end = span.end
        # From 900,000 to 1.2 million: the scale belongs to the second number.
        is_apart = match["range"] is not None and values[0] >= _COARSE_STEP
        if (word := match["scale"]) and not is_apart and not _is_metre(match):
            scale = SCALES[word.casefold()]
            scaled = tuple(round(value * scale, 6) for value in values)
            # In a range the scale may belong to the second number only, and a letter without a currency may be a unit.
            is_certain = len(word) > 1 or _has_currency(match)
            values = scaled if is_certain and not match["range"] else scaled + values
            step = scale * min(step, 1.0) if step else scale
            end = span.end if match["range"] else match.end("scale")
        elif match["evening"]:
            values += tuple(value + 12 for value in values if value < 12)
        if len(figure) == 2:
            values += _expand_year(folded[max(0, span.start - 8) : span.start], values[0])
        if match["ordinal"]:
            yield Number(Span(span.start, match.end()), values, ordinal=True)
            continue
        counts = english and not (step == 0.0 and is_year(values[0]))
        unit, whole = read_unit(folded, Span(span.start, end), counts)
        if unit and unit.dimension == TEMPERATURE and _MINUS.search(folded[max(0, span.start - 2) : span.start]):
            values = tuple(-value for value in values)
        yield Number(whole, values, step, unit, has_scale=match["scale"] is not None)


def _has_currency(match: re.Match[str]) -> bool:
    return _CURRENCY.search(match.string, max(0, match.start() - 2), match.start()) is not None


def _is_metre(match: re.Match[str]) -> bool:
    """Whether the letter behind a figure is a metre, and not a million."""
    return match["scale"] == "m" and match.start("scale") == match.end("figure") + 1 and not _has_currency(match)


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


# ------------------------------------------------------------------ in words

_NUMBER_WORDS: Final = frozenset({*UNITS, *TENS, *ORDINALS, "hundred", "dozen", "thousand", "million", "billion"})
_SPELLED_WORDS: Final = _NUMBER_WORDS | {word for word in SCALES if len(word) > _SHORT_SCALE}
_ANY_WORD: Final = alternatives(_SPELLED_WORDS)
_SPELLED: Final = lazy_pattern(rf"\b{_ANY_WORD}\b(?:[\s-]{{1,3}}(?:and\s)?{_ANY_WORD}\b)*")
_HALF_UNIT: Final = lazy_pattern(r"half\san?[\s](?=(?:hour|day|century|decade|mile)\b)")
_HALF: Final = lazy_pattern(r"\bhalf\san?\s$")
_AND_A_HALF: Final = lazy_pattern(r"\sand\sa\shalf\b")
_HALF_REACH: Final = len("half an ") + 1
_AFTER_FIGURE: Final = lazy_pattern(r"\d[\s-]?$")
_WORD: Final = lazy_pattern(r"[^\W_]+")
_LIFE_DECADE: Final = lazy_pattern(
    rf"\b(?:his|her|their|my|your|our)\s(?:early\s|mid-?\s?|late\s)?(?P<decade>{'|'.join(DECADES)})\b"
)
_HALF_DECADE: Final = 4.5
"""From the middle of ten years of a life, in whole years, to their ends."""


def find_spelled_numbers(folded: str) -> Iterator[Number]:
    """Yield the numbers in English words of a folded text."""
    lower = folded.lower()
    for match in _HALF_UNIT.finditer(lower):
        yield _with_unit(folded, Number(Span(*match.span()), (0.5,), words=True))
    for match in _SPELLED.finditer(lower):
        start = match.start()
        words = [(word[0], start + word.start(), start + word.end()) for word in _WORD.finditer(match[0])]
        for first, stop, values, step in _split_run([word for word, _, _ in words]):
            span, ordinal = Span(words[first][1], words[stop - 1][2]), words[stop - 1][0] in ORDINALS
            number = Number(span, values, step, ordinal=ordinal, words=True, has_scale=step > 0)
            if not first and words[0][0] in SCALES:
                if _AFTER_FIGURE.search(lower[max(0, start - 2) : start]):
                    continue
                if half := _HALF.search(lower, max(0, start - _HALF_REACH), start):
                    value = values[0] / 2
                    number = number._replace(span=Span(half.start(), span.end), values=(value,), step=0.0)
                    number = number._replace(margin=_ABOUT * value if step else 0.0)
            if not ordinal and (more := _AND_A_HALF.match(lower, span.end)):
                number = number._replace(span=Span(span.start, more.end()), values=(values[0] + 0.5,), step=0.0)
            yield number if ordinal else _with_unit(folded, number)


def _with_unit(folded: str, number: Number) -> Number:
    unit, span = read_unit(folded, number.span, count=True)
    return number._replace(span=span, unit=unit)


def find_ages(lower: str) -> Iterator[Number]:
    """Yield the decades of a life of a folded text in lower case, such as "in his forties", as ages from 40 to 49."""
    for match in _LIFE_DECADE.finditer(lower):
        middle = DECADES[match["decade"]] + _HALF_DECADE
        yield Number(Span(*match.span("decade")), (middle,), margin=_HALF_DECADE, words=True)


class _Part(NamedTuple):
    """A number among words: the half-open range of its words, the values it may mean, and its step as in `Number`."""

    start: int
    stop: int
    values: tuple[float, ...]
    step: float


def _split_run(words: Sequence[str]) -> Iterator[_Part]:
    """Yield the numbers of a run of words for numbers."""
    start = 0
    while start < len(words):
        stop = start + 1
        if words[start] != "and":
            while stop < len(words) and _continues_number(words, stop):
                stop += 1
            yield _Part(start, stop, *_value_of_words(words[start:stop]))
        start = stop


def _continues_number(words: Sequence[str], at: int) -> bool:
    """Whether a word continues the number in words before it."""
    before, word = words[at - 1], words[at]
    if word == "and":
        return before in SCALES and at + 1 < len(words)
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


def _to_roman(number: int) -> str:
    """Return a number from 1 to 59 as a Roman numeral."""
    tens, ones = divmod(number, 10)
    return _TENS[tens] + _ONES[ones]


ROMAN_NUMERALS: Final = {_to_roman(number): float(number) for number in range(1, 60)}
"""Roman numerals as used for rulers, wars, games and volumes. Greater ones are more often abbreviations."""
