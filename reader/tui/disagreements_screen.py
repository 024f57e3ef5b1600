"""The screen on which the differences of two readers are settled: both judgements side by side, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.css.query import NoMatches

from reader.errors import ReaderError
from reader.printable import plural
from reader.review.agreement import measure_agreement
from reader.review.vocabulary import ANOTHER, BOTH_STAND, DISCUSS, TAKEN
from reader.search.results import Destination
from reader.tui.action import DISAGREEMENTS
from reader.tui.background import TaskOutcome, error_message, run_in_background
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.panes.bars import Notice, SaveStatus, footer_lines, notice_lines
from reader.tui.panes.disagreements import (
    SIDE_BY_SIDE,
    Difference,
    Readers,
    agreement_line,
    agreement_lines,
    disagreements_header,
    judgement_cards,
    list_head,
    list_row,
    other_choices_line,
    pair_lines,
    settlement_words,
)
from reader.tui.question import Question
from reader.tui.services import AppServices, HitScreen, KeyScreen, app_of
from reader.tui.shared_library import FLUSH_TIMEOUT, Edits, LibraryListener
from reader.tui.styled_line import StyledLine, line
from reader.tui.widgets.item_list import ItemList
from reader.tui.widgets.prompt_bar import PromptBar
from reader.tui.widgets.styled_lines import CARD_ROLES, PAGE_ROLES, NoticeBar, StyledLines

if TYPE_CHECKING:
    from reader.library.agreement import ArticleComparison
    from reader.review.agreement import Agreement
    from reader.review.disagreements import Comparison, SharedPair
    from reader.review.model import Change
    from reader.review.session import ReviewSession

_AGREEMENT_WIDTH: Final = 46
_LIST_ROOM: Final = 24
"""The rows from which the differences are listed below the cards."""
_LIST_HEIGHT: Final = 12


class _Outcome(NamedTuple):
    """What a comparison found: the two readers, all names, their articles, and the titles of those that cannot be read."""

    readers: Readers
    names: list[str]
    articles: list[ArticleComparison]
    unreadable: list[str]


class _DifferenceList(ItemList):
    """The differences, on the page."""

    UNDER = PAGE_ROLES


class DisagreementsScreen(HitScreen, KeyScreen, LibraryListener):
    """Screen of the pairs on which two readers of the library differ."""

    DEFAULT_CSS = """
    DisagreementsScreen { background: $background; }
    #differences-pair { height: 2; background: $surface; }
    #differences-cards { height: 1fr; margin-top: 1; background: $background; }
    #differences-choice { height: 1; background: $background; }
    #differences-below { height: 12; margin-top: 1; layout: horizontal; background: $background; border-top: solid $hairline; }
    #differences-list { width: 1fr; height: 1fr; background: $background; }
    #differences-agreement { height: 1fr; background: $background; }
    """
    AUTO_FOCUS = "#differences-list"

    def __init__(self, article_id: str = "") -> None:
        """Start with the differences on an article in hand if one is given."""
        super().__init__()
        self._first_article = article_id
        self._readers = Readers("", "", "")
        self._names: Sequence[str] = ()
        self._articles: Mapping[str, ArticleComparison] | None = None
        self._differences: list[Difference] = []
        self._index = 0
        self._total: Comparison | None = None
        self._agreement: Agreement | None = None
        self._settled_count = 0
        self._is_loading, self._is_stale = False, True
        self._waiting_edits: list[tuple[str, Edits]] = []
        self._settled: list[tuple[ReviewSession, Difference]] = []
        self._error = ""
        self._message = ("", "text")
        self._keys: KeyReader | None = None
        self._prompt = PromptBar(id="prompt")

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def list(self) -> ItemList:
        """The widget of the list."""
        return self.query_one("#differences-list", ItemList)

    def compose(self) -> ComposeResult:
        """Lay out header, pair, cards, list, agreement and footer."""
        yield StyledLines(id="header")
        yield StyledLines(id="differences-pair", under=CARD_ROLES)
        yield StyledLines(id="differences-cards", under=PAGE_ROLES)
        yield StyledLines(id="differences-choice", under=PAGE_ROLES)
        with Container(id="differences-below"):
            yield _DifferenceList(id="differences-list")
            yield StyledLines(id="differences-agreement", under=PAGE_ROLES)
        yield NoticeBar(id="notice")
        yield self._prompt
        yield StyledLines(id="footer")

    def on_screen_resume(self) -> None:
        """Compare the readers, at first and when the person comes back from an article."""
        if self._is_stale:
            self._load()
        self._show()

    # ------------------------------------------------------------------ comparing

    def _load(self, names: tuple[str, ...] = ()) -> None:
        """Compare two readers on a thread: those with these names, else the person and who else judged in most articles."""
        services = self.services
        open_library, scale, creator = services.open_library, services.settings.scale, services.settings.creator
        chosen = names or ((self._readers.first, self._readers.second) if self._readers.first else ())
        self._is_loading, self._is_stale = True, False

        def compare() -> _Outcome:
            from reader.formats import parse_article
            from reader.library.agreement import choose_readers, compare_articles, count_readers

            library = open_library()
            library.flush(FLUSH_TIMEOUT)  # who judged is read from the disk
            counts = count_readers(library)
            mine = (creator,) if creator in counts else ()
            two = choose_readers(counts, chosen if counts.keys() >= {*chosen, *mine} and chosen else mine)
            articles, unreadable = compare_articles(library, parse_article, scale, two)
            return _Outcome(Readers(*two, creator), list(counts), articles, unreadable)

        run_in_background(self.post_message, compare, self._take_comparison)

    def _take_comparison(self, outcome: _Outcome | Exception) -> None:
        from reader.library.agreement import ArticleComparison, carry_over

        current, self._is_loading = self._current, False
        if isinstance(outcome, Exception):
            hint = f". {outcome.hint}" if isinstance(outcome, ReaderError) and outcome.hint else ""
            self._error = f"{error_message(outcome, 'The library')}{hint}"
            self._articles = None
            self._readers = Readers("", "", "")
        else:
            self._error = ""
            self._readers, self._names, articles, unreadable = outcome
            if unreadable:
                titles = ", ".join(f"“{title}”" for title in unreadable)
                self._message = (f"Left out, as it cannot be read any more: {titles}", "fault")
            known, found = self._articles or {}, dict[str, ArticleComparison]()
            for article in articles:
                old = known.get(article.article)
                kept = found[article.article] = carry_over(old, article) if old is not None else article
                if old is None or kept.session is not old.session:
                    kept.session.creator = self._readers.creator
                    kept.session.listen(partial(self._save, article.article))
            self._articles = found
        waiting, self._waiting_edits = self._waiting_edits, []
        for article_id, edits in waiting:
            self._receive(article_id, edits)
        self._order(current)
        if self._first_article and self._differences:
            numbers = (number for number, one in enumerate(self._differences) if one.article == self._first_article)
            self._index, self._first_article = next(numbers, 0), ""
        self._show()
        self.services.take_waiting_keys()

    def _save(self, article_id: str, change: Change) -> None:
        self.services.library.save(article_id, change)
        self.services.set_save_status(SaveStatus("saving"))
        seen = self.services.library.own_edits(change.edits)
        below = self.services.screen_stack[: self.services.screen_stack.index(self)]
        for screen in below:
            if isinstance(screen, LibraryListener):
                screen.receive_edits(article_id, seen)

    def _order(self, current: Difference | None = None) -> None:
        """List the differences, the furthest apart first and the settled ones last; keep the current one in hand."""
        from reader.library.agreement import total_comparison

        total = total_comparison((self._articles or {}).values())
        if self._agreement is None or self._total is None or total.verdicts != self._total.verdicts:
            self._agreement = measure_agreement(total.verdicts)
        self._total = total
        scale, found = self.services.settings.scale, list[Difference]()
        for article in (self._articles or {}).values():
            by_id = article.session.index.article.reference_by_id
            for pair in article.comparison.disagreements:
                found.append(Difference(article.article, article.title, pair, by_id.get(pair.reference)))
        self._differences = sorted(found, key=lambda one: (_rank(one), -one.pair.distance(scale)))
        if current is not None:
            key = _key(current)
            self._index = next((n for n, one in enumerate(self._differences) if _key(one) == key), 0)
        self._index = max(0, min(self._index, len(self._differences) - 1))
        self._settled_count = sum(one.pair.settlement is not None for one in self._differences)

    def _compare_again(self, article_id: str, settled: SharedPair | None = None) -> None:
        """Compare an article again: after a pair was settled, or that was undone, by what that changes."""
        from reader.review.disagreements import compare_readers

        if self._articles is None or article_id not in self._articles:
            return
        article = self._articles[article_id]
        index = article.session.index
        if settled is not None:
            comparison = article.comparison.after_settling(index, settled)
        else:
            comparison = compare_readers(index, self._readers.first, self._readers.second)
        self._articles = {**self._articles, article_id: article._replace(comparison=comparison)}

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Take what another window or another screen changed."""
        if self._is_loading:
            self._waiting_edits.append((article_id, edits))
            return
        current = self._current
        if self._receive(article_id, edits):
            self._order(current)
            self._show()
        else:
            self._is_stale = True  # both may have judged in that article by now

    def _receive(self, article_id: str, edits: Edits) -> bool:
        """Take what was changed elsewhere in an article; return whether it is compared here."""
        if self._articles is None or article_id not in self._articles:
            return False
        self._articles[article_id].session.receive(edits)
        self._compare_again(article_id)
        return True

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until the next key."""
        self._message = (text, tone)
        self._show_bars()

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self._show_bars()

    # ------------------------------------------------------------------ showing

    @property
    def _current(self) -> Difference | None:
        return self._differences[self._index] if self._index < len(self._differences) else None

    @on(StyledLines.Resized)
    def _show(self) -> None:
        with suppress(NoMatches):
            self._lay_out()
            self._show_pair()
            self._show_below()
            self._show_bars()

    @property
    def _is_roomy(self) -> bool:
        """Whether there is room for the list and the agreement below the cards."""
        return self.size.width >= SIDE_BY_SIDE and self.size.height >= _LIST_ROOM

    def _lay_out(self) -> None:
        """Lay out the lower part by the size alone: a layout that changes with what is shown would be drawn late."""
        is_roomy = self._is_roomy
        self.query_one("#differences-below").styles.height = _LIST_HEIGHT if is_roomy else 2
        self.query_one("#differences-agreement").styles.width = _AGREEMENT_WIDTH if is_roomy else "1fr"
        self.list.display = is_roomy

    def _show_pair(self) -> None:
        width, current, readers = self.size.width, self._current, self._readers
        scale, cards = self.services.settings.scale, self.query_one("#differences-cards", StyledLines)
        pair, choice = self.query_one("#differences-pair", StyledLines), self.query_one("#differences-choice", StyledLines)
        articles = len(self._articles or ())
        header = disagreements_header(readers, articles, self._settled_count, len(self._differences), width)
        self.query_one("#header", StyledLines).show([header if readers.first else line(" ", ("Disagreements", "b"))])
        if current is None:
            pair.show([])
            choice.show([])
            cards.show(self._empty_lines())
            return
        pair.show(pair_lines(current, self.services.keymap.label("differences-source"), width))
        cards.show(judgement_cards(current, readers, scale, width, cards.size.height))
        choice.show([other_choices_line(readers, current.pair.latest_settlement, current.pair.note, width)])

    def _empty_lines(self) -> list[StyledLine]:
        if self._error:
            return [line(" ", (self._error, "bad"))]
        if self._articles is None:
            return [line(" ", ("Comparing …", "secondary"))]
        pairs = len(self._total.pairs) if self._total is not None else 0
        return [line(" ", (f"No differences: {plural(pairs, 'pair')} judged by both, all alike", "good"))]

    def _show_below(self) -> None:
        width, scale, readers = self.size.width, self.services.settings.scale, self._readers
        side, total, agreement = self.query_one("#differences-agreement", StyledLines), self._total, self._agreement
        if self._articles is None or total is None or agreement is None:
            side.show([])
            self.list.fill(0, 1, self._row)
            return
        if not self._is_roomy:
            side.show([agreement_line(agreement, self._settled_count, len(self._differences), width)])
            return
        alone = total.only_first + total.only_second
        side.show(agreement_lines(agreement, alone, scale, _AGREEMENT_WIDTH - 3))
        head = [list_head(readers, width - _AGREEMENT_WIDTH - 4), ()]
        self.list.index = self._index
        self.list.fill(len(self._differences), 1, self._row, head=head)
        self.list.bring_into_view(self._index)

    def _row(self, index: int, width: int, current: bool) -> list[StyledLine]:
        row = list_row(self._differences[index], self._readers, self.services.settings.scale, width - 4, is_current=current)
        return [row]

    def _show_bars(self) -> None:
        with suppress(NoMatches):
            services, width = self.services, self.size.width
            hints = services.keymap.hints(DISAGREEMENTS)
            lines = footer_lines(hints, services.save_status, width, *self._message, is_hidden=self._prompt.is_asking)
            notice = notice_lines(
                Notice(services.save_status, None, len(services.copies)), width, services.keymap.label, "library-"
            )
            self.query_one(NoticeBar).show_notice([*notice, *lines[:-1]])
            footer = self.query_one("#footer", StyledLines)
            footer.display = not self._prompt.is_asking
            footer.show(lines[-1:])

    # ------------------------------------------------------------------ keys

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (DISAGREEMENTS,)

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait: for the comparison, or for the focus of the field."""
        if self._prompt.is_asking:
            return self._prompt.must_wait()
        return self._is_loading

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key."""
        if self._prompt.is_asking:
            return False
        if self._keys is None:
            self._keys = KeyReader(self.services.keymap)
        match = self._keys.press(DISAGREEMENTS, typed_key(event))
        if match.action is not None:
            self.do(match.action.id, match.key)
        elif match.follow:
            self._message = (f"{match.typed} …", "hint")
            self._show_bars()
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Perform the action with this id."""
        self._message = ("", "text")
        command = _COMMANDS.get(action_id)
        if command is not None:
            command(self, key)
        self._show()

    @on(ItemList.Changed)
    def _handle_choice(self, event: ItemList.Changed) -> None:
        self._index = event.index
        self._show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, action = event.target.partition(":")
        if kind == "action" and action:
            self.do(action)

    # ------------------------------------------------------------------ actions

    def step(self, by: int) -> None:
        """Go to another difference without settling this one."""
        self._index = max(0, min(self._index + by, len(self._differences) - 1))

    def settle(self, outcome: str, *, reader: str = "", verdict: str = "", note: str | None = None) -> None:
        """Settle the difference in hand, and go to the next that is not settled."""
        current = self._current
        if current is None or self._articles is None:
            return
        session = self._articles[current.article].session
        session.settle(current.pair, outcome, reader=reader, verdict=verdict, note=note)
        self._settled.append((session, current))
        self._compare_again(current.article, current.pair)
        index = self._index
        self._order(current)
        settlement = self._current.pair.latest_settlement if self._current is not None else None
        undo = f" · {self.services.keymap.label('differences-undo')} takes it back"
        words = settlement_words(settlement, self._readers) if settlement is not None and outcome else "note kept"
        self._message = (f"{words[:1].upper()}{words[1:]}{undo}", "text")
        if outcome:
            # The next one has come up to the place of this one. With the last one settled, it stays in hand.
            left = sum(_rank(one) == 0 for one in self._differences)
            self._index = index if index < left else 0 if left else self._index

    def take_first(self) -> None:
        """Take the verdict of the reader on the left."""
        self.settle(TAKEN, reader=self._readers.first)

    def take_second(self) -> None:
        """Take the verdict of the reader on the right."""
        self.settle(TAKEN, reader=self._readers.second)

    def give_verdict(self, key: str) -> None:
        """Give another verdict, by its digit."""
        verdict = next((one.id for one in self.services.settings.scale.verdicts if one.key == key), "")
        if verdict:
            self.settle(ANOTHER, verdict=verdict)

    def ask_for_note(self) -> None:
        """Ask what the difference is about."""
        current = self._current
        if current is None:
            return
        value = current.pair.note

        def take(text: str) -> str | None:
            self._prompt.close()
            self.list.focus()
            if text.strip() != value:
                self.settle("", note=text.strip())
            self._show()
            return None

        def leave() -> None:
            self._prompt.close()
            self.list.focus()
            self._show_bars()

        self._prompt.ask(Question("note on the difference", take, value, on_leave=leave, verb="keeps it"))

    def undo(self) -> None:
        """Take back what was settled last on this screen."""
        if not self._settled:
            self._message = ("Nothing was settled here", "fault")
            return
        session, current = self._settled.pop()
        try:
            change = session.undo()
        except ReaderError as error:
            self._message = (error_message(error, "The change"), "bad")
            return
        self._compare_again(session.article_id, current.pair)
        self._order(current)
        if change is not None:
            self._message = (f"Undone: {change.label}", "text")

    def next_reader(self) -> None:
        """Compare with the next other reader."""
        others = [name for name in self._names if name != self._readers.first]
        if len(others) < 2:
            self._message = ("No third reader has given verdicts", "fault")
            return
        place = others.index(self._readers.second) if self._readers.second in others else -1
        self._load((self._readers.first, others[(place + 1) % len(others)]))

    def open_claim(self, *, source: bool) -> None:
        """Open the article at the claim, or the source behind the reference."""
        current = self._current
        if current is None or self._articles is None:
            return
        session = self._articles[current.article].session
        identity = session.sources.identity(current.pair.reference) if source else ""
        destination = Destination(current.article, current.pair.first.annotation.id, reference=identity)
        self._is_stale = True  # verdicts may be given there
        if not self.services.go_to_hit(destination):
            self.services.show_article(session.index.article, destination)


def _rank(difference: Difference) -> int:
    """Return the place of a difference in the list: what is left first, then what is to discuss, then what is settled."""
    if difference.pair.settlement is not None:
        return 2
    latest = difference.pair.latest_settlement
    return 1 if latest is not None and latest.outcome == DISCUSS else 0


def _key(difference: Difference) -> tuple[str, str, str, str]:
    pair = difference.pair
    return difference.article, pair.reference, pair.first.annotation.id, pair.second.annotation.id


_COMMANDS: Final[Mapping[str, Callable[[DisagreementsScreen, str], None]]] = {
    "differences-next": lambda screen, _: screen.step(1),
    "differences-previous": lambda screen, _: screen.step(-1),
    "differences-first": lambda screen, _: screen.take_first(),
    "differences-second": lambda screen, _: screen.take_second(),
    "differences-both": lambda screen, _: screen.settle(BOTH_STAND),
    "differences-discuss": lambda screen, _: screen.settle(DISCUSS),
    "differences-verdict": lambda screen, key: screen.give_verdict(key),
    "differences-note": lambda screen, _: screen.ask_for_note(),
    "differences-undo": lambda screen, _: screen.undo(),
    "differences-reader": lambda screen, _: screen.next_reader(),
    "differences-open": lambda screen, _: screen.open_claim(source=False),
    "differences-source": lambda screen, _: screen.open_claim(source=True),
    "differences-help": lambda screen, _: screen.services.show_help(DISAGREEMENTS),
    "differences-palette": lambda screen, _: screen.services.action_command_palette(),
    "differences-quit": lambda screen, _: screen.services.leave(),
    "differences-back": lambda screen, _: screen.dismiss() and None,
}
