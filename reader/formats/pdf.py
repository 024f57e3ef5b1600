"""PDF files that hold text: papers, reports, books, printed pages. A scan holds pictures of text, and is refused."""

from __future__ import annotations

from reader.article.lazy import lazy
from reader.article.model import About, Article
from reader.errors import ReaderError
from reader.formats.building import Builder
from reader.formats.pdf_furniture import furniture
from reader.formats.pdf_headings import Kinds
from reader.formats.pdf_lines import Fragment, Line, fragments, reading_order, rows
from reader.formats.pdf_links import with_links
from reader.formats.pdf_notes import Notes
from reader.formats.pdf_pages import Link, Page, Pages
from reader.formats.pdf_paragraphs import habits_of, paragraphs
from reader.formats.pdf_tables import tables
from reader.formats.pdf_words import Vocabulary
from reader.formats.pdf_writing import Writer

_DATE = lazy(r"D:(\d{4})(\d\d)?(\d\d)?")


def pdf_article(data: bytes, source: str) -> Article:
    """Return the article of a PDF file.

    Raises ReaderError when it can't be opened, is locked, or has no text in it, as a scan.
    """
    what = "the input" if source == "-" else source
    document = Pages(data, what)
    try:
        pages = [document.page(number) for number in range(document.count)]
        said = document.metadata()
    finally:
        document.close()
    if not any(page.runs for page in pages):
        raise ReaderError(
            f"{what} has no text in it: it is a scan, or a picture", "make it searchable first, for example with ocrmypdf"
        )
    return _article(pages, said, source)


def _article(pages: list[Page], said: dict[str, str], source: str) -> Article:
    parts = [fragments(page.runs) for page in pages]
    apart = furniture(parts, [page.height for page in pages])
    lines: list[Line] = []
    tabled: list[list[Line]] = []
    asides: dict[int, list[list[Fragment]]] = {}
    for page, found, gone in zip(pages, parts, apart, strict=True):
        gone_ids = set(map(id, gone))
        ordered = reading_order(page.number, [part for part in found if id(part) not in gone_ids])
        lines += ordered
        tabled += tables(ordered)
        asides[page.number] = [*rows(gone), *rows(fragments(page.askew))]
    habits = habits_of(lines)
    found = paragraphs(lines, habits, tabled)
    builder = Builder()
    builder.language = said.get("Language") or "en"
    builder.about = About(byline=said.get("Author", ""), date=_date(said.get("CreationDate", "")))
    writer = Writer(builder, Kinds(found, habits), Notes(found), Vocabulary(lines))
    links: dict[int, list[Link]] = {page.number: page.links for page in pages if page.links}
    writer.write(found, links, asides)
    return with_links(builder.article("pdf", source, typed=True), writer.places, writer.starts)


def _date(said: str) -> str:
    """Return a date of PDF's, "D:20240131120000Z", as 2024-01-31."""
    match = _DATE.match(said)
    return "-".join(filter(None, match.groups())) if match else ""
