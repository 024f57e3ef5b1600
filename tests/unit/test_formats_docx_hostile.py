"""DOCX packages that are broken, locked or made to hurt."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings

from reader.errors import ReaderError
from reader.formats import parse_article
from tests.hypothesis_profiles import examples
from tests.unit.docxs import NAMESPACES, NUMBERING, STRICT, STYLES, W, docx, field, link, mark, note, notes, p, t
from tests.unit.mutations import check_any, mutate
from tests.unit.test_formats_docx import block_texts
from tests.unit.test_formats_hostile import check


def packed(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (packed(word__document_xml="no xml"), "cannot be read"),
        (packed(word__document_xml="<a/>"), "cannot be read"),
        (docx(), "without any text"),
        (docx(p("")), "without any text"),
        (docx(p("It was lit. " * 500))[:-30], "cannot be unpacked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old Office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (docx(p("lamp " * 2_000_000)), "unpacks to far more"),
    ],
    ids=["no XML", "other XML", "no text", "empty text", "cut short", "old Office", "locked", "bomb"],
)
def test_what_cannot_be_read_is_said_in_a_persons_words(data: bytes, word: str) -> None:
    with pytest.raises(ReaderError) as refused:
        parse_article(data, "lamp.docx")
    assert word in refused.value.what
    assert "lamp.docx" in refused.value.what
    assert refused.value.hint


def test_a_locked_member_is_said() -> None:
    data = bytearray(docx(p("It was lit.")))
    place = data.find(b"PK\x01\x02")
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\x01\x02", place + 4)
    with pytest.raises(ReaderError, match="password"):
        parse_article(bytes(data), "lamp.docx")


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr><w:tc>" * 60 + p("deep") + "</w:tc></w:tr></w:tbl>" * 60,
        "<w:sdt><w:sdtContent>" * 100 + p("deep") + "</w:sdtContent></w:sdt>" * 100 + p("after"),
        "<w:p>" + "<w:ins>" * 240 + t("deep") + "</w:ins>" * 240 + "</w:p>",
        "<w:ins>" * 100_000 + p("deep") + "</w:ins>" * 100_000,
        p("a", *(note(1) for _ in range(3000))),
        p("a")
        + p(
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            *('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' for _ in range(3000)),
        ),
        "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='99999'/></w:tcPr>"
        + p("a")
        + "</w:tc><w:tc>"
        + p("b")
        + "</w:tc></w:tr></w:tbl>",
        "".join(p(mark(f"b{n}"), link(f"[{n}]", f"b{n}"), " note 1999") for n in range(750)),
        "".join(p(f"item {n}", number="2", level=n % 3) for n in range(1500)),
    ],
    ids=["tables", "controls", "insertions", "deep", "calls", "fields", "spans", "links", "items"],
)
def test_a_hostile_document_is_read_as_far_as_it_goes(body: str) -> None:
    try:
        article = parse_article(docx(body, footnotes=notes("A remark.")), "lamp.docx")
    except ReaderError as error:
        assert "without any text" in error.what  # noqa: PT017  # what is nested too deep is cut off, and nothing else is there
        return
    check(article)


def test_a_document_of_the_strict_kind_is_read_too() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(
            "word/document.xml", f'<w:document xmlns:w="{STRICT}"><w:body>{p("It was lit.")}</w:body></w:document>'
        )
    assert block_texts(parse_article(made.getvalue(), "lamp.docx")) == ["It was lit."]


def test_the_main_part_is_what_the_package_says_it_is() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        package.writestr(
            "_rels/.rels", f'<Relationships><Relationship Type="{kind}" Target="/word/document2.xml"/></Relationships>'
        )
        package.writestr("word/document2.xml", f"<w:document {NAMESPACES}><w:body>{p('It was lit.')}</w:body></w:document>")
    assert block_texts(parse_article(made.getvalue(), "lamp.docx")) == ["It was lit."]


def test_entities_in_a_part_are_not_looked_for() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        doctype = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        package.writestr(
            "word/document.xml",
            f'{doctype}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>a &x; b</w:t></w:r></w:p></w:body></w:document>',
        )
    assert block_texts(parse_article(made.getvalue(), "lamp.docx")) == ["a b"]


BODY = (
    p("The lamp", style="Tittel")
    + p("It was lit", note(1), " (", link("Rask 1999", "r"), ") ", field("REF x", t("z")), "10")
    + p("a", number="2")
    + "<w:tbl><w:tr><w:tc>"
    + p("a")
    + "</w:tc><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>"
    + p("b", note(2))
    + "</w:tc></w:tr></w:tbl>"
    + p("References")
    + mark("r")
    + p("Rask O. 1999.", style="Bib")
)


def stored(document: bytes) -> bytes:
    """Return a package with a document whose bytes can be anything."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", document)
        package.writestr("word/styles.xml", f"<w:styles {NAMESPACES}>{STYLES}</w:styles>")
        package.writestr("word/numbering.xml", f"<w:numbering {NAMESPACES}>{NUMBERING}</w:numbering>")
        package.writestr("word/footnotes.xml", notes("A remark.", "Vik 2001."))
    return made.getvalue()


@settings(max_examples=examples(150))
@given(mutate(f"<w:document {NAMESPACES}><w:body>{BODY}</w:body></w:document>".encode()))
def test_a_broken_document_is_an_article_or_an_error_for_people(document: bytes) -> None:
    check_any(lambda: parse_article(stored(document), "lamp.docx"))


@settings(max_examples=examples(150))
@given(mutate(docx(BODY, footnotes=notes("A remark.", "Vik 2001."))))
def test_a_broken_package_is_an_article_or_an_error_for_people(data: bytes) -> None:
    check_any(lambda: parse_article(data, "lamp.docx"))
