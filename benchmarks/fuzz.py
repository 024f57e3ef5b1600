"""Parse documents that were broken and inflated at random, each in its own process, and count crashes, hangs and memory.

`python -m benchmarks fuzz [FORMAT …] [--seconds N]`. FUZZ_SEED repeats a run. The documents that failed are kept.
"""

from __future__ import annotations

import importlib
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Final

from benchmarks.fuzz_seeds import SEEDS, Seed
from benchmarks.report import Report
from reader import cli
from reader.formats import INTERNAL_ERROR

_SECONDS: Final = 10
_WALL_SECONDS: Final = 120
"""The most CPU time for a document and, as other programs may be busy, the most time."""
_MEMORY: Final = 600_000_000
"""The most memory for a document, in bytes."""
_MAX_SIZE: Final = 300_000
"""The largest part of a document, in bytes."""
_MAX_CHANGES: Final = 6
_OUTCOMES: Final = ("read", "refused", "crash", "hang", "memory")
_MODULES: Final = (
    *("cli.parse", "formats.docx.importer", "formats.epub", "formats.html.importer", "formats.jats.importer"),
    *("formats.latex.importer", "formats.mime", "formats.notebook", "formats.odt.importer", "formats.rtf.importer"),
    *("formats.markdown.importer", "formats.pdf.importer", "formats.plain", "formats.rst.importer"),
    "formats.wikitext.importer",
)
"""What the processes would import one by one."""


def run(formats: Sequence[str], seconds: float, report: Report) -> None:
    """Fuzz each format for this time, and count what is neither read nor refused as missed budgets."""
    for module in _MODULES:
        importlib.import_module(f"reader.{module}")
    number = int(os.environ.get("FUZZ_SEED") or random.randrange(10**6))
    folder = Path(tempfile.mkdtemp(prefix="claim-reader-fuzz-"))
    rows = [_fuzz(name, seconds, random.Random(f"{number} {name}"), folder) for name in formats or SEEDS]
    failures = sorted(path.name for path in folder.iterdir() if path.name.startswith("failed"))
    report.missed += len(failures)
    note = f"FUZZ_SEED={number}" + (f" · {folder}: {', '.join(failures[:9])}" if failures else "")
    report.table("Broken and inflated documents", ("", "documents", *_OUTCOMES, "slowest", "most memory"), rows, note)


def _fuzz(name: str, seconds: float, chance: random.Random, folder: Path) -> Sequence[str]:
    seed, counts, slowest, most = SEEDS[name], Counter[str](), 0.0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        path = folder / seed.name
        path.write_bytes(_mutate_document(seed, chance))
        outcome, took, memory = _parse(path, folder / "errors")
        counts[outcome] += 1
        slowest, most = max(slowest, took), max(most, memory)
        if outcome not in ("read", "refused"):
            path.rename(folder / f"failed-{outcome}-{counts[outcome]}-{seed.name}")
            (folder / "errors").rename(folder / f"errors-{outcome}-{counts[outcome]}-{seed.name}")
    figures = (str(counts[outcome]) for outcome in _OUTCOMES)
    return (name, str(counts.total()), *figures, f"{slowest:.1f} s", f"{most / 1e6:.0f} MB")


def _parse(path: Path, errors: Path) -> tuple[str, float, int]:
    """Run `reader parse` on a file in a process of its own. Return the outcome, the CPU seconds and the bytes of memory."""
    child = os.fork()
    if not child:
        _run_child(path, errors)
    killer = Timer(_WALL_SECONDS, os.kill, (child, signal.SIGKILL))
    killer.start()
    _, status, usage = os.wait4(child, 0)
    killer.cancel()
    took, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if took > _SECONDS or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXCPU)):
        return "hang", took, memory
    if memory > _MEMORY:
        return "memory", took, memory
    message = errors.read_text(errors="replace")
    is_crash = os.waitstatus_to_exitcode(status) not in (0, 1) or INTERNAL_ERROR in message or "Unexpected" in message
    return "crash" if is_crash else "refused" if status else "read", took, memory


def _run_child(path: Path, errors: Path) -> None:
    """Parse a file and end the process. The limit of memory is higher than what is permitted, so that too much is seen."""
    code = 70
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS + 1, _SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_AS, (3 * _MEMORY, 3 * _MEMORY))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        code = cli.run(["parse", "--json", str(path)])
        sys.stdout.flush()
    finally:
        os._exit(code)


# ------------------------------------------------------------------ Mutations


def _mutate_document(seed: Seed, chance: random.Random) -> bytes:
    """Return a document with changes in one of its parts or, rarely, in the bytes of the whole."""
    parts = dict(seed.parts)
    name = chance.choice(list(parts))
    parts[name] = _mutate(parts[name], seed.words, chance)
    document = seed.build(parts)
    return _mutate(document, seed.words, chance) if len(parts) > 1 and chance.random() < 0.1 else document


def _mutate(data: bytes, words: Sequence[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, _MAX_CHANGES)):
        start, end = sorted(chance.choices(range(len(data) + 1), k=2))
        if chance.random() < 0.7:
            end = min(end, start + 60)
        piece = data[start:end]
        match chance.randrange(7):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 4))) + data[start:]
            case 2:
                data = data[:start] + chance.choice(words) + data[start:]
            case 3:
                place = chance.randint(0, len(data))
                data = data[:place] + piece + data[place:]
            case 4:
                data = data[:start] + _repeat(piece, chance) + data[end:]
            case 5:
                run = b"".join(chance.choices(words, k=chance.randint(1, 4)))
                data = data[:start] + _repeat(run, chance) + data[start:]
            case _:
                data = data[:start] + piece[::-1] + data[end:]
        data = data[:_MAX_SIZE]
    return data


def _repeat(piece: bytes, chance: random.Random) -> bytes:
    return piece * min(2 ** chance.randint(1, 16), _MAX_SIZE // max(1, len(piece)))
