"""`reader doctor`, `repair`, `purge` and `merge`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import cli_context, library_option
from reader.cli.history import local_time
from reader.cli.output import json_option, print_json, print_json_rows, print_table
from reader.files import expand_path
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from reader.library.care.purge import UnusedFiles
    from reader.library.care.repair import RepairPlan
    from reader.library.folder import Folder

_MOST_SHOWN: Final = 20
_LONGEST_TITLE: Final = 60


@click.command("doctor", epilog="Example: `reader doctor --json | jq '.findings[] | select(.state == \"wrong\")'`")
@json_option
@library_option
@click.pass_context
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Check the library: its file, journals, history, texts, backups, conflict copies, locks and permissions. Changes nothing.

    Also says what the terminal can show, and whether the text of scans can be recognised. Ends with exit code 1 when something
    is wrong with the library.
    """
    from reader.cli.terminal import abilities, recognition_ability
    from reader.library.care.doctor import HEALTHY, NOTICE, PROBLEM, examine_library

    folder = cli_context(context).settings.library
    findings = examine_library(folder)
    well = all(finding.state != PROBLEM for finding in findings)
    encoding, size = sys.stdout.encoding or "", get_terminal_size()
    if as_json:
        records = [{"part": f.part, "state": f.state, "what": f.message, "todo": f.advice} for f in findings]
        terminal = [{"part": one.part, "what": one.what, "todo": one.todo} for one in abilities(os.environ, encoding, size)]
        scans = recognition_ability()
        recognition = {"part": scans.part, "what": scans.what, "todo": scans.todo}
        print_json({"folder": str(folder), "well": well, "findings": records, "terminal": terminal, "recognition": recognition})
    else:
        # Problems come last, where people see them.
        order = sorted(findings, key=lambda finding: (finding.state == PROBLEM, finding.state != HEALTHY))
        rows = [(f.state, f.part, f.message, f.advice) for f in order]
        if sys.stdout.isatty():
            terminal = [*abilities(os.environ, encoding, size), recognition_ability()]
            rows = [(HEALTHY if one.is_enough else NOTICE, one.part, one.what, one.todo) for one in terminal] + rows
        print_table(("", "part", "what", "what to do"), rows)
        click.echo("Everything is in order." if well else "Something is wrong: the last column says what to do.")
    if not well:
        context.exit(1)


@click.command("purge", epilog="Example: `reader purge --history-older-than 365` lists what would go; with --yes it goes.")
@click.option("--yes", is_flag=True, help="Delete the files. Without it, nothing changes.")
@click.option(
    "--history-older-than",
    "days",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Also delete older journals whose changes are all in library.json. Undo then reaches back less far.",
)
@library_option
@click.pass_context
def purge_command(context: click.Context, yes: bool, days: int | None) -> None:
    """Delete texts that nothing refers to any more, leftovers of interrupted programs and, on request, old history.

    Without --yes it only lists them. Files younger than a day always stay.
    """
    from reader.formats.article_cache import clear_cache
    from reader.library.care.purge import find_unused, remove_unused
    from reader.library.counts import clear_counts
    from reader.library.folder import Folder
    from reader.search.place import remove_index
    from reader.sources.front_cache import clear_front_cache

    folder = Folder(cli_context(context).settings.library)
    older = None if days is None else timedelta(days=min(days, timedelta.max.days))
    unused = remove_unused(folder, older) if yes else find_unused(folder, older)
    if yes:
        # What was deleted must not be found in them, and they are made again.
        remove_index(folder.place)
        clear_cache()
        clear_front_cache()
        clear_counts(folder.path)
    for line in _purge_lines(unused, folder, done=yes):
        click.echo(printable_line(line))


def _purge_lines(unused: UnusedFiles, folder: Folder, *, done: bool) -> Iterator[str]:
    if not unused.files:
        yield "There is nothing to delete."
        return
    for noun, paths in (("text", unused.texts), ("temporary file", unused.temporaries), ("finished journal", unused.history)):
        if paths:
            names = ", ".join(str(path.relative_to(folder.path)) for path in paths[:_MOST_SHOWN])
            more = f" and {len(paths) - _MOST_SHOWN} more" if len(paths) > _MOST_SHOWN else ""
            yield f"{plural(len(paths), noun)}: {names}{more}"
    if unused.history:
        verb = "reaches" if done else "would then reach"
        yield f"Undo {verb} back to {local_time(unused.reach)}." if unused.reach else f"Undo {verb} no further back than now."
    yield f"{'Deleted' if done else 'Would delete'} {unused.size:,} bytes."
    if not done:
        yield "Nothing was changed. `reader purge --yes` deletes these files."


_COMPARING: Final = "`reader agreement` compares them, `ga` in the library settles what they judged differently"


@click.command("merge", epilog="Example: `reader merge library.sync-conflict-20260115-101500-ABCDEFG.json --dry-run`")
@click.argument("path", metavar="FILE", type=click.Path())
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@library_option
@click.pass_context
def merge_command(context: click.Context, path: str, dry_run: bool) -> None:
    """Merge another library into this one. Nothing is lost: where both changed the same thing, both versions are kept.

    FILE is a library.json (a conflict copy of a sync tool, or a colleague's file) or the folder of a library. A conflict copy
    beside the library is moved into its backups. `reader undo` undoes a merge.
    """
    call = cli_context(context)
    with call.library() as library:
        merge = library.merge(expand_path(path), call.settings.creator, dry=dry_run)
        readers = () if dry_run else library.contents().readers()
    summary = merge.summary
    if dry_run and summary.startswith("Merged "):
        summary = f"Would merge {summary.removeprefix('Merged ')}"
    click.echo(printable_line(summary))
    for title in merge.apart:
        click.echo(printable_line(f"“{title}” is in both with different texts: they stay two articles"))
    if len(readers) > 1:
        click.echo(printable_line(f"Verdicts are by {' and '.join((', '.join(readers[:-1]), readers[-1]))}: {_COMPARING}"))
    elif readers:
        click.echo(printable_line(f"All verdicts are by {readers[0]}: there is no second reader to compare with"))


@click.command("repair", epilog="Example: `reader repair` says what it would do, `reader repair --yes` does it.")
@click.option("--yes", is_flag=True, help="Repair the library. Without it, nothing changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, including where each record comes from.")
@library_option
@click.pass_context
def repair_command(context: click.Context, yes: bool, as_json: bool) -> None:
    """Rebuild a damaged library from what its file, backups, journals and history still hold.

    Without --yes it only says what it would do, and where each record comes from. Damaged files are moved into the folder
    `damaged`, never deleted.
    """
    from reader.library.care.repair import apply_repair, plan_repair
    from reader.library.folder import Folder

    folder = Folder(cli_context(context).settings.library)
    plan = apply_repair(folder) if yes else plan_repair(folder)
    if as_json:
        records = ({"table": table, "id": one, "from": source} for (table, one), source in plan.sources())
        print_json_rows(_repair_fields(plan, done=yes), "records", records)
    else:
        for line in _repair_lines(plan, folder, done=yes):
            click.echo(printable_line(line))


def _repair_lines(plan: RepairPlan, folder: Folder, *, done: bool) -> Iterator[str]:
    if not plan.damaged:
        yield "There is nothing to repair."
        return
    for path, what in plan.damaged.items():
        yield f"{path} {what}"
    where = plan.damaged_folder or folder.path / "damaged"
    yield f"{'Moved' if done else 'Would move'} to {where}: {', '.join(path.name for path in plan.damaged)}."
    if plan.rewrites:
        total = sum(plan.counts.values(), Counter[str]())
        yield f"{'Rewrote' if done else 'Would rewrite'} {folder.library} with {_count_tables(total)}:"
        for source, counts in plan.counts.items():
            yield f"  from {source}: {_count_tables(counts)}"
        yield from _restored_records(plan, folder.library.name)
    yield from (f"Not saved: {what}." for what in plan.losses)
    yield from (f"Note: {what}." for what in plan.notes)
    if not done:
        yield "Nothing was changed. `reader repair --yes` makes these changes."


def _restored_records(plan: RepairPlan, main_file: str) -> Iterator[str]:
    """Yield a line for each of the first records that do not come from the library's main file."""
    others = ((key, source) for key, source in plan.sources() if source != main_file)
    for (table, record_id), source in islice(others, _MOST_SHOWN):
        yield f"  {table} {record_id[:13]} {_record_title(plan, table, record_id)} from {source}"
    number = sum(counts.total() for source, counts in plan.counts.items() if source != main_file)
    if number > _MOST_SHOWN:
        yield f"  and {number - _MOST_SHOWN} more; --json lists all of them"


def _record_title(plan: RepairPlan, table: str, record_id: str) -> str:
    from reader.review.codec import from_record
    from reader.review.model import Annotation

    record = plan.records.get(table, record_id) or {}
    words = record.get("title") or record.get("name") or from_record(Annotation, record).selector.exact
    text = " ".join(str(words).split())
    return f"“{text[:_LONGEST_TITLE]}{'…' if len(text) > _LONGEST_TITLE else ''}”"


def _count_tables(counts: Counter[str]) -> str:
    return ", ".join(plural(number, table.removesuffix("s")) for table, number in counts.items()) or "no records"


def _repair_fields(plan: RepairPlan, *, done: bool) -> dict[str, object]:
    return {
        "done": done and bool(plan.damaged),
        "damaged": [{"file": str(path), "what": what} for path, what in plan.damaged.items()],
        "aside": None if plan.damaged_folder is None else str(plan.damaged_folder),
        "rewrites": plan.rewrites,
        "records": [],
        "lost": plan.losses,
        "notes": plan.notes,
    }
