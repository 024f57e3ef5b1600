"""Compare what an annotation says in two editions of a text: its words, and the sentence that they belong to.

A phrase has the meaning of its sentence. If the numbers, names or negations around it changed, it says something else, even if
its own words are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.stop_words import STOP_WORDS
from reader.article.ranges import Span
from reader.review.anchoring.boundaries import sentence_stops
from reader.review.details.lexicon import COMMON_WORDS, NEGATIONS, SCALES, TENS, UNITS
from reader.review.normalize import normalize
from reader.review.vocabulary import SENTENCE_CHANGED, WORDS_CHANGED

_REACH: Final = 1000
"""The most code points of a sentence before or after an annotation that are compared."""
_GROUPED: Final = lazy_pattern(r"(?<=\d)[.,'’ \u00a0\u202f](?=\d{3}(?!\d))")
"""Match the mark between groups of digits."""
_NUMBER_WORDS: Final = (UNITS.keys() | TENS.keys() | SCALES.keys()) - {"one"}
_ORDINARY_WORDS: Final = COMMON_WORDS.union(*STOP_WORDS.values())
"""Words that are no name where a capital letter begins a sentence."""


class Passage(NamedTuple):
    """The range of an annotation in one edition of a text."""

    text: str
    place: Span

    @property
    def words(self) -> str:
        """The words of the annotation."""
        return self.text[self.place.start : self.place.end]

    @property
    def sentence(self) -> str:
        """The words with the rest of the sentences that they begin and end in."""
        start, end = self.place
        low = max(0, start - _REACH)
        stops = [stop.end() for stop in sentence_stops(self.text, low, start)]
        after = (s.end() for s in sentence_stops(self.text, max(start, end - 8), end + _REACH) if s.end() >= end)
        return self.text[stops[-1] if stops else low : next(after, end + _REACH)].strip()


def change_of(then: Passage, now: Passage) -> str:
    """Return WORDS_CHANGED, SENTENCE_CHANGED, or "" if the annotation says the same; formatting does not count."""
    if not has_same_words(then.words, now.words):
        return WORDS_CHANGED
    return "" if _has_same_details(then.sentence, now.sentence) else SENTENCE_CHANGED


def has_same_words(one: str, other: str) -> bool:
    """Whether two wordings differ only in case, quotes, dashes, spaces, hyphenation or marks."""
    return one == other or normalize(one).letters == normalize(other).letters


def _has_same_details(one: str, other: str) -> bool:
    """Whether two sentences have the same numbers, names and negations, in any order and format."""
    if one == other:
        return True
    words, details = _words_and_details(one)
    other_words, other_details = _words_and_details(other)
    return not (details - other_words or other_details - words)


def _words_and_details(sentence: str) -> tuple[Counter[str], Counter[str]]:
    """Count the folded words of a sentence, and those that are numbers, names or negations."""
    folded = normalize(_GROUPED.sub("", sentence))
    text, words = folded.text, folded.words
    starts = (folded.offsets[start] for start in folded.word_starts[: len(words)])
    return Counter(words), Counter(_details(text, zip(words, starts, strict=True)))


def _details(text: str, words: Iterable[tuple[str, int]]) -> Iterable[str]:
    for number, (word, start) in enumerate(words):
        is_contraction = word == "t" and text[max(0, start - 1) : start] in ("'", "’")
        is_name = text[start].isupper() and not (number == 0 and word in _ORDINARY_WORDS)
        if is_name or is_contraction or word in NEGATIONS or word in _NUMBER_WORDS or any(map(str.isdigit, word)):
            yield word
