"""Write files completely or not at all, or append to them, and return only when the data is on the disk.

Everything goes through the functions of `os`, so that tests can simulate a failing disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, Final, cast

from reader.errors import ReaderError, UsageError

Signature = tuple[int, int, int, int]
"""Identifies the state of a file without reading it: device, inode, size in bytes, modification time in nanoseconds."""

MAX_SIZE_VARIABLE: Final = "CLAIM_READER_MAX_SIZE"
"""The variable of the environment that sets the largest size of a document in megabytes."""

_MB: Final = 1_000_000
_MAX_DOCUMENT_SIZE: Final = 100 * _MB
_PIPE_HINT: Final = "Save its content to a file"
_BINARY: Final[int] = getattr(os, "O_BINARY", 0)
_NO_WAIT: Final[int] = getattr(os, "O_NONBLOCK", 0)
"""The flag without which opening a named pipe would wait for a program that writes to it."""
_CHUNK: Final = 1 << 20
_NO_SYNC: Final = (errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENOSYS)
"""The errors of Windows, which cannot open a folder, and of file systems that cannot sync one."""
_TRIES: Final = 20
_PAUSE: Final = 0.02
_BLOCK: Final = 1 << 18


def sync(descriptor: int) -> None:
    """Wait until everything written to an open file or folder is on the disk."""
    if sys.platform == "darwin":
        import fcntl

        # On macOS, fsync only reaches the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def expand_path(text: str) -> Path:
    """Return a path that a person wrote, with their home for "~".

    Raises UsageError for an unknown user, a null character, and one in the current folder where that is gone.
    """
    if "\0" in text:
        raise UsageError(f"The path {text} contains a null character", "Write it without that")
    path = os.path.expanduser(text)
    if path.startswith("~"):
        user = path[1:].partition(os.sep)[0]
        what = f"There is no user {user}" if user else "Your home folder is unknown"
        raise UsageError(what, f"To name a folder like that, write ./{path}")
    if not (os.path.isabs(path) or has_current_folder()):
        raise UsageError("The current folder is gone", "Write a whole path")
    return Path(path)


def has_current_folder() -> bool:
    """Whether the current folder is still there: somebody may have deleted it, and names without a folder lead nowhere."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def signature_of(path: Path) -> Signature | None:
    """Return the signature of the file at `path`, None if there is no file. Raises OSError when it cannot be examined."""
    try:
        return signature_from(os.stat(path))
    except FileNotFoundError:
        return None


def read_from(path: Path, start: int = 0) -> tuple[bytes, Signature]:
    """Return the bytes of a file from `start` on, and the signature it had before it was read. Raises OSError.

    If the file changes while it is read, its signature differs from the returned one.
    """
    descriptor = open_file(path)
    try:
        signature = signature_from(os.fstat(descriptor))
        os.lseek(descriptor, start, os.SEEK_SET)
        # Read it in one piece if possible: joining pieces would need twice the memory of a large file.
        parts = [os.read(descriptor, max(0, signature[2] - start) + 1)]
        while parts[-1]:
            parts.append(os.read(descriptor, _CHUNK))
        return b"".join(parts) if len(parts) > 2 else parts[0], signature
    finally:
        os.close(descriptor)


def read_blocks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks of at most one MiB. Raises OSError."""
    descriptor = open_file(path)
    try:
        while block := os.read(descriptor, _CHUNK):
            yield block
    finally:
        with contextlib.suppress(OSError):  # nothing was written, and an abandoned iterator would print it
            os.close(descriptor)


def open_file(path: Path) -> int:
    """Open a regular file for reading, and return its descriptor.

    Raises OSError, also for a pipe or a device, which may never end.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_WAIT)
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        os.close(descriptor)
        raise OSError(errno.EINVAL, f"Not a file but {_kind_of(mode)}", str(path))
    return descriptor


def read_range(path: Path, start: int, end: int) -> bytes:
    """Return a range of the bytes of a file, less at its end. Raises OSError."""
    descriptor = open_file(path)
    try:
        return read_part(descriptor, start, end)
    finally:
        os.close(descriptor)


def read_part(descriptor: int, start: int, end: int) -> bytes:
    """Return a range of the bytes of an open file, less at its end. Raises OSError."""
    data = b""
    while len(data) < end - start:
        first, rest = start + len(data), end - start - len(data)
        if hasattr(os, "pread"):
            part = os.pread(descriptor, rest, first)
        else:
            os.lseek(descriptor, first, os.SEEK_SET)
            part = os.read(descriptor, rest)
        if not part:
            break
        data = data + part if data else part
    return data


def read_limited(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file. Raises OSError, also for one of more than `limit` bytes (EFBIG), even if it grows."""
    descriptor = open_file(path)
    try:
        # What it was before it was opened says nothing: another file may have taken its place.
        size = os.fstat(descriptor).st_size
        data = read_part(descriptor, 0, size + 1) if size <= limit else b""
        if len(data) > size:
            data += read_part(descriptor, len(data), limit + 1)
    finally:
        os.close(descriptor)
    if max(size, len(data)) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def read_document(path: Path | str) -> bytes:
    """Return the bytes of a regular file of limited size.

    Raises ReaderError for anything else, such as a device or a pipe, which may never end, and for a file that is too large,
    even if it grows while it is read. Raises OSError and ValueError as `os.open` does.
    """
    descriptor = os.open(path, os.O_RDONLY | _BINARY | _NO_WAIT)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(status.st_mode):
            raise ReaderError(f"{path} is not a file but {_kind_of(status.st_mode)}", _PIPE_HINT)
        return read_stream(file, str(path), status.st_size)


def read_stream(stream: BinaryIO, name: str, expected: int = _CHUNK) -> bytes:
    """Return what is left of a stream. `expected` is its probable size in bytes.

    Raises ReaderError if it is too large, OSError if it cannot be read or would have to be waited for.
    """
    limit = max_document_size()
    # Read it in one piece if possible: joining pieces would need twice the memory of a large file.
    asked = min(expected, limit) + 1
    parts = [_read_at_once(stream, asked)]
    size = len(parts[0])
    while parts[-1] and size <= limit:
        asked = _CHUNK if len(parts[-1]) == asked else 1  # to ask for a chunk that never comes takes longer than to read a page
        parts.append(_read_at_once(stream, asked))
        size += len(parts[-1])
    if size > limit:
        raise ReaderError(
            f"{name} is larger than {limit // _MB:,} MB",
            f"{MAX_SIZE_VARIABLE} sets the largest size in MB: {MAX_SIZE_VARIABLE}={-(-max(expected, 2 * limit) // _MB)}",
        )
    return b"".join(parts) if len(parts) > 2 else parts[0]


def _read_at_once(stream: BinaryIO, size: int) -> bytes:
    data = cast("bytes | None", stream.read(size))
    if data is None:  # a file of the system, such as /proc/kmsg, that has nothing yet
        raise BlockingIOError(errno.EAGAIN, "It has nothing to read yet")
    return data


def max_document_size() -> int:
    """Return the largest size of a document in bytes. Raises ReaderError if its variable is not a number of megabytes."""
    value = os.environ.get(MAX_SIZE_VARIABLE, "")
    if not value:
        return _MAX_DOCUMENT_SIZE
    if not (value.isdecimal() and 0 < len(value) < 10):
        raise ReaderError(
            f"{MAX_SIZE_VARIABLE} must be a number of megabytes, not {value!r}", f"Example: {MAX_SIZE_VARIABLE}=200"
        )
    return int(value) * _MB


def _kind_of(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"


def write_whole(path: Path, data: bytes | Iterable[bytes], temporary: Path, *, overwrite: bool) -> Signature:
    """Write `data` to `path` through `temporary`, an unused name in the same folder; return the signature of the file.

    With `overwrite`, an existing file is replaced and its permissions are kept; readers see either the old bytes or the new
    ones. Without it, raises FileExistsError when `path` exists, even if it appeared in the meantime. Raises OSError on failure;
    then `path` is unchanged.
    """
    copy = write_new(temporary, data, like=path if overwrite else None)
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
    return copy


def write_new(path: Path, data: bytes | Iterable[bytes], like: Path | None = None) -> Signature:
    """Create a file, with the permissions of `like` if that file exists; return its signature.

    Raises OSError on failure; then nothing is left of it. The folder is not synced.
    """
    # An existing file belongs to somebody else, so opening happens before the clean-up below can delete it.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        try:
            if like is not None:
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(path, os.stat(like).st_mode & 0o7777)
            for part in (data,) if isinstance(data, bytes) else data:
                _write_all(descriptor, part)
            sync(descriptor)
            return signature_from(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    except BaseException:
        _remove_file(path)
        raise


def temporary_beside(path: Path) -> Path:
    """Return the name beside a file under which the library writes what then takes its place."""
    return path.with_name(f".{path.name}.new")


def create_private(path: Path) -> None:
    """Create an empty file that only its owner may read, unless there is one. Raises OSError.

    One that exists is not opened: when a process closes any descriptor of a file, the locks of its others are gone, those of
    SQLite too (https://www.sqlite.org/howtocorrupt.html).
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def append(path: Path, data: Iterable[bytes], size: int) -> Signature:
    """Replace everything after the first `size` bytes of an existing file by the parts of `data`; return its signature.

    Raises OSError on failure; then the file is cut to `size` bytes again, unless that fails too.
    """
    descriptor = os.open(path, os.O_WRONLY | _BINARY)
    try:
        if os.fstat(descriptor).st_size != size:
            os.ftruncate(descriptor, size)
        os.lseek(descriptor, size, os.SEEK_SET)
        try:
            for block in _in_blocks(data):
                _write_all(descriptor, block)
            _sync_data(descriptor)
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, size)
                _sync_data(descriptor)
            raise
        return signature_from(os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _in_blocks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes of all parts in blocks of at least _BLOCK bytes, but for the last."""
    block = bytearray()
    for part in parts:
        block += part
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def replace(source: Path, target: Path) -> None:
    """Rename a file over another. Windows refuses that while the target is being read, so it is retried for a moment."""
    for _ in range(_TRIES if os.name == "nt" else 0):
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(_PAUSE)  # there is no event to wait for
        else:
            return
    os.replace(source, target)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, if the system supports that. Raises OSError when the disk fails."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            sync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def free_path(path: Path) -> Path:
    """Return a path that nothing has yet: this one, else one with a number added to its name."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def make_folder(path: Path) -> None:
    """Create a folder and its missing parents, with their names on the disk. Raises OSError."""
    missing = list(takewhile(lambda folder: not folder.is_dir(), (path, *path.parents)))
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)
        sync_folder(folder.parent)


def signature_from(status: os.stat_result) -> Signature:
    """Return the signature of a file whose status is known."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _link_new(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: exclusive creation is free of races too, but a crash can leave a partial file.
        write_new(path, read_from(temporary)[0])


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _sync_data(descriptor: int) -> None:
    """Wait until the content of an open file is on the disk; its timestamps may follow later."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(descriptor)
    else:
        sync(descriptor)


def _remove_file(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
