"""CoNLL 2003 in four columns, as Label Studio writes it: token, `-X-`, `_`, and the label of the token (IOB2).

A token has one label: of annotations that overlap, the outer one has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from reader.exchange.coded_text import choose_outer, code_report
from reader.exchange.escape import encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.offsets import Tokens, list_sentences
from reader.exchange.report import Report
from reader.printable import printable_line


def write_conll(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a block of lines for each sentence and each line between sentences; an article begins with `-DOCSTART-`."""
    for report in reports:
        yield b"-DOCSTART- -X- O O\n\n"
        yield from (encode_text(block) for block in _list_blocks(report))


def _list_blocks(report: Report) -> Iterator[str]:
    article = report.article
    spans = list(choose_outer(code_report(report).annotations))
    cuts = sorted({offset for span in spans for offset in (span.start, span.end)})
    tokens, at = Tokens(article.text, cuts), 0
    for sentence in list_sentences(article):
        lines, last = list[str](), -1
        for start, following in pairwise((*tokens.starts(sentence.start, sentence.end), sentence.end)):
            while at < len(spans) and spans[at].end <= start:
                at += 1
            label = "O"
            if at < len(spans) and spans[at].start <= start:
                label = f"{'I' if last == at else 'B'}-{spans[at].label.upper()}"
                last = at
            lines.append(f"{printable_line(article.text[start:following].rstrip())} -X- _ {label}\n")
        if lines:
            yield "".join((*lines, "\n"))


def count_overlaps(report: Report) -> int:
    """Return the number of annotations that overlap an outer one."""
    spans = code_report(report).annotations
    return len(spans) - sum(1 for _ in choose_outer(spans))
