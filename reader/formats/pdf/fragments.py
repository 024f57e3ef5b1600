"""Join the character runs of a PDF into fragments of lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.run_table import PdfRun

# ------------------------------------------------------------------ Accents

_COMBINING: Final = {
    **{"`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "¯": "\u0304", "˘": "\u0306"},
    **{"˙": "\u0307", "˚": "\u030a", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328", "˝": "\u030b"},
}
_ACCENT_FIRST = lazy_pattern(r"([´ˆ˜¨˘˚ˇ˝])([^\W\d_])")
_ACCENT_LAST = lazy_pattern(r"([^\W\d_])([¸˛])")
_ACCENTS: Final = frozenset(_COMBINING)
_DOTLESS_LETTERS: Final = {"ı": "i", "ȷ": "j"}
_ACCENT_REACH: Final = 12


def compose_accents(runs: list[PdfRun]) -> list[PdfRun]:
    """Combine accents with the letters above, below or beside them. An accent that fits no letter stays unchanged."""
    text = "".join([run.text for run in runs])
    if text.isascii() or _ACCENTS.isdisjoint(text):
        return runs
    result: list[PdfRun | None] = list(runs)
    for place, run in enumerate(runs):
        if run.text in _ACCENTS and _attach_accent(run, place, result):
            result[place] = None
    return [run._replace(text=_compose_text(run.text)) for run in result if run is not None]


def _compose_text(text: str) -> str:
    if text.isascii() or _ACCENTS.isdisjoint(text):
        return text
    text = _ACCENT_FIRST.sub(lambda match: _compose_letter(match[2], match[1]) or match[0], text)
    return _ACCENT_LAST.sub(lambda match: _compose_letter(match[1], match[2]) or match[0], text)


def _compose_letter(letter: str, accent: str) -> str:
    """Return the single character for a letter and an accent, or "" if there is none."""
    letter_with_accent = unicodedata.normalize("NFC", _DOTLESS_LETTERS.get(letter, letter) + _COMBINING[accent])
    return letter_with_accent if len(letter_with_accent) == 1 else ""


def _attach_accent(accent: PdfRun, place: int, runs: list[PdfRun | None]) -> bool:
    """Combine an accent in a separate run with the nearest letter. Return False if there is none."""
    middle = (accent.left + accent.right) / 2
    neighbours = sorted(
        range(max(0, place - _ACCENT_REACH), min(len(runs), place + _ACCENT_REACH)), key=lambda other: abs(other - place)
    )
    for other in neighbours:
        run = runs[other]
        if run is None or other == place or not run.left <= middle <= run.right or run.right <= run.left:
            continue
        if abs(run.baseline - accent.baseline) > run.font.size * 0.5:
            continue
        position = (middle - run.left) / (run.right - run.left) * len(run.text) - 0.5
        for letter in sorted(range(len(run.text)), key=lambda index: abs(index - position))[:2]:
            if composed := _compose_letter(run.text[letter], accent.text):
                runs[other] = run._replace(text=run.text[:letter] + composed + run.text[letter + 1 :])
                return True
    return False


# ------------------------------------------------------------------ Fragments and rows

_WORD_GAP: Final = 0.8
"""The widest gap within a fragment, in font sizes. Lines join fragments again unless a gutter is between them."""
_LABEL_GAP: Final = 2.5
"""The widest gap between the number of a list entry and its text. Wider ones of many entries would look like a gutter."""
_ENTRY_LABEL = lazy_pattern(r"\d{1,3}\.|\[\d{1,3}\]")
_SCRIPT_SHIFT: Final = 0.5
"""The greatest distance of a superscript or subscript from its line, in font sizes."""
_ROW_TOLERANCE: Final = 0.3
DROP_CAP_RATIO: Final = 1.8
"""The least ratio of a drop cap's size to the size of the text after it. A drop cap spans several lines."""


@dataclass(slots=True)
class Fragment:
    """Adjacent runs on one line, without a wide gap between them."""

    runs: list[PdfRun]
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    _text: str = ""

    @property
    def text(self) -> str:
        """The text of the fragment, with spaces between words."""
        if not self._text:
            self._text = "".join(
                run.text if run.is_glued or not place else " " + run.text for place, run in enumerate(self.runs)
            )
        return self._text

    def append(self, run: PdfRun) -> None:
        """Add a run at the end."""
        self.runs.append(run)
        self._text = ""
        _, left, top, right, bottom, baseline, font, _ = run
        if font.size > self.size * 1.02:
            self.baseline, self.size = baseline, font.size
        if left < self.left:
            self.left = left
        if right > self.right:
            self.right = right
        if top < self.top:
            self.top = top
        if bottom > self.bottom:
            self.bottom = bottom

    def replace_runs(self, runs: list[PdfRun]) -> None:
        """Replace the runs, but not the position."""
        self.runs, self._text = runs, ""


class Column(NamedTuple):
    """The horizontal extent of a column."""

    left: float
    right: float


def to_fragments(runs: list[PdfRun]) -> list[Fragment]:
    """Join the runs of a page into fragments, in the order of the page content."""
    fragments: list[Fragment] = []
    last: Fragment | None = None
    for run in compose_accents(runs):
        if last is not None and _is_adjacent(last, run):
            last.append(run)
        else:
            last = Fragment([run], *run[1:6], run.font.size)
            fragments.append(last)
    return _join_adjacent(fragments)


def group_rows(parts: Iterable[Fragment]) -> list[list[Fragment]]:
    """Group fragments by line: rows from top to bottom, fragments from left to right."""
    rows: list[list[Fragment]] = []
    base = size = 0.0
    for part in sorted(parts, key=lambda part: part.baseline):
        if rows and part.baseline - base <= _ROW_TOLERANCE * max(part.size, size):
            rows[-1].append(part)
        else:
            rows.append([part])
        if part.size >= size or len(rows[-1]) == 1:
            base, size = part.baseline, part.size
    for row in rows:
        row.sort(key=lambda part: part.left)
    return rows


def count_rows(parts: Iterable[Fragment]) -> int:
    """Count the rows of `group_rows`."""
    count = 0
    base = size = 0.0
    for part in sorted(parts, key=lambda part: part.baseline):
        is_next = not count or part.baseline - base > _ROW_TOLERANCE * max(part.size, size)
        count += is_next
        if part.size >= size or is_next:
            base, size = part.baseline, part.size
    return count


def horizontal_extent(parts: Iterable[Fragment]) -> Column:
    """Return the horizontal extent of one or more fragments."""
    fragments = list(parts)
    return Column(min(part.left for part in fragments), max(part.right for part in fragments))


def _is_adjacent(last: Fragment, run: PdfRun) -> bool:
    _, left, _, right, _, baseline, font, _ = run
    small, size = last.size, font.size
    if small > size:
        small, size = size, small
    gap = left - last.right
    if gap < -0.6 * size or abs(baseline - last.baseline) > _SCRIPT_SHIFT * size or right <= last.left:
        return False
    if gap > _WORD_GAP * size and (gap > _LABEL_GAP * size or not _ENTRY_LABEL.fullmatch(last.text)):
        return False
    return size < DROP_CAP_RATIO * small


def _join_adjacent(parts: Sequence[Fragment]) -> list[Fragment]:
    """Join fragments that are adjacent on a line but not in the order of the page content."""
    merged_ids: set[int] = set()
    for row in group_rows(parts):
        last: Fragment | None = None
        for part in row:
            if last is not None and _is_adjacent(last, part.runs[0]):
                for run in part.runs:
                    last.append(run)
                merged_ids.add(id(part))
            else:
                last = part
    return [part for part in parts if id(part) not in merged_ids]
