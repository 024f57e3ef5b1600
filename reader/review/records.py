"""Convert the items of a review to JSON records and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, TypeVar, cast

from reader.review.cells import LATEST_WINS, Record
from reader.review.model import (
    NO_CLAIM_LINKS,
    NO_CONFLICTS,
    NO_FIELDS,
    NO_PLACES,
    Annotation,
    Attachment,
    Bookmark,
    ClaimLink,
    DecidedPlace,
    Dismissal,
    Evidence,
    Judgement,
    ReviewItem,
    Selector,
    Source,
    SourceText,
    Tag,
)

# ------------------------------------------------------------------ a value of another kind is never an error


def text(record: Mapping[str, object], name: str) -> str:
    """Return a field as text, "" when it is missing."""
    value = record.get(name, "")
    return value if isinstance(value, str) else str(value)


def number(record: Mapping[str, object], name: str) -> int:
    """Return a field as a whole number, 0 when it is missing or none."""
    value = record.get(name, 0)
    return value if isinstance(value, int) else 0


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts, empty when it is no list."""
    return tuple(str(item) for item in cast("list[object]", value)) if isinstance(value, list) else ()


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a mapping, empty when it is none."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else NO_FIELDS


def as_mappings(value: object) -> Iterable[Mapping[str, object]]:
    """Return the mappings of a list, empty when it is no list."""
    return (as_mapping(item) for item in cast("list[object]", value)) if isinstance(value, list) else ()


def rivals(value: object) -> Mapping[str, tuple[object, ...]]:
    """Return the other values of a record's cells, by cell, without those that nobody wrote by hand."""
    found = {
        cell: tuple(cast("list[object]", values))
        for cell, values in as_mapping(value).items()
        if isinstance(values, list) and cell not in LATEST_WINS
    }
    return MappingProxyType(found) if found else NO_CONFLICTS


def unknown(record: Mapping[str, object], known: frozenset[str]) -> Mapping[str, object]:
    """Return the fields that are not among those known, to be kept as they came."""
    rest = {name: value for name, value in record.items() if name not in known}
    return MappingProxyType(rest) if rest else NO_FIELDS


# ------------------------------------------------------------------ Annotations, tags and bookmarks as plain JSON records, and

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
        Evidence(text(e, "source"), selector_from_record(as_mapping(e.get("selector"))), unknown(e, _EVIDENCE))
        for e in as_mappings(record.get("evidence"))
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


def place_to_record(place: DecidedPlace) -> Record:
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


def place_from_record(record: Mapping[str, object]) -> DecidedPlace:
    """Return the decided place that a record holds; what is missing is empty."""
    confidence = record.get("confidence")
    return DecidedPlace(
        number(record, "start"),
        number(record, "end"),
        text(record, "method"),
        float(confidence) if isinstance(confidence, int | float) else 0.0,
        text(record, "by"),
        text(record, "at"),
        unknown(record, _PLACE),
    )


def link_to_record(link: ClaimLink) -> Record:
    """Return a person's word on what a claim rests on as a record."""
    return {**link.extra, "rests": link.rests, "reason": link.reason, "by": link.by, "at": link.at}


def link_from_record(record: Mapping[str, object]) -> ClaimLink:
    """Return the person's word that a record holds."""
    said = (text(record, name) for name in ("reason", "by", "at"))
    return ClaimLink(record.get("rests") is not False, *said, extra=unknown(record, _LINK))


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
    links = {reference: link_from_record(as_mapping(link)) for reference, link in as_mapping(record.get("links")).items()}
    places = {edition: place_from_record(as_mapping(place)) for edition, place in as_mapping(record.get("places")).items()}
    return Annotation(
        id=text(record, "id"),
        article=text(record, "article"),
        edition=text(record, "edition"),
        selector=selector_from_record(as_mapping(record.get("selector"))),
        kind=text(record, "kind"),
        tags=texts(record.get("tags")),
        note=text(record, "note"),
        judgements=tuple(judgement_from_record(j) for j in as_mappings(record.get("judgements"))),
        created=text(record, "created"),
        updated=text(record, "updated"),
        creator=text(record, "creator"),
        places=MappingProxyType(places) if places else NO_PLACES,
        links=MappingProxyType(links) if links else NO_CLAIM_LINKS,
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
    return tuple(Bookmark(name, start) for name, start in as_mapping(record).items() if isinstance(start, int))


# ------------------------------------------------------------------ Sources and what they stand behind as plain JSON records,

_TEXT = ("digest", "original", "title", "format", "origin", "extent", "at", "by")
_SOURCE = ("current", "tried", "trouble", "tried_at")
_ATTACHMENT = ("source", "by", "at")


def source_to_record(source: Source) -> Record:
    """Return a source as the record that the library keeps."""
    return {
        **source.extra,
        **({"_rivals": {cell: list(values) for cell, values in source.rivals.items()}} if source.rivals else {}),
        "id": source.id,
        "names": list(source.names),
        "texts": [{**one.extra, **{name: getattr(one, name) for name in _TEXT}} for one in source.texts],
        **{name: getattr(source, name) for name in _SOURCE},
    }


def source_from_record(record: Mapping[str, object]) -> Source:
    """Return the source that a record holds; what is missing is empty."""
    known = frozenset(("id", "names", "texts", "_rivals", *_SOURCE))
    kept = [
        SourceText(*(text(one, name) for name in _TEXT), extra=unknown(one, frozenset(_TEXT)))
        for one in as_mappings(record.get("texts"))
    ]
    said = (text(record, name) for name in _SOURCE)
    others, rest = rivals(record.get("_rivals")), unknown(record, known)
    return Source(text(record, "id"), texts(record.get("names")), tuple(kept), *said, rivals=others, extra=rest)


def attachment_to_record(attachment: Attachment) -> Record:
    """Return an attachment as a record; the reference is the key of the mapping it stands in."""
    return {**attachment.extra, **{name: getattr(attachment, name) for name in _ATTACHMENT}}


def attachment_from_record(reference: str, record: Mapping[str, object]) -> Attachment:
    """Return the attachment that a record holds."""
    said = (text(record, name) for name in _ATTACHMENT)
    return Attachment(reference, *said, extra=unknown(record, frozenset(_ATTACHMENT)))


# ------------------------------------------------------------------ What a change is made of, as plain records and back

RecordEntry = Bookmark | Dismissal | Attachment
E = TypeVar("E", Bookmark, Dismissal, Attachment)
"""What is an entry of its article's record."""
BOOKMARKS: Final = "bookmarks"
DISMISSALS: Final = "dismissed"
ATTACHMENTS: Final = "attached"
ENTRY_FIELDS: Final = (BOOKMARKS, DISMISSALS, ATTACHMENTS)
"""The fields of an article's record that hold entries, each under its key."""


def item_key(item: ReviewItem) -> str:
    """Return what names an item among those of its kind: its id, its name, its finding, its reference."""
    if isinstance(item, Bookmark):
        return item.name
    if isinstance(item, Dismissal):
        return item.finding
    return item.reference if isinstance(item, Attachment) else item.id


def item_to_record(item: ReviewItem) -> Record:
    """Return an item as a record; of an entry, the part of its article's record that holds it."""
    if isinstance(item, Annotation):
        return annotation_to_record(item)
    if isinstance(item, Tag):
        return tag_to_record(item)
    if isinstance(item, Source):
        return source_to_record(item)
    record: Record = {entry_field(item): {item_key(item): entry_value(item)}}
    if not isinstance(item, Bookmark) and item.others:
        record["_rivals"] = {f"{entry_field(item)}/{item_key(item)}": [entry_value(other) for other in item.others]}
    return record


def item_from_record(item: ReviewItem, record: Record) -> ReviewItem:
    """Return the item that a record holds, of the same type as `item`."""
    if isinstance(item, Annotation):
        return annotation_from_record(record)
    if isinstance(item, Tag):
        return tag_from_record(record)
    if isinstance(item, Source):
        return source_from_record(record)
    return entries_from_record(record).get((entry_field(item), item_key(item)), item)


def entry_field(item: RecordEntry) -> str:
    """Return the field of the article's record that holds an entry."""
    return BOOKMARKS if isinstance(item, Bookmark) else DISMISSALS if isinstance(item, Dismissal) else ATTACHMENTS


def entry_value(item: RecordEntry) -> object:
    """Return an entry as the value that stands under its key."""
    if isinstance(item, Bookmark):
        return item.start
    return dismissal_to_record(item) if isinstance(item, Dismissal) else attachment_to_record(item)


def entries_in(record: Mapping[str, object], kind: type[E]) -> tuple[E, ...]:
    """Return the entries of one kind in an article's record."""
    return tuple(entry for entry in entries_from_record(record).values() if isinstance(entry, kind))


def entries_from_record(record: Mapping[str, object]) -> dict[tuple[str, str], RecordEntry]:
    """Return the entries of an article's record, by field and key."""
    marks = as_mapping(record.get(BOOKMARKS)).items()
    entries: dict[tuple[str, str], RecordEntry] = {
        (BOOKMARKS, name): Bookmark(name, start) for name, start in marks if isinstance(start, int)
    }
    others = rivals(record.get("_rivals"))
    for key, value in as_mapping(record.get(DISMISSALS)).items():
        same = (dismissal_from_record(key, as_mapping(other)) for other in others.get(f"{DISMISSALS}/{key}", ()))
        entries[DISMISSALS, key] = replace(dismissal_from_record(key, as_mapping(value)), others=tuple(same))
    for key, value in as_mapping(record.get(ATTACHMENTS)).items():
        also = (attachment_from_record(key, as_mapping(other)) for other in others.get(f"{ATTACHMENTS}/{key}", ()))
        entries[ATTACHMENTS, key] = replace(attachment_from_record(key, as_mapping(value)), others=tuple(also))
    return entries
