"""Do what is due of sending and receiving, step by step, at the moments that it is given.

An engine knows no clock and no thread: `step` does what is due and returns when something will be again, `sync` does all.
So tests play days in a second, and `worker` only waits.

Own changes are sent 5 seconds after the first of them, or once they are 64 kB. The article on the screen is looked at every
10 seconds, and every 12 while nothing comes, so that others see a change there within 20; desks every 40 seconds, for within
60; articles on no desk every 10 minutes; everything once a day. Errors end a step; the next one comes after a pause that
doubles up to five minutes.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from reader.errors import ReaderError
from reader.library.shared_articles import SharedArticle
from reader.team.desks import DeskReader, is_placing_planned, place_as_planned, plan_placing, read_article_note, read_desk
from reader.team.link import TeamLink, to_time
from reader.team.membership import read_claims, read_member, read_team, tell_apart
from reader.team.receiver import PUT_BACK, ArrivalListener, Receiver
from reader.team.segments import SEGMENT_BYTES
from reader.team.sender import Unsent, count_unsent, send_article
from reader.team.state import Activity, BadKey, SharedState, SyncResult, TeamMember, TeamState
from reader.team.stores import StoreError
from reader.team.stores.object_store import Unreachable
from reader.team.texts import Texts

SEND_SECONDS: Final = 5.0
SCREEN_SECONDS: Final = 10.0
QUIET_SCREEN_SECONDS: Final = 12.0
DESK_SECONDS: Final = 40.0
OTHER_SECONDS: Final = 600.0
WHOLE_SECONDS: Final = 86_400.0
_COUNT_SECONDS: Final = 1.0
"""How often what waits to be sent is measured while changes come."""
QUIET_LOOKS: Final = 6
"""The looks without anything new after which the article on the screen is looked at less often."""
_FIRST_PAUSE: Final = 5.0
_LAST_PAUSE: Final = 300.0
_JITTER: Final = 0.25
_CLOCK_SECONDS: Final = 60.0
"""How far a clock may go back without everything being due again."""
_NEWER_KEY: Final = "Others seal with a newer key of the team than the one here. Ask one of them for it"
_FOLLOW: Final = "follow "
"""Begins the names of works that follow an article of a desk: what hinders them is told by `notices`."""
_SENT_AT: Final = "sent at"
_RECEIVED_AT: Final = "received at"

SyncWork = tuple[str, Callable[[], object]]
"""Something to do, with the name under which its problem is told until it is done without one."""


@dataclass(slots=True)
class Backoff:
    """When to try again after failures, in seconds since 1970."""

    failures: int = 0
    until: float = 0.0

    def fail(self, now: float) -> None:
        """Count a failure: the pause doubles up to five minutes, and is never quite the same for two programs."""
        pause = min(_LAST_PAUSE, _FIRST_PAUSE * 2.0**self.failures)
        self.failures = min(self.failures + 1, 10)
        self.until = now + pause * random.uniform(1 - _JITTER, 1)

    def clear(self) -> None:
        """Forget the failures."""
        self.failures, self.until = 0, 0.0


class Engine:
    """Sends and receives for one library. One thread calls `step` and `sync`; the other methods are for any.

    `is_stopped` is asked between two articles; `on_state` is told of each new state.
    """

    def __init__(self, link: TeamLink, is_stopped: Callable[[], bool], on_state: Callable[[TeamState], None]) -> None:
        self._link = link
        self._is_stopped = is_stopped
        self._on_state = on_state
        self._texts = Texts(link)
        self._receiver = Receiver(link)
        self._desks: dict[str, DeskReader] = {}
        self._guard = threading.RLock()
        self._followed = frozenset(link.membership.desks)
        self._changed: dict[str, float] = {}
        """By article, when the first change that was not sent came."""
        self._unsent: dict[str, Unsent] = {}
        self._uncounted: set[str] = set()
        self._counted_at = 0.0
        self._shown = ""
        self._is_shown_shared = False
        self._quiet_looks = 0
        self._last_moment = 0.0
        self._shown_due = self._desks_due = self._others_due = 0.0
        self._pending: dict[str, str] = {}
        """The names of articles that a desk says have changed, with that desk."""
        self._ready: set[str] = set()
        self._incomplete: set[str] = set()
        self._offline = Backoff()
        self._refusal = Backoff()
        self._offline_since = self._silence = ""
        self._problems: dict[str, str] = {}
        self._state = TeamState()
        self._sent = self._applied = 0
        self._is_new = True
        self._is_checked = False
        self._is_told = False
        self._received_at = link.state.note(_RECEIVED_AT)

    def listen(self, on_arrival: ArrivalListener) -> None:
        """Let a listener know of whom changes are about to be applied."""
        self._receiver.on_arrival = on_arrival

    # ------------------------------------------------------------------ what others tell

    @property
    def state(self) -> TeamState:
        """How the work goes."""
        return self._state

    def note_change(self, article_id: str) -> None:
        """Note that an article has a new line; a later step counts what waits, but nobody is told before that all is sent."""
        with self._guard:
            self._uncounted.add(article_id)
            is_news = self._is_told and not self._state.unsent
            if is_news:
                self._state = self._state._replace(unsent=1)
        if is_news:
            self._on_state(self._state)

    def show(self, article_id: str) -> None:
        """Note which article is on the screen, "" for none."""
        with self._guard:
            if article_id != self._shown:
                self._shown, self._shown_due, self._quiet_looks, self._is_shown_shared = article_id, 0.0, 0, bool(article_id)

    def follow(self, desks: Iterable[str]) -> None:
        """Note which desks are followed."""
        with self._guard:
            self._followed, self._desks_due = frozenset(desks), 0.0

    def place(self, article: SharedArticle, desk: str, *, is_on: bool) -> None:
        """Put an article on a desk, or take it off, with the next lines that are sent."""
        plan_placing(self._link, article, desk, is_on=is_on)
        with self._guard:
            self._changed.setdefault(article.id, 0.0)

    def wake(self) -> None:
        """Look at what is on the screen with the next step, and try again what failed: a person came back."""
        with self._guard:
            self._shown_due = self._desks_due = 0.0
            self._quiet_looks = 0
            self._offline.until = self._refusal.until = 0.0

    def hurry(self) -> int:
        """Send with the next step what waits, though its time has not come; return how many lines that are."""
        unsent = self._count_all()
        with self._guard:
            self._unsent = unsent
            self._changed = dict.fromkeys((*self._changed, *(key for key, one in unsent.items() if one.lines)), 0.0)
        self._report()
        return sum(one.lines for one in unsent.values())

    # ------------------------------------------------------------------ steps

    def step(self, now: float) -> float:
        """Do what is due, and return the seconds until something will be."""
        if self._is_new or now < self._last_moment - _CLOCK_SECONDS:
            self._begin()
        self._last_moment = now
        self._count({article.id: article for article in self._link.articles()}, now)
        if now >= self._offline.until:
            self._run(self._due_work(now), now)
        self._report()
        return max(0.0, self._next_moment() - now)

    def sync(self, now: float) -> SyncResult:
        """Receive and send everything, due or not. What fails is told by `state`."""
        self._begin()
        self._last_moment = now
        self._is_checked = False
        sent, applied = self._sent, self._applied
        self._offline.until = self._refusal.until = 0.0
        self._run(self._whole_work(now), now)
        self._count({article.id: article for article in self._link.articles()}, now)
        self._report()
        self._link.state.set_note(_RECEIVED_AT, self._received_at)
        return SyncResult(self._sent - sent, self._applied - applied)

    def _begin(self) -> None:
        """Begin a session, or begin anew after the clock was put back."""
        self._is_new = False
        self._shown_due = self._desks_due = self._others_due = self._counted_at = 0.0
        self._offline.until = self._refusal.until = 0.0
        unsent = self._count_all()
        planned = {article.id for article in self._link.articles() if is_placing_planned(self._link, article)}
        with self._guard:
            self._unsent = unsent
            self._changed = {key: 0.0 for key, one in unsent.items() if one.lines or key in planned}

    def _due_work(self, now: float) -> Iterator[SyncWork]:
        shared = {article.id: article for article in self._link.articles()}
        self._forget_others(shared)
        if self._is_shown_shared and now >= self._shown_due:
            yield f"read {self._shown}", partial(self._look_at_screen, shared[self._shown], now)
        if now >= self._refusal.until:
            with self._guard:
                due = [key for key, since in self._changed.items() if self._is_send_due(key, since, now)]
            yield from ((f"send {key}", partial(self._send, shared[key], now)) for key in due if key in shared)
        if now >= self._desks_due:
            yield "desks", partial(self._look_at_desks, now)
        is_whole = self._is_whole_due(now)
        if is_whole or now >= self._others_due:
            others = [article for article in shared.values() if is_whole or not article.desks]
            yield from ((f"read {article.id}", partial(self._receive, article, now)) for article in others)
            self._others_due = now + OTHER_SECONDS
        if is_whole:
            self._link.state.set_note("whole", str(int(now)))

    def _forget_others(self, shared: Mapping[str, SharedArticle]) -> None:
        """Forget what waits of articles that are shared no longer."""
        with self._guard:
            self._changed = {key: since for key, since in self._changed.items() if key in shared}
            self._unsent = {key: unsent for key, unsent in self._unsent.items() if key in shared}
            self._is_shown_shared = self._shown in shared

    def _whole_work(self, now: float) -> Iterator[SyncWork]:
        yield "desks", partial(self._look_at_desks, now, is_whole=True)
        shared = self._link.articles()
        self._forget_others({article.id: article for article in shared})
        yield from ((f"read {article.id}", partial(self._receive, article, now)) for article in shared)
        yield from ((f"send {article.id}", partial(self._send, article, now)) for article in shared)
        self._link.state.set_note("whole", str(int(now)))

    def _is_send_due(self, article_id: str, since: float, now: float) -> bool:
        return now - since >= SEND_SECONDS or self._unsent.get(article_id, Unsent(0, 0)).size >= SEGMENT_BYTES

    def _is_whole_due(self, now: float) -> bool:
        noted = self._link.state.note("whole")
        return not noted.isdigit() or abs(now - int(noted)) >= WHOLE_SECONDS

    def _next_moment(self) -> float:
        with self._guard:
            moments = [self._desks_due, self._others_due]
            if self._is_shown_shared:
                moments.append(self._shown_due)
            if self._changed:
                moments.append(max(self._refusal.until, min(self._changed.values()) + SEND_SECONDS))
            moment = max(min(moments), self._offline.until)
            return min(moment, self._counted_at + _COUNT_SECONDS) if self._uncounted else moment

    # ------------------------------------------------------------------ failures

    def _run(self, works: Iterator[SyncWork], now: float) -> None:
        """Do works one after the other. One that fails keeps no other from being done, unless the store does not answer.

        The store does not answer if two works in a row hear nothing: a single object may be out of reach.
        """
        failure: Unreachable | None = None
        try:
            self._check_team()
            for key, work in works:
                if self._is_stopped():
                    return
                try:
                    work()
                    self._problems.pop(key, None)
                    failure = None
                except Unreachable as error:
                    if failure is not None:
                        raise
                    failure = error
                except ReaderError as error:
                    self._problems[key] = str(error)
            if failure is not None:
                raise failure
        except Unreachable as error:
            self._offline_since, self._silence = self._offline_since or to_time(now), str(error)
            self._offline.fail(now)
            self._shown_due = self._desks_due = 0.0
        except ReaderError as error:
            self._problems["team"] = str(error)
            self._offline.fail(now)
        else:
            self._offline_since = self._silence = ""
            self._offline.clear()
            self._problems.pop("team", None)

    def _check_team(self) -> None:
        """Look once in a session whether the team is still at its place. Raises ReaderError if it is not."""
        if not self._is_checked:
            if read_team(self._link.store).id != self._link.membership.team:
                raise ReaderError("Another team is at this place now", "Ask who keeps it; nothing is sent until it is back")
            self._read_members()
            self._is_checked = True

    def _read_members(self) -> None:
        """Learn who is in the team. Raises StoreError."""
        known = {member.member: member for member in self._noted_members()}
        names = read_claims(self._link.store).members
        members = [known.get(name) or read_member(self._link.store, name, self._link.cipher) for name in names]
        self._link.state.set_note("members", json.dumps(members))

    def members(self) -> tuple[TeamMember, ...]:
        """Return the members as the store named them last, of whom no two are shown alike."""
        return tell_apart(self._noted_members())

    def _noted_members(self) -> list[TeamMember]:
        return [TeamMember(*member) for member in json.loads(self._link.state.note("members") or "[]")]

    def latest_times(self) -> tuple[str, str]:
        """Return when something was sent last, and when the store was last read (ISO 8601), "" for never."""
        return self._link.state.note(_SENT_AT), self._received_at

    def activity(self) -> tuple[Activity, ...]:
        """Return who changed which shared article last, and when the store got that, as far as it was read here."""
        articles = {article.scope: article.id for article in self._link.articles()}
        return tuple(Activity(articles[scope], *rest) for scope, *rest in self._link.state.activity() if scope in articles)

    def bad_keys(self) -> tuple[BadKey, ...]:
        """Return the objects that were set aside."""
        return self._link.state.bad_keys()

    # ------------------------------------------------------------------ works

    def _look_at_screen(self, article: SharedArticle, now: float) -> None:
        self._quiet_looks += 1
        self._shown_due = now + (SCREEN_SECONDS if self._quiet_looks < QUIET_LOOKS else QUIET_SCREEN_SECONDS)
        if self._receive(article, now):
            self._quiet_looks, self._shown_due = 0, now + SCREEN_SECONDS

    def _receive(self, article: SharedArticle, now: float) -> bool:
        reception = self._receiver.receive(article, now)
        self._applied += reception.applied
        self._received_at = to_time(now)
        if reception.is_lost:
            with self._guard:
                self._changed.setdefault(article.id, 0.0)
        if reception.is_new or article.id in self._incomplete or article.scope not in self._ready:
            if reception.is_new:
                self._link.library.look()
            self._incomplete.add(article.id)
            self._ready.add(article.scope)
            self._texts.fetch(article, now)
            if not self._texts.find_missing(article):
                self._incomplete.discard(article.id)
        if self._receiver.read_covered(article, now):
            self._link.library.look()
        return reception.is_new

    def _send(self, article: SharedArticle, now: float) -> None:
        """Send what waits of an article, which was received before in this session: its lines may build on that."""
        if now < self._refusal.until:
            return
        with self._guard:
            since = self._changed.pop(article.id, now)
        try:
            if article.scope not in self._ready:
                self._receive(article, now)
            count = send_article(self._link, article, self._texts, now)
            self._sent += count
            if count:
                self._link.state.set_note(_SENT_AT, to_time(now))
            place_as_planned(self._link, article)
        except ReaderError as error:
            is_refusal = isinstance(error, StoreError)
            with self._guard:
                self._changed[article.id] = since if is_refusal else now + _LAST_PAUSE
            if is_refusal:
                self._refusal.fail(now)
            raise
        self._refusal.clear()
        with self._guard:
            self._uncounted.discard(article.id)
            self._unsent[article.id] = unsent = count_unsent(self._link, article)
            if unsent.lines:
                self._changed.setdefault(article.id, now)

    def _look_at_desks(self, now: float, *, is_whole: bool = False) -> None:
        """Read what has changed on the desks that are followed, and on those of shared articles."""
        self._desks_due = now + DESK_SECONDS
        by_name = {self._link.name_of(article): article for article in self._link.articles()}
        for name in by_name:
            self._problems.pop(f"{_FOLLOW}{name}", None)  # somebody has shared it meanwhile
        for desk in sorted(self._followed.union(*(article.desks for article in by_name.values()))):
            names = set(self._desks.setdefault(desk, DeskReader(self._link, desk)).changes(now))
            # What could not be read with an older key of the team is looked at again with the newest.
            note = f"read {desk} {self._link.cipher.newest}"
            is_first = is_whole or self._is_whole_due(now) or not self._link.state.note(note)
            new = names - by_name.keys()
            if desk in self._followed and (new or is_first):
                # Markers of articles that were taken off a desk are still there.
                new = set(read_desk(self._link, desk)) - by_name.keys()
                self._link.state.set_note(note, to_time(now))
            self._pending.update(dict.fromkeys(sorted((names & by_name.keys()) | new), desk))
        for name, desk in list(self._pending.items()):
            try:
                article = by_name.get(name) or (self._expect(name, desk) if desk in self._followed else None)
                if article is not None:
                    self._receive(article, now)
                self._problems.pop(f"{_FOLLOW}{name}", None)
            except StoreError:
                raise
            except ReaderError as error:
                self._problems[f"{_FOLLOW}{name}"] = str(error)
            del self._pending[name]
        for reader in self._desks.values():
            reader.note_read()

    def _expect(self, name: str, desk: str) -> SharedArticle | None:
        """Follow an article on a desk, unless somebody here has deleted it, or shares it no longer."""
        note, shared = read_article_note(self._link, name), self._link.shared_articles
        return None if note is None or shared.has_ended(note.id) else shared.expect(note.id, self._link.membership.team, [desk])

    # ------------------------------------------------------------------ state

    def _count(self, shared: Mapping[str, SharedArticle], now: float) -> None:
        """Count what waits of the articles that have changed."""
        with self._guard:
            if not self._uncounted or abs(now - self._counted_at) < _COUNT_SECONDS:
                return
            changed, self._uncounted, self._counted_at = self._uncounted, set(), now
        counts = {key: count_unsent(self._link, shared[key]) for key in changed if key in shared}
        with self._guard:
            self._unsent.update(counts)
            for key, unsent in counts.items():
                if unsent.lines:
                    self._changed.setdefault(key, now)

    def _count_all(self) -> dict[str, Unsent]:
        with self._guard:
            self._uncounted = set()
        return {article.id: count_unsent(self._link, article) for article in self._link.articles()}

    def count_now(self, article: SharedArticle) -> None:
        """Count what waits of an article before anybody is told that all is sent."""
        unsent = count_unsent(self._link, article)
        with self._guard:
            self._unsent[article.id] = unsent
            self._uncounted.add(article.id)
        self._report()

    def count_unsent(self, article_id: str = "") -> int:
        """Count the lines of this device that wait to be sent, of one article or of all. Raises ReaderError."""
        articles = (article for article in self._link.articles() if article_id in ("", article.id))
        return sum(count_unsent(self._link, article).lines for article in articles)

    def shared_states(self) -> tuple[SharedState, ...]:
        """Return how each article stands, without asking the store."""
        return tuple(
            SharedState(
                article.id,
                article.desks,
                article.with_sources,
                count_unsent(self._link, article).lines,
                self._receiver.count_waiting(article),
                len(self._texts.find_missing(article)),
            )
            for article in self._link.articles()
        )

    def notices(self) -> tuple[str, ...]:
        """Return what a person should know that keeps nothing from going on."""
        put_back = self._link.state.note(PUT_BACK)
        told = (
            (f"An earlier state of this library was put back. What it lacked came from the team, at {put_back}",)
            if put_back
            else ()
        )
        return told + tuple(text for key, text in sorted(self._problems.items()) if key.startswith(_FOLLOW))

    def _report(self) -> None:
        waiting = sum(map(self._receiver.count_waiting, self._link.articles()))
        bad = len(self._link.state.bad_keys())
        with self._guard:
            lines = {key: one.lines for key, one in self._unsent.items()}
            lines |= {key: max(1, lines.get(key, 0)) for key in self._uncounted}
            problem = next((text for key, text in self._problems.items() if not key.startswith(_FOLLOW)), "")
            problem = problem or (_NEWER_KEY if self._link.unreadable else "")
            state = TeamState(sum(lines.values()), self._offline_since, problem, waiting, bad, self._silence)
            is_new, self._state, self._is_told = state != self._state or not self._is_told, state, True
        if is_new:
            self._on_state(state)
