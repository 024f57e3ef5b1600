"""How sure it is that a place is the quote's: ten signals, each with its reason, and what they weigh.

The places that were found and "it is gone" are choices, of which one is right: a conditional logit (McFadden, 1974) with the
signals as its variables and nothing for "gone" gives each its probability. `benchmarks/fit_anchoring.py` fits the weights.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from math import exp, log1p
from typing import Final, NamedTuple

from reader.article.ranges import Span
from reader.review.anchoring.alignment import MIN_WORD_SIMILARITY, Alignment
from reader.review.anchoring.candidates import QuoteQuery
from reader.review.anchoring.weights import ALIGNED, ALONE
from reader.review.normalize import NormalizedText, normalize

CONTEXT_LETTERS: Final = 24
"""How many letters on each side are compared as context: what a selector's 32 code points hold of them, mostly."""
SURROUNDING_WORDS: Final = 8
"""How many words on each side of a quote tell whether an alignment holds where it stands."""
LONG_QUOTE: Final = 4000
"""How many letters or words of each end of a long quote are compared."""
MAX_LEAD: Final = 0.5
"""By how much of a quote a place may be ahead of the others; more says no more."""
_DETAIL: Final = re.compile(r"\d+|\b[^\W\d_a-z]\w+")


class Signals(NamedTuple):
    """What speaks for a place.

    alike: the share of the quote's and the place's letters that both have in order: edits leave most of them.
    told: the share of the quote's words that are told again, misspelt ones by their letters; a word that the text has often
        counts less, because sentences of one mould share it.
    details: the share of the quote's numbers and names that stand in the place: a look-alike differs in these.
    context: how much of the letters before and after agrees beyond what chance gives: it tells repetitions apart.
    evidence: the logarithm of the letters that agree, in quote and context: much text does not agree by chance.
    near: the logarithm of the distance from the old offset, negative: of equal places the near one is likelier.
    rival: how far the quote, and its context for less, is better told here than at the best other place: of two that are
        alike neither is certain.
    aligned: the share of the quote's letters that the alignment with the old text brought here.
    firm: the logarithm of the letters, of the quote and the words around it, that it brought here: one word comes by chance.
    claimed: the share of the place's letters that other old text came to: what is somebody else's is not the quote's.
    """

    similarity: float
    word_recall: float
    detail_recall: float
    context_similarity: float
    evidence: float
    proximity: float
    lead: float
    aligned_share: float
    aligned_length: float
    claimed_share: float


def measure_signals(
    query: QuoteQuery, new: NormalizedText, places: Sequence[Span], alignment: Alignment | None, old: Span
) -> list[Signals]:
    """Return the signals of each place, in letters of the text; `old` are the quote's letters in the aligned old text."""
    found = [_own_signals(query, new, place) for place in places]
    said = [(signals.similarity + signals.word_recall + signals.context_similarity / 2) / 2 for signals in found]
    measured: list[Signals] = []
    for place, signals, here in zip(places, found, said, strict=True):
        others = [there for rival, there in zip(places, said, strict=True) if not rival.overlaps(place)]
        lead = here - max(others, default=MAX_LEAD)
        signals = signals._replace(lead=max(-MAX_LEAD, min(MAX_LEAD, lead)))
        measured.append(_add_alignment(signals, alignment, old, place) if alignment else signals)
    return measured


def to_probabilities(all_signals: Iterable[Signals], aligned: bool) -> list[float]:
    """Return the probability of each place; what is missing to 1 is that of none."""
    bias, weights = ALIGNED if aligned else ALONE
    sums = [bias + sum(weight * signal for weight, signal in zip(weights, signals, strict=True)) for signals in all_signals]
    highest = max(sums, default=0.0)
    highest = max(highest, 0.0)
    powers = [exp(number - highest) for number in sums]
    whole = exp(-highest) + sum(powers)
    return [power / whole for power in powers]


def _own_signals(query: QuoteQuery, new: NormalizedText, place: Span) -> Signals:
    quote, there = query.letters, new.letters[place.start : place.end]
    alike = _similarity(quote, there)
    before, after = query.before[-CONTEXT_LETTERS:], query.after[:CONTEXT_LETTERS]
    left = _beyond_chance(before, new.letters[max(0, place.start - len(before)) : place.start], place.start == 0)
    right = _beyond_chance(after, new.letters[place.end : place.end + len(after)], place.end == len(new.letters))
    words = _words_in(query.normalized, query.quote)
    there_words = _words_in(new, place)
    return Signals(
        similarity=alike,
        word_recall=_word_recall(words, there_words, new),
        detail_recall=_detail_recall(query.selector.exact, "".join(there_words)),
        context_similarity=(left + right) / 2,
        evidence=log1p(alike * len(quote) + CONTEXT_LETTERS * (left + right)),
        proximity=-log1p(abs(new.offsets[place.start] - query.selector.start)),
        lead=0.0,
        aligned_share=0.0,
        aligned_length=0.0,
        claimed_share=0.0,
    )


def _add_alignment(signals: Signals, alignment: Alignment, quote: Span, place: Span) -> Signals:
    old, new = alignment.old, alignment.new
    first, last = old.word_at(quote.start), old.word_at(quote.end - 1)
    low, high = new.word_at(place.start), new.word_at(place.end - 1)
    mine = others = firm = 0
    for word in range(low, high + 1):
        letters = new.word_starts[word + 1] - new.word_starts[word]
        if first <= alignment.to_old[word] <= last:
            mine += letters
        elif alignment.to_old[word] >= 0:
            others += letters
    for word in range(max(0, first - SURROUNDING_WORDS), min(len(old.words), last + 1 + SURROUNDING_WORDS)):
        if low - 2 * SURROUNDING_WORDS < alignment.to_new[word] < high + 2 * SURROUNDING_WORDS:
            firm += old.word_starts[word + 1] - old.word_starts[word]
    return signals._replace(
        aligned_share=min(1.0, mine / (quote.end - quote.start)),
        aligned_length=log1p(firm),
        claimed_share=min(1.0, others / (place.end - place.start)),
    )


def _words_in(folded: NormalizedText, letters: Span) -> list[str]:
    return folded.words[folded.word_at(letters.start) : folded.word_at(letters.end - 1) + 1]


def _clip_text(text: Sequence[Hashable]) -> Sequence[Hashable]:
    """Return a text, or the ends of a long one."""
    return text if len(text) <= 2 * LONG_QUOTE else [*text[:LONG_QUOTE], *text[-LONG_QUOTE:]]


def _similarity(one: str, other: str) -> float:
    """Return the share of their letters that two texts have in order, from 0 to 1."""
    from rapidfuzz.distance import Indel

    return 1.0 if one == other else Indel.normalized_similarity(_clip_text(one), _clip_text(other))


def _beyond_chance(context: str, there: str, at_end: bool) -> float:
    """Return how alike two contexts are, from 0 for what any two texts share; no context agrees with the end of a text."""
    return max(0.0, 2 * _similarity(context, there) - 1) if context else float(at_end)


def _word_recall(quote: list[str], place: list[str], new: NormalizedText) -> float:
    """Return the share of the quote's words that the place tells again, by how rare they are in the text."""
    from rapidfuzz.distance import LCSseq

    words, there = list(_clip_text(quote)), list(_clip_text(place))
    told = whole = 0.0
    for code in LCSseq.opcodes(words, there):
        for word in words[code.src_start : code.src_end]:
            rarity = 1 / (1 + new.counts.get(str(word), 0))
            whole += rarity
            near = there[max(0, code.dest_start - 1) : code.dest_end + 1]
            told += rarity if code.tag == "equal" else rarity * max(_misspelling_scores(str(word), near), default=0.0)
    return told / whole


def _misspelling_scores(word: str, places: Iterable[Hashable]) -> Iterator[float]:
    """Yield how alike a word is to those that may be it."""
    for place in places:
        alike = _similarity(word, str(place))
        if alike >= MIN_WORD_SIMILARITY:
            yield alike


def _detail_recall(quote: str, place: str) -> float:
    """Return the share of a quote's numbers and words with a capital that stand in the letters of a place."""
    details = set(_DETAIL.findall(quote[: 2 * LONG_QUOTE]))
    return sum(normalize(detail).letters in place for detail in details) / len(details) if details else 1.0
