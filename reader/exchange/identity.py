"""What leaves with an export in place of paths and accounts: public addresses, stable ids, and the names of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID, uuid5

from reader.article.article import Article
from reader.exchange.escape import is_web_address
from reader.exchange.report import Report

_IDS: Final = UUID("6f5b7a52-6f0c-5c0e-9b58-3c6b1f0a7d11")
"""The namespace of the ids that are made from those of the library (RFC 9562, version 5)."""


class People:
    """The names that the people of an export get: the ones they chose, else "Reviewer 1" in the order of appearance."""

    def __init__(self, public_names: Iterable[str] = ()) -> None:
        """Start without people. `public_names` are the names that people chose, as opposed to those of their accounts."""
        self._public_names = frozenset(public_names)
        self._names: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names that were given so far."""
        return tuple(self._names.values())

    def name_of(self, person: str) -> str:
        """Return the name of a person in this export, "" for nobody."""
        if not person:
            return ""
        name = person if person in self._public_names else f"Reviewer {len(self._names) + 1}"
        return self._names.setdefault(person, name)


def people_of(report: Report) -> Iterator[str]:
    """Yield who made, judged, linked and dismissed what a report shows, as often as it shows them."""
    for item in (*report.items, *report.orphans):
        yield item.annotation.creator
        for pair in item.pairs:
            yield pair.judgement.by if pair.judgement else ""
            yield pair.link.by if pair.link else ""
        yield from (unlinked.link.by for unlinked in item.unlinked)
    yield from (row.dismissal.by for row in report.dismissed_findings if row.dismissal)


def public_address(article: Article) -> str:
    """Return the web address of an article, "" for a file or a pasted text."""
    return next((a for a in (article.about.address, article.source) if is_web_address(a)), "")


def article_iri(article: Article) -> str:
    """Return what names an article everywhere: its web address, else the digest of its edition."""
    return public_address(article) or f"urn:sha256:{article.digest}"


def stable_iri(*parts: str) -> str:
    """Return an id that is the same in every export of the same thing, such as an annotation, or one with a reference."""
    return uuid5(_IDS, "\n".join(parts)).urn
