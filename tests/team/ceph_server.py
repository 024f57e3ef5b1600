"""A real S3 server on this machine: Ceph with a monitor, three storage daemons in memory with three copies, and a gateway.

It needs programs of Debian and Ubuntu: `apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common`.
By hand, until Ctrl+C: `python -m tests.team.ceph_server FOLDER`.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
STORAGE_DAEMONS = 3
POOLS = (
    ".rgw.root",
    *(f"default.rgw.{name}" for name in ("log", "control", "meta", "buckets.index", "buckets.data", "buckets.non-ec")),
)
PATIENCE = 120.0
"""How many seconds a daemon may take to answer on a busy machine."""
CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{monitor}/0
mon initial members = a
auth allow insecure global id reclaim = false
public network = 127.0.0.0/8
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms bind msgr2 = true
osd pool default size = {daemons}
osd pool default min size = 2
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd objectstore = memstore
osd class dir = /usr/lib/{machine}-linux-gnu/rados-classes
osd class load list = *
osd class default list = *
osd heartbeat grace = 6
osd heartbeat interval = 1
memstore device bytes = 2147483648
mon max pg per osd = 1000
mon osd min down reporters = 1
mon osd adjust heartbeat grace = false
run dir = {folder}/run
admin socket = {folder}/run/$name.asok
log file = {folder}/run/$name.log
pid file = {folder}/run/$name.pid
keyring = {folder}/keyring
mon data = {folder}/$name
osd data = {folder}/$name
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{gateway}
rgw data = {folder}/rgw
rgw thread pool size = 64
rgw dynamic resharding = false
rgw enable lc threads = false
rgw enable gc threads = false
rgw dns name = localhost
keyring = {folder}/rgw.keyring
"""


class ServerUser:
    """A user of the server: the name, and the keys, which are in no `repr`."""

    def __init__(self, name: str, access: str, secret: str) -> None:
        self.name = name
        self.access = access
        self.secret = secret

    def __repr__(self) -> str:
        return f"ServerUser({self.name!r})"


class CephServer:
    """A running server. Its daemons can be killed as a machine that fails, and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "ceph.conf"
        self.monitor_port, self.gateway_port = _free_ports(2)
        self.address = f"http://127.0.0.1:{self.gateway_port}"
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: list[str] = []

    def start(self) -> None:
        """Make the cluster in its folder, which must be empty, and wait until the gateway answers."""
        (self.folder / "run").mkdir(parents=True)
        (self.folder / "rgw").mkdir()
        fsid = str(uuid.uuid4())
        fields = {"fsid": fsid, "folder": self.folder, "daemons": STORAGE_DAEMONS, "machine": platform.machine()}
        text = CONFIGURATION.format(**fields, monitor=self.monitor_port, gateway=self.gateway_port)
        self.configuration.write_text(text, encoding="utf-8")
        self._make_monitor(fsid)
        for number in range(STORAGE_DAEMONS):
            self._make_storage(number)
        caps = ("mon", "allow *", "osd", "allow *")
        key = self.run("ceph", "auth", "get-or-create", "client.rgw.a", *caps)
        (self.folder / "rgw.keyring").write_text(key, encoding="utf-8")
        for pool in POOLS:
            self.run("ceph", "osd", "pool", "create", pool, "8", "8", "--yes-i-really-mean-it")
            self.run("ceph", "osd", "pool", "application", "enable", pool, "rgw")
        self.start_gateway()

    def run(self, program: str, *words: str, given: str = "") -> str:
        """Return what a program of Ceph prints, told about this cluster."""
        command = [program, "-c", str(self.configuration), *words]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"
        return done.stdout

    def add_user(self, name: str) -> ServerUser:
        """Make a user who owns nothing and may do nothing in the buckets of others."""
        self.run("radosgw-admin", "user", "create", f"--uid={name}", f"--display-name={name}")
        (keys,) = json.loads(self.run("radosgw-admin", "user", "info", f"--uid={name}"))["keys"]
        return ServerUser(name, keys["access_key"], keys["secret_key"])

    def limit_bucket(self, owner: str, objects: int) -> None:
        """Let the buckets of a user hold so many objects and no more."""
        self.run("radosgw-admin", "quota", "set", "--quota-scope=bucket", f"--uid={owner}", f"--max-objects={objects}")
        self.run("radosgw-admin", "quota", "enable", "--quota-scope=bucket", f"--uid={owner}")

    def start_gateway(self) -> None:
        """Start the gateway, and wait until it answers."""
        self._spawn("gateway", "radosgw", "-n", "client.rgw.a")
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.address):
            assert self.daemons["gateway"].poll() is None, f"the gateway ended: {self._tail('gateway')}"
            assert time.monotonic() < deadline, f"the gateway does not answer: {self._tail('gateway')}"
            threading.Event().wait(0.1)  # there is no event to wait for: it is another program

    def start_storage(self, number: int) -> None:
        """Start a storage daemon, and wait until the monitor has heard of it. What its memory lost comes from the others."""
        before = self._came_up(number)
        self._spawn(f"osd.{number}", "ceph-osd", "-i", str(number))
        deadline = time.monotonic() + PATIENCE
        while self._came_up(number) <= before:
            assert time.monotonic() < deadline, f"storage daemon {number} does not come up: {self._tail(f'osd.{number}')}"
            threading.Event().wait(0.2)  # there is no event to wait for: it is another program

    def kill(self, name: str) -> None:
        """End a daemon at once, as a failing machine does: "gateway", or "osd.0" and so on."""
        self.deaths.append(name)
        daemon = self.daemons.pop(name)
        daemon.send_signal(signal.SIGKILL)
        daemon.wait()

    def stop(self) -> None:
        """End all of it."""
        for name in list(self.daemons):
            self.kill(name)

    def _make_monitor(self, fsid: str) -> None:
        keyring, monmap = str(self.folder / "keyring"), str(self.folder / "monmap")
        subprocess.run(
            ["ceph-authtool", "-C", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        admin = ["--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *"]
        subprocess.run(["ceph-authtool", keyring, *admin], check=True, stdout=subprocess.DEVNULL)
        address = f"[v2:127.0.0.1:{self.monitor_port}]"
        made = ["monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, monmap]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap, "--keyring", keyring)
        self._spawn("mon.a", "ceph-mon", "-i", "a")

    def _make_storage(self, number: int) -> None:
        folder, name, identity = self.folder / f"osd.{number}", f"osd.{number}", str(uuid.uuid4())
        folder.mkdir()
        key = subprocess.run(["ceph-authtool", "--gen-print-key"], check=True, capture_output=True, text=True).stdout.strip()
        self.run("ceph", "osd", "new", identity, str(number), "-i", "-", given=json.dumps({"cephx_secret": key}))
        keyring = str(folder / "keyring")
        subprocess.run(
            ["ceph-authtool", "-C", keyring, "--name", name, "--add-key", key], check=True, stdout=subprocess.DEVNULL
        )
        self.run("ceph-osd", "-i", str(number), "--mkfs", "--osd-uuid", identity, "--keyring", keyring)
        self.start_storage(number)

    def _came_up(self, number: int) -> int:
        """Return the epoch of the cluster in which a storage daemon came up last."""
        told = json.loads(self.run("ceph", "osd", "dump", "--format", "json"))
        return next((item["up_from"] for item in told["osds"] if item["osd"] == number), 0)

    def _spawn(self, name: str, *command: str) -> None:
        words = [command[0], "-f", "-c", str(self.configuration), *command[1:]]
        if command[0] == "ceph-osd":
            words += ["--keyring", str(self.folder / name / "keyring")]
        with (self.folder / "run" / f"{name}.txt").open("ab") as output:
            self.daemons[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def _tail(self, name: str) -> str:
        return (self.folder / "run" / f"{name}.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


def missing_programs() -> str:
    """Return the programs of Ceph that this machine lacks, "" for none."""
    return ", ".join(program for program in PROGRAMS if shutil.which(program) is None)


@contextmanager
def run_ceph(folder: Path) -> Iterator[CephServer]:
    """Run a server in a new folder for a block. Skips the test where its programs are missing."""
    if missing := missing_programs():
        pytest.skip(f"Ceph is not installed here: {missing} missing")
    server = CephServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def _answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/", timeout=2) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    with run_ceph(Path(sys.argv[1]).absolute()) as running:
        owner = running.add_user("owner")
        print(
            f"{running.address} AWS_ACCESS_KEY_ID={owner.access} AWS_SECRET_ACCESS_KEY={owner.secret} (process {os.getpid()})"
        )
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.exit(0)
