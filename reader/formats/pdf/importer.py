"""Import PDF files that contain text. Scans, which contain only pictures, are rejected.

The characters of a page (`pages`) are joined into fragments of lines (`fragments`). Page furniture is removed
(`page_furniture`), the rest is put in reading order (`lines`), where tables are found (`tables`), and grouped into paragraphs
(`paragraphs`), which are classified (`headings`) and written word by word (`text_flow`, `converter`). Links are resolved at the
end (`links`); references and citations are found in the text, as in plain text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import About
from reader.errors import ReaderError, ScanError
from reader.formats.budget import current_budget
from reader.formats.builder import Builder
from reader.formats.detection import PDF, SCAN, describe_picture, document_name
from reader.formats.pdf.converter import PdfConverter
from reader.formats.pdf.fragments import group_rows, to_fragments
from reader.formats.pdf.headings import HeadingClassifier
from reader.formats.pdf.line_table import LineTable, merge_words
from reader.formats.pdf.lines import LineStatistics, order_lines
from reader.formats.pdf.links import LineStarts, LinkRange, PdfNotes, add_links
from reader.formats.pdf.page_furniture import FurnitureFinder, find_figure_text
from reader.formats.pdf.pages import PdfDocument, PdfLink, PdfPage
from reader.formats.pdf.paragraphs import Paragraph, build_paragraphs
from reader.formats.pdf.run_table import NO_RUNS
from reader.formats.pdf.tables import find_tables
from reader.formats.pdf.text_flow import Vocabulary
from reader.formats.progress import is_late, report

_WORD = lazy_pattern(r"[^\W_]+")
_METADATA: Final = ("Title", "Author", "Language")
_PREVIEW_PAGES: Final = 3
"""The pages that are shown while a longer document is read."""
_BROKEN_HINT: Final = "The file is damaged or malicious: get it again, or print it to a new PDF"
_FORCE_HINT: Final = "Recognise the text anew, for example with ocrmypdf --force-ocr"
_SCAN_HINT: Final = "Make the file searchable first, for example with ocrmypdf"


class _Contents:
    """The pages that were read, and the numbers of those without text. Each page is freed when it is needed no more."""

    def __init__(self) -> None:
        self.pages: deque[PdfPage] = deque()
        self.page_count = 0
        self.links: dict[int, list[PdfLink]] = {}
        self.unread_pages: list[int] = []
        self.illegible_pages: list[int] = []
        self.empty_pages: list[int] = []
        self.furniture = FurnitureFinder()

    def add(self, number: int, page: PdfPage) -> None:
        """Add the next page."""
        self.pages.append(page._replace(links=[]))
        self.page_count += 1
        self.furniture.add(page.runs, page.height)
        if not page.is_legible:
            self.illegible_pages.append(number)
        elif not page.runs.count and number not in self.unread_pages[-1:]:
            self.empty_pages.append(number)
        if page.links:
            self.links[number] = page.links


def pdf_article(data: bytes, source: str) -> Article:
    """Import a PDF file, or only the first pages of a very long one.

    Raises ReaderError if the file cannot be opened, is locked, or contains no text, like a scan.
    """
    what = document_name(source)
    document = PdfDocument(data, what)
    try:
        contents = _read_pages(document)
    finally:
        document.close()
    if any(page.runs.count for page in contents.pages):
        return _build_article(contents, document.metadata, source)
    if contents.illegible_pages:
        return scan_article(data, source, f"{what} does not say which letters it shows")
    if contents.unread_pages:
        raise ReaderError(f"{what} has no page that can be read", _BROKEN_HINT)
    pages = "1 page" if document.count == 1 else f"{document.count:,} pages"
    return scan_article(data, source, f"{what} contains only pictures, like a scan of {pages}, and no text")


def picture_article(data: bytes, source: str) -> Article:
    """Return the article of a picture of a page. Raises ScanError unless its text was recognised, which is done when asked."""
    return scan_article(data, source, f"{document_name(source)} is {describe_picture(data)}")


def scan_article(data: bytes, source: str, what: str) -> Article:
    """Return the article of the text that was recognised in a document. Raises ScanError, which says `what`, if none was."""
    from reader.formats.scans.recognized_text import load_recognition  # not for PDF files with text

    text = load_recognition(data)
    if text is None:
        raise ScanError(what, _scan_hint())
    contents = _Contents()
    for number, page in enumerate(text.to_pages()):
        contents.add(number, page)
    contents.unread_pages = [*text.unread]
    contents.empty_pages = []
    article = _build_article(contents, dict.fromkeys(_METADATA, ""), source, text.notice)
    return replace(article, format=SCAN, language=article.language or text.language)


def _scan_hint() -> str:
    from reader.formats.scans.recognition import has_recognition, install_command

    command = "`reader open FILE --ocr`"
    if has_recognition():
        return f"{command} recognises its text"
    return f"To recognise its text, run `{install_command()}`, then {command}"


def _read_pages(document: PdfDocument) -> _Contents:
    contents = _Contents()
    runs_left = current_budget().limits.pdf_runs
    for number, page in enumerate(document.pages()):
        report("page", number + 1, document.count)
        if page is None:
            contents.unread_pages.append(number)
            page = PdfPage(0, NO_RUNS, [], NO_RUNS)
        if number < _PREVIEW_PAGES < document.count:
            report("page", number + 1, document.count, _preview_page(number, page))
        contents.add(number, page)
        runs_left -= page.runs.count
        if runs_left < 0 or is_late():
            contents.unread_pages.extend(range(number + 1, document.count))
            break
    return contents


def _preview_page(number: int, page: PdfPage) -> str:
    """Return the lines of a page in reading order, with all page furniture."""
    return "\n".join(line.text for line in order_lines(number, to_fragments(page.runs.runs())))


def _build_article(contents: _Contents, metadata: Mapping[str, str], source: str, notice: str = "") -> Article:
    """Return the article of pages; a `notice` stands before its text."""
    builder = Builder()
    if notice:
        builder.omit(notice)
    link_ranges, line_starts = _write_contents(builder, contents, metadata)
    for omission in _notices(contents):
        builder.omit(omission)
    return add_links(builder.article(PDF, source, from_text=True), link_ranges, line_starts)


def _write_contents(builder: Builder, contents: _Contents, metadata: Mapping[str, str]) -> tuple[list[LinkRange], LineStarts]:
    """Write the pages, and return the ranges of links and the starts of lines.

    The lines of all pages are found first, as what is usual in the document decides what is a heading or a footnote. They are
    kept in tables, since a line takes many times the memory of its text, and each page becomes paragraphs when it is its turn.
    """
    reader = _LineReader(contents)
    pages = deque(reader.read_pages())
    metrics, count = reader.statistics.metrics(), len(pages)
    _set_metadata(builder, metadata, reader.first_page)
    classifier, notes = HeadingClassifier(metrics), PdfNotes()
    writer = PdfConverter(builder, classifier, notes, reader.vocabulary, contents.links, reader.asides)

    def write(paragraphs: list[Paragraph]) -> None:
        writer.write(paragraphs, find_figure_text(paragraphs, metrics, classifier))
        notes.forget(paragraphs[0].lines[0].page)

    waiting: deque[list[Paragraph]] = deque()
    for paragraphs in build_paragraphs(_drain(pages), metrics):
        classifier.add(paragraphs)
        notes.add(paragraphs)
        waiting.append(paragraphs)
        while len(waiting) > 1 and waiting[0][-1].lines[-1].page <= paragraphs[0].lines[0].page:
            write(waiting.popleft())
    for paragraphs in waiting:
        write(paragraphs)
    writer.end(count)
    builder.set_levels(classifier.levels())
    return writer.link_ranges, writer.line_starts


class _LineReader:
    """Reader of the lines of all pages, which counts what is usual in the document."""

    def __init__(self, contents: _Contents) -> None:
        self._contents = contents
        self.statistics, self.vocabulary = LineStatistics(), Vocabulary()
        self.asides: dict[int, list[str]] = {}
        self.first_page: list[str] = []

    def read_pages(self) -> Iterator[LineTable]:
        """Yield the lines of each page, without page furniture, whose rows become `asides`."""
        for number, furniture in enumerate(self._contents.furniture.furniture()):
            page = self._contents.pages.popleft()
            furniture_parts, parts = furniture.split(to_fragments(page.runs.runs()))
            rows = [*group_rows(furniture_parts), *group_rows(to_fragments(page.askew_runs.runs()))]
            if rows:
                self.asides[number] = [" ".join(part.text for part in row) for row in rows]
            lines = order_lines(number, parts)
            tables = find_tables(lines)
            self.statistics.add(lines)
            self.vocabulary.add(lines)
            self.first_page = self.first_page or [line.text for line in lines]
            merge_words(lines, self._contents.links.get(number, ()))
            yield LineTable.of(number, lines, tables)


def _drain(pages: deque[LineTable]) -> Iterator[LineTable]:
    """Yield the pages, and keep none that was yielded."""
    while pages:
        yield pages.popleft()


def _notices(contents: _Contents) -> Iterator[str]:
    """Yield the notices about pages whose text is missing. A few pages with only pictures, or none, are usual."""
    if contents.unread_pages:
        yield f"{_name_pages(contents.unread_pages, 'was', 'were')} not read{_range_of(contents.unread_pages)}."
    if contents.illegible_pages:
        names, place = _name_pages(contents.illegible_pages, "has", "have"), _range_of(contents.illegible_pages)
        yield f"{names} no legible text{place}; the fonts do not say which letters they show. {_FORCE_HINT}."
    if len(contents.empty_pages) > contents.page_count / 2:
        yield (
            f"{len(contents.empty_pages):,} of {contents.page_count:,} pages have no text, like scans"
            f"{_range_of(contents.empty_pages)}. {_SCAN_HINT}."
        )


def _name_pages(numbers: Sequence[int], one: str, several: str) -> str:
    return f"1 page {one}" if len(numbers) == 1 else f"{len(numbers):,} pages {several}"


def _range_of(numbers: Sequence[int]) -> str:
    """Return where pages are. `numbers` count from 0."""
    if len(numbers) == 1:
        return f": page {numbers[0] + 1:,}"
    return f", between page {numbers[0] + 1:,} and page {numbers[-1] + 1:,}"


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
