"""RIS: the references of articles for EndNote, Zotero, Mendeley and most databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.exchange.escape import encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report
from reader.exchange.works import Work, collect_works


def write_ris(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a record for each work, in UTF-8 and with CRLF. `N1` holds the entries as the articles have them, one each."""
    for work in collect_works(reports):
        yield encode_text("".join(f"{tag}  - {value}\r\n" for tag, value in _fields(work)) + "\r\n")


def _fields(work: Work) -> Iterator[tuple[str, str]]:
    yield "TY", "ELEC" if work.is_web_page else "GEN"
    yield "ID", work.key
    yield from (("AU", author.sorted_name) for author in work.authors)
    optional = (("TI", work.title), ("PY", work.year), ("DO", work.doi), ("UR", work.url))
    yield from ((tag, value) for tag, value in optional if value)
    yield from (("N1", entry) for entry in work.entries)
    yield "ER", ""
