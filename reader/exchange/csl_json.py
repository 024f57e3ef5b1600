"""CSL-JSON 1.0.2: the references of articles for Zotero, Pandoc and every processor of the Citation Style Language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.exchange.escape import encode_text, json_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report
from reader.exchange.works import Author, Work, collect_works


def write_csl_json(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield an array with an object for each work, one a line. `custom.entries` holds the entries as the articles have them."""
    before = b"[\n"
    for work in collect_works(reports):
        entries = {"custom": {"entries": work.entries}}
        yield before + encode_text(json_text(csl_item(work) | entries))
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def csl_item(work: Work) -> dict[str, object]:
    """Return what is known of a work in the variables of CSL."""
    fields = {
        "title": work.title,
        "author": [_csl_name(author) for author in work.authors],
        "issued": {"date-parts": [[int(work.year)]]} if work.year else None,
        "DOI": work.doi,
        "URL": work.url,
    }
    kind = "webpage" if work.is_web_page else "document"
    return {"id": work.key, "type": kind, **{name: value for name, value in fields.items() if value}}


def _csl_name(author: Author) -> dict[str, str]:
    return {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
