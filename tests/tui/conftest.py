"""For the tests of the screen: the program makes short pauses, and closed apps are freed."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, cast
from zlib import crc32

import pytest
from textual import _callback
from textual._compositor import Compositor
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.message_pump import MessagePump

Handler = tuple[type[MessagePump], Any]
"""A class, and its function that handles a message."""

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


@pytest.fixture(autouse=True, scope="session")
def share_handlers() -> Iterator[None]:
    """Let the handlers of a message be looked up once for a class: Textual goes through all of its bases with each message.

    It counts the parameters of a partial's function anew with each partial too; together that is a tenth of opening an app.
    """
    find = MessagePump._get_dispatch_methods
    shared = dict[tuple[type[MessagePump], type[Message], str], list[Handler] | None]()

    def find_shared(pump: MessagePump, name: str, message: Message) -> Iterable[Handler]:
        key = type(pump), type(message), name
        if key not in shared:
            shared[key] = _named_handlers(*key)
        handlers = shared[key]
        if handlers is None:
            yield from find(pump, name, message)
            return
        for owner, method in handlers:
            if message._no_default_action:
                return
            yield owner, method.__get__(pump, owner)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MessagePump, "_get_dispatch_methods", find_shared)
        patch.setattr(_callback, "_count_parameters", lru_cache(None)(_callback._count_parameters))
        yield


def _named_handlers(pump: type[MessagePump], message: type[Message], name: str) -> list[Handler] | None:
    """Return the handlers that are found by their names alone, None if a decorator chooses some by what the message says."""
    if any(not vars(owner).get("_decorated_handlers", {}).keys().isdisjoint(message.__mro__) for owner in pump.__mro__):
        return None
    named = ((owner, vars(owner).get(f"_{name}") or vars(owner).get(name)) for owner in pump.__mro__)
    return [(owner, method) for owner, method in named if method is not None and not hasattr(method, "_textual_on")]


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
