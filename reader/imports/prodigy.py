"""Read the JSON Lines of Prodigy: spans and relations of accepted tasks. Offsets are code points, as Python counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedFile,
    ImportedReference,
    ImportedVerdict,
    ImportSource,
    LeftOut,
    OffsetUnit,
    to_stored_time,
)
from reader.imports.labelled_text import LabelledSpan, SpanRelation, to_annotations
from reader.imports.text_input import JsonFields, parse_json_lines
from reader.review.scale import PROBLEMS

_PROBLEM_IDS: Final = {title: name for name, title in PROBLEMS.items()}
_REJECTED: Final = LeftOut("task that was rejected or ignored", "tasks that were rejected or ignored")
_EVIDENCE: Final = LeftOut("quote of a source", "quotes of sources")


def is_like_prodigy(head: str) -> bool:
    """Whether a beginning of a file is that of a text with spans, one a line."""
    line = head.partition("\n")[0]
    return line.startswith("{") and '"text"' in line and ('"spans"' in line or '"_task_hash"' in line)


def read_prodigy(source: ImportSource) -> ImportedFile:
    """Read all accepted tasks of a file. Raises ReaderError for a line of another shape."""
    documents, annotations = list[ImportedDocument](), list[ImportedAnnotation]()
    omissions = Counter[LeftOut]()
    for line in parse_json_lines(source.data):
        text, meta = line.text("text"), line.object("meta")
        if not text:
            raise line.fault("has no “text”")
        if line.text("answer") in ("reject", "ignore"):
            omissions[_REJECTED] += 1
            continue
        title = meta.fields.get("title")
        documents.append(ImportedDocument(title if isinstance(title, str) else "", "", text))
        relations = list(_relations(line))
        author = line.text("_annotator_id") or line.text("_session_id")
        spans = [_span(span, author, to_stored_time(line.fields.get("_timestamp"))) for span in line.objects("spans")]
        omissions[_EVIDENCE] += sum(len(pair.items("evidence")) for s in line.objects("spans") for pair in s.objects("pairs"))
        for annotation in to_annotations(text, spans, relations, omissions, OffsetUnit.CODE_POINTS):
            annotations.append(annotation._replace(document=len(documents) - 1))
    return ImportedFile(tuple(documents), tuple(annotations), omissions=+omissions)


def _span(span: JsonFields, author: str, created: str) -> LabelledSpan:
    start, end, label = span.number("start"), span.number("end"), span.text("label")
    about = ImportedAnnotation(
        id=span.name("id") if isinstance(span.fields.get("id"), str) else "",
        tags=span.texts("tags"),
        note=span.text("note"),
        decision=span.text("decision"),
        fix=span.text("fix"),
        verdicts=tuple(_verdicts(span)),
        author=author,
        created=created,
    )
    return LabelledSpan(f"{start} {end} {label}", start, end, (label,) if label else (), about=about)


def _verdicts(span: JsonFields) -> Iterator[ImportedVerdict]:
    for pair in span.objects("pairs"):
        problems = tuple(_PROBLEM_IDS.get(problem, problem) for problem in pair.texts("problems"))
        if pair.text("verdict") or pair.text("note") or problems:
            reference = ImportedReference(label=pair.text("reference"))
            yield ImportedVerdict(pair.text("verdict"), reference, pair.text("note"), problems=problems)


def _relations(line: JsonFields) -> Iterator[SpanRelation]:
    for relation in line.objects("relations"):
        origin, target = (
            f"{span.number('start')} {span.number('end')} {span.text('label')}"
            for span in (relation.object("head_span"), relation.object("child_span"))
        )
        yield SpanRelation(origin, target, relation.text("label"))
