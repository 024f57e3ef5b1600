"""The sources of a place for one reading screen: look through it, match its files, attach those that the person chose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from reader.formats.progress import Cancelled
from reader.printable import plural
from reader.sources.intake import attach_texts, is_open_match, read_matches, survey_place
from reader.sources.matches import Grade, match_candidates
from reader.sources.places import open_place
from reader.tui.matches.choice import (
    LIKELY_GROUP,
    REFUSED_GROUP,
    SUPPLIED_GROUP,
    SURE_GROUP,
    UNMATCHED_GROUP,
    MatchEntry,
)
from reader.tui.panes.bars import undo_message
from reader.tui.reading.sources import reference_labels

if TYPE_CHECKING:
    from reader.sources.candidate import Candidate, WorkRecord
    from reader.sources.intake import Survey
    from reader.sources.matches import Match
    from reader.sources.places import SourcePlace
    from reader.tui.reading.host import ReadingHost

_PEOPLE: Final = 3
"""The most people that are named."""
_WORDS: Final = 1200
"""The most characters of a file's beginning that are shown."""


class PlaceIntake:
    """Take the sources of a place in, for the screen of matches. `place` is the place as the person named it."""

    def __init__(self, host: ReadingHost, place: str) -> None:
        self.place = place
        self._host = host
        self._open_place: SourcePlace | None = None

    def find(self) -> Sequence[MatchEntry]:
        """Look through the place and return its files with what they match. Raises ReaderError, also when it was stopped."""
        from reader.sources.front_cache import FrontCache

        place = self._open_place = open_place(self.place, self._host.services.open_library(), self._host.article)
        cache = FrontCache()
        try:
            survey = survey_place(place, cache)
        finally:
            cache.close()
        if survey.was_stopped:
            raise Cancelled("Stopped")
        return tuple(self._entries(survey))

    def _entries(self, survey: Survey) -> Iterator[MatchEntry]:
        matches = match_candidates(self._host.article.references, survey.candidates)
        groups: dict[str, list[MatchEntry]] = {
            group: [] for group in (SURE_GROUP, LIKELY_GROUP, SUPPLIED_GROUP, UNMATCHED_GROUP, REFUSED_GROUP)
        }
        for match in matches:
            entry = self._entry(match)
            groups[entry.group].append(entry)
        for entries in groups.values():
            yield from entries
        for refusal in survey.refusals:
            yield MatchEntry(REFUSED_GROUP, refusal.name, (refusal.reason,))

    def _entry(self, match: Match) -> MatchEntry:
        article = self._host.article
        references = [article.reference_by_id[reference] for reference in match.references]
        group = {Grade.SURE: SURE_GROUP, Grade.LIKELY: LIKELY_GROUP, Grade.NONE: UNMATCHED_GROUP}[match.grade]
        if references and not is_open_match(self._host.session, match):
            group = SUPPLIED_GROUP
        record, titles = _record_of(match.candidate), match.candidate.front.titles
        return MatchEntry(
            group,
            match.candidate.file.name,
            match.reasons,
            references[0] if references else None,
            reference_labels(article, match.references),
            match if group in (SURE_GROUP, LIKELY_GROUP) else None,
            record.title or next(iter(titles), ""),
            " · ".join(part for part in (", ".join(record.people[:_PEOPLE]), record.year, record.key) if part),
            " ".join(" ".join(match.candidate.front.pages)[:_WORDS].split()),
            tuple(file.name for file in match.candidate.files[1:]),
        )

    def read(self, matches: Sequence[Match]) -> Callable[[], tuple[str, str]]:
        """Read the texts of files. Return the function that attaches them in one change and tells of it, with the tone."""
        assert self._open_place is not None
        host = self._host
        read = read_matches(host.session, host.services.open_library(), self._open_place, matches)

        def attach() -> tuple[str, str]:
            result = attach_texts(host.session, read)
            count = len(result.attached)
            message = f"{'Stopped: ' if result.was_stopped else ''}{plural(count, 'source')} attached"
            overtaken = 0 if result.was_stopped else len(matches) - count - len(result.refusals)
            if overtaken:
                message = f"{message}, {overtaken} not: the reference got another text meanwhile"
            if result.refusals:
                first = result.refusals[0]
                message = f"{message}, {len(result.refusals)} could not be read: {first.name}: {first.reason}"
            return (undo_message(message, host.key) if count else message), "fault" if result.refusals or overtaken else "good"

        return attach

    def leave(self, message: str, tone: str) -> None:
        """Close the place, and show a message on the article."""
        if self._open_place is not None:
            self._open_place.close()
        self._host.report(message, tone)


def _record_of(candidate: Candidate) -> WorkRecord:
    """Return what the place says of a file, else what the file says of itself."""
    return next((record for record in candidate.records if record.title), candidate.front.record)
