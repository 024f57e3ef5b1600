"""The five verbs, the same at every store: in memory, in a folder, in a bucket."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.team.stores import ObjectStore, open_store, parse_place
from reader.team.stores.bucket import memory_store
from reader.team.stores.object_store import AlreadyThere, BadPlace, Missing, TooLarge, Unreachable
from tests.hypothesis_profiles import examples
from tests.team.s3_server import s3_client

NUMBERS = itertools.count()


def open_bucket(address: str, prefix: str = "") -> ObjectStore:
    """Return the store of a new prefix in the bucket of all tests."""
    return open_store(parse_place(f"s3://newsroom/{prefix or f'team{next(NUMBERS)}'}?endpoint={address}"))


@pytest.fixture(params=["memory", "folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Return an empty store of each kind."""
    if request.param == "memory":
        return memory_store()
    if request.param == "s3":
        return open_bucket(request.getfixturevalue("s3_address"))
    (tmp_path / "shared").mkdir()
    return open_store(parse_place(str(tmp_path / "shared")))


def keys(store: ObjectStore, prefix: str = "", after: str = "") -> list[str]:
    return [entry.key for entry in store.list_after(prefix, after)]


def test_an_object_is_read_as_it_was_put(store: ObjectStore) -> None:
    store.put_new("a/0f/log/anna-1/0001.jsonl.zst", b"\x00\xff" * 70_000)
    store.put_new("empty", b"")
    assert store.get("a/0f/log/anna-1/0001.jsonl.zst", 140_000) == b"\x00\xff" * 70_000
    assert store.get("empty", 0) == b""


def test_an_object_that_exists_is_never_changed(store: ObjectStore) -> None:
    store.put_new("t/ab", b"first")
    with pytest.raises(AlreadyThere):
        store.put_new("t/ab", b"second")
    assert store.get("t/ab", 10) == b"first"


def test_of_many_who_put_one_key_one_succeeds(store: ObjectStore) -> None:
    won: list[bytes] = []

    def put(data: bytes) -> None:
        try:
            store.put_new("t/ab", data)
        except AlreadyThere:
            return
        won.append(data)

    threads = [threading.Thread(target=put, args=(bytes([number]) * 1000,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.get("t/ab", 1000)] == won


def test_what_is_missing_is_said_by_its_key(store: ObjectStore) -> None:
    store.put_new("a/b/c", b"")
    for key in ("a/b/d", "z", "a/b"):
        with pytest.raises(Missing, match=key):
            store.get(key, 10)


def test_an_object_over_the_limit_is_not_taken(store: ObjectStore) -> None:
    store.put_new("big", b"x" * 1001)
    with pytest.raises(TooLarge, match="1,000 bytes"):
        store.get("big", 1000)
    assert len(store.get("big", 1001)) == 1001


def test_a_listing_names_key_size_and_time(store: ObjectStore) -> None:
    store.put_new("a/b", b"four")
    (entry,) = store.list_after("")
    assert entry[:2] == ("a/b", 4)
    assert abs(entry.modified - datetime.now(UTC)) < timedelta(days=1)


def test_a_folder_is_listed_by_whole_names_in_the_order_of_keys(store: ObjectStore) -> None:
    for key in ("a/b/z", "a/bc", "a/b-c/x", "a/b/y/1", "a/b.c", "a/b~c", "b"):
        store.put_new(key, b"")
    assert keys(store) == ["a/b-c/x", "a/b.c", "a/b/y/1", "a/b/z", "a/bc", "a/b~c", "b"]
    assert keys(store, "a/b") == keys(store, "a/b/") == ["a/b/y/1", "a/b/z"]
    assert keys(store, "a/b", "a/b/y/1") == ["a/b/z"]
    assert keys(store, "a", "a/b/") == ["a/b/y/1", "a/b/z", "a/bc", "a/b~c"]
    assert keys(store, "nothing") == []


def test_children_are_names_of_objects_and_folders(store: ObjectStore) -> None:
    for key in ("log/anna-1/1", "log/anna-1/2", "log/ben-1/1", "log/note"):
        store.put_new(key, b"")
    assert store.list_children("log") == ("anna-1", "ben-1", "note")
    assert store.list_children("") == ("log",)
    assert store.list_children("nothing") == ()


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: ObjectStore) -> None:
    store.put_new("desk/a", b"")
    store.put_new("desk/b", b"")
    for _ in range(2):
        store.delete("desk/a")
    assert keys(store) == ["desk/b"]
    store.put_new("desk/a", b"again")


@pytest.mark.parametrize(
    "key", ["", "/a", "a//b", "a/", "../a", "a/.hidden", "a/b.", "a\\b", "a b", "é", "a/con", "nul.json", "x" * 700]
)
def test_a_key_that_some_store_cannot_hold_is_refused_by_all(store: ObjectStore, key: str) -> None:
    for verb in (lambda: store.put_new(key, b""), lambda: store.get(key, 1), lambda: store.delete(key)):
        with pytest.raises(ValueError, match="no key"):
            verb()


NAMES = st.text("ab-.~_0", min_size=1, max_size=3).filter(lambda name: name.strip(".") == name)
KEYS = st.sets(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=12)


def without_clashes(found: set[str]) -> list[str]:
    """Return keys none of which is a folder of another: a file system holds no others."""
    return [key for key in found if not any(other.startswith(f"{key}/") for other in found)]


@pytest.mark.parametrize("kind", ["memory", "folder"])
@given(found=KEYS.map(without_clashes), after=st.one_of(st.just(""), NAMES, KEYS.map(lambda keys: min(keys, default=""))))
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_listing_is_what_sorting_gives(kind: str, found: list[str], after: str, tmp_path: Path) -> None:
    if kind == "memory":
        store: ObjectStore = memory_store()
    else:
        root = tmp_path / str(next(NUMBERS))
        root.mkdir()
        store = open_store(parse_place(str(root)))
    for key in found:
        store.put_new(key, b"")
    assert keys(store, "", after) == sorted(key for key in found if key > after)
    for folder in {key.rpartition("/")[0] for key in found} - {""}:
        assert keys(store, folder, after) == sorted(key for key in found if key.startswith(f"{folder}/") and key > after)
        names = {key[len(folder) + 1 :].partition("/")[0] for key in found if key.startswith(f"{folder}/")}
        assert store.list_children(folder) == tuple(sorted(names))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_more_keys_than_a_page_are_all_listed_from_any_on(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store = open_bucket(request.getfixturevalue("s3_address")) if kind == "s3" else open_store(parse_place(str(tmp_path)))
    wanted = [f"log/a-{number % 3}/{number:016}" for number in range(1100)]
    for key in wanted:
        store.put_new(key, b"")
    wanted.sort()
    assert [key for key in keys(store) if key.startswith("log/")] == wanted
    assert keys(store, "log", wanted[1050]) == wanted[1051:]
    assert keys(store, "log/a-1") == [key for key in wanted if key.startswith("log/a-1/")]


def test_prefixes_of_one_bucket_are_teams_of_their_own(s3_address: str) -> None:
    one, other = open_bucket(s3_address, "north"), open_bucket(s3_address, "north-east")
    one.put_new("team.json", b"one")
    assert keys(other) == []
    other.put_new("team.json", b"other")
    assert one.get("team.json", 10) == b"one"


def test_a_bucket_that_does_not_exist_is_a_bad_place(s3_address: str) -> None:
    store = open_store(parse_place(f"s3://nowhere?endpoint={s3_address}"))
    verbs: list[Callable[[], object]] = [
        lambda: store.put_new("a", b""),
        lambda: store.get("a", 1),
        lambda: list(store.list_after("")),
        lambda: store.list_children(""),
        lambda: store.delete("a"),
    ]
    for verb in verbs:
        with pytest.raises(BadPlace, match="has no bucket nowhere"):
            verb()


def test_a_folder_lists_no_files_that_are_no_objects(tmp_path: Path) -> None:
    store = open_store(parse_place(str(tmp_path)))
    folder = tmp_path / "log"
    folder.mkdir()
    for name in (".~0a1b.tmp", "0001 (copy of a conflict).zst", ".syncthing.0001.tmp", "desktop ini"):
        (folder / name).write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path)
    store.put_new("log/0001", b"x")
    assert keys(store, "log") == ["log/0001"]
    assert store.list_children("log") == ("0001",)


def test_a_folder_that_is_not_connected_is_not_made(tmp_path: Path) -> None:
    store = open_store(parse_place(str(tmp_path / "drive")))
    verbs: list[Callable[[], object]] = [
        lambda: store.put_new("a/b", b""),
        lambda: store.get("a", 1),
        lambda: list(store.list_after("")),
        lambda: store.list_children("a"),
    ]
    for verb in verbs:
        with pytest.raises(Unreachable, match="is not there"):
            verb()
    assert not (tmp_path / "drive").exists()


STRANGE = ("", "me-1//x", "me-1/../x", "me-1/./x", "me-1/", " me", "mé", "me-1/\x01", "m%2Fe+", "/", "0001/", "con", "x" * 500)


def test_names_that_are_no_keys_hide_no_object(s3_address: str) -> None:
    store, client = open_bucket(s3_address, "strange"), s3_client(s3_address)
    store.put_new("log/0001", b"words")
    for name in STRANGE:
        client.put_object(Bucket="newsroom", Key=f"strange/log/{name}", Body=b"x")
    assert keys(store) == keys(store, "log") == ["log/0001"]
    assert keys(store, "", "log/0001") == []
    assert store.list_children("log") == ("0001", "me-1")
    assert store.list_children("") == ("log",)
