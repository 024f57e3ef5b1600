"""Commands: the side lists and their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.sections import first_sentence, next_section, previous_section
from reader.printable import terminal_line
from reader.tui.panes.bars import undo_message
from reader.tui.question import Draft, Question
from reader.tui.reading.commands.registry import Command, command, text_command
from reader.tui.reading.state import CONTENTS, TABS
from reader.tui.text_context import clear_hits
from reader.tui.text_state import CannotAct, Hits

if TYPE_CHECKING:
    from reader.article.audit.finding import Finding
    from reader.article.ranges import Span
    from reader.article.sections import Section
    from reader.review.todo import TodoItem
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import TextContext


# ------------------------------------------------------------------ findings

DISMISS_HINT = "why?"


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
        context.say(undo_message("Dismissed", context.key))
        context.show()
        return None

    draft = Draft(state.drafts, f"dismiss {finding.key}")
    context.ask(
        Question("dismiss", submit, "", DISMISS_HINT, on_leave=context.close_question, draft=draft, verb="dismisses it")
    )


def _keep_on_finding(context: ReadingContext, finding: Finding) -> None:
    """Keep the list on a finding that moved in it."""
    keys = [one.key for one in context.state.findings]
    context.list.go_to(keys.index(finding.key))


# ------------------------------------------------------------------ references, and the lists of the side pane


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
    if state.hits.role in ("cited", "finding"):
        clear_hits(context)
    if state.tab == "references" and index < len(state.references()):
        show_citations(context, state.references()[index].id)
    elif state.tab == "claims" and index < len(state.filtered_annotations()):
        _show_place(context, state.open_session.index.place(state.filtered_annotations()[index]))
    elif state.tab == CONTENTS and index < len(state.article.sections):
        context.view.restore_scroll(state.article.sections[index].start)
    elif state.tab in ("audit", "open") and index < len(state.findings if state.tab == "audit" else state.todo_items):
        _show_place(context, state.findings[index].where if state.tab == "audit" else state.todo_items[index].place)


def _show_place(context: ReadingContext, place: Span | None) -> None:
    """Bring a place into view, unless the list hides the text: on the way back that stays where it was."""
    if place is not None and not context.has_class("-side"):
        context.view.bring_into_view(place)


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
    elif state.tab == CONTENTS and index < len(state.article.sections):
        go_to_section(context, state.article.sections[index])
        to_text(context)


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
    context.state.hits = Hits(places, places.index(finding.where), "finding", "places of this finding")
    context.view.show_hits(places, context.state.hits.index, "finding")
    context.go(finding.where, jump=True)
    to_text(context)
    if len(places) > 1:
        context.say(f"1 of {len(places)} sentences · {context.key('next-hit')} goes to the next")


# ------------------------------------------------------------------ headings and contents


@command("contents")
def show_contents(context: ReadingContext, key: str) -> None:
    """List the headings in place of the tabs, at the section of the current sentence; again: show the tabs."""
    state = context.state
    if not state.article.sections:
        raise CannotAct("This article has no headings")
    if state.tab == CONTENTS and context.has_list_focus:
        context.set_tab(state.tab_before_contents)
        to_text(context)
        return
    context.set_tab(CONTENTS)
    context.list.index = max(0, state.current_section())
    to_list(context)


def go_to_section(context: TextContext, section: Section) -> None:
    """Put the cursor on the first sentence below a heading, else on the last one above it, and show both."""
    sentence = context.article.sentences.at(section.heading.end)
    if first_sentence(context.article.sentences, section) is None:
        context.say(f"No sentences below “{terminal_line(section.title)}”: the cursor is on the last one above")
    if sentence is not None:
        context.go(sentence, jump=True)
        context.view.show_from(section.start, sentence)


@text_command("next-heading")
def go_next_heading(context: TextContext, key: str) -> None:
    """Go to the next heading."""
    here = context.state.current_sentence()
    section = next_section(context.article.sections, here.end if context.view.is_in_view(here) else context.view.top + 1)
    if section is None:
        raise CannotAct("No heading below")
    go_to_section(context, section)


@text_command("previous-heading")
def go_previous_heading(context: TextContext, key: str) -> None:
    """Go to the heading of this section, or from its first sentence to the heading before it."""
    here = context.state.current_sentence()
    article = context.article
    section = previous_section(
        article.sections, article.sentences, here.start if context.view.is_in_view(here) else context.view.top
    )
    if section is None:
        raise CannotAct("No heading above")
    go_to_section(context, section)


# ------------------------------------------------------------------ hits, panes and tabs


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
        tab = context.state.tab
        here = TABS.index(tab) if tab in TABS else (-1 if by > 0 else 0)
        context.set_tab(TABS[(here + by) % len(TABS)])

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
    if state.tab == CONTENTS:
        context.list.index = max(0, state.current_section())
    elif state.tab in ("references", "claims"):
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
