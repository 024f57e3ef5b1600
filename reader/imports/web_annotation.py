"""Read W3C Web Annotations (Recommendation of 23 February 2017): one, a list, a page or a collection. Offsets are code points.

The names are those of its JSON-LD context, as programs write them; an annotation with other names for them is not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.imports.annotation import (
    NO_REFERENCE,
    ImportedAnnotation,
    ImportedDocument,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    Selection,
    to_stored_time,
)
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, clean_text, read_items, to_objects

_DOI: Final = ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/")
_DIGEST: Final = "urn:sha256:"
_NEXT_PAGE: Final = LeftOut("page of annotations that lies elsewhere", "pages of annotations that lie elsewhere")
_TARGET: Final = LeftOut("further target of an annotation", "further targets of annotations")
_ELSEWHERE: Final = LeftOut("annotation that lies elsewhere", "annotations that lie elsewhere")
_BODY: Final = LeftOut("body that is no text", "bodies that are no text")


def is_like_web_annotation(head: str) -> bool:
    """Whether a beginning of a file is that of JSON-LD with annotations."""
    return head.startswith(("{", "[")) and ("ns/anno" in head or '"TextQuoteSelector"' in head or "AnnotationPage" in head)


class _Target(NamedTuple):
    document: ImportedDocument
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = -1
    end: int = -1


class _Bodies(NamedTuple):
    """What the bodies of an annotation say, by their purposes; `works` are linked to as wholes, `links` to passages."""

    notes: list[str]
    tags: list[str]
    labels: list[str]
    fixes: list[str]
    verdicts: list[str]
    works: list[ImportedReference]
    links: list[ImportedReference]


def read_web_annotations(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the annotations of a file; an assessment of a mark that the file has too belongs to it. Raises ReaderError."""
    marks: dict[object, ImportedAnnotation] = {}
    places: dict[_Target, object] = {}
    assessments: list[tuple[_Target, ImportedAnnotation]] = []
    for number, fields in enumerate(to_objects(_items(source, selection), "annotation")):
        target = _target(fields, selection)
        document = selection.number_of(target.document, target.quote)
        if document is None:
            continue
        bodies = _read_bodies(fields, selection)
        if not bodies.verdicts:
            selection.omit(_BODY, len(bodies.works) + len(bodies.links))
        annotation = _annotation(fields, target, bodies, document)
        if annotation.verdicts and not (annotation.labels or annotation.note):
            assessments.append((target, annotation))
        else:
            key = annotation.id or number
            marks[key] = annotation
            places.setdefault(target, key)
    for number, (target, annotation) in enumerate(assessments):
        key = places.get(target)
        if key is None:
            key = annotation.id or f"assessment {number}"
            places[target] = key
            marks[key] = annotation
        else:
            mark = marks[key]
            marks[key] = mark._replace(verdicts=(*mark.verdicts, *annotation.verdicts))
    yield from marks.values()


def _items(source: ImportSource, selection: Selection) -> Iterator[object]:
    """Yield the annotations of a list, of a page, or of the first page of a collection, which may stand in it."""
    items = read_items(source, ("items",), "first")
    for item in items:
        if isinstance(item, str):
            selection.omit(_ELSEWHERE)
        else:
            yield item
    fields = JsonFields(items.fields, "the file")
    if not items.is_list and items.fields:
        kinds = fields.texts("type")
        if "Annotation" in kinds:
            yield items.fields
        elif "AnnotationCollection" not in kinds:
            raise ReaderError("it holds no annotation, page or collection of the W3C's model")
        elif fields.fields.get("first"):
            raise ReaderError("it is a collection whose annotations lie elsewhere", "Save its pages, and import those")
    if fields.fields.get("next"):
        selection.omit(_NEXT_PAGE)


def _annotation(fields: JsonFields, target: _Target, bodies: _Bodies, document: int) -> ImportedAnnotation:
    author, created = _person(fields), to_stored_time(fields.text("created"))
    is_assessment = bool(bodies.verdicts)
    note, tags = "\n\n".join(bodies.notes), tuple(bodies.tags)
    # A passage of a source may link to the page that was read, so a link to a whole one is the work, or one with a DOI.
    links = (*bodies.works, *(link for link in bodies.links if link.doi), *bodies.links)
    reference = links[0] if links else NO_REFERENCE
    verdicts = tuple(ImportedVerdict(word, reference, note, author, created, tags) for word in bodies.verdicts)
    return ImportedAnnotation(
        id=fields.text("id"),
        document=document,
        quote=target.quote,
        prefix=target.prefix,
        suffix=target.suffix,
        start=target.start,
        end=target.end,
        labels=tuple(bodies.labels),
        tags=() if is_assessment else tags,
        note="" if is_assessment else note,
        verdicts=verdicts,
        fix="\n\n".join(bodies.fixes),
        author=author,
        created=created,
        updated=to_stored_time(fields.text("modified")),
    )


def _target(fields: JsonFields, selection: Selection) -> _Target:
    value = fields.fields.get("target")
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    if len(values) > 1:
        selection.omit(_TARGET, len(values) - 1)
    first = values[0] if values else None
    if isinstance(first, str):
        return _Target(ImportedDocument(address=clean_text(first.partition("#")[0])))
    if not isinstance(first, dict):
        raise fields.fault("has no “target”")
    target = JsonFields(cast("object", first), "“target” of an annotation")
    found = _Target(_document(target))
    for selector in _flatten(target):
        kinds = selector.texts("type")
        if "TextQuoteSelector" in kinds:
            found = found._replace(quote=selector.text("exact"), prefix=selector.text("prefix"), suffix=selector.text("suffix"))
        elif "TextPositionSelector" in kinds:
            found = found._replace(start=selector.number("start"), end=selector.number("end"))
    return found


def _flatten(target: JsonFields) -> Iterator[JsonFields]:
    """Yield the selectors of a target, those by which another is refined after it; one that lies elsewhere is left out."""
    waiting = _objects(target, "selector")
    while waiting:
        selector = waiting.pop(0)
        yield selector
        waiting[:0] = _objects(selector, "refinedBy")


def _objects(fields: JsonFields, name: str) -> list[JsonFields]:
    """Return the objects of a field, which may be one or several, without addresses of others."""
    value = fields.fields.get(name)
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return [JsonFields(one, name, fields) for one in values if one is not None and not isinstance(one, str)]


def _document(target: JsonFields) -> ImportedDocument:
    source = target.fields.get("source")
    fields = target.object("source") if isinstance(source, dict) else None
    name = (fields.text("id") if fields else target.text("source")) or target.text("id")
    title = fields.text("label") or fields.text("title") if fields else ""
    if name.startswith(_DIGEST):
        return ImportedDocument(title, edition=name.removeprefix(_DIGEST))
    return ImportedDocument(title, name)


def _read_bodies(fields: JsonFields, selection: Selection) -> _Bodies:
    bodies = _Bodies([], [], [], [], [], [], [])
    if value := fields.text("bodyValue") if "bodyValue" in fields.fields else "":
        bodies.notes.append(value)
    body = fields.fields.get("body")
    motives = fields.texts("motivation")
    for item in cast("list[object]", body) if isinstance(body, list) else [body] if body else []:
        if isinstance(item, str):
            bodies.works.append(_to_reference(item, ""))
            continue
        part = JsonFields(item, "“body” of an annotation")
        purposes = part.texts("purpose") or motives
        if "linking" in purposes or "source" in part.fields:
            (bodies.links if "selector" in part.fields else bodies.works).append(_link(part))
        elif text := part.text("value") or next((one.text("value") for one in _objects(part, "items")), ""):
            # Of a choice between several bodies, the first is the one to take.
            _list_for(bodies, purposes).append(text)
        else:
            selection.omit(_BODY)
    return bodies


def _list_for(bodies: _Bodies, purposes: tuple[str, ...]) -> list[str]:
    by_purpose = {
        "assessing": bodies.verdicts,
        "tagging": bodies.tags,
        "classifying": bodies.labels,
        "editing": bodies.fixes,
    }
    return next((by_purpose[purpose] for purpose in purposes if purpose in by_purpose), bodies.notes)


def _link(part: JsonFields) -> ImportedReference:
    source = part.fields.get("source")
    if isinstance(source, dict):
        fields = part.object("source")
        return _to_reference(fields.text("id"), fields.text("label"))
    return _to_reference(part.text("source") or part.text("id"), "")


def _to_reference(name: str, title: str) -> ImportedReference:
    doi = next((name.removeprefix(start) for start in _DOI if name.startswith(start)), "")
    return ImportedReference(doi=doi, address="" if doi or name.startswith("urn:") else name, title=title)


def _person(fields: JsonFields) -> str:
    creator = fields.fields.get("creator")
    if isinstance(creator, list):
        creator = cast("list[object]", creator)[0] if creator else None
    if isinstance(creator, str):
        return clean_text(creator)
    person = JsonFields(creator or {}, "“creator” of an annotation")
    return person.text("nickname") or person.text("name") or person.text("id")
