"""What programs for reading write comes into a review: Readwise, KOReader, Zotero."""

import json

import pytest

from reader.errors import ReaderError
from reader.imports.summary import describe_plan
from reader.review.session import ReviewSession
from tests.unit.golden_review import review_everything
from tests.unit.review_strategies import article
from tests.unit.test_imports import exported, planned

QUOTE = "Nobody believed it,” says Ana Ko\u0301va\u0301cs"


def rows(data: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return quote, note and tags of what comes into a review; a second import adds nothing, also after a change here."""
    session = ReviewSession(article(), "ferry")
    plan = planned(session, data)
    assert not plan.unsure
    session.add_all(plan.annotations, "import")
    for mark in session.index.annotations():
        session.set_note(mark, f"{mark.note} and more")
    assert planned(session, data).annotations == ()
    return [(mark.selector.exact, mark.note, mark.tags) for mark in plan.annotations]


# ------------------------------------------------------------------ Readwise


def test_a_table_of_readwise_comes_in_with_the_tags_of_its_notes() -> None:
    table = (
        "\ufeffHighlight,Book Title,Book Author,Note,Color,Tags,Location Type,Location,Highlighted at\n"
        f'"{QUOTE}",The ferry that counts its passengers twice 🚢,Lee,".doubt .h1 .people/ana\nwho says so?",,"sales, ",page,3,'
        "2026-01-15 10:00:00\n"
        "Bees sleep at night,Bees,Ode,,,,page,3,2026-01-15 10:00:00\n"
        '"41,000 people in May",The ferry that counts its passengers twice 🚢,Lee,\'=A1,,,,,\n'
    )
    assert rows(table) == [
        (QUOTE, "who says so?", ("doubt", "people/ana", "sales")),
        ("41,000 people in May", "=A1", ()),
    ]


def test_our_own_table_for_readwise_comes_back() -> None:
    session = review_everything()
    file = exported(session, "readwise")
    other = ReviewSession(session.index.article, "elsewhere")
    other.add_all(planned(other, file).annotations, "import")
    marks = [(m.selector.exact, m.kind, m.tags) for m in session.index.annotations()]
    assert [(m.selector.exact, m.kind, m.tags) for m in other.index.annotations()] == marks
    assert len(other.index.orphans()) == 1


# ------------------------------------------------------------------ KOReader

ENTRY = {"text": QUOTE, "note": "who?", "page": "/body/p[2]", "time": 1768471200, "drawer": "lighten", "chapter": "x"}
LUA = r"""-- we can read Lua syntax here!
return {
    ["annotations"] = {
        [1] = {
            ["chapter"] = "The \"ferry\"",
            ["datetime"] = "2026-01-15 10:00:00",
            ["drawer"] = "lighten",
            ["note"] = "two\
lines\9and [brackets] {here}",
            ["page"] = "/body/DocFragment[2]/p[1]/text().0",
            ["pos0"] = { ["x"] = 1.5e2, ["y"] = -3, },
            ["text"] = "41,000 people in May",
        },
        [2] = { ["datetime"] = "2026-01-15 10:01:00", ["page"] = 7, ["text"] = "in Chapter 2" },
    },
    ["doc_props"] = { ["title"] = "Ferries", ["series"] = nil, },
    ["summary"] = { ["finished"] = false },
}
"""


@pytest.mark.parametrize("several", [False, True])
def test_the_json_of_koreader_comes_in(several: bool) -> None:
    book = {"title": "Ferries", "number_of_pages": 3, "entries": [ENTRY, {**ENTRY, "sort": "bookmark", "time": 5}]}
    file = {"documents": [book, {**book, "title": "Bees", "entries": []}]} if several else book
    assert rows(json.dumps({"version": "json/1.0.0", "created_on": 1, **file})) == [(QUOTE, "who?", ())]


def test_a_side_car_of_koreader_is_parsed_and_never_run() -> None:
    assert rows(LUA) == [("41,000 people in May", "two\nlines\tand [brackets] {here}", ())]
    plan = planned(ReviewSession(article(), "ferry"), LUA)
    assert plan.annotations[0].created_at == "2026-01-15T10:00:00.000Z"
    assert describe_plan(plan, is_done=False)[-1] == "  left out: 1 bookmark"
    old = f"""return {{ ["bookmarks"] = {{ [1] = {{ ["highlighted"] = true, ["notes"] = "{QUOTE}",
        ["datetime"] = "2020-01-01 10:00:00", ["text"] = "Page 3 {QUOTE} @ 2020" }}, [2] = {{ ["text"] = "in x" }} }} }}"""
    assert rows(old) == [(QUOTE, "", ())]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (LUA[: LUA.index('["doc_props"]')], "it ends within a table"),
        (LUA[:300], "line 10 is no table of Lua"),
        (LUA.replace("nil", "os.exit()"), "“os” is no value"),
        (LUA.replace("nil", "exit"), "“exit” is no value in a table"),
        ('return { ["annotations"] = ' + "{" * 100_000, "nested too deeply"),
    ],
)
def test_a_side_car_that_is_no_table_says_where(data: str, told: str) -> None:
    with pytest.raises(ReaderError, match=told):
        planned(ReviewSession(article(), "ferry"), data)


# ------------------------------------------------------------------ Zotero

SELECT = "zotero://select/library/items/LEE24"


def link(key: str) -> str:
    return f"zotero://open-pdf/library/items/FERRY1?page=4&annotation={key}"


@pytest.mark.parametrize(
    "paragraph",
    [
        f"[“41,000 people in May”]({link('AB1')}) ([Lee, 2024, p. 4]({SELECT})) who *counted* \\[them\\]?",
        f"“41,000 people in May” ([Lee, 2024, p. 4]({SELECT})) ([pdf]({link('AB1')})) who *counted* \\[them\\]?",
        f'<mark style="x">“41,000 people in May”</mark> ([Lee]({SELECT})) ([pdf]({link("AB1")})) who *counted* \\[them\\]?',
    ],
)
def test_a_note_of_zotero_comes_in_from_markdown(paragraph: str) -> None:
    head = "# Annotations  \n(15/01/2026, 10:00:00)"
    note = f"{head}\n\n{paragraph}\n\n[“{QUOTE}”]({link('AB2')}) ([Lee]({SELECT}))\n\nMy own words.\n"
    assert rows(note) == [("41,000 people in May", "who *counted* [them]?", ()), (QUOTE, "", ())]
    plan = planned(ReviewSession(article(), "ferry"), note)
    assert [mark.foreign_id for mark in plan.annotations] == ["zotero:AB1", "zotero:AB2"]
    assert describe_plan(plan, is_done=False)[-1] == "  left out: 1 paragraph of a note that quotes nothing"


@pytest.mark.parametrize(
    "paragraph",
    [
        f'<p><span class="highlight" data-annotation="%7B%7D"><a href="{link("AB1")}">“41,000 people in May”</a></span> '
        f'<span class="citation">(<a href="{SELECT}">Lee, 2024, p. 4</a>)</span> who <b>counted</b>?</p>',
        f'<p>“41,000 people in May” (<a href="{SELECT}">Lee, 2024</a>) (<a href="{link("AB1")}">pdf</a>) who counted?</p>',
    ],
)
def test_a_note_of_zotero_comes_in_from_a_page(paragraph: str) -> None:
    head = "<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head>"
    page = f"{head}<body><div><h1>Annotations</h1>{paragraph}</div></body></html>"
    ((quote, note, _),) = rows(page.replace("&annotation", "&amp;annotation"))
    assert (quote, note.lstrip("() ")) == ("41,000 people in May", "who counted?")


def test_a_note_without_a_quotation_is_refused() -> None:
    with pytest.raises(ReaderError, match="it quotes no annotation"):
        planned(ReviewSession(article(), "ferry"), "My own words.", "zotero", "note.md")
    page = f'<!DOCTYPE html><html><body><p>“41,000 people in May” (<a href="{link("AB1")}">pdf</a>)</p><p>“Nobo'
    with pytest.raises(ReaderError, match="it ends before “</html>”"):
        planned(ReviewSession(article(), "ferry"), page, "zotero", "note.html")
