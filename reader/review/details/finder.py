"""Find the numbers, dates and names of a claim that a source lacks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.dates import Month, NumericDate, blank_timestamps, find_months, find_numeric_dates
from reader.review.details.lexicon import (
    DECADES,
    FOREIGN_NUMBERS,
    HEDGES,
    MONTH_LEADS,
    NUMBER_WORDS,
    ORDINALS,
    SCALES,
    TENS,
    UNITS,
    WEEKDAYS,
    Token,
    fold_text,
    fold_with_offsets,
    likely_languages,
    tokenize,
)
from reader.review.details.names import NameIndex, find_missing_names
from reader.review.details.numbers import ROMAN_NUMERALS, Number, find_figures, find_spelled_numbers, is_year, to_roman
from reader.review.passages.words import shorten_claim

# ------------------------------------------------------------------ its words, names, numbers and dates, to be asked for those

_ROMANS: Final = range(1, 60)
_DECADE_CENTURIES: Final = (1800, 1900, 2000)
"""The centuries of which a decade may be named by two figures."""
_SMALL_NUMBER: Final = 12.0
"""Up to which number a text writes words rather than figures; in a language that is not known, they are not recognised."""


class SourceIndex:
    """What stands in one source, for comparing claims with it. Built once; what is dear is made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._folded = blank_timestamps(fold_text(text))

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that it may be in, by its words; none when they do not tell."""
        return frozenset(likely_languages(self._folded))

    @cached_property
    def _is_english(self) -> bool:
        return self.languages == frozenset(("en",))

    @cached_property
    def names(self) -> NameIndex:
        """Its words and names."""
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
            values.update(known[word] for known in (UNITS, TENS, ORDINALS, SCALES) for word in words & known.keys())
        if not self._is_english:
            values.update(FOREIGN_NUMBERS[word] for word in words & FOREIGN_NUMBERS.keys())
        values.update(value for word in words & NUMBER_WORDS.keys() for value in NUMBER_WORDS[word])
        return frozenset(values)

    @cached_property
    def _sorted_values(self) -> list[float]:
        return sorted(self._values)

    @cached_property
    def _decades(self) -> frozenset[float]:
        named = {value for number in self._figures if number.decade for value in number.values}
        return frozenset(named | {DECADES[word] for word in self.names.words & DECADES.keys()})

    @cached_property
    def _dates(self) -> Mapping[tuple[int, int], set[int]]:
        """The months and days that stand together, with their years: a day of 0 is a month alone, a year of 0 is none."""
        dates: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        for dated in find_numeric_dates(self._folded):
            for month, day in dated.readings:
                dates[month, day].add(dated.year)
                dates[month, 0].add(dated.year)
        for named in find_months(self._folded, with_foreign=not self._is_english):
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
            return named or any(self.has_years(century + first, 10) for century in _DECADE_CENTURIES)
        return first in self._decades or first % 100 in self._decades or self.has_years(first, 10)

    def has_years(self, first: float, count: int) -> bool:
        """Whether one of so many years from the first on is named in the source."""
        return self._has_value_between(first, first + count - 1)

    def has_number(self, number: Number, less: bool = False, more: bool = False) -> bool:
        """Whether a value of a number stands in the source, or one that rounds to it.

        `less` and `more`: the claim says of it that the exact number may be below or above.
        """
        if not self._values.isdisjoint(number.values) or (not self.languages and min(number.values) <= _SMALL_NUMBER):
            return True
        if any(value in _ROMANS and to_roman(int(value)) in self.names.surface_words for value in number.values):
            return True
        below, above = number.tolerance(less), number.tolerance(more)
        return number.step > 0 and any(self._has_value_between(value - below, value + above) for value in number.values)

    def _has_value_between(self, low: float, high: float) -> bool:
        """Whether a number between the two stands in the source."""
        first = bisect_left(self._sorted_values, low)
        return first < len(self._sorted_values) and self._sorted_values[first] <= high


# ------------------------------------------------------------------ cues for a person, never a verdict

__all__ = ["DATE", "NAME", "NUMBER", "Detail", "SourceIndex", "find_missing_details"]

NUMBER: Final = "number"
DATE: Final = "date"
NAME: Final = "name"
_DETAIL_JOINTS: Final = {NUMBER: lazy_pattern(r"[ -]"), DATE: lazy_pattern(r"[ -]|, "), NAME: lazy_pattern(r"[ '’-]")}
"""What is between the parts of one detail, by its kind."""
_HEDGE_REACH: Final = 3
"""How many words before a number may say that it is rounded."""


class Detail(NamedTuple):
    """A detail of a claim that a source lacks: its range of the claim, NUMBER, DATE or NAME, and the words themselves."""

    span: Span
    kind: str
    text: str


class _ClaimText(NamedTuple):
    """A folded claim: its words and where they end, the months it names, its dates in figures, the languages it may be in."""

    folded: str
    words: Sequence[Token]
    ends: Sequence[int]
    months: Sequence[Month]
    dates: Sequence[NumericDate]
    languages: frozenset[str]

    def is_in(self, language: str) -> bool:
        """Whether the claim may be in a language."""
        return language in self.languages


def find_missing_details(claim: str, source: SourceIndex) -> tuple[Detail, ...]:
    """Return the details of a claim that the source lacks, in the order of the claim.

    The claim comes without citation markers: their numbers would be details. Of a very long one only the beginning is read.
    """
    claim = shorten_claim(claim)
    folded, places = fold_with_offsets(claim)
    folded = blank_timestamps(folded)
    words, languages = tokenize(folded), frozenset(likely_languages(folded, 0))
    ends = [word.span.end for word in words]
    months = [month for month in find_months(folded, with_foreign=False) if _is_month(month, words, ends)]
    # Without a day, 2011-12 is sooner a season; without a whole year, 6-4-10 may be a result.
    dates = [date for date in find_numeric_dates(folded) if date.year and all(day for _, day in date.readings)]
    read = _ClaimText(folded, words, ends, months, dates, languages)
    lacking = [*_missing_dates(read, source), *_missing_numbers(read, source)]
    common = languages & source.languages
    if len(common) == 1:
        lacking += ((span, NAME) for span in find_missing_names(folded, words, next(iter(common)), source.names))
    spans = (
        (Span(places[span.start], max(places[span.end - 1] + 1, places[span.end])), kind) for span, kind in sorted(lacking)
    )
    return tuple(Detail(span, kind, claim[span.start : span.end]) for span, kind in _merge_adjacent(spans, claim))


def _merge_adjacent(lacking: Iterable[tuple[Span, str]], claim: str) -> Iterator[tuple[Span, str]]:
    """Yield the details, those joined that stand side by side and are of one kind."""
    last: tuple[Span, str] | None = None
    for span, kind in lacking:
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


def _is_month(month: Month, words: Sequence[Token], ends: Sequence[int]) -> bool:
    """Whether what reads as a month is one: May may be a verb, April a person."""
    if month.days:
        return True
    at = bisect_left(ends, month.span.end)
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    return any(word.text.isdecimal() for word in (*before, *after)) or any(word.text in MONTH_LEADS for word in before)


def _missing_dates(claim: _ClaimText, source: SourceIndex) -> Iterator[tuple[Span, str]]:
    """Yield the months, days of months, dates in figures and days of the week that a source does not name."""
    for span, month, days, year in claim.months:
        known = source.has_month(month)
        if not known:
            yield span, DATE
        yield from ((place, DATE) for place, day in days if not (known and source.has_month(month, day)))
        if year and source.has_other_years(month, [day for _, day in days], year[1]):
            yield year[0], DATE
    for span, readings, year in claim.dates:
        named = (source.has_month(month, day) and not source.has_other_years(month, [day], year) for month, day in readings)
        if not any(named):
            yield span, DATE
    for word in claim.words if "en" in source.languages else ():
        day = WEEKDAYS.get(word.text)
        if day and word.text.endswith("day") and word.surface[0].isupper() and not source.has_weekday(day):
            yield word.span, DATE


def _missing_numbers(claim: _ClaimText, source: SourceIndex) -> Iterator[tuple[Span, str]]:
    """Yield the numbers and years that a source has in no form."""
    days = {span.start for month in claim.months for span, _ in month.days}
    days.update(start for date in claim.dates for start in range(*date.span))
    for number in find_figures(claim.folded, claim.is_in("en")):
        # Letters before a figure make it a part of a name: A4, MI6.
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


def _numbers_in_words(words: Sequence[Token]) -> Iterator[Number]:
    """Yield the numbers in words that say how many, and Roman numerals. One and first are said of much that is not counted."""
    lower = [word.text for word in words]
    for start, stop, values, step in find_spelled_numbers(lower):
        if values != (1.0,) and not _is_vague(lower, start) and not _is_fraction(lower, start, stop):
            yield Number(Span(words[start].span.start, words[stop - 1].span.end), values, step)
    for before, word in pairwise(words):
        if word.surface in ROMAN_NUMERALS and len(word.text) > 1 and before.surface[0].isupper():
            yield Number(word.span, (ROMAN_NUMERALS[word.surface],))


def _is_vague(words: Sequence[str], start: int) -> bool:
    """Whether a number in words is but a scale: of a figure before it, of some, of half a million."""
    alone = words[start] in SCALES
    return alone and (words[max(0, start - 1) : start] != ["a"] or "half" in words[max(0, start - 3) : start])


def _is_fraction(words: Sequence[str], start: int, stop: int) -> bool:
    """Whether a number in words is a part of a fraction, which is as often given in per cent: two thirds, a third of them."""
    before, after = words[max(0, start - 1) : start], words[stop : stop + 1]
    if words[start] in ORDINALS:
        return before == ["one"] or (before == ["a"] and after == ["of"])
    return any(word.endswith("s") and (word[:-1] in ORDINALS or word == "quarters") for word in after)


def _has_number(number: Number, claim: _ClaimText, source: SourceIndex) -> bool:
    """Whether a source has a number of a claim."""
    at = bisect_right(claim.ends, number.span.start)
    hedges = [HEDGES[word.text] for word in claim.words[max(0, at - _HEDGE_REACH) : at] if word.text in HEDGES]
    if source.has_number(number, any(less for less, _ in hedges), any(more for _, more in hedges)):
        return True
    behind = bisect_left(claim.ends, number.span.end) + 1
    century = any(word.text in ("century", "centuries") for word in claim.words[behind : behind + 1])
    return century and any(source.has_years(100 * value - 100, 100) for value in number.values)
