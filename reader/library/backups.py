"""Keep backups of the library's file: compressed copies, fewer the older they are."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reader.digests import sha256
from reader.files import make_folder, read_blocks, temporary_beside, write_whole
from reader.library.byte_source import MemoryBytes
from reader.library.folder import Folder
from reader.library.library_file import Meta, read_signed_tail

_INTERVAL: Final = timedelta(hours=1)
_PREFIX: Final = "library-"
_FOREIGN: Final = "foreign-"
_ENDING: Final = ".json.gz"
_TIME_FORMAT: Final = "%Y%m%dT%H%M%SZ"
_PIECE: Final = 1 << 12
_TAIL_BYTES: Final = 1 << 20
"""The most bytes at the end of a file in which its table `meta` is looked for."""
GZIP_WINDOW: Final = 31
"""The `wbits` of zlib for the gzip format with the largest window."""
_RETENTION: Final = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=30), timedelta(days=1)),
    (None, timedelta(days=7)),
)


def back_up(folder: Folder, *, foreign: bool) -> None:
    """Copy the library's file before it is overwritten, unless the last backup is less than an hour old. Raises OSError.

    A file that another program wrote (`foreign`) is copied in any case.
    """
    backups = list(rotating_backups(folder))
    moment = datetime.now(UTC)
    # In either direction, because the clock may have been wrong when the last one was made.
    if not foreign and any(abs(moment - time) < _INTERVAL for time, _ in backups):
        return
    if folder.signature() is None:
        return
    make_folder(folder.backups)
    prefix = _FOREIGN if foreign else _PREFIX
    while (path := folder.backups / f"{prefix}{moment.strftime(_TIME_FORMAT)}{_ENDING}").exists():
        moment += timedelta(seconds=1)
    temporary = temporary_beside(path)
    temporary.unlink(missing_ok=True)
    write_whole(path, _pack(read_blocks(folder.library)), temporary, overwrite=True)
    # A file that another program wrote never expires: it may hold the only copy of something.
    for old in expired_backups(backups if foreign else [*backups, (moment, path)], moment):
        with contextlib.suppress(OSError):
            old.unlink()


def _pack(blocks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW)
    yield from map(packer.compress, blocks)
    yield packer.flush()


def rotating_backups(folder: Folder) -> Iterator[tuple[datetime, Path]]:
    """Yield the backups that expire with their times, the oldest first."""
    return _backups_with_prefix(folder, _PREFIX)


def all_backups(folder: Folder) -> list[Path]:
    """Return all backups, the newest first, including those of files that other programs wrote."""
    backups = [*_backups_with_prefix(folder, _PREFIX), *_backups_with_prefix(folder, _FOREIGN)]
    return [path for _, path in sorted(backups, reverse=True)]


def unpack(path: Path) -> Iterator[bytes]:
    """Yield the bytes of the library's file in a backup, in pieces. Raises OSError or zlib.error when it cannot be read."""
    unpacker = zlib.decompressobj(GZIP_WINDOW)
    for block in read_blocks(path):
        for start in range(0, len(block), _PIECE):
            yield unpacker.decompress(block[start : start + _PIECE])
    if not unpacker.eof:
        raise zlib.error("the end is missing")


def read_meta(path: Path) -> Meta | None:
    """Return the table `meta` of the file in a backup if it is just as a library wrote it, else None. Raises as `unpack`."""
    digest, tail = sha256(), b""
    for piece in unpack(path):
        tail += piece
        digest.update(tail[:-_TAIL_BYTES])
        tail = tail[-_TAIL_BYTES:]
    return read_signed_tail(MemoryBytes(tail), digest)


def expired_backups(backups: Iterable[tuple[datetime, Path]], moment: datetime) -> list[Path]:
    """Return the backups to remove. One an hour is kept for a day, one a day for a month, one a week for ever."""
    oldest: dict[tuple[timedelta, int], Path] = {}
    paths: list[Path] = []
    for time, path in sorted(backups, reverse=True):
        paths.append(path)
        step = next(step for age, step in _RETENTION if age is None or abs(moment - time) <= age)
        oldest[step, int(time.timestamp() // step.total_seconds())] = path
    return [path for path in paths if path not in oldest.values()]


def _backups_with_prefix(folder: Folder, prefix: str) -> Iterator[tuple[datetime, Path]]:
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = sorted(os.listdir(folder.backups))
    for name in names:
        if name.startswith(prefix) and name.endswith(_ENDING):
            with contextlib.suppress(ValueError):
                time = datetime.strptime(name[len(prefix) : -len(_ENDING)], _TIME_FORMAT).replace(tzinfo=UTC)
                yield time, folder.backups / name
