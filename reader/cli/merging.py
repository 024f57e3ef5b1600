"""`reader merge`: what another library holds, taken into this one."""

from __future__ import annotations

from pathlib import Path

import click

from reader.cli.call import library_option, the_call


@click.command(epilog="Example: `reader merge library.sync-conflict-20260115-101500-ABCDEFG.json --dry-run`")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@library_option
@click.pass_context
def merge(context: click.Context, path: Path, dry_run: bool) -> None:
    """Take what another library holds into this one. Nothing is lost: what both changed is kept side by side.

    FILE is a library.json (a conflict copy of a syncing tool, a colleague's file) or the folder of a library. A conflict copy
    beside the library is moved into its backups. `reader undo` takes a merge back.
    """
    from reader.printable import printable_line

    call = the_call(context)
    with call.library() as library:
        merged = library.merge(path.expanduser(), call.settings.creator, dry=dry_run)
    said = (
        f"would merge {merged.said.removeprefix('merged ')}" if dry_run and merged.said.startswith("merged ") else merged.said
    )
    click.echo(printable_line(said))
