"""What is remembered of a team: one file that a worker writes and screens read, at the same time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.team.sync_state import SyncState

NOTES = 300
ROUNDS = 10
READERS = 2


def read_for_ever(state: SyncState) -> None:
    """Read all notes again and again."""
    while True:
        state.notes("note")


def test_the_file_is_closed_while_other_threads_read_it(tmp_path: Path) -> None:
    """Without order among the threads, Python itself crashes here: each of the first rounds ended so."""
    path = tmp_path / "state.sqlite"
    state = SyncState(path)
    for number in range(NOTES):
        state.set_note(f"note {number}", "who counted?")
    state.close()
    for _ in range(ROUNDS):
        state, has_read = SyncState(path), threading.Barrier(READERS + 1)

        def read(state: SyncState = state, has_read: threading.Barrier = has_read) -> None:
            assert len(state.notes("note")) == NOTES
            has_read.wait()
            with pytest.raises(ReaderError, match="closed"):
                read_for_ever(state)

        threads = [threading.Thread(target=read) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        has_read.wait()
        state.close()
        for thread in threads:
            thread.join()
