"""The words and names that stand in a text, to be asked for others: in any case, spelling, inflection or abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import CAPITALISING, COMMON, ENDINGS, LINKS, NO_NAMES, SAME_AS, Word
from reader.review.details.numbers import ROMANS

_WORD: Final = lazy_pattern(r"[^\W_]+")
_COMPOUND: Final = lazy_pattern(r"[^\W_]+(?:[-'.&/][^\W_]+)+")
_RUN: Final = lazy_pattern(r"[A-Z][^\W_]*(?:[-'. ,&/\n]{1,2}(?:(?:of|the|and|for|in|on|de|du|la)\s)*[A-Z][^\W_]*)+")
_DOUBLED: Final = lazy_pattern(r"(.)\1+|\b(mac|mc)(?=\w{3})")
_STARTS: Final = lazy_pattern(r"(?:\w\w[.!?]['\")\]]*\s|[\"“”«»(\[\n:;]|\s')[\s\"“”'«»(\[*]*$")
_ORDINARY: Final = lazy_pattern(
    r"(?:ing|ed|ly|ment|ness|ity|ous|ive|able|ible|ful|less|(?:[ts]ion|ment|et|er|or|ist|ie)s|[ts]ion)$"
)
"""How words end that are no names where they start a sentence."""
_HOMONYMS: Final = ("us", "who")
"""Words without content that are names in capitals; the others are only stressed by them."""
_HEADLINE: Final = 4
"""How many words with content tell that all of them are written with capitals."""
_NEAR: Final = 8
"""How many characters before a word tell whether a sentence or a quote starts with it."""
_INSIDE: Final = 6
"""How many letters a name has at least that is also looked for inside of words, as in addresses, tags and compounds."""
_STEM: Final = 4
"""How many letters two forms of a name have in common at least."""
_LONGEST: Final = 7
"""How many letters an abbreviation has at most that is made of initials."""


class Names:
    """The words of one folded text. What is dear is made when it is first asked for."""

    def __init__(self, folded: str) -> None:
        self._folded = folded
        self._list = _WORD.findall(folded)

    @cached_property
    def lower(self) -> list[str]:
        """All words in lower case, in order."""
        return [word.casefold() for word in self._list]

    @cached_property
    def shown(self) -> frozenset[str]:
        """The words as they are written."""
        return frozenset(self._list)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words in lower case."""
        return frozenset(word.casefold() for word in self.shown)

    @cached_property
    def _compounds(self) -> frozenset[str]:
        """The words that are written with hyphens, apostrophes or points, as if they were written without."""
        return frozenset("".join(_WORD.findall(word)).casefold() for word in set(_COMPOUND.findall(self._folded)))

    @cached_property
    def _spaced(self) -> str:
        """The words in lower case, each between spaces."""
        return f" {' '.join(self.lower)} "

    @cached_property
    def _letters(self) -> str:
        """The words in lower case, with nothing between them."""
        return self._spaced.replace(" ", "")

    @cached_property
    def _spellings(self) -> frozenset[str]:
        return frozenset(_spelling(word) for word in self.words)

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        stems: dict[str, list[str]] = {}
        for word in self.words:
            stems.setdefault(word[:_STEM], []).append(word)
        return stems

    @cached_property
    def _initials(self) -> frozenset[str]:
        """The initials of all runs of capitalised words, and of all parts of them."""
        found: set[str] = set()
        for run in set(_RUN.findall(self._folded)):
            words = _WORD.findall(run)
            for initials in {
                "".join(word[0] for word in words if word[0].isupper()),
                "".join(word[0] for word in words).upper(),
            }:
                ends = range(2, _LONGEST + 1)
                found.update(initials[start : start + length] for start in range(len(initials)) for length in ends)
        return frozenset(found)

    def has(self, word: str) -> bool:
        """Whether a word, in lower case, stands in the text in one of its forms, alone or as a part of a word."""
        if word in COMMON:
            return self.has_abbreviation(word)
        return (
            word in self.words
            or word in self._compounds
            or (len(word) >= _INSIDE and self._inside(word))
            or any(self.has_abbreviation(other) if len(other) == 2 else other in self.words for other in SAME_AS.get(word, ()))
            or _spelling(word) in self._spellings
            or self._inflected(word)
        )

    def _inside(self, word: str) -> bool:
        """Whether a word starts or ends another one, or is written as several."""
        if word not in self._letters:
            return False
        if f" {word}" in self._spaced or f"{word} " in self._spaced:
            return True
        return re.search(f" {' ?'.join(word)} ", self._spaced) is not None

    def has_abbreviation(self, letters: str) -> bool:
        """Whether letters stand in the text as an abbreviation: in capitals, or with points."""
        return letters.upper() in self.shown or letters in self._compounds

    def has_initials(self, letters: str) -> bool:
        """Whether letters are the initials of capitalised words that stand together in the text."""
        letters = letters.upper()
        return letters in self._initials or letters.removesuffix("S") in self._initials

    def has_initial(self, name: str, surname: str) -> bool:
        """Whether the initial of a name stands before a surname in the text, alone or with one or two more: J. R. Smith."""
        if surname not in self.words:
            return False
        return re.search(rf" {name[0]} (?:[^\W_] ){{0,2}}{surname} ", self._spaced) is not None

    def _inflected(self, word: str) -> bool:
        """Whether another form of a word stands in the text: its plural, or a name of the people of a place."""
        if len(word) < _STEM:
            return word + "s" in self.words
        for other in self._stems.get(word[:_STEM], ()):
            shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
            if any(word[at:] in ENDINGS and other[at:] in ENDINGS for at in range(_STEM, shared + 1)):
                return True
        return False


def _spelling(word: str) -> str:
    """Return what spellings of one name have in common: doubled letters count once, and Mac is Mc."""
    return _DOUBLED.sub(lambda match: match[1] or "mc", word)


def names_of(folded: str, words: Sequence[Word], language: str, known: Names) -> Iterator[Span]:
    """Yield the words of names in a folded text, by its words and its language, that are not among the known ones.

    None of a headline, which writes all words like names.
    """
    content = [word for word in words if len(word.text) > 2 and word.text not in COMMON and not word.text.isdecimal()]
    if len(content) >= _HEADLINE and not any(word.shown.islower() for word in content):
        return
    for at, word in enumerate(words):
        if not _may_name(folded, words, at, language):
            continue
        capitals = word.shown.isupper()
        if known.has(word.text) or (capitals and known.has_initials(word.text)):
            continue
        if _has_beside(words, at, known) or _has_short(folded, words, at, known):
            continue
        if not (_leads(folded, words, at) and known.has_initial(word.text, words[at + 1].text)):
            yield word.span


def _may_name(folded: str, words: Sequence[Word], at: int, language: str) -> bool:
    """Whether a word can only be a part of a name, by how it is written and where it stands."""
    word = words[at]
    if word.shown.islower() or len(word.text) < 2 or not word.text.isascii() or word.text.isdecimal():
        return False
    if word.text in NO_NAMES or word.shown in ROMANS:
        return False
    capitals = word.shown.isupper()
    if word.text in COMMON and not (capitals and word.text in _HOMONYMS):
        return False
    if language == CAPITALISING:
        return capitals and len(word.text) > 2
    first = _STARTS.search(folded[max(0, word.span.start - _NEAR) : word.span.start]) is not None or not word.span.start
    if language != "en":
        return not first
    return not first or _leads(folded, words, at) or _ORDINARY.search(word.text) is None


def _leads(folded: str, words: Sequence[Word], at: int) -> bool:
    """Whether a capitalised word stands right behind one."""
    follows = at + 1 < len(words) and words[at + 1].shown[0].isupper()
    return follows and folded[words[at].span.end : words[at + 1].span.start] in (" ", "-")


def _has_beside(words: Sequence[Word], at: int, known: Names) -> bool:
    """Whether a word and one beside it are known as one word, or by another name of the same thing."""
    for first, second in zip(words[max(0, at - 1) : at + 1], words[max(1, at) : at + 2], strict=False):
        if second.span.start - first.span.end == 1 and known.has(first.text + second.text):
            return True
    return False


def _has_short(folded: str, words: Sequence[Word], at: int, known: Names) -> bool:
    """Whether the initials are known of a run of capitalised words to which a word belongs."""

    def linked(left: int) -> bool:
        between, right = folded[words[left].span.end : words[left + 1].span.start], words[left + 1]
        return between.strip() in ("", "-", "&") and (right.shown[0].isupper() or right.text in LINKS)

    first = last = at
    while first and at - first < _LONGEST and linked(first - 1):
        first -= 1
    while last + 1 < len(words) and last - at < _LONGEST and linked(last):
        last += 1
    for start in range(first, at + 1):
        for stop in range(max(at + 1, start + 2), last + 2):
            run = words[start:stop]
            letters = ("".join(word.text[0] for word in run if word.shown[0].isupper()), "".join(word.text[0] for word in run))
            if any(len(short) > 1 and known.has_abbreviation(short) for short in letters):
                return True
    return False
