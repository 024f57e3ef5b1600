"""The position at which reading stopped, so that an article reopens there."""

from __future__ import annotations

from typing import NamedTuple


class ReadingPosition(NamedTuple):
    """The position at which reading stopped.

    `cursor` and `top` are the offsets of the current sentence and of the first line shown, `tab` is the tab of the side pane.
    `furthest` is the offset of the last sentence that was read without a jump to it, -1 if that is the current one.
    `pair` is the current pair of the review queue, `skipped_pairs` those that were skipped, by the ids of claim and reference.
    `drafts` are texts that were typed into a field and not kept, after the keys of their fields.
    """

    cursor: int = -1
    top: int = 0
    tab: str = "references"
    filter: str = ""
    pair: tuple[str, str] | None = None
    skipped_pairs: tuple[tuple[str, str], ...] = ()
    drafts: tuple[tuple[str, str], ...] = ()
    furthest: int = -1
