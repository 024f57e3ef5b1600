"""Annotations, tags and bookmarks as plain JSON records, and back.

A field that this version does not know is kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reader.review.cells import Record
from reader.review.fields import mapping, mappings, number, rivals, text, texts, unknown
from reader.review.model import (
    NO_LINKS,
    NO_PLACES,
    Annotation,
    Bookmark,
    Dismissal,
    Evidence,
    Judgement,
    Link,
    Place,
    Selector,
    Tag,
)

_ANNOTATION = frozenset(
    [
        *("id", "article", "edition", "selector", "places", "kind", "tags", "note", "judgements"),
        *("created", "updated", "creator", "_rivals", "links", "decision", "fix"),
    ]
)
_SELECTOR = frozenset(["exact", "prefix", "suffix", "start", "end"])
_EVIDENCE = frozenset(["source", "selector"])
_JUDGEMENT = frozenset(["reference", "verdict", "evidence", "note", "by", "at", "edition", "problems"])
_LINK = frozenset(["rests", "reason", "by", "at"])
_DISMISSAL = frozenset(["kind", "text", "reason", "by", "at"])
_PLACE = frozenset(["start", "end", "method", "confidence", "by", "at"])
_TAG = frozenset(["id", "name", "definition", "colour", "symbol"])


def selector_to_record(selector: Selector) -> Record:
    """Return a selector as a record."""
    return {
        **selector.extra,
        "exact": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start": selector.start,
        "end": selector.end,
    }


def selector_from_record(record: Mapping[str, object]) -> Selector:
    """Return the selector that a record holds; what is missing is empty."""
    return Selector(
        text(record, "exact"),
        text(record, "prefix"),
        text(record, "suffix"),
        number(record, "start"),
        number(record, "end"),
        unknown(record, _SELECTOR),
    )


def judgement_to_record(judgement: Judgement) -> Record:
    """Return a judgement as a record, its evidence inside."""
    evidence = [{**e.extra, "source": e.source, "selector": selector_to_record(e.selector)} for e in judgement.evidence]
    return {
        **judgement.extra,
        "reference": judgement.reference,
        "verdict": judgement.verdict,
        "evidence": evidence,
        "note": judgement.note,
        "by": judgement.by,
        "at": judgement.at,
        **({"edition": judgement.edition} if judgement.edition else {}),
        **({"problems": list(judgement.problems)} if judgement.problems else {}),
    }


def judgement_from_record(record: Mapping[str, object]) -> Judgement:
    """Return the judgement that a record holds."""
    evidence = tuple(
        Evidence(text(e, "source"), selector_from_record(mapping(e.get("selector"))), unknown(e, _EVIDENCE))
        for e in mappings(record.get("evidence"))
    )
    return Judgement(
        reference=text(record, "reference"),
        verdict=text(record, "verdict"),
        evidence=evidence,
        note=text(record, "note"),
        by=text(record, "by"),
        at=text(record, "at"),
        edition=text(record, "edition"),
        problems=texts(record.get("problems")),
        extra=unknown(record, _JUDGEMENT),
    )


def place_to_record(place: Place) -> Record:
    """Return a decided place as a record."""
    return {
        **place.extra,
        "start": place.start,
        "end": place.end,
        "method": place.method,
        "confidence": place.confidence,
        "by": place.by,
        "at": place.at,
    }


def place_from_record(record: Mapping[str, object]) -> Place:
    """Return the decided place that a record holds; what is missing is empty."""
    confidence = record.get("confidence")
    return Place(
        number(record, "start"),
        number(record, "end"),
        text(record, "method"),
        float(confidence) if isinstance(confidence, int | float) else 0.0,
        text(record, "by"),
        text(record, "at"),
        unknown(record, _PLACE),
    )


def link_to_record(link: Link) -> Record:
    """Return a person's word on what a claim rests on as a record."""
    return {**link.extra, "rests": link.rests, "reason": link.reason, "by": link.by, "at": link.at}


def link_from_record(record: Mapping[str, object]) -> Link:
    """Return the person's word that a record holds."""
    said = (text(record, name) for name in ("reason", "by", "at"))
    return Link(record.get("rests") is not False, *said, extra=unknown(record, _LINK))


def annotation_to_record(annotation: Annotation) -> Record:
    """Return an annotation as the record that the library keeps."""
    others = {"_rivals": {cell: list(values) for cell, values in annotation.rivals.items()}} if annotation.rivals else {}
    places = {"places": {e: place_to_record(place) for e, place in annotation.places.items()}} if annotation.places else {}
    links = {"links": {r: link_to_record(link) for r, link in annotation.links.items()}} if annotation.links else {}
    advice = {"decision": annotation.decision, "fix": annotation.fix}
    return {
        **annotation.extra,
        **others,
        **places,
        **links,
        **{name: value for name, value in advice.items() if value},
        "id": annotation.id,
        "article": annotation.article,
        "edition": annotation.edition,
        "selector": selector_to_record(annotation.selector),
        "kind": annotation.kind,
        "tags": list(annotation.tags),
        "note": annotation.note,
        "judgements": [judgement_to_record(j) for j in annotation.judgements],
        "created": annotation.created,
        "updated": annotation.updated,
        "creator": annotation.creator,
    }


def annotation_from_record(record: Mapping[str, object]) -> Annotation:
    """Return the annotation that a record holds."""
    links = {reference: link_from_record(mapping(link)) for reference, link in mapping(record.get("links")).items()}
    places = {edition: place_from_record(mapping(place)) for edition, place in mapping(record.get("places")).items()}
    return Annotation(
        id=text(record, "id"),
        article=text(record, "article"),
        edition=text(record, "edition"),
        selector=selector_from_record(mapping(record.get("selector"))),
        kind=text(record, "kind"),
        tags=texts(record.get("tags")),
        note=text(record, "note"),
        judgements=tuple(judgement_from_record(j) for j in mappings(record.get("judgements"))),
        created=text(record, "created"),
        updated=text(record, "updated"),
        creator=text(record, "creator"),
        places=MappingProxyType(places) if places else NO_PLACES,
        links=MappingProxyType(links) if links else NO_LINKS,
        decision=text(record, "decision"),
        fix=text(record, "fix"),
        rivals=rivals(record.get("_rivals")),
        extra=unknown(record, _ANNOTATION),
    )


def tag_to_record(tag: Tag) -> Record:
    """Return a tag of the codebook as a record."""
    return {
        **tag.extra,
        "id": tag.id,
        "name": tag.name,
        "definition": tag.definition,
        "colour": tag.colour,
        "symbol": tag.symbol,
    }


def tag_from_record(record: Mapping[str, object]) -> Tag:
    """Return the tag that a record holds."""
    return Tag(
        text(record, "id"),
        text(record, "name"),
        text(record, "definition"),
        text(record, "colour"),
        text(record, "symbol"),
        unknown(record, _TAG),
    )


def dismissal_to_record(dismissal: Dismissal) -> Record:
    """Return a dismissed finding as a record; its key is that of the mapping it stands in."""
    said = {name: getattr(dismissal, name) for name in ("kind", "text", "reason", "by", "at")}
    return {**dismissal.extra, **said}


def dismissal_from_record(finding: str, record: Mapping[str, object]) -> Dismissal:
    """Return the dismissed finding that a record holds."""
    said = (text(record, name) for name in ("kind", "text", "reason", "by", "at"))
    return Dismissal(finding, *said, extra=unknown(record, _DISMISSAL))


def bookmarks_from_record(record: object) -> tuple[Bookmark, ...]:
    """Return the bookmarks that a mapping of name to offset holds."""
    return tuple(Bookmark(name, start) for name, start in mapping(record).items() if isinstance(start, int))
