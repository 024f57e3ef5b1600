"""Documents that would take too much: what is beyond a limit is left out and named, and the rest is read."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import re
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from reader.article.article import Article
from reader.errors import ReaderError
from reader.fetching import read_source
from reader.files import MAX_SIZE_VARIABLE
from reader.formats import parse_article, progress, read_article
from reader.formats.budget import Limits
from reader.formats.progress import Cancelled, report_to
from reader.library import Library
from tests.unit.docxs import comment, comment_parts, commented, docx, notes, p, t
from tests.unit.epubs import epub
from tests.unit.epubs import page as chapter
from tests.unit.jats_files import jats
from tests.unit.pdfs import pdf
from tests.unit.test_formats_hostile import check
from tests.unit.test_formats_odt import odt
from tests.unit.test_formats_pdf import sheet

WORDS = "The ice road to Harm was open for nine weeks that winter."
SIZE = 300
MAKERS: dict[str, Callable[[list[str]], bytes]] = {
    "ice.txt": lambda parts: "\n\n".join(parts).encode(),
    "ice.md": lambda parts: "\n\n".join(f"*Now.* {part}" for part in parts).encode(),
    "ice.rst": lambda parts: "\n\n".join(f"*Now.* {part}" for part in parts).encode(),
    "ice.html": lambda parts: f"<html><body>{''.join(f'<p>{part}</p>' for part in parts)}</body></html>".encode(),
    "ice.xml": lambda parts: jats("".join(f"<p>{part}</p>" for part in parts)),
    "ice.docx": lambda parts: docx(*map(p, parts)),
    "ice.epub": lambda parts: epub({"a.xhtml": chapter("".join(f"<p>{part}</p>" for part in parts))}),
    "ice.pdf": lambda parts: pdf(*(sheet(part) for part in parts)),
    "ice.odt": lambda parts: odt("".join(f"<text:p>{part}</text:p>" for part in parts)),
    "ice.rtf": lambda parts: (r"{\rtf1 " + r"\par ".join(parts) + "}").encode(),
    "ice.tex": lambda parts: "\n\n".join((r"\begin{document}", *parts)).encode(),
    "ice.wiki": lambda parts: "\n\n".join(("== Ice ==", *parts)).encode(),
    "ice.eml": lambda parts: "\n\n".join(("From: ida@a.example\nDate: Mon, 2 Mar 2026 09:15:00 +0000", *parts)).encode(),
    "ice.ipynb": lambda parts: json.dumps(
        {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": [part]} for part in parts]}
    ).encode(),
}
"""How a document with these paragraphs is made, by its name."""


def numbered(count: int) -> list[str]:
    return [f"{WORDS} It was year {number}." for number in range(1, count + 1)]


def check_notices(article: Article) -> None:
    assert article.omissions
    assert all(article.text[start] == "[" and article.text[end - 1] == "]" for start, end in article.omissions)
    check(article)


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        *((name, Limits(characters=2000)) for name in MAKERS),
        *((name, Limits(blocks=30)) for name in MAKERS if name not in ("ice.txt", "ice.md", "ice.eml", "ice.ipynb")),
        *((name, Limits(text_size=2000)) for name in ("ice.tex", "ice.wiki")),
        ("ice.eml", Limits(message_size=2000)),
        ("ice.eml", Limits(message_lines=60)),
        ("ice.eml", Limits(lines=60)),
        ("ice.ipynb", Limits(json_size=3000)),
        ("ice.ipynb", Limits(json_values=250)),
        ("ice.ipynb", Limits(lines=60)),
        ("ice.txt", Limits(lines=60)),
        ("ice.md", Limits(lines=60)),
        ("ice.txt", Limits(text_size=2000)),
        ("ice.html", Limits(html_size=2000)),
        ("ice.html", Limits(html_signs=70)),
        ("ice.html", Limits(html_elements=40)),
        ("ice.xml", Limits(xml_size=2000)),
        ("ice.xml", Limits(xml_signs=70)),
        ("ice.docx", Limits(xml_signs=400)),
        ("ice.odt", Limits(xml_signs=150)),
        ("ice.epub", Limits(html_signs=70)),
        ("ice.pdf", Limits(pdf_runs=500)),
    ],
)
def test_what_is_beyond_a_limit_is_left_out_and_named_at_the_end(name: str, limits: Limits) -> None:
    data = MAKERS[name](numbered(100))
    whole, part = parse_article(data, name), parse_article(data, name, limits)
    assert not whole.omissions
    check_notices(part)
    end = part.omissions[0].start
    assert part.text[: end - 2].rstrip() in whole.text
    assert 500 < end < len(whole.text) / 2
    assert part.omissions[-1].end == len(part.text)
    assert any(character.isdigit() for character in part.notices[0]), "it says how much"


def numbered_notes(count: int) -> list[tuple[bytes, str]]:
    """Return documents with a note for each of some sentences."""
    places = range(1, count + 1)
    body = "".join(p(t(f"In year {n}."), f'<w:r><w:footnoteReference w:id="{n}"/></w:r>') for n in places)
    made = "".join(
        f"<text:p>In year {n}.<text:note><text:note-body><text:p>Note {n}.</text:p></text:note-body></text:note></text:p>"
        for n in places
    )
    return [
        (docx(body, footnotes=notes(*(f"Note {n}." for n in places))), "a.docx"),
        (odt(made), "a.odt"),
        ((r"{\rtf1 " + "".join(rf"In year {n}.{{\footnote Note {n}.}}\par " for n in places) + "}").encode(), "a.rtf"),
        ("".join(rf"In year {n}.\footnote{{Note {n}.}}" + "\n\n" for n in places).encode(), "a.tex"),
        (("== Ice ==\n\n" + "".join(f"In year {n}.<ref>Note {n}.</ref>\n\n" for n in places)).encode(), "a.wiki"),
    ]


@pytest.mark.parametrize(("data", "name"), numbered_notes(9))
def test_notes_beyond_the_limit_are_named_or_stand_where_they_are_written(data: bytes, name: str) -> None:
    article = parse_article(data, name, Limits(notes=4))
    check(article)
    assert len(article.references) == 4
    assert [article.text.count(f"Note {number}.") for number in range(1, 5)] == [1] * 4
    left_out = 5 - sum(f"Note {number}." in article.text for number in range(5, 10))
    assert bool(article.omissions) == bool(left_out)
    assert len(parse_article(data, name).references) == 9


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f"<html><body><p>{'<b>a</b> c ' * 90}</p></body></html>".encode(), "a.html"),
        (docx(f"<w:p>{(t('a', '<w:b/>') + t(' c ')) * 90}</w:p>"), "a.docx"),
        ((r"{\rtf1 " + r"\b a\b0  c " * 90 + "}").encode(), "a.rtf"),
    ],
)
def test_words_after_too_many_styles_are_named(data: bytes, name: str) -> None:
    article = parse_article(data, name, Limits(styles=40))
    check_notices(article)
    assert len(article.styles) == 40
    assert article.text.startswith("a c " * 39)


@pytest.mark.slow
def test_a_paragraph_of_very_many_runs_goes_on_in_the_next_one() -> None:
    data = (r"{\rtf1 " + r"\b a\b0 b" * 30_000 + "}").encode()
    article = parse_article(data, "a.rtf")
    assert "".join(article.text.split()) == "ab" * 30_000
    assert (len(article.blocks), article.omissions) == (2, ())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx(f"<w:p>{t('a ') * 60}</w:p>", p(WORDS)), "a.docx"),
        (odt(f"<text:p>{'<text:span>a</text:span> ' * 30}</text:p><text:p>{WORDS}</text:p>"), "a.odt"),
    ],
)
def test_runs_of_a_paragraph_are_limited(data: bytes, name: str) -> None:
    article = parse_article(data, name, Limits(runs=41))
    check_notices(article)
    assert article.text.count("a ") > 15
    assert f"\n\n{WORDS}\n\n[" in article.text
    assert not parse_article(data, name, Limits(runs=61)).omissions


CHART = {"data": [{"y": [[1.5, 2]] * 300, "text": ['}]"\\'] * 100}], "layout": {"application/json": {}}}


@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        *itertools.product(
            ("image/png", "image/svg+xml", "text/html", "application/javascript"), ("a" * 3000, ["<p>\n", '"\\'] * 900, [])
        ),
        *itertools.product(("application/vnd.plotly.v1+json", "application/json"), (CHART, [CHART], {})),
    ],
)
def test_pictures_pages_and_charts_in_a_notebook_are_none_of_its_text(media_type: str, shown: object) -> None:
    output = {"output_type": "display_data", "metadata": {}, "data": {media_type: shown, "text/plain": ["<Figure>"]}}
    quoted = f'x = {{"{media_type}": ["a", "b"]}}'
    cells = [
        {"cell_type": "code", "source": [quoted], "outputs": [output]},
        {"cell_type": "markdown", "source": WORDS, "attachments": {"a": {media_type: shown}}},
    ]
    data = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, indent=1).encode()
    article = parse_article(data, "a.ipynb", Limits(json_size=1000, json_values=60))
    assert article.text == f"```\n{quoted}\n```\n\n```\n<Figure>\n```\n\n{WORDS}"
    assert not article.omissions


def test_a_chart_without_an_end_is_cut_with_its_notebook() -> None:
    chart = '"outputs": [{"data": {"application/json": [' + "[1]," * 500
    data = f'{{"cells": [{{"cell_type": "markdown", "source": "{WORDS}"}}, {{"cell_type": "code", {chart}'.encode()
    article = parse_article(data, "a.ipynb", Limits(json_size=1000))
    assert article.text.startswith(WORDS)
    assert article.notices == ("2 KB of the document were not read, as it is too large.",)


def test_letters_beyond_ascii_are_no_runs_of_their_own() -> None:
    word = "".join(rf"\u{ord(letter)}\'3f" for letter in "лёд")
    data = rf"{{\rtf1 {WORDS}{{\footnote {f'{{{word}}} ' * 90}}}}}".encode()
    article = parse_article(data, "a.rtf", Limits(runs=1))
    assert (article.text.count("лёд "), article.omissions) == (89, ())


def test_runs_that_wait_for_the_end_of_a_note_are_limited() -> None:
    data = (rf"{{\rtf1 {WORDS}{{\footnote " + r"\b a\b0 b\par " * 30 + "}}").encode()
    article = parse_article(data, "a.rtf", Limits(runs=20))
    check_notices(article)
    assert article.text.startswith(f"{WORDS}[1]")
    assert article.notices == ("40 more characters of the text were not read, as it is too long.",)


def test_rows_of_one_cell_in_a_document_of_rich_text_are_never_left_out() -> None:
    frame = r"{\rtf1 " + r"\intbl a\cell\row " * 1_000 + "}"
    article = parse_article(frame.encode(), "a.rtf", Limits(cells=10))
    assert (article.text.count("a"), article.omissions) == (1_000, ())


def test_a_long_row_makes_all_rows_of_its_table_long() -> None:
    rows = r"\intbl a\cell " * 100 + r"\row " + r"\intbl b\cell c\cell\row " * 90
    data = rf"{{\rtf1 {rows}}}".encode()
    article = parse_article(data, "a.rtf", Limits(cells=2_000))
    assert article.notices == ("71 rows of this table were not read, as the tables of the document are too large.",)


def test_a_macro_that_says_much_in_a_note_is_cut() -> None:
    macros = r"\x" * 99
    data = rf"\newcommand{{\x}}{{{'a~' * 500}}}{WORDS}\footnote{{{macros}}} It melted.".encode()
    article = parse_article(data, "a.tex")
    assert article.text.startswith(f"{WORDS}[1] It melted.")
    assert "more characters of the text were not read" in article.notices[0]


def test_substitutions_that_would_multiply_are_read_as_plain_text() -> None:
    data = f".. |a| replace:: {'x y ' * 2400}\n\n{'|a| and |a|.' * 2}\n\n".encode() + b"It is |a|.\n\n" * 300
    article = parse_article(data, "a.rst")
    assert (article.format, article.text) == ("plain", data.decode())
    few = parse_article(b".. |a| replace:: *ice*\n\n" + b"It is |a|.\n\n" * 300, "a.rst")
    assert (few.format, few.text.count("It is ice.")) == ("rst", 300)


def test_very_many_words_of_other_styles_are_read_as_plain_text() -> None:
    data = (b"*a* " * 2_400 + b"\n\n") * 63
    assert parse_article(data, "a.rst").format == "plain"


def test_what_is_left_out_of_a_mail_with_a_page_is_counted_once() -> None:
    head = "From: ida@a.example\nDate: Mon, 2 Mar 2026 09:15:00 +0000\nContent-Type: multipart/alternative; boundary=x\n\n"
    lines = f"{WORDS}\n" * 90
    data = f"{head}--x\nContent-Type: text/plain\n\n{lines}\n--x\nContent-Type: text/html\n\n<p>{WORDS}</p>\n--x--\n"
    article = parse_article(data.encode(), "a.eml", Limits(characters=2000))
    check_notices(article)
    left_out = len(lines) - article.omissions[0].start
    assert abs(int(article.notices[0].split()[0].replace(",", "")) - left_out) < 9


def test_a_line_that_is_too_long_is_cut_within() -> None:
    article = parse_article(f"The ice road\n\n{WORDS * 90}".encode(), "a.txt", Limits(characters=2000))
    check_notices(article)
    assert article.text.startswith(f"The ice road\n\n{WORDS * 34}")


@pytest.mark.parametrize("name", ["ice.txt", "ice.md"])
def test_a_text_that_was_cut_and_kept_is_not_cut_again(name: str) -> None:
    limits = Limits(characters=2000)
    part = parse_article(MAKERS[name](numbered(100)), name, limits)
    assert parse_article(part.text.encode(), name, limits).text == part.text


def html_table(rows: str) -> tuple[bytes, str]:
    return f"<html><body><table>{rows}</table><p>{WORDS}</p></body></html>".encode(), "a.html"


def jats_table(rows: str) -> tuple[bytes, str]:
    return jats(f"<table-wrap><table>{rows}</table></table-wrap><p>{WORDS}</p>"), "a.xml"


def docx_table(rows: str) -> tuple[bytes, str]:
    rows = rows.replace("<tr>", "<w:tr>").replace("</tr>", "</w:tr>").replace("</td>", "</w:t></w:r></w:p></w:tc>")
    return docx(f"<w:tbl>{rows.replace('<td>', '<w:tc><w:p><w:r><w:t>')}</w:tbl>", p(WORDS)), "a.docx"


@pytest.mark.parametrize("make", [html_table, jats_table, docx_table])
def test_rows_beyond_the_limit_are_named_below_their_table(make: Callable[[str], tuple[bytes, str]]) -> None:
    rows = "".join(f"<tr><td>year {number}</td><td>weeks {number * 7}</td></tr>" for number in range(60))
    article = parse_article(*make(rows), Limits(cells=100))
    check_notices(article)
    assert article.notices == ("26 rows of this table were not read, as the tables of the document are too large.",)
    before, after = article.text[: article.omissions[0].start], article.text[article.omissions[0].end :]
    assert before.rstrip().endswith("231")
    assert after.strip() == WORDS


def test_columns_that_repeat_a_tall_one_too_often_are_left_out() -> None:
    name = "</w:t><w:br/><w:t>".join(f"ice {number}" for number in range(100))
    columns = "".join(f"<td>week{number:04}</td>" for number in range(600))
    data, source = docx_table(f"<tr><td>{name}</td>{columns}</tr>")
    whole = parse_article(data, source)
    assert not whole.notices
    assert whole.text.count("ice 99") == 100
    article = parse_article(data, source, Limits(table_lines=1_000))
    assert article.notices == ("Columns of tables were not read, as the tables of the document are too large.",)
    assert article.text.count("ice 99") == 10
    assert all(week in article.text for week in ("week0000", "week0040", WORDS))


@pytest.mark.parametrize("make", [html_table, jats_table, docx_table])
def test_tables_in_tables_take_no_more_than_their_words(make: Callable[[str], tuple[bytes, str]]) -> None:
    inner = "a b"
    tag = ("w:tbl", "w:tc") if make is docx_table else ("table", "td")
    for number in range(40):
        nested = f"<{tag[0]}><tr><td>c{number}</td><{tag[1]}>{inner}</{tag[1]}></tr><tr><td>d</td><td>e</td></tr></{tag[0]}>"
        inner = nested
    data, name = make(inner.removeprefix(f"<{tag[0]}>").removesuffix(f"</{tag[0]}>"))
    article = parse_article(data, name)
    assert len(article.text) < 20 * len(" ".join(article.text.split()))
    assert all(article.text.count(f"c{number}") == 1 for number in range(25, 40))


def odt_cell(content: str) -> str:
    return f"<table:table-cell>{content}</table:table-cell>"


NESTED: dict[str, Callable[[str, str], str]] = {
    "ice.odt": lambda number, inner: (
        f"<table:table><table:table-row>{odt_cell(f'<text:p>{number}</text:p>')}{odt_cell(inner)}</table:table-row>"
        f"<table:table-row>{odt_cell('<text:p>d</text:p>') * 2}</table:table-row></table:table>"
    ),
    "ice.tex": lambda number, inner: rf"\begin{{tabular}}{{ll}}{number} & {inner} \\ d & e \\ \end{{tabular}}",
}
"""How a table with a word and something else in its first row is written, by the name of the document."""


@pytest.mark.parametrize("name", NESTED)
def test_tables_in_tables_of_other_formats_take_no_more_than_their_words(name: str) -> None:
    inner = "<text:p>a b</text:p>" if name == "ice.odt" else "a b"
    for number in range(40):
        inner = NESTED[name](f"c{number}", inner)
    data = odt(f"{inner}<text:p>{WORDS}</text:p>") if name == "ice.odt" else MAKERS[name]([inner, WORDS])
    article = parse_article(data, name)
    assert len(article.text) < 20 * len(" ".join(article.text.split()))
    assert all(article.text.count(word) == 1 for word in ("c25", "c39", WORDS))


@pytest.mark.parametrize("make", [html_table, jats_table])
def test_cells_that_claim_to_be_huge_lose_no_words(make: Callable[[str], tuple[bytes, str]]) -> None:
    cells = [[f'<td rowspan="999" colspan="999">w{row}x{column}</td>' for column in range(30)] for row in range(30)]
    rows = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    article = parse_article(*make(rows))
    assert {f"w{row}x{column}" for row in range(30) for column in range(30)} <= set(re.findall(r"\w+", article.text))
    assert len(article.text) < 200_000


def test_elements_that_are_nested_too_deep_are_named() -> None:
    deep = f"{'<sec>' * 300}<p>{WORDS}</p>{'</sec>' * 300}"
    article = parse_article(jats(f"<p>{WORDS}</p>{deep}"), "a.xml")
    assert article.notices == ("Elements that are nested too deep were not read.",)
    assert WORDS in article.text


def test_comments_beyond_the_limit_are_named() -> None:
    body = p(*(commented(number, t(f"It fell {number} times. ")) for number in range(3)))
    word = docx(body, **comment_parts(*(comment(number, "Why?") for number in range(3))))
    note = "<office:annotation><text:p>Why?</text:p></office:annotation>"
    for data, name in ((word, "a.docx"), (odt(f"<text:p>It{note} fell{note} again{note}.</text:p>"), "a.odt")):
        article = parse_article(data, name, limits=Limits(comments=2))
        assert len(article.comments) == 2
        assert article.notices == ("Comments after the first 2 were not read, as there are too many.",)
        assert not parse_article(data, name, limits=Limits(comments=3)).notices


def test_sources_of_comments_beyond_the_limit_are_named() -> None:
    body = p(*(commented(number, t(f"It fell {number} times. ")) for number in range(3)))
    data = docx(
        body, **comment_parts(*(comment(number, f"https://a.example/{number} https://a.example/0") for number in range(3)))
    )
    article = parse_article(data, "a.docx", limits=Limits(comment_sources=2))
    assert [len(one.references) for one in article.comments] == [1, 2, 1]
    assert article.notices == ("1 source in comments, beyond the first 2, did not become references.",)
    assert article.text.endswith("\n\n[1 source in comments, beyond the first 2, did not become references.]")
    assert [*article.blocks] == sorted(article.blocks)
    assert not parse_article(data, "a.docx", limits=Limits(comment_sources=3)).notices


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
def test_linked_addresses_beyond_the_limit_are_named_once(name: str) -> None:
    link = '<p>{0}, see <a href="{1}">{1}</a>.</p>' if name == "a.html" else "{0}, see {1}.\n\n"
    data = "".join(link.format(WORDS, f"https://a.example/{number % 3}") for number in range(6)).encode()
    limits = Limits(linked_sources=2)
    article = parse_article(data, name, limits=limits)
    assert [reference.url for reference in article.references] == ["https://a.example/0", "https://a.example/1"]
    assert article.notices == ("1 linked address, beyond the first 2, did not become references.",)
    assert article.text.count("did not become references") == 1
    if name != "a.html":
        again = parse_article(article.text.encode(), name, limits=limits)
        assert (again.text, again.omissions) == (article.text, article.omissions)
    assert not parse_article(data, name, limits=Limits(linked_sources=3)).notices


SURROGATES = "&#xD800; &#55555; &#x000dFfF; "


@pytest.mark.parametrize("name", ["ice.xml", "ice.docx", "ice.epub", "ice.html", "ice.md", "ice.odt", "ice.wiki"])
def test_half_a_character_never_reaches_a_text(name: str) -> None:
    article = parse_article(MAKERS[name]([f"{SURROGATES}{WORDS}"] * 3), name)
    article.text.encode()
    assert WORDS in article.text


def test_half_a_character_in_other_places_never_reaches_an_article() -> None:
    metadata = (
        '<script type="application/ld+json">{"@type": "Article", "author": "A \\ud800 B", "headline": "H \\udfff"}</script>'
    )
    page = f"<html><head>{metadata}</head><body><p>{WORDS}</p></body></html>".encode()
    directive = f".. |x| unicode:: 0xD800\n\n|x| {WORDS}".encode()
    document = rf"{{\rtf1\ansi \u-10240?\par {WORDS}}}".encode()
    cells = [{"cell_type": "markdown", "source": [f"# \ud800\n\n{WORDS}"]}, {"cell_type": "code", "source": "\udfff"}]
    notebook = json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode()
    for data, name in ((page, "a.html"), (directive, "a.rst"), (document, "a.rtf"), (notebook, "a.ipynb")):
        article = parse_article(data, name)
        assert WORDS in article.text
        json.dumps([article.text, article.title, *article.about], ensure_ascii=False).encode()


@pytest.mark.parametrize("name", MAKERS)
def test_an_import_ends_when_its_time_is_over_or_when_it_is_stopped(name: str) -> None:
    data = MAKERS[name](numbered(40))
    with pytest.raises(ReaderError, match=f"{name} takes too long to read"):
        parse_article(data, name, Limits(seconds=-1))
    stopped = threading.Event()
    steps: list[int] = []

    def is_stopped() -> bool:
        steps.append(1)
        return stopped.is_set() or len(steps) > 2

    with report_to(lambda _: None, is_stopped), pytest.raises(Cancelled):
        parse_article(data, name)


@pytest.mark.parametrize("name", ["ice.rst", "ice.html", "ice.xml", "ice.docx", "ice.odt", "ice.rtf"])
def test_of_a_document_that_takes_too_long_the_first_part_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = numbered(400)
    data, size = MAKERS[name](parts), len("".join(parts))
    most = int((3 if name == "ice.docx" else 1.5) * size)
    limits = Limits(html_size=most, xml_size=most, characters=most)
    steps = itertools.count()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(steps)))
    whole = parse_article(data, name, limits._replace(seconds=1e9))
    assert not whole.notices
    article = parse_article(data, name, limits._replace(seconds=0.95 * next(steps)))
    assert article.text[:500] == whole.text[:500]
    assert len(article.text) < len(whole.text)
    *others, last = article.notices
    assert others
    assert last == "All of the document takes too long to read."


MEMORY = 600_000_000
SPANS = ("<tr>" + '<td rowspan="99" colspan="99">a b</td>' * 300 + "</tr>") * 300

# ------------------------------------------------------------------ Files


def endless_files(folder: Path) -> dict[str, str]:
    os.mkfifo(folder / "pipe.txt")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "socket.txt"))
    listener.close()
    return {"/dev/zero": "a device", str(folder / "pipe.txt"): "a pipe", str(folder / "socket.txt"): ""}


def test_a_file_that_may_never_end_is_refused(tmp_path: Path) -> None:
    for path, kind in endless_files(tmp_path).items():
        for read in (read_article, read_source):
            with pytest.raises(ReaderError, match=f"is not a file but {kind}" if kind else "Cannot read"):
                read(path)


def test_a_source_of_the_library_that_became_a_pipe_is_read_from_its_copy(tmp_path: Path) -> None:
    path = tmp_path / "ice.txt"
    path.write_text(WORDS)
    with Library.open(tmp_path / "library") as library:
        library.session(read_article(str(path)), "me")
        path.unlink()
        os.mkfifo(path)
        (entry,) = library.entries()
        assert library.latest_document(entry).decode() == WORDS


def test_a_large_file_is_refused_with_a_way_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ice.txt"
    path.write_text("\n".join(numbered(40_000)))
    monkeypatch.setenv(MAX_SIZE_VARIABLE, "2")
    with pytest.raises(ReaderError, match="larger than 2 MB") as refused:
        read_article(str(path))
    name, _, value = refused.value.hint.rpartition(" ")[2].partition("=")
    monkeypatch.setenv(name, value)
    assert read_article(str(path)).text.endswith("It was year 40000.")
    monkeypatch.setenv(name, "much")
    with pytest.raises(ReaderError, match="must be a number of megabytes"):
        read_article(str(path))


def test_a_file_that_grows_while_it_is_read_is_refused_at_the_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text(WORDS)
    grow = "import sys\nwith open(sys.argv[1], 'ab', 0) as log:\n    while True: log.write(b'and so on ' * 100_000)"
    writer = subprocess.Popen([sys.executable, "-c", grow, str(path)])
    try:
        while path.stat().st_size < 2_000_000:
            pass
        result = run_parse(str(path), MAX_SIZE_VARIABLE, "3")
    finally:
        writer.kill()
        writer.wait()
    assert (result.returncode, result.stdout) == (1, "")
    assert "log.txt is larger than 3 MB" in result.stderr


def run_parse(name: str, variable: str = MAX_SIZE_VARIABLE, value: str = "100") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reader", "parse", name]
    return subprocess.run(
        command, env={**os.environ, variable: value}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_standard_input_that_never_ends_is_refused() -> None:
    with open("/dev/zero", "rb") as zeros:
        command = [sys.executable, "-m", "reader", "parse", "-"]
        result = subprocess.run(command, stdin=zeros, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "larger than 100 MB" in result.stderr


def test_standard_input_that_does_not_wait_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    command = [sys.executable, "-m", "reader", "parse", "--text", "-"]
    with subprocess.Popen(command, stdin=reading, stdout=subprocess.PIPE, text=True) as child, open(writing, "w") as pipe:
        for number in range(3):
            pipe.write(f"{WORDS} {number}\n")
            pipe.flush()
            while fcntl.ioctl(reading, termios.FIONREAD, bytes(4)) != bytes(4) and child.poll() is None:
                pass
        pipe.close()
        assert child.stdout is not None
        assert child.stdout.read().rstrip().endswith(f"{WORDS} 2")
    os.close(reading)
    assert child.returncode == 0
