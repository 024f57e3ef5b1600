"""What is said on the card beside the verdicts: what is wrong with a pair, what the author should do, links made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.review.model import CLAIM, Judgement
from reader.review.scale import LEAVE_AS_IS, Verdict, decision_title, problem_title
from reader.tui.panes.notes import note_lines
from reader.tui.styled_line import Part, StyledLine, fold, line, width_of

if TYPE_CHECKING:
    from reader.tui.panes.card_view import CardView

LINK_SIGN = "+"
"""The sign of a pair that a person linked."""
_AUTHOR_CELLS = 6
"""The cells of the word before what stands on the card."""


def link_sign(view: CardView, reference: str) -> str:
    """Return the sign of a pair that only a person's word makes, "" for one that the text cites."""
    link = view.annotation.links.get(reference) if view.annotation is not None else None
    return LINK_SIGN if link is not None and link.rests else ""


def problems_part(view: CardView, reference: str, width: int) -> StyledLine:
    """Return what is wrong with a pair in at most `width` cells: as many names as fit, the rest counted; at least the count."""
    judgement = view.annotation.judgement_on(reference) if view.annotation is not None else None
    names = [problem_title(problem) for problem in judgement.problems] if judgement is not None else []
    if not names:
        return ()
    for shown in range(len(names), -1, -1):
        left = len(names) - shown
        more = (f" +{left}" if shown else f"{left}") if left else ""
        said = line((f"  ! {', '.join(names[:shown])}{more}", "fault", "action:problems"))
        if width_of(said) <= width:
            return said
    return line(("  !", "fault", "action:problems"))


def missing_evidence_part(judgement: Judgement, verdict: Verdict, *, short: bool = False) -> StyledLine:
    """Return that a verdict has not yet the evidence that the scale asks for; nothing where it has, or needs none.

    With `short` only the sign of what is open.
    """
    if judgement.evidence or not verdict.needs_evidence:
        return ()
    return line(("  ○" if short else "  no evidence yet", "open", "action:source"))


def decision_part(view: CardView) -> tuple[Part, ...]:
    """Return what the author should do in a few words, nothing when nobody said."""
    decision = view.annotation.decision if view.annotation is not None else ""
    role = "secondary" if decision == LEAVE_AS_IS else "open"
    return line((f"   → {decision_title(decision)}", role, "action:decide")) if decision else ()


def advice_lines(view: CardView, width: int, most: int) -> list[StyledLine]:
    """Return what the author should do, and how, in at most `most` lines."""
    annotation = view.annotation
    if annotation is None or not annotation.decision:
        return []
    words = decision_title(annotation.decision) + (f": {annotation.fix}" if annotation.fix else "")
    role = "secondary" if annotation.decision == LEAVE_AS_IS else "text"
    lead = "author"
    return [
        line((f"{lead if number == 0 else '':{_AUTHOR_CELLS}} ", "secondary"), (text, role, "action:decide"))
        for number, text in enumerate(fold(" ".join(words.split()), width - _AUTHOR_CELLS - 1, most))
    ]


def advice_and_note_lines(view: CardView, width: int, most: int, *, drawer: bool) -> list[StyledLine]:
    """Return what the author should do, but in the drawer, where the line above says it, and the note in `most` lines."""
    return [*(() if drawer else advice_lines(view, width, max(1, most - 1))), *note_lines(view, width, most)]


def unlinked_line(view: CardView) -> list[StyledLine]:
    """Return, in one line, which references the claim does not rest on though it cites them; nothing when there are none."""
    unlinked = _unlinked_references(view)
    if not unlinked:
        return []
    labels = " ".join(f"[{view.article.label_of(reference)}]" for reference in unlinked)
    return [line(("  ", "text"), (f"{len(unlinked)} unlinked: {labels}", "hint", "action:link"))]


def link_lines(view: CardView, reference: str, width: int) -> list[StyledLine]:
    """Return that a person linked a pair, and why; nothing for one that the text cites."""
    link = view.annotation.links.get(reference) if view.annotation is not None else None
    if link is None or not link.rests:
        return []
    words = _link_text("linked", link.by, link.reason, view)
    return [line("     ", (text, "secondary")) for text in fold(words, width - 5, 2)]


def unlinked_lines(view: CardView, width: int) -> list[StyledLine]:
    """Return which references the claim does not rest on though it cites them, and why, for the open card."""
    lines: list[StyledLine] = []
    annotation = view.annotation
    for reference in _unlinked_references(view):
        link = annotation.links[reference] if annotation is not None else None
        words = _link_text("unlinked", link.by, link.reason, view) if link is not None else ""
        label = f"[{view.article.label_of(reference)}] "
        lines.extend(
            line((label if number == 0 else " " * len(label), "cite"), (text, "secondary"))
            for number, text in enumerate(fold(words, width - len(label), 2))
        )
    return [*lines, ()] if lines else []


def _unlinked_references(view: CardView) -> list[str]:
    annotation = view.annotation
    if annotation is None or annotation.kind != CLAIM:
        return []
    return [reference for reference, link in annotation.links.items() if not link.rests]


def _link_text(word: str, by: str, reason: str, view: CardView) -> str:
    """Return what a person did with a link, who did where it was another one, and why."""
    who = f" by {by}" if by and by != view.creator else " by you" if by else ""
    return f"{word}{who}" + (f": {' '.join(reason.split())}" if reason else "")
