"""Cut RTF into tokens, and decode its text (Rich Text Format Specification, version 1.9.1)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.formats.budget import current_budget
from reader.formats.progress import checkpoint

_TOKEN: Final = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n]{1,65536})|[\r\n]+|\\"
)
_CHECK_EVERY: Final = 5000
_MAX_TOKENS: Final = 6_000_000
"""The most tokens of a document, which take up to 6 microseconds each.

Those of pictures are lines of a hundred bytes. LibreOffice writes each letter beyond ASCII with two.
"""

_CHARSETS: Final = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254"},
    **{163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437"},
}
_DEFAULT_ENCODING: Final = "cp1252"
SIGNS: Final = {
    **{"tab": " ", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"},
    **{"bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "~": "\u00a0", "_": "‑", "-": "", "zwj": "\u200d"},
    **{
        "zwnj": "\u200c",
        "zwbo": "",
        "zwnbo": "",
        "ltrmark": "",
        "rtlmark": "",
        "nestcell": " ",
        "\\": "\\",
        "{": "{",
        "}": "}",
    },
}
"""Control words and symbols that stand for characters."""


class RtfToken(NamedTuple):
    """A part of RTF: "{", "}", a "word" with its number (None without one), a "sign" (both by name), "text" or "byte"."""

    kind: str
    name: str = ""
    number: int | None = None
    data: bytes = b""


def read_tokens(data: bytes) -> Iterator[RtfToken]:
    """Yield the tokens of RTF, as many as can be read in a minute. Binary data is left out."""
    position, count = 0, 0
    while position < len(data) and (match := _TOKEN.match(data, position)):
        position = match.end()
        count += 1
        if count % _CHECK_EVERY == 0:
            checkpoint()
        if count > _MAX_TOKENS:
            current_budget().omitted_size += len(data) - match.start()
            return
        if match["text"]:
            yield RtfToken("text", data=match["text"])
        elif match["word"]:
            number = int(match["number"]) if match["number"] else None
            name = match["word"].decode("ascii")
            if name == "bin":
                position += max(0, number or 0)
            else:
                yield RtfToken("word", name, number)
        elif match["hex"]:
            yield RtfToken("byte", data=bytes.fromhex(match["hex"].decode("ascii")))
        elif match["brace"]:
            yield RtfToken(match["brace"].decode("ascii"))
        elif match["sign"]:
            yield RtfToken("sign", match["sign"].decode("latin-1"))


def encoding_of(charset: int) -> str:
    """Return Python's encoding for the charset of a font, "" for that of the document."""
    return _CHARSETS.get(charset, "")


def encoding_of_page(number: int) -> str:
    """Return Python's encoding for a code page of Windows, or the usual one."""
    name = {10000: "mac_roman", 65001: "utf-8"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return _DEFAULT_ENCODING


class TextDecoder:
    """Decoder of characters that RTF writes as bytes, of which two may be one, and as halves of surrogate pairs."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._encoding = _DEFAULT_ENCODING
        self._units: list[int] = []

    def add_bytes(self, data: bytes, encoding: str) -> str:
        """Take bytes in an encoding, and return the text that is complete before them."""
        text = "" if encoding == self._encoding and not self._units else self.flush()
        self._encoding = encoding
        self._bytes += data
        return text

    def add_unit(self, number: int) -> str:
        """Take a UTF-16 code unit, which RTF writes as a signed number, and return the text that is complete before it."""
        text = self.flush() if self._bytes else ""
        self._units.append(number & 0xFFFF)
        return text

    def flush(self) -> str:
        """Return the text so far."""
        text = self._bytes.decode(self._encoding, "replace") if self._bytes else ""
        if self._units:
            text += b"".join(unit.to_bytes(2, "little") for unit in self._units).decode("utf-16-le", "replace")
        self._bytes, self._units = bytearray(), []
        return text
