"""The file that a failure nobody expected leaves behind."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_log_path

from reader import __version__


def write_report(error: Exception) -> Path:
    """Write what is needed to find the fault, and nothing of the article, to a new file and return its path. Raises OSError."""
    folder = user_log_path("claim-reader", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    system = f"claim-reader {__version__}, Python {sys.version}, {platform.platform()}"
    path.write_text(f"{system}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8", errors="replace")
    return path
