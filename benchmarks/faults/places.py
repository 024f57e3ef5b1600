"""Where the libraries are made that are to suffer: in memory, where a system has files there, else on the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_MEMORY: Final = Path("/dev/shm")


@contextmanager
def fast_folder() -> Generator[Path]:
    """Give a folder for a block, and clear it away afterwards.

    A program that is killed leaves the same files in memory as on a disk, and what a disk loses when the power goes is for a
    model to say: no sync has to be waited for.
    """
    there = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    with tempfile.TemporaryDirectory(prefix="claim-reader-faults-", dir=_MEMORY if there else None) as folder:
        yield Path(folder)
