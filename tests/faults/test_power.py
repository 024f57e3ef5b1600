"""When the power goes: on a model of a disk, in any state that it may be in then, everything acknowledged is there."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.faults.calls import DIE, ONCE, SAME, Plan
from benchmarks.faults.each_call import ERRORS
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.power import Disk
from benchmarks.faults.power_cuts import SYNCS, Cuts, cut, record


def test_a_cut_of_the_power_loses_nothing_that_was_acknowledged(nursery: Nursery, place: Path, seed: int) -> None:
    before, trace = record(nursery, place)
    cuts = cut(place, before, trace, 50, seed)
    assert cuts.wrong == []
    assert cuts.acknowledged > 50


def test_nor_does_it_with_an_index_beside_the_file(indexed: Nursery, place: Path, seed: int) -> None:
    before, trace = record(indexed, place)
    assert any(op[0] == "rename" and str(op[2]).endswith(".index") for op in trace)
    cuts = cut(place, before, trace, 50, seed)
    assert cuts.wrong == []
    assert cuts.acknowledged > 50


@pytest.mark.parametrize("deaf", SYNCS)
def test_a_disk_that_takes_no_notice_of_a_sync_is_found_out(nursery: Nursery, place: Path, deaf: str) -> None:
    before, trace = record(nursery, place)
    assert cut(place, before, trace, 30, 1, [deaf]).lost > 0


def test_nor_does_a_cut_after_a_crash_or_after_a_sync_that_failed(nursery: Nursery, place: Path, seed: int) -> None:
    chance, cuts = Random(seed), Cuts()
    for number in range(8):
        kind, name = chance.choice((DIE, ONCE, SAME)), chance.choice(("write", "replace", *SYNCS))
        plan = Plan(kind, name, chance.randint(1, 12), 0 if kind == DIE else ERRORS[0])
        before, trace = record(nursery, place / f"{number}", plan, Plan(DIE, "open", chance.randint(20, 90)))
        found = cut(place / f"{number}", before, trace, 4, seed)
        cuts.wrong.extend(f"{plan}: {what}" for what in found.wrong)
    assert cuts.wrong == []


def state(disk: Disk, place: Path, chance: Random) -> dict[str, bytes]:
    disk.one_state(place, chance)
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_the_model_keeps_what_was_synced_and_may_lose_the_rest(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    disk = Disk(tmp_path / "before")
    ops = [
        ("open", 1, "", False, False),
        ("open", 2, "a", True, False),
        ("write", 2, 0, b"sure"),
        ("sync", 2, "fdatasync"),
        ("sync", 1, "fsync"),
        ("write", 2, 4, b" and not"),
        ("rename", "a", "b"),
    ]
    for op in ops:
        disk.apply(op)
    chance, seen = Random(1), set[tuple[str, bytes]]()
    for number in range(60):
        ((name, content),) = state(disk, tmp_path / f"{number}", chance).items()
        assert content.startswith(b"sure")
        seen.add((name, content))
    assert {name for name, _ in seen} == {"a", "b"}
    assert {b"sure", b"sure and not"} < {content for _, content in seen}
    assert any(b"\0" in content for _, content in seen)
    disk.apply(("sync", 1, "fsync"))
    disk.apply(("sync failed", 2))
    disk.apply(("sync", 2, "fdatasync"))
    later = [state(disk, tmp_path / f"later-{number}", chance) for number in range(40)]
    assert {name for found in later for name in found} == {"b"}
    assert {b"sure", b"sure and not"} <= {found["b"] for found in later}
