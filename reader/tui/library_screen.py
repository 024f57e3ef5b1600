"""The library screen: the articles one has opened, found as one types; a path opens a new one."""

from __future__ import annotations

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

from reader.article.article import Article
from reader.errors import ReaderError
from reader.formats import is_address, parse_article, read_article
from reader.formats.open_request import OpenRequest, page_request
from reader.tui.actions import LIBRARY
from reader.tui.background import LOOK, Arrived, LoadingTask
from reader.tui.panes.bars import HEADER_METER, Notice, SaveStatus, footer_line, notice_lines
from reader.tui.services import app_of
from reader.tui.shared_library import Edits, Listening
from reader.tui.styled_line import Part, StyledLine, clip_left, clip_middle, line, spread
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.painted import NoticeBar, Painted
from reader.tui.widgets.prompt_bar import LineField

if TYPE_CHECKING:
    from reader.library.articles import ArticleEntry
    from reader.tui.app import ReaderApp

HEIGHT = 3
SIGN = 13
"""The cells that the sign for how saving goes, and the blanks around it, take in the footer."""
OPENING = ("opening your library…", "hint")


class _List(ItemList, can_focus=False):
    """The articles."""

    UNDER = ("page", "text")


def entry_rows(entry: ArticleEntry, width: int, *, current: bool) -> list[StyledLine]:
    """Return an article in two lines: title and progress; where from, when opened, tags."""
    progress = entry.progress
    size = HEADER_METER * progress.seen // progress.sentences if progress.sentences else 0
    right = [
        Part(f"{progress.seen}/{progress.sentences} ", "secondary"),
        Part("━" * size, "yours"),
        Part("─" * (HEADER_METER - size), "hairline"),
    ]
    right.append(Part(f"  {progress.claims} claims" if progress.claims != 1 else "  1 claim", "secondary"))
    right.append(Part(f"  {progress.open} open" if progress.open else "", "open"))
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
    return [first, line(*parts)]


class LibraryScreen(Screen[None], Listening):
    """Lists what `reader list` lists; Enter opens."""

    DEFAULT_CSS = """
    #library-list { height: 1fr; margin: 1 1 0 1; background: $background; }
    #library-find { border: none; height: 1; padding: 0 2; background: $panel; }
    #library-find:focus { border: none; }
    """
    AUTO_FOCUS = "#library-find"

    class Loaded(Message):
        """The library was read."""

        def __init__(self, entries: tuple[ArticleEntry, ...], error: ReaderError | None) -> None:
            super().__init__()
            self.entries = entries
            self.error = error

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[ArticleEntry, ...] = ()
        self._shown: list[ArticleEntry] = []
        self._loaded_once = False
        self._loading = False
        self._load_again = False
        self._trouble: ReaderError | None = None
        self._message = OPENING
        self._arrival: LoadingTask | None = None

    @property
    def reader(self) -> ReaderApp:
        """The app."""
        return app_of(self)

    def compose(self) -> ComposeResult:
        """Lay out header, field, list, footer."""
        yield Painted(id="header")
        yield LineField(placeholder="type to filter, or a path or address to open", id="library-find", select_on_focus=False)
        yield _List(id="library-list")
        yield NoticeBar(id="notice")
        yield Painted(id="footer")

    def on_mount(self) -> None:
        """Be ready to say how far opening is."""
        self._ticking = self.set_interval(LOOK, self._say_progress, pause=True)

    def on_screen_resume(self) -> None:
        """Read the library, at first and after every article."""
        self._load()

    def _load(self) -> None:
        """Read the library in a thread; once more if it is asked for while that goes on."""
        self._load_again = self._loading
        if not self._loading:
            self._loading = True
            self.run_worker(self._read_library, thread=True)

    def _read_library(self) -> None:
        try:
            self.post_message(self.Loaded(self.reader.open_library().entries(), None))
        except ReaderError as error:
            self.post_message(self.Loaded((), error))

    @on(Loaded)
    def _loaded(self, event: Loaded) -> None:
        if not self.query(_List):  # the program ends
            return
        chosen = self._chosen()
        self._loading, self._loaded_once = False, True
        self._trouble = None if self.reader.library.is_open else event.error
        if event.error is None:
            self._entries = event.entries
        if event.error is not None and self._trouble is None:
            self._message = (event.error.what, "bad")
        elif self._message == OPENING:
            self._message = ("", "text")
        self._show()
        self._choose(chosen)
        if self._load_again:
            self._load()

    def _chosen(self) -> str:
        """Return the id of the article that Enter would open."""
        index = self.query_one(_List).index
        return self._shown[index].id if index < len(self._shown) else ""

    def _choose(self, article_id: str) -> None:
        """Keep the list on its article, wherever that stands now."""
        ids = [entry.id for entry in self._shown]
        if article_id in ids:
            self.query_one(_List).go_to(ids.index(article_id))

    # ------------------------------------------------------------------ what the library tells

    def heard(self, article_id: str, edits: Edits) -> None:
        """Read the library again: somebody else changed it."""
        if self.is_current:
            self._load()

    def told(self, text: str, tone: str) -> None:
        """Say something in the footer until something is typed."""
        self._say(text, tone)
        self._load()

    def show_state(self) -> None:
        """Show how saving goes, and what there is to put right."""
        if self.is_mounted:
            self._show_state()

    # ------------------------------------------------------------------ showing

    @on(Input.Changed)
    def _typed(self) -> None:
        self._message = ("", "text")
        self.query_one(_List).index = 0
        self._show()

    def _show(self) -> None:
        """Show list and bars; when the program ends, messages still come, and the parts of the screen go before it."""
        with suppress(NoMatches):
            self._show_articles()
            self._show_bars()

    def _show_articles(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        self._shown = [
            e for e in self._entries if all(w in f"{e.title} {e.source} #{' #'.join(e.tags)}".casefold() for w in words)
        ]
        many = f"{len(self._shown)} of {len(self._entries)}" if words else str(len(self._entries))
        noun = "article" if len(self._entries) == 1 else "articles"
        width = self.size.width
        self.query_one("#header", Painted).show(
            [spread(line(" ", ("Library", "b")), line((f"{many} {noun} ", "secondary")), width)]
        )
        entries = self._shown

        def row(index: int, width: int, current: bool) -> list[StyledLine]:
            return entry_rows(entries[index], width, current=current)

        if not self._loaded_once or self._trouble:
            none = ""
        elif self._entries:
            none = "nothing fits; Enter opens what is typed as a path or an address"
        else:
            none = "nothing here yet: type the path of a file or the address of a page, and press Enter"
        self.query_one(_List).fill(len(entries), HEIGHT, row, [line(" ", (none, "hint"))])

    def _show_state(self) -> None:
        with suppress(NoMatches):
            self._show_bars()

    def _show_bars(self) -> None:
        reader, width = self.reader, self.size.width
        saved = SaveStatus("failed") if self._trouble else reader.saved
        notice = Notice(saved, self._trouble, len(reader.copies))
        self.query_one(NoticeBar).show_notice(notice_lines(notice, width, reader.keymap.label, "library-"))
        text, tone = self._message
        footer = footer_line(reader.keymap.hints(LIBRARY), saved, width, text, tone)
        self.query_one("#footer", Painted).show([footer])

    @on(Painted.Resized)
    def _resized(self) -> None:
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Do what a key asks for, while the field keeps all that can be typed."""
        action = self.reader.keymap.find(LIBRARY, (event.key,)).action
        if action is None:
            return
        event.stop()
        event.prevent_default()
        self._do(action.id)

    def _do(self, action: str) -> None:
        articles, field = self.query_one(_List), self.query_one(Input)
        if action in ("library-next", "library-previous"):
            articles.go_to(articles.index + (1 if action == "library-next" else -1))
        elif action == "library-open":
            self._enter(field.value.strip())
        elif action == "library-save-as" and self._loaded_once and not self._trouble:
            self.reader.save_elsewhere()
        elif action == "library-merge-copy":
            merging = self.reader.merge_copy()
            self._say(*(("merging the conflict copy …", "hint") if merging else ("no conflict copy lies here", "fault")))
        elif action == "library-help":
            self.reader.show_help(LIBRARY)
        elif action == "library-clear" and self._stop():
            self._say("not opened", "text")
        elif action == "library-clear" and field.value:
            field.value = ""
        elif action == "library-clear" and len(self.reader.screen_stack) > 1:
            self.reader.pop_screen()
        elif action == "library-clear":
            self._say(f"{self.reader.keymap.label('library-quit')} quits", "text")
        elif action == "library-quit":
            self._stop()
            self.reader.leave()

    def _say(self, text: str, tone: str) -> None:
        self._message = (text, tone)
        self._show()

    def _enter(self, typed: str) -> None:
        known = next((entry for entry in self._entries if entry.source == typed), None)
        path = Path(typed).expanduser() if typed else None
        if known is not None:
            self._open(known)
        elif is_address(typed):
            self._begin(page_request(typed, private=self.reader.private))
        elif path is not None and (_is_there(path) or not self._shown):
            self._begin(OpenRequest(str(path), partial(read_article, str(path))))
        elif self._shown:
            self._open(self._shown[self.query_one(_List).index])

    @on(Painted.Clicked)
    def _clicked(self, event: Painted.Clicked) -> None:
        kind, _, name = event.target.partition(":")
        entry = next((e for e in self._shown if kind == "article" and e.id == name), None)
        if entry is not None:
            self._open(entry)
        elif kind == "action":
            self._do(name)

    # ------------------------------------------------------------------ opening

    def _open(self, entry: ArticleEntry) -> None:
        """Read an article of the library: its file as it is now, else what was kept of it."""

        def read() -> Article:
            return parse_article(self.reader.open_library().latest_document(entry), entry.source)

        self._begin(OpenRequest(entry.title if entry.source == "-" else entry.source, read))

    def _begin(self, wanted: OpenRequest) -> None:
        """Read an article on a thread of its own, in the place of another that is being read."""
        self._stop()
        self._arrival = LoadingTask(wanted, self.post_message)
        self._arrival.start()
        self._ticking.resume()
        self._say_progress()

    def _stop(self) -> bool:
        """Stop reading; return whether anything was being read."""
        arrival, self._arrival = self._arrival, None
        self._ticking.pause()
        if arrival is not None:
            arrival.stop()
        return arrival is not None

    def _say_progress(self) -> None:
        if self._arrival is not None:
            progress, stop = self._arrival.progress, self.reader.keymap.label("library-clear")
            name = clip_middle(self._arrival.name, max(8, self.size.width - len(progress) - len(stop) - 36))
            self._message = (f"opening {name} · {progress} · {stop} stops", "hint")
            self._show_state()

    @on(Arrived)
    def _arrived(self, event: Arrived) -> None:
        if event.arrival is not self._arrival:
            return
        self._stop()
        if event.article is not None:
            self._message = ("", "text")
            self.query_one(Input).value = ""
            self.reader.read(event.article)
        else:
            self._say(clip_middle(event.said, self.size.width - SIGN), "bad")


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # no name of a file: too long, a NUL in it
        return False
