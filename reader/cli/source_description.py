"""`reader source describe`: describe the sources that are no text, such as an interview, a call, a book on a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from reader.cli.context import (
    article_argument,
    cli_context,
    library_option,
    read_stdin,
    resolve_article,
    resolve_reference,
)
from reader.errors import UsageError
from reader.printable import plural, printable_line
from reader.review.description import NO_DESCRIPTION, SOURCE_KINDS, SourceDescription, clean_line, match_kind

if TYPE_CHECKING:
    from reader.library import Library
    from reader.review.session import ReviewSession

_STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a call says of a source; None for what it leaves as it is."""

    kind: str | None
    who: str | None
    when: str | None
    kept: str | None

    def apply(self, old: SourceDescription) -> SourceDescription:
        """Return a description with these answers. Raises UsageError for an unknown kind, and without one."""
        kinds = ", ".join(SOURCE_KINDS)
        if self.kind is not None and not match_kind(self.kind):
            raise UsageError(f"There is no kind of source “{printable_line(self.kind)}”", f"The kinds are {kinds}")
        if self.kind is None and not old.kind:
            raise UsageError("A described source needs a kind", f"Name one with --kind: {kinds}")
        given = {"who": self.who, "when": self.when, "kept": self.kept}
        lines = {name: clean_line(value) for name, value in given.items() if value is not None}
        return replace(old, kind=match_kind(self.kind) if self.kind is not None else old.kind, **lines)


@click.command(
    "describe",
    short_help="Describe a source that is no text: an interview, a call, a book.",
    epilog="Example: `reader source describe article.md 2 --kind interview --who 'Ana Lind' --when 2024-05-03 --kept 'tape 4' "
    "--said 'We closed the mill in March.'`",
)
@article_argument
@click.argument("label", metavar="REFERENCE")
@click.option("--kind", metavar="KIND", help=f"What it is: {', '.join(SOURCE_KINDS)}. The first letters are enough.")
@click.option("--who", metavar="TEXT", help="Who spoke or wrote.")
@click.option("--when", metavar="TEXT", help="When, as you would spell it.")
@click.option("--kept", metavar="TEXT", help="Where it is kept: a shelf mark, a file name, an archive.")
@click.option("--said", metavar="TEXT", help='What was said, as quotes or a summary; "-" reads it from standard input.')
@library_option
@click.pass_context
def describe_source_command(
    context: click.Context,
    name: str,
    label: str,
    kind: str | None,
    who: str | None,
    when: str | None,
    kept: str | None,
    said: str | None,
) -> None:
    """Describe the source behind a reference that is no text; a text that it had before is kept for its evidence.

    REFERENCE is a label or an id. What a later call leaves out stays as it was, and "" clears it. What was said is your own
    record: it can be searched and quoted as evidence, and exports mark it as such. A program cannot check more of the source.
    """
    call = cli_context(context)
    if name == said == _STDIN:
        raise UsageError("Standard input cannot be both the article and what was said", "Name a file for the article")
    answers = _Answers(kind, who, when, kept)
    with call.library() as library:
        article = resolve_article(name, library)
        reference = resolve_reference(article, label)
        peeked, _ = library.peek(article)
        description = answers.apply(_old_description(peeked, reference.id))
        words = _read_said(said)
        review = library.review(article, call.settings.creator)
        message = _describe(library, review, reference.id, description, words)
    click.echo(printable_line(f"[{reference.label}] {message}"))


def _old_description(review: ReviewSession, reference: str) -> SourceDescription:
    source = review.sources.source(reference)
    return source.text.description if source is not None and source.text is not None else NO_DESCRIPTION


def _read_said(said: str | None) -> str | None:
    """Return what was said, of standard input for "-"; None if it stays. Raises UsageError for bytes that are no text."""
    if said != _STDIN:
        return said
    try:
        return (read_stdin(_STDIN) or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("What was said is no text in UTF-8", "Type it, or paste it") from error


def _describe(library: Library, review: ReviewSession, reference: str, description: SourceDescription, said: str | None) -> str:
    """Describe a source and return a message."""
    from reader.library.source_texts import keep_description, read_record

    words = read_record(library, review.sources.source(reference)) if said is None else said
    review.attach_source(reference, keep_description(library, description, words))
    count = len(words.split())
    record = f"{plural(count, 'word')} of your own record" if count else "nothing of what was said is written down"
    return f"described: {description.words}; {record}"
