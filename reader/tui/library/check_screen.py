"""The screen of what a check of articles found: one entry a finding, article by article; Enter goes there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from textual import events, on
from textual.app import ComposeResult

from reader.article.file_places import FilePlaces
from reader.printable import plural, printable_line
from reader.search.results import Destination
from reader.tui.action import CHECK
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.panes.bars import footer_lines
from reader.tui.services import HitScreen, KeyScreen, app_of
from reader.tui.styled_line import StyledLine, clip_line, line, spread
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.exchange.check import CheckResult

_ENTRY_HEIGHT = 3


class ArticleCheck(NamedTuple):
    """An article as it was checked: its id and title in the library, its text, and what was found."""

    id: str
    title: str
    text: Article
    results: tuple[CheckResult, ...]


class _Entry(NamedTuple):
    """A finding with its article, and the line of the file where it is, 0 without a place."""

    check: ArticleCheck
    result: CheckResult
    line: int


class _FindingList(ItemList):
    """The findings, on the page."""

    UNDER = PAGE_ROLES


class CheckScreen(HitScreen, KeyScreen):
    """Screen of the findings in several articles."""

    DEFAULT_CSS = """
    CheckScreen { background: $background; }
    #check-list { height: 1fr; margin-top: 1; background: $background; }
    """
    AUTO_FOCUS = "#check-list"

    def __init__(self, checks: Sequence[ArticleCheck], failures: int = 0) -> None:
        """Show what was found; `failures` counts the articles that could not be read."""
        super().__init__()
        self._checks = checks
        self._failures = failures
        self._entries = [_Entry(check, result, _line_of(check, result)) for check in checks for result in check.results]

    def compose(self) -> ComposeResult:
        """Lay out header, list and footer."""
        yield StyledLines(id="header")
        yield _FindingList(id="check-list")
        yield NoticeBar(id="notice")
        yield StyledLines(id="footer")

    def on_mount(self) -> None:
        """Show the findings."""
        self._show()

    @on(StyledLines.Resized)
    def _show(self) -> None:
        services, width = app_of(self), self.size.width
        self.query_one("#header", StyledLines).show([spread(line(" ", ("Check", "b")), self._counts(), width)])
        rows = self.query_one(ItemList)
        rows.fill(len(self._entries), _ENTRY_HEIGHT, self._row, is_chosen=True)
        rows.bring_into_view(rows.index)
        lines = footer_lines(services.keymap.hints(CHECK), services.save_status, width)
        self.query_one(NoticeBar).show_notice(lines[:-1])
        self.query_one("#footer", StyledLines).show(lines[-1:])

    def _counts(self) -> StyledLine:
        faulty = sum(bool(check.results) for check in self._checks)
        failed = line((f"   {self._failures:,}", "bad"), (" could not be read", "secondary")) if self._failures else ()
        number, word = plural(len(self._entries), "finding").split()
        return (
            *line((number, "fault"), (f" {word} in ", "secondary"), (f"{faulty:,}", "text")),
            *line((f" of {plural(len(self._checks), 'article')}", "secondary")),
            *failed,
            *line(" "),
        )

    def _row(self, index: int, width: int, current: bool) -> list[StyledLine]:
        entry = self._entries[index]
        target = f"finding:{index}"
        where = f" · line {entry.line:,}" if entry.line else ""
        bar = (" ▌" if current else "  ", "yours")
        words = printable_line(entry.result.message)
        first = spread(
            line(bar, (" ! ", "fault", target), (words, "text", target)),
            line((f" {entry.result.rule.code} ", "secondary")),
            width,
        )
        return [first, clip_line(line(bar, "   ", (f"{entry.check.title}{where}", "secondary", target)), width)]

    # ------------------------------------------------------------------ keys

    @cached_property
    def _keys(self) -> KeyReader:
        return KeyReader(app_of(self).keymap)

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (CHECK,)

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key."""
        match = self._keys.press(CHECK, typed_key(event))
        if match.action is not None:
            self.do(match.action.id)
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        services, rows = app_of(self), self.query_one(ItemList)
        match action_id:
            case "check-next" | "check-previous":
                rows.go_to(rows.index + (1 if action_id == "check-next" else -1))
            case "check-next-article" | "check-previous-article":
                self._go_to_article(1 if action_id == "check-next-article" else -1)
            case "check-open":
                self._open(rows.index)
            case "check-help":
                services.show_help(CHECK)
            case "check-palette":
                services.action_command_palette()
            case "check-quit":
                services.leave()
            case _:
                self.dismiss()

    def _go_to_article(self, by: int) -> None:
        """Go to the first finding of the next or the previous article."""
        rows = self.query_one(ItemList)
        starts = [n for n, entry in enumerate(self._entries) if not n or entry.check is not self._entries[n - 1].check]
        here = sum(n <= rows.index for n in starts) - 1
        rows.go_to(starts[max(0, min(here + by, len(starts) - 1))])

    def _open(self, index: int) -> None:
        """Open the article at a finding; at the list of findings for one without a place."""
        entry = self._entries[index]
        where = entry.result.where
        destination = Destination(entry.check.id, span=where) if where is not None else None
        app_of(self).show_article(entry.check.text, destination, "" if where is not None else "audit")

    @on(ItemList.Changed)
    def _handle_click(self, event: ItemList.Changed) -> None:
        rows = self.query_one(ItemList)
        if event.index == rows.index:
            self._open(event.index)
        else:
            rows.go_to(event.index)


def _line_of(check: ArticleCheck, result: CheckResult) -> int:
    return FilePlaces(check.text.text).region(result.where).start_line if result.where is not None else 0
