"""Find, create and convert the records of articles: their entries, editions, reading positions and saved counts."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Final, NamedTuple

from reader import __version__
from reader.article.article import Article
from reader.article.reference_identity import reference_identities
from reader.digests import blake2b, name_id, sha256
from reader.errors import ReaderError
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping
from reader.review.completeness import Completeness
from reader.review.declaration import frozen_value
from reader.review.model import EMPTY_MAPPING, Attachment, Bookmark, Correction, Dismissal, new_id, now
from reader.review.reading_position import ReadingPosition
from reader.review.records import bookmarks_from_record
from reader.review.scale import Scale

_TEXT_FIELDS: Final = (
    *("id", "title", "source", "format", "digest", "original", "added", "opened", "fetched"),
    *("name", "byline", "site", "date"),
)
ARTICLE_TAGS: Final = "tags"
"""The field of an article's record with the names of its own tags. Its row calls them `own_tags`, as `tags` are its claims'."""
ARCHIVED: Final = "archived"
REMOVED: Final = "removed"
"""The fields of an article's record that say whether it is archived, and whether it was removed from the list."""

# ------------------------------------------------------------------ entries


class Edition(NamedTuple):
    """A version of an article's text, by its digest.

    `original` is the digest of the document it was built from, "" when the file was text itself. `by` is the program version
    that read it in this `format`, `at` the time it was first opened, in UTC; both are "" if missing from an old record.
    `sources` maps each reference to the identity of the source it names.
    """

    digest: str
    original: str
    format: str
    by: str
    at: str
    sources: Mapping[str, str]


@frozen_value
class ArticleEntry:
    """The entry of an article in the library, without its text.

    `source` is the absolute path or the address it was last read from, or "-" for a pipe. `digest` is that of its latest
    edition, `original` that of the document it was built from, "" when the file was text itself. `added`, `opened` and
    `fetched` are times in UTC, the last "" for an article without an address. `editions` are sorted, the oldest first; `tags`
    are the names of the tags on its annotations, sorted. `name` is the title that a person gave it, "" for none; `byline`,
    `site` and `date` are those of the document, "" where it has none or was last opened by an old version.
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
    position: ReadingPosition = field(default_factory=ReadingPosition)
    editions: tuple[Edition, ...] = ()
    tags: tuple[str, ...] = ()
    name: str = ""
    byline: str = ""
    site: str = ""
    date: str = ""


class ArticleSummary(NamedTuple):
    """An article as the list shows it: the fields of its `ArticleEntry` that need no more than a row of the index.

    `own_tags` are the names of the tags on the article itself, sorted; `tags` are those on its annotations.
    """

    id: str
    title: str
    source: str
    format: str
    digest: str
    original: str
    added: str
    opened: str
    fetched: str
    tags: tuple[str, ...]
    name: str = ""
    byline: str = ""
    site: str = ""
    date: str = ""
    own_tags: tuple[str, ...] = ()
    is_archived: bool = False
    is_removed: bool = False

    @property
    def shown_title(self) -> str:
        """The title that a person gave the article, else its own."""
        return self.name or self.title


_ROW_FIELDS: Final = (*_TEXT_FIELDS, "progress", ARCHIVED, REMOVED)


def row_fields(record: Record) -> Record:
    """Return the fields of an article's record that its row in the index repeats: those of its summary, and for its counts."""
    row: Record = {"id": "", **{name: record[name] for name in _ROW_FIELDS if name in record}}
    if own_tags := as_list(record.get(ARTICLE_TAGS)):
        row["own_tags"] = own_tags
    dismissed = as_mapping(record.get(Dismissal.STORED_IN))
    corrected = _corrected_values(record)
    return {
        **row,
        **({Dismissal.STORED_IN: dict.fromkeys(dismissed)} if dismissed else {}),
        **({Attachment.STORED_IN: True} if has_sources(record) else {}),
        **({Correction.STORED_IN: {name: {"value": value} for name, value in corrected.items()}} if corrected else {}),
    }


def _corrected_values(record: Record) -> dict[str, object]:
    """Return the facts that a person corrected in an article's record or row, in order, with their values."""
    return {
        name: as_mapping(entry).get("value") for name, entry in sorted(as_mapping(record.get(Correction.STORED_IN)).items())
    }


def summary_of(row: Record) -> ArticleSummary:
    """Read the summary of an article from its row."""
    return ArticleSummary(
        **_text_fields(row),
        tags=tuple(map(str, as_list(row.get("tags")))),
        own_tags=tuple(sorted(map(str, as_list(row.get("own_tags"))))),
        is_archived=row.get(ARCHIVED) is True,
        is_removed=row.get(REMOVED) is True,
    )


def list_summaries(rows: Mapping[str, Record]) -> tuple[ArticleSummary, ...]:
    """Read the summaries of articles from their rows by id, the one that was opened last first."""
    return tuple(sorted(map(summary_of, rows.values()), key=time_of_use, reverse=True))


def time_of_use(entry: ArticleEntry | ArticleSummary) -> tuple[str, str]:
    """Return when an article was opened or, if never, added; and its id, for those of one moment."""
    return entry.opened or entry.added, entry.id


def entry_of(record: Record, tags: tuple[str, ...] = ()) -> ArticleEntry:
    """Read the entry of an article from its record, with what is personal. Missing fields, or of a wrong type, are empty."""
    reading = as_mapping(record.get("reading"))
    return ArticleEntry(
        **_text_fields(record),
        bookmarks=bookmarks_from_record(record),
        position=ReadingPosition(
            cursor=_number_field(reading, "cursor", -1),
            top=_number_field(reading, "top"),
            tab=_text_field(reading, "tab") or ReadingPosition().tab,
            filter=_text_field(reading, "filter"),
            pair=next(iter(_pairs_from([reading.get("pair")])), None),
            skipped_pairs=_pairs_from(reading.get("skipped")),
            drafts=_pairs_from(reading.get("drafts")),
            furthest=_number_field(reading, "furthest", -1),
        ),
        editions=editions_of(record),
        tags=tags,
    )


def _text_fields(record: Record) -> dict[str, str]:
    """Return the fields that a row of the list and an entry have in common."""
    # Without a call for each field: the list shows thousands of articles.
    return {name: value if isinstance(value := record.get(name), str) else "" for name in _TEXT_FIELDS}


def editions_of(record: Record) -> tuple[Edition, ...]:
    """Read the editions from an article's record, the oldest first. Old records hold only the latest one."""
    fields = list(map(as_mapping, as_list(record.get("editions")))) or [
        {**record, "by": "", "at": _text_field(record, "added")}
    ]
    editions = map(_edition_from_record, fields)
    return tuple(sorted((e for e in editions if e.digest), key=lambda edition: (edition.at, edition.digest)))


def _edition_from_record(record: Mapping[str, object]) -> Edition:
    sources = {name: str(source) for name, source in as_mapping(record.get("sources")).items()}
    digest, original, form, by, at = (_text_field(record, name) for name in ("digest", "original", "format", "by", "at"))
    return Edition(digest, original, form, by, at, sources)


def edition_to_record(edition: Edition) -> Record:
    """Convert an edition to its part of the article's record."""
    return dict(edition._asdict())


def position_to_record(position: ReadingPosition) -> Record:
    """Convert a reading position to its part of a person's entry of the article."""
    record: Record = {
        "cursor": position.cursor,
        "top": position.top,
        "tab": position.tab,
        "filter": position.filter,
    }
    if position.pair is not None:
        record["pair"] = list(position.pair)
    if position.skipped_pairs:
        record["skipped"] = [list(pair) for pair in position.skipped_pairs]
    if position.furthest not in (-1, position.cursor):
        record["furthest"] = position.furthest
    if position.drafts:
        record["drafts"] = [list(draft) for draft in position.drafts]
    return record


def _text_field(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _number_field(record: Mapping[str, object], name: str, default: int = 0) -> int:
    value = record.get(name)
    return value if isinstance(value, int) else default


def _pairs_from(value: object) -> tuple[tuple[str, str], ...]:
    """Return the pairs of texts in a value; other values are left out."""
    pairs: list[tuple[str, str]] = []
    for pair in as_list(value):
        match pair:
            case [str(claim), str(reference)]:
                pairs.append((claim, reference))
            case _:
                continue
    return tuple(pairs)


# ------------------------------------------------------------------ counts of a review

_UNCOUNTED_FIELDS: Final = frozenset(("note", "tags", "created", "updated", "creator"))
"""The fields of an annotation on which no count depends."""
_DIGEST_SIZE: Final = 12
_encode_sorted = json.JSONEncoder(sort_keys=True).encode


def counts_to_record(counts: Completeness, state: str) -> Record:
    """Convert the counts of a review to a part of the article's record; `state` is the `review_state` that was counted."""
    return {**counts._asdict(), "state": state}


def counts_of(record: Record, state: str, kept: Mapping[str, Completeness] = EMPTY_MAPPING) -> Completeness | None:
    """Read the counts of a review in this state from an article's record or row, or take those `kept` under the state.

    None if those in the record are of another state and none are kept. Those of a review with sources depend on more than that.
    """
    counts = as_mapping(record.get("progress"))
    if counts.get("state") != state:
        return None if has_sources(record) else kept.get(state)
    return Completeness(*[value if isinstance(value, int) else 0 for value in map(counts.get, Completeness._fields)])


def has_sources(record: Record) -> bool:
    """Whether sources are attached to references, by an article's record or row."""
    return bool(record.get(Attachment.STORED_IN))


def review_digest(annotations: Iterable[Record], removed: Iterable[Record] = (), base: str = "0") -> str:
    """Return a digest of the annotations of an article, in any order, as far as counts depend on them.

    With the digest of other annotations as `base`, it is that of all of them without those that are `removed`.
    """
    total = int(base, 16) + sum(map(_digest_number, annotations)) - sum(map(_digest_number, removed))
    return f"{total % (1 << 8 * _DIGEST_SIZE):x}"


def _digest_number(annotation: Record) -> int:
    counted = _encode_sorted({name: annotation[name] for name in annotation if name not in _UNCOUNTED_FIELDS})
    return int.from_bytes(blake2b(counted.encode(), digest_size=_DIGEST_SIZE).digest(), "big")


def review_state(record: Record, annotations_digest: str, scale: Scale, independent_reader: str = "") -> str:
    """Return a digest of everything on which the counts of a review depend.

    That is text, annotations, dismissals, corrections, scale, program, and the independent reader who sees less than all.

    `record` is the article's record or its row, `annotations_digest` the `review_digest` of its annotations.
    """
    values = (
        __version__,
        record.get("digest"),
        sorted(as_mapping(record.get(Dismissal.STORED_IN))),
        [verdict.id for verdict in scale.verdicts if verdict.needs_evidence],
        annotations_digest,
        *filter(None, (_corrected_values(record), independent_reader)),
    )
    return blake2b(json.dumps(values).encode(), digest_size=_DIGEST_SIZE).hexdigest()


# ------------------------------------------------------------------ records of articles

_ARTICLE_NAMESPACE: Final = uuid.UUID("5b0c1a52-6f0e-5d57-9a53-0e5f6f3f6c0d")


def resolve_source(source: str) -> str:
    """Return a source as the library keeps it: a path absolute and with links followed, "-" and addresses unchanged."""
    return source if source == "-" or "://" in source else os.path.realpath(os.path.expanduser(source))


def match_article(records: Iterable[Record], article: Article, opened: Callable[[Record], str]) -> Record | None:
    """Return the record with an article's text, else the one with its path, or None; of several the one opened last.

    `opened` returns when the article of a record was opened last.
    """
    source = resolve_source(article.source)
    latest = sorted(records, key=opened, reverse=True)
    same = [r for r in latest if r.get("digest") == article.digest]
    same_source = [r for r in latest if r.get("source") == source and source != "-"]
    return next(iter(same + same_source), None)


def original_of(article: Article) -> str:
    """Return the digest of the document that an article's text was built from, "" when the file was text itself."""
    return sha256(article.original).hexdigest() if article.original else ""


def new_edition(article: Article) -> Edition:
    """Return an article's text as an edition, read now by this program version."""
    return Edition(
        article.digest,
        original_of(article),
        article.format,
        f"claim-reader {__version__}",
        now(),
        reference_identities(article),
    )


def add_edition(record: Record, article: Article) -> list[object]:
    """Return the editions for an article's record, with the article's own if its text is new."""
    editions = editions_of(record)
    if not any(edition.digest == article.digest for edition in editions):
        editions = (*editions, new_edition(article))
    return [edition_to_record(edition) for edition in editions]


def reopened_fields(record: Record, article: Article) -> Record:
    """Return the fields of an article's record that change when it is opened with this text. Then it is no longer removed."""
    fields: Record = {"digest": article.digest, "original": original_of(article), "title": article.title}
    fields |= {"format": article.format, "editions": add_edition(record, article)}
    fields |= _about_fields(article)
    if record.get(REMOVED):
        fields[REMOVED] = False
    source = resolve_source(article.source)
    return fields if source == "-" else {**fields, "source": source}


def _about_fields(article: Article) -> Record:
    """Return what a document says about itself, without what it does not say."""
    about = article.about
    fields = {"byline": about.byline, "site": about.site, "date": about.date, "fetched": about.fetched}
    return {name: value for name, value in fields.items() if value}


def new_article_record(article: Article, source: str, is_used: Callable[[str], bool]) -> Record:
    """Return the record of an article that is new to the library; `is_used` says whether another one has an id."""
    # The id comes from the text, so that two processes that open one new article at once make one record.
    article_id = str(name_id(_ARTICLE_NAMESPACE, article.digest))
    return {
        "id": new_id() if is_used(article_id) else article_id,
        "title": article.title,
        "source": source,
        "format": article.format,
        "digest": article.digest,
        "original": original_of(article),
        **_about_fields(article),
        "editions": [edition_to_record(new_edition(article))],
        "added": now(),
        "bookmarks": {},
    }


def find_article(name: str, entries: Sequence[ArticleSummary], folder: Path) -> ArticleSummary:
    """Find an article by an id or its beginning, a path, or a title in any case.

    Raises ReaderError with the candidates when none or several match; `folder` names the library in the message.
    """
    path = resolve_source(name)
    title = name.casefold().strip()
    for matches in (
        [e for e in entries if name == e.id],
        [e for e in entries if e.source == path and path != "-"][:1],
        [e for e in entries if title in (e.name.casefold().strip(), e.title.casefold().strip()) and title],
        [e for e in entries if len(name) >= 4 and e.id.startswith(name.lower())],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise ReaderError(f'"{name}" matches several articles', f"Name one by its id: {_list_candidates(matches)}")
    similar = [e for e in entries if title and title in f"{e.name} {e.title}".casefold()]
    raise ReaderError(
        f'No article "{name}" in the library {folder}, and no such file',
        f"Did you mean {_list_candidates(similar)}?" if similar else "`reader list` shows all articles",
    )


def _list_candidates(entries: list[ArticleSummary]) -> str:
    return ", ".join(f'{entry.id} "{entry.shown_title}"' for entry in entries[:5])
