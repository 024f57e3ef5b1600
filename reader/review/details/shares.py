"""Find shares of a whole in English words, as "two-thirds" and "one in four", and give them in per cent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.review.details.lexicon import TENS, UNITS, alternatives
from reader.review.details.numbers import Number
from reader.review.details.units import PERCENT

_PARTS: Final = {
    **{"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8},
    **{"ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100},
}
"""What a whole is divided by, by the singular."""
_SMALL: Final = {word: int(value) for word, value in UNITS.items() if 0 < value <= 20}
_WHOLES: Final = {**_SMALL, **{word: int(value) for word, value in TENS.items()}, "hundred": 100}
_PART: Final = lazy_pattern(rf"\b(?:{alternatives(['half', 'halves'])}|{alternatives(list(_PARTS)[2:])}s?)\b")
_COUNT: Final = lazy_pattern(rf"\b(?P<count>an?|{alternatives(_SMALL)}|\d)[\s-]$")
_COUNT_REACH: Final = 12
"""How many characters before a part its count may begin."""
_RATIO: Final = lazy_pattern(
    rf"\b(?P<count>{alternatives(_SMALL)}|\d{{1,3}})\s(?:in|out\sof)\s(?:every\s)?"
    rf"(?P<whole>{alternatives(_WHOLES)}|\d{{1,3}})\b(?![\s-]?(?:[-/%.,]\d|(?:hundred|thousand|million|billion)\b))"
)
_SLASHED: Final = lazy_pattern(r"(?<![\d/.,-])(?P<count>\d)/(?P<whole>\d{1,2})(?![\d/])")
_OF_A_WHOLE: Final = lazy_pattern(r"\s(?:of|the|its|their|his|her|our|all)\b")
_BY: Final = lazy_pattern(r"\bby\s(?:an?\s|nearly\s|almost\s|about\s|over\s)?$")
_MARGIN: Final = 1.0
"""How many percentage points a share in words may be from the exact one."""


def find_shares(lower: str) -> Iterator[Number]:
    """Yield what may be a share in a folded text in lower case; "third" alone may be one, or a place in a row."""
    for match in _PART.finditer(lower):
        counted = _COUNT.search(lower, max(0, match.start() - _COUNT_REACH), match.start())
        count = counted["count"] if counted else "a"
        parts = _PARTS.get(match[0]) or _PARTS[match[0].removesuffix("s")]
        span = Span(counted.start() if counted else match.start(), match.end())
        yield _share(span, 1 if count in ("a", "an") else _SMALL.get(count) or int(count), parts)
    for pattern in (_RATIO, _SLASHED):
        for match in pattern.finditer(lower):
            count, whole = (_WHOLES.get(word) or int(word) for word in (match["count"], match["whole"]))
            if count < whole:
                yield _share(Span(*match.span()), count, whole)


def _share(span: Span, count: int, whole: int) -> Number:
    return Number(span, (100.0 * count / whole,), 2 * _MARGIN, PERCENT, _MARGIN, words=True)


def is_certain_share(lower: str, share: Number) -> bool:
    """Whether a share in words cannot be anything else: a place in a row, a quarter of a year, half of a match."""
    text = lower[share.span.start : share.span.end]
    if "/" in text:
        return False
    if _RATIO.fullmatch(text):
        return True
    first, _, part = text.replace("-", " ").rpartition(" ")
    if first and first not in ("a", "an"):
        return part != "half"
    if not first and part != "half":
        return False
    return bool(_OF_A_WHOLE.match(lower, share.span.end) or _BY.search(lower, max(0, share.span.start - 16), share.span.start))
