"""Copy a library to another folder, for a person who goes on there: everything is there, or nothing is left there."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reader.errors import ReaderError
from reader.files import make_folder, read_from, replace, sync_folder, temporary_beside, write_new
from reader.library.folder import MEMBERSHIP_FILE, Folder
from reader.library.journal import read_entries
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.tables import ARTICLES
from reader.library.transaction import Transaction
from reader.printable import plural


class FolderCopy(NamedTuple):
    """A copy of a library; `unread` are the files and folders of the original that could not be read, and are not in it."""

    folder: Folder
    original: Path
    unread: tuple[Path, ...] = ()

    @property
    def gap(self) -> str:
        """What is missing in the copy, and what to do, for people; "" if nothing is."""
        if not self.unread:
            return ""
        others = f" and {plural(len(self.unread) - 1, 'other')}" if self.unread[1:] else ""
        return f"without {self.unread[0]}{others}, which cannot be read: keep {self.original}"

    def open(self, transactions: Sequence[Transaction], documents: Mapping[str, bytes | str]) -> Store:
        """Write what was queued for the original to the copy, and return its store. Raises ReaderError when that fails."""
        store = Store(self.folder)
        Snapshots(self.folder.snapshots).keep_all(documents, self.folder.write_lock)
        store.commit(transactions)  # without any, too: whether a journal can be written there is seen now
        return store


@contextlib.contextmanager
def copied_library(store: Store, path: Path) -> Generator[FolderCopy]:
    """Write the library of a store into a new or empty folder, for a block; if that or the block fails, remove it again.

    Of texts, history and what is personal, all is copied that can be read. The block holds the store's guard; while texts and
    history are copied, which takes minutes in a large library, nobody waits for it. Raises ReaderError when the folder has a
    library already, or cannot be written.
    """
    old_names = set[str]()
    with _wrap_errors(path):
        is_new = not path.exists()
        make_folder(path)
        target = Folder(path)
        old_names.update(os.listdir(target.path))
        remains = (target.journals(), target.personal_files(), any(target.archived_journals()), MEMBERSHIP_FILE in old_names)
        if target.signature() is not None or any(remains):
            raise ReaderError(f"There is already a library in {path}", "Choose an empty folder, or a new one")
    copying = _Copying(store.folder, target)
    try:
        with _wrap_errors(path):
            copying.copy_finished()
        with store.guard:
            with _wrap_errors(path):
                unread = copying.copy_all()
                if not store.folder.snapshots.is_dir() and any(True for _ in store.records.ids(ARTICLES)):
                    unread.append(store.folder.snapshots)
                write_new(target.library, store.records.encode("", store.vector))
                sync_folder(target.path)
            yield FolderCopy(target, store.folder.path, tuple(unread))
    except BaseException:
        _remove_copy(target, copying.made, old_names, is_new=is_new)
        raise


@contextlib.contextmanager
def _wrap_errors(path: Path) -> Generator[None]:
    """Turn an OSError within a block into a ReaderError that names the new folder."""
    try:
        yield
    except OSError as error:
        raise ReaderError(f"{path} cannot be written: {error.strerror or error}") from error


class _Copying:
    """Copies all files of a library but `library.json`; `made` are those that were not there before. Raises OSError."""

    def __init__(self, source: Folder, target: Folder) -> None:
        self.made: list[Path] = []
        self._source = source
        self._target = target
        self._copied: set[Path] = set()
        self._unread: list[Path] = []

    def copy_finished(self) -> None:
        """Copy the files that nobody changes any more: texts, and journals in the history."""
        self._copy(self._finished_paths())

    def copy_all(self) -> list[Path]:
        """Copy the other files, and those that are new since `copy_finished`; return what cannot be read."""
        self._unread.clear()
        self._copy(self._finished_paths())
        self._copy(self._current_paths())
        return self._unread

    def _copy(self, paths: Iterator[tuple[Path, Path]]) -> None:
        folders = set[Path]()
        for old_path, new_path in paths:
            if new_path in self._copied:
                continue
            try:
                data = read_from(old_path)[0]
            except OSError:
                self._unread.append(old_path)
                continue
            make_folder(new_path.parent)
            if not os.path.lexists(new_path):
                self.made.append(new_path)
            # A program that was killed may have left half of a text here, or its temporary file.
            temporary = temporary_beside(new_path)
            temporary.unlink(missing_ok=True)
            write_new(temporary, data)
            replace(temporary, new_path)
            self._copied.add(new_path)
            folders.add(new_path.parent)
        for folder in folders:
            sync_folder(folder)

    def _finished_paths(self) -> Iterator[tuple[Path, Path]]:
        """Yield the old and new paths of texts and journals in the history."""
        try:
            for archived in self._source.archived_journals():
                yield archived.path, self._target.history / archived.path.name
        except OSError:
            self._unread.append(self._source.history)

        def note(error: OSError) -> None:
            if not isinstance(error, FileNotFoundError):
                self._unread.append(Path(error.filename))

        for folder, _, names in os.walk(self._source.snapshots, onerror=note):
            new_folder = self._target.snapshots / Path(folder).relative_to(self._source.snapshots)
            whole = (name for name in names if not name.endswith(".new"))  # a thread may be writing the others
            yield from ((Path(folder, name), new_folder / name) for name in whole)

    def _current_paths(self) -> Iterator[tuple[Path, Path]]:
        """Yield the old and new paths of journals, which go into the history, of what is personal, and of what is unsaved."""
        source = self._source
        try:
            journals, beside = source.journals(), [*source.personal_files(), *source.unsaved_files()]
        except OSError:
            self._unread.append(source.path)
            return
        for journal in journals:
            try:
                dots = [entry.dot for entry in read_entries(read_from(journal)[0])]
            except OSError:
                self._unread.append(journal)
                continue
            if dots:
                yield journal, self._target.archive_path(dots[0].counter, dots[-1].counter, dots[0].replica)
        if os.path.lexists(membership := source.path / MEMBERSHIP_FILE):
            beside.append(membership)
        yield from ((path, self._target.path / path.name) for path in beside)


def _remove_copy(target: Folder, made: list[Path], old_names: set[str], *, is_new: bool) -> None:
    """Remove what a copy has left in a folder that had these names before, and the folder if it `is_new`."""
    for path in (*made, *(path for path in target.own_paths if path.name not in old_names)):
        with contextlib.suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    if is_new:
        with contextlib.suppress(OSError):
            target.path.rmdir()
