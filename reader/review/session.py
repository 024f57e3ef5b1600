"""Change the review of one article, undo changes of it, and report them to listeners."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from reader.article.article import Article
from reader.article.language import language_title
from reader.article.ranges import Span
from reader.review.assignments import Workload, assignment_edits, removal_edits
from reader.review.conflicts import conflicting_judgements, join_annotations
from reader.review.disagreements import (
    SharedPair,
    note_on,
    readings_on,
    settlement_edits,
    settlements_on,
    with_joint_readings,
    with_readings,
)
from reader.review.edits import (
    add_tags,
    addition_edits,
    divide_annotation,
    settle_conflicts,
    source_edits,
    source_id,
    tag_label,
    trim_span,
    with_editions,
    with_extent,
    with_judgement,
    with_link,
    with_moved_judgements,
    with_place,
)
from reader.review.health import HealthBook
from reader.review.index import NO_EDITIONS, NO_ITEMS, AnnotationIndex, Editions, ReviewItems
from reader.review.manual_noise import noise_edits
from reader.review.model import (
    Annotation,
    Attachment,
    Bookmark,
    Change,
    ClaimLink,
    Correction,
    Dismissal,
    Edit,
    Evidence,
    Judgement,
    ReviewItem,
    Settlement,
    Source,
    SourceText,
    new_id,
    now,
    now_after,
)
from reader.review.placement import BY_HAND, Placement
from reader.review.scale import DEFAULT_SCALE, Scale, decision_title, problem_title
from reader.review.selector import make_selector
from reader.review.undo import BOOKMARK_LABEL, UndoStack, join_step, merge_remote, rebase_change
from reader.review.vocabulary import ANOTHER, CLAIM, LANGUAGE

ChangeListener = Callable[[Change], None]


class ReviewSession:
    """The review of one article. Every method that changes it makes one labelled `Change`, which listeners get.

    `index` holds its state, `sources` the sources of its references; only the methods here change them. Invariants: after
    `undo()` the state equals the one before the change, apart from bookmarks and later changes by others; a new change clears
    the changes to redo. Methods that take an annotation accept an older version of it and change the current one.
    """

    def __init__(
        self,
        article: Article,
        article_id: str,
        items: ReviewItems = NO_ITEMS,
        *,
        creator: str = "",
        scale: Scale = DEFAULT_SCALE,
        editions: Editions = NO_EDITIONS,
        history: UndoStack | None = None,
        name: str = "",
    ) -> None:
        """`history` holds the changes of earlier sessions that can be undone and redone; `name` is the title a person gave."""
        self.article_id = article_id
        self.name = name
        self.creator = creator
        self.index = AnnotationIndex(article, items, scale, editions, creator)
        self.sources = self.index.sources
        self._step = ""
        self._history = UndoStack() if history is None else history
        self._listeners: list[ChangeListener] = []

    @property
    def title(self) -> str:
        """The title that a person gave the article, else its own."""
        return self.name or self.index.article.title

    @property
    def health(self) -> HealthBook:
        """What others have recorded about the sources, by reference id; given from outside, and no part of the review."""
        return self.sources.health

    # ------------------------------------------------------------------ annotations

    def mark(self, span: Span, kind: str = CLAIM) -> Annotation:
        """Add an annotation of `kind` on `span` and return it."""
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
        """Add an annotation with these fields on `span`, and to the codebook the tags that it lacks, in one change."""
        edition = self.index.article.digest
        annotation = replace(
            self._new_annotation(span, kind),
            tags=tuple(dict.fromkeys(tags)),
            note=note,
            judgements=tuple(
                replace(j, edition=edition, by=j.by or self.creator, at=j.at or now())
                if j.verdict
                else replace(j, edition=edition)
                for j in judgements
            ),
            decision=decision,
            fix=fix,
        )
        self._do(label, (*add_tags(self.index.tags(), annotation.tags, self.creator), Edit(None, annotation)))
        return annotation

    def add_all(self, items: Iterable[ReviewItem], label: str) -> None:
        """Add what was made elsewhere, and the tags that the codebook lacks, in one change; what is here already stays."""
        new = [item for item in items if self.index.current(item) is None]
        self._do(label, addition_edits(self.index.tags(), new, self.creator))

    def remove(self, annotations: Iterable[Annotation], label: str = "remove") -> None:
        """Remove annotations, all in one change."""
        self._do(label, [Edit(annotation, None) for annotation in self._current_versions(annotations)])

    def set_kind(self, annotation: Annotation, kind: str) -> Annotation:
        """Set the kind of an annotation: claim, not-claim or later."""
        return self._update(annotation, f"mark {kind}", kind=kind)

    def set_note(self, annotation: Annotation, note: str) -> Annotation:
        """Set the note of an annotation."""
        return self._update(annotation, "note" if note else "remove note", note=note)

    def set_tags(self, annotation: Annotation, tags: Sequence[str]) -> Annotation:
        """Set the tags of an annotation; those that the codebook lacks are added to it in the same change."""
        annotation = self._current_version(annotation)
        new = tuple(dict.fromkeys(tags))
        return self._update(
            annotation, tag_label(annotation.tags, new), add_tags(self.index.tags(), new, self.creator), tags=new
        )

    def set_bounds(self, annotation: Annotation, span: Span) -> Annotation:
        """Move the start and end of an annotation. One made on another edition keeps its quote and gets a place in this one."""
        article = self.index.article
        if self._current_version(annotation).edition != article.digest:
            return self.set_place(annotation, span)
        selector = make_selector(article.text, span)
        return self._update(annotation, "move bounds", selector=selector, edition=article.digest)

    def split(self, annotation: Annotation, offset: int) -> tuple[Annotation, Annotation]:
        """Split an annotation in two at `offset`. Both keep tags, note and judgements.

        White space at the cut belongs to neither. Raises ValueError if a side would be empty, or the annotation has no place.
        """
        annotation = self._current_version(annotation)
        place = self.index.place(annotation)
        if place is None:
            raise ValueError("An annotation without a place cannot be split")
        article = self.index.article
        first, second = trim_span(article.text, Span(place.start, offset)), trim_span(article.text, Span(offset, place.end))
        if not (place.start < offset < place.end and first.start < first.end and second.start < second.end):
            raise ValueError("The cut leaves nothing on one side")
        left, right = divide_annotation(annotation, (first, second), article.text, article.digest, now())
        self._do("split", (Edit(annotation, left), Edit(None, right)))
        return left, right

    def join(self, annotations: Sequence[Annotation]) -> Annotation:
        """Join annotations that have a place into the first of them, which gets the tags, notes and judgements of all.

        The latest verdict on a pair counts, and all evidence is kept. Raises ValueError for fewer than two.
        """
        places = {a.id: place for a in self._current_versions(annotations) if (place := self.index.place(a)) is not None}
        ordered = sorted((a for a in self._current_versions(annotations) if a.id in places), key=lambda a: places[a.id])
        if len(ordered) < 2:
            raise ValueError("Joining needs two annotations that have a place")
        article, first = self.index.article, ordered[0]
        span = Span(places[first.id].start, max(place.end for place in places.values()))
        selector = make_selector(article.text, span)
        whole = replace(
            join_annotations(with_joint_readings([with_editions(a) for a in ordered])),
            selector=selector,
            edition=article.digest,
            updated_at=now(),
        )
        self._do("join", (Edit(first, whole), *(Edit(annotation, None) for annotation in ordered[1:])))
        return whole

    # ------------------------------------------------------------------ places in another edition

    def confirm_places(self, annotations: Iterable[Annotation]) -> None:
        """Confirm the places that annotations were given in the changed text, all in one change."""
        index, at = self.index, now()
        live = [a for a in self._current_versions(annotations) if index.is_foreign(a) and index.place(a) is not None]
        edits = [Edit(a, with_place(a, index.article.digest, index.placement(a), self.creator, at)) for a in live]
        self._do(f"confirm {len(live)} places" if len(live) > 1 else "confirm the place", edits)

    def set_place(self, annotation: Annotation, span: Span) -> Annotation:
        """Set the place in this edition of an annotation that was made on another one."""
        annotation, article = self._current_version(annotation), self.index.article
        placement = Placement(trim_span(article.text, span), BY_HAND)
        places = with_place(annotation, article.digest, placement, self.creator, now()).places
        return self._update(annotation, "attach to a place", places=places)

    # ------------------------------------------------------------------ pairs

    def judge(self, annotation: Annotation, reference: str, verdict: str) -> Annotation:
        """Set the verdict on a pair by its id, or clear it by an empty one. The pair keeps its evidence, problems and note."""
        judgement = replace(self._judgement(annotation, reference), verdict=verdict)
        if verdict:
            judgement = replace(judgement, by=self.creator, at=now(), edition=self.index.article.digest, identity="")
        label = f"verdict on [{reference}]" if verdict else f"clear verdict on [{reference}]"
        return self._give_verdict(annotation, judgement, label)

    def keep_verdict(self, annotation: Annotation, reference: str) -> Annotation:
        """Keep a verdict that was given on other words or another source: the person gives it again on the present ones."""
        judgement = self._judgement(annotation, reference)
        judgement = replace(judgement, by=self.creator, at=now(), edition=self.index.article.digest, identity="")
        return self._give_verdict(annotation, judgement, f"keep the verdict on [{reference}]")

    def _give_verdict(self, annotation: Annotation, judgement: Judgement, label: str) -> Annotation:
        """Set a judgement that this person gives. Where several people judged, what each of them said is kept."""
        current, reference = self._current_version(annotation), judgement.reference
        readings, is_divided = readings_on(current, reference), bool(conflicting_judgements(current, reference))
        given_by_others = readings.keys() - {self.creator}
        if not is_divided and not (given_by_others and current.readings):
            return self._set_judgement(annotation, judgement, label)
        settlements = current.settlements
        if judgement.verdict:
            times = (*(one.at for one in readings.values()), *(one.at for one in settlements_on(current, reference)))
            judgement = replace(judgement, at=now_after(*times))
        if is_divided and judgement.verdict:
            # A verdict settles what several readers said at the same time.
            settled = Settlement(ANOTHER, "", note_on(current, reference), self.creator, judgement.at, tuple(readings))
            settlements = {**settlements, reference: settled}
        kept = with_readings(current, reference, readings if is_divided else given_by_others)
        return self._update(
            current,
            label,
            judgements=with_judgement(current, judgement),
            readings=kept.readings,
            settlements=settlements,
        )

    def follow_sources(self) -> int:
        """Move the judgements whose sources have other ids in a renumbered list to those ids, and return their number.

        A judgement stays where another one has that id, or where a person must choose between verdicts first. Verdicts on other
        words stay stale.
        """
        index, edits, count = self.index, list[Edit](), 0
        for annotation in index.annotations():
            judged = (*annotation.readings.values(), *annotation.judgements)
            targets = {j.reference: target for j in judged if (target := index.moved_reference(annotation, j))}
            new = with_moved_judgements(annotation, targets, self.sources.identity)
            if new is not annotation:
                count += len({*new.judgements} - {*annotation.judgements})
                edits.append(Edit(annotation, replace(new, updated_at=now())))
        self._do(f"move {count} verdicts with their sources" if count > 1 else "move a verdict with its source", edits)
        return count

    def keep_evidence(self, annotation: Annotation, reference: str, evidence: Evidence) -> Annotation:
        """Add a passage of a source to the evidence on a pair, unless it is there already."""
        judgement = self._judgement(annotation, reference)
        if any(e.source == evidence.source and e.selector.exact == evidence.selector.exact for e in judgement.evidence):
            return self._current_version(annotation)
        judgement = replace(judgement, evidence=(*judgement.evidence, evidence))
        return self._set_judgement(annotation, judgement, f"keep evidence on [{reference}]")

    def drop_evidence(self, annotation: Annotation, reference: str, evidence: Evidence) -> Annotation:
        """Remove a passage from the evidence on a pair."""
        judgement = self._judgement(annotation, reference)
        judgement = replace(judgement, evidence=tuple(e for e in judgement.evidence if e != evidence))
        return self._set_judgement(annotation, judgement, f"drop evidence on [{reference}]")

    def set_problems(self, annotation: Annotation, reference: str, problems: Sequence[str]) -> Annotation:
        """Set the problems of a pair (ids of `scale.PROBLEMS`)."""
        judgement = self._judgement(annotation, reference)
        old, new = judgement.problems, tuple(dict.fromkeys(problems))
        titles = [problem_title(p) for p in (*new, *old) if (p in new) != (p in old)]
        return self._set_judgement(annotation, replace(judgement, problems=new), f"{', '.join(titles)} on [{reference}]")

    def link(self, annotation: Annotation, reference: str, reason: str = "") -> Annotation:
        """Link a claim to a reference that it rests on, whether or not it cites it."""
        link = ClaimLink(True, reason, self.creator, now())
        return self._set_link(annotation, reference, f"link to [{reference}]", link)

    def unlink(self, annotation: Annotation, reference: str, reason: str = "") -> Annotation:
        """Unlink a claim from a reference that it cites but does not rest on. The judgement on the pair is kept."""
        link = ClaimLink(False, reason, self.creator, now())
        return self._set_link(annotation, reference, f"unlink [{reference}]", link)

    def clear_link(self, annotation: Annotation, reference: str) -> Annotation:
        """Clear a person's decision about a link, so that the claim rests on the references that its text cites."""
        return self._set_link(annotation, reference, f"as the text cites [{reference}]", None)

    def decide(self, annotation: Annotation, decision: str, fix: str = "") -> Annotation:
        """Set the action for the author of a claim (an id of `scale.DECISIONS`, "" for none yet) and the proposed fix."""
        label = f"for the author: {decision_title(decision)}" if decision else "take back what the author should do"
        return self._update(annotation, label, decision=decision, fix=fix)

    def settle(self, pair: SharedPair, outcome: str, *, reader: str = "", verdict: str = "", note: str | None = None) -> None:
        """Settle what two readers said about a pair by an outcome of `review.vocabulary`, or with "" only set a `note` on it.

        TAKEN takes the verdict of `reader`, ANOTHER gives a `verdict`. Without a note, all that are there stay. A
        claim that was removed stays so.
        """
        if any(self.index.get(annotation.id) is None for annotation in pair.annotations):
            return  # it was removed meanwhile, and its readings with it
        pair = pair.with_claims(self._current_version)
        label = f"settle [{pair.reference}]" if outcome else f"note on the difference about [{pair.reference}]"
        by, edition = self.creator, self.index.article.digest
        edits = settlement_edits(pair, outcome, reader=reader, verdict=verdict, note=note, by=by, edition=edition)
        self._do(label, edits)

    # ------------------------------------------------------------------ sources

    def attach_source(self, reference: str, text: SourceText) -> Source:
        """Attach a text to a reference as its source, and return the source; its earlier texts are kept for their evidence.

        Raises ValueError if the article has no such reference.
        """
        old = self.sources.source(reference)
        source, edits = self._source_edits({reference: text})
        verb = "describe" if text.description else "replace" if old is not None and old.current else "attach"
        self._do(f"{verb} the source of [{reference}]", edits)
        return source

    def attach_sources(self, texts: Mapping[str, SourceText | Source]) -> None:
        """Attach to references, by their ids, a text or a source of the library each, all in one change.

        References with the same text get one source. Raises ValueError as `attach_source`.
        """
        label = f"attach {len(texts)} sources" if len(texts) > 1 else f"attach the source of [{next(iter(texts), '')}]"
        self._do(label, self._source_edits(texts)[1])

    def share_source(self, reference: str, source: Source) -> None:
        """Attach a source of the library to a reference. Raises ValueError as `attach_source`."""
        old = self.sources.source_by_id(source.id)
        new = replace(old or source, names=tuple(dict.fromkeys((*source.names, self._identity(reference)))))
        self._set_source(reference, old, new, f"attach the source of [{reference}]")

    def record_fetch_failure(self, reference: str, address: str, failure: str) -> Source:
        """Record when and why the source of a reference could not be fetched. Raises ValueError as `attach_source`."""
        identity = self._identity(reference)
        old = self.sources.source(reference) or self._first_source(identity)
        source = replace(
            old or Source(source_id(self.article_id, identity), (identity,)),
            failed_address=address,
            failure=failure,
            failed_at=now(),
        )
        self._set_source(reference, old, source, f"[{reference}] could not be reached")
        return source

    def set_extent(self, source: Source, extent: str) -> None:
        """Set how much of a source its text holds (FULL_TEXT, ABSTRACT or EMPTY of `review.model`)."""
        old = self.sources.source_by_id(source.id)
        if old is not None and old.text is not None:
            self._do(f"source: {extent}", (Edit(old, with_extent(old, old.text.digest, extent)),))

    def detach_source(self, reference: str) -> None:
        """Detach the source of a reference; the source itself and the evidence from it are kept."""
        attachment = self.sources.attachment(reference)
        if attachment is not None:
            self._do(f"detach the source of [{reference}]", (Edit(attachment, None),))

    # ------------------------------------------------------------------ the article

    def dismiss_finding(self, finding: str, kind: str, text: str, reason: str = "") -> None:
        """Dismiss a finding of the audit by its key, with its kind and text, for a reason."""
        dismissal = Dismissal(finding, kind, text, reason, self.creator, now())
        self._do("dismiss a finding", (Edit(self.index.dismissals().get(finding), dismissal),))

    def restore_finding(self, finding: str) -> None:
        """Restore a dismissed finding by its key."""
        dismissal = self.index.dismissals().get(finding)
        if dismissal is not None:
            self._do("bring a finding back", (Edit(dismissal, None),))

    def set_aside(self, span: Span, *, aside: bool = True) -> str:
        """Set the blocks that a range touches aside as noise, or take them back: `index.article` then has other noise.

        Returns the label of the change, "" if there was nothing to change.
        """
        label, edits = noise_edits(self.index.article, span, self.index.noise_marks(), self._new_annotation, aside=aside)
        self._do(label, edits)
        return label

    def set_language(self, language: str) -> None:
        """Set the language of the article, a key of `LANGUAGE_NAMES`; "" for the recognised one."""
        old = self.index.correction(LANGUAGE)
        if language == (old.value if old is not None else "") and not (old is not None and old.others):
            return
        new = Correction(LANGUAGE, language, self.creator, now()) if language else None
        title = language_title(language or self.index.recognized_language)
        self._do(f"language: {title}" if language else f"language as recognised: {title}", (Edit(old, new),))

    def assign(self, work: Workload) -> None:
        """Assign to each of these readers ranges, made whole sentences, or with none the whole article, all in one change."""
        article = self.index.article
        edits = assignment_edits(self.index.assignments, work, article.digest, article.sentences.all(), self.creator)
        self._do(f"assign to {' and '.join(work)}", edits)

    def unassign(self, reader: str = "", spans: Sequence[Span] = ()) -> None:
        """Take from a reader, or with "" from everybody, the sentences that ranges touch, or with none all that they have."""
        article = self.index.article
        edits = removal_edits(self.index.assignments, reader, spans, article.digest, article.sentences.all())
        self._do(f"unassign from {reader or 'everybody'}", edits)

    def set_bookmark(self, name: str, start: int) -> None:
        """Set the bookmark `name` to an offset. It is no work on the review, so undo leaves it alone."""
        edit = Edit(self.index.bookmark(name), Bookmark(name, start))
        if edit.before != edit.after:
            self._apply(Change(f"{BOOKMARK_LABEL}{name}", (edit,)))

    # ------------------------------------------------------------------ undo, redo and the changes of others

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to undo, of this session or an earlier one."""
        return self._history.can_undo

    def load_past(self) -> None:
        """Load the last change of earlier sessions, so that no key press waits for it: in a large library it takes a moment."""
        self._history.load_past()

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Make the changes in the context part of a step, whose name no other step has.

        They are saved one by one. In this session they are undone and redone together, while nothing else was changed between.
        """
        self._step = name
        try:
            yield
        finally:
            self._step = ""

    def undo(self) -> Change | None:
        """Undo the last change, or step, and return it, or None if there is none.

        Raises UndoConflict if others have changed the same cells since; the next call then undoes the change before.
        """
        changes = [self._undo_one()]
        while (first := changes[0]) is not None and first.step and self._history.undo_step == first.step:
            changes.append(self._undo_one())
        return join_step(changes)

    def _undo_one(self) -> Change | None:
        change = self._history.pop_undo()
        if change is not None:
            inverse = rebase_change(change.inverse(), self.index.current, f"Not undone: {change.label}")
            self._history.push_undone(replace(change, edits=inverse.inverse().edits))
            self._apply(inverse)
        return change

    def redo(self) -> Change | None:
        """Redo the last undone change, or step, and return it, or None if there is none. Raises UndoConflict as `undo`."""
        changes = [self._redo_one()]
        while (first := changes[0]) is not None and first.step and self._history.redo_step == first.step:
            changes.append(self._redo_one())
        return join_step(changes)

    def _redo_one(self) -> Change | None:
        change = self._history.pop_redo()
        if change is not None:
            again = Change(change.label, change.edits, redoes=change.id)
            again = rebase_change(again, self.index.current, f"Not redone: {change.label}")
            self._history.push_redone(replace(change, edits=again.edits))
            self._apply(again)
        return change

    def receive(self, edits: Iterable[Edit]) -> Change:
        """Apply the edits of another window or program, and return the resulting change. This session cannot undo it.

        Cells that were changed here meanwhile keep their values; the library keeps both.
        """
        change = merge_remote(edits, self.index.current)
        self.index.apply(change)
        return change

    def listen(self, listener: ChangeListener) -> None:
        """Call `listener` with every change from now on, and with the inverse of undone ones."""
        self._listeners.append(listener)

    # ------------------------------------------------------------------ private

    def _do(self, label: str, edits: Sequence[Edit]) -> None:
        effective = tuple(edit for edit in edits if edit.before != edit.after)
        if not effective:
            return
        change = Change(label, effective, step=self._step)
        self._history.push(change)
        self._apply(change)

    def _apply(self, change: Change) -> None:
        self.index.apply(change)
        for listener in self._listeners:
            listener(change)

    def _update(self, annotation: Annotation, label: str, first: Sequence[Edit] = (), **fields: object) -> Annotation:
        """Set fields of an annotation, after other edits of the same change, and return its new version."""
        annotation = self._current_version(annotation)
        new = replace(annotation, **fields)  # pyright: ignore[reportArgumentType]  # typed by the callers above
        if annotation.conflicts:
            new = settle_conflicts(annotation, new, fields)
        if new == annotation or self.index.get(annotation.id) is None:
            return annotation
        new = replace(new, updated_at=now())
        self._do(label, (*first, Edit(annotation, new)))
        return new

    def _current_version(self, annotation: Annotation) -> Annotation:
        """Return the current version of an annotation, or the argument if it was removed."""
        return self.index.get(annotation.id) or annotation

    def _current_versions(self, annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
        """Return the current versions of annotations, each once, without those that were removed."""
        current = {a.id: self.index.get(a.id) for a in annotations}
        return tuple(annotation for annotation in current.values() if annotation is not None)

    def _new_annotation(self, span: Span, kind: str) -> Annotation:
        article, at = self.index.article, now()
        return Annotation(
            id=new_id(),
            article=self.article_id,
            edition=article.digest,
            selector=make_selector(article.text, span),
            kind=kind,
            created_at=at,
            updated_at=at,
            creator=self.creator,
        )

    def _judgement(self, annotation: Annotation, reference: str) -> Judgement:
        """Return the current judgement on a pair, or an empty one."""
        judgement = self._current_version(annotation).judgement_on(reference)
        return judgement or Judgement(reference, "", edition=self.index.article.digest)

    def _set_judgement(self, annotation: Annotation, judgement: Judgement, label: str) -> Annotation:
        annotation = self._current_version(annotation)
        judgements = with_judgement(annotation, judgement)
        return annotation if judgements is annotation.judgements else self._update(annotation, label, judgements=judgements)

    def _set_link(self, annotation: Annotation, reference: str, label: str, link: ClaimLink | None) -> Annotation:
        return self._update(annotation, label, links=with_link(self._current_version(annotation), reference, link))

    def _identity(self, reference: str) -> str:
        identity = self.sources.identity(reference)
        if not identity:
            raise ValueError(f"The article has no reference {reference}")
        return identity

    def _source_edits(self, texts: Mapping[str, SourceText | Source]) -> tuple[Source, list[Edit]]:
        """Return the edits that attach texts to references, and the last of the sources."""
        named = ((reference, self._identity(reference), text) for reference, text in texts.items())
        return source_edits(self.sources, named, self.article_id, self.creator)

    def _first_source(self, identity: str) -> Source | None:
        """Return the source that was first attached to a reference with this identity, if it is still kept."""
        return self.sources.source_by_id(source_id(self.article_id, identity))

    def _set_source(self, reference: str, old: Source | None, new: Source, label: str) -> None:
        """Set a source and attach it to a reference, unless it is attached to it already."""
        before = self.sources.attachment(reference)
        after = before
        if before is None or before.source != new.id:
            after = Attachment(self._identity(reference), new.id, self.creator, now())
        self._do(label, (Edit(old, new), Edit(before, after)))
