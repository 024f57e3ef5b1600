"""A filter on the review queue, as a person types it: words that must all hold.

`[3]` is the reference of the pair, `is:` with a reason of `review.queue.REASONS` why it is in the queue; all other words are
those of `review.filtering` and judge the claim. A "-" in front turns a word round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reader.review.filtering import Filter, parse_filter
from reader.review.queue import REASONS, OpenPair
from reader.review.scale import Scale
from reader.review.session import ReviewSession

_Test = Callable[[ReviewSession, OpenPair], bool]


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """A filter and what was typed: tests of the pair, and the filter that its claim must pass."""

    typed: str
    tests: tuple[_Test, ...]
    claim: Filter

    @property
    def empty(self) -> bool:
        """Whether nothing was typed: it lets everything through."""
        return not self.typed.strip()

    def passes(self, session: ReviewSession, pair: OpenPair) -> bool:
        """Whether a pair of `session` passes."""
        return all(test(session, pair) for test in self.tests) and self.claim.passes(session, pair.claim)


def parse_queue_filter(typed: str, scale: Scale) -> QueueFilter:
    """Return the filter that `typed` means."""
    made = {word: _pair_test(word) for word in typed.split()}
    rest = " ".join(word for word, test in made.items() if test is None)
    return QueueFilter(typed, tuple(test for test in made.values() if test is not None), parse_filter(rest, scale))


def _pair_test(word: str) -> _Test | None:
    """Return the test of a pair that a word means, None when it is about the claim."""
    if word.startswith("-") and len(word) > 1:
        inner = _pair_test(word[1:])
        return None if inner is None else lambda session, pair: not inner(session, pair)
    folded = word.casefold()
    if folded.startswith("is:") and folded[3:] in REASONS:
        return lambda _, pair: pair.reason == folded[3:]
    if word.startswith("[") and word.endswith("]") and len(word) > 2:
        return lambda session, pair: word[1:-1] in (pair.reference, _label(session, pair.reference))
    return None


def _label(session: ReviewSession, reference: str) -> str:
    known = session.article.reference_by_id.get(reference)
    return known.label if known is not None else reference
