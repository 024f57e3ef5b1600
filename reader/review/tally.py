"""Running counts over the claims of an article, kept up claim by claim so that a change never costs a walk over all of them."""

from __future__ import annotations

from collections import Counter

from reader.review.model import CLAIM, Annotation
from reader.review.pairs import Status


class Tally:
    """Counts of claims, pairs and open pairs, and by reference of the claims that rest on it and the verdicts they got."""

    def __init__(self) -> None:
        self.claims = 0
        self.pairs = 0
        self.open_pairs = 0
        self.claims_on: Counter[str] = Counter()
        self._verdicts: dict[str, Counter[str]] = {}

    def verdicts_on(self, reference: str) -> dict[str, int]:
        """Return how often each verdict was given on a reference."""
        given: Counter[str] = self._verdicts.get(reference, Counter())
        return {verdict: n for verdict, n in given.items() if n}

    def add(self, annotation: Annotation, status: Status) -> None:
        """Count an annotation in, with its status. Only claims count."""
        self._count(annotation, status, 1)

    def remove(self, annotation: Annotation, status: Status) -> None:
        """Count an annotation out, with the status it was counted in with."""
        self._count(annotation, status, -1)

    def _count(self, annotation: Annotation, status: Status, by: int) -> None:
        if annotation.kind != CLAIM:
            return
        self.claims += by
        self.pairs += by * len(status.rests_on)
        self.open_pairs += by * status.open_pairs
        for reference in status.rests_on:
            self.claims_on[reference] += by
        for judgement in (j for j in annotation.judgements if j.verdict and j.reference in status.rests_on):
            self._verdicts.setdefault(judgement.reference, Counter())[judgement.verdict] += by
