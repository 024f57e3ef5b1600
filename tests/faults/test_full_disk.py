"""When the disk is full, that is said, nothing acknowledged is lost, and it goes on once there is room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.full import fill, fill_small_disk
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.verifier import product_notes

SMALL = 'mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"'
"""Runs a command beside a disk of 64 KB."""
MOVE = """
import random, sys
from pathlib import Path
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats.plain import plain_article
from reader.library import Library

folder, target = map(Path, sys.argv[1:])
letters = random.Random(1).choices("abcdefghij klmnop", k=200_000)
with Library.open(folder) as library:
    session = library.review(plain_article("".join(letters), "article.txt"), "Ann")
    assert library.flush(30)
    session.add(Span(0, 9), note="queued")
    try:
        library.move_to(target)
    except ReaderError as error:
        print(error)
    print(sorted(path.name for path in target.parent.iterdir()))
"""


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


def test_nor_does_either_with_an_index_beside_the_file(indexed: Nursery, place: Path, seed: int) -> None:
    filled = fill(indexed, place / "limited", seed, 8)
    assert filled.wrong == []
    try:
        small = fill_small_disk(place / "small", seed, 8, indexed=True)
    except OSError as error:
        pytest.skip(str(error))
    assert small.wrong == []
    assert filled.times_full > 0 < small.times_full


def test_a_disk_too_small_for_a_library_is_not_moved_to(place: Path) -> None:
    place.mkdir()
    (disk := place / "disk").mkdir()
    program = [sys.executable, "-c", MOVE, str(place / "library"), str(disk / "moved")]
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL, "sh", str(disk), *program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(done.stderr.strip())
    error, names = done.stdout.splitlines()
    assert f"{disk / 'moved'} cannot be written: No space left on device" in error
    assert names == "[]"
    assert set(product_notes(place / "library").values()) == {"queued"}
