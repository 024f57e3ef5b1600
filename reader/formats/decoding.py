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
_ASCII = bytes(range(128))
_WESTERN = frozenset("äöüÄÖÜßàâáãåæçéèêëîïíñóôòõøœùûúÿÀÂÁÅÆÇÉÈÊÍÑÓØÚ“”„‘’‚–—…•€£§©®°«»·¿¡½²³\xa0\xad")
_LEGACY = [
    *(
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "iso8859_2",
        "iso8859_15",
        "koi8_r",
        "koi8_u",
    ),
    *("mac_roman", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp437", "cp850", "cp866"),
]
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
    sample = data[: _SAMPLE if len(data) > _SAMPLE else len(data) & ~1]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs < 2 or max(even, odd) < pairs * 0.4 or min(even, odd) > pairs * 0.05:
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = sample.decode(encoding, "replace")
    return encoding if sum(char.isprintable() or char.isspace() for char in text) > pairs * 0.9 else ""


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
    """Return the name of a legacy encoding that fits `data`: Windows-1252 when its letters are those of western Europe."""
    sample = data[:_LONGEST_GUESS]
    high = sample.translate(None, _ASCII).decode("cp1252", "replace")
    if sum(char in _WESTERN for char in high) >= len(high) * 0.9:
        return "cp1252"
    from charset_normalizer import from_bytes  # 40 ms to import, and only needed for legacy encodings

    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    return best.encoding if best is not None else "cp1252"
