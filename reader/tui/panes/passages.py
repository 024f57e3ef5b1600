"""Render the source screen: the claim, the details that the source lacks, the closest passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from reader.review.model import ABSTRACT, FULL_TEXT, SourceText
from reader.tui.keymap import verdict_keys
from reader.tui.panes.pair_lines import EVIDENCE_SIGN, short_name
from reader.tui.panes.text_changes import LEAD_CELLS, wording_lines
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.details.finder import Detail
    from reader.review.scale import Scale
    from reader.tui.cues import Cues, SourcePassage

PASSAGE_HEIGHT: Final = 6
"""The lines of a passage in the list: the sentence before, three of its own, the sentence after, a blank one."""
PASSAGE_LINES: Final = 3
PASSAGE_SIGNS: Final = ("▹", "▸")
"""The signs of a close passage in the gutter, of the one in hand."""
_MISSING: Final = "fault changed"
NO_SHARED_WORDING: Final = "no wording in common; it may say it in other words"


@dataclass(frozen=True, slots=True)
class SourceView:
    """The state of the source screen.

    `label` and `title` are those of the reference, `claim` the words of the claim or the sentence, "" for neither; `is_claim`
    tells whether evidence can be kept. `verdict` is the one given on the pair, "" none; `kept` counts the passages kept from
    this text, `elsewhere` those of an older one. `older` tells whether this text was replaced since. `hidden` tells whether the
    cues are hidden, in blind mode; `cues` are None until passages were looked for, `at` is the one in hand, or -1. `failed`
    says why none could be.
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
    index: int = -1
    failed: str = ""
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
        where = "from the text of now" if view.older else "from an older text"
        right.append(Part(f"{EVIDENCE_SIGN} {view.kept_elsewhere} {where}  ", "secondary", "action:source-older"))
    if view.is_claim:
        verdict = view.scale.by_id(view.verdict)
        right.append(Part(f"{verdict.symbol} {verdict.label} ", verdict.tone) if view.verdict else Part("○ open ", "open"))
    named = line(" ", (f"[{view.label}] ", "cite b"), (view.title, "b"))
    origin = line((f"   {short_name(view.text.origin)}", "secondary"))
    fits = width_of((*named, *origin, *right)) + 4 <= width
    return spread((*named, *origin) if fits else named, line(*right), width)


def claim_lines(view: SourceView, width: int, most: int) -> list[StyledLine]:
    """Return the words of the claim in at most `most` lines, then the details that the source lacks."""
    lines: list[StyledLine] = []
    known = view.cues is not None and not view.hidden and view.text.extent == FULL_TEXT
    missing = (view.cues.missing or ()) if known and view.cues is not None else ()
    if view.claim:
        lead = "claim" if view.is_claim else "says"
        lines.extend(wording_lines(lead, _mark_missing(view.claim, missing), width - 2, most, _MISSING))
    if view.hidden:
        said = "Blind: passages and missing details stay hidden until there is a verdict"
        lines.append(line((" " * LEAD_CELLS, "text"), (said, "hint")))
    elif missing:
        details = list(dict.fromkeys(" ".join(detail.text.split()) for detail in missing))
        parts = [part for detail in details for part in (Part(" · ", "secondary"), Part(detail, "fault"))][1:]
        lines.append(line((" " * LEAD_CELLS, "text"), ("not in this source: ", "secondary"), *parts))
    return [clip_line((Part(" "), *parts), width - 1) for parts in lines]


def _mark_missing(claim: str, missing: Sequence[Detail]) -> list[tuple[str, str]]:
    """Return the claim in pieces with their roles: details that the source lacks are underlined."""
    cuts = sorted({0, len(claim), *(edge for detail in missing for edge in detail.span)})
    return [
        (claim[start:end], _MISSING if any(d.span.start <= start < d.span.end for d in missing) else "text")
        for start, end in pairwise(cuts)
    ]


def passages_heading(view: SourceView, width: int) -> StyledLine:
    """Return the heading of the passages, and which of how many is in hand."""
    found = view.cues.passages if view.cues is not None and not view.hidden else ()
    which = f"{view.index + 1} of {len(found)}" if view.index >= 0 else f"{len(found)}" if found else ""
    return spread(line(("Closest passages by wording", "secondary")), line((which, "hint")), width)


def passages_empty(view: SourceView) -> list[StyledLine]:
    """Return why there are no passages to show."""
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
    """Return a passage in the list: the sentence before, its own words, the sentence after; a sign before one that is kept."""
    bar, target = Part("▌" if current else " ", "yours"), f"passage:{number}"
    room = width - 3
    own = passage_lines(passage, width - 2, PASSAGE_LINES, current=current)
    beside = [clip(words, room) for words in (passage.before, passage.after)]
    rows = [line((beside[0], "hint")), *own, line((beside[1], "hint"))]
    signs = ["", EVIDENCE_SIGN if kept else "", *[""] * len(own)]
    return [
        (bar._replace(target=target), Part(f"{sign or ' '} ", "yours"), *row) for row, sign in zip(rows, signs, strict=True)
    ]


def passage_drawer(view: SourceView, width: int, height: int) -> list[StyledLine]:
    """Return the passage in hand in `height` lines, for a narrow window."""
    head = passages_heading(view, width - 2)
    found = view.cues.passages if view.cues is not None and not view.hidden else ()
    if not found:
        return [(Part(" "), *parts) for parts in (head, *passages_empty(view))][:height]
    passage = found[max(0, view.index)]
    own = passage_lines(passage, width - 2, max(1, height - 3), current=True)
    lines = [head, line((clip(passage.before, width - 2), "hint")), *own, line((clip(passage.after, width - 2), "hint"))]
    return [(Part(" "), *parts) for parts in lines][:height]


def passage_lines(passage: SourcePassage, width: int, most: int, *, current: bool) -> list[StyledLine]:
    """Return the words of a passage in at most `most` lines, those bold that stand in the claim too."""
    plain = "text" if current else "secondary"
    pieces = [(words, f"{plain} b" if shared else plain) for words, shared in passage.words]
    return [parts[1:] for parts in wording_lines("", pieces, width, most, indent=1)]


def verdict_question(view: SourceView, digits: Sequence[str], said: str, width: int) -> StyledLine:
    """Return what was kept and the keys of the verdicts, with their labels if there is room."""
    keys = verdict_keys(view.scale, digits)
    for worded in (True, False):
        parts = [Part(f" {said} ", "yours"), Part("· verdict? ", "secondary")]
        for key, verdict in keys:
            word = f" {verdict.symbol} {verdict.label}  " if worded else f" {verdict.symbol}  "
            parts.extend((Part(key, "yours b", f"key:{key}"), Part(word, verdict.tone, f"key:{key}")))
        if width_of(parts) <= width:
            break
    return clip_line(line(*parts), width)
