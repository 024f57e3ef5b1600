"""Files that are written whole or not at all, or grow at their end, and are on the disk when the call returns.

Everything goes through the functions of `os`, so that a test can stand between them and the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

Signature = tuple[int, int, int, int]
"""What tells one state of a file from another without reading it: device, number, size in bytes, time of the last change."""

_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
_CHUNK: Final = 1 << 20
_NO_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOSYS)
"""What Windows, which cannot open a folder, and file systems that cannot sync one, answer."""
_TRIES: Final = 20
_PAUSE: Final = 0.02


def sync(descriptor: int) -> None:
    """Wait until what was written to an open file or folder is on the disk."""
    if sys.platform == "darwin":
        import fcntl

        # fsync on macOS stops at the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def signature_of(path: Path) -> Signature | None:
    """Return the signature of the file at `path`, None when there is none. Raises OSError when that cannot be told."""
    try:
        return _signature_from(os.stat(path))
    except FileNotFoundError:
        return None


def read_from(path: Path, start: int = 0) -> tuple[bytes, Signature]:
    """Return the bytes of a file from `start` on, and the signature it had before it was read. Raises OSError.

    A file that is written in place meanwhile then has another signature than the one returned.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY)
    try:
        signature = _signature_from(os.fstat(descriptor))
        os.lseek(descriptor, start, os.SEEK_SET)
        # As much at once as there should be: joining pieces would hold a large file twice.
        parts = [os.read(descriptor, max(0, signature[2] - start) + 1)]
        while parts[-1]:
            parts.append(os.read(descriptor, _CHUNK))
        return b"".join(parts) if len(parts) > 2 else parts[0], signature
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes | Iterable[bytes], temporary: Path, *, overwrite: bool) -> Signature:
    """Write `data` to `path` by way of `temporary`, a name in the same folder that nobody else uses; return its signature.

    With `over` a file at `path` is replaced and its permissions are kept; who reads it sees the old bytes or the new ones.
    Without, FileExistsError is raised when anything is there, also when it came in the meantime. Raises OSError when it
    fails; then `path` is as it was.
    """
    written = write_new(temporary, data, like=path if overwrite else None)
    try:
        if overwrite:
            replace(temporary, path)
        else:
            _link_new(temporary, path)
    except BaseException:
        _remove_file(temporary)
        raise
    _remove_file(temporary)
    sync_folder(path.parent)
    return written


def write_new(path: Path, data: bytes | Iterable[bytes], like: Path | None = None) -> Signature:
    """Write a file that is not there yet, with the permissions of `like` if there is such a file; return its signature.

    Raises OSError when it fails; then nothing is left of it. The folder is not synced.
    """
    # A name that is taken is somebody's: it must not reach the clean-up below.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        try:
            if like is not None:
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(path, os.stat(like).st_mode & 0o7777)
            for part in (data,) if isinstance(data, bytes) else data:
                _write_all(descriptor, part)
            sync(descriptor)
            return _signature_from(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    except BaseException:
        _remove_file(path)
        raise


def append(path: Path, data: bytes, size: int) -> Signature:
    """Put `data` behind the first `size` bytes of an existing file, in place of what follows them; return its signature.

    Raises OSError when it fails; then the file ends after `size` bytes again, unless that fails too.
    """
    descriptor = os.open(path, os.O_WRONLY | _BINARY)
    try:
        if os.fstat(descriptor).st_size != size:
            os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)
        try:
            _write_all(descriptor, data)
            _sync_data(descriptor)
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
                _sync_data(descriptor)
            raise
        return _signature_from(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another. Windows refuses that while somebody reads the target: it is tried again for a moment."""
    for _ in range(_TRIES if os.name == "nt" else 0):
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(_PAUSE)  # nothing tells when whoever reads it is done
        else:
            return
    os.replace(source, target)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where a system can do that. Raises OSError when the disk fails."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def sync_file(path: Path) -> None:
    """Wait until all that anybody wrote to a file is on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | _BINARY)
    try:
        _sync_data(descriptor)
    finally:
        os.close(descriptor)


def free_path(path: Path) -> Path:
    """Return a path that nothing has yet: this one, else one with a number added to its name."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, with their names on the disk. Raises OSError."""
    if not path.is_dir():
        if path.parent != path:
            make_folder(path.parent)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path)
        sync_folder(path.parent)


def _signature_from(status: os.stat_result) -> Signature:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _link_new(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: creating it exclusively is free of races too, though not whole after a crash.
        write_new(path, read_from(temporary)[0])


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_data(descriptor: int) -> None:
    """Wait until the content of an open file is on the disk; its times may follow later."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        sync(descriptor)


def _remove_file(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
