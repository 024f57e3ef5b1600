"""Commands: the side lists and their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reader.article.audit.finding import Finding
from reader.review.todo import TodoItem
from reader.tui.reading.commands.context import Command
from reader.tui.reading.state import TABS
from reader.tui.text_state import CannotAct, Hits
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.text_screen import TextScreen


# ------------------------------------------------------------------ a finding is dismissed with a reason, and brought back

DISMISS_HINT = "why? Enter dismisses it, Esc leaves it"


def dismiss_finding(screen: ReadingScreen, key: str) -> None:
    """Ask why the finding in hand is of no account, and dismiss it; bring a dismissed one back."""
    desk, session = screen.state, screen.state.open_session
    if desk.tab != "audit":
        raise CannotAct("only findings are dismissed: {} shows them", "audit")
    if screen.list.index >= len(desk.findings):
        raise CannotAct("nothing was found, so there is nothing to dismiss")
    finding = desk.findings[screen.list.index]
    if desk.is_dismissed(finding):
        session.restore_finding(finding.key)
        _keep_on_finding(screen, finding)
        screen.say(f"back on the list · {screen.key('dismiss')} dismisses it again")
        return

    def done(reason: str) -> str | None:
        session.dismiss_finding(finding.key, finding.kind, finding.text, reason.strip())
        screen.close_question()
        screen.list.go_to(min(screen.list.index, max(0, len(desk.findings) - 1)))
        screen.say(f"dismissed · {screen.key('undo')} brings it back")
        screen.show()
        return None

    screen.ask(Question("dismiss:", done, "", DISMISS_HINT, on_leave=screen.close_question))


def _keep_on_finding(screen: ReadingScreen, finding: Finding) -> None:
    """Keep the list on a finding that stands elsewhere in it now."""
    keys = [one.key for one in screen.state.findings]
    screen.list.go_to(keys.index(finding.key))


AUDITING_COMMANDS: dict[str, Command] = {"dismiss": dismiss_finding}


# ------------------------------------------------------------------ peek and go to them; the side pane's lists and what Enter


def peek_reference(screen: ReadingScreen, key: str) -> None:
    """Show the reference of the sentence's marker on the card; again: the next one; after the last, none."""
    desk = screen.state
    rests_on = [r for r in desk.rests_on() if r in desk.article.reference_by_id]
    if not rests_on:
        raise CannotAct("this sentence cites nothing")
    at = rests_on.index(desk.peeked_reference) + 1 if desk.peeked_reference in rests_on else 0
    desk.peeked_reference = rests_on[at] if at < len(rests_on) else ""
    if desk.peeked_reference:
        desk.selected_reference = desk.peeked_reference
        ids = [r.id for r in desk.references()]
        if desk.tab == "references":
            screen.list.bring_into_view(ids.index(desk.peeked_reference))


def go_definition(screen: ReadingScreen, key: str) -> None:
    """Go to the entry in the text that the peeked reference, else the sentence's first, points at."""
    desk = screen.state
    reference = desk.article.reference_by_id.get(desk.peeked_reference or desk.current_reference())
    if reference is None:
        raise CannotAct("this sentence cites nothing")
    span = reference.span
    if span is None:
        raise CannotAct(f"[{reference.label}] does not stand in the text")
    desk.trail.leave(desk.current_sentence().start)
    screen.view.show_hits((span,), 0, "cited")
    screen.view.bring_into_view(span, centre=True)
    screen.say(f"[{reference.label}] · {screen.key('back')} comes back")


def show_citations(screen: ReadingScreen, reference: str) -> None:
    """Mark the citations of a reference in the text, for n and N to step through."""
    spans = screen.state.citations_of(reference)
    if not (screen.state.hits.role == "cited" and list(screen.state.hits.spans) == spans):
        screen.state.hits = Hits(spans, role="cited", label=f"citations of [{reference}]")
    screen.view.show_hits(spans, screen.state.hits.index, "cited")


def _list_step(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        screen.list.go_to(screen.list.index + by)
        show_list_item(screen)

    return command


def show_list_item(screen: ReadingScreen) -> None:
    """Show in the text what the list is on: a reference's citations, a claim, a finding."""
    desk, index = screen.state, screen.list.index
    if desk.tab == "references" and index < len(desk.references()):
        show_citations(screen, desk.references()[index].id)
    elif desk.tab == "claims" and index < len(desk.filtered_annotations()):
        place = desk.open_session.index.place(desk.filtered_annotations()[index])
        if place is not None:
            screen.view.bring_into_view(place)
    elif desk.tab in ("audit", "open") and index < len(desk.findings if desk.tab == "audit" else desk.todo_items):
        where = desk.findings[index].where if desk.tab == "audit" else desk.todo_items[index].place
        if where is not None:
            screen.view.bring_into_view(where)


def list_enter(screen: ReadingScreen, key: str) -> None:
    """Go where the entry stands. A reference leads to its next citation, so that Enter steps through them."""
    desk, index = screen.state, screen.list.index
    if desk.tab == "references" and index < len(desk.references()):
        reference = desk.references()[index]
        show_citations(screen, reference.id)
        if not desk.hits.spans:
            raise CannotAct(f"[{reference.label}] is never cited")
        step_hit(screen, 1)
    elif desk.tab == "claims" and index < len(desk.filtered_annotations()):
        annotation = desk.filtered_annotations()[index]
        place = desk.open_session.index.place(annotation)
        if place is None:
            screen.do("attach")
            return
        screen.go(place, jump=True)
        screen.select_annotation(annotation)
        to_text(screen)
    elif desk.tab == "audit" and index < len(desk.findings):
        _go_finding(screen, desk.findings[index])
    elif desk.tab == "open" and index < len(desk.todo_items):
        _go_open(screen, desk.todo_items[index])
    if screen.has_class("-narrow"):
        to_text(screen)


def _go_open(screen: ReadingScreen, item: TodoItem) -> None:
    """Go where something is open, and take in hand what it is about: the claim, the pair."""
    if item.finding is not None:
        _go_finding(screen, item.finding)
        return
    if item.place is None:
        _to_orphan(screen, item)
        return
    screen.go(item.place, jump=True)
    if item.annotation is not None:
        screen.select_annotation(item.annotation)
    screen.state.selected_reference = item.reference
    to_text(screen)


def _to_orphan(screen: ReadingScreen, item: TodoItem) -> None:
    """Show an annotation that lost its place in the list of claims, and take it along to be attached."""
    shown = screen.state.filtered_annotations()
    if item.annotation is None or item.annotation not in shown:
        raise CannotAct("it lost its place, and the filter hides it: {} changes the filter", "filter")
    screen.set_tab("claims")
    screen.list.index = shown.index(item.annotation)
    screen.do("attach")


def _go_finding(screen: ReadingScreen, finding: Finding) -> None:
    """Go where a finding is; one that has several places is stepped through with n and N."""
    if finding.where is None:
        raise CannotAct("this finding is about the whole article")
    places = sorted({finding.where, *finding.also})
    screen.state.hits = Hits(places, places.index(finding.where), "cited", "places of this finding")
    screen.view.show_hits(places, screen.state.hits.index, "cited")
    screen.go(finding.where, jump=True)
    to_text(screen)
    if len(places) > 1:
        screen.say(f"1 of {len(places)} sentences · {screen.key('next-hit')} goes to the next")


def step_hit(screen: TextScreen[Any], by: int) -> None:
    """Go `by` hits on and say which one of how many it is."""
    hits = screen.in_hand.hits
    here = screen.in_hand.sentence
    span = hits.step(by, here.start if here else 0)
    screen.view.show_hits(hits.spans, hits.index, hits.role)
    screen.go(span, jump=True)
    screen.view.bring_into_view(span)
    screen.say(f"{hits.label}: {hits.index + 1} of {len(hits.spans)}")


def to_text(screen: TextScreen[Any]) -> None:
    """Give the keys back to the text."""
    screen.remove_class("-side")
    screen.view.focus()


def to_list(screen: ReadingScreen) -> None:
    """Give the keys to the list of the side pane; a narrow window shows it in the place of the text."""
    screen.remove_class("-card")
    if screen.has_class("-narrow"):
        screen.add_class("-side")
    screen.list.focus()


def _tab(tab: str) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        screen.set_tab(tab)
        to_list(screen)

    return command


def _next_tab(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        screen.set_tab(TABS[(TABS.index(screen.state.tab) + by) % len(TABS)])

    return command


def other_pane(screen: ReadingScreen, key: str) -> None:
    """Go to the list, on the entry of the current sentence if it has one; or back to the text."""
    if screen.focused is screen.list:
        to_text(screen)
        return
    desk = screen.state
    rests_on, here = set(desk.rests_on()), {a.id for a in desk.annotations_here()}
    ids = [r.id for r in desk.references()] if desk.tab == "references" else [a.id for a in desk.filtered_annotations()]
    if desk.tab in ("references", "claims"):
        screen.list.index = next((n for n, key in enumerate(ids) if key in rests_on or key in here), screen.list.index)
    to_list(screen)


COMMANDS: dict[str, Command] = {
    "peek": peek_reference,
    "go-definition": go_definition,
    "list-next": _list_step(1),
    "list-previous": _list_step(-1),
    "list-enter": list_enter,
    "audit": _tab("audit"),
    "show-open": _tab("open"),
    "show-references": _tab("references"),
    "show-claims": _tab("claims"),
    "list-tab": _next_tab(1),
    "list-tab-back": _next_tab(-1),
    "other-pane": other_pane,
}
