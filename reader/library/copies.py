"""Copy a library to another folder, for a person who goes on there: everything is there, or nothing is left there."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reader.errors import ReaderError
from reader.files import make_folder, read_from, replace, sync_folder, write_new
from reader.library.folder import MEMBERSHIP_FILE, Folder
from reader.library.journal import read_entries
from reader.library.personal import PersonalState
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.tables import ARTICLES
from reader.library.transaction import Transaction
from reader.printable import plural
from reader.review.cells import Record


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

    def open(
        self, transactions: Sequence[Transaction], documents: Mapping[str, bytes | str], personal: Mapping[str, Record]
    ) -> tuple[Store, PersonalState]:
        """Write what was queued for the original to the copy, and return the store and what is personal of it.

        Raises ReaderError when any of it cannot be written.
        """
        store, state = Store(self.folder), PersonalState(self.folder, personal)
        Snapshots(self.folder.snapshots).keep_all(documents, self.folder.write_lock)
        store.commit(transactions)  # without any, too: whether a journal can be written there is seen now
        state.write()
        return store, state


@contextlib.contextmanager
def copied_library(store: Store, path: Path) -> Generator[FolderCopy]:
    """Write the library of a store into a new or empty folder, for a block; if that or the block fails, remove it again.

    Of texts, history and what is personal, all is copied that can be read. Raises ReaderError when the folder has a library
    already, or cannot be written.
    """
    old_names = set[str]()
    is_new = not path.exists()
    made: list[Path] = []
    try:
        make_folder(path)
        target = Folder(path)
        old_names.update(os.listdir(target.path))
        remains = (target.journals(), target.personal_files(), any(target.archived_journals()), MEMBERSHIP_FILE in old_names)
        if target.signature() is not None or any(remains):
            raise ReaderError(f"There is already a library in {path}", "Choose an empty folder, or a new one")
    except OSError as error:
        raise _write_error(path, error) from error
    try:
        try:
            with store.guard:
                unread = _copy_companions(store, target, made)
                write_new(target.library, store.records.encode("", store.vector))
            sync_folder(target.path)
        except OSError as error:
            raise _write_error(path, error) from error
        yield FolderCopy(target, store.folder.path, tuple(unread))
    except BaseException:
        _remove_copy(target, made, old_names, is_new=is_new)
        raise


def _write_error(path: Path, error: OSError) -> ReaderError:
    return ReaderError(f"{path} cannot be written: {error.strerror or error}")


def _copy_companions(store: Store, target: Folder, made: list[Path]) -> list[Path]:
    """Copy the files besides the library's own, note the new ones in `made`, and return what cannot be read. Raises OSError."""
    unread: list[Path] = []
    folders = set[Path]()
    for old_path, new_path in _companion_paths(store.folder, target, unread):
        try:
            data = read_from(old_path)[0]
        except OSError:
            unread.append(old_path)
            continue
        make_folder(new_path.parent)
        if not os.path.lexists(new_path):
            made.append(new_path)
        # A program that was killed may have left half of a text here, or its temporary file.
        temporary = new_path.with_name(f".{new_path.name}.new")
        temporary.unlink(missing_ok=True)
        write_new(temporary, data)
        replace(temporary, new_path)
        folders.add(new_path.parent)
    for folder in folders:
        sync_folder(folder)
    if not store.folder.snapshots.is_dir() and any(True for _ in store.records.ids(ARTICLES)):
        unread.append(store.folder.snapshots)
    return unread


def _companion_paths(source: Folder, target: Folder, unread: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the old and new paths of the files to copy besides the library's file. Journals go into the history.

    What cannot be read is added to `unread`.
    """
    try:
        for archived in source.archived_journals():
            yield archived.path, target.history / archived.path.name
    except OSError:
        unread.append(source.history)
    try:
        journals, beside = source.journals(), [*source.personal_files(), *source.unsaved_files()]
    except OSError:
        unread.append(source.path)
        return
    for journal in journals:
        try:
            dots = [entry.dot for entry in read_entries(read_from(journal)[0])]
        except OSError:
            unread.append(journal)
            continue
        if dots:
            yield journal, target.archive_path(dots[0].counter, dots[-1].counter, dots[0].replica)
    if os.path.lexists(membership := source.path / MEMBERSHIP_FILE):
        beside.append(membership)
    yield from ((path, target.path / path.name) for path in beside)

    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            unread.append(Path(error.filename))

    for folder, _, names in os.walk(source.snapshots, onerror=note):
        for name in names:
            yield Path(folder, name), target.snapshots / Path(folder).relative_to(source.snapshots) / name


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
