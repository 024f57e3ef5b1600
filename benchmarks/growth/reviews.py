"""The functions that read annotations, queries and pastes from outside, and those that write what a review holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from reader.exchange import FORMATS
from reader.exchange.export_format import ExportOptions
from reader.exchange.plain_text import to_plain_text
from reader.exchange.report import Report, build_report
from reader.exchange.template import list_values
from reader.formats import parse_article
from reader.formats.detection import decode, detect_container, detect_markup, detect_text_format, reject_binary
from reader.formats.pasted_text import clipboard_page, is_pasted_text, pasted_bytes
from reader.formats.plain import plain_article
from reader.imports import ImportSource, open_import, read_annotations
from reader.imports.plan import plan_import
from reader.printable import printable_line
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.search.plan import parse_search, plan_search
from reader.tui.library.paths import find_paths
from reader.tui.terminal import PasteParser

_ARTICLE: Final = "On ferries\n\nThe log says that the ferry carried people and sheep. Nobody believed it.\n"
_AT: Final = "2026-01-15T10:00:00.000Z"
_OPTIONS: Final = ExportOptions(address="https://port.example/review")
_CLAIMS: Final = 20
_REIMPORTED: Final = ("jsonl", "web-annotation", "label-studio", "refi-qda")
"""The formats of a whole review, whose files hold the text of the article too."""


def _hypothesis(text: str) -> str:
    selectors = [{"type": "TextQuoteSelector", "exact": text, "prefix": text, "suffix": text}]
    row = {"user": "acct:mila@notes.example", "uri": "https://a.example", "text": text, "tags": [text]}
    return json.dumps({"total": 1, "rows": [{**row, "id": "a", "target": [{"selector": selectors}]}]})


def _doccano(text: str) -> str:
    return json.dumps({"id": 1, "text": text, "entities": [{"id": 1, "label": text, "start_offset": 0, "end_offset": 1}]})


def _prodigy(text: str) -> str:
    return json.dumps({"text": text, "answer": "accept", "spans": [{"start": 0, "end": 1, "label": text}]})


_FILES: Final[Mapping[str, Callable[[str], str]]] = {
    "hypothesis": _hypothesis,
    "doccano": _doccano,
    "prodigy": _prodigy,
    "brat": lambda text: f"T1\tClaim 0 5\t{text}\n#1\tNote T1\t{text}\n{text}\n",
    "readwise": lambda text: f'Highlight,Book Title,Tags\n"{text.replace(chr(34), chr(34) * 2)}",On ferries,{text}\n',
    "koreader": lambda text: f'return {{["annotations"] = {{[1] = {{["text"] = "{text}", ["note"] = "{text}"}}}}, {text}',
    "zotero": lambda text: f"# Annotations\n\n“{text}” (Lee, 2001, p. 3) {text}\n\n{text}",
}
"""What makes a file of each format with a text as quote, note and tag."""


def _import(kind: str, text: str) -> None:
    """Read a file whose texts are this one, into an article that has it and one that has not."""
    data = _FILES[kind](text).encode("utf-8", "replace")
    for body in (_ARTICLE, f"{_ARTICLE}\n{text}"):
        session = ReviewSession(plain_article(body, "-"), "")
        plan_import(session, read_annotations(open_import("notes", ImportSource(data), kind), session.index.article, ""))


IMPORTS: Final[Mapping[str, Callable[[str], object]]] = {
    **{f"import of {kind}": partial(_import, kind) for kind in _FILES},
    "format of an import": lambda text: open_import("notes", ImportSource(text.encode("utf-8", "replace"))),
}
"""The importers of annotations by name; each takes a text."""


def report_on(text: str) -> Report:
    """Return the report of a review of a text, whose claims have a part of it as note and tag."""
    session = ReviewSession(parse_article(text.encode("utf-8", "replace"), "a.txt"), "")
    words = printable_line(text[:2000]).strip() or "a"
    for span in session.index.article.sentences.all()[:_CLAIMS]:
        session.add(span, tags=(words[:100],), note=text[:2000])
    return build_report(session, at=_AT)


def _export(name: str, report: Report) -> None:
    for _ in FORMATS[name].write([report], _OPTIONS):
        pass


def _exporter(name: str) -> Callable[[Report], object]:
    return partial(_export, name)


def _reimport(name: str, report: Report) -> None:
    """Import what an export of a report gives, into an article that is the same and into another one."""
    parts = FORMATS[name].write([report], _OPTIONS)
    source = ImportSource(b"".join(part.encode("utf-8", "replace") if isinstance(part, str) else part for part in parts))
    for article in (report.article, plain_article(_ARTICLE, "-")):
        session = ReviewSession(article, "")
        plan_import(session, read_annotations(open_import("notes", source, name), article, ""))


def _importer(name: str) -> Callable[[Report], object]:
    return partial(_reimport, name)


EXPORTS: Final[Mapping[str, Callable[[Report], object]]] = {
    **{f"export to {name}": _exporter(name) for name in FORMATS if name != "docx"},
    **{f"import of an export to {name}": _importer(name) for name in _REIMPORTED},
    "values of templates": list_values,
    "plain text of a review": to_plain_text,
}
"""The exporters by name, and the importers of what they write; each takes a report. Word's needs the writer's document."""


def read_paste(text: str) -> None:
    """Read what a terminal and a clipboard give."""
    parser = PasteParser()
    for part in (text, f"\x1b[200~{text}\x1b[201~"):
        for _ in parser.feed(part):
            pass
    is_pasted_text(text)
    data = pasted_bytes(text)
    clipboard_page(data)
    clipboard_page(f"Version:1.0\nStartHTML:{text}\n<p>{text}".encode("utf-8", "replace"))
    find_paths(text)


def detect(text: str) -> None:
    """Tell of which format a text is, by each of its names."""
    for data in (text.encode("utf-8", "replace"), text.encode("utf-16", "replace"), text.encode("cp1252", "replace")):
        decode(data)
        reject_binary(data, "-")
        detect_container(data)
        for name in ("-", "a.html", "a.xml", "a.tex", "a.eml", "a.ipynb"):
            detect_markup(data, name)
    detect_text_format(text, "-")


def query(text: str) -> None:
    """Parse a text as a query."""
    for words in (text, f'"{text}', f"tag:{text}", f"is:{text}"):
        plan_search(parse_search(words, DEFAULT_SCALE))
