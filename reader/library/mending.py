"""Carrying out a repair, so that it can be interrupted at any place and begun again.

First the damaged bytes are copied aside and every change is in the history, then the library's file is replaced, then the
damaged files go. The next change begins a new journal of a new replica, so that no number is used twice.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import make_folder, read_at, sync_folder, write_new, write_whole
from reader.library.folder import Folder
from reader.library.inspection import LogFile
from reader.library.repair import Plan, planned

ASIDE: Final = "damaged"
"""The folder in a library's folder where repairs put what was damaged."""
_WAIT: Final = 10.0


def repaired(folder: Folder) -> Plan:
    """Repair the library in a folder, and return what was done.

    Raises ReaderError as `planned` does, and when something cannot be written: then nothing is lost, and it can be tried again.
    """
    if not folder.path.is_dir():
        return planned(folder)
    with folder.folding(_WAIT) as mine:
        if not mine:
            raise ReaderError("another program is writing the library's file", "try again in a moment")
        with folder.alone():
            plan = planned(folder)
            if plan.damaged:
                _Mending(folder, plan).run()
    return plan


class _Mending:
    """Does what a plan says, under the library's locks."""

    def __init__(self, folder: Folder, plan: Plan) -> None:
        self._folder = folder
        self._plan = plan
        self._aside = _new_folder(folder.path / ASIDE)
        plan.aside = self._aside

    def run(self) -> None:
        """Do it. Raises OSError when that fails."""
        for path in self._plan.damaged:
            self._copy_aside(path)
        if self._plan.rewrites:
            journals = [log for log in self._plan.logs if self._goes(log)]
            for log in journals:
                self._finish(log)
            self._rewrite()
            for log in journals:
                log.path.unlink(missing_ok=True)
            for log in self._plan.logs:
                if log.trouble and log.finished:
                    self._clean(log)
        for path in self._plan.damaged:
            if path != self._folder.library and not any(path == log.path for log in self._plan.logs):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)
        sync_folder(self._folder.path)

    def _goes(self, log: LogFile) -> bool:
        """Whether a log is a journal that ends here: this device's own in any case, that of another if it is damaged."""
        return not log.finished and (log.path == self._folder.journal or bool(log.trouble))

    def _copy_aside(self, path: Path) -> None:
        """Copy a damaged file into the folder for such files; one that cannot be read is moved there."""
        inside = path.is_relative_to(self._folder.path)
        target = self._aside / (path.relative_to(self._folder.path) if inside else path.name)
        make_folder(target.parent)
        try:
            data, _ = read_at(path)
        except FileNotFoundError:
            return
        except OSError:
            os.replace(path, target)
        else:
            write_new(target, data)
        sync_folder(target.parent)

    def _finish(self, log: LogFile) -> None:
        """Put what could be read of a journal into the history."""
        if not log.changes:
            return
        data = log.sound
        first, last = min(line.dot for line in log.changes), max(line.dot for line in log.changes)
        path = self._folder.finish(first.number, last.number, last.replica)
        if path.exists() and read_at(path)[0] == data:
            return
        make_folder(path.parent)
        write_whole(_free(path), data, self._temporary(path), over=False)

    def _clean(self, log: LogFile) -> None:
        """Leave of a finished journal what could be read of it."""
        if log.changes:
            write_whole(log.path, log.sound, self._temporary(log.path), over=True)
        else:
            log.path.unlink(missing_ok=True)
            sync_folder(log.path.parent)

    def _rewrite(self) -> None:
        path = self._folder.library
        write_whole(path, self._plan.lines.encode("", self._plan.seen), self._temporary(path), over=True)

    def _temporary(self, path: Path) -> Path:
        temporary = path.with_name(f".{path.name}.repaired.new")
        temporary.unlink(missing_ok=True)
        return temporary


def _new_folder(parent: Path) -> Path:
    path = _free(parent / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"))
    make_folder(path)
    return path


def _free(path: Path) -> Path:
    """Return a path of which there is nothing yet: this one, else one with a number behind its name."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
