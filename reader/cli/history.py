"""`reader history`, `undo`, `redo`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import click

from reader.cli.context import cli_context, library_option, resolve_entry
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.library import Library
    from reader.library.journal import JournalEntry


# ------------------------------------------------------------------ taking back the last change of the library or of an


@click.command(epilog="Example: `reader undo article.md --dry-run` says what it would take back.")
@click.argument("name", metavar="[ARTICLE]", default="")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken back.")
@library_option
@click.pass_context
def undo(context: click.Context, name: str, dry_run: bool) -> None:
    """Take the last change of the library, or of ARTICLE, back. Again: the one before it.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. What somebody else changed since stays: then nothing is
    undone.
    """
    call = cli_context(context)
    with call.library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        line = library.next_undo(article_id) if dry_run else library.undo(article_id, call.settings.creator)
        said = _change_title(line, library, "undo")
    click.echo(f"{'would undo' if dry_run else 'undone'}: {said}")


@click.command(epilog="Example: `reader redo` does again what the last `reader undo` took back.")
@click.argument("name", metavar="[ARTICLE]", default="")
@click.option("--dry-run", is_flag=True, help="Only say what would be done again.")
@library_option
@click.pass_context
def redo(context: click.Context, name: str, dry_run: bool) -> None:
    """Do again what was undone last in the library, or on ARTICLE, unless something was changed since.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    call = cli_context(context)
    with call.library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        line = library.next_redo(article_id) if dry_run else library.redo(article_id, call.settings.creator)
        said = _change_title(line, library, "redo")
    click.echo(f"{'would do again' if dry_run else 'done again'}: {said}")


def _change_title(line: JournalEntry | None, library: Library, what: str) -> str:
    """Return how a person calls a change. Raises ReaderError when there is none."""
    from reader.library.journal import UNDO
    from reader.printable import printable_line

    if line is None:
        raise ReaderError(f"there is nothing to {what}", "`reader history` shows what was done")
    title = next((entry.title for entry in library.entries() if entry.id == line.article), "")
    return printable_line(line.label.removeprefix(UNDO) + (f", on “{title}”" if title else ""))


# ------------------------------------------------------------------ what was done in the library, the latest first


class HistoryChange(NamedTuple):
    """A change, and whether it is undone at present."""

    line: JournalEntry
    is_undone: bool


@click.command(epilog="Example: `reader history article.md -n 5` shows the last five changes of one article.")
@click.argument("name", metavar="[ARTICLE]", default="")
@click.option("-n", "number", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def history(context: click.Context, name: str, number: int, as_json: bool) -> None:
    """List what was done in the library, or to ARTICLE, the latest first: when, by whom, what, and whether it is undone.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    with cli_context(context).library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        titles = {entry.id: entry.title for entry in library.entries()}
        changes = list(islice(_history_changes(library.history(article_id)), number))
    if as_json:
        from reader.cli.output import print_json

        print_json([_change_record(told, titles) for told in changes])
    elif changes:
        from reader.cli.output import print_table

        print_table(("when", "by", "what", "article", "annotations", ""), [_change_row(told, titles) for told in changes])
    else:
        click.echo("Nothing was done yet.")


def _history_changes(lines: Iterable[JournalEntry]) -> Iterator[HistoryChange]:
    # The latest line that undoes or redoes a change says how it stands.
    undone: dict[str, bool] = {}
    for line in lines:
        undone.setdefault(line.undoes or line.redoes, bool(line.undoes))
        yield HistoryChange(line, undone.get(line.id, False))


def _annotation_count(line: JournalEntry) -> int:
    return sum(operation.table == "annotations" for operation in line.operations)


def _change_row(told: HistoryChange, titles: Mapping[str, str]) -> tuple[str, ...]:
    line = told.line
    title = titles.get(line.article, line.article[:8])
    return local_time(line.at), line.by, line.label, title, str(_annotation_count(line)), "undone" if told.is_undone else ""


def _change_record(told: HistoryChange, titles: Mapping[str, str]) -> dict[str, object]:
    line = told.line
    return {
        "id": line.id,
        "at": line.at,
        "by": line.by,
        "what": line.label,
        "article": line.article,
        "title": titles.get(line.article),
        "annotations": _annotation_count(line),
        "undone": told.is_undone,
    }


def local_time(at: str) -> str:
    """Return a time as people here say it, to the minute; one that is none stays as it is."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return at
