"""Sources: opening the text behind the pair shown, attaching one, fetching all that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.model import Reference
from reader.article.ranges import Span
from reader.review.index import fetchable_references, source_address
from reader.review.model import CLAIM, NO_TEXT, Annotation, Source, is_readable
from reader.tui.actions import LIST
from reader.tui.reading.commands.context import Command
from reader.tui.reading.sources import source_question
from reader.tui.text_state import CannotAct
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen
    from reader.tui.source.screen import SourcePair

_WIDE = 100
"""From so many columns on, the hints are said in full."""


def open_source(screen: ReadingScreen, key: str) -> None:
    """Read the source of the pair shown; one that is not there is asked for."""
    reference = _reference_to_open(screen)
    known = screen.state.open_session.sources.source(reference.id)
    if not is_readable(known):
        ask_for_source(screen, reference)
        return
    _open(screen, pair_of(screen, reference))


def _open(screen: ReadingScreen, pair: SourcePair) -> None:
    """Show the source of a pair as it is now."""
    known = screen.state.open_session.sources.source(pair.reference.id)
    if known is not None and known.text is not None and is_readable(known):
        screen.sources.open(pair, known.text)


def pair_of(screen: ReadingScreen, reference: Reference) -> SourcePair:
    """Return the pair of a reference and the claim in hand, or the sentence, if that rests on it."""
    from reader.review.passages.ranking import claim_text
    from reader.tui.source.screen import SourcePair

    desk, annotation = screen.state, screen.state.annotation
    if reference.id not in desk.rests_on():
        return SourcePair(reference, "", "")
    claim = annotation if annotation is not None and annotation.kind == CLAIM else None
    span = _claim_place(screen, claim)
    words = claim_text(screen.article, span) if span is not None else claim.selector.exact if claim is not None else ""
    return SourcePair(reference, claim.id if claim is not None else "", words)


def _claim_place(screen: ReadingScreen, claim: Annotation | None) -> Span | None:
    return screen.state.open_session.index.place(claim) if claim is not None else screen.state.sentence


def _reference_to_open(screen: ReadingScreen) -> Reference:
    """Return the reference that the list is on, else that of the pair shown; raises CannotAct when there is none."""
    desk = screen.state
    if desk.active_queue is not None:
        desk.current_annotation()
    if screen.context == LIST and desk.tab == "references" and screen.list.index < len(desk.references()):
        return desk.references()[screen.list.index]
    shown = desk.peeked_reference or desk.current_reference()
    if not shown:
        raise CannotAct("this sentence cites nothing: {} shows all references, each with its source", "show-references")
    reference = desk.article.reference_by_id.get(shown)
    if reference is None:
        raise CannotAct(f"[{shown}] is no longer in this article")
    return reference


def attach_source(screen: ReadingScreen, key: str) -> None:
    """Ask for the source of the pair shown, also where there is one: the new text takes its place."""
    ask_for_source(screen, _reference_to_open(screen))


def ask_for_source(screen: ReadingScreen, reference: Reference) -> None:
    """Ask where the source of a reference is, and attach it; then it is read."""
    from reader.tui.reading.fetch_jobs import FetchJob, is_pasted_text

    session = screen.state.open_session
    _require_no_fetch(screen)
    known, pair, here = session.sources.reusable_source(reference.id), pair_of(screen, reference), _current_place(screen)
    offered = known if is_readable(known) else None

    def bring(job: FetchJob) -> None:
        screen.close_question()
        screen.sources.fetch([job], read)

    def read() -> None:
        # Who went on meanwhile would have the next digit taken for a pair that they no longer think of.
        if _current_place(screen) == here and not (screen.is_asking or screen.pending_keys or screen.range_selection):
            _open(screen, pair)

    def done(text: str) -> str | None:
        name = text.strip()
        if name:
            bring(FetchJob((reference.id,), name))
        elif offered is not None:
            session.share_source(reference.id, offered)
            screen.close_question()
            _open(screen, pair)
        else:
            return "a file, an address, or a pasted text"
        return None

    def pasted(text: str) -> bool:
        if not is_pasted_text(text):
            return False
        bring(FetchJob((reference.id,), pasted_text=text))
        return True

    value = "" if offered is not None else source_address(reference)
    hint = _hint(screen, session.sources.source(reference.id), offered, value)
    screen.ask(
        Question(
            source_question(reference), done, value, hint, on_leave=screen.close_question, on_paste=pasted, select_value=True
        )
    )


def _current_place(screen: ReadingScreen) -> tuple[Span | None, str, str]:
    """Return what the person is at: the sentence, the annotation, the pair shown."""
    desk, annotation = screen.state, screen.state.annotation
    return desk.sentence, annotation.id if annotation is not None else "", desk.current_reference()


def _require_no_fetch(screen: ReadingScreen) -> None:
    """Raise CannotAct while something is being read or fetched."""
    if screen.sources.is_fetching:
        raise CannotAct("a source is still being fetched: {} stops that", "escape")


def _hint(screen: ReadingScreen, known: Source | None, offered: Source | None, value: str) -> str:
    """Return what Enter does, and what else can be given."""
    wide = screen.size.width >= _WIDE
    if offered is not None and offered.text is not None:
        return f"Enter takes “{offered.text.title}”, which another article has · or type"
    if known is not None and known.state == NO_TEXT:
        return "no text is in what is there: a file, or paste the text" if wide else "a file, or paste the text"
    if value:
        return "Enter fetches it · or a file · or paste the text" if wide else "Enter fetches it · file · paste"
    return "a file, an address, or paste the text" if wide else "a file, or paste the text"


def fetch_all(screen: ReadingScreen, key: str) -> None:
    """Fetch every source that has an address and no text yet, one after the other."""
    from reader.tui.reading.fetch_jobs import FetchJob

    session = screen.state.open_session
    _require_no_fetch(screen)
    found = fetchable_references(session.index, screen.article.references)
    if not found:
        raise CannotAct("nothing to fetch: every reference with an address has its source")
    screen.sources.fetch([FetchJob(one.references, one.address) for one in found])


COMMANDS: dict[str, Command] = {
    "source": open_source,
    "attach-source": attach_source,
    "fetch-sources": fetch_all,
}
