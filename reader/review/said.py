"""What is said of one article, and where it stands in its text: the side of a review that is read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

from reader.article.model import Article, Span
from reader.review.asides import MARGINS, with_marks
from reader.review.items import Entry
from reader.review.model import CLAIM, Annotation, Bookmark, Dismissal, Judgement, Tag
from reader.review.pairs import Status, is_closed, status_of
from reader.review.places import WORDS, Counted, Places, Standing, TextOf
from reader.review.scale import Scale
from reader.review.shelf import Shelf
from reader.review.sources import sources_of
from reader.review.supply import Source
from reader.review.tally import Tally


class Said:
    """The annotations of an article with their places, the codebook, the bookmarks. Who derives from it changes them.

    Invariants: `annotations()` is sorted by place; an annotation has a place when its quote was found in the article's text,
    else it is an orphan and kept all the same; `article` is the text as it was read with the noise that a person set.
    """

    def __init__(
        self,
        article: Article,
        annotations: Iterable[Annotation],
        tags: Iterable[Tag],
        entries: Iterable[Entry],
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
        self._where = Places(article.text, article.digest, text_of)
        self._standings: dict[str, Standing] = {}
        self._named = named
        self._own_names: Mapping[str, str] = sources_of(article)
        self.scale = scale
        self._places: dict[str, Span] = {}
        self._status: dict[str, Status] = {}
        self._order: list[tuple[int, int, str]] = []
        self._longest = 0
        self.tally = Tally()
        self._tags = {tag.id: tag for tag in tags}
        self._bookmarks: dict[str, Bookmark] = {}
        self._dismissed: dict[str, Dismissal] = {}
        self.shelf = Shelf(self._own_names, kept, ())
        for entry in entries:
            self._enter(entry)
        for annotation in annotations:
            self._put(annotation)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the annotations that have a place, sorted by it."""
        return tuple(self._annotations[key] for _, _, key in self._order)

    def orphans(self) -> tuple[Annotation, ...]:
        """Return the annotations whose quote no longer stands in the text, in the order they were made."""
        lost = (a for key, a in self._annotations.items() if key not in self._places and a.kind not in MARGINS)
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

    def standing(self, annotation: Annotation) -> Standing:
        """Return where an annotation of this session stands in the text, how that was found, and why to check it."""
        return self._standings[annotation.id]

    def to_check(self) -> tuple[Annotation, ...]:
        """Return the annotations whose place a person should look at, as the text changed, sorted by place."""
        return tuple(a for a in self.annotations() if self._standings[a.id].check)

    def is_stale(self, annotation: Annotation) -> bool:
        """Whether a claim was judged with other words than it has now, and nobody has confirmed it or judged it anew since."""
        return any(self.is_stale_verdict(annotation, judgement) for judgement in annotation.judgements)

    def is_stale_verdict(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a verdict was given on other words, or on another source."""
        words = self._standings[annotation.id].check == WORDS and judgement.edition != self.article.digest
        return words or self.is_of_another_source(annotation, judgement)

    def is_of_another_source(self, annotation: Annotation, judgement: Judgement) -> bool:
        """Whether a reference names another source now than when a verdict on it was given."""
        edition = judgement.edition or annotation.edition
        then = self._named.get(edition, {}).get(judgement.reference) if edition != self.article.digest else None
        return then is not None and then != self._own_names.get(judgement.reference)

    def guess(self, annotation: Annotation) -> Span | None:
        """Return the likeliest place of an orphan, to offer it; None when nothing speaks for any."""
        return self._where.guess(annotation)

    def counted(self) -> Counted | None:
        """Return what became of annotations that were made on other editions, None when there are none."""
        foreign = [a for a in self._annotations.values() if a.kind not in MARGINS and self._where.is_foreign(a)]
        lost = sum(a.id not in self._places for a in foreign)
        checked = sum(bool(self._standings[a.id].check) for a in foreign)
        return Counted(len(foreign) - lost - checked, checked, lost) if foreign else None

    def on(self, span: Span) -> tuple[Annotation, ...]:
        """Return the annotations that overlap `span`, sorted by place."""
        first = bisect_left(self._order, (span.start - self._longest,))
        last = bisect_left(self._order, (span.end,))
        return tuple(self._annotations[key] for _, end, key in self._order[first:last] if end > span.start)

    def status(self, annotation: Annotation) -> Status:
        """Return how far an annotation of this session is judged."""
        known = self._status.get(annotation.id)
        if known is None or self._annotations.get(annotation.id) is not annotation:
            known = status_of(self.article, annotation, self._places.get(annotation.id), self.scale)
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

    def tag_named(self, name: str) -> Tag | None:
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

    def dismissed(self) -> Mapping[str, Dismissal]:
        """Return the findings of the audit that were dismissed, by their keys."""
        return self._dismissed

    def is_open(self, annotation: Annotation, reference: str) -> bool:
        """Whether a pair needs something yet: a verdict, or the passage that the scale asks for beside it."""
        return not is_closed(annotation.judgement_on(reference), self.scale)

    # ------------------------------------------------------------------ for who changes it

    def _enter(self, entry: Entry) -> None:
        if isinstance(entry, Bookmark):
            self._bookmarks[entry.name] = entry
        elif isinstance(entry, Dismissal):
            self._dismissed[entry.finding] = entry
        else:
            self.shelf.put(entry)

    def _strike(self, entry: Entry) -> None:
        if isinstance(entry, Bookmark):
            self._bookmarks.pop(entry.name, None)
        elif isinstance(entry, Dismissal):
            self._dismissed.pop(entry.finding, None)
        else:
            self.shelf.drop(entry)

    def _put(self, annotation: Annotation) -> None:
        self._annotations[annotation.id] = annotation
        standing = self._standings[annotation.id] = self._where.standing(annotation)
        place = standing.place
        if place is not None:
            self._places[annotation.id] = place
        if annotation.kind in MARGINS:
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
        if annotation.kind in MARGINS:
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
        self.article = with_marks(self._read, [(a.kind, self._places[a.id]) for a in self._margins()])

    def _margins(self) -> list[Annotation]:
        return [a for a in self._annotations.values() if a.kind in MARGINS and a.id in self._places]
