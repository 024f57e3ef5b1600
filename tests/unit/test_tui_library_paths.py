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


@pytest.mark.parametrize(
    "text", ["GATC" * 120_000, f"'{'salt ' * 90_000}'", "./salt.md " * 50_001, f"./salt.md {'GATC' * 120_000}"]
)
def test_a_text_that_is_too_long_for_paths_is_told_at_once(box: Path, text: str) -> None:
    assert find_paths(text) == ()


def test_many_files_with_long_paths_are_found(box: Path) -> None:
    folder = box / ("long name " * 20) / ("of two words " * 15)
    folder.mkdir(parents=True)
    paths = [folder / f"{number}.md" for number in range(500)]
    for path in paths:
        path.touch()
    dropped = " ".join(str(path).replace(" ", "\\ ") for path in paths)
    assert find_paths(dropped) == tuple(map(str, paths))


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
