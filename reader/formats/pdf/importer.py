"""Import PDF files that contain text. Scans, which contain only pictures, are rejected.

The characters of a page (`pages`) are joined into fragments of lines (`fragments`). Page furniture is removed
(`page_furniture`), the rest is put in reading order (`lines`), where tables are found (`tables`), and grouped into paragraphs
(`paragraphs`), which are classified (`headings`) and written word by word (`text_flow`, `converter`). Links are resolved at the
end (`links`); references and citations are found in the text, as in plain text.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import About
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import current_budget
from reader.formats.builder import Builder
from reader.formats.detection import document_name
from reader.formats.pdf.converter import PdfConverter
from reader.formats.pdf.fragments import Fragment, group_rows, to_fragments
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.lines import PdfLine, measure_lines, order_lines
from reader.formats.pdf.links import LineStart, LinkRange, PdfNotes, add_links
from reader.formats.pdf.page_furniture import find_figure_text, find_furniture
from reader.formats.pdf.pages import PdfDocument, PdfLink, PdfPage
from reader.formats.pdf.paragraphs import build_paragraphs
from reader.formats.pdf.tables import find_tables
from reader.formats.pdf.text_flow import Vocabulary
from reader.formats.progress import report

_WORD = lazy_pattern(r"[^\W_]+")
_PREVIEW_PAGES: Final = 3
"""The pages that are shown while a longer document is read."""
_BROKEN_HINT: Final = "The file is damaged or malicious: get it again, or print it to a new PDF"
_SCAN_HINT: Final = "Make it searchable first, for example with ocrmypdf"


class _Contents(NamedTuple):
    """The fragments, heights and links of the pages, and the numbers of unread pages."""

    parts: list[list[Fragment]]
    heights: list[float]
    askew_parts: list[list[Fragment]]
    links: dict[int, list[PdfLink]]
    unread_pages: list[int]


def pdf_article(data: bytes, source: str) -> Article:
    """Import a PDF file, or only the first pages of a very long one.

    Raises ReaderError if the file cannot be opened, is locked, or contains no text, like a scan.
    """
    what = document_name(source)
    document = PdfDocument(data, what)
    with _without_collection():
        try:
            contents = _read_pages(document)
        finally:
            document.close()
        if not any(contents.parts):
            if contents.unread_pages:
                raise ReaderError(f"{what} has no page that can be read", _BROKEN_HINT)
            raise NoTextError(f"{what} contains only pictures, like a scan, and no text", _SCAN_HINT)
        return _build_article(contents, document.metadata, source)


@contextmanager
def _without_collection() -> Generator[None]:
    """Turn the garbage collector off in the context. What is read stays, and looking for garbage takes as long as reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_pages(document: PdfDocument) -> _Contents:
    contents = _Contents([], [], [], {}, [])
    runs_left = current_budget().limits.pdf_runs
    for number, page in enumerate(document.pages()):
        report("page", number + 1, document.count)
        if page is None:
            contents.unread_pages.append(number)
            page = PdfPage(number, 0, 0, [], [], [])
        if number < _PREVIEW_PAGES < document.count:
            report("page", number + 1, document.count, _preview_page(page))
        contents.parts.append(to_fragments(page.runs))
        contents.heights.append(page.height)
        contents.askew_parts.append(to_fragments(page.askew_runs))
        if page.links:
            contents.links[number] = page.links
        runs_left -= len(page.runs)
        if runs_left < 0:
            contents.unread_pages.extend(range(number + 1, document.count))
            break
    return contents


def _preview_page(page: PdfPage) -> str:
    """Return the lines of a page in reading order, with all page furniture."""
    return "\n".join(line.text for line in order_lines(page.number, to_fragments(page.runs)))


def _build_article(contents: _Contents, metadata: Mapping[str, str], source: str) -> Article:
    builder = Builder()
    link_ranges, line_starts = _write_contents(builder, contents, metadata)
    if contents.unread_pages:
        builder.omit(_unread_notice(contents.unread_pages))
    return add_links(builder.article("pdf", source, from_text=True), link_ranges, line_starts)


def _write_contents(
    builder: Builder, contents: _Contents, metadata: Mapping[str, str]
) -> tuple[list[LinkRange], list[LineStart]]:
    """Write the pages, and return the ranges of links and the starts of lines.

    The fragments of each page are removed from `contents` once its lines are known, and all lines are gone when references
    are looked for, as each of these takes several times the memory of the text.
    """
    lines: list[PdfLine] = []
    table_lines: list[list[PdfLine]] = []
    asides: dict[int, list[list[Fragment]]] = {}
    for page, furniture_parts in enumerate(find_furniture(contents.parts, contents.heights)):
        ids = set(map(id, furniture_parts))
        ordered = order_lines(page, [part for part in contents.parts[page] if id(part) not in ids])
        contents.parts[page] = []
        lines += ordered
        tables = find_tables(ordered)
        _drop_fragments(ordered, tables)
        table_lines += tables
        asides[page] = [*group_rows(furniture_parts), *group_rows(contents.askew_parts[page])]
    metrics = measure_lines(lines)
    blocks = build_paragraphs(lines, metrics, table_lines)
    classifier = HeadingClassifier(blocks, metrics)
    _set_metadata(builder, metadata, [line.text for line in lines if line.page == lines[0].page])
    writer = PdfConverter(
        builder, classifier, PdfNotes(blocks, {id(block) for block in blocks if classifier.is_front(block)}), Vocabulary(lines)
    )
    writer.write(blocks, find_figure_text(blocks, metrics, classifier), contents.links, asides)
    return writer.link_ranges, writer.line_starts


def _drop_fragments(lines: Sequence[PdfLine], tables: Sequence[Sequence[PdfLine]]) -> None:
    """Remove the fragments of lines outside tables, of which only the runs are needed further."""
    ids = {id(line) for table in tables for line in table}
    for line in lines:
        if id(line) not in ids:
            line.parts = ()


def _unread_notice(unread: Sequence[int]) -> str:
    """Return the notice about unread pages. `unread` are their numbers from 0."""
    if len(unread) == 1:
        return f"1 page was not read: page {unread[0] + 1:,}."
    return f"{len(unread):,} pages were not read, between page {unread[0] + 1:,} and page {unread[-1] + 1:,}."


def _set_metadata(builder: Builder, metadata: Mapping[str, str], first_page: Sequence[str]) -> None:
    """Set the metadata. Programs often fill in title and author, so these count only if the first page shows them too."""
    words = _WORD.findall(" ".join(first_page).casefold())
    first_page_text = f" {' '.join(words)} "

    def is_on_first_page(text: str) -> bool:
        words_of_text = _WORD.findall(text.casefold())
        return len(words_of_text) > 1 and f" {' '.join(words_of_text)} " in first_page_text

    if is_on_first_page(metadata["Title"]):
        builder.title = metadata["Title"]
    authors = [name.strip() for name in metadata["Author"].replace(";", ",").replace(" and ", ",").split(",")]
    byline = metadata["Author"] if all(map(is_on_first_page, authors)) else ""
    builder.about = About(byline=byline)  # no date: the file was created when it was typeset, scanned or downloaded
    builder.language = metadata["Language"] or builder.language
