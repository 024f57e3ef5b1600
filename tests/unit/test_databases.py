"""SQLite files that only spare work: whichever byte of the header is damaged, they keep things again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.registries.answers import Answer, AnswerCache
from reader.sources.candidate import FrontMatter, WorkRecord
from reader.sources.front_cache import FrontCache
from reader.team.sync_state import SyncState

HEADER_BYTES = 100
"""Those at the beginning of a file that describe it: https://www.sqlite.org/fileformat.html#the_database_header"""


def keeps_front_matter(path: Path) -> bool:
    """Put something into a cache of front matter; return whether it is there later."""
    front = FrontMatter(WorkRecord("Counts of gauges"), (), (), 3)
    with closing(FrontCache(path)) as cache:
        cache.put("digest", front)
    with closing(FrontCache(path)) as cache:
        return cache.get("digest") == front


def keeps_answers(path: Path) -> bool:
    """Put something into a cache of answers; return whether it is there later."""
    answer = Answer((), "2999-01-01")
    with closing(AnswerCache(path)) as cache:
        cache.put("registry", "works/1", answer)
    with closing(AnswerCache(path)) as cache:
        return cache.get("registry", "works/1") == answer


def keeps_sync_state(path: Path) -> bool:
    """Put something into the state of a team; return whether it is there later."""
    with suppress(ReaderError), closing(SyncState(path)) as state:
        state.set_note("name", "value")
    with suppress(ReaderError), closing(SyncState(path)) as state:
        return state.note("name") == "value"
    return False


@pytest.mark.slow
@pytest.mark.parametrize("keeps", [keeps_front_matter, keeps_answers, keeps_sync_state])
def test_a_damaged_header_is_made_anew(tmp_path: Path, keeps: Callable[[Path], bool]) -> None:
    path = tmp_path / "kept.sqlite"
    assert keeps(path)
    sound = path.read_bytes()
    for at in range(HEADER_BYTES):
        for value in {sound[at] ^ 0xFF, 0} - {sound[at]}:
            path.write_bytes(sound[:at] + bytes([value]) + sound[at + 1 :])
            assert keeps(path) or keeps(path), (at, value)
