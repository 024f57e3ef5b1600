"""One real server for all tests, and its users."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from reader.team.stores import ObjectStore, open_store, parse_place
from tests.team.ceph_server import CephServer, ServerUser, run_ceph
from tests.team.s3_server import s3_client

NUMBERS = itertools.count()

OpenAs = Callable[..., ObjectStore]
"""Opens a bucket (or prefix of one) as a user: `open_as(user, "bucket/prefix", address)`; without an address at the server."""


@pytest.fixture(scope="session")
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CephServer]:
    """Return the server of all tests."""
    with run_ceph(tmp_path_factory.mktemp("ceph") / "cluster") as server:
        yield server


@pytest.fixture(scope="session")
def users(ceph: CephServer) -> dict[str, ServerUser]:
    """Return the users of all tests by their names. The first keeps the buckets."""
    return {name: ceph.add_user(name) for name in ("keeper", "anna", "ben", "rita", "otto")}


@pytest.fixture
def bucket(ceph: CephServer, users: dict[str, ServerUser]) -> str:
    """Return the name of a new bucket of the keeper."""
    name = f"bucket{next(NUMBERS)}"
    keeper = users["keeper"]
    s3_client(ceph.address, keeper.access, keeper.secret).create_bucket(Bucket=name)
    return name


@pytest.fixture
def open_as(ceph: CephServer, monkeypatch: pytest.MonkeyPatch) -> OpenAs:
    """Return a function that opens stores with the keys of a user."""

    def open_with_keys(user: ServerUser, place: str, address: str = "") -> ObjectStore:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", user.access)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", user.secret)
        return open_store(parse_place(f"s3://{place}?endpoint={address or ceph.address}"))

    return open_with_keys
