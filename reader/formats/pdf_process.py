"""The process that `pdf_engine` runs in, as it is seen from here: it is given a file, and says one thing after the other.

One that has done its work waits for the next file, as it takes longer to start than a paper takes to read. It waits on a pipe,
so that it ends when this process does, however that ends.
"""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar, Final

from reader.errors import ReaderError

_BUSY_HINT: Final = "the system may be short of memory: end other programs and try again"
_PROGRAM: Final = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import pdf_engine; pdf_engine.main()"


class Engine:
    """A process that reads PDF files. `dead`: it has ended in the middle of its work."""

    _idle: ClassVar[list[Engine]] = []
    _living: ClassVar[set[Engine]] = set()

    def __init__(self) -> None:
        """Start it. Raises ReaderError when the system starts no process any more."""
        self.dead = False
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except OSError as error:
            raise ReaderError(f"the process that reads PDF files can't be started: {error.strerror}", _BUSY_HINT) from error
        self._living.add(self)

    @classmethod
    def idle(cls) -> Engine:
        """Return one that has nothing to do."""
        while cls._idle:
            engine = cls._idle.pop()
            if engine._process.poll() is None:
                return engine
            engine.end()
        return cls()

    def open(self, data: bytes, first: int) -> Any:
        """Give it a file, from page number `first` on, and return what it says of it; None when that ends it."""
        with contextlib.suppress(OSError):  # it ended before it had read all of it: that shows in what it says
            pipe: Any = self._process.stdin
            pipe.write(len(data).to_bytes(8, "big") + first.to_bytes(8, "big"))
            pipe.write(data)
            pipe.flush()
        return self.next()

    def next(self) -> Any:
        """Return the next thing that it says; None when it has ended."""
        pipe: Any = self._process.stdout
        try:
            return marshal.loads(pipe.read(int.from_bytes(pipe.read(8), "big")))
        except (EOFError, ValueError):
            self.end()
            return None

    def rest(self) -> None:
        """Let it wait for another file; one that waits is enough."""
        if self.dead or self._idle:
            self.end()
        else:
            self._idle.append(self)

    def end(self) -> None:
        """End it, whatever it does. Nothing is left of it."""
        self.dead = True
        self._living.discard(self)
        self._process.kill()
        with contextlib.suppress(OSError, ValueError):  # what it was not given any more; a thread that still listens to it
            self._process.communicate()

    @classmethod
    def end_all(cls) -> None:
        """End those that wait, and those that work for a thread which was left behind."""
        for engine in tuple(cls._living):
            engine.end()


atexit.register(Engine.end_all)
