"""`reader stats`: the reviews of a library in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import cli_context, library_option
from reader.cli.output import json_option, print_json, print_table
from reader.printable import plural, printable_line
from reader.review.scale import UNAVAILABLE
from reader.review.statistics import bar

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.review.statistics import Day, SourceUse, Statistics

_NO_NOTES: Final[Mapping[str, str]] = MappingProxyType({})
_BAR: Final = 30
"""The cells of the longest bar."""


@click.command("stats", epilog="Example: `reader stats --days 30` shows the work of the last month.")
@click.option("--days", type=click.IntRange(1, 3660), default=14, show_default=True, help="Show the work of so many days.")
@click.option("--sources", type=click.IntRange(0, 1000), default=10, show_default=True, help="Show so many sources.")
@json_option
@library_option
@click.pass_context
def stats_command(context: click.Context, days: int, sources: int, as_json: bool) -> None:
    """Show the reviews of the library in numbers: coverage, verdicts, the work of each day and person, the most used sources.

    Articles that were removed from the list are left out. A verdict counts as long as it stands, also where its claim no longer
    rests on the reference.
    """
    from reader.formats import parse_article
    from reader.library.statistics import library_statistics

    call = cli_context(context)
    with call.library() as library:
        statistics, names = library_statistics(library, parse_article, call.settings.scale, sources)
    used = list(zip(names, statistics.sources, strict=False))
    if as_json:
        print_json(_to_json(statistics, used))
        return
    for title, lines in (
        ("", _coverage_lines(statistics)),
        ("Judgements", _verdict_lines(statistics, call.settings.scale)),
        (f"Work of the last {plural(days, 'day')}", _day_lines(statistics.last_days(days, date.today()))),
    ):
        click.echo("\n".join((*(("", title) if title else ()), *lines)))
    if len(statistics.people) > 1:
        click.echo()
        print_table(("person", "marked", "judged"), [(p.name, str(p.marked), str(p.judged)) for p in statistics.people])
    if used:
        click.echo()
        print_table(("judged", "articles", "source"), [(str(use.judgements), str(use.articles), name) for name, use in used])


# ------------------------------------------------------------------ lines


def _coverage_lines(statistics: Statistics) -> Iterator[str]:
    counts = statistics.counts
    yield f"{plural(statistics.articles, 'article')}, {statistics.complete} complete"
    yield f"{counts.decided_count:,} of {plural(counts.sentences, 'sentence')} decided"
    yield f"{plural(counts.claims, 'claim')}, {counts.pairs - counts.open_pairs:,} of {plural(counts.pairs, 'pair')} settled"
    if statistics.unread:
        yield f"{plural(statistics.unread, 'article')} cannot be read and count only by their annotations"


def _verdict_lines(statistics: Statistics, scale: Scale) -> Iterator[str]:
    order = [*(verdict.id for verdict in scale.verdicts), *sorted(statistics.verdicts)]
    ids = [verdict for verdict in dict.fromkeys(order) if verdict in statistics.verdicts]
    verdicts = [scale.by_id(verdict) for verdict in ids]
    yield from _bars([(printable_line(f"{v.symbol} {v.label}"), statistics.verdicts[v.id]) for v in verdicts])
    given = sum(count for verdict, count in statistics.verdicts.items() if verdict != UNAVAILABLE)
    if given:
        yield f"  {statistics.with_evidence:,} of {plural(given, 'verdict')} with a passage"


def _day_lines(days: tuple[Day, ...]) -> Iterator[str]:
    rows = [(day.date.isoformat(), day.marked + day.judged) for day in days]
    notes = {day.date.isoformat(): f"{day.marked:,} marked, {day.judged:,} judged" for day in days}
    yield from _bars(rows, notes)


def _bars(rows: list[tuple[str, int]], notes: Mapping[str, str] = _NO_NOTES) -> Iterator[str]:
    """Yield a bar for each number, in proportion to the largest; a number that is not zero has a bar."""
    most = max((count for _, count in rows), default=0)
    width = max((len(name) for name, _ in rows), default=0)
    for name, count in rows:
        yield f"  {name:<{width}}  {count:>6,}  {bar(count, most, _BAR):<{_BAR}}  {notes.get(name, '')}".rstrip()
    if not rows:
        yield "  none yet"


def _to_json(statistics: Statistics, used: list[tuple[str, SourceUse]]) -> dict[str, object]:
    counts = statistics.counts
    return {
        "articles": statistics.articles,
        "complete": statistics.complete,
        "unread": statistics.unread,
        "sentences": counts.sentences,
        "decided": counts.decided_count,
        "claims": counts.claims,
        "pairs": counts.pairs,
        "open": counts.open_pairs,
        "verdicts": dict(statistics.verdicts),
        "with_evidence": statistics.with_evidence,
        "days": [{"date": day.date.isoformat(), "marked": day.marked, "judged": day.judged} for day in statistics.days],
        "people": [person._asdict() for person in statistics.people],
        "sources": [
            {
                "source": name,
                "verdicts": dict(use.verdicts),
                "articles": use.articles,
                "article": use.article,
                "reference": use.reference,
            }
            for name, use in used
        ],
    }
