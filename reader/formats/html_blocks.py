"""What is walked over becomes blocks: a block begins with the first words that are met, and ends where an element says so."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Final, NamedTuple

from reader.article.model import BlockKind, StyleKind
from reader.formats.building import Builder

UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
"""What only says where a word may be broken, for `str.translate`."""


class Place(NamedTuple):
    """What the next block will be; `marker` is what it begins with, `style` how all of it is drawn."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    marker: str = ""
    style: StyleKind | None = None


class Blocks:
    """Where the text is: the place of the next block, whether one is open, what waits to be written.

    `behind` is called when a block has ended: it may write what was met inside and stands behind it.
    """

    def __init__(self, builder: Builder, behind: Callable[[], None]) -> None:
        self.place = Place()
        self.is_open = False
        self.last = ""
        """The words or the marker that were written last into the open block."""
        self._builder = builder
        self._behind = behind
        self._breaks = 0
        self._pictures: list[str] = []

    def text(self, words: str) -> None:
        """Add words; white space alone begins no block."""
        words = words.translate(UNSEEN)
        if words.strip():
            self.open()
            self.last = words
        if self.is_open:
            self._builder.text(words)

    def marker(self, text: str, names: tuple[str, ...]) -> None:
        """Add a marker of the entries with these names."""
        self.open()
        self._builder.cite(text, names)
        self.last = text

    def line_break(self) -> None:
        """Break the line before the next words, if there are any; two breaks begin a new paragraph."""
        self._breaks += 1

    def picture(self, alternative: str) -> None:
        """Add what a picture shows: behind the open block, or here if none is open."""
        self._pictures.append(alternative)
        if not self.is_open:
            self.end()

    def open(self) -> None:
        """Begin the block that is due, or the line or paragraph that waits."""
        if self._breaks and self.place.kind is BlockKind.HEADING:
            self._builder.text(" ")
        elif self._breaks > 1:
            self.end()
        elif self._breaks and self.is_open:
            self._builder.new_line()
        self._breaks = 0
        if self.is_open:
            return
        place = self.place
        self._builder.begin(place.kind, place.level, place.marker)
        self.is_open = True
        if place.kind is BlockKind.ITEM and place.marker:
            # What comes later in the same item stands below its text.
            self.place = Place(BlockKind.ITEM, place.level + 1)

    def end(self) -> None:
        """End the open block; pictures that were met inside it come behind it."""
        self._builder.end()
        self.is_open, self._breaks, self.last = False, 0, ""
        pictures, self._pictures = self._pictures, []
        for alternative in pictures:
            self._builder.begin()
            with self._builder.style(StyleKind.EMPHASIS):
                self._builder.text(f"[image: {alternative}]")
            self._builder.end()
        self._behind()

    @contextlib.contextmanager
    def at(self, place: Place) -> Generator[None]:
        """Write the blocks within at another place."""
        self.end()
        before, self.place = self.place, place
        with contextlib.nullcontext() if place.style is None else self._builder.style(place.style):
            yield
        self.end()
        self.place = before
