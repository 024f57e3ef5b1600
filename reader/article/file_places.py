"""Locate ranges of an article's text in its file as it is on the disk: by line and column, by character and by byte."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import FileText
from reader.article.ranges import Span

_STEP: Final = 1024
_LINE_END: Final = lazy_pattern(r"\r\n|\r|\n")


class FileRegion(NamedTuple):
    """The place of a range in a file.

    Lines and columns count from 1, the end column is the one after the last character. `offset` and `length` count code points
    of the file's text without a byte order mark; `byte_offset` and `byte_length` count bytes of the file, mark included, and
    are -1 where these are not known.
    """

    start_line: int
    start_column: int
    end_line: int
    end_column: int
    offset: int
    length: int
    byte_offset: int = -1
    byte_length: int = -1


class FilePlaces:
    """Locate ranges of a text in its file: in linear time once, then by bisection.

    A byte order mark counts neither for columns nor for characters (SARIF 2.1.0, 3.30.2), and a line end of two characters
    counts as two. Without a file, the places are those in the text itself.
    """

    def __init__(self, text: str, file: FileText | None = None) -> None:
        """Find the lines. `file` must hold the same text, apart from its line ends."""
        self._file = file
        self._has_bytes = file is not None and file.is_exact
        self._starts = _line_starts(text)
        self._file_starts = self._starts if file is None or file.text is text else _line_starts(file.text)

    def region(self, span: Span) -> FileRegion:
        """Return the place of a range of the text."""
        start_line, start = self._locate(span.start)
        end_line, end = self._locate(span.end)
        byte_start, byte_end = self._byte_offset(start), self._byte_offset(end)
        return FileRegion(
            *(start_line + 1, span.start - self._starts[start_line] + 1),
            *(end_line + 1, span.end - self._starts[end_line] + 1),
            *(start, end - start, byte_start, byte_end - byte_start if byte_start >= 0 else -1),
        )

    def _locate(self, offset: int) -> tuple[int, int]:
        """Return the index of the line of an offset, and the offset in the file."""
        line = bisect_right(self._starts, offset) - 1
        return line, self._file_starts[line] + offset - self._starts[line]

    def _byte_offset(self, file_offset: int) -> int:
        file = self._file
        if file is None or not self._has_bytes:
            return -1
        step, rest = divmod(file_offset, _STEP)
        return self._byte_counts[step] + len(file.text[file_offset - rest : file_offset].encode(file.encoding))

    @cached_property
    def _byte_counts(self) -> list[int]:
        """The number of bytes of the file before every `_STEP`-th character, since a line may be as long as the file."""
        file = self._file
        if file is None:
            return []
        parts = (file.text[start : start + _STEP] for start in range(0, len(file.text), _STEP))
        return [*accumulate((len(part.encode(file.encoding)) for part in parts), initial=len(file.mark))]


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]
