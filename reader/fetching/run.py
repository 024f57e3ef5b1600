"""Fetch many sources at once: those of different hosts beside each other, those of one host in turn."""

from __future__ import annotations

import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, zip_longest
from typing import Final

from reader.article.article import Article
from reader.fetching.addresses import host_of
from reader.fetching.citing_time import citing_time
from reader.fetching.fetcher import FetchOptions, FetchTarget, SourceFetcher
from reader.formats import short_name
from reader.formats.progress import ProgressReport, report_to
from reader.formats.source_input import SourceInput
from reader.printable import plural
from reader.review.index import FetchableReference

MAX_THREADS: Final = 16
"""The most sources that are fetched at once. A thread mostly waits: for the turn of its host, or for an answer."""
_POLL_SECONDS: Final = 0.1

TakeSource = Callable[[int, SourceInput | Exception], object]
"""Called with the index of a target, and its source or the reason why there is none."""


class FetchRun:
    """A run over targets. `run` returns after the last of them, or soon after `stop`, which any thread may call."""

    def __init__(self, targets: Sequence[FetchTarget], options: FetchOptions) -> None:
        self._targets = targets
        self._fetcher = SourceFetcher(options)
        self._stop = threading.Event()
        self._waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[tuple[int, SourceInput | Exception]] = queue.SimpleQueue()
        self._current: dict[int, ProgressReport | None] = {}
        self._done_count = 0

    def run(self, take: TakeSource) -> None:
        """Fetch all targets and hand the outcome of each to `take`, on this thread, in the order in which they come."""
        for index in _alternate_hosts(self._targets):
            self._waiting.put(index)
        for number in range(min(MAX_THREADS, len(self._targets))):
            threading.Thread(target=self._work, name=f"fetch-{number}", daemon=True).start()
        try:
            while self._done_count < len(self._targets):
                with suppress(queue.Empty):
                    index, outcome = self._outcomes.get(timeout=_POLL_SECONDS)
                    self._done_count += 1
                    if not self._stop.is_set():
                        take(index, outcome)
                if self._stop.is_set():
                    return
        finally:
            self.stop()  # also when Ctrl+C or `take` raises

    def stop(self) -> None:
        """Stop. What is on its way is given up at its next step, and no outcome is handed over any more."""
        self._stop.set()

    @property
    def progress(self) -> str:
        """The progress: how many are done, and from which hosts others are on their way, with the bytes of a single one."""
        current = dict(self._current)
        if len(self._targets) == 1:
            (step,) = current.values() or (None,)
            return short_name(self._targets[0].address) + (f" · {step.summary}" if step is not None else "")
        hosts = list(dict.fromkeys(short_name(self._targets[index].address) for index in current))
        others = f" and {plural(len(hosts) - 1, 'other host')}" if len(hosts) > 1 else ""
        return f"{self._done_count} of {len(self._targets)} done" + (f" · {hosts[0]}{others}" if hosts else "")

    def _work(self) -> None:
        """Fetch targets until none is left. Unexpected errors are outcomes too: without one, the run would wait for ever."""
        while not self._stop.is_set():
            try:
                index = self._waiting.get_nowait()
            except queue.Empty:
                return
            self._current[index] = None
            try:
                with report_to(lambda step, index=index: self._note_step(index, step), self._stop.is_set):
                    outcome: SourceInput | Exception = self._fetcher.fetch(self._targets[index])
            except Exception as error:
                outcome = error
            self._current.pop(index, None)
            self._outcomes.put((index, outcome))

    def _note_step(self, index: int, step: ProgressReport) -> None:
        self._current[index] = step


def target_of(article: Article, fetchable: FetchableReference) -> FetchTarget:
    """Return the target of the references of an article that have the same address."""
    first = article.reference_by_id[fetchable.references[0]]
    return FetchTarget(fetchable.address, first.title, citing_time(article, first))


def _alternate_hosts(targets: Sequence[FetchTarget]) -> Iterator[int]:
    """Yield the indices of targets so that those of one host are as far apart as can be."""
    by_host: defaultdict[str, list[int]] = defaultdict(list)
    for index, target in enumerate(targets):
        by_host[host_of(target.address)].append(index)
    return (index for index in chain.from_iterable(zip_longest(*by_host.values())) if index is not None)
