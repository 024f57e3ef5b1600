"""The profiles of property tests (HYPOTHESIS_PROFILE), and their alphabet.

`dev` is for every day and `ci` for releases; both try the same examples in each run, so that a change fails for what it does
and not by chance. `explore` draws new ones each time, to find what nobody thought of. Hypothesis also draws the constants in
the code of all modules that are loaded; not in `dev`, whose examples would be others with each word of a message that changes,
and with each test that runs alone.
"""

from __future__ import annotations

import contextlib
import os
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "dev")
EVERYDAY: Final = 25
"""The most examples that a test tries in the profile `dev`."""

CHARACTERS: Final = st.characters(exclude_categories=["Cs"])
"""All characters that UTF-8 can encode: those of `st.text()`, which takes 200 MB and a second to find out which these are."""


def load_profile() -> None:
    """Load the profile of this run. None has a deadline: a busy machine is no defect."""
    settings.register_profile("dev", max_examples=EVERYDAY, deadline=None, derandomize=True)
    settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
    settings.register_profile("explore", max_examples=500, deadline=None)
    settings.load_profile(PROFILE)
    if PROFILE == "dev":
        _draw_no_constants()


def _draw_no_constants() -> None:
    """Leave out the constants, for which each process reads all modules. No public setting does that."""
    with contextlib.suppress(ImportError, AttributeError):  # other versions have other functions for them, or none
        from hypothesis.internal.conjecture import providers
        from hypothesis.internal.constants_ast import Constants

        getattr(providers, "_get_local_constants")  # noqa: B009  # a new attribute would do nothing
        setattr(providers, "_get_local_constants", Constants)  # noqa: B010  # it is private


def examples(count: int) -> int:
    """Return the number of examples for a test to which the 100 of `ci` do not fit: `count`, and in `dev` 25 at most."""
    return min(count, EVERYDAY) if PROFILE == "dev" else count
