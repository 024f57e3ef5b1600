"""Locate the elements of an XML part by byte, so that something can be inserted while everything else stays as it is."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from xml.parsers import expat

from reader.errors import ReaderError

WORD_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_START_TAG: Final = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_CHUNK_LENGTH: Final = 1024
"""The code points from which on a piece of text is divided, so that the byte of one of them costs little to compute."""
_SAVE_AGAIN: Final = "Open it in Word and save it again"


def refusal(what: str, reason: str, hint: str = _SAVE_AGAIN) -> ReaderError:
    """Return the error that a document cannot get comments, with the reason and the way out."""
    return ReaderError(f"{what} cannot get comments: {reason}", hint)


@lru_cache(256)
def _written_name(name: str) -> str:
    """Return an element's name with its prefix, from the parser's "namespace name prefix", the last if there is one."""
    parts = name.split(" ")
    return f"{parts[2]}:{parts[1]}" if len(parts) > 2 else parts[-1]


class _Chunk(NamedTuple):
    """A piece of a text: its offset in it, in code points, and the byte at which it begins. A reference is one of its own."""

    offset: int
    place: int
    text: str


class XmlPart:
    """The elements of an XML part in document order, by number: the root element is 0.

    `names` are as they are written, with their prefixes. Element `i` is `data[starts[i] : ends[i]]`, `parents[i]` is the number
    of its parent (-1 for the root), and `nexts[i]` that of the first element after it that is not inside it.
    """

    def __init__(self, data: bytes, what: str) -> None:
        """Locate the elements. Raises ReaderError if `data` is not XML in UTF-8 or declares entities."""
        self.data = data
        self.names: list[str] = []
        self.starts, self.ends = array("Q"), array("Q")
        self.parents, self.nexts = array("q"), array("Q")
        self._chunks: dict[int, list[_Chunk]] = {}
        self._open: list[int] = []
        self._whole = set[int]()
        self._what = what
        self._parse()

    def _parse(self) -> None:
        if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise refusal(self._what, "its XML is not in UTF-8")
        parser = expat.ParserCreate(namespace_separator=" ")  # so that a prefix without a namespace is an error
        parser.namespace_prefixes = True
        parser.buffer_text = False
        parser.XmlDeclHandler = self._declare
        parser.StartDoctypeDeclHandler = self._refuse_entities
        parser.StartElementHandler = lambda name, _: self._start(name, parser.CurrentByteIndex)
        parser.EndElementHandler = lambda _: self._end(parser.CurrentByteIndex)
        parser.CharacterDataHandler = lambda text: self._add_text(text, parser.CurrentByteIndex)
        parser.StartCdataSectionHandler = lambda: self._whole.update(self._open[-1:])
        try:
            parser.Parse(self.data, True)
        except (expat.ExpatError, ValueError) as error:
            raise refusal(self._what, "its XML is not well-formed") from error

    def _declare(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.casefold() != "utf-8":
            raise refusal(self._what, "its XML is not in UTF-8")

    def _refuse_entities(self, *_: object) -> None:
        raise refusal(self._what, "its XML declares a document type")

    def _start(self, name: str, place: int) -> None:
        self.parents.append(self._open[-1] if self._open else -1)
        self._open.append(len(self.names))
        self.names.append(_written_name(name))
        self.starts.append(place)
        self.ends.append(0)
        self.nexts.append(0)

    def _end(self, place: int) -> None:
        element = self._open.pop()
        # For an empty-element tag, the parser gives the place after it.
        is_leaf = element == len(self.names) - 1 and self.data.endswith(b"/>", self.starts[element], place)
        is_empty = is_leaf and self.starts[element] + len(self.start_tag(element)) == place
        self.ends[element] = place if is_empty else self.data.index(b">", place) + 1
        self.nexts[element] = len(self.names)

    def _add_text(self, text: str, place: int) -> None:
        if not self._open or self.kind(self._open[-1]) != "t":
            return
        chunks = self._chunks.setdefault(self._open[-1], [])
        offset = chunks[-1].offset + len(chunks[-1].text) if chunks else 0
        for start in range(0, len(text), _CHUNK_LENGTH):
            chunks.append(_Chunk(offset + start, place, text[start : start + _CHUNK_LENGTH]))
            place += len(chunks[-1].text.encode())

    # ------------------------------------------------------------------ Elements

    def kind(self, element: int) -> str:
        """Return the name of an element without its prefix."""
        return self.names[element].rpartition(":")[2]

    def children(self, element: int) -> Iterator[int]:
        """Yield the children of an element."""
        child = element + 1
        while child < self.nexts[element]:
            yield child
            child = self.nexts[child]

    def start_tag(self, element: int) -> bytes:
        """Return the start tag of an element as it is written."""
        match = _START_TAG.match(self.data, self.starts[element])
        return match[0] if match else b""

    def binds(self, prefix: str, namespace: str) -> bool:
        """Whether the root element binds a prefix to a namespace."""
        tag = self.start_tag(0)
        return any(f"xmlns:{prefix}={quote}{namespace}{quote}".encode() in tag for quote in "\"'")

    def end_tag(self, element: int) -> bytes:
        """Return the end tag of an element."""
        return f"</{self.names[element]}>".encode()

    def source(self, element: int) -> bytes:
        """Return an element as it is written."""
        return self.data[self.starts[element] : self.ends[element]]

    def text(self, element: int) -> str:
        """Return the text of a `t` element, "" if it cannot be split."""
        return "" if element in self._whole else "".join(chunk.text for chunk in self._chunks.get(element, ()))

    def keep_whole(self, element: int) -> None:
        """Let a `t` element not be split."""
        self._whole.add(element)

    def byte_at(self, element: int, offset: int) -> int:
        """Return the byte at which a code point of the text of a `t` element begins, -1 if the text cannot be split there.

        The text can be split neither at its ends nor if it is kept whole.
        """
        chunks = self._chunks.get(element, [])
        if element in self._whole or not chunks or not 0 < offset < chunks[-1].offset + len(chunks[-1].text):
            return -1
        chunk = chunks[bisect_right(chunks, offset, key=lambda chunk: chunk.offset) - 1]
        return chunk.place + len(chunk.text[: offset - chunk.offset].encode())

    def append(self, xml: str) -> bytes:
        """Return the part with XML at the end of its root element."""
        tag, end = self.start_tag(0), self.ends[0]
        if len(tag) == end - self.starts[0]:
            return self.data[: end - 2] + b">" + xml.encode() + self.end_tag(0) + self.data[end:]
        place = self.data.rindex(b"</", 0, end)
        return self.data[:place] + xml.encode() + self.data[place:]
