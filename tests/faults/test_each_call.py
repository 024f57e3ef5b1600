"""Whichever call to the disk fails or is the last: nothing acknowledged is lost, every error is one that a person can read."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks.faults.each_call import make_template, plans, run
from benchmarks.faults.nursery import Nursery

SAMPLE = 35
NEW = "a new library"
ON = pytest.mark.parametrize("on", [NEW, "a library that was moved after a crash"])


def assert_nothing_is_lost(nursery: Nursery, place: Path, seed: int, on: str) -> None:
    place.mkdir()
    template = None if on == NEW else make_template(nursery, place / "template")
    healthy = run(nursery, place / "healthy", None, template)
    assert healthy.wrong == []
    assert {"open", "write", "fsync", "fdatasync", "replace", "flock"} <= {*healthy.calls}
    chosen = Random(seed).sample(list(plans(healthy.calls)), SAMPLE)
    wrong: list[str] = []
    for number, plan in enumerate(chosen):
        wrong.extend(run(nursery, place / f"{number}", plan, template).wrong)
    assert wrong == [], f"seed {seed}"


@ON
def test_a_call_that_goes_wrong_loses_nothing(nursery: Nursery, place: Path, seed: int, on: str) -> None:
    assert_nothing_is_lost(nursery, place, seed, on)


@ON
def test_nor_does_it_with_an_index_beside_the_file(indexed: Nursery, place: Path, seed: int, on: str) -> None:
    assert_nothing_is_lost(indexed, place, seed, on)
