"""Show what was pasted, or what the clipboard holds, before it is added to the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on

from reader.article.language import language_title
from reader.errors import ReaderError
from reader.files import max_document_size
from reader.formats import is_address
from reader.formats.article_cache import open_document
from reader.formats.detection import decode
from reader.formats.pasted_text import is_pasted_text
from reader.formats.progress import report_to
from reader.printable import plural
from reader.tui.background import TaskOutcome, error_message, run_in_background
from reader.tui.dialogs.dialog import Dialog
from reader.tui.library.paths import find_paths
from reader.tui.styled_line import StyledLine, clip, clip_line, fold, line, spread, width_of

if TYPE_CHECKING:
    from textual import events

    from reader.article.article import Article

PASTED: Final = "-"
"""The source of a text that came from no file."""
_PREVIEW_LINES: Final = 5
_PREVIEW_SIZE: Final = 4_000
"""The characters from the beginning among which the lines of the preview are."""
_MESSAGE_LINES: Final = 4
_FORMAT_NAMES: Final = {"html": "web page", "markdown": "Markdown", "plain": "plain text", "rst": "reStructuredText"}


class Pasted(NamedTuple):
    """What is to be added: an article, or else what a name leads to, an address or paths."""

    article: Article | None = None
    name: str = ""


def recognize_paste(data: bytes, what: str) -> Pasted:
    """Return the article that pasted bytes are, or the address or paths that they name.

    `what` names them in messages. Raises ReaderError for what cannot be read.
    """
    if len(data) > max_document_size():
        size = f"{max_document_size() // 1_000_000:,} MB"
        raise ReaderError(f"{what} is larger than {size}", "Save it as a file, and open a part of it")
    name = decode(data[:_PREVIEW_SIZE]).strip() if len(data) < _PREVIEW_SIZE else ""
    if name and not is_pasted_text(name) and (is_address(name) or find_paths(name)):
        return Pasted(name=name)
    return Pasted(open_document(data, PASTED))


def describe_paste(pasted: Pasted, what: str, width: int) -> list[StyledLine]:
    """Return the lines, `width` cells wide, that show what is to be added: the facts and the beginning of the text."""
    article, name = pasted
    if article is None:
        kind = "an address" if is_address(name) else "the name of a file"
        return [line((f"{what} holds {kind}", "b")), line((clip(name, width), "text"))]
    parts = (
        _FORMAT_NAMES.get(article.format, article.format),
        plural(len(article.text), "character"),
        *([plural(len(article.references), "reference")] if article.references else []),
        language_title(article.language),
    )
    question, facts = line(("Add this text?", "b")), line((" · ".join(parts), "secondary"))
    is_wide = width_of(question) + width_of(facts) < width
    head = [spread(question, facts, width)] if is_wide else [question, clip_line(facts, width)]
    rows = [row.strip() for row in article.text[:_PREVIEW_SIZE].split("\n") if row.strip()][:_PREVIEW_LINES]
    return [*head, *(line((clip(row, width), "quote")) for row in rows)]


class PasteScreen(Dialog[Pasted]):
    """Dialog that shows the beginning of a text while a person decides whether to add it. It returns None if not.

    `what` names the text. `read` returns it, on a thread. Enter that is typed before the text was read acts once it is.
    """

    AUTO_FOCUS = ""

    def __init__(self, what: str, read: Callable[[], bytes]) -> None:
        super().__init__()
        self._what = what
        self._read = read
        self._pasted: Pasted | None = None
        self._error: Exception | None = None
        self._has_entered = False
        self._is_stopped = False

    def on_mount(self) -> None:
        """Start to read the text."""
        run_in_background(self.post_message, self._parse, self._take)

    def on_resize(self) -> None:
        """Fit the preview to the width."""
        self._show()

    def _parse(self) -> Pasted:
        with report_to(lambda _: None, lambda: self._is_stopped):
            return recognize_paste(self._read(), self._what)

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()

    def _take(self, outcome: Pasted | Exception) -> None:
        if self._is_stopped:
            return
        if isinstance(outcome, Exception):
            self._error = outcome
        else:
            self._pasted = outcome
            if self._has_entered:
                self.dismiss(outcome)
                return
        self._show()

    # ------------------------------------------------------------------ display

    def _show(self) -> None:
        width = max(10, self.size.width - 4)
        if self._error is not None:
            message = error_message(self._error, self._what)
            self.lines.fill([line((part, "bad")) for part in fold(message, width, _MESSAGE_LINES)])
            self.show_keys(("Esc", "closes"))
            return
        pasted = self._pasted
        reading = line((f"Reading {self._noun} …", "hint"))
        self.lines.fill([reading] if pasted is None else describe_paste(pasted, self._what, width))
        self.show_keys(("Enter", "adds and opens it"), ("Esc", "cancels"))

    @property
    def _noun(self) -> str:
        return self._what[0].lower() + self._what[1:]

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Add the text on Enter, leave on Escape."""
        event.stop()
        if event.key == "escape" or (event.key == "enter" and self._error is not None):
            self._is_stopped = True
            self.dismiss(None)
        elif event.key == "enter" and self._pasted is not None:
            self.dismiss(self._pasted)
        elif event.key == "enter":
            self._has_entered = True
