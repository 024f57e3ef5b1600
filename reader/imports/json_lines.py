"""Read our own JSON Lines (`docs/json-lines.md`): the annotations of the reviews in it, with their verdicts and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedLink,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    Selection,
)
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, read_json_lines
from reader.review.model import Evidence, Selector
from reader.review.vocabulary import NOISE_KINDS

_FORMAT: Final = "claim-reader-review"
_VERSION: Final = 1
_LEFT_OUT: Final = {
    "bookmark": LeftOut("bookmark", "bookmarks"),
    "assignment": LeftOut("assignment", "assignments"),
    "finding": LeftOut("dismissed finding", "dismissed findings"),
}
_TYPES: Final = frozenset(["annotation", "reference", *_LEFT_OUT])
"""The types of lines that are read, but for those that only describe something."""
_ASIDE: Final = LeftOut("passage set aside", "passages set aside")
_READING: Final = LeftOut("judgement of a single reader", "judgements of single readers")


def is_like_own_lines(head: str) -> bool:
    """Whether a beginning of a file is that of our own lines."""
    return head.startswith("{") and f'"{_FORMAT}"' in head[:200]


def read_own_lines(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
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
        if kind == "annotation" and line.text("kind") not in NOISE_KINDS:
            number = selection.number_of(document, line.text("quote"))
            if number is not None:
                selection.omit(_READING, len(line.items("readings")))
                annotations.append(_annotation(number, line, references))
        elif kind in _TYPES and (number := selection.number_of(document)) is not None:
            if kind == "reference":
                references[number, line.text("id")] = _reference(line)
                is_late = is_late or bool(annotations)
            elif kind == "annotation":
                selection.omit(_ASIDE)
            elif kind != "finding" or line.fields.get("dismissal"):
                selection.omit(_LEFT_OUT[kind])
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
    )


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
    )


def _evidence(fields: JsonFields) -> Iterator[Evidence]:
    for passage in fields.objects("evidence"):
        start, end = passage.number("start", 0), passage.number("end", 0)
        selector = Selector(passage.text("quote"), passage.text("prefix"), passage.text("suffix"), start, end)
        yield Evidence(passage.text("source"), selector)
