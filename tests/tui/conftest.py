"""For the tests of the screen: memory is given back now and then."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import count

import pytest

APPS = 40
"""How many tests may leave their closed apps in memory, some 2 MB each."""
_tests = count(1)


@pytest.fixture(autouse=True)
def free_closed_apps() -> Iterator[None]:
    """Free the apps of the last tests, once in a while: it takes as long as opening two.

    Once an article is open, the program takes what is in memory out of garbage collection, so that no key press waits for it.
    Of the hundreds of apps that these tests open, each would stay in memory.
    """
    yield
    if next(_tests) % APPS == 0:
        gc.unfreeze()
        gc.collect()
