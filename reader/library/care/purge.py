"""Throwing away what a library needs no more: texts that nothing names, what killed programs left, the history of long ago."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import read_from, sync_folder
from reader.library.care.inspection import InspectedJournal, LibraryFile, inspect_journals, list_snapshots, list_temporaries
from reader.library.folder import Folder

_DIGEST: Final = re.compile(rb'"([0-9a-f]{64})"')
_DAY_SECONDS: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class UnusedFiles:
    """The files that can go: texts, temporary files, finished journals. `size` is what they take, in bytes.

    `reach` is the time of the first change that undo and repair still reach once those journals are gone, "" for none.
    """

    texts: tuple[Path, ...]
    temporaries: tuple[Path, ...]
    history: tuple[Path, ...]
    size: int
    reach: str

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return (*self.texts, *self.temporaries, *self.history)


def find_unused(folder: Folder, older: timedelta | None = None) -> UnusedFiles:
    """Return what a library needs no more; finished journals only if their last change is `older`.

    A text stays while an article, an annotation, evidence or a change in the history names it, and what is younger than a day
    may belong to a program that is at work. Raises ReaderError when the library is not in order: then nobody can tell.
    """
    file, read = LibraryFile(folder), inspect_journals(folder)
    trouble = {file.path: file.problem} if file.problem and not (file.is_missing and not read) else {}
    trouble |= {log.path: log.problem for log in read if log.problem}
    for path, what in trouble.items():
        raise ReaderError(f"{path} {what}", "`reader repair` comes first")
    covered = [
        log for log in read if log.is_archived and older is not None and _is_covered(log, file) and _is_old_journal(log, older)
    ]
    left = [log for log in read if log not in covered]
    with folder.wrap_errors():
        named = _digests_named_in((file.path, *folder.conflict_copies(), *(log.path for log in left)))
    texts = [path for digest, path in list_snapshots(folder) if digest not in named and _is_old_file(path)]
    rest = [path for path in list_temporaries(folder) if _is_old_file(path)]
    history = [log.path for log in covered]
    first = min((line.at for log in left for line in log.entries), default="")
    return UnusedFiles(tuple(texts), tuple(rest), tuple(history), sum(map(_file_size, (*texts, *rest, *history))), first)


def remove_unused(folder: Folder, older: timedelta | None = None) -> UnusedFiles:
    """Remove what `rubbish` returns, and return it. Raises ReaderError, also when something cannot be removed."""
    if not folder.path.is_dir():
        return find_unused(folder, older)
    with folder.write_lock():
        found = find_unused(folder, older)
        for path in found.files:
            path.unlink(missing_ok=True)
        for place in {path.parent for path in found.files}:
            sync_folder(place)
    return found


def _is_covered(log: InspectedJournal, file: LibraryFile) -> bool:
    """Whether the library's file holds what all changes of a log did."""
    copy = file.copy
    return copy is not None and copy.is_intact and all(line.dot in copy.meta.vector for line in log.entries)


def _is_old_journal(log: InspectedJournal, older: timedelta) -> bool:
    try:
        latest = max(datetime.fromisoformat(line.at) for line in log.entries)
    except ValueError:
        return False
    return latest.astimezone(UTC) < datetime.now(UTC) - older


def _is_old_file(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime < time.time() - _DAY_SECONDS
    return False


def _digests_named_in(paths: Iterable[Path]) -> set[str]:
    """Return all digests that files name, whatever they say of them."""
    digests: set[str] = set()
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            digests.update(match.decode() for match in _DIGEST.findall(read_from(path)[0]))
    return digests


def _file_size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0
