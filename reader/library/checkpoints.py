"""When the journal is folded into the library's file: once the person pauses, beside everything else that goes on."""

from __future__ import annotations

import threading
import time
from typing import Final

from reader.errors import ReaderError
from reader.library.store import Store
from reader.library.versions import Seen

_QUIET: Final = 2.0
_LARGE: Final = 8 << 20
_LONGEST: Final = 30.0
_OTHERS: Final = 0.7
_WAIT: Final = 5.0
_TRIES: Final = 3


class Checkpoints:
    """Folds the journal of a store into its file on a thread of its own, so that no save waits for it.

    That is two seconds after the last change; above 8 MB longer, by size, for writing a large file wears a disk. A change that
    another program made is left to that program for a while longer. What fails is tried again after the next pause.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread: threading.Thread | None = None
        self._noticed = Seen()
        self._since = time.monotonic()

    def look(self, *, own: bool) -> None:
        """Begin a checkpoint if it is time; `own` says whether this program has made a change."""
        moment = time.monotonic()
        if self._store.seen.numbers != self._noticed.numbers:
            self._noticed, self._since = self._store.seen.copy(), moment
        pause = min(_LONGEST, _QUIET * max(1.0, self._store.size / _LARGE)) + (0.0 if own else _OTHERS)
        if self._store.behind and moment - self._since >= pause and not self.running:
            self._since = moment
            self._thread = threading.Thread(target=self._fold, name="library checkpoint", daemon=True)
            self._thread.start()

    @property
    def running(self) -> bool:
        """Whether a checkpoint is being written."""
        return self._thread is not None and self._thread.is_alive()

    def end(self) -> None:
        """Wait for a checkpoint that is being written, then fold what is left. What cannot be folded stays in the journal."""
        if self._thread is not None:
            self._thread.join()
        for _ in range(_TRIES):
            if self._store.behind:
                self._fold(_WAIT)

    def _fold(self, wait: float = 0.0) -> None:
        try:
            self._store.checkpoint(wait)
        except (ReaderError, OSError):
            # Nothing is lost: the journal holds it all, and the next look at the folder says what is wrong with it.
            return
