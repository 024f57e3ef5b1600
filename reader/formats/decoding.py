"""Bytes to text, whatever the encoding: never an exception, never a lone surrogate, one kind of line end."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16-LE: must be looked for first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
_LONGEST_GUESS = 200_000


def decode(data: bytes) -> str:
    r"""Return the text of `data` with line ends folded to `\n` and without a byte order mark.

    Tried in order: the byte order mark, UTF-8, UTF-16 without a mark, what charset-normalizer takes it for, Windows-1252.
    Bytes that have no meaning in the chosen encoding become U+FFFD.
    """
    return fold(_decoded(data))


def has_mark(data: bytes) -> bool:
    """Whether `data` begins with a byte order mark."""
    return data.startswith(tuple(mark for mark, _ in _MARKS))


def fold(text: str) -> str:
    r"""Return `text` with `\r\n` and lone `\r` as `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def wide_encoding(data: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" when `data` looks like it without saying so by a mark, else ""."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 4:
        return ""
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.05:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.05:
        return "utf-16-be"
    return ""


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data and (wide := wide_encoding(data)):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_guess(data), "replace")


def _guess(data: bytes) -> str:
    """Return the name of a legacy encoding that fits `data`."""
    from charset_normalizer import from_bytes  # 40 ms to import, and only needed for legacy encodings

    best = from_bytes(data[:_LONGEST_GUESS]).best()
    return best.encoding if best is not None else "cp1252"
