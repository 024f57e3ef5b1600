"""Exports for programs: each file is taken by a reader that is not ours, and says what the review says, where it says it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from reader.article.model import About
from reader.errors import ReaderError, UsageError
from reader.exchange import FORMATS, ExportOptions, Report, build_report, describe_losses
from reader.review.description import SourceDescription
from reader.review.disagreements import reading_key
from reader.review.index import ReviewItems
from reader.review.model import (
    Annotation,
    Assignment,
    Bookmark,
    ClaimLink,
    DecidedPlace,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Settlement,
    Source,
    SourceText,
    Tag,
)
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM, DESCRIBED, LATER
from tests.unit.golden_review import AT, NEVER_CITED, OPTIONS, annotation, report
from tests.unit.review_strategies import TEXT, article, where
from tests.unit.test_cli import Call, call, ferry

__all__ = ["call", "ferry"]  # fixtures
WITH_PATHS = ExportOptions(with_paths=True)
SCHEMAS = Path(__file__).parents[1] / "schemas"


def export(name: str, *reports: Report, options: ExportOptions = OPTIONS) -> str:
    """Return reports as text in a format."""
    return b"".join(FORMATS[name].write(reports, options)).decode("utf-8")


@cache
def schema_of(name: str) -> Any:
    """Return a JSON Schema of the tests."""
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))


def check_schema(schema: Any, values: list[Any]) -> None:
    """Check values against a JSON Schema, formats of dates included; skip the test where jsonschema is not installed."""
    jsonschema = pytest.importorskip("jsonschema", reason="the extra `validators` is not installed")
    pytest.importorskip("rfc3339_validator", reason="the extra `validators` is not installed")
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    for value in values:
        validator.validate(value)


@pytest.mark.parametrize("name", [row.name for row in FORMATS.values() if not row.is_binary])
def test_a_second_export_is_the_same_and_holds_no_path_and_no_account(name: str) -> None:
    """A Word document is not made from this review, whose article is a text; SARIF names the file, without its folder."""
    written = export(name, report())
    assert written == export(name, report())
    assert not re.search(r"/home|/texts/|\bana\b|\bben\b", written)
    assert "ferry.txt" not in written or name == "sarif"
    assert written.endswith("\n")
    assert not {"\x00", "\x1b", "\u202e", "\ud800"} & {*written}


def test_a_verdict_that_its_claim_no_longer_rests_on_is_in_json_lines_and_counted_as_lost_elsewhere() -> None:
    read = article(TEXT)
    detached = Judgement("1", "contradicts", note="a note on the other", by="ana", at=AT)
    unlinked = {"1": ClaimLink(False, "", "ana", AT)}
    claim = annotation(read, 1, "The port office counted 20,500 [2].", judgements=(detached,), links=unlinked)
    made = build_report(ReviewSession(read, "", ReviewItems([claim])), AT)
    for name in ("jsonl", "markdown", "html", "csv", "web-annotation", "hypothesis", "org"):
        is_lost = "a note on the other" not in export(name, made)
        lost = "1 verdict on a reference that its claim no longer rests on"
        assert (lost in describe_losses(FORMATS[name].count_losses(made))) == is_lost == (name != "jsonl"), name


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
        read = judgement("2")
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
            readings={reading_key("2", read.by): read},
            settlements={"2": Settlement(new(), new(), new(), new(), new(), (new(),))},
            decision=new(),
            fix=new(),
            foreign_id=new(),
            conflicts={new(): (new(),)},
        )

    read = article(TEXT + NEVER_CITED, "/home/ana/ferry.txt")
    quoted = Selector("The port office counted 20,500 [2].", new(), new(), 1, 36)
    described = SourceDescription(new(), new(), new(), new())
    text = SourceText(new(), new(), new(), new(), new(), "full", new(), new(), new(), new(), new(), described)
    source = Source(new(), (new(),), (text,), new(), new(), new(), new())
    items = ReviewItems(
        [annotation(quoted, CLAIM), annotation(selector(), CLAIM), annotation(quoted, LATER)],
        [Tag(new(), "a-tag", new(), new(), new(), new(), (new(),), new(), new())],
        [Bookmark(new(), 4)],
        [Dismissal(new(), new(), new(), new(), new(), new())],
        sources=[source],
        assignments=[Assignment(new(), new(), edition, 4, 9, new(), new()) for edition in (read.digest, new())],
    )
    session = ReviewSession(read, "the-article", items, creator="ana")
    session.set_aside(where(read, "The café next to it"))
    session.share_source("2", source)
    return session, texts


def empty_fields(value: Any) -> Iterator[str]:
    """Yield the names of the fields without a value in dataclasses, at any depth."""
    if is_dataclass(value):
        for field in fields(value):
            content = getattr(value, field.name)
            yield from [field.name] if content in ("", (), {}, None) else empty_fields(content)
    elif isinstance(value, tuple | list | Mapping):
        contents: Any = value.values() if isinstance(value, Mapping) else value
        yield from (name for content in contents for name in empty_fields(content))


def test_json_lines_carry_every_field_of_a_review() -> None:
    """A new field of the model makes this fail until `full_review` fills it, and then until the format has it."""
    session, texts = full_review()
    index = session.index
    items = [*index.annotations(), *index.orphans(), *index.tags(), *index.bookmarks(), *index.dismissals().values()]
    items += index.assignments.list_all()[:1]
    assert {*empty_fields([*items, session.sources.source("2")])} == {"extra", "others", "conflicts"}
    written = export("jsonl", build_report(session, AT), options=WITH_PATHS)
    assert [text for text in texts if f'"{text}"' not in written] == []
    assert "/home/ana/ferry.txt" in written
    lines = [json.loads(line) for line in written.splitlines()]
    kinds = {"article", "reference", "tag", "annotation", "bookmark", "assignment", "finding"}
    assert {line["type"] for line in lines} == kinds
    assert {line["kind"] for line in lines if line["type"] == "annotation"} == {CLAIM, LATER, "aside"}
    assert {line["current"] for line in lines if line["type"] == "finding"} == {True, False}


def test_every_line_is_as_the_schema_of_the_package_says() -> None:
    schema = json.loads(resources.files("reader.exchange").joinpath("schemas/json-lines.schema.json").read_text("utf-8"))
    full = build_report(full_review()[0], AT)
    for written in (export("jsonl", report(), full), export("jsonl", full, options=WITH_PATHS)):
        lines = [json.loads(line) for line in written.splitlines()]
        assert {(line["format"], line["version"]) for line in lines} == {("claim-reader-review", 1)}
        check_schema(schema, lines)


def test_people_and_paths_leave_in_json_lines_only_when_asked_for() -> None:
    session, texts = full_review()
    lines = [json.loads(line) for line in export("jsonl", build_report(session, AT)).splitlines()]
    people = [value for key, value in fields_of(lines) if key in ("by", "creator") and value]
    assert len(people) > 15
    assert not {*people} & {*texts}
    assert {value for key, value in fields_of(lines) if key == "origin"} == {""}
    assert {str(value) for key, value in fields_of(lines) if key == "conflicts"} == {"{}"}
    assert "/home" not in export("jsonl", build_report(session, AT))
    assert {value for key, value in fields_of(lines) if key == "failure"} == {None}  # it may name the file


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of all objects in a JSON value."""
    if isinstance(value, dict):
        yield from value.items()
        yield from (one for inner in value.values() for one in fields_of(inner))
    elif isinstance(value, list):
        yield from (one for inner in value for one in fields_of(inner))


# ------------------------------------------------------------------ W3C Web Annotation


def expanded(collection: Any) -> Any:
    """Return a collection in expanded form, as a reader of JSON-LD sees it; skip the test where pyld is not installed."""
    jsonld = pytest.importorskip("pyld", reason="the extra `validators` is not installed").jsonld
    context = json.loads((SCHEMAS / "anno.jsonld").read_text("utf-8"))

    def load(address: str, _: object) -> dict[str, object]:
        assert address == "http://www.w3.org/ns/anno.jsonld"
        return {"contextUrl": None, "documentUrl": address, "document": context, "contentType": "application/ld+json"}

    return jsonld.expand(collection, {"documentLoader": load})


def test_a_reader_of_json_ld_sees_every_verdict_once_and_no_relative_address() -> None:
    made = report()
    verdicts = [p.verdict for i in (*made.items, *made.orphans) for p in i.pairs if p.verdict not in ("", "unavailable")]
    assert len(verdicts) == 5
    collection = json.loads(export("web-annotation", made))
    check_schema(schema_of("w3c-annotation"), [collection])
    fields = list(fields_of(expanded(collection)))
    assessing = {"@id": "http://www.w3.org/ns/oa#assessing"}
    for name in ("hasPurpose", "motivatedBy"):
        values = [value for key, value in fields if key == f"http://www.w3.org/ns/oa#{name}"]
        assert sum(value.count(assessing) for value in values) == len(verdicts)
    types = (name for key, value in fields if key == "@type" for name in ([value] if isinstance(value, str) else value))
    addresses = [*types, *(value for key, value in fields if key == "@id")]
    assert [address for address in addresses if not re.match(r"(https?|urn):[^\s<>\"{}|\\^`]+$", address)] == []


def test_an_annotation_of_the_web_says_where_what_and_who() -> None:
    made = report()
    collection = json.loads(export("web-annotation", made))
    items = collection["first"]["items"]
    assert len({item["id"] for item in items}) == collection["total"] == len(items) == len(made.items) + len(made.orphans) + 5
    text, placed = made.article.text, 0
    for item in items:
        selectors = {selector["type"]: selector for selector in item["target"]["selector"]}
        quote, position = selectors["TextQuoteSelector"], selectors.get("TextPositionSelector")
        if position:
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert text[: position["start"]].endswith(quote["prefix"])
            placed += 1
    assert placed == len(items) - 2
    (contradicts,) = [item for item in items if item["body"][0]["value"] == "contradicts"]
    assert [body["purpose"] for body in contradicts["body"]] == ["assessing", "commenting", *["tagging"] * 2, *["linking"] * 3]
    linked = [body for body in contradicts["body"] if body["purpose"] == "linking"]
    assert [body["source"] for body in linked] == [
        "https://archive.example/20240301/https://port.example/gate",
        *["https://doi.org/10.5555/gate.7"] * 2,
    ]
    assert linked[0]["selector"][1] == {"type": "TextPositionSelector", "start": 210, "end": 255}
    assert {item["creator"]["nickname"] for item in items} == {"Reviewer 1", "Reviewer 2"}


def test_a_mark_has_the_date_of_the_page_that_it_is_on_and_a_lost_one_has_none() -> None:
    made = report()
    fetched = replace(made.article, about=About(fetched="2026-01-02T08:00:00.000Z"))
    collection = json.loads(export("web-annotation", replace(made, article=fetched)))
    targets = [item["target"] for item in collection["first"]["items"]]
    placed = [any(selector["type"] == "TextPositionSelector" for selector in target["selector"]) for target in targets]
    dates = [target.get("state", {}).get("sourceDate") for target in targets]
    assert dates == ["2026-01-02T08:00:00Z" if has_place else None for has_place in placed]
    assert {*placed} == {True, False}
    check_schema(schema_of("w3c-annotation"), [collection])


def test_several_articles_are_one_collection_and_none_is_one_too() -> None:
    made, empty = report(), build_report(ReviewSession(article(source="https://paper.example/a|b"), ""), AT)
    alone, both, none = (json.loads(export("web-annotation", *reports)) for reports in ([made], [made, empty], [empty]))
    assert (none["total"], "first" in none, both["total"]) == (0, False, alone["total"])
    assert both["label"] == "Reviews of 2 articles"
    assert len({alone["id"], both["id"], none["id"]}) == 3
    assert both["first"]["items"] == alone["first"]["items"]
    check_schema(schema_of("w3c-annotation"), [alone, both, none])


# ------------------------------------------------------------------ Hypothesis


def test_hypothesis_gets_quotes_where_a_browser_counts_them() -> None:
    made = report()
    written = json.loads(export("hypothesis", made))
    units, shifted = made.article.text.encode("utf-16-le"), 0
    for item, record in zip((*made.items, *made.orphans), written["annotations"], strict=True):
        (target,) = record["target"]
        selectors = {selector["type"]: selector for selector in target["selector"]}
        assert ("TextPositionSelector" in selectors) == item.has_place
        if position := selectors.get("TextPositionSelector"):
            quote = units[2 * position["start"] : 2 * position["end"]].decode("utf-16-le")
            assert quote == selectors["TextQuoteSelector"]["exact"] == item.selector.exact
            shifted += position["end"] > item.selector.end
    assert shifted == len(made.items)
    by_quote = {record["target"][0]["selector"][-1]["exact"][:6]: record for record in written["annotations"]}
    assert by_quote["Pilots"]["tags"] == ["claim", "verdict:supports", "verdict:overstated"]
    assert "overstated \\[2\\]: 300 is the \\*whole\\* port" in by_quote["Pilots"]["text"]
    assert "<script>" not in "".join(record["text"].replace("\\<", "") for record in written["annotations"])
    check_schema(schema_of("hypothesis"), [written])


# ------------------------------------------------------------------ ClaimReview


def test_a_page_with_claim_reviews_is_read_and_each_says_what_it_was_measured_by() -> None:
    extruct = pytest.importorskip("extruct", reason="the extra `validators` is not installed")
    made = report()
    item = made.items[1]
    (pair,) = item.pairs
    hostile = replace(pair, judgement=Judgement("1", "partly-supports", note="</script><script>alert(1)</script>"))
    written = export("claimreview", replace(made, items=(made.items[0], replace(item, pairs=(hostile,)), *made.items[2:])))
    check_schema(schema_of("claimreview"), json.loads(written))
    page = f'<html><body><script type="application/ld+json">{written}</script></body></html>'
    first, second = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert first == json.loads(written)[0]
    assert first["reviewRating"]["ratingExplanation"] == "</script><script>alert(1)</script>"
    assert first["url"] == "https://desk.example/checks/ferry#c1"
    assert first["claimReviewed"] == "The island's ferry carried 41,000 people in May, the operator says"
    assert first["reviewRating"]["alternateName"] == "Judged by its source, which is only described: partly supports"
    assert first["reviewRating"]["ratingValue"] == 3
    verdicts = "1 supports, 1 overstated"
    assert second["reviewRating"]["alternateName"] == f"Checked against its 2 sources, 1 of them only described: {verdicts}"
    assert "ratingValue" not in second["reviewRating"]
    assert FORMATS["claimreview"].count_losses(report()).total() == 4 + 4


def test_a_described_source_is_nothing_that_a_claim_was_checked_against() -> None:
    made = report()

    def names(described: int) -> list[str]:
        items = [
            replace(
                item,
                pairs=tuple(replace(pair, source_state=DESCRIBED) for pair in item.pairs[:described]) + item.pairs[described:],
            )
            for item in made.items
        ]
        written = json.loads(export("claimreview", replace(made, items=tuple(items))))
        return [record["reviewRating"]["alternateName"] for record in written]

    alone = "Judged by its source, which is only described: partly supports"
    assert names(1) == [alone, "Checked against its 2 sources, 1 of them only described: 1 supports, 1 overstated"]
    assert names(2) == [alone, "Judged by its 2 sources, which are only described: 1 supports, 1 overstated"]


def test_only_settled_claims_are_reviewed_each_once_and_a_verdict_without_a_rating_has_no_number() -> None:
    read = replace(
        article(TEXT), about=About(site="The Ferry Times", date="2026-01-02T08:00", address="https://ferry.example/a")
    )
    quote = "The port office counted 20,500 [2]."

    def judged(number: int, verdict: str, reference: str = "2", **fields: Any) -> Annotation:
        return annotation(read, number, quote, judgements=(Judgement(reference, verdict, by="ana"),), **fields)

    def reviews(*annotations: Annotation) -> list[Any]:
        return json.loads(export("claimreview", build_report(ReviewSession(read, "", ReviewItems(annotations)), AT)))

    (one,) = reviews(judged(1, "does-not-support"), judged(2, "does-not-support"))
    assert "ratingValue" not in one["reviewRating"]
    assert one["itemReviewed"] == {
        "@type": "Claim",
        "author": {"@type": "Organization", "name": "The Ferry Times"},
        "datePublished": "2026-01-02",
        "appearance": {"@type": "CreativeWork", "url": "https://ferry.example/a"},
    }
    assert reviews(judged(1, "supports"))[0]["reviewRating"]["ratingValue"] == 5
    stale = replace(judged(1, "supports"), edition="0" * 64, selector=Selector("The port office counted 1 [2].", "", "", 3, 9))
    lost = replace(stale, selector=Selector("nowhere", "", "", 3, 9))
    other_kind, other_reference = judged(1, "supports", kind=LATER), judged(1, "supports", "1")
    for left_out in (judged(1, "unavailable"), judged(1, ""), other_reference, other_kind, stale, lost):
        assert reviews(left_out) == []
    assert reviews(annotation(read, 1, "The café next to it")) == []
    check_schema(schema_of("claimreview"), [one])


@pytest.mark.parametrize(
    "address",
    [
        *("", "desk", "file:///home/ana/a.html", "ftp://desk.example/a", "https://[/", "https://ana@desk.example/"),
        *("https://localhost/a", "https://desk/a", "https://127.0.0.1/a", "https://192.168.0.3:8080/a", "https://a.local/"),
        "https://desk.example/a#b",
    ],
)
def test_a_claim_review_needs_the_public_address_of_a_page(address: str) -> None:
    with pytest.raises(UsageError, match="public address of the page") as error:
        export("claimreview", report(), options=ExportOptions(address=address))
    assert "--url" in str(error.value)


@pytest.mark.parametrize("site", ["https://desk.example/a", "https://www.desk.example/a", "https://news.desk.example/a"])
def test_a_claim_review_is_about_the_claims_of_others(site: str) -> None:
    own = replace(report().article, about=About(address=site))
    with pytest.raises(ReaderError, match="claims of others"):
        export("claimreview", replace(report(), article=own))


def test_the_command_asks_for_the_page_of_claim_reviews_and_says_what_it_left_out(
    call: Call, ferry: Path, tmp_path: Path
) -> None:
    call("annotate", ferry, "--quote", "The port office counted 20,500 [2].", "--verdict", "2=supports")
    call("annotate", ferry, "--quote", "A sign on the pier reads")
    output = tmp_path / "ferry.claimreview.jsonld"
    refused = call("export", ferry, "--output", output)
    assert (refused.code, refused.out, output.exists()) == (2, "", False)
    assert "--url" in refused.err
    done = call("export", ferry, "--output", output, "--url", "https://desk.example/ferry")
    assert done.code == 0
    assert "1 claim that is open, stale, uncited" in done.err
    (review,) = json.loads(output.read_text("utf-8"))
    assert review["claimReviewed"] == "The port office counted 20,500."
    assert "Google Search has not shown ClaimReview since June 2025" in call("export", "--explain", "claimreview").out
