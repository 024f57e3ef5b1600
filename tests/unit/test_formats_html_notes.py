"""References and citations of HTML pages, in the shapes that generators write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import StyleKind
from reader.formats import parse_article, read_article
from tests.unit.article_contents import block_texts, marker_readings
from tests.unit.html_shapes import ONE, SHAPES, TWO, page
from tests.unit.test_formats_hostile import check

LEAD = "The lamp at the end of the pier was lit every evening for sixty years, by three generations of the same family"


def read(body: str, title: str = "Lamps") -> Article:
    data = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    article = parse_article(data.encode(), "lamp.html")
    check(article)
    return article


# ---------------------------------------------------------------------- footnotes


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_notes_is_read_as_the_same_article(name: str) -> None:
    article = parse_article(page(SHAPES[name]).encode(), "ferry.html")
    check(article)
    assert block_texts(article)[:3] == [
        "Ferry",
        "The tide turns at noon[1] and the ferry waits for it.",
        "Nobody has counted the gulls[2] since the war.",
    ]
    assert block_texts(article)[-2:] == [f"[1] {article.references[0].text}", f"[2] {TWO}"]
    assert marker_readings(article) == [("[1]", ("1",), ()), ("[2]", ("2",), ())]
    assert [(r.label, r.text.removesuffix(" [Google Scholar]"), r.year, r.url, r.remark) for r in article.references] == [
        ("1", ONE, "2019", "", False),
        ("2", TWO, "", "", True),
    ]
    assert not article.noise


def test_what_stands_around_a_note_in_no_way_changes_it() -> None:
    chrome = (
        '<nav><ul><li><a href="/">Home</a><li><a href="#fn1">Notes</a></ul></nav><div class="cookie-bar">We use cookies.</div>'
    )
    article = parse_article(page(SHAPES["pandoc"], chrome).encode(), "ferry.html")
    assert marker_readings(article) == [("[1]", ("1",), ()), ("[2]", ("2",), ())]
    assert [article.text[n.start : n.end] for n in article.noise] == ["• Home", "• Notes", "We use cookies."]


def test_a_note_of_several_paragraphs_with_a_link_a_list_and_a_letter_for_a_label() -> None:
    article = read(
        '<p>Lit<a href="#fna" id="ra"><sup>a</sup></a> and out<a href="#fnb" id="rb"><sup>b</sup></a>.</p><hr>'
        '<p id="fna"><a href="#ra">a</a> See <a href="https://press.example/lamps">Lamps</a> (1999).</p>'
        '<div id="fnb"><p><a href="#rb">b</a> First.</p><ul><li>Second.</li></ul><p>Third.</p></div>'
    )
    assert marker_readings(article) == [("[a]", ("a",), ()), ("[b]", ("b",), ())]
    assert [(r.text, r.url, r.remark) for r in article.references] == [
        ("See Lamps (1999).", "https://press.example/lamps", False),
        ("First. • Second. Third.", "", True),
    ]


@pytest.mark.parametrize("ids", [("may", "june"), ("fn", "fn")])
def test_numbers_that_begin_anew_are_told_apart_by_where_they_lead(ids: tuple[str, str]) -> None:
    chapter = (
        '<h2>{0}</h2><p>Lit<sup><a href="#{1}1" id="{1}r1">1</a></sup> and<sup><a href="#{1}2">2</a></sup>.</p>'
        '<ol><li id="{1}1">In {0}. <a href="#{1}r1">↩</a><li id="{1}2">Out {0}.</ol>'
    )
    article = read(chapter.format("May", ids[0]) + chapter.format("June", ids[1]))
    assert [(r.label, r.text) for r in article.references] == [
        *(("1", "In May."), ("2", "Out May.")),
        *(("1", "In June."), ("2", "Out June.")),
    ]
    assert [c.references for c in article.citations] == [(r.id,) for r in article.references]


def test_lines_that_count_on_are_notes_too_and_end_with_a_blank_line() -> None:
    article = read(
        f'<p>{LEAD}<a href="#n2">[2]</a>.</p><p>Notes<br>1. Lee 2001.<br><a name="n2"></a>2. Kim 2002,<br>'
        f"https://kim.example/2<br>3. Roe 2003.<br><br>{LEAD}.</p>"
    )
    assert [(r.label, r.text, r.url) for r in article.references] == [
        ("1", "Lee 2001.", ""),
        ("2", "Kim 2002, https://kim.example/2", "https://kim.example/2"),
        ("3", "Roe 2003.", ""),
    ]
    assert [c.references for c in article.citations] == [("2",)]
    assert block_texts(article)[-1] == f"{LEAD}."


def test_lines_of_a_poem_that_a_link_leads_to_stay_a_paragraph() -> None:
    lines = 'The lamp is lit,<br><span id="l2">the pier is long,</span><br>good night.'
    article = read(f'<p>{LEAD} (<a href="#l2">line 2</a>).</p><p>{lines}</p>')
    assert block_texts(article)[-1] == "The lamp is lit,\nthe pier is long,\ngood night."
    assert not article.references


def test_a_note_that_is_never_cited_stands_among_the_others() -> None:
    article = read(
        '<p>Lit<sup><a href="#n1" id="r1">1</a></sup> and out<sup><a href="#n3" id="r3">3</a></sup>.</p>'
        '<ol><li id="n1">One. <a href="#r1">↩</a><li id="n2">Two.<li id="n3">Three. <a href="#r3">↩</a></ol>'
    )
    assert [(r.label, r.text) for r in article.references] == [("1", "One."), ("2", "Two."), ("3", "Three.")]


def test_a_note_that_is_never_cited_is_told_by_its_id() -> None:
    article = read(
        f'<p id="p1">{LEAD}.<sup><a href="#n1">1</a></sup> It went out<sup><a href="#n2">2</a></sup>.</p><h2>Sources</h2>'
        '<div><p id="n1">1. Lee, A. Lamps. 2001.</p><p id="n2">2. Doe, B. Piers. 2002.</p><p id="n3">3. Ree, C. Oil. 2003.</p>'
        '<p id="end">That is all.</p></div>'
    )
    assert [r.label for r in article.references] == ["1", "2", "3"]


def test_links_within_a_page_that_lead_to_no_entry_are_no_markers() -> None:
    article = read(
        f'<ul><li><a href="#past">Past</a><li><a href="#now">Now</a></ul><h2 id="past">Past</h2><p>{LEAD}. See '
        f'<a href="#now">below</a>.'
        '</p><h2 id="now">Now</h2><p>It is out. <a href="#top">Back to top</a></p>'
    )
    assert not article.citations
    assert not article.references


def test_a_list_that_is_mere_text_is_found_beside_remarks() -> None:
    article = read(
        f'<p>{LEAD} [1]<sup><a href="#n1" id="r1">*</a></sup>, until 1999 [2].</p><h2>References</h2>'
        f"<p>[1] Rask O. (1991). Lamps.</p>"
        '<p>[2] Vik A. (1992). Piers.</p><p id="n1"><a href="#r1">*</a> But not on Sundays.</p>'
    )
    found = [(text, [article.reference_by_id[name].text for name in names]) for text, names, _ in marker_readings(article)]
    assert found == [
        ("[1]", ["Rask O. (1991). Lamps."]),
        ("[*]", ["But not on Sundays."]),
        ("[2]", ["Vik A. (1992). Piers."]),
    ]


# ---------------------------------------------------------------------- lists of references


ENTRIES = (
    '<div id="ref-moe2003" class="csl-entry">Moe, C. 2003. “Winds.” <em>Coast</em> 4. '
    '<a href="https://doi.org/10.5555/winds">https://doi.org/10.5555/winds</a>.</div>'
    '<div id="ref-rask1999" class="csl-entry">Rask, O. 1999. “Lamps.” <em>Coast</em> 3.</div>'
    '<div id="ref-vik2001" class="csl-entry">Vik, A. 2001. <em>Piers</em>. Harbour Press.</div>'
    '<div id="ref-lie2004" class="csl-entry">Lie, B. 2004. “Gulls.” <em>Coast</em> 5.</div>'
)


def test_citeproc_by_names_and_years() -> None:
    article = read(
        f'<p>{LEAD} <span class="citation" data-cites="rask1999 vik2001">('
        f'<a href="#ref-rask1999" role="doc-biblioref">Rask 1999, '
        '12</a>; <a href="#ref-vik2001" role="doc-biblioref">Vik 2001</a>)</span>, as '
        '<span class="citation" data-cites="moe2003">Moe '
        '(<a href="#ref-moe2003">2003</a>)</span> has it, but <span class="citation" data-cites="gone">(<strong>gone?'
        "</strong>)</span>."
        f'</p><h1>References</h1><div id="refs" class="references csl-bib-body" role="list">{ENTRIES}</div>'
    )
    assert marker_readings(article) == [
        ("(Rask 1999, 12; Vik 2001)", ("ref-rask1999", "ref-vik2001"), ()),
        ("Moe (2003)", ("ref-moe2003",), ()),
        ("(gone?)", (), ("gone",)),
    ]
    assert [(r.label, r.year, r.doi) for r in article.references] == [
        ("Moe 2003", "2003", "10.5555/winds"),
        ("Rask 1999", "1999", ""),
        ("Vik 2001", "2001", ""),
        ("Lie 2004", "2004", ""),
    ]


def test_an_entry_without_a_label_is_called_what_its_marker_calls_it() -> None:
    entries = (
        '<div id="ref-tides" class="csl-entry"><em>Tides: A Table for Pilots</em>. 2005. Harbour Press.</div>'
        '<div id="ref-vik20" class="csl-entry">Vik, A. 2020. <em>Piers</em>.</div>'
        '<div id="ref-vik21" class="csl-entry">Vik, A. 2021. <em>Lamps</em>.</div>'
    )
    article = read(
        f'<p>{LEAD} <span class="citation" data-cites="vik20 vik21 tides">(see <a href="#ref-vik20">Vik 2020</a>, '
        '<a href="#ref-vik21">2021</a>; <a href="#ref-tides"><em>Tides</em> 2005, p. 4</a>)</span>.</p>'
        f'<div id="refs" class="references">{entries}</div>'
    )
    assert [(r.id, r.label) for r in article.references] == [
        ("ref-tides", "Tides 2005"),
        ("ref-vik20", "Vik 2020"),
        ("ref-vik21", "Vik 2021"),
    ]


def test_citeproc_without_links_is_read_by_the_keys() -> None:
    article = read(
        f'<p>{LEAD} <span class="citation" data-cites="vik2001 moe2003">(Vik 2001; Moe 2003)</span>.</p>'
        f'<div id="refs" class="references">{ENTRIES}</div>'
    )
    assert marker_readings(article) == [("(Vik 2001; Moe 2003)", ("ref-vik2001", "ref-moe2003"), ())]


def test_citeproc_by_numbers_and_a_dash_between_two() -> None:
    entry = (
        '<div id="ref-{0}" class="csl-entry"><div class="csl-left-margin">[{0}] </div>'
        '<div class="csl-right-inline">{1}.</div></div>'
    )
    entries = "".join(entry.format(n, f"Rask, O. Lamps. 199{n}") for n in range(1, 5))
    article = read(
        f'<p>{LEAD} <span class="citation" data-cites="1 2 3">[<a href="#ref-1">1</a>]–[<a href="#ref-3">3</a>]'
        f"</span>, and later"
        ' [<a href="#ref-2">2</a>, <a href="#ref-4">4</a>].</p>'
        f'<div id="refs" class="csl-bib-body">{entries}</div>'
    )
    assert marker_readings(article) == [("[1]–[3]", ("1", "2", "3"), ()), ("[2, 4]", ("2", "4"), ())]
    assert [r.text for r in article.references] == [f"Rask, O. Lamps. 199{n}." for n in range(1, 5)]


def test_a_journal_names_its_entries_and_the_links_that_only_search_are_no_sources() -> None:
    article = read(
        f'<p>{LEAD} [<a href="#B1">1</a>,<a href="#B2">2</a>].</p><section><h2>References</h2><ul>'
        '<li id="B1"><span class="label">1.</span> <cite>Rask O. Lamps. 1999.</cite> ['
        '<a href="https://scholar.example/q">Google Scholar</a>]'
        ' [<a href="https://doi.org/10.5555/lamps">DOI</a>]</li>'
        '<li id="B2"><span class="label">2.</span> <cite>Vik A. Piers. 2001.</cite> ['
        '<a href="https://scholar.example/q">Google Scholar</a>] <a href="https://words.example/isbn">ISBN</a> 0-19-000000-1'
        "</li></ul></section>"
    )
    assert marker_readings(article) == [("[1,2]", ("1", "2"), ())]
    assert [(r.url, r.doi) for r in article.references] == [("https://doi.org/10.5555/lamps", "10.5555/lamps"), ("", "")]


WIKI = """<div id="mw-navigation"><ul><li><a href="/wiki/Main">Main page</a></li></ul></div><div id="content" class="mw-body">
<h1 id="firstHeading">Pier lamp</h1><div id="siteSub">From the encyclopedia of small things</div>
<div class="mw-parser-output">
<table class="infobox"><tr><th>Height</th><td>9 m<sup id="cite_ref-rask_1-0" class="reference">
<a href="#cite_note-rask-1">[1]</a>
</sup></td></tr><tr><th>Lit</th><td>1939</td></tr></table><p>A <b>pier lamp</b> burns at the end of a 
<a href="/wiki/Pier">pier</a>.<sup
id="cite_ref-rask_1-1" class="reference"><a href="#cite_note-rask-1">[1]</a></sup>
<sup class="reference" id="cite_ref-vik_2-0"><a
href="#cite_note-vik-2">[2]</a></sup><sup id="cite_ref-3" class="reference"><a href="#cite_note-3">[nb 1]</a>
</sup> It was lit in 1939,
when the old one had fallen into the sea.<sup class="noprint">[<i><a href="/wiki/CN">citation needed</a></i>]</sup></p>
<h2>History<span class="mw-editsection">[<a href="/w?edit">edit</a>]</span></h2>
<p>Its keeper was paid in herring until the strike
of 1951<sup class="reference"><a href="#cite_note-rask-1">[1]</a>:&#8202;12</sup>.</p><h2>See also</h2><ul><li><a
href="/wiki/Beacon">Beacon</a></li></ul><h2>Notes</h2><ol class="references"><li id="cite_note-3">
<span class="mw-cite-backlink"><b><a
href="#cite_ref-3">^</a></b></span> <span class="reference-text">Some say it was never lit.</span></li></ol>
<h2>References</h2>
<ol class="references"><li id="cite_note-rask-1"><span class="mw-cite-backlink">^ <a href="#cite_ref-rask_1-0"><sup>
<i><b>a</b></i></sup>
</a> <a href="#cite_ref-rask_1-1"><sup><i><b>b</b></i></sup></a></span> <span class="reference-text">
<cite class="citation book">Rask,
Ola (1999). <i>Lamps</i>. <a class="external text" href="https://press.example/lamps">Harbour Press</a>.</cite>
<span class="Z3988"
title="rft.btitle=Lamps&amp;rft.date=1999&amp;rft.au=Rask%2C+Ola&amp;rft_id=info%3Adoi%2F10.5555%2Flamps"></span></span></li>
<li id="cite_note-vik-2"><span class="mw-cite-backlink"><b><a href="#cite_ref-vik_2-0">^</a></b></span> 
<span class="reference-text"><a
href="#CITEREFVik2001">Vik 2001</a>, p. 4.</span></li></ol><h3>Sources</h3><ul><li><cite id="CITEREFVik2001">Vik, Anna (2001).
<i>Piers</i>. <a href="https://doi.org/10.5555/piers">doi:10.5555/piers</a></cite></li></ul>
<div class="navbox" role="navigation"><a
href="/wiki/L">Lamps of the coast</a></div></div></div><div id="catlinks"><a href="/wiki/C">Categories</a>: <a
href="/wiki/C1">Lamps</a></div>"""


def test_wikipedia() -> None:
    article = read(WIKI, "Pier lamp - Small things")
    assert article.title == "Pier lamp"
    assert [text for text, _, _ in marker_readings(article)] == ["[1]", "[1]", "[2]", "[nb 1]", "[1]"]
    assert [names for _, names, _ in marker_readings(article)] == [("1",), ("1",), ("2",), ("nb 1",), ("1",)]
    named = {r.label: r for r in article.references}
    assert list(named) == ["nb 1", "1", "2", "Vik 2001"]
    assert named["1"].text == "Rask, Ola (1999). Lamps. Harbour Press."
    assert (named["1"].authors, named["1"].title, named["1"].doi) == (("Rask, Ola",), "Lamps", "10.5555/lamps")
    assert (named["2"].text, named["2"].doi) == ("Vik 2001, p. 4.", "10.5555/piers")
    assert named["nb 1"].remark
    assert "9 m[1]" in article.text
    assert "History" in block_texts(article)
    assert "• Beacon" in block_texts(article)
    assert {article.text[n.start : n.end] for n in article.noise} == {
        "• Main page",
        "From the encyclopedia of small things",
        "Lamps of the coast",
        "Categories: Lamps",
    }


def test_latexml() -> None:
    article = read(
        '<article class="ltx_document"><h1 class="ltx_title">Lamps</h1><section><h2 class="ltx_title">'
        '<span class="ltx_tag">1 </span>Light'
        '</h2><p class="ltx_p">Lamps burn <cite class="ltx_cite ltx_citemacro_citep">(Rask, <a href="#bib.bib1">1999'
        "</a>; Vik, "
        '<a href="#bib.bib2">2001</a>)</cite> and <cite class="ltx_cite">[<a href="#bib.bib3">3</a>]</cite> at '
        '<math alttext="x^{2}"><mi>x'
        '</mi></math> lux<span class="ltx_note ltx_role_footnote" id="fn1"><sup class="ltx_note_mark">1</sup>'
        '<span class="ltx_note_outer">'
        '<span class="ltx_note_content"><sup class="ltx_note_mark">1</sup><span class="ltx_tag ltx_tag_note">1'
        "</span>Measured by hand."
        "</span></span></span>, every evening of the year.</p></section><section class='ltx_bibliography'>"
        "<h2>References</h2><ul>"
        '<li id="bib.bib1" class="ltx_bibitem"><span class="ltx_tag ltx_tag_bibitem">Rask (1999)</span>'
        "<span>Ola Rask. </span><span>Lamps,"
        ' 1999.</span></li><li id="bib.bib2" class="ltx_bibitem"><span class="ltx_tag ltx_tag_bibitem">Vik (2001)'
        "</span><span>A. Vik. Piers,"
        ' 2001.</span></li><li id="bib.bib3" class="ltx_bibitem"><span class="ltx_tag ltx_tag_bibitem">[3]</span>'
        "<span>C. Moe. Winds, 2003."
        "</span></li></ul></section></article>"
    )
    assert block_texts(article)[2:4] == [
        "Lamps burn (Rask, 1999; Vik, 2001) and [3] at x^2 lux[note 1], every evening of the year.",
        "[note 1] Measured by hand.",
    ]
    assert [c[:2] for c in marker_readings(article)] == [
        ("(Rask, 1999; Vik, 2001)", ("Rask 1999", "Vik 2001")),
        ("[3]", ("3",)),
    ]
    assert [r.text for r in article.references] == ["Ola Rask. Lamps, 1999.", "A. Vik. Piers, 2001.", "C. Moe. Winds, 2003."]


BIBLIOGRAPHY = """@article{rask1999, title={Lamps}, author={Rask, Ola and Vik, Anna}, journal={Coast}, year={1999},
url={https://press.example/lamps}} @book{moe2003, title={Winds}, author={Moe, C.}, year={2003}} @misc{uncited, title={Gulls}}"""


def test_distill_lists_what_is_cited_first() -> None:
    article = read(
        f'<d-article><h1>Lamps</h1><p>{LEAD} <d-cite key="moe2003,rask1999"></d-cite><d-footnote>Not on <em>Sundays'
        f"</em>.</d-footnote>,"
        ' and <dt-cite key="moe2003"></dt-cite> or <d-cite key="lost"></d-cite>.</p></d-article>'
        f'<d-bibliography><script type="text/bibtex">{BIBLIOGRAPHY}</script></d-bibliography>'
    )
    assert block_texts(article)[1:3] == [f"{LEAD} [1, 2][note 1], and [1] or [lost].", "[note 1] Not on Sundays."]
    assert marker_readings(article) == [("[1, 2]", ("1", "2"), ()), ("[1]", ("1",), ()), ("[lost]", (), ("lost",))]
    assert [(r.title, r.year, r.url) for r in article.references] == [
        ("Winds", "2003", ""),
        ("Lamps", "1999", "https://press.example/lamps"),
        ("Gulls", "", ""),
    ]
    assert ("Sundays", StyleKind.EMPHASIS) in {(article.text[s.start : s.end], s.kind) for s in article.styles}


def test_what_follows_an_article_of_distill_belongs_to_it() -> None:
    text = "".join(f"<p>{LEAD}, as was said on day {day}.</p>" for day in range(15))
    article = read(
        f"<d-title><h1>Lamps</h1></d-title><d-byline><p>By hand</p></d-byline><d-article>{text}</d-article>"
        f"<d-appendix><h3>Thanks</h3><p>{LEAD}: thank you.</p></d-appendix><div><p>All the pages of our shop.</p></div>"
    )
    assert [article.text[n.start : n.end] for n in article.noise] == ["By hand", "All the pages of our shop."]


def test_distill_finds_the_bibliography_beside_the_page(tmp_path: Path) -> None:
    (tmp_path / "lamp.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    (tmp_path / "lamp.html").write_text(
        f'<html><body><p>{LEAD} <d-cite key="rask1999"></d-cite>.</p></body></html>', encoding="utf-8"
    )
    article = read_article(str(tmp_path / "lamp.html"))
    assert marker_readings(article) == [("[1]", ("1",), ())]
    assert article.references[0].title == "Lamps"


def test_notes_in_the_margin_become_a_list_where_there_is_no_other() -> None:
    article = read(
        f'<h1>Lamps</h1><p>{LEAD}<label class="margin-toggle sidenote-number"></label>'
        f'<span class="sidenote">Rask, Lamps, 1999.</span>.'
        '</p><p>Then it went out<span class="sidenote">It was March.</span>.</p>'
    )
    assert block_texts(article)[1:3] == [f"{LEAD}[1].", "Then it went out[2]."]
    assert [(r.label, r.text, r.remark) for r in article.references] == [
        ("1", "Rask, Lamps, 1999.", False),
        ("2", "It was March.", True),
    ]


# ---------------------------------------------------------------------- tables


def test_a_source_named_only_in_the_head_of_a_table_read_row_by_row_is_cited_once() -> None:
    cell = "so many words that they would have to be broken over several lines of a narrow column in the middle"
    mark = '<sup class="reference"><a href="#note-{0}">[{0}]</a></sup>'
    article = read(
        f"<p>{LEAD}.{mark.format(1)}</p><table><tr><th>Year{mark.format(2)}<th>What{mark.format(3)}"
        f"<tr><td>{cell}<td>{cell}<tr><td>1951<td>{cell}</table><h2>References</h2>"
        '<ol><li id="note-1">Rask O. Lamps. 1999.</li><li id="note-2">Vik T. Piers. 2001.</li>'
        '<li id="note-3">Moe A. Coasts. 2004.</li></ol>'
    )
    assert block_texts(article)[1:3] == [f"• Year[2]: {cell}; What[3]: {cell}", f"• Year[2]: 1951; What[3]: {cell}"]
    assert [(text, names) for text, names, _ in marker_readings(article)] == [("[1]", ("1",)), ("[2]", ("2",)), ("[3]", ("3",))]


@pytest.mark.parametrize(
    "hover_text",
    [
        '<span class="refCtt closed"><span class="refCttPadding">{}</span></span>',
        '<span class="tooltiptext">{}</span>',
        '<span role="tooltip" id="tip-1">{}</span>',
    ],
)
def test_a_text_that_shows_under_the_pointer_is_no_text(hover_text: str) -> None:
    entry = "Lee A. Fog and lamps. J Harbours. 2019;4(2):11-19."
    marker = f'<span class="ref"><sup class="xref">1</sup>{hover_text.format(entry)}</span>'
    article = read(f"<p>{LEAD}{marker}. The keeper slept.</p><h2>References</h2><p>1. {entry}</p><p>2. Moe B. Gulls. 2020.</p>")
    assert block_texts(article)[0] == f"{LEAD}¹. The keeper slept."
    assert marker_readings(article) == [("¹", ("1",), ())]


@pytest.mark.parametrize(
    ("entries", "numbers"),
    [
        ("<ol><li>Lee 2001, Tides.<ol><li>Ebb, 2002.<li>Flow, 2003.</ol><li>Kim 2004, Piers.</ol>", "12"),
        ("<ol style='list-style: none'><li>[4] Lee 2001, Tides.<li>[5] Kim 2004, Piers.</ol>", "45"),
        ("<ol start=4><li>Lee 2001, Tides.<li>Kim 2004, Piers.</ol>", "45"),
    ],
)
def test_an_entry_has_the_number_that_its_page_shows(entries: str, numbers: str) -> None:
    article = read(f"<p>{LEAD} [{numbers[0]}].</p><p>{LEAD} [{numbers[1]}].</p><h2>References</h2>{entries}")
    assert [c.references for c in article.citations] == [(numbers[0],), (numbers[1],)]
    assert [(r.label, r.text[:3]) for r in article.references] == [(numbers[0], "Lee"), (numbers[1], "Kim")]


def test_the_numbers_of_a_reversed_list_fall() -> None:
    article = read(f"<p>{LEAD}.</p><ol reversed><li>Lee<li>Kim</ol><ol reversed start=9><li>Roe</ol>")
    assert block_texts(article)[-3:] == ["2. Lee", "1. Kim", "9. Roe"]


def test_the_entries_of_a_group_with_a_year_in_its_title_are_entries() -> None:
    items = "".join(f"<li>Rask, O. (199{n}). Lamps of pier {n}.</li>" for n in (1, 2, 3))
    article = read(f"<p>{LEAD} [2]. They shone [3].</p><h2>References</h2><ol><li>Reports of 1999<ol>{items}</ol></li></ol>")
    cited = [article.reference_by_id[name].text for citation in article.citations for name in citation.references]
    assert cited == ["Rask, O. (1992). Lamps of pier 2.", "Rask, O. (1993). Lamps of pier 3."]


@pytest.mark.parametrize("label", ["{}. ", "[{}] "])
@pytest.mark.parametrize(
    ("first", "gap", "last"),
    [
        ("<p>{}", "{}<br>", "</p>"),
        ("<p>{}", " {}<br/>\n<br/>\n", "</p>"),
        ("<div>{}", "{}<br>\n", "</div>"),
        ("{}<p>", "{}</p>\n<p>", "</p>"),
        ("<ul><li>{}", "{}</li><li>", "</li></ul>"),
    ],
    ids=["line", "blank line", "block", "paragraph", "item"],
)
@pytest.mark.parametrize("anchor", ['<a name="r{}"></a>', '<span id="r{}"></span>'])
def test_the_anchor_of_an_entry_may_stand_at_the_end_of_the_line_before(
    anchor: str, first: str, gap: str, last: str, label: str
) -> None:
    names = ["Berg", "Lee", "Holm", "Roe"]
    body = " ".join(f'{LEAD}, says {name} <a href="#r{n}">[{n}]</a>.' for n, name in enumerate(names, 1))
    entries = [f"{label.format(n)}{name}, A. (1988). Lamps of the pier. Holm Press." for n, name in enumerate(names, 1)]
    listed = first.format(anchor.format(1)) + entries[0]
    listed += "".join(gap.format(anchor.format(n)) + entry for n, entry in enumerate(entries[1:], 2)) + last
    article = read(f"<p>{body}</p><h2>References</h2>{listed}")
    assert marker_readings(article) == [(f"[{n}]", (str(n),), ()) for n in range(1, 5)]
    assert [reference.text.split(",")[0] for reference in article.references] == names


def test_an_anchor_at_the_end_of_its_own_line_stays_there() -> None:
    names = ["Berg", "Lee", "Holm"]
    body = " ".join(f'{LEAD}, says {name} <a href="#r{n}">[{n}]</a>.' for n, name in enumerate(names, 1))
    listed = "<br>".join(f'{n}. {name}, A. (1988). Lamps. Holm Press.<a id="r{n}"></a>' for n, name in enumerate(names, 1))
    article = read(f"<p>{body}</p><h2>References</h2><p>{listed}</p>")
    assert marker_readings(article) == [(f"[{n}]", (str(n),), ()) for n in range(1, 4)]
    assert [reference.text.split(",")[0] for reference in article.references] == names
