"""A process that measures one task on all its texts: `python -m benchmarks.growth.child TASK FIRST STEP`.

It writes a line before each text and one after it. A text that takes longer than LIMIT ends the process: no exception could, as
a regular expression lets none in.
"""

from __future__ import annotations

import contextlib
import gc
import math
import signal
import sys
from itertools import islice
from time import process_time
from typing import Final, NamedTuple

from benchmarks.growth.tasks import TASKS, Task
from benchmarks.growth.texts import Repeat, repeated_texts

LIMIT: Final = 20.0
"""The seconds of CPU time after which a text counts as one that never ends."""
MOST: Final = 2.3
"""How many times as long a text of twice the length may take."""
_FIRST_SIZE: Final = 4_000
_LAST_SIZE: Final = 300_000
_MEASURABLE: Final = 0.012
"""The seconds from which on a time is compared: shorter ones are mostly noise."""
_LEAST: Final = 0.0001
"""The seconds that any time counts as at least."""


class Growth(NamedTuple):
    """How many times as long a text of `size` characters took as one of half its size, and its seconds; 0 if too quick."""

    ratio: float
    size: int
    seconds: float


def measure(task: Task, text: Repeat) -> Growth:
    """Double a text until its time is measurable, and compare its time with that of half of it.

    Too large a ratio is measured again, then over two more doublings: the machine may have been busy, and a single doubling may
    step over a limit that bounds the work.
    """
    size = _FIRST_SIZE
    before, after = 0.0, _time(task, text(size))
    while after < 2 * _MEASURABLE and size < _LAST_SIZE:
        size *= 2
        before, after = after, _time(task, text(size))
    if after < 2 * _MEASURABLE:
        return Growth(0.0, size, after)
    before = max(_LEAST, before or _time(task, text(size // 2)))
    if after / before <= MOST:
        return Growth(after / before, size, after)
    before, after = (max(_LEAST, min(_time(task, text(part)) for _ in range(3))) for part in (size // 2, size))
    if after / before <= MOST:
        return Growth(after / before, size, after)
    later = min(_time(task, text(4 * size)) for _ in range(2))
    return Growth(min(after / before, math.sqrt(later / after)), 4 * size, later)


def _time(task: Task, text: str) -> float:
    """Return the seconds of CPU time that a task takes; a ReaderError is an answer too."""
    from reader.errors import ReaderError

    argument = task.prepare(text)
    gc.collect()
    gc.disable()
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    start = process_time()
    with contextlib.suppress(ReaderError):
        task.run(argument)
    seconds = process_time() - start
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    gc.enable()
    return seconds


def main() -> None:
    """Measure a task on every so manieth text from a number on."""
    name, first, step = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    task = TASKS[name]
    for number, (title, text) in islice(enumerate(repeated_texts(task.contexts, task.escape)), first, None, step):
        print(number, title, sep="\t", flush=True)
        print(*measure(task, text), sep="\t", flush=True)


if __name__ == "__main__":
    main()
