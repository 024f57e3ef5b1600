"""Where the libraries are made that are to suffer: in memory where a system has files there; and if they have an index."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reader.library import library_reader

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


def index_all_files() -> None:
    """Let each library's file have an index beside it in this process, also a small one, which else is held in memory."""
    library_reader.MEMORY_BYTES = 0


@contextmanager
def indexed_files() -> Generator[None]:
    """Let each library's file have an index beside it for a block."""
    usual = library_reader.MEMORY_BYTES
    index_all_files()
    try:
        yield
    finally:
        library_reader.MEMORY_BYTES = usual
