"""Other versions of the formats of programs that mark text, and files that went through other hands, come into a review."""

import io
import json
import zipfile
from typing import Any

import pytest

from reader.errors import ReaderError
from reader.imports import ImportSource
from reader.imports.plan import ImportPlan, plan_import
from reader.imports.summary import describe_plan
from reader.review.session import ReviewSession
from tests.unit.review_strategies import TEXT, article
from tests.unit.test_imports import planned, read
from tests.unit.test_imports_programs import QUOTES, places, project, selection, standoff

CRLF = TEXT.replace("\n", "\r\n")


def of(data: bytes | str | object, text: str | None = None) -> ImportPlan:
    """Return the plan for the bytes of a file, or for a value as JSON, with a text beside the file."""
    content = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    session = ReviewSession(article(), "ferry")
    return plan_import(session, read(session, ImportSource(content, text.encode() if text is not None else None)))


def words(plan: ImportPlan) -> list[tuple[str, tuple[str, ...]]]:
    """Return quote and tags of what comes in, which all has a sure place."""
    assert not plan.lost
    assert not plan.unsure
    return [(mark.selector.exact, mark.tags) for mark in plan.annotations]


def omissions(plan: ImportPlan) -> list[str]:
    """Return what the report says was left out."""
    return [line.removeprefix("  left out: ") for line in describe_plan(plan, is_done=False) if "left out" in line]


# ------------------------------------------------------------------ doccano


def shapes() -> list[object]:
    """Return the lines of several versions of doccano that say the same."""
    (start, end), common = places(QUOTES[0]), {"text": TEXT, "meta": {"title": 7}}
    by_offset = {"start_offset": start, "end_offset": end}
    return [
        {**common, "label": [[start, end, "Weak"]]},
        {**common, "labels": [[start, end, "Weak"]]},
        {**common, "entities": [[start, end, "Weak"]], "cats": ["news", "sea"]},
        {**common, "entities": [{"id": 3, **by_offset, "label": "Weak"}], "relations": [], "cats": "news"},
        {"data": TEXT, "label": [{**by_offset, "label": "Weak"}, "news"]},
    ]


@pytest.mark.parametrize("number", range(5))
def test_the_ranges_of_each_version_of_doccano_come_in(number: int) -> None:
    line = shapes()[number]
    plan = of(line)
    assert words(plan) == [(QUOTES[0], ("Weak",))]
    whole = {2: ["2 labels of whole texts"], 3: ["1 label of a whole text"], 4: ["1 label of a whole text"]}
    assert omissions(plan) == whole.get(number, [])
    for other in (json.dumps([line]), json.dumps(line, indent=2), json.dumps(line).replace("\n", "\r\n") + "\r\n\r\n"):
        assert words(of(other)) == words(plan)


def test_early_files_of_doccano_have_numbers_of_labels_and_of_persons() -> None:
    start, end = places(QUOTES[0])
    one = {"start_offset": start, "end_offset": end, "label": 12, "user": 2}
    marks = of({"id": 7, "text": TEXT, "annotations": [one, {**one, "user": 3}], "annotation_approver": None}).annotations
    assert [(mark.selector.exact, mark.tags, mark.creator) for mark in marks] == [
        (QUOTES[0], ("label-12",), "user 2"),
        (QUOTES[0], ("label-12",), "user 3"),
    ]
    assert words(of({"text": TEXT, "label": [[start, end, None], [start, end, ""]]}))[0] == (QUOTES[0], ())
    (mark,) = of({"doc_id": 7, "text": TEXT, "entities": [[start, end, "Weak", QUOTES[0]]], "username": "mila"}).annotations
    assert (mark.selector.exact, mark.tags, mark.creator) == (QUOTES[0], ("Weak",), "mila")


def test_a_file_of_labels_of_whole_texts_says_that_it_has_nothing_else() -> None:
    with pytest.raises(ReaderError, match="holds no annotations of passages") as error:
        of('{"text": "A gull.", "label": ["calm"]}\n{"text": "Two.", "label": ["calm", "sea"]}')
    assert error.value.hint == "It has 3 labels of whole texts, which cannot come in. Nothing was imported"


# ------------------------------------------------------------------ Label Studio


def region(quote: str, name: str = "r1", **fields: object) -> dict[str, Any]:
    """Return a result of Label Studio about a quote."""
    start, end = places(quote)
    value = {"start": start, "end": end, "text": quote, "labels": ["Weak"]}
    return {"id": name, "from_name": "label", "type": "labels", "value": value, **fields}


def task(*results: dict[str, Any], **fields: object) -> list[object]:
    """Return a task of Label Studio with these results."""
    return [{"id": 1, "data": {"text": TEXT}, "annotations": [{"id": 4, "result": results}], **fields}]


def test_regions_of_pages_and_dialogues_come_in_by_their_words() -> None:
    path = {"start": "/div[1]/p[1]/text()[1]", "end": "/div[1]/p[1]/text()[1]", "startOffset": 3, "endOffset": 20}
    page = {"type": "hypertextlabels", "value": {**path, "text": QUOTES[0], "hypertextlabels": ["Weak"]}}
    turn = {"start": "0", "end": "0", "startOffset": 0, "endOffset": 12, "text": QUOTES[1], "paragraphlabels": ["Weak"]}
    results = (region(QUOTES[0], **page), region(QUOTES[1], "r2", type="paragraphlabels", value=turn))
    data = {"html": "<p>“Nobody believed it,” says …</p>"}
    assert words(of(task(*results, data=data))) == [(quote, ("Weak",)) for quote in QUOTES]
    alone = [{"data": {"dialogue": [{"author": "Ana", "text": QUOTES[1]}]}, "annotations": [{"result": [results[1]]}]}]
    assert omissions(of(alone)) == ["1 task that is about no text"]
    del results[0]["value"]["text"]
    assert omissions(of(task(*results))) == ["1 region whose words the file lacks"]


def test_every_result_of_a_task_comes_in_or_is_counted() -> None:
    about = region(QUOTES[0])["value"]
    results = (
        region(QUOTES[0], meta={"text": ["seen twice"]}),
        region(QUOTES[0], type="taxonomy", value={**about, "taxonomy": [["People", "Sailors"], ["Sea"]]}),
        region(QUOTES[0], type="rating", from_name="trust", value={**about, "rating": 4}),
        region(QUOTES[1], name=""),
        region("41,000 people", name=""),
        {"type": "choices", "from_name": "mood", "value": {"choices": ["grim"]}},
        {"type": "rectanglelabels", "value": {"x": 1, "y": 2, "rectanglelabels": ["Boat"]}},
        {"type": "labels", "value": {"start": 1, "end": 2, "channel": 0, "labels": ["Gull"]}},
    )
    plan = of(task(*results))
    assert words(plan) == [
        (QUOTES[0], ("Weak", "People/Sailors", "Sea", "trust/4")),
        (QUOTES[1], ("Weak",)),
        ("41,000 people", ("Weak",)),
    ]
    assert plan.annotations[0].note == "seen twice"
    assert omissions(plan) == ["1 choice about a whole text", "2 regions that are no text"]


def test_the_short_form_of_label_studio_comes_in() -> None:
    (start, end), second = places(QUOTES[0]), places(QUOTES[1])
    regions = [
        {"start": start, "end": end, "text": QUOTES[0], "labels": ["Weak"]},
        {"start": second[0], "end": second[1], "text": QUOTES[1], "labels": ["Person"]},
    ]
    why = [{"start": start, "end": end, "text": ["who saw it?"]}]
    row = {"id": 3, "text": TEXT, "label": regions, "why": why, "mood": "grim", "annotator": 2, "annotation_id": 9}
    plan = of([{**row, "created_at": "2026-01-15T10:00:00Z", "lead_time": 3.5}])
    assert words(plan) == [(QUOTES[0], ("Weak",)), (QUOTES[1], ("Person",))]
    assert [(mark.note, mark.creator, mark.created_at) for mark in plan.annotations] == [
        ("who saw it?", "user 2", "2026-01-15T10:00:00.000Z"),
        ("", "user 2", "2026-01-15T10:00:00.000Z"),
    ]


def test_the_work_of_early_versions_is_called_completions() -> None:
    plan = of([{"id": 1, "data": {"text": TEXT}, "completions": [{"id": 1001, "result": [region(QUOTES[0])]}]}])
    assert words(plan) == [(QUOTES[0], ("Weak",))]


def test_a_region_that_is_not_where_its_text_says_comes_in_by_its_words() -> None:
    moved = region(QUOTES[0])
    moved["value"] |= {"start": 0, "end": 9}
    assert words(of(task(moved))) == [(QUOTES[0], ("Weak",))]
    lines = "The port office counted 20,500 [2].\n\nA sign on the pier"
    several = region(lines)
    several["value"]["text"] = lines.replace("\n", "\\n")
    assert words(of(task(several))) == [(lines, ("Weak",))]


# ------------------------------------------------------------------ brat


def bound(number: int, quote: str) -> str:
    start, end = places(quote)
    return f"T{number}\tWeak {start} {end}\t{quote}"


def test_attributes_and_notes_of_an_event_are_those_of_its_range() -> None:
    lines = (bound(1, QUOTES[0]), "E1\tWeak:T1 Who:T2", "A1\tNegated E1", "#1\tAnnotatorNotes E1\twho?", bound(2, QUOTES[1]))
    lost = ("A2\tNegated R7", "#2\tAnnotatorNotes R7\tgone", "#3\tAnnotatorNotes T2\tkept")
    plan = of(standoff(*lines, *lost), TEXT)
    assert words(plan) == [(QUOTES[0], ("Weak", "Negated")), (QUOTES[1], ("Weak",))]
    assert [mark.note for mark in plan.annotations] == ["who?", "kept"]
    assert omissions(plan) == ["1 event", "1 attribute of no range", "1 note on no range"]


def test_a_gap_within_a_range_is_counted_and_an_end_of_a_line_is_none() -> None:
    (first, second), third = (places("Nobody"), places("it,” says")), places("counted 20,500 [2].")
    sign = places("A sign on")
    plan = of(
        standoff(
            f"T1\tWeak {first[0]} {first[1]};{second[0]} {second[1]}\tNobody it,” says",
            f"T2\tWeak {third[0]} {third[1]};{sign[0]} {sign[1]}\tcounted 20,500 [2]. A sign on",
        ),
        TEXT,
    )
    assert [quote for quote, _ in words(plan)] == ["Nobody believed it,” says", "counted 20,500 [2].\n\nA sign on"]
    assert omissions(plan) == ["1 gap within a range, which comes in as a whole"]


@pytest.mark.parametrize("text", [TEXT, CRLF, f"\ufeff{CRLF}"])
def test_ranges_of_brat_count_before_or_after_something_changed_the_ends_of_lines(text: str) -> None:
    """A checkout on Windows puts CR before each LF of the text, and the ranges stay as they were."""
    for counted in (TEXT, CRLF):
        rows = [(counted.index(quote), quote) for quote in ("The café next to it opened", "Its owner pays")]
        lines = standoff(*(f"T{n}\tWeak {at} {at + len(quote)}\t{quote}\r" for n, (at, quote) in enumerate(rows)))
        plan = of(lines, text)
        if counted == CRLF and text == TEXT:
            assert [mark.selector.exact for mark in plan.annotations] == [quote for _, quote in rows], "by their words"
        else:
            assert [mark.selector.start for mark in plan.annotations] == [TEXT.index(quote) for _, quote in rows]


def test_a_text_that_was_changed_beside_its_ranges_does_not_move_them() -> None:
    plan = of(standoff(bound(1, QUOTES[0]), bound(2, "opened in spring. Its owner")), f"Draft\n{TEXT}")
    assert [quote for quote, _ in words(plan)] == [QUOTES[0], "opened in spring. Its owner"]


# ------------------------------------------------------------------ REFI-QDA


def repacked(data: bytes, *changes: tuple[str, str]) -> bytes:
    """Return a project with words of its description replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            for before, after in changes if name == "project.qde" else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    return out.getvalue()


def test_words_of_a_pdf_come_in_from_the_text_that_the_project_has_of_it() -> None:
    source = project(selection(QUOTES[0], utf16=False))
    body = ("<TextSource guid", '<PDFSource guid="p1" name="Ferries" path="internal://p1.pdf"><Representation guid')
    end = ("</TextSource>", "</Representation></PDFSource>")
    assert words(of(repacked(source, body, end))) == [(QUOTES[0], ("Themes/Money",))]
    coding = '<Coding guid="k"><CodeRef targetGUID="c2"/></Coding>'
    inner = f'<Representation guid="t1"><PlainTextContent>{QUOTES[0]}</PlainTextContent></Representation>{coding}'
    place = 'page="1" firstX="1" firstY="2" secondX="3" secondY="4"'
    area = f'<PDFSelection guid="a1" name="" {place}>{inner}</PDFSelection>'
    bare = f'<PDFSelection guid="a2" name="" {place}>{coding}</PDFSelection>'
    plan = of(repacked(project(), ('name="y"/>', f'name="y">{area}{bare}</PDFSource>')))
    assert words(plan) == [(QUOTES[0], ("Themes/Money",))]
    assert omissions(plan) == ["1 area of a page or a picture"]


def test_a_text_that_lies_outside_a_project_is_counted_and_the_others_come_in() -> None:
    other = '<TextSource guid="s9" name="z" plainTextPath="relative://z.txt"/><PDFSource'
    rich = '<TextSource guid="s8" name="w" richTextPath="internal://w.docx"/><PDFSource'
    for source in (other, rich):
        plan = of(repacked(project(selection(QUOTES[0], utf16=True)), ("<PDFSource", source)))
        assert words(plan) == [(QUOTES[0], ("Themes/Money",))]
        assert omissions(plan) == ["1 source whose text is not in the project", "1 source that is no text"]


@pytest.mark.parametrize("path", ["s1.txt", "internal://sources/s1.txt"])
def test_a_text_is_found_without_scheme_or_folder(path: str) -> None:
    plan = of(repacked(project(selection(QUOTES[0], utf16=False)), ("internal://s1.txt", path)))
    assert words(plan) == [(QUOTES[0], ("Themes/Money",))]


def test_a_selection_beyond_its_text_is_counted_and_one_that_ends_beyond_it_ends_with_it() -> None:
    outside = "".join(f'<PlainTextSelection guid="o{at}" startPosition="{at}" endPosition="{at + 3}"/>' for at in (-4, 9999))
    start = TEXT.index("Rask, O.")
    last = f'<PlainTextSelection guid="z" startPosition="{start}" endPosition="{len(TEXT) + 2}"/>'
    plan = of(project(selection(QUOTES[0], utf16=False), last, outside))
    assert [mark.selector.exact for mark in plan.annotations] == [QUOTES[0], "Rask, O. (n.d.). Who pays for the pier?"]
    assert omissions(plan) == ["2 selections that are not within their texts", "1 source that is no text"]


def test_person_and_time_of_a_coding_are_those_of_its_selection_without_its_own() -> None:
    made = 'creatingUser="u1" creationDateTime="2026-01-15T10:00:00Z"'
    source = repacked(
        project(selection(QUOTES[0], utf16=False)),
        (f'{made}><Coding guid="k">', f'><Coding guid="k" {made}>'),
    )
    (mark,) = of(source).annotations
    assert (mark.creator, mark.created_at) == ("Mila", "2026-01-15T10:00:00.000Z")


@pytest.mark.parametrize("utf16", [False, True])
def test_selections_count_before_or_after_something_changed_the_ends_of_lines(utf16: bool) -> None:
    quotes = (*QUOTES, "Its owner pays")
    plan = of(project(*(selection(quote, utf16=utf16) for quote in quotes), text=CRLF))
    assert [quote for quote, _ in words(plan)] == [*quotes]


def test_a_prodigy_task_about_a_whole_text_is_counted() -> None:
    start, end = places(QUOTES[0])
    lines = (
        {"text": TEXT, "spans": [{"start": start, "end": end, "label": "WEAK"}], "answer": "accept"},
        {"text": TEXT, "spans": [{"start": 0, "end": 3, "label": "WEAK", "answer": "reject"}], "answer": "accept"},
        {"text": "A gull.", "label": "CALM", "answer": "accept", "_task_hash": 1},
        {"text": "A gull.", "options": [{"id": "SEA", "text": "sea"}], "accept": ["SEA", "SKY"], "answer": "accept"},
        {"image": "gull.png", "spans": [{"points": [[1, 2]], "label": "GULL"}], "answer": "accept"},
    )
    plan = planned(ReviewSession(article(), "ferry"), "\n".join(map(json.dumps, lines)), "prodigy")
    assert words(plan) == [(QUOTES[0], ("WEAK",))]
    assert omissions(plan) == ["3 labels of whole texts", "1 span that was rejected", "1 task that is about no text"]
