"""Commands: verdicts, problems, decisions, links of a pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reader.article.audit.finding import NEVER_CITED, WOULD_FIT, Finding
from reader.review.pairs import claim_references
from reader.review.scale import ADD_SOURCE, DECISIONS, FIX_WORDING, PROBLEMS, UNAVAILABLE, decision_title, problem_title
from reader.tui.keymap import verdict_for_key, verdict_key_label
from reader.tui.panes.card import short_title
from reader.tui.panes.card_view import CardScroll
from reader.tui.panes.lists import quote_of
from reader.tui.question import Draft, Question
from reader.tui.reading.commands.registry import Command, command, text_command
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.review.model import Annotation
    from reader.review.session import ReviewSession
    from reader.tui.dialogs.choice import Choice
    from reader.tui.dialogs.reference import ReferenceOffer
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import PairContext, TextContext


# ------------------------------------------------------------------ the verdict on a pair


@text_command("verdict")
def give_verdict(context: PairContext, key: str) -> None:
    """Give the current pair the verdict of the key."""
    scale, keys = context.session.index.scale, context.services.keymap.keys_of("verdict")
    verdict = verdict_for_key(scale, keys, key)
    if verdict is None:
        raise CannotAct(f"Your scale has no verdict for this key, only for {verdict_key_label(scale, keys)}")
    _judge(context, verdict.id, f"{verdict.symbol} {verdict.label}")


@text_command("unavailable")
def set_unavailable(context: PairContext, key: str) -> None:
    """Settle the current pair: its source is unavailable."""
    _judge(context, UNAVAILABLE, "∅ source unavailable")


def _judge(context: PairContext, verdict_id: str, words: str) -> None:
    claim, reference = context.current_pair()
    if not reference:
        raise CannotAct("This claim rests on nothing: {} links it to a reference to judge it by", "link")
    new = context.session.judge(claim, reference, verdict_id)
    if context.session.index.is_open(new, reference):
        words += f", open until evidence is kept ({context.key('source')} reads the source)"
    context.after_verdict(new, reference, f"[{context.session.index.article.label_of(reference)}] {words}")


@text_command("keep-verdict")
def keep_verdict(context: PairContext, key: str) -> None:
    """Keep the stale verdict on the current pair for the new words."""
    (claim, reference), index = context.current_pair(), context.session.index
    judgement = claim.judgement_on(reference)
    if judgement is None or not judgement.verdict:
        raise CannotAct(
            "This pair has no verdict to keep; a digit gives one" if reference else "This claim rests on nothing to judge it by"
        )
    if not index.is_stale_verdict(claim, judgement):
        raise CannotAct("This verdict is not stale: it was given on these words and this source")
    if index.has_other_source(claim, judgement):
        target = index.moved_reference(claim, judgement)
        where = (
            f"which is [{index.article.label_of(target)}] now: {{}} moves it" if target else "which is no longer in the list"
        )
        raise CannotAct(f"This verdict was given on another source, {where}; a digit judges this one", "follow-sources")
    new = context.session.keep_verdict(claim, reference)
    verdict = index.scale.by_id(judgement.verdict)
    label = f"[{index.article.label_of(reference)}] {verdict.symbol} {verdict.label}"
    context.after_verdict(new, reference, f"{label} kept for the text as it is now")


@text_command("clear-verdict")
def clear_verdict(context: PairContext, key: str) -> None:
    """Clear the verdict on the current pair."""
    claim, reference = context.current_pair()
    if not claim.verdict_on(reference):
        raise CannotAct("This pair has no verdict to clear")
    context.session.judge(claim, reference, "")
    context.select_pair(reference)
    context.say(f"[{context.session.index.article.label_of(reference)}] is open again")


def _pair(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        rests_on = context.state.rests_on()
        if not rests_on:
            raise CannotAct("This sentence rests on no reference")
        if len(rests_on) == 1:
            raise CannotAct("This sentence rests on one reference only")
        at = rests_on.index(context.state.current_reference())
        context.state.selected_reference = rests_on[(at + by) % len(rests_on)]
        context.state.peeked_reference = ""

    return run


def _scroll_card(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        state = context.state
        state.card_scroll.turn((state.sentence, state.current_reference()), by)

    return run


@command("open-card")
def open_card(context: ReadingContext, key: str) -> None:
    """Open the card in the whole side pane, or close it."""
    context.state.card_scroll = CardScroll()
    if context.has_class("-card"):
        context.remove_class("-card")
    else:
        context.state.current_sentence()
        context.add_class("-card")
        context.view.focus()


# ------------------------------------------------------------------ problems of a pair, decisions on a claim

_DIGITS = "123456789"


def _current_claim(context: PairContext, claim: Annotation, failure: str) -> Annotation | None:
    """Return the current version of a claim; None, with a message, if another window removed it during a question."""
    current = context.session.index.get(claim.id)
    if current is None:
        context.say(f"{failure}: it was removed meanwhile", "fault")
    return current


@text_command("problems")
def set_problems(context: PairContext, key: str) -> None:
    """Ask for the problems of the current pair, and set them together."""
    from reader.tui.dialogs.choice import Choice, ChoiceScreen  # dialogs are slow to load, and few are opened

    session, (claim, reference) = context.session, context.current_pair()
    if not reference:
        raise CannotAct("This claim rests on nothing, and problems are set on a reference: {} links it to one", "link")
    keys, label = dict(zip(_DIGITS, PROBLEMS, strict=False)), session.index.article.label_of(reference)

    judgement = claim.judgement_on(reference)
    problems = set(judgement.problems if judgement is not None else ())

    def choices() -> list[Choice]:
        return [Choice(digit, problem_title(problem), problem in problems) for digit, problem in keys.items()]

    def switch(digit: str) -> bool:
        problems.symmetric_difference_update({keys[digit]})
        return True

    def keep(is_kept: bool | None) -> None:
        current = _current_claim(context, claim, "Not saved") if is_kept else None
        if current is not None:
            ordered = sorted(problems, key=_place)
            session.set_problems(current, reference, ordered)
            context.say(f"[{label}] {', '.join(map(problem_title, ordered)) or 'no problems'}")
        context.show()

    entry = session.index.article.reference_by_id.get(reference)
    title = f"problems of [{label}] {short_title(entry) if entry else ''}"
    context.services.push_screen(ChoiceScreen(title, choices, switch, several=True), keep)


def _place(problem: str) -> int:
    """Return the position of a problem in the order of the digits; unknown ones come last."""
    return list(PROBLEMS).index(problem) if problem in PROBLEMS else len(PROBLEMS)


@text_command("decide")
def decide_claim(context: PairContext, key: str) -> None:
    """Ask what the author should do about the current claim, and for the new wording or the source to add."""
    from reader.tui.dialogs.choice import Choice, ChoiceScreen

    session, claim = context.session, context.current_claim()
    keys = dict(zip(_DIGITS, DECISIONS, strict=False))

    def choices() -> list[Choice]:
        current = session.index.get(claim.id)
        current_decision = current.decision if current is not None else ""
        return [Choice(digit, decision_title(decision), decision == current_decision) for digit, decision in keys.items()]

    def choose(digit: str) -> bool:
        decision = keys.get(digit, "")
        if decision in (FIX_WORDING, ADD_SOURCE):
            _ask_fix(context, claim, decision)
        else:
            _decide(context, claim, decision, "")
        return False

    back = "takes it back" if claim.decision else ""
    title = f"for the author: {' '.join(quote_of(session, claim).split())}"
    context.services.push_screen(ChoiceScreen(title, choices, choose, back=back), lambda _: context.show())


def _ask_fix(context: PairContext, claim: Annotation, decision: str) -> None:
    """Ask for the new wording, or for the source to add."""
    words = " ".join(quote_of(context.session, claim).split())
    start = words if decision == FIX_WORDING else ""

    def submit(text: str) -> str | None:
        fix = text.strip()
        _decide(context, claim, decision, "" if fix == words else fix)
        context.close_question()
        return None

    label = "new wording" if decision == FIX_WORDING else "which source"
    value = claim.fix if claim.fix and claim.decision == decision else start
    draft = Draft(context.state.drafts, f"{decision} {claim.id}")
    context.ask(Question(label, submit, value, on_leave=context.close_question, draft=draft, verb="keeps it"))


def _decide(context: PairContext, claim: Annotation, decision: str, fix: str) -> None:
    current = _current_claim(context, claim, "Not saved")
    if current is None:
        return
    context.session.decide(current, decision, fix)
    context.say(f"For the author: {decision_title(decision)}" if decision else "Nothing left for the author to do")


# ------------------------------------------------------------------ links of a claim to references

_HINT = "or no reason"


@command("link")
def link_reference(context: ReadingContext, key: str) -> None:
    """Ask which reference the claim rests on, and why; for an unlinked one, only clear the link."""
    from reader.tui.dialogs.reference import ReferenceScreen

    state, session = context.state, context.state.open_session
    claim = state.current_claim()
    offers = _offers(session, claim, state.findings)
    if not offers:
        lists = bool(session.index.article.references)
        raise CannotAct("It rests on every reference already" if lists else "This article lists no references to link to")

    def take(reference: str) -> None:
        now = _current_claim(context, claim, "Not linked")
        if now is None:
            return
        if reference in now.links and reference in _cited_references(session, now):
            session.clear_link(now, reference)
            context.say(f"[{session.index.article.label_of(reference)}] counts again, as the text cites it")
            state.selected_reference = reference
        else:
            _ask_why(
                context,
                f"why it rests on [{session.index.article.label_of(reference)}]",
                lambda reason: link(reference, reason),
                f"link {claim.id} {reference}",
            )

    def link(reference: str, reason: str) -> None:
        now = _current_claim(context, claim, "Not linked")
        if now is None:
            return
        session.link(now, reference, reason)
        state.selected_reference = reference
        context.say(f"Linked to [{session.index.article.label_of(reference)}] · {context.key('unlink')} unlinks it")

    context.services.push_screen(
        ReferenceScreen(offers, take, Draft(state.drafts, f"link words {claim.id}")), lambda _: context.show()
    )


@command("unlink")
def unlink_reference(context: ReadingContext, key: str) -> None:
    """Ask why the claim does not rest on the current reference; remove a link made by a person at once."""
    state, session = context.state, context.state.open_session
    claim, pair = state.current_claim(), state.current_reference()
    if not pair:
        raise CannotAct("This claim rests on nothing that could be unlinked: {} links it to a reference", "link")
    if pair in claim.links and pair not in _cited_references(session, claim) and claim.judgement_on(pair) is None:
        session.clear_link(claim, pair)
        state.selected_reference = ""
        context.say(f"No longer linked to [{session.index.article.label_of(pair)}]")
        return

    def unlink(reason: str) -> None:
        now = _current_claim(context, claim, "Not unlinked")
        if now is None:
            return
        session.unlink(now, pair, reason)
        state.selected_reference = ""
        context.say(f"[{session.index.article.label_of(pair)}] does not count any more · {context.key('link')} links it again")

    _ask_why(context, f"why it does not rest on [{session.index.article.label_of(pair)}]", unlink, f"unlink {claim.id} {pair}")


def _ask_why(context: TextContext, label: str, then: Callable[[str], None], key: str) -> None:
    def submit(text: str) -> str | None:
        then(text.strip())
        context.close_question()
        return None

    draft = Draft(context.state.drafts, key)
    context.ask(Question(label, submit, "", _HINT, on_leave=context.close_question, draft=draft, verb="keeps it"))


def _offers(session: ReviewSession, claim: Annotation, findings: Sequence[Finding]) -> list[ReferenceOffer]:
    """Return the references that a claim does not rest on: first suggested, then unlinked, uncited and other ones."""
    from reader.tui.dialogs.reference import ReferenceOffer

    article, rests_on, place = session.index.article, session.index.status(claim).rests_on, session.index.place(claim)
    fits = {
        finding.reference
        for finding in findings
        if finding.kind == WOULD_FIT and place and any(spot and spot.overlaps(place) for spot in (finding.where, *finding.also))
    }
    never_cited = {finding.reference for finding in findings if finding.kind == NEVER_CITED}
    offers: list[tuple[int, ReferenceOffer]] = []
    for reference in article.references:
        if reference.id in rests_on:
            continue
        if reference.id in fits:
            offers.append((0, ReferenceOffer(reference, "never cited · would fit")))
        elif reference.id in claim.links:
            offers.append((1, ReferenceOffer(reference, "unlinked")))
        else:
            never = reference.id in never_cited
            offers.append((2 if never else 3, ReferenceOffer(reference, "never cited" if never else "")))
    return [offer for _, offer in sorted(offers, key=lambda ranked: ranked[0])]


def _cited_references(session: ReviewSession, claim: Annotation) -> tuple[str, ...]:
    place = session.index.place(claim)
    return claim_references(session.index.article, place) if place is not None else ()


command("next-pair")(_pair(1))
command("previous-pair")(_pair(-1))
command("card-next")(_pair(1))
command("card-page-down")(_scroll_card(1))
command("card-page-up")(_scroll_card(-1))
command("card-previous")(_pair(-1))
