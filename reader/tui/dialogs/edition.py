"""Show an older edition of the article, read-only, with the changes since then marked."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen

from reader.article.ranges import Span
from reader.tui.actions import EDITION, key_label
from reader.tui.keymap import KeyReader
from reader.tui.panes.bars import footer_line
from reader.tui.panes.card_view import TextChange
from reader.tui.panes.text_changes import change_lines
from reader.tui.services import app_of
from reader.tui.styled_line import StyledLine, indent, line, spread
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from reader.tui.editions import EditionComparison

CHANGE_LINES = 4
"""Lines below the text."""


class EditionScreen(Screen[Span | None]):
    """Screen of an old edition. It returns the sentence of the current text that corresponds to the one at its cursor."""

    DEFAULT_CSS = f"""
    EditionScreen {{ background: $background; }}
    #edition-below {{ height: {CHANGE_LINES + 1}; background: $surface; border-top: solid $hairline; }}
    """
    AUTO_FOCUS = "#article"

    def __init__(self, comparison: EditionComparison, sentence: Span | None) -> None:
        """Start at the old counterpart of `sentence`, a sentence of the current text."""
        super().__init__()
        self._comparison = comparison
        self._sentence = sentence
        self._message = ("", "text")
        self.view = ArticleView(comparison.old, comparison.marks, id="article")

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield StyledLines(id="header")
        yield self.view
        yield StyledLines(id="edition-below")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Put the cursor on the old counterpart of the current sentence."""
        self._keys = KeyReader(app_of(self).keymap)
        counterpart = self._comparison.old_sentence(self._sentence) if self._sentence is not None else None
        sentence = counterpart or self._comparison.old.sentences.at(0)
        if sentence is not None:
            self.call_after_refresh(self.view.move_to, sentence, centre=True)
        self._show()

    # ------------------------------------------------------------------ display

    def _show(self) -> None:
        width, comparison = self.size.width, self._comparison
        changed, added = len(comparison.changes), comparison.added
        date = f"As it was on {comparison.opened_at[:10]}" if comparison.opened_at else "As it was"
        number = f" · edition {comparison.number} of {comparison.total} · read-only"
        title = line(" ", (date, "yours b"), (number, "secondary"))
        counts = line((f"{changed} changed, {added} new ", "fault" if changed or added else "secondary"))
        self.query_one("#header", StyledLines).show([spread(title, counts, width)])
        self.query_one("#edition-below", StyledLines).show(indent(self._change_lines(width - 2), 1))
        reader = app_of(self)
        text, tone = self._message
        footer = footer_line(reader.keymap.hints(EDITION), reader.save_status, width, text, tone)
        self.query_one("#footer", StyledLines).show([footer])

    def _change_lines(self, width: int) -> list[StyledLine]:
        """Return the change of the sentence at the cursor."""
        change = self._comparison.change_at(self.view.cursor)
        if change is None or change.old is None:
            return [line(("This sentence did not change", "hint"))]
        if change.new is None:
            return [line(("This sentence was removed", "fault"))]
        old, new = self._comparison.old.text, self._comparison.new.text
        words = old[change.old.start : change.old.end], new[change.new.start : change.new.end]
        return change_lines(TextChange("words changed", *words, "", frozenset()), width, CHANGE_LINES)

    @on(ArticleView.Moved)
    @on(StyledLines.Resized)
    def _handle_change(self) -> None:
        self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._do(event.target.removeprefix("action:"))

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Run the action of a key."""
        event.stop()
        event.prevent_default()
        key = event.character if event.is_printable and event.character and event.character != " " else event.key
        action = self._keys.press(EDITION, key).action
        self._message = ("", "text")
        if action is not None:
            self._do(action.id)
        else:
            back = app_of(self).keymap.label("edition-back")
            self._message = (f"{key_label(key)}: this text is read-only; {back} goes back to the current text", "fault")
        if self.is_current:
            self._show()

    def _do(self, action: str) -> None:
        view, sentences = self.view, self._comparison.old.sentences
        if action in ("edition-next", "edition-previous"):
            target = (sentences.after if action == "edition-next" else sentences.before)(view.cursor)
            if target is not None:
                view.move_to(target)
        elif action in ("edition-page-down", "edition-page-up"):
            view.move_by_pages(1 if action == "edition-page-down" else -1)
        elif action in ("edition-next-change", "edition-previous-change"):
            self._go_to_change(action == "edition-next-change")
        elif action == "edition-back":
            self.dismiss(self._comparison.new_sentence(view.cursor))
        elif action == "edition-help":
            app_of(self).show_help(EDITION)
        elif action == "edition-quit":
            app_of(self).leave()

    def _go_to_change(self, forward: bool) -> None:
        """Go to the next or the previous changed sentence."""
        changed = [change.old for change in self._comparison.changes if change.old is not None]
        at = bisect_left(changed, self.view.cursor)
        at = at + (at < len(changed) and changed[at] == self.view.cursor) if forward else at - 1
        if 0 <= at < len(changed):
            self.view.move_to(changed[at])
        else:
            self._message = ("This is the last change" if forward else "This is the first change", "fault")
