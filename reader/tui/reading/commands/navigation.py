"""Commands: move, search, filter, jump."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from reader.article.ranges import MAX_HITS, Span, block_at, find_hits
from reader.review.filter import parse_filter
from reader.review.pairs import citations_in
from reader.review.vocabulary import CLAIM, NOT_CLAIM
from reader.tui.action import LIST
from reader.tui.question import Question
from reader.tui.reading.commands.lists import step_hit, to_text
from reader.tui.reading.commands.registry import Command, TextCommand, command, text_command
from reader.tui.text_state import CannotAct, Hits

if TYPE_CHECKING:
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import TextContext


# ------------------------------------------------------------------ moves, bookmarks and jumps


def _sentence(by: int) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        sentences = context.article.sentences
        here = context.state.current_sentence()
        target = sentences.after(here) if by > 0 else sentences.before(here)
        if target is None:
            context.view.bring_into_view(here)
            raise CannotAct("This is the last sentence" if by > 0 else "This is the first sentence")
        context.view.select(None)
        context.go(target)

    return run


def _paragraph(by: int) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        sentences = context.article.sentences
        here = context.state.current_sentence()
        blocks = sentences.body_blocks
        at = bisect_left(blocks, block_at(context.article.blocks, here.start))
        if by < 0 and here != sentences.in_block(blocks[at])[0]:
            context.go(sentences.in_block(blocks[at])[0])
            return
        at += by
        while 0 <= at < len(blocks) and not sentences.in_block(blocks[at]):
            at += by
        if not 0 <= at < len(blocks):
            raise CannotAct("This is the last paragraph" if by > 0 else "This is the first paragraph")
        context.go(sentences.in_block(blocks[at])[0])

    return run


def _page(pages: float) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        if context.key_context == LIST:
            context.list.go_to(context.list.index + (1 if pages > 0 else -1) * context.list.visible_count)
        else:
            sentence = context.view.scroll_by_pages(pages)
            if sentence is not None and sentence != context.view.cursor:
                context.go(sentence)

    return run


def _edge(*, last: bool) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        if context.key_context == LIST:
            context.list.go_to(10**9 if last else 0)
            return
        context.state.current_sentence()
        sentence = context.article.sentences.at(len(context.article.text) if last else 0)
        if sentence is not None:
            context.go(sentence, jump=True)
            if not last:
                context.view.scroll_to(y=0, animate=False)

    return run


def _claim(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        state = context.state
        session = state.open_session
        places = [(session.index.place(a), a) for a in state.filtered_annotations() if session.index.place(a) is not None]
        if not places:
            if state.filter.text:
                raise CannotAct("No claim passes the filter: {} changes it", "filter")
            raise CannotAct("No claims yet: {} marks a sentence as one", "mark")
        current, here = state.annotation, state.sentence or Span(0, 0)
        at = next((n for n, (_, a) in enumerate(places) if current is not None and a.id == current.id), None)
        if at is None:
            after = next(
                (n for n, (place, _) in enumerate(places) if place is not None and place.start > here.start), len(places)
            )
            at = after - 1 if by > 0 else after
        at += by
        if not 0 <= at < len(places):
            raise CannotAct("This is the last claim" if by > 0 else "This is the first claim")
        place, annotation = places[at]
        if place is not None:
            context.go(place, jump=True)
            context.select_annotation(annotation)

    return run


def _citation(by: int) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        article, here = context.article, context.state.current_sentence()
        citations = article.citations
        at = bisect_left(article.citation_starts, here.end if by > 0 else here.start)
        for citation in citations[at:] if by > 0 else reversed(citations[:at]):
            sentence = article.sentences.at(citation.start)
            if sentence is not None and sentence.start <= citation.start:
                context.go(sentence, jump=True)
                return
        raise CannotAct(f"No citation {'below' if by > 0 else 'above'}")

    return run


def _comment(by: int) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        article, here = context.article, context.state.current_sentence()
        homes = (article.sentences.at(comment.start) for comment in article.comments[::by])
        for sentence in homes:
            if sentence is not None and (sentence.start > here.start if by > 0 else sentence.start < here.start):
                context.go(sentence, jump=True)
                return
        where = "below" if by > 0 else "above"
        raise CannotAct(f"No comment {where}" if article.comments else "This document has no comments")

    return run


@text_command("jump")
def start_jump(context: TextContext, key: str) -> None:
    """Label what is in view with letters."""
    if not context.services.start_jump():
        raise CannotAct("Nothing in view can be gone to")


@command("next-uncited")
def go_next_uncited(context: ReadingContext, key: str) -> None:
    """Go to the next sentence of the prose that rests on no reference and is not marked as "not a claim"."""
    from reader.article.prose import is_fragment  # only this command and the audit need it

    article, index = context.article, context.state.open_session.index
    sentence = article.sentences.after(context.state.current_sentence())
    while sentence is not None:
        marked = index.annotations_on(sentence)
        is_settled = any(a.kind == NOT_CLAIM or (a.kind == CLAIM and index.status(a).rests_on) for a in marked)
        if not (is_settled or citations_in(article, sentence) or is_fragment(article, sentence)):
            context.go(sentence, jump=True)
            return
        sentence = article.sentences.after(sentence)
    raise CannotAct("No sentence without a citation below")


@command("set-bookmark")
def set_bookmark(context: ReadingContext, key: str) -> None:
    """Set a bookmark on the current sentence; without a letter, as from the palette, ask for one."""
    if not key:
        _ask_letter(context, set_bookmark)
        return
    context.state.open_session.set_bookmark(key, context.state.current_sentence().start)
    context.say(f"Bookmark {key} set")


@command("go-bookmark")
def go_bookmark(context: ReadingContext, key: str) -> None:
    """Go to the bookmark with a letter."""
    session = context.state.open_session
    if not key:
        _ask_letter(context, go_bookmark)
        return
    bookmark = session.index.bookmark(key)
    if bookmark is None:
        names = ", ".join(b.name for b in session.index.bookmarks())
        raise CannotAct(f"No bookmark {key}" + (f"; there is {names}" if names else " yet"))
    context.go(Span(bookmark.start, bookmark.start + 1), jump=True)


def _ask_letter(context: ReadingContext, command: Command) -> None:
    def submit(text: str) -> str | None:
        if len(text) != 1 or not text.isalnum():
            return "one letter"
        context.close_question()
        try:
            command(context, text)
        except CannotAct as reason:
            context.say(reason.to_message(context.key), "fault")
        context.show()
        return None

    names = " ".join(b.name for b in context.state.open_session.index.bookmarks())
    context.ask(
        Question(
            "bookmark", submit, "", f"set: {names}" if names else "a letter", on_leave=context.close_question, verb="takes it"
        )
    )


@command("back")
def go_back(context: ReadingContext, key: str) -> None:
    """Go back to where the last jump started, at last to the search or the check that the article was opened from."""
    offset = context.state.trail.back(_here(context))
    if offset is None and context.services.return_to_hits():
        context.save_progress()
    else:
        _along(context, offset, "No place to go back to")


@command("forward")
def go_forward(context: ReadingContext, key: str) -> None:
    """Go forward again after going back."""
    _along(context, context.state.trail.forward(_here(context)), "No place to go forward to")


@command("go-furthest")
def go_furthest(context: ReadingContext, key: str) -> None:
    """Go to the last sentence that was read without a jump to it."""
    furthest = context.state.furthest_sentence()
    if furthest is None or furthest == context.state.current_sentence():
        raise CannotAct("You have read up to here")
    context.go(furthest, jump=True)
    to_text(context)


def _here(context: ReadingContext) -> int:
    """Return the offset of the cursor, or of the first line shown if the cursor is out of view."""
    sentence = context.state.current_sentence()
    return sentence.start if context.view.is_in_view(sentence) else context.view.top


def _along(context: ReadingContext, offset: int | None, otherwise: str) -> None:
    if offset is None:
        raise CannotAct(otherwise)
    context.view.focus()
    context.go(Span(offset, offset + 1))


# ------------------------------------------------------------------ search and filter

SEARCH_ON_ENTER = 2_000_000
"""Code points from which a text is searched only on Enter, not at every letter."""


@text_command("search")
def search(context: TextContext, key: str) -> None:
    """Ask what to search for; hits are highlighted while it is typed, and Enter goes to the first one from here."""
    top, before = context.view.top, context.state.hits

    def find(words: str) -> None:
        hits = Hits(find_hits(context.article.text, words), role="hit", label=f"“{words}”")
        context.state.hits = hits
        context.view.show_hits(hits.spans, -1)
        many = f"{len(hits.spans)}+" if len(hits.spans) == MAX_HITS else str(len(hits.spans))
        context.prompt.say(f"{many} found" if words else "", "hint" if hits.spans else "fault")
        here = context.state.sentence
        first = next((hit for hit in hits.spans if here is None or hit.start >= here.start), None)
        if first is not None:
            context.view.bring_into_view(first)

    def update(text: str) -> None:
        if len(context.article.text) < SEARCH_ON_ENTER:
            find(text)

    def move(by: int) -> None:
        if context.state.hits.spans:
            step_hit(context, by)
            context.show()

    def submit(text: str) -> str | None:
        if text and text != context.state.hits.label.strip("“”"):
            find(text)
        if text and not context.state.hits.spans:
            return "Not found"
        context.close_question()
        to_text(context)
        if text and context.state.hits.index < 0:
            step_hit(context, 1)
        elif not text:
            context.view.show_hits(())
        context.show()
        return None

    def leave() -> None:
        context.state.hits = before
        context.view.show_hits(before.spans, before.index, before.role)
        context.view.restore_scroll(top)
        context.close_question()

    context.ask(Question("search", submit, "", "", update, move, leave, verb="goes there"))


def _hit(by: int) -> TextCommand:
    def run(context: TextContext, key: str) -> None:
        if not context.state.hits.spans:
            raise CannotAct("No search yet; {} searches the text", "search")
        step_hit(context, by)
        to_text(context)

    return run


@command("filter")
def filter_claims(context: ReadingContext, key: str) -> None:
    """Ask for a filter of the claims, in the list of references for one by their sources; it applies while it is typed."""
    state = context.state
    tab = "references" if state.tab == "references" and context.has_list_focus else "claims"
    before = state.filter
    state.open_session.index.tags()

    def update(text: str) -> None:
        state.set_filter(parse_filter(text, state.scale))
        count = len(state.references() if tab == "references" else state.filtered_annotations())
        context.say(state.filter.complaint, "fault")
        context.prompt.say(f"{count} left" if text else hint)
        context.view.repaint_all()
        context.show()

    def submit(text: str) -> str | None:
        update(text)
        if state.filter.complaint:
            return "unknown word"
        context.set_tab(tab)
        context.close_question()
        context.link.remember()
        return None

    def leave() -> None:
        update(before.text)
        context.close_question()

    hint = SOURCE_FILTER_HINT if tab == "references" else FILTER_HINT
    context.set_tab(tab)
    context.show()
    context.ask(Question("filter", submit, before.text, hint, update, None, leave, verb="keeps it"))


FILTER_HINT = "#tag  [3]  open  judged  uncited  later  supports  source:missing  word   -word turns round"
SOURCE_FILTER_HINT = "source:missing  source:failed  source:abstract  source:archived  source:retracted  -source:supplied"


text_command("next-sentence")(_sentence(1))
text_command("previous-sentence")(_sentence(-1))
text_command("next-paragraph")(_paragraph(1))
text_command("previous-paragraph")(_paragraph(-1))
text_command("page-down")(_page(1))
text_command("page-up")(_page(-1))
text_command("half-page-down")(_page(0.5))
text_command("half-page-up")(_page(-0.5))
text_command("top")(_edge(last=False))
text_command("end")(_edge(last=True))
text_command("next-citation")(_citation(1))
text_command("previous-citation")(_citation(-1))
text_command("next-comment")(_comment(1))
text_command("previous-comment")(_comment(-1))
command("next-claim")(_claim(1))
command("previous-claim")(_claim(-1))
text_command("next-hit")(_hit(1))
text_command("previous-hit")(_hit(-1))
