"""Render the end of the review queue: the article at a glance, the verdicts, what is left, and what the author should mend."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reader.printable import plural, printable_line, terminal_line
from reader.review.scale import ADD_SOURCE, DROP_CLAIM, FIX_WORDING, UNAVAILABLE, UNAVAILABLE_STATE, decision_title, sign_rank
from reader.review.vocabulary import CLAIM
from reader.tui.panes.bars import key_line
from reader.tui.panes.card import short_title
from reader.tui.panes.lists import annotation_sign, quote_of
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, line, meter, spread, width_of

if TYPE_CHECKING:
    from reader.article.audit.finding import Finding
    from reader.review.completeness import Completeness
    from reader.review.coverage import Coverage
    from reader.review.model import Annotation
    from reader.review.outcome import Amendment, Outcome
    from reader.review.session import ReviewSession

PAGE_WIDTH: Final = 64
"""Most cells of the words on the page."""
MOST_SIGNS: Final = 30
"""Most pairs of one verdict that have a sign each; more are a meter of so many cells."""
_VERDICT_CELLS: Final = 21
_MOST_SIGN_LINES: Final = 8
_MOST_LISTED: Final = 4
_ROOMY_MARGIN: Final = 74
"""The cells from which on the words begin in column 7, as those of the text do."""
_ADVICE: Final = {FIX_WORDING: "reword", ADD_SOURCE: "add a source", DROP_CLAIM: "drop"}
_HAND_ON: Final = (
    ("html", "report, one HTML file"),
    ("csv", "table, CSV, a pair a row"),
    ("markdown", "Markdown for your notes"),
    ("jsonl", "everything, JSON Lines"),
    ("docx", "comments in your Word file"),
    ("bibtex", "references, BibTeX"),
)


@dataclass(frozen=True, slots=True)
class EndView:
    """What the end of the queue shows.

    `letters` are those of the export formats by name. `chosen` is the number of the amendment in hand, -1 for none. `label`
    returns the key of an action.
    """

    session: ReviewSession
    outcome: Outcome
    counts: Completeness | None
    coverage: Coverage | None
    findings: Sequence[Finding]
    letters: dict[str, str]
    label: Callable[[str], str]
    chosen: int = -1


# ------------------------------------------------------------------ the page


def page_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return the page at `width` cells: what is so, the sentences, the verdicts, what rests on nothing, how to hand it on."""
    margin = 7 if width >= _ROOMY_MARGIN else 3
    inner = max(20, min(PAGE_WIDTH, width - margin - 1))
    groups = (
        _sentence_lines(view, inner),
        _verdict_lines(view, inner),
        _uncited_lines(view, inner),
        _unavailable_lines(view, inner),
        _record_lines(view, inner),
        _hand_on_lines(view, inner),
    )
    body = [parts for group in groups if group for parts in ((), *group)]
    sign, *state = _state_lines(view, inner)
    before = max(0, margin - 4)
    first = (Part(" " * before), *sign, Part(" " * (margin - before - 1)), *state[0])
    rest = [(Part(" " * margin), *parts) if parts else () for parts in (*state[1:], *body)]
    return [(), *(clip_line(parts, width) for parts in (first, *rest))]


def _state_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return the sign of the state, what is so, the counts, and what is left with the keys that lead to it."""
    counts, article = view.counts, view.session.index.article
    is_complete = counts is not None and counts.is_complete
    sign = line(("✓", "good")) if is_complete else line(("○", "open"))
    title = "Every pair is judged, every sentence decided" if is_complete else "No pairs left"
    tally = view.session.index.tally
    numbers = (
        f"{plural(tally.claims, 'claim')} · {plural(tally.pairs, 'pair')} · {plural(len(article.references), 'reference')}"
    )
    lines = [sign, line((title, "b")), line((numbers, "secondary"))]
    if counts is None:
        return lines
    if not is_complete:
        lines += [line((words, "open")) for words in fold(" · ".join(counts.remaining_work()), width, 3)]
    lines += [line((words, "secondary")) for words in fold(" · ".join(counts.side_counts()), width, 3)]
    keys = [
        *([("next-undecided", "goes to the next undecided sentence")] if counts.undecided else []),
        *([("to-check", "shows the lost places")] if counts.orphans else []),
        *([("show-open", "lists what is left")] if counts.later or counts.findings or counts.uncited else []),
    ]
    return [*lines, *(key_line(view.label, key) for key in keys)]


def _sentence_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return a sign a sentence in the order of the text, parted by paragraph; for a long text how many have each sign."""
    if view.coverage is None or not len(view.coverage):
        return []
    paragraphs = list(_signs_by_paragraph(view))
    lines: list[StyledLine] = [()]
    for signs in paragraphs:
        for number, (sign, tone) in enumerate(signs):
            gap = "" if not lines[-1] else "   " if number == 0 else " "
            if width_of(lines[-1]) + len(gap) + 1 > width:
                lines.append(())
                gap = ""
            lines[-1] = (*lines[-1], *line(gap, (sign, tone)))
        if len(lines) > _MOST_SIGN_LINES:
            return [_heading("sentence by sentence", "", width), *_sign_counts(paragraphs, width)]
    return [_heading("sentence by sentence", "", width), *lines]


def _sign_counts(paragraphs: Sequence[Sequence[tuple[str, str]]], width: int) -> list[StyledLine]:
    """Return how many sentences have each sign, the worst first."""
    counts: dict[tuple[str, str], int] = {}
    for sign in (sign for signs in paragraphs for sign in signs):
        counts[sign] = counts.get(sign, 0) + 1
    parts = [(line(sign, f" {counts[sign]:,}   ")) for sign in sorted(counts, key=lambda one: sign_rank(*one))]
    return [clip_line(tuple(part for piece in parts for part in piece), width)]


def _signs_by_paragraph(view: EndView) -> Iterator[list[tuple[str, str]]]:
    index, coverage = view.session.index, view.coverage
    ends = [block.end for block in index.article.blocks]
    current, signs = -1, list[tuple[str, str]]()
    for sentence in coverage.sentences if coverage is not None else ():
        block = bisect_right(ends, sentence.start)
        if block != current and signs:
            yield signs
            signs = []
        current = block
        here = [annotation_sign(view.session, one, index.scale) for one in index.annotations_on(sentence)]
        signs.append(min(here, key=lambda one: sign_rank(*one)) if here else ("–", "secondary"))
    if signs:
        yield signs


def _heading(title: str, unit: str, width: int) -> StyledLine:
    return spread(line((title, "secondary")), line((unit, "secondary")), width) if unit else line((title, "secondary"))


def _verdict_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return a line for each verdict that was given: its signs, or for many a meter, and their number."""
    counts, tally = view.outcome.verdicts, view.session.index.tally
    scale = view.session.index.scale
    others = [scale.by_id(one) for one in counts if one not in {v.id for v in scale.verdicts} and one != UNAVAILABLE]
    rows = [(v.symbol, v.label, v.tone, counts[v.id]) for v in (*scale.verdicts, *others) if counts[v.id]]
    if counts[UNAVAILABLE]:
        rows.append((UNAVAILABLE_STATE.symbol, "unavailable", "secondary", counts[UNAVAILABLE]))
    open_pairs = tally.pairs - sum(counts.values())
    if open_pairs > 0:
        rows.append(("○", "open", "open", open_pairs))
    if not rows:
        return []
    most, room = max(count for *_, count in rows), width - _VERDICT_CELLS - 6
    lines: list[StyledLine] = []
    for sign, label, tone, count in rows:
        name = clip(f"{sign} {terminal_line(label)}", _VERDICT_CELLS - 1)
        drawn = (
            line((" ".join([sign] * count), tone))
            if most <= MOST_SIGNS and 2 * most <= room
            else meter(count, most, max(0, min(MOST_SIGNS, room)))
        )
        left = (*line((name.ljust(_VERDICT_CELLS), tone)), *drawn)
        lines.append(spread(left if room > 2 else line((name, tone)), line((f"{count:,}", "text")), width))
    return [_heading("verdicts", "pairs", width), *lines]


def _uncited_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return the claims that rest on nothing, the first few in words, and what would fit them."""
    uncited = view.outcome.uncited
    if not uncited:
        return []
    fitting = {claim.id: label for claim in uncited if (label := _fitting_label(view, claim))}
    lines: list[StyledLine] = []
    for claim in uncited[:_MOST_LISTED]:
        label = fitting.get(claim.id, "")
        right = line((f"[{label}]", "cite"), (" would fit", "secondary")) if label else ()
        words = " ".join(printable_line(quote_of(view.session, claim)).split())
        lines.append(spread(line(("◌ ", "open"), clip(words, width - 2 - width_of(right) - 2 * bool(right))), right, width))
    if len(uncited) > _MOST_LISTED:
        lines.append(
            line((f"↓ {len(uncited) - _MOST_LISTED:,} more  ", "secondary"), *key_line(view.label, ("show-open", "lists them")))
        )
    return [_heading("rests on nothing", plural(len(uncited), "claim"), width), *lines]


def _fitting_label(view: EndView, claim: Annotation) -> str:
    """Return the label of a reference that would fit a claim by its wording, "" for none."""
    from reader.article.audit.finding import WOULD_FIT

    index = view.session.index
    place = index.place(claim)
    for finding in view.findings:
        places = (finding.where, *finding.also) if finding.kind == WOULD_FIT and finding.where is not None else ()
        if place is not None and any(where.overlaps(place) for where in places):
            return index.article.label_of(finding.reference)
    return ""


def _unavailable_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return the references whose source was not to be had, and how many pairs that concerns."""
    article = view.session.index.article
    rows: list[StyledLine] = []
    for reference, count in view.outcome.unavailable.most_common(_MOST_LISTED):
        entry = article.reference_by_id.get(reference)
        title = short_title(entry) if entry is not None else "no longer in this article"
        left = line(("∅ ", "secondary"), (f"[{article.label_of(reference)}] ", "cite"), title)
        rows.append(spread(left, line((f"{count:,}", "text")), width))
    more = len(view.outcome.unavailable) - _MOST_LISTED
    if more > 0:
        rows.append(line((f"↓ {plural(more, 'reference')} more", "secondary")))
    return [_heading("could not be checked", "pairs", width), *rows] if rows else []


def _record_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return how many verdicts have a passage beside them, and whether the text is still the one that was marked."""
    outcome, placed = view.outcome, view.session.index.placement_counts()
    lines = (
        [line(f"evidence stands beside {outcome.with_evidence:,} of {plural(outcome.judged, 'verdict')}")]
        if outcome.judged
        else []
    )
    state = "the text is the one you marked, word for word" if placed is None else f"the text changed: {placed.summary}"
    return [_heading("for the record", "", width), *lines, *(line(words) for words in fold(state, width, 2))]


def _hand_on_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return the keys of the formats to hand the review on in."""
    export, is_word = view.label("export"), view.session.index.article.format == "docx"
    cells = [
        line((f"{export} {view.letters[name]}", "yours b", "action:export"), (f" {words}", "text", "action:export"))
        for name, words in _HAND_ON
        if name in view.letters and (name != "docx" or is_word)
    ]
    rule = line(("Hand it on ", "secondary"), ("─" * max(0, width - 11), "hairline"))
    if width < 2 * 30:
        return [rule, (), *cells]
    column = width // 2 + 2
    rows = (cells[at : at + 2] for at in range(0, len(cells), 2))
    return [rule, (), *((*row[0], Part(" " * (column - width_of(row[0]))), *row[1]) if row[1:] else row[0] for row in rows)]


# ------------------------------------------------------------------ what the author should mend


def author_lines(view: EndView, width: int, height: int) -> list[StyledLine]:
    """Return what the author should mend, in `height` lines of `width` cells around the amendment in hand."""
    amendments = view.outcome.amendments
    decided = sum(one.is_decided for one in amendments)
    many = line((f"{decided:,}", "text"), (" to fix", "secondary")) if decided else ()
    head: list[StyledLine] = [spread(line(("For the author", "b")), many, width), ()]
    foot = [(), key_line(view.label, ("review-enter", "goes there"), ("decide", "says something else"))] if amendments else []
    notes = _note_lines(view, width)
    room = max(3, height - len(head) - len(foot) - len(notes))
    each = 3
    count = max(1, (room + 1) // each)
    first = max(0, min(view.chosen - count + 1, len(amendments) - count)) if view.chosen >= count else 0
    shown: list[StyledLine] = []
    for number in range(first, min(len(amendments), first + count)):
        shown += [*amendment_lines(view, amendments[number], number, width), ()]
    left = len(amendments) - first - count
    if left > 0:
        shown[-1:] = [line((f"↓ {left:,} more", "secondary"))]
    if not amendments:
        shown = [line(("Nothing is to be mended", "secondary")), ()]
    return [clip_line(parts, width) for parts in (*head, *shown, *notes, *foot)][:height]


def amendment_lines(view: EndView, amendment: Amendment, number: int, width: int) -> list[StyledLine]:
    """Return an amendment in two lines: the words of the claim; the reference, why, and what to do."""
    session, claim, judgement = view.session, amendment.claim, amendment.judgement
    target, bar = f"amend:{number}", Part("▌" if number == view.chosen else " ", "yours")
    verdict = session.index.scale.by_id(judgement.verdict) if judgement is not None else None
    sign, tone = (verdict.symbol, verdict.tone) if verdict is not None else ("◌", "open")
    words = clip(" ".join(printable_line(quote_of(session, claim)).split()), width - 5)
    first = line(bar, (f"{sign} ", tone, target), (f"“{words}”", "text b" if number == view.chosen else "text", target))
    note = judgement.note if judgement is not None else ""
    why = note or (verdict.label if verdict is not None else "rests on nothing" if claim.kind == CLAIM else "")
    if amendment.is_decided:
        advice = line((_ADVICE.get(claim.decision, decision_title(claim.decision)), "yours", target))
    else:
        advice = key_line(view.label, ("decide", "says what"))
    label = f"[{session.index.article.label_of(judgement.reference)}] " if judgement is not None else ""
    room = width - 3 - len(label) - width_of(advice) - 2
    reason = clip(" ".join(printable_line(why).split()), max(0, room))
    return [first, spread(line(bar, "  ", (label, "cite", target), (reason, "secondary", target)), advice, width)]


def _note_lines(view: EndView, width: int) -> list[StyledLine]:
    """Return how many claims rest on nothing, and how many findings are open."""
    uncited, counts, lines = len(view.outcome.uncited), view.counts, list[StyledLine]()
    if uncited:
        words = f"{plural(uncited, 'claim')} {'rests' if uncited == 1 else 'rest'} on nothing"
        lines += [line(" ", ("◌ ", "open"), words), ()]
    if counts is not None and counts.findings:
        keys = key_line(view.label, ("audit", "lists them"))
        lines += [spread(line(" ", ("! ", "fault"), plural(counts.findings, "finding")), keys, width), ()]
    return lines[:-1]
