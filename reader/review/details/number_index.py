"""Index the numbers of a text, and look up those that may be the same amount as another number."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import (
    COMMON_WORDS,
    DECADES,
    FOREIGN_NUMBERS,
    HEDGES,
    MONTHS,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    alternatives,
)
from reader.review.details.numbers import ROMAN_NUMERALS, Number, find_figures, find_spelled_numbers
from reader.review.details.shares import find_shares
from reader.review.details.units import COUNT, TIME, Unit

_CONVERSION_SLACK: Final = 0.03
"""How far a converted measure may be from the exact one, as a share of it: "10 miles" are called 16 kilometres."""


_COUNTED: Final = (COUNT, TIME)
_CONTEXT: Final = 24
"""How many characters before a number say what it is used for."""
_MONTH: Final = alternatives(MONTHS)
_IN_DATE_BEFORE: Final = lazy_pattern(
    rf"(?:\b{_MONTH}\.?\s|\d[:/.,]|(?<![\d.,-])(?P<low>\d{{1,6}})-|\d-|[^\W\d])$", re.IGNORECASE
)
_IN_DATE_AFTER: Final = lazy_pattern(
    rf"(?:\s?(?:of\s)?{_MONTH}\b|[:/]\d|-(?P<high>\d{{1,6}})\b(?!-)|-\d|\s?[ap]\.?m\b)", re.IGNORECASE
)
_NAME_BEFORE: Final = lazy_pattern(r"\b(?P<word>[a-z]?[A-Z]\w+|[Nn]o\.?|number|#)\s?$")


class _Group(NamedTuple):
    """The numbers of one unit, by their values in ascending order; a number stands there once for each of its values."""

    values: list[float]
    numbers: list[Number]

    def between(self, low: float, high: float) -> Iterator[Number]:
        """Yield the numbers between two values, both included."""
        for at in range(bisect_left(self.values, low), bisect_right(self.values, high)):
            yield self.numbers[at]


class NumberIndex:
    """Index of the numbers of a folded text, in figures and in words. It is built on first use.

    `languages` are those that the text may be in, empty if its words do not tell; `words` are its words in lower case.
    """

    def __init__(self, folded: str, languages: Collection[str], words: Collection[str]) -> None:
        self._folded = folded
        self._languages = languages
        self._words = words

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of the text, those in figures first. Decades of a century are left out."""
        return (*(number for number in self._figures if not number.decade), *self._in_words())

    @cached_property
    def decades(self) -> frozenset[float]:
        """The decades that the text names, each by its first year, as 1990 or 90."""
        decades = {value for number in self._figures if number.decade for value in number.values}
        return frozenset(decades | {DECADES[word] for word in DECADES.keys() & self._words})

    @cached_property
    def _figures(self) -> tuple[Number, ...]:
        return tuple(find_figures(self._folded, tuple(self._languages) == ("en",)))

    def _in_words(self) -> Iterator[Number]:
        lower = self._folded.lower()
        yield from _find_words(self._folded, {numeral: (value,) for numeral, value in ROMAN_NUMERALS.items()}, ())
        if "en" in self._languages or not self._languages:
            spelled = tuple(find_spelled_numbers(self._folded))
            yield from spelled
            yield from find_shares(lower)
            places = {word: (ORDINAL_WORDS[word],) for word in ORDINAL_WORDS.keys() & self._words}
            yield from (number._replace(ordinal=True) for number in _find_words(lower, places, ()))
            covered = {start for number in spelled for start in range(*number.span)}
            yield from _find_words(lower, {word: NUMBER_WORDS[word] for word in NUMBER_WORDS.keys() & self._words}, covered)
        if tuple(self._languages) != ("en",):
            foreign = {word: (FOREIGN_NUMBERS[word],) for word in FOREIGN_NUMBERS.keys() & self._words}
            yield from _find_words(lower, foreign, ())

    @cached_property
    def _groups(self) -> Mapping[Unit | None, _Group]:
        """The numbers by their units, without what is counted."""
        entries: defaultdict[Unit | None, list[tuple[float, int]]] = defaultdict(list)
        for at, number in enumerate(self.numbers):
            unit = number.unit._replace(noun="") if number.unit else None
            entries[unit].extend((value, at) for value in number.values)
        return {
            unit: _Group([value for value, _ in pairs], [self.numbers[at] for _, at in pairs])
            for unit, pairs in ((unit, sorted(pairs)) for unit, pairs in entries.items())
        }

    def find(self, number: Number, less: bool = False, more: bool = False) -> Number | None:
        """Return a number of the text that may be the same amount as a number, or one that rounds to it, None if there is none.

        `less` and `more` say that, by the wording around the number, the exact one may be below or above.
        """
        own = number.unit._replace(noun="") if number.unit else None
        for unit in sorted(self._groups, key=lambda unit: (unit != own, unit is None or own is None)):
            if own is not None and not own.may_be(unit):
                continue
            for value in number.values:
                low, high = number.range_of(value, less, more) if number.step or number.margin else (value, value)
                for least, greatest in _in_unit(low, high, own, unit):
                    inside = self._groups[unit].between(least, greatest)
                    found = next((other for other in inside if self._may_be(number, other)), None)
                    if found:
                        return found
        return None

    def _may_be(self, number: Number, other: Number) -> bool:
        """Whether a number of the text is used as a number is: as a count, a place in a row, or a figure of any kind.

        A count is not part of a date, a time, a score or a name, as in "iPhone 8"; a place in a row may be part of a name.
        """
        if not number.ordinal and (other.words or number.unit is None or number.unit.dimension not in _COUNTED):
            return True
        before = self._folded[max(0, other.span.start - _CONTEXT) : other.span.start]
        after = _IN_DATE_AFTER.match(self._folded, other.span.end)
        in_date = _IN_DATE_BEFORE.search(before)
        if in_date and not (in_date["low"] and float(in_date["low"]) < other.values[0]):
            return False
        if after and not (after["high"] and other.values[0] < float(after["high"])):
            return False
        name = _NAME_BEFORE.search(before)
        is_named = name is not None and name["word"].lower() not in COMMON_WORDS and name["word"].lower() not in HEDGES
        if number.ordinal:
            return other.ordinal or is_named or self._folded[slice(*other.span)].isupper()
        return not is_named

    def find_between(self, low: float, high: float, unit: Unit | None = None) -> Number | None:
        """Return a number between two values, both included, None if there is none. With a unit, it must be in the same one."""
        groups = self._groups.values() if unit is None else (self._groups.get(unit._replace(noun=""), _Group([], [])),)
        inside = (number for group in groups for number in group.between(low, high))
        return next((number for number in inside if unit is None or number.unit == unit), None)

    def find_century(self, century: float) -> Number | None:
        """Return a year or a decade of a century, 19 for the years from 1800 to 1899, None if there is none."""
        first = 100 * century - 100
        decades = (number for number in self._figures if number.decade and first <= number.values[0] < first + 100)
        return self.find_between(first, first + 99) or next(decades, None)


def _in_unit(low: float, high: float, own: Unit | None, unit: Unit | None) -> Iterator[tuple[float, float]]:
    """Yield the range from `low` to `high` of one unit in another; it is wider if it was converted."""
    if own is None or unit is None or own == unit or own.dimension != unit.dimension:
        yield low, high
        return
    for first, last in zip(own.convert(low, unit), own.convert(high, unit), strict=False):
        slack = _CONVERSION_SLACK * max(abs(first), abs(last))
        yield min(first, last) - slack, max(first, last) + slack


def _find_words(text: str, table: Mapping[str, Iterable[float]], covered: Collection[int]) -> Iterator[Number]:
    """Yield the words of a table with their values, without those that begin in a range that is part of another number."""
    if table:
        for match in re.finditer(rf"\b{alternatives(table)}\b", text):
            if match.start() not in covered:
                yield Number(Span(*match.span()), tuple(table[match[0]]), words=True)
