"""Render the export screen: formats by letter, what is exported and where to, what gets lost, and a preview."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape
from itertools import islice
from typing import Final, NamedTuple

from reader.exchange.archive import ARCHIVE, member_lines
from reader.exchange.export_format import ExportFormat, OptionRow
from reader.exchange.word import comment_lines
from reader.printable import plural
from reader.tui.panes.bars import KeyLabel
from reader.tui.styled_line import Part, StyledLine, clip, clip_left, clip_line, fold, line, meter, spread, width_of

LEAST_COLUMN = 30
"""Cells of a column of formats."""
LABEL_COLUMN = 10
"""Cells of the labels before what can be set."""
MOST_LOSS_LINES = 6
LEAST_TITLED = 5
"""Fewest lines of a preview that has a title."""
PREVIEW_LINES = 6
"""Most lines of the screen for one line of a file."""
PROGRESS_METER = 24
_MOST_BYTES: Final = 1 << 16
_MOST_LINES: Final = 200
_UNSEEN: Final = re.compile(r"<(script|style|svg|nav|a(?= class=\"skip))\b.*?</\1>", re.DOTALL)
_BLOCK_END: Final = re.compile(r"</(?:p|h\d|li|tr|div|dt|dd|header|section|figure)>")
_TAG: Final = re.compile(r"<[^<>]*>")


class ExportCounts(NamedTuple):
    """Numbers of what is exported: annotations that pass the filter, and all of them."""

    shown: int
    total: int


class ExportView(NamedTuple):
    """What the export screen shows.

    `note` says with its role what is at the path. `filter` is "" for none. `options` holds the options of the format, each with
    its value in words.
    """

    formats: Sequence[ExportFormat]
    current: ExportFormat
    path: str
    note: tuple[str, str]
    filter: str
    options: Sequence[tuple[OptionRow, str]]


def export_header(title: str, article_count: int, counts: ExportCounts | None, width: int) -> StyledLine:
    """Return the header: what is exported, and how many annotations that are; None while they are not counted."""
    right: list[Part] = []
    if counts is not None:
        of_all = f" of {counts.total:,}" if counts.shown != counts.total else ""
        right = [
            Part(f"{counts.shown:,}"),
            Part(f"{of_all} {'annotation' if counts.total == 1 else 'annotations'} ", "secondary"),
        ]
    name = title if article_count == 1 else plural(article_count, "article")
    return spread(line(" ", ("Export", "b"), (f"   {name}", "secondary")), tuple(right), width)


def format_lines(view: ExportView, width: int, rows: int) -> list[StyledLine]:
    """Return the formats, each after its letter, in as many columns as have room, at most `rows` lines around the current."""
    columns = max(1, min(width // LEAST_COLUMN, 4)) if len(view.formats) > rows or width >= 2 * LEAST_COLUMN else 1
    height = -(-len(view.formats) // columns)
    column_width = width // columns
    lines = [
        tuple(
            part
            for at in range(row, len(view.formats), height)
            for part in _format_cell(view.formats[at], column_width, current=view.formats[at] is view.current)
        )
        for row in range(height)
    ]
    if height <= rows:
        return lines
    at = view.formats.index(view.current) % height
    first = max(0, min(at - rows // 2, height - rows))
    return lines[first : first + rows]


def _format_cell(row: ExportFormat, width: int, *, current: bool) -> StyledLine:
    target = f"format:{row.name}"
    left = line(
        ("▌" if current else " ", "yours"),
        (f" {row.letter or ' '}  ", "yours b", target),
        (row.title, "b" if current else "text", target),
    )
    suffix = line((f"{row.suffix} ", "secondary", target))
    return spread(left, suffix if width_of((*left, *suffix)) + 2 <= width else (), width)


def setting_lines(view: ExportView, label: KeyLabel, width: int) -> list[StyledLine]:
    """Return what can be set, each with its key: the file, the filter, the options of the format."""
    room = width - LABEL_COLUMN - 8
    path = line((clip_left(view.path, room), "text", "action:export-path"))
    lines = [
        _setting_line("file", path, label("export-path"), "export-path", width),
        line(" " * (LABEL_COLUMN + 1), view.note) if view.note[0] else (),
        _setting_line(
            "filter",
            line((view.filter or "everything", "tag" if view.filter else "secondary", "action:export-filter")),
            label("export-filter"),
            "export-filter",
            width,
        ),
    ]
    for number, (row, value) in enumerate(view.options, 1):
        sign = () if row.metavar else line(("■ " if value else "□ ", "yours" if value else "hint"))
        words = f"{row.title}: {value or 'none'}" if row.metavar else row.title
        parts = (*sign, *line((words, "text" if value else "secondary", f"option:{number}")))
        lines.append(_setting_line("with" if number == 1 else "", parts, str(number), f"export-option-{number}", width))
    return [clip_line(parts, width) for parts in lines]


def _setting_line(name: str, parts: StyledLine, key: str, action: str, width: int) -> StyledLine:
    target = f"option:{action.rpartition('-')[2]}" if action.startswith("export-option") else f"action:{action}"
    left = (*line((f"  {name}".ljust(LABEL_COLUMN + 1), "secondary")), *parts)
    return spread(left, line((f"{key} ", "yours b", target)), width)


def loss_lines(view: ExportView, width: int, most: int) -> list[StyledLine]:
    """Return what the format cannot carry, and what else a person should know of it."""
    losses = "; ".join(loss.text for loss in view.current.cannot_carry) or "nothing"
    text = f"{losses}. {view.current.remark}" if view.current.remark else losses
    pieces = list(fold(text, width - LABEL_COLUMN - 2, max(1, most)))
    return [
        line((f"  {'left out' if number == 0 else ''}".ljust(LABEL_COLUMN + 1), "secondary"), (piece, "quote"))
        for number, piece in enumerate(pieces)
    ]


def preview_lines(title: str, lines: Sequence[str], width: int, height: int) -> list[StyledLine]:
    """Return the beginning of a file, its lines folded, under a title if there is room."""
    head = (
        []
        if height < LEAST_TITLED
        else [line((f" {clip(title, width - 2)}", "secondary")), line(" ", ("─" * max(0, width - 2), "hairline"))]
    )
    height -= len(head)
    shown: list[StyledLine] = []
    for text in lines:
        shown.extend(line(" ", (piece, "quote")) for piece in (*fold(text, max(4, width - 2), PREVIEW_LINES),) or ("",))
        if len(shown) >= height:
            break
    return [*head, *shown[: max(0, height)]]


def progress_line(done: int, total: int, stop_key: str, width: int) -> StyledLine:
    """Return how many articles are written, and the key that stops it."""
    count = line((f" Writing {done:,} of {plural(total, 'article')}  ", "text"))
    bar = meter(done, total, PROGRESS_METER) if width >= 70 else ()
    return clip_line((*count, *bar, *line(("   ", "text"), (stop_key, "yours b"), (" stops", "secondary"))), width)


# ------------------------------------------------------------------ the beginning of a file


def preview_of(pieces: Iterable[bytes], media_type: str) -> tuple[str, ...]:
    """Return the first lines of an export, taking no more of it than they need, () for one without text.

    Those of a web page are its words, those of a Word document its comments, those of an archive the beginnings of its files.
    """
    if media_type == ARCHIVE:
        return tuple(islice(member_lines(b"".join(pieces)), _MOST_LINES))
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) >= _MOST_BYTES:
            break
    if data.startswith(b"PK"):
        return tuple(comment_lines(bytes(data))[:_MOST_LINES])
    if b"\0" in data[:_MOST_BYTES]:
        return ()
    text = data[:_MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    if media_type == "text/html":
        text = _page_words(text)
    return tuple(islice(text.splitlines(), _MOST_LINES))


def _page_words(page: str) -> str:
    body = _UNSEEN.sub("", page.partition("<body")[2].partition(">")[2])
    lines = (" ".join(unescape(_TAG.sub(" ", block)).split()) for block in _BLOCK_END.split(body))
    return "\n\n".join(filter(None, lines))
