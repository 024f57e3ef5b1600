"""A folder as a store: a network drive, or what a program keeps the same on several computers. Whole files only."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from reader.files import make_folder, read_blocks, sync_folder, write_new
from reader.team.stores.object_store import (
    AlreadyThere,
    BadPlace,
    Entry,
    Missing,
    NotAllowed,
    StoreError,
    StoreFull,
    TooLarge,
    Unreachable,
    check_key,
    is_name,
)

T = TypeVar("T")

_FORBIDDEN: Final = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL: Final = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_ABSENT: Final = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}
_BEGUN: Final = ".~"
"""How the names of files begin that are not whole yet: no key does, and programs that synchronize leave such files alone."""


class FolderStore:
    """The files below a folder, each an object whose key is its path. An `ObjectStore`.

    A file gets its name when it is whole and on the disk, so nobody reads a part of one, and a name that exists is never taken
    again. Files that are no objects are not listed, such as the copies that a program keeps of a conflict. The system waits as
    long as it likes for a network drive: there is no time limit. Everyone who can write in the folder can change all of it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def __repr__(self) -> str:
        return f"FolderStore({str(self._root)!r})"

    def put_new(self, key: str, data: bytes) -> None:
        """Store a whole file, durably. Raises AlreadyThere."""
        self._try("write", key, lambda: self._put(self._path(key), data))

    def get(self, key: str, limit: int) -> bytes:
        """Return the bytes of a file. Raises Missing; TooLarge when it has more than `limit` bytes."""
        return self._try("read", key, lambda: _read_up_to(self._path(key), key, limit))

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Yield the files below a folder whose key is greater than `after`, in the order of their keys."""
        begin = f"{check_key(prefix.rstrip('/'))}/" if prefix.strip("/") else ""
        walk = self._walk(begin, after)
        while (entry := self._try("list", prefix, lambda: next(walk, None))) is not None:
            yield entry

    def list_children(self, prefix: str) -> tuple[str, ...]:
        """Return the names of the files and folders directly below a folder, sorted."""
        begin = f"{check_key(prefix.rstrip('/'))}/" if prefix.strip("/") else ""
        return self._try("list", prefix, lambda: tuple(sorted(name.rstrip("/") for name in self._names(begin))))

    def delete(self, key: str) -> None:
        """Remove a file, if there is one."""

        def remove() -> None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._path(key))

        self._try("delete", key, remove)

    def _path(self, key: str) -> Path:
        return self._root.joinpath(*check_key(key).split("/"))

    def _put(self, path: Path, data: bytes) -> None:
        if not self._root.is_dir():  # a drive that is not connected, in whose stead nothing may be made
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._root))
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        make_folder(path.parent)
        begun = path.with_name(f"{_BEGUN}{secrets.token_hex(8)}.tmp")
        write_new(begun, data)
        try:
            _name_new(begun, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(begun)
        sync_folder(path.parent)

    def _walk(self, begin: str, after: str) -> Iterator[Entry]:
        for name in self._names(begin):
            key = begin + name
            if not name.endswith("/"):
                if key > after:
                    with contextlib.suppress(FileNotFoundError):
                        status = os.stat(self._path(key))
                        yield Entry(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))
            elif key > after or after.startswith(key):
                yield from self._walk(key, after)

    def _names(self, begin: str) -> list[str]:
        """Return the names of objects and folders in one folder, those of folders with a "/", as their keys are sorted."""
        try:
            with os.scandir(self._root / begin) as found:
                items = [(item.name, item.is_dir(follow_symlinks=False), item.is_file(follow_symlinks=False)) for item in found]
        except (FileNotFoundError, NotADirectoryError):
            if begin and self._root.is_dir():
                return []
            raise
        return sorted(
            f"{name}/" if is_dir else name for name, is_dir, is_file in items if is_name(name) and (is_dir or is_file)
        )

    def _try(self, verb: str, key: str, work: Callable[[], T]) -> T:
        try:
            return work()
        except OSError as error:
            failure = self._failure(error, verb, key)
        raise failure

    def _failure(self, error: OSError, verb: str, key: str) -> StoreError:
        reason = os.strerror(error.errno) if error.errno else "it failed"
        if not self._root.is_dir():
            what = f"The team's folder {self._root} is not there"
            return Unreachable(what, "Connect its drive, or look at the path")
        if isinstance(error, FileExistsError):
            return AlreadyThere(f"{key} is already in the team's folder {self._root}")
        if error.errno in _ABSENT and verb != "write":
            return Missing(f"{key} is not in the team's folder {self._root}")
        if error.errno in _FORBIDDEN:
            what = f"You may not {verb} files in the team's folder {self._root}: {reason}"
            return NotAllowed(what, "Ask whoever keeps the folder for the rights to read and write in it")
        if error.errno in _FULL:
            what = f"The team's folder {self._root} is full: {reason}"
            return StoreFull(what, "Make room, or ask whoever keeps the folder")
        if error.errno == errno.ENAMETOOLONG:
            return BadPlace(f"The path of the team's folder {self._root} is too long", "Use a folder with a shorter path")
        return Unreachable(f"The team's folder {self._root} cannot be used: {reason}", "It is tried again later")


def _read_up_to(path: Path, key: str, limit: int) -> bytes:
    data = bytearray()
    for block in read_blocks(path):
        data += block
        if len(data) > limit:
            raise TooLarge(f"{key} is larger than the {limit:,} bytes that it may have")
    return bytes(data)


def _name_new(begun: Path, path: Path) -> None:
    """Give a whole file its name. Raises FileExistsError if something has that name, OSError."""
    try:
        os.link(begun, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOENT, *_FULL):
            raise
        # A drive without hard links. Windows never renames onto a name that exists; elsewhere only a file that comes between
        # these two lines would be replaced, and files of one name have the same bytes: names hold the hash of the content.
        if os.name != "nt" and os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.rename(begun, path)
