"""Commands: open, attach and fetch sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.review.index import fetchable_references, source_address
from reader.review.model import Annotation, Source, is_readable
from reader.review.vocabulary import CLAIM, NO_TEXT
from reader.tui.actions import LIST
from reader.tui.reading.commands.registry import command
from reader.tui.reading.sources import source_question
from reader.tui.text_state import CannotAct
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.article.ranges import Span
    from reader.tui.cues import SourcePair
    from reader.tui.reading.context import ReadingContext

_WIDE = 100
"""The columns from which hints are written in full."""


@command("source")
def open_source(context: ReadingContext, key: str) -> None:
    """Open the source of the current pair, or ask for it if there is none."""
    reference = _reference_to_open(context)
    known = context.state.open_session.sources.source(reference.id)
    if not is_readable(known):
        ask_for_source(context, reference)
        return
    _open(context, pair_of(context, reference))


def _open(context: ReadingContext, pair: SourcePair) -> None:
    """Show the current text of a pair's source."""
    known = context.state.open_session.sources.source(pair.reference.id)
    if known is not None and known.text is not None and is_readable(known):
        context.sources.open(pair, known.text)


def pair_of(context: ReadingContext, reference: Reference) -> SourcePair:
    """Return the pair of a reference and the current claim or sentence, if that rests on it."""
    from reader.review.passages.ranking import claim_text
    from reader.tui.cues import SourcePair

    state, annotation = context.state, context.state.annotation
    if reference.id not in state.rests_on():
        return SourcePair(reference, "", "")
    claim = annotation if annotation is not None and annotation.kind == CLAIM else None
    span = _claim_place(context, claim)
    words = claim_text(context.article, span) if span is not None else claim.selector.exact if claim is not None else ""
    return SourcePair(reference, claim.id if claim is not None else "", words)


def _claim_place(context: ReadingContext, claim: Annotation | None) -> Span | None:
    return context.state.open_session.index.place(claim) if claim is not None else context.state.sentence


def _reference_to_open(context: ReadingContext) -> Reference:
    """Return the reference of the list's current entry, else that of the current pair. Raises CannotAct."""
    state = context.state
    if state.active_queue is not None:
        state.current_annotation()
    if context.key_context == LIST and state.tab == "references" and context.list.index < len(state.references()):
        return state.references()[context.list.index]
    shown = state.peeked_reference or state.current_reference()
    if not shown:
        raise CannotAct("This sentence cites nothing: {} shows all references, each with its source", "show-references")
    reference = state.article.reference_by_id.get(shown)
    if reference is None:
        raise CannotAct(f"[{shown}] is no longer in this article")
    return reference


@command("attach-source")
def attach_source(context: ReadingContext, key: str) -> None:
    """Ask for the source of the current pair; a new text replaces the old one."""
    ask_for_source(context, _reference_to_open(context))


def ask_for_source(context: ReadingContext, reference: Reference) -> None:
    """Ask for the source of a reference, attach it and open it."""
    from reader.tui.reading.fetch_jobs import FetchJob, is_pasted_text

    session = context.state.open_session
    _require_no_fetch(context)
    known, pair, here = session.sources.reusable_source(reference.id), pair_of(context, reference), _current_place(context)
    offered = known if is_readable(known) else None

    def bring(job: FetchJob) -> None:
        context.close_question()
        context.sources.fetch([job], read)

    def read() -> None:
        # Who went on meanwhile would have the next digit taken for a pair that they no longer think of.
        if _current_place(context) == here and not (context.is_asking or context.pending_keys or context.state.range_selection):
            _open(context, pair)

    def done(text: str) -> str | None:
        name = text.strip()
        if name:
            bring(FetchJob((reference.id,), name))
        elif offered is not None:
            session.share_source(reference.id, offered)
            context.close_question()
            _open(context, pair)
        else:
            return "a file, an address, or a pasted text"
        return None

    def pasted(text: str) -> bool:
        if not is_pasted_text(text):
            return False
        bring(FetchJob((reference.id,), pasted_text=text))
        return True

    value = "" if offered is not None else source_address(reference)
    hint = _hint(context, session.sources.source(reference.id), offered, value)
    context.ask(
        Question(
            source_question(reference), done, value, hint, on_leave=context.close_question, on_paste=pasted, select_value=True
        )
    )


def _current_place(context: ReadingContext) -> tuple[Span | None, str, str]:
    """Return the current sentence, annotation and reference."""
    state, annotation = context.state, context.state.annotation
    return state.sentence, annotation.id if annotation is not None else "", state.current_reference()


def _require_no_fetch(context: ReadingContext) -> None:
    """Raise CannotAct while a source is being read or fetched."""
    if context.sources.is_fetching:
        raise CannotAct("A source is still being fetched: {} stops that", "escape")


def _hint(context: ReadingContext, known: Source | None, offered: Source | None, value: str) -> str:
    """Return what Enter does, and what else can be entered."""
    wide = context.width >= _WIDE
    if offered is not None and offered.text is not None:
        return f"Enter takes “{offered.text.title}”, which another article has · or type"
    if known is not None and known.state == NO_TEXT:
        return "no text is in what is there: a file, or paste the text" if wide else "a file, or paste the text"
    if value:
        return "Enter fetches it · or a file · or paste the text" if wide else "Enter fetches it · file · paste"
    return "a file, an address, or paste the text" if wide else "a file, or paste the text"


@command("fetch-sources")
def fetch_all(context: ReadingContext, key: str) -> None:
    """Fetch every source that has an address and no text yet."""
    from reader.tui.reading.fetch_jobs import FetchJob

    session = context.state.open_session
    _require_no_fetch(context)
    found = fetchable_references(session.index, context.article.references)
    if not found:
        raise CannotAct("Nothing to fetch: every reference with an address has its source")
    context.sources.fetch([FetchJob(one.references, one.address) for one in found])
