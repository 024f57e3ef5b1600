"""Find the citations of an article: match markers in the text with its references."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from reader.article.markers import Marker, flat_markers, footnote_markers, parenthesis_markers, spaced_markers, word_markers
from reader.article.model import Citation, Reference
from reader.article.ranges import Ranges, Span

_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_MIN_MARKERS_WITHOUT_LIST = 3


def find_citations(
    text: str,
    references: Sequence[Reference],
    brackets: Sequence[Marker],
    raised: Sequence[Marker] = (),
    skipped: Sequence[Span] = (),
) -> tuple[Citation, ...]:
    """Return the citations of an article in order.

    `brackets` and `raised` are the bracket and superscript markers of the text. Markers that begin inside `skipped` (sorted,
    disjoint ranges: reference entries, code) are ignored. Other citation styles are tried only if brackets are not in use.
    """
    skipped_ranges = Ranges(skipped)
    notes = _LabelIndex([reference for reference in references if reference.id.startswith("^")])
    index = _LabelIndex([reference for reference in references if not reference.id.startswith("^")])
    citations = list(_resolve_markers(_markers_outside(brackets, skipped_ranges), index))
    if index.has_words:
        starts = {citation.start for citation in citations}
        words = (marker for marker in word_markers(text) if marker.start not in starts)
        citations += (
            c for c in _resolve_markers(_markers_outside(words, skipped_ranges), index) if c.references and not c.missing
        )
    if not any(citation.references for citation in citations):
        citations = (
            list(_find_other_styles(text, references, index, raised, skipped_ranges))
            if references
            else _markers_without_list(citations)
        )
    if notes:
        citations += _resolve_footnotes(_markers_outside(footnote_markers(text), skipped_ranges), notes)
    return tuple(sorted(citations, key=lambda citation: citation.start))


def _find_other_styles(
    text: str, references: Sequence[Reference], index: _LabelIndex, raised: Sequence[Marker], skipped_ranges: Ranges
) -> Iterator[Citation]:
    """Yield the citations of an article without bracketed ones, in the first style that fits."""
    if index.numbers:
        notes = [c for c in _resolve_markers(_markers_outside(raised, skipped_ranges), index) if c.references]
        if notes:
            yield from notes
            return
        for markers, leap in ((parenthesis_markers(text), 12), (flat_markers(text), 3)):
            citations = list(_resolve_in_order(_markers_outside(markers, skipped_ranges), index, leap))
            if len({name for c in citations for name in c.references}) * 3 >= len(index.numbers):
                yield from citations
                return
        citations = list(
            _resolve_in_order(_plausible_markers(_markers_outside(spaced_markers(text), skipped_ranges)), index, 3)
        )
        if len({name for c in citations for name in c.references}) * 3 >= len(index.numbers) * 2:
            yield from citations
            return
    from reader.article.author_year import author_year_citations  # its patterns take 2 ms to compile

    yield from (c for c in author_year_citations(text, references) if not skipped_ranges.contains(c.start))


def _resolve_footnotes(markers: Iterable[Marker], notes: _LabelIndex) -> Iterator[Citation]:
    for marker in markers:
        reference_id = notes.find(marker.names[0], marker.start)
        yield Citation(
            marker.start, marker.end, (reference_id,) if reference_id else (), () if reference_id else marker.names, marker.kind
        )


def _markers_without_list(citations: list[Citation]) -> list[Citation]:
    """Return the markers of an article without references if there are several and their numbers start at 1."""
    names = {name for citation in citations for name in citation.missing}
    is_counted = len(citations) >= _MIN_MARKERS_WITHOUT_LIST and {"1", "2"} <= names
    return citations if is_counted else []


class _LabelIndex:
    """Index of references by label. Where numbering restarts, a label refers to the next list after the marker."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self._by_label: defaultdict[str, list[Reference]] = defaultdict(list)
        for reference in references:
            self._by_label[reference.label].append(reference)
        self.numbers = {int(label) for label in self._by_label if label.isdecimal()}
        self.has_words = any(not label.isdecimal() for label in self._by_label)
        self.highest = max(self.numbers, default=0)

    def __bool__(self) -> bool:
        return bool(self._by_label)

    def find(self, label: str, offset: int) -> str | None:
        """Return the id of the reference for `label` at `offset`, or None."""
        candidates = self._by_label.get(label)
        if not candidates:
            return None
        if len(candidates) == 1:
            return candidates[0].id
        place = bisect_right(candidates, offset, key=lambda reference: reference.start)
        return candidates[min(place, len(candidates) - 1)].id

    def may_miss(self, label: str, *, alone: bool) -> bool:
        """Whether a label without a reference is clearly a citation: not a year, not 0, not part of an interval."""
        number = int(label) if label.isdecimal() else 0
        if number == 0 or label.startswith("0") or _FIRST_YEAR <= number <= _LAST_YEAR:
            return False
        return alone or number <= max(10, self.highest * 3 // 2)


def _markers_outside(markers: Iterable[Marker], skipped_ranges: Ranges) -> Iterator[Marker]:
    return (marker for marker in markers if not skipped_ranges.contains(marker.start))


def _resolve_markers(markers: Iterable[Marker], index: _LabelIndex) -> Iterator[Citation]:
    for marker in markers:
        ids: list[str] = []
        missing: list[str] = []
        for name in marker.names:
            reference_id = index.find(name, marker.start)
            if reference_id is None:
                missing.append(name)
            else:
                ids.append(reference_id)
        if not missing or all(index.may_miss(name, alone=len(marker.names) == 1) for name in missing):
            yield Citation(marker.start, marker.end, tuple(dict.fromkeys(ids)), tuple(missing), marker.kind)


def _plausible_markers(markers: Iterable[Marker]) -> Iterator[Marker]:
    """Yield the markers that end a clause, and others only with the next number in sequence: "the report 8 says"."""
    highest = 0
    for marker in markers:
        ends_clause = marker.kind == "superscript"
        new_numbers = [number for number in map(int, marker.names) if number > highest]
        is_new = bool(new_numbers) and min(new_numbers) <= highest + (3 if ends_clause else 1)
        if is_new or ends_clause:
            highest = max(new_numbers) if is_new else highest
            yield marker._replace(kind="superscript")


def _resolve_in_order(markers: Iterable[Marker], index: _LabelIndex, leap: int) -> Iterator[Citation]:
    """Yield the markers whose numbers are in the list and first occur roughly in its order.

    `leap` is the allowed distance from a number to the highest one before it.
    """
    highest = 0
    for marker in markers:
        numbers = [int(name) for name in marker.names]
        if not numbers or not index.numbers.issuperset(numbers) or min(numbers) > highest + leap:
            continue
        highest = max(highest, *numbers)
        ids = (index.find(name, marker.start) for name in marker.names)
        yield Citation(
            marker.start, marker.end, tuple(reference_id for reference_id in ids if reference_id is not None), (), marker.kind
        )
