"""A full disk: "not saved" is said, nothing that was acknowledged is lost, and it goes on once there is room again.

Twice: with a limit on the size of files, which any system has; and on a small file system of its own, in a namespace in which
everybody may mount one, where the kernel allows that.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.faults.ledger import Ledger, note_of, sum_of
from benchmarks.faults.nursery import PATIENCE, Nursery, Say
from benchmarks.faults.places import index_all_files
from benchmarks.faults.verifier import Verdict, verify
from benchmarks.faults.writers import the_article
from reader.article.ranges import Span
from reader.library import Library, SaveState

LIMITED: Final = "benchmarks.faults.full:with_a_limit"

_SECONDS: Final = 30.0
_HOUSE: Final = Path(__file__).parents[2]
_DISK_BYTES: Final = 4_000_000
_MOUNT: Final = f'mount -t tmpfs -o size={_DISK_BYTES} none "$1" && shift && exec "$@"'


@dataclass(slots=True)
class Filled:
    """What came of one full disk: what is there afterwards, and how often it was full and said so."""

    verdict: Verdict
    times_full: int
    complaints: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """All that is wrong."""
        return [*self.verdict.wrong, *self.complaints]


def with_a_limit(say: Say, folder: str, seed: int, rounds: int) -> None:
    """Write until no file may grow any more, say how that went, let it grow, and go on. Runs in a child."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)

    chance = Random(seed)
    # A limit near the size of the largest file stops merges, and no change where the journal has just been merged.
    hardly_anything = cycle((True, False))

    @contextmanager
    def full() -> Generator[None]:
        largest = max((path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()), default=0)
        limit = chance.randrange(0, 2_000 if next(hardly_anything) else largest + 2_000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    def told(line: str) -> None:
        # What is said goes to a file too, which the limit is not meant for.
        limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        say(line)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))

    _write_and_fill(told, Path(folder), chance, rounds, full)


def on_a_small_disk(say: Say, folder: str, seed: int, rounds: int) -> None:
    """Write until the disk is full, say how that went, make room, and go on. Runs where `folder` is on a small disk."""
    ballast = Path(folder).with_name("ballast")
    chance = Random(seed)

    @contextmanager
    def full() -> Generator[None]:
        free = os.statvfs(ballast.parent).f_bavail * os.statvfs(ballast.parent).f_frsize
        with ballast.open("wb") as file:
            file.write(b"\0" * max(0, free - chance.choice((0, 4096, 20_000))))
        try:
            yield
        finally:
            ballast.unlink()

    _write_and_fill(say, Path(folder), chance, rounds, full)


def _write_and_fill(
    say: Say, folder: Path, chance: Random, rounds: int, full: Callable[[], AbstractContextManager[None]]
) -> None:
    library = Library.open(folder)
    states: list[SaveState] = []
    library.on_save_state = states.append
    session, entry = library.session(the_article(), "person")
    session.listen(lambda change: library.save(entry.id, change))
    number = 0

    def change() -> bool:
        nonlocal number
        number += 1
        note = note_of("person", number, chance.choice((100, 3000, 30_000)))
        made = session.add(Span(number, 700), note=note)
        say(f"want {number} {made.id} {sum_of(note)}")
        saved = library.flush(_SECONDS)
        if saved:
            say(f"kept {number}")
        return saved

    for _ in range(rounds):
        for _ in range(3):
            change()
        with full():
            for _ in range(30):
                if not change():
                    say(f"full {states[-1].kind}: {states[-1].message}")
                    library.close(0.5)
                    break
        if library.flush(_SECONDS):
            say(f"kept {number}")
        else:
            say(f"stuck: {states[-1].message}")
    library.close(_SECONDS)


def fill(nursery: Nursery, place: Path, seed: int, rounds: int) -> Filled:
    """Let a child fill a disk by a limit on the size of files, and look at what is there."""
    child = nursery.run(LIMITED, folder=str(place / "library"), seed=seed, rounds=rounds)
    return _judged(child.lines(), place / "library", seed)


def fill_small_disk(place: Path, seed: int, rounds: int, *, indexed: bool = False) -> Filled:
    """Do the same on a small disk of its own. Raises OSError, with the reason, where none can be mounted.

    With `indexed`, each library's file has an index beside it.
    """
    place.mkdir(parents=True)
    disk, saved = place / "disk", place / "saved"
    disk.mkdir()
    program = [sys.executable, "-m", "benchmarks.faults.full", str(disk / "library"), str(seed), str(rounds), str(saved)]
    program.extend(["indexed"] if indexed else [])
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", str(disk), *program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=_HOUSE, timeout=PATIENCE, check=False)
    if not saved.exists():
        raise OSError(f"no small disk can be mounted: {done.stderr.strip()[-500:]}")
    filled = _judged(done.stdout.splitlines(), saved, seed)
    if done.returncode:
        filled.complaints.append(f"ended with code {done.returncode}: {done.stderr[-2000:]}")
    return filled


def _judged(lines: list[str], folder: Path, seed: int) -> Filled:
    ledger = Ledger()
    ledger.take(lines)
    full = [line for line in lines if line.startswith("full")]
    complaints = [f"seed {seed}: {line}" for line in lines if line.startswith(("stuck", "crash", "escaped"))]
    complaints.extend(f"seed {seed}: a full disk was not said: {line}" for line in full if not line.startswith("full failed: "))
    return Filled(verify(folder, ledger), len(full), complaints)


def _main() -> None:
    folder, seed, rounds, saved, *indexed = sys.argv[1:]
    if indexed:
        index_all_files()

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        on_a_small_disk(say, folder, int(seed), int(rounds))
    finally:
        # The disk is gone with this process.
        shutil.copytree(folder, saved)


if __name__ == "__main__":
    _main()
