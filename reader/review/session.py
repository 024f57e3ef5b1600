"""ReviewSession: the owner of an article's annotations, of the codebook and the bookmarks, and of undo and redo.

Everything that reads goes through it; everything that changes is one of its methods, each of which makes one named, undoable
`Change` and tells the listeners. Items are frozen: what was handed out never changes under the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reader.article.model import Article, Span
from reader.review.asides import set_apart
from reader.review.cells import cells_of, changed
from reader.review.changes import Change, Edit, Item
from reader.review.items import plain
from reader.review.joining import joined_of
from reader.review.model import (
    CLAIM,
    NO_RIVALS,
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
from reader.review.places import BY_HAND, Standing, TextOf
from reader.review.said import Said
from reader.review.selecting import select
from reader.review.sources import NO_SOURCES
from reader.review.undoing import Steps, received, turned

Listener = Callable[[Change], None]


class ReviewSession(Said):
    """The annotations of one article, and every way to change them.

    Invariants: after `undo()` the state equals the one before the change, but for what others did since; a new change forgets
    what could have been redone.
    """

    def __init__(
        self,
        article: Article,
        article_id: str,
        annotations: Iterable[Annotation] = (),
        tags: Iterable[Tag] = (),
        bookmarks: Iterable[Bookmark] = (),
        *,
        creator: str = "",
        past: Iterator[Change] | None = None,
        ahead: Iterator[Change] | None = None,
        text_of: TextOf = lambda _: None,
        sources: Mapping[str, Mapping[str, str]] = NO_SOURCES,
    ) -> None:
        """`past` are changes of earlier sessions that can be undone, the latest first; `ahead` undone ones, the next first.

        `text_of` returns the text of an edition that annotations were made on; `sources` are those that the references of each
        edition name.
        """
        self.article_id = article_id
        self.creator = creator
        self._steps = Steps(past, ahead)
        self._listeners: list[Listener] = []
        super().__init__(article, annotations, tags, bookmarks, text_of, sources)

    # ------------------------------------------------------------------ changing

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
    ) -> Annotation:
        """Make a whole annotation on `span` in one change, its tags joining the codebook, and return it."""
        edition = self.article.digest
        given = tuple(replace(j, by=j.by or self.creator, at=j.at or now(), edition=edition) for j in judgements)
        made = replace(self._made(span, kind), tags=tuple(dict.fromkeys(tags)), note=note, judgements=given)
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

    def judge(self, annotation: Annotation, reference: str, verdict: str) -> Annotation:
        """Give the pair (annotation, reference) a verdict by its id; an empty one takes the judgement away.

        Evidence and note of an earlier judgement on the pair stay with it.
        """
        annotation = self._as_it_is(annotation)
        old = annotation.judgement_on(reference)
        others = tuple(j for j in annotation.judgements if j.reference != reference)
        if not verdict:
            return self._update(annotation, f"clear verdict on [{reference}]", judgements=others)
        given = replace(
            old or Judgement(reference, verdict), verdict=verdict, by=self.creator, at=now(), edition=self.article.digest
        )
        return self._update(annotation, f"verdict on [{reference}]", judgements=(*others, given))

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

    # ------------------------------------------------------------------ undo and redo, and what others did

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back, of this session or of one before."""
        return self._steps.can_undo

    def look_back(self) -> None:
        """Read what earlier sessions did: in a large library that takes a moment, for which no key should wait."""
        self._steps.look_back()

    def undo(self) -> Change | None:
        """Take the last change back and return it, or None when there is nothing to undo.

        Raises CannotUndo when others changed since what it changed; the next call then goes on to the change before.
        """
        change = self._steps.back()
        if change is not None:
            back = turned(change.reversed(), self._current, f"not undone: {change.label}")
            self._steps.undone(replace(change, edits=back.reversed().edits))
            self._apply(back)
        return change

    def redo(self) -> Change | None:
        """Do again what was undone last and return it, or None when there is nothing to redo. Raises CannotUndo as `undo`."""
        change = self._steps.forward()
        if change is not None:
            again = Change(change.label, change.edits, redoes=change.id)
            again = turned(again, self._current, f"not done again: {change.label}")
            self._steps.redone(replace(change, edits=again.edits))
            self._apply(again)
        return change

    def receive(self, edits: Iterable[Edit]) -> Change:
        """Take in what another window or program changed, and return what that changes here. It is not this session's to undo.

        What was changed here meanwhile stays; the library keeps both.
        """
        change = received(edits, self._current)
        self._put_in_place(change)
        return change

    def _current(self, item: Item) -> Item | None:
        if isinstance(item, Annotation):
            return self._annotations.get(item.id)
        return self._tags.get(item.id) if isinstance(item, Tag) else self._bookmarks.get(item.name)

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every change from now on, undone ones as the reverse."""
        self._listeners.append(listener)

    # ------------------------------------------------------------------ inside

    def _do(self, label: str, edits: Sequence[Edit]) -> None:
        effective = tuple(edit for edit in edits if edit.before != edit.after)
        if not effective:
            return
        change = Change(label, effective)
        self._steps.did(change)
        self._apply(change)

    def _update(self, annotation: Annotation, label: str, first: Sequence[Edit] = (), **fields: object) -> Annotation:
        annotation = self._as_it_is(annotation)
        wanted = replace(annotation, **fields)  # pyright: ignore[reportArgumentType]  # typed by the callers above
        if annotation.rivals:
            wanted = _chosen(annotation, wanted, fields)
        if wanted == annotation or annotation.id not in self._annotations:
            return annotation
        wanted = replace(wanted, updated=now())
        self._do(label, (*first, Edit(annotation, wanted)))
        return wanted

    def _as_it_is(self, annotation: Annotation) -> Annotation:
        """Return the annotation as it is now: what a caller holds may be older. One that was removed comes back unchanged."""
        return self._annotations.get(annotation.id, annotation)

    def _live(self, annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
        """Return the annotations as they are now, each once, without those that were removed."""
        return tuple({a.id: self._annotations[a.id] for a in annotations if a.id in self._annotations}.values())

    def _apply(self, change: Change) -> None:
        self._put_in_place(change)
        for listener in self._listeners:
            listener(change)

    def _put_in_place(self, change: Change) -> None:
        for edit in change.edits:
            item = edit.item
            if isinstance(item, Annotation):
                self._drop(item.id)
                if isinstance(edit.after, Annotation):
                    self._put(edit.after)
            elif isinstance(item, Tag):
                self._tags.pop(item.id, None)
                if isinstance(edit.after, Tag):
                    self._tags[item.id] = edit.after
            else:
                self._bookmarks.pop(item.name, None)
                if isinstance(edit.after, Bookmark):
                    self._bookmarks[item.name] = edit.after

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


def _chosen(before: Annotation, after: Annotation, fields: Iterable[str]) -> Annotation:
    """Return an annotation whose fields a person set: what others wrote into them at the same time is decided by that."""
    cells = {*changed(cells_of(plain(before)), cells_of(plain(after))), *fields}
    return replace(after, rivals={cell: values for cell, values in after.rivals.items() if cell not in cells} or NO_RIVALS)
