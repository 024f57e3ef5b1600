"""The one registry of actions. Keys, footer, palette, help and the table in the README come from it."""

from __future__ import annotations

from typing import Final

from reader.tui.action import LETTER, Action
from reader.tui.rows_reading import READING_ACTIONS
from reader.tui.rows_screens import SCREEN_ACTIONS

ACTIONS: Final[tuple[Action, ...]] = (*READING_ACTIONS, *SCREEN_ACTIONS)

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

_NAMES: Final = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "delete": "Delete",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
    LETTER: "a–z",
}  # fmt: skip


def key_label(keys: str) -> str:
    """Return keys as people write them: "g g" → "gg", "ctrl+d" → "Ctrl+D", "m <letter>" → "m a–z"."""
    steps = keys.split(" ")
    labels = ["+".join(_NAMES.get(p, p.capitalize() if len(p) > 1 else p) for p in _parts(step)) for step in steps]
    if len(labels) > 1 and all(len(label) == 1 for label in labels):
        return "".join(labels)
    return " ".join(labels)


def _parts(step: str) -> list[str]:
    if len(step) == 1:
        return [step]
    *modifiers, last = step.split("+")
    return [*modifiers, last.upper() if modifiers and len(last) == 1 else last]
