"""`reader audit` and `reader export`."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, library_option, resolve_article
from reader.errors import UsageError

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.audit.finding import Finding
    from reader.review.model import Dismissal


# ------------------------------------------------------------------ the review of an article, to standard output or a new file


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
    from reader.exchange import EXPORTERS, build_report
    from reader.review.model import now

    if force and output is None:
        raise UsageError("--force means nothing without --output FILE")
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library)
        session, _ = library.peek(article, call.settings.scale)
    text = EXPORTERS[kind](build_report(session.index.article, session, now()))
    if output is None:
        # As bytes: whatever the locale, an export is UTF-8 with the line ends of its format.
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
        return
    from reader.exchange.save import save_export

    save_export(output, text, force)
    click.echo(f"{output}: {len(session.index.annotations())} annotations", err=True)


# ------------------------------------------------------------------ what does not fit between an article and its references


@click.command(epilog="Example: `reader audit --strict draft.md` in a script fails when there is something to mend.")
@click.argument("name", metavar="ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--strict", is_flag=True, help="End with exit code 1 when there is a finding that nobody dismissed.")
@click.option("--all", "everything", is_flag=True, help="List what was dismissed too.")
@library_option
@click.pass_context
def audit(context: click.Context, name: str, as_json: bool, strict: bool, everything: bool) -> None:
    """List what does not fit between an article and its references.

    References that are never cited, and the sentences they would fit; markers that point nowhere, or stand beside a name or a
    year that the reference does not have; references that repeat another one, have no link, or say "(n.d.)" though a date
    stands in them; DOIs and addresses that are none; years still to come; sentences that cite nothing.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. Claims that are marked there are taken into account,
    and what was dismissed there is left out; JSON has it, with the reason.
    """
    from reader.article.audit.audit import audit_findings
    from reader.review.index import audit_input

    with cli_context(context).library() as library:
        article = resolve_article(name, library)
        session, _ = library.peek(article)
    findings = audit_findings(article, *audit_input(session.index))
    dismissed, lines = session.index.dismissals(), _LineNumbers(article.text)
    open_ones = [finding for finding in findings if finding.key not in dismissed]
    shown = [*open_ones, *(finding for finding in findings if finding.key in dismissed and everything)]
    if as_json:
        from reader.cli.output import print_json

        print_json(
            [
                {**_finding_record(article, lines, finding), "dismissed": _dismissal_record(dismissed.get(finding.key))}
                for finding in findings
            ]
        )
    elif shown:
        from reader.cli.output import print_table

        rows = [(*_finding_row(article, lines, finding), _dismissal_text(dismissed.get(finding.key))) for finding in shown]
        head = ("finding", "line", "reference", "what", "dismissed")
        print_table(head if everything else head[:4], [row if everything else row[:4] for row in rows])
    else:
        click.echo("Nothing to mend was found.")
    away = len(findings) - len(open_ones)
    if away and not everything and not as_json:
        click.echo(f"{away} dismissed: --all lists {'them' if away > 1 else 'it'}.")
    if open_ones and strict:
        context.exit(1)


def _dismissal_record(dismissal: Dismissal | None) -> dict[str, str] | None:
    return None if dismissal is None else {"reason": dismissal.reason, "by": dismissal.by, "at": dismissal.at}


def _dismissal_text(dismissal: Dismissal | None) -> str:
    return "" if dismissal is None else dismissal.reason or "yes"


class _LineNumbers:
    """The lines of an article's text: counted once, as there may be as many findings as lines."""

    def __init__(self, text: str) -> None:
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def of(self, finding: Finding) -> int | None:
        """Return the number of the line that a finding begins on, from 1; None for one without a place."""
        return None if finding.where is None else bisect_left(self._breaks, finding.where.start) + 1


def _finding_row(article: Article, lines: _LineNumbers, finding: Finding) -> tuple[str, ...]:
    return finding.kind, str(lines.of(finding) or ""), article.label_of(finding.reference), finding.text


def _finding_record(article: Article, lines: _LineNumbers, finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "start": finding.where.start if finding.where else None,
        "end": finding.where.end if finding.where else None,
        "line": lines.of(finding),
        "reference": finding.reference or None,
        "label": article.label_of(finding.reference) or None,
        "text": finding.text,
        "also": [{"start": place.start, "end": place.end} for place in finding.also],
        "key": finding.key,
    }
