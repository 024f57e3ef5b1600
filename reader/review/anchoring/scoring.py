"""Compute the probability that a place is the quote's, from ten weighted signals.

Exactly one of the candidates, or "the quote is gone", is right. A conditional logit (McFadden, 1974) with the signals as
variables, and none for "gone", gives each its probability. `benchmarks/fit_anchoring.py` fits the weights.
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
"""How many letters on each side are compared as context: about what 32 code points of a selector contain."""
SURROUNDING_WORDS: Final = 8
"""How many words on each side of a quote show whether the alignment is reliable there."""
LONG_QUOTE: Final = 4000
"""How many letters or words of each end of a long quote are compared."""
MAX_LEAD: Final = 0.5
"""The lead over other places, as a share of the quote, above which a greater lead means nothing more."""
_DETAIL: Final = re.compile(r"\d+|\b[^\W\d_a-z]\w+")


class Signals(NamedTuple):
    """The evidence for a place, in numbers.

    similarity: the share of letters that quote and place have in common, in order; edits leave most of them.
    word_recall: the share of the quote's words that recur, misspelt ones by their equal letters; words that are frequent in the
        text count less, because similar sentences share them.
    detail_recall: the share of the quote's numbers and names that are in the place; a look-alike differs in these.
    context_similarity: how far the letters before and after agree beyond chance; this tells repetitions apart.
    evidence: the logarithm of the letters that agree in quote and context; much text does not agree by chance.
    proximity: the negative logarithm of the distance from the old offset; of equal places the nearer one is likelier.
    lead: how much better quote and, with less weight, context agree here than at the best other place; of two equal places,
        neither is certain.
    aligned_share: the share of the quote's letters that the alignment with the old text carries here.
    aligned_length: the logarithm of the letters, of the quote and words around it, that it carries here; a single word may be
        carried by chance.
    claimed_share: the share of the place's letters to which the alignment carries other old text.
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
    """Measure the signals of each place, in letters of the text; `old` is the quote's range in the aligned old text."""
    own_signals = [_own_signals(query, new, place) for place in places]
    scores = [(signals.similarity + signals.word_recall + signals.context_similarity / 2) / 2 for signals in own_signals]
    all_signals: list[Signals] = []
    for place, signals, score in zip(places, own_signals, scores, strict=True):
        others = [other for rival, other in zip(places, scores, strict=True) if not rival.overlaps(place)]
        lead = score - max(others, default=MAX_LEAD)
        signals = signals._replace(lead=max(-MAX_LEAD, min(MAX_LEAD, lead)))
        all_signals.append(_add_alignment(signals, alignment, old, place) if alignment else signals)
    return all_signals


def to_probabilities(all_signals: Iterable[Signals], aligned: bool) -> list[float]:
    """Return the probability of each place; the rest to 1 is the probability of none."""
    bias, weights = ALIGNED if aligned else ALONE
    sums = [bias + sum(weight * signal for weight, signal in zip(weights, signals, strict=True)) for signals in all_signals]
    highest = max([0.0, *sums])
    powers = [exp(number - highest) for number in sums]
    whole = exp(-highest) + sum(powers)
    return [power / whole for power in powers]


def _own_signals(query: QuoteQuery, new: NormalizedText, place: Span) -> Signals:
    quote = query.letters
    similarity = _similarity(quote, new.letters[place.start : place.end])
    before, after = query.before[-CONTEXT_LETTERS:], query.after[:CONTEXT_LETTERS]
    left = _beyond_chance(before, new.letters[max(0, place.start - len(before)) : place.start], place.start == 0)
    right = _beyond_chance(after, new.letters[place.end : place.end + len(after)], place.end == len(new.letters))
    words = _words_in(query.normalized, query.quote)
    place_words = _words_in(new, place)
    return Signals(
        similarity=similarity,
        word_recall=_word_recall(words, place_words, new),
        detail_recall=_detail_recall(query.selector.exact, "".join(place_words)),
        context_similarity=(left + right) / 2,
        evidence=log1p(similarity * len(quote) + CONTEXT_LETTERS * (left + right)),
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
    own = others = aligned = 0
    for word in range(low, high + 1):
        letters = new.word_starts[word + 1] - new.word_starts[word]
        if first <= alignment.to_old[word] <= last:
            own += letters
        elif alignment.to_old[word] >= 0:
            others += letters
    for word in range(max(0, first - SURROUNDING_WORDS), min(len(old.words), last + 1 + SURROUNDING_WORDS)):
        if low - 2 * SURROUNDING_WORDS < alignment.to_new[word] < high + 2 * SURROUNDING_WORDS:
            aligned += old.word_starts[word + 1] - old.word_starts[word]
    return signals._replace(
        aligned_share=min(1.0, own / (quote.end - quote.start)),
        aligned_length=log1p(aligned),
        claimed_share=min(1.0, others / (place.end - place.start)),
    )


def _words_in(text: NormalizedText, letters: Span) -> list[str]:
    return text.words[text.word_at(letters.start) : text.word_at(letters.end - 1) + 1]


def _clip_text(text: Sequence[Hashable]) -> Sequence[Hashable]:
    """Return a text, of a long one only both ends."""
    return text if len(text) <= 2 * LONG_QUOTE else [*text[:LONG_QUOTE], *text[-LONG_QUOTE:]]


def _similarity(one: str, other: str) -> float:
    """Return the share of letters that two texts have in common, in order, from 0 to 1."""
    from rapidfuzz.distance import Indel

    return 1.0 if one == other else Indel.normalized_similarity(_clip_text(one), _clip_text(other))


def _beyond_chance(context: str, other: str, at_end: bool) -> float:
    """Return the similarity of two contexts, 0 for that of any two texts. An empty context agrees with the end of a text."""
    return max(0.0, 2 * _similarity(context, other) - 1) if context else float(at_end)


def _word_recall(quote: list[str], place: list[str], new: NormalizedText) -> float:
    """Return the share of the quote's words that recur in the place, weighted by their rarity in the text."""
    from rapidfuzz.distance import LCSseq

    words, place_words = list(_clip_text(quote)), list(_clip_text(place))
    recalled = whole = 0.0
    for code in LCSseq.opcodes(words, place_words):
        near = place_words[max(0, code.dest_start - 1) : code.dest_end + 1]
        scores: dict[Hashable, float] = {}
        for word in words[code.src_start : code.src_end]:
            rarity = 1 / (1 + new.counts.get(str(word), 0))
            whole += rarity
            if code.tag != "equal" and word not in scores:
                scores[word] = max(_misspelling_scores(str(word), near), default=0.0)
            recalled += rarity * scores.get(word, 1.0)
    return recalled / whole


def _misspelling_scores(word: str, others: Iterable[Hashable]) -> Iterator[float]:
    """Yield the similarity of a word to those that may be misspellings of it."""
    similarities = (_similarity(word, str(other)) for other in others)
    return (similarity for similarity in similarities if similarity >= MIN_WORD_SIMILARITY)


def _detail_recall(quote: str, place: str) -> float:
    """Return the share of a quote's numbers and capitalised words that are in the letters of a place."""
    details = set(_DETAIL.findall(quote[: 2 * LONG_QUOTE]))
    return sum(normalize(detail).letters in place for detail in details) / len(details) if details else 1.0
