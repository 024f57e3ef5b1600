"""Read annotations of Hypothesis: its API's answer, what its client exports as JSON or CSV. Offsets are UTF-16 code units.

The fields are those of the API (https://h.readthedocs.io/en/latest/api-reference/v1/). A reply becomes a paragraph of the note
that it answers.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, cast

from reader.errors import ReaderError
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedFile,
    ImportedVerdict,
    ImportSource,
    LeftOut,
    OffsetUnit,
    to_stored_time,
)
from reader.imports.text_input import JsonFields, decode_content, parse_json, parse_table, to_objects
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
    return head.startswith("Created at,") and "Quote/description" in head[:200]


def read_hypothesis(source: ImportSource) -> ImportedFile:
    """Read all annotations of a file. Raises ReaderError for one of another shape."""
    text = decode_content(source.data)
    if not text.lstrip().startswith(("{", "[")):
        return _read_table(text)
    documents, omissions = dict[ImportedDocument, int](), Counter[LeftOut]()
    annotations = dict[str, ImportedAnnotation]()
    replies = list[tuple[str, str, JsonFields]]()
    for fields in to_objects(_find_rows(parse_json(text)), "annotation"):
        name, parents = fields.text("id"), fields.texts("references")
        if parents:
            replies.append((parents[0], name, fields))
            continue
        document = documents.setdefault(_document(fields), len(documents))
        annotations[name or f"number {len(annotations)}"] = _annotation(fields, name, document, omissions)
    for root, _, fields in sorted(replies, key=lambda reply: reply[2].text("created")):
        mark = annotations.get(root)
        if mark is None:
            omissions[_REPLY] += 1
        elif words := fields.text("text"):
            reply = f"{_person(fields) or 'reply'}: {words}"
            annotations[root] = mark._replace(note="\n\n".join(filter(None, (mark.note, reply))))
    return ImportedFile(tuple(documents), tuple(annotations.values()), OffsetUnit.UTF16, +omissions)


def _find_rows(value: object) -> list[Any]:
    if isinstance(value, list):
        return cast("list[Any]", value)
    fields = JsonFields(value, "the file")
    for name in ("annotations", "rows"):
        if name in fields.fields:
            return fields.items(name)
    if "target" in fields.fields:
        return [value]
    raise ReaderError("it has neither “annotations” nor “rows”", "Export the annotations of the page as JSON")


def _document(fields: JsonFields) -> ImportedDocument:
    titles = fields.object("document").texts("title")
    uri = fields.text("uri")
    if uri.startswith(_DIGEST):
        return ImportedDocument(titles[0] if titles else "", edition=uri.removeprefix(_DIGEST))
    return ImportedDocument(titles[0] if titles else "", uri)


def _annotation(fields: JsonFields, name: str, document: int, omissions: Counter[LeftOut]) -> ImportedAnnotation:
    tags = fields.texts("tags")
    kinds = tuple(tag for tag in tags if tag in ANNOTATION_KINDS)[:1]
    author, created = _person(fields), to_stored_time(fields.text("created"))
    updated = to_stored_time(fields.text("updated"))
    selectors = _read_selectors(fields)
    quote, position = selectors.get("TextQuoteSelector"), selectors.get("TextPositionSelector")
    if len(fields.items("target")) > 1:
        omissions[_TARGET] += 1
    verdicts = (tag.removeprefix(_VERDICT) for tag in tags if tag.startswith(_VERDICT))
    return ImportedAnnotation(
        id=name,
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


def _read_table(text: str) -> ImportedFile:
    """Read what the client exports as CSV, which has quotes without their context and no ids."""
    documents, annotations = dict[ImportedDocument, int](), list[ImportedAnnotation]()
    omissions = Counter[LeftOut]()
    for row in parse_table(text, _COLUMNS):
        if row.get("type") == "Reply":
            omissions[_CSV_REPLY] += 1
            continue
        annotations.append(
            ImportedAnnotation(
                document=documents.setdefault(ImportedDocument(address=row["url"]), len(documents)),
                quote=row["quote/description"],
                tags=tuple(tag.strip() for tag in row["tags"].split(",") if tag.strip()),
                note=row["comment"],
                author=row["author"],
                created=to_stored_time(row.get("created at", "")),
            )
        )
    return ImportedFile(tuple(documents), tuple(annotations), omissions=+omissions)
