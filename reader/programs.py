"""Run programs of the system, never through a shell, within limits of time, output and memory."""

from __future__ import annotations

import atexit
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Final, NamedTuple

from reader.errors import ReaderError

_LOOK_SECONDS: Final = 0.05
"""How often a program is looked after while it runs."""
_MOST_COMPLAINT: Final = 4_000
"""The bytes of the program's own complaint that are kept."""
_CHUNK: Final = 1 << 16
_LIMITER: Final = """
import os, resource, sys
for kind, limit in ((resource.RLIMIT_AS, int(sys.argv[1])), (resource.RLIMIT_CPU, int(sys.argv[2]))):
    hard = resource.getrlimit(kind)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(kind, (limit, limit))
    except (OSError, ValueError):
        pass  # macOS has no limit of memory
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""A program that limits its memory and its CPU time and becomes another one.

The limit of time ends it where this program was killed meanwhile. Code between fork and exec could block where threads run.
"""
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals that end this program, unless something else is set for them, without a chance to clean up."""
_running: Final[set[subprocess.Popen[bytes]]] = set()
_starting: Final = threading.Lock()
_is_ending: Final = threading.Event()


class ProgramResult(NamedTuple):
    """What a program left: its exit code, what it wrote, and its complaint, in one line."""

    code: int
    output: bytes
    complaint: str


def find_program(name: str) -> str:
    """Return the path of an installed program, "" if there is none.

    Only absolute folders of PATH count: the current folder may be one of downloads, where anybody can have put a program.
    """
    folders = os.pathsep.join(filter(os.path.isabs, os.get_exec_path()))
    path = shutil.which(name, path=folders) if folders else None
    return path if path and os.path.isabs(path) else ""  # on Windows, the current folder comes first even so


def run_program(
    command: Sequence[str],
    *,
    seconds: float,
    most: int,
    data: bytes = b"",
    memory: int = 0,
    look: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> ProgramResult:
    """Run a program with `data` as its input, and return what it left.

    `most` is the most bytes of output, `memory` the most bytes of memory (0: any; not limited on Windows and macOS). `look` is
    called many times a second, and what it raises ends the program. A program that is ended leaves no process behind, nor does
    the end of this one, also by a signal that can be handled. `environment` is added to that of this process.

    Raises ReaderError when the program cannot be started, takes longer than `seconds` or writes more than `most`.
    """
    name = os.path.basename(command[0])
    limited = memory and os.name == "posix"
    cpu_seconds = math.ceil(seconds * (os.cpu_count() or 1)) + 1
    limiter = [sys.executable, "-I", "-S", "-c", _LIMITER, str(memory), str(cpu_seconds)] if limited else []
    with _signals_noted() as stop:
        process = _start([*limiter, *command], name, environment)
        streams = _Streams(process, data, most)
        try:
            return _await_result(process, streams, name, seconds, (stop, *([look] if look is not None else [])))
        finally:
            _end(process)
            _running.discard(process)
            streams.close()


def _start(command: Sequence[str], name: str, environment: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    with _starting:
        if _is_ending.is_set():
            raise ReaderError(f"{name} was not run, as Claim Reader ends")
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "its name or an argument has a NUL"
            raise ReaderError(f"{name} cannot be started: {reason}", "Check that it is installed") from error
        _running.add(process)
    return process


def _await_result(
    process: subprocess.Popen[bytes], streams: _Streams, name: str, seconds: float, looks: Sequence[Callable[[], None]]
) -> ProgramResult:
    """Wait for a process within its limits, and return what it left. Raises ReaderError beyond them."""
    end = time.monotonic() + seconds
    try:
        while not streams.wait(_LOOK_SECONDS):
            for look in looks:
                look()
            if streams.is_full:
                break
            if time.monotonic() > end:
                raise ReaderError(f"{name} did not answer within {seconds:.0f} seconds and was ended")
        if streams.is_full:
            raise ReaderError(f"{name} gave more than {streams.most // 1_000_000:,} MB, which is too much")
        code = process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise ReaderError(f"{name} did not end within {seconds:.0f} seconds and was ended") from error
    return ProgramResult(code, b"".join(streams.output), streams.complaint)


class _Streams:
    """Threads that feed a process and read what it writes, so that none of its three streams can block it."""

    def __init__(self, process: subprocess.Popen[bytes], data: bytes, most: int) -> None:
        self.output: list[bytes] = []
        self.is_full = False
        self.most = most
        self._errors = b""
        self._pipes = [pipe for pipe in (process.stdin, process.stdout, process.stderr) if pipe is not None]
        source, output, errors = self._pipes
        jobs = (lambda: _write_input(source, data), lambda: self._read_output(output), lambda: self._read_errors(errors))
        self._threads = [threading.Thread(target=job, name="program", daemon=True) for job in jobs]
        for thread in self._threads:
            thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until the process has written all, at most this long; return whether it has."""
        end = time.monotonic() + seconds
        for thread in self._threads[1:]:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads[1:])

    def close(self) -> None:
        """Wait for the threads, whose process has ended, and close the pipes."""
        for thread in self._threads:
            thread.join()
        for pipe in self._pipes:
            with suppress(OSError):
                pipe.close()

    @property
    def complaint(self) -> str:
        """The first line of what the process wrote to its standard error."""
        lines = self._errors.decode("utf-8", "replace").strip().splitlines()
        return lines[0].strip() if lines else ""

    def _read_output(self, pipe: IO[bytes]) -> None:
        size = 0
        while chunk := os.read(pipe.fileno(), _CHUNK):
            size += len(chunk)
            if size > self.most:
                self.is_full = True
                return
            self.output.append(chunk)

    def _read_errors(self, pipe: IO[bytes]) -> None:
        while chunk := os.read(pipe.fileno(), _CHUNK):
            self._errors = (self._errors + chunk)[:_MOST_COMPLAINT]


def _write_input(pipe: IO[bytes], data: bytes) -> None:
    with suppress(OSError):  # the program ended, or reads no input
        pipe.write(data)
        pipe.close()


@contextmanager
def _signals_noted() -> Generator[Callable[[], None]]:
    """Note signals that would end this program at once. The function that is given raises SystemExit, as does the end, for one.

    Its exit code is that of shells for the signal.
    """
    noted: list[int] = []

    def stop() -> None:
        if noted:
            raise SystemExit(128 + noted[0])

    # Only the main thread gets signals. Where that is the screen, it ends in order.
    is_main = threading.current_thread() is threading.main_thread()
    changed = [number for number in _SIGNALS if is_main and signal.getsignal(number) == signal.SIG_DFL]
    try:
        for number in changed:
            signal.signal(number, lambda number, _: noted.append(number))
        yield stop
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)
    stop()


def _end_all() -> None:
    """Kill what still runs for daemon threads, which end with this program and can kill nothing any more."""
    with _starting:
        _is_ending.set()
        for process in [*_running]:
            _end(process)


atexit.register(_end_all)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that has not ended by itself, with those that it started, and wait for its end."""
    if process.returncode is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()
