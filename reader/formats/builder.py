"""Build an `Article` from a structured document: HTML, EPUB, DOCX, JATS, reStructuredText, PDF."""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.author_year import find_author_years
from reader.article.citations import find_citations
from reader.article.labels import single_spaced
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import Marker, bracket_markers, marker_labels, superscript_markers
from reader.article.model import (
    About,
    Block,
    BlockKind,
    Citation,
    Noise,
    NoiseReason,
    Omission,
    Reference,
    Style,
    StyleKind,
    entry_ranges,
)
from reader.article.noise import find_noise
from reader.article.ranges import RangeLike, Ranges, Span, block_at, merge_ranges
from reader.article.reference_lists import is_reference_heading
from reader.article.reference_parser import Fields, find_doi, find_url, has_source_details, parse_fields, parse_identifiers
from reader.article.references import (
    find_references,
    linked_address,
    one_line,
    reference_name,
    web_links,
    with_addresses,
    with_unique_ids,
)
from reader.formats.budget import current_budget
from reader.formats.paragraph_entries import split_paragraphs
from reader.formats.plain import file_title, find_title
from reader.formats.progress import checkpoint

_VERBATIM_KINDS: Final = (BlockKind.CODE, BlockKind.TABLE)
_BLOCK_GAP: Final = "\n\n"
_START: Final = attrgetter("start")
_END: Final = attrgetter("end")
_MAX_LEAD_LENGTH: Final = 4
_MAX_PARTS: Final = 2_000
"""The parts of the text that are kept one by one before they become one."""
_BLOCKS_PER_STEP: Final = 8
"""The blocks between two questions whether the import should go on."""


_SURROGATES: Final = lazy_pattern("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """Replace each half of a UTF-16 pair, which is not a character and cannot be written to a file, by U+FFFD."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


class _TextMarkers(NamedTuple):
    """The markers in the text itself."""

    brackets: Sequence[Marker]
    superscripts: Sequence[Marker]


class EntryMarker(NamedTuple):
    """A marker whose entries the document itself identifies. `names` are the document's names of the entries."""

    start: int
    end: int
    names: tuple[str, ...]
    kind: str


@dataclass
class ReferenceEntry:
    """A reference entry or footnote: its name in the document, its label, and its range.

    `content` is the offset of its text, after the label. `links` are the addresses in it, `metadata` the fields that the
    document gives. An entry outside the text has the range -1, -1, and its text in `metadata`.
    """

    name: str
    label: str
    start: int = -1
    content: int = -1
    end: int = -1
    links: list[str] = field(default_factory=list[str])
    metadata: Reference | None = None


class Builder:
    """Builder of an article's text and ranges. White space is collapsed except in code and tables.

    Beyond the limits of the import, it takes no more words and counts them for a notice at the end of the text.

    `gap` separates two blocks. A builder for table cells uses a single line end.
    """

    def __init__(self, gap: str = _BLOCK_GAP) -> None:
        self._gap = gap
        self._budget = current_budget()
        limits = self._budget.limits
        self._max_size, self._max_blocks, self._max_styles = limits.characters, limits.blocks, limits.styles
        self._omissions: list[Omission] = []
        self._is_caption = False
        self._quotes = 0
        self.entries: list[ReferenceEntry] = []
        self.markers: list[EntryMarker] = []
        self.about = About()
        self.language = ""
        self.title = ""
        self._parts: list[str] = []
        self._whole_parts = 0
        self._size: int = 0
        self._blocks: list[Block] = []
        self._styles: list[Style] = []
        self._noise: list[Noise] = []
        self._content_ranges: list[Span] = []
        self._unmarked_ranges: list[Span] = []
        self._open: tuple[BlockKind, int, int, bool, int] | None = None
        self._is_verbatim = False
        self._start = -1
        """The start of the open block, or -1 as long as no block with words is open."""
        self._limit = -1
        """The size up to which words are simply added: -1 if no block takes any, 0 if something comes before the next."""
        self._content: int = 0
        self._space = False

    @property
    def size(self) -> int:
        """The length of the text so far, in code points. A space or gap may precede the next words."""
        return self._size

    @property
    def full_text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def styles(self) -> tuple[Style, ...]:
        """The styles so far, in order."""
        return tuple(sorted(self._styles))

    @property
    def is_at_start(self) -> bool:
        """Whether the open block is empty, or none is open."""
        return self._start < 0 or self._size == self._content

    # ------------------------------------------------------------------ Blocks and words

    def begin(self, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0, marker: str = "") -> None:
        """End the open block and begin another. `marker` is the marker of a list item, such as "• " or "3. "."""
        if self._open is not None:
            self.end()
        if len(self._blocks) % _BLOCKS_PER_STEP == 0:
            checkpoint()
        if len(self._parts) - self._whole_parts > _MAX_PARTS:  # the words one by one take ten times the memory
            self._parts[self._whole_parts :] = ["".join(self._parts[self._whole_parts :])]
            self._whole_parts += 1
        self._open, self._start = (kind, level, len(marker), self._is_caption, self._quotes), -1
        self._is_verbatim, self._marker = kind in _VERBATIM_KINDS, marker

    def set_levels(self, levels: Sequence[int]) -> None:
        """Set the levels of all headings, which so far are places in `levels`."""
        self.end()
        self._blocks = [
            block._replace(level=levels[block.level]) if block.kind is BlockKind.HEADING else block for block in self._blocks
        ]

    @contextlib.contextmanager
    def caption(self) -> Generator[None]:
        """Mark the blocks that begin in the context as a caption."""
        previous, self._is_caption = self._is_caption, True
        yield
        self._is_caption = previous

    @contextlib.contextmanager
    def quote(self) -> Generator[int]:
        """Put the blocks that begin in the context in a quote. Yield its depth, from 1."""
        self._quotes += 1
        yield self._quotes
        self._quotes -= 1

    def end(self) -> None:
        """End the open block. An empty block is dropped."""
        self._space = False
        if self._open is None:
            return
        properties, start, end = self._open, self._start, self._size
        self._open, self._start, self._limit, self._is_verbatim = None, -1, -1, False
        if start < 0:
            return
        for part in reversed(self._parts):
            if not part[-1:].isspace():
                break
            words = part.rstrip()
            end -= len(part) - len(words)
            if words or end <= start:
                break
        if end > start:
            self._blocks.append(Block(start, end, *properties))
            if len(self._blocks) >= self._max_blocks:
                self._stop()

    def _stop(self) -> None:
        """Take no more words, as there is too much that comes with them."""
        self._max_size, self._limit = 0, min(self._limit, 0)

    def text(self, words: str) -> None:
        """Add words. White space at the start of a block is dropped; elsewhere it becomes one space."""
        if self._is_verbatim:
            if words:
                self._add(words)
            return
        folded = single_spaced(words)
        if not folded:
            self._space = self._space or (words != "" and self._limit >= 0)
            return
        is_spaced = len(folded) < len(words)
        if is_spaced and words[0].isspace():
            self._space = True
        size = self._size + len(folded)
        if size < self._limit:  # most words
            if self._space and self._size > self._content and self._parts[-1][-1] != "\n":
                folded, size = " " + folded, size + 1
            self._parts.append(folded)
            self._size = size
        else:
            self._add(folded)
        self._space = is_spaced and words[-1].isspace()

    def new_line(self) -> None:
        """Start a new line in the open block."""
        if not self.is_at_start:
            self._space = False
            self._add("\n")

    def omit(self, notice: str) -> None:
        """Write a notice about a part of the document that is not read, as a paragraph in brackets."""
        self.end()
        self._open, self._start, self._marker = (BlockKind.PARAGRAPH, 0, 0, False, 0), -1, ""
        self._write_words(f"[{notice}]")
        self.end()
        self._omissions.append(Omission(self._blocks[-1].start, self._blocks[-1].end))

    def _prepare(self) -> None:
        """Begin a block for the next words if none is open."""
        if self._open is None:
            self.begin()

    def _add(self, words: str) -> None:
        self._prepare()
        if self._size + len(words) > self._max_size:
            room = max(0, self._max_size - self._size)
            self._budget.omitted_length += len(words) - room
            words = words[:room]
        if words:
            self._write_words(words)

    def _write_words(self, words: str) -> None:
        size = self._size
        if self._start < 0:
            opening = self._gap + self._marker if size else self._marker
            if opening:
                self._parts.append(opening)
            size += len(opening)
            self._content, self._start = size, size - len(self._marker)
        elif self._space and size > self._content and not self._parts[-1].endswith("\n"):
            words = f" {words}"
        self._space = False
        self._parts.append(words)
        self._size = size + len(words)
        self._limit = self._max_size

    # ------------------------------------------------------------------ Ranges

    def _next_offset(self) -> int:
        """Write the pending space, if any, and return the offset of the next word, so that ranges begin and end at words."""
        if self._space and self._start >= 0 and self._size != self._content:
            self._space = False
            self._parts.append(" ")
            self._size += 1
        return self._size

    @contextlib.contextmanager
    def style(self, kind: StyleKind, target: str = "") -> Generator[None]:
        """Style the words added in the context. Across several blocks, a link covers all, other styles only the last one.

        An origin changes nothing in the text: it may begin with the space before its first word.
        """
        opened = self.open_style(kind)
        yield
        self.close_style(opened, kind, target)

    def open_style(self, kind: StyleKind) -> tuple[int, int]:
        """Return the offset of the next word and the number of blocks so far, for `close_style`."""
        if self._space and kind is not StyleKind.ORIGIN:
            self._next_offset()
        return self._size, len(self._blocks)

    def close_style(self, opened: tuple[int, int], kind: StyleKind, target: str = "") -> None:
        """Style the words added since a call of `open_style`, as `style` does, which costs more for each link."""
        start, first = opened
        if not target.isascii():
            target = replace_surrogates(target)
        if kind is StyleKind.LINK and len(self._blocks) > first:
            ranges = ((max(start, block.start + block.indent), block.end) for block in self._blocks[first:])
            self._styles.extend(Style(begin, end, kind, target) for begin, end in ranges if begin < end)
        if self._start >= 0:
            begin = max(start, self._content)
            if begin < self._size:
                self._styles.append(Style(begin, self._size, kind, target))
        if len(self._styles) >= self._max_styles:
            self._stop()

    def _text_since(self, offset: int) -> str:
        position, parts = self._size, list[str]()
        for part in reversed(self._parts):
            if position <= offset:
                break
            parts.append(part)
            position -= len(part)
        return "".join(reversed(parts))[offset - position :]

    def cite(self, marker: str, names: Sequence[str], kind: str = "note") -> None:
        """Add a marker and the names of its entries."""
        self._prepare()
        self._next_offset()
        old_size = self._size
        self._add(marker)
        start = self._size - len(marker)
        if self._size > old_size:
            self._add_marker(start, names, kind)

    def mark(self, start: int, names: Sequence[str], kind: str = "note") -> None:
        """Record the text since `start` as a marker."""
        words = self._text_since(start)
        start += len(words) - len(words.lstrip())
        if start < self._size:
            self._add_marker(start, names, kind)

    def _add_marker(self, start: int, names: Sequence[str], kind: str) -> None:
        self.markers.append(EntryMarker(start, self._size, tuple(names), kind))
        if len(self.markers) >= self._max_styles:
            self._stop()

    @contextlib.contextmanager
    def entry(self, name: str, label: str) -> Generator[ReferenceEntry]:
        """Record the blocks added in the context as an entry. The caller writes a visible label as the marker of a block."""
        entry = ReferenceEntry(name, label)
        with self._added_blocks() as blocks:
            yield entry
        if blocks:
            entry.start, entry.content, entry.end = blocks[0].start, blocks[0].start + blocks[0].indent, blocks[-1].end
            self.entries.append(entry)
            if len(self.entries) >= self._budget.limits.notes:
                self._stop()

    @contextlib.contextmanager
    def aside(self, reason: NoiseReason) -> Generator[None]:
        """Set aside the blocks added in the context."""
        with self._added_blocks() as blocks:
            yield
        self._noise.extend(Noise(block.start, block.end, reason) for block in blocks)

    @contextlib.contextmanager
    def as_content(self) -> Generator[None]:
        """Record the blocks added in the context as part of the article, even if they look like noise."""
        first = self.open_content()
        yield
        self.close_content(first)

    def open_content(self) -> int:
        """End the open block and return the number of blocks so far, for `close_content`."""
        self.end()
        return len(self._blocks)

    def close_content(self, first: int) -> None:
        """Record the blocks since a call of `open_content`, as `as_content` does, which costs more for each paragraph."""
        self.end()
        self._content_ranges.extend(block.span for block in self._blocks[first:])

    @contextlib.contextmanager
    def without_markers(self) -> Generator[None]:
        """Ignore markers in the blocks added in the context, such as the numbers of authors' affiliations."""
        with self._added_blocks() as blocks:
            yield
        self._unmarked_ranges.extend(block.span for block in blocks)

    @contextlib.contextmanager
    def _added_blocks(self) -> Generator[list[Block]]:
        """Collect the blocks added in the context. The list is filled at the end of the context."""
        self.end()
        first, blocks = len(self._blocks), list[Block]()
        yield blocks
        self.end()
        blocks += self._blocks[first:]

    # ------------------------------------------------------------------ The article

    def article(self, format: str, source: str, *, from_text: bool = False) -> Article:
        """Return the article. If the document identifies no entries or no markers, find them in the text.

        `from_text`: always find them in the text, for example in a document with footnotes and a plain reference list.
        """
        self._write_notices()
        text = replace_surrogates("".join(self._parts))
        self._parts = [text]
        noise_starts = {noise.start for noise in self._noise}
        blocks = split_paragraphs(text, self._blocks, noise_starts.union(entry.start for entry in self.entries))
        body = tuple(block for block in blocks if block.start not in noise_starts)
        find_markers = cache(lambda: _TextMarkers(bracket_markers(text), list(superscript_markers(text))))
        references, ids = self._references(text, body, find_markers if from_text or not self.entries else None)
        citations = self._citations(text, blocks, references, ids, find_markers if from_text or not self.markers else None)
        entries = entry_ranges(references)
        detected = find_noise(text, body, entries, citations, merge_ranges(self._content_ranges))
        noise = {n.start: n for n in (*detected, *self._noise)}
        noise_ranges = tuple(n for _, n in sorted(noise.items()))
        return Article(
            text=text,
            title=replace_surrogates(self.title) or _find_title(text, blocks, (*noise_ranges, *entries)) or file_title(source),
            blocks=blocks,
            styles=self.styles,
            citations=citations,
            references=references,
            noise=noise_ranges,
            format=format,
            source=source,
            language=self.language,
            about=About(*map(replace_surrogates, self.about)),
            omissions=tuple(self._omissions),
        )

    def _write_notices(self) -> None:
        self.end()
        if self._size:
            for notice in self._budget.take_notices():
                self.omit(notice)

    def _references(
        self, text: str, body: Sequence[Block], find_markers: Callable[[], _TextMarkers] | None
    ) -> tuple[tuple[Reference, ...], dict[str, str]]:
        """Return the references, and their ids by the document's names. With `find_markers`, look in the text too."""
        names_in_markers = self._author_year_names(text)
        links = web_links(self._styles) if any(len(entry.links) > 1 for entry in self.entries) else []
        references_by_name = [
            _entry_reference(text, entry, names_in_markers.get(entry.name, ""), links) for entry in self.entries
        ]
        if find_markers is not None:
            entry_ranges = Ranges(sorted(span for _, reference in references_by_name if (span := reference.span)))
            rest = [block for block in body if not entry_ranges.contains(block.start)]
            marker_ranges = Ranges(
                merge_ranges((*(Span(mark.start, mark.end) for mark in self.markers), *self._unmarked_ranges))
            )
            markers = (marker for marker in chain.from_iterable(find_markers()) if not marker_ranges.contains(marker.start))
            found = find_references(text, rest, marker_labels(text, rest, markers))
            references_by_name += (("", reference) for reference in with_addresses(text, found, self._styles))
        references_by_name.sort(key=lambda pair: pair[1].start)
        checkpoint()
        references = with_unique_ids(reference for _, reference in references_by_name)
        return references, {
            name: reference.id for (name, _), reference in zip(references_by_name, references, strict=True) if name
        }

    def _author_year_names(self, text: str) -> dict[str, str]:
        """Return the authors and year in the first author-year marker of each entry."""
        names: dict[str, str] = {}
        for mark in self.markers:
            words = text[mark.start : mark.end]
            if words.strip("[]").isdecimal():  # most markers
                continue
            calls = find_author_years(words)
            calls = calls[:1] if len(mark.names) == 1 else calls
            if len(calls) == len(mark.names):
                for name, call in zip(mark.names, calls, strict=True):
                    names.setdefault(name, call)
        return names

    def _citations(
        self,
        text: str,
        blocks: Sequence[Block],
        references: Sequence[Reference],
        ids: dict[str, str],
        find_markers: Callable[[], _TextMarkers] | None,
    ) -> tuple[Citation, ...]:
        """Return the citations. With `find_markers`, look in the text too for those of references without a marker."""
        citations = sorted(_resolve_markers(self.markers, ids), key=_START)
        cited_ids = {name for citation in citations for name in citation.references}
        uncited = [reference for reference in references if reference.id not in cited_ids]
        if find_markers is None or (citations and not uncited):
            return tuple(citations)
        skipped = entry_ranges(references)
        skipped += [block.span for block in blocks if block.kind is BlockKind.CODE]
        skipped += [*self._unmarked_ranges, *map(Span, map(_START, self._noise), map(_END, self._noise))]
        skipped += [citation.span for citation in citations]
        detected = find_citations(text, uncited, *find_markers(), merge_ranges(skipped), blocks)
        return tuple(_merge_overlapping((*citations, *detected)))


def _resolve_markers(marks: Iterable[EntryMarker], ids: dict[str, str]) -> Iterable[Citation]:
    for mark in marks:
        if len(mark.names) == 1 and (name := mark.names[0]) in ids:  # most markers
            yield Citation(mark.start, mark.end, (ids[name],), (), mark.kind)
            continue
        references = dict.fromkeys([ids[name] for name in mark.names if name in ids])
        missing = tuple([name for name in mark.names if name not in ids])
        if references or missing:
            yield Citation(mark.start, mark.end, tuple(references), missing, mark.kind)


def _merge_overlapping(citations: Iterable[Citation]) -> list[Citation]:
    """Sort the citations and merge overlapping ones: a part of "(Lee 2019; Doe 2020)" may be a link."""
    groups: list[list[Citation]] = []
    end = 0
    for citation in sorted(citations, key=lambda citation: (citation.start, -citation.end)):
        if groups and citation.start < end:
            groups[-1].append(citation)
        else:
            groups.append([citation])
        end = max(end, citation.end)
    return [_merge_group(group) if len(group) > 1 else group[0] for group in groups]


def _merge_group(citations: Sequence[Citation]) -> Citation:
    references = tuple(dict.fromkeys(name for citation in citations for name in citation.references))
    missing = tuple(dict.fromkeys(label for citation in citations for label in citation.missing))
    ambiguous = tuple(name for citation in citations for name in citation.ambiguous)
    ambiguous = ambiguous if set(ambiguous).isdisjoint(references) else ()
    first = citations[0]
    return Citation(first.start, max(citation.end for citation in citations), references, missing, first.kind, ambiguous)


_NO_METADATA: Final = Reference("", "", "")


def _entry_reference(text: str, entry: ReferenceEntry, name_in_markers: str, web: Sequence[Style]) -> tuple[str, Reference]:
    """Return an entry's name and its reference. Fields from the document take precedence over parsed ones.

    `name_in_markers` is the authors and year in its markers, or "". It becomes the label of an entry without one. `web` are the
    links to the web in the text: of an entry that begins with one, such as its author's page, the one of its title counts.
    """
    known = entry.metadata or _NO_METADATA
    line = one_line(text, entry.content, entry.end) if entry.start >= 0 else known.text
    is_complete = known.authors and known.year and known.title
    fields = parse_identifiers(line) if is_complete else parse_fields(line)
    links = replace_surrogates(" ".join(entry.links))
    url = known.url or fields.url or find_url(links)
    if len(entry.links) > 1 and not (known.url or fields.url):
        first = bisect_left(web, entry.content, key=_START)
        if first < len(web) and web[first].start - entry.content <= _MAX_LEAD_LENGTH:
            title = fields.title or known.title
            url = linked_address(text, web, Span(entry.content, entry.end), title) or url
    fields = Fields(
        known.authors or fields.authors,
        known.year or fields.year,
        known.title or fields.title,
        known.doi or fields.doi or find_doi(links),
        url,
    )
    label = entry.label or name_in_markers or reference_name(fields, line)
    has_source = fields.doi or fields.url or fields.year or has_source_details(line)
    return entry.name, Reference(entry.label or entry.name, label, line, entry.start, entry.end, *fields, remark=not has_source)


def _find_title(text: str, blocks: Sequence[Block], spans_aside: Iterable[RangeLike]) -> str:
    aside = {block_at(blocks, span.start) for span in spans_aside}
    indexes = (i for i, block in enumerate(blocks) if block.kind is BlockKind.HEADING and i not in aside)
    texts = {i: text[blocks[i].start : blocks[i].end] for i in indexes}
    headings = [i for i, words in texts.items() if any(map(str.isalnum, words)) and not is_reference_heading(words)]
    index = headings[0] if headings else find_title(text, blocks, aside)
    return one_line(text, blocks[index].start, blocks[index].end) if index >= 0 else ""
