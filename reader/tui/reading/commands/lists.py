"""Commands: the side lists and their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.tui.question import Draft, Question
from reader.tui.reading.commands.registry import Command, command
from reader.tui.reading.state import TABS
from reader.tui.text_context import clear_hits
from reader.tui.text_state import CannotAct, Hits

if TYPE_CHECKING:
    from reader.article.audit.finding import Finding
    from reader.review.todo import TodoItem
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import TextContext


# ------------------------------------------------------------------ findings

DISMISS_HINT = "why? Enter dismisses it, Esc leaves it"


@command("dismiss")
def dismiss_finding(context: ReadingContext, key: str) -> None:
    """Ask for a reason and dismiss the current finding, or restore a dismissed one."""
    state, session = context.state, context.state.open_session
    if state.tab != "audit":
        raise CannotAct("Only findings are dismissed: {} shows them", "audit")
    if context.list.index >= len(state.findings):
        raise CannotAct("Nothing was found, so there is nothing to dismiss")
    finding = state.findings[context.list.index]
    if state.is_dismissed(finding):
        session.restore_finding(finding.key)
        _keep_on_finding(context, finding)
        context.say(f"Back on the list · {context.key('dismiss')} dismisses it again")
        return

    def submit(reason: str) -> str | None:
        session.dismiss_finding(finding.key, finding.kind, finding.text, reason.strip())
        context.close_question()
        context.list.go_to(min(context.list.index, max(0, len(state.findings) - 1)))
        context.say(f"Dismissed · {context.key('undo')} brings it back")
        context.show()
        return None

    draft = Draft(state.drafts, f"dismiss {finding.key}")
    context.ask(Question("dismiss:", submit, "", DISMISS_HINT, on_leave=context.close_question, draft=draft))


def _keep_on_finding(context: ReadingContext, finding: Finding) -> None:
    """Keep the list on a finding that moved in it."""
    keys = [one.key for one in context.state.findings]
    context.list.go_to(keys.index(finding.key))


# ------------------------------------------------------------------ references, and the lists of the side pane


@command("peek")
def peek_reference(context: ReadingContext, key: str) -> None:
    """Peek the reference of the sentence's first marker; again: the next one, and none after the last."""
    state = context.state
    rests_on = [r for r in state.rests_on() if r in state.article.reference_by_id]
    if not rests_on:
        raise CannotAct(state.lack_of_references())
    at = rests_on.index(state.peeked_reference) + 1 if state.peeked_reference in rests_on else 0
    state.peeked_reference = rests_on[at] if at < len(rests_on) else ""
    if state.peeked_reference:
        state.selected_reference = state.peeked_reference
        ids = [r.id for r in state.references()]
        if state.tab == "references":
            context.list.bring_into_view(ids.index(state.peeked_reference))


@command("go-definition")
def go_definition(context: ReadingContext, key: str) -> None:
    """Go to the entry of the peeked reference in the text, else to that of the current one."""
    state = context.state
    reference = state.article.reference_by_id.get(state.peeked_reference or state.current_reference())
    if reference is None:
        raise CannotAct(state.lack_of_references())
    span = reference.span
    if span is None:
        raise CannotAct(f"[{reference.label}] is not in the text")
    state.trail.leave(state.current_sentence().start)
    state.hits = Hits((span,), 0, "cited", f"entry of [{reference.label}]")
    context.view.show_hits(state.hits.spans, 0, "cited")
    context.view.bring_into_view(span, centre=True)
    context.say(f"[{reference.label}] · {context.key('back')} comes back")


def show_citations(context: ReadingContext, reference: str) -> None:
    """Highlight the citations of a reference in the text, for n and N to step through."""
    spans = context.state.citations_of(reference)
    if not (context.state.hits.role == "cited" and list(context.state.hits.spans) == spans):
        context.state.hits = Hits(spans, role="cited", label=f"citations of [{reference}]")
    context.view.show_hits(spans, context.state.hits.index, "cited")


def _list_step(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        context.list.go_to(context.list.index + by)
        show_list_item(context)

    return run


def show_list_item(context: ReadingContext) -> None:
    """Show in the text what the list's current entry is about, and no longer the places of another one."""
    state, index = context.state, context.list.index
    if state.hits.role == "cited":
        clear_hits(context)
    if state.tab == "references" and index < len(state.references()):
        show_citations(context, state.references()[index].id)
    elif state.tab == "claims" and index < len(state.filtered_annotations()):
        place = state.open_session.index.place(state.filtered_annotations()[index])
        if place is not None:
            context.view.bring_into_view(place)
    elif state.tab in ("audit", "open") and index < len(state.findings if state.tab == "audit" else state.todo_items):
        where = state.findings[index].where if state.tab == "audit" else state.todo_items[index].place
        if where is not None:
            context.view.bring_into_view(where)


@command("list-enter")
def list_enter(context: ReadingContext, key: str) -> None:
    """Go to the place of the entry, for a reference to its next citation, and give the keys to the text."""
    state, index = context.state, context.list.index
    if state.tab == "references" and index < len(state.references()):
        reference = state.references()[index]
        show_citations(context, reference.id)
        if not state.hits.spans:
            raise CannotAct(f"No marker of [{reference.label}] was found")
        step_hit(context, 1)
        to_text(context)
    elif state.tab == "claims" and index < len(state.filtered_annotations()):
        annotation = state.filtered_annotations()[index]
        place = state.open_session.index.place(annotation)
        if place is None:
            context.do("attach")
            return
        context.go(place, jump=True)
        context.select_annotation(annotation)
        to_text(context)
    elif state.tab == "audit" and index < len(state.findings):
        _go_finding(context, state.findings[index])
    elif state.tab == "open" and index < len(state.todo_items):
        _go_open(context, state.todo_items[index])


def _go_open(context: ReadingContext, item: TodoItem) -> None:
    """Go to something that is left to do, and select its claim and reference."""
    if item.finding is not None:
        _go_finding(context, item.finding)
        return
    if item.place is None:
        _to_orphan(context, item)
        return
    context.go(item.place, jump=True)
    if item.annotation is not None:
        context.select_annotation(item.annotation)
    context.state.selected_reference = item.reference
    to_text(context)


def _to_orphan(context: ReadingContext, item: TodoItem) -> None:
    """Show an annotation without a place in the list of claims, and start to attach it."""
    annotations = context.state.filtered_annotations()
    if item.annotation is None or item.annotation not in annotations:
        raise CannotAct("This claim lost its place, and the filter hides it; {} changes the filter", "filter")
    context.set_tab("claims")
    context.list.index = annotations.index(item.annotation)
    context.do("attach")


def _go_finding(context: ReadingContext, finding: Finding) -> None:
    """Go to a finding; n and N step through one with several places."""
    if finding.where is None:
        raise CannotAct("This finding is about the whole article")
    places = sorted({finding.where, *finding.also})
    context.state.hits = Hits(places, places.index(finding.where), "cited", "places of this finding")
    context.view.show_hits(places, context.state.hits.index, "cited")
    context.go(finding.where, jump=True)
    to_text(context)
    if len(places) > 1:
        context.say(f"1 of {len(places)} sentences · {context.key('next-hit')} goes to the next")


def step_hit(context: TextContext, by: int) -> None:
    """Go `by` hits on and show the number of the hit."""
    hits = context.state.hits
    here = context.state.sentence
    span = hits.step(by, here.start if here else 0)
    context.view.show_hits(hits.spans, hits.index, hits.role)
    context.go(span, jump=True)
    context.view.bring_into_view(span)
    following = f" · {context.key('next-hit')} goes to the next" if len(hits.spans) > 1 else ""
    context.say(f"{hits.label}: {hits.index + 1} of {len(hits.spans)}{following}")


def to_text(context: TextContext) -> None:
    """Focus the text."""
    context.remove_class("-side")
    context.view.focus()


def to_list(context: ReadingContext) -> None:
    """Focus the list of the side pane; a narrow window shows it in place of the text."""
    context.remove_class("-card")
    if context.has_class("-narrow"):
        context.add_class("-side")
    context.list.focus()


def _tab(tab: str) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        context.set_tab(tab)
        to_list(context)

    return run


def _next_tab(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        context.set_tab(TABS[(TABS.index(context.state.tab) + by) % len(TABS)])

    return run


@command("other-pane")
def other_pane(context: ReadingContext, key: str) -> None:
    """Focus the list, at the entry of the current sentence if it has one, or the text."""
    if context.has_list_focus:
        to_text(context)
        return
    state = context.state
    rests_on, here = set(state.rests_on()), {a.id for a in state.annotations_here()}
    ids = [r.id for r in state.references()] if state.tab == "references" else [a.id for a in state.filtered_annotations()]
    if state.tab in ("references", "claims"):
        context.list.index = next((n for n, key in enumerate(ids) if key in rests_on or key in here), context.list.index)
    to_list(context)


command("list-next")(_list_step(1))
command("list-previous")(_list_step(-1))
command("audit")(_tab("audit"))
command("show-open")(_tab("open"))
command("show-references")(_tab("references"))
command("show-claims")(_tab("claims"))
command("list-tab")(_next_tab(1))
command("list-tab-back")(_next_tab(-1))
