"""Reference lists: which runs of entries are one, which aren't, and what can be read from an entry."""

from __future__ import annotations

import textwrap

import pytest

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.names import surname
from reader.article.reference_lists import is_reference_heading
from reader.article.reference_parser import parse_fields
from reader.formats import parse_article


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def listed(text: str, name: str = "plain.txt") -> dict[str, str]:
    return {reference.id: reference.text for reference in read(text, name).references}


BODY = "Otters came back to the Sorn in 2004 [1]. They eat eels [2], mostly at night [1,2].\n\n"
ONE = "Pryor, E. (2006). Otters of the Sorn. River Notes, 3(1), 4–9."
TWO = "Quill, M. (2011). What otters eat. https://otters.example/diet"


@pytest.mark.parametrize(
    "entries",
    [
        f"[1] {ONE}\n\n[2] {TWO}",
        f"[1] {ONE}\n[2] {TWO}",
        f"1. {ONE}\n2. {TWO}",
        f"1) {ONE}\n2) {TWO}",
        f"(1) {ONE}\n(2) {TWO}",
        f"[1]: {ONE}\n[2]: {TWO}",
        f"[1]\t{ONE}\n\n[2]\t{TWO}",
        f"1: {ONE}\n2: {TWO}",
        f"1.{ONE}\n2.{TWO}",
        f"1){ONE}\n2){TWO}",
        f"\u00a0\u00a0[1] {ONE}\n\u00a0\u00a0[2] {TWO}",
        f"1 - {ONE}\n2 - {TWO}",
        f"#1 {ONE}\n#2 {TWO}",
        f"［1］{ONE}\n［2］{TWO}",
        f"【1】 {ONE}\n【2】 {TWO}",
        f"1.\u00a0{ONE}\n2.\u00a0{TWO}",
        f"1)\u2003{ONE}\n2)\u2003{TWO}",
        f"01. {ONE}\n02. {TWO}",
        f"[01] {ONE}\n[02] {TWO}",
        f"- 1. {ONE}\n- 2. {TWO}",
        f"1.\n{ONE}\n2.\n{TWO}",
        f"1\n\n{ONE}\n\n2\n\n{TWO}",
        f"References\n\n[1] {ONE}\n[2] {TWO}",
        f"7. Quellen\n\n1. {ONE}\n2. {TWO}",
        f"WORKS CITED:\n1. {ONE}\n2. {TWO}",
        f"[Works Cited]\n\n1. {ONE}\n2. {TWO}",
        f"S O U R C E S\n\n1.\n{ONE}\n\n2.\n{TWO}",
        f"References\n----------\n\n1.\n{ONE}\n2.\n{TWO}",
        f"References\n\n1.\n{ONE}\nView Article\nPubMed\nScholar\n2.\n{TWO}",
        f"¹ {ONE}\n² {TWO}",
        f"<sup>1</sup> {ONE}\n\n<sup>2</sup> {TWO}",
        "[1] Pryor, E. (2006). Otters of the Sorn. River\nNotes, 3(1), 4–9.\n[2] Quill, M. (2011). What otters\neat. https://otters.example/diet",
        "1. Pryor, E. (2006). Otters of the Sorn. River\n   Notes, 3(1), 4–9.\n2. Quill, M. (2011). What otters eat.\n   https://otters.example/diet",
    ],
)
def test_numbered_lists_with_and_without_a_heading(entries: str) -> None:
    assert listed(BODY + entries) == {"1": ONE, "2": TWO}
    assert listed(BODY + entries + "\n\nThe survey of the Sorn goes on, and so does this text.\n") == {"1": ONE, "2": TWO}


@pytest.mark.parametrize(
    "label", ["**{}.** ", "**{})** ", "<sup>{}</sup> ", "{} - ", "{}\u00a0", "0{}. ", "Ref. {}: ", "• ", "– ", "- {}. "]
)
@pytest.mark.parametrize(
    "heading", ["## Sources", "## Sources {#end}", '<h2 id="the-sources">Sources</h2>', "## [#](#end) Sources"]
)
def test_lines_below_a_heading_in_markdown_are_entries(label: str, heading: str) -> None:
    entries = "\n".join(f"{label.format(number)}{entry}" for number, entry in enumerate((ONE, TWO), 1))
    assert list(listed(f"{BODY}{heading}\n\n{entries}\n", "post.md").values()) == [ONE, TWO]


@pytest.mark.parametrize("author", ["Öztürk, E.", "Łukasz, E.", "van der Loo, E.", "de Vries, E.", "王伟"])
@pytest.mark.parametrize("label", ["2 ", "2.", "2:\t"])
@pytest.mark.parametrize("name", ["plain.txt", "post.md"])
def test_a_bare_number_may_stand_before_any_author(author: str, label: str, name: str) -> None:
    second = f"{author} (2011). What otters eat. River Notes, 4, 2–9."
    heading = "## References" if name.endswith("md") else "References"
    entries = f"{label.replace('2', '1')}{ONE}\n{label}{second}\n{label.replace('2', '3')}{TWO}"
    assert listed(f"{BODY}{heading}\n\n{entries}\n", name) == {"1": ONE, "2": second, "3": TWO}


def test_numbers_on_lines_of_their_own_need_markers() -> None:
    notes = "1\n\nEels are told apart by their fins.\n\n2\n\nNobody counted them in winter.\n"
    cited = read(f"Otters eat eels.1 They hunt at night.2\n\n{notes}")
    assert [reference.text for reference in cited.references] == [
        "Eels are told apart by their fins.",
        "Nobody counted them in winter.",
    ]
    assert [citation.references for citation in cited.citations] == [("1",), ("2",)]
    assert not read(f"Otters eat eels. They hunt at night.\n\n{notes}").references


def test_the_rows_of_a_table_do_not_take_the_labels_of_the_list() -> None:
    rows = "1. Upper Sorn 3.2 (1890) 2.8 (1900)\n2. Lower Sorn 5.9 (1890) 5.1 (1900)\n\n"
    assert listed(f"{BODY}{rows}1. {ONE}\n2. {TWO}") == {"1": ONE, "2": TWO}


@pytest.mark.parametrize("name", ["plain.txt", "post.md"])
def test_a_section_called_notes_or_sources_before_the_references_is_none(name: str) -> None:
    mark = "## " if name.endswith("md") else ""
    early = f"{mark}Notes\n\n- The weir of 1902 stands in a wood.\n- It was painted in 1950.\n\n"
    text = f"Otters came back (Pryor, 2006).\n\n{early}{mark}Results\n\nThey eat eels (Quill, 2011).\n\n"
    text += f"{mark}References\n\n{ONE}\n\n{TWO}\n"
    assert list(listed(text, name).values()) == [ONE, TWO]


def test_gaps_in_the_numbers_and_entries_never_cited_are_kept() -> None:
    text = BODY + f"[1] {ONE}\n[2] {TWO}\n[5] Rook, T. (2015). Eels. Sorn.\n[9] Stone, U. (2016). Nets. Sorn."
    assert list(listed(text)) == ["1", "2", "5", "9"]


def test_bare_addresses_are_entries() -> None:
    assert (
        listed(BODY + "Sources\n\n1. https://otters.example/a\n2. https://otters.example/b\n")["2"]
        == "https://otters.example/b"
    )


def test_an_address_in_a_line_of_its_own_belongs_to_the_entry_before_it() -> None:
    text = (
        BODY
        + "[1] Pryor, E. (2006). Otters of the Sorn.\n\nhttps://sorn.example/otters\n\n[2] Quill, M. (2011). What otters eat."
    )
    references = read(text).references
    assert [reference.url for reference in references] == ["https://sorn.example/otters", ""]


def test_a_how_to_list_is_no_reference_list() -> None:
    recipe = (
        "How to count otters:\n\n1. Walk the bank at dawn.\n2. Look for spraint on the stones.\n3. "
        "Write down where it was.\n\nThat is all."
    )
    assert read("A walk along the Sorn\n\n" + recipe).references == ()
    assert list(listed(f"A walk along the Sorn\n\n{BODY}{recipe}\n\n[1] {ONE}\n[2] {TWO}")) == ["1", "2"]


def test_an_appendix_with_numbers_and_years_after_the_list_is_no_reference_list() -> None:
    appendix = "Annex: Stations\n\n1. Sorn Bridge, 1950–2001, moved in 1977.\n2. Mill Weir, 1961–2010, closed in 2011.\n"
    assert listed(BODY + f"References\n\n1. {ONE}\n2. {TWO}\n\n{appendix}") == {"1": ONE, "2": TWO}


def test_a_paragraph_that_begins_with_a_marker_is_no_entry() -> None:
    text = BODY + f"[2] was written in 2011, before the dams.\n\nThen came the dams.\n\n[1] {ONE}\n[2] {TWO}"
    article = read(text)
    assert {reference.id: reference.text for reference in article.references} == {"1": ONE, "2": TWO}
    assert sum(citation.references == ("2",) for citation in article.citations) == 2


def test_entries_without_labels_are_called_by_author_and_year() -> None:
    entries = (
        "Doe, J. (2019a). Nets. Sorn.\n\nDoe, J. (2019b). Traps. Sorn.\n\nLee, A., & Smith, B. (2020). "
        "Eels.\n\nUrsin, C., Doe, J., & Ek, T. (2021). Fish."
    )
    assert list(listed(f"Eels hide (Lee & Smith, 2020).\n\nBibliography\n\n{entries}")) == [
        *("Doe 2019a", "Doe 2019b", "Lee & Smith 2020", "Ursin et al. 2021")
    ]


def test_entries_without_labels_and_blank_lines_begin_at_a_name() -> None:
    entries = (
        "Doe, J. (2019). A long title of a report on the nets and\ntraps that were found. Sorn.\nLee, "
        "A. (2020). Eels of the Sorn. River Notes.\n"
    )
    assert list(listed(f"Eels hide (Lee, 2020), nets don't (Doe, 2019).\n\nReferences\n{entries}")) == ["Doe 2019", "Lee 2020"]


NAMED = "Otters came back to the Sorn (Pryor, 2006). They eat eels (Quill, 2011).\n\n"
PROSE = "The survey began in the spring of 2004, when the nets were given up, and has gone on between 2009 and 2020."
BIOGRAPHY = "Ada Rook is a teacher in the town of Sorn. She has counted otters since 2010 and lives there with two dogs."


@pytest.mark.parametrize("name", ["plain.txt", "list.md"])
@pytest.mark.parametrize(
    "rest",
    [
        *(PROSE, BIOGRAPHY, "Funding: The survey was paid by the Trust for Rivers in 2018."),
        "Received 4 March 2020; accepted 2 May 2020; published online 7 June 2020.",
        "© 2021 The Authors. Published by the Sorn Press under a licence that lets anyone copy the text.",
        f"Discussion\n\n{PROSE}",
        f"About the author\n\n{BIOGRAPHY}",
        "Appendix A\n\nThe nets were counted twice (1990) in all villages.",
        "External links[edit]\n\nThe museum of otters: https://otters.example/museum\n\nA map, 1890: https://otters.example/map",
    ],
)
def test_what_follows_a_list_without_labels_is_no_reference(rest: str, name: str) -> None:
    heading = "# References" if name.endswith(".md") else "References"
    article = read(f"{NAMED}{heading}\n\n{ONE}\n\n{TWO}\n\n{rest}\n", name)
    assert {r.id: r.text for r in article.references if r.span} == {"Pryor 2006": ONE, "Quill 2011": TWO}


def test_remarks_and_headings_in_a_list_without_labels_are_no_references() -> None:
    assert listed(
        f"{NAMED}References\n\nAll works named here were read between 2018 and 2020 in Sorn.\n\n{ONE}\n\n"
        f"A dull book that says of the years after 1990 nothing but what was known.\n\nWeb pages\n\n{TWO}\n"
    ) == {"Pryor 2006": ONE, "Quill 2011": TWO}


def test_titles_with_addresses_below_them_are_entries() -> None:
    pages = "Otters of the Sorn\n\nhttps://otters.example/sorn\n\nWhat otters eat\n\nhttps://otters.example/diet\n"
    assert [(r.text, r.url) for r in read(f"{NAMED}Sources\n\n{pages}").references] == [
        ("Otters of the Sorn https://otters.example/sorn", "https://otters.example/sorn"),
        ("What otters eat https://otters.example/diet", "https://otters.example/diet"),
    ]


def test_a_line_that_only_begins_with_an_address_is_no_part_of_the_entry_above_it() -> None:
    notice = "doi:10.5555/sorn.1 Cite this article as: Pryor et al.: Otters of the Sorn. River Notes 2006 3:4."
    assert list(listed(f"{BODY}References\n\n[1] {ONE}\n\n[2] Quill, M. (2011). Eels.\n\n{notice}\n").values()) == [
        ONE,
        "Quill, M. (2011). Eels.",
    ]


WORKS = (
    "Abel KM, Brandt L, Cole PJ (2011) The kilns of the upper valley and the people who lit them. Annals of Craft 12: 44–59.",
    "Dunn R (2009) Weirs. Press of the Sorn.",
    "Eade SQ, Finn T, van der Gale U, et al. (2017) How four mills came to stand on one river, and why the Sorn was the last. "
    "Proc Natl Soc Mills 88: 1726–1730. doi: 10.5555/sorn.2017.4",
    "Hume V, Ives W (1996) Locks. River Notes 3: 1–12.",
    "Jory X (2020) The Dairies. In Kent Y, ed. Farms (Orle Press), pp. 30–41.",
    "Lund Z, Moe A (2002) Presses and printers of the towns along the Sorn, with a list of all that they printed. Sorn: Trust.",
)


@pytest.mark.parametrize("width", range(48, 100, 4))
@pytest.mark.parametrize("name", ["plain.txt", "list.md"])
def test_wrapped_entries_without_labels_indents_and_blank_lines_are_told_apart(name: str, width: int) -> None:
    lines = "\n".join(line for work in WORKS for line in textwrap.wrap(work, width, break_on_hyphens=False))
    heading = "## References" if name.endswith(".md") else "References"
    article = read(f"{NAMED}{heading}\n\n{lines}\n", name)
    assert [reference.text for reference in article.references] == list(WORKS)


def test_a_wrapped_entry_with_a_label_is_never_split() -> None:
    works = [textwrap.wrap(work, 60) for work in WORKS]
    lists = "\n\n".join(
        "\n".join([f"[{n}]\t{first}", *(f"     {line}" for line in rest)]) for n, (first, *rest) in enumerate(works, 1)
    )
    assert list(listed(f"{BODY}References\n\n{lists}\n").values()) == list(WORKS)


@pytest.mark.parametrize(("first", "rest"), [("", "    "), ("    ", ""), ("  ", "       ")])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_indents_decide_where_entries_begin(first: str, rest: str, gap: str) -> None:
    entries = [
        ("Pryor, E. (2006). Otters.", "Boat, G. and other stories of the Sorn.", "River Notes, 3(1), 4–9."),
        ("the Sorn Trust (2011) What otters eat in May.",),
        ("Rook, T. (2015). Eels.", "Press of the Sorn, 2nd ed. London.", "https://otters.example/eels"),
        ("Stone, U. (2016). Nets. Sorn.",),
    ]
    lines = "\n".join((rest if place else first) + line for entry in entries for place, line in enumerate(entry))
    body = "Otters came back to the Sorn (Pryor, 2006). They eat eels (Rook, 2015; Stone, 2016).\n\nReferences"
    assert [r.text for r in read(f"{body}{gap}{lines}").references] == [" ".join(entry) for entry in entries]


def test_numbers_that_a_paste_lost_are_counted() -> None:
    text = BODY + f"References\n\n{ONE}\n\n{TWO}\n"
    assert listed(text) == {"1": ONE, "2": TWO}


def test_back_links_of_a_wiki_are_labels() -> None:
    text = BODY + f"References[edit]\n\n^ a b {ONE}\n^ {TWO}\n"
    assert listed(text) == {"1": ONE, "2": TWO}


@pytest.mark.parametrize(("marker", "label"), [("[a]", "a"), ("[note 1]", "note 1")])
def test_notes_above_the_references_of_a_wiki_take_no_numbers(marker: str, label: str) -> None:
    notes = "Notes[edit]\n\n^ Not in the ice of 2003.\n\n"
    article = read(f"Otters dive.{marker} {BODY}{notes}References[edit]\n\n^ a b {ONE}\n^ {TWO}\n")
    assert {r.id: r.text for r in article.references} == {label: "Not in the ice of 2003.", "1": ONE, "2": TWO}
    assert [c.references for c in article.citations] == [(label,), ("1",), ("2",), ("1", "2")]


def test_notes_of_a_wiki_whose_markers_were_lost_take_no_numbers() -> None:
    article = read(f"{BODY}Notes[edit]\n\n^ Not in the ice of 2003.\n\nReferences[edit]\n\n^ a b {ONE}\n^ {TWO}\n")
    assert [c.references for c in article.citations] == [("1",), ("2",), ("1", "2")]
    assert article.reference_by_id["1"].text == ONE


def test_a_remark_is_told_from_a_source() -> None:
    article = read(
        "Otters sleep[^a] and eat[^b].\n\n[^a]: Not that we looked.\n[^b]: See https://otters.example/diet.\n", "a.md"
    )
    assert [(r.id, r.label, r.remark) for r in article.references] == [("^a", "a", True), ("^b", "b", False)]


def test_a_footnote_may_have_paragraphs() -> None:
    (note,) = read("Otters[^a] swim.\n\n[^a]: First part.\n\n    Second part of 2004.\n\nBody again.\n", "a.md").references
    assert note.text == "First part. Second part of 2004."
    assert note.end > note.start


def test_labels_that_come_twice_get_ids_of_their_own() -> None:
    chapter = "Eels swim [1] and hide [2].\n\nNotes\n\n1. Lee, A. (2001). Eels.\n2. Doe, B. (2002). Nets.\n\n"
    article = read(f"One\n\n{chapter}Two\n\n{chapter}")
    assert [reference.id for reference in article.references] == ["1", "2", "1~2", "2~2"]
    assert [citation.references for citation in article.citations] == [("1",), ("2",), ("1~2",), ("2~2",)]


@pytest.mark.parametrize("ending", ["", " Retrieved 3 May 2022, from https://sorn.example/x"])
def test_fields_of_an_apa_entry(ending: str) -> None:
    fields = parse_fields(f"Pryor, E. F., & van Holt, G. (2006). Otters of the Sorn: A count. River Notes, 3(1), 4–9.{ending}")
    assert fields.authors == ("Pryor, E. F.", "van Holt, G.")
    assert (fields.year, fields.title) == ("2006", "Otters of the Sorn: A count")
    assert fields.url == ("https://sorn.example/x" if ending else "")


@pytest.mark.parametrize(
    ("entry", "authors", "year", "title"),
    [
        ("Pryor EF, van Holt G, et al. (2006) Otters. River Notes 3: 4–9.", ("Pryor EF", "van Holt G"), "2006", "Otters"),
        ("Pryor EF, Holt G. Otters. River Notes. 2006;3(1):4-9.", ("Pryor EF", "Holt G"), "2006", "Otters"),
        ("Emma Pryor, “Otters of the Sorn,” River Notes, 2006.", ("Emma Pryor",), "2006", "Otters of the Sorn"),
        ("Sorn River Trust. (n.d.). The state of 2004.", ("Sorn River Trust",), "", "The state of 2004"),
        ("Amt für Otter. 2006. „Zählung am Fluss“. https://sorn.example", ("Amt für Otter",), "2006", "Zählung am Fluss"),
        ("Office for Rivers and Lakes (2019 May 4): Yearbook.", ("Office for Rivers and Lakes",), "2019", "Yearbook"),
        ("Pryor, E. Otters of the Sorn. https://sorn.example/otters", ("Pryor, E.",), "", "Otters of the Sorn"),
        ("https://sorn.example/2004/otters", (), "", ""),
        ("Otter counts, posted 2004-05-06.", (), "2004", "Otter counts, posted 2004-05-06"),
        ("Pryor E. Otters of the Sorn. River Notes 15 (2006) 4–18.", ("Pryor E",), "2006", "Otters of the Sorn"),
        ("Pryor, E. Otters of the Sorn. River Notes 8 (2006), pp. 4-9.", ("Pryor, E.",), "2006", "Otters of the Sorn"),
        ("Pryor, E. (2006). 12 otters of the Sorn. Sorn.", ("Pryor, E.",), "2006", "12 otters of the Sorn"),
        ("Pryor, E. et al. Otters of the Sorn. River Notes 2006.", ("Pryor, E.",), "2006", "Otters of the Sorn"),
        ("Pryor, E. A river and its otters. River Notes 2006.", ("Pryor, E.",), "2006", "A river and its otters"),
        ("Pryor, Emma / Holt, Jo (2006): Otters. Sorn.", ("Pryor, Emma", "Holt, Jo"), "2006", "Otters"),
        ("Stadt Sorn (Hg.) (2006): Otterbericht. Sorn.", ("Stadt Sorn",), "2006", "Otterbericht"),
        ("Emma Pryor, Otters and Men (Sorn: Weir Press, 2006), 77.", ("Emma Pryor",), "2006", "Otters and Men"),
        ("Sorn River Trust: Otters by night (2006) https://sorn.example", ("Sorn River Trust",), "2006", "Otters by night"),
    ],
)
def test_fields_are_read_where_they_stand(entry: str, authors: tuple[str, ...], year: str, title: str) -> None:
    fields = parse_fields(entry)
    assert (fields.authors, fields.year, fields.title) == (authors, year, title)


@pytest.mark.parametrize(
    ("entry", "doi", "url"),
    [
        ("A. doi:10.5555/SORN.2006(3)7.", "10.5555/sorn.2006(3)7", ""),
        ("A. https://doi.org/10.5555/abc.", "10.5555/abc", "https://doi.org/10.5555/abc"),
        ("A (https://sorn.example/otter_(animal)), 3 p.", "", "https://sorn.example/otter_(animal)"),
        ("A. www.sorn.example/x, 2004", "", "www.sorn.example/x"),
        ("www.sorn.example. http://www.sorn.example/x", "", "http://www.sorn.example/x"),
        ("A. Version 10.2/b.", "", ""),
    ],
)
def test_dois_and_addresses_come_without_the_punctuation_around_them(entry: str, doi: str, url: str) -> None:
    fields = parse_fields(entry)
    assert (fields.doi, fields.url) == (doi, url)


def test_markup_is_left_out_of_an_entry_but_its_address_is_read() -> None:
    text = f"{BODY}## References\n\n1. Pryor, E. (2006). *Otters* of the [Sorn](https://sorn.example/otters).\n2. {TWO}\n"
    first: Reference = read(text, "a.md").references[0]
    assert first.text == "Pryor, E. (2006). Otters of the Sorn."
    assert first.url == "https://sorn.example/otters"


@pytest.mark.parametrize(
    ("first", "next_ones", "names"),
    [
        ("Pryor, E. (2006). Otters. Sorn.", ["———. (2009). Eels. Sorn.", "--- (2011). Nets. Sorn."], ["Pryor, E."]),
        ("Pryor, Eda. “Otters.” Sorn, 2006.", ["–––. “Eels.” Sorn, 2009.", "_____, ed. “Nets.” Sorn, 2011."], ["Pryor, Eda"]),
        ("Pryor, E., & Quill, M. (2006). Otters.", ["——— (2009). Eels.", "———. (2011). Nets."], ["Pryor, E.", "Quill, M."]),
    ],
)
def test_a_dash_in_the_place_of_the_authors_is_those_of_the_entry_above(
    first: str, next_ones: list[str], names: list[str]
) -> None:
    found = read(BODY + "\n\n".join(["References", first, *next_ones])).references
    assert [(list(one.authors), one.year) for one in found] == [(names, year) for year in ("2006", "2009", "2011")]
    assert found[1].text == next_ones[0]


def test_a_first_entry_that_begins_with_a_dash_has_no_authors() -> None:
    found = read(BODY + "References\n\n———. (2009). Eels. Sorn.\n\nQuill, M. (2011). Nets. Sorn.").references
    assert [one.authors for one in found] == [(), ("Quill, M.",)]


def test_suffixes_and_primes_in_names() -> None:
    entry = "O′Dell B, Pryor E2, Quill MA Jr (2004) Otters and their eels. River Notes 3: 4–9."
    assert parse_fields(entry).authors == ("O′Dell B", "Pryor E2", "Quill MA Jr")


@pytest.mark.parametrize(
    "initials",
    ["S-G", "S.-G.", "SG", "S.G.", "S. G.", "Ö-Ł"],
)
@pytest.mark.parametrize(
    "entry",
    [
        "{a}, {b}. Eels of the Sorn. River Notes 2010;3:4–9.",
        "{a}, {b} (2010) Eels of the Sorn. Holm.",
        "{a}, {b}: Eels of the Sorn. River Notes 2010;3:4–9.",
        "{a}, {b}, et al.: Eels of the Sorn. River Notes 2010;3:4–9.",
        "{a} & {b}. Eels of the Sorn. River Notes 2010;3:4–9.",
        "{a}; {b}. Eels of the Sorn. River Notes 2010;3:4–9.",
        "{a} and {b} (2010) Eels of the Sorn. Holm.",
        "{a}, and {b} (2010) Eels of the Sorn. Holm.",
        "{a}, {b}, editors. Eels of the Sorn. Holm; 2010.",
        "{a}, {b} (eds). Eels of the Sorn. Holm; 2010.",
    ],
)
def test_initials_in_any_notation_end_a_name(initials: str, entry: str) -> None:
    fields = parse_fields(entry.format(a=f"Kim {initials}", b=f"van Dijk {initials}"))
    assert [surname(author) for author in fields.authors] == ["Kim", "van Dijk"]
    assert (fields.title, fields.year) == ("Eels of the Sorn", "2010")


@pytest.mark.parametrize("times", [100, 4000])
@pytest.mark.parametrize("name", ["Kim S.-G. P., ", "Kim SG & ", "Kim SG and ", "Kim SG; and "])
def test_a_long_list_of_names_is_no_burden(name: str, times: int) -> None:
    assert parse_fields(name * times + "? 2010").year in ("", "2010")


@pytest.mark.parametrize(("name", "gap"), [("plain.txt", "\n"), ("plain.txt", "\n\n"), ("post.md", "\n\n")])
def test_notes_after_signs_are_references(name: str, gap: str) -> None:
    notes = gap.join((f"* {ONE}", f"† {TWO}", "‡ Rask (2012). Eels at night. Holm."))
    article = read(f"# Otters\n\nThey came back in 2004.* They eat eels.† At night, too‡ it seems.\n\n{notes}\n", name)
    assert [reference.label for reference in article.references] == ["*", "†", "‡"]
    assert [citation.references for citation in article.citations] == [("*",), ("†",), ("‡",)]


@pytest.mark.parametrize(
    "text",
    [
        "Rask Lind† and Mona Quill‡\n\n† Institute of Rivers, Sorn, 2019\n‡ Mill Lane 4, Holm, mona@otters.example\n",
        "Otto Rask (* 1900; † 1950) kept otters.*\n\n† 1950 in Holm.\n",
        f"Otters came back in 2004.\n\n† {ONE}\n",
    ],
)
def test_signs_of_authors_and_deaths_are_no_notes(text: str) -> None:
    assert not read(text).citations


def test_a_list_may_count_from_nought() -> None:
    article = read(
        "Otters came back [0]. They eat eels [1].\n\n[0] https://otters.example/back\n[1] https://otters.example/eels\n"
    )
    assert [reference.label for reference in article.references] == ["0", "1"]
    assert [citation.references for citation in article.citations] == [("0",), ("1",)]


def test_a_number_after_a_year_may_follow_an_escaped_stop() -> None:
    text = f"Otters came in 2004\\.1 They eat eels.2\n\n## References\n\n1. {ONE}\n2. {TWO}\n"
    assert [citation.references for citation in read(text, "notes.md").citations] == [("1",), ("2",)]


@pytest.mark.parametrize(
    "heading",
    [
        "📚 Sources",
        "Sources (12)",
        "Appendix B: References",
        "Sources & Further Reading",
        "Quellen und weiterführende Links",
        "引用文献及链接",
        "**Referências citadas**",
        "Πηγές",
    ],
)
def test_a_heading_announces_references(heading: str) -> None:
    assert is_reference_heading(heading)


@pytest.mark.parametrize(
    "heading", ["Further Reading & Links", "Data sources", "Sources of error", "Part 2: Tides", "(12)", "📚"]
)
def test_a_heading_announces_something_else(heading: str) -> None:
    assert not is_reference_heading(heading)


@pytest.mark.parametrize("heading", ["References\n==========", "L I T E R A T U R E   C I T E D", "[References]", ""])
@pytest.mark.parametrize("bullet", ["- ", "• ", ""])
def test_lists_without_numbers_are_found_below_any_heading_and_none(heading: str, bullet: str) -> None:
    entries = [
        ONE,
        "Quill M (2011) What otters eat. River Notes 4: 2–9.",
        "Rook T, Stone U (2015) Nets of the Sorn. Eels 7: 1–8.",
    ]
    listing = "\n".join(f"{bullet}{entry}" for entry in entries)
    body = "Otters came back (Pryor, 2006).\n\nThey eat eels (Quill, 2011; Rook and Stone, 2015)."
    text = f"{body}\n\n{heading}\n\n{listing}\n"
    assert list(listed(text).values()) == entries
    assert [len(c.references) for c in read(text).citations] == [1, 2]


def test_the_year_at_the_end_of_a_line_is_followed_by_the_title() -> None:
    first = "Otter AB, Pryor CD, Quill EF, Rook GH, Stone IJ, Tull KL, et al. (2012)\n"
    first += "River weirs of the Sorn and their eels at night. River Notes\n4: 2–9."
    text = f"{BODY}References\n\n{first}\n\n{TWO}\n"
    assert list(listed(text).values()) == [" ".join(first.split()), TWO]


def test_spaces_that_do_not_break_are_spaces_in_entries_of_wikipedia() -> None:
    entries = f"^\u00a0Jump up\u00a0to: a\u00a0b {ONE}\nJump\u00a0up ^ {TWO}"
    assert list(listed(f"{BODY}References[edit]\n\n{entries}\n").values()) == [ONE, TWO]


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("![](https://icons.example/sorn.png) [Lee, Tides](https://sorn.example/tides), 2004", "https://sorn.example/tides"),
        ("Lee, Tides, 2004. [![DOI](https://badges.example/1.svg)](https://sorn.example/tides)", "https://sorn.example/tides"),
        ("Lee, Tides, Sorn Press, 2004. ![Cover](https://icons.example/cover.png)", ""),
    ],
)
def test_the_address_of_an_image_is_not_that_of_the_entry(words: str, address: str) -> None:
    article = read(f"# Tides\n\nThey turn each day [1].\n\n## References\n\n1. {words}\n", "a.md")
    assert [reference.url for reference in article.references] == [address]


def test_authors_and_a_year_in_brackets_label_an_entry_that_is_cited_by_them() -> None:
    text = (
        f"Eels [Pryor and Lee, 2006] and otters [Quill, 2011, Pryor and Lee, 2006] are known.\n\nReferences\n\n"
        f"[Pryor and Lee, 2006] Pryor, E. and Lee, A. (2006). Otters of the Sorn. River Notes, 3(1), 4–9.\n\n"
        f"[Quill, 2011] {TWO}"
    )
    article = read(text)
    assert [reference.text for reference in article.references] == [
        "Pryor, E. and Lee, A. (2006). Otters of the Sorn. River Notes, 3(1), 4–9.",
        TWO,
    ]
    both = tuple(reference.id for reference in article.references)
    assert [citation.references for citation in article.citations] == [both[:1], both[::-1]]


@pytest.mark.parametrize("label", ["{} ", "{}. ", "[{}] "])
@pytest.mark.parametrize("rest", ["2 (1993) 44-50.", "2, 1993.", "3 Quay Street, 1993."])
def test_the_number_of_a_volume_at_the_start_of_a_line_is_no_label(label: str, rest: str) -> None:
    entries = "".join(
        f"{label.format(number)}Pryor {word}. Otters and eels. River Notes\n{rest}\n" for number, word in enumerate("EFG", 1)
    )
    assert [text.split()[1] for text in listed(f"{BODY}References\n\n{entries}").values()] == ["E.", "F.", "G."]


def test_authors_that_are_no_persons_end_no_list_without_a_heading() -> None:
    societies = [f"Ministry of {name}, 2003. Report on the eels. Sorn." for name in ("Rivers", "Fish", "Mud", "Weirs")]
    persons = [f"Pryor, {letter}., 2006. Otters of the Sorn. River Notes, 3(1), 4-9." for letter in "ABCDEFGHIJ"]
    entries = [*persons[:3], *societies, *persons[3:]]
    text = "Otters came back (Pryor, 2006), said the ministry.\n\n" * 3 + "\n\n".join(entries)
    assert len(read(text).references) == len(entries)


def test_a_year_may_have_the_raised_number_of_an_edition() -> None:
    assert parse_fields("Hurst, K. (2004⁷): Tides of the Sorn. Holm.").year == "2004"


@pytest.mark.parametrize("ending", ["md", "txt"])
@pytest.mark.parametrize("other", ["Further reading", "Appendix"])
def test_sources_may_be_cited_once_more_before_another_list(ending: str, other: str) -> None:
    heading = "## {}\n\n" if ending == "md" else "{}\n\n"
    entries = ("Otters rest", "Eels swim", "Rivers bend")
    text = "".join(
        f"{heading.format(name)}"
        + "".join(f"{n}. Pryor, E. (2006). {entry} {name}.\n" for n, entry in enumerate(entries, 1))
        + "\n"
        for name in ("References", other)
    )
    body = (
        heading.format("Otters")
        + "They came [1]. They eat eels [2]. It bends [3]. They came [1]. They eat [2]. It bends [3].\n\n"
    )
    article = read(body + text, f"otters.{ending}")
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert [line.split("). ")[1] for line in cited] == [f"{entry} References." for entry in entries] * 2
    assert len(article.references) == len(entries)


@pytest.mark.parametrize(
    ("entry", "authors"),
    [
        ("OTTER Trust Holdings, LLC. Trial of eels on the Sorn, 2015.", "OTTER Trust Holdings, LLC."),
        ("RFC Holdings, LLC, The eels of the Sorn, 2015.", "RFC Holdings, LLC"),
        ("UK Parliament. 2014. Laws of eels.", "UK Parliament"),
        ("ROUX Paul et DUPONT Ch., 2014, Les loutres, Paris.", "DUPONT Ch."),
    ],
)
def test_capitals_begin_the_names_of_persons_and_of_companies(entry: str, authors: str) -> None:
    assert parse_fields(entry).authors[-1:] == (authors,)
