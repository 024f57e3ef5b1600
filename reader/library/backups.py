"""Backups of the library's file: copies, compressed, thinned as they grow old."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reader.files import make_folder, read_from, write_whole
from reader.library.folder import Folder

_INTERVAL: Final = timedelta(hours=1)
_PREFIX: Final = "library-"
_FOREIGN: Final = "foreign-"
_ENDING: Final = ".json.gz"
_TIME_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_GZIP_WINDOW: Final = 31
_RETENTION: Final = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=30), timedelta(days=1)),
    (None, timedelta(days=7)),
)


def back_up(folder: Folder, *, foreign: bool) -> None:
    """Keep a copy of the library's file before it is overwritten, when the last one is an hour old. Raises OSError.

    A file that another program wrote (`foreign`) is kept in any case.
    """
    kept = list(rotating_backups(folder))
    moment = datetime.now(UTC)
    # Any that is near, as the clock may have been wrong when the last one was made.
    if not foreign and any(abs(moment - made) < _INTERVAL for made, _ in kept):
        return
    try:
        data, _ = read_from(folder.library)
    except FileNotFoundError:
        return
    make_folder(folder.backups)
    path = folder.backups / f"{_FOREIGN if foreign else _PREFIX}{moment.strftime(_TIME_FORMAT)}{_ENDING}"
    while path.exists():
        moment += timedelta(seconds=1)
        path = path.with_name(f"{_FOREIGN if foreign else _PREFIX}{moment.strftime(_TIME_FORMAT)}{_ENDING}")
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WINDOW)
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    write_whole(path, packer.compress(data) + packer.flush(), temporary, overwrite=True)
    # What another program wrote is kept for good: it may be all that is left of something.
    for old in expired_backups(kept if foreign else [*kept, (moment, path)], moment):
        with contextlib.suppress(OSError):
            old.unlink()


def rotating_backups(folder: Folder) -> Iterator[tuple[datetime, Path]]:
    """Yield the rotating backups with the time they were made, the oldest first."""
    return _backups_with_prefix(folder, _PREFIX)


def all_backups(folder: Folder) -> list[Path]:
    """Return all backups, the newest first, also those of files that another program wrote."""
    found = [*_backups_with_prefix(folder, _PREFIX), *_backups_with_prefix(folder, _FOREIGN)]
    return [path for _, path in sorted(found, reverse=True)]


def read_backup(path: Path) -> bytes:
    """Return the library's file that a backup holds. Raises OSError or zlib.error when it cannot be read."""
    return zlib.decompress(read_from(path)[0], _GZIP_WINDOW)


def expired_backups(kept: Iterable[tuple[datetime, Path]], moment: datetime) -> list[Path]:
    """Return the backups to remove: one an hour is kept for a day, one a day for a month, one a week for ever."""
    stays: dict[tuple[timedelta, int], Path] = {}
    everything: list[Path] = []
    for made, path in sorted(kept, reverse=True):
        everything.append(path)
        every_ = next(step for age, step in _RETENTION if age is None or abs(moment - made) <= age)
        stays[every_, int(made.timestamp() // every_.total_seconds())] = path
    return [path for path in everything if path not in stays.values()]


def _backups_with_prefix(folder: Folder, prefix: str) -> Iterator[tuple[datetime, Path]]:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(folder.backups))
    for name in names:
        if name.startswith(prefix) and name.endswith(_ENDING):
            with contextlib.suppress(ValueError):
                made = datetime.strptime(name[len(prefix) : -len(_ENDING)], _TIME_FORMAT).replace(tzinfo=UTC)
                yield made, folder.backups / name
