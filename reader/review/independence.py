"""Hide from a reader who works independently what others judged, until the difference is looked at to be settled.

Only what is shown is changed. A verdict of the reader is stored beside those that are hidden, as any verdict is whose writer
did not know the others: nothing of theirs is replaced.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from reader.review.codec import as_mapping, from_record
from reader.review.conflicts import PAIR_CELLS
from reader.review.declaration import EMPTY_MAPPING
from reader.review.model import Annotation, Edit, Judgement, ReviewItem
from reader.review.vocabulary import DISCUSS


def own_view(annotation: Annotation, reader: str) -> Annotation:
    """Return an annotation with a reader's own judgements and those that nobody has to settle; with "" as it is.

    Evidence and notes that belong to a hidden judgement are hidden with it; what was kept there without a verdict stays.
    """
    if not reader or not annotation.judgements:
        return annotation
    shared = {
        judgement.reference for judgement in annotation.judgements if not _is_settled(annotation, judgement.reference, reader)
    }
    judgements = (
        (j, _own_judgement(annotation, j, reader)) if j.reference in shared else (j, j) for j in annotation.judgements
    )
    return replace(
        annotation,
        judgements=tuple(own for _, own in judgements if own is not None),
        settlements={key: one for key, one in annotation.settlements.items() if key not in shared} or EMPTY_MAPPING,
        readings={key: one for key, one in annotation.readings.items() if one.reference not in shared} or EMPTY_MAPPING,
        conflicts={cell: values for cell, values in annotation.conflicts.items() if not _is_about(cell, shared)}
        or EMPTY_MAPPING,
    )


def own_edits(edits: Iterable[Edit], reader: str) -> tuple[Edit, ...]:
    """Return edits as a reader may see them: `own_view` of each annotation, before and after."""
    if not reader:
        return tuple(edits)

    def view(item: ReviewItem | None) -> ReviewItem | None:
        return own_view(item, reader) if isinstance(item, Annotation) else item

    views = (Edit(view(edit.before), view(edit.after)) for edit in edits)
    return tuple(edit for edit in views if edit.before != edit.after)


def _is_settled(annotation: Annotation, reference: str, reader: str) -> bool:
    """Whether a difference is settled, and this reader was one of those who differed, or the one who settled it."""
    settlement = annotation.settlements.get(reference)
    if settlement is None or settlement.outcome in ("", DISCUSS):
        return False
    return not settlement.readers or reader in (settlement.by, *settlement.readers)


def _is_about(cell: str, references: Container[str]) -> bool:
    """Whether a cell is that of a judgement, reading or settlement on one of these references."""
    field, _, key = cell.partition("/")
    return field in ("judgements", "readings", "settlements") and (key in references or key.split("/")[0] in references)


def _own_judgement(annotation: Annotation, judgement: Judgement, reader: str) -> Judgement | None:
    """Return what a reader said on a pair, else what was kept there without a verdict, None for nothing.

    A pair's judgement combines the evidence of all that stand beside it, so that the originals come first.
    """
    originals = annotation.conflicts.get(f"{PAIR_CELLS}{judgement.reference}", ())
    judgements = [*(from_record(Judgement, as_mapping(original)) for original in originals), judgement]
    judgements.extend(one for one in annotation.readings.values() if one.reference == judgement.reference)
    own = [one for one in judgements if one.verdict and one.by == reader]
    return next(iter((*own, *(one for one in judgements if not one.verdict))), None)
