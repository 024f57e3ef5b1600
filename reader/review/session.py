"""ReviewSession: the owner of an article's annotations, of the codebook and the bookmarks, and of undo and redo.

Everything that reads goes through it; everything that changes is one of its methods, each of which makes one named, undoable
`Change` and tells the listeners. Items are frozen: what was handed out never changes under the reader.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reader.article.model import Article, Span
from reader.review.asides import MARGINS, set_apart, with_marks
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
from reader.review.pairs import Status, status_of
from reader.review.places import BY_HAND, WORDS, Counted, Places, Standing, TextOf
from reader.review.selecting import select
from reader.review.sources import NO_SOURCES, sources_of
from reader.review.tally import Tally
from reader.review.undoing import Steps, received, turned

Listener = Callable[[Change], None]


class ReviewSession:
    """The annotations of one article, and every way to change them.

    Invariants: `annotations()` is sorted by place; an annotation has a place when its quote was found in the article's text,
    else it is an orphan and kept all the same; after `undo()` the state equals the one before the change, but for what others
    did since; a new change forgets what could have been redone.
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
        self._read = article
        self.article = article
        self.article_id = article_id
        self.creator = creator
        self._annotations: dict[str, Annotation] = {}
        self._where = Places(article.text, article.digest, text_of)
        self._standings: dict[str, Standing] = {}
        self._sources = sources
        self._own_sources: Mapping[str, str] = sources_of(article)
        self._places: dict[str, Span] = {}
        self._status: dict[str, Status] = {}
        self._order: list[tuple[int, int, str]] = []
        self._longest = 0
        self.tally = Tally()
        self._tags = {tag.id: tag for tag in tags}
        self._bookmarks = {bookmark.name: bookmark for bookmark in bookmarks}
        self._steps = Steps(past, ahead)
        self._listeners: list[Listener] = []
        for annotation in annotations:
            self._put(annotation)

    # ------------------------------------------------------------------ reading

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
        then = self._sources.get(edition, {}).get(judgement.reference) if edition != self.article.digest else None
        return then is not None and then != self._own_sources.get(judgement.reference)

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
            known = status_of(self.article, annotation, self._places.get(annotation.id))
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

    def _set_margins(self) -> None:
        self.article = with_marks(self._read, [(a.kind, self._places[a.id]) for a in self._margins()])

    def _margins(self) -> list[Annotation]:
        return [a for a in self._annotations.values() if a.kind in MARGINS and a.id in self._places]

    def set_bookmark(self, name: str, start: int) -> None:
        """Put the bookmark `name` at an offset."""
        self._do(f"bookmark {name}", (Edit(self._bookmarks.get(name), Bookmark(name, start)),))

    # ------------------------------------------------------------------ undo and redo, and what others did

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back, of this session or of one before."""
        return self._steps.can_undo

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
