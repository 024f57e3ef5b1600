"""Read what a document says of the work in it: its metadata and first pages, in a fraction of the time of an import."""

from __future__ import annotations

import html
import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.errors import NoTextError
from reader.formats import parse_article
from reader.formats.budget import Limits
from reader.formats.detection import detect_container
from reader.formats.plain import file_title
from reader.sources.candidate import FrontMatter, WorkRecord
from reader.sources.identifiers import Identifiers, find_identifiers, join_identifiers, make_identifiers

if TYPE_CHECKING:
    from reader.formats.pdf.front import FrontLine

_PDF_PAGES: Final = 4
"""The pages of a PDF that are read: a cover sheet, a title page, and the back of it, where a book has its ISBN."""
_FIRST_PAGE_LENGTH: Final = 8_000
_PAGE_LENGTH: Final = 4_000
"""How many characters of the first page and of the others are kept."""
_MOST_TITLES: Final = 8
_LONGEST_TITLE: Final = 500
_LARGE_PRINT: Final = 1.12
"""The least ratio of the size of a title to that of most letters of its page."""
_LIMITS: Final = Limits(html_size=3_000_000, text_size=400_000, characters=60_000, seconds=30.0)
_HEAD_LENGTH: Final = 200_000
_OPENING_BLOCKS: Final = 12
_YEAR: Final = lazy_pattern(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_META: Final = lazy_pattern(r"(?i)<meta\s[^<>]{1,600}>")
_META_NAME: Final = lazy_pattern(r"(?i)\b(?:name|property)\s{0,3}=\s{0,3}[\"']?([\w.:]{1,60})")
_META_CONTENT: Final = lazy_pattern(r"(?i)\bcontent\s{0,3}=\s{0,3}(?:\"([^\"]{0,500})\"|'([^']{0,500})')")
_META_IDENTIFIERS: Final = {
    "citation_doi": "doi",
    "dc.identifier": "doi",
    "dc.identifier.doi": "doi",
    "prism.doi": "doi",
    "bepress_citation_doi": "doi",
    "citation_pmid": "pubmed",
    "citation_arxiv_id": "arxiv",
    "citation_isbn": "isbn",
}
_PACKET: Final = b"<x:xmpmeta"
_PACKET_LENGTH: Final = 60_000
_MOST_PACKETS: Final = 3
_PACKET_DOI: Final = re.compile(
    rb"(?:prism:doi|pdfx:doi|crossmark:DOI|dc:identifier)\s{0,3}(?:>|=\s{0,3}[\"'])\s{0,20}"
    rb"(?:<rdf:[^<>]{1,60}>\s{0,20}){0,2}(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s<>\"']{1,200})",
    re.IGNORECASE,
)


def read_front_matter(data: bytes, name: str) -> FrontMatter:
    """Return what a document says of itself; `name` is its path or address, whose suffix may tell its format.

    A document without text, such as a scan, has no pages. Raises ReaderError if it cannot be opened, is locked or no document.
    """
    if detect_container(data) == "pdf":
        return _read_pdf(data, name)
    try:
        article = parse_article(data, name, _LIMITS)
    except NoTextError:
        return FrontMatter()
    return _front_of(article, data, name)


def _read_pdf(data: bytes, name: str) -> FrontMatter:
    from reader.formats.pdf.front import read_front  # loads the reader of PDF

    front = read_front(data, name, _PDF_PAGES)
    texts = ("\n".join(line.text for line in lines) for lines in front.pages)
    pages = tuple(text[: _PAGE_LENGTH if number else _FIRST_PAGE_LENGTH] for number, text in enumerate(texts))
    fields = front.metadata
    told = (fields.get(key, "") for key in ("doi", "WPS-ARTICLEDOI", "Subject", "Keywords", "Title"))
    record = WorkRecord(fields["Title"], identifiers=join_identifiers((*map(find_identifiers, told), _read_packets(data))))
    return FrontMatter(record, _find_titles(front.pages), pages if any(pages) else (), front.page_count)


def _read_packets(data: bytes) -> Identifiers:
    """Return the DOI in the XMP packets of a PDF, which most publishers leave uncompressed, as the standard demands.

    Only the packet of the document itself names one; pictures have packets too.
    """
    dois: list[str] = []
    at = -1
    for _ in range(_MOST_PACKETS):
        at = data.find(_PACKET, at + 1)
        if at < 0:
            break
        match = _PACKET_DOI.search(data, at, at + _PACKET_LENGTH)
        if match is not None:
            dois.append(html.unescape(match[1].decode("utf-8", "replace")))
    return find_identifiers(" ".join(dict.fromkeys(dois)))


def _find_titles(pages: tuple[tuple[FrontLine, ...], ...]) -> tuple[str, ...]:
    """Return the lines in larger print than most letters of the first pages, joined while their size stays the same."""
    letters = Counter[float]()
    for line in (line for page in pages for line in page):
        letters[round(line.size, 1)] += len(line.text)
    letters.pop(0.0, None)
    body = max(letters, key=lambda size: (letters[size], -size), default=0.0)
    found: list[tuple[float, str]] = []
    for page in pages:
        for size, group in groupby(page, key=lambda line: round(line.size * 2) / 2):
            text = _join_lines([line.text for line in group])
            if size > body * _LARGE_PRINT and 3 < len(text) <= _LONGEST_TITLE:
                found.append((size, text))
    found.sort(key=lambda one: -one[0])
    return tuple(dict.fromkeys(text for _, text in found))[:_MOST_TITLES]


def _join_lines(lines: list[str]) -> str:
    """Return the lines of a title in one, one word where a hyphen divides it."""
    text = " ".join(lines)
    return re.sub(r"(?<=[^\W\d_])- (?=[a-zß-öø-ÿ])", "", text)


def _front_of(article: Article, data: bytes, name: str) -> FrontMatter:
    """Return the front matter of a document without pages."""
    about = article.about
    blocks = [
        article.text[block.start : block.end] for block in article.blocks[:_OPENING_BLOCKS] if block.kind is BlockKind.HEADING
    ]
    title = "" if article.title == file_title(name) else article.title
    year = _YEAR.search(about.date)
    identifiers = [make_identifiers(address=about.address)]
    if article.format == "html":
        identifiers.append(_read_meta(data))
    people = tuple(part.strip() for part in about.byline.split(";" if ";" in about.byline else ",") if part.strip())
    record = WorkRecord(title, people, year[1] if year else "", join_identifiers(identifiers))
    titles = tuple(dict.fromkeys(text for text in (title, *blocks) if 3 < len(text) <= _LONGEST_TITLE))
    return FrontMatter(record, titles[:_MOST_TITLES], (article.text[:_FIRST_PAGE_LENGTH],))


def _read_meta(data: bytes) -> Identifiers:
    """Return the identifiers in the meta elements at the head of a page."""
    identifiers: list[Identifiers] = []
    for element in _META.findall(data[:_HEAD_LENGTH].decode("utf-8", "replace")):
        name, content = _META_NAME.search(element), _META_CONTENT.search(element)
        kind = _META_IDENTIFIERS.get(name[1].casefold(), "") if name is not None else ""
        if kind and content is not None:
            identifiers.append(make_identifiers(**{kind: html.unescape(content[1] or content[2] or "")}))
    return join_identifiers(identifiers)
