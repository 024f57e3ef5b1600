"""What a command says of an error that nobody expected: one line, and a file with the details."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

from reader import __version__
from reader.errors import ReaderError


def crash_error(error: Exception) -> ReaderError:
    """Return an unexpected error as one to print, after its traceback has been written to a file."""
    what = f"Unexpected error: {type(error).__name__}: {error}"
    try:
        return ReaderError(what, f"The details are in {_write_crash_report(error)}")
    except OSError:
        return ReaderError(what, "The details could not be written to a file")


def _write_crash_report(error: Exception) -> Path:
    """Write the traceback and the versions, but nothing of the article, to a new file; return its path. Raises OSError."""
    folder = user_log_path("claim-reader", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.txt"
    system = f"claim-reader {__version__}, Python {sys.version}, {platform.platform()}"
    path.write_text(f"{system}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8", errors="replace")
    return path
