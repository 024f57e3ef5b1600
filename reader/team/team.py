"""The door to a library's team: make it, join it, share articles, follow desks, and let changes come and go."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Final, Self

from reader.errors import ReaderError
from reader.library.folder import Folder, Lock, device_name
from reader.library.library import Library
from reader.library.shared_articles import SharedArticle
from reader.team.encryption import Cipher, NullCipher, TeamCipher, cipher_for, find_key, keep_key, new_team_key
from reader.team.engine import Engine
from reader.team.layout import check_desk, check_member
from reader.team.link import TeamLink
from reader.team.membership import (
    create_team,
    introduce,
    read_membership,
    read_team,
    remove_membership,
    write_membership,
)
from reader.team.receiver import ArrivalListener
from reader.team.state import Activity, Membership, SyncResult, TeamMember, TeamState, TeamStatus
from reader.team.stores import ObjectStore, open_store, parse_place
from reader.team.sync_state import SyncState
from reader.team.worker import SyncWorker

CLOSE_SECONDS: Final = 2.0
"""How long leaving the program waits for the last changes to be sent; the rest goes the next time."""
_LOCK_SECONDS: Final = 0.2
_BUSY_PAUSE: Final = 5.0


class UnsentChanges(ReaderError):
    """Changes that only this device has would be sent no more; `count` is how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} changes of this device have not been sent to the team", "Send them first, or leave without")
        self.count = count


class Team:
    """The team of a library. Nothing is asked of the store until `start`, `sync_once` or a method that says so.

    Safe for several threads. `on_state` is called on the thread that works with the store, and on the one that saves;
    `on_arrival`, set before `start`, gets the id of an article and the members of whom changes are about to be applied.
    """

    def __init__(self, library: Library, membership: Membership, store: ObjectStore | None = None) -> None:
        """Take the team that a library is in; `store` is that of its place, else it is opened with the first pass."""
        self.membership = membership
        self.on_state: Callable[[TeamState], None] | None = None
        self.on_arrival: ArrivalListener | None = None
        self._library = library
        self._store = store
        self._folder = Folder(library.folder)
        self._guard = threading.RLock()
        self._passes = threading.Lock()
        self._lock = Lock(self._folder.path / "team.lock")
        self._engine: Engine | None = None
        self._sync_state: SyncState | None = None
        self._problem = ""
        self._shown = ""
        self._told = threading.Condition()
        self._worker = SyncWorker(self._step)

    # ------------------------------------------------------------------ to be in a team

    @classmethod
    def of(cls, library: Library) -> Self | None:
        """Return the team of a library, None if it is in none. Raises ReaderError if that cannot be read."""
        membership = read_membership(library.folder)
        return None if membership is None else cls(library, membership)

    @classmethod
    def create(cls, library: Library, place: str, member: str, *, title: str = "", name: str = "", key: str = "") -> Self:
        """Make a team at a place, and join it as its first member.

        With a `key` (`encryption.new_team_key`) it is encrypted; the key is kept in the keyring of the system if there is one.
        Raises ReaderError if the library is in a team, if there is one at the place, and StoreError.
        """
        store, place = _open_place(library, place)
        check_member(member)
        cipher: Cipher = TeamCipher(key) if key else NullCipher()
        note = create_team(store, title or "Team", cipher.check)
        if key:
            keep_key(note.id, key)
        return cls._enter(library, store, cipher, Membership(place, note.id, note.title, member, name or member, note.check))

    @classmethod
    def join(
        cls, library: Library, place: str, member: str, *, name: str = "", key: str = "", takes_over: bool = False
    ) -> Self:
        """Join the team at a place. Raises ReaderError if there is none, its key is not here, and StoreError.

        Raises NameTaken if there is such a member; `takes_over` says that it is the same person, on another device.
        """
        store, place = _open_place(library, place)
        check_member(member)
        note = read_team(store)
        if key and note.check:
            if TeamCipher(key).check != note.check:
                raise ReaderError("This is the key of another team", "Ask a member for the key of this one")
            keep_key(note.id, key)
        cipher = TeamCipher(key) if key and note.check else cipher_for(note.id, note.check)
        membership = Membership(place, note.id, note.title, member, name or member, note.check)
        return cls._enter(library, store, cipher, membership, takes_over=takes_over)

    @classmethod
    def _enter(
        cls, library: Library, store: ObjectStore, cipher: Cipher, membership: Membership, *, takes_over: bool = False
    ) -> Self:
        introduce(store, membership.member, membership.name, cipher, takes_over=takes_over)
        write_membership(library.folder, membership)
        team = cls(library, membership, store)
        team._connect(cipher)
        return team

    def renew_key(self) -> str:
        """Return the team's key with a new part, which seals from now on; those who left do not have it.

        It is kept in the keyring of the system if there is one. Raises ReaderError if the team has no key, or it is not here.
        """
        team, check = self.membership.team, self.membership.check
        if not check:
            raise ReaderError("This team is not encrypted", "Only a team that was made with a key has one")
        cipher_for(team, check)
        key = new_team_key(find_key(team))
        keep_key(team, key)
        with self._passes, self._guard:
            if self._sync_state is not None:
                self._sync_state.close()
            self._engine = self._sync_state = None
        return key

    def leave(self, *, without_unsent: bool = False) -> None:
        """Leave the team: what was sent stays there, what is here stays here, and no article is shared any more.

        Raises UnsentChanges, unless they may be left behind. What the team keeps of this member stays readable there.
        """
        if not without_unsent and (unsent := self._connect().count_unsent()):
            raise UnsentChanges(unsent)
        self._worker.close(CLOSE_SECONDS)
        with self._passes, self._folder.wrap_errors():
            for article in self._library.shared_articles.articles():
                if article.team == self.membership.team:
                    self._library.shared_articles.unshare(article.id)
            remove_membership(self._folder.path)
            self._library.shared_articles.on_change = None
            if self._sync_state is not None:
                self._sync_state.close()
            for suffix in ("", "-wal", "-shm"):
                self._state_path.with_name(self._state_path.name + suffix).unlink(missing_ok=True)

    # ------------------------------------------------------------------ articles and desks

    def share(self, article_id: str, desks: Iterable[str] = (), *, with_sources: bool = False) -> SharedArticle:
        """Share an article, and put it on desks with the next pass. Raises ReaderError as `SharedArticles.share`."""
        engine, chosen = self._connect(), tuple(dict.fromkeys(map(check_desk, desks)))
        old = {one.id: one for one in self._library.shared_articles.articles()}.get(article_id)
        article = self._library.shared_articles.share(article_id, self.membership.team, chosen, with_sources=with_sources)
        for desk in chosen:
            engine.place(article, desk, is_on=True)
        for desk in () if old is None else old.desks:
            if desk not in chosen:
                engine.place(article, desk, is_on=False)
        engine.count_now(article)
        self._worker.wake()
        return article

    def unshare(self, article_id: str, *, without_unsent: bool = False) -> None:
        """Send and read nothing more of an article. Raises UnsentChanges, unless they may be left behind."""
        unsent = 0 if without_unsent else self._connect().count_unsent(article_id)
        if unsent:
            raise UnsentChanges(unsent)
        self._library.shared_articles.unshare(article_id)

    def follow(self, desk: str) -> None:
        """Follow a desk: its articles come with the next pass. Raises ReaderError for a name that no desk can have."""
        self._set_desks((*self.membership.desks, check_desk(desk)))

    def unfollow(self, desk: str) -> None:
        """Follow a desk no longer; its articles that are here stay shared."""
        self._set_desks(one for one in self.membership.desks if one != desk)

    def _set_desks(self, desks: Iterable[str]) -> None:
        with self._guard:
            self.membership = self.membership._replace(desks=tuple(dict.fromkeys(desks)))
            write_membership(self._folder.path, self.membership)
            if self._engine is not None:
                self._engine.follow(self.membership.desks)
        self._worker.wake()

    # ------------------------------------------------------------------ passes

    def sync_once(self, now: float | None = None) -> SyncResult:
        """Receive and send everything now, and return what that did; what failed is told by `state`.

        `now` is the time in seconds since 1970. Raises ReaderError when another program is at it, or for the key of the team.
        """
        with self._passes, self._hold_lock() as is_held:
            if not is_held:
                raise ReaderError("Another program is sending and reading for this library", "Wait for it, or close it")
            return self._follow_membership().sync(time.time() if now is None else now)

    def step(self, now: float) -> float:
        """Do what is due at a time, and return the seconds until something will be. Raises as `sync_once`."""
        with self._passes, self._hold_lock() as is_held:
            return self._follow_membership().step(now) if is_held else _BUSY_PAUSE

    def _follow_membership(self) -> Engine:
        """Return the engine, which follows the desks that another program may have chosen. Raises ReaderError."""
        current = read_membership(self._folder.path)
        if current is None or current.team != self.membership.team:
            raise ReaderError("This library has left the team", "Open it again")
        engine = self._connect()
        if current.desks != self.membership.desks:
            self.membership = current
            engine.follow(current.desks)
        return engine

    def _step(self, now: float) -> float:
        try:
            pause, problem = self.step(now), ""
        except ReaderError as error:
            pause, problem = _BUSY_PAUSE, str(error)
        if problem != self._problem:
            self._problem = problem
            self._tell(self.state)
        return pause

    @contextlib.contextmanager
    def _hold_lock(self) -> Generator[bool]:
        with self._folder.wrap_errors(), self._lock.hold(_LOCK_SECONDS) as is_held:
            yield is_held

    def start(self) -> None:
        """Let changes come and go from now on, on a thread."""
        self._worker.start()

    def show(self, article_id: str) -> None:
        """Say which article is on the screen, "" for none: it is looked at more often."""
        self._shown = article_id
        if self._engine is not None:
            self._engine.show(article_id)
        self._worker.wake()

    def wake(self) -> None:
        """Look at once, and try again what failed: a person came back to the window."""
        if self._engine is not None:
            self._engine.wake()
        self._worker.wake()

    def close(self, timeout: float = CLOSE_SECONDS) -> int:
        """Send what waits, for at most `timeout` seconds, and end; return how many changes then wait for the next time."""
        deadline, engine = time.monotonic() + timeout, self._engine
        with contextlib.suppress(ReaderError):
            if self._worker.is_running and engine is not None and engine.hurry() and not self.state.offline_since:
                self._worker.wake()
                with self._told:
                    self._told.wait_for(self._is_sent_or_stuck, timeout)
        is_ended = self._worker.close(max(0.1, deadline - time.monotonic()))
        self._library.shared_articles.on_change = None
        unsent = self.state.unsent
        if is_ended and engine is not None and self._sync_state is not None:
            with contextlib.suppress(ReaderError):
                unsent = engine.count_unsent()
            self._sync_state.close()
        return unsent

    def _is_sent_or_stuck(self) -> bool:
        state = self.state
        return not state.unsent or bool(state.problem or state.offline_since)

    # ------------------------------------------------------------------ state

    @property
    def state(self) -> TeamState:
        """How the work goes."""
        state = self._engine.state if self._engine is not None else TeamState()
        return state._replace(problem=state.problem or self._problem)

    def status(self) -> TeamStatus:
        """Return all that is known without asking the store. Raises ReaderError when the library cannot be read."""
        engine = self._connect()
        articles, members, bad = engine.shared_states(), engine.members(), engine.bad_keys()
        return TeamStatus(self.membership, self.state, articles, members, bad, engine.notices(), *engine.latest_times())

    def members(self) -> tuple[TeamMember, ...]:
        """Return the members as the store named them last."""
        return self._connect().members()

    def activity(self) -> tuple[Activity, ...]:
        """Return who changed which shared article last, as far as that was read here. Raises as `status`."""
        return self._connect().activity()

    def _tell_arrival(self, article_id: str, members: tuple[str, ...]) -> None:
        if self.on_arrival is not None:
            self.on_arrival(article_id, members)

    def _tell(self, state: TeamState) -> None:
        with self._told:
            self._told.notify_all()
        if self.on_state is not None:
            self.on_state(state._replace(problem=state.problem or self._problem))

    def _note_change(self, article_id: str) -> None:
        if self._engine is not None:
            self._engine.note_change(article_id)
            self._worker.wake()

    @property
    def _state_path(self) -> Path:
        return self._folder.path / f"team-{device_name()}.sqlite"

    def _connect(self, cipher: Cipher | None = None) -> Engine:
        """Return the engine, made with the first call. Raises ReaderError without the key or the client of the store."""
        with self._guard:
            if self._engine is None:
                membership = self.membership
                store = self._store or open_store(parse_place(membership.place))
                cipher = cipher or cipher_for(membership.team, membership.check)
                self._sync_state = SyncState(self._state_path)
                link = TeamLink(self._library, membership, store, cipher, self._sync_state)
                self._engine = Engine(link, self._worker.is_stopped, self._tell)
                self._engine.listen(self._tell_arrival)
                self._engine.show(self._shown)
                self._library.shared_articles.on_change = self._note_change
            return self._engine


def _open_place(library: Library, place: str) -> tuple[ObjectStore, str]:
    """Return the store of a place, and the place as it is kept. Raises ReaderError if the library is in a team already."""
    membership = read_membership(library.folder)
    if membership is not None:
        raise ReaderError(f"This library is in the team {membership.title!r} already", "Leave that one first")
    parsed = parse_place(place)
    return open_store(parsed), str(parsed)
