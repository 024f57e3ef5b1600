"""`reader import`: what comes in, what is said of it, that it comes in once, and that a bad file takes nothing in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.exchange import FORMATS, ExportOptions, build_report
from reader.exchange.offsets import CodePointOffsets, Utf16Offsets
from reader.formats import parse_article
from reader.imports import IMPORT_FORMATS, ImportSource, ReadFile, open_import, read_annotations
from reader.imports.plan import ImportPlan, plan_import
from reader.imports.summary import describe_plan
from reader.imports.words import KIND_WORDS, VERDICT_WORDS, to_kind, to_verdict
from reader.library import Library
from reader.library.article_changes import ArticleEditor
from reader.review.scale import SCALE_PRESETS, UNAVAILABLE
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.golden_review import review_everything
from tests.unit.review_strategies import article, where
from tests.unit.test_cli import Call, call, ferry
from tests.unit.test_library import plain

__all__ = ["call", "ferry"]  # fixtures

AT = "2026-01-15T10:00:00.000Z"
OWN = ("jsonl", "web-annotation", "hypothesis")
"""The formats that are written and read."""


def read(session: ReviewSession, source: ImportSource, kind: str = "", name: str = "notes") -> ReadFile:
    """Return what a file has about the article of a review."""
    return read_annotations(open_import(name, source, kind), session.index.article, session.article_id)


def planned(session: ReviewSession, data: bytes | str | Path, kind: str = "", name: str = "notes") -> ImportPlan:
    """Return what an import of these bytes, or of the file at a path, into a review would do."""
    content = data.encode() if isinstance(data, str) else data
    return plan_import(session, read(session, ImportSource(content), kind, name))


def exported(session: ReviewSession, format_name: str) -> bytes:
    """Return the review as a file of this format."""
    return b"".join(FORMATS[format_name].write([build_report(session, at=AT)], ExportOptions(address="")))


def hypothesis(*rows: dict[str, Any]) -> str:
    """Return the answer of the API of Hypothesis with these annotations."""
    common = {"user": "acct:mila@annotations.example", "uri": "https://ferry.example/", "tags": [], "permissions": {}}
    return json.dumps({"total": len(rows), "rows": [{**common, **row} for row in rows]})


def target(exact: str, **selectors: int | str) -> list[dict[str, Any]]:
    """Return the target of an annotation of Hypothesis: a quote, with its context and its place if given."""
    quote = {"type": "TextQuoteSelector", "exact": exact}
    quote |= {name: value for name, value in selectors.items() if isinstance(value, str)}
    place = {name: value for name, value in selectors.items() if isinstance(value, int)}
    return [{"selector": [{"type": "RangeSelector"}, {"type": "TextPositionSelector", **place}, quote] if place else [quote]}]


BELIEVED = {"id": "a1", "text": "who says so?", "tags": ["doubt"], "target": target("Nobody believed it")}


# ------------------------------------------------------------------ through the command


def test_an_import_comes_in_once_and_is_one_step_of_undo(call: Call, ferry: Path, tmp_path: Path, own_library: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text(hypothesis(BELIEVED, {"id": "a2", "tags": ["to do", "claim"], "target": target("41,000 people")}))
    assert (
        call("import", path, "--article", ferry, "--dry-run").out == "Would import 2 annotations from notes.json (Hypothesis)\n"
    )
    assert call("list", "--json").out == "[]\n", "a dry run adds no article"
    assert call("import", path, "--article", ferry).out == "Imported 2 annotations from notes.json (Hypothesis)\n"
    first = plain(own_library, "annotations")
    assert sorted((m["selector"]["exact"], m["note"], m["tags"], m["creator"], m["foreign"]) for m in first) == [
        ("41,000 people", "", ["to-do"], "mila", "hypothesis:a2"),
        ("Nobody believed it", "who says so?", ["doubt"], "mila", "hypothesis:a1"),
    ]
    again = call("import", path, "--article", ferry)
    assert again.out == "Nothing new from notes.json (Hypothesis)\n  2 annotations already here, left unchanged\n"
    assert plain(own_library, "annotations") == first
    assert call("undo").out == "Undone: import notes.json, on “The ferry that counts its passengers twice 🚢”\n"
    assert plain(own_library, "annotations") == []


def test_what_was_edited_here_stays_when_it_comes_again(call: Call, ferry: Path, tmp_path: Path) -> None:
    session = ReviewSession(article(), "ferry", creator="ana")
    session.add_all(planned(session, hypothesis(BELIEVED)).annotations, "import")
    (mark,) = session.index.annotations()
    mark = session.set_bounds(session.set_note(mark, "Mila did"), where(session.index.article, "believed"))
    assert planned(session, hypothesis(BELIEVED)).annotations == ()
    session.remove([mark])
    assert len(planned(session, hypothesis(BELIEVED)).annotations) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("missing.json", "--article", "{ferry}"), "Cannot read missing.json"),
        (("{folder}", "--article", "{ferry}"), "is a folder\nhint: Name a file in it, or zip a folder of brat; Zotero's"),
        ((".", "--article", "{ferry}"), ". is a folder\nhint: Name a file in it"),
        (("{folder}/brat", "--article", "{ferry}"), "brat is a folder of brat\nhint: Name an .ann file in it, or zip it"),
        (("{folder}/empty.json", "--article", "{ferry}"), "empty.json is empty"),
        (("{folder}/notes.json", "--article", "no such"), 'No article "no such" in the library'),
        (("{folder}/notes.json", "--article", "{folder}"), "is a folder\nhint: Name a file in it"),
        (("{ferry}", "--article", "{ferry}"), "ferry.txt is of no format that can be imported"),
        (("{ferry}", "--article", "{ferry}", "--format", "docx"), "'docx' is not one of 'jsonl'"),
        (("-", "--article", "-"), "cannot both be standard input"),
        (("{ferry}", "--article", "{ferry}", "--format", "jsonl"), "line 1, column 1 is no JSON"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(call: Call, ferry: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    folder = tmp_path / "folder"
    (folder / "brat").mkdir(parents=True)
    (folder / "brat" / "a.ann").touch()
    (folder / "empty.json").touch()
    (folder / "notes.json").write_text(hypothesis(BELIEVED))
    answer = call("import", *(word.format(ferry=ferry, folder=folder) for word in words))
    assert answer.code in (1, 2)
    assert told in answer.err
    assert call("list", "--json").out == "[]\n"


def test_of_an_article_that_is_archived_or_shared_it_says_so(
    call: Call, ferry: Path, tmp_path: Path, own_library: Path
) -> None:
    path = tmp_path / "notes.json"
    path.write_text(hypothesis(BELIEVED))
    assert call("add", ferry).code == 0
    with Library.open(own_library) as library:
        (entry,) = library.summaries()
        ArticleEditor(library).archive([entry.id])
        assert library.flush(30)
        library.shared_articles.share(entry.id, "11111111-2222-4333-8444-555555555555")
    first, *notes = call("import", path, "--article", entry.id).out.splitlines()
    assert first == "Imported 1 annotation from notes.json (Hypothesis)"
    assert [note.partition("”")[2] for note in notes] == [
        " is archived: `reader list --archived` lists it",
        " is shared with a team: the next `reader team sync` or an open window sends this",
    ]
    assert len(call("import", path, "--article", entry.id).out.splitlines()) == 2, "nothing came in"


# ------------------------------------------------------------------ files that are not read


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("", "notes is empty"),
        (hypothesis(BELIEVED)[:-9], "it ends within line 1"),
        (hypothesis(BELIEVED).encode().replace(b"doubt", b"d\xffoubt"), "not UTF-8 at byte"),
        (hypothesis({**BELIEVED, "tags": "doubt", "text": 7}), "annotation 1 has a number as “text”"),
        (hypothesis({**BELIEVED, "target": [7]}), "“target” of annotation 1 is a number"),
        ('{"rows": [{"user": "", "uri": "", "tags": ' + "[" * 100_000, "nested too deeply"),
        ("@book{lee, title={Ferries}}", "`reader import FILE`"),
        ('[{"id": "lee", "type": "book", "DOI": "10.5555/a"}]', "lists references"),
        ('{"format": "claim-reader-review", "version": 2}', "version 2, and this program reads 1"),
        ('{"text": "a\x00", "label": [[0, 1, "x"]]}', r"is no JSON: Invalid control character\. "),
        ("Highlight,Title,Note\nNobody believed it,Ferries,who?\nNobody beli", "it ends within line 3"),
        ("T1\tclaim 0 18\tNobody believed it\nT2\tclaim 30 48\tNobody bel", "it ends within line 2"),
        ('{"text": "Nobody believed it", "label": [[0, 99, "x"]]}', "0–99 is not in its text “Nobody believed it…”"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_and_takes_nothing_in(data: bytes | str, told: str) -> None:
    with pytest.raises(ReaderError, match=told) as error:
        planned(ReviewSession(article(), "ferry"), data)
    assert error.value.hint


@pytest.mark.parametrize("format_name", OWN)
def test_no_part_of_a_cut_file_comes_in(format_name: str) -> None:
    whole = exported(review_everything(), format_name)
    for end in range(1, len(whole) - 3, 211):
        try:
            file = read(ReviewSession(article(), "ferry"), ImportSource(whole[:end]), format_name)
        except ReaderError:
            continue
        assert format_name == "jsonl", "JSON cannot end early"
        assert whole[:end].endswith(b"\n") or whole[end : end + 1] == b"\n" or not file.content.annotations


# ------------------------------------------------------------------ round trips


def said(session: ReviewSession) -> list[tuple[object, ...]]:
    """Return what a review says of each passage, without who said it and when."""
    marks = (*session.index.annotations(), *session.index.orphans())
    return [(m.selector.exact, session.index.place(m), m.kind, m.tags, m.note, m.fix) for m in marks]


@pytest.mark.parametrize("format_name", OWN)
def test_a_review_that_was_written_comes_back_into_another_library(format_name: str) -> None:
    session = review_everything()
    file = exported(session, format_name)
    assert planned(session, file).annotations == (), "all of it is there already"
    other = ReviewSession(session.index.article, "elsewhere")
    other.add_all(planned(other, file).annotations, "import")
    if format_name != "hypothesis":  # whose text holds what was said of the pairs too
        strip = [(*row[:3], *row[4:]) for row in said(session)]
        assert sorted(map(str, strip)) == sorted(str((*row[:3], *row[4:])) for row in said(other))
    assert [row[:3] for row in said(other)] == [row[:3] for row in said(session)]
    assert planned(other, exported(session, format_name)).annotations == ()


def test_verdicts_evidence_and_decisions_come_back_from_our_own_lines() -> None:
    session = review_everything()
    other = ReviewSession(session.index.article, "elsewhere")
    plan = planned(other, exported(session, "jsonl"))
    other.add_all(plan.annotations, "import")
    for one, two in zip(session.index.annotations(), other.index.annotations(), strict=True):
        verdicts = {j.reference: (j.verdict, j.note, j.problems, j.at) for j in one.judgements if not j.is_empty}
        assert verdicts == {j.reference: (j.verdict, j.note, j.problems, j.at) for j in two.judgements}
        assert [e for j in one.judgements for e in j.evidence] == [e for j in two.judgements for e in j.evidence]
        assert (one.decision, one.fix, dict.fromkeys(one.links)) == (two.decision, two.fix, dict.fromkeys(two.links))


# ------------------------------------------------------------------ places


@given(st.text(CHARACTERS), st.data())
def test_offsets_in_utf_16_units_come_back(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    units = Utf16Offsets(text).to_units(offset)
    assert CodePointOffsets(text).from_units(units) == offset
    within = [at for at in range(units + 2) if CodePointOffsets(text).from_units(at) < 0]
    assert all(text.encode("utf-16-le", "surrogatepass")[2 * at - 1] & 0xFC == 0xD8 for at in within if at < units)


def test_offsets_decide_between_equal_quotes_beyond_an_emoji() -> None:
    read = article()
    second = read.text.index("The café", where(read, "The café next to it opened in spring.").end)
    quote = "The café next to it opened in spring."
    units = Utf16Offsets(read.text).to_units(second)
    assert units != second
    row = {"id": "a", "target": target(quote, start=units, end=units + len(quote))}
    (mark,) = planned(ReviewSession(read, "ferry"), hypothesis(row)).annotations
    assert (mark.selector.start, mark.edition) == (second, read.digest)
    w3c = {"type": "Annotation", "target": {"selector": [{"type": "TextQuoteSelector", "exact": quote}]}}
    w3c["target"]["selector"] += [{"type": "TextPositionSelector", "start": second, "end": second + len(quote)}]
    (mark,) = planned(ReviewSession(read, "ferry"), json.dumps(w3c), "web-annotation").annotations
    assert mark.selector.start == second


def test_a_quote_in_other_words_is_to_be_checked_and_a_lost_one_is_kept() -> None:
    session = ReviewSession(article(), "ferry")
    rows = (
        {
            "id": "a",
            "target": target("The port bureau counted 20,500", prefix="who sells the tickets [1][2]. ", suffix=" [2]."),
        },
        {"id": "b", "text": "gone?", "target": target("The bridge to the mainland was closed for a winter")},
        {"id": "c", "target": target("sells the\n   tickets")},
        {"id": "d", "text": "about the whole page"},
    )
    plan = planned(session, hypothesis(*rows))
    session.add_all(plan.annotations, "import")
    assert [mark.note for mark in session.index.orphans()] == ["gone?"]
    (mark,) = session.index.annotations_to_check()
    assert session.index.article.text[slice(*session.index.place(mark) or (0, 0))].startswith("The port office counted")
    assert describe_plan(plan, is_done=True) == [
        "Imported 3 annotations from notes (Hypothesis)",
        "  1 quote with changed words or an uncertain place, to be checked:",
        "    “The port bureau counted 20,500”",
        "  1 quote not found in the article; kept without a place:",
        "    “The bridge to the mainland was closed for a winter”",
        "  left out: 1 note without a quote",
    ]


def test_of_a_quote_that_the_article_has_several_times_it_says_so() -> None:
    plan = planned(ReviewSession(article(), "ferry"), hypothesis({"id": "a", "target": target("The café")}))
    assert describe_plan(plan, is_done=False)[1:] == [
        "  1 quote that the article has several times; kept without a place:",
        "    “The café”",
    ]


def test_no_note_is_lost_when_a_file_uses_an_id_twice() -> None:
    second = {**BELIEVED, "text": "who else?"}
    plan = planned(ReviewSession(article(), "ferry"), hypothesis(BELIEVED, second, BELIEVED))
    assert [mark.note for mark in plan.annotations] == ["who says so?", "who else?"]


def test_a_file_about_something_else_takes_nothing_in() -> None:
    session = ReviewSession(article(), "ferry")
    with pytest.raises(ReaderError, match="notes has 1 quote, none of which has a place in"):
        planned(session, hypothesis({**BELIEVED, "target": target("Bees sleep at night")}))
    two = ({"id": x, "uri": f"https://{x}.example/", "target": target(f"Bees {x}")} for x in "ab")
    with pytest.raises(ReaderError, match="Nothing in notes is about"):
        planned(session, hypothesis(*two))


def test_of_a_file_about_several_pages_only_those_of_the_article_come_in() -> None:
    session = ReviewSession(article(), "ferry")
    other = {"id": "z", "uri": "https://bees.example/", "target": target("Bees sleep at night")}
    plan = planned(session, hypothesis(BELIEVED, other, {**other, "id": "y"}))
    assert [mark.foreign_id for mark in plan.annotations] == ["hypothesis:a1"]
    assert describe_plan(plan, is_done=False)[-1] == "  left out: 2 annotations about 1 other document"


# ------------------------------------------------------------------ words


def test_the_table_of_words_names_kinds_and_verdicts_that_exist() -> None:
    assert {*KIND_WORDS.values()} == {*ANNOTATION_KINDS}
    known = {verdict.id for scale in SCALE_PRESETS.values() for verdict in scale.verdicts}
    assert {*VERDICT_WORDS.values()} == known | {UNAVAILABLE}
    assert to_kind("TO_DO") == to_kind("To do") == "later"
    assert to_verdict("NOT ENOUGH INFO", frozenset(["unclear"])) == "unclear"
    assert to_verdict("refuted", frozenset(["unclear"])) == "", "it is none of the person's scale"


def test_words_that_are_unknown_become_tags_and_it_says_so() -> None:
    session = ReviewSession(article(), "ferry", creator="ana")
    node = {
        "type": "Annotation",
        "target": {"selector": {"type": "TextQuoteSelector", "exact": "carried 41,000 people in May"}},
    }
    long = "x" * 5_000
    bodies = [
        {"type": "TextualBody", "value": value, "purpose": purpose}
        for value, purpose in (
            ("Person", "classifying"),
            (long, "classifying"),
            ("REFUTED", "assessing"),
            ("plausible", "assessing"),
        )
    ]
    plan = planned(session, json.dumps({**node, "body": bodies}), "web-annotation")
    (mark,) = plan.annotations
    assert (mark.verdict_on("1"), mark.tags) == ("contradicts", ("Person", "verdict/plausible"))
    assert mark.note == f"#{long}"
    assert describe_plan(plan, is_done=False)[1:] == [
        "  1 claim with a verdict",
        "  the label “Person” became a tag (1)",
        "  the verdict “plausible”, which is not in your scale, became a tag (1)",
        "  1 tag with more than 500 characters or 20 levels, kept in the note",
    ]


def test_replies_become_paragraphs_of_the_note() -> None:
    replies = (
        {"id": "r2", "references": ["a1", "r1"], "text": "no, Ana", "created": "2026-02-02T00:00:00+00:00"},
        {"id": "r1", "references": ["a1"], "text": "Ben", "created": "2026-02-01T00:00:00+00:00", "user": "acct:lo@x"},
    )
    (mark,) = planned(ReviewSession(article(), "ferry"), hypothesis(BELIEVED, *replies)).annotations
    assert mark.note == "who says so?\n\nlo: Ben\n\nmila: no, Ana"


def test_the_csv_of_hypothesis_comes_in_once() -> None:
    session = ReviewSession(article(), "ferry")
    table = (
        "Created at,Author,Page,URL,Group,Type,Quote/description,Comment,Tags\n"
        '2026-01-15T10:00:00,mila,x,https://ferry.example/,Public,Annotation,Nobody believed it,"who, then?","doubt,sales"\n'
    )
    session.add_all(planned(session, table).annotations, "import")
    (mark,) = session.index.annotations()
    assert (mark.note, mark.tags, mark.created_at) == ("who, then?", ("doubt", "sales"), "2026-01-15T10:00:00.000Z")
    session.set_note(mark, "edited")
    assert planned(session, table).annotations == ()


def test_a_hostile_file_stays_data() -> None:
    session = ReviewSession(article(), "ferry")
    row = {**BELIEVED, "text": "\ud800 [b]x[/b] \x1b[31m", "tags": ["#a//b\u202e", "  "]}
    session.add_all(planned(session, hypothesis(row)).annotations, "import")
    (mark,) = session.index.annotations()
    assert (mark.note, mark.tags) == ("\ufffd [b]x[/b] \x1b[31m", ("a/b",))
    line = {"format": "claim-reader-review", "version": 1, "type": "annotation", "article": {"edition": "../../secret"}}
    lines = json.dumps({**line, "id": "x", "kind": "claim", "quote": "Nobody believed it"})
    other = ReviewSession(article(), "ferry")
    (mark,) = planned(other, f"{lines}\n{lines.replace('Nobody', 'Everybody')}").lost
    assert "secret" not in mark.edition


def test_each_format_has_its_words() -> None:
    assert [*IMPORT_FORMATS] == [row.name for row in IMPORT_FORMATS.values()]
    assert all(row.carries and row.cannot_carry for row in IMPORT_FORMATS.values())


def test_a_quote_of_the_shown_text_is_found_under_its_markup() -> None:
    read = parse_article(b"# Ferries\n\nThe *old* **ferry carries\n41,000** people. It is late.\n", "ferry.md")
    (mark,) = planned(
        ReviewSession(read, "ferry"), hypothesis({"target": target("old ferry carries 41,000 people")})
    ).annotations
    assert mark.selector.exact == "old* **ferry carries\n41,000** people"
    assert mark.edition == read.digest


def test_a_short_quote_between_other_words_is_to_be_checked() -> None:
    session = ReviewSession(article(), "ferry")
    other = {"prefix": "they disagree about the price of a", "suffix": "that was bought in winter"}
    same = {"prefix": "they disagree about the", "suffix": "which is said"}
    rows = [{"id": str(n), "target": target("invoice", **one)} for n, one in enumerate((other, same))]
    plan = planned(session, hypothesis(rows[0], {"id": "x", "target": target("Nobody believed it")}))
    assert [mark.selector.exact for mark in (*plan.unsure, *plan.lost)] == ["invoice"]
    rows[1]["target"] = target("invoice", **{**same, "suffix": "is what the bill says"})
    plan = planned(session, hypothesis(rows[1]))
    assert (len(plan.annotations), plan.unsure, plan.lost) == (1, (), ())


def test_what_was_said_of_a_work_that_the_article_lacks_is_kept() -> None:
    session = ReviewSession(article(), "ferry")
    line = {"format": "claim-reader-review", "version": 1, "article": {"id": "elsewhere", "title": "Ferries"}}
    work = {**line, "type": "reference", "id": "9", "label": "9", "title": "A work that nobody cites"}
    passage = {"source": "s", "quote": "it carried nobody", "start": 0, "end": 17}
    judgement = {
        "reference": "9",
        "verdict": "contradicts",
        "note": "page 4",
        "problems": ["outdated", "odd"],
        "evidence": [passage],
    }
    mark = {**line, "type": "annotation", "id": "m", "kind": "claim", "quote": "Nobody believed it", "judgements": [judgement]}
    plan = planned(session, "\n".join(json.dumps(one) for one in (work, mark)))
    (taken,) = plan.annotations
    assert (taken.judgements, {*taken.tags}) == ((), {"odd", "verdict/contradicts"})
    assert taken.note.startswith("A work that nobody cites: page 4")
    assert all(said in taken.note for said in ("outdated", "“it carried nobody”"))


def test_a_note_of_the_same_words_in_another_order_is_not_there_already() -> None:
    session = ReviewSession(article(), "ferry", creator="ana")
    table = "Highlight,Note\nNobody believed it,"
    session.add_all(planned(session, f"{table}that is not true: it is rather odd\n").annotations, "import")
    assert planned(session, f"{table}it is rather odd\n").annotations == ()
    (mark,) = planned(session, f"{table}that is true\n").annotations
    assert mark.note == "that is true"
