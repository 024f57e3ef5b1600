"""The lines of the disagreements: what two readers said about a pair, side by side, what is left, and their agreement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.printable import plural, printable_line
from reader.review.scale import decision_title, problem_title
from reader.review.vocabulary import ANOTHER, BOTH_STAND, DISCUSS, TAKEN
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, line, meter, spread, width_of

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.review.agreement import Agreement
    from reader.review.disagreements import Opinion, SharedPair
    from reader.review.model import Evidence, Judgement, Settlement
    from reader.review.scale import Scale

SIDE_BY_SIDE: Final = 96
"""The columns from which the two judgements stand side by side."""
_METER: Final = 22
_QUOTE_LINES: Final = 4
_NOTE_LINES: Final = 3
_NOTE_CELLS: Final = 12
"""Fewest cells that a note on the difference gets beside the keys."""
_CARD_LINES: Final = 14
"""The lines of a card that is no longer drawn shorter, so that the keys below it stay where they are."""
_WORD: Final = lazy_pattern(r"\S+")
_CHOICES: Final = (
    ("b", "both stand", "action:differences-both"),
    ("1–6", "another verdict", ""),
    ("a", "note on the difference", "action:differences-note"),
    ("d", "to discuss", "action:differences-discuss"),
)


class Difference(NamedTuple):
    """A pair on which two readers differ: its article's id and title, and the entry of its reference, None if it is gone."""

    article: str
    title: str
    pair: SharedPair
    reference: Reference | None

    @property
    def claim(self) -> str:
        """The words of the first reader's claim, in one line."""
        return " ".join(self.pair.first.annotation.selector.exact.split())


class Readers(NamedTuple):
    """The names of the two readers; `creator` is the person at the screen."""

    first: str
    second: str
    creator: str

    def whose(self, name: str) -> str:
        """Return whose something is: "yours" or "Jorun's"."""
        return "yours" if name == self.creator else f"{name}'s"


# ------------------------------------------------------------------ header


def disagreements_header(readers: Readers, articles: int, settled: int, total: int, width: int) -> StyledLine:
    """Return the first line: who is compared, and how many of the differences are settled."""
    first = f"with {readers.second}" if readers.first == readers.creator else f"of {readers.first} and {readers.second}"
    left = line(" ", ("Disagreements", "b"), (f"  {first}, {plural(articles, 'article')}", "secondary"))
    bar = meter(settled, total, _METER) if width >= SIDE_BY_SIDE else ()
    return spread(left, (*line((str(settled), "text"), (f" of {total} settled ", "secondary")), *bar, Part(" ")), width)


def pair_lines(difference: Difference, key: str, width: int) -> list[StyledLine]:
    """Return the claim with its article, and the reference with the key that opens its source."""
    right = line((f"  {clip(difference.title, width // 3)} ", "secondary"))
    claim = spread(line(" ", ("claim  ", "secondary"), clip(difference.claim, width - 10 - width_of(right))), right, width)
    reference = difference.reference
    if reference is None:
        return [claim, line(" ", ("source ", "secondary"), (f"[{difference.pair.reference}] is gone", "fault"))]
    about = " · ".join(filter(None, (", ".join(reference.authors[:1]), reference.year)))
    title = line(
        " ", ("source ", "secondary"), (f"[{reference.label}]", "link"), " ", (reference.title or reference.text, "b"),
        (f"   {about}", "secondary"),
    )  # fmt: skip
    return [claim, spread(title, line((f"  {key}", "yours b"), (" opens it ", "secondary")), width)]


# ------------------------------------------------------------------ the two judgements


def judgement_cards(difference: Difference, readers: Readers, scale: Scale, width: int, height: int) -> list[StyledLine]:
    """Return what both readers said, side by side in at most `height` lines, or below each other where it is narrow."""
    pair = difference.pair
    sides = ((pair.first, pair.second, "← h"), (pair.second, pair.first, "l →"))
    if width < SIDE_BY_SIDE:
        each = max(4, height // 2)
        rows: list[StyledLine] = []
        for own, other, key in sides:
            card = _fit_card(_card_lines(own, other, readers, scale, width - 4), each - 2)
            card.append(_take_line(own, readers, key, width - 4, at_end=False))
            rows += [*(_on_card(one, width - 2) for one in card), ()]
        return rows[:height]
    half = (width - 4) // 2
    columns = [_fit_card(_card_lines(own, other, readers, scale, half - 2), height - 2) for own, other, _ in sides]
    most = max(min(height - 2, _CARD_LINES), *(len(column) for column in columns))
    for (own, _, key), column in zip(sides, columns, strict=True):
        column += [()] * (most - len(column))
        column += [line(("─" * (half - 2), "hairline")), _take_line(own, readers, key, half - 2, at_end=own is pair.second)]
    return [(*_on_card(left, half), Part(" "), *_on_card(right, half)) for left, right in zip(*columns, strict=True)]


def _fit_card(rows: list[StyledLine], most: int) -> list[StyledLine]:
    """Return the rows of a card in at most `most`: empty ones go first, as name and verdict must be seen."""
    fitting = rows if len(rows) <= most else [row for row in rows if row]
    return fitting[:most]


def _on_card(parts: StyledLine, width: int) -> StyledLine:
    """Return a line on a card of `width` cells, with a blank at both ends."""
    content = clip_line(parts, width - 2)
    whole = (Part(" "), *content, Part(" " * (width - 1 - width_of(content))))
    return (Part(" "), *(part._replace(roles=f"card {part.roles}") for part in whole))


def _take_line(own: Opinion, readers: Readers, key: str, width: int, *, at_end: bool) -> StyledLine:
    words = f"take {readers.whose(own.judgement.by)}"
    target = "action:differences-first" if key.startswith("←") else "action:differences-second"
    if at_end:
        return spread((), line((words, "text", target), (f"  {key}", "yours b", target)), width)
    return line((key, "yours b", target), (f"  {words}", "text", target))


def _card_lines(own: Opinion, other: Opinion, readers: Readers, scale: Scale, width: int) -> list[StyledLine]:
    judgement, verdict = own.judgement, scale.by_id(own.judgement.verdict)
    you = line(("   you", "secondary")) if judgement.by == readers.creator else ()
    problems = ", ".join(map(problem_title, judgement.problems))
    rows = [spread((*line((judgement.by, "b")), *you), line((_moment(judgement.at), "secondary")), width), ()]
    rows += [spread(line((f"{verdict.symbol} {verdict.label}", f"{verdict.tone} b")), line((problems, "text")), width), ()]
    rows += _evidence_lines(judgement, other.judgement, width)
    note = judgement.note or (own.annotation.note if own.annotation.id != other.annotation.id else "")
    if note:
        rows += [line(("note", "secondary")), *(line("  ", text) for text in fold(note, width - 2, _NOTE_LINES)), ()]
    if own.annotation.decision:
        fix = f"   “{own.annotation.fix}”" if own.annotation.fix else ""
        title = decision_title(own.annotation.decision)
        rows += [clip_line(line(("for the author  ", "secondary"), (title, "yours"), (fix, "text")), width), ()]
    return rows


def _evidence_lines(judgement: Judgement, other: Judgement, width: int) -> list[StyledLine]:
    """Return the passages that a reader kept; the words that the other one kept too are tinted."""
    if not judgement.evidence:
        return [line(("no passage kept", "secondary")), ()]
    rows = [line(("evidence", "secondary"))]
    for one in judgement.evidence[:2]:
        rows += _quote_lines(one, other.evidence, width)
    if len(judgement.evidence) > 2:
        rows.append(line((f"  and {plural(len(judgement.evidence) - 2, 'more passage')}", "secondary")))
    return [*rows, ()]


def _quote_lines(own: Evidence, others: Sequence[Evidence], width: int) -> list[StyledLine]:
    quote = printable_line(own.selector.exact)
    shared = [part for other in others if (part := _shared_part(own, other)) is not None]
    spans = list(_wrap_words(quote, width - 4))
    rows = [
        line("  “" if not number else "   ", *_tinted_parts(quote, span, shared))
        for number, span in enumerate(spans[:_QUOTE_LINES])
    ]
    return [*rows[:-1], (*rows[-1], Part("…" if len(spans) > _QUOTE_LINES else "”"))]


def _shared_part(own: Evidence, other: Evidence) -> Span | None:
    """Return the range of a passage's quote that another passage of the same text covers too, None if there is none."""
    mine, theirs = own.selector, other.selector
    start, end = max(mine.start, theirs.start), min(mine.end, theirs.end)
    if own.source != other.source or start >= end or len(mine.exact) != mine.end - mine.start:
        return None
    return Span(start - mine.start, end - mine.start)


def _wrap_words(text: str, width: int) -> Iterator[Span]:
    """Yield the ranges of the lines of a text that is wrapped to `width` cells at blanks, or within a word that is longer."""
    start = end = 0
    for word in _WORD.finditer(text):
        if cell_len(text[start : word.end()]) > width and end > start:
            yield Span(start, end)
            start = word.start()
        while cell_len(text[start : word.end()]) > width:
            cut = start + max(1, len(set_cell_size(text[start : word.end()], width).rstrip()))
            yield Span(start, cut)
            start = cut
        end = word.end()
    if end > start:
        yield Span(start, end)


def _tinted_parts(text: str, span: Span, shared: Sequence[Span]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a range of a text, with the role of each: tinted within the shared ranges."""
    edges = {span.start, span.end, *(min(max(edge, span.start), span.end) for part in shared for edge in part)}
    for start, end in pairwise(sorted(edges)):
        is_shared = any(part.start <= start < part.end for part in shared)
        yield text[start:end], "evidence" if is_shared else "text"


def other_choices_line(readers: Readers, settlement: Settlement | None, note: str, width: int) -> StyledLine:
    """Return the keys that settle a pair in other ways, or how it was settled, and what the tint means."""
    if settlement is not None and settlement.outcome:
        left = line(" ", (settlement_words(settlement, readers), "good" if settlement.outcome != DISCUSS else "fault"))
        left += line((f"  by {settlement.by}, {_moment(settlement.at)}", "secondary"))
    else:
        left, gap = line(" "), "   " if width >= SIDE_BY_SIDE else "  "
        for key, words, action in _CHOICES:
            left += line((key, "yours b", action), (f" {words}{gap}", "text", action))
    right = line(("like this", "evidence"), (" words that both kept ", "secondary")) if width >= SIDE_BY_SIDE else ()
    words, room = " ".join(note.split()), width - width_of(left) - width_of(right) - 4
    if words and room >= _NOTE_CELLS:
        left += line((f"  “{clip(words, room - 2)}”", "text"))
    elif words:
        right = line((f"  “{clip(words, max(_NOTE_CELLS, width // 3))}” ", "text"))
        left = clip_line(left, width - width_of(right))
    return spread(left, right, width)


def settlement_words(settlement: Settlement, readers: Readers) -> str:
    """Return how a difference was settled: "Jorun's taken"."""
    return {
        TAKEN: f"{readers.whose(settlement.reader)} taken",
        BOTH_STAND: "both stand",
        ANOTHER: "another verdict",
        DISCUSS: "to discuss",
    }.get(settlement.outcome, settlement.outcome)


def _moment(at: str) -> str:
    """Return a time as the clock of this place shows it: "24 Nov, 18:10"."""
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return at
    return f"{moment.day} {moment:%b, %H:%M}"


# ------------------------------------------------------------------ what is left, and the agreement


def list_row(difference: Difference, readers: Readers, scale: Scale, width: int, *, is_current: bool) -> StyledLine:
    """Return a difference in one line: the claim, how it was settled, and both verdicts as signs."""
    pair = difference.pair
    settlement = pair.latest_settlement
    words = settlement_words(settlement, readers) if settlement is not None and settlement.outcome else ""
    role = "secondary" if pair.settlement is not None else "text b" if is_current else "text"
    first, second = (scale.by_id(one.judgement.verdict) for one in (pair.first, pair.second))
    right = line(
        (f"  {words}" if words else "", "secondary"),
        (f"  {first.symbol:^6}", first.tone),
        (f"{second.symbol:^8}", second.tone),
    )
    lead = line((" ▌  " if is_current else "    ", "yours"))
    room = width - width_of(right) - width_of(lead) - 1
    return spread((*lead, *line((clip(difference.claim, room), role))), right, width)


def list_head(readers: Readers, width: int) -> StyledLine:
    """Return the line above the differences."""
    names = line((f"{clip(readers.whose(readers.first), 6):^6}{clip(readers.whose(readers.second), 8):^8}", "secondary"))
    return spread(line("    ", ("To settle, the furthest apart first", "secondary")), names, width)


def agreement_lines(agreement: Agreement, alone: int, scale: Scale, width: int) -> list[StyledLine]:
    """Return the agreement before settling: counts, kappa, and what the two chose most often instead of the same."""
    rows = [line(("Agreement before settling", "secondary")), ()]
    share = f"{agreement.alike / agreement.units:.0%}".replace("%", " %") if agreement.units else ""
    alike = line((f"{agreement.alike:,}", "b"), (f" of {plural(agreement.units, 'pair')} alike", "secondary"))
    rows.append(spread(alike, line(share), width))
    both = [one for one in agreement.categories if one.both]
    signs = [
        part
        for one in both
        for part in line((scale.by_id(one.category).symbol, scale.by_id(one.category).tone), f" {one.both}  ")
    ]
    rows += [clip_line(tuple(signs), width), ()]
    if agreement.kappa is None:
        rows.append(line(("Cohen's kappa", "text"), ("   too few to say", "secondary")))
    else:
        kappa = agreement.kappa
        value = line((f"{kappa.value:.2f}", "b"), (f"   {kappa.low:.2f} to {kappa.high:.2f}", "secondary"))
        rows.append(spread(line("Cohen's kappa"), value, width))
    if agreement.most_apart is not None:
        (a, b), count = agreement.most_apart
        one, other = scale.by_id(a), scale.by_id(b)
        signs = [
            *line((one.symbol, one.tone), (" against ", "secondary"), (other.symbol, other.tone), f"   {plural(count, 'time')}")
        ]
        rows.append(spread(line(("apart most often", "secondary")), tuple(signs), width))
    if alone:
        rows.append(
            spread(
                line(("judged by one only", "secondary")),
                line(f"{plural(alone, 'pair')}", (", not counted", "secondary")),
                width,
            )
        )
    return rows


def agreement_line(agreement: Agreement, settled: int, total: int, width: int) -> StyledLine:
    """Return the lower part in one line, for narrow windows: "2 of 9 settled · 41 of 50 alike · kappa 0.73"."""
    kappa = f"kappa {agreement.kappa.value:.2f}" if agreement.kappa is not None else "too few for a kappa"
    words = f"{settled} of {total} settled · {agreement.alike} of {agreement.units} alike · {kappa}"
    return clip_line(line(" ", (words, "secondary")), width)
