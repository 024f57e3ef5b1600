"""`reader diff`: which sentences of an article changed, and which words in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, library_option, resolve_article, resolve_entry
from reader.errors import ReaderError

if TYPE_CHECKING:
    from rich.console import Console

    from reader.article.article import Article
    from reader.article.ranges import Span
    from reader.library import ArticleEntry, Edition, Library
    from reader.review.revisions import DiffPiece, SentenceChange


@click.command(epilog="Example: `reader diff article.md` says what its site changed since you annotated it.")
@click.argument("name", metavar="ARTICLE")
@click.option("--old", type=int, metavar="N", help="The edition to compare with, by its number in `reader editions`.")
@click.option("--new", type=int, metavar="N", help="The edition that is compared, else the article as it is now.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@library_option
@click.pass_context
def diff(context: click.Context, name: str, old: int | None, new: int | None, as_json: bool) -> None:
    """Show the sentences of ARTICLE that changed since the edition before: "-" as they were, "+" as they are.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.review.revisions import diff_sentences

    with cli_context(context).library() as library:
        entry = resolve_entry(name, library)
        after = (
            resolve_article(name, library) if new is None else _edition_article(library, entry, _edition_by_number(entry, new))
        )
        others = [edition for edition in entry.editions if edition.digest != after.digest]
        if old is None and not others:
            click.echo("The text has not changed since it was first opened.")
            return
        before = _edition_article(library, entry, others[-1] if old is None else _edition_by_number(entry, old))
    changes = diff_sentences(before, after)
    if as_json:
        from reader.cli.output import print_json

        print_json([{"old": _sentence_text(before, r.old), "new": _sentence_text(after, r.new)} for r in changes])
        return
    _print_changes(before, after, changes)


def _edition_by_number(entry: ArticleEntry, number: int) -> Edition:
    """Return an edition by its number, from 1. Raises ReaderError when there is none."""
    if not 1 <= number <= len(entry.editions):
        raise ReaderError(f"there is no edition {number} of “{entry.title}”", "`reader editions ARTICLE` lists them")
    return entry.editions[number - 1]


def _edition_article(library: Library, entry: ArticleEntry, edition: Edition) -> Article:
    """Return an edition as it was read: from its document, or from its text if this version reads that document otherwise."""
    from reader.formats import parse_article

    article = parse_article(library.document(edition), entry.source)
    return (
        article
        if article.digest == edition.digest
        else parse_article(library.text(edition).encode("utf-8", "surrogatepass"), "-")
    )


def _sentence_text(article: Article, span: Span | None) -> str | None:
    return None if span is None else article.text[span.start : span.end]


def _print_changes(before: Article, after: Article, changes: Sequence[SentenceChange]) -> None:
    from rich.console import Console

    from reader.review.revisions import DiffPiece, diff_words

    edited = sum(r.old is not None and r.new is not None for r in changes)
    added = sum(r.old is None for r in changes)
    numbers = (f"{edited} changed", f"{added} new", f"{len(changes) - edited - added} taken out")
    click.echo(f"Of {len(after.sentences.all())} sentences: {', '.join(numbers)}.")
    console = Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
    for one in changes:
        click.echo()
        old, new = _sentence_text(before, one.old), _sentence_text(after, one.new)
        if old is not None and new is not None:
            pieces = diff_words(old, new)
            _print_line(console, "- ", pieces[0], "red")
            _print_line(console, "+ ", pieces[1], "green")
        else:
            _print_line(console, "- " if new is None else "+ ", (DiffPiece((old or "") + (new or "")),), "")


def _print_line(console: Console, sign: str, pieces: Iterable[DiffPiece], colour: str) -> None:
    """Print a wording; what changed in it is underlined, numbers and names that did are bold too."""
    from rich.text import Text

    from reader.printable import printable_line

    line = Text(sign)
    for text, changed, detail in pieces:
        shown = printable_line(text)
        words = shown.rstrip()
        line.append(words, f"{colour} underline{' bold' if detail else ''}" if changed else "")
        line.append(shown[len(words) :])
    console.print(line)
