"""Import Markdown: CommonMark with tables, strikethrough, footnotes and superscripts. Markup is hidden, not removed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter

from reader.article.article import Article
from reader.article.citations import find_citations
from reader.article.labels import label_at, split_label, without_zeros
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import (
    Marker,
    bracket_markers,
    expand_labels,
    footnote_markers,
    marker_labels,
    raised_kind,
    superscript_markers,
)
from reader.article.model import (
    Block,
    BlockKind,
    Citation,
    Noise,
    NoiseReason,
    Reference,
    Style,
    StyleKind,
    entry_ranges,
    markup_ranges,
)
from reader.article.noise import find_noise, may_have_noise
from reader.article.ranges import Ranges, Span, block_at, merge_ranges
from reader.article.reference_lists import is_reference_heading
from reader.article.reference_parser import find_doi, has_source_details
from reader.article.references import find_references, one_line, parse_footnote, with_addresses, with_unique_ids
from reader.formats.markdown.blocks import Footnote, Leaf, ScannedBlocks, scan_blocks
from reader.formats.markdown.inline import inline_styles
from reader.formats.paragraph_entries import paragraph_entries
from reader.formats.plain import file_title, find_beginning, find_title
from reader.formats.progress import checkpoint

_FRONT_LANGUAGE = lazy_pattern(r"^lang(?:uage)?[ \t]*[:=][ \t]*[\"']?([\w-]+)", re.MULTILINE)
_FRONT_TITLE = lazy_pattern(r"^title(?::|[ \t]*=)[ \t]*(?:\"([^\"\n]+)\"|'([^'\n]+)'|([^\s>|\"'][^\n]*))", re.MULTILINE)
_RAISED_NUMBERS = lazy_pattern(r"\[?(\d{1,3}(?:[,–-] ?\d{1,3})*)\]?")
_RAISED_LINK = lazy_pattern(r"<a\s[^<>]{1,300}>\s?\[?(\d{1,3})\]?\s?</a>|\[(\d{1,3})\]\(#[^()\s]{1,200}\)")
"""Match a raised number that links to its note on the same page."""
_INLINE_NOTE = lazy_pattern(r"\^\[((?:[^\[\]\n]|\[[^\[\]\n]{0,300}\]){1,2000})\]")
_RAISED_FORMULA = lazy_pattern(
    r"(?:(?<=[^\W\dA-Z_]{3})|(?<=[.,;:!?)\]”\"’]))[ \t]?\$\^\{?\[?(\d{1,3}(?:[,–-] ?\d{1,3})*)\]?\}?\$"
)
"""Match a raised number in a formula after a word or a stop, where it is no power of a unit or a variable."""
_PROSE_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE})
_HEAD_ROWS = 2
_MIN_SOURCE_SHARE = 0.7
_MAX_NUMBER_LENGTH = 8
_MAX_NUMBER_RATIO = 3
_DEFINITION = lazy_pattern(r"\[(?!\^)(?:[^\[\]\\]|\\.){1,300}\]:")
"""Match what may define the address of a link by its label, anywhere before it."""
_MIN_ASIDE_LENGTH = 3  # shorter markup, such as emphasis signs, contains no marker


def markdown_article(text: str, source: str) -> Article:
    r"""Return the article of a Markdown text with `\n` line ends."""
    scan = scan_blocks(text)
    checkpoint()
    leaves = list(_split_lists(_without_quote_signs(text, scan), scan.leaves))
    styles = _list_styles(text, scan, leaves)
    blocks = tuple(_list_blocks(scan, leaves))
    hidden = markup_ranges(styles)
    checkpoint()
    text_references, citations = _find_cited(text, scan, blocks, styles, hidden)
    references, citations = _with_pandoc_keys(text, source, scan, styles, blocks, text_references, citations)
    checkpoint()
    entries = entry_ranges(references)
    noise = find_noise(text, blocks, entries, citations)
    if scan.front_matter is not None:
        noise = (*_front_noise(scan), *(n for n in noise if n.start != blocks[0].start))
    article = Article(
        text=text,
        title=_find_title(text, scan, blocks, hidden, {block_at(blocks, span.start) for span in (*noise, *entries)})
        or file_title(source),
        blocks=blocks,
        styles=tuple(styles),
        citations=citations,
        references=references,
        noise=noise,
        format="markdown",
        source=source,
        language=_declared_language(text, scan),
    )
    entry_blocks = Ranges(entries)
    if not any(style.kind is StyleKind.LINK and not entry_blocks.contains(style.start) for style in styles):
        return article
    from reader.formats.linked_references import with_linked_references  # not for the first frame of other texts

    return with_linked_references(article, beside_list=references == text_references)


def markdown_beginning(text: str, source: str) -> Article | None:
    """Return a long text with the blocks and styles of its beginning alone, as those of `markdown_article`.

    None: for a text that is not long, or whose rest may change what of the beginning is shown, and how.
    """
    beginning = find_beginning(text)
    if not beginning or ("]:" in text and _DEFINITION.search(text, len(beginning))):
        return None
    scan = scan_blocks(beginning)
    if scan.front_matter is None and beginning.startswith(("---\n", "+++\n")):
        return None  # the front matter may end further on
    leaves = list(_split_lists(_without_quote_signs(beginning, scan), scan.leaves))[:-1]  # the last one may go on
    if may_have_noise(beginning, [leaf.block for leaf in leaves]):
        return None
    return Article(
        text=text,
        title="",
        blocks=tuple(_list_blocks(scan, leaves)),
        styles=tuple(_list_styles(beginning, scan, leaves)),
        noise=_front_noise(scan),
        format="markdown",
        source=source,
    )


def _list_styles(text: str, scan: ScannedBlocks, leaves: Sequence[Leaf]) -> list[Style]:
    styles = inline_styles(text, leaves, scan.definitions)
    styles += (Style(span.start, span.end, StyleKind.MARKUP) for span in scan.hidden)
    styles.sort(key=attrgetter("start"))
    return styles


def _front_noise(scan: ScannedBlocks) -> tuple[Noise, ...]:
    return (Noise(*scan.front_matter, NoiseReason.CHROME),) if scan.front_matter is not None else ()


def _without_quote_signs(text: str, scan: ScannedBlocks) -> str:
    """Return a text of the same length with spaces for the signs of quotes within blocks."""
    if all(leaf.block.kind is not BlockKind.QUOTE for leaf in scan.leaves):
        return text
    from reader.formats.quote_signs import blank_signs  # not for the first frame of other texts

    return blank_signs(text, scan.hidden)


def _split_lists(text: str, leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Yield the leaves, and instead of a reference list that Markdown reads as one paragraph its entries."""
    in_references, level, depth = False, 0, 0
    for leaf in leaves:
        block = leaf.block
        if block.quote_depth != depth:
            in_references, depth = False, block.quote_depth
        if block.kind is BlockKind.HEADING:
            if is_reference_heading(text[block.start : block.end]):
                in_references, level = True, block.level
            else:  # a list may have headings of its own
                in_references = in_references and block.level > level
        elif block.kind in _PROSE_KINDS and is_reference_heading(text[block.start : block.end]):
            in_references = True
        parts = [block.span]
        if block.kind is BlockKind.TABLE and in_references and (rows := _entry_rows(text, block)):
            yield leaf._replace(
                block=Block(block.start, rows[0].start - 1, BlockKind.RULE, quotes=depth)
            )  # the head has no sentence
            yield from (Leaf(Block(*row, BlockKind.ITEM, 1, quotes=depth), row.start) for row in rows)
            continue
        is_item = in_references and block.kind is BlockKind.ITEM and text.find("\n", block.start, block.end) < 0
        if block.kind in _PROSE_KINDS or is_item:
            parts = paragraph_entries(text, block, is_announced=in_references)
        yield from (_entry_leaf(text, block, part) for part in parts) if len(parts) > 1 else (leaf,)


def _entry_rows(text: str, block: Block) -> list[Span]:
    """Return the rows of a table of references without its head, or nothing of another table."""
    lines = text[block.start : block.end].splitlines(keepends=True)
    starts = [*accumulate(map(len, lines), initial=block.start)]
    rows = [Span(start, start + len(line.rstrip())) for start, line in zip(starts, lines, strict=False)][_HEAD_ROWS:]
    sources = sum(has_source_details(text[row.start : row.end]) for row in rows)
    return rows if len(rows) > 1 and sources >= _MIN_SOURCE_SHARE * len(rows) else []


def _entry_leaf(text: str, block: Block, entry: Span) -> Leaf:
    if block.kind is BlockKind.QUOTE:
        return Leaf(block._replace(start=entry.start, end=entry.end), entry.start)
    label = label_at(text, entry.start, entry.end)
    indent = label.end - entry.start if label is not None and label.shape != "bullet" else 0
    return Leaf(Block(*entry, BlockKind.ITEM, 1, indent) if indent else Block(*entry), entry.start)


def _list_blocks(scan: ScannedBlocks, leaves: Sequence[Leaf]) -> Iterator[Block]:
    if scan.front_matter is not None:
        yield Block(*scan.front_matter, BlockKind.CODE)
    yield from (leaf.block for leaf in leaves)


def _find_cited(
    text: str, scan: ScannedBlocks, blocks: Sequence[Block], styles: Sequence[Style], hidden: Sequence[Span]
) -> tuple[tuple[Reference, ...], tuple[Citation, ...]]:
    opaque = merge_ranges(
        [*_code_ranges(blocks, styles), *(span for span in hidden if span.end - span.start >= _MIN_ASIDE_LENGTH)]
    )
    if scan.definitions:
        opaque = merge_ranges([*opaque, *_gaps(blocks, len(text))])
    opaque_ranges = Ranges(opaque)
    brackets = [marker for marker in bracket_markers(text) if not opaque_ranges.contains(marker.start)]
    raised = sorted([*_superscript_numbers(text, styles), *_formula_numbers(text), *superscript_markers(text)])
    cited_labels = marker_labels(text, blocks, (*brackets, *raised))
    links = (style for style in styles if not text.endswith("![", 0, style.start))
    list_references = list(with_addresses(text, _listed_references(text, blocks, cited_labels, hidden), links))
    footnotes = [*scan.footnotes, *_notes_without_colon(text, scan, blocks, opaque_ranges)]
    notes = [parse_footnote(text, Span(n.start, n.end), n.content, n.label, hidden) for n in footnotes]
    inline_notes, note_citations = _inline_notes(text, hidden, opaque_ranges)
    linked_numbers = _linked_numbers(text, styles, {label for r in list_references for label in split_label(r.label)})
    references = with_unique_ids([*linked_numbers, *list_references, *notes])
    entries = entry_ranges(references)
    skipped = merge_ranges([*opaque, *entries, *(citation.span for citation in note_citations)])
    citations = find_citations(text, references, brackets, raised, skipped, blocks)
    start = attrgetter("start")
    return tuple(sorted((*references, *inline_notes), key=start)), tuple(sorted((*citations, *note_citations), key=start))


def _notes_without_colon(text: str, scan: ScannedBlocks, blocks: Sequence[Block], opaque: Ranges) -> Iterator[Footnote]:
    """Yield the paragraphs that are notes without the colon, "[^1] Lee, Tides, 2004", and are called before them."""
    defined = {note.label for note in scan.footnotes}
    called: set[str] = set()
    calls = (call for call in footnote_markers(text) if not opaque.contains(call.start))
    call = next(calls, None)
    for block in blocks:
        if block.kind is BlockKind.CODE:
            continue
        while call is not None and call.start < block.start:
            called.add(call.names[0])
            call = next(calls, None)
        label = label_at(text, block.start, block.end) if text.startswith("[^", block.start) else None
        if label is not None and label.shape == "footnote" and label.name in called and label.name not in defined:
            defined.add(label.name)
            yield Footnote(label.name, block.start, label.end, block.end)


def _listed_references(
    text: str, blocks: Sequence[Block], cited_labels: Mapping[str, Sequence[int]], hidden: Sequence[Span]
) -> list[Reference]:
    """Return the entries of lists. Tags that a paragraph begins with stand before the label of its entry."""
    ends = {
        span.start: span.end
        for span in hidden
        if text[span.start] == "<" and not text.startswith(("<sup>", "<li "), span.start)  # these begin labels
    }
    starts: dict[int, int] = {}
    for block in blocks:
        end = block.start
        while end in ends:
            end = ends[end]
        if block.start < end < block.end:
            starts[end] = block.start
    shown = {start: end for end, start in starts.items()}
    bare = [block._replace(start=shown.get(block.start, block.start)) for block in blocks] if starts else blocks
    found = find_references(text, bare, cited_labels, hidden, footnotes=False)
    return [reference._replace(start=starts.get(reference.start, reference.start)) for reference in found]


def _inline_notes(text: str, hidden: Sequence[Span], opaque: Ranges) -> tuple[list[Reference], list[Citation]]:
    """Return the notes within the text, "^[Lee, Tides, 2004]", and their citations: a note is its own marker."""
    references: list[Reference] = []
    citations: list[Citation] = []
    for note in _INLINE_NOTE.finditer(text) if "^[" in text else ():
        if not opaque.contains(note.start()) and not note[1].isdecimal():  # "^[3]" is a raised marker
            label = f"^{len(references) + 1}"
            reference = parse_footnote(text, Span(*note.span(1)), note.start(1), label, hidden)
            references.append(reference._replace(start=-1, end=-1))
            citations.append(Citation(*note.span(), (reference.id,), kind="footnote"))
    return references, citations


def _gaps(blocks: Sequence[Block], size: int) -> Iterator[Span]:
    """Yield the ranges of a text of this size that are in no block, such as definitions of links."""
    edges = (0, *(edge for block in blocks for edge in (block.start, block.end)), size)
    return (Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end)


def _code_ranges(blocks: Sequence[Block], styles: Sequence[Style]) -> list[Span]:
    code = [block.span for block in blocks if block.kind is BlockKind.CODE]
    return code + [Span(style.start, style.end) for style in styles if style.kind is StyleKind.CODE]


def _with_pandoc_keys(
    text: str,
    source: str,
    scan: ScannedBlocks,
    styles: Sequence[Style],
    blocks: Sequence[Block],
    references: tuple[Reference, ...],
    citations: tuple[Citation, ...],
) -> tuple[tuple[Reference, ...], tuple[Citation, ...]]:
    if "@" not in text:
        return references, citations
    from reader.formats.pandoc import pandoc_citations, read_bibliography

    front = text[slice(*scan.front_matter)] if scan.front_matter is not None else ""
    links = (style for style in styles if style.kind is StyleKind.LINK and text.startswith("][", style.end))  # "[@lee][page]"
    skipped = Ranges(merge_ranges([*_code_ranges(blocks, styles), *(Span(link.start - 1, link.end) for link in links)]))
    key_references, key_citations = pandoc_citations(text, skipped, read_bibliography(front, source))
    if not key_citations:
        return references, citations
    key_ranges = Ranges(merge_ranges([citation.span for citation in key_citations]))
    other_citations = (c for c in citations if not key_ranges.contains(c.start))
    # A bibliography outside the text is the main list, so `with_unique_ids` puts it before the footnotes.
    return with_unique_ids([*key_references, *references]), tuple(
        sorted((*key_citations, *other_citations), key=lambda citation: citation.start)
    )


def _superscript_numbers(text: str, styles: Sequence[Style]) -> Iterator[Marker]:
    """Yield numbers in superscript, "^1^", "[^1^]" and "<sup>[1,2]</sup>", as markers."""
    for style in styles:
        if style.kind is not StyleKind.SUPERSCRIPT:
            continue
        if link := _RAISED_LINK.fullmatch(text, style.start, style.end):
            yield Marker(*link.span(link.lastindex or 0), (without_zeros(link[link.lastindex or 0]),), "superscript")
        elif numbers := _RAISED_NUMBERS.fullmatch(text, style.start, style.end):
            in_brackets = (
                text.endswith("[^", 0, style.start)
                and text.startswith("^]", style.end)
                and not text.startswith("(", style.end + 2)
            )
            edge = 2 if in_brackets else 0
            base_end = style.start - (len("<sup>") if text.endswith("<sup>", 0, style.start) else len("^"))
            if kind := raised_kind(text, base_end, numbers[1]):
                yield Marker(style.start - edge, style.end + edge, expand_labels(numbers[1]), kind)


def _formula_numbers(text: str) -> Iterator[Marker]:
    """Yield raised numbers that programs which read PDFs write as formulas, "$^{1,2}$", as markers."""
    for match in _RAISED_FORMULA.finditer(text) if "$^" in text else ():
        if kind := raised_kind(text, match.start(), match[1]):
            yield Marker(*match.span(), expand_labels(match[1]), kind)


def _linked_numbers(text: str, styles: Sequence[Style], labels: Collection[str]) -> Iterator[Reference]:
    """Yield a reference for each page to which numbers link, "[1](https://…)", unless a list has these numbers.

    Numbers far beyond the number of sources are quantities and are left out, as are numbers that link to several sources.
    """
    links = [s for s in styles if s.kind is StyleKind.LINK and s.end - s.start <= _MAX_NUMBER_LENGTH and "://" in s.target]
    targets: defaultdict[str, list[str]] = defaultdict(list)
    for style in links:
        number = text[style.start : style.end].strip("[]\\^")
        if number.isdecimal():
            targets[number].append(style.target)
    if not targets:
        return
    from reader.formats.linked_references import page_address, without_tracking  # not for the first frame of other texts

    highest = _MAX_NUMBER_RATIO * len(targets.keys() | labels)
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for number, addresses in targets.items():
        pages = set(map(page_address, addresses))
        if number not in labels and int(number) <= highest and len(pages) == 1:
            numbers[pages.pop()].append(number)
    for names in numbers.values():
        target = without_tracking(targets[names[0]][0])
        yield Reference(names[0], ", ".join(names), target, doi=find_doi(target), url=target)


def _declared_language(text: str, scan: ScannedBlocks) -> str:
    """Return the language tag in the front matter, as of Pandoc and Hugo, or ""."""
    tag = _FRONT_LANGUAGE.search(text[slice(*scan.front_matter)]) if scan.front_matter is not None else None
    return tag.group(1) if tag else ""


def _find_title(text: str, scan: ScannedBlocks, blocks: Sequence[Block], hidden: Sequence[Span], aside: Collection[int]) -> str:
    """Return the title in the front matter, else the first heading, else the first line if it looks like a title, else ""."""
    if scan.front_matter is not None and (match := _FRONT_TITLE.search(text, *scan.front_matter)):
        return (match[1] or match[2] or match[3]).strip()
    headings = [
        index
        for index, block in enumerate(blocks)
        if block.kind is BlockKind.HEADING and index not in aside and not is_reference_heading(text[block.start : block.end])
    ]
    index = headings[0] if headings else find_title(text, blocks, aside)
    return one_line(text, blocks[index].start, blocks[index].end, hidden) if index >= 0 else ""
