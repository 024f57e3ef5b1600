"""Read annotations of Hypothesis: its API's answer, what its client exports as JSON or as a table. Offsets are UTF-16 units.

The fields are those of the API (https://h.readthedocs.io/en/latest/api-reference/v1/). A reply becomes a paragraph of the note
that it answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.errors import ReaderError
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedVerdict,
    LeftOut,
    OffsetUnit,
    Selection,
    to_stored_time,
)
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, list_columns, read_items, read_table, to_objects
from reader.review.vocabulary import ANNOTATION_KINDS

_VERDICT: Final = "verdict:"
"""How a tag begins that our own export makes of a verdict."""
_COLUMNS: Final = ("author", "url", "quote/description", "comment", "tags")
_DIGEST: Final = "urn:sha256:"
_REPLY: Final = LeftOut("reply to an annotation that the file lacks", "replies to annotations that the file lacks")
_CSV_REPLY: Final = LeftOut("reply, as CSV does not say what it answers", "replies, as CSV does not say what they answer")
_TARGET: Final = LeftOut("annotation's further targets", "annotations' further targets")


def is_like_hypothesis(head: str) -> bool:
    """Whether a beginning of a file is that of the API's JSON or of an export of the client."""
    if head.startswith(("{", "[")):
        names = ('"rows"', '"annotations"', '"uri"', '"user"', '"permissions"')
        return sum(name in head for name in names) >= 3 and '"tags"' in head
    return list_columns(head).issuperset(("created at", *_COLUMNS))


def read_hypothesis(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the annotations of a file. Raises ReaderError for one of another shape."""
    if source.first_sign() not in ("{", "["):
        yield from _read_table(source, selection)
        return
    annotations = dict[str, ImportedAnnotation]()
    replies = list[tuple[str, str, str]]()
    items = read_items(source, ("annotations", "rows"))
    for fields in to_objects(items, "annotation"):
        _read_row(fields, selection, annotations, replies)
    if not items.is_list:
        if "target" not in items.fields:
            raise ReaderError("it has neither “annotations” nor “rows”", "Export the annotations of the page as JSON")
        _read_row(JsonFields(items.fields, "annotation 1"), selection, annotations, replies)
    for _, root, reply in sorted(replies, key=lambda one: one[0]):
        mark = annotations.get(root)
        if mark is None:
            selection.omit(_REPLY)
        elif reply:
            annotations[root] = mark._replace(note="\n\n".join(filter(None, (mark.note, reply))))
    yield from annotations.values()


def _read_row(
    fields: JsonFields,
    selection: Selection,
    annotations: dict[str, ImportedAnnotation],
    replies: list[tuple[str, str, str]],
) -> None:
    """Add an annotation by its id, or a reply: when it was made, the id of the annotation that it answers, and its words."""
    parents = fields.texts("references")
    if parents:
        if selection.number_of(_document(fields)) is not None:
            words = fields.text("text")
            reply = f"{_person(fields) or 'reply'}: {words}" if words else ""
            replies.append((fields.text("created"), parents[0], reply))
        return
    selectors = _read_selectors(fields)
    quote = selectors["TextQuoteSelector"].text("exact") if "TextQuoteSelector" in selectors else ""
    number = selection.number_of(_document(fields), quote)
    if number is not None:
        annotation = _annotation(fields, selectors, number)
        name = annotation.id or f"number {len(annotations)}"
        if annotations.get(name, annotation) != annotation:  # some files use an id twice
            name = f"{name} {len(annotations)}"
        annotations[name] = annotation
        if len(fields.items("target")) > 1:
            selection.omit(_TARGET)


def _document(fields: JsonFields) -> ImportedDocument:
    titles = fields.object("document").texts("title")
    uri = fields.text("uri")
    if uri.startswith(_DIGEST):
        edition = uri.removeprefix(_DIGEST)
        return ImportedDocument(titles[0] if titles else "", edition=edition, unit=OffsetUnit.UTF16)
    return ImportedDocument(titles[0] if titles else "", uri, unit=OffsetUnit.UTF16)


def _annotation(fields: JsonFields, selectors: dict[str, JsonFields], document: int) -> ImportedAnnotation:
    tags = fields.texts("tags")
    kinds = tuple(tag for tag in tags if tag in ANNOTATION_KINDS)[:1]
    author, created = _person(fields), to_stored_time(fields.text("created"))
    updated = to_stored_time(fields.text("updated"))
    quote, position = selectors.get("TextQuoteSelector"), selectors.get("TextPositionSelector")
    verdicts = (tag.removeprefix(_VERDICT) for tag in tags if tag.startswith(_VERDICT))
    return ImportedAnnotation(
        id=fields.text("id"),
        document=document,
        quote=quote.text("exact") if quote else "",
        prefix=quote.text("prefix") if quote else "",
        suffix=quote.text("suffix") if quote else "",
        start=position.number("start") if position else -1,
        end=position.number("end") if position else -1,
        labels=kinds,
        tags=tuple(tag for tag in tags if tag not in kinds and not tag.startswith(_VERDICT)),
        note=fields.text("text"),
        verdicts=tuple(ImportedVerdict(word, by=author, at=updated or created) for word in verdicts),
        author=author,
        created=created,
        updated=updated,
    )


def _read_selectors(fields: JsonFields) -> dict[str, JsonFields]:
    """Return the selectors of the first target of an annotation by their types."""
    targets = fields.objects("target")
    return {selector.text("type"): selector for selector in targets[0].objects("selector")} if targets else {}


def _person(fields: JsonFields) -> str:
    shown = fields.object("user_info").text("display_name")
    return shown or fields.text("user").removeprefix("acct:").partition("@")[0]


def _read_table(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read what the client exports as CSV, which has quotes without their context and no ids."""
    for row in read_table(source, _COLUMNS):
        if row.get("type") == "Reply":
            selection.omit(_CSV_REPLY)
            continue
        quote = row["quote/description"]
        number = selection.number_of(ImportedDocument(address=row["url"]), quote)
        if number is not None:
            yield ImportedAnnotation(
                document=number,
                quote=quote,
                tags=tuple(tag.strip() for tag in row["tags"].split(",") if tag.strip()),
                note=row["comment"],
                author=row["author"],
                created=to_stored_time(row.get("created at", "")),
            )
