"""What commands may use of a screen that shows a text: an article or a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reader.tui.text_state import Hits

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.ranges import Span
    from reader.review.model import Annotation, Change
    from reader.review.session import ReviewSession
    from reader.tui.question import Question
    from reader.tui.services import AppServices
    from reader.tui.text_state import TextState
    from reader.tui.widgets.article_view import ArticleView
    from reader.tui.widgets.item_list import ItemList
    from reader.tui.widgets.prompt_bar import PromptBar


class TextContext(Protocol):
    """A screen that shows a text, as its commands see it. `message` is the text in the footer and its style."""

    article: Article
    view: ArticleView
    list: ItemList
    message: tuple[str, str]
    pending_keys: str

    @property
    def services(self) -> AppServices:
        """The app."""
        ...

    @property
    def state(self) -> TextState:
        """What is current on the text."""
        ...

    @property
    def width(self) -> int:
        """The columns of the screen."""
        ...

    @property
    def is_narrow(self) -> bool:
        """Whether the window has no room for the side pane."""
        ...

    @property
    def key_context(self) -> str:
        """The context that decides which keys act now."""
        ...

    @property
    def prompt(self) -> PromptBar:
        """The bar that asks for a line of text."""
        ...

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        ...

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer until the next key."""

    def key(self, action_id: str) -> str:
        """Return the key of an action, as people write it."""
        ...

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

    def close_question(self) -> None:
        """Close the question and return the keys to the widget that had them."""

    def go(self, span: Span, *, jump: bool = False, centre: bool = False) -> None:
        """Move the cursor to the sentence of a range; the person can come back from a jump."""

    def show(self) -> None:
        """Show the current state."""

    def has_class(self, *class_names: str) -> bool:
        """Whether the screen has all these CSS classes."""
        ...

    def add_class(self, *class_names: str) -> object:
        """Add CSS classes."""

    def remove_class(self, *class_names: str) -> object:
        """Remove CSS classes."""


def clear_hits(context: TextContext) -> None:
    """End the search, or what else n and N step through, with its highlights."""
    context.state.hits = Hits()
    context.view.show_hits(())


class PairContext(TextContext, Protocol):
    """A text screen on which a person judges the pair of a claim and a reference, as its commands see it."""

    @property
    def session(self) -> ReviewSession:
        """The review; raises CannotAct while there is none."""
        ...

    def current_claim(self) -> Annotation:
        """Return the claim that a command is about; raises CannotAct when there is none."""
        ...

    def current_pair(self) -> tuple[Annotation, str]:
        """Return the current claim and the id of the reference to judge it by, "" if none. Raises CannotAct."""
        ...

    def select_pair(self, reference: str) -> None:
        """Show the pair of the current claim and a reference."""

    def after_verdict(self, claim: Annotation, reference: str, message: str) -> None:
        """Go on to the next pair after a verdict, and say which verdict it was."""

    def go_to_change(self, change: Change) -> str:
        """Go to where a change was made; return what to add to the message."""
        ...

    def save_progress(self, *, with_counts: bool = True) -> None:
        """Save the position in the article and the counts of its review."""
