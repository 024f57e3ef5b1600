"""Saved pages in one file, mails and notebooks: read; other formats of text: refused with the way out."""

import base64
import json
import quopri
from email.message import EmailMessage

import pytest

from reader.article.article import Article
from reader.errors import ReaderError
from reader.formats import parse_article

PAGE = """<!doctype html><html><head><title>Harbour lights</title></head><body><article><h1>Harbour lights</h1>
<p>The lamps on the north pier were changed in spring, as the harbour master wrote in <a href="/notices/lamps">a notice</a>.
Nobody had counted them before, although they burn all night and cost the town more than its two ferries together.</p>
<p>A second report, <a href="https://ports.example.org/survey">the survey of the ports</a>, counts 214 of them — né à Brême.</p>
</article></body></html>"""


def saved_page(page: bytes, headers: str = "; charset=utf-8", encoding: str = "quoted-printable") -> bytes:
    body = quopri.encodestring(page) if encoding == "quoted-printable" else base64.encodebytes(page)
    return (
        b"From: <Saved by a browser>\r\nSubject: Harbour lights\r\n"
        b"Snapshot-Content-Location: https://news.example.org/harbour\r\n"
        b"Date: Fri, 6 Mar 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="----line"\r\n\r\n\r\n'
        b"------line\r\nContent-Type: text/html" + headers.encode() + b"\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        b"Content-Transfer-Encoding: "
        + encoding.encode()
        + b"\r\nContent-Location: https://news.example.org/harbour\r\n\r\n"
        + body.replace(b"\n", b"\r\n")
        + b"\r\n------line\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b"iVBORw0KGgo=\r\n------line--\r\n"
    )


def mail(*, html: str = "", attached: bool = False) -> bytes:
    message = EmailMessage()
    message["From"] = "Ana Lüders <ana@example.org>"
    message["To"] = "desk@example.org"
    message["Subject"] = "Lamps on the pier – a count"
    message["Date"] = "Mon, 09 Mar 2026 08:15:00 +0100"
    message.set_content("We counted 214 lamps in all.\n\nThe list is at https://ports.example.org/survey.\n")
    if html:
        message.add_alternative(html, subtype="html")
    if attached:
        message.add_attachment("a,b\n1,2\n", filename="lamps.txt")
    return message.as_bytes()


@pytest.mark.parametrize(
    "data",
    [
        saved_page(PAGE.encode()),
        saved_page(PAGE.encode(), encoding="base64"),
        saved_page(PAGE.encode("cp1252"), "; charset=windows-1252"),
        saved_page(PAGE.replace("<head>", "<head><meta charset='utf-8'>").encode(), ""),
    ],
)
def test_a_page_saved_in_one_file_is_read_as_the_page(data: bytes) -> None:
    article = parse_article(data, "harbour.mhtml")
    assert (article.format, article.source, article.title) == ("mhtml", "harbour.mhtml", "Harbour lights")
    assert "né à Brême" in article.text
    assert "Content-Type" not in article.text
    assert "iVBOR" not in article.text
    assert article.about.address == "https://news.example.org/harbour"
    assert {reference.url for reference in article.references} == {
        "https://news.example.org/notices/lamps",
        "https://ports.example.org/survey",
    }
    assert article.original == data


@pytest.mark.parametrize("data", [mail(), mail(attached=True), mail(html=PAGE), b"From x Mon Mar 9\n" + mail()])
def test_a_mail_is_read_with_who_wrote_it_and_when(data: bytes) -> None:
    article = parse_article(data, "count.eml")
    assert (article.format, article.title) == ("mail", "Lamps on the pier – a count")
    assert (article.about.byline, article.about.date) == ("Ana Lüders <ana@example.org>", "Mon, 09 Mar 2026 08:15:00 +0100")
    assert article.text.startswith("We counted 214 lamps in all.")
    assert "a,b" not in article.text


@pytest.mark.parametrize(
    "data",
    [
        saved_page(b""),
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n",
        b"MIME-Version: 1.0\nContent-Type: image/png\n\nabc",
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        + b"--x\nContent-Type: multipart/mixed; boundary=x\n\n" * 500,
        b"MIME-Version: 1.0\nSubject: =?\xff?q?=?=\nDate: never\nContent-Type: text/plain; charset=\xff\n\n\n",
    ],
)
def test_a_message_without_text_is_refused_clearly(data: bytes) -> None:
    with pytest.raises(ReaderError) as caught:
        parse_article(data, "page.mht")
    assert "Claim Reader itself" not in str(caught.value)


def test_a_mail_whose_text_has_lost_its_links_is_read_as_its_page() -> None:
    page = '<p>We counted <a href="https://ports.example.org/survey">214 lamps</a> in all.</p>'
    for text, addresses in (
        ("We counted 214 lamps in all.", ["https://ports.example.org/survey"]),
        ("See www.x.example.", ["https://www.x.example"]),
    ):
        message = EmailMessage()
        message["From"], message["Date"], message["Subject"] = "ana@example.org", "Mon, 09 Mar 2026 08:15:00 +0100", "Lamps"
        message.set_content(text)
        message.add_alternative(page, subtype="html")
        article = parse_article(message.as_bytes(), "count.eml")
        assert article.format == "mail"
        assert [reference.url for reference in article.references] == addresses


MAIL = b"From: ana@example.org\nDate: x\nSubject: Lamps\n"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b"text/plain; format=flowed\n\nA lamp \nburns.\n\n> all \n> night\n-- \nAna",
            "A lamp burns.\n\n> all night\n-- \nAna",
        ),
        (b"text/plain; format=flowed; delsp=yes\n\nlight \nhouse\n >x", "lighthouse\n>x"),
        (
            b"multipart/mixed; boundary=b\n\n--b\n\nA lamp.\n--b\nContent-Type: image/png\n\nx\n--b\n\nBurns.\n--b--",
            "A lamp.\n\nBurns.",
        ),
        (b"multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>A lamp.</p>\n--b\n\nThe list.\n--b--", "A lamp."),
    ],
)
def test_the_text_of_a_mail_is_whole(content: bytes, text: str) -> None:
    article = parse_article(MAIL + b"MIME-Version: 1.0\nContent-Type: " + content, "-")
    assert (article.format, article.text.strip()) == ("mail", text)


def test_a_mail_without_mime_is_known_by_its_name_and_a_saved_page_by_its_address() -> None:
    article = parse_article(MAIL + b"\nA lamp.\n", "a.eml")
    assert (article.format, article.title, article.text) == ("mail", "Lamps", "A lamp.\n")
    page = saved_page(PAGE.encode()).replace(b"Snapshot-Content-Location", b"X-Location")
    assert parse_article(page, "-").format == "mhtml"


@pytest.mark.parametrize("charset", ["utf-\xe9", "undefined", "punycode", "a\0b", "hex"])
def test_a_header_in_an_impossible_charset_stays_as_it_is(charset: str) -> None:
    subject = f"=?{charset}?q?The_ice_road?="
    data = f"From: Ana <ana@a.example>\nDate: Mon, 9 Mar 2026 08:15:00 +0100\nSubject: {subject}\n\nOpen for nine weeks.\n"
    assert "The_ice_road" in parse_article(data.encode(), "a.eml").title


def notebook(*cells: dict[str, object], **more: object) -> bytes:
    content = {"cells": cells, "metadata": {"kernelspec": {"name": "python3", "language": "python"}}, "nbformat": 4, **more}
    return json.dumps(content, indent=1).encode()


def read_notebook(*cells: dict[str, object]) -> Article:
    return parse_article(notebook(*cells), "lamps.ipynb")


def test_a_notebook_is_read_cell_by_cell() -> None:
    article = read_notebook(
        {"cell_type": "markdown", "source": ["# Lamps\n", "\n", "They cost 4 % [more](https://ports.example.org/survey)."]},
        {
            "cell_type": "code",
            "source": "print(count)  # ```",
            "outputs": [
                {"output_type": "stream", "text": ["\x1b[31m214\x1b[0m\n"]},
                {"output_type": "execute_result", "data": {"text/plain": "107", "text/html": "<b>107</b>"}},
                {"output_type": "error", "ename": "KeyError"},
            ],
        },
        {"cell_type": "raw", "source": "A last word."},
        {"cell_type": "code", "source": []},
    )
    assert (article.format, article.title) == ("notebook", "Lamps")
    assert [reference.url for reference in article.references] == ["https://ports.example.org/survey"]
    kinds = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert [text for kind, text in kinds if kind == "code"] == ["print(count)  # ```", "214", "107"]
    assert article.text.endswith("A last word.")
    assert "\x1b" not in article.text


@pytest.mark.parametrize(
    ("data", "format_name"),
    [
        (b"\xef\xbb\xbf" + notebook({"cell_type": "markdown", "source": "Lamps."}), "notebook"),
        (b"\xef\xbb\xbf" + MAIL + b"MIME-Version: 1.0\nContent-Type: text/plain\n\nLamps.", "mail"),
        (b"\xef\xbb\xbf\\documentclass{article}\\begin{document}Lamps.\\end{document}", "latex"),
        (b"\xef\xbb\xbf\n{\\rtf1 Lamps.}", "rtf"),
    ],
)
def test_a_mark_of_the_encoding_hides_no_format(data: bytes, format_name: str) -> None:
    article = parse_article(data, "-")
    assert (article.format, article.text.strip()) == (format_name, "Lamps.")


def test_a_notebook_of_an_old_version_is_read() -> None:
    cells = [{"cell_type": "heading", "level": 2, "source": "Lamps"}, {"cell_type": "code", "input": "count", "outputs": []}]
    article = parse_article(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode(), "-")
    assert article.title == "Lamps"
    assert "count" in article.text


@pytest.mark.parametrize(
    "data",
    [
        notebook()[:-20] + b'"nbformat"',
        notebook(),
        notebook({"cell_type": "markdown", "source": 7}),
        b'{"nbformat": 4, "cells": ' + b"[" * 100_000,
        b'{"nbformat": 4, "cells": {"a": [null]}, "metadata": [1]}',
    ],
)
def test_a_notebook_that_is_broken_or_empty_is_refused_clearly(data: bytes) -> None:
    with pytest.raises(ReaderError, match="notebook"):
        parse_article(data, "lamps.ipynb")


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.org", "* Lamps\nThey burn [[https://example.org][all night]].\n", "an Org file"),
        ("-", "#+TITLE: Lamps\n\nThey burn.\n", "an Org file"),
        ("a.adoc", "= Lamps\n\nThey burn.footnote:[All night.]\n", "an AsciiDoc file"),
        ("a.typ", "#set page(width: 10cm)\n= Lamps\n", "a Typst file"),
        ("a.fb2", "<?xml version='1.0'?><FictionBook xmlns='x'><body><p>Lamps.</p></body></FictionBook>", "an FB2 book"),
        ("-", "<?xml version='1.0'?><rss><channel/></rss>", "a news feed (RSS)"),
        ("a.xml", "<?xml version='1.0'?><t:TEI xmlns:t='x'><t:text/></t:TEI>", "a TEI document"),
        ("a.xml", "<?xml version='1.0'?><lamps><lamp/></lamps>", "an XML document (<lamps>), of a kind that is not read"),
        ("a.1", ".TH LAMPS 1\n.SH NAME\nlamps\n", "a troff file, such as a manual page"),
    ],
)
def test_a_text_whose_markup_would_pass_for_words_is_refused_with_the_way_out(name: str, text: str, what: str) -> None:
    with pytest.raises(ReaderError) as caught:
        parse_article(text.encode(), name)
    assert f" is {what}. " in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("https://lamps.example.org", "* The lamps burn all night.\n* The town pays.\n"),
        ("notes.org", "The lamps burn all night, and the town pays.\n"),
        ("notes.txt", "* Lamps\n#+TITLE is a keyword of Org.\n"),
        ("notes.md", "Write \\documentclass{article} first.\n"),
        ("notes.v2", "= what the lamps cost =\n"),
        ("report.1", "The first draft.\n"),
        ("-", "Write \\documentclass{article} at the top, and `#+TITLE:` in Org.\n"),
        ("notes", "<p>Not XML, a snippet.</p>"),
        ("-", "LaTeX begins with a class:\n\n    \\documentclass{article}\n"),
        ("-", "Note: it is a header.\nContent-Type: what follows.\nMIME-Version: 1.0 or none.\n\nThe lamps burn.\n"),
        ("-", "From: Ana\nDate: today\n\nMIME-Version: 1.0\nContent-Type: text/plain\n"),
        ("-", '{"nbformat": "of notebooks", "cells": "none"}'),
        ("-", "# Lamps\n#+TITLE: is a keyword of Org.\n"),
    ],
)
def test_a_plain_text_that_only_looks_a_little_like_it_is_read(name: str, text: str) -> None:
    assert parse_article(text.encode(), name).text.strip() == text.strip()
