"""Looking a library over: what is fine, what is not, and what to do about it. Nothing is changed."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
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
    list_temporaries,
)
from reader.library.care.repair import DAMAGED_FOLDER
from reader.library.folder import Folder, Lock
from reader.library.library_file import ANNOTATIONS, ARTICLES, SOURCES, TAGS
from reader.library.store import Store
from reader.review.records import as_mappings

HEALTHY: Final = "fine"
NOTICE: Final = "note"
PROBLEM: Final = "wrong"
REPAIR_HINT: Final = "`reader repair` shows what can be done"
ACCESS_HINT: Final = "make it readable: until then nobody knows what it holds"
_MAX_NAMES: Final = 5
_LOCK_SECONDS: Final = 2.0
_CLOCK_TOLERANCE: Final = timedelta(hours=1)


class Diagnosis(NamedTuple):
    """What was found of a part of a library: its state is "fine", "note" (worth knowing) or "wrong"; `todo` says what to do."""

    part: str
    state: str
    message: str
    advice: str = ""


def examine_library(path: Path) -> list[Diagnosis]:
    """Return what there is to say of the library in a folder, whatever state it is in."""
    if not path.is_dir():
        if os.path.lexists(path):
            return [Diagnosis("folder", PROBLEM, f"{path} is no folder", "choose another with --library")]
        return [Diagnosis("folder", HEALTHY, f"there is no library in {path} yet: the first article makes one")]
    folder = Folder(path)
    findings = list(_examine_rights(folder))
    try:
        findings += _examine_contents(folder)
    except ReaderError as error:
        findings.append(Diagnosis("folder", PROBLEM, error.what, error.hint))
    return [*findings, *_examine_copies(folder), *_examine_locks(folder), *_examine_leftovers(folder)]


def _examine_contents(folder: Folder) -> Iterator[Diagnosis]:
    file, read, kept = LibraryFile(folder), inspect_journals(folder), Backups(folder)
    store = _open_store(folder)
    yield _examine_file(file, read, kept, store)
    yield from _examine_journals(read, folder)
    yield from _examine_waiting(read, store)
    yield from _examine_texts(folder, store)
    yield from _examine_backups(kept)
    yield from _examine_clock(read, kept)


def _open_store(folder: Folder) -> Store | None:
    try:
        return Store(folder)
    except ReaderError:
        # Why not, the file and the logs tell one by one.
        return None


def _examine_rights(folder: Folder) -> Iterator[Diagnosis]:
    places = [folder.path, folder.library.parent, folder.snapshots, folder.backups, folder.history]
    denied = [
        str(place) for place in dict.fromkeys(places) if place.is_dir() and not os.access(place, os.R_OK | os.W_OK | os.X_OK)
    ]
    files = [path for path in (folder.library, folder.journal) if path.is_file()]
    denied += [str(path) for path in files if not os.access(path, os.R_OK | os.W_OK)]
    if denied:
        yield Diagnosis("rights", PROBLEM, f"no right to read and write {_list_names(denied)}", "give yourself that right")
    else:
        yield Diagnosis("rights", HEALTHY, f"{folder.path} can be read and written")


def _examine_file(file: LibraryFile, read: list[InspectedJournal], kept: Backups, store: Store | None) -> Diagnosis:
    name = file.path.name
    if file.is_newer:
        what = "was written by a newer version of Claim Reader, and is only shown"
        return Diagnosis(name, PROBLEM, what, "update Claim Reader to change it")
    if file.is_missing and not (read or kept.paths):
        return Diagnosis(name, HEALTHY, "is not there yet: the first article makes it")
    if file.is_denied:
        return Diagnosis(name, PROBLEM, file.problem, ACCESS_HINT)
    if file.problem:
        return Diagnosis(name, PROBLEM, file.problem, REPAIR_HINT)
    if store is None or file.copy is None:
        return Diagnosis(name, HEALTHY, "can be read")
    tables = store.records.tables()
    numbers = ", ".join(
        _count_of(len(tables.get(table, ())), word) for table, word in zip(_COUNTED_TABLES, _COUNTED_NOUNS, strict=True)
    )
    behind = "; the latest changes are still only in the journal" if store.is_behind else ""
    other = "" if file.copy.is_intact else "; another program changed it, which is taken in"
    return Diagnosis(name, HEALTHY, f"{numbers}{behind}{other}")


_COUNTED_TABLES: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_COUNTED_NOUNS: Final = ("article", "annotation", "tag", "source")


def _examine_journals(read: list[InspectedJournal], folder: Folder) -> Iterator[Diagnosis]:
    for part, finished in (("journals", False), ("history", True)):
        files = [log for log in read if log.is_archived is finished]
        bad = [log for log in files if log.problem]
        for log in bad:
            lost = f"; {_count_of(log.lost_count, 'change')} cannot be read" if log.lost_count else ""
            todo = ACCESS_HINT if log.is_denied else REPAIR_HINT
            yield Diagnosis(part, PROBLEM, f"{log.path.relative_to(folder.path)} {log.problem}{lost}", todo)
        torn = "; a last line was not written to its end, and never called saved" if any(log.is_torn for log in files) else ""
        if not bad:
            changes = sum(len(log.entries) for log in files)
            yield Diagnosis(part, HEALTHY, f"{_count_of(len(files), 'file')}, {_count_of(changes, 'change')}{torn}")


def _examine_waiting(read: list[InspectedJournal], store: Store | None) -> Iterator[Diagnosis]:
    """Tell of changes that wait for those before them."""
    if store is None or store.readonly_reason:
        return
    waiting = [line for log in read for line in log.entries if line.dot not in store.vector]
    if waiting:
        what = f"{_count_of(len(waiting), 'change')} of another device cannot be shown: changes before them are missing"
        yield Diagnosis("journals", PROBLEM, what, "let the syncing tool finish: then they appear by themselves")


def _examine_texts(folder: Folder, store: Store | None) -> Iterator[Diagnosis]:
    texts = InspectedTexts(folder)
    for path, what in texts.damaged.items():
        yield Diagnosis("snapshots", PROBLEM, f"{path.relative_to(folder.path)} {what}", REPAIR_HINT)
    for path, what in texts.denied.items():
        yield Diagnosis("snapshots", PROBLEM, f"{path.relative_to(folder.path)} {what}", ACCESS_HINT)
    there = texts.sound | {path.stem for path in texts.denied}
    lost = {word: list(_titles_without_text(store, table, there)) for word, (table, _) in _TEXT_ADVICE.items()}
    for word, titles in lost.items():
        if titles:
            what = f"the text of {_count_of(len(titles), word)} is not there: {_list_names([f'“{title}”' for title in titles])}"
            yield Diagnosis("snapshots", PROBLEM, what, _TEXT_ADVICE[word][1])
    if not (texts.damaged or texts.denied or any(lost.values())):
        yield Diagnosis("snapshots", HEALTHY, f"{_count_of(len(texts.sound), 'text')}")


_TEXT_ADVICE: Final = {
    "article": (ARTICLES, "open the article's file again: its text is kept then"),
    "source": (SOURCES, "`reader source add` puts the same file behind the reference again: its text is kept then"),
}
"""What has a text of its own, in which table it stands, and how that text is kept anew."""


def _titles_without_text(store: Store | None, table: str, there: set[str]) -> Iterator[str]:
    """Yield the titles of those records of a table that name a text which is not among those that are there."""
    view = store.records.tables().get(table) if store is not None else None
    for record in view.values() if view is not None else ():
        texts: Iterable[Mapping[str, object]] = [record] if table == ARTICLES else as_mappings(record.get("texts"))
        lacking = [one for one in texts if not all(one[name] in there for name in ("digest", "original") if one.get(name))]
        yield from (str(one.get("title") or one.get("origin")) for one in lacking[:1])


def _examine_backups(kept: Backups) -> Iterator[Diagnosis]:
    for path, what in kept.damaged.items():
        yield Diagnosis("backups", PROBLEM, f"backups/{path.name} {what}", REPAIR_HINT)
    for path, what in kept.denied.items():
        yield Diagnosis("backups", PROBLEM, f"backups/{path.name} {what}", ACCESS_HINT)
    if not (kept.damaged or kept.denied):
        latest = max(kept.dates.values(), default=None)
        of = f", the latest of {latest.astimezone():%Y-%m-%d %H:%M}" if latest is not None else ""
        yield Diagnosis("backups", HEALTHY, f"{_count_of(len(kept.paths), 'backup')}{of}")


def _examine_clock(read: list[InspectedJournal], kept: Backups) -> Iterator[Diagnosis]:
    limit = datetime.now(UTC) + _CLOCK_TOLERANCE
    times = [made for made in kept.dates.values() if made > limit]
    for line in (line for log in read for line in log.entries):
        try:
            made = datetime.fromisoformat(line.at).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if made > limit:
            times.append(made)
    if times:
        what = f"{_count_of(len(times), 'change')} or backups are dated in the future, up to {max(times):%Y-%m-%d}"
        yield Diagnosis(
            "clock", NOTICE, what, "set the clock of the device that wrote them; the order of changes does not hang on it"
        )


def _examine_copies(folder: Folder) -> Iterator[Diagnosis]:
    for path in folder.conflict_copies():
        what = f"{path.name}: a syncing tool left this version beside the library"
        yield Diagnosis("conflict copy", PROBLEM, what, f"`reader merge '{path}'` takes in what it holds")


def _examine_locks(folder: Folder) -> Iterator[Diagnosis]:
    names: list[str] = []
    for path in (folder.path / "library.lock", folder.path / "checkpoint.lock"):
        # Made anew it would be a change.
        if not path.exists():
            continue
        try:
            with Lock(path).hold(_LOCK_SECONDS) as mine:
                free = mine
        except OSError as error:
            todo = "keep the library on a disk that has locks"
            yield Diagnosis("locks", PROBLEM, f"{path.name} cannot be locked: {error.strerror}", todo)
            continue
        if free:
            names.append(path.name)
        else:
            what = f"{path.name} has been held by another program for {_LOCK_SECONDS:.0f} seconds"
            yield Diagnosis("locks", PROBLEM, what, "if it lasts, end the program that hangs")
    if names:
        yield Diagnosis("locks", HEALTHY, "nobody holds them")


def _examine_leftovers(folder: Folder) -> Iterator[Diagnosis]:
    old = [path for path in list_temporaries(folder) if _age_in_days(path) > 1.0]
    if old:
        names = _list_names([str(path.relative_to(folder.path)) for path in old])
        yield Diagnosis("temporary files", NOTICE, f"left by a program that was killed: {names}", "`reader purge` removes them")
    aside = folder.path / DAMAGED_FOLDER
    if aside.is_dir():
        yield Diagnosis("damaged files", NOTICE, f"{aside} holds what repairs put aside", "remove it when you miss nothing")


def _age_in_days(path: Path) -> float:
    """Return how many days ago a file was written, 0 for one that is gone."""
    try:
        status = path.stat()
    except OSError:
        return 0.0
    return (time.time() - status.st_mtime) / 86_400 if stat.S_ISREG(status.st_mode) else 0.0


def _list_names(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _MAX_NAMES} more" if len(listed) > _MAX_NAMES else ""
    return ", ".join(listed[:_MAX_NAMES]) + more


def _count_of(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
