"""`reader audit`."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

import click

from reader.cli.context import article_argument, cli_context, library_option, resolve_article
from reader.cli.output import json_option, print_json, print_table

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.audit.finding import Finding
    from reader.review.model import Dismissal


@click.command("audit", epilog="Example: `reader audit --strict draft.md` makes a script fail when there is a finding.")
@article_argument
@json_option
@click.option(
    "--strict",
    is_flag=True,
    help="End with exit code 1 when there is a finding that is not dismissed, apart from sentences that cite nothing.",
)
@click.option("--all", "everything", is_flag=True, help="Also list dismissed findings.")
@library_option
@click.pass_context
def audit_command(context: click.Context, name: str, as_json: bool, strict: bool, everything: bool) -> None:
    """List what does not add up between an article and its references.

    References that are never cited, and the sentences they would fit; citations that point nowhere, that fit several
    references, or whose name or year differs from the reference; references that repeat another one, have no link, or say
    "(n.d.)" although they contain a date; malformed DOIs and addresses; years in the future; sentences that cite nothing, at
    most ten of them without claims.

    Claims in the library are taken into account. Dismissed findings are left out; JSON includes them, with the reason. Its
    offsets are code points of the article's text, as those of `parse --json`.
    """
    from reader.article.audit.audit import audit_findings
    from reader.review.index import audit_input

    with cli_context(context).library() as library:
        article = resolve_article(name, library)
        session, _ = library.peek(article)
    findings = audit_findings(article, *audit_input(session.index))
    dismissals, lines = session.index.dismissals(), _LineNumbers(article.text)
    active = [finding for finding in findings if finding.key not in dismissals]
    dismissed = [finding for finding in findings if finding.key in dismissals]
    if as_json:
        print_json([_finding_record(article, lines, finding, dismissals.get(finding.key)) for finding in findings])
    elif everything and findings:
        rows = [(*_finding_row(article, lines, f), _dismissal_text(dismissals.get(f.key))) for f in (*active, *dismissed)]
        print_table(("finding", "line", "reference", "what", "dismissed"), rows)
    elif active:
        print_table(("finding", "line", "reference", "what"), [_finding_row(article, lines, f) for f in active])
    else:
        click.echo("No findings.")
    if dismissed and not everything and not as_json:
        click.echo(f"{len(dismissed)} dismissed: --all lists {'them' if len(dismissed) > 1 else 'it'}.")
    if strict and any(finding.is_fault for finding in active):
        context.exit(1)


class _LineNumbers:
    """The line numbers of a text. The line breaks are found once, as there may be as many findings as lines."""

    def __init__(self, text: str) -> None:
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def of(self, finding: Finding) -> int | None:
        """Return the number of the line on which a finding begins, from 1; None if it has no place."""
        return None if finding.where is None else bisect_left(self._breaks, finding.where.start) + 1


def _finding_row(article: Article, lines: _LineNumbers, finding: Finding) -> tuple[str, ...]:
    return finding.kind, str(lines.of(finding) or ""), article.label_of(finding.reference), finding.text


def _finding_record(article: Article, lines: _LineNumbers, finding: Finding, dismissal: Dismissal | None) -> dict[str, object]:
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
        "dismissed": {"reason": dismissal.reason, "by": dismissal.by, "at": dismissal.at} if dismissal else None,
    }


def _dismissal_text(dismissal: Dismissal | None) -> str:
    return "" if dismissal is None else dismissal.reason or "yes"
