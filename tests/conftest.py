"""For all tests: the same terminal everywhere, and a library and settings of their own, so that none touches a person's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.hypothesis_profiles import load_profile

load_profile()

# Read by Textual when it is imported, so before any test module can import it.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["COLORTERM"] = "truecolor"
os.environ["TERM"] = "xterm-256color"
os.environ.pop("NO_COLOR", None)


@pytest.fixture(autouse=True)
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point library and settings into the test's folder, and return the library's."""
    settings = tmp_path / "settings.toml"
    settings.write_text("", encoding="utf-8")
    library = tmp_path / "library"
    monkeypatch.setenv("CLAIM_READER_LIBRARY", str(library))
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(settings))
    return library
