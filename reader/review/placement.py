"""Where annotations stand in a text, though many were made on another edition of it, and what a person should look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.review.model import Annotation, Selector
from reader.review.selector import exact_range

if TYPE_CHECKING:
    from reader.review.anchoring.resolver import QuoteResolver

SURE_CONFIDENCE: Final = 0.9
"""The confidence below which a person is asked to look, though the words are the same."""
WORDS_CHANGED: Final = "the words changed"
PLACE_UNSURE: Final = "the place is not sure"
"""The reasons for which a person is asked to look at a place."""
BY_HAND: Final = "by hand"
SAME_EDITION: Final = "made here"
ONLY_PLACE: Final = "only place"
"""The methods of a place that a person chose, of one in the edition that an annotation was made on, and of a bare quote."""

TextOf = Callable[[str], str | None]
"""Returns the text of an edition by its digest, None when it was not kept."""


class Placement(NamedTuple):
    """Where an annotation stands (None: it lost its place), how that was found, how sure it is, and why to check it, or ""."""

    place: Span | None
    method: str = SAME_EDITION
    confidence: float = 1.0
    check_reason: str = ""


class PlacementCounts(NamedTuple):
    """How many annotations of other editions kept their place, are to be checked, and lost their place."""

    certain: int
    uncertain: int
    orphans: int

    @property
    def summary(self) -> str:
        """What a person is told: "12 kept, 2 to check, 1 lost its place"."""
        lost = f"{self.orphans} lost {'its place' if self.orphans == 1 else 'their places'}"
        parts = (f"{self.certain} kept", f"{self.uncertain} to check", lost)
        return ", ".join(part for number, part in zip(self, parts, strict=True) if number)


class PlacementIndex:
    """A text, and where annotations of any edition stand in it. What is learnt of an edition serves all its annotations.

    What a person decided for this text comes first; then the edition that an annotation was made on; then anchoring.
    """

    def __init__(self, text: str, digest: str, text_of: TextOf) -> None:
        self._text = text
        self._digest = digest
        self._text_of = text_of
        self._anchors: dict[str, QuoteResolver] = {}

    def is_foreign(self, annotation: Annotation) -> bool:
        """Whether an annotation was made on another edition, and nobody has decided where it stands in this one."""
        return annotation.edition != self._digest and self._digest not in annotation.places

    def placement(self, annotation: Annotation) -> Placement:
        """Return where an annotation stands."""
        decided = annotation.places.get(self._digest)
        if decided is not None and 0 <= decided.start < decided.end <= len(self._text):
            return Placement(Span(decided.start, decided.end), decided.method, decided.confidence)
        if annotation.edition == self._digest:
            return Placement(exact_range(self._text, annotation.selector))
        selector = annotation.selector
        if not (selector.prefix or selector.suffix):
            # Of a quote without a context, the one place where it stands is all that can be known.
            only = exact_range(self._text, selector)
            if only is not None:
                return Placement(only, ONLY_PLACE, SURE_CONFIDENCE)
        return self._found(selector, self._of(annotation.edition))

    def guess_place(self, annotation: Annotation) -> Span | None:
        """Return the likeliest place of an annotation that lost its own, None when nothing speaks for any."""
        weighed = self._of(annotation.edition).score_candidates(annotation.selector)
        return max(weighed, key=lambda candidate: candidate.probability).place if weighed else None

    def _found(self, selector: Selector, anchors: QuoteResolver) -> Placement:
        found = anchors.find(selector)
        if found is None:
            return Placement(None, "", 0.0)
        now = self._text[found.place.start : found.place.end]
        check = "" if _same_words(now, selector.exact) else WORDS_CHANGED
        return Placement(
            found.place,
            str(found.method),
            found.confidence,
            check or (PLACE_UNSURE if found.confidence < SURE_CONFIDENCE else ""),
        )

    def _of(self, edition: str) -> QuoteResolver:
        anchors = self._anchors.get(edition)
        if anchors is None:
            # Needed only once a text has changed: who starts the program does not wait for it.
            from reader.review.anchoring.resolver import QuoteResolver

            anchors = self._anchors[edition] = QuoteResolver(self._text, self._text_of(edition))
        return anchors


def _same_words(one: str, other: str) -> bool:
    """Whether two wordings are the same but for what folding takes away: case, quotes, dashes, spaces, hyphenation, marks."""
    if one == other:
        return True
    from reader.review.normalize import normalize

    return normalize(one).letters == normalize(other).letters
