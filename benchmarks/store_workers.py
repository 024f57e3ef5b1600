"""What is measured of the store in a process of its own. `python -m benchmarks.store_workers JOB FOLDER SIZE …` prints JSON."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import scale_libraries, store_libraries
from benchmarks.processes import peak_memory
from benchmarks.store_contenders import opened
from benchmarks.store_libraries import Stock
from benchmarks.terminal import environment
from reader.library.folder import Folder
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS
from reader.library.transaction import RecordEdit, Transaction
from reader.review.model import new_id


class Load(NamedTuple):
    """What opening took: wall and CPU seconds, the peak of memory in MB.

    `last` and `first` are of the article that was read last and of the one that was read first: the number of its annotations,
    and the CPU seconds until they were there.
    """

    wall: float
    cpu: float
    peak: float
    last: tuple[int, float]
    first: tuple[int, float]


class Folding(NamedTuple):
    """The seconds of each save that was made while a checkpoint was being written, and of each checkpoint."""

    saves: list[float]
    checkpoints: list[float]


# ------------------------------------------------------------------ asking for it


def make(stock: Stock) -> None:
    """Make a stock."""
    _ask("make", stock)


def write(stock: Stock, seed: int) -> None:
    """Write a stock of many articles, line by line."""
    _ask("write", stock, seed)


def saves(stock: Stock, name: str, count: int) -> list[float]:
    """Return the seconds that each of `count` saves took a contender."""
    return _ask("saves", stock, name, count)


def load(stock: Stock, name: str) -> Load:
    """Return what opening took a contender."""
    return Load(*_ask("load", stock, name))


def checkpoints(stock: Stock) -> Folding:
    """Return what saving took while checkpoints were written."""
    return Folding(*_ask("checkpoints", stock))


def _ask(job: str, stock: Stock, *arguments: object) -> Any:
    """Return what a job came to. Raises RuntimeError, with what the process said, when it failed."""
    command = [sys.executable, "-m", "benchmarks.store_workers", job, str(stock.folder), str(stock.size), str(stock.articles)]
    command.extend(map(str, arguments))
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr}")
    return json.loads(done.stdout)


# ------------------------------------------------------------------ doing it


def _saves(stock: Stock, name: str, count: str) -> list[float]:
    contender = opened(name, stock)
    took = list(itertools.islice(contender.saves(), int(count)))
    contender.close()
    return took


def _load(stock: Stock, name: str) -> Load:
    wall, cpu = time.perf_counter(), time.process_time()
    contender = opened(name, stock)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = peak_memory(os.getpid())
    result = Load(wall, cpu, peak, contender.of_article(stock.last), contender.of_article(stock.first))
    contender.close()
    return result


def _checkpoints(stock: Stock) -> Folding:
    store = Store(Folder(stock.library))
    record = store.records.get(ANNOTATIONS, list(store.records.ids(ANNOTATIONS))[-1])
    folding = Folding([], [])

    def save() -> float:
        begun = time.perf_counter()
        made = {**(record or {}), "id": new_id()}
        store.commit([Transaction((RecordEdit(ANNOTATIONS, str(made["id"]), None, made),), "annotate")])
        return time.perf_counter() - begun

    def fold() -> None:
        begun = time.perf_counter()
        store.checkpoint()
        folding.checkpoints.append(time.perf_counter() - begun)

    save()
    for turn in range(4):
        thread = threading.Thread(target=fold)
        thread.start()
        took: list[float] = []
        while thread.is_alive():
            took.append(save())
        if turn:  # in the first one a backup may be made, as once an hour
            folding.saves.extend(took)
    return folding


_JOBS: dict[str, Callable[..., object]] = {
    "make": store_libraries.make,
    "write": scale_libraries.write,
    "saves": _saves,
    "load": _load,
    "checkpoints": _checkpoints,
}


if __name__ == "__main__":
    job, folder, size, articles, *arguments = sys.argv[1:]
    print(json.dumps(_JOBS[job](Stock(Path(folder), int(size), int(articles)), *arguments)))
