"""What a person does with tags: name, define, move, merge, delete them, give them signs, take it back; import and export.

A change that touches claims is planned first: the tree and the card show what it makes, until Enter makes it. Changes are made
one after the other on one thread, which may wait for the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from reader.review.model import clean_tag_name
from reader.tui.background import WorkQueue, error_message
from reader.tui.codebook.plans import (
    DELETE,
    MERGE,
    MOVE,
    NEW,
    RENAME,
    TagPlan,
    Wish,
    plan_wish,
)
from reader.tui.codebook.rows import tag_symbol
from reader.tui.codebook.tree import is_under, last_part, parent_of
from reader.tui.question import Question

if TYPE_CHECKING:
    from textual.message import Message

    from reader.library.codebook_changes import CodebookEditor
    from reader.review.codebook import Codebook, CodebookPlan, CodebookRow
    from reader.review.model import Tag
    from reader.tui.codebook.sign_dialog import TagSign
    from reader.tui.codebook.tree import TagTree
    from reader.tui.services import AppServices


class CodebookHost(Protocol):
    """The codebook screen as the changes of tags see it.

    `codebook` is None until it is read; `is_counted` says whether its uses are counted.
    """

    tags: TagTree
    codebook: Codebook | None
    is_counted: bool

    @property
    def services(self) -> AppServices:
        """The app."""
        ...

    def post_message(self, message: Message) -> bool:
        """Post a message to the screen, from any thread."""
        ...

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

    def show(self) -> None:
        """Show the current state."""

    def load(self, tag: str = "") -> None:
        """Read the codebook again, and take a tag in hand."""

    def write_name(self, name: str) -> None:
        """Let a name be written in its row, beginning with this one."""

    def stop_writing(self) -> None:
        """Hide the field in the row."""

    def preview(self, tag: Tag | None) -> None:
        """Show a tag in the tree as it might become; None shows it as it is."""

    def key(self, action_id: str) -> str:
        """Return the key of an action, as people write it."""
        ...


class TagChanges:
    """The changes of tags on one screen. `wish` is what is asked for and not made yet, `plan` what that makes of the tags."""

    def __init__(self, host: CodebookHost) -> None:
        self._host = host
        self.work = WorkQueue(host.post_message)
        self.wish: Wish | None = None
        self.plan: TagPlan | None = None

    @property
    def wish_kind(self) -> str:
        """The kind of change that is asked for, "" while there is none."""
        return self.wish.kind if self.wish is not None else ""

    @property
    def is_writing(self) -> bool:
        """Whether a name is being written in its row."""
        return self.wish is not None and self.wish.kind in (RENAME, NEW)

    # ------------------------------------------------------------------ changes that are planned

    def rename(self) -> None:
        """Let the name of the tag in hand be written anew."""
        if (row := self._row_in_hand()) is not None:
            self._begin(Wish(RENAME, row.tag.name, typed=last_part(row.tag.name), places=(parent_of(row.tag.name),)))
            self._host.write_name(last_part(row.tag.name))

    def add(self) -> None:
        """Let the name of a new tag be written: beside the tag in hand, or with Tab under it or at the top."""
        current = self._host.tags.current
        if self._host.codebook is None:
            return
        name = current.tag.name if current is not None else ""
        self._begin(Wish(NEW, places=tuple(dict.fromkeys((parent_of(name), name, "")))))
        self._host.write_name("")

    def move(self) -> None:
        """Let another tag be chosen to put the tag in hand under."""
        self._choose(MOVE)

    def merge(self) -> None:
        """Let another tag be chosen that the tag in hand joins."""
        self._choose(MERGE)

    def delete(self) -> None:
        """Show what deleting the tag in hand takes."""
        if (row := self._row_in_hand()) is not None:
            self._begin(Wish(DELETE, row.tag.name))

    def _choose(self, kind: str) -> None:
        row = self._row_in_hand()
        if row is None:
            return
        targets = self._targets(Wish(kind, row.tag.name))
        if not targets:
            self._host.say("There is no other tag", "fault")
            return
        self._host.tags.pinned = row.tag.name
        above = [name for name in targets if name and self._index_of(name) < self._host.tags.index]
        near = [name for name in (*reversed(above), *targets) if name and parent_of(name) == parent_of(row.tag.name)]
        self._begin(Wish(kind, row.tag.name, target=next(iter(near), targets[-1])))

    def _index_of(self, name: str) -> int:
        return next((n for n, row in enumerate(self._host.tags.rows) if row.tag.name == name), -1)

    def _targets(self, wish: Wish) -> list[str]:
        """Return the names that a tag can be moved under or merged with, "" for the top."""
        names = [row.tag.name for row in self._host.tags.rows if not is_under(row.tag.name, wish.name)]
        return ["", *names] if wish.kind == MOVE and parent_of(wish.name) else names

    def step(self, distance: int) -> None:
        """Choose another target."""
        wish = self.wish
        if wish is None or wish.kind not in (MOVE, MERGE):
            return
        targets = self._targets(wish)
        at = targets.index(wish.target) if wish.target in targets else 0
        self._begin(wish._replace(target=targets[max(0, min(len(targets) - 1, at + distance))]))

    def aim_at_first(self) -> None:
        """Choose the first target that is listed, if the one that was chosen no longer is."""
        wish = self.wish
        if wish is None or wish.kind not in (MOVE, MERGE):
            return
        targets = self._targets(wish)
        names = [name for name in targets if name and name != parent_of(wish.name)]
        if wish.target not in targets and names:
            self._begin(wish._replace(target=names[0]))

    def aim(self, name: str) -> None:
        """Choose a target by its name."""
        wish = self.wish
        if wish is not None and wish.kind in (MOVE, MERGE) and name in self._targets(wish):
            self._begin(wish._replace(target=name))

    def switch_other(self) -> None:
        """Take the other tag's definition, keep the old name, delete nested tags too; put a new tag elsewhere."""
        wish = self.wish
        if wish is not None and wish.kind == NEW:
            self._begin(wish._replace(place=(wish.place + 1) % len(wish.places)))
        elif wish is not None and wish.kind != MOVE:
            self._begin(wish._replace(is_other=not wish.is_other))

    def switch_synonym(self) -> None:
        """Drop the old name of a merged tag, or keep it as a synonym."""
        if self.wish is not None and self.wish.kind == MERGE:
            self._begin(self.wish._replace(drops_name=not self.wish.drops_name))

    def take_name(self, typed: str) -> None:
        """Plan with what is written in the row."""
        if self.wish is not None and self.is_writing:
            self._begin(self.wish._replace(typed=typed))

    def _begin(self, wish: Wish) -> None:
        codebook = self._host.codebook
        if codebook is not None:
            self.wish, self.plan = wish, plan_wish(codebook, wish, self._host.services.settings.creator)

    def follow(self) -> None:
        """Plan anew after the codebook changed; a plan for a tag that is gone is left."""
        if self.wish is None:
            return
        names = {row.tag.name for row in self._host.tags.all_rows}
        if (self.wish.name and self.wish.name not in names) or (self.wish.target and self.wish.target not in names):
            self.leave()
            self._host.say("The tag was changed meanwhile", "fault")
        else:
            self._begin(self.wish)

    def leave(self) -> None:
        """Leave everything as it is."""
        self.wish = self.plan = None
        if self._host.tags.pinned:
            self._host.tags.pinned = ""
            self._host.tags.filter_by("")
        self._host.stop_writing()

    def apply(self) -> None:
        """Make the planned change."""
        plan = self.plan
        if plan is None:
            return
        if plan.is_empty:
            self.leave()
        elif plan.problem:
            self._host.say(plan.problem, "fault")
        elif not self._host.is_counted and self.wish_kind != NEW:  # a new tag has no uses
            self._host.say("The uses are still being counted; try again in a moment", "fault")
        else:
            self.leave()
            self.make(plan.change, plan.result.tag.name if plan.result is not None else "")

    # ------------------------------------------------------------------ changes of one tag's record

    def define(self) -> None:
        """Ask for the definition of the tag in hand; the card shows it as it is written."""
        row = self._row_in_hand()
        if row is None:
            return
        tag = row.tag

        def take(text: str) -> None:
            self._host.preview(None)
            self._make_planned(lambda codebook: codebook.define(tag.name, text), tag.name)

        def show(text: str) -> None:
            self._host.preview(replace(tag, definition=text.strip()))

        self._ask(Question("Definition", take, tag.definition, "what the tag means", on_change=show))

    def set_synonyms(self) -> None:
        """Ask for what is also typed for the tag in hand."""
        row = self._row_in_hand()
        if row is None:
            return
        tag = row.tag

        def take(text: str) -> None:
            self._host.preview(None)
            self._make_planned(lambda codebook: codebook.set_synonyms(tag.name, _split_names(text)), tag.name)

        def show(text: str) -> None:
            self._host.preview(replace(tag, synonyms=_split_names(text)))

        self._ask(Question("Also typed", take, ", ".join(tag.synonyms), "commas between them", on_change=show))

    def set_sign(self) -> None:
        """Let the symbol, the colour and the digit of the tag in hand be chosen; the tree shows them at once."""
        from reader.tui.codebook.sign_dialog import SignScreen, TagSign

        row = self._row_in_hand()
        if row is None:
            return
        tag = row.tag
        holders = {one.tag.digit: one.tag.name for one in self._host.tags.all_rows if one.tag.digit}
        before = TagSign(tag_symbol(tag), tag.colour, tag.digit)

        def show(sign: TagSign) -> None:
            self._host.preview(replace(tag, symbol=sign.symbol, colour=sign.colour, digit=sign.digit))

        def take(sign: TagSign | None) -> None:
            self._host.preview(None)
            if sign is not None and sign != before:
                self._make_planned(lambda codebook: _sign_plan(codebook, tag.name, sign), tag.name)

        self._host.services.push_screen(SignScreen(tag.name, before, holders, show), take)

    def _ask(self, question: Question) -> None:
        self._host.ask(question._replace(on_leave=lambda: self._host.preview(None)))

    # ------------------------------------------------------------------ making changes

    def undo(self) -> None:
        """Undo the last change of the codebook."""
        self._run(lambda editor: editor.undo(), "Undone: ", "Nothing to undo in the codebook")

    def redo(self) -> None:
        """Redo the last undone change of the codebook."""
        self._run(lambda editor: editor.redo(), "Redone: ", "Nothing to redo in the codebook")

    def _make_planned(self, make: Callable[[Codebook], CodebookPlan], tag: str) -> None:
        codebook = self._host.codebook
        if codebook is None:
            return
        change = make(codebook)
        if change.problem:
            self._host.say(change.problem, "fault")
        else:
            self.make(change, tag)

    def make(self, change: CodebookPlan, tag: str = "") -> None:
        """Make a planned change of the codebook, and take a tag in hand."""
        self._run(lambda editor: editor.apply(change), "", "Nothing to change", tag)

    def _run(self, change: Callable[[CodebookEditor], str], word: str, none: str, tag: str = "") -> None:
        """Make a change after all earlier ones, say which, and read the codebook again."""
        self._host.say("Changing the codebook …", "hint")
        services = self._host.services
        by, open_library = services.settings.creator, services.open_library

        def work() -> str:
            from reader.library.codebook_changes import CodebookEditor

            return change(CodebookEditor(open_library(), by))

        def take(label: str | Exception) -> None:
            if isinstance(label, Exception):
                self._host.say(error_message(label, "The codebook"), "bad")
            elif not label:
                self._host.say(none, "fault")
            else:
                undo = "" if word else f" · {self._host.key('codebook-undo')} takes it back"
                self._host.say(f"{word}{label if word else label[:1].upper() + label[1:]}{undo}")
            self._host.load(tag)

        self.work.run(work, take)

    def _row_in_hand(self) -> CodebookRow | None:
        row = self._host.tags.current
        if row is None:
            self._host.say(f"No tag is listed: {self._host.key('codebook-new')} adds one", "fault")
        return row if self._host.codebook is not None else None


def _sign_plan(codebook: Codebook, name: str, sign: TagSign) -> CodebookPlan:
    """Plan to give a tag its sign, in one change."""
    steps: list[Callable[[Codebook], CodebookPlan]] = [
        lambda book: book.set_symbol(name, sign.symbol),
        lambda book: book.set_colour(name, sign.colour),
        lambda book: book.set_key(name, sign.digit),
    ]
    return codebook.combine(f"sign of #{name}", steps)


def _split_names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(clean_tag_name, text.split(",")) if name))
