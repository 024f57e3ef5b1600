"""Show the article as a column of text with cursor, selection and marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from reader.article.article import Article
from reader.article.ranges import Span
from reader.printable import BARRIER, has_right_to_left
from reader.tui.background import TimerHost
from reader.tui.layout import Layout, characters, hidden_blocks
from reader.tui.services import app_of
from reader.tui.widgets.article_painter import Painter, TextMark
from reader.tui.widgets.rows import JumpPane, JumpTarget, crop_rows, finish_lines, repaint_cells

if TYPE_CHECKING:
    from rich.style import Style
    from textual.timer import Timer


GUTTER = 7
"""Fewest cells left of the text: a margin, the sign, a blank, the bar, a blank."""
MARGIN = 3
"""Fewest cells right of the text."""
CACHED_LINES = 500
"""Most painted lines in the cache."""
FIRST_LINES = 100
"""The lines that are wrapped for the first frame: more than most screens show."""
LONGEST_WORD = 200
"""Most characters by which a drag is extended to whole words, at each end."""
SURE_SCREENS = 3
"""How many screens a text must fill, with no short line, so that it surely has a scroll bar."""
REST_DELAY = 0.02
"""Seconds after that frame until the others are wrapped."""
NO_SPAN = Span(-1, -1)


class ArticleView(TimerHost, ScrollView, JumpPane, can_focus=True):  # pyright: ignore[reportIncompatibleMethodOverride]  # ScrollView narrows a method of Widget
    """Text of an article. It owns cursor, selection, scroll, wrapped lines and painted strips.

    `marks` returns the marks on a range; it is called whenever a line is painted.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ArticleView { scrollbar-gutter: stable; scrollbar-size-vertical: 1; overflow-x: hidden; }
    """

    class Moved(Message):
        """The mouse moved the cursor to another sentence. Whoever calls `move_to` knows of the move."""

        def __init__(self, sentence: Span) -> None:
            super().__init__()
            self.sentence = sentence

    class Selected(Message):
        """The selection changed, or ended (None)."""

        def __init__(self, span: Span | None) -> None:
            super().__init__()
            self.span = span

    class Picked(Message):
        """The mouse selected a range, or nothing (None)."""

        def __init__(self, span: Span | None) -> None:
            super().__init__()
            self.span = span

    class Pressed(Message):
        """The text was clicked at an offset."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    def __init__(
        self,
        article: Article,
        marks: Callable[[Span], Iterable[TextMark]],
        *,
        id: str | None = None,
        is_whole: bool = True,
    ) -> None:
        """`is_whole`: whether the article has all its blocks, not only the first ones until `show_whole`."""
        super().__init__(id=id)
        self.article = article
        self._marks = marks
        self._is_whole = is_whole
        self.lines = Layout(Article("", "", ()), 1)  # until the width is known
        self.cursor = NO_SPAN
        self.selection: Span | None = None
        self.noise_shown = False
        self._painter = Painter(article, marks)
        self._strips: dict[int, Strip] = {}
        self._strips_size = (0, 0)
        self._pressed_at = -1
        self._dragging = False
        self._drag_timer: Timer | None = None
        self._top_offset = 0
        self._awaited = NO_SPAN
        self._width = 0
        self._height = 0

    # ------------------------------------------------------------------ geometry

    @property
    def top(self) -> int:
        """The offset at which the first visible line begins."""
        line = min(self.scroll_offset.y, len(self.lines) - 1)
        return self.lines.starts[line] if len(self.lines) else 0

    def text_column(self) -> tuple[int, int]:
        """Return the left edge of the text and its width, in cells of the widget."""
        space = self.scrollable_content_region.width
        gutter, margin = (GUTTER, MARGIN) if space >= 74 else (GUTTER - 2, 1)
        width = max(8, min(app_of(self).settings.line_width, space - gutter - margin))
        return max(gutter, (space - width) // 2), width

    @property
    def furthest(self) -> Span:
        """The sentence up to which the text was read, which a sign shows; it is repainted with the cursor that leaves it."""
        return self._painter.furthest

    @furthest.setter
    def furthest(self, sentence: Span) -> None:
        self._painter.furthest = sentence

    @property
    def _row_width(self) -> int:
        """The cells of a row, without the scroll bar."""
        return self.outer_size.width - (self.styles.scrollbar_size_vertical if self.show_vertical_scrollbar else 0)

    def is_in_view(self, span: Span, height: int | None = None) -> bool:
        """Whether part of a range is in view, in a view of `height` lines, else in that of now."""
        lines = self.lines.lines_of(span)
        top = self.scroll_offset.y
        height = self.scrollable_content_region.height if height is None else height
        return bool(lines) and lines.start < top + height and lines.stop > top

    # ------------------------------------------------------------------ changes

    def move_to(self, sentence: Span, *, centre: bool = False) -> None:
        """Put the cursor on a sentence and bring it into view."""
        if sentence != self.cursor:
            old, self.cursor = self.cursor, sentence
            self.repaint(old, sentence)
        self.bring_into_view(sentence, centre=centre)

    def select(self, span: Span | None) -> None:
        """Select a range of the text, or nothing."""
        if span != self.selection:
            old, self.selection = self.selection, span
            self.repaint(old or NO_SPAN, span or NO_SPAN)
            self.post_message(self.Selected(span))

    def show_hits(self, hits: Sequence[Span], current: int = -1, role: str = "hit") -> None:
        """Highlight ranges, sorted by place, the current one more strongly; `role` is "hit", "cited" or "finding"."""
        old = self._painter.hits
        self._painter.set_hits(hits, current, role)
        visible = self._visible_span()
        self.repaint(*(hit for hit in (*old, *hits) if hit.overlaps(visible)))

    def show_cited(self, references: frozenset[str]) -> None:
        """Highlight the markers of these references."""
        if references != self._painter.cited_references:
            difference = references ^ self._painter.cited_references
            self._painter.cited_references = references
            visible = self._visible_span()
            self.repaint(*(c.span for c in self._painter.citations_in(visible) if difference.intersection(c.references)))

    def repaint(self, *spans: Span) -> None:
        """Repaint the lines of some ranges."""
        for span in spans:
            if span.start < 0:
                continue
            lines = self.lines.lines_of(span)
            for line in lines:
                self._strips.pop(line, None)
            if lines:
                repaint_cells(self, Region(0, lines.start - self.scroll_offset.y, self._row_width, len(lines)))

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the keys. Textual would paint everything again, also if the view has them already."""
        return self if self.has_focus else super().focus(scroll_visible)

    def repaint_all(self) -> None:
        """Repaint everything."""
        self._strips.clear()
        self.refresh()

    def show_article(self, article: Article, *, noise_shown: bool) -> None:
        """Show or hide the noise of `article`, the same text with other noise, and keep the scroll position."""
        self.article, self.noise_shown = article, noise_shown
        self._painter.set_article(article)
        if self._width:
            self._wrap(keep=self.cursor.start if self.cursor.start >= 0 else self.top)

    def show_whole(self, article: Article) -> None:
        """Show an article of which the first blocks are shown; its text is the same."""
        self.article, self._is_whole = article, True
        self.lines.article = article  # the old lines are in a cycle, which must not hold the beginning
        self._painter = Painter(article, self._marks)
        if self._width:
            self._wrap(keep=self.top, is_first=True)

    def bring_into_view(self, span: Span, *, centre: bool = False) -> None:
        """Scroll a range into view, rarely and far, so that the text after it is in view too.

        While the view is hidden, that waits until it is shown.
        """
        lines = self.lines.lines_of(span)
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height <= 0:
            self._awaited = span
        if not lines or height <= 0:
            return
        if not centre and top <= lines.start and lines.stop <= top + height:
            return
        if lines.stop > top + height and not centre and lines.start < top + height + 4:
            target = lines.start - height // 4
        elif lines.start < top and not centre and lines.stop > top - 4:
            target = lines.stop - (height * 3) // 4
        else:
            target = lines.start - height // 3
        self._scroll_to_line(max(0, min(target, lines.start)))

    def restore_scroll(self, top: int) -> None:
        """Scroll the line with this offset to the top."""
        self._top_offset = top
        self._scroll_to_line(self.lines.line_of(top) if top > 0 else 0)

    def show_from(self, offset: int, span: Span) -> None:
        """Scroll the line with an offset to the top, or as near to it as leaves a part of a range in view."""
        line, lines, height = self.lines.line_of(offset), self.lines.lines_of(span), self.scrollable_content_region.height
        if lines and height > 0:
            self._scroll_to_line(max(lines.start - height + 1, min(line, lines.stop - 1)))

    def scroll_by_pages(self, pages: float) -> Span | None:
        """Scroll by pages, up if negative; return the sentence that the cursor moves along to, None without one."""
        height = max(1, self.scrollable_content_region.height)
        step = round((height - 2 if abs(pages) >= 1 else height) * pages) or 1
        top = self.scroll_offset.y
        row = self.lines.line_of(self.cursor.start) - top if self.cursor.start >= 0 else 0
        row = max(0, min(row, height - 1))
        target = max(0, min(top + step, max(0, len(self.lines) - height)))
        line = target + row if target != top else (len(self.lines) - 1 if pages > 0 else 0)
        line = max(0, min(line, len(self.lines) - 1))
        self._scroll_to_line(target)
        return self.article.sentences.at(self.lines.starts[line]) if len(self.lines) else None

    def _scroll_to_line(self, line: int) -> None:
        self._fit_height()
        self.scroll_to(y=line, animate=False, force=True)  # the scroll bar comes only with the second frame

    # ------------------------------------------------------------------ drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows in `crop`: there is no border or padding for Textual to paint."""
        if not self._width and self.outer_size.width:
            self._wrap(keep=self._top_offset)  # the first frame comes before the first resize event
        width = self._row_width
        size = (self.outer_size.width, width)
        if size != self._strips_size:
            self._strips.clear()
            self._strips_size = size
        top = self.scroll_offset.y
        lines = [top + y for y in crop.line_range]
        missing = [line for line in lines if line not in self._strips]
        if missing:
            if len(self._strips) > CACHED_LINES:
                self._strips.clear()
                missing = lines
            self._strips.update(zip(missing, finish_lines(self, self._paint(missing, width), width), strict=True))
        return crop_rows(self.label_rows([self._strips[line] for line in lines], crop.y), crop)

    def render_line(self, y: int) -> Strip:
        """Return row `y` of the widget."""
        return self.render_lines(Region(0, y, self._row_width, 1))[0]

    def _paint(self, lines: Sequence[int], width: int) -> Iterator[list[Segment]]:
        look = app_of(self).look
        ground = look.style("page", "text")
        left, _ = self.text_column()
        marks = self._painter.marks_on(self.lines, lines)
        for line in lines:
            if self.lines.block_of(line) < 0:
                yield [Segment(" " * width, ground)]
                continue
            segments = self._painter.paint(self.lines, line, marks, look, self.cursor, self.selection, left)
            if any(has_right_to_left(segment.text) for segment in segments):
                yield _bar_ends(segments, width, ground)
            else:
                yield Segment.adjust_line_length(segments, width, ground)

    def notify_style_update(self) -> None:
        """Clear the painted lines after a change of theme or focus."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text again, and keep the scroll position and the cursor in view if it was.

        A range that was to be shown while the view was hidden comes first.
        """
        awaited, self._awaited = self._awaited, NO_SPAN
        was_in_view = not self._height or self.is_in_view(self.cursor, self._height)
        self._height = self.scrollable_content_region.height
        if self.text_column()[1] != self._width or not self.virtual_size.height:
            self._wrap(keep=self.top if self._width else self._top_offset)
        if awaited.start >= 0:
            self.bring_into_view(awaited)
        elif self.cursor.start >= 0 and was_in_view:
            self.bring_into_view(self.cursor)

    def fit_width(self) -> None:
        """Wrap the text again if the settings or the room ask for another width, and keep the scroll position."""
        if self._width and self.text_column()[1] != self._width:
            was_in_view = self.is_in_view(self.cursor)
            self._wrap(keep=self.top)
            if self.cursor.start >= 0 and was_in_view:
                self.bring_into_view(self.cursor)

    def _wrap(self, keep: int, *, is_first: bool = False) -> None:
        noise = () if self.noise_shown else (Span(n.start, n.end) for n in self.article.noise)
        first_lines = FIRST_LINES if is_first or not self._width else None
        left, self._width = self.text_column()
        spare = max(0, self.scrollable_content_region.width - left - self._width - 1)
        self.lines = Layout(self.article, self._width, hidden_blocks(self.article, noise), spare, first_lines)
        self._strips.clear()
        self._scroll_to_line(self.lines.line_of(keep) if keep > 0 else 0)
        self.refresh()
        if not self.lines.is_complete and self._is_whole:
            self.call_after_refresh(self.set_timer, REST_DELAY, self._wrap_rest)

    def _wrap_rest(self) -> None:
        self.lines.complete()
        self._fit_height()

    def on_mount(self) -> None:
        """Make room for the scroll bar of a long text, which would otherwise be laid out once it is wrapped."""
        lines, height = len(self.article.text) // app_of(self).settings.line_width, self.screen.size.height
        if lines > SURE_SCREENS * height:
            self._set_virtual_size(Size(0, lines))
            self.set_reactive(Widget.show_vertical_scrollbar, True)

    def _fit_height(self) -> None:
        size = Size(self.scrollable_content_region.width, self.lines.height)
        if self.show_vertical_scrollbar and size.height > self.container_size.height > 0:
            self._set_virtual_size(size)  # the bar stays: nothing has to be laid out again
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def _set_virtual_size(self, size: Size) -> None:
        """Set the size of what can be scrolled, without a layout."""
        self.set_reactive(Widget.virtual_size, size)  # pyright: ignore[reportArgumentType]  # inferred from assignments too

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint the text, and of the scroll bar the rows between its old place and the new one: each of its rows is dear."""
        bar = self.vertical_scrollbar
        if self.show_vertical_scrollbar:
            rows = sorted((*self._bar_rows(old_value), *self._bar_rows(new_value)))
            bar.set_reactive(ScrollBar.position, bar.validate_position(new_value))
            bar.refresh(Region(0, rows[0], bar.size.width, rows[-1] - rows[0] + 1))
        if round(old_value) != round(new_value):
            repaint_cells(self, Region(0, 0, self._row_width, self.outer_size.height))

    def _bar_rows(self, scroll_y: float) -> tuple[int, int]:
        """Return the first and the last row that the scroll bar's thumb touches, as Textual places it."""
        bar = self.vertical_scrollbar
        height, lines, window = bar.size.height, bar.window_virtual_size, bar.window_size
        if lines <= window or not height:
            return 0, height
        thumb = max(1.0, window * height / lines)
        first = (height - thumb) * scroll_y / (lines - window)
        return int(first) - 1, int(first + thumb) + 1

    def _visible_span(self) -> Span:
        top = self.scroll_offset.y
        last = min(len(self.lines), top + max(1, self.size.height)) - 1
        return Span(self.lines.starts[top], self.lines.ends[last]) if top <= last else NO_SPAN

    # ------------------------------------------------------------------ places on the screen

    def cell_of(self, offset: int) -> tuple[int, int]:
        """Return the column and the row of the widget at which an offset is drawn."""
        line = self.lines.line_of(offset)
        return self.text_column()[0] + self.lines.cell_at(line, offset), line - self.scroll_offset.y

    def cursor_cell(self) -> Offset | None:
        """Return the cell at which the current sentence begins, or its first one in view."""
        visible = self._visible_span()
        if self.cursor.start < 0 or not self.cursor.overlaps(visible):
            return None
        return Offset(*self.cell_of(max(self.cursor.start, visible.start)))

    def jump_targets(self) -> Sequence[JumpTarget]:
        """Return the first cells in view of sentences, then those of markers."""
        visible, sentences = self._visible_span(), self.article.sentences
        offsets: list[int] = []
        sentence = sentences.at(visible.start)
        while sentence is not None and sentence.start < visible.end:
            if sentence.end > visible.start:
                offsets.append(max(sentence.start, visible.start))
            sentence = sentences.after(sentence)
        offsets += [citation.start for citation in self._painter.citations_in(visible) if citation.start >= visible.start]
        return [JumpTarget(*self.cell_of(offset), f"{offset}") for offset in dict.fromkeys(offsets)]

    # ------------------------------------------------------------------ mouse

    def offset_under(self, x: int, y: int) -> int:
        """Return the offset at a cell of the widget, or the nearest one."""
        if not len(self.lines):
            return 0
        line = max(0, min(y + self.scroll_offset.y, len(self.lines) - 1))
        left, _ = self.text_column()
        return self.lines.offset_at(line, x - left) if x >= left else self.lines.starts[line]

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remember where a click or drag begins."""
        self._dragging = False
        if event.button == 1:
            self._pressed_at = self.offset_under(event.x, event.y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Extend the selection to the mouse."""
        if self._pressed_at < 0:
            return
        offset = self.offset_under(event.x, event.y)
        if not self._dragging and offset == self._pressed_at:
            return
        self._dragging = True
        self._drag_to(offset)
        step = -1 if event.y < 0 else 1 if event.y >= self.size.height else 0
        self._auto_scroll(step, event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a drag, and move the cursor to the sentence where it ends."""
        if self._pressed_at < 0:
            return
        self.release_mouse()
        self._auto_scroll(0, 0)
        self._pressed_at = -1
        if self._dragging and self.selection is not None:
            end = min(max(self.offset_under(event.x, event.y), self.selection.start), self.selection.end - 1)
            sentence = self.article.sentences.at(end)
            if sentence is not None:
                self._move_by_mouse(sentence)
            self.post_message(self.Picked(self.selection))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor on one click, select a word on two, a sentence on three. The end of a drag is not a click."""
        event.prevent_default()
        if self._dragging:
            self._dragging = False
            return
        offset = self.offset_under(event.x, event.y)
        sentence = self.article.sentences.at(offset)
        if event.chain == 1:
            self.select(None)
            if sentence is not None:
                self._move_by_mouse(sentence)
            self.post_message(self.Pressed(offset))
        else:
            span = word_at(self.article.text, offset) if event.chain == 2 else sentence
            self.select(span or self.selection)
            self.post_message(self.Picked(self.selection))

    def _move_by_mouse(self, sentence: Span) -> None:
        if sentence != self.cursor:
            self.move_to(sentence)
            self.post_message(self.Moved(sentence))

    def _drag_to(self, offset: int) -> None:
        text = self.article.text
        first, last = sorted((self._pressed_at, offset))
        self.select(whole_words(text, Span(first, min(len(text), next_boundary(text, last)))))

    def _auto_scroll(self, step: int, x: int) -> None:
        if self._drag_timer is not None:
            self._drag_timer.stop()
            self._drag_timer = None
        if step:

            def scroll() -> None:
                self.scroll_to(y=self.scroll_offset.y + step, animate=False)
                self._drag_to(self.offset_under(x, 0 if step < 0 else self.size.height - 1))

            self._drag_timer = self.set_interval(0.05, scroll)


def _bar_ends(segments: list[Segment], width: int, ground: Style) -> list[Segment]:
    """Return a line of exactly `width` cells with a barrier in the first and in the last of them, which are blank."""
    first, *others = Segment.adjust_line_length(segments, width - 1, ground)
    return [Segment(BARRIER + first.text[1:], first.style), *others, Segment(BARRIER, ground)]


def word_at(text: str, offset: int) -> Span:
    """Return the word at an offset, or the single character outside of words."""
    start = end = min(offset, max(0, len(text) - 1))
    while start > 0 and _in_word(text, start - 1) and _in_word(text, offset):
        start -= 1
    while end < len(text) and _in_word(text, end):
        end += 1
    return Span(start, max(end, min(len(text), start + 1)))


def whole_words(text: str, span: Span) -> Span:
    """Return a range with the words at its ends whole and without blanks there; the range itself if it has no words.

    Scripts without spaces between words can be cut anywhere.
    """
    from reader.article.passages.words import UNSPACED_SCRIPTS  # not for the first frame

    words, unspaced = text[span.start : span.end], re.compile(f"[{UNSPACED_SCRIPTS}]")
    if not words.strip():
        return span

    def is_cut(at: int) -> bool:
        return all(_in_word(text, near) and not unspaced.match(text[near]) for near in (at - 1, at))

    start, end = span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip())
    first, last = max(1, start - LONGEST_WORD), min(len(text) - 1, end + LONGEST_WORD)
    while start >= first and is_cut(start):
        start -= 1
    while end <= last and is_cut(end):
        end += 1
    return Span(start, end)


def _in_word(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    if text[at] in ".," and 0 < at < len(text) - 1:
        return text[at - 1].isdigit() and text[at + 1].isdigit()
    return text[at].isalnum() or text[at] in "_'’" or "\u0300" <= text[at] <= "\u036f"


def previous_boundary(text: str, offset: int) -> int:
    """Return the start of the grapheme before `offset`; joined signs count as one."""
    first = max(0, offset - 64)
    clusters = characters(text[first:offset])
    return first + clusters[-1][0] if clusters else offset


def next_boundary(text: str, offset: int) -> int:
    """Return the end of the grapheme that begins at `offset`."""
    clusters = characters(text[offset : offset + 64])
    return offset + clusters[0][1] if clusters else min(len(text), offset + 1)
