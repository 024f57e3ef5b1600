"""What is more than a text, opened from the command line: read beside the screen, with one clear line when that fails."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

import pytest

from benchmarks.faults.screen import LEAVING_SECONDS
from benchmarks.terminal import Terminal
from tests.pty.desk import (
    ESCAPE,
    READER,
    SECONDS,
    PtyDesk,
    after_the_screen,
    assert_restored,
    claims,
    end_from_outside,
    mark,
    wait_until_read,
)

PAGE = """<!doctype html><html><head><title>The weir at Tarn</title></head><body><article><h1>The weir at Tarn</h1>
<p>The weir was built in 1911. Nobody has repaired it since, says the council of Tarn in its report of this spring.</p>
<p>Twice in ten years the river went over it. A third flood would take the bridge with it, as two engineers wrote.</p>
</article></body></html>"""


def test_a_page_is_opened_read_and_kept(desk: PtyDesk) -> None:
    page = desk.home / "weir.html"
    page.write_text(PAGE, encoding="utf-8")
    terminal = desk.open(page)
    wait_until_read(terminal)
    terminal.send("j")
    mark(terminal)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert_restored(terminal)
    assert desk.quotes() == ["Nobody has repaired it since, says the council of Tarn in its report of this spring."]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.pdf", b"%PDF-1.7\nnothing of what should follow", "reader: "),
        ("http://127.0.0.1:9/page", b"", "127.0.0.1 is in a private network"),
        ("no-such-file.pdf", b"", "No article"),
        ("/dev/zero", b"", "/dev/zero is not a file but a device"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_terminal_that_is_given_back(
    desk: PtyDesk, name: str, content: bytes, said: str
) -> None:
    path = desk.home / name
    if content:
        path.write_bytes(content)
    terminal = desk.open(path if content else name)
    assert terminal.wait_end(SECONDS) == 1
    written = bytes(terminal.output).decode()
    assert said in (after_the_screen(terminal) if "\x1b[?1049h" in written else written)
    assert "Traceback" not in written


@pytest.fixture
def opening(desk: PtyDesk) -> Terminal:
    """Give the program while it reads a long page."""
    page = desk.home / "long.html"
    page.write_text(
        PAGE.replace("</article>", "<p>One more sentence stands here, and it says little.</p>\n" * 60_000 + "</article>")
    )
    terminal = desk.open(page)
    terminal.wait_for("Opening long.html", SECONDS)
    return terminal


def test_opening_is_stopped_by_escape(opening: Terminal) -> None:
    opening.send(ESCAPE)
    assert opening.wait_end(SECONDS) == 130
    assert_restored(opening)
    assert after_the_screen(opening) == ""


@pytest.mark.parametrize("end", ["signal", "hangup"])
def test_an_end_from_outside_does_not_wait_for_a_long_page(opening: Terminal, end: str) -> None:
    end_from_outside(opening, end, LEAVING_SECONDS)


def test_a_pipe_that_never_ends_is_refused(desk: PtyDesk) -> None:
    terminal = desk.run(["sh", "-c", f"yes | {shlex.join(READER)} open -"])
    assert terminal.wait_end(SECONDS) == 1
    assert "larger than 100 MB" in bytes(terminal.output).decode()


def test_a_page_opened_again_is_there_at_once_with_its_claim_until_its_file_changes(desk: PtyDesk, tmp_path: Path) -> None:
    page, env = tmp_path / "weir.html", {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    page.write_text(PAGE, encoding="utf-8")

    def entry() -> Path | None:
        return next(iter((tmp_path / "cache" / "claim-reader" / "articles").glob("[0-9a-f]" * 64)), None)

    first = desk.read(page, env)
    first.send("j")
    mark(first)
    first.wait(lambda: entry() is not None, "the parsed article in the cache", SECONDS)
    first.send("q")
    assert first.wait_end(SECONDS) == 0
    kept = entry()
    assert kept is not None
    os.utime(kept, (1, 1))
    again = desk.read(page, env)
    assert claims(again) == 1
    assert kept.stat().st_mtime > 1, "it was read"
    again.signal(signal.SIGKILL)
    page.write_text(PAGE.replace("Twice in ten", "Three times in ten"), encoding="utf-8")
    changed = desk.read(page, env)
    assert claims(changed) == 1
    assert "Three times in ten" in str(changed.display)
    changed.send("q")
    assert changed.wait_end(SECONDS) == 0
