"""The program on a terminal, the way a person starts it, and what can be told of it from outside."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from benchmarks.terminal import Terminal
from reader.library import LibraryDB

SAMPLES: Final = Path(__file__).parents[2] / "sample_articles"
SECONDS: Final = 15.0
"""How long a test waits for what it wants to see."""
SEQUENCE: Final = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])", re.DOTALL
)
"""A control sequence, also an operating system command or another string that is never closed."""
_COUNTED: Final = re.compile(r"\d sentences? .* \d+ claims?")
_CLAIMS: Final = re.compile(r"(\d+) claims?\b")

DOWN: Final = "\x1b[B"
PAGE_DOWN: Final = "\x1b[6~"
ESCAPE: Final = "\x1b"
CTRL_Q: Final = "\x11"


class PtyDesk:
    """Starts the program in `home`, with the library in `library`; ends everything on `close`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.library = home / "library"
        self._running: list[Terminal] = []

    def run(self, command: Sequence[str], env: Mapping[str, str] | None = None, columns: int = 120, rows: int = 36) -> Terminal:
        """Run any command on a terminal of its own."""
        terminal = Terminal(command, columns=columns, rows=rows, env={**self.environment, **(env or {})})
        self._running.append(terminal)
        return terminal

    def open(self, article: Path | str, env: Mapping[str, str] | None = None, columns: int = 120, rows: int = 36) -> Terminal:
        """Open an article with `reader open` and return at once."""
        return self.run([*READER, "open", str(article)], env, columns, rows)

    def read(self, article: Path | str, env: Mapping[str, str] | None = None) -> Terminal:
        """Open an article and wait until it has been gone through: the header then counts its sentences and claims."""
        terminal = self.open(article, env)
        wait_until_read(terminal)
        return terminal

    @property
    def environment(self) -> dict[str, str]:
        """Where the program finds its things."""
        return {"HOME": str(self.home), "CLAIM_READER_LIBRARY": str(self.library)}

    def annotations(self) -> list[dict[str, Any]]:
        """Return the annotations of the library as somebody finds them who opens it now."""
        with LibraryDB(self.library) as db:
            return [cast("dict[str, Any]", dict(record)) for record in db.table("annotations").all()]

    def quotes(self) -> list[str]:
        """Return what the annotations in the library's file quote."""
        return [annotation["selector"]["exact"] for annotation in self.annotations()]

    def close(self) -> None:
        """End what still runs."""
        for terminal in self._running:
            terminal.close()


READER: Final = (sys.executable, "-m", "reader")
"""The command `reader`."""


def wait_until_read(terminal: Terminal) -> None:
    """Wait until the header counts the sentences and the claims: the article has been gone through, the library is open."""
    terminal.wait(lambda: _COUNTED.search(terminal.display.lines[0]) is not None, "the counts in the header", SECONDS)


def mark(terminal: Terminal) -> None:
    """Mark the current sentence and wait until the program counts one claim more and says that all is saved."""
    wanted = claims(terminal) + 1
    terminal.send("h")
    terminal.wait(lambda: claims(terminal) == wanted, "one claim more", SECONDS)
    terminal.send("\x1b")  # takes the message away that stands where the state of saving does
    terminal.wait(lambda: "saved ✓" in terminal.display.lines[-1], "a claim that is saved", SECONDS)


def claims(terminal: Terminal) -> int:
    """Return how many claims the header counts, 0 while it counts none."""
    counted = _CLAIMS.search(terminal.display.lines[0])
    return int(counted[1]) if counted else 0


def text_of(terminal: Terminal) -> str:
    """Return all that the program has written, as text."""
    return bytes(terminal.output).decode("utf-8", "replace")


def after_the_screen(terminal: Terminal) -> str:
    """Return what was written after the program gave the screen back, without control sequences."""
    _, left, rest = text_of(terminal).rpartition("\x1b[?1049l")
    assert left, "the alternate screen was never left"
    return SEQUENCE.sub("", rest).strip()


def end_from_outside(terminal: Terminal, end: str, seconds: float) -> None:
    """End the program by SIGTERM, or close its terminal for a "hangup", and assert that it leaves within so many seconds."""
    if end == "signal":
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_end(seconds) == 128 + signal.SIGTERM
        assert_restored(terminal)
    else:
        terminal.hang_up()
        assert terminal.wait_process(seconds) == 128 + signal.SIGHUP


def assert_restored(terminal: Terminal) -> None:
    """Assert that the terminal is as it was before: its screen, cursor, mouse, paste mode, keyboard and line mode."""
    written = text_of(terminal)
    for mode in ("?1049", "?1000", "?1003", "?2004"):
        assert written.count(f"\x1b[{mode}h") == written.count(f"\x1b[{mode}l") > 0, mode
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")
    assert written.rfind("\x1b[<u") >= written.rfind("\x1b[>1u")
    assert terminal.line_mode()
