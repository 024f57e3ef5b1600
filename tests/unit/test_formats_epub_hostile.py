"""EPUB packages that are broken, locked or made to hurt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from reader.errors import ReaderError
from reader.formats import parse_article
from tests.hypothesis_profiles import examples
from tests.unit.epubs import CONTAINER, epub, item, opf, pack, page
from tests.unit.mutations import check_any, mutate
from tests.unit.test_formats_epub import CHAPTERS, PROSE, block_texts, marker_readings, read
from tests.unit.test_formats_hostile import check

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
    '<e:EncryptedData><e:EncryptionMethod Algorithm="{}"/><e:CipherData><e:CipherReference URI="{}"/></e:CipherData>'
    "</e:EncryptedData></encryption>"
)
AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"


def test_a_book_that_is_locked_says_so() -> None:
    for place in ("OPS/c2.xhtml", "OPS/%632.xhtml"):
        with pytest.raises(ReaderError, match=r"harbour.epub is an EPUB book with copy protection"):
            read(CHAPTERS, META_INF__encryption_xml=ENCRYPTION.format(AES, place))


@pytest.mark.parametrize(
    ("algorithm", "place"),
    [("http://www.idpf.org/2008/embedding", "OPS/lamp.otf"), (AES, "OPS/cover.jpg"), (AES, "../../etc/hosts")],
)
def test_what_is_encrypted_beside_the_text_does_not_matter(algorithm: str, place: str) -> None:
    assert read(CHAPTERS, META_INF__encryption_xml=ENCRYPTION.format(algorithm, place)).title == "The harbour"


@pytest.mark.parametrize(
    "members",
    [
        {"OPS/a.xhtml": page("<p>It was lit.</p>")},
        {"META-INF/container.xml": CONTAINER, "OPS/a.xhtml": page("<p>It was lit.</p>")},
        {"META-INF/container.xml": "no XML", "OPS/book.opf": "<package><manifest>", "OPS/a.xhtml": page("<p>It was lit.</p>")},
        {
            "META-INF/container.xml": CONTAINER.replace("OPS/book.opf", "../../book.opf"),
            "OPS/book.opf": opf(item("a", "a.xhtml"), ""),
            "OPS/a.xhtml": page("<p>It was lit.</p>"),
        },
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": opf(item("a", "a.xhtml"), '<itemref idref="b"/>')[:-40],
            "OPS/a.xhtml": page("<p>It was lit.")[:-14],
        },
    ],
    ids=["no container", "no package document", "broken", "climbing", "cut short"],
)
def test_a_broken_book_is_read_as_far_as_it_goes(members: dict[str, str]) -> None:
    article = parse_article(pack(members), "harbour.epub")
    check(article)
    assert block_texts(article) == ["It was lit."]


@pytest.mark.parametrize(
    ("pages", "word"),
    [
        ({}, "without documents"),
        ({"c.xhtml": page("<script>lamp()</script>")}, "without text"),
        ({"c.xhtml": ""}, "without text"),
        ({"c.xhtml": page("<p>" + "lit " * 3_000_000)}, "far more than a document needs"),
    ],
    ids=["nothing", "script", "empty", "bomb"],
)
def test_what_cannot_be_read_says_why(pages: dict[str, str], word: str) -> None:
    with pytest.raises(ReaderError, match=word) as refused:
        parse_article(epub(pages), "harbour.epub")
    assert "harbour.epub" in refused.value.what
    assert refused.value.hint


def test_a_book_of_many_bombs_is_read_as_far_as_a_book_may_go() -> None:
    pages = {f"c{n}.xhtml": page(f"<p>Lamp {n} was lit.</p>" + " " * 4_000_000) for n in range(13)}
    article = parse_article(epub(pages), "harbour.epub")
    assert [text for text in block_texts(article) if text.startswith("Lamp")] == [f"Lamp {n} was lit." for n in range(3)]
    assert article.notices == ("40.0 MB of the document were not read, as it is too large.",)


def test_a_manifest_that_climbs_out_of_the_package_reaches_nothing() -> None:
    manifest = item("a", "a.xhtml") + item("b", "../../../../etc/hostname") + item("c", "file:///etc/hostname")
    spine = "".join(f'<itemref idref="{name}"/>' for name in "abc")
    book = {"OPS/book.opf": opf(manifest, spine), "OPS/a.xhtml": page("<p>Lit.</p>")}
    assert block_texts(parse_article(pack({"META-INF/container.xml": CONTAINER, **book}), "x.epub")) == ["Lit."]


def test_names_that_are_none_and_names_of_other_systems() -> None:
    book = {"META-INF\\container.xml": CONTAINER, "./OPS\\book.opf": opf(item("a", "a.xhtml"), '<itemref idref="a"/>')}
    packed = pack({**book, "QQQQ": "nothing", "OPS/": "", "/OPS/a.xhtml": page("<p>Lit.</p>")})
    assert block_texts(parse_article(packed.replace(b"QQQQ", b"\0QQQ"), "x.epub")) == ["Lit."]


def test_entities_are_neither_looked_for_nor_blown_up() -> None:
    lots = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE package [<!ENTITY e0 "lamps"><!ENTITY f SYSTEM "file:///etc/hostname">{lots}]>'
    book = opf(item("a", "a.xhtml"), '<itemref idref="a"/>', "<dc:title>a &f; &e11; b</dc:title>")
    chapter = f"{doctype}<html><body><p>a &f; b &e11; c</p></body></html>"
    packed = pack({"META-INF/container.xml": CONTAINER, "OPS/book.opf": doctype + book, "OPS/a.xhtml": chapter})
    article = parse_article(packed, "harbour.epub")
    assert len(article.title) < 1000
    assert "a &f; b &e11; c" in article.text


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 5_000 + "deep" + "</div>" * 5_000,
        '<nav epub:type="toc">' * 300 + "deep" + "</nav>" * 300 + "<p>lit</p>",
        '<p epub:type="title">One</p>' * 2000,
        "".join(f'<a id="a{n}" href="#a{n + 1}">{n}</a>' for n in range(2000)),
        '<a epub:type="noteref" href="x.xhtml#a0">1</a>' * 1000 + '<aside epub:type="footnote" id="a0">Vik 2001.</aside>',
        '<aside epub:type="footnote" id="n"><a epub:type="noteref" href="#n">1</a></aside>',
        '<p id="\x1b[31m"><a href="#%1B[31m">\x1b[31m lit</a> [/b] [@click=x]\u202e</p>',
    ],
    ids=["deep", "navs", "titles", "chain", "calls", "itself", "signs"],
)
def test_a_hostile_chapter_is_read_as_far_as_it_goes(body: str) -> None:
    check_any(lambda: parse_article(epub({"x.xhtml": page(body)}), "x.epub"))
    assert block_texts(read({"x.xhtml": page(body), **CHAPTERS}))[-1] == f"{PROSE} So says part 3."


BOOK = {
    "toc.xhtml": page('<nav epub:type="toc"><ol><li><a href="c.xhtml#a">Past</a></li></ol></nav>'),
    "c.xhtml": page(
        '<h1 id="a">Past</h1><p>It was <b>lit</b><a id="r1" epub:type="noteref" href="n.xhtml#n1">1</a>, they say '
        '(<a href="n.xhtml#n2">Rask 1999</a>; <a href="n.xhtml#n3">Vik 2001</a>).</p><ul><li>one<li>two</ul>'
    ),
    "n.xhtml": page(
        '<h2>Notes</h2><ol><li id="n1">A remark. <a href="c.xhtml#r1">↩</a></li></ol><h2>References</h2>'
        '<p id="n2">Rask O. 1999.</p><p id="n3">Vik A. 2001.</p>'
    ),
}
PACKAGE = opf("".join(item(name[0], name) for name in BOOK), "".join(f'<itemref idref="{name[0]}"/>' for name in BOOK))


def stored(document: bytes, chapter: bytes) -> bytes:
    """Return the book with a package document and a chapter whose bytes can be anything."""
    pages: dict[str, str | bytes] = {f"OPS/{name}": text for name, text in BOOK.items()}
    return pack({"META-INF/container.xml": CONTAINER, **pages, "OPS/book.opf": document, "OPS/c.xhtml": chapter})


def test_the_book_that_is_broken_below_is_sound() -> None:
    article = parse_article(stored(PACKAGE.encode(), BOOK["c.xhtml"].encode()), "harbour.epub")
    check(article)
    assert [shown for shown, _ in marker_readings(article)] == ["[1]", "(Rask 1999; Vik 2001)"]


@settings(max_examples=examples(150))
@given(mutate(BOOK["c.xhtml"].encode()))
def test_a_broken_chapter_is_an_article_or_an_error_for_people(chapter: bytes) -> None:
    check_any(lambda: parse_article(stored(PACKAGE.encode(), chapter), "harbour.epub"))


@settings(max_examples=examples(150))
@given(mutate(PACKAGE.encode()))
def test_a_broken_package_document_is_an_article_or_an_error_for_people(document: bytes) -> None:
    check_any(lambda: parse_article(stored(document, BOOK["c.xhtml"].encode()), "harbour.epub"))


@settings(max_examples=examples(150))
@given(mutate(stored(PACKAGE.encode(), BOOK["c.xhtml"].encode())))
def test_a_broken_package_is_an_article_or_an_error_for_people(data: bytes) -> None:
    check_any(lambda: parse_article(data, "harbour.epub"))
