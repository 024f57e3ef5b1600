"""Examine a library: report what is fine, what is wrong, and what to do about it. Nothing is changed."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.care.inspection import (
    Backups,
    InspectedJournal,
    InspectedTexts,
    LibraryFile,
    inspect_journals,
    inspect_lost,
    list_temporaries,
)
from reader.library.care.repair import DAMAGED_FOLDER
from reader.library.folder import Folder, Lock, unsaved_files_in
from reader.library.journal import LOSS
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES, SOURCES, TAGS
from reader.library.unsaved_changes import is_meant_for, read_unsaved, rescue_folder
from reader.library.versions import VersionVector
from reader.printable import plural
from reader.review.codec import as_list, as_mapping

HEALTHY: Final = "fine"
NOTICE: Final = "note"
PROBLEM: Final = "wrong"
REPAIR_HINT: Final = "`reader repair` shows what can be done"
ACCESS_HINT: Final = "Make it readable; until then its content is unknown"
_COUNTED: Final = ((ARTICLES, "article"), (ANNOTATIONS, "annotation"), (TAGS, "tag"), (SOURCES, "source"))
_TEXT_ADVICE: Final = {
    "article": (ARTICLES, "open the article's file again; its text is kept then"),
    "source": (SOURCES, "attach the same file to the reference again with `reader source add`; its text is kept then"),
}
"""The table of the records that have a text, and the advice to restore the text, by the noun for such a record."""
_WAITING_ADVICE: Final = "Open the library: they come in"
_UNREADABLE_ADVICE: Final = "Look at it with an editor, then remove it"
_MAX_NAMES: Final = 5
_LOCK_SECONDS: Final = 2.0
_LOCK_ADVICE: Final = {
    errno.EROFS: "Make its disk writable, or copy the library to another one",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "Change the permissions"),
}
"""What to do about a lock that is there and cannot be opened to be held, by the error."""
_CLOCK_TOLERANCE: Final = timedelta(hours=1)


class Diagnosis(NamedTuple):
    """The state of a part of a library: "fine", "note" (worth knowing) or "wrong"; `advice` says what to do."""

    part: str
    state: str
    message: str
    advice: str = ""


def examine_library(path: Path) -> list[Diagnosis]:
    """Examine the library in a folder, whatever state it is in."""
    try:
        is_folder = path.is_dir()
    except OSError as error:
        return [
            Diagnosis("folder", PROBLEM, f"{path} cannot be reached: {error.strerror}", "Choose another one with --library")
        ]
    if not is_folder:
        if os.path.lexists(path):
            return [Diagnosis("folder", PROBLEM, f"{path} is not a folder", "Choose another one with --library")]
        missing = Diagnosis("folder", HEALTHY, f"There is no library in {path} yet; the first article creates it")
        return [missing, *_examine_rescued(Folder(path), VersionVector())]
    folder = Folder(path)
    diagnoses = list(_examine_rights(folder))
    try:
        with folder.wrap_errors():
            diagnoses += _examine_contents(folder)
            diagnoses += _examine_unsaved(folder)
    except ReaderError as error:
        diagnoses.append(Diagnosis("folder", PROBLEM, error.what, error.hint))
    return [*diagnoses, *_examine_copies(folder), *_examine_locks(folder), *_examine_leftovers(folder)]


def _examine_contents(folder: Folder) -> Iterator[Diagnosis]:
    file, journals, backups = LibraryFile(folder), inspect_journals(folder), Backups(folder)
    store = _open_store(folder)
    yield _examine_file(file, journals, backups, store)
    yield from _examine_journals(journals, folder)
    yield from _examine_waiting(journals, store)
    for lost in inspect_lost(folder, file):
        advice = "Put it back from a backup if you have one; else `reader repair --yes` accepts the loss"
        yield Diagnosis("journals", PROBLEM, f"{lost.mark.name} {lost.problem}. {LOSS}", advice)
    yield from _examine_texts(folder, store)
    yield from _examine_backups(folder, backups)
    yield from _examine_clock(journals, backups)
    yield from _examine_rescued(folder, None if store is None else store.vector)


def _open_store(folder: Folder) -> Store | None:
    try:
        return Store(folder)
    except ReaderError:
        # The diagnoses of file and journals say why.
        return None


def _examine_rights(folder: Folder) -> Iterator[Diagnosis]:
    places = [folder.path, folder.library.parent, folder.snapshots, folder.backups, folder.history]
    denied = [
        str(place) for place in dict.fromkeys(places) if place.is_dir() and not os.access(place, os.R_OK | os.W_OK | os.X_OK)
    ]
    files = [path for path in (folder.library, folder.journal) if path.is_file()]
    denied += [str(path) for path in files if not os.access(path, os.R_OK | os.W_OK)]
    if folder.is_read_only:
        message = f"{folder.library.name} is read-only: it can be read, but nothing is saved"
        yield Diagnosis("rights", PROBLEM, message, "Make it writable to change the library")
    elif denied:
        yield Diagnosis("rights", PROBLEM, f"No permission to read and write {_list_names(denied)}", "Change the permissions")
    else:
        yield Diagnosis("rights", HEALTHY, f"{folder.path} can be read and written")


def _examine_file(file: LibraryFile, journals: list[InspectedJournal], backups: Backups, store: Store | None) -> Diagnosis:
    name = file.path.name
    if file.is_newer:
        message = "was written by a newer version of Claim Reader, and can only be read"
        return Diagnosis(name, PROBLEM, message, "Update Claim Reader to change it")
    if file.is_missing and not (journals or backups.paths):
        return Diagnosis(name, HEALTHY, "does not exist yet; the first article creates it")
    if file.is_denied:
        return Diagnosis(name, PROBLEM, file.problem, ACCESS_HINT)
    if file.problem:
        return Diagnosis(name, PROBLEM, file.problem, REPAIR_HINT)
    if store is None or file.copy is None:
        return Diagnosis(name, HEALTHY, "can be read")
    tables = store.records.tables()
    counts = ", ".join(plural(len(tables.get(table, ())), noun) for table, noun in _COUNTED)
    behind = "; the latest changes are still only in the journal" if store.is_behind else ""
    foreign = "" if file.copy.is_intact else "; another program's changes are taken over"
    return Diagnosis(name, HEALTHY, f"{counts}{behind}{foreign}")


def _examine_journals(journals: list[InspectedJournal], folder: Folder) -> Iterator[Diagnosis]:
    for part, is_archived in (("journals", False), ("history", True)):
        files = [journal for journal in journals if journal.is_archived is is_archived]
        damaged = [journal for journal in files if journal.problem]
        for journal in damaged:
            lost = f"; {plural(journal.lost_count, 'change')} cannot be read" if journal.lost_count else ""
            advice = ACCESS_HINT if journal.is_denied else REPAIR_HINT
            yield Diagnosis(part, PROBLEM, f"{journal.path.relative_to(folder.path)} {journal.problem}{lost}", advice)
        torn = "; a last line is unfinished, and was never reported as saved" if any(one.is_torn for one in files) else ""
        if not damaged:
            changes = sum(journal.count for journal in files)
            yield Diagnosis(part, HEALTHY, f"{plural(len(files), 'file')}, {plural(changes, 'change')}{torn}")


def _examine_waiting(journals: list[InspectedJournal], store: Store | None) -> Iterator[Diagnosis]:
    """Report changes that wait for earlier ones."""
    if store is None or store.readonly_reason:
        return
    waiting = [journal for journal in journals if not store.vector.covers(journal.vector)]
    pending = sum(entry.dot not in store.vector for journal in waiting for entry in journal.entries())
    if pending:
        message = f"{plural(pending, 'change')} of another device not shown yet: earlier changes are missing"
        yield Diagnosis("journals", PROBLEM, message, "Let the sync tool finish; then they appear by themselves")


def _examine_texts(folder: Folder, store: Store | None) -> Iterator[Diagnosis]:
    texts = InspectedTexts(folder)
    yield from _report_files("snapshots", folder, texts.damaged, texts.denied)
    digests = texts.sound | {path.stem for path in texts.denied}
    titles_by_noun = {noun: list(_titles_without_text(store, table, digests)) for noun, (table, _) in _TEXT_ADVICE.items()}
    for noun, titles in titles_by_noun.items():
        if titles:
            message = f"the text of {plural(len(titles), noun)} is missing: {_list_names([f'“{title}”' for title in titles])}"
            yield Diagnosis("snapshots", PROBLEM, message, _TEXT_ADVICE[noun][1])
    if not (texts.damaged or texts.denied or any(titles_by_noun.values())):
        yield Diagnosis("snapshots", HEALTHY, plural(len(texts.sound), "text"))


def _report_files(part: str, folder: Folder, damaged: Mapping[Path, str], denied: Mapping[Path, str]) -> Iterator[Diagnosis]:
    for problems, advice in ((damaged, REPAIR_HINT), (denied, ACCESS_HINT)):
        for path, problem in problems.items():
            yield Diagnosis(part, PROBLEM, f"{path.relative_to(folder.path)} {problem}", advice)


def _titles_without_text(store: Store | None, table: str, digests: set[str]) -> Iterator[str]:
    """Yield the titles of the records of a table that refer to a text whose digest is not among these."""
    view = store.records.tables().get(table) if store is not None else None
    for record in view.values() if view is not None else ():
        texts: Iterable[Mapping[str, object]] = [record] if table == ARTICLES else map(as_mapping, as_list(record.get("texts")))
        missing = [text for text in texts if not all(str(text[n]) in digests for n in ("digest", "original") if text.get(n))]
        yield from (str(text.get("title") or text.get("origin") or record.get("id")) for text in missing[:1])


def _examine_backups(folder: Folder, backups: Backups) -> Iterator[Diagnosis]:
    yield from _report_files("backups", folder, backups.damaged, backups.denied)
    if not (backups.damaged or backups.denied):
        latest = max(backups.dates.values(), default=None)
        date = f", the latest from {_in_local_time(latest):%Y-%m-%d %H:%M}" if latest is not None else ""
        yield Diagnosis("backups", HEALTHY, f"{plural(len(backups.paths), 'backup')}{date}")


def _in_local_time(moment: datetime) -> datetime:
    try:
        return moment.astimezone()
    except (ValueError, OverflowError):  # a wrong time zone, or the last day that there is
        return moment


def _examine_clock(journals: list[InspectedJournal], backups: Backups) -> Iterator[Diagnosis]:
    limit = datetime.now(UTC) + _CLOCK_TOLERANCE
    times = [time for time in backups.dates.values() if time > limit]
    late = [journal for journal in journals if journal.last_time >= f"{limit:%Y-%m-%dT%H:%M}"]
    for entry in (entry for journal in late for entry in journal.entries()):
        try:
            moment = datetime.fromisoformat(entry.at).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if moment > limit:
            times.append(moment)
    if times:
        message = (
            f"{plural(len(times), 'change or backup', 'changes or backups')} dated in the future, up to {max(times):%Y-%m-%d}"
        )
        advice = "Set the clock of the device that wrote them; the order of changes does not depend on it"
        yield Diagnosis("clock", NOTICE, message, advice)


def _examine_copies(folder: Folder) -> Iterator[Diagnosis]:
    for path in folder.conflict_copies():
        message = f"{path.name}: a sync tool left this version beside the library"
        yield Diagnosis("conflict copy", PROBLEM, message, f"Merge it with `reader merge '{path}'`")


def _examine_unsaved(folder: Folder) -> Iterator[Diagnosis]:
    for path in folder.unsaved_files():
        if read_unsaved(path) is None:
            message = f"{path.name} holds changes that were not written to the library, and cannot be read"
            yield Diagnosis("unsaved changes", PROBLEM, message, _UNREADABLE_ADVICE)
        else:
            message = f"{path.name} holds changes that were not written to the library yet"
            yield Diagnosis("unsaved changes", NOTICE, message, _WAITING_ADVICE)


def _examine_rescued(folder: Folder, vector: VersionVector | None) -> Iterator[Diagnosis]:
    """Report changes that were kept elsewhere, as this folder was gone; `vector` is that of its library if it can be read."""
    with suppress(OSError):
        for path in unsaved_files_in(rescue_folder()):
            unsaved = read_unsaved(path)
            if unsaved is None:
                message = f"{path} holds changes of this library or another one, and cannot be read"
                yield Diagnosis("unsaved changes", NOTICE, message, _UNREADABLE_ADVICE)
            elif is_meant_for(unsaved, folder.path, vector):
                message = f"{path} holds changes that were not written to the library yet"
                yield Diagnosis("unsaved changes", NOTICE, message, _WAITING_ADVICE)
            elif unsaved.folder == folder.path:
                message = f"{path} holds changes to a library that was in {folder.path}"
                yield Diagnosis("unsaved changes", NOTICE, message, "Put that library back and open it: they come in")


def _examine_locks(folder: Folder) -> Iterator[Diagnosis]:
    names: list[str] = []
    for path in (folder.path / "library.lock", folder.path / "checkpoint.lock"):
        # Locking a missing file would create it.
        if not path.exists():
            continue
        try:
            with Lock(path).hold(_LOCK_SECONDS) as is_held:
                is_free = is_held
        except OSError as error:
            advice = _LOCK_ADVICE.get(error.errno or 0, "Move the library to a disk whose file system has locks")
            yield Diagnosis("locks", PROBLEM, f"{path.name} cannot be locked: {error.strerror}", advice)
            continue
        if is_free:
            names.append(path.name)
        else:
            message = f"{path.name} has been held by another program for {_LOCK_SECONDS:.0f} seconds"
            yield Diagnosis("locks", PROBLEM, message, "If it lasts, end the program that hangs")
    if names:
        yield Diagnosis("locks", HEALTHY, "free")


def _examine_leftovers(folder: Folder) -> Iterator[Diagnosis]:
    old = [path for path in list_temporaries(folder) if _age_in_days(path) > 1.0]
    if old:
        names = _list_names([str(path.relative_to(folder.path)) for path in old])
        message = f"left by a program that was killed: {names}"
        yield Diagnosis("temporary files", NOTICE, message, "Remove them with `reader purge`")
    damaged = folder.path / DAMAGED_FOLDER
    if damaged.is_dir():
        message = f"{damaged} holds files that repairs put aside"
        yield Diagnosis("damaged files", NOTICE, message, "Delete it once nothing is missing")


def _age_in_days(path: Path) -> float:
    """Return how many days ago a file was written, 0 for one that no longer exists."""
    try:
        status = path.stat()
    except OSError:
        return 0.0
    return (time.time() - status.st_mtime) / 86_400 if stat.S_ISREG(status.st_mode) else 0.0


def _list_names(names: Iterable[str]) -> str:
    all_names = list(names)
    more = f" and {len(all_names) - _MAX_NAMES} more" if len(all_names) > _MAX_NAMES else ""
    return ", ".join(all_names[:_MAX_NAMES]) + more
