"""What screens, widgets and commands may use of the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import events, getters, on
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen

from reader.tui.background import OpenMemory, TimerHost

if TYPE_CHECKING:
    from textual.widget import Widget

    from reader.article.article import Article
    from reader.exchange.batch import ExportArticle
    from reader.library.library import Library
    from reader.search.results import Destination
    from reader.settings import Settings
    from reader.tui.action import Situation
    from reader.tui.cues import ReadSource, SourcePair
    from reader.tui.keymap import KeyMap
    from reader.tui.panes.bars import SaveStatus
    from reader.tui.shared_library import LibraryListener, SharedLibrary
    from reader.tui.theme import Look


_Result = TypeVar("_Result")


class FieldFull(Message):
    """A field took nothing of what was typed or pasted, as it would be longer than it may be."""

    def __init__(self, most: int, advice: str = "") -> None:
        super().__init__()
        self.text = f"Nothing added: at most {most:,} characters fit{advice}"
        self.tone = "fault"


class PaletteHost:
    """Screen over which the palette can be opened."""

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions act here; the palette cannot be opened without any."""
        return ()

    @property
    def situation(self) -> Situation | None:
        """The facts that decide which of these actions can act now, None where all can."""
        return None

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id, for the palette and the mouse."""
        raise NotImplementedError


class SettingsListener:
    """A screen that is told of settings that changed; mixed into those that keep something made of them."""

    def take_settings(self) -> None:
        """Use the settings as they are now."""
        raise NotImplementedError


class ClosingScreen(Screen[_Result]):
    """Screen that closes nothing but itself: Textual closes what is on top, so a second click would close the screen below."""

    _late_result: tuple[_Result | None] | None = None

    def dismiss(self, result: _Result | None = None) -> AwaitComplete:
        """Close the screen with a result, unless it is closed already; one below another screen closes after that."""
        if self.is_active:
            return super().dismiss(result)
        if self in app_of(self).screen_stack:
            self._late_result = (result,)
        return AwaitComplete()

    @on(events.ScreenResume)
    def _close_late(self) -> None:
        if self._late_result is not None:
            self.dismiss(*self._late_result)


class KeyScreen(TimerHost, PaletteHost, ClosingScreen[None]):
    """Screen that turns keys into actions itself."""

    _next_focus: Widget | None = None

    def give_keys_to(self, widget: Widget) -> None:
        """Let keys wait until a widget has the focus. One that has it gets no event, so they would wait for ever."""
        if self.focused is not widget or self._next_focus is not None:
            self._next_focus = widget
            widget.focus()

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for an action that cannot run yet, or for the focus of a field."""
        return False

    def take_key(self, event: events.Key) -> bool:
        """Turn a key into an action, unless it is for a text field; return whether the key was taken."""
        raise NotImplementedError

    def take_paste(self, text: str) -> bool:
        """Take a pasted text, unless it is for what has the focus; return whether it was taken."""
        return False


class StopScreen:
    """A screen on which a key stops what goes on there. It comes before those that wait for the end."""

    def stop_by(self, key: events.Key) -> bool:
        """Stop on the key for it; return whether it was that key."""
        raise NotImplementedError


class EndListener:
    """A screen that keeps what is half done when the program is ended from outside.

    The app asks the screens that there are: to load the classes of others would take a second beside a document that is read.
    """

    def keep_progress(self) -> None:
        """Save the progress, and keep what is half typed."""
        raise NotImplementedError


class HitScreen:
    """A screen that leads to places in articles, to which Escape in such an article returns."""


class AppServices(App[None], inherit_bindings=False):
    """Declare what screens, widgets and commands may ask of the app. `ReaderApp` implements it."""

    settings: Settings
    private: bool
    library: SharedLibrary
    memory: OpenMemory
    copies: tuple[Path, ...]
    reading_screen: Screen[None] | None

    # ------------------------------------------------------------------ look and keys

    @property
    def look(self) -> Look:
        """The styles of the current theme."""
        ...

    @property
    def keymap(self) -> KeyMap:
        """The keys of the actions."""
        ...

    def set_look(self, title: str) -> Look:
        """Change to the look that people call `title` and return it."""
        ...

    @property
    def has_colours(self) -> bool:
        """Whether the terminal shows more than its own sixteen colours."""
        ...

    def take_keys(self) -> str:
        """Use the keys of the settings; if they clash, use the preset alone, and return the complaint."""
        ...

    def show_settings(self) -> None:
        """Show the settings."""
        ...

    def next_look(self) -> Look:
        """Change to the next look and return it."""
        ...

    def fit_widths(self) -> None:
        """Lay out the screens by the widths in the settings."""
        ...

    def take_key(self, key: events.Key | events.Paste) -> bool:
        """Let the current screen take a key or a paste; return whether it did."""
        ...

    def keys_must_wait(self) -> bool:
        """Whether the current screen has not yet focused the field that the next key is for."""
        ...

    def take_waiting_keys(self) -> None:
        """Take the keys that waited for a field or a screen."""
        ...

    def forget_keys(self) -> None:
        """Drop the waiting keys: what they were typed for did not open."""
        ...

    def start_jump(self) -> bool:
        """Label what can be gone to on the current screen, until a label is typed; return whether there is anything."""
        ...

    # ------------------------------------------------------------------ library

    def open_library(self) -> Library:
        """Return the library, opened on first use. Call it from threads. Raises ReaderError."""
        ...

    @property
    def save_status(self) -> SaveStatus:
        """The state of saving, with what is left to send in the library of a team."""
        ...

    def set_save_status(self, status: SaveStatus) -> None:
        """Set the state of saving. A failure stays until everything is saved."""
        ...

    def merge_copy(self) -> bool:
        """Merge the first conflict copy, on a thread; return whether there is one."""
        ...

    def save_elsewhere(self) -> None:
        """Ask for a folder, and save everything there."""
        ...

    def save_to(self, folder: Path) -> None:
        """Save everything in another folder, on a thread."""
        ...

    def leave(self) -> None:
        """Save and end; if saving fails, ask first."""
        ...

    # ------------------------------------------------------------------ screens

    def show_first_article(self, article: Article) -> None:
        """Show the article that the program was started with, once it is read."""
        ...

    def show_article(self, article: Article, destination: Destination | None = None, action: str = "") -> None:
        """Show an article over the library or the search, at a hit if one is given, and perform an action there."""
        ...

    def go_to_hit(self, destination: Destination) -> bool:
        """Go to a hit in the article that is open; return whether it is."""
        ...

    def show_search(self, text: str = "") -> None:
        """Show the search over everything, for a query if one is given."""
        ...

    def show_codebook(self, tag: str = "") -> None:
        """Show the codebook, with a tag in hand if one is given."""
        ...

    def show_disagreements(self, article_id: str = "") -> None:
        """Show what two readers judged differently, that on an article first in hand if one is given."""
        ...

    def show_team(self) -> None:
        """Show the team of the library."""
        ...

    def show_statistics(self) -> None:
        """Show the library in numbers."""
        ...

    def return_to_hits(self) -> bool:
        """Go from an article back to the search or the check that it was opened from; return whether it was."""
        ...

    def fail(self, error: Exception) -> None:
        """End with an error, for the command line to report."""
        ...

    def show_library(self) -> None:
        """Go from an article to the library."""
        ...

    def show_help(self, context: str) -> None:
        """Show the keys that act in `context`, then all others."""
        ...

    def show_export(
        self,
        articles: Sequence[ExportArticle],
        title: str,
        name: str,
        drafts: dict[str, str],
        say: Callable[[str], None],
    ) -> None:
        """Show the export screen for articles, and `say` what was written. `name` is that of the file without its ending."""
        ...

    def show_source(self, reading: object, pair: SourcePair, source: ReadSource) -> None:
        """Show a source over a reading screen, or in place of the source there, unless the person went elsewhere."""
        ...

    def source_over(self, reading: object) -> LibraryListener | None:
        """Return the source screen over a reading screen, None if there is none."""
        ...


_app = getters.app(AppServices)


def app_of(node: DOMNode) -> AppServices:
    """Return the app that a node belongs to."""
    return _app.__get__(node, type(node))
