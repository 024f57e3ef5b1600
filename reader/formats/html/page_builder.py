"""Build the article of a page: blocks that open with their first words, line breaks, and pictures after a block."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from functools import cache, partial
from typing import Final, NamedTuple

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder

INVISIBLE_CHARACTERS: Final = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
"""Soft hyphens and the like, for `str.translate`."""


def without_invisible(words: str) -> str:
    """Return a text without invisible characters."""
    if words.isascii() or not ("\u00ad" in words or "\u200b" in words or "\ufeff" in words):
        return words
    return words.translate(INVISIBLE_CHARACTERS)


class BlockProperties(NamedTuple):
    """The properties of the next block. `marker` is its list marker, `style` the style of its whole text."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    marker: str = ""
    style: StyleKind | None = None


_PARAGRAPH: Final = BlockProperties()


@cache
def _rest_of_item(level: int) -> BlockProperties:
    """Return the properties of the further blocks of a list item, which have no marker."""
    return BlockProperties(BlockKind.ITEM, level + 1)


class PageBuilder(Builder):
    """Builder of blocks that open with their first words, each with the properties `next_block` of that time."""

    def __init__(self, gap: str = "\n\n") -> None:
        super().__init__(gap)
        self.next_block = _PARAGRAPH
        self._breaks = 0
        """The line breaks before the next words."""
        self._deferred: list[Callable[[], None]] = []

    @property
    def is_open(self) -> bool:
        """Whether a block with words is open for more."""
        return self._limit >= 0

    @property
    def last_text(self) -> str:
        """The words or marker right before the next ones in the open block, or "" after a space."""
        return self._parts[-1] if self.is_open and not self._space else ""

    def line_break(self) -> None:
        """Start a new line with the next words, if any. Two breaks start a new paragraph."""
        self._breaks += 1
        self._limit = min(self._limit, 0)

    def code(self, text: str) -> None:
        """Add a block of code. The next words open another block, but styles around it cover it."""
        self.begin(BlockKind.CODE)
        self.text(text)
        self._is_verbatim, self._limit = False, -1

    def picture(self, alternative: str) -> None:
        """Add the description of a picture, after the open block if there is one."""
        self.defer(partial(self._write_picture, alternative))
        if not self.is_open:
            self.end_block()

    def defer(self, write: Callable[[], None]) -> None:
        """Call `write` after the open block, or the next one."""
        self._deferred.append(write)

    def end_block(self) -> None:
        """End the open block, then write what was deferred."""
        if self._limit >= 0:
            self.end()
        self._breaks = 0
        if self._deferred:
            deferred, self._deferred = self._deferred, []
            for write in deferred:
                write()

    @contextlib.contextmanager
    def with_properties(self, properties: BlockProperties) -> Generator[None]:
        """Write the blocks in the context with other properties."""
        previous = self.enter(properties)
        with contextlib.nullcontext() if properties.style is None else self.style(properties.style):
            yield
        self.leave(previous)

    def enter(self, properties: BlockProperties) -> BlockProperties:
        """Give the next blocks other properties, without a style. Return the previous ones for `leave`."""
        self.end_block()
        previous, self.next_block = self.next_block, properties
        return previous

    def leave(self, previous: BlockProperties) -> None:
        """End the blocks since a call of `enter`. A context, which a page would need for each item, costs more."""
        self.end_block()
        self.next_block = previous

    def _prepare(self) -> None:
        if self._breaks:
            self._write_breaks()
        if self._open is None or self._limit < 0 <= self._start:
            kind, level, marker, _ = self.next_block
            self.begin(kind, level, marker)
            if marker and kind is BlockKind.ITEM:
                self.next_block = _rest_of_item(level)

    def _write_breaks(self) -> None:
        breaks, self._breaks = self._breaks, 0
        if self.next_block.kind is BlockKind.HEADING:
            self._space = True
        elif breaks > 1:
            self.end_block()
        elif self.is_open:
            self.new_line()

    def _write_picture(self, alternative: str) -> None:
        self.begin()
        with self.style(StyleKind.EMPHASIS):
            self.text(f"[image: {alternative}]")
        self.end()
