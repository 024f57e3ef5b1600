"""Find assertions without a citation, and uncited references that would fit them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from math import log
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, WOULD_FIT, Finding, excerpt, message_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind, Reference, markup_ranges
from reader.article.names import strip_accents, surname
from reader.article.ranges import Ranges, Span, block_at, merge_ranges, within

# ------------------------------------------------------------------ Suggestions of references for sentences

_WORD = lazy_pattern(r"[^\W_]+(?:[.,]\d+)*")
_ADDRESS_PARTS = lazy_pattern(r"[/?#&=]")
_SLUG_SEPARATOR = lazy_pattern(r"[-_+.]")
_ADDRESS_OR_DOI = lazy_pattern(r"(?:https?://|www\.|10\.\d{4,9}/)\S+")
_MIN_TITLE_WORDS = 3
_MIN_TERM_LETTERS = 3
_MIN_TERM_DIGITS = 2
_MAX_SENTENCES_OF_TERM = 6
_MAX_SENTENCE_SHARE = 0.02
_MAX_ENTRY_SHARE = 0.06
_MIN_SHARED_TERMS = 3
_MIN_SHARED_TERMS_IN_BLOCK = 2
_MIN_TERM_SHARE = 0.33
_MIN_TERM_SHARE_OF_PAIR = 0.33
_MIN_TERM_SHARE_OF_BLOCK = 0.5
_MAX_TITLE_LENGTH = 400
_MAX_AUTHORS = 2
_STOP_WORDS_TEXT = """
    a about above across after again against all also although always among an analysis and annual another any approach
    are article as assessment at available background based be because been before being between book both but by can
    case chapter data day days development did different directly do does during each early effect effects et al
    evidence factor factors few final first for four from full further general good group had has have he her high his
    how however http https i impact important in information international into introduction is issue it its journal
    just known large last latest less let like long looking made main make making many may method methods might model
    models more most much must national near need new news no not now number of off on one online only or other our out
    over own page paper part pdf people perspective place possible press problem problems project proposal publication
    published question report reports research result results retrieved review role same second see set several she
    should since small so some state states step still study studies such survey system systems take than that the their
    them then there these they third this those three through time times to today toward towards two under university
    until up update us use used using very via view volume was way we well were what when where which while who why will
    with within without work working world would year years you your html htm php aspx index www com org der die das den
    dem des ein eine einer eines einem einen und oder aber mit von vom zu zum zur im am auf aus bei nach nicht ist sind
    war wird werden auch als wie fur unter durch le la les un une du de ou au aux en dans pour par sur avec est sont que
    qui ne pas plus el los las una unos unas y o del con por para como mas es son se su sus het een van met voor op te
    zijn dat niet
"""
_STOP_WORDS = frozenset(_STOP_WORDS_TEXT.split())
"""Function words, and words that are common in titles, in the form that `_normalize_word` gives them."""


class Suggestion(NamedTuple):
    """A sentence that a reference would fit.

    `words` are the shared words in the spelling of the sentence; `weight` is the sum of their rarities.
    """

    sentence: Span
    weight: float
    words: tuple[str, ...]


class _TermHit(NamedTuple):
    """A distinctive word in a sentence: its normal form, its spelling, and its position in the sentence."""

    term: str
    word: str
    position: int


class _DistinctiveTerms(NamedTuple):
    """The distinctive words of a reference: their weights, adjacent pairs, and the number of distinctive title words."""

    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]
    size: int

    def is_match(self, line: Sequence[_TermHit]) -> bool:
        """Whether the words shared with a sentence are enough by themselves."""
        count = len({hit.term for hit in line})
        if count >= _MIN_SHARED_TERMS:
            return count >= self.size * _MIN_TERM_SHARE
        has_pair = any(b.position == a.position + 1 and (a.term, b.term) in self.pairs for a, b in pairwise(line))
        return has_pair and count >= self.size * _MIN_TERM_SHARE_OF_PAIR


class _EntryTerms(NamedTuple):
    """The words of a reference's title and address, the words of its authors' names, and all adjacent pairs."""

    terms: frozenset[str]
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @property
    def all_terms(self) -> frozenset[str]:
        """All words."""
        return self.terms | self.names


def suggest_references(
    article: Article, uncited: Sequence[Reference], sentences: Sequence[Span]
) -> dict[str, tuple[Suggestion, ...]]:
    """Return the sentences that uncited references would fit, best first, by reference id.

    `sentences` are the candidates: assertions without a citation. References without a match are left out.
    """
    if not uncited or not sentences:
        return {}
    terms_by_id = _distinctive_entries(article.references, uncited)
    weights = _term_weights(article, frozenset(term for entry in terms_by_id.values() for term in entry.all_terms))
    hits = _term_hits(article, weights, sentences)
    by_term: defaultdict[str, list[Span]] = defaultdict(list)
    for sentence, line in hits.items():
        for term in {hit.term for hit in line}:
            by_term[term].append(sentence)
    suggestions: dict[str, tuple[Suggestion, ...]] = {}
    for reference_id, entry in terms_by_id.items():
        distinctive = _DistinctiveTerms(
            {term: weights[term] for term in entry.all_terms if term in weights}, entry.pairs, len(entry.terms)
        )
        candidates = sorted({sentence for term in distinctive.weights for sentence in by_term[term]})
        if matches := _matching_sentences(article, candidates, hits, distinctive):
            suggestions[reference_id] = matches
    return suggestions


def _distinctive_entries(references: Sequence[Reference], candidates: Sequence[Reference]) -> dict[str, _EntryTerms]:
    """Return the distinctive words of each candidate by id: words that occur in few other entries."""
    entries = {reference.id: _entry_terms(reference) for reference in references}
    entry_counts = Counter(term for entry in entries.values() for term in entry.all_terms)
    most = max(1, int(len(entries) * _MAX_ENTRY_SHARE))
    rare_terms = frozenset(term for term, count in entry_counts.items() if count <= most)
    return {
        r.id: e._replace(terms=e.terms & rare_terms, names=e.names & rare_terms) for r in candidates for e in (entries[r.id],)
    }


def _matching_sentences(
    article: Article, sentences: Sequence[Span], hits: Mapping[Span, Sequence[_TermHit]], distinctive: _DistinctiveTerms
) -> tuple[Suggestion, ...]:
    suggestions: list[Suggestion] = []
    for _, group in groupby(sentences, key=lambda sentence: block_at(article.blocks, sentence.start)):
        lines = {sentence: [hit for hit in hits[sentence] if hit.term in distinctive.weights] for sentence in group}
        block_terms = {hit.term for line in lines.values() for hit in line}
        is_block_match = (
            len(block_terms) >= _MIN_SHARED_TERMS and len(block_terms) >= distinctive.size * _MIN_TERM_SHARE_OF_BLOCK
        )
        for sentence, line in lines.items():
            words = {hit.term: hit.word for hit in line}
            if distinctive.is_match(line) or (is_block_match and len(words) >= _MIN_SHARED_TERMS_IN_BLOCK):
                suggestions.append(
                    Suggestion(sentence, sum(distinctive.weights[term] for term in words), tuple(words.values()))
                )
    return tuple(sorted(suggestions, key=lambda fit: (-fit.weight, fit.sentence)))


def _term_weights(article: Article, terms: frozenset[str]) -> dict[str, float]:
    """Return the weight of each word that occurs in few sentences: the logarithm of its rarity."""
    sentence_counts: Counter[str] = Counter()
    for sentence in article.sentences.all():
        sentence_counts.update(terms.intersection(map(_normalize_word, _WORD.findall(article.text, *sentence))))
    count = len(article.sentences)
    most = max(_MAX_SENTENCES_OF_TERM, int(count * _MAX_SENTENCE_SHARE))
    return {term: log((count + 1) / few) for term, few in sentence_counts.items() if few <= most}


def _term_hits(article: Article, terms: Collection[str], sentences: Iterable[Span]) -> dict[Span, list[_TermHit]]:
    """Return the occurrences of `terms` in each sentence, except in markers and hidden markup."""
    hidden = merge_ranges([*(c.span for c in article.citations), *markup_ranges(article.styles)])
    ranges = Ranges(hidden)
    term_set = frozenset(terms)
    hits: dict[Span, list[_TermHit]] = {}
    for sentence in sentences:
        words = _WORD.findall(article.text, *sentence)
        normalized = list(map(_normalize_word, words))
        if term_set.isdisjoint(normalized):
            continue
        line = [_TermHit(term, words[place], place) for place, term in enumerate(normalized) if term in term_set]
        if within(hidden, *sentence):
            starts = [match.start() for match in _WORD.finditer(article.text, *sentence)]
            line = [hit for hit in line if not ranges.contains(starts[hit.position])]
        if line:
            hits[sentence] = line
    return hits


def _entry_terms(reference: Reference) -> _EntryTerms:
    source_text = reference.title if len(reference.title.split()) >= _MIN_TITLE_WORDS else reference.text
    title = _ADDRESS_OR_DOI.sub(" ", source_text)[:_MAX_TITLE_LENGTH]
    runs = [[_normalize_word(word) for word in _WORD.findall(title)]]
    runs += ([_normalize_word(word) for word in _WORD.findall(part)] for part in _address_slugs(reference.url))
    terms = frozenset(term for run in runs for term in run if term)
    runs += ([_normalize_word(word) for word in _WORD.findall(surname(author))] for author in reference.authors[:_MAX_AUTHORS])
    names = frozenset(term for run in runs for term in run if term) - terms
    pairs = frozenset(pair for run in runs for pair in pairwise(run) if pair[0] and pair[1])
    return _EntryTerms(terms, names, pairs)


def _address_slugs(url: str) -> Iterator[str]:
    """Yield the path segments of an address that consist of words, as in "/news/a-step-forward/"."""
    for part in _ADDRESS_PARTS.split(url.partition("://")[2].partition("/")[2]):
        if any(sign in part for sign in "-_+"):
            yield _SLUG_SEPARATOR.sub(" ", part)


@lru_cache(maxsize=1 << 16)
def _normalize_word(word: str) -> str:
    """Return a word without case, accents and plural, or "" for a stop word, a year or a very short word."""
    folded = strip_accents(word.casefold())
    if folded in _STOP_WORDS or folded[:1].isdigit():
        return folded if len(folded) > _MIN_TERM_DIGITS and folded not in _STOP_WORDS and not _is_year(folded) else ""
    if len(folded) < _MIN_TERM_LETTERS and not (len(word) > 1 and word.isupper()):
        return ""
    if len(folded) > _MIN_TERM_LETTERS and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        folded = folded[:-3] + "y" if folded.endswith("ies") else folded[:-1]
    return "" if folded in _STOP_WORDS else folded


def _is_year(word: str) -> bool:
    return len(word) == 4 and word[:2] in ("15", "16", "17", "18", "19", "20") and word.isdecimal()


# ------------------------------------------------------------------ Sentences without a citation

_MIN_ASSERTION_WORDS = 4
_MAX_WORDS_SHOWN = 4


def is_assertion(article: Article, sentence: Span) -> bool:
    """Whether a sentence asserts something. Questions, fragments and table rows do not."""
    text = article.text[sentence.start : sentence.end]
    if len(text.split()) < _MIN_ASSERTION_WORDS or text.rstrip("\"'”’»)]").endswith(("?", ":")):
        return False
    return article.blocks[block_at(article.blocks, sentence.start)].kind is not BlockKind.TABLE


def is_uncited(article: Article, sentence: Span) -> bool:
    """Whether no marker in the sentence points to a reference."""
    return not any(citation.references for citation in within(article.citations, sentence.start, sentence.end))


def find_uncited(article: Article, claims: Sequence[Span]) -> Iterator[Finding]:
    """Yield the assertions without a marker: those that overlap a claim, or all if there are no claims."""
    for sentence in _overlapping_sentences(article, claims) if claims else article.sentences.all():
        if not within(article.citations, sentence.start, sentence.end) and is_assertion(article, sentence):
            yield Finding(CITES_NOTHING, sentence, "", f"Cites nothing: {excerpt(article.text[sentence.start : sentence.end])}")


def _overlapping_sentences(article: Article, claims: Sequence[Span]) -> Iterator[Span]:
    last = -1
    for span in merge_ranges(claims):
        sentence = article.sentences.at(span.start)
        while sentence is not None and sentence.start < span.end:
            if sentence.overlaps(span) and sentence.start > last:
                last = sentence.start
                yield sentence
            sentence = article.sentences.after(sentence)


def suggestion_findings(
    article: Article, suggestions: Mapping[str, Sequence[Suggestion]], claims: Sequence[Span]
) -> Iterator[Finding]:
    """Yield a finding for every uncited reference that would fit sentences without a citation, placed at the best match.

    `suggestions` are the matches by reference id, best first. If there are claims, only matches in claims count.
    """
    claimed = frozenset(_overlapping_sentences(article, claims)) if claims else None
    noun = "claim" if claims else "sentence"
    for name, matches in suggestions.items():
        relevant = [fit for fit in matches if claimed is None or fit.sentence in claimed]
        if relevant:
            words = dict.fromkeys(" ".join(word.split()) for fit in relevant for word in fit.words)
            word_list = ", ".join(f"“{word}”" for word in list(_distinct_words(words))[:_MAX_WORDS_SHOWN])
            count = f"a {noun}" if len(relevant) == 1 else f"{len(relevant)} {noun}s"
            label = message_label(article.reference_by_id[name])
            text = f"{label} is never cited but would fit {count} without a citation: they share {word_list}."
            yield Finding(WOULD_FIT, relevant[0].sentence, name, text, also=tuple(sorted(fit.sentence for fit in relevant[1:])))


def _distinct_words(words: Mapping[str, None]) -> Iterator[str]:
    """Yield the words, leaving out those that differ from an earlier one only in case or plural."""
    normalized_words: set[str] = set()
    for word in words:
        normalized = word.casefold().rstrip("s")
        if normalized not in normalized_words:
            normalized_words.add(normalized)
            yield word
