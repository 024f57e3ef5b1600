"""What huge documents of very many small parts cost: memory, CPU time, and the longest time that Esc waits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report
from tests.unit.huge_documents import HUGE, QUICK, READ_WHOLE

MEMORY_MB: Final = 600.0
"""The most megabytes that an import may hold."""
SECONDS: Final = 120.0
"""The CPU seconds that an import may take, as its limits say."""
STEP_SECONDS: Final = 15.0
"""The CPU seconds within which an import asks again whether to stop."""
_PROGRAM: Final = """
import json, os, sys, time
from benchmarks.processes import peak_memory
from reader.formats import parse_article, read_bytes
from reader.formats.budget import Limits
from reader.formats.progress import report_to

last, longest = time.thread_time(), 0.0

def is_stopped():
    global last, longest
    longest, last = max(longest, time.thread_time() - last), time.thread_time()
    return False

with report_to(lambda _: None, is_stopped):
    article = parse_article(read_bytes(sys.argv[1]), sys.argv[1], Limits(seconds=3600))
print(json.dumps([len(article.notices), peak_memory(os.getpid()), longest, time.thread_time()]))
"""
"""Reads a document; prints how many parts were left out, the megabytes it held, its longest step, and all its CPU seconds."""


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Read each document in a process of its own, and print a table. One that names nothing left out counts as missed."""
    rows = [_read(workshop.folder / name, report) for name in (QUICK if quick else HUGE)]
    head = ("", "MB", "budget", "CPU s", "budget", "longest step, s", "budget", "what is left out is named")
    report.table("Huge documents of small parts", head, rows)


def _read(path: Path, report: Report) -> tuple[str, ...]:
    report.doing(f"huge, {path.name}")
    path.write_bytes(HUGE[path.name]())
    done = subprocess.run([sys.executable, "-c", _PROGRAM, str(path)], capture_output=True, text=True)
    path.unlink()
    if done.returncode:
        raise RuntimeError(f"{path.name} cannot be read: {done.stderr}")
    notices, memory, step, seconds = json.loads(done.stdout)
    figures = ((memory, MEMORY_MB, 0), (seconds, SECONDS, 1), (step, STEP_SECONDS, 1))
    cells = [
        cell
        for figure, budget, digits in figures
        for cell in (f"{figure:.{digits}f}", report.verdict(figure, budget, f"{budget:g}"))
    ]
    named = "whole" if path.name in READ_WHOLE else report.verdict(not notices, 0, "named")
    return (path.name, *cells, named)
