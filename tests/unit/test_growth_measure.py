"""What the benchmark of growth says of functions whose times are known, by a clock that only they advance."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest

from benchmarks.growth.child import MOST, Growth, measure
from benchmarks.growth.tasks import Task
from benchmarks.growth.texts import Context, Repeated

SIZE = 1000
CONTEXT = Context("")
TEXT = Repeated("bare: 'a'", CONTEXT, lambda size: CONTEXT.around(iter("a" * size)))
LATER = 30_000
"""Where something begins or ends in a text."""


@pytest.fixture(autouse=True)
def few_objects() -> Iterator[None]:
    """Hide the objects of other tests from the garbage collector, which the benchmark calls before each function."""
    gc.freeze()
    yield
    gc.unfreeze()


def growth(microseconds: Callable[[int], float]) -> Growth:
    """Measure a function that takes this time for a text of so many characters, now and then three per cent longer."""
    now, noise = 0.0, cycle((1.0, 1.03, 1.01, 1.0, 1.02))

    def work(text: str) -> None:
        nonlocal now
        now += microseconds(len(text)) / 1e6 * next(noise)

    return measure(Task(work), TEXT, {"": microseconds(1) / 1e6}, SIZE, lambda: now)[""]


@pytest.mark.parametrize(
    "microseconds",
    [
        lambda n: n * n / 1000,
        lambda n: n + n * n / 10_000,
        lambda n: 5000 + n / 10 + n * n / 200_000,
        lambda n: n**1.5 / 10,
        lambda n: n / 10 + max(0, n - LATER) ** 2 / 1000 + (5000 if n > 4000 else 0),
    ],
    ids=["quadratic", "quadratic in part", "quadratic and a constant", "power", "quadratic after a step"],
)
def test_a_time_that_grows_faster_than_the_text_is_reported(microseconds: Callable[[int], float]) -> None:
    assert growth(microseconds).ratio > MOST


@pytest.mark.parametrize(
    "microseconds",
    [
        lambda n: n,
        lambda n: 5000 + n,
        lambda n: n * n.bit_length() / 10,
        lambda n: n / 10 + (20_000 if n > 4000 else 0),
        lambda n: n / 10 + 3 * max(0, n - 4000),
        lambda n: n / 10 + 3 * max(0, n - LATER),
        lambda n: n * min(n, LATER) / 20_000,
    ],
    ids=["linear", "linear and a constant", "logarithm", "step", "slower from a place on", "slower later", "up to a limit"],
)
def test_a_step_is_no_growth(microseconds: Callable[[int], float]) -> None:
    assert growth(microseconds).ratio <= MOST


def test_a_step_after_which_the_time_is_felt_is_reported() -> None:
    assert growth(lambda n: n * min(n, LATER) / 1000).ratio > MOST
