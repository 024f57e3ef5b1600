"""A fault at each call in turn: the same work is done again and again, and each time another call to the disk goes wrong."""

from __future__ import annotations

import errno
import pickle
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.faults.calls import ALL, DIE, DIED, LATE, ONCE, SAME, Calls, Plan
from benchmarks.faults.ledger import Ledger
from benchmarks.faults.nursery import Nursery, Say
from benchmarks.faults.scenario import play
from benchmarks.faults.verifier import Verdict, verify

ERRORS: Final = (errno.EIO, errno.ENOSPC, errno.EACCES)
KINDS: Final = (ONCE, LATE, ALL, SAME, DIE)
SUFFER: Final = "benchmarks.faults.each_call:suffer"


def suffer(say: Say, folder: str, plan: tuple[str, str, int, int] | None, trace: str = "") -> None:
    """Do the work of `scenario.play` in a folder while a call goes wrong; `trace` is where what happened is written to.

    The last line, unless the process ends before, says which functions were called. Runs in a child.
    """
    calls = Calls(Path(folder).parent, None if plan is None else Plan(*plan), record=bool(trace))

    def keep() -> None:
        if trace:
            Path(trace).write_bytes(pickle.dumps(calls.trace))

    def told(line: str) -> None:
        calls.note(line)
        say(line)

    calls.on_death = keep
    calls.install()
    play(told, Path(folder))
    keep()
    say(f"calls {' '.join(calls.names)}")


def task_of(plan: Plan | None) -> tuple[str, str, int, int] | None:
    """Return a plan as it is handed to a child."""
    return plan and (plan.kind, plan.name, plan.at, plan.error)


@dataclass(slots=True)
class Suffered:
    """What came of one plan: what is there afterwards, and what was said that should not have been."""

    plan: Plan | None
    verdict: Verdict
    complaints: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """All that is wrong, each with the plan that led to it."""
        return [f"{self.plan}: {what}" for what in (*self.verdict.wrong, *self.complaints)]


def run(nursery: Nursery, place: Path, plan: Plan | None, template: Path | None = None) -> Suffered:
    """Let a child do the work by a plan in `place`, on a copy of a library or on none, and look at what is there."""
    folder = place / "library"
    place.mkdir(parents=True)
    if template is not None:
        shutil.copytree(template, folder)
    child = nursery.run(SUFFER, folder=str(folder), plan=task_of(plan))
    lines = child.lines()
    ledger = Ledger()
    if template is not None:
        ledger.take((template.parent / "ledger").read_text(encoding="utf-8").splitlines())
        ledger.begin()
    ledger.take(lines)
    suffered = Suffered(plan, verify(folder, ledger))
    suffered.complaints.extend(line for line in lines if line.startswith(("escaped", "crash")))
    if plan is None or plan.kind in (ONCE, LATE):
        suffered.complaints.extend(f"{line}, though only one call failed" for line in lines if line == "stuck")
    if child.code not in (0, DIED):
        suffered.complaints.append(f"the process ended with code {child.code}")
    suffered.calls = next((line.split()[1:] for line in lines if line.startswith("calls ")), [])
    shutil.rmtree(place)
    return suffered


def make_template(nursery: Nursery, place: Path) -> Path:
    """Make a library whose last changes are in its journal only, as after a crash, and a finished journal; return its folder.

    What was acknowledged is in the file `ledger` beside it.
    """
    folder = place / "library"
    child = nursery.run(SUFFER, folder=str(folder), plan=None)
    lines = child.lines()
    writer = nursery.start("benchmarks.faults.writers:through_library", folder=str(folder), name="before", seed=1, closing=0.0)
    writer.wait_for("kept", 12)
    writer.kill()
    ledger = [*lines, "begin", *writer.lines()]
    (place / "ledger").write_text("\n".join(ledger), encoding="utf-8")
    return folder


def plans(calls: Iterable[str], kinds: Iterable[str] = KINDS) -> Iterator[Plan]:
    """Yield every plan for a run that makes these calls, for some kinds; errors that a call cannot give are left out."""
    count = Counter[str]()
    for name in calls:
        count[name] += 1
        for kind in kinds:
            if kind == DIE:
                yield Plan(kind, name, count[name])
            else:
                # EACCES means there that somebody else holds the lock.
                errors = (errno.ENOLCK,) if name in ("flock", "unlock") else ERRORS
                yield from (Plan(kind, name, count[name], error) for error in errors)
