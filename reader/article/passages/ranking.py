"""Rank the passages of a source by how close their wording is to a claim.

The score is the sum of three BM25 scores (Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond",
2009): for the words of the claim, their stems and their prefixes. So the same word counts most, another form of it less, a
related word least. Three adjustments follow: a passage gets a share of its neighbours' scores; passages that are not whole
sentences, such as headings, captions and buttons, lose a share; and so do later passages, because the first of several passages
with the same content is usually the fullest. Passages with a figure of the claim stand before all others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from math import log1p
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.stop_words import ENGLISH, STOP_WORDS, rank_languages
from reader.article.passages.words import ROOT_LENGTH, extract_terms, fold_terms, raw_terms, shorten_claim, stem, term_prefix
from reader.article.ranges import Span, merge_ranges

SATURATION: Final = 1.0
"""k1 of BM25: how soon repetitions of a term in a passage stop to count."""
LENGTH_NORMALIZATION: Final = 0.3
"""b of BM25: how much less a term counts in a long passage."""
WORD_WEIGHT: Final = 0.5
STEM_WEIGHT: Final = 0.5
PREFIX_WEIGHT: Final = 0.5
"""The weights of the same word, the same stem and the same prefix. The same word has the same stem and prefix too."""
NEIGHBOUR_SHARE: Final = 0.15
"""The share of its neighbours' scores that a passage gets."""
FRAGMENT_PENALTY: Final = 0.2
"""The share of its score that a passage loses if it does not end as a sentence does."""
POSITION_PENALTY: Final = 0.25
"""The share of its score that the last passage loses; earlier ones lose less, in proportion to their position."""
MAX_PENALTY_PASSAGE: Final = 300
"""The passage of a long source from which on all lose as much as the last one."""
_MIN_FIGURE_DIGITS: Final = 3
"""How many digits a whole number has at least that alone tells what a claim is about. Years tell less: texts repeat them."""
_MIN_SHORT_FIGURE_DIGITS: Final = 2
_MIN_WORDS_BESIDE_SHORT_FIGURE: Final = 2
"""How many other words a passage shares with the claim at least for a shorter number to count: shorter ones recur by chance."""
_YEAR: Final = lazy_pattern(r"(?:1[5-9]|20)\d\d")
_SENTENCE_ENDS: Final = tuple(".!?:;…。！？।۔؟")
_CLOSING_MARKS: Final = " \t\n\r\"'”’»›)]）」』"


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """The index of a passage, and the ranges of its words that are in the claim too, sorted and disjoint.

    `score` tells how close the wording is. Only the scores of one ranking can be compared.
    """

    index: int
    shared_ranges: tuple[Span, ...]
    score: float = field(default=0.0, compare=False)


class _TermFamily:
    """The words of a source that begin with the same letters, by stem and by prefix."""

    def __init__(self, words: Iterable[str], language: str) -> None:
        self.by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self.by_prefix: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self.by_stem[stem(word, language)].append(word)
            self.by_prefix[term_prefix(word)].append(word)


class PassageIndex:
    """Index of the passages of a source, mostly sentences, that ranks them for any number of claims."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = tuple(passages)
        all_terms = _terms_by_passage(self._passages)
        self._language = next(iter(rank_languages(Counter(chain.from_iterable(all_terms)))), ENGLISH)
        stop_words = STOP_WORDS[self._language]
        postings: defaultdict[str, list[int]] = defaultdict(list)
        lengths: list[int] = []
        for index, terms in enumerate(all_terms):
            terms = [term for term in terms if term not in stop_words]
            lengths.append(len(terms))
            for term in terms:
                postings[term].append(index)
        self._postings = dict(postings)
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._norms = [SATURATION * (1 - LENGTH_NORMALIZATION + LENGTH_NORMALIZATION * length / mean) for length in lengths]
        self._terms_by_root: defaultdict[str, list[str]] = defaultdict(list)
        for term in postings:
            self._terms_by_root[term[:ROOT_LENGTH]].append(term)
        self._families: dict[str, _TermFamily] = {}

    def rank(self, claim: str, limit: int | None = 10, candidates: Container[int] | None = None) -> tuple[RankedPassage, ...]:
        """Return the passages that share a word or its stem with a claim, the closest first, all of them without a limit.

        `candidates` are the indices to choose from, by default all. Passages with a figure of the claim come first. Stop words,
        such as "the", do not count, so there may be no passage. The ranking is deterministic.
        """
        words = self._claim_terms(shorten_claim(claim))
        stems = dict.fromkeys(self._stem_of(word) for word in words)
        scores: dict[int, float] = {}
        for stem_ in stems:
            self._add_scores(scores, STEM_WEIGHT, self._family_of(stem_).by_stem.get(stem_, ()))
        sharing = tuple(index for index in scores if candidates is None or index in candidates)
        for word in words:
            self._add_scores(scores, WORD_WEIGHT, [word] if word in self._postings else [])
        for prefix in dict.fromkeys(map(term_prefix, words)):
            self._add_scores(scores, PREFIX_WEIGHT, self._family_of(prefix).by_prefix.get(prefix, ()))
        adjusted = {index: self._adjusted_score(index, scores) for index in sharing}
        exact = self._passages_with_figure(words, stems)
        best = sorted(sharing, key=lambda index: (index not in exact, -adjusted[index], index))[:limit]
        return tuple(RankedPassage(index, self._shared_ranges(index, stems), adjusted[index]) for index in best)

    def count_terms(self, claim: str) -> int:
        """Return the number of different words of a claim that count."""
        return len(self._claim_terms(shorten_claim(claim)))

    def _passages_with_figure(self, words: Iterable[str], stems: Iterable[str]) -> frozenset[int]:
        """Return the passages that hold a figure of the claim: a fraction or a whole number that is no year."""
        figures = [word for word in words if word in self._postings and _is_figure(word, _MIN_SHORT_FIGURE_DIGITS)]
        long = frozenset(index for word in figures if _is_figure(word, _MIN_FIGURE_DIGITS) for index in self._postings[word])
        short = frozenset(index for word in figures for index in self._postings[word]) - long
        if not short:
            return long
        counts: Counter[int] = Counter()
        for stem_ in stems:
            if not stem_[0].isdecimal():
                forms = self._family_of(stem_).by_stem.get(stem_, ())
                counts.update(short.intersection(chain.from_iterable(self._postings[form] for form in forms)))
        return long.union(index for index in short if counts[index] >= _MIN_WORDS_BESIDE_SHORT_FIGURE)

    def _claim_terms(self, text: str) -> dict[str, None]:
        stop_words = STOP_WORDS[self._language]
        return dict.fromkeys(term.text for term in extract_terms(text) if term.text not in stop_words)

    def _stem_of(self, word: str) -> str:
        return stem(word, self._language)

    def _family_of(self, word: str) -> _TermFamily:
        """Return the words of the source that begin as a word does. Built on first use, since most families are never used."""
        root = word[:ROOT_LENGTH]
        family = self._families.get(root)
        if family is None:
            family = self._families[root] = _TermFamily(self._terms_by_root.get(root, ()), self._language)
        return family

    def _add_scores(self, scores: dict[int, float], weight: float, words: Sequence[str]) -> None:
        """Add the BM25 score of some words of the source, treated as one term, to the score of each passage."""
        frequencies = Counter(chain.from_iterable(self._postings[word] for word in words))
        rarity = log1p((len(self._passages) - len(frequencies) + 0.5) / (len(frequencies) + 0.5))
        factor, norms = weight * rarity * (SATURATION + 1), self._norms
        for index, frequency in frequencies.items():
            scores[index] = scores.get(index, 0.0) + factor * frequency / (frequency + norms[index])

    def _adjusted_score(self, index: int, scores: dict[int, float]) -> float:
        score = scores[index] + NEIGHBOUR_SHARE * (scores.get(index - 1, 0.0) + scores.get(index + 1, 0.0))
        if not self._passages[index].rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS):
            score *= 1 - FRAGMENT_PENALTY
        return score * (1 - POSITION_PENALTY * min(1.0, index / min(len(self._passages), MAX_PENALTY_PASSAGE)))

    def _shared_ranges(self, index: int, stems: Collection[str]) -> tuple[Span, ...]:
        stop_words = STOP_WORDS[self._language]
        terms = (term for term in extract_terms(self._passages[index]) if term.text not in stop_words)
        return tuple(merge_ranges(term.span for term in terms if self._stem_of(term.text) in stems))


def _is_figure(term: str, min_digits: int) -> bool:
    return term[0].isdecimal() and ("." in term or (len(term) >= min_digits and not _YEAR.fullmatch(term)))


def _terms_by_passage(passages: Iterable[str]) -> list[list[str]]:
    """Return the folded terms of each passage."""
    cache: dict[str, tuple[str, ...]] = {}
    all_terms: list[list[str]] = []
    for passage in passages:
        terms: list[str] = []
        for raw in raw_terms(passage):
            if raw not in cache:
                cache[raw] = tuple(term.text for term in fold_terms(raw))
            terms += cache[raw]
        all_terms.append(terms)
    return all_terms
