"""Locate the files of a library folder, lock it, and identify the journal of this device."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import threading
import time
import uuid
from collections.abc import Generator, Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple

from reader.digests import sha256
from reader.errors import ReaderError
from reader.files import Signature, make_folder, signature_from, signature_of, sync_folder, temporary_beside

# ------------------------------------------------------------------ locks

_PAUSE: Final = 0.002


class Lock:
    """A lock on a file against other programs; the file is created and stays. A thread may take its own lock again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._descriptor = -1
        self._depth = 0

    @contextlib.contextmanager
    def hold(self, seconds: float) -> Generator[bool]:
        """Hold the lock for a block; yield whether it was free within `seconds`.

        Raises OSError when the file cannot be created or the file system has no locks.
        """
        is_held = self.acquire(seconds)
        try:
            yield is_held
        finally:
            if is_held:
                self.release()

    def acquire(self, seconds: float) -> bool:
        """Take the lock until `release`, and return whether it was free within `seconds`. Raises as `hold`."""
        deadline = time.monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            return False
        is_held = False
        try:
            is_held = self._depth > 0 or self._acquire_file(deadline)
            self._depth += is_held
        finally:
            if not is_held:
                self._threads.release()
        return is_held

    def release(self) -> None:
        """Release the lock, which this thread holds."""
        self._depth -= 1
        try:
            if self._depth == 0:
                # Closing the descriptor releases the lock, which cannot fail.
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
        """Whether the file is still the one at the path. If somebody removed it, other programs lock a new one."""
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        except FileNotFoundError:
            return False


def _try_lock(descriptor: int) -> bool:
    """Lock an open file unless another process has; return whether it succeeded. Raises OSError if locks are unsupported."""
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


# ------------------------------------------------------------------ folder

LIBRARY_FILE_NAME: Final = "library.json"
MEMBERSHIP_FILE: Final = "team.json"
"""The file in a library's folder that says which team the library is in, if it is in one."""
_PERSONAL_NAME: Final = re.compile(r"personal-[0-9a-f]{8}\.json")
_WRITE_LOCK_NAME: Final = "library.lock"
_CHECKPOINT_LOCK_NAME: Final = "checkpoint.lock"
_JOURNAL_PREFIX: Final = "journal-"
_JOURNAL_SUFFIX: Final = ".jsonl"
_UNSAVED_PREFIX: Final = "unsaved-"
_LOCK_SECONDS: Final = 10.0
_MACHINE_ID_FILES: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class ArchivedJournal(NamedTuple):
    """A journal in the history, with its replica and the counters of its first and last change, which its file name contains.

    If the name lacks them, `last` is beyond all counters and `replica` is empty, so that the file is always read.
    """

    first: int
    last: int
    replica: str
    path: Path


class Folder:
    """The files of a library, located by the real path of its folder.

    Where `library.json` is a link to a `library.json` elsewhere, the whole library is there. Where it is a link to a file of
    another name, the other files stay beside the link.
    """

    def __init__(self, folder: Path) -> None:
        self.library = Path(os.path.realpath(folder / LIBRARY_FILE_NAME))
        self.path = self.library.parent if self.library.name == LIBRARY_FILE_NAME else Path(os.path.realpath(folder))
        self.snapshots = self.path / "snapshots"
        self.backups = self.path / "backups"
        self.history = self.path / "history"
        self._journal_path = cache(self.path.joinpath)
        self._write_lock = Lock(self.path / _WRITE_LOCK_NAME)
        self._checkpoint_lock = Lock(self.path / _CHECKPOINT_LOCK_NAME)

    @classmethod
    def create(cls, folder: Path) -> Folder:
        """Create a folder for a library unless it exists. Raises ReaderError when that fails."""
        try:
            make_folder(folder)
        except OSError as error:
            raise ReaderError(f"The library folder {folder} cannot be created: {error.strerror}") from error
        return cls(folder)

    @cached_property
    def journal(self) -> Path:
        """The journal of this device. Each device has its own, so that a sync tool never finds changes of two in one file."""
        return self._journal_path(f"{_JOURNAL_PREFIX}{device_name()}{_JOURNAL_SUFFIX}")

    @cached_property
    def index(self) -> Path:
        """The index of the library's file. Each device has its own, since it names the file as this device knows it."""
        return self.path / f"library-{device_name()}.index"

    @cached_property
    def personal(self) -> Path:
        """The file with what is personal on this device."""
        return self.path / f"personal-{device_name()}.json"

    @cached_property
    def temporary(self) -> Path:
        """The file that is written in order to replace the library's."""
        return temporary_beside(self.library)

    @property
    def own_paths(self) -> tuple[Path, ...]:
        """All files and folders that a new library makes on this device."""
        files = (self.library, self.journal, self.index, self.personal)
        locks = (self.path / _WRITE_LOCK_NAME, self.path / _CHECKPOINT_LOCK_NAME)
        return (*files, *locks, self.snapshots, self.history, self.backups)

    @property
    def identity(self) -> str:
        """The identity of this folder. A copy has another one, since it must not use the same dots for other changes."""
        return self.identity_of(os.stat(self.path).st_ino)

    def identity_of(self, number: int) -> str:
        """Return the identity of this folder where its file (inode) has this number."""
        return f"{device_name()}:{number}:{self.path}"

    @property
    def place(self) -> str:
        """The identity of this device and the path, in eight hexadecimal digits."""
        return _short_hash(f"{device_name()}:{self.path}")

    def signature(self) -> Signature | None:
        """Return the signature of the library's file, None when there is no file. Raises ReaderError when it is unreachable."""
        try:
            return signature_of(self.library)
        except OSError as error:
            raise ReaderError(f"{self.library} cannot be reached: {error.strerror}") from error

    @property
    def is_read_only(self) -> bool:
        """Whether the library's file is protected against changes.

        Its permissions count for root too, who may write it in spite of them: whoever set them wants no change.
        """
        try:
            return self._is_protected(os.stat(self.library))
        except OSError:
            return False

    def _is_protected(self, status: os.stat_result) -> bool:
        return not status.st_mode & 0o222 or not os.access(self.library, os.W_OK)

    def check_writable(self) -> Signature | None:
        """Return the signature of the library's file, None where there is none that can be reached.

        Raises ReaderError if it is read-only: then nothing may replace it, or journal changes to it.
        """
        try:
            status = os.stat(self.library)
        except OSError:
            return None
        if self._is_protected(status):
            raise ReaderError(f"{self.library} is read-only", "Make it writable, or choose another library")
        return signature_from(status)

    def journals(self) -> list[Path]:
        """Return the current journals of all devices. Raises OSError when they cannot be listed."""
        names = [name for name in _file_names(self.path) if name.startswith(_JOURNAL_PREFIX) and name.endswith(_JOURNAL_SUFFIX)]
        return [self._journal_path(name) for name in sorted(names)]

    def personal_files(self) -> list[Path]:
        """Return the files with what is personal on any device. Raises OSError when they cannot be listed."""
        return [self.path / name for name in sorted(_file_names(self.path)) if _PERSONAL_NAME.fullmatch(name)]

    def unsaved_files(self) -> list[Path]:
        """Return the files with changes that could not be written. Raises OSError when they cannot be listed."""
        return unsaved_files_in(self.path)

    def archived_journals(self) -> Iterator[ArchivedJournal]:
        """Yield the journals in the history, the oldest first. Raises OSError when they cannot be listed."""
        for name in sorted(_file_names(self.history)):
            if name.endswith(_JOURNAL_SUFFIX):
                first, last, replica = [*name.removesuffix(_JOURNAL_SUFFIX).split("-"), "", ""][:3]
                is_numbered = first.isdigit() and last.isdigit()
                numbers = (int(first), int(last), replica) if is_numbered else (0, sys.maxsize, "")
                yield ArchivedJournal(*numbers, self.history / name)

    def archive_path(self, first: int, last: int, replica: str) -> Path:
        """Return the path in the history for a journal with these changes; `last` is 0 where none can be read."""
        numbers = f"{first:012d}-{last:012d}" if last else f"unread-{uuid.uuid4().hex[:8]}"
        return self.history / f"{numbers}-{replica}{_JOURNAL_SUFFIX}"

    def sync_names(self) -> None:
        """Sync the names in the folder to the disk: a program that created files may have been killed before it did that.

        Raises OSError when the disk fails.
        """
        for folder in (self.path.parent, self.path, self.history):
            with contextlib.suppress(FileNotFoundError):
                sync_folder(folder)

    @contextlib.contextmanager
    def wrap_errors(self) -> Generator[None]:
        """Turn an OSError within a block into a ReaderError that names the file."""
        try:
            yield
        except OSError as error:
            what = f"{error.filename or self.path} cannot be reached: {error.strerror or error}"
            raise ReaderError(what, "`reader doctor` shows what is wrong") from error

    def conflict_copies(self) -> tuple[Path, ...]:
        """Return the conflict copies of the library's file: sync tools leave them where two devices wrote at once."""
        with contextlib.suppress(OSError):
            return tuple(self.path / name for name in sorted(_file_names(self.path)) if _is_conflict_copy(name))
        return ()

    @contextlib.contextmanager
    def write_lock(self, seconds: float | None = None) -> Generator[None]:
        """Hold the lock for writing for a block.

        Raises ReaderError when it is not free within `seconds`, ten by default, or when a write in the block fails.
        """
        try:
            if not self._write_lock.acquire(_LOCK_SECONDS if seconds is None else seconds):
                raise ReaderError("Another program has held the library's lock for too long", "Close it, or try again")
            try:
                yield
            finally:
                self._write_lock.release()
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be written: {error.strerror or error}") from error

    @contextlib.contextmanager
    def checkpoint_lock(self, wait: float) -> Generator[bool]:
        """Hold the lock for checkpoints and repairs for a block; yield whether it was free within `wait` seconds."""
        try:
            with self._checkpoint_lock.hold(wait) as is_held:
                yield is_held
        except OSError as error:
            raise ReaderError(f"{self.path} cannot be written: {error.strerror or error}") from error


@cache
def device_name() -> str:
    """Return the name of this device in file names: eight hexadecimal digits, the same every time."""
    for path in _MACHINE_ID_FILES:
        with contextlib.suppress(OSError):
            machine = path.read_text("ascii", "replace").strip()
            if machine:
                return _short_hash(machine)
    node = uuid.getnode()
    # `getnode` sets this bit in a number that it made up for this process only.
    return _short_hash(f"{socket.gethostname()}:{'' if node >> 40 & 1 else node}")


def new_unsaved_name() -> str:
    """Return an unused name for a file with changes that could not be written to a library."""
    return f"{_UNSAVED_PREFIX}{uuid.uuid4().hex[:8]}.json"


def unsaved_files_in(folder: Path) -> list[Path]:
    """Return the files of a folder with changes that could not be written, the oldest first.

    Raises OSError when they cannot be listed.
    """
    return oldest_first(folder / name for name in _file_names(folder) if name.startswith(_UNSAVED_PREFIX))


def oldest_first(paths: Iterable[Path]) -> list[Path]:
    """Return files in the order in which they were written; those that are gone come first."""

    def written(path: Path) -> tuple[int, str]:
        with contextlib.suppress(OSError):
            return os.stat(path).st_mtime_ns, path.name
        return 0, path.name

    return sorted(paths, key=written)


def _short_hash(text: str) -> str:
    return sha256(f"claim-reader:{text}".encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _file_names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _is_conflict_copy(name: str) -> bool:
    """Whether a sync tool (Syncthing, Dropbox, Nextcloud …) gives such a name to the other version of `library.json`."""
    stem = name.removesuffix(".json")
    if stem == name or name == LIBRARY_FILE_NAME or not stem.startswith("library"):
        return False
    rest = stem.removeprefix("library").lower()
    return "conflict" in rest or (rest.strip()[:1] == "(" and rest.endswith(")"))
