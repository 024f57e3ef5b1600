"""Keep the changes that were still queued when the program was ended from outside, until the library can be written again.

A change goes into the journal under the library's lock, which another program may hold for longer than a program that is told
to end may wait. So what is queued then goes into a file of its own beside the journal, `unsaved-<number>.json`, which needs no
lock. The next program to open the library writes it there, each change once, and removes the file.

Where the library is gone or its folder cannot be written, as on a disk that was unplugged, the file goes into a folder of this
person's instead, and comes in when the library that it was meant for is opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from reader.errors import ReaderError
from reader.files import make_folder, read_from, sync_folder, temporary_beside, write_whole
from reader.library.folder import LIBRARY_FILE_NAME, Folder, new_unsaved_name, oldest_first, unsaved_files_in
from reader.library.journal import Operation
from reader.library.journal_history import newest_entries
from reader.library.personal import PersonalState
from reader.library.snapshots import Snapshots
from reader.library.store import Store
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import VersionVector, encode_json
from reader.review.cells import Record
from reader.review.codec import as_mapping

_SCHEMA: Final = 1
_WORDS: Final = ("label", "article", "by", "id", "undoes", "redoes")
"""The fields of a change beside its edits, in their order."""
_WAIT: Final = 0.5
"""Seconds that somebody who opens a library waits until it can be written."""


class UnsavedChanges(NamedTuple):
    """Changes, documents by digest and personal entries that were not written to the library in `folder`.

    Some of the changes may be in the journal nevertheless, beyond the `vector` of the library shortly before: they were being
    written when the program ended.
    """

    folder: Path
    vector: VersionVector
    transactions: Sequence[Transaction]
    documents: Mapping[str, bytes | str]
    personal: Mapping[str, Record]


def rescue_folder() -> Path:
    """Return the folder of this person for the changes of libraries whose own folders cannot be written."""
    from platformdirs import user_state_path

    return user_state_path("claim-reader", appauthor=False) / "unsaved"


def known_vector(store: Store, seconds: float) -> VersionVector:
    """Return what a store knows; an empty vector where a disk that stands still keeps its guard for these seconds."""
    if not store.guard.acquire(timeout=seconds):
        return VersionVector()
    try:
        return store.vector.copy()
    finally:
        store.guard.release()


def keep_unsaved(snapshots: Snapshots, unsaved: UnsavedChanges) -> bool:
    """Write changes beside their library, or at another place; return whether they are on the disk with their documents.

    What somebody did comes first: it stays where the disk has no room for a document, or the program is killed meanwhile.
    """
    try:
        if unsaved.vector.counters:
            os.stat(unsaved.folder / LIBRARY_FILE_NAME)  # where a disk was taken away, its folder may be there, and empty
        _write_unsaved(unsaved.folder, unsaved)
    except OSError:
        with suppress(OSError):
            make_folder(rescue := rescue_folder())
            rescue.chmod(0o700)  # the library may have lain where nobody else can read it
            _write_unsaved(rescue, unsaved)
            return not unsaved.documents
        return False
    try:
        for digest, data in unsaved.documents.items():
            snapshots.keep(digest, data, 0)  # to compress 100 MB takes ten seconds, and to write them one
    except OSError:
        return False
    return True


def _write_unsaved(folder: Path, unsaved: UnsavedChanges) -> None:
    fields = {
        "schema": _SCHEMA,
        "folder": str(unsaved.folder),
        "saw": unsaved.vector.counters,
        "transactions": [_encode_transaction(one) for one in unsaved.transactions],
        "personal": dict(unsaved.personal),
    }
    path = folder / new_unsaved_name()
    write_whole(path, encode_json(fields).encode(), temporary_beside(path), overwrite=True)


def take_in_unsaved(store: Store, personal: PersonalState) -> tuple[list[Operation], bool]:
    """Write what is kept beside the library to it; return the operations that were made, and whether that was all.

    What cannot be written yet stays beside the library, and so does a file that cannot be read.
    """
    operations: list[Operation] = []
    with suppress(ReaderError):
        with store.folder.wrap_errors():
            if not any(_waiting_changes(store)):
                return operations, True
        with store.begin_write(_WAIT):
            for path, unsaved in _waiting_changes(store):
                written = {entry.id for entry in newest_entries(store.folder, beyond=unsaved.vector)}
                missing = [one for one in unsaved.transactions if one.id not in written]
                operations += (operation for entry in store.commit(missing) for operation in entry.operations)
                for article_id, entry in unsaved.personal.items():
                    personal.set(article_id, entry)
                personal.write()
                path.unlink()
                sync_folder(path.parent)
            return operations, True
    return operations, False


def _waiting_changes(store: Store) -> Iterator[tuple[Path, UnsavedChanges]]:
    """Yield the files with changes for a library that can be read, the oldest first, and what they hold. Raises OSError."""
    beside, elsewhere = store.folder.unsaved_files(), list[Path]()
    with suppress(OSError):
        elsewhere = unsaved_files_in(rescue_folder())
    for path in oldest_first((*beside, *elsewhere)):  # the later of two changes to one field is what somebody wanted
        unsaved = read_unsaved(path)
        if unsaved is not None and (path in beside or is_meant_for(unsaved, store.folder.path, store.vector)):
            yield path, unsaved


def is_meant_for(unsaved: UnsavedChanges, folder: Path, vector: VersionVector | None) -> bool:
    """Whether changes belong to the library in a folder, which has this vector, or None if it cannot be read.

    It is the one of their folder, or has all of one that is gone from there.
    """
    replicas = unsaved.vector.counters.keys()
    if unsaved.folder == folder:
        return vector is None or not replicas or not replicas.isdisjoint(vector.counters)
    # A backup, or a library that was merged with that one, lacks some of what the changes build on.
    is_covered = vector is not None and bool(replicas) and vector.covers(unsaved.vector)
    return is_covered and not os.path.exists(unsaved.folder / LIBRARY_FILE_NAME)


def unreadable_files(folder: Folder) -> list[str]:
    """Say which files beside the library cannot be read. Raises ReaderError when they cannot be listed."""
    with folder.wrap_errors():
        return [
            f"{path} holds changes of yours and cannot be read" for path in folder.unsaved_files() if read_unsaved(path) is None
        ]


def read_unsaved(path: Path) -> UnsavedChanges | None:
    """Return the changes in a file, None if it cannot be read."""
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        fields = cast("dict[str, Any]", json.loads(read_from(path)[0]))
        if fields["schema"] == _SCHEMA:
            transactions = [_parse_transaction(one) for one in fields["transactions"]]
            personal = {str(key): dict(as_mapping(entry)) for key, entry in fields["personal"].items()}
            folder = Path(str(fields.get("folder", "")))
            return UnsavedChanges(folder, VersionVector.from_json(fields["saw"]), transactions, {}, personal)
    return None


def _encode_transaction(transaction: Transaction) -> dict[str, object]:
    return {"edits": [list(edit) for edit in transaction.edits], **{name: getattr(transaction, name) for name in _WORDS}}


def _parse_transaction(fields: dict[str, Any]) -> Transaction:
    edits = tuple(RecordEdit(str(one[0]), str(one[1]), _parse_record(one[2]), _parse_record(one[3])) for one in fields["edits"])
    label, article, by, change_id, undoes, redoes = (str(fields[name]) for name in _WORDS)
    return Transaction(edits, label, article, by, change_id, undoes, redoes)


def _parse_record(value: Any) -> Record | None:
    return None if value is None else dict(value)
