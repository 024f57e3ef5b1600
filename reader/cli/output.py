"""Print tables and JSON on standard output. Text from outside reaches the terminal neither as a command nor as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import indent

import click

from reader.printable import printable_line

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, folded to the width of a terminal; in a pipe each row is one line."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[printable_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        # Rich takes half a millisecond for a row.
        lengths = [[len(cell) if cell.isascii() else cell_len(cell) for cell in row] for row in (head, *cells)]
        widths = [max(column) for column in zip(*lengths, strict=True)]
        for row, row_lengths in zip((head, *cells), lengths, strict=True):
            padded = [cell + " " * (width - length) for cell, width, length in zip(row, widths, row_lengths, strict=True)]
            sys.stdout.write("  ".join(padded) + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout, highlight=False).print(table)


def print_path(path: Path) -> None:
    """Print a path: as it is for another program, with signs for control characters on a terminal."""
    is_shown = sys.stdout.isatty()
    click.echo(printable_line(str(path)) if is_shown else str(path), color=True)  # click takes sequences out of a pipe


def print_json(value: object) -> None:
    """Print a value as JSON in ASCII, which is the same in every locale and cannot control a terminal."""
    click.echo(json.dumps(value, ensure_ascii=True, indent=2))


def print_json_rows(fields: Mapping[str, object], name: str, rows: Iterable[object]) -> None:
    """Print an object as `print_json` does. Its field `name` is a list that may be long: each row is printed by itself."""
    mark = f'"{name}": ['
    before, _, after = json.dumps({**fields, name: []}, ensure_ascii=True, indent=2).partition(mark)
    sys.stdout.write(before + mark)
    separator, end = "\n", ""
    for row in rows:
        sys.stdout.write(separator + indent(json.dumps(row, ensure_ascii=True, indent=2), "    "))
        separator, end = ",\n", "\n  "
    sys.stdout.write(f"{end}{after}\n")
