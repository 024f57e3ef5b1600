"""A disk that stands still, as that of a network does: keys go on, and what it says too late changes nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reader.exchange import FORMATS
from tests.tui.codebook import codebook
from tests.tui.texts import BUSES
from tests.tui.user import User, reading

FERRY = "# The ferry\n\nIt carried 41,000 people in May.\n"


class Disk:
    """A folder whose files and names nobody gets before `go_on`; until then, keys wait for them only a moment."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = patch
        self._goes = threading.Event()
        for name in ("open", "scandir", "stat"):
            patch.setattr(os, name, self._waiting(getattr(os, name)))
        patch.setattr("reader.tui.background.PATIENCE", 0.001)

    def go_on(self) -> None:
        """Answer what was asked, and from now on at once."""
        self._patch.setattr("reader.tui.background.PATIENCE", 10.0)
        self._goes.set()

    def _waiting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of the system that waits for this disk."""

        def wait(path: Any = ".", *rest: Any, **more: Any) -> Any:
            if isinstance(path, str | Path) and str(path).startswith(str(self.folder)):
                assert self._goes.wait(60)
            return function(path, *rest, **more)

        return wait


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Return a disk with an article and a citation style, beside the current folder."""
    folder = tmp_path / "network"
    folder.mkdir()
    (folder / "ferry.md").write_text(FERRY, encoding="utf-8")
    (folder / "mine.csl").write_text("<style/>", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    disk = Disk(folder, monkeypatch)
    yield disk
    disk.go_on()


async def test_a_path_is_completed_once_the_disk_answers(own_library: Path, disk: Disk) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type(f"{disk.folder}/fer")
        await user.press("tab", "tab")
        assert user.field.value == f"{disk.folder}/fer"
        disk.go_on()
        await user.until(lambda: user.field.value == f"{disk.folder}/ferry.md")


async def give_path(user: User, disk: Disk, *, is_pasted: bool) -> None:
    """Drop the file of a disk on the library, or type its path there."""
    await user.until(lambda: "no articles yet" in user.header)
    if is_pasted:
        await user.paste(f"'{disk.folder}/ferry.md'")
    else:
        await user.type(f"{disk.folder}/ferry.md")
        await user.press("enter")


async def test_a_path_that_was_changed_meanwhile_stays_as_it_is(own_library: Path, disk: Disk) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type(f"{disk.folder}/fer")
        await user.press("tab")
        await user.type("ry")
        disk.go_on()
        await user.press("tab")
        await user.until(lambda: user.field.value == f"{disk.folder}/ferry.md")


@pytest.mark.parametrize("is_pasted", [True, False])
async def test_a_file_that_is_typed_or_dropped_opens_once_the_disk_answers(
    own_library: Path, disk: Disk, is_pasted: bool
) -> None:
    async with reading(None, own_library) as user:
        await give_path(user, disk, is_pasted=is_pasted)
        assert "Looking on the disk" in user.footer
        disk.go_on()
        await user.until(lambda: user.over == "ReadingScreen")
        assert "The ferry" in user.header


@pytest.mark.parametrize("is_pasted", [True, False])
async def test_a_file_that_is_no_longer_wanted_does_not_open_once_the_disk_answers(
    own_library: Path, disk: Disk, is_pasted: bool
) -> None:
    async with reading(None, own_library) as user:
        await give_path(user, disk, is_pasted=is_pasted)
        await user.press("escape")
        assert "Not opened" in user.footer
        disk.go_on()
        await user.paste(f"{disk.folder}/none.md")
        await user.press("enter")
        await user.until(lambda: "none.md" in user.footer)
        assert user.over == "LibraryScreen"


async def test_a_citation_style_is_waited_for_before_a_file_is_written(own_library: Path, disk: Disk) -> None:
    style = Path(__file__).parents[1] / "documents" / "none.csl"
    async with reading(BUSES, own_library, others={"citation_style": style}) as user:
        await user.press("h", "E")
        await user.until(lambda: "none.csl cannot be read" in user.footer)
        await user.press(FORMATS["bibliography"].letter, "1")
        await user.paste(f"{disk.folder}/mine.csl")
        await user.press("enter")
        assert f"Reading {disk.folder}" in user.footer
        await user.press("enter")
        assert f"Reading {disk.folder}" in user.footer
        disk.go_on()
        await user.until(lambda: "citation style" in user.footer.lower() or user.over == "ReadingScreen")


async def test_a_preview_and_a_format_without_a_style_do_not_wait_for_it(own_library: Path, disk: Disk) -> None:
    async with reading(BUSES, own_library, others={"citation_style": disk.folder / "mine.csl"}) as user:
        await user.press("h", "E")
        await user.until(lambda: "1 of 13 sentences decided" in user.picture)
        await user.press(FORMATS["jsonl"].letter)
        await user.until(lambda: "new file" in user.picture)
        await user.press("enter")
        await user.until(lambda: "Exported" in user.footer)


async def test_where_a_file_is_to_be_written_may_stand_still(own_library: Path, disk: Disk) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "E", "/", "ctrl+u")
        await user.paste(f"{disk.folder}/ferry.md")
        await user.press("enter")
        assert "new file" not in user.picture
        assert "exists" not in user.picture
        disk.go_on()
        await user.until(lambda: "exists; it is replaced only if you say so" in user.picture)


async def test_a_style_on_a_disk_that_does_not_answer_is_set_all_the_same(own_library: Path, disk: Disk) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", ",", "j", "j", "enter")
        await user.paste(f"{disk.folder}/none.csl")
        await user.press("enter")
        await user.until(lambda: user.app.settings.citation_style == disk.folder / "none.csl")


async def test_a_codebook_goes_to_no_disk_that_does_not_answer(own_library: Path, disk: Disk) -> None:
    async with reading(BUSES, own_library) as user:
        await codebook(user)
        await user.press("E", "ctrl+u")
        await user.paste(f"{disk.folder}/tags.csv")
        await user.press("enter")
        assert "Its disk does not answer" in user.picture
        disk.go_on()
        await user.press("enter")
        await user.until((disk.folder / "tags.csv").exists)


async def test_a_source_is_read_beside_the_keys_and_attached_once_the_disk_answers(own_library: Path, disk: Disk) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "s", "ctrl+u")
        await user.paste(f"{disk.folder}/ferry.md")
        await user.press("enter", "j")
        assert user.sentence == "Nobody had counted the dogs."
        disk.go_on()
        await user.until(lambda: user.session.sources.is_readable("1"))


@pytest.mark.parametrize("moves", [False, True])
async def test_a_folder_is_looked_through_once_the_disk_answers(own_library: Path, disk: Disk, moves: bool) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "s", "ctrl+u")
        await user.paste(str(disk.folder))
        await user.press("enter", *(["j"] if moves else []))
        disk.go_on()
        await user.until(lambda: "is a folder" in user.footer if moves else user.over == "MatchScreen")
