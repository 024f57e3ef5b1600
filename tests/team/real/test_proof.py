"""What was acknowledged is at every member, once, though everything fails that can: in short; PROOF_SECONDS=600 at length."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.team.ceph_server import missing_programs
from tests.team.proof import NAMES, prove

SHORT = 75.0
PACE = 3.0
"""How many times as fast the clocks of the members go in the short form."""


@pytest.mark.skipif(bool(missing_programs()), reason=f"Ceph is not installed here: {missing_programs()} missing")
def test_everything_acknowledged_is_at_every_member_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seconds = float(os.environ.get("PROOF_SECONDS", SHORT))
    outcome = prove("ceph", seconds, 21, 1.0 if seconds > 2 * SHORT else PACE, tmp_path)
    with capsys.disabled():
        print()
        for name, value in outcome.rows():
            print(f"{name:55} {value}")
    assert outcome.wrong == []
    assert all(outcome.by_member[name] > 0 for name in NAMES)
    assert outcome.counts["backups put back"] == outcome.counts["rights taken away"] == 1
    assert outcome.counts["objects set aside, at most"] > 0
