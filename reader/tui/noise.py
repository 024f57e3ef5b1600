"""What is set aside, as one reading screen shows it: hidden or shown, and followed when a person changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.article.ranges import Span
from reader.tui.widgets.article_view import NO_SPAN

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


def is_noise(article: Article, span: Span) -> bool:
    """Whether a range begins in what is set aside."""
    return any(noise.start <= span.start < noise.end for noise in article.noise)


def show_noise(screen: ReadingScreen, shown: bool) -> None:
    """Show what is set aside, or hide it."""
    session = screen.state.session
    plain = session.index.article if session is not None else screen.article.with_noise(screen.article.noise)
    _replace_article(screen, plain, shown=shown)


def follow_noise(screen: ReadingScreen) -> None:
    """Take in what the person, here or elsewhere, set aside or took back."""
    session = screen.state.session
    if session is not None and session.index.article.noise != screen.article.noise:
        _replace_article(screen, session.index.article, shown=screen.view.noise_shown)
        screen.link.count(session.index.article)


def _replace_article(screen: ReadingScreen, article: Article, *, shown: bool) -> None:
    """Read the same text, of which something else is set aside or shown, from now on. A sentence that is hidden is left."""
    desk = screen.state
    screen.article = desk.article = article.with_noise_included() if shown else article
    here = desk.sentence
    sentence = screen.article.sentences.at(here.start if here is not None else 0)
    screen.view.show_article(screen.article, noise_shown=shown)
    if sentence != here:
        desk.sentence, screen.view.cursor = None, NO_SPAN
        if sentence is not None:
            screen.view.move_to(sentence)
            screen.set_sentence(sentence)
