"""The proof in small, at a server in this process: no daemon is killed and no right taken away, the rest fails as it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team.proof import NAMES, prove


@pytest.mark.slow
def test_everything_acknowledged_is_at_every_member_once(tmp_path: Path) -> None:
    outcome = prove("s3", 25.0, 21, 4.0, tmp_path)
    assert outcome.wrong == []
    assert all(outcome.by_member[name] > 0 for name in NAMES)
    assert outcome.counts["objects set aside, at most"] > 0
