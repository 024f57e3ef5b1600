"""The base class of the screens on which a text is read: keys become actions, messages and questions appear in the footer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events, on
from textual.widget import Widget

from reader.errors import ReaderError
from reader.printable import plural
from reader.tui.action import READING, REVIEW, SOURCE, Action, key_label
from reader.tui.actions import ACTION_BY_ID
from reader.tui.background import TaskOutcome
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.services import AppServices, EndListener, KeyScreen, SettingsListener, app_of
from reader.tui.shared_library import LibraryListener
from reader.tui.text_state import CannotAct, NotReady, RangeSelection
from reader.tui.widgets.article_view import ArticleView, previous_boundary
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.ranges import Span
    from reader.tui.question import Question
    from reader.tui.text_state import TextState
    from reader.tui.widgets.item_list import ItemList
    from reader.tui.widgets.prompt_bar import PromptBar

FIRST_FRAME = 0.04
"""Seconds for the first frame to be written before the library's thread competes with it for the interpreter."""
WIDE = 110
"""The columns from which the side pane has room beside the text."""
LEAST_TEXT = 51
"""The columns that the side pane leaves to the text: forty for its lines, and the gutter."""
SHORT = 18
"""The lines below which the review queue leaves two lines to the text."""


class TextScreen(KeyScreen, EndListener, LibraryListener, SettingsListener):
    """Screen with the text of `article` in `view` above `footer`. Subclasses decide which keys act and what actions do.

    `message` is the last message and its style, `pending_keys` a half-typed sequence of keys.
    """

    AUTO_FOCUS = "#article"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # as the base class has it
        (0, "-narrow"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (SHORT, "-tall")]  # noqa: RUF012  # as the base class has it
    WAIT_MESSAGE = ""
    """The message while an action waits for what it needs."""

    article: Article
    view: ArticleView
    list: ItemList
    message: tuple[str, str]
    pending_keys: str

    def __init__(self) -> None:
        super().__init__()
        with suppress(ImportError):  # this version of Textual composes in another way
            from reader.tui.widgets.compositor import use_culling

            use_culling(self)
        self.footer = StyledLines(id="footer")
        self.message = ("", "text")
        self.pending_keys = ""
        self._keys: KeyReader | None = None
        self._prompt: PromptBar | None = None
        self._previous_focus: Widget | None = None
        self._waiting_action: tuple[Action, str] | None = None
        self._waiting_start: Callable[[], None] | None = None

    @property
    def prompt(self) -> PromptBar:
        """The bar for questions, made when it is first needed: the first frame has none."""
        if self._prompt is None:
            from reader.tui.widgets.prompt_bar import PromptBar

            self._prompt = PromptBar(id="prompt")
        return self._prompt

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def width(self) -> int:
        """The columns of the screen."""
        return self.size.width

    @property
    def is_narrow(self) -> bool:
        """Whether the window has no room for the side pane."""
        return self.has_class("-narrow")

    def set_size_classes(self) -> None:
        """Set the classes for the size of the window on mounting: Textual styles all widgets next, and sets them later."""
        width, height = self.services.size
        classes = {"-narrow": width < WIDE, "-wide": width >= WIDE, "-short": height < SHORT, "-tall": height >= SHORT}
        self.update_classes(classes, update=False)
        if self.services.settings.side_width:
            self.set_side_width()

    def on_resize(self, event: events.Resize) -> None:
        """Draw nothing again for a size that is already laid out: Textual announces each size several times."""
        if event.size == self.outer_size:
            event.prevent_default()
        elif self.services.settings.side_width:
            self.set_side_width()

    def fit_widths(self) -> None:
        """Lay out text and side pane by the widths in the settings."""
        self.set_side_width()
        self.view.fit_width()

    def set_side_width(self) -> None:
        """Give the side pane its width in the settings; in a window without room for it, that of the style sheet."""
        side, wanted, width = self.query_one("#side"), self.services.settings.side_width, self.services.size.width
        room = width - LEAST_TEXT if wanted and width >= WIDE else 0
        side.styles.width = min(wanted, room) if room else None
        side.styles.max_width = min(wanted, room) if room else None

    def start_after_first_frame(self, start: Callable[[], None]) -> None:
        """Call `start` once the first frame is written, or another screen comes over this one."""
        self._waiting_start = start
        self.call_after_refresh(self.set_timer, FIRST_FRAME, self._end_wait)

    def on_screen_suspend(self) -> None:
        """Wait no more for the first frame: the layout of a dialog stops the frames of the screen below it."""
        self._end_wait()

    def _end_wait(self) -> None:
        start, self._waiting_start = self._waiting_start, None
        if start is not None:
            start()

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return self._prompt is not None and self._prompt.is_asking

    @property
    def is_typing(self) -> bool:
        """Whether the field of a question has the focus."""
        return self._prompt is not None and self._prompt.is_typing

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for an action that cannot run yet, or for the focus of a question's field."""
        return self._waiting_action is not None or (self.is_asking and self.prompt.must_wait())

    # ------------------------------------------------------------------ defined by subclasses

    @property
    def state(self) -> TextState:
        """What is current on the text."""
        raise NotImplementedError

    @property
    def key_context(self) -> str:
        """The context that decides which keys act now."""
        raise NotImplementedError

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; the person can come back from a jump."""
        raise NotImplementedError

    def run_command(self, action_id: str, key: str) -> None:
        """Run the command of an action. Raises CannotAct and ReaderError."""
        raise NotImplementedError

    def finish_action(self) -> None:
        """Show what an action changed."""
        self.show()

    def show(self) -> None:
        """Show the current state."""
        raise NotImplementedError

    def save_progress(self, *, with_counts: bool = True) -> None:
        """Save the position in the article and the counts of its review."""
        raise NotImplementedError

    def keep_progress(self) -> None:
        """Save the position before the program is ended from outside, with what is half typed."""
        if self.is_asking:
            self.prompt.keep_draft()
        self.save_progress(with_counts=False)

    # ------------------------------------------------------------------ keys and actions

    def take_key(self, event: events.Key) -> bool:
        """Turn a key into an action unless a text field has the focus; return whether the key was taken."""
        if self.is_typing:
            return False
        key = typed_key(event)
        self.message = ("", "text")
        if self._keys is None:
            self._keys = KeyReader(self.services.keymap)
        match = self._keys.press(self.key_context, key)
        if match.action is not None:
            self.pending_keys = ""
            self.perform(match.action, match.key)
            return True
        self.pending_keys = match.typed if match.follow else ""
        if not match.follow and " " in match.typed:
            self.say(f"{key_label(match.typed)}: no such command; {self.key('help')} shows the keys", "fault")
        elif not match.follow:
            self._say_where_key_acts(key)
        self.show()
        return True

    def take_paste(self, text: str) -> bool:
        """Say where a pasted text is of use, unless a text field has the focus; return whether the paste was taken."""
        if self.is_typing:
            return False
        self.show_message(
            f"A paste of {plural(len(text), 'character')} does nothing here; the library adds pasted texts", "fault"
        )
        return True

    def _say_where_key_acts(self, key: str) -> None:
        """Say on which screen a key acts that does nothing here."""
        keymap, context = self.services.keymap, self.key_context
        other = keymap.action_elsewhere(context, key)
        if other is not None and self.state.range_selection is not None:
            self.say(f"{other.title} does not act on a selection: {self.key('escape')} ends it", "fault")
        elif other is not None:
            self.say(f"{other.title} is for the text: {self.key('escape')} goes back to it", "fault")
        elif context in (*READING, REVIEW) and (other := keymap.find(SOURCE, (key,)).action) is not None:
            self.say(f"{other.title} is for a source: {self.key('source')} opens it", "fault")

    def perform(self, action: Action, key: str = "") -> None:
        """Perform an action, or give the reason why it cannot act; one that is not ready waits for `run_waiting_action`."""
        try:
            self.run_command(action.id, key)
        except NotReady:
            self._waiting_action = (action, key)
            self.say(self.WAIT_MESSAGE, "hint")
        except CannotAct as reason:
            self.say(reason.to_message(self.key), "fault")
        except ReaderError as error:
            self.say(str(error), "bad")
        self.finish_action()

    def run_waiting_action(self) -> None:
        """Perform the action that waited, then take the keys typed in the meantime."""
        action, self._waiting_action = self._waiting_action, None
        if action is not None:
            self.message = ("", "text")
            self.perform(*action)
        self.services.take_waiting_keys()

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id, for the palette and the mouse."""
        self.message = ("", "text")
        self.perform(ACTION_BY_ID[action_id], key)

    # ------------------------------------------------------------------ the selection

    @on(ArticleView.Picked)
    def _handle_pick(self, event: ArticleView.Picked) -> None:
        """Let the keys go on from what the mouse selected, and the footer name them in place of an older message."""
        self.say("")
        selection = self.state.range_selection
        if selection is not None and event.span is not None:
            last = previous_boundary(self.article.text, event.span.end)
            self.state.range_selection = RangeSelection(event.span.start, last, selection.annotation)
        self.show()

    # ------------------------------------------------------------------ messages and questions

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer until the next key."""
        self.message = (text, tone)

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer at once."""
        self.say(text, tone)
        self.show()

    def take_settings(self) -> None:
        """Use the keys, widths and colours as they are now."""
        self._keys = None
        self.fit_widths()
        self.view.repaint_all()
        self.show()

    def key(self, action_id: str) -> str:
        """Return the key of an action, as people write it, or else where it is in the palette."""
        return self.services.keymap.way_to(action_id)

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""
        if not self.is_typing:
            self._previous_focus = self.focused
        self.add_class("-asking")
        if not self.prompt.is_attached:
            self.mount(self.prompt, before=self.footer)
        self.prompt.ask(question)

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()

    def close_question(self) -> None:
        """Close the question and return the focus to the widget that had it."""
        self.prompt.close()
        self.remove_class("-asking")
        (self._previous_focus or self.view).focus()
        self.show()
