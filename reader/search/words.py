"""Words of a text as the index knows them, and where the words of a query stand in a text.

Scripts without blanks between words (Chinese, Japanese, Thai …) are indexed by overlapping pairs of characters: a word of such
a script is then a phrase of pairs. The last character of a run stands alone too, so that one character is the beginning of a
pair or that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span, merge_ranges

_PAIRED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN: Final = lazy_pattern(f"[{_PAIRED}]+")
_LETTERS: Final = lazy_pattern(rf"[{_PAIRED}]+|[^\W_{_PAIRED}]+")
_LETTER: Final = rf"[^\W_{_PAIRED}]"
_LETTER_AT: Final = lazy_pattern(_LETTER)


class SearchWord(NamedTuple):
    """A word or phrase of a query. A word matches the beginnings of words, a phrase whole words."""

    text: str
    is_phrase: bool = False

    @property
    def has_letters(self) -> bool:
        """Whether there is a letter or digit in it: nothing else is indexed."""
        return _LETTERS.search(self.text) is not None

    @property
    def is_paired(self) -> bool:
        """Whether its last character is of a script that is indexed by pairs."""
        letters = _LETTERS.findall(self.text)
        return bool(letters) and _RUN.match(letters[-1]) is not None


def split_pairs(text: str) -> str:
    """Return a text with the runs of scripts without blanks as pairs of characters, for the tokenizer of the index."""
    return text if text.isascii() else _RUN.sub(_pairs_of_run, text)


def _pairs_of_run(match: re.Match[str]) -> str:
    run = match[0]
    return f" {' '.join(run[at : at + 2] for at in range(len(run)))} "


# ------------------------------------------------------------------ places in a text


_LAST_ACCENT: Final = 0x1FFF
"""The last code point of the alphabets whose letters with marks have a code point of their own."""


@cache
def _accents() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the small letters with marks, and the letter of each without them."""
    bases: dict[str, str] = {}
    for code in range(0xC0, _LAST_ACCENT + 1):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base != chr(code) and len(base) == 1:
            bases[chr(code)] = base
    return re.compile(f"[{''.join(bases)}]"), bases


def fold_letters(text: str) -> str:
    """Return a text in small letters without accents, of the same length."""
    if text.isascii():
        return text.lower()
    folded = text.lower()
    if len(folded) != len(text):  # few letters have more than one small one
        folded = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    pattern, bases = _accents()
    return pattern.sub(lambda match: bases[match[0]], folded)


@lru_cache(256)
def _word_pattern(word: SearchWord) -> re.Pattern[str]:
    """Return the pattern that finds a word in a folded text."""
    pieces = _LETTERS.findall(fold_letters(word.text))
    pattern = r"[\W_]*".join(map(re.escape, pieces)) if word.is_paired else r"[\W_]+".join(map(re.escape, pieces))
    is_free = (
        _RUN.match(pieces[0]) is not None or len(pieces) == 1
    )  # the letter before is looked at afterwards, as that takes less
    start = "" if is_free else rf"(?<!{_LETTER})"
    end = "" if word.is_paired else rf"(?!{_LETTER})" if word.is_phrase else rf"{_LETTER}*"
    return re.compile(f"{start}{pattern}{end}")


def _find_word(folded: str, word: SearchWord) -> Iterator[Span]:
    """Yield the places of a word in a folded text."""
    for match in _word_pattern(word).finditer(folded):
        start = match.start()
        if start == 0 or _RUN.match(folded, start) is not None or _LETTER_AT.match(folded, start - 1) is None:
            yield Span(start, match.end())


def find_words(text: str, words: Iterable[SearchWord]) -> list[Span]:
    """Return the places of words in a text, sorted and merged: whole words, also where only their beginning was asked for."""
    folded = fold_letters(text)
    return merge_ranges(place for word in words if word.has_letters for place in _find_word(folded, word))


def has_words(text: str, words: Sequence[SearchWord]) -> bool:
    """Whether all words are in a text."""
    folded = fold_letters(text)
    return all(next(_find_word(folded, word), None) is not None for word in words)


def take_excerpt(text: str, words: Sequence[SearchWord], length: int) -> tuple[str, tuple[Span, ...]]:
    """Return at most about `length` code points of a text around its first words of a query, and their places in it.

    Blanks of all kinds become one; "…" stands where the text was cut.
    """
    line = " ".join(text.split())
    places = find_words(line, words)
    start = 0
    if len(line) > length and places and places[0].end > length - length // 4:
        start = max(0, places[0].start - length // 4)
        start = line.find(" ", start, places[0].start) + 1 or start
    end = (
        len(line)
        if len(line) - start <= length
        else max(line.rfind(" ", start + length // 2, start + length), start + length // 2)
    )
    before, after = "… " if start else "", " …" if end < len(line) else ""
    shift = len(before) - start
    inside = (Span(place.start + shift, min(place.end, end) + shift) for place in places if start <= place.start < end)
    return f"{before}{line[start:end]}{after}", tuple(inside)
