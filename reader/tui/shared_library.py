"""The library that all screens share, opened by the first thread that needs it.

Threads post messages to the app, which passes them on to the screens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from reader.errors import ReaderError
from reader.tui.background import start_thread
from reader.tui.panes.bars import SaveStatus

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.library.library import Library
    from reader.library.writer import SaveState
    from reader.review.model import Change, Edit
    from reader.review.scale import Scale
    from reader.tui.background import TimerHost
    from reader.tui.index_follower import IndexFollower, IndexProgress
    from reader.tui.team_follower import TeamFollower

FLUSH_TIMEOUT = 5.0
"""Seconds to wait for the last save before asking."""

END_TIMEOUT = 0.8
"""Seconds to wait for the last save when the program is ended from outside: it has two for all that it does then."""

SAVED_DELAY = 0.15
"""Seconds without another change until the footer says that all is saved: while a person goes on, that would only flicker."""

Edits = tuple["Edit", ...]


class SaveStatusChanged(Message):
    """The state of saving changed. When this arrives, there may be newer changes."""

    def __init__(self, status: SaveStatus) -> None:
        super().__init__()
        self.status = status


class RemoteEdits(Message):
    """Another window or program changed the review of an article, or with "" the tags of all articles."""

    def __init__(self, article_id: str, edits: Edits) -> None:
        super().__init__()
        self.article_id = article_id
        self.edits = edits


class CopiesChanged(Message):
    """The conflict copies beside the library changed."""

    def __init__(self, copies: tuple[Path, ...]) -> None:
        super().__init__()
        self.copies = copies


class LibraryMoved(Message):
    """The library was moved to another folder, or `error` is the reason why not; `gap` says what could not be copied."""

    def __init__(self, folder: Path, error: str = "", gap: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.error = error
        self.gap = gap


def launch_command(folder: Path) -> str:
    """Return the command that opens the library in a folder."""
    import shlex

    return f"reader --library {shlex.quote(str(folder))}"


class LibraryMessage(Message):
    """A message about the library: a merged conflict copy, or what is wrong with its files."""

    def __init__(self, text: str, tone: str) -> None:
        super().__init__()
        self.text = text
        self.tone = tone


class LibraryFlushed(Message):
    """The wait for the last save before leaving has ended."""

    def __init__(self, is_saved: bool) -> None:
        super().__init__()
        self.is_saved = is_saved


class LibraryListener:
    """A screen that follows the library; mixed into the screens that show it."""

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Merge or show what another window or program changed."""

    def show_message(self, text: str, tone: str) -> None:
        """Show a message."""

    def take_names(self, names: Mapping[str, str]) -> None:
        """Show the titles that people gave articles, "" for none, by the ids of the articles; most screens show none."""

    def show_save_status(self) -> None:
        """Show the state of saving."""

    def receive_progress(self, event: IndexProgress) -> None:
        """Show how far the index for searches is."""

    def take_team(self) -> None:
        """Show what is known of the team, which changed: most screens show of it what is left to send."""
        self.show_save_status()


class SharedLibrary:
    """The library of the app. All methods but `save` and `look` wait for the disk: call them on threads.

    `unsent` counts the changes that the team had not got when the library was closed.
    `complaint` is what is wrong in the settings, told like a warning of the library; `independent_reader` is as in `Library`.
    """

    def __init__(
        self,
        folder: Path,
        scale: Scale,
        post: Callable[[Message], object],
        complaint: str = "",
        independent_reader: str = "",
    ) -> None:
        self._complaint = complaint
        self._independent_reader = independent_reader
        self._folder = folder
        self._scale = scale
        self._follower: IndexFollower | None = None
        self._post = post
        self._library: Library | None = None
        self._lock = threading.Lock()
        self._is_saving = False
        self._team: TeamFollower | None = None
        self._has_frame = False
        self.unsent = 0
        self._shown = ""

    @property
    def is_open(self) -> bool:
        """Whether the library was opened, so that there may be unsaved changes."""
        return self._library is not None

    @property
    def is_saved(self) -> bool:
        """Whether everything that was queued is on the disk."""
        return self._library is None or self._library.is_saved

    @property
    def send_words(self) -> tuple[str, ...]:
        """What is left to send to the team, the longest way to say it first; empty without a team."""
        return () if self._team is None else self._team.send_words

    def get(self) -> Library:
        """Return the library, opened on first use. Raises ReaderError."""
        from reader.library.library import Library

        with self._lock:
            if self._library is None:
                library = Library.open(self._folder)
                library.independent_reader = self._independent_reader
                library.on_save_state = self._post_save_status
                library.on_remote_change = self._post_edits
                library.watch()
                self._library = library
                self._follow(library)
                self._post_copies(library)
                for text in library.warnings():
                    self._post(LibraryMessage(text, "bad"))
                if self._complaint:
                    self._post(LibraryMessage(self._complaint, "fault"))
                self._start_team(library)
            return self._library

    def _follow(self, library: Library) -> None:
        from reader.tui.index_follower import IndexFollower

        self._follower = IndexFollower(library, self._scale, self._post)

    def follower(self) -> IndexFollower:
        """Return what keeps the index for searches up to date. Raises ReaderError when the library cannot be opened."""
        self.get()
        if self._follower is None:
            raise RuntimeError("An open library has a follower")
        return self._follower

    # ------------------------------------------------------------------ the team

    def let_team_begin(self) -> None:
        """Let the work with the team begin, as the first frame is there, once the library is open. Returns at once."""
        self._has_frame = True
        if self._library is not None:
            self._start_team(self._library)

    def _start_team(self, library: Library) -> None:
        """Let changes come and go on threads, in a library that is in a team."""
        from reader.team import belongs_to_team

        if self._has_frame and belongs_to_team(library.folder):
            start_thread(self._begin_with_team, "team")

    def _begin_with_team(self) -> None:
        with suppress(RuntimeError):  # the program has ended
            try:
                self.team.start()
            except ReaderError as error:
                self._post(LibraryMessage(f"Team: {error}", "bad"))

    @property
    def team(self) -> TeamFollower:
        """What works with the team of the library. Waits for the disk. Raises ReaderError when the library cannot be opened."""
        from reader.tui.team_follower import TeamFollower

        library = self.get()
        with self._lock:
            if self._team is None:
                self._team = TeamFollower(library, self._scale, self._post, self._post_edits)
                self._team.show(self._shown)
            return self._team

    def show(self, article_id: str) -> None:
        """Note which article is on the screen, "" for none: what others do in it comes first. Returns at once."""
        self._shown = article_id
        if self._team is not None:
            self._team.show(article_id)

    @property
    def has_team(self) -> bool:
        """Whether the library is in a team, as far as that is known yet."""
        return self._team is not None and self._team.is_member

    def take_changers(self, article_id: str) -> tuple[str, ...]:
        """Return the members of the team of whom changes of an article have come since this was asked last."""
        return () if self._team is None else self._team.take_changers(article_id)

    # ------------------------------------------------------------------ what the writer reports

    def _wake_follower(self) -> None:
        if self._follower is not None:
            self._follower.wake()

    def _post_save_status(self, state: SaveState) -> None:
        """Post the state of saving, but not once more that it goes on: with each key, that is a message less for the screen."""
        if state.kind != "saving" or not self._is_saving:
            self._post(SaveStatusChanged(SaveStatus(state.kind, state.message)))
        self._is_saving = state.kind == "saving"
        if state.kind == "saved":
            self._wake_follower()

    def _post_edits(self, article_id: str, edits: Edits) -> None:
        self._post(RemoteEdits(article_id, edits))
        self._wake_follower()
        if self._library is not None:
            self._post_copies(self._library)

    def _post_copies(self, library: Library) -> None:
        self._post(CopiesChanged(library.conflict_copies()))

    def look(self) -> None:
        """Look for changes of other windows and of the team now, on their threads."""
        if self._library is not None:
            self._library.look()
        if self._team is not None:
            self._team.wake()

    def save(self, article_id: str, change: Change) -> None:
        """Queue a change of an article's review and return at once. Whoever calls this knows that saving goes on."""
        if self._library is not None:
            self._is_saving = True
            self._library.save(article_id, change)

    def own_edits(self, edits: Edits) -> Edits:
        """Return edits as this person may see them, who may work independently of other readers."""
        from reader.review.independence import own_edits

        return own_edits(edits, self._independent_reader)

    def merge(self, copy: Path, by: str) -> None:
        """Merge a conflict copy and post the result."""
        try:
            library = self.get()
            result = library.merge(copy, by)
        except ReaderError as error:
            self._post(LibraryMessage(f"Not merged: {error}", "bad"))
        else:
            self._post(LibraryMessage(result.summary, "good"))
            self._post_copies(library)

    def save_to(self, folder: Path) -> None:
        """Save everything in another folder, use that from now on, and post whether it worked."""
        try:
            library = self.get()
            copy = library.move_to(folder)
            self._follow(library)
            self._end_team()
        except ReaderError as error:
            self._post(LibraryMoved(folder, str(error)))
        else:
            self._post(LibraryMoved(folder, gap=copy.gap))

    def _end_team(self) -> None:
        with self._lock:
            team, self._team = self._team, None
        if team is not None:
            self.unsent = team.close()

    def flush(self) -> None:
        """Wait for the last save, and post whether everything is saved."""
        self._post(LibraryFlushed(self._library is None or self._library.flush(FLUSH_TIMEOUT)))

    def end(self) -> bool:
        """Leave the library as the program is ended from outside; return whether nothing is lost. What can wait is left."""
        return self._library is None or self._library.end(END_TIMEOUT)

    def close(self) -> bool:
        """Close the library; return whether everything is saved. What waits for the team is sent for a moment before."""
        if self._library is not None and self._team is not None:
            self._library.flush(FLUSH_TIMEOUT)
            self._end_team()
        is_saved = self._library is None or self._library.close(FLUSH_TIMEOUT)
        if self._follower is not None:
            self._follower.close()
        return is_saved


class SaveReport:
    """Owns the state of saving that screens show; `show` draws it."""

    def __init__(self, host: TimerHost, library: SharedLibrary, show: Callable[[], None]) -> None:
        self._status = SaveStatus()
        self._latest = self._status
        self._host = host
        self._library = library
        self._show = show
        self._timer: Timer | None = None

    @property
    def status(self) -> SaveStatus:
        """The state as it is shown now, with what is left to send in the library of a team."""
        send_words = self._library.send_words
        return self._status._replace(send_words=send_words) if send_words else self._status

    def set(self, status: SaveStatus) -> None:
        """Set the state without drawing it. A failure stays until everything is saved."""
        if not (status.kind == "saving" and self._status.kind == "failed"):
            self._status = status

    def take(self, status: SaveStatus) -> None:
        """Take what the writer reports. When this arrives, there may be newer changes."""
        self._latest = status
        if status.kind != "saved" or self._status.kind != "saving":
            self._show_latest()
        elif self._timer is None:
            self._timer = self._host.set_timer(SAVED_DELAY, self._end_saving)
        else:
            self._timer.reset()

    def _end_saving(self) -> None:
        self._timer = None
        self._show_latest()

    def _show_latest(self) -> None:
        if self._latest != self._status and (self._latest.kind != "saved" or self._library.is_saved):
            self.set(self._latest)
            self._show()
