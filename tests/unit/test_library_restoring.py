"""Records that come back from journals, history and backups: they show no value that somebody who knew it had replaced."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from reader.library import LibraryDB
from reader.library.care.repair import apply_repair
from reader.library.folder import Folder
from reader.library.journal import read_entries
from tests.hypothesis_profiles import examples
from tests.unit.test_library_arrivals import CLAIM, Deed, World, deeds
from tests.unit.test_library_merging_properties import CELLS, MEMORY, shown_in


class RestoringWorld(World):
    """Devices whose library files are lost and rebuilt, or replaced by older ones and by those of others."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        first, *others = self.devices
        (entry,) = read_entries(first.journal.read_bytes())
        for device in others:
            (device.folder / "history").mkdir(exist_ok=True)
            shutil.copy(
                first.journal, Folder(device.folder).archive_path(entry.dot.counter, entry.dot.counter, entry.dot.replica)
            )
        self.older = [self.file(who).read_bytes() for who in range(3)]

    def file(self, who: int) -> Path:
        return self.devices[who].folder / "library.json"

    def repair(self, who: int) -> None:
        """Lose the library's file, and rebuild it from what else is there."""
        self.file(who).unlink()
        apply_repair(Folder(self.devices[who].folder))
        with LibraryDB(self.devices[who].folder) as db:
            db.table("theirs").insert({"n": 1})
        self.devices[who].note(set())
        self._review_knowledge(who)

    def restore(self, who: int) -> None:
        """Exchange the library's file for an older one."""
        newer = self.file(who).read_bytes()
        self.file(who).write_bytes(self.older[who])
        self.older[who] = newer
        self._review_knowledge(who)

    def _review_knowledge(self, who: int) -> None:
        """Work out what a device still knows, as a file of another device that was put in its place may be lost again."""
        self.devices[who].known = {n for writer in self._writers(who) for n in (writer, *self.events[writer].knew)}

    def _writers(self, who: int, *cells: str) -> set[int]:
        """Return the events that wrote the values of cells, or of all cells, that a device shows."""
        shown = shown_in(self.records(who).get(CLAIM))
        return {
            number
            for number, event in enumerate(self.events)
            for cell, value in event.cells.items()
            if cell in (cells or shown) and value in shown.get(cell, ())
        }

    def sync(self, who: int, other: int) -> None:
        """Replace a device's file by that of another that knows all of it, as a tool that syncs does."""
        if self.devices[who].known <= self.devices[other].known:
            self.file(who).write_bytes(self.file(other).read_bytes())
            self.devices[who].known |= self.devices[other].known

    def check(self, who: int) -> None:
        """See to it that a device shows no value beside another one that replaced it."""
        for cell in CELLS:
            writers = self._writers(who, cell)
            assert not any(one in self.events[other].knew for one in writers for other in writers), cell


OWN_BEFORE_OTHERS: list[Deed] = [
    (0, "write", "note", 1),
    (2, "deliver", "", 1),
    (2, "write", "note", 1),
    (2, "restore", "", 1),
]
"""The third device replaces a value of the first; from an older file on, its own journal is read before that of the first."""
SYNCED_AND_LOST: list[Deed] = [
    (1, "write", "note", 1),
    (0, "sync", "", 1),
    (0, "write", "note", 1),
    (0, "restore", "", 1),
    (1, "sync", "", 2),
]
"""The first device replaces a value that came with a file, loses that file, and meets the value again."""
SYNCED_AND_REPAIRED: list[Deed] = [
    (1, "write", "note", 1),
    (0, "sync", "", 1),
    (0, "write", "note", 1),
    (0, "repair", "", 1),
    (0, "merge", "", 1),
]
"""The same, but the file is rebuilt, and the value comes with a merge."""


@settings(max_examples=examples(40), derandomize=True)
@example(OWN_BEFORE_OTHERS)
@example(SYNCED_AND_LOST)
@example(SYNCED_AND_REPAIRED)
@given(deeds("write", "write", "merge", "deliver", "sync", "repair", "restore"))
@pytest.mark.slow
def test_a_value_that_was_replaced_does_not_come_back_from_a_journal(done: list[Deed]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        world = RestoringWorld(Path(place))
        for who, what, cell, other in done:
            if what == "write":
                world.work(who, what, cell)
            elif what in ("repair", "restore"):
                getattr(world, what)(who)
            else:
                getattr(world, what)(who, (who + other) % 3)
            world.check(who)


def test_a_record_that_was_removed_stays_away_when_an_older_file_is_put_back(tmp_path: Path) -> None:
    world = RestoringWorld(tmp_path)
    world.work(0, "write", "note")
    world.deliver(1, 0)
    world.work(1, "remove", "")
    world.restore(1)
    assert CLAIM not in world.records(1)
