"""What places yield: files in a fixed order, and a named refusal for what is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.sources.candidate import FileRefusal, SourceFile
from reader.sources.places import open_place


def names(place: Path) -> list[str]:
    """Return the paths of the files of a folder, relative to it."""
    return [file.name for file in open_place(str(place)).files() if isinstance(file, SourceFile)]


def refusals(place: Path) -> dict[str, str]:
    """Return the refusals of a folder: the reason by the name of the file."""
    return {Path(one.name).name: one.reason for one in open_place(str(place)).files() if isinstance(one, FileRefusal)}


def test_a_folder_yields_its_documents_and_those_of_the_folders_in_it(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.PDF", "notes/c.md", "notes/deep/d.html", ".git/e.md", ".hidden.pdf", "picture.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.PDF", "b.pdf", "notes/c.md", "notes/deep/d.html"]
    place = open_place(str(tmp_path))
    assert [place.read(file) for file in place.files() if isinstance(file, SourceFile)] == [b"x"] * 4


@pytest.mark.parametrize("name", ["a.odt", "a.RTF", "a.tex", "a.ipynb", "a.eml", "a.mhtml", "a.wiki", "a.mdx"])
def test_a_folder_yields_documents_of_every_format_that_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "a.mp4").write_text("x")
    assert names(tmp_path) == [name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    (tmp_path / "loop.pdf").symlink_to(tmp_path / "loop.pdf")
    assert refusals(tmp_path).keys() == {"pipe.pdf", "gone.pdf", "loop.pdf"}
    assert refusals(tmp_path)["pipe.pdf"] == "It is not a file but a pipe"


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pdf").write_text("x")
    (tmp_path / "papers" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b.pdf").symlink_to(tmp_path / "papers" / "a.pdf")
    assert names(tmp_path) == ["b.pdf", "papers/a.pdf"]


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="There is no folder or file"):
        open_place(str(tmp_path / "nowhere"))
    (tmp_path / "folder").mkdir()
    place = open_place(str(tmp_path / "folder"))
    (tmp_path / "folder").rmdir()
    with pytest.raises(ReaderError, match="cannot be read"):
        list(place.files())
