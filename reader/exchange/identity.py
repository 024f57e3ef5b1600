"""What leaves with an export in place of paths and accounts: public addresses, stable ids, and the names of people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Final
from urllib.parse import quote
from uuid import UUID

from reader.article.article import Article
from reader.exchange.escape import iri, is_web_address
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import (
    Report,
    ReportAssignment,
    ReportFinding,
    ReportItem,
    ReportPair,
    ReportPassage,
    ReportReference,
)
from reader.review.declaration import EMPTY_MAPPING
from reader.review.description import SourceDescription
from reader.review.disagreements import reading_key
from reader.review.model import Annotation, ClaimLink, Dismissal, Judgement, Source, Tag
from reader.review.vocabulary import OWN_RECORD, PASTED_TEXT

_IDS: Final = UUID("6f5b7a52-6f0c-5c0e-9b58-3c6b1f0a7d11").bytes
"""The namespace of the ids that are made from those of the library (RFC 9562, version 5)."""
_FOLDERS: Final = re.compile(
    r"(?:(?<!\w)~[\w.-]*(?=[\\/])|(?<!\w)(?:[a-z]|file|smb|afp|nfs):(?=[\\/])|(?<![\w/:\\])[\\/]+(?=[^\s\\/])).*[\\/]",
    re.IGNORECASE | re.DOTALL,
)
"""Match the folders of a path, from its root, drive, share or home to the last slash of the text."""


class People:
    """The names that the people of an export get: the ones they chose, else "Reviewer 1" in the order of appearance."""

    def __init__(self) -> None:
        """Start without people."""
        self._public_names = frozenset[str]()
        self._names: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names that were given so far."""
        return tuple(self._names.values())

    def name_of(self, person: str) -> str:
        """Return the name of a person in this export, "" for nobody. A mail address is no name, even if it was chosen."""
        if person and person not in self._names:
            is_public = person in self._public_names and "@" not in person
            self._names[person] = person if is_public else self._new_name()
        return self._names.get(person, "")

    def _new_name(self) -> str:
        """Return a name that nobody has, nor chose."""
        taken = self._public_names.union(self._names.values())
        names = (f"Reviewer {number}" for number in count(len(self._names) + 1))
        return next(name for name in names if name not in taken)

    def add_report(self, report: Report) -> None:
        """Name the people of a report in the order of their appearance, before any filter; public names are kept."""
        self._public_names |= report.public_names
        for person in _people_of(report.whole):
            self.name_of(person)


def _people_of(report: Report) -> Iterator[str]:
    """Yield who made, judged, linked and dismissed what a report shows, as often as it shows them."""
    for item in (*report.items, *report.orphans):
        yield item.annotation.creator
        for pair in item.pairs:
            yield pair.judgement.by if pair.judgement else ""
            yield pair.link.by if pair.link else ""
        yield from (unlinked.link.by for unlinked in item.unlinked)
    yield from report.readers.names if report.readers is not None else ()
    yield from (row.dismissal.by for row in report.dismissed_findings if row.dismissal)


def disclose(reports: Iterable[Report], options: ExportOptions) -> Iterator[Report]:
    """Yield a copy of each report as it may leave this machine: see `Disclosure`."""
    disclosure = Disclosure(options)
    for report in reports:
        disclosure.add_report(report)
        yield report if options.with_paths else _PublicCopy(disclosure).report(report)


class Disclosure:
    """What may leave this machine: no local path, name of an account or mail address of a person, unless asked for.

    An article that has no web address is named by the digest of its edition, a person by "Reviewer 1" and so on, the same in
    all reports of an export. What other devices and later versions of the program wrote is left out, as nobody can tell what it
    holds. With `ExportOptions.with_paths` everything leaves as it is.
    """

    def __init__(self, options: ExportOptions) -> None:
        """Start an export, before its first report."""
        self.is_complete = options.with_paths
        self._people = People()

    @property
    def names(self) -> frozenset[str]:
        """The names that were given so far."""
        return frozenset(self._people.names)

    def add_report(self, report: Report) -> None:
        """Name the people of the next report."""
        self._people.add_report(report)

    def name_of(self, person: str) -> str:
        """Return the name of a person, "" for nobody."""
        return person if self.is_complete else self._people.name_of(person)

    def source_of(self, article: Article) -> str:
        """Return where an article can be found, or what it is named by."""
        return article.source if self.is_complete else article_iri(article)

    def origin_of(self, origin: str) -> str:
        """Return where a text came from, "" if it may not leave."""
        return origin if self.is_complete else public_origin(origin)

    def passage_of(self, passage: ReportPassage) -> ReportPassage:
        """Return a passage without where its text came from if that may not leave."""
        return passage if self.is_complete else _public_passage(passage)

    def place_of(self, kept: str) -> str:
        """Return where a described source is kept, of a path its last part."""
        return kept if self.is_complete else _public_place(kept)


class _PublicCopy:
    """Copy the values of a report without what is private in them."""

    def __init__(self, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._name_of = disclosure.name_of

    def report(self, report: Report) -> Report:
        article = report.article
        about = article.about._replace(address=public_address(article))
        return replace(
            report,
            article=replace(article, source=article_iri(article), about=about, original=b""),
            items=tuple(map(self._item, report.items)),
            orphans=tuple(map(self._item, report.orphans)),
            references=tuple(map(self._reference, report.references)),
            findings=tuple(map(self._finding, report.findings)),
            asides=tuple(map(self._item, report.asides)),
            past_dismissals=tuple(map(self._dismissal, report.past_dismissals)),
            assignments=tuple(map(self._assignment, report.assignments)),
            codebook=tuple(map(self._tag, report.codebook)),
            readers=replace(report.readers, names=self._names(report.readers.names)) if report.readers is not None else None,
            public_names=self._disclosure.names,
            unfiltered=self.report(report.unfiltered) if report.unfiltered else None,
        )

    def _names(self, names: tuple[str, str]) -> tuple[str, str]:
        return self._name_of(names[0]), self._name_of(names[1])

    def _assignment(self, one: ReportAssignment) -> ReportAssignment:
        given = one.assignment
        reader, by = self._name_of(given.reader), self._name_of(given.by)
        return replace(one, assignment=replace(given, reader=reader, by=by, extra=EMPTY_MAPPING, others=()))

    def _tag(self, tag: Tag) -> Tag:
        return replace(tag, creator=self._name_of(tag.creator), conflicts=EMPTY_MAPPING, extra=EMPTY_MAPPING)

    def _item(self, item: ReportItem) -> ReportItem:
        annotation = self._annotation(item.annotation)
        judgements = {judgement.reference: judgement for judgement in annotation.judgements}
        return replace(
            item,
            annotation=annotation,
            pairs=tuple(self._pair(pair, judgements.get(pair.reference), annotation.links) for pair in item.pairs),
            unlinked=tuple(replace(one, link=annotation.links[one.reference]) for one in item.unlinked),
        )

    def _annotation(self, annotation: Annotation) -> Annotation:
        name_of = self._name_of
        return replace(
            annotation,
            creator=name_of(annotation.creator),
            judgements=tuple(replace(j, by=name_of(j.by), extra=EMPTY_MAPPING) for j in annotation.judgements),
            places={key: replace(p, by=name_of(p.by), extra=EMPTY_MAPPING) for key, p in annotation.places.items()},
            links={key: replace(link, by=name_of(link.by), extra=EMPTY_MAPPING) for key, link in annotation.links.items()},
            readings={
                reading_key(one.reference, name_of(one.by)): replace(one, by=name_of(one.by), extra=EMPTY_MAPPING)
                for one in annotation.readings.values()
            },
            settlements={
                key: replace(
                    one,
                    reader=name_of(one.reader),
                    by=name_of(one.by),
                    readers=tuple(map(name_of, one.readers)),
                    extra=EMPTY_MAPPING,
                )
                for key, one in annotation.settlements.items()
            },
            conflicts=EMPTY_MAPPING,
            extra=EMPTY_MAPPING,
        )

    def _pair(self, pair: ReportPair, judgement: Judgement | None, links: Mapping[str, ClaimLink]) -> ReportPair:
        return replace(
            pair,
            judgement=judgement,
            link=links[pair.reference] if pair.link else None,
            evidence=tuple(map(_public_passage, pair.evidence)),
            description=public_description(pair.description),
        )

    def _reference(self, row: ReportReference) -> ReportReference:
        return replace(row, source=self._source(row.source)) if row.source else row

    def _source(self, source: Source) -> Source:
        texts = (
            replace(
                text,
                origin=public_origin(text.origin),
                requested=public_origin(text.requested),
                landing=public_origin(text.landing),
                by=self._name_of(text.by),
                description=public_description(text.description),
                extra=EMPTY_MAPPING,
            )
            for text in source.texts
        )
        address = public_origin(source.failed_address)
        return replace(
            source,
            texts=tuple(texts),
            failed_address=address,
            failure=source.failure if address else "",
            conflicts=EMPTY_MAPPING,
            extra=EMPTY_MAPPING,
        )

    def _finding(self, row: ReportFinding) -> ReportFinding:
        return replace(row, dismissal=self._dismissal(row.dismissal)) if row.dismissal else row

    def _dismissal(self, dismissal: Dismissal) -> Dismissal:
        return replace(dismissal, by=self._name_of(dismissal.by), extra=EMPTY_MAPPING, others=())


def _public_passage(passage: ReportPassage) -> ReportPassage:
    origin, requested = public_origin(passage.origin), public_origin(passage.requested)
    is_public = (passage.origin, passage.requested) == (origin, requested)
    return passage if is_public else replace(passage, origin=origin, requested=requested)


def public_origin(origin: str) -> str:
    """Return where a text came from if it may leave this machine: a web address, PASTED_TEXT or OWN_RECORD; "" for a file."""
    is_public = origin in (PASTED_TEXT, OWN_RECORD) or (is_web_address(origin) and not _has_account(origin))
    return origin if is_public else ""


def public_description(description: SourceDescription) -> SourceDescription:
    """Return a description as it may leave this machine: of a path only the last part, and nothing of a later version."""
    return replace(description, kept=_public_place(description.kept), extra=EMPTY_MAPPING) if description else description


def _public_place(kept: str) -> str:
    """Return where a described source is kept; of a path, which may name an account, its last part.

    Words may precede the path, and it may have blanks: all from its beginning to the last slash is taken for its folders.
    """
    return _FOLDERS.sub("", kept.rstrip("/\\"), count=1)


def _has_account(address: str) -> bool:
    return "@" in address.split("/", 3)[2]


def public_address(article: Article) -> str:
    """Return the web address of an article, "" for a file, a pasted text or an address with the name of an account."""
    addresses = (article.about.address, article.source)
    return next((address for address in addresses if is_web_address(address) and not _has_account(address)), "")


def article_iri(article: Article) -> str:
    """Return what names an article everywhere: its web address, else the digest of its edition."""
    return iri(public_address(article)) or f"urn:sha256:{article.digest}"


def reference_iri(article: Article, reference: str) -> str:
    """Return what names a reference everywhere: the address of its DOI or its web address, else an id in the article."""
    entry = article.reference_by_id.get(reference)
    address = f"https://doi.org/{quote(entry.doi, safe='/:;().-_')}" if entry and entry.doi else entry.url if entry else ""
    return iri(address) if is_web_address(address) else stable_iri("reference", article_iri(article), reference)


def stable_iri(*parts: str) -> str:
    """Return an id that is the same in every export of the same thing, such as an annotation, or one with a reference."""
    name = "\n".join(parts).encode("utf-8", "surrogatepass")
    digits = hashlib.sha1(_IDS + name, usedforsecurity=False).hexdigest()
    # What uuid5 makes of a name, but also of one with a lone surrogate, and in a third of the time.
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
