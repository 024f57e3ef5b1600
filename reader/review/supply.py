"""The texts behind references, as far as a person has them: where each came from, and which state a reference is in.

No state is a verdict. A source serves references of any article; which reference it stands behind is said article by article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from reader.review.model import NO_RIVALS, NOTHING

FULL: Final = "full"
ABSTRACT: Final = "abstract"
EMPTY: Final = "empty"
"""How much of a source its text is: all of it, only an abstract, or nothing, as in a scan that nobody has recognised."""

NOT_SUPPLIED: Final = "not supplied"
UNREACHED: Final = "could not be reached"
NO_TEXT: Final = "no text in it"
ONLY_ABSTRACT: Final = "only an abstract"
SUPPLIED: Final = "supplied"

PASTED: Final = "pasted text"
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
    extent: str = FULL
    at: str = ""
    by: str = ""
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)


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
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)
    rivals: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: NO_RIVALS, hash=False)

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
            return UNREACHED if self.trouble else NOT_SUPPLIED
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
    extra: Mapping[str, object] = field(default_factory=lambda: NOTHING, hash=False)
    others: tuple[Attachment, ...] = ()


def state_of(source: Source | None) -> str:
    """Return the state of a reference that has this source, or none."""
    return NOT_SUPPLIED if source is None else source.state


def is_readable(source: Source | None) -> bool:
    """Whether there is a text to read."""
    return state_of(source) in (SUPPLIED, ONLY_ABSTRACT)
