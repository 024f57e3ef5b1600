"""`reader doctor`, `repair`, `purge`, `merge`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import cli_context, library_option
from reader.cli.history import local_time
from reader.printable import plural

if TYPE_CHECKING:
    from reader.library.care.purge import UnusedFiles
    from reader.library.care.repair import RepairPlan
    from reader.library.folder import Folder


# ------------------------------------------------------------------ what is fine with the library's folder, what is not, and


@click.command(epilog="Example: `reader doctor --json | jq '.findings[] | select(.state == \"wrong\")'`")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Look the library over: its file, journals, history, texts, backups, conflict copies, locks and rights. Changes nothing.

    Ends with exit code 1 when something is wrong.
    """
    from reader.library.care.doctor import HEALTHY, PROBLEM, examine_library

    folder = cli_context(context).settings.library
    findings = examine_library(folder)
    well = all(finding.state != PROBLEM for finding in findings)
    if as_json:
        from reader.cli.output import print_json

        told = [{"part": f.part, "state": f.state, "what": f.message, "todo": f.advice} for f in findings]
        print_json({"folder": str(folder), "well": well, "findings": told})
    else:
        from reader.cli.output import print_table

        # What there is to do comes last, where it is seen.
        order = sorted(findings, key=lambda finding: (finding.state == PROBLEM, finding.state != HEALTHY))
        print_table(("", "part", "what", "what to do"), [(f.state, f.part, f.message, f.advice) for f in order])
        click.echo("All is well." if well else "Not all is well.")
    if not well:
        context.exit(1)


# ------------------------------------------------------------------ throwing away what the library needs no more, said first

_MOST_FILES: Final = 20


@click.command(epilog="Example: `reader purge --history-older-than 365` says what would go, with --yes it goes.")
@click.option("--yes", is_flag=True, help="Do it. Without, nothing is changed.")
@click.option(
    "--history-older-than",
    "days",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Also finished journals that are older, as far as library.json holds what they did. Undo then reaches back less far.",
)
@library_option
@click.pass_context
def purge(context: click.Context, yes: bool, days: int | None) -> None:
    """Remove texts that nothing names any more, files that killed programs left, and on request the history of long ago.

    Without --yes it only says what would go. Nothing that is younger than a day goes.
    """
    from reader.library.care.purge import find_unused, remove_unused
    from reader.library.folder import Folder
    from reader.printable import printable_line

    folder = Folder(cli_context(context).settings.library)
    older = None if days is None else timedelta(days=days)
    found = remove_unused(folder, older) if yes else find_unused(folder, older)
    for line in _purge_lines(found, folder, done=yes):
        click.echo(printable_line(line))


def _purge_lines(found: UnusedFiles, folder: Folder, *, done: bool) -> Iterator[str]:
    if not found.files:
        yield "There is nothing to remove."
        return
    for word, paths in (("text", found.texts), ("temporary file", found.temporaries), ("finished journal", found.history)):
        if paths:
            shown = ", ".join(str(path.relative_to(folder.path)) for path in paths[:_MOST_FILES])
            more = f" and {len(paths) - _MOST_FILES} more" if len(paths) > _MOST_FILES else ""
            yield f"{plural(len(paths), word)}: {shown}{more}"
    if found.history:
        reach = f"to {local_time(found.reach)}" if found.reach else "no further than now"
        yield f"Undo {'reaches' if done else 'would then reach'} back {reach}."
    yield f"{'Removed' if done else 'Would remove'} {found.size:,} bytes."
    if not done:
        yield "Nothing was changed: `reader purge --yes` does it."


# ------------------------------------------------------------------ what another library holds, taken into this one


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

    call = cli_context(context)
    with call.library() as library:
        merged = library.merge(path.expanduser(), call.settings.creator, dry=dry_run)
    said = (
        f"would merge {merged.summary.removeprefix('merged ')}"
        if dry_run and merged.summary.startswith("merged ")
        else merged.summary
    )
    click.echo(printable_line(said))


# ------------------------------------------------------------------ the best that can be made of a damaged library, said first

_MOST_RECORDS: Final = 20
_LONGEST_NAME: Final = 60


@click.command(epilog="Example: `reader repair` says what it would do, `reader repair --yes` does it.")
@click.option("--yes", is_flag=True, help="Do it. Without, nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with where each record comes from.")
@library_option
@click.pass_context
def repair(context: click.Context, yes: bool, as_json: bool) -> None:
    """Make the best of a damaged library: join what the file, the backups, the journals and the history still hold.

    Without --yes it only says what it would do, and where each record comes from. Damaged files are put aside into the folder
    `damaged`, never removed.
    """
    from reader.library.care.repair import apply_repair, plan_repair
    from reader.library.folder import Folder
    from reader.printable import printable_line

    folder = Folder(cli_context(context).settings.library)
    plan = apply_repair(folder) if yes else plan_repair(folder)
    if as_json:
        from reader.cli.output import print_json

        print_json(_repair_record(plan, done=yes))
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
    yield f"{'Put aside' if done else 'Would put aside'} into {where}: {', '.join(path.name for path in plan.damaged)}."
    if plan.rewrites:
        total = Counter(table for table, _ in plan.sources)
        yield f"{'Wrote' if done else 'Would write'} {folder.library} anew, with {_table_counts(total)}:"
        for source, counts in plan.counts().items():
            yield f"  from {source}: {_table_counts(counts)}"
        yield from _restored_records(plan, folder.library.name)
    yield from (f"Not saved: {what}." for what in plan.losses)
    yield from (f"Note: {what}." for what in plan.notes)
    if not done:
        yield "Nothing was changed: `reader repair --yes` does it."


def _restored_records(plan: RepairPlan, usual: str) -> Iterator[str]:
    """Yield the records that come from elsewhere than the file itself, the first few of them."""
    others = [(key, source) for key, source in plan.sources.items() if source != usual]
    for (table, record_id), source in others[:_MOST_RECORDS]:
        yield f"  {table} {record_id[:13]} {_record_title(plan, table, record_id)} from {source}"
    if len(others) > _MOST_RECORDS:
        yield f"  and {len(others) - _MOST_RECORDS} more, which --json lists"


def _record_title(plan: RepairPlan, table: str, record_id: str) -> str:
    from reader.review.records import annotation_from_record

    record = plan.records.get(table, record_id) or {}
    words = record.get("title") or record.get("name") or annotation_from_record(record).selector.exact
    text = " ".join(str(words).split())
    return f"“{text[:_LONGEST_NAME]}{'…' if len(text) > _LONGEST_NAME else ''}”"


def _table_counts(counts: Counter[str]) -> str:
    return ", ".join(plural(number, table.removesuffix("s"), table) for table, number in counts.items()) or "no record"


def _repair_record(plan: RepairPlan, *, done: bool) -> dict[str, object]:
    return {
        "done": done and bool(plan.damaged),
        "damaged": [{"file": str(path), "what": what} for path, what in plan.damaged.items()],
        "aside": None if plan.damaged_folder is None else str(plan.damaged_folder),
        "rewrites": plan.rewrites,
        "records": [{"table": table, "id": one, "from": source} for (table, one), source in plan.sources.items()],
        "lost": plan.losses,
        "notes": plan.notes,
    }
