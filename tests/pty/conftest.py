"""A desk for each test: the program on a terminal, with a home, settings and a library of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    collect_ignore_glob = ["*"]
else:
    from tests.pty.desk import PtyDesk

    @pytest.fixture
    def desk(tmp_path: Path) -> Iterator[PtyDesk]:
        """Give a desk, and end what still runs on it afterwards."""
        desk = PtyDesk(tmp_path)
        yield desk
        desk.close()
