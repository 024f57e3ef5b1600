"""Render the review queue: one pair, its reason, its closest passage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from reader.printable import plural, printable_line, terminal_line
from reader.review.model import Annotation, Source, is_readable, source_state
from reader.review.queue import MISSING_DETAIL, QUEUE_REASONS
from reader.review.scale import UNAVAILABLE, UNAVAILABLE_STATE, Scale, Verdict
from reader.review.vocabulary import DESCRIBED, FETCH_FAILED, NO_SOURCE, SUPPLIED
from reader.tui.cues import NO_DETAILS, ClosestPassages, PairDetails, is_same_evidence
from reader.tui.keymap import verdict_keys
from reader.tui.panes.bars import key_line
from reader.tui.panes.card import byline, short_title
from reader.tui.panes.notes import note_lines
from reader.tui.panes.pair_lines import (
    EVIDENCE_SIGN,
    LEAD_WIDTH,
    PairView,
    decision_lines,
    evidence_lines,
    remark_lines,
    signed_verdicts,
    stale_part,
    view_pair,
)
from reader.tui.panes.passages import NO_SHARED_WORDING, passage_lines
from reader.tui.panes.text_changes import change_lines
from reader.tui.panes.todo import completeness_lines
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, indent, line, meter, spread, width_of

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.review.completeness import Completeness
    from reader.review.index import Tally
    from reader.tui.panes.card_view import TextChange

# ------------------------------------------------------------------ current pair

STATE_INDENT = 4
"""Cells of indent below a reference."""
COLUMN_GAP = 3
"""Cells between two columns of the legend."""
TOO_SMALL: Final = line(("Too small to judge here", "open b"))
"""The pane without room for a reference and its passage."""
SHORT_LABEL = 11
"""Most cells of a verdict's label where lines are few."""
ROOMY_HEIGHT = 18
"""Fewest lines at which blank lines separate the parts of the pane."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """State of the queue's pane. `claim` is None when no pair is left; then `counts` says what the review lacks.

    `words` is the text of the claim, `rests_on` the ids of its references; `source` belongs to `reference`, the current one.
    `number` of `total` counts the pairs, `reason` explains the position of this one in the queue ("" once it is done). `check`
    holds the earlier wording of the claim and the stale verdicts. `is_filtered` is set if a filter may hide pairs, `is_limited`
    if the queue has the pairs of some claims only, `is_removed` if another window removed the pair. `label` returns the key of
    an action, `digits` are the keys of the verdicts; `creator` is the person. `closest` holds the closest passages of the
    source, None without a text; `is_blind` hides them.
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
    counts: Completeness | None
    is_filtered: bool
    is_limited: bool
    creator: str
    label: Callable[[str], str]
    digits: Sequence[str]
    is_removed: bool = False
    details: PairDetails = NO_DETAILS
    closest: ClosestPassages | None = None
    is_blind: bool = False

    def pair_of(self, reference: str) -> PairView:
        """Return the pair of the claim and a reference; only the current one has its source."""
        source = self.source if reference == self.reference else None
        stale = self.check.stale.get(reference, "") if self.check is not None else ""
        return view_pair(self.claim, reference, self.scale, source, self.creator, stale=stale)


def queue_lines(view: QueueView, width: int, height: int) -> list[StyledLine]:
    """Return the pane in `height` lines of `width` cells; the least important lines are left out first."""
    if view.claim is None:
        lines = _no_pair_lines(view, width)
        shown = lines if len(lines) <= height else [parts for parts in lines if parts]
        return [clip_line(parts, width) for parts in shown][:height]
    lines = (_roomy_lines if height >= ROOMY_HEIGHT else _compact_lines)(view, width, height)
    return [clip_line(parts, width) for parts in lines][:height]


def _roomy_lines(view: QueueView, width: int, height: int) -> list[StyledLine]:
    """Return the pane in `height` lines, with a blank line between its parts."""
    head, keys = _heading_lines(view, width), legend_lines(view, width)
    groups = [
        [*_claim_lines(view, width, 8), *_derivation_lines(view, width, 3)],
        [*_entry_lines(view, width), *_source_lines(view, width)],
        _judgement_lines(view, width),
        evidence_lines(view.pair_of(view.reference), width, 4),
        _closest_lines(view, width, 6),
        _other_pair_lines(view, width, roomy=True),
    ]
    body = [*head, *_space_groups(groups, height - len(head) - len(keys))][: height - len(keys)]
    return [*body, *[()] * (height - len(body) - len(keys)), *keys]


def _compact_lines(view: QueueView, width: int, height: int) -> list[StyledLine]:
    """Return the pane in `height` lines: reference, passage and digits, then as much else as there is room for.

    The claim comes late, as the text beside the pane shows it too. Without room for those three, it gives no digits.
    """
    title, titles, details = _short_entry_lines(view, width)
    passage = view.closest.passage if view.closest is not None and not view.is_blind else None
    closest, signs = _closest_lines(view, width, 3), legend_lines(view, width, KeyWords.NONE)
    words = legend_lines(view, width)
    short_words = legend_lines(view, width, KeyWords.SHORT)
    head, own = (closest[:1], closest[1:]) if passage is not None else ([], closest or _source_lines(view, width))
    judgement, others = _judgement_lines(view, width), _other_pair_lines(view, width, roomy=False)
    before, after = (
        [line("  ", (clip(text, width - 2), "hint"))] if text else []
        for text in ((passage.before, passage.after) if passage is not None else ("", ""))
    )
    order = (
        "claim",
        "derivations",
        "title",
        "details",
        "reason",
        "judgement",
        "evidence",
        "head",
        "before",
        "own",
        "after",
        "others",
    )
    parts: dict[str, list[StyledLine]] = {**{name: [] for name in order}, "title": [title], "own": own, "keys": signs}
    options = (
        ("reason", [_reason_line(view, width)]),
        ("head", head),
        ("title", titles),
        ("keys", short_words),
        ("keys", words if len(words) <= len(short_words) else short_words),
        ("judgement", judgement[:1]),
        ("details", details),
        ("evidence", evidence_lines(view.pair_of(view.reference), width, 1)),
        ("after", after),
        ("before", before),
        ("judgement", judgement),
        ("derivations", _derivation_lines(view, width, 1)),
        ("claim", _claim_lines(view, width, 1)),
        ("others", others),
        ("claim", _claim_lines(view, width, 2)),
    )
    if sum(map(len, parts.values())) > height:
        return [TOO_SMALL]
    for name, lines in options:
        if sum(map(len, parts.values())) - len(parts[name]) + len(lines) <= height:
            parts[name] = lines
    body = [text for name in order for text in parts[name]]
    return [*body, *[()] * (height - len(body) - len(parts["keys"])), *parts["keys"]]


def _reason_line(view: QueueView, width: int) -> StyledLine:
    """Return the reason of the pair, and as far as there is room its number and the key that opens a readable source."""
    state = source_state(view.source)
    kind = (Part(f"{state}  ", "open"),) if state != SUPPLIED else ()
    right = (*kind, *key_line(view.label, ("source", "opens it"))) if is_readable(view.source) else ()
    room = width - width_of(right) - 2
    if width_of(_reason_parts(view)) > room:
        return clip_line(_reason_parts(view), width)
    return spread(_heading_lines(view, room)[-1], right, width)


def _short_entry_lines(view: QueueView, width: int) -> tuple[StyledLine, list[StyledLine], list[StyledLine]]:
    """Return the reference in one line, its title in up to two lines, and what the first line has no room for."""
    reference = view.article.reference_by_id.get(view.reference)
    label = f"[{view.article.label_of(view.reference)}] "
    if reference is None:
        missing = line((label, "cite b"), ("No longer in this article", "fault"))
        return missing, [missing], []
    room, target = width - cell_len(terminal_line(label)), "action:source"
    first, *rest = list(fold(short_title(reference), room, 2)) or [""]
    title = line((label, "cite b"), (clip(short_title(reference), room), "text b", target))
    by = line((byline(reference, room), "secondary"))
    address = f"doi:{reference.doi}" if reference.doi else reference.url
    if width_of(title) + COLUMN_GAP + width_of(by) <= width:
        title, by = spread(title, by, width), ()
    details = [*by, Part("   " if by else ""), Part(clip(address, room), "cite")] if address or by else []
    titles = [
        line((label, "cite b"), (first, "text b", target)),
        *indent([line((text, "text b")) for text in rest], len(label)),
    ]
    return title, titles if rest else [title], indent([line(*details)], len(label)) if details else []


def _space_groups(groups: Iterable[list[StyledLine]], room: int) -> list[StyledLine]:
    """Return the groups with a blank line before each."""
    lines: list[StyledLine] = []
    for group in groups:
        if group:
            lines.extend(((), *group))
    return lines[:room]


def _heading_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return the number of the pair and its reason, in one line if they fit, else in two."""
    number = line((f"Pair {view.number} of {view.total}", "b"))
    reason = clip_line(_reason_parts(view), width)
    heading = (*number, Part("  ·  ", "hint"), *reason)
    return [heading] if width_of(heading) <= width else [number, reason]


def _reason_parts(view: QueueView) -> StyledLine:
    """Return the reason of the pair, with the details that its source lacks."""
    if view.reason == MISSING_DETAIL and view.details.missing:
        return line(("! the source lacks  ", "fault"), ("  ".join(view.details.missing), "fault b"))
    return line((QUEUE_REASONS.get(view.reason, "done"), "open" if view.reason else "good"))


def _claim_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return the words of the claim, or the old and the new ones if they changed, then its tags."""
    changes = change_lines(view.check, width, most)
    lines = changes or [line((text, "quote")) for text in fold(" ".join(printable_line(view.words).split()), width, most)]
    if view.tags:
        tags = (part for tag in view.tags for part in (tag._replace(target="action:tag"), Part("  ")))
        lines.append(clip_line(tuple(tags), width))
    return lines


def _derivation_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return the numbers of the claim that follow from the source, with their sums, in at most `most` lines."""
    lead, sums = "worked out: ", printable_line(" · ".join(view.details.derivations))
    first, *rest = list(fold(sums, width - len(lead), most)) or [""]
    below = indent([line((text, "text")) for text in rest], len(lead))
    return [line((lead, "secondary"), (first, "text")), *below] if first else []


def _entry_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return the reference: label and title, authors and year, address."""
    reference = view.article.reference_by_id.get(view.reference)
    label = f"[{view.article.label_of(view.reference)}] "
    if reference is None:
        return [line((label, "cite b"), ("No longer in this article", "fault"))]
    room, target = width - len(label), "action:source"
    address = f"doi:{reference.doi}" if reference.doi else reference.url
    first, *rest = list(fold(short_title(reference), room, 3)) or [""]
    below = [*(line((text, "text b")) for text in rest), line((byline(reference, room), "secondary"))]
    below.extend([line((clip(address, room), "cite"))] if address else [])
    return [line((label, "cite b"), (first, "text b", target)), *indent(below, len(label))]


def _source_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return the state of the source and the key that opens or adds it."""
    state = source_state(view.source)
    tone = {SUPPLIED: "text", NO_SOURCE: "hint"}.get(state, "open")
    closest = view.closest
    if state == SUPPLIED and closest is not None and closest.read is not None:
        state = f"{plural(closest.read.passage_count, 'passage')} read"
    parts = [Part("source: ", "secondary"), Part(state, tone)]
    if view.source is not None and view.source.text is not None and view.source.text.archived_at:
        parts.append(Part(f", {view.source.text.copy_words}", "secondary"))
    if state == FETCH_FAILED and view.source is not None:
        parts.append(Part(f", {view.source.failed_at[:10]}: {view.source.failure}", "secondary"))
    left = line(" " * STATE_INDENT, *parts)
    verb = "opens it" if is_readable(view.source) else "describes it" if state == DESCRIBED else "adds it"
    right = key_line(view.label, ("source", verb))
    fits = width_of(left) + COLUMN_GAP + width_of(right) <= width
    return [(*left, Part(" " * COLUMN_GAP), *right) if fits else spread(left, right, width)]


def _judgement_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return verdicts, remarks and note of this pair, and the decision on its claim."""
    pair, lines = view.pair_of(view.reference), list[StyledLine]()
    if pair.verdicts:
        lead = Part(f"{'given':{LEAD_WIDTH}}", "secondary")
        lines.append((lead, *signed_verdicts(pair), *stale_part(pair)))
    lines.extend(remark_lines(pair, width))
    lines.extend(note_lines(view.claim, view.label, width, 3))
    lines.extend(decision_lines(view.claim, width, 1))
    return [clip_line(parts, width) for parts in lines]


def _closest_lines(view: QueueView, width: int, most: int) -> list[StyledLine]:
    """Return a heading and the current passage of the source in at most `most` lines, with its context if there is room."""
    closest, passage = view.closest, view.closest.passage if view.closest is not None else None
    if closest is None:
        return []
    if view.is_blind or passage is None:
        return [line((text, "hint")) for text in fold(_no_passage_text(closest, hidden=view.is_blind), width, 2)]
    judgement, evidence = view.pair_of(view.reference).judgement, closest.evidence()
    is_kept = judgement is not None and evidence is not None and any(is_same_evidence(evidence, e) for e in judgement.evidence)
    state = line((f"{EVIDENCE_SIGN} kept", "yours")) if is_kept else key_line(view.label, ("closest-keep", "keeps it"))
    number = line((f"{closest.at + 1} of {len(closest.passages)}", "hint"))
    head = spread(line(("closest by wording  ", "secondary"), *number), state, width)
    has_context = most > 4
    own = passage_lines(passage, width - 2, max(1, most - 2 * has_context), current=True)
    before, after = (
        [line((clip(text, width - 2), "hint"))] if has_context and text else [] for text in (passage.before, passage.after)
    )
    return [head, *indent([*before, *own, *after], 2)]


def _no_passage_text(closest: ClosestPassages, *, hidden: bool) -> str:
    """Return the reason that no passage is shown."""
    if hidden:
        return "Closest passages: hidden until you give a verdict"
    if closest.failed:
        return "The source could not be read"
    return NO_SHARED_WORDING if closest.read is not None else "Looking for the closest passages …"


def _other_pair_lines(view: QueueView, width: int, *, roomy: bool) -> list[StyledLine]:
    """Return the verdicts on the claim's other pairs, one line each if there is room, else in one."""
    others = [reference for reference in view.rests_on if reference != view.reference]
    if not others or view.claim is None:
        return []
    parts = [_other_pair_line(view, reference) for reference in others]
    if not roomy:
        return [clip_line(line(("others: ", "secondary"), *(p for one in parts for p in (*one, Part("   ")))), width)]
    return [line(("other sources of this claim", "secondary")), *indent(parts, 2)]


def _other_pair_line(view: QueueView, reference: str) -> StyledLine:
    pair = view.pair_of(reference)
    verdict = view.scale.by_id(pair.verdicts[0].verdict) if pair.verdicts else None
    state = (f"{verdict.symbol} {verdict.label}", verdict.tone) if verdict is not None else ("– open", "open")
    return (*line((f"[{view.article.label_of(reference)}] ", "cite"), state), *stale_part(pair))


class KeyWords(Enum):
    """Words beside the keys of the verdicts: whole labels, their first words, or none beside the signs."""

    FULL = auto()
    SHORT = auto()
    NONE = auto()


def legend_lines(view: QueueView, width: int, words: KeyWords = KeyWords.FULL) -> list[StyledLine]:
    """Return the keys of the verdicts with their labels, in as few lines as the width allows."""
    cells = [_legend_cell(key, verdict, f"key:{key}", words) for key, verdict in verdict_keys(view.scale, view.digits)]
    unavailable = UNAVAILABLE_STATE._replace(label="unavailable")
    cells.append(_legend_cell(view.label("unavailable"), unavailable, "action:unavailable", words))
    if view.claim is not None and view.claim.verdict_on(view.reference):
        clear = "action:clear-verdict"
        cells.append(line((view.label("clear-verdict"), "yours b", clear), (" clears", "secondary", clear)))
    gaps = (COLUMN_GAP,) if words is KeyWords.FULL else range(COLUMN_GAP, 0, -1)
    choices = (_columns(cells, across, width, gap) for across in range(len(cells), 0, -1) for gap in gaps)
    return next((rows for rows in choices if rows), cells)


def _columns(cells: Sequence[StyledLine], across: int, width: int, gap: int) -> list[StyledLine]:
    """Return cells in rows of `across` aligned columns, or nothing if the rows are wider than `width`."""
    sizes = [max(map(width_of, cells[column::across])) + gap for column in range(across)]
    if sum(sizes) - gap > width:
        return []
    rows = (cells[start : start + across] for start in range(0, len(cells), across))
    return [_padded_row(row, sizes) for row in rows]


def _padded_row(cells: Sequence[StyledLine], sizes: Sequence[int]) -> StyledLine:
    """Return cells in one row, all but the last padded to its size."""
    padded = zip(cells[:-1], sizes, strict=False)
    return (*(part for cell, size in padded for part in (*cell, Part(" " * (size - width_of(cell))))), *cells[-1])


def _legend_cell(key: str, verdict: Verdict, target: str, words: KeyWords) -> StyledLine:
    tone = "secondary" if verdict.id == UNAVAILABLE else verdict.tone
    label = {KeyWords.FULL: verdict.label, KeyWords.SHORT: _first_words(verdict.label), KeyWords.NONE: ""}[words]
    return line((key, "yours b", target), (f" {verdict.symbol} {label}".rstrip(), tone, target))


def _first_words(label: str) -> str:
    """Return the first words of a label, as many as fit in `SHORT_LABEL` cells."""
    words = label.split()
    fits = (" ".join(words[:count]) for count in range(len(words), 0, -1))
    return next((text for text in fits if cell_len(text) <= SHORT_LABEL), clip(label, SHORT_LABEL))


def _no_pair_lines(view: QueueView, width: int) -> list[StyledLine]:
    """Return that the review is complete, or the remaining work and the keys that lead to it."""
    counts = view.counts
    if view.is_removed:
        reason = "It was removed meanwhile, or its claim no longer rests on this source"
        lines = [line((text, "secondary")) for text in fold(reason, width, 3)]
        next_key = key_line(view.label, ("review-skip", "shows the next pair"))
        return [line(("This pair was removed", "fault b")), (), *lines, (), next_key]
    if view.is_limited:
        return [
            line(("No pair that the search found is left", "b")),
            (),
            key_line(view.label, ("escape", "goes back")),
        ]
    if view.is_filtered:
        return [line(("No pair passes the filter", "b")), (), key_line(view.label, ("review-filter", "changes it"))]
    if counts is None:
        return [line(("No pairs left", "b"))]
    lines = [line(("No pairs left", "b")), (), *completeness_lines(counts, width), ()]
    if counts.undecided:
        lines.append(key_line(view.label, ("next-undecided", "goes to the next undecided sentence")))
    if counts.orphans:
        lines.append(key_line(view.label, ("to-check", "shows the lost places")))
    if counts.later or counts.findings or counts.uncited:
        lines.append(key_line(view.label, ("show-open", "lists what is left")))
    if counts.is_complete:
        lines.append(key_line(view.label, ("export", "exports the review")))
    return [*lines, key_line(view.label, ("escape", "goes back to the text"))]


# ------------------------------------------------------------------ header


QUEUE_METER = 10
"""Cells of a meter in the header."""


def queue_header(title: str, tally: Tally, decided: int, sentences: int, typed: str, width: int) -> StyledLine:
    """Return title and two meters: of settled pairs and of decided sentences."""
    narrow = width < 100
    right: list[Part] = [Part(f"filter {typed}  ", "tag", "action:review-filter")] if typed else []
    right.extend(_meter(tally.pairs - tally.open_pairs, tally.pairs, "pairs", narrow=narrow))
    if sentences >= 0:
        right.extend((Part("   "), *_meter(decided, sentences, "sentences", narrow=narrow)))
    return spread(line(" ", (title, "b")), (*line(*right), Part(" ")), width)


def _meter(done: int, total: int, word: str, *, narrow: bool) -> StyledLine:
    of = f"/{total} {word} " if narrow else f" of {total} {word} "
    return (Part(str(done)), Part(of, "secondary"), *meter(done, total, QUEUE_METER // 2 if narrow else QUEUE_METER))
