"""`reader parse`: what is recognised in a document."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reader.article.language import language_title
from reader.cli.context import cli_context, language_option, network_option, ocr_option, read_input
from reader.cli.output import print_json, print_table
from reader.errors import UsageError
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from reader.article.article import Article


@click.command("parse", epilog="Example: `reader parse page.html --json | jq .references`")
@click.argument("name", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON instead of a summary.")
@click.option("--text", "as_text", is_flag=True, help="Print the text that all positions count in, instead of a summary.")
@language_option
@ocr_option
@network_option
@click.pass_context
def parse_command(context: click.Context, name: str, as_json: bool, as_text: bool) -> None:
    """Show what is recognised in a document: blocks, references, citations, noise.

    FILE is a file, an address, or "-" for standard input. In JSON, positions are half-open ranges of the code points of `text`,
    as in `reader audit --json`. `noise` holds the ranges of `text` that are set aside; `shown` is the text without them.
    `omissions` holds the notices in `text` about parts that were not read; they are printed on standard error too. `comments`
    holds those of a Word or OpenDocument file with the ids of the references that they give as sources, `refs`; dates are
    local times unless they end in "Z".
    """
    if as_json and as_text:
        raise UsageError("--text and --json exclude each other", "--json prints the text too, as `text`")
    call = cli_context(context)
    article = read_input(name, private=call.private, ocr=call.recognition_language)
    article = article.with_language(call.language or article.language)
    for notice in article.notices:
        click.echo(f"reader: {printable_line(name)}: {notice}", err=True)
    if as_json:
        print_json(article_record(article))
        return
    if as_text:
        _print_text(article.text)
        return
    rows = (
        ("title", article.title),
        ("format", article.format),
        ("language", language_title(article.language)),
        ("code points", str(len(article.text))),
        ("blocks", str(len(article.blocks))),
        ("references", f"{len(article.references)}, {len(article.cited_ids)} of them cited"),
        ("citations", str(len(article.citations))),
        ("comments", _count_comments(article)),
        ("noise", plural(len(article.aside), "passage")),
    )
    print_table(("what", "found"), rows)


def article_record(article: Article) -> dict[str, object]:
    """Return an article as JSON values. Positions are half-open ranges of the code points of `article.text`."""
    return {
        "title": article.title,
        "format": article.format,
        "language": article.language,
        "about": {name: value for name, value in article.about._asdict().items() if value},
        "text": article.text,
        "shown": _shown_text(article),
        "blocks": [
            {"start": block.start, "end": block.end, "kind": block.kind.value, "level": block.level} for block in article.blocks
        ],
        "sentences": [{"start": sentence.start, "end": sentence.end} for sentence in article.sentences.all()],
        "references": [
            {
                "id": reference.id,
                "label": reference.label,
                "start": span.start if (span := reference.span) else None,
                "end": span.end if span else None,
                "text": reference.text,
                "authors": list(reference.authors),
                "year": reference.year,
                "title": reference.title,
                "doi": reference.doi,
                "url": reference.url,
                "remark": reference.remark,
            }
            for reference in article.references
        ],
        "citations": [
            {
                "start": citation.start,
                "end": citation.end,
                "refs": list(citation.references),
                "missing": list(citation.missing),
                "ambiguous": list(citation.ambiguous),
                "kind": citation.kind,
            }
            for citation in article.citations
        ],
        "comments": [
            {
                "start": comment.start,
                "end": comment.end,
                "resolved": comment.is_resolved,
                "refs": list(comment.references),
                "messages": [message._asdict() for message in comment.messages],
            }
            for comment in article.comments
        ],
        "omissions": [{"start": omission.start, "end": omission.end} for omission in article.omissions],
        "noise": [{"start": noise.start, "end": noise.end, "reason": noise.reason.value} for noise in article.aside],
    }


def _count_comments(article: Article) -> str:
    """Return how many comments an article has, and how many of them give sources."""
    count = sum(bool(comment.references) for comment in article.comments)
    return f"{len(article.comments)}, {count} of them with a source" if article.comments else "0"


def _shown_text(article: Article) -> str:
    """Return the text without noise."""
    starts = (0, *(noise.end for noise in article.aside))
    ends = (*(noise.start for noise in article.aside), len(article.text))
    return "".join(article.text[start:end] for start, end in zip(starts, ends, strict=True))


def _print_text(text: str) -> None:
    """Print a text: in a pipe as it is, in UTF-8; on a terminal so that it cannot control it."""
    if sys.stdout.isatty():
        click.echo("\n".join(map(printable_line, text.split("\n"))))
        return
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()
