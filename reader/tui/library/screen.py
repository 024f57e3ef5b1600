"""The library screen: a field, the table of articles below it, and a preview of the one in hand.

Typing filters; a path or an address in the field opens a new article, and so does a pasted text. Tab gives the letters to the
list.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.css.query import NoMatches
from textual.message import Message
from textual.widgets import Input

from reader.errors import ReaderError
from reader.library.personal import LIST_ENTRY, SORT
from reader.review.model import Tag
from reader.review.vocabulary import TAG_COLOURS
from reader.tui.action import ARTICLE_LIST, LIBRARY, LOADING, Situation
from reader.tui.background import LoadingFinished, TaskOutcome
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.library.article_actions import ArticleActions
from reader.tui.library.columns import article_line, count_parts, heading_lines, lay_out_columns
from reader.tui.library.commands import COMMANDS
from reader.tui.library.opener import ArticleOpener
from reader.tui.library.preview import PreviewReader, article_preview
from reader.tui.library.table import ArticleTable, ListedArticle, Sort, list_articles, read_sort
from reader.tui.library.team_actions import TeamActions
from reader.tui.library.welcome import welcome_lines
from reader.tui.panes.bars import Notice, SaveStatus, footer_lines, notice_lines
from reader.tui.question import Question
from reader.tui.services import AppServices, KeyScreen, SettingsListener, StopScreen, app_of
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.styled_line import TAG_CELLS, Part, StyledLine, clip, line, spread, width_of
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.prompt_bar import LineField, PromptBar
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.timer import Timer

    from reader.library.articles import ArticleSummary
    from reader.library.library import Overview
    from reader.review.codebook import Codebook
    from reader.review.completeness import Completeness

OPENING_MESSAGE: Final = ("Opening your library …", "hint")
PREVIEW_DELAY: Final = 0.12
"""Seconds for which the keys must rest before the article in hand is read for its preview."""
COUNT_BATCH: Final = 20
"""Articles whose reviews are counted before the table shows the counts."""
SIDE_PREVIEW: Final = 160
"""The columns from which on the preview stands beside the list."""
PREVIEW_WIDTH: Final = 64
_PREVIEW_HEIGHTS: Final = ((30, 15), (20, 9))
"""Rows of the screen, and those of the preview below the list in it."""
_WIDE_FIELD: Final = 100
"""The columns from which on the field says what it understands, and the header how many articles are archived."""
_STOPS: Final = {"library-clear": "library-clear", "library-quit": "library-quit", "arriving-stop": "library-clear"}
"""The actions that do not wait for an article that is opened: they stop it."""


class _ArticleList(ItemList, can_focus=False):
    """The articles. Tab lets the list have the focus; then letters are keys."""

    UNDER = ("page", "text")

    def show(self, lines: Sequence[StyledLine], under: Sequence[tuple[str, ...]] = ()) -> None:
        """Show lines, the chosen row on a shade of its own."""
        chosen = len(self._head) + self.index - self._first
        if self._count and len(self._head) <= chosen < len(lines):
            under = [*[self.UNDER] * chosen, ("page", "sentence", "text")]
        super().show(lines, under)


class LibraryScreen(StopScreen, KeyScreen, LibraryListener, SettingsListener):
    """Screen that lists the articles of the library; Enter opens one."""

    DEFAULT_CSS = """
    #library-bar { height: 1; background: $field; }
    #library-find { border: none; height: 1; width: 1fr; padding: 0 1; background: $field; }
    #library-find:focus { border: none; background-tint: $foreground 0%; }
    #library-hint { height: 1; width: auto; background: $field; }
    #library-body { height: 1fr; layout: vertical; background: $background; }
    #library-list { height: 1fr; margin-top: 1; background: $background; }
    #library-preview { height: 9; background: $surface; }
    #library-body.-side { layout: horizontal; }
    #library-body.-side #library-list { width: 1fr; }
    #library-body.-side #library-preview { height: 1fr; border-left: vkey $hairline; }
    """
    AUTO_FOCUS = "#library-find"

    class Loaded(Message):
        """The library was read."""

        def __init__(
            self,
            articles: list[ListedArticle],
            tags: dict[str, Tag],
            sort: Sort | None = None,
            error: ReaderError | None = None,
        ) -> None:
            super().__init__()
            self.articles = articles
            self.tags = tags
            self.sort = sort
            self.error = error

    class Counted(Message):
        """Reviews were counted; None stands for a text that cannot be read."""

        def __init__(self, counts: dict[str, Completeness | None]) -> None:
            super().__init__()
            self.counts = counts

    def __init__(self) -> None:
        super().__init__()
        self.table = ArticleTable()
        self.actions = ArticleActions(self)
        self.opener = ArticleOpener(self)
        self.team = TeamActions(self)
        self.message = OPENING_MESSAGE
        self.error: ReaderError | None = None
        self.has_loaded = False
        self._preview = PreviewReader(self.post_message, self._show_preview)
        self._preview_timer: Timer | None = None
        self._tags: dict[str, Tag] = {}
        self._is_loading = False
        self._load_again = False
        self._listed: tuple[Overview, list[ListedArticle]] | None = None
        self._keys: KeyReader | None = None
        self._prompt = PromptBar(id="prompt")

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def field(self) -> LineField:
        """The field above the table."""
        return self.query_one("#library-find", LineField)

    @property
    def list(self) -> _ArticleList:
        """The table."""
        return self.query_one(_ArticleList)

    def compose(self) -> ComposeResult:
        """Lay out header, field, table, preview and footer."""
        yield StyledLines(id="header")
        with Horizontal(id="library-bar"):
            yield LineField(id="library-find", select_on_focus=False)
            yield StyledLines(id="library-hint", under=("field", "text"))
        with Container(id="library-body"):
            yield _ArticleList(id="library-list")
            yield StyledLines(id="library-preview")
        yield NoticeBar(id="notice")
        yield self._prompt
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Prepare the timers."""
        self.opener.prepare()

    def on_screen_resume(self) -> None:
        """Read the library, at first and after every article."""
        self.load()
        self.take_team()

    def on_unmount(self) -> None:
        """Stop what is read for this screen."""
        self._preview.stop()
        self.opener.stop()

    # ------------------------------------------------------------------ reading the library

    def load(self) -> None:
        """Read the library on a thread; if asked again in the meantime, read it once more."""
        self._load_again = self._is_loading
        if not self._is_loading:
            self._is_loading = True
            self.run_worker(partial(self._read_library, self.services), thread=True)

    def _read_library(self, services: AppServices) -> None:
        """Read the library on a thread; once the program ends, only what is given here leads to its services."""
        from reader.library.counts import review_overview
        from reader.registries.lookup import health_state

        try:
            library = services.open_library()
            known = health_state(library.folder, services.settings)
            overview = review_overview(library, services.settings.scale, known)
            tags = {tag.name: tag for tag in library.codebook()}
        except ReaderError as error:
            self.post_message(self.Loaded([], {}, error=error))
            return
        sort = read_sort(library.personal.entry(LIST_ENTRY).get(SORT))
        if self._listed is None or self._listed[0] is not overview:
            self._listed = overview, list_articles(*overview)
        self.post_message(self.Loaded(self._listed[1], tags, sort))
        entries, counts = overview
        self._count_reviews(services, [entry for entry in entries if entry.id not in counts], known)

    def _count_reviews(self, services: AppServices, entries: list[ArticleSummary], known: str) -> None:
        from reader.formats.article_cache import open_document
        from reader.library.counts import count_article
        from reader.registries.lookup import look_up_health

        library, settings = services.open_library(), services.settings
        look_up = partial(look_up_health, library=library.folder, settings=settings)
        counts: dict[str, Completeness | None] = {}
        for number, entry in enumerate(entries, 1):
            if self not in services.screen_stack[-1:]:
                return
            try:
                counts[entry.id] = count_article(library, entry, open_document, settings.scale, look_up, known)
            except ReaderError:
                counts[entry.id] = None
            if len(counts) == COUNT_BATCH or number == len(entries) or number == 1:
                self.post_message(self.Counted(counts))
                counts = {}

    @on(Loaded)
    def _handle_articles(self, event: Loaded) -> None:
        if not self.query(_ArticleList):  # the program ends
            return
        if not self.has_loaded:
            self.services.memory.set_aside()
            self.table.sort = event.sort or self.table.sort
        self._is_loading, self.has_loaded = False, True
        self.error = None if self.services.library.is_open else event.error
        if event.error is None:
            names = {article.entry.id: article.entry.name for article in event.articles}
            for screen in self.services.screen_stack:
                if isinstance(screen, LibraryListener):
                    screen.take_names(names)
            self._tags = event.tags
            self._preview.forget()
            self.table.load(event.articles, is_latest=not self._load_again)
        if event.error is not None and self.error is None:
            self.message = (event.error.what, "bad")
        elif self.message == OPENING_MESSAGE:
            self.message = ("", "text")
        self.show()
        if self._load_again:
            self.load()

    @on(Counted)
    def _handle_counts(self, event: Counted) -> None:
        self.table.count(event.counts)
        self.show()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        event.apply()

    @on(LoadingFinished)
    def _handle_loading(self, event: LoadingFinished) -> None:
        self.opener.finish(event)

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Read the library again: another window or program changed it, or the tags were changed in the codebook."""
        if self.is_current or any(isinstance(edit.item, Tag) for edit in edits):
            self.load()

    def take_team(self) -> None:
        """Show what is left to send, and read who works on the shared articles, unless another screen lies over this one."""
        self.show_save_status()
        if self.is_current:
            self.team.read_people(self._take_people)

    def _take_people(self, people: Mapping[str, Sequence[str]] | None) -> None:
        self.table.share(people)
        self.show()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until something is typed."""
        self.say(text, tone)
        self.load()

    def take_settings(self) -> None:
        """Use the keys, columns and colours as they are now."""
        self._keys = None
        self.show()

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self.show_bars()

    # ------------------------------------------------------------------ showing

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""
        self.message = (text, tone)
        self.show_bars()

    def key(self, action_id: str) -> str:
        """Return the key of an action as people write it: on the field, one that is no letter."""
        keymap = self.services.keymap
        return keymap.field_label(action_id) if self.key_context == LIBRARY else keymap.way_to(action_id)

    def tag_part(self, name: str) -> Part:
        """Return a tag as it is shown: symbol and name, in its colour."""
        tag = self._tags.get(name)
        symbol = tag.symbol if tag is not None and tag.symbol else "◆"
        role = f"tag-{tag.colour}" if tag is not None and tag.colour in TAG_COLOURS else "tag"
        return Part(clip(f"{symbol} {name}", TAG_CELLS), role)

    @property
    def codebook(self) -> Codebook:
        """All tags of the library."""
        from reader.review.codebook import Codebook

        return Codebook(tuple(self._tags.values()))

    def tag_names(self) -> Sequence[str]:
        """Return the names of all tags, those of articles first."""
        used = (name for article in self.table.articles for name in article.entry.own_tags)
        return tuple(dict.fromkeys((*used, *sorted(self._tags))))

    @on(Input.Changed, "#library-find")
    def _handle_typing(self, event: Input.Changed) -> None:
        self.message = ("", "text")
        self.table.filter_by(event.value)
        if self.table.filter.complaint:
            self.message = (self.table.filter.complaint, "fault")
        self.show()

    def show(self) -> None:
        """Draw everything, unless the program ends and the widgets are gone."""
        with suppress(NoMatches):
            self._lay_out()
            self._show_articles()
            self._show_preview()
            self.show_bars()

    @property
    def is_empty(self) -> bool:
        """Whether the library has no article yet."""
        return self.has_loaded and not self.error and not self.table.articles

    def _lay_out(self) -> None:
        width, height = self.size
        is_side = width >= SIDE_PREVIEW and not self.is_empty
        body, preview = self.query_one("#library-body"), self.query_one("#library-preview", StyledLines)
        body.set_class(is_side, "-side")
        below = next((rows for least, rows in _PREVIEW_HEIGHTS if height >= least), 0)
        preview.display = bool(self.table.rows) and (is_side or below > 0)
        preview.styles.height = "1fr" if is_side else below or 1
        preview.styles.width = PREVIEW_WIDTH if is_side else "1fr"

    def _show_articles(self) -> None:
        table, articles = self.table, self.list
        articles.index = table.index
        width = self.size.width - (PREVIEW_WIDTH if self.query_one("#library-body").has_class("-side") else 0)
        none = line(("no articles yet ", "secondary"))
        counts = none if self.is_empty else count_parts(self.table, is_wide=self.size.width >= _WIDE_FIELD)
        self.query_one("#header", StyledLines).show([spread(line(" ", ("Library", "b")), counts, self.size.width)])
        if self.is_empty:
            lines = welcome_lines(width, articles.size.height, self.key)
            articles.fill(0, 1, lambda index, width, current: [], lines)
            return
        widths, moment = self.services.settings.columns, datetime.now().astimezone()
        columns = lay_out_columns(width, widths, has_origins=table.has_origins, has_team=table.has_team)

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            article = table.rows[index]
            return [article_line(article, columns, table, self.tag_part, moment, is_current=current)]

        head = heading_lines(columns, table.sort, width) if table.articles else []
        articles.fill(len(table.rows), 1, row, self._empty_lines(), head=head)
        articles.bring_into_view(table.index)

    def _empty_lines(self) -> list[StyledLine]:
        if not self.has_loaded or self.error:
            return []
        if not self.table.filter.text:
            return [line("     ", ("Every article is archived or removed", "secondary"))]
        none = "No article matches"
        if not self.table.filter.tests:
            none += "; Enter opens the text as a path or an address"
        return [line("     ", (none, "secondary"))]

    def _show_preview(self) -> None:
        article = self.table.current
        with suppress(NoMatches):
            preview = self.query_one("#library-preview", StyledLines)
            if article is None or not preview.display:
                return
            is_side = self.query_one("#library-body").has_class("-side")
            width = PREVIEW_WIDTH - 1 if is_side else self.size.width
            height = (self.size.height - 4) if is_side else preview.size.height - 1
            facts = self._preview.facts(article)
            lines = article_preview(
                article, facts, (width, height), self.tag_part, self.key("library-review"), datetime.now().astimezone()
            )
            rule = [()] if is_side else [line(("─" * width, "hairline"))]
            preview.show([*rule, *lines])
            if facts is None:
                if self._preview_timer is not None:
                    self._preview_timer.stop()
                self._preview_timer = self.set_timer(PREVIEW_DELAY, self._read_preview)

    def _read_preview(self) -> None:
        article = self.table.current
        if article is not None and self.is_current and not article.is_unreadable:
            self._preview.read(article, self.services.open_library, self.services.settings)

    def show_bars(self) -> None:
        """Draw the hint of the field, the notice and the footer, unless the widgets are gone."""
        with suppress(NoMatches):
            self._show_field_hint()
            reader, width = self.services, self.size.width
            status = SaveStatus("failed") if self.error else reader.save_status
            notice = Notice(status, self.error, len(reader.copies))
            hints = reader.keymap.hints(self.key_context)
            if self.is_empty and not self.field.value:
                hints = (
                    ("Enter", "open the sample", "library-open"),
                    *hints[-2:],
                    (self.key("library-quit"), "quit", "library-quit"),
                )
            lines = footer_lines(hints, status, width, *self.message, is_hidden=self._prompt.is_asking)
            self.query_one(NoticeBar).show_notice([*notice_lines(notice, width, self.key, "library-"), *lines[:-1]])
            footer = self.query_one("#footer", StyledLines)
            footer.display = not self._prompt.is_asking
            footer.show(lines[-1:])

    def _show_field_hint(self) -> None:
        field, hint = self.field, self.query_one("#library-hint", StyledLines)
        field.placeholder = (
            "a path or an address to open" if self.is_empty else "type to filter, or a path or an address to open"
        )
        parts: StyledLine = ()
        if field.value:
            parts = line((self.services.keymap.label("library-clear"), "yours b"), (" shows all ", "secondary"))
        elif self.is_empty:
            parts = line((self.services.keymap.label("library-complete"), "yours b"), (" completes a path ", "secondary"))
        elif self.size.width >= _WIDE_FIELD:
            parts = line(("is:open   #tag   by:name ", "secondary"))
        hint.styles.width = width_of(parts)
        hint.show([parts])

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self.show()

    # ------------------------------------------------------------------ keys

    @property
    def key_context(self) -> str:
        """The context that decides which keys act: the field or the list."""
        return ARTICLE_LIST if (self._next_focus or self.focused) is self.list else LIBRARY

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (LIBRARY, ARTICLE_LIST)

    @property
    def situation(self) -> Situation:
        """Whether there is a team, which decides what the palette lists as possible."""
        return Situation(has_team=self.services.library.has_team)

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait for an article that is opened, or for the focus of the widget that they are for."""
        if self._prompt.is_asking:
            return self._prompt.must_wait()
        return self._next_focus is not None or self.team.is_waiting or self.opener.is_opening

    def stop_by(self, key: events.Key) -> bool:
        """Stop opening an article on a key that goes back, quits or stops; return whether it was one of them."""
        find = self.services.keymap.find
        action = (find(LIBRARY, (key.key,)).action or find(LOADING, (key.key,)).action) if self.opener.is_opening else None
        if action is None or action.id not in _STOPS:
            return False
        self.services.forget_keys()
        self.do(_STOPS[action.id])
        return True

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key; while the field has the focus, keys that can be typed belong to it."""
        if self._prompt.is_asking:
            return False
        if self.key_context == LIBRARY and event.is_printable:
            return False
        if event.key == "delete" and self.key_context == LIBRARY and self.field.value:
            return False
        key = typed_key(event)
        if self._keys is None:
            self._keys = KeyReader(self.services.keymap)
        match = self._keys.press(self.key_context, key)
        if match.action is not None:
            self.do(match.action.id)
        elif match.follow:
            self.say(f"{match.typed} …", "hint")
        elif self.key_context == LIBRARY:
            return False
        return True

    def take_paste(self, text: str) -> bool:
        """Take a pasted text; one for the field goes there also while the list has the focus."""
        if self._prompt.is_asking:
            return False
        self.message = ("", "text")
        if not text.strip():
            self.say("The pasted text is empty", "fault")
        elif not self.opener.take_paste(text):
            if self.key_context == LIBRARY:
                return False
            self.focus_list(False)
            self.field.insert_text_at_cursor(" ".join(text.split()))
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Run an action."""
        self.message = ("", "text")
        COMMANDS[action_id](self)
        self.show()

    def fill_field(self, text: str) -> None:
        """Put a text into the field, and list the articles that it names. A message in the footer stays."""
        with self.prevent(Input.Changed):
            self.field.value = text
        self.table.filter_by(text)
        self.show()

    def sort_by(self, column: str) -> None:
        """Sort by a column, again: turn the order; keep that for the next time."""
        self.table.sort_by(column)
        if self.services.library.is_open:
            self.services.open_library().set_personal(LIST_ENTRY, {SORT: list(self.table.sort)})
        self.show()

    def focus_list(self, is_list: bool) -> None:
        """Give the letters to the list, or back to the field."""
        self.list.can_focus = is_list
        self.give_keys_to(self.list if is_list else self.field)

    def on_descendant_focus(self) -> None:
        """Show the keys of the widget that has the focus."""
        if self.focused is self._next_focus:
            self._next_focus = None
        self.show_bars()

    def on_descendant_blur(self) -> None:
        """Focus the field again after a click beside it."""
        if self.focused is None and not self._prompt.is_asking and self._next_focus is None:
            self.focus_list(False)

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        kind, _, name = event.target.partition(":")
        if kind == "article":
            self.table.go_to(name)
            self.opener.open_current()
        elif kind == "sort":
            self.sort_by(name)
        elif kind == "action":
            self.do(name)

    # ------------------------------------------------------------------ questions

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

        def submit(text: str) -> str | None:
            complaint = question.on_submit(text)
            if complaint is None:
                self._close_question()
            return complaint

        self._prompt.ask(question._replace(on_submit=submit, on_leave=self._close_question))
        self.show_bars()

    def _close_question(self) -> None:
        self._prompt.close()
        self.give_keys_to(self.list if self.list.can_focus else self.field)
        self.show()
