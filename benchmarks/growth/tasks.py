"""The functions that read text from outside, each with the contexts in which it meets text and what it needs beforehand."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.growth.reviews import EXPORTS, IMPORTS, detect, query, read_paste, report_on
from benchmarks.growth.texts import (
    BIBTEX_CONTEXTS,
    HTML_CONTEXTS,
    LATEX_CONTEXTS,
    MESSAGE_CONTEXTS,
    ODT_CONTEXTS,
    PDF_CONTEXTS,
    RIS_CONTEXTS,
    RTF_CONTEXTS,
    TEXT_CONTEXTS,
    WIKITEXT_CONTEXTS,
    WORD_CONTEXTS,
    XML_CONTEXTS,
    Context,
)
from reader import printable
from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.debris import with_debris_aside
from reader.article.model import Block, Comment, CommentMessage, Reference
from reader.article.passages.ranking import PassageIndex
from reader.article.prose import prose_sentences
from reader.article.quotes import find_quote
from reader.article.ranges import Span, find_hits
from reader.exchange import escape
from reader.fetching.archive import parse_http_date, parse_link_header
from reader.fetching.citing_time import citing_time
from reader.fetching.page_signs import count_body_words, read_signs
from reader.fetching.robots import parse_rules
from reader.fetching.soft_404 import find_soft_404, is_same_page, is_suspect
from reader.formats import parse_article
from reader.formats.bibtex import read_bibtex
from reader.formats.comment_sources import with_comment_sources
from reader.formats.docx.importer import docx_article
from reader.formats.epub import epub_article
from reader.formats.html.importer import html_article
from reader.formats.jats.importer import jats_article
from reader.formats.latex.importer import latex_article
from reader.formats.markdown.importer import markdown_article
from reader.formats.mime import message_article
from reader.formats.notebook import notebook_article
from reader.formats.odt.importer import flat_odt_article
from reader.formats.pdf.importer import pdf_article
from reader.formats.plain import plain_article
from reader.formats.rst.importer import rst_article
from reader.formats.rtf.importer import rtf_article
from reader.formats.wikitext.importer import wikitext_article
from reader.review.anchoring.resolver import QuoteResolver
from reader.review.details.finder import SourceIndex, find_missing_details
from reader.review.index import Editions
from reader.review.model import SourceText
from reader.review.pairs import claim_citations, claim_text
from reader.review.revisions import diff_sentences, diff_words
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.source_audit.audit import review_findings
from reader.sources.candidate import Candidate, FrontMatter, SourceFile, WorkRecord
from reader.sources.identifiers import find_identifiers
from reader.sources.matches import match_candidates
from reader.sources.places.bibliography import linked_files
from reader.tui.layout import Layout
from tests.unit.pdfs import Sheet, pdf

_CLAIM: Final = "On 12 May 2020 the survey of John Smith-Jones counted 20,000 boats (a third of 1.5 million) in the US."
_LOG: Final = (
    "The log of the ferry says what the ferry carried in the year, and of the people it was said that they were many. " * 9
)
_CITING: Final = (
    "On ferries\n\nThe log says that “the ferry carried people and sheep in the year of the storm” [1]. "
    "It carried 4.2 million [1].\n\n"
    "References\n\n[1] Lee, A. (2001). The log.\n"
)
"""A source, and an article that quotes it."""
_WIDTHS: Final = (1, 20, 80)
_PDF_COLUMNS: Final = (50.0, 305.0)
_PDF_LINES: Final = 60
"""The lines of a column."""
_PDF_LINE: Final = 45
"""The characters of a line."""
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_WORD_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTAINER: Final = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_BOOK: Final = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
)


class Task(NamedTuple):
    """A function to measure. `prepare` makes its argument from a text; `then` are functions of what it returns, by name.

    They are called in this order on one value, each measured on its own: what one made and the value keeps is counted once.
    """

    run: Callable[[Any], object]
    prepare: Callable[[str], Any] = str
    contexts: Mapping[str, Context] = TEXT_CONTEXTS
    escape: bool = False
    then: Mapping[str, Callable[[Any], object]] = {}


def _plain(text: str) -> Article:
    return plain_article(text, "-")


def _edited(text: str) -> str:
    """Return a text with a word put in after every five hundred characters."""
    return " edited ".join(text[at : at + 500] for at in range(0, len(text), 500))


def _anchor(text: str) -> None:
    """Look for quotes of several lengths in an edited text, with the old text and without."""
    half = len(text) // 2
    new = f"Put before it. {_edited(text)}"
    for old in (text, None):
        resolver = QuoteResolver(new, old)
        for length in (10, 100, half):
            selector = make_selector(text, Span(half - length // 2, half - length // 2 + length))
            resolver.find(selector)
            resolver.guess(selector)


def _search(text: str) -> None:
    """Look in a text for its parts, as they are and with an end that is not in it."""
    article = Article(text, "", ())
    for start in (0, len(text) // 2):
        part = text[start : start + len(text) // 4]
        for phrase in (part, f"{part}\uffff"):
            find_hits(text, phrase)
            find_quote(article, phrase)


def _rank(text: str) -> None:
    """Rank a text as one passage and as many, for a claim and for a claim that is the text itself."""
    for passages in ([text], text.split("\n"), text.split(". ")):
        index = PassageIndex(passages)
        index.rank(_CLAIM)
        index.rank(text, None)


def _compare_details(text: str) -> None:
    find_missing_details(_CLAIM, SourceIndex(text))
    find_missing_details(text, SourceIndex(f"The survey counted boats. {text}"))


def _match_sources(text: str) -> None:
    """Match files to references: with the text as a first page, as a title in large print, as an entry and as its title."""
    find_identifiers(text)
    entries = [Reference("1", "1", text, title=text, authors=(text,), year="2019"), Reference("2", "2", _CLAIM, title=_CLAIM)]
    for titles, page in (((text,), _CLAIM), ((_CLAIM,), text), ((text,), text)):
        front = FrontMatter(WorkRecord(text), titles, (page,), 1)
        match_candidates(entries, [Candidate("", (SourceFile("a.pdf", "a.pdf"),), front)])


def _find_linked(suffix: str) -> Callable[[str], object]:
    """Return what finds the files of a bibliography; there are none but by chance."""
    return lambda text: sum(1 for _ in linked_files(text, suffix, Path(f"refs{suffix}")))


def _csl_json(text: str) -> str:
    """Return entries that have the lines of a text as title, author, date, address and file."""
    lines = text.split("\n")
    return json.dumps(
        [
            {"id": line, "title": line, "author": [{"family": line}], "issued": {"raw": line}, "URL": line, "file": line}
            for line in lines
        ]
    )


def _judge_page(data: bytes) -> None:
    """Judge a page as a source that was fetched: what it says of itself, and whether it is an article."""
    address = "https://port.example/reports/7"
    signs, text = read_signs(data, address), data.decode("utf-8", "replace")
    find_soft_404(address, f"{address}/8", signs, text, 0)
    is_suspect(address, signs, text, text)
    is_same_page(text, text[::-1])
    count_body_words(html_article(data, address))


def _read_headers(text: str) -> None:
    """Read a text as headers of an archive, as rules for robots, and as an entry that says when its source was looked at."""
    for header in (text, f"<{text}", f"<a>; {text}", f'<a>; rel="{text}', f"<a>;{text.replace(' ', ';')}"):
        len(list(parse_link_header(header)))
    parse_http_date(text)
    for rules in (text, f"User-agent: *\nDisallow: {text}", text.replace(" ", "\nUser-agent: ")):
        found = parse_rules(rules.encode("utf-8", "replace"))
        if found is not None:
            found.can_fetch(f"https://port.example/{text[:2000]}", "claim-reader")
    citing_time(_plain(_CLAIM), Reference("1", "1", f"accessed {text}"))


def _claims(article: Article) -> None:
    for span in islice(article.sentences.all(), 20):
        claim_text(article, span)
        claim_citations(article, span)


def _audit(article: Article) -> None:
    audit_findings(article, year=2025)
    audit_findings(article, article.sentences.all()[:20], year=2025)


def _audit_sources(article: Article) -> None:
    """Audit an article that cites one source, a text without anything in common with it."""
    session = ReviewSession(article, "", editions=Editions(lambda _: _LOG))
    for reference in article.references:
        session.attach_source(reference.id, SourceText("log"))
    review_findings(session.index, 2025)


def _ask_source(text: str) -> None:
    """Look a quotation and a number up in a text that is a source."""
    article = parse_article(_CITING.encode(), "citing.txt")
    session = ReviewSession(article, "", editions=Editions(lambda _: f"{_LOG}\n\n{text}"))
    session.attach_source("1", SourceText("log"))
    review_findings(session.index, 2025)


def _lay_out(article: Article) -> None:
    for width in _WIDTHS:
        len(Layout(article, width))


def _escape(text: str) -> None:
    for write in (
        *(escape.encode_text, escape.json_text, escape.markdown_line, escape.markdown_lines, escape.markdown_tag),
        *(escape.org_words, escape.org_line, escape.org_lines, escape.org_tag, escape.iri, escape.csv_cell),
        *(printable.printable, printable.printable_line, printable.terminal_line),
    ):
        write(text)
    escape.markdown_address(f"https://{text}")


def _jats(body: str) -> bytes:
    return (
        f"{_XML}<article><front><article-meta><title-group><article-title>A town</article-title></title-group></article-meta>"
        f"</front><body>{body}</body>"
        "<back><ref-list><ref id='r1'><mixed-citation>Lee A. 2001.</mixed-citation></ref></ref-list></back></article>"
    ).encode("utf-8", "replace")


def _pdf(text: str) -> bytes:
    """Return a text as a PDF in two columns. An empty line is a gap."""
    characters = text.encode("cp1252", "replace").decode("cp1252")
    lines = [
        line[start : start + _PDF_LINE] for line in characters.splitlines() for start in range(0, len(line) + 1, _PDF_LINE)
    ]
    sheets: list[Sheet] = []
    for place, line in enumerate(lines):
        column, row = divmod(place % (2 * _PDF_LINES), _PDF_LINES)
        if not column and not row:
            sheets.append(Sheet())
        sheets[-1].put(_PDF_COLUMNS[column], 70 + 11.5 * row, line, 9)
    return pdf(*sheets)


def _word(body: str) -> bytes:
    document = f'{_XML}<w:document xmlns:w="{_WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>'
    return _zip({"word/document.xml": document, "[Content_Types].xml": "<Types/>"})


def _flat_odt(body: str) -> bytes:
    names = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"))
    )
    return (
        f'{_XML}<office:document{names} xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>{body}'
        "<text:h>References</text:h><text:p>Lee, A. (2001). Title.</text:p></office:text></office:body></office:document>"
    ).encode("utf-8", "replace")


def _rtf(body: str) -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252 A text. {body}\par References\par Lee, A. (2001). Title.\par}}".encode(
        "cp1252", "replace"
    )


def _notebook(text: str) -> bytes:
    cells = [{"cell_type": kind, "source": text, "outputs": [{"text": text}]} for kind in ("markdown", "code", "heading")]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def _read_comment(text: str) -> Article:
    message = CommentMessage("", "", text)
    article = Article("It fell. It rose.", "", (Block(0, 17),), comments=(Comment(0, 8, (message,)),))
    return with_comment_sources(article)


def _book(page: str) -> bytes:
    return _zip({"META-INF/container.xml": _CONTAINER, "book.opf": _BOOK, "a.xhtml": page})


def _zip(members: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, text in members.items():
            package.writestr(name, text.encode("utf-8", "replace"))
    return packed.getvalue()


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "replace")


TASKS: Final[Mapping[str, Task]] = {
    "plain text": Task(
        _plain,
        then={
            "sentences": lambda article: article.sentences.all(),
            "prose": prose_sentences,
            "claims": _claims,
            "audit": _audit,
            "audit of sources": _audit_sources,
            "layout": _lay_out,
            "debris": with_debris_aside,
        },
    ),
    "Markdown": Task(lambda text: markdown_article(text, "-"), then={"layout of Markdown": _lay_out}),
    "reStructuredText": Task(lambda text: rst_article(text, "-")),
    "wikitext": Task(lambda text: wikitext_article(text, "-"), contexts=WIKITEXT_CONTEXTS),
    "BibTeX": Task(read_bibtex, contexts=BIBTEX_CONTEXTS),
    "files of BibTeX": Task(_find_linked(".bib"), contexts=BIBTEX_CONTEXTS),
    "files of RIS": Task(_find_linked(".ris"), contexts=RIS_CONTEXTS),
    "files of CSL-JSON": Task(_find_linked(".json"), _csl_json),
    "HTML": Task(lambda data: html_article(data, "-"), _encode, HTML_CONTEXTS),
    "HTML, text": Task(lambda data: html_article(data, "-"), _encode, HTML_CONTEXTS, escape=True),
    "EPUB": Task(lambda data: epub_article(data, "-"), _book, HTML_CONTEXTS, escape=True),
    "JATS": Task(lambda data: jats_article(data, "-"), _jats, XML_CONTEXTS, escape=True),
    "Word": Task(lambda data: docx_article(data, "-"), _word, WORD_CONTEXTS, escape=True),
    "OpenDocument": Task(lambda data: flat_odt_article(data, "-"), _flat_odt, ODT_CONTEXTS, escape=True),
    "RTF": Task(lambda data: rtf_article(data, "-"), _rtf, RTF_CONTEXTS),
    "LaTeX": Task(lambda data: latex_article(data, "-"), _encode, LATEX_CONTEXTS),
    "mails and saved pages": Task(lambda data: message_article(data, "-"), _encode, MESSAGE_CONTEXTS),
    "notebooks": Task(lambda data: notebook_article(data, "-"), _notebook),
    "comments": Task(_read_comment),
    "PDF": Task(lambda data: pdf_article(data, "-"), _pdf, PDF_CONTEXTS),
    "any format": Task(lambda data: parse_article(data, "-"), _encode),
    "search in a text": Task(_search),
    "passages": Task(_rank),
    "details": Task(_compare_details),
    "quotation and number in a source": Task(_ask_source),
    "anchoring": Task(_anchor),
    "words that differ": Task(lambda text: diff_words(text, _edited(text))),
    "sentences that differ": Task(lambda both: diff_sentences(*both), lambda text: (_plain(text), _plain(_edited(text)))),
    "sources": Task(_match_sources),
    "escapes": Task(_escape),
    "pages of sources": Task(_judge_page, lambda text: _encode(f"<title>{text}</title><p>A town.</p>{text}"), HTML_CONTEXTS),
    "headers": Task(_read_headers),
    "imported text": Task(str, then=IMPORTS),
    "report": Task(report_on, then=EXPORTS),
    "pasted text": Task(read_paste),
    "format of a text": Task(detect),
    "query": Task(query),
}
"""The functions by name, and what reads the article that they return."""
