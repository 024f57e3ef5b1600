"""Find the numbers, dates, names and telling words of a claim that a source lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.details import lexicon
from reader.review.details.claim import ClaimText, claim_numbers, read_claim
from reader.review.details.comparison import match_numbers
from reader.review.details.dates import Month, Quarter, blank_timestamps, find_months, find_numeric_dates, find_quarters
from reader.review.details.derivations import Derivation, DerivationIndex
from reader.review.details.extent import DATE, NAME, NUMBER, WORD, whole_phrases
from reader.review.details.names import NameIndex, find_missing_names
from reader.review.details.number_index import NumberIndex
from reader.review.details.numbers import Number, is_year
from reader.review.details.opposites import find_opposites
from reader.review.details.phrases import find_missing_phrases

__all__ = ["DATE", "NAME", "NUMBER", "WORD", "ClaimDetails", "Detail", "SourceIndex", "find_details", "find_missing_details"]

_DECADE_CENTURIES: Final = (1800, 1900, 2000)
"""The centuries whose decades may be named by two digits."""
_MAX_DERIVED: Final = 10
"""After how many missing numbers no more are worked out: a claim with so many is a table, and each takes time."""
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
    def numbers(self) -> NumberIndex:
        """The numbers of the source."""
        return NumberIndex(self._folded, self.languages, self.names.words)

    @cached_property
    def derivations(self) -> DerivationIndex:
        """The pairs of numbers in the sentences of the source."""
        return DerivationIndex(self._folded, self.numbers.numbers)

    @cached_property
    def _quarters(self) -> tuple[Quarter, ...]:
        return tuple(find_quarters(self._folded.lower()))

    @cached_property
    def _months(self) -> tuple[Month, ...]:
        return tuple(find_months(self._folded, with_foreign=not self._is_english))

    @cached_property
    def _written_months(self) -> frozenset[int]:
        return frozenset(month.month for month in self._months)

    @cached_property
    def _dates(self) -> Mapping[tuple[int, int], set[int]]:
        """The years of each month and day. Day 0 is a month alone, year 0 means no year."""
        dates: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
        for date in find_numeric_dates(self._folded):
            for month, day in date.readings:
                dates[month, day].add(date.year)
                dates[month, 0].add(date.year)
        for month in self._months:
            for day in (0, *(day for _, day in month.days)):
                dates[month.month, day].add(month.year[1] if month.year else 0)
        return dict(dates)

    def has_month(self, month: int, day: int = 0) -> bool:
        """Whether the source names a month (1 to 12), or a day of it, in words or in figures."""
        return (month, day) in self._dates

    def has_written_month(self, month: int) -> bool:
        """Whether the source names a month in words."""
        return month in self._written_months

    def has_other_years(self, month: int, days: Sequence[int], year: int) -> bool:
        """Whether the source always names these days of a month, or the month alone, with a year, and never with this one."""
        all_years = [self._dates.get((month, day), {0}) for day in days or (0,)]
        return not any(0 in years or year in years for years in all_years)

    def has_weekday(self, day: float) -> bool:
        """Whether the source names a day of the week, 1 for Monday."""
        return any(word in self.names.words for word, number in lexicon.WEEKDAYS.items() if number == day)

    def has_quarter(self, quarter: Quarter) -> bool:
        """Whether the source names a quarter of a year, or a month of it."""
        same = (own.year for own in self._quarters if own.quarter == quarter.quarter)
        if any(not year or not quarter.year or year == quarter.year for year in same):
            return True
        months = (month for month in quarter.months if self.has_month(month))
        return any(not (quarter.year and self.has_other_years(month, (), quarter.year)) for month in months)

    def has_decade(self, first: float) -> bool:
        """Whether the source names a decade, given by its first year as 1990 or 90, or a year of it."""
        decades = self.numbers.decades
        if first < 100:
            has_decade = any(decade % 100 == first for decade in decades)
            return has_decade or any(self.has_years(century + first, 10) for century in _DECADE_CENTURIES)
        return first in decades or first % 100 in decades or self.has_years(first, 10)

    def has_years(self, first: float, count: int) -> bool:
        """Whether the source names one of `count` years, beginning with `first`."""
        return self.numbers.find_between(first, first + count - 1) is not None

    def may_hide(self, number: Number) -> bool:
        """Whether the source may have a number that the index cannot find: a small one in the words of an unknown language."""
        return not self.languages and min(number.values) <= _SMALL_NUMBER


# ------------------------------------------------------------------ claim


class Detail(NamedTuple):
    """A detail of a claim that a source lacks: its range in the claim, its kind (NUMBER, DATE, NAME or WORD), its text."""

    span: Span
    kind: str
    text: str


class ClaimDetails(NamedTuple):
    """The details of a claim that a source lacks, and the numbers that it has not but that follow from it, in their order."""

    missing: tuple[Detail, ...]
    derivations: tuple[Derivation, ...]


def find_missing_details(claim: str, source: SourceIndex) -> tuple[Detail, ...]:
    """Find the details of a claim that the source lacks, in the order of the claim. They are cues for a person, not a verdict.

    Numbers that follow from two in one sentence of the source are left out: `find_details` has them too. Pass the claim without
    citation markers, as their numbers would be details. Of a very long claim only the beginning is read.
    """
    return find_details(claim, source).missing


def find_details(claim: str, source: SourceIndex) -> ClaimDetails:
    """Find the details of a claim that the source lacks, and the numbers that follow from it; see `find_missing_details`."""
    read = read_claim(claim)
    numbers, derivations = _missing_numbers(read, source)
    missing = [*_missing_dates(read, source), *numbers]
    common = read.languages & source.languages
    if len(common) == 1:
        names = find_missing_names(read.folded, read.words, next(iter(common)), source.names)
        taken = {at for number in claim_numbers(read) for at in range(*number.span)}
        taken.update(at for quarter in read.quarters for at in range(*quarter.span))
        missing += ((span, NAME) for span in names if span.start not in taken)
    if common == frozenset(("en",)):
        taken = {at for span, _ in missing for at in range(*span)}
        phrases = find_missing_phrases(read.folded, read.words, source.names)
        words = (*find_opposites(read.words, source.names.words), *phrases)
        missing += ((span, WORD) for span in words if taken.isdisjoint(range(*span)))
    spans = ((read.original(span), kind) for span, kind in sorted(missing))
    phrases = whole_phrases(spans, claim, source.names if common == frozenset(("en",)) else None)
    return ClaimDetails(tuple(Detail(span, kind, claim[slice(*span)]) for span, kind in phrases), tuple(derivations))


def _missing_dates(claim: ClaimText, source: SourceIndex) -> Iterator[tuple[Span, str]]:
    """Yield the months, days, dates in figures and days of the week that the source does not name."""
    for span, month, days, year in claim.months:
        absent = [place for place, day in days if not source.has_month(month, day)]
        # A month that stands in figures only is part of other days.
        if not source.has_month(month) or (absent and len(absent) == len(days) and not source.has_written_month(month)):
            yield span, DATE
        yield from ((place, DATE) for place in absent)
        if year and source.has_other_years(month, [day for _, day in days], year[1]):
            yield span, DATE
            yield from ((place, DATE) for place, _ in days)
            yield year[0], DATE
    for span, readings, year in claim.dates:
        matches = (source.has_month(month, day) and not source.has_other_years(month, [day], year) for month, day in readings)
        if not any(matches):
            yield span, DATE
    for word in claim.words if "en" in source.languages else ():
        day = lexicon.WEEKDAYS.get(word.text)
        if day and word.text.endswith("day") and word.surface[0].isupper() and not source.has_weekday(day):
            yield word.span, DATE


def _missing_numbers(claim: ClaimText, source: SourceIndex) -> tuple[list[tuple[Span, str]], list[Derivation]]:
    """Return the numbers, years, decades and quarters that the source has in no form, and those that follow from it."""
    in_english = "en" in source.languages or not source.languages
    missing: list[tuple[Span, str]] = []
    derivations: list[Derivation] = []
    for number, same in match_numbers(claim, source.numbers):
        if same or source.may_hide(number) or (number.words and not in_english):
            continue
        if number.decade:
            if not source.has_decade(number.values[0]):
                missing.append((number.span, DATE))
        elif len(missing) < _MAX_DERIVED and (derived := source.derivations.derive(claim, number)):
            span = claim.original(number.span)
            derivations.append(Derivation(span, claim.text[slice(*span)], derived))
        else:
            is_date = is_year(number.values[0]) and number.span.end - number.span.start == len("2000")
            missing.append((number.span, DATE if is_date else NUMBER))
    missing += ((quarter.span, DATE) for quarter in claim.quarters if not source.has_quarter(quarter))
    return missing, derivations
