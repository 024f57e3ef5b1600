"""Commands that only the source screen has: passages, evidence, the text, the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from reader.review.model import Evidence
from reader.review.selector import make_selector
from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from reader.tui.panes.bars import undo_message
from reader.tui.reading.commands import load_text_commands
from reader.tui.reading.commands.annotation import words_in
from reader.tui.reading.commands.application import quit_reader, save_choice
from reader.tui.text_context import clear_hits
from reader.tui.text_state import CannotAct, NotReady

if TYPE_CHECKING:
    from reader.tui.source.context import SourceContext
    from reader.tui.text_context import TextContext

SourceCommand = Callable[["SourceContext", str], None]
"""Perform an action on the source screen; the second argument is the key that chose it. Raises CannotAct."""

AnySourceCommand = TypeVar("AnySourceCommand", bound=SourceCommand)

SOURCE_COMMANDS: Final[dict[str, SourceCommand]] = {**load_text_commands(), "source-quit": quit_reader}


def register_command(*action_ids: str) -> Callable[[AnySourceCommand], AnySourceCommand]:
    """Register a function as the command of actions of the source screen."""

    def register(function: AnySourceCommand) -> AnySourceCommand:
        SOURCE_COMMANDS.update(dict.fromkeys(action_ids, function))
        return function

    return register


# ------------------------------------------------------------------ passages


def _step_passage(by: int) -> SourceCommand:
    def run(context: SourceContext, key: str) -> None:
        if context.is_hidden:
            raise CannotAct("The passages are hidden until this pair has a verdict: {} shows them", "source-blind")
        if context.is_searching:
            raise NotReady("The passages are still being ranked")
        if not context.passages:
            raise CannotAct("No passages" if context.cues is not None else "The passages are still being ranked")
        number = context.passage_index + by if context.passage_index >= 0 else 0
        if not 0 <= number < len(context.passages):
            raise CannotAct("This is the last of the passages" if by > 0 else "This is the first of the passages")
        context.go_passage(number)

    return run


register_command("source-next")(_step_passage(1))
register_command("source-previous")(_step_passage(-1))


@register_command("source-blind")
def toggle_blind(context: SourceContext, key: str) -> None:
    """Hide the passages until the pair has a verdict, or show them; keep the choice for the next time."""
    services = context.services
    services.settings = services.settings._replace(blind=not services.settings.blind)
    message = "The passages are shown"
    if services.settings.blind and context.is_hidden:
        context.passage_index = -1
        message = "Blind mode: the passages stay hidden until a pair has a verdict"
    elif services.settings.blind:
        message = "Blind mode is on; this pair has a verdict, so its passages are shown"
    save_choice(context, "blind", services.settings.blind, message)


# ------------------------------------------------------------------ evidence


@register_command("source-keep", "source-quote")
def keep_evidence(context: SourceContext, key: str) -> None:
    """Keep the selection, else the current sentence, as evidence for the pair."""
    claim, selection = context.current_claim(), context.view.selection
    if context.is_searching:
        raise NotReady("The passages are still being ranked")
    span = context.state.current_sentence() if selection is None else words_in(context, selection)
    clear_selection(context, key)
    if any(place == span for place, _ in context.kept_evidence):
        context.verdict_prompt = "kept already"
        return
    evidence = Evidence(context.read.text.digest, make_selector(context.article.text, span))
    context.session.keep_evidence(claim, context.pair.reference.id, evidence)
    context.verdict_prompt = "kept"


@register_command("source-drop")
def drop_evidence(context: SourceContext, key: str) -> None:
    """Drop the evidence at the cursor."""
    claim, evidence = context.current_claim(), context.evidence_here()
    if evidence is None:
        raise CannotAct("No evidence is kept here: {} keeps the sentence", "source-keep")
    context.session.drop_evidence(claim, context.pair.reference.id, evidence)
    context.say(undo_message("Dropped", context.key))


@register_command("source-unquote")
def clear_selection(context: TextContext, key: str) -> None:
    """Clear the selection."""
    context.state.range_selection = None
    context.view.select(None)


# ------------------------------------------------------------------ the text, and the way back


@register_command("source-extent")
def set_extent(context: SourceContext, key: str) -> None:
    """Mark the text as only an abstract, or as the whole text."""
    source = context.source
    if source is None or source.current != context.read.text.digest:
        raise CannotAct("This is an older text; {} shows the current one", "source-older")
    text = source.text_of(context.read.text.digest)
    if text is not None and text.description:
        raise CannotAct("This is your own record of a described source: only a document has an extent")
    extent = FULL_TEXT if text is not None and text.extent == ABSTRACT else ABSTRACT
    context.session.set_extent(source, extent)
    context.say("Only an abstract: what it lacks may be in the full text" if extent == ABSTRACT else "The whole text")


@register_command("source-older")
def show_older_text(context: SourceContext, key: str) -> None:
    """Show the text that other evidence of the pair was taken from, or the current one again."""
    source, digest = context.source, context.read.text.digest
    if source is None:
        raise CannotAct("This source is no longer there")
    digests = {evidence.source for evidence in context.evidence} | {source.current}
    texts = [text for text in source.texts if text.digest != digest and text.digest in digests]
    if not texts:
        raise CannotAct("No evidence was taken from an older text")
    context.reading.sources.open(context.pair, texts[-1])


@register_command("codebook")
def show_codebook_of_claim(context: SourceContext, key: str) -> None:
    """Show the codebook, with the first tag of the claim in hand."""
    claim = context.annotation
    context.services.show_codebook(claim.tags[0] if claim is not None and claim.tags else "")


@register_command("source-back")
def leave_source(context: SourceContext, key: str) -> None:
    """Leave the selection, else the search, else the source; "s" and "q" leave the source at once."""
    if key == "escape" and context.view.selection is not None:
        clear_selection(context, key)
    elif key == "escape" and context.state.hits.spans:
        clear_hits(context)
    else:
        context.close()
