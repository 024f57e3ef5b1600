"""What stands in one source: its words, names, numbers and dates, to be asked for those of a claim."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from reader.review.details_dates import named_months, numeric_dates, unstamped
from reader.review.details_names import Names
from reader.review.details_numbers import Number, figures, roman, spelled
from reader.review.details_text import languages_of, plain
from reader.review.details_words import ALIKE, DECADES, FOREIGN, ORDINALS, SCALES, TENS, UNITS, WEEKDAYS

_ROMANS: Final = range(1, 60)
_CENTURIES: Final = (1800, 1900, 2000)
"""The centuries of which a decade may be named by two figures."""
_SMALL: Final = 12.0
"""Up to which number a text writes words rather than figures; in a language that is not known, they are not recognised."""


class SourceDetails:
    """What stands in one source, for comparing claims with it. Built once; what is dear is made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._folded = unstamped(plain(text))

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that it may be in, by its words; none when they do not tell."""
        return frozenset(languages_of(self._folded))

    @cached_property
    def _english(self) -> bool:
        return self.languages == frozenset(("en",))

    @cached_property
    def names(self) -> Names:
        """Its words and names."""
        return Names(self._folded)

    @cached_property
    def _figures(self) -> tuple[Number, ...]:
        return tuple(figures(self._folded, self._english))

    @cached_property
    def _values(self) -> frozenset[float]:
        words = self.names.words
        values = {value for number in self._figures if not number.decade for value in number.values}
        if "en" in self.languages or not self.languages:
            values.update(value for number in spelled(self.names.lower) for value in number.values)
            values.update(known[word] for known in (UNITS, TENS, ORDINALS, SCALES) for word in words & known.keys())
        if not self._english:
            values.update(FOREIGN[word] for word in words & FOREIGN.keys())
        values.update(value for word in words & ALIKE.keys() for value in ALIKE[word])
        return frozenset(values)

    @cached_property
    def _sorted(self) -> list[float]:
        return sorted(self._values)

    @cached_property
    def _decades(self) -> frozenset[float]:
        named = {value for number in self._figures if number.decade for value in number.values}
        return frozenset(named | {DECADES[word] for word in self.names.words & DECADES.keys()})

    @cached_property
    def _dates(self) -> Mapping[tuple[int, int], set[int]]:
        """The months and days that stand together, with their years: a day of 0 is a month alone, a year of 0 is none."""
        dates: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        for dated in numeric_dates(self._folded):
            for month, day in dated.readings:
                dates[month, day].add(dated.year)
                dates[month, 0].add(dated.year)
        for named in named_months(self._folded, foreign=not self._english):
            for day in (0, *(day for _, day in named.days)):
                dates[named.month, day].add(named.year[1] if named.year else 0)
        return dict(dates)

    def has_month(self, month: int, day: int = 0) -> bool:
        """Whether a month, from 1, or a day of it, is named in the source, in words or in figures."""
        return (month, day) in self._dates

    def has_other_years(self, month: int, days: Sequence[int], year: int) -> bool:
        """Whether these days of a month, or it without days, are named with a year each time, and never with this one."""
        named = [self._dates.get((month, day), {0}) for day in days or (0,)]
        return not any(0 in years or year in years for years in named)

    def has_weekday(self, day: float) -> bool:
        """Whether a day of the week, from 1 for Monday, is named in the source."""
        return any(word in self.names.words for word, number in WEEKDAYS.items() if number == day)

    def has_decade(self, first: float) -> bool:
        """Whether a decade, by its first year, 1990 or 90, or a year of it is named in the source."""
        if first < 100:
            named = any(decade % 100 == first for decade in self._decades)
            return named or any(self.has_years(century + first, 10) for century in _CENTURIES)
        return first in self._decades or first % 100 in self._decades or self.has_years(first, 10)

    def has_years(self, first: float, count: int) -> bool:
        """Whether one of so many years from the first on is named in the source."""
        return self._within(first, first + count - 1)

    def has_number(self, number: Number, less: bool = False, more: bool = False) -> bool:
        """Whether a value of a number stands in the source, or one that rounds to it.

        `less` and `more`: the claim says of it that the exact number may be below or above.
        """
        if not self._values.isdisjoint(number.values) or (not self.languages and min(number.values) <= _SMALL):
            return True
        if any(value in _ROMANS and roman(int(value)) in self.names.shown for value in number.values):
            return True
        below, above = number.tolerance(less), number.tolerance(more)
        return number.step > 0 and any(self._within(value - below, value + above) for value in number.values)

    def _within(self, low: float, high: float) -> bool:
        """Whether a number between the two stands in the source."""
        first = bisect_left(self._sorted, low)
        return first < len(self._sorted) and self._sorted[first] <= high
