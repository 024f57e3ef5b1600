"""What every export tells, as values: annotations with their places, pairs and verdicts, what they rest on, what was left."""

from __future__ import annotations

from dataclasses import dataclass

from reader.article.finding import Finding
from reader.article.model import Article, Reference
from reader.review.advice import FINE
from reader.review.coverage import Completeness
from reader.review.model import CLAIM, LATER, NOT_CLAIM, Annotation, Dismissal, Judgement, Link, Selector
from reader.review.pairs import Status


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a source, kept as evidence: its quote, and the range it has in that source's text.

    `source` is the digest of that text, `title` and `origin` what it is called and where it came from, both "" for a text that
    the library does not know. `older` tells that the source has another text by now.
    """

    quote: str
    start: int
    end: int
    source: str
    title: str = ""
    origin: str = ""
    older: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and one reference it rests on.

    `verdict` is the id of what was given, "" when nothing was; `word` is how a person reads it: the label, or "open".
    `rating` is the value of that verdict in a ClaimReview, from 1 to 5, 0 for none.
    `entry` is None when the article no longer has the reference; `label` is then its id. `judgement` is None when nothing was
    said of the pair. `is_open` tells whether it needs something yet, `lacks` what that is beside a verdict that was given.
    `stale` says what the verdict was given on that is another now, "" for one that holds. `problems` are the names of what is
    wrong, `link` is the person's word that the claim rests on the reference, None where the text's is enough; `state` says how
    far the source is there.
    """

    reference: str
    label: str
    entry: Reference | None
    verdict: str
    word: str
    judgement: Judgement | None
    is_open: bool
    lacks: str = ""
    stale: str = ""
    problems: tuple[str, ...] = ()
    evidence: tuple[Passage, ...] = ()
    link: Link | None = None
    state: str = ""
    rating: int = 0


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A reference that a claim cites, as its text says, and does not rest on, as a person says; `label` as in `Pair`."""

    reference: str
    label: str
    link: Link


@dataclass(frozen=True, slots=True)
class Item:
    """An annotation as it is reported.

    `number` counts the claims from 1 in the order of the text, those that lost their place last; it is 0 for other kinds.
    `selector` is that of the text as it is; of an annotation that lost its place (`placed` false) the one it was made with.
    `sentence` and `paragraph` count from 1 in the body, 0 where it is outside or lost. `status` is None for what is no claim.
    `check` says why a person should look at the place, as the text changed. `unlinked` are the references that it does not
    rest on though it cites them.
    """

    annotation: Annotation
    number: int
    placed: bool
    selector: Selector
    sentence: int
    paragraph: int
    status: Status | None
    pairs: tuple[Pair, ...]
    check: str = ""
    unlinked: tuple[Unlinked, ...] = ()

    @property
    def quote_then(self) -> str:
        """The quote that the annotation was made with, if its place is to be checked; else ""."""
        return self.annotation.selector.exact if self.check else ""

    @property
    def open_pairs(self) -> tuple[Pair, ...]:
        """The pairs that need something yet: a verdict, a source that can be had, or the evidence for a verdict."""
        return tuple(pair for pair in self.pairs if pair.is_open)


@dataclass(frozen=True, slots=True)
class Listed:
    """A reference of the article: how many markers point at it, how many claims rest on it, how far its source is there."""

    entry: Reference
    cited: int
    claims: int
    state: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the audit; `dismissal` says who does not want to see it again and why, None for one that stands."""

    finding: Finding
    dismissal: Dismissal | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that an export may tell of an article. `items` have a place and are sorted by it; `orphans` lost theirs.

    `article_id` is the library's id, "" when it holds no such article; `at` is the time of the report in UTC. `sentences`
    counts those of the body, `left` says what is left of the review; `found` is what the audit finds.
    """

    article: Article
    article_id: str
    at: str
    items: tuple[Item, ...]
    orphans: tuple[Item, ...]
    references: tuple[Listed, ...]
    tags: tuple[str, ...]
    sentences: int
    left: Completeness
    found: tuple[Found, ...]

    @property
    def claims(self) -> tuple[Item, ...]:
        """The claims that have a place."""
        return tuple(item for item in self.items if item.annotation.kind == CLAIM)

    @property
    def later(self) -> tuple[Item, ...]:
        """What was put off."""
        return tuple(item for item in self.items if item.annotation.kind == LATER)

    @property
    def to_check(self) -> int:
        """How many annotations have a place that a person should look at, as the text changed."""
        return sum(bool(item.check) for item in self.items)

    @property
    def not_claims(self) -> int:
        """How many places were looked at and hold nothing to check."""
        return sum(item.annotation.kind == NOT_CLAIM for item in self.items)

    @property
    def open_pairs(self) -> int:
        """How many pairs need something yet, those of claims that lost their place included."""
        return sum(item.status.open_pairs for item in (*self.items, *self.orphans) if item.status)

    @property
    def advised(self) -> tuple[Item, ...]:
        """The claims that their author should do something about, those that lost their place last."""
        return tuple(i for i in (*self.items, *self.orphans) if i.number and i.annotation.decision not in ("", FINE))

    @property
    def standing(self) -> tuple[Found, ...]:
        """What the audit finds and nobody dismissed."""
        return tuple(found for found in self.found if found.dismissal is None)

    @property
    def dismissed(self) -> tuple[Found, ...]:
        """What the audit finds and somebody does not want to see again."""
        return tuple(found for found in self.found if found.dismissal is not None)
