"""Look up, without the network, what others have recorded about the works that an article cites."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.article.lazy_pattern import lazy_pattern
from reader.digests import blake2b
from reader.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reader.article.article import Article
    from reader.article.model import About
    from reader.registries.cited_work import CitedWork
    from reader.review.health import RecordCheck, RetractionNotice
    from reader.review.session import ReviewSession
    from reader.settings import Settings

_ISO: Final = lazy_pattern(r"\s*(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?![\d\-/.])")
_DIGEST_SIZE: Final = 12
_YEAR: Final = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


def index_of(library: Path) -> Path:
    """Return the path of the list of retractions of the library in a folder."""
    return library / "retractions.sqlite"


def answers_path() -> Path:
    """Return the path of the file with the answers of registries."""
    from platformdirs import user_cache_path

    return user_cache_path("claim-reader", appauthor=False) / "registries.sqlite"


def cited_works(article: Article) -> list[CitedWork]:
    """Return the works that an article cites, without footnotes that name no source."""
    from reader.registries.cited_work import CitedWork

    return [CitedWork(reference) for reference in article.references if not reference.remark]


def publication_date(about: About) -> str:
    """Return the date of a document as "2024-03-05", "2024-03" or "2024", "" if it is unknown or has two readings."""
    from reader.review.details.dates import find_months

    iso = _ISO.match(about.date)
    if iso is not None:
        return iso[1]
    for month in find_months(about.date, True):
        if month.year is not None:
            day = f"-{month.days[0][1]:02}" if len(month.days) == 1 else ""
            return f"{month.year[1]}-{month.month:02}{day}"
    years = {match[0] for match in _YEAR.finditer(about.date)}
    return years.pop() if len(years) == 1 else ""


def health_state(library: Path, settings: Settings) -> str:
    """Return a digest of all on which the health of any cited work depends, "" where nothing is known of any.

    That are the list of retractions beside a library, the answers of registries, and the settings of these.
    """
    files: list[tuple[str, int, int]] = []
    for path in (index_of(library), answers_path()):
        for suffix in ("", "-wal"):
            with contextlib.suppress(OSError):
                stat = path.with_name(path.name + suffix).stat()
                if stat.st_size:
                    files.append((path.name + suffix, stat.st_size, stat.st_mtime_ns))
    if not files:
        return ""
    chosen = [value for name, value in settings._asdict().items() if name == "openalex_key" or name.endswith("_address")]
    return blake2b(repr((files, chosen)).encode(), digest_size=_DIGEST_SIZE).hexdigest()


class KnownHealth:
    """What is known about the works that an article cites, looked up without the network.

    `complaint` says in one line what could not be read, "" if all was.
    """

    def __init__(self, article: Article, library: Path, settings: Settings) -> None:
        """Look up the works of an article in the list of retractions beside a library, and in what registries answered."""
        self.notices: Mapping[str, tuple[RetractionNotice, ...]] = {}
        self.records: Mapping[str, RecordCheck] = {}
        self.list_date = self.complaint = ""
        index, answers = index_of(library), answers_path()
        has_list, has_answers = index.exists(), answers.exists()
        if not article.references or not (has_list or has_answers):
            return
        works = cited_works(article)
        try:
            if has_answers:
                self._recall_records(works, answers, settings)
            if has_list:
                self._look_up_notices(works, index, publication_date(article.about))
        except ReaderError as error:
            self.complaint = str(error)

    def give_to(self, session: ReviewSession) -> None:
        """Give what is known to the review of the article."""
        session.health.set_notices(self.notices, self.list_date)
        session.health.set_records(self.records)

    def _look_up_notices(self, works: Sequence[CitedWork], index: Path, published: str) -> None:
        from reader.registries.retractions import find_notices

        self.notices, self.list_date = find_notices(index, works, published)

    def _recall_records(self, works: Sequence[CitedWork], path: Path, settings: Settings) -> None:
        from reader.registries.answers import AnswerCache
        from reader.registries.client import KeptAnswers, registry_options
        from reader.registries.record_check import recall_records

        options = registry_options(settings)
        with contextlib.closing(AnswerCache(path)) as cache:
            self.records = recall_records(works, KeptAnswers(options, cache))


def look_up_health(session: ReviewSession, library: Path, settings: Settings) -> str:
    """Give a review what is known about the works that its article cites; return what could not be read, "" if all was."""
    known = KnownHealth(session.index.article, library, settings)
    known.give_to(session)
    return known.complaint
