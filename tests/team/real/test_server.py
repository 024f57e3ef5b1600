"""The five verbs at a real server: as everywhere else, with its own errors, and with daemons killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading

import pytest

from reader.team.stores import ObjectStore, StoreError
from reader.team.stores.object_store import AlreadyThere, BadPlace, Missing, NotAllowed, StoreFull, TooLarge, Unreachable
from tests.team.ceph_server import CephServer, ServerUser
from tests.team.fault_proxy import Fault, fault_proxy, random_faults
from tests.team.real.conftest import OpenAs
from tests.team.s3_server import s3_client

LISTING = """
import sys
from reader.team.stores import open_store, parse_place
open_store(parse_place(sys.argv[1])).list_children("")
"""


@pytest.fixture
def store(users: dict[str, ServerUser], bucket: str, open_as: OpenAs) -> ObjectStore:
    """Return the store of the bucket's keeper."""
    return open_as(users["keeper"], f"{bucket}/desk")


def test_the_five_verbs(store: ObjectStore) -> None:
    data = bytes(range(256)) * 4000
    store.put_new("a/b~c", data)
    with pytest.raises(AlreadyThere):
        store.put_new("a/b~c", b"other")
    assert store.get("a/b~c", len(data)) == data
    with pytest.raises(TooLarge):
        store.get("a/b~c", len(data) - 1)
    with pytest.raises(Missing):
        store.get("a/b", 10)
    store.put_new("a/b/c", b"")
    assert [entry.key for entry in store.list_after("a")] == ["a/b/c", "a/b~c"]
    assert store.list_children("a") == ("b", "b~c")
    store.delete("a/b~c")
    store.delete("a/b~c")
    assert [(entry.key, entry.size) for entry in store.list_after("")] == [("a/b/c", 0)]


def test_more_keys_than_a_page(store: ObjectStore) -> None:
    wanted = [f"log/a-{number % 3}/{number:016}" for number in range(1100)]
    threads = [
        threading.Thread(target=lambda part: [store.put_new(key, b"") for key in part], args=(wanted[start::8],))
        for start in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.key for entry in store.list_after("log")] == sorted(wanted)
    assert [entry.key for entry in store.list_after("log", sorted(wanted)[1050])] == sorted(wanted)[1051:]
    assert store.list_children("log") == ("a-0", "a-1", "a-2")


def test_one_of_many_puts_succeeds(users: dict[str, ServerUser], bucket: str, open_as: OpenAs) -> None:
    stores = [open_as(users["keeper"], bucket) for _ in range(6)]
    outcomes: list[bool] = []

    def put(store: ObjectStore) -> None:
        try:
            store.put_new("team.json", b"words")
        except AlreadyThere:
            outcomes.append(False)
        else:
            outcomes.append(True)

    threads = [threading.Thread(target=put, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 5 + [True]


def test_wrong_keys_and_places_are_said(ceph: CephServer, users: dict[str, ServerUser], bucket: str, open_as: OpenAs) -> None:
    keeper = users["keeper"]
    cases: list[tuple[ServerUser, str, type[StoreError], str]] = [
        (
            ServerUser("nobody", "unknownaccess", keeper.secret),
            bucket,
            NotAllowed,
            "does not know the key from the environment",
        ),
        (ServerUser("wrong", keeper.access, "wrongsecret"), bucket, NotAllowed, "its secret part is wrong"),
        (keeper, "nowhere", BadPlace, "has no bucket nowhere"),
        (users["anna"], bucket, NotAllowed, "You may not"),
    ]
    for user, place, failure, words in cases:
        with pytest.raises(failure, match=words) as caught:
            list(open_as(user, place).list_after(""))
        assert user.access not in str(caught.value)
        assert user.secret not in repr(caught.value)


def test_a_full_share_is_said(ceph: CephServer, open_as: OpenAs) -> None:
    small = ceph.add_user("small")
    s3_client(ceph.address, small.access, small.secret).create_bucket(Bucket="small")
    ceph.limit_bucket("small", objects=1)
    store = open_as(small, "small")

    def fill() -> None:
        for number in range(10):
            store.put_new(f"t/{number}", b"words")

    with pytest.raises(StoreFull, match="is full"):
        fill()


def test_a_wrong_clock_is_said(ceph: CephServer, users: dict[str, ServerUser], bucket: str) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("faketime is missing")
    command = ["faketime", "-f", "+2h", sys.executable, "-c", LISTING, f"s3://{bucket}?endpoint={ceph.address}"]
    keys = {"AWS_ACCESS_KEY_ID": users["keeper"].access, "AWS_SECRET_ACCESS_KEY": users["keeper"].secret}
    done = subprocess.run(command, capture_output=True, text=True, env=keys, check=False)
    assert "The clock of this computer is wrong" in done.stderr


def test_no_acknowledged_object_is_lost_when_daemons_are_killed(
    ceph: CephServer, users: dict[str, ServerUser], bucket: str, open_as: OpenAs
) -> None:
    rates = {Fault.LOSE_ANSWER: 0.05, Fault.CUT_ANSWER: 0.05, Fault.RESET: 0.05, Fault.BUSY: 0.05}
    over = threading.Event()
    acknowledged: dict[str, bytes] = {}

    with fault_proxy(ceph.address, random_faults(7, rates)) as proxy:
        stores = {name: open_as(users["keeper"], bucket, proxy.address) for name in ("anna", "ben", "carl")}

        def write(name: str) -> None:
            number = 0
            while not over.is_set():
                key, data = f"log/{name}/{number:06}", f"{name} {number}".encode() * 50
                try:
                    stores[name].put_new(key, data)
                except Unreachable:
                    continue
                except AlreadyThere:
                    pass
                acknowledged[key] = data
                number += 1

        writers = [threading.Thread(target=write, args=(name,)) for name in stores]
        for writer in writers:
            writer.start()
        ceph.kill("gateway")
        ceph.start_gateway()
        ceph.kill("osd.1")
        ceph.start_storage(1)
        ceph.kill("gateway")
        ceph.start_gateway()
        over.set()
        for writer in writers:
            writer.join()
    calm = open_as(users["keeper"], bucket)
    found = {entry.key for entry in calm.list_after("")}
    assert acknowledged.keys() <= found
    assert all(calm.get(key, 1000) == data for key, data in acknowledged.items())
    assert proxy.counts.total() > proxy.counts[""]


def test_names_that_are_no_keys_hide_no_object(
    ceph: CephServer, users: dict[str, ServerUser], bucket: str, store: ObjectStore
) -> None:
    client = s3_client(ceph.address, users["keeper"].access, users["keeper"].secret)
    store.put_new("log/0001", b"words")
    for name in ("me-1//x", "me-1/../x", "me-1/", " me", "mé", "me-1/\x01", "m%2Fe+", "/", "0001/"):
        client.put_object(Bucket=bucket, Key=f"desk/log/{name}", Body=b"x")
    assert [entry.key for entry in store.list_after("")] == ["log/0001"]
    assert store.list_children("log") == ("0001", "me-1")
