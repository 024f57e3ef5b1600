"""The state of the review queue: the current pair, the order of the others, the skipped ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reader.review.model import Annotation, Attachment, Change, Source
from reader.review.queue import PairKey, QueueEntry, QueueFilter, build_queue, parse_queue_filter, queue_entries
from reader.review.vocabulary import CLAIM
from reader.tui.cues import NO_DETAILS, DetailCache, FoundDetails, PairDetails

if TYPE_CHECKING:
    from reader.review.session import ReviewSession


class ReviewQueue:
    """Order the open pairs of a review, the worst first and the skipped ones last; one of them is current.

    `current` is None when no pair is left; `screen_pair` is the pair that the screen shows. `active` tells whether the queue
    is open: a closed queue follows no changes, and `start` builds it anew. `needs_details` tells whether there are new sources
    to search for missing details; a person who judges blind `hides_details`. At the end, `amendment` is the number of the one
    in hand, -1 for none, and `page_top` the first line of the page that is shown.

    Invariants while it is active: `_open` holds every open pair that passes the filter; `_sequence` numbers all of them, and
    those settled since the start, each once.
    """

    def __init__(self, last: PairKey | None = None, skipped: Iterable[PairKey] = ()) -> None:
        """`last` is the pair at which the queue was left, `skipped` are the skipped pairs in the order of skipping."""
        self.active = False
        self.current = last
        self.screen_pair: PairKey | None = None
        self.skipped = list(skipped)
        self.details = DetailCache()
        self.hides_details = False
        self.needs_details = True
        self.amendment = -1
        self.page_top = 0
        self._waits_for_person = False
        self._session: ReviewSession | None = None
        self._filter: QueueFilter | None = None
        self._claims: frozenset[str] = frozenset()
        self._open: dict[PairKey, QueueEntry] = {}
        self._sequence: list[PairKey] = []
        self._history: list[PairKey] = []

    # ------------------------------------------------------------------ the current pair

    @property
    def filter_text(self) -> str:
        """The filter as typed, "" without one."""
        return self._filter.text if self._filter is not None else ""

    @property
    def is_limited(self) -> bool:
        """Whether the queue has the pairs of some claims only."""
        return bool(self._claims)

    @property
    def number(self) -> int:
        """The number of the current pair, from 1 to `total`; 0 without one."""
        return self._sequence.index(self.current) + 1 if self.current in self._sequence else 0

    @property
    def total(self) -> int:
        """The number of pairs, including those settled since the start."""
        return len(self._sequence)

    @property
    def filter_complaint(self) -> str:
        """The complaint about an unknown word of the filter, "" if all are known."""
        return self._filter.claim.complaint if self._filter is not None else ""

    @property
    def open_count(self) -> int:
        """The number of open pairs."""
        return len(self._open)

    @property
    def reason(self) -> str:
        """The reason why the current pair is in the queue, "" when it is settled."""
        pair = self._open.get(self.current) if self.current is not None else None
        return pair.reason if pair is not None else ""

    @property
    def is_at_end(self) -> bool:
        """Whether no pair is left to show, and neither a filter nor a search hides any."""
        return self.active and self.current is None and self._filter is None and not self.is_limited

    @property
    def pair_details(self) -> PairDetails:
        """The details of the current claim that the source of the current pair lacks, and those that follow from it."""
        claim = self.claim
        if self._session is None or claim is None or self.hides_details:
            return NO_DETAILS
        return self.details.pair_details(self._session, claim, self.reference)

    @property
    def claim(self) -> Annotation | None:
        """The claim of the current pair, None without one."""
        return self._claim_of(self.current)

    @property
    def reference(self) -> str:
        """The reference id of the current pair, "" without one."""
        return self.current[1] if self.current is not None else ""

    def _claim_of(self, key: PairKey | None) -> Annotation | None:
        """Return the claim of a pair, None if the pair no longer exists."""
        session = self._session
        claim = session.index.get(key[0]) if session is not None and key is not None else None
        if session is None or key is None or claim is None or claim.kind != CLAIM or session.index.place(claim) is None:
            return None
        return claim if key[1] in session.index.status(claim).rests_on else None

    # ------------------------------------------------------------------ from pair to pair

    def start(self, session: ReviewSession, claims: frozenset[str] = frozenset()) -> None:
        """Build the queue and begin at the pair where it was left, else at the worst. `claims` limits it to their pairs."""
        self._claims = claims
        self.active, self._session, self.screen_pair, self.needs_details = True, session, None, True
        self._history.clear()
        self._sequence = []
        self.amendment, self.page_top = -1, 0
        self._build_entries()
        self.skipped = [key for key in self.skipped if key in self._open]
        self._begin()

    def close(self) -> None:
        """Close the queue; the current pair is where it begins again."""
        self.active = False

    def advance(self) -> None:
        """Go to the worst pair that was not skipped, else to the first skipped one, else stay at the only open pair."""
        later = [key for key in self.skipped if key in self._open and key != self.current]
        put_off = set(self.skipped)
        fresh = (key for key in self._sequence if key in self._open and key not in put_off and key != self.current)
        self.go(next(fresh, None) or next(iter(later), None) or (self.current if self.current in self._open else None))

    def go(self, key: PairKey | None) -> None:
        """Make a pair the current one, or none."""
        if self.current is not None and self.current != key:
            self._history.append(self.current)
        self._set_current(key)

    def skip(self) -> None:
        """Put the current pair after all others."""
        if self.current is not None:
            self.skipped = [*(key for key in self.skipped if key != self.current), self.current]

    def resume(self, key: PairKey) -> None:
        """Make a pair the current one; it no longer counts as skipped."""
        self.skipped = [one for one in self.skipped if one != key]
        self.go(key)

    def advance_after_verdict(self) -> None:
        """Go on after a verdict. A pair that is still open comes again after all others."""
        if self.current in self._open:
            self.skip()
        self.advance()

    def go_back(self) -> bool:
        """Go back to the previous pair; return whether there is one."""
        while self._history:
            key = self._history.pop()
            if key != self.current and self._claim_of(key) is not None:
                self._set_current(key)
                return True
        return False

    def _set_current(self, key: PairKey | None) -> None:
        """Set the current pair. One that was settled before the others were numbered gets the first number."""
        self.current, self._waits_for_person = key, False
        if key is not None and key not in self._sequence:
            self._sequence.insert(0, key)

    def set_filter(self, text: str, at: PairKey | None) -> None:
        """Filter the pairs and go to the pair `at` if it passes, else to the worst."""
        if self._session is None:
            return
        self.current = at
        self._filter = parse_queue_filter(text, self._session.index.scale) if text.strip() else None
        self._sequence = []
        self._build_entries()
        self._begin()

    def _begin(self) -> None:
        """Begin at the current pair if it is open, else at the worst."""
        fits = self.current in self._open
        self.current, self._waits_for_person = self.current if fits else None, False
        self._arrange()
        if not fits:
            self.advance()

    # ------------------------------------------------------------------ changes

    def update(self, change: Change) -> None:
        """Update the queue after a change of the session."""
        if not self.active or self._session is None:
            return
        if any(isinstance(edit.item, Source | Attachment) for edit in change.edits):
            self.needs_details = True
            self.rebuild()
            return
        touched = {edit.annotation.id for edit in change.edits if edit.annotation is not None}
        if len(touched) > 1:
            self.rebuild()
        elif touched:
            self._rebuild_claim(touched.pop())

    def rebuild(self) -> None:
        """Build the open pairs anew; those up to the current one keep their order."""
        self._build_entries()
        self._arrange()

    def add_details(self, results: FoundDetails) -> bool:
        """Add what sources lack, and what follows from them; return whether that changes the open queue."""
        changes = self.details.add(results) and self.active
        if changes:
            self.rebuild()
        return changes

    def has_current_pair(self) -> bool:
        """Whether the current pair still exists."""
        return self._claim_of(self.current) is not None

    def hold_current(self) -> None:
        """Stay at the current pair if another window removed it: the next digit must not judge a different pair."""
        self._waits_for_person = self.current is not None and not self.has_current_pair()

    @property
    def is_pair_removed(self) -> bool:
        """Whether another window removed the current pair and the person has not gone on yet."""
        return self._waits_for_person and self.current is not None and not self.has_current_pair()

    def _build_entries(self) -> None:
        if self._session is not None:
            pairs = build_queue(self._session.index, self._has_missing_detail, self._filter)
            self._open = {pair.key: pair for pair in pairs if self._has_claim(pair.key[0])}

    def _has_claim(self, claim_id: str) -> bool:
        return not self._claims or claim_id in self._claims

    def _rebuild_claim(self, claim_id: str) -> None:
        """Build the pairs of one claim anew."""
        session = self._session
        if session is None:
            return
        claim = session.index.get(claim_id)
        of_it = [key for key in self._sequence if key[0] == claim_id]
        before = {key: self._open.pop(key).sort_key for key in of_it if key in self._open}
        now = queue_entries(session.index, claim, self._has_missing_detail) if claim is not None else ()
        is_here = self._has_claim(claim_id)
        passing = {p.key: p for p in now if is_here and (self._filter is None or self._filter.matches(session.index, p))}
        self._open.update(passing)
        removed = {key for key in of_it if self._claim_of(key) is None}
        self._sequence = [key for key in self._sequence if key not in removed] if removed else self._sequence
        if any(before.get(key) != pair.sort_key for key, pair in passing.items()):
            self._arrange()

    def _has_missing_detail(self, claim: Annotation, reference: str) -> bool:
        if self._session is None or self.hides_details:
            return False
        return bool(self.details.pair_details(self._session, claim, reference).missing)

    def _arrange(self) -> None:
        """Sort the pairs after the current one, the worst first and the skipped ones last."""
        head = self._sequence[: self.number] or [key for key in self._sequence if key not in self._open]
        if self.current is not None and self.current not in head and self.has_current_pair():
            head.append(self.current)
        numbered, put_off = set(head), set(self.skipped)
        rest = sorted((pair for key, pair in self._open.items() if key not in numbered), key=lambda pair: pair.sort_key)
        fresh = [pair.key for pair in rest if pair.key not in put_off]
        later = [key for key in self.skipped if key in self._open and key not in numbered]
        self._sequence = [*head, *fresh, *later]
