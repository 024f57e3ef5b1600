"""The screen of the search over everything: hits in context as one types, grouped by article; Enter goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.widgets import Input

from reader.formats.article_cache import open_document
from reader.formats.open_request import OpenRequest
from reader.review.query import Query
from reader.search.index import SearchInterrupted
from reader.search.plan import parse_search
from reader.search.results import Destination, Hit, HitDetail, SearchResults
from reader.tui.action import SEARCH
from reader.tui.background import LoadingFinished, LoadingTask, TaskOutcome, TimerHost, error_message, run_in_background
from reader.tui.index_follower import IndexProgress
from reader.tui.panes.bars import Notice, footer_lines, notice_lines, tab_lines
from reader.tui.panes.search import (
    SearchView,
    chip_parts,
    empty_lines,
    hit_card_lines,
    hit_lines,
    kind_counts,
    problem_lines,
    search_header,
)
from reader.tui.services import AppServices, ClosingScreen, HitScreen, PaletteHost, app_of
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.styled_line import StyledLine, indent, line, width_of
from reader.tui.text_screen import WIDE
from reader.tui.widgets.prompt_bar import LineField
from reader.tui.widgets.rows import JumpTarget
from reader.tui.widgets.styled_lines import CARD_ROLES, PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from textual.timer import Timer

    from reader.article.article import Article
    from reader.search.index import SearchIndex

TYPING_PAUSE: Final = 0.06
"""Seconds after a letter until the search begins, so that fast typing makes one search."""
_SIDE_WIDTH: Final = 45
_HIT_LABEL: Final = 1
"""The column of the label of a hit, left of its sign."""
_FILTERS: Final = (
    ("tag:", "a tag"),
    ("verdict:", "a verdict"),
    ("is:", "a state: open, judged …"),
    ("kind:", "a kind: claim, note …"),
    ("ref:", "a reference"),
    ("article:", "letters of the title"),
    ("by:", "a person"),
    ("after:", "a date, or later"),
    ("before:", "before a date"),
)
"""The filters that a person can choose, each with what follows it."""
_EMPTY_QUERY: Final = Query("")


class _HitList(StyledLines):
    """The hits, of which those around the current one are shown. `numbers` holds the number of the hit in each row, or -1."""

    UNDER = PAGE_ROLES

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.numbers: Sequence[int] = ()

    def jump_targets(self) -> Sequence[JumpTarget]:
        """Return the first row of each hit, and the links to more."""
        rows = {number: row for row, number in reversed([*enumerate(self.numbers[: self.size.height])]) if number >= 0}
        hits = [JumpTarget(_HIT_LABEL, row, f"hit {number}") for number, row in sorted(rows.items())]
        return [*hits, *super().jump_targets()]


class SearchScreen(HitScreen, TimerHost, PaletteHost, ClosingScreen[None], LibraryListener):
    """Screen that searches everything in the library. `text` is the query that it begins with.

    Filters that are complete stand before the field as chips; the letters always go into the field.
    """

    DEFAULT_CSS = f"""
    SearchScreen {{ background: $background; }}
    #search-bar {{ height: 1; background: $panel; }}
    #search-chips {{ width: auto; height: 1; background: $panel; }}
    #search-field {{ border: none; height: 1; width: 1fr; padding: 0 1; background: $panel; }}
    #search-field:focus {{ border: none; }}
    #search-hint {{ width: auto; height: 1; background: $panel; }}
    #search-body {{ height: 1fr; background: $background; }}
    #search-tabs {{ height: 3; background: $background; }}
    #search-hits {{ height: 1fr; background: $background; }}
    #search-card {{ display: none; height: 1fr; background: $surface; }}
    SearchScreen.-wide #search-card {{ display: block; width: {_SIDE_WIDTH}; border-left: vkey $hairline; }}
    """
    AUTO_FOCUS = "#search-field"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # as the base class has it

    def __init__(self, text: str = "", kind: str = "", row: int = 0) -> None:
        """Begin with a query, the kind of its tab and the number of the current hit."""
        super().__init__()
        self._text = text
        self._chips: Query = _EMPTY_QUERY
        self._kind = kind
        self._results: SearchResults | None = None
        self._current = row
        self._opened: dict[int, Sequence[Hit]] = {}
        self._detail: HitDetail | None = None
        self._top = 0
        self._message = ("", "text")
        self._progress = ""
        self._index: SearchIndex | None = None
        self._is_searching = False
        self._search_again = False
        self._timer: Timer | None = None
        self._loading_task: LoadingTask | None = None
        self._destination: Destination | None = None

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def is_settled(self) -> bool:
        """Whether the hits are those of what is typed, in an index that is up to date, and the card that of the current one."""
        is_idle = not (self._is_searching or self._timer is not None or self._progress)
        has_card = self._detail is not None or not self._view().shown_hits()
        return is_idle and has_card and self._results is not None and self._results.state.is_complete

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield StyledLines(id="header")
        with Horizontal(id="search-bar"):
            yield StyledLines(id="search-chips", under=CARD_ROLES)
            yield LineField(self._text, placeholder="type what to search for", id="search-field", select_on_focus=False)
            yield StyledLines(id="search-hint", under=CARD_ROLES)
        with Horizontal(id="search-body"):
            with Vertical():
                yield StyledLines(id="search-tabs", under=PAGE_ROLES)
                yield _HitList(id="search-hits")
            yield StyledLines(id="search-card")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Open the index, and let it follow the library. Filters of a query that it begins with are chips at once."""
        self._take_chips()
        self._text = self.query_one(LineField).value
        self._search()

    def on_screen_resume(self) -> None:
        """Search again, as an article was read in between."""
        if self._results is not None:
            self._search()

    def on_unmount(self) -> None:
        """Stop what was being read."""
        if self._loading_task is not None:
            self._loading_task.stop()

    # ------------------------------------------------------------------ searching

    @property
    def query_text(self) -> str:
        """The whole query: the chips and what was typed last."""
        return f"{self._chips.text} {self._text}".strip()

    def copy(self) -> SearchScreen:
        """Return a new screen with this query, at the same hit."""
        return SearchScreen(self.query_text, self._kind, self._current)

    @on(Input.Changed)
    def _handle_typing(self, event: Input.Changed) -> None:
        event.stop()
        if event.value == self._text:  # the query that the screen began with
            return
        self._message = ("", "text")
        self._take_chips()
        self._text = self.query_one(LineField).value
        self._current = self._top = 0
        self._opened.clear()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(TYPING_PAUSE, self._search)
        self._show_bars()

    def _take_chips(self) -> None:
        """Make chips of the filters that end with a blank."""
        field = self.query_one(LineField)
        text = field.value
        if not text.endswith(" ") or field.cursor_position < len(text):
            return
        query = parse_search(text, self.services.settings.scale)
        filters = [term for term in query.terms if term.field and term.end < len(text)]
        if not filters:
            return
        rest, end = "", 0
        for term in filters:
            rest, end = rest + text[end : term.start], term.end
        typed = " ".join(text[term.start : term.end] for term in filters)
        self._set_chips(f"{self._chips.text} {typed}".strip())
        with self.prevent(Input.Changed):
            field.value = (rest + text[end:]).strip() + (" " if rest.strip() else "")
            field.cursor_position = len(field.value)

    def _set_chips(self, text: str) -> None:
        self._chips = parse_search(text, self.services.settings.scale)

    def _drop_chip(self) -> None:
        last = self._chips.terms[-1]
        self._set_chips(self._chips.text[: last.start].strip())
        self._search()

    def _search(self) -> None:
        """Search on a thread; one search at a time, then the latest query."""
        self._timer = None
        self._search_again = self._is_searching
        if self._is_searching:
            if self._index is not None:
                self._index.interrupt()
            return
        self._is_searching = True
        text, kind, library = self.query_text, self._kind, self.services.library

        def work() -> tuple[SearchIndex, SearchResults]:
            follower = library.follower()
            index = follower.index()
            results = index.search(text, kind)
            if not results.state.is_complete:
                follower.wake()
            return index, results

        run_in_background(self.post_message, work, self._take_results)

    def _take_results(self, outcome: tuple[SearchIndex, SearchResults] | Exception) -> None:
        self._is_searching = False
        if self._search_again:
            self._search()
            return
        if isinstance(outcome, Exception):
            if not isinstance(outcome, SearchInterrupted):
                self._message = (error_message(outcome, "The index"), "bad")
        else:
            self._index, self._results = outcome
            self._current = min(self._current, max(0, len(self._view().shown_hits()) - 1)) if self._results.groups else 0
        self._show()
        self._load_detail()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    def _view(self) -> SearchView:
        results = self._results or SearchResults(_EMPTY_QUERY)
        return SearchView(results, self._kind, self._current, self._opened, self.services.settings.scale)

    def _load_detail(self) -> None:
        """Read what the card shows of the current hit, on a thread."""
        self._detail = None
        listing, index, text = self._view().shown_hits(), self._index, self.query_text
        if self._current >= len(listing) or index is None:
            self._show_card()
            return
        group, hit = listing[self._current]

        def take(outcome: HitDetail | Exception) -> None:
            current = self._view().shown_hits()[self._current : self._current + 1]
            if not isinstance(outcome, Exception) and current and current[0][1].document.id == hit.document.id:
                self._detail = outcome
                self._show_card()

        run_in_background(self.post_message, lambda: index.detail(text, group.owner, hit.document), take)

    # ------------------------------------------------------------------ messages of the library

    def receive_progress(self, event: IndexProgress) -> None:
        """Show how far the index is; once it is up to date, search again."""
        self._progress = f"indexing {event.done:,} of {event.total:,}" if event.total else ""
        if event.error:
            self._message = (event.error, "bad")
        if self.is_mounted and self.is_current:
            self._show_bars()
            if not event.error:  # a search would let it be tried again at once
                self._search()

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Leave it to the index, which follows all changes, to report them."""

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until something is typed."""
        self._message = (text, tone)
        self._show()

    def show_save_status(self) -> None:
        """Show the state of saving."""
        self._show_bars()

    # ------------------------------------------------------------------ showing

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        try:
            self._show_hits()
            self._show_card()
            self._show_bars()
        except NoMatches:  # the program ends
            return

    @property
    def _has_card(self) -> bool:
        return self.has_class("-wide")

    def _show_hits(self) -> None:
        pane, tabs = self.query_one(_HitList), self.query_one("#search-tabs", StyledLines)
        width, height = pane.size.width, pane.size.height
        view = self._view()
        counts = kind_counts(view.results)
        left = 5 if width >= 72 else 1
        has_query = bool(view.results.query.text.strip())
        tabs.show([(), *indent(tab_lines(self._kind, counts, width - left - 2), left)] if has_query else [])
        if view.results.query.problem is not None:
            pane.numbers = ()
            pane.show(problem_lines(view.results.query, width))
            return
        if not view.results.groups:
            pane.numbers = ()
            pane.show(empty_lines(self._results, view.results.state.remark, width))
            return
        rows = hit_lines(view, width, has_card=self._has_card)
        self._scroll(rows.current, len(rows.lines), height)
        lines: list[StyledLine] = [(), *rows.lines]
        pane.numbers = [-1, *rows.numbers][self._top :]
        shown = lines[self._top : self._top + height]
        current = range(rows.current.start + 1 - self._top, rows.current.stop + 1 - self._top)
        pane.show(shown, [("sentence", "text") if y in current else pane.UNDER for y in range(len(shown))])

    def _scroll(self, current: range, count: int, height: int) -> None:
        """Keep the current hit in view, with the title of its article where it is the first."""
        start = 0 if self._current == 0 else max(0, current.start - 2)
        if current.stop + 2 > self._top + height:
            self._top = current.stop + 2 - height
        self._top = max(0, min(self._top, start, count))

    def _show_card(self) -> None:
        card = self.query_one("#search-card", StyledLines)
        if self._has_card:
            lines, card_height = hit_card_lines(self._view(), self._detail, card.size.width - 2, card.size.height - 1)
            under = [("chrome", "text"), *[("card", "text")] * card_height]
            card.show([(), *indent(lines, 1)], under)

    def _show_bars(self) -> None:
        services, width = self.services, self.size.width
        if not self.query("#search-chips"):
            return
        self.query_one("#header", StyledLines).show([search_header(self._results, self._remark(), width)])
        chips, hint = self.query_one("#search-chips", StyledLines), self.query_one("#search-hint", StyledLines)
        parts = line(" ", *chip_parts(self._chips, services.settings.scale)) if self._chips.terms else ()
        key = services.keymap.label("search-drop")
        hint_parts = line((key, "yours b"), (" drops the last filter ", "secondary")) if parts and width >= 100 else ()
        for widget, shown in ((chips, parts), (hint, hint_parts)):
            widget.styles.width = width_of(shown)
            widget.show([shown])
        status = services.save_status
        lines = footer_lines(services.keymap.hints(SEARCH), status, width, *self._message)
        notice = notice_lines(Notice(status, None, len(services.copies)), width, services.keymap.label, "library-")
        self.query_one(NoticeBar).show_notice([*notice, *lines[:-1]])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    def _remark(self) -> str:
        """Return how far the index is, or that a search must read everything."""
        state = self._results.state if self._results is not None else None
        return self._progress or (state.remark if state is not None else "")

    # ------------------------------------------------------------------ keys

    def on_key(self, event: events.Key) -> None:
        """Run the action of a key; letters belong to the field, and so do keys that move in it or delete there."""
        field = self.query_one(LineField)
        action = self.services.keymap.find(SEARCH, (event.key,)).action
        if action is None or event.is_printable:
            return
        if action.id == "search-more" and field.cursor_position < len(field.value):
            return
        if action.id == "search-drop" and (field.cursor_position > 0 or field.selected_text or not self._chips.terms):
            return
        event.stop()
        event.prevent_default()
        self.do(action.id)

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (SEARCH,)

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        if action_id in ("search-next", "search-previous"):
            self._go_to(self._current + (1 if action_id == "search-next" else -1))
        elif action_id in ("search-next-group", "search-previous-group"):
            self._go_to_group(1 if action_id == "search-next-group" else -1)
        elif action_id in ("search-kind", "search-kind-back"):
            kinds = [kind for kind, _, count in kind_counts(self._view().results) if not kind or count != "–"]
            at = kinds.index(self._kind) if self._kind in kinds else 0
            self._set_kind(kinds[(at + (1 if action_id == "search-kind" else -1)) % len(kinds)])
        elif action_id == "search-open":
            self._open_current()
        elif action_id == "search-review":
            self._review_pairs()
        elif action_id == "search-filter":
            self._choose_filter()
        elif action_id == "search-more":
            self._show_more(self._current_owner())
        elif action_id == "search-drop":
            self._drop_chip()
        elif action_id == "search-back" and self._stop_loading():
            self.show_message("Not opened", "text")
        elif action_id == "search-back":
            self.dismiss()
        else:
            self._run_service(action_id)

    def _run_service(self, action: str) -> None:
        """Perform an action that the app performs on other screens too."""
        services = self.services
        actions: dict[str, Callable[[], object]] = {
            "search-palette": services.action_command_palette,
            "search-jump": services.start_jump,
            "search-codebook": services.show_codebook,
            "search-statistics": services.show_statistics,
            "search-settings": services.show_settings,
            "search-help": lambda: services.show_help(SEARCH),
            "search-quit": services.leave,
        }
        actions[action]()

    def _set_kind(self, kind: str) -> None:
        self._kind, self._current, self._top = kind, 0, 0
        self._opened.clear()
        self._search()

    def _go_to(self, number: int) -> None:
        self._current = max(0, min(number, len(self._view().shown_hits()) - 1))
        self._show()
        self._load_detail()

    def _go_to_group(self, by: int) -> None:
        owners = [group.owner.number for group, _ in self._view().shown_hits()]
        if not owners:
            return
        here = owners[self._current]
        groups = list(dict.fromkeys(owners))
        at = groups.index(here) + by
        self._go_to(owners.index(groups[max(0, min(at, len(groups) - 1))]))

    def _current_owner(self) -> int:
        listing = self._view().shown_hits()
        return listing[self._current][0].owner.number if self._current < len(listing) else -1

    def _show_more(self, owner: int) -> None:
        """Show all hits of an article or source."""
        index, text, kind = self._index, self.query_text, self._kind
        if index is None or owner < 0 or owner in self._opened:
            return

        def take(outcome: tuple[Hit, ...] | Exception) -> None:
            if not isinstance(outcome, Exception) and text == self.query_text and kind == self._kind:
                self._opened[owner] = outcome
                self._show()

        run_in_background(self.post_message, lambda: index.more_hits(text, owner, kind), take)

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, name = event.target.partition(":")
        if kind == "tab":
            self._set_kind(name)
        elif kind == "more":
            self._show_more(int(name))
        elif kind == "action":
            self.do(name)

    def on_click(self, event: events.Click) -> None:
        """Go to the hit that was clicked; a second click opens it."""
        pane = self.query_one(_HitList)
        y = event.screen_y - pane.region.y
        if pane.region.contains(event.screen_x, event.screen_y) and 0 <= y < len(pane.numbers) and pane.numbers[y] >= 0:
            if pane.numbers[y] == self._current:
                self._open_current()
            else:
                self._go_to(pane.numbers[y])

    # ------------------------------------------------------------------ going there

    def _open_current(self) -> None:
        """Go to the current hit: in the article that is open below, else in its article, read on a thread."""
        listing = self._view().shown_hits()
        if self._current >= len(listing):
            return
        group, hit = listing[self._current]
        if hit.document.kind == "tag":
            self._set_chips(f"{self._chips.text} #{hit.document.item}".strip())
            self.query_one(LineField).value = self._text = ""
            self._set_kind("")
            return
        index, text = self._index, self.query_text
        if index is not None:
            run_in_background(self.post_message, lambda: index.detail(text, group.owner, hit.document), self._go_there)

    def _go_there(self, outcome: HitDetail | Exception) -> None:
        if isinstance(outcome, Exception):
            self.show_message(error_message(outcome, "The hit"), "bad")
            return
        destination = outcome.destination
        if destination is None:
            self.show_message("No article has this source any more", "fault")
        else:
            self._follow(destination)

    def _review_pairs(self) -> None:
        """Review the open pairs of the claims found in one article: that of the current hit, else the best that has some."""
        index, text, kind, first = self._index, self.query_text, self._kind, self._current_owner()
        if index is None or not text:
            return

        def take(outcome: Destination | Exception | None) -> None:
            if isinstance(outcome, Exception):
                self.show_message(error_message(outcome, "The index"), "bad")
            elif outcome is None:
                self.show_message("No pair of these hits is open", "fault")
            else:
                self._follow(outcome)

        run_in_background(self.post_message, lambda: index.find_open_claims(text, kind, first), take)

    def _follow(self, destination: Destination) -> None:
        if not self.services.go_to_hit(destination):
            self._destination = destination
            self._start_loading(destination.article)

    def _choose_filter(self) -> None:
        """Let the person choose a filter, and begin it in the field."""
        from reader.tui.dialogs.choice import Choice, ChoiceScreen

        choices = [Choice(str(number), f"{name} {why}", False) for number, (name, why) in enumerate(_FILTERS, 1)]

        def take(key: str) -> bool:
            field = self.query_one(LineField)
            field.value = f"{field.value.rstrip()} {_FILTERS[int(key) - 1][0]}".lstrip()
            field.cursor_position = len(field.value)
            return False

        self.services.push_screen(ChoiceScreen("Find only what has", lambda: choices, take))

    def _start_loading(self, article_id: str) -> None:
        """Read an article of the library from its file, else from the kept copy."""
        self._stop_loading()
        services = self.services

        def read() -> Article:
            library = services.open_library()
            entry = library.entry(article_id)
            return open_document(library.latest_document(entry), entry.source)

        title = next((group.title for group in self._view().results.groups if group.owner.id == article_id), "the article")
        self._loading_task = LoadingTask(OpenRequest(title, read), self.post_message)
        self._loading_task.start()
        self.show_message(f"Opening {title} …", "hint")

    def _stop_loading(self) -> bool:
        task, self._loading_task = self._loading_task, None
        if task is not None:
            task.stop()
        return task is not None

    @on(LoadingFinished)
    def _handle_article(self, event: LoadingFinished) -> None:
        if event.task is not self._loading_task:
            return
        self._loading_task = None
        if event.error is not None:
            self.show_message(error_message(event.error, event.task.request.name), "bad")
        elif event.article is not None:
            self._message = ("", "text")
            self.services.show_article(event.article, self._destination)
