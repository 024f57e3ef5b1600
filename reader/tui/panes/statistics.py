"""The lines of the statistics screen: coverage, judgements, the work of each day and person, the most used sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.cells import set_cell_size

from reader.printable import plural
from reader.review.scale import UNAVAILABLE
from reader.review.statistics import bar
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.review.statistics import Statistics

DAYS: Final = 21
"""The days whose work is shown."""
_LEFT: Final = 50
_TWO_COLUMNS: Final = 110
_BAR: Final = 16
_LABEL: Final = 20


def statistics_header(sums: Statistics | None, width: int) -> StyledLine:
    """Return the first line of the screen: what it is, and how far the reviews are, as many numbers as there is room for."""
    title = line(" ", ("Statistics", "b"))
    if sums is None:
        return clip_line(title, width)
    counts = sums.counts
    numbers = (
        (str(sums.complete), f"of {plural(sums.articles, 'article')} complete"),
        (f"{counts.decided_count:,}", f"of {plural(counts.sentences, 'sentence')} decided"),
        (f"{counts.pairs - counts.open_pairs:,}", f"of {plural(counts.pairs, 'pair')} settled"),
    )
    right: StyledLine = ()
    for number, words in numbers:
        parts = line("   ", number, (f" {words}", "secondary"))
        if width_of((*title, *right, *parts)) >= width:
            break
        right += parts
    return spread(title, (*right, Part(" ")), width)


def statistics_lines(sums: Statistics, names: Sequence[str], scale: Scale, width: int, today: date) -> list[StyledLine]:
    """Return the lines below the header, in two columns where there is room; `names` are those of the most used sources."""
    left = _blocks(_judgement_lines(sums, scale), _people_lines(sums))
    has_columns = width >= _TWO_COLUMNS
    room = width - _LEFT - 4 if has_columns else width - 2
    right = _blocks(_day_lines(sums, today), _source_lines(sums, names, room))
    if not has_columns:
        return [clip_line((Part(" "), *row), width) for row in _blocks(left, right)]
    rows = zip_longest(left, right, fillvalue=())
    return [(Part(" "), *clip_line(one, _LEFT), Part(" " * max(2, 2 + _LEFT - width_of(one))), *other) for one, other in rows]


def _blocks(*blocks: list[StyledLine]) -> list[StyledLine]:
    """Return blocks below each other, with an empty line between two."""
    rows: list[StyledLine] = []
    for block in filter(None, blocks):
        rows += [*([()] if rows else []), *block]
    return rows


def _judgement_lines(sums: Statistics, scale: Scale) -> list[StyledLine]:
    rows = [line(("judgements", "secondary"))]
    if not sums.verdicts:
        return [*rows, line("  None yet")]
    order = [*(verdict.id for verdict in scale.verdicts), *sorted(sums.verdicts)]
    most = max(sums.verdicts.values())
    for name in dict.fromkeys(order):
        if name in sums.verdicts:
            verdict, count = scale.by_id(name), sums.verdicts[name]
            rows.append(
                line(
                    (f"{verdict.symbol} ", verdict.tone),
                    _label(verdict.label, _LABEL),
                    f"{count:>6,}  ",
                    (bar(count, most, _BAR), verdict.tone),
                )
            )
    given = sum(count for name, count in sums.verdicts.items() if name != UNAVAILABLE)
    return [*rows, line((f"  {sums.with_evidence:,} of {plural(given, 'verdict')} with a passage", "secondary"))]


def _people_lines(sums: Statistics) -> list[StyledLine]:
    if len(sums.people) < 2:
        return []
    head = line((f"{'people':<{_LABEL + 2}}{'marked':>8}{'judged':>8}", "secondary"))
    return [head, *(line(_label(p.name, _LABEL), f"  {p.marked:>8,}{p.judged:>8,}") for p in sums.people)]


def _day_lines(sums: Statistics, today: date) -> list[StyledLine]:
    recent = sums.last_days(DAYS, today)
    rows = [line((f"work of the last {DAYS} days", "secondary"))]
    if not recent:
        return [*rows, line("  None")]
    most = max(day.marked + day.judged for day in recent)
    for day in recent:
        text = (f"{day.date.isoformat()}  ", "secondary"), (bar(day.marked + day.judged, most, _BAR).ljust(_BAR), "yours")
        rows.append(line(*text, f"  {day.marked:,} marked  {day.judged:,} judged"))
    return rows


def _source_lines(sums: Statistics, names: Sequence[str], room: int) -> list[StyledLine]:
    if not names:
        return []
    rows = [line((f"{'judged':>6}  articles  most used sources", "secondary"))]
    for name, use in zip(names, sums.sources, strict=False):
        rows.append(line(f"{use.judgements:>6,}  {use.articles:>8,}  ", clip(name, room - 18)))
    return rows


def _label(text: str, width: int) -> str:
    """Return a text in exactly `width` cells."""
    return set_cell_size(clip(text, width), width)
