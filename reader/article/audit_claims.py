"""What is found at the sentences: those that assert and cite nothing, and the references that would fit them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reader.article.finding import CITES_NOTHING, FITS, Finding, called, excerpt
from reader.article.fitting import Fit
from reader.article.model import Article, BlockKind, Span
from reader.article.places import block_at, merged, within

_FEWEST_WORDS = 4
_WORDS_SHOWN = 4


def asserts(article: Article, sentence: Span) -> bool:
    """Whether a sentence asserts something: questions, fragments and the rows of tables don't by themselves."""
    text = article.text[sentence.start : sentence.end]
    if len(text.split()) < _FEWEST_WORDS or text.rstrip("\"'”’»)]").endswith(("?", ":")):
        return False
    return article.blocks[block_at(article.blocks, sentence.start)].kind is not BlockKind.TABLE


def rests_on_nothing(article: Article, sentence: Span) -> bool:
    """Whether no marker in a sentence points at a reference."""
    return not any(citation.references for citation in within(article.citations, sentence.start, sentence.end))


def citing_nothing(article: Article, claims: Sequence[Span]) -> Iterator[Finding]:
    """Yield the sentences that assert and have no marker: those that overlap a claim, or all where there are no claims."""
    for sentence in _sentences_of(article, claims) if claims else article.sentences.all():
        if not within(article.citations, sentence.start, sentence.end) and asserts(article, sentence):
            yield Finding(CITES_NOTHING, sentence, "", f"Cites nothing: {excerpt(article.text[sentence.start : sentence.end])}")


def _sentences_of(article: Article, claims: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences that overlap one of the claims, each once, in order."""
    last = -1
    for span in merged(claims):
        sentence = article.sentences.at(span.start)
        while sentence is not None and sentence.start < span.end:
            if sentence.overlaps(span) and sentence.start > last:
                last = sentence.start
                yield sentence
            sentence = article.sentences.after(sentence)


def fitting(article: Article, fits: Mapping[str, Sequence[Fit]], claims: Sequence[Span]) -> Iterator[Finding]:
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
            text = f"{called(article.reference_by_id[name])}, never cited, would fit {count} on nothing: they share {shown}."
            yield Finding(FITS, kept[0].sentence, name, text, also=tuple(sorted(fit.sentence for fit in kept[1:])))


def _apart(words: Mapping[str, None]) -> Iterator[str]:
    """Yield the words without those that differ from one before only in case or a plural."""
    seen: set[str] = set()
    for word in words:
        folded = word.casefold().rstrip("s")
        if folded not in seen:
            seen.add(folded)
            yield word
