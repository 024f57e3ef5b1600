"""A program in a pseudo-terminal: start it, type, read what it draws, and see what it costs. Linux and macOS."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import Self

from benchmarks.display import Display
from benchmarks.processes import cpu_seconds, peak_memory

PATIENCE = 60.0
"""Seconds after which waiting for a program is given up."""

_SEQUENCE = re.compile(rb"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|\[[0-?]*[ -/]*([@-~])|[ -/]*[0-~])")
_UNSET = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TERM_PROGRAM")
_UNSET_PREFIXES = ("CLAIM_READER_", "TEXTUAL", "PYTHON", "XDG_", "LC_", "TMUX")


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment for a true-colour terminal, without what would change how a program looks or starts.

    No variable of Python's is passed on: one of them keeps it from storing compiled modules, and each start would compile them.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET and not name.startswith(_UNSET_PREFIXES)}
    fixed = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", "LC_ALL": "C.UTF-8"}
    return {**kept, **fixed, **(changes or {})}


class Terminal:
    """Runs `command` in a terminal of `columns` by `rows` cells, its controlling one; ends it when the block is left.

    `output` is every byte the program has written so far; `display` is the screen that they make, worked out when asked for.
    """

    def __init__(
        self, command: Sequence[str], *, columns: int = 120, rows: int = 36, env: Mapping[str, str] | None = None
    ) -> None:
        self.output = bytearray()
        self._shown = 0
        self._size = (columns, rows)
        self._leader, follower = os.openpty()
        termios.tcsetwinsize(follower, (rows, columns))
        self._name = os.ttyname(follower)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=follower,
                stdout=follower,
                stderr=follower,
                env=environment(env),
                start_new_session=True,
                preexec_fn=_take_terminal,
            )
        except BaseException:
            os.close(self._leader)
            raise
        finally:
            os.close(follower)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @cached_property
    def _display(self) -> Display:
        return Display(*self._size)

    @property
    def display(self) -> Display:
        """The screen as it is now."""
        self._display.feed(bytes(self.output[self._shown :]))
        self._shown = len(self.output)
        return self._display

    # ------------------------------------------------------------------ talking to it

    def send(self, keys: str | bytes) -> None:
        """Type: the bytes that a terminal sends for some keys."""
        data = keys.encode() if isinstance(keys, str) else keys
        while data:
            data = data[os.write(self._leader, data) :]

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size; the kernel tells the program."""
        self.display.resize(columns, rows)
        termios.tcsetwinsize(self._leader, (rows, columns))

    def block_output(self) -> None:
        """Take no more output, as a terminal after Ctrl+S or a connection that hangs."""
        follower = os.open(self._name, os.O_RDWR | os.O_NOCTTY)
        termios.tcflow(follower, termios.TCOOFF)
        os.close(follower)

    def hang_up(self) -> None:
        """Close the terminal, as a window that is closed or a connection that breaks; nothing can be read or typed any more."""
        os.close(self._leader)
        self._leader = -1

    def wait_process(self, seconds: float) -> int:
        """Wait for the program's end without reading from the terminal; return its exit code, negative for a signal.

        Raises subprocess.TimeoutExpired.
        """
        return self._process.wait(seconds)

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        self._process.send_signal(number)

    def pump(self, seconds: float) -> bool:
        """Read what there is, waiting at most `seconds` for it; return whether there was anything."""
        got = False
        while select.select([self._leader], [], [], 0 if got else seconds)[0]:
            try:
                data = os.read(self._leader, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""
            if not data:  # the other end is closed: do not come back at once for nothing
                if not got:
                    time.sleep(min(seconds, 0.01))  # lets the program go on; what is waited for is looked at again
                return got
            self.output += data
            got = True
        return got

    def quiet(self, seconds: float) -> int:
        """Read until nothing has come for `seconds`; return how many bytes came."""
        before = len(self.output)
        while self.pump(seconds):
            pass
        return len(self.output) - before

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Read until `condition` holds. Raises TimeoutError, with `what` and the screen in it, when it does not come true.

        Raises ChildProcessError, likewise, when the program has ended and so cannot make it true any more.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:g} s for {what}; the screen:\n{self.display}")
            if not self.pump(0.05) and not condition():
                self._need_running(what)

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until a text is on the screen, in one line of it."""
        self.wait(lambda: text in str(self.display), f"{text!r} on the screen", seconds)

    def wait_end(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended, read the rest, and return its exit code, negative for a signal."""
        self.wait(self._ended, "the program's end", seconds)
        while self.pump(0):
            pass
        return self._process.returncode

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _need_running(self, what: str) -> None:
        if self._ended() and not self.pump(0):
            raise ChildProcessError(
                f"{what}: the program ended with code {self._process.returncode}; the screen:\n{self.display}"
            )

    # ------------------------------------------------------------------ what it costs

    def drawn(self, text: str) -> bool:
        """Whether a text was written without a gap since the start: cheaper than looking at the screen."""
        return text in plain_text(bytes(self.output))

    def first(self, text: str) -> tuple[float, float]:
        """Wait until a text was drawn, and return the CPU seconds until then and the wall seconds of this waiting."""
        begun = time.monotonic()
        cpu = 0.0

        def drawn() -> bool:
            # The clock is read before the output is looked at: looking takes time, in which the program goes on.
            nonlocal cpu
            cpu = self.cpu()
            return self.drawn(text)

        self.wait(drawn, "the first words")
        return cpu, time.monotonic() - begun

    def cpu(self) -> float:
        """Return the CPU time in seconds that the program has used so far."""
        return cpu_seconds(self.pid)

    def peak_memory(self) -> float:
        """Return the most memory the program has held, in MB."""
        return peak_memory(self.pid)

    def line_mode(self) -> bool:
        """Whether the terminal is as a shell expects it: it echoes, and hands on whole lines."""
        local = termios.tcgetattr(self._leader)[3]
        return bool(local & termios.ECHO and local & termios.ICANON)

    def settle(self, window: float = 0.3, busy: float = 0.003) -> None:
        """Wait until the program has neither written nor used more than `busy` seconds of CPU for `window` seconds.

        Raises TimeoutError when it does not come to rest, ChildProcessError when it has ended.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._need_running("rest")
            used = self.cpu()
            if not self.pump(window) and self.cpu() - used < busy:
                return
            self.quiet(0.02)
        raise TimeoutError(f"the program was still busy after {PATIENCE:g} s")

    # ------------------------------------------------------------------ the end

    def close(self) -> None:
        """End the program if it still runs, and let go of the terminal."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._leader >= 0:
            os.close(self._leader)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def plain_text(output: bytes) -> str:
    """Return what a program has written without its colours; other sequences, which may move the cursor, become line breaks."""
    return _SEQUENCE.sub(lambda found: b"" if found[1] == b"m" else b"\n", output).decode("utf-8", "replace")


def _take_terminal() -> None:
    """Make standard output the controlling terminal; runs in the new process, which leads a session of its own."""
    fcntl.ioctl(1, termios.TIOCSCTTY, 0)
