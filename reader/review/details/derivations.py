"""Work out numbers of a claim from two numbers in one sentence of a source: "fell by a third" from 2.1 and 1.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.words import term_prefix
from reader.article.ranges import Span
from reader.review.details.claim import ClaimText
from reader.review.details.lexicon import COMMON_WORDS, tokenize, word_set
from reader.review.details.numbers import Number, is_year
from reader.review.details.units import SHARE, TIME

_REACH: Final = 200
"""How many characters two numbers of one sentence are apart at most, and how far around them its words are read."""
_NEXT: Final = 3
"""How many numbers behind a number are combined with it."""
_MIN_SHARED: Final = 2
"""How many words a claim and the sentence share at least, if the claim has as many: any two numbers give some result."""
_MIN_LETTERS: Final = 3
_ROUNDING: Final = 1e-6
"""How far two scales are apart at most that are the same, as a share of them."""
_FIGURE: Final = lazy_pattern(r"\d(?:[\d.,']*\d)?")
_SENTENCE_END: Final = lazy_pattern(r"[.!?][\"')\]]*\s|\n")
_FALLING: Final = word_set(
    "fell fall falls fallen falling dropped drop drops decreased decrease declined decline shrank shrunk lost loses loss less"
    " fewer lower down smaller reduced reduction cut cuts cheaper slower shorter sank sunk slumped plunged"
)
_RISING: Final = word_set(
    "rose rise rises risen rising grew grow grown growth increased increase gained gain climbed climbs more up higher larger"
    " bigger greater faster longer jumped soared surged expanded"
)
_TOTAL: Final = word_set("total totals totalled altogether together combined sum overall all")
_DIFFERENCE: Final = word_set(
    "difference gap lead margin ahead behind older younger later earlier after apart remaining left by"
)


class Derivation(NamedTuple):
    """A number of a claim that follows from two numbers of one sentence of a source.

    `span` is its range in the claim and `text` its words there; `sum` is how it follows, as "(2.1 − 1.4) ÷ 2.1 = 33.33 %".
    """

    span: Span
    text: str
    sum: str

    @property
    def wording(self) -> str:
        """The number with its sum, in one line."""
        return f"{' '.join(self.text.split())}, as {self.sum}"


class _Pair(NamedTuple):
    """Two numbers of one sentence, in its order."""

    first: Number
    second: Number


class _Result(NamedTuple):
    """What two numbers give, and how: `{low}` and `{high}` stand for them."""

    value: float
    sum: str


class DerivationIndex:
    """Index of the pairs of numbers in the sentences of a folded text. It is built on first use."""

    def __init__(self, folded: str, numbers: Sequence[Number]) -> None:
        self._folded = folded
        self._numbers = numbers
        self._pairs: tuple[_Pair, ...] | None = None

    def derive(self, claim: ClaimText, number: Number) -> str | None:
        """Return how a number of a claim follows from two numbers of one sentence, None if it does not.

        The sentence has to share words with the claim, and the claim to say what was done: fell, rose, in total, by, years.
        """
        if number.ordinal or number.decade or is_year(number.values[0]) or number.values[0] <= 0:
            return None
        words = {word.text for word in claim.words}
        wanted = {
            term_prefix(word) for word in words if len(word) >= _MIN_LETTERS and word.isalpha() and word not in COMMON_WORDS
        }
        wanted -= {term_prefix(word) for word in _words_of(claim, number)}
        best, most = None, min(_MIN_SHARED, len(wanted)) - 1
        low, high = number.range_of(number.values[0])
        for pair in self._all_pairs():
            for result in _results(number, pair, words):
                if low <= result.value <= high:
                    shared = len(wanted & self._words_around(pair))
                    if shared > most:
                        best, most = self._wording(pair, result), shared
        return best

    def _all_pairs(self) -> tuple[_Pair, ...]:
        if self._pairs is None:
            self._pairs = tuple(self._find_pairs())
        return self._pairs

    def _find_pairs(self) -> Iterator[_Pair]:
        figures = sorted((n for n in self._numbers if not (n.words or n.ordinal)), key=lambda number: number.span)
        for at, first in enumerate(figures):
            for second in figures[at + 1 : at + 1 + _NEXT]:
                if second.span.start - first.span.end > _REACH or _SENTENCE_END.search(
                    self._folded, first.span.end, second.span.start
                ):
                    break
                if first.values[0] != second.values[0] and is_year(first.values[0]) == is_year(second.values[0]):
                    yield _Pair(first, second)

    def _words_around(self, pair: _Pair) -> set[str]:
        """Return the beginnings of the words of the sentence that a pair stands in."""
        before = self._folded[max(0, pair.first.span.start - _REACH) : pair.first.span.start]
        start = max((match.end() for match in _SENTENCE_END.finditer(before)), default=0)
        after = _SENTENCE_END.search(self._folded, pair.second.span.end, pair.second.span.end + _REACH)
        end = after.start() if after else pair.second.span.end + _REACH
        return {term_prefix(word.text) for word in tokenize(before[start:] + self._folded[pair.first.span.start : end])}

    def _wording(self, pair: _Pair, result: _Result) -> str:
        low, high = sorted(pair, key=lambda number: number.values[0])
        texts = [self._folded[slice(*number.span)] for number in (low, high)]
        figures = [figure[0] if (figure := _FIGURE.search(text)) else text for text in texts]
        # Without their scales and units, where these are the same.
        plain_low, plain_high = map(_plain_value, figures)
        is_alike = plain_high > 0 and abs(plain_low * high.values[0] / plain_high - low.values[0]) < _ROUNDING * high.values[0]
        shown = figures if is_alike else texts
        words = result.sum.format(low=shown[0], high=shown[1])
        if "÷" in result.sum:
            return f"{words} = {round(result.value, 2):g} %"
        scale = high.values[0] / plain_high if is_alike else 1.0
        return f"{words} = {result.value / scale:,.10g}"


def _plain_value(figure: str) -> float:
    try:
        return float(figure.replace(",", "").replace("'", ""))
    except ValueError:
        return 0.0


def _words_of(claim: ClaimText, number: Number) -> list[str]:
    """Return the words of a number and its unit in lower case."""
    return [word.text for word in tokenize(claim.folded[slice(*number.span)])]


def _results(number: Number, pair: _Pair, words: set[str]) -> Iterator[_Result]:
    """Yield what two numbers give by the wording of the claim in `words`, in the unit of its number."""
    first, second = pair
    low, high = sorted((first.values[0], second.values[0]))
    is_share = number.unit is not None and number.unit.dimension == SHARE
    if is_year(low):
        if number.unit is not None and number.unit.dimension == TIME:
            yield _Result(high - low, "{high} − {low}")
        return
    if low <= 0 or (first.unit and second.unit and not first.unit.may_be(second.unit)):
        return
    if is_share and not any(one.unit and one.unit.dimension == SHARE for one in pair):
        falling, rising = not words.isdisjoint(_FALLING), not words.isdisjoint(_RISING)
        if falling:
            yield _Result(100 * (high - low) / high, "({high} − {low}) ÷ {high}")
        if rising:
            yield _Result(100 * (high - low) / low, "({high} − {low}) ÷ {low}")
        if not falling and not rising:
            yield _Result(100 * low / high, "{low} ÷ {high}")
    elif not is_share and all(one.unit is None or number.unit is None or one.unit.may_be(number.unit) for one in pair):
        if not words.isdisjoint(_TOTAL):
            yield _Result(low + high, "{low} + {high}")
        if not words.isdisjoint(_DIFFERENCE | _FALLING | _RISING):
            yield _Result(high - low, "{high} − {low}")
