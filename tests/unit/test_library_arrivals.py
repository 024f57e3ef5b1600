"""Journals and files of other devices, which arrive in any order: nothing is lost, nothing comes back, all end alike."""

import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tinydb import where

from reader.library import Library, LibraryDB
from reader.library.journal import DamagedEntry, JournalHeader, parse_lines
from reader.library.versions import to_plain
from tests.hypothesis_profiles import examples
from tests.unit.test_library import LONG
from tests.unit.test_library_merging_properties import CELLS, EMPTY, MEMORY, WHOLE, Event, shown_in, truth, valued

CLAIM = "01900000-0000-7000-8000-000000000001"
Documents = dict[str, dict[str, Any]]


@dataclass
class Device:
    """A folder, and what its person knows of: `entries` are what its own journal says, each a set of what is known by it."""

    folder: Path
    known: set[int] = field(default_factory=set)
    entries: list[tuple[frozenset[int], frozenset[int]]] = field(default_factory=list)
    arrived: dict[int, int] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        (path,) = (path for path in self.folder.glob("journal-*.jsonl") if not path.name.startswith("journal-device"))
        return path

    def note(self, said: set[int]) -> None:
        """Note a line of the journal: what it was written by somebody who knew, and what is known by it."""
        self.entries.append((frozenset(self.known), frozenset(said)))
        self.known |= said


class World:
    """Three devices that share a library by a tool that copies one file after the other, in any order."""

    def __init__(self, place: Path) -> None:
        first = Device(place / "device 0")
        first.folder.mkdir()
        with LibraryDB(first.folder) as db:
            db.table("annotations").insert({"id": CLAIM, "note": "value 0", "kind": "value 0", **EMPTY})
        self.devices = [first, Device(place / "device 1"), Device(place / "device 2")]
        for device in self.devices[1:]:
            shutil.copytree(first.folder, device.folder)
            device.journal.unlink()
        self.events = [Event("make", dict.fromkeys(WHOLE, "value 0"), frozenset())]
        for device in self.devices:
            device.known = {0}

    def work(self, who: int, kind: str, cell: str) -> None:
        """Let somebody write into a cell, empty it, or remove the record; what cannot be done is left."""
        device = self.devices[who]
        value = f"value {len(self.events)}"
        with LibraryDB(device.folder) as db:
            table = db.table("annotations")
            record = table.get(where("id") == CLAIM)
            # A script does not see a pair's other verdicts: what it writes over several is combined with theirs.
            if record is None or (cell.startswith("judgements/") and len(shown_in(to_plain(dict(record))).get(cell, ())) > 1):
                return
            if kind == "remove":
                table.remove(where("id") == CLAIM)
                written = {}
            else:
                name, _, key = cell.partition("/")
                table.update(_setting(name, key, value), where("id") == CLAIM)
                written = {cell: value}
        self.events.append(Event(kind, written, frozenset(device.known)))
        device.note({len(self.events) - 1})

    def merge(self, who: int, other: int) -> None:
        """Merge another device's file, as it is now."""
        copy = self.devices[who].folder / "library (conflicted copy).json"
        shutil.copy(self.devices[other].folder / "library.json", copy)
        library = Library.open(self.devices[who].folder)
        library.merge(copy, "ana")
        assert library.close(LONG)
        self.devices[who].note(self.devices[other].known)

    def deliver(self, who: int, other: int) -> None:
        """Bring the journal of another device, with its history, to one."""
        source, device = self.devices[other], self.devices[who]
        if not source.entries:
            return
        for path in (*(source.folder / "history").glob("*.jsonl"), source.journal):
            lines = [line for line in parse_lines(path.read_bytes()).lines if not isinstance(line, DamagedEntry)]
            heads = (line._replace(folder=f"device{other}:1:/") if isinstance(line, JournalHeader) else line for line in lines)
            target = (
                device.folder / f"journal-device{other}.jsonl"
                if path == source.journal
                else device.folder / "history" / path.name
            )
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(b"".join(line.encode() for line in heads))
        device.arrived[other] = len(source.entries)
        self._learn(device)

    def _learn(self, device: Device) -> None:
        """Work out what a device knows now: it takes what another wrote once it knows all that that one knew."""
        before = -1
        while before != len(device.known):
            before = len(device.known)
            for other, arrived in device.arrived.items():
                for knew, said in self.devices[other].entries[:arrived]:
                    if not knew <= device.known:
                        break
                    device.known |= said

    def records(self, who: int) -> Documents:
        with LibraryDB(self.devices[who].folder) as db:
            return {document["id"]: to_plain(document) for document in db.table("annotations")}

    def check(self, who: int) -> None:
        """See to it that a device shows all that it must."""
        record = self.records(who).get(CLAIM)
        must = truth(self.events, self.devices[who].known)
        assert (record is not None) == must.there
        shown = shown_in(record)
        assert all(values <= shown.get(cell, set()) for cell, values in must.values.items())
        if not any(event.kind == "remove" for event in self.events):
            assert shown == must.values
        assert not must.there or all(shown.get(cell) for cell in WHOLE)


def _setting(name: str, key: str, value: str) -> Callable[[MutableMapping[Any, Any]], None]:
    def change(document: MutableMapping[Any, Any]) -> None:
        if name == "judgements":
            document[name] = [valued(f"{name}/{key}", value)]
        elif key:
            document[name] = {**document[name], key: value}
        else:
            document[name] = value

    return change


Deed = tuple[int, str, str, int]


def deeds(*kinds: str) -> st.SearchStrategy[list[Deed]]:
    deed = st.tuples(st.integers(0, 2), st.sampled_from(kinds), st.sampled_from(CELLS), st.integers(1, 2))
    return st.lists(deed, max_size=14)


REMOVED_ELSEWHERE: list[Deed] = [(2, "write", "note", 1), (1, "deliver", "", 1), (1, "remove", "", 1), (0, "deliver", "", 1)]
"""The third device's change comes to the second, who removes the record; the first hears of that before."""
MERGED_ELSEWHERE: list[Deed] = [
    (2, "write", "note", 1),
    (1, "deliver", "", 1),
    (2, "write", "kind", 1),
    (1, "merge", "", 1),
    (0, "deliver", "", 1),
    (0, "deliver", "", 2),
]
"""The second device has a change of the third by its journal and merges its later file; the first hears of the merge first."""
OVERWRITTEN_ELSEWHERE: list[Deed] = [
    (2, "write", "bookmarks/a", 1),
    (1, "deliver", "", 1),
    (1, "write", "bookmarks/a", 1),
    (0, "merge", "", 1),
    (2, "deliver", "", 1),
]
"""The second device overwrites what the third wrote; the first, who knew neither, merges its file; the third hears of that."""

REMOVED_BY_BOTH: list[Deed] = [
    (0, "write", "note", 1),
    (1, "write", "kind", 1),
    (2, "merge", "", 1),
    (1, "merge", "", 2),
    (2, "write", "kind", 1),
]
"""The second device removes the record and gets it back by a merge; the third, who knew all of it, removes it for good."""


@settings(max_examples=examples(20), derandomize=True)
@example(REMOVED_BY_BOTH, True)
@example(OVERWRITTEN_ELSEWHERE, False)
@example(REMOVED_ELSEWHERE, False)
@example(MERGED_ELSEWHERE, False)
@given(deeds("write", "write", "deliver", "deliver", "merge"), st.booleans())
@pytest.mark.slow
def test_journals_may_come_in_any_order(done: list[Deed], removing: bool) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        world = World(Path(place))
        for who, what, cell, other in done:
            if what in ("deliver", "merge"):
                getattr(world, what)(who, (who + other) % 3)
            else:
                world.work(who, "remove" if removing and cell == "kind" else what, cell)
            world.check(who)
        for _ in range(2):
            for who in range(3):
                world.deliver(who, (who + 1) % 3)
                world.deliver(who, (who + 2) % 3)
        for who, device in enumerate(world.devices):
            assert device.known == {*range(len(world.events))}
            world.check(who)
        if not any(event.kind == "remove" for event in world.events):
            assert world.records(0) == world.records(1) == world.records(2)
