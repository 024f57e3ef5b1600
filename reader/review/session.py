"""ReviewSession: the owner of an article's annotations, of the codebook and the bookmarks, and of undo and redo.

Everything that reads goes through it; everything that changes is one of its methods, each of which makes one named, undoable
`Change` and tells the listeners. Items are frozen: what was handed out never changes under the reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reader.article.model import Span
from reader.review.asides import set_apart
from reader.review.changes import Edit
from reader.review.joining import joined_of
from reader.review.judging import Judging
from reader.review.model import (
    CLAIM,
    TAG_COLOURS,
    TAG_SYMBOLS,
    Annotation,
    Bookmark,
    Judgement,
    Place,
    Tag,
    new_id,
    now,
)
from reader.review.places import BY_HAND, Standing
from reader.review.selecting import select
from reader.review.supplying import Supplying


class ReviewSession(Judging, Supplying):
    """The annotations of one article, and every way to change them.

    It marks, tags and notes; it judges (`Judging`), keeps what references rest on (`Supplying`) and takes back (`Owning`).
    """

    def mark(self, span: Span, kind: str = CLAIM) -> Annotation:
        """Make an annotation of `kind` on `span` and return it."""
        return self.add(span, kind, label=f"mark {kind}")

    def add(
        self,
        span: Span,
        kind: str = CLAIM,
        tags: Sequence[str] = (),
        note: str = "",
        judgements: Sequence[Judgement] = (),
        label: str = "annotate",
        *,
        decision: str = "",
        fix: str = "",
    ) -> Annotation:
        """Make a whole annotation on `span` in one change, its tags joining the codebook, and return it."""
        placed = (replace(j, edition=self.article.digest) for j in judgements)
        given = tuple(replace(j, by=j.by or self.creator, at=j.at or now()) if j.verdict else j for j in placed)
        made = replace(self._made(span, kind), tags=tuple(dict.fromkeys(tags)), note=note, judgements=given)
        made = replace(made, decision=decision, fix=fix)
        self._do(label, (*self._new_tags(made.tags), Edit(None, made)))
        return made

    def remove(self, annotations: Iterable[Annotation], label: str = "remove") -> None:
        """Remove annotations, all in one change."""
        self._do(label, tuple(Edit(a, None) for a in self._live(annotations)))

    def _made(self, span: Span, kind: str) -> Annotation:
        stamp = now()
        return Annotation(
            id=new_id(),
            article=self.article_id,
            edition=self.article.digest,
            selector=select(self.article.text, span),
            kind=kind,
            created=stamp,
            updated=stamp,
            creator=self.creator,
        )

    def set_kind(self, annotation: Annotation, kind: str) -> Annotation:
        """Say what the annotation is: claim, not-claim or later."""
        return self._update(annotation, f"mark {kind}", kind=kind)

    def set_note(self, annotation: Annotation, note: str) -> Annotation:
        """Replace the annotation's note."""
        return self._update(annotation, "note" if note else "remove note", note=note)

    def set_tags(self, annotation: Annotation, tags: Sequence[str]) -> Annotation:
        """Replace the annotation's tags; names that the codebook lacks join it in the same change."""
        annotation = self._as_it_is(annotation)
        wanted = tuple(dict.fromkeys(tags))
        changed = [f"#{t}" for t in (*wanted, *annotation.tags) if (t in wanted) != (t in annotation.tags)]
        label = ("tag " if len(wanted) >= len(annotation.tags) else "untag ") + " ".join(changed)
        return self._update(annotation, label, self._new_tags(wanted), tags=wanted)

    def set_bounds(self, annotation: Annotation, span: Span) -> Annotation:
        """Move the annotation's start and end. What was made on another edition keeps its quote: only its place here moves."""
        if self._as_it_is(annotation).edition != self.article.digest:
            return self.attach(annotation, span)
        selector = select(self.article.text, span)
        return self._update(annotation, "move bounds", selector=selector, edition=self.article.digest)

    def confirm(self, annotations: Iterable[Annotation]) -> None:
        """Say that annotations stand where they were found in the changed text, all in one change."""
        live = [a for a in self._live(annotations) if self._where.is_foreign(a) and a.id in self._places]
        edits = [Edit(a, self._at(a, self._standings[a.id])) for a in live]
        self._do(f"confirm {len(live)} places" if len(live) > 1 else "confirm the place", edits)

    def attach(self, annotation: Annotation, span: Span) -> Annotation:
        """Say where an annotation that was made on another edition stands in this one."""
        annotation = self._as_it_is(annotation)
        attached = self._at(annotation, Standing(self._trimmed(span), BY_HAND))
        return self._update(annotation, "attach to a place", places=attached.places)

    def _at(self, annotation: Annotation, standing: Standing) -> Annotation:
        """Return an annotation with a decided place in this edition."""
        stamp, (place, method, confidence, _) = now(), standing
        if place is None:
            return annotation
        decided = Place(place.start, place.end, method, round(confidence, 3), self.creator, stamp)
        return replace(annotation, places={**annotation.places, self.article.digest: decided}, updated=stamp)

    def split(self, annotation: Annotation, offset: int) -> tuple[Annotation, Annotation]:
        """Split an annotation in two at `offset`. Both keep tags, note and judgements.

        White space at the cut belongs to neither. Raises ValueError when there would be nothing on one side.
        """
        annotation = self._as_it_is(annotation)
        place = self._places.get(annotation.id)
        if place is None:
            raise ValueError("an annotation without a place cannot be split")
        first, second = (self._trimmed(Span(place.start, offset)), self._trimmed(Span(offset, place.end)))
        if not (place.start < offset < place.end and first.start < first.end and second.start < second.end):
            raise ValueError("nothing would be left on one side")
        stamp = now()
        text, edition = self.article.text, self.article.digest
        left = replace(annotation, selector=select(text, first), edition=edition, updated=stamp)
        right = replace(left, id=new_id(), selector=select(text, second), created=stamp)
        self._do("split", (Edit(annotation, left), Edit(None, right)))
        return left, right

    def join(self, annotations: Sequence[Annotation]) -> Annotation:
        """Join annotations that have a place into the first of them; it takes over tags, notes and judgements of the others.

        On a pair that several have judged, the latest verdict counts and the evidence and notes of all are kept. Raises
        ValueError for fewer than two.
        """
        placed = sorted((a for a in self._live(annotations) if a.id in self._places), key=lambda a: self._places[a.id])
        if len(placed) < 2:
            raise ValueError("joining needs two annotations")
        first, others = placed[0], placed[1:]
        span = Span(self._places[first.id].start, max(self._places[a.id].end for a in placed))
        joined = replace(
            joined_of(placed),
            selector=select(self.article.text, span),
            edition=self.article.digest,
            updated=now(),
        )
        self._do("join", (Edit(first, joined), *(Edit(a, None) for a in others)))
        return joined

    def set_aside(self, span: Span, *, aside: bool = True) -> str:
        """Set the blocks that a range touches aside, or say that they are the article: `self.article` then has other noise.

        Returns what was done in words, "" when there was nothing to do.
        """
        marks = [(mark, self._places[mark.id]) for mark in self._margins()]
        label, edits = set_apart(self.article, span, marks, self._made, aside=aside)
        self._do(label, edits)
        return label

    def set_bookmark(self, name: str, start: int) -> None:
        """Put the bookmark `name` at an offset."""
        self._do(f"bookmark {name}", (Edit(self._bookmarks.get(name), Bookmark(name, start)),))

    def _new_tags(self, names: Iterable[str]) -> tuple[Edit, ...]:
        known = {tag.name for tag in self._tags.values()}
        new = [name for name in names if name not in known]
        return tuple(Edit(None, self._new_tag(name, len(known) + n)) for n, name in enumerate(new))

    @staticmethod
    def _new_tag(name: str, number: int) -> Tag:
        """Return a tag with the symbol and the colour whose turn it is, so that two tags seldom look alike."""
        symbol = TAG_SYMBOLS[number % len(TAG_SYMBOLS)]
        return Tag(new_id(), name, colour=TAG_COLOURS[number % len(TAG_COLOURS)], symbol=symbol)

    def _trimmed(self, span: Span) -> Span:
        part = self.article.text[span.start : span.end]
        return Span(span.start + len(part) - len(part.lstrip()), span.end - (len(part) - len(part.rstrip())))
