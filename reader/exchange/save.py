"""Save an export to a file without overwriting an existing one."""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import write_whole

_UNFINISHED: Final = re.compile(r"\.claim-reader-[0-9a-f]{16}\.new")
_LEFTOVER_SECONDS: Final = 86_400
"""Seconds after which an unfinished file that nobody wrote to was left by a program that was killed."""


class TargetExistsError(ReaderError):
    """There is a file already where an export would write one."""


def save_export(path: Path, data: bytes | Iterable[bytes], force: bool = False) -> None:
    """Write `data` to a new file, completely or not at all; with `force`, replace an existing file.

    Raises TargetExistsError when the file exists, even if it appeared in the meantime; ReaderError when it is not a regular
    file or cannot be written.
    """
    target = Path(os.path.realpath(path)) if force else path
    if force and target.exists() and not target.is_file():
        raise ReaderError(f"{path} is not a regular file; nothing was written", "Choose another name")
    temporary = target.with_name(f".claim-reader-{secrets.token_hex(8)}.new")
    _remove_leftovers(target.parent)
    try:
        write_whole(target, data, temporary, overwrite=force)
    except FileExistsError:
        raise TargetExistsError(f"{path} already exists; nothing was written", "Use --force to replace it") from None
    except OSError as error:
        raise ReaderError(f"Cannot write {path}: {error.strerror or error}", "Choose another name or folder") from error


@cache
def _remove_leftovers(folder: Path) -> None:
    """Remove what exports that were killed have left in a folder; once in a run of the program, as a folder may be large."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _UNFINISHED.fullmatch(entry.name):
                _remove_old(entry)


def _remove_old(entry: os.DirEntry[str]) -> None:
    with suppress(OSError):
        status = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _LEFTOVER_SECONDS:
            os.unlink(entry)
