"""A text folded to plain letters for comparing details: no accents, no invisible characters, one way to write each letter."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from reader.article.lazy import lazy
from reader.article.model import Span
from reader.review import function_words

_WORD: Final = lazy(r"[^\W_]+")
_SAMPLE: Final = 20_000
"""How many characters of a text tell its language."""
_LETTERS: Final[Mapping[str, str]] = {
    **{"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"},
    **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ə": "e", "Ə": "E", "ħ": "h", "Ħ": "H"},
    **{"½": ".5", "¼": ".25", "¾": ".75", "‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "′": "'", "`": "'"},
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
}
"""What Unicode does not take apart (chapter 2.12), and the marks that are written in many ways."""


class _Fold(dict[int, str]):
    """What each code point becomes; worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = _LETTERS.get(letter)
        if folded is None:
            parts = unicodedata.normalize("NFKD", letter)
            if unicodedata.decomposition(letter).startswith("<super>") and parts.isdigit():
                parts = " "
            folded = "".join(_LETTERS.get(part, part) for part in parts if unicodedata.category(part) not in _UNSEEN)
        self[code] = folded
        return folded


_UNSEEN: Final = ("Mn", "Me", "Cf")
"""Categories of characters that are not compared: accents, soft hyphens, zero-width characters."""
_FOLD: Final = _Fold()


class Word(NamedTuple):
    """A word of a folded text, as written there but for its accents, and in lower case."""

    span: Span
    shown: str
    text: str


def plain(text: str) -> str:
    """Return a text folded, in the case that it has; of a figure, notes in superscript are dropped."""
    return text.translate(_FOLD)


def plain_places(text: str) -> tuple[str, list[int]]:
    """Return a text folded, and for each character of that, and for its end, the offset in `text` where it comes from."""
    pieces: list[str] = []
    places: list[int] = []
    for offset, letter in enumerate(text):
        piece = _FOLD[ord(letter)]
        pieces.append(piece)
        places.extend([offset] * len(piece))
    return "".join(pieces), [*places, len(text)]


def words_of(folded: str) -> list[Word]:
    """Return the words of a folded text, runs of letters and digits, in order."""
    found = _WORD.finditer(folded)
    return [Word(Span(*match.span()), match.group(), match.group().casefold()) for match in found]


def languages_of(folded: str, share: float = function_words.SHARE) -> tuple[str, ...]:
    """Return the languages that a folded text may be in, by the words at its beginning; `share` as in `function_words`."""
    return function_words.languages_of(Counter(word.casefold() for word in _WORD.findall(folded[:_SAMPLE])), share)
