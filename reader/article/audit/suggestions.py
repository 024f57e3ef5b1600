"""Suggest sentences without a citation for references that are never cited.

The sentences are ranked by the ranker of passages, asked with the title. A list in the order of citation says more than any
wording: the marker of entry 4 stands between the first markers of entries 3 and 5. So does a name of an author or of
the title.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import inf
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.claims import overlapping_sentences
from reader.article.audit.finding import WOULD_FIT, Finding, message_label
from reader.article.audit.traces import citation_order
from reader.article.labels import decimal_number
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.names import fold_name, name_without_initials, surname
from reader.article.passages.ranking import PassageIndex, RankedPassage
from reader.article.ranges import Span

_MAX_REFERENCES = 100
"""The most references that sentences are suggested for, as each is compared with the whole article."""
_MAX_CANDIDATES = 3
_MAX_AUTHORS = 2
_MIN_NAME_LETTERS = 3
_MIN_TITLE_WORDS = 3
_MAX_TITLE_LENGTH = 400
_MIN_LEAD_IN_ORDER = 1.3
"""How many times the score of the second sentence the first one has at least, among those where the marker must stand."""
_MIN_SHARED_WORDS = 3
_MIN_WORDS_OF_SHORT_TITLE = 2
_LEADS = ((1, 1.4, 0.3), (2, 1.6, 0.4))
"""For other lists: how many sentences stand out, by how many times, and the least share of the title's words in the first."""
_MAX_NAME_SENTENCES = 4
"""The most sentences that hold a name of the title, such as "Rivers Act", for it to tell something."""
_MAX_WORDS_SHOWN = 4
_ADDRESS_OR_DOI = lazy_pattern(r"(?:https?://|www\.|10\.\d{4,9}/)\S+")
_WORD = lazy_pattern(r"[^\W_]+")


class Suggestion(NamedTuple):
    """A sentence that a reference would fit, and the words that speak for it, in the spelling of the sentence."""

    sentence: Span
    words: tuple[str, ...]


class _Candidates:
    """The sentences without a citation, ranked for one reference after the other."""

    def __init__(self, article: Article, candidates: Sequence[Span], references: Sequence[Reference]) -> None:
        self._article = article
        self._sentences = article.sentences.all()
        self._index = PassageIndex([article.text[slice(*sentence)] for sentence in self._sentences])
        allowed = frozenset(candidates)
        self._allowed = [index for index, sentence in enumerate(self._sentences) if sentence in allowed]
        self._order = citation_order(article)
        self._by_name = self._sentences_by_name({name for reference in references for name in _names_of(reference)})

    def suggest(self, reference: Reference) -> tuple[Suggestion, ...]:
        """Return the sentences that a reference would fit, best first; none if none of them stands out."""
        window = self._window(reference)
        indices = self._allowed if window is None else self._between(window)
        title = _title_of(reference)
        ranked = self._index.rank(title, None, frozenset(indices))
        named = self._sentences_with_name(reference).intersection(indices)
        if not named and not self._stands_out(ranked, title, in_order=window is not None):
            return ()
        best = [*(p.index for p in ranked if p.index in named), *sorted(named.difference(p.index for p in ranked))]
        best += [passage.index for passage in ranked if passage.index not in named]
        shared = {passage.index: passage for passage in ranked}
        return tuple(
            Suggestion(self._sentences[index], self._shared_words(index, shared.get(index))) for index in best[:_MAX_CANDIDATES]
        )

    def _window(self, reference: Reference) -> Span | None:
        """Return the range between the first markers of the entries before and after this one, if the list is in order."""
        if not self._order or not reference.label.isdecimal():
            return None
        place = bisect_left(self._order, (decimal_number(reference.label), -1))
        start = self._order[place - 1][1] if place else 0
        end = self._order[place][1] if place < len(self._order) else len(self._article.text)
        return Span(start, end) if start <= end else None

    def _between(self, window: Span) -> list[int]:
        first = bisect_left(self._allowed, window.start, key=lambda index: self._sentences[index].end)
        last = bisect_right(self._allowed, window.end, key=lambda index: self._sentences[index].start)
        return self._allowed[first:last]

    def _stands_out(self, ranked: Sequence[RankedPassage], title: str, *, in_order: bool) -> bool:
        if not ranked:
            return False
        if in_order:
            return _lead(ranked, 1) >= _MIN_LEAD_IN_ORDER
        total = self._index.count_terms(title)
        count = len(self._shared_words(ranked[0].index, ranked[0]))
        return count >= max(_MIN_WORDS_OF_SHORT_TITLE, min(_MIN_SHARED_WORDS, total)) and any(
            _lead(ranked, place) >= lead and count >= share * total for place, lead, share in _LEADS
        )

    def _shared_words(self, index: int, passage: RankedPassage | None) -> tuple[str, ...]:
        text = self._article.text[slice(*self._sentences[index])]
        words = (text[slice(*span)] for span in passage.shared_ranges) if passage is not None else ()
        return tuple({word.casefold(): word for word in words}.values())

    def _sentences_with_name(self, reference: Reference) -> frozenset[int]:
        authors = (self._by_name.get(name, ()) for name in _author_names(reference))
        titles = (self._by_name.get(name, ()) for name in _title_names(reference))
        return frozenset(chain(*authors, *(indices for indices in titles if len(indices) <= _MAX_NAME_SENTENCES)))

    def _sentences_by_name(self, names: set[str]) -> dict[str, list[int]]:
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        for index in self._allowed:
            words = _WORD.findall(self._article.text[slice(*self._sentences[index])])
            capitalized = {fold_name(word) for word in words if word[0].isupper()}
            for name in (capitalized | set(_capitalized_pairs(words))) & names:
                by_name[name].append(index)
        return dict(by_name)


def suggest_references(
    article: Article, references: Sequence[Reference], sentences: Sequence[Span]
) -> dict[str, tuple[Suggestion, ...]]:
    """Return up to three sentences that each of some uncited references would fit, best first, by reference id.

    `sentences` are the candidates: assertions without a citation. References without a candidate are left out.
    """
    if not references or not sentences:
        return {}
    candidates = _Candidates(article, sentences, references[:_MAX_REFERENCES])
    suggestions = ((reference.id, candidates.suggest(reference)) for reference in references[:_MAX_REFERENCES])
    return {reference_id: matches for reference_id, matches in suggestions if matches}


def suggestion_findings(
    article: Article, suggestions: Mapping[str, Sequence[Suggestion]], claims: Sequence[Span]
) -> Iterator[Finding]:
    """Yield a finding for every uncited reference that would fit sentences without a citation, placed at the best candidate.

    `suggestions` are the candidates by reference id, best first. If there are claims, only candidates in claims count.
    """
    claim_sentences = frozenset(overlapping_sentences(article, claims)) if claims else None
    noun = "claim" if claims else "sentence"
    for reference_id, matches in suggestions.items():
        relevant = [match for match in matches if claim_sentences is None or match.sentence in claim_sentences]
        if relevant:
            label = message_label(article.reference_by_id[reference_id])
            count = f"a {noun}" if len(relevant) == 1 else f"{len(relevant)} {noun}s"
            words = ", ".join(f"“{' '.join(word.split())}”" for word in relevant[0].words[:_MAX_WORDS_SHOWN])
            why = f"; the first shares {words} with it" if words else ""
            text = f"{label} is never cited. Candidates for its marker: {count} without a citation{why}."
            also = tuple(sorted(match.sentence for match in relevant[1:]))
            yield Finding(WOULD_FIT, relevant[0].sentence, reference_id, text, also=also)


def _lead(ranked: Sequence[RankedPassage], place: int) -> float:
    """Return how many times the score of the passage at `place` the first one has."""
    return ranked[0].score / ranked[place].score if place < len(ranked) else inf


def _title_of(reference: Reference) -> str:
    has_title = len(reference.title.split()) >= _MIN_TITLE_WORDS
    return _ADDRESS_OR_DOI.sub(" ", reference.title if has_title else reference.text)[:_MAX_TITLE_LENGTH]


def _names_of(reference: Reference) -> Iterator[str]:
    yield from _author_names(reference)
    yield from _title_names(reference)


def _author_names(reference: Reference) -> list[str]:
    """Return the last words of the first authors' surnames, folded; none of organisations, whose names are common words."""
    people = (author for author in reference.authors[:_MAX_AUTHORS] if name_without_initials(author) != author)
    names = (_WORD.findall(fold_name(surname(author))) for author in people)
    return [words[-1] for words in names if words and len(words[-1]) >= _MIN_NAME_LETTERS]


def _title_names(reference: Reference) -> Iterator[str]:
    """Yield the pairs of capitalised words in a title, folded: the names of laws, places and institutions."""
    return _capitalized_pairs(_WORD.findall(reference.title[:_MAX_TITLE_LENGTH]))


def _capitalized_pairs(words: Sequence[str]) -> Iterator[str]:
    for one, other in pairwise(words):
        if one[0].isupper() and other[0].isupper() and min(len(one), len(other)) > 1:
            yield fold_name(f"{one} {other}")
