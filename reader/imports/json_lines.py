"""Read our own JSON Lines (`docs/json-lines.md`): the annotations of the reviews in it, with their verdicts and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedLink,
    ImportedPart,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    ReviewDetails,
    Selection,
)
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, read_json_lines
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import (
    Assignment,
    Bookmark,
    DecidedPlace,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Settlement,
    Tag,
)

_FORMAT: Final = "claim-reader-review"
_VERSION: Final = 1
_PARTS: Final = frozenset(["bookmark", "assignment", "finding", "tag"])
_TYPES: Final = frozenset(["reference", *_PARTS])
"""The types of lines that are read beside annotations; others describe the article."""
_LOST: Final = LeftOut("assignment whose sentences were lost", "assignments whose sentences were lost")


def is_like_own_lines(head: str) -> bool:
    """Whether a beginning of a file is that of our own lines."""
    return head.startswith("{") and f'"{_FORMAT}"' in head[:200]


def read_own_lines(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation | ImportedPart]:
    """Read the reviews of a file. Raises ReaderError for a line of another format or of a later version."""
    references: dict[tuple[int, str], ImportedReference] = {}
    annotations: list[ImportedAnnotation] = []
    is_late = False
    about, document = JsonFields({}, "the file"), ImportedDocument()
    for line in read_json_lines(source):
        if line.text("format") != _FORMAT:
            raise line.fault(f"is not of the format {_FORMAT}")
        if line.number("version") != _VERSION:
            raise line.fault(f"has the version {line.number('version')}, and this program reads {_VERSION} only")
        if (article := line.object("article")).fields != about.fields:
            about, document = article, _document(article)
        kind = line.text("type")
        if kind == "annotation":
            number = selection.number_of(document, line.text("quote"))
            if number is not None:
                annotations.append(_annotation(number, line, references))
        elif kind in _TYPES and (number := selection.number_of(document)) is not None:
            if kind == "reference":
                references[number, line.text("id")] = _reference(line)
                is_late = is_late or bool(annotations)
            else:
                items = _items(kind, line, document.edition)
                yield from (ImportedPart(number, item) for item in items)
                if kind == "assignment" and not items:
                    selection.omit(_LOST)
    # Lines may be sorted, so that a reference stands behind the annotations that name it.
    yield from (_with_references(one, references) for one in annotations) if is_late else annotations


def _with_references(
    annotation: ImportedAnnotation, references: dict[tuple[int, str], ImportedReference]
) -> ImportedAnnotation:
    def find(reference: ImportedReference) -> ImportedReference:
        return references.get((annotation.document, reference.id), reference)

    return annotation._replace(
        verdicts=tuple(one._replace(reference=find(one.reference)) for one in annotation.verdicts),
        links=tuple(one._replace(reference=find(one.reference)) for one in annotation.links),
    )


def _document(fields: JsonFields) -> ImportedDocument:
    source = fields.text("source")
    address = "" if source.startswith("urn:") else source
    return ImportedDocument(fields.text("title"), address, edition=fields.text("edition"), article=fields.text("id"))


def _reference(line: JsonFields) -> ImportedReference:
    title = line.text("title") or line.text("text")
    return ImportedReference(line.text("id"), line.text("label"), line.text("doi"), line.text("url"), title)


def _annotation(document: int, line: JsonFields, references: dict[tuple[int, str], ImportedReference]) -> ImportedAnnotation:
    def reference_of(fields: JsonFields) -> ImportedReference:
        name = fields.text("reference")
        return references.get((document, name), ImportedReference(name, fields.text("label")))

    judgements = [*line.objects("judgements"), *line.objects("other_judgements")]
    return ImportedAnnotation(
        id=line.text("id"),
        document=document,
        quote=line.text("quote"),
        prefix=line.text("prefix"),
        suffix=line.text("suffix"),
        start=line.number("start"),
        end=line.number("end"),
        labels=(line.text("kind"),),
        tags=line.texts("tags"),
        note=line.text("note"),
        verdicts=tuple(_verdict(fields, reference_of(fields)) for fields in judgements if _says_something(fields)),
        links=tuple(
            ImportedLink(
                reference_of(fields),
                fields.fields.get("rests") is True,
                fields.text("reason"),
                fields.text("by"),
                fields.text("at"),
            )
            for fields in line.objects("links")
        ),
        decision=line.text("decision"),
        fix=line.text("fix"),
        author=line.text("creator"),
        created=line.text("created"),
        updated=line.text("updated"),
        details=_details(line),
    )


def _details(line: JsonFields) -> ReviewDetails:
    made_on = line.object("made_on")
    places = line.object("places")
    return ReviewDetails(
        (made_on.text("edition"), _selector(made_on)) if made_on.fields else None,
        {edition: _decided_place(places.object(edition)) for edition in places.fields} or EMPTY_MAPPING,
        tuple(_judgement(fields) for fields in line.objects("readings")),
        {fields.text("reference"): _settlement(fields) for fields in line.objects("settlements")} or EMPTY_MAPPING,
        line.text("foreign_id"),
    )


def _decided_place(fields: JsonFields) -> DecidedPlace:
    value = fields.fields.get("confidence")
    confidence = float(value) if isinstance(value, int | float) else 1.0
    start, end, method = fields.number("start"), fields.number("end"), fields.text("method")
    return DecidedPlace(start, end, method, confidence, fields.text("by"), fields.text("at"))


def _settlement(fields: JsonFields) -> Settlement:
    reader, note, by, at = (fields.text(name) for name in ("reader", "note", "by", "at"))
    return Settlement(fields.text("outcome"), reader, note, by, at, fields.texts("readers"))


def _judgement(fields: JsonFields) -> Judgement:
    return Judgement(
        fields.text("reference"),
        fields.text("verdict"),
        tuple(_evidence(fields)),
        fields.text("note"),
        fields.text("by"),
        fields.text("at"),
        fields.text("edition"),
        fields.texts("problems"),
        fields.text("identity"),
    )


def _items(kind: str, line: JsonFields, edition: str) -> list[Assignment | Bookmark | Dismissal | Tag]:
    """Return what a line of this type stands for; an assignment of several ranges of a text is as many assignments."""
    if kind == "bookmark":
        return [Bookmark(line.text("name"), line.number("start"))]
    if kind == "tag":
        definition, colour, symbol, key = (line.text(name) for name in ("definition", "colour", "symbol", "key"))
        created, creator = line.text("created"), line.text("creator")
        return [
            Tag(line.text("id"), line.text("name"), definition, colour, symbol, key, line.texts("synonyms"), created, creator)
        ]
    if kind == "finding":
        said = line.object("dismissal")
        if not said.fields:
            return []
        reason, by, at = (said.text(name) for name in ("reason", "by", "at"))
        return [Dismissal(line.text("key"), line.text("kind"), line.text("text"), reason, by, at)]
    key, reader, by, at = (line.text(name) for name in ("id", "reader", "by", "at"))
    if line.fields.get("whole_article") is True:
        return [Assignment(key, reader, by=by, at=at)]
    ranges = [(place.number("start"), place.number("end")) for place in line.objects("places")]
    return [
        Assignment(f"{key}-{number}" if number else key, reader, edition, start, end, by, at)
        for number, (start, end) in enumerate(ranges)
    ]


def _says_something(fields: JsonFields) -> bool:
    return any(fields.fields.get(name) for name in ("verdict", "problems", "note", "evidence"))


def _verdict(fields: JsonFields, reference: ImportedReference) -> ImportedVerdict:
    return ImportedVerdict(
        fields.text("verdict"),
        reference,
        fields.text("note"),
        fields.text("by"),
        fields.text("at"),
        fields.texts("problems"),
        tuple(_evidence(fields)),
        fields.text("edition"),
        fields.text("identity"),
    )


def _evidence(fields: JsonFields) -> Iterator[Evidence]:
    for passage in fields.objects("evidence"):
        yield Evidence(passage.text("source"), _selector(passage))


def _selector(fields: JsonFields) -> Selector:
    quote, prefix, suffix = (fields.text(name) for name in ("quote", "prefix", "suffix"))
    return Selector(quote, prefix, suffix, fields.number("start", 0), fields.number("end", 0))
