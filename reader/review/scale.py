"""The vocabularies of a review: verdicts, problems, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

# ------------------------------------------------------------------ verdicts

UNAVAILABLE: Final = "unavailable"
"""The state of a pair whose source is unavailable. It is not a verdict."""

TONES: Final = ("good", "partly", "bad", "unsure")
"""The tones of verdicts; the theme gives their colours."""


class Verdict(NamedTuple):
    """One verdict of a scale: its stable `id`, the `label` people read, the digit that gives it, its symbol (one cell).

    `tone` is one of TONES; `weight` is how urgent it is (the heaviest verdict of a claim is shown first). A pair whose verdict
    `needs_evidence` is not settled until it has evidence. `rating` is its value in a ClaimReview, from 1 (false) to 5 (true), 0
    if it has none.
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


class Scale(NamedTuple):
    """The verdicts that a pair can get, in the order of their keys."""

    verdicts: tuple[Verdict, ...]

    def by_id(self, verdict: str) -> Verdict:
        """Return the verdict with this id; an id that the scale does not have is shown as it is."""
        for candidate in (*self.verdicts, UNAVAILABLE_STATE):
            if candidate.id == verdict:
                return candidate
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


_SIGN_ORDER: Final = "≠✗↑?◐○∅◌◇✓·"
_TONE_SIGNS: Final = {"good": "✓", "partly": "◐", "bad": "✗", "unsure": "?"}
"""The signs from the worst to the one that yields to any other, and those that a scale's own symbols rank with."""


def sign_rank(sign: str, tone: str) -> int:
    """Return the rank of an annotation's sign, the worst first: a fault has rank -1."""
    return -1 if tone == "fault" else _SIGN_ORDER.find(sign if sign in _SIGN_ORDER else _TONE_SIGNS.get(tone, "?"))


# ------------------------------------------------------------------ problems and decisions

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
"""The problems a pair can have besides its verdict, by id, in the order of the digits that choose them."""

LEAVE_AS_IS: Final = "fine"
FIX_WORDING: Final = "fix-wording"
ADD_SOURCE: Final = "add-source"
DROP_CLAIM: Final = "drop"
DECISIONS: Final[Mapping[str, str]] = MappingProxyType(
    {LEAVE_AS_IS: "fine", FIX_WORDING: "fix the wording", ADD_SOURCE: "add a source", DROP_CLAIM: "drop"}
)
"""What the author should do about a claim, by id; independent of the verdicts."""


def problem_title(problem: str) -> str:
    """Return what people read for a problem; an unknown id is shown as it is."""
    return PROBLEMS.get(problem, problem)


def decision_title(decision: str) -> str:
    """Return what people read for a decision; an unknown id is shown as it is."""
    return DECISIONS.get(decision, decision)
