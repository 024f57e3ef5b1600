"""What the card tells of a tag beside its record: the verdicts on its claims and the last of them, read on a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from reader.tui.background import Post, run_in_background

if TYPE_CHECKING:
    from reader.library.codebook_changes import TagDetails, TaggedMark
    from reader.library.library import Library
    from reader.review.scale import Scale


class LastClaim(NamedTuple):
    """One of the last claims with a tag: the sign of how it stands and the sign's role, its words, and its article."""

    sign: str
    role: str
    words: str
    title: str


class TagFacts(NamedTuple):
    """The facts of a tag: verdicts by their ids with their counts, claims without any, and its last claims."""

    verdicts: Sequence[tuple[str, int]] = ()
    unjudged: int = 0
    claims: Sequence[LastClaim] = ()


class FactReader:
    """Reads the facts of one tag after the other on threads, the one asked for last; it keeps what was read.

    `take` is called on the thread of the screen when there is something new to show.
    """

    def __init__(self, post: Post, take: Callable[[], None]) -> None:
        self._post = post
        self._take = take
        self._facts: dict[str, TagFacts] = {}
        self._wanted = ""
        self._round = 0

    def facts(self, name: str) -> TagFacts | None:
        """Return the facts of a tag, None if they are not read."""
        return self._facts.get(name)

    def forget(self) -> None:
        """Forget everything: the codebook has changed."""
        self._facts = {}
        self.stop()

    def stop(self) -> None:
        """Let what is being read be of no use."""
        self._wanted = ""
        self._round += 1

    def read(self, name: str, open_library: Callable[[], Library], scale: Scale) -> None:
        """Read the facts of a tag, in place of any other."""
        if name in self._facts or name == self._wanted:
            return
        self.stop()
        self._wanted, reading = name, self._round

        def work() -> TagFacts:
            from reader.library.codebook_changes import CodebookEditor

            details = CodebookEditor(open_library()).details(name)
            return TagFacts() if details is None else _facts_of(details, scale)

        def take(outcome: TagFacts | Exception) -> None:
            if self._round == reading:
                self._wanted = ""
                # What cannot be read shows nothing more, and is not read again.
                self._facts[name] = TagFacts() if isinstance(outcome, Exception) else outcome
                self._take()

        run_in_background(self._post, work, take)


def _facts_of(details: TagDetails, scale: Scale) -> TagFacts:
    order = [verdict.id for verdict in scale.verdicts]
    verdicts = sorted(details.verdicts.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))
    return TagFacts(verdicts, details.unjudged, [_last_claim(mark, scale) for mark in details.last])


def _last_claim(mark: TaggedMark, scale: Scale) -> LastClaim:
    if not mark.verdicts:
        return LastClaim("○", "open", mark.quote, mark.title)
    worst = max(map(scale.by_id, mark.verdicts), key=lambda verdict: verdict.weight)
    return LastClaim(worst.symbol, worst.tone, mark.quote, mark.title)
