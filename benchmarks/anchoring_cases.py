"""The cases of the anchoring benchmark beside the checkout, and how a place is judged: the rules of its own scorer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from reader.article.ranges import Span
from reader.review.model import Selector

ROOT: Final = Path(__file__).resolve().parents[1]
BENCH: Final = ROOT.parent / "shared" / "bench" / "anchoring"
RIGHT: Final = 0.9
"""The overlap, of all that both cover, from which on a place is right."""
THERE: Final = 0.5
"""The overlap from which on it is the right place with wrong borders."""


class Case(NamedTuple):
    """A selector made on the old text, and the places in the new one that count as right: none if the passage is gone.

    `others` count as right too, or for a passage that is gone as no false match.
    """

    id: str
    set: str
    kind: str
    document: str
    old: str
    new: str
    selector: Selector
    place: Span | None
    others: tuple[Span, ...]

    def overlap(self, place: Span) -> float:
        """Return how much of a place is right, from 0 to 1."""
        return max((overlap(place, right) for right in (self.place, *self.others) if right), default=0.0)

    def verdict(self, place: Span | None) -> str:
        """Return what the scorer calls a place: correct, loose, wrong, false orphan or false match."""
        if place is None:
            return "correct" if self.place is None else "false orphan"
        right = self.overlap(place)
        if self.place is None:
            return "correct" if right >= THERE else "false match"
        return "correct" if right >= RIGHT else "loose" if right >= THERE else "wrong"


def overlap(one: Span, other: Span) -> float:
    """Return how much of what two ranges cover is covered by both, from 0 to 1."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return max(0, common) / (max(one.end, other.end) - min(one.start, other.start)) if common > 0 else 0.0


def cases(every: int = 1) -> Iterator[Case]:
    """Yield each `every`-th case, in the order of the file: those of one pair of texts follow each other."""
    with open(BENCH / "data" / "cases.jsonl", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0:
                yield _case(json.loads(line))


def _case(record: dict[str, Any]) -> Case:
    return Case(
        record["id"],
        record["set"],
        record["kind"],
        record["doc"].rpartition("/")[2],
        text(record["old_text_file"]),
        text(record["new_text_file"]),
        Selector(*(record[name] for name in ("exact", "prefix", "suffix", "start", "end"))),
        _span(record["truth"]) if record["truth"] else None,
        tuple(_span(other) for other in record["alts"] or ()),
    )


def _span(place: dict[str, int]) -> Span:
    return Span(place["start"], place["end"])


@lru_cache(60)
def text(name: str) -> str:
    """Return a text of the benchmark, its line ends as they are."""
    with open(BENCH / "data" / name, encoding="utf-8", newline="") as file:
        return file.read()
