"""Track the state of every sentence of the body.

An annotation sets the state of every sentence that it overlaps; reading a sentence does not change its state. Of several
annotations "later" takes precedence over "claim", and "claim" over "not a claim", so that no postponed sentence is hidden.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import Final

from reader.article.ranges import Span
from reader.review.index import AnnotationIndex
from reader.review.model import Change
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM

UNDECIDED: Final = "undecided"
"""The state of a sentence without an annotation; the other states are the kinds of annotations."""
_ORDER: Final = {UNDECIDED: 0, NOT_CLAIM: 1, CLAIM: 2, LATER: 3}
_NOWHERE: Final = range(0)


class Coverage:
    """The state of every sentence of an article's body, updated with every change. Sentences are numbered from 0.

    Invariants: each sentence is in exactly one state, and the counts cover all sentences. A change of the noise changes the
    body, which needs a new coverage.
    """

    def __init__(self, index: AnnotationIndex) -> None:
        self._index = index
        self.article = index.article
        self.sentences = index.article.sentences.all()
        self._states = [UNDECIDED] * len(self.sentences)
        self._places: dict[str, Span] = {}
        self._set_all_states()
        self._counts = Counter(self._states)

    def is_current_for(self, index: AnnotationIndex) -> bool:
        """Whether this is the coverage of an index, and of the current body of its article."""
        return self._index is index and self.article is index.article

    def count(self, *states: str) -> int:
        """Return the number of sentences in these states."""
        return sum(self._counts[state] for state in states)

    @property
    def undecided_count(self) -> int:
        """The number of sentences without an annotation."""
        return self._counts[UNDECIDED]

    @property
    def decided_count(self) -> int:
        """The number of sentences with an annotation."""
        return len(self.sentences) - self.undecided_count

    def __len__(self) -> int:
        """Return the number of sentences."""
        return len(self.sentences)

    def state(self, index: int) -> str:
        """Return the state of a sentence: CLAIM, NOT_CLAIM, LATER or UNDECIDED."""
        return self._states[index]

    def next_undecided(self, offset: int) -> Span | None:
        """Return the first undecided sentence that starts after an offset, else the first of all, or None."""
        if not self.undecided_count:
            return None
        first = bisect_left(self.sentences, (offset + 1,))
        for index in (*range(first, len(self.sentences)), *range(first)):
            if self._states[index] == UNDECIDED:
                return self.sentences[index]
        return None

    def update(self, change: Change) -> None:
        """Update the sentences that a change of the review touched."""
        for edit in change.edits:
            if edit.annotation is not None:
                self._update_annotation(edit.annotation.id)

    def _update_annotation(self, annotation_id: str) -> None:
        annotation = self._index.get(annotation_id)
        old, new = self._places.pop(annotation_id, None), self._index.place(annotation) if annotation is not None else None
        if new is not None:
            self._places[annotation_id] = new
        for index in {*self._sentences_at(old), *self._sentences_at(new)}:
            kinds = (annotation.kind for annotation in self._index.annotations_on(self.sentences[index]))
            state = max(kinds, key=lambda kind: _ORDER.get(kind, 0), default=UNDECIDED)
            self._counts[self._states[index]] -= 1
            self._states[index] = state if state in _ORDER else UNDECIDED
            self._counts[self._states[index]] += 1

    def _set_all_states(self) -> None:
        """Set the states of all sentences: annotations and sentences are sorted by place, so each is visited once."""
        states, places = self._states, self._places
        starts, ends = self.sentences.starts, self.sentences.ends
        first, beyond = 0, len(ends)
        for annotation in self._index.annotations():
            place = self._index.place(annotation)
            if place is None:
                continue
            start, end = places[annotation.id] = place
            while first < beyond and ends[first] <= start:
                first += 1
            last = first
            kind = annotation.kind
            rank = _ORDER.get(kind, 0)
            while last < beyond and starts[last] < end:
                if rank > _ORDER[states[last]]:
                    states[last] = kind
                last += 1

    def _sentences_at(self, place: Span | None) -> range:
        """Return the numbers of the sentences that a place overlaps."""
        if place is None:
            return _NOWHERE
        last = bisect_left(self.sentences.starts, place.end)
        return range(bisect_right(self.sentences.ends, place.start, hi=last), last)
