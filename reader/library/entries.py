"""An article as the library lists it, and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from reader.article.model import Span
from reader.review.cells import Record
from reader.review.model import Bookmark
from reader.review.place import ReadingPlace, Seen
from reader.review.records import bookmarks_from_record
from reader.review.session import ReviewSession


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an article is worked through, in numbers: its sentences, those seen, its claims, and the pairs still open."""

    sentences: int = 0
    seen: int = 0
    claims: int = 0
    open: int = 0


class Edition(NamedTuple):
    """A text that an article was opened with: its digest, and that of the document it was built from, "" for a text itself.

    `by` is the version that read it in this `format`, `at` when it was first opened, in UTC; "" for what nobody noted.
    `sources` tells which source each of its references named, as `review.sources` does.
    """

    digest: str
    original: str
    format: str
    by: str
    at: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """What the library knows of an article without opening it.

    `source` is the absolute path it was read from last, its address, or "-" for a pipe; `digest` names its latest edition,
    `original` the document that was built from, "" for one that is a text; `added`, `opened` and `fetched` are times in UTC,
    the last "" for what came from no address; `editions` are all texts it was opened with, the oldest first; `tags` are the
    names in use on its annotations, sorted.
    """

    id: str
    title: str
    source: str
    format: str
    digest: str
    added: str
    opened: str
    original: str = ""
    fetched: str = ""
    bookmarks: tuple[Bookmark, ...] = ()
    place: ReadingPlace = field(default_factory=ReadingPlace)
    progress: Progress = field(default_factory=Progress)
    editions: tuple[Edition, ...] = ()
    tags: tuple[str, ...] = ()


def progress_of(session: ReviewSession, place: ReadingPlace) -> Progress:
    """Return the progress of an article that is open."""
    seen = Seen(place.seen)
    sentences = session.article.sentences.all()
    return Progress(len(sentences), sum(map(seen.covers, sentences)), len(session.claims()), session.open_pairs())


def entry_of(record: Record, tags: tuple[str, ...] = ()) -> ArticleEntry:
    """Return the entry that an article's record holds; what is missing or no value of its kind is empty.

    What was seen in two places at once counts in both.
    """
    reading, progress = _mapping(record.get("reading")), _mapping(record.get("progress"))
    elsewhere = _mapping(record.get("_rivals")).get("reading")
    others = [_mapping(other) for other in cast("list[object]", elsewhere)] if isinstance(elsewhere, list) else []
    return ArticleEntry(
        id=_text(record, "id"),
        title=_text(record, "title"),
        source=_text(record, "source"),
        format=_text(record, "format"),
        digest=_text(record, "digest"),
        original=_text(record, "original"),
        fetched=_text(record, "fetched"),
        added=_text(record, "added"),
        opened=_text(record, "opened"),
        bookmarks=bookmarks_from_record(record.get("bookmarks")),
        place=ReadingPlace(
            cursor=_number(reading, "cursor", -1),
            top=_number(reading, "top"),
            tab=_text(reading, "tab") or ReadingPlace().tab,
            filter=_text(reading, "filter"),
            seen=Seen(tuple(span for place in (reading, *others) for span in _spans(place.get("seen")))).spans(),
            pair=next(iter(_pairs([reading.get("pair")])), None),
            skipped=_pairs(reading.get("skipped")),
        ),
        progress=Progress(*(_number(progress, name) for name in ("sentences", "seen", "claims", "open"))),
        editions=editions_of(record),
        tags=tags,
    )


def editions_of(record: Record) -> tuple[Edition, ...]:
    """Return all texts that an article was opened with, the oldest first; of a record from before they were kept, the last."""
    kept = record.get("editions")
    fields = [_mapping(edition) for edition in cast("list[object]", kept)] if isinstance(kept, list) else []
    fields = fields or [{**record, "by": "", "at": _text(record, "added")}]
    editions = map(_edition, fields)
    return tuple(sorted((e for e in editions if e.digest), key=lambda edition: (edition.at, edition.digest)))


def _edition(record: Mapping[str, object]) -> Edition:
    sources = {name: str(source) for name, source in _mapping(record.get("sources")).items()}
    digest, original, form, by, at = (_text(record, name) for name in ("digest", "original", "format", "by", "at"))
    return Edition(digest, original, form, by, at, sources)


def edition_to_record(edition: Edition) -> Record:
    """Return an edition as the part of the article's record that keeps it."""
    return dict(edition._asdict())


def place_to_record(place: ReadingPlace) -> Record:
    """Return a reading place as the part of the article's record that keeps it."""
    seen = [[span.start, span.end] for span in place.seen]
    record: Record = {"cursor": place.cursor, "top": place.top, "tab": place.tab, "filter": place.filter, "seen": seen}
    if place.pair is not None:
        record["pair"] = list(place.pair)
    if place.skipped:
        record["skipped"] = [list(pair) for pair in place.skipped]
    return record


def progress_to_record(progress: Progress) -> Record:
    """Return progress as the part of the article's record that keeps it."""
    return {"sentences": progress.sentences, "seen": progress.seen, "claims": progress.claims, "open": progress.open}


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _number(record: Mapping[str, object], name: str, default: int = 0) -> int:
    value = record.get(name)
    return value if isinstance(value, int) else default


def _spans(value: object) -> tuple[Span, ...]:
    pairs = cast("list[object]", value) if isinstance(value, list) else []
    spans: list[Span] = []
    for pair in pairs:
        match pair:
            case [int(start), int(end)]:
                spans.append(Span(start, end))
            case _:
                continue
    return tuple(spans)


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Return the pairs of ids in a value, without what is none."""
    found: list[tuple[str, str]] = []
    for pair in cast("list[object]", value) if isinstance(value, list) else []:
        match pair:
            case [str(claim), str(reference)]:
                found.append((claim, reference))
            case _:
                continue
    return tuple(found)
