"""The Textual app: themes, keys, screens, and the library it closes before it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.screen import Screen

from reader.article.model import Article
from reader.settings import Settings
from reader.tui.keys import KeyMap
from reader.tui.looks import TERMINAL, TITLES, Look, look_called
from reader.tui.typing import TypeAhead

if TYPE_CHECKING:
    from textual.command import Provider

    from reader.library.library import Library

CLOSE = 5.0
"""Seconds to wait for the last save before asking."""


def _commands() -> type[Provider]:
    from reader.tui.palette import ActionProvider

    return ActionProvider


class ReaderApp(App[None], inherit_bindings=False):
    """Shows the library, or one article. `crash` holds what went wrong when it ended by an error of its own."""

    TITLE = "Claim Reader"
    CSS_PATH = "app.tcss"
    COMMANDS = {_commands}  # noqa: RUF012  # as the base class has it
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    PAUSE_GC_ON_SCROLL = True

    def __init__(self, article: Article | None, library_folder: Path, settings: Settings) -> None:
        # Asked of Textual at the start: without it NO_COLOR still means shades of grey.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.article = article
        self.settings = settings
        self.keymap = KeyMap(overrides=settings.keys)
        self.crash: Exception | None = None
        self.reading: Screen[None] | None = None
        self._folder = library_folder
        self._library: Library | None = None
        self._library_lock = threading.Lock()
        self.typed = TypeAhead(self, super().on_event)
        self._look = self._first_look(settings.theme)
        self.register_theme(self._look.theme)
        self.theme = self._look.name

    def _first_look(self, wanted: str) -> Look:
        """Return the look to start with: the person's, else the terminal's own colours where there are no others."""
        if self.no_color or self.console.color_system in (None, "standard"):
            return look_called(TERMINAL)
        return look_called(wanted)

    @property
    def look(self) -> Look:
        """The styles of the theme."""
        return self._look

    def next_look(self) -> Look:
        """Change to the next look and return it."""
        self._look = look_called(TITLES[(TITLES.index(self._look.title) + 1) % len(TITLES)])
        self.register_theme(self._look.theme)
        self.theme = self._look.name
        return self._look

    def get_default_screen(self) -> Screen[None]:
        """Return the first screen."""
        if self.article is not None:
            from reader.tui.screens.reading import ReadingScreen

            return ReadingScreen(self.article)
        from reader.tui.screens.library import LibraryScreen

        return LibraryScreen()

    def on_mount(self) -> None:
        """End in order when the system asks for it: a closed terminal, a machine that shuts down."""
        for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
            # Where the loop takes no signals (Windows, another thread) there is nothing to be asked.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)

    # ------------------------------------------------------------------ keys

    async def on_event(self, event: events.Event) -> None:
        """Take keys in the order they were typed; hand everything else on as Textual does."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.typed.press(event)
        else:
            await super().on_event(event)

    def on_descendant_focus(self) -> None:
        """Take the keys that waited for a field."""
        self.take_waiting_keys()

    def take_waiting_keys(self) -> None:
        """Take the keys that waited, now that there is somebody to take them."""
        self.typed.go_on()

    def take_key(self, key: events.Key) -> bool:
        """Have the reading screen take a key, unless another screen or a text field has the keys; return whether it did."""
        from reader.tui.screens.reading import ReadingScreen

        return isinstance(self.screen, ReadingScreen) and self.screen.take_key(key)

    def keys_must_wait(self) -> bool:
        """Whether the screen on top has not yet focused what the next key is for; one that lost its focus gets it back."""
        from reader.tui.screens.reading import ReadingScreen

        if not self.screen_stack:
            return True
        if isinstance(self.screen, ReadingScreen):
            return self.screen.not_ready
        if self.screen.focused is None and self.screen.AUTO_FOCUS != "":
            self.screen.focus_next()
            return True
        return False

    def action_command_palette(self) -> None:
        """Open the palette where there is an article to act on."""
        from reader.tui.screens.reading import ReadingScreen

        if isinstance(self.screen, ReadingScreen):
            super().action_command_palette()

    # ------------------------------------------------------------------ the library

    def open_library(self) -> Library:
        """Return the library, opened on first use; called from threads. Raises ReaderError."""
        from reader.library.library import Library

        with self._library_lock:
            if self._library is None:
                self._library = Library.open(self._folder)
            return self._library

    def close_library(self) -> bool:
        """Wait for what is not saved yet; return whether all is."""
        return self._library is None or self._library.close(CLOSE)

    # ------------------------------------------------------------------ screens

    def read(self, article: Article) -> None:
        """Read an article, from the library."""
        from reader.tui.screens.reading import ReadingScreen

        self.push_screen(ReadingScreen(article))

    def show_library(self) -> None:
        """Go from an article to the library: the one it was opened from, else a new one over it."""
        from reader.tui.screens.library import LibraryScreen

        if any(isinstance(screen, LibraryScreen) for screen in self.screen_stack):
            self.pop_screen()
        else:
            self.push_screen(LibraryScreen())

    def show_help(self, context: str) -> None:
        """Show the keys that act in `context`, then all others."""
        from reader.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.keymap, context))

    def leave(self) -> None:
        """Save and end; when saving fails, say why and ask first."""
        if self._library is None or self._library.flush(CLOSE):
            self.exit()
            return
        from reader.tui.screens.confirm import ConfirmScreen

        def answered(leave: bool | None) -> None:
            if leave:
                self.exit(return_code=1)

        self.push_screen(ConfirmScreen("not everything is saved, and leaving now loses it", "leave all the same"), answered)

    def _handle_exception(self, error: Exception) -> None:
        """Keep the error for the command line to report, and end; never print a traceback over the person's terminal."""
        if self.crash is None:
            self.crash = error
        self._return_code = 1
        self._exception = self._exception or error
        self._close_messages_no_wait()


def run_reader(article: Article | None, library_folder: Path, settings: Settings) -> int:
    """Run the program in this terminal and return its exit code. An error of its own is raised, after all work is saved."""
    app = ReaderApp(article, library_folder, settings)
    try:
        app.run()
    finally:
        saved = app.close_library()
    if app.crash is not None:
        raise app.crash
    return (app.return_code or 0) if saved else 1
