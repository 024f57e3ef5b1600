"""Text fields, and the prompt that takes the footer's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, TextArea

from reader.printable import printable, printable_line
from reader.tui.styled_line import clip, line, width_of
from reader.tui.widgets.styled_lines import StyledLines

# ------------------------------------------------------------------ text fields that show control characters as visible signs


class LineField(Input):
    """A field of one line. Control and direction characters in it become visible signs.

    `takes` is asked about what is pasted; when it returns True, it has taken that, and the field gets none of it.
    """

    take_paste: Callable[[str], bool] | None = None

    def validate_value(self, value: str) -> str:
        """Return the value as it may be shown."""
        return printable_line(value)

    def _on_paste(self, event: events.Paste) -> None:
        if self.take_paste is not None and self.take_paste(event.text):
            event.stop()
            event.prevent_default()


class NoteField(TextArea):
    """A field of several lines. Control and direction characters that are pasted become visible signs."""

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(printable(event.text)))
        event.prevent_default()


# ------------------------------------------------------------------ the prompt

FIELD_ROOM = 30
"""Cells that the field and the blanks around it keep."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the label, what stands in the field, a hint to its right, and what to call with the text.

    `typed` hears every change, `step` the down (1) and up (-1) keys, `done` the Enter; it returns a complaint to go on asking.
    `left` is called when the question is left without an answer. `pasted` is asked about what is pasted: it returns True for
    what it takes, and the field gets none of that. With `selected` the first thing typed takes the place of `value`.
    """

    label: str
    on_submit: Callable[[str], str | None]
    value: str = ""
    hint: str = ""
    on_change: Callable[[str], None] | None = None
    on_step: Callable[[int], None] | None = None
    on_leave: Callable[[], None] | None = None
    on_paste: Callable[[str], bool] | None = None
    select_value: bool = False


class PromptBar(Horizontal):
    """Hidden until asked; text fields take every key but Enter, Escape, up and down."""

    DEFAULT_CSS = """
    PromptBar { height: 1; display: none; background: $panel; }
    PromptBar.-asking { display: block; }
    PromptBar > #prompt-label { width: auto; height: 1; }
    PromptBar > #prompt-hint { height: 1; width: auto; }
    PromptBar > Input { border: none; height: 1; width: 1fr; padding: 0; background: $panel; }
    PromptBar > Input:focus { border: none; }
    """

    class Label(StyledLines):
        """The words before and after the field."""

        UNDER = ("card", "text")

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._question: Question | None = None

    def compose(self) -> ComposeResult:
        """Make label, field and hint."""
        yield self.Label(id="prompt-label")
        yield LineField(select_on_focus=False)
        yield self.Label(id="prompt-hint")

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return self._question is not None

    def ask(self, question: Question) -> None:
        """Ask, and take the keys."""
        self._question = question
        if self.is_mounted:
            self._begin()

    def on_mount(self) -> None:
        """Begin with what was asked before the bar was there."""
        self._begin()

    def _begin(self) -> None:
        question = self._question
        if question is None:
            return
        self.add_class("-asking")
        self._show("#prompt-label", f" {question.label} ", "yours b")
        self.say(question.hint)
        field = self.query_one(LineField)
        field.take_paste = question.on_paste
        with self.prevent(Input.Changed):
            field.value = question.value
        field.cursor_position = len(question.value)
        if question.select_value:
            field.select_all()
        field.focus()

    def say(self, hint: str, role: str = "hint") -> None:
        """Say something right of the field, as far as that leaves the field its room."""
        room = self.screen.size.width - len(self._question.label if self._question else "") - FIELD_ROOM
        self._show("#prompt-hint", f" {clip(hint, room)} " if hint and room > 3 else "", role)

    def _show(self, name: str, text: str, role: str) -> None:
        label = self.query_one(name, PromptBar.Label)
        parts = line((text, role))
        label.styles.width = width_of(parts)
        label.show([parts])

    def leave(self) -> None:
        """Leave the question without an answer."""
        question = self._question
        self.close()
        if question is not None and question.on_leave is not None:
            question.on_leave()

    def close(self) -> None:
        """Stop asking."""
        self._question = None
        self.remove_class("-asking")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._question is not None and self._question.on_change is not None:
            self._question.on_change(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._question is None:
            return
        complaint = self._question.on_submit(event.value)
        if complaint:
            self.say(complaint, "fault")
        else:
            self.close()

    def on_key(self, event: events.Key) -> None:
        """Escape leaves; up and down step where the question can."""
        question = self._question
        if question is None:
            return
        if event.key == "escape":
            event.stop()
            self.leave()
        elif event.key in ("down", "up") and question.on_step is not None:
            event.stop()
            question.on_step(1 if event.key == "down" else -1)
