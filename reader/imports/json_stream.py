"""Read the items of a long list in JSON one after the other: what is in memory is one item and a window of the file.

The `json` module decodes each item. ijson (BSD, kept by ICRAR) is as fast, but it names no line, changes lone surrogates, and
takes all memory for a file of nothing but brackets.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.imports.source import CUT_HINT, ImportSource, check_size

_BLANK = lazy_pattern(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_LEAST: Final = 1 << 19
"""The number of code points that a window gets."""
_SMALL: Final = 1 << 22
"""The number of bytes of a file that is read at once: what does not end in a window is decoded in vain."""
_GROWTH: Final = 2
"""How many times longer a window becomes when an item does not end in it."""
_LONGEST_TOKEN: Final = 16
"""The length of a token, but for texts, that the end of a window may cut."""


class JsonItems:
    """The items of the list that a JSON file is, or that an object in it has under one of some names.

    `fields` has the other fields of the object once all items were read; `is_list` says whether there was a list.
    """

    def __init__(self, source: ImportSource, names: Collection[str] = (), within: str = "") -> None:
        """Look for a list in the file's object, and in the object that this one has as its field `within`."""
        self._window = _Window(source)
        self._names = names
        self._within = within
        self.fields: dict[str, object] = {}
        self.is_list = False

    def __iter__(self) -> Iterator[object]:
        """Yield the items. Raises ReaderError, with the line, for what is no JSON, was cut, or is too large or too deep."""
        window = self._window
        if window.peek() == "{":
            yield from self._read_object()
        elif window.peek() == "[":
            yield from self._read_list()
        else:
            window.value()
            raise ReaderError("it is neither a list nor an object", "Nothing was imported")
        if window.peek():
            raise window.error("Extra data")

    def _read_list(self) -> Iterator[object]:
        self.is_list = True
        yield from self._window.items()

    def _read_object(self) -> Iterator[object]:
        window = self._window
        window.take("{")
        if window.peek() == "}":
            window.take("}")
            return
        while True:
            if window.peek() != '"':
                raise window.error("Expecting property name enclosed in double quotes")
            name = str(window.value())
            window.take(":")
            begin = window.peek()
            if begin == "[" and name in self._names:
                yield from self._read_list()
            elif begin == "{" and name == self._within:
                yield from self._read_object()
            else:
                self.fields[name] = window.value()
            if window.take(",}") == "}":
                return


def read_values(source: ImportSource) -> Iterator[object]:
    """Yield the values that follow one another in a file, of a list its items. Raises ReaderError as `JsonItems`."""
    window = _Window(source)
    while sign := window.peek():
        if sign == "[":
            yield from window.items()
        else:
            yield window.value()


class _Window:
    """The part of a file's text that is in memory, and the place in it that was read to."""

    def __init__(self, source: ImportSource) -> None:
        self._texts = source.texts()
        self._least = max(_LEAST, source.size) if source.size <= _SMALL else _LEAST
        self._text, self._at = "", 0
        self._line, self._column = 1, 1
        """The place in the file at which the window begins, from 1."""

    def peek(self) -> str:
        """Return the next sign that is not blank, "" at the end of the file."""
        while True:
            self._at = _end_of_blank(self._text, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._extend():
                return ""

    def take(self, signs: str) -> str:
        """Return the next sign, which has to be one of these, and go on behind it."""
        sign = self.peek()
        if not sign or sign not in signs:
            raise self.error(f"Expecting '{signs[0]}' delimiter")
        self._at += 1
        return sign

    def value(self) -> object:
        """Return the next value, and go on behind it."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_TOKEN
                if not (is_cut and self._extend()):
                    raise self.error(error.msg, error.pos) from error
            except RecursionError as error:
                raise ReaderError("it is nested too deeply", "Nothing was imported") from error
            except ValueError as error:
                raise ReaderError("it has a number that is too long", "Nothing was imported") from error
            else:
                # A number at the end of the window may go on: "1", "1." and "1e-" are the beginnings of longer ones.
                is_whole = not isinstance(value, int | float) or end < len(self._text) - _LONGEST_TOKEN
                if is_whole or not self._extend():
                    self._at = end
                    return value

    def items(self) -> Iterator[object]:
        """Yield the items of the list that is next, and go on behind it."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def error(self, what: str, at: int = -1) -> ReaderError:
        """Return the error that the text is no JSON at an offset of the window, or where it was read to."""
        at = self._at if at < 0 else at
        line, column = self._place(at)
        if what.startswith("Unterminated") or not self._text[at:].strip():
            return ReaderError(f"it ends within line {line:,}", CUT_HINT)
        return ReaderError(f"line {line:,}, column {column:,} is no JSON: {what.removesuffix(' at')}", "Nothing was imported")

    def _place(self, at: int) -> tuple[int, int]:
        before = self._text.rfind("\n", 0, at)
        column = at - before if before >= 0 else self._column + at
        return self._line + self._text.count("\n", 0, at), column

    def _extend(self) -> bool:
        """Drop what was read, and add to the rest as much as makes the window longer; return whether there was anything."""
        length = len(self._text) - self._at
        wanted, parts = max(self._least, _GROWTH * length), list[str]()
        for text in self._texts:
            parts.append(text)
            length += len(text)
            if length >= wanted:
                break
        if not parts:
            return False
        self._line, self._column = self._place(self._at)
        check_size(len(self._text) - self._at, f"what begins in line {self._line:,}")
        parts.insert(0, self._text[self._at :])
        # The text before is let go of first: the two need not be in memory at once.
        self._text, self._at = "", 0
        self._text = "".join(parts)
        return True


def _end_of_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at
