"""Exports of references alone: what other programs read of them, whatever the entries say."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Reference
from reader.article.references import with_unique_ids
from reader.exchange import FORMATS, ExportOptions, Report, build_report, filter_report
from reader.exchange.works import Author, Work, collect_works
from reader.formats.bibtex import read_bibtex
from reader.printable import printable_line
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.golden_review import AT, report
from tests.unit.review_strategies import article

SCHEMA = Path(__file__).parents[1] / "schemas" / "csl-data.json"
HOSTILE = st.text(st.sampled_from("\\{}&%$#_~^`?!@\"',=-/ \t\n\r\x0b\x85\u2028\u202e\x00\ud800eé🚢א"), max_size=30) | st.text(
    CHARACTERS, max_size=30
)
ENTRIES = st.builds(
    lambda *fields: Reference(fields[0], *fields),
    *(HOSTILE, HOSTILE, st.just(-1), st.just(-1), st.lists(HOSTILE, max_size=3).map(tuple)),
    *(HOSTILE | st.just("2024"), HOSTILE, HOSTILE | st.just("10.5555/a_{b}"), HOSTILE | st.just("https://x.example/{a}_%7B\\")),
)


def report_on(*references: Reference, keep_ids: bool = False) -> Report:
    """Return the report of an article that has these references, with numbers for ids, or such as an article gives them."""
    numbered = tuple(entry._replace(id=str(number)) for number, entry in enumerate(references, 1))
    numbered = with_unique_ids(references) if keep_ids else numbered
    return build_report(ReviewSession(replace(article(), references=numbered, citations=()), "the-article"), AT)


def entry(label: str, text: str, authors: Iterable[str] = (), **fields: str) -> Reference:
    return Reference(label, label, text, authors=tuple(authors), **fields)  # pyright: ignore[reportArgumentType]  # by name


def export(name: str, *reports: Report, options: ExportOptions | None = None) -> str:
    return b"".join(FORMATS[name].write(reports, options or ExportOptions())).decode("utf-8")


def line(text: str) -> str:
    return printable_line(" ".join(text.split()))


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        (["Lee, A. B."], [("Lee", "A. B.")]),
        (["van der Berg, Anna Maria"], [("van der Berg", "Anna Maria")]),
        (["A. B. Lee", "Anna C. Doe"], [("Lee", "A. B."), ("Doe", "Anna C.")]),
        (["Lee AB", "and Doe C"], [("Lee", "AB"), ("Doe", "C")]),
        (["Lee A.B."], [("Lee", "A.B.")]),
        (["Amnesty UK"], [("Amnesty UK", "")]),
        (["Anna Lee"], [("Anna Lee", "")]),
        (["Ministry of Water, Energy"], [("Ministry of Water, Energy", "")]),
        (["Harbour Lines, Inc.", "King, Jr."], [("Harbour Lines, Inc.", ""), ("King, Jr.", "")]),
        (["Port Office", "Lee AB"], [("Port Office", ""), ("Lee AB", "")]),
    ],
)
def test_a_name_is_split_only_where_its_parts_are_certain(names: list[str], authors: list[tuple[str, str]]) -> None:
    (work,) = collect_works([report_on(entry("1", "x", names, year="2024"))])
    assert list(work.authors) == [Author(*parts) for parts in authors]


@pytest.mark.parametrize("between", ["(eds): ", "(Ed.). ", "(Hrsg.), "])
def test_the_word_for_editors_is_no_part_of_a_title(between: str) -> None:
    (work,) = collect_works([report_on(entry("1", "x", ["Lee, A. B."], title=f"{between}Tides (eds) and time"))])
    assert work.title == "Tides (eds) and time"


def test_references_of_several_articles_to_one_work_are_one_and_its_key_stays() -> None:
    gate = entry("2", "Port Office. Counting. doi:10.5555/gate.7", ["Port Office"], title="Counting", doi="10.5555/gate.7")
    dated = entry("7", "Counting (2024). https://doi.org/10.5555/GATE.7", year="2024", doi="10.5555/GATE.7")
    reports = [
        entry("1", f"Annual report {year}", ["Port Office"], title="Annual report", year=year) for year in ("2020", "2021")
    ]
    works = collect_works([report_on(gate, *reports), report_on(dated, reports[1])])
    assert [(work.year, work.title) for work in works] == [
        ("2024", "Counting"),
        ("2020", "Annual report"),
        ("2021", "Annual report"),
    ]
    assert works[0].entries == (f"[2] {gate.text}", f"[7] {dated.text}")
    assert len({work.key for work in works}) == 3
    (alone,) = collect_works([report_on(reports[1])])
    assert alone.key == works[2].key


def test_a_key_has_what_people_recognise() -> None:
    made = report_on(
        entry("1", "x", ["Łęski, A.-M."], title="Tides", year="2020"),
        entry("2", "x", ["Port Office of Sandvik"], title="Tides"),
        entry("3", "x", title="84 rivers: a list"),
        entry("4", "Tide tables. https://www.tides.example/a", url="https://www.tides.example/a", title="[4]"),
        entry("5", "潮汐表", title="潮汐表"),
    )
    stems = [work.key.rpartition("-")[0] for work in collect_works([made])]
    assert stems == ["leski2020", "portofficeof", "work84riversa", "tidesexample", "work"]


def test_what_names_no_source_is_no_reference() -> None:
    remark = entry("^3", "The counts are of adults only.")._replace(remark=True)
    undated = entry("3", "Rask, O. (n.d.). Who pays for the pier?", ["Rask, O."], title="Who pays for the pier?")._replace(
        remark=True
    )
    local = entry(
        "4", "The draft. file:///home/ana/draft.txt", title="The draft", url="file:///home/ana/draft.txt", year="c. 90"
    )
    aside = "He is right, by the way, as most people who have counted anything at a gate in the wind and the rain will say"
    wordy = entry("^4", f"{aside}. “People” it is.", [aside], title="People")._replace(remark=True)
    works = collect_works([report_on(remark, wordy, undated, local)])
    assert [(work.title, work.year, work.url) for work in works] == [("Who pays for the pier?", "", ""), ("The draft", "", "")]


def test_of_chosen_claims_only_their_references_are_exported() -> None:
    chosen = next(item for item in report().items if [pair.label for pair in item.pairs] == ["3"])
    filtered = filter_report(report(), {chosen.annotation.id}, "tag x")
    assert [work.title for work in collect_works([filtered])] == ["Who pays for the pier?"]


@pytest.mark.parametrize("name", ["csl-json", "bibtex", "ris"])
def test_an_article_without_references_gives_a_file_without_any(name: str) -> None:
    assert export(name, report_on()) == {"csl-json": "[]\n"}.get(name, "")


@given(st.lists(ENTRIES, max_size=4))
def test_csl_json_fits_its_schema_and_gives_every_field_back(references: list[Reference]) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the extra `validators`")
    made = report_on(*references)
    items = json.loads(export("csl-json", made))
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(items)
    works = collect_works([made])
    assert [item["id"] for item in items] == [work.key for work in works]
    assert [item.get("title", "") for item in items] == [work.title for work in works]
    assert [tuple(item["custom"]["entries"]) for item in items] == [work.entries for work in works]


@given(st.lists(ENTRIES, max_size=4))
def test_bibtexparser_and_our_own_importer_read_every_entry(references: list[Reference]) -> None:
    bibtexparser = pytest.importorskip("bibtexparser", minversion="2", reason="needs the extra `validators`")
    made = report_on(*references)
    written = export("bibtex", made)
    library = bibtexparser.parse_string(written)
    works = collect_works([made])
    assert library.failed_blocks == []
    assert [block.key for block in library.entries] == [work.key for work in works]
    assert library.comments == []
    own = read_bibtex(written)
    assert [(read.id, read.title, read.year) for read in own] == [(work.key, work.title, work.year) for work in works]
    for block, work in zip(library.entries, works, strict=True):
        fields = {field.key: field.value for field in block.fields}
        assert fields.get("year", "") == work.year
        assert fields.get("author", "").count(" and ") == max(0, len(work.authors) - 1) + _ands(work)
        assert all(value.count("{") == value.count("}") for value in fields.values())


def _ands(work: Work) -> int:
    return sum(author.family.count(" and ") for author in work.authors)


@given(st.lists(ENTRIES, max_size=4))
def test_rispy_reads_every_record(references: list[Reference]) -> None:
    rispy = pytest.importorskip("rispy", reason="needs the extra `validators`")
    made = report_on(*references)
    records = rispy.loads(export("ris", made))
    works = collect_works([made])
    assert [record["id"] for record in records] == [work.key for work in works]
    assert [record.get("title", "") for record in records] == [work.title.strip() for work in works]
    assert [tuple(record["notes"]) for record in records] == [tuple(e.strip() for e in work.entries) for work in works]


@pytest.mark.filterwarnings("ignore:The following arguments")  # citeproc-py does not know `custom`, which is in the schema
def test_citeproc_renders_the_references_of_the_golden_file() -> None:
    citeproc, json_source, formatter = (
        pytest.importorskip(name, reason="needs the extra `citations`")
        for name in ("citeproc", "citeproc.source.json", "citeproc.formatter")
    )
    items = json.loads(export("csl-json", report()))
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = citeproc.CitationStylesBibliography(style, json_source.CiteProcJSON(items), formatter.plain)
    for item in items:
        made.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
    lines = [str(one) for one in made.bibliography()]
    assert len(lines) == len(items)
    assert "Rask, O. (2031)" in " ".join(lines)
