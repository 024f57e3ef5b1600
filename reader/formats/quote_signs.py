"""Read the quotes of mails and plain texts: lines that begin with ">", deeper ones with ">>" or "> >" (RFC 3676)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import MAX_QUOTES, Block, BlockKind, Style, StyleKind
from reader.article.ranges import Span, within

_SIGNS = lazy_pattern(r"(?:>[ \t]?)+")
_NUMBER = lazy_pattern(r">[ ]?\d")
_BARE_SIGNS = frozenset("> \t")


class _Part(NamedTuple):
    """A range of lines with the same number of quotes around them, its `depth`."""

    start: int
    end: int
    depth: int


class QuotedText(NamedTuple):
    """A text with its quotes. `text` has spaces for their signs, so that offsets stay; `signs` are their ranges."""

    text: str
    signs: tuple[Span, ...]
    parts: tuple[_Part, ...]

    def blocks(self, split: Callable[[str], Iterable[Block]]) -> list[Block]:
        """Return the blocks into which `split` divides each part. None goes on from a quote into another or a reply."""
        return [_block_of_part(block, part) for part in self.parts for block in split(self.text[part.start : part.end])]

    def styles(self, blocks: Sequence[Block]) -> Iterator[Style]:
        """Yield the signs within blocks as markup; the others are in no block."""
        for block in blocks:
            if block.quote_depth:
                yield from (Style(*span, StyleKind.MARKUP) for span in within(self.signs, block.start, block.end))


def find_quotes(text: str) -> QuotedText | None:
    """Return a text with its quotes, or None if it has none.

    Quotes begin with one sign: a text whose lines all begin with several has none, as the prompts of Python.
    """
    signs: list[Span] = []
    parts: list[_Part] = []
    offset, before = 0, ""
    for line in text.split("\n"):
        match = _SIGNS.match(line) if line.startswith(">") and not _is_text(line, before) else None
        depth = min(match[0].count(">"), MAX_QUOTES) if match else 0
        if match:
            signs.append(Span(offset, offset + match.end()))
        end = min(offset + len(line) + 1, len(text))
        if parts and (parts[-1].depth == depth or (not match and not line.strip())):
            parts[-1] = parts[-1]._replace(end=end)
        else:
            parts.append(_Part(offset, end, depth))
        offset, before = end, line
    bare = blank_signs(text, signs)
    if all(part.depth != 1 for part in parts) or not bare.strip():
        return None
    return QuotedText(bare, tuple(signs), tuple(parts))


def _is_text(line: str, before: str) -> bool:
    """Whether the sign at the start of a line is none of a quote, but of "more than" in a wrapped line, or put before "From".

    Mailboxes put one there (RFC 4155).
    """
    return line.startswith(">From ") or (_NUMBER.match(line) is not None and before[:1] != ">" and before[-1:].isalnum())


def blank_signs(text: str, ranges: Iterable[Span]) -> str:
    """Return a text of the same length with spaces for those ranges (in order) that are signs of quotes and nothing else."""
    parts: list[str] = []
    offset = 0
    for start, end in ranges:
        if start >= offset and _BARE_SIGNS.issuperset(text[start:end]):
            parts += (text[offset:start], " " * (end - start))
            offset = end
    return "".join([*parts, text[offset:]])


def _block_of_part(block: Block, part: _Part) -> Block:
    """Return a block of a part of the text in its place."""
    block = block._replace(start=block.start + part.start, end=block.end + part.start, quotes=part.depth)
    if part.depth and block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return block._replace(kind=BlockKind.QUOTE, level=part.depth)
    return block
