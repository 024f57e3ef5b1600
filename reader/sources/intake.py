"""Take the files of a place in: look into each once, match them to the references, and attach those that a person chose."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from reader.errors import NoTextError, ReaderError
from reader.formats.article_cache import keep_article, open_document
from reader.formats.progress import Cancelled, report, without_reports
from reader.sources.candidate import Candidate, FileRefusal, SourceFile
from reader.sources.front_matter import read_front_matter
from reader.sources.matches import Match

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library import Library
    from reader.review.model import Source, SourceText
    from reader.review.session import ReviewSession
    from reader.sources.front_cache import FrontCache
    from reader.sources.places import SourcePlace

_UNIT: Final = "file"
_MOST_FILES: Final = 20_000
"""The most files of a place that are looked into, as the beginning of each is held in memory."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The files of a place after a look into them: the candidates, each with other files of the same bytes, and refusals.

    `file_count` is the number of files in the place. `was_stopped`: not all of them were looked into.
    """

    candidates: tuple[Candidate, ...]
    refusals: tuple[FileRefusal, ...]
    file_count: int
    was_stopped: bool = False


def survey_place(place: SourcePlace, cache: FrontCache) -> Survey:
    """Look into all files of a place. What was read of a file is kept in `cache` by its digest, and not read again.

    Reports its progress. Once it is stopped, by `progress` or Ctrl+C, it returns what it has; the next run goes on from there.
    Raises ReaderError when the place as a whole cannot be read.
    """
    files: dict[tuple[str, str], dict[SourceFile, None]] = {}
    refusals: list[FileRefusal] = []
    candidates: dict[str, Candidate] = {}
    done, was_stopped = 0, False
    try:
        for one in place.files():
            report(_UNIT, len(files))
            if isinstance(one, FileRefusal):
                refusals.append(one)
            else:
                files.setdefault((one.origin, one.key), {})[one] = None
        if (count := len(files)) > _MOST_FILES:
            files = dict(islice(files.items(), _MOST_FILES))
            reason = f"Only the first {_MOST_FILES:,} of its {count:,} files were looked into: name one of its folders"
            refusals.append(FileRefusal(place.name, reason))
        for same in map(tuple, files.values()):
            report(_UNIT, done, len(files))
            try:
                candidate = _look_into(place, same, cache)
            except Cancelled:
                raise
            except ReaderError as error:
                refusals.append(FileRefusal(same[0].name, str(error)))
            else:
                first = candidates.setdefault(candidate.digest, candidate)
                if first is not candidate:
                    candidates[candidate.digest] = replace(first, files=(*first.files, *candidate.files))
            done += 1
        report(_UNIT, done, len(files))
    except (Cancelled, KeyboardInterrupt):
        was_stopped = done < len(files) or not files
    return Survey(tuple(candidates.values()), tuple(refusals), len(files), was_stopped)


def _look_into(place: SourcePlace, files: tuple[SourceFile, ...], cache: FrontCache) -> Candidate:
    file = files[0]
    data = place.read(file)
    if not data:
        raise ReaderError(f"{file.name} is empty")
    digest = hashlib.sha256(data).hexdigest()
    front = cache.get(digest)
    if front is None:
        with without_reports():
            front = read_front_matter(data, file.origin)
        cache.put(digest, front)
    return Candidate(digest, files, front)


# ------------------------------------------------------------------ attaching


@dataclass(frozen=True, slots=True)
class AttachResult:
    """The matches whose files were attached, in one change that can be undone, and the files that could not be read.

    `was_stopped`: the rest of the chosen matches were not attached.
    """

    attached: tuple[Match, ...]
    refusals: tuple[FileRefusal, ...]
    was_stopped: bool = False


def is_open_match(session: ReviewSession, match: Match) -> bool:
    """Whether a match names a reference that has no text yet: nothing that a person attached is replaced."""
    sources = (session.sources.source(reference) for reference in match.references[:1])
    return any(source is None or not source.current for source in sources)


@dataclass(frozen=True, slots=True)
class ReadMatches:
    """The matches whose files were read, with their texts by reference, and the files that could not be read.

    `was_stopped`: the rest of the chosen matches were not read.
    """

    matches: tuple[Match, ...]
    texts: Mapping[str, SourceText | Source]
    refusals: tuple[FileRefusal, ...]
    was_stopped: bool


def attach_matches(session: ReviewSession, library: Library, place: SourcePlace, matches: Sequence[Match]) -> AttachResult:
    """Read the files of matches and attach them to their references, as `read_matches` and `attach_texts` do."""
    return attach_texts(session, read_matches(session, library, place, matches))


def attach_texts(session: ReviewSession, read: ReadMatches) -> AttachResult:
    """Attach what was read, all in one change that can be undone. A reference that has a text by now keeps it."""
    attached = tuple(match for match in read.matches if is_open_match(session, match))
    session.attach_sources({match.references[0]: read.texts[match.references[0]] for match in attached})
    return AttachResult(attached, read.refusals, read.was_stopped)


def read_matches(session: ReviewSession, library: Library, place: SourcePlace, matches: Sequence[Match]) -> ReadMatches:
    """Read the files of matches whose references have no text, for the library to keep; `session` is not changed.

    Reports its progress. Once it is stopped, by `progress` or Ctrl+C, the result has what was read until then.
    """
    read, refusals, was_stopped = list[Match](), list[FileRefusal](), False
    texts: dict[str, SourceText | Source] = {}
    by_digest: dict[str, SourceText | Source] = {}
    try:
        for number, match in enumerate(matches):
            report(_UNIT, number, len(matches))
            reference = match.references[0]
            if reference in texts or not is_open_match(session, match):
                continue
            try:
                digest = match.candidate.digest
                if digest not in by_digest:
                    by_digest[digest] = _read_source(session, library, place, match.candidate)
            except Cancelled:
                raise
            except ReaderError as error:
                refusals.append(FileRefusal(match.candidate.file.name, str(error)))
            else:
                texts[reference] = by_digest[digest]
                read.append(match)
    except (Cancelled, KeyboardInterrupt):
        was_stopped = True
    return ReadMatches(tuple(read), texts, tuple(refusals), was_stopped)


def _read_source(session: ReviewSession, library: Library, place: SourcePlace, candidate: Candidate) -> SourceText | Source:
    """Return the text of a file, which the library keeps from now on, or the source of the library that it is."""
    from reader.library.source_texts import keep_source  # loads the library

    file = candidate.file
    source = session.sources.source_by_id(file.source) if file.source else None
    if source is not None:
        return source
    data = place.read(file)
    if hashlib.sha256(data).hexdigest() != candidate.digest:
        raise ReaderError(f"{file.name} has changed since it was looked into", "Start again")
    article: Article | None
    try:
        with without_reports():
            article = open_document(data, file.origin)
            keep_article(article)
    except NoTextError:
        article = None
    return keep_source(library, article, data, file.origin)
