"""Exports for programs: each file is taken by a reader that is not ours, and says what the review says, where it says it."""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from reader.exchange import FORMATS, ExportOptions, Report, build_report
from reader.review.index import ReviewItems
from reader.review.model import (
    Annotation,
    Bookmark,
    ClaimLink,
    DecidedPlace,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Source,
    SourceText,
    Tag,
)
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM, LATER
from tests.unit.golden_review import AT, NEVER_CITED, report
from tests.unit.review_strategies import TEXT, article, where

WITH_PATHS = ExportOptions(with_paths=True)


def export(name: str, *reports: Report, options: ExportOptions = ExportOptions()) -> str:  # noqa: B008  # a frozen value
    """Return reports as text in a format."""
    return b"".join(FORMATS[name].write(reports, options)).decode("utf-8")


def check_schema(schema: Any, values: list[Any]) -> None:
    """Check values against a JSON Schema, formats of dates included; skip the test where jsonschema is not installed."""
    jsonschema = pytest.importorskip("jsonschema", reason="the extra `validators` is not installed")
    pytest.importorskip("rfc3339_validator", reason="the extra `validators` is not installed")
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    for value in values:
        validator.validate(value)


# ------------------------------------------------------------------ JSON Lines


def full_review() -> tuple[ReviewSession, list[str]]:
    """Return a review with a text of its own in every field that the model has, and these texts."""
    texts = list[str]()

    def new() -> str:
        texts.append(f"<{len(texts)}>")
        return texts[-1]

    def selector() -> Selector:
        return Selector(new(), new(), new(), 3, 8)

    def judgement(reference: str) -> Judgement:
        evidence = (Evidence(new(), selector()),)
        return Judgement(reference, new(), evidence, new(), new(), new(), new(), (new(),), new())

    def annotation(place: Selector, kind: str) -> Annotation:
        return Annotation(
            id=new(),
            article="the-article",
            edition=new(),
            selector=place,
            kind=kind,
            tags=("a-tag", new()),
            note=new(),
            judgements=(judgement("2"), judgement(new())),
            created_at=new(),
            updated_at=new(),
            creator=new(),
            places={new(): DecidedPlace(1, 2, new(), 0.5, new(), new())},
            links={"1": ClaimLink(True, new(), new(), new()), new(): ClaimLink(False, new(), new(), new())},
            decision=new(),
            fix=new(),
            conflicts={new(): (new(),)},
        )

    read = article(TEXT + NEVER_CITED, "/home/ana/ferry.txt")
    quoted = Selector("The port office counted 20,500 [2].", new(), new(), 1, 36)
    text = SourceText(new(), new(), new(), new(), new(), "full", new(), new())
    source = Source(new(), (new(),), (text,), new(), new(), new(), new())
    items = ReviewItems(
        [annotation(quoted, CLAIM), annotation(selector(), CLAIM), annotation(quoted, LATER)],
        [Tag(new(), "a-tag", new(), new(), new())],
        [Bookmark(new(), 4)],
        [Dismissal(new(), new(), new(), new(), new(), new())],
        sources=[source],
    )
    session = ReviewSession(read, "the-article", items, creator="ana")
    session.set_aside(where(read, "The café next to it"))
    session.share_source("2", source)
    return session, texts


def test_json_lines_carry_every_field_of_a_review() -> None:
    """Fails for a new field of the model that the format forgets, once `full_review` fills it."""
    session, texts = full_review()
    written = export("jsonl", build_report(session, AT), options=WITH_PATHS)
    assert [text for text in texts if f'"{text}"' not in written] == []
    assert "/home/ana/ferry.txt" in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["type"] for line in lines} == {"article", "reference", "tag", "annotation", "bookmark", "finding"}
    assert {line["kind"] for line in lines if line["type"] == "annotation"} == {CLAIM, LATER, "aside"}
    assert {line["current"] for line in lines if line["type"] == "finding"} == {True, False}


def test_every_line_is_as_the_schema_of_the_package_says() -> None:
    schema = json.loads(resources.files("reader.exchange").joinpath("schemas/json-lines.schema.json").read_text("utf-8"))
    full = build_report(full_review()[0], AT)
    for written in (export("jsonl", report(), full), export("jsonl", full, options=WITH_PATHS)):
        lines = [json.loads(line) for line in written.splitlines()]
        check_schema(schema, lines)
        assert {(line["format"], line["version"]) for line in lines} == {("claim-reader-review", 1)}


def test_people_and_paths_leave_in_json_lines_only_when_asked_for() -> None:
    session, texts = full_review()
    lines = [json.loads(line) for line in export("jsonl", build_report(session, AT)).splitlines()]
    people = [value for key, value in fields_of(lines) if key in ("by", "creator") and value]
    assert len(people) > 15
    assert not {*people} & {*texts}
    assert {value for key, value in fields_of(lines) if key == "origin"} == {""}
    assert {str(value) for key, value in fields_of(lines) if key == "conflicts"} == {"{}"}
    assert "/home" not in export("jsonl", build_report(session, AT))


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of all objects in a JSON value."""
    if isinstance(value, dict):
        yield from value.items()
        yield from (one for inner in value.values() for one in fields_of(inner))
    elif isinstance(value, list):
        yield from (one for inner in value for one in fields_of(inner))
