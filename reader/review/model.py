"""The values of a review: annotations, judgements, tags, sources, changes."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from reader.article.lazy_pattern import lazy_pattern
from reader.review.declaration import (
    EMPTY_MAPPING,
    KEY,
    first_value,
    frozen_value,
    join_texts,
    merge_mappings,
    not_stored,
    options,
    stored,
    union,
)
from reader.review.description import NO_DESCRIPTION, SourceDescription
from reader.review.vocabulary import (
    ABSTRACT,
    CLAIM,
    DESCRIBED,
    EMPTY,
    FETCH_FAILED,
    FULL_TEXT,
    NO_SOURCE,
    NO_TEXT,
    ONLY_ABSTRACT,
    OWN_RECORD,
    PASTED_TEXT,
    SUPPLIED,
)

MOST_TAG_CHARACTERS: Final = 500
"""The characters of a tag's name that can be given. Libraries may have longer names, which stay."""
MOST_TAG_LEVELS: Final = 20
"""The levels of a nested tag. A name with more, as no person writes it, would cost memory for each of them."""
_SPACES = lazy_pattern(r"\s+")
_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean_tag_name(text: str) -> str:
    """Normalize the name of a tag that a person typed: no "#" in front, "-" for blanks, "/" between parts; "" for none."""
    bare = _SPACES.sub(" ", _CONTROL.sub("", _SPACES.sub(" ", text)))
    parts = (part.lstrip("# ").rstrip() for part in bare.split("/"))
    return "/".join(part.replace(" ", "-") for part in parts if part)


def tag_levels(name: str) -> list[str]:
    """Return the parts of a tag's name, the outermost first; all from the twentieth level on is one part."""
    return name.split("/", MOST_TAG_LEVELS - 1)


def is_long_tag(name: str) -> bool:
    """Whether a name is longer than a tag can be given: a file can be made to cost memory for each of its levels."""
    return len(name) > MOST_TAG_CHARACTERS or name.count("/") >= MOST_TAG_LEVELS


LONG_TAG: Final = f"more than {MOST_TAG_CHARACTERS} characters or {MOST_TAG_LEVELS} levels"
"""What is wrong with such a name, in words."""


# ------------------------------------------------------------------ annotations


def new_id() -> str:
    """Return a new UUID version 7 (RFC 9562, 5.7): unique without a counter, and sorted by creation time."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = (stamp << 16) | 0x7000 | (random >> 68)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    digits = f"{high:016x}{low:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def now() -> str:
    """Return the current time in UTC as RFC 3339 with milliseconds, the form in which it is stored."""
    return _stored_time(datetime.now(UTC))


def now_after(*times: str) -> str:
    """Return the current time, or a millisecond after the latest of these if the clock that wrote it was ahead.

    So what answers something is later than that, whosever clock is wrong.
    """
    current, latest = now(), max(times, default="")
    if latest < current:
        return current
    try:
        return _stored_time(datetime.fromisoformat(latest) + timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        return current


def _stored_time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@frozen_value
class Selector:
    """A quote and its place, after the W3C Web Annotation model: the quote, 32 code points on each side, and its range.

    In every class here, `extra` holds the fields that a later version wrote, unchanged.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0
    end: int = 0
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)


@frozen_value
class Evidence:
    """A quoted passage of a source. `source` is the digest of the source's text."""

    source: str
    selector: Selector
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)


@frozen_value
class Judgement:
    """The verdict on one (claim, reference) pair: an id of the scale or UNAVAILABLE, given by `by` at `at`.

    `verdict` is "" while there is only evidence, a problem or a note: the pair is open. `problems` are ids of `scale.PROBLEMS`.
    `edition` is the digest of the text that the verdict was given on, "" for that of the annotation: in another edition the
    same id may name another reference. `identity` is that of the source that it was given on, where the judgement followed it
    to another id, else "".
    """

    reference: str
    verdict: str
    evidence: tuple[Evidence, ...] = stored((), combine=union)
    note: str = stored("", combine=join_texts)
    by: str = ""
    at: str = ""
    edition: str = stored("", omit_empty=True)
    problems: tuple[str, ...] = stored((), combine=union, omit_empty=True)
    identity: str = stored("", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep: no verdict, evidence, note or problem, nor any field of a later version."""
        return self == Judgement(self.reference, "", by=self.by, at=self.at, edition=self.edition, identity=self.identity)


@frozen_value
class ClaimLink:
    """A person's decision whether a claim rests on a reference, whatever its text cites.

    `rests` is the decision, `reason` the reason; `by` decided at `at`.
    """

    rests: bool
    reason: str = ""
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)


@frozen_value
class Settlement:
    """How the verdicts of two readers on one pair were settled: an `outcome` of `review.vocabulary`, by `by` at `at`.

    `outcome` is "" for a note alone. `reader` is the one whose verdict was taken, "" for other outcomes; `note` says what the
    difference is about; `readers` are the people whose verdicts are settled by it.
    """

    outcome: str = ""
    reader: str = stored("", omit_empty=True)
    note: str = stored("", omit_empty=True)
    by: str = ""
    at: str = ""
    readers: tuple[str, ...] = stored((), omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)


@frozen_value
class DecidedPlace:
    """The place of an annotation in an edition other than its own, set by a person: a range of that text.

    `method` found it with this `confidence` (0 to 1); `by` decided at `at`.
    """

    start: int
    end: int
    method: str = ""
    confidence: float = 1.0
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)


@frozen_value
class Annotation:
    """An annotation on a range of an article: its kind, tags (names), a note, judgements (one per reference).

    `article` is the library's id of the article, `edition` the digest of the text that the annotation was made on, to which its
    selector refers; both stay when the text changes. `places` holds the places that a person set in other editions, by digest;
    `links` holds a person's decisions about references, by id. `readings` holds what single readers judged, where that is not
    (or no longer) the judgement of the pair, by `disagreements.reading_key`; `settlements` how their differences were settled,
    by the id of the reference. `decision` is the action for the author (an id of `scale.DECISIONS`), `fix` the new wording or
    an addition. `foreign_id` is the format and the id of one that was imported: "hypothesis:Ab3". `conflicts` holds the
    concurrent values of others, by the name of the cell ("note", "judgements/2"), until a person chooses.
    """

    STORED_IN: ClassVar[str] = "annotations"

    id: str
    article: str
    edition: str = field(metadata=options(label="its start or end"))
    selector: Selector = field(metadata=options(label="its start or end"))
    kind: str = stored(CLAIM, label="its kind")
    tags: tuple[str, ...] = stored((), label="its tags", combine=union)
    note: str = stored("", label="its note", combine=join_texts)
    judgements: tuple[Judgement, ...] = stored((), label="a verdict on it")
    created_at: str = stored("", stored_as="created")
    updated_at: str = stored("", stored_as="updated")
    creator: str = ""
    places: Mapping[str, DecidedPlace] = stored(EMPTY_MAPPING, label="its place", omit_empty=True)
    links: Mapping[str, ClaimLink] = stored(EMPTY_MAPPING, label="what it rests on", combine=merge_mappings, omit_empty=True)
    readings: Mapping[str, Judgement] = stored(EMPTY_MAPPING, label="a reading", combine=merge_mappings, omit_empty=True)
    settlements: Mapping[str, Settlement] = stored(
        EMPTY_MAPPING, label="a settled difference", combine=merge_mappings, omit_empty=True
    )
    decision: str = stored("", label="what the author should do", combine=first_value, omit_empty=True)
    fix: str = stored("", label="what the author should do", combine=join_texts, omit_empty=True)
    foreign_id: str = stored("", stored_as="foreign", combine=first_value, omit_empty=True)
    conflicts: Mapping[str, tuple[object, ...]] = stored(EMPTY_MAPPING, stored_as="_rivals", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    @property
    def key(self) -> str:
        """The key of the annotation in the library."""
        return self.id

    def judgement_on(self, reference: str) -> Judgement | None:
        """Return the judgement on the pair with this reference id, or None. It may have no verdict."""
        return next((j for j in self.judgements if j.reference == reference), None)

    def verdict_on(self, reference: str) -> str:
        """Return the id of the verdict on the pair with this reference id, "" if there is none."""
        judgement = self.judgement_on(reference)
        return judgement.verdict if judgement is not None else ""


TagSet = frozenset[str]
"""The names of the tags that something bears."""


@frozen_value
class Tag:
    """A code of the codebook. `name` may nest with "/"; `symbol` is one cell wide, so that colour is never the only sign.

    `colour` is one of TAG_COLOURS, whose shade the theme gives; `digit`, "1" to "9" or "", picks the tag while tagging;
    `synonyms` are names that stand for it when they are typed. `creator` made it at `created_at`, both "" if an old version
    did. `conflicts` holds the concurrent values of others, by the name of the cell, until a person chooses.
    """

    STORED_IN: ClassVar[str] = "tags"

    id: str
    name: str = field(metadata=options(label="its name"))
    definition: str = stored("", label="its definition")
    colour: str = stored("", label="its colour")
    symbol: str = stored("", label="its symbol")
    digit: str = stored("", label="its key", omit_empty=True)
    synonyms: tuple[str, ...] = stored((), label="its other names", stored_as="names", omit_empty=True)
    created_at: str = stored("", stored_as="created", omit_empty=True)
    creator: str = stored("", omit_empty=True)
    conflicts: Mapping[str, tuple[object, ...]] = stored(EMPTY_MAPPING, stored_as="_rivals", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    @property
    def key(self) -> str:
        """The key of the tag in the library."""
        return self.id


@frozen_value
class Bookmark:
    """A place with a name of one letter. `start` is an offset into the article's text."""

    STORED_IN: ClassVar[str] = "bookmarks"
    LABEL: ClassVar[str] = "a bookmark"

    name: str
    start: int

    @property
    def key(self) -> str:
        """The key of the bookmark in the article's record."""
        return self.name


@frozen_value
class Dismissal:
    """A finding of the audit that a person has dismissed.

    `finding` is its key, `kind` and `text` are those of the finding at that time; `by` dismissed it at `at` for `reason`.
    `others` are concurrent dismissals of the same finding.
    """

    STORED_IN: ClassVar[str] = "dismissed"
    LABEL: ClassVar[str] = "a dismissed finding"

    finding: str = field(metadata=KEY)
    kind: str = ""
    text: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)
    others: tuple[Dismissal, ...] = not_stored(())

    @property
    def key(self) -> str:
        """The key of the dismissal in the article's record."""
        return self.finding


@frozen_value
class Correction:
    """A fact of an article as a person set it, whatever its document says: `value` of `name`, set by `by` at `at`.

    The only fact so far is LANGUAGE of `review.vocabulary`. `others` are concurrent corrections of the same fact.
    """

    STORED_IN: ClassVar[str] = "corrected"
    LABEL: ClassVar[str] = "the language"

    name: str = field(metadata=KEY)
    value: str = ""
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)
    others: tuple[Correction, ...] = not_stored(())

    @property
    def key(self) -> str:
        """The key of the correction in the article's record."""
        return self.name


@frozen_value
class Assignment:
    """Sentences of an article that `reader`, a person's name, is to check: a range of the text of an edition.

    `edition` is the digest of that text, "" for the whole article, whatever its text; `by` gave them at `at`. An assignment is
    never changed, only removed, so that two that were made at the same time both stay. `others` are concurrent values that
    another program wrote.
    """

    STORED_IN: ClassVar[str] = "assigned"
    LABEL: ClassVar[str] = "who checks what"

    id: str = field(metadata=KEY)
    reader: str = ""
    edition: str = stored("", omit_empty=True)
    start: int = stored(0, omit_empty=True)
    end: int = stored(0, omit_empty=True)
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)
    others: tuple[Assignment, ...] = not_stored(())

    @property
    def key(self) -> str:
        """The key of the assignment in the article's record."""
        return self.id


# ------------------------------------------------------------------ sources


@frozen_value
class SourceText:
    """One text of a source, kept under its digest.

    `original` is the digest of the document that it was read from, "" for a text itself; `origin` the absolute path or the
    address that it came from, PASTED_TEXT or OWN_RECORD; `extent` one of FULL_TEXT, ABSTRACT, RECORD and EMPTY: there is no
    text then, and `digest` is that of the document. `by` supplied it at `at`, in UTC. `description` says what a source is that
    is no text, by who and where it is kept; what a person wrote down of it is the text.

    Of a text from the web, `requested` is the address that was asked for, "" if it is `origin`; `landing` the address of the
    page that named the document, "" if none did; `archived_at` the date of an archived copy of `requested`, in UTC, "" if the
    site itself answered.
    """

    digest: str
    original: str = ""
    title: str = ""
    format: str = ""
    origin: str = ""
    extent: str = FULL_TEXT
    at: str = ""
    by: str = ""
    requested: str = stored("", omit_empty=True)
    landing: str = stored("", omit_empty=True)
    archived_at: str = stored("", stored_as="archived", omit_empty=True)
    description: SourceDescription = stored(NO_DESCRIPTION, stored_as="described", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    @property
    def copy_words(self) -> str:
        """That the text is an archived copy, and of which day: "archived copy of 2024-03-01"; "" for any other."""
        return f"archived copy of {self.archived_at[:10]}" if self.archived_at else ""

    @property
    def route(self) -> str:
        """How the text came here, in words: "from PATH", "archived copy of 2024-03-01 of ADDRESS, from ADDRESS".

        Of a described source, the description.
        """
        if self.description:
            return self.description.words
        if self.origin == PASTED_TEXT:
            return self.origin
        came = f"from {self.origin}"
        if self.archived_at:
            return f"{self.copy_words} of {self.requested}, {came}"
        named = f", named by {self.landing}" if self.landing else ""
        return came + (named or (f", redirected from {self.requested}" if self.requested else ""))

    @property
    def file_name(self) -> str:
        """The origin as the importers take it: a path, an address, or "-" for a pasted text."""
        if self.origin == OWN_RECORD:
            return "record.txt"
        return "-" if self.origin == PASTED_TEXT else self.origin


@frozen_value
class Source:
    """The texts behind references: the current one (`current` is its digest), and earlier ones, which evidence may quote.

    `names` are the identities of all references that it was ever attached to (`reference_identity`), so that it can be offered
    to others with the same identity. `failed_address` is the address of the last fetch that failed, `failure` the reason and
    `failed_at` the time, in UTC; all are "" once there is a text. `conflicts` holds the concurrent values of others, by the
    name of the cell, until a person chooses.
    """

    STORED_IN: ClassVar[str] = "sources"

    id: str
    names: tuple[str, ...] = ()
    texts: tuple[SourceText, ...] = stored((), label="the text of a source")
    current: str = stored("", label="the text of a source")
    failed_address: str = stored("", stored_as="tried")
    failure: str = stored("", stored_as="trouble")
    failed_at: str = stored("", stored_as="tried_at")
    conflicts: Mapping[str, tuple[object, ...]] = stored(EMPTY_MAPPING, stored_as="_rivals", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    @property
    def key(self) -> str:
        """The key of the source in the library."""
        return self.id

    @property
    def text(self) -> SourceText | None:
        """The current text, None when there is none."""
        return self.text_of(self.current)

    def text_of(self, digest: str) -> SourceText | None:
        """Return the text with this digest, current or earlier, or None."""
        return next((text for text in self.texts if text.digest == digest), None)

    @property
    def state(self) -> str:
        """The state of the source: NO_SOURCE, FETCH_FAILED, NO_TEXT, ONLY_ABSTRACT, DESCRIBED or SUPPLIED."""
        text = self.text
        if text is None:
            return FETCH_FAILED if self.failure else NO_SOURCE
        if text.description:
            return DESCRIBED
        return {EMPTY: NO_TEXT, ABSTRACT: ONLY_ABSTRACT}.get(text.extent, SUPPLIED)


@frozen_value
class Attachment:
    """A source attached to a reference of an article: the identity of the reference, the id of the source.

    `others` are concurrent attachments, until a person chooses.
    """

    STORED_IN: ClassVar[str] = "attached"
    LABEL: ClassVar[str] = "the source behind a reference"

    reference: str = field(metadata=KEY)
    source: str
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)
    others: tuple[Attachment, ...] = not_stored(())

    @property
    def key(self) -> str:
        """The key of the attachment in the article's record."""
        return self.reference


def source_state(source: Source | None) -> str:
    """Return the state of a reference with this source, or with none."""
    return NO_SOURCE if source is None else source.state


def is_readable(source: Source | None) -> bool:
    """Whether there is a text to read: of a described source, what a person wrote down."""
    return source is not None and source.text is not None and source.text.extent != EMPTY


# ------------------------------------------------------------------ changes

ReviewItem = Annotation | Tag | Bookmark | Source | Attachment | Dismissal | Correction | Assignment
"""The items that a change edits. `STORED_IN` names the table, or the field of an article's record, that holds them by `key`."""


@frozen_value
class Edit:
    """One item before and after. None before: it was added; None after: it was removed. Both sides are of one type."""

    before: ReviewItem | None
    after: ReviewItem | None

    @property
    def item(self) -> ReviewItem:
        """The item after the edit, or before it if it was removed."""
        item = self.after if self.after is not None else self.before
        if item is None:
            raise ValueError("An edit needs an item before or after it")
        return item

    @property
    def annotations(self) -> tuple[Annotation | None, Annotation | None]:
        """The annotation before and after the edit; None where there was none, both None for an item of another type."""
        before, after = self.before, self.after
        return before if isinstance(before, Annotation) else None, after if isinstance(after, Annotation) else None

    @property
    def annotation(self) -> Annotation | None:
        """The annotation after the edit, or before it if it was removed; None for an item of another type."""
        before, after = self.annotations
        return after or before

    def inverse(self) -> Edit:
        """Return the edit that undoes this one."""
        return Edit(self.after, self.before)


@frozen_value
class Change:
    """Edits that are made and undone together. `label` is shown to people: "tag #serbia".

    `undoes` and `redoes` hold the id of the change that this one undoes or redoes; the label is that change's. Changes with the
    same `step`, which is not stored, are undone together.
    """

    label: str
    edits: tuple[Edit, ...]
    id: str = field(default_factory=new_id, compare=False)
    undoes: str = ""
    redoes: str = ""
    step: str = field(default="", compare=False)

    def inverse(self) -> Change:
        """Return the change that undoes this one."""
        return Change(self.label, tuple(edit.inverse() for edit in reversed(self.edits)), undoes=self.id)
