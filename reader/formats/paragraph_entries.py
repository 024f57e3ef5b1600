"""Split the paragraphs that are several entries of a reference list, one a line or with their numbers in one line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from reader.article.labels import label_at
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind
from reader.article.ranges import Span
from reader.article.reference_lists import is_reference_heading
from reader.formats.entry_borders import find_entry_starts
from reader.formats.plain import split_entries, split_inline_entries

_LABELLED_LINE: Final = lazy_pattern(
    r"\n[^\S\n]*(?:\*\*)?(?:\\?[\[【［〔]\d|\[[A-Za-z]\w{0,9}\d\]|[A-Z]\w{2,8} \d{1,3}:|\(\d|\d{1,3}[.)](?=[^\W\d_a-z])"
    r"|[¹²³⁴-⁹]|\^ |\[\^|<li\s)"
)
"""Match a line that begins with a label of a reference list. Other labels are also those of other lists."""
_LINE_START: Final = lazy_pattern(r"\n[^\S\n]*")
_ITEM_TAG: Final = lazy_pattern(r"<li(?:\s[^<>]{0,200})?>")
_LINE_BREAK: Final = lazy_pattern(r"<br\s?/?>\s*")
_OPENING_TAGS: Final = lazy_pattern(r"(?:<(?:ol|ul|p|div)(?:\s[^<>]{0,200})?>\s*)*")
_LIST_TAG: Final = lazy_pattern(r"<[ou]l[\s>]")
_NUMBERED_OTHERWISE: Final = lazy_pattern(
    r"<(?:ol|li)\s[^<>]{0,200}\b(?:reversed|value=|start=(?![\"']?1\b)|type=[\"']?[^1\"'])"
)
_MAX_HEADING_LENGTH: Final = 60
_LINE_EDGE_SIGNS: Final = " \t\n\\*_\u00a0\u2002\u2003\u2007\u3000"


def paragraph_entries(text: str, block: Block, *, is_announced: bool) -> list[Span]:
    """Return the parts of a paragraph that are entries, with what stands before them as the first part, or the whole of it.

    `is_announced`: a heading before the paragraph announces references.
    """
    first_end = text.find("\n", block.start, block.end)
    if is_announced and len(starts := _tagged_starts(text, block)) > 1:
        return [Span(start, start + len(text[start:end].rstrip())) for start, end in pairwise([*starts, block.end])]
    if first_end < 0:
        parts = split_inline_entries(text, block.start, block.end, is_announced=is_announced)
    else:
        parts = [block.span]
        is_announced = is_announced or is_reference_heading(text[block.start : first_end])
        if _LABELLED_LINE.search(text, block.start, block.end) or (is_announced and _has_labels(text, block)):
            parts = split_entries(text, block.start, block.end)
        if is_announced and len(parts) == 1 and label_at(text, block.start, block.end) is None:
            parts = list(_split_before_authors(text, block))
    return [part for part in parts if part.start < part.end]  # a line of nothing but a separator is no entry


def _tagged_starts(text: str, block: Block) -> list[int]:
    """Return the starts of the entries that a list in HTML has within Markdown: its items, or lines that count after `<br>`.

    Nothing of a list whose items have other numbers than their places.
    """
    if not text.startswith("<", block.start) and "<br" not in text[block.start : block.end]:
        return []
    if _NUMBERED_OTHERWISE.search(text, block.start, block.end) or len(_LIST_TAG.findall(text, block.start, block.end)) > 1:
        return []
    if items := [match.start() for match in _ITEM_TAG.finditer(text, block.start, block.end)]:
        return [block.start, *items[1:]] if _OPENING_TAGS.fullmatch(text, block.start, items[0]) else []
    start = _OPENING_TAGS.match(text, block.start, block.end)
    starts, last = [block.start], label_at(text, start.end() if start is not None else block.start, block.end)
    for line in _LINE_BREAK.finditer(text, block.start, block.end):
        label = label_at(text, line.end(), block.end)
        if last is None or label is None or not last.number:
            continue
        if (label.shape, label.number) == (last.shape, last.number + 1):
            starts.append(line.end())
            last = label
    return starts


def split_paragraphs(text: str, blocks: Sequence[Block], kept: Collection[int]) -> tuple[Block, ...]:
    """Return the blocks, and instead of each paragraph of several entries these, except of blocks that start at `kept`."""
    return tuple(_split_each(text, blocks, kept))


def _split_each(text: str, blocks: Sequence[Block], kept: Collection[int]) -> Iterator[Block]:
    is_announced = False
    heading: Block | None = None
    for block in blocks:
        heading = block if block.kind is BlockKind.HEADING else heading
        if block.kind is not BlockKind.PARAGRAPH or block.start in kept:
            yield block
            continue
        if heading is not None:
            is_announced, heading = is_reference_heading(text[heading.start : heading.end]), None
        if block.end - block.start <= _MAX_HEADING_LENGTH and is_reference_heading(text[block.start : block.end]):
            is_announced = True
        parts = paragraph_entries(text, block, is_announced=is_announced)
        yield from (block._replace(start=part.start, end=part.end) for part in parts) if len(parts) > 1 else (block,)


def _has_labels(text: str, block: Block) -> bool:
    """Whether a line of a block after the first one begins with a label."""
    lines = _LINE_START.finditer(text, block.start, block.end)
    return any(label_at(text, line.end(), block.end) is not None for line in lines)


def _split_before_authors(text: str, block: Block) -> Iterator[Span]:
    lines = text[block.start : block.end].splitlines(keepends=True)
    offsets = [*accumulate(map(len, lines), initial=block.start)]
    starts = find_entry_starts([line.strip(_LINE_EDGE_SIGNS) for line in lines]) or [0]
    for first, last in pairwise([*starts, len(lines)]):
        start = offsets[first] + len(lines[first]) - len(lines[first].lstrip())
        yield Span(start, offsets[first] + len(text[offsets[first] : offsets[last]].rstrip()))
