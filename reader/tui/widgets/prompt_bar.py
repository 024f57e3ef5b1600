"""A text field that makes control characters visible, and the prompt in place of the footer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from reader.printable import printable_line
from reader.tui.background import TaskOutcome, run_with_patience
from reader.tui.panes.bars import prompt_hint
from reader.tui.path_completion import PathCompletion, complete_path
from reader.tui.question import Question
from reader.tui.services import FieldFull, app_of
from reader.tui.styled_line import StyledLine, line, width_of
from reader.tui.widgets.styled_lines import CARD_ROLES, StyledLines

# ------------------------------------------------------------------ text field


MOST_IN_LINE: Final = 10_000
"""The characters that a field of one line holds. Textual measures all of them with every key."""


class LineField(Input):
    """Field of one line in which control and direction characters become visible signs, and line breaks blanks.

    `take_paste` is called with a pasted text; if it returns True, the field does not insert the text. What would make the field
    too long, it refuses as a whole and posts `FieldFull`; a longer value that it starts with stays, and may become shorter.
    """

    take_paste: Callable[[str], bool] | None = None
    _completing: str | None = None

    def complete(self, take_names: Callable[[Sequence[str]], None]) -> None:
        """Complete the path in the field as far as it is certain, unless it is changed first.

        `take_names` gets the names that it may go on with.
        """
        text = self.value

        def take(completion: PathCompletion | Exception) -> None:
            self._completing = None
            if self.value == text and isinstance(completion, PathCompletion):
                self.value = completion.text
                self.cursor_position = len(self.value)
                take_names(completion.names)

        if text != self._completing:  # else its folder has been asked already
            self._completing = text
            run_with_patience(self.post_message, partial(complete_path, text), take)

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.stop()
        event.apply()

    def validate_value(self, value: str) -> str:
        """Return the value with control characters made visible."""
        return printable_line(value)

    def _on_paste(self, event: events.Paste) -> None:
        if self.take_paste is not None and self.take_paste(event.text):
            event.stop()
        else:
            event.stop()
            text = event.text.strip("\r\n").replace("\r\n", "\n")
            self.replace(text, *self.selection)
        event.prevent_default()

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in place of a range, unless the field had too many characters then."""
        before, replaced = len(self.value), abs(end - start)
        if len(text) > replaced and before - replaced + len(text) > MOST_IN_LINE:
            self.post_message(FieldFull(MOST_IN_LINE))
        else:
            super().replace(text, start, end)


# ------------------------------------------------------------------ prompt

FIELD_ROOM = 30
"""Cells reserved for the field and its padding."""


class PromptBar(Horizontal):
    """Prompt with a field, hidden while no question is open. The field gets all keys but Enter, Escape, Tab, up and down."""

    DEFAULT_CSS = """
    PromptBar { height: 1; display: none; background: $panel; }
    PromptBar.-asking { display: block; }
    PromptBar > #prompt-label { width: auto; height: 1; }
    PromptBar > #prompt-hint { height: 1; width: auto; }
    PromptBar > Input { border: none; height: 1; width: 1fr; padding: 0; background: $panel; }
    PromptBar > Input:focus { border: none; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._question: Question | None = None
        self._has_refused = False

    def compose(self) -> ComposeResult:
        """Lay out label, field and hint."""
        yield StyledLines(id="prompt-label", under=CARD_ROLES)
        yield LineField(select_on_focus=False)
        yield StyledLines(id="prompt-hint", under=CARD_ROLES)

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return self._question is not None

    @property
    def is_typing(self) -> bool:
        """Whether the field of an open question has the focus."""
        return self.is_asking and self.screen.focused is not None and self.screen.focused.parent is self

    def must_wait(self) -> bool:
        """Whether keys must wait for the focus of the field. A lost focus is restored: one question may hide the next one."""
        if self.is_mounted and self.screen.focused is None:
            self.query_one(LineField).focus()
        return not self.is_typing

    def ask(self, question: Question) -> None:
        """Open a question and focus the field."""
        self._question = question
        if self.is_mounted:
            self._begin()

    def on_mount(self) -> None:
        """Open a question that was asked before the bar was mounted."""
        self._begin()

    def _begin(self) -> None:
        question = self._question
        if question is None:
            return
        self.add_class("-asking")
        self._show("#prompt-label", line((f" {question.label} ", "yours b")))
        self.say(question.hint)
        field = self.query_one(LineField)
        field.take_paste = question.on_paste
        with self.prevent(Input.Changed):
            field.value = question.value if question.draft is None else question.draft.text(question.value)
        field.cursor_position = len(field.value)
        if question.select_value:
            field.select_all()
        field.focus()

    def _complete(self) -> None:
        question = self._question

        def take_names(names: Sequence[str]) -> None:
            if len(names) != 1 and self._question is question:
                self.say("  ".join(names) or "No file begins like this", "hint" if names else "fault")

        self.query_one(LineField).complete(take_names)

    def say(self, hint: str, role: str = "hint") -> None:
        """Show a hint and the keys right of the field, as far as they leave the field its room; the keys give way first."""
        question = self._question
        label, verb = (question.label, question.verb) if question is not None else ("", "")
        self._show("#prompt-hint", prompt_hint(hint, role, verb, self.screen.size.width - len(label) - FIELD_ROOM))

    def _show(self, name: str, parts: StyledLine) -> None:
        label = self.query_one(name, StyledLines)
        label.styles.width = width_of(parts)
        label.show([parts])

    def leave(self) -> None:
        """Close the question without an answer; keep what was typed as a draft."""
        question = self._question
        self.keep_draft()
        self.close()
        if question is not None and question.on_leave is not None:
            question.on_leave()

    def keep_draft(self) -> None:
        """Keep what is typed as a draft, if the question has one."""
        if self._question is not None and self._question.draft is not None:
            self._question.draft.keep(self.query_one(LineField).value, self._question.value)

    def close(self) -> None:
        """Close the question and hide the bar."""
        self._question = None
        self.remove_class("-asking")

    def on_descendant_blur(self) -> None:
        """Leave when a click elsewhere takes the focus, as keys would wait for the field for ever."""
        if self.is_asking and self.screen.focused not in (None, self.query_one(LineField)):
            self.leave()
            app_of(self).take_waiting_keys()

    @on(Input.Changed)
    def _handle_change(self, event: Input.Changed) -> None:
        event.stop()
        if self._has_refused:
            self._has_refused = False
            self.say(self._question.hint if self._question is not None else "")
        if self._question is not None and self._question.on_change is not None:
            self._question.on_change(event.value)

    @on(FieldFull)
    def _handle_full(self, event: FieldFull) -> None:
        event.stop()
        self._has_refused = True
        self.say(event.text, event.tone)

    @on(Input.Submitted)
    def _handle_submit(self, event: Input.Submitted) -> None:
        event.stop()
        question = self._question
        if question is None:
            return
        complaint = question.on_submit(event.value)
        if complaint:
            self.say(complaint, "fault")
            return
        if question.draft is not None and question.keeps_draft:
            question.draft.keep(event.value, question.value)
        elif question.draft is not None:
            question.draft.drop()
        if self._question is question:  # the answer may have led to another one
            self.close()

    def on_key(self, event: events.Key) -> None:
        """Leave on Escape, complete a path on Tab; step on up and down if the question has steps."""
        question = self._question
        if question is None:
            return
        if event.key == "escape":
            event.stop()
            self.leave()
        elif event.key == "tab":
            event.stop()
            if question.path:
                self._complete()
        elif event.key in ("down", "up") and question.on_step is not None:
            event.stop()
            question.on_step(1 if event.key == "down" else -1)
