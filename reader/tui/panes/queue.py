"""Render the review queue: one pair, its reason, its closest passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from reader.article.article import Article
from reader.article.model import Reference
from reader.printable import printable_line
from reader.review.conflicts import conflicting_judgements
from reader.review.coverage import Completeness, Coverage
from reader.review.index import Tally
from reader.review.model import FETCH_FAILED, NO_SOURCE, SUPPLIED, Annotation, Judgement, Source, is_readable, source_state
from reader.review.queue import QUEUE_REASONS
from reader.review.scale import UNAVAILABLE, UNAVAILABLE_STATE, Scale, Verdict, decision_title, problem_title
from reader.tui.cues import ClosestPassages, is_same_evidence
from reader.tui.keymap import verdict_keys
from reader.tui.panes.bars import hint_parts
from reader.tui.panes.card import byline, short_title
from reader.tui.panes.card_view import TextChange
from reader.tui.panes.passages import NO_SHARED_WORDING, passage_lines
from reader.tui.panes.sources import EVIDENCE_SIGN
from reader.tui.panes.text_changes import change_lines
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, line, spread, width_of

# ------------------------------------------------------------------ The closest passage of a source in the queue's pane


def closest_lines(
    closest: ClosestPassages | None, width: int, most: int, key: Callable[[str], str], *, hidden: bool, kept: bool
) -> list[StyledLine]:
    """Return the passage in hand in at most `most` lines under a heading; what is beside it too where there is room.

    `closest` is None without a readable source; `hidden` tells that the person judges blind, `kept` that it is evidence.
    """
    if closest is None:
        return []
    passage = closest.passage
    if hidden or passage is None:
        return [line((text, "hint")) for text in fold(_no_passage_text(closest, hidden=hidden), width, 2)]
    which = line((f"{closest.at + 1} of {len(closest.passages)}", "hint"))
    keeps = (
        line((f"{EVIDENCE_SIGN} kept", "yours")) if kept else line(*hint_parts(key("closest-keep"), "keeps it", "closest-keep"))
    )
    head = spread(line(("closest by wording  ", "secondary"), *which), keeps, width)
    around = most > 4
    own = passage_lines(passage, width - 2, max(1, most - 2 * around), current=True)
    before, after = ((Part("  "), *line((clip(text, width - 2), "hint"))) for text in (passage.before, passage.after))
    lines = [(Part("  "), *parts) for parts in own]
    return [head, *([before] if around and passage.before else []), *lines, *([after] if around and passage.after else [])]


def _no_passage_text(closest: ClosestPassages, *, hidden: bool) -> str:
    """Return why there is no passage to see."""
    if hidden:
        return "closest passages: hidden until there is a verdict"
    if closest.failed:
        return "the source cannot be read"
    return NO_SHARED_WORDING if closest.read is not None else "looking for the closest passages …"


# ------------------------------------------------------------------ one pair, why it is there, what is known of it, and what a

STATE_INDENT = 4
"""The cells that what belongs to a reference is set in by."""
COLUMN_GAP = 3
"""The cells between two columns of the legend."""
ROOMY_HEIGHT = 18
"""From so many lines on, the parts of the pane are set apart by blank lines."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """What the pane shows. `claim` is None when no pair is left; then `left` says what is left of the review.

    `words` are the claim's, `rests_on` the ids of all references it rests on, `source` the one behind `reference`; `number` of
    `total` counts the pairs, `reason` is why this one is in the queue ("" when it is done); `check` is what the words of the
    claim were before, and which verdicts are stale; `filtered` tells whether a filter may hide pairs; `label` names the key of
    an action, `digits` are those of the verdicts; `creator` is the person. `gone` tells that another window took the pair away.
    `closest` are the passages of the source that are close to the claim, None without a text; `blind` hides them.
    """

    article: Article
    scale: Scale
    claim: Annotation | None
    words: str
    rests_on: Sequence[str]
    reference: str
    source: Source | None
    number: int
    total: int
    reason: str
    tags: tuple[Part, ...]
    check: TextChange | None
    completeness: Completeness | None
    is_filtered: bool
    creator: str
    label: Callable[[str], str]
    digits: Sequence[str]
    is_removed: bool = False
    closest: ClosestPassages | None = None
    is_blind: bool = False


def queue_lines(view: QueueView, width: int, height: int) -> list[StyledLine]:
    """Return the pane in `height` lines of `width` cells: what does not fit is left out from the least telling on."""
    if view.claim is None:
        return [clip_line(parts, width) for parts in _no_pair_lines(view, width)][:height]
    roomy = height >= ROOMY_HEIGHT
    head, keys = _heading_lines(view, width), legend_lines(view, width)
    quote = _claim_lines(view, width, 8 if roomy else 2)
    entry = _entry_lines(view, width, roomy=roomy)
    state = _source_lines(view, width)
    said = _judgement_lines(view, width)
    others = _other_pair_lines(view, width, roomy=roomy)
    evidence = _evidence_lines(view, width, 4 if roomy else 1)
    room = height - len(head) - len(keys)
    if roomy:
        shown = _space_groups([quote, [*entry, *state], said, evidence, _closest_lines(view, width, 6), others], room)
    else:
        groups = [quote, entry, state, said, evidence, _closest_lines(view, width, 2), others]
        shown = _fit_groups(view, width, groups, room)
    body = [*head, *shown][: max(0, height - len(keys))]
    body.extend([()] * (height - len(body) - len(keys)))
    return [clip_line(parts, width) for parts in (*body, *keys)][:height]


def _fit_groups(view: QueueView, width: int, groups: Sequence[list[StyledLine]], room: int) -> list[StyledLine]:
    """Return the groups in at most `room` lines. The claim stands in the text above the pane too, so its words go first."""
    quote, entry, _, said, evidence, closest, others = groups
    if sum(map(len, groups)) > room:
        quote[:] = _claim_lines(view, width, 1)
    order = ((quote, 1), (entry, 1), (others, 0), (closest, 2), (said, 1), (evidence, 0), (closest, 0), (said, 0))
    for group, least in order:
        while len(group) > least and sum(map(len, groups)) > room:
            group.pop()
    return [parts for group in groups for parts in group]


def _space_groups(groups: Iterable[list[StyledLine]], room: int) -> list[StyledLine]:
    """Return the groups with a blank line before each."""
    lines: list[StyledLine] = []
    for group in groups:
        if group:
            lines.extend(((), *group))
    return lines[:room]


def _heading_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return which pair it is, and why it is in the queue; below it where that does not fit beside."""
    number = line((f"pair {view.number} of {view.total}", "b"))
    why = line((QUEUE_REASONS.get(view.reason, "done"), "open" if view.reason else "good"))
    beside = (*number, Part("  ·  ", "hint"), *why)
    return [beside] if width_of(beside) <= width else [number, why]


def _claim_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return the claim: its words, or what they were and are now when they changed; then its tags."""
    changed = change_lines(view.check, width, most)
    lines = changed or [line((text, "quote")) for text in fold(" ".join(printable_line(view.words).split()), width, most)]
    if view.tags:
        tags = (part for tag in view.tags for part in (tag._replace(target="action:tag"), Part("  ")))
        lines.append(clip_line(tuple(tags), width))
    return lines


def _entry_lines(view: QueueView, width: int, *, roomy: bool) -> list[StyledLine]:
    """Return the reference: label and title, authors and year, address."""
    reference = view.article.reference_by_id.get(view.reference)
    label = f"[{view.article.label_of(view.reference)}] "
    if reference is None:
        return [line((label, "cite b"), ("no longer in this article", "fault"))]
    room, target = width - len(label), "action:source"
    indent = Part(" " * len(label))
    if not roomy:
        title = line((label, "cite b"), (clip(short_title(reference), room), "text b", target))
        about = line((byline(reference, room), "secondary"), ("   ", "text"), (_address(reference), "cite"))
        return [title, clip_line((indent, *about), width)]
    first, *rest = list(fold(short_title(reference), room, 3)) or [""]
    lines = [line((label, "cite b"), (first, "text b", target)), *((indent, *line((text, "text b"))) for text in rest)]
    lines.append((indent, *line((byline(reference, room), "secondary"))))
    address = _address(reference)
    return [*lines, *([(indent, *line((clip(address, room), "cite")))] if address else [])]


def _address(reference: Reference) -> str:
    return f"doi:{reference.doi}" if reference.doi else reference.url


def _source_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return how far the source is there, and which key leads to it."""
    state = source_state(view.source)
    tone = {SUPPLIED: "text", NO_SOURCE: "hint"}.get(state, "open")
    said = [Part("source: ", "secondary"), Part(state, tone)]
    if state == FETCH_FAILED and view.source is not None:
        said.append(Part(f", {view.source.tried_at[:10]}: {view.source.trouble}", "secondary"))
    key = hint_parts(view.label("source"), "opens it" if is_readable(view.source) else "adds it", "source")
    left, right = line(" " * STATE_INDENT, *said), line(*key)
    fits = width_of(left) + COLUMN_GAP + width_of(right) <= width
    return [(*left, Part(" " * COLUMN_GAP), *right) if fits else spread(left, right, width)]


def _judgement_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return what was said of this pair, and of the claim for its author."""
    claim, lines = view.claim, list[StyledLine]()
    judgement = claim.judgement_on(view.reference) if claim is not None else None
    if claim is not None and judgement is not None and judgement.verdict:
        given = (judgement, *conflicting_judgements(claim, view.reference))
        named = [part for one in given for part in (Part("  ·  ", "open"), *_signed_verdict(view, one))][1:]
        stale = view.check is not None and view.reference in view.check.stale
        lines.append(line(("given: ", "secondary"), *named, ("  stale", "fault") if stale else ""))
    if judgement is not None and judgement.problems:
        lines.append(line(("wrong: ", "secondary"), (", ".join(map(problem_title, judgement.problems)), "fault")))
    note = claim.note if claim is not None else ""
    if note:
        folded = enumerate(fold(note, width - 6, 3))
        lines.extend(line(("note: " if number == 0 else " " * 6, "secondary"), text) for number, text in folded)
    if claim is not None and claim.decision:
        fix = f": {claim.fix}" if claim.fix else ""
        lines.append(line(("author: ", "secondary"), f"{decision_title(claim.decision)}{fix}"))
    return [clip_line(parts, width) for parts in lines]


def _signed_verdict(view: QueueView, judgement: Judgement) -> StyledLine:
    """Return a verdict and, where it is not the person's own, whose it is."""
    verdict = view.scale.by_id(judgement.verdict)
    by = f" ({judgement.by})" if judgement.by and judgement.by != view.creator else ""
    return line((f"{verdict.symbol} {verdict.label}", verdict.tone), (by, "secondary"))


def _evidence_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return the passages that are kept as evidence on this pair, each in at most `most` lines."""
    judgement = view.claim.judgement_on(view.reference) if view.claim is not None else None
    if judgement is None or not judgement.evidence:
        return []
    lines: list[StyledLine] = []
    for evidence in judgement.evidence:
        words = " ".join(printable_line(evidence.selector.exact).split())
        lines.extend(
            line(("❝ " if n == 0 else "  ", "yours"), (text, "text")) for n, text in enumerate(fold(words, width - 2, most))
        )
    return lines


def _closest_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return the closest passage in hand, in at most `most` lines under its heading."""
    judgement = view.claim.judgement_on(view.reference) if view.claim is not None else None
    evidence = view.closest.evidence() if view.closest is not None else None
    kept = judgement is not None and evidence is not None and any(is_same_evidence(evidence, one) for one in judgement.evidence)
    return closest_lines(view.closest, width, most, view.label, hidden=view.is_blind, kept=kept)


def _other_pair_lines(view: QueueView, width: int, *, roomy: bool) -> list[StyledLine]:
    """Return the verdicts on the claim's other pairs: a line each, or all in one."""
    others = [reference for reference in view.rests_on if reference != view.reference]
    if not others or view.claim is None:
        return []
    parts = [_other_pair_line(view, view.claim, reference) for reference in others]
    if not roomy:
        return [clip_line(line(("others: ", "secondary"), *(p for one in parts for p in (*one, Part("   ")))), width)]
    return [line(("other sources of this claim", "secondary")), *(clip_line((Part("  "), *one), width) for one in parts)]


def _other_pair_line(view: QueueView, claim: Annotation, reference: str) -> StyledLine:
    verdict = claim.verdict_on(reference)
    given = view.scale.by_id(verdict) if verdict else Verdict("", "open", "", "–", "open", 0)
    stale = view.check is not None and reference in view.check.stale
    return line(
        (f"[{view.article.label_of(reference)}] ", "cite"),
        (f"{given.symbol} {given.label}", given.tone),
        ("  stale", "fault") if stale else "",
    )


def legend_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return what each digit would say, in as few lines as the width allows."""
    cells = [_legend_cell(key, verdict, f"key:{key}") for key, verdict in verdict_keys(view.scale, view.digits)]
    cells.append(_legend_cell(view.label("unavailable"), replace(UNAVAILABLE_STATE, label="unavailable"), "action:unavailable"))
    given = view.claim is not None and view.claim.verdict_on(view.reference)
    if given:
        clear = "action:clear-verdict"
        cells.append(line((view.label("clear-verdict"), "yours b", clear), (" clears", "secondary", clear)))
    rows = next(rows for across in range(len(cells), 0, -1) if (rows := _columns(cells, across, width)) or across == 1)
    return rows or cells


def _columns(cells: Sequence[StyledLine], across: int, width: int) -> list[StyledLine]:
    """Return cells in rows of so many, lined up; none when that is wider than the width."""
    sizes = [max(map(width_of, cells[column::across])) + COLUMN_GAP for column in range(across)]
    if sum(sizes) - COLUMN_GAP > width:
        return []
    rows = (cells[start : start + across] for start in range(0, len(cells), across))
    return [_padded_row(row, sizes) for row in rows]


def _padded_row(cells: Sequence[StyledLine], sizes: Sequence[int]) -> StyledLine:
    """Return cells one beside the other, all but the last padded to its size."""
    padded = zip(cells[:-1], sizes, strict=False)
    return (*(part for cell, size in padded for part in (*cell, Part(" " * (size - width_of(cell))))), *cells[-1])


def _legend_cell(key: str, verdict: Verdict, target: str) -> StyledLine:
    tone = "secondary" if verdict.id == UNAVAILABLE else verdict.tone
    return line((key, "yours b", target), (f" {verdict.symbol} {verdict.label}", tone, target))


def _no_pair_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return what to say when there is no pair: that all is done, or what else is left and which key leads there."""
    left = view.completeness
    if view.is_removed:
        told = fold("it was removed in another window, or its claim no longer rests on this source there", width, 3)
        goes = hint_parts(view.label("review-skip"), "shows the next pair", "review-skip")
        why = [line((text, "secondary")) for text in told]
        return [line(("this pair is no longer there", "fault b")), (), *why, (), line(*goes)]
    if view.is_filtered:
        change = hint_parts(view.label("review-filter"), "changes it", "review-filter")
        return [line(("no pair passes the filter", "b")), (), line(*change)]
    if left is None:
        return [line(("no pair is left", "b"))]
    if left.is_complete:
        told = (
            [line((text, "secondary")) for text in fold(f"still there: {left.remaining}", width, 3)] if left.remaining else []
        )
        return [
            line(("✓ The review is complete", "good b")),
            (),
            line(("every sentence decided, every pair judged", "secondary")),
            *told,
        ]
    lines: list[StyledLine] = [line(("no pair is left", "b")), (), line(("the review is not complete:", "secondary"))]
    lines.extend(line(part) for part in left.remaining.split(", "))
    lines.append(())
    if left.unread:
        lines.append(line(*hint_parts(view.label("next-unread"), "goes to the next unread sentence", "next-unread")))
    if left.orphans:
        lines.append(line(*hint_parts(view.label("to-check"), "shows what lost its place", "to-check")))
    lines.append(line(*hint_parts(view.label("escape"), "goes back to the text", "escape")))
    return lines


QUEUE_METER = 10
"""The cells of a meter in the header."""


def queue_header(title: str, tally: Tally, coverage: Coverage | None, typed: str, width: int) -> StyledLine:
    """Return title and two meters: of the pairs judged and of the sentences decided."""
    narrow = width < 100
    right: list[Part] = [Part(f"filter {typed}  ", "tag", "action:review-filter")] if typed else []
    right.extend(_meter(tally.pairs - tally.open_pairs, tally.pairs, "pairs", narrow=narrow))
    if coverage is not None:
        right.extend((Part("   "), *_meter(coverage.decided, len(coverage), "sentences", narrow=narrow)))
    return spread(line(" ", (title, "b")), (*line(*right), Part(" ")), width)


def _meter(done: int, total: int, word: str, *, narrow: bool) -> StyledLine:
    size = QUEUE_METER // 2 if narrow else QUEUE_METER
    filled = size * done // total if total else 0
    of = f"/{total} {word} " if narrow else f" of {total} {word} "
    return (Part(str(done)), Part(of, "secondary"), Part("━" * filled, "yours"), Part("─" * (size - filled), "hairline"))
