"""The Textual app: themes, keys and screens, and the library that it closes before it ends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.geometry import Offset
from textual.screen import Screen

from reader.article.article import Article
from reader.tui.background import OpenMemory, TimerHost
from reader.tui.keymap import KeyMap, KeysError
from reader.tui.services import AppServices, EndListener, FieldFull, HitScreen, KeyScreen, PaletteHost, StopScreen
from reader.tui.shared_library import (
    CopiesChanged,
    LibraryFlushed,
    LibraryListener,
    LibraryMessage,
    LibraryMoved,
    RemoteEdits,
    SaveReport,
    SaveStatusChanged,
    SharedLibrary,
    launch_command,
)
from reader.tui.theme import LOOK_TITLES, TERMINAL_TITLE, Look, look_by_title
from reader.tui.type_ahead import TypeAhead
from reader.tui.widgets.rows import JumpPane

if TYPE_CHECKING:
    from textual.driver import Driver

    from reader.exchange.batch import ExportArticle
    from reader.formats.open_request import OpenRequest
    from reader.library.library import Library
    from reader.search.results import Destination
    from reader.settings import Settings
    from reader.tui.cues import ReadSource, SourcePair
    from reader.tui.dialogs.choice import ConfirmScreen
    from reader.tui.dialogs.loading import LoadingScreen
    from reader.tui.index_follower import IndexProgress
    from reader.tui.jump_mode import JumpMode
    from reader.tui.panes.bars import SaveStatus
    from reader.tui.search_screen import SearchScreen
    from reader.tui.source.screen import SourceScreen
    from reader.tui.team_follower import TeamChanged
    from reader.tui.terminal import EndRequested


_END_POLL: Final = 0.05
"""Seconds between two checks whether the keys that were typed before the end have been taken."""
_LEAVE_DELAY: Final = 0.5
"""Seconds after which somebody who leaves is told that the last save takes long."""


class ReaderApp(TimerHost, AppServices, inherit_bindings=False):
    """Show the library, an article, or the progress of opening one. `crash` is the error that ended the app.

    `private` allows addresses of the person's own network. `copies` are the conflict copies beside the library; `new_folder` is
    the folder to which the library was moved, None if it was not. `language` is what the language of the first article is set
    to: "" as recognised, None as it is. The end waits for nothing if it `is_hurried`, by `end_signal` (0: none) or a person.
    """

    TITLE = "Claim Reader"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    PAUSE_GC_ON_SCROLL = True

    def __init__(
        self,
        article: Article | OpenRequest | None,
        library_folder: Path,
        settings: Settings,
        *,
        private: bool = False,
        language: str | None = None,
    ) -> None:
        self.settings = settings
        self._look: Look | None = None
        # Textual reads this only here: without it, NO_COLOR still gives shades of grey.
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        if settings.reduced_motion:
            self.animation_level = "none"
        self.private = private
        self.memory = OpenMemory()
        self.crash: Exception | None = None
        self.reading_screen: Screen[None] | None = None
        complaint = self.take_keys() or settings.complaint
        independent = settings.creator if settings.independent else ""
        self.library = SharedLibrary(library_folder, settings.scale, self.post_message, complaint, independent)
        self._save_report = SaveReport(self, self.library, self._show_save_status)
        self.copies: tuple[Path, ...] = ()
        self.new_folder: Path | None = None
        self.is_hurried, self.end_signal = False, 0
        self._first = article
        self._language = language
        self._loading_screen: LoadingScreen | None = None
        self._is_leaving = False
        self._leave_question: ConfirmScreen | None = None
        self._search_screen: SearchScreen | None = None
        self._used_actions: list[str] = []
        self._jump: JumpMode | None = None
        self.type_ahead = TypeAhead(self, super().on_event)
        self.theme = self.look.name

    @property
    def cursor_position(self) -> Offset:
        """The cell of the terminal's cursor: that of a field, else with the setting `terminal_cursor` that of the person."""
        pane = self.screen.focused if self.settings.terminal_cursor and self.screen_stack else None
        cell = pane.cursor_cell() if isinstance(pane, JumpPane) else None
        return self._field_cursor if pane is None or cell is None else pane.region.offset + cell

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]  # Textual has an attribute, and reads it with every frame
        self._field_cursor = position

    def fit_widths(self) -> None:
        """Lay out the screens by the widths in the settings."""
        from reader.tui.text_screen import TextScreen

        for screen in self.screen_stack:
            if isinstance(screen, TextScreen):
                screen.fit_widths()

    def get_css_variables(self) -> dict[str, str]:
        """Return the variables of the theme. Textual asks before it reads the style sheet, so the first look is chosen here.

        A theme that is set later makes it read the style sheet again. The terminal's own colours need that, for their filter.
        """
        if self._look is None:
            self.register_theme(self.look.theme)
            if not self.look.theme.ansi:
                self.set_reactive(ReaderApp.theme, self.look.name)
        return super().get_css_variables()

    @property
    def keymap(self) -> KeyMap:
        """The keys of the actions. Without keys in the settings, the first frame needs none."""
        if self._key_map is None:
            self._key_map = self._make_key_map()
        return self._key_map

    def _make_key_map(self, overrides: Mapping[str, tuple[str, ...]] | None = None) -> KeyMap:
        preset = self.settings.keys_preset
        if self.driver_class.__module__ != "reader.tui.browser":
            return KeyMap(overrides=overrides, preset=preset)
        from reader.tui.browser import RESERVED_KEYS

        return KeyMap(overrides=overrides, preset=preset, reserved=RESERVED_KEYS)

    @property
    def look(self) -> Look:
        """The styles of the current theme: at first of the settings, or the terminal's own colours where it has no others."""
        if self._look is None:
            self._look = look_by_title(self.settings.theme if self.has_colours else TERMINAL_TITLE)
        return self._look

    @property
    def has_colours(self) -> bool:
        """Whether the terminal shows more than its own sixteen colours."""
        return not self.no_color and self.console.color_system not in (None, "standard")

    def take_keys(self) -> str:
        """Use the keys of the settings; if they clash, use the preset alone, and return the complaint."""
        self._key_map: KeyMap | None = None
        try:
            self._key_map = self._make_key_map(self.settings.keys) if self.settings.keys else None
        except KeysError as error:
            return str(error)
        return ""

    def next_look(self) -> Look:
        """Change to the next look and return it."""
        title = self.look.title
        number = LOOK_TITLES.index(title) + 1 if title in LOOK_TITLES else 0
        return self.set_look(LOOK_TITLES[number % len(LOOK_TITLES)])

    def set_look(self, title: str) -> Look:
        """Change to the look that people call `title` and return it."""
        self._look = look_by_title(title)
        self.register_theme(self._look.theme)
        self.theme = self._look.name
        return self._look

    def show_settings(self) -> None:
        """Show the settings."""
        from reader.tui.settings_screen import SettingsScreen

        self.push_screen(SettingsScreen())

    def get_default_screen(self) -> Screen[None]:
        """Return the first screen."""
        first, self._first = self._first, None
        if first is None:
            from reader.tui.library.screen import LibraryScreen

            return LibraryScreen()
        if isinstance(first, Article) or first.beginning is not None:
            from reader.tui.reading.screen import ReadingScreen

            return ReadingScreen(first, self.settings.scale, self._language)
        from reader.tui.dialogs.loading import LoadingScreen

        self._loading_screen = LoadingScreen(first)
        return self._loading_screen

    def get_driver_class(self) -> type[Driver]:
        """Return Textual's driver, or for a terminal of Unix and for a browser ours."""
        driver_class = super().get_driver_class()
        if driver_class.__module__ == "textual.drivers.linux_driver":
            from reader.tui.terminal import TerminalDriver

            return TerminalDriver
        if driver_class.__module__ == "textual.drivers.web_driver":
            from reader.tui.browser import BrowserDriver

            return BrowserDriver
        return driver_class

    def on_end_requested(self, event: EndRequested) -> None:
        """Take the keys that were typed before, for a moment at most; keep what is half typed, save, and end."""
        if not self.type_ahead.is_empty and event.waits:
            self.set_timer(_END_POLL, partial(self.post_message, type(event)(event.number, event.waits - 1)))
            return
        try:
            for screen in reversed(self.screen_stack):
                if isinstance(screen, EndListener):
                    screen.keep_progress()
        finally:
            self._exit_in_haste(128 + event.number)

    def _exit_in_haste(self, code: int) -> None:
        """End without waiting for threads or other programs."""
        from concurrent.futures import ThreadPoolExecutor

        # The loop would wait for the threads of the old one, such as an audit, until they end.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        self.is_hurried = True
        self.exit(None, code)

    # ------------------------------------------------------------------ keys

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pastes in the order in which they were typed; leave all other events to Textual."""
        if isinstance(event, (events.MouseEvent, events.Resize)) and not isinstance(event, (events.MouseMove, events.Click)):
            self._end_jump()
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        stop_screen = self.screen if self.screen_stack and isinstance(self.screen, StopScreen) else None
        if stop_screen is None or isinstance(event, events.Paste) or not stop_screen.stop_by(event):
            self.type_ahead.press(event)

    def on_ready(self) -> None:
        """Let the work with the team begin, as the first frame is there."""
        self.library.let_team_begin()

    def on_app_focus(self) -> None:
        """Look for what was changed in other windows, and by the team: the person comes from elsewhere."""
        self.library.look()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Take the keys that waited for a field; where nothing is to move, its cursor does not blink."""
        if self.animation_level == "none" and getattr(event.widget, "cursor_blink", False):
            setattr(event.widget, "cursor_blink", False)  # noqa: B010  # of two classes, one of which is slow to import
        self.take_waiting_keys()

    def take_waiting_keys(self) -> None:
        """Take the keys that waited for a field or a screen."""
        self.type_ahead.resume()

    def forget_keys(self) -> None:
        """Drop the waiting keys: what they were typed for did not open."""
        self.type_ahead.forget()

    def take_key(self, key: events.Key | events.Paste) -> bool:
        """Let the current screen take a key or paste, unless it has no actions or it is for a field; return whether it did."""
        if isinstance(key, events.Paste):
            return isinstance(self.screen, KeyScreen) and self.screen.take_paste(key.text)
        if self._jump is not None and not self._jump.is_over and self._jump.take_key(key):
            return True
        return isinstance(self.screen, KeyScreen) and self.screen.take_key(key)

    def start_jump(self) -> bool:
        """Label what can be gone to on the current screen, until a label is typed; return whether there is anything."""
        from reader.tui.jump_mode import JumpMode

        self._jump = JumpMode(self.screen, self.type_ahead.click)
        return not self._jump.is_over

    def _end_jump(self) -> None:
        jump, self._jump = self._jump, None
        if jump is not None and not jump.is_over:
            jump.leave()

    def keys_must_wait(self) -> bool:
        """Whether the current screen has not yet focused the field that the next key is for. A lost focus is restored."""
        if not self.screen_stack or self.screen is self._loading_screen or self.type_ahead.is_clicking:
            return True
        if isinstance(self.screen, KeyScreen):  # its actions look for widgets that it does not have before it is mounted
            return not self.screen.is_mounted or self.screen.is_busy
        if self.screen.focused is None and self.screen.AUTO_FOCUS != "":
            self.screen.focus_next()
            return True
        return False

    def action_command_palette(self) -> None:
        """Open the palette on screens that have actions for it, and do what is chosen there."""
        screen: Screen[Any] = self.screen
        if not isinstance(screen, PaletteHost) or not screen.palette_contexts:
            return
        from reader.tui.dialogs.palette import PaletteScreen
        from reader.tui.panes.palette_lines import palette_entries

        def take_choice(action: str | None) -> None:
            if action is not None:
                self._used_actions = [action, *(one for one in self._used_actions if one != action)]
                screen.do(action)

        entries = palette_entries(self.keymap, screen.palette_contexts, screen.situation)
        self.push_screen(PaletteScreen(entries, self._used_actions), take_choice)

    # ------------------------------------------------------------------ the library

    def open_library(self) -> Library:
        """Return the library, opened on first use. Call it from threads. Raises ReaderError."""
        return self.library.get()

    def close_library(self) -> bool:
        """Wait for the last save and close the library; return whether everything is saved."""
        return self.library.close()

    def _library_listeners(self) -> list[LibraryListener]:
        """Return the screens that follow the library, the current one first."""
        return [screen for screen in reversed(self.screen_stack) if isinstance(screen, LibraryListener)]

    @property
    def save_status(self) -> SaveStatus:
        """The state of saving, with what is left to send in the library of a team."""
        return self._save_report.status

    def set_save_status(self, status: SaveStatus) -> None:
        """Set the state of saving. A failure stays until everything is saved."""
        self._save_report.set(status)

    def _show_save_status(self) -> None:
        for screen in self._library_listeners():
            screen.show_save_status()

    @on(SaveStatusChanged)
    def _handle_save_status(self, event: SaveStatusChanged) -> None:
        self._save_report.take(event.status)

    @on(RemoteEdits)
    def _handle_remote_edits(self, event: RemoteEdits) -> None:
        for screen in self._library_listeners():
            screen.receive_edits(event.article_id, event.edits)

    @on(CopiesChanged)
    def _handle_copies(self, event: CopiesChanged) -> None:
        if event.copies != self.copies:
            self.copies = event.copies
            self._show_save_status()

    def merge_copy(self) -> bool:
        """Merge the first conflict copy, on a thread; return whether there is one."""
        if self.copies:
            merge = partial(self.library.merge, self.copies[0], self.settings.creator)
            self.run_worker(merge, thread=True, group="merge")
        return bool(self.copies)

    def on_team_changed(self, event: TeamChanged) -> None:
        """Show what is left to send, and say at once what keeps it from being sent."""
        for screen in self._library_listeners():
            screen.take_team()
        if event.problem:
            self._show_message(f"Team: {event.problem}", "fault")

    @on(LibraryMessage)
    @on(FieldFull)
    def _handle_message(self, event: LibraryMessage | FieldFull) -> None:
        self._show_message(event.text, event.tone)

    def _show_message(self, text: str, tone: str) -> None:
        for screen in self._library_listeners()[:1]:
            screen.show_message(text, tone)

    # ------------------------------------------------------------------ saving elsewhere, leaving

    def save_elsewhere(self) -> None:
        """Ask for a folder, and save everything there."""
        from reader.tui.dialogs.folder import FolderScreen

        self.push_screen(FolderScreen(self.save_status))

    def save_to(self, folder: Path) -> None:
        """Save everything in another folder, on a thread."""
        self.run_worker(partial(self.library.save_to, folder), thread=True, group="save")

    @on(LibraryMoved)
    def _handle_new_folder(self, event: LibraryMoved) -> None:
        from reader.tui.dialogs.folder import FolderScreen

        dialog = self.screen if isinstance(self.screen, FolderScreen) else None
        if event.error:
            if dialog is not None:
                dialog.complain(event.error)
            else:
                self._show_message(f"Not saved there: {event.error}", "bad")
            return
        self.new_folder = event.folder
        if dialog is not None:
            dialog.dismiss()
        rest = f", {event.gap}" if event.gap else f" · `{launch_command(event.folder)}` opens it next time"
        self._show_message(f"Saved in {event.folder}{rest}", "bad" if event.gap else "good")

    def leave(self) -> None:
        """Save and end; ask first if saving fails, or takes long and somebody wants to leave once more."""
        if not self.library.is_open:
            self.exit()
        elif self._is_leaving:
            self._ask_before_leaving()
        else:
            self._is_leaving = True
            self.run_worker(self.library.flush, thread=True, group="leave")
            self.set_timer(_LEAVE_DELAY, self._say_that_it_waits)

    def _say_that_it_waits(self) -> None:
        if self._is_leaving and self._leave_question is None:
            self._show_message("Saving … the disk or another program takes long; leave again to wait no longer", "hint")

    @on(LibraryFlushed)
    def _handle_flush(self, event: LibraryFlushed) -> None:
        if self._is_leaving and event.is_saved:
            self.exit()
        elif self._is_leaving and self._leave_question is None:
            self._ask_before_leaving()

    def _ask_before_leaving(self) -> None:
        from reader.tui.dialogs.choice import ConfirmScreen

        def take_answer(answer: str | None) -> None:
            self._leave_question, self._is_leaving = None, False
            if answer == "leave":
                self._exit_in_haste(1)
            elif answer == "save":
                self.save_elsewhere()

        choices = (("y", "leaves anyway", "leave"), ("s", "saves all in another folder", "save"))
        why = self.save_status.why or "The disk or another program takes long"
        self._leave_question = ConfirmScreen("Not everything is saved; leaving now may lose the rest", why, choices)
        self.push_screen(self._leave_question, take_answer)

    # ------------------------------------------------------------------ screens

    def show_first_article(self, article: Article) -> None:
        """Show the article that the program was started with, once it is read."""
        from reader.tui.reading.screen import ReadingScreen

        self._loading_screen = None
        self.push_screen(ReadingScreen(article, self.settings.scale, self._language))

    def fail(self, error: Exception) -> None:
        """End with an error, for the command line to report."""
        self.crash = error
        self.exit(return_code=1)

    def show_article(self, article: Article, destination: Destination | None = None, action: str = "") -> None:
        """Show an article over the library or the search, at a hit if one is given, and perform an action there."""
        from reader.tui.reading.screen import ReadingScreen

        screen = ReadingScreen(article, self.settings.scale, destination=destination)
        self.push_screen(screen)
        if action:
            screen.call_after_refresh(screen.do, action)

    def go_to_hit(self, destination: Destination) -> bool:
        """Go to a hit in the article that is open; return whether it is."""
        from reader.tui.reading.screen import ReadingScreen

        for screen in reversed(self.screen_stack):
            if isinstance(screen, ReadingScreen):
                session = screen.state.session
                if session is None or session.article_id != destination.article:
                    return False
                while self.screen is not screen:
                    self.pop_screen()
                screen.go_to_hit(destination)
                return True
        return False

    def show_search(self, text: str = "") -> None:
        """Show the search over everything: for a query, else the one that the article was opened from, else a new one."""
        from reader.tui.search_screen import SearchScreen

        if text or self.screen_stack[-2:-1] != [self._search_screen] or not self.return_to_hits():
            last = self._search_screen
            self._search_screen = last.copy() if last is not None and not text else SearchScreen(text)
            self.push_screen(self._search_screen)

    def show_codebook(self, tag: str = "") -> None:
        """Show the codebook over the current screen, with a tag in hand if one is given."""
        from reader.tui.codebook.screen import CodebookScreen

        self.push_screen(CodebookScreen(tag))

    def show_statistics(self) -> None:
        """Show the library in numbers over the current screen."""
        from reader.tui.library.statistics_screen import StatisticsScreen

        self.push_screen(StatisticsScreen())

    def show_team(self) -> None:
        """Show the team over the current screen."""
        from reader.tui.library.team_screen import TeamScreen

        self.push_screen(TeamScreen())

    def show_disagreements(self, article_id: str = "") -> None:
        """Show what two readers judged differently, that on an article first in hand if one is given."""
        from reader.tui.disagreements_screen import DisagreementsScreen

        self.push_screen(DisagreementsScreen(article_id))

    def return_to_hits(self) -> bool:
        """Go from an article back to the search or the check that it was opened from; return whether it was."""
        if not (self.screen_stack[:-1] and isinstance(self.screen_stack[-2], HitScreen)):
            return False
        self.pop_screen()
        return True

    def on_index_progress(self, event: IndexProgress) -> None:
        """Tell the screens how far the index for searches is."""
        for screen in self._library_listeners():
            screen.receive_progress(event)

    def show_library(self) -> None:
        """Go from an article to the library: the one it was opened from, else a new one over it."""
        from reader.tui.library.screen import LibraryScreen

        if any(isinstance(screen, LibraryScreen) for screen in self.screen_stack):
            while not isinstance(self.screen, LibraryScreen):
                self.pop_screen()
        else:
            self.push_screen(LibraryScreen())

    def show_help(self, context: str) -> None:
        """Show the keys that act in `context`, and those of all other places."""
        from reader.tui.dialogs.help import HelpScreen

        self.push_screen(HelpScreen(self.keymap, context, self.settings.scale))

    def show_export(
        self,
        articles: Sequence[ExportArticle],
        title: str,
        name: str,
        drafts: dict[str, str],
        say: Callable[[str], None],
    ) -> None:
        """Show the export screen for articles, and `say` what was written. `name` is that of the file without its ending."""
        from reader.tui.export_screen import ExportScreen

        self.push_screen(ExportScreen(articles, title, name, drafts), lambda message: say(message or ""))

    def show_source(self, reading: object, pair: SourcePair, source: ReadSource) -> None:
        """Show a source over a reading screen, or in place of the source there, unless the person went elsewhere."""
        from reader.tui.reading.screen import ReadingScreen
        from reader.tui.source.screen import SourceScreen

        if not isinstance(reading, ReadingScreen):
            return
        source_screen = self.source_over(reading)
        if source_screen is not None:
            source_screen.dismiss()
        elif self.screen is not reading:
            return
        reading.say("")
        self.push_screen(SourceScreen(pair, source, reading), lambda _: reading.show())

    def source_over(self, reading: object) -> SourceScreen | None:
        """Return the source screen over a reading screen, None if there is none."""
        from reader.tui.source.screen import SourceScreen

        return self.screen if isinstance(self.screen, SourceScreen) and self.screen.reading is reading else None

    def _handle_exception(self, error: Exception) -> None:
        """Keep the error for the command line to report, and end; never print a traceback over the person's terminal."""
        if self.crash is None:
            self.crash = error
        self._return_code = 1
        self._exception = self._exception or error
        self._close_messages_no_wait()
