"""Compare the numbers of a claim with those of a text. Entry point for a single passage: `compare_numbers`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.details import lexicon
from reader.review.details.claim import ClaimText, claim_numbers, read_claim
from reader.review.details.number_index import NumberIndex
from reader.review.details.numbers import Number
from reader.review.details.units import COUNT

SAME: Final = "same"
OTHER_SCALE: Final = "other scale"
OTHER_UNIT: Final = "other unit"
ABSENT: Final = "absent"
_SCALE_RATIOS: Final = (1e2, 1e3, 1e5, 1e6, 1e7, 1e9, 1e12)
"""How many times as great one number is as another with the same digits, if they differ in scale only."""
_MIN_DIGITS: Final = 2
"""How many digits two numbers without a word for their scale have in common at least, to be taken for the same figure."""


class NumberComparison(NamedTuple):
    """A number of a claim, and the number of a passage that it was compared with.

    `relation` is SAME if they may be the same amount, in whatever form; OTHER_SCALE if only their scale differs (4.2 million,
    4.2 billion), OTHER_UNIT if only their unit differs (40 miles, 40 km); ABSENT if the passage has neither. `claim` and
    `passage` are ranges of the two texts; `passage` is None for ABSENT.
    """

    relation: str
    claim: Span
    passage: Span | None = None


def compare_numbers(claim: str, passage: str) -> tuple[NumberComparison, ...]:
    """Compare the numbers of a claim with those of a passage of its source, in the order of the claim.

    Numbers in dates and in names, and decades, are left out. Pass the claim without citation markers. Of a very long claim only
    the beginning is read. The time is linear in the length of the passage.
    """
    read = read_claim(claim)
    folded, places = lexicon.fold_with_offsets(passage)
    languages = frozenset(lexicon.likely_languages(folded, 0))
    words = frozenset(word.text for word in lexicon.tokenize(folded))
    index = NumberIndex(folded, languages, words)

    def compare(number: Number, same: Number | None) -> NumberComparison:
        relation, other = (SAME, same) if same else _closest(number, index)
        end = other and places[other.span.end - 1] + 1
        span = Span(places[other.span.start], end) if other and end else None
        return NumberComparison(relation, read.original(number.span), span)

    return tuple(compare(number, same) for number, same in match_numbers(read, index) if not number.decade)


def match_numbers(claim: ClaimText, index: NumberIndex) -> Iterator[tuple[Number, Number | None]]:
    """Yield each number of a claim with one of a text that may be the same amount, None if there is none.

    Both ends of a range are matched by a number inside it, if it measures or counts the same.
    """
    numbers = claim_numbers(claim)
    inside: dict[Span, Number] = {}
    for low, high in pairwise(numbers):
        unit = high.unit or low.unit
        if unit and claim.is_range(low, high) and (found := index.find_between(low.values[0], high.values[0], unit)):
            inside |= {low.span: found, high.span: found}
    for number in numbers:
        found = index.find(number, *claim.hedges(number)) or inside.get(number.span)
        if not found and claim.is_century(number):
            found = next(filter(None, map(index.find_century, number.values)), None)
        yield number, found


def _closest(number: Number, index: NumberIndex) -> tuple[str, Number | None]:
    """Return how a number differs from the one of a text that has the same digits, and that one."""
    for other in index.numbers:
        if set(number.values) & set(other.values) and not (number.ordinal or other.ordinal):
            return OTHER_UNIT, other
    for other in index.numbers:
        if _may_be_scaled(number, other) and any(_is_scaled(a, b) for a in number.values for b in other.values):
            return OTHER_SCALE, other
    return ABSENT, None


def _may_be_scaled(number: Number, other: Number) -> bool:
    """Whether two numbers are written with as many digits, or scales, as a slip between scales needs."""
    if number.unit and other.unit and not number.unit.may_be(other.unit):
        return False
    if number.unit and other.unit and number.unit.dimension == COUNT and number.unit.noun != other.unit.noun:
        return False
    return max(_digits(number), _digits(other)) >= _MIN_DIGITS or number.has_scale or other.has_scale


def _digits(number: Number) -> int:
    return len(f"{number.values[0]:.12g}".replace(".", "").strip("0"))


def _is_scaled(one: float, other: float) -> bool:
    low, high = sorted((one, other))
    return low > 0 and any(abs(high - ratio * low) <= 1e-9 * high for ratio in _SCALE_RATIOS)
