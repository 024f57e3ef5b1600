"""Index the annotations of an article by place, with running counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urldefrag

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identities
from reader.review.manual_noise import NOISE_KINDS, apply_manual_noise
from reader.review.model import CLAIM, Annotation, Bookmark, Dismissal, Judgement, Source, Tag
from reader.review.pairs import Status, claim_status, is_settled
from reader.review.placement import WORDS_CHANGED, Placement, PlacementCounts, PlacementIndex, TextOf
from reader.review.records import RecordEntry
from reader.review.scale import Scale
from reader.review.source_shelf import SourceShelf

# ------------------------------------------------------------------ Running counts over the claims of an article, kept up


class Tally:
    """Counts of claims, pairs and open pairs, and by reference of the claims that rest on it and the verdicts they got."""

    def __init__(self) -> None:
        self.claims = 0
        self.pairs = 0
        self.open_pairs = 0
        self.claims_on: Counter[str] = Counter()
        self._verdicts: dict[str, Counter[str]] = {}

    def verdicts_on(self, reference: str) -> dict[str, int]:
        """Return how often each verdict was given on a reference."""
        given: Counter[str] = self._verdicts.get(reference, Counter())
        return {verdict: n for verdict, n in given.items() if n}

    def add(self, annotation: Annotation, status: Status) -> None:
        """Count an annotation in, with its status. Only claims count."""
        self._count(annotation, status, 1)

    def remove(self, annotation: Annotation, status: Status) -> None:
        """Count an annotation out, with the status it was counted in with."""
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


# ------------------------------------------------------------------ the side of a review that is read


class AnnotationIndex:
    """The annotations of an article with their places, the codebook, the bookmarks. Who derives from it changes them.

    Invariants: `annotations()` is sorted by place; an annotation has a place when its quote was found in the article's text,
    else it is an orphan and kept all the same; `article` is the text as it was read with the noise that a person set.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        tags: Iterable[Tag],
        entries: Iterable[RecordEntry],
        text_of: TextOf,
        named: Mapping[str, Mapping[str, str]],
        kept: Iterable[Source],
        scale: Scale,
    ) -> None:
        """`text_of` returns the text of an edition that annotations were made on, `named` are the sources its references name.

        `kept` are the sources of the library, `scale` holds the verdicts that pairs get.
        """
        self._read = article
        self.article = article
        self._annotations: dict[str, Annotation] = {}
        self._where = PlacementIndex(article.text, article.digest, text_of)
        self._standings: dict[str, Placement] = {}
        self._named = named
        self._own_names: Mapping[str, str] = reference_identities(article)
        self.scale = scale
        self._places: dict[str, Span] = {}
        self._status: dict[str, Status] = {}
        self._order: list[tuple[int, int, str]] = []
        self._longest = 0
        self.tally = Tally()
        self._tags = {tag.id: tag for tag in tags}
        self._bookmarks: dict[str, Bookmark] = {}
        self._dismissed: dict[str, Dismissal] = {}
        self.sources = SourceShelf(self._own_names, kept, ())
        for entry in entries:
            self._enter(entry)
        for annotation in annotations:
            self._put(annotation)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the annotations that have a place, sorted by it."""
        return tuple(self._annotations[key] for _, _, key in self._order)

    def orphans(self) -> tuple[Annotation, ...]:
        """Return the annotations whose quote no longer stands in the text, in the order they were made."""
        lost = (a for key, a in self._annotations.items() if key not in self._places and a.kind not in NOISE_KINDS)
        return tuple(sorted(lost, key=lambda a: (a.created, a.id)))

    def claims(self) -> tuple[Annotation, ...]:
        """Return the claims that have a place, sorted by it."""
        return tuple(a for a in self.annotations() if a.kind == CLAIM)

    def get(self, annotation_id: str) -> Annotation | None:
        """Return the annotation with this id, or None."""
        return self._annotations.get(annotation_id)

    def place(self, annotation: Annotation) -> Span | None:
        """Return where an annotation stands in the article's text, or None when it lost its place."""
        return self._places.get(annotation.id)

    def placement(self, annotation: Annotation) -> Placement:
        """Return where an annotation of this session stands in the text, how that was found, and why to check it."""
        return self._standings[annotation.id]

    def annotations_to_check(self) -> tuple[Annotation, ...]:
        """Return the annotations whose place a person should look at, as the text changed, sorted by place."""
        return tuple(a for a in self.annotations() if self._standings[a.id].check_reason)

    def is_stale(self, annotation: Annotation) -> bool:
        """Whether a claim was judged with other words than it has now, and nobody has confirmed it or judged it anew since."""
        return any(self.is_stale_verdict(annotation, judgement) for judgement in annotation.judgements)

    def is_stale_verdict(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a verdict was given on other words, or on another source."""
        words = self._standings[annotation.id].check_reason == WORDS_CHANGED and judgement.edition != self.article.digest
        return words or self.has_other_source(annotation, judgement)

    def has_other_source(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a reference names another source now than when a verdict on it was given."""
        edition = judgement.edition or annotation.edition
        then = self._named.get(edition, {}).get(judgement.reference) if edition != self.article.digest else None
        return then is not None and then != self._own_names.get(judgement.reference)

    def guess_place(self, annotation: Annotation) -> Span | None:
        """Return the likeliest place of an orphan, to offer it; None when nothing speaks for any."""
        return self._where.guess_place(annotation)

    def placement_counts(self) -> PlacementCounts | None:
        """Return what became of annotations that were made on other editions, None when there are none."""
        foreign = [a for a in self._annotations.values() if a.kind not in NOISE_KINDS and self._where.is_foreign(a)]
        lost = sum(a.id not in self._places for a in foreign)
        checked = sum(bool(self._standings[a.id].check_reason) for a in foreign)
        return PlacementCounts(len(foreign) - lost - checked, checked, lost) if foreign else None

    def annotations_on(self, span: Span) -> tuple[Annotation, ...]:
        """Return the annotations that overlap `span`, sorted by place."""
        first = bisect_left(self._order, (span.start - self._longest,))
        last = bisect_left(self._order, (span.end,))
        return tuple(self._annotations[key] for _, end, key in self._order[first:last] if end > span.start)

    def status(self, annotation: Annotation) -> Status:
        """Return how far an annotation of this session is judged."""
        known = self._status.get(annotation.id)
        if known is None or self._annotations.get(annotation.id) is not annotation:
            known = claim_status(self.article, annotation, self._places.get(annotation.id), self.scale)
            if self._annotations.get(annotation.id) is annotation:
                self._status[annotation.id] = known
        return known

    def open_pairs(self) -> int:
        """Return how many (claim, reference) pairs have no verdict yet."""
        return self.tally.open_pairs

    def tags(self) -> tuple[Tag, ...]:
        """Return the codebook, sorted by name. Two windows may each have made a tag of one name: the elder stands for both."""
        elder = {tag.name: tag for tag in sorted(self._tags.values(), key=lambda tag: tag.id, reverse=True)}
        return tuple(sorted(elder.values(), key=lambda tag: tag.name.casefold()))

    def tag_by_name(self, name: str) -> Tag | None:
        """Return the tag of the codebook with this name, or None."""
        return min((tag for tag in self._tags.values() if tag.name == name), key=lambda tag: tag.id, default=None)

    def recent_tags(self) -> tuple[str, ...]:
        """Return the names of the tags in use and in the codebook, the latest used first."""
        latest = sorted(self._annotations.values(), key=lambda a: a.updated, reverse=True)
        used = dict.fromkeys(tag for annotation in latest for tag in annotation.tags)
        return tuple(dict.fromkeys((*used, *(tag.name for tag in self.tags()))))

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Return the bookmarks, sorted by name."""
        return tuple(sorted(self._bookmarks.values(), key=lambda b: b.name))

    def bookmark(self, name: str) -> Bookmark | None:
        """Return the bookmark with this name, or None."""
        return self._bookmarks.get(name)

    def dismissals(self) -> Mapping[str, Dismissal]:
        """Return the findings of the audit that were dismissed, by their keys."""
        return self._dismissed

    def is_open(self, annotation: Annotation, reference: str) -> bool:
        """Whether a pair needs something yet: a verdict, or the passage that the scale asks for beside it."""
        return not is_settled(annotation.judgement_on(reference), self.scale)

    # ------------------------------------------------------------------ for who changes it

    def _enter(self, entry: RecordEntry) -> None:
        if isinstance(entry, Bookmark):
            self._bookmarks[entry.name] = entry
        elif isinstance(entry, Dismissal):
            self._dismissed[entry.finding] = entry
        else:
            self.sources.put(entry)

    def _strike(self, entry: RecordEntry) -> None:
        if isinstance(entry, Bookmark):
            self._bookmarks.pop(entry.name, None)
        elif isinstance(entry, Dismissal):
            self._dismissed.pop(entry.finding, None)
        else:
            self.sources.drop(entry)

    def _put(self, annotation: Annotation) -> None:
        self._annotations[annotation.id] = annotation
        standing = self._standings[annotation.id] = self._where.placement(annotation)
        place = standing.place
        if place is not None:
            self._places[annotation.id] = place
        if annotation.kind in NOISE_KINDS:
            self._set_margins()
            return
        if place is not None:
            entry = (place.start, place.end, annotation.id)
            self._order.insert(bisect_right(self._order, entry), entry)
            self._longest = max(self._longest, place.end - place.start)
        self.tally.add(annotation, self.status(annotation))

    def _drop(self, annotation_id: str) -> None:
        annotation = self._annotations.get(annotation_id)
        if annotation is None:
            return
        self._standings.pop(annotation_id, None)
        if annotation.kind in NOISE_KINDS:
            del self._annotations[annotation_id]
            self._places.pop(annotation_id, None)
            self._set_margins()
            return
        self.tally.remove(annotation, self.status(annotation))
        del self._annotations[annotation_id]
        self._status.pop(annotation_id, None)
        place = self._places.pop(annotation_id, None)
        if place is not None:
            del self._order[bisect_left(self._order, (place.start, place.end, annotation_id))]

    def _set_margins(self) -> None:
        self.article = apply_manual_noise(self._read, [(a.kind, self._places[a.id]) for a in self._margins()])

    def _margins(self) -> list[Annotation]:
        return [a for a in self._annotations.values() if a.kind in NOISE_KINDS and a.id in self._places]


# ------------------------------------------------------------------ which ranges are claims, and which of them rest on


class AuditInput(NamedTuple):
    """The places of the claims of a review, and of those that a person linked to a reference: whatever they cite, they rest."""

    claims: tuple[Span, ...] = ()
    linked: tuple[Span, ...] = ()


def audit_input(review: AnnotationIndex) -> AuditInput:
    """Return what to ask the audit of a review's article about."""
    placed = [(claim, place) for claim in review.claims() if (place := review.place(claim)) is not None]
    linked = (place for claim, place in placed if any(link.rests for link in claim.links.values()))
    return AuditInput(tuple(place for _, place in placed), tuple(linked))


# ------------------------------------------------------------------ what there is to fetch

_RESOLVER = "https://doi.org/"


class FetchableReference(NamedTuple):
    """An address to fetch, and the ids of the references that name it, in the order of the list."""

    address: str
    references: tuple[str, ...]


def source_address(reference: Reference) -> str:
    """Return where the source of a reference can be asked for: the page it names, else where its DOI leads; "" for neither."""
    url = reference.url.casefold()
    if url.startswith(("http://", "https://")):
        return reference.url
    if url.startswith("www."):
        return f"https://{reference.url}"
    return _RESOLVER + quote(reference.doi, safe="/:;(),@", errors="replace") if reference.doi else ""


def fetchable_references(review: AnnotationIndex, references: Iterable[Reference]) -> tuple[FetchableReference, ...]:
    """Return what there is to fetch for those of these references that have no text yet, each address once."""
    named: dict[str, FetchableReference] = {}
    for reference in references:
        address = source_address(reference)
        if address and not has_source_text(review, reference.id):
            page = urldefrag(address).url
            known = named.get(page, FetchableReference(address, ()))
            named[page] = known._replace(references=(*known.references, reference.id))
    return tuple(named.values())


def has_source_text(review: AnnotationIndex, reference: str) -> bool:
    """Whether something was supplied for the reference with this id, if only a scan or an abstract."""
    source = review.sources.source(reference)
    return source is not None and source.text is not None
