"""Find the time at which a text cited a source: the day on which its author looked at it, or the date of the text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.names import strip_accents
from reader.review.details.dates import find_months, find_numeric_dates

_ACCESS: Final = lazy_pattern(
    r"\b(?:accessed|retrieved|viewed|visited|abgerufen|aufgerufen|zugegriffen|zugriff|consultee?|consultado|recuperado|"
    r"consultato|acesso|acessado|geraadpleegd|bezocht|hamtad|besøgt|dostep|дата обращения|erisim)\b|访问|閲覧"
)
_REACH: Final = 60
"""How many characters after the word for the access its date is looked for."""
_ISO: Final = lazy_pattern(r"((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?")
_FIRST_YEAR: Final = 1995
_NOON: Final = 12


def citing_time(article: Article, reference: Reference) -> datetime | None:
    """Return when an article cited the source of a reference, in UTC at noon; None if it does not say so."""
    text = strip_accents(reference.text.casefold())
    for match in _ACCESS.finditer(text):
        if (time := _first_date(text[match.end() : match.end() + _REACH])) is not None:
            return time
    return _first_date(strip_accents(article.about.date.casefold()))


def _first_date(text: str) -> datetime | None:
    return next(_dates(text), None)


def _dates(text: str) -> Iterator[datetime]:
    """Yield the dates in a folded text that name a day or a month of a year of the web, and are not to come."""
    now = datetime.now(UTC)
    for year, month, day in _date_parts(text):
        try:
            time = datetime(year, month, day or 28, _NOON, tzinfo=UTC)
        except ValueError:
            continue
        if year >= _FIRST_YEAR and time <= now:
            yield time


def _date_parts(text: str) -> Iterator[tuple[int, int, int]]:
    for match in _ISO.finditer(text):
        yield int(match[1]), int(match[2]), int(match[3] or 0)
    for month in find_months(text, with_foreign=True):
        if month.year is not None:
            yield month.year[1], month.month, month.days[0][1] if month.days else 0
    for date in find_numeric_dates(text):
        # Which of two numbers is the day is unknown where either may be; then they lie within the same year.
        if date.year:
            first_month, first_day = date.readings[0]
            yield date.year, first_month, first_day
