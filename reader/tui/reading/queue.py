"""The review queue on the reading screen: which pair is shown, which comes next, which were put off.

`Queue` is the state, kept on the desk; the functions below bring a screen to the pair that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reader.review.coverage import completeness
from reader.review.model import CLAIM, Annotation, Attachment, Change, Source
from reader.review.queue import PairKey, QueueEntry, QueueFilter, build_queue, parse_queue_filter, queue_entries
from reader.review.session import ReviewSession
from reader.tui.cues import DetailCache, DetailKey, closest_passages, is_blind
from reader.tui.noise import is_noise, show_noise
from reader.tui.panes.lists import quote_of
from reader.tui.panes.queue import QueueView
from reader.tui.panes.text_changes import text_change_of

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


class ReviewQueue:
    """The pairs that need something, one of them shown. Worst first, but what was put off comes last.

    `current` is the pair shown, or None when none is left; `shown` the one that the screen stands at. `active` tells whether
    the queue has the side pane; while it has not, nothing is followed, and `start` looks at everything anew. `to_look_up` tells
    whether sources came of which nobody knows what they lack.

    Invariants while it is active: `_open` holds every pair that needs something and passes the filter; all of them, and those
    decided since, are in `_sequence` once, which numbers them.
    """

    def __init__(self, last: PairKey | None = None, skipped: Iterable[PairKey] = ()) -> None:
        """`last` is the pair that the queue was left at, `skipped` are those that were put off, the first put off first."""
        self.active = False
        self.current = last
        self.screen_pair: PairKey | None = None
        self.skipped = list(skipped)
        self.details = DetailCache()
        self.needs_details = True
        self._waits_for_person = False
        self._session: ReviewSession | None = None
        self._filter: QueueFilter | None = None
        self._open: dict[PairKey, QueueEntry] = {}
        self._sequence: list[PairKey] = []
        self._history: list[PairKey] = []

    # ------------------------------------------------------------------ reading

    @property
    def filter_text(self) -> str:
        """The filter as it was typed, "" without one."""
        return self._filter.text if self._filter is not None else ""

    @property
    def number(self) -> int:
        """Which of `total` the pair shown is, from 1; 0 when none is shown."""
        return self._sequence.index(self.current) + 1 if self.current in self._sequence else 0

    @property
    def total(self) -> int:
        """How many pairs there are, with those decided since the queue was started."""
        return len(self._sequence)

    @property
    def remaining(self) -> int:
        """How many pairs still need something."""
        return len(self._open)

    @property
    def reason(self) -> str:
        """Why the pair shown is in the queue, "" when it needs nothing any more."""
        pair = self._open.get(self.current) if self.current is not None else None
        return pair.reason if pair is not None else ""

    @property
    def claim(self) -> Annotation | None:
        """The claim of the pair shown, None when no pair is."""
        return self._claim_of(self.current)

    @property
    def reference(self) -> str:
        """The reference id of the pair shown, "" when no pair is."""
        return self.current[1] if self.current is not None else ""

    def _claim_of(self, key: PairKey | None) -> Annotation | None:
        """Return the claim of a pair, None when there is no such pair any more."""
        session = self._session
        claim = session.index.get(key[0]) if session is not None and key is not None else None
        if session is None or key is None or claim is None or claim.kind != CLAIM or session.index.place(claim) is None:
            return None
        return claim if key[1] in session.index.status(claim).rests_on else None

    # ------------------------------------------------------------------ from pair to pair

    def start(self, session: ReviewSession) -> None:
        """Look at all pairs and begin at the one that was left, else at the worst."""
        self.active, self._session, self.screen_pair, self.needs_details = True, session, None, True
        self._history.clear()
        self._sequence = []
        self._build_entries()
        self.skipped = [key for key in self.skipped if key in self._open]
        self._begin()

    def close(self) -> None:
        """Give the side pane back; the pair shown is the one to begin at again."""
        self.active = False

    def advance(self) -> None:
        """Show the next pair: the worst that was not put off, else the first put off; the same again if there is no other."""
        later = [key for key in self.skipped if key in self._open and key != self.current]
        put_off = set(self.skipped)
        fresh = (key for key in self._sequence if key in self._open and key not in put_off and key != self.current)
        self.go(next(fresh, None) or next(iter(later), None) or (self.current if self.current in self._open else None))

    def go(self, key: PairKey | None) -> None:
        """Show a pair, or none any more."""
        if self.current is not None and self.current != key:
            self._history.append(self.current)
        self._set_current(key)

    def skip(self) -> None:
        """Let the pair shown come after all others."""
        if self.current is not None:
            self.skipped = [*(key for key in self.skipped if key != self.current), self.current]

    def resume(self, key: PairKey) -> None:
        """Show a pair, and put it off no longer."""
        self.skipped = [one for one in self.skipped if one != key]
        self.go(key)

    def advance_after_verdict(self) -> None:
        """Go on after a verdict. A pair that still needs something comes again after all others."""
        if self.current in self._open:
            self.skip()
        self.advance()

    def go_back(self) -> bool:
        """Show the pair that was shown before; return whether there is one."""
        while self._history:
            key = self._history.pop()
            if key != self.current and self._claim_of(key) is not None:
                self._set_current(key)
                return True
        return False

    def _set_current(self, key: PairKey | None) -> None:
        """Show a pair; one that is gone back to, and was decided before the others were numbered, gets a number too."""
        self.current, self._waits_for_person = key, False
        if key is not None and key not in self._sequence:
            self._sequence.insert(0, key)

    def set_filter(self, typed: str, at: PairKey | None) -> None:
        """Let only some pairs through, and show the pair `at` if it is one of them, else the worst."""
        if self._session is None:
            return
        self.current = at
        self._filter = parse_queue_filter(typed, self._session.index.scale) if typed.strip() else None
        self._sequence = []
        self._build_entries()
        self._begin()

    def _begin(self) -> None:
        """Begin with the pair shown, or with the worst when that one needs nothing."""
        fits = self.current in self._open
        self.current, self._waits_for_person = self.current if fits else None, False
        self._arrange()
        if not fits:
            self.advance()

    # ------------------------------------------------------------------ following what changes

    def update(self, change: Change) -> None:
        """Take in a change of the session that has been made."""
        if not self.active or self._session is None:
            return
        if any(isinstance(edit.item, Source | Attachment) for edit in change.edits):
            self.needs_details = True
            self.rebuild()
            return
        touched = {edit.item.id for edit in change.edits if isinstance(edit.item, Annotation)}
        if len(touched) > 1:
            self.rebuild()
        elif touched:
            self._rebuild_claim(touched.pop())

    def rebuild(self) -> None:
        """Look at all pairs anew; what was shown so far stays in its order."""
        self._build_entries()
        self._arrange()

    def add_details(self, found: Mapping[DetailKey, bool]) -> bool:
        """Take in what was found that sources lack; return whether that changes what is shown."""
        changes = self.details.add(found) and self.active
        if changes:
            self.rebuild()
        return changes

    def has_current_pair(self) -> bool:
        """Whether the pair shown is still one."""
        return self._claim_of(self.current) is not None

    def hold_current(self) -> None:
        """Stay at the pair shown, if others took it away, until the person goes on: the next digit is not for another one."""
        self._waits_for_person = self.current is not None and not self.has_current_pair()

    @property
    def is_pair_removed(self) -> bool:
        """Whether others took the pair shown away, and the person has not gone on."""
        return self._waits_for_person and self.current is not None and not self.has_current_pair()

    def _build_entries(self) -> None:
        if self._session is not None:
            self._open = {pair.key: pair for pair in build_queue(self._session.index, self._has_missing_detail, self._filter)}

    def _rebuild_claim(self, claim_id: str) -> None:
        """Look at the pairs of one claim anew."""
        session = self._session
        if session is None:
            return
        claim = session.index.get(claim_id)
        of_it = [key for key in self._sequence if key[0] == claim_id]
        before = {key: self._open.pop(key).sort_key for key in of_it if key in self._open}
        now = queue_entries(session.index, claim, self._has_missing_detail) if claim is not None else ()
        passing = {p.key: p for p in now if self._filter is None or self._filter.matches(session.index, p)}
        self._open.update(passing)
        gone = {key for key in of_it if self._claim_of(key) is None}
        self._sequence = [key for key in self._sequence if key not in gone] if gone else self._sequence
        if any(before.get(key) != pair.sort_key for key, pair in passing.items()):
            self._arrange()

    def _has_missing_detail(self, claim: Annotation, reference: str) -> bool:
        return self._session is not None and self.details.lacks(self._session, claim, reference)

    def _arrange(self) -> None:
        """Put the pairs in order: those up to the one shown as they are, behind them the others, the worst first."""
        head = self._sequence[: self.number] or [key for key in self._sequence if key not in self._open]
        if self.current is not None and self.current not in head and self.has_current_pair():
            head.append(self.current)
        known, put_off = set(head), set(self.skipped)
        rest = sorted((pair for key, pair in self._open.items() if key not in known), key=lambda pair: pair.sort_key)
        fresh = [pair.key for pair in rest if pair.key not in put_off]
        later = [key for key in self.skipped if key in self._open and key not in known]
        self._sequence = [*head, *fresh, *later]


# ---------------------------------------------------------------------- on a screen


def start_review(screen: ReadingScreen) -> None:
    """Give the side pane to the queue."""
    desk = screen.state
    session, queue = desk.open_session, desk.queue
    if queue is None:
        return
    desk.trail.leave(desk.current_sentence().start)
    desk.peeked_reference = ""
    queue.start(session)
    screen.remove_class("-card", "-side")
    screen.add_class("-review")
    screen.view.focus()
    show_current_pair(screen)


def pair_view(screen: ReadingScreen) -> QueueView:
    """Return what there is to show of the pair in hand, or of what is left when there is none."""
    desk, session, queue = screen.state, screen.state.open_session, screen.state.queue
    claim = queue.claim if queue is not None else None
    reference = queue.reference if queue is not None else ""
    return QueueView(
        article=desk.article,
        scale=desk.scale,
        claim=claim,
        words=quote_of(session, claim) if claim is not None else "",
        rests_on=session.index.status(claim).rests_on if claim is not None else (),
        reference=reference,
        source=session.sources.source(reference),
        number=queue.number if queue is not None else 0,
        total=queue.total if queue is not None else 0,
        reason=queue.reason if queue is not None else "",
        tags=tuple(map(desk.tag_part, claim.tags)) if claim is not None else (),
        check=text_change_of(session, claim) if claim is not None else None,
        completeness=completeness(session.index, desk.findings, desk.coverage())
        if claim is None and screen.sentence_count >= 0
        else None,
        is_filtered=queue is not None and bool(queue.filter_text),
        creator=session.creator,
        label=screen.key,
        digits=screen.services.keymap.keys_of("verdict"),
        is_removed=queue is not None and queue.is_pair_removed,
        closest=closest_passages(screen),
        is_blind=is_blind(screen),
    )


def leave_review(screen: ReadingScreen) -> None:
    """Go back to the text, at the claim of the pair that was shown."""
    queue = screen.state.active_queue
    if queue is not None:
        claim, reference = queue.claim, queue.reference
        queue.close()
        screen.remove_class("-review")
        screen.state.select(claim)
        screen.state.selected_reference = reference
        screen.link.remember()


def select_queue_pair(screen: ReadingScreen, claim: Annotation, reference: str) -> None:
    """Have the queue show a pair, if it is shown: who judges that pair from another screen means no other."""
    review = screen.state.active_queue
    if review is not None and review.current != (claim.id, reference):
        review.go((claim.id, reference))


def advance_queue(screen: ReadingScreen, said: str = "") -> bool:
    """Go on to the next pair after a verdict on the one shown, saying what was given; return whether the queue is shown."""
    queue = screen.state.active_queue
    if queue is None:
        return False
    queue.advance_after_verdict()
    if said:
        screen.say(f"{said} · {screen.key('undo')} undoes that")
    return True


def show_changed_pair(screen: ReadingScreen, change: Change) -> bool:
    """Show the pair that a change, done again or taken back, was about; return whether the queue is shown."""
    queue, session = screen.state.active_queue, screen.state.session
    if queue is None or session is None:
        return False
    for edit in change.edits:
        key = _pair_of_edit(queue, session, edit.before, edit.after)
        if key is not None:
            queue.resume(key)
            break
    queue.screen_pair = None
    return True


def _pair_of_edit(queue: ReviewQueue, session: ReviewSession, before: object, after: object) -> PairKey | None:
    """Return the pair that an edit is about: the one whose judgement it changed, else the first of the claim."""
    claim = after if isinstance(after, Annotation) else None
    if claim is None or claim.kind != CLAIM or session.index.place(claim) is None:
        return None
    rests_on = session.index.status(claim).rests_on
    old = before if isinstance(before, Annotation) else replace(claim, judgements=())
    judged = (r for r in rests_on if old.judgement_on(r) != claim.judgement_on(r))
    same = queue.reference if queue.current is not None and queue.current[0] == claim.id else ""
    reference = next(judged, same or next(iter(rests_on), ""))
    return (claim.id, reference) if reference in rests_on else None


def show_current_pair(screen: ReadingScreen) -> None:
    """Bring the article to the pair that the queue shows; a pair that is none any more is left."""
    desk, queue = screen.state, screen.state.active_queue
    session = desk.session
    if queue is None or session is None:
        return
    if queue.needs_details:
        queue.needs_details = False
        queue.details.search(screen)
    if queue.current is not None and not queue.has_current_pair() and not queue.is_pair_removed:
        queue.advance()
    if queue.current == queue.screen_pair:
        return
    before = session.index.get(queue.screen_pair[0]) if queue.screen_pair is not None else None
    queue.screen_pair, claim = queue.current, queue.claim
    place = session.index.place(claim) if claim is not None else None
    if claim is not None and place is not None:
        if not screen.view.noise_shown and is_noise(screen.article, place):
            show_noise(screen, True)
        screen.go(place)
        desk.select(claim)
    screen.repaint_annotations(before, claim)
    screen.link.remember()
