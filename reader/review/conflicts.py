"""Find, combine and settle concurrent values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reader.review.cells import Record
from reader.review.codec import as_mapping, combinations, from_record, to_record
from reader.review.declaration import join_texts, merge_mappings
from reader.review.model import Annotation, Judgement

# ------------------------------------------------------------------ concurrent judgements


def conflicting_judgements(annotation: Annotation, reference: str) -> tuple[Judgement, ...]:
    """Return the concurrent judgements on a pair whose verdict differs from the current one."""
    current = annotation.judgement_on(reference)
    others = (from_record(Judgement, as_mapping(other)) for other in annotation.conflicts.get(f"judgements/{reference}", ()))
    return tuple(other for other in others if other.verdict and (current is None or other.verdict != current.verdict))


# ------------------------------------------------------------------ joining annotations

PAIR_CELLS: Final = "judgements/"
"""The prefix of the cells that hold judgements."""


def join_annotations(annotations: Sequence[Annotation]) -> Annotation:
    """Return the first annotation with the tags, notes and judgements of all. It keeps its place and its conflicts.

    On each pair the latest verdict counts, and all evidence, notes and problems are kept. The first link to each reference and
    the first decision count. Conflicts of the other annotations are settled: all notes are kept, and the latest verdict counts.
    """
    pairs: dict[str, Judgement] = {}
    for judgement in sorted(_judgements_of(annotations), key=lambda j: j.at):
        earlier = pairs.get(judgement.reference)
        pairs[judgement.reference] = judgement if earlier is None else combine_judgements(judgement, (earlier,))
    first = annotations[0]
    values = {
        name: combine([value for a in annotations for value in (getattr(a, name), *_other_texts(a, name, first))])
        for name, combine in combinations(Annotation).items()
    }
    return replace(first, judgements=tuple(pairs.values()), **values)


def combine_judgements(judgement: Judgement, others: Sequence[Judgement]) -> Judgement:
    """Return a judgement with the evidence, problems and notes of others on the same pair.

    It keeps its verdict; if it has none, it gets the latest of theirs. Combining the same judgements again changes nothing.
    """
    decisive = judgement
    if not judgement.verdict:
        decisive = max((one for one in others if one.verdict), key=lambda one: (one.at, one.by, one.verdict), default=judgement)
    judgements = (judgement, *others)
    values = {name: combine([getattr(one, name) for one in judgements]) for name, combine in combinations(Judgement).items()}
    return replace(decisive, extra=merge_mappings([one.extra for one in (decisive, *judgements)]), **values)


def combine_judgement_records(current: object, others: Sequence[object]) -> Record:
    """Return the record of a judgement combined with concurrent ones; a value that is not a record counts as empty."""
    mine, *theirs = (from_record(Judgement, as_mapping(one)) for one in (current, *others))
    return to_record(combine_judgements(mine, theirs))


def remaining_conflicts(
    before: Annotation, after: Annotation, rivals: Mapping[str, tuple[object, ...]]
) -> dict[str, tuple[object, ...]]:
    """Return the conflicts on changed pairs that a person still has to settle.

    Setting or clearing the verdict of a pair settles them. Changing only its evidence or problems does not: other verdicts
    stay.
    """
    remaining: dict[str, tuple[object, ...]] = {}
    for cell, values in rivals.items():
        reference = cell.removeprefix(PAIR_CELLS)
        old, new = before.judgement_on(reference), after.judgement_on(reference)
        if not cell.startswith(PAIR_CELLS) or old is None or new is None:
            continue
        if (old.verdict, old.by, old.at) == (new.verdict, new.by, new.at):
            verdicts = [from_record(Judgement, as_mapping(value)).verdict for value in values]
            rest = tuple(value for value, verdict in zip(values, verdicts, strict=True) if verdict not in ("", new.verdict))
            remaining |= {cell: rest} if rest else {}
    return remaining


def _judgements_of(annotations: Sequence[Annotation]) -> Iterable[Judgement]:
    for annotation in annotations:
        yield from annotation.judgements
        if annotation is not annotations[0]:
            yield from (other for j in annotation.judgements for other in conflicting_judgements(annotation, j.reference))


def _other_texts(annotation: Annotation, field: str, first: Annotation) -> Iterable[str]:
    """Return the concurrent versions of a text; the first annotation keeps its own for a person to choose from."""
    if annotation is first or combinations(Annotation)[field] is not join_texts:
        return ()
    return (text for text in annotation.conflicts.get(field, ()) if isinstance(text, str))
