"""The long form: a thousand kills, the power cut, every call going wrong, full disks, every kind of damage; as tables."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.faults import damage, each_call, power_cuts
from benchmarks.faults.full import Filled, fill, fill_small_disk
from benchmarks.faults.killing import (
    LIBRARY_WRITER,
    PLAIN_WRITER,
    TABLES_WRITER,
    kill_one_writer,
    kill_several_writers,
)
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.patient import make_patient
from benchmarks.faults.places import fast_folder, indexed_files
from benchmarks.faults.screen import CLOSINGS, End, Typed, type_and_end, write_large_library
from benchmarks.programs import Workshop
from benchmarks.report import Report
from benchmarks.texts import write_article

_HEAD: Final = ("", "rounds", "acknowledged", "lost", "torn", "unreadable", "wrong")
_SHOWN: Final = 5

Row = tuple[str, ...]


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Do all of it, a tenth of it when it is to be quick, and print what came of it. FAULTS_SEED repeats a run."""
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    report.console.print(f"\nfaults: FAULTS_SEED={seed}")
    times = 1 if quick else 10
    with fast_folder() as place, Nursery(place / "nursery") as nursery:
        faults = _Faults(nursery, place, seed, report)
        report.table("Killed at any moment (kill -9)", _HEAD, faults.killed(times))
        report.table("The power goes, a call fails, the disk is full", _HEAD, faults.failing(times))
        with indexed_files(), Nursery(place / "indexed nursery", indexed=True) as indexed:
            others = _Faults(indexed, place, seed, report)
            title = "The same, with an index beside each file, as else only large ones have"
            report.table(title, _HEAD, others.failing(times, indexed=True))
        report.table("Damaged files", ("", "kinds", "opened", "refused", "wrong"), faults.damaged())


class _Faults:
    """Runs the parts and holds what is wrong against the report."""

    def __init__(self, nursery: Nursery, place: Path, seed: int, report: Report) -> None:
        self._nursery = nursery
        self._place = place
        self._seed = seed
        self._report = report

    def killed(self, times: int) -> Iterator[Row]:
        """Yield the rows of programs that are killed, and of plain TinyDB that is, which nobody holds against it."""
        nursery, seed = self._nursery, self._seed
        for name, writer, rounds, large in (
            ("library, one writer", LIBRARY_WRITER, 70 * times, 0.0),
            ("library, one writer, long notes", LIBRARY_WRITER, 10 * times, 0.3),
            ("TinyDB's API on the library", TABLES_WRITER, 20 * times, 0.0),
        ):
            self._report.doing(name)
            tally = kill_one_writer(nursery, self._new(), rounds, seed, writer, large=large)
            yield self._row(name, tally.figures, tally.wrong, tally.broken_looks)
        self._report.doing("three writers")
        tally = kill_several_writers(nursery, self._new(), 10 * times, seed)
        yield self._row("library, three writers at once", tally.figures, tally.wrong)
        yield self._typed("the program, while somebody types", 2 * times, ["kill"])
        yield self._typed("its terminal is closed or a signal ends it", 20 * times, CLOSINGS)
        large = write_large_library(self._new())
        yield self._typed("the same, with a library of 50 MB", 2 * times, CLOSINGS, large)
        shutil.rmtree(large)
        tally = kill_one_writer(nursery, self._new(), 30 * times, seed, PLAIN_WRITER, large=0.1)
        yield ("plain TinyDB, one writer", *tally.figures, "")

    def _typed(self, title: str, rounds: int, ends: Sequence[End], template: Path | None = None) -> Row:
        self._report.doing(title)
        folder = self._new()
        folder.mkdir()
        article = write_article(folder, 40_000, markdown=False)
        lives: list[Typed] = []
        for number in range(rounds):
            lives.append(type_and_end(folder / "home", article, self._seed + number, ends[number % len(ends)], template))
            shutil.rmtree(folder / "home")
        wrong = [what for life in lives for what in life.wrong]
        if "kill" not in ends:
            title = f"{title} (left after {max(life.seconds for life in lives):.1f} s at most)"
        figures = (f"{rounds}", f"{sum(life.saved for life in lives):,}", f"{len(wrong)}", "0", "0")
        return self._row(title, figures, wrong)

    def failing(self, times: int, *, indexed: bool = False) -> Iterator[Row]:
        """Yield the rows of what the system does; with `indexed`, in a nursery whose libraries are."""
        place = self._new()
        before, trace = power_cuts.record(self._nursery, place)
        cuts = power_cuts.cut(place, before, trace, 100 * times, self._seed)
        yield self._row("the power goes", _cut_figures(cuts), cuts.wrong)
        for deaf in power_cuts.SYNCS:
            found = power_cuts.cut(place, before, trace, 10 * times, self._seed, [deaf])
            yield (f"the same, and {deaf} does nothing", *_cut_figures(found), "")
        yield self._calls("every call fails or is the last", None, times)
        yield self._calls("the same, on a library after a crash", each_call.make_template(self._nursery, self._made()), times)
        limited = [fill(self._nursery, self._new(), self._seed + number, 20) for number in range(times)]
        yield self._filled("a file may not grow", limited)
        try:
            small = [fill_small_disk(self._new(), self._seed + number, 20, indexed=indexed) for number in range(times)]
        except OSError as error:
            yield (f"a small disk: {str(error)[:60]}", *[""] * 6)
        else:
            yield self._filled("a small disk is full", small)

    def _calls(self, name: str, template: Path | None, times: int) -> Row:
        self._report.doing(name)
        place = self._made()
        healthy = each_call.run(self._nursery, place / "healthy", None, template)
        plans = list(each_call.plans(healthy.calls))
        chosen = plans[:: 1 if times > 1 else 25]
        suffered = [each_call.run(self._nursery, place / f"{number}", plan, template) for number, plan in enumerate(chosen)]
        verdicts = [one.verdict for one in suffered]
        figures = (
            f"{len(chosen):,}",
            f"{sum(verdict.acknowledged for verdict in verdicts):,}",
            f"{sum(len(verdict.lost) for verdict in verdicts)}",
            f"{sum(len(verdict.torn) for verdict in verdicts)}",
            f"{sum(bool(verdict.unreadable) for verdict in verdicts)}",
        )
        return self._row(name, figures, [what for one in suffered for what in one.wrong])

    def _filled(self, name: str, filled: list[Filled]) -> Row:
        verdicts = [one.verdict for one in filled]
        figures = (
            f"{sum(one.times_full for one in filled)}",
            f"{sum(verdict.acknowledged for verdict in verdicts):,}",
            f"{sum(len(verdict.lost) for verdict in verdicts)}",
            f"{sum(len(verdict.torn) for verdict in verdicts)}",
            f"{sum(bool(verdict.unreadable) for verdict in verdicts)}",
        )
        return self._row(name, figures, [what for one in filled for what in one.wrong])

    def damaged(self) -> Iterator[Row]:
        """Yield the rows of kinds of damage."""
        patient = make_patient(self._nursery, self._new())
        for name, kinds in (
            ("the library's file", damage.LIBRARY_KINDS),
            ("the journal", damage.JOURNAL_KINDS),
            ("the history, the folder, all at once", damage.OTHER_KINDS),
        ):
            examined = [(kind, damage.examine(patient, kind)) for kind in kinds]
            wrong = [f"{kind.name}: {what}" for kind, one in examined for what in one.wrong]
            wrong.extend(f"{kind.name}: {one.outcome}" for kind, one in examined if one.outcome != kind.outcome)
            count = Counter(one.outcome for _, one in examined)
            yield self._row(name, (f"{len(kinds)}", f"{count[damage.OPENED]}", f"{count[damage.REFUSED]}"), wrong)

    def _row(self, name: str, figures: Iterable[str], wrong: list[str], more: int = 0) -> Row:
        for what in wrong[:_SHOWN]:
            self._report.console.print(f"wrong: {what}", style="red", markup=False)
        return (name, *figures, self._report.verdict(len(wrong) + more, 0, "0"))

    def _new(self) -> Path:
        """Return a folder that is not there yet."""
        return self._place / f"part-{sum(1 for _ in self._place.iterdir())}-{random.randrange(10**9)}"

    def _made(self) -> Path:
        folder = self._new()
        folder.mkdir()
        return folder


def _cut_figures(cuts: power_cuts.Cuts) -> Row:
    return tuple(f"{count:,}" for count in (cuts.cuts, cuts.acknowledged, cuts.lost, cuts.torn, cuts.unreadable))
