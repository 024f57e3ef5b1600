"""The works that an article cites, as lists and registries are asked for them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.names import name_spellings, name_without_initials, strip_accents
from reader.article.reference_identity import plain_words
from reader.sources.identifiers import Identifiers, find_identifiers

_RETRACTED: Final = lazy_pattern(
    r"\W{0,3}(?:retracted|withdrawn|removed)(?: (?:article|paper|chapter|publication))?\W{0,2}[:\]]\s*", re.IGNORECASE
)
"""Match what publishers put before the title of a work that they retracted."""
_GOES_ON: Final = lazy_pattern(r"[<&%?/_=]|[-‐]\s?\w|\.\s?[a-z0-9]|\s[a-z.()/-]{1,40}\d")
"""Match what follows a DOI in an entry that may be the rest of it, behind a line break or an unusual sign."""
_ARXIV_DOI: Final = "10.48550/arxiv."


class CitedWork:
    """The work behind a reference, as its entry describes it."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference

    @cached_property
    def identifiers(self) -> Identifiers:
        """All identifiers in the entry, its DOI and its address."""
        reference = self.reference
        return find_identifiers(f"{reference.doi} {reference.url} {reference.text}")

    @cached_property
    def dois(self) -> tuple[str, ...]:
        """The DOIs of the work, with those that arXiv gives its papers."""
        papers = (f"{_ARXIV_DOI}{paper}" for paper in self.identifiers.arxiv)
        return tuple(dict.fromkeys((*self.identifiers.dois, *papers)))

    def may_be_cut(self, doi: str) -> bool:
        """Whether a DOI may be only the beginning of the one in the entry, as where a line was broken within it."""
        text = self.reference.text
        place = text.casefold().find(doi)
        return doi.endswith("-") or (place >= 0 and _GOES_ON.match(text, place + len(doi)) is not None)

    @cached_property
    def words(self) -> str:
        """The words of the whole entry, folded, with a blank at both ends."""
        return f" {fold_title(self.reference.text)} "

    @cached_property
    def surnames(self) -> tuple[frozenset[str], ...]:
        """The folded spellings of the family name of each author."""
        return tuple(frozenset(name_spellings(name_without_initials(author))) for author in self.reference.authors)


def fold_title(title: str) -> str:
    """Return the words of a title for comparison: in lower case, without accents, signs, and "RETRACTED:" before it."""
    return plain_words(strip_accents(_RETRACTED.sub("", title, count=1) if _RETRACTED.match(title) else title)).replace(
        "_", " "
    )
