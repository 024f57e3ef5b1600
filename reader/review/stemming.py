"""What a word has in common with its other forms: a light stem, and its beginning.

A stem need not be a word, and begins as the word does. Too light is better than too heavy: what stems miss, beginnings find.
"""

from __future__ import annotations

from typing import Final

from reader.article.lazy import lazy

ROOT: Final = 2
"""How many letters a word and its stem begin with alike, at least: "flies" and "fly"."""
BEGINNING: Final = 5
"""How many letters tell the family of a word in most European languages (McNamee and Mayfield, "Character n-gram tokenization
for European language text retrieval", 2004)."""
_SHORT: Final = 4
_LEFT: Final = 3
_ENDING: Final = lazy(
    r"(?<=....)(?:ern|en|er|em|es|os|as|is|[aeios])$|(?<=....)(?:ами|ями|ого|его|ому|ему|ыми|ими|[аеиоуыюя][имх]?|ь)$"
)
_FULL_ES: Final = ("sses", "shes", "ches", "xes", "zes")
_VOWELS: Final = frozenset("aeiouy")
_DOUBLED: Final = frozenset("bdfgmnprt")


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word: by rules for English, else without an ending that many languages share."""
    if len(word) < _SHORT or not word.isalpha():
        return word
    return _english(word) if language == "en" and word.isascii() else _ENDING.sub("", word)


def beginning(word: str) -> str:
    """Return the first letters of a word: all of a short one, and of a number."""
    return word[:BEGINNING] if word.isalpha() else word


def _english(word: str) -> str:
    """Return the stem after steps 1a to 1c and 5a of Porter ("An algorithm for suffix stripping", 1980), and without -ly."""
    word = _without_tense(_without_plural(word))
    if word.endswith("ly") and len(word) > _SHORT + 1:
        word = word[:-2]
    if len(word) >= _SHORT:
        word = word.removesuffix("e")
    return f"{word[:-1]}i" if word.endswith("y") and len(word) >= _SHORT else word


def _without_plural(word: str) -> str:
    if not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > _SHORT:
        return f"{word[:-3]}y"
    if word.endswith(_FULL_ES):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def _without_tense(word: str) -> str:
    if word.endswith("eed"):
        return word
    for ending in ("ing", "ed"):
        shorter = word.removesuffix(ending)
        if _LEFT <= len(shorter) < len(word) and not _VOWELS.isdisjoint(shorter):
            is_doubled = len(shorter) > _LEFT and shorter[-1] == shorter[-2] and shorter[-1] in _DOUBLED
            return shorter[:-1] if is_doubled else shorter
    return word
