"""HTML pages: what a page says of itself, what its elements become, what it hides."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article
from tests.unit.article_contents import block_texts, noise_texts, styled_texts, visible_blocks
from tests.unit.test_formats_hostile import check

FILLER = "The keeper rowed out to the lamp every evening for sixty years, and nobody thanked him for it, or asked him why."


def read(body: str, head: str = "<title>x</title>", source: str = "lamp.html") -> Article:
    article = parse_article(f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{body}</body></html>'.encode(), source)
    assert article.format == "html"
    check(article)
    return article


# ---------------------------------------------------------------------- what a page says of itself


def test_meta_elements_tell_title_byline_date_site_address_and_language() -> None:
    article = parse_article(
        b"""<html lang="nb-NO"><head><title>The lamp of Vik - Coast News</title><meta name="author" content="By Ana Rask">
        <meta property="og:site_name" content="Coast News"><link rel="canonical" href="https://coast.example/lamp">
        <meta property="article:published_time" content="2020-01-02T03:04:05Z"></head>
        <body><h1>News</h1><h1>The lamp of Vik</h1><p>It was lit.</p></body></html>""",
        "-",
    )
    assert article.title == "The lamp of Vik"
    assert article.language == "nb-NO"
    assert article.about == ("Ana Rask", "2020-01-02T03:04:05Z", "Coast News", "https://coast.example/lamp", "")


def test_the_meta_elements_of_journals_come_first_and_name_all_authors() -> None:
    article = read(
        "<p>It was lit.</p>",
        """<title>x</title><meta name="citation_title" content="On lamps"><meta name="author" content="Webmaster">
        <meta name="citation_author" content="Rask, Ana"><meta name="citation_author" content="Vik, Odd">
        <meta name="citation_publication_date" content="2020/01/02"><meta name="citation_journal_title" content="Coast">""",
    )
    assert article.title == "On lamps"
    assert article.about[:3] == ("Rask, Ana; Vik, Odd", "2020/01/02", "Coast")


def test_data_for_machines_tells_what_meta_elements_do_not() -> None:
    data = """{"@graph": [{"@type": "WebSite", "name": "Not this"}, {"@type": ["NewsArticle"], "headline": "The lamp",
        "datePublished": "2020-01-02", "author": [{"name": "Ana Rask"}, "Odd Vik", "https://coast.example/ana"],
        "publisher": {"name": "Coast"}, "url": "https://coast.example/l"}]}"""
    article = read("<p>It was lit.</p>", f'<script type="application/ld+json">{data}</script>')
    assert article.title == "The lamp"
    assert article.about == ("Ana Rask, Odd Vik", "2020-01-02", "Coast", "https://coast.example/l", "")


@pytest.mark.parametrize(
    "data", ["{", "[" * 5000, "null", '{"@type": 7, "headline": ["x"]}', '{"@type": "Article", "author": {}}']
)
def test_data_that_is_broken_is_passed_over(data: str) -> None:
    head = f'<title>The lamp</title><script type="application/ld+json">{data}</script>'
    article = read(
        '<div class="byline">by <a href="/a">Ana Rask</a></div><time datetime="2020-02-03">then</time><p>Lit.</p>', head
    )
    assert article.title == "The lamp"
    assert article.about[:2] == ("Ana Rask", "2020-02-03")


def test_a_title_without_a_heading_is_the_part_that_stands_on_the_page() -> None:
    article = read(f"<font><b>The lamp of Vik</b></font><p>{FILLER}</p>", "<title>Coast News - The lamp of Vik</title>")
    assert article.title == "The lamp of Vik"
    assert read(f"<p>{FILLER}</p>", "<title>The lamp of Vik - Coast News</title>").title == "The lamp of Vik"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ('<meta property="og:title" content="Lamps &amp;amp; Piers &amp;#8211; a walk">', "", "Lamps & Piers – a walk"),
        (
            "<title>Why &amp;amp;amp; is written so</title>",
            "<h1>Why &amp;amp;amp; is written so</h1>",
            "Why &amp;amp; is written so",
        ),
        ("<title>Lamps &amp;amp; piers</title>", "<h1>Lamps &amp; piers</h1>", "Lamps & piers"),
        (
            '<title>Lamps and piers | The Holm Post</title><meta property="og:site_name" content="The Holm Post">'
            '<meta property="og:title" content="The Holm Post">',
            "<h1>The Holm Post</h1><h2>Lamps &amp; the piers of Holm</h2>",
            "Lamps and piers",
        ),
    ],
)
def test_a_title_is_not_the_name_of_the_site_and_not_escaped_twice(head: str, body: str, title: str) -> None:
    prose = "<p>The lamps of the piers are lit at dusk by keepers who have walked there since the railway was closed.</p>" * 3
    page = f"<html><head>{head}</head><body>{body}<article>{prose}</article></body></html>"
    assert parse_article(page.encode(), "page.html").title == title


def test_a_page_without_a_title_is_named_by_its_file() -> None:
    assert read("<p></p><ul><li>One</li></ul>", "").title == "lamp"
    assert read("<pre>x = 1</pre>", "").title == "lamp"


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ('<meta charset="windows-1252">', "cp1252", "café “quoted”"),
        ('<meta charset="iso-8859-1">', "cp1252", "café “quoted”"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r", "маяк горит"),
        ('<meta charset="shift_jis">', "cp932", "灯台の話"),
        ('<meta charset="gb2312">', "gb18030", "灯塔的故事"),
        ('<meta charset="utf-8">', "utf-8-sig", "маяк"),
        ('<meta charset="utf-8">', "utf-16", "маяк"),
        ('<meta charset="utf-8">', "cp1252", "café"),
        ('<meta charset="no-such-thing">', "utf-8", "маяк"),
        ("", "utf-8", "маяк"),
    ],
)
def test_a_page_is_decoded_as_it_says_or_else_as_it_can_be(declared: str, encoding: str, text: str) -> None:
    data = f"<html><head>{declared}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert block_texts(parse_article(data, "lamp.html")) == [text]


def test_a_page_in_utf_8_with_a_character_cut_in_two_is_read_as_it_says() -> None:
    page = (
        '<html><head><meta charset="utf-8"><meta name="description" content="мая?"></head><body><p>маяк горит</p></body></html>'
    )
    assert block_texts(parse_article(page.encode().replace(b"?", b"\xd0"), "lamp.html")) == ["маяк горит"]


def test_xhtml_is_read_by_its_own_rules() -> None:
    article = parse_article(
        '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>'
        '<script src="x"/></head><body><p>caf\xe9<br/>b<a id="a"/></p><p><![CDATA[x < y & z]]></p></body></html>'.encode(
            "latin-1"
        ),
        "lamp.xhtml",
    )
    assert block_texts(article) == ["café\nb", "x < y & z"]


# ---------------------------------------------------------------------- blocks


def test_headings_keep_their_levels_and_lose_what_is_there_to_be_clicked() -> None:
    article = read(
        '<h1>Lamps</h1><h2 id="past">Past <a class="anchor" href="#past">¶</a></h2><p>Lit.</p>'
        '<h3>Farther<span class="mw-editsection">[<a href="/e">edit</a>]</span></h3>'
        '<div role="heading" aria-level="4">Deep</div>'
        "<h5>Two<br>lines</h5><h6></h6>"
    )
    assert visible_blocks(article) == [
        ("Lamps", BlockKind.HEADING, 1),
        ("Past", BlockKind.HEADING, 2),
        ("Lit.", BlockKind.PARAGRAPH, 0),
        ("Farther", BlockKind.HEADING, 3),
        ("Deep", BlockKind.HEADING, 4),
        ("Two lines", BlockKind.HEADING, 5),
    ]


def test_a_page_cannot_set_the_markers_that_importers_set() -> None:
    article = read(f'<p>{FILLER}</p><ul><li MARKER="[1] " marker="[2] ">Lit.</li></ul><hr MARKER="***"><p>{FILLER}</p>')
    assert [text for text, _, _ in visible_blocks(article)][1:3] == ["• Lit.", "---"]


def test_breaks_are_lines_and_two_of_them_a_new_paragraph() -> None:
    assert block_texts(read("One<br>two<br><br>three<p>four<div>five</div>six")) == ["One\ntwo", "three", "four", "five", "six"]


def test_lists_nest_count_and_describe() -> None:
    article = read(
        "<ul><li>a<ul><li>b<ul><li>c<p>more</p></li></ul></li></ul></li></ul><ol start=3><li>x<li value=7>y</ol>"
        "<ol type=a><li>p</ol><ol type=I><li>k</ol><ol reversed start=-2><li>z</ol><dl><dt>Lamp<dd>It burns.</dl><li>stray"
    )
    assert [(text, level) for text, _, level in visible_blocks(article)] == [
        ("• a", 1),
        ("◦ b", 2),
        ("▪ c", 3),
        ("more", 4),
        ("3. x", 1),
        ("7. y", 1),
        ("a. p", 1),
        ("I. k", 1),
        ("1. z", 1),
        ("Lamp", 0),
        ("It burns.", 2),
        ("• stray", 1),
    ]
    assert ("Lamp", StyleKind.STRONG) in styled_texts(article)


def test_quotes_nest_and_keep_who_said_it() -> None:
    article = read("<blockquote><p>One.</p><blockquote>Two.</blockquote><footer>Ana Rask</footer></blockquote><p>Three.</p>")
    assert visible_blocks(article) == [
        ("One.", BlockKind.QUOTE, 1),
        ("Two.", BlockKind.QUOTE, 2),
        ("Ana Rask", BlockKind.QUOTE, 1),
        ("Three.", BlockKind.PARAGRAPH, 0),
    ]
    assert not article.noise


def test_code_stands_as_it_was_written_without_the_numbers_of_its_lines() -> None:
    article = read("<pre>  x = 1\n\n  y<br>z</pre><table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table><hr><p>End.</p>")
    assert visible_blocks(article) == [
        ("  x = 1\n\n  y\nz", BlockKind.CODE, 0),
        ("a\nb", BlockKind.CODE, 0),
        ("---", BlockKind.RULE, 0),
        ("End.", BlockKind.PARAGRAPH, 0),
    ]


def test_a_table_is_aligned_under_its_caption() -> None:
    article = read(
        "<table><caption>Heights</caption><thead><tr><th>Port<th colspan=2>Metres</thead>"
        "<tbody><tr><td rowspan=2>Vik<td>12<td>7<tr><td>3<td>1</tbody></table>"
    )
    assert visible_blocks(article) == [
        ("Heights", BlockKind.PARAGRAPH, 0),
        ("Port  Metres\n────  ──────  ─\nVik       12  7\n           3  1", BlockKind.TABLE, 0),
    ]


def test_a_table_within_a_cell_over_the_whole_width_parts_the_table_around_it() -> None:
    article = read(
        "<table><tr><th>Club<td>Vik Rowers<tr><th>Since<td>1951"
        "<tr><td colspan=2><table><tr><td><p>Home</p></table><tr><th>Boats<td>12<tr><th>Coach<td>Ana Rask</table>"
    )
    assert visible_blocks(article) == [
        ("Club   Vik Rowers\nSince  1951", BlockKind.TABLE, 0),
        ("Home", BlockKind.PARAGRAPH, 0),
        ("Boats  12\nCoach  Ana Rask", BlockKind.TABLE, 0),
    ]


def test_links_and_looks_in_a_table_are_those_of_its_cells() -> None:
    article = read(
        '<table><tr><th>Port<th>Report<tr><td><b>Vik</b><td><a href="https://a.example/v">of May</a><tr><td>Moe<td>none</table>'
    )
    assert {(article.text[s.start : s.end], s.kind, s.target) for s in article.styles} == {
        ("Vik", StyleKind.STRONG, ""),
        ("of May", StyleKind.LINK, "https://a.example/v"),
    }
    assert [r.url for r in article.references] == ["https://a.example/v"]


def test_a_table_of_sentences_is_read_row_by_row_and_one_for_the_layout_is_no_table() -> None:
    cell = "so many words that they would have to be broken over several lines of a narrow column in the middle"
    article = read(
        f"<table><tr><th>Year<th>What<tr><td>{cell}<td>{cell} of it<tr><td>1951<td>{cell}</table>"
        "<table role=presentation><tr><td>Just<td>layout</table><table><tr><td><p>One cell.</p></table>"
    )
    assert block_texts(article) == [f"• {cell}; What: {cell} of it", f"• 1951; What: {cell}", "Just", "layout", "One cell."]


def test_pictures_say_what_they_show_where_that_is_said() -> None:
    article = read(
        f"<h1>Pictures</h1><p>{FILLER}</p><figure><img src=a alt='A lamp at night'><figcaption>The lamp in 1900.</figcaption>"
        "</figure><figure><img src=b alt='The lamp by day'><figcaption>The lamp by day, photo: Vik</figcaption></figure>"
        "<p><img alt='A second lamp'><img alt='IMG_2034.jpg'><img alt='logo'><img width=16 alt='A small lamp'></p>"
        "<p>Lit <img class=emoji alt='😀'> again <img alt='Flag'>by us</p>"
    )
    assert block_texts(article)[2:] == [
        "[image: A lamp at night]",
        "The lamp in 1900.",
        "The lamp by day, photo: Vik",
        "[image: A second lamp]",
        "Lit 😀 again by us",
    ]


# ---------------------------------------------------------------------- words


def test_looks_and_signs_of_words() -> None:
    article = read(
        "<p>Use <code>ls  -l</code>, <b>now</b> <i>or</i> <del>never</del>; <q>said"
        "</q>, caf&eacute; a&nbsp;b&shy;c&#8203;d.</p>"
        "<p>H<sub>2</sub>O, 10<sup>6</sup>, x<sup>n+1</sup>, 1<sup>st</sup>, <ruby>漢<rp>(</rp><rt>kan</rt></ruby>.</p>"
    )
    assert block_texts(article) == ["Use ls -l, now or never; “said”, café a bcd.", "H₂O, 10⁶, xⁿ⁺¹, 1st, 漢(kan)."]
    assert styled_texts(article) == {
        ("ls -l", StyleKind.CODE),
        ("now", StyleKind.STRONG),
        ("or", StyleKind.EMPHASIS),
        ("never", StyleKind.STRIKE),
    }


def test_elements_that_are_always_empty_hold_nothing() -> None:
    article = read(
        "<p>a <embed src=x> b <source src=y> c<wbr>d <track> e</p><p><picture><source srcset=x><img alt='A lamp'></picture></p>"
    )
    assert block_texts(article) == ["a b cd e", "[image: A lamp]"]


def test_formulas_are_text_once_however_they_are_drawn() -> None:
    article = read(
        "<p>Half: <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>.</p>"
        "<p><span class='katex'><math><semantics><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow>"
        "<annotation encoding='application/x-tex'>a+b</annotation></semantics></math><span aria-hidden=true>a+b"
        "</span></span></p>"
        "<p><img class='tex' alt='{\\displaystyle c^{2}}'></p>"
    )
    assert block_texts(article) == ["Half: 1/2.", "a + b", "c^2"]


def test_links_are_absolute_and_lead_nowhere_bad() -> None:
    article = read(
        "<p>See <a href='b?x=1'>one</a>, <a href='//other.example/q'>two</a>, <a href='mailto:a@b.example'>three</a>,"
        " <a href='&#8203;https://c.example/ '>four</a>, <a href='javascript:alert(1)'>five</a>,"
        " <a href='data:text/html,x'>six</a>, <a href='#here'>seven</a>, <a href='https://[bad'>eight</a>,"
        " <a href='https:/\t/c.example/a\nb  c'>nine</a>.</p>",
        "<title>x</title><base href='https://coast.example/a/'>",
    )
    assert {(article.text[s.start : s.end], s.target) for s in article.styles if s.kind is StyleKind.LINK} == {
        ("one", "https://coast.example/a/b?x=1"),
        ("two", "https://other.example/q"),
        ("three", "mailto:a@b.example"),
        ("four", "https://c.example/"),
        ("eight", "https://[bad"),
        ("nine", "https://c.example/ab%20%20c"),
    }


@pytest.mark.parametrize(
    ("base", "source", "targets"),
    [
        ("//coast.example/a/", "coast.html", ["https://coast.example/a/b", "https://coast.example/c", "https://d.example/"]),
        (
            "//coast.example/a/",
            "http://p.example/",
            ["http://coast.example/a/b", "http://coast.example/c", "http://d.example/"],
        ),
        ("", "coast.html", ["https://d.example/"]),
    ],
)
def test_a_base_without_a_scheme_is_reached_as_its_page_or_by_https(base: str, source: str, targets: list[str]) -> None:
    links = '<p>By <a href="b">b</a>, <a href="/c">c</a>, <a href="//d.example/">d</a>, <a href="///e/f">e</a>.</p>'
    article = parse_article(f'<html><head><base href="{base}"></head><body>{links}</body></html>'.encode(), source)
    assert [style.target for style in article.styles if "/f" not in style.target] == targets


def test_what_is_no_text_is_not_read_and_what_looks_like_markup_is_text() -> None:
    article = read(
        f"<p>{FILLER} {FILLER}</p><script>document.write('<p>bad</p>')</script><style>p {{}}</style>"
        "<noscript><p>Turn it on</p></noscript><template><p>t</p></template><p hidden>h</p>"
        "<p style='color: red; display: none'>n</p><iframe src=x>i</iframe>"
        "<svg><text>s</text></svg><!-- c --><p onclick='x()'>[b]bold[/b] &lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;</p>"
    )
    assert block_texts(article) == [f"{FILLER} {FILLER}", "[b]bold[/b] <script>alert(1)</script> &lt;"]


def test_what_the_style_of_a_wiki_hides_is_not_read() -> None:
    place = (
        '<span class="geo-default"><span class="geo-dms">61°N 5°E</span></span><span class="geo-multi-punct"> / </span>'
        '<span class="geo-nondefault"><span class="geo-dec">61.5°N 5.2°E</span></span>'
    )
    article = read(
        f'<h1>Lamp</h1><table><tr><th colspan="2">Lamp</th></tr><tr><th>Lit</th><td>1912</td></tr><tr><th>Place</th><td>{place}'
        f'<span id="coordinates">Coordinates: {place}</span></td></tr></table><p>{FILLER}</p>'
        '<ul><li>Rask, 1999. <span class="cs1-maint">CS1 maint: dates</span></li></ul>'
    )
    assert block_texts(article) == ["Lamp", "Lamp", "Lit    1912\nPlace  61°N 5°E", FILLER, "• Rask, 1999."]
    assert noise_texts(article) == ["Lamp"]
    alone = read(f'<h1>Lamp</h1><p id="coordinates">Coordinates: {place}</p><p>{FILLER}</p>')
    assert block_texts(alone)[1] == "Coordinates: 61°N 5°E"


def test_a_page_that_hides_all_until_a_script_shows_it_is_shown() -> None:
    assert block_texts(read(f"<p>Wait.</p><div hidden><p>{FILLER}</p></div>")) == ["Wait.", FILLER]
    assert block_texts(read(f"<noscript><p>{FILLER}</p></noscript>")) == [FILLER]
    assert block_texts(read("<p>A short page.</p><p hidden>Wait.</p>")) == ["A short page."]


def test_a_page_without_text_says_so() -> None:
    with pytest.raises(ReaderError, match="No text") as refused:
        parse_article(b"<html><body><div id=root></div><script>x()</script></body></html>", "lamp.html")
    assert "lamp.html" in refused.value.what
    assert "browser" in refused.value.hint
