"""Merge another library into this one: a conflict copy, a colleague's file, a folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.files import free_path, make_folder
from reader.library.file_join import foreign_dot, join_file
from reader.library.folder import LIBRARY_FILE_NAME, Folder
from reader.library.history import Originals
from reader.library.library_file import SCHEMA, Meta
from reader.library.library_reader import read_library
from reader.library.record_tables import RecordChange, RecordTables, decode_line
from reader.library.snapshots import Snapshots, find_digests
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES, SHARED, TAGS
from reader.library.versions import VersionVector, content_of, stored_conflicts
from reader.review.cells import LATEST_WINS, Record, to_cells
from reader.review.codec import as_mapping
from reader.review.conflicts import PAIR_CELLS

_MOST_IN_RECORD: Final = 1 << 25
"""The characters from which on a record of a file to merge is too long: one without an end would be read into memory."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The outcome of merging another library, called `name`, in counts of records.

    `conflicts` counts the changed records in which both sides changed the same cell: both values stay until somebody chooses.
    Of dismissed findings the later one is shown, and nobody needs to choose. `apart` are the titles of articles that are in
    both with different texts: they stay two articles, since nobody has said that one is an edition of the other. What an ended
    program kept beside the other library `is_left_out`.
    """

    name: str
    added: int
    changed: int
    removed: int
    conflicts: int
    apart: tuple[str, ...] = ()
    is_left_out: bool = False

    @property
    def summary(self) -> str:
        """The outcome in one line, for people."""
        left_out = "; it has changes that are not written to it yet: open it, and merge it again" if self.is_left_out else ""
        return f"{self._counts}{left_out}"

    @property
    def _counts(self) -> str:
        numbers = {"added": self.added, "changed": self.changed, "removed": self.removed}
        counts = [f"{number} {word}" for word, number in numbers.items() if number]
        if not counts:
            return f"Nothing new in {self.name}"
        conflicts = f"; {self.conflicts} with two versions, to choose from" if self.conflicts else ""
        return f"Merged {self.name}: {', '.join(counts)}{conflicts}"


class MergePlan(NamedTuple):
    """The changes that merging a library, which has seen `vector`, makes here."""

    outcome: Merge
    changes: Sequence[RecordChange]
    vector: VersionVector


class OtherLibrary(NamedTuple):
    """A library to merge: its name, records and meta table, and its digest if another program wrote it, else "".

    `is_behind` says whether there are changes beside it that an ended program could not write.
    """

    name: str
    records: RecordTables
    meta: Meta
    digest: str
    is_behind: bool = False


def read_other_library(path: Path) -> OtherLibrary:
    """Read the library at `path`, a file or a folder. Raises ReaderError when there is none, or it cannot be read."""
    name = path.name or str(path)
    if path.is_dir():
        if not os.path.lexists(path / LIBRARY_FILE_NAME):
            raise ReaderError(f"There is no library in {path}", f"Choose a folder that holds a {LIBRARY_FILE_NAME}")
        other = Store(Folder(path))
        with other.folder.wrap_errors():
            is_behind = bool(other.folder.unsaved_files())
        return OtherLibrary(name, other.records, Meta(SCHEMA, "", other.vector), "", is_behind)
    file = read_library(path, most=_MOST_IN_RECORD)
    if file is None:
        raise ReaderError(f"There is no file {path}")
    if file.meta.schema > SCHEMA:
        raise ReaderError(f"{path} was written by a newer version of Claim Reader", "Update Claim Reader to merge it")
    return OtherLibrary(name, file.records, file.meta, "" if file.is_intact else file.digest)


def merge_library(store: Store, path: Path, snapshots: Snapshots, by: str) -> Merge:
    """Merge the library at `path` into a store as one change, and copy its texts. Raises ReaderError."""
    other = read_other_library(path)
    with store.begin_write():
        merge, changes, vector = plan_merge(store, other)
        copy_texts(changes, path, snapshots)
        if changes or not store.vector.covers(vector):
            store.merge(changes, vector, f"merge {merge.name}" if changes else "", by)
    archive_conflict_copy(store.folder, path)
    return merge


def plan_merge(store: Store, other: OtherLibrary) -> MergePlan:
    """Plan the merge of another library into a store. Raises ReaderError when one of them cannot be read."""
    with store.guard:
        store.catch_up()
        stamp = foreign_dot(other.meta, other.digest)
        originals = Originals(store.folder, other.meta.vector, stamp)
        finders = store.find_tombstone, originals.find
        joined = join_file(store.records, store.vector, other.records, other.meta, stamp, *finders)
        changes = [change for change in joined if change.table != SHARED]  # with whom another library shares is its own affair
    vector = other.meta.vector.copy()
    if other.digest:
        vector.add(stamp)
    added = sum(change.before is None for change in changes)
    removed = sum(change.after is None for change in changes)
    conflicts = sum(_has_conflict(change.after) for change in changes if change.after and change.table in (ANNOTATIONS, TAGS))
    apart = _articles_apart(store.records, [change for change in changes if change.table == ARTICLES])
    outcome = Merge(other.name, added, len(changes) - added - removed, removed, conflicts, apart, other.is_behind)
    return MergePlan(outcome, changes, vector)


def _articles_apart(records: RecordTables, changes: Iterable[RecordChange]) -> tuple[str, ...]:
    """Return the titles of articles that would be added although another text of the same place or title is here."""
    added = [decode_line(change.after) for change in changes if change.before is None and change.after]
    if not added:
        return ()
    names = {name for _, line in records.lines(ARTICLES) for name in _names_of(decode_line(line))}
    return tuple(str(record.get("title")) for record in added if names & _names_of(record))


def _names_of(record: Record) -> set[tuple[str, str]]:
    """Return what two records of one article share: the place that it came from, and its title."""
    names = {(field, str(record.get(field) or "")) for field in ("source", "title")}
    return {name for name in names if name[1] not in ("", "-")}


def _has_conflict(line: bytes) -> bool:
    """Whether a person has to choose between concurrent values. Evidence is combined: only different verdicts need a choice."""
    if b'"rivals":' not in line:
        return False
    record = decode_line(line)
    cells = to_cells(content_of(record))
    for cell, others in stored_conflicts(record).items():
        verdicts = {as_mapping(value).get("verdict") for value in (cells.get(cell), *as_mapping(others).values())} - {"", None}
        if len(verdicts) > 1 if cell.startswith(PAIR_CELLS) else cell not in LATEST_WINS:
            return True
    return False


def copy_texts(changes: Iterable[RecordChange], path: Path, snapshots: Snapshots) -> None:
    """Copy the texts that changed records refer to from the folder of the other library, as far as they are there.

    The write lock is held. Raises OSError when a text cannot be written.
    """
    others = Snapshots((path if path.is_dir() else path.parent) / "snapshots")
    digests = {digest for change in changes if change.after is not None for digest in find_digests(change.after)}
    for digest in sorted(digests):
        with contextlib.suppress(ReaderError):
            snapshots.keep(digest, others.read_bytes(digest))


def archive_conflict_copy(folder: Folder, path: Path) -> None:
    """Move a merged conflict copy from the library's folder to its backups. It is never deleted."""
    if path.resolve() in {copy.resolve() for copy in folder.conflict_copies()}:
        with contextlib.suppress(OSError):
            make_folder(folder.backups)
            os.link(path, free_path(folder.backups / path.name))
            path.unlink()
