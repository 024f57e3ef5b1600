"""`python -m benchmarks [PART …] [--quick]` or `fuzz [FORMAT …] [--seconds N]`: measure and print. Exit code 1 for a miss."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from benchmarks import (
    anchoring,
    audit,
    desk_costs,
    desk_formats,
    evidence,
    exchange,
    fetches,
    huge,
    idle,
    imports,
    keys,
    library_list,
    memory,
    pages,
    pdf,
    queue,
    references,
    retractions,
    scale,
    search,
    source_matches,
    sources,
    start,
    store,
)
from benchmarks.faults import figures as faults
from benchmarks.growth import figures as growth
from benchmarks.programs import workshop
from benchmarks.report import Report
from benchmarks.team import figures as team

_PARTS = {
    "start": start.run,
    "keys": keys.run,
    "library_list": library_list.run,
    "memory": memory.run,
    "idle": idle.run,
    "store": store.run,
    "scale": scale.run,
    "references": references.run,
    "pdf": pdf.run,
    "desk_formats": desk_formats.run,
    "desk_costs": desk_costs.run,
    "pages": pages.run,
    "audit": audit.run,
    "anchoring": anchoring.run,
    "evidence": evidence.run,
    "exchange": exchange.run,
    "imports": imports.run,
    "fetches": fetches.run,
    "queue": queue.run,
    "search": search.run,
    "sources": sources.run,
    "source_matches": source_matches.run,
    "retractions": retractions.run,
    "huge": huge.run,
    "growth": growth.run,
    "faults": faults.run,
    "team": team.run,
}
_LONG = ("scale", "search", "huge", "growth", "faults", "team")
"""The parts that take long: only when they are named."""


def main() -> int:
    """Run the parts that were asked for, all but the long ones if none, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(_PARTS)}; all but {', '.join(_LONG)} if none is named"
    )
    parser.add_argument("--seconds", type=float, default=60, help="for each format of `fuzz`, which may be named after it")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and repetitions")
    asked = parser.parse_args()
    if asked.parts[:1] == ["fuzz"]:
        return _run_fuzz(parser, asked.parts[1:], asked.seconds)
    unknown = [part for part in asked.parts if part not in _PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}: there are {', '.join(_PARTS)}")
    # A program that keeps no compiled modules compiles its own at each start, and its baseline has those of a library.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    report = Report()
    with workshop() as folder:
        for part in asked.parts or [part for part in _PARTS if part not in _LONG]:
            _PARTS[part](folder, report, asked.quick)
    report.end()
    return 1 if report.missed else 0


def _run_fuzz(parser: argparse.ArgumentParser, formats: Sequence[str], seconds: float) -> int:
    from benchmarks.fuzz import figures  # not for the other parts: Windows has none of what it needs

    unknown = [name for name in formats if name not in figures.FORMATS]
    if unknown:
        parser.error(f"no format is called {unknown[0]}: there are {', '.join(figures.FORMATS)}")
    report = Report()
    figures.run(formats, seconds, report)
    report.end()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
