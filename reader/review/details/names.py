"""Index the words and names of a source, and find the names of a claim that are missing there.

Names match in any case, spelling, inflection or abbreviation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import (
    COMMON_WORDS,
    NAME_ENDINGS,
    NAME_PARTICLES,
    NON_NAMES,
    NOUN_CAPITALIZING,
    SYNONYMS,
    Token,
)
from reader.review.details.numbers import ROMAN_NUMERALS

_WORD: Final = lazy_pattern(r"[^\W_]+")
# Both begin at the start of a word and never give back a part of one: a word of any length is read once.
_COMPOUND: Final = lazy_pattern(r"(?<![^\W_])[^\W_]++(?:[-'.&/][^\W_]++)+")
_RUN: Final = lazy_pattern(
    r"(?<![^\W_])[^\W_A-Z]*+([A-Z][^\W_]*+(?:[-'. ,&/\n]{1,2}(?:(?:of|the|and|for|in|on|de|du|la)\s)*[A-Z][^\W_]*+)+)"
)
_LEADING: Final = lazy_pattern(
    r"(?<![^\W_])(?:(?:The|An?|In|At|On|Of|By|For|From|And)[ -])?([A-Z][^\W_]*+)(?:[ -][A-Z][^\W_]*+)*+"
)
"""Match a run of capitalised words, and its first one that is no function word."""
_DOUBLED: Final = lazy_pattern(r"(.)\1+|\b(mac|mc)(?=\w{3})")
_SENTENCE_START: Final = lazy_pattern(r"(?:\w\w[.!?]['\")\]]*\s|[\"“”«»(\[\n:;]|\s')[\s\"“”'«»(\[*]*$")
_ORDINARY_ENDING: Final = lazy_pattern(
    r"(?:ing|ed|ly|ment|ness|ity|ous|ive|able|ible|ful|less|(?:[ts]ion|ment|et|er|or|ist|ie)s|[ts]ion)$"
)
"""Match the endings of words that are not names at the start of a sentence."""
_HOMONYMS: Final = ("us", "who")
"""Stop words that are names when in capitals; in others, capitals are only emphasis."""
_HEADLINE_WORDS: Final = 4
"""How many content words, all of them capitalised, make a headline."""
_START_REACH: Final = 8
"""How many characters before a word are searched for the start of a sentence or a quote."""
_INSIDE_LENGTHS: Final = range(6, 65)
"""How many letters a name has that is searched for inside words, as in addresses, tags and compounds. A longer word is data."""
_MIN_STEM_LENGTH: Final = 4
"""How many letters two forms of a name need to have in common."""
_START_LENGTH: Final = 4
"""How many letters related words have in common at their start: fewer than where passages are ranked, as this finds none."""
_MAX_ENDING_LENGTH: Final = max(map(len, NAME_ENDINGS))
_MAX_INITIALS: Final = 7
"""How many letters an abbreviation from initials has at most."""


class NameIndex:
    """Index of the words of a folded text. Costly parts are built on first use."""

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._surface_list = _WORD.findall(folded)

    @cached_property
    def lower_words(self) -> list[str]:
        """All words in lower case, in order."""
        return [word.casefold() for word in self._surface_list]

    @cached_property
    def surface_words(self) -> frozenset[str]:
        """The words as written."""
        return frozenset(self._surface_list)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words in lower case."""
        return frozenset(word.casefold() for word in self.surface_words)

    @cached_property
    def _starts(self) -> frozenset[str]:
        """The first letters of the words in lower case."""
        return frozenset(word[:_START_LENGTH] for word in self.words)

    @cached_property
    def _compounds(self) -> frozenset[str]:
        """The words with hyphens, apostrophes or points, as they are without these."""
        return frozenset("".join(_WORD.findall(word)).casefold() for word in set(_COMPOUND.findall(self._folded)))

    @cached_property
    def _spaced_text(self) -> str:
        """The words in lower case, each between spaces."""
        return f" {' '.join(self.lower_words)} "

    @cached_property
    def _letters(self) -> str:
        """The words in lower case, without separators."""
        return self._spaced_text.replace(" ", "")

    @cached_property
    def _spellings(self) -> frozenset[str]:
        return frozenset(_normalize_spelling(word) for word in self.words)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem for word in self.words for stem in _name_stems(word))

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The initials of all runs of capitalised words, and of all parts of these runs."""
        all_initials: set[str] = set()
        for run in set(_RUN.findall(self._folded)):
            words = _WORD.findall(run)
            for initials in {
                "".join(word[0] for word in words if word[0].isupper()),
                "".join(word[0] for word in words).upper(),
            }:
                ends = range(2, _MAX_INITIALS + 1)
                all_initials.update(initials[start : start + length] for start in range(len(initials)) for length in ends)
        return frozenset(all_initials)

    @cached_property
    def _leading_names(self) -> frozenset[str]:
        """The words in lower case that a run of capitalised words begins with."""
        return frozenset(match[1].casefold() for match in _LEADING.finditer(self._folded))

    def stands_alone(self, word: str) -> bool:
        """Whether the text has a word in lower case as a name, other than behind a capitalised word that it may belong to."""
        return word in self._leading_names

    def has_name(self, word: str) -> bool:
        """Whether the text contains a word, in lower case, in one of its forms, alone or as a part of another word."""
        if word in COMMON_WORDS:
            return self.has_abbreviation(word)
        return (
            word in self.words
            or word in self._compounds
            or (len(word) in _INSIDE_LENGTHS and self._is_inside(word))
            or any(self.has_abbreviation(other) if len(other) == 2 else other in self.words for other in SYNONYMS.get(word, ()))
            or _normalize_spelling(word) in self._spellings
            or self._has_inflection(word)
        )

    def has_start(self, word: str) -> bool:
        """Whether the text has a word that begins as a word in lower case, or has it inside another one."""
        return word[:_START_LENGTH] in self._starts or word in self._letters

    def _is_inside(self, word: str) -> bool:
        """Whether a word starts or ends another one, or is written as several words."""
        if word not in self._letters:
            return False
        if f" {word}" in self._spaced_text or f"{word} " in self._spaced_text:
            return True
        return re.search(f" {' ?'.join(word)} ", self._spaced_text) is not None

    def has_abbreviation(self, letters: str) -> bool:
        """Whether the text contains letters as an abbreviation: in capitals, or with points."""
        return letters.upper() in self.surface_words or letters in self._compounds

    def has_initials(self, letters: str) -> bool:
        """Whether letters are the initials of adjacent capitalised words in the text."""
        letters = letters.upper()
        return letters in self._initials or letters.removesuffix("S") in self._initials

    def has_initial(self, name: str, surname: str) -> bool:
        """Whether the text contains a surname after the initial of a name, with up to two more between: J. R. Smith."""
        if surname not in self.words:
            return False
        return re.search(rf" {name[0]} (?:[^\W_] ){{0,2}}{surname} ", self._spaced_text) is not None

    def _has_inflection(self, word: str) -> bool:
        """Whether the text contains another form of a word: its plural, or the name of the people of a place."""
        if len(word) < _MIN_STEM_LENGTH:
            return word + "s" in self.words
        return not self._stems.isdisjoint(_name_stems(word))


def _name_stems(word: str) -> Iterator[str]:
    """Yield what a word may be without the ending of a name's form."""
    for end in range(max(_MIN_STEM_LENGTH, len(word) - _MAX_ENDING_LENGTH), len(word) + 1):
        if word[end:] in NAME_ENDINGS:
            yield word[:end]


def _normalize_spelling(word: str) -> str:
    """Return a form that the spellings of a name share: doubled letters count once, and Mac is Mc."""
    return _DOUBLED.sub(lambda match: match[1] or "mc", word)


def find_missing_names(folded: str, words: Sequence[Token], language: str, source_names: NameIndex) -> Iterator[Span]:
    """Yield the words of names in a folded text that are missing in a source; `words` are its words.

    In headlines, which capitalise all words, names cannot be told apart: none is reported.
    """
    content = [word for word in words if len(word.text) > 2 and word.text not in COMMON_WORDS and not word.text.isdecimal()]
    if len(content) >= _HEADLINE_WORDS and not any(word.surface.islower() for word in content):
        return
    for at, word in enumerate(words):
        if not _can_be_name(folded, words, at, language):
            continue
        capitals = word.surface.isupper()
        if source_names.has_name(word.text) or (capitals and source_names.has_initials(word.text)):
            continue
        if _has_adjacent(words, at, source_names) or _has_abbreviation(folded, words, at, source_names):
            continue
        if not (_starts_name(folded, words, at) and source_names.has_initial(word.text, words[at + 1].text)):
            yield word.span


def _can_be_name(folded: str, words: Sequence[Token], at: int, language: str) -> bool:
    """Whether a word must be part of a name, judged by its capitals and its position."""
    word = words[at]
    if word.surface.islower() or len(word.text) < 2 or not word.text.isascii() or word.text.isdecimal():
        return False
    if word.text in NON_NAMES or word.surface in ROMAN_NUMERALS:
        return False
    capitals = word.surface.isupper()
    if word.text in COMMON_WORDS and not (capitals and word.text in _HOMONYMS):
        return False
    if language == NOUN_CAPITALIZING:
        return capitals and len(word.text) > 2
    first = (
        _SENTENCE_START.search(folded[max(0, word.span.start - _START_REACH) : word.span.start]) is not None
        or not word.span.start
    )
    if language != "en":
        return not first
    return not first or _starts_name(folded, words, at) or _ORDINARY_ENDING.search(word.text) is None


def _starts_name(folded: str, words: Sequence[Token], at: int) -> bool:
    """Whether a capitalised word follows a word directly."""
    follows = at + 1 < len(words) and words[at + 1].surface[0].isupper()
    return follows and folded[words[at].span.end : words[at + 1].span.start] in (" ", "-")


def _has_adjacent(words: Sequence[Token], at: int, source_names: NameIndex) -> bool:
    """Whether the source has a word and an adjacent one as a single word, or under another name for the same thing."""
    for first, second in zip(words[max(0, at - 1) : at + 1], words[max(1, at) : at + 2], strict=False):
        if second.span.start - first.span.end == 1 and source_names.has_name(first.text + second.text):
            return True
    return False


def _has_abbreviation(folded: str, words: Sequence[Token], at: int, source_names: NameIndex) -> bool:
    """Whether the source has the initials of a run of capitalised words that contains a word."""

    def is_same_name(left: int) -> bool:
        between, right = folded[words[left].span.end : words[left + 1].span.start], words[left + 1]
        return between.strip() in ("", "-", "&") and (right.surface[0].isupper() or right.text in NAME_PARTICLES)

    first = last = at
    while first and at - first < _MAX_INITIALS and is_same_name(first - 1):
        first -= 1
    while last + 1 < len(words) and last - at < _MAX_INITIALS and is_same_name(last):
        last += 1
    for start in range(first, at + 1):
        for stop in range(max(at + 1, start + 2), last + 2):
            run = words[start:stop]
            letters = (
                "".join(word.text[0] for word in run if word.surface[0].isupper()),
                "".join(word.text[0] for word in run),
            )
            if any(len(short) > 1 and source_names.has_abbreviation(short) for short in letters):
                return True
    return False
