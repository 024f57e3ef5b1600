"""A text with labelled ranges and relations between them, as programs that mark text have it, turned into annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.exchange.coded_text import REFERENCE_LABEL, RESTS_ON_LABEL
from reader.exchange.offsets import CodePointOffsets
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    ImportedLink,
    ImportedReference,
    ImportedVerdict,
    LeftOut,
    OffsetUnit,
    Selection,
)
from reader.review.edits import trim_span
from reader.review.selector import make_selector

RELATION: Final = LeftOut("relation that leads to no reference", "relations that lead to no reference")


class LabelledSpan(NamedTuple):
    """A range with labels: half-open, in the unit of its file. `name` is what relations call it, `quote` what it should hold.

    The fields of `about` come into the annotation as they are.
    """

    name: str
    start: int
    end: int
    labels: tuple[str, ...] = ()
    quote: str = ""
    about: ImportedAnnotation = ImportedAnnotation()


class SpanRelation(NamedTuple):
    """A relation from one range to another, by their names."""

    origin: str
    target: str
    label: str
    note: str = ""


def select_ranges(
    selection: Selection,
    document: ImportedDocument,
    spans: Sequence[LabelledSpan],
    relations: Iterable[SpanRelation],
    unit: str = "",
) -> Iterator[ImportedAnnotation]:
    """Yield the annotations that the ranges of a document's text are, if it is the article.

    A relation to a reference is a verdict on it.
    Without a `unit`, the one is taken by which more ranges hold their quotes, or begin and end with words. Raises ReaderError
    for a range beyond the text.
    """
    text = document.text or ""
    unit = unit or find_unit(text, spans)
    offsets = CodePointOffsets(text) if unit == OffsetUnit.UTF16 else None
    places = {span.name: _place(text, span, offsets) for span in spans}
    references = {span.name for span in spans if REFERENCE_LABEL in map(str.casefold, span.labels)}
    verdicts: dict[str, list[ImportedVerdict]] = {}
    links: dict[str, list[ImportedLink]] = {}
    for relation in relations:
        if relation.target not in references or relation.origin not in places:
            selection.omit(RELATION)
            continue
        work = ImportedReference(title=text[slice(*places[relation.target])])
        if relation.label.casefold().replace("_", "-") in (RESTS_ON_LABEL, "cites"):
            links.setdefault(relation.origin, []).append(ImportedLink(work, rests=True, reason=relation.note))
        else:
            verdict = ImportedVerdict(relation.label, work, relation.note)
            verdicts.setdefault(relation.origin, []).append(verdict)
    for span in spans:
        if span.name in references:
            continue
        selector = make_selector(text, places[span.name])
        number = selection.number_of(document, selector.exact)
        if number is None:
            continue
        yield span.about._replace(
            document=number,
            quote=selector.exact,
            prefix=selector.prefix,
            suffix=selector.suffix,
            start=selector.start,
            end=selector.end,
            labels=span.labels,
            verdicts=(*span.about.verdicts, *verdicts.get(span.name, ())),
            links=tuple(links.get(span.name, ())),
        )


def find_unit(text: str, spans: Iterable[LabelledSpan]) -> str:
    """Return the unit in which ranges count, by what they hold; UTF-16 units if both are as good: browsers count so."""
    if text.isascii():
        return OffsetUnit.CODE_POINTS
    offsets, points, units = CodePointOffsets(text), 0, 0
    for span in spans:
        points += _fits(text, span.start, span.end, span.quote)
        units += _fits(text, offsets.from_units(span.start), offsets.from_units(span.end), span.quote)
    return OffsetUnit.CODE_POINTS if points > units else OffsetUnit.UTF16


def _fits(text: str, start: int, end: int, quote: str) -> int:
    if not 0 <= start < end <= len(text):
        return 0
    if quote:
        return 2 * (text[start:end] == quote)
    return _is_edge(text, start, first=start) + _is_edge(text, end, first=end - 1)


def _is_edge(text: str, offset: int, *, first: int) -> bool:
    """Whether a word ends or begins at an offset, and the code point at `first` is no blank."""
    is_within = 0 < offset < len(text) and text[offset - 1].isalnum() and text[offset].isalnum()
    return not is_within and not text[first].isspace()


def _place(text: str, span: LabelledSpan, offsets: CodePointOffsets | None) -> Span:
    start, end = span.start, span.end
    if offsets is not None:
        start, end = offsets.from_units(start), offsets.from_units(end)
    if not 0 <= start <= end <= len(text):
        raise ReaderError(f"the range {span.start}–{span.end} is not in its text, or cuts a character")
    return trim_span(text, Span(start, end))
