"""The codebook screen: the tree of all tags, the card of the one in hand, and changes of tags, shown before they are made."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.css.query import NoMatches
from textual.widgets import Input

from reader.review.codebook import Codebook, CodebookRow
from reader.review.model import Tag
from reader.tui.action import CODEBOOK, CODEBOOK_PLAN, key_label
from reader.tui.background import TaskOutcome, error_message, run_in_background
from reader.tui.codebook.card import (
    TagCardView,
    drawer_lines,
    frame_card,
    last_claims_lines,
    plan_card_lines,
    tag_card_lines,
)
from reader.tui.codebook.changes import TagChanges
from reader.tui.codebook.commands import COMMANDS
from reader.tui.codebook.facts import FactReader
from reader.tui.codebook.files import CodebookFiles
from reader.tui.codebook.plans import DELETE, MERGE, MOVE, NEW, RENAME
from reader.tui.codebook.rows import codebook_header
from reader.tui.codebook.tag_list import TagList, TreeView, shown_row
from reader.tui.codebook.tree import TagTree
from reader.tui.keymap import KeyReader, typed_key
from reader.tui.panes.bars import Notice, footer_lines, hint_line, notice_lines
from reader.tui.question import Question
from reader.tui.services import AppServices, KeyScreen, app_of
from reader.tui.shared_library import Edits, LibraryListener
from reader.tui.styled_line import StyledLine, indent, line
from reader.tui.text_screen import WIDE
from reader.tui.widgets.prompt_bar import LineField, PromptBar
from reader.tui.widgets.styled_lines import NoticeBar, StyledLines

if TYPE_CHECKING:
    from textual.timer import Timer


DRAWER_HEIGHT: Final = 7
"""Rows of the card below the tree, its hairline included."""
DRAWER_ROOM: Final = 16
"""The rows of the screen from which on there is room for the card below the tree."""
CARD_WIDTHS: Final = (45, 64)
"""Fewest and most cells of the card beside the tree, which has its share of the width in between."""
CARD_DELAY: Final = 0.12
"""Seconds for which the keys must rest before the claims of the tag in hand are read."""
_FOOTER_WORDS: Final = {
    ("codebook-next", MERGE): "join another",
    ("codebook-next", MOVE): "go under another",
    ("codebook-find", MERGE): "find",
    ("codebook-find", MOVE): "find",
    ("codebook-other", MERGE): "definition",
    ("codebook-other", NEW): "elsewhere",
    ("codebook-other", RENAME): "old name",
    ("codebook-other", DELETE): "nested tags",
    ("codebook-synonym", MERGE): "old name",
    ("codebook-apply", MERGE): "merge",
    ("codebook-apply", MOVE): "move",
    ("codebook-apply", NEW): "add",
    ("codebook-apply", RENAME): "rename",
    ("codebook-apply", DELETE): "delete",
}
"""What the keys do to each kind of plan; a key that does nothing to it is left out."""
_ALWAYS: Final = ("codebook-leave", "codebook-help")
"""What is possible with each kind of plan."""
_FIELD_ACTIONS: Final = ("codebook-other", "codebook-apply", "codebook-leave", "codebook-help")
"""What keys do while a name is written; all others belong to the field."""


class CodebookScreen(KeyScreen, LibraryListener):
    """Screen of all tags of the library, with `tag` in hand at first."""

    DEFAULT_CSS = """
    CodebookScreen { background: $background; color: $foreground; }
    #codebook-body { height: 1fr; layout: vertical; layers: tree field; background: $background; }
    #codebook-tree { height: 1fr; width: 1fr; background: $background; }
    #codebook-side { height: 7; background: $surface; border-top: solid $hairline; }
    #codebook-card { height: 1fr; background: $surface; }
    #codebook-body.-side { layout: horizontal; }
    #codebook-body.-side #codebook-side { height: 1fr; border-top: none; border-left: vkey $hairline; }
    #codebook-name { display: none; layer: field; border: none; height: 1; width: 20; padding: 0; background: $field; }
    #codebook-name:focus { border: none; background-tint: $foreground 0%; }
    """
    AUTO_FOCUS = "#codebook-tree"

    def __init__(self, tag: str = "") -> None:
        super().__init__()
        self.tags = TagTree()
        self.codebook: Codebook | None = None
        self.changes = TagChanges(self)
        self.files = CodebookFiles(self, self.changes)
        self.is_counted = False
        self._tag = tag
        self._error = ""
        self._message = ("", "text")
        self._is_loading = False
        self._load_again = False
        self._previewed: Tag | None = None
        self._facts = FactReader(self.post_message, self._show_card)
        self._facts_timer: Timer | None = None
        self._keys: KeyReader | None = None
        self._prompt = PromptBar(id="prompt")

    @property
    def services(self) -> AppServices:
        """The app."""
        return app_of(self)

    @property
    def list(self) -> TagList:
        """The widget of the tree."""
        return self.query_one(TagList)

    @property
    def field(self) -> LineField:
        """The field for a name, which stands in the row of its tag."""
        return self.query_one("#codebook-name", LineField)

    @property
    def is_settled(self) -> bool:
        """Whether the codebook was read as it is, and the card tells all about the tag in hand."""
        row, side = self.tags.current, self.query_one("#codebook-side")
        has_facts = row is None or not side.display or self._facts.facts(row.tag.name) is not None
        return self.is_counted and not self._is_loading and has_facts and self.changes.work.is_idle

    def compose(self) -> ComposeResult:
        """Lay out header, tree, card and footer."""
        yield StyledLines(id="header")
        with Container(id="codebook-body"):
            yield TagList(id="codebook-tree")
            with Container(id="codebook-side"):
                yield StyledLines(id="codebook-card")
            yield LineField(id="codebook-name", select_on_focus=False)
        yield NoticeBar(id="notice")
        yield self._prompt
        yield StyledLines(id="footer")

    def on_screen_resume(self) -> None:
        """Read the codebook, at first and whenever the person comes back."""
        self.load()

    def on_unmount(self) -> None:
        """Stop what is read for this screen."""
        self._facts.stop()

    # ------------------------------------------------------------------ reading the codebook

    def load(self, tag: str = "") -> None:
        """Read the codebook on a thread and take a tag in hand; if asked again in the meantime, read it once more.

        At first the tags are shown before their uses are counted.
        """
        self._tag = tag or self._tag
        self._load_again = self._is_loading
        if self._is_loading:
            return
        self._is_loading = True
        open_library, is_first = self.services.open_library, self.codebook is None

        def read() -> Codebook:
            from reader.library.codebook_changes import CodebookEditor

            library = open_library()
            return Codebook(tuple(library.codebook())) if is_first else CodebookEditor(library).codebook()

        run_in_background(self.post_message, read, lambda outcome: self._take_codebook(outcome, is_counted=not is_first))

    def _take_codebook(self, outcome: Codebook | Exception, *, is_counted: bool) -> None:
        if not self.query(TagList):  # the program ends
            return
        self._is_loading = False
        if isinstance(outcome, Exception):
            self._error = error_message(outcome, "The codebook")
            self.show()
            self.services.take_waiting_keys()
            return
        self._error = ""
        self.codebook, self.is_counted = outcome, is_counted
        self.tags.load(outcome.rows(), self._tag)
        self._facts.forget()
        self.changes.follow()
        if is_counted:
            self._tag = ""
        if self._load_again or not is_counted:
            self.load()
        self.show()
        self.services.take_waiting_keys()

    @on(TaskOutcome)
    def _handle_outcome(self, event: TaskOutcome) -> None:
        if self.is_mounted:
            event.apply()

    # ------------------------------------------------------------------ messages of the library

    def receive_edits(self, article_id: str, edits: Edits) -> None:
        """Read the codebook again: another window or program changed something."""
        if self.is_current:
            self.load()

    def show_message(self, text: str, tone: str) -> None:
        """Show a message in the footer until the next key."""
        self.say(text, tone)

    def show_save_status(self) -> None:
        """Show the state of saving."""
        if self.is_mounted:
            self._show_bars()

    # ------------------------------------------------------------------ showing

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""
        self._message = (text, tone)
        self._show_bars()

    def key(self, action_id: str) -> str:
        """Return the key of an action as people write it: while a name is written, one that is no letter."""
        keymap = self.services.keymap
        if self.changes.is_writing and action_id != "codebook-undo":
            return keymap.field_label(action_id)
        return keymap.label(action_id)

    def preview(self, tag: Tag | None) -> None:
        """Show a tag in the tree and on the card as it might become; None shows it as it is."""
        self._previewed = tag
        self.show()

    def show(self) -> None:
        """Draw everything, unless the program ends and the widgets are gone."""
        with suppress(NoMatches):
            self._lay_out()
            self._show_tree()
            self._show_card()
            self._show_bars()

    @property
    def _is_side(self) -> bool:
        return self.size.width >= WIDE

    @property
    def _card_width(self) -> int:
        least, most = CARD_WIDTHS
        return max(least, min(most, self.size.width * 38 // 100))

    def _lay_out(self) -> None:
        body, side = self.query_one("#codebook-body"), self.query_one("#codebook-side")
        body.set_class(self._is_side, "-side")
        side.display = self._is_side or self.size.height >= DRAWER_ROOM
        side.styles.width = self._card_width if self._is_side else "1fr"

    def _show_tree(self) -> None:
        tags, wish = self.tags, self.changes.wish
        width = self.size.width - (self._card_width if self._is_side else 0)
        has_drawer = not self._is_side and self.size.height >= DRAWER_ROOM
        height = self.size.height - 2 - (DRAWER_HEIGHT if has_drawer else 0)
        uses = sum(row.uses for row in tags.all_rows) if self.is_counted else None
        header = codebook_header(tags.all_rows, len(tags.rows), self.size.width, uses=uses)
        self.query_one("#header", StyledLines).show([header])
        view = TreeView(tags, wish, self.changes.plan, self.is_counted, self._is_side, self._previewed)
        is_airy = self.size.height >= DRAWER_ROOM
        place = self.list.show_tree(view, width, height, self._empty_lines(), is_airy=is_airy)
        if self.changes.is_writing:
            self.field.styles.offset = place.offset
            self.field.styles.width = place.width

    def _empty_lines(self) -> list[StyledLine]:
        if self._error:
            return [line("   ", (self._error, "bad"))]
        if self.codebook is None:
            return []
        if self.tags.words:
            shows = hint_line(self._back_label, "shows all", "codebook-back")
            return [line("   ", ("No tag has these words; ", "secondary"), *shows)]
        adds = hint_line(self.key("codebook-new"), "adds one", "codebook-new")
        return [line("   ", ("No tags yet; ", "secondary"), *adds)]

    @property
    def _back_label(self) -> str:
        """The last key that goes back, as people write it: one that is no letter."""
        return key_label(self.services.keymap.keys_of("codebook-back")[-1])

    def _card_view(self, row: CodebookRow) -> TagCardView:
        services = self.services
        facts = self._facts.facts(row.tag.name)
        moment = datetime.now().astimezone()
        return TagCardView(
            row, facts, self.changes.plan, self.is_counted, services.settings.scale, self.key, services.settings.creator, moment
        )

    def _show_card(self) -> None:
        with suppress(NoMatches):
            card = self.query_one("#codebook-card", StyledLines)
            row, plan = self.tags.current, self.changes.plan
            if not self.query_one("#codebook-side").display:
                return
            if row is None and plan is None:
                card.show([])
                return
            view = self._card_view(
                shown_row(row, self._previewed) if row is not None else CodebookRow(Tag("", ""), 0, 0, 0, has_record=False)
            )
            if not self._is_side:
                width = self.size.width - 2
                card.show(indent(drawer_lines(view, width, DRAWER_HEIGHT - 1), 1))
            else:
                width, height = self._card_width - 1, self.size.height - 3
                words = width - 4
                lines = plan_card_lines(view, plan, words) if plan is not None else tag_card_lines(view, words)
                framed = frame_card(lines[: height - 1], width - 2)
                gap = 3 if height - len(framed) > 12 else 1
                below = last_claims_lines(view, width - 2, height - len(framed) - gap)
                under = [("chrome", "text"), *[("card", "text")] * len(framed)]
                card.show([(), *framed, *[()] * gap, *indent(below, 1)], under)
            self._read_facts_soon()

    def _read_facts_soon(self) -> None:
        row = self.tags.current
        if row is not None and self._facts.facts(row.tag.name) is None and self.is_counted:
            if self._facts_timer is not None:
                self._facts_timer.stop()
            self._facts_timer = self.set_timer(CARD_DELAY, self._read_facts)

    def _read_facts(self) -> None:
        row = self.tags.current
        if row is not None and self.is_current:
            self._facts.read(row.tag.name, self.services.open_library, self.services.settings.scale)

    def _show_bars(self) -> None:
        """Draw the notice and the footer, unless the widgets are gone."""
        with suppress(NoMatches):
            reader, width = self.services, self.size.width
            status, is_asking = reader.save_status, self._prompt.is_asking
            lines = footer_lines(self._hints(), status, width, *self._message, is_hidden=is_asking)
            notice = notice_lines(Notice(status, None, len(reader.copies)), width, self.key, "library-")
            self.query_one(NoticeBar).show_notice([*notice, *lines[:-1]])
            footer = self.query_one("#footer", StyledLines)
            footer.display = not is_asking
            footer.show(lines[-1:])

    def _hints(self) -> tuple[tuple[str, str, str], ...]:
        """Return the hints of the footer: with a plan, those of the keys that do something to it."""
        hints = self.services.keymap.hints(self.key_context)
        wish, plan = self.changes.wish, self.changes.plan
        if wish is None:
            back = ((self._back_label, "show all", "codebook-back"),) if self.tags.words else ()
            return (*back, *hints)
        words = {action: word for (action, kind), word in _FOOTER_WORDS.items() if kind == wish.kind}
        if plan is not None and not plan.has_other:
            words.pop("codebook-other", None)
        shown = [
            (self.key(action) if self.changes.is_writing else key, words.get(action, word), action)
            for key, word, action in hints
            if action in words or action in _ALWAYS
        ]
        # In a narrow window only the first ones fit: what Enter does must be among them.
        return tuple(sorted(shown, key=lambda hint: hint[2] != "codebook-apply") if not self._is_side else shown)

    @on(StyledLines.Resized)
    def _handle_resize(self) -> None:
        self.show()

    # ------------------------------------------------------------------ keys

    @property
    def page_size(self) -> int:
        """The number of tags that are in view."""
        return max(1, self.list.size.height - 4)

    @property
    def key_context(self) -> str:
        """The context that decides which keys act."""
        return CODEBOOK if self.changes.wish is None else CODEBOOK_PLAN

    @property
    def palette_contexts(self) -> tuple[str, ...]:
        """The contexts whose actions the palette lists."""
        return (CODEBOOK,)

    @property
    def is_busy(self) -> bool:
        """Whether keys must wait for the tags, or for the focus of the widget that they are for."""
        if self._prompt.is_asking:
            return self._prompt.must_wait()
        return self._next_focus is not None or (self.codebook is None and not self._error)

    def take_key(self, event: events.Key) -> bool:
        """Run the action of a key; while a name is written, letters and the keys that move in it belong to the field."""
        if self._prompt.is_asking or (self.changes.is_writing and event.is_printable):
            return False
        key = typed_key(event)
        if self._keys is None:
            self._keys = KeyReader(self.services.keymap)
        match = self._keys.press(self.key_context, key)
        if self.changes.is_writing and (match.action is None or match.action.id not in _FIELD_ACTIONS):
            return False
        if match.action is not None:
            self.do(match.action.id)
        elif match.follow:
            self.say(f"{match.typed} …", "hint")
        return True

    def do(self, action_id: str, key: str = "") -> None:
        """Perform an action."""
        self._message = ("", "text")
        COMMANDS[action_id](self)
        self.show()

    @on(Input.Changed, "#codebook-name")
    def _handle_typing(self, event: Input.Changed) -> None:
        event.stop()
        self._message = ("", "text")
        self.changes.take_name(event.value)
        self.show()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, name = event.target.partition(":")
        if kind == "action":
            self.do(name)
        elif kind == "tag" and self.changes.wish is not None:
            self.changes.aim(name)
            self.show()
        elif kind == "tag":
            self.tags.go_to(name)
            self.show()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go to the next tag."""
        event.stop()
        self.do("codebook-next")

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go to the previous tag."""
        event.stop()
        self.do("codebook-previous")

    def close(self) -> None:
        """Go back to where the codebook was opened, once all changes that were asked for are made."""
        if self.changes.work.is_idle:
            self.dismiss()
        else:
            self.changes.work.run(lambda: None, lambda _: self.close())

    # ------------------------------------------------------------------ fields

    def write_name(self, name: str) -> None:
        """Let a name be written in the row of its tag."""
        field = self.field
        with self.prevent(Input.Changed):
            field.value = name
        field.cursor_position = len(name)
        field.select_all()
        field.display = True
        self.give_keys_to(field)

    def stop_writing(self) -> None:
        """Hide the field in the row."""
        if self.field.display:
            self.field.display = False
            self.give_keys_to(self.list)

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

        def submit(text: str) -> str | None:
            complaint = question.on_submit(text)
            if complaint is None:
                self._close_question()
            return complaint

        def leave() -> None:
            if question.on_leave is not None:
                question.on_leave()
            self._close_question()

        self._prompt.ask(question._replace(on_submit=submit, on_leave=leave))
        self._show_bars()

    def _close_question(self) -> None:
        self._prompt.close()
        self.give_keys_to(self.list)
        self.show()

    def on_descendant_focus(self) -> None:
        """Let the keys go on that waited for the focus."""
        if self.focused is self._next_focus:
            self._next_focus = None

    def on_descendant_blur(self) -> None:
        """Give the focus back after a click beside what has it."""
        if self.focused is None and not self._prompt.is_asking and self._next_focus is None:
            self.give_keys_to(self.field if self.changes.is_writing else self.list)
