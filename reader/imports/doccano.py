"""Read the JSON Lines of doccano, a text a line: ranges as lists, or as `entities` with `relations`, or as early `annotations`.

doccano's browser counts UTF-16 units, what came from Python counts code points: what the ranges hold decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from reader.article.lazy_pattern import lazy_pattern
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, LeftOut, OffsetUnit, Selection
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, read_json_lines

_TEXT = lazy_pattern(r'"(?:text|data)"\s*:\s*"')
_RANGES = lazy_pattern(r'"(?:labels?|entities|annotations)"\s*:\s*\[')
_OTHERS = lazy_pattern(r'"(?:data"\s*:\s*\{|from_name"|annotation_id"|spans"|_task_hash"|format"\s*:\s*"claim-reader)')
"""What stands in files of Label Studio and Prodigy, and in our own lines."""
_TEXTS = ("text", "data")
_LISTS = ("label", "labels", "entities", "annotations")
_COMMENTS = LeftOut("comment on a whole text", "comments on whole texts")
_WHOLE = LeftOut("label of a whole text", "labels of whole texts")


def is_like_doccano(head: str) -> bool:
    """Whether a beginning of a file is that of texts with ranges."""
    is_like = head.startswith(("{", "[")) and _TEXT.search(head) and _RANGES.search(head) and not _OTHERS.search(head)
    return bool(is_like)


def read_doccano(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the texts of a file. Raises ReaderError for a line of another shape."""
    for line in read_json_lines(source):
        yield from _select_spans(line, selection)


def _select_spans(line: JsonFields, selection: Selection) -> Iterator[ImportedAnnotation]:
    name = next((name for name in _TEXTS if isinstance(line.fields.get(name), str)), "")
    if not name:
        raise line.fault("has no “text”")
    text, meta = line.text(name), line.object("meta")
    title = meta.fields.get("title")
    document = ImportedDocument(title if isinstance(title, str) else "", "", text)
    unit = OffsetUnit.UTF16 if meta.fields.get("offsets") == "utf-16" else ""
    selection.omit(_COMMENTS, len(line.items("Comments")) + len(line.items("comments")))
    relations = [
        SpanRelation(relation.name("from_id"), relation.name("to_id"), relation.name("type"))
        for relation in line.objects("relations")
    ]
    yield from select_ranges(selection, document, list(_spans(line, selection)), relations, unit)


def _spans(line: JsonFields, selection: Selection) -> Iterator[LabelledSpan]:
    """Yield the ranges of a text: objects, or lists of start, end and label; a label alone is one of the whole text."""
    selection.omit(_WHOLE, len(line.texts("cats")))
    about = ImportedAnnotation(author=line.text("username"))
    for name in _LISTS:
        value = line.fields.get(name)
        for number, item in enumerate([value] if isinstance(value, str) else line.items(name)):
            match item:
                case [int() as start, int() as end, str() | int() | None as label] | [
                    int() as start,
                    int() as end,
                    str() | int() | None as label,
                    str(),
                ]:
                    yield LabelledSpan(f"{name} {number}", start, end, _to_labels(label), about=about)
                case str():
                    selection.omit(_WHOLE)
                case dict():
                    fields = JsonFields(cast("object", item), name, line)
                    if "start_offset" in fields.fields:
                        yield _span(fields, f"{name} {number}", about)
                    else:
                        selection.omit(_WHOLE)
                case _:
                    raise line.fault(f"has “{name}” that is no list of [start, end, label]: {str(item)[:40]}")


def _span(fields: JsonFields, name: str, about: ImportedAnnotation) -> LabelledSpan:
    label, user = fields.fields.get("label"), fields.name("user") or about.author
    labels = _to_labels(label if isinstance(label, int) else fields.text("label"))
    about = ImportedAnnotation(author=f"user {user}" if user.isdecimal() else user)
    start, end = fields.number("start_offset"), fields.number("end_offset")
    return LabelledSpan(fields.name("id") or name, start, end, labels, about=about)


def _to_labels(label: str | int | None) -> tuple[str, ...]:
    """Return the label of a range as a text: early versions of doccano write the number of a label, later ones its name."""
    if isinstance(label, int):
        return (f"label {label}",)
    return (label,) if label else ()
