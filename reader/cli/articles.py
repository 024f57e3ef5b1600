"""`reader add`, `list`, `show`, `editions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, library_option, network_option, read_input, resolve_article, resolve_entry
from reader.printable import printable_line

if TYPE_CHECKING:
    from reader.library import ArticleEntry, Edition


# ------------------------------------------------------------------ an article into the library, without opening it


@click.command(epilog="Example: `reader add https://example.org/story` fetches a page and keeps it")
@click.argument("name", metavar="FILE")
@network_option
@library_option
@click.pass_context
def add(context: click.Context, name: str) -> None:
    """Read an article, keep it in the library and print its id. What is there already gets the text as it is now.

    FILE is a file, an address, or "-" for a pipe. An address is fetched anew each time.
    """
    call = cli_context(context)
    article = read_input(name, private=call.private)
    with call.library() as library:
        _, entry = library.session(article, call.settings.creator)
    click.echo(f"{entry.id}  {printable_line(article.title)}")


# ------------------------------------------------------------------ an article and its review as plain text


@click.command(epilog="Example: `reader show article.md | less`")
@click.argument("name", metavar="ARTICLE")
@library_option
@click.pass_context
def show(context: click.Context, name: str) -> None:
    """Print an article, its annotations and its references as plain text.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. Claims are told in words after their paragraph.
    """
    from reader.exchange.plain_text import to_plain_text
    from reader.exchange.report import build_report
    from reader.review.model import now

    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library)
        session, _ = library.peek(article, call.settings.scale)
    click.echo(to_plain_text(build_report(session.index.article, session, now())), nl=False)


# ------------------------------------------------------------------ the texts that an article was opened with


@click.command(epilog="Example: `reader editions article.md` after its site has changed it.")
@click.argument("name", metavar="ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def editions(context: click.Context, name: str, as_json: bool) -> None:
    """List the texts that ARTICLE was opened with, the oldest first, and how many annotations were made on each.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    with cli_context(context).library() as library:
        entry = resolve_entry(name, library)
        made_on = library.annotations_by_edition(entry)
    counted = [(edition, made_on[edition.digest], edition.digest == entry.digest) for edition in entry.editions]
    if as_json:
        from reader.cli.output import print_json

        print_json([_edition_record(edition, count, latest) for edition, count, latest in counted])
    else:
        from reader.cli.output import print_table

        head = ("edition", "first opened", "format", "read by", "text", "annotations", "")
        print_table(head, [(str(number), *_edition_row(*one)) for number, one in enumerate(counted, 1)])


def _edition_row(edition: Edition, count: int, latest: bool) -> tuple[str, ...]:
    opened = edition.at[:16].replace("T", " ")
    return opened, edition.format, edition.by, edition.digest[:12], str(count), "opened last" if latest else ""


def _edition_record(edition: Edition, count: int, latest: bool) -> dict[str, object]:
    digest, original, form, by, at, _ = edition
    told = {"digest": digest, "original": original, "format": form, "by": by, "at": at}
    return {**told, "annotations": count, "latest": latest}


# ------------------------------------------------------------------ what the library holds


@click.command("list", epilog="Example: `reader list --json | jq -r '.[].title'`")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def list_articles(context: click.Context, as_json: bool) -> None:
    """List the articles of the library, the one opened last first."""
    with cli_context(context).library() as library:
        entries = library.entries()
    if as_json:
        from reader.cli.output import print_json

        print_json([_article_record(entry) for entry in entries])
    elif entries:
        from reader.cli.output import print_table

        print_table(("id", "title", "sentences", "claims", "tags", "opened"), [_article_row(entry) for entry in entries])
    else:
        click.echo(f"The library {library.folder} holds no article yet: `reader FILE` opens one.")


def _article_row(entry: ArticleEntry) -> tuple[str, ...]:
    progress = entry.progress
    sentences = f"{progress.seen} of {progress.sentences} seen"
    claims = f"{progress.claims}, {progress.open} open"
    tags = " ".join(f"#{tag}" for tag in entry.tags)
    return entry.id[:8], entry.title, sentences, claims, tags, entry.opened[:16].replace("T", " ")


def _article_record(entry: ArticleEntry) -> dict[str, object]:
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
