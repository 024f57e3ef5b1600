"""Any history of a team: members write, send, restart and put backups back, while stores, networks and clocks fail them.

At the end of every history each acknowledged change is with every member, once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from reader.team import layout
from reader.team.encryption import NullCipher
from reader.team.segments import pack_note
from tests.hypothesis_profiles import PROFILE
from tests.team.members import MEMORY, WORDS, Member, Newsroom

NAMES = ("ana", "bob", "cem", "dora")
members = st.sampled_from(NAMES[:3])


class TeamMachine(RuleBasedStateMachine):
    """Three members of a team, and a fourth who joins when all is done."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory(dir=MEMORY)
        self.room = Newsroom(Path(self.place.name))
        self.written: list[str] = []
        self.removed: set[str] = set()
        self.backups: dict[str, int] = {}
        self.garbage = 0

    @initialize()
    def share(self) -> None:
        for name in NAMES[:3]:
            self.room.add(name, ("pier",))
        ana = self.member("ana")
        ana.read()
        ana.team.share(ana.article_id, ["pier"])
        self.room.settle(1)
        for name in NAMES[1:3]:
            self.member(name).read()

    def member(self, name: str) -> Member:
        return self.room.members[name]

    # ------------------------------------------------------------------ what members do

    @rule(name=members)
    def write(self, name: str) -> None:
        number = len(self.written) + len(self.removed)
        note = f"{number:04} by {name}"
        self.member(name).write(note, number % WORDS)
        self.written.append(note)

    @rule(name=members, which=st.integers(0))
    def remove(self, name: str, which: int) -> None:
        """Remove a mark that this member sees: it goes everywhere, since nobody writes on it again."""
        member = self.member(name)
        if notes := member.notes():
            note = notes[which % len(notes)]
            member.remove(note)
            self.written = [one for one in self.written if one != note]
            self.removed.add(note)

    @rule(name=members)
    def sync(self, name: str) -> None:
        self.room.store.now += 7
        self.member(name).sync(self.room.store.now)

    @rule(name=members, seconds=st.sampled_from([1.0, 11.0, 45.0, 700.0]))
    def step(self, name: str, seconds: float) -> None:
        self.room.store.now += seconds
        member = self.member(name)
        member.team.step(self.room.store.now + member.clock)

    @rule(name=members, without_state=st.booleans())
    def restart(self, name: str, without_state: bool) -> None:
        self.member(name).restart(without_state=without_state)

    @rule(name=members)
    def back_up(self, name: str) -> None:
        member = self.member(name)
        member.close()
        member.keep_backup(self.room.folder / f"backup-{name}")
        self.backups[name] = 1
        member.reopen()

    @precondition(lambda self: bool(self.backups))
    @rule(name=members)
    def put_back(self, name: str) -> None:
        if name in self.backups:
            # What a disk takes with it before it was sent is lost to everybody, so it is sent first.
            member = self.member(name)
            member.store.calm()
            member.sync(self.room.store.now)
            assert member.team.state.unsent == 0
            member.put_back(self.room.folder / f"backup-{name}")

    # ------------------------------------------------------------------ what befalls them

    @rule(name=members, count=st.integers(1, 3))
    def lose_answers(self, name: str, count: int) -> None:
        self.member(name).store.lost_answers = count

    @rule(name=members, count=st.integers(1, 3))
    def fail_puts(self, name: str, count: int) -> None:
        self.member(name).store.failed_puts = count

    @rule(name=members, count=st.integers(1, 5))
    def cut_bodies(self, name: str, count: int) -> None:
        self.member(name).store.cut_bodies = count

    @rule(name=members, count=st.integers(1, 9))
    def hide_objects(self, name: str, count: int) -> None:
        self.member(name).store.unseen_objects = count

    @rule(name=members)
    def break_listings(self, name: str) -> None:
        self.member(name).store.broken_listings = 1

    @rule(name=members)
    def take_rights(self, name: str) -> None:
        self.member(name).store.is_revoked = True

    @rule(name=members)
    def go_offline(self, name: str) -> None:
        self.member(name).store.is_offline = True

    @rule(name=members)
    def calm(self, name: str) -> None:
        self.member(name).store.calm()

    @rule(name=members, hours=st.integers(-30, 30))
    def set_clock(self, name: str, hours: int) -> None:
        self.member(name).clock = hours * 3600.0

    @rule(data=st.binary(max_size=80), is_fold=st.booleans(), is_own_log=st.booleans())
    def put_garbage(self, data: bytes, is_fold: bool, is_own_log: bool) -> None:
        """Put an object as a hostile member may: below their own name."""
        self.garbage += 1
        (shared,) = self.member("ana").library.shared_articles.articles()
        if is_fold:
            key = layout.whole_key(layout.fold_stem(shared.scope, "mallory", 10**12 + self.garbage), data, is_gap=is_own_log)
        else:
            replica = "badbad00" if is_own_log else next(iter(self.member("ana").replicas()), "badbad00")
            claim = layout.claim_key("mallory", replica)
            if claim not in self.room.store.objects:
                self.room.store.now += 1
                self.room.store.put_new(claim, pack_note({}, claim, NullCipher()))
            stem = layout.segment_stem(shared.scope, "mallory", replica, 10**9 + self.garbage, 10**9 + self.garbage)
            key = layout.whole_key(stem, data)
        self.room.store.put_new(key, data)

    # ------------------------------------------------------------------ what holds

    def teardown(self) -> None:
        try:
            if self.room.members:
                self.check()
        finally:
            self.room.close()
            self.place.cleanup()

    def check(self) -> None:
        self.room.settle()
        late = self.room.add("dora", ("pier",))
        self.room.settle(1)
        late.read()
        for member in self.room.members.values():
            assert member.notes() == sorted(self.written), member.name
            state = member.team.state
            assert (state.unsent, state.offline_since, state.problem, state.waiting) == (0, "", "", 0), member.name


def run(count: int, steps: int) -> None:
    run_state_machine_as_test(TeamMachine, settings=settings(max_examples=count, stateful_step_count=steps))


@pytest.mark.slow
def test_any_short_history_of_a_team() -> None:
    run(4, 12)


@pytest.mark.slow
@pytest.mark.hypothesis
def test_any_history_of_a_team() -> None:
    run(200 if PROFILE == "explore" else 40, 40)
