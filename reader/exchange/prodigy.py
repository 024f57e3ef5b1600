"""The JSON Lines of Prodigy, an article a task, for `spans.manual`. Offsets are code points, as Python counts.

Spans come with tokens that end where they do, as Prodigy asks for. Prodigy keeps the keys of a span that it does not know:
those hold what was said of the annotation.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

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
        starts = Tokens(article.text, cuts).starts(0, len(article.text))
        records = (
            json_text(_span_record(span, bisect_left(starts, span.start), bisect_left(starts, span.end) - 1))
            for span in spans
            if article.text[span.start : span.end].strip()
        )
        yield encode_text(f'{{"text": {json_text(article.text)}, "spans": [{", ".join(records)}], "tokens": [')
        words = _Words()
        starts.append(len(article.text))
        for first in range(0, len(starts) - 1, _TOKENS_AT_ONCE):
            tokens = list[str]()
            for number, (start, following) in enumerate(pairwise(starts[first : first + _TOKENS_AT_ONCE + 1]), first):
                head, length, tail = words[article.text[start:following]]
                # A `dict` for each would take three times as long.
                tokens.append(f'{head}{start}, "end": {start + length}, "id": {number}{tail}')
            yield encode_text((", " if first else "") + ", ".join(tokens))
        rest = {"answer": "accept", "meta": name_article(article)}
        yield encode_text("], " + json_text(rest).removeprefix("{") + "\n")


class _Words(dict[str, tuple[str, int, str]]):
    """What the records of a token share, by the token with the white space after it: their beginning, its length, their end."""

    def __missing__(self, text: str) -> tuple[str, int, str]:
        word = text.rstrip()
        ws = json_text(text[len(word) :].startswith(" "))
        self[text] = parts = f'{{"text": {json_text(word)}, "start": ', len(word), f', "ws": {ws}}}'
        return parts


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
