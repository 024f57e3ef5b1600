"""Describe a source that is no text: an interview, a call, a recording, a book on a shelf."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from reader.printable import printable_line
from reader.review.declaration import EMPTY_MAPPING, frozen_value, not_stored, stored

INTERVIEW: Final = "interview"
OTHER: Final = "other"

_TITLES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        INTERVIEW: ("Interview", "with"),
        "call": ("Call", "with"),
        "recording": ("Recording", "of"),
        "email": ("Email", "from"),
        "letter": ("Letter", "from"),
        "book": ("Book", "by"),
        "document": ("Document", "by"),
        "observation": ("Observation", "by"),
        OTHER: ("Source:", ""),
    }
)
"""The name of each kind, and the word between it and the person."""
SOURCE_KINDS: Final = tuple(_TITLES)
"""The kinds of described sources."""


@frozen_value
class SourceDescription:
    """What a person wrote about a source that is no text; it is false where there is none.

    `kind` is one of SOURCE_KINDS, or another word that a later version wrote. `who` spoke or wrote, `when` is a date as the
    person spells it, `kept` says where it is: a shelf mark, a file name, an archive. What was said is the text of the source.
    """

    kind: str = ""
    who: str = stored("", omit_empty=True)
    when: str = stored("", omit_empty=True)
    kept: str = stored("", omit_empty=True)
    extra: Mapping[str, object] = not_stored(EMPTY_MAPPING)

    def __bool__(self) -> bool:
        """Whether there is a description."""
        return bool(self.kind or self.who or self.when or self.kept or self.extra)

    @property
    def title(self) -> str:
        """The name of the source: "Interview with Ana Lind", "Book" where nobody is named."""
        name, link = _TITLES.get(self.kind, (self.kind.capitalize(), "of"))
        return " ".join(part for part in (name, link, self.who) if part) if self.who else name.rstrip(":")

    @property
    def words(self) -> str:
        """The whole description in one line: "Interview with Ana Lind, 3 May 2024, kept: tape 4"."""
        return ", ".join(part for part in (self.title, self.when, f"kept: {self.kept}" if self.kept else "") if part)


NO_DESCRIPTION: Final = SourceDescription()
"""The description of a source that is a text."""


def clean_line(text: str) -> str:
    """Return a field of a description as it is stored: in one line, control characters made visible."""
    return printable_line(" ".join(text.split()))


def match_kind(words: str) -> str:
    """Return the kind that a person typed, in full or by its beginning; "" if no kind, or more than one, begins so."""
    start = words.strip().casefold()
    matches = [kind for kind in SOURCE_KINDS if start and kind.startswith(start)]
    return matches[0] if len(matches) == 1 else ""
