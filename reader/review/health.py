"""Hold what others have recorded about the sources of an article: notices of retraction, and entries in registries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from reader.review.declaration import frozen_value

# ------------------------------------------------------------------ notices

RETRACTION: Final = "retraction"
CORRECTION: Final = "correction"
CONCERN: Final = "expression of concern"
REINSTATEMENT: Final = "reinstatement"
NOTICE_NATURES: Final = (RETRACTION, CORRECTION, CONCERN, REINSTATEMENT)
"""The natures of notices. A reinstatement ends a retraction."""

BEFORE_ARTICLE: Final = "before the article"
AFTER_ARTICLE: Final = "after the article"
"""When a notice appeared, compared with the article that cites the work."""

BY_DOI: Final = "DOI"
BY_PUBMED: Final = "PubMed id"
BY_ARXIV: Final = "arXiv id"
BY_ISBN: Final = "ISBN"
BY_TITLE: Final = "title"
"""How the work behind a reference was identified. By its title it is only likely to be that work."""


@frozen_value
class RetractionNotice:
    """A notice about the work behind a reference, as a list of retractions has it.

    `nature` is one of NOTICE_NATURES, or another word of the list. `date` is the date of the notice: "2024-03-05", "2024-03",
    "2024", or as the list spells what is no day, "" if unknown. `timing` is BEFORE_ARTICLE or AFTER_ARTICLE, "" where
    the dates do not tell. `doi` and `pubmed` are those of the notice, `title` is that of the work, `found_by` one of BY_DOI,
    BY_PUBMED and BY_TITLE.
    """

    nature: str
    date: str = ""
    timing: str = ""
    doi: str = ""
    pubmed: str = ""
    title: str = ""
    reasons: tuple[str, ...] = ()
    found_by: str = BY_DOI

    @property
    def is_sure(self) -> bool:
        """Whether the notice is about the very work, not about one with the same title."""
        return self.found_by != BY_TITLE


def compare_dates(date: str, other: str) -> int | None:
    """Return -1, 0 or 1 for a date before, on or after another one, None where that is unknown.

    Dates are "2024-03-05", "2024-03" or "2024"; of different precision, they are compared only by what both say.
    """
    parts, others = _date_parts(date), _date_parts(other)
    length = min(len(parts), len(others))
    if not length:
        return None
    if parts[:length] == others[:length]:
        return 0 if len(parts) == len(others) == 3 else None
    return -1 if parts[:length] < others[:length] else 1


def _date_parts(date: str) -> tuple[int, ...]:
    """Return year, month and day of a date as far as it has them, nothing for other texts."""
    parts = date.split("-")
    is_date = len(parts) <= 3 and len(parts[0]) == 4 and all(part.isascii() and part.isdecimal() for part in parts)
    return tuple(map(int, parts)) if is_date else ()


# ------------------------------------------------------------------ records

MATCHES: Final = "exists and matches"
DIFFERS: Final = "exists, but differs"
NO_SUCH_RECORD: Final = "no such record"
NOT_FOUND: Final = "not found by its title"
NOT_ASKED: Final = "could not be checked"
"""The outcomes of a check. NO_SUCH_RECORD is the word of the authority on an identifier; NOT_FOUND says only that a search
found nothing similar, which is no fault of the reference; NOT_ASKED says nothing about it."""


class FieldDifference(NamedTuple):
    """A field in which a reference and its record differ: "title", "year" or "authors", as cited and as registered."""

    field: str
    cited: str
    registered: str


@frozen_value
class RecordCheck:
    """The result of asking a registry for the work behind a reference.

    `outcome` is MATCHES, DIFFERS, NO_SUCH_RECORD, NOT_FOUND or NOT_ASKED, `registry` the name of who answered, `date` the day
    of the answer, "2026-11-27". `identifier` is what was asked for, such as "10.1234/basin", and `found_by` its kind: BY_DOI,
    BY_ARXIV, BY_ISBN or BY_TITLE. `title`, `authors` and `year` are those of the record, `address` leads to it. `remarks` are
    small things that are no differences, `reason` says why nothing could be checked.
    """

    outcome: str
    registry: str = ""
    date: str = ""
    identifier: str = ""
    found_by: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    year: str = ""
    address: str = ""
    differences: tuple[FieldDifference, ...] = ()
    remarks: tuple[str, ...] = ()
    reason: str = ""


# ------------------------------------------------------------------ health


@frozen_value
class SourceHealth:
    """What is known about the work behind one reference: notices, in the order of their dates, and its record, if asked for."""

    notices: tuple[RetractionNotice, ...] = ()
    record: RecordCheck | None = None

    @property
    def notices_in_force(self) -> tuple[RetractionNotice, ...]:
        """The notices in force: all without the retractions that a later reinstatement ended.

        A reinstatement found by title ends no retraction of the very work. Where the dates do not tell which came first, a
        reinstatement ends the only retraction, as there was none to end before that.
        """
        return tuple(
            notice for place, notice in enumerate(self.notices) if notice.nature != RETRACTION or not self._is_ended(place)
        )

    def _is_ended(self, place: int) -> bool:
        """Whether a reinstatement ended the retraction at a place among the notices."""
        retraction = self.notices[place]
        is_only = sum(notice.nature == RETRACTION and notice.is_sure >= retraction.is_sure for notice in self.notices) == 1
        for other, notice in enumerate(self.notices):
            if notice.nature == REINSTATEMENT and notice.is_sure >= retraction.is_sure:
                order = compare_dates(retraction.date, notice.date)
                if order == -1 or (order != 1 and (other > place or is_only)):
                    return True
        return False

    @property
    def retraction(self) -> RetractionNotice | None:
        """The retraction that stands, None if there is none. It is only likely one unless it `is_sure`."""
        return self._last_in_force(RETRACTION)

    @property
    def concern(self) -> RetractionNotice | None:
        """The last expression of concern, None if there is none."""
        return self._last_in_force(CONCERN)

    @property
    def correction(self) -> RetractionNotice | None:
        """The last correction, None if there is none."""
        return self._last_in_force(CORRECTION)

    def _last_in_force(self, nature: str) -> RetractionNotice | None:
        """Return the last notice in force of a nature; one about the very work goes before one found by title."""
        candidates = [notice for notice in self.notices_in_force if notice.nature == nature]
        return max(candidates, key=lambda notice: notice.is_sure, default=None) if candidates else None


NO_HEALTH: Final = SourceHealth()
"""The health of a source about which nothing is known."""

HealthListener = Callable[[frozenset[str]], None]


class HealthBook:
    """The health of an article's sources by the ids of its references.

    It is looked up elsewhere and never stored with the review. Listeners get the ids of the references whose health changed.
    `list_date` is the date of the list in which notices were looked up, "" where there is none: a work without a notice is "not
    listed in the list of that date", and no more than that.
    """

    def __init__(self) -> None:
        self.list_date = ""
        self._by_reference: dict[str, SourceHealth] = {}
        self._listeners: list[HealthListener] = []

    def of(self, reference: str) -> SourceHealth:
        """Return the health of a reference's source, NO_HEALTH if nothing is known."""
        return self._by_reference.get(reference, NO_HEALTH)

    def set_notices(self, notices: Mapping[str, tuple[RetractionNotice, ...]], list_date: str = "") -> None:
        """Set the notices of all references in a list of a date, by reference id; those left out have none."""
        self.list_date = list_date
        old = {reference for reference, health in self._by_reference.items() if health.notices}
        self._update({name: replace(self.of(name), notices=notices.get(name, ())) for name in {*old, *notices}})

    def set_records(self, records: Mapping[str, RecordCheck]) -> None:
        """Set the checks of the records of some references, by reference id; the others keep theirs."""
        self._update({name: replace(self.of(name), record=record) for name, record in records.items()})

    def listen(self, listener: HealthListener) -> None:
        """Call `listener` from now on with the ids of the references whose health changed."""
        self._listeners.append(listener)

    def _update(self, healths: Mapping[str, SourceHealth]) -> None:
        changed = frozenset(name for name, health in healths.items() if health != self.of(name))
        self._by_reference.update(healths)
        if changed:
            for listener in self._listeners:
                listener(changed)
