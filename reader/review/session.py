"""The review of one article: the only way to change it, undo it and follow its changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reader.article.article import Article
from reader.article.ranges import Span
from reader.article.reference_identity import NO_SOURCES
from reader.review.cells import changed_cells, to_cells
from reader.review.conflicts import join_annotations, remaining_conflicts
from reader.review.index import AnnotationIndex
from reader.review.manual_noise import noise_edits
from reader.review.model import (
    CLAIM,
    NO_CLAIM_LINKS,
    NO_CONFLICTS,
    TAG_COLOURS,
    TAG_SYMBOLS,
    Annotation,
    Attachment,
    Bookmark,
    Change,
    ClaimLink,
    DecidedPlace,
    Dismissal,
    Edit,
    Evidence,
    Judgement,
    ReviewItem,
    Source,
    SourceText,
    Tag,
    new_id,
    now,
)
from reader.review.placement import BY_HAND, Placement, TextOf
from reader.review.records import RecordEntry, item_to_record
from reader.review.scale import DEFAULT_SCALE, Scale, decision_title, problem_title
from reader.review.selector import make_selector
from reader.review.undo import UndoStack, merge_remote, rebase_change

# ------------------------------------------------------------------ a review that can be changed, its undo and redo, and who

ChangeListener = Callable[[Change], None]


class Owning(AnnotationIndex):
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
        entries: Iterable[RecordEntry] = (),
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
        self._steps = UndoStack(past, ahead)
        self._listeners: list[ChangeListener] = []
        super().__init__(article, annotations, tags, entries, text_of, named, kept, scale)

    # ------------------------------------------------------------------ undo and redo, and what others did

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back, of this session or of one before."""
        return self._steps.can_undo

    def load_past(self) -> None:
        """Read what earlier sessions did: in a large library that takes a moment, for which no key should wait."""
        self._steps.load_past()

    def undo(self) -> Change | None:
        """Take the last change back and return it, or None when there is nothing to undo.

        Raises CannotUndo when others changed since what it changed; the next call then goes on to the change before.
        """
        change = self._steps.pop_undo()
        if change is not None:
            back = rebase_change(change.inverse(), self._current, f"not undone: {change.label}")
            self._steps.push_undone(replace(change, edits=back.inverse().edits))
            self._apply(back)
        return change

    def redo(self) -> Change | None:
        """Do again what was undone last and return it, or None when there is nothing to redo. Raises CannotUndo as `undo`."""
        change = self._steps.pop_redo()
        if change is not None:
            again = Change(change.label, change.edits, redoes=change.id)
            again = rebase_change(again, self._current, f"not done again: {change.label}")
            self._steps.push_redone(replace(change, edits=again.edits))
            self._apply(again)
        return change

    def receive(self, edits: Iterable[Edit]) -> Change:
        """Take in what another window or program changed, and return what that changes here. It is not this session's to undo.

        What was changed here meanwhile stays; the library keeps both.
        """
        change = merge_remote(edits, self._current)
        self._put_in_place(change)
        return change

    def _current(self, item: ReviewItem) -> ReviewItem | None:
        if isinstance(item, Annotation):
            return self._annotations.get(item.id)
        if isinstance(item, Tag):
            return self._tags.get(item.id)
        if isinstance(item, Bookmark):
            return self._bookmarks.get(item.name)
        if isinstance(item, Dismissal):
            return self._dismissed.get(item.finding)
        return (
            self.sources.source_by_id(item.id)
            if isinstance(item, Source)
            else self.sources.attachment_by_identity(item.reference)
        )

    def listen(self, listener: ChangeListener) -> None:
        """Call `listener` with every change from now on, undone ones as the reverse."""
        self._listeners.append(listener)

    # ------------------------------------------------------------------ inside

    def _do(self, label: str, edits: Sequence[Edit]) -> None:
        effective = tuple(edit for edit in edits if edit.before != edit.after)
        if not effective:
            return
        change = Change(label, effective)
        self._steps.push(change)
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
                self.sources.drop(item)
                if isinstance(edit.after, Source):
                    self.sources.put(edit.after)
            else:
                self._strike(item)
                if edit.after is not None and not isinstance(edit.after, Annotation | Tag | Source):
                    self._enter(edit.after)


def _chosen(before: Annotation, after: Annotation, fields: Iterable[str]) -> Annotation:
    """Return an annotation whose fields a person set: what others wrote into them at the same time is decided by that."""
    cells = {*changed_cells(to_cells(item_to_record(before)), to_cells(item_to_record(after))), *fields}
    left = {cell: values for cell, values in after.rivals.items() if cell not in cells}
    left |= remaining_conflicts(before, after, {cell: values for cell, values in after.rivals.items() if cell in cells})
    return replace(after, rivals=left or NO_CONFLICTS)


# ------------------------------------------------------------------ verdicts on pairs, the evidence and the problems beside


class Judging(Owning):
    """A review whose pairs can be judged."""

    def judge(self, annotation: Annotation, reference: str, verdict: str) -> Annotation:
        """Give the pair (annotation, reference) a verdict by its id; an empty one takes the verdict away.

        Evidence, problems and note of the pair stay with it.
        """
        given = replace(self._judgement(annotation, reference), verdict=verdict)
        label = f"verdict on [{reference}]" if verdict else f"clear verdict on [{reference}]"
        return self._judged(annotation, self._signed(given) if verdict else given, label)

    def keep_evidence(self, annotation: Annotation, reference: str, evidence: Evidence) -> Annotation:
        """Keep a passage of a source as evidence on a pair; one that is kept already stays as it is."""
        given = self._judgement(annotation, reference)
        if any(e.source == evidence.source and e.selector.exact == evidence.selector.exact for e in given.evidence):
            return self._as_it_is(annotation)
        return self._judged(annotation, replace(given, evidence=(*given.evidence, evidence)), f"keep evidence on [{reference}]")

    def drop_evidence(self, annotation: Annotation, reference: str, evidence: Evidence) -> Annotation:
        """Take a passage away from the evidence on a pair."""
        given = self._judgement(annotation, reference)
        rest = tuple(e for e in given.evidence if e != evidence)
        return self._judged(annotation, replace(given, evidence=rest), f"drop evidence on [{reference}]")

    def set_problems(self, annotation: Annotation, reference: str, problems: Sequence[str]) -> Annotation:
        """Say what is wrong with a pair, by ids of `review.advice.PROBLEMS`."""
        given = self._judgement(annotation, reference)
        wanted = tuple(dict.fromkeys(problems))
        new = [problem_title(p) for p in (*wanted, *given.problems) if (p in wanted) != (p in given.problems)]
        return self._judged(annotation, replace(given, problems=wanted), f"{', '.join(new)} on [{reference}]")

    def link(self, annotation: Annotation, reference: str, reason: str = "") -> Annotation:
        """Say that a claim rests on a reference, which it need not cite."""
        return self._linked(annotation, reference, f"link to [{reference}]", self._word(reason, rests=True))

    def unlink(self, annotation: Annotation, reference: str, reason: str = "") -> Annotation:
        """Say that a claim does not rest on a reference that it cites. What was judged of the pair is kept."""
        return self._linked(annotation, reference, f"unlink [{reference}]", self._word(reason, rests=False))

    def clear_link(self, annotation: Annotation, reference: str) -> Annotation:
        """Take a person's word on a link away: the claim rests on what its text cites."""
        return self._linked(annotation, reference, f"as the text cites [{reference}]", None)

    def decide(self, annotation: Annotation, decision: str, fix: str = "") -> Annotation:
        """Say what the author should do about a claim (an id of `review.advice.DECISIONS`, "" nothing yet), and how."""
        label = f"for the author: {decision_title(decision)}" if decision else "take back what the author should do"
        return self._update(annotation, label, decision=decision, fix=fix)

    # ------------------------------------------------------------------ inside

    def _judgement(self, annotation: Annotation, reference: str) -> Judgement:
        """Return what is said of a pair so far."""
        known = self._as_it_is(annotation).judgement_on(reference)
        return known or Judgement(reference, "", edition=self.article.digest)

    def _signed(self, judgement: Judgement) -> Judgement:
        return replace(judgement, by=self.creator, at=now(), edition=self.article.digest)

    def _judged(self, annotation: Annotation, judgement: Judgement, label: str) -> Annotation:
        annotation = self._as_it_is(annotation)
        if judgement == annotation.judgement_on(judgement.reference):
            # Else what says the same would be a change, of the order alone.
            return annotation
        others = (j for j in annotation.judgements if j.reference != judgement.reference)
        judgements = tuple(others) if judgement.is_empty else (*others, judgement)
        return self._update(annotation, label, judgements=judgements)

    def _word(self, reason: str, *, rests: bool) -> ClaimLink:
        return ClaimLink(rests, reason, self.creator, now())

    def _linked(self, annotation: Annotation, reference: str, label: str, link: ClaimLink | None) -> Annotation:
        others = {r: word for r, word in self._as_it_is(annotation).links.items() if r != reference}
        links = others if link is None else {**others, reference: link}
        return self._update(annotation, label, links=links or NO_CLAIM_LINKS)


# ------------------------------------------------------------------ the texts behind references, attached, replaced and taken


class Supplying(Owning):
    """A review whose references can be given their sources."""

    def attach_source(self, reference: str, text: SourceText) -> Source:
        """Put a text behind a reference, by its id, and return the source; a text it had before stays under its evidence.

        Raises ValueError when the article has no such reference.
        """
        name = self._name(reference)
        signed = replace(text, by=text.by or self.creator, at=text.at or now())
        known = self.sources.source(reference)
        old = known or Source(new_id())
        others = tuple(one for one in old.texts if one.digest != signed.digest)
        made = replace(
            old,
            names=tuple(dict.fromkeys((*old.names, name))),
            texts=(*others, signed),
            current=signed.digest,
            tried="",
            trouble="",
            tried_at="",
            rivals=_unsettled(old, f"texts/{signed.digest}", "current", "tried", "trouble", "tried_at"),
        )
        replaces = known is not None and bool(known.current)
        label = f"{'replace' if replaces else 'attach'} the source of [{reference}]"
        # Said anew also of a source that stands there already: so it stays when somebody takes it away who has not seen this.
        self._do(label, (Edit(known, made), Edit(self.sources.attachment(reference), self._attachment(reference, made))))
        return made

    def share_source(self, reference: str, source: Source) -> None:
        """Put a source that the library holds behind a reference, by its id. Raises ValueError as `attach_source`."""
        known = self.sources.source_by_id(source.id)
        wanted = replace(known or source, names=tuple(dict.fromkeys((*source.names, self._name(reference)))))
        self._supply(reference, known, wanted, f"attach the source of [{reference}]")

    def record_fetch_failure(self, reference: str, address: str, trouble: str) -> Source:
        """Note that the source of a reference could not be reached, when and why. Raises ValueError as `attach_source`."""
        known = self.sources.source(reference)
        old = known or Source(new_id(), (self._name(reference),))
        made = replace(old, tried=address, trouble=trouble, tried_at=now())
        self._supply(reference, known, made, f"[{reference}] could not be reached")
        return made

    def set_extent(self, source: Source, extent: str) -> None:
        """Say how much of a source its text is (FULL, ABSTRACT, EMPTY of `review.supply`)."""
        known = self.sources.source_by_id(source.id)
        text = known.text if known is not None else None
        if known is None or text is None:
            return
        texts = tuple(replace(one, extent=extent) if one.digest == text.digest else one for one in known.texts)
        self._do(
            f"source: {extent}", (Edit(known, replace(known, texts=texts, rivals=_unsettled(known, f"texts/{text.digest}"))),)
        )

    def detach_source(self, reference: str) -> None:
        """Take the source away from a reference; the source itself, and all evidence taken from it, stays."""
        attachment = self.sources.attachment(reference)
        if attachment is not None:
            self._do(f"detach the source of [{reference}]", (Edit(attachment, None),))

    def dismiss_finding(self, finding: str, kind: str, text: str, reason: str = "") -> None:
        """Dismiss a finding of the audit, by its key: what it is, what it says, and why it is of no account."""
        made = Dismissal(finding, kind, text, reason, self.creator, now())
        self._do("dismiss a finding", (Edit(self._dismissed.get(finding), made),))

    def restore_finding(self, finding: str) -> None:
        """Bring a dismissed finding back, by its key."""
        known = self._dismissed.get(finding)
        if known is not None:
            self._do("bring a finding back", (Edit(known, None),))

    # ------------------------------------------------------------------ inside

    def _name(self, reference: str) -> str:
        name = self.sources.identity(reference)
        if not name:
            raise ValueError(f"the article has no reference {reference}")
        return name

    def _supply(self, reference: str, known: Source | None, wanted: Source, label: str) -> None:
        before = self.sources.attachment(reference)
        after = before if before is not None and before.source == wanted.id else self._attachment(reference, wanted)
        self._do(label, (Edit(known, wanted), Edit(before, after)))

    def _attachment(self, reference: str, source: Source) -> Attachment:
        return Attachment(self._name(reference), source.id, self.creator, now())


def _unsettled(known: Source, *settled: str) -> Mapping[str, tuple[object, ...]]:
    """Return what several wrote into a source at once, but for the cells that are settled."""
    left = {cell: values for cell, values in known.rivals.items() if cell not in settled}
    return left or NO_CONFLICTS


# ------------------------------------------------------------------ the owner of an article's annotations, of the codebook and


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
            selector=make_selector(self.article.text, span),
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
            return self.set_place(annotation, span)
        selector = make_selector(self.article.text, span)
        return self._update(annotation, "move bounds", selector=selector, edition=self.article.digest)

    def confirm_places(self, annotations: Iterable[Annotation]) -> None:
        """Say that annotations stand where they were found in the changed text, all in one change."""
        live = [a for a in self._live(annotations) if self._where.is_foreign(a) and a.id in self._places]
        edits = [Edit(a, self._at(a, self._standings[a.id])) for a in live]
        self._do(f"confirm {len(live)} places" if len(live) > 1 else "confirm the place", edits)

    def set_place(self, annotation: Annotation, span: Span) -> Annotation:
        """Say where an annotation that was made on another edition stands in this one."""
        annotation = self._as_it_is(annotation)
        attached = self._at(annotation, Placement(self._trimmed(span), BY_HAND))
        return self._update(annotation, "attach to a place", places=attached.places)

    def _at(self, annotation: Annotation, standing: Placement) -> Annotation:
        """Return an annotation with a decided place in this edition."""
        stamp, (place, method, confidence, _) = now(), standing
        if place is None:
            return annotation
        decided = DecidedPlace(place.start, place.end, method, round(confidence, 3), self.creator, stamp)
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
        left = replace(annotation, selector=make_selector(text, first), edition=edition, updated=stamp)
        right = replace(left, id=new_id(), selector=make_selector(text, second), created=stamp)
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
            join_annotations(placed),
            selector=make_selector(self.article.text, span),
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
        label, edits = noise_edits(self.article, span, marks, self._made, aside=aside)
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
