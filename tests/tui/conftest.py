"""For the tests of the screen: the program makes short pauses, and closed apps are freed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Final

import pytest

SHORT: Final = 0.01
AT_ONCE: Final = 0.001
PAUSES: Final = {
    "reader.tui.text_screen.FIRST_FRAME": AT_ONCE,
    "reader.tui.shared_library.SAVED_DELAY": SHORT,
    "reader.tui.index_follower.FOLLOW_PAUSE": SHORT,
    "reader.tui.index_follower.RETRY_PAUSE": SHORT,
    "reader.tui.search_screen.TYPING_PAUSE": AT_ONCE,
    "reader.tui.library.screen.PREVIEW_DELAY": AT_ONCE,
    "reader.tui.codebook.screen.CARD_DELAY": AT_ONCE,
    "reader.tui.reading.library_link.AUDIT_DELAY": SHORT,
    "reader.tui.reading.library_link.FIRST_AUDIT_DELAY": SHORT,
    "reader.fetching.turns.REQUEST_PAUSE": 0.0,
    "reader.library.writer._POLL_SECONDS": 5 * SHORT,
    "reader.library.writer._FIRST_PAUSE": SHORT,
}
"""The pauses that the program makes for the sake of a person or a disk, and their seconds in these tests."""


@pytest.fixture(autouse=True)
def shorten_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses of the program: most of a test would be spent in them."""
    for pause, seconds in PAUSES.items():
        monkeypatch.setattr(pause, seconds)


@pytest.fixture(autouse=True)
def free_closed_apps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Free the app of each test, some 2 MB, while it is among the young objects and quickly found.

    Once an article is open, the program takes what is in memory out of garbage collection, so that no key press waits for it.
    Of the hundreds of apps that these tests open in one process, each would stay in memory.
    """
    monkeypatch.setattr(gc, "freeze", lambda: None)
    yield
    gc.collect(1)
