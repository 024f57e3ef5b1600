"""The CSV that Readwise imports: an annotation a row. Its notes take words that begin with a point for tags."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from reader.exchange.escape import csv_cell, encode_text, utc_time
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import public_address
from reader.exchange.report import Report, ReportItem
from reader.exchange.wording import list_remarks

_COLUMNS: Final = ("Highlight", "Title", "Author", "URL", "Note", "Location", "Date")
_NO_TAG: Final = "\u200b"
"""What keeps a remark that begins with a point from becoming a tag: a zero width space."""


def write_readwise(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the table, a piece for each article. The location, by which Readwise sorts, is the offset in code points."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for report in reports:
        article = report.article
        about = (article.title, article.about.byline, public_address(article))
        for item in (*report.items, *report.orphans):
            texts = (item.selector.exact, *about, _note(item))
            place = item.selector.start if item.has_place else ""
            writer.writerow([*map(csv_cell, texts), place, _time(item.annotation.created_at)])
        yield encode_text(out.getvalue())
        out.seek(0)
        out.truncate()
    yield encode_text(out.getvalue())


def _note(item: ReportItem) -> str:
    tags = " ".join(f".{'-'.join(tag.split())}" for tag in (item.annotation.kind, *item.annotation.tags))
    remarks = "\n".join(list_remarks(item))
    return f"{tags}\n{_NO_TAG if remarks.startswith('.') else ''}{remarks}" if remarks else tags


def _time(stamp: str) -> str:
    time = utc_time(stamp)
    return time.strftime("%Y-%m-%d %H:%M:%S") if time else ""
