"""Templates of a person's own: Jinja fills a text file with the values of a review. `docs/templates.md` describes the values.

A template may come from somebody else, so it is filled in Jinja's sandbox, in a process of its own, within limits of time,
memory and size. It sees plain values alone, and no other file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Final

from reader.errors import ReaderError
from reader.exchange.escape import encode_text, json_text
from reader.exchange.export_format import ExportFormat, ExportOptions, Loss, WriteReports
from reader.exchange.identity import disclose
from reader.exchange.marks import item_mark, pair_mark
from reader.exchange.report import Report, ReportFinding, ReportItem, ReportPair, ReportPassage, ReportReference
from reader.exchange.wording import decision_label, describe_counts, describe_passage, list_problems
from reader.files import read_document
from reader.printable import printable_line
from reader.programs import run_program
from reader.review.scale import Scale

MOST_SECONDS: Final = 60.0
MOST_BYTES: Final = 100_000_000
"""The most time that a template may take for one article, and the most that it may write."""
_MOST_MEMORY: Final = 1 << 30
_MOST_TEMPLATE: Final = 1_000_000
_ENDINGS: Final = (".j2", ".jinja", ".jinja2")
"""The endings of templates, which a file made from one does not have."""
_MARKUP: Final = (".html", ".htm", ".xhtml", ".xml", ".svg")
"""The endings of files in which values are escaped."""
_HINT: Final = "The documentation describes the values and filters: docs/templates.md"

_Values = dict[str, object]


def template_format(name: str, template: bytes) -> ExportFormat:
    """Return the format of a template, given the name of its file and its content. Raises ReaderError if it cannot be one."""
    shown, suffix = printable_line(PurePath(name).name), _output_suffix(name)
    if find_spec("jinja2") is None:
        raise ReaderError(
            "A template needs Jinja2, which is not installed", "pip install 'claim-reader[templates]' installs it"
        )
    if len(template) > _MOST_TEMPLATE:
        raise ReaderError(f"{shown} is too large for a template", f"A template has at most {_MOST_TEMPLATE:,} bytes")
    try:
        text = template.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReaderError(f"{shown} is not in UTF-8 (byte {error.start + 1:,})", "Save the template as UTF-8") from None
    write = partial(_write_template, shown, {"template": text, "escape": suffix.casefold() in _MARKUP})
    return _describe_template("template", shown, suffix, write)


def list_templates(folder: Path) -> tuple[ExportFormat, ...]:
    """Return the formats of the templates in a folder by the names of their files, none for a folder that cannot be read.

    A template is read when it is filled, so that it is as it is then: a wrong one raises ReaderError there.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file() and not entry.name.startswith("."))
    except OSError:
        return ()
    return tuple(
        _describe_template(
            f"template {name}", printable_line(name), _output_suffix(name), partial(_write_template_file, folder / name)
        )
        for name in names
        if not name.endswith("~")
    )


def _write_template_file(path: Path, reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    try:
        data = read_document(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReaderError(f"Cannot read {printable_line(str(path))}: {reason}", "Choose another template") from error
    yield from template_format(path.name, data).write(reports, options)


def _output_suffix(name: str) -> str:
    """Return the ending of the files that a template with this name makes."""
    path = PurePath(name)
    return (PurePath(path.stem) if path.suffix.casefold() in _ENDINGS else path).suffix or ".txt"


def _describe_template(name: str, title: str, suffix: str, write: WriteReports) -> ExportFormat:
    media_type = "text/html" if suffix.casefold() in _MARKUP else "text/plain"
    return ExportFormat(
        *(name, title, "", suffix, media_type, write),
        cannot_carry=(Loss("whatever the template does not name"),),
        is_single=True,
        options=frozenset({"with_paths"}),
    )


def _write_template(name: str, call: _Values, reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    paths = [path for path in sys.path if path]
    program = f"import sys; sys.path[:] = {paths!r}; from reader.exchange.template_worker import run_template; run_template()"
    for report in disclose(reports, options):
        data = encode_text(json_text({**call, "values": list_values(report)}))
        try:
            result = run_program(
                [sys.executable, "-P", "-c", program], seconds=MOST_SECONDS, most=MOST_BYTES, data=data, memory=_MOST_MEMORY
            )
        except ReaderError as error:
            raise ReaderError(f"{name} {error.what.partition(' ')[2]}", _HINT) from error
        if result.code:
            line, _, reason = result.complaint.partition(" ")
            is_told = line.isdecimal() and reason
            where = f", line {line}" if is_told and line != "0" else ""
            raise ReaderError(f"{name}{where}: {reason if is_told else 'the template ended without a result'}", _HINT)
        yield result.output


def list_values(report: Report) -> _Values:
    """Return what a template sees of a report: texts, numbers, truth values, and lists and mappings of them."""
    article, counts = report.article, report.counts
    annotations = [_item_values(item, report.scale) for item in (*report.items, *report.orphans)]
    return {
        "article": {
            "id": report.article_id,
            "title": article.title,
            "source": article.source,
            "edition": article.digest,
            "language": article.language,
            "byline": article.about.byline,
            "date": article.about.date,
            "site": article.about.site,
            "text": article.text,
        },
        "exported": report.at,
        "filter": report.filter,
        "summary": describe_counts(report),
        "counts": {
            "claims": counts.claims,
            "sentences": counts.sentences,
            "decided": counts.decided_count,
            "is_complete": counts.is_complete,
        },
        "claims": [values for values in annotations if values["number"]],
        "annotations": annotations,
        "references": [_reference_values(row) for row in report.references],
        "findings": [_finding_values(row) for row in report.findings],
        "tags": list(report.tags),
        "verdicts": [
            {"id": verdict.id, "label": verdict.label, "sign": verdict.symbol, "tone": verdict.tone}
            for verdict in report.scale.verdicts
        ],
    }


def _item_values(item: ReportItem, scale: Scale) -> _Values:
    annotation, selector, mark = item.annotation, item.selector, item_mark(scale, item)
    return {
        "id": annotation.id,
        "number": item.number,
        "kind": annotation.kind,
        "quote": selector.exact,
        "before": selector.prefix,
        "after": selector.suffix,
        "has_place": item.has_place,
        "start": selector.start if item.has_place else None,
        "end": selector.end if item.has_place else None,
        "sentence": item.sentence,
        "paragraph": item.paragraph,
        "status": item.status.name if item.status else "",
        "sign": mark.sign,
        "tone": mark.tone,
        "tags": list(annotation.tags),
        "note": annotation.note,
        "decision": annotation.decision,
        "decision_label": decision_label(item),
        "fix": annotation.fix,
        "to_check": item.check_reason,
        "creator": annotation.creator,
        "created": annotation.created_at,
        "updated": annotation.updated_at,
        "pairs": [_pair_values(pair, scale) for pair in item.pairs],
    }


def _pair_values(pair: ReportPair, scale: Scale) -> _Values:
    judgement, entry, mark = pair.judgement, pair.entry, pair_mark(scale, pair)
    return {
        "label": pair.label,
        "reference": pair.reference,
        "text": entry.text if entry else "",
        "url": entry.url if entry else "",
        "doi": entry.doi if entry else "",
        "verdict": pair.verdict,
        "verdict_label": pair.verdict_label,
        "sign": mark.sign,
        "tone": mark.tone,
        "is_open": pair.is_open,
        "stale": pair.stale_reason,
        "note": judgement.note if judgement else "",
        "problems": list(list_problems(pair)),
        "by": judgement.by if judgement else "",
        "at": judgement.at if judgement else "",
        "source_state": pair.source_state,
        "source_description": pair.description.words if pair.description else "",
        "evidence": [_passage_values(passage) for passage in pair.evidence],
    }


def _passage_values(passage: ReportPassage) -> _Values:
    return {
        "quote": passage.quote,
        "title": passage.title,
        "origin": passage.origin,
        "place": describe_passage(passage),
        "start": passage.start,
        "end": passage.end,
    }


def _reference_values(row: ReportReference) -> _Values:
    entry, text = row.entry, row.source.text if row.source is not None else None
    return {
        "id": entry.id,
        "label": entry.label,
        "text": entry.text,
        "authors": list(entry.authors),
        "year": entry.year,
        "title": entry.title,
        "doi": entry.doi,
        "url": entry.url,
        "citations": row.citation_count,
        "claims": row.claim_count,
        "is_never_cited": row.is_never_cited,
        "source_state": row.source_state,
        "source_description": text.description.words if text is not None and text.description else "",
    }


def _finding_values(row: ReportFinding) -> _Values:
    return {
        "kind": row.finding.kind,
        "text": row.finding.text,
        "reference": row.finding.reference,
        "is_dismissed": row.dismissal is not None,
        "reason": row.dismissal.reason if row.dismissal else "",
    }
