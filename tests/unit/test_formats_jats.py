"""JATS: what its elements become, which entries its markers name."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import Block, BlockKind, StyleKind
from reader.formats import parse_article
from tests.unit.article_contents import block_texts, marker_readings
from tests.unit.jats_files import NOTES, REFS, jats, read, x

PARAGRAPHS = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE)


def block(article: Article, beginning: str) -> Block:
    return next(one for one in article.blocks if article.text.startswith(beginning, one.start))


# ---------------------------------------------------------------------- the front


def test_the_front_tells_title_authors_journal_date_and_address() -> None:
    front = """<article-id pub-id-type="doi">10.5555/LAMP.1</article-id>
    <title-group><article-title>The lamp of <italic>Vik</italic><xref ref-type="fn" rid="x">*</xref></article-title>
    <subtitle>A history</subtitle></title-group>
    <contrib-group><contrib contrib-type="author"><name><surname>Rask</surname><given-names>Ana</given-names></name></contrib>
    <contrib contrib-type="author"><collab>The Lamp Group<contrib-group><contrib><name><surname>Vik</surname></name></contrib>
    </contrib-group></collab></contrib>
    <contrib contrib-type="editor"><name><surname>Moe</surname></name></contrib></contrib-group>
    <pub-date pub-type="ppub"><year>2013</year></pub-date>
    <pub-date pub-type="epub"><day>9</day><month>March</month><year>2012</year></pub-date>
    <abstract><p>It was lit.</p></abstract>"""
    data = jats(front=front).replace(
        b"<front>",
        b"<front><journal-meta><journal-title-group><journal-title>Coast</journal-title></journal-title-group></journal-meta>",
    )
    article = parse_article(data.replace(b"<article ", b'<article xml:lang="nb" '), "lamp.xml")
    assert article.title == "The lamp of Vik*: A history"
    assert article.about == (
        "Ana Rask, The Lamp Group",
        "2012-03-09",
        "Coast",
        "https://doi.org/10.5555/lamp.1",
        "",
    )
    assert article.language == "nb"
    assert block_texts(article)[1:3] == ["Abstract", "It was lit."]


def test_each_abstract_stands_under_its_name() -> None:
    article = read(
        front='<abstract abstract-type="toc"><p>Short.</p></abstract><abstract><title>Long one</title><sec><title>Aim</title>'
        "<p>To see.</p></sec></abstract><trans-abstract><p>Kurz.</p></trans-abstract>"
    )
    assert block_texts(article, BlockKind.HEADING) == ["The lamp", "Summary", "Long one", "Aim", "Abstract"]


# ---------------------------------------------------------------------- markers


@pytest.mark.parametrize(
    ("text", "shown", "names"),
    [
        (f"lit [{x('r1', '1')}] once", "[1]", "1"),
        (f"lit {x('r1', '[1]')}.", "[1]", "1"),
        (f"lit<sup>{x('r2', '2')}</sup> once", "[2]", "2"),
        (f"lit{x('r2', '<sup>2</sup>')} once", "[2]", "2"),
        (f"lit<sup>[{x('r2', '2')}]</sup> once", "[2]", "2"),
        (f"lit {x('r1 r4', '1, 4')} once", "1, 4", "14"),
        (f"lit [{x('r1', '1')}, {x('r3', '3')}] once", "[1, 3]", "13"),
        (f"lit [{x('r1', '1')}–{x('r4', '4')}] once", "[1–4]", "1234"),
        (f"lit {x('r2', '[2]')}-{x('r4', '[4]')} once", "[2]-[4]", "234"),
        (f"lit [{x('r2', '2')}]–[{x('r4', '4')}] once", "[2]–[4]", "234"),
        (f"lit<sup>{x('r1', '1')},</sup> <sup>{x('r3', '3')}–</sup> <sup>{x('r5', '5')}</sup> once", "[1, 3– 5]", "1345"),
        (f"lit [{x('r2', '2–4')}] once", "[2–4]", "234"),
        (f"lit ({x('r1', 'Rask, 1999')}; {x('r2', 'Vik, 2001')}).", "(Rask, 1999; Vik, 2001)", "12"),
        (f"lit (see {x('r1', 'Rask, 1999')}, too)", "Rask, 1999", "1"),
        (f"{x('r1', 'Rask (1999)')} and {x('r2', 'Vik (2001)')} saw it", "Rask (1999) and Vik (2001)", "12"),
        ("lit <xref rid='r5'>it</xref> once", "it", "5"),
        ("lit <xref ref-type='bibr' rid='r5'/> once", "[5]", "5"),
    ],
)
def test_a_marker_names_its_entries(text: str, shown: str, names: str) -> None:
    assert marker_readings(read(f"<p>It was {text}</p>", REFS)) == [(shown, tuple(names), ())]


def test_markers_apart_are_markers_of_their_own() -> None:
    article = read(f"<p>Lit [{x('r1', '1')}] and dark [{x('r2', '2')}], ({x('r3', '3')}) ({x('r4', '4')}).</p>", REFS)
    assert [shown for shown, _, _ in marker_readings(article)] == ["[1]", "[2]", "(3) (4)"]


def test_a_range_runs_between_numbers_only() -> None:
    article = read(f"<p>As {x('r1', 'Rask 1999')} – {x('r4', 'Moe 2003')} say.</p>", REFS)
    assert marker_readings(article)[0][1] == ("1", "4")


def test_a_marker_that_points_nowhere_is_told() -> None:
    article = read(f"<p>It was lit [{x('r99', '99')}].</p>", REFS)
    assert marker_readings(article) == [("[99]", (), ("r99",))]


def test_what_names_a_figure_a_section_or_an_author_is_no_marker() -> None:
    article = read(
        f"<p>See {x('f1', 'Figure 1', 'fig')}, {x('s', 'there', 'sec')}, {x('f1', 'it')}.</p>"
        '<fig id="f1"><caption><p>A.</p></caption></fig>',
        REFS,
    )
    assert article.citations == ()
    assert "See Figure 1, there, it." in article.text


def test_markers_of_tables_and_captions_are_known_as_such() -> None:
    article = read(
        f"<p>Lit [{x('r1', '1')}].</p>"
        f"<fig><label>Figure 1</label><caption><title>After [{x('r2', '2')}]</title></caption></fig>"
        f"<table-wrap><table><tr><td>Lamp</td><td>first [{x('r3', '3')}]</td></tr></table></table-wrap>",
        REFS,
    )
    assert [(c.kind, c.references) for c in article.citations] == [("note", ("1",)), ("caption", ("2",)), ("caption", ("3",))]


# ---------------------------------------------------------------------- entries


def test_an_entry_that_has_its_punctuation_is_shown_as_it_stands() -> None:
    reference = read(back=REFS).references[0]
    assert reference.text == "Rask O (1999) Lamps of the north. Coast 3: 4."
    assert (reference.label, reference.year, reference.title, reference.authors) == (
        "1",
        "1999",
        "Lamps of the north",
        ("Rask, O",),
    )
    article = read(back=REFS)
    assert article.text[slice(*article.references[0].span or ())] == "[1] Rask O (1999) Lamps of the north. Coast 3: 4."


def test_fields_that_touch_are_parted() -> None:
    touching = """<ref-list><ref id="a"><mixed-citation><person-group>
    <name><surname>Rask</surname><given-names>O</given-names></name>
    <name><surname>Vik</surname><given-names>A</given-names></name><etal/></person-group>: <article-title>Lamps.</article-title
    ><source>Coast</source> <year>1999</year>;<volume>3</volume>(<issue>2</issue>):<fpage>4</fpage>–<lpage>9</lpage>.
    <pub-id pub-id-type="pmid">77</pub-id>
    <pub-id pub-id-type="doi">10.5555/Coast.3</pub-id></mixed-citation></ref></ref-list>"""
    reference = read(back=touching).references[0]
    assert reference.text == "Rask O, Vik A, et al.: Lamps. Coast 1999;3(2):4–9. PMID: 77 doi: 10.5555/Coast.3"
    assert (reference.doi, reference.label) == ("10.5555/coast.3", "Rask & Vik 1999")


@pytest.mark.parametrize("tag", ["element-citation", "nlm-citation", "citation"])
def test_an_entry_of_fields_is_written_out(tag: str) -> None:
    fields = f"""<ref-list><ref id="a"><{tag}><person-group person-group-type="author"><name><surname>Rask</surname>
    <given-names>O</given-names></name><collab>Lamp Group</collab></person-group><person-group person-group-type="editor"><name>
    <surname>Moe</surname><given-names>C</given-names></name></person-group><year>2010a</year>
    <article-title>Is it lit?</article-title><source>Lamps</source><volume>3</volume><issue>1</issue>
    <fpage>4</fpage><lpage>9</lpage><publisher-loc>Vik</publisher-loc><publisher-name>Pier Press</publisher-name>
    <pub-id pub-id-type="doi">10.5555/l.3</pub-id>
    <ext-link xlink:href="https://lamps.example/3">https://lamps.example/3</ext-link></{tag}></ref></ref-list>"""
    reference = read(back=fields).references[0]
    assert reference.text == (
        "Rask O, Lamp Group (2010a) Is it lit? In: Moe C, eds. Lamps 3(1): 4–9. Vik: Pier Press. "
        "doi: 10.5555/l.3 https://lamps.example/3"
    )
    assert reference.authors == ("Rask, O", "Lamp Group")
    assert (reference.year, reference.title) == ("2010", "Is it lit?")
    assert (reference.doi, reference.url) == ("10.5555/l.3", "https://lamps.example/3")
    assert reference.label == "Rask & Lamp Group 2010a"


def test_an_entry_may_hold_several_citations_a_note_or_have_no_id() -> None:
    article = read(
        back="<ref-list><ref id='a'><label>1</label><mixed-citation>Rask O. Lamps. 1999.</mixed-citation>"
        "<mixed-citation>Vik A. Piers. 2001.</mixed-citation></ref><ref>"
        "<label>2</label><note><p>The lamp was ours.</p></note></ref></ref-list>"
    )
    assert [(r.text, r.remark) for r in article.references] == [
        ("Rask O. Lamps. 1999. Vik A. Piers. 2001.", False),
        ("The lamp was ours.", True),
    ]


def test_a_list_without_a_title_gets_one() -> None:
    assert "References" in block_texts(read(back=REFS.replace("<title>References</title>", "")), BlockKind.HEADING)


# ---------------------------------------------------------------------- notes


def test_a_note_that_the_text_calls_is_an_entry_and_a_remark_unless_it_names_a_source() -> None:
    article = read(f"<p>It was lit<sup>{x('n1', '1', 'fn')}</sup> and seen.<sup>[{x('n2', '2', 'fn')}]</sup></p>", NOTES)
    assert marker_readings(article) == [("[1]", ("1",), ()), ("[2]", ("2",), ())]
    assert [(r.text, r.remark, r.url) for r in article.references] == [
        ("Nobody saw it.", True, ""),
        ("Rask 1999, see there.", False, "https://rask.example/"),
    ]
    assert "No interests." in block_texts(article, BlockKind.PARAGRAPH)
    assert "Notes" in block_texts(article, BlockKind.HEADING)


def test_a_note_in_the_text_comes_after_its_paragraph() -> None:
    article = read("<p>It was lit<fn><label>a</label><p>Once.</p></fn> and seen.</p><p>More.</p>")
    assert block_texts(article)[1:] == ["It was lit[a] and seen.", "[a] Once.", "More."]
    assert marker_readings(article) == [("[a]", ("a",), ())]


def test_what_authors_did_is_told_with_their_names() -> None:
    article = read(
        front="<contrib-group><contrib><name><surname>Rask</surname><given-names>Ana</given-names></name>"
        '<xref ref-type="fn" rid="c1"/></contrib></contrib-group>',
        back='<sec><title>Contributions</title><fn-group><fn id="c1"><p>lit the lamp.</p></fn></fn-group></sec>',
    )
    assert "Ana Rask: lit the lamp." in block_texts(article)
    assert article.references == ()


# ---------------------------------------------------------------------- blocks


def test_sections_are_headings_of_their_depth_with_their_labels() -> None:
    article = read(
        "<sec><label>1.</label><title>Past</title><p>A.</p><sec><title>Farther</title><p>B.</p></sec></sec><sec><p>C.</p></sec>"
    )
    found = [(article.text[b.start : b.end], b.level) for b in article.blocks if b.kind is BlockKind.HEADING]
    assert found == [("The lamp", 1), ("1. Past", 2), ("Farther", 3)]


def test_lists_quotes_code_and_definitions_are_drawn_as_such() -> None:
    article = read(
        """<list list-type="order"><list-item><p>One.</p><p>More.</p>
        <list list-type="bullet"><list-item><p>Deep.</p></list-item></list></list-item>
        <list-item><label>(b)</label><p>Two.</p></list-item></list>
        <list list-type="alpha-lower"><list-item><p>Three.</p></list-item></list>
        <disp-quote><p>It burns.</p><attrib>Rask</attrib></disp-quote>
        <preformat>lamp = on
    dim</preformat>
        <def-list><def-item><term>Lamp</term><def><p>A light.</p></def></def-item></def-list>
        <verse-group><verse-line>O lamp</verse-line><verse-line>o light</verse-line></verse-group>
        <boxed-text><caption><title>Box 1</title></caption><p>In a box.</p></boxed-text>"""
    )
    found = [(article.text[b.start : b.end], b.kind, b.level) for b in article.blocks[1:]]
    assert found == [
        ("1. One.", BlockKind.ITEM, 1),
        ("More.", BlockKind.ITEM, 2),
        ("• Deep.", BlockKind.ITEM, 2),
        ("(b) Two.", BlockKind.ITEM, 1),
        ("a. Three.", BlockKind.ITEM, 1),
        ("It burns.", BlockKind.QUOTE, 1),
        ("— Rask", BlockKind.QUOTE, 1),
        ("lamp = on\n    dim", BlockKind.CODE, 0),
        ("• Lamp: A light.", BlockKind.ITEM, 1),
        ("O lamp\no light", BlockKind.QUOTE, 1),
        ("Box 1", BlockKind.HEADING, 2),
        ("In a box.", BlockKind.PARAGRAPH, 0),
    ]


def test_a_figure_in_the_middle_of_a_sentence_comes_after_it() -> None:
    article = read(
        "<p>It was <fig><label>Figure 1</label><caption><title>The lamp.</title><p>At night.</p></caption></fig>lit.</p>"
        "<fig><alt-text>A lamp in fog</alt-text><graphic/></fig>"
        "<supplementary-material><label>File 1.</label><caption><p>All of it.</p></caption></supplementary-material>"
    )
    assert block_texts(article)[1:] == [
        "It was lit.",
        "Figure 1. The lamp.",
        "At night.",
        "[image: A lamp in fog]",
        "File 1. All of it.",
    ]


def test_a_table_is_aligned_with_its_head_its_spans_and_its_notes() -> None:
    article = read(
        """<table-wrap><label>Table 1.</label><caption><title>Lamps</title></caption><table><thead><tr><th rowspan="2">Port</th>
        <th colspan="2">Height<xref ref-type="table-fn" rid="t1"><sup>a</sup></xref></th></tr>
        <tr><th>low</th><th>high</th></tr></thead>
        <tbody><tr><td>Vik</td><td>1</td><td>20</td></tr></tbody></table>
        <table-wrap-foot><fn id="t1"><label>a</label><p>In metres.</p></fn></table-wrap-foot></table-wrap>"""
    )
    assert block_texts(article)[1:] == [
        "Table 1. Lamps",
        "Port  Heightᵃ\n          low  high\n────  ───────  ────\nVik         1    20",
        "a In metres.",
    ]
    assert block(article, "Port").kind is BlockKind.TABLE
    assert article.references == ()


def test_a_formula_stands_in_its_sentence() -> None:
    article = read(
        """<p>Here
        <inline-formula><mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></inline-formula> is
        <disp-formula><label>(1)</label><alternatives><graphic/><mml:math><mml:mi>y</mml:mi><mml:mo>=</mml:mo>
        <mml:mn>2</mml:mn></mml:math><tex-math>no</tex-math></alternatives></disp-formula>so far,
        <inline-formula><tex-math>$z$</tex-math></inline-formula>.</p>"""
    )
    assert " ".join(block_texts(article)[1].split()) == "Here x² is y = 2 (1) so far, z."


def test_high_and_low_letters_and_looks() -> None:
    article = read(
        "<p>10<sup>6</sup> H<sub>2</sub>O, <italic>x</italic><sup>n+<italic>Q</italic></sup>, <bold>strong</bold>, "
        "<monospace>code</monospace>,<break/>"
        '<ext-link ext-link-type="doi" xlink:href="10.5555/a">link</ext-link> <email>ana@lamp.example</email></p>'
    )
    assert block_texts(article)[1] == "10⁶ H₂O, x^(n+Q), strong, code,\nlink ana@lamp.example"
    styled_texts = {(article.text[s.start : s.end], s.kind, s.target) for s in article.styles}
    assert {
        ("x", StyleKind.EMPHASIS, ""),
        ("strong", StyleKind.STRONG, ""),
        ("code", StyleKind.CODE, ""),
        ("link", StyleKind.LINK, "https://doi.org/10.5555/a"),
        ("ana@lamp.example", StyleKind.LINK, "mailto:ana@lamp.example"),
    } <= styled_texts


def test_what_comes_along_with_the_article_is_set_aside() -> None:
    article = read(
        f"<p>Lit [{x('r1', '1')}].</p>",
        REFS,
        more="<sub-article><front-stub><title-group><article-title>Decision letter</article-title></title-group></front-stub>"
        f"<body><p>We saw [{x('q1', '9')}].</p></body><back><ref-list><ref id='q1'><mixed-citation>Qvist 2009."
        "</mixed-citation></ref></ref-list></back></sub-article>",
    )
    noise_texts = [article.text[n.start : n.end] for n in article.noise]
    assert noise_texts == ["Decision letter", "We saw [9].", "References", "Qvist 2009."]
    assert len(article.references) == 5
    assert [shown for shown, _, _ in marker_readings(article)] == ["[1]"]
    assert article.title == "The lamp"


def test_an_id_that_two_lists_use_names_the_entry_of_the_first() -> None:
    again = REFS.replace("Rask", "Nord").replace("Vik A. Piers", "Ask B. Cliffs")
    article = read(f"<p>Lit {x('r1', '1')} by {x('r2', '2')}.</p>", REFS + again)
    texts = [article.reference_by_id[name].text[:4] for citation in article.citations for name in citation.references]
    assert (len(article.references), texts) == (10, ["Rask", "Vik "])


@pytest.mark.parametrize(
    ("own_list", "names"), [(REFS.replace("Rask", "Nord"), []), ("", ["Rask"])], ids=["own list", "no list"]
)
def test_a_marker_of_a_reply_names_an_entry_of_the_article_unless_the_reply_has_one_of_that_id(
    own_list: str, names: list[str]
) -> None:
    reply = f"<sub-article><body><p>They saw {x('r1', '1')}.</p></body><back>{own_list}</back></sub-article>"
    article = read(f"<p>Lit {x('r2', '2')}.</p>", REFS, more=reply)
    texts = [article.reference_by_id[name].text[:4] for citation in article.citations for name in citation.references]
    assert (len(article.references), texts) == (5, ["Vik ", *names])


def test_parts_of_the_back_stand_under_their_names() -> None:
    article = read(
        back="<ack><p>Thanks.</p></ack><app-group><app><title>Appendix A</title><p>More.</p></app></app-group>" + REFS
    )
    assert block_texts(article, BlockKind.HEADING)[1:] == ["Acknowledgements", "Appendix A", "References"]


# ---------------------------------------------------------------------- characters and other wrappings


def test_named_characters_need_no_dtd() -> None:
    article = read("<p>5&nbsp;m &alpha;&ndash;&amp;&lt; <![CDATA[&nbsp;<b>]]></p>")
    assert block_texts(article)[1] == "5 m α–&< &nbsp;<b>"


@pytest.mark.parametrize("wrap", ["namespaced", "set", "utf-16", "bare"])
def test_an_article_is_found_however_it_is_packed(wrap: str) -> None:
    data = jats(f"<p>It was lit [{x('r1', '1')}].</p>", REFS)
    if wrap == "namespaced":
        data = (
            b'<j:article xmlns:j="urn:jats" article-type="x"><j:front/><j:body><j:p>It was lit [1].</j:p></j:body></j:article>'
        )
    elif wrap == "set":
        data = b"<pmc-articleset>" + data[data.index(b"<article ") :] + b"</pmc-articleset>"
    elif wrap == "utf-16":
        data = data.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    else:
        data = b"<article><front><article-meta/></front><body><p>It was lit [1].</p></body></article>"
    article = parse_article(data, "-")
    assert article.format == "jats"
    assert "It was lit [1]." in article.text


@pytest.mark.parametrize("packed", ["<citation-alternatives>{}{}</citation-alternatives>", "{}{}", "{1}{0}"])
def test_a_work_that_is_given_as_printed_and_in_fields_is_one_entry(packed: str) -> None:
    fields = """<element-citation><name><surname>Rask</surname><given-names>O</given-names></name><year>1999</year>
    <article-title>Lamps of the north</article-title><source>Coast</source><fpage>4</fpage></element-citation>"""
    printed = "<mixed-citation>Rask, O. Lamps of the north. <italic>Coast</italic>, 1999, p. 4.</mixed-citation>"
    other = "<mixed-citation>Vik A. Piers. 2001.</mixed-citation>"
    entries = f'<ref id="r1"><label>1</label>{packed.format(fields, printed)}</ref><ref id="r2">{printed}{other}</ref>'
    first, second = read(f"<p>Lamps burn {x('r1', '1')}.</p>", f"<ref-list>{entries}</ref-list>").references
    assert (first.text, first.authors) == ("Rask, O. Lamps of the north. Coast, 1999, p. 4.", ("Rask, O",))
    assert second.text == "Rask, O. Lamps of the north. Coast, 1999, p. 4. Vik A. Piers. 2001."


def test_a_number_that_two_lists_have_names_the_entry_of_its_element() -> None:
    def entry(name: str, label: int, text: str) -> str:
        return f'<ref id="{name}{label}"><label>{label}</label><mixed-citation>{text}</mixed-citation></ref>'

    lists = "".join(
        f"<ref-list>{entry(name, 1, f'{title}, 2001.')}{entry(name, 2, f'More {title}, 2002.')}</ref-list>"
        for name, title in (("a", "Books"), ("b", "Pages"))
    )
    article = read(f"<p>Lamps {x('a1', '1')} burn {x('b1', '1')} oil {x('a1 a2', '1, 2')}.</p>", lists)
    names = [[article.reference_by_id[name].text for name in c.references] for c in article.citations]
    assert names == [["Books, 2001."], ["Pages, 2001."], ["Books, 2001.", "More Books, 2002."]]
