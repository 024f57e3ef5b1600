"""Join the character runs of a PDF into fragments of lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.pages import Run

# ------------------------------------------------------------------ "Schutze" and "¨" to "Schütze"

_COMBINING: Final = {
    **{"`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "¯": "\u0304", "˘": "\u0306"},
    **{"˙": "\u0307", "˚": "\u030a", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328", "˝": "\u030b"},
}
_ABOVE = lazy_pattern(r"([´ˆ˜¨˘˚ˇ˝])([^\W\d_])")
_BELOW = lazy_pattern(r"([^\W\d_])([¸˛])")
_SIGNS: Final = frozenset(_COMBINING)
_DOTLESS: Final = {"ı": "i", "ȷ": "j"}
_AROUND: Final = 12


def with_accents(runs: list[Run]) -> list[Run]:
    """Return the runs with each accent on the letter that it stands over or next to; what fits no letter stays."""
    if not any(not run.text.isascii() and not _SIGNS.isdisjoint(run.text) for run in runs):
        return runs
    made: list[Run | None] = list(runs)
    for place, run in enumerate(runs):
        if run.text in _SIGNS and _put_on(run, place, made):
            made[place] = None
    return [run._replace(text=_composed(run.text)) for run in made if run is not None]


def _composed(text: str) -> str:
    if text.isascii() or _SIGNS.isdisjoint(text):
        return text
    text = _ABOVE.sub(lambda match: _with(match[2], match[1]) or match[0], text)
    return _BELOW.sub(lambda match: _with(match[1], match[2]) or match[0], text)


def _with(letter: str, accent: str) -> str:
    """Return the one character that a letter with an accent is, "" when there is none."""
    whole = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + _COMBINING[accent])
    return whole if len(whole) == 1 else ""


def _put_on(accent: Run, place: int, runs: list[Run | None]) -> bool:
    """Put an accent that is a run of its own on the letter below or above it, and tell whether there was one."""
    middle = (accent.left + accent.right) / 2
    around = sorted(range(max(0, place - _AROUND), min(len(runs), place + _AROUND)), key=lambda other: abs(other - place))
    for other in around:
        run = runs[other]
        if run is None or other == place or not run.left <= middle <= run.right or run.right <= run.left:
            continue
        if abs(run.base - accent.base) > run.font.size * 0.5:
            continue
        near = (middle - run.left) / (run.right - run.left) * len(run.text) - 0.5
        for letter in sorted(range(len(run.text)), key=lambda index: abs(index - near))[:2]:
            if whole := _with(run.text[letter], accent.text):
                runs[other] = run._replace(text=run.text[:letter] + whole + run.text[letter + 1 :])
                return True
    return False


# ------------------------------------------------------------------ the fragments that lines, columns and tables are made of

_WORD_GAP: Final = 0.8
"""A wider gap, in font sizes, parts fragments. Those of one line are put together again where no gutter runs between them."""
_OFF_LINE: Final = 0.5
"""How far, in font sizes, a superscript or subscript may stand above or below its line."""
_ON_ONE_LINE: Final = 0.3
DROP_CAP: Final = 1.8
"""A letter so many times larger than what follows is no part of its line: it reaches down over several."""


@dataclass(slots=True)
class Fragment:
    """Runs that stand side by side on one line, with no wide gap between them."""

    runs: list[Run]
    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float

    @property
    def text(self) -> str:
        """The fragment's characters, words parted by blanks."""
        return "".join(run.text if run.glued or not place else " " + run.text for place, run in enumerate(self.runs))


class Column(NamedTuple):
    """The x that a column reaches from and to."""

    left: float
    right: float


def fragments(runs: list[Run]) -> list[Fragment]:
    """Return the fragments of a page's lines, in the order of their first runs."""
    found: list[Fragment] = []
    for run in with_accents(runs):
        last = found[-1] if found else None
        if last is not None and _goes_on(last, run):
            _add(last, run)
        else:
            found.append(Fragment([run], *run[1:6], run.font.size))
    return _joined(found)


def rows(parts: Iterable[Fragment]) -> list[list[Fragment]]:
    """Return the fragments that stand on one line together, rows from the top down, each from left to right."""
    found: list[list[Fragment]] = []
    base = size = 0.0
    for part in sorted(parts, key=lambda part: part.base):
        if found and part.base - base <= _ON_ONE_LINE * max(part.size, size):
            found[-1].append(part)
        else:
            found.append([part])
        if part.size >= size or len(found[-1]) == 1:
            base, size = part.base, part.size
    for row in found:
        row.sort(key=lambda part: part.left)
    return found


def extent(parts: Iterable[Fragment]) -> Column:
    """Return from where to where in x fragments reach; there must be some."""
    found = list(parts)
    return Column(min(part.left for part in found), max(part.right for part in found))


def _goes_on(last: Fragment, run: Run) -> bool:
    small, size = sorted((last.size, run.font.size))
    gap = run.left - last.right
    near = abs(run.base - last.base) <= _OFF_LINE * size and -0.6 * size <= gap <= _WORD_GAP * size
    return near and size < DROP_CAP * small and run.right > last.left


def _add(part: Fragment, run: Run) -> None:
    part.runs.append(run)
    if run.font.size > part.size * 1.02:
        part.base, part.size = run.base, run.font.size
    part.left, part.right = min(part.left, run.left), max(part.right, run.right)
    part.top, part.bottom = min(part.top, run.top), max(part.bottom, run.bottom)


def _joined(parts: Sequence[Fragment]) -> list[Fragment]:
    """Put those together that stand next to each other on a line but not in the order of the content."""
    gone: set[int] = set()
    for row in rows(parts):
        last: Fragment | None = None
        for part in row:
            if last is not None and all(_goes_on(last, run) for run in part.runs[:1]):
                for run in part.runs:
                    _add(last, run)
                gone.add(id(part))
            else:
                last = part
    return [part for part in parts if id(part) not in gone]
