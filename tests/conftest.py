"""For all tests: the same terminal everywhere, and a library and settings of their own, so that none touches a person's."""

from __future__ import annotations

import gc
import itertools
import os
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.hypothesis_profiles import load_profile

load_profile()
# A test makes many short-lived objects: looking at the young ones every 700, and often at all, takes a tenth of its time.
# The last number leaves the rest to the end: one look at what thousands of tests left takes seconds, and frees next to nothing.
gc.set_threshold(50_000, 10, 1_000_000)

# Read by Textual when it is imported, so before any test module can import it.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["COLORTERM"] = "truecolor"
os.environ["TERM"] = "xterm-256color"
os.environ.pop("NO_COLOR", None)

NUMBERS = itertools.count()
UNSAFE = re.compile(r"\W")

MEMORY: Final = Path("/dev/shm")
MEMORY_NEEDED: Final = 3 << 30
"""Bytes that must be free in it: the files of a run take half a gigabyte."""

LONGEST_NAME: Final = 80
"""The characters up to which a text that is a parameter of a test stands in the test's name."""

FULL_TIER = {"pty", "processes", "faults"}
"""The folders whose tests start programs, kill them or take their disk away: they are left to `make test-all`."""
NEVER_EVERYDAY = FULL_TIER | {"browser", "real"}
"""The folders without a test of every day."""


def pytest_configure(config: pytest.Config) -> None:
    """Put the files of the everyday tests into memory where there is enough: they wait for no disk. The full tier needs one."""
    if "not slow" in config.option.markexpr and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave folders without a test of every day unread then: each worker imports and rewrites all modules that it collects."""
    is_everyday = {"not slow", "not server"} <= set(config.option.markexpr.split(" and "))
    return True if is_everyday and collection_path.is_dir() and collection_path.name in NEVER_EVERYDAY else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long text by its parameter and a number: the workers have to agree on names, and send them with each result."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in the folders of the full tier as slow, and what needs a real server as such."""
    for item in items:
        if item.path.parent.name in FULL_TIER:
            item.add_marker(pytest.mark.slow)
        if item.path.parent.parts[-2:] == ("team", "real"):
            item.add_marker(pytest.mark.server)


def pytest_collection_finish() -> None:
    """Take modules and collected tests out of garbage collection: they stay to the end of the run."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Take what the tests left out of garbage collection: pytest looks through all of it five times before it ends."""
    gc.freeze()


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Return a new folder. pytest's own fixture lists the folders of all tests before, to find a number for it."""
    folder = tmp_path_factory.getbasetemp() / f"{next(NUMBERS)}-{UNSAFE.sub('_', request.node.name)[:30]}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point library, settings and cache into the test's folder, and return the library's."""
    settings = tmp_path / "settings.toml"
    settings.write_text("", encoding="utf-8")
    library = tmp_path / "library"
    monkeypatch.setenv("CLAIM_READER_LIBRARY", str(library))
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(settings))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return library
