"""Documents made of very many small parts, which must not fill the memory: by name, what makes each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.unit.docxs import NAMESPACES, docx, notes, p, t
from tests.unit.epubs import epub
from tests.unit.epubs import page as chapter
from tests.unit.jats_files import jats
from tests.unit.test_formats_limits import SPANS, WORDS, html_table, jats_table
from tests.unit.test_formats_odt import odt


def filled(part: str, size: int = 9_000_000) -> str:
    return part * (size // len(part))


def unpacked(data: bytes) -> bytes:
    """Return a package whose members are not compressed: such small parts would look like a bomb."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return file.getvalue()


def docx_of(part: str, size: int = 36_000_000, **parts: str) -> bytes:
    return unpacked(docx(p(WORDS), filled(part, size), **parts))


def odt_of(part: str, size: int = 36_000_000) -> bytes:
    return unpacked(odt(f"<text:p>{WORDS}</text:p>{filled(part, size)}"))


def rtf_of(part: str) -> bytes:
    return rf"{{\rtf1\ansi {WORDS}\par {filled(part, 90_000_000)}}}".encode()


def tex_of(part: str, head: str = "") -> bytes:
    return rf"{head}\begin{{document}}{WORDS}\par {filled(part, 40_000_000)}".encode()


def wiki_of(part: str) -> bytes:
    return f"'''Harm''' is a town.<ref>{WORDS}</ref>\n\n== Ice ==\n\n{filled(part, 36_000_000)}".encode()


def mail_of(part: str, more: str = "") -> bytes:
    head = f"From: ida@a.example\nDate: Mon, 2 Mar 2026 09:15:00 +0000\nSubject: Ice\n{more}\n{WORDS}\n"
    return f"{head}{filled(part, 97_000_000 - len(more.encode()))}".encode()


def notebook_of(part: str) -> bytes:
    first = f'{{"cell_type": "markdown", "metadata": {{}}, "source": "{WORDS}"}}'
    return (
        f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{first}{filled(f",{part}", 97_000_000)}]}}'.encode()
    )


def rst_of(part: str, count: int) -> bytes:
    return f"The ice road\n============\n\n{part * count}".encode()


WIDE = f'<w:tc><w:tcPr><w:gridSpan w:val="300"/><w:vMerge w:val="restart"/></w:tcPr>{p("a b")}</w:tc>'
DOCX_NESTED = ("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc>") * 9 + ("<w:p/></w:tc></w:tr></w:tbl>") * 9
FOOTNOTE = '<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id="{}"/></w:r></w:p>'
FOOTNOTES = "".join(f'<w:footnote w:id="{number}"><w:p><w:r><w:t>b</w:t></w:r></w:p></w:footnote>' for number in range(250_000))
ODT_SPAN = '<text:span text:style-name="B">b</text:span>'
ODT_NOTE = (
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a</text:p></text:note-body></text:note>"
)
ODT_SPANS = ' table:number-columns-spanned="300" table:number-rows-spanned="300" table:number-columns-repeated="300"'
ODT_WIDE = f"<table:table-cell{ODT_SPANS}><text:p>a b</text:p></table:table-cell>"
ODT_NESTED = ("<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell>") * 9 + (
    "</table:table-cell></table:table-row></table:table>"
) * 9
RTF_NESTED = r"{\trowd\intbl a\cell " * 9 + r"b\cell\row}" * 9
RTF_NOTE = r"\b a\b0 b\par "
TEX_MACRO = rf"\newcommand{{\x}}{{{'a~' * 2000}}}"
TEX_TABLE = rf"\begin{{tabular}}{{{'l' * 9}}}{'a&' * 8}a\\" + "\n"
WIKI_NESTED = "{|\n|-\n| a || b\n|\n" * 9 + "|}\n" * 9
EPUB_NOTES = "".join(f'<p>a<a href="#n{n}" epub:type="noteref">1</a></p>' for n in range(100_000)) + "".join(
    f'<aside id="n{n}" epub:type="footnote"><p>b</p></aside>' for n in range(100_000)
)
HUGE: dict[str, Callable[[], bytes]] = {
    "wide.txt": lambda: filled("\U0001f9ca a\r\n", 25_000_000).encode(),
    "wide.tex": lambda: tex_of("\U0001f9ca a b c d e f g h\r\n"),
    "wide.wiki": lambda: wiki_of("\U0001f9ca a b c d e f g h\r\n"),
    "letters.txt": lambda: filled("a\n\n").encode(),
    "letters.md": lambda: filled("a\n\n").encode(),
    "letters.html": lambda: f"<html><body>{filled('<p>a</p>')}".encode(),
    "letters.xml": lambda: jats(filled("<p>a</p>")),
    "attributes.xml": lambda: jats(filled('<p a="1" b="2" c="3" d="4">a</p>')),
    "large.html": lambda: b"<html><body>" + f"<p>{WORDS} <a href='http://a.example/'>{WORDS}</a></p>".encode() * 600_000,
    "spans.html": lambda: html_table(SPANS)[0],
    "spans.xml": lambda: jats_table(SPANS)[0],
    "letters.docx": lambda: docx_of("<w:p><w:r><w:t>a</w:t></w:r></w:p>"),
    "runs.docx": lambda: docx_of(f"<w:p>{t('a', '<w:b/>') + t(' b ')}</w:p>"),
    "one-paragraph.docx": lambda: unpacked(docx(f"<w:p>{filled(t('a', '<w:b/>') + t(' b '), 36_000_000)}</w:p>")),
    "one-note.docx": lambda: docx_of(FOOTNOTE.format(1), footnotes=notes("b")),
    "notes.docx": lambda: unpacked(
        docx(*map(FOOTNOTE.format, range(250_000)), footnotes=f"<w:footnotes {NAMESPACES}>{FOOTNOTES}</w:footnotes>")
    ),
    "spans.docx": lambda: docx_of(f"<w:tbl>{f'<w:tr>{WIDE * 300}</w:tr>' * 300}</w:tbl>"),
    "uneven.docx": lambda: docx_of(f"<w:tbl><w:tr>{WIDE * 2}</w:tr>{filled('<w:tr><w:tc><w:p/></w:tc></w:tr>')}</w:tbl>"),
    "nested.docx": lambda: docx_of(DOCX_NESTED),
    "letters.odt": lambda: odt_of("<text:p>a</text:p>"),
    "runs.odt": lambda: odt_of(f"<text:p>a{ODT_SPAN}</text:p>"),
    "one-paragraph.odt": lambda: unpacked(odt(f"<text:p>{filled(f'{ODT_SPAN} a ', 36_000_000)}</text:p>")),
    "notes.odt": lambda: odt_of(f"<text:p>a{ODT_NOTE}</text:p>"),
    "spans.odt": lambda: odt_of(f"<table:table>{f'<table:table-row>{ODT_WIDE * 300}</table:table-row>' * 300}</table:table>"),
    "nested.odt": lambda: odt_of(ODT_NESTED),
    "letters.epub": lambda: unpacked(epub({f"{number}.xhtml": chapter(filled("<p>a</p>", 3_000_000)) for number in range(9)})),
    "notes.epub": lambda: unpacked(epub({"a.xhtml": chapter(EPUB_NOTES)})),
    "letters.rtf": lambda: rtf_of(r"a\par "),
    "runs.rtf": lambda: rtf_of(r"\b a\b0 b"),
    "notes.rtf": lambda: rtf_of(r"{\footnote a}"),
    "one-note.rtf": lambda: rtf_of(rf"{{\footnote {filled(RTF_NOTE, 80_000_000)}}}"),
    "labels.rtf": lambda: rtf_of(r"{\listtext a}"),
    "cells.rtf": lambda: rtf_of(r"\intbl a\cell b\cell\row "),
    "frames.rtf": lambda: rtf_of(r"\intbl a\cell\row "),
    "nested.rtf": lambda: rtf_of(RTF_NESTED),
    "letters.tex": lambda: tex_of("a\n\n"),
    "runs.tex": lambda: tex_of(r"\textbf{a} b "),
    "notes.tex": lambda: tex_of(r"a\footnote{b} "),
    "macros.tex": lambda: tex_of(r"\x", TEX_MACRO),
    "cells.tex": lambda: tex_of(r"\begin{tabular}{ll}" + filled("a&", 39_000_000)),
    "tables.tex": lambda: tex_of(TEX_TABLE),
    "letters.wiki": lambda: wiki_of("a\n\n"),
    "runs.wiki": lambda: wiki_of("'''a''' b "),
    "notes.wiki": lambda: wiki_of("a<ref>b</ref> "),
    "templates.wiki": lambda: wiki_of("{{a|bc|de"),
    "one-template.wiki": lambda: wiki_of("{{a" + filled("|bc", 30_000_000)),
    "links.wiki": lambda: wiki_of("[[a]] "),
    "nested.wiki": lambda: wiki_of(WIKI_NESTED),
    "lines.eml": lambda: mail_of("a\n"),
    "letters.eml": lambda: mail_of("a\n\n"),
    "flowed.eml": lambda: mail_of("a \n", "Content-Type: text/plain; format=flowed\n"),
    "headers.eml": lambda: mail_of("a\n", filled("X-Ice: a\n", 90_000_000)),
    "foreign.eml": lambda: mail_of("é" * 40 + "\n", "Content-Type: text/plain; charset=utf-8\n")[:99_000_000],
    "lists.ipynb": lambda: notebook_of("[]"),
    "cells.ipynb": lambda: notebook_of('{"cell_type":"markdown","source":"a"}'),
    "lines.ipynb": lambda: notebook_of('{"cell_type":"code","source":[' + filled('"b\\n",', 90_000_000) + '"c"]}'),
    "wide.ipynb": lambda: notebook_of('{"cell_type":"markdown","source":"' + "\U0001f9ca abc\\n" * 99 + '"}')[:99_000_000],
    "fields.rst": lambda: rst_of(":Author: A. Harm\n\nIt was *open*.\n\n", 9_000),
    "letters.rst": lambda: rst_of("a\n\n", 49_000),
    "runs.rst": lambda: rst_of("*a* b " * 20 + "\n\n", 7_000),
    "many-runs.rst": lambda: rst_of("*a* b " * 20 + "\n\n", 16_000),
    "items.rst": lambda: rst_of("- a\n", 99_000),
    "notes.rst": lambda: rst_of("a [#]_\n\n.. [#] b\n\n", 20_000),
    "names.rst": lambda: rst_of("|a| " * 20 + "\n\n", 5_000) + f".. |a| replace:: {'x y ' * 2490}\n".encode(),
}
READ_WHOLE = frozenset({"spans.html", "spans.xml", *(name for name in HUGE if name.endswith(".rst"))})
"""Those that are read to their end. Of all others, something is left out, which the article names."""
QUICK = (
    *("letters.txt", "letters.md", "letters.html", "attributes.xml", "large.html", "spans.html", "spans.xml", "spans.docx"),
    *(
        "notes.odt",
        "notes.epub",
        "labels.rtf",
        "cells.tex",
        "links.wiki",
        "lines.eml",
        "lists.ipynb",
        "fields.rst",
        "names.rst",
    ),
)
"""The names of some in every format, which take the least time."""
