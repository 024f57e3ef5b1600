"""The values of a review: annotations, judgements, tags, sources, changes."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from reader.article.lazy_pattern import lazy_pattern

# ------------------------------------------------------------------ Names of tags as people type them

_SPACES = lazy_pattern(r"\s+")
_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean_tag_name(typed: str) -> str:
    """Return a typed tag as it is kept: no "#" in front, no blanks (they become "-"), "/" between the parts.

    "" if nothing is left.
    """
    bare = _SPACES.sub(" ", _CONTROL.sub("", _SPACES.sub(" ", typed)))
    parts = (part.lstrip("# ").rstrip() for part in bare.split("/"))
    return "/".join(part.replace(" ", "-") for part in parts if part)


# ------------------------------------------------------------------ What a person says of an article, as frozen values

CLAIM: Final = "claim"
NOT_CLAIM: Final = "not-claim"
LATER: Final = "later"
ANNOTATION_KINDS: Final = (CLAIM, NOT_CLAIM, LATER)

TAG_SYMBOLS: Final = "◆●■▲★♦◉▼"
"""The symbols that new tags get, in turn; each is one cell wide."""
TAG_COLOURS: Final = ("violet", "teal", "rose", "lime", "sky")
"""The colours that new tags get, in turn; what each looks like is the theme's."""

NO_FIELDS: Final[Mapping[str, object]] = MappingProxyType({})
NO_CONFLICTS: Final[Mapping[str, tuple[object, ...]]] = MappingProxyType({})
NO_PLACES: Final[Mapping[str, DecidedPlace]] = MappingProxyType({})
NO_CLAIM_LINKS: Final[Mapping[str, ClaimLink]] = MappingProxyType({})


def new_id() -> str:
    """Return a new UUID version 7 (RFC 9562, 5.7): unique without a counter, and sorted by the time it was made."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = (stamp << 16) | 0x7000 | (random >> 68)
    low = (0b10 << 62) | (random & ((1 << 62) - 1))
    return str(uuid.UUID(int=(high << 64) | low))


def now() -> str:
    """Return the time of now in UTC as RFC 3339 with milliseconds, the form in which records keep it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Selector:
    """Where a quote stands, after the W3C Web Annotation model: the quote, 32 code points on each side, and its range.

    `extra` holds fields that a later version wrote; they are kept as they came.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0
    end: int = 0
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quoted passage of a source. `source` is the digest of the source's text. `extra` is as in `Selector`."""

    source: str
    selector: Selector
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one (claim, reference) pair: an id of the scale or UNAVAILABLE; `by` and `at` say who gave it when.

    `verdict` is "" while there is only evidence, or a problem: the pair is open. `problems` are ids of `advice.PROBLEMS`.
    `edition` is the digest of the text it was given on, "" for that of the annotation: in another one the reference of this id
    may be another. `extra` holds fields that a later version wrote; they are kept as they came.
    """

    reference: str
    verdict: str
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    by: str = ""
    at: str = ""
    edition: str = ""
    problems: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep of it: no verdict, and nothing beside one."""
        return not (self.verdict or self.evidence or self.note or self.problems or self.extra)


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """A person's word that a claim rests on a reference that its text does not cite, or (not `rests`) that it does not.

    `by` and `at` say who said so when, `reason` why.
    """

    rests: bool
    reason: str = ""
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class DecidedPlace:
    """Where a person said that an annotation stands in another edition than its own: a range of that text.

    `method` is how it was found, `confidence` how sure that was (0 to 1); `by` and `at` say who decided when.
    """

    start: int
    end: int
    method: str = ""
    confidence: float = 1.0
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the person says about a span of the article: kind, tags (names), note, judgements (one a reference).

    `article` is the library's id of the article, `edition` the digest of the text that it was made on, to which the selector
    refers; neither ever follows a text that changed. `places` holds where it stands in other editions, by their digests, as far
    as a person decided that. `links` holds the references, by their ids, that a person said it rests on, or does not.
    `decision` is what the author should do about it (an id of `advice.DECISIONS`), `fix` how: the new wording, what to add.
    `rivals` holds what others wrote at the same time, not knowing of it, by the name of the cell
    ("note", "judgements/2"): nobody has chosen yet. `extra` holds fields of a later version; they are kept as they came.
    """

    id: str
    article: str
    edition: str
    selector: Selector
    kind: str = CLAIM
    tags: tuple[str, ...] = ()
    note: str = ""
    judgements: tuple[Judgement, ...] = ()
    created: str = ""
    updated: str = ""
    creator: str = ""
    places: Mapping[str, DecidedPlace] = field(default_factory=lambda: NO_PLACES, hash=False)
    links: Mapping[str, ClaimLink] = field(default_factory=lambda: NO_CLAIM_LINKS, hash=False)
    decision: str = ""
    fix: str = ""
    rivals: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: NO_CONFLICTS, hash=False)
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)

    def judgement_on(self, reference: str) -> Judgement | None:
        """Return what is said of the pair with this reference id, or None. It may be no verdict."""
        return next((j for j in self.judgements if j.reference == reference), None)

    def verdict_on(self, reference: str) -> str:
        """Return the id of the verdict on the pair with this reference id, "" when there is none."""
        judgement = self.judgement_on(reference)
        return judgement.verdict if judgement is not None else ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A code of the codebook. `name` may nest with "/"; `symbol` is one cell wide, so that colour is never the only sign."""

    id: str
    name: str
    definition: str = ""
    colour: str = ""
    symbol: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place with a name of one letter. `start` is an offset into the article's text."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A finding of the audit that a person has looked at and does not want to see again.

    `finding` is its key, `kind` and `text` what it said then; `reason` why it is of no account, `by` and `at` who said so when.
    `others` are those who said so at the same time, not knowing of it.
    """

    finding: str
    kind: str = ""
    text: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)
    others: tuple[Dismissal, ...] = ()


# ------------------------------------------------------------------ where each came from, and which state a reference is in

FULL_TEXT: Final = "full"
ABSTRACT: Final = "abstract"
EMPTY: Final = "empty"
"""How much of a source its text is: all of it, only an abstract, or nothing, as in a scan that nobody has recognised."""

NO_SOURCE: Final = "not supplied"
FETCH_FAILED: Final = "could not be reached"
NO_TEXT: Final = "no text in it"
ONLY_ABSTRACT: Final = "only an abstract"
SUPPLIED: Final = "supplied"

PASTED_TEXT: Final = "pasted text"
"""The origin of a text that came through the clipboard or a pipe."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text of a source, kept under its digest.

    `original` is the digest of the document that it was built from, "" for a text itself; `origin` the absolute path or the
    address that it came from, or PASTED; `extent` one of FULL, ABSTRACT and EMPTY: then `digest` is that of the document, as
    there is no text. `at` is when it was taken, in UTC, `by` who took it.
    """

    digest: str
    original: str = ""
    title: str = ""
    format: str = ""
    origin: str = ""
    extent: str = FULL_TEXT
    at: str = ""
    by: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)


@dataclass(frozen=True, slots=True)
class Source:
    """The text behind references: that of now (`current` is its digest), and those it had before, which evidence may name.

    `names` are the identities of the references that it was ever put behind (`review.sources.source_of`), so that it can be
    offered to others that name the same. `tried` is the address that was last asked for in vain, `trouble` what came of that
    and `tried_at` when, in UTC; all are "" once a text came. `rivals` holds what others wrote at the same time, not knowing of
    it, by the name of the cell: of `current`, the text that another made the one of now.
    """

    id: str
    names: tuple[str, ...] = ()
    texts: tuple[SourceText, ...] = ()
    current: str = ""
    tried: str = ""
    trouble: str = ""
    tried_at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)
    rivals: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: NO_CONFLICTS, hash=False)

    @property
    def text(self) -> SourceText | None:
        """The text of now, None when there is none."""
        return self.text_of(self.current)

    def text_of(self, digest: str) -> SourceText | None:
        """Return the text with this digest, of now or before, or None."""
        return next((text for text in self.texts if text.digest == digest), None)

    @property
    def state(self) -> str:
        """How far the source is there: one of the states of this module."""
        text = self.text
        if text is None:
            return FETCH_FAILED if self.trouble else NO_SOURCE
        return {EMPTY: NO_TEXT, ABSTRACT: ONLY_ABSTRACT}.get(text.extent, SUPPLIED)


@dataclass(frozen=True, slots=True)
class Attachment:
    """That a source stands behind a reference of an article: the identity of the reference, the id of the source.

    `others` are those that were put behind it at the same time, by who did not know of it; nobody has chosen yet.
    """

    reference: str
    source: str
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NO_FIELDS, hash=False)
    others: tuple[Attachment, ...] = ()


def source_state(source: Source | None) -> str:
    """Return the state of a reference that has this source, or none."""
    return NO_SOURCE if source is None else source.state


def is_readable(source: Source | None) -> bool:
    """Whether there is a text to read."""
    return source_state(source) in (SUPPLIED, ONLY_ABSTRACT)


# ------------------------------------------------------------------ what was, what is, and what it is called. Undo and the

ReviewItem = Annotation | Tag | Bookmark | Source | Attachment | Dismissal


@dataclass(frozen=True, slots=True)
class Edit:
    """One item before and after. None before: it was made; None after: it was removed. Both sides are of one type."""

    before: ReviewItem | None
    after: ReviewItem | None

    @property
    def item(self) -> ReviewItem:
        """The item on whichever side there is one."""
        item = self.after if self.after is not None else self.before
        if item is None:
            raise ValueError("an edit needs a before or an after")
        return item

    def inverse(self) -> Edit:
        """Return the edit that takes this one back."""
        return Edit(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that belong together, done and undone as one. `label` is what a person calls it: "tag #serbia".

    `undoes` and `redoes` name, by its id, the change that this one takes back or does again; the label is that change's.
    """

    label: str
    edits: tuple[Edit, ...]
    id: str = field(default_factory=new_id, compare=False)
    undoes: str = ""
    redoes: str = ""

    def inverse(self) -> Change:
        """Return the change that takes this one back."""
        return Change(self.label, tuple(edit.inverse() for edit in reversed(self.edits)), undoes=self.id)
