r"""The text model: one immutable text, and half-open ranges of its Unicode code points.

`Article.text` never changes. For plain text and Markdown it is the file's own text (decoded, with `\n` line ends), so a range
of it is a range of the file. Markup characters stay in it: a `Style` of kind MARKUP hides them on the screen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from reader.article.ranges import Span, within


class BlockKind(StrEnum):
    """The kind of a block. HEADING, CODE and RULE contain no sentences."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


class StyleKind(StrEnum):
    """The appearance of a range. Text of kind MARKUP is hidden.

    ORIGIN is no appearance: it names the part of a document that the range was read from, for who asks an importer for it.
    """

    EMPHASIS = "emphasis"
    STRONG = "strong"
    CODE = "code"
    LINK = "link"
    SUPERSCRIPT = "superscript"
    STRIKE = "strike"
    MARKUP = "markup"
    ORIGIN = "origin"


class NoiseReason(StrEnum):
    """The reason that a range is noise. Noise is hidden, never deleted."""

    CHROME = "page chrome"
    READ_ALSO = "read also"
    DUPLICATE = "duplicate"
    DEBRIS = "debris of a chat"
    BY_HAND = "set aside by hand"


class Block(NamedTuple):
    """A block of the text, such as a paragraph or heading, without surrounding blank lines. Blocks are sorted and disjoint.

    `level` is the level of a heading (1-6), the nesting of a quote or list item (from 1), or 0. `indent` is the width in cells
    of a list item's marker ("- ", "12. ") and of the indentation of its other lines. `is_caption` marks what the document calls
    the caption of a figure or table. `quotes` is the number of quotes around a block of another kind, such as an item.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    indent: int = 0
    is_caption: bool = False
    quotes: int = 0

    @property
    def quote_depth(self) -> int:
        """The number of quotes that the block stands in; a block of kind QUOTE is part of the innermost."""
        return max(self.level, self.quotes) if self.kind is BlockKind.QUOTE else self.quotes

    @property
    def span(self) -> Span:
        """The range of the block."""
        return Span(self.start, self.end)


MAX_QUOTES: Final = 32
"""The deepest quote that is told from those around it."""
_TEXT_ITSELF: Final = 0
"""The number of the text around all quotes."""


class _Quote(NamedTuple):
    """A quote: the number of the one around it, and its depth, from 1. The text itself has depth 0."""

    outer: int
    depth: int


class Quotes:
    """The quotes of a text: runs of blocks that stand in one quote, nested quotes included, by number in their order."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        """Find the quotes in the blocks of a text."""
        self._quotes = [_Quote(_TEXT_ITSELF, 0)]
        self._starts: list[int] = []
        self._numbers: list[int] = []
        around = [_TEXT_ITSELF]
        if not any(block.quotes or block.kind is BlockKind.QUOTE for block in blocks):  # most texts
            return
        for block in blocks:
            depth = min(block.quote_depth, MAX_QUOTES)
            del around[depth + 1 :]
            while len(around) <= depth:
                self._quotes.append(_Quote(around[-1], len(around)))
                around.append(len(self._quotes) - 1)
            if not self._numbers or self._numbers[-1] != around[-1]:
                self._starts.append(block.start)
                self._numbers.append(around[-1])

    def __bool__(self) -> bool:
        return len(self._quotes) > 1

    def quote_at(self, offset: int) -> int:
        """Return the number of the innermost quote at an offset, 0 for the text itself."""
        place = bisect_right(self._starts, offset) - 1
        return self._numbers[place] if place >= 0 else _TEXT_ITSELF

    def depth_at(self, offset: int) -> int:
        """Return how many quotes an offset stands in."""
        return self._quotes[self.quote_at(offset)].depth

    def around(self, offset: int) -> Iterator[tuple[int, int]]:
        """Yield the number and the depth of each quote around an offset, from the innermost to the text itself."""
        number = self.quote_at(offset)
        while number != _TEXT_ITSELF:
            yield number, self._quotes[number].depth
            number = self._quotes[number].outer
        yield _TEXT_ITSELF, 0


class Style(NamedTuple):
    """The appearance of a range. Styles may nest. `target` is the address of a link."""

    start: int
    end: int
    kind: StyleKind
    target: str = ""


COMMENTED: Final = "comment"
"""The kind of a citation that is the words which a comment of the document gives a source for."""
WORDED: Final = frozenset({"words", COMMENTED})
"""The kinds of citations that are words of the sentence: those that link to their source, and COMMENTED ones."""


class Citation(NamedTuple):
    """A marker in the text that points to references.

    `references` are ids of `Article.references` in the order of the marker. `missing` are the labels without a reference.
    `kind` is the notation of the marker; one of a kind of `WORDED` is words of the sentence. `ambiguous` are ids of references
    that the marker does not tell apart, such as works of one author and year.
    """

    start: int
    end: int
    references: tuple[str, ...]
    missing: tuple[str, ...] = ()
    kind: str = "bracket"
    ambiguous: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The range of the marker."""
        return Span(self.start, self.end)


class Reference(NamedTuple):
    """An entry of the reference list, or a footnote.

    `id` is unique in the article and the same for the same text. `label` is the article's own label ("1", "note", "Lee 2020"),
    after "> " for each quote around the entry if a list outside of it has the same labels.
    `start` and `end` are -1 if the entry is not in the text. `text` is the entry in one line, without its label.
    `remark` marks a footnote that names no source. Fields that the entry lacks are empty.
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
        """The range of the entry, or None if it is not in the text."""
        return None if self.start < 0 else Span(self.start, self.end)


class CommentMessage(NamedTuple):
    """What one person wrote in a comment. `text` may have several lines.

    `date` is in ISO 8601, with a "Z" if it is known to be in UTC, else the local time of its writer, or "".
    """

    author: str
    date: str
    text: str


class Comment(NamedTuple):
    """A comment that a document has on a range of its text: the first message and its answers, in order.

    `references` are ids of the references that it gives as sources of that range.
    """

    start: int
    end: int
    messages: tuple[CommentMessage, ...]
    is_resolved: bool = False
    references: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The range of the comment."""
        return Span(self.start, self.end)


class Noise(NamedTuple):
    """A range that is not part of the article, and the reason: whole blocks, or debris within a block."""

    start: int
    end: int
    reason: NoiseReason


class Omission(NamedTuple):
    """A notice in the text about a part of the document that was not read: a half-open range of the text."""

    start: int
    end: int


class About(NamedTuple):
    """The document's own metadata; unknown values are empty.

    `date` is in the document's spelling, `address` is the canonical address of a page, `fetched` is the time of the fetch in
    UTC.
    """

    byline: str = ""
    date: str = ""
    site: str = ""
    address: str = ""
    fetched: str = ""


class FileText(NamedTuple):
    r"""The text of a file: decoded, with the file's own line ends, but without a byte order mark, which `has_mark` records.

    With `\n` for every line end it is the text of the article. `encoding` is the name of Python's codec.
    """

    text: str
    encoding: str = "utf-8"
    has_mark: bool = False

    @property
    def mark(self) -> bytes:
        """The byte order mark at the beginning of the file, empty if it has none."""
        return "\ufeff".encode(self.encoding) if self.has_mark else b""

    @property
    def is_exact(self) -> bool:
        """Whether the text encodes to the very bytes of the file.

        In a Unicode encoding that needs the absence of U+FFFD, which stands for invalid bytes; in other encodings several
        sequences of bytes may decode to one character.
        """
        return self.encoding.startswith("utf-") and "\ufffd" not in self.text

    def to_bytes(self) -> bytes:
        """Return the bytes of the file; they are its own if the text `is_exact`."""
        return self.mark + self.text.encode(self.encoding, "replace")


def markup_ranges(styles: Iterable[Style]) -> list[Span]:
    """Return the ranges of hidden markup."""
    return [Span(style.start, style.end) for style in styles if style.kind is StyleKind.MARKUP]


def visible_text(text: str, styles: Sequence[Style], span: Span) -> str:
    """Return a range of a text without its hidden markup. `styles` are sorted by start."""
    parts: list[str] = []
    at = span.start
    for hidden in markup_ranges(within(styles, span.start, span.end)):
        parts.append(text[at : hidden.start])
        at = max(at, hidden.end)
    return "".join([*parts, text[at : span.end]])


def entry_ranges(references: Iterable[Reference]) -> list[Span]:
    """Return the ranges of the entries that are in the text."""
    return [span for reference in references if (span := reference.span)]
