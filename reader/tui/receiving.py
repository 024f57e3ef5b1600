"""What other windows and programs did, as it reaches one reading screen: at once, and without getting in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reader.article.model import Span
from reader.review.asides import ASIDE, BODY
from reader.review.cells import alike, cells_of
from reader.review.changes import Change, Edit
from reader.review.items import plain
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Dismissal, Tag
from reader.review.session import ReviewSession
from reader.review.supply import Attachment, Source
from reader.tui.noise import follow_noise

if TYPE_CHECKING:
    from reader.tui.desk import Desk
    from reader.tui.screens.reading import ReadingScreen

MANY = 100
"""From so many places on, the whole text is painted anew rather than each by itself."""

Words = tuple[str, str]
"""What was done, said of one and said of several."""

_MARKED: dict[str, Words] = {
    CLAIM: ("1 claim marked", "{} claims marked"),
    NOT_CLAIM: ("1 sentence set aside as no claim", "{} sentences set aside as no claim"),
    LATER: ("1 sentence kept for later", "{} sentences kept for later"),
    ASIDE: ("1 passage set aside as noise", "{} passages set aside as noise"),
    BODY: ("1 passage taken back from the noise", "{} passages taken back from the noise"),
}
_REMOVED: Words = ("1 claim removed", "{} claims removed")
_TAKEN_BACK: Words = ("1 mark removed", "{} marks removed")
_NOTE: Words = ("1 note written", "{} notes written")
_VERDICT: Words = ("1 claim judged", "{} claims judged")
_TAGS: Words = ("1 claim tagged", "{} claims tagged")
_CHANGED: Words = ("1 claim changed", "{} claims changed")
_BOOKMARK: Words = ("1 bookmark set", "{} bookmarks set")
_SOURCE: Words = ("1 source changed", "{} sources changed")
_DISMISSED: Words = ("1 finding dismissed or brought back", "{} findings dismissed or brought back")
_CODEBOOK: Words = ("1 tag changed", "{} tags changed")


def words_for(edit: Edit) -> Words:
    """Return what an edit did, in plain words."""
    before, after = edit.before, edit.after
    if isinstance(edit.item, Tag):
        return _CODEBOOK
    if isinstance(edit.item, Source | Attachment):
        return _SOURCE
    if isinstance(edit.item, Dismissal):
        return _DISMISSED
    if not isinstance(edit.item, Annotation):
        return _BOOKMARK
    if isinstance(after, Annotation) and isinstance(before, Annotation):
        if before.judgements != after.judgements:
            return _VERDICT
        return _NOTE if before.note != after.note else _TAGS if before.tags != after.tags else _CHANGED
    if after is None:
        return _REMOVED if edit.item.kind == CLAIM else _TAKEN_BACK
    return _MARKED.get(edit.item.kind, _MARKED[CLAIM])


def said_of(done: Counter[Words]) -> str:
    """Return what was done elsewhere in one line; of tags only when nothing else was: they come with what is tagged."""
    shown = [(words, n) for words, n in done.items() if words != _CODEBOOK or len(done) == 1]
    return "another window: " + ", ".join(one if n == 1 else many.format(n) for (one, many), n in shown)


class Receiver:
    """Takes in what others did for one reading screen.

    Nothing that the person is in the middle of moves: an annotation whose note is being written or whose bounds are being moved
    stays as it is until that is done; only then it is told what others made of it, and the library keeps both.
    """

    def __init__(self, screen: ReadingScreen) -> None:
        self._screen = screen
        self._opening = True
        self._early: list[tuple[str, tuple[Edit, ...]]] = []
        self._writing = ""
        self._kept_back: list[Edit] = []
        self._done: Counter[Words] = Counter()
        self._said = ""

    # ------------------------------------------------------------------ while the review opens

    def wait(self) -> None:
        """Keep what comes until the review is open: it may be older than what comes."""
        self._opening = True

    def begin(self) -> None:
        """Take in what came while the review was opening, and all that comes from now on."""
        early, self._early, self._opening = self._early, [], False
        for article_id, edits in early:
            self.heard(article_id, edits)

    # ------------------------------------------------------------------ while the person is at something

    def write_on(self, annotation: Annotation | None) -> None:
        """Leave an annotation alone while its note is being written, until this is called with None."""
        self._writing = annotation.id if annotation is not None else ""
        self.go_on()

    def go_on(self) -> None:
        """Take in what was kept back, as far as the person is no longer at it."""
        if self._kept_back:
            edits, self._kept_back = self._kept_back, []
            self._take(edits)

    def _at_work_on(self) -> tuple[str, ...]:
        picking = self._screen.picking
        return (self._writing, picking.annotation.id if picking is not None and picking.annotation is not None else "")

    # ------------------------------------------------------------------ taking in

    def heard(self, article_id: str, edits: tuple[Edit, ...]) -> None:
        """Take in what others changed, if it is of this article."""
        session = self._screen.desk.session
        if self._opening:
            self._early.append((article_id, edits))
        elif session is not None and article_id in ("", session.article_id):
            kept_back, self._kept_back = self._kept_back, []
            self._take((*kept_back, *edits))

    def _take(self, edits: Iterable[Edit]) -> None:
        screen, desk = self._screen, self._screen.desk
        session, busy, now = desk.opened, self._at_work_on(), list[Edit]()
        for edit in edits:
            waits = isinstance(edit.item, Annotation) and edit.item.id in busy
            (self._kept_back if waits else now).append(edit)
        in_hand, entry, pair = desk.annotation, self.entry(), desk.pair_shown()
        places = list(_places(session, now))
        change = session.receive(edit for edit in now if not _worked_on(session, edit))
        if not change.edits:
            return
        desk.changed(change)
        _stay_at(desk, in_hand, pair)
        screen.keeper.audit(change)
        follow_noise(screen)
        places.extend(_places(session, change.edits))
        if len(places) > MANY:
            screen.view.repaint_all()
        screen.view.repaint(*places[:MANY])
        screen.retint(in_hand, desk.annotation)
        self._tell(change)
        self.stay_on(entry)
        screen.show()

    def entry(self) -> str:
        """Return the key of the entry that the list is on, "" when the list has not got the keys."""
        screen = self._screen
        keys = _keys_listed(screen.desk) if screen.focused is screen.list else ()
        return keys[screen.list.index] if screen.list.index < len(keys) else ""

    def stay_on(self, entry: str) -> None:
        """Keep the list on its entry, and that in view."""
        keys = _keys_listed(self._screen.desk) if entry else ()
        if entry in keys:
            self._screen.list.index = keys.index(entry)
            self._screen.call_later(self._screen.list.bring, keys.index(entry))

    def _tell(self, change: Change) -> None:
        """Say what was done elsewhere, unless the person is being told something else."""
        screen = self._screen
        if screen.message[0] not in ("", self._said) or screen.pending:
            return
        done = Counter(map(words_for, change.edits))
        self._done = self._done + done if screen.message[0] else done
        self._said = said_of(self._done)
        screen.say(self._said, "hint")


def _keys_listed(desk: Desk) -> Sequence[str]:
    """Return what tells the entries of the list of claims or of findings apart, in their order; nothing for other lists."""
    if desk.tab == "claims":
        return [annotation.id for annotation in desk.filtered()]
    return [finding.key for finding in desk.findings] if desk.tab == "audit" else ()


def _stay_at(desk: Desk, annotation: Annotation | None, pair: str) -> None:
    """Keep annotation and pair in hand as they were: the next digit is for what the person saw."""
    if desk.review is not None:
        desk.review.hold()
    elif annotation is not None:
        desk.choose(annotation)
        desk.pair = pair


def _places(session: ReviewSession, edits: Iterable[Edit]) -> Iterable[Span]:
    """Yield where the annotations of edits stand now."""
    for edit in edits:
        place = session.place(edit.item) if isinstance(edit.item, Annotation) else None
        if place is not None:
            yield place


def _worked_on(session: ReviewSession, edit: Edit) -> bool:
    """Whether an annotation that was removed elsewhere was worked on here meanwhile: the library then keeps it."""
    if edit.after is not None or not isinstance(edit.before, Annotation):
        return False
    current = session.get(edit.before.id)
    return current is not None and not alike(cells_of(plain(current)), cells_of(plain(edit.before)))
