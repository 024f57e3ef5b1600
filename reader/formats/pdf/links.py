"""Resolve the links and footnote markers of a PDF."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.labels import plain_digits
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import expand_labels
from reader.article.model import Citation, Reference, Style, StyleKind
from reader.article.ranges import Ranges, Span, merge_ranges
from reader.article.reference_parser import find_urls
from reader.formats.pdf.pages import PdfLink
from reader.formats.pdf.paragraphs import Paragraph, note_sign
from reader.formats.pdf.text_flow import level_of

# ------------------------------------------------------------------ Footnotes

_NOTE_SIGN = lazy_pattern(r"\d{1,3}|[*∗†‡§¶#]{1,3}")
_NOTE_MARKER = lazy_pattern(r"(?:(?:\d{1,3}|[*∗†‡§¶#]{1,3})[,; ]*)+")
_AFFILIATION = lazy_pattern(
    r"\b(?:departa?ment|dipartimento|département|faculty|faculdade|facultad|facult[éà]|fakultät|universi|hospital|institut|laborator"
    r"|school of|college|cent(?:re|er) (?:for|of)|division of|e-?mail|correspond(?:ence|ing))|\S@\S+\.",
    re.IGNORECASE,
)
NOTE_SYMBOLS: Final = frozenset("*∗†‡§¶#")
"""Signs that mark a note even if they are not raised, since most fonts draw them high."""


class PdfNotes:
    """The footnotes of a PDF with their markers. The name of a note consists of its page and sign.

    `front_ids` are the ids of paragraphs in the front matter, whose raised signs point to affiliations.
    """

    def __init__(self, paragraphs: Sequence[Paragraph], front_ids: Collection[int] = ()) -> None:
        self._signs: dict[int, str] = {}
        self._signs_by_page: defaultdict[int, set[str]] = defaultdict(set)
        first_page = paragraphs[0].lines[0].page if paragraphs else 0
        feet = [
            (paragraph, note_sign(paragraph.lines[0]))
            for paragraph in paragraphs
            if paragraph.is_foot and id(paragraph) not in front_ids and not _is_affiliation(paragraph, first_page)
        ]
        calls = _find_signs(paragraph for paragraph in paragraphs if id(paragraph) not in front_ids)
        for paragraph, sign in feet:
            page = paragraph.lines[0].page
            if sign and sign in calls[page] and sign not in self._signs_by_page[page]:
                self._signs[id(paragraph)] = sign
                self._signs_by_page[page].add(sign)

    def sign_of(self, paragraph: Paragraph) -> str:
        """Return the sign of a footnote, or "" for other paragraphs."""
        return self._signs.get(id(paragraph), "")

    def note_names(self, text: str, page: int) -> tuple[str, ...]:
        """Return the names of the notes for a raised text on a page, or () if it is not a marker."""
        page_signs = self._signs_by_page.get(page)
        if not page_signs or not _NOTE_MARKER.fullmatch(text):
            return ()
        signs = _NOTE_SIGN.findall(text)
        return tuple(note_name(page, sign) for sign in signs) if page_signs.issuperset(signs) else ()


def _is_affiliation(paragraph: Paragraph, first_page: int) -> bool:
    """Whether a paragraph names where an author works, as the feet of the first page do."""
    return paragraph.lines[0].page == first_page and _AFFILIATION.search(paragraph.text) is not None


def note_name(page: int, sign: str) -> str:
    """Return the name of a footnote."""
    return f"{page}:{sign}"


def _find_signs(paragraphs: Iterable[Paragraph]) -> defaultdict[int, set[str]]:
    """Return, by page, the raised signs in the text and the symbols that end a word."""
    signs: defaultdict[int, set[str]] = defaultdict(set)
    for paragraph in paragraphs:
        if not paragraph.is_foot:
            for line in paragraph.lines:
                for run in line.runs:
                    if level_of(run, line) > 0 and _NOTE_MARKER.fullmatch(run.text):
                        signs[line.page].update(_NOTE_SIGN.findall(run.text))
                    elif run.text in NOTE_SYMBOLS:
                        signs[line.page].add(run.text)
    return signs


# ------------------------------------------------------------------ Links

_MAX_LINE_DISTANCE: Final = 40.0
_COLUMN_TOLERANCE: Final = 40.0
_MAX_NEIGHBOURS: Final = 30
_EDGE_CHARACTERS: Final = " \t\n()[],;.:"
_MAX_GAP_LENGTH: Final = 3
_MAX_MARKER_LENGTH: Final = 120
_PRINTED_NUMBERS = lazy_pattern(r"\d{1,3}(?:[,;–\u2010\u2011-] ?\d{1,3})*")
_PRINTED_YEAR = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


class LinkRange(NamedTuple):
    """The range of the text that a link covers."""

    start: int
    end: int
    link: PdfLink


class LineStart(NamedTuple):
    """The offset of a line in the text, and its position: page, left, top."""

    offset: int
    page: int
    left: float
    top: float


def add_links(article: Article, places: Sequence[LinkRange], starts: Sequence[LineStart]) -> Article:
    """Add the links of the pages to an article: styles for addresses, citations for links to reference entries."""
    styles = [Style(place.start, place.end, StyleKind.LINK, place.link.address) for place in places if place.link.address]
    link_spans = Ranges(merge_ranges(Span(style.start, style.end) for style in styles))
    styles += [style for style in find_urls(article.text) if not link_spans.contains(style.start)]
    citations = list(_link_citations(article, places, starts))
    return replace(
        article,
        styles=tuple(sorted((*article.styles, *styles))),
        citations=_merge_citations(article.citations, citations) if citations else article.citations,
    )


def _link_citations(article: Article, places: Sequence[LinkRange], starts: Sequence[LineStart]) -> Iterator[Citation]:
    """Yield a citation for every link to an entry. Join neighbouring links to the same entry."""
    entries = sorted(
        (reference for reference in article.references if reference.start >= 0), key=lambda reference: reference.start
    )
    entry_ranges = Ranges(merge_ranges(span for reference in entries if (span := reference.span)))
    by_label = {reference.label: reference for reference in entries}
    starts_by_page: dict[int, list[LineStart]] = {}
    for start in starts:
        starts_by_page.setdefault(start.page, []).append(start)
    pages = {page: _LineIndex(page_starts) for page, page_starts in starts_by_page.items()}
    last: Citation | None = None
    for place in sorted(places):
        target = _find_entry(place.link, pages.get(place.link.page), entries) if entries else None
        start, end = _trim_range(article.text, place.start, place.end)
        if target is None or start >= end or end - start > _MAX_MARKER_LENGTH or entry_ranges.contains(start):
            continue
        ids = tuple(reference.id for reference in _printed_references(article.text[start:end], target, by_label))
        if last is not None and last.references == ids and start - last.end <= _MAX_GAP_LENGTH:
            last = last._replace(end=max(end, last.end))
            continue
        if last is not None:
            yield last
        last = Citation(start, end, ids, (), "link") if ids else None
    if last is not None:
        yield last


def _printed_references(printed: str, target: Reference, by_label: Mapping[str, Reference]) -> Sequence[Reference]:
    """Return the references that the text of a link names: the link's target, unless the text contradicts it.

    A printed number that the list has wins, since targets are often placed at the wrong entry.
    """
    plain = plain_digits(printed)
    if _PRINTED_NUMBERS.fullmatch(plain):
        labels = expand_labels(plain)
        if target.label in labels or not target.label.isdecimal():
            return (target,)
        return [by_label[label] for label in labels if label in by_label]
    years = _PRINTED_YEAR.findall(printed)
    entry = f"{target.text} {target.year}"
    return () if years and not any(year in entry for year in years) else (target,)


class _LineIndex:
    """Index of the lines of a page by their height."""

    def __init__(self, lines: Sequence[LineStart]) -> None:
        self._lines = sorted(lines, key=lambda line: line.top)
        self._lefts = sorted(line.left for line in lines)

    def nearest_line(self, link: PdfLink) -> LineStart | None:
        """Return the line nearest to the target of a link, in the target's column, or None if none is near."""
        middle = bisect_left(self._lines, link.y, key=lambda line: line.top)
        has_column = link.x >= 0 and self._has_left_near(link.x)

        def distance(line: LineStart) -> tuple[float, int]:
            is_elsewhere = has_column and abs(line.left - link.x) > 2 * _COLUMN_TOLERANCE
            return abs(line.top - link.y) + _COLUMN_TOLERANCE * is_elsewhere, line.offset

        nearest = min(self._lines[max(0, middle - _MAX_NEIGHBOURS) : middle + _MAX_NEIGHBOURS], key=distance)
        return nearest if abs(nearest.top - link.y) <= _MAX_LINE_DISTANCE else None

    def _has_left_near(self, x: float) -> bool:
        place = bisect_left(self._lefts, x - _COLUMN_TOLERANCE)
        return place < len(self._lefts) and self._lefts[place] <= x + _COLUMN_TOLERANCE


def _find_entry(link: PdfLink, lines: _LineIndex | None, entries: Sequence[Reference]) -> Reference | None:
    """Return the entry with the line nearest to the target of a link."""
    nearest = lines.nearest_line(link) if lines is not None and link.y >= 0 else None
    if nearest is None:
        return None
    entry = entries[max(0, bisect_right(entries, nearest.offset, key=lambda reference: reference.start) - 1)]
    return entry if entry.start <= nearest.offset < entry.end else None


def _trim_range(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE_CHARACTERS:
        start += 1
    while start < end and text[end - 1] in _EDGE_CHARACTERS:
        end -= 1
    return start, end


def _merge_citations(citations: Sequence[Citation], link_citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Merge the citations from the text with the citations from links. If they overlap, the range comes from the text."""
    result = list(citations)
    starts = [citation.start for citation in citations]
    ids: dict[int, list[str]] = {}
    for link in link_citations:
        place = bisect_right(starts, link.end - 1) - 1
        if place < 0 or citations[place].end <= link.start:
            result.append(link)
        else:
            ids.setdefault(place, []).extend(link.references)
    for place, targets in ids.items():
        result[place] = _merge_targets(citations[place], tuple(dict.fromkeys(targets)))
    return tuple(sorted(result, key=lambda citation: citation.start))


def _merge_targets(citation: Citation, targets: Sequence[str]) -> Citation:
    """Return a citation from the text with the references that it leaves open: ambiguous ones, and labels without an entry.

    What the text names clearly is not changed, so targets that are beside the entry do no harm.
    """
    meant = tuple(target for target in targets if target in citation.ambiguous)
    further = tuple(target for target in targets if target not in citation.ambiguous)[: len(citation.missing)]
    further = further if citation.kind == "author-year" and not citation.references else ()
    return citation._replace(
        references=tuple(dict.fromkeys((*citation.references, *meant, *further))),
        missing=() if further else citation.missing,
        ambiguous=() if meant else citation.ambiguous,
    )
