r"""The text model: one immutable text, and everything else as half-open ranges of its Unicode code points.

`Article.text` never changes. For plain text and Markdown it is the file's own text (decoded, `\r\n` and `\r` folded to `\n`),
so a range of it is a range of the file. Markup characters stay in it: a `Style` of kind MARKUP hides them when drawn.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from reader.article.ranges import Span

if TYPE_CHECKING:
    pass


class BlockKind(StrEnum):
    """What a block is. HEADING, CODE and RULE hold no sentences."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


class StyleKind(StrEnum):
    """How a range is drawn. MARKUP is hidden; the others are shown."""

    EMPHASIS = "emphasis"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    STRIKE = "strike"
    MARKUP = "markup"


class NoiseReason(StrEnum):
    """Why a range was set aside. Nothing is deleted: noise is hidden and shown on a key."""

    CHROME = "page chrome"
    READ_ALSO = "read also"
    DUPLICATE = "duplicate"
    BY_HAND = "set aside by hand"


class Block(NamedTuple):
    """A paragraph, heading, list item, …: `text[start:end]` without surrounding blank lines. Blocks are sorted and disjoint.

    `level` is the heading's level (1-6) or the nesting of a quote or list item (from 1), else 0.
    `indent` is the width in cells of a list item's own marker ("- ", "12. "): later lines hang by as much.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    indent: int = 0

    @property
    def span(self) -> Span:
        """The block's range."""
        return Span(self.start, self.end)


class Style(NamedTuple):
    """A range that is drawn in its own way; styles may nest. `target` is a link's address."""

    start: int
    end: int
    kind: StyleKind
    target: str = ""


class Citation(NamedTuple):
    """A marker in the text that points at one or more references.

    `references` are ids of `Article.references`, in the marker's order. `missing` are the labels it names that no reference has
    (a marker that points nowhere, wholly or in part). `kind` tells how it was recognised.
    """

    start: int
    end: int
    references: tuple[str, ...]
    missing: tuple[str, ...] = ()
    kind: str = "bracket"

    @property
    def span(self) -> Span:
        """The marker's range."""
        return Span(self.start, self.end)


class Reference(NamedTuple):
    """An entry of the article's reference list, or a footnote.

    `id` is unique in the article and stable for the same text; `label` is what the article calls it ("1", "note", "Lee 2020").
    `start`/`end` are its range, or -1/-1 when it does not stand in the text. `text` is the entry in one line, without its
    label. `remark` tells a footnote that names no source from one that does. The other fields are empty where the entry has
    none.
    """

    id: str
    label: str
    text: str
    start: int = -1
    end: int = -1
    authors: tuple[str, ...] = ()
    year: str = ""
    title: str = ""
    doi: str = ""
    url: str = ""
    remark: bool = False

    @property
    def span(self) -> Span | None:
        """The entry's range, or None when it does not stand in the text."""
        return None if self.start < 0 else Span(self.start, self.end)


class Noise(NamedTuple):
    """A range that is not the article: whole blocks, with the reason."""

    start: int
    end: int
    reason: NoiseReason


class About(NamedTuple):
    """What a document says of itself; empty where it says nothing.

    `date` is as it stands there, `address` the canonical one of a page, `fetched` the time in UTC when an address was read.
    """

    byline: str = ""
    date: str = ""
    site: str = ""
    address: str = ""
    fetched: str = ""
