"""The tables that are printed, and the budgets that the figures are held against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import process_time
from typing import Final

from rich.console import Console
from rich.table import Table

FIRST_TEXT: Final = {"100 KB": 1.35, "1 MB": 1.5}
"""By size: how many times the CPU time of the bare app the first text may take."""
SETTLED: Final = {("100 KB", 0): 1.7, ("1 MB", 0): 2.0, ("1 MB", 2000): 2.5}
"""By size and claims: how many times the CPU time of the bare app may be used until the program is at rest."""
PARSED_FIRST_TEXT: Final = {"100 KB": 1.35, "1 MB": 1.7}
PARSED_SETTLED: Final = {("100 KB", 0): 1.7, ("1 MB", 0): 2.7, ("1 MB", 2000): 3.5}
"""The same for an article that is opened for the first time, so that it must be parsed."""
CURSOR: Final = 0.55
CHANGE: Final = 0.9
"""How many times the CPU time of the viewer's line down a cursor key may take, and a mark or an undo."""
PAGE: Final = 1.1
"""How many times the CPU time of the bare app's page a page may take."""
KEY_BYTES: Final = 2000
"""The bytes that a cursor key, a mark, an undo may write."""
MEMORY: Final = 1.8
"""How many times the memory of the bare app an article of 1 MB may take, also one that is opened for the first time."""
AUDITED_MEMORY: Final = 2.2
"""The same once the article is audited, as it is for most of the time, and after a walk through it."""
IDLE: Final = 1.5
"""How many times the CPU time of the bare app, which looks for keys ten times a second, may be used while nobody types."""


@dataclass(slots=True)
class Report:
    """Collects the tables of a run and prints them as they come. `missed` counts the budgets that were not kept."""

    console: Console = field(default_factory=lambda: Console(width=128, highlight=False))
    kept: int = 0
    missed: int = 0

    def times(self, ratio: float, budget: float | None) -> str:
        """Return the cell that says whether a ratio to a baseline keeps its budget; an empty one without a budget."""
        return self.verdict(ratio, budget, f"{budget}×")

    def verdict(self, value: float, budget: float | None, shown: str) -> str:
        """Return the cell that says whether a value keeps its budget, written as `shown`; an empty one without a budget."""
        if budget is None:
            return ""
        if value <= budget:
            self.kept += 1
            return f"[green]≤ {shown} kept[/green]"
        self.missed += 1
        return f"[red]≤ {shown} MISSED[/red]"

    def table(self, title: str, head: Sequence[str], rows: Iterable[Sequence[str]], note: str = "") -> None:
        """Print a table whose first column is words and whose other columns are figures."""
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for number, name in enumerate(head):
            table.add_column(name, justify="left" if number == 0 else "right", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self.console.print()
        self.console.print(table)
        if note:
            self.console.print(note, style="dim")

    def doing(self, text: str) -> None:
        """Say what is being measured, where somebody watches."""
        if self.console.is_terminal:
            self.console.print(f"… {text}", style="dim")

    def end(self) -> None:
        """Print how many budgets were kept."""
        self.console.print(f"\n{self.kept} budgets kept, {self.missed} missed")


def cpu_ms(work: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    """Return the milliseconds of CPU time that some work of this process takes, whatever else the machine does meanwhile."""
    begun = clock()
    work()
    return 1000 * (clock() - begun)


def word_count_ms(text: str, times: int = 3, clock: Callable[[], float] = process_time) -> float:
    """Return the milliseconds, at the median, in which plain Python counts the words of a text."""
    return median(cpu_ms(lambda: Counter(re.findall(r"\w+", text.casefold())), clock) for _ in range(times))


def median(values: Iterable[float]) -> float:
    """Return the median of some values."""
    return quantile(values, 0.5)


def quantile(values: Iterable[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed, as one of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
