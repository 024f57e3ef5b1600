"""Desk: what the person has in hand while reading: sentence, claim, pair, tab, filter, hits, and the trail of jumps.

It knows what is read and what is said of it, and no widget. The screen changes it, then shows it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reader.article.audit import Finding
from reader.article.model import Article, Reference, Span
from reader.errors import ReaderError
from reader.printable import drawn
from reader.review.filtering import Filter, parse_filter
from reader.review.model import CLAIM, LATER, TAG_COLOURS, Annotation
from reader.review.pairs import citations_in, references_of
from reader.review.place import Seen
from reader.review.scale import Scale
from reader.review.session import ReviewSession
from reader.tui.panes.card import CardView
from reader.tui.panes.checking import check_of
from reader.tui.panes.lists import sign_of
from reader.tui.panes.versions import other_judgements
from reader.tui.parts import Part
from reader.tui.widgets.article_paint import Mark

KNOWN = 8
"""From so many claims on, the person knows how to mark one, and the hint goes."""
TABS = ("references", "claims", "audit")
REPAIR = "`reader repair`"
"""The command that a damaged library asks for."""
LOCKED = "nothing can be kept while your library cannot be opened"


class CannotAct(Exception):
    """An action cannot act here; its text says why, and what would.

    Each "{}" in the text stands for the key of the action named in `actions`, in turn.
    """

    def __init__(self, text: str, *actions: str) -> None:
        super().__init__(text)
        self.actions = actions

    def told(self, label: Callable[[str], str]) -> str:
        """Return the text, with the keys as `label` names them."""
        return str(self).format(*map(label, self.actions)) if self.actions else str(self)


class StillOpening(CannotAct):
    """An action has to wait until the library is open."""


@dataclass(slots=True)
class Hits:
    """Places that n and N step through: of a search, or the citations of a reference. `role` is how they light up."""

    spans: Sequence[Span] = ()
    index: int = -1
    role: str = "hit"
    label: str = ""

    def step(self, by: int, after: int) -> Span:
        """Go `by` hits on, from the first at or after the offset `after` when none is current, round at the ends; return it."""
        if self.index < 0:
            first = bisect_left(self.spans, after, key=lambda span: span.start)
            self.index = (first if by > 0 else first - 1) % len(self.spans)
        else:
            self.index = (self.index + by) % len(self.spans)
        return self.spans[self.index]


@dataclass(slots=True)
class Trail:
    """Where jumps started, to come back to, and where one came back from, to go forward to. Offsets."""

    behind: list[int] = field(default_factory=list[int])
    ahead: list[int] = field(default_factory=list[int])

    def leave(self, offset: int) -> None:
        """Remember a place that a jump leaves."""
        if not self.behind or self.behind[-1] != offset:
            self.behind.append(offset)
        self.ahead.clear()

    def back(self, here: int) -> int | None:
        """Return the place to come back to, or None. Where one already is, is no place to come back to."""
        while self.behind and self.behind[-1] == here:
            self.behind.pop()
        if not self.behind:
            return None
        self.ahead.append(here)
        return self.behind.pop()

    def forward(self, here: int) -> int | None:
        """Return the place to go forward to, or None."""
        if not self.ahead:
            return None
        self.behind.append(here)
        return self.ahead.pop()


def pairs_asking(annotation: Annotation, rests_on: Sequence[str]) -> list[str]:
    """Return those of the reference ids `rests_on` that ask for a verdict: two people gave two, or nobody gave one."""
    two = [r for r in rests_on if other_judgements(annotation, r)] if annotation.rivals else []
    return [*two, *(r for r in rests_on if not annotation.verdict_on(r))]


class Desk:
    """What is in hand on one article. `session` is None until the library is open."""

    def __init__(self, article: Article, scale: Scale) -> None:
        self.article = article
        self.scale = scale
        self.session: ReviewSession | None = None
        self.sentence: Span | None = None
        self.pair = ""
        self.tab = TABS[0]
        self.hits = Hits()
        self.trail = Trail()
        self.seen = Seen()
        self.findings: tuple[Finding, ...] = ()
        self.filter = parse_filter("", scale)
        self.peeked = ""
        self.trouble: ReaderError | None = None
        self.revision = 0
        self._annotation_id = ""
        self._held_id = ""
        self._filtered: tuple[Annotation, ...] | None = None
        self._citations: dict[str, list[Span]] | None = None

    # ------------------------------------------------------------------ the claim in hand

    @property
    def opened(self) -> ReviewSession:
        """The session; raises StillOpening while there is none, CannotAct when there will be none."""
        if self.session is None:
            if self.trouble is None:
                raise StillOpening("your library is still opening")
            can_repair = REPAIR in f"{self.trouble}"
            raise CannotAct(f"nothing can be kept: {REPAIR} shows what can be saved" if can_repair else LOCKED)
        return self.session

    def here(self) -> tuple[Annotation, ...]:
        """Return the annotations on the current sentence, by place."""
        if self.session is None or self.sentence is None:
            return ()
        return self.session.on(self.sentence)

    @property
    def annotation(self) -> Annotation | None:
        """The annotation in hand: the one chosen on this sentence, else the first on it."""
        here = self.here()
        return next((a for a in here if a.id == self._annotation_id), here[0] if here else None)

    def choose(self, annotation: Annotation | None) -> None:
        """Take an annotation in hand."""
        self._annotation_id = annotation.id if annotation else ""

    @property
    def held(self) -> Annotation | None:
        """The annotation that is taken along to be attached to another place, None when none is."""
        return self.session.get(self._held_id) if self.session is not None and self._held_id else None

    def hold(self, annotation: Annotation | None) -> None:
        """Take an annotation along, or None any more."""
        self._held_id = annotation.id if annotation else ""

    def claim(self) -> Annotation:
        """Return the claim in hand; raises CannotAct, saying what would make one."""
        annotation = self.marked()
        if annotation.kind != CLAIM:
            raise CannotAct("this is no claim: {} marks it as one", "mark")
        return annotation

    def marked(self) -> Annotation:
        """Return the annotation in hand, of any kind; raises CannotAct, saying what would make one."""
        if self.opened and self.annotation is not None:
            return self.annotation
        raise CannotAct("nothing marked here yet: {} marks this sentence", "mark")

    def current_sentence(self) -> Span:
        """Return the sentence the cursor is on; raises CannotAct in an article without any."""
        if self.sentence is None:
            raise CannotAct("this article has no sentences")
        return self.sentence

    def rests_on(self) -> tuple[str, ...]:
        """Return the reference ids that the claim in hand, or else the sentence, rests on."""
        annotation = self.annotation
        if annotation is not None and self.session is not None and annotation.kind == CLAIM:
            return self.session.status(annotation).rests_on
        return references_of(self.article, self.sentence) if self.sentence else ()

    def pair_shown(self) -> str:
        """Return the reference id of the pair that a digit judges.

        The one chosen, else the first that two judged differently, else the first open, else the first, else "".
        """
        rests_on = self.rests_on()
        if self.pair in rests_on:
            return self.pair
        annotation = self.annotation
        if annotation is not None:
            asking = pairs_asking(annotation, rests_on)
            if asking:
                return asking[0]
        return rests_on[0] if rests_on else ""

    def can(self, action_id: str) -> bool:
        """Whether an action would do something to the sentence in hand; the footer shows only those that would."""
        annotation = self.annotation
        claim = annotation is not None and annotation.kind == CLAIM
        if action_id in ("tag", "note"):
            return annotation is not None
        if action_id in ("not-claim", "later"):
            return annotation is None
        if action_id in ("confirm", "attach"):
            return annotation is not None and self.session is not None and bool(self.session.standing(annotation).check)
        if action_id in ("verdict", "peek"):
            return bool(self.rests_on()) and (claim or action_id == "peek")
        if action_id == "card-next":
            return len(self.rests_on()) > 1
        return action_id != "undo" or (self.session is not None and self.session.can_undo)

    def word_for(self, action_id: str, word: str) -> str:
        """Return the footer's word for an action on the sentence in hand: what marks an unmarked one unmarks a claim."""
        annotation = self.annotation
        return "unmark" if action_id == "mark" and annotation is not None and annotation.kind == CLAIM else word

    # ------------------------------------------------------------------ references and lists

    def references(self) -> tuple[Reference, ...]:
        """Return the references in the order of the list."""
        return self.article.references

    def citations_of(self, reference: str) -> list[Span]:
        """Return the ranges of the markers that point at a reference."""
        if self._citations is None:
            self._citations = {}
            for citation in self.article.citations:
                for named in citation.references:
                    self._citations.setdefault(named, []).append(citation.span)
        return self._citations.get(reference, [])

    def claims_shown(self) -> int:
        """Return how many claims the filter lets through; without one the tally knows, and nothing is walked over."""
        if self.session is not None and not self.filter.tests:
            return self.session.tally.claims if CLAIM in self.filter.kinds else 0
        return sum(annotation.kind == CLAIM for annotation in self.filtered())

    def filtered(self) -> tuple[Annotation, ...]:
        """Return the annotations that the filter lets through, by place."""
        if self.session is None:
            return ()
        if self._filtered is None:
            self._filtered = self.filter.apply(self.session)
        return self._filtered

    def set_filter(self, filter: Filter) -> None:
        """Filter the annotations from now on."""
        self.filter = filter
        self.changed()

    def changed(self) -> None:
        """Forget what was derived from the annotations: they changed."""
        self._filtered = None
        self.revision += 1

    # ------------------------------------------------------------------ what is shown

    def marks(self, span: Span) -> Iterator[Mark]:
        """Yield the marks on a range: a tint for claims, stronger for the one in hand; a sign for every kind."""
        session = self.session
        if session is None:
            return
        current = self.annotation
        for annotation in session.on(span):
            place = session.place(annotation)
            if place is None:
                continue
            role = annotation.kind if annotation.kind != CLAIM else "mark"
            if annotation.kind == CLAIM and current is not None and annotation.id == current.id:
                role = "current-mark"
            if not self.filter.passes(session, annotation) and annotation.kind in (CLAIM, LATER):
                role = "filtered"
            sign, tone = sign_of(session, annotation, self.scale)
            yield Mark(place, role, sign, tone)

    def card(self, label: Callable[[str], str], digits: Sequence[str]) -> CardView:
        """Return what the card shows; `label` names an action's key, `digits` are the keys of the verdicts."""
        annotation, here = self.held or self.annotation, self.here()
        missing: tuple[str, ...] = ()
        if self.sentence is not None:
            missing = tuple(m for c in citations_in(self.article, self.sentence) for m in c.missing)
        rests_on = self.rests_on()
        at = self.sentence.start if self.sentence is not None else -1
        return CardView(
            article=self.article,
            scale=self.scale,
            annotation=annotation,
            status=self.session.status(annotation) if self.session is not None and annotation is not None else None,
            rests_on=rests_on,
            pair=self.pair_shown(),
            others=max(0, len(here) - 1),
            tags=tuple(map(self.tag_part, annotation.tags)) if annotation is not None else (),
            missing=missing,
            cited=tuple((r, len(self.citations_of(r))) for r in rests_on),
            ready=self.session is not None,
            trouble=self.trouble is not None,
            creator=self.session.creator if self.session is not None else "",
            sentence=self.sentence is not None,
            aside=next((n.reason.value for n in self.article.noise if n.start <= at < n.end), ""),
            label=label,
            digits=digits,
            check=check_of(self.session, annotation) if self.session is not None and annotation is not None else None,
            hints=self.session is None or self.session.tally.claims < KNOWN,
        )

    def tag_part(self, name: str) -> Part:
        """Return how a tag is shown: its symbol and name, in its colour."""
        tag = self.session.tag_named(name) if self.session is not None else None
        symbol = tag.symbol if tag is not None and tag.symbol else "◆"
        return Part(drawn(f"{symbol} {name}"), f"tag-{tag.colour}" if tag is not None and tag.colour in TAG_COLOURS else "tag")
