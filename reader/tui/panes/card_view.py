"""Values that the card renders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reader.review.vocabulary import CLAIM
from reader.tui.panes.pair_lines import PairView, view_pair

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Citation, Comment
    from reader.review.health import SourceHealth
    from reader.review.model import Annotation, Source
    from reader.review.pairs import Status
    from reader.review.scale import Scale
    from reader.tui.styled_line import Part


class CardScroll:
    """How many pages the open card is scrolled down from the current pair, until another pair or sentence is current."""

    def __init__(self) -> None:
        self._place: object = None
        self._pages = 0

    def pages_at(self, place: object) -> int:
        """Return the pages at a place: a sentence with its current pair."""
        return self._pages if place == self._place else 0

    def turn(self, place: object, by: int) -> None:
        """Scroll down by pages, up if `by` is negative."""
        self._place, self._pages = place, self.pages_at(place) + by

    def limit(self, least: int, most: int) -> None:
        """Stay between the pages that there are."""
        self._pages = max(least, min(most, self._pages))


class CardView(NamedTuple):
    """State of the card. `rests_on` holds reference ids in the order of the text, `pair` the id of the current one.

    `annotation` is None on an unmarked sentence; `others` counts further annotations on it. `is_ready` is set once the library
    is open, `is_unavailable` if it could not be opened. `creator` is the person. `marker_problems` holds a line for each
    problem of a marker, `cited` the number of citations of each reference. `sentence` is False in an article without sentences;
    `noise_reason` is the reason why the sentence is noise, or "". `hints` is set to teach the keys; `label` returns the key of
    an action, `digits` are the keys of the verdicts. `check` is the change of the text; `sources` maps reference ids to
    sources, `health` to what others have recorded about the works behind them. `comments` are those of the document.
    """

    article: Article
    scale: Scale
    annotation: Annotation | None
    status: Status | None
    rests_on: Sequence[str]
    pair: str
    others: int = 0
    tags: tuple[Part, ...] = ()
    marker_problems: tuple[str, ...] = ()
    cited: tuple[tuple[str, int], ...] = ()
    is_ready: bool = True
    is_unavailable: bool = False
    creator: str = ""
    sentence: bool = True
    noise_reason: str = ""
    hints: bool = True
    label: Callable[[str], str] = str
    digits: Sequence[str] = ()
    check: TextChange | None = None
    sources: Mapping[str, Source] = MappingProxyType({})
    health: Mapping[str, SourceHealth] = MappingProxyType({})
    comments: Sequence[Comment] = ()

    @property
    def is_claim(self) -> bool:
        """Whether the annotation is a claim."""
        return self.annotation is not None and self.annotation.kind == CLAIM

    def pair_of(self, reference: str) -> PairView:
        """Return the pair of the annotation and a reference."""
        stale = self.check.stale.get(reference, "") if self.check is not None else ""
        source, health = self.sources.get(reference), self.health.get(reference)
        return view_pair(self.annotation, reference, self.scale, source, self.creator, stale=stale, health=health)


def marker_problems(article: Article, citation: Citation) -> Iterator[str]:
    """Yield a line for each label of a marker without a reference, and one if several references fit."""
    yield from (f"[{label}] points nowhere" for label in citation.missing)
    if citation.ambiguous:
        yield f"{article.label_of(citation.ambiguous[0])} is ambiguous: {len(citation.ambiguous)} references fit"


class TextChange(NamedTuple):
    """Change of the text under an annotation.

    `reason` is the reason to check it, or ""; `old` and `new` are the wordings, with their context if only the place is in
    doubt, the whole sentences if only these changed; `placement` describes how the place was found; `stale` holds the
    references with stale verdicts. `needs_place`: the place is to be confirmed; `needs_verdict`: a verdict is on other words.
    """

    reason: str
    old: str
    new: str
    placement: str
    stale: Mapping[str, str]
    needs_place: bool = False
    needs_verdict: bool = False
