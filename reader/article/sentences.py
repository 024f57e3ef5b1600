"""Split an article into sentences, block by block and on demand.

sentencex proposes the boundaries on a copy of the block in which markers, markup and white space are replaced without changing
its length. Wrong boundaries are dropped or moved afterwards.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import import_module
from itertools import accumulate, chain, pairwise
from typing import NamedTuple, Protocol

from reader.article.language import primary_language
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import WORDED, Block, BlockKind, Citation, Noise, Reference, Style, StyleKind, entry_ranges
from reader.article.ranges import Ranges, Span, SpanColumns, merge_ranges
from reader.article.sentence_boundaries import find_missed_ends, is_no_boundary

BODY_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM, BlockKind.TABLE})

_ODD_SPACE = lazy_pattern(r"[^\S ]")
_CLOSERS = lazy_pattern(r"[)\]}”’»\"']+(?:\s+|$)")
_OPENING_MARK = lazy_pattern(r"(?<=[.!?…])\s+([\"“„(]|``|«\s?)$")
_BRACKETED_SENTENCE = lazy_pattern(r"(?<=\s)(?!etc\b|incl\b)[a-z]{3,}[.!?][”’»\"']?\)[”’»\"']?\s+(?=[A-Z“\"(])")
_CLOSED_SENTENCE = lazy_pattern(r"[.?!…][”’»\"')]*\s*$")
_OPENING = lazy_pattern(r"\s+[“\"„«(]?[^\W\da-zß-öø-ÿ]|\s*$")
_SPACES = lazy_pattern(r" +")
_LETTER = lazy_pattern(r"[^\W_]")
_LINKED_SOURCES = lazy_pattern(
    r"(?<=[.!?…。！？])[”\"’'\]]{0,2}(?P<links>"
    r"(?:\s*\(\s*+(?:(?:sources?|via|see|quellen?|fuentes?|fontes?|fonti|bron|источники?|出典|来源)\b[:：]?)?[\s,;·&|]*+\))+|\s+$)",
    re.IGNORECASE,
)
"""Match the place of links that belong to the sentence before them: in parentheses, or last in the block."""
_TABLE_RULE = lazy_pattern(r"[\s|:+=\-─━│┼]*$")
_LINE = lazy_pattern(r"[^\n]+")
_CITATION_SEPARATORS = " ,;·|&\u200b"
_MAX_CLOSING_LENGTH = 6
_WINDOW_SIZE = 2000
_WINDOW_OVERLAP = 100
_MIN_ADVANCE = 250
"""The fewest characters between the beginnings of two windows; with fewer, runs of initials are read a thousand times."""
_NOTHING = array("i")


def split_sentences(
    text: str, block: Block, citations: Sequence[Citation], styles: Sequence[Style] = (), language: str = "en"
) -> tuple[Span, ...]:
    """Return the sentences of `block` as ranges of `text`, without surrounding white space.

    `citations` and `styles` are those that start in it, sorted by start. In a table, each line except rules is a sentence.
    """
    if block.kind is BlockKind.TABLE:
        return _table_rows(text, block)
    chunk = _mask_block(text, block, citations, styles)
    cuts = _sentence_cuts(chunk, language)
    if styles:
        markup = {s.end - block.start: s.start - block.start for s in styles if s.kind is StyleKind.MARKUP and s.start < s.end}
        words = text[block.start : block.end]
        cuts = (_start_of_markup(words, cut, markup) for cut in cuts)
    return tuple(_sentence_spans(text, block, cuts))


def _table_rows(text: str, block: Block) -> tuple[Span, ...]:
    lines = (_trim_range(text, *line.span()) for line in _LINE.finditer(text, block.start, block.end))
    return tuple(row for row in lines if not _TABLE_RULE.match(text[row.start : row.end]))


def _sentence_spans(text: str, block: Block, cuts: Iterable[int]) -> Iterator[Span]:
    for start, end in pairwise([0, *cuts, block.end - block.start]):
        span = _trim_range(text, block.start + start, block.start + end)
        if span.start < span.end:
            yield span


def _start_of_markup(words: str, cut: int, markup: Mapping[int, int]) -> int:
    """Return the start of the markup that opens right before `cut`, as in "**Bold words", or `cut` if there is none.

    `words` is the block's text; `markup` has the start of each piece of markup by its end.
    """
    if cut not in markup:
        return cut
    start = cut
    while start in markup:
        start = markup[start]
    return start if words[start - 1 : start].isspace() else cut


def _trim_range(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


class _Mask(NamedTuple):
    """A range to hide from sentencex, and its replacement: the first character of `signs` once, then the last one repeated."""

    start: int
    end: int
    signs: str


def _mask_block(text: str, block: Block, citations: Sequence[Citation], styles: Sequence[Style]) -> str:
    """Return the block's text in the same length, with plain white space and with markers, markup and code masked."""
    chunk = text[block.start : block.end]
    if not chunk.isprintable():  # white space is not, apart from the blank
        chunk = _ODD_SPACE.sub(" ", chunk)
    for kind, sign in ((StyleKind.MARKUP, " "), (StyleKind.CODE, "x")):
        if masks := [_Mask(style.start, style.end, sign) for style in styles if style.kind is kind]:
            chunk = _apply_masks(chunk, block.start, masks)
    if markers := [citation for citation in citations if citation.kind not in WORDED]:
        chunk = _apply_masks(chunk, block.start, _marker_masks(chunk, block.start, markers))
    if links := [citation for citation in citations if citation.kind in ("link", "words")]:
        blank = _apply_masks(chunk, block.start, (_Mask(link.start, link.end, " ") for link in links))
        chunk = _apply_masks(chunk, 0, (_Mask(*match.span("links"), " ") for match in _LINKED_SOURCES.finditer(blank)))
    if 1 < block.indent < len(chunk):
        chunk = "x" * (block.indent - 1) + " " + chunk[block.indent :]
    return chunk


def _apply_masks(chunk: str, base: int, masks: Iterable[_Mask]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, signs in masks:
        first, last = max(start - base, at), min(end - base, len(chunk))
        if first < last:
            parts += chunk[at:first], signs[0] + signs[-1] * (last - first - 1)
            at = last
    return "".join([*parts, chunk[at:]])


def _marker_masks(chunk: str, base: int, citations: Sequence[Citation]) -> Iterator[_Mask]:
    """Yield a mask for each run of markers: a word if the markers are part of the sentence, else spaces.

    "[4] found more" and "Lee (2020) found" begin a sentence; a marker after a full stop belongs to the sentence before it, and
    so does a link between two sentences.
    """
    links = {citation.start for citation in citations if citation.kind == "link"}
    for start, end in _citation_runs(chunk, base, citations):
        before, after = chunk[max(start - base - 1, 0) : start - base], chunk[end - base : end - base + 2]
        is_word = before in ("", " ") and after[:1] == " " and after[1:].islower()
        is_apart = (
            start in links
            and _CLOSED_SENTENCE.search(chunk, max(start - base - _MAX_CLOSING_LENGTH, 0), start - base)
            and _OPENING.match(chunk, end - base)
        )
        yield _Mask(start, end, "Xx" if is_word or (chunk[start - base].isalpha() and not is_apart) else " ")


def _citation_runs(chunk: str, base: int, citations: Sequence[Citation]) -> Iterator[Span]:
    """Merge citations with nothing but blanks and separators between them, such as "[1][3] [4]"."""
    start, end = citations[0].start, citations[0].end
    for citation in citations[1:]:
        if citation.start > end and chunk[end - base : citation.start - base].strip(_CITATION_SEPARATORS):
            yield Span(start, end)
            start = citation.start
        end = max(end, citation.end)
    yield Span(start, end)


def _sentence_cuts(chunk: str, language: str) -> Iterator[int]:
    ends = {*_proposed_ends(chunk, language), *find_missed_ends(chunk, language)}
    if ")" in chunk:
        ends.update(match.end() for match in _BRACKETED_SENTENCE.finditer(chunk))
    edges = sorted({0, *ends, len(chunk)})
    starts = [start for start, end in pairwise(edges) if chunk[start].isalnum() or _LETTER.search(chunk, start, end)]
    last = 0
    for cut in starts[1:]:
        if not chunk[cut].isalnum():
            closers = _CLOSERS.match(chunk, cut)
            cut = closers.end() if closers else cut
            if spaces := _SPACES.match(chunk, cut):  # sentencex breaks long runs of spaces
                cut = spaces.end()
        if opening := _OPENING_MARK.search(chunk, max(last, cut - _MAX_CLOSING_LENGTH), cut):
            cut = opening.start(1)
        if last < cut < len(chunk) and not is_no_boundary(chunk, last, cut, language):
            last = cut
            yield cut


def _proposed_ends(chunk: str, language: str) -> Iterator[int]:
    """Yield the sentence ends proposed by sentencex, in windows because its time grows with the square of the length."""
    segment, start = _segmenter(), 0
    while start < len(chunk):
        stop = start + _WINDOW_SIZE
        pieces = segment(language, chunk[start:stop])
        ends = list(accumulate((len(piece) for piece in pieces), initial=start))
        if stop >= len(chunk):
            yield from ends[1:]
            return
        yield from ends[1:-1]
        start = (
            ends[-2]
            if ends[-2] - start >= _MIN_ADVANCE
            else max(chunk.rfind(" ", start + 1, stop - _WINDOW_OVERLAP) + 1, stop - _WINDOW_SIZE // 2)
        )


@cache
def _segmenter() -> Callable[[str, str], list[str]]:
    segment: Callable[[str, str], list[str]] = import_module("sentencex").segment  # takes 6 ms
    return segment


class _TextWithBlocks(Protocol):
    """The parts of an article that determine its sentences."""

    @property
    def text(self) -> str: ...
    @property
    def blocks(self) -> Sequence[Block]: ...
    @property
    def styles(self) -> Sequence[Style]: ...
    @property
    def citations(self) -> Sequence[Citation]: ...
    @property
    def references(self) -> Sequence[Reference]: ...
    @property
    def noise(self) -> Sequence[Noise]: ...
    @property
    def language(self) -> str: ...


SentenceColumns = tuple[tuple[int, ...], tuple[int, ...], bytes]
"""Sentences as columns: indices of blocks, the number of sentences of each, the bytes of the pairs of start and end of all."""


class Sentences:
    """The sentences of an article's body in order, computed on demand and cached.

    Safe to use from several threads: concurrent calls give equal results.
    """

    def __init__(self, text: _TextWithBlocks, shared: Sentences | None = None, *, noise_too: bool = False) -> None:
        """Prepare to split `text`; nothing is computed yet.

        `shared` are sentences of the same text, whose cache is shared. `noise_too`: also split the noise.
        """
        self._text = text
        self._noise_too = noise_too
        self._cache: dict[int, array[int]] = shared._cache if shared is not None else {}
        self._latest: tuple[int, tuple[Span, ...]] = (-1, ())

    @cached_property
    def body_blocks(self) -> tuple[int, ...]:
        """The indices of the blocks with sentences: prose, quotes, items and tables, without noise and references."""
        article = self._text
        noise = () if self._noise_too else article.noise
        aside = Ranges(merge_ranges([*(Span(part.start, part.end) for part in noise), *entry_ranges(article.references)]))
        blocks = enumerate(article.blocks)
        return tuple(index for index, block in blocks if block.kind in BODY_KINDS and not aside.contains(block.start))

    @cached_property
    def _citation_starts(self) -> list[int]:
        return [citation.start for citation in self._text.citations]

    @cached_property
    def _body_starts(self) -> list[int]:
        return [self._text.blocks[index].start for index in self.body_blocks]

    @cached_property
    def _mask_styles(self) -> tuple[Style, ...]:
        return tuple(style for style in self._text.styles if style.kind in (StyleKind.MARKUP, StyleKind.CODE))

    @cached_property
    def _language(self) -> str:
        return primary_language(self._text.language)

    @cached_property
    def _style_starts(self) -> list[int]:
        return [style.start for style in self._mask_styles]

    @cached_property
    def _all(self) -> SpanColumns:
        pairs = array("i", chain.from_iterable(map(self._pairs_in, self.body_blocks)))
        return SpanColumns(pairs[::2], pairs[1::2])

    def all(self) -> SpanColumns:
        """Return all sentences of the body. The first call takes time proportional to the length of the article."""
        return self._all

    def to_columns(self) -> SentenceColumns:
        """Return what was computed so far."""
        blocks = tuple(self._cache.items())  # at once: other threads add to it
        indices, counts = tuple(index for index, _ in blocks), tuple(len(pairs) // 2 for _, pairs in blocks)
        return indices, counts, b"".join([pairs.tobytes() for _, pairs in blocks])

    def add_columns(self, columns: SentenceColumns) -> None:
        """Add what was computed of the same article before."""
        indices, counts, numbers = columns
        pairs, at = array("i"), 0
        pairs.frombytes(numbers)
        for index, count in zip(indices, counts, strict=True):
            self._cache[index] = pairs[at : at + 2 * count] if count else _NOTHING
            at += 2 * count

    def __len__(self) -> int:
        """Return the number of sentences in the body."""
        return len(self._all)

    def in_block(self, index: int) -> tuple[Span, ...]:
        """Return the sentences of the block at `index`, even outside the body; none for headings, code and rules."""
        # Callers ask for one block again and again, sentence by sentence; another thread may ask for another one meanwhile.
        latest = self._latest
        if latest[0] != index:
            numbers = iter(self._pairs_in(index))
            latest = self._latest = (index, tuple(map(Span, numbers, numbers)))
        return latest[1]

    def _pairs_in(self, index: int) -> array[int]:
        """Return the starts and ends of the sentences of a block in turn."""
        pairs = self._cache.get(index)
        if pairs is None:
            article = self._text
            block = article.blocks[index]
            pairs = _NOTHING
            if block.kind in BODY_KINDS:
                citations = article.citations[_slice_in(self._citation_starts, block)]
                styles = self._mask_styles[_slice_in(self._style_starts, block)]
                spans = split_sentences(article.text, block, citations, styles, self._language)
                pairs = array("i", chain.from_iterable(spans))
            self._cache[index] = pairs
        return pairs

    def at(self, offset: int) -> Span | None:
        """Return the sentence that contains `offset`, else the next one, else the last; None if there are no sentences."""
        place = self._body_index(offset)
        if place >= 0:
            spans = self.in_block(self.body_blocks[place])
            position = bisect_right(spans, offset, key=_span_end)
            if position < len(spans):
                return spans[position]
        return self._sentence_in_next_block(place, 1) or self._sentence_in_next_block(len(self.body_blocks), -1)

    def after(self, span: Span) -> Span | None:
        """Return the first sentence that starts after the start of `span`, or None."""
        place = self._body_index(span.start)
        if place >= 0:
            spans = self.in_block(self.body_blocks[place])
            position = bisect_right(spans, span.start, key=_span_start)
            if position < len(spans):
                return spans[position]
        return self._sentence_in_next_block(place, 1)

    def before(self, span: Span) -> Span | None:
        """Return the last sentence that starts before the start of `span`, or None."""
        place = self._body_index(span.start - 1)
        if place >= 0:
            spans = self.in_block(self.body_blocks[place])
            position = bisect_left(spans, span.start, key=_span_start)
            if position > 0:
                return spans[position - 1]
        return self._sentence_in_next_block(place, -1)

    def _body_index(self, offset: int) -> int:
        """Return the index in `body_blocks` of the last block that starts at or before `offset`, or -1."""
        return bisect_right(self._body_starts, offset) - 1

    def _sentence_in_next_block(self, place: int, step: int) -> Span | None:
        """Return the first sentence after a body block (`step` 1) or the last one before it (`step` -1), or None."""
        place += step
        while 0 <= place < len(self.body_blocks):
            if spans := self.in_block(self.body_blocks[place]):
                return spans[0 if step > 0 else -1]
            place += step
        return None


def _slice_in(starts: Sequence[int], block: Block) -> slice:
    """Return the slice of the items that start in a block; `starts` are the starts of all, sorted."""
    return slice(bisect_left(starts, block.start), bisect_left(starts, block.end))


def _span_start(span: Span) -> int:
    return span.start


def _span_end(span: Span) -> int:
    return span.end
