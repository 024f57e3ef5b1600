"""What a command says of an unexpected error, in one line and a file with the details, and of errors of the system."""

from __future__ import annotations

import errno
import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from platformdirs import user_log_path

from reader import __version__
from reader.errors import ReaderError
from reader.files import has_current_folder

_NOT_WRITTEN: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_NOT_REACHED: Final = (errno.ENAMETOOLONG, errno.EACCES)
"""Errors of a path that a person gave, with which `Path` fails where it only asks what is there."""


def crash_error(error: Exception) -> ReaderError:
    """Return an unexpected error as one to print, after its traceback has been written to a file."""
    what = f"Unexpected error: {type(error).__name__}: {error}"
    try:
        return ReaderError(what, f"The details are in {_write_crash_report(error)}")
    except OSError:
        return ReaderError(what, "The details could not be written to a file")


def system_error(error: Exception) -> ReaderError | None:
    """Return why the output cannot be written, as on a full disk, or a path cannot be reached; None for any other error."""
    if not isinstance(error, OSError):
        return None
    if isinstance(error.filename, str) and error.errno in _NOT_REACHED:
        return ReaderError(f"{error.filename} cannot be reached: {error.strerror}", "Check the name and the permissions")
    if error.filename is None and error.errno == errno.ENOENT and not has_current_folder():
        return ReaderError("The current folder is gone", "Go to another one, or name files by their whole paths")
    if error.filename is not None or error.errno not in _NOT_WRITTEN:
        return None
    return ReaderError(f"The output cannot be written: {error.strerror}")


def _write_crash_report(error: Exception) -> Path:
    """Write the traceback and the versions, but nothing of the article, to a new file; return its path. Raises OSError."""
    folder = user_log_path("claim-reader", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.txt"
    system = f"claim-reader {__version__}, Python {sys.version}, {platform.platform()}"
    path.write_text(f"{system}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8", errors="replace")
    return path
