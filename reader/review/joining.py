"""Making one annotation of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.review.model import Annotation, Judgement


def joined_of(annotations: Sequence[Annotation]) -> Annotation:
    """Return the first annotation with tags, notes and judgements of all; where it stands is still its own place.

    On a pair that several have judged, the latest verdict counts, and the evidence and notes of all are kept.
    """
    judged: dict[str, Judgement] = {}
    for judgement in sorted((j for a in annotations for j in a.judgements), key=lambda j: j.at):
        earlier = judged.get(judgement.reference, judgement)
        evidence = tuple(dict.fromkeys((*earlier.evidence, *judgement.evidence)))
        note = "\n\n".join(dict.fromkeys(n for n in (earlier.note, judgement.note) if n))
        judged[judgement.reference] = replace(judgement, evidence=evidence, note=note)
    return replace(
        annotations[0],
        tags=tuple(dict.fromkeys(tag for a in annotations for tag in a.tags)),
        note="\n\n".join(dict.fromkeys(a.note for a in annotations if a.note)),
        judgements=tuple(judged.values()),
    )
