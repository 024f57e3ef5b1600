"""What is tried with a broken file, each in a process of its own: the folder it is in, the commands, and what came of them."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Timer
from typing import Final, NamedTuple

from benchmarks.fuzz.mutations import Seed
from reader import cli
from reader.formats import INTERNAL_ERROR

READ: Final = "read"
REFUSED: Final = "refused"
OUTCOMES: Final = (READ, REFUSED, "crash", "loss", "hang", "memory")
LOSS: Final = 71
"""The exit code of a trial after which something that could be read is gone, or a library is not in order."""
TRIAL: Final = "trial"
_CRASH: Final = 70
_SECONDS: Final = 10
_WALL_SECONDS: Final = 120
"""The most CPU time for a trial and, as other programs may be busy, the most time."""
_MEMORY: Final = 600_000_000
"""The most memory for a trial, in bytes."""

_LONG_AGO: Final = 1_600_000_000
"""When the file changed last, in seconds since 1970: a library waits for a program that may be writing a damaged file."""


class Target(NamedTuple):
    """A file that is broken, and what is done with it then.

    `run` gets its path, in a process whose settings, library and cache are in the same folder. It returns 0 if the file was
    read, 1 or 2 if it was refused, and anything else for a fault. `bed` is a folder whose files lie beside it.
    """

    seed: Seed
    run: Callable[[Path], int]
    bed: Path | None = None


class Trial(NamedTuple):
    """What came of a file: one of OUTCOMES, the CPU time in seconds, the most memory in bytes, what was said."""

    outcome: str
    seconds: float
    memory: int
    message: str


def try_file(target: Target, data: bytes, place: Path) -> Trial:
    """Try a file with these bytes in the folder TRIAL of a place, made anew, in a process of its own."""
    folder = place / TRIAL
    shutil.rmtree(folder, ignore_errors=True)
    if target.bed is None:
        folder.mkdir()
    else:
        shutil.copytree(target.bed, folder)
    path, errors = folder / target.seed.name, folder / "errors"
    path.write_bytes(data)
    os.utime(path, (_LONG_AGO, _LONG_AGO))
    child = os.fork()
    if not child:
        _run_child(target, path, errors)
    killer = Timer(_WALL_SECONDS, os.kill, (child, signal.SIGKILL))
    killer.start()
    _, status, usage = os.wait4(child, 0)
    killer.cancel()
    took, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    message = errors.read_text(errors="replace")
    return Trial(_outcome(status, took, memory, message), took, memory, message)


def _outcome(status: int, took: float, memory: int, message: str) -> str:
    if took > _SECONDS or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXCPU)):
        return "hang"
    if memory > _MEMORY:
        return "memory"
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 2, LOSS) or INTERNAL_ERROR in message or "Unexpected" in message:
        return "crash"
    return "loss" if code == LOSS else REFUSED if code else READ


def _run_child(target: Target, path: Path, errors: Path) -> None:
    """Try a file and end the process. The limit of memory is higher than what is permitted, so that too much is seen."""
    code = _CRASH
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS + 1, _SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_AS, (3 * _MEMORY, 3 * _MEMORY))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        use_folder(errors.parent)
        code = target.run(path)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def use_folder(folder: Path) -> None:
    """Let this process work in a folder, with the settings, the library and the cache that are in it."""
    os.chdir(folder)
    settings = folder / "settings.toml"
    settings.touch()
    names = {"CLAIM_READER_SETTINGS": settings, "CLAIM_READER_LIBRARY": folder / "library"}
    caches = {"XDG_CACHE_HOME": folder / "cache", "XDG_STATE_HOME": folder / "state"}
    os.environ.update({name: str(path) for name, path in {**names, **caches}.items()})


def run_commands(*commands: str) -> list[int]:
    """Run commands of `reader`, whose words blanks part, one after the other, and return their exit codes."""
    return [cli.run(command.split()) for command in commands]
