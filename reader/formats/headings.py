"""The title and the headings of plain text: short lines that stand alone and don't end like a sentence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePath

from reader.article.labels import label_at
from reader.article.lazy import lazy
from reader.article.model import Block, BlockKind
from reader.article.reference_lists import announces_references

_SENTENCE_END = lazy(r"[.:;,][\"'”’»)\]]*$")
_HEADING_END = lazy(r"[.:;,!…\"”»।。！]$")
_BYLINE = lazy(r"(?:By|Von|Par|Por|Di|Door) [^\W\d_a-z]")
_LETTER = lazy(r"[^\W\d_]")
_LONGEST_TITLE = 250
_MOST_TITLE_LINES = 4
_LONGEST_HEADING = 80
_LONGEST_TITLE_CASE = 120
_TITLE_CASE = 0.7
_SEARCHED = 12


def title_block(text: str, blocks: Sequence[Block], aside: Collection[int]) -> int:
    """Return the index of the title's block, or -1: a heading near the top, else the first block if it looks like one.

    `aside` are the indices of the blocks that are noise or references.
    """
    top = [i for i, block in enumerate(blocks[: _SEARCHED + len(aside)]) if i not in aside and block.kind is not BlockKind.RULE]
    for index in top:
        block = blocks[index]
        words = text[block.start : block.end]
        if block.kind is BlockKind.HEADING and any(map(str.isalnum, words)) and not announces_references(words):
            return index
    if top and len(blocks) > 1 and _is_title(text, blocks[top[0]]):
        return top[0]
    return -1


def _is_title(text: str, block: Block) -> bool:
    """Whether a block is short, has words, and doesn't end like a sentence."""
    if block.kind is not BlockKind.PARAGRAPH or block.end - block.start > _LONGEST_TITLE:
        return False
    line = text[block.start : block.end]
    return line.count("\n") < _MOST_TITLE_LINES and not _SENTENCE_END.search(line) and _LETTER.search(line) is not None


def with_headings(text: str, blocks: Sequence[Block], title: int, aside: Collection[int]) -> tuple[Block, ...]:
    """Return the blocks with the title, and what stands like a heading before prose, as headings."""
    found = list(blocks)
    follows_prose = _followed_by_prose(text, blocks, aside)
    for index, block in enumerate(blocks):
        if index == title:
            found[index] = Block(block.start, block.end, BlockKind.HEADING, 1)
        elif (
            index not in aside
            and block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
            and block.end - block.start <= _LONGEST_TITLE_CASE
        ):
            line = text[block.start : block.end]
            if announces_references(line) or (follows_prose[index] and index > 0 and _is_heading(line, block)):
                found[index] = Block(block.start, block.end, BlockKind.HEADING, 2)
    return tuple(found)


def file_title(source: str) -> str:
    """Return a title for an article that has none: the name of its file, or what it came through."""
    return PurePath(source).stem if source not in ("", "-") else "Standard input"


def _followed_by_prose(text: str, blocks: Sequence[Block], aside: Collection[int]) -> list[bool]:
    """Tell for each block whether the next one that isn't set aside is prose."""
    answers = [False] * len(blocks)
    prose = False
    for index in range(len(blocks) - 1, -1, -1):
        answers[index] = prose
        block = blocks[index]
        if index not in aside:
            long = block.end - block.start > _LONGEST_TITLE_CASE
            prose = block.kind is BlockKind.PARAGRAPH and (
                long or text.endswith((".", "!", "?", ":", ")", "]"), block.start, block.end)
            )
    return answers


def _is_heading(line: str, block: Block) -> bool:
    """Whether a line is short, has no stop at its end, begins with a capital or a number, and has words."""
    if "\n" in line or _HEADING_END.search(line) or _BYLINE.match(line) or not _LETTER.search(line) or "://" in line:
        return False
    if block.kind is BlockKind.ITEM:
        label = label_at(line, 0, len(line))
        if label is None or label.shape not in ("dot", "parens", "half"):
            return False
        line = line[label.end :]
    if line[:1].islower():
        return False
    words = [word for word in line.split() if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return len(line) <= _LONGEST_HEADING or capitals >= _TITLE_CASE * len(words)
