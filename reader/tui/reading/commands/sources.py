"""Commands: open, attach and fetch sources."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.review.index import fetchable_references, source_address
from reader.review.model import Annotation, Source, is_readable
from reader.review.vocabulary import CLAIM, DESCRIBED, NO_TEXT
from reader.tui.action import LIST
from reader.tui.background import ask_disk
from reader.tui.question import Draft, Question
from reader.tui.reading.commands.registry import command
from reader.tui.reading.sources import source_question
from reader.tui.text_state import CannotAct

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
    sources = context.state.open_session.sources
    if sources.state(reference.id) == DESCRIBED and not sources.is_readable(reference.id):
        _ask_for_description(context, reference)
        return
    if not sources.is_readable(reference.id):
        ask_for_source(context, reference)
        return
    _open(context, pair_of(context, reference))


def _open(context: ReadingContext, pair: SourcePair) -> None:
    """Show the current text of a pair's source."""
    source = context.state.open_session.sources.source(pair.reference.id)
    if source is not None and source.text is not None and is_readable(source):
        context.sources.open(pair, source.text)


def pair_of(context: ReadingContext, reference: Reference) -> SourcePair:
    """Return the pair of a reference and the current claim or sentence, if that rests on it."""
    from reader.review.pairs import claim_text
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
    reference_id = state.peeked_reference or state.current_reference()
    if not reference_id:
        raise CannotAct(f"{state.lack_of_references()}: {{}} shows all references, each with its source", "show-references")
    reference = state.article.reference_by_id.get(reference_id)
    if reference is None:
        raise CannotAct(f"[{reference_id}] is no longer in this article")
    return reference


@command("attach-source")
def attach_source(context: ReadingContext, key: str) -> None:
    """Ask for the source of the current pair; a new text replaces the old one."""
    ask_for_source(context, _reference_to_open(context))


def ask_for_source(context: ReadingContext, reference: Reference) -> None:
    """Ask for the source of a reference, attach it and open it."""
    from reader.formats.pasted_text import is_pasted_text
    from reader.sources.places import is_place  # whoever opens a source does not need it
    from reader.tui.reading.fetch_jobs import FetchJob

    session = context.state.open_session
    _require_no_fetch(context)
    reusable, pair, here = session.sources.reusable_source(reference.id), pair_of(context, reference), _current_place(context)
    offer = reusable if is_readable(reusable) else None

    def fetch(job: FetchJob) -> None:
        context.close_question()
        context.sources.fetch([job], read, partial(take_folder, job.name))

    draft = Draft(context.state.drafts, f"source {reference.id}")

    def is_here() -> bool:
        # A person who has moved on would give the next digit to another pair.
        is_busy = context.is_asking or context.pending_keys or context.state.range_selection
        return _current_place(context) == here and not is_busy

    def read() -> None:
        draft.drop()
        if is_here():
            _open(context, pair)

    def take_folder(name: str, error: Exception) -> bool:
        """Look through a folder whose disk did not say at once that it is one."""
        is_taken = isinstance(error.__cause__, IsADirectoryError) and is_here()
        if is_taken:
            draft.drop()
            show_matches(context, name)
        return is_taken

    def submit(text: str) -> str | None:
        name = text.strip()
        if name and ask_disk(lambda: is_place(name), otherwise=False):
            draft.drop()
            context.close_question()
            show_matches(context, name)
        elif name:
            fetch(FetchJob((reference.id,), name))
        elif offer is not None:
            draft.drop()
            session.share_source(reference.id, offer)
            context.close_question()
            _open(context, pair)
        else:
            return "a file, an address, or a pasted text"
        return None

    def take_paste(text: str) -> bool:
        if not is_pasted_text(text):
            return False
        fetch(FetchJob((reference.id,), pasted_text=text))
        return True

    value = "" if offer is not None else source_address(reference)
    hint = _hint(context, session.sources.source(reference.id), offer, value)
    context.ask(
        Question(
            source_question(reference),
            submit,
            value,
            hint,
            on_leave=context.close_question,
            on_paste=take_paste,
            select_value=True,
            draft=draft,
            path=True,
            verb="takes it",
            keeps_draft=True,
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


def _hint(context: ReadingContext, source: Source | None, offer: Source | None, value: str) -> str:
    """Return what Enter does, and what else can be entered."""
    wide = context.width >= _WIDE
    if offer is not None and offer.text is not None:
        return f"Enter takes “{offer.text.title}”, which another article has · or type"
    if source is not None and source.state == NO_TEXT:
        return "it contains no text: a file, or paste the text" if wide else "a file, or paste the text"
    if value:
        return "Enter fetches it · or a file · or paste the text" if wide else "Enter fetches it · file · paste"
    return "a file (Tab completes it), an address, or paste the text" if wide else "a file, or paste the text"


@command("describe-source")
def open_description(context: ReadingContext, key: str) -> None:
    """Ask for the description of a source that is no text."""
    _ask_for_description(context, _reference_to_open(context))


def _ask_for_description(context: ReadingContext, reference: Reference) -> None:
    _require_no_fetch(context)
    draft = Draft(context.state.drafts, f"described {reference.id}")
    context.sources.describe(reference, draft, context.link.remember)


@command("take-sources")
def take_sources(context: ReadingContext, key: str) -> None:
    """Ask for a place, and match the files in it to the references."""
    from reader.sources.places import usual_place

    _require_no_fetch(context)
    if context.state.open_session and not context.article.references:
        raise CannotAct("This article lists no references")

    def submit(text: str) -> str | None:
        name = text.strip()
        if not name:
            return "a folder, an archive or a library"
        context.close_question()
        show_matches(context, name)
        return None

    wide = context.width >= _WIDE
    hint = "a folder, .zip, Zotero, calibre, .bib, .ris, .json, an article" if wide else "a folder, .zip, .bib, …"
    draft = Draft(context.state.drafts, "sources from")
    question = Question(
        "sources from",
        submit,
        ask_disk(usual_place, otherwise=""),
        hint,
        on_leave=context.close_question,
        select_value=True,
        draft=draft,
    )
    context.ask(question._replace(path=True, verb="looks through it", keeps_draft=True))


def show_matches(context: ReadingContext, place: str) -> None:
    """Show the files of a place with the references that they match."""
    from reader.tui.matches.screen import MatchScreen
    from reader.tui.reading.place_intake import PlaceIntake

    context.services.push_screen(MatchScreen(PlaceIntake(context, place)))


@command("fetch-sources")
def fetch_all(context: ReadingContext, key: str) -> None:
    """Fetch every source that has an address and no text yet."""
    from reader.tui.reading.fetch_jobs import FetchJob

    session = context.state.open_session
    _require_no_fetch(context)
    references = fetchable_references(session.index, context.article.references)
    if not references:
        raise CannotAct("Nothing to fetch: every reference with an address has its source")
    context.sources.fetch([FetchJob(one.references, one.address) for one in references])


@command("check-records")
def ask_registries(context: ReadingContext, key: str) -> None:
    """Ask registries about every reference."""
    from reader.registries.client import registry_options

    health, services = context.sources.health, context.services
    references = [reference for reference in context.article.references if not reference.remark]
    if health.is_asking:
        raise CannotAct("Registries are still being asked: {} stops that", "escape")
    if context.state.open_session and not references:
        raise CannotAct("This article lists no references")
    try:
        options = registry_options(services.settings, private=services.private)
    except ReaderError as error:
        raise CannotAct(str(error)) from error
    health.ask(references, options)
