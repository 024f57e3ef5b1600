"""Run the writer thread, which commits changes and retries failures, and what follows: checkpoints, articles to bring back."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.journal_history import newest_entries
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import VersionVector, to_plain
from reader.review.cells import Record

# ------------------------------------------------------------------ checkpoints

_QUIET_SECONDS: Final = 2.0
_LARGE_FILE: Final = 8 << 20
_MAX_QUIET_SECONDS: Final = 30.0
_REMOTE_DELAY: Final = 0.7
_CLOSE_WAIT: Final = 5.0
"""Seconds that the last checkpoint waits in all for other programs."""
_TRIES: Final = 3


class Checkpoints:
    """The checkpoints of a store, which a separate thread makes so that no save waits for them.

    A checkpoint is due two seconds after the last change, and later in proportion to the size of a file above 8 MB, since
    writing a large file wears the disk. After another program's change, that program gets a little longer to do it itself. A
    checkpoint that fails is tried again after the next pause.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread: threading.Thread | None = None
        self._last_vector = VersionVector()
        self._last_change = time.monotonic()

    def check(self, *, own: bool) -> None:
        """Start a checkpoint if one is due. `own` says whether this program has made a change."""
        moment = time.monotonic()
        if self._store.vector.counters != self._last_vector.counters:
            self._last_vector, self._last_change = self._store.vector.copy(), moment
        pause = min(_MAX_QUIET_SECONDS, _QUIET_SECONDS * max(1.0, self._store.file_size / _LARGE_FILE)) + (
            0.0 if own else _REMOTE_DELAY
        )
        if self._store.is_behind and moment - self._last_change >= pause and not self.is_running:
            self._last_change = moment
            self._thread = threading.Thread(target=self._checkpoint, name="library checkpoint", daemon=True)
            self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether a checkpoint is being made."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Wait for a running checkpoint, then make a last one. Changes that cannot be folded stay in the journal."""
        if self._thread is not None:
            self._thread.join()
        deadline = time.monotonic() + _CLOSE_WAIT
        for _ in range(_TRIES):
            if self._store.is_behind:
                self._checkpoint(max(0.0, deadline - time.monotonic()))

    def _checkpoint(self, wait: float = 0.0) -> None:
        try:
            self._store.checkpoint(wait)
        except (ReaderError, OSError):
            # Nothing is lost: the journal holds all changes, and the next access to the folder reports what is wrong.
            return


# ------------------------------------------------------------------ articles with annotations that nobody would see


class StrandedArticles:
    """The articles that may have been deleted in one window while they were annotated in another, until that is examined.

    Such an article is brought back from the history: annotations of an article that is in no list would be lost.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._suspects: set[str] = set()
        self._present: set[str] = set()
        """The articles that were there when they were examined, and that no change has deleted since."""

    def __bool__(self) -> bool:
        return bool(self._suspects)

    def suspect(self, changes: Iterable[tuple[str, str, Record | None, Record | None]]) -> None:
        """Note the articles that changes delete or annotate: tables and ids, with the records before and after."""
        for table, record_id, _, after in changes:
            if table == ARTICLES and after is None:
                self._present.discard(record_id)
                self._suspects.add(record_id)
            elif table == ANNOTATIONS and after is not None and (article_id := str(after.get("article"))) not in self._present:
                self._suspects.add(article_id)

    def bring_back(self) -> None:
        """Bring back the articles that are gone while annotations of them are there; if that fails, they stay noted."""
        with contextlib.suppress(ReaderError):
            if self._suspects and self._has_edits():
                with self._store.begin_write():
                    edits = tuple(self._find_edits())
                    if edits:
                        self._store.commit([Transaction(edits)])
                    self._suspects.clear()

    def _has_edits(self) -> bool:
        """Whether an article is to be brought back; else, none is noted any more."""
        with self._store.guard:
            has_edits = any(True for _ in self._find_edits())
            if not has_edits:
                self._suspects.clear()
        return has_edits

    def _find_edits(self) -> Iterator[RecordEdit]:
        with self._store.reading() as records:
            for article_id in sorted(self._suspects):
                if records.find_line(ARTICLES, article_id) is not None:
                    self._present.add(article_id)
                elif any(True for _ in records.annotation_lines(article_id)):
                    operations = (one for entry in newest_entries(self._store.folder, article_id) for one in entry.operations)
                    states = (before for table, key, before, _ in operations if (table, key) == (ARTICLES, article_id))
                    record = next(filter(None, states), None)
                    if record is not None:
                        yield RecordEdit(ARTICLES, article_id, None, to_plain(record))


# ------------------------------------------------------------------ writer thread

_FIRST_PAUSE: Final = 0.5
_DOUBLINGS: Final = 6
_POLL_SECONDS: Final = 0.5
_MAX_POLL_SECONDS: Final = 2.0
_POLLS: Final = 10
"""The polls after which the pause between two is doubled, since each one wakes up the processor."""


class SaveState(NamedTuple):
    """The state of saving: "saving", "saved" (all queued changes are on the disk) or "failed" with the error `message`."""

    kind: str
    message: str = ""


class Writer:
    """A thread that runs `work` after each wake. Wakes during a run lead to one more run.

    Every wake gets a number; a run that succeeds completes all numbers given before it began. A run that fails is repeated
    after a pause that doubles, or at the next wake. While there is nothing to do, the thread calls `idle` twice a second, and
    ever more rarely until a run or `look`, at least every two seconds. It calls `report` when a run begins or ends, and when
    `idle` starts to fail or works again.
    """

    def __init__(self, work: Callable[[], None], idle: Callable[[], None], report: Callable[[SaveState], None]) -> None:
        self._work = work
        self._idle = idle
        self._report = report
        self._condition = threading.Condition(threading.RLock())
        self._thread: threading.Thread | None = None
        self._requested_number: int = 0
        self._attempted_number: int = 0
        self._completed_number: int = 0
        self._poll_count: int = 0
        self._must_look: bool = False

    def start(self) -> None:
        """Start the thread."""
        with self._condition:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="library writer", daemon=True)
                self._thread.start()

    def wake(self) -> int:
        """Request a run, and return at once with its number."""
        with self._condition:
            self._requested_number += 1
            self.start()
            self._condition.notify_all()
            return self._requested_number

    def look(self) -> None:
        """Call `idle` now, or retry a run that failed, and call it more often for a while."""
        with self._condition:
            self._poll_count = 0
            self._must_look = True
            self._condition.notify_all()

    @property
    def is_done(self) -> bool:
        """Whether all requested runs succeeded."""
        return self._completed_number == self._requested_number

    def flush(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for all runs requested so far; return whether they succeeded.

        A failed run is tried once more at once; if it fails again, return False without waiting further.
        """
        deadline = time.monotonic() + timeout
        with self._condition:
            number, is_retry = self._requested_number, self._attempted_number > self._completed_number
            while self._completed_number < number:
                number = self.wake() if is_retry else number
                if not self._condition.wait_for(partial(self._is_attempted, number), max(0.0, deadline - time.monotonic())):
                    return False
                if is_retry:
                    break
                is_retry = True
            return self._completed_number >= number

    def _is_attempted(self, number: int) -> bool:
        return self._attempted_number >= number

    def close(self, timeout: float) -> bool:
        """Flush and end the thread within `timeout` seconds; return whether all requested runs succeeded."""
        deadline = time.monotonic() + timeout
        is_saved = self.flush(timeout)
        with self._condition:
            thread, self._thread = self._thread, None
            self._condition.notify_all()
        if thread is not None:
            thread.join(max(0.0, deadline - time.monotonic()))
        return is_saved

    def _run(self) -> None:
        failures = 0
        state = SaveState("saved")
        while (number := self._wait_for_run(failures)) is not None:
            if number == self._completed_number:
                self._poll_count += 1
                outcome = self._attempt(self._idle)
                if outcome != state:
                    state = outcome
                    self._report_state(outcome)
                continue
            self._poll_count = 0
            self._report_state(SaveState("saving"))
            outcome = state = self._attempt(self._work)
            failures = failures + 1 if outcome.kind == "failed" else 0
            if not failures:
                self._completed_number = number
            if failures or self.is_done:
                self._report_state(outcome)
            with self._condition:
                self._attempted_number = number
                self._must_look = self._must_look and not failures
                self._condition.notify_all()

    def _wait_for_run(self, failures: int) -> int | None:
        """Wait for the next run or idle call; return its number, or None when this thread is no longer the writer."""
        poll = min(_MAX_POLL_SECONDS, _POLL_SECONDS * 2 ** (self._poll_count // _POLLS))
        pause = _FIRST_PAUSE * 2 ** min(failures, _DOUBLINGS) if failures else poll
        with self._condition:
            self._condition.wait_for(self._is_wanted, pause)
            if self._requested_number == self._completed_number:
                self._must_look = False  # a run comes first, and does not look
            return None if self._is_retired() else self._requested_number

    def _is_wanted(self) -> bool:
        return self._is_retired() or self._must_look or self._requested_number > self._attempted_number

    def _is_retired(self) -> bool:
        return self._thread is not threading.current_thread()

    def _attempt(self, work: Callable[[], None]) -> SaveState:
        try:
            work()
        except ReaderError as error:
            return SaveState("failed", str(error))
        except Exception as error:
            # The thread must survive any error: with a dead writer, all later changes would look saved.
            return SaveState("failed", f"{type(error).__name__}: {error}")
        return SaveState("saved")

    def _report_state(self, state: SaveState) -> None:
        # A listener that fails while it shuts down must not end the thread either.
        with contextlib.suppress(Exception):
            self._report(state)
