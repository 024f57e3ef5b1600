"""Judging: verdicts on pairs, the evidence and the problems beside them, what a claim rests on, what its author should do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.review.advice import decision_name, problem_name
from reader.review.model import NO_LINKS, Annotation, Evidence, Judgement, Link, now
from reader.review.owning import Owning


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
        new = [problem_name(p) for p in (*wanted, *given.problems) if (p in wanted) != (p in given.problems)]
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
        label = f"for the author: {decision_name(decision)}" if decision else "take back what the author should do"
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
        judgements = tuple(others) if judgement.says_nothing else (*others, judgement)
        return self._update(annotation, label, judgements=judgements)

    def _word(self, reason: str, *, rests: bool) -> Link:
        return Link(rests, reason, self.creator, now())

    def _linked(self, annotation: Annotation, reference: str, label: str, link: Link | None) -> Annotation:
        others = {r: word for r, word in self._as_it_is(annotation).links.items() if r != reference}
        links = others if link is None else {**others, reference: link}
        return self._update(annotation, label, links=links or NO_LINKS)
