"""Kept texts: those of somebody else's library may be anything, and are read within bounds."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import Library
from reader.library.folder import Lock
from reader.library.snapshots import Snapshots
from tests.unit.test_library import LONG, opened

MB = 1_000_000
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
from reader.cli import main
sys.argv[0] = "reader"
main()
"""
"""The command `reader` in a gigabyte of memory."""


def path_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / f"{digest}.z"


def write_zeros(path: Path, blocks: int) -> None:
    """Write a packed text of this many times 4 MB of zeros, in a few kilobytes each."""
    packer = zlib.compressobj(9)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for _ in range(blocks):
            file.write(packer.compress(bytes(4 * MB)))
        file.write(packer.flush())


@pytest.mark.parametrize("size", [0, 1, 65_536, MB, MB + 1, 3 * MB])
def test_a_text_of_any_size_reads_back(tmp_path: Path, size: int) -> None:
    texts = Snapshots(tmp_path)
    for data, level in ((bytes(size), -1), (os.urandom(size), 0)):
        digest = sha256(data).hexdigest()
        texts.keep(digest, data, level)
        assert texts.read_bytes(digest) == data


def test_a_long_document_is_kept_in_a_hurry_without_a_copy_of_it(tmp_path: Path) -> None:
    text = "é\ud800" * (5 * MB)
    data = text.encode("utf-8", "surrogatepass")
    digest = sha256(data).hexdigest()
    tracemalloc.start()
    Snapshots(tmp_path).keep(digest, text, 0)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(data)
    assert Snapshots(tmp_path).read_bytes(digest) == data


def test_the_library_is_not_locked_while_a_document_is_packed(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packer, is_free = zlib.compressobj, list[bool]()

    def look_and_pack(level: int) -> object:
        with Lock(own_library / "library.lock").hold(0) as is_held:
            is_free.append(is_held)
        return packer(level)

    with Library.open(own_library) as library:
        monkeypatch.setattr(zlib, "compressobj", look_and_pack)
        library.keep_document(b"a document")
    assert is_free == [True]


def test_a_text_is_unpacked_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.library.snapshots._MOST_UNPACKED", MB)
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "4")
    digest = sha256(bytes(4 * MB)).hexdigest()
    write_zeros(path_of(tmp_path, digest), 1)
    assert len(Snapshots(tmp_path).read_bytes(digest)) == 4 * MB
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "3")
    with pytest.raises(ReaderError, match="is larger than 3 MB"):
        Snapshots(tmp_path).read_bytes(digest)


@pytest.mark.parametrize("size", [1, 100, 300_000])
def test_a_text_that_was_cut_is_damaged(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    digest = sha256(data).hexdigest()
    Snapshots(tmp_path).keep(digest, data)
    path = path_of(tmp_path, digest)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ReaderError, match="cannot be read"):
        Snapshots(tmp_path).read_bytes(digest)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process like that")
@pytest.mark.parametrize("kind", ["a bomb", "a pipe"])
def test_a_folder_with_a_bomb_or_a_pipe_in_place_of_a_text_is_examined_and_merged(
    own_library: Path, tmp_path: Path, kind: str
) -> None:
    library, review, entry = opened(own_library)
    review.add(Span(0, 9), note="theirs")
    assert library.close(LONG)
    path = path_of(own_library / "snapshots", entry.digest)
    path.unlink()
    if kind == "a bomb":
        write_zeros(path, 150)
    else:
        os.mkfifo(path)
    for command in (["doctor", "--library", own_library], ["merge", own_library, "--library", tmp_path / "mine"]):
        run = [sys.executable, "-c", LIMITED, *map(str, command)]
        done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=LONG)
        assert "Traceback" not in done.stderr
        assert done.returncode == (0 if command[0] == "merge" else 1), done.stderr
    assert ("larger than" if kind == "a bomb" else "is not a file") in examined(own_library)
    assert [record["note"] for record in Library.open(tmp_path / "mine").annotation_records([entry.id])] == ["theirs"]


def examined(folder: Path) -> str:
    """Return what `reader doctor` says of a library."""
    command = [sys.executable, "-m", "reader", "doctor", "--library", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONG).stdout.replace("\n", " ")
