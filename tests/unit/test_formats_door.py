"""The door: what is refused and how that is said, encodings, line ends, which format a source is."""

from __future__ import annotations

import gzip
import random
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.formats import parse_article, read_article
from tests.unit.epubs import epub, page


def zipped(*names: str, first: bytes = b"x") -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, first)
    return packed.getvalue()


PART = b'<meta charset="utf-8"><h2>Lamps</h2>\n<p>They were <a href="https://example.org/lit">lit</a>.</p>\n'
WORD = b'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>It was lit.</w:t></w:r></w:p></w:body></w:document>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le")
HTML = b"<!DOCTYPE html><title>Lamps</title><h1>Lamps</h1><p>They were lit.</p>"
JATS = b'<?xml version="1.0"?><article article-type="research-article"><body><p>They were lit.</p></body></article>'
PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>> endobj
4 0 obj <</Length 42>> stream
BT /F 12 Tf 20 90 Td (They were lit.) Tj ET
endstream endobj
5 0 obj <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> endobj
trailer <</Root 1 0 R>>
"""
PAGES = {"one.xhtml": page("<p>They were lit.</p>")}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\0\0\0\0", "empty"),
        (b"%PDF-1.7\n...", "PDF"),
        (zipped("mimetype", first=b"application/epub+zip"), "EPUB"),
        (epub(PAGES)[:-40], "unpacked"),
        (b"PK\x03\x04" + bytes(300) + epub(PAGES)[:-40], "an EPUB book that cannot be unpacked"),
        (zipped("word/document.xml"), "Word"),
        (zipped("word/document.xml", first=WORD)[:-40], "a Word document (.docx) that cannot be unpacked"),
        (zipped("mimetype", first=b"application/vnd.oasis.opendocument.text"), "OpenDocument"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        (zipped("Index/Document.iwa"), "Pages"),
        (zipped("notes.txt", "keyword/notes.txt"), "zip"),
        (gzip.compress(b"text"), "gzip"),
        (OLE, ".doc"),
        (LOCKED, "password"),
        (bytes(60) + b"BOOKMOBI" + bytes(60), "Kindle"),
        (b"AT&TFORM\0\0", "DjVu"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"RIFF\0\0\0\0WEBP", "picture"),
        (b"RIFF\0\0\0\0WAVE", "audio"),
        (b"\0\0\0\x18ftypheic", "picture"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"\x7fELF\x02\x01", "program"),
        (b"SQLite format 3\0", "SQLite"),
        (random.Random(7).randbytes(5000), "control characters"),
        (random.Random(8).randbytes(200), "control characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_is_refused_by_its_name(data: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(data)
    with pytest.raises(ReaderError) as refused:
        read_article(str(path))
    assert word in refused.value.what
    assert str(path) in refused.value.what
    assert refused.value.hint
    assert "not read yet" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (epub(PAGES), "epub"),
        (zipped("META-INF/container.xml", "one.xhtml", first=page("<p>They were lit.</p>").encode()), "epub"),
        (zipped("word/document.xml", first=WORD), "docx"),
        (PDF, "pdf"),
        (b" \n" + PDF, "pdf"),
        (HTML, "html"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><!-- saved --><html><body><p>They were lit.</p></body></html>", "html"),
        (HTML.decode().encode("utf-16"), "html"),
        (JATS, "jats"),
        (PART, "html"),
        (PART.decode().encode("utf-16"), "html"),
        (b"<p align=center>\n\n# Lamps\n\nThey **were** lit, by <b>hand</b>\n", "markdown"),
        (b"<b>They</b> were lit.\n", "plain"),
        (b"Lamps\n=====\n\n.. note:: They were lit [#a]_.\n\n.. [#a] By hand.\n", "rst"),
        (b"# Lamps\n\nThey **were** lit.\n", "markdown"),
        (b"They were lit.\n", "plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_format_is_told_by_what_is_in_it(data: bytes, format_: str) -> None:
    assert parse_article(data, "-").format == format_


@pytest.mark.parametrize("name", ["lamp.txt", "lamp.pdf", "lamp.md", "lamp.html"])
@pytest.mark.parametrize(
    ("data", "format_"),
    [(epub(PAGES), "epub"), (zipped("word/document.xml", first=WORD), "docx"), (PDF, "pdf"), (HTML, "html"), (JATS, "jats")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_name_does_not_hide_what_is_in_it(data: bytes, format_: str, name: str) -> None:
    assert parse_article(data, name).format == format_


def test_an_empty_pipe_is_called_the_input() -> None:
    with pytest.raises(ReaderError, match="The input is empty"):
        read_article("-", stdin=b"")
    with pytest.raises(ReaderError, match="The input is empty"):
        read_article("-")


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="File not found"):
        read_article(str(tmp_path / "nothing.txt"))
    with pytest.raises(ReaderError, match="is a folder"):
        read_article(str(tmp_path))
    with pytest.raises(ReaderError, match="is not a file name"):
        read_article("a\0b")


PROSE = {
    "utf-8": "Naïve cafés — “quoted” 日本 😀.",
    "utf-8-sig": "Naïve cafés — “quoted” 日本 😀.",
    "utf-16": "Naïve cafés — “quoted” 日本 😀.",
    "utf-16-le": "A plain text with a naïve café in it.",
    "utf-16-be": "A plain text with a naïve café in it.",
    "utf-32": "Naïve cafés — 日本 😀.",
    "cp1252": "Die Brücke über den Fluß kostete 3 € – “zu viel”, fand der Bürgermeister.",
    "latin-1": "Le garçon était très déçu: la fête n'aura pas lieu à la forêt.",
    "cp1250": "Vláda včera schválila návrh zákona, který mění pravidla. Podle ministra jde o důležitý krok.",
    "cp1251": "Вчера правительство утвердило проект закона о реках. По словам министра, это важный шаг.",
    "koi8-r": "Вчера правительство утвердило проект закона о реках. По словам министра, это важный шаг.",
    "cp1253": "Η κυβέρνηση ανακοίνωσε χθες νέα μέτρα για τα ποτάμια και τις λίμνες της χώρας.",
    "shift_jis": "昨日、政府は川に関する法律の案を承認しました。大臣によると、これは大切な一歩です。",
    "gb18030": "昨天，政府批准了关于河流的法律草案。部长说，这是重要的一步。",
}


@pytest.mark.parametrize("encoding", PROSE)
def test_encodings(encoding: str) -> None:
    assert parse_article(PROSE[encoding].encode(encoding), "a.txt").text == PROSE[encoding]


def test_line_ends_are_folded_and_a_mark_is_dropped() -> None:
    assert parse_article(b"\xef\xbb\xbfone\r\ntwo\rthree\n", "a.txt").text == "one\ntwo\nthree\n"


def test_strange_characters_in_a_text_are_kept() -> None:
    text = "One \0 two \x1b[31m three \x07 four \u202e five \x85 six \u2028 seven.\n" + "And then it goes on as texts do. " * 9
    assert parse_article(text.encode(), "a.txt").text == text


def test_the_source_is_kept_as_given(tmp_path: Path) -> None:
    path = tmp_path / "some.notes.txt"
    path.write_text("this is a sentence, and no title.\n", encoding="utf-8")
    article = read_article(str(path))
    assert (article.source, article.title, article.format) == (str(path), "some.notes", "plain")
    assert read_article("-", stdin=b"this is a sentence.\n").source == "-"


@pytest.mark.parametrize(
    ("source", "text", "format_"),
    [
        ("a.md", "word", "markdown"),
        ("a.MARKDOWN", "word", "markdown"),
        ("a.txt", "# Title\n\n**bold** [a](https://a.example)", "markdown"),
        ("a.txt", "# Title\n\n**bold** text", "plain"),
        ("a.log", "# Title\n\n**bold** [a](https://a.example)", "plain"),
        ("-", "# Title\n\n**bold** text", "markdown"),
        ("-", "# Title\n\n[a](https://a.example)", "markdown"),
        ("notes", "## One\n\n[^1]: Note", "markdown"),
        ("-", "# only a comment\nand text", "plain"),
        ("-", "plain words, *starred* at most", "plain"),
    ],
)
def test_the_format_is_told_by_the_name_else_by_signs(source: str, text: str, format_: str) -> None:
    assert parse_article(text.encode(), source).format == format_


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "-"]))
def test_any_bytes_are_read_or_refused(data: bytes, source: str) -> None:
    with suppress(ReaderError):
        article = parse_article(data, source)
        article.text.encode("utf-8")
        assert "\r" not in article.text
        assert article.title
