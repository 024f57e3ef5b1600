"""`reader export`: the review of an article, to standard output or a new file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reader.cli.call import find_article, library_option, the_call
from reader.errors import UsageError


@click.command(epilog="Example: `reader export article.md --format csv --output claims.csv`")
@click.argument("name", metavar="ARTICLE")
@click.option("--format", "kind", type=click.Choice(["markdown", "jsonl", "csv"]), required=True, help="The format to write.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="A new file, in place of standard output."
)
@click.option("--force", is_flag=True, help="Let --output replace a file that is there.")
@library_option
@click.pass_context
def export(context: click.Context, name: str, kind: str, output: Path | None, force: bool) -> None:
    """Write the claims of an article with their places, tags, notes and verdicts, and its references.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. The text is in UTF-8.
    """
    from reader.exchange import EXPORTERS, report_of
    from reader.review.model import now

    if force and output is None:
        raise UsageError("--force means nothing without --output FILE")
    call = the_call(context)
    with call.library() as library:
        article = find_article(name, library)
        session, _ = library.peek(article, call.settings.scale)
    text = EXPORTERS[kind](report_of(session.article, session, now()))
    if output is None:
        # As bytes: whatever the locale, an export is UTF-8 with the line ends of its format.
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    from reader.exchange.files import write_new

    write_new(output, text, force)
    click.echo(f"{output}: {len(session.annotations())} annotations", err=True)
