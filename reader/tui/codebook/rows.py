"""The lines of the tree of tags: its heading, and a row for each tag in as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from reader.review.vocabulary import TAG_COLOURS
from reader.tui.codebook.tree import last_part
from reader.tui.library.columns import highlight
from reader.tui.styled_line import TAG_CELLS, Part, StyledLine, clip, clip_line, line, spread, width_of

if TYPE_CHECKING:
    from reader.review.codebook import CodebookRow
    from reader.review.model import Tag

# ------------------------------------------------------------------ layout

NAME_COLUMN: Final = 9
"""The cell at which the name of a tag at the top begins: after margin, bar, key and symbol."""
NESTING: Final = 3
"""Cells by which a nested tag is indented."""
_LEAST_NAME: Final = 16
_NARROWEST_NESTED: Final = 50
"""The cells under which the uses of a tag with its nested ones are not shown."""
_NARROW_HEADER: Final = 60
"""The cells under which the header does not count the uses."""
UNDEFINED: Final = "! no definition"
NOT_COUNTED: Final = "…"
"""Stands for a number of uses until they are counted."""


class TagColumns(NamedTuple):
    """The widths in cells of the columns, 0 for one that is not shown. `name` includes the indent."""

    name: int
    definition: int
    uses: int
    nested: int


def lay_out_tag_columns(rows: Sequence[CodebookRow], width: int, *, has_definitions: bool, is_path: bool = False) -> TagColumns:
    """Return the columns for a tree in `width` cells.

    `has_definitions`: there is room for them beside the names; `is_path`: whole names are shown.
    """
    uses = max(4, *(len(f"{row.uses:,}") for row in rows)) if rows else 4
    nested = max(6, *(len(f"{row.nested_uses:,}") for row in rows)) if rows else 6
    nested = nested if width >= _NARROWEST_NESTED else 0
    room = width - NAME_COLUMN - 1 - 1 - uses - (nested + 1 if nested else 0)
    if not has_definitions:
        return TagColumns(max(4, room), 0, uses, nested)
    names = (cell_len(row.tag.name if is_path else last_part(row.tag.name) + " " * NESTING * row.depth) for row in rows)
    name = max(_LEAST_NAME, min(max(names, default=0), room * 2 // 5))
    return TagColumns(name, max(4, room - name - 2), uses, nested)


def tag_heading_lines(columns: TagColumns, width: int) -> list[StyledLine]:
    """Return the names of the columns and the line under them."""
    names: list[Part] = [Part("   key tag", "secondary"), Part(" " * (columns.name - 1))]
    if columns.definition:
        names += [Part("  "), Part("definition".ljust(columns.definition), "secondary")]
    names.append(Part(f" {'uses':>{columns.uses}}", "secondary"))
    if columns.nested:
        names.append(Part(f" {'nested':>{columns.nested}}", "secondary"))
    return [line(*names), line(" ", ("─" * max(0, width - 2), "hairline"))]


# ------------------------------------------------------------------ rows


class RowLook(NamedTuple):
    """How a row is shown. `remark` takes the place of the definition: what a planned change does to the tag.

    `is_target`: the planned change leads to this tag. `is_leaving`: after it, the tag is no longer what it is here.
    `is_countless`: the uses are not counted yet. `is_path`: the whole name is shown.
    """

    is_current: bool = False
    is_target: bool = False
    is_leaving: bool = False
    is_countless: bool = False
    is_path: bool = False
    words: Sequence[str] = ()
    remark: StyledLine = ()


def tag_role(tag: Tag) -> str:
    """Return the role of a tag's colour."""
    return f"tag-{tag.colour}" if tag.colour in TAG_COLOURS else "tag"


def tag_symbol(tag: Tag) -> str:
    """Return the symbol of a tag."""
    return tag.symbol or "◆"


def tag_name_part(tag: Tag, name: str = "", roles: str = "") -> Part:
    """Return a tag as it is shown: its symbol and its name, in its colour. `name` is shown in place of the tag's."""
    return Part(clip(f"{tag_symbol(tag)} {name or tag.name}", TAG_CELLS), f"{tag_role(tag)} {roles}".strip())


def tag_row_line(row: CodebookRow, columns: TagColumns, look: RowLook) -> StyledLine:
    """Return the row of a tag."""
    tag, role = row.tag, tag_role(row.tag)
    indent = 0 if look.is_path else NESTING * row.depth
    name_roles = f"{role} b" if look.is_current or look.is_target else role
    name_roles += " strike" if look.is_leaving else ""
    name = clip(tag.name if look.is_path else last_part(tag.name), columns.name - indent)
    strong = "text" if look.is_current or look.is_target else "secondary"
    parts: list[Part] = [
        Part("▸" if look.is_target else " ", "yours"),
        Part("▌" if look.is_current else " ", "yours"),
        Part(f"  {tag.digit or ' '}  ", "yours b"),
        Part(" " * indent),
        Part(f"{tag_symbol(tag)} ", role),
        *highlight(name, look.words, name_roles),
    ]
    _fill_to(parts, NAME_COLUMN + columns.name)
    if columns.definition:
        parts.append(Part("  "))
        definition = look.remark or _definition_parts(tag, look.words, strong)
        parts.extend(clip_line(tuple(definition), columns.definition))
        _fill_to(parts, NAME_COLUMN + columns.name + 2 + columns.definition)
    parts.append(Part(" "))
    parts.append(_count_part(row.uses, columns.uses, strong, is_countless=look.is_countless))
    if columns.nested:
        parts.append(Part(" "))
        has_nested = row.nested_uses > row.uses and not look.is_countless
        parts.append(Part(f"{row.nested_uses:>{columns.nested},}" if has_nested else " " * columns.nested, strong))
    return tuple(part._replace(target=f"tag:{tag.name}") for part in line(*parts))


def definition_line(row: CodebookRow, look: RowLook, width: int) -> StyledLine:
    """Return the second line of the tag in hand in a narrow window: its definition, or what a planned change does to it."""
    indent = NAME_COLUMN + (0 if look.is_path else NESTING * row.depth)
    parts = look.remark or _definition_parts(row.tag, look.words, "secondary")
    return clip_line(line(" ", ("▌", "yours"), " " * (indent - 2), *parts), width - 1)


def draft_line(depth: int, columns: TagColumns, remark: StyledLine) -> StyledLine:
    """Return the row for a tag that is being written, without its name, which a field holds."""
    parts = [Part(" "), Part("▌", "yours"), Part(" " * (NAME_COLUMN - 4 + NESTING * depth)), Part("+ ", "yours")]
    _fill_to(parts, NAME_COLUMN + columns.name)
    if columns.definition:
        parts += [Part("  "), *clip_line(remark, columns.definition)]
    return line(*parts)


def top_line(*, is_target: bool) -> StyledLine:
    """Return the row to which a tag is moved in order to be under no other."""
    return line(
        ("▸" if is_target else " ", "yours"), " " * (NAME_COLUMN - 3), ("▴ the top, under no tag", "b" if is_target else "text")
    )


def _definition_parts(tag: Tag, words: Sequence[str], roles: str) -> list[Part]:
    if not tag.definition:
        return [Part(UNDEFINED, "fault")]
    return highlight(" ".join(tag.definition.split()), words, roles)


def _count_part(count: int, size: int, roles: str, *, is_countless: bool) -> Part:
    if is_countless:
        return Part(f"{NOT_COUNTED:>{size}}", "secondary")
    return Part(f"{count:>{size},}", roles) if count else Part(f"{'–':>{size}}", "off")


def _fill_to(parts: list[Part], width: int) -> None:
    """Add blanks up to `width` cells."""
    parts.append(Part(" " * max(0, width - width_of(parts))))


# ------------------------------------------------------------------ header


def codebook_header(rows: Sequence[CodebookRow], listed: int, width: int, *, uses: int | None) -> StyledLine:
    """Return the header: what this is, the tags, their uses, how many have no definition.

    `listed` counts the rows that the filter lists; `uses` is None until they are counted.
    """
    undefined = sum(not row.tag.definition for row in rows)
    is_narrow = width < _NARROW_HEADER
    count = f"{listed:,} of {len(rows):,}" if listed != len(rows) else f"{len(rows):,}"
    parts = [*line((count, "text"), (f" {'tag' if len(rows) == 1 else 'tags'}", "secondary"))]
    if uses is None:
        parts += line(("   counting …" if is_narrow else "   counting uses …", "secondary"))
    elif not is_narrow:
        parts += line((f"   {uses:,}", "text"), (f" {'use' if uses == 1 else 'uses'}", "secondary"))
    if undefined and not (is_narrow and uses is None):
        parts += line((f"   {undefined:,} {'undefined' if is_narrow else 'without a definition'}", "fault"))
    return spread(line(" ", ("Codebook", "b")), (*parts, Part(" ")), width)
