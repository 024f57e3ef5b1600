"""What can't be read as text, told by its first bytes, and what a person can do about it."""

from __future__ import annotations

from reader.errors import ReaderError
from reader.formats.decoding import has_mark, wide_encoding

_CONVERT = "save it as plain text or Markdown first"
_PICTURE = "an article is read as text: plain text or Markdown"
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # what a document that is locked with a password is kept as in an OLE file
_MAGIC = (
    (b"%PDF-", "a PDF file", "PDF is not read yet: " + _CONVERT + ", for example with pdftotext"),
    (b"{\\rtf", "an RTF file", "RTF is not read: " + _CONVERT),
    (_OLE, "an old Office file (.doc, .xls, .ppt)", _CONVERT),
    (b"\x89PNG", "a PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"GIF8", "a GIF picture", _PICTURE),
    (b"BM", "a BMP picture", _PICTURE),
    (b"II*\0", "a TIFF picture", _PICTURE),
    (b"MM\0*", "a TIFF picture", _PICTURE),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
    (b"\x7fELF", "a program", _PICTURE),
    (b"MZ", "a program", _PICTURE),
    (b"\xca\xfe\xba\xbe", "a program", _PICTURE),
    (b"SQLite format 3\0", "an SQLite database", _PICTURE),
    (b"OggS", "an audio file", _PICTURE),
    (b"ID3", "an audio file", _PICTURE),
    (b"fLaC", "an audio file", _PICTURE),
    (b"\0asm", "a program", _PICTURE),
    (b"wOFF", "a font", _PICTURE),
)
_ZIPPED = (
    (b"application/epub+zip", "an EPUB book", "EPUB is not read yet: " + _CONVERT + ", for example with pandoc"),
    (b"word/", "a Word document (.docx) that can't be unpacked", "it is broken or was cut short: get it again"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "ODT is not read yet: " + _CONVERT),
    (b"xl/", "an Excel workbook", _CONVERT),
    (b"ppt/", "a PowerPoint presentation", _CONVERT),
)
_TEXT_LIKE = frozenset({b"BM", b"MZ", b"ID3", b"BZh"})  # what a text may begin with, too
_TEXT_CONTROLS = b"\t\n\r\f\b\v\x1b\x1a"
_CONTROLS = bytes(set(range(32)) - set(_TEXT_CONTROLS)) + b"\x7f"
_SAMPLE = 65536
_FEW_CONTROLS = 8
_MOST_CONTROLS = 0.03


def refuse_binary(data: bytes, source: str) -> None:
    """Raise ReaderError when `data` is empty or no text; `source` is what the message calls it.

    Single control characters in what is text otherwise are no reason: they are shown as symbols.
    """
    if not data.strip(b" \t\r\n\f\v\0"):
        raise ReaderError(f"{source} is empty", "there is nothing to read in it")
    if kind := _known(data):
        what, hint = kind
        raise ReaderError(f"{source} is {what}, not a text", hint)
    if _is_binary(data):
        raise ReaderError(f"{source} is no text: it is full of control characters", _PICTURE)


def _known(data: bytes) -> tuple[str, str] | None:
    if data.startswith(b"PK\x03\x04"):
        head = data[:_SAMPLE]
        return next(((what, hint) for mark, what, hint in _ZIPPED if mark in head), ("a zip archive", "unpack it first"))
    if data[4:8] == b"ftyp":
        return "an audio or video file", _PICTURE
    if data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"WEBP", b"AVI "):
        return "a sound, picture or video file", _PICTURE
    if data.startswith(_OLE) and _LOCKED in data:
        return "an Office document that is locked with a password", "unlock it first in the program it was made with"
    for magic, what, hint in _MAGIC:
        if data.startswith(magic) and (magic not in _TEXT_LIKE or _is_binary(data)):
            return what, hint
    return None


def _is_binary(data: bytes) -> bool:
    """Whether the beginning has more control characters than a text may have by accident, wide encodings apart."""
    if has_mark(data) or wide_encoding(data):
        return False
    sample = data[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > max(_FEW_CONTROLS, len(sample) * _MOST_CONTROLS)
