"""Emphasis in Markdown: which runs of *, _ and ~ open what, by CommonMark's rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reader.article.model import Style, StyleKind


@dataclass(slots=True)
class Run:
    """A run of one sign that may open or close emphasis; `start` and `length` are what is left of it."""

    sign: str
    start: int
    length: int
    opens: bool
    closes: bool
    whole: int


def run_at(text: str, start: int, end: int, first: int, last: int) -> Run:
    """Return the run `text[start:end]` of the paragraph `text[first:last]`, with what its neighbours let it do."""
    before = text[start - 1] if start > first else " "
    after = text[end] if end < last else " "
    after_is_white, before_is_white = after.isspace(), before.isspace()
    after_is_sign, before_is_sign = not after.isalnum() and not after_is_white, not before.isalnum() and not before_is_white
    left = not after_is_white and (not after_is_sign or before_is_white or before_is_sign)
    right = not before_is_white and (not before_is_sign or after_is_white or after_is_sign)
    sign = text[start]
    if sign == "_":
        return Run(
            sign, start, end - start, left and (not right or before_is_sign), right and (not left or after_is_sign), end - start
        )
    return Run(sign, start, end - start, left, right, end - start)


def emphasis(runs: Sequence[Run]) -> Iterator[Style]:
    """Yield the styles of what the runs (in order) open and close, and the hidden signs."""
    openers: list[Run] = []
    bottoms: dict[tuple[str, bool, int], int] = {}  # below this depth no opener fits such a closer: keeps the search linear
    for run in runs:
        while run.closes and run.length:
            key = (run.sign, run.opens, run.whole % 3)
            place = _fitting(openers, run, bottoms.get(key, 0))
            if place < 0:
                bottoms[key] = len(openers)
                break
            opener = openers[place]
            del openers[place + 1 :]
            used = _used(opener, run)
            opener.length -= used
            inner = opener.start + opener.length + used
            yield Style(inner - used, inner, StyleKind.MARKUP)
            yield Style(inner, run.start, _kind(run.sign, used))
            yield Style(run.start, run.start + used, StyleKind.MARKUP)
            run.start += used
            run.length -= used
            if not opener.length:
                openers.pop()
        if run.opens and run.length:
            openers.append(run)


def _fitting(openers: Sequence[Run], closer: Run, bottom: int) -> int:
    """Return the index of the last opener that fits, at `bottom` or above it, or -1."""
    for place in range(len(openers) - 1, min(bottom, len(openers)) - 1, -1):
        opener = openers[place]
        if opener.sign != closer.sign:
            continue
        if closer.sign == "~":
            if opener.length == closer.length:
                return place
        elif (
            not (opener.closes or closer.opens)
            or (opener.whole + closer.whole) % 3
            or not (opener.whole % 3 or closer.whole % 3)
        ):
            return place
    return -1


def _used(opener: Run, closer: Run) -> int:
    if closer.sign == "~":
        return closer.length
    return 2 if opener.length > 1 and closer.length > 1 else 1


def _kind(sign: str, used: int) -> StyleKind:
    if sign == "~":
        return StyleKind.STRIKE
    return StyleKind.STRONG if used == 2 else StyleKind.EMPHASIS
