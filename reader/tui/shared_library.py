"""The library that all screens of the app share: opened by the thread that needs it first, left when the app ends.

It tells what happens on threads of its own. All that is posted to the app as messages, and the app tells the screens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from reader.errors import ReaderError
from reader.review.model import Change, Edit
from reader.tui.panes.bars import SaveStatus

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.library.writer import SaveState

FLUSH_TIMEOUT = 5.0
"""Seconds to wait for the last save before asking."""

Edits = tuple[Edit, ...]


class SaveStatusChanged(Message):
    """The writer said how saving goes, when so many changes had been given to it."""

    def __init__(self, saved: SaveStatus, given: int) -> None:
        super().__init__()
        self.status = saved
        self.change_count = given


class RemoteEdits(Message):
    """Another window or program changed an article's review; "" stands for every article: the codebook changed."""

    def __init__(self, article_id: str, edits: Edits) -> None:
        super().__init__()
        self.article_id = article_id
        self.edits = edits


class CopiesChanged(Message):
    """These conflict copies lie beside the library."""

    def __init__(self, copies: tuple[Path, ...]) -> None:
        super().__init__()
        self.copies = copies


class LibraryMoved(Message):
    """All was saved in another folder, where the library is from now on; or `error` says why that folder cannot be used."""

    def __init__(self, folder: Path, error: str = "") -> None:
        super().__init__()
        self.folder = folder
        self.error = error


class CopyMerged(Message):
    """A conflict copy was merged, or could not be: what there is to say of it."""

    def __init__(self, said: str, tone: str) -> None:
        super().__init__()
        self.text = said
        self.tone = tone


class LibraryFlushed(Message):
    """Whoever leaves waited for the last save, with this outcome."""

    def __init__(self, done: bool) -> None:
        super().__init__()
        self.is_saved = done


class LibraryListener:
    """What a screen does when it is told something of the library; mixed into the screens that show it."""

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Take in what another window or program changed."""

    def show_message(self, text: str, tone: str) -> None:
        """Say something to the person."""

    def show_save_status(self) -> None:
        """Show anew how saving goes, and what there is to put right."""


class SharedLibrary:
    """The one library of the app. What waits for the disk is called on threads: all but `save` and `is_open`.

    `given` counts the changes that it was given.
    """

    def __init__(self, folder: Path, post: Callable[[Message], object]) -> None:
        self._folder = folder
        self._post = post
        self._library: Library | None = None
        self._lock = threading.Lock()
        self.change_count = 0

    @property
    def is_open(self) -> bool:
        """Whether there is anything that could be lost."""
        return self._library is not None

    def get(self) -> Library:
        """Return the library, opened on first use. Raises ReaderError."""
        from reader.library.library import Library

        with self._lock:
            if self._library is None:
                library = Library.open(self._folder)
                library.on_save_state = self._post_save_status
                library.on_remote_change = self._post_edits
                library.watch()
                self._library = library
                self._post_copies(library)
            return self._library

    def _post_save_status(self, state: SaveState) -> None:
        self._post(SaveStatusChanged(SaveStatus(state.kind, state.message), self.change_count))

    def _post_edits(self, article_id: str, edits: Edits) -> None:
        self._post(RemoteEdits(article_id, edits))
        if self._library is not None:
            self._post_copies(self._library)

    def _post_copies(self, library: Library) -> None:
        self._post(CopiesChanged(library.conflict_copies()))

    def save(self, article_id: str, change: Change) -> None:
        """Queue a change of an article's review and return at once."""
        if self._library is not None:
            self.change_count += 1
            self._library.save(article_id, change)

    def merge(self, copy: Path, by: str) -> None:
        """Merge a conflict copy and post what came of it."""
        try:
            library = self.get()
            merged = library.merge(copy, by)
        except ReaderError as error:
            self._post(CopyMerged(f"not merged: {error}", "bad"))
        else:
            self._post(CopyMerged(merged.summary, "good"))
            self._post_copies(library)

    def save_to(self, folder: Path) -> None:
        """Go on in another folder with all that is here, and post whether that worked."""
        try:
            self.get().move_to(folder)
        except ReaderError as error:
            self._post(LibraryMoved(folder, str(error)))
        else:
            self._post(LibraryMoved(folder))

    def flush(self) -> None:
        """Wait for what is not saved yet, and post whether all is."""
        self._post(LibraryFlushed(self._library is None or self._library.flush(FLUSH_TIMEOUT)))

    def close(self) -> bool:
        """Let go of the library; return whether all is saved."""
        return self._library is None or self._library.close(FLUSH_TIMEOUT)
