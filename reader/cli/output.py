"""Print tables and JSON on standard output. Text from outside reaches the terminal neither as a command nor as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import click

from reader.printable import printable_line

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, folded to the width of a terminal; in a pipe each row is one line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold", no_wrap=not sys.stdout.isatty())
    for row in rows:
        table.add_row(*(Text(printable_line(cell)) for cell in row))
    console = Console(file=sys.stdout, highlight=False)
    if not sys.stdout.isatty():
        wide = console.options.update(width=1_000_000, max_width=1_000_000)
        console = Console(file=sys.stdout, highlight=False, width=console.measure(table, options=wide).maximum)
    console.print(table)


def print_json(value: object) -> None:
    """Print a value as JSON in ASCII, which is the same in every locale and cannot control a terminal."""
    click.echo(json.dumps(value, ensure_ascii=True, indent=2))
