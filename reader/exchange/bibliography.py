"""The references of articles as a list to paste into a text: in a citation style, or plainly by author, title and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.article.model import Reference
from reader.article.names import fold_name
from reader.exchange.citation_style import CitationStyle
from reader.exchange.escape import encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report
from reader.exchange.works import Work, collect_works, works_of
from reader.printable import printable_line


def write_bibliography(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a line for each work, in the order of the style, or sorted by author, title and year.

    Raises ReaderError for a style that cannot be used, before it asks for the first report.
    """
    style = CitationStyle(options.style) if options.style else None
    works = collect_works(reports)
    lines = style.format_works(works) if style else map(_plain_line, sorted(works, key=_sort_key))
    for line in lines:
        yield encode_text(f"{line}\n")


def format_reference(reference: Reference, style: bytes = b"") -> str:
    """Return one reference as `write_bibliography` does, in the style of a .csl file or plainly; a note is returned as it is.

    Raises ReaderError for a style that cannot be used.
    """
    works = works_of([reference])
    if not works:
        return printable_line(reference.text)
    return "\n".join(CitationStyle(style).format_works(works)) if style else _plain_line(works[0])


def _sort_key(work: Work) -> tuple[str, ...]:
    return (
        fold_name("; ".join(author.sorted_name for author in work.authors) or work.title or work.text),
        fold_name(work.title),
        work.year,
    )


def _plain_line(work: Work) -> str:
    """Return "Lee, A. B.; Port Office. Tides. 2024. https://doi.org/10.5555/tides"; without a title, the entry itself."""
    if not work.title:
        return work.text
    parts = ("; ".join(author.sorted_name for author in work.authors), work.title, work.year)
    sentences = (part if part.endswith((".", "?", "!", "…")) else f"{part}." for part in parts if part)
    return " ".join((*sentences, work.address)).rstrip()
