"""What leaves with an export in place of paths and accounts: public addresses, stable ids, and the names of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from reader.article.article import Article
from reader.exchange.escape import is_web_address
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair, ReportPassage
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import Annotation, ClaimLink, Dismissal, Judgement
from reader.review.vocabulary import PASTED_TEXT

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
        """Return the name of a person in this export, "" for nobody. A mail address is no name, even if it was chosen."""
        if not person:
            return ""
        is_public = person in self._public_names and "@" not in person
        return self._names.setdefault(person, person if is_public else f"Reviewer {len(self._names) + 1}")

    def add_public_names(self, names: Iterable[str]) -> None:
        """Let these people keep their names, if they have none in this export yet."""
        self._public_names |= frozenset(names)


def disclose(reports: Iterable[Report], options: ExportOptions) -> Iterator[Report]:
    """Yield each report as it may leave this machine: without local paths, names of accounts and mail addresses of people.

    An article that has no web address is named by the digest of its edition, a person by "Reviewer 1" and so on, the same in
    all reports. What other devices and later versions of the program wrote is left out, as nobody can tell what it holds. With
    `options.with_paths`, the reports are yielded unchanged.
    """
    if options.with_paths:
        yield from reports
        return
    people = People()
    for report in reports:
        people.add_public_names(report.public_names)
        for person in people_of(report):
            people.name_of(person)
        yield _Disclosure(people).report(report)


class _Disclosure:
    """Copies of the values of a report, without what is private in them."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._name_of = people.name_of

    def report(self, report: Report) -> Report:
        article = report.article
        about = article.about._replace(address=public_address(article))
        return replace(
            report,
            article=replace(article, source=article_iri(article), about=about, original=b""),
            items=tuple(map(self._item, report.items)),
            orphans=tuple(map(self._item, report.orphans)),
            findings=tuple(map(self._finding, report.findings)),
            public_names=frozenset(self._people.names),
        )

    def _item(self, item: ReportItem) -> ReportItem:
        return replace(
            item,
            annotation=self._annotation(item.annotation),
            pairs=tuple(map(self._pair, item.pairs)),
            unlinked=tuple(replace(unlinked, link=self._link(unlinked.link)) for unlinked in item.unlinked),
        )

    def _annotation(self, annotation: Annotation) -> Annotation:
        name_of = self._name_of
        return replace(
            annotation,
            creator=name_of(annotation.creator),
            judgements=tuple(map(self._judgement, annotation.judgements)),
            places={key: replace(p, by=name_of(p.by), extra=EMPTY_MAPPING) for key, p in annotation.places.items()},
            links={reference: self._link(link) for reference, link in annotation.links.items()},
            conflicts=EMPTY_MAPPING,
            extra=EMPTY_MAPPING,
        )

    def _pair(self, pair: ReportPair) -> ReportPair:
        return replace(
            pair,
            judgement=self._judgement(pair.judgement) if pair.judgement else None,
            link=self._link(pair.link) if pair.link else None,
            evidence=tuple(map(_public_passage, pair.evidence)),
        )

    def _judgement(self, judgement: Judgement) -> Judgement:
        return replace(judgement, by=self._name_of(judgement.by), extra=EMPTY_MAPPING)

    def _link(self, link: ClaimLink) -> ClaimLink:
        return replace(link, by=self._name_of(link.by), extra=EMPTY_MAPPING)

    def _finding(self, row: ReportFinding) -> ReportFinding:
        return replace(row, dismissal=self._dismissal(row.dismissal)) if row.dismissal else row

    def _dismissal(self, dismissal: Dismissal) -> Dismissal:
        return replace(dismissal, by=self._name_of(dismissal.by), extra=EMPTY_MAPPING, others=())


def _public_passage(passage: ReportPassage) -> ReportPassage:
    return replace(passage, origin=public_origin(passage.origin))


def people_of(report: Report) -> Iterator[str]:
    """Yield who made, judged, linked and dismissed what a report shows, as often as it shows them."""
    for item in (*report.items, *report.orphans):
        yield item.annotation.creator
        for pair in item.pairs:
            yield pair.judgement.by if pair.judgement else ""
            yield pair.link.by if pair.link else ""
        yield from (unlinked.link.by for unlinked in item.unlinked)
    yield from (row.dismissal.by for row in report.dismissed_findings if row.dismissal)


def public_origin(origin: str) -> str:
    """Return where a text came from if it may leave this machine: a web address or "pasted text"; "" for a file."""
    is_public = origin == PASTED_TEXT or (is_web_address(origin) and not _has_account(origin))
    return origin if is_public else ""


def _has_account(address: str) -> bool:
    return "@" in address.split("/", 3)[2]


def public_address(article: Article) -> str:
    """Return the web address of an article, "" for a file, a pasted text or an address with the name of an account."""
    addresses = (article.about.address, article.source)
    return next((address for address in addresses if is_web_address(address) and not _has_account(address)), "")


def article_iri(article: Article) -> str:
    """Return what names an article everywhere: its web address, else the digest of its edition."""
    return public_address(article) or f"urn:sha256:{article.digest}"


def stable_iri(*parts: str) -> str:
    """Return an id that is the same in every export of the same thing, such as an annotation, or one with a reference."""
    return uuid5(_IDS, "\n".join(parts)).urn
