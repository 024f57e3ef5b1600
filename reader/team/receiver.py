"""Read what others have sent of a shared article, and join it with the library.

What is to be read follows from the library's own version vector: every segment whose last line is beyond it, in whichever log,
also in those of this device, as a backup that was put back may have lost lines of its own. Lines whose predecessors are missing
wait in memory; the mark of a log is set no further than what is applied. An object that is not what its key says is set aside,
and nothing else is held up by it.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC
from itertools import islice
from typing import Final, NamedTuple

from reader.library.journal import JournalEntry
from reader.library.shared_articles import LinesLost, RefusedLine, SharedArticle
from reader.team.desks import plan_placing
from reader.team.folds import FoldEntry, folds_in, is_fold_due, owned_by, read_fold, read_unread, unread_note, write_fold
from reader.team.layout import SegmentName, article_prefix, fold_in, folds_prefix, log_in, logs_prefix, segment_in
from reader.team.link import TeamLink, to_time
from reader.team.membership import Claims, claim_note, read_claims
from reader.team.segments import SEGMENT_LIMITS, BadObject, unpack_segment
from reader.team.stores import Entry
from reader.team.stores.object_store import Missing, StoreError
from reader.team.sync_state import LogMark

SMALL_ARTICLE: Final = 300
KEYS_FOR_LIST: Final = 150
"""The segments up to which all logs of an article are listed at once: 300, or 150 for each log, as the keys of so many cost as
much to receive as a list costs."""
_BATCH_LINES: Final = 1_000
_MAX_HELD: Final = 5_000
"""The lines of one log that may wait in memory; its later segments are fetched once those are applied."""
_MAX_LISTING: Final = 20_000
"""The objects of an article that are listed at once, and those of one log that are looked at in one pass."""
_MAX_BAD: Final = 20
"""The bad objects after which nothing more of a log is fetched, or no more folds of a member."""
_MAX_COVERED: Final = 64 << 20
"""The bytes of an article's segments that are read after a fold that covers them."""
PUT_BACK: Final = "put back"
"""The name of the note that says when lines of this device came back that it had forgotten."""
_FIRST_PAUSE: Final = 5.0
_LAST_PAUSE: Final = 600.0
_CLAIMS_SECONDS: Final = 10.0


class SegmentEntry(NamedTuple):
    """A segment in a listing."""

    entry: Entry
    name: SegmentName

    @property
    def log(self) -> str:
        """The name of its log."""
        return f"{self.name.member}-{self.name.replica}"


class Listing(NamedTuple):
    """What the store has of an article: its segments and folds, all of them if `is_whole`, else what is new."""

    segments: tuple[SegmentEntry, ...]
    folds: tuple[FoldEntry, ...]
    is_whole: bool


class Reception(NamedTuple):
    """What one look at an article brought: how many lines were applied, and whether anything was new.

    `is_lost` says that the store has lost what was sent, so that it has to be sent again.
    """

    applied: int = 0
    is_new: bool = False
    is_lost: bool = False


ArrivalListener = Callable[[str, tuple[str, ...]], None]
"""Receives the id of an article and the members, by their names in keys, of whom changes are about to be applied."""
_Segments = dict[SegmentEntry, tuple[JournalEntry, ...]]
"""Segments that were fetched, each with its lines."""


class Receiver:
    """Reads the shared articles of one library. `on_arrival` gets the id of an article and the members of whom lines come."""

    def __init__(self, link: TeamLink) -> None:
        self.on_arrival: ArrivalListener | None = None
        self._link = link
        self._waiting: dict[str, _Segments] = {}
        """By scope, the segments with lines that wait for others."""
        self._doubtful: dict[str, tuple[float, float]] = {}
        """By key of a fold that covers what is not known to be sent: when it was read, and how long to wait until the next
        time. Both in seconds; a clock may be put back."""
        self._claims = Claims((), {})
        self._claims_at = 0.0

    def count_waiting(self, article: SharedArticle) -> int:
        """Return how many lines of an article may wait for others."""
        return sum(map(len, self._waiting.get(article.scope, {}).values()))

    def receive(self, article: SharedArticle, now: float) -> Reception:
        """Read what is new of an article. Raises ReaderError, StoreError among them; what was read before that is kept."""
        self._begin_round(article)
        listing = self._list(article, is_whole=bool(self._waiting.get(article.scope)))
        owned = self._select_owned(article, listing.segments, now)
        counts = Counter(_log_of(bad) for bad in self._bad(article))
        segments = [one for one in owned if counts[one.log] < _MAX_BAD]
        is_lost = listing.is_whole and self._note_loss(article, listing)
        self._note_covered(article, owned)
        self._note_activity(article, segments)
        is_new = not self._vector(article) and self._read_newest_fold(article, listing.folds, now)
        applied = self._read_segments(article, segments, now)
        if needed := self._find_needed(article):
            # Others may have read a log before it was full of garbage, and built on it.
            rest = [one for one in owned if counts[one.log] >= _MAX_BAD and one.name.first <= needed.get(one.name.replica, 0)]
            applied += self._read_segments(article, rest, now)
        if self._read_gaps(article, listing.folds, now):
            is_new, applied = True, applied + self._apply(article, {}, now)
        if self._waiting.get(article.scope) and self._read_newest_fold(article, listing.folds, now):
            is_new, applied = True, applied + self._apply(article, {}, now)
        self._set_marks(article, segments, now)
        if listing.is_whole:
            self._fold(article, listing, segments)
        return Reception(applied, is_new or applied > 0, is_lost)

    def _begin_round(self, article: SharedArticle) -> None:
        """Forget what was read of an article whose state was given up here: all of it is read again."""
        note = f"round {article.scope}"
        if article.round != int(self._link.state.note(note) or 0):
            self._link.state.forget_article(article.scope)
            self._waiting.pop(article.scope, None)
            self._link.state.set_note(note, str(article.round))

    def _vector(self, article: SharedArticle) -> Mapping[str, int]:
        return self._link.shared_articles.vector(article.id).counters

    def _bad(self, article: SharedArticle) -> set[str]:
        return {bad.key for bad in self._link.state.bad_keys(article.scope)} | self._link.unreadable

    # ------------------------------------------------------------------ listing

    def _list(self, article: SharedArticle, *, is_whole: bool) -> Listing:
        link, name = self._link, self._link.name_of(article)
        marks = link.state.logs(article.scope)
        total = sum(mark.segments for mark in marks.values())
        is_small = total <= max(SMALL_ARTICLE, KEYS_FOR_LIST * len(marks))
        if is_whole or is_small or self._is_fold_probable(article, total):
            entries = list(islice(link.store.list_after(article_prefix(name)), _MAX_LISTING))
            if len(entries) < _MAX_LISTING:
                return Listing(_segments_in(entries), tuple(folds_in(entries)), is_whole=True)
        entries = list[Entry]()
        for log in filter(log_in, link.store.list_children(logs_prefix(name))):
            after = "" if is_whole else marks.get(log, LogMark()).key
            entries += islice(link.store.list_after(f"{logs_prefix(name)}/{log}", after), _MAX_LISTING)
        folds = folds_in(islice(link.store.list_after(folds_prefix(name)), _MAX_LISTING))
        return Listing(_segments_in(entries), tuple(folds), is_whole=False)

    def _is_fold_probable(self, article: SharedArticle, total: int) -> bool:
        noted = self._link.state.note(f"folded {article.scope}")
        return is_fold_due(self._link, article, total - (int(noted) if noted.isdigit() else 0))

    def _find_needed(self, article: SharedArticle) -> dict[str, int]:
        """Return up to which counters of whose replicas waiting lines need more than is here."""
        vector, needed = self._vector(article), dict[str, int]()
        for line in (line for lines in self._waiting.get(article.scope, {}).values() for line in lines):
            context = line.context.counters if line.context is not None else {}
            for name, counter in (*context.items(), (line.dot.replica, line.previous)):
                if counter > vector.get(name, 0):
                    replica = name.partition("~")[0]
                    needed[replica] = max(counter, needed.get(replica, 0))
        return needed

    def _select_owned(self, article: SharedArticle, segments: tuple[SegmentEntry, ...], now: float) -> list[SegmentEntry]:
        """Return the segments in logs whose replica belongs to their member, the oldest first in each log."""
        logs = {(segment.name.member, segment.name.replica) for segment in segments}
        if any(replica not in self._claims.owners for _, replica in logs) and abs(now - self._claims_at) >= _CLAIMS_SECONDS:
            self._claims, self._claims_at = read_claims(self._link.store), now  # by a clock that may be put back
        for member, replica in sorted(logs):
            owner = self._claims.owners.get(replica)
            if owner is not None and owner != member:
                log = f"{logs_prefix(self._link.name_of(article))}/{member}-{replica}"
                self._link.set_aside(article.scope, BadObject(log, f"this replica belongs to {owner}"), now)
        owned = [one for one in segments if self._claims.owners.get(one.name.replica) == one.name.member]
        return sorted(owned, key=lambda one: (one.log, one.name.first, one.entry.key))

    def _note_loss(self, article: SharedArticle, listing: Listing) -> bool:
        """Forget what was sent of an article of which the store has nothing any more; return whether that is so."""
        own = self._link.state.own_segments(article.scope)
        if not own or listing.folds or not own.isdisjoint(one.entry.key for one in listing.segments):
            return False
        self._link.state.forget_article(article.scope)
        for desk in article.desks:
            plan_placing(self._link, article, desk, is_on=True)
        return True

    def _note_covered(self, article: SharedArticle, segments: list[SegmentEntry]) -> None:
        known = self._link.state.covered_counters(article.scope)
        counters = [(f"{one.name.replica}~{article.scope}", one.name.last) for one in segments]
        self._link.state.add_covered(article.scope, [(name, last) for name, last in counters if last > known.get(name, 0)])

    def _note_activity(self, article: SharedArticle, segments: list[SegmentEntry]) -> None:
        times: dict[str, str] = {}
        for one in segments:
            at = one.entry.modified.astimezone(UTC).isoformat(timespec="seconds")
            times[one.name.member] = max(at, times.get(one.name.member, ""))
        self._link.state.add_activity(article.scope, times)

    def _set_marks(self, article: SharedArticle, segments: list[SegmentEntry], now: float) -> None:
        """Note for each log up to which segment all is applied or set aside.

        The logs of this member hold what was sent, also by a device that has forgotten it.
        """
        vector, bad = self._vector(article), self._bad(article)
        old, sent = self._link.state.logs(article.scope), self._link.state.sent_counters(article.scope)
        marks, stuck = dict(old), set[str]()
        for one in segments:
            mark = marks.get(one.log, LogMark())
            is_applied = one.name.last <= vector.get(f"{one.name.replica}~{article.scope}", 0)
            if not is_applied and one.entry.key not in bad:
                stuck.add(one.log)
            is_ours = one.name.member == self._link.member and one.entry.key not in bad
            if is_applied and is_ours and sent.get(one.name.replica, 0) < one.name.last and self._is_sound(article, one, now):
                self._link.state.add_sent(article.scope, [(one.name.replica, one.name.last)])
                self._link.state.add_own_segment(article.scope, one.entry.key)
            if one.entry.key > mark.key and one.log not in stuck:
                marks[one.log] = LogMark(one.entry.key, mark.segments + 1)
        for log in marks.keys() - {log for log, mark in old.items() if mark == marks[log]}:
            self._link.state.set_log(article.scope, log, marks[log])

    # ------------------------------------------------------------------ segments

    def _read_segments(self, article: SharedArticle, segments: list[SegmentEntry], now: float) -> int:
        """Fetch and apply the segments that are not here; return the number of lines that were new."""
        applied = 0
        fetched: _Segments = {}
        vector, bad = self._vector(article), self._bad(article)
        faults = Counter[str]()
        claimed = {note.removeprefix(claim_note("")) for note in self._link.state.notes(claim_note(""))}
        own = self._link.state.own_segments(article.scope)
        held = Counter({one.log: len(lines) for one, lines in self._waiting.get(article.scope, {}).items()})
        for one in segments:
            if one.name.member == self._link.member and one.name.replica in claimed:
                applied += 0 if one.entry.key in own | bad else self._compare(article, one, now)
                continue
            is_known = one.name.last <= vector.get(f"{one.name.replica}~{article.scope}", 0)
            is_held = held[one.log] >= _MAX_HELD or one in self._waiting.get(article.scope, {})
            if is_known or is_held or one.entry.key in bad or faults[one.log] >= _MAX_BAD:
                continue
            try:
                fetched[one] = self._fetch(article, one)
            except Missing:
                continue  # an administrator has removed it, or the listing is behind
            except BadObject as error:
                faults[one.log] += 1
                self._link.set_aside(article.scope, error, now)
                continue
            held[one.log] += len(fetched[one])
            if sum(map(len, fetched.values())) >= _BATCH_LINES:
                applied += self._apply(article, fetched, now)
                fetched = {}
        return applied + (self._apply(article, fetched, now) if fetched else 0)

    def _is_sound(self, article: SharedArticle, one: SegmentEntry, now: float) -> bool:
        """Whether a segment holds what its name says; one that does not is set aside.

        Where the store guards no names, somebody else may have put it there.
        """
        try:
            return bool(self._fetch(article, one))
        except Missing:
            return False
        except BadObject as error:
            self._link.set_aside(article.scope, error, now)
            return False

    def _compare(self, article: SharedArticle, one: SegmentEntry, now: float) -> int:
        """Join a segment of this device that it does not know; return whether it brought anything.

        It may have been put by a program that was killed before it noted that, or come from a state of this device that is gone
        since a backup, or the state of a whole machine, was put back.
        """
        replica, state = f"{one.name.replica}~{article.scope}", self._link.state
        before = self._vector(article).get(replica, 0)
        try:
            is_fork = self._link.shared_articles.renew_replica(article.id, self._fetch(article, one))
        except Missing:
            return 0
        except (BadObject, RefusedLine) as error:
            self._link.set_aside(article.scope, BadObject(one.entry.key, error.reason), now)
            return 0
        if one.name.last <= self._vector(article).get(replica, 0):
            state.add_own_segment(article.scope, one.entry.key)
            state.add_sent(article.scope, [(one.name.replica, one.name.last)])
        if is_fork or one.name.last > before:
            state.set_note(PUT_BACK, to_time(now))
            return 1
        return 0

    def _fetch(self, article: SharedArticle, one: SegmentEntry) -> tuple[JournalEntry, ...]:
        """Return the lines of a segment; one that seems bad is fetched twice, as it may have been changed on its way."""
        key = one.entry.key
        with contextlib.suppress(BadObject):
            data = self._link.fetch(one.entry, SEGMENT_LIMITS.stored)
            return unpack_segment(key, one.name, article.scope, data, self._link.cipher)
        data = self._link.fetch(one.entry, SEGMENT_LIMITS.stored)
        return unpack_segment(key, one.name, article.scope, data, self._link.cipher)

    def _apply(self, article: SharedArticle, fetched: _Segments, now: float) -> int:
        """Apply segments, and those that waited; set aside those that are refused. Return the number of lines that were new."""
        segments = {**self._waiting.get(article.scope, {}), **fetched}
        if self.on_arrival is not None:
            members = (one.name.member for one in segments if one.name.member != self._link.member)
            self.on_arrival(article.id, tuple(dict.fromkeys(members)))
        self._waiting[article.scope] = segments
        while segments:
            try:
                lines = [line for lines in segments.values() for line in lines]
                receipt = self._link.shared_articles.receive(article.id, lines, self._claims.owners)
            except RefusedLine as error:
                self._refuse(article, segments, error, now)
                continue
            dots = {line.dot for line in receipt.waiting}
            self._waiting[article.scope] = {
                one: lines for one, lines in segments.items() if any(line.dot in dots for line in lines)
            }
            return receipt.applied
        return 0

    def _refuse(self, article: SharedArticle, segments: _Segments, error: RefusedLine, now: float) -> None:
        """Set aside the segment with a line that was refused."""
        dot = error.line
        for one in list(segments):
            name = one.name
            is_in_log = dot is not None and dot.replica.startswith(f"{name.replica}~")
            if dot is None or (is_in_log and name.first <= dot.counter <= name.last):
                del segments[one]
                self._link.set_aside(article.scope, BadObject(one.entry.key, error.reason), now)

    # ------------------------------------------------------------------ folds

    def _read_newest_fold(self, article: SharedArticle, folds: tuple[FoldEntry, ...], now: float) -> bool:
        """Read the fold that covers most and is sound, unless it was read before; return whether it had anything new."""
        read = self._link.state.folds(article.scope) if self._vector(article) else set[str]()
        return any(self._read_fold(article, one, now) for one in folds if one.entry.key not in read)

    def _read_gaps(self, article: SharedArticle, folds: tuple[FoldEntry, ...], now: float) -> bool:
        """Read the folds that fill gaps and were not read; return whether they had anything new."""
        read = self._link.state.folds(article.scope)
        gaps = [one for one in reversed(folds) if one.name.is_gap and one.entry.key not in read]
        return sum(self._read_fold(article, one, now) for one in gaps) > 0

    def _read_fold(self, article: SharedArticle, one: FoldEntry, now: float) -> bool:
        key, bad = one.entry.key, self._bad(article) | self._doubtful.keys()
        faults = sum(name.member == one.name.member for name in map(fold_in, bad) if name is not None)
        asked, pause = self._doubtful.get(key, (0.0, 0.0))
        if abs(now - asked) < pause or (key not in self._doubtful and (key in bad or faults >= _MAX_BAD)):
            return False
        self._doubtful.pop(key, None)
        try:
            is_new = read_fold(self._link, article, one, self._link.state.covered_counters(article.scope), self._claims.owners)
        except BadObject as error:
            self._link.set_aside(article.scope, error, now)
            return False
        if key not in self._link.state.folds(article.scope):
            self._doubtful[key] = now, min(2 * pause or _FIRST_PAUSE, _LAST_PAUSE)
        return is_new

    def read_covered(self, article: SharedArticle, now: float) -> bool:
        """Read the lines that were taken for known because a fold covers them; return whether it had left out any.

        The shortest logs come first, and all that is read has an end, so that nobody's garbage hides what others wrote.
        """
        link, unread = self._link, read_unread(self._link, article)
        if unread is None:
            return False
        entries = list(islice(link.store.list_after(logs_prefix(link.name_of(article))), _MAX_LISTING))
        segments = [
            one
            for one in self._select_owned(article, _segments_in(entries), now)
            if one.name.last > unread.known.get(f"{one.name.replica}~{article.scope}", 0)
        ]
        sizes = Counter[str]()
        for one in segments:
            sizes[one.log] += one.entry.size
        lines, left, faults = list[JournalEntry](), _MAX_COVERED, Counter[str]()
        for one in sorted(segments, key=lambda one: (sizes[one.log], one.log, one.entry.key)):
            left -= one.entry.size
            if left < 0 or one.entry.key in self._bad(article) or faults[one.log] >= _MAX_BAD:
                continue
            try:
                lines.extend(self._fetch(article, one))
            except Missing:
                continue
            except BadObject as error:
                faults[one.log] += 1
                link.set_aside(article.scope, error, now)
        with contextlib.suppress(LinesLost):
            lines.extend(link.shared_articles.unsent(article.id, {}))
        own = owned_by(unread.writer, self._claims.owners)
        is_new = link.shared_articles.compare_lines(article.id, lines, own)
        link.state.forget_note(unread_note(article))
        return is_new

    def _fold(self, article: SharedArticle, listing: Listing, segments: list[SegmentEntry]) -> None:
        """Write a fold if there are many segments since the newest one and all of them are here."""
        newest = max((one.entry.modified for one in listing.folds), default=None)
        since = [one for one in segments if newest is None or one.entry.modified > newest]
        self._link.state.set_note(f"folded {article.scope}", str(len(segments) - len(since)))
        vector, bad = self._vector(article), self._bad(article)
        is_all_here = all(
            one.name.last <= vector.get(f"{one.name.replica}~{article.scope}", 0) or one.entry.key in bad for one in segments
        )
        if is_all_here and is_fold_due(self._link, article, len(since)):
            # Whoever may only read writes none; it is no more than a help for those who come later.
            with contextlib.suppress(StoreError):
                write_fold(self._link, article, is_gap=False)
            self._link.state.set_note(f"folded {article.scope}", str(len(segments)))


def _log_of(key: str) -> str:
    """Return the name of the log that the key of a segment is in, "" for another key."""
    return key.rsplit("/", 2)[-2] if segment_in(key) is not None else ""


def _segments_in(entries: list[Entry]) -> tuple[SegmentEntry, ...]:
    return tuple(SegmentEntry(entry, name) for entry in entries if (name := segment_in(entry.key)) is not None)
