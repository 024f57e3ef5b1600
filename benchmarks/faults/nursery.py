"""Many short lives: a process that has loaded everything once forks a child for each task, in milliseconds.

Each child is a real process, with its own memory and files, and can be killed as any other. What it prints goes into a file
that survives it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.faults.places import index_all_files

PATIENCE: Final = 60.0
"""Seconds after which waiting for a child is given up."""

_POLL: Final = 0.001
_HOUSE: Final = Path(__file__).parents[2]
_CRASHED: Final = 70

Say = Callable[[str], None]
"""Prints a line of a child at once, so that it is out whatever happens next."""


class Nursery:
    """Starts tasks in children. A task is `module:function`; it is called with a `Say` and its arguments, which are JSON.

    With `indexed`, each library's file has an index beside it, as else only large ones have.
    """

    def __init__(self, folder: Path, *, indexed: bool = False) -> None:
        self._folder = folder
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.nursery", *(["indexed"] if indexed else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_HOUSE,
        )

    def start(self, task: str, **arguments: object) -> Child:
        """Start a child on a task."""
        self._count += 1
        output = self._folder / f"{self._count}.out"
        output.touch()
        pid = int(self._ask({"task": task, "arguments": arguments, "output": str(output)}))
        return Child(self, pid, output)

    def run(self, task: str, **arguments: object) -> Child:
        """Run a task to its end and return the child."""
        child = self.start(task, **arguments)
        child.end()
        return child

    def wait(self, pid: int) -> int:
        """Wait for a child's end and return its exit code, negative for a signal."""
        return int(self._ask({"wait": pid}))

    def _ask(self, message: object) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise ChildProcessError(f"the nursery ended with code {self._process.wait()}")
        return answer

    def close(self) -> None:
        """End the nursery. Children that still run go on."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@dataclass(slots=True)
class Child:
    """A child at its task. `code` is its exit code once it was waited for."""

    nursery: Nursery
    pid: int
    output: Path
    code: int | None = None

    def lines(self) -> list[str]:
        """Return the whole lines that it has printed so far."""
        return self.output.read_text(encoding="utf-8").split("\n")[:-1]

    def wait_for(self, word: str, count: int) -> None:
        """Wait until it has printed `count` lines that begin with `word`, or a line that begins with "end".

        Raises TimeoutError when it does neither.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            begun = [line.split(" ", 1)[0] for line in self.lines()]
            if begun.count(word) >= count or "end" in begun:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"the child {self.pid} did not print {count} times {word!r}: {self.lines()[-5:]}")
            time.sleep(_POLL)  # lets the child go on; what is waited for is looked at again

    def kill(self) -> None:
        """Kill it with SIGKILL and wait for its end."""
        if self.code is None:
            os.kill(self.pid, 9)
            self.end()

    def end(self) -> int:
        """Wait for its end and return its exit code, negative for a signal."""
        if self.code is None:
            self.code = self.nursery.wait(self.pid)
        return self.code


def _serve() -> None:
    # What every task needs, so that no child has to load it.
    for name in ("writers", "scenario", "each_call"):
        import_module(f"benchmarks.faults.{name}")
    if sys.argv[1:] == ["indexed"]:
        index_all_files()
    for line in sys.stdin:
        message = json.loads(line)
        if "wait" in message:
            answer = os.waitstatus_to_exitcode(os.waitpid(message["wait"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _live(message)
        print(answer, flush=True)


def _live(message: dict[str, object]) -> None:
    """Do a task in the new process, and end it. What comes out of the task is a line that begins with "crash"."""
    descriptor = os.open(str(message["output"]), os.O_WRONLY | os.O_APPEND)
    write, leave = os.write, os._exit
    code = 0

    def say(line: str) -> None:
        write(descriptor, f"{line}\n".encode())

    try:
        module, _, function = str(message["task"]).partition(":")
        arguments = message["arguments"]
        assert isinstance(arguments, dict)
        getattr(import_module(module), function)(say, **arguments)
        say("end")
    except BaseException:
        say(f"crash {json.dumps(traceback.format_exc())}")
        code = _CRASHED
    leave(code)


if __name__ == "__main__":
    _serve()
