"""Find quotations in an article whose words are in none of the sources that they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import QUOTE_NOT_FOUND, Finding, excerpt, message_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.article.passages.words import UNSPACED_SCRIPTS
from reader.article.ranges import Span
from reader.article.reference_identity import plain_words
from reader.review.normalize import NormalizedText, normalize
from reader.review.pairs import claim_references, claim_text
from reader.review.placement import TextOf
from reader.review.source_audit.answers import SourceAnswers, has_all_texts
from reader.review.source_audit.use import ClaimPlaces, SourceBasis, finding_key

# ------------------------------------------------------------------ quotations in a text

_CLOSING: Final = {
    '"': '"”',
    "“": '”"',
    "„": '“”"',
    "”": "”",
    "«": "»",
    "»": "«»",
    "「": "」",
    "『": "』",
    "‘": "’",
    "‚": "‘’",
}
"""The signs that may close a quotation, by the one that opens it: English, German, French, Swedish and Chinese styles."""
_SIGNS: Final = lazy_pattern(r"[\"“”„«»「」『』‘’‚]")
_MOST_LETTERS: Final = 3_000
"""The most characters between quotation marks: more means that one of them is missing."""
_FEWEST_WORDS: Final = 6
"""The fewest words of a quotation: fewer are scare quotes, terms, nicknames or titles."""
_FEWEST_SIGNS: Final = 12
"""The fewest characters of a quotation in a script without blanks."""
_WORD: Final = lazy_pattern(rf"[^\W\d_{UNSPACED_SCRIPTS}]+(?:['’-][^\W\d_]+)*")
_UNSPACED: Final = lazy_pattern(rf"[{UNSPACED_SCRIPTS}]")
_TITLE_SHARE: Final = 0.7
"""The share of capitals at the beginning of longer words from which on words in quotation marks are a title."""
_LONG_WORD: Final = 4
_QUOTING_KINDS: Final = frozenset((BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE))


def find_quotations(article: Article) -> tuple[Span, ...]:
    """Return the words in quotation marks in the body of an article, without the marks, in order.

    Marks within a quotation are part of it. Scare quotes and titles are left out.
    """
    spans: list[Span] = []
    for number in article.sentences.body_blocks:
        block = article.blocks[number]
        if block.kind in _QUOTING_KINDS:
            spans.extend(span for span in _in_marks(article.text, block.start, block.end) if _is_quotation(article, span))
    return tuple(spans)


def _in_marks(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the ranges between quotation marks in a range of a text. An opening mark without a closing one is passed over."""
    opening, at = "", start
    for match in _SIGNS.finditer(text, start, end):
        sign, place = match.group(), match.start()
        before, after = text[max(start, place - 1) : place], text[place + 1 : min(end, place + 2)]
        can_open = sign in _CLOSING and not before.isalnum() and not after.isspace() and after != ""
        if opening and sign in _CLOSING[opening] and not before.isspace() and not (sign == "’" and after.isalnum()):
            if place - at <= _MOST_LETTERS:
                yield Span(at, place)
            opening = ""
        elif can_open and (not opening or sign == opening):
            opening, at = sign, place + 1


def _is_quotation(article: Article, span: Span) -> bool:
    """Whether words in quotation marks are somebody's words: some length, and not the capitals of a title."""
    words = _WORD.findall(article.text, span.start, span.end)
    if len(words) < _FEWEST_WORDS:
        return len(_UNSPACED.findall(article.text, span.start, span.end)) >= _FEWEST_SIGNS
    long = [word for word in words if len(word) >= _LONG_WORD]
    return not long or sum(word[0].isupper() for word in long) < _TITLE_SHARE * len(long)


# ------------------------------------------------------------------ quotations in a source

_CHANGED: Final = lazy_pattern(r"(?<![^\s\[\]])[^\s\[\]]*+(?:\[[^\[\]]{0,200}\][^\s\[\]]*+)+")
"""Match words with brackets in them, which stand for others."""
_LEFT_OUT: Final = lazy_pattern(r"(?:\.\s*+){3,}+|…")
"""Match what stands for words that were left out."""
_FEWEST_LETTERS: Final = 8
"""The fewest letters of a part of a quotation that is looked for: shorter ones are everywhere."""
_EDGE: Final = 12
"""The letters at each end of a part by which it is looked for where the source interrupts it."""
_MOST_PLACES: Final = 50
"""The most places at which an interrupted part is looked for."""
_MOST_BETWEEN: Final = 500
"""The most letters by which a source may interrupt a sentence, as with the notes at the end of a page."""
_NOTES: Final = lazy_pattern(
    r"(?<=[^\W\d_])\d{1,3}(?!\w)|(?<=[.,;:!?\"”’)])\d{1,3}(?=\s)|\([^()\n]{0,200}\b(?:1[89]|20)\d\d[a-z]?(?:,[^()\n]{0,40})?\)"
)
"""Match what is no part of a sentence that it stands in: the number of a note, and authors and year in parentheses."""


class SourceWords:
    """The words of a source, to look quotations up in."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _letters(self) -> str:
        return normalize(self._text).letters

    @cached_property
    def _without_notes(self) -> NormalizedText:
        return normalize(_NOTES.sub(" ", self._text))

    def has_quotation(self, parts: Sequence[str]) -> bool:
        """Whether the text has all parts of a quotation, given by their folded letters (`quoted_parts`).

        Notes, citations and the end of a page may interrupt them.
        """
        return all(part in self._letters or part in self._without_notes.letters or self._is_split(part) for part in parts)

    def _is_split(self, part: str) -> bool:
        """Whether the text has a part in two pieces with the end of a paragraph or page between them."""
        source, at = self._without_notes.letters, -1
        for _ in range(_MOST_PLACES):
            at = source.find(part[:_EDGE], at + 1)
            if at < 0:
                return False
            end = source.rfind(part[-_EDGE:], at, at + len(part) + _MOST_BETWEEN) + _EDGE
            window = source[at:end] if end >= at + len(part) else ""
            head, tail = _shared_length(part, window), _shared_length(part[::-1], window[::-1])
            if head + tail >= len(part) and self._has_break(at + head, at + len(window) - (len(part) - head)):
                return True
        return False

    def _has_break(self, start: int, end: int) -> bool:
        """Whether a paragraph or a page ends between two letters of the text."""
        normalized = self._without_notes
        between = normalized.text[normalized.offsets[start - 1] + 1 : normalized.offsets[end]]
        return "\n\n" in between or "\f" in between


def _shared_length(one: str, other: str) -> int:
    """Return how many letters two texts have in common at their beginning."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def quoted_parts(quote: str) -> tuple[str, ...]:
    """Return the folded letters of each part of a quotation between what was left out or changed; short parts are left out."""
    parts = (normalize(part).letters for kept in _CHANGED.split(quote) for part in _LEFT_OUT.split(kept))
    return tuple(part for part in parts if len(part) >= _FEWEST_LETTERS or _UNSPACED.search(part))


# ------------------------------------------------------------------ the check


class _Quotation(NamedTuple):
    """A quotation with the folded letters of its parts, and the references that it rests on."""

    span: Span
    parts: tuple[str, ...]
    references: tuple[str, ...]


class QuotationCheck:
    """Look the quotations of an article up in its sources. The answers are kept, so that a source is read once for each."""

    def __init__(self, article: Article, text_of: TextOf) -> None:
        """`text_of` returns a kept text by its digest, None if there is none."""
        self._article = article
        self._answers = SourceAnswers[tuple[str, ...], bool](article, text_of, lambda text: SourceWords(text).has_quotation)

    def findings(self, use: SourceBasis) -> Iterator[Finding]:
        """Yield the quotations whose words no source has that they rest on, if the whole text of each is there.

        A source in another language says nothing: the words may be translated.
        """
        quotations = tuple(self._quotations_to_check(use))
        self._answers.look_up((use.sources[name], one.parts) for one in quotations for name in one.references)
        article, counts = self._article, dict[str, int]()
        for quotation in quotations:
            if any(self._answers.answer(use.sources[name], quotation.parts) is not False for name in quotation.references):
                continue
            words = claim_text(article, quotation.span)
            labels = [message_label(article.reference_by_id[name]) for name in quotation.references]
            text = f"Not in the text of {' or '.join(labels)}: “{excerpt(words)}”"
            key = finding_key(QUOTE_NOT_FOUND, plain_words(words))
            count = counts[key] = counts.get(key, 0) + 1
            yield Finding(
                QUOTE_NOT_FOUND, quotation.span, quotation.references[0], text, key if count == 1 else f"{key}~{count}"
            )

    @cached_property
    def _parts(self) -> tuple[tuple[Span, tuple[str, ...]], ...]:
        """The quotations of the article with their parts."""
        article = self._article
        titles = {normalize(reference.title).letters for reference in article.references}
        spans = ((span, quoted_parts(claim_text(article, span))) for span in find_quotations(article))
        return tuple((span, parts) for span, parts in spans if parts and "".join(parts) not in titles)

    def _quotations_to_check(self, use: SourceBasis) -> Iterator[_Quotation]:
        """Yield the quotations that rest on references of which the whole text is there."""
        claims = ClaimPlaces(use)
        for span, parts in self._parts:
            references = claims.references_at(span) or self._cited_around(span)
            if references and has_all_texts(use, references):
                yield _Quotation(span, parts, references)

    def _cited_around(self, span: Span) -> tuple[str, ...]:
        """Return the references that the sentences of a range cite."""
        sentence, names = self._article.sentences.at(span.start), dict[str, None]()
        while sentence is not None and sentence.start < span.end:
            names |= dict.fromkeys(claim_references(self._article, sentence))
            sentence = self._article.sentences.after(sentence)
        return tuple(names)
