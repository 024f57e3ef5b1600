"""What can't be read as text, told by its first bytes, and what a person can do about it."""

from __future__ import annotations

from reader.errors import ReaderError
from reader.formats.decoding import has_mark, wide_encoding

_CONVERT = "save it as PDF, .docx or plain text first, in a program that opens it"
_CONVERT_BOOK = "convert it to EPUB first, for example with Calibre"
AGAIN = "it is broken or was cut short: get it again"
_NO_TEXT = "what is read are texts: web pages, PDF, EPUB, Word (.docx), JATS, Markdown, reStructuredText, plain text"
_PICTURE = "words in a picture are not read: text recognition can make a PDF with text of it"
_UNPACK = "unpack it first"
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # what a document that is locked with a password is kept as in an OLE file
_MAGIC = (
    (b"{\\rtf", "an RTF file", _CONVERT),
    (_OLE, "an old Office file (.doc, .xls, .ppt)", _CONVERT),
    (b"AT&TFORM", "a DjVu file", "convert it to PDF first"),
    (b"\x89PNG", "a PNG picture", _PICTURE),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE),
    (b"GIF8", "a GIF picture", _PICTURE),
    (b"BM", "a BMP picture", _PICTURE),
    (b"II*\0", "a TIFF picture", _PICTURE),
    (b"MM\0*", "a TIFF picture", _PICTURE),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"BZh", "a bzip2 archive", _UNPACK),
    (b"\xfd7zXZ", "an xz archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (b"\x7fELF", "a program", _NO_TEXT),
    (b"MZ", "a program", _NO_TEXT),
    (b"\xca\xfe\xba\xbe", "a program", _NO_TEXT),
    (b"SQLite format 3\0", "an SQLite database", _NO_TEXT),
    (b"OggS", "an audio file", _NO_TEXT),
    (b"ID3", "an audio file", _NO_TEXT),
    (b"fLaC", "an audio file", _NO_TEXT),
    (b"\0asm", "a program", _NO_TEXT),
    (b"wOFF", "a font", _NO_TEXT),
)
_ZIPPED = (
    (b"application/epub+zip", "an EPUB book that can't be unpacked", AGAIN),
    (b"word/document", "a Word document (.docx) that can't be unpacked", AGAIN),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file (.odt, .ods, .odp)", _CONVERT),
    (b"xl/workbook", "an Excel workbook (.xlsx)", _CONVERT),
    (b"ppt/presentation", "a PowerPoint presentation (.pptx)", _CONVERT),
    (b"Index/Document.iwa", "a document of Pages, Numbers or Keynote", _CONVERT),
)
"""What a zip archive is that holds such a name, or begins with such a declaration. EPUB and Word come here only when broken."""
_MOBI = slice(60, 68)
_BRAND = slice(8, 12)
_STILL_PICTURES = (b"heic", b"heix", b"mif1", b"avif")
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
        raise ReaderError(f"{source} is {what}", hint)
    if _is_binary(data):
        raise ReaderError(f"{source} is no text: it is full of control characters", _NO_TEXT)


def _known(data: bytes) -> tuple[str, str] | None:
    if data.startswith(b"PK\x03\x04"):
        ends = data[:_SAMPLE] + data[-_SAMPLE:]  # the names are in front of each member, and all of them at the end
        return next(((what, hint) for mark, what, hint in _ZIPPED if mark in ends), ("a zip archive", _UNPACK))
    if data[4:8] == b"ftyp":
        return ("a picture", _PICTURE) if data[_BRAND] in _STILL_PICTURES else ("an audio or video file", _NO_TEXT)
    if data.startswith(b"RIFF") and data[_BRAND] in (b"WAVE", b"WEBP", b"AVI "):
        return ("a WebP picture", _PICTURE) if data[_BRAND] == b"WEBP" else ("an audio or video file", _NO_TEXT)
    if data[_MOBI] == b"BOOKMOBI":
        return "a Kindle book (.mobi, .azw3)", _CONVERT_BOOK
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
