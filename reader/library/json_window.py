"""Decode JSON of any length, of which only a window is held in memory."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Final, cast

from reader.library.byte_source import ByteSource, read_chunks

_CHUNK: Final = 1 << 17
_CUT: Final = 16
"""The most characters before the end of a text in which the decoder notices that the text was cut."""
_SPACE: Final = re.compile(r"[ \t\n\r]*").match
_decode_json = json.JSONDecoder().raw_decode


class JsonWindow:
    """A part of a text, which grows at its end when more is needed. What is before `position` is forgotten at times."""

    def __init__(
        self,
        source: ByteSource,
        start: int = 0,
        end: int | None = None,
        encoding: str = "utf-8",
        errors: str = "surrogatepass",
        *,
        most: int = sys.maxsize,
    ) -> None:
        """Take the bytes of a range, of all by default. A value of about `most` characters, or twice that, is too long."""
        self.text = ""
        self.position = 0
        self.is_complete = False
        """Whether all of the text is read, so that the window does not grow any more."""
        self._chunks = read_chunks(source, start, source.size if end is None else end)
        self._most = most
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._characters = self._lines = 0

    def extend(self) -> bool:
        """Read more, at least as much as is held; return whether there was more.

        Raises ValueError when there is a value that is too long, UnicodeDecodeError.
        """
        if len(self.text) - self.position > self._most:
            raise self._error(f"A record has more than {self._most:,} characters", self.position)
        parts: list[str] = []
        size = max(_CHUNK, len(self.text))
        while size > 0 and not self.is_complete:
            chunk = next(self._chunks, b"")
            parts.append(self._decoder.decode(chunk, final=not chunk))
            self.is_complete = not chunk
            size -= len(parts[-1])
        self.text += "".join(parts)
        return any(parts)

    def advance(self, position: int) -> None:
        """Go on to a position."""
        if position >= _CHUNK:
            self._characters += position
            self._lines += self.text.count("\n", 0, position)
            self.text, position = self.text[position:], 0
        self.position = position

    def peek(self) -> str:
        """Skip white space, and return the character after it, "" at the end."""
        while True:
            space = _SPACE(self.text, self.position)
            self.advance(space.end() if space is not None else self.position)
            if self.position < len(self.text) or not self.extend():
                return self.text[self.position : self.position + 1]

    def skip(self, sign: str) -> None:
        """Go behind a punctuation mark. Raises ValueError when it is not there."""
        if self.peek() != sign:
            raise self._error(f"Expecting {sign!r}", self.position)
        self.advance(self.position + 1)

    def decode(self) -> object:
        """Return the value at the position, and go behind it. Raises ValueError or RecursionError."""
        try:
            value, end = self.decode_at(self.position)
        except JSONDecodeError as error:
            raise self._error(error.msg, error.pos) from error
        self.advance(end)
        return value

    def decode_at(self, start: int, limit: int = sys.maxsize) -> tuple[object, int]:
        """Return the value at `start`, which is not before the position, and its end.

        Raises ValueError, also for one that is longer than `limit` characters, or RecursionError.
        """
        while True:
            try:
                return cast("tuple[object, int]", _decode_json(self.text, start))
            except JSONDecodeError as error:
                is_cut = error.pos >= len(self.text) - _CUT or error.msg.startswith("Unterminated string")
                if not (is_cut and len(self.text) - start < limit and self.extend()):
                    raise

    def names(self) -> Iterator[str]:
        """Yield the names in the object at the position. Before the next one is taken, the value must be. Raises ValueError."""
        self.skip("{")
        while self.peek() != "}":
            if self.peek() != '"':
                raise self._error("Expecting property name enclosed in double quotes", self.position)
            name = cast("str", self.decode())
            self.skip(":")
            self.peek()
            yield name
            if self.peek() != "}":
                self.skip(",")
                if self.peek() == "}":
                    raise self._error("Illegal trailing comma before end of object", self.position)
        self.skip("}")

    def finish(self) -> None:
        """Raise ValueError if anything follows."""
        if self.peek():
            raise self._error("Extra data", self.position)

    def _error(self, message: str, position: int) -> ValueError:
        line = self._lines + self.text.count("\n", 0, position) + 1
        return ValueError(f"{message}: line {line} (character {self._characters + position:,})")
