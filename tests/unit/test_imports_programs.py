"""What programs that mark text write comes into a review: doccano, Label Studio, Prodigy, brat, REFI-QDA."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from reader.errors import ReaderError
from reader.formats.plain import plain_article
from reader.imports import ImportSource
from reader.imports.plan import plan_import
from reader.imports.summary import describe_plan
from reader.review.model import Annotation
from reader.review.session import ReviewSession
from tests.unit.golden_review import review_everything
from tests.unit.review_strategies import TEXT, article, where
from tests.unit.test_cli import Call, call, ferry
from tests.unit.test_imports import exported, planned, read
from tests.unit.test_library import plain

__all__ = ["call", "ferry"]  # fixtures

WRITTEN = ("doccano", "label-studio", "prodigy", "brat", "refi-qda")
"""The formats that are written and read."""
QUOTES = ("Nobody believed it", "Ko\u0301va\u0301cs")
"""Quotes after an emoji, the second with combining marks."""


def units(text: str) -> int:
    """Return the number of UTF-16 units of a text."""
    return len(text.encode("utf-16-le")) // 2


def places(quote: str, *, utf16: bool = False) -> tuple[int, int]:
    """Return the range of a quote in TEXT, in code points or UTF-16 units."""
    span = where(article(), quote)
    return (units(TEXT[: span.start]), units(TEXT[: span.end])) if utf16 else (span.start, span.end)


def taken(data: str, text: str | None = None) -> tuple[Annotation, ...]:
    """Return the annotations of a file, which all stand in TEXT."""
    session = ReviewSession(article(), "ferry")
    plan = plan_import(session, read(session, ImportSource(data.encode(), text.encode() if text is not None else None)))
    assert not plan.lost
    assert not plan.unsure
    return plan.annotations


@pytest.mark.parametrize("format_name", WRITTEN)
def test_what_was_written_comes_back_with_its_verdicts(format_name: str) -> None:
    session = review_everything()
    file = exported(session, format_name)
    assert planned(session, file).annotations == (), "all of it is there already"
    other = ReviewSession(session.index.article, "elsewhere")
    other.add_all(planned(other, file).annotations, "import")
    rows = [
        [(m.selector.exact, m.kind, {j.reference: j.verdict for j in m.judgements if j.verdict}) for m in s.index.annotations()]
        for s in (session, other)
    ]
    assert rows[0] == rows[1]
    assert planned(other, file).annotations == ()


@pytest.mark.parametrize("utf16", [False, True])
def test_ranges_of_doccano_come_in_from_its_browser_and_from_python(utf16: bool) -> None:
    lists = [[*places(quote, utf16=utf16), "Opinion"] for quote in QUOTES]
    marks = taken(json.dumps({"id": 4, "text": TEXT, "label": lists, "Comments": []}))
    assert [(m.selector.exact, m.kind) for m in marks] == [(quote, "not-claim") for quote in QUOTES]


def test_ranges_that_hold_the_same_long_text_many_times_are_refused() -> None:
    text = "The ferry sank. " * 40_000
    file = json.dumps({"text": text, "label": [[0, len(text) - number, "Claim"] for number in range(60)]})
    with pytest.raises(ReaderError, match="more than 30,000,000 characters"):
        planned(ReviewSession(plain_article(text, "-"), "ferry"), file)


@pytest.mark.parametrize("utf16", [False, True])
def test_regions_of_label_studio_come_in_in_either_unit(utf16: bool) -> None:
    results: list[dict[str, Any]] = []
    for number, quote in enumerate(QUOTES):
        start, end = places(quote, utf16=utf16)
        value = {"start": start, "end": end, "text": quote}
        results += [
            {"id": f"r{number}", "from_name": "label", "type": "labels", "value": {**value, "labels": ["Claim", "Weak"]}},
            {"id": f"r{number}", "from_name": "why", "type": "textarea", "value": {**value, "text": ["who saw it?"]}},
        ]
    results.append({"id": "c", "from_name": "mood", "type": "choices", "value": {"choices": ["grim"]}})
    work = {"result": results, "completed_by": {"id": 1, "email": "mila@desk.example"}, "created_at": "2026-01-15T10:00:00.5Z"}
    skipped = {"result": results, "was_cancelled": True}
    task = {"id": 7, "data": {"body": TEXT}, "annotations": [work, skipped], "predictions": [{}]}
    plan = planned(ReviewSession(article(), "ferry"), json.dumps([task]))
    assert [(m.selector.exact, m.kind, m.tags, m.note, m.creator) for m in plan.annotations] == [
        (quote, "claim", ("Weak",), "who saw it?", "mila") for quote in QUOTES
    ]
    assert describe_plan(plan, is_done=False)[1:] == [
        "  the label “Weak” became a tag (2)",
        "  left out: 1 prediction",
        "  left out: 1 choice about a whole text",
        "  left out: 1 annotation that was cancelled",
    ]


@pytest.mark.parametrize(
    ("person", "creator"), [(2, "user 2"), ("mila@desk.example", "mila"), ({"id": 9}, "user 9"), (None, "ana")]
)
def test_work_in_label_studio_is_that_of_the_account_that_did_it(person: object, creator: str) -> None:
    start, end = places(QUOTES[0])
    value = {"start": start, "end": end, "text": QUOTES[0], "labels": ["Claim"]}
    work = {"completed_by": person, "result": [{"id": "r", "from_name": "label", "type": "labels", "value": value}]}
    task = {"data": {"text": TEXT}, "annotations": [work]}
    (mark,) = planned(ReviewSession(article(), "ferry", creator="ana"), json.dumps([task])).annotations
    assert mark.creator == creator


@pytest.mark.parametrize("label", ["False", "true", "Wrong", "mostly_true", "verified"])
def test_whether_a_claim_is_true_is_no_verdict_on_its_source(label: str) -> None:
    start, end = places("carried 41,000 people in May, the operator says [1]")
    (mark,) = taken(json.dumps({"text": TEXT, "label": [[start, end, label]]}))
    assert (mark.judgements, mark.tags) == ((), (label.replace(" ", "-"),))


def test_pieces_of_a_range_may_stand_in_any_order() -> None:
    first, second = places("The café"), places("opened in spring")
    (mark,) = taken(standoff(f"T1\tClaim {second[0]} {second[1]};{first[0]} {first[1]}\topened in spring The café"), TEXT)
    assert mark.selector.exact == "The café next to it opened in spring"


def test_only_accepted_tasks_of_prodigy_come_in_also_of_paragraphs() -> None:
    lines: list[str] = []
    for paragraph in TEXT.split("\n\n")[1:4]:
        spans = [{"start": 0, "end": paragraph.index("."), "label": "CLAIM"}]
        lines.append(json.dumps({"text": paragraph, "spans": spans, "answer": "accept", "_timestamp": 1768471200}))
    lines.append(json.dumps({"text": TEXT, "spans": [{"start": 0, "end": 9, "label": "CLAIM"}], "answer": "reject"}))
    plan = planned(ReviewSession(article(), "ferry"), "\n".join(lines))
    assert [m.selector.exact[:9] for m in plan.annotations] == ["The islan", "A sign on", "The café "]
    assert plan.annotations[0].created_at == "2026-01-15T10:00:00.000Z"
    assert describe_plan(plan, is_done=False)[-1] == "  left out: 1 task that was rejected or ignored"


@pytest.mark.parametrize(
    ("text", "reference", "verdict", "tags"),
    [
        ("The port office counted 20,500 [2].", "2", "contradicts", ()),
        ("The port office counted 20,500 [2]. It was dark.", "2", "", ("verdict/contradicts",)),
    ],
)
def test_a_number_names_a_reference_only_in_a_text_of_the_article(
    text: str, reference: str, verdict: str, tags: tuple[str, ...]
) -> None:
    pair = {"reference": reference, "verdict": "contradicts", "note": "page 3"}
    span = {"start": 0, "end": 30, "label": "claim", "id": "a1", "pairs": [pair]}
    (mark,) = taken(json.dumps({"text": text, "spans": [span], "answer": "accept"}))
    assert (mark.verdict_on(reference), mark.tags) == (verdict, tags)


def standoff(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_standoff_comes_in_with_the_text_beside_it_and_without(call: Call, tmp_path: Path, own_library: Path) -> None:
    bounds = [f"T{n}\tClaim {start} {end}\t{q}" for n, q in enumerate(QUOTES, 1) for start, end in (places(q),)]
    start, end = places("[2] Port Office of Sandvik. (2024). Counting at the gate. doi:10.5555/gate.7")
    more = (
        f"T3\tReference {start} {end}\t[2] Port Office of Sandvik.",
        "R1\tContradicts Arg1:T1 Arg2:T3",
        "A1\tVerdict T2 not_supported",
        "A2\tCertainty T2 low",
        "M1\tNegated T2",
        "#1\tAnnotatorNotes T2\twho?",
        "#2\tAnnotatorNotes R1\tthe gate counts less",
        "*\tCoref T1 T2",
    )
    beside, alone = tmp_path / "ferry.ann", tmp_path / "alone.ann"
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8", newline="\n")
    beside.write_text(standoff(*bounds, *more), encoding="utf-8")
    answer = call("import", beside, "--article", tmp_path / "ferry.txt")
    assert answer.out.splitlines()[:2] == ["Imported 2 annotations from ferry.ann (brat standoff)", "  1 claim with a verdict"]
    first, second = sorted(plain(own_library, "annotations"), key=lambda mark: mark["selector"]["start"])
    (judgement,) = first["judgements"]
    assert (judgement["reference"], judgement["verdict"], judgement["note"]) == ("2", "contradicts", "the gate counts less")
    # The second claim cites two references, so no verdict can be given without one.
    assert (second["tags"], second["note"]) == (["Certainty/low", "Negated", "verdict/not_supported"], "who?")
    alone.write_text(standoff(*bounds), encoding="utf-8")
    assert call("import", alone, "--article", tmp_path / "ferry.txt").out.startswith("Nothing new")


def test_a_folder_of_standoff_comes_in_zipped(call: Call, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8", newline="\n")
    (start, end), (quote, *_) = places(QUOTES[0]), QUOTES
    with zipfile.ZipFile(tmp_path / "corpus.zip", "w") as archive:
        archive.writestr("corpus/ferry.ann", standoff(f"T1\tClaim {start} {end}\t{quote}"))
        archive.writestr("corpus/ferry.txt", TEXT)
        archive.writestr("__MACOSX/corpus/._ferry.ann", b"\0\5\x16\xff")
    answer = call("import", tmp_path / "corpus.zip", "--article", tmp_path / "ferry.txt")
    assert answer.out == "Imported 1 annotation from corpus.zip (brat standoff)\n"
    assert "zip a folder" in call("import", tmp_path, "--article", tmp_path / "ferry.txt").err


def test_a_range_in_two_pieces_is_found_across_the_line() -> None:
    first, second = places("counted 20,500 [2]."), places("A sign on")
    lines = standoff(f"T1\tClaim {first[0]} {first[1]};{second[0]} {second[1]}\tcounted 20,500 [2]. A sign on")
    for beside in (TEXT, None):
        (mark,) = taken(lines, beside)
        assert mark.selector.exact == "counted 20,500 [2].\n\nA sign on"


def project(*selections: str, text: str = TEXT, code: str = "", note: str = "who\nsays so?", links: str = "") -> bytes:
    """Return a REFI-QDA project with a text and these selections of it, which have a note, and a nested code or this one."""
    codes = '<Code guid="c1" name="Themes"><Code guid="c2" name="Money"/></Code><Code guid="c3" name="Claim"/>'
    if code:
        codes = f'<Code guid="c2" name="{code}"/><Code guid="c3" name="Claim"/>'
    source = f'<TextSource guid="s1" name="Ferries" plainTextPath="internal://s1.txt">{"".join(selections)}</TextSource>'
    content = (
        '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="x">'
        f'<Users><User guid="u1" name="Mila"/></Users><CodeBook><Codes>{codes}</Codes></CodeBook>'
        f'<Sources>{source}<PDFSource guid="s2" name="y"/></Sources>'
        f'<Notes><Note guid="n1" name="m"><PlainTextContent>{note}</PlainTextContent></Note></Notes>'
        f"<Links>{links}</Links></Project>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("project.qde", content)
        archive.writestr("sources/s1.txt", "\ufeff" + text)
    return out.getvalue()


def selection(quote: str, *, utf16: bool) -> str:
    start, end = places(quote, utf16=utf16)
    return (
        f'<PlainTextSelection guid="{quote[:6]}" name="{quote[:9]}" startPosition="{start}" endPosition="{end}" '
        'creatingUser="u1" creationDateTime="2026-01-15T10:00:00Z"><Coding guid="k"><CodeRef targetGUID="c2"/></Coding>'
        '<Coding guid="l"><CodeRef targetGUID="c3"/></Coding><NoteRef targetGUID="n1"/></PlainTextSelection>'
    )


def test_a_project_that_repeats_a_long_note_is_refused() -> None:
    notes = '<NoteRef targetGUID="n1"/>' * 4
    link = f'<Link guid="l" originGUID="{QUOTES[0][:6]}" targetGUID="s2">{notes}</Link>'
    file = project(selection(QUOTES[0], utf16=True), note="who? " * 80_000, links=link * 20)
    with pytest.raises(ReaderError, match="more than 30,000,000 characters"):
        planned(ReviewSession(article(), "ferry"), file)


@pytest.mark.parametrize("utf16", [False, True])
def test_coded_selections_of_a_project_come_in_in_either_unit(utf16: bool) -> None:
    session = ReviewSession(article(), "ferry")
    plan = planned(session, project(*(selection(quote, utf16=utf16) for quote in QUOTES)))
    assert [(m.selector.exact, m.kind, m.tags, m.note, m.creator, m.created_at) for m in plan.annotations] == [
        (quote, "claim", ("Themes/Money",), "who\nsays so?", "Mila", "2026-01-15T10:00:00.000Z") for quote in QUOTES
    ]
    assert describe_plan(plan, is_done=False)[1:] == ["  left out: 1 source that is no text"]


def test_a_code_is_a_subject_and_no_verdict() -> None:
    data = project(selection("The port office counted 20,500 [2]", utf16=False), code="Support")
    (mark,) = planned(ReviewSession(article(), "ferry"), data).annotations
    assert (mark.kind, mark.tags, mark.judgements) == ("claim", ("Support",), ())


@pytest.mark.parametrize("format_name", ["brat", "refi-qda"])
def test_a_cut_archive_takes_nothing_in(format_name: str) -> None:
    session = review_everything()
    whole = exported(session, format_name)
    for end in (30, len(whole) // 2, len(whole) - 5):
        with pytest.raises(ReaderError, match="cannot be unpacked"):
            planned(ReviewSession(session.index.article, "elsewhere"), whole[:end])
    with pytest.raises(ReaderError, match="has no startPosition"):
        planned(session, project("<PlainTextSelection guid='a'/>"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("T1\tClaim 0 4\tThe \nT2\tClaim 9", "line 2 has no type, offsets and text"),
        ("T1\tClaim 0 4\tThe \nhello", "line 2 is no standoff annotation"),
        ("T1\tClaim 0 4\tThe \nR1\tCites T1", "line 2 is no relation"),
        ('{"text": "a", "label": [[0, 9, "x"]]}', "the range 0–9 is not in its text"),
        ('{"text": "a", "label": [[0, "x"]]}', "line 1 has “label” that is no list of"),
        ('[{"data": {"text": 7}, "annotations": []}]', "no annotations of passages. It has 1 task that is about no text"),
        ('{"text": "a", "spans": [{"start": "x"}]}', "“spans” of line 1 has a text as “start”"),
    ],
)
def test_a_damaged_file_says_where(data: str, told: str) -> None:
    with pytest.raises(ReaderError, match=told):
        planned(ReviewSession(article(), "ferry"), data)
