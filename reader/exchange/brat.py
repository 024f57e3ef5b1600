"""brat's standoff files (https://brat.nlplab.org/standoff.html) as a zip file. Offsets are code points of the .txt beside them.

An article is a .txt and an .ann, and `annotation.conf` declares the names of all of them. A range over several lines is in
pieces, one for each line, as brat has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from reader.article.article import Article
from reader.article.names import strip_accents
from reader.article.ranges import Span
from reader.exchange.archive import ArchiveWriter
from reader.exchange.batch import file_stem
from reader.exchange.coded_text import REFERENCE_LABEL, RESTS_ON_LABEL, CodedSpan, CodedText, code_report
from reader.exchange.escape import encode_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report, ReportPair
from reader.exchange.wording import list_remarks
from reader.printable import printable_line
from reader.review.scale import DECISIONS, UNAVAILABLE
from reader.review.vocabulary import ANNOTATION_KINDS

_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_-]")
_NOT_IN_STEM: Final = re.compile(r"[^a-z0-9]+")
_LINE: Final = re.compile(r"[^\n]+")
_SAFE: Final[dict[int, str]] = {
    **{code: "\ufffd" for code in range(0x20) if code != 0x0A},
    **dict.fromkeys(map(ord, "\t\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " "),
}
"""What stands for control characters, and for what some reader takes for the end of a line or field. No offset changes."""


def write_brat(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the archive, the two files of an article at a time, and at its end the configuration."""
    stems, verdicts = set[str](), dict[str, None]()
    with ArchiveWriter() as archive:
        for report in reports:
            coded, text = code_report(report), _plain_text(report.article)
            verdicts |= dict.fromkeys((*(verdict.id for verdict in report.scale.verdicts), UNAVAILABLE))
            verdicts |= dict.fromkeys(pair.verdict for item in report.items for pair in item.pairs if pair.verdict)
            stem = _new_stem(report.article.title, stems)
            yield archive.add(f"{stem}.ann", map(encode_text, _list_records(coded, text, report)))
            yield archive.add(f"{stem}.txt", [encode_text(text)])
        names = list(dict.fromkeys(map(_type_name, verdicts)))
        yield archive.add("annotation.conf", map(encode_text, _list_types(names)))
        yield archive.close()


def _plain_text(article: Article) -> str:
    return article.text.translate(_SAFE)


def _new_stem(title: str, used: set[str]) -> str:
    """Return a name of ASCII letters that no other article of the archive has."""
    base = _NOT_IN_STEM.sub("-", file_stem(strip_accents(title))).strip("-") or "article"
    stem, number = base, 1
    while stem in used:
        number += 1
        stem = f"{base}-{number}"
    used.add(stem)
    return stem


def _type_name(label: str) -> str:
    """Return a name that brat allows; the numbers of the other letters keep two verdicts of a scale apart."""
    return _NOT_IN_NAME.sub(lambda match: f"_{ord(match[0]):x}", strip_accents(label))


def _list_records(coded: CodedText, text: str, report: Report) -> Iterator[str]:
    """Yield ranges, then what is said of them: attributes, relations, notes. A range of blanks has no place in brat."""
    pieces = {span.number: _pieces(text, span) for span in coded.spans}
    for span in coded.spans:
        if places := pieces[span.number]:
            words = " ".join(text[place.start : place.end] for place in places)
            offsets = ";".join(f"{place.start} {place.end}" for place in places)
            yield f"T{span.number}\t{span.label} {offsets}\t{words}\n"
    number = 0
    annotations = [span for span in coded.annotations if pieces[span.number]]
    related = {(link.claim.number, link.pair.reference) for link in coded.links}
    for span in annotations:
        alone = [pair.verdict for pair in _pairs(span) if pair.verdict and (span.number, pair.reference) not in related]
        for name, value in _attributes(span, alone, report):
            number += 1
            yield f"A{number}\t{name} T{span.number} {_type_name(value)}\n"
    for link in coded.links:
        if pieces[link.claim.number] and pieces[link.reference.number]:
            label = _type_name(link.label)
            yield f"R{link.number}\t{label} Arg1:T{link.claim.number} Arg2:T{link.reference.number}\n"
    number = 0
    for span in annotations:
        if remarks := _remarks(span):
            number += 1
            yield f"#{number}\tAnnotatorNotes T{span.number}\t{remarks}\n"


def _pieces(text: str, span: CodedSpan) -> list[Span]:
    return [Span(*line.span()) for line in _LINE.finditer(text, span.start, span.end) if not line[0].isspace()]


def _pairs(span: CodedSpan) -> tuple[ReportPair, ...]:
    return span.item.pairs if span.item else ()


def _attributes(span: CodedSpan, verdicts: list[str], report: Report) -> Iterator[tuple[str, str]]:
    """Yield the attributes of an annotation: the heaviest of the verdicts that no relation has, and the decision."""
    if verdicts:
        yield "Verdict", max(verdicts, key=lambda verdict: report.scale.by_id(verdict).weight)
    if span.item and span.item.annotation.decision:
        yield "Decision", span.item.annotation.decision


def _remarks(span: CodedSpan) -> str:
    """Return tags and remarks of an annotation in one line."""
    if span.item is None:
        return ""
    tags = " ".join(f"#{tag}" for tag in span.item.annotation.tags)
    parts = (tags, *list_remarks(span.item))
    return printable_line(" ".join(" · ".join(filter(None, parts)).split()))


def _list_types(verdicts: list[str]) -> Iterator[str]:
    yield "[entities]\n"
    yield from (f"{label}\n" for label in (*ANNOTATION_KINDS, REFERENCE_LABEL))
    yield "\n[relations]\n"
    yield from (f"{label} Arg1:{'|'.join(ANNOTATION_KINDS)}, Arg2:{REFERENCE_LABEL}\n" for label in (RESTS_ON_LABEL, *verdicts))
    yield "\n[events]\n\n[attributes]\n"
    yield f"Verdict Arg:<ENTITY>, Value:{'|'.join(verdicts)}\n" if verdicts else ""
    yield f"Decision Arg:<ENTITY>, Value:{'|'.join(map(_type_name, DECISIONS))}\n"
