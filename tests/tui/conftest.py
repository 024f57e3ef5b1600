"""For the tests of the screen: memory is given back after each module."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def free_closed_apps() -> Iterator[None]:
    """Free the apps of a module when its last test has ended.

    Once an article is open, the program takes what is in memory out of garbage collection, so that no key press waits for it.
    Of the hundreds of apps that these tests open, each would stay in memory.
    """
    yield
    gc.unfreeze()
    gc.collect()
