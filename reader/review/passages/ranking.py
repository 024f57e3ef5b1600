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
from reader.article.model import Citation, StyleKind
from reader.article.ranges import Span, block_at, merge_ranges, within
from reader.review.pairs import citations_in
from reader.review.passages.stop_words import ENGLISH, FUNCTION_WORDS, languages_of
from reader.review.passages.words import ROOT, beginning, beginning_of, folded, raw_words, stem, words_of

SATURATION: Final = 1.0
"""k1 of BM25: how soon a word that is repeated in a passage counts no more."""
LENGTH: Final = 0.3
"""b of BM25: how much less a word counts in a long passage."""
WORD: Final = 0.5
STEM: Final = 0.5
RELATED: Final = 0.5
"""What the same word, the same stem, the same beginning count; the same word has the same stem and beginning too."""
BESIDE: Final = 0.15
"""The share of their neighbours' scores that passages are given."""
FRAGMENT: Final = 0.2
"""The share of its score that a passage loses that does not end as a sentence does."""
LATE: Final = 0.25
"""The share of its score that the last passage loses, and those before it the less, the nearer they are to the first."""
OPENING: Final = 300
"""From which passage on all lose as much as the last, in a long source."""
_ENDS: Final = tuple(".!?:;…。！？।۔؟")
_CLOSING: Final = " \t\n\r\"'”’»›)]）」』"
_EMPTY: Final = lazy_pattern(r"\[\s*\]|\(\s*\)")
_GAP: Final = lazy_pattern(r"(?<!\s)\s+(?=[.,;:!?](?:\s|$))")


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that is close to a claim: its index, and the ranges of its text whose words stand in the claim too.

    The ranges are sorted and disjoint.
    """

    index: int
    shared: tuple[Span, ...]


class _Family:
    """The words of a source that begin with the same letters, by their stems and by their beginnings."""

    def __init__(self, words: Iterable[str], language: str) -> None:
        self.by_stem: defaultdict[str, list[str]] = defaultdict(list)
        self.by_beginning: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self.by_stem[stem(word, language)].append(word)
            self.by_beginning[beginning(word)].append(word)


class PassageIndex:
    """The passages of one source, mostly sentences, to be asked for those closest to a claim. No answer changes by asking."""

    def __init__(self, passages: Sequence[str]) -> None:
        self._passages = tuple(passages)
        told = _told(self._passages)
        self._language = next(iter(languages_of(Counter(chain.from_iterable(told)))), ENGLISH)
        empty = FUNCTION_WORDS[self._language]
        places: defaultdict[str, list[int]] = defaultdict(list)
        lengths: list[int] = []
        for index, words in enumerate(told):
            kept = [word for word in words if word not in empty]
            lengths.append(len(kept))
            for word in kept:
                places[word].append(index)
        self._places = dict(places)
        mean = sum(lengths) / max(1, len(lengths)) or 1.0
        self._norms = [SATURATION * (1 - LENGTH + LENGTH * length / mean) for length in lengths]
        self._words_by_root: defaultdict[str, list[str]] = defaultdict(list)
        for word in places:
            self._words_by_root[word[:ROOT]].append(word)
        self._families: dict[str, _Family] = {}

    def closest(self, claim: str, limit: int | None = 10) -> tuple[RankedPassage, ...]:
        """Return the passages that share a word or its stem with a claim, the closest first, all of them without a limit.

        Words without content, such as "the", do not count: there may be none. Equal arguments give equal answers.
        """
        words = self._words(beginning_of(claim))
        stems = dict.fromkeys(self._stem(word) for word in words)
        scores: dict[int, float] = {}
        for wanted in stems:
            self._add(scores, STEM, self._family(wanted).by_stem.get(wanted, ()))
        sharing = tuple(scores)
        for wanted in words:
            self._add(scores, WORD, [wanted] if wanted in self._places else [])
        for wanted in dict.fromkeys(map(beginning, words)):
            self._add(scores, RELATED, self._family(wanted).by_beginning.get(wanted, ()))
        weighed = {index: self._weighed(index, scores) for index in sharing}
        best = sorted(sharing, key=lambda index: (-weighed[index], index))[:limit]
        return tuple(RankedPassage(index, self._shared(index, stems)) for index in best)

    def _words(self, text: str) -> dict[str, None]:
        empty = FUNCTION_WORDS[self._language]
        return dict.fromkeys(word.text for word in words_of(text) if word.text not in empty)

    def _stem(self, word: str) -> str:
        return stem(word, self._language)

    def _family(self, wanted: str) -> _Family:
        """Return the words that begin as one does; made when it is first asked for, as most of a source never is."""
        root = wanted[:ROOT]
        family = self._families.get(root)
        if family is None:
            family = self._families[root] = _Family(self._words_by_root.get(root, ()), self._language)
        return family

    def _add(self, scores: dict[int, float], weight: float, words: Sequence[str]) -> None:
        """Add to the score of each passage what some words of the source, taken as one, are worth there."""
        times = Counter(chain.from_iterable(self._places[word] for word in words))
        rarity = log1p((len(self._passages) - len(times) + 0.5) / (len(times) + 0.5))
        worth, norms = weight * rarity * (SATURATION + 1), self._norms
        for index, count in times.items():
            scores[index] = scores.get(index, 0.0) + worth * count / (count + norms[index])

    def _weighed(self, index: int, scores: dict[int, float]) -> float:
        score = scores[index] + BESIDE * (scores.get(index - 1, 0.0) + scores.get(index + 1, 0.0))
        if not self._passages[index].rstrip(_CLOSING).endswith(_ENDS):
            score *= 1 - FRAGMENT
        return score * (1 - LATE * min(1.0, index / min(len(self._passages), OPENING)))

    def _shared(self, index: int, stems: Collection[str]) -> tuple[Span, ...]:
        empty = FUNCTION_WORDS[self._language]
        words = words_of(self._passages[index])
        return tuple(merge_ranges(word.span for word in words if word.text not in empty and self._stem(word.text) in stems))


def claim_words(article: Article, span: Span) -> str:
    """Return the text of a claim in one line, without its citations and without markup, which is hidden.

    What an article says and links to its source is kept, although it is the marker.
    """
    hidden = [citation.span for citation in citations_in(article, span) if not _is_said(article, citation)]
    begins = article.blocks[block_at(article.blocks, span.start)].start if article.blocks else 0
    styles = within(article.styles, begins, span.end)
    markup = [Span(style.start, style.end) for style in styles if style.kind is StyleKind.MARKUP]
    parts: list[str] = []
    at = span.start
    for part in merge_ranges([*hidden, *markup]):
        if part.end > at:
            parts.append(article.text[at : max(at, min(part.start, span.end))])
            at = part.end
    text = "".join([*parts, article.text[at : span.end]])
    return " ".join(_GAP.sub("", _EMPTY.sub(" ", text)).split())


def _is_said(article: Article, citation: Citation) -> bool:
    cited = [article.reference_by_id[name] for name in citation.references]
    return citation.kind == "link" and all(reference.span is None for reference in cited)


def _told(passages: Iterable[str]) -> list[list[str]]:
    """Return the folded words of each passage."""
    known: dict[str, tuple[str, ...]] = {}
    told: list[list[str]] = []
    for passage in passages:
        words: list[str] = []
        for raw in raw_words(passage):
            if raw not in known:
                known[raw] = tuple(word.text for word in folded(raw))
            words += known[raw]
        told.append(words)
    return told
