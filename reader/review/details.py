"""Which numbers, dates and names of a claim stand nowhere in the whole text of a source: cues for a person, never a verdict.

A cue that is false costs trust, so whatever might be the same counts as the same: 2.5 million and 2,498,112, fifty and 50,
May 3 and 2019-05-03, Spain and Spanish, the initials of a name and the name. Where the language does not tell what a name is,
because it is not known, or not that of the source, nothing is said of names.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy import lazy
from reader.article.model import Span
from reader.review.details_dates import Dated, Month, named_months, numeric_dates, unstamped
from reader.review.details_names import names_of
from reader.review.details_numbers import ROMANS, Number, figures, is_year, spelled
from reader.review.details_source import SourceDetails
from reader.review.details_text import Word, languages_of, plain_places, words_of
from reader.review.details_words import DATED, HEDGES, ORDINALS, SCALES, WEEKDAYS
from reader.review.words import beginning_of

__all__ = ["DATE", "NAME", "NUMBER", "Detail", "SourceDetails", "missing"]

NUMBER: Final = "number"
DATE: Final = "date"
NAME: Final = "name"
_BESIDE: Final = {NUMBER: lazy(r"[ -]"), DATE: lazy(r"[ -]|, "), NAME: lazy(r"[ '’-]")}
"""What is between the parts of one detail, by its kind."""
_HEDGED: Final = 3
"""How many words before a number may say that it is rounded."""


class Detail(NamedTuple):
    """A detail of a claim that a source lacks: its range of the claim, NUMBER, DATE or NAME, and the words themselves."""

    span: Span
    kind: str
    text: str


class _Claim(NamedTuple):
    """A folded claim: its words and where they end, the months it names, its dates in figures, the languages it may be in."""

    folded: str
    words: Sequence[Word]
    ends: Sequence[int]
    months: Sequence[Month]
    dates: Sequence[Dated]
    languages: frozenset[str]

    def is_in(self, language: str) -> bool:
        """Whether the claim may be in a language."""
        return language in self.languages


def missing(claim: str, source: SourceDetails) -> tuple[Detail, ...]:
    """Return the details of a claim that the source lacks, in the order of the claim.

    The claim comes without citation markers: their numbers would be details. Of a very long one only the beginning is read.
    """
    claim = beginning_of(claim)
    folded, places = plain_places(claim)
    folded = unstamped(folded)
    words, languages = words_of(folded), frozenset(languages_of(folded, 0))
    ends = [word.span.end for word in words]
    months = [month for month in named_months(folded, foreign=False) if _dated(month, words, ends)]
    # Without a day, 2011-12 is sooner a season; without a whole year, 6-4-10 may be a result.
    dates = [date for date in numeric_dates(folded) if date.year and all(day for _, day in date.readings)]
    read = _Claim(folded, words, ends, months, dates, languages)
    lacking = [*_dates(read, source), *_numbers(read, source)]
    common = languages & source.languages
    if len(common) == 1:
        lacking += ((span, NAME) for span in names_of(folded, words, next(iter(common)), source.names))
    spans = (
        (Span(places[span.start], max(places[span.end - 1] + 1, places[span.end])), kind) for span, kind in sorted(lacking)
    )
    return tuple(Detail(span, kind, claim[span.start : span.end]) for span, kind in _joined(spans, claim))


def _joined(lacking: Iterable[tuple[Span, str]], claim: str) -> Iterator[tuple[Span, str]]:
    """Yield the details, those joined that stand side by side and are of one kind."""
    last: tuple[Span, str] | None = None
    for span, kind in lacking:
        if last and span.start < last[0].end:
            continue
        if last and last[1] == kind and _BESIDE[kind].fullmatch(claim, last[0].end, span.start):
            last = (Span(last[0].start, span.end), kind)
            continue
        if last:
            yield last
        last = (span, kind)
    if last:
        yield last


def _dated(month: Month, words: Sequence[Word], ends: Sequence[int]) -> bool:
    """Whether what reads as a month is one: May may be a verb, April a person."""
    if month.days:
        return True
    at = bisect_left(ends, month.span.end)
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 2]
    return any(word.text.isdecimal() for word in (*before, *after)) or any(word.text in DATED for word in before)


def _dates(claim: _Claim, source: SourceDetails) -> Iterator[tuple[Span, str]]:
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
        if day and word.text.endswith("day") and word.shown[0].isupper() and not source.has_weekday(day):
            yield word.span, DATE


def _numbers(claim: _Claim, source: SourceDetails) -> Iterator[tuple[Span, str]]:
    """Yield the numbers and years that a source has in no form."""
    days = {span.start for month in claim.months for span, _ in month.days}
    days.update(start for date in claim.dates for start in range(*date.span))
    for number in figures(claim.folded, claim.is_in("en")):
        # Letters before a figure make it a part of a name: A4, MI6.
        before = claim.folded[max(0, number.span.start - 1) : number.span.start]
        if number.span.start in days or (before.isascii() and before.isalpha()):
            continue
        if number.decade:
            if not source.has_decade(number.values[0]):
                yield number.span, DATE
        elif not _known(number, claim, source):
            year = is_year(number.values[0]) and number.span.end - number.span.start == len("2000")
            yield number.span, DATE if year else NUMBER
    if claim.is_in("en") and ("en" in source.languages or not source.languages):
        yield from ((number.span, NUMBER) for number in _in_words(claim.words) if not _known(number, claim, source))


def _in_words(words: Sequence[Word]) -> Iterator[Number]:
    """Yield the numbers in words that say how many, and Roman numerals. One and first are said of much that is not counted."""
    lower = [word.text for word in words]
    for start, stop, values, step in spelled(lower):
        if values != (1.0,) and not _vague(lower, start) and not _fraction(lower, start, stop):
            yield Number(Span(words[start].span.start, words[stop - 1].span.end), values, step)
    for before, word in pairwise(words):
        if word.shown in ROMANS and len(word.text) > 1 and before.shown[0].isupper():
            yield Number(word.span, (ROMANS[word.shown],))


def _vague(words: Sequence[str], start: int) -> bool:
    """Whether a number in words is but a scale: of a figure before it, of some, of half a million."""
    alone = words[start] in SCALES
    return alone and (words[max(0, start - 1) : start] != ["a"] or "half" in words[max(0, start - 3) : start])


def _fraction(words: Sequence[str], start: int, stop: int) -> bool:
    """Whether a number in words is a part of a fraction, which is as often given in per cent: two thirds, a third of them."""
    before, after = words[max(0, start - 1) : start], words[stop : stop + 1]
    if words[start] in ORDINALS:
        return before == ["one"] or (before == ["a"] and after == ["of"])
    return any(word.endswith("s") and (word[:-1] in ORDINALS or word == "quarters") for word in after)


def _known(number: Number, claim: _Claim, source: SourceDetails) -> bool:
    """Whether a source has a number of a claim."""
    at = bisect_right(claim.ends, number.span.start)
    hedges = [HEDGES[word.text] for word in claim.words[max(0, at - _HEDGED) : at] if word.text in HEDGES]
    if source.has_number(number, any(less for less, _ in hedges), any(more for _, more in hedges)):
        return True
    behind = bisect_left(claim.ends, number.span.end) + 1
    century = any(word.text in ("century", "centuries") for word in claim.words[behind : behind + 1])
    return century and any(source.has_years(100 * value - 100, 100) for value in number.values)
