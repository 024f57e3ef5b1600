"""Advising: what is wrong with a pair, beside its verdict, and what the author should do about a claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reader.review.advice import ADD_SOURCE, DECISIONS, FIX_WORDING, PROBLEMS, decision_name, problem_name
from reader.review.model import Annotation
from reader.review.session import ReviewSession
from reader.tui.commands.types import Command
from reader.tui.desk import CannotAct
from reader.tui.panes.card import short_title
from reader.tui.panes.lists import words_of
from reader.tui.screens.choosing import Choice, ChoosingScreen
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen
    from reader.tui.screens.text import TextScreen

GONE = "it was removed in another window"
"""What is said when a claim went away while something was asked about it."""
_DIGITS = "123456789"


def problems(screen: ReadingScreen, key: str) -> None:
    """Ask what is wrong with the pair shown."""
    claim = screen.desk.claim()
    pair = screen.desk.pair_shown()
    if not pair:
        raise CannotAct("this claim rests on nothing, so there is no pair to be wrong: {} links it to a reference", "link")
    ask_problems(screen, screen.desk.opened, claim, pair)


def ask_problems(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, reference: str) -> None:
    """Open the menu of what can be wrong with a pair, over any screen of a text; every digit is a change of its own."""
    keys = dict(zip(_DIGITS, PROBLEMS, strict=False))

    def on_it() -> Sequence[str]:
        now = session.get(claim.id)
        given = now.judgement_on(reference) if now is not None else None
        return given.problems if given is not None else ()

    def choices() -> list[Choice]:
        return [Choice(digit, problem_name(problem), problem in on_it()) for digit, problem in keys.items()]

    def take(digit: str) -> bool:
        now, problem, given = session.get(claim.id), keys[digit], on_it()
        if now is None:
            screen.say(f"nothing was noted: {GONE}", "fault")
            return False
        wanted = [one for one in given if one != problem] if problem in given else [*given, problem]
        session.set_problems(now, reference, sorted(wanted, key=_place))
        said = ", ".join(problem_name(one) for one in on_it())
        screen.say(f"[{label_of(session, reference)}] {said or 'nothing is wrong with it'}")
        screen.show()
        return True

    known = session.article.reference_by_id.get(reference)
    title = f"what is wrong with [{label_of(session, reference)}] {short_title(known) if known else ''}"
    screen.reader.push_screen(ChoosingScreen(title, choices, take, several=True), lambda _: screen.show())


def _place(problem: str) -> int:
    """Return where a problem stands in the order of the digits; one of a later version stands last."""
    return list(PROBLEMS).index(problem) if problem in PROBLEMS else len(PROBLEMS)


def decide(screen: ReadingScreen, key: str) -> None:
    """Ask what the author should do about the claim in hand."""
    ask_decision(screen, screen.desk.opened, screen.desk.claim())


def ask_decision(screen: TextScreen[Any], session: ReviewSession, claim: Annotation) -> None:
    """Open the menu of what the author should do, over any screen of a text; then ask how, where there is a how."""
    keys = dict(zip(_DIGITS, DECISIONS, strict=False))

    def choices() -> list[Choice]:
        now = session.get(claim.id)
        given = now.decision if now is not None else ""
        return [Choice(digit, decision_name(decision), decision == given) for digit, decision in keys.items()]

    def take(digit: str) -> bool:
        decision = keys.get(digit, "")
        if decision in (FIX_WORDING, ADD_SOURCE):
            _ask_how(screen, session, claim, decision)
        else:
            _decide(screen, session, claim, decision, "")
        return False

    back = "takes it back" if claim.decision else ""
    title = f"for the author: {' '.join(words_of(session, claim).split())}"
    screen.reader.push_screen(ChoosingScreen(title, choices, take, back=back), lambda _: screen.show())


def _ask_how(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, decision: str) -> None:
    words = " ".join(words_of(session, claim).split())
    start = words if decision == FIX_WORDING else ""

    def done(text: str) -> str | None:
        fix = text.strip()
        _decide(screen, session, claim, decision, "" if fix == words else fix)
        screen.answered()
        return None

    label = "new wording" if decision == FIX_WORDING else "which source"
    value = claim.fix if claim.fix and claim.decision == decision else start
    screen.ask(Question(label, done, value, "Enter keeps it, also as it is", left=screen.answered))


def _decide(screen: TextScreen[Any], session: ReviewSession, claim: Annotation, decision: str, fix: str) -> None:
    now = session.get(claim.id)
    if now is None:
        screen.say(f"nothing was decided: {GONE}", "fault")
        return
    session.decide(now, decision, fix)
    screen.say(f"for the author: {decision_name(decision)}" if decision else "nothing for the author to do any more")


def label_of(session: ReviewSession, reference: str) -> str:
    """Return the label of a reference, its id when the article no longer has it."""
    known = session.article.reference_by_id.get(reference)
    return known.label if known else reference


COMMANDS: dict[str, Command] = {
    "problems": problems,
    "decide": decide,
}
