"""The codebook as a file: REFI-QDA's codebook (.qdc), which programs for qualitative analysis exchange, and CSV.

The format of `.qdc` is that of the REFI-QDA standard, codebook 1.0 (https://www.qdasoftware.org): nested `Code` elements, each
with a GUID, a name and a description. It has no place for symbols, keys and other names.
"""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.errors import ReaderError
from reader.exchange.escape import csv_cell, encode_text
from reader.printable import plural
from reader.review.codebook import Codebook, CodebookRow
from reader.review.edits import names_above
from reader.review.model import LONG_TAG, Tag, clean_tag_name, is_long_tag, tag_levels

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

QDC: Final = "qdc"
CSV: Final = "csv"
CODEBOOK_FORMATS: Final = (QDC, CSV)
_MOST_TAGS: Final = 20_000
_TOO_LONG: Final = f"a name of {LONG_TAG}"
_NAMESPACE: Final = "urn:QDA-XML:codebook:1.0"
_CODE_IDS: Final = uuid.UUID("3d0e4c0a-5f3f-5c1e-9a44-6a1f7f0a9b11")
"""The namespace of the GUIDs of tags that have no record, and so no id of their own."""
SHADES: Final = {"violet": "#6B3FB0", "teal": "#0B6B60", "rose": "#A52C5C", "lime": "#566B00", "sky": "#2557A7"}
"""A shade for each of TAG_COLOURS, as `.qdc` needs one: those of the light theme."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOOK_END: Final = re.compile(rb"</(?:[\w.-]+:)?CodeBook\s*>")
_SHADE: Final = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_COLUMNS: Final = ("name", "definition", "colour", "symbol", "key", "synonyms")
_BYTE_ORDER_MARK: Final = "\ufeff"
_DELIMITERS: Final = ",;\t"


class CodebookFile(NamedTuple):
    """The tags that a file describes, without ids, parents first, and what of the file is not taken over, in words.

    `has_looks`: the colours, symbols, keys and synonyms in it are our own, and as a person wants them now.
    """

    tags: tuple[Tag, ...]
    remarks: tuple[str, ...]
    has_looks: bool


def write_codebook(codebook: Codebook, kind: str) -> bytes:
    """Return a codebook as a file of one of CODEBOOK_FORMATS: the same codebook gives the same bytes."""
    return encode_text("".join(_qdc_lines(codebook) if kind == QDC else _csv_lines(codebook)))


def read_codebook(data: bytes, kind: str) -> CodebookFile:
    """Read a file of one of CODEBOOK_FORMATS. Raises ReaderError when it is none."""
    return _read_qdc(data) if kind == QDC else _read_csv(data)


def describe_codebook_losses(codebook: Codebook, kind: str) -> tuple[str, ...]:
    """Return what a format cannot carry of a codebook, in words: "9 keys"."""
    if kind == CSV:
        return ()
    tags = [row.tag for row in codebook.rows() if row.has_record]
    counts = (
        (sum(bool(tag.symbol) for tag in tags), "symbol"),
        (sum(bool(tag.digit) for tag in tags), "key"),
        (sum(len(tag.synonyms) for tag in tags), "other name"),
    )
    return tuple(plural(count, noun) for count, noun in counts if count)


# ------------------------------------------------------------------ REFI-QDA


def _qdc_lines(codebook: Codebook) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<CodeBook xmlns="{_NAMESPACE}" origin="Claim Reader">\n<Codes>\n'
    depth = 0
    for row in codebook.rows():
        while depth > row.depth:
            depth -= 1
            yield f"{' ' * depth}</Code>\n"
        yield from _open_code(row)
        depth = row.depth + 1
    while depth:
        depth -= 1
        yield f"{' ' * depth}</Code>\n"
    yield "</Codes>\n</CodeBook>\n"


def _open_code(row: CodebookRow) -> Iterator[str]:
    """Yield the start of a code, which its nested ones follow. A tag that nothing bears by itself cannot be applied."""
    tag, pad = row.tag, " " * row.depth
    shade = f' color="{SHADES[tag.colour]}"' if tag.colour in SHADES else ""
    is_codable = "true" if row.has_record or row.uses or row.own_articles else "false"
    name = _xml_text(tag_levels(tag.name)[-1])
    yield f'{pad}<Code guid="{code_guid(tag)}" name="{name}" isCodable="{is_codable}"{shade}>\n'
    if tag.definition:
        yield f"{pad} <Description>{_xml_text(tag.definition)}</Description>\n"


def _xml_text(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text))


def code_guid(tag: Tag) -> str:
    """Return the GUID of a tag: its id, so that a second export names the same code."""
    try:
        return str(uuid.UUID(tag.id))
    except ValueError:
        return str(uuid.uuid5(_CODE_IDS, encode_text(f"id {tag.id}" if tag.id else f"name {tag.name}").decode()))


def _read_qdc(data: bytes) -> CodebookFile:
    from reader.formats.markup import recode_markup
    from reader.formats.xml import element_name, find_element, read_xml

    root = read_xml(data)
    book = root if root is not None and element_name(root) == "CodeBook" else find_element(root, "CodeBook")
    codes = find_element(book, "Codes")
    if codes is None:
        raise ReaderError("This is no REFI-QDA codebook: it has no list of codes", "Export the codebook as .qdc, or use CSV")
    remarks, tags, definitions = Counter[str](), dict[str, Tag](), dict[str, list[str]]()
    for code, parent, _ in _walk_codes(codes):
        _take_code(code, parent, tags, definitions, remarks)
    defined = (replace(tag, definition="\n\n".join(definitions[name])) for name, tag in tags.items())
    lines = [f"{plural(count, 'code')} {what}" for what, count in remarks.items()]
    if find_element(book, "Sets") is not None:
        lines.append("sets of codes are left out")
    if _BOOK_END.search(recode_markup(data, "xml")) is None:
        lines.append("the file breaks off: what follows is missing")
    return CodebookFile(tuple(defined), tuple(lines), has_looks=False)


def _walk_codes(codes: Element) -> Iterator[tuple[Element, str, str]]:
    """Yield the codes in the order of the file, each with the name of the tag it is nested in and its own. Not recursive."""
    from reader.formats.xml import attribute, children

    waiting = [(code, "") for code in reversed(children(codes, "Code"))]
    count = 0
    while waiting:
        code, parent = waiting.pop()
        count += 1
        if count > _MOST_TAGS:
            raise ReaderError(f"The codebook has more than {_MOST_TAGS:,} codes", "Split it into several files")
        own = _part_of_name(attribute(code, "name"))
        name = "/".join(filter(None, (parent, own)))
        yield code, parent, name
        if is_long_tag(name):
            continue
        waiting.extend((child, name) for child in reversed(children(code, "Code")))


def _part_of_name(text: str) -> str:
    """Return the name of a code as one part of that of a tag."""
    return clean_tag_name(text.replace("/", "-"))


def _take_code(
    code: Element, parent: str, tags: dict[str, Tag], definitions: dict[str, list[str]], remarks: Counter[str]
) -> None:
    from reader.formats.xml import attribute, find_element

    given = attribute(code, "name")
    own = _part_of_name(given)
    if not own:
        remarks["without a name left out"] += 1
        return
    if own != given:
        remarks["renamed, as names here have no blanks, slashes or “#” in front"] += 1
    name = f"{parent}/{own}" if parent else own
    if is_long_tag(name):
        remarks[f"with {_TOO_LONG} left out, and what is nested there"] += 1
        return
    description = find_element(code, "Description")
    definition = "".join(description.itertext()).strip() if description is not None else ""
    if attribute(code, "isCodable") in ("false", "0") and not definition:
        return
    if name in tags:
        remarks["with the name of another one joined with it"] += 1
    definitions.setdefault(name, []).extend([definition] if definition else [])
    tags[name] = Tag("", name, colour=_nearest_colour(attribute(code, "color")))


def _nearest_colour(shade: str) -> str:
    """Return the colour whose shade is nearest to another one, "" for none."""
    if _SHADE.fullmatch(shade) is None:
        return ""
    target = _to_rgb(shade)
    return min(SHADES, key=lambda colour: sum((a - b) ** 2 for a, b in zip(_to_rgb(SHADES[colour]), target, strict=True)))


def _to_rgb(shade: str) -> tuple[int, int, int]:
    digits = shade[1:] if len(shade) == 7 else "".join(2 * digit for digit in shade[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


# ------------------------------------------------------------------ CSV


def _csv_lines(codebook: Codebook) -> Iterator[str]:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for row in codebook.rows():
        if row.has_record:
            tag = row.tag
            cells = (tag.name, tag.definition, tag.colour, tag.symbol, tag.digit, " ".join(tag.synonyms))
            writer.writerow(map(_guarded_cell, cells))
    yield _BYTE_ORDER_MARK
    yield out.getvalue()


def _guarded_cell(text: str) -> str:
    """Return a text as a cell that is no formula; an apostrophe in front of it is doubled, so that it is read back."""
    return f"'{csv_cell(text)}" if text.startswith("'") else csv_cell(text)


def _bare_cell(cell: str) -> str:
    """Return the text of a cell without the apostrophe that keeps it from being a formula, and with plain line ends."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    bare = cell.removeprefix("'")
    return bare if csv_cell(bare).startswith("'") else cell


def _read_csv(data: bytes) -> CodebookFile:
    rows = _csv_rows(data)
    head = [cell.strip().casefold() for cell in next(iter(rows), ())]
    if "name" not in head:
        raise ReaderError(
            "The first line of the table names no column “name”",
            f"The columns are {', '.join(_COLUMNS)}; only “name” is needed",
        )
    if len(rows) > _MOST_TAGS:
        raise ReaderError(f"The table has more than {_MOST_TAGS:,} lines", "Split it into several files")
    remarks = [f"column “{column}” is not taken over" for column in head if column and column not in _COLUMNS]
    tags: dict[str, Tag] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = {column: _bare_cell(cell).strip() for column, cell in zip(head, row, strict=False)}
        name = clean_tag_name(cells["name"]) if "name" in cells else ""
        if not name:
            if any(cells.values()):
                remarks.append(f"row {number} has no name and is left out")
            continue
        if is_long_tag(name):
            remarks.append(f"row {number} has {_TOO_LONG} and is left out")
            continue
        if name in tags:
            remarks.append(f"row {number} stands for #{name} instead of the row before it")
        synonyms = dict.fromkeys(one for word in cells.get("synonyms", "").split() if (one := clean_tag_name(word)))
        definition, colour, symbol, digit = (cells.get(column, "") for column in ("definition", "colour", "symbol", "key"))
        tags[name] = Tag("", name, definition, colour, symbol, digit, tuple(synonyms))
    return CodebookFile(tuple(_parents_first(tags)), tuple(remarks), has_looks=True)


def _parents_first(tags: dict[str, Tag]) -> Iterable[Tag]:
    return sorted(tags.values(), key=lambda tag: len(list(names_above(tag.name))))


def _csv_rows(data: bytes) -> Sequence[list[str]]:
    """Return the rows of a table that is separated by commas, semicolons or tabs, whichever makes a column "name"."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReaderError("The table is not in UTF-8", "Save it as “CSV UTF-8”") from error
    first, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ReaderError(f"The table cannot be read: {error}", "Save it as CSV again") from error
