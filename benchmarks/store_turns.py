"""Measuring several things in turn, so that what else goes on in the machine meets them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def in_turn(turns: int, measures: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """Measure each thing `turns` times and return what came of it, by name.

    There is one turn more, of which nothing is kept: it fills the caches of the disk and of compiled modules.
    """
    found: dict[str, list[T]] = {name: [] for name in measures}
    for turn in range(turns + 1):
        for name, measure in measures.items():
            result = measure()
            if turn:
                found[name].append(result)
    return found
