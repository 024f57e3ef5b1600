"""Read the JSON of Label Studio: the regions of all annotations of its tasks, with what was chosen and written about each.

Regions name their text, which decides in which unit their offsets count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    LeftOut,
    Selection,
    to_stored_time,
)
from reader.imports.json_stream import JsonItems
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, clean_text, to_objects
from reader.review.scale import DECISIONS

_PREDICTION: Final = LeftOut("prediction", "predictions")
_SKIPPED: Final = LeftOut("annotation that was cancelled", "annotations that were cancelled")
_WHOLE: Final = LeftOut("choice about a whole text", "choices about whole texts")


class _Region(NamedTuple):
    """What the results with one id say."""

    start: int
    end: int
    quote: str
    labels: list[str]
    tags: list[str]
    notes: list[str]
    decisions: list[str]


def is_like_label_studio(head: str) -> bool:
    """Whether a beginning of a file is that of tasks."""
    return head.startswith(("[", "{")) and '"data"' in head and ('"from_name"' in head or '"annotations"' in head)


def read_label_studio(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the tasks of a file. Raises ReaderError for one of another shape."""
    for task in to_objects(_tasks(source), "task"):
        if "data" not in task.fields:
            raise task.fault("has no “data”")
        data = task.object("data")
        title = data.fields.get("title")
        document = ImportedDocument(title if isinstance(title, str) else "", "", _find_text(data))
        selection.omit(_PREDICTION, len(task.items("predictions")))
        for work in (*task.objects("annotations"), *task.objects("completions")):
            if work.fields.get("was_cancelled") is True:
                selection.omit(_SKIPPED)
            else:
                yield from _read_work(work, document, selection)


def _tasks(source: ImportSource) -> Iterator[object]:
    items = JsonItems(source)
    yield from items
    if not items.is_list:
        yield items.fields


def _find_text(data: JsonFields) -> str:
    """Return the text of a task: that called "text", else its longest one."""
    texts = [value for value in data.fields.values() if isinstance(value, str)]
    text = data.fields.get("text")
    if not texts:
        raise ReaderError("a task has no text in its “data”", "Only tasks about texts can be imported")
    return clean_text(text if isinstance(text, str) else max(texts, key=len))


def _read_work(work: JsonFields, document: ImportedDocument, selection: Selection) -> Iterator[ImportedAnnotation]:
    regions: dict[str, _Region] = {}
    relations: list[SpanRelation] = []
    for result in work.objects("result"):
        kind = result.text("type")
        if kind == "relation":
            labels = result.texts("labels") or ("rests-on",)
            relations += (SpanRelation(result.name("from_id"), result.name("to_id"), label) for label in labels)
            continue
        value, name = result.object("value"), result.name("id")
        if not isinstance(value.fields.get("start"), int):
            selection.omit(_WHOLE)
            continue
        region = _Region(value.number("start"), value.number("end"), _quote(value), [], [], [], [])
        region = regions.setdefault(name, region)
        _add_values(region, result.text("from_name"), kind, value)
    author = _person(work)
    created, updated = to_stored_time(work.text("created_at")), to_stored_time(work.text("updated_at"))
    said = {relation.label for relation in relations}
    spans = [
        LabelledSpan(
            name,
            region.start,
            region.end,
            tuple(label for label in region.labels if label not in said),
            region.quote,
            ImportedAnnotation(
                id=name,
                tags=tuple(region.tags),
                note="\n\n".join(region.notes),
                decision=region.decisions[0] if region.decisions else "",
                author=author,
                created=created,
                updated=updated,
            ),
        )
        for name, region in regions.items()
    ]
    return select_ranges(selection, document, spans, relations)


def _person(work: JsonFields) -> str:
    """Return who did some work: most exports have the number of an account, some have its address; "" if nobody is named."""
    person = work.fields.get("completed_by")
    if not isinstance(person, dict):
        name = work.name("completed_by")
        return f"user {name}" if name.isdecimal() else name.partition("@")[0]
    account = work.object("completed_by")
    number = account.name("id")
    return account.text("email").partition("@")[0] or (f"user {number}" if number else "")


def _quote(value: JsonFields) -> str:
    quote = value.fields.get("text")
    return clean_text(quote) if isinstance(quote, str) else ""


def _add_values(region: _Region, name: str, kind: str, value: JsonFields) -> None:
    if kind == "textarea":
        (region.tags if name == "tags" else region.notes).extend(value.texts("text"))
        return
    key = kind if kind in value.fields else "choices" if "choices" in value.fields else "labels"
    for word in value.texts(key):
        (region.decisions if name == "decision" and word in DECISIONS else region.labels).append(word)
