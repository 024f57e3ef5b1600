"""Linking: a claim rests on a reference that its text does not cite, or not on one that it cites, because a person says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from reader.article.finding import FITS, Finding
from reader.review.model import Annotation
from reader.review.pairs import references_of
from reader.review.session import ReviewSession
from reader.tui.commands.advising import GONE, label_of
from reader.tui.commands.types import Command
from reader.tui.desk import CannotAct
from reader.tui.screens.reference import Offer, ReferenceScreen
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen
    from reader.tui.screens.text import TextScreen

_HINT = "Enter alone is fine"


def link(screen: ReadingScreen, key: str) -> None:
    """Ask which reference the claim in hand rests on, and why; one that was unlinked counts again as the text cites it."""
    desk, session = screen.desk, screen.desk.opened
    claim = desk.claim()
    offers = _offers(session, claim, desk.findings)
    if not offers:
        lists = bool(session.article.references)
        raise CannotAct("it rests on every reference already" if lists else "this article lists no references to link to")

    def take(reference: str) -> None:
        now = session.get(claim.id)
        if now is None:
            screen.say(f"not linked: {GONE}", "fault")
        elif reference in now.links and reference in _cited(session, now):
            session.clear_link(now, reference)
            screen.say(f"[{label_of(session, reference)}] counts again, as the text cites it")
            desk.pair = reference
        else:
            _ask_why(screen, f"why it rests on [{label_of(session, reference)}]", lambda reason: linked(reference, reason))

    def linked(reference: str, reason: str) -> None:
        now = session.get(claim.id)
        if now is None:
            screen.say(f"not linked: {GONE}", "fault")
            return
        session.link(now, reference, reason)
        desk.pair = reference
        screen.say(f"linked to [{label_of(session, reference)}] · {screen.key('unlink')} unlinks it")

    screen.reader.push_screen(ReferenceScreen(offers, take), lambda _: screen.show())


def unlink(screen: ReadingScreen, key: str) -> None:
    """Ask why the claim in hand does not rest on the pair shown; a link that only a person made is taken back at once."""
    desk, session = screen.desk, screen.desk.opened
    claim, pair = desk.claim(), desk.pair_shown()
    if not pair:
        raise CannotAct("this claim rests on nothing that could be unlinked: {} links it to a reference", "link")
    if pair in claim.links and pair not in _cited(session, claim) and claim.judgement_on(pair) is None:
        session.clear_link(claim, pair)
        desk.pair = ""
        screen.say(f"no longer linked to [{label_of(session, pair)}]")
        return

    def unlinked(reason: str) -> None:
        now = session.get(claim.id)
        if now is None:
            screen.say(f"not unlinked: {GONE}", "fault")
            return
        session.unlink(now, pair, reason)
        desk.pair = ""
        screen.say(f"[{label_of(session, pair)}] does not count any more · {screen.key('link')} links it again")

    _ask_why(screen, f"why it does not rest on [{label_of(session, pair)}]", unlinked)


def _ask_why(screen: TextScreen[Any], label: str, then: Callable[[str], None]) -> None:
    def done(text: str) -> str | None:
        then(text.strip())
        screen.answered()
        return None

    screen.ask(Question(label, done, "", _HINT, left=screen.answered))


def _offers(session: ReviewSession, claim: Annotation, findings: Iterable[Finding]) -> list[Offer]:
    """Return the references that a claim does not rest on yet: those that would fit, unlinked, uncited, others."""
    article, rests_on, place = session.article, session.status(claim).rests_on, session.place(claim)
    fits = {
        finding.reference
        for finding in findings
        if finding.kind == FITS and place and any(spot and spot.overlaps(place) for spot in (finding.where, *finding.also))
    }
    cited = {reference for citation in article.citations for reference in citation.references}
    offers: list[tuple[int, Offer]] = []
    for reference in article.references:
        if reference.id in rests_on:
            continue
        if reference.id in fits:
            offers.append((0, Offer(reference, "never cited · would fit")))
        elif reference.id in claim.links:
            offers.append((1, Offer(reference, "unlinked")))
        else:
            never = reference.id not in cited
            offers.append((2 if never else 3, Offer(reference, "never cited" if never else "")))
    return [offer for _, offer in sorted(offers, key=lambda ranked: ranked[0])]


def _cited(session: ReviewSession, claim: Annotation) -> tuple[str, ...]:
    place = session.place(claim)
    return references_of(session.article, place) if place is not None else ()


COMMANDS: dict[str, Command] = {
    "link": link,
    "unlink": unlink,
}
