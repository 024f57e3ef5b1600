"""Six members work in one team while everything fails that can: what was acknowledged must be at every member, once.

    python -m tests.team.proof [--seconds 600] [--server ceph|s3|folder] [--seed N] [--pace P]

The members are processes with libraries of their own and the real engine (`benchmarks.team.member`). Meanwhile storage
daemons and the gateway are killed, members are killed, answers are lost after the write and bodies cut, two clocks are wrong,
a backup of a library is put back, the rights of one member are taken away while it sends, and a seventh member is hostile.
Then everything is quiet, until all have the same; what they hold is compared with what was acknowledged.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.faults.ledger import GONE, Ledger, sum_of
from benchmarks.faults.nursery import Child, Nursery
from benchmarks.team.member import DESK, END, QUIET, WORK
from benchmarks.team.model import percentile
from reader.library.shared_articles import scope_of
from reader.team.rights import Role, TeamPerson, bucket_policy
from reader.team.stores import open_store, parse_place
from tests.team.ceph_server import POOLS, CephServer, missing_programs, run_ceph
from tests.team.fault_proxy import Fault, FaultProxy, fault_proxy, random_faults
from tests.team.hostile import MEMBER as HOSTILE
from tests.team.hostile import Hostile
from tests.team.s3_server import KEYS, s3_client, serve_s3

TASK: Final = "benchmarks.team.member:live"
NAMES: Final = ("ada", "ben", "cleo", "dan", "eva", "finn")
BACKUP, REVOKED, AHEAD, BEHIND = "cleo", "dan", "eva", "finn"
"""Whose backup is put back, whose rights are taken away, whose clock is two hours ahead, whose is a day behind."""
SKEWS: Final = {AHEAD: 7200.0, BEHIND: -86_400.0}
RATES: Final = {
    Fault.LOSE_ANSWER: 0.03,
    Fault.CUT_ANSWER: 0.03,
    Fault.CUT_REQUEST: 0.02,
    Fault.RESET: 0.02,
    Fault.BUSY: 0.02,
}
BUCKET: Final = "newsroom"
_NURSERY_TURN: Final = threading.Lock()
_PASSES: Final = 3
_HEALING: Final = 600.0
"""The seconds within which all must have the same once nothing fails any more."""


@dataclass(slots=True)
class Outcome:
    """What came of a run. `lost`, `twice`, `strange` and `differing` hold what is wrong, one sentence each."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    by_member: dict[str, int] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    healing: float = 0.0

    @property
    def wrong(self) -> list[str]:
        """Everything that is wrong."""
        return [*self.crashes, *self.lost, *self.twice, *self.strange, *self.differing]

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what is told of the run, with its words."""
        yield "changes acknowledged", str(self.acknowledged)
        yield "by member", ", ".join(f"{name} {count}" for name, count in self.by_member.items())
        for name, found in (("lost", self.lost), ("twice", self.twice), ("made by nobody", self.strange)):
            yield name, str(len(found))
        yield "differences between members", str(len(self.differing))
        yield "seconds until all had the same, once nothing failed", f"{self.healing:.1f}"
        if self.lags:
            yield "lag in s: p50, p99", f"{percentile(self.lags, 0.5):.1f}, {percentile(self.lags, 0.99):.1f}"
        yield from ((name, str(count)) for name, count in sorted(self.counts.items()))


class Server(NamedTuple):
    """Where the team is: an address of S3 or "" for a folder, the keys of each person, and what can fail."""

    address: str
    folder: Path
    keys: Mapping[str, tuple[str, str]]
    ceph: CephServer | None = None

    def place(self, address: str = "") -> str:
        """Return the place of the team, through a proxy if there is one."""
        return f"s3://{BUCKET}/proof?endpoint={address or self.address}&region=us-east-1" if self.address else str(self.folder)


@contextmanager
def run_server(kind: str, folder: Path) -> Iterator[Server]:
    """Run a server with the bucket of the team for a block."""
    people = (*NAMES, HOSTILE)
    if kind == "folder":
        (folder / "store").mkdir()
        yield Server("", folder / "store", {})
    elif kind == "s3":
        with serve_s3() as address:
            s3_client(address).create_bucket(Bucket=BUCKET)
            yield Server(address, folder, dict.fromkeys(people, KEYS))
    else:
        with run_ceph(folder / "ceph") as ceph:
            owner = ceph.add_user("owner")
            users = {name: ceph.add_user(name) for name in people}
            s3_client(ceph.address, owner.access, owner.secret).create_bucket(Bucket=BUCKET)
            keys = {user.name: (user.access, user.secret) for user in (owner, *users.values())}
            server = Server(ceph.address, folder, keys, ceph)
            allow_members(server)
            yield server


def allow_members(server: Server, *, revoked: str = "") -> None:
    """Give the members their rights in the bucket, all but one whose rights are taken away."""
    place = parse_place(server.place())
    roles = {NAMES[0]: Role.KEEPER, revoked: Role.REVOKED}  # a keeper makes the team
    people = [TeamPerson(name, roles.get(name, Role.MEMBER)) for name in (*NAMES, HOSTILE)]
    policy = bucket_policy(place, [TeamPerson("owner", Role.KEEPER), *people])
    client = s3_client(server.address, *server.keys["owner"])

    def put() -> bool:
        with suppress(BotoCoreError, ClientError):  # the gateway may be down at this moment
            client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
            return True
        return False

    _wait("the policy", put)


class Member:
    """A member's process, which may be killed and started again; its ledger goes on."""

    def __init__(self, nursery: Nursery, folder: Path, name: str, arguments: Mapping[str, object]) -> None:
        self.name, self.folder = name, folder / name
        self._nursery, self._arguments = nursery, dict(arguments)
        self._lives: list[Child] = []

    def start(self) -> None:
        """Start it, or start it again."""
        self.tell(WORK)
        with _NURSERY_TURN:
            self._lives.append(self._nursery.start(TASK, folder=str(self.folder), name=self.name, **self._arguments))

    def kill(self) -> None:
        """Kill it with SIGKILL."""
        with _NURSERY_TURN:
            self._lives[-1].kill()

    def tell(self, mode: str) -> None:
        """Tell it what to do: WORK, QUIET or END."""
        Path(f"{self.folder}.do").write_text(mode, encoding="ascii")

    def end(self) -> None:
        """Wait for its end, once it was told."""
        with _NURSERY_TURN:
            self._lives[-1].end()

    def lines(self) -> list[str]:
        """Return all that it has said in all its lives."""
        return [line for life in self._lives for line in life.lines()]

    def last_state(self) -> dict[str, Any]:
        """Return what it said last about sending and reading in this life; empty if it has not yet."""
        return next((json.loads(line[6:]) for line in reversed(self._lives[-1].lines()) if line.startswith("state ")), {})

    def quieten(self) -> int:
        """Let it change nothing more, and send and read again and again; return how much it has said so far."""
        self.tell(QUIET)
        return len(self.lines())

    def has_settled(self, said: int) -> bool:
        """Whether it has said in several passes since then that nothing waits."""
        states = [json.loads(line[6:]) for line in self.lines()[said:] if line.startswith("state ")]
        return len(states) > _PASSES and not any(states[-1][name] for name in ("unsent", "waiting", "offline_since"))

    def article_id(self) -> str:
        """Return the id of the article that it reads in this life, "" for none yet.

        Raises ChildProcessError if the process failed.
        """
        lines = self._lives[-1].lines()
        if failure := next((line for line in lines if line.startswith("crash")), ""):
            raise ChildProcessError(f"{self.name}: {failure}")
        return next((line.split()[1] for line in lines if line.startswith("opened ")), "")

    def dump(self) -> dict[str, Any]:
        """Return what it holds, after its end."""
        return json.loads(Path(f"{self.folder}.json").read_text(encoding="utf-8"))


class Proof:
    """One run: members, what fails, and when."""

    def __init__(self, server: Server, folder: Path, seconds: float, seed: int, pace: float, stack: ExitStack) -> None:
        self.outcome = Outcome()
        self._server, self._seconds, self._chance = server, seconds, random.Random(seed)
        self._nursery = stack.enter_context(Nursery(folder / "said"))
        self._proxies: list[FaultProxy] = []
        self._members: dict[str, Member] = {}
        self._article = ""
        self._is_over = threading.Event()
        self._locks = {name: threading.RLock() for name in NAMES}
        begun = time.time()
        for number, name in enumerate(NAMES):
            address = ""
            if server.address:
                proxy = stack.enter_context(fault_proxy(server.address))
                self._proxies.append(proxy)
                address = proxy.address
            keys = server.keys.get(name)
            arguments = {
                "place": server.place(address),
                "seed": seed + number,
                "is_founder": number == 0,
                "shares": int(number == 0),
                "pace": pace,
                "skew": SKEWS.get(name, 0.0),
                "begun": begun,
                "changes": 3600.0,
                "keys": list(keys) if keys else [],
            }
            self._members[name] = Member(self._nursery, folder / "members", name, arguments)

    # ------------------------------------------------------------------ the run

    def run(self) -> Outcome:
        """Do all of it."""
        first, *others = self._members.values()
        first.start()
        _wait("the founder", lambda: bool(first.article_id()))
        for member in others:
            member.start()
        _wait("the members", lambda: all(member.article_id() for member in others))
        self._article = first.article_id()
        for number, proxy in enumerate(self._proxies):
            proxy.script = random_faults(number, RATES)
        begun = time.monotonic()
        tasks = [self._kill_members, self._put_back, self._strike]
        tasks += [self._fail_server, self._take_rights] if self._server.ceph is not None else []
        threads = [threading.Thread(target=self._guard, args=(task,), daemon=True) for task in tasks]
        for thread in threads:
            thread.start()
        self._is_over.wait(self._seconds * 0.9 - (time.monotonic() - begun))
        self._is_over.set()
        for thread in threads:
            thread.join(_HEALING)
        self._heal()
        self._judge()
        return self.outcome

    def _guard(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:
            self.outcome.crashes.append(f"{task.__name__}: {error!r}")

    def _pause(self, low: float, high: float) -> bool:
        """Wait for a share of the whole time between these; return whether there is time left."""
        return not self._is_over.wait(self._seconds * self._chance.uniform(low, high))

    def _kill_members(self) -> None:
        while self._pause(0.04, 0.08):
            name = self._chance.choice([name for name in NAMES if name != BACKUP])
            with self._locks[name]:
                self._members[name].kill()
                self.outcome.counts["members killed"] += 1
                self._members[name].start()

    def _fail_server(self) -> None:
        ceph = self._server.ceph
        assert ceph is not None
        daemons = ["gateway", *(f"osd.{number}" for number in range(3))]
        nth = 0
        while self._pause(0.02, 0.04):
            name = daemons[nth % len(daemons)]
            nth += 1
            ceph.kill(name)
            self.outcome.counts["gateway killed" if name == "gateway" else "storage daemons killed"] += 1
            self._is_over.wait(self._chance.uniform(1, 4))
            if name == "gateway":
                ceph.start_gateway()
            else:
                ceph.start_storage(int(name[-1]))
                _wait("the storage", lambda: _is_whole(ceph), 300.0)

    def _put_back(self) -> None:
        """Put a backup of a library back, after what came later was sent: so the same numbers are used twice."""
        member = self._members[BACKUP]
        copy = member.folder.with_name("backup")
        if not self._pause(0.2, 0.25):
            return
        with self._locks[BACKUP]:
            member.kill()
            shutil.copytree(member.folder, copy)
            member.start()
        if not self._pause(0.25, 0.3):
            return
        said = member.quieten()
        _wait("what the backup lacks", lambda: member.has_settled(said))
        with self._locks[BACKUP]:
            member.kill()
            shutil.rmtree(member.folder)
            shutil.copytree(copy, member.folder)
            member.start()
        self.outcome.counts["backups put back"] += 1

    def _take_rights(self) -> None:
        if self._pause(0.3, 0.35):
            allow_members(self._server, revoked=REVOKED)
            self.outcome.counts["rights taken away"] += 1
            self._pause(0.15, 0.2)
            allow_members(self._server)

    def _strike(self) -> None:
        if keys := self._server.keys.get(HOSTILE):
            os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = keys
        store = open_store(parse_place(self._server.place()))
        team = json.loads(store.get("team.json", 10_000))["id"]
        hostile = Hostile(store, scope_of(team, self._article), self._article, DESK, 7)
        while self._pause(0.05, 0.1):
            hostile.strike()
        for kind, count in hostile.tried.items():
            self.outcome.counts[f"hostile: {kind}"] = count
        self.outcome.counts["hostile, refused by the server"] = hostile.refused.total()

    # ------------------------------------------------------------------ the end

    def _heal(self) -> None:
        """Let nothing fail any more, and wait until all have sent and read everything."""
        for proxy in self._proxies:
            proxy.script = lambda _: None
        begun = time.monotonic()
        said = {name: member.quieten() for name, member in self._members.items()}
        deadline = begun + _HEALING
        for _ in range(2):  # what all have sent is read in the passes after that
            while time.monotonic() < deadline and not all(
                member.has_settled(said[name]) for name, member in self._members.items()
            ):
                threading.Event().wait(0.2)
            said = {name: len(member.lines()) for name, member in self._members.items()}
        self.outcome.healing = time.monotonic() - begun
        for member in self._members.values():
            member.tell(END)
        for member in self._members.values():
            member.end()
        for proxy in self._proxies:
            for fault, count in proxy.counts.items():
                if fault:
                    self.outcome.counts[f"network: {fault}"] += count

    def _judge(self) -> None:
        outcome, ledger, made, got = self.outcome, Ledger(), dict[tuple[str, str], float](), list[tuple[str, str, float]]()
        for name, member in self._members.items():
            own = Ledger()
            for line in member.lines():
                own.take([line])
                match line.split():
                    case ["made", number, at]:
                        made[name, number] = float(at)
                    case ["got", writer, number, at]:
                        got.append((writer, number, float(at)))
                    case ["crash", *_]:
                        outcome.crashes.append(f"{name}: {line}")
                    case ["error", *_]:
                        outcome.counts["passes that failed"] += 1
                    case _:
                        pass
            outcome.by_member[name] = own.acknowledged
            outcome.counts["objects set aside, at most"] = max(
                outcome.counts["objects set aside, at most"], member.last_state().get("bad", 0)
            )
            ledger.join(own)
        outcome.acknowledged = ledger.acknowledged
        outcome.lags = [at - made[writer, number] for writer, number, at in got if (writer, number) in made]
        dumps = {name: member.dump() for name, member in self._members.items()}
        for name, dump in dumps.items():
            self._judge_notes(name, dump["notes"], ledger)
        first, *others = dumps.items()
        for name, dump in others:
            outcome.differing += [f"{first[0]} and {name}: {what}" for what in _differences(first[1], dump)]

    def _judge_notes(self, name: str, notes: Mapping[str, list[Any]], ledger: Ledger) -> None:
        outcome = self.outcome
        wanted = {*ledger.settled, *ledger.open}
        for note_id, (note, rivals) in notes.items():
            others = rivals.get("note", [])
            if others:
                outcome.counts["conflicts shown"] += 1
            if note_id not in wanted:
                outcome.strange.append(f"{name}: {note_id} {note!r}")
        sums = Counter(sum_of(note) for note, _ in notes.values())
        outcome.twice += [f"{name}: {note_sum} stands {count} times" for note_sum, count in sums.items() if count > 1]
        for note_id, note_sum in ledger.settled.items():
            there = (
                [GONE] if note_id not in notes else [sum_of(n) for n in (notes[note_id][0], *notes[note_id][1].get("note", []))]
            )
            if note_sum not in there and not ledger.open.get(note_id, set()).intersection(there):
                outcome.lost.append(f"{name}: {note_id} should be {note_sum}, and is {there}")


def _is_whole(ceph: CephServer) -> bool:
    """Whether every storage daemon has its copy of everything again, as the one that is killed next loses its memory."""
    groups = [f"{pool}.{number:x}" for pool in range(1, len(POOLS) + 1) for number in range(8)]
    try:
        return all(json.loads(ceph.run("ceph", "tell", group, "query"))["state"] == "active+clean" for group in groups)
    except (AssertionError, subprocess.TimeoutExpired, ValueError):
        return False


def _differences(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Yield where two members hold something else of what they share."""
    for key in sorted({*one["articles"], *other["articles"]}):
        mine, yours = (side["articles"].get(key, {"vector": {}, "records": {}}) for side in (one, other))
        if mine["vector"] != yours["vector"]:
            yield f"the vectors of {key}: {mine['vector']} and {yours['vector']}"
        for record in sorted({*mine["records"], *yours["records"]}):
            if mine["records"].get(record) != yours["records"].get(record):
                yield f"{record}: {mine['records'].get(record)} and {yours['records'].get(record)}"


def _wait(what: str, is_done: Callable[[], bool], seconds: float = 300.0) -> None:
    """Wait for another program. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:.0f} s")
        threading.Event().wait(0.1)  # there is no event to wait for: it is another process


def prove(kind: str, seconds: float, seed: int, pace: float, folder: Path) -> Outcome:
    """Run the proof in a folder and return what came of it."""
    (folder / "members").mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        server = stack.enter_context(run_server(kind, folder))
        return Proof(server, folder, seconds, seed, pace, stack).run()


def main() -> int:
    """Run the proof, print what it counted, and return 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.team.proof", description=__doc__.split("\n", 1)[0] if __doc__ else ""
    )
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--server", choices=("ceph", "s3", "folder"), default="s3" if missing_programs() else "ceph")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--pace", type=float, default=1.0, help="how many times as fast the clocks of the members go")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="team-proof-"))
    outcome = prove(asked.server, asked.seconds, asked.seed, asked.pace, folder)
    for name, value in outcome.rows():
        print(f"{name:55} {value}")
    for sentence in outcome.wrong[:20]:
        print(f"WRONG {sentence[:600]}")
    if asked.folder is None and not outcome.wrong:
        with suppress(OSError):
            shutil.rmtree(folder)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
