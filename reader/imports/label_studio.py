"""Read the JSON of Label Studio: the regions of all annotations of its tasks, with what was chosen and written about each.

Regions name their text, which decides in which unit their offsets count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, cast

from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    LeftOut,
    Selection,
    to_stored_time,
)
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, clean_text, read_items, to_objects
from reader.review.scale import DECISIONS

_PREDICTION: Final = LeftOut("prediction", "predictions")
_SKIPPED: Final = LeftOut("annotation that was cancelled", "annotations that were cancelled")
_WHOLE: Final = LeftOut("choice about a whole text", "choices about whole texts")
_OTHER: Final = LeftOut("region that is no text", "regions that are no text")
_WORDLESS: Final = LeftOut("region whose words the file lacks", "regions whose words the file lacks")
_NO_TEXT: Final = LeftOut("task that is about no text", "tasks that are about no text")
_WHOLE_KINDS: Final = frozenset(["choices", "textarea", "taxonomy", "rating", "number", "datetime", "pairwise", "ranker"])
_NAMED_KINDS: Final = frozenset(["rating", "number", "datetime"])
"""What says little without its question."""
_WORDS: Final = (str, int, float, list)
_SOUND: Final = frozenset(["channel", "original_length"])
"""Fields of a region of a recording, whose start is a time."""


class _Region(NamedTuple):
    """What the results with one id say. `start` is -1 where only the words of a region tell its place."""

    start: int
    end: int
    quote: str
    labels: list[str]
    tags: list[str]
    notes: list[str]
    decisions: list[str]


def is_like_label_studio(head: str) -> bool:
    """Whether a beginning of a file is that of tasks, in the whole or in the short form of JSON."""
    if not head.startswith(("[", "{")):
        return False
    names = ('"from_name"', '"annotations"', '"completions"')
    return ('"data"' in head and any(name in head for name in names)) or '"annotation_id"' in head


def read_label_studio(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the tasks of a file. Raises ReaderError for one of another shape."""
    for task in to_objects(_list_tasks(source), "task"):
        yield from _select_regions(task, selection)


def _list_tasks(source: ImportSource) -> Iterator[object]:
    items = read_items(source)
    yield from items
    if not items.is_list:
        yield items.fields


def _select_regions(task: JsonFields, selection: Selection) -> Iterator[ImportedAnnotation]:
    data, works = _read_task(task)
    text, title = _find_text(data), data.fields.get("title")
    document = ImportedDocument(title if isinstance(title, str) else "", "", text)
    selection.omit(_NO_TEXT, text is None)
    selection.omit(_PREDICTION, len(task.items("predictions")))
    for work in works:
        if work.fields.get("was_cancelled") is True:
            selection.omit(_SKIPPED)
        else:
            yield from _read_work(work, document, selection)


def _read_task(task: JsonFields) -> tuple[JsonFields, list[JsonFields]]:
    """Return the data of a task and the work on it. In the short form of JSON, both stand beside each other."""
    if "data" in task.fields:
        return task.object("data"), [*task.objects("annotations"), *task.objects("completions")]
    if "annotation_id" not in task.fields:
        raise task.fault("has no “data”")
    values = [
        (name, value)
        for name, content in task.fields.items()
        if isinstance(content, list) and all(isinstance(one, dict) for one in cast("list[object]", content))
        for value in task.objects(name)
    ]
    results = [
        {"id": f"{value.fields.get('start')} {value.fields.get('end')}", "from_name": name, "type": kind, "value": value.fields}
        for name, value in values
        for kind in [next((key for key in value.fields if key.endswith("labels") or key in _WHOLE_KINDS), "textarea")]
    ]
    return task, [JsonFields({**task.fields, "completed_by": task.fields.get("annotator"), "result": results}, "a task")]


def _find_text(data: JsonFields) -> str | None:
    """Return the text of a task: that called "text", else its longest one; None if it has none."""
    text = data.fields.get("text")
    if isinstance(text, str):
        return clean_text(text)
    texts = (
        value for name, value in data.fields.items() if isinstance(value, str) and name not in ("created_at", "updated_at")
    )
    longest = max(texts, key=len, default=None)
    return None if longest is None else clean_text(longest)


def _read_work(work: JsonFields, document: ImportedDocument, selection: Selection) -> Iterator[ImportedAnnotation]:
    regions: dict[str, _Region] = {}
    relations: list[SpanRelation] = []
    for number, result in enumerate(work.objects("result")):
        kind = result.text("type")
        if kind == "relation":
            labels = result.texts("labels") or ("rests-on",)
            relations += (SpanRelation(result.name("from_id"), result.name("to_id"), label) for label in labels)
            continue
        value, name = result.object("value"), result.name("id") or f"result {number}"
        if name not in regions:
            region = _to_region(value)
            if region is None or not (region.quote or region.start >= 0):
                selection.omit(_WHOLE if kind in _WHOLE_KINDS else _OTHER if region is None else _WORDLESS)
                continue
            regions[name] = region
        _add_values(regions[name], result.text("from_name"), kind, value)
        meta = result.fields.get("meta")
        if isinstance(meta, dict):
            regions[name].notes.extend(_list_words(cast("dict[str, object]", meta).get("text")))
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


def _to_region(value: JsonFields) -> _Region | None:
    """Return the region of a text that a value is about, None if it is about none.

    In a page or a dialogue, places are paths or numbers of paragraphs, so that only the words tell the place.
    """
    start = value.fields.get("start")
    if start is None or not _SOUND.isdisjoint(value.fields):
        return None
    quote = value.fields.get("text")
    # The editor writes the ends of lines within a region as two signs.
    quote = clean_text(quote).replace("\\n", "\n") if isinstance(quote, str) else ""
    if isinstance(start, int) and "startOffset" not in value.fields:
        return _Region(start, value.number("end"), quote, [], [], [], [])
    return _Region(-1, -1, quote, [], [], [], []) if isinstance(start, int | str) else None


def _person(work: JsonFields) -> str:
    """Return who did some work: most exports have the number of an account, some have its address; "" if nobody is named."""
    person = work.fields.get("completed_by")
    if not isinstance(person, dict):
        name = work.name("completed_by")
        return f"user {name}" if name.isdecimal() else name.partition("@")[0]
    account = work.object("completed_by")
    number = account.name("id")
    return account.text("email").partition("@")[0] or (f"user {number}" if number else "")


def _add_values(region: _Region, name: str, kind: str, value: JsonFields) -> None:
    if kind == "textarea":
        (region.tags if name == "tags" else region.notes).extend(_list_words(value.fields.get("text")))
        return
    key = kind if kind in value.fields else "choices" if "choices" in value.fields else "labels"
    for word in _list_words(value.fields.get(key)):
        label = f"{name}/{word}" if kind in _NAMED_KINDS else word
        (region.decisions if name == "decision" and word in DECISIONS else region.labels).append(label)


def _list_words(value: object) -> list[str]:
    """Return a value, or those of a list, as words; a list within it is the path to an item of a taxonomy."""
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    words = ["/".join(_list_words(cast("object", one))) if isinstance(one, list) else str(one) for one in values]
    return [word for word, one in zip(words, values, strict=True) if isinstance(one, _WORDS)]
