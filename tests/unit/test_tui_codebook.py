"""The lines of the codebook's tree: they fit any width, whatever the names, and show no number before it is counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reader.review.codebook import Codebook, TagUses
from reader.review.model import Tag
from reader.tui.codebook.plans import DELETE, MERGE, MOVE, NEW, RENAME, Wish, plan_wish
from reader.tui.codebook.rows import (
    RowLook,
    codebook_header,
    definition_line,
    lay_out_tag_columns,
    tag_heading_lines,
    tag_row_line,
)
from reader.tui.codebook.tree import BLANK, DRAFT_ROW, TOP_ROW, TagTree
from reader.tui.styled_line import StyledLine, width_of

PARTS = st.text("ab夜é", min_size=1, max_size=30)
NAMES = st.lists(st.lists(PARTS, min_size=1, max_size=3).map("/".join), min_size=1, max_size=6, unique=True)


def book(names: list[str], definition: str = "") -> Codebook:
    """Return a codebook with these tags, each used once, and all of them together on one more claim."""
    tags = tuple(Tag(str(number), name, definition) for number, name in enumerate(names))
    marks = {frozenset([name]): 1 for name in names} | {frozenset(names): 12_345}
    return Codebook(tags, TagUses(marks, {}, marks))


def text_of(parts: StyledLine) -> str:
    """Return a line as plain text."""
    return "".join(part.text for part in parts)


@given(NAMES, st.text("ab 夜", max_size=60), st.integers(24, 160), st.booleans(), st.booleans())
def test_every_line_fits_its_width(names: list[str], definition: str, width: int, is_side: bool, is_path: bool) -> None:
    rows = book(names, definition).rows()
    columns = lay_out_tag_columns(rows, width, has_definitions=is_side and width >= 60, is_path=is_path)
    look = RowLook(is_current=True, is_path=is_path, words=("a",))
    assert all(width_of(parts) <= width for parts in tag_heading_lines(columns, width))
    for row in rows:
        assert width_of(tag_row_line(row, columns, look)) <= width
        assert width_of(definition_line(row, look, width)) <= width


def test_no_number_is_shown_before_it_is_counted() -> None:
    rows = book(["water", "water/wells"]).rows()
    columns = lay_out_tag_columns(rows, 80, has_definitions=False)
    for row in rows:
        assert text_of(tag_row_line(row, columns, RowLook(is_countless=True))).rstrip().endswith("…")
    assert "counting uses …" in text_of(codebook_header(rows, 2, 80, uses=None))
    assert not any(digit in text_of(codebook_header(rows, 2, 80, uses=None)) for digit in "13456789")


def test_a_group_is_followed_by_an_empty_line_and_a_new_tag_stands_after_it() -> None:
    tree = TagTree()
    tree.load(book(["alpha", "beta", "beta/one", "gamma"]).rows(), "beta")
    assert tree.lines() == [0, 1, 2, BLANK, 3]
    assert tree.lines(has_draft=True) == [0, 1, 2, DRAFT_ROW, BLANK, 3]
    assert tree.lines(has_top=True) == [TOP_ROW, 0, 1, 2, BLANK, 3]
    tree.filter_by("one")
    assert [row.tag.name for row in tree.rows] == ["beta/one"]
    assert tree.lines() == [0]


@given(NAMES, st.sampled_from([RENAME, NEW, MOVE, MERGE, DELETE]), st.data())
def test_a_plan_that_can_be_made_says_what_it_makes(names: list[str], kind: str, data: st.DataObject) -> None:
    codebook = book(names)
    rows = [row.tag.name for row in codebook.rows()]
    wish = Wish(kind, data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(rows)), data.draw(PARTS))
    plan = plan_wish(codebook, wish, "Ada")
    assert plan.is_empty or text_of(plan.remark)
    if plan.can_be_made and kind != DELETE:
        assert plan.result is not None
        assert plan.result.uses <= sum(codebook.uses.marks.values())
