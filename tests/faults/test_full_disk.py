"""When the disk is full, that is said, nothing acknowledged is lost, and it goes on once there is room."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.faults.full import fill, fill_small_disk
from benchmarks.faults.nursery import Nursery


def test_a_file_that_may_not_grow_loses_nothing(nursery: Nursery, place: Path, seed: int) -> None:
    filled = fill(nursery, place, seed, 8)
    assert filled.wrong == []
    assert filled.times_full > 0


def test_a_small_disk_that_is_full_loses_nothing(place: Path, seed: int) -> None:
    try:
        filled = fill_small_disk(place, seed, 8)
    except OSError as error:
        pytest.skip(str(error))
    assert filled.wrong == []
    assert filled.times_full > 0
