"""`reader agreement`: how far two readers agree, before their differences were settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, complete_article, library_option, resolve_entry
from reader.cli.output import json_option, print_json, print_table
from reader.errors import UsageError
from reader.printable import plural, printable_line
from reader.review.vocabulary import DISCUSS

if TYPE_CHECKING:
    from reader.library.agreement import ArticleComparison
    from reader.review.agreement import Agreement, Estimate
    from reader.review.disagreements import Comparison
    from reader.review.scale import Scale


@click.command("agreement", epilog="Example: `reader agreement Mirela Jorun --json`")
@click.argument("readers", metavar="[A B]", nargs=-1)
@click.option(
    "--article", "names", metavar="ARTICLE", multiple=True, shell_complete=complete_article, help="Compare only this article."
)
@json_option
@library_option
@click.pass_context
def agreement_command(context: click.Context, readers: tuple[str, ...], names: tuple[str, ...], as_json: bool) -> None:
    """Say how far two readers agree, A and B by their names; without names, the two who judged in most articles.

    What counts is what both said before a difference was settled: their verdicts on the same pairs of claim and reference, and
    in which sentences each of them marked claims. Cohen's kappa and Krippendorff's alpha are given with their intervals of
    95 %, or with the reason why they would mislead. `reader merge` brings in the library of the other reader.
    """
    from reader.formats import parse_article
    from reader.library.agreement import choose_readers, compare_articles, count_readers, total_comparison

    if len(readers) not in (0, 2):
        raise UsageError("Name two readers, or none for the two who judged in most articles")
    call = cli_context(context)
    with call.library() as library:
        articles = [resolve_entry(name, library).id for name in names]
        two = choose_readers(count_readers(library, articles), readers)
        compared, unreadable = compare_articles(library, parse_article, call.settings.scale, two, articles)
    total = total_comparison(compared)
    for title in unreadable:
        click.echo(printable_line(f"“{title}” cannot be read any more and is left out: see `reader doctor`"), err=True)
    if as_json:
        print_json(_to_json(two, compared, total))
        return
    scale = call.settings.scale
    click.echo(printable_line(f"{two[0]} and {two[1]}, {plural(len(compared), 'article')} that both judged"))
    for line in _verdict_lines(two, total, scale):
        click.echo(printable_line(line))
    agreement = _agreement_on_verdicts(total)
    if agreement.units:
        click.echo()
        rows = [
            (f"{verdict.symbol} {verdict.label}", str(one.both), str(one.first), str(one.second), _percent(one.share))
            for one in agreement.categories
            for verdict in [scale.by_id(one.category)]
        ]
        print_table(("verdict", "both", two[0], two[1], "alike"), rows)
    for line in _sentence_lines(total):
        click.echo(line)


# ------------------------------------------------------------------ lines


def _verdict_lines(readers: tuple[str, str], total: Comparison, scale: Scale) -> Iterator[str]:
    agreement = _agreement_on_verdicts(total)
    yield from _agreement_lines(agreement, "pair")
    if total.only_first or total.only_second:
        each = f"{total.only_first:,} by {readers[0]}, {total.only_second:,} by {readers[1]}"
        yield f"  judged by one only, not counted: {each}"
    if agreement.most_apart is not None:
        (a, b), count = agreement.most_apart
        labels = " against ".join(f"{scale.by_id(one).symbol} {scale.by_id(one).label}" for one in (a, b))
        yield f"  apart most often: {labels}, {plural(count, 'time')}"
    apart = total.disagreements
    if apart:
        settled = sum(pair.settlement is not None for pair in apart)
        discussed = sum(pair.latest_settlement is not None and pair.latest_settlement.outcome == DISCUSS for pair in apart)
        yield f"  {settled:,} of {plural(len(apart), 'difference')} settled" + (
            f", {discussed} to discuss" if discussed else ""
        )


def _sentence_lines(total: Comparison) -> Iterator[str]:
    if total.sentences:
        yield ""
        yield "Which sentences are claims"
        yield from _agreement_lines(_agreement_on_claims(total), "sentence")


def _agreement_lines(agreement: Agreement, noun: str) -> Iterator[str]:
    share = f", {_percent(agreement.alike / agreement.units)}" if agreement.units else ""
    yield f"  {agreement.alike:,} of {plural(agreement.units, noun)} alike{share}"
    if agreement.kappa is None or agreement.alpha is None:
        yield f"  no kappa or alpha: {agreement.refusal}"
        return
    for name, estimate in (("Cohen's kappa", agreement.kappa), ("Krippendorff's alpha", agreement.alpha)):
        yield f"  {name:<20}  {estimate.value:5.2f}   {estimate.low:.2f} to {estimate.high:.2f}"


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


# ------------------------------------------------------------------ JSON


def _agreement_on_verdicts(total: Comparison) -> Agreement:
    from reader.review.agreement import measure_agreement

    return measure_agreement(total.verdicts)


def _agreement_on_claims(total: Comparison) -> Agreement:
    from reader.review.agreement import measure_agreement

    return measure_agreement(total.sentences, "sentence")


def _to_json(readers: tuple[str, str], articles: Sequence[ArticleComparison], total: Comparison) -> dict[str, object]:
    return {
        "readers": list(readers),
        "verdicts": _agreement_json(_agreement_on_verdicts(total)),
        "claims": _agreement_json(_agreement_on_claims(total)) if total.sentences else None,
        "judged_by_one": {readers[0]: total.only_first, readers[1]: total.only_second},
        "settled": sum(pair.settlement is not None for pair in total.disagreements),
        "articles": [
            {
                "id": article.article,
                "title": article.title,
                "pairs": len(article.comparison.pairs),
                "alike": sum(pair.is_alike for pair in article.comparison.pairs),
            }
            for article in articles
        ],
    }


def _agreement_json(agreement: Agreement) -> dict[str, object]:
    return {
        "units": agreement.units,
        "alike": agreement.alike,
        "kappa": _estimate_json(agreement.kappa),
        "alpha": _estimate_json(agreement.alpha),
        "refusal": agreement.refusal or None,
        "counts": [{"first": a, "second": b, "count": count} for (a, b), count in sorted(agreement.pairs.items())],
        "categories": [{**one._asdict(), "share": round(one.share, 4)} for one in agreement.categories],
    }


def _estimate_json(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {name: round(value, 4) for name, value in estimate._asdict().items()}
