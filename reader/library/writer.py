"""The writer thread: commits changes, retries failures, checkpoints when idle."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from reader.errors import ReaderError
from reader.library.store import Store
from reader.library.versions import VersionVector

# ------------------------------------------------------------------ once the person pauses, beside everything else that goes

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
        self._noticed = VersionVector()
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


# ------------------------------------------------------------------ it is woken, does the work, says how it went, and tries

_FIRST_PAUSE: Final = 0.5
_DOUBLINGS: Final = 6
_BEAT: Final = 0.5


@dataclass(frozen=True, slots=True)
class SaveState:
    """How saving goes: `kind` is "saving", "saved" (everything queued so far is on the disk) or "failed" (for `message`)."""

    kind: str
    message: str = ""


class Writer:
    """Runs `work` on its own thread whenever it was woken since the last time. What is asked for meanwhile is one more run.

    Every wake gets a number; a run that succeeds answers all numbers given before it began. A run that fails is repeated after
    a pause that doubles, or at the next wake. When there is nothing to do, `rest` is called twice a second; when that begins to
    fail, or works again, it is said. `report` is called on the thread.
    """

    def __init__(self, work: Callable[[], None], rest: Callable[[], None], report: Callable[[SaveState], None]) -> None:
        self._work = work
        self._rest = rest
        self._report = report
        self._condition = threading.Condition(threading.RLock())
        self._thread: threading.Thread | None = None
        self._asked: int = 0
        self._tried: int = 0
        self._done: int = 0

    def start(self) -> None:
        """Begin to rest, and to work when woken."""
        with self._condition:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="library writer", daemon=True)
                self._thread.start()

    def wake(self) -> int:
        """Ask for a run and return at once, with the number to wait for."""
        with self._condition:
            self._asked += 1
            self.start()
            self._condition.notify_all()
            return self._asked

    def flush(self, timeout: float) -> bool:
        """Wait for everything asked for so far, at most `timeout` seconds; return whether it was done.

        A failing run is tried once more at once; False is returned as soon as that has failed too.
        """
        deadline = time.monotonic() + timeout
        with self._condition:
            number, again = self._asked, self._tried > self._done
            while self._done < number:
                number = self.wake() if again else number
                if not self._condition.wait_for(partial(self._was_tried, number), max(0.0, deadline - time.monotonic())):
                    return False
                if again:
                    break
                again = True
            return self._done >= number

    def _was_tried(self, number: int) -> bool:
        return self._tried >= number

    def close(self, timeout: float) -> bool:
        """Flush and end the thread, within `timeout` seconds; return whether everything was done."""
        deadline = time.monotonic() + timeout
        done = self.flush(timeout)
        with self._condition:
            thread, self._thread = self._thread, None
            self._condition.notify_all()
        if thread is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
        return done

    def _run(self) -> None:
        failures = 0
        trouble = SaveState("saved")
        while (number := self._next(failures)) is not None:
            if number == self._done:
                rested = self._attempt(self._rest)
                if rested != trouble:
                    trouble = rested
                    self._say(rested)
                continue
            self._say(SaveState("saving"))
            outcome = trouble = self._attempt(self._work)
            failures = failures + 1 if outcome.kind == "failed" else 0
            if failures or self._asked == number:
                self._say(outcome)
            with self._condition:
                self._tried = number
                self._done = self._done if failures else number
                self._condition.notify_all()

    def _next(self, failures: int) -> int | None:
        """Wait for the next run or rest; return the number it answers, or None when this thread is no longer the writer."""
        pause = _FIRST_PAUSE * 2 ** min(failures, _DOUBLINGS) if failures else _BEAT
        with self._condition:
            self._condition.wait_for(lambda: self._retired() or self._asked > self._tried, pause)
            return None if self._retired() else self._asked

    def _retired(self) -> bool:
        return self._thread is not threading.current_thread()

    def _attempt(self, work: Callable[[], None]) -> SaveState:
        try:
            work()
        except ReaderError as error:
            return SaveState("failed", str(error))
        except Exception as error:
            # Whatever it is, the thread must live: a dead writer would let everything after it look saved.
            return SaveState("failed", f"{type(error).__name__}: {error}")
        return SaveState("saved")

    def _say(self, state: SaveState) -> None:
        # A listener that is going away must not end the thread either.
        with contextlib.suppress(Exception):
            self._report(state)
