"""`reader undo` and `reader redo`: taking back the last change of the library or of an article, whoever made it, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.call import find_entry, library_option, the_call
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.library import Library
    from reader.library.log import Line


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
    call = the_call(context)
    with call.library() as library:
        article_id = find_entry(name, library).id if name else ""
        line = library.next_undo(article_id) if dry_run else library.undo(article_id, call.settings.creator)
        said = _said(line, library, "undo")
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
    call = the_call(context)
    with call.library() as library:
        article_id = find_entry(name, library).id if name else ""
        line = library.next_redo(article_id) if dry_run else library.redo(article_id, call.settings.creator)
        said = _said(line, library, "redo")
    click.echo(f"{'would do again' if dry_run else 'done again'}: {said}")


def _said(line: Line | None, library: Library, what: str) -> str:
    """Return how a person calls a change. Raises ReaderError when there is none."""
    from reader.library.log import UNDO
    from reader.printable import printable_line

    if line is None:
        raise ReaderError(f"there is nothing to {what}", "`reader history` shows what was done")
    title = next((entry.title for entry in library.entries() if entry.id == line.article), "")
    return printable_line(line.label.removeprefix(UNDO) + (f", on “{title}”" if title else ""))
