"""Members of a team, each with a library of their own, and a store that does to them what stores and networks do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reader.article.ranges import Span
from reader.library import Library
from reader.review.session import ReviewSession
from reader.team import layout
from reader.team.encryption import Cipher, NullCipher
from reader.team.membership import create_team, introduce, write_membership
from reader.team.state import Membership
from reader.team.stores import Entry
from reader.team.stores.object_store import AlreadyThere, Missing, NotAllowed, ObjectStore, TooLarge, Unreachable, check_key
from reader.team.sync_state import SyncState
from reader.team.team import Team
from tests.unit.review_strategies import article

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where libraries are whose disk is no part of a test."""
WORDS = 400
TEXT = "\n\n".join(f"Sentence {number} counts the gulls on the pier." for number in range(WORDS))
ARTICLE = article(f"The gulls\n\n{TEXT}\n")


@dataclass
class DictStore:
    """A store in a dictionary, with a clock that a test sets. An `ObjectStore`."""

    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    now: float = 1_800_000_000.0
    requests: int = 0
    read: list[str] = field(default_factory=list[str])

    def put_new(self, key: str, data: bytes) -> None:
        self.requests += 1
        if check_key(key) in self.objects:
            raise AlreadyThere(key)
        self.objects[key] = data, datetime.fromtimestamp(self.now, UTC)
        self.order.append(key)

    def get(self, key: str, limit: int) -> bytes:
        self.requests += 1
        self.read.append(key)
        if key not in self.objects:
            raise Missing(key)
        data = self.objects[key][0]
        if len(data) > limit:
            raise TooLarge(key)
        return data

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        self.requests += 1
        keys = sorted(key for key in self.objects if key.startswith(f"{prefix}/" if prefix else "") and key > after)
        return (Entry(key, len(self.objects[key][0]), self.objects[key][1]) for key in keys)

    def list_children(self, prefix: str) -> tuple[str, ...]:
        self.requests += 1
        start = f"{prefix}/" if prefix else ""
        return tuple(sorted({key[len(start) :].partition("/")[0] for key in self.objects if key.startswith(start)}))

    def delete(self, key: str) -> None:
        self.requests += 1
        self.objects.pop(key, None)


@dataclass
class RoughStore:
    """A store as one member meets it: each field but the first says how often something goes wrong from now on."""

    inner: DictStore
    lost_answers: int = 0
    failed_puts: int = 0
    cut_bodies: int = 0
    broken_listings: int = 0
    unseen_objects: int = 0
    is_offline: bool = False
    is_revoked: bool = False

    def put_new(self, key: str, data: bytes) -> None:
        self._reach()
        if self.is_revoked:
            raise NotAllowed("The rights of this member were taken away")
        if self.failed_puts:
            self.failed_puts -= 1
            raise Unreachable("The put did not arrive")
        self.inner.put_new(key, data)
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable("The answer was lost")

    def get(self, key: str, limit: int) -> bytes:
        self._reach()
        data = self.inner.get(key, limit)
        if self.cut_bodies and len(data) > 1:
            self.cut_bodies -= 1
            return data[: len(data) // 2]
        return data

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        self._reach()
        unseen = set(self.inner.order[len(self.inner.order) - self.unseen_objects :]) if self.unseen_objects else set[str]()
        is_broken, self.broken_listings = self.broken_listings > 0, max(0, self.broken_listings - 1)
        for number, entry in enumerate(self.inner.list_after(prefix, after)):
            if is_broken and number:
                raise Unreachable("The listing ended in the middle")
            if entry.key not in unseen:
                yield entry

    def list_children(self, prefix: str) -> tuple[str, ...]:
        self._reach()
        return self.inner.list_children(prefix)

    def delete(self, key: str) -> None:
        raise NotAllowed("Nobody may delete")

    def _reach(self) -> None:
        if self.is_offline:
            raise Unreachable("The store does not answer")

    def calm(self) -> None:
        """Let everything go well from now on."""
        self.lost_answers = self.failed_puts = self.cut_bodies = self.broken_listings = self.unseen_objects = 0
        self.is_offline = self.is_revoked = False


class Newsroom:
    """A team at a store in memory, and its members by name."""

    def __init__(self, folder: Path, cipher: Cipher | None = None) -> None:
        self.folder = folder
        self.cipher = cipher or NullCipher()
        self.store = DictStore()
        self.note = create_team(self.store, "The newsroom", self.cipher.check)
        self.members: dict[str, Member] = {}

    def add(self, name: str, desks: tuple[str, ...] = ()) -> Member:
        """Let somebody join."""
        introduce(self.store, name, name.title(), self.cipher)
        folder = self.folder / name
        folder.mkdir(parents=True)
        write_membership(
            folder, Membership("memory", self.note.id, self.note.title, name, name.title(), self.note.check, desks)
        )
        member = self.members[name] = Member(name, folder, RoughStore(self.store))
        return member

    def settle(self, rounds: int = 3) -> None:
        """Let all send and receive, everything going well."""
        for member in self.members.values():
            member.store.calm()
        for _ in range(rounds):
            for member in self.members.values():
                self.store.now += 60
                member.sync(self.store.now)

    def close(self) -> None:
        for member in self.members.values():
            member.close()


class Member:
    """Somebody with a library that belongs to a team."""

    def __init__(self, name: str, folder: Path, store: RoughStore) -> None:
        self.name = name
        self.folder = folder
        self.store = store
        self.clock = 0.0
        """How wrong this member's clock is, in seconds."""
        self.session: ReviewSession | None = None
        self.article_id = ""
        self.open()

    def open(self) -> None:
        """Start the program."""
        self.library = Library.open(self.folder)
        team = Team.of(self.library)
        assert team is not None
        self.team = Team(self.library, team.membership, as_store(self.store))

    def read(self) -> str:
        """Open the article in a review, which is saved as it changes, and return its id."""
        self.session, entry = self.library.session(ARTICLE, self.name)
        self.session.listen(lambda change: self.library.save(entry.id, change))
        self.article_id = entry.id
        assert self.library.flush(10)
        return entry.id

    def write(self, note: str, place: int) -> None:
        """Mark a sentence and write a note on it; when this returns it is on the disk."""
        assert self.session is not None
        start = ARTICLE.text.index(f"Sentence {place % WORDS} counts")
        annotation = self.session.mark(Span(start, start + 12))
        self.session.set_note(annotation, note)
        assert self.library.flush(10)

    def remove(self, note: str) -> None:
        """Remove the mark with a note, as a window does that was opened just now."""
        self.read()
        assert self.session is not None
        self.session.remove([one for one in self.session.index.annotations() if one.note == note])
        assert self.library.flush(10)

    def sync(self, now: float) -> None:
        """Send and receive by this member's clock."""
        self.team.sync_once(now + self.clock)

    def team_state(self) -> SyncState:
        """Return what this member's program remembers of the team, to be read only."""
        (path,) = self.folder.glob("team-*.sqlite")
        return SyncState(path)

    def notes(self) -> list[str]:
        """Return all notes on the article as they stand in the library, sorted."""
        records = self.library.annotation_records([self.article_id])
        return sorted(str(record.get("note")) for record in records)

    def restart(self, *, without_state: bool = False) -> None:
        """End the program and start it again, maybe without what it remembers of the team."""
        self.close()
        if without_state:
            for path in self.folder.glob("team-*.sqlite*"):
                path.unlink()
        self.reopen()

    def reopen(self) -> None:
        """Start the program again, with the article that was open."""
        self.open()
        if self.article_id:
            self.read()

    def replicas(self) -> set[str]:
        """Return the replicas of this member's library that have changed the article."""
        own = self.library.shared_articles.unsent(self.article_id, {})
        return {line.dot.replica.partition("~")[0] for line in own}

    def keep_backup(self, place: Path) -> None:
        """Copy the folder of the library."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder, place)

    def put_back(self, place: Path) -> None:
        """Put a copy of the folder back, as a person does after a disk failed."""
        self.close()
        shutil.rmtree(self.folder)
        shutil.copytree(place, self.folder)
        self.reopen()

    def close(self) -> None:
        self.team.close(1)
        assert self.library.close()


def share(room: Newsroom, *names: str) -> list[Member]:
    """Let the first member share the article on a desk that the others follow."""
    members = [room.add(name, ("pier",)) for name in names]
    members[0].read()
    members[0].team.share(members[0].article_id, ["pier"])
    members[0].sync(room.store.now)
    for member in members[1:]:
        member.sync(room.store.now)
        assert member.read() == members[0].article_id
    return members


def segment_keys(room: Newsroom) -> list[str]:
    """Return the keys of all segments."""
    return sorted(key for key in room.store.objects if layout.segment_in(key) is not None)


def as_store(store: RoughStore) -> ObjectStore:
    """Return a rough store as what the program takes it for."""
    return store
