"""Compare another edition of the article with the current text, read-only, with the changes marked in both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from reader.article.ranges import Span
from reader.tui.action import EDITION, Situation, key_label
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.panes.bars import footer_lines
from reader.tui.panes.card_view import TextChange
from reader.tui.panes.text_changes import change_lines
from reader.tui.services import ClosingScreen, PaletteHost, app_of
from reader.tui.styled_line import StyledLine, indent, line, spread
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.tui.editions import ComparedText, EditionComparison

CHANGE_LINES = 4
"""Lines below the text."""


class EditionExit(NamedTuple):
    """How the screen was left: at which sentence of the current text, and for which other edition, 0 for none."""

    sentence: Span | None
    number: int = 0


class EditionScreen(PaletteHost, ClosingScreen[EditionExit]):
    """Screen of another edition and of the current text, one at a time, each at the counterpart of the other's cursor."""

    DEFAULT_CSS = f"""
    EditionScreen {{ background: $background; }}
    #edition-below {{ height: {CHANGE_LINES + 1}; background: $surface; border-top: solid $hairline; }}
    #edition-change {{ height: 1fr; }}
    """
    AUTO_FOCUS = "#article"

    def __init__(self, comparison: EditionComparison, sentence: Span | None, numbers: Sequence[int]) -> None:
        """Start at the old counterpart of `sentence`, a sentence of the current text.

        `numbers` are those of the editions that can be compared with the current text.
        """
        super().__init__()
        self._comparison = comparison
        self._sentence = sentence
        self._numbers = numbers
        self._message = ("", "text")
        self._shows_old = True
        self._old_view = ArticleView(comparison.old.article, comparison.old.marks, id="article")
        self._new_view = ArticleView(comparison.new.article, comparison.new.marks, id="article-now")
        self._new_view.display = False

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield StyledLines(id="header")
        yield self._old_view
        yield self._new_view
        with Vertical(id="edition-below"):
            yield StyledLines(id="edition-change")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Put the cursor on the old counterpart of the current sentence."""
        self._keys = KeyReader(app_of(self).keymap)
        counterpart = self._comparison.old_sentence(self._sentence) if self._sentence is not None else None
        sentence = counterpart or self._comparison.old.article.sentences.at(0)
        if sentence is not None:
            self.call_after_refresh(self._go_to_counterpart, sentence)
        self._show()

    # ------------------------------------------------------------------ display

    @property
    def view(self) -> ArticleView:
        """The view of the text that is shown."""
        return self._old_view if self._shows_old else self._new_view

    @property
    def _text(self) -> ComparedText:
        return self._comparison.old if self._shows_old else self._comparison.new

    def _new_sentence(self) -> Span | None:
        """Return the current sentence at the cursor, or that of the old one there."""
        return self._comparison.new_sentence(self.view.cursor) if self._shows_old else self.view.cursor

    def _show(self) -> None:
        width, comparison = self.size.width, self._comparison
        changed, added = len(comparison.old.changes), comparison.added
        date = f"As it was on {comparison.opened_at[:10]}" if comparison.opened_at else "As it was"
        number = f"edition {comparison.number} of {comparison.total} · read-only"
        which, since = (date, "") if self._shows_old else ("As it is now", "since ")
        title = line(" ", (which, "yours b"), (f" · {since}{number}", "secondary"))
        counts = line((f"{changed} changed, {added} new ", "fault" if changed or added else "secondary"))
        self.query_one("#header", StyledLines).show([spread(title, counts, width)])
        self.query_one("#edition-change", StyledLines).show(indent(self._change_lines(width - 2), 1))
        reader = app_of(self)
        hints = reader.keymap.hints(EDITION, Situation(has_other_text=len(self._numbers) > 1))
        lines = footer_lines(hints, reader.save_status, width, *self._message)
        self.query_one(NoticeBar).show_notice(lines[:-1])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    def _change_lines(self, width: int) -> list[StyledLine]:
        """Return the change of the sentence at the cursor."""
        change = self._text.change_at(self.view.cursor)
        if change is None:
            return [line(("This sentence did not change", "hint"))]
        here, there = change
        if there is None:
            return [line((f"This sentence {'was removed' if self._shows_old else 'is new'}", "fault"))]
        then, now = (here, there) if self._shows_old else (there, here)
        old, new = self._comparison.old.article.text, self._comparison.new.article.text
        words = old[then.start : then.end], new[now.start : now.end]
        return change_lines(TextChange("words changed", *words, "", {}), width, CHANGE_LINES)

    @on(ArticleView.Moved)
    @on(StyledLines.Resized)
    def _handle_change(self) -> None:
        self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self.do(event.target.removeprefix("action:"))

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Run the action of a key."""
        event.stop()
        event.prevent_default()
        key = typed_key(event)
        action = self._keys.press(EDITION, key).action
        self._message = ("", "text")
        if action is not None:
            self._do(action.id)
        else:
            back = app_of(self).keymap.label("edition-back")
            self._message = (f"{key_label(key)}: this text is read-only; {back} goes back to the current text", "fault")
        if self.is_current:
            self._show()

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (EDITION,)

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        self._message = ("", "text")
        self._do(action_id)
        if self.is_current:
            self._show()

    def _do(self, action: str) -> None:
        view, sentences = self.view, self._text.article.sentences
        if action in ("edition-next", "edition-previous"):
            target = (sentences.after if action == "edition-next" else sentences.before)(view.cursor)
            if target is not None:
                view.move_to(target)
        elif action in ("edition-page-down", "edition-page-up"):
            sentence = view.scroll_by_pages(1 if action == "edition-page-down" else -1)
            if sentence is not None:
                view.move_to(sentence)
        elif action in ("edition-next-change", "edition-previous-change"):
            self._go_to_change(action == "edition-next-change")
        elif action == "edition-other-text":
            self._show_other_text()
        elif action in ("edition-older", "edition-newer"):
            self._open_edition(-1 if action == "edition-older" else 1)
        elif action == "edition-back":
            self.dismiss(EditionExit(self._new_sentence()))
        elif action == "edition-palette":
            app_of(self).action_command_palette()
        elif action == "edition-help":
            app_of(self).show_help(EDITION)
        elif action == "edition-quit":
            app_of(self).leave()

    def _show_other_text(self) -> None:
        """Show the other of the two texts, at the counterpart of this one's sentence."""
        cursor = self.view.cursor
        target = self._comparison.new_sentence(cursor) if self._shows_old else self._comparison.old_sentence(cursor)
        self._shows_old = not self._shows_old
        self._old_view.display, self._new_view.display = self._shows_old, not self._shows_old
        self.view.focus()
        target = target or self._text.article.sentences.at(0)
        if target is not None:
            self.call_after_refresh(self._go_to_counterpart, target)

    def _go_to_counterpart(self, sentence: Span) -> None:
        self.view.move_to(sentence, centre=True)
        self._show()

    def _open_edition(self, step: int) -> None:
        """Leave for the next older or newer edition."""
        at = self._numbers.index(self._comparison.number) + step
        if 0 <= at < len(self._numbers):
            self.dismiss(EditionExit(self._new_sentence(), self._numbers[at]))
        else:
            self._message = (
                f"This is the {'oldest' if step < 0 else 'newest'} edition to compare with the current text",
                "fault",
            )

    def _go_to_change(self, forward: bool) -> None:
        """Go to the next or the previous changed sentence."""
        changed = [sentence for sentence, _ in self._text.changes]
        at = bisect_left(changed, self.view.cursor)
        at = at + (at < len(changed) and changed[at] == self.view.cursor) if forward else at - 1
        if 0 <= at < len(changed):
            self.view.move_to(changed[at])
        else:
            self._message = ("This is the last change" if forward else "This is the first change", "fault")
