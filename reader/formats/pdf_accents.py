"""Letters and accents that a PDF draws apart, as older TeX does: "Schutze" and "¨" to "Schütze"."""

from __future__ import annotations

import unicodedata
from typing import Final

from reader.article.lazy import lazy
from reader.formats.pdf_pages import Run

_COMBINING: Final = {
    **{"`": "\u0300", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "¯": "\u0304", "˘": "\u0306"},
    **{"˙": "\u0307", "˚": "\u030a", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328", "˝": "\u030b"},
}
_ABOVE = lazy(r"([´ˆ˜¨˘˚ˇ˝])([^\W\d_])")
_BELOW = lazy(r"([^\W\d_])([¸˛])")
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
