"""Styled lines: parts of text, each with its role. Pure functions build them, `StyledLines` draws them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len, set_cell_size, split_graphemes
from rich.segment import Segment

from reader.printable import BARRIER, has_right_to_left, terminal_line

if TYPE_CHECKING:
    from reader.tui.theme import Look


class Part(NamedTuple):
    """Piece of a line. `roles` are role names of the look, separated by blanks; `target` is what a click acts on, or ""."""

    text: str
    roles: str = "text"
    target: str = ""


StyledLine = tuple[Part, ...]
"""A line of a pane."""


def line(*parts: Part | tuple[str, str] | tuple[str, str, str] | str) -> StyledLine:
    """Return a line of parts, with their text made printable."""
    pieces = (Part(part) if isinstance(part, str) else Part(*part) for part in parts)
    return tuple([Part(terminal_line(text), roles, target) for text, roles, target in pieces if text])


def width_of(parts: Iterable[Part]) -> int:
    """Return the width of parts in cells."""
    return sum([cell_len(part.text) for part in parts])


TAG_CELLS: Final = 1_002
"""The most cells of a tag that are shown: those that can be given have at most 500 characters, and a symbol before them."""


def _most_in(width: int) -> int:
    """Return how many code points of a text are looked at for `width` cells: some have no width, but not those of a book."""
    return 64 + 16 * max(0, width)


def clip(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with "…" where it was cut."""
    head = text[: _most_in(width)]
    shown = terminal_line(head)
    if len(head) == len(text) and cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, min(cell_len(shown), max(0, width - 1))).rstrip() + "…" if width > 0 else ""


def clip_words(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with "…" after the last whole word if it was cut."""
    cut = clip(text, width)
    head = cut[:-1].rpartition(" ")[0].rstrip() if cut != terminal_line(text) else ""
    return f"{head} …" if head else cut


def clip_left(text: str, width: int) -> str:
    """Return the end of `text` in at most `width` cells, after "…" if it was cut: a path keeps its file name."""
    tail = text[-_most_in(width) :]
    shown = terminal_line(tail)
    if len(tail) == len(text) and cell_len(shown) <= width:
        return shown
    start, room = len(shown), width - 1
    while start and (room := room - cell_len(shown[start - 1])) >= 0:
        start -= 1
    while start and cell_len(shown[start - 1 :]) < width:  # letters that are joined have less than their sum
        start -= 1
    return "…" + shown[start:] if width > 0 else ""


def clip_middle(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with "…" where its middle was cut: a message keeps the cause at its end."""
    if len(text) <= _most_in(width) and cell_len(terminal_line(text)) <= width:
        return terminal_line(text)
    head = clip(text, max(1, width // 3 + 1))[:-1]
    return head + clip_left(text, width - cell_len(head))


def clip_line(parts: StyledLine, width: int) -> StyledLine:
    """Return a line in at most `width` cells, the part that does not fit cut with "…"."""
    return _fit_line(parts, width)[0]


def _fit_line(parts: StyledLine, width: int) -> tuple[StyledLine, int]:
    """Return a line as `clip_line` does, and how many of the cells are left."""
    for number, part in enumerate(parts):
        size = cell_len(part.text) if len(part.text) <= _most_in(width) else width + 1
        if size > width:
            cut = clip(part.text, width)
            return (*parts[:number], part._replace(text=cut)), width - cell_len(cut)
        width -= size
    return parts, width


def spread(left: StyledLine, right: StyledLine, width: int) -> StyledLine:
    """Return a line with `left` at its left end, cut if need be, and `right` at its right end."""
    right_width = width_of(right)
    room = max(0, width - right_width - 2)
    left, spare = _fit_line(left, room)
    gap = max(1, spare + width - room - right_width)
    barrier = BARRIER if any(has_right_to_left(part.text) for part in left) else " "
    return (*left, Part(" " * (gap - 1) + barrier), *right)


def meter(amount: float, total: float, cells: int) -> StyledLine:
    """Return a meter of `cells` cells, the share of `amount` in `total` drawn heavy."""
    filled = int(cells * amount // total) if total else 0
    return (Part("━" * filled, "yours"), Part("─" * (cells - filled), "hairline"))


def indent(lines: Iterable[StyledLine], cells: int) -> list[StyledLine]:
    """Return lines indented by `cells` blanks."""
    return [(Part(" " * cells), *parts) for parts in lines]


def fold(text: str, width: int, most: int) -> Iterator[str]:
    """Yield `text` wrapped to `width` cells, its line breaks kept, in at most `most` lines.

    "…" ends the last if there is more.
    """
    from reader.tui.layout import wrap

    spans = [
        paragraph[start:end]
        for paragraph in map(terminal_line, text.splitlines())
        for start, end in (list(wrap(paragraph, max(2, width))) or [(0, 0)])
    ]
    for number, folded in enumerate(spans[:most]):
        more = number == most - 1 and len(spans) > most
        yield clip(f"{folded} {spans[most]}", width) if more else folded


def segments_of(parts: StyledLine, width: int, look: Look, *under: str) -> list[Segment]:
    """Return a line as segments of exactly `width` cells, on the background of the roles `under`.

    Blanks keep the style before them where that looks the same, which saves bytes of output.
    """
    parts, spare = _fit_line(parts, width)
    ground = style = look.style(*under)
    segments: list[Segment] = []
    for part in (*parts, Part(" " * spare, "")):
        own = look.style(*under, *part.roles.split())
        plain = not (style.underline or style.reverse or style.strike)
        if not (part.text.isspace() and plain and own.bgcolor == style.bgcolor == ground.bgcolor):
            style = own
        segments.append(Segment(part.text, style))
    return segments


def part_at(parts: StyledLine, cell: int) -> Part | None:
    """Return the part that is drawn at a cell, or None beyond the last."""
    at = 0
    for part in parts:
        at += split_graphemes(part.text)[1]
        if cell < at:
            return part
    return None
