"""Find dates in a text, in words and in figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import FOREIGN_MONTHS, MONTHS, QUARTERS

_TIMESTAMP: Final = lazy_pattern(r"(?<=\d)[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?")
"""Match the time of day in a timestamp, after its date."""
_NUMERIC: Final = lazy_pattern(
    r"(?<![\d./])(?:(?P<iso_year>\d{4})([-/.])(?P<iso_month>\d\d?)(?:\2(?P<iso_day>\d\d?))?"
    r"|(?P<first>\d\d?)([-/.])(?P<second>\d\d?)\6(?:(?P<year>\d{4})|\d\d))(?!\d)"
)
_YEAR: Final = lazy_pattern(r"(?:[\s,.]|\b(?:of|de)\b){1,6}((?:1\d|20)\d\d)(?!\d)")
_ENGLISH: Final = lazy_pattern(rf"\b(?=[adfjmnos])(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b", re.IGNORECASE)
_FOREIGN: Final = lazy_pattern(
    rf"\b(?=[adefgjlmnos])(?:{'|'.join(sorted(FOREIGN_MONTHS, key=len, reverse=True))})\b", re.IGNORECASE
)
_BEFORE: Final = lazy_pattern(
    r"(?:(?<![\d.,])\d\d?(?:st|nd|rd|th)?(?:[\s,.&/-]|\b(?:to|and|or|of|the|de|y|e|et|und)\b){1,8})+$"
)
_AFTER: Final = lazy_pattern(r"(?:(?:[\s,.&/-]|\b(?:to|and|or|the)\b){1,8}\d\d?(?![\d:])(?:st|nd|rd|th)?)+")
_FIGURE: Final = lazy_pattern(r"\d+")
_QUARTER: Final = lazy_pattern(
    r"(?:\b[qt](?P<letter>[1-4])|\b(?P<figure>[1-4])(?:q|(?:st|nd|rd|th|\.)?\s(?:fiscal\s)?(?:quarter|quartal|trimestre)s?)"
    rf"|\b(?P<word>{'|'.join(QUARTERS)})[\s-](?:fiscal\s)?(?:quarter|quartal|trimestre)s?)"
    r"(?:(?:[\s,]|of|de|del|du|the|fiscal|year|fy|/|'){0,6}(?P<year>(?:19|20)\d\d|(?<=')\d\d|(?<=[1-4]q)\d\d))?\b"
)
_DAY_REACH: Final = 32
"""How many characters before a month are searched for its days."""


class Month(NamedTuple):
    """A month in words, 1 for January, with the days beside it and the year after it, each with its range."""

    span: Span
    month: int
    days: tuple[tuple[Span, int], ...] = ()
    year: tuple[Span, int] | None = None


class NumericDate(NamedTuple):
    """A date in figures: the months and days it may mean, as either may come first, and its year; 0 is none."""

    span: Span
    readings: tuple[tuple[int, int], ...]
    year: int


class Quarter(NamedTuple):
    """A quarter of a year, 1 to 4, with its range and its year; 0 is none."""

    span: Span
    quarter: int
    year: int = 0

    @property
    def months(self) -> range:
        """The months of the quarter, 1 for January."""
        return range(3 * self.quarter - 2, 3 * self.quarter + 1)


def find_quarters(lower: str) -> Iterator[Quarter]:
    """Yield the quarters of years of a folded text in lower case, such as "Q2 2025" and "second quarter"."""
    for match in _QUARTER.finditer(lower):
        number = match["letter"] or match["figure"]
        year = int(match["year"] or 0)
        # T1 is a quarter in French and Spanish, and may be much else.
        if match["letter"] and lower[match.start()] == "t" and not year:
            continue
        quarter = int(number) if number else QUARTERS[match["word"]]
        yield Quarter(Span(*match.span()), quarter, year + 2000 if 0 < year < 100 else year)


def blank_timestamps(folded: str) -> str:
    """Replace the times of day in timestamps by blanks: their numbers are not part of the text's content."""
    return _TIMESTAMP.sub(lambda match: " " * len(match[0]), folded)


def find_months(folded: str, with_foreign: bool) -> Iterator[Month]:
    """Yield the months that a folded text names in words, in English or, `with_foreign`, in other languages too."""
    months = FOREIGN_MONTHS if with_foreign else MONTHS
    for match in (_FOREIGN if with_foreign else _ENGLISH).finditer(folded):
        name = match[0]
        start = max(0, match.start() - _DAY_REACH)
        before, after = _BEFORE.search(folded[start : match.start()]), _AFTER.match(folded, match.end())
        ranges = [(start + before.start(), match.start())] if before else []
        ranges += [after.span()] if after else []
        days = tuple((Span(*day.span()), int(day[0])) for near in ranges for day in _FIGURE.finditer(folded, *near))
        if days or with_foreign or not name.islower():
            year = _YEAR.match(folded, after.end() if after else match.end())
            dated = (Span(*year.span(1)), int(year[1])) if year else None
            yield Month(Span(*match.span()), int(months[name.casefold()]), days, dated)


def find_numeric_dates(folded: str) -> Iterator[NumericDate]:
    """Yield the dates in figures of a folded text."""
    for match in _NUMERIC.finditer(folded):
        if match["iso_month"]:
            readings = ((int(match["iso_month"]), int(match["iso_day"] or 0)),)
        else:
            first, second = int(match["first"]), int(match["second"])
            readings = ((first, second), (second, first))
        likely = tuple((month, day) for month, day in readings if 0 < month <= 12 and day <= 31)
        if likely:
            yield NumericDate(Span(*match.span()), likely, int(match["iso_year"] or match["year"] or 0))
