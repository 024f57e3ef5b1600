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
from reader.tui.styled_line import Part, StyledLine, line, spread
from reader.tui.widgets.article_view import ArticleView
from reader.tui.widgets.styled_lines import StyledLines

if TYPE_CHECKING:
    from reader.tui.editions import EditionComparison

CHANGE_LINES = 4
"""The lines below the text."""


class _Below(StyledLines):
    """What the sentence with the cursor is now."""

    UNDER = ("chrome", "text")


class EditionScreen(Screen[Span | None]):
    """Shows an old edition; gives back the sentence of the text as it is now that the cursor's became."""

    DEFAULT_CSS = f"""
    EditionScreen {{ background: $background; }}
    #edition-below {{ height: {CHANGE_LINES + 1}; background: $surface; border-top: solid $hairline; }}
    """
    AUTO_FOCUS = "#article"

    def __init__(self, other: EditionComparison, here: Span | None) -> None:
        """Show what the sentence `here` of the text as it is now was."""
        super().__init__()
        self._other = other
        self._here = here
        self._message = ("", "text")
        self.view = ArticleView(other.old, other.marks, id="article")

    def compose(self) -> ComposeResult:
        """Lay the widgets out."""
        yield StyledLines(id="header")
        yield self.view
        yield _Below(id="edition-below")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Put the cursor on the current sentence."""
        self._keys = KeyReader(app_of(self).keymap)
        then = self._other.old_sentence(self._here) if self._here is not None else None
        sentence = then or self._other.old.sentences.at(0)
        if sentence is not None:
            self.call_after_refresh(self.view.move_to, sentence, centre=True)
        self._show()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        width, other = self.size.width, self._other
        changed, added = len(other.changes), other.added
        since = f"{changed} changed, {added} new "
        which = f" · edition {other.number} of {other.total} · read-only"
        title = line(
            " ", (f"as it was on {other.opened_at[:10]}" if other.opened_at else "as it was", "yours b"), (which, "secondary")
        )
        told = line((since, "fault" if changed or added else "secondary"))
        self.query_one("#header", StyledLines).show([spread(title, told, width)])
        self.query_one("#edition-below", StyledLines).show([(Part(" "), *parts) for parts in self._now(width - 2)])
        reader = app_of(self)
        text, tone = self._message
        footer = footer_line(reader.keymap.hints(EDITION), reader.save_status, width, text, tone)
        self.query_one("#footer", StyledLines).show([footer])

    def _now(self, width: int) -> list[StyledLine]:
        """Return what the sentence with the cursor is now."""
        change = self._other.change_at(self.view.cursor)
        if change is None or change.old is None:
            return [line(("This sentence did not change", "hint"))]
        if change.new is None:
            return [line(("This sentence was removed", "fault"))]
        old, new = self._other.old.text, self._other.new.text
        words = old[change.old.start : change.old.end], new[change.new.start : change.new.end]
        return change_lines(TextChange("words changed", *words, "", frozenset()), width, CHANGE_LINES)

    @on(ArticleView.Moved)
    def _moved(self) -> None:
        self._show()

    @on(StyledLines.Resized)
    def _resized(self) -> None:
        self._show()

    @on(StyledLines.Clicked)
    def _clicked(self, event: StyledLines.Clicked) -> None:
        event.stop()
        self._do(event.target.removeprefix("action:"))

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Do what a key asks for."""
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
        view, sentences = self.view, self._other.old.sentences
        if action in ("edition-next", "edition-previous"):
            target = (sentences.after if action == "edition-next" else sentences.before)(view.cursor)
            if target is not None:
                view.move_to(target)
        elif action in ("edition-page-down", "edition-page-up"):
            view.move_by_pages(1 if action == "edition-page-down" else -1)
        elif action in ("edition-next-change", "edition-previous-change"):
            self._change(action == "edition-next-change")
        elif action == "edition-back":
            self.dismiss(self._other.new_sentence(view.cursor))
        elif action == "edition-help":
            app_of(self).show_help(EDITION)
        elif action == "edition-quit":
            app_of(self).leave()

    def _change(self, forward: bool) -> None:
        """Go to the next changed sentence, or the one before."""
        changed = [one.old for one in self._other.changes if one.old is not None]
        at = bisect_left(changed, self.view.cursor)
        at = at + (at < len(changed) and changed[at] == self.view.cursor) if forward else at - 1
        if 0 <= at < len(changed):
            self.view.move_to(changed[at])
        else:
            self._message = ("This is the last change" if forward else "This is the first change", "fault")
