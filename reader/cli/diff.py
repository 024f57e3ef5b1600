"""`reader diff`: the changed sentences of an article, and the changed words in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from reader.cli.context import article_argument, cli_context, library_option, resolve_article, resolve_entry
from reader.cli.output import print_json
from reader.errors import ReaderError
from reader.printable import printable_line

if TYPE_CHECKING:
    from rich.console import Console

    from reader.article.article import Article
    from reader.article.ranges import Span
    from reader.library import ArticleEntry, Edition, Library
    from reader.review.revisions import DiffPiece, SentenceChange


@click.command("diff", epilog="Example: `reader diff article.md` shows what its site changed since you annotated it.")
@article_argument
@click.option("--old", type=int, metavar="N", help="The older edition, by its number in `reader editions`.")
@click.option("--new", type=int, metavar="N", help="The newer edition. Default: the current text of the article.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@library_option
@click.pass_context
def diff_command(context: click.Context, name: str, old: int | None, new: int | None, as_json: bool) -> None:
    """Show the sentences of ARTICLE that changed since the previous edition: "-" before, "+" after."""
    from reader.review.revisions import diff_sentences

    with cli_context(context).library() as library:
        entry = resolve_entry(name, library)
        after = (
            resolve_article(name, library) if new is None else _parse_edition(library, entry, _edition_by_number(entry, new))
        )
        others = [edition for edition in entry.editions if edition.digest != after.digest]
        if old is None and not others:
            click.echo("The text has not changed since it was first opened.")
            return
        before = _parse_edition(library, entry, others[-1] if old is None else _edition_by_number(entry, old))
        language = library.peek(after)[0].index.article.language  # that which a person set, or the recognised one
        before, after = before.with_language(language), after.with_language(language)
    changes = diff_sentences(before, after)
    if as_json:
        print_json([{"old": _sentence_text(before, c.old), "new": _sentence_text(after, c.new)} for c in changes])
        return
    _print_changes(before, after, changes)


def _edition_by_number(entry: ArticleEntry, number: int) -> Edition:
    """Return an edition by its number, from 1. Raises ReaderError when there is none."""
    if not 1 <= number <= len(entry.editions):
        raise ReaderError(f"“{entry.title}” has no edition {number}", "`reader editions ARTICLE` lists them")
    return entry.editions[number - 1]


def _parse_edition(library: Library, entry: ArticleEntry, edition: Edition) -> Article:
    from reader.formats import restore_article
    from reader.formats.article_cache import open_document

    read = partial(open_document, library.document(edition), entry.source)
    return restore_article(read, edition.digest, partial(library.text, edition))


def _sentence_text(article: Article, span: Span | None) -> str | None:
    return None if span is None else article.text[span.start : span.end]


def _print_changes(before: Article, after: Article, changes: Sequence[SentenceChange]) -> None:
    from rich.console import Console

    from reader.review.revisions import DiffPiece, diff_words

    edited = sum(change.old is not None and change.new is not None for change in changes)
    added = sum(change.old is None for change in changes)
    counts = (f"{edited} changed", f"{added} added", f"{len(changes) - edited - added} removed")
    click.echo(f"Of {len(after.sentences.all())} sentences: {', '.join(counts)}.")
    console = Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())
    for change in changes:
        click.echo()
        old, new = _sentence_text(before, change.old), _sentence_text(after, change.new)
        if old is not None and new is not None:
            pieces = diff_words(old, new)
            _print_line(console, "- ", pieces[0], "red")
            _print_line(console, "+ ", pieces[1], "green")
        else:
            _print_line(console, "- " if new is None else "+ ", (DiffPiece((old or "") + (new or "")),), "")


def _print_line(console: Console, sign: str, pieces: Iterable[DiffPiece], colour: str) -> None:
    """Print one wording: changed words are underlined, changed numbers and names are bold too."""
    from rich.text import Text

    line = Text(sign)
    for text, changed, detail in pieces:
        printed = printable_line(text)
        words = printed.rstrip()
        line.append(words, f"{colour} underline{' bold' if detail else ''}" if changed else "")
        line.append(printed[len(words) :])
    console.print(line)
