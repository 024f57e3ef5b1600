"""The screen of the team: how sending goes, the shared articles and who works on them, the members, the desks.

In a library that belongs to no team it says what one is, and lets a person join or make one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.css.query import NoMatches

from reader.tui.action import TEAM, Situation
from reader.tui.background import TaskOutcome
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.library.team_actions import TeamActions
from reader.tui.panes.bars import Notice, footer_lines, notice_lines, tab_lines
from reader.tui.panes.team import (
    ARTICLES_TAB,
    BAD_TAB,
    DESKS_TAB,
    MEMBERS_TAB,
    bad_line,
    desk_line,
    empty_tab_lines,
    member_line,
    outsider_lines,
    send_words,
    shared_heads,
    shared_line,
    state_lines,
    team_header,
    team_tabs,
)
from reader.tui.services import AppServices, KeyScreen, app_of
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.styled_line import Part, StyledLine, line
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.prompt_bar import PromptBar
from reader.tui.widgets.styled_lines import PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.team.overview import TeamOverview
    from reader.tui.question import Question


class _RowList(ItemList):
    """The rows of a tab, on the page."""

    UNDER = PAGE_ROLES


class TeamScreen(KeyScreen, LibraryListener):
    """Screen of the team that the library belongs to."""

    DEFAULT_CSS = """
    TeamScreen { background: $background; }
    #team-state { height: 1; background: $background; }
    #team-tabs { height: 2; background: $surface; }
    #team-heads { height: 1; background: $background; }
    #team-list { height: 1fr; background: $background; }
    """
    AUTO_FOCUS = "#team-list"

    def __init__(self) -> None:
        super().__init__()
        self.actions = TeamActions(self)
        self._overview: TeamOverview | None = None
        self._has_loaded = False
        self._is_loading, self._load_again = False, False
        self._tab = ARTICLES_TAB
        self._index: dict[str, int] = {}
        self._message = ("", "text")
        self._keys: KeyReader | None = None
        self._question_count = 0
        self._prompt = PromptBar(id="prompt")

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def list(self) -> ItemList:
        """The widget of the rows."""
        return self.query_one("#team-list", ItemList)

    def compose(self) -> ComposeResult:
        """Lay out header, state, tabs, rows and footer."""
        yield StyledLines(id="header")
        yield StyledLines(id="team-state", under=PAGE_ROLES)
        yield StyledLines(id="team-tabs")
        yield StyledLines(id="team-heads", under=PAGE_ROLES)
        yield _RowList(id="team-list")
        yield NoticeBar(id="notice")
        yield self._prompt
        yield StyledLines(id="footer")

    def on_screen_resume(self) -> None:
        """Read what is known of the team."""
        self.load()
        self._show()

    # ------------------------------------------------------------------ reading

    def load(self) -> None:
        """Read the overview on a thread; if asked again in the meantime, read it once more."""
        self._load_again = self._is_loading
        if not self._is_loading:
            self._is_loading = True
            self.actions.read(self._take)

    def _take(self, outcome: TeamOverview | Exception | None) -> None:
        self._is_loading, self._has_loaded = False, True
        if isinstance(outcome, Exception):
            self._message = (str(outcome), "bad")
        else:
            self._overview = outcome
        self._show()
        self.services.take_waiting_keys()
        if self._load_again:
            self.load()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Read the overview again: somebody changed something."""
        self.load()

    def take_team(self) -> None:
        """Show what is left to send, and read the overview again, unless another screen lies over this one."""
        self._show()
        if self.is_current:
            self.load()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until the next key."""
        self.say(text, tone)

    def show_save_status(self) -> None:
        """Show the state of saving and sending."""
        if self.is_mounted:
            self._show()

    # ------------------------------------------------------------------ showing

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""
        self._message = (text, tone)
        self._show_bars()

    @on(StyledLines.Resized)
    def _show(self) -> None:
        with suppress(NoMatches):
            now, width, overview = datetime.now().astimezone(), self.size.width, self._overview
            state = overview.status.state if overview is not None else None
            words = send_words(state, now)[0] if state is not None else ""
            self.query_one("#header", StyledLines).show([team_header(overview, words, width)])
            trouble = state_lines(overview.status, now, width) if overview is not None else []
            about = self.query_one("#team-state", StyledLines)
            about.styles.height = max(1, len(trouble))
            about.show(trouble)
            tabs = self.query_one("#team-tabs", StyledLines)
            tabs.display = overview is not None
            bar = tab_lines(self._tab, team_tabs(overview), width - 1) if overview is not None else []
            tabs.show([(Part(" "), *parts) for parts in bar])
            self._show_rows(now)
            self._show_bars()

    def _show_rows(self, now: datetime) -> None:
        overview, rows, heads = self._overview, self.list, self.query_one("#team-heads", StyledLines)
        heads.display = False
        if overview is None:
            lines = outsider_lines(self.services.keymap.way_to, self.size.width) if self._has_loaded else []
            rows.fill(0, 1, lambda index, width, current: [], lines or [line(" ", ("Reading …", "secondary"))])
            return
        if self._tab == BAD_TAB and not overview.bad:
            self._tab = ARTICLES_TAB
        builders: Mapping[str, tuple[int, Callable[[int, int, bool], StyledLine]]] = {
            ARTICLES_TAB: (len(overview.articles), lambda n, w, c: shared_line(overview.articles[n], w, is_current=c)),
            MEMBERS_TAB: (len(overview.members), lambda n, w, c: member_line(overview.members[n], now, w, is_current=c)),
            DESKS_TAB: (len(overview.desks), lambda n, w, c: desk_line(overview.desks[n], w, is_current=c)),
            BAD_TAB: (len(overview.bad), lambda n, w, c: bad_line(overview.bad[n], w, is_current=c)),
        }
        count, build = builders[self._tab]
        if self._tab == ARTICLES_TAB and count:
            heads.display = True
            heads.show([shared_heads(self.size.width)])
        rows.index = self._index.get(self._tab, 0)
        empty = empty_tab_lines(self._tab, self.services.keymap.way_to)
        rows.fill(count, 1, lambda index, width, current: [build(index, width, current)], empty, is_chosen=True)
        rows.bring_into_view(rows.index)

    def _show_bars(self) -> None:
        with suppress(NoMatches):
            services, width = self.services, self.size.width
            hints = services.keymap.hints(TEAM, self.situation)
            lines = footer_lines(hints, services.save_status, width, *self._message, is_hidden=self._prompt.is_asking)
            notice = notice_lines(
                Notice(services.save_status, None, len(services.copies)), width, services.keymap.label, "library-"
            )
            self.query_one(NoticeBar).show_notice([*notice, *lines[:-1]])
            footer = self.query_one("#footer", StyledLines)
            footer.display = not self._prompt.is_asking
            footer.show(lines[-1:])

    # ------------------------------------------------------------------ what is in hand

    @property
    def article(self) -> str:
        """The id of the article in hand, or of that which the member in hand works on; "" for none."""
        overview, index = self._overview, self.list.index
        if overview is not None and self._tab == ARTICLES_TAB and index < len(overview.articles):
            return overview.articles[index].article
        if overview is not None and self._tab == MEMBERS_TAB and index < len(overview.members):
            return overview.members[index].article
        return ""

    @property
    def desk(self) -> str:
        """The name of the desk in hand, "" for none."""
        overview, index = self._overview, self.list.index
        return (
            overview.desks[index].name
            if overview is not None and self._tab == DESKS_TAB and index < len(overview.desks)
            else ""
        )

    # ------------------------------------------------------------------ keys

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (TEAM,)

    @property
    def situation(self) -> Situation:
        """Whether there is a team and an article in hand, which decides what can be done."""
        return Situation(has_team=self._overview is not None, has_shared_article=bool(self.article))

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for the first look at the team, or for the focus of the field."""
        if self._prompt.is_asking:
            return self._prompt.must_wait()
        return not self._has_loaded or self.actions.is_waiting

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key."""
        if self._prompt.is_asking:
            return False
        if self._keys is None:
            self._keys = KeyReader(self.services.keymap)
        match = self._keys.press(TEAM, typed_key(event))
        if match.action is not None:
            self.do(match.action.id, match.key)
        elif match.follow:
            self.say(f"{match.typed} …", "hint")
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id, unless it needs a team and there is none, or the other way round."""
        from reader.tui.actions import ACTION_BY_ID

        action = ACTION_BY_ID[action_id]
        self._message = ("", "text")
        if action.when(self.situation):
            _COMMANDS[action_id](self)
        else:
            self._message = (f"{action.title} {action.needs}", "fault")
        self._show()

    @on(ItemList.Changed)
    def _handle_choice(self, event: ItemList.Changed) -> None:
        self._index[self._tab] = event.index
        self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, name = event.target.partition(":")
        if kind == "tab":
            self._tab = name
            self._show()
        elif kind == "action":
            self.do(name)

    def step(self, by: int) -> None:
        """Go to another row."""
        rows = self.list
        rows.go_to(rows.index + by)
        self._index[self._tab] = rows.index

    def turn_page(self, direction: int) -> None:
        """Go a page up or down."""
        self.step(direction * self.list.visible_count)

    def turn_tab(self, by: int) -> None:
        """Show the next tab, or the one before."""
        tabs: Sequence[str] = [tab for tab, _, _ in team_tabs(self._overview)] if self._overview is not None else [self._tab]
        self._tab = tabs[(tabs.index(self._tab) + by) % len(tabs)]

    # ------------------------------------------------------------------ questions

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer. An answer may lead to another question, which then stays."""
        self._question_count += 1
        number = self._question_count

        def submit(text: str) -> str | None:
            complaint = question.on_submit(text)
            if complaint is None and number == self._question_count:
                self._close_question()
            return complaint

        self._prompt.ask(question._replace(on_submit=submit, on_leave=self._close_question))
        self._show_bars()

    def _close_question(self) -> None:
        self._prompt.close()
        self.list.focus()
        self._show()


_COMMANDS: Final[Mapping[str, Callable[[TeamScreen], object]]] = {
    "team-next": lambda screen: screen.step(1),
    "team-previous": lambda screen: screen.step(-1),
    "team-page-down": lambda screen: screen.turn_page(1),
    "team-page-up": lambda screen: screen.turn_page(-1),
    "team-top": lambda screen: screen.step(-(10**9)),
    "team-end": lambda screen: screen.step(10**9),
    "team-tab": lambda screen: screen.turn_tab(1),
    "team-tab-back": lambda screen: screen.turn_tab(-1),
    "team-open": lambda screen: screen.actions.open(screen.article),
    "team-sync": lambda screen: screen.actions.sync(),
    "team-follow": lambda screen: screen.actions.follow(screen.desk),
    "team-assign": lambda screen: screen.actions.assign([screen.article]),
    "team-unshare": lambda screen: screen.actions.unshare([screen.article]),
    "team-leave": lambda screen: screen.actions.leave(),
    "team-join": lambda screen: screen.actions.join(),
    "team-create": lambda screen: screen.actions.create(),
    "team-jump": lambda screen: screen.services.start_jump(),
    "team-back": lambda screen: screen.dismiss(),
    "team-help": lambda screen: screen.services.show_help(TEAM),
    "team-quit": lambda screen: screen.services.leave(),
    "team-palette": lambda screen: screen.services.action_command_palette(),
}
