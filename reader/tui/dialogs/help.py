"""Show every action with its keys, by group; those of the current context come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from reader.tui.action import (
    ARTICLE_LIST,
    ATTACH,
    BOUNDS,
    CARD,
    EDITION,
    EXPORT,
    LIBRARY,
    LIST,
    LOADING,
    QUOTE,
    REVIEW,
    SEARCH,
    SELECT,
    SOURCE,
    TEXT,
    Action,
    key_label,
)
from reader.tui.dialogs.dialog import DialogLines
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line

if TYPE_CHECKING:
    from reader.tui.keymap import KeyMap

KEY_COLUMN = 24
"""Cells of the column of keys, half as many under `NARROW_WIDTH`."""
NARROW_WIDTH = 60
CONTEXT_TITLES = {
    TEXT: "In the text", LIST: "In the lists on the side", CARD: "In the open card", REVIEW: "In the review queue",
    SELECT: "While selecting",
    BOUNDS: "While moving a claim's bounds", ATTACH: "While attaching a claim to another place", LIBRARY: "In the library",
    ARTICLE_LIST: "In the list of the library", SEARCH: "In the search over everything",
    SOURCE: "In a source", QUOTE: "While selecting in a source",
    EDITION: "In the text as you annotated it", EXPORT: "On the export screen", LOADING: "While an article is opened",
}  # fmt: skip


def help_lines(keymap: KeyMap, context: str, width: int) -> list[StyledLine]:
    """Return the help for `context` at `width` cells, then for all other contexts."""
    lines: list[StyledLine] = [
        line(("Claim Reader", "b"), ("   read, mark, judge, tag, export", "secondary")),
        line(
            ("Esc", "yours b"),
            (" closes   ", "secondary"),
            ("↑↓", "yours b"),
            (" scroll   : finds every action by its name", "secondary"),
        ),
    ]
    listed_ids: set[str] = set()
    for place in (context, *(p for p in CONTEXT_TITLES if p != context)):
        actions = [a for a in keymap.actions if place in a.contexts and a.id not in listed_ids]
        if not actions:
            continue
        if place != TEXT:
            actions.sort(key=lambda action: TEXT in action.contexts)  # the keys of the place itself first
        lines.extend(((), line((CONTEXT_TITLES[place], "heading yours"))))
        listed_ids.update(action.id for action in actions)
        for group in dict.fromkeys(action.group for action in actions):
            lines.extend(((), line((group, "secondary"))))
            for action in actions:
                if action.group == group:
                    lines.extend(_action_lines(action, width))
    return [clip_line(parts, width) for parts in lines]


def _action_lines(action: Action, width: int) -> list[StyledLine]:
    keys = "  ".join(key_label(key) for key in (*action.keys, *action.plain))
    column = KEY_COLUMN if width >= NARROW_WIDTH else KEY_COLUMN // 2
    left = f"  {keys}".ljust(column)
    folded = list(fold(action.help, max(10, width - column - 2), 6))
    if len(left) > column:
        return [line((left, "yours")), *(line(" " * column, part) for part in folded)]
    return [line((left if n == 0 else " " * column, "yours"), Part(text)) for n, text in enumerate(folded)]


class HelpScreen(ModalScreen[None]):
    """Screen of all keys; Escape, Enter, F1, q and ? close it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > VerticalScroll {
        width: 90%; max-width: 96; height: 90%; background: $panel; padding: 1 2; scrollbar-size-vertical: 1;
    }
    #help-text { height: auto; background: $panel; }
    """
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, keymap: KeyMap, context: str) -> None:
        super().__init__()
        self._keymap = keymap
        self._first_context = context

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll():
            yield DialogLines(id="help-text")

    def on_resize(self, event: events.Resize) -> None:
        """Show the help at the new width."""
        width = min(96, event.size.width * 9 // 10) - 6
        self.query_one(DialogLines).fill(help_lines(self._keymap, self._first_context, width))

    def on_key(self, event: events.Key) -> None:
        """Close the help, or scroll by the vim keys."""
        scroll = self.query_one(VerticalScroll)
        if event.key in ("escape", "f1", "enter") or event.character in ("q", "?"):
            event.stop()
            self.dismiss()
        elif event.character in ("j", "k"):
            event.stop()
            scroll.scroll_relative(y=1 if event.character == "j" else -1, animate=False)
        elif event.key == "space":
            event.stop()
            scroll.scroll_page_down(animate=False)
