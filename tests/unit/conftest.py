"""For the tests of packages: a damaged library is read again after a short pause."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def shorten_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the pause in which another program could end writing the library's file, as no test of a package has one."""
    monkeypatch.setattr("reader.library.library_reader._PAUSE", 0.001)
