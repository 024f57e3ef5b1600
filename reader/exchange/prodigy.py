"""The JSON Lines of Prodigy, an article a task, for `spans.manual`. Offsets are code points, as Python counts.

Spans come with tokens that end where they do, as Prodigy asks for. Prodigy keeps the keys of a span that it does not know:
those hold what was said of the annotation.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import count

from reader.exchange.coded_text import CodedSpan, code_report, name_article
from reader.exchange.escape import encode_text, json_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.offsets import Tokens
from reader.exchange.report import Report
from reader.exchange.wording import list_problems

_TOKENS_AT_ONCE = 4096


def write_prodigy(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a task for each article, in pieces."""
    for report in reports:
        article, spans = report.article, code_report(report).annotations
        cuts = sorted({offset for span in spans for offset in (span.start, span.end)})
        starts, ends = Tokens(article.text, cuts).bounds(0, len(article.text))
        records = [
            _span_record(span, bisect_left(starts, span.start), bisect_right(ends, span.end) - 1)
            for span in spans
            if article.text[span.start : span.end].strip()
        ]
        yield encode_text(f'{{"text": {json_text(article.text)}, "spans": {json_text(records)}, "tokens": [')
        quoted = _QuotedWords()
        for first in range(0, len(starts), _TOKENS_AT_ONCE):
            chunk = slice(first, first + _TOKENS_AT_ONCE)
            records = [
                # A `dict` for each would take three times as long.
                f'{{"text": {quoted[article.text[start:end]]}, "start": {start}, "end": {end}, "id": {number}, '
                f'"ws": {"true" if article.text[end : end + 1] == " " else "false"}}}'
                for number, start, end in zip(count(first), starts[chunk], ends[chunk], strict=False)
            ]
            yield encode_text((", " if first else "") + ", ".join(records))
        rest = {"answer": "accept", "meta": name_article(article)}
        yield encode_text("], " + json_text(rest).removeprefix("{") + "\n")


class _QuotedWords(dict[str, str]):
    """Words as JSON, each made once."""

    def __missing__(self, word: str) -> str:
        quoted = self[word] = json_text(word)
        return quoted


def _span_record(span: CodedSpan, token_start: int, token_end: int) -> dict[str, object]:
    record: dict[str, object] = {
        "start": span.start,
        "end": span.end,
        "token_start": token_start,
        "token_end": token_end,
        "label": span.label.upper(),
        "id": span.id,
    }
    if span.item is None:
        return record
    annotation = span.item.annotation
    return record | {
        "tags": list(annotation.tags),
        "note": annotation.note,
        "decision": annotation.decision,
        "fix": annotation.fix,
        "pairs": [
            {
                "reference": pair.label,
                "verdict": pair.verdict,
                "note": pair.judgement.note if pair.judgement else "",
                "problems": list(list_problems(pair)),
                "evidence": [passage.quote for passage in pair.evidence],
            }
            for pair in span.item.pairs
        ],
    }
