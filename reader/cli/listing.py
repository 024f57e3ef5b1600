"""`reader list`: what the library holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.call import library_option, the_call

if TYPE_CHECKING:
    from reader.library import ArticleEntry


@click.command("list", epilog="Example: `reader list --json | jq -r '.[].title'`")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def list_articles(context: click.Context, as_json: bool) -> None:
    """List the articles of the library, the one opened last first."""
    with the_call(context).library() as library:
        entries = library.entries()
    if as_json:
        from reader.cli.printing import print_json

        print_json([_record(entry) for entry in entries])
    elif entries:
        from reader.cli.printing import print_table

        print_table(("id", "title", "sentences", "claims", "tags", "opened"), [_row(entry) for entry in entries])
    else:
        click.echo(f"The library {library.folder} holds no article yet: `reader FILE` opens one.")


def _row(entry: ArticleEntry) -> tuple[str, ...]:
    progress = entry.progress
    sentences = f"{progress.seen} of {progress.sentences} seen"
    claims = f"{progress.claims}, {progress.open} open"
    tags = " ".join(f"#{tag}" for tag in entry.tags)
    return entry.id[:8], entry.title, sentences, claims, tags, entry.opened[:16].replace("T", " ")


def _record(entry: ArticleEntry) -> dict[str, object]:
    progress = entry.progress
    return {
        "id": entry.id,
        "title": entry.title,
        "source": entry.source,
        "format": entry.format,
        "digest": entry.digest,
        "added": entry.added,
        "opened": entry.opened,
        "sentences": progress.sentences,
        "seen": progress.seen,
        "claims": progress.claims,
        "open": progress.open,
        "tags": list(entry.tags),
    }
