"""Save an export to a file without overwriting an existing one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from reader.errors import ReaderError
from reader.files import write_whole


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
    try:
        write_whole(target, data, temporary, overwrite=force)
    except FileExistsError:
        raise TargetExistsError(f"{path} already exists; nothing was written", "Use --force to replace it") from None
    except OSError as error:
        raise ReaderError(f"Cannot write {path}: {error.strerror or error}", "Choose another name or folder") from error
