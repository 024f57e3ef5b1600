"""Find the numbers, dates and names of a claim that a source lacks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.words import shorten_claim
from reader.article.ranges import Span
from reader.review.details import lexicon
from reader.review.details.dates import Month, NumericDate, blank_timestamps, find_months, find_numeric_dates
from reader.review.details.names import NameIndex, find_missing_names
from reader.review.details.numbers import ROMAN_NUMERALS, Number, find_figures, find_spelled_numbers, is_year, to_roman

__all__ = ["DATE", "NAME", "NUMBER", "Detail", "SourceIndex", "find_missing_details"]

NUMBER: Final = "number"
DATE: Final = "date"
NAME: Final = "name"
_DETAIL_JOINTS: Final = {NUMBER: lazy_pattern(r"[ -]"), DATE: lazy_pattern(r"[ -]|, "), NAME: lazy_pattern(r"[ '’-]")}
"""The separators between the parts of one detail, by its kind."""
_HEDGE_REACH: Final = 3
"""How many words before a number may say that it is rounded."""
_ROMANS: Final = range(1, 60)
_DECADE_CENTURIES: Final = (1800, 1900, 2000)
"""The centuries whose decades may be named by two digits."""
_SMALL_NUMBER: Final = 12.0
"""The number up to which texts use words rather than figures. In unknown languages these words are not recognised."""


# ------------------------------------------------------------------ source


class SourceIndex:
    """Index of the words, names, numbers and dates of a source. Costly parts are built on first use."""

    def __init__(self, text: str) -> None:
        self._folded = blank_timestamps(lexicon.fold_text(text))

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the source may be in; empty when its words do not tell."""
        return frozenset(lexicon.likely_languages(self._folded))

    @cached_property
    def _is_english(self) -> bool:
        return self.languages == frozenset(("en",))

    @cached_property
    def names(self) -> NameIndex:
        """The words and names of the source."""
        return NameIndex(self._folded)

    @cached_property
    def _figures(self) -> tuple[Number, ...]:
        return tuple(find_figures(self._folded, self._is_english))

    @cached_property
    def _values(self) -> frozenset[float]:
        words = self.names.words
        values = {value for number in self._figures if not number.decade for value in number.values}
        if "en" in self.languages or not self.languages:
            values.update(value for number in find_spelled_numbers(self.names.lower_words) for value in number.values)
            values.update(
                table[word]
                for table in (lexicon.UNITS, lexicon.TENS, lexicon.ORDINALS, lexicon.SCALES)
                for word in words & table.keys()
            )
        if not self._is_english:
            values.update(lexicon.FOREIGN_NUMBERS[word] for word in words & lexicon.FOREIGN_NUMBERS.keys())
        values.update(value for word in words & lexicon.NUMBER_WORDS.keys() for value in lexicon.NUMBER_WORDS[word])
        return frozenset(values)

    @cached_property
    def _sorted_values(self) -> list[float]:
        return sorted(self._values)

    @cached_property
    def _decades(self) -> frozenset[float]:
        decades = {value for number in self._figures if number.decade for value in number.values}
        return frozenset(decades | {lexicon.DECADES[word] for word in self.names.words & lexicon.DECADES.keys()})

    @cached_property
    def _dates(self) -> Mapping[tuple[int, int], set[int]]:
        """The years of each month and day. Day 0 is a month alone, year 0 means no year."""
        dates: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        for date in find_numeric_dates(self._folded):
            for month, day in date.readings:
                dates[month, day].add(date.year)
                dates[month, 0].add(date.year)
        for month in find_months(self._folded, with_foreign=not self._is_english):
            for day in (0, *(day for _, day in month.days)):
                dates[month.month, day].add(month.year[1] if month.year else 0)
        return dict(dates)

    def has_month(self, month: int, day: int = 0) -> bool:
        """Whether the source names a month (1 to 12), or a day of it, in words or in figures."""
        return (month, day) in self._dates

    def has_other_years(self, month: int, days: Sequence[int], year: int) -> bool:
        """Whether the source always names these days of a month, or the month alone, with a year, and never with this one."""
        all_years = [self._dates.get((month, day), {0}) for day in days or (0,)]
        return not any(0 in years or year in years for years in all_years)

    def has_weekday(self, day: float) -> bool:
        """Whether the source names a day of the week, 1 for Monday."""
        return any(word in self.names.words for word, number in lexicon.WEEKDAYS.items() if number == day)

    def has_decade(self, first: float) -> bool:
        """Whether the source names a decade, given by its first year as 1990 or 90, or a year of it."""
        if first < 100:
            has_decade = any(decade % 100 == first for decade in self._decades)
            return has_decade or any(self.has_years(century + first, 10) for century in _DECADE_CENTURIES)
        return first in self._decades or first % 100 in self._decades or self.has_years(first, 10)

    def has_years(self, first: float, count: int) -> bool:
        """Whether the source names one of `count` years, beginning with `first`."""
        return self._has_value_between(first, first + count - 1)

    def has_number(self, number: Number, less: bool = False, more: bool = False) -> bool:
        """Whether the source contains a value of a number, or a value that rounds to it.

        `less` and `more` say that, by the wording of the claim, the exact number may be below or above.
        """
        if not self._values.isdisjoint(number.values) or (not self.languages and min(number.values) <= _SMALL_NUMBER):
            return True
        if any(value in _ROMANS and to_roman(int(value)) in self.names.surface_words for value in number.values):
            return True
        below, above = number.tolerance(less), number.tolerance(more)
        return number.step > 0 and any(self._has_value_between(value - below, value + above) for value in number.values)

    def _has_value_between(self, low: float, high: float) -> bool:
        """Whether the source contains a number between two values."""
        first = bisect_left(self._sorted_values, low)
        return first < len(self._sorted_values) and self._sorted_values[first] <= high


# ------------------------------------------------------------------ claim


class Detail(NamedTuple):
    """A detail of a claim that a source lacks: its range in the claim, its kind (NUMBER, DATE or NAME), its text."""

    span: Span
    kind: str
    text: str


class _ClaimText(NamedTuple):
    """A folded claim: its words with their ends, its months in words, its dates in figures, its likely languages."""

    folded: str
    words: Sequence[lexicon.Token]
    ends: Sequence[int]
    months: Sequence[Month]
    dates: Sequence[NumericDate]
    languages: frozenset[str]

    def is_in(self, language: str) -> bool:
        """Whether the claim may be in a language."""
        return language in self.languages


def find_missing_details(claim: str, source: SourceIndex) -> tuple[Detail, ...]:
    """Find the details of a claim that the source lacks, in the order of the claim. They are cues for a person, not a verdict.

    Pass the claim without citation markers, as their numbers would be details. Of a very long claim only the beginning is read.
    """
    claim = shorten_claim(claim)
    folded, places = lexicon.fold_with_offsets(claim)
    folded = blank_timestamps(folded)
    words, languages = lexicon.tokenize(folded), frozenset(lexicon.likely_languages(folded, 0))
    ends = [word.span.end for word in words]
    months = [month for month in find_months(folded, with_foreign=False) if _is_month(month, words, ends)]
    # Without a day, 2011-12 is more likely a season; without a full year, 6-4-10 may be a score.
    dates = [date for date in find_numeric_dates(folded) if date.year and all(day for _, day in date.readings)]
    claim_text = _ClaimText(folded, words, ends, months, dates, languages)
    missing = [*_missing_dates(claim_text, source), *_missing_numbers(claim_text, source)]
    common = languages & source.languages
    if len(common) == 1:
        missing += ((span, NAME) for span in find_missing_names(folded, words, next(iter(common)), source.names))
    spans = ((Span(places[s.start], max(places[s.end - 1] + 1, places[s.end])), kind) for s, kind in sorted(missing))
    return tuple(Detail(span, kind, claim[span.start : span.end]) for span, kind in _merge_adjacent(spans, claim))


def _merge_adjacent(missing: Iterable[tuple[Span, str]], claim: str) -> Iterator[tuple[Span, str]]:
    """Yield the details, with adjacent ones of the same kind merged."""
    last: tuple[Span, str] | None = None
    for span, kind in missing:
        if last and span.start < last[0].end:
            continue
        if last and last[1] == kind and _DETAIL_JOINTS[kind].fullmatch(claim, last[0].end, span.start):
            last = (Span(last[0].start, span.end), kind)
            continue
        if last:
            yield last
        last = (span, kind)
    if last:
        yield last


def _is_month(month: Month, words: Sequence[lexicon.Token], ends: Sequence[int]) -> bool:
    """Whether a word for a month means a month: May may be a verb, April a person."""
    if month.days:
        return True
    at = bisect_left(ends, month.span.end)
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    return any(word.text.isdecimal() for word in (*before, *after)) or any(word.text in lexicon.MONTH_LEADS for word in before)


def _missing_dates(claim: _ClaimText, source: SourceIndex) -> Iterator[tuple[Span, str]]:
    """Yield the months, days, dates in figures and days of the week that the source does not name."""
    for span, month, days, year in claim.months:
        has_month = source.has_month(month)
        if not has_month:
            yield span, DATE
        yield from ((place, DATE) for place, day in days if not (has_month and source.has_month(month, day)))
        if year and source.has_other_years(month, [day for _, day in days], year[1]):
            yield year[0], DATE
    for span, readings, year in claim.dates:
        matches = (source.has_month(month, day) and not source.has_other_years(month, [day], year) for month, day in readings)
        if not any(matches):
            yield span, DATE
    for word in claim.words if "en" in source.languages else ():
        day = lexicon.WEEKDAYS.get(word.text)
        if day and word.text.endswith("day") and word.surface[0].isupper() and not source.has_weekday(day):
            yield word.span, DATE


def _missing_numbers(claim: _ClaimText, source: SourceIndex) -> Iterator[tuple[Span, str]]:
    """Yield the numbers and years that the source does not contain in any form."""
    days = {span.start for month in claim.months for span, _ in month.days}
    days.update(start for date in claim.dates for start in range(*date.span))
    for number in find_figures(claim.folded, claim.is_in("en")):
        # A letter directly before a figure makes it part of a name: A4, MI6.
        before = claim.folded[max(0, number.span.start - 1) : number.span.start]
        if number.span.start in days or (before.isascii() and before.isalpha()):
            continue
        if number.decade:
            if not source.has_decade(number.values[0]):
                yield number.span, DATE
        elif not _has_number(number, claim, source):
            year = is_year(number.values[0]) and number.span.end - number.span.start == len("2000")
            yield number.span, DATE if year else NUMBER
    if claim.is_in("en") and ("en" in source.languages or not source.languages):
        yield from (
            (number.span, NUMBER) for number in _numbers_in_words(claim.words) if not _has_number(number, claim, source)
        )


def _numbers_in_words(words: Sequence[lexicon.Token]) -> Iterator[Number]:
    """Yield the numbers in words that are counts, without "one" and "first", which often are none, and Roman numerals."""
    lower = [word.text for word in words]
    for start, stop, values, step in find_spelled_numbers(lower):
        if values != (1.0,) and not _is_vague(lower, start) and not _is_fraction(lower, start, stop):
            yield Number(Span(words[start].span.start, words[stop - 1].span.end), values, step)
    for before, word in pairwise(words):
        if word.surface in ROMAN_NUMERALS and len(word.text) > 1 and before.surface[0].isupper():
            yield Number(word.span, (ROMAN_NUMERALS[word.surface],))


def _is_vague(words: Sequence[str], start: int) -> bool:
    """Whether a number in words is only a scale: after a figure, after "some", or in "half a million"."""
    alone = words[start] in lexicon.SCALES
    return alone and (words[max(0, start - 1) : start] != ["a"] or "half" in words[max(0, start - 3) : start])


def _is_fraction(words: Sequence[str], start: int, stop: int) -> bool:
    """Whether a number in words is part of a fraction, which sources often give in per cent: two thirds, a third of them."""
    before, after = words[max(0, start - 1) : start], words[stop : stop + 1]
    if words[start] in lexicon.ORDINALS:
        return before == ["one"] or (before == ["a"] and after == ["of"])
    return any(word.endswith("s") and (word[:-1] in lexicon.ORDINALS or word == "quarters") for word in after)


def _has_number(number: Number, claim: _ClaimText, source: SourceIndex) -> bool:
    """Whether the source contains a number of the claim."""
    at = bisect_right(claim.ends, number.span.start)
    hedges = [lexicon.HEDGES[word.text] for word in claim.words[max(0, at - _HEDGE_REACH) : at] if word.text in lexicon.HEDGES]
    if source.has_number(number, any(less for less, _ in hedges), any(more for _, more in hedges)):
        return True
    behind = bisect_left(claim.ends, number.span.end) + 1
    century = any(word.text in ("century", "centuries") for word in claim.words[behind : behind + 1])
    return century and any(source.has_years(100 * value - 100, 100) for value in number.values)
