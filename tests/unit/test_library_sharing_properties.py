"""Sharing under everything that happens: lines lost, late, twice and in any order, folds, merges, other programs, restarts."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB, where

from reader.library.journal import JournalEntry
from reader.library.merge import merge_library
from reader.library.shared_articles import Fold
from reader.library.snapshots import Snapshots
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.versions import Dot
from reader.review.cells import Record, to_cells
from tests.hypothesis_profiles import examples
from tests.unit.test_library_merging_properties import MEMORY, Event, rivals, truth
from tests.unit.test_library_sharing import ARTICLE, CLAIMS, SECRET, TEAM, Desk, delete_article

MEMBERS: Final = 3
Deed = tuple[int, str, int]


def values_in(plain: Record | None) -> dict[str, set[str]]:
    """Return every value of the note and the tags of an annotation."""
    shown = {cell: {str(value)} for cell, value in to_cells(plain or {}).items() if cell == "note" or cell.startswith("tags/")}
    for cell, others in rivals(plain).items():
        shown.setdefault(cell, set()).update(map(str, others))
    return shown


class Team:
    """Members with a library each, and a place that holds whatever any of them sent."""

    def __init__(self, place: Path) -> None:
        self.desks = [Desk(place / f"member {number}") for number in range(MEMBERS)]
        self.lines: list[JournalEntry] = []
        self.folds: list[Fold] = []
        self.events: dict[str, list[tuple[Dot, Event]]] = {claim: [] for claim in CLAIMS}
        self.deleted = set[Desk]()
        self.private: list[str | None] = [""] * MEMBERS
        first = self.desks[0]
        first.open_article()
        first.shared.share(ARTICLE, TEAM)
        for desk in self.desks[1:]:
            desk.shared.expect(ARTICLE, TEAM)
        self.work(0, "note", 0)
        self.send(0)
        for who in range(1, MEMBERS):
            self.desks[who].shared.receive(ARTICLE, self.lines)

    # ------------------------------------------------------------------ what members do

    def watch(self, who: int, which: int, change: Callable[[], object]) -> None:
        """Let a member change an annotation, and note what they did and what they knew then."""
        desk, claim = self.desks[who], CLAIMS[which]
        vector = desk.shared.vector(ARTICLE)
        knew = frozenset(n for n, (dot, _) in enumerate(self.events[claim]) if dot in vector)
        before = desk.plain(ANNOTATIONS, claim)
        change()
        desk.shared.restamp(ARTICLE)
        after = desk.plain(ANNOTATIONS, claim)
        new = desk.shared.vector(ARTICLE).beyond(vector).counters
        if before == after:
            return
        ((replica, counter),) = new.items()
        for event in self.differences(before, after, knew):
            self.events[claim].append((Dot(counter, replica), event))

    def differences(self, before: Record | None, after: Record | None, knew: frozenset[int]) -> list[Event]:
        if after is None:
            return [Event("remove", {}, knew)]
        old, new = values_in(before), values_in(after)
        if before is None:
            return [Event("make", {cell: value}, knew) for cell, values in new.items() for value in sorted(values)]
        changed = [cell for cell in {**old, **new} if old.get(cell) != new.get(cell)]
        dropped = [Event("drop", {cell: ""}, knew) for cell in changed if cell not in new]
        return dropped + [Event("write", {cell: value}, knew) for cell in changed for value in sorted(new.get(cell, ()))]

    def work(self, who: int, what: str, which: int) -> None:
        desk, claim = self.desks[who], CLAIMS[which]
        value = f"{what} {who} {len(self.events[claim])}"
        there = desk.plain(ANNOTATIONS, claim)
        if there is None:
            if not self.events[claim]:  # no two people ever make an annotation of one id
                self.watch(who, which, lambda: desk.claim(claim, note=value))
        elif what == "note":
            self.watch(who, which, lambda: desk.edit(ANNOTATIONS, claim, note=value))
        elif what == "tag":
            tags: Any = there.get("tags", [])
            self.watch(who, which, lambda: desk.edit(ANNOTATIONS, claim, tags=[*tags[-1:], value]))
        elif what == "remove":
            self.watch(who, which, lambda: desk.edit(ANNOTATIONS, claim, gone=True))
        elif what == "foreign":
            self.watch(who, which, lambda: self.edit_by_another_program(desk, claim, value, len(self.events[claim]) % 3))

    def edit_by_another_program(self, desk: Desk, claim: str, value: str, how: int) -> None:
        assert desk.store.checkpoint()
        with TinyDB(desk.folder / "library.json") as db:
            table = db.table("annotations")
            if how == 0:
                table.remove(where("id") == claim)
            elif how == 1:
                table.update({"note": value}, where("id") == claim)
            else:
                table.update({"note": value, "tags": [value]}, where("id") == claim)
        desk.store.catch_up()
        desk.store.keep_foreign_changes()

    def undo(self, who: int, which: int) -> None:
        """Undo the last change; which claim that was shows in what has changed."""
        desk = self.desks[who]
        entry = desk.last_change()
        if entry is not None and entry.label != "delete":
            (operation,) = entry.operations
            self.watch(who, CLAIMS.index(operation.id), desk.undo)

    def keep_private(self, who: int, which: int) -> None:
        name = f"{SECRET} {which}"
        self.desks[who].edit(ARTICLES, ARTICLE, "", name=name)
        if self.private[who] is not None:
            self.private[who] = name

    def delete(self, who: int) -> None:
        """Let a member delete the article, and share it again from its file."""
        desk = self.desks[who]
        self.send(who)
        self.deleted.add(desk)
        delete_article(desk)
        desk.open_article()
        desk.shared.share(ARTICLE, TEAM)
        desk.sent.clear()
        self.private[who] = None

    def work_alone(self, who: int, which: int) -> None:
        """Let a member change an annotation while they do not share the article; what they wrote first nobody sees."""
        desk, claim = self.desks[who], CLAIMS[which]

        def change() -> None:
            desk.shared.unshare(ARTICLE)
            if desk.plain(ANNOTATIONS, claim) is not None:
                desk.edit(ANNOTATIONS, claim, "", note=SECRET)
                desk.edit(ANNOTATIONS, claim, "", note=f"alone {who} {len(self.events[claim])}")
            desk.shared.share(ARTICLE, TEAM)

        self.watch(who, which, change)

    # ------------------------------------------------------------------ what goes about

    def send(self, who: int) -> None:
        sent = self.desks[who].send()
        if isinstance(sent, Fold):
            self.folds.append(sent)
        else:
            self.lines += sent

    def receive(self, who: int, which: int) -> None:
        """Let some of the lines arrive, in any order, some twice."""
        rng = random.Random(len(self.lines) * 10 + which)
        lines = rng.choices(self.lines, k=len(self.lines))
        self.desks[who].shared.receive(ARTICLE, lines)

    def do(self, who: int, what: str, which: int) -> None:
        desk, other = self.desks[who], self.desks[(who + 1 + which % 2) % MEMBERS]
        if what == "send":
            self.send(who)
        elif what == "receive":
            self.receive(who, which)
        elif what == "fold":
            self.folds.append(desk.shared.fold(ARTICLE))
        elif what == "join fold" and self.folds:
            desk.shared.join_fold(ARTICLE, self.folds[which % len(self.folds)])
        elif what == "merge" and not self.deleted & {desk, other}:  # a whole library brings what was deleted in it, too
            self.private[who] = None  # somebody's whole library comes with what is private in it
            merge_library(desk.store, other.folder, Snapshots(desk.store.folder.snapshots), "ana")
            desk.shared.restamp(ARTICLE)
        elif what == "restart":
            desk.open()
        elif what == "checkpoint":
            assert desk.store.checkpoint()
        elif what == "private":
            self.keep_private(who, which)
        elif what == "delete":
            self.delete(who)
        elif what == "unshare":
            self.work_alone(who, which)
        elif what == "undo":
            self.undo(who, which)
        else:
            self.work(who, what, which)

    def settle(self) -> None:
        """Bring everything to everybody, the last first; then folds, until no state has anything new for another."""
        self.bring_lines()
        if not any(event.kind == "remove" for events in self.events.values() for _, event in events):
            assert all(desk.public() == self.desks[0].public() for desk in self.desks)
        for _ in range(2):
            folds = [desk.shared.fold(ARTICLE) for desk in self.desks]
            for desk in self.desks:
                for fold in folds:
                    desk.shared.join_fold(ARTICLE, fold)

    def bring_lines(self) -> None:
        for _ in range(2):
            for who in range(MEMBERS):
                self.send(who)
            for desk in self.desks:
                for fold in reversed(self.folds):
                    desk.shared.join_fold(ARTICLE, fold)
                receipt = desk.shared.receive(ARTICLE, [*reversed(self.lines), *self.lines])
                assert receipt.waiting == ()

    def check_covered(self) -> None:
        """Let somebody join by a fold that leaves out all annotations, and then read the lines that it covers."""
        fold = self.desks[0].shared.fold(ARTICLE)
        late = Desk(self.desks[0].folder.with_name("late"))
        late.shared.expect(ARTICLE, TEAM)
        articles = tuple(record for record in fold.records if record[0] == ARTICLES)
        assert late.shared.join_fold(ARTICLE, fold._replace(records=articles), frozenset())
        late.shared.compare_lines(ARTICLE, [*reversed(self.lines), *self.lines])
        assert late.public() == self.desks[0].public()
        assert not late.shared.compare_lines(ARTICLE, self.lines)

    def check(self) -> None:
        first = self.desks[0].public()
        if not self.folds:  # they may stand for lines that are lost
            self.check_covered()
        for who, desk in enumerate(self.desks):
            assert desk.public() == first
            record = desk.plain(ARTICLES, ARTICLE) or {}
            assert self.private[who] in (None, record.get("name", ""))
            for claim in CLAIMS:
                events = [event for _, event in self.events[claim]]
                must, shown = truth(events, range(len(events))), values_in(desk.plain(ANNOTATIONS, claim))
                assert (desk.plain(ANNOTATIONS, claim) is not None) == must.there
                assert all(values <= shown.get(cell, set()) for cell, values in must.values.items())
                if not any(event.kind == "remove" for event in events):
                    assert {cell: values for cell, values in shown.items() if cell != "tags"} == must.values
        sent = b"".join(line.encode() for line in self.lines).decode() + repr(self.folds)
        assert SECRET not in sent


DEEDS = ("note", "note", "tag", "remove", "undo", "foreign", "private", "send", "send", "receive", "receive")
RARE = ("fold", "join fold", "restart", "checkpoint", "merge", "delete", "unshare")
deeds = st.tuples(st.integers(0, MEMBERS - 1), st.sampled_from([*DEEDS, *RARE]), st.integers(0, len(CLAIMS) - 1))


@settings(max_examples=examples(60), derandomize=True)
@given(st.lists(deeds, max_size=25))
@pytest.mark.slow
def test_all_members_come_to_the_same_and_lose_nothing(done: list[Deed]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        team = Team(Path(place))
        for deed in done:
            team.do(*deed)
        team.settle()
        team.check()
