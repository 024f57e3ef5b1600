"""Read the first pages of a PDF as lines, for what they say of the work: a fraction of the time of an import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reader.formats.detection import document_name
from reader.formats.pdf.fragments import group_rows, to_fragments
from reader.formats.pdf.lines import order_lines
from reader.formats.pdf.pages import PdfDocument, PdfPage


class FrontLine(NamedTuple):
    """A line of a page in reading order. `size` is that of most of its letters, in points; 0 for text that stands askew."""

    text: str
    size: float


class PdfFront(NamedTuple):
    """The metadata of a PDF, the lines of its first pages, page furniture among them, and the number of all its pages."""

    metadata: Mapping[str, str]
    pages: tuple[tuple[FrontLine, ...], ...]
    page_count: int


def read_front(data: bytes, source: str, most_pages: int) -> PdfFront:
    """Read at most `most_pages` pages of a PDF. A page that cannot be read has no lines.

    Raises ReaderError if the file cannot be opened or is locked.
    """
    document = PdfDocument(data, document_name(source), most_pages)
    try:
        pages = [_read_lines(number, page) for number, page in enumerate(document.pages())]
    finally:
        document.close()
    return PdfFront(document.metadata, tuple(pages), document.count)


def _read_lines(number: int, page: PdfPage | None) -> tuple[FrontLine, ...]:
    if page is None:
        return ()
    lines = (FrontLine(line.text, line.size) for line in order_lines(number, to_fragments(page.runs.runs())))
    askew = (FrontLine(" ".join(part.text for part in row), 0) for row in group_rows(to_fragments(page.askew_runs.runs())))
    return (*lines, *askew)
