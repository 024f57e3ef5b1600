"""Decode a list in a JSON text item by item: a value in memory takes up to thirty times its length in the text.

`json` decodes each item, in a part of the text that bounds what one item may take. Once it has begun it cannot be stopped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_MOST: Final = 4_000_000
"""The length of the part of the text that is decoded, and the most characters of an item."""
_LONGEST_TAIL: Final = 16
"""More characters than a number may have after its digits: "1e-" may go on behind the end of a part."""


class JsonList:
    """The items of the list that a text is, or that an object has under a name. Anything else raises ValueError."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._at = 0
        self._part, self._start = "", 0
        """The part of the text that is decoded, and where it begins."""

    def __iter__(self) -> Iterator[object]:
        is_object = self._peek() == "{"
        if is_object:
            self._take("{")
            while self._read_name() != self._name:
                self._read_value()
                if self._take(",}") == "}":
                    raise ValueError("it has no list of entries")
        if self._peek() != "[":
            raise ValueError("it has no list of entries")
        yield from self._read_list()
        while is_object and self._take(",}") == ",":
            self._read_name()
            self._read_value()
        if self._peek():
            raise self._error("Extra data", self._at)

    def _read_list(self) -> Iterator[object]:
        self._take("[")
        if self._peek() == "]":
            self._take("]")
            return
        while True:
            yield self._read_value()
            if self._take(",]") == "]":
                return

    def _read_name(self) -> object:
        if self._peek() != '"':
            raise self._error("Expecting a name", self._at)
        name = self._read_value()
        self._take(":")
        return name

    def _peek(self) -> str:
        """Go on to the next sign that is not blank, and return it, "" at the end."""
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, signs: str) -> str:
        """Return the next sign, which has to be one of these, and go on behind it."""
        sign = self._peek()
        if not sign or sign not in signs:
            raise self._error(f"Expecting {' or '.join(signs)}", self._at)
        self._at += 1
        return sign

    def _read_value(self) -> object:
        self._peek()
        while True:
            is_last = bool(self._part) and self._start + len(self._part) == len(self._text)
            problem, place = "Too long a value", self._at
            try:
                value, end = _DECODER.raw_decode(self._part, self._at - self._start)
            except RecursionError as error:
                raise self._error("Too many brackets", place) from error
            except json.JSONDecodeError as error:
                if is_last or not (error.msg.startswith("Unterminated") or error.pos > len(self._part) - _LONGEST_TAIL):
                    problem, place = error.msg, self._start + error.pos
            else:
                if is_last or end < len(self._part) - _LONGEST_TAIL:
                    self._at = self._start + end
                    return value
            if is_last or (self._part and self._start == self._at):
                raise self._error(problem, place)
            self._part, self._start = self._text[self._at : self._at + _MOST], self._at

    def _error(self, what: str, place: int) -> ValueError:
        return ValueError(f"{what} at character {place + 1:,}")
