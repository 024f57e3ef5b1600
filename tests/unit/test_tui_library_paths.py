"""Paths as a person types, pastes or drops them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.library.paths import find_paths, list_folder
from tests.unit.review_strategies import CHARACTERS


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with two files the current one, and return it."""
    for name in ("salt.md", "two words.md"):
        (tmp_path / name).write_text("A text.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("salt.md", ["salt.md"]),
        ("two words.md", ["two words.md"]),
        ("'two words.md'", ["two words.md"]),
        ("two\\ words.md", ["two words.md"]),
        ("./salt.md './two words.md'", ["./salt.md", "./two words.md"]),
        ("./salt.md\n./two words.md\n", ["./salt.md", "./two words.md"]),
        ("./salt.md ./salt.md", ["./salt.md"]),
        ("salt.md two", []),
        ("salt.md 'two", []),
        ("./salt.md ./missing.md", []),
        ("file://elsewhere/salt.md", []),
        ("file://[", []),
        ("A text.\nOf two lines.\n", []),
        ("", []),
    ],
)
def test_a_text_names_files_or_nothing(box: Path, text: str, names: list[str]) -> None:
    assert list(find_paths(text)) == names


def test_an_address_of_a_file_names_it(box: Path) -> None:
    paths = [box / "salt.md", box / "two words.md"]
    assert find_paths(" ".join(path.as_uri() for path in paths)) == tuple(map(str, paths))


@given(st.text(CHARACTERS))
def test_any_text_can_be_asked(text: str) -> None:
    assert isinstance(find_paths(text), tuple)


def test_of_a_folder_the_documents_are_taken(box: Path) -> None:
    (box / "photo.png").touch()
    (box / ".salt.md").touch()
    (box / "inner.md").mkdir()
    files = list_folder(str(box))
    assert [Path(path).name for path in files.paths] == ["salt.md", "two words.md"]
    assert files.others == 2, "the photo and the settings of the test"
