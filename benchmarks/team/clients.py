"""Fifty clients with the real engine on a real server: what the model says of them, measured."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from benchmarks.faults.nursery import Child, Nursery
from benchmarks.team.member import END, IDLE, WORK
from benchmarks.team.model import Traffic
from tests.team.ceph_server import missing_programs, run_ceph
from tests.team.s3_server import KEYS, s3_client, serve_s3

DESKS: Final = 5
CHANGES: Final = 60.0
"""How many changes a client makes in an hour."""
_BUCKET: Final = "newsroom"
_TASK: Final = "benchmarks.team.member:live"
SETTLING: Final = 30.0
"""The seconds that clients work before they are measured, until the first looks of all are over."""
_LAST_LAGS: Final = 120.0
_PATIENCE: Final = 900.0
_POLL: Final = 0.5


def measure_clients(folder: Path, clients: int, seconds: float) -> tuple[str, Traffic]:
    """Let clients work for a while, and return the name of the server and what was counted as if it had been an hour."""
    with ExitStack() as stack:
        if missing_programs():
            address, keys, server = stack.enter_context(serve_s3()), KEYS, "moto"
        else:
            ceph = stack.enter_context(run_ceph(folder / "ceph"))
            owner = ceph.add_user("owner")
            address, keys, server = ceph.address, (owner.access, owner.secret), "Ceph"
        s3_client(address, *keys).create_bucket(Bucket=_BUCKET)
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = keys
        place = f"s3://{_BUCKET}/scale?endpoint={address}&region=us-east-1"
        nursery = stack.enter_context(Nursery(folder / "said"))
        return server, _work(nursery, folder / "clients", place, clients, seconds)


def _work(nursery: Nursery, folder: Path, place: str, clients: int, seconds: float) -> Traffic:
    folder.mkdir(parents=True)
    children: dict[str, Child] = {}
    for number in range(clients):
        name = f"client_{number:03}"
        _tell(folder, name, IDLE)
        children[name] = nursery.start(
            _TASK,
            folder=str(folder / name),
            place=place,
            name=name,
            seed=number,
            desk=f"desk-{number % DESKS}",
            is_founder=number == 0,
            shares=int(number < DESKS),
            changes=CHANGES,
        )
        if number < DESKS:
            _wait([children[name]])
    _wait([*children.values()])
    for name in children:
        _tell(folder, name, WORK)
    threading.Event().wait(SETTLING)
    begun, before = time.time(), _requests(children)
    threading.Event().wait(seconds)  # this is the time that is measured
    ended, after = time.time(), _requests(children)
    for name in children:
        _tell(folder, name, IDLE)
    threading.Event().wait(_LAST_LAGS)  # until the last changes have come
    for name in children:
        _tell(folder, name, END)
    for child in children.values():
        child.end()
    return _summarize(children, after - before, begun, ended)


def _tell(folder: Path, name: str, mode: str) -> None:
    (folder / f"{name}.do").write_text(mode, encoding="ascii")


def _wait(children: list[Child]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not all(any(line.startswith("opened ") for line in child.lines()) for child in children):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not all clients have an article: {children[-1].lines()[-5:]}")
        threading.Event().wait(_POLL)  # there is no event to wait for: they are other processes


def _requests(children: dict[str, Child]) -> Counter[str]:
    total: Counter[str] = Counter()
    for child in children.values():
        told = [line for line in child.lines() if line.startswith("requests ")]
        total.update(json.loads(told[-1].partition(" ")[2]) if told else {})
    return total


def _summarize(children: dict[str, Child], requests: Counter[str], begun: float, ended: float) -> Traffic:
    """Return what was counted between two moments, as if it had been an hour; lags are those of changes made then."""
    made: dict[tuple[str, str], float] = {}
    got: list[tuple[str, str, float]] = []
    for name, child in children.items():
        for line in child.lines():
            match line.split():
                case ["made", number, at]:
                    made[name, number] = float(at)
                case ["got", writer, number, at]:
                    got.append((writer, number, float(at)))
                case _:
                    pass
    times = 3600 / (ended - begun)
    counted = {key: at for key, at in made.items() if begun <= at < ended}
    return Traffic(
        people=len(children),
        changes=round(len(counted) * times),
        puts=round(requests["put"] * times),
        lists=round(requests["list"] * times),
        gets=round(requests["get"] * times),
        sent=requests["up"] * times,
        received=requests["down"] * times,
        on_screen=[at - counted[writer, number] for writer, number, at in got if (writer, number) in counted],
    )
