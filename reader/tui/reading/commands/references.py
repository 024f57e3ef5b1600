"""Commands: references. Peek at one, go to its entry or its next citation, open its link, copy it."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from reader.article.model import Reference
from reader.errors import ReaderError
from reader.files import read_document
from reader.tui.background import error_message, run_in_background
from reader.tui.question import Question
from reader.tui.reading.commands.lists import show_citations, step_hit, to_text
from reader.tui.reading.commands.registry import Command, command
from reader.tui.text_state import CannotAct, Hits

if TYPE_CHECKING:
    from pathlib import Path

    from reader.tui.reading.context import ReadingContext


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
        if state.tab == "references" and state.peeked_reference in ids:
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
    state.hits = Hits((span,), 0, "finding", f"entry of [{reference.label}]")
    context.view.show_hits(state.hits.spans, 0, "finding")
    context.view.bring_into_view(span, centre=True)
    context.say(f"[{reference.label}] · {context.key('back')} comes back")


def _current_reference(context: ReadingContext) -> Reference:
    """Return the reference that is current in the list, peeked, or current on the card. Raises CannotAct without one."""
    state, index = context.state, context.list.index
    if context.has_list_focus and state.tab == "references" and index < len(state.references()):
        return state.references()[index]
    reference = state.article.reference_by_id.get(state.peeked_reference or state.current_reference())
    if reference is None:
        raise CannotAct(state.lack_of_references())
    return reference


def _citation_of_reference(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        state, reference = context.state, _current_reference(context)
        show_citations(context, reference.id)
        here = state.sentence
        if state.hits.index < 0 and here is not None:
            state.hits.index = next((n for n, span in enumerate(state.hits.spans) if span.overlaps(here)), -1)
        if not state.hits.spans:
            raise CannotAct(f"No marker of [{reference.label}] was found")
        step_hit(context, by)
        state.selected_reference = reference.id
        to_text(context)

    return run


command("next-reference-citation")(_citation_of_reference(1))
command("previous-reference-citation")(_citation_of_reference(-1))


# ------------------------------------------------------------------ what leaves the program


@command("open-link")
def open_link(context: ReadingContext, key: str) -> None:
    """Show the whole address of the current reference, and open it in the browser on Enter."""
    from reader.exchange.escape import is_web_address  # of no use to the first frame
    from reader.review.index import source_address

    reference = _current_reference(context)
    address = source_address(reference)
    if not is_web_address(address):
        raise CannotAct(f"[{reference.label}] has no web address")

    def submit(text: str) -> str | None:
        context.close_question()
        try:
            if context.services.is_web:
                context.services.open_url(address)
            else:
                _open_in_browser(address)
        except ReaderError as error:
            context.services.copy_to_clipboard(address)
            context.say(f"{error}; the address was sent to the terminal's clipboard", "fault")
        else:
            context.say("Opened in the browser")
        context.show()
        return None

    context.ask(Question("open it?", submit, on_leave=context.close_question, verb="opens it in the browser"))
    context.say(address)


def _open_in_browser(address: str) -> None:
    """Open a web address, never through a shell. Raises ReaderError without a browser that has a window of its own."""
    import subprocess  # these two are for this command alone
    import webbrowser

    try:
        is_in_terminal = "BROWSER" not in os.environ and type(webbrowser.get()) is webbrowser.GenericBrowser
    except webbrowser.Error:
        is_in_terminal = True
    if is_in_terminal:
        raise ReaderError("There is no browser with a window here")
    nothing = subprocess.DEVNULL
    command_line = [sys.executable, "-m", "webbrowser", address]
    try:
        # A process of its own: some browsers write to the terminal, and some are waited for.
        subprocess.Popen(command_line, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    except OSError as error:
        raise ReaderError(f"The browser cannot be started: {error.strerror}") from error


@command("copy-reference")
def copy_reference(context: ReadingContext, key: str) -> None:
    """Copy the current reference to the terminal's clipboard, in the citation style of the settings."""
    reference = _current_reference(context)

    def copy(outcome: str | Exception) -> None:
        if isinstance(outcome, Exception):
            context.say(error_message(outcome, "The citation style"), "fault")
        else:
            context.services.copy_to_clipboard(outcome)
            context.say(f"[{reference.label}] sent to the terminal's clipboard")
        context.show()

    style = context.services.settings.citation_style
    run_in_background(context.post_message, partial(_format_reference, reference, style), copy)


def _format_reference(reference: Reference, style: Path | None) -> str:
    """Return a reference in the style of a .csl file. Raises ReaderError for one that cannot be used."""
    from reader.exchange.bibliography import format_reference

    try:
        return format_reference(reference, read_document(style) if style is not None else b"")
    except OSError as error:
        raise ReaderError(f"Cannot read {style}: {error.strerror or error}") from error
