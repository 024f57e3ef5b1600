"""Read our own JSON Lines (`docs/json-lines.md`): the annotations of the reviews in it, with their verdicts and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedFile,
    ImportedLink,
    ImportedReference,
    ImportedVerdict,
    ImportSource,
    LeftOut,
)
from reader.imports.text_input import JsonFields, parse_json_lines
from reader.review.model import Evidence, Selector
from reader.review.vocabulary import NOISE_KINDS

_FORMAT: Final = "claim-reader-review"
_VERSION: Final = 1
_LEFT_OUT: Final = {
    "bookmark": LeftOut("bookmark", "bookmarks"),
    "assignment": LeftOut("assignment", "assignments"),
}
_DISMISSAL: Final = LeftOut("dismissed finding", "dismissed findings")
_ASIDE: Final = LeftOut("passage set aside", "passages set aside")
_READING: Final = LeftOut("judgement of a single reader", "judgements of single readers")


def is_like_json_lines(head: str) -> bool:
    """Whether a beginning of a file is that of our own lines."""
    return head.startswith("{") and f'"{_FORMAT}"' in head[:200]


def read_json_lines(source: ImportSource) -> ImportedFile:
    """Read all reviews of a file. Raises ReaderError for a line of another format or of a later version."""
    documents: dict[ImportedDocument, int] = {}
    references: dict[tuple[int, str], ImportedReference] = {}
    annotations: list[tuple[int, JsonFields]] = []
    omissions = Counter[LeftOut]()
    for line in parse_json_lines(source.data):
        if line.text("format") != _FORMAT:
            raise line.fault(f"is not of the format {_FORMAT}")
        if line.number("version") != _VERSION:
            raise line.fault(f"has the version {line.number('version')}, and this program reads {_VERSION} only")
        number = documents.setdefault(_document(line.object("article")), len(documents))
        kind = line.text("type")
        if kind == "annotation":
            annotations.append((number, line))
        elif kind == "reference":
            references[number, line.text("id")] = _reference(line)
        elif kind in _LEFT_OUT:
            omissions[_LEFT_OUT[kind]] += 1
        elif kind == "finding" and line.fields.get("dismissal"):
            omissions[_DISMISSAL] += 1
    records = [(number, line) for number, line in annotations if line.text("kind") not in NOISE_KINDS]
    omissions[_ASIDE] += len(annotations) - len(records)
    omissions[_READING] += sum(len(line.items("readings")) for _, line in records)
    found = tuple(_annotation(number, line, references) for number, line in records)
    return ImportedFile(tuple(documents), found, omissions=+omissions)


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
