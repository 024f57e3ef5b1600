"""Annotations, tags and bookmarks as plain JSON records, and back.

A field that this version does not know is kept as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import cast

from reader.review.cells import LATEST, Record
from reader.review.model import NO_PLACES, NO_RIVALS, NOTHING, Annotation, Bookmark, Evidence, Judgement, Place, Selector, Tag

_ANNOTATION = frozenset(
    [
        *("id", "article", "edition", "selector", "places", "kind", "tags", "note", "judgements"),
        *("created", "updated", "creator", "_rivals"),
    ]
)
_SELECTOR = frozenset(["exact", "prefix", "suffix", "start", "end"])
_EVIDENCE = frozenset(["source", "selector"])
_JUDGEMENT = frozenset(["reference", "verdict", "evidence", "note", "by", "at", "edition"])
_PLACE = frozenset(["start", "end", "method", "confidence", "by", "at"])
_TAG = frozenset(["id", "name", "definition", "colour", "symbol"])


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name, "")
    return value if isinstance(value, str) else str(value)


def _number(record: Mapping[str, object], name: str) -> int:
    value = record.get(name, 0)
    return value if isinstance(value, int) else 0


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else NOTHING


def _mappings(value: object) -> Iterable[Mapping[str, object]]:
    return (_mapping(item) for item in cast("list[object]", value)) if isinstance(value, list) else ()


def _extra(record: Mapping[str, object], known: frozenset[str]) -> Mapping[str, object]:
    unknown = {name: value for name, value in record.items() if name not in known}
    return MappingProxyType(unknown) if unknown else NOTHING


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
        _text(record, "exact"),
        _text(record, "prefix"),
        _text(record, "suffix"),
        _number(record, "start"),
        _number(record, "end"),
        _extra(record, _SELECTOR),
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
    }


def judgement_from_record(record: Mapping[str, object]) -> Judgement:
    """Return the judgement that a record holds."""
    evidence = tuple(
        Evidence(_text(e, "source"), selector_from_record(_mapping(e.get("selector"))), _extra(e, _EVIDENCE))
        for e in _mappings(record.get("evidence"))
    )
    return Judgement(
        reference=_text(record, "reference"),
        verdict=_text(record, "verdict"),
        evidence=evidence,
        note=_text(record, "note"),
        by=_text(record, "by"),
        at=_text(record, "at"),
        edition=_text(record, "edition"),
        extra=_extra(record, _JUDGEMENT),
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
        _number(record, "start"),
        _number(record, "end"),
        _text(record, "method"),
        float(confidence) if isinstance(confidence, int | float) else 0.0,
        _text(record, "by"),
        _text(record, "at"),
        _extra(record, _PLACE),
    )


def annotation_to_record(annotation: Annotation) -> Record:
    """Return an annotation as the record that the library keeps."""
    rivals = {"_rivals": {cell: list(values) for cell, values in annotation.rivals.items()}} if annotation.rivals else {}
    places = {"places": {e: place_to_record(place) for e, place in annotation.places.items()}} if annotation.places else {}
    return {
        **annotation.extra,
        **rivals,
        **places,
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
    tags = record.get("tags")
    places = {edition: place_from_record(_mapping(place)) for edition, place in _mapping(record.get("places")).items()}
    return Annotation(
        id=_text(record, "id"),
        article=_text(record, "article"),
        edition=_text(record, "edition"),
        selector=selector_from_record(_mapping(record.get("selector"))),
        kind=_text(record, "kind"),
        tags=tuple(str(tag) for tag in cast("list[object]", tags)) if isinstance(tags, list) else (),
        note=_text(record, "note"),
        judgements=tuple(judgement_from_record(j) for j in _mappings(record.get("judgements"))),
        created=_text(record, "created"),
        updated=_text(record, "updated"),
        creator=_text(record, "creator"),
        places=MappingProxyType(places) if places else NO_PLACES,
        rivals=_rivals(record.get("_rivals")),
        extra=_extra(record, _ANNOTATION),
    )


def _rivals(value: object) -> Mapping[str, tuple[object, ...]]:
    found = {
        cell: tuple(cast("list[object]", values))
        for cell, values in _mapping(value).items()
        if isinstance(values, list) and cell not in LATEST
    }
    return MappingProxyType(found) if found else NO_RIVALS


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
        _text(record, "id"),
        _text(record, "name"),
        _text(record, "definition"),
        _text(record, "colour"),
        _text(record, "symbol"),
        _extra(record, _TAG),
    )


def bookmarks_to_record(bookmarks: Iterable[Bookmark]) -> dict[str, int]:
    """Return bookmarks as a mapping of name to offset."""
    return {bookmark.name: bookmark.start for bookmark in bookmarks}


def bookmarks_from_record(record: object) -> tuple[Bookmark, ...]:
    """Return the bookmarks that a mapping of name to offset holds."""
    return tuple(Bookmark(name, start) for name, start in _mapping(record).items() if isinstance(start, int))
