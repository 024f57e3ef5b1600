"""Making one annotation of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.review.model import NO_LINKS, Annotation, Judgement


def joined_of(annotations: Sequence[Annotation]) -> Annotation:
    """Return the first annotation with what was said of all; where it stands is still its own place.

    On a pair that several have judged, the latest verdict counts, and the evidence, notes and problems of all are kept. Of two
    words on one link, or two decisions, those of the first count.
    """
    judged: dict[str, Judgement] = {}
    for judgement in sorted((j for a in annotations for j in a.judgements), key=lambda j: j.at):
        earlier = judged.get(judgement.reference, judgement)
        evidence = tuple(dict.fromkeys((*earlier.evidence, *judgement.evidence)))
        note = "\n\n".join(dict.fromkeys(n for n in (earlier.note, judgement.note) if n))
        problems = tuple(dict.fromkeys((*earlier.problems, *judgement.problems)))
        latest = judgement if judgement.verdict or not earlier.verdict else earlier
        judged[judgement.reference] = replace(latest, evidence=evidence, note=note, problems=problems)
    return replace(
        annotations[0],
        tags=tuple(dict.fromkeys(tag for a in annotations for tag in a.tags)),
        note="\n\n".join(dict.fromkeys(a.note for a in annotations if a.note)),
        judgements=tuple(judged.values()),
        links={reference: link for a in reversed(annotations) for reference, link in a.links.items()} or NO_LINKS,
        decision=next((a.decision for a in annotations if a.decision), ""),
        fix="\n\n".join(dict.fromkeys(a.fix for a in annotations if a.fix)),
    )
