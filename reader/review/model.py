"""What a person says of an article, as frozen values.

Ids are stable; labels, keys, colours and symbols are looked up by them.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

CLAIM: Final = "claim"
NOT_CLAIM: Final = "not-claim"
LATER: Final = "later"
KINDS: Final = (CLAIM, NOT_CLAIM, LATER)

UNAVAILABLE: Final = "unavailable"
"""The state of a pair whose source cannot be had. It is no verdict: the pair stays open."""

TAG_SYMBOLS: Final = "◆●■▲★♦◉▼"
"""The symbols that new tags get, in turn; each is one cell wide."""
TAG_COLOURS: Final = ("violet", "teal", "rose", "lime", "sky")
"""The colours that new tags get, in turn; what each looks like is the theme's."""

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
NO_RIVALS: Final[Mapping[str, tuple[object, ...]]] = MappingProxyType({})
NO_PLACES: Final[Mapping[str, Place]] = MappingProxyType({})


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
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quoted passage of a source. `source` is the digest of the source's text. `extra` is as in `Selector`."""

    source: str
    selector: Selector
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one (claim, reference) pair: an id of the scale or UNAVAILABLE; `by` and `at` say who gave it when.

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
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person said that an annotation stands in another edition than its own: a range of that text.

    `method` is how it was found, `confidence` how sure that was (0 to 1); `by` and `at` say who decided when.
    """

    start: int
    end: int
    method: str = ""
    confidence: float = 1.0
    by: str = ""
    at: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the person says about a span of the article: kind, tags (names), note, judgements (one a reference).

    `article` is the library's id of the article, `edition` the digest of the text that it was made on, to which the selector
    refers; neither ever follows a text that changed. `places` holds where it stands in other editions, by their digests, as far
    as a person decided that. `rivals` holds what others wrote at the same time, not knowing of it, by the name of the cell
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
    places: Mapping[str, Place] = field(default_factory=lambda: NO_PLACES, hash=False)
    rivals: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: NO_RIVALS, hash=False)
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)

    def judgement_on(self, reference: str) -> Judgement | None:
        """Return the judgement on the pair with this reference id, or None when it is open."""
        return next((j for j in self.judgements if j.reference == reference), None)


@dataclass(frozen=True, slots=True)
class Tag:
    """A code of the codebook. `name` may nest with "/"; `symbol` is one cell wide, so that colour is never the only sign."""

    id: str
    name: str
    definition: str = ""
    colour: str = ""
    symbol: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place with a name of one letter. `start` is an offset into the article's text."""

    name: str
    start: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One step of the scale: stable `id`, what people read (`label`), the digit that gives it, its symbol (one cell).

    `tone` names how it looks ("good", "partly", "bad", "unsure"), `weight` how much it asks for attention (the worst is shown
    first).
    """

    id: str
    label: str
    key: str
    symbol: str
    tone: str
    weight: int


@dataclass(frozen=True)
class Scale:
    """The verdicts a pair may get, in the order of their keys."""

    verdicts: tuple[Verdict, ...]

    def by_id(self, verdict: str) -> Verdict:
        """Return the verdict with this id; an id that the scale does not know is shown as itself, never dropped."""
        for known in (*self.verdicts, UNAVAILABLE_STATE):
            if known.id == verdict:
                return known
        return Verdict(verdict, verdict, "", "?", "unsure", 3)


UNAVAILABLE_STATE: Final = Verdict(UNAVAILABLE, "source unavailable", "7", "∅", "unsure", 2)

DEFAULT_SCALE: Final = Scale(
    (
        Verdict("supports", "supports", "1", "✓", "good", 0),
        Verdict("partly-supports", "partly supports", "2", "◐", "partly", 4),
        Verdict("overstated", "overstated", "3", "↑", "partly", 5),
        Verdict("does-not-support", "does not support", "4", "✗", "bad", 6),
        Verdict("contradicts", "contradicts", "5", "≠", "bad", 7),
        Verdict("unclear", "unclear", "6", "?", "unsure", 3),
    )
)
