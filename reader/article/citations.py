"""Find the citations of an article: match markers in the text with its references."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from reader.article.labels import CIRCLED_NUMBERS, NOTE_SIGNS, decimal_number, plain_signs, split_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import (
    Marker,
    circled_markers,
    flat_markers,
    footnote_markers,
    parenthesis_markers,
    repeat_markers,
    sign_markers,
    spaced_markers,
    spaced_marks,
    stands_at_sentence_end,
    word_markers,
)
from reader.article.model import Block, Citation, Quotes, Reference
from reader.article.ranges import Ranges, Span, merge_ranges

_KEY = lazy_pattern(r"[A-Z][A-Za-z+:.\-]{0,30}\d{2,4}[a-z]?")
"""Match a key of authors and a year: "Lee2020", "AHU74"."""
_MIN_KEYS = 2
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_MIN_MARKERS_WITHOUT_LIST = 3
_MAX_LEAP = 3
"""The allowed distance from a number to the highest one before it, in a list that is numbered in the order of its citations."""
_MIN_SURE_MARKERS = 5
_MAX_HEADING_LENGTH = 80
_MAX_JOINED_DIGITS = 6
"""The most digits in which several raised numbers are looked for, whose separators were lost."""
_MIN_LARGE_NUMBER = 10
"""The least number after a single letter that is more likely a marker than an exponent."""
_MIN_FURTHER_REFERENCES = 3
"""The least number of references that a second style must cite beside the first."""


def find_citations(
    text: str,
    references: Sequence[Reference],
    brackets: Sequence[Marker],
    raised: Sequence[Marker] = (),
    skipped: Sequence[Span] = (),
    blocks: Sequence[Block] = (),
) -> tuple[Citation, ...]:
    """Return the citations of an article in order.

    `brackets` and `raised` are the bracket and superscript markers of the text. Markers that begin inside `skipped` (sorted,
    disjoint ranges: reference entries, code) are ignored. The style that cites most of the list counts, and further ones that
    cite most of the rest. `blocks` are those of the text: a marker in a quote cites the list in that quote.
    """
    text = plain_signs(text)
    skipped_ranges = Ranges(skipped)
    quotes = Quotes(blocks)
    notes = _LabelIndex([reference for reference in references if reference.id.startswith("^")], quotes)
    index = _LabelIndex([reference for reference in references if not reference.id.startswith("^")], quotes)
    brackets, raised = (list(_markers_outside(markers, skipped_ranges)) for markers in (brackets, raised))
    by_notation = _lists_by_notation(text, references, brackets, raised, blocks) if index.has_repeated_numbers else None
    of_brackets, of_raised = (_LabelIndex(part, quotes) for part in by_notation) if by_notation else (index, index)
    bracketed = list(_resolve_markers(brackets, of_brackets))
    if references:
        raised_ones = list(_resolve_raised(raised, of_raised))
        citations = _choose_number_styles(
            bracketed, _other_number_styles(text, index, raised_ones, references, skipped_ranges), index
        )
        if by_notation:
            citations = _add_apart(citations, raised_ones)
        if index.has_words:
            words = _resolve_markers(_markers_outside(word_markers(text), skipped_ranges), index)
            citations = _add_apart(citations, (c for c in words if not any(map(str.isdecimal, c.missing))))
        if index.has_signs:
            signs = _resolve_markers(_markers_outside(sign_markers(text), skipped_ranges), index)
            citations = _add_apart(citations, (c for c in signs if not c.missing))
        citations = _add_author_years(text, references, index, citations, skipped_ranges)
    else:
        citations = _markers_without_list(bracketed)
    if notes or index.numbers:
        calls = list(_markers_outside(footnote_markers(text), skipped_ranges))
        citations += _resolve_footnotes((m for m in calls if notes), notes)
        citations += (c for c in _resolve_markers((m for m in calls if not notes), index) if c.references)
    citations.sort(key=lambda citation: citation.start)
    if index.has_repeated_numbers:
        from reader.article.numbered_lists import in_own_lists  # not for the first frame of other texts

        for part in by_notation or (references,):
            outside = [reference for reference in part if not quotes or quotes.depth_at(reference.start) == 0]
            citations = in_own_lists(text, citations, outside, blocks)
    if citations and references:
        citations += _resolve_repeats(list(_markers_outside(repeat_markers(text), skipped_ranges)), references, citations)
        citations.sort(key=lambda citation: citation.start)
    return tuple(citations)


def _lists_by_notation(
    text: str, references: Sequence[Reference], brackets: Sequence[Marker], raised: Sequence[Marker], blocks: Sequence[Block]
) -> tuple[list[Reference], list[Reference]] | None:
    """Return the references that markers in brackets cite and those that raised ones cite, or None if that is not to be told.

    A text may have notes ¹ ² beside references [1] [2]: their labels differ, or the heading of one list calls them notes. Each
    kind of marker must name half of its list.
    """
    from reader.article.numbered_lists import numbered_lists  # not for the first frame of other texts

    numbered = [reference for reference in references if reference.start >= 0 and not reference.id.startswith("^")]
    in_brackets = {reference.id for reference in numbered if text.startswith(("[", "\\["), reference.start)}
    lists = numbered_lists(text, numbered, blocks)
    notes = {reference.id for part in lists if part.has_notes for reference in part.entries.values()}
    for are_raised in ({reference.id for reference in numbered} - in_brackets, notes):
        parts = ([r for r in numbered if r.id not in are_raised], [r for r in numbered if r.id in are_raised])
        if all(_is_cited_by(part, markers) for part, markers in zip(parts, (brackets, raised), strict=True)):
            return parts
    return None


def _is_cited_by(references: Sequence[Reference], markers: Sequence[Marker]) -> bool:
    """Whether markers name half of the labels of some references."""
    labels = {label for reference in references for label in split_label(reference.label)}
    named = {name for marker in markers if not marker.kind.endswith("?") for name in marker.names}
    return bool(labels) and 2 * len(labels & named) >= len(labels)


def _choose_number_styles(
    bracketed: list[Citation], others: Iterable[tuple[int, list[Citation]]], index: _LabelIndex
) -> list[Citation]:
    """Return the citations of the styles that explain the numbered list.

    `others` are further styles, each with the percentage of the list that it must cite. Numbers without brackets may be counts
    or names of things, so brackets stand against a style that cites no more than twice as much.
    """
    rest = index.numbered_ids
    if not rest or len(rest - _reference_ids(bracketed)) * 5 < len(rest):
        return bracketed if rest else []
    styles = [(2 * len(_reference_ids(bracketed)), bracketed)]
    for minimum, citations in others:
        count = len(_reference_ids(citations))
        if count * 100 >= len(rest) * minimum:
            styles.append((count, citations))
    styles.sort(key=lambda style: -style[0])
    citations = styles[0][1]
    for _, further in styles[1:]:
        rest = rest - _reference_ids(citations)
        if (count := len(rest & _reference_ids(further))) >= _MIN_FURTHER_REFERENCES and count * 2 >= len(rest):
            citations = _add_apart(citations, (c for c in further if c.references))
    return citations


def _other_number_styles(
    text: str, index: _LabelIndex, raised: list[Citation], references: Sequence[Reference], skipped_ranges: Ranges
) -> Iterator[tuple[int, list[Citation]]]:
    """Yield the citations in every style of numbers without brackets, and the percentage of the list that it must cite."""
    yield 0, raised
    if any(text.startswith(tuple(CIRCLED_NUMBERS), reference.start) for reference in references):
        yield 33, list(_resolve_in_order(_markers_outside(circled_markers(text), skipped_ranges), index))
    yield 33, list(_resolve_in_order(_markers_outside(parenthesis_markers(text), skipped_ranges), index))
    yield _resolve_flat(text, index, skipped_ranges)
    yield 50, list(_resolve_in_order(_markers_outside(spaced_markers(text), skipped_ranges), index))


def _resolve_flat(text: str, index: _LabelIndex, skipped_ranges: Ranges) -> tuple[int, list[Citation]]:
    """Return the share of the list, in per cent, that digits right after words must cite, and their citations.

    Digits between two sentences are certain. Of a text with many of these, a small share is enough, and digits after a space
    count beside them.
    """
    markers = list(_markers_outside(flat_markers(text), skipped_ranges))
    sure = {
        marker.start
        for marker in markers
        if stands_at_sentence_end(text, marker) and index.numbers.issuperset(map(int, marker.names))
    }
    if len(sure) < _MIN_SURE_MARKERS:
        return 33, list(_resolve_in_order(markers, index))
    markers += _markers_outside(spaced_marks(text), skipped_ranges)
    return 10, list(_resolve_in_order(sorted(markers), index, sure))


def _add_author_years(
    text: str, references: Sequence[Reference], index: _LabelIndex, citations: list[Citation], skipped_ranges: Ranges
) -> list[Citation]:
    """Add the citations by authors and year, unless the numbered list is the only one and numbers cite half of it.

    A text with citations by number may name authors and years of other works, so it has no such citation without a reference.
    """
    unexplained = index.numbered_ids - _reference_ids(citations)
    if not index.has_words and len(unexplained) * 2 <= len(index.numbered_ids):
        return citations
    from reader.article.author_year import author_year_citations  # its patterns take 2 ms to compile

    named = [c for c in author_year_citations(text, references) if not skipped_ranges.contains(c.start)]
    count = len(_reference_ids(citations))
    if not count or (not index.has_words and count * 2 <= len(_reference_ids(named))):
        return named
    if not index.has_words and len(unexplained & _reference_ids(named)) * 2 < len(unexplained):
        return citations
    return _add_apart(citations, (c._replace(missing=()) for c in named if c.references or c.ambiguous))


def _add_apart(citations: Sequence[Citation], further: Iterable[Citation]) -> list[Citation]:
    """Return citations and those further ones that do not overlap them."""
    ranges = Ranges(merge_ranges(citation.span for citation in citations))
    return [*citations, *(c for c in further if not ranges.contains(c.start) and not ranges.contains(c.end - 1))]


def _reference_ids(citations: Iterable[Citation]) -> set[str]:
    return {name for citation in citations for name in citation.references}


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

    def __init__(self, references: Sequence[Reference], quotes: Quotes) -> None:
        self._by_label: defaultdict[str, list[Reference]] = defaultdict(list)
        for reference in references:
            for label in split_label(reference.label):
                self._by_label[label].append(reference)
        self._scopes = _QuoteScopes(quotes, self._by_label) if quotes else None
        self.numbered_ids = frozenset(r.id for r in references if split_label(r.label)[0].isdecimal())
        self.numbers = {decimal_number(label) for label in self._by_label if label.isdecimal()}
        self.has_repeated_numbers = any(len(named) > 1 and label.isdecimal() for label, named in self._by_label.items())
        self.has_words = any(not label.isdecimal() for label in self._by_label)
        self.has_signs = any(label in self._by_label for label in NOTE_SIGNS)
        self.highest = max(self.numbers, default=0)
        self.has_keys = sum(_KEY.fullmatch(label) is not None for label in self._by_label) >= _MIN_KEYS

    def __bool__(self) -> bool:
        return bool(self._by_label)

    def find(self, label: str, offset: int) -> str | None:
        """Return the id of the reference for `label` at `offset`, or None."""
        candidates = self._by_label.get(label) if self._scopes is None else self._scopes.candidates(label, offset)
        if not candidates:
            return None
        if len(candidates) == 1:
            return candidates[0].id
        place = bisect_right(candidates, offset, key=lambda reference: reference.start)
        return candidates[min(place, len(candidates) - 1)].id

    def may_miss(self, label: str, *, alone: bool) -> bool:
        """Whether a label without a reference is clearly a citation: not a year, not 0, not part of an interval.

        In an article whose labels are keys such as "Lee2020", another key is one too.
        """
        if self.has_keys and _KEY.fullmatch(label):
            return True
        number = decimal_number(label)
        if number == 0 or label.startswith("0") or _FIRST_YEAR <= number <= _LAST_YEAR:
            return False
        return alone or number <= max(10, self.highest * 3 // 2)


class _QuoteScopes:
    """The references that have the same label, told apart by the quotes that they stand in."""

    def __init__(self, quotes: Quotes, references_by_label: Mapping[str, Sequence[Reference]]) -> None:
        self._quotes = quotes
        self._in_quote: defaultdict[tuple[str, int], list[Reference]] = defaultdict(list)
        self._at_depth: defaultdict[tuple[str, int], list[Reference]] = defaultdict(list)
        self._least_depth: dict[str, int] = {}
        for label, references in references_by_label.items():
            for reference in references:
                depth = quotes.depth_at(reference.start)
                self._in_quote[label, quotes.quote_at(reference.start)].append(reference)
                self._at_depth[label, depth].append(reference)
                self._least_depth[label] = min(depth, self._least_depth.get(label, depth))
        self._restarts: dict[int, int] = {}
        """By depth: the least depth of a list that has one of the same labels."""
        for label, depth in self._at_depth:
            self._restarts[depth] = min(self._least_depth[label], self._restarts.get(depth, depth))

    def candidates(self, label: str, offset: int) -> Sequence[Reference]:
        """Return the references that a label at an offset can mean, in order.

        A quote has its own list, or that of another part of what is quoted, at the same depth: a reply may stand between the
        parts. Else it has the list of what is around it. A text whose own list has none of the labels of a quoted one may cite
        that.
        """
        innermost = -1
        for number, depth in self._quotes.around(offset):
            innermost = max(innermost, depth)
            if found := self._in_quote.get((label, number)) or self._at_depth.get((label, depth)):
                return found
        depth = self._least_depth.get(label, -1)
        return self._at_depth[label, depth] if depth > innermost and self._restarts[depth] > innermost else ()


def _markers_outside(markers: Iterable[Marker], skipped_ranges: Ranges) -> Iterator[Marker]:
    return (marker for marker in markers if not skipped_ranges.contains(marker.start))


def _resolve_markers(markers: Iterable[Marker], index: _LabelIndex) -> Iterator[Citation]:
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # thousands of markers cite a few hundred references
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
            cited = tuple(dict.fromkeys(ids))
            yield Citation(marker.start, marker.end, shared.setdefault(cited, cited), tuple(missing), marker.kind)


def _resolve_raised(markers: Sequence[Marker], index: _LabelIndex) -> Iterator[Citation]:
    """Yield the superscript markers with a reference.

    One of kind "superscript?" counts if its numbers are not far above those before it; a single digit only if it is the next
    number and no other marker has it.
    """
    certain = {name for marker in markers if not marker.kind.endswith("?") for name in marker.names}
    highest = 0
    for marker in markers:
        marker = marker if marker.kind.endswith("?") else _split_digits(marker, index)
        numbers = [decimal_number(name) for name in marker.names]
        if marker.kind.endswith("?"):
            is_digit = len(numbers) == 1 and numbers[0] < _MIN_LARGE_NUMBER
            fits = (
                numbers == [highest + 1] and certain.isdisjoint(marker.names)
                if is_digit
                else max(numbers) <= highest + _MAX_LEAP
            )
            if not fits or not index.numbers.issuperset(numbers):
                continue
        for citation in _resolve_markers([marker._replace(kind=marker.kind.removesuffix("?"))], index):
            if citation.references:
                highest = max(highest, *(number for number in numbers if number in index.numbers))
                yield citation


def _split_digits(marker: Marker, index: _LabelIndex) -> Marker:
    """Return a raised number that no list has as the markers that it is made of, "²³" as 2 and 3 if there are nine entries.

    They must rise, and there must be one way only to part them: "¹²³" stays as it is if there are 30 entries.
    """
    name = marker.names[0] if len(marker.names) == 1 else ""
    if not 1 < len(name) <= _MAX_JOINED_DIGITS or decimal_number(name) <= index.highest:
        return marker
    ways = [numbers for cuts in range(1, 2 ** (len(name) - 1)) if (numbers := _part_digits(name, cuts))]
    ways = [numbers for numbers in ways if index.numbers.issuperset(map(int, numbers)) and _are_rising(numbers)]
    return marker._replace(names=ways[0]) if len(ways) == 1 else marker


def _part_digits(digits: str, cuts: int) -> tuple[str, ...]:
    """Return the numbers that digits are parted into after each place whose bit is in `cuts`, or () if one begins with 0."""
    edges = [0, *(place + 1 for place in range(len(digits) - 1) if cuts >> place & 1), len(digits)]
    numbers = tuple(digits[start:end] for start, end in pairwise(edges))
    return () if any(number.startswith("0") for number in numbers) else numbers


def _are_rising(numbers: Sequence[str]) -> bool:
    return all(int(before) < int(after) for before, after in pairwise(numbers))


def _resolve_repeats(
    markers: Sequence[Marker], references: Sequence[Reference], citations: Sequence[Citation]
) -> list[Citation]:
    """Return the citations by "ibid.", which repeats the work cited last, and "idem 2021", another work of its first author.

    `citations` are those in other notations, in order. Of several works that a marker cites, the last counts.
    """
    by_id = {reference.id: reference for reference in references}
    repeats: list[Citation] = []
    place, last = 0, Citation(0, 0, ())
    for marker in markers:
        while place < len(citations) and citations[place].start < marker.end:
            last = citations[place]
            place += 1
        cited = by_id.get(last.references[-1]) if last.references and last.end <= marker.start else None
        works = [cited] if cited is not None else []
        if cited is not None and marker.names:
            works = [work for work in references if _is_work_of_year(work, cited, marker.names[0])]
        if len(works) == 1:
            last = Citation(marker.start, marker.end, (works[0].id,), (), last.kind)
            repeats.append(last)
    return repeats


def _is_work_of_year(reference: Reference, other: Reference, year: str) -> bool:
    """Whether a reference has a year such as "2021a" and the first author of another."""
    from reader.article.names import fold_name, surname  # not for the first frame
    from reader.article.references import year_letter

    if not (reference.authors and other.authors and reference.year and year.startswith(reference.year)):
        return False
    letter = year[len(reference.year) :]
    is_letter = not letter or letter == year_letter(reference.year, reference.text)
    return is_letter and fold_name(surname(reference.authors[0])) == fold_name(surname(other.authors[0]))


def _resolve_in_order(markers: Iterable[Marker], index: _LabelIndex, sure: Collection[int] = ()) -> Iterator[Citation]:
    """Yield the markers whose numbers are in the list, and that fit its order if the list has the order of its citations.

    A number far above the highest one before it is no citation if its own turn comes later, unless the marker's start is one
    of `sure`.
    A marker of kind "superscript?" only counts as the next number in sequence: "the report 8 says".
    """
    known = [(marker, sorted(map(int, marker.names))) for marker in markers]
    known = [(marker, numbers) for marker, numbers in known if numbers and index.numbers.issuperset(numbers)]
    certain = [numbers for marker, numbers in known if not marker.kind.endswith("?")]
    rising = _rising_numbers(certain)
    is_ordered = len(rising) * 2 >= len({number for numbers in certain for number in numbers})
    in_order = frozenset(rising)
    highest = 0

    def comes_later(number: int) -> bool:
        return number in in_order and bool(rising) and number >= rising[0]

    for marker, numbers in known:
        is_certain = not marker.kind.endswith("?")
        if not is_certain and (
            not is_ordered or highest + 1 not in numbers or numbers[0] <= highest or comes_later(numbers[-1])
        ):
            continue
        while is_certain and rising and rising[0] in numbers:
            highest = max(highest, rising.popleft())
        is_in_place = not is_ordered or marker.start in sure
        if is_certain and not is_in_place and any(n > highest + _MAX_LEAP and n in in_order for n in numbers):
            continue
        highest = highest if is_certain else numbers[-1]
        ids = tuple(filter(None, (index.find(name, marker.start) for name in marker.names)))
        yield Citation(marker.start, marker.end, ids, (), marker.kind.removesuffix("?"))


def _rising_numbers(groups: Sequence[Sequence[int]]) -> deque[int]:
    """Return a longest rising sequence of numbers that occurs in sorted groups of numbers."""
    lowest_ends: list[int] = []  # for each length, the lowest number that ends a sequence of it
    places: list[int] = []  # the length of the longest sequence that ends with each number
    numbers = [number for group in groups for number in group]
    for number in numbers:
        place = bisect_left(lowest_ends, number)
        lowest_ends[place : place + 1] = [number]
        places.append(place)
    rising: deque[int] = deque()
    length = len(lowest_ends) - 1
    for number, place in zip(reversed(numbers), reversed(places), strict=True):
        if place == length and (not rising or number < rising[0]):
            rising.appendleft(number)
            length -= 1
    return rising
