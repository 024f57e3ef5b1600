"""Read the JSON Lines of Prodigy: spans and relations of accepted tasks. Offsets are code points, as Python counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    OffsetUnit,
    Selection,
    to_stored_time,
)
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, read_json_lines
from reader.review.scale import PROBLEMS

_PROBLEM_IDS: Final = {title: name for name, title in PROBLEMS.items()}
_REJECTED: Final = LeftOut("task that was rejected or ignored", "tasks that were rejected or ignored")
_SPAN: Final = LeftOut("span that was rejected", "spans that were rejected")
_WHOLE: Final = LeftOut("label of a whole text", "labels of whole texts")
_NO_TEXT: Final = LeftOut("task that is about no text", "tasks that are about no text")
_OTHERS: Final = ("image", "audio", "video", "html")
_REFUSALS: Final = ("reject", "ignore")
_EVIDENCE: Final = LeftOut("quote of a source", "quotes of sources")


def is_like_prodigy(head: str) -> bool:
    """Whether a beginning of a file is that of a text with spans, one a line."""
    line = head.partition("\n")[0]
    return line.startswith("{") and '"text"' in line and ('"spans"' in line or '"_task_hash"' in line)


def read_prodigy(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the accepted tasks of a file. Raises ReaderError for a line of another shape."""
    for line in read_json_lines(source):
        yield from _select_spans(line, selection)


def _select_spans(line: JsonFields, selection: Selection) -> Iterator[ImportedAnnotation]:
    text, meta = line.text("text"), line.object("meta")
    if line.text("answer") in _REFUSALS:
        selection.omit(_REJECTED)
        return
    if not text and any(name in line.fields for name in _OTHERS):
        selection.omit(_NO_TEXT)
        return
    if not text:
        raise line.fault("has no “text”")
    selection.omit(_WHOLE, bool(line.text("label")) + len(line.items("accept")))
    title = meta.fields.get("title")
    document = ImportedDocument(title if isinstance(title, str) else "", "", text)
    relations = list(_relations(line))
    author = line.text("_annotator_id") or line.text("_session_id")
    accepted = [span for span in line.objects("spans") if span.text("answer") not in _REFUSALS]
    selection.omit(_SPAN, len(line.items("spans")) - len(accepted))
    spans = [_span(span, author, to_stored_time(line.fields.get("_timestamp"))) for span in accepted]
    pairs = (pair for span in accepted for pair in span.objects("pairs"))
    selection.omit(_EVIDENCE, sum(len(pair.items("evidence")) for pair in pairs))
    yield from select_ranges(selection, document, spans, relations, OffsetUnit.CODE_POINTS)


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
