"""Commands: verdicts, problems, decisions, links of a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reader.article.audit.finding import WOULD_FIT, Finding
from reader.review.model import Annotation
from reader.review.pairs import claim_references
from reader.review.scale import ADD_SOURCE, DECISIONS, FIX_WORDING, PROBLEMS, UNAVAILABLE, decision_title, problem_title
from reader.review.session import ReviewSession
from reader.tui.dialogs.choice import Choice, ChoosingScreen
from reader.tui.dialogs.reference import ReferenceOffer, ReferenceScreen
from reader.tui.keymap import verdict_for_key, verdict_key_label
from reader.tui.panes.card import short_title
from reader.tui.panes.lists import quote_of
from reader.tui.reading.commands.context import Command
from reader.tui.reading.queue import advance_queue
from reader.tui.reading.state import pairs_to_judge
from reader.tui.text_state import CannotAct
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen


# ------------------------------------------------------------------ a verdict on the pair shown, stepping through a claim's


def give_verdict(screen: ReadingScreen, key: str) -> None:
    """Give the pair shown the verdict of the key; then the next open pair of the claim is shown."""
    scale, keys = screen.state.scale, screen.services.keymap.keys_of("verdict")
    given = verdict_for_key(scale, keys, key)
    if given is None:
        raise CannotAct(f"your scale has no verdict for this key, only for {verdict_key_label(scale, keys)}")
    _judge(screen, given.id, f"{given.symbol} {given.label}")


def set_unavailable(screen: ReadingScreen, key: str) -> None:
    """Say that the source of the pair shown cannot be had; the pair stays open."""
    _judge(screen, UNAVAILABLE, "∅ source unavailable; the pair stays open")


def clear_verdict(screen: ReadingScreen, key: str) -> None:
    """Take the verdict on the pair shown away."""
    desk = screen.state
    claim = desk.current_claim()
    pair = desk.current_reference()
    if not claim.verdict_on(pair):
        raise CannotAct("this pair has no verdict to clear")
    desk.open_session.judge(claim, pair, "")
    desk.selected_reference = pair
    screen.say(f"[{_label(screen, pair)}] is open again")


def _judge(screen: ReadingScreen, verdict_id: str, words: str) -> None:
    desk = screen.state
    claim = desk.current_claim()
    pair = desk.current_reference()
    if not pair:
        raise CannotAct("this claim cites nothing, so there is no reference to judge it by")
    judged = desk.open_session.judge(claim, pair, verdict_id)
    if verdict_id != UNAVAILABLE and desk.open_session.index.is_open(judged, pair):
        words += f", open until evidence is kept ({screen.key('source')} reads the source)"
    if advance_queue(screen, f"[{_label(screen, pair)}] {words}"):
        return
    asking = pairs_to_judge(judged, desk.open_session.index.status(judged).rests_on)
    desk.selected_reference = asking[0] if asking else pair
    following = f" · now [{_label(screen, asking[0])}]" if asking else ""
    screen.say(f"[{_label(screen, pair)}] {words}{following}")


def _label(screen: ReadingScreen, reference: str) -> str:
    known = screen.article.reference_by_id.get(reference)
    return known.label if known else reference


def _pair(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        rests_on = screen.state.rests_on()
        if not rests_on:
            raise CannotAct("this sentence rests on no reference")
        if len(rests_on) == 1:
            raise CannotAct("this sentence rests on one reference only")
        at = rests_on.index(screen.state.current_reference())
        screen.state.selected_reference = rests_on[(at + by) % len(rests_on)]
        screen.state.peeked_reference = ""

    return command


def open_card(screen: ReadingScreen, key: str) -> None:
    """Open the card over the whole side pane, or close it."""
    if screen.has_class("-card"):
        screen.remove_class("-card")
    else:
        screen.state.current_sentence()
        screen.add_class("-card")
        screen.view.focus()


JUDGING_COMMANDS: dict[str, Command] = {
    "verdict": give_verdict,
    "unavailable": set_unavailable,
    "clear-verdict": clear_verdict,
    "next-pair": _pair(1),
    "previous-pair": _pair(-1),
    "card-next": _pair(1),
    "card-previous": _pair(-1),
    "open-card": open_card,
}


# ------------------------------------------------------------------ what is wrong with a pair, beside its verdict, and what

REMOVED_ELSEWHERE = "it was removed in another window"
"""What is said when a claim went away while something was asked about it."""
_DIGITS = "123456789"


def set_problems(screen: ReadingScreen, key: str) -> None:
    """Ask what is wrong with the pair shown."""
    claim = screen.state.current_claim()
    pair = screen.state.current_reference()
    if not pair:
        raise CannotAct("this claim rests on nothing, so there is no pair to be wrong: {} links it to a reference", "link")
    ask_problems(screen, screen.state.open_session, claim, pair)


def ask_problems(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, reference: str) -> None:
    """Open the menu of what can be wrong with a pair, over any screen of a text; every digit is a change of its own."""
    keys = dict(zip(_DIGITS, PROBLEMS, strict=False))

    def on_it() -> Sequence[str]:
        now = session.index.get(claim.id)
        given = now.judgement_on(reference) if now is not None else None
        return given.problems if given is not None else ()

    def choices() -> list[Choice]:
        return [Choice(digit, problem_title(problem), problem in on_it()) for digit, problem in keys.items()]

    def take(digit: str) -> bool:
        now, problem, given = session.index.get(claim.id), keys[digit], on_it()
        if now is None:
            screen.say(f"nothing was noted: {REMOVED_ELSEWHERE}", "fault")
            return False
        wanted = [one for one in given if one != problem] if problem in given else [*given, problem]
        session.set_problems(now, reference, sorted(wanted, key=_place))
        said = ", ".join(problem_title(one) for one in on_it())
        screen.say(f"[{label_of(session, reference)}] {said or 'nothing is wrong with it'}")
        screen.show()
        return True

    known = session.index.article.reference_by_id.get(reference)
    title = f"problems of [{label_of(session, reference)}] {short_title(known) if known else ''}"
    screen.services.push_screen(ChoosingScreen(title, choices, take, several=True), lambda _: screen.show())


def _place(problem: str) -> int:
    """Return where a problem stands in the order of the digits; one of a later version stands last."""
    return list(PROBLEMS).index(problem) if problem in PROBLEMS else len(PROBLEMS)


def decide_claim(screen: ReadingScreen, key: str) -> None:
    """Ask what the author should do about the claim in hand."""
    ask_decision(screen, screen.state.open_session, screen.state.current_claim())


def ask_decision(screen: TextScreen[Any], session: ReviewSession, claim: Annotation) -> None:
    """Open the menu of what the author should do, over any screen of a text; then ask how, where there is a how."""
    keys = dict(zip(_DIGITS, DECISIONS, strict=False))

    def choices() -> list[Choice]:
        now = session.index.get(claim.id)
        given = now.decision if now is not None else ""
        return [Choice(digit, decision_title(decision), decision == given) for digit, decision in keys.items()]

    def take(digit: str) -> bool:
        decision = keys.get(digit, "")
        if decision in (FIX_WORDING, ADD_SOURCE):
            _ask_how(screen, session, claim, decision)
        else:
            _decide(screen, session, claim, decision, "")
        return False

    back = "takes it back" if claim.decision else ""
    title = f"for the author: {' '.join(quote_of(session, claim).split())}"
    screen.services.push_screen(ChoosingScreen(title, choices, take, back=back), lambda _: screen.show())


def _ask_how(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, decision: str) -> None:
    words = " ".join(quote_of(session, claim).split())
    start = words if decision == FIX_WORDING else ""

    def done(text: str) -> str | None:
        fix = text.strip()
        _decide(screen, session, claim, decision, "" if fix == words else fix)
        screen.close_question()
        return None

    label = "new wording" if decision == FIX_WORDING else "which source"
    value = claim.fix if claim.fix and claim.decision == decision else start
    screen.ask(Question(label, done, value, "Enter keeps it, also as it is", on_leave=screen.close_question))


def _decide(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, decision: str, fix: str) -> None:
    now = session.index.get(claim.id)
    if now is None:
        screen.say(f"nothing was decided: {REMOVED_ELSEWHERE}", "fault")
        return
    session.decide(now, decision, fix)
    screen.say(f"for the author: {decision_title(decision)}" if decision else "nothing for the author to do any more")


def label_of(session: ReviewSession, reference: str) -> str:
    """Return the label of a reference, its id when the article no longer has it."""
    known = session.index.article.reference_by_id.get(reference)
    return known.label if known else reference


ADVISING_COMMANDS: dict[str, Command] = {
    "problems": set_problems,
    "decide": decide_claim,
}


# ------------------------------------------------------------------ a claim rests on a reference that its text does not cite,

_HINT = "Enter alone is fine"


def link_reference(screen: ReadingScreen, key: str) -> None:
    """Ask which reference the claim in hand rests on, and why; one that was unlinked counts again as the text cites it."""
    desk, session = screen.state, screen.state.open_session
    claim = desk.current_claim()
    offers = _offers(session, claim, desk.findings)
    if not offers:
        lists = bool(session.index.article.references)
        raise CannotAct("it rests on every reference already" if lists else "this article lists no references to link to")

    def take(reference: str) -> None:
        now = session.index.get(claim.id)
        if now is None:
            screen.say(f"not linked: {REMOVED_ELSEWHERE}", "fault")
        elif reference in now.links and reference in _cited(session, now):
            session.clear_link(now, reference)
            screen.say(f"[{label_of(session, reference)}] counts again, as the text cites it")
            desk.selected_reference = reference
        else:
            _ask_why(screen, f"why it rests on [{label_of(session, reference)}]", lambda reason: linked(reference, reason))

    def linked(reference: str, reason: str) -> None:
        now = session.index.get(claim.id)
        if now is None:
            screen.say(f"not linked: {REMOVED_ELSEWHERE}", "fault")
            return
        session.link(now, reference, reason)
        desk.selected_reference = reference
        screen.say(f"linked to [{label_of(session, reference)}] · {screen.key('unlink')} unlinks it")

    screen.services.push_screen(ReferenceScreen(offers, take), lambda _: screen.show())


def unlink_reference(screen: ReadingScreen, key: str) -> None:
    """Ask why the claim in hand does not rest on the pair shown; a link that only a person made is taken back at once."""
    desk, session = screen.state, screen.state.open_session
    claim, pair = desk.current_claim(), desk.current_reference()
    if not pair:
        raise CannotAct("this claim rests on nothing that could be unlinked: {} links it to a reference", "link")
    if pair in claim.links and pair not in _cited(session, claim) and claim.judgement_on(pair) is None:
        session.clear_link(claim, pair)
        desk.selected_reference = ""
        screen.say(f"no longer linked to [{label_of(session, pair)}]")
        return

    def unlinked(reason: str) -> None:
        now = session.index.get(claim.id)
        if now is None:
            screen.say(f"not unlinked: {REMOVED_ELSEWHERE}", "fault")
            return
        session.unlink(now, pair, reason)
        desk.selected_reference = ""
        screen.say(f"[{label_of(session, pair)}] does not count any more · {screen.key('link')} links it again")

    _ask_why(screen, f"why it does not rest on [{label_of(session, pair)}]", unlinked)


def _ask_why(screen: TextScreen[Any], label: str, then: Callable[[str], None]) -> None:
    def done(text: str) -> str | None:
        then(text.strip())
        screen.close_question()
        return None

    screen.ask(Question(label, done, "", _HINT, on_leave=screen.close_question))


def _offers(session: ReviewSession, claim: Annotation, findings: Iterable[Finding]) -> list[ReferenceOffer]:
    """Return the references that a claim does not rest on yet: those that would fit, unlinked, uncited, others."""
    article, rests_on, place = session.index.article, session.index.status(claim).rests_on, session.index.place(claim)
    fits = {
        finding.reference
        for finding in findings
        if finding.kind == WOULD_FIT and place and any(spot and spot.overlaps(place) for spot in (finding.where, *finding.also))
    }
    cited = {reference for citation in article.citations for reference in citation.references}
    offers: list[tuple[int, ReferenceOffer]] = []
    for reference in article.references:
        if reference.id in rests_on:
            continue
        if reference.id in fits:
            offers.append((0, ReferenceOffer(reference, "never cited · would fit")))
        elif reference.id in claim.links:
            offers.append((1, ReferenceOffer(reference, "unlinked")))
        else:
            never = reference.id not in cited
            offers.append((2 if never else 3, ReferenceOffer(reference, "never cited" if never else "")))
    return [offer for _, offer in sorted(offers, key=lambda ranked: ranked[0])]


def _cited(session: ReviewSession, claim: Annotation) -> tuple[str, ...]:
    place = session.index.place(claim)
    return claim_references(session.index.article, place) if place is not None else ()


COMMANDS: dict[str, Command] = {
    "link": link_reference,
    "unlink": unlink_reference,
}
