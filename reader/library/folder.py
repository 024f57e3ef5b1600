"""The library folder: names, lock, ownership of journals."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sys
import threading
import time
import uuid
from collections.abc import Generator, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.files import Signature, signature_of, sync_folder

# ------------------------------------------------------------------ A lock between programs on a file, held for an operation.

_PAUSE: Final = 0.002


class Lock:
    """A lock on the file at `path`, which is made and stays. A thread that holds it may hold it again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._descriptor = -1
        self._depth = 0

    @contextlib.contextmanager
    def hold(self, seconds: float) -> Generator[bool]:
        """Hold the lock for a block, and say whether it could be had within `seconds`.

        Raises OSError where the file cannot be made or the file system has no locks.
        """
        deadline = time.monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            yield False
            return
        try:
            if self._depth == 0 and not self._acquire_file(deadline):
                yield False
                return
            self._depth += 1
            try:
                yield True
            finally:
                self._depth -= 1
                if self._depth == 0:
                    # The system lets go of the lock with the descriptor: that cannot fail.
                    os.close(self._descriptor)
        finally:
            self._threads.release()

    def _acquire_file(self, deadline: float) -> bool:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                if _try_lock(descriptor) and self._is_current_file(descriptor):
                    self._descriptor, descriptor = descriptor, -1
                    return True
            finally:
                if descriptor >= 0:
                    os.close(descriptor)
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)

    def _is_current_file(self, descriptor: int) -> bool:
        """Whether the file is still the one at the path: somebody may have removed it, and others lock the next one."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        return False


def _try_lock(descriptor: int) -> bool:
    """Lock an open file for this process if nobody else has; return whether it is. Raises OSError where that cannot be."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


# ------------------------------------------------------------------ what lies where in it, who may write in it now, and whose

LIBRARY_FILE_NAME: Final = "library.json"
_JOURNAL_PREFIX: Final = "journal-"
_JOURNAL_SUFFIX: Final = ".jsonl"
_LOCK_SECONDS: Final = 10.0
_MACHINE_ID_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class ArchivedJournal(NamedTuple):
    """A finished journal in the history: the numbers of its first and last change, and the replica that made them.

    One whose name does not say that has a last number beyond all, and no replica: it is always read.
    """

    first: int
    last: int
    replica: str
    path: Path


class Folder:
    """A library's folder by its real path: all of a library lies beside its file, also when that is reached by a link.

    Only beside a file of another name lies nothing of a library: what that name is linked from is the folder then.
    """

    def __init__(self, folder: Path) -> None:
        self.library = Path(os.path.realpath(folder / LIBRARY_FILE_NAME))
        self.path = self.library.parent if self.library.name == LIBRARY_FILE_NAME else Path(os.path.realpath(folder))
        self.snapshots = self.path / "snapshots"
        self.backups = self.path / "backups"
        self.history = self.path / "history"
        self._writing = Lock(self.path / "library.lock")
        self._folding = Lock(self.path / "checkpoint.lock")

    @cached_property
    def journal(self) -> Path:
        """The journal of this device: a tool that syncs folders never meets two devices' changes in one file."""
        return self.path / f"{_JOURNAL_PREFIX}{device_name()}{_JOURNAL_SUFFIX}"

    @property
    def identity(self) -> str:
        """What tells this folder from a copy of it, which would count its changes on by itself."""
        return f"{device_name()}:{os.stat(self.path).st_ino}:{self.path}"

    def signature(self) -> Signature | None:
        """Return the signature of the library's file, None when there is none. Raises ReaderError when that cannot be told."""
        try:
            return signature_of(self.library)
        except OSError as error:
            raise ReaderError(f"{self.library} cannot be reached: {error.strerror}") from error

    def journals(self) -> list[Path]:
        """Return the journals of all devices that are here. Raises OSError when that cannot be told."""
        names = sorted(
            name for name in _file_names(self.path) if name.startswith(_JOURNAL_PREFIX) and name.endswith(_JOURNAL_SUFFIX)
        )
        return [self.path / name for name in names]

    def archived_journals(self) -> Iterator[ArchivedJournal]:
        """Yield the finished journals, the oldest first. Raises OSError when they cannot be told."""
        for name in sorted(_file_names(self.history)):
            if name.endswith(_JOURNAL_SUFFIX):
                first, last, replica = [*name.removesuffix(_JOURNAL_SUFFIX).split("-"), "", ""][:3]
                known = first.isdigit() and last.isdigit()
                yield (
                    ArchivedJournal(int(first), int(last), replica, self.history / name)
                    if known
                    else ArchivedJournal(0, sys.maxsize, "", self.history / name)
                )

    def archive_path(self, first: int, last: int, replica: str) -> Path:
        """Return where a finished journal with these changes goes; one in which none can be read gets a name of its own."""
        numbers = f"{first:012d}-{last:012d}" if last else f"unread-{uuid.uuid4().hex[:8]}"
        return self.history / f"{numbers}-{replica}{_JOURNAL_SUFFIX}"

    def sync_names(self) -> None:
        """Wait until the names that are here are on the disk: who made them may have been killed before they were.

        Raises OSError when the disk fails.
        """
        for folder in (self.path.parent, self.path, self.history):
            with contextlib.suppress(FileNotFoundError):
                sync_folder(folder)

    @contextlib.contextmanager
    def wrap_errors(self) -> Generator[None]:
        """Turn an error of the disk or of rights within a block into a ReaderError that says what cannot be reached."""
        try:
            yield
        except OSError as error:
            what = f"{error.filename or self.path} cannot be reached: {error.strerror or error}"
            raise ReaderError(what, "`reader doctor` looks at what is wrong") from error

    def conflict_copies(self) -> tuple[Path, ...]:
        """Return the copies of the library's file that tools which sync folders leave when two devices wrote at once."""
        with contextlib.suppress(OSError):
            return tuple(self.path / name for name in sorted(_file_names(self.path)) if _is_conflict_copy(name))
        return ()

    @contextlib.contextmanager
    def write_lock(self) -> Generator[None]:
        """Hold the library's lock for a block: nobody else writes. Raises ReaderError when that, or a write in it, fails."""
        try:
            with self._writing.hold(_LOCK_SECONDS) as mine:
                if not mine:
                    raise ReaderError("another program has held the library's lock for too long")
                yield
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be written: {error.strerror or error}") from error

    @contextlib.contextmanager
    def checkpoint_lock(self, wait: float) -> Generator[bool]:
        """Hold for a block what only one program does at a time, and say whether it is this one after `wait` seconds."""
        try:
            with self._folding.hold(wait) as mine:
                yield mine
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be written: {error.strerror or error}") from error


@cache
def device_name() -> str:
    """Return the name of this machine in file names: eight letters and digits that are the same every time."""
    for path in _MACHINE_ID_FILES:
        with contextlib.suppress(OSError):
            machine = path.read_text("ascii", "replace").strip()
            if machine:
                return _short_hash(machine)
    node = uuid.getnode()
    # A number with this bit is made up anew for every process.
    return _short_hash(f"{socket.gethostname()}:{'' if node >> 40 & 1 else node}")


def _short_hash(text: str) -> str:
    return hashlib.sha256(f"claim-reader:{text}".encode()).hexdigest()[:8]


def _file_names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _is_conflict_copy(name: str) -> bool:
    """Whether a syncing tool (Syncthing, Dropbox, Nextcloud …) gives such a name to the other version of `library.json`."""
    stem = name.removesuffix(".json")
    if stem == name or name == LIBRARY_FILE_NAME or not stem.startswith("library"):
        return False
    rest = stem.removeprefix("library").lower()
    return "conflict" in rest or (rest.strip()[:1] == "(" and rest.endswith(")"))
