"""Run the steps of an engine on a thread of its own, and end it within a time that a person is willing to wait."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 60.0
_PAUSE_AFTER_ERROR = 30.0


class SyncWorker:
    """A thread that calls `step` with the time, and again after the seconds that it returned, or when it is woken."""

    def __init__(self, step: Callable[[float], float]) -> None:
        self._step = step
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_woken = False
        self._is_stopped = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        with self._condition:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="team", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Make the next step now."""
        with self._condition:
            self._is_woken = True
            self._condition.notify_all()

    @property
    def is_running(self) -> bool:
        """Whether the thread has begun and was not ended."""
        return self._thread is not None

    def is_stopped(self) -> bool:
        """Whether the thread is to end."""
        return self._is_stopped.is_set()

    def close(self, timeout: float) -> bool:
        """End the thread after the work it is doing; return whether that was within `timeout` seconds."""
        self._is_stopped.set()
        self.wake()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        while not self._is_stopped.is_set():
            pause = _PAUSE_AFTER_ERROR
            # The thread must survive any error: else nothing would be sent any more, and nobody would know.
            with contextlib.suppress(Exception):
                pause = self._step(time.time())
            pause = min(max(pause, _SHORTEST_PAUSE), _LONGEST_PAUSE)
            with self._condition:
                self._condition.wait_for(lambda: self._is_woken or self._is_stopped.is_set(), pause)
                self._is_woken = False
