"""Resolve the links and footnote markers of a PDF."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.labels import plain_digits
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import expand_labels
from reader.article.model import Citation, Reference, Style, StyleKind
from reader.article.ranges import Ranges, Span, merge_ranges
from reader.article.reference_parser import find_urls
from reader.formats.pdf.lines import PdfLine
from reader.formats.pdf.pages import PdfLink
from reader.formats.pdf.paragraphs import Paragraph, names_affiliation, note_sign
from reader.formats.pdf.text_flow import NOTE_SYMBOLS, level_of

# ------------------------------------------------------------------ Footnotes

_NOTE_SIGN = lazy_pattern(r"\d{1,3}|[*∗†‡§¶#]{1,3}")
_NOTE_MARKER = lazy_pattern(r"[\d*∗†‡§¶#][\d*∗†‡§¶#,; ]*")


class PdfNotes:
    """The footnotes of a PDF with their markers. The name of a note consists of its page and sign.

    The paragraphs of a document are added page by page. The notes of a page are known once those are added that begin on it.
    """

    def __init__(self) -> None:
        self._has_pages = False
        self._feet: defaultdict[int, list[Paragraph]] = defaultdict(list)
        self._calls: defaultdict[int, set[str]] = defaultdict(set)
        self._notes: dict[int, dict[str, Paragraph]] = {}

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add the paragraphs that begin on the next page. Raised signs in the front matter point to affiliations."""
        for paragraph in paragraphs:
            if paragraph.is_foot and not paragraph.is_front and (self._has_pages or not names_affiliation(paragraph)):
                self._feet[paragraph.lines[0].page].append(paragraph)
            elif not paragraph.is_foot and not paragraph.is_front:
                self._find_calls(paragraph)
        self._has_pages = True

    def forget(self, page: int) -> None:
        """Forget the notes of a page whose paragraphs are written."""
        for by_page in (self._feet, self._calls, self._notes):
            by_page.pop(page, None)

    def sign_of(self, paragraph: Paragraph) -> str:
        """Return the sign of a footnote, or "" for other paragraphs."""
        sign = note_sign(paragraph.lines[0]) if paragraph.is_foot else ""
        return sign if self._notes_of(paragraph.lines[0].page).get(sign) is paragraph else ""

    def note_names(self, text: str, page: int) -> tuple[str, ...]:
        """Return the names of the notes for a raised text on a page, or () if it is not a marker."""
        notes = self._notes_of(page)
        if not notes or not _NOTE_MARKER.fullmatch(text):
            return ()
        signs = _NOTE_SIGN.findall(text)
        return tuple(note_name(page, sign) for sign in signs) if all(sign in notes for sign in signs) else ()

    def _notes_of(self, page: int) -> dict[str, Paragraph]:
        """Return the notes of a page by their signs: the first foot with each sign that the text calls."""
        notes = self._notes.get(page)
        if notes is None:
            notes = self._notes[page] = {}
            calls = self._calls.get(page, ())
            for paragraph in self._feet.get(page, ()):
                if (sign := note_sign(paragraph.lines[0])) in calls:
                    notes.setdefault(sign, paragraph)
        return notes

    def _find_calls(self, paragraph: Paragraph) -> None:
        """Collect the raised signs in a paragraph and the symbols that end a word."""
        for line in paragraph.lines:
            for run in line.runs:
                if level_of(run, line) > 0 and _NOTE_MARKER.fullmatch(run.text):
                    self._calls[line.page].update(_NOTE_SIGN.findall(run.text))
                elif run.text in NOTE_SYMBOLS:
                    self._calls[line.page].add(run.text)


def note_name(page: int, sign: str) -> str:
    """Return the name of a footnote."""
    return f"{page}:{sign}"


# ------------------------------------------------------------------ Links

_MAX_LINE_DISTANCE: Final = 40.0
_COLUMN_TOLERANCE: Final = 40.0
_MAX_NEIGHBOURS: Final = 30
_MAX_INDEXES: Final = 256
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
    """The offset of a line in the text, and its position."""

    offset: int
    left: float
    top: float


class LineStarts:
    """The starts of the lines of a document, by page."""

    def __init__(self) -> None:
        self._pages: dict[int, tuple[array[int], array[float]]] = {}
        self._last: tuple[int, float, float] | None = None

    def add(self, offset: int, line: PdfLine) -> None:
        """Add the offset of a line, unless it is the line that was added last."""
        if (line.page, line.left, line.top) != self._last:
            self._last = line.page, line.left, line.top
            offsets, places = self._pages.setdefault(line.page, (array("L"), array("f")))
            offsets.append(offset)
            places.extend((line.left, line.top))

    def on_page(self, page: int) -> list[LineStart]:
        """Return the starts of the lines on a page, in text order."""
        offsets, places = self._pages.get(page, ((), ()))
        return [LineStart(offset, *places[2 * number : 2 * number + 2]) for number, offset in enumerate(offsets)]


def add_links(article: Article, places: Sequence[LinkRange], starts: LineStarts) -> Article:
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


def _link_citations(article: Article, places: Sequence[LinkRange], starts: LineStarts) -> Iterator[Citation]:
    """Yield a citation for every link to an entry. Join neighbouring links to the same entry."""
    entries = sorted(
        (reference for reference in article.references if reference.start >= 0), key=lambda reference: reference.start
    )
    entry_ranges = Ranges(merge_ranges(span for reference in entries if (span := reference.span)))
    by_label = {reference.label: reference for reference in entries}

    @lru_cache(_MAX_INDEXES)
    def lines_of(page: int) -> _LineIndex:
        return _LineIndex(starts.on_page(page))

    last: Citation | None = None
    for place in sorted(places):
        target = _find_entry(place.link, lines_of(place.link.page), entries) if entries else None
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
        self._tops = [line.top for line in self._lines]
        self._lefts = sorted(line.left for line in lines)

    def nearest_line(self, link: PdfLink) -> LineStart | None:
        """Return the line nearest to the target of a link, in the target's column, or None if none is near."""
        reach = _MAX_LINE_DISTANCE + _COLUMN_TOLERANCE  # a line that is farther away is not the nearest to be near
        middle, first, end = (bisect_left(self._tops, y) for y in (link.y, link.y - reach, link.y + reach))
        has_column = link.x >= 0 and self._has_left_near(link.x)

        def distance(line: LineStart) -> tuple[float, int]:
            is_elsewhere = has_column and abs(line.left - link.x) > 2 * _COLUMN_TOLERANCE
            return abs(line.top - link.y) + _COLUMN_TOLERANCE * is_elsewhere, line.offset

        neighbours = self._lines[max(0, middle - _MAX_NEIGHBOURS, first - 1) : min(middle + _MAX_NEIGHBOURS, end + 1)]
        nearest = min(neighbours, key=distance, default=None)
        return nearest if nearest is not None and abs(nearest.top - link.y) <= _MAX_LINE_DISTANCE else None

    def _has_left_near(self, x: float) -> bool:
        place = bisect_left(self._lefts, x - _COLUMN_TOLERANCE)
        return place < len(self._lefts) and self._lefts[place] <= x + _COLUMN_TOLERANCE


def _find_entry(link: PdfLink, lines: _LineIndex, entries: Sequence[Reference]) -> Reference | None:
    """Return the entry with the line nearest to the target of a link."""
    nearest = lines.nearest_line(link) if link.y >= 0 else None
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
