"""DOCX: what Word's markup becomes, its notes and bibliographies."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.formats import parse_article
from reader.formats.docx import trace_docx
from tests.unit.article_contents import block_texts, marker_readings, visible_blocks
from tests.unit.docxs import NAMESPACES, docx, field, link, mark, note, notes, p, relations, t
from tests.unit.test_formats_hostile import check


def read(*body: str, **parts: str) -> Article:
    article = parse_article(docx(*body, **parts), "lamp.docx")
    assert article.format == "docx"
    check(article)
    return article


# ---------------------------------------------------------------------- blocks


def test_styles_make_headings_quotes_and_code_whatever_their_ids() -> None:
    article = read(
        p("The lamp", style="Tittel"),
        p("Past", style="Overskrift1"),
        p("Farther", style="Mine"),
        p("It burns.", style="Sitat"),
        p("x = 1", style="Kode"),
        p("  y = 2", style="Kode"),
        p("Words.", style="Loop"),
        "<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr><w:r><w:t>By level</w:t></w:r></w:p>",
        p(""),
    )
    assert visible_blocks(article) == [
        ("The lamp", BlockKind.HEADING, 1),
        ("Past", BlockKind.HEADING, 2),
        ("Farther", BlockKind.HEADING, 3),
        ("It burns.", BlockKind.QUOTE, 1),
        ("x = 1\n  y = 2", BlockKind.CODE, 0),
        ("Words.", BlockKind.PARAGRAPH, 0),
        ("By level", BlockKind.HEADING, 2),
    ]


def test_lists_count_as_word_does() -> None:
    article = read(
        p("dot", style="Liste"),
        p("deep", number="1", level=1),
        p("three", number="2"),
        p("a", number="2", level=1),
        p("b", number="2", level=1),
        p("four", number="2"),
        p("a again", number="2", level=1),
        p("from one", number="3"),
        p("out of it", style="Liste", number="0"),
        p("lost", number="77"),
    )
    assert [(text, level) for text, _, level in visible_blocks(article)] == [
        ("• dot", 1),
        ("• deep", 2),
        ("3. three", 1),
        ("3.a) a", 2),
        ("3.b) b", 2),
        ("4. four", 1),
        ("4.a) a again", 2),
        ("1. from one", 1),
        ("out of it", 0),
        ("lost", 0),
    ]


def test_a_table_is_aligned_with_its_head_and_its_merged_cells() -> None:
    def cell(*inside: str, more: str = "") -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{''.join(map(p, inside))}</w:tc>"

    article = read(
        "<w:tbl><w:tblPr/><w:tr><w:trPr><w:tblHeader/></w:trPr>",
        cell("Port"),
        cell("Heights", more='<w:gridSpan w:val="2"/>'),
        "</w:tr><w:tr>",
        cell("Vik", more='<w:vMerge w:val="restart"/>'),
        cell("12"),
        cell("7"),
        "</w:tr><w:tr>",
        cell("gone", more="<w:vMerge/>"),
        cell("3"),
        cell("first", "second"),
        "</w:tr></w:tbl>",
    )
    assert visible_blocks(article) == [
        (
            "Port  Heights\n────  ───────  ──────\nVik        12  7\n            3  first\n               second",
            BlockKind.TABLE,
            0,
        )
    ]


def test_a_table_that_only_arranges_the_page_is_its_words() -> None:
    article = read(f"<w:tbl><w:tr><w:tc>{p('Past', style='Overskrift1')}{p('It was lit.')}</w:tc></w:tr></w:tbl>")
    assert block_texts(article) == ["Past", "It was lit."]


def test_text_boxes_controls_and_content_for_newer_programs() -> None:
    box = f"<w:txbxContent>{p('In a box.')}</w:txbxContent>"
    choice = f'<mc:Choice Requires="wps"><w:drawing><wp:docPr descr="A lamp"/>{box}</w:drawing></mc:Choice>'
    article = read(
        p(
            "Here",
            f"<w:r><mc:AlternateContent>{choice}<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        ),
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('Controlled.')}</w:sdtContent></w:sdt>",
        p(f"<w:sdt><w:sdtContent>{t('Inside')}</w:sdtContent></w:sdt>", f"<w:smartTag>{t(' it.')}</w:smartTag>"),
    )
    assert block_texts(article) == ["Here[image: A lamp]", "In a box.", "Controlled.", "Inside it."]


def test_a_table_of_contents_is_set_aside() -> None:
    article = read(p(link("Past 3", "_Toc1"), style="Toc1"), p(mark("_Toc1"), "Past", style="Overskrift1"), p("Words."))
    assert [article.text[n.start : n.end] for n in article.noise] == ["Past 3"]
    assert article.title == "Past"


# ---------------------------------------------------------------------- words


def test_looks_signs_and_breaks() -> None:
    article = read(
        p(
            "10",
            t("6", '<w:vertAlign w:val="superscript"/>'),
            t("lit", "<w:b/>"),
            t("not", '<w:rStyle w:val="Sterk"/><w:b w:val="0"/>'),
            t("strong", '<w:rStyle w:val="Sterk"/>'),
            t("x", "<w:i/>"),
            t("y", '<w:rStyle w:val="Fast"/>'),
            t("hidden", "<w:vanish/>"),
            "<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>c</w:t></w:r>",
            '<w:r><w:br w:type="page"/></w:r>',
            '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:char="zz"/></w:r>',
            "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
        )
    )
    assert block_texts(article) == ["10⁶litnotstrongxy a\nb-c≥✓1/2"]
    styled_texts = {(article.text[s.start : s.end], s.kind) for s in article.styles}
    assert {
        ("lit", StyleKind.STRONG),
        ("strong", StyleKind.STRONG),
        ("x", StyleKind.EMPHASIS),
        ("y", StyleKind.CODE),
    } <= styled_texts


def test_what_was_inserted_is_shown_and_what_was_deleted_is_not() -> None:
    deleted = "<w:r><w:delText>dark</w:delText></w:r>"
    article = read(
        p("It was ", f"<w:del>{deleted}</w:del>", f"<w:ins>{t('lit')}</w:ins>", f"<w:moveFrom>{t('gone')}</w:moveFrom>"),
        p(
            f"<w:moveTo>{t('Moved')}</w:moveTo>",
            "<w:commentRangeStart w:id='1'/>",
            " on.",
            "<w:r><w:commentReference w:id='1'/></w:r>",
        ),
        comments=f"<w:comments {NAMESPACES}><w:comment w:id='1'>{p('A comment.')}</w:comment></w:comments>",
    )
    assert block_texts(article) == ["It was lit", "Moved on."]


def test_paragraphs_whose_mark_between_them_is_deleted_are_one() -> None:
    def cut(text: str) -> str:
        return p(text).replace("<w:pPr>", "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr>")

    cell = f"<w:tc>{cut('lamp ')}{p('oil')}</w:tc><w:tc>{p('wick')}</w:tc>"
    article = read(
        cut("It was "), cut("dark, then "), p("lit."), cut("Last."), f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", cut("End.")
    )
    assert [" ".join(text.split()) for text in block_texts(article)] == [
        "It was dark, then lit.",
        "Last.",
        "lamp oil wick",
        "End.",
    ]


def test_links_and_fields_show_their_results_and_lead_where_they_do() -> None:
    article = read(
        p(
            '<w:hyperlink r:id="r1"><w:r><w:t>one</w:t></w:r></w:hyperlink>',
            " ",
            field('HYPERLINK "https://b.example/"', t("two")),
        ),
        p(
            f"<w:fldSimple w:instr='HYPERLINK &quot;https://c.example/&quot;'>{t('three')}</w:fldSimple>",
            field("PAGE", t(" 7")),
        ),
        p(
            field(" ADDIN ZOTERO_ITEM CSL_CITATION {&quot;a&quot;: 1}", t("(Rask 1999)")),
            field("TOC", field("REF x", t(" deep"))),
        ),
        p('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>BROKEN</w:instrText></w:r>'),
        p("After it."),
        rels=relations(r1="https://a.example/"),
    )
    assert block_texts(article) == ["one two", "three 7", "(Rask 1999) deep", "After it."]
    links = {(article.text[s.start : s.end], s.target) for s in article.styles if s.kind is StyleKind.LINK}
    assert links == {("one", "https://a.example/"), ("two", "https://b.example/"), ("three", "https://c.example/")}


# ---------------------------------------------------------------------- notes and references


def test_footnotes_and_endnotes_are_entries_in_the_order_of_their_calls() -> None:
    article = read(
        p("It was lit", note(2), " and seen", note(1), ", they say", note(1, "endnote"), ". Lit once more", note(2), "."),
        footnotes=notes("Nobody saw it.", "Rask 1999, see there."),
        endnotes=notes("Vik, 2001. doi:10.5555/vik", kind="endnote"),
    )
    assert marker_readings(article) == [("[1]", ("1",), ()), ("[2]", ("2",), ()), ("[i]", ("i",), ()), ("[1]", ("1",), ())]
    assert [(r.label, r.text, r.remark) for r in article.references] == [
        ("1", "Rask 1999, see there.", False),
        ("2", "Nobody saw it.", True),
        ("i", "Vik, 2001. doi:10.5555/vik", False),
    ]
    assert block_texts(article)[1:] == [
        "Notes",
        "[1] Rask 1999, see there.",
        "[2] Nobody saw it.",
        "[i] Vik, 2001. doi:10.5555/vik",
    ]


def test_links_in_notes_are_those_of_their_own_part() -> None:
    there = "<w:hyperlink r:id='r1'><w:r><w:t>there</w:t></w:r></w:hyperlink>"
    body = f"<w:footnotes {NAMESPACES}><w:footnote w:id='1'>{p('See ', there)}</w:footnote></w:footnotes>"
    packed = io.BytesIO(docx(p("Lit", note(1)), footnotes=body, rels=relations(r1="https://wrong.example/")))
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr("word/_rels/footnotes.xml.rels", relations(r1="https://right.example/"))
    assert parse_article(packed.getvalue(), "lamp.docx").references[0].url == "https://right.example/"


def test_a_note_with_a_sign_of_its_own_and_a_call_of_no_note() -> None:
    own = '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="1"/><w:t>*</w:t></w:r>'
    article = read(p("It was lit", own, " and seen", note(2), note(9), "."), footnotes=notes("A remark.", "Another one."))
    assert block_texts(article)[0] == "It was lit[*] and seen[1]."
    assert [r.label for r in article.references] == ["*", "1"]


def test_links_to_a_bibliography_are_markers() -> None:
    article = read(
        p(
            "It was lit (",
            link("Rask 1999", "ref-a"),
            "; ",
            link("Vik 2001", "ref-b"),
            ") and ",
            link("Rask (1999)", "ref-a"),
            ".",
        ),
        p("References", style="Overskrift1"),
        mark("ref-a"),
        p("Rask, O. 1999. “Lamps.” ", '<w:hyperlink r:id="r1"><w:r><w:t>here</w:t></w:r></w:hyperlink>', style="Bib"),
        mark("ref-b"),
        p("Vik, A. 2001. “Piers.” Coast 3.", style="Bib"),
        mark("ref-c"),
        p("Moe, C. 2003. “Winds.” Coast 4.", style="Bib"),
        rels=relations(r1="https://doi.org/10.5555/lamp"),
    )
    labels = [r.label for r in article.references]
    assert labels == ["Rask 1999", "Vik 2001", "Moe 2003"]
    ids = [r.id for r in article.references]
    assert marker_readings(article) == [("(Rask 1999; Vik 2001)", tuple(ids[:2]), ()), ("Rask (1999)", (ids[0],), ())]
    assert article.references[0].doi == "10.5555/lamp"


def test_a_marker_of_which_a_part_is_a_link_is_one_marker() -> None:
    article = read(
        p("It was lit (", link("Rask 1999", "ref-a"), "; Vik 2001)."),
        p("References", style="Overskrift1"),
        p(mark("ref-a"), "Rask, O. 1999. “Lamps.” Coast 2.", style="Bib"),
        p("Vik, A. 2001. “Piers.” Coast 3.", style="Bib"),
    )
    assert [(shown, set(names)) for shown, names, _ in marker_readings(article)] == [
        ("(Rask 1999; Vik 2001)", {reference.id for reference in article.references})
    ]


def test_numbers_that_link_to_a_list_are_markers_and_ranges() -> None:
    article = read(
        p(
            "It was lit ",
            "[",
            link("1", "_ENREF_1"),
            "–",
            link("3", "_ENREF_3"),
            "] and",
            t("2", '<w:vertAlign w:val="superscript"/>'),
        ),
        p("Literature", style="Overskrift1"),
        *(p(mark(f"_ENREF_{n}"), f"{n}. ", f"Rask O. Lamps {n}. 199{n}.") for n in (1, 2, 3)),
    )
    assert [r.label for r in article.references] == ["1", "2", "3"]
    assert marker_readings(article)[0] == ("[1–3]", ("1", "2", "3"), ())


def test_notes_that_link_back_are_entries() -> None:
    article = read(
        p("It was lit", mark("_ftnref1"), link("[1]", "_ftn1"), "."),
        p(mark("_ftn1"), link("[1]", "_ftnref1"), " Nobody saw it."),
    )
    assert marker_readings(article) == [("[1]", ("1",), ())]
    assert [(r.text, r.remark) for r in article.references] == [("Nobody saw it.", True)]


def test_links_to_other_places_are_no_markers() -> None:
    article = read(
        p("See ", link("Past", "past"), " and ", field("REF past \\h", t("there")), "."),
        p(mark("past"), "Past", style="Overskrift1"),
    )
    assert article.citations == ()
    assert block_texts(article)[0] == "See Past and there."


def test_a_list_that_is_mere_text_is_found_beside_footnotes() -> None:
    article = read(
        p("It was lit [1] and seen", note(1), ", they say [2, 3]."),
        p("References"),
        *(p(f"[{n}] Rask O. (199{n}). Lamps {n}.") for n in (1, 2, 3)),
        footnotes=notes("A remark."),
    )
    found = [(shown, [article.reference_by_id[name].text for name in names]) for shown, names, _ in marker_readings(article)]
    assert found == [
        ("[1]", ["Rask O. (1991). Lamps 1."]),
        ("[1]", ["A remark."]),
        ("[2, 3]", ["Rask O. (1992). Lamps 2.", "Rask O. (1993). Lamps 3."]),
    ]


def test_a_list_that_word_numbers_has_its_labels() -> None:
    article = read(
        p("It was lit [1] and seen [2]."),
        p("References", style="Overskrift1"),
        p("Rask O. (1991). Lamps.", number="3"),
        p("Vik A. (1992). Piers.", number="3"),
    )
    assert marker_readings(article) == [("[1]", ("1",), ()), ("[2]", ("2",), ())]


def test_a_bibliography_that_nothing_links_to_is_matched_by_names_and_years() -> None:
    article = read(
        p("It was lit (Rask, 1999) and seen by Vik (2001)."),
        p("Rask, O. (1999). Lamps. Coast 3.", style="Bib"),
        p("Vik, A. (2001). Piers. Coast 4.", style="Bib"),
    )
    ids = [reference.id for reference in article.references]
    assert marker_readings(article) == [("(Rask, 1999)", (ids[0],), ()), ("Vik (2001)", (ids[1],), ())]


# ---------------------------------------------------------------------- what it says of itself


def test_the_properties_tell_who_when_and_in_which_language() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>The lamp</dc:title>'
        "<dc:creator>Ana Rask</dc:creator>"
        "<dcterms:created>2020-01-02T00:00:00Z</dcterms:created><dcterms:modified>2021-03-04T05:06:07Z</dcterms:modified>"
        "<dc:language>nb-NO</dc:language></cp:coreProperties>"
    )
    article = read(p("It was lit."), core=core)
    assert article.title == "The lamp"
    assert article.about[:2] == ("Ana Rask", "2021-03-04")
    assert article.language == "nb-NO"
    assert read(p("Past", style="Overskrift1"), p("Words."), core=core).title == "Past"


def test_a_document_that_is_traced_reads_the_same_and_names_the_elements_of_its_words() -> None:
    code = p("<w:r><w:br/></w:r>", "x = 1", style="Kode") + p("  y = 2", style="Kode")
    table = f"<w:tbl><w:tr><w:tc>{p('One ', 'cell')}</w:tc><w:tc>{p('41,000')}</w:tc></w:tr></w:tbl>"
    shown = p("A ferry ", t("of ", "<w:b/>"), t(" Sund", "<w:b/>"), note(1), t(" sails ", "<w:i/>"), t(" "), t(" ", "<w:b/>"))
    data = docx(p("The ferry", style="Tittel"), shown, table, code, p("[1] Lee.", style="Bib"), footnotes=notes("See it."))
    plain, traced = parse_article(data, "-"), trace_docx(data, "-")
    styles = tuple(style for style in traced.article.styles if style.kind is not StyleKind.ORIGIN)
    assert replace(traced.article, styles=styles) == replace(plain, original=b"")
    words = [
        (traced.article.text[style.start : style.end].strip(), (traced.pieces[int(style.target)].element.text or "").strip())
        for style in traced.article.styles
        if style.kind is StyleKind.ORIGIN
    ]
    assert ("Sund", "Sund") in words
    assert ("x = 1", "x = 1") in words
    assert [text for text, element in words if text != element and element] == ["Lee."]
    assert {text for text, element in words if text and not element} == {"[1]", "See it."}
