"""One member of a team: a process with a library of its own, the real engine, and a person who makes changes.

What it wanted, what was acknowledged and what came from others it prints, line by line (`benchmarks.faults.ledger`). What it
is to do stands in a file: WORK, IDLE (no changes), QUIET (no changes, all is sent and received again and again) or END.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from typing import Final

from benchmarks.faults.ledger import GONE, note_of, sum_of
from benchmarks.faults.nursery import Say
from benchmarks.texts import article_text
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats import parse_article
from reader.library import Library
from reader.review.model import Annotation, Edit
from reader.review.session import ReviewSession
from reader.team.membership import read_membership
from reader.team.stores import Entry, ObjectStore, open_store, parse_place
from reader.team.team import Team

WORK: Final = "work"
IDLE: Final = "idle"
QUIET: Final = "quiet"
END: Final = "end"
DESK: Final = "desk"
_PATIENCE: Final = 60.0
_real_time: Final = time.time
_LOOK: Final = 0.05
_TELL: Final = 5.0
_SIZES: Final = (0, 60, 60, 400)
_PAGE: Final = 1000
"""The keys in an answer to a list."""
_KEY_BYTES: Final = 240
"""What S3 writes about a key in a list beside the key itself, in bytes, about."""


@dataclass(slots=True)
class Clock:
    """A clock that goes `pace` times as fast as the real one, and is wrong by `skew` seconds."""

    pace: float
    skew: float
    begun: float

    def now(self) -> float:
        """Return the time that this clock shows."""
        return self.begun + (_real_time() - self.begun) * self.pace + self.skew


def live(
    say: Say,
    folder: str,
    place: str,
    name: str,
    seed: int,
    *,
    desk: str = DESK,
    is_founder: bool = False,
    shares: int = 0,
    changes: float = 600.0,
    screen: bool = True,
    pace: float = 1.0,
    skew: float = 0.0,
    begun: float = 0.0,
    keys: Sequence[str] = (),
) -> None:
    """Live as a member of the team at a place until told to end. `changes` is how many are made in an hour.

    The founder makes the team. Whoever `shares` articles puts so many on the desk; the others follow it and read the first that
    comes. The clock goes `pace` times as fast as the real one since `begun`, and is wrong by `skew` seconds.
    """
    say("begin")
    if keys:
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = keys
    chance, clock = Random(seed), Clock(pace, skew, begun or _real_time())
    time.time = clock.now
    with Library.open(Path(folder)) as library:
        team, store = _enter(library, place, name, desk, is_founder=is_founder, shares=shares)
        syncing = _Syncing(team, clock, say)
        arrivals = _listen(library, say)
        control = Path(f"{folder}.do")
        with syncing.run():
            person = _Person(say, library, name, chance)
            due, told = time.monotonic(), 0.0
            while (mode := _read_mode(control)) != END:
                syncing.is_eager = mode == QUIET
                person.take(arrivals)
                if person.session is None:
                    person.begin(team if screen else None)
                elif mode == WORK and time.monotonic() >= due:
                    person.change()
                    due = max(due, time.monotonic() - 60) + chance.expovariate(changes / 3600)
                if time.monotonic() > told + _TELL:
                    told = time.monotonic()
                    say(f"requests {json.dumps(store.counts)}")
                threading.Event().wait(_LOOK)
        _dump(library, Path(f"{folder}.json"))
        team.close(1)


def _read_mode(control: Path) -> str:
    with contextlib.suppress(OSError):
        return control.read_text(encoding="ascii")
    return WORK


def _enter(library: Library, place: str, name: str, desk: str, *, is_founder: bool, shares: int) -> tuple[Team, CountingStore]:
    """Return the team, which is made or joined the first time. What fails for the store's sake is tried again."""
    deadline = time.monotonic() + _PATIENCE
    while read_membership(library.folder) is None:
        try:
            team = (Team.create if is_founder else Team.join)(library, place, name)
            team.follow(desk)
            team.close(1)
        except ReaderError:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(1.0)
    membership = read_membership(library.folder)
    assert membership is not None
    store = CountingStore(open_store(parse_place(place)))
    team = Team(library, membership, store)
    if not library.shared_articles.articles():
        for number in range(shares):
            text = f"Notes of {desk}, part {number}.\n\n{article_text(4000, markdown=False)}"
            session, entry = library.session(parse_article(text.encode(), "-"), name)
            session.listen(partial(library.save, entry.id))
            library.flush(_PATIENCE)
            team.share(entry.id, [desk])
    return team, store


def _listen(library: Library, say: Say) -> SimpleQueue[tuple[str, tuple[Edit, ...]]]:
    """Let others' changes go into a queue, and say when they came."""
    arrivals: SimpleQueue[tuple[str, tuple[Edit, ...]]] = SimpleQueue()

    def take(article_id: str, edits: Iterable[Edit]) -> None:
        edits = tuple(edits)
        arrivals.put((article_id, edits))
        now = _real_time()
        for edit in edits:
            if isinstance(edit.after, Annotation):
                words = edit.after.note.split(" ", 3)
                if len(words) > 2:
                    say(f"got {words[1]} {words[2]} {now:.3f}")

    library.on_remote_change = take
    library.watch()
    return arrivals


class CountingStore:
    """Counts what is asked of a store, as whoever is paid for it does: requests by verb, bytes that go up and come down."""

    def __init__(self, store: ObjectStore) -> None:
        self.counts: Counter[str] = Counter()
        self._store = store

    def put_new(self, key: str, data: bytes) -> None:
        """Count a put."""
        self.counts["put"] += 1
        self.counts["up"] += len(data)
        self._store.put_new(key, data)

    def get(self, key: str, limit: int) -> bytes:
        """Count a get and what it brought."""
        self.counts["get"] += 1
        data = self._store.get(key, limit)
        self.counts["down"] += len(data)
        return data

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Count the answers that a list takes."""
        self.counts["list"] += 1
        for number, entry in enumerate(self._store.list_after(prefix, after), 1):
            self.counts["list"] += number % _PAGE == 0
            self.counts["down"] += _KEY_BYTES + len(entry.key)
            yield entry

    def list_children(self, prefix: str) -> tuple[str, ...]:
        """Count a list of names."""
        names = self._store.list_children(prefix)
        self.counts["list"] += 1 + len(names) // _PAGE
        self.counts["down"] += sum(_KEY_BYTES + len(prefix) + len(name) for name in names)
        return names

    def delete(self, key: str) -> None:
        """Count a removal."""
        self.counts["put"] += 1
        self._store.delete(key)


class _Syncing:
    """The thread of the team, by a clock of its own."""

    def __init__(self, team: Team, clock: Clock, say: Say) -> None:
        self.is_eager = False
        self._team, self._clock, self._say = team, clock, say
        self._is_over = threading.Event()

    @contextlib.contextmanager
    def run(self) -> Iterator[None]:
        """Let changes come and go while the block lasts."""
        thread = threading.Thread(target=self._go, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join(_PATIENCE)

    def _go(self) -> None:
        told = ""
        while not self._is_over.is_set():
            pause = 5.0
            try:
                if self.is_eager:
                    self._team.sync_once(self._clock.now())
                    pause = self._clock.pace * 0.5
                else:
                    pause = self._team.step(self._clock.now())
            except ReaderError as error:
                self._say(f"error {error}")
            except Exception as error:
                self._say(f"crash {error!r}")
            state = self._team.state
            shown = json.dumps(state._asdict())
            if shown != told or self.is_eager:
                told = shown
                self._say(f"state {shown}")
            self._is_over.wait(min(pause / self._clock.pace, 0.5))


class _Person:
    """The person at the device: who changes their own annotations only, so that it is known what must be there."""

    def __init__(self, say: Say, library: Library, name: str, chance: Random) -> None:
        self.session: ReviewSession | None = None
        self._say, self._library, self._name, self._chance = say, library, name, chance
        self._mine: list[Annotation] = []
        self._article_id = ""
        self._number = int(_real_time() * 1000) % 10**9

    def begin(self, team: Team | None) -> None:
        """Open the first article, once it and its text are here."""
        for summary in self._library.summaries():
            with contextlib.suppress(ReaderError, OSError):
                entry = self._library.entry(summary.id)
                article = parse_article(self._library.latest_document(entry), "-")
                self.session, found = self._library.session(article, self._name)
                assert found.id == summary.id
                self._article_id = found.id
                self.session.listen(partial(self._library.save, found.id))
                self._mine = [a for a in self.session.index.annotations() if a.creator == self._name]
                if team is not None:
                    team.show(found.id)
                self._say(f"opened {found.id}")
                return

    def take(self, arrivals: SimpleQueue[tuple[str, tuple[Edit, ...]]]) -> None:
        """Show what came from others."""
        with contextlib.suppress(Empty):
            while True:
                article_id, edits = arrivals.get_nowait()
                if self.session is not None and article_id == self._article_id:
                    self.session.receive(edits)

    def change(self) -> None:
        """Change something, and wait until it is saved."""
        assert self.session is not None
        self._number += 1
        number, chance, session = self._number, self._chance, self.session
        note = note_of(self._name, number, chance.choice(_SIZES))
        what = chance.random()
        if what < 0.6 or not self._mine:
            start = chance.randrange(500)
            made = session.add(_span(session, start), note=note)
            self._say(f"want {number} {made.id} {sum_of(note)}")
            self._mine.append(made)
        elif what < 0.9:
            place = chance.randrange(len(self._mine))
            self._say(f"want {number} {self._mine[place].id} {sum_of(note)}")
            self._mine[place] = session.set_note(self._mine[place], note)
        else:
            gone = self._mine.pop(chance.randrange(len(self._mine)))
            self._say(f"want {number} {gone.id} {GONE}")
            session.remove([gone])
        if self._library.flush(_PATIENCE):
            self._say(f"kept {number}")
            self._say(f"made {number} {_real_time():.3f}")


def _span(session: ReviewSession, start: int) -> Span:
    sentences = session.index.article.sentences.all()
    return sentences[start % len(sentences)]


def _dump(library: Library, path: Path) -> None:
    """Write what the library holds of every shared article: what a team sees of it, and the notes."""
    shared = library.shared_articles.articles()
    folds = {one.id: library.shared_articles.fold(one.id) for one in shared}
    notes = library.annotation_records(one.id for one in shared)
    state = {
        "articles": {
            key: {
                "vector": dict(sorted(fold.vector.counters.items())),
                "records": {f"{table}/{record_id}": record for table, record_id, record in fold.records},
            }
            for key, fold in folds.items()
        },
        "notes": {str(record["id"]): [record.get("note"), record.get("_rivals", {})] for record in notes},
    }
    path.write_text(json.dumps(state, sort_keys=True), encoding="utf-8")
