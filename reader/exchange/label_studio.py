"""The JSON of Label Studio, an article a task. Offsets are code points.

`docs/research-tools.md` has the labelling configuration that the names of the results belong to. Relations lead from a claim to
the entry it rests on; their label is the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.exchange.coded_text import CodedLink, CodedSpan, code_report, name_article
from reader.exchange.escape import encode_text, json_text, utc_time
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report
from reader.exchange.wording import list_remarks, review_times

_Result = dict[str, object]


def write_label_studio(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield an array with a task for each article."""
    separator = "[\n"
    for number, report in enumerate(reports, 1):
        yield encode_text(separator + json_text(_task(report, number)))
        separator = ",\n"
    yield b"\n]\n" if separator.startswith(",") else b"[]\n"


def _task(report: Report, number: int) -> dict[str, object]:
    article, coded = report.article, code_report(report)
    times = review_times(report) or (report.at, report.at)
    results = [result for span in coded.spans for result in _span_results(span, article.text)]
    results += map(_relation, coded.links)
    return {
        "id": number,
        "data": {"text": article.text, **name_article(article)},
        "annotations": [
            {
                "id": number,
                "created_at": _time(times[0]),
                "updated_at": _time(times[1]),
                "lead_time": 0,
                "was_cancelled": False,
                "ground_truth": False,
                "result": results,
            }
        ],
    }


def _span_results(span: CodedSpan, text: str) -> Iterator[_Result]:
    place: _Result = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}

    def result(name: str, kind: str, values: list[str], key: str = "") -> _Result:
        value = {**place, key or kind: values}
        return {"id": span.id, "from_name": name, "to_name": "text", "type": kind, "value": value, "origin": "manual"}

    yield result("kind", "labels", [span.label])
    if span.item is None:
        return
    if verdicts := list(dict.fromkeys(pair.verdict for pair in span.item.pairs if pair.verdict)):
        yield result("verdict", "choices", verdicts)
    if span.item.annotation.decision:
        yield result("decision", "choices", [span.item.annotation.decision])
    if span.item.annotation.tags:
        yield result("tags", "textarea", list(span.item.annotation.tags), "text")
    if remarks := list_remarks(span.item):
        yield result("remarks", "textarea", remarks, "text")


def _relation(link: CodedLink) -> _Result:
    ends: _Result = {"from_id": link.claim.id, "to_id": link.reference.id}
    return {"type": "relation", **ends, "direction": "right", "labels": [link.label]}


def _time(stamp: str) -> str | None:
    time = utc_time(stamp)
    return time.isoformat().replace("+00:00", "Z") if time else None
