"""`reader repair`: the best that can be made of a damaged library, said first and then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from reader.cli.call import library_option, the_call

if TYPE_CHECKING:
    from reader.library.folder import Folder
    from reader.library.repair import Plan

_SHOWN: Final = 20
_LONG: Final = 60


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
    from reader.library.folder import Folder
    from reader.library.mending import repaired
    from reader.library.repair import planned
    from reader.printable import printable_line

    folder = Folder(the_call(context).settings.library)
    plan = repaired(folder) if yes else planned(folder)
    if as_json:
        from reader.cli.printing import print_json

        print_json(_record(plan, done=yes))
    else:
        for line in _said(plan, folder, done=yes):
            click.echo(printable_line(line))


def _said(plan: Plan, folder: Folder, *, done: bool) -> Iterator[str]:
    if not plan.damaged:
        yield "There is nothing to repair."
        return
    for path, what in plan.damaged.items():
        yield f"{path} {what}"
    where = plan.aside or folder.path / "damaged"
    yield f"{'Put aside' if done else 'Would put aside'} into {where}: {', '.join(path.name for path in plan.damaged)}."
    if plan.rewrites:
        total = Counter(table for table, _ in plan.sources)
        yield f"{'Wrote' if done else 'Would write'} {folder.library} anew, with {_numbers(total)}:"
        for source, counts in plan.counts().items():
            yield f"  from {source}: {_numbers(counts)}"
        yield from _listed(plan, folder.library.name)
    yield from (f"Not saved: {what}." for what in plan.lost)
    yield from (f"Note: {what}." for what in plan.notes)
    if not done:
        yield "Nothing was changed: `reader repair --yes` does it."


def _listed(plan: Plan, usual: str) -> Iterator[str]:
    """Yield the records that come from elsewhere than the file itself, the first few of them."""
    others = [(key, source) for key, source in plan.sources.items() if source != usual]
    for (table, record_id), source in others[:_SHOWN]:
        yield f"  {table} {record_id[:13]} {_name(plan, table, record_id)} from {source}"
    if len(others) > _SHOWN:
        yield f"  and {len(others) - _SHOWN} more, which --json lists"


def _name(plan: Plan, table: str, record_id: str) -> str:
    from reader.review.records import annotation_from_record

    record = plan.lines.get(table, record_id) or {}
    words = record.get("title") or record.get("name") or annotation_from_record(record).selector.exact
    text = " ".join(str(words).split())
    return f"“{text[:_LONG]}{'…' if len(text) > _LONG else ''}”"


def _numbers(counts: Counter[str]) -> str:
    return (
        ", ".join(f"{number} {table.removesuffix('s') if number == 1 else table}" for table, number in counts.items())
        or "no record"
    )


def _record(plan: Plan, *, done: bool) -> dict[str, object]:
    return {
        "done": done and bool(plan.damaged),
        "damaged": [{"file": str(path), "what": what} for path, what in plan.damaged.items()],
        "aside": None if plan.aside is None else str(plan.aside),
        "rewrites": plan.rewrites,
        "records": [{"table": table, "id": one, "from": source} for (table, one), source in plan.sources.items()],
        "lost": plan.lost,
        "notes": plan.notes,
    }
