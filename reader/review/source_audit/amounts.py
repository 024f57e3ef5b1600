"""Find numbers of an article that differ from those of a source by unit or scale: "$4.2 million" for "$4.2 billion"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import NUMBER_DIFFERS, Finding, message_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.ranking import PassageIndex
from reader.article.ranges import Span
from reader.article.reference_identity import plain_words, reference_identity
from reader.review.details.comparison import OTHER_SCALE, OTHER_UNIT, compare_numbers
from reader.review.details.finder import NUMBER, SourceIndex, find_missing_details
from reader.review.pairs import claim_references, claim_text
from reader.review.placement import TextOf
from reader.review.source_audit.answers import SourceAnswers, has_all_texts
from reader.review.source_audit.use import ClaimPlaces, SourceBasis, finding_key

_CLOSE_PASSAGES: Final = 3
"""How many passages of a source may be about the same amount as a claim: elsewhere the same digits are a coincidence."""
_PASSAGE_END: Final = lazy_pattern(r"(?<=[.!?。！？])\s+|\n+")
_FIGURE: Final = lazy_pattern(r"\d")
_SHARE_SIGN: Final = lazy_pattern(r"%|[pP]er ?cent")
_DIFFERENCES: Final = {OTHER_SCALE: "the scale differs", OTHER_UNIT: "the unit differs"}


class _Difference(NamedTuple):
    """A number of a claim that a source lacks, and the number of the source that differs from it, with a relation."""

    claim: str
    source: str
    relation: str


class _Answer(NamedTuple):
    """The numbers of a claim that a source lacks, and those of them that differ from one of the source."""

    missing: tuple[Span, ...]
    differences: tuple[tuple[Span, _Difference], ...]


class _SourceAmounts:
    """The numbers of a source, to compare those of claims with."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _details(self) -> SourceIndex:
        return SourceIndex(self._text)

    @cached_property
    def _passages(self) -> list[str]:
        return [part for part in _PASSAGE_END.split(self._text) if part]

    @cached_property
    def _ranking(self) -> PassageIndex:
        return PassageIndex(self._passages)

    def compare(self, claim: str) -> _Answer:
        """Return which numbers of a claim the text lacks, and which of these a passage about the same has otherwise."""
        missing = tuple(detail.span for detail in find_missing_details(claim, self._details) if detail.kind == NUMBER)
        differences: dict[Span, _Difference] = {}
        for close in self._ranking.rank(claim, _CLOSE_PASSAGES) if missing else ():
            passage = self._passages[close.index]
            for number in compare_numbers(claim, passage):
                if number.relation not in _DIFFERENCES or number.passage is None:
                    continue
                words, other = (text[s.start : s.end] for text, s in ((claim, number.claim), (passage, number.passage)))
                is_share = bool(_SHARE_SIGN.search(words)) != bool(_SHARE_SIGN.search(other))
                if any(span.overlaps(number.claim) for span in missing) and not (number.relation == OTHER_SCALE and is_share):
                    differences.setdefault(number.claim, _Difference(words, other, number.relation))
        return _Answer(missing, tuple(differences.items()))


class _CitedWords(NamedTuple):
    """A claim, or a sentence that cites, by its place and words, and the references that it rests on."""

    place: Span
    words: str
    references: tuple[str, ...]


class AmountCheck:
    """Compare the numbers of an article with its sources. The answers are kept, so that a source is read once for each."""

    def __init__(self, article: Article, text_of: TextOf) -> None:
        """`text_of` returns a kept text by its digest, None if there is none."""
        self._article = article
        self._answers = SourceAnswers[str, _Answer](article, text_of, lambda text: _SourceAmounts(text).compare)

    def findings(self, basis: SourceBasis) -> Iterator[Finding]:
        """Yield the numbers that no source has, where a source has the same digits with another unit or scale.

        Only claims and sentences of which the whole text of each source is there are looked at.
        """
        cited = tuple(self._words_to_check(basis))
        self._answers.look_up((basis.sources[name], one.words) for one in cited for name in one.references)
        for one in cited:
            answers = [self._answers.answer(basis.sources[name], one.words) for name in one.references]
            known = [answer for answer in answers if answer is not None]
            if len(known) == len(answers):
                yield from self._differences_of(one, known)

    def _differences_of(self, cited: _CitedWords, answers: Sequence[_Answer]) -> Iterator[Finding]:
        told: set[Span] = set()
        for name, answer in zip(cited.references, answers, strict=True):
            for span, difference in answer.differences:
                is_missing = all(any(span.overlaps(one) for one in other.missing) for other in answers)
                if span in told or not is_missing:
                    continue
                told.add(span)
                reference = self._article.reference_by_id[name]
                text = (
                    f"“{difference.claim}” here, “{difference.source}” in the text of {message_label(reference)}: "
                    f"{_DIFFERENCES[difference.relation]}."
                )
                key = finding_key(NUMBER_DIFFERS, reference_identity(reference), difference.claim, plain_words(cited.words))
                yield Finding(NUMBER_DIFFERS, cited.place, name, text, key)

    def _words_to_check(self, basis: SourceBasis) -> Iterator[_CitedWords]:
        """Yield claims, and sentences that cite and are no part of one, that have a number and whose sources have texts."""
        article, places = self._article, ClaimPlaces(basis)
        claims = ((claim.place, claim.rests_on) for claim in basis.claims)
        sentences = (
            (sentence, claim_references(article, sentence))
            for sentence in article.sentences.all()
            if not places.has_claim(sentence)
        )
        for place, references in (*claims, *sentences):
            if references and has_all_texts(basis, references) and _FIGURE.search(article.text, place.start, place.end):
                yield _CitedWords(place, claim_text(article, place), references)
