"""Files that are written whole or not at all, and are on the disk when the call returns."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import BinaryIO


def sync(descriptor: int) -> None:
    """Wait until what was written to an open file or folder is on the disk."""
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS stops at the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def write_whole(path: Path, data: bytes, temporary: Path, *, over: bool) -> os.stat_result:
    """Write `data` to `path` by way of `temporary`, a name in the same folder that nobody else uses; return what was written.

    With `over` a file at `path` is replaced and its permissions are kept; who reads it sees the old bytes or the new ones.
    Without, FileExistsError is raised when anything is there, also when it came in the meantime. Raises OSError when it
    fails; then `path` is as it was.
    """
    file = open(temporary, "xb")  # noqa: SIM115  # a name that is taken is somebody's: it must not reach the clean-up below
    try:
        with file:
            if over:
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(temporary, os.stat(path).st_mode & 0o7777)
            _fill(file, data)
            written = os.fstat(file.fileno())
        if over:
            os.replace(temporary, path)
        else:
            _name_new(temporary, path, data)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return written


def _name_new(temporary: Path, path: Path, data: bytes) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: creating it exclusively is free of races too, though not whole after a crash.
        file = open(path, "xb")  # noqa: SIM115  # as above
        try:
            with file:
                _fill(file, data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _fill(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    sync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder, and some network file systems cannot sync one.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)
