"""Find the blocks that are not part of the article: page chrome, "read also" teasers and duplicates.

A false alarm hides a person's text, so each rule asks for strong evidence: chrome is a phrase that fills a block, a teaser
follows a heading that announces it, and a duplicate is near its original. A block with a citation or a reference is never
noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, Noise, NoiseReason
from reader.article.phrases import CHROME, CHROME_BEGINNINGS, CHROME_COUNT, CHROME_NEAR_CHROME, CHROME_SENTENCE, READ_ALSO
from reader.article.ranges import RangeLike, Span, within

_EDGE_SIGNS = " \t\n:.…#*_|>»→-–—"
_MENU_SIGN = frozenset("|·•›»")
_MENU_SIGNS = lazy_pattern(r"\s*[|·•›»]\s*")
_PROSE_END = lazy_pattern(r"[.!?…][\"'”’»)\]]*\s*$")
_SPACES = lazy_pattern(r"\s+")
_MAX_CHROME_LENGTH = 160
_MAX_CHROME_BLOCK_LENGTH = 600
_LONGEST_BEGINNING = max(map(len, CHROME_BEGINNINGS))
_MAX_TEASER_LENGTH = 140
_MAX_TEASERS = 4
_MAX_TAIL_BLOCKS = 12
_MAX_TAIL_LENGTH = 3000
_TOP_BLOCKS = 14
_NEARBY_BLOCKS = 3
_MIN_COPY_LENGTH = 24
_MIN_TRUNCATED_LENGTH = 16
_MAX_PAGE_NUMBER_LENGTH = 4
_MAX_SIGNATURE_LENGTH = 400
_MIN_PAGES = 3
_MIN_PAGE_PROSE = 100
_MIN_HEADS = 2
_REPEATABLE_KINDS = (BlockKind.HEADING, BlockKind.PARAGRAPH)


def find_noise(
    text: str,
    blocks: Sequence[Block],
    references: Sequence[Span] = (),
    citations: Sequence[RangeLike] = (),
    content: Sequence[Span] = (),
) -> tuple[Noise, ...]:
    """Return the blocks that are not part of the article, in order.

    `references` are the ranges of the reference entries. Blocks in `content` are known to belong to the article, so only their
    repeated headings are noise. All ranges are sorted.
    """
    page = _PageBlocks(text, blocks, references, citations, content)
    reasons = dict.fromkeys(_find_chrome(page), NoiseReason.CHROME)
    reasons |= dict.fromkeys(_find_signature(page), NoiseReason.CHROME)
    reasons |= dict.fromkeys(_find_teasers(page, reasons), NoiseReason.READ_ALSO)
    reasons |= dict.fromkeys(_find_copies(page, reasons), NoiseReason.DUPLICATE)
    reasons |= dict.fromkeys(_find_running_heads(page, reasons), NoiseReason.CHROME)
    reasons |= dict.fromkeys(_find_repeated_headings(page, reasons), NoiseReason.DUPLICATE)
    return tuple(Noise(blocks[i].start, blocks[i].end, reasons[i]) for i in sorted(reasons))


def may_have_noise(text: str, blocks: Sequence[Block]) -> bool:
    """Whether any of the first blocks of a text may be noise, whatever follows them and is cited in them.

    The head of a printed page may show itself only further on, where it recurs beside numbers; of those that recur, the first
    one stays.
    """
    lines = [_bare_line(text[block.start : block.end]) for block in blocks if block.end - block.start <= _MAX_TEASER_LENGTH]
    return len({*lines}) < len(lines) or any(map(str.isdecimal, lines)) or bool(find_noise(text, blocks))


class _PageBlocks:
    """The blocks of a text, with the properties that the noise rules test. `sizes` are their lengths in code points."""

    def __init__(
        self,
        text: str,
        blocks: Sequence[Block],
        references: Sequence[Span],
        citations: Sequence[RangeLike],
        content: Sequence[Span],
    ) -> None:
        self.text, self.blocks = text, blocks
        self.sizes = [block.end - block.start for block in blocks]
        self._lines: dict[int, str] = {}
        self._references, self._citations, self._content = references, citations, content

    def must_stay(self, index: int) -> bool:
        """Whether the block holds a citation or a reference, or is known to belong to the article."""
        block = self.blocks[index]
        return bool(within(self._content, block.start, block.end)) or self.is_protected(index)

    def is_protected(self, index: int) -> bool:
        """Whether the block holds a citation or a reference, or is code or a table."""
        block = self.blocks[index]
        citations = (*within(self._citations, block.start, block.end), *within(self._references, block.start, block.end))
        return bool(citations) or block.kind in (BlockKind.CODE, BlockKind.TABLE)

    def text_at(self, index: int) -> str:
        """Return the block's text."""
        block = self.blocks[index]
        return self.text[block.start : block.end]

    def line(self, index: int) -> str:
        """Return the block's text in lower case, without surrounding punctuation. Short ones are kept, as rules ask again."""
        line = self._lines.get(index)
        if line is None:
            line = _bare_line(self.text_at(index))
            if self.sizes[index] <= _MAX_TEASER_LENGTH:
                self._lines[index] = line
        return line

    def words(self, index: int) -> str:
        """Return the block's text without Markdown's signs for headings and emphasis."""
        block = self.blocks[index]
        if block.end - block.start > _MAX_CHROME_LENGTH:
            return self.text[block.start : block.end]
        return " ".join(self.text[block.start : block.end].strip("#*_ \t=-\n").split())

    def is_prose(self, index: int) -> bool:
        """Whether the block ends like a sentence or is longer than a teaser."""
        block = self.blocks[index]
        return self.sizes[index] > _MAX_TEASER_LENGTH or bool(
            _PROSE_END.search(self.text, max(block.start, block.end - 12), block.end)
        )


def _bare_line(line: str) -> str:
    return _fold(line.strip(_EDGE_SIGNS))


def _fold(line: str) -> str:
    return line.casefold().replace("’", "'").replace("\u00a0", " ")


def _may_be_chrome(text: str) -> bool:
    """Whether a block is short, has several lines or begins like a notice. Most are prose, which is slow to fold."""
    line = text.strip(_EDGE_SIGNS)
    return len(line) <= _MAX_CHROME_LENGTH or "\n" in text or _fold(line[:_LONGEST_BEGINNING]).startswith(CHROME_BEGINNINGS)


def _is_chrome_line(line: str) -> bool:
    if line in CHROME:
        return True
    if line[:1].isdecimal():
        if CHROME_COUNT.fullmatch(line):
            return True
    elif line.startswith(CHROME_BEGINNINGS) and CHROME_SENTENCE.fullmatch(line):
        return True
    if len(line) > _MAX_CHROME_LENGTH:
        return False
    return (line.startswith("share ") or not _MENU_SIGN.isdisjoint(line)) and _is_menu(line)


def _is_chrome_block(page: _PageBlocks, index: int) -> bool:
    """Whether all lines of a block are chrome. Importers read consecutive short lines as one paragraph."""
    block = page.blocks[index]
    if page.text.find("\n", block.start, block.end) < 0:
        return False
    lines = page.text[block.start : block.end].split("\n")
    return all(len(line) <= _MAX_CHROME_LENGTH and _is_chrome_line(_bare_line(line)) for line in lines)


def _is_menu(line: str) -> bool:
    """Whether the line is a row of links: at least three cells, most of them menu words."""
    cells = line.split() if line.startswith("share ") else _MENU_SIGNS.split(line)
    return len(cells) > 2 and sum(cell in CHROME_NEAR_CHROME or cell in CHROME for cell in cells) * 2 > len(cells)


def _find_chrome(page: _PageBlocks) -> Iterator[int]:
    """Yield the blocks that are chrome. Words that could also be a section heading count only next to other chrome."""
    certain, likely = set[int](), set[int]()
    for index, size in enumerate(page.sizes):
        if size <= _MAX_CHROME_LENGTH or (size <= _MAX_CHROME_BLOCK_LENGTH and _may_be_chrome(page.text_at(index))):
            line = page.line(index)
            if _is_chrome_line(line) or _is_chrome_block(page, index):
                certain.add(index)
            elif line in CHROME_NEAR_CHROME and page.blocks[index].kind is not BlockKind.HEADING:
                likely.add(index)
    candidates = certain | likely
    for index in sorted(candidates):
        if (index in certain or index - 1 in candidates or index + 1 in candidates) and not page.must_stay(index):
            yield index


def _find_signature(page: _PageBlocks) -> Iterator[int]:
    """Yield the blocks of a signature at the end of a mail, below a line "-- " (RFC 3676, section 4.3)."""
    length = 0
    for index in range(len(page.blocks) - 1, 0, -1):
        length += page.sizes[index]
        if length > _MAX_SIGNATURE_LENGTH or page.blocks[index].kind is BlockKind.HEADING or page.must_stay(index):
            return
        if page.text.startswith(("-- \n", "--\n"), page.blocks[index].start):
            yield from range(index, len(page.blocks))
            return


def _find_teasers(page: _PageBlocks, reasons: dict[int, NoiseReason]) -> Iterator[int]:
    """Yield each "read also" heading and its teasers: the rest of the article if that is short, else the lines after it."""
    count = len(page.blocks)
    for index in range(count):
        line = page.line(index) if page.sizes[index] <= _MAX_TEASER_LENGTH else ""
        if line in READ_ALSO and not page.must_stay(index):
            tail = range(index + 1, count)
            fills_tail = _is_droppable_tail(page, tail)
            yield index
            yield from (i for i in (tail if fills_tail else _teaser_run(page, tail)) if i not in reasons)
            if fills_tail:
                return
        elif ":" in line and line.split(":", 1)[0] in READ_ALSO and not page.must_stay(index):
            yield index


def _is_droppable_tail(page: _PageBlocks, tail: range) -> bool:
    """Whether these last blocks are few and short, and none of them has to stay."""
    if len(tail) > _MAX_TAIL_BLOCKS or sum(page.sizes[i] for i in tail) > _MAX_TAIL_LENGTH:
        return False
    return not any(page.must_stay(i) for i in tail)


def _teaser_run(page: _PageBlocks, after: range) -> list[int]:
    """Return the short lines after a heading inside the article. The last of them may be the next section's heading."""
    run: list[int] = []
    for index in after[: _MAX_TEASERS + 1]:
        if page.blocks[index].kind is BlockKind.HEADING or page.must_stay(index):
            return run
        if page.is_prose(index):
            return run if len(run) < 2 else run[:-1]
        run.append(index)
    return []


def _find_copies(page: _PageBlocks, reasons: dict[int, NoiseReason]) -> Iterator[int]:
    """Yield the blocks that repeat another one: a title, an adjacent block, or the truncated copy of a block."""
    title = next((i for i in range(min(_TOP_BLOCKS, len(page.blocks))) if i not in reasons and not page.is_prose(i)), -1)
    last = -2
    for index, block in enumerate(page.blocks):
        if page.sizes[index] < _MIN_TRUNCATED_LENGTH or index in reasons:
            continue
        if page.text.endswith(("...", "…"), block.start, block.end):
            is_copy = _is_truncated_copy(page, index, reasons)
        elif index < _TOP_BLOCKS:
            earlier = {title, index - 1, *(range(index) if last == index - 1 else ())}
            is_copy = any(_is_equal(page, index, other) for other in earlier if 0 <= other < index)
        else:
            is_copy = _is_equal(page, index, index - 1)
        if is_copy and not page.must_stay(index):
            last = index
            yield index


def _find_running_heads(page: _PageBlocks, reasons: dict[int, NoiseReason]) -> Iterator[int]:
    """Yield the heads and numbers of the pages of a printed text: a line that recurs beside rising numbers."""
    numbers = {
        i: int(page.line(i))
        for i, size in enumerate(page.sizes)
        if size <= _MAX_PAGE_NUMBER_LENGTH and page.line(i).isdecimal() and i not in reasons
    }
    if len(numbers) < _MIN_HEADS:
        return
    places: dict[str, list[int]] = {}
    for i, size in enumerate(page.sizes):
        if i not in numbers and size <= _MAX_TEASER_LENGTH and not page.is_prose(i) and i not in reasons:
            places.setdefault(page.line(i), []).append(i)
    for heads in places.values():
        beside = sorted({number for head in heads for number in (head - 1, head + 1) if number in numbers})
        is_rising = all(
            numbers[before] < numbers[after] and max(page.sizes[before:after]) >= _MIN_PAGE_PROSE
            for before, after in pairwise(beside)
        )
        if len(heads) >= _MIN_PAGES and len(beside) >= _MIN_HEADS and is_rising:
            last = next((i for i, number in numbers.items() if i > beside[-1] and number == numbers[beside[-1]] + 1), -1)
            first = [] if {heads[0] - 1, heads[0] + 1} & set(beside) else heads[:1]  # it may be the title
            yield from (i for i in {*heads, *beside, last} - {-1, *first} if not page.must_stay(i))


def _find_repeated_headings(page: _PageBlocks, reasons: dict[int, NoiseReason]) -> Iterator[int]:
    """Yield the blocks that repeat the heading above them or, near the top, the article's heading, as info boxes do."""
    visible = [i for i in range(len(page.blocks)) if i not in reasons]
    top = next((i for i in visible if page.blocks[i].kind is BlockKind.HEADING and page.blocks[i].level == 1), -1)
    for before, index in pairwise(visible):
        heads = (before, top) if index < _TOP_BLOCKS else (before,)
        is_repeated = any(
            0 <= head < index and page.blocks[head].kind is BlockKind.HEADING and page.words(head) == page.words(index)
            for head in heads
        )
        if is_repeated and page.blocks[index].kind in _REPEATABLE_KINDS and not page.is_protected(index):
            yield index


def _is_equal(page: _PageBlocks, index: int, other: int) -> bool:
    same_size = page.sizes[index] == page.sizes[other] >= _MIN_COPY_LENGTH
    return same_size and page.line(index) == page.line(other)


def _is_truncated_copy(page: _PageBlocks, index: int, reasons: dict[int, NoiseReason]) -> bool:
    first, last = (0, _TOP_BLOCKS) if index < _TOP_BLOCKS else (index - _NEARBY_BLOCKS, index + _NEARBY_BLOCKS + 1)
    others = range(first, min(max(last, index + _NEARBY_BLOCKS + 1), len(page.blocks)))
    return any(other != index and other not in reasons and _is_truncation_of(page, index, other) for other in others)


def _is_truncation_of(page: _PageBlocks, index: int, other: int) -> bool:
    if page.sizes[other] <= page.sizes[index] - 3:
        return False
    beginning = _SPACES.sub(" ", page.line(index).rstrip(". …"))
    whole = _SPACES.sub(" ", page.line(other))
    return len(beginning) >= _MIN_TRUNCATED_LENGTH and whole != beginning and whole.startswith(beginning)
