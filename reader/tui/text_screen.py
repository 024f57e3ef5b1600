"""TextScreen: what the screens share on which a text is read: keys that become actions, what is said, the line that asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from textual import events, on
from textual.screen import Screen
from textual.widget import Widget

from reader.article.article import Article
from reader.article.ranges import Span
from reader.tui.actions import READING, REVIEW, SOURCE, Action, key_label
from reader.tui.background import TaskOutcome
from reader.tui.keymap import KeyReader
from reader.tui.panes.bars import SaveStatus
from reader.tui.services import app_of
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from reader.tui.app import ReaderApp
    from reader.tui.reading.commands.selection import RangeSelection
    from reader.tui.text_state import TextState
    from reader.tui.widgets.prompt_bar import PromptBar, Question

Result = TypeVar("Result")
"""What a screen gives back when it is left."""

FIRST_FRAME = 0.04
"""Seconds for the first frame to be written before the library's thread competes with it for the interpreter."""
WIDE = 110
"""From so many columns on, there is room beside the text."""


class TextScreen(Screen[Result]):
    """Shows `article` on `view` over `footer`. Who derives from it says which keys act (`context`) and what actions do.

    `message` is what was said last and its role, `pending` a half-typed sequence of keys, `picking` a selection drawn out.
    """

    AUTO_FOCUS = "#article"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as the base class has it
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]

    article: Article
    view: ArticleView

    def __init__(self) -> None:
        super().__init__()
        self.footer = Painted(id="footer")
        self.range_selection: RangeSelection | None = None
        self.message = ("", "text")
        self._previous_focus: Widget | None = None
        self.pending_keys = ""

    @cached_property
    def keys(self) -> KeyReader:
        """The keys typed so far of a half-typed sequence."""
        return KeyReader(self.services.keymap)

    @cached_property
    def prompt(self) -> PromptBar:
        """The bar that asks for something; made when it is first needed, not for the first frame."""
        from reader.tui.widgets.prompt_bar import PromptBar

        return PromptBar(id="prompt")

    @property
    def services(self) -> ReaderApp:
        """The app."""
        return app_of(self)

    @property
    def save_status(self) -> SaveStatus:
        """How saving goes."""
        return self.services.save_status

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return "prompt" in vars(self) and self.prompt.is_asking

    @property
    def is_typing(self) -> bool:
        """Whether the field of a question has the keys."""
        return self.is_asking and self.focused is not None and self.focused.parent is self.prompt

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: the field of a question has not got the focus yet."""
        return self.is_asking and not self.is_typing

    # ------------------------------------------------------------------ for who derives from it

    @property
    def in_hand(self) -> TextState:
        """The sentence with the cursor, and the hits."""
        raise NotImplementedError

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; a jump may be come back from."""
        raise NotImplementedError

    @property
    def context(self) -> str:
        """Which keys act now."""
        raise NotImplementedError

    def perform(self, action: Action, key: str = "") -> None:
        """Do an action, or say why it cannot be done."""
        raise NotImplementedError

    def show(self) -> None:
        """Show what is in hand."""
        raise NotImplementedError

    # ------------------------------------------------------------------ keys, and what is said

    def take_key(self, event: events.Key) -> bool:
        """Turn a key into an action, unless a text field has the keys; return whether the key was taken."""
        if self.is_typing:
            return False
        key = event.character if event.is_printable and event.character and event.character != " " else event.key
        self.message = ("", "text")
        pressed = self.keys.press(self.context, key)
        if pressed.action is not None:
            self.pending_keys = ""
            self.perform(pressed.action, pressed.key)
            return True
        self.pending_keys = pressed.typed if pressed.follow else ""
        if not pressed.follow and " " in pressed.typed:
            self.say(f"{key_label(pressed.typed)}: no such command; {self.key('help')} shows the keys", "fault")
        elif not pressed.follow:
            self._say_where_key_acts(key)
        self.show()
        return True

    def _say_where_key_acts(self, key: str) -> None:
        """Say where a key that does nothing here would do something."""
        keymap, context = self.keys.keymap, self.context
        other = keymap.action_elsewhere(context, key)
        if other is not None:
            self.say(f"{other.title} is for the text: {self.key('escape')} goes back to it", "fault")
        elif context in (*READING, REVIEW) and (other := keymap.find(SOURCE, (key,)).action) is not None:
            self.say(f"{other.title} is for a source: {self.key('source')} opens it", "fault")

    def say(self, text: str, tone: str = "text") -> None:
        """Say something in the footer until the next key."""
        self.message = (text, tone)

    def key(self, action_id: str) -> str:
        """Return the key of an action, as people write it."""
        return self.services.keymap.label(action_id)

    def ask(self, question: Question) -> None:
        """Ask for a line of text in the place of the footer."""
        if not self.is_typing:
            self._previous_focus = self.focused
        self.add_class("-asking")
        if not self.prompt.is_attached:
            self.mount(self.prompt, before=self.footer)
        self.prompt.ask(question)

    @on(events.DescendantFocus)
    def _leave_question(self, event: events.DescendantFocus) -> None:
        """Leave a question that the focus was taken from, by a click elsewhere: the keys would wait for it for ever."""
        if self.is_asking and event.widget is self.focused and not self.is_typing:
            self.prompt.leave()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()

    def close_question(self) -> None:
        """Give the keys back, after a question, to what had them before."""
        self.prompt.close()
        self.remove_class("-asking")
        (self._previous_focus or self.view).focus()
        self.show()
