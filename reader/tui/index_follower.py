"""Keep the index for searches up to date on a thread, from the first search on, or where a person has searched before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual.message import Message

from reader.errors import ReaderError
from reader.tui.background import start_thread

if TYPE_CHECKING:
    from reader.library.contents import LibraryContents
    from reader.library.library import Library
    from reader.review.scale import Scale
    from reader.search.index import SearchIndex

FOLLOW_PAUSE: Final = 0.3
"""Seconds after a change until the index follows: a person who goes on to change things is not slowed down by each."""
RETRY_PAUSE: Final = 0.5
"""Seconds until the next look while another window builds the index."""
_SHARE: Final = 2 / 3
"""The share of the time that building may take: the screen has the rest."""
_REPORT_SECONDS: Final = 0.25
_LAST_SECONDS: Final = 1.0
"""The longest that the end of the program waits for the index to follow the last changes."""


class IndexProgress(Message):
    """The index is being built: how many articles and sources are done, of how many. Both are 0 once it is up to date."""

    def __init__(self, done: int = 0, total: int = 0, error: str = "") -> None:
        super().__init__()
        self.done = done
        self.total = total
        self.error = error


class IndexFollower:
    """Owns the index of the app's library. Safe for several threads; posts `IndexProgress`."""

    def __init__(self, library: Library, scale: Scale, post: Callable[[Message], object]) -> None:
        """Note the contents of a library that was just opened."""
        self._library = library
        self._scale = scale
        self._post = post
        self._index: SearchIndex | None = None
        contents = library.contents()
        self._opened: tuple[LibraryContents, str] = contents, contents.version()
        self._condition = threading.Condition()
        self._is_due = False
        self._is_running = False
        self._is_closed = False
        self._last_report = 0.0

    def index(self) -> SearchIndex:
        """Return the index, for searches on a thread; from now on it follows every change."""
        from reader.search.index import SearchIndex

        with self._condition:
            if self._index is None:
                self._index = SearchIndex(self._library, self._scale, self._opened)
            return self._index

    def wake(self) -> None:
        """Let the index follow, if it is in use or was made before. Returns at once."""
        with self._condition:
            self._is_due = not self._is_closed
            if self._is_due and not self._is_running:
                self._is_running = True
                start_thread(self._run, "search index")

    def close(self) -> None:
        """Stop building, and follow the last changes for a moment: what was removed must not be found any more."""
        with self._condition:
            is_due, self._is_due, self._is_closed = self._is_due or self._is_running, False, True
        if is_due and self._is_in_use():
            deadline = time.monotonic() + _LAST_SECONDS
            with suppress(ReaderError):
                self.index().update(is_stopped=lambda: time.monotonic() > deadline)

    def _is_in_use(self) -> bool:
        from reader.search.place import index_path

        return self._index is not None or index_path(self._opened[0].place).is_file()

    def _run(self) -> None:
        pause = FOLLOW_PAUSE
        while True:
            time.sleep(pause)  # several changes in a row are followed together
            with self._condition:
                if not self._is_due:
                    self._is_running = False
                    return
                self._is_due = False
            is_complete = self._update() if self._is_in_use() else True
            pause = FOLLOW_PAUSE if is_complete else RETRY_PAUSE
            if not is_complete:
                with self._condition:
                    self._is_due = not self._is_closed

    def _update(self) -> bool:
        """Bring the index up to date; return whether nothing is left to do but what another change asks for."""
        try:
            is_complete = self.index().update(self._report, lambda: self._is_closed, _SHARE)
        except ReaderError as error:
            self._send(IndexProgress(error=str(error)))
            return True
        if is_complete:
            self._send(IndexProgress())
        return is_complete

    def _report(self, done: int, total: int) -> None:
        if time.monotonic() - self._last_report > _REPORT_SECONDS and done < total:
            self._last_report = time.monotonic()
            self._send(IndexProgress(done, total))

    def _send(self, message: Message) -> None:
        with suppress(RuntimeError):  # the program has ended
            self._post(message)
