"""Take a review in as it was written by our own JSON Lines, in the edition that it was written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reader.article.ranges import Span
from reader.imports.annotation import ImportedAnnotation, ImportedPart, LeftOut, ReviewDetails
from reader.review.declaration import EMPTY_MAPPING
from reader.review.disagreements import reading_key
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation, Assignment, Bookmark, ClaimLink, Dismissal, Judgement, Tag
from reader.review.placement import PlacementIndex

OTHER_READING: Final = LeftOut("judgement of a single reader, on another text", "judgements of single readers, on another text")
OTHER_ASIDE: Final = LeftOut("passage set aside in another text", "passages set aside in another text")
_PLACE: Final = {
    Bookmark: LeftOut("bookmark in another text", "bookmarks in another text"),
    Assignment: LeftOut("assignment of sentences of another text", "assignments of sentences of another text"),
}
_TAKEN_LETTER: Final = LeftOut("bookmark, as its letter is taken here", "bookmarks, as their letters are taken here")

ReviewPart = Assignment | Bookmark | Dismissal | Tag
"""A part of a review that is no annotation."""


def restore_annotation(
    annotation: Annotation, item: ImportedAnnotation, details: ReviewDetails, places: PlacementIndex
) -> tuple[Annotation, Span | None]:
    """Return an annotation with the places that people set, as it was made if it is found where it was; and its place."""
    annotation = replace(
        annotation,
        places=details.places,
        creator=item.author,
        foreign_id=details.foreign_id or annotation.foreign_id,
        links={link.reference.id: ClaimLink(link.rests, link.reason, link.by, link.at) for link in item.links} or EMPTY_MAPPING,
        readings={reading_key(one.reference, one.by): one for one in details.readings} or EMPTY_MAPPING,
        settlements=details.settlements,
    )
    if details.made_on is not None:
        edition, selector = details.made_on
        old = replace(annotation, edition=edition, selector=selector)
        place = Span(item.start, item.end) if item.start >= 0 else None
        if places.placement(old).place == place:
            return old, place
    return annotation, places.placement(annotation).place


def restore_judgements(item: ImportedAnnotation) -> Iterator[Judgement]:
    """Yield the judgements of an annotation, whose references are those of the article."""
    for one in item.verdicts:
        judgement = Judgement(one.reference.id, one.word, one.evidence, one.note, one.by, one.at, one.edition, one.problems)
        yield replace(judgement, identity=one.identity)


def plan_parts(
    index: AnnotationIndex, parts: Iterable[ImportedPart], editions: Sequence[str], omissions: Counter[LeftOut]
) -> tuple[ReviewPart, ...]:
    """Return the parts that the review lacks, and count those that cannot come in.

    `editions` are those of the documents. What the review or the codebook has under the same name is left as it is.
    """
    taken: dict[tuple[type[ReviewPart], str], ReviewPart] = {}
    keys = {tag.digit for tag in index.tags()}
    for document, item in parts:
        if isinstance(item, Bookmark | Assignment) and not _has_place(item, index, editions[document]):
            omissions[_PLACE[type(item)]] += 1
            continue
        there = index.current(item)
        if isinstance(item, Tag):
            if there is not None or index.tag_by_name(item.name) is not None:
                continue
            item = replace(item, digit="" if item.digit in keys else item.digit)
            keys.add(item.digit)
        elif there is not None:
            omissions[_TAKEN_LETTER] += isinstance(there, Bookmark) and there != item
            continue
        taken.setdefault((type(item), item.key), item)
    return tuple(taken.values())


def _has_place(item: Bookmark | Assignment, index: AnnotationIndex, edition: str) -> bool:
    """Whether the offsets of a bookmark or an assignment, or of a whole article, count in the text of the review."""
    if isinstance(item, Assignment) and not item.edition:
        return True
    start, end = (item.start, item.end) if isinstance(item, Assignment) else (item.start, item.start)
    return edition == index.article.digest and 0 <= start <= end <= len(index.article.text)
