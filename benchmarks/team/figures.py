"""What a team costs and how soon changes are seen: 10,000 people by the model, 50 clients by the model and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report
from benchmarks.team.clients import CHANGES, DESKS, SETTLING, measure_clients
from benchmarks.team.memory import measure_memory
from benchmarks.team.model import Assumptions, Growth, Traffic, grow_store, percentile, simulate_hour
from benchmarks.team.sizes import ObjectSizes, measure_sizes

SCREEN_LAG: Final = 20.0
DESK_LAG: Final = 60.0
"""The seconds within which others see a change, of the article on their screen and of one on a desk that they follow."""
MEMORY: Final = 1.5
"""How many times the memory without a team a device may take that follows 20 articles."""
_CLIENTS: Final = 50
_SECONDS: Final = 180.0
_QUICK_CLIENTS: Final = 6
_QUICK_SECONDS: Final = 60.0


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Simulate, measure, and print what came of it."""
    sizes, assumed = measure_sizes(), Assumptions()
    report.doing("team, the model")
    whole = simulate_hour(assumed, sizes)
    clients, seconds = (_QUICK_CLIENTS, _QUICK_SECONDS) if quick else (_CLIENTS, _SECONDS)
    few = replace(
        assumed,
        people=clients,
        articles=DESKS,
        annotations=DESKS,
        desk_median=clients / DESKS,
        desk_spread=0.0,
        in_hand=1,
        sessions=0,
        reading_minutes=10_000,
        pause_minutes=0.001,
        changes=CHANGES,
        seconds=SETTLING + seconds,
        sample=20 * clients,
    )
    small = simulate_hour(few, sizes)
    report.doing(f"team, {clients} clients")
    server, measured = measure_clients(workshop.folder / "team", clients, seconds)
    head = (
        "for each person and hour",
        f"{assumed.people:,} people",
        f"{clients} clients, model",
        f"{clients} clients, {server}",
    )
    columns = [
        list(_cells(traffic, assumed, people))
        for traffic, people in ((whole, assumed.people), (small, clients), (measured, clients))
    ]
    names = [name for name, _ in columns[0]]
    rows = [(name, *(column[nth][1] for column in columns)) for nth, name in enumerate(names)]
    report.table("A team in a busy hour", head, rows, _assumption_note(assumed))
    report.table("How soon others see a change", ("", "p50 s", "p99 s", "budget"), _lag_rows(report, whole, small, measured))
    lines = whole.changes / max(1, whole.puts / 2)
    note = f"A segment holds {lines:.1f} lines, {sizes.segment(lines):.0f} bytes; a line is {sizes.line:.0f} bytes unpacked."
    report.table("The store in the end", ("", "objects", "GB", "$ a month"), _growth_rows(assumed, sizes, lines), note)
    report.doing("team, memory")
    alone, together = measure_memory(workshop.folder / "memory")
    verdict = report.verdict(together / alone, MEMORY, f"{MEMORY}×")
    row = ("20 articles followed", f"{together:.0f}", f"{alone:.0f}", f"{together / alone:.2f}", verdict)
    report.table("Memory of a device", ("", "MB", "MB without a team", "times", "budget"), [row])


def _cells(traffic: Traffic, assumed: Assumptions, team: int) -> Iterator[tuple[str, str]]:
    people = traffic.people
    for name, value in (("changes", traffic.changes), ("puts", traffic.puts), ("lists", traffic.lists), ("gets", traffic.gets)):
        yield name, f"{value / people:,.0f}"
    yield "KB sent", f"{traffic.sent / people / 1e3:,.0f}"
    yield "KB received", f"{traffic.received / people / 1e3:,.0f}"
    yield "$", f"{traffic.price(assumed) / people:.4f}"
    yield "requests/s of all", f"{traffic.requests / people * team / 3600:,.0f}"


def _lag_rows(report: Report, whole: Traffic, small: Traffic, measured: Traffic) -> Iterator[tuple[str, ...]]:
    for name, lags, budget in (
        ("article on the screen, 10,000 people", whole.on_screen, SCREEN_LAG),
        ("article on a desk, 10,000 people", whole.on_desk, DESK_LAG),
        ("article on the screen, clients by the model", small.on_screen, SCREEN_LAG),
        ("article on the screen, clients measured", measured.on_screen, SCREEN_LAG),
    ):
        last = percentile(lags, 0.99)
        yield name, f"{percentile(lags, 0.5):.1f}", f"{last:.1f}", report.verdict(last, budget, f"{budget:.0f} s")


def _growth_rows(assumed: Assumptions, sizes: ObjectSizes, lines: float) -> Iterator[tuple[str, ...]]:
    for name, is_folded in (("all segments kept", False), ("segments removed that folds cover", True)):
        growth: Growth = grow_store(assumed, sizes, lines, is_folded=is_folded)
        yield name, f"{growth.objects:,.0f}", f"{growth.size / 1e9:,.1f}", f"{growth.price:,.2f}"


def _assumption_note(assumed: Assumptions) -> str:
    return (
        f"Prices: 1,000 puts {assumed.put_price} $, 1,000 lists {assumed.list_price} $, 1,000 gets {assumed.get_price} $, "
        f"a GB received {assumed.traffic_price} $."
    )
