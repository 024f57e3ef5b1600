"""Which key gives which verdict: the keys of the action, in the order of the digits that the scale's verdicts have."""

from __future__ import annotations

from collections.abc import Sequence

from reader.review.scale import Scale, Verdict
from reader.tui.actions import key_label

_DIGITS = "123456789"


def verdict_keys(scale: Scale, keys: Sequence[str]) -> tuple[tuple[str, Verdict], ...]:
    """Return the verdicts that can be given, each after the key that gives it.

    `keys` are those of the action "verdict": the n-th stands for the digit n. A verdict whose digit has none is left out.
    """
    by_digit = dict(zip(_DIGITS, keys, strict=False))
    return tuple((by_digit[verdict.key], verdict) for verdict in scale.verdicts if verdict.key in by_digit)


def verdict_of(scale: Scale, keys: Sequence[str], key: str) -> Verdict | None:
    """Return the verdict that a key gives, None when the scale has none for it."""
    return dict(verdict_keys(scale, keys)).get(key)


def keys_word(scale: Scale, keys: Sequence[str]) -> str:
    """Return the keys that give verdicts as people write them: "1–6", "1 2 5"; "" for a scale without any that can be given."""
    given = [key for key, _ in verdict_keys(scale, keys)]
    in_a_row = "".join(given) in _DIGITS
    return f"{given[0]}–{given[-1]}" if in_a_row and len(given) > 2 else " ".join(map(key_label, given))
