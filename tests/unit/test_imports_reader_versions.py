"""Other versions of the files that programs for reading and for the web write, and files that went through other hands."""

import json

import pytest

from reader.imports.plan import ImportPlan
from reader.imports.summary import describe_plan
from reader.review.session import ReviewSession
from tests.unit.review_strategies import article
from tests.unit.test_imports import planned
from tests.unit.test_imports_readers import QUOTE, link, rows

MAY = "41,000 people in May"
TITLE = "The ferry that counts its passengers twice 🚢"


def of(data: str) -> ImportPlan:
    return planned(ReviewSession(article(), "ferry"), data)


def omissions(plan: ImportPlan) -> list[str]:
    """Return what the report says was left out."""
    return [line.removeprefix("  left out: ") for line in describe_plan(plan, is_done=False) if "left out" in line]


# ------------------------------------------------------------------ tables


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_come_in_with_the_separators_of_spreadsheets(separator: str, end: str) -> None:
    cells = ("Title", "Highlight", "Note", "Tags"), (TITLE, f'"{MAY}, the\noperator says"', '"who; says\t""so""?"', "doubt")
    table = end.join(separator.join(row) for row in cells)
    assert rows(f"\ufeff{table}{end}") == [(f"{MAY}, the operator says", 'who; says\t"so"?', ("doubt",))]
    head = ["Created", "at", "Author", "Page", "URL", "Group", "Type", "Quote/description", "Comment", "Tags"]
    head[:2] = ["Created at"]
    row = ("2026-01-15 10:00", "mila", "", "https://ferry.example/", "Public", "Highlight", f'"{MAY}"', "", '"doubt,sales"')
    assert rows(end.join(separator.join(one) for one in (head, row))) == [(MAY, "", ("doubt", "sales"))]


# ------------------------------------------------------------------ KOReader


def test_highlights_of_early_side_cars_come_in_once() -> None:
    """They are by pages in `highlight`, with a bookmark for each, which speaks the language of the screen."""
    early = f"""return {{
        ["highlight"] = {{
            [7] = {{
                [1] = {{ ["text"] = "{QUOTE}", ["datetime"] = "2019-05-01 10:00:00", ["drawer"] = "lighten" }},
                [2] = {{ ["text"] = "{MAY}", ["datetime"] = "2019-05-01 10:02:00" }},
            }},
        }},
        ["bookmarks"] = {{
            [1] = {{ ["highlighted"] = true, ["notes"] = "{QUOTE}", ["datetime"] = "2019-05-01 10:00:00",
                ["text"] = "Seite 7 {QUOTE} @ 2019-05-01 10:00:00" }},
        }},
    }}"""
    assert rows(early) == [(QUOTE, "", ()), (MAY, "", ())]
    alone = f'return {{ ["highlight"] = {{ [7] = {{ [1] = {{ ["text"] = "{MAY}" }} }} }} }}'
    assert rows(alone.replace("\n", "\r\n")) == [(MAY, "", ())]


# ------------------------------------------------------------------ Zotero


def page(*paragraphs: str) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    notes = f'<div class="zotero-notes"><div class="zotero-note">{body}</div></div>'
    return f"<!DOCTYPE html><html><head></head><body>{notes}</body></html>"


CITATION = '<span class="citation">(<span class="citation-item">Lee, 2024, p. 4</span>)</span>'


def test_a_page_of_notes_without_links_comes_in() -> None:
    """Zotero exports HTML without links, unless they are asked for."""
    notes = page(
        f'<span class="highlight">“{MAY}”</span> {CITATION} who counted?',
        f'<span class="underline">“{QUOTE}”</span> {CITATION}',
        "My own words.",
    )
    assert rows(notes) == [(MAY, "who counted?", ()), (QUOTE, "", ())]
    assert omissions(of(notes)) == ["1 paragraph of a note that quotes nothing"]


def test_several_quotations_of_a_paragraph_come_in_each_with_what_follows_it() -> None:
    first, second = (f'<span class="highlight">“{quote}”</span> {CITATION}' for quote in (MAY, QUOTE))
    assert rows(page(f"{first} who counted? {second} she should know")) == [
        (MAY, "who counted?", ()),
        (QUOTE, "she should know", ()),
    ]
    pdf = [f' (<a href="{link(key)}">pdf</a>)' for key in ("AB1", "AB2")]
    plan = of(page(f"{first}{pdf[0]} who counted? {second}{pdf[1]}"))
    assert [mark.foreign_id for mark in plan.annotations] == ["zotero:AB1", "zotero:AB2"]
    both = f"“{MAY}” ([pdf]({link('AB1')})) and “{QUOTE}” ([pdf]({link('AB2')}))"
    assert omissions(of(f"{both}\n")) == ["1 further quotation in a paragraph"]


def test_a_note_of_better_notes_comes_in_from_markdown_with_elements() -> None:
    """It keeps the elements of Zotero's notes, and annotations that were put into a list are items of it."""

    def item(quote: str, key: str) -> str:
        citation = (
            '<span class="citation" data-citation="%7B%7D">(<a href="zotero://select/library/items/LEE24">Lee</a>)</span>'
        )
        anchor = f'<a href="{link(key).replace("&", "&#x26;")}">“{quote}”</a>'
        return f'<span class="highlight" data-annotation="%7B%22page%22%7D" ztype="zhighlight">{anchor}</span> {citation}'

    note = f"---\ntitle: 'x'\n---\n# Notes\n\n1. {item(MAY, 'AB1')} who [counted]?\n2. {item(QUOTE, 'AB2')}\n"
    assert rows(note) == [(MAY, "who [counted]?", ()), (QUOTE, "", ())]
    assert [mark.foreign_id for mark in of(note).annotations] == ["zotero:AB1", "zotero:AB2"]


def test_a_note_of_annotations_without_keys_comes_in_once() -> None:
    early = link("").replace("&annotation=", "")
    for quote in (f"“{MAY}”", f"> {MAY}", f"- “{MAY}”", f"> 3. {MAY}"):
        note = f"{quote} ([Lee, 2024](zotero://select/library/items/LEE24)) ([pdf]({early})) why?\n"
        assert rows(note) == [(MAY, "why?", ())]


# ------------------------------------------------------------------ W3C Web Annotation


def test_what_lies_elsewhere_is_counted_and_a_choice_says_what_it_says_first() -> None:
    target = {"source": "https://ferry.example/", "selector": {"type": "TextQuoteSelector", "exact": MAY}}
    choice = {"type": "Choice", "items": [{"type": "TextualBody", "value": "who counted?"}, {"value": "qui?"}]}
    items = [
        {"type": "Annotation", "id": "a", "body": [choice, "https://ferry.example/note"], "target": target},
        {"type": "Annotation", "id": "b", "target": {**target, "selector": "https://ferry.example/place"}},
        "https://ferry.example/annotations/c",
    ]
    context = "http://www.w3.org/ns/anno.jsonld"
    plan = of(json.dumps({"@context": context, "type": "AnnotationPage", "items": items}))
    assert [(mark.selector.exact, mark.note) for mark in plan.annotations] == [(MAY, "who counted?")]
    assert omissions(plan) == ["1 mark without any words", "1 body that is no text", "1 annotation that lies elsewhere"]
