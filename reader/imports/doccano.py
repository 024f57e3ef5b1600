"""Read the JSON Lines of doccano: ranges as lists (`label`, `labels`) or as `entities` with `relations`, a text a line.

doccano's browser counts UTF-16 units, what came from Python counts code points: what the ranges hold decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from reader.article.lazy_pattern import lazy_pattern
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, LeftOut, OffsetUnit, Selection
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, read_json_lines

_RANGES = lazy_pattern(r'"(?:labels?|entities)":\s*\[')
_TEXTS = ("text", "data")
_LISTS = ("label", "labels")
_COMMENTS = LeftOut("comment on a whole text", "comments on whole texts")


def is_like_doccano(head: str) -> bool:
    """Whether a beginning of a file is that of a text with ranges, one a line."""
    line = head.partition("\n")[0]
    has_text = '"text"' in line or '"data"' in line
    return line.startswith("{") and has_text and ('"start_offset"' in line or _RANGES.search(line) is not None)


def read_doccano(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the texts of a file. Raises ReaderError for a line of another shape."""
    for line in read_json_lines(source):
        name = next((name for name in _TEXTS if isinstance(line.fields.get(name), str)), "")
        if not name:
            raise line.fault("has no “text”")
        text, meta = line.text(name), line.object("meta")
        document = ImportedDocument(meta.text("title"), "", text)
        unit = OffsetUnit.UTF16 if meta.fields.get("offsets") == "utf-16" else ""
        selection.omit(_COMMENTS, len(line.items("Comments")) + len(line.items("comments")))
        relations = [
            SpanRelation(relation.name("from_id"), relation.name("to_id"), relation.text("type"))
            for relation in line.objects("relations")
        ]
        yield from select_ranges(selection, document, list(_spans(line)), relations, unit)


def _spans(line: JsonFields) -> Iterator[LabelledSpan]:
    for entity in line.objects("entities"):
        start, end = entity.number("start_offset"), entity.number("end_offset")
        yield LabelledSpan(entity.name("id"), start, end, (entity.text("label"),))
    for name in _LISTS:
        for number, item in enumerate(line.items(name)):
            match item:
                case [int() as start, int() as end, str() as label]:
                    yield LabelledSpan(f"{name} {number}", start, end, (label,))
                case _:
                    raise line.fault(f"has “{name}” that is no list of [start, end, label]: {str(item)[:40]}")
