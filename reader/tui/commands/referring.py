"""References: peek and go to them; the side pane's lists and what Enter does on an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.commands.types import Command
from reader.tui.desk import TABS, CannotAct, Hits

if TYPE_CHECKING:
    from reader.tui.screens.reading import ReadingScreen


def peek(screen: ReadingScreen, key: str) -> None:
    """Show the reference of the sentence's marker on the card; again: the next one; after the last, none."""
    desk = screen.desk
    rests_on = [r for r in desk.rests_on() if r in desk.article.reference_by_id]
    if not rests_on:
        raise CannotAct("this sentence cites nothing")
    at = rests_on.index(desk.peeked) + 1 if desk.peeked in rests_on else 0
    desk.peeked = rests_on[at] if at < len(rests_on) else ""
    if desk.peeked:
        desk.pair = desk.peeked
        ids = [r.id for r in desk.references()]
        if desk.tab == "references":
            screen.list.bring(ids.index(desk.peeked))


def go_definition(screen: ReadingScreen, key: str) -> None:
    """Go to the entry in the text that the peeked reference, else the sentence's first, points at."""
    desk = screen.desk
    reference = desk.article.reference_by_id.get(desk.peeked or desk.pair_shown())
    if reference is None:
        raise CannotAct("this sentence cites nothing")
    span = reference.span
    if span is None:
        raise CannotAct(f"[{reference.label}] does not stand in the text")
    desk.trail.leave(desk.current_sentence().start)
    screen.view.show_hits((span,), 0, "cited")
    screen.view.bring(span, centre=True)
    screen.say(f"[{reference.label}] · {screen.key('back')} comes back")


def hits_of_reference(screen: ReadingScreen, reference: str) -> None:
    """Mark the citations of a reference in the text, for n and N to step through."""
    spans = screen.desk.citations_of(reference)
    if not (screen.desk.hits.role == "cited" and list(screen.desk.hits.spans) == spans):
        screen.desk.hits = Hits(spans, role="cited", label=f"citations of [{reference}]")
    screen.view.show_hits(spans, screen.desk.hits.index, "cited")


def _list_step(by: int) -> Command:
    def command(screen: ReadingScreen, key: str) -> None:
        screen.list.go(screen.list.index + by)
        follow(screen)

    return command


def follow(screen: ReadingScreen) -> None:
    """Show in the text what the list is on: a reference's citations, a claim, a finding."""
    desk, index = screen.desk, screen.list.index
    if desk.tab == "references" and index < len(desk.references()):
        hits_of_reference(screen, desk.references()[index].id)
    elif desk.tab == "claims" and index < len(desk.filtered()):
        place = desk.opened.place(desk.filtered()[index])
        if place is not None:
            screen.view.bring(place)
    elif desk.tab == "audit" and index < len(desk.findings):
        where = desk.findings[index].where
        if where is not None:
            screen.view.bring(where)


def list_enter(screen: ReadingScreen, key: str) -> None:
    """Go where the entry stands. A reference leads to its next citation, so that Enter steps through them."""
    desk, index = screen.desk, screen.list.index
    if desk.tab == "references" and index < len(desk.references()):
        reference = desk.references()[index]
        hits_of_reference(screen, reference.id)
        if not desk.hits.spans:
            raise CannotAct(f"[{reference.label}] is never cited")
        step(screen, 1)
    elif desk.tab == "claims" and index < len(desk.filtered()):
        annotation = desk.filtered()[index]
        place = desk.opened.place(annotation)
        if place is None:
            screen.do("attach")
            return
        screen.go(place, jump=True)
        screen.choose(annotation)
        to_text(screen)
    elif desk.tab == "audit" and index < len(desk.findings):
        where = desk.findings[index].where
        if where is None:
            raise CannotAct("this finding is about the whole article")
        screen.view.show_hits((where,), 0, "cited")
        screen.go(where, jump=True)
        to_text(screen)
    if screen.has_class("-narrow"):
        to_text(screen)


def step(screen: ReadingScreen, by: int) -> None:
    """Go `by` hits on and say which one of how many it is."""
    hits = screen.desk.hits
    here = screen.desk.sentence
    span = hits.step(by, here.start if here else 0)
    screen.view.show_hits(hits.spans, hits.index, hits.role)
    screen.go(span, jump=True)
    screen.view.bring(span)
    screen.say(f"{hits.label}: {hits.index + 1} of {len(hits.spans)}")


def to_text(screen: ReadingScreen) -> None:
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
        screen.set_tab(TABS[(TABS.index(screen.desk.tab) + by) % len(TABS)])

    return command


def other_pane(screen: ReadingScreen, key: str) -> None:
    """Go to the list, on the entry of the current sentence if it has one; or back to the text."""
    if screen.focused is screen.list:
        to_text(screen)
        return
    desk = screen.desk
    rests_on, here = set(desk.rests_on()), {a.id for a in desk.here()}
    ids = [r.id for r in desk.references()] if desk.tab == "references" else [a.id for a in desk.filtered()]
    if desk.tab != "audit":
        screen.list.index = next((n for n, key in enumerate(ids) if key in rests_on or key in here), screen.list.index)
    to_list(screen)


COMMANDS: dict[str, Command] = {
    "peek": peek,
    "go-definition": go_definition,
    "list-next": _list_step(1),
    "list-previous": _list_step(-1),
    "list-enter": list_enter,
    "audit": _tab("audit"),
    "show-references": _tab("references"),
    "show-claims": _tab("claims"),
    "list-tab": _next_tab(1),
    "list-tab-back": _next_tab(-1),
    "other-pane": other_pane,
}
