"""Keep who checks which sentences of an article.

An assignment names a reader and a range of the text of one edition, or the whole article. Into another edition it follows its
lines by anchoring, each line by itself: moved lines stay the reader's, and new ones are nobody's until the next split.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reader.article.ranges import Span, merge_ranges
from reader.review.model import Assignment, Edit, new_id, now

ME: Final = "me"
NOBODY: Final = "nobody"
"""The words of a query that stand for the person at this device, and for sentences that nobody was given."""

Workload = Mapping[str, Sequence[Span]]
"""The ranges of a text that readers are given, by their names; none for the whole article."""
SpansOf = Callable[[Assignment], Sequence[Span]]
"""Returns where the range of an assignment is in the present text; nothing if it lost its place."""


def person_key(name: str) -> str:
    """Return what two spellings of a person's name have in common: capitals and blanks around it make nobody else."""
    return name.strip().casefold()


class AssignmentBook:
    """Who was given which sentences. `me` is the name of the person at this device, "" if they chose none.

    `items` holds the assignments by id; whoever changes it calls `refresh`. Several readers may have the same sentence.
    """

    def __init__(self, items: Iterable[Assignment], spans_of: SpansOf, me: str = "") -> None:
        self.items = {item.id: item for item in items}
        self.me = me
        self._spans_of = spans_of
        self._ranges: list[tuple[int, frozenset[str]]] | None = None
        self._spans: dict[tuple[str, int, int], tuple[Span, ...]] = {}

    def __bool__(self) -> bool:
        """Return whether anybody was given anything."""
        return bool(self.items)

    def refresh(self) -> None:
        """Forget what was derived from `items`; places stay, as a range of an edition has always the same."""
        self._ranges = None

    def assigned_to(self, sentence: Span) -> tuple[str, ...]:
        """Return the names of the readers of a sentence, sorted; none if nobody was given it."""
        if not self.items:
            return ()
        ranges = self._readers_by_range()
        first = max(0, bisect_right(ranges, sentence.start, key=_start_of) - 1)
        names = set[str]()
        for start, readers in ranges[first:]:
            if start >= sentence.end:
                break
            names |= readers
        return tuple(sorted(names))

    def is_assigned(self, sentence: Span, reader: str) -> bool:
        """Whether a reader was given a sentence."""
        key = person_key(reader)
        return bool(key) and any(person_key(name) == key for name in self.assigned_to(sentence))

    def is_mine(self, sentence: Span) -> bool:
        """Whether the person at this device was given a sentence."""
        return self.is_assigned(sentence, self.me)

    def matches(self, sentence: Span, word: str) -> bool:
        """Whether a sentence is ME's, NOBODY's, or of somebody with these letters in the name; `word` is casefolded."""
        if word == ME:
            return self.is_mine(sentence)
        names = self.assigned_to(sentence)
        return not names if word == NOBODY else any(word in name.casefold() for name in names)

    def readers(self) -> tuple[str, ...]:
        """Return the names of all readers who were given something, each once, sorted."""
        names = {person_key(item.reader): item.reader for item in reversed(self.list_all())}
        return tuple(sorted(names.values()))

    def list_lost(self) -> tuple[Assignment, ...]:
        """Return the assignments that have no place in this text, the oldest first."""
        return tuple(item for item in self.list_all() if item.edition and not self.spans(item))

    def spans(self, assignment: Assignment) -> tuple[Span, ...]:
        """Return where the range of an assignment is in the present text: nothing for the whole article, or if it is lost."""
        if not assignment.edition:
            return ()
        key = (assignment.edition, assignment.start, assignment.end)
        if key not in self._spans:
            self._spans[key] = tuple(merge_ranges(self._spans_of(assignment)))
        return self._spans[key]

    def list_all(self) -> list[Assignment]:
        """Return all assignments, the oldest first, with those that others wrote under the same id."""
        return sorted((one for item in self.items.values() for one in (item, *item.others)), key=_by_time)

    def _readers_by_range(self) -> list[tuple[int, frozenset[str]]]:
        """Return the offsets at which the readers change, with those from there on."""
        if self._ranges is None:
            spelling = {person_key(name): name for name in self.readers()}
            steps: list[tuple[int, str, int]] = []
            for item in self.list_all():
                name = spelling[person_key(item.reader)]
                if not item.edition:
                    steps.append((-1, name, 1))
                for start, end in self.spans(item):
                    steps += ((start, name, 1), (end, name, -1))
            self._ranges = _sum_steps(sorted(steps))
        return self._ranges


def _sum_steps(steps: Iterable[tuple[int, str, int]]) -> list[tuple[int, frozenset[str]]]:
    """Return who is there from each offset on, given who comes (1) and goes (-1) where, in order."""
    counts: dict[str, int] = {}
    ranges: list[tuple[int, frozenset[str]]] = []
    for offset, name, step in steps:
        counts[name] = counts.get(name, 0) + step
        if not counts[name]:
            del counts[name]
        if ranges and ranges[-1][0] == offset:
            ranges.pop()
        ranges.append((offset, frozenset(counts)))
    return ranges


def _start_of(one: tuple[int, frozenset[str]]) -> int:
    return one[0]


def _by_time(item: Assignment) -> tuple[str, str]:
    return item.at, item.id


# ------------------------------------------------------------------ changes


def assignment_edits(book: AssignmentBook, work: Workload, edition: str, sentences: Sequence[Span], by: str) -> list[Edit]:
    """Return the edits that give readers these ranges of a text, made whole sentences; what they have already stays as it is.

    `edition` is the digest of the text, `sentences` are those of its body, `by` is who gives them.
    """
    edits: list[Edit] = []
    for reader, spans in work.items():
        name, at = reader.strip(), now()
        if not spans:
            has_all = any(not item.edition and person_key(item.reader) == person_key(name) for item in book.items.values())
            edits += [] if has_all else [Edit(None, Assignment(new_id(), name, by=by, at=at))]
            continue
        new = [touches and not book.is_assigned(sentence, name) for sentence, touches in _mark_sentences(sentences, spans)]
        edits += [Edit(None, Assignment(new_id(), name, edition, *run, by, at)) for run in _runs(sentences, new)]
    return edits


def removal_edits(
    book: AssignmentBook, reader: str, spans: Sequence[Span], edition: str, sentences: Sequence[Span]
) -> list[Edit]:
    """Return the edits that take ranges from a reader, "" for everybody; without ranges all that they have, lost parts too.

    The rest of an assignment stays with its reader, as an assignment of this edition.
    """
    key, edits = person_key(reader), list[Edit]()
    touched = [touches for _, touches in _mark_sentences(sentences, spans)]
    for item in sorted(book.items.values(), key=_by_time):
        if key and person_key(item.reader) != key:
            continue
        if not spans:
            edits.append(Edit(item, None))
            continue
        held = [True] * len(sentences) if not item.edition else [t for _, t in _mark_sentences(sentences, book.spans(item))]
        if any(has and goes for has, goes in zip(held, touched, strict=True)):
            rest = [has and not goes for has, goes in zip(held, touched, strict=True)]
            parts = (
                replace(item, id=new_id(), edition=edition, start=run.start, end=run.end) for run in _runs(sentences, rest)
            )
            edits += (Edit(item, None), *(Edit(None, part) for part in parts))
    return edits


def _mark_sentences(sentences: Sequence[Span], spans: Sequence[Span]) -> list[tuple[Span, bool]]:
    """Return for each sentence whether one of these ranges overlaps it."""
    ranges = merge_ranges(spans)
    starts = [span.start for span in ranges]
    touched: list[tuple[Span, bool]] = []
    for sentence in sentences:
        before = bisect_right(starts, sentence.end - 1) - 1
        touched.append((sentence, before >= 0 and ranges[before].end > sentence.start))
    return touched


def _runs(sentences: Sequence[Span], chosen: Sequence[bool]) -> list[Span]:
    """Return the ranges of chosen sentences, those that follow each other as one."""
    runs: list[Span] = []
    is_open = False
    for sentence, is_chosen in zip(sentences, chosen, strict=True):
        if is_chosen:
            runs.append(Span(runs.pop().start, sentence.end) if is_open else sentence)
        is_open = is_chosen
    return runs
