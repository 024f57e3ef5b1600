"""What is said beside a verdict: what is wrong with a pair, and what the author should do about a claim. Ids are stable."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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

FINE: Final = "fine"
FIX_WORDING: Final = "fix-wording"
ADD_SOURCE: Final = "add-source"
DROP: Final = "drop"
DECISIONS: Final[Mapping[str, str]] = MappingProxyType(
    {FINE: "fine", FIX_WORDING: "fix the wording", ADD_SOURCE: "add a source", DROP: "drop"}
)
"""What the author should do about a claim, by id: apart from every verdict."""


def problem_name(problem: str) -> str:
    """Return what people read for a problem; an id that is not known is shown as itself."""
    return PROBLEMS.get(problem, problem)


def decision_name(decision: str) -> str:
    """Return what people read for a decision; an id that is not known is shown as itself."""
    return DECISIONS.get(decision, decision)
