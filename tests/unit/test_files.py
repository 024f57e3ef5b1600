"""Files as they are read and written."""

import os
import sys
from pathlib import Path

import pytest

from reader.files import read_blocks


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
