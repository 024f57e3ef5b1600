"""A change of a tag that is planned on the screen: what is asked for, and what it makes of the codebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import plural
from reader.review.model import clean_tag_name
from reader.tui.codebook.rows import tag_role, tag_symbol
from reader.tui.codebook.tree import last_part
from reader.tui.styled_line import Part, StyledLine, line

if TYPE_CHECKING:
    from reader.review.codebook import Codebook, CodebookPlan, CodebookRow

RENAME: Final = "rename"
NEW: Final = "new"
MOVE: Final = "move"
MERGE: Final = "merge"
DELETE: Final = "delete"


class Wish(NamedTuple):
    """A change that is asked for. `name` is the tag in hand, `target` the one it joins or goes under, "" for the top.

    `typed` is what is written in its row, for a place in `places`: the names of the tags that a new tag can be nested in.
    `is_other` is what Tab switches: the other tag's definition is taken, the old name is kept, nested tags are deleted too.
    """

    kind: str
    name: str = ""
    target: str = ""
    typed: str = ""
    places: tuple[str, ...] = ("",)
    place: int = 0
    is_other: bool = False
    drops_name: bool = False

    @property
    def parent(self) -> str:
        """The tag that the name in the row is nested in, "" for none."""
        return self.places[self.place]

    @property
    def new_name(self) -> str:
        """The whole name that is written in the row."""
        name = clean_tag_name(self.typed)
        return f"{self.parent}/{name}" if self.parent and name else name


class TagPlan(NamedTuple):
    """What a wish makes of the codebook. `row`, `target` and `result` are None where there is no such tag.

    `nested` counts the tags that are nested in it, `definition_owner` names the one whose definition stays.
    `has_choice`: there are two definitions to choose from.
    """

    wish: Wish
    change: CodebookPlan
    row: CodebookRow | None = None
    target: CodebookRow | None = None
    result: CodebookRow | None = None
    nested: int = 0
    definition_owner: str = ""
    has_choice: bool = False

    @property
    def kind(self) -> str:
        """The kind of change."""
        return self.wish.kind

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for: the name is as it was, or there is none yet."""
        wish = self.wish
        return (wish.kind == RENAME and wish.new_name == wish.name) or (wish.kind in (RENAME, NEW) and not wish.new_name)

    @property
    def has_other(self) -> bool:
        """Whether there is something that Tab switches."""
        match self.kind:
            case "merge":
                return self.has_choice
            case "delete":
                return self.nested > 0
            case kind:
                return kind in (RENAME, NEW)

    @property
    def problem(self) -> str:
        """Why the change cannot be made, "" if it can."""
        return "" if self.is_empty else self.change.problem

    @property
    def can_be_made(self) -> bool:
        """Whether Enter makes the change."""
        return not (self.problem or self.is_empty)

    @property
    def remark(self) -> StyledLine:
        """What the row of the tag says in place of its definition."""
        if self.problem:
            return line(("! ", "fault"), (self.problem, "text"))
        match self.kind:
            case "merge" if self.target is not None:
                return line(("joins ", "yours"), *_target_parts(self.target))
            case "move" if self.target is not None:
                return line(("goes under ", "yours"), *_target_parts(self.target))
            case "move":
                return line(("goes to ", "yours"), ("the top", "b"))
            case "delete":
                return line(("goes ", "bad"), (f"off {loss_words(self.change) or 'nothing'}", "text"))
            case "rename" if self.row is not None:
                return line(("was ", "yours"), (_leaf(self.row), "strike"))
            case _:
                return line(("under ", "yours"), (self.wish.parent, "b")) if self.wish.parent else line(("at the top", "yours"))


def loss_words(change: CodebookPlan) -> str:
    """Return what a tag is taken off in words: "31 uses in 4 articles"; "" if nothing has it."""
    uses = f"{plural(change.uses, 'use')} in " if change.uses else ""
    return f"{uses}{plural(change.articles, 'article')}" if change.articles else ""


def plan_wish(codebook: Codebook, wish: Wish, by: str) -> TagPlan:
    """Plan what is asked for, in the name of `by`."""
    row = codebook.row(wish.name)
    nested = len(codebook.names_within(wish.name)) if row is not None else 0
    target = codebook.row(wish.target) if wish.kind in (MERGE, MOVE) else None
    change = _plan_change(codebook, wish, by)
    name = _result_name(wish)
    result = codebook.after(change).row(name) if name and not change.problem else None
    owner, has_choice = "", False
    if wish.kind == MERGE and row is not None and target is not None:
        has_choice = bool(row.tag.definition and target.tag.definition) and row.tag.definition != target.tag.definition
        chosen = row if (has_choice and wish.is_other) or not target.tag.definition else target
        owner = last_part(chosen.tag.name) if chosen.tag.definition else ""
    return TagPlan(wish, change, row, target, result, nested, owner, has_choice)


def _plan_change(codebook: Codebook, wish: Wish, by: str) -> CodebookPlan:
    match wish.kind:
        case "rename":
            return codebook.rename(wish.name, wish.new_name, keep_synonym=wish.is_other)
        case "move":
            return codebook.move(wish.name, wish.target)
        case "merge":
            chosen = wish.name if wish.is_other else ""
            return codebook.merge(wish.name, wish.target, definition_of=chosen, keep_synonym=not wish.drops_name)
        case "delete":
            return codebook.delete(wish.name, with_nested=wish.is_other)
        case _:
            return codebook.add(wish.new_name, by=by)


def _result_name(wish: Wish) -> str:
    match wish.kind:
        case "merge":
            return wish.target
        case "move":
            leaf = last_part(wish.name)
            return f"{wish.target}/{leaf}" if wish.target else leaf
        case "delete":
            return ""
        case _:
            return wish.new_name


def _leaf(row: CodebookRow) -> str:
    return last_part(row.tag.name)


def _target_parts(row: CodebookRow) -> tuple[Part, Part]:
    return Part(f"{tag_symbol(row.tag)} ", tag_role(row.tag)), Part(_leaf(row), "b")
