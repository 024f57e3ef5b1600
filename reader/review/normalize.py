"""Normalize text to folded letters and digits, and map them back to exact offsets."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from reader.article.passages.words import COMBINING_CATEGORIES, UNSPACED_SCRIPTS
from reader.article.ranges import Span

# ------------------------------------------------------------------ folded letters

PIECE_LENGTH: Final = 8
"""The number of letters in a piece: long enough not to repeat by chance, short enough that typos leave some pieces whole."""
_UNCOUNTED: Final = r"&(?:\#\d{1,6}|\#x[\da-fA-F]{1,6}|[A-Za-z]{2,8});|\]\([^()\s]*\)|\[\^?\d{1,3}\]"
"""Letters that do not count: entities, targets of Markdown links, numbers of notes in brackets."""


@dataclass(frozen=True)
class NormalizedText:
    """A text and its folded letters.

    `offsets` holds the offset of the code point of each letter, in rising order; the letters of a ligature share one.
    `word_starts` holds the index in `letters` of the start of each word, and the number of letters at the end.
    """

    text: str = field(repr=False)
    letters: str = field(repr=False)
    offsets: Sequence[int] = field(repr=False)
    word_starts: Sequence[int] = field(repr=False)

    @cached_property
    def words(self) -> list[str]:
        """The words, in order."""
        letters, starts = self.letters, self.word_starts
        return [letters[starts[n] : starts[n + 1]] for n in range(len(starts) - 1)]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How often each word occurs."""
        return Counter(self.words)

    @cached_property
    def sample(self) -> list[int]:
        """Every PIECE_LENGTH-th index, sorted by the piece that starts there: a sampled suffix array for looking pieces up."""
        return sorted(range(0, len(self.letters) - PIECE_LENGTH + 1, PIECE_LENGTH), key=self.piece)

    def piece(self, place: int) -> str:
        """Return the letters of the piece that starts at an index."""
        return self.letters[place : place + PIECE_LENGTH]

    def to_letters(self, span: Span) -> Span:
        """Return the range of `letters` for a range of the text."""
        return Span(bisect_left(self.offsets, span.start), bisect_left(self.offsets, span.end))

    def to_span(self, letters: Span) -> Span:
        """Return the range of the text for a range of letters, which must not be empty."""
        return Span(self.offsets[letters.start], self.offsets[letters.end - 1] + 1)

    def gap_before(self, letter: int) -> Span:
        """Return the range of the text between the letter before an index and the one at it, or the end of the text."""
        start = self.offsets[letter - 1] + 1 if letter else 0
        return Span(start, self.offsets[letter] if letter < len(self.offsets) else len(self.text))

    def word_at(self, letter: int) -> int:
        """Return the number of the word that contains a letter, by its index."""
        return bisect_left(self.word_starts, letter + 1) - 1


def normalize(text: str) -> NormalizedText:
    """Return the folded letters of a text."""
    letters: list[str] = []
    at = array("i")
    starts = array("i")
    for match in _pattern(text).finditer(text):
        if match.lastgroup:
            continue
        word, start, count = match.group(), match.start(), len(at)
        if word.isascii() and word.isalnum():
            letters.append(word.lower())
            at.extend(range(start, start + len(word)))
        else:
            for offset, character in enumerate(word, start):
                folded = fold_letter(character)
                letters.append(folded)
                at.extend([offset] * len(folded))
        if len(at) > count:
            starts.append(count)
    starts.append(len(at))
    return NormalizedText(text, "".join(letters), at, starts)


@lru_cache(4096)
def fold_letter(character: str) -> str:
    """Return the folded letters of a character: none for a space or an accent, two for a ligature."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(letter for letter in folded if letter.isalnum())


def is_combining(character: str) -> bool:
    """Whether a character belongs to the letter before it."""
    return unicodedata.category(character) in COMBINING_CATEGORIES


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern for the words of a text, with a named group for what does not count; hyphenated words are one."""
    joining = "" if text.isascii() else "".join(sorted(c for c in set(text) if not c.isalnum() and is_combining(c)))
    between = rf"(?:[{re.escape(joining)}]+|-[ \t]*\n[ \t]*(?=[^\W\d_]))" if joining else r"-[ \t]*\n[ \t]*(?=[^\W\d_])"
    letter = rf"[^\W_{UNSPACED_SCRIPTS}]"
    return re.compile(rf"(?P<uncounted>{_UNCOUNTED})|{letter}+(?:{between}{letter}+)*|[{UNSPACED_SCRIPTS}]")
