"""Find what a file is about in an article: which of its documents is the article, and which entries its works are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from enum import IntEnum
from functools import cached_property
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.reference_identity import plain_words
from reader.imports.annotation import NO_REFERENCE, ImportedDocument, ImportedReference
from reader.review.selector import PhraseIndex
from reader.sources.identifiers import (
    NO_IDENTIFIERS,
    Identifiers,
    find_identifiers,
    join_identifiers,
    make_identifiers,
)

_DIGEST = lazy_pattern(r"[0-9a-f]{64}")
_MOST_EDITIONS: Final = 4
"""The number of documents of a file above which their texts are not aligned with the article one by one."""
_OPENING: Final = 8_000
"""The number of code points at the beginning of an article that may name its own DOI."""
_NAMES: Final = {
    "dois": "DOI",
    "arxiv": "arXiv id",
    "pubmed": "PubMed id",
    "pubmed_central": "PubMed id",
    "addresses": "address",
}
"""The identifiers of a whole work, with the words for them; chapters of a book share its ISBN."""


class DocumentRank(IntEnum):
    """How surely a document is the article, from what names it."""

    OTHER = 0
    """Only the quotes can tell."""
    ALIKE = 1
    """It has the article's title."""
    NAMED = 2
    """Its DOI stands at the beginning of the article, which may be about it."""
    SURE = 3
    """It has the article's id, edition, file or address, its DOI and title, or its text is a part of the article's."""


class DocumentFinder:
    """Tell which documents of a file are the article."""

    def __init__(self, article: Article, article_id: str) -> None:
        self._article = article
        self._article_id = article_id
        address = article.about.address or article.source
        self._address = _plain_address(address)
        self._title = plain_words(article.title)
        self._file = os.path.realpath(article.source) if "://" not in article.source and article.source != "-" else ""
        self._own = make_identifiers(address=address)

    @cached_property
    def _shown_words(self) -> PhraseIndex:
        return PhraseIndex(" ".join(self._article.text.split()))

    @cached_property
    def _front_identifiers(self) -> Identifiers:
        return find_identifiers(self._article.text[:_OPENING])

    @cached_property
    def _entry_identifiers(self) -> Identifiers:
        """The identifiers of the works in the list of references, which may stand at the beginning too."""
        references = self._article.references
        return join_identifiers(find_identifiers(f"{one.text} {one.doi} {one.url}") for one in references)

    def rank(self, document: ImportedDocument) -> DocumentRank:
        """Return how surely a document is the article."""
        return self.judge(document)[0]

    def judge(self, document: ImportedDocument) -> tuple[DocumentRank, str]:
        """Return how surely a document is the article, with the reason in words."""
        if (self._article_id and document.article == self._article_id) or document.edition == self._article.digest:
            return DocumentRank.SURE, "same text"
        if self._file and self._file in document.files:
            return DocumentRank.SURE, "same file"
        if self._address and _plain_address(document.address) == self._address:
            return DocumentRank.SURE, "same address"
        if name := _common_name(document.identifiers, self._own):
            return DocumentRank.SURE, f"same {name}"
        if document.text and self.has_words(document.text):
            return DocumentRank.SURE, "same text"
        is_alike = bool(self._title) and plain_words(document.title) == self._title
        if document.identifiers and (
            name := _common_name(document.identifiers, self._front_identifiers, self._entry_identifiers)
        ):
            return (DocumentRank.SURE if is_alike else DocumentRank.NAMED), f"same {name}"
        return (DocumentRank.ALIKE, "same title") if is_alike else (DocumentRank.OTHER, "its quotes stand in the text")

    def has_words(self, text: str) -> bool:
        """Whether a text that is not blank stands in the article, with any white space between its words."""
        words = " ".join(text.split())
        return bool(words) and bool(self._shown_words.find(words))


def _common_name(one: Identifiers, other: Identifiers, without: Identifiers = NO_IDENTIFIERS) -> str:
    """Return the name of a kind of identifier that two works share, "" for none."""
    for kind, name in _NAMES.items():
        if ({*getattr(one, kind)} & {*getattr(other, kind)}) - {*getattr(without, kind)}:
            return name
    return ""


def find_editions(documents: Sequence[ImportedDocument]) -> tuple[str, ...]:
    """Return the digests that name the texts of documents: their own, else those of their texts, or of what names them.

    Of many documents, those without a digest of their own share one: each edition is aligned with the article by itself.
    """
    common = _digest("\n".join(document.title for document in documents)) if len(documents) > _MOST_EDITIONS else ""
    return tuple(
        document.edition
        if _DIGEST.fullmatch(document.edition)
        else common or _digest(f"{document.title}\n{document.address}" if document.text is None else document.text)
        for document in documents
    )


def find_quote_edition(edition: str) -> str:
    """Return what names the edition of quotes that their document has elsewhere, or in other words, than its text tells."""
    return _digest(f"quotes of {edition}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain_address(address: str) -> str:
    host, _, rest = address.strip().partition("://")
    return (rest.partition("#")[0].rstrip("/").casefold().removeprefix("www.")) if host.startswith("http") else ""


class ReferenceFinder:
    """Find the entries of an article's reference list that the works of a file are."""

    def __init__(self, article: Article) -> None:
        """Index the entries by DOI, address, title, text and label; what several entries share names none of them."""
        self._ids = {reference.id for reference in article.references}
        self._found: dict[ImportedReference, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        for reference in article.references:
            for kind, name in (
                ("doi", reference.doi.casefold()),
                ("address", _plain_address(reference.url)),
                ("title", plain_words(reference.title)),
                ("title", plain_words(reference.text)),
                ("title", plain_words(f"{reference.label} {reference.text}")),
                ("label", reference.label.casefold()),
            ):
                if name:
                    other = self._names.setdefault((kind, name), reference.id)
                    if other != reference.id:
                        self._names[kind, name] = ""

    def find(self, work: ImportedReference, *, same_edition: bool) -> str:
        """Return the id of the entry that a work is, "" for none.

        By its id in the `same_edition`, else by DOI, address, title, and by its label if nothing else names it.
        """
        if work == NO_REFERENCE:
            return ""
        if same_edition and work.id in self._ids:
            return work.id
        if work not in self._found:
            names = (
                ("doi", work.doi.casefold()),
                ("address", _plain_address(work.address)),
                ("title", plain_words(work.title)),
            )
            found = next((entry for name in names if name[1] and (entry := self._names.get(name))), "")
            is_named = any(name for _, name in names)
            self._found[work] = found if found or is_named else self._names.get(("label", work.label.casefold()), "")
        return self._found[work]
