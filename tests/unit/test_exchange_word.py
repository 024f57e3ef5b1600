"""Word comments: each is on its words, the rest of the writer's file stays as it is, and others can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reader.article.ranges import Span
from reader.exchange import FORMATS, ExportOptions, Report, build_report
from reader.formats import parse_article
from reader.review.index import ReviewItems
from reader.review.model import Annotation
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM
from tests.unit.docxs import field, note, notes, p, t
from tests.unit.golden_review import AT
from tests.unit.test_cli import call
from tests.unit.word_files import changed_members, comments_in, without_marks, word_file

__all__ = ["call"]  # a fixture

GOLDEN = Path(__file__).parents[1] / "golden" / "review.docx"
EXAMPLES = Path(__file__).parents[3] / "shared" / "examples"
NEW_PARTS = {f"word/{name}.xml" for name in ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")}
CHANGED = {"[Content_Types].xml", "word/document.xml", "word/_rels/document.xml.rels", *NEW_PARTS}


def insertion(*runs: str, number: int = 7) -> str:
    return f'<w:ins w:id="{number}" w:author="Ann" w:date="2026-01-02T09:00:00Z">{"".join(runs)}</w:ins>'


def deletion(text: str) -> str:
    return f'<w:del w:id="8" w:author="Ann"><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def box(text: str) -> str:
    return f"<w:r><w:pict><w:txbxContent>{p(text)}</w:txbxContent></w:pict></w:r>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>"


BODY = (
    p("The tide gauge", style="Overskrift1"),
    p(
        t("The gauge at Sund ro"),
        t("se 31 cm", "<w:b/>"),
        t(" in May ("),
        f'<w:hyperlink r:id="rIdLink">{t("Port Office 2024")}</w:hyperlink>',
        t("), as "),
        field("REF _Ref1", t("Table"), t(" 2")),
        "<w:r><w:t> shows. 🌊 E\u0301 is up &amp; &#x1F30A; falls. </w:t></w:r>",
        t("It fell in June."),
        note(1),
        t(" Water is H"),
        t("2", '<w:vertAlign w:val="subscript"/>'),
        t("O."),
    ),
    p(
        t("Nobody "),
        deletion("ever "),
        insertion(t("has so far meas"), t("ured", "<w:i/>")),
        t(" the second basin."),
        box("Kept dry."),
    ),
    p("A first item of the list.", number="1"),
    f"<w:tbl>{row('Town', 'Level of the water at noon')}{row('Sund', '31 cm above the mark')}</w:tbl>",
    p("level = 31", style="Kode"),
)
FOOTNOTES = notes("The log of the harbour master says 28.")


def writers_file(*body: str, **parts: str) -> bytes:
    return word_file(*(body or BODY), links={"rIdLink": "https://port.example/2024"}, footnotes=FOOTNOTES, **parts)


def mark(read: Any, quote: str | Span, number: int = 1, kind: str = CLAIM, **values: Any) -> Annotation:
    """Return an annotation on a quote or a range, with a note of the quote's own words unless something else is given."""
    start = quote.start if isinstance(quote, Span) else read.text.index(quote)
    span = quote if isinstance(quote, Span) else Span(start, start + len(quote))
    return Annotation(
        id=f"mark-{number}",
        article="the-article",
        edition=read.digest,
        selector=make_selector(read.text, span),
        kind=kind,
        created_at="2026-01-15T09:00:00.000Z",
        updated_at=f"2026-01-15T09:{number % 60:02}:30.250Z",
        creator="ana",
        **(values or {"note": read.text[span.start : span.end]}),
    )


def review_of(data: bytes, *annotations: Annotation) -> Report:
    items = ReviewItems(annotations)
    return build_report(ReviewSession(parse_article(data, "/home/ana/tide.docx"), "the-article", items), AT)


def commented(data: bytes, *quotes: str | Span) -> bytes:
    """Return a document with a comment on each quote."""
    read = parse_article(data, "/home/ana/tide.docx")
    return write(review_of(data, *(mark(read, quote, number) for number, quote in enumerate(quotes, 1))))


def write(of: Report, into: bytes = b"", notices: list[str] | None = None) -> bytes:
    collected = [] if notices is None else notices
    return b"".join(FORMATS["docx"].write([of], ExportOptions(into=into, notify=collected.append)))


def text_of(data: bytes) -> str:
    return parse_article(data, "-").text


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("The gauge at Sund rose 31 cm in May", "The gauge at Sund rose 31 cm in May"),  # across formatted runs
        ("rose 31", "rose 31"),
        ("in May (Port", "in May (Port Office 2024"),  # a link is taken whole
        ("2 shows.", "Table 2 shows."),  # and so is a field
        ("E\u0301 is up & 🌊", "E\u0301 is up & 🌊"),  # written as references, too
        ("falls. It fell in June.", "falls. It fell in June."),
        ("H₂O", "H2O"),
        ("far measured the second", "far measured the second"),  # from within an insertion
        ("so far", "so far"),
        ("first item of", "first item of"),
        ("Sund  31 cm above", "Sund31 cm above"),  # cells are apart in the text
        ("= 31", "= 31"),
    ],
)
def test_a_comment_surrounds_its_words(quote: str, words: str) -> None:
    data = writers_file()
    written = commented(data, quote)
    assert [comment.words for comment in comments_in(written)] == [words]
    assert text_of(written) == text_of(data)
    assert without_marks(written) == without_marks(data)
    assert changed_members(data, written) == CHANGED
