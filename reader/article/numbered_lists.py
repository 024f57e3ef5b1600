"""Lead the markers of a text to the list that they mean where several lists count their entries from 1."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from reader.article.labels import decimal_number, split_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, Citation, Reference
from reader.article.phrases import BESIDE_REFERENCES, NOTE_HEADINGS, REFERENCE_HEADINGS
from reader.article.ranges import block_at
from reader.article.reference_lists import is_reference_heading

_MAX_HEADING_LENGTH = 80
_MIN_PROSE_LENGTH = 200
"""The least length of a paragraph under a heading that is the text of a part, not a remark above its notes."""
_MIN_FURTHER_NUMBERS = 3
"""The least count of numbers beyond a list that tell that a longer list is meant."""
_MAX_TITLE_WORDS = 12
_MAX_JOINING_WORD = 3
_MAX_STEPS = 50_000
"""The most parts times lists whose borders are tried out."""
_MAX_STRAY_SHARE = 0.1
_MIN_TELLING_YEARS = 3
"""The least count of different years that two lists have in common by no chance."""
_MIN_TELLING_END = 10
"""The least last number of a list that is no chance if it is the highest one cited."""
_WORD = lazy_pattern(r"\w+")

_Words = tuple[str, ...]


class Heading(NamedTuple):
    """A heading: its start, its words, its level, and whether it announces references."""

    start: int
    words: _Words
    level: int
    is_announcement: bool


class NumberedList(NamedTuple):
    """A list whose numbers rise or fall by label: its range, its highest number, and the heading right above it, if any."""

    entries: Mapping[str, Reference]
    start: int
    end: int
    top: int
    heading: Heading | None

    @property
    def has_notes(self) -> bool:
        """Whether the heading above calls the entries notes."""
        return self.heading is not None and " ".join(self.heading.words) in NOTE_HEADINGS

    @property
    def is_plain(self) -> bool:
        """Whether the heading above is that of a reference list, not the title of a chapter."""
        return self.heading is not None and self.heading.is_announcement


class _Marks(NamedTuple):
    """The numbered citations between two groups of lists, by their places among all citations, and the numbers of each."""

    places: list[int]
    numbers: list[tuple[str, ...]]

    @property
    def names(self) -> set[str]:
        return {name for names in self.numbers for name in names}


class _Group(NamedTuple):
    """Lists without a text of their own between them, and the markers before them."""

    lists: list[NumberedList]
    marks: _Marks


def find_headings(text: str, blocks: Sequence[Block]) -> list[Heading]:
    """Return the headings of a text, among them lines without a stop, as which a plain text may have them."""
    return [_heading(text, block) for block in blocks if _is_heading(text, block)]


def numbered_lists(text: str, references: Sequence[Reference], blocks: Sequence[Block] = ()) -> list[NumberedList]:
    """Return the entries with numbers by label, list by list: a new one begins where the numbers do not go on."""
    lists: list[list[Reference]] = []
    numbers: list[int] = []
    for reference in sorted(references, key=lambda reference: reference.start):
        number = decimal_number(split_label(reference.label)[0])
        if number and reference.start >= 0 and not reference.id.startswith("^"):
            if not (lists and _goes_on(numbers, number)):
                lists.append([])
                numbers = []
            lists[-1].append(reference)
            numbers = [*numbers[-1:], number]
    return [_numbered_list(text, entries, blocks) for entries in lists]


def in_own_lists(
    text: str, citations: list[Citation], references: Sequence[Reference], blocks: Sequence[Block]
) -> list[Citation]:
    """Return the citations by number, each in the list that is meant where several lists have its number.

    A text cites the list that follows it. Where the lists of all chapters stand together, their headings tell which is whose,
    or the numbers that begin anew; of a choice of sources before all of them, the list that has all numbers is meant. A marker
    whose list is not to be told cites nothing, as does a number beyond the list of its chapter.
    """
    lists = numbered_lists(text, references, blocks)
    counts = Counter(label for part in lists for label in part.entries)
    if not counts or max(counts.values()) < 2:
        return citations
    labels = {reference.id: split_label(reference.label) for part in lists for reference in part.entries.values()}
    numbers: dict[int, tuple[str, ...]] = {}
    for place, citation in enumerate(citations):
        names = tuple(labels[name][0] for name in citation.references if name in labels)
        if names and citation.kind != "author-year":
            numbers[place] = names
    headings = find_headings(text, blocks)
    choice = _Choice(citations, headings)
    groups = _groups(lists, citations, numbers, blocks, headings)
    meant = choice.lists_by_place([group._replace(lists=_without_translations(group.lists)) for group in groups])
    moved = list(citations)
    entries: dict[int, Mapping[str, str]] = {}  # by the lists, of which thousands of markers may mean the same ones
    for place in numbers:
        chosen = meant.get(place, lists)
        if id(chosen) not in entries:
            entries[id(chosen)] = _unique_entries(chosen)
        moved[place] = _with_entries(citations[place], entries[id(chosen)], labels)
    return moved


def _is_heading(text: str, block: Block) -> bool:
    is_line = block.kind is BlockKind.PARAGRAPH and block.end - block.start <= _MAX_HEADING_LENGTH
    return block.kind is BlockKind.HEADING or (is_line and text[block.end - 1].isalnum())


def _heading(text: str, block: Block) -> Heading:
    title = text[block.start : block.end]
    words = tuple(_WORD.findall(title[: _MAX_HEADING_LENGTH * 2].casefold()))[:_MAX_TITLE_WORDS]
    return Heading(block.start, words, block.level, is_reference_heading(title))


def _goes_on(numbers: Sequence[int], number: int) -> bool:
    """Whether a number goes on a list that ends with the last two of `numbers`: lists rise, or count down one by one."""
    if number > numbers[-1]:
        return len(numbers) < 2 or numbers[-2] < numbers[-1]
    return number == numbers[-1] - 1 and (len(numbers) < 2 or numbers[-2] > numbers[-1])


def _numbered_list(text: str, entries: Sequence[Reference], blocks: Sequence[Block]) -> NumberedList:
    by_label = {label: reference for reference in entries for label in split_label(reference.label)}
    first = block_at(blocks, entries[0].start) if blocks else -1
    above = blocks[max(0, first - 2) : max(0, first)]
    heading = next((_heading(text, block) for block in reversed(above) if _is_heading(text, block)), None)
    top = max(map(decimal_number, by_label))
    return NumberedList(by_label, entries[0].start, entries[-1].end, top, heading)


def _groups(
    lists: Sequence[NumberedList],
    citations: Sequence[Citation],
    numbers: Mapping[int, tuple[str, ...]],
    blocks: Sequence[Block],
    headings: Sequence[Heading],
) -> Iterator[_Group]:
    """Yield the lists in groups, and a last group without a list if markers follow them."""
    places = list(numbers)
    starts = [citations[place].start for place in places]
    texts = _part_texts(blocks, {heading.start for heading in headings})
    group: list[NumberedList] = []
    first = 0
    for part in lists:
        last = bisect_left(starts, part.start)
        if group and (bisect_left(starts, group[-1].end) < last or _has_text(texts, group[-1].end, part.start)):
            done = bisect_left(starts, group[0].start)
            yield _Group(group, _marks(places[first:done], numbers))
            group, first = [], done
        group.append(part)
    done = bisect_left(starts, group[0].start)
    yield _Group(group, _marks(places[first:done], numbers))
    if done < len(places):
        yield _Group([], _marks(places[done:], numbers))


def _without_translations(lists: Sequence[NumberedList]) -> list[NumberedList]:
    """Return lists without those that repeat the list before them in another language, as journals print them."""
    return [*lists[:1], *(part for before, part in pairwise(lists) if not _is_translation(before, part))]


def _is_translation(before: NumberedList, part: NumberedList) -> bool:
    """Whether a list has the entries of the one before it: what stays the same in another language is their years."""
    if not (before.is_plain and part.is_plain) or before.has_notes != part.has_notes:
        return False
    labels = before.entries.keys() | part.entries.keys()
    years = {label: reference.year for label, reference in before.entries.items()}
    same = [reference.year for label, reference in part.entries.items() if years.get(label) == reference.year]
    return len(same) >= len(labels) * (1 - _MAX_STRAY_SHARE) and len({*same} - {""}) >= _MIN_TELLING_YEARS


def _marks(places: list[int], numbers: Mapping[int, tuple[str, ...]]) -> _Marks:
    return _Marks(places, [numbers[place] for place in places])


def _part_texts(blocks: Sequence[Block], headings: Collection[int]) -> tuple[list[int], list[int]]:
    """Return the starts of the paragraphs of prose, and of the last heading before each."""
    starts: list[int] = []
    above: list[int] = []
    heading = -1
    for block in blocks:
        if block.start in headings:
            heading = block.start
        elif block.kind is BlockKind.PARAGRAPH and block.end - block.start >= _MIN_PROSE_LENGTH:
            starts.append(block.start)
            above.append(heading)
    return starts, above


def _has_text(texts: tuple[list[int], list[int]], start: int, end: int) -> bool:
    """Whether a heading and prose below it stand between two lists: a note may have several paragraphs."""
    starts, above = texts
    last = bisect_left(starts, end) - 1
    return last >= 0 and starts[last] >= start and above[last] >= start


def _unique_entries(lists: Sequence[NumberedList]) -> Mapping[str, str]:
    """Return the ids of the entries of some lists by the labels that no other entry in them has. A list may be there twice."""
    entries: dict[str, Reference] = {}
    repeated: set[str] = set()
    for part in lists:
        for label, reference in part.entries.items():
            if entries.setdefault(label, reference).text != reference.text:
                repeated.add(label)
    return {label: reference.id for label, reference in entries.items() if label not in repeated}


def _with_entries(citation: Citation, entries: Mapping[str, str], labels: Mapping[str, Sequence[str]]) -> Citation:
    """Return a citation of those entries that have the labels of its references. A label without one is missing."""
    cited: list[str] = []
    missing: list[str] = []
    for name in citation.references:
        ids = {entries[label] for label in labels[name] if label in entries} if name in labels else {name}
        if len(ids) == 1:
            cited += ids
        else:
            missing.append(labels[name][0])
    return citation._replace(references=tuple(dict.fromkeys(cited)), missing=(*citation.missing, *missing))


class _Choice:
    """The choice of a list for each marker. `headings` are those of the text."""

    def __init__(self, citations: Sequence[Citation], headings: Sequence[Heading]) -> None:
        self._citations, self._headings = citations, headings
        self._heading_starts = [heading.start for heading in headings]

    def lists_by_place(self, groups: Sequence[_Group]) -> dict[int, Sequence[NumberedList]]:
        """Return the lists that each numbered citation may mean, by its place."""
        meant: dict[int, Sequence[NumberedList]] = {}
        groups = list(self._with_marks_of_sections(groups))
        last: Sequence[NumberedList] = ()
        begin = 0
        follower = len(groups)
        followers: list[int] = []  # of each group, the next one with markers before it
        for place in range(len(groups) - 1, -1, -1):
            followers.append(follower)
            follower = place if groups[place].marks.places else follower
        followers.reverse()
        are_lists_first = not groups[0].marks.places and not groups[-1].lists  # each list may be that of what follows it
        for place, group in enumerate(groups):
            if not group.marks.places:
                last = group.lists
            elif not group.lists:
                last = self._after_lists(groups, last)
                meant.update(dict.fromkeys(group.marks.places, last))
            elif len(group.lists) == 1:
                later = groups[place + 1 : followers[place] + 1]
                chosen = self._beside_own_list(group, last, later)
                doubtful = self._marks_of_others(group) if chosen == group.lists else ()
                both = [*chosen, *last] if are_lists_first or _is_doubtful(group.lists[0], last, group.marks) else chosen
                meant.update(dict.fromkeys(group.marks.places, both))
                meant.update(dict.fromkeys(doubtful, ()))
                last = chosen
            else:
                choice = self._by_titles(group, begin) or self._by_numbers(group.lists, group.marks)
                meant.update(choice)
                starts = {part.start for lists in choice.values() for part in lists}
                last = [part for part in group.lists if part.start in starts]
            begin = group.lists[-1].end if group.lists else begin
        return meant

    def _with_marks_of_sections(self, groups: Sequence[_Group]) -> Iterator[_Group]:
        """Yield the groups, the marks before the section that a single list belongs to with those of the next group.

        A box in an article may have a list of its own, below the name of the box.
        """
        waiting = _Marks([], [])
        begin = 0
        for number, group in enumerate(groups):
            marks = _Marks([*waiting.places, *group.marks.places], [*waiting.numbers, *group.marks.numbers])
            waiting = _Marks([], [])
            if len(group.lists) == 1 and any(other.lists for other in groups[number + 1 : number + 2]):
                section = self._section_of(group.lists[0], begin)
                first = bisect_left(marks.places, section.start, key=self._start) if section is not None else 0
                own = _Marks(marks.places[first:], marks.numbers[first:])
                if first and own.places and "1" in own.numbers[0] and own.names <= group.lists[0].entries.keys():
                    waiting, marks = _Marks(marks.places[:first], marks.numbers[:first]), own
            begin = group.lists[-1].end if group.lists and not waiting.places else begin
            yield _Group(group.lists, marks)

    def _section_of(self, part: NumberedList, begin: int) -> Heading | None:
        """Return the heading after an offset whose words the heading of a list repeats."""
        heading = part.heading
        if heading is None:
            return None
        inside = self._headings[bisect_left(self._heading_starts, begin) : bisect_left(self._heading_starts, heading.start)]
        return _TitleIndex(other for other in inside if not other.is_announcement).find(heading, heading.start)

    def _marks_of_others(self, group: _Group) -> list[int]:
        """Return the places of the markers that count anew and go beyond the list if those right before it do not."""
        parts = [[group.marks.places[place] for place in part] for part in self._parts(group.marks)]
        own = group.lists[0].entries.keys()
        numbers = dict(zip(group.marks.places, group.marks.numbers, strict=True))
        edges = pairwise([*(part[0] for part in parts), group.marks.places[-1] + 1])
        fits = [
            all(
                own >= set(numbers.get(place, ())) and not any(map(str.isdecimal, self._citations[place].missing))
                for place in range(first, last)
            )
            for first, last in edges
        ]
        return [place for part, is_fit in zip(parts, fits, strict=True) if fits[-1] and not is_fit for place in part]

    def _after_lists(self, groups: Sequence[_Group], last: Sequence[NumberedList]) -> Sequence[NumberedList]:
        """Return the lists that markers after all lists may mean: none if they are of a chapter whose list is not there."""
        marks = groups[-1].marks
        has_parts = sum(bool(group.marks.places) for group in groups[:-1]) > 1
        is_new = marks.numbers[0][0] == "1" and self._has_heading(groups[-2].lists[-1].end, self._start(marks.places[0]))
        return () if has_parts and is_new else last

    def _beside_own_list(self, group: _Group, last: Sequence[NumberedList], later: Sequence[_Group]) -> Sequence[NumberedList]:
        """Return the list that the markers before a list of its own mean, which numbers beyond it may tell to be another."""
        own, names = group.lists[0], group.marks.names
        beyond = {name for name in names if name not in own.entries}
        if not beyond:
            return group.lists
        longer = [part for part in (*last, *(part for other in later for part in other.lists)) if names <= part.entries.keys()]
        if len(beyond) == len(names):
            return longer if len(longer) == 1 else ()
        long = next((part for part in longer if part.start > own.start), None)
        if long is None:
            return group.lists
        marks = next(other.marks for other in later if long in other.lists)
        highest, half = min(own.top, long.top), min(len(own.entries), len(long.entries)) / 2
        both = (names & own.entries.keys(), marks.names & long.entries.keys())
        if all(sum(decimal_number(name) <= highest for name in cited) >= half for cited in both):
            runs_on = len(beyond) > len(own.entries) and str(own.top + 1) in beyond
            return () if runs_on else group.lists
        is_further = len(beyond) >= _MIN_FURTHER_NUMBERS or len(beyond) * 2 > len(names)
        return [long] if is_further else group.lists

    def _by_titles(self, group: _Group, begin: int) -> dict[int, Sequence[NumberedList]]:
        """Return the lists that markers mean below the headings that the lists repeat, or nothing if these repeat none.

        `begin` is the offset at which the text of the group begins.
        """
        first = group.lists[0]
        last = first.heading.start if first.heading is not None else first.start
        inside = self._headings[bisect_left(self._heading_starts, begin) : bisect_left(self._heading_starts, last)]
        titles = _TitleIndex(heading for heading in inside if not heading.is_announcement)
        before = last
        sections: list[tuple[Heading, int]] = []  # from the last one, each with the place of its list
        for place in range(len(group.lists) - 1, -1, -1):
            heading = group.lists[place].heading
            if heading is not None and (section := titles.find(heading, before)) is not None:
                sections.append((section, place))
                before = section.start
        if not sections:
            return {}
        sections.reverse()
        titled = {place for _, place in sections}
        plain = [part for place, part in enumerate(group.lists) if part.is_plain and place not in titled]
        main = plain[0] if len(plain) == 1 else None
        meant: dict[int, Sequence[NumberedList]] = {}
        starts = [self._start(place) for place in group.marks.places]
        edges = [(0, 0), *((bisect_left(starts, heading.start), place) for heading, place in sections)]
        for (begin, part), (end, next_part) in pairwise([*edges, (len(starts), len(group.lists))]):
            lists = [entry for entry in group.lists[part:next_part] if entry is not main]
            marks = _Marks(group.marks.places[begin:end], group.marks.numbers[begin:end])
            meant.update(self._in_section(lists, marks, main))
        return meant

    def _in_section(
        self, lists: list[NumberedList], marks: _Marks, main: NumberedList | None
    ) -> dict[int, Sequence[NumberedList]]:
        """Return the lists that the markers of a section with own lists may mean. `main` is that of the whole text."""
        if not marks.places:
            return {}
        if not lists:
            return dict.fromkeys(marks.places, [main] if main is not None else ())
        if len(lists) > 1:
            return self._by_numbers(lists, marks)
        is_own = marks.names <= lists[0].entries.keys() or main is None
        return dict.fromkeys(marks.places, lists if is_own else [*lists, main] if main is not None else lists)

    def _by_numbers(self, lists: list[NumberedList], marks: _Marks) -> dict[int, Sequence[NumberedList]]:
        """Return the lists that each marker may mean by where the numbers begin anew, and by how high they go."""
        parts = self._parts(marks)
        tops = [max(decimal_number(name) for place in part for name in marks.numbers[place]) for part in parts]
        are_chapters = sum(not part.is_plain for part in lists) > 1
        borders = _borders(tops, [part.top for part in lists])
        if borders is None and are_chapters and len(parts) == len(lists):
            is_within = all(top <= part.top for top, part in zip(tops, lists, strict=True))
            borders = [(place, place) for place in range(len(lists) + 1)] if is_within else None
        kinds = {self._citations[place].kind for place in marks.places}
        whole = [] if are_chapters and len(parts) > 1 else _whole_lists(lists, marks.names, are_raised=kinds == {"superscript"})
        own: list[list[NumberedList]] = [[] for _ in parts]
        for entry, ((low, _), (_, high)) in zip(lists, pairwise(borders or ()), strict=False):
            for number in range(low, high):
                own[number].append(entry)
        meant: dict[int, Sequence[NumberedList]] = {}
        choices: dict[tuple[int, ...], Sequence[NumberedList]] = {(): whole or lists}  # thousands of parts share a few
        for part, entries in zip(parts, own, strict=True):
            starts = tuple([entry.start for entry in entries])
            if starts not in choices:
                choices[starts] = [*entries, *(entry for entry in whole if entry.start not in starts)]
            meant.update((marks.places[place], choices[starts]) for place in part)
        return meant

    def _parts(self, marks: _Marks) -> list[list[int]]:
        """Return the places of the markers in parts, which begin where the numbers begin anew below a heading."""
        parts: list[list[int]] = []
        for place, names in enumerate(marks.numbers):
            is_first = "1" in names and bool(parts) and self._are_apart(marks.places[place - 1], marks.places[place])
            if not parts or is_first:
                parts.append([])
            parts[-1].append(place)
        return parts

    def _start(self, place: int) -> int:
        return self._citations[place].start

    def _are_apart(self, first: int, second: int) -> bool:
        return self._has_heading(self._start(first), self._start(second))

    def _has_heading(self, start: int, end: int) -> bool:
        return bisect_left(self._heading_starts, start) < bisect_left(self._heading_starts, end)


def _is_doubtful(part: NumberedList, last: Sequence[NumberedList], marks: _Marks) -> bool:
    """Whether the list before some markers may be meant as well as the one after them, which no heading announces."""
    heading = part.heading
    if heading is None or heading.is_announcement or not REFERENCE_HEADINGS.isdisjoint(heading.words):
        return False
    return any(other.is_plain and marks.names <= other.entries.keys() for other in last)


def _whole_lists(lists: Sequence[NumberedList], names: Collection[str], *, are_raised: bool) -> list[NumberedList]:
    """Return the lists of which one has all numbers of a text: one under a heading that fits its markers, or cited to its end.

    Raised numbers are more often those of notes, others those of references.
    """
    counts = [sum(name in part.entries for name in names) for part in lists]
    most = max(counts)
    if most < len(names) * (1 - _MAX_STRAY_SHARE):
        return []
    whole = [part for part, count in zip(lists, counts, strict=True) if count == most]
    whole = [part for part in whole if part.is_plain] or whole
    highest = max(map(decimal_number, names))
    fitting = [part for part in whole if part.has_notes == are_raised]
    ended = [part for part in whole if part.top == highest]
    both = [part for part in ended if part.has_notes == are_raised]
    if len(both) == 1 and len(fitting) == 1 and len(ended) < len(whole):
        return both
    return ended if ended and highest >= _MIN_TELLING_END and (both or not fitting) else whole


def _borders(tops: Sequence[int], ends: Sequence[int]) -> list[tuple[int, int]] | None:
    """Return the first and the last part that each list may begin with if the highest number of its parts is its last one.

    Each list has at least one part. A last pair follows for the end. None: no borders fit.
    """
    if len(tops) < len(ends) or len(tops) * len(ends) > _MAX_STEPS:
        return None
    forward = [[True, *[False] * len(tops)]]
    for end in ends:
        forward.append(_reach(tops, end, forward[-1]))
    if not forward[-1][-1]:
        return None
    backward = [[True, *[False] * len(tops)]]
    for end in reversed(ends):
        backward.append(_reach(tops[::-1], end, backward[-1]))
    borders: list[tuple[int, int]] = []
    for place, before in enumerate(forward):
        after = backward[len(ends) - place][::-1]
        fitting = [border for border, is_possible in enumerate(before) if is_possible and after[border]]
        borders.append((fitting[0], fitting[-1]))
    return borders


def _reach(tops: Sequence[int], end: int, starts: Sequence[bool]) -> list[bool]:
    """Return where a list with this last number may end if it may begin at some of the parts."""
    counts = [0, *accumulate(starts)]
    reached = [False]
    first, last = 0, -1  # of the parts that the list may begin with
    for place, top in enumerate(tops):
        first = place + 1 if top > end else first
        last = place if top == end else last
        reached.append(last >= first and counts[last + 1] > counts[first])
    return reached


class _TitleIndex:
    """The headings of a text by their words, and by those that they begin or end with."""

    def __init__(self, headings: Iterable[Heading]) -> None:
        self._whole: dict[_Words, list[Heading]] = {}
        self._edges: dict[_Words, list[Heading]] = {}
        for heading in headings:
            if heading.words:
                self._whole.setdefault(heading.words, []).append(heading)
                for edge in _edges(heading.words):
                    self._edges.setdefault(edge, []).append(heading)

    def find(self, heading: Heading, end: int) -> Heading | None:
        """Return the last heading before an offset whose words the title of a list repeats, as "Notes to Chapter 1" does."""
        words = _without_note_words(heading.words)
        if not words or " ".join(words) in BESIDE_REFERENCES:
            return None
        for headings in (self._whole.get(words), self._edges.get(words), *map(self._whole.get, _edges(words))):
            place = bisect_left(headings, end, key=lambda other: other.start) if headings else 0
            if headings and place:
                return headings[place - 1]
        return None


def _edges(words: _Words) -> Iterator[_Words]:
    """Yield the words that a title begins or ends with, the longest first."""
    for size in range(len(words) - 1, 0, -1):
        yield words[:size]
        yield words[-size:]


def _without_note_words(words: _Words) -> _Words:
    """Return the words of a title without those that say that notes follow: "Notes to Chapter 1", "Winds: References"."""
    for size in range(len(words) - 1, 0, -1):
        if is_reference_heading(" ".join(words[:size])):
            rest = words[size:]
            return rest[1:] if len(rest) > 1 and len(rest[0]) <= _MAX_JOINING_WORD and not rest[0].isdecimal() else rest
        if is_reference_heading(" ".join(words[-size:])):
            return words[:-size]
    return words
