"""The article with its claims: each paragraph beside the notes on what is marked in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

from reader.article.article import Article
from reader.article.model import Block, BlockKind, entry_ranges
from reader.article.ranges import Ranges, Span, block_at, merge_ranges
from reader.exchange.html.claims import has_note, item_note
from reader.exchange.html.element import Content, TagName, element
from reader.exchange.html.links import Links
from reader.exchange.html.marked_text import MarkedRange, item_keys, marked_text, place_items
from reader.exchange.report import Report
from reader.formats.table_cells import TextTable, read_tables
from reader.review.pairs import claim_text

_HEADINGS: Final[tuple[TagName, ...]] = ("h3", "h4", "h5", "h6")
"""The headings of the article, which stand below one of the page."""
_DEEPEST_LIST: Final = 4
"""The deepest nesting of lists; items of deeper ones are on this level."""


class _Row(NamedTuple):
    """A block of the text with the annotations on it. An annotation outside all blocks has no block."""

    number: int
    block: Block | None
    marked: MarkedRange


class _Item(NamedTuple):
    """An item of a list: its paragraphs and the lists in it, in order."""

    parts: list[_Row | _List]


class _List(NamedTuple):
    """A list of the article."""

    level: int
    tag: TagName
    items: list[_Item]


_Part: TypeAlias = _Row | _List


class ArticleText:
    """The text of an article as the page shows it: without the passages set aside and the reference list, unless marked."""

    def __init__(self, report: Report, links: Links) -> None:
        """Arrange a report's article in rows."""
        self._report = report
        self._links = links
        self._rows = tuple(_arrange_rows(report))
        self._shown = {row.number for row in self._rows}

    def rows(self) -> Iterator[Content]:
        """Yield the rows in the order of the text, those of a list in its items."""
        levels: list[int] = []
        for is_item, rows in groupby(self._rows, key=lambda row: row.block is not None and row.block.kind is BlockKind.ITEM):
            if is_item:
                yield from map(self._show_part, _nest_items(self._report.article, rows))
                continue
            for row in rows:
                if row.block is not None and row.block.kind is BlockKind.HEADING:
                    while levels and levels[-1] >= row.block.level:
                        levels.pop()
                    levels.append(row.block.level)
                yield self._show_row(row, _HEADINGS[min(max(len(levels), 1), len(_HEADINGS)) - 1])

    def place_link(self, span: Span | None) -> Content:
        """Return a link to the paragraph of a range, nothing if the page does not show it."""
        blocks = self._report.article.blocks
        index = block_at(blocks, span.start) if span is not None else -1
        return [" ", element("a", "in the text", href=f"#p{index}")] if index in self._shown else ()

    def _show_part(self, part: _Part) -> Content:
        if isinstance(part, _Row):
            return self._show_row(part)
        return element(part.tag, (element("li", map(self._show_part, item.parts)) for item in part.items))

    def _show_row(self, row: _Row, heading: TagName = "h3") -> Content:
        report, links, first = self._report, self._links, row.marked.first
        notes = [item_note(report, links, item, is_sheet=True) for item in first if has_note(item)]
        if row.block is None:
            (item,) = row.marked.items
            words = element("p", [*item_keys(report, links, first), item.selector.exact], dir="auto")
        else:
            words = _show_block(report, links, row.block, row.marked, heading)
        return element("div", words, element("div", notes, class_="notes") if notes else (), class_="row", id=f"p{row.number}")


def _arrange_rows(report: Report) -> Iterator[_Row]:
    """Yield a row for every block that is shown, and one for every annotation that is on none of them."""
    article = report.article
    hidden = Ranges(merge_ranges([*(Span(n.start, n.end) for n in article.noise), *entry_ranges(article.references)]))
    placed, title, heading = set[str](), article.title.split(), None
    marked_blocks = place_items(report.items, (block.span for block in article.blocks))
    for index, (block, marked) in enumerate(zip(article.blocks, marked_blocks, strict=True)):
        if hidden.contains(block.start) and not marked.items:
            heading = None  # a heading over nothing but what is hidden
            continue
        is_heading = block.kind is BlockKind.HEADING and not marked.items
        if is_heading and claim_text(article, block.span).split() == title:
            title = None  # the page has it above
            continue
        placed.update(item.annotation.id for item in marked.first)
        if heading is not None:
            yield heading
        row = _Row(index, block, marked)
        heading = row if is_heading else None
        if heading is None:
            yield row
    if heading is not None:
        yield heading
    outside = [item for item in report.items if item.annotation.id not in placed]
    for number, item in enumerate(outside, len(article.blocks)):
        yield _Row(number, None, MarkedRange(Span(item.selector.start, item.selector.end), (item,), (item,)))


def _nest_items(article: Article, rows: Iterable[_Row]) -> list[_Part]:
    """Return the lists of successive items. One without a marker continues the item above it, or stands alone."""
    parts: list[_Part] = []
    open_lists: list[_List] = []
    for row in rows:
        block = row.block
        if block is None:
            continue
        level = min(max(block.level, 1), _DEEPEST_LIST)
        marker = _marker_of(article, block)
        while open_lists and open_lists[-1].level > level:
            open_lists.pop()
        if not marker:
            (open_lists[-1].items[-1].parts if open_lists else parts).append(row)
            continue
        tag: TagName = "ul" if _is_bullet(marker) else "ol"
        if open_lists and open_lists[-1].level == level and open_lists[-1].tag != tag:
            open_lists.pop()
        if not open_lists or open_lists[-1].level < level:
            begun = _List(level, tag, [])
            (open_lists[-1].items[-1].parts if open_lists else parts).append(begun)
            open_lists.append(begun)
        open_lists[-1].items.append(_Item([row]))
    return parts


# ------------------------------------------------------------------ one block


def _show_block(report: Report, links: Links, block: Block, marked: MarkedRange, heading: TagName) -> Content:
    match block.kind:
        case BlockKind.HEADING:
            return element(heading, marked_text(report, links, marked), dir="auto")
        case BlockKind.QUOTE:
            return element("blockquote", element("p", marked_text(report, links, marked), dir="auto"))
        case BlockKind.CODE:
            return element("pre", marked_text(report, links, marked), dir="auto")
        case BlockKind.TABLE:
            return _show_tables(report, links, block, marked)
        case BlockKind.RULE:
            return element("hr")
        case BlockKind.ITEM:
            return _show_item(report, links, block, marked)
        case BlockKind.PARAGRAPH:
            return element("p", marked_text(report, links, marked), dir="auto")


def _show_item(report: Report, links: Links, block: Block, marked: MarkedRange) -> Content:
    """Show a paragraph of a list item behind its marker, which for those who listen is a word of the text if it is a number."""
    marker = _marker_of(report.article, block)
    is_bullet = _is_bullet(marker)
    words = marked_text(report, links, marked._replace(span=Span(min(block.start + block.indent, block.end), block.end)))
    face = element("span", "•" if is_bullet else marker, class_="marker", aria_hidden="true" if is_bullet else None)
    return element("p", (face, " ") if marker else (), words, class_="item", dir="auto")


def _marker_of(article: Article, block: Block) -> str:
    return article.text[block.start : block.start + block.indent].strip()


def _is_bullet(marker: str) -> bool:
    return len(marker) == 1 or not any(map(str.isalnum, marker))


def _show_tables(report: Report, links: Links, block: Block, marked: MarkedRange) -> Content:
    """Show the tables of a block. The key of an annotation that is on no cell, but on a rule, stands above them."""
    tables = read_tables(report.article.text, block)
    cells = [cell for table in tables for row in table.rows for cell in row if cell is not None]
    keyless = {item.annotation.id: item for item in marked.first}
    words: dict[Span, Content] = {}
    for cell in place_items(marked.items, cells):
        first = tuple(item for item in cell.first if keyless.pop(item.annotation.id, None))
        words[cell.span] = marked_text(report, links, cell._replace(first=first))
    return element(
        "div",
        element("p", item_keys(report, links, keyless.values())) if keyless else (),
        (_show_table(table, words) for table in tables),
        class_="scroll",
        tabindex=0,
        role="group",
        aria_label="Table",
    )


def _show_table(table: TextTable, words: Mapping[Span, Content]) -> Content:
    head, body = table.rows[: table.heads], table.rows[table.heads :]
    return element(
        "table",
        element("thead", (_show_cells(row, words, is_head=True) for row in head)) if head else (),
        element("tbody", (_show_cells(row, words) for row in body)) if body else (),
    )


def _show_cells(row: Sequence[Span | None], words: Mapping[Span, Content], *, is_head: bool = False) -> Content:
    return element(
        "tr",
        (
            element("td")
            if cell is None
            else element("th", words[cell], scope="col", dir="auto")
            if is_head
            else element("td", words[cell], dir="auto")
            for cell in row
        ),
    )
