"""The card beside the tree: all about the tag in hand, or what a planned change makes of it, and its last claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.tui.codebook.plans import DELETE, MERGE, MOVE, NEW, RENAME, loss_words
from reader.tui.codebook.rows import NOT_COUNTED, UNDEFINED, tag_name_part
from reader.tui.library.columns import short_time
from reader.tui.panes.bars import hint_line
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.codebook import CodebookRow
    from reader.review.model import Tag
    from reader.review.scale import Scale
    from reader.tui.codebook.facts import TagFacts
    from reader.tui.codebook.plans import TagPlan
    from reader.tui.panes.bars import KeyLabel

_LABEL_CELLS: Final = 12
_DEFINITION_LINES: Final = 8
_SIGN_GAP: Final = "  "
LAST_CLAIM_LINES: Final = 3
"""The lines of one of the last claims: its words, its article, an empty line."""


class TagCardView(NamedTuple):
    """What the card shows. `facts` is None until they are read, `uses_known` whether the uses are counted.

    `me` is the name of the person, `now` the time of this device.
    """

    row: CodebookRow
    facts: TagFacts | None
    plan: TagPlan | None
    is_counted: bool
    scale: Scale
    label: KeyLabel
    me: str
    now: datetime


# ------------------------------------------------------------------ the tag in hand


def tag_card_lines(view: TagCardView, width: int) -> list[StyledLine]:
    """Return the card of the tag in hand in `width` cells."""
    tag = view.row.tag
    key = line(("key ", "secondary"), (tag.digit, "b")) if tag.digit else ()
    lines = [
        spread(line(("This tag", "secondary")), key, width),
        _uses_line(tag, _uses_if_counted(view.row.uses, view), width),
        (),
        *_definition_lines(tag, width),
        (),
    ]
    if tag.synonyms:
        lines += _field_lines("also typed", ", ".join(tag.synonyms), width)
    lines += _field_lines("by", _author_words(tag, view.me, view.now), width)
    lines += _rival_lines(tag, width)
    if (view.facts is None and view.row.uses) or (view.facts is not None and (view.facts.verdicts or view.facts.unjudged)):
        lines += [(), line(("verdicts on its claims", "secondary")), *_verdict_lines(view, width)]
    return [*lines, (), *_key_lines(view.label, width)]


def _uses_line(tag: Tag, uses: int | None, width: int, *, role: str = "b") -> StyledLine:
    return spread((tag_name_part(tag, roles=role),), _count_parts(uses), width)


def _count_parts(uses: int | None) -> StyledLine:
    """Return a number of uses, None before they are counted."""
    if uses is None:
        return line((f"{NOT_COUNTED} uses", "secondary"))
    return line((f"{uses:,}", "text"), (f" {'use' if uses == 1 else 'uses'}", "secondary"))


def _definition_lines(tag: Tag, width: int) -> list[StyledLine]:
    if not tag.definition:
        return [line("  ", (UNDEFINED, "fault"))]
    return [line("  ", (row, "text")) for row in fold(tag.definition, width - 2, _DEFINITION_LINES)]


def _field_lines(label: str, text: str, width: int, role: str = "text", most: int = 2) -> list[StyledLine]:
    """Return a label and what it stands for, in the common column."""
    rows = list(fold(text, width - _LABEL_CELLS, most)) if text else []
    return [
        line(((label if not number else "").ljust(_LABEL_CELLS), "secondary"), (row, role)) for number, row in enumerate(rows)
    ]


def _author_words(tag: Tag, me: str, now: datetime) -> str:
    name = "you" if tag.creator and tag.creator == me else tag.creator
    since = f"since {short_time(tag.created_at, now)}" if tag.created_at else ""
    return ", ".join(word for word in (name or ("somebody" if since else ""), since) if word)


def _rival_lines(tag: Tag, width: int) -> list[StyledLine]:
    """Return what other windows set at the same time, which a person has to choose from."""
    lines: list[StyledLine] = []
    for name, values in tag.conflicts.items():
        for value in values:
            lines.append(clip_line(line(("! ".ljust(2), "fault"), (f"another {name}: ", "fault"), (str(value), "text")), width))
    return lines


def _verdict_lines(view: TagCardView, width: int) -> list[StyledLine]:
    """Return the verdicts with their counts, in as many lines as they need."""
    facts = view.facts
    if facts is None:
        return [line((NOT_COUNTED, "secondary"))]
    cells: list[StyledLine] = []
    for verdict_id, count in facts.verdicts:
        verdict = view.scale.by_id(verdict_id)
        cells.append(line((f"{verdict.symbol} ", verdict.tone), (f"{count:,}", "text")))
    if facts.unjudged:
        cells.append(line(("○ ", "open"), (f"{facts.unjudged:,}", "text")))
    return _flow(cells, width)


def _flow(cells: Iterable[StyledLine], width: int) -> list[StyledLine]:
    """Return cells in lines of at most `width` cells, with a gap between two."""
    lines: list[StyledLine] = []
    for cell in cells:
        if lines and width_of(lines[-1]) + len(_SIGN_GAP) + width_of(cell) <= width:
            lines[-1] = (*lines[-1], Part(_SIGN_GAP), *cell)
        else:
            lines.append(cell)
    return lines


_KEY_WORDS: Final = (
    (("codebook-rename", "rename"), ("codebook-move", "move under another")),
    (("codebook-define", "define"), ("codebook-merge", "merge with another")),
    (("codebook-sign", "sign, key"), ("codebook-delete", "delete everywhere")),
    (("codebook-synonyms", "synonyms"), ("codebook-new", "new tag")),
)


def _key_lines(label: KeyLabel, width: int) -> list[StyledLine]:
    column = min(16, width // 2)
    rows: list[StyledLine] = []
    for pair in _KEY_WORDS:
        left, right = (_key_cell(label(action), word, action) for action, word in pair)
        rows.append(clip_line((*left, Part(" " * max(1, column - width_of(left))), *right), width))
    return rows


def _key_cell(key: str, word: str, action: str) -> StyledLine:
    target = f"action:{action}"
    return line((f"{key:<3}", "yours b", target), (word, "text", target))


# ------------------------------------------------------------------ a planned change


_TITLES: Final = {
    RENAME: "Rename a tag",
    NEW: "A new tag",
    MOVE: "Move a tag",
    MERGE: "Merge two tags",
    DELETE: "Delete a tag everywhere",
}
_VERBS: Final = {
    RENAME: ("renames", "leaves it"),
    NEW: ("adds it", "leaves it"),
    MOVE: ("moves", "leaves it"),
    MERGE: ("merges", "leaves both"),
    DELETE: ("deletes", "keeps it"),
}
"""What Enter and Escape do to a plan."""


def plan_card_lines(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    """Return the card of a planned change: what is put where, the sum, what else is touched, and the keys."""
    lines: list[StyledLine] = [line((_TITLES[plan.kind], "secondary"))]
    if plan.row is not None:
        lines += [(), _uses_line(plan.row.tag, _uses_if_counted(plan.row.uses, view), width)]
    if plan.kind in (MERGE, MOVE):
        lines.append(line(("joins" if plan.kind == MERGE else "goes under", "yours")))
        lines += _target_lines(view, plan, width)
    outcome = _outcome_lines(view, plan, width)
    if plan.can_be_made:
        lines += [(), line(("─" * width, "hairline"))]
    elif outcome:
        lines.append(())
    return [*lines, *outcome, (), *_plan_keys(view, plan, width)]


def _outcome_lines(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    """Return what a plan leads to, or why it cannot be made."""
    if plan.problem:
        return _fault_lines(plan.problem, width)
    if not plan.is_empty:
        return _result_lines(view, plan, width)
    return [_choice_line(view, "nested in", plan.wish.parent or "nothing", "elsewhere", width)] if plan.kind == NEW else []


def _uses_if_counted(uses: int, view: TagCardView) -> int | None:
    return uses if view.is_counted else None


def _fault_lines(text: str, width: int) -> list[StyledLine]:
    return [line(("  " if number else "! ", "fault"), (row, "text")) for number, row in enumerate(fold(text, width - 2, 4))]


def _target_lines(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    if plan.target is None:
        return [line(("  the top, under no tag", "b"))]
    definition = " ".join(plan.target.tag.definition.split())
    return [
        _uses_line(plan.target.tag, _uses_if_counted(plan.target.uses, view), width),
        *([clip_line(line("  ", (definition, "secondary")), width)] if definition else []),
    ]


def _result_lines(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    """Return what a plan leads to: the tag as it becomes, what counts once, and what else changes."""
    change = plan.change
    lines: list[StyledLine] = []
    if plan.kind == DELETE:
        lost = (loss_words(change) or "nothing") if view.is_counted else f"{NOT_COUNTED} uses"
        lines += _field_lines("goes off", lost, width)
        lines += _field_lines("definition", "goes too" if plan.row is not None and plan.row.tag.definition else "", width)
    elif plan.result is not None:
        becomes = line(("becomes ", "secondary"), tag_name_part(plan.result.tag, roles="b"))
        lines.append(spread(becomes, _count_parts(_uses_if_counted(plan.result.uses, view)), width))
    if change.both and view.is_counted:
        bear = "1 claim bears both and counts once" if change.both == 1 else f"{change.both:,} claims bear both and count once"
        lines += [line("  ", (row, "secondary")) for row in fold(bear, width - 2, 2)]
    lines.append(())
    if plan.kind == MERGE:
        lines += _merge_lines(view, plan, width)
    elif plan.kind == RENAME:
        words, word = ("kept as synonym", "drops it") if plan.wish.is_other else ("dropped", "keeps it")
        lines.append(_choice_line(view, "old name", words, word, width))
    elif plan.kind == NEW:
        lines.append(_choice_line(view, "nested in", plan.wish.parent or "nothing", "elsewhere", width))
    if plan.nested:
        stays = plan.kind == DELETE and not plan.wish.is_other
        verb = "stay" if stays else "go too" if plan.kind == DELETE else "go with it"
        if plan.kind == DELETE:
            words = f"{plan.nested:,} {verb if plan.nested > 1 else verb.replace('stay', 'stays').replace('go ', 'goes ')}"
            lines.append(_choice_line(view, "nested tags", words, "deletes them" if stays else "keeps them", width))
        else:
            verb = verb if plan.nested > 1 else "goes with it"
            lines += _field_lines("nested tags", f"{plan.nested:,} {verb}", width)
    if plan.kind not in (NEW, DELETE) and view.is_counted:
        touched = (
            f"{change.articles:,} {'is' if change.articles == 1 else 'are'} touched" if change.articles else "none is touched"
        )
        lines += _field_lines("articles", touched, width)
    return lines


def _choice_line(
    view: TagCardView, label: str, value: str, word: str, width: int, action: str = "codebook-other"
) -> StyledLine:
    """Return what is chosen, and the key that chooses otherwise."""
    left = line((label.ljust(_LABEL_CELLS), "secondary"), (value, "text"))
    return spread(left, hint_line(view.label(action), word, action) if word else (), width)


def _merge_lines(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    """Return whose definition stays and what becomes of the old name, with the keys that choose otherwise."""
    lines: list[StyledLine] = []
    if plan.definition_owner:
        other = "the other's" if plan.has_choice else ""
        lines.append(_choice_line(view, "definition", f"of {plan.definition_owner}", other, width))
    words, word = ("dropped", "keeps it") if plan.wish.drops_name else ("kept as synonym", "drops it")
    lines.append(_choice_line(view, "old name", words, word, width, "codebook-synonym"))
    return lines


def _plan_keys(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    makes, leaves = _VERBS[plan.kind]
    can_make = plan.can_be_made
    enter = (*hint_line(view.label("codebook-apply"), makes, "codebook-apply"), Part("   ")) if can_make else ()
    escape = hint_line(view.label("codebook-leave"), leaves, "codebook-leave")
    return [clip_line((*enter, *escape), width), *_undo_lines(view, plan)]


def _undo_lines(view: TagCardView, plan: TagPlan) -> list[StyledLine]:
    if not plan.can_be_made:
        return []
    undo = view.label("codebook-undo")
    return [line(("one step: ", "secondary"), (undo, "yours b"), (" takes all of it back", "secondary"))]


# ------------------------------------------------------------------ last claims


def last_claims_lines(view: TagCardView, width: int, height: int) -> list[StyledLine]:
    """Return the last claims of the tag in hand in at most `height` lines."""
    facts = view.facts
    if facts is None or height < 3 + LAST_CLAIM_LINES or not facts.claims:
        return []
    key = view.label("codebook-claims")
    right = hint_line(key, "shows all", "codebook-claims") if view.plan is None else (tag_name_part(view.row.tag),)
    lines = [spread(line(("Its last claims", "secondary")), right, width), line(("─" * width, "hairline")), ()]
    for claim in facts.claims:
        if len(lines) + LAST_CLAIM_LINES > height + 1:
            break
        lines.append(clip_line(line(" ", (f"{claim.sign} ", claim.role), (claim.words, "text")), width))
        lines.append(clip_line(line("   ", (claim.title, "secondary")), width))
        lines.append(())
    return lines


def frame_card(lines: Iterable[StyledLine], width: int) -> list[StyledLine]:
    """Return lines of a card of `width` cells, with a blank at both of its sides and one beside it."""
    framed: list[StyledLine] = []
    for parts in lines:
        content = clip_line(parts, width - 2)
        rest = " " * (width - 1 - width_of(content))
        framed.append((Part(" ", "chrome"), Part(" "), *content, Part(rest), Part(" ", "chrome")))
    return framed


# ------------------------------------------------------------------ the drawer


def drawer_lines(view: TagCardView, width: int, height: int) -> list[StyledLine]:
    """Return the card as a drawer below the tree, in at most `height` lines."""
    if view.plan is not None:
        return [clip_line(parts, width) for parts in _plan_drawer(view, view.plan, width)][:height]
    tag = view.row.tag
    lines = [_uses_line(tag, _uses_if_counted(view.row.uses, view), width)]
    about = [f"also {', '.join(tag.synonyms)}"] if tag.synonyms else []
    about += [f"key {tag.digit}"] if tag.digit else []
    about += [f"by {words}"] if (words := _author_words(tag, view.me, view.now)) else []
    lines += [line((row, "secondary")) for row in fold(" · ".join(about), width, 1)]
    lines += _rival_lines(tag, width)[:1]
    if view.facts is not None:
        lines += _verdict_lines(view, width)[:1]
        for claim in view.facts.claims[:2]:
            lines.append(line((f"{claim.sign} ", claim.role), (claim.words, "text"), (f"  {claim.title}", "secondary")))
    return [clip_line(parts, width) for parts in lines[:height]]


def _plan_drawer(view: TagCardView, plan: TagPlan, width: int) -> list[StyledLine]:
    """Return a planned change in few lines: source and target share one, and the footer has the keys."""
    lines: list[StyledLine] = []
    if plan.row is not None and plan.kind in (MERGE, MOVE):
        verb = "joins" if plan.kind == MERGE else "goes under"
        target = tag_name_part(plan.target.tag, roles="b") if plan.target is not None else Part("the top", "b")
        lines.append(line(tag_name_part(plan.row.tag, roles="b"), (f" {verb} ", "yours"), target))
    elif plan.row is not None:
        lines.append(_uses_line(plan.row.tag, _uses_if_counted(plan.row.uses, view), width))
    return [*lines, *(parts for parts in _outcome_lines(view, plan, width) if parts), *_undo_lines(view, plan)]
