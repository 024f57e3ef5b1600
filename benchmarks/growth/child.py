"""A process that measures one task on all its texts: `python -m benchmarks.growth.child TASK FIRST STEP`.

It writes a line before each text and one after it for each function. A text that takes longer than LIMIT ends the process: no
exception could, as a regular expression lets none in.
"""

from __future__ import annotations

import contextlib
import gc
import math
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, pairwise
from time import thread_time
from typing import Final, NamedTuple

from benchmarks.growth.tasks import TASKS, Task
from benchmarks.growth.texts import Context, Repeated, repeated_texts
from reader.errors import ReaderError

LIMIT: Final = 20.0
"""The seconds of CPU time after which a text counts as one that never ends."""
MOST: Final = 2.3
"""How many times as long a text of twice the length may take."""
_SUSPECT: Final = 2.2
"""The mean factor of three doublings above which a text is measured again at larger sizes."""
_DOUBLINGS: Final = 4
_RELIABLE: Final = 0.02
"""The seconds of all functions of a task from which on a text is doubled: what is added to shorter times is mostly noise."""
_BEARABLE: Final = 0.000_015
"""The most seconds for a character after a step: a second and a half for an article of 100,000."""
_SIZE: Final = 1_000
_LARGE_SIZE: Final = 16_000
_LARGE_STEP: Final = 61
"""Each so manieth text is measured at a large size from the start."""
_LAST_SIZE: Final = 128_000
_MEASURABLE: Final = 0.002
"""The seconds of all functions of a task from which on their times are compared."""
_COMPARABLE: Final = 0.001
"""The seconds from which on the time of one function is compared: shorter ones are mostly noise."""
_LEAST: Final = 0.000_02
"""The seconds that any time counts as at least."""

Clock = Callable[[], float]
"""What returns the seconds of CPU time."""
Times = Mapping[str, float]
"""The seconds of CPU time of each function of a task; nothing for those that come after an error."""


class Growth(NamedTuple):
    """How many times as long a text of `size` characters took as one of half its size, and its seconds; 0 if too quick.

    Of a text that was doubled, how many times as much time its doublings added as the ones before.
    """

    ratio: float
    size: int
    seconds: float


def measure(task: Task, text: Repeated, constant: Times, size: int, clock: Clock = thread_time) -> dict[str, Growth]:
    """Compare the time per character at a size with that at eight times the size.

    `constant` is what the text takes whatever is repeated in it, at most what it takes at the first size: it is no part of the
    comparison. A text is made eight times longer until its time can be measured. If the mean doubling takes too long it is
    measured again, as the machine may have been busy; if it does so then too, the text is doubled further, which tells a step
    from growth. What a step leaves behind is no growth, unless a character takes so long then that it is felt.

    A time is c·n + q·n² for n characters. Let the quadratic part at the larger of the two sizes be x times the linear part:
    eight times the text takes 8(1 + x)/(1 + x/8) times as long. That is more than _SUSPECT³ if x is more than 0.4, and then
    each doubling from a quarter of that size on adds at least 2.4 times what the one before it added, which MOST does not
    allow. So what a text of 8,000 characters hides is some milliseconds, and an article of 100,000 that repeats nothing but
    this one unit takes six times its linear time at most. Texts that are read quickly are measured at 64,000 characters, and
    each 61st at 128,000: no part hides there that would be felt at the limits of size.
    """
    before = _least_times(task, text.repeat(size), 2, clock)
    constant = {name: min(seconds, before.get(name, seconds)) for name, seconds in constant.items()}
    after = _least_times(task, text.repeat(size := 8 * size), 1, clock)
    while sum(after.values()) - sum(constant.values()) < _MEASURABLE and size < _LAST_SIZE // 2:
        before, after = after, _least_times(task, text.repeat(size := 8 * size), 1, clock)
    growths = _compare(before, after, constant, size)
    if not _suspects(growths):
        return growths
    again = _least_times(task, text.context.around(iter(["a"])), 3, clock)
    constant = {name: min(seconds, constant.get(name, seconds)) for name, seconds in again.items()}
    before, after = (_least_times(task, text.repeat(part), 2, clock) for part in (size // 8, size))
    growths = _compare(before, after, constant, size)
    if not (suspects := _suspects(growths)):
        return growths
    doubled = _double(task, text, size // 4, clock)
    return growths | {name: doubled[name] for name in suspects if doubled[name].seconds < _BEARABLE * doubled[name].size}


def _double(task: Task, text: Repeated, size: int, clock: Clock) -> dict[str, Growth]:
    """Double a text four times, from a size on that takes long enough, and return how the times grow in the end.

    A doubling adds a time, and the next one adds twice that if the time is linear, whatever it takes besides, and four times
    if it is quadratic. Where something begins, or a limit is reached, that happens in one doubling and is felt in the ratio to
    the one before and to the one after it. So the least of the three ratios is the growth.
    """
    times = [_least_times(task, text.repeat(size), 2, clock)]
    while sum(times[0].values()) < _RELIABLE and size < _LAST_SIZE:
        times = [_least_times(task, text.repeat(size := 2 * size), 2, clock)]
    for _ in range(_DOUBLINGS):
        times.append(_least_times(task, text.repeat(size := 2 * size), 2, clock))
    growths: dict[str, Growth] = {}
    for name in times[0]:
        added = [after.get(name, 0) - before.get(name, 0) for before, after in pairwise(times)]
        ratio = min(after / max(_LEAST, before) for before, after in pairwise(added))
        growths[name] = Growth(max(0.0, ratio), size, times[-1].get(name, 0))
    return growths


def _suspects(growths: Mapping[str, Growth]) -> list[str]:
    return [name for name, growth in growths.items() if growth.ratio > _SUSPECT]


def _compare(before: Times, after: Times, constant: Times, size: int) -> dict[str, Growth]:
    """Return the mean factor of the three doublings between two measurements."""
    growths: dict[str, Growth] = {}
    for name, seconds in after.items():
        more = seconds - constant.get(name, 0)
        least = max(_LEAST, before.get(name, 0) - constant.get(name, 0))
        growths[name] = Growth(math.cbrt(more / least) if more >= _COMPARABLE else 0.0, size, seconds)
    return growths


def _least_times(task: Task, text: str, repetitions: int, clock: Clock = thread_time) -> Times:
    """Return the shortest times of several repetitions."""
    least: dict[str, float] = {}
    for _ in range(repetitions):
        for name, seconds in _times(task, text, clock):
            least[name] = min(seconds, least.get(name, seconds))
    return least


def _times(task: Task, text: str, clock: Clock) -> Iterator[tuple[str, float]]:
    """Yield the seconds of CPU time of each function of a task; "" is the task's own. A ReaderError is an answer too."""
    value: object = task.prepare(text)
    gc.collect()
    for name, function in (("", task.run), *task.then.items()):
        result: object = None
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
        start = clock()
        with contextlib.suppress(ReaderError):
            result = function(value)
        seconds = clock() - start
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        yield name, seconds
        if not name and task.then:
            if result is None:
                return
            value = result


def main() -> None:
    """Measure a task on every so manieth text from a number on."""
    name, first, step = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    task = TASKS[name]
    constants: dict[Context, Times] = {}
    gc.freeze()
    gc.disable()
    for number, text in islice(enumerate(repeated_texts(task.contexts, task.escape)), first, None, step):
        print(number, text.title, sep="\t", flush=True)
        if text.context not in constants:
            constants[text.context] = _least_times(task, text.context.around(iter(["a"])), 5)
        size = _SIZE if number % _LARGE_STEP else _LARGE_SIZE
        for function, growth in measure(task, text, constants[text.context], size).items():
            print(function or name, *growth, sep="\t", flush=True)


if __name__ == "__main__":
    main()
