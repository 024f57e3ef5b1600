"""Files as they are read and written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reader.files import create_private, make_folder, read_blocks


def test_a_file_that_is_given_up_and_cannot_be_closed_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, told = tmp_path / "file", list[object]()
    file.write_bytes(b"words")
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    free = os.dup(0)  # the next file that is opened gets this number
    os.close(free)
    blocks = read_blocks(file)
    assert next(blocks) == b"words"
    os.close(free)
    del blocks
    assert told == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to a process on POSIX only")
def test_a_file_that_exists_keeps_its_locks_when_it_would_be_created(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "index.sqlite"
    create_private(path)
    lock = f"import fcntl; fcntl.lockf(open({str(path)!r}, 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        create_private(path)
        other = subprocess.run([sys.executable, "-c", lock], capture_output=True, text=True, check=False)
    assert "BlockingIOError" in other.stderr
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_of_any_depth_can_be_asked_for(tmp_path: Path) -> None:
    (file := tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_folder(file / ("a/" * 1500))
