"""Cutting the power: the same work again and again on a model of a disk, stopped anywhere, in any state a disk may be in."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.faults.calls import Op, Plan
from benchmarks.faults.each_call import SUFFER, task_of
from benchmarks.faults.ledger import Ledger
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.power import Disk
from benchmarks.faults.verifier import verify

SYNCS: Final = ("fsync", "fdatasync")


@dataclass(slots=True)
class Cuts:
    """What came of cutting the power so many times. `wrong` has what was wrong, with the number of the cut."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    unreadable: int = 0
    wrong: list[str] = field(default_factory=list)


def record(nursery: Nursery, place: Path, plan: Plan | None = None, again: Plan | None = None) -> tuple[Path, list[Op]]:
    """Let a child do the work of `scenario.play` in a new folder; return the folder as it was before, and what happened.

    With `plan` a call goes wrong. With `again` another child, by that plan, goes on afterwards with what the first one left.
    """
    root, before = place / "disk", place / "before"
    root.mkdir(parents=True)
    shutil.copytree(root, before)
    trace: list[Op] = []
    for number, wanted in enumerate((plan,) if again is None else (plan, again)):
        path = place / f"trace-{number}"
        nursery.run(SUFFER, folder=str(root / "library"), plan=task_of(wanted), trace=str(path))
        trace.extend([("said", "begin"), *pickle.loads(path.read_bytes())])
    shutil.rmtree(root)
    return before, trace


def cut(
    place: Path, before: Path, trace: Sequence[Op], cuts: int, seed: int, deaf: Iterable[str] = (), result: Cuts | None = None
) -> Cuts:
    """Cut the power `cuts` times, at random moments of what happened, and look each time at what is left.

    With `deaf` the disk takes no notice of these syncs.
    """
    result = result or Cuts()
    chance = Random(seed)
    moments = sorted(chance.randrange(len(trace) + 1) for _ in range(cuts))
    disk, ledger, done = Disk(before, deaf), Ledger(), 0
    for moment in moments:
        for op in trace[done:moment]:
            disk.apply(op)
            if op[0] == "said":
                ledger.take([op[1]])
        done = moment
        state = place / "state"
        disk.one_state(state, chance)
        verdict = verify(state / "library", ledger)
        shutil.rmtree(state)
        result.cuts += 1
        result.acknowledged += verdict.acknowledged
        result.lost += len(verdict.lost)
        result.torn += len(verdict.torn)
        result.unreadable += bool(verdict.unreadable)
        result.wrong.extend(f"seed {seed}, cut after {moment} of {len(trace)}: {what}" for what in verdict.wrong[:3])
    return result
