"""Read the CSV of Readwise: what it exports, and what it imports, which our own export writes.

A word with a point before it at the start of a note is a tag there (`.economy`), and `.h1` makes a heading.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, Selection, to_stored_time
from reader.imports.source import ImportSource
from reader.imports.text_input import list_columns, read_table
from reader.review.vocabulary import ANNOTATION_KINDS

_TAGS = lazy_pattern(r"(?:\.[^\s.]\S*[ \t]*)+")
_HEADING = lazy_pattern(r"h\d")
_FORMULA: Final = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'＝", "'＋", "'－", "'＠")
"""How a cell begins that was kept from becoming a formula in a spreadsheet."""
_NO_TAG: Final = "\u200b"


def is_like_readwise(head: str) -> bool:
    """Whether a beginning of a file is a table with highlights."""
    columns = list_columns(head)
    return "highlight" in columns and not columns.isdisjoint(("title", "book title", "note", "url"))


def read_readwise(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the highlights of a table. Raises ReaderError for a file of another shape."""
    for row in read_table(source, ("highlight",)):
        cells = {name: _plain(cell) for name, cell in row.items()}
        document = ImportedDocument(cells.get("title") or cells.get("book title", ""), cells.get("url", ""))
        number = selection.number_of(document, cells["highlight"])
        if number is None:
            continue
        note, tags = _split_note(cells.get("note", ""))
        kinds = tuple(tag for tag in tags if tag in ANNOTATION_KINDS)[:1]
        others = (tag.strip() for tag in cells.get("tags", "").split(","))
        yield ImportedAnnotation(
            document=number,
            quote=cells["highlight"],
            # Our own export has the offset there. Whatever number it is, it counts only if the quote stands at it.
            start=int(location) if (location := cells.get("location", "")).isdecimal() and len(location) < 10 else -1,
            labels=kinds,
            tags=tuple(dict.fromkeys((*(tag for tag in tags if tag not in kinds), *filter(None, others)))),
            note=note,
            created=to_stored_time(cells.get("date") or cells.get("highlighted at", "")),
        )


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith(_FORMULA) else cell


def _split_note(note: str) -> tuple[str, tuple[str, ...]]:
    """Return a note without the tags at its beginning, and these."""
    match = _TAGS.match(note)
    if match is None:
        return note, ()
    tags = (word.removeprefix(".") for word in match[0].split())
    rest = note[match.end() :].lstrip("\n").removeprefix(_NO_TAG)
    return rest, tuple(tag for tag in tags if not _HEADING.fullmatch(tag))
