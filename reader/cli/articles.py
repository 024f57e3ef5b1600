"""`reader add`, `list`, `show` and `editions`."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import (
    CliContext,
    article_argument,
    cli_context,
    language_option,
    library_option,
    network_option,
    ocr_option,
    read_input,
    resolve_article,
    resolve_entry,
)
from reader.cli.output import json_option, print_json, print_table
from reader.errors import ReaderError, UsageError
from reader.printable import printable_line
from reader.review.completeness import Completeness, review_counts

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library import ArticleSummary, Edition, Library

_ROOM: Final = 100_000
"""The objects that a list may make before the garbage collector looks at them: thousands of rows stay until the end."""


@click.command(
    "add",
    epilog="Examples: `reader add https://example.org/story` fetches a page and keeps it; "
    "`wl-paste -t text/html | reader add -` adds what was copied from a page, with its links.",
)
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
@language_option
@ocr_option
@network_option
@library_option
@click.pass_context
def add_command(context: click.Context, names: tuple[str, ...]) -> None:
    """Add articles to the library and print the id of each. An article that is there already gets its current text.

    FILE is a file, an address, or "-" for standard input, also for HTML that is a part of a page. An address is fetched again
    each time. Of several, one that cannot be read is named and the others are added; the exit code is 1 then.
    """
    from reader.library.library import SAVE_SECONDS

    call = cli_context(context)
    failures: list[ReaderError] = []
    articles = _read_articles(call, dict.fromkeys(names), failures)
    first = next(articles, None)
    if first is not None:
        with call.library() as library:
            for article in chain((first,), articles):
                entry_id = _add_article(call, library, article)
                if not library.flush(SAVE_SECONDS):
                    return  # the end of the block says why
                click.echo(f"{entry_id}  {printable_line(article.title)}")
                for notice in article.notices:
                    click.echo(f"reader: {printable_line(notice)}", err=True)
    if failures and len(set(names)) == 1:
        raise failures[0]
    if failures:
        context.exit(1)


def _read_articles(call: CliContext, names: Collection[str], failures: list[ReaderError]) -> Iterator[Article]:
    """Yield the articles that can be read. Of several, each other one is named at once."""
    for name in names:
        try:
            yield read_input(name, private=call.private, ocr=call.recognition_language)
        except ReaderError as error:
            failures.append(error)
            if len(names) > 1:
                click.echo(f"reader: {printable_line(f'{name}: {error}')}", err=True)


def _add_article(call: CliContext, library: Library, article: Article) -> str:
    """Queue an article and the counts of its review, and return its id. Raises ReaderError."""
    from reader.formats.article_cache import keep_article

    session, entry = library.session(article, call.settings.creator, call.settings.scale)
    session.listen(lambda change: library.save(entry.id, change))
    call.set_language(session)
    call.look_up_health(session)
    library.save_counts(entry.id, review_counts(session.index, date.today().year), call.settings.scale)
    keep_article(article)  # it is opened next, as a rule
    return entry.id


@click.command("show", epilog="Examples: `reader show article.md | less`, `reader show article.md --open`")
@article_argument
@click.option("--claims", "only_claims", is_flag=True, help="Print only the claims, without the text.")
@click.option("--open", "only_open", is_flag=True, help="Print only the claims with open pairs, without the text.")
@click.option(
    "--filter",
    "query",
    metavar="WORDS",
    default="",
    help="Print only what the words of a filter match: `#tag is:stale`, `source:missing`.",
)
@language_option
@library_option
@click.pass_context
def show_command(context: click.Context, name: str, only_claims: bool, only_open: bool, query: str) -> None:
    """Print an article and its review as lines for pipes and screen readers.

    Each sentence has its number; annotations follow the paragraph they belong to; then come the references and what is left.
    """
    from reader.exchange.plain_text import to_plain_text
    from reader.exchange.report import build_report
    from reader.review.filter import parse_filter
    from reader.review.model import now

    call = cli_context(context)
    words = " ".join((query, *("claim",) * (only_claims or only_open), *("open",) * only_open)).strip()
    chosen = parse_filter(words, call.settings.scale) if words else None
    if chosen is not None and chosen.complaint:
        raise UsageError(f"Cannot read the filter {query!r}: {chosen.complaint}", "`reader show --help` has an example")
    with call.library() as library:
        article = resolve_article(name, library)
        session, _ = library.peek(article, call.settings.scale)
    call.set_language(session)
    call.look_up_health(session)
    click.echo(to_plain_text(build_report(session, now(), (), chosen), without_text=chosen is not None), nl=False)


@click.command("editions", epilog="Example: `reader editions article.md` after the page was changed.")
@article_argument
@json_option
@library_option
@click.pass_context
def editions_command(context: click.Context, name: str, as_json: bool) -> None:
    """List the editions of ARTICLE, oldest first, with the number of annotations made on each."""
    with cli_context(context).library() as library:
        entry = resolve_entry(name, library)
        made_on = library.annotations_by_edition(entry)
    rows = [(edition, made_on[edition.digest], edition.digest == entry.digest) for edition in entry.editions]
    if as_json:
        print_json([_edition_record(*row) for row in rows])
    else:
        head = ("edition", "first opened", "format", "read by", "text", "annotations", "")
        print_table(head, [(str(number), *_edition_row(*row)) for number, row in enumerate(rows, 1)])


def _edition_row(edition: Edition, count: int, latest: bool) -> tuple[str, ...]:
    opened = edition.at[:16].replace("T", " ")
    return opened, edition.format, edition.by, edition.digest[:12], str(count), "latest" if latest else ""


def _edition_record(edition: Edition, count: int, latest: bool) -> dict[str, object]:
    return {
        "digest": edition.digest,
        "original": edition.original,
        "format": edition.format,
        "by": edition.by,
        "at": edition.at,
        "annotations": count,
        "latest": latest,
    }


@click.command("list", epilog="Example: `reader list --json | jq -r '.[].title'`")
@click.option("--archived", is_flag=True, help="List the archived articles too.")
@click.option("--removed", is_flag=True, help="List only the articles that were removed from the list.")
@json_option
@library_option
@click.pass_context
def list_command(context: click.Context, archived: bool, removed: bool, as_json: bool) -> None:
    """List the articles of the library, the most recently opened first, with the state of their reviews."""
    gc.set_threshold(_ROOM)
    from reader.library.counts import review_overview
    from reader.registries.lookup import health_state

    call = cli_context(context)
    known = health_state(call.settings.library, call.settings)
    with call.library() as library:
        summaries, saved = review_overview(library, call.settings.scale, known)
        entries = [e for e in summaries if e.is_removed == removed and (archived or removed or not e.is_archived)]
        rows = [(e, saved.get(e.id) or _count(call, library, e, known)) for e in entries]
    if as_json:
        print_json([_article_record(*row) for row in rows])
    elif rows:
        print_table(("id", "title", "decided", "claims", "review", "tags", "opened"), [_article_row(*row) for row in rows])
    else:
        hint = "has no articles yet. `reader FILE` opens one."
        if removed and summaries:
            hint = "has no removed articles."
        elif summaries:
            hint = "lists no articles: `--archived` and `--removed` show those that are archived or removed."
        click.echo(f"The library {printable_line(str(library.folder))} {hint}")


def _count(call: CliContext, library: Library, entry: ArticleSummary, known: str) -> Completeness | None:
    """Return the counts of an article's review, None if its text cannot be read."""
    from reader.formats import parse_article
    from reader.library.counts import count_article

    with suppress(ReaderError):
        return count_article(library, entry, parse_article, call.settings.scale, call.look_up_health, known)
    return None


def _article_row(entry: ArticleSummary, counts: Completeness | None) -> tuple[str, ...]:
    tags = " ".join(f"#{tag}" for tag in dict.fromkeys((*entry.own_tags, *entry.tags)))
    opened = entry.opened[:16].replace("T", " ")
    if counts is None:
        return entry.id[:8], entry.shown_title, "", "", "text cannot be read", tags, opened
    decided = f"{counts.decided_count} of {counts.sentences}"
    return entry.id[:8], entry.shown_title, decided, str(counts.claims), counts.summary(), tags, opened


def _article_record(entry: ArticleSummary, counts: Completeness | None) -> dict[str, object]:
    """Return an article with the counts of its review, which are null if its text cannot be read."""
    numbers: dict[str, object] = dict(counts._asdict() if counts else dict.fromkeys(Completeness._fields))
    return {
        "id": entry.id,
        "title": entry.title,
        "source": entry.source,
        "format": entry.format,
        "digest": entry.digest,
        "added": entry.added,
        "opened": entry.opened,
        "decided": counts.decided_count if counts else None,
        "open": numbers.pop("open_pairs"),
        **numbers,
        "complete": counts.is_complete if counts else None,
        "tags": list(entry.tags),
        "name": entry.name,
        "own_tags": list(entry.own_tags),
        "archived": entry.is_archived,
        "removed": entry.is_removed,
    }
