"""Exports for programs that mark text: the ranges are where each counts them, and their own readers take the files."""

import csv
import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.exchange import FORMATS, Report, build_report
from reader.exchange.coded_text import SPAN_LABELS, CodedSpan, choose_outer, code_report
from reader.exchange.offsets import Tokens, list_sentences
from reader.review.scale import DECISIONS, DEFAULT_SCALE, UNAVAILABLE
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.golden_review import AT, OPTIONS, report
from tests.unit.review_strategies import TEXT, article, review, where

RESEARCH_TOOLS = Path(__file__).parents[2] / "docs" / "research-tools.md"


def export(name: str, *reports: Report) -> str:
    """Return reports as text in a format."""
    return b"".join(FORMATS[name].write(reports, OPTIONS)).decode("utf-8")


def labelling_configuration() -> str:
    """Return the labelling configuration of the documentation."""
    return RESEARCH_TOOLS.read_text("utf-8").partition("```xml\n")[2].partition("```")[0]


def marked(*quotes: str) -> ReviewSession:
    """Return a review with a claim on each quote of the text."""
    session = review()
    for quote in quotes:
        session.add(where(session.index.article, quote))
    return session


# ------------------------------------------------------------------ doccano


def test_doccano_gets_ranges_where_a_browser_counts_them() -> None:
    made = report()
    (line,) = map(json.loads, export("doccano", made).splitlines())
    units, spans = line["text"].encode("utf-16-le"), code_report(made).spans
    assert line["text"] == made.article.text
    for entity, span in zip(line["entities"], spans, strict=True):
        quote = units[2 * entity["start_offset"] : 2 * entity["end_offset"]].decode("utf-16-le")
        assert (quote, entity["label"]) == (made.article.text[span.start : span.end], span.label)
    assert line["entities"][0]["end_offset"] == spans[0].end + 1  # an emoji is its last letter
    assert line["meta"]["edition"] == made.article.digest


def test_a_pair_is_a_relation_that_its_verdict_names() -> None:
    (line,) = map(json.loads, export("doccano", report()).splitlines())
    entities = {entity["id"]: entity for entity in line["entities"]}
    ends = [(entities[r["from_id"]]["label"], entities[r["to_id"]]["label"], r["type"]) for r in line["relations"]]
    verdicts = ["partly-supports", "contradicts", "rests-on", "unavailable", "supports", "overstated"]
    assert ends == [("claim", "reference", verdict) for verdict in verdicts]


def test_each_article_is_a_line_of_its_own_and_a_review_of_nothing_is_one_too() -> None:
    empty = build_report(review(article("One line.")), AT)
    for name in ("doccano", "prodigy"):
        assert len(export(name, report(), empty).splitlines()) == 2
    assert [task["id"] for task in json.loads(export("label-studio", report(), empty))] == [1, 2]
    assert json.loads(export("label-studio")) == []


def test_uima_gets_ranges_where_java_counts_them() -> None:
    made = report()
    structures = json.loads(export("uima-json", made))["%FEATURE_STRUCTURES"]
    units = structures[0]["sofaString"].encode("utf-16-le")
    marks = [one for one in structures if one["%TYPE"] == "claimreader.Mark"]
    quotes = [units[2 * mark["begin"] : 2 * mark["end"]].decode("utf-16-le") for mark in marks]
    assert quotes == [item.selector.exact for item in made.items]
    assert len({one["%ID"] for one in structures}) == len(structures)


# ------------------------------------------------------------------ Label Studio


def test_the_labelling_configuration_has_every_name_that_the_results_use() -> None:
    configuration = labelling_configuration()
    values = set(re.findall(r'value="([^"$]+)"', configuration))
    assert values == {*SPAN_LABELS, *(v.id for v in DEFAULT_SCALE.verdicts), UNAVAILABLE, "rests-on", *DECISIONS}
    (task,) = json.loads(export("label-studio", report()))
    (annotation,) = task["annotations"]
    text = task["data"]["text"]
    names = set(re.findall(r' name="([^"]+)"', configuration))
    regions = {result["id"] for result in annotation["result"] if result["type"] == "labels"}
    for result in annotation["result"]:
        if result["type"] == "relation":
            assert {result["from_id"], result["to_id"]} <= regions
            assert set(result["labels"]) <= values
            continue
        assert {result["from_name"], result["to_name"]} <= names
        assert result["id"] in regions
        value = result["value"]
        assert set(value.get("labels", [])) | set(value.get("choices", [])) <= values
        if result["type"] == "labels":
            assert text[value["start"] : value["end"]] == value["text"]
    assert [r["value"]["choices"] for r in annotation["result"] if r.get("from_name") == "verdict"] == [
        ["partly-supports"],
        ["contradicts"],
        ["unavailable"],
        ["supports", "overstated"],
    ]


def test_the_converter_of_label_studio_reads_the_tasks(tmp_path: Path) -> None:
    converter = pytest.importorskip("label_studio_sdk.converter", reason="needs the extra `validators`")
    tasks = tmp_path / "tasks.json"
    tasks.write_text(export("label-studio", report()), encoding="utf-8")
    converter.Converter(config=labelling_configuration(), project_dir=None).convert(
        str(tasks), str(tmp_path / "out"), "JSON_MIN", is_dir=False
    )
    (read,) = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    kinds = {span.label for span in code_report(report()).spans}
    assert {label for region in read["kind"] for label in region["labels"]} == kinds == {*SPAN_LABELS}
    assert len(read["kind"]) == len(code_report(report()).spans)


def test_label_studio_takes_every_result_under_the_labelling_configuration() -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface", reason="needs the extra `validators`")
    project = interface.LabelInterface(labelling_configuration())
    (task,) = json.loads(export("label-studio", report()))
    (work,) = task["annotations"]
    assert project.validate_annotation(work)
    unknown = next(result for result in work["result"] if result["type"] == "labels")
    unknown["value"]["labels"] = ["no label of it"]
    assert not project.validate_annotation(work)


# ------------------------------------------------------------------ Prodigy


def tasks_of(*reports: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export("prodigy", *reports).splitlines()]


def test_a_span_of_prodigy_begins_and_ends_with_a_token() -> None:
    made = report()
    (task,) = tasks_of(made)
    tokens = task["tokens"]
    assert [token["id"] for token in tokens] == [*range(len(tokens))]
    for span in task["spans"]:
        assert (tokens[span["token_start"]]["start"], tokens[span["token_end"]]["end"]) == (span["start"], span["end"])
    assert [(s["start"], s["end"], s["label"]) for s in task["spans"]] == [
        (item.selector.start, item.selector.end, item.annotation.kind.upper()) for item in made.items
    ]
    assert [token["text"] for token in tokens if "rz" in token["text"]] == ["Ma\u0308rz"]
    assert (task["answer"], task["meta"]["title"]) == ("accept", made.article.title)
    assert [pair["verdict"] for span in task["spans"] for pair in span["pairs"]][:2] == ["partly-supports", "contradicts"]


def test_spacy_finds_each_span_at_its_tokens() -> None:
    spacy = pytest.importorskip("spacy", reason="needs the extra `validators`")
    (task,) = tasks_of(report())
    text = task["text"]
    doc = spacy.blank("en")(text)
    assert doc.text == text
    for span in task["spans"]:
        assert (
            text[span["start"] : span["end"]]
            == doc.char_span(span["start"], span["end"], alignment_mode="expand").text[: span["end"] - span["start"]]
        )
    words = [token["text"] for token in task["tokens"]]
    ours = spacy.tokens.Doc(spacy.blank("en").vocab, words=words, spaces=[token["ws"] for token in task["tokens"]])
    for span in task["spans"]:
        found = ours[span["token_start"] : span["token_end"] + 1].text
        assert "".join(found.split()) == "".join(text[span["start"] : span["end"]].split())


# ------------------------------------------------------------------ Readwise


def rows_of(made: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export("readwise", made), newline="")))


def test_readwise_gets_a_highlight_for_each_annotation_with_its_tags() -> None:
    made = report()
    rows = rows_of(made)
    assert [row["Highlight"] for row in rows] == [item.selector.exact for item in (*made.items, *made.orphans)]
    assert [row["Location"] for row in rows] == [*(str(item.selector.start) for item in made.items), ""]
    assert rows[1]["Note"].startswith(".claim .numbers/passengers .c++\n=SUM(A1) of the months?")
    assert rows[1]["Date"] == "2026-01-15 09:01:00"
    formula = build_report(marked("=SUM(A1:A9) is what the invoice says [3]"), AT)
    assert rows_of(formula)[0]["Highlight"] == "'=SUM(A1:A9) is what the invoice says [3]"


def test_no_remark_becomes_a_tag_of_readwise_and_a_tag_is_one_word() -> None:
    session = marked("The port office counted")
    (claim,) = session.index.claims()
    session.set_tags(session.set_note(claim, ".h1 a heading"), ["two words"])
    (row,) = rows_of(build_report(session, AT))
    assert row["Note"] == ".claim .two-words\n\u200b.h1 a heading\nopen [2]"


# ------------------------------------------------------------------ tokens and overlaps


def list_tokens(text: str, cuts: list[int]) -> list[Span]:
    """Return the tokens of a text."""
    starts = [*Tokens(text, cuts).starts(0, len(text)), len(text)]
    return [Span(start, start + len(text[start:end].rstrip())) for start, end in itertools.pairwise(starts)]


texts = st.text(CHARACTERS, max_size=40) | st.text("ab e\u0301🌊\u200d\ud83c.\n\t", max_size=40)


@given(texts, st.lists(st.integers(0, 40), max_size=6))
def test_tokens_hold_all_that_is_no_space_once_and_end_at_every_cut(text: str, cuts: list[int]) -> None:
    cuts = sorted({cut for cut in cuts if cut <= len(text)})
    spans = list_tokens(text, cuts)
    assert all(span.start < span.end for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    assert "".join(text[s.start : s.end] for s in spans) == "".join(sign for sign in text if re.match(r"\S", sign))
    assert not [cut for cut in cuts for span in spans if span.start < cut < span.end]


def test_a_word_keeps_its_combining_marks_and_an_emoji_what_joins_it() -> None:
    text = "The e\u0301cole 👩\u200d👧, 31cm"
    assert [text[token.start : token.end] for token in list_tokens(text, [])] == [
        *("The", "e\u0301cole", "👩\u200d", "👧", ",", "31cm")
    ]


def test_sentences_and_the_lines_between_them_hold_the_whole_text() -> None:
    read = article(TEXT)
    pieces = list(list_sentences(read))
    assert all(before.end <= after.start for before, after in itertools.pairwise(pieces))
    assert "".join("".join(read.text[p.start : p.end].split()) for p in pieces) == "".join(read.text.split())


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12))
def test_of_ranges_that_overlap_the_outer_is_chosen(ranges: list[tuple[int, int]]) -> None:
    spans = [CodedSpan(n, "", "claim", min(r), max(r), None) for n, r in enumerate(ranges) if min(r) < max(r)]
    chosen = list(choose_outer(spans))
    assert all(before.end <= after.start for before, after in itertools.pairwise(chosen))
    for span in spans:
        rivals = [one for one in chosen if Span(one.start, one.end).overlaps(Span(span.start, span.end))]
        assert any(one.end - one.start >= span.end - span.start for one in rivals)


# ------------------------------------------------------------------ CoNLL


def test_every_token_of_conll_has_four_columns_and_every_mark_begins_once_in_a_sentence() -> None:
    lines = export("conll", report()).split("\n")
    assert lines[0] == "-DOCSTART- -X- O O"
    rows = [line.split(" ") for line in lines[1:] if line]
    assert {len(row) for row in rows} == {4}
    assert {row[3] for row in rows} == {"O", *(f"{p}-{k}" for p in "BI" for k in ("CLAIM", "NOT-CLAIM", "LATER"))}
    begun = [row[3] for row in rows if row[3].startswith("B-")]
    assert begun == ["B-LATER", "B-CLAIM", "B-CLAIM", "B-NOT-CLAIM", "B-CLAIM", "B-CLAIM", "B-CLAIM"]
    words = [row[0] for row in rows if row[3].endswith("-CLAIM") and row[3] != "B-NOT-CLAIM"]
    assert {"41,000", "Ko\u0301va\u0301cs", "Ma\u0308rz"} <= {*words}
    losses = FORMATS["conll"].count_losses(report())
    assert [count for loss, count in losses.items() if "within" in loss.text] == [1]
    before = "O"
    for line in lines[1:]:
        label = line.rpartition(" ")[2] if line else "O"
        assert not label.startswith("I-") or before[2:] == label[2:], "a label goes on only after itself"
        before = label


def test_no_text_begins_a_document_of_conll() -> None:
    made = build_report(review(article("-DOCSTART- -X- O O\n\nA\u2028B \x00 c\u00a0d.")), AT)
    assert export("conll", made).count("-DOCSTART-") == 1
    assert {len(line.split(" ")) for line in export("conll", made).split("\n") if line} == {4}
