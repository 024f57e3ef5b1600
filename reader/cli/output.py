"""Tables and JSON on standard output. Nothing from outside reaches the terminal as a command or as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

import click

from reader.printable import printable_line


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text under a head: folded to the terminal's width, in a pipe one row a line."""
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
    """Print a value as JSON in ASCII: it reads the same in every locale, and no terminal can be made to obey it."""
    click.echo(json.dumps(value, ensure_ascii=True, indent=2))
