"""Writing an export to a file, never over what a person has there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from reader.errors import ReaderError
from reader.files import write_whole


def save_export(path: Path, text: str, force: bool = False) -> None:
    """Write `text` in UTF-8 to a new file, whole or not at all; with `force` also in place of a file that is there.

    Raises ReaderError when something is there, or came in the meantime; when it is no file; when it cannot be written.
    """
    target = Path(os.path.realpath(path)) if force else path
    if force and target.exists() and not target.is_file():
        raise ReaderError(f"{path} is no file, and nothing was written to it")
    temporary = target.with_name(f".claim-reader-{secrets.token_hex(8)}.new")
    try:
        write_whole(target, text.encode("utf-8", "replace"), temporary, overwrite=force)
    except FileExistsError:
        raise ReaderError(
            f"{path} is there already, and nothing was written to it", "--force puts the new one in its place"
        ) from None
    except OSError as error:
        raise ReaderError(f"{path} cannot be written: {error.strerror or error}") from error
