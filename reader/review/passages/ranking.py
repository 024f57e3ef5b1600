"""Which passages of a source are closest to a claim by their wording.

BM25 (Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009) is asked three times, for the
words of the claim, their stems and their beginnings: the same word counts most, another form of it less, a relative least.
Three things are weighed besides. A passage is read together with those beside it. What is no whole sentence, as a heading, a
caption or a button, says little. And of passages that say the same, the earlier one mostly says it in full.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log1p
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, markup_ranges
from reader.article.ranges import Span, block_at, merge_ranges, within
from reader.review.pairs import citations_in
from reader.review.passages.stop_words import ENGLISH, STOP_WORDS, rank_languages
from reader.review.passages.words import ROOT_LENGTH, extract_terms, fold_terms, raw_terms, shorten_claim, stem, term_prefix

SATURATION: Final = 1.0
"""k1 of BM25: how soon a word that is repeated in a passage counts no more."""
LENGTH_NORMALIZATION: Final = 0.3
"""b of BM25: how much less a word counts in a long passage."""
WORD_WEIGHT: Final = 0.5
STEM_WEIGHT: Final = 0.5
PREFIX_WEIGHT: Final = 0.5
"""What the same word, the same stem, the same beginning count; the same word has the same stem and beginning too."""
NEIGHBOUR_SHARE: Final = 0.15
"""The share of their neighbours' scores that passages are given."""
FRAGMENT_PENALTY: Final = 0.2
"""The share of its score that a passage loses that does not end as a sentence does."""
POSITION_PENALTY: Final = 0.25
"""The share of its score that the last passage loses, and those before it the less, the nearer they are to the first."""
MAX_PENALTY_PASSAGE: Final = 300
"""From which passage on all lose as much as the last, in a long source."""
_SENTENCE_ENDS: Final = tuple(".!?:;…。！？।۔؟")
_CLOSING_MARKS: Final = " \t\n\r\"'”’»›)]）」』"
_EMPTY_BRACKETS: Final = lazy_pattern(r"\[\s*\]|\(\s*\)")
_SPACE_BEFORE_MARK: Final = lazy_pattern(r"(?<!\s)\s+(?=[.,;:!?](?:\s|$))")


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that is close to a claim: its index, and the ranges of its text whose words stand in the claim too.

    The ranges are sorted and disjoint.
    """

    index: int
    shared_ranges: tuple[Span, ...]


class _TermFamily:
    """The words of a source that begin with the same letters, by their stems and by their beginnings."""

    def __init__(self, words: Iterable[str], language: str) -> None:
        self.by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self.by_prefix: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self.by_stem[stem(word, language)].append(word)
            self.by_prefix[term_prefix(word)].append(word)


class PassageIndex:
    """The passages of one source, mostly sentences, to be asked for those closest to a claim. No answer changes by asking."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = tuple(passages)
        told = _terms_by_passage(self._passages)
        self._language = next(iter(rank_languages(Counter(chain.from_iterable(told)))), ENGLISH)
        empty = STOP_WORDS[self._language]
        places: defaultdict[str, list[int]] = defaultdict(list)
        lengths: list[int] = []
        for index, words in enumerate(told):
            kept = [word for word in words if word not in empty]
            lengths.append(len(kept))
            for word in kept:
                places[word].append(index)
        self._postings = dict(places)
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._norms = [SATURATION * (1 - LENGTH_NORMALIZATION + LENGTH_NORMALIZATION * length / mean) for length in lengths]
        self._terms_by_root: defaultdict[str, list[str]] = defaultdict(list)
        for word in places:
            self._terms_by_root[word[:ROOT_LENGTH]].append(word)
        self._families: dict[str, _TermFamily] = {}

    def rank(self, claim: str, limit: int | None = 10) -> tuple[RankedPassage, ...]:
        """Return the passages that share a word or its stem with a claim, the closest first, all of them without a limit.

        Words without content, such as "the", do not count: there may be none. Equal arguments give equal answers.
        """
        words = self._claim_terms(shorten_claim(claim))
        stems = dict.fromkeys(self._stem_of(word) for word in words)
        scores: dict[int, float] = {}
        for wanted in stems:
            self._add_scores(scores, STEM_WEIGHT, self._family_of(wanted).by_stem.get(wanted, ()))
        sharing = tuple(scores)
        for wanted in words:
            self._add_scores(scores, WORD_WEIGHT, [wanted] if wanted in self._postings else [])
        for wanted in dict.fromkeys(map(term_prefix, words)):
            self._add_scores(scores, PREFIX_WEIGHT, self._family_of(wanted).by_prefix.get(wanted, ()))
        weighed = {index: self._adjusted_score(index, scores) for index in sharing}
        best = sorted(sharing, key=lambda index: (-weighed[index], index))[:limit]
        return tuple(RankedPassage(index, self._shared_ranges(index, stems)) for index in best)

    def _claim_terms(self, text: str) -> dict[str, None]:
        empty = STOP_WORDS[self._language]
        return dict.fromkeys(word.text for word in extract_terms(text) if word.text not in empty)

    def _stem_of(self, word: str) -> str:
        return stem(word, self._language)

    def _family_of(self, wanted: str) -> _TermFamily:
        """Return the words that begin as one does; made when it is first asked for, as most of a source never is."""
        root = wanted[:ROOT_LENGTH]
        family = self._families.get(root)
        if family is None:
            family = self._families[root] = _TermFamily(self._terms_by_root.get(root, ()), self._language)
        return family

    def _add_scores(self, scores: dict[int, float], weight: float, words: Sequence[str]) -> None:
        """Add to the score of each passage what some words of the source, taken as one, are worth there."""
        times = Counter(chain.from_iterable(self._postings[word] for word in words))
        rarity = log1p((len(self._passages) - len(times) + 0.5) / (len(times) + 0.5))
        worth, norms = weight * rarity * (SATURATION + 1), self._norms
        for index, count in times.items():
            scores[index] = scores.get(index, 0.0) + worth * count / (count + norms[index])

    def _adjusted_score(self, index: int, scores: dict[int, float]) -> float:
        score = scores[index] + NEIGHBOUR_SHARE * (scores.get(index - 1, 0.0) + scores.get(index + 1, 0.0))
        if not self._passages[index].rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS):
            score *= 1 - FRAGMENT_PENALTY
        return score * (1 - POSITION_PENALTY * min(1.0, index / min(len(self._passages), MAX_PENALTY_PASSAGE)))

    def _shared_ranges(self, index: int, stems: Collection[str]) -> tuple[Span, ...]:
        empty = STOP_WORDS[self._language]
        words = extract_terms(self._passages[index])
        return tuple(merge_ranges(word.span for word in words if word.text not in empty and self._stem_of(word.text) in stems))


def claim_text(article: Article, span: Span) -> str:
    """Return the text of a claim in one line, without its citations and without markup, which is hidden.

    What an article says and links to its source is kept, although it is the marker.
    """
    hidden = [citation.span for citation in citations_in(article, span) if not _is_part_of_claim(article, citation)]
    begins = article.blocks[block_at(article.blocks, span.start)].start if article.blocks else 0
    styles = within(article.styles, begins, span.end)
    markup = markup_ranges(styles)
    parts: list[str] = []
    at = span.start
    for part in merge_ranges([*hidden, *markup]):
        if part.end > at:
            parts.append(article.text[at : max(at, min(part.start, span.end))])
            at = part.end
    text = "".join([*parts, article.text[at : span.end]])
    return " ".join(_SPACE_BEFORE_MARK.sub("", _EMPTY_BRACKETS.sub(" ", text)).split())


def _is_part_of_claim(article: Article, citation: Citation) -> bool:
    cited = [article.reference_by_id[name] for name in citation.references]
    return citation.kind == "link" and all(reference.span is None for reference in cited)


def _terms_by_passage(passages: Iterable[str]) -> list[list[str]]:
    """Return the folded words of each passage."""
    known: dict[str, tuple[str, ...]] = {}
    told: list[list[str]] = []
    for passage in passages:
        words: list[str] = []
        for raw in raw_terms(passage):
            if raw not in known:
                known[raw] = tuple(word.text for word in fold_terms(raw))
            words += known[raw]
        told.append(words)
    return told
