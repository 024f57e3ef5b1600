"""Break and inflate small files at random, try each in a process of its own, and count crashes, losses, hangs and memory.

`python -m benchmarks fuzz [FORMAT …] [--seconds N]`. FUZZ_SEED repeats a run. The files that failed are kept.
"""

from __future__ import annotations

import importlib
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.fuzz import annotations, own_files, pastes
from benchmarks.fuzz.annotations import ANNOTATIONS
from benchmarks.fuzz.documents import DOCUMENTS
from benchmarks.fuzz.mutations import mutate_file
from benchmarks.fuzz.own_files import OWN_FILES
from benchmarks.fuzz.pastes import PASTES
from benchmarks.fuzz.trials import OUTCOMES, READ, REFUSED, TRIAL, Target, run_commands, try_file
from benchmarks.report import Report

FORMATS: Final = (*DOCUMENTS, *PASTES, *ANNOTATIONS, *OWN_FILES)
"""The names of all that can be tried."""
_MODULES: Final = (
    *("cli.parse", "formats.docx.importer", "formats.epub", "formats.html.importer", "formats.jats.importer"),
    *("formats.latex.importer", "formats.mime", "formats.notebook", "formats.odt.importer", "formats.rtf.importer"),
    *("formats.markdown.importer", "formats.pdf.importer", "formats.plain", "formats.rst.importer"),
    *("formats.wikitext.importer", "cli.imports", "cli.care", "cli.codebook", "cli.export", "cli.stats", "cli.history"),
    *("cli.settings", "cli.source_intake", "imports.plan", "imports.zotero_database", "library.care.repair"),
)
"""What the processes would import one by one."""


def run(formats: Sequence[str], seconds: float, report: Report) -> None:
    """Fuzz each format for this time, and count what is neither read nor refused as missed budgets."""
    for module in _MODULES:
        importlib.import_module(f"reader.{module}")
    number = int(os.environ.get("FUZZ_SEED") or random.randrange(10**6))
    folder = Path(tempfile.mkdtemp(prefix="claim-reader-fuzz-"))
    rows = [_fuzz(name, seconds, random.Random(f"{number} {name}"), folder) for name in formats or FORMATS]
    failures = sorted(path.name for path in folder.iterdir() if path.name.startswith("failed"))
    report.missed += len(failures)
    note = f"FUZZ_SEED={number}" + (f" · {folder}: {', '.join(failures[:9])}" if failures else "")
    report.table("Broken and inflated files", ("", "files", *OUTCOMES, "slowest", "most memory"), rows, note)


def _make_target(name: str, folder: Path) -> Target:
    if name in DOCUMENTS:
        seed = DOCUMENTS[name]
        return Target(seed, lambda path: run_commands(f"parse --json {path.name}")[0])
    if name in PASTES:
        return pastes.paste_target(name)
    return (annotations if name in ANNOTATIONS else own_files).make_target(name, folder)


def _fuzz(name: str, seconds: float, chance: random.Random, folder: Path) -> Sequence[str]:
    target = _make_target(name, folder)
    counts, slowest, most = Counter[str](), 0.0, 0
    whole = try_file(target, target.seed.build(target.seed.parts), folder)
    if whole.outcome != READ:
        raise RuntimeError(f"the file of {name} is no good: {whole.outcome}, {whole.message}")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        outcome, took, memory, _ = try_file(target, mutate_file(target.seed, chance), folder)
        counts[outcome] += 1
        slowest, most = max(slowest, took), max(most, memory)
        if outcome not in (READ, REFUSED):
            (folder / TRIAL).rename(folder / f"failed-{name}-{outcome}-{counts[outcome]}")
    figures = (str(counts[outcome]) for outcome in OUTCOMES)
    return (name, str(counts.total()), *figures, f"{slowest:.1f} s", f"{most / 1e6:.0f} MB")
