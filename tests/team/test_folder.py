"""A shared folder: whole files only, on drives without links, on full ones, and beside programs that synchronize."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.team.stores import ObjectStore, StoreError, open_store, parse_place
from reader.team.stores.object_store import AlreadyThere, BadPlace, Missing, NotAllowed, StoreFull, Unreachable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    (tmp_path / "shared").mkdir()
    return tmp_path / "shared"


@pytest.fixture
def store(folder: Path) -> ObjectStore:
    return open_store(parse_place(str(folder)))


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "log").rglob("*") if path.is_file())


def fail(number: int) -> Callable[..., int]:
    """Return a call of the system that fails with an error of this number."""

    def call(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_a_drive_without_links_gets_whole_files_too(
    store: ObjectStore, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "link", fail(number))
    store.put_new("log/0001", b"words")
    with pytest.raises(AlreadyThere):
        store.put_new("log/0001", b"other")
    assert store.get("log/0001", 5) == b"words"
    assert files(folder) == ["log/0001"]


@pytest.mark.parametrize(
    ("number", "failure", "words"),
    [
        (errno.ENOSPC, StoreFull, "is full"),
        (errno.EDQUOT, StoreFull, "is full"),
        (errno.EROFS, NotAllowed, "You may not write files in"),
        (errno.EACCES, NotAllowed, "Ask whoever keeps the folder"),
        (errno.ESTALE, Unreachable, "cannot be used"),
        (errno.EIO, Unreachable, "cannot be used"),
    ],
)
def test_a_drive_that_fails_is_said_and_left_as_it_was(
    store: ObjectStore,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    failure: type[StoreError],
    words: str,
) -> None:
    store.put_new("log/0000", b"")
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", fail(number))
        with pytest.raises(failure, match=words):
            store.put_new("log/0001", b"words")
    assert files(folder) == ["log/0000"]
    store.put_new("log/0001", b"words")


def test_a_file_that_is_not_whole_yet_is_no_object(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    write = os.write

    def write_and_look(descriptor: int, data: bytes) -> int:
        seen.append([entry.key for entry in store.list_after("")])
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", write_and_look)
    store.put_new("log/0001", b"words")
    assert seen == [[]]


def test_a_folder_is_no_object_and_an_object_no_folder(store: ObjectStore) -> None:
    store.put_new("log/0001", b"words")
    with pytest.raises(Missing):
        store.get("log", 10)
    assert [*store.list_after("log/0001")] == []
    with pytest.raises(Unreachable, match="cannot be used"):
        store.put_new("log/0001/x", b"")


def test_a_pipe_or_a_link_in_the_folder_stops_nobody(store: ObjectStore, folder: Path) -> None:
    store.put_new("log/0001", b"words")
    os.mkfifo(folder / "log" / "0002")
    (folder / "log" / "0003").symlink_to("/etc/hostname")
    assert [entry.key for entry in store.list_after("")] == ["log/0001"]
    with pytest.raises(StoreError):
        store.get("log/0002", 10)


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = open_store(parse_place(str(tmp_path / "file")))
    with pytest.raises((BadPlace, Unreachable)):
        store.put_new("log/0001", b"")
