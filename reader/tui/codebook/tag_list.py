"""The widget of the tree of tags: it builds only the lines in view, and owns its scroll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reader.review.model import tag_levels
from reader.tui.codebook.plans import DELETE, MERGE, MOVE, NEW
from reader.tui.codebook.rows import (
    NAME_COLUMN,
    NESTING,
    RowLook,
    TagColumns,
    definition_line,
    draft_line,
    lay_out_tag_columns,
    tag_heading_lines,
    tag_row_line,
    top_line,
)
from reader.tui.codebook.tree import BLANK, DRAFT_ROW, TOP_ROW, TagTree
from reader.tui.styled_line import StyledLine, line
from reader.tui.widgets.styled_lines import PAGE_ROLES, StyledLines

if TYPE_CHECKING:
    from reader.review.codebook import CodebookRow
    from reader.review.model import Tag
    from reader.tui.codebook.plans import TagPlan, Wish


class TreeView(NamedTuple):
    """What the tree shows. `previewed` is a tag as it might become, `has_definitions`: they have a column of their own."""

    tags: TagTree
    wish: Wish | None
    plan: TagPlan | None
    is_counted: bool
    has_definitions: bool
    previewed: Tag | None

    @property
    def is_drafting(self) -> bool:
        """Whether a new tag is being written."""
        return self.wish is not None and self.wish.kind == NEW

    @property
    def name_depth(self) -> int:
        """How deep the name that is being written is nested in the tree."""
        current = self.tags.current
        if self.tags.words or self.wish is None:
            return 0
        if self.is_drafting:
            return len(tag_levels(self.wish.parent)) if self.wish.parent else 0
        return current.depth if current is not None else 0

    def is_aimed_at(self, entry: int) -> bool:
        """Whether the planned change leads to what stands on a line."""
        wish = self.wish
        if wish is None or wish.kind not in (MERGE, MOVE, NEW):
            return False
        if entry < 0:
            return entry == DRAFT_ROW or (entry == TOP_ROW and not wish.target)
        return wish.kind != NEW and self.tags.rows[entry].tag.name == wish.target

    def is_in_hand(self, entry: int) -> bool:
        """Whether what stands on a line is in hand."""
        return entry == DRAFT_ROW if self.is_drafting else entry == self.tags.index


class NamePlace(NamedTuple):
    """Where a name is written: the column and row in the tree, and the cells."""

    offset: tuple[int, int]
    width: int


class _TreeLine(NamedTuple):
    """A line of the tree: what stands there, and whether it is its second line."""

    entry: int
    is_second: bool = False


def shown_row(row: CodebookRow, previewed: Tag | None) -> CodebookRow:
    """Return a row as it is shown: with the sign or the definition that is being chosen."""
    if previewed is None:
        return row
    if row.tag.name == previewed.name:
        return row._replace(tag=previewed)
    loses_key = previewed.digit and row.tag.digit == previewed.digit
    return row._replace(tag=replace(row.tag, digit="")) if loses_key else row


class TagList(StyledLines, can_focus=True):
    """The tree of tags; it has the focus while no field has it."""

    UNDER = PAGE_ROLES
    WHOLE_LINES = True

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._first = 0

    def show_tree(self, view: TreeView, width: int, height: int, empty: Sequence[StyledLine], *, is_airy: bool) -> NamePlace:
        """Show the tree in `width` cells and `height` lines, or `empty` if there is none; return where a name is written.

        `is_airy`: an empty line stands above the heading.
        """
        tags, wish = view.tags, view.wish
        columns = lay_out_tag_columns(tags.rows, width, has_definitions=view.has_definitions, is_path=bool(tags.words))
        head = [*([()] if is_airy else []), *tag_heading_lines(columns, width)]
        if not tags.rows and wish is None:
            self.show([*head, *empty])
            return NamePlace((0, 0), 0)
        has_top = wish is not None and wish.kind == MOVE and "/" in wish.name
        entries = tags.lines(has_draft=view.is_drafting, has_top=has_top)
        lines = [
            _TreeLine(entry, is_second)
            for entry in entries
            for is_second in ((False, True) if not view.has_definitions and view.is_in_hand(entry) and entry >= 0 else (False,))
        ]
        room = max(1, height - len(head))
        self._scroll(view, lines, room)
        in_view = lines[self._first : self._first + room]
        is_cut = len(lines) > self._first + room and room > 2
        in_view = in_view[:-1] if is_cut else in_view
        below = sum(one.entry >= 0 and not one.is_second for one in lines[self._first + len(in_view) :])
        shown = [_entry_line(view, one, columns, width) for one in in_view]
        more = [line((f" ↓ {below} more", "secondary"))] if is_cut else []
        self.show([*head, *shown, *more], [*[self.UNDER] * len(head), *(_ground(view, one) for one in in_view)])
        at = next((n for n, one in enumerate(lines) if view.is_in_hand(one.entry)), 0)
        indent = NESTING * view.name_depth
        return NamePlace((NAME_COLUMN + indent, len(head) + at - self._first), max(8, columns.name - indent))

    def _scroll(self, view: TreeView, lines: Sequence[_TreeLine], room: int) -> None:
        """Keep what a planned change leads to in view, else the tag in hand."""
        places = [n for n, one in enumerate(lines) if view.is_aimed_at(one.entry)]
        places = places or [n for n, one in enumerate(lines) if view.is_in_hand(one.entry)] or [0]
        if places[-1] > self._first + room - 2:
            self._first = places[-1] - room + 2
        self._first = max(0, min(self._first, places[0], max(0, len(lines) - room)))


def _ground(view: TreeView, one: _TreeLine) -> tuple[str, ...]:
    """Return the background roles of a line."""
    if view.is_aimed_at(one.entry) and one.entry != DRAFT_ROW:
        return ("page", "mark", "text")
    return ("page", "sentence", "text") if view.is_in_hand(one.entry) else PAGE_ROLES


def _entry_line(view: TreeView, one: _TreeLine, columns: TagColumns, width: int) -> StyledLine:
    plan, tags, entry = view.plan, view.tags, one.entry
    if entry == BLANK:
        return ()
    if entry == TOP_ROW:
        return top_line(is_target=view.is_aimed_at(TOP_ROW))
    if entry == DRAFT_ROW:
        return draft_line(view.name_depth, columns, plan.remark if plan is not None else ())
    row = shown_row(tags.rows[entry], view.previewed)
    is_current = view.is_in_hand(entry)
    planned = plan if is_current and plan is not None and not plan.is_empty else None
    look = RowLook(
        is_current=is_current,
        is_target=view.is_aimed_at(entry),
        is_leaving=planned is not None and planned.kind in (MERGE, MOVE, DELETE),
        is_countless=not view.is_counted,
        is_path=bool(tags.words),
        words=tags.words.casefold().split(),
        remark=planned.remark if planned is not None else (),
    )
    return definition_line(row, look, width) if one.is_second else tag_row_line(row, columns, look)
