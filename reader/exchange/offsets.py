"""Offsets in the units of other programs, and the pieces into which they divide a text: tokens and lines."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from reader.article.article import Article
from reader.article.ranges import Span

_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_CRLF: Final = re.compile("\r\n")
_JOINERS: Final = "\u200c\u200d"
_LINE: Final = re.compile(r"[^\n]+")


class Utf16Offsets:
    """The offsets of one text in UTF-16 units. The text is read once, in linear time; an offset then takes a bisection.

    A code point above U+FFFF has two units, any other has one, a lone surrogate too.
    """

    def __init__(self, text: str) -> None:
        """Find the code points of `text` that have two units."""
        self._astral = [] if text.isascii() else [match.start() for match in _ASTRAL.finditer(text)]

    def to_units(self, offset: int) -> int:
        """Return the number of units before a code point, given as an offset from 0 to the length of the text."""
        return offset + bisect_left(self._astral, offset)


class CodePointOffsets:
    """The offsets of one text in code points. The text is read once, in linear time; an offset then takes a bisection."""

    def __init__(self, text: str) -> None:
        """Find the units at which the code points of `text` that have two units begin."""
        matches = () if text.isascii() else _ASTRAL.finditer(text)
        self._pairs = [match.start() + number for number, match in enumerate(matches)]
        self._length = len(text) + len(self._pairs)

    def from_units(self, offset: int) -> int:
        """Return the number of code points before a unit; -1 if it is beyond the text or within a code point."""
        count = bisect_left(self._pairs, offset)
        is_within = count > 0 and self._pairs[count - 1] + 1 == offset
        return -1 if is_within or not 0 <= offset <= self._length else offset - count


class LineEndOffsets:
    """The offsets of one text once its lines end with LF alone. The text is read once; an offset then takes a bisection."""

    def __init__(self, text: str) -> None:
        """Find the ends of lines that have CR and LF."""
        self._ends = [match.start() for match in _CRLF.finditer(text)]

    def to_plain(self, offset: int) -> int:
        """Return the offset without the CR of the line ends before it; -1 stays."""
        return offset - bisect_left(self._ends, offset)


class Tokens:
    """The tokens of one text: words and numbers with their combining marks, and every other sign by itself.

    Each of the `cuts`, which are sorted offsets, ends a token, so that a range between two of them holds whole tokens.
    """

    def __init__(self, text: str, cuts: Sequence[int]) -> None:
        """Learn which combining marks the text has."""
        self._text, self._cuts = text, cuts
        marks = "" if text.isascii() else "".join(sign for sign in {*text} if unicodedata.category(sign)[0] == "M")
        joined = re.escape("".join(sorted(marks)) + _JOINERS)
        word = rf"\w[\w{joined}]*"
        self._pattern = re.compile(rf"{word}(?:(?:['’](?=\w)|(?<=\d)[.,](?=\d)){word})*|\S[{joined}]*")

    def starts(self, start: int, end: int) -> list[int]:
        """Return where the tokens of a range start, in order; between each of them and the next there is only white space.

        A long text has hundreds of thousands, so that there is no object for each.
        """
        starts = [match.start() for match in self._pattern.finditer(self._text, start, end)]
        cuts = self._cuts[bisect_right(self._cuts, start) : bisect_left(self._cuts, end)]
        within = {cut for cut in cuts if not self._text[cut].isspace()}.difference(starts)
        return sorted([*starts, *within]) if within else starts


def list_sentences(article: Article) -> Iterator[Span]:
    """Yield the sentences of the body, and the lines of what is between them, such as headings and references, in order."""
    at = 0
    for sentence in article.sentences.all():
        yield from _list_lines(article.text, at, sentence.start)
        yield Span(sentence.start, sentence.end)
        at = max(at, sentence.end)
    yield from _list_lines(article.text, at, len(article.text))


def _list_lines(text: str, start: int, end: int) -> Iterator[Span]:
    yield from (Span(*match.span()) for match in _LINE.finditer(text, start, end))
