"""Find the places of annotations in an edition of a text, and the reasons to check them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.review.model import Annotation
from reader.review.selector import exact_range, make_selector
from reader.review.vocabulary import CLAIM, PLACE_UNSURE, SENTENCE_CHANGED, SURE_CONFIDENCE, WORDS_CHANGED

if TYPE_CHECKING:
    from reader.review.anchoring.resolver import QuoteResolver
    from reader.review.passage import Passage

BY_HAND: Final = "by hand"
SAME_EDITION: Final = "made here"
ONLY_PLACE: Final = "only place"
"""The methods for a place that a person chose, for one in the annotation's own edition, and for a quote that occurs once."""

TextOf = Callable[[str], str | None]
"""Returns the text of an edition or a source by its digest, None if it was not kept."""


class Placement(NamedTuple):
    """The place of an annotation (None: it lost its place), its method, its confidence, and why to check it, or ""."""

    place: Span | None
    method: str = SAME_EDITION
    confidence: float = 1.0
    check_reason: str = ""


class PlacementCounts(NamedTuple):
    """Counts of the annotations of other editions with a certain place, with an uncertain place, and with none."""

    certain: int
    uncertain: int
    orphans: int

    @property
    def summary(self) -> str:
        """The counts as people read them: "12 kept, 2 to check, 1 lost its place"."""
        lost = f"{self.orphans} lost {'its place' if self.orphans == 1 else 'their places'}"
        parts = (f"{self.certain} kept", f"{self.uncertain} to check", lost)
        return ", ".join(part for number, part in zip(self, parts, strict=True) if number)


class PlacementIndex:
    """Index of the places in one text of annotations made on any edition of it.

    A place that a person set for this text comes first, then the annotation's own edition, then anchoring. Each edition is
    aligned once for all its annotations.
    """

    def __init__(self, text: str, digest: str, text_of: TextOf) -> None:
        self._text = text
        self._digest = digest
        self._text_of = text_of
        self._resolvers: dict[str, QuoteResolver] = {}
        self._other_editions: dict[str, PlacementIndex] = {}
        self._changes: dict[tuple[str, Span, str], str] = {}

    def is_foreign(self, annotation: Annotation) -> bool:
        """Whether an annotation was made on another edition and nobody has set its place in this one."""
        return annotation.edition != self._digest and self._digest not in annotation.places

    def placement(self, annotation: Annotation) -> Placement:
        """Return the place of an annotation, how it was found, and why to check it."""
        placement = self._find(annotation)
        if placement.place is None or placement.check_reason or annotation.kind != CLAIM or not self.is_foreign(annotation):
            return placement
        has_other_sentence = self._compare(annotation, placement.place, annotation.edition) == SENTENCE_CHANGED
        return placement._replace(check_reason=SENTENCE_CHANGED) if has_other_sentence else placement

    def _find(self, annotation: Annotation) -> Placement:
        decided = annotation.places.get(self._digest)
        if decided is not None and 0 <= decided.start < decided.end <= len(self._text):
            return Placement(Span(decided.start, decided.end), decided.method, decided.confidence)
        if annotation.edition == self._digest:
            return Placement(exact_range(self._text, annotation.selector))
        return self._anchor(annotation)

    def passage_in(self, annotation: Annotation, edition: str) -> Passage | None:
        """Return the words of an annotation in an edition, None if it has no place there or its text was not kept."""
        from reader.review.passage import Passage

        text = self._text_in(edition)
        if text is None:
            return None
        index = self if edition == self._digest else self._other_editions.get(edition)
        if index is None:
            index = self._other_editions[edition] = PlacementIndex(text, edition, self._text_in)
        place = index._find(annotation).place
        return Passage(text, place) if place is not None else None

    def change_since(self, annotation: Annotation, place: Span | None, edition: str) -> str:
        """Return how an annotation with this place says something else than in another edition.

        WORDS_CHANGED, SENTENCE_CHANGED, or "" for no change. Without the text of an edition only the words are compared.
        """
        if place is None or edition == self._digest:
            return ""
        key = (annotation.id, place, edition)
        if key not in self._changes:
            self._changes[key] = self._compare(annotation, place, edition)
        return self._changes[key]

    def _compare(self, annotation: Annotation, place: Span, edition: str) -> str:
        from reader.review.passage import Passage, change_of, has_same_words

        now, then = Passage(self._text, place), self.passage_in(annotation, edition)
        if then is not None:
            return change_of(then, now)
        is_new_there = edition != annotation.edition and self._text_of(edition) is not None
        return WORDS_CHANGED if is_new_there or not has_same_words(annotation.selector.exact, now.words) else ""

    def _text_in(self, edition: str) -> str | None:
        return self._text if edition == self._digest else self._text_of(edition)

    def guess_place(self, annotation: Annotation) -> Span | None:
        """Return the likeliest place of an orphan, None if no place is likely."""
        return self._resolver_for(annotation.edition).guess(annotation.selector)

    def carry(self, edition: str, span: Span) -> tuple[Span, ...]:
        """Return where a range of another edition is in this text, line by line: what was cut out is nowhere.

        There is nothing if the text of that edition was not kept.
        """
        old = self._text_in(edition)
        if old is None or edition == self._digest:
            return (Span(max(0, span.start), min(span.end, len(old))),) if old is not None else ()
        resolver = self._resolver_for(edition)
        lines = (make_selector(old, line) for line in _lines_in(old, span))
        return tuple(match.place for line in lines if (match := resolver.find(line)) is not None)

    def _anchor(self, annotation: Annotation) -> Placement:
        from reader.review.passage import has_same_words

        selector = annotation.selector
        if not (selector.prefix or selector.suffix):
            # Without a context a quote can only be found if it occurs once.
            place = exact_range(self._text, selector)
            if place is not None:
                return Placement(place, ONLY_PLACE, SURE_CONFIDENCE)
        match = self._resolver_for(annotation.edition).find(selector)
        if match is None:
            return Placement(None, "", 0.0)
        reason = PLACE_UNSURE if match.confidence < SURE_CONFIDENCE else ""
        if not has_same_words(self._text[match.place.start : match.place.end], selector.exact):
            reason = WORDS_CHANGED
        return Placement(match.place, str(match.method), match.confidence, reason)

    def _resolver_for(self, edition: str) -> QuoteResolver:
        resolver = self._resolvers.get(edition)
        if resolver is None:
            # Imported here because only a changed text needs it: it is not on the start path.
            from reader.review.anchoring.resolver import QuoteResolver

            resolver = self._resolvers[edition] = QuoteResolver(self._text, self._text_of(edition))
        return resolver


def _lines_in(text: str, span: Span) -> Iterator[Span]:
    """Yield the lines in a range of a text, without white space at their ends; blank ones are left out."""
    at = max(0, span.start)
    for line in text[at : span.end].splitlines(keepends=True):
        words = line.strip()
        start = at + len(line) - len(line.lstrip())
        if words:
            yield Span(start, start + len(words))
        at += len(line)
