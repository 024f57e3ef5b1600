"""Find assertions without a citation, and uncited references that would fit them."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from math import log
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, FITS, Finding, excerpt, kind_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind, Reference, StyleKind
from reader.article.ranges import Ranges, Span, block_at, merge_ranges, within
from reader.article.references import surname

# ------------------------------------------------------------------ by the words that tell it from the others

_WORD = lazy_pattern(r"[^\W_]+(?:[.,]\d+)*")
_PARTS = lazy_pattern(r"[/?#&=]")
_SPLIT = lazy_pattern(r"[-_+.]")
_ADDRESS_OR_DOI = lazy_pattern(r"(?:https?://|www\.|10\.\d{4,9}/)\S+")
_FITTING_FEWEST_WORDS = 3
_FEWEST_LETTERS = 3
_FEWEST_DIGITS = 2
_MOST_SENTENCES = 6
_SHARE_OF_SENTENCES = 0.02
_SHARE_OF_ENTRIES = 0.06
_ENOUGH = 3
_ENOUGH_IN_A_BLOCK = 2
_SHARE_OF_WORDS = 0.33
_SHARE_OF_A_PAIR = 0.33
_SHARE_OF_A_BLOCK = 0.5
_LONGEST_TITLE = 400
_MOST_AUTHORS = 2
_DULL_WORDS = """
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
_DULL = frozenset(_DULL_WORDS.split())
"""What stands between the words of a title, and the words of titles as such; as `_term` writes them."""


class Suggestion(NamedTuple):
    """A sentence that a reference would fit.

    `words` are those they share, as the sentence writes them, `weight` how telling they are together.
    """

    sentence: Span
    weight: float
    words: tuple[str, ...]


class _Hit(NamedTuple):
    """A word of a sentence that is a candidate's: which one, how it is written, and which word of the sentence it is."""

    term: str
    written: str
    place: int


class _Own(NamedTuple):
    """What tells one entry from the others.

    How telling its words are in this article, which of them stand side by side, and how many there are in all, also those that
    the article doesn't have.
    """

    weights: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]
    size: int

    def fit(self, line: Sequence[_Hit]) -> bool:
        """Whether the words of a sentence are enough by themselves."""
        count = len({hit.term for hit in line})
        if count >= _ENOUGH:
            return count >= self.size * _SHARE_OF_WORDS
        beside = any(b.place == a.place + 1 and (a.term, b.term) in self.pairs for a, b in pairwise(line))
        return beside and count >= self.size * _SHARE_OF_A_PAIR


class _Entry(NamedTuple):
    """The words of a reference's title and address, those of its authors' names, and which of them stand side by side."""

    terms: frozenset[str]
    names: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @property
    def words(self) -> frozenset[str]:
        """The words of both."""
        return self.terms | self.names


def suggest_references(
    article: Article, never_cited: Sequence[Reference], sentences: Sequence[Span]
) -> dict[str, tuple[Suggestion, ...]]:
    """Return the sentences that references would fit which are never cited, by their ids, the best one first.

    `sentences` are those that may be fitted: they assert and rest on nothing. References that fit none are left out.
    """
    if not never_cited or not sentences:
        return {}
    telling = _telling(article.references, never_cited)
    weights = _weights(article, frozenset(term for entry in telling.values() for term in entry.words))
    hits = _hits(article, weights, sentences)
    by_term: defaultdict[str, list[Span]] = defaultdict(list)
    for sentence, line in hits.items():
        for term in {hit.term for hit in line}:
            by_term[term].append(sentence)
    found: dict[str, tuple[Suggestion, ...]] = {}
    for name, entry in telling.items():
        own = _Own({term: weights[term] for term in entry.words if term in weights}, entry.pairs, len(entry.terms))
        near = sorted({sentence for term in own.weights for sentence in by_term[term]})
        if fitted := _fitted(article, near, hits, own):
            found[name] = fitted
    return found


def _telling(references: Sequence[Reference], wanted: Sequence[Reference]) -> dict[str, _Entry]:
    """Return what is left of the entries of `wanted`, by their ids, without the words that other entries have too."""
    entries = {reference.id: _entry(reference) for reference in references}
    spread = Counter(term for entry in entries.values() for term in entry.words)
    most = max(1, int(len(entries) * _SHARE_OF_ENTRIES))
    known = frozenset(term for term, count in spread.items() if count <= most)
    return {r.id: e._replace(terms=e.terms & known, names=e.names & known) for r in wanted for e in (entries[r.id],)}


def _fitted(article: Article, near: Sequence[Span], hits: Mapping[Span, Sequence[_Hit]], own: _Own) -> tuple[Suggestion, ...]:
    """Return those of the sentences with words of one entry that it fits, the most telling first."""
    found: list[Suggestion] = []
    for _, group in groupby(near, key=lambda sentence: block_at(article.blocks, sentence.start)):
        lines = {sentence: [hit for hit in hits[sentence] if hit.term in own.weights] for sentence in group}
        together = {hit.term for line in lines.values() for hit in line}
        whole = len(together) >= _ENOUGH and len(together) >= own.size * _SHARE_OF_A_BLOCK
        for sentence, line in lines.items():
            words = {hit.term: hit.written for hit in line}
            if own.fit(line) or (whole and len(words) >= _ENOUGH_IN_A_BLOCK):
                found.append(Suggestion(sentence, sum(own.weights[term] for term in words), tuple(words.values())))
    return tuple(sorted(found, key=lambda fit: (-fit.weight, fit.sentence)))


def _weights(article: Article, terms: frozenset[str]) -> dict[str, float]:
    """Return how telling each word is, of those that few sentences have: the logarithm of how few they are."""
    spread: Counter[str] = Counter()
    for sentence in article.sentences.all():
        spread.update(terms.intersection(map(_term, _WORD.findall(article.text, *sentence))))
    count = len(article.sentences)
    most = max(_MOST_SENTENCES, int(count * _SHARE_OF_SENTENCES))
    return {term: log((count + 1) / few) for term, few in spread.items() if few <= most}


def _hits(article: Article, terms: Collection[str], sentences: Iterable[Span]) -> dict[Span, list[_Hit]]:
    """Return the words of `terms` in each of the sentences, without those in markers and in hidden markup."""
    hidden = merge_ranges([*(c.span for c in article.citations), *_hidden(article)])
    ranges = Ranges(hidden)
    wanted = frozenset(terms)
    found: dict[Span, list[_Hit]] = {}
    for sentence in sentences:
        words = _WORD.findall(article.text, *sentence)
        read = list(map(_term, words))
        if wanted.isdisjoint(read):
            continue
        line = [_Hit(term, words[place], place) for place, term in enumerate(read) if term in wanted]
        if within(hidden, *sentence):
            starts = [match.start() for match in _WORD.finditer(article.text, *sentence)]
            line = [hit for hit in line if not ranges.hold(starts[hit.place])]
        if line:
            found[sentence] = line
    return found


def _hidden(article: Article) -> Iterator[Span]:
    return (Span(style.start, style.end) for style in article.styles if style.kind is StyleKind.MARKUP)


def _entry(reference: Reference) -> _Entry:
    named = reference.title if len(reference.title.split()) >= _FITTING_FEWEST_WORDS else reference.text
    title = _ADDRESS_OR_DOI.sub(" ", named)[:_LONGEST_TITLE]
    runs = [[_term(word) for word in _WORD.findall(title)]]
    runs += ([_term(word) for word in _WORD.findall(part)] for part in _slugs(reference.url))
    terms = frozenset(term for run in runs for term in run if term)
    runs += ([_term(word) for word in _WORD.findall(surname(author))] for author in reference.authors[:_MOST_AUTHORS])
    names = frozenset(term for run in runs for term in run if term) - terms
    pairs = frozenset(pair for run in runs for pair in pairwise(run) if pair[0] and pair[1])
    return _Entry(terms, names, pairs)


def _slugs(url: str) -> Iterator[str]:
    """Yield the parts of an address that are words, as they are in "/news/a-step-forward/"."""
    for part in _PARTS.split(url.partition("://")[2].partition("/")[2]):
        if any(sign in part for sign in "-_+"):
            yield _SPLIT.sub(" ", part)


@lru_cache(maxsize=1 << 16)
def _term(word: str) -> str:
    """Return the form in which words are compared, without case, accents and plural; "" for one that tells nothing."""
    if word.isascii():
        folded = word.casefold()
    else:
        folded = "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))
    if folded in _DULL or folded[:1].isdigit():
        return folded if len(folded) > _FEWEST_DIGITS and folded not in _DULL and not _is_year(folded) else ""
    if len(folded) < _FEWEST_LETTERS and not (len(word) > 1 and word.isupper()):
        return ""
    if len(folded) > _FEWEST_LETTERS and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        folded = folded[:-3] + "y" if folded.endswith("ies") else folded[:-1]
    return "" if folded in _DULL else folded


def _is_year(word: str) -> bool:
    return len(word) == 4 and word[:2] in ("15", "16", "17", "18", "19", "20") and word.isdecimal()


# ------------------------------------------------------------------ those that assert and cite nothing, and the references

_FEWEST_WORDS = 4
_WORDS_SHOWN = 4


def asserts(article: Article, sentence: Span) -> bool:
    """Whether a sentence asserts something: questions, fragments and the rows of tables don't by themselves."""
    text = article.text[sentence.start : sentence.end]
    if len(text.split()) < _FEWEST_WORDS or text.rstrip("\"'”’»)]").endswith(("?", ":")):
        return False
    return article.blocks[block_at(article.blocks, sentence.start)].kind is not BlockKind.TABLE


def is_uncited(article: Article, sentence: Span) -> bool:
    """Whether no marker in a sentence points at a reference."""
    return not any(citation.references for citation in within(article.citations, sentence.start, sentence.end))


def find_uncited(article: Article, claims: Sequence[Span]) -> Iterator[Finding]:
    """Yield the sentences that assert and have no marker: those that overlap a claim, or all where there are no claims."""
    for sentence in _sentences_of(article, claims) if claims else article.sentences.all():
        if not within(article.citations, sentence.start, sentence.end) and asserts(article, sentence):
            yield Finding(CITES_NOTHING, sentence, "", f"Cites nothing: {excerpt(article.text[sentence.start : sentence.end])}")


def _sentences_of(article: Article, claims: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences that overlap one of the claims, each once, in order."""
    last = -1
    for span in merge_ranges(claims):
        sentence = article.sentences.at(span.start)
        while sentence is not None and sentence.start < span.end:
            if sentence.overlaps(span) and sentence.start > last:
                last = sentence.start
                yield sentence
            sentence = article.sentences.after(sentence)


def fitting(article: Article, fits: Mapping[str, Sequence[Suggestion]], claims: Sequence[Span]) -> Iterator[Finding]:
    """Yield one finding for every reference that would fit sentences which rest on nothing, the best of them as its place.

    `fits` are these, by the ids of the references, the best first; of claims only where there are any.
    """
    wanted = frozenset(_sentences_of(article, claims)) if claims else None
    what = "claim" if claims else "sentence"
    for name, found in fits.items():
        kept = [fit for fit in found if wanted is None or fit.sentence in wanted]
        if kept:
            words = dict.fromkeys(" ".join(word.split()) for fit in kept for word in fit.words)
            shown = ", ".join(f"“{word}”" for word in list(_apart(words))[:_WORDS_SHOWN])
            count = f"a {what} that rests" if len(kept) == 1 else f"{len(kept)} {what}s that rest"
            text = (
                f"{kind_label(article.reference_by_id[name])}, never cited, would fit {count} on nothing: they share {shown}."
            )
            yield Finding(FITS, kept[0].sentence, name, text, also=tuple(sorted(fit.sentence for fit in kept[1:])))


def _apart(words: Mapping[str, None]) -> Iterator[str]:
    """Yield the words without those that differ from one before only in case or a plural."""
    seen: set[str] = set()
    for word in words:
        folded = word.casefold().rstrip("s")
        if folded not in seen:
            seen.add(folded)
            yield word
