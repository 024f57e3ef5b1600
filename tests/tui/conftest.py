"""For the tests of the screen: the program makes short pauses, and closed apps are freed."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, cast
from zlib import crc32

import pytest
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

FOLDER: Final = Path(__file__).parent
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
    "reader.tui.reading.library_link.COUNT_DELAY": AT_ONCE,
    "reader.tui.reading.library_link.FIRST_AUDIT_DELAY": SHORT,
    "reader.fetching.turns.REQUEST_PAUSE": 0.0,
    "reader.library.library_reader._PAUSE": AT_ONCE,
    "reader.library.writer._POLL_SECONDS": 5 * SHORT,
    "reader.library.writer._FIRST_PAUSE": SHORT,
}
"""The pauses that the program makes for the sake of a person or a disk, and their seconds in these tests."""
PATIENCE: Final = 10.0
"""How long a key waits for the disk in these tests: on a busy machine no shorter time would do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave a test that is run at several sizes to one of them every day, not the same for all tests; the others are slow."""
    sizes = defaultdict[tuple[str, str], list[pytest.Function]](list)
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec") and "size" in item.callspec.params:
            others = {name: value for name, value in item.callspec.params.items() if name != "size"}
            if item.path.parent == FOLDER and "snap_compare" not in item.fixturenames:
                sizes[f"{item.path.name} {item.originalname}", repr(others)].append(item)
    for (name, _), alike in sizes.items():
        everyday = crc32(name.encode()) % len(alike)
        for item in (*alike[:everyday], *alike[everyday + 1 :]):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def shorten_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pauses of the program: most of a test would be spent in them."""
    for pause, seconds in PAUSES.items():
        monkeypatch.setattr(pause, seconds)
    monkeypatch.setattr("reader.tui.background.PATIENCE", PATIENCE)


@pytest.fixture(autouse=True, scope="session")
def share_parsed_styles() -> Iterator[None]:
    """Let all apps of a process share what Textual reads in a style sheet with a set of colours, as it does within one."""
    parse, shared = Stylesheet._parse_rules, dict[Hashable, list[RuleSet]]()

    def parse_once(sheet: Stylesheet, css: str, *rest: Hashable, **more: Hashable) -> list[RuleSet]:
        key = (css, rest, frozenset(more.items()), frozenset(sheet._variables.items()))
        if key not in shared:
            shared[key] = cast("Any", parse)(sheet, css, *rest, **more)
        return shared[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True)
def paint_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the frames between two rests of the program, a third of a test's time: only at rest does `User` look at it."""
    render = Compositor.render_update

    def render_picture(compositor: Compositor, full: bool = False, **options: Any) -> object:
        return render(compositor, full, **options) if full else None

    monkeypatch.setattr(Compositor, "render_update", render_picture)


@pytest.fixture(autouse=True)
def free_closed_apps(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Free the app of each test, some 2 MB, while it is among the young objects and quickly found.

    Once an article is open, the program takes what is in memory out of garbage collection, so that no key press waits for it.
    Of the hundreds of apps that these tests open in one process, each would stay in memory; and what
    tests/conftest.py takes out of it would come back. When the next article opens, the program looks at all objects; here it
    looks at the young ones.
    """
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(gc, "unfreeze", lambda: None)
    monkeypatch.setattr(gc, "collect", partial(gc.collect, 1))
    yield
    gc.collect()
