"""Render the help: the actions of one place by group, or those that match what is typed, each with its keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import terminal_line
from reader.tui.action import (
    ARTICLE_LIST,
    ATTACH,
    BOUNDS,
    CARD,
    CHECK,
    CODEBOOK,
    CODEBOOK_PLAN,
    DISAGREEMENTS,
    EDITION,
    EXPORT,
    INTAKE,
    LIBRARY,
    LIST,
    LOADING,
    QUOTE,
    REVIEW,
    SEARCH,
    SELECT,
    SETTINGS_PLACE,
    SOURCE,
    STATISTICS,
    TEAM,
    TEXT,
    Action,
    key_label,
)
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.scale import Scale
    from reader.tui.keymap import KeyMap

PLACES: Final[dict[str, str]] = {
    TEXT: "Text",
    CARD: "Card",
    LIST: "Lists",
    REVIEW: "Queue",
    SOURCE: "Source",
    INTAKE: "Sources from a place",
    SELECT: "Selecting",
    QUOTE: "Selecting in a source",
    BOUNDS: "Moving bounds",
    ATTACH: "Attaching",
    LIBRARY: "Library",
    ARTICLE_LIST: "List of the library",
    SEARCH: "Search",
    CHECK: "Check",
    CODEBOOK: "Codebook",
    CODEBOOK_PLAN: "Changing a tag",
    STATISTICS: "Statistics",
    DISAGREEMENTS: "Disagreements",
    TEAM: "Team",
    EDITION: "Old text",
    EXPORT: "Export",
    SETTINGS_PLACE: "Settings",
    LOADING: "Opening",
}
"""The places with keys of their own, and their names."""

WHERE: Final[dict[str, str]] = {
    TEXT: "in the text",
    CARD: "on the card",
    LIST: "in the lists",
    REVIEW: "in the queue",
    SOURCE: "in a source",
    INTAKE: "in the matches",
    SELECT: "on a selection",
    LIBRARY: "in the library",
    ARTICLE_LIST: "in the library",
    SEARCH: "in the search",
    CHECK: "in a check",
    CODEBOOK: "in the codebook",
    STATISTICS: "in the statistics",
    DISAGREEMENTS: "in the disagreements",
    TEAM: "in the team",
    EDITION: "in an old text",
    EXPORT: "in the export",
    SETTINGS_PLACE: "in the settings",
}
"""Where a person is in a place."""

WIDE_HELP: Final = 100
"""The cells from which on two columns stand side by side, with a short title for each action instead of a sentence."""
_OTHER_SIGNS: Final = (("∅", "secondary", "unavailable"), ("○", "open", "open"), ("◌", "text", "rests on nothing"))
_NEXT: Final = re.compile(r"\b[Nn]ext\b")
_COLUMN_GAP: Final = 3
_KEY_CELLS: Final = 11
_OTHER_KEY_CELLS: Final = 14
_NARROW: Final = 50
"""The cells below which both kinds of keys share one column."""


class _Row(NamedTuple):
    """The keys of an action, or of a pair of opposite ones, and what it does: a title and a sentence."""

    keys: str
    other_keys: str
    title: str
    help: str


def place_lines(keymap: KeyMap, place: str, width: int) -> list[StyledLine]:
    """Return the actions of a place at `width` cells."""
    actions = [action for action in keymap.actions if place in action.contexts]
    if place != TEXT:
        actions.sort(key=lambda action: TEXT in action.contexts)  # the keys of the place itself first
    groups = [
        (group, _rows([action for action in actions if action.group == group]))
        for group in dict.fromkeys(action.group for action in actions)
    ]
    if width < WIDE_HELP:
        return [clip_line(parts, width) for group, rows in groups for parts in _group_lines(group, rows, width, whole=True)]
    column = (width - _COLUMN_GAP) // 2
    blocks = [_group_lines(group, rows, column, whole=False) for group, rows in groups]
    left, right = _halves(blocks)
    return [
        line(*first, " " * (column + _COLUMN_GAP - width_of(first)), *second)
        for first, second in zip_longest(left, right, fillvalue=())
    ]


def match_lines(keymap: KeyMap, query: str, place: str, width: int) -> list[StyledLine]:
    """Return the actions that have `query` as a key or all its words in title or help, by place, from `place` on."""
    words = query.casefold().split()
    lines: list[StyledLine] = []
    listed = set[str]()
    for one in (place, *(other for other in PLACES if other != place)):
        actions = [
            action
            for action in keymap.actions
            if one in action.contexts and action.id not in listed and _matches(action, query.strip(), words)
        ]
        if actions:
            listed.update(action.id for action in actions)
            lines.extend(_group_lines(PLACES[one], [_row(action) for action in actions], width, whole=True))
    lines = lines or [line(("No action has this key or these words", "hint"))]
    return [clip_line(parts, width) for parts in lines]


def tab_line(place: str, width: int) -> StyledLine:
    """Return the places as tabs, the one shown in bold; where they do not fit, those around it."""
    names = list(PLACES)
    first = last = names.index(place)
    room = width - len(PLACES[place])
    while True:
        grown = False
        for index in (last + 1, first - 1):
            if 0 <= index < len(names) and room >= len(PLACES[names[index]]) + 3:
                room -= len(PLACES[names[index]]) + 3
                first, last, grown = min(first, index), max(last, index), True
        if not grown:
            break
    parts = [
        Part(PLACES[name], "text b" if name == place else "secondary", f"place:{name}") for name in names[first : last + 1]
    ]
    return clip_line(line(*(piece for part in parts for piece in (Part("   "), part)))[1:], width)


def tab_rule(tabs: StyledLine, width: int) -> StyledLine:
    """Return the line under the tabs, heavy under the one shown."""
    parts = [
        Part("━" * width_of((part,)), "yours") if "b" in part.roles.split() else Part("─" * width_of((part,)), "hairline")
        for part in tabs
    ]
    return (*parts, Part("─" * max(0, width - width_of(parts)), "hairline"))


def help_legend(scale: Scale, here: str, width: int) -> list[StyledLine]:
    """Return what the two columns of keys are, where the person is, and the signs of verdicts and claims, in a line or two."""
    keys = line(("letters", "yours b"), "   ", ("other keys", "yours"), ("   either does it", "secondary"))
    if here in WHERE:
        keys = spread(keys, line((f"you are {WHERE[here]}", "secondary")), width)
    verdicts = [(verdict.symbol, verdict.tone, terminal_line(verdict.label)) for verdict in scale.verdicts]
    lines: list[StyledLine] = [clip_line(keys, width), ()]
    for sign, role, name in (*verdicts, *_OTHER_SIGNS):
        parts = line((f"{sign} ", role), (name, "secondary"))
        if lines[-1] and width_of(lines[-1]) + 2 + width_of(parts) > width:
            lines.append(())
        lines[-1] = (*lines[-1], Part("  "), *parts) if lines[-1] else clip_line(parts, width)
    return lines


def _matches(action: Action, query: str, words: Sequence[str]) -> bool:
    text = f"{action.title} {action.help} {action.group}".casefold()
    return query in map(key_label, (*action.keys, *action.plain)) or all(word in text for word in words)


def _rows(actions: Sequence[Action]) -> list[_Row]:
    """Return a row for each action, and one for both of "next" and "previous" where they follow each other."""
    rows: list[_Row] = []
    pending = list(actions)
    while pending:
        action = pending.pop(0)
        if pending and pending[0].id == action.id.replace("next", "previous") != action.id:
            rows.append(_pair_row(action, pending.pop(0)))
        else:
            rows.append(_row(action))
    return rows


def _row(action: Action) -> _Row:
    return _Row(_labels(action.keys), _labels(action.plain), action.title, action.help)


def _pair_row(one: Action, other: Action) -> _Row:
    title, sentence = (_NEXT.sub(r"\g<0> or previous", text, count=1) for text in (one.title, one.help))
    return _Row(_labels((*one.keys[:1], *other.keys[:1])), _labels((*one.plain[:1], *other.plain[:1])), title, sentence)


def _labels(keys: Iterable[str]) -> str:
    return " ".join(map(key_label, keys))


def _group_lines(title: str, rows: Sequence[_Row], width: int, *, whole: bool) -> list[StyledLine]:
    """Return a group: its title, its rows and a blank line. `whole`: with the sentence of each action, not its title."""
    lines: list[StyledLine] = [line((title, "b"))]
    for row in rows:
        if width < _NARROW:
            keys = [(f"{row.keys} {row.other_keys}".strip(), _KEY_CELLS + 2, "yours b")]
        else:
            keys = [(row.keys, _KEY_CELLS, "yours b"), (row.other_keys, _OTHER_KEY_CELLS, "yours")]
        lines.extend(_row_lines(keys, row.help if whole else row.title, width))
    return [*lines, ()]


def _row_lines(keys: Sequence[tuple[str, int, str]], text: str, width: int) -> list[StyledLine]:
    parts = [Part("  ")]
    column = 2 + sum(cells for _, cells, _ in keys)
    for label, cells, role in keys:
        parts.append(Part(label.ljust(cells), role))
    folded = list(fold(text, max(10, width - column), 9))
    if width_of(parts) > column:
        return [line(*parts), *(line(" " * column, part) for part in folded)]
    return [line(*parts, folded[0]), *(line(" " * column, part) for part in folded[1:])]


def _halves(blocks: Sequence[Sequence[StyledLine]]) -> tuple[list[StyledLine], list[StyledLine]]:
    """Return the lines of the groups in two columns that are about as high as each other."""
    total, left, at = sum(map(len, blocks)), list[StyledLine](), 0
    while at < len(blocks) and len(left) + len(blocks[at]) / 2 <= total / 2:
        left.extend(blocks[at])
        at += 1
    return left, [parts for block in blocks[at:] for parts in block]
