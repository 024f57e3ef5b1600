"""Find the furniture around an article that was copied with its whole page: menus above it, teasers and footers below it.

No line of a menu gives itself away: the sections of a site have names of their own. In company they do, as a run of short lines
without a sentence, some of which no article has. Prose is never set aside, and nothing between the paragraphs of the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.model import Block, BlockKind, Noise, NoiseReason
from reader.article.phrases import is_furniture
from reader.article.ranges import Ranges, Span, within
from reader.article.reference_lists import is_reference_heading
from reader.formats.linked_references import is_sentence, width

_FIXED_KINDS: Final = frozenset({BlockKind.CODE, BlockKind.TABLE})
_MAX_BLOCK_LENGTH: Final = 2_000
"""The length in code points from which on a block is prose."""
_MIN_LINE_WIDTH: Final = 40
"""The least mean width of a line of prose: a menu has shorter ones."""
_MIN_TEXT_WIDTH: Final = 300
_MIN_KNOWN_LINES: Final = 3
_MIN_KNOWN_SHARE: Final = 0.1
_MAX_TITLES: Final = 3
"""How many blocks right above the text may be a kicker, the title or a deck."""
_MAX_TITLE_DISTANCE: Final = 30
_MAX_TITLE_LINES: Final = 3
_MIN_TITLE_WIDTH: Final = 25


class _Part(NamedTuple):
    """A block: the width of its prose, its lines that are none, and how many of these are known as furniture.

    A fixed block belongs to the article. `width` is that of its widest line.
    """

    prose: int
    lines: int
    known: int
    width: int
    is_fixed: bool


def find_edges(text: str, blocks: Sequence[Block], noise: Sequence[Noise], fixed: Sequence[Span]) -> tuple[Noise, ...]:
    """Return the blocks above and below the article that are furniture besides `noise`, in order.

    `fixed` are the sorted ranges of what belongs to the article, such as references and citations.
    """
    aside = Ranges(noise)
    parts = [_read_part(text, block, fixed, is_noise=aside.contains(block.start)) for block in blocks]
    first, last = _find_text(parts)
    if first < 0:
        return ()
    known = [index for index, part in enumerate(parts) if part.known]
    above = range(min(_title_start(blocks, parts, first), max((i for i in known if i < first), default=-1) + 1))
    below = range(min((i for i in known if i > last), default=len(parts)), len(parts))
    edges = [*_furniture(parts, above), *_furniture(parts, below)]
    return tuple(
        Noise(blocks[i].start, blocks[i].end, NoiseReason.CHROME) for i in edges if not aside.contains(blocks[i].start)
    )


def _read_part(text: str, block: Block, fixed: Sequence[Span], *, is_noise: bool) -> _Part:
    if block.end - block.start > _MAX_BLOCK_LENGTH:
        return _Part(block.end - block.start, 0, 0, 0, is_fixed=False)
    words = text[block.start : block.end]
    lines = [line for line in words.split("\n") if any(map(str.isalnum, line))]
    widths = [width(line) for line in lines]
    if is_noise:
        return _Part(0, len(lines), len(lines), 0, is_fixed=False)
    is_fixed = block.kind in _FIXED_KINDS or bool(within(fixed, block.start, block.end)) or is_reference_heading(words)
    if lines and block.kind is not BlockKind.HEADING and is_sentence(words) and sum(widths) >= _MIN_LINE_WIDTH * len(lines):
        return _Part(sum(widths), 0, 0, 0, is_fixed)
    return _Part(0, len(lines), sum(map(is_furniture, lines)), max(widths, default=0), is_fixed)


def _find_text(parts: Sequence[_Part]) -> tuple[int, int]:
    """Return the first and last block of the article: the most prose without furniture between; (-1, -1) if there is little."""
    regions: list[tuple[int, int, int]] = []  # prose, first, last
    known = _MIN_KNOWN_LINES
    for index, part in enumerate(parts):
        if not part.prose:
            known += part.known
        elif known >= _MIN_KNOWN_LINES:
            regions.append((part.prose, index, index))
            known = 0
        else:
            prose, first, _ = regions[-1]
            regions[-1] = (prose + part.prose, first, index)
            known = 0
    prose, first, last = max(regions, default=(0, -1, -1))
    if prose < _MIN_TEXT_WIDTH:
        return -1, -1
    fixed = [index for index, part in enumerate(parts) if part.is_fixed]
    return min([first, *fixed[:1]]), max([last, *fixed[-1:]])


def _title_start(blocks: Sequence[Block], parts: Sequence[_Part], first: int) -> int:
    """Return the index of the block where the titles above the text begin, 0 if there is none."""
    start, count = 0, 0
    for index in range(first - 1, max(first - _MAX_TITLE_DISTANCE, 0) - 1, -1):
        part = parts[index]
        is_title = not part.known and part.lines <= _MAX_TITLE_LINES and part.width >= _MIN_TITLE_WIDTH
        if blocks[index].kind is BlockKind.HEADING and blocks[index].level == 1 and not part.known:
            return index
        if is_title:
            start, count = index, count + 1
        elif count and (part.known or part.lines > _MAX_TITLE_LINES):
            break
        if count == _MAX_TITLES:
            break
    return start


def _furniture(parts: Sequence[_Part], run: range) -> Iterator[int]:
    """Yield the blocks of a run that are furniture: those without prose, if enough of their lines are known."""
    indices = [index for index in run if not parts[index].prose and not parts[index].is_fixed]
    lines, known = sum(parts[index].lines for index in indices), sum(parts[index].known for index in indices)
    if known >= max(_MIN_KNOWN_LINES, _MIN_KNOWN_SHARE * lines):
        yield from indices
