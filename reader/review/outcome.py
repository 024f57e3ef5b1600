"""Sum up what the verdicts of a review say: how many of each, on what evidence, and what the author should mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from reader.review.index import AnnotationIndex
from reader.review.model import Annotation, Judgement
from reader.review.scale import LEAVE_AS_IS, UNAVAILABLE


class Amendment(NamedTuple):
    """A claim that the author should mend.

    A person said so by a decision, or its worst verdict is not the best of the scale and nobody decided yet. `judgement` is the
    one with that verdict, None for a claim without any.
    """

    claim: Annotation
    judgement: Judgement | None = None

    @property
    def is_decided(self) -> bool:
        """Whether a person said what the author should do."""
        return bool(self.claim.decision)


class Outcome(NamedTuple):
    """The outcome of a review.

    `verdicts` counts the pairs by the ids of their verdicts, `unavailable` those without a source by reference. Of `judged`
    pairs with a verdict, `with_evidence` have a passage of their source beside it. `uncited` are the claims that rest on
    nothing, `amendments` what the author should mend, the worst first.
    """

    verdicts: Counter[str]
    unavailable: Counter[str]
    judged: int
    with_evidence: int
    uncited: tuple[Annotation, ...]
    amendments: tuple[Amendment, ...]


def sum_up(index: AnnotationIndex) -> Outcome:
    """Return the outcome of a review; claims without a place count only where a person decided about them."""
    claims = index.claims()
    pairs = [judgement for claim in claims for judgement in _verdicts_of(index, claim)]
    judged = [judgement for judgement in pairs if judgement.verdict != UNAVAILABLE]
    return Outcome(
        Counter(judgement.verdict for judgement in pairs),
        Counter(judgement.reference for judgement in pairs if judgement.verdict == UNAVAILABLE),
        len(judged),
        sum(bool(judgement.evidence) for judgement in judged),
        tuple(claim for claim in claims if not index.status(claim).rests_on),
        tuple(sorted(_amendments(index), key=lambda one: _weight(index, one.judgement), reverse=True)),
    )


def _verdicts_of(index: AnnotationIndex, claim: Annotation) -> Iterator[Judgement]:
    rests_on = index.status(claim).rests_on
    return (judgement for judgement in claim.judgements if judgement.verdict and judgement.reference in rests_on)


def _weight(index: AnnotationIndex, judgement: Judgement | None) -> int:
    return index.scale.by_id(judgement.verdict).weight if judgement is not None else 0


def _amendments(index: AnnotationIndex) -> Iterator[Amendment]:
    """Yield the claims to mend, in the order of the text, those without a place last."""
    for claim in index.claims():
        verdicts = [j for j in _verdicts_of(index, claim) if j.verdict != UNAVAILABLE]
        worst = max(verdicts, key=lambda j: _weight(index, j), default=None)
        is_poor = not claim.decision and _weight(index, worst) > 0
        if is_poor or claim.decision not in ("", LEAVE_AS_IS):
            yield Amendment(claim, worst)
    for claim in index.orphans():
        if claim.decision not in ("", LEAVE_AS_IS):
            yield Amendment(claim)
