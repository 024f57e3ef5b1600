"""A disk whose power can go: what it holds for sure, and what it may hold besides.

What was written to a file is sure once the file was synced. Before, a crash may leave all of it, some of it, none of it, or
zeros in its place. A name (made, renamed, linked, removed) is sure once its folder was synced. Before, the first so many of a
folder's changes may have happened. A sync that failed makes nothing sure, and what it was about is not written by the next one
either: that is how Linux does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.faults.calls import Op


@dataclass(slots=True)
class _Write:
    """Bytes at an offset of a file; without bytes, the file's end at that offset. `doomed`: no sync brings it to the disk."""

    at: int
    data: bytes | None
    doomed: bool = False

    def on(self, content: bytes) -> bytes:
        if self.data is None:
            return content[: self.at].ljust(self.at, b"\0")
        return content[: self.at].ljust(self.at, b"\0") + self.data + content[self.at + len(self.data) :]

    def covers(self, other: _Write) -> bool:
        if self.data is None:
            return self.at <= other.at
        return other.data is not None and self.at <= other.at and other.at + len(other.data) <= self.at + len(self.data)


@dataclass(slots=True)
class _File:
    sure: bytes = b""
    pending: list[_Write] = field(default_factory=list)

    def write(self, write: _Write) -> None:
        self.pending = [old for old in self.pending if not (old.doomed and write.covers(old))]
        self.pending.append(write)

    def sync(self) -> None:
        for write in self.pending:
            if not write.doomed:
                self.sure = write.on(self.sure)
        self.pending = [write for write in self.pending if write.doomed]

    def fail_to_sync(self) -> None:
        for write in self.pending:
            write.doomed = True

    def one_content(self, chance: Random) -> bytes:
        """Return what a crash may leave."""
        content, leaves = self.sure, chance.choice(("nothing", "all", "some", "zeros"))
        if leaves == "nothing":
            return content
        kept = len(self.pending) if leaves == "all" else chance.randint(0, len(self.pending))
        for write in self.pending[:kept]:
            content = write.on(content)
        for write in self.pending[kept : kept + 1]:
            if write.data:
                part = chance.randint(0, len(write.data))
                data = write.data[:part] + (b"\0" * (len(write.data) - part) if leaves == "zeros" else b"")
                content = _Write(write.at, data).on(content)
        return content


_Names = dict[str, "_File | _Folder"]


@dataclass(slots=True)
class _Folder:
    sure: _Names = field(default_factory=dict)
    now: _Names = field(default_factory=dict)
    pending: list[Callable[[_Names], object]] = field(default_factory=list)

    def change(self, change: Callable[[_Names], object]) -> None:
        change(self.now)
        self.pending.append(change)

    def sync(self) -> None:
        self.sure = dict(self.now)
        self.pending.clear()

    def one_state(self, chance: Random) -> _Names:
        """Return the names that a crash may leave."""
        names = dict(self.sure)
        most = len(self.pending)
        for change in self.pending[: chance.choice((0, most, chance.randint(0, most)))]:
            change(names)
        return names


class Disk:
    """The disk below one folder, as it was when this was made; `apply` then tells it what happens.

    `deaf` are the functions, fsync or fdatasync, whose syncs do nothing: to see that the lack of them is found.
    """

    def __init__(self, root: Path, deaf: Iterable[str] = ()) -> None:
        self._deaf = frozenset(deaf)
        self._root = _loaded(root)
        self._open: dict[int, _File | _Folder] = {}

    def apply(self, op: Op) -> None:
        """Take in what happened, as `Calls` recorded it."""
        match op:
            case ("open", handle, path, created, emptied):
                self._opened(handle, path, created=created, emptied=emptied)
            case ("write", handle, at, data):
                self._file(handle).write(_Write(at, data))
            case ("truncate", handle, size):
                self._file(handle).write(_Write(size, None))
            case ("sync", handle, name) if name not in self._deaf:
                self._open[handle].sync()
            case ("sync failed", handle):
                found = self._open[handle]
                if isinstance(found, _File):
                    found.fail_to_sync()
            case ("mkdir", path):
                folder, name = self._at(path)
                made = _Folder()
                folder.change(lambda names: names.__setitem__(name, made))
            case ("unlink" | "rmdir", path):
                folder, name = self._at(path)
                folder.change(lambda names: names.pop(name, None))
            case ("rename" | "link", source, target):
                self._renamed(source, target, keep=op[0] == "link")
            case _:
                return

    def one_state(self, target: Path, chance: Random) -> None:
        """Write to a new folder what the disk may hold if the power goes now."""
        contents: dict[int, bytes] = {}
        self._write(self._root, target, chance, contents)

    def _write(self, folder: _Folder, target: Path, chance: Random, contents: dict[int, bytes]) -> None:
        target.mkdir()
        for name, found in folder.one_state(chance).items():
            if isinstance(found, _Folder):
                self._write(found, target / name, chance, contents)
            else:
                # One file may have two names.
                content = contents.setdefault(id(found), found.one_content(chance))
                (target / name).write_bytes(content)

    def _opened(self, handle: int, path: str, *, created: bool, emptied: bool) -> None:
        if not path:
            self._open[handle] = self._root
            return
        folder, name = self._at(path)
        if created:
            made = _File()
            folder.change(lambda names: names.__setitem__(name, made))
        found = self._open[handle] = folder.now[name]
        if emptied and isinstance(found, _File):
            found.write(_Write(0, None))

    def _renamed(self, source: str, target: str, *, keep: bool) -> None:
        folder, name = self._at(source)
        other, new = self._at(target)
        moved = folder.now[name]

        def rename(names: _Names) -> None:
            names[new] = moved
            if not keep and folder is other:
                names.pop(name, None)

        other.change(rename)
        if not keep and folder is not other:
            folder.change(lambda names: names.pop(name, None))

    def _at(self, path: str) -> tuple[_Folder, str]:
        *folders, name = path.split("/")
        found = self._root
        for part in folders:
            inner = found.now[part]
            assert isinstance(inner, _Folder), f"{part} of {path} is no folder"
            found = inner
        return found, name

    def _file(self, handle: int) -> _File:
        found = self._open[handle]
        assert isinstance(found, _File), "a folder cannot be written to"
        return found


def _loaded(root: Path) -> _Folder:
    names: _Names = {}
    for path in sorted(root.iterdir()):
        names[path.name] = _loaded(path) if path.is_dir() else _File(path.read_bytes())
    return _Folder(names, dict(names))
