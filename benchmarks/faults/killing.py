"""Writers that are killed with SIGKILL at any moment, one or several on one library, and started again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.faults.ledger import Ledger
from benchmarks.faults.nursery import Child, Nursery
from benchmarks.faults.verifier import LIBRARY, Verdict, verify, verify_plain

LIBRARY_WRITER: Final = "benchmarks.faults.writers:through_library"
TABLES_WRITER: Final = "benchmarks.faults.writers:through_tables"
PLAIN_WRITER: Final = "benchmarks.faults.writers:through_plain_tinydb"

_LATEST: Final = 0.012
_FRESH_AFTER: Final = 25


@dataclass(slots=True)
class Tally:
    """What came of many rounds, added up. `wrong` are the first things that were wrong, each with the seed of its round.

    `looks` is how often the file was read while it was being written, `broken_looks` how often it could not be parsed then.
    """

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    torn: int = 0
    unreadable: int = 0
    looks: int = 0
    broken_looks: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, told_before: int, about: str) -> None:
        """Count a round; of what was acknowledged, `told_before` was counted already."""
        self.rounds += 1
        self.acknowledged += verdict.acknowledged - told_before
        self.lost += len(verdict.lost)
        self.torn += len(verdict.torn)
        self.unreadable += bool(verdict.unreadable)
        self.wrong.extend(f"{about}: {what}" for what in verdict.wrong[:3])

    @property
    def figures(self) -> tuple[str, ...]:
        """Rounds, acknowledged, lost, torn, unreadable, as cells of a table."""
        counts = (self.rounds, self.acknowledged, self.lost, self.torn, self.unreadable + self.broken_looks)
        return tuple(f"{count:,}" for count in counts)


def kill_one_writer(
    nursery: Nursery, folder: Path, rounds: int, seed: int, writer: str = LIBRARY_WRITER, *, large: float = 0.0
) -> Tally:
    """Kill one writer after the other on a library, and look after each what is there.

    Meanwhile the file is read again and again. A fresh library is begun from time to time, and for plain TinyDB after each
    file that cannot be read.
    """
    tally, ledger, place = Tally(), Ledger(), folder
    for number in range(rounds):
        if number % _FRESH_AFTER == 0 or (writer == PLAIN_WRITER and tally.unreadable):
            ledger = Ledger()
            place = folder / f"library-{number}"
            place.mkdir(parents=True)
        chance = Random(f"{seed} {number}")
        before = ledger.acknowledged
        child = nursery.start(writer, folder=str(place), name=f"w{number}", seed=chance.randrange(10**9), large=large)
        _let_it_write(child, chance, place, tally)
        child.kill()
        ledger.begin()
        ledger.take(child.lines())
        verdict = (verify_plain if writer == PLAIN_WRITER else verify)(place, ledger)
        tally.add(verdict, before, f"{place.name}, seed {seed}, round {number}")
        tally.wrong.extend(crashes(child, seed))
        if verdict.lost:
            ledger = _forgiven(ledger)
    return tally


def _forgiven(ledger: Ledger) -> Ledger:
    """Return a ledger that expects nothing any more of what there was, so that each loss is counted once."""
    return Ledger(acknowledged=ledger.acknowledged)


def _let_it_write(child: Child, chance: Random, place: Path, tally: Tally) -> None:
    """Wait for some acknowledged changes and a moment more, and read the file all the while."""
    child.wait_for("kept", 1)
    wanted = chance.choice((1, 2, 3, 8, 20))
    latest = time.monotonic() + 5
    moment = 0.0
    while time.monotonic() < (moment or latest):
        if not moment and sum(line.startswith("kept") for line in child.lines()) >= wanted:
            moment = time.monotonic() + chance.uniform(0, _LATEST)
        tally.looks += 1
        tally.broken_looks += not _parses(place)


def _parses(place: Path) -> bool:
    try:
        json.loads((place / LIBRARY).read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return True


def kill_several_writers(
    nursery: Nursery, folder: Path, kills: int, seed: int, writers: int = 3, writer: str = LIBRARY_WRITER
) -> Tally:
    """Let several programs write one library at once, kill one of them at a time and start another; look at the end."""
    folder.mkdir(parents=True)
    chance = Random(seed)
    ledgers: list[Ledger] = []
    running: list[Child] = []
    names = (f"w{number}" for number in range(10**6))

    def start() -> Child:
        return nursery.start(writer, folder=str(folder), name=next(names), seed=chance.randrange(10**9))

    tally = Tally()
    running.extend(start() for _ in range(writers))
    for number in range(kills + writers):
        place = chance.randrange(len(running))
        child = running[place]
        child.wait_for("kept", chance.choice((1, 2, 5)))
        time.sleep(chance.uniform(0, _LATEST))  # so that it is hit at any point of what it does next: chance is waited for
        child.kill()
        ledgers.append(_ledger_of(child))
        tally.wrong.extend(crashes(child, seed))
        if number < kills:
            running[place] = start()
        else:
            running.pop(place)
    whole = Ledger()
    for ledger in ledgers:
        whole.join(ledger)
    verdict = (verify_plain if writer == PLAIN_WRITER else verify)(folder, whole)
    tally.add(verdict, 0, f"seed {seed}")
    tally.rounds = kills
    return tally


def _ledger_of(child: Child) -> Ledger:
    ledger = Ledger()
    ledger.take(child.lines())
    return ledger


def crashes(child: Child, seed: int) -> Iterator[str]:
    """Yield what came out of a child that nobody should ever see."""
    yield from (f"seed {seed}: {line}" for line in child.lines() if line.startswith("crash"))
