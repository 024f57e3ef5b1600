"""Find where the entries of a reference list begin if neither labels, indents nor blank lines show it.

Every line gets a score for how much it looks like the first line of an entry: it begins with a name and initials, and the line
before it ends as entries do, or could have taken its first word. The entries are those with the greatest sum of scores, less a
penalty for each entry without a source: dynamic programming over the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from reader.article.labels import plain_signs
from reader.article.lazy_pattern import lazy_pattern
from reader.article.reference_parser import begins_with_author

_YEAR = r"(?:1[5-9]|20)\d\d"
_SOURCE = lazy_pattern(rf"(?<!\d){_YEAR}(?!\d)|://|www\.|\b10\.\d{{4}}")
_CERTAIN_END = lazy_pattern(
    rf"(?:\d[–—-][A-Za-z]?\d+|[:(]\s?[A-Za-z]?\d+\)?|(?<![(\[])\b{_YEAR})\.?$"
    r"|(?<!\S)(?=\S+$)\S*(?:://|\b10\.\d{4,9}/)\S"
)
_POSSIBLE_END = lazy_pattern(r"(?:[.!?][\"'”’»)\]]*|[)\]\d”\"])$|(?<!\S)(?=\S+$)\S*://\S")
_ABBREVIATION_END = lazy_pattern(r"(?<![^\W\d_])[^\W\d_]{1,4}\.$")
_YEAR_END = lazy_pattern(rf"[(\[]{_YEAR}[a-z]?[)\]]?$")
"""Match the year after the authors at the end of a line."""
_ENTRY_START = lazy_pattern(rf"(?![(\[]?{_YEAR})[\"“„«‘']?(?:['’][tsn] )?[^\W\d_a-zß-öø-ÿ]")
_ADDRESS = lazy_pattern(r"https?://|www\.|doi:|10\.\d{4}", re.IGNORECASE)
_TAIL = lazy_pattern(r"(?:retrieved|accessed|available|archived|abgerufen|consulté|pmid)\b", re.IGNORECASE)
_LONG_WORD = lazy_pattern(r"\S{25}")
_MAX_LINES: Final = 24
_MAX_LINES_PER_SOURCE: Final = 6
_MIN_AUTHOR_SHARE: Final = 2 / 3
_NO_SOURCE: Final = -4.0
_NO_AUTHOR: Final = -2.0
_WIDE_GAP: Final = 12


def find_entry_starts(lines: Sequence[str]) -> list[int]:
    """Return the indices of the lines that begin an entry, among them the first, or nothing if few lines name a source.

    A blank line, which in Markdown may be one with a no-break space, begins none.
    """
    places = [place for place, line in enumerate(lines) if line.strip()]
    starts = _starts_of_filled([plain_signs(lines[place]) for place in places])
    return [0, *(places[start] for start in starts[1:])] if starts else []


def _starts_of_filled(lines: Sequence[str]) -> list[int]:
    if sum(_SOURCE.search(line) is not None for line in lines) * _MAX_LINES_PER_SOURCE < len(lines):
        return []
    width = max((len(line) for line in lines if not _LONG_WORD.search(line)), default=0)
    has_author = [begins_with_author(line) for line in lines]
    scores = [
        _start_score(before, line, begins, width)
        for before, line, begins in zip(lines, lines[1:], has_author[1:], strict=False)
    ]
    starts = _best_starts(lines, scores)
    if sum(has_author[start] for start in starts) < _MIN_AUTHOR_SHARE * len(starts):
        return starts
    penalties = [0.0 if begins else _NO_AUTHOR for begins in has_author[1:]]
    return _best_starts(lines, [score + penalty for score, penalty in zip(scores, penalties, strict=True)])


def _start_score(before: str, line: str, has_author: bool, width: int) -> float:
    """Return how much `line` looks like the first line of an entry, in a list whose lines have this width."""
    room = width - len(before) - 1 - len(line.split(None, 1)[0])
    score = -2.0 if room < 0 else 1.0 if room < _WIDE_GAP else 2.0
    if has_author:
        score += 3
    elif _ADDRESS.match(line):
        score -= 0 if _ADDRESS.match(before) else 3
    elif not _ENTRY_START.match(line) or _TAIL.match(line):
        score -= 4
    if _YEAR_END.search(before) and not has_author:
        return score - 2
    if _CERTAIN_END.search(before):
        return score + 2
    if not _POSSIBLE_END.search(before):
        return score - 3
    return score - 1 if _ABBREVIATION_END.search(before) else score + 0.5


def _best_starts(lines: Sequence[str], scores: Sequence[float]) -> list[int]:
    """Return the starts with the greatest sum of scores. `scores` are those of all lines but the first."""
    sources = [0, *accumulate(int(_SOURCE.search(line) is not None) for line in lines)]
    sums, previous = [0.0], [0]
    for end in range(1, len(lines) + 1):
        sums_by_start = (
            (
                sums[start] + (scores[start - 1] if start else 0.0) + (_NO_SOURCE if sources[start] == sources[end] else 0.0),
                start,
            )
            for start in range(max(0, end - _MAX_LINES), end)
        )
        best, start = max(sums_by_start)
        sums.append(best)
        previous.append(start)
    starts: list[int] = []
    end = len(lines)
    while end:
        end = previous[end]
        starts.append(end)
    return starts[::-1]
