"""NO_COLOR means no colour at all: not one sequence that sets any."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.pty.desk import CTRL_Q, DOWN, ESCAPE, SAMPLES, SECONDS, PtyDesk, text_of

ARTICLE = SAMPLES / "quiet-hours.md"
_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_COLOURS = {*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)}


def test_no_color_sets_no_colour(desk: PtyDesk) -> None:
    assert _colours(_session(desk, {"NO_COLOR": "1"})) == set()


def test_there_is_colour_otherwise(desk: PtyDesk) -> None:
    assert {38, 48} <= _colours(_session(desk, {}))


def _colours(written: str) -> set[int]:
    return set(_set_by(written)) & _COLOURS


def _set_by(written: str) -> Iterator[int]:
    """Yield what the sequences set, without the numbers that say which colour of a palette it is."""
    for found in _SGR.findall(written):
        numbers = [int(number or 0) for number in re.split("[;:]", found)]
        while numbers:
            yield (first := numbers.pop(0))
            if first in (38, 48) and numbers:
                del numbers[: 4 if numbers[0] == 2 else 2]


def _session(desk: PtyDesk, env: dict[str, str]) -> str:
    """Mark, judge, search, look at the lists, the help and the palette, leave, and return all that was written."""
    terminal = desk.read(ARTICLE, env)
    for key in (DOWN, "h", "1", "r", "/the\r", "gc", "\t", "gt" if not env else "A", "\t", "?", ESCAPE, ":", ESCAPE, CTRL_Q):
        terminal.send(key)
        terminal.quiet(0.15 if key == ESCAPE else 0.05)
    assert terminal.wait_end(SECONDS) == 0
    return text_of(terminal)
