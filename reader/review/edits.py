"""Build new versions of the items of a review from their old ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reader.article.ranges import Span
from reader.review.cells import changed_cells, to_cells
from reader.review.conflicts import PAIR_CELLS, remaining_conflicts
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import (
    Annotation,
    Attachment,
    ClaimLink,
    DecidedPlace,
    Edit,
    Judgement,
    ReviewItem,
    Source,
    SourceText,
    Tag,
    new_id,
    now,
    tag_levels,
)
from reader.review.placement import Placement
from reader.review.records import item_to_record
from reader.review.selector import make_selector
from reader.review.source_shelf import SourceShelf
from reader.review.vocabulary import EMPTY, TAG_COLOURS, TAG_SYMBOLS

_CELLS_OF_PAIRS: Final = (PAIR_CELLS, "readings/", "settlements/")


def trim_span(text: str, span: Span) -> Span:
    """Return a range of a text without the white space at its ends."""
    part = text[span.start : span.end]
    return Span(span.start + len(part) - len(part.lstrip()), span.end - (len(part) - len(part.rstrip())))


# ------------------------------------------------------------------ annotations


def with_judgement(annotation: Annotation, judgement: Judgement) -> tuple[Judgement, ...]:
    """Return the judgements of an annotation with this one instead of the one on the same pair; an empty one is left out.

    If the annotation has this judgement already, the same tuple is returned, so that their order does not change.
    """
    if judgement == annotation.judgement_on(judgement.reference):
        return annotation.judgements
    others = (j for j in annotation.judgements if j.reference != judgement.reference)
    return tuple(others) if judgement.is_empty else (*others, judgement)


def with_editions(annotation: Annotation) -> Annotation:
    """Return an annotation whose judgements name the edition that they were given on, so that it may be made on another one."""
    judgements = tuple(replace(j, edition=j.edition or annotation.edition) for j in annotation.judgements)
    return annotation if judgements == annotation.judgements else replace(annotation, judgements=judgements)


def with_moved_judgements(annotation: Annotation, targets: Mapping[str, str], identity: Callable[[str], str]) -> Annotation:
    """Return an annotation with all that is about pairs under the ids that their sources have in a renumbered list.

    `targets` maps old ids to present ones, `identity` returns the identity of a reference. A judgement stays where another one
    stays under its new id, or where concurrent verdicts wait for a choice.
    """
    pairs = {judgement.reference for judgement in (*annotation.judgements, *annotation.readings.values())}
    divided = {cell.split("/")[1] for cell in annotation.conflicts if cell.startswith(_CELLS_OF_PAIRS)}
    targets = {old: new for old, new in targets.items() if old not in divided}
    while blocked := {old for old, new in targets.items() if new in pairs and new not in targets}:
        targets = {old: new for old, new in targets.items() if old not in blocked}
    if not targets:
        return annotation
    edition = annotation.edition

    def move(judgement: Judgement) -> Judgement:
        new = targets.get(judgement.reference)
        if new is None:
            return judgement
        return replace(judgement, reference=new, edition=judgement.edition or edition, identity=identity(new))

    readings = {
        f"{targets.get(one.reference, one.reference)}{key.removeprefix(one.reference)}": move(one)
        for key, one in annotation.readings.items()
    }
    links = {targets.get(reference, reference): link for reference, link in annotation.links.items()}
    settlements = {targets.get(reference, reference): one for reference, one in annotation.settlements.items()}
    return replace(
        annotation,
        judgements=tuple(map(move, annotation.judgements)),
        links=links or EMPTY_MAPPING,
        readings=readings or EMPTY_MAPPING,
        settlements=settlements or EMPTY_MAPPING,
    )


def with_link(annotation: Annotation, reference: str, link: ClaimLink | None) -> Mapping[str, ClaimLink]:
    """Return the links of an annotation with this one to a reference, or without one to it."""
    others = {key: other for key, other in annotation.links.items() if key != reference}
    return (others if link is None else {**others, reference: link}) or EMPTY_MAPPING


def with_place(annotation: Annotation, edition: str, placement: Placement, by: str, at: str) -> Annotation:
    """Return an annotation with a decided place in an edition; unchanged for a placement without a place."""
    place, method, confidence, _ = placement
    if place is None:
        return annotation
    decided_place = DecidedPlace(place.start, place.end, method, round(confidence, 3), by, at)
    return replace(annotation, places={**annotation.places, edition: decided_place}, updated_at=at)


def divide_annotation(
    annotation: Annotation, spans: tuple[Span, Span], text: str, edition: str, at: str
) -> tuple[Annotation, Annotation]:
    """Return an annotation divided into two on these ranges."""
    left, right = (make_selector(text, span) for span in spans)
    first = replace(with_editions(annotation), selector=left, edition=edition, updated_at=at)
    return first, replace(first, id=new_id(), selector=right, created_at=at)


def settle_conflicts(before: Annotation, after: Annotation, fields: Iterable[str]) -> Annotation:
    """Return an annotation without the conflicts that a person settled by setting these fields."""
    cells = {*changed_cells(to_cells(item_to_record(before)), to_cells(item_to_record(after))), *fields}
    conflicts = {cell: values for cell, values in after.conflicts.items() if cell not in cells}
    conflicts |= remaining_conflicts(before, after, {cell: values for cell, values in after.conflicts.items() if cell in cells})
    return replace(after, conflicts=conflicts or EMPTY_MAPPING)


# ------------------------------------------------------------------ tags


def unique_tags(tags: Iterable[Tag]) -> list[Tag]:
    """Return tags without those of the same name, the oldest first: two processes may each have made one.

    The older one stands for both, with what only the newer one says; definitions that differ follow each other as paragraphs.
    """
    unique: dict[str, Tag] = {}
    definitions: dict[str, dict[str, None]] = {}
    for tag in sorted(tags, key=lambda tag: tag.id):
        unique[tag.name] = combine_tags(unique[tag.name], tag) if tag.name in unique else tag
        if tag.definition:
            definitions.setdefault(tag.name, {})[tag.definition] = None
    for name, texts in definitions.items():
        if len(texts) > 1:
            unique[name] = replace(unique[name], definition="\n\n".join(texts))
    return list(unique.values())


def combine_tags(tag: Tag, other: Tag) -> Tag:
    """Return a tag with what it lacks from another one, and with the synonyms of both."""
    return replace(
        tag,
        definition=tag.definition or other.definition,
        colour=tag.colour or other.colour,
        symbol=tag.symbol or other.symbol,
        digit=tag.digit or other.digit,
        synonyms=tuple(dict.fromkeys((*tag.synonyms, *other.synonyms))),
    )


def add_tags(codebook: Iterable[Tag], names: Iterable[str], by: str = "") -> tuple[Edit, ...]:
    """Return the edits that add the tags with these names that the codebook lacks, in the name of `by`.

    A nested tag looks like the one it is nested in; the symbols and colours of others are assigned in turn, so that two tags
    seldom look alike.
    """
    tags = {tag.name: tag for tag in codebook}
    count, edits = len(tags), list[Edit]()
    for name in names:
        if name not in tags:
            parent = next((tags[above] for above in names_above(name) if above in tags), None)
            colour = (parent.colour if parent is not None else "") or TAG_COLOURS[count % len(TAG_COLOURS)]
            symbol = (parent.symbol if parent is not None else "") or TAG_SYMBOLS[count % len(TAG_SYMBOLS)]
            tags[name] = Tag(new_id(), name, colour=colour, symbol=symbol, created_at=now(), creator=by)
            edits.append(Edit(None, tags[name]))
            count += parent is None
    return tuple(edits)


def addition_edits(codebook: Iterable[Tag], items: Sequence[ReviewItem], by: str) -> tuple[Edit, ...]:
    """Return the edits that add these items and the tags of annotations that neither the codebook nor the items have."""
    tags = (*codebook, *(item for item in items if isinstance(item, Tag)))
    names = dict.fromkeys(name for item in items if isinstance(item, Annotation) for name in item.tags)
    return (*(Edit(None, item) for item in items), *add_tags(tags, names, by))


def names_above(name: str) -> Iterator[str]:
    """Return the names of the tags that a tag is nested in, the nearest first: a/b and a for a/b/c."""
    levels = tag_levels(name)
    return ("/".join(levels[:length]) for length in range(len(levels) - 1, 0, -1))


def tag_label(old: Sequence[str], new: Sequence[str]) -> str:
    """Return the label of the change of an annotation's tags: "tag #economy"."""
    names = [f"#{name}" for name in (*new, *old) if (name in new) != (name in old)]
    return ("tag " if len(new) >= len(old) else "untag ") + " ".join(names)


# ------------------------------------------------------------------ sources

_SOURCE_NAMESPACE: Final = uuid.UUID("0f6a2c88-41c9-5d0e-9a55-6f1f5f0c8b1e")


def source_id(article_id: str, identity: str) -> str:
    """Return the id of the source that is first attached to a reference of an article: the same on every device."""
    return str(uuid.uuid5(_SOURCE_NAMESPACE, f"{article_id}\n{identity}"))


def source_edits(
    shelf: SourceShelf, texts: Iterable[tuple[str, str, SourceText | Source]], article_id: str, by: str
) -> tuple[Source, list[Edit]]:
    """Return the edits by which `by` attaches texts, or sources of the library, to references of an article; the last source.

    `texts` holds the id and the identity of each reference with its text. References with the same text get one source.
    """
    by_text, old, new = dict[str, Source](), dict[str, Source | None](), dict[str, Source]()
    attachments, source = list[Edit](), Source("")
    for reference, identity, text in texts:
        if isinstance(text, SourceText) and text.digest not in by_text:
            first = source_id(article_id, identity)
            before = shelf.source(reference) or shelf.source_by_id(first)
            text = replace(text, by=text.by or by, at=text.at or now())
            key = before.id if before is not None else first
            source = with_text(new.get(key) or before or Source(key), identity, text)
            by_text[text.digest] = source
        else:
            known = text if isinstance(text, Source) else by_text[text.digest]
            before = shelf.source_by_id(known.id)
            known = new.get(known.id) or before or known
            source = replace(known, names=tuple(dict.fromkeys((*known.names, identity))))
        old.setdefault(source.id, before)
        new[source.id] = source
        # One that exists is written again, so that it outlives a removal by somebody who has not seen this change.
        attachments.append(Edit(shelf.attachment(reference), Attachment(identity, source.id, by, now())))
    return source, [*(Edit(old[key], after) for key, after in new.items()), *attachments]


def with_text(source: Source, identity: str, text: SourceText) -> Source:
    """Return a source with this as its current text, attached to a reference of this identity. Its earlier texts are kept.

    An earlier description without a text goes: no evidence can be from it, and undo brings it back.
    """
    return replace(
        source,
        names=tuple(dict.fromkeys((*source.names, identity))),
        texts=(*(other for other in source.texts if other.digest != text.digest and not _is_bare_description(other)), text),
        current=text.digest,
        failed_address="",
        failure="",
        failed_at="",
        conflicts=_other_conflicts(source, f"texts/{text.digest}", "current", "tried", "trouble", "tried_at"),
    )


def _is_bare_description(text: SourceText) -> bool:
    return bool(text.description) and text.extent == EMPTY


def with_extent(source: Source, digest: str, extent: str) -> Source:
    """Return a source with another extent of its text with this digest."""
    texts = tuple(replace(text, extent=extent) if text.digest == digest else text for text in source.texts)
    return replace(source, texts=texts, conflicts=_other_conflicts(source, f"texts/{digest}"))


def _other_conflicts(source: Source, *cells: str) -> Mapping[str, tuple[object, ...]]:
    """Return the conflicts of a source without those of these cells."""
    return {cell: values for cell, values in source.conflicts.items() if cell not in cells} or EMPTY_MAPPING
