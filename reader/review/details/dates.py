"""Find dates in a text, in words and in figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import FOREIGN_MONTHS, MONTHS

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
