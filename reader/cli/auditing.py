"""`reader audit`: what does not fit between an article and its references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reader.cli.call import find_article, library_option, the_call

if TYPE_CHECKING:
    from reader.article.audit import Finding
    from reader.article.model import Article


@click.command(epilog="Example: `reader audit --strict draft.md` in a script fails when there is something to mend.")
@click.argument("name", metavar="ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--strict", is_flag=True, help="End with exit code 1 when there is a finding.")
@library_option
@click.pass_context
def audit(context: click.Context, name: str, as_json: bool, strict: bool) -> None:
    """List what does not fit between an article and its references.

    References that are never cited, and the sentences they would fit; markers that point nowhere, or stand beside a name or a
    year that the reference does not have; references that repeat another one, have no link, or say "(n.d.)" though a date
    stands in them; DOIs and addresses that are none; years still to come; sentences that cite nothing.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. Claims that are marked there are taken into account.
    """
    from reader.article.audit import findings

    with the_call(context).library() as library:
        article = find_article(name, library)
        session, _ = library.peek(article)
    places = (session.place(claim) for claim in session.claims())
    found = findings(article, tuple(place for place in places if place))
    if as_json:
        from reader.cli.printing import print_json

        print_json([_record(article, finding) for finding in found])
    elif found:
        from reader.cli.printing import print_table

        print_table(("finding", "line", "reference", "what"), [_row(article, finding) for finding in found])
    else:
        click.echo("Nothing to mend was found.")
    if found and strict:
        context.exit(1)


def _line(article: Article, finding: Finding) -> int | None:
    """Return the number of the line of the article's text that a finding begins on, from 1; None for one without a place."""
    return None if finding.where is None else article.text.count("\n", 0, finding.where.start) + 1


def _label(article: Article, finding: Finding) -> str:
    reference = article.reference_by_id.get(finding.reference)
    return reference.label if reference else finding.reference


def _row(article: Article, finding: Finding) -> tuple[str, ...]:
    return finding.kind, str(_line(article, finding) or ""), _label(article, finding), finding.text


def _record(article: Article, finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "start": finding.where.start if finding.where else None,
        "end": finding.where.end if finding.where else None,
        "line": _line(article, finding),
        "reference": finding.reference or None,
        "label": _label(article, finding) or None,
        "text": finding.text,
        "also": [{"start": place.start, "end": place.end} for place in finding.also],
        "key": finding.key,
    }
