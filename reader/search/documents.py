"""The documents of a search: what there is to find in an article, a source and the codebook, each with what it is found by."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.review.filter import annotation_states
from reader.review.index import AnnotationIndex, ReviewItems
from reader.review.pairs import is_settled, worst_verdict
from reader.review.query import KIND, REFERENCE, STATE, VERDICT, reference_names
from reader.review.vocabulary import CLAIM, NOISE_KINDS
from reader.search.plan import (
    EVERYTHING,
    EVIDENCE,
    NOTE,
    PARAGRAPH,
    REFERENCE_ENTRY,
    SOURCE_TEXT,
    TAG_ENTRY,
    facet,
    tag_facets,
)

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.contents import ReviewedArticle
    from reader.review.model import Annotation, Judgement, Source, SourceText, Tag
    from reader.review.scale import Scale

_LONGEST: Final = 1200
"""Code points of a paragraph from which it is found in parts."""

_TITLE_BLOCKS: Final = 8
"""The paragraphs among which the title is looked for: if it is not there, it is found by itself."""


class Document(NamedTuple):
    """Something that a search can find.

    `kind` is one of DOCUMENT_KINDS; `item` the id of its annotation or reference, the digest of a source's text, or the name of
    a tag. `[start, end)` is its range in the article's or source's text, both -1 if it has none. `facets` are those of `plan`,
    `people` names, `at` is the moment of its last change. `label` is that of a reference, `sign` the id of a verdict, else a
    state. `about` is JSON for the card of a claim.
    """

    kind: str
    item: str
    start: int
    end: int
    text: str
    facets: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    at: str = ""
    label: str = ""
    sign: str = ""
    about: str = ""


class PairSummary(NamedTuple):
    """A claim's pair as the card of a hit shows it: the reference's label and title, the verdict, and who gave it when."""

    label: str
    title: str
    verdict: str
    by: str
    at: str
    is_settled: bool


class ClaimSummary(NamedTuple):
    """A claim as the card of a hit shows it: its kind, its tags and its pairs."""

    kind: str = CLAIM
    tags: tuple[str, ...] = ()
    pairs: tuple[PairSummary, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> ClaimSummary:
        """Read the summary from `Document.about`."""
        kind, tags, pairs = json.loads(text)
        return cls(kind, tuple(tags), tuple(PairSummary(*pair) for pair in pairs))


# ------------------------------------------------------------------ an article


def article_documents(reviewed: ReviewedArticle, article: Article | None, scale: Scale) -> Iterator[Document]:
    """Yield what there is to find in an article and its review; without its text, only what people wrote about it."""
    if article is None:
        for annotation in reviewed.annotations:
            if annotation.kind not in NOISE_KINDS:
                text = annotation.selector.exact
                yield from _annotation_documents(_ClaimFacts(annotation, None, text, Span(-1, -1)), scale)
        return
    items = ReviewItems(annotations=reviewed.annotations, attachments=reviewed.attachments)
    index = AnnotationIndex(article, items, scale, reviewed.editions)
    for annotation in (*index.annotations(), *index.orphans()):
        place = index.place(annotation)
        text = shown_line(article, *place) if place is not None else annotation.selector.exact
        yield from _annotation_documents(_ClaimFacts(annotation, index, text, place or Span(-1, -1)), scale)
    yield from _text_documents(index.article, reviewed)


class _ClaimFacts(NamedTuple):
    """An annotation, the index of its review if its article could be read, its words and its place."""

    annotation: Annotation
    review: AnnotationIndex | None
    text: str
    place: Span

    @property
    def references(self) -> tuple[str, ...]:
        """The ids of the references that the claim rests on or that were judged."""
        rests_on = self.review.status(self.annotation).rests_on if self.review is not None else ()
        return tuple(dict.fromkeys((*rests_on, *(judgement.reference for judgement in self.annotation.judgements))))

    def label_of(self, reference: str) -> str:
        """Return the label of a reference, or its id."""
        return self.review.article.label_of(reference) if self.review is not None else reference

    def title_of(self, reference: str) -> str:
        """Return the title of a reference, or its words."""
        entry = self.review.article.reference_by_id.get(reference) if self.review is not None else None
        return "" if entry is None else entry.title or entry.text[:200]

    def reference_facets(self, references: Iterable[str]) -> Iterator[str]:
        """Yield the facets of what these references may be called."""
        by_id = self.review.article.reference_by_id if self.review is not None else {}
        for reference in references:
            names = sorted(reference_names(by_id[reference])) if reference in by_id else (reference.casefold(),)
            yield from (facet(REFERENCE, name) for name in names)


def _annotation_documents(facts: _ClaimFacts, scale: Scale) -> Iterator[Document]:
    """Yield the documents of an annotation: its words, its notes, and the evidence of its pairs."""
    annotation = facts.annotation
    states = annotation_states(facts.review, annotation) if facts.review is not None else ()
    common = (EVERYTHING, *tag_facets(annotation.tags), *(facet(STATE, state) for state in states))
    verdicts = tuple(facet(VERDICT, judgement.verdict) for judgement in annotation.judgements if judgement.verdict)
    whole = (*common, *verdicts, *facts.reference_facets(facts.references))
    people = tuple(dict.fromkeys(name for name in (annotation.creator, *(j.by for j in annotation.judgements)) if name))
    worst = worst_verdict(annotation, scale)
    status = next((state for state in states if state in ("open", "uncited", "judged")), annotation.kind)
    claim = Document(
        CLAIM,
        annotation.id,
        *facts.place,
        facts.text,
        (facet(KIND, annotation.kind), *whole),
        people,
        annotation.updated_at or annotation.created_at,
        sign=worst.id if worst is not None else status if annotation.kind == CLAIM else annotation.kind,
        about=_claim_about(facts, scale),
    )
    yield claim
    note = claim._replace(kind=NOTE, facets=(facet(KIND, NOTE), *whole), about="", label="")
    for text in (annotation.note, annotation.fix):
        if text:
            yield note._replace(text=text)
    for judgement in annotation.judgements:
        yield from _judgement_documents(facts, judgement, note, common)


def _judgement_documents(
    facts: _ClaimFacts, judgement: Judgement, note: Document, common: tuple[str, ...]
) -> Iterator[Document]:
    """Yield the evidence and the note of a pair. They have the verdict and the reference of their pair only."""
    facets = (*common, facet(VERDICT, judgement.verdict), *facts.reference_facets((judgement.reference,)))
    pair = note._replace(
        people=(judgement.by,) if judgement.by else (),
        at=judgement.at or note.at,
        label=facts.label_of(judgement.reference),
        sign=judgement.verdict,
    )
    if judgement.note:
        yield pair._replace(text=judgement.note, facets=(facet(KIND, NOTE), *facets))
    for evidence in judgement.evidence:
        yield pair._replace(kind=EVIDENCE, text=evidence.selector.exact, facets=(facet(KIND, EVIDENCE), *facets))


def _claim_about(facts: _ClaimFacts, scale: Scale) -> str:
    pairs: list[PairSummary] = []
    for reference in facts.references:
        judgement = facts.annotation.judgement_on(reference)
        verdict, by, at = (judgement.verdict, judgement.by, judgement.at) if judgement is not None else ("", "", "")
        label, title = facts.label_of(reference), facts.title_of(reference)
        pairs.append(PairSummary(label, title, verdict, by, at, is_settled(judgement, scale)))
    return json.dumps([facts.annotation.kind, facts.annotation.tags, pairs])


def _text_documents(article: Article, reviewed: ReviewedArticle) -> Iterator[Document]:
    """Yield the titles of an article, the paragraphs that are shown, and its references. Entries are no paragraphs."""
    entries = [reference.span for reference in article.references if reference.span is not None]
    common = (EVERYTHING, *tag_facets(reviewed.tags))
    own, added = (*common, facet(KIND, PARAGRAPH)), reviewed.entry.added
    titles = dict.fromkeys(title for title in (reviewed.entry.name, article.title) if title)
    hidden = {noise.start for noise in article.noise}
    number = 0
    entries.sort()
    first = {shown_line(article, block.start, block.end) for block in article.blocks[:_TITLE_BLOCKS]}
    for title in (title for title in titles if title not in first):
        yield Document(PARAGRAPH, "", 0, 0, title, own, at=added)
    for block in article.blocks:
        while number < len(entries) and entries[number].end <= block.start:
            number += 1
        is_entry = number < len(entries) and entries[number].overlaps(block.span)
        if block.start in hidden or is_entry:
            continue
        for part in split_range(article.text, block.start, block.end):
            yield Document(PARAGRAPH, "", *part, shown_line(article, *part), own, at=added)
    for reference in article.references:
        # Sorted, as the order of a set is another in each process: then all of them would be written anew.
        names = (facet(REFERENCE, name) for name in sorted(reference_names(reference)))
        yield Document(
            REFERENCE_ENTRY,
            reference.id,
            reference.start,
            reference.end,
            reference.text,
            (*common, facet(KIND, REFERENCE_ENTRY), *names),
            at=added,
            label=reference.label,
        )


def shown_line(article: Article, start: int, end: int) -> str:
    """Return a range of an article's text in one line, without hidden markup."""
    markup = article.markup
    parts: list[str] = []
    at = start
    for hidden in markup[bisect_right(markup.ends, start) : bisect_left(markup.starts, end)]:
        parts.append(article.text[at : max(at, hidden.start)])
        at = max(at, hidden.end)
    return " ".join("".join((*parts, article.text[at : max(at, end)])).split())


def split_range(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield a range of a text in parts of at most _LONGEST code points, cut behind a sentence or at a blank if there is one."""
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        cut = max(window.rfind(mark, _LONGEST // 2) for mark in (". ", ".\n", "。", "? ", "! "))
        cut = cut + 1 if cut >= 0 else window.rfind(" ", _LONGEST // 2) + 1 or _LONGEST
        yield Span(start, start + cut)
        start += cut
    if start < end:
        yield Span(start, end)


# ------------------------------------------------------------------ sources and the codebook


def source_documents(text: SourceText, words: str) -> Iterator[Document]:
    """Yield the paragraphs of a source's text."""
    facets = (EVERYTHING, facet(KIND, SOURCE_TEXT))
    people = (text.by,) if text.by else ()
    start = 0
    while start < len(words):
        end = words.find("\n", start)
        end = len(words) if end < 0 else end
        for part in split_range(words, start, end):
            line = " ".join(words[part.start : part.end].split())
            if line:
                yield Document(SOURCE_TEXT, text.digest, *part, line, facets, people, text.at)
        start = end + 1


def tag_documents(tags: Iterable[Tag]) -> Iterator[Document]:
    """Yield the tags of the codebook with their synonyms and definitions."""
    for tag in tags:
        names = f"{tag.name} ({', '.join(tag.synonyms)})" if tag.synonyms else tag.name
        text = f"{names}: {tag.definition}" if tag.definition else names
        yield Document(
            TAG_ENTRY, tag.name, -1, -1, text, (EVERYTHING, facet(KIND, TAG_ENTRY), *tag_facets((tag.name,))), sign=tag.symbol
        )


def source_title(source: Source) -> str:
    """Return what a source is called: the title of its text, or where it came from."""
    text = source.text
    return "" if text is None else text.title or text.origin
