"""Index the annotations of an article by place, with running counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urldefrag

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING
from reader.article.language import find_language
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.article.reference_identity import NO_SOURCES, reference_identities
from reader.review.assignments import AssignmentBook
from reader.review.edits import unique_tags
from reader.review.manual_noise import apply_manual_noise
from reader.review.model import (
    Annotation,
    Assignment,
    Attachment,
    Bookmark,
    Change,
    Correction,
    Dismissal,
    Judgement,
    ReviewItem,
    Source,
    Tag,
)
from reader.review.pairs import Status, claim_status, is_settled
from reader.review.placement import Placement, PlacementCounts, PlacementIndex, TextOf
from reader.review.scale import DEFAULT_SCALE, UNAVAILABLE, Scale
from reader.review.source_shelf import SourceShelf
from reader.review.vocabulary import CLAIM, LANGUAGE, NOISE_KINDS

if TYPE_CHECKING:
    from reader.review.passage import Passage


class Tally:
    """Count claims with a place, their pairs, open and unavailable ones; for each reference, its claims and its verdicts."""

    def __init__(self) -> None:
        self.claims = 0
        self.pairs = 0
        self.open_pairs = 0
        self.unavailable = 0
        self.claims_on: Counter[str] = Counter()
        self._verdicts: dict[str, Counter[str]] = {}

    def verdicts_on(self, reference: str) -> dict[str, int]:
        """Return how often each verdict was given on a reference."""
        counts: Counter[str] = self._verdicts.get(reference, Counter())
        return {verdict: n for verdict, n in counts.items() if n}

    def add(self, annotation: Annotation, status: Status) -> None:
        """Add an annotation with its status to the counts. Only claims count."""
        self._count(annotation, status, 1)

    def remove(self, annotation: Annotation, status: Status) -> None:
        """Remove an annotation from the counts, with the status it was added with."""
        self._count(annotation, status, -1)

    def _count(self, annotation: Annotation, status: Status, by: int) -> None:
        if annotation.kind != CLAIM:
            return
        self.claims += by
        self.pairs += by * len(status.rests_on)
        self.open_pairs += by * status.open_pairs
        for reference in status.rests_on:
            self.claims_on[reference] += by
        for judgement in (j for j in annotation.judgements if j.verdict and j.reference in status.rests_on):
            self._verdicts.setdefault(judgement.reference, Counter())[judgement.verdict] += by
            self.unavailable += by * (judgement.verdict == UNAVAILABLE)


class ReviewItems(NamedTuple):
    """The stored items of a review. The codebook and the sources are those of the whole library."""

    annotations: Iterable[Annotation] = ()
    tags: Iterable[Tag] = ()
    bookmarks: Iterable[Bookmark] = ()
    dismissals: Iterable[Dismissal] = ()
    attachments: Iterable[Attachment] = ()
    sources: Iterable[Source] = ()
    corrections: Iterable[Correction] = ()
    assignments: Iterable[Assignment] = ()


class Editions(NamedTuple):
    """The other editions of an article, by the digests of their texts.

    `text_of` returns the text of an edition or of a source, None if it was not kept; `identities` holds the identities of the
    references of each edition, by their ids.
    """

    text_of: TextOf = lambda _: None
    identities: Mapping[str, Mapping[str, str]] = NO_SOURCES


NO_ITEMS = ReviewItems()
NO_EDITIONS = Editions()


class AnnotationIndex:
    """Index of the annotations of an article by place, with its codebook, bookmarks and sources. `ReviewSession` changes them.

    Invariants: `annotations()` is sorted by place; an annotation whose quote is not found in the article's text is kept as an
    orphan, without a place; `article` has the noise and the language that a person set.
    """

    def __init__(
        self,
        article: Article,
        items: ReviewItems = NO_ITEMS,
        scale: Scale = DEFAULT_SCALE,
        editions: Editions = NO_EDITIONS,
        reader: str = "",
    ) -> None:
        """`reader` is the name of the person at this device."""
        self.article = article
        self.scale = scale
        self.tally = Tally()
        self._original = self._in_language = article
        self._identities: Mapping[str, str] = reference_identities(article)
        self._editions = editions
        self._placements: dict[str, Placement] = {}
        self._placement_index = PlacementIndex(article.text, article.digest, editions.text_of)
        self._places: dict[str, Span] = {}
        self._orphans: dict[str, Annotation] = {}
        self._status: dict[str, Status] = {}
        self._order: list[tuple[int, int, str]] = []
        self._in_order: list[Annotation] = []
        self._kinds = Counter[str]()
        self._longest = 0
        self._annotations: dict[str, Annotation] = {}
        self._tags = {tag.id: tag for tag in items.tags}
        self._bookmarks = {bookmark.name: bookmark for bookmark in items.bookmarks}
        self._dismissals = {dismissal.finding: dismissal for dismissal in items.dismissals}
        self.sources = SourceShelf(self._identities, items.sources, items.attachments)
        self._corrections = {correction.name: correction for correction in items.corrections}
        self.assignments = AssignmentBook(items.assignments, self._spans_of, reader)
        self._items: dict[type[ReviewItem], dict[str, Any]] = {
            Annotation: self._annotations,
            Tag: self._tags,
            Bookmark: self._bookmarks,
            Dismissal: self._dismissals,
            Correction: self._corrections,
            Assignment: self.assignments.items,
            **self.sources.items,
        }
        if self._corrections:
            self._apply_language()
        for annotation in items.annotations:
            self._put(annotation)

    def text_of(self, digest: str) -> str | None:
        """Return a text that the library keeps, of an edition or a source, by its digest; None if it keeps none."""
        return self._editions.text_of(digest)

    # ------------------------------------------------------------------ annotations and their places
    def annotations(self) -> tuple[Annotation, ...]:
        """Return the annotations that have a place, sorted by it."""
        return tuple(self._in_order)

    def orphans(self) -> tuple[Annotation, ...]:
        """Return the annotations that lost their place, the oldest first."""
        return tuple(sorted(self._orphans.values(), key=lambda a: (a.created_at, a.id)))

    def has_any(self, kinds: Iterable[str]) -> bool:
        """Whether there is an annotation of any of these kinds."""
        return any(self._kinds[kind] for kind in kinds)

    def claims(self) -> tuple[Annotation, ...]:
        """Return the claims that have a place, sorted by it."""
        return tuple(a for a in self.annotations() if a.kind == CLAIM)

    def annotations_on(self, span: Span) -> tuple[Annotation, ...]:
        """Return the annotations that overlap `span`, sorted by place."""
        first = bisect_left(self._order, (span.start - self._longest,))
        last = bisect_left(self._order, (span.end,))
        near = zip(self._order[first:last], self._in_order[first:last], strict=True)
        return tuple(annotation for (_, end, _), annotation in near if end > span.start)

    def noise_marks(self) -> list[tuple[Annotation, Span]]:
        """Return the annotations that set noise by hand, with their places."""
        marks = (a for a in self._annotations.values() if a.kind in NOISE_KINDS)
        return [(mark, self._places[mark.id]) for mark in marks if mark.id in self._places]

    def get(self, annotation_id: str) -> Annotation | None:
        """Return the annotation with this id, or None."""
        return self._annotations.get(annotation_id)

    def place(self, annotation: Annotation) -> Span | None:
        """Return the range of an annotation in the article's text, or None when it lost its place."""
        return self._places.get(annotation.id)

    def placement(self, annotation: Annotation) -> Placement:
        """Return the place of an annotation of this article, how it was found, and why to check it."""
        return self._placements[annotation.id]

    def placement_counts(self) -> PlacementCounts | None:
        """Count the annotations of other editions by what became of their places; None if there are none."""
        foreign = [a for a in self._annotations.values() if a.kind not in NOISE_KINDS and self.is_foreign(a)]
        orphan_count = sum(a.id not in self._places for a in foreign)
        uncertain = sum(bool(self._placements[a.id].check_reason) for a in foreign)
        return PlacementCounts(len(foreign) - orphan_count - uncertain, uncertain, orphan_count) if foreign else None

    def annotations_to_check(self) -> tuple[Annotation, ...]:
        """Return the annotations whose place a person should check because the text changed, sorted by place."""
        return tuple(a for a in self.annotations() if self._placements[a.id].check_reason)

    def guess_place(self, annotation: Annotation) -> Span | None:
        """Return the likeliest place of an orphan, None if no place is likely."""
        return self._placement_index.guess_place(annotation)

    def is_foreign(self, annotation: Annotation) -> bool:
        """Whether an annotation was made on another edition and nobody has set its place in this one."""
        return self._placement_index.is_foreign(annotation)

    def is_stale(self, annotation: Annotation) -> bool:
        """Whether any verdict of a claim is stale."""
        return any(self.is_stale_verdict(annotation, judgement) for judgement in annotation.judgements)

    def is_stale_verdict(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a verdict was given on words or a source that the pair no longer has, and nobody kept it for the new ones.

        A verdict on a reference that the claim no longer rests on counts only while it can follow its source.
        """
        is_made_here = (judgement.edition or annotation.edition) == self.article.digest
        if not judgement.verdict or (is_made_here and not judgement.identity):
            return False
        if judgement.reference not in self.status(annotation).rests_on:
            return bool(self.moved_reference(annotation, judgement))
        has_other_words = judgement.verdict != UNAVAILABLE and bool(self.change_since_verdict(annotation, judgement))
        return has_other_words or self.has_other_source(annotation, judgement)

    def change_since_verdict(self, annotation: Annotation, judgement: Judgement) -> str:
        """Return how a claim changed since a verdict on it: WORDS_CHANGED, SENTENCE_CHANGED, or "" for not at all."""
        edition = judgement.edition or annotation.edition
        return self._placement_index.change_since(annotation, self.place(annotation), edition)

    def passages_since(self, annotation: Annotation, edition: str) -> tuple[Passage | None, Passage | None]:
        """Return the words of an annotation in an earlier edition and in this one, None where it has no place."""
        index = self._placement_index
        return index.passage_in(annotation, edition), index.passage_in(annotation, self.article.digest)

    def has_other_source(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a reference names a different source than when this verdict on it was given."""
        old = self._identity_then(annotation, judgement)
        return bool(old) and old != self._identities.get(judgement.reference)

    def moved_reference(self, annotation: Annotation, judgement: Judgement) -> str:
        """Return the id that the source of a judgement has in a renumbered list, "" if it kept its id or is gone."""
        if not self.has_other_source(annotation, judgement):
            return ""
        old = self._identity_then(annotation, judgement)
        return next((reference for reference, identity in self._identities.items() if identity == old), "")

    def _identity_then(self, annotation: Annotation, judgement: Judgement) -> str:
        """Return the identity of the source that a judgement is about, "" if it is not known to differ from the present one."""
        edition = judgement.edition or annotation.edition
        if judgement.identity or edition == self.article.digest:
            return judgement.identity
        return self._editions.identities.get(edition, {}).get(judgement.reference, "")

    def status(self, annotation: Annotation) -> Status:
        """Return how many pairs of an annotation are settled."""
        is_current = self._annotations.get(annotation.id) is annotation
        status = self._status.get(annotation.id) if is_current else None
        if status is None:
            status = claim_status(self.article, annotation, self._places.get(annotation.id), self.scale)
            if is_current:
                self._status[annotation.id] = status
        return status

    def is_open(self, annotation: Annotation, reference: str) -> bool:
        """Whether a pair is not settled."""
        return not is_settled(annotation.judgement_on(reference), self.scale)

    def open_pairs(self) -> int:
        """Return the number of pairs that are not settled."""
        return self.tally.open_pairs

    # ------------------------------------------------------------------ codebook, bookmarks, dismissed findings

    def tags(self) -> tuple[Tag, ...]:
        """Return the codebook, sorted by name, those of one name as one."""
        return tuple(sorted(unique_tags(self._tags.values()), key=lambda tag: tag.name.casefold()))

    def tag_by_name(self, name: str) -> Tag | None:
        """Return the tag of the codebook with this name, or None."""
        return next(iter(unique_tags(tag for tag in self._tags.values() if tag.name == name)), None)

    def recent_tags(self) -> tuple[str, ...]:
        """Return the names of all tags, in use or only in the codebook, the most recently used first."""
        latest = sorted(self._annotations.values(), key=lambda a: a.updated_at, reverse=True)
        tags_in_use = dict.fromkeys(tag for annotation in latest for tag in annotation.tags)
        return tuple(dict.fromkeys((*tags_in_use, *(tag.name for tag in self.tags()))))

    def tags_in_use(self) -> tuple[str, ...]:
        """Return the names of the tags that annotations have, sorted."""
        return tuple(sorted({tag for annotation in self._annotations.values() for tag in annotation.tags}))

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Return the bookmarks, sorted by name."""
        return tuple(sorted(self._bookmarks.values(), key=lambda b: b.name))

    def bookmark(self, name: str) -> Bookmark | None:
        """Return the bookmark with this name, or None."""
        return self._bookmarks.get(name)

    def dismissals(self) -> Mapping[str, Dismissal]:
        """Return the dismissed findings of the audit, by their keys."""
        return self._dismissals

    def correction(self, name: str) -> Correction | None:
        """Return a person's correction of a fact of the article, or None."""
        return self._corrections.get(name)

    def assigned_to(self, sentence: Span) -> tuple[str, ...]:
        """Return the names of all readers who were given a sentence, sorted."""
        return self.assignments.assigned_to(sentence)

    def is_mine(self, sentence: Span) -> bool:
        """Whether the person at this device was given a sentence."""
        return self.assignments.is_mine(sentence)

    @property
    def recognized_language(self) -> str:
        """The language that the document declares or that was recognised in it."""
        return self._original.language

    # ------------------------------------------------------------------ changes

    def current(self, item: ReviewItem) -> ReviewItem | None:
        """Return the current version of an item, None if there is none."""
        return self._items[type(item)].get(item.key)

    def apply(self, change: Change) -> None:
        """Apply the edits of a change."""
        for edit in change.edits:
            if edit.annotation is not None:
                self._drop(edit.annotation.id)
                if edit.annotations[1] is not None:
                    self._put(edit.annotations[1])
                continue
            item = edit.item
            items = self._items[type(item)]
            items.pop(item.key, None)
            if edit.after is not None:
                items[item.key] = edit.after
            if isinstance(item, Correction):
                self._apply_language()
            elif isinstance(item, Assignment):
                self.assignments.refresh()

    def _put(self, annotation: Annotation) -> None:
        self._annotations[annotation.id] = annotation
        self._kinds[annotation.kind] += 1
        placement = self._placements[annotation.id] = self._placement_index.placement(annotation)
        place = placement.place
        if place is not None:
            self._places[annotation.id] = place
        if annotation.kind in NOISE_KINDS:
            self._apply_noise()
            return
        if place is not None:
            entry = (place.start, place.end, annotation.id)
            position = bisect_right(self._order, entry)
            self._order.insert(position, entry)
            self._in_order.insert(position, annotation)
            self._longest = max(self._longest, place.end - place.start)
            self.tally.add(annotation, self.status(annotation))
        else:
            self._orphans[annotation.id] = annotation

    def _drop(self, annotation_id: str) -> None:
        annotation = self._annotations.get(annotation_id)
        if annotation is None:
            return
        is_noise = annotation.kind in NOISE_KINDS
        if not is_noise and annotation_id in self._places:
            self.tally.remove(annotation, self.status(annotation))
        del self._annotations[annotation_id]
        self._kinds[annotation.kind] -= 1
        self._placements.pop(annotation_id, None)
        self._status.pop(annotation_id, None)
        self._orphans.pop(annotation_id, None)
        place = self._places.pop(annotation_id, None)
        if is_noise:
            self._apply_noise()
        elif place is not None:
            position = bisect_left(self._order, (place.start, place.end, annotation_id))
            del self._order[position], self._in_order[position]

    def _spans_of(self, assignment: Assignment) -> tuple[Span, ...]:
        return self._placement_index.carry(assignment.edition, Span(assignment.start, assignment.end))

    def _apply_language(self) -> None:
        correction = self._corrections.get(LANGUAGE)
        language = find_language(correction.value) if correction is not None else ""
        self._in_language = self._original.with_language(language or self._original.language)
        self._apply_noise()

    def _apply_noise(self) -> None:
        self.article = apply_manual_noise(self._in_language, [(mark.kind, place) for mark, place in self.noise_marks()])


# ------------------------------------------------------------------ ranges to audit


class AuditInput(NamedTuple):
    """What the audit of an article needs from its review.

    `claims` are the places of the claims, `linked` those of the claims that a person linked to a reference: they are not
    uncited. `dismissed` are the keys of the dismissed sentences that cite nothing.
    """

    claims: tuple[Span, ...] = ()
    linked: tuple[Span, ...] = ()
    dismissed: frozenset[str] = frozenset()


def audit_input(index: AnnotationIndex) -> AuditInput:
    """Return what the audit of an article needs from its review."""
    places = [(claim, place) for claim in index.claims() if (place := index.place(claim)) is not None]
    linked = (place for claim, place in places if any(link.rests for link in claim.links.values()))
    dismissed = (key for key, dismissal in index.dismissals().items() if dismissal.kind == CITES_NOTHING)
    return AuditInput(tuple(place for _, place in places), tuple(linked), frozenset(dismissed))


# ------------------------------------------------------------------ references to fetch

_RESOLVER = "https://doi.org/"


class FetchableReference(NamedTuple):
    """An address to fetch, and the ids of the references that name it, in the order of the list."""

    address: str
    references: tuple[str, ...]


def source_address(reference: Reference) -> str:
    """Return the address of a reference's source: the page it names, else that of its DOI, else ""."""
    url = reference.url.casefold()
    if url.startswith(("http://", "https://")):
        return reference.url
    if url.startswith("www."):
        return f"https://{reference.url}"
    return _RESOLVER + quote(reference.doi, safe="/:;(),@", errors="replace") if reference.doi else ""


def fetchable_references(index: AnnotationIndex, references: Iterable[Reference]) -> tuple[FetchableReference, ...]:
    """Return the addresses to fetch for the references without a text, each address once."""
    by_page: dict[str, FetchableReference] = {}
    for reference in references:
        address = source_address(reference)
        if address and not has_source_text(index, reference.id):
            page = urldefrag(address).url
            fetchable = by_page.get(page, FetchableReference(address, ()))
            by_page[page] = fetchable._replace(references=(*fetchable.references, reference.id))
    return tuple(by_page.values())


def has_source_text(index: AnnotationIndex, reference: str) -> bool:
    """Whether the reference with this id has a source, even if only a scan or an abstract."""
    source = index.sources.source(reference)
    return source is not None and source.text is not None
