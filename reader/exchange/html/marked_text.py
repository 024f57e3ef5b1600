"""Marked text: a range of the article with its marks, links and styles."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Style, StyleKind
from reader.article.ranges import Span, within
from reader.exchange.escape import is_web_address
from reader.exchange.html.claims import has_note
from reader.exchange.html.element import Content, TagName, element
from reader.exchange.html.links import Links
from reader.exchange.marks import item_mark
from reader.exchange.report import Report, ReportItem
from reader.review.pairs import citations_in
from reader.review.vocabulary import NOT_CLAIM

_STYLE_TAGS: Final[dict[StyleKind, TagName]] = {
    StyleKind.EMPHASIS: "em",
    StyleKind.STRONG: "strong",
    StyleKind.CODE: "code",
    StyleKind.SUPERSCRIPT: "sup",
    StyleKind.STRIKE: "s",
}
_CITED_WORK: Final = lazy_pattern(r"[^\s\d,;()\[\]\-–—][^\d;]*(?:(\d+)[a-z]?)?|(\d+)[a-z]?")
"""A work in a marker: its number, or its author with the year; a further year of an author is a work of its own.

Words without a number match too, or each of them would be tried as the beginning of a work.
"""


class MarkedRange(NamedTuple):
    """A range of the text, the annotations on it, and those of them whose key stands in it."""

    span: Span
    items: tuple[ReportItem, ...]
    first: tuple[ReportItem, ...]


def place_items(items: Iterable[ReportItem], spans: Iterable[Span]) -> Iterator[MarkedRange]:
    """Yield each of sorted ranges with the annotations on it, which are sorted too. A key stands in the first range."""
    waiting, active, placed = list(items)[::-1], list[ReportItem](), set[str]()
    for span in spans:
        while waiting and waiting[-1].selector.start < span.end:
            active.append(waiting.pop())
        active = [item for item in active if item.selector.end > span.start]
        yield MarkedRange(span, tuple(active), tuple(item for item in active if item.annotation.id not in placed))
        placed.update(item.annotation.id for item in active)


class _Anchor(NamedTuple):
    """A link that ends at an offset of the text, and the references that are linked behind it. `address` is "" for no link."""

    end: int
    address: str
    is_citation: bool = False
    others: tuple[str, ...] = ()


class _Layer(NamedTuple):
    """Something that covers a part of a range: an annotation, a link or a style."""

    start: int
    end: int
    value: ReportItem | _Anchor | Style


class _Segment(NamedTuple):
    """A piece of a range on which the same layers lie. `item` is the annotation that began last, `first` are those that begin.

    `run` counts the stretches that have the same annotation on top; one that begins starts a new stretch.
    """

    end: int
    text: str
    run: int
    item: ReportItem | None
    first: tuple[ReportItem, ...]
    anchor: _Anchor | None
    kinds: tuple[StyleKind, ...]


def _segments(report: Report, links: Links, marked: MarkedRange) -> Iterator[_Segment]:
    """Yield the pieces of a range in order, in time that is linear in the layers on it."""
    article = report.article
    begins, ends = defaultdict[int, list[_Layer]](list), defaultdict[int, list[_Layer]](list)
    for layer in _layers_on(article, links, marked):
        begins[layer.start].append(layer)
        ends[layer.end].append(layer)
    starting = {item.annotation.id for item in marked.first}
    items, kinds = dict[str, ReportItem](), Counter[StyleKind]()
    anchor: _Anchor | None = None
    run, item = 0, None
    for at, end in pairwise(sorted({*marked.span, *begins, *ends})):
        for layer in ends[at]:
            match layer.value:
                case ReportItem():
                    items.pop(layer.value.annotation.id)
                case Style(kind=kind):
                    kinds[kind] -= 1
                case _Anchor():
                    anchor = None
        first: list[ReportItem] = []
        for layer in sorted(begins[at], key=lambda layer: -layer.end):
            match layer.value:
                case ReportItem() as begun:
                    items[begun.annotation.id] = begun
                    first += [begun] if begun.annotation.id in starting else []
                case Style(kind=kind):
                    kinds[kind] += 1
                case _Anchor() as begun:
                    anchor = begun
        top = items[next(reversed(items))] if items else None
        run += bool(first) or top is not item
        item = top
        yield _Segment(end, article.text[at:end], run, item, tuple(first), anchor, tuple(kind for kind in kinds if kinds[kind]))


def _layers_on(article: Article, links: Links, marked: MarkedRange) -> Iterator[_Layer]:
    """Yield the layers on a range, cut to it. A link that holds a marker gives way to it."""
    first, last = marked.span
    for item in marked.items:
        start = max(item.selector.start, first)
        yield _Layer(start, max(min(item.selector.end, last), start + 1), item)
    for citation in within(article.citations, first, last):
        if len(citation.references) > 1:
            yield from _citation_layers(article, links, citation, last)
        elif citation.references:
            start, end = citation.start, min(citation.end, last)
            yield _Layer(start, end, _Anchor(end, links.reference_anchor(citation.references[0]) or "", is_citation=True))
    link_end = first
    for style in within(article.styles, first, last):
        start, end = style.start, min(style.end, last)
        if style.kind is not StyleKind.LINK:
            if start < end:
                yield _Layer(start, end, style)
        elif start >= link_end and is_web_address(style.target) and not citations_in(article, Span(start, end)):
            link_end = end
            if start < end:
                yield _Layer(start, end, _Anchor(end, style.target))


def _citation_layers(article: Article, links: Links, citation: Citation, last: int) -> Iterator[_Layer]:
    """Yield the links of a marker of several references: on each that it names, and behind it to those between "[1-3]"."""
    start, end = citation.start, min(citation.end, last)
    implied, by_number = dict.fromkeys(citation.references), defaultdict[str, deque[str]](deque)
    for reference in implied:
        for number in links.reference_numbers(reference):
            by_number[number].append(reference)
    named: list[tuple[Span, str]] = []
    for match in _CITED_WORK.finditer(article.text, start, end):
        candidates = by_number[match[1] or match[2] or ""]
        while candidates and candidates[0] not in implied:
            candidates.popleft()
        if candidates:
            named.append((Span(*match.span()), candidates[0]))
            del implied[candidates[0]]
    if not named:
        named.append((Span(start, end), citation.references[0]))
        del implied[citation.references[0]]
    others = tuple(implied)
    for span, reference in named:
        address = links.reference_anchor(reference) or ""
        yield _Layer(*span, _Anchor(span.end, address, is_citation=True, others=others if span.end == end else ()))
    if others and (rest := named[-1][0].end) < end:
        yield _Layer(rest, end, _Anchor(end, "", others=others))


def marked_text(report: Report, links: Links, marked: MarkedRange) -> Iterator[Content]:
    """Yield a range of the text with its marks, each behind its key, its links and its styles."""
    for _, run in groupby(_segments(report, links, marked), key=lambda segment: segment.run):
        segments = tuple(run)
        item, keys = segments[0].item, item_keys(report, links, segments[0].first)
        words = [part for anchor, run in groupby(segments, _anchor_of) for part in _show_anchor(links, anchor, tuple(run))]
        if item is None:
            yield from words
        elif item.annotation.kind == NOT_CLAIM:
            yield element("span", *keys, *words, class_="nothing")
        else:
            mark = item_mark(report.scale, item)
            yield element("mark", *keys, *words, class_=mark.tone, dir="auto", data_n=f"n{links.anchor_of(item)}")


def _anchor_of(segment: _Segment) -> _Anchor | None:
    return segment.anchor


def item_keys(report: Report, links: Links, items: Iterable[ReportItem]) -> Iterator[Content]:
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


def _show_anchor(links: Links, anchor: _Anchor | None, segments: Sequence[_Segment]) -> list[Content]:
    words: list[Content] = [_show_words(segment) for segment in segments]
    if anchor is None:
        return words
    if anchor.address:
        rel = None if anchor.is_citation else "noopener noreferrer"
        words = [element("a", *words, class_="cite" if anchor.is_citation else None, href=anchor.address, rel=rel)]
    if anchor.others and segments[-1].end == anchor.end:
        words.append(element("sup", *map(links.reference, anchor.others), class_="also"))
    return words


def _show_words(segment: _Segment) -> Content:
    words: Content = "" if StyleKind.MARKUP in segment.kinds else segment.text
    for kind in segment.kinds:
        if kind in _STYLE_TAGS and words:
            words = element(_STYLE_TAGS[kind], words)
    return words
