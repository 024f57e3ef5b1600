"""Read a claim: its words, its dates, and its numbers with the range of each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.words import shorten_claim
from reader.article.ranges import Span
from reader.review.details import lexicon
from reader.review.details.dates import (
    Month,
    NumericDate,
    Quarter,
    blank_timestamps,
    find_months,
    find_numeric_dates,
    find_quarters,
)
from reader.review.details.numbers import ROMAN_NUMERALS, Number, find_ages, find_figures, find_spelled_numbers
from reader.review.details.shares import find_shares, is_certain_share

_HEDGE_REACH: Final = 3
"""How many words before a number may say that it is rounded."""
_FIRST: Final = lazy_pattern(r"(?<!\b[Aa]t )[Ff]irst\b(?!-|\s(?:name|names|lady|person|aid|hand|half)\b)")
"""Match "first" where it is a place in a row."""
_RANGE: Final = lazy_pattern(r"\s?(?:-|to|and|bis|und|a|y|et)\s?[$€£]?")


class ClaimText(NamedTuple):
    """A claim folded, with the offset in `text` of each of its characters and of its end, and what was found in it.

    `languages` are those that the claim may be in. Ranges are of the folded text.
    """

    text: str
    folded: str
    places: Sequence[int]
    words: Sequence[lexicon.Token]
    ends: Sequence[int]
    months: Sequence[Month]
    dates: Sequence[NumericDate]
    quarters: Sequence[Quarter]
    languages: frozenset[str]

    def is_in(self, language: str) -> bool:
        """Whether the claim may be in a language."""
        return language in self.languages

    def original(self, span: Span) -> Span:
        """Return the range in the claim as it is written of a range of the folded text."""
        return Span(self.places[span.start], max(self.places[span.end - 1] + 1, self.places[span.end]))

    def hedges(self, number: Number) -> tuple[bool, bool]:
        """Return whether the wording before a number says that the exact one may be below it, and above it."""
        at = bisect_right(self.ends, number.span.start)
        before = self.words[max(0, at - _HEDGE_REACH) : at]
        hedges = [lexicon.HEDGES[word.text] for word in before if word.text in lexicon.HEDGES]
        return any(less for less, _ in hedges), any(more for _, more in hedges)

    def is_century(self, number: Number) -> bool:
        """Whether a number counts a century."""
        behind = bisect_left(self.ends, number.span.end) + 1
        return any(word.text in lexicon.CENTURIES for word in self.words[behind : behind + 1])

    def is_range(self, low: Number, high: Number) -> bool:
        """Whether a number and the next one are the ends of a range."""
        return low.values[0] < high.values[0] and _RANGE.fullmatch(self.folded, low.span.end, high.span.start) is not None


def read_claim(claim: str) -> ClaimText:
    """Read a claim; of a very long one only the beginning is read."""
    claim = shorten_claim(claim)
    folded, places = lexicon.fold_with_offsets(claim)
    folded = blank_timestamps(folded)
    words, languages = lexicon.tokenize(folded), frozenset(lexicon.likely_languages(folded, 0))
    ends = [word.span.end for word in words]
    months = [month for month in find_months(folded, with_foreign=False) if _is_month(month, words, ends)]
    # Without a day, 2011-12 is more likely a season; without a full year, 6-4-10 may be a score.
    dates = [date for date in find_numeric_dates(folded) if date.year and all(day for _, day in date.readings)]
    quarters = tuple(find_quarters(folded.lower()))
    return ClaimText(claim, folded, places, words, ends, months, dates, quarters, languages)


def _is_month(month: Month, words: Sequence[lexicon.Token], ends: Sequence[int]) -> bool:
    """Whether a word for a month means a month: May may be a verb, April a person."""
    if month.days:
        return True
    at = bisect_left(ends, month.span.end)
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    return any(word.text.isdecimal() for word in (*before, *after)) or any(word.text in lexicon.MONTH_LEADS for word in before)


def claim_numbers(claim: ClaimText) -> list[Number]:
    """Return the numbers of a claim that can be compared, in its order: those of dates and in names are left out.

    In words they are found in English only, without "one", which often is none.
    """
    lower = claim.folded.lower()
    days = {span.start for month in claim.months for span, _ in month.days}
    days.update(start for date in claim.dates for start in range(*date.span))
    days.update(start for quarter in claim.quarters for start in range(*quarter.span))
    numbers = list(_figures(claim, days))
    if claim.is_in("en"):
        shares = [share for share in find_shares(lower) if is_certain_share(lower, share)]
        ages = list(find_ages(lower))
        taken = days | {start for number in (*shares, *ages) for start in range(*number.span)}
        spelled = (number for number in _counts_in_words(claim) if number.span.start not in taken)
        numbers = [number for number in numbers if number.span.start not in taken]
        numbers += [*shares, *ages, *spelled]
    return sorted(numbers, key=lambda number: number.span)


def _figures(claim: ClaimText, days: set[int]) -> Iterator[Number]:
    for number in find_figures(claim.folded, claim.is_in("en")):
        # A letter directly before a figure makes it part of a name: A4, MI6.
        before = claim.folded[max(0, number.span.start - 1) : number.span.start]
        if number.span.start not in days and not (before.isascii() and before.isalpha()):
            yield number


def _counts_in_words(claim: ClaimText) -> Iterator[Number]:
    """Yield the numbers in words that are counts, and Roman numerals."""
    for number in find_spelled_numbers(claim.folded):
        is_idiom = number.values == (1.0,) and not _FIRST.match(claim.folded, number.span.start)
        if not is_idiom and not _is_vague(claim.folded, number):
            yield number
    for before, word in pairwise(claim.words):
        if word.surface in ROMAN_NUMERALS and len(word.text) > 1 and before.surface[0].isupper():
            yield Number(word.span, (ROMAN_NUMERALS[word.surface],), words=True)


def _is_vague(folded: str, number: Number) -> bool:
    """Whether a number in words is only a scale, as after "some"."""
    first = folded[number.span.start : number.span.end].replace("-", " ").split()[0].lower()
    return first in lexicon.SCALES and folded[max(0, number.span.start - 2) : number.span.start].lower() != "a "
