"""Remove what a library no longer needs: unused texts, temporary files of killed programs, old history."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import read_blocks, sync_folder
from reader.library.care.inspection import InspectedJournal, LibraryFile, inspect_journals, list_snapshots, list_temporaries
from reader.library.folder import Folder
from reader.library.snapshots import find_digests
from reader.library.versions import Dot

_DAY_SECONDS: Final = 86_400.0
_DIGEST_ROOM: Final = 1 << 10
"""The bytes of a block that are searched again with the next one: a digest may begin in one and end in the other."""


@dataclass(frozen=True, slots=True)
class UnusedFiles:
    """The files that can be removed: texts, temporary files and archived journals. `size` is in bytes.

    `reach` is the time of the oldest change that undo and repair can reach after the removal, "" for none.
    """

    texts: tuple[Path, ...]
    temporaries: tuple[Path, ...]
    history: tuple[Path, ...]
    size: int
    reach: str

    @property
    def files(self) -> tuple[Path, ...]:
        """All files of the list."""
        return (*self.texts, *self.temporaries, *self.history)


def find_unused(folder: Folder, older: timedelta | None = None) -> UnusedFiles:
    """Find the files that a library no longer needs; archived journals only if their last change is `older`.

    A text stays while an article, an annotation, evidence or a change in the history names it. Files younger than a day stay
    too: a running program may have just written them. Raises ReaderError when the library is damaged, as then its texts may
    still be needed.
    """
    file, journals = LibraryFile(folder), inspect_journals(folder)
    problems = {file.path: file.problem} if file.problem and not (file.is_missing and not journals) else {}
    problems |= {journal.path: journal.problem for journal in journals if journal.problem}
    for path, problem in problems.items():
        raise ReaderError(f"{path} {problem}", "Use `reader repair` first")
    with folder.wrap_errors():
        unused = [
            journal
            for journal in journals
            if older is not None and journal.is_archived and _is_covered(journal, file) and _is_old_journal(journal, older)
        ]
        remaining = [journal for journal in journals if journal not in unused]
        others = (*folder.conflict_copies(), *folder.unsaved_files(), *(journal.path for journal in remaining))
        digests = _digests_named_in((file.path, *others))
    texts = [path for digest, path in list_snapshots(folder) if digest not in digests and _is_old_file(path)]
    temporaries = [path for path in list_temporaries(folder) if _is_old_file(path)]
    history = [journal.path for journal in unused]
    size = sum(map(_file_size, (*texts, *temporaries, *history)))
    reach = min((journal.first_time for journal in remaining if journal.count), default="")
    return UnusedFiles(tuple(texts), tuple(temporaries), tuple(history), size, reach)


def remove_unused(folder: Folder, older: timedelta | None = None) -> UnusedFiles:
    """Remove the files that `find_unused` finds, and return them. Raises ReaderError as it does, or when a removal fails."""
    if not folder.path.is_dir():
        return find_unused(folder, older)
    with folder.write_lock():
        unused = find_unused(folder, older)
        for path in unused.files:
            path.unlink(missing_ok=True)
        for place in {path.parent for path in unused.files}:
            sync_folder(place)
    return unused


def _is_covered(journal: InspectedJournal, file: LibraryFile) -> bool:
    """Whether the library's file has seen all changes of a journal, and would not miss it."""
    copy = file.copy
    if copy is None or not copy.is_intact:
        return False
    marked = {Dot(mark.last, mark.replica) for mark in copy.meta.marks}
    return copy.meta.vector.covers(journal.vector) and not any(entry.dot in marked for entry in journal.entries())


def _is_old_journal(journal: InspectedJournal, older: timedelta) -> bool:
    try:
        latest = max(datetime.fromisoformat(entry.at) for entry in journal.entries())
        return datetime.now(UTC) - latest > older
    except (ValueError, TypeError):  # the second where a time has no zone
        return False


def _is_old_file(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime < time.time() - _DAY_SECONDS
    return False


def _digests_named_in(paths: Iterable[Path]) -> set[str]:
    """Return all digests that occur in these files."""
    digests: set[str] = set()
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            rest = b""
            for block in read_blocks(path):
                digests |= find_digests(rest + block)
                rest = block[-_DIGEST_ROOM:]
    return digests


def _file_size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0
