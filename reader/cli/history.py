"""`reader history`, `undo` and `redo`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import click

from reader.cli.context import cli_context, library_option, optional_article_argument, resolve_entry
from reader.cli.output import json_option, print_json, print_table
from reader.errors import ReaderError
from reader.printable import printable_line

if TYPE_CHECKING:
    from reader.library import Library
    from reader.library.journal import JournalEntry


@click.command("undo", epilog="Example: `reader undo article.md --dry-run` says what it would undo.")
@optional_article_argument
@click.option("--dry-run", is_flag=True, help="Only say what would be undone.")
@library_option
@click.pass_context
def undo_command(context: click.Context, name: str, dry_run: bool) -> None:
    """Undo the last change of the library, or of ARTICLE. Again: the change before it.

    A change on which somebody else has built since is not undone.
    """
    call = cli_context(context)
    with call.library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        line = library.next_undo(article_id) if dry_run else library.undo(article_id, call.settings.creator)
        title = _change_title(line, library, "undo")
    click.echo(f"{'Would undo' if dry_run else 'Undone'}: {title}")


@click.command("redo", epilog="Example: `reader redo` redoes what the last `reader undo` undid.")
@optional_article_argument
@click.option("--dry-run", is_flag=True, help="Only say what would be redone.")
@library_option
@click.pass_context
def redo_command(context: click.Context, name: str, dry_run: bool) -> None:
    """Redo the last undone change of the library, or of ARTICLE, unless something has changed since."""
    call = cli_context(context)
    with call.library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        line = library.next_redo(article_id) if dry_run else library.redo(article_id, call.settings.creator)
        title = _change_title(line, library, "redo")
    click.echo(f"{'Would redo' if dry_run else 'Redone'}: {title}")


def _change_title(line: JournalEntry | None, library: Library, verb: str) -> str:
    """Return the title of a change and of its article. Raises ReaderError when there is no change."""
    from reader.library.journal import UNDO

    if line is None:
        raise ReaderError(f"There is nothing to {verb}", "`reader history` lists the changes")
    title = next((entry.shown_title for entry in library.summaries(with_removed=True) if entry.id == line.article), "")
    return printable_line(line.label.removeprefix(UNDO) + (f", on “{title}”" if title else ""))


class HistoryChange(NamedTuple):
    """A change of the library, and whether it is undone at present."""

    line: JournalEntry
    is_undone: bool


@click.command("history", epilog="Example: `reader history article.md -n 5` shows the last five changes of one article.")
@optional_article_argument
@click.option("-n", "number", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="At most N changes.")
@json_option
@library_option
@click.pass_context
def history_command(context: click.Context, name: str, number: int, as_json: bool) -> None:
    """List the changes of the library, or of ARTICLE, latest first: when, by whom, what, and whether it is undone."""
    with cli_context(context).library() as library:
        article_id = resolve_entry(name, library).id if name else ""
        titles = {entry.id: entry.shown_title for entry in library.summaries(with_removed=True)}
        changes = list(islice(_history_changes(library.history(article_id)), min(number, sys.maxsize)))
    if as_json:
        print_json([_change_record(change, titles) for change in changes])
    elif changes:
        print_table(("when", "by", "what", "article", "annotations", ""), [_change_row(change, titles) for change in changes])
    else:
        click.echo("Nothing has been changed yet.")


def _history_changes(lines: Iterable[JournalEntry]) -> Iterator[HistoryChange]:
    # The latest line that undoes or redoes a change decides whether it is undone.
    undone: dict[str, bool] = {}
    for line in lines:
        undone.setdefault(line.undoes or line.redoes, bool(line.undoes))
        yield HistoryChange(line, undone.get(line.id, False))


def _annotation_count(line: JournalEntry) -> int:
    return sum(operation.table == "annotations" for operation in line.operations)


def _change_row(change: HistoryChange, titles: Mapping[str, str]) -> tuple[str, ...]:
    from reader.library.article_changes import ARTICLE_LIST_SCOPE
    from reader.library.history import CODEBOOK_SCOPE

    line = change.line
    is_of_library = line.article in (ARTICLE_LIST_SCOPE, CODEBOOK_SCOPE)
    title = titles.get(line.article, "" if is_of_library else line.article[:8])
    state = "undone" if change.is_undone else ""
    return local_time(line.at), line.by, line.label, title, str(_annotation_count(line)), state


def _change_record(change: HistoryChange, titles: Mapping[str, str]) -> dict[str, object]:
    line = change.line
    return {
        "id": line.id,
        "at": line.at,
        "by": line.by,
        "what": line.label,
        "article": line.article,
        "title": titles.get(line.article),
        "annotations": _annotation_count(line),
        "undone": change.is_undone,
    }


def local_time(at: str) -> str:
    """Return a UTC time as local date and time, to the minute; a text that is no time stays as it is."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return at
