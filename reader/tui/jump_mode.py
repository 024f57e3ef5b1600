"""Jump mode: letters label everything in view that can be gone to, and the letters of a label do there what a click does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events

from reader.tui.action import key_label
from reader.tui.styled_line import line
from reader.tui.widgets.rows import JumpPane, JumpTarget
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from textual.screen import Screen

LETTERS: Final = "asdfjklghqwertyuiopzxcvbnm"
"""The letters of labels, those under the fingers first."""

Click = Callable[[JumpPane, events.Click], None]
"""Function that clicks on a widget, in cells of the screen, and lets the next keys wait until that is handled."""
Targets = dict[tuple[JumpPane, JumpTarget], str]
"""The labels of targets in widgets."""


def make_labels(count: int) -> tuple[str, ...]:
    """Return at most `count` labels of one or two letters, none of which begins another; the shortest come first."""
    letters = len(LETTERS)
    prefixes = min(letters, max(0, -(-(count - letters) // (letters - 1))))
    pairs = (first + second for first in LETTERS[letters - prefixes :] for second in LETTERS)
    return (*LETTERS[: letters - prefixes], *pairs)[:count]


class JumpMode:
    """Labels over a screen, until a label is typed or a key ends the mode."""

    def __init__(self, screen: Screen[object], click: Click) -> None:
        self._screen = screen
        self._click = click
        self._typed = ""
        self._labels = _label_targets(screen)
        self._show()
        if self._labels:
            self._show_footer()

    @property
    def is_over(self) -> bool:
        """Whether the mode has ended: without labels it never began."""
        return not self._labels

    def take_key(self, event: events.Key) -> bool:
        """Narrow the labels by a letter, take one back, choose or leave; return whether the key was taken."""
        letter = event.character or ""
        if not self._screen.is_current:
            self.leave()
            return False
        if event.key == "backspace" and self._typed:
            self._narrow(self._typed[:-1])
        elif letter in LETTERS and letter:
            self._type(letter)
        else:
            self.leave()
            return event.key in ("escape", "backspace") or event.is_printable
        return True

    def leave(self) -> None:
        """Take the labels away, and show the footer of the screen again."""
        panes = {pane for pane, _ in self._labels}
        self._labels = {}
        for pane in panes:
            pane.show_labels({})
        self._screen.query_one("#footer", StyledLines).cover(())

    def _type(self, letter: str) -> None:
        typed = self._typed + letter
        matches = [place for place, label in self._labels.items() if label.startswith(typed)]
        if len(matches) == 1 and self._labels[matches[0]] == typed:
            self.leave()
            self._go_to(*matches[0])
        elif matches:
            self._narrow(typed)
        else:
            self._show_footer(f"No label begins with {typed}")

    def _go_to(self, pane: JumpPane, target: JumpTarget) -> None:
        """Click on a target, unless something else is drawn there by now."""
        if target in pane.jump_targets():
            if pane.focusable:
                self._screen.set_focus(pane, scroll_visible=False)
            x, y = pane.region.x + target.x, pane.region.y + target.y
            self._click(pane, events.Click(pane, x, y, 0, 0, 1, False, False, False, x, y))

    def _narrow(self, typed: str) -> None:
        self._typed = typed
        self._show()
        self._show_footer()

    def _show(self) -> None:
        """Draw the labels that begin with what was typed."""
        shown: dict[JumpPane, dict[JumpTarget, str]] = {pane: {} for pane, _ in self._labels}
        for (pane, target), label in self._labels.items():
            if label.startswith(self._typed):
                shown[pane][target] = label
        for pane, labels in shown.items():
            pane.show_labels(labels)

    def _show_footer(self, complaint: str = "") -> None:
        keys = [(self._typed or "a–z", "go to the label" if not self._typed else "and the next letter")]
        keys += [(key_label("backspace"), "takes it back")] if self._typed else []
        keys += [(key_label("escape"), "leaves")]
        hints = [part for key, word in keys for part in ((key, "yours b"), (f" {word}   ", "secondary"))]
        self._screen.query_one("#footer", StyledLines).cover([line(" ", *hints, (complaint, "fault"))])


def _label_targets(screen: Screen[object]) -> Targets:
    """Return labels for the targets in view: those of the text first, then the others as they stand."""
    panes = [pane for pane in screen.query("*").results(JumpPane) if pane.region.area]
    panes.sort(key=lambda pane: not pane.can_focus)
    places: list[tuple[JumpPane, JumpTarget]] = []
    taken: set[tuple[JumpPane, int, int]] = set()
    for pane in panes:
        for target in pane.jump_targets():
            near = {(pane, target.x + step, target.y) for step in (-1, 0, 1)}
            if not near & taken:
                taken.add((pane, target.x, target.y))
                places.append((pane, target))
    return dict(zip(places, make_labels(len(places)), strict=False))
