"""Standing between the functions of `os` and the disk: counting calls, letting one fail, ending the process at one, recording.

Only calls about files below one folder count; everything else goes through untouched. A sync is counted and noted, and not
done: the process may end here, but the machine goes on.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

ONCE: Final = "once"
"""One call fails; nothing happened but that of a write the first half may have been written."""
LATE: Final = "late"
"""One call fails although it did what was asked, as over a network."""
ALL: Final = "all"
"""From one call on all fail."""
SAME: Final = "same"
"""From one call on all to the same function fail."""
DIE: Final = "die"
"""The process ends at a call, as if killed; of a write the first half was written."""

DIED: Final = 86
"""The exit code of a process that ended so."""

_NAMES: Final = (
    "open", "close", "read", "write", "lseek", "fsync", "fdatasync", "ftruncate", "stat", "lstat", "fstat", "chmod", "fchmod",
    "listdir", "scandir", "mkdir", "rmdir", "unlink", "remove", "rename", "replace", "link", "symlink", "readlink", "utime",
)  # fmt: skip
_UNLOCK: Final = "unlock"
_SYNCS: Final = ("fsync", "fdatasync")

Op = tuple[Any, ...]
"""Something that happened, as `benchmarks.faults.power.Disk.apply` takes it: its name, then what it was about."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which call to which function goes wrong (1: the first), how, and with which error number."""

    kind: str
    name: str
    at: int
    error: int = 0

    def __str__(self) -> str:
        return " ".join((self.kind, f"{self.name}:{self.at}", os.strerror(self.error) if self.error else ""))


class Calls:
    """Stands between `os` and the files below `root`, once installed. `names` are the functions that were called, in order.

    `trace` is what happened to the files, if it is recorded. `on_death` is called before the process is ended.
    """

    def __init__(self, root: Path, plan: Plan | None = None, *, record: bool = False) -> None:
        self.root = os.fspath(root)
        self.names: list[str] = []
        self.trace: list[Op] = []
        self.on_death: Callable[[], None] = lambda: None
        self._plan = plan
        self._struck = False
        self._record = record
        self._guard = threading.RLock()
        self._paths: dict[int, str] = {}
        self._handles: dict[int, int] = {}
        self._real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in _NAMES}
        self._real["flock"] = fcntl.flock
        self._leave = os._exit

    def install(self) -> None:
        """Take the place of the functions, in this process, from now on."""
        for name in _NAMES:
            setattr(os, name, self._between(name))
        fcntl.flock = self._between("flock")

    def note(self, line: str) -> None:
        """Put a line that was printed into the trace, between what happened before and after."""
        with self._guard:
            self.trace.append(("said", line))

    def _between(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def call(*arguments: Any, **named: Any) -> Any:
            if not arguments or not self._ours(arguments[0]):
                return real(*arguments, **named)
            with self._guard:
                return self._call(name, arguments, named)

        return call

    def _ours(self, what: object) -> bool:
        if isinstance(what, int):
            return what in self._paths
        return isinstance(what, str | os.PathLike) and os.fspath(what).startswith(self.root)

    def _call(self, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        plan = self._plan
        if not self._strikes(_UNLOCK if name == "flock" and arguments[1] & fcntl.LOCK_UN else name) or plan is None:
            return self._done(name, arguments, named)
        if name == "write" and plan.kind != LATE:
            self._done(name, (arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2]), named)
        if plan.kind == DIE:
            self.on_death()
            self._leave(DIED)
        if name in _SYNCS:
            self._noted(("sync failed", self._handles[arguments[0]]))
        elif plan.kind == LATE or name == "close":
            result = self._done(name, arguments, named)
            if name == "open":
                self._done("close", (result,), {})
        raise OSError(plan.error, os.strerror(plan.error), self._paths.get(arguments[0], arguments[0]))

    def _strikes(self, name: str) -> bool:
        """Count a call, and say whether the plan strikes it."""
        self.names.append(name)
        plan = self._plan
        if plan is None:
            return False
        if self._struck:
            return plan.kind == ALL or (plan.kind == SAME and name == plan.name)
        self._struck = name == plan.name and self.names.count(name) == plan.at
        return self._struck

    def _done(self, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Do what was asked, and note it."""
        about = self._about(name, arguments) if self._record else None
        result = None if name in _SYNCS else self._real[name](*arguments, **named)
        if name == "open":
            path, flags, opened = os.fspath(arguments[0]), arguments[1], cast("int", result)
            self._paths[opened] = path
            handle = self._handles[opened] = len(self._handles) + 1000 * len(self.trace)
            about = ("open", handle, self._name(path), bool(about), bool(flags & os.O_TRUNC))
        if about is not None:
            self._noted((*about, bytes(arguments[1])[:result]) if name == "write" else about)
        if name == "close":
            self._paths.pop(arguments[0], None)
        return result

    def _about(self, name: str, arguments: tuple[Any, ...]) -> Op | None:
        first = arguments[0]
        if name == "open":
            is_new = bool(arguments[1] & os.O_CREAT) and not self._exists(first)
            return ("new",) if is_new else None
        if name == "write":
            return ("write", self._handles[first], self._real["lseek"](first, 0, os.SEEK_CUR))
        if name == "ftruncate":
            return ("truncate", self._handles[first], arguments[1])
        if name in _SYNCS:
            return ("sync", self._handles[first], name)
        if name in ("mkdir", "rmdir"):
            return (name, self._name(first))
        if name in ("unlink", "remove"):
            return ("unlink", self._name(first))
        if name in ("rename", "replace"):
            return ("rename", self._name(first), self._name(arguments[1]))
        if name == "link":
            return ("link", self._name(first), self._name(arguments[1]))
        return None

    def _exists(self, path: Any) -> bool:
        try:
            self._real["lstat"](path)
        except OSError:
            return False
        return True

    def _name(self, path: Any) -> str:
        return os.fspath(path)[len(self.root) :].strip("/")

    def _noted(self, op: Op) -> None:
        if self._record:
            self.trace.append(op)
