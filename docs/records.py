"""The fields of the library's records, as tables: from the values that they are read into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from reader.review.declaration import options_of
from reader.review.description import SourceDescription
from reader.review.model import (
    Annotation,
    Assignment,
    ClaimLink,
    DecidedPlace,
    Evidence,
    Judgement,
    Selector,
    Settlement,
    Source,
    SourceText,
    Tag,
)

_RECORDS: Final[tuple[tuple[str, type[Any]], ...]] = (
    ("An annotation (table `annotations`)", Annotation),
    ("Its place: `selector`", Selector),
    ("A judgement: an element of `judgements`, or a value of `readings`, by reference and reader", Judgement),
    ("A passage: an element of `evidence`", Evidence),
    ("A decision what a claim rests on: a value of `links`, by reference", ClaimLink),
    ("How the verdicts of two readers were settled: a value of `settlements`, by reference", Settlement),
    ("A place in another edition: a value of `places`, by digest", DecidedPlace),
    ("Who checks what: a value of `assigned` of an article, by id", Assignment),
    ("A tag (table `tags`)", Tag),
    ("A source (table `sources`)", Source),
    ("A text of a source: an element of `texts`", SourceText),
    ("What a source is that is no text: `described` of such a text", SourceDescription),
)


def record_sections() -> str:
    """Return the records as Markdown: what each is, and the names and types of its fields."""
    return "\n".join(line for title, record in _RECORDS for line in _section(title, record))


def _section(title: str, record: type[Any]) -> Iterator[str]:
    about = " ".join((record.__doc__ or "").split()).partition(" In every class here")[0]
    yield from (f"### {title}", "", about, "", "| field | type | may be missing |", "| --- | --- | --- |")
    for one in fields(record):
        declared = options_of(one)
        if declared.is_stored:
            kind = _kind_of(str(one.type))
            yield f"| `{declared.stored_as or one.name}` | {kind} | {'yes' if declared.omit_empty else 'no'} |"
    yield ""


def _kind_of(annotation: str) -> str:
    """Return in JSON's terms what a type is stored as."""
    if annotation.startswith("Mapping["):
        return "object"
    if annotation.startswith("tuple["):
        return "list of texts" if annotation.startswith("tuple[str") else "list of objects"
    return {"str": "text", "int": "number", "float": "number", "bool": "true or false"}.get(annotation, "object")
