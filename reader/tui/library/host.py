"""What the actions of the library may use of its screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message
    from textual.timer import Timer

    from reader.errors import ReaderError
    from reader.review.codebook import Codebook
    from reader.tui.library.table import ArticleTable
    from reader.tui.question import Question
    from reader.tui.services import AppServices
    from reader.tui.styled_line import Part
    from reader.tui.widgets.item_list import ItemList
    from reader.tui.widgets.prompt_bar import LineField


class LibraryHost(Protocol):
    """The library screen as its actions see it. `error` says why the library could not be opened, None if it could."""

    table: ArticleTable
    error: ReaderError | None
    has_loaded: bool

    @property
    def services(self) -> AppServices:
        """The app."""
        ...

    @property
    def field(self) -> LineField:
        """The field above the table."""
        ...

    @property
    def list(self) -> ItemList:
        """The widget of the table."""
        ...

    @property
    def is_empty(self) -> bool:
        """Whether the library has no article yet."""
        ...

    @property
    def is_current(self) -> bool:
        """Whether no other screen lies over it."""
        ...

    @property
    def key_context(self) -> str:
        """The context that decides which keys act: the field or the list."""
        ...

    def post_message(self, message: Message) -> bool:
        """Post a message to the screen, from any thread."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], object], *, pause: bool = False) -> Timer:
        """Call a function at intervals, in seconds."""
        ...

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

    def show(self) -> None:
        """Show the current state."""

    def load(self) -> None:
        """Read the library again."""

    def fill_field(self, text: str) -> None:
        """Put a text into the field, and list the articles that it names. A message in the footer stays."""

    def sort_by(self, column: str) -> None:
        """Sort by a column, again: turn the order; keep that for the next time."""

    def focus_list(self, is_list: bool) -> None:
        """Give the letters to the list, or back to the field."""

    def key(self, action_id: str) -> str:
        """Return the key of an action, as people write it."""
        ...

    @property
    def codebook(self) -> Codebook:
        """All tags of the library."""
        ...

    def tag_part(self, name: str) -> Part:
        """Return a tag as it is shown."""
        ...

    def tag_names(self) -> Sequence[str]:
        """Return the names of all tags, those of articles first."""
        ...
