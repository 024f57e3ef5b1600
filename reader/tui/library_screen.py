"""The library screen: the articles of the library, filtered as one types; a path or an address opens a new one."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from reader.errors import ReaderError
from reader.formats import is_address, parse_article, read_article
from reader.formats.open_request import OpenRequest, page_request
from reader.printable import plural
from reader.review.model import now
from reader.tui.action import ARTICLE_LIST, LIBRARY
from reader.tui.background import PROGRESS_INTERVAL, LoadingFinished, LoadingTask, error_message
from reader.tui.panes.bars import HEADER_METER, Notice, SaveStatus, footer_lines, notice_lines
from reader.tui.path_completion import is_path_start
from reader.tui.services import AppServices, app_of
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.styled_line import Part, StyledLine, clip, clip_left, clip_middle, line, meter, spread
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.prompt_bar import LineField
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.exchange import Report
    from reader.library.articles import ArticleSummary
    from reader.review.completeness import Completeness
    from reader.review.filter import Filter

ENTRY_HEIGHT = 4
SAVE_SIGN_WIDTH = 13
"""Cells of the state of saving in the footer, with the blanks around it."""
OPENING_MESSAGE = ("Opening your library …", "hint")


class _ArticleList(ItemList, can_focus=False):
    """The articles. Tab lets the list have the focus; then letters are keys."""

    UNDER = ("page", "text")


def entry_rows(entry: ArticleSummary, counts: Completeness | None, width: int, *, current: bool) -> list[StyledLine]:
    """Return three lines for an article: title and counts, None until they are there; the state of its review; its source."""
    right: list[Part] = []
    if counts is not None:
        right.extend((Part(f"{counts.decided_count:,}/{counts.sentences:,} ", "secondary"),))
        right.extend(meter(counts.decided_count, counts.sentences, HEADER_METER))
        right.append(Part(f"  {plural(counts.claims, 'claim')}", "secondary"))
        right.append(Part(f"  {counts.open_pairs:,} open" if counts.open_pairs else "", "open"))
    lead = Part("▌ " if current else "  ", "yours")
    target = f"article:{entry.id}"
    first = spread(line(lead, (entry.title, "b" if current else "text", target)), (*right, Part(" ")), width)
    source = "from a pipe" if entry.source == "-" else entry.source.replace(str(Path.home()), "~", 1)
    fetched = f"  fetched {entry.fetched[:10]}" if entry.fetched else ""
    parts = [
        Part("  "),
        Part(f"{entry.opened[:10]}   ", "hint", target),
        Part(clip_left(source, width - 16 - len(fetched)), "secondary", target),
        Part(fetched, "hint", target),
    ]
    parts.extend(Part(f"  #{tag}", "tag", target) for tag in entry.tags)
    summary = "" if counts is None else counts.summary()
    tone = "good" if counts is not None and counts.is_complete else "secondary"
    return [first, line("  ", Part(clip(summary, width - 3), tone, target)), line(*parts)]


class LibraryScreen(Screen[None], LibraryListener):
    """Screen that lists the articles of the library; Enter opens one."""

    DEFAULT_CSS = """
    #library-list { height: 1fr; margin: 1 1 0 1; background: $background; }
    #library-find { border: none; height: 1; padding: 0 2; background: $panel; }
    #library-find:focus { border: none; }
    """
    AUTO_FOCUS = "#library-find"

    class Loaded(Message):
        """The library was read."""

        def __init__(
            self, entries: tuple[ArticleSummary, ...], counts: dict[str, Completeness], error: ReaderError | None
        ) -> None:
            super().__init__()
            self.entries = entries
            self.counts = counts
            self.error = error

    class Counted(Message):
        """The review of an article was counted; `counts` is None if its text cannot be read."""

        def __init__(self, article_id: str, counts: Completeness | None) -> None:
            super().__init__()
            self.article_id = article_id
            self.counts = counts

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[ArticleSummary, ...] = ()
        self._visible_entries: list[ArticleSummary] = []
        self._counts: dict[str, Completeness | None] = {}
        self._has_loaded = False
        self._is_loading = False
        self._load_again = False
        self._error: ReaderError | None = None
        self._message = OPENING_MESSAGE
        self._loading_task: LoadingTask | None = None

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """Lay out header, field, list and footer."""
        yield StyledLines(id="header")
        yield LineField(placeholder="type to filter, or a path or address to open", id="library-find", select_on_focus=False)
        yield _ArticleList(id="library-list")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Prepare the timer that shows the progress of opening."""
        self._progress_timer = self.set_interval(PROGRESS_INTERVAL, self._say_progress, pause=True)

    def on_screen_resume(self) -> None:
        """Read the library, at first and after every article."""
        self._load()

    def _load(self) -> None:
        """Read the library on a thread; if asked again in the meantime, read it once more."""
        self._load_again = self._is_loading
        if not self._is_loading:
            self._is_loading = True
            self.run_worker(self._read_library, thread=True)

    def _read_library(self) -> None:
        scale = self.services.settings.scale
        try:
            library = self.services.open_library()
            entries, counts = library.overview(scale)
        except ReaderError as error:
            self.post_message(self.Loaded((), {}, error))
            return
        self.post_message(self.Loaded(entries, counts, None))
        for entry in entries:
            if entry.id not in counts and self.is_current:
                try:
                    counted = library.count(entry, parse_article, scale)
                except ReaderError:
                    counted = None
                self.post_message(self.Counted(entry.id, counted))

    @on(Loaded)
    def _handle_entries(self, event: Loaded) -> None:
        if not self.query(_ArticleList):  # the program ends
            return
        current = self._current_id()
        self._is_loading, self._has_loaded = False, True
        self._error = None if self.services.library.is_open else event.error
        if event.error is None:
            self._entries = event.entries
            self._counts = {**event.counts}
        if event.error is not None and self._error is None:
            self._message = (event.error.what, "bad")
        elif self._message == OPENING_MESSAGE:
            self._message = ("", "text")
        self._show()
        self._keep_current(current)
        if self._load_again:
            self._load()

    @on(Counted)
    def _handle_counts(self, event: Counted) -> None:
        self._counts[event.article_id] = event.counts
        if self.query(_ArticleList):
            self._show()

    def _current_id(self) -> str:
        """Return the id of the article that Enter would open."""
        index = self.query_one(_ArticleList).index
        return self._visible_entries[index].id if index < len(self._visible_entries) else ""

    def _keep_current(self, article_id: str) -> None:
        """Keep the list on the same article, wherever it is now."""
        ids = [entry.id for entry in self._visible_entries]
        if article_id in ids:
            self.query_one(_ArticleList).go_to(ids.index(article_id))

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Read the library again: another window or program changed it."""
        if self.is_current:
            self._load()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until something is typed."""
        self._say(text, tone)
        self._load()

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self._show_bars_if_mounted()

    # ------------------------------------------------------------------ showing

    @on(Input.Changed)
    def _handle_typing(self) -> None:
        self._message = ("", "text")
        self.query_one(_ArticleList).index = 0
        self._show()

    def _show(self) -> None:
        """Draw list and bars, unless the program ends and the widgets are gone."""
        with suppress(NoMatches):
            self._show_articles()
            self._show_bars()

    def _show_articles(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        self._visible_entries = [
            e for e in self._entries if all(w in f"{e.title} {e.source} #{' #'.join(e.tags)}".casefold() for w in words)
        ]
        many = f"{len(self._visible_entries)} of {len(self._entries)}" if words else str(len(self._entries))
        noun = "article" if len(self._entries) == 1 else "articles"
        width = self.size.width
        self.query_one("#header", StyledLines).show(
            [spread(line(" ", ("Library", "b")), line((f"{many} {noun} ", "secondary")), width)]
        )
        entries = self._visible_entries

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            entry = entries[index]
            return entry_rows(entry, self._counts.get(entry.id), width, current=current)

        if not self._has_loaded or self._error:
            none = ""
        elif self._entries:
            none = "No article matches; Enter opens the text as a path or an address"
        else:
            none = "No articles yet: type a path or an address and press Enter"
        self.query_one(_ArticleList).fill(len(entries), ENTRY_HEIGHT, row, [line(" ", (none, "hint"))])

    def _show_bars_if_mounted(self) -> None:
        with suppress(NoMatches):
            self._show_bars()

    def _show_bars(self) -> None:
        reader, width = self.services, self.size.width
        status = SaveStatus("failed") if self._error else reader.save_status
        notice = Notice(status, self._error, len(reader.copies))
        lines = footer_lines(reader.keymap.hints(self._key_context), status, width, *self._message)
        self.query_one(NoticeBar).show_notice([*notice_lines(notice, width, reader.keymap.label, "library-"), *lines[:-1]])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Run the action of a key; while the field has the focus, keys that can be typed belong to it."""
        key = event.character if event.is_printable and event.character and event.character != " " else event.key
        action = self.services.keymap.find(self._key_context, (key,)).action
        if action is None:
            return
        event.stop()
        event.prevent_default()
        self._run_action(action.id)

    @property
    def _key_context(self) -> str:
        return ARTICLE_LIST if isinstance(self.focused, _ArticleList) else LIBRARY

    def _run_action(self, action: str) -> None:
        articles, field = self.query_one(_ArticleList), self.query_one(LineField)
        if action == "library-list-clear":
            articles.can_focus = False
            field.focus()
        elif action == "library-list-open":
            self._open_current()
        elif action == "library-complete" and is_path_start(field.value):
            with self.prevent(Input.Changed):
                names = field.complete()
            few = "" if len(names) == 1 else "  ".join(names) or "No file begins like this"
            self._say(few, "hint" if names else "fault")
        elif action == "library-complete":
            articles.can_focus = True
            articles.focus()
        else:
            self._run_shared_action(action.replace("library-list-", "library-"), articles, field)

    def on_descendant_focus(self) -> None:
        """Show the keys of the widget that has the focus."""
        self._show_bars_if_mounted()

    def _run_shared_action(self, action: str, articles: ItemList, field: Input) -> None:
        """Run an action that is the same in the field and in the list."""
        if action in ("library-next", "library-previous"):
            articles.go_to(articles.index + (1 if action == "library-next" else -1))
        elif action == "library-open":
            self._enter(field.value.strip())
        elif action == "library-search":
            self.services.show_search()
        elif action == "library-export":
            self._export()
        elif action == "library-save-as" and self._has_loaded and not self._error:
            self.services.save_elsewhere()
        elif action == "library-merge-copy":
            has_copy = self.services.merge_copy()
            self._say(*(("Merging the conflict copy …", "hint") if has_copy else ("There is no conflict copy", "fault")))
        elif action == "library-help":
            self.services.show_help(self._key_context)
        elif action == "library-clear" and self._stop_loading():
            self._say("Not opened", "text")
        elif action == "library-clear" and field.value:
            field.value = ""
        elif action == "library-clear" and len(self.services.screen_stack) > 1:
            self.services.pop_screen()
        elif action == "library-clear":
            self._say(f"{self.services.keymap.label('library-quit')} quits", "text")
        elif action == "library-quit":
            self._stop_loading()
            self.services.leave()

    def _export(self) -> None:
        """Show the export screen for the articles that are listed."""
        if not self._visible_entries:
            self._say("No article is listed", "fault")
            return
        from reader.exchange.batch import ExportArticle

        rows = [ExportArticle(e.title, e.title, e.id, partial(self._load_report, e)) for e in self._visible_entries]
        title = self._visible_entries[0].title
        self.services.show_export(rows, title, "library-export", {}, lambda text: self.show_message(text, "good"))

    def _load_report(self, entry: ArticleSummary, annotation_filter: Filter | None) -> Report:
        """Return the report of an article as its file or the kept copy is now. Raises ReaderError."""
        from reader.exchange import build_report

        library, settings = self.services.open_library(), self.services.settings
        session, _ = library.peek(parse_article(library.latest_document(entry), entry.source), settings.scale)
        return build_report(session, now(), settings.public_names, annotation_filter)

    def _say(self, text: str, tone: str) -> None:
        self._message = (text, tone)
        self._show()

    def _enter(self, text: str) -> None:
        entry = next((entry for entry in self._entries if entry.source == text), None)
        path = Path(os.path.expanduser(text)) if text else None
        if entry is not None:
            self._open(entry)
        elif is_address(text):
            self._start_loading(page_request(text, private=self.services.private))
        elif path is not None and (_exists(path) or not self._visible_entries):
            self._start_loading(OpenRequest(str(path), partial(read_article, str(path))))
        else:
            self._open_current()

    def _open_current(self) -> None:
        if self._visible_entries:
            self._open(self._visible_entries[self.query_one(_ArticleList).index])

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        kind, _, name = event.target.partition(":")
        entry = next((e for e in self._visible_entries if kind == "article" and e.id == name), None)
        if entry is not None:
            self._open(entry)
        elif kind == "action":
            self._run_action(name)

    # ------------------------------------------------------------------ opening

    def _open(self, entry: ArticleSummary) -> None:
        """Read an article of the library from its file, else from the kept copy."""

        def read() -> Article:
            return parse_article(self.services.open_library().latest_document(entry), entry.source)

        self._start_loading(OpenRequest(entry.title if entry.source == "-" else entry.source, read))

    def _start_loading(self, request: OpenRequest) -> None:
        """Start to read an article on a thread, instead of another that is being read."""
        self._stop_loading()
        self._loading_task = LoadingTask(request, self.post_message)
        self._loading_task.start()
        self._progress_timer.resume()
        self._say_progress()

    def _stop_loading(self) -> bool:
        """Stop reading; return whether an article was being read."""
        task, self._loading_task = self._loading_task, None
        self._progress_timer.pause()
        if task is not None:
            task.stop()
        return task is not None

    def _say_progress(self) -> None:
        if self._loading_task is not None:
            progress, stop = self._loading_task.progress, self.services.keymap.label("library-clear")
            name = clip_middle(self._loading_task.name, max(8, self.size.width - len(progress) - len(stop) - 36))
            self._message = (f"Opening {name} · {progress} · {stop} stops", "hint")
            self._show_bars_if_mounted()

    @on(LoadingFinished)
    def _handle_article(self, event: LoadingFinished) -> None:
        if event.task is not self._loading_task:
            return
        self._stop_loading()
        if event.error is not None:
            message = error_message(event.error, event.task.request.name)
            self._say(clip_middle(message, self.size.width - SAVE_SIGN_WIDTH), "bad")
        elif event.article is not None:
            self._message = ("", "text")
            self.query_one(Input).value = ""
            self.services.show_article(event.article)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no name of a file: too long, a NUL in it
        return False
