"""Merging what diverged: in any order it comes to the same, and nothing that somebody wrote is lost before somebody chose."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, cast
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.library import Library, LibraryDB
from reader.library.versions import (
    RIVALS_FIELD,
    Dot,
    VersionVector,
    count_returning,
    dots_of,
    edit_stored,
    encode_json,
    join_versions,
    stamp_record,
    to_plain,
)
from reader.review.cells import Record, from_cells, to_cells
from reader.review.model import Evidence, SourceText
from reader.review.selector import make_selector
from tests.hypothesis_profiles import examples
from tests.unit.test_library import LONG, opened

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where files are that no disk need keep: nothing here is about what a disk does."""
CELLS = ("note", "kind", "bookmarks/a", "bookmarks/b", "attached/lines", "judgements/2", "judgements/2")
WHOLE = ("note", "kind")
"""The cells that are never taken off a record that is there."""
EMPTY: Record = {"bookmarks": {}, "attached": {}, "judgements": []}
"""The fields that the other cells stand in."""


def valued(cell: str, value: str) -> object:
    """Return what stands in a cell for a value: on a pair it is the evidence."""
    if not cell.startswith("judgements/"):
        return value
    return {"reference": cell.partition("/")[2], "verdict": "", "evidence": [{"source": value, "selector": {}}]}


def said(value: object) -> set[str]:
    """Return the values that stand in a cell."""
    if not isinstance(value, dict):
        return {str(value)}
    return {piece["source"] for piece in cast("dict[str, Any]", value)["evidence"]}


def shown_in(plain: Record | None) -> dict[str, set[str]]:
    """Return every value of every cell of a plain record. All evidence on a pair stands together."""
    shown = {cell: said(value) for cell, value in to_cells(plain or {}).items() if cell in CELLS}
    for cell, others in rivals(plain).items():
        values = {value for other in others for value in said(other)}
        assert values <= shown[cell] or not cell.startswith("judgements/")
        shown[cell] |= values
    return shown


class Event(NamedTuple):
    """Something that was done to a record: what was written into which cells; `knew` are the events known by who did it."""

    kind: str
    cells: dict[str, str]
    knew: frozenset[int]


class Truth(NamedTuple):
    """What must be seen of a record by who knows of certain events: whether it is there, and the values of its cells."""

    there: bool
    values: dict[str, set[str]]


def truth(events: list[Event], known: Collection[int]) -> Truth:
    """Work out what must be seen, from what was done alone: what nobody overwrote or removed who knew of it."""
    done = {number: events[number] for number in known}
    removals = [event for event in done.values() if event.kind == "remove"]
    alive = {n for n, e in done.items() if e.kind in ("make", "write") and not any(n in r.knew for r in removals)}
    values: dict[str, set[str]] = {}
    for number in alive:
        for cell, value in done[number].cells.items():
            over = (
                e for e in done.values() if number in e.knew and e.kind != "remove" and (e.kind == "make" or cell in e.cells)
            )
            if not any(over):
                values.setdefault(cell, set()).add(value)
    return Truth(bool(alive), values)


@dataclass
class Replica:
    """One of several that know a record each in its own way."""

    name: str
    seen: VersionVector = field(default_factory=VersionVector)
    record: Record | None = None
    known: set[int] = field(default_factory=set)
    last: tuple[Record, Record, str] | None = None
    """The plain record before and after the last write, and the cell, while nothing else was done here."""

    def undo(self, events: list[Event]) -> None:
        """Take the last write back: all values that it had chosen from come back."""
        if self.last is None or self.record is None:
            return
        before, after, cell = self.last
        back = shown_in(before).get(cell, set())
        knew = frozenset(self.known)
        restored = [Event("write", {cell: value}, knew) for value in sorted(back)] or [Event("drop", {cell: ""}, knew)]
        self.known |= {*range(len(events), len(events) + len(restored))}
        events += restored
        dot = self.seen.next(self.name, count_returning(before))
        self.seen.add(dot)
        self.record, self.last = edit_stored(self.record, after, before, dot), None

    def do(self, events: list[Event], kind: str, cell: str) -> None:
        """Change the record; what cannot be done to it as it is, is left."""
        if kind in ("write", "drop", "remove") and self.record is None:
            kind = "make"
        elif kind == "make" and self.record is not None:
            kind = "write"
        if kind == "drop" and cell in WHOLE:
            kind = "write"
        value = f"value {len(events)}"
        written = dict.fromkeys(WHOLE if kind == "make" else [cell], value)
        events.append(Event(kind, {} if kind == "remove" else written, frozenset(self.known)))
        self.known.add(len(events) - 1)
        dot = self.seen.next(self.name)
        self.seen.add(dot)
        if kind == "remove":
            self.record, self.last = None, None
            return
        before = None if self.record is None else to_plain(self.record)
        cells = to_cells({**(before or EMPTY), RIVALS_FIELD: {}})
        made = {c: valued(c, v) for c, v in written.items()}
        cells = {c: v for c, v in cells.items() if kind != "drop" or c != cell} | (made if kind != "drop" else {})
        after = from_cells(cells)
        after[RIVALS_FIELD] = {c: v for c, v in rivals(before).items() if c != cell}
        self.record = edit_stored(self.record, before, after, dot)
        self.last = (before, to_plain(self.record), cell) if before is not None and kind != "make" else None

    def join(self, other: "Replica") -> None:
        """Learn all that another knows."""
        self.record = join_versions(self.record, self.seen, other.record, other.seen)
        self.seen.join(other.seen)
        self.known |= other.known
        self.last = None

    def copy(self) -> "Replica":
        return Replica(self.name, self.seen.copy(), self.record, set(self.known))

    def shows(self) -> dict[str, set[str]]:
        """Return every value of every cell."""
        return {} if self.record is None else shown_in(to_plain(self.record))


def rivals(plain: Record | None) -> dict[str, list[Any]]:
    found = (plain or {}).get(RIVALS_FIELD)
    return found if isinstance(found, dict) else {}


def test_what_comes_back_with_a_record_that_was_removed_has_dots_that_no_other_change_had() -> None:
    seen = VersionVector({"r0": 7})
    before: Record = {"id": "a", "note": "mine", "kind": "claim", RIVALS_FIELD: {"note": ["yours", "theirs"]}}
    after: Record = {**before, "kind": "later"}
    stored = edit_stored(None, before, after, seen.next("r0", count_returning(after)))
    assert not [dot for dot in dots_of(stored) if dot in seen]
    assert shown_in(to_plain(stored))["note"] == {"mine", "yours", "theirs"}


TEXTS = st.sampled_from(["", "a", "b", "ä"])
PLAIN = st.fixed_dictionaries(
    {"id": st.just("a"), "note": TEXTS, "kind": TEXTS},
    optional={
        "updated": TEXTS,
        "=x": TEXTS,
        "count": st.sampled_from([1, True, "1"]),
        "tags": st.lists(TEXTS, max_size=3),
        "judgements": st.lists(st.fixed_dictionaries({"reference": TEXTS, "note": TEXTS}), max_size=2),
    },
)


@given(st.lists(st.tuples(PLAIN, TEXTS, TEXTS, st.sampled_from("xy")), min_size=1, max_size=6))
def test_to_edit_texts_leaves_the_record_that_taking_all_its_cells_apart_does(
    steps: list[tuple[Record, str, str, str]],
) -> None:
    stored = stamp_record(steps[0][0], Dot(1, "x"))
    for counter, (plain, note, updated, replica) in enumerate(steps, 2):
        seen = to_plain(stored)
        for before in (seen, plain):
            for after in ({**before, "note": note, "updated": updated}, {**plain, "note": note}):
                edited = edit_stored(stored, before, after, Dot(counter, replica))
                assert encode_json(edited) == encode_json(
                    edit_stored(stored, before, {**after, RIVALS_FIELD: {}}, Dot(counter, replica))
                )
        stored = edit_stored(stored, seen, {**seen, "note": note, "updated": updated}, Dot(counter, replica))


Step = tuple[int, str, str, int]


def steps(*kinds: str) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.integers(0, 3), st.sampled_from([*kinds, "join", "join"]), st.sampled_from(CELLS), st.integers(1, 3))
    return st.lists(step, max_size=25)


REMOVED_AND_WORKED_ON: list[Step] = [
    (0, "write", "note", 1),
    (2, "join", "note", 2),
    (0, "remove", "note", 1),
    (1, "write", "kind", 1),
    (1, "join", "note", 3),
    (1, "join", "note", 1),
]
"""One writes a note and removes the record; another knows the note only; a third, who worked on the record, meets both."""


def histories(done: list[Step]) -> Iterator[tuple[list[Event], list[Replica], Replica]]:
    """Do one thing after the other with four replicas; yield after each what was done, all, and the one that did it."""
    events, first = list[Event](), Replica("r0")
    first.do(events, "make", "note")
    replicas = [first, *(Replica(f"r{n}", first.seen.copy(), first.record, set(first.known)) for n in (1, 2, 3))]
    for who, kind, cell, other in done:
        if kind == "join":
            replicas[who].join(replicas[(who + other) % 4])
        elif kind == "undo":
            replicas[who].undo(events)
        else:
            replicas[who].do(events, kind, cell)
        yield events, replicas, replicas[who]


@settings(max_examples=examples(80), derandomize=True)
@given(steps("write", "drop", "undo"))
def test_each_shows_just_what_nobody_overwrote_who_knew_of_it(done: list[Step]) -> None:
    for events, _, replica in histories(done):
        assert replica.shows() == truth(events, replica.known).values


@settings(max_examples=examples(80), derandomize=True)
@example(REMOVED_AND_WORKED_ON)
@given(steps("write", "write", "remove"))
def test_a_removal_takes_away_only_what_it_had_seen(done: list[Step]) -> None:
    for events, _, replica in histories(done):
        must, shown = truth(events, replica.known), replica.shows()
        assert (replica.record is not None) == must.there
        assert all(values <= shown[cell] for cell, values in must.values.items())
        assert not must.there or all(shown.get(cell) for cell in WHOLE)


@settings(max_examples=examples(50), derandomize=True)
@given(steps("write", "drop", "undo"), steps("write", "write", "remove"), st.booleans())
def test_merging_is_commutative_and_idempotent(dropping: list[Step], removing: list[Step], which: bool) -> None:
    for _, replicas, replica in histories(dropping if which else removing):
        for other in replicas:
            one, two, again = replica.copy(), other.copy(), replica.copy()
            one.join(other)
            two.join(replica)
            assert (one.record, one.seen.counters) == (two.record, two.seen.counters)
            again.join(other)
            again.join(other)
            again.join(replica)
            assert again.record == one.record


@settings(max_examples=examples(50), derandomize=True)
@given(steps("write", "drop", "undo"))
def test_merging_is_associative_while_no_record_is_removed(done: list[Step]) -> None:
    for _, (a, b, c, _d), _ in list(histories(done))[-3:]:
        left, right, inner = a.copy(), a.copy(), b.copy()
        left.join(b)
        left.join(c)
        inner.join(c)
        right.join(inner)
        assert (left.record, left.seen.counters) == (right.record, right.seen.counters)


@settings(max_examples=examples(80), derandomize=True)
@given(steps("write", "write", "drop", "remove", "undo"))
def test_all_come_to_the_same_once_each_has_met_each(done: list[Step]) -> None:
    for events, replicas, _ in list(histories(done))[-1:]:
        for _ in range(3):
            for replica in replicas:
                for other in replicas:
                    replica.join(other)
        assert [replica.record for replica in replicas] == [replicas[0].record] * 4
        must, shown = truth(events, replicas[0].known), replicas[0].shows()
        assert all(values <= shown.get(cell, set()) for cell, values in must.values.items())
        assert not must.there or all(shown.get(cell) for cell in WHOLE)


class Devices:
    """Three devices with a library each, whose files and folders somebody copies about; their clocks are wrong."""

    def __init__(self, place: Path) -> None:
        self.folders = [place / f"device {number}" for number in range(3)]
        self.events: dict[str, list[Event]] = {}
        library, session, _ = opened(self.folders[0])
        for start in (0, 50):
            claim = session.add(Span(start, start + 20), note="value 0")
            self.events[claim.id] = [Event("make", {"note": "value 0"}, frozenset())]
        assert library.close(LONG)
        for folder in self.folders[1:]:
            shutil.copytree(self.folders[0], folder)
        self.known: list[dict[str, frozenset[int]]] = [dict.fromkeys(self.events, frozenset({0})) for _ in self.folders]
        self.texts: list[set[str]] = [set() for _ in self.folders]
        self.older = [self.file(who).read_bytes() for who in range(3)]

    def file(self, who: int) -> Path:
        return self.folders[who] / "library.json"

    def work(self, who: int, what: str, which: int) -> None:
        """Let a device's person change one of the claims, if it is there."""
        claim_id = list(self.events)[which]
        events = self.events[claim_id]
        value = f"value {len(events)}"
        with mock.patch("time.time_ns", return_value=10**18 * (who + 1) // (len(events) + 1)):
            library, session, _ = opened(self.folders[who])
            claim = session.index.get(claim_id)
            if claim is not None:
                if what == "note":
                    session.set_note(claim, value)
                    cells = {"note": value}
                elif what == "tag":
                    session.set_tags(claim, [*claim.tags, value])
                    cells = {f"tags/{value}": value}
                elif what == "evidence":
                    session.keep_evidence(claim, "2", Evidence(value, make_selector(session.index.article.text, Span(0, 9))))
                    cells = {f"evidence/{value}": value}
                else:
                    session.remove([claim])
                    cells = {}
                events.append(Event("write" if cells else "remove", cells, self.known[who][claim_id]))
                self.known[who][claim_id] |= {len(events) - 1}
            assert library.close(LONG)

    def supply(self, who: int) -> None:
        """Let a device's person put a text behind a reference, and dismiss a finding."""
        library, session, _ = opened(self.folders[who])
        digest = f"{len(self.texts[who])}{who}".rjust(64, "0")
        session.attach_source("2", SourceText(digest))
        session.dismiss_finding(digest, "never-cited", "[3] is never cited")
        self.texts[who] |= {digest}
        assert library.close(LONG)

    def meet(self, who: int, other: int, how: str) -> None:
        """Bring what another device has to one."""
        source = self.folders[other]
        ahead = all(known <= self.known[other][key] for key, known in self.known[who].items())
        ahead = ahead and self.texts[who] <= self.texts[other]
        if how == "synced" and ahead:
            # A tool that syncs overwrites a file by one that is ahead of it, and else leaves a copy beside it.
            self.file(who).write_bytes(self.file(other).read_bytes())
            self.older[who] = self.file(who).read_bytes()
        else:
            if how != "folder":
                source = self.folders[who] / "library.sync-conflict-20260115-100000-ABC.json"
                shutil.copy(self.file(other), source)
            library = Library.open(self.folders[who])
            library.merge(source, "ana")
            assert library.close(LONG)
        self.known[who] = {key: known | self.known[other][key] for key, known in self.known[who].items()}
        self.texts[who] |= self.texts[other]

    def put_back(self, who: int) -> None:
        """Put the file of another day in the place of a device's."""
        now = self.file(who).read_bytes()
        self.file(who).write_bytes(self.older[who])
        self.older[who] = now

    def records(self, who: int, table: str = "annotations") -> dict[str, dict[str, Any]]:
        with LibraryDB(self.folders[who]) as db:
            return {document["id"]: dict(document) for document in db.table(table)}

    def check(self, who: int) -> None:
        """See to it that a device shows all that it must."""
        records = self.records(who)
        for claim_id, events in self.events.items():
            must = truth(events, self.known[who][claim_id])
            assert (claim_id in records) == must.there
            plain = to_plain(records.get(claim_id, {}))
            shown = {cell: {value} for cell, value in to_cells(plain).items() if isinstance(value, str)}
            shown["note"] = {*shown.get("note", ()), *rivals(plain).get("note", ())}
            judgements = cast("list[dict[str, Any]]", plain.get("judgements", []))
            pieces = (piece["source"] for judgement in judgements for piece in judgement["evidence"])
            shown |= {f"evidence/{value}": {value} for value in pieces}
            assert all(values <= shown[cell] for cell, values in must.values.items())
        sources, (article,) = self.records(who, "sources").values(), self.records(who, "articles").values()
        assert {text["digest"] for source in sources for text in source["texts"]} == self.texts[who]
        assert article.get("dismissed", {}).keys() == self.texts[who]
        assert not self.texts[who] or article["attached"]


deeds = st.tuples(
    st.integers(0, 2),
    st.sampled_from(["note", "note", "tag", "evidence", "remove", "supply", "folder", "synced", "put back"]),
    st.integers(0, 1),
)


@settings(max_examples=examples(12), derandomize=True)
@example([(0, "note", 0), (0, "remove", 0), (1, "tag", 0), (0, "folder", 0), (0, "put back", 0)])
@example([(0, "note", 0), (1, "note", 0), (0, "folder", 0), (0, "remove", 0)])
@given(st.lists(deeds, max_size=14))
@pytest.mark.slow
def test_three_devices_come_to_the_same_whatever_is_copied_when(done: list[tuple[int, str, int]]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        devices = Devices(Path(place))
        for who, what, which in done:
            if what in ("folder", "synced"):
                devices.meet(who, (who + 1 + which) % 3, what)
            elif what == "put back":
                devices.put_back(who)
            elif what == "supply":
                devices.supply(who)
            else:
                devices.work(who, what, which)
            devices.check(who)
        for _ in range(3):
            for who in range(3):
                devices.meet(who, (who + 1) % 3, "folder")
                devices.meet(who, (who + 2) % 3, "synced")
        for who in range(3):
            devices.check(who)
        for table in ("annotations", "sources"):
            assert devices.records(0, table) == devices.records(1, table) == devices.records(2, table)
