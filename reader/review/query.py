"""Read the queries that people type: the one grammar of filters and of the search over everything.

Words, "phrases", `#tag` or `tag:`, `[3]` or `ref:`, `is:`, `verdict:`, `kind:`, `source:`, `by:`, `assigned:`,
`article:`, and `before:`,
`after:` and `on:` with a date. "-" negates. Quotes keep blanks together, also after a colon, and make a word of what would be a
filter. All terms must match; who uses a query says what a term means there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.review.assignments import ME, NOBODY
from reader.review.scale import UNAVAILABLE_STATE, Scale

TAG: Final = "tag"
REFERENCE: Final = "ref"
STATE: Final = "is"
VERDICT: Final = "verdict"
KIND: Final = "kind"
SOURCE_MARK: Final = "source"
PERSON: Final = "by"
ASSIGNED: Final = "assigned"
ARTICLE: Final = "article"
BEFORE: Final = "before"
AFTER: Final = "after"
ON_DAY: Final = "on"
DATE_FIELDS: Final = (BEFORE, AFTER, ON_DAY)
QUERY_FIELDS: Final = (TAG, REFERENCE, STATE, VERDICT, KIND, SOURCE_MARK, PERSON, ASSIGNED, ARTICLE, *DATE_FIELDS)
"""The names that may stand before a colon. A term without one is a word or phrase; its field is ""."""

_QUOTES: Final = {'"': '"', "“": "”", "„": "“", "«": "»"}
_FIELD: Final = lazy_pattern(r"([^\W\d_]+):")
_BLANK: Final = lazy_pattern(r"\s")
_INK: Final = lazy_pattern(r"\S")
_DATE: Final = lazy_pattern(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_LABEL: Final = lazy_pattern(r"\[([^\[\]]+)\]")
_WORD: Final = lazy_pattern(r"\w+")


class QueryTerm(NamedTuple):
    """One term of a query: a `field` of QUERY_FIELDS or "" for a word, and its value.

    `[start, end)` is its range in the query, in code points.
    """

    field: str
    value: str
    start: int
    end: int
    is_negated: bool = False
    is_phrase: bool = False

    @property
    def letters(self) -> str:
        """The value without the difference between capital and small letters."""
        return self.value.casefold()


class QueryProblem(NamedTuple):
    """What is wrong with a query, and where: a half-open range of its code points."""

    message: str
    start: int
    end: int


class Query(NamedTuple):
    """A query as a person typed it. A term that cannot be read is left out of `terms`; `problem` is the first of these."""

    text: str
    terms: tuple[QueryTerm, ...] = ()
    problem: QueryProblem | None = None

    @property
    def public_text(self) -> str:
        """The text without names of people, for an export."""
        pieces: list[str] = []
        end = 0
        for term in self.terms:
            if term.field in (PERSON, ASSIGNED) and term.letters not in (ME, NOBODY):
                pieces += (self.text[end : term.start], "-" if term.is_negated else "", f"{term.field}:…")
                end = term.end
        return "".join((*pieces, self.text[end:]))

    def select(self, *fields: str) -> tuple[QueryTerm, ...]:
        """Return the terms of some fields."""
        return tuple(term for term in self.terms if term.field in fields)


class QueryNames(NamedTuple):
    """The values that a query may use: after `is:`, after `kind:`, and after `verdict:` with the id of each.

    Verdicts and kinds may stand after `is:` too. The `bare` names are no words even without "is:". `sources` are the values
    after `source:`; without them there is no such field, nor `assigned:`, as only a review knows who has what.
    """

    states: tuple[str, ...]
    kinds: tuple[str, ...]
    verdicts: Mapping[str, str]
    bare: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()

    @classmethod
    def of_scale(cls, scale: Scale, states: tuple[str, ...], kinds: tuple[str, ...]) -> QueryNames:
        """Return the names for a scale: a verdict is named by its id or by the label that people read."""
        verdicts = (*scale.verdicts, UNAVAILABLE_STATE)
        labels = {verdict.label.casefold(): verdict.id for verdict in verdicts}
        return cls(states, kinds, {**labels, **{verdict.id: verdict.id for verdict in verdicts}})

    @property
    def verdict_ids(self) -> tuple[str, ...]:
        """The ids of the verdicts, each once."""
        return tuple(dict.fromkeys(self.verdicts.values()))

    def field_of(self, name: str) -> str:
        """Return the field of a name that may stand after `is:`, "" if it is none of them."""
        fields = ((STATE, self.states), (KIND, self.kinds), (VERDICT, self.verdicts))
        return next((field for field, names in fields if name in names), "")


def parse_query(text: str, names: QueryNames) -> Query:
    """Parse a query. It never fails: what cannot be read is left out, and said by `problem`."""
    terms: list[QueryTerm] = []
    problem: QueryProblem | None = None
    for term in _split_terms(text):
        checked = _check_term(term, text[term.start : term.end], names)
        if isinstance(checked, QueryTerm):
            terms.append(checked)
        else:
            problem = problem or checked
    return Query(text, tuple(terms), problem)


def reference_names(reference: Reference) -> frozenset[str]:
    """Return what a reference may be called in a query: its label, its id, a word of its authors, its year; all casefolded."""
    words = _WORD.findall(" ".join(reference.authors).casefold())
    return frozenset(name for name in (reference.label.casefold(), reference.id.casefold(), *words, reference.year) if name)


# ------------------------------------------------------------------ splitting


def _split_terms(text: str) -> Iterator[QueryTerm]:
    """Yield the terms as they stand in the text, with whatever field they name."""
    position = 0
    while (ink := _INK.search(text, position)) is not None:
        start = position = ink.start()
        is_negated = text[position] == "-" and _INK.match(text, position + 1) is not None
        position += is_negated
        named = _FIELD.match(text, position)
        make = partial(QueryTerm, start=start, is_negated=is_negated)
        if text[position] in _QUOTES:
            value, position = _read_quoted(text, position)
            yield make("", value, end=position, is_phrase=True)
        elif (label := _LABEL.match(text, position)) is not None:
            position = label.end()
            yield make(REFERENCE, label[1], end=position)
        elif named is not None:
            is_phrase = text[named.end() : named.end() + 1] in (*_QUOTES,)
            value, position = (_read_quoted if is_phrase else _read_word)(text, named.end())
            yield make(named[1].casefold(), value, end=position, is_phrase=is_phrase)
        else:
            value, position = _read_word(text, position)
            is_tag = value.startswith("#") and len(value) > 1
            yield make(TAG if is_tag else "", value[1:] if is_tag else value, end=position)


def _read_word(text: str, start: int) -> tuple[str, int]:
    blank = _BLANK.search(text, start)
    end = len(text) if blank is None else blank.start()
    return text[start:end], end


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """Return what stands in quotes, to the end of the text if they are not closed, and the offset behind it."""
    end = text.find(_QUOTES[text[start]], start + 1)
    return (text[start + 1 :], len(text)) if end < 0 else (text[start + 1 : end], end + 1)


# ------------------------------------------------------------------ checking


def _check_term(term: QueryTerm, typed: str, names: QueryNames) -> QueryTerm | QueryProblem:
    """Return a term with its value as it is stored, or what is wrong with it."""
    if not term.field:
        field = names.field_of(term.letters) if term.letters in names.bare and not term.is_phrase else ""
        return _named_value(term, field, names) if field else term
    fields = tuple(field for field in QUERY_FIELDS if names.sources or field not in (SOURCE_MARK, ASSIGNED))
    if term.field not in fields:
        bare = typed[1:] if term.is_negated else typed
        if not term.value or term.value.startswith("//"):
            return term._replace(field="", value=bare)  # "Note:" and an address are words
        filters = " ".join(f"{field}:" for field in fields)
        return _problem(term, f"No filter “{typed}”; there are {filters}")
    if not term.value.strip():
        names_after = _names_after(term.field, names)
        return _problem(term, f"No filter “{typed}”; after {term.field}: {names_after or 'comes a value'}")
    if term.field == SOURCE_MARK:
        if term.letters in names.sources:
            return term._replace(value=term.letters)
        return _problem(term, f"No filter “{typed}”; after source: {_names_after(SOURCE_MARK, names)}")
    if term.field in (STATE, KIND, VERDICT):
        field = names.field_of(term.letters) if term.field == STATE else term.field
        allowed = names.kinds if field == KIND else names.verdicts if field == VERDICT else names.states
        if term.letters in allowed:
            return _named_value(term, field, names)
        return _problem(term, f"No filter “{typed}”; after {term.field}: {_names_after(term.field, names)}")
    if term.field in DATE_FIELDS and days_of(term.value) is None:
        return _problem(term, f"No date “{term.value}”; write 2024, 2024-05, 2024-05-31, today or yesterday")
    return term._replace(value=term.value.removeprefix("#")) if term.field == TAG else term


def _named_value(term: QueryTerm, field: str, names: QueryNames) -> QueryTerm:
    value = names.verdicts[term.letters] if field == VERDICT else term.letters
    return term._replace(field=field, value=value)


def _names_after(field: str, names: QueryNames) -> str:
    """Return the values that may stand after a field, "" where anything may."""
    values = {
        STATE: (*names.states, *names.kinds, *names.verdict_ids),
        KIND: names.kinds,
        VERDICT: names.verdict_ids,
        SOURCE_MARK: names.sources,
    }.get(field, ())
    return " ".join(dict.fromkeys(values))


def _problem(term: QueryTerm, message: str) -> QueryProblem:
    return QueryProblem(message, term.start, term.end)


# ------------------------------------------------------------------ dates


def days_of(value: str) -> tuple[date, date] | None:
    """Return the first day of a date and the day after it: of a day, a month, a year, "today" or "yesterday"; else None."""
    today = date.today()
    relative = {"today": today, "yesterday": today - timedelta(days=1)}.get(value.casefold())
    if relative is not None:
        return relative, relative + timedelta(days=1)
    match = _DATE.fullmatch(value)
    if match is None or not value.isascii():
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first, first + timedelta(days=1)
        return first, (date(year, month + 1, 1) if 0 < month < 12 else date(year + 1, 1, 1))
    except (ValueError, OverflowError):
        return None


def moments_of(term: QueryTerm) -> tuple[str, str]:
    """Return the half-open range of moments that a term with a date allows, as they are stored; "" for no bound.

    Days are those of this device's time zone.
    """
    days = days_of(term.value)
    if days is None:
        return "", ""
    first, after = map(_moment_of, days)
    return {BEFORE: ("", first), AFTER: (after, "")}.get(term.field, (first, after))


def _moment_of(day: date) -> str:
    """Return the beginning of a day in UTC, in the form of `model.now`."""
    try:
        moment = datetime.combine(day, time()).astimezone()
        return (moment - (moment.utcoffset() or timedelta())).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    except (OverflowError, OSError, ValueError):
        return f"{day.isoformat()}T00:00:00.000Z"
