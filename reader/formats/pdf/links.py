"""Resolve the links and footnote markers of a PDF."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Reference, Style, StyleKind
from reader.article.ranges import Ranges, Span, merge_ranges
from reader.article.reference_parser import find_urls
from reader.formats.pdf.pages import PdfLink
from reader.formats.pdf.paragraphs import Paragraph, note_sign
from reader.formats.pdf.text_flow import level_of

# ------------------------------------------------------------------ smaller print at the foot of a column that begins with a

_NOTE_SIGN = lazy_pattern(r"\d{1,3}|[*∗†‡§¶#]{1,3}")
_NOTE_MARKER = lazy_pattern(r"(?:(?:\d{1,3}|[*∗†‡§¶#]{1,3})[,; ]*)+")
NOTE_SYMBOLS: Final = frozenset("*∗†‡§¶#")
"""Signs that call a note also when they don't stand raised, as they look raised by themselves."""


class PdfNotes:
    """Which paragraphs are footnotes, and which runs call them. A note's name is its page and its sign."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._signs: dict[int, str] = {}
        self._signs_by_page: defaultdict[int, set[str]] = defaultdict(set)
        feet = [(paragraph, note_sign(paragraph.lines[0])) for paragraph in paragraphs if paragraph.is_foot]
        calls = _find_signs(paragraphs)
        for paragraph, sign in feet:
            page = paragraph.lines[0].page
            if sign and sign in calls[page] and sign not in self._signs_by_page[page]:
                self._signs[id(paragraph)] = sign
                self._signs_by_page[page].add(sign)

    def sign_of(self, paragraph: Paragraph) -> str:
        """Return the sign of the footnote that a paragraph is, "" when it is none."""
        return self._signs.get(id(paragraph), "")

    def note_names(self, text: str, page: int) -> tuple[str, ...]:
        """Return the names of the notes of a page that raised text calls; () when it is something else."""
        known = self._signs_by_page.get(page)
        if not known or not _NOTE_MARKER.fullmatch(text):
            return ()
        signs = _NOTE_SIGN.findall(text)
        return tuple(note_name(page, sign) for sign in signs) if known.issuperset(signs) else ()


def note_name(page: int, sign: str) -> str:
    """Return the name of a footnote."""
    return f"{page}:{sign}"


def _find_signs(paragraphs: Iterable[Paragraph]) -> defaultdict[int, set[str]]:
    """Return the signs that stand raised in the text of each page, and symbols that end a word."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for paragraph in paragraphs:
        if not paragraph.is_foot:
            for line in paragraph.lines:
                for run in line.runs:
                    if level_of(run, line) > 0 and _NOTE_MARKER.fullmatch(run.text):
                        found[line.page].update(_NOTE_SIGN.findall(run.text))
                    elif run.text in NOTE_SYMBOLS:
                        found[line.page].add(run.text)
    return found


# ------------------------------------------------------------------ addresses, and entries of its reference list

_FARTHEST_LINE: Final = 40.0
_COLUMN_TOLERANCE: Final = 40.0
_EDGE_CHARACTERS: Final = " \t\n()[],;.:"
_LONGEST_GAP: Final = 3
_LONGEST_MARKER: Final = 120


class LinkRange(NamedTuple):
    """A range of the text that a link of a page covers."""

    start: int
    end: int
    link: PdfLink


class LineStart(NamedTuple):
    """Where a line begins in the text, and where it stands: page, left, top."""

    offset: int
    page: int
    left: float
    top: float


def add_links(article: Article, places: Sequence[LinkRange], starts: Sequence[LineStart]) -> Article:
    """Return the article with what its links say: styles for addresses, and citations for those that lead to an entry."""
    shown = [Style(place.start, place.end, StyleKind.LINK, place.link.address) for place in places if place.link.address]
    covered = Ranges(merge_ranges(Span(style.start, style.end) for style in shown))
    shown += [style for style in find_urls(article.text) if not covered.hold(style.start)]
    citations = list(_link_citations(article, places, starts))
    return replace(
        article,
        styles=tuple(sorted((*article.styles, *shown))),
        citations=_merge_citations(article.citations, citations) if citations else article.citations,
    )


def _link_citations(article: Article, places: Sequence[LinkRange], starts: Sequence[LineStart]) -> Iterator[Citation]:
    """Yield a citation for every link that leads to an entry; neighbours that lead to the same one are one."""
    entries = sorted((reference for reference in article.references if reference.start >= 0), key=lambda one: one.start)
    inside = Ranges(merge_ranges(span for reference in entries if (span := reference.span)))
    by_page: dict[int, list[LineStart]] = {}
    for start in starts:
        by_page.setdefault(start.page, []).append(start)
    last: Citation | None = None
    for place in sorted(places):
        reference = _find_entry(place.link, by_page.get(place.link.page, ()), entries) if entries else None
        start, end = _trim_range(article.text, place.start, place.end)
        if reference is None or start >= end or end - start > _LONGEST_MARKER or inside.hold(start):
            continue
        if last is not None and last.references == (reference.id,) and start - last.end <= _LONGEST_GAP:
            last = last._replace(end=max(end, last.end))
            continue
        if last is not None:
            yield last
        last = Citation(start, end, (reference.id,), (), "link")
    if last is not None:
        yield last


def _find_entry(link: PdfLink, lines: Sequence[LineStart], entries: Sequence[Reference]) -> Reference | None:
    """Return the entry whose line is nearest to where a link leads: at its height, and in the column it points into."""
    if not lines or link.y < 0:
        return None
    found = min(
        lines,
        key=lambda line: (abs(line.top - link.y) + _COLUMN_TOLERANCE * _is_in_other_column(line, link, lines), line.offset),
    )
    if abs(found.top - link.y) > _FARTHEST_LINE:
        return None
    entry = entries[max(0, bisect_right(entries, found.offset, key=lambda reference: reference.start) - 1)]
    return entry if entry.start <= found.offset < entry.end else None


def _is_in_other_column(line: LineStart, link: PdfLink, lines: Sequence[LineStart]) -> bool:
    """Whether a link that says how far right it leads means another column than the one of `line`."""
    if link.x < 0:
        return False
    return abs(line.left - link.x) > 2 * _COLUMN_TOLERANCE and any(
        abs(other.left - link.x) <= _COLUMN_TOLERANCE for other in lines
    )


def _trim_range(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE_CHARACTERS:
        start += 1
    while start < end and text[end - 1] in _EDGE_CHARACTERS:
        end -= 1
    return start, end


def _merge_citations(found: Sequence[Citation], leading: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the citations that were read in the text with those of the links.

    Where both have a marker, the text tells how far it reaches, and the links what it points at: if not fewer entries.
    """
    made = list(found)
    starts = [citation.start for citation in found]
    ids: dict[int, list[str]] = {}
    for link in leading:
        place = bisect_right(starts, link.end - 1) - 1
        if place < 0 or found[place].end <= link.start:
            made.append(link)
        else:
            ids.setdefault(place, []).extend(link.references)
    for place, linked in ids.items():
        made[place] = _merge_targets(found[place], tuple(dict.fromkeys(linked)))
    return tuple(sorted(made, key=lambda citation: citation.start))


def _merge_targets(read: Citation, linked: tuple[str, ...]) -> Citation:
    """Return a citation as it was read with the entries that its links lead to."""
    count = len(read.references) + len(read.missing)
    if len(linked) >= count:
        return read._replace(references=linked, missing=())
    both = tuple(dict.fromkeys((*read.references, *linked)))
    return read._replace(references=both, missing=read.missing if len(both) < count else ())
