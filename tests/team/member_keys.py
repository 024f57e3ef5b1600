"""The keys that a member writes, one of each kind."""

from __future__ import annotations

from datetime import UTC, datetime

from reader.team import layout

SCOPE = "0f23456789abcdef"


def own_keys_of(member: str) -> list[str]:
    """Return a key of each kind that a member writes and nobody else."""
    marker = layout.ChangeMarker(datetime(2026, 11, 27, 9, 30, tzinfo=UTC), member, "1a", 7, SCOPE)
    return [
        layout.member_key(member),
        layout.claim_key(member, "1a"),
        layout.whole_key(layout.segment_stem(SCOPE, member, "1a", 1, 7), b""),
        layout.whole_key(layout.fold_stem(SCOPE, member, 7), b""),
        layout.whole_key(layout.fold_stem(SCOPE, member, 7), b"", is_gap=True),
        layout.about_key(SCOPE, member),
        layout.placing_key("city", SCOPE, layout.Placing(0, True, member)),
        layout.placing_key("city", SCOPE, layout.Placing(1, False, member)),
        layout.marker_key("city", marker),
    ]
