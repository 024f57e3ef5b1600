"""For the tests of teams: keys of nobody, and one server for all of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.team.members import MEMORY, Newsroom
from tests.team.s3_server import KEYS, s3_client, serve_s3

pytest.importorskip("obstore", reason="a team needs claim-reader[team]")


@pytest.fixture(autouse=True)
def own_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the keys of whoever runs the tests, and set those of the server in this process."""
    for name in os.environ:
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS[1])


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Return the address of one server for all tests, with the bucket `newsroom`."""
    with serve_s3() as address:
        s3_client(address).create_bucket(Bucket="newsroom")
        yield address


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """Return a team without members, at a store in memory."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        room = Newsroom(Path(folder))
        yield room
        room.close()
