"""Trouble with the place of a library: what is unsaved stays, is said, and is saved once it can be."""

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.library import Library, SaveState
from reader.library.folder import Lock
from reader.review import model
from tests.unit.test_library import LONG, opened, plain


def told(library: Library) -> list[SaveState]:
    """Return the list that everything the library says of saving comes into."""
    states: list[SaveState] = []
    library.on_save_state = states.append
    return states


def notes(folder: Path) -> set[str]:
    """Return the notes in a library's file, as plain TinyDB reads them."""
    return {record["note"] for record in plain(folder, "annotations")}


def test_a_folder_that_is_deleted_while_open_loses_nothing(own_library: Path, tmp_path: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    states = told(library)
    shutil.rmtree(own_library)
    review.add(Span(10, 19), note="after")
    assert not library.flush(LONG)
    assert (states[-1].kind, str(own_library) in states[-1].message) == ("failed", True)
    own_library.mkdir()
    assert not library.flush(LONG)
    assert "Put it back" in states[-1].message
    library.move_to(tmp_path / "elsewhere")
    assert library.close(LONG)
    assert notes(tmp_path / "elsewhere") == {"saved", "after"}


def test_a_folder_that_comes_back_is_saved_to(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="saved")
    assert library.flush(LONG)
    away = own_library.with_name("away")
    own_library.rename(away)
    review.add(Span(10, 19), note="after")
    assert not library.flush(LONG)
    away.rename(own_library)
    assert library.close(LONG)
    assert notes(own_library) == {"saved", "after"}


def test_a_lock_that_another_program_keeps_is_said_and_waited_for(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.library.folder._LOCK_SECONDS", 0.05)
    library, review, _ = opened(own_library)
    assert library.flush(LONG)
    states = told(library)
    with Lock(own_library / "library.lock").hold(1) as mine:
        assert mine
        review.add(Span(0, 9), note="waits")
        assert not library.flush(LONG)
        assert "held the library's lock" in states[-1].message
    assert library.close(LONG)
    assert notes(own_library) == {"waits"}


@pytest.mark.parametrize("name", ["a folder of mine", "bücher 本 🚢", "it's [b]100 %[/b] #1"])
def test_a_path_may_have_spaces_and_any_letters(tmp_path: Path, name: str) -> None:
    library, review, _ = opened(tmp_path / name)
    review.add(Span(0, 9), note="there")
    assert library.close(LONG)
    assert notes(tmp_path / name) == {"there"}
    library, review, _ = opened(tmp_path / name)
    assert [claim.note for claim in review.index.annotations()] == ["there"]
    assert library.close(LONG)


def test_a_folder_that_is_reached_by_a_link_is_one_library(own_library: Path, tmp_path: Path) -> None:
    library, review, _ = opened(own_library)
    review.add(Span(0, 9), note="by name")
    assert library.flush(LONG)
    link = tmp_path / "link"
    link.symlink_to(own_library)
    other, second, _ = opened(link)
    second.add(Span(10, 19), note="by link")
    assert other.close(LONG)
    assert library.close(LONG)
    assert notes(own_library) == {"by name", "by link"}


def test_a_clock_that_is_set_back_decides_nothing(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library, review, _ = opened(own_library)
    claim = review.add(Span(0, 9), note="first")
    assert library.close(LONG)

    def back() -> str:
        return (datetime.now(UTC) - timedelta(days=3650)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    for module in ("session", "model"):
        monkeypatch.setattr(f"reader.review.{module}.now", back)
    monkeypatch.setattr("reader.review.model.now", back)
    monkeypatch.setattr(time, "time", lambda: datetime.now(UTC).timestamp() - 3650 * 86_400)
    assert model.now() < claim.created_at
    library, review, _ = opened(own_library)
    (again,) = review.index.annotations()
    review.set_note(again, "second")
    assert library.close(LONG)
    assert notes(own_library) == {"second"}
    assert Library.open(own_library).undo() is not None
    library, review, _ = opened(own_library)
    assert [claim.note for claim in review.index.annotations()] == ["first"]
    assert library.close(LONG)
