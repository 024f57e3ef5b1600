"""Add up the reviews of a library: verdicts, coverage, the work of each day and person, the most used sources."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from reader.review.completeness import Completeness
from reader.review.model import Annotation
from reader.review.scale import UNAVAILABLE
from reader.review.vocabulary import CLAIM


class Review(NamedTuple):
    """The review of one article: its counts (None if its text cannot be read), annotations, and sources of references.

    `identities` maps the digest of an edition to the identities of the sources that its references name, by reference id.
    """

    article: str
    counts: Completeness | None
    annotations: tuple[Annotation, ...]
    identities: Mapping[str, Mapping[str, str]]


class Day(NamedTuple):
    """The work of a day: sentences marked, as claims or otherwise, and verdicts given."""

    date: date
    marked: int
    judged: int


class Person(NamedTuple):
    """The work of a person, by the name on it."""

    name: str
    marked: int
    judged: int


class SourceUse(NamedTuple):
    """The use of a source: the judgements on it by verdict, their articles, a reference that names it, by article and id."""

    verdicts: Mapping[str, int]
    articles: int
    article: str
    reference: str

    @property
    def judgements(self) -> int:
        """The number of judgements."""
        return sum(self.verdicts.values())


class Statistics(NamedTuple):
    """The sums over a library. `unread` articles have no counts, so that nothing is said of their sentences and open pairs.

    `verdicts` counts the judgements by verdict, also those that say that a source is unavailable; `with_evidence` of the others
    have a passage.
    """

    articles: int
    complete: int
    unread: int
    counts: Completeness
    verdicts: Mapping[str, int]
    with_evidence: int
    days: tuple[Day, ...]
    people: tuple[Person, ...]
    sources: tuple[SourceUse, ...]

    def last_days(self, count: int, today: date) -> tuple[Day, ...]:
        """Return the work of so many days up to `today`, without days of which there is none.

        Days after it come from a clock that goes wrong.
        """
        first = today - timedelta(days=count - 1)
        return tuple(day for day in self.days if first <= day.date <= today)


def bar(count: int, most: int, cells: int) -> str:
    """Return a bar in proportion to the largest number, which has so many cells; a number that is not zero has one."""
    return "━" * max(1, round(cells * count / most)) if count else ""


def collect_statistics(reviews: Iterable[Review], zone: tzinfo | None = None) -> Statistics:
    """Return the sums over reviews. Days are those of a time zone, None for that of this machine; the newest stands last."""
    articles = complete = unread = with_evidence = 0
    sums = [0] * len(Completeness._fields)
    verdicts: Counter[str] = Counter()
    marked: dict[date, int] = defaultdict(int)
    judged: dict[date, int] = defaultdict(int)
    people: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for review in reviews:
        articles += 1
        if review.counts is None:
            unread += 1
        else:
            complete += review.counts.is_complete
            sums = [total + count for total, count in zip(sums, review.counts, strict=True)]
        for annotation in review.annotations:
            people[annotation.creator][0] += 1
            if (day := _day(annotation.created_at, zone)) is not None:
                marked[day] += 1
            for judgement in annotation.judgements if annotation.kind == CLAIM else ():
                if not judgement.verdict:
                    continue
                verdicts[judgement.verdict] += 1
                with_evidence += bool(judgement.evidence) and judgement.verdict != UNAVAILABLE
                people[judgement.by][1] += 1
                if (day := _day(judgement.at, zone)) is not None:
                    judged[day] += 1
                edition = review.identities.get(judgement.edition or annotation.edition, {})
                identity = judgement.identity or edition.get(judgement.reference, f"{review.article} {judgement.reference}")
                sources[identity][judgement.verdict] += 1
                places[identity].setdefault(review.article, judgement.reference)
    uses = [SourceUse(used, len(places[name]), *next(iter(places[name].items()))) for name, used in sources.items()]
    return Statistics(
        articles,
        complete,
        unread,
        Completeness(*sums),
        dict(verdicts),
        with_evidence,
        tuple(Day(day, marked[day], judged[day]) for day in sorted({*marked, *judged})),
        tuple(Person(name, *people[name]) for name in sorted(people, key=lambda name: (-sum(people[name]), name))),
        tuple(sorted(uses, key=lambda use: (-use.judgements, use.article, use.reference))),
    )


def _day(moment: str, zone: tzinfo | None) -> date | None:
    """Return the day of a stored time, None for one that cannot be read."""
    try:
        return datetime.fromisoformat(moment).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):  # the last on Windows, for years before 1970
        return None
