"""Export a review: one module per format, each a pure function from a report to bytes.

`FORMATS` is the only list of formats: the command line, the reading screen, the documentation and the tests read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.exchange.csv_table import write_csv
from reader.exchange.html import write_html
from reader.exchange.jsonl import write_jsonl
from reader.exchange.markdown import write_markdown
from reader.exchange.report import Report, build_report

__all__ = ["FORMATS", "ExportFormat", "Report", "build_report", "format_for", "list_suffixes"]


class ExportFormat(NamedTuple):
    """Describe an export format.

    `name` is what people type, `suffix` the ending of a file in this format. `cannot_carry` says what of a review gets lost.
    `read` turns such a file back into annotations, None for a format that is only written.
    """

    name: str
    title: str
    suffix: str
    media_type: str
    write: Callable[[Report], Iterator[bytes]]
    cannot_carry: str
    read: Callable[[bytes], object] | None = None


_ROWS: Final = (
    ExportFormat(
        *("markdown", "Markdown", ".md", "text/markdown", write_markdown),
        cannot_carry="the words around a quote; who judged a pair, and when",
    ),
    ExportFormat(
        *("html", "HTML report", ".html", "text/html", write_html),
        cannot_carry="the words around a quote; places as numbers; passages set aside beyond their beginning; "
        "paths of files, and names of people that are those of their accounts",
    ),
    ExportFormat(
        *("jsonl", "JSON Lines", ".jsonl", "application/jsonl", write_jsonl),
        cannot_carry="references that no claim rests on; audit findings; sentences without an annotation",
    ),
    ExportFormat(
        *("csv", "CSV", ".csv", "text/csv", write_csv),
        cannot_carry="the same as JSON Lines, and the words around a quote; who linked a reference by hand, and when",
    ),
)

FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType({row.name: row for row in _ROWS})
"""The export formats by name."""


def format_for(path: Path) -> ExportFormat | None:
    """Return the format that the ending of a file name asks for, None if there is no such format."""
    return next((row for row in FORMATS.values() if row.suffix == path.suffix.lower()), None)


def list_suffixes() -> str:
    """Return the endings of all formats as people read them: ".md, .html, .jsonl or .csv"."""
    *others, last = (row.suffix for row in FORMATS.values())
    return f"{', '.join(others)} or {last}"
