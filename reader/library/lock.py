"""A lock between programs on a file, held for an operation. Who is killed lets go of it.

Our own, because every save holds it: the usual library takes a tenth of a millisecond each time, the system a hundredth.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

_PAUSE: Final = 0.002


class Lock:
    """A lock on the file at `path`, which is made and stays. A thread that holds it may hold it again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._descriptor = -1
        self._depth = 0

    @contextlib.contextmanager
    def held(self, seconds: float) -> Generator[bool]:
        """Hold the lock for a block, and say whether it could be had within `seconds`.

        Raises OSError where the file cannot be made or the file system has no locks.
        """
        deadline = time.monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            yield False
            return
        try:
            if self._depth == 0 and not self._take(deadline):
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

    def _take(self, deadline: float) -> bool:
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                if _locked(descriptor) and self._is_there(descriptor):
                    self._descriptor, descriptor = descriptor, -1
                    return True
            finally:
                if descriptor >= 0:
                    os.close(descriptor)
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)

    def _is_there(self, descriptor: int) -> bool:
        """Whether the file is still the one at the path: somebody may have removed it, and others lock the next one."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(descriptor), os.stat(self._path))
        return False


def _locked(descriptor: int) -> bool:
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
