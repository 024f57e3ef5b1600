"""Read the items of a long list in JSON one after the other: what is in memory is one item and a window of the text.

The `json` module decodes each item: a value in memory takes up to thirty times its length in the text. ijson (BSD, kept by
ICRAR) is as fast, but it names no line, changes lone surrogates, and takes all memory for a file of nothing but brackets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern

NOT_A_LIST: Final = "Neither a list nor an object"
TOO_DEEP: Final = "Too many brackets"
TOO_LONG: Final = "Too long a value"
TOO_LONG_NUMBER: Final = "Too long a number"

_BLANK = lazy_pattern(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_GROWTH: Final = 2
"""How many times longer a window becomes when an item does not end in it."""
_LONGEST_TOKEN: Final = 16
"""The length of a token, but for texts, that the end of a window may cut."""


class JsonPlace(NamedTuple):
    """A place in a text, in lines and columns and in characters, all from 1; `is_end` says whether the text ends there."""

    line: int
    column: int
    character: int
    is_end: bool


class JsonStream:
    """The part of a text that is in memory, and the place in it that was read to.

    It gets `least` characters, and more for a value that does not end in them. A value that does not end in `most` is too long.
    `to_fault` makes the error to raise of what is wrong, which may be one of the texts of this module, and of its place.
    """

    def __init__(self, texts: Iterator[str], to_fault: Callable[[str, JsonPlace], Exception], *, least: int, most: int) -> None:
        self._texts = texts
        self._to_fault = to_fault
        self._least, self._most = least, most
        self._text, self._at = "", 0
        self._start = JsonPlace(1, 1, 1, False)

    def peek(self) -> str:
        """Return the next sign that is not blank, "" at the end of the text."""
        while True:
            blank = _BLANK.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._extend():
                return ""

    def take(self, signs: str) -> str:
        """Return the next sign, which has to be one of these, and go on behind it."""
        sign = self.peek()
        if not sign or sign not in signs:
            raise self.fault(f"Expecting {' or '.join(signs)}")
        self._at += 1
        return sign

    def name(self) -> str:
        """Return the name of a field, and go on behind its colon."""
        if self.peek() != '"':
            raise self.fault("Expecting a name")
        name = str(self.value())
        self.take(":")
        return name

    def value(self) -> object:
        """Return the next value, and go on behind it."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _LONGEST_TOKEN
                if not (is_cut and self._extend()):
                    raise self.fault(error.msg.removesuffix(" at"), error.pos) from error
            except RecursionError as error:
                raise self.fault(TOO_DEEP) from error
            except ValueError as error:
                raise self.fault(TOO_LONG_NUMBER) from error
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

    def fault(self, what: str, at: int = -1) -> Exception:
        """Return the error that something is wrong at an offset of the window, or where it was read to."""
        at = self._at if at < 0 else at
        return self._to_fault(what, self._place(at)._replace(is_end=not self._text[at:].strip()))

    def _place(self, at: int) -> JsonPlace:
        line, column, character, _ = self._start
        before = self._text.rfind("\n", 0, at)
        return JsonPlace(
            line + self._text.count("\n", 0, at), at - before if before >= 0 else column + at, character + at, False
        )

    def _extend(self) -> bool:
        """Drop what was read, and add to the rest as much as makes the window longer; return whether there was anything."""
        length = len(self._text) - self._at
        wanted, parts = max(self._least, min(_GROWTH * length, self._most)), list[str]()
        for text in self._texts:
            parts.append(text)
            length += len(text)
            if length >= wanted:
                break
        if not parts:
            return False
        if len(self._text) - self._at >= self._most:
            raise self.fault(TOO_LONG)
        self._start = self._place(self._at)
        parts.insert(0, self._text[self._at :])
        # The text before is let go of first: the two need not be in memory at once.
        self._text, self._at = "", 0
        self._text = "".join(parts)
        return True


class JsonItems:
    """The items of the list that a text is, or that an object in it has under one of some names.

    `fields` has the other fields of the object once all items were read; `is_list` says whether there was a list.
    """

    def __init__(self, window: JsonStream, names: Collection[str] = (), within: str = "", *, keeps_fields: bool = True) -> None:
        """Look for a list in the text's object, and in the object that this one has as its field `within`."""
        self._window = window
        self._names = names
        self._within = within
        self._keeps_fields = keeps_fields
        self.fields: dict[str, object] = {}
        self.is_list = False

    def __iter__(self) -> Iterator[object]:
        """Yield the items. Raises the window's errors for what is no JSON, was cut, or is too large or too deep."""
        window = self._window
        if window.peek() == "{":
            yield from self._read_object()
        elif window.peek() == "[":
            yield from self._read_list()
        else:
            window.value()
            raise window.fault(NOT_A_LIST)
        if window.peek():
            raise window.fault("Extra data")

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
            name = window.name()
            begin = window.peek()
            if begin == "[" and name in self._names:
                yield from self._read_list()
            elif begin == "{" and name == self._within:
                yield from self._read_object()
            else:
                value = window.value()
                if self._keeps_fields:
                    self.fields[name] = value
            if window.take(",}") == "}":
                return
