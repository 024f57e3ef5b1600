"""For the tests of the HTML report in a browser: Chromium, axe-core and the Nu validator, where they are installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Browser: TypeAlias = Any
Page: TypeAlias = Any
"""Those of playwright, which only `make validators` installs: the types must hold without it."""
TOOLS = Path(os.environ.get("CLAIM_READER_VALIDATORS", Path(__file__).parents[2] / ".venv" / "validators")) / "node_modules"
"""Where `make validators` puts the tools of npm."""
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests to `make validators` and `make test-all`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


def tool(path: str) -> Path:
    """Return a file of a tool, or skip the test if it is not installed."""
    if not (TOOLS / path).is_file():
        pytest.skip(f"{path.partition('/')[0]} is not installed: `make validators` installs it")
    return TOOLS / path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for a module, or skip the tests that need it: while it runs, no test can run an event loop of its own."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: `make validators` installs it")
    path = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if path is None:
        pytest.skip("Chromium is not installed")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()
