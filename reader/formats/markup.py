"""Recode HTML and XML in UTF-8 for a parser, within the budget of the import and without what would break parser or text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, Literal

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.budget import Resource, current_budget
from reader.formats.detection import cut_bytes, decode, decode_declared, has_byte_order_mark, normalize_line_ends

_DECLARATION_SIZE: Final = 4096
_DECLARED_ENCODING: Final = lazy_pattern(
    r"<(?:meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})|\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+))", re.IGNORECASE
)
_DATA_ADDRESS: Final = re.compile(rb"(data:[\w/.+-]{0,80};base64,)[A-Za-z0-9+/=]{200,}")
"""The address of an embedded picture or font. Saved pages consist mostly of these, and they have no text."""
_SURROGATE: Final = lazy_pattern(
    rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*(?:55(?:29[6-9]|[3-9]\d\d)|56\d{3}|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])));?"
)
"""A reference to half of a UTF-16 pair, which is not a character: lxml cannot return text that contains it."""
_LONGEST_REFERENCE: Final = 40
"""The bytes of a reference to half of a pair with its leading zeros, and with room for more of these."""
_WIDE_STARTS: Final = (
    *((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16")),
    *((codecs.BOM_UTF16_BE, "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")),
)
"""How XML begins that is not in bytes of ASCII (Extensible Markup Language 1.0, appendix F)."""
FEED_SIZE: Final = 1 << 18
"""The bytes to give a parser at once, between two checkpoints."""
_NOT_SIGNS: Final = bytes(set(range(256)).difference(b"<=&#;64,"))
"""All bytes but those of markup that is looked for: `bytes.translate` drops them as fast as one of these could be counted."""
_CHECKED_SIZE: Final = 1 << 15
_ANY_SIGN: Final = re.compile(b"[<=]")
_START_TAG: Final = re.compile(b"<(?!/)")
_REPLACEMENT: Final = "\ufffd"
_MIN_RIGHT_CHARACTERS: Final = 10
"""The least number of characters beyond ASCII for each wrong one in a text that is said to be in UTF-8."""


def recode_markup(data: bytes, kind: Literal["html", "xml"]) -> bytes:
    """Return a document in HTML or XML in UTF-8, as much of it as the budget permits. The rest counts as omitted.

    Whoever parses HTML takes the elements from the budget.
    """
    budget = current_budget()
    sizes: Resource = "html_size" if kind == "html" else "xml_size"
    signs: Resource = "html_signs" if kind == "html" else "xml_signs"
    found = data.translate(None, _NOT_SIGNS)
    if b";64," in found and b";base64," in data:
        data = _DATA_ADDRESS.sub(rb"\1", data)
        found = data.translate(None, _NOT_SIGNS)
    granted = budget.take(sizes, len(data))
    budget.omitted_size += len(data) - granted
    text = _recode(data if granted == len(data) else cut_bytes(data, granted))
    if granted < len(data) and text.rfind(b"<") > text.rfind(b">"):
        text = text[: text.rfind(b"<")]
    if text is not data:
        found = text.translate(None, _NOT_SIGNS)
    brackets = found.count(b"<")
    count = brackets + found.count(b"=")
    if count > (granted := budget.take(signs, count)):
        text = _cut_before(text, _ANY_SIGN, granted)
    if kind == "html" and brackets > (left := budget.left("html_elements")):
        text = _cut_before(text, _START_TAG, left)
    return _SURROGATE.sub(_REPLACEMENT.encode(), text) if b"&#" in found else text


def recode_blocks(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield XML of any size for a parser, without references to what is no character. In UTF-16, it is recoded in UTF-8."""
    pieces, rest = iter(blocks), b""
    first = next(pieces, b"")
    pieces = chain((first,), pieces)
    if wide := next((name for start, name in _WIDE_STARTS if first.startswith(start)), ""):
        pieces = (piece.encode("utf-8", "replace") for piece in codecs.iterdecode(pieces, wide, "replace"))
    for block in pieces:
        data = rest + block
        # A reference may go on in the next block.
        end = data.rfind(b"&", max(0, len(data) - _LONGEST_REFERENCE))
        data, rest = (data, b"") if end < 0 else (data[:end], data[end:])
        if data := _SURROGATE.sub(_REPLACEMENT.encode(), data):
            yield data
    if rest:
        yield _SURROGATE.sub(_REPLACEMENT.encode(), rest)


def _cut_before(text: bytes, sign: re.Pattern[bytes], count: int) -> bytes:
    """Return the text before the sign after the first `count` ones. The rest counts as omitted."""
    match = next(islice(sign.finditer(text), count, None), None)
    end = len(text) if match is None else match.start()
    current_budget().omitted_size += len(text) - end
    return text[:end]


def _recode(data: bytes) -> bytes:
    """Recode from the byte order mark, else from the declaration if that fits, else as any text, without null characters."""
    declaration = None if has_byte_order_mark(data) else _DECLARED_ENCODING.search(data[:_DECLARATION_SIZE].decode("latin-1"))
    name = (declaration[1] or declaration[2]).lower() if declaration is not None else ""
    if name.startswith(("utf-8", "utf8")) and (text := _mend_utf8(data)):
        return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text
    # A page whose declaration can be read as ASCII is not in UTF-16 or UTF-32.
    is_other = name != "" and not name.startswith(("utf-16", "utf-8", "utf8", "utf-32"))
    decoded = decode_declared(data, name) if is_other else None
    decoded = decode(data) if decoded is None else normalize_line_ends(decoded)
    return decoded.replace("\0", "").encode("utf-8", "replace")


def _mend_utf8(data: bytes) -> bytes:
    """Return a text in UTF-8 in which a few bytes may be wrong, as of a cut title, or nothing for another encoding."""
    if b"\0" in data or (b"\x1b" in data and b"\x1b$" in data):
        return b""
    if data.isascii() or _is_utf8(data):
        return data
    text = data.decode("utf-8", "replace")
    wrong = text.count(_REPLACEMENT)
    most = (len(text) - len(text.encode("ascii", "ignore"))) // _MIN_RIGHT_CHARACTERS
    return text.encode() if wrong <= most else b""


def _is_utf8(data: bytes) -> bool:
    """Whether data is in UTF-8. One part after the other is decoded in the same memory: that of a whole page is slow to get."""
    place = 0
    try:
        while place < len(data):
            end = place + _CHECKED_SIZE
            place += codecs.utf_8_decode(data[place:end], "strict", end >= len(data))[1]
    except UnicodeDecodeError:
        return False
    return True
