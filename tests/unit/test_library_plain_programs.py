"""Plain programs write the library's file, with what they read long ago, while windows work on it and are killed."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.library.folder import Folder
from reader.library.store import Store
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import RIVALS_FIELD, to_plain
from tests.hypothesis_profiles import examples
from tests.unit.test_library_merging_properties import MEMORY, Event, rivals, truth

IDS = [f"0190b000-0000-7000-8000-00000000000{number}" for number in range(3)]
CELLS = ["note", "colour"]

Step = tuple[str, int, int, int]
steps = st.tuples(
    st.sampled_from(
        ["write", "write", "remove", "look", "checkpoint", "kill", "read", "edit", "edit", "drop", "save", "save", "replace"]
    ),
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(0, 1),
)


class History:
    """A library with two windows and two plain programs; `known` is what each knows by the numbers of what was done."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        self.windows: list[Store | None] = [None, None]
        self.read: list[tuple[dict[str, Any], set[int]] | None] = [None, None]
        self.events: list[Event] = []
        self.records: list[str] = []
        self.dropped: set[str] = set()
        self.acknowledged: set[int] = set()
        self.in_file: set[int] = set()

    def do(self, step: Step) -> None:
        """Let a window or a program do something."""
        what, who, which, cell = step
        match what:
            case "write" | "remove":
                self.change(who, IDS[which], CELLS[cell], is_removal=what == "remove")
            case "look":
                self.look(who)
            case "checkpoint":
                assert self.look(who).checkpoint(1.0)
                self.in_file = set(self.acknowledged)
            case "kill":
                self.windows[who] = None
            case "read":
                self.read[who] = json.loads(self.folder.library.read_bytes()), set(self.in_file)
            case "edit" | "drop":
                self.edit(who, IDS[which], CELLS[cell], is_removal=what == "drop")
            case _:
                self.save(who, is_in_place=what == "save")

    def look(self, who: int) -> Store:
        """Let a window take in what others did, and keep that as the library does when it looks at its folder."""
        store = self.windows[who] = self.windows[who] or Store(self.folder)
        store.catch_up()
        store.keep_foreign_changes()
        self.acknowledged |= self.in_file
        return store

    def change(self, who: int, record_id: str, cell: str, *, is_removal: bool) -> None:
        """Let a window change a record."""
        store = self.look(who)
        stored = store.records.get("annotations", record_id)
        if stored is None and (is_removal or record_id in self.records):
            return
        before = stored and to_plain(stored)
        written = {} if is_removal else dict.fromkeys(CELLS if before is None else [cell], f"value {len(self.events)}")
        after = {"id": record_id, "article": IDS[0], **(before or {}), **written}
        after[RIVALS_FIELD] = {name: values for name, values in rivals(before).items() if name != cell}
        edit = RecordEdit("annotations", record_id, before, None if is_removal else after)
        assert store.commit([Transaction((edit,), "change")])
        kind = "remove" if is_removal else "make" if before is None else "write"
        self.note(record_id, Event(kind, written, frozenset(self.acknowledged)), self.acknowledged)

    def edit(self, who: int, record_id: str, cell: str, *, is_removal: bool) -> None:
        """Let a program change a record in what it read."""
        if (state := self.read[who]) is None:
            return
        tables, known = state
        table, key, value = tables["annotations"], str(UUID(record_id).int), f"value {len(self.events)}"
        if key in table and is_removal:
            del table[key]
            self.dropped.add(record_id)
            self.note(record_id, Event("remove", {}, frozenset(known)), known)
        elif key in table:
            table[key][cell] = value
            self.note(record_id, Event("write", {cell: value}, frozenset(known)), known)
        elif not (is_removal or record_id in self.records):
            table[key] = {"id": record_id, "article": IDS[0], **dict.fromkeys(CELLS, value)}
            self.note(record_id, Event("make", dict.fromkeys(CELLS, value), frozenset(known)), known)

    def note(self, record_id: str, event: Event, known: set[int]) -> None:
        self.events.append(event)
        self.records.append(record_id)
        known.add(len(self.events) - 1)

    def save(self, who: int, *, is_in_place: bool) -> None:
        """Let a program write what it has over the file, whatever others wrote since it read that."""
        if (state := self.read[who]) is None:
            return
        path = self.folder.library if is_in_place else self.folder.path / "theirs.tmp"
        path.write_text(json.dumps(state[0]), encoding="ascii")
        os.replace(path, self.folder.library)
        self.in_file = set(state[1])

    def check(self, store: Store) -> None:
        """See to it that a window shows all that was acknowledged, and no record that was removed."""
        for record_id in IDS:
            must = truth(self.events, {number for number in self.acknowledged if self.records[number] == record_id})
            plain = to_plain(store.records.get("annotations", record_id) or {})
            # What a program removes stays if nobody can tell that it had seen all of it.
            assert bool(plain) == must.there or (plain and record_id in self.dropped)
            for cell, values in must.values.items():
                assert values <= {plain[cell], *rivals(plain).get(cell, ())}


A_PROGRAM_WROTE = [("read", 0, 0, 0), ("read", 1, 0, 0), ("edit", 0, 0, 0), ("edit", 1, 1, 0), ("save", 0, 0, 0)]
KILLED_BEFORE_FOLDING = [*A_PROGRAM_WROTE, ("look", 0, 0, 0), ("look", 1, 0, 0), ("kill", 0, 0, 0), ("kill", 1, 0, 0)]
WRITTEN_OVER: list[Step] = [
    ("read", 0, 0, 0),
    ("write", 0, 0, 0),
    ("checkpoint", 0, 0, 0),
    ("edit", 0, 0, 1),
    ("save", 0, 0, 0),
]
EDITED_FROM_TWO_STATES: list[Step] = [
    ("read", 1, 0, 0),
    ("write", 0, 1, 1),
    ("checkpoint", 0, 0, 0),
    ("read", 0, 0, 0),
    ("edit", 1, 1, 1),
    ("save", 1, 0, 0),
    ("look", 0, 0, 0),
    ("edit", 0, 1, 1),
    ("save", 0, 0, 0),
]
EDITED_IN_CONFLICT: list[Step] = [
    ("read", 1, 0, 0),
    ("edit", 1, 1, 1),
    ("write", 0, 1, 1),
    ("save", 1, 0, 0),
    ("checkpoint", 0, 0, 0),
    ("read", 1, 0, 0),
    ("edit", 1, 1, 0),
    ("save", 1, 0, 0),
]
REMOVED_BY_A_PROGRAM: list[Step] = [("read", 1, 0, 0), ("read", 0, 0, 0), ("drop", 0, 0, 0), ("save", 0, 0, 0)]


@pytest.mark.parametrize("memory", [0, 4 << 20], ids=["by index", "in memory"])
@settings(max_examples=examples(200))
@given(st.lists(steps, max_size=16))
@example([*KILLED_BEFORE_FOLDING, ("save", 1, 0, 0)])
@example([("look", 1, 0, 0), *WRITTEN_OVER])
@example(EDITED_FROM_TWO_STATES)
@example(EDITED_IN_CONFLICT)
def test_nothing_is_lost_and_nothing_removed_comes_back_when_plain_programs_write_what_they_read_long_ago(
    memory: int, done: list[Step]
) -> None:
    with (
        mock.patch("reader.library.library_reader.MEMORY_BYTES", memory),
        tempfile.TemporaryDirectory(dir=MEMORY) as path,
    ):
        history = History(Path(path))
        for step in [("write", 0, 0, 0), ("write", 0, 1, 0), ("checkpoint", 0, 0, 0), *done]:
            history.do(step)
        for who in (0, 1):
            history.check(history.look(who))
        history.check(Store(history.folder))


@pytest.mark.parametrize("memory", [0, 4 << 20], ids=["by index", "in memory"])
def test_a_change_stays_in_front_of_the_value_that_a_program_read_before_it(
    memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.library_reader.MEMORY_BYTES", memory)
    history = History(tmp_path)
    for step in [("write", 0, 0, 0), ("checkpoint", 0, 0, 0), *WRITTEN_OVER]:
        history.do(step)
    newest = {"id": IDS[0], "article": IDS[0], "note": "value 1", "colour": "value 2"}
    for store in (history.look(0), history.look(1), Store(history.folder)):
        assert to_plain(store.records.get("annotations", IDS[0]) or {}) == newest


@pytest.mark.parametrize("memory", [0, 4 << 20], ids=["by index", "in memory"])
def test_what_a_program_removed_stays_removed_when_another_one_writes_what_it_read_before(
    memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.library.library_reader.MEMORY_BYTES", memory)
    history = History(tmp_path)
    for step in [("write", 0, 0, 0), ("write", 0, 1, 0), ("checkpoint", 0, 0, 0), *REMOVED_BY_A_PROGRAM]:
        history.do(step)
    history.look(0)
    for step in [("edit", 1, 1, 0), ("save", 1, 0, 0)]:
        history.do(step)
    for store in (history.look(0), history.look(1), Store(history.folder)):
        assert list(store.records.ids("annotations")) == [IDS[1]]
