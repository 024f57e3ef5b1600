"""The marks of a source: what one sees of it at a glance, in lists, filters and exports.

Several marks may be true of one source: it may be retracted, and its text an archived copy of which only the abstract is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reader.review.health import DIFFERS, MATCHES, NO_SUCH_RECORD, SourceHealth
from reader.review.vocabulary import (
    ABSTRACT_MARK,
    ARCHIVED_MARK,
    CONCERN_MARK,
    CORRECTED_MARK,
    DESCRIBED,
    DESCRIBED_MARK,
    DIFFERS_MARK,
    EMPTY_MARK,
    FAILED_MARK,
    FETCH_FAILED,
    MATCHES_MARK,
    MAYBE_RETRACTED_MARK,
    MISSING_MARK,
    NO_RECORD_MARK,
    NO_SOURCE,
    NO_TEXT,
    ONLY_ABSTRACT,
    RETRACTED_MARK,
    SUPPLIED,
    SUPPLIED_MARK,
)

if TYPE_CHECKING:
    from reader.review.model import Source

_STATE_MARKS: Final = {
    NO_SOURCE: (MISSING_MARK,),
    FETCH_FAILED: (MISSING_MARK, FAILED_MARK),
    NO_TEXT: (EMPTY_MARK,),
    ONLY_ABSTRACT: (ABSTRACT_MARK,),
    SUPPLIED: (SUPPLIED_MARK,),
    DESCRIBED: (DESCRIBED_MARK,),
}
_RECORD_MARKS: Final = {NO_SUCH_RECORD: NO_RECORD_MARK, DIFFERS: DIFFERS_MARK, MATCHES: MATCHES_MARK}


def source_marks(source: Source | None, health: SourceHealth) -> tuple[str, ...]:
    """Return the marks of a source, the gravest first."""
    return (*health_marks(health), *_STATE_MARKS[source.state if source is not None else NO_SOURCE], *_archive_marks(source))


def health_marks(health: SourceHealth) -> Iterator[str]:
    """Yield the marks that what others have recorded gives a source, the gravest first."""
    retraction, record = health.retraction, health.record
    if retraction is not None:
        yield RETRACTED_MARK if retraction.is_sure else MAYBE_RETRACTED_MARK
    if health.concern is not None and health.concern.is_sure:
        yield CONCERN_MARK
    if health.correction is not None and health.correction.is_sure:
        yield CORRECTED_MARK
    if record is not None and record.outcome in _RECORD_MARKS:
        yield _RECORD_MARKS[record.outcome]


def _archive_marks(source: Source | None) -> Iterator[str]:
    if source is not None and source.text is not None and source.text.archived_at:
        yield ARCHIVED_MARK
