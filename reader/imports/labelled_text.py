"""A text with labelled ranges and relations between them, as programs that mark text have it, turned into annotations."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.exchange.coded_text import REFERENCE_LABEL, RESTS_ON_LABEL
from reader.exchange.offsets import CodePointOffsets, LineEndOffsets
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
from reader.imports.selection import RepeatedWords
from reader.review.edits import trim_span
from reader.review.selector import SELECTOR_CONTEXT

_JOINER: Final = "\u200d"
"""What makes one emoji of several."""
_TELLING: Final = 40
"""The code points of a text that tell people which one it is."""
_SPARE: Final = 20
"""The code points that a range is read beyond twice the length of its beginning: white space may be longer there."""
RELATION: Final = LeftOut("relation that leads to no reference", "relations that lead to no reference")


class LabelledSpan(NamedTuple):
    """A range with labels: half-open, in the unit of its file. `name` is what relations call it.

    `quote` is what the file says that the range holds, `beginning` what it may begin with; both may be "". The fields of
    `about` come into the annotation as they are. A range whose `start` is -1 is known by its quote alone.
    """

    name: str
    start: int
    end: int
    labels: tuple[str, ...] = ()
    quote: str = ""
    about: ImportedAnnotation = ImportedAnnotation()
    beginning: str = ""


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
    *,
    clips: bool = False,
) -> Iterator[ImportedAnnotation]:
    """Yield the annotations that the ranges of a document's text are, if it is the article.

    A relation to a reference is a verdict on it. Without a `unit`, the one is taken by which more ranges hold their quotes, or
    begin and end with words. A range that does not hold its quote is an annotation on the quote, without a place. One that
    ends beyond the text ends with it if the reader `clips`. Raises ReaderError for a range without a quote that is beyond it.
    """
    text = (document.text or "").replace("\r\n", "\n")
    to_offset = _find_counting(document.text or "", text, spans, unit)
    if document.text is not None:
        document = document._replace(text=text)
    places = [_place(text, span, to_offset, clips=clips) for span in spans]
    RepeatedWords().add(sum(place.end - place.start for place in places if place is not None))
    numbers = {span.name: number for number, span in enumerate(spans)}
    references = {span.name for span in spans if REFERENCE_LABEL in map(str.casefold, span.labels)}
    works = {
        name: ImportedReference(title=_words_of(text, spans[n], places[n])) for name, n in numbers.items() if name in references
    }
    verdicts: dict[str, list[ImportedVerdict]] = {}
    links: dict[str, list[ImportedLink]] = {}
    for relation in relations:
        if relation.target not in references or relation.origin not in numbers:
            selection.omit(RELATION)
            continue
        work = works[relation.target]
        if relation.label.casefold().replace("_", "-") in (RESTS_ON_LABEL, "cites"):
            links.setdefault(relation.origin, []).append(ImportedLink(work, rests=True, reason=relation.note))
        else:
            verdict = ImportedVerdict(relation.label, work, relation.note)
            verdicts.setdefault(relation.origin, []).append(verdict)
    for span, place in zip(spans, places, strict=True):
        if span.name in references:
            continue
        start, end = place or (-1, -1)
        quote = _words_of(text, span, place)
        number = selection.number_of(document, quote)
        if number is None:
            continue
        yield span.about._replace(
            document=number,
            quote=quote,
            prefix="" if place is None else text[max(0, start - SELECTOR_CONTEXT) : start],
            suffix="" if place is None else text[end : end + SELECTOR_CONTEXT],
            start=start,
            end=end,
            labels=span.labels,
            verdicts=(*span.about.verdicts, *verdicts.get(span.name, ())),
            links=tuple(links.get(span.name, ())),
        )


def _words_of(text: str, span: LabelledSpan, place: Span | None) -> str:
    return span.quote if place is None else text[place.start : place.end]


def _find_counting(text: str, plain: str, spans: Sequence[LabelledSpan], unit: str) -> Callable[[int], int]:
    """Return what turns the positions of a file into offsets of its text with plain ends of lines, by what the ranges hold.

    UTF-16 units come first, as browsers count so. A program may have counted before something put CR before each LF.
    """
    countings = [*_list_countings(text, unit)]
    if text != plain:
        lines = LineEndOffsets(text)
        countings = [_chain(count, lines.to_plain) for count in countings] + _list_countings(plain, unit)
        text = plain
    if len(countings) == 1:
        return countings[0]
    held = [sum(_holds(text, span, count) for span in spans) for count in countings]
    best = [count for count, number in zip(countings, held, strict=True) if number == max(held)]
    return best[0] if len(best) == 1 else max(best, key=lambda count: sum(_has_edges(text, span, count) for span in spans))


def _chain(first: Callable[[int], int], second: Callable[[int], int]) -> Callable[[int], int]:
    return lambda offset: second(first(offset))


def _list_countings(text: str, unit: str) -> list[Callable[[int], int]]:
    units = [] if text.isascii() or unit == OffsetUnit.CODE_POINTS else [CodePointOffsets(text).from_units]
    return units if units and unit == OffsetUnit.UTF16 else [*units, int]


def _holds(text: str, span: LabelledSpan, to_offset: Callable[[int], int]) -> bool:
    """Whether a range holds its quote, or begins as it should."""
    quote = span.quote or span.beginning
    if not quote:
        return False
    start, end = to_offset(span.start), to_offset(span.end)
    if not 0 <= start < end <= len(text):
        return False
    return _begins_with(text, start, end, quote)


def _has_edges(text: str, span: LabelledSpan, to_offset: Callable[[int], int]) -> int:
    """Return how many ends of a range are ends of words."""
    start, end = to_offset(span.start), to_offset(span.end)
    if not 0 <= start < end <= len(text):
        return 0
    return _is_edge(text, start, first=start) + _is_edge(text, end, first=end - 1)


def _is_edge(text: str, offset: int, *, first: int) -> bool:
    """Whether a word or a sign ends or begins at an offset, and the code point at `first` is no blank."""
    if text[first].isspace():
        return False
    if not 0 < offset < len(text):
        return True
    before, after = text[offset - 1], text[offset]
    is_within = before.isalnum() and after.isalnum()
    return not (is_within or _JOINER in (before, after) or unicodedata.category(after).startswith("M"))


def _begins_with(text: str, start: int, end: int, quote: str) -> bool:
    """Whether a range of a text begins with a quote, but for white space; some programs write the beginning alone."""
    if text.startswith(quote, start, end):
        return True
    first, there = quote[0], text[start : start + 1]
    if first != there and not (first.isspace() or there.isspace()):
        return False
    beginning = text[start : min(end, start + 2 * len(quote) + _SPARE)]
    return "".join(beginning.split()).startswith("".join(quote.split()))


def _place(text: str, span: LabelledSpan, to_offset: Callable[[int], int], *, clips: bool) -> Span | None:
    """Return the range of the text that a range of the file is, None if it does not hold its quote."""
    start, end = to_offset(span.start), to_offset(span.end)
    # An offset within a character has one after it.
    if clips and (end > len(text) or end < 0 > to_offset(span.end + 1)):
        end = len(text)
    is_range = 0 <= start <= end <= len(text)
    if span.quote and not (is_range and _begins_with(text, start, end, span.quote)):
        return None
    if not is_range:
        beginning = " ".join(text[:_TELLING].split())
        raise ReaderError(f"the range {span.start}–{span.end} is not in its text “{beginning}…”, or cuts a character")
    return trim_span(text, Span(start, end))
