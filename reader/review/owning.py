"""Owning: a review that can be changed, its undo and redo, and who is told. What derives from it says how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reader.article.model import Article
from reader.review.cells import cells_of, changed
from reader.review.changes import Change, Edit, Item
from reader.review.items import Entry, plain
from reader.review.joining import undecided_of
from reader.review.model import NO_RIVALS, Annotation, Bookmark, Dismissal, Tag, now
from reader.review.places import TextOf
from reader.review.said import Said
from reader.review.scale import DEFAULT_SCALE, Scale
from reader.review.sources import NO_SOURCES
from reader.review.supply import Source
from reader.review.undoing import Steps, received, turned

Listener = Callable[[Change], None]


class Owning(Said):
    """The state of a review and the only way to change it: a named `Change`, kept for undo and told to the listeners.

    Invariants: after `undo()` the state equals the one before the change, but for what others did since; a new change forgets
    what could have been redone.
    """

    def __init__(
        self,
        article: Article,
        article_id: str,
        annotations: Iterable[Annotation] = (),
        tags: Iterable[Tag] = (),
        entries: Iterable[Entry] = (),
        *,
        creator: str = "",
        past: Iterator[Change] | None = None,
        ahead: Iterator[Change] | None = None,
        text_of: TextOf = lambda _: None,
        named: Mapping[str, Mapping[str, str]] = NO_SOURCES,
        kept: Iterable[Source] = (),
        scale: Scale = DEFAULT_SCALE,
    ) -> None:
        """`entries` are bookmarks, dismissed findings and attached sources of the article, `kept` the sources of the library.

        `past` are changes of earlier sessions that can be undone, the latest first; `ahead` undone ones, the next first.
        `text_of` returns the text of an edition that annotations were made on; `named` are the sources that the references of
        each edition name; `scale` holds the verdicts that pairs get.
        """
        self.article_id = article_id
        self.creator = creator
        self._steps = Steps(past, ahead)
        self._listeners: list[Listener] = []
        super().__init__(article, annotations, tags, entries, text_of, named, kept, scale)

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
        if isinstance(item, Tag):
            return self._tags.get(item.id)
        if isinstance(item, Bookmark):
            return self._bookmarks.get(item.name)
        if isinstance(item, Dismissal):
            return self._dismissed.get(item.finding)
        return self.shelf.get(item.id) if isinstance(item, Source) else self.shelf.attached_to(item.reference)

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
            elif isinstance(item, Source):
                self.shelf.drop(item)
                if isinstance(edit.after, Source):
                    self.shelf.put(edit.after)
            else:
                self._strike(item)
                if edit.after is not None and not isinstance(edit.after, Annotation | Tag | Source):
                    self._enter(edit.after)


def _chosen(before: Annotation, after: Annotation, fields: Iterable[str]) -> Annotation:
    """Return an annotation whose fields a person set: what others wrote into them at the same time is decided by that."""
    cells = {*changed(cells_of(plain(before)), cells_of(plain(after))), *fields}
    left = {cell: values for cell, values in after.rivals.items() if cell not in cells}
    left |= undecided_of(before, after, {cell: values for cell, values in after.rivals.items() if cell in cells})
    return replace(after, rivals=left or NO_RIVALS)
