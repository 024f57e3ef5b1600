"""The article with its claims: each paragraph beside the notes on what is marked in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.model import Block, BlockKind, Citation, Style, StyleKind, entry_ranges
from reader.article.ranges import Ranges, Span, block_at, merge_ranges, within
from reader.exchange.escape import is_web_address
from reader.exchange.html.claims import has_note, item_note
from reader.exchange.html.element import Content, TagName, element
from reader.exchange.html.links import Links
from reader.exchange.marks import item_mark
from reader.exchange.report import Report, ReportItem
from reader.review.pairs import citations_in, claim_text
from reader.review.vocabulary import NOT_CLAIM

_STYLE_TAGS: Final[dict[StyleKind, TagName]] = {
    StyleKind.EMPHASIS: "em",
    StyleKind.STRONG: "strong",
    StyleKind.CODE: "code",
    StyleKind.SUPERSCRIPT: "sup",
    StyleKind.STRIKE: "s",
}
_HEADINGS: Final[tuple[TagName, ...]] = ("h3", "h4", "h5", "h6")
"""The headings of the article, which stand below one of the page."""


class _Row(NamedTuple):
    """A block of the text, the annotations on it and those that begin in it. An annotation outside all blocks has no block."""

    number: int
    block: Block | None
    items: tuple[ReportItem, ...]
    first: tuple[ReportItem, ...]


class ArticleText:
    """The text of an article as the page shows it: without the passages set aside and the reference list, unless marked."""

    def __init__(self, report: Report, links: Links) -> None:
        """Arrange a report's article in rows."""
        self._report = report
        self._links = links
        self._rows = tuple(_arrange_rows(report))
        self._shown = {row.number for row in self._rows}

    def rows(self) -> Iterator[Content]:
        """Yield the rows in the order of the text."""
        levels: list[int] = []
        for row in self._rows:
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

    def _show_row(self, row: _Row, heading: TagName) -> Content:
        report, links = self._report, self._links
        notes = [item_note(report, links, item, is_sheet=True) for item in row.first if has_note(item)]
        if row.block is None:
            (item,) = row.items
            words = element("p", [*_keys(report, links, row.first), item.selector.exact], dir="auto")
        else:
            words = _show_block(report, links, row, row.block, heading)
        return element("div", words, element("div", notes, class_="notes") if notes else (), class_="row", id=f"p{row.number}")


def _arrange_rows(report: Report) -> Iterator[_Row]:
    """Yield a row for every block that is shown, and one for every annotation that is on none of them."""
    article = report.article
    hidden = Ranges(merge_ranges([*(Span(n.start, n.end) for n in article.noise), *entry_ranges(article.references)]))
    waiting, active, placed = list(reversed(report.items)), list[ReportItem](), set[str]()
    title, heading = article.title.split(), None
    for index, block in enumerate(article.blocks):
        while waiting and waiting[-1].selector.start < block.end:
            active.append(waiting.pop())
        active = [item for item in active if item.selector.end > block.start]
        items = tuple(active)
        if hidden.contains(block.start) and not items:
            heading = None  # a heading over nothing but what is hidden
            continue
        is_heading = block.kind is BlockKind.HEADING and not items
        if is_heading and claim_text(article, block.span).split() == title:
            title = None  # the page has it above
            continue
        row = _Row(index, block, items, tuple(item for item in items if item.annotation.id not in placed))
        placed.update(item.annotation.id for item in items)
        if heading is not None:
            yield heading
        heading = row if is_heading else None
        if heading is None:
            yield row
    if heading is not None:
        yield heading
    outside = [item for item in report.items if item.annotation.id not in placed]
    yield from (_Row(len(article.blocks) + nth, None, (item,), (item,)) for nth, item in enumerate(outside))


# ------------------------------------------------------------------ one block


def _show_block(report: Report, links: Links, row: _Row, block: Block, heading: TagName) -> Content:
    words = _marked_text(report, links, row, block)
    match block.kind:
        case BlockKind.HEADING:
            return element(heading, words, dir="auto")
        case BlockKind.QUOTE:
            return element("blockquote", element("p", words, dir="auto"))
        case BlockKind.CODE | BlockKind.TABLE:
            return element("pre", words, dir="auto")
        case BlockKind.RULE:
            return element("hr")
        case BlockKind.ITEM:
            return element("p", words, class_=f"item level-{min(max(block.level, 1), 4)}", dir="auto")
        case BlockKind.PARAGRAPH:
            return element("p", words, dir="auto")


class _Layer(NamedTuple):
    """Something that covers a part of a block: an annotation, a marker or link, or a style."""

    start: int
    end: int
    value: ReportItem | Citation | Style


class _Segment(NamedTuple):
    """A piece of a block on which the same layers lie. `item` is the annotation that began last, `first` are those that begin.

    `run` counts the stretches that have the same annotation on top; one that begins starts a new stretch.
    """

    text: str
    run: int
    item: ReportItem | None
    first: tuple[ReportItem, ...]
    anchor: Citation | Style | None
    kinds: tuple[StyleKind, ...]


def _segments(article: Article, row: _Row, block: Block) -> Iterator[_Segment]:
    """Yield the pieces of a block in order, in time that is linear in the layers on it."""
    begins, ends = defaultdict[int, list[_Layer]](list), defaultdict[int, list[_Layer]](list)
    for layer in _layers_on(article, row.items, block):
        begins[layer.start].append(layer)
        ends[layer.end].append(layer)
    starting = {item.annotation.id for item in row.first}
    items, kinds = dict[str, ReportItem](), Counter[StyleKind]()
    anchor: Citation | Style | None = None
    run, item = 0, None
    for at, end in pairwise(sorted({*block.span, *begins, *ends})):
        for layer in ends[at]:
            match layer.value:
                case ReportItem():
                    items.pop(layer.value.annotation.id)
                case Style(kind=kind) if kind is not StyleKind.LINK:
                    kinds[kind] -= 1
                case Style() | Citation():
                    anchor = None
        first: list[ReportItem] = []
        for layer in sorted(begins[at], key=lambda layer: -layer.end):
            match layer.value:
                case ReportItem() as begun:
                    items[begun.annotation.id] = begun
                    first += [begun] if begun.annotation.id in starting else []
                case Style(kind=kind) if kind is not StyleKind.LINK:
                    kinds[kind] += 1
                case Style() | Citation() as begun:
                    anchor = begun
        top = items[next(reversed(items))] if items else None
        run += bool(first) or top is not item
        item = top
        yield _Segment(article.text[at:end], run, item, tuple(first), anchor, tuple(kind for kind in kinds if kinds[kind]))


def _layers_on(article: Article, items: Iterable[ReportItem], block: Block) -> Iterator[_Layer]:
    """Yield the layers on a block, cut to it. A link that holds a marker gives way to it."""
    for item in items:
        start = max(item.selector.start, block.start)
        yield _Layer(start, max(min(item.selector.end, block.end), start + 1), item)
    for citation in within(article.citations, block.start, block.end):
        if citation.references:
            yield _Layer(citation.start, min(citation.end, block.end), citation)
    link_end = block.start
    for style in within(article.styles, block.start, block.end):
        start, end = style.start, min(style.end, block.end)
        if style.kind is StyleKind.LINK:
            if start < link_end or not is_web_address(style.target) or citations_in(article, Span(start, end)):
                continue
            link_end = end
        if start < end:
            yield _Layer(start, end, style)


def _marked_text(report: Report, links: Links, row: _Row, block: Block) -> Iterator[Content]:
    for _, run in groupby(_segments(report.article, row, block), key=lambda segment: segment.run):
        segments = tuple(run)
        item, keys = segments[0].item, _keys(report, links, segments[0].first)
        words = [
            _show_anchor(links, anchor, [_show_words(segment) for segment in parts])
            for anchor, parts in groupby(segments, key=lambda segment: segment.anchor)
        ]
        if item is None:
            yield words
        elif item.annotation.kind == NOT_CLAIM:
            yield element("span", keys, words, class_="nothing")
        else:
            mark = item_mark(report.scale, item)
            yield element("mark", keys, words, class_=mark.tone, dir="auto", data_n=f"n{links.anchor_of(item)}")


def _keys(report: Report, links: Links, items: Iterable[ReportItem]) -> Iterator[Content]:
    """Yield the signs of annotations in the text: the link to the note beside it, and the button of a narrow screen."""
    for item in items:
        if not has_note(item):
            continue
        mark, anchor = item_mark(report.scale, item), links.anchor_of(item)
        name = f"Claim {item.number}, {mark.words}: its note" if item.number else f"{mark.words.capitalize()}: its note"
        number = element("sup", str(item.number)) if item.number else ()
        face = element("span", mark.sign, number, aria_hidden="true")
        yield element(
            "span",
            element("a", face, class_="key wide", href=f"#n{anchor}", aria_label=name),
            element("button", face, class_="key slim", type="button", popovertarget=f"n{anchor}", aria_label=name),
            " ",
            class_=f"at {mark.tone}",
            id=f"c{anchor}",
        )


def _show_anchor(links: Links, anchor: Citation | Style | None, words: Content) -> Content:
    match anchor:
        case Style():
            return element("a", words, href=anchor.target, rel="noopener noreferrer")
        case Citation():
            address = links.reference_anchor(anchor.references[0])
            return element("a", words, class_="cite", href=address) if address else words
        case None:
            return words


def _show_words(segment: _Segment) -> Content:
    words: Content = "" if StyleKind.MARKUP in segment.kinds else segment.text
    for kind in segment.kinds:
        if kind in _STYLE_TAGS and words:
            words = element(_STYLE_TAGS[kind], words)
    return words
