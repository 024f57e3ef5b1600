"""`reader editions`: the texts that an article was opened with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.call import find_entry, library_option, the_call

if TYPE_CHECKING:
    from reader.library import Edition


@click.command(epilog="Example: `reader editions article.md` after its site has changed it.")
@click.argument("name", metavar="ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def editions(context: click.Context, name: str, as_json: bool) -> None:
    """List the texts that ARTICLE was opened with, the oldest first, and how many annotations were made on each.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    with the_call(context).library() as library:
        entry = find_entry(name, library)
        made_on = library.made_on(entry)
    counted = [(edition, made_on[edition.digest], edition.digest == entry.digest) for edition in entry.editions]
    if as_json:
        from reader.cli.printing import print_json

        print_json([_record(edition, count, latest) for edition, count, latest in counted])
    else:
        from reader.cli.printing import print_table

        head = ("edition", "first opened", "format", "read by", "text", "annotations", "")
        print_table(head, [(str(number), *_row(*one)) for number, one in enumerate(counted, 1)])


def _row(edition: Edition, count: int, latest: bool) -> tuple[str, ...]:
    opened = edition.at[:16].replace("T", " ")
    return opened, edition.format, edition.by, edition.digest[:12], str(count), "opened last" if latest else ""


def _record(edition: Edition, count: int, latest: bool) -> dict[str, object]:
    digest, original, form, by, at, _ = edition
    told = {"digest": digest, "original": original, "format": form, "by": by, "at": at}
    return {**told, "annotations": count, "latest": latest}
