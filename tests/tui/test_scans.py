"""A scan on the screen: its text is recognised after a question, with progress, and can be stopped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reader.formats.article_cache import open_document
from reader.formats.open_request import OpenRequest
from reader.formats.scans.recognition import open_scan
from tests.tui.user import NARROW, WIDE, User, reading
from tests.unit.scans import SCAN, write_tesseract


@pytest.fixture
def scan(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a scan on a system with a stand-in for Tesseract."""
    write_tesseract(tmp_path / "programs")
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/usr/bin:/bin")
    path = tmp_path / "ferry.pdf"
    path.write_bytes(SCAN)
    return path


async def opened(user: User) -> None:
    """Wait until the recognised text is open."""
    await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
    await user.until(lambda: user.header.startswith(" recognised text · The ferry"))


@pytest.mark.parametrize("size", [(60, 18), NARROW, WIDE])
async def test_the_library_asks_before_it_reads_a_scan(own_library: Path, scan: Path, size: tuple[int, int]) -> None:
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.paste(str(scan))
        await user.until(lambda: "recognise its text?" in user.picture)
        assert "1 ● English" in user.picture
        await user.press("escape")
        await user.until(lambda: "Not opened" in user.footer)
        await user.paste(str(scan))
        await user.until(lambda: "2 ○ German" in user.picture)
        await user.press("2")
        await opened(user)


async def test_escape_stops_what_is_being_recognised(own_library: Path, scan: Path, tmp_path: Path) -> None:
    process = tmp_path / "process"
    write_tesseract(tmp_path / "programs", before=f'echo $$ > "{process}.new"; mv "{process}.new" "{process}"; exec sleep 1000')
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.paste(str(scan))
        await user.until(lambda: "recognise its text?" in user.picture)
        await user.press("enter")
        await user.until(lambda: process.exists() and "page 1 of 2" in user.footer)
        await user.press("escape")
        assert "Not opened" in user.footer
        await user.until(lambda: has_ended(int(process.read_text())))


def has_ended(process: int) -> bool:
    """Whether there is no process with this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def request(scan: Path) -> OpenRequest:
    """Return what the command line asks the screen to open."""
    return OpenRequest(
        str(scan), lambda: open_document(SCAN, str(scan)), recognize=lambda language: open_scan(SCAN, str(scan), language)
    )


async def test_a_scan_from_the_command_line_is_asked_for_too(own_library: Path, scan: Path) -> None:
    async with reading(request(scan), own_library) as user:
        await user.until(lambda: "recognise its text?" in user.picture)
        await user.press("enter")
        await opened(user)


async def test_without_an_answer_the_command_line_says_what_to_do(own_library: Path, scan: Path) -> None:
    async with reading(request(scan), own_library) as user:
        await user.until(lambda: "recognise its text?" in user.picture)
        await user.press("escape")
        await user.until(lambda: user.app.crash is not None)
        assert "--ocr` recognises its text" in str(user.app.crash)


async def test_without_tesseract_the_library_names_the_command(
    own_library: Path, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    async with reading(None, own_library, NARROW) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.paste(str(scan))
        await user.until(lambda: "A scan. To read it: install Tesseract" in user.footer)
        assert user.over == "LibraryScreen"


async def test_a_tesseract_that_fails_is_not_called_missing(own_library: Path, scan: Path, tmp_path: Path) -> None:
    (tmp_path / "programs" / "tesseract").write_text("#!/bin/sh\necho no library >&2; exit 3\n")
    async with reading(None, own_library, NARROW) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.paste(str(scan))
        await user.until(lambda: "Tesseract failed: no library" in user.footer)
