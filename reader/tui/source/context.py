"""What the commands and the renderer of the source screen may use of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reader.tui.text_context import PairContext

if TYPE_CHECKING:
    from reader.article.ranges import Span
    from reader.review.model import Annotation, Evidence, Source
    from reader.tui.action import Situation
    from reader.tui.cues import Cues, ReadSource, SourcePair, SourcePassage
    from reader.tui.reading.context import ReadingContext


class SourceContext(PairContext, Protocol):
    """The source screen as its commands and its renderer see it.

    `passage_index` is the number of the current passage, -1 for none. `kept_evidence` are the passages of this text that are
    evidence for the pair. `verdict_prompt` is the text that asks for a verdict, `error` the reason why there are no passages.
    """

    pair: SourcePair
    read: ReadSource
    reading: ReadingContext
    cues: Cues | None
    passage_index: int
    kept_evidence: tuple[tuple[Span, Evidence], ...]
    verdict_prompt: str
    error: str

    @property
    def situation(self) -> Situation:
        """The facts that decide which actions apply."""
        ...

    @property
    def annotation(self) -> Annotation | None:
        """The claim, None without one."""
        ...

    @property
    def source(self) -> Source | None:
        """The source of this text, None if it was removed."""
        ...

    @property
    def verdict(self) -> str:
        """The verdict on the pair, "" without one."""
        ...

    @property
    def is_hidden(self) -> bool:
        """Whether the passages are hidden because the person judges blind."""
        ...

    @property
    def passages(self) -> tuple[SourcePassage, ...]:
        """The passages that are shown."""
        ...

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence for the pair, from any text."""
        ...

    @property
    def is_searching(self) -> bool:
        """Whether the search for passages goes on and the cursor will move to the closest one."""
        ...

    def evidence_here(self) -> Evidence | None:
        """Return the evidence that the cursor is on, or None."""
        ...

    def go_passage(self, number: int) -> None:
        """Go to a passage by its number."""

    def close(self) -> None:
        """Go back to the article."""
