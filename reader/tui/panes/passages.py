"""Render the source screen: the claim, the details that the source lacks, the closest passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.formats import short_name
from reader.review.model import SourceText
from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from reader.tui.keymap import verdict_keys
from reader.tui.panes.pair_lines import EVIDENCE_SIGN
from reader.tui.panes.text_changes import LEAD_CELLS, wording_lines
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, indent, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.details.finder import Detail
    from reader.review.scale import Scale
    from reader.tui.cues import Cues, SourcePassage

PASSAGE_HEIGHT: Final = 6
"""Lines of a passage in the list: the sentence before, three of its own, the sentence after, a blank one."""
PASSAGE_LINES: Final = 3
PASSAGE_SIGNS: Final = ("▹", "▸")
"""Signs in the gutter of a close passage and of the current one."""
_MISSING: Final = "fault changed"
NO_SHARED_WORDING: Final = "No wording in common; it may say it in other words"


class SourceView(NamedTuple):
    """State of the source screen.

    `label` and `title` describe the reference; `claim` holds the words of the claim or the sentence, or ""; `is_claim` is set
    if evidence can be kept. `verdict` is the verdict on the pair, or "". `kept` counts the evidence from this text,
    `kept_elsewhere` the evidence from its other versions; `older` is set if a newer version exists. `hidden` is set in blind
    mode. `cues` is None until the search ends; then `read_count` counts the passages that were read. `at` is the number of
    the current passage, or -1. `failed` is the reason why the search failed, or "". `key` returns the label of an action's key.
    """

    label: str
    title: str
    text: SourceText
    scale: Scale
    claim: str
    is_claim: bool
    verdict: str = ""
    kept: int = 0
    kept_elsewhere: int = 0
    older: bool = False
    hidden: bool = False
    cues: Cues | None = None
    at: int = -1
    failed: str = ""
    read_count: int = 0
    key: Callable[[str], str] = str


def source_header(view: SourceView, width: int) -> StyledLine:
    """Return the title of the source, its extent, the evidence kept from it, and the verdict on the pair."""
    right: list[Part] = []
    if view.older:
        right.append(Part(f"older text of {view.text.at[:10]}  ", "fault", "action:source-older"))
    if view.text.extent == ABSTRACT:
        right.append(Part("only an abstract  ", "fault", "action:source-extent"))
    if view.kept:
        right.append(Part(f"{EVIDENCE_SIGN} {view.kept} kept  ", "yours"))
    if view.kept_elsewhere:
        where = "from the current text" if view.older else "from an older text"
        right.append(Part(f"{EVIDENCE_SIGN} {view.kept_elsewhere} {where}  ", "secondary", "action:source-older"))
    if view.is_claim:
        verdict = view.scale.by_id(view.verdict)
        right.append(Part(f"{verdict.symbol} {verdict.label} ", verdict.tone) if view.verdict else Part("○ open ", "open"))
    title = line(" ", (f"[{view.label}] ", "cite b"), (view.title, "b"))
    words = (view.text.copy_words, short_name(view.text.origin))
    origin = line((f"   {' · '.join(filter(None, words))}", "secondary"))
    fits = width_of((*title, *origin, *right)) + 4 <= width
    return spread((*title, *origin) if fits else title, line(*right), width)


def claim_lines(view: SourceView, width: int, most: int) -> list[StyledLine]:
    """Return the words of the claim in at most `most` lines, then the details that the source lacks, and those worked out."""
    lines: list[StyledLine] = []
    cues = view.cues if not view.hidden and view.text.extent == FULL_TEXT else None
    found = cues.details if cues is not None else None
    missing = found.missing if found is not None else ()
    if view.claim:
        lead = "claim" if view.is_claim else "says"
        lines.extend(wording_lines(lead, _mark_missing(view.claim, missing), width - 2, most, _MISSING))
    if view.hidden:
        reason = "Blind: passages and missing details stay hidden until you give a verdict"
        lines.append(line((" " * LEAD_CELLS, "text"), (reason, "hint")))
    elif missing:
        details = list(dict.fromkeys(" ".join(detail.text.split()) for detail in missing))
        parts = [part for detail in details for part in (Part(" · ", "secondary"), Part(detail, "fault"))][1:]
        lines.append(line((" " * LEAD_CELLS, "text"), ("not in this source: ", "secondary"), *parts))
    if found is not None and found.derivations:
        sums = " · ".join(derived.wording for derived in found.derivations)
        lines.append(line((" " * LEAD_CELLS, "text"), ("worked out: ", "secondary"), (sums, "text")))
    return [clip_line((Part(" "), *parts), width - 1) for parts in lines]


def _mark_missing(claim: str, missing: Sequence[Detail]) -> list[tuple[str, str]]:
    """Return the pieces of the claim with their roles, details that the source lacks underlined."""
    cuts = sorted({0, len(claim), *(edge for detail in missing for edge in detail.span)})
    return [
        (claim[start:end], _MISSING if any(d.span.start <= start < d.span.end for d in missing) else "text")
        for start, end in pairwise(cuts)
    ]


def passages_heading(view: SourceView, width: int) -> StyledLine:
    """Return the heading of the passages with the number of the current one."""
    total = len(_visible_passages(view))
    number = f"{view.at + 1} of {total}" if view.at >= 0 else str(total or "")
    read = f"  {view.read_count:,} read" if total and view.read_count else ""
    return spread(line(("Closest by wording", "secondary")), line((f"{number}{read}", "hint")), width)


def _visible_passages(view: SourceView) -> tuple[SourcePassage, ...]:
    return view.cues.passages if view.cues is not None and not view.hidden else ()


def passages_empty(view: SourceView) -> list[StyledLine]:
    """Return the reason that no passages are shown."""
    if view.hidden:
        return [
            line(("Hidden until you give a verdict", "hint")),
            line((view.key("source-blind"), "yours b", "action:source-blind"), (" shows them now", "hint")),
        ]
    if view.failed:
        return [line((view.failed, "bad"))]
    if not view.claim:
        return [line(("Passages are found from a claim:", "hint")), line(("no current claim rests on this source", "hint"))]
    if view.cues is None:
        return [line(("Looking for passages …", "hint"))]
    first, _, second = NO_SHARED_WORDING.partition("; ")
    return [line((f"{first};", "hint")), line((second, "hint"))]


def passage_rows(passage: SourcePassage, number: int, width: int, *, current: bool, kept: bool) -> list[StyledLine]:
    """Return a passage in the list: the sentence before, its own words, the sentence after; evidence has a sign."""
    bar, target = Part("▌" if current else " ", "yours"), f"passage:{number}"
    room = width - 3
    own = passage_lines(passage, width - 2, PASSAGE_LINES, current=current)
    before, after = (line((clip(words, room), "hint")) for words in (passage.before, passage.after))
    rows = [before, *own, after]
    signs = ["", EVIDENCE_SIGN if kept else "", *[""] * len(own)]
    return [
        (bar._replace(target=target), Part(f"{sign or ' '} ", "yours"), *row) for row, sign in zip(rows, signs, strict=True)
    ]


def passage_drawer(view: SourceView, width: int, height: int) -> list[StyledLine]:
    """Return the current passage in `height` lines, for the drawer of a narrow window."""
    head = passages_heading(view, width - 2)
    passages = _visible_passages(view)
    if not passages:
        return indent((head, *passages_empty(view)), 1)[:height]
    passage = passages[max(0, view.at)]
    own = passage_lines(passage, width - 2, max(1, height - 3), current=True)
    lines = [head, line((clip(passage.before, width - 2), "hint")), *own, line((clip(passage.after, width - 2), "hint"))]
    return indent(lines, 1)[:height]


def passage_lines(passage: SourcePassage, width: int, most: int, *, current: bool) -> list[StyledLine]:
    """Return the words of a passage in at most `most` lines, those shared with the claim in bold."""
    plain = "text" if current else "secondary"
    pieces = [(words, f"{plain} b" if shared else plain) for words, shared in passage.words]
    return [parts[1:] for parts in wording_lines("", pieces, width, most, indent=1)]


def verdict_question(view: SourceView, digits: Sequence[str], message: str, width: int) -> StyledLine:
    """Return a message and the keys of the verdicts, with their labels if there is room."""
    keys = verdict_keys(view.scale, digits)
    for worded in (True, False):
        parts = [Part(f" {message} ", "yours"), Part("· verdict? ", "secondary")]
        for key, verdict in keys:
            word = f" {verdict.symbol} {verdict.label}  " if worded else f" {verdict.symbol}  "
            parts.extend((Part(key, "yours b", f"key:{key}"), Part(word, verdict.tone, f"key:{key}")))
        if width_of(parts) <= width:
            break
    return clip_line(line(*parts), width)
