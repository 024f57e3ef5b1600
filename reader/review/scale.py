"""The vocabularies of a review: verdicts, problems, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# ------------------------------------------------------------------ what a pair of claim and reference may be judged as. A

UNAVAILABLE: Final = "unavailable"
"""The state of a pair whose source cannot be had. It is no verdict: the pair stays open."""

TONES: Final = ("good", "partly", "bad", "unsure")
"""How a verdict looks; what colour each is, is the theme's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One step of the scale: stable `id`, what people read (`label`), the digit that gives it, its symbol (one cell).

    `tone` is one of TONES, `weight` how much it asks for attention (the worst is shown first). A pair whose verdict
    `needs_evidence` stays open until a passage of the source is kept with it. `rating` is its value in a ClaimReview, from 1
    (false) to 5 (true), 0 for a verdict that says nothing of that.
    """

    id: str
    label: str
    key: str
    symbol: str
    tone: str
    weight: int
    needs_evidence: bool = False
    rating: int = 0


UNAVAILABLE_STATE: Final = Verdict(UNAVAILABLE, "source unavailable", "7", "∅", "unsure", 2)


@dataclass(frozen=True)
class Scale:
    """The verdicts a pair may get, in the order of their keys."""

    verdicts: tuple[Verdict, ...]

    def by_id(self, verdict: str) -> Verdict:
        """Return the verdict with this id; an id that the scale does not know is shown as itself, never dropped."""
        for known in (*self.verdicts, UNAVAILABLE_STATE):
            if known.id == verdict:
                return known
        return Verdict(verdict, verdict, "", "?", "unsure", 3)


DEFAULT_SCALE: Final = Scale(
    (
        Verdict("supports", "supports", "1", "✓", "good", 0, rating=5),
        Verdict("partly-supports", "partly supports", "2", "◐", "partly", 4, rating=3),
        Verdict("overstated", "overstated", "3", "↑", "partly", 5, rating=2),
        Verdict("does-not-support", "does not support", "4", "✗", "bad", 6),
        Verdict("contradicts", "contradicts", "5", "≠", "bad", 7, rating=1),
        Verdict("unclear", "unclear", "6", "?", "unsure", 3),
    )
)
ACADEMIC_SCALE: Final = Scale(
    (
        Verdict("supports", "supports", "1", "✓", "good", 0, needs_evidence=True, rating=5),
        Verdict("partly-supports", "supports a part", "2", "◐", "partly", 4, needs_evidence=True, rating=3),
        Verdict("overstated", "goes beyond the source", "3", "↑", "partly", 5, needs_evidence=True, rating=2),
        Verdict("does-not-support", "not in the source", "4", "✗", "bad", 6),
        Verdict("contradicts", "source says otherwise", "5", "≠", "bad", 7, needs_evidence=True, rating=1),
        Verdict("unclear", "cannot be decided", "6", "?", "unsure", 3),
    )
)
NEWSROOM_SCALE: Final = Scale(
    (
        Verdict("supports", "confirmed", "1", "✓", "good", 0, needs_evidence=True, rating=5),
        Verdict("partly-supports", "mostly right", "2", "◐", "partly", 4, needs_evidence=True, rating=4),
        Verdict("misleading", "misleading", "3", "↑", "partly", 5, needs_evidence=True, rating=2),
        Verdict("does-not-support", "not confirmed", "4", "✗", "bad", 6),
        Verdict("contradicts", "wrong", "5", "≠", "bad", 7, needs_evidence=True, rating=1),
        Verdict("unclear", "needs another look", "6", "?", "unsure", 3),
    )
)
SCALE_PRESETS: Final[Mapping[str, Scale]] = MappingProxyType(
    {"default": DEFAULT_SCALE, "academic": ACADEMIC_SCALE, "newsroom": NEWSROOM_SCALE}
)


# ------------------------------------------------------------------ what is wrong with a pair, and what the author should do

PROBLEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "wrong-number": "wrong number",
        "wrong-date": "wrong date",
        "wrong-name": "wrong name",
        "misquoted": "misquoted",
        "overstated": "overstated",
        "out-of-context": "out of context",
        "outdated": "outdated",
        "secondary-source": "secondary source",
        "dead-link": "dead link",
    }
)
"""What can be wrong with a pair, beside its verdict, by id; in the order of the digits that choose them."""

LEAVE_AS_IS: Final = "fine"
FIX_WORDING: Final = "fix-wording"
ADD_SOURCE: Final = "add-source"
DROP_CLAIM: Final = "drop"
DECISIONS: Final[Mapping[str, str]] = MappingProxyType(
    {LEAVE_AS_IS: "fine", FIX_WORDING: "fix the wording", ADD_SOURCE: "add a source", DROP_CLAIM: "drop"}
)
"""What the author should do about a claim, by id: apart from every verdict."""


def problem_title(problem: str) -> str:
    """Return what people read for a problem; an id that is not known is shown as itself."""
    return PROBLEMS.get(problem, problem)


def decision_title(decision: str) -> str:
    """Return what people read for a decision; an id that is not known is shown as itself."""
    return DECISIONS.get(decision, decision)
