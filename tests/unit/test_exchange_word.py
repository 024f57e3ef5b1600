"""Word comments: each is on its words, the rest of the writer's file stays as it is, and others can read it."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.exchange import FORMATS, ExportOptions, Report, build_report
from reader.formats import parse_article
from reader.review.index import ReviewItems
from reader.review.model import Annotation, Judgement
from reader.review.scale import FIX_WORDING, LEAVE_AS_IS
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM
from reader.tui.panes.export import preview_of
from tests.hypothesis_profiles import examples
from tests.unit.docxs import NAMESPACES, field, note, notes, p, t
from tests.unit.golden_review import AT, report
from tests.unit.test_cli import Call, call
from tests.unit.word_files import MAIN_TYPE, changed_members, comments_in, packed, unpacked, without_marks, word_file

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


def raised(text: str) -> str:
    return t(text, '<w:vertAlign w:val="superscript"/>')


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in cells)}</w:tr>"


LINK = f'<w:hyperlink r:id="rIdLink">{t(" this year")}</w:hyperlink>'
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
        insertion(t("has so far meas"), t("ured", "<w:i/>"), field("REF a", t(" at"), t(" all")), LINK, t(" in")),
        t(" the second basin."),
        box("Kept dry."),
    ),
    p(f"<w:r><w:t>One line</w:t><w:br/><w:t>and the next of 10</w:t></w:r>{raised('1')}{raised('0')}{t(' men.')}"),
    p(f"data:image/png;base64,{'A' * 300} is not read."),
    p("A first item of the list.", number="1"),
    f"<w:tbl>{row('Town', 'Level of the water at noon')}{row('Sund', '31 cm above the mark')}</w:tbl>",
    f"<w:tbl>{row('Word', 'again and ' * 14 + 'ago')}</w:tbl>",
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
        ("far measured at all this year in the second", "far measured at all this year in the second"),  # from an insertion
        ("so far", "so far"),
        ("all this", " at all this year"),  # a field and a link in an insertion
        ("in the second", "in the second"),
        ("first item of", "first item of"),
        ("Sund  31 cm above", "Sund31 cm above"),  # cells are apart in the text
        (
            f"{'again and ' * 6}\n      again and again and ago".replace(" \n", "\n"),
            f"{'again and ' * 8}ago",
        ),  # lines of a cell
        ("= 31", "= 31"),
        ("One line", "One line"),  # and a line break in the same run
        ("next of 10¹⁰", "next of 1010"),
        ("is not", f"data:image/png;base64,{'A' * 300} is not read."),  # the run was not read as it is
    ],
)
def test_a_comment_surrounds_its_words(quote: str, words: str) -> None:
    data = writers_file()
    written = commented(data, quote)
    assert [comment.words for comment in comments_in(written)] == [words]
    assert text_of(written) == text_of(data)
    assert without_marks(written) == without_marks(data)
    assert changed_members(data, written) == CHANGED


def test_words_in_a_note_or_a_text_box_hang_on_what_refers_to_them() -> None:
    data = writers_file()
    written = commented(data, "harbour master says 28", "Kept dry.")
    in_note, in_box = comments_in(written)
    assert (in_note.words, in_note.text) == ("It fell in June.", "About “harbour master says 28”:\nharbour master says 28")
    assert (in_box.words, in_box.text) == ("Kept dry.", "About “Kept dry.”:\nKept dry.")
    assert without_marks(written) == without_marks(data)


def test_an_export_is_the_same_every_time_and_adds_nothing_to_itself() -> None:
    data = writers_file()
    of = review_of(data, *(mark(parse_article(data, "-"), quote, n) for n, quote in enumerate(("rose 31", "so far", "28"))))
    once, notices = write(of), list[str]()
    assert write(of) == once
    assert write(of, once, notices) == once
    assert notices == ["3 comments were in the document already"]
    assert write(review_of(data), notices=notices) == data
    assert "No comment was written" in notices[-1]


def test_a_claim_is_a_thread_of_verdict_advice_and_note_and_resolved_if_it_is_fine() -> None:
    data = writers_file()
    read = parse_article(data, "-")
    good = Judgement("1", "supports", by="ben", at="2026-01-15T09:50:00.000Z")
    bad = replace(good, verdict="contradicts", note="says 28 cm")
    quotes = ("It fell in June.[1]", "It fell in June.[1]", "It fell in June.[1]")
    marks = (
        mark(read, quotes[0], 1, judgements=(good,)),
        mark(read, quotes[1], 2, judgements=(bad,), decision=FIX_WORDING, fix="It rose.\nTwice.", note="ask them"),
        mark(read, quotes[2], 3, judgements=(bad,), decision=LEAVE_AS_IS),
        mark(read, "so far", 4, tags=("numbers",)),
    )
    written = write(review_of(data, *marks))
    assert [(c.author, c.date, c.text, c.answers[:3], c.is_resolved) for c in comments_in(written)] == [
        ("Reviewer 2", "2026-01-15T09:50:00Z", "✓ [1] supports", "", True),
        ("Reviewer 2", "2026-01-15T09:50:00Z", "≠ [1] contradicts\nNote: says 28 cm", "", False),
        ("Reviewer 1", "2026-01-15T09:02:30Z", "For the author: fix the wording: It rose.\nTwice.", "≠ [", False),
        ("Reviewer 1", "2026-01-15T09:02:30Z", "ask them", "≠ [", False),
        ("Reviewer 2", "2026-01-15T09:50:00Z", "≠ [1] contradicts\nNote: says 28 cm", "", True),
        ("Reviewer 1", "2026-01-15T09:03:30Z", "For the author: fine", "≠ [", True),
    ]
    members = unpacked(written)
    assert members["word/commentsExtensible.xml"].count(b'dateUtc="2026-01-15T09:50:00Z"') == 3
    assert members["word/people.xml"].count(b"<w15:person ") == 2
    assert not any(b"ana" in member or b"ben" in member for member in members.values())


def test_comments_of_an_export_are_no_comments_of_the_document_when_it_is_read_again() -> None:
    data = writers_file()
    read = parse_article(data, "-")
    judgement = Judgement("1", "supports", note="https://port.example/other", by="ben", at="2026-01-15T09:50:00.000Z")
    written = write(review_of(data, mark(read, "It fell in June.[1]", 1, judgements=(judgement,), note="ask them")))
    assert len(comments_in(written)) == 2
    again = parse_article(written, "-")
    assert not again.comments
    assert (again.text, again.references, again.citations) == (read.text, read.references, read.citations)


def golden_file() -> bytes:
    """Return the review of the golden files as comments in a Word file with the same text."""
    of = report()
    paragraphs = (p(html.escape(of.article.text[block.start : block.end])) for block in of.article.blocks)
    return write(of, word_file(*paragraphs))


def test_an_export_is_byte_for_byte_its_golden_file() -> None:
    written = golden_file()
    assert unpacked(written) == unpacked(GOLDEN.read_bytes())
    assert len(comments_in(written)) > 10
    assert preview_of([written], FORMATS["docx"].media_type)[:2] == (
        "Reviewer 1: which ones?",
        "Reviewer 1: ◐ [1] partly supports · Described source: Interview with Kai *Holm*, 3 May 2024, kept: tape [4].m4a"
        " · Evidence: ““Forty-one thousand, =more or less*”, he said.” (Interview with Kai *Holm*, own record, "
        "characters 3–49)",
    )


hostile = st.text(st.sampled_from("\x00\x0b\ud800\ufffe\u202e<>&\"'\t\n]]>-- {}%\u2028é🌊א"), min_size=1, max_size=20)


@given(hostile, hostile)
@pytest.mark.slow
def test_no_note_or_name_becomes_structure(note: str, name: str) -> None:
    data = writers_file()
    read = parse_article(data, "-")
    plain = review_of(data, replace(mark(read, "so far"), note=f"x{note}", creator="cy"))
    of = replace(plain, public_names=frozenset({"cy"}))
    named = replace(of.items[0], annotation=replace(of.items[0].annotation, creator=f"x{name}"))
    (comment,) = comments_in(write(replace(of, items=(named,), public_names=frozenset({f"x{name}"}))))
    assert (comment.author[0], comment.text[0]) == ("R" if "@" in name else "x", "x")
    assert "<" in comment.text or "<" not in note


# ------------------------------------------------------------------ Any document

WORDS = st.text(st.sampled_from("abcé🌊 .&<[]()1א"), min_size=1, max_size=8)


def _escaped(text: str) -> str:
    return "".join(f"&#{ord(char)};" if char in "&<1" else char for char in text)


WRAPPERS = st.sampled_from(
    [
        t,
        lambda text: t(text, "<w:b/>"),
        lambda text: f"<w:r><w:t>{text}</w:t></w:r>",
        lambda text: f"<w:r><w:tab/><w:t xml:space='preserve'>{text}</w:t><w:br/><w:t>{text}</w:t></w:r>",
        lambda text: insertion(t(text), t(text, "<w:i/>")),
        lambda text: f"<w:proofErr w:type='spellStart'/>{t(text)}{deletion('gone')}",
        lambda text: f'<w:hyperlink r:id="rIdLink">{t(text)}</w:hyperlink>',
        lambda text: field("REF x", t(text)),
        lambda text: insertion(t(text), field("REF x", t(text), t(text)), t(text)),
        lambda text: f"<w:sdt><w:sdtContent>{t(text)}</w:sdtContent></w:sdt>",
        lambda text: f"<w:r><w:t><![CDATA[{html.unescape(text)}]]></w:t></w:r>",
    ]
)
RUNS = st.lists(st.builds(lambda wrap, text: wrap(_escaped(text)), WRAPPERS, WORDS), min_size=1, max_size=6)


@given(st.lists(RUNS, min_size=1, max_size=3), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=6))
@settings(max_examples=examples(150))
def test_any_range_of_any_document_gets_a_comment_and_nothing_else_changes(
    paragraphs: Sequence[Sequence[str]], ranges: Sequence[tuple[int, int]]
) -> None:
    data = writers_file(p("Start."), *(p(*runs) for runs in paragraphs))
    read = parse_article(data, "/home/ana/tide.docx")
    spans = [Span(start, min(start + length, len(read.text))) for start, length in ranges if start < len(read.text)]
    spans = [span for span in spans if read.text[span.start : span.end].strip()]
    of = review_of(data, *(mark(read, span, n, note=f"note {n}") for n, span in enumerate(spans, 1)))
    written = write(of)
    assert text_of(written) == read.text
    assert without_marks(written) == without_marks(data)
    assert write(of, written) == written
    comments = {comment.text: "".join(comment.words.split()) for comment in comments_in(written)} if spans else {}
    quotes = {item.annotation.note: "".join(item.selector.exact.split()) for item in of.items}
    if any(kind in run for runs in paragraphs for run in runs for kind in ("hyperlink", "fldChar", "w:sdt", "CDATA")):
        assert comments.keys() == quotes.keys()
        assert all(quote in comments[text] for text, quote in quotes.items())
    else:
        assert comments == quotes


# ------------------------------------------------------------------ Other people's comments, drafts, and what cannot be done

OTHERS = (
    f'<w:comments {NAMESPACES}><w:comment w:id="4" w:author="Writer" w:initials="W"><w:p><w:r><w:t>Mine.</w:t></w:r></w:p>'
    "</w:comment></w:comments>"
)
THEIR_MARKS = '<w:commentRangeStart w:id="4"/>{}<w:commentRangeEnd w:id="4"/><w:r><w:commentReference w:id="4"/></w:r>'


def test_comments_of_others_stay_and_new_ones_get_free_ids() -> None:
    data = writers_file(p(THEIR_MARKS.format(t("The gauge rose 31 cm.")), t(" It fell.")), comments=OTHERS)
    written = commented(data, "gauge rose", "cm. It fell")
    theirs, *ours = comments_in(written)
    assert (theirs.author, theirs.text, theirs.words) == ("Writer", "Mine.", "The gauge rose 31 cm.")
    assert [comment.words for comment in ours] == ["gauge rose", "cm. It fell"]
    assert unpacked(written)["word/comments.xml"].startswith(OTHERS.removesuffix("</w:comments>").encode())
    assert re.findall(rb'<w:comment [^>]*w:id="(\d+)"', unpacked(written)["word/comments.xml"]) == [b"4", b"5", b"6"]
    assert changed_members(data, written) == CHANGED


def test_a_part_without_elements_or_with_another_prefix_is_filled() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    main = (
        f'<x:document xmlns:x="{space}"><x:body><x:p><x:r><x:t>The gauge rose. It fell.</x:t></x:r></x:p></x:body></x:document>'
    )
    members = unpacked(writers_file(comments=f'<y:comments xmlns:y="{space}"/>'))
    data = packed({**members, "word/document.xml": f"\ufeff{main}".encode()})
    (comment,) = comments_in(commented(data, "It fell"))
    assert (comment.words, comment.author) == ("It fell", "Reviewer 1")


@pytest.mark.parametrize(
    ("attributes", "count"),
    [
        ('xmlns:w14="{w14}" xmlns:mc="{mc}"', 1),
        ('xmlns:w14="{w14}" xmlns:mc="{mc}" mc:Ignorable="w15"', 2),
        ('xmlns:w14="{w14}" xmlns:mc="{mc}" mc:Ignorable="w15 w14"', 1),
    ],
)
def test_programs_that_do_not_know_the_ids_of_paragraphs_may_ignore_them(attributes: str, count: int) -> None:
    w14, mc = (
        "http://schemas.microsoft.com/office/word/2010/wordml",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
    )
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = f'<w:comments xmlns:w="{w}" xmlns:w15="urn:x" {attributes.format(w14=w14, mc=mc)}/>'
    written = unpacked(commented(writers_file(p(t("It fell.")), comments=part), "It fell"))["word/comments.xml"]
    assert written.count(b"mc:Ignorable=") == count
    assert b"w14" in b"".join(re.findall(rb'mc:Ignorable="([^"]*)"', written))


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the shared papers do not lie beside this folder")
@pytest.mark.parametrize("name", ["comments-before.docx", "comments.docx"])
def test_the_examples_get_comments(name: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    written = commented(data, "31 cm in May", "2 shows 🌊", "far measured", "Field log")
    assert [comment.words for comment in comments_in(written)][-4:] == [
        "31 cm in May",
        "Table 2 shows 🌊",
        "It fell in June.",
        "far measured",
    ]
    assert without_marks(written) == without_marks(data)
    assert changed_members(data, written) <= CHANGED


MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
STRICT_NAMES = ("schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml")


@pytest.mark.parametrize(
    ("member", "old", "new", "reason"),
    [
        ("word/document.xml", *STRICT_NAMES, "Strict"),
        ("word/document.xml", "<w:document", "<!DOCTYPE w:document []><w:document", "document type"),
        ("word/document.xml", "</w:body>", "</w:bdy>", "well-formed"),
        ("word/document.xml", "<w:sectPr/>", "<v:sectPr/>", "well-formed"),
        ("word/document.xml", "<w:document", "<?xml version='1.0' encoding='iso-8859-1'?><w:document", "UTF-8"),
        ("[Content_Types].xml", MAIN_TYPE, MACROS, "macros"),
        ("[Content_Types].xml", "document.main+xml", "template.main+xml", "template"),
        ("word/_rels/document.xml.rels", '/styles" Target="styles', '/comments" Target="gone', "lacks"),
        ("_xmlsignatures/sig1.xml", "", "<Signature/>", "signature"),
    ],
)
def test_what_cannot_be_written_in_is_refused_with_a_way_out(member: str, old: str, new: str, reason: str) -> None:
    members = unpacked(writers_file())
    data = packed({**members, member: members.get(member, b"").decode().replace(old, new).encode()})
    with pytest.raises(ReaderError, match=reason) as refused:
        commented(data, "gauge at Sund")
    assert refused.value.hint


def test_comments_go_into_the_newer_draft_and_what_has_no_place_there_is_named(call: Call, tmp_path: Path) -> None:
    judged, draft, output = tmp_path / "tide.docx", tmp_path / "tide-2.docx", tmp_path / "for-the-writer.docx"
    judged.write_bytes(writers_file())
    draft.write_bytes(
        writers_file(p("Since March the harbour has a gauge."), p("At last: the gauge at Sund rose 31 cm in May, it is said."))
    )
    before = (judged.read_bytes(), draft.read_bytes())
    call("annotate", judged, "--quote", "The gauge at Sund rose 31 cm in May", "--note", "Which year?")
    call("annotate", judged, "--quote", "A first item of the list", "--note", "Gone?")
    assert call("export", judged, "--format", "docx", "--output", output).code == 0
    assert [comment.text for comment in comments_in(output.read_bytes())] == ["Which year?", "Gone?"]
    into = call("export", judged, "--format", "docx", "--into", draft, "--output", output, "--force")
    assert into.code == 0
    assert "No place in the document: claim 2, “A first item of the list”" in into.err
    (comment,) = comments_in(output.read_bytes())
    assert (comment.text, comment.words) == ("Which year?", "the gauge at Sund rose 31 cm in May")
    draft.write_bytes(writers_file(p("The gauge at Sund rose 29 cm in May, it is said.")))
    call("export", judged, "--format", "docx", "--into", draft, "--output", output, "--force")
    (changed,) = comments_in(output.read_bytes())
    assert changed.text == "About “The gauge at Sund rose 31 cm in May”:\nWhich year?"
    assert "gauge at Sund rose 29 cm in May" in changed.words
    draft.write_bytes(before[1])
    itself = call("export", judged, "--format", "docx", "--output", judged, "--force")
    assert (itself.code, "the file of the article itself" in itself.err) == (1, True)
    assert call("export", judged, "--format", "docx", "--into", draft, "--output", draft, "--force").code == 2
    assert (judged.read_bytes(), draft.read_bytes()) == before
    plain = tmp_path / "tide.txt"
    plain.write_text("The gauge at Sund rose 31 cm in May.\n")
    call("annotate", plain, "--quote", "The gauge at Sund rose 31 cm in May", "--note", "Which year?")
    refused = call("export", plain, "--format", "docx")
    assert (refused.code, "is not a Word document" in refused.err, "--into" in refused.err) == (1, True, True)
    assert call("export", plain, "--format", "docx", "--into", draft, "--output", output, "--force").code == 0
    assert [one.words for one in comments_in(output.read_bytes())] == [comment.words]
    wrong = call("export", judged, "--format", "docx", "--into", plain)
    assert (wrong.code, "The draft is not a Word document" in wrong.err) == (1, True)


@pytest.mark.slow
def test_ten_thousand_comments_in_one_run_are_written() -> None:
    """A time that grew with the product of both would not end."""
    data = writers_file(p("".join(f"Gauge é {n} rose by {n} millimetres in the course of the year. " for n in range(20_000))))
    read = parse_article(data, "-")
    starts = range(0, len(read.text) - 100, len(read.text) // 10_000)
    of = review_of(data, *(mark(read, Span(at, at + 30), n, note=f"{n}") for n, at in enumerate(starts, 1)))
    assert unpacked(write(of))["word/document.xml"].count(b"<w:commentReference ") == len(starts)


# ------------------------------------------------------------------ What others read


def test_python_docx_reads_the_comments_and_their_authors() -> None:
    library = pytest.importorskip("docx", reason="needs the extra `validators`")
    document = library.Document(io.BytesIO(golden_file()))
    read = [(comment.author, comment.initials, comment.text) for comment in document.comments]
    assert read == [(comment.author, "R" + comment.author[9:], comment.text) for comment in comments_in(golden_file())]


def test_mammoth_and_docx2python_read_the_comments() -> None:
    mammoth = pytest.importorskip("mammoth", reason="needs the extra `validators`")
    docx2python = pytest.importorskip("docx2python", reason="needs the extra `validators`")
    data, expected = golden_file(), comments_in(golden_file())
    page = mammoth.convert_to_html(io.BytesIO(data), style_map="comment-reference => sup")
    assert page.messages == []
    assert page.value.count('<dt id="comment-') == len(expected)
    with docx2python.docx2python(io.BytesIO(data)) as document:
        read = [(quote.strip(), author, text.strip()) for quote, author, _, text in document.comments]
    assert sorted(author for _, author, _ in read) == sorted(comment.author for comment in expected)


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc")
def test_pandoc_reads_the_same_text_and_every_comment(tmp_path: Path) -> None:
    before, after = tmp_path / "before.docx", tmp_path / "after.docx"
    before.write_bytes(writers_file())
    after.write_bytes(commented(writers_file(), "rose 31", "2 shows.", "far measured at all", "harbour master"))

    def read(path: Path, *options: str) -> str:
        command = ["pandoc", "--from", "docx", *options, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert read(before, "--to", "plain") == read(after, "--to", "plain")
    assert read(after, "--to", "native", "--track-changes=all").count('"comment-start"') == 4


if __name__ == "__main__":
    GOLDEN.write_bytes(golden_file())
