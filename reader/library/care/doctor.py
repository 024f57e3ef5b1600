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
from reader.library.care.inspection import Backups, LibraryFile, LogFile, Texts, logs, temporaries
from reader.library.care.repair import ASIDE
from reader.library.folder import Folder, Lock
from reader.library.library_file import ANNOTATIONS, ARTICLES, SOURCES, TAGS
from reader.library.store import Store
from reader.review.records import mappings

FINE: Final = "fine"
NOTE: Final = "note"
WRONG: Final = "wrong"
REPAIR: Final = "`reader repair` shows what can be done"
READABLE: Final = "make it readable: until then nobody knows what it holds"
_SHOWN: Final = 5
_LOCK_SECONDS: Final = 2.0
_AHEAD: Final = timedelta(hours=1)


class Finding(NamedTuple):
    """What was found of a part of a library: its state is "fine", "note" (worth knowing) or "wrong"; `todo` says what to do."""

    part: str
    state: str
    what: str
    todo: str = ""


def examine(path: Path) -> list[Finding]:
    """Return what there is to say of the library in a folder, whatever state it is in."""
    if not path.is_dir():
        if os.path.lexists(path):
            return [Finding("folder", WRONG, f"{path} is no folder", "choose another with --library")]
        return [Finding("folder", FINE, f"there is no library in {path} yet: the first article makes one")]
    folder = Folder(path)
    findings = list(_rights(folder))
    try:
        findings += _contents(folder)
    except ReaderError as error:
        findings.append(Finding("folder", WRONG, error.what, error.hint))
    return [*findings, *_copies(folder), *_locks(folder), *_left(folder)]


def _contents(folder: Folder) -> Iterator[Finding]:
    file, read, kept = LibraryFile(folder), logs(folder), Backups(folder)
    store = _store(folder)
    yield _file(file, read, kept, store)
    yield from _logs(read, folder)
    yield from _waiting(read, store)
    yield from _texts(folder, store)
    yield from _backups(kept)
    yield from _clock(read, kept)


def _store(folder: Folder) -> Store | None:
    try:
        return Store(folder)
    except ReaderError:
        # Why not, the file and the logs tell one by one.
        return None


def _rights(folder: Folder) -> Iterator[Finding]:
    places = [folder.path, folder.library.parent, folder.snapshots, folder.backups, folder.history]
    denied = [
        str(place) for place in dict.fromkeys(places) if place.is_dir() and not os.access(place, os.R_OK | os.W_OK | os.X_OK)
    ]
    files = [path for path in (folder.library, folder.journal) if path.is_file()]
    denied += [str(path) for path in files if not os.access(path, os.R_OK | os.W_OK)]
    if denied:
        yield Finding("rights", WRONG, f"no right to read and write {_some(denied)}", "give yourself that right")
    else:
        yield Finding("rights", FINE, f"{folder.path} can be read and written")


def _file(file: LibraryFile, read: list[LogFile], kept: Backups, store: Store | None) -> Finding:
    name = file.path.name
    if file.newer:
        what = "was written by a newer version of Claim Reader, and is only shown"
        return Finding(name, WRONG, what, "update Claim Reader to change it")
    if file.missing and not (read or kept.paths):
        return Finding(name, FINE, "is not there yet: the first article makes it")
    if file.denied:
        return Finding(name, WRONG, file.trouble, READABLE)
    if file.trouble:
        return Finding(name, WRONG, file.trouble, REPAIR)
    if store is None or file.copy is None:
        return Finding(name, FINE, "can be read")
    tables = store.lines.tables()
    numbers = ", ".join(_many(len(tables.get(table, ())), word) for table, word in zip(_TABLES, _WORDS, strict=True))
    behind = "; the latest changes are still only in the journal" if store.behind else ""
    other = "" if file.copy.whole else "; another program changed it, which is taken in"
    return Finding(name, FINE, f"{numbers}{behind}{other}")


_TABLES: Final = (ARTICLES, ANNOTATIONS, TAGS, SOURCES)
_WORDS: Final = ("article", "annotation", "tag", "source")


def _logs(read: list[LogFile], folder: Folder) -> Iterator[Finding]:
    for part, finished in (("journals", False), ("history", True)):
        files = [log for log in read if log.finished is finished]
        bad = [log for log in files if log.trouble]
        for log in bad:
            lost = f"; {_many(log.lost, 'change')} cannot be read" if log.lost else ""
            todo = READABLE if log.denied else REPAIR
            yield Finding(part, WRONG, f"{log.path.relative_to(folder.path)} {log.trouble}{lost}", todo)
        torn = "; a last line was not written to its end, and never called saved" if any(log.torn for log in files) else ""
        if not bad:
            changes = sum(len(log.changes) for log in files)
            yield Finding(part, FINE, f"{_many(len(files), 'file')}, {_many(changes, 'change')}{torn}")


def _waiting(read: list[LogFile], store: Store | None) -> Iterator[Finding]:
    """Tell of changes that wait for those before them."""
    if store is None or store.readonly:
        return
    waiting = [line for log in read for line in log.changes if line.dot not in store.seen]
    if waiting:
        what = f"{_many(len(waiting), 'change')} of another device cannot be shown: changes before them are missing"
        yield Finding("journals", WRONG, what, "let the syncing tool finish: then they appear by themselves")


def _texts(folder: Folder, store: Store | None) -> Iterator[Finding]:
    texts = Texts(folder)
    for path, what in texts.damaged.items():
        yield Finding("snapshots", WRONG, f"{path.relative_to(folder.path)} {what}", REPAIR)
    for path, what in texts.denied.items():
        yield Finding("snapshots", WRONG, f"{path.relative_to(folder.path)} {what}", READABLE)
    there = texts.sound | {path.stem for path in texts.denied}
    lost = {word: list(_lost(store, table, there)) for word, (table, _) in _AGAIN.items()}
    for word, titles in lost.items():
        if titles:
            what = f"the text of {_many(len(titles), word)} is not there: {_some([f'“{title}”' for title in titles])}"
            yield Finding("snapshots", WRONG, what, _AGAIN[word][1])
    if not (texts.damaged or texts.denied or any(lost.values())):
        yield Finding("snapshots", FINE, f"{_many(len(texts.sound), 'text')}")


_AGAIN: Final = {
    "article": (ARTICLES, "open the article's file again: its text is kept then"),
    "source": (SOURCES, "`reader source add` puts the same file behind the reference again: its text is kept then"),
}
"""What has a text of its own, in which table it stands, and how that text is kept anew."""


def _lost(store: Store | None, table: str, there: set[str]) -> Iterator[str]:
    """Yield the titles of those records of a table that name a text which is not among those that are there."""
    view = store.lines.tables().get(table) if store is not None else None
    for record in view.values() if view is not None else ():
        texts: Iterable[Mapping[str, object]] = [record] if table == ARTICLES else mappings(record.get("texts"))
        lacking = [one for one in texts if not all(one[name] in there for name in ("digest", "original") if one.get(name))]
        yield from (str(one.get("title") or one.get("origin")) for one in lacking[:1])


def _backups(kept: Backups) -> Iterator[Finding]:
    for path, what in kept.damaged.items():
        yield Finding("backups", WRONG, f"backups/{path.name} {what}", REPAIR)
    for path, what in kept.denied.items():
        yield Finding("backups", WRONG, f"backups/{path.name} {what}", READABLE)
    if not (kept.damaged or kept.denied):
        latest = max(kept.dates.values(), default=None)
        of = f", the latest of {latest.astimezone():%Y-%m-%d %H:%M}" if latest is not None else ""
        yield Finding("backups", FINE, f"{_many(len(kept.paths), 'backup')}{of}")


def _clock(read: list[LogFile], kept: Backups) -> Iterator[Finding]:
    limit = datetime.now(UTC) + _AHEAD
    times = [made for made in kept.dates.values() if made > limit]
    for line in (line for log in read for line in log.changes):
        try:
            made = datetime.fromisoformat(line.at).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if made > limit:
            times.append(made)
    if times:
        what = f"{_many(len(times), 'change')} or backups are dated in the future, up to {max(times):%Y-%m-%d}"
        yield Finding(
            "clock", NOTE, what, "set the clock of the device that wrote them; the order of changes does not hang on it"
        )


def _copies(folder: Folder) -> Iterator[Finding]:
    for path in folder.copies():
        what = f"{path.name}: a syncing tool left this version beside the library"
        yield Finding("conflict copy", WRONG, what, f"`reader merge '{path}'` takes in what it holds")


def _locks(folder: Folder) -> Iterator[Finding]:
    names: list[str] = []
    for path in (folder.path / "library.lock", folder.path / "checkpoint.lock"):
        # Made anew it would be a change.
        if not path.exists():
            continue
        try:
            with Lock(path).held(_LOCK_SECONDS) as mine:
                free = mine
        except OSError as error:
            todo = "keep the library on a disk that has locks"
            yield Finding("locks", WRONG, f"{path.name} cannot be locked: {error.strerror}", todo)
            continue
        if free:
            names.append(path.name)
        else:
            what = f"{path.name} has been held by another program for {_LOCK_SECONDS:.0f} seconds"
            yield Finding("locks", WRONG, what, "if it lasts, end the program that hangs")
    if names:
        yield Finding("locks", FINE, "nobody holds them")


def _left(folder: Folder) -> Iterator[Finding]:
    old = [path for path in temporaries(folder) if _age(path) > 1.0]
    if old:
        names = _some([str(path.relative_to(folder.path)) for path in old])
        yield Finding("temporary files", NOTE, f"left by a program that was killed: {names}", "`reader purge` removes them")
    aside = folder.path / ASIDE
    if aside.is_dir():
        yield Finding("damaged files", NOTE, f"{aside} holds what repairs put aside", "remove it when you miss nothing")


def _age(path: Path) -> float:
    """Return how many days ago a file was written, 0 for one that is gone."""
    try:
        status = path.stat()
    except OSError:
        return 0.0
    return (time.time() - status.st_mtime) / 86_400 if stat.S_ISREG(status.st_mode) else 0.0


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
