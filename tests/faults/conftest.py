"""What the tests share: children that are quickly made, a seed, a library to damage."""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    collect_ignore_glob = ["*"]
else:
    from benchmarks.faults.nursery import Nursery
    from benchmarks.faults.patient import Patient, make_patient
    from benchmarks.faults.places import fast_folder, indexed_files

    @pytest.fixture(scope="session")
    def fast() -> Iterator[Path]:
        """Give a folder for all tests, in memory if possible."""
        with fast_folder() as folder:
            yield folder

    @pytest.fixture(scope="session")
    def nursery(fast: Path) -> Iterator[Nursery]:
        """Give a nursery for all tests."""
        with Nursery(fast / "nursery") as nursery:
            yield nursery

    @pytest.fixture(scope="session")
    def indexed_nursery(fast: Path) -> Iterator[Nursery]:
        """Give a nursery for all tests in which each library's file has an index beside it."""
        with Nursery(fast / "indexed nursery", indexed=True) as nursery:
            yield nursery

    @pytest.fixture
    def indexed(indexed_nursery: Nursery) -> Iterator[Nursery]:
        """Give that nursery, and let files have an index in this process too."""
        with indexed_files():
            yield indexed_nursery

    @pytest.fixture(scope="session")
    def patient(nursery: Nursery, fast: Path) -> Patient:
        """Give a library in the middle of its life."""
        return make_patient(nursery, fast / "patient")

    @pytest.fixture
    def place(fast: Path) -> Iterator[Path]:
        """Give a folder that is not there yet."""
        with tempfile.TemporaryDirectory(dir=fast) as folder:
            yield Path(folder) / "place"


@pytest.fixture
def seed() -> int:
    """Give a seed that is another each time; what fails names it, and FAULTS_SEED sets it."""
    return int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
