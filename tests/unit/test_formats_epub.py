"""EPUB: what a book's documents become, and notes across them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.formats import parse_article
from reader.formats.progress import Cancelled, ProgressReport, report_to
from tests.unit.article_contents import block_texts, noise_texts, visible_blocks
from tests.unit.epubs import CONTAINER, SAID, epub, item, opf, pack, page
from tests.unit.html_shapes import ONE, SHAPES, TEXT, TWO
from tests.unit.test_formats_hostile import check

PROSE = "The keeper lit the lamp when the boats were out, and let it burn until the last of them had come in again."
CHAPTERS = {f"c{number}.xhtml": page(f"<h1>Part {number}</h1><p>{PROSE} So says part {number}.</p>") for number in (1, 2, 3)}


def read(pages: Mapping[str, str], **more: Any) -> Article:
    article = parse_article(epub(pages, **more), "harbour.epub")
    assert article.format == "epub"
    check(article)
    return article


def marker_readings(article: Article) -> list[tuple[str, list[str]]]:
    return [(article.text[c.start : c.end], [article.reference_by_id[r].text for r in c.references]) for c in article.citations]


# ---------------------------------------------------------------------- documents and their order


def test_the_spine_gives_the_order_and_each_document_comes_once() -> None:
    manifest = "".join(item(name, f"{name}.xhtml") for name in ("b", "a", "gone", "c"))
    manifest += '<item id="css" href="a.css" media-type="text/css"/>'
    spine = "".join(f'<itemref idref="{name}"/>' for name in ("b", "css", "unknown", "gone", "a", "b"))
    pages = {f"OPS/{name}.xhtml": page(f"<p>{name} was lit.</p>") for name in "abc"}
    article = parse_article(
        pack({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf(manifest, spine), **pages}), "x.epub"
    )
    assert block_texts(article) == ["b was lit.", "a was lit."]


def test_names_of_members_are_read_as_addresses() -> None:
    manifest = item("a", "./../OPS/Part%20one.xhtml")
    book = {"OPS/book.opf": opf(manifest, '<itemref idref="a"/>'), "OPS/Part one.xhtml": page("<p>Lit.</p>")}
    assert block_texts(parse_article(pack({"META-INF/container.xml": CONTAINER, **book}), "x.epub")) == ["Lit."]


def test_blocks_looks_and_entities_of_xhtml() -> None:
    article = read(
        {
            "c.xhtml": page(
                "<h2>Past</h2><p>It <em>was</em> lit&#160;&amp; seen<br/>twice.</p><a id='x'/><ul><li>one</li></ul>"
                "<blockquote><p>Burn.</p></blockquote><pre>x\n  y</pre><img src='x' alt='A lamp'/>"
                "<table><tr><th>Port</th><th>Lamps</th></tr><tr><td>Vik</td><td>3</td></tr></table>"
            )
        }
    )
    assert visible_blocks(article) == [
        ("Past", BlockKind.HEADING, 2),
        ("It was lit & seen\ntwice.", BlockKind.PARAGRAPH, 0),
        ("• one", BlockKind.ITEM, 1),
        ("Burn.", BlockKind.QUOTE, 1),
        ("x\n  y", BlockKind.CODE, 0),
        ("[image: A lamp]", BlockKind.PARAGRAPH, 0),
        ("Port  Lamps\n────  ─────\nVik       3", BlockKind.TABLE, 0),
    ]
    assert [article.text[s.start : s.end] for s in article.styles][:1] == ["was"]


def test_a_title_that_is_a_paragraph_is_a_heading_like_its_number() -> None:
    titled = '<hgroup><h3 epub:type="ordinal">II</h3><p epub:type="title">Of lamps</p></hgroup><p>They were lit.</p>'
    assert visible_blocks(read({"c.xhtml": page(titled)}))[:2] == [
        ("II", BlockKind.HEADING, 3),
        ("Of lamps", BlockKind.HEADING, 3),
    ]
    alone = read({"c.xhtml": page('<p epub:type="title">Of lamps</p><p>They were lit.</p>')})
    assert visible_blocks(alone)[0] == ("Of lamps", BlockKind.HEADING, 2)


def test_documents_out_of_line_come_last_and_are_set_aside() -> None:
    pages = {"map.xhtml": page("<p>A map of the harbour.</p>"), **CHAPTERS}
    article = read(pages, out_of_line=("map.xhtml",))
    assert block_texts(article)[-1] == "A map of the harbour."
    assert noise_texts(article) == ["A map of the harbour."]


def test_it_tells_how_far_it_is_and_can_be_stopped_there() -> None:
    steps: list[ProgressReport] = []

    with report_to(steps.append, lambda: steps[-1:] == [ProgressReport("chapter", 2, 3)]), pytest.raises(Cancelled):
        parse_article(epub(CHAPTERS), "harbour.epub")
    assert steps == [
        *(ProgressReport("file", number, 3) for number in (1, 2, 3)),
        ProgressReport("chapter", 1, 3),
        ProgressReport("chapter", 2, 3),
    ]


# ---------------------------------------------------------------------- what is no text


def test_covers_contents_imprints_and_indexes_are_set_aside_by_their_roles() -> None:
    pages = {
        "cover.xhtml": page("<p>The cover</p>", ' epub:type="cover"'),
        "title.xhtml": page("<h1>The harbour</h1>", ' epub:type="titlepage"'),
        "imprint.xhtml": page('<section epub:type="imprint"><p>All rights.</p></section>'),
        "nav.xhtml": page('<nav epub:type="toc"><ol><li><a href="c1.xhtml">Part 1</a></li></ol></nav>'),
        **CHAPTERS,
        "index.xhtml": page('<section role="doc-index"><h1>Index</h1><p>Lamp, <a href="c1.xhtml">1</a></p></section>'),
    }
    article = read(pages)
    assert noise_texts(article) == ["The cover", "All rights.", "1. Part 1", "Index", "Lamp, 1"]
    assert visible_blocks(article)[1] == ("The harbour", BlockKind.HEADING, 1)


def test_the_guide_and_the_manifest_tell_roles_too() -> None:
    pages = {
        "one.xhtml": page("<p>The cover</p>"),
        "two.xhtml": page("<h1>Parts</h1><p>First the lamps, then the boats.</p>"),
        "three.xhtml": page("<div id='c'><p>All rights.</p></div><p>For Vik.</p>"),
        **CHAPTERS,
    }
    guide = '<reference type="cover" href="one.xhtml"/><reference type="copyright-page" href="three.xhtml#c"/>'
    article = read(pages, guide=guide, properties={"two.xhtml": "scripted nav"})
    assert noise_texts(article) == ["The cover", "Parts", "First the lamps, then the boats.", "All rights."]


def test_a_document_that_is_mostly_links_to_others_is_a_table_of_contents() -> None:
    contents = "".join(f'<p><a id="t{n}" href="c{n}.xhtml#a{n}">The lamps of the harbour {n}</a></p>' for n in (1, 2, 3))
    # As converters write it: no heading but a paragraph that leads back to the contents.
    chapters = {
        f"c{n}.xhtml": page(f'<p class="h" id="a{n}"><a href="toc.xhtml#t{n}">Part {n}</a></p><p>{PROSE} So says part {n}.</p>')
        for n in (1, 2, 3)
    }
    article = read({"toc.xhtml": page(f"<p>Contents</p>{contents}"), **chapters})
    assert noise_texts(article) == ["Contents", *(f"The lamps of the harbour {n}" for n in (1, 2, 3))]
    assert article.citations == article.references == ()


def test_a_first_document_of_nothing_but_a_picture_is_a_cover() -> None:
    article = read({"c.xhtml": page("<div><img src='c.jpg' alt='A harbour'/></div>"), **CHAPTERS})
    assert noise_texts(article) == ["[image: A harbour]"]


def test_what_is_most_of_a_book_is_its_text_whatever_it_is_called() -> None:
    assert noise_texts(read({"c.xhtml": page(f"<p>{PROSE}</p>", ' epub:type="cover"')})) == []


# ---------------------------------------------------------------------- notes and references


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - {"saved", "parsoid"}))
def test_notes_in_another_document_are_found_in_every_shape(name: str) -> None:
    first, second, notes = (part.replace('href="#', 'href="{}#') for part in SHAPES[name])
    body = TEXT.format(first.format("back/notes.xhtml"), second.format("back/notes.xhtml"))
    article = read({"one.xhtml": page(f"<h1>Ferry</h1>{body}"), "back/notes.xhtml": page(notes.replace("{}", "../one.xhtml"))})
    assert [sources for _, sources in marker_readings(article)] in ([[ONE], [TWO]], [[f"{ONE} [Google Scholar]"], [TWO]])
    assert [r.remark for r in article.references] == [False, True]
    assert "noon[1] and" in article.text


def test_notes_that_pop_up_are_shown_even_if_they_are_hidden_until_then() -> None:
    body = (
        '<p>It was lit<a epub:type="noteref" href="#n1">*</a> and seen<a epub:type="noteref" href="#n2">*</a>.</p>'
        '<aside epub:type="footnote" id="n1" hidden="hidden"><p>Vik 2001, p. 3.</p></aside><p>More.</p>'
        '<div hidden="hidden" epub:type="footnotes">'
        '<aside epub:type="footnote" id="n2" style="display: none">A remark.</aside></div>'
    )
    article = read({"c.xhtml": page(body)})
    assert marker_readings(article) == [("[*]", ["Vik 2001, p. 3."]), ("[*]", ["A remark."])]
    assert block_texts(article) == ["It was lit[*] and seen[*].", "[*] Vik 2001, p. 3.", "More.", "[*] A remark."]


def test_notes_out_of_line_are_entries() -> None:
    pages = {
        "n.xhtml": page('<h2>Notes</h2><aside epub:type="footnote" id="n1"><p>Vik 2001, p. 3.</p></aside>'),
        "c.xhtml": page(f'<p>{PROSE}<a epub:type="noteref" href="n.xhtml#n1">1</a></p>'),
    }
    article = read(pages, out_of_line=("n.xhtml",))
    assert marker_readings(article) == [("[1]", ["Vik 2001, p. 3."])]
    assert (block_texts(article)[1:], noise_texts(article)) == (["Notes", "[1] Vik 2001, p. 3."], [])


def test_numbers_and_ids_that_begin_anew_in_each_chapter_are_kept_apart() -> None:
    pages = {
        f"c{n}.xhtml": page(
            f'<p>Part {n} was lit<a href="#fn1" id="r1" epub:type="noteref">1</a>.</p><section epub:type="footnotes">'
            f'<aside epub:type="footnote" id="fn1"><p>Vik, Lamps {n}, 2001. <a href="#r1">↩</a></p></aside></section>'
        )
        for n in (1, 2)
    }
    article = read(pages)
    assert marker_readings(article) == [("[1]", ["Vik, Lamps 1, 2001."]), ("[1]", ["Vik, Lamps 2, 2001."])]
    assert [reference.label for reference in article.references] == ["1", "1"]


def test_a_bibliography_in_the_last_chapter_and_one_marker_for_two_of_its_entries() -> None:
    entries = "".join(
        f'<div id="ref-{name.lower()}" class="csl-entry" role="listitem">'
        f"{name}, A. {year}. “Lamps of {name}.” <em>Coast</em> 3. "
        f'<a href="https://doi.org/10.5555/{name.lower()}">https://doi.org/10.5555/{name.lower()}</a>.</div>'
        for name, year in (("Moe", 2003), ("Rask", 1999), ("Vik", 2001))
    )
    marker = '<a href="refs.xhtml#ref-rask">Rask 1999</a>; <a href="refs.xhtml#ref-vik">Vik 2001</a>'
    pages = {
        "c.xhtml": page(f'<h1>Past</h1><p>It was lit <span class="citation" data-cites="rask vik">({marker})</span>.</p>'),
        "refs.xhtml": page(f'<section><h1>References</h1><div id="refs" class="references">{entries}</div></section>'),
    }
    article = read(pages)
    found = [(article.text[c.start : c.end], [article.reference_by_id[r].doi for r in c.references]) for c in article.citations]
    assert found == [("(Rask 1999; Vik 2001)", ["10.5555/rask", "10.5555/vik"])]
    assert [r.year for r in article.references] == ["2003", "1999", "2001"]


def test_citations_by_keys_that_are_no_links_find_their_entries() -> None:
    def cite(key: str, words: str) -> str:
        return f'<span class="citation" data-cites="{key}">({words})</span>'

    pages = {
        "c.xhtml": page(f"<p>It was lit {cite('vik', 'Vik 2001')}, they say {cite('lost', '<strong>lost?</strong>')}.</p>"),
        "r.xhtml": page(
            '<h1>References</h1><div id="refs"><div id="ref-vik" class="csl-entry">Vik, A. 2001. “Piers.”</div></div>'
        ),
    }
    article = read(pages)
    assert marker_readings(article) == [("(Vik 2001)", ["Vik, A. 2001. “Piers.”"]), ("(lost?)", [])]
    assert article.citations[1].missing == ("lost",)


def test_a_list_that_nothing_links_to_is_found_in_the_text() -> None:
    pages = {
        "c.xhtml": page("<h1>Past</h1><p>The lamp was lit [1], and it was seen from far away [2, 3].</p>"),
        "r.xhtml": page("<h1>References</h1>" + "".join(f"<p>[{n}] Rask O. (199{n}). Lamps {n}.</p>" for n in (1, 2, 3))),
    }
    assert [shown for shown, _ in marker_readings(read(pages))] == ["[1]", "[2, 3]"]


def test_numbers_of_notes_and_of_lists_in_the_text_are_kept_apart() -> None:
    def listed(name: str) -> str:
        return f"<h1>{name}</h1><p>1. Rask O. 1999. {name}.</p><p>2. Vik A. 2001. {name}.</p>"

    notes = '<aside epub:type="footnote" id="n"><p>A remark.</p></aside>'
    body = f'<p>It was lit<a epub:type="noteref" href="#n">1</a>.</p>{notes}'
    article = read({"a.xhtml": page(listed("References")), "c.xhtml": page(body), "z.xhtml": page(listed("Bibliography"))})
    assert [reference.label for reference in article.references] == ["1", "2", "1", "1", "2"]


def test_without_notes_the_links_out_of_the_book_are_its_references() -> None:
    link = "<a href='https://a.example/lamps'>the list</a> and <a href='c2.xhtml'>Part 2</a>"
    article = read({**CHAPTERS, "c1.xhtml": page(f"<p>When the boats were out, the keeper lit them all: see {link}.</p>")})
    assert marker_readings(article) == [("the list", ["the list. https://a.example/lamps"])]
    assert [s.target for s in article.styles if s.kind is StyleKind.LINK] == ["https://a.example/lamps"]


# ---------------------------------------------------------------------- what it says of itself


def test_the_metadata_tell_title_authors_date_publisher_and_language() -> None:
    metadata = (
        '<dc:title id="s">A short history</dc:title><dc:title id="m">The harbour</dc:title>'
        '<meta refines="#m" property="title-type">main</meta><meta refines="#s" property="title-type">subtitle</meta>'
        "<dc:creator>Ana Rask</dc:creator><dc:creator>Bo Vik</dc:creator><dc:creator>Ana Rask</dc:creator>"
        '<dc:date opf:event="modification">2024-05-06</dc:date><dc:date>2021</dc:date>'
        '<dc:date opf:event="publication">2020-01-02T00:00:00Z</dc:date>'
        "<dc:publisher>Harbour Press</dc:publisher><dc:language>en-GB</dc:language>"
    )
    article = read(CHAPTERS, said=metadata)
    assert (article.title, article.language) == ("The harbour", "en-GB")
    assert article.about[:3] == ("Ana Rask, Bo Vik", "2020-01-02", "Harbour Press")


def test_what_is_missing_in_the_metadata_is_found_elsewhere_or_left_out() -> None:
    metadata = "<dc:title>&gt;</dc:title><dc:language>C</dc:language><dc:date>0101-01-01T00:00:00+00:00</dc:date>"
    danish = page("<h1>Havnen</h1><p>Lampen blev tændt.</p>").replace("<html ", '<html xml:lang="da" ', 1)
    article = read({"c.xhtml": danish}, said=metadata)
    assert (article.title, article.language, article.about.date) == ("Havnen", "da", "")
    assert read({"c.xhtml": page("<p>It was lit.</p>")}, said="").title == "harbour"


def test_a_title_of_signs_is_none_and_what_the_title_page_says_again_is_set_aside() -> None:
    said_so = "<dc:title>&gt;</dc:title>"
    article = read({"t.xhtml": page("<h1>&gt;</h1>"), "c.xhtml": page("<h1>&gt;</h1><p>It was lit.</p>")}, said=said_so)
    assert (article.title, noise_texts(article)) == ("harbour", [">"])
    pages = {"t.xhtml": page("<h1>Lamps</h1>"), "c.xhtml": page("<h1>Lamps</h1><p>It was lit.</p><h2>Oil</h2><p>Dear.</p>")}
    article = read(pages, said=said_so)
    assert (article.title, noise_texts(article)) == ("Lamps", ["Lamps"])


def test_a_package_document_of_old_books_is_read() -> None:
    old = f'<dc-metadata xmlns:dc="http://purl.org/dc/elements/1.0/">{SAID.replace("title>", "Title>")}</dc-metadata>'
    manifest = '<item id="a" href="a.html" media-type="text/x-oeb1-document"/>'
    book = {"OPS/book.opf": opf(manifest, '<itemref idref="a"/>', old), "OPS/a.html": "<h1>Past</h1><p>It was lit.</p>"}
    article = parse_article(pack({"META-INF/container.xml": CONTAINER, **book}), "x.epub")
    assert (article.title, block_texts(article)) == ("The harbour", ["Past", "It was lit."])
