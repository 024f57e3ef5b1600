"""Texts that a function reads in a second, unless its time grows faster than the text: then the test does not end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.finding import QUOTE_NOT_FOUND
from reader.article.file_places import FilePlaces
from reader.article.model import Block, FileText, Noise, NoiseReason, Reference
from reader.article.quotes import find_quote
from reader.article.ranges import Span, find_hits
from reader.exchange import FORMATS, ExportOptions, build_report
from reader.exchange.plain_text import to_plain_text
from reader.formats import parse_article
from reader.imports import ImportSource, open_import, read_annotations
from reader.review.codebook import Codebook, TagUses
from reader.review.declaration import join_texts
from reader.review.details.finder import SourceIndex, find_missing_details
from reader.review.index import Editions
from reader.review.model import SourceText, Tag
from reader.review.pairs import claim_citations, claim_text
from reader.review.revisions import diff_sentences
from reader.review.selector import Selector, exact_range
from reader.review.session import ReviewSession
from reader.review.source_audit.audit import review_findings
from reader.review.source_audit.quotations import quoted_parts
from reader.review.word_diff import find_equal_blocks
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture
pytestmark = pytest.mark.slow

LIST = "\n\nReferences\n\n" + "".join(f"{n}. Lee{n}, A. (20{n:02}). Title {n}.\n" for n in range(1, 30))


def numbered(unit: str, count: int) -> str:
    """Return so many repetitions of a unit, with their numbers in place of its braces."""
    return "".join(unit.format(n) for n in range(1, count + 1))


def test_a_sentence_with_thousands_of_markers_is_audited(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "markers.txt"
    path.write_text(f"A survey counted {numbered('[{}]', 20_000)} in the end.{LIST}", encoding="utf-8")
    findings = json.loads(call("audit", path, "--json").out)
    assert len({finding["key"] for finding in findings}) == len(findings) > 15_000


def test_a_table_of_sources_with_thousands_of_paragraph_signs_is_audited() -> None:
    article = parse_article(f"A claim [1].\n\n| Source |\n|---|\n| {'§' * 100_000} 2 |{LIST}".encode(), "a.md")
    assert audit_findings(article, year=2026)


def test_thousands_of_places_in_one_long_line_are_located() -> None:
    text = "é" * 2_000_000
    places = FilePlaces(text, FileText(text))
    regions = [places.region(Span(at, at + 3)) for at in range(0, len(text) - 3, 100)]
    assert all((region.byte_offset, region.byte_length) == (2 * region.offset, 6) for region in regions)


def test_a_list_of_thousands_of_references_is_printed_without_its_paragraphs() -> None:
    text = numbered("Lee, A. ({}).\n", 10_000)
    lines = [Block(*match.span()) for match in re.finditer(r"[^\n]+", text)]
    references = tuple(Reference(str(n), str(n), "Lee, A.", line.start, line.end) for n, line in enumerate(lines))
    noise = tuple(Noise(*line.span, NoiseReason.CHROME) for line in lines[1::2])
    article = Article(text, "Lamps", tuple(lines), references=references[::2], noise=noise)
    printed = to_plain_text(build_report(ReviewSession(article, ""), "2026-01-15T10:00:00Z"))
    assert (printed.count("Lee, A. ("), printed.count("Lee, A.")) == (5000, 5000)


def test_a_long_remark_in_a_marker_of_several_works_is_written() -> None:
    entries = numbered(r"\bibitem{{k{0}}} Lee{0}, A. (200{0}). Title.", 3)
    data = rf"A claim \cite[{'see x ' * 20_000}]{{k1,k2,k3}}.\begin{{thebibliography}}{{9}}{entries}\end{{thebibliography}}"
    session = ReviewSession(parse_article(data.encode(), "a.tex"), "")
    page = b"".join(FORMATS["html"].write([build_report(session, "2026-01-15T10:00:00Z")], ExportOptions()))
    assert page.count(b"see x ") == 19_999, "the last blank is outside the link"


def test_thousands_of_claims_in_one_paragraph_with_markup_are_put_into_words() -> None:
    article = parse_article(numbered("*{}* **carried** people. ", 8000).encode(), "a.md")
    starts = [0, *(match.end() for match in re.finditer(r"\. ", article.text))]
    texts = [claim_text(article, Span(*ends)) for ends in pairwise(starts)]
    assert texts[-1] == "8000 carried people."


def test_a_claim_before_a_long_list_of_addresses_rests_on_the_first_of_them_only() -> None:
    article = parse_article(b"https://a.b/c\n\n" * 500, "a.txt")
    first, second, *_ = article.sentences.all()
    assert 2 < len(claim_citations(article, Span(first.start, second.end))) < 100


def test_a_note_of_zotero_with_thousands_of_escaped_brackets_is_read() -> None:
    article = parse_article(b"The log counted boats.", "a.txt")
    note = (
        "# Annotations\n\n"
        + r"\[" * 100_000
        + " “The log counted boats.” ([Log](zotero://open-pdf/library/items/A?annotation=B))"
    )
    file = read_annotations(open_import("notes", ImportSource(note.encode()), "zotero"), article, "")
    assert [annotation.quote[-23:] for annotation in file.content.annotations] == ["The log counted boats.”"]


def test_a_title_as_long_as_its_article_is_not_written_whole_beside_each_reference(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "addresses.txt"
    path.write_text(f"---\ntitle: {numbered('https://a.example/{} ', 2000)}\n---\n\nA text.\n", encoding="utf-8")
    lines = call("export", path, "--format", "jsonl").out.splitlines()
    assert len(lines) > 1000
    assert max(map(len, lines)) < 2000
    assert json.loads(lines[0])["article"]["title"].startswith("title: https://a.example/1 https://a.example/2 ")


def test_a_claim_with_thousands_of_references_is_a_row_of_the_html_report_for_each() -> None:
    entries = numbered("[{0}] Lee, A. ({0}). Title {0}.\n", 2000)
    article = parse_article(f"It fell {numbered('[{}]', 2000)} in the end.\n\nReferences\n\n{entries}".encode(), "a.txt")
    session = ReviewSession(article, "")
    session.add(article.sentences.all()[0])
    page = b"".join(FORMATS["html"].write([build_report(session, at="2026-01-15T10:00:00.000Z")], ExportOptions(address="")))
    assert page.count(b"It fell in the end.") >= 2000


def test_a_million_initials_without_blanks_are_split_into_sentences() -> None:
    article = parse_article(b"It froze.\n\n" + b"A." * 1_000_000 + b" It thawed.\n", "a.txt")
    assert len(article.sentences.all()) < 10


def test_thousands_of_quotations_are_looked_up_in_a_long_source() -> None:
    body = numbered("The log says “the ferry carried {} sheep and a bell to the island” [1]. ", 1000)
    article = parse_article(f"Ferries\n\n{body}\n\nReferences\n\n[1] Lee, A. (2001). The log.\n".encode(), "ferries.txt")
    log = numbered("In the year {} of the log the ferry carried nothing to the island, as the log says. ", 3000)
    session = ReviewSession(article, "", editions=Editions(lambda _: log))
    session.attach_source("1", SourceText("log"))
    findings = [finding for finding in review_findings(session.index, 2025) if finding.kind == QUOTE_NOT_FOUND]
    assert len(findings) == len({finding.key for finding in findings}) == 1000


def test_names_that_end_in_numerals_are_parsed(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text(f"A survey [1].\n\nReferences\n\n1. {'Lee IIII, ' * 250}x. 2001. Title.\n", encoding="utf-8")
    (reference,) = json.loads(call("parse", path, "--json").out)["references"]
    assert reference["year"] == "2001"


def test_a_very_long_sentence_is_compared_with_thousands_of_short_ones() -> None:
    long = f"It counted {numbered('boat{} ', 200_000)}in the end."
    old = parse_article(f"It was long.\n\n{long}".encode(), "a.txt")
    new = parse_article(numbered("It had {} boats.\n\n", 10_000).encode(), "a.txt")
    changes = diff_sentences(old, new)
    assert [change.old for change in changes if change.new is None] == list(old.sentences.all())
    assert len(changes) == 10_002


LONG_WORDS = [
    "ACGT" * 100_000,
    "A" * 400_000,
    "a1" * 40_000,
    "100'" * 40_000 + "1000",
    "na\u0308ive-" * 20_000,
    "I.B." * 50_000,
]


@pytest.mark.parametrize("word", LONG_WORDS, ids=lambda word: word[:8])
def test_a_source_with_one_long_word_is_compared_with_a_claim(word: str) -> None:
    claim = "On 12 May 2020 John Smith-Jones of IBM counted 20,000 boats in the US."
    missing = find_missing_details(claim, SourceIndex(f"The survey of John Smith-Jones counted the boats. {word}"))
    assert "20,000" in [detail.text for detail in missing]
    assert find_missing_details(f"The survey counted {word} in the end.", SourceIndex(f"The survey has {word}x.")) is not None


def test_a_quote_of_half_a_text_of_one_letter_has_no_certain_place() -> None:
    text = "a" * 400_000
    assert exact_range(text, Selector("a" * 200_000, "a", "b", -1)) is None


def test_words_that_are_divided_one_by_one_are_compared_no_further() -> None:
    def stairs() -> Iterator[str]:
        for n in range(2, 8_000):
            yield from (str(n), str(n - 1))

    words = list(stairs())
    blocks = find_equal_blocks(["first", *words, "end"], ["start", *words[::2], "last"])
    assert blocks == sorted(blocks)


PAGE = "<html><head><title>A town</title></head><body><article><h1>A town</h1><p>A text [1].</p>"
BLANKS = " " * 100_000
PAGES = {
    "nested lists beside prose": "<div><p>Some prose stands here, with a comma.</p><ul><li>a</li></ul>" * 5000,
    "lists in lists": "<ol start='-5'>" * 8000 + "a",
    "blanks between markers": f"<a href=#a>1</a>{BLANKS}x <a href=#b>2</a><ol><li id=a>{BLANKS}Lee 2001.<li id=b>Doe 2002.",
    "empty items": "<ul><li></li></ul>" * 10_000 + "<ul><li><a href='/b'>b</a></li></ul>" * 2000,
    "many runs of one block": "<p>" + "word<sup><http://</sup> " * 20_000,
    "links in a heading": f"<div><h2>A{'<a href=/b></a>' * 5000}</h2></div>" * 2,
}

BACK_LINKS = numbered("<a href=#c{0}>{0}</a> ", 30_000)
MARKERS = f"<p>{numbered('Word<sup id=c{0}><a href=#n1>1</a></sup> ', 30_000)}</p>"
PAGES |= {
    "back links of one note": f"{MARKERS}<ol><li id=n1><span>^ {BACK_LINKS}</span>Lee 2001.</ol>",
    "a link to each of many empty elements": numbered("<a href=#d{0}>{0}</a> ", 10_000)
    + numbered("<div id=d{0}></div>", 10_000),
    "ranges over many entries of one number": "<a href=#a>[1]</a>–<a href=#b>[3]</a> word " * 4000
    + f"<ol><li id=a>Lee 2001.{'<li value=2 id=x>Doe 2002.' * 4000}<li id=b>Roe 2003.</ol>",
}


@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
def test_a_page_of_many_elements_in_one_is_read(call: Call, tmp_path: Path, body: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE + body, encoding="utf-8")
    assert call("parse", path, "--json").code == 0


def test_data_that_is_opened_again_and_again_and_never_closed_is_read(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "page.xhtml"
    path.write_text(f"<?xml version='1.0'?>{PAGE}<p>{'a <![CDATA[b' * 100_000}", encoding="utf-8")
    assert call("parse", path, "--json").code == 0


def test_notes_of_zotero_with_thousands_of_links_that_never_end_are_read() -> None:
    note = "“It rose” ([Lee, 2001, p. 1](zotero://open-pdf/library/items/ABCDEFGH?page=1&annotation=ABCDEFGI))"
    file = open_import("notes", ImportSource(f"{note}\n\n{'[](zotero://' * 40_000}\n".encode()), "zotero")
    assert len(read_annotations(file, parse_article(b"It rose.", "a.txt"), "").content.annotations) == 1


TEXTS = {
    "brackets in brackets": f"[a]: b\n\n{'[' * 100_000}{']' * 100_000}\n",
    "pictures in pictures": f"{'![' * 40_000}{'](a)' * 40_000}\n",
    "definitions in a line": "[@a]: doi:10.1000/a " * 40_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_markdown_text_of_one_long_line_is_read(call: Call, tmp_path: Path, text: str) -> None:
    path = tmp_path / "text.md"
    path.write_text(text, encoding="utf-8")
    assert call("parse", path, "--json").code == 0


CELLS = {
    "a long word": "ACGT" * 50_000,
    "wide characters": "夜" * 100_000,
    "many markers": numbered("<a href=#n{0}>[{0}]</a> ", 2000),
    "many styles": "<b>a</b> " * 5000,
}


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_table_with_a_long_cell_is_drawn(call: Call, tmp_path: Path, cell: str) -> None:
    notes = numbered("<li id=n{0}>Lee, A. (2001). Title.", 2000)
    path = tmp_path / "page.html"
    path.write_text(f"{PAGE}<table><tr><td>a<td>{cell}</table><ol>{notes}</ol>", encoding="utf-8")
    assert call("parse", path, "--json").code == 0


def test_the_notes_of_many_marks_are_joined() -> None:
    notes = [f"Note {number}\n\nof {number}" for number in range(200_000)]
    assert join_texts([*notes, "of 7\n\nNote 8", *notes]) == "\n\n".join(notes)


def test_a_quotation_of_one_endless_word_and_endless_blanks_has_one_part() -> None:
    assert quoted_parts(f"{'word' * 250_000}{' ' * 1_000_000}is all") == (f"{'word' * 250_000}isall",)


def test_a_query_of_thousands_of_letters_is_looked_for_in_a_text_of_one_letter() -> None:
    text = "a" * 1_000_000
    assert find_hits(text, f"{'A' * 10_000}b") == find_quote(Article(text, "", ()), f"{'a' * 10_000}b") == ()
    assert len(find_hits("a " * 500_000, "A " * 10_000)) == 50


def test_the_nested_names_of_thousands_of_tags_are_counted() -> None:
    tags = tuple(Tag(str(n), f"group {n % 100}/tag {n}") for n in range(20_000))
    codebook = Codebook(tags, TagUses({}, {}, {}))
    assert sum(len(codebook.names_within(row.tag.name)) for row in codebook.rows()) == 20_000
