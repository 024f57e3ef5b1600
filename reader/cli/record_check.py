"""`reader source check`: ask registries whether the works behind references exist, and whether the entries are right."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.context import (
    article_argument,
    cli_context,
    library_option,
    network_option,
    resolve_article,
    resolve_reference,
)
from reader.cli.output import json_option, print_json, print_table
from reader.cli.progress import show_count
from reader.printable import plural
from reader.review.health import DIFFERS, MATCHES, NO_SUCH_RECORD, NOT_ASKED, NOT_FOUND

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.cli.context import CliContext
    from reader.review.health import RecordCheck

_OUTCOMES = (MATCHES, DIFFERS, NO_SUCH_RECORD, NOT_FOUND, NOT_ASKED)


@click.command(
    "check",
    short_help="Ask registries about the references.",
    epilog="Example: `reader source check article.md --json | jq '.[] | select(.outcome == \"no such record\")'`",
)
@article_argument
@click.argument("labels", metavar="[REFERENCE]...", nargs=-1)
@json_option
@network_option
@library_option
@click.pass_context
def check_records_command(context: click.Context, name: str, labels: tuple[str, ...], as_json: bool) -> None:
    """Ask registries whether the works behind the references exist, and whether title, year and authors are as registered.

    Crossref, DataCite and doi.org are asked about DOIs, arXiv about its preprints, Open Library about ISBNs. An entry without
    an identifier is searched for by title, author and year; what is not found so may exist all the same. Nothing is asked
    without this command. Answers are kept for 30 days, so that a run that was stopped by Ctrl+C goes on where it was.

    The exit code is 0 if nothing was found, 1 if a record differs or an identifier does not exist, 2 if a registry gave no
    answer.
    """
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library, private=call.private)
    chosen = list(dict.fromkeys(resolve_reference(article, label) for label in labels)) or article.references
    references = [reference for reference in chosen if not reference.remark]
    checks, was_stopped = _check(call, references)
    if as_json:
        print_json([_check_record(reference, checks[reference.id]) for reference in references if reference.id in checks])
    elif checks:
        rows = [_check_row(reference, checks[reference.id]) for reference in references if reference.id in checks]
        print_table(("reference", "result", "registry", "what"), rows)
        click.echo(_summary(list(checks.values())))
    else:
        click.echo("The article lists no references." if not references else "Nothing was checked.")
    if was_stopped:
        raise click.Abort
    if any(check.outcome == NOT_ASKED and check.registry for check in checks.values()):
        context.exit(2)
    if any(check.outcome in (DIFFERS, NO_SUCH_RECORD) for check in checks.values()):
        context.exit(1)


def _check(call: CliContext, references: Sequence[Reference]) -> tuple[dict[str, RecordCheck], bool]:
    """Return the checks by reference id, and whether Ctrl+C stopped the run."""
    from reader.registries.answers import AnswerCache
    from reader.registries.cited_work import CitedWork
    from reader.registries.client import RegistryClient, registry_options
    from reader.registries.lookup import answers_path
    from reader.registries.record_check import check_records

    options = registry_options(call.settings, private=call.private)
    checks: dict[str, RecordCheck] = {}
    with contextlib.closing(AnswerCache(answers_path())) as cache, show_count("Asking registries", len(references)) as show:
        try:
            for name, check in check_records(map(CitedWork, references), RegistryClient(options, cache)):
                checks[name] = check
                show(len(checks))
        except KeyboardInterrupt:
            return checks, True
    return checks, False


def _summary(checks: Sequence[RecordCheck]) -> str:
    counts = Counter(check.outcome for check in checks)
    return f"{plural(len(checks), 'reference')}: {'; '.join(f'{counts[one]:,} {one}' for one in _OUTCOMES if counts[one])}"


def _check_row(reference: Reference, check: RecordCheck) -> tuple[str, ...]:
    differences = (f"{one.field}: “{one.cited}” here, “{one.registered}” there" for one in check.differences)
    what = "; ".join(part for part in (*differences, *check.remarks, check.reason) if part)
    return f"[{reference.label}]", check.outcome, check.registry, what or check.title


def _check_record(reference: Reference, check: RecordCheck) -> dict[str, object]:
    """Return a check as JSON values."""
    return {
        "reference": reference.id,
        "label": reference.label,
        "outcome": check.outcome,
        "registry": check.registry or None,
        "date": check.date or None,
        "identifier": check.identifier or None,
        "found_by": check.found_by or None,
        "differences": [difference._asdict() for difference in check.differences],
        "remarks": list(check.remarks),
        "reason": check.reason or None,
        "registered": {"title": check.title, "authors": list(check.authors), "year": check.year, "address": check.address}
        if check.title
        else None,
    }
