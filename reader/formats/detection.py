"""Detect encoding and format of a document, and reject what cannot be read."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import PurePath
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError

# ------------------------------------------------------------------ never an exception, never a lone surrogate, one kind of

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
_DECODING_SAMPLE = 4096
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
    sample = data[: _DECODING_SAMPLE if len(data) > _DECODING_SAMPLE else len(data) & ~1]
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


# ------------------------------------------------------------------ What can't be read as text, told by its first bytes, and

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


# ------------------------------------------------------------------ by what it begins with and what is in it, and by its name

PDF: Final = "pdf"
EPUB: Final = "epub"
DOCX: Final = "docx"
JATS: Final = "jats"
HTML: Final = "html"
RST: Final = "rst"
MARKDOWN: Final = "markdown"
PLAIN: Final = "plain"

_MARKDOWN_NAMES: Final = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd"})
_RST_NAMES: Final = frozenset({".rst", ".rest"})
_HTML_NAMES: Final = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_MARKDOWN_SIGNS = (
    lazy_pattern(r"^#{1,6} \S", re.MULTILINE),
    lazy_pattern(r"\]\(https?://"),
    lazy_pattern(r"^```", re.MULTILINE),
    lazy_pattern(r"^\[\^[^\]\s]+\]: ", re.MULTILINE),
    lazy_pattern(r"\*\*\w[^*\n]*\*\*"),
    lazy_pattern(r"^\|(?: ?:?-+:? ?\|)+$", re.MULTILINE),
)
_RST_SIGNS = (
    lazy_pattern(r"^\.\. [\w-]+::", re.MULTILINE),
    lazy_pattern(r"^\.\. \[[#*\w-]+\] ", re.MULTILINE),
    lazy_pattern(r"^\.\. _[^:\n]+: ", re.MULTILINE),
    lazy_pattern(r"^[=~^\"'-]{4,}\n[^\n]+\n[=~^\"'-]{4,}$", re.MULTILINE),
    lazy_pattern(r"\w`?_\b|\[[#*\w-]+\]_"),
)
_HTML_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_JATS_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?[^>]*>\s*|<!--.*?-->\s*)*)(?:<!doctype\s+(?:pmc-articleset|article)\b"
    rb"|<pmc-articleset\b|<(?:\w+:)?article\b[^>]*(?:dtd-version|article-type|xlink|>\s*<(?:\w+:)?front\b))",
    re.IGNORECASE | re.DOTALL,
)
_TAG: Final = re.compile(rb"<(?:p|div|h[1-6]|ul|ol|article|section|table|br|a\s)[\s>/]", re.IGNORECASE)
_EPUB_TYPE: Final = b"application/epub+zip"
_DOCX_MAIN: Final = lazy_pattern(r"word/document\d*\.xml")  # with a number when Word's web service has written it
_BEGINNING: Final = 200
_LOOKED_AT: Final = 100_000


def detect_container(data: bytes) -> str:
    """Return EPUB or DOCX for what is packed as such, PDF, or "" for everything else."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if not data.startswith(b"PK\x03\x04"):
        return ""
    says_epub = _EPUB_TYPE in data[:_BEGINNING]
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):  # the last for a packing that zipfile does not know
        return EPUB if says_epub else ""
    if says_epub or "META-INF/container.xml" in names:
        return EPUB
    return DOCX if any(map(_DOCX_MAIN.fullmatch, names)) else ""


def detect_markup(data: bytes, source: str) -> str:
    """Return JATS or HTML for what is written so, "" for everything else; `source` is a path, an address or "-"."""
    beginning = data[:_LOOKED_AT]
    if b"\0" in beginning[:64]:
        beginning = beginning.replace(b"\0", b"").lstrip(b"\xff\xfe")  # UTF-16: its letters are what is looked for
    if _JATS_BEGINNING.match(beginning):
        return JATS
    if _HTML_BEGINNING.match(beginning):
        return HTML
    return HTML if _suffix(source) in _HTML_NAMES and _TAG.search(beginning) else ""


def detect_text_format(text: str, source: str) -> str:
    """Return RST, MARKDOWN or PLAIN for a text: by its name, where that says nothing, as of a pipe, by two kinds of signs."""
    suffix = _suffix(source)
    if suffix in _RST_NAMES:
        return RST
    if suffix:
        return MARKDOWN if suffix in _MARKDOWN_NAMES else PLAIN
    beginning = text[:_LOOKED_AT]
    if sum(sign.search(beginning) is not None for sign in _RST_SIGNS) > 1:
        return RST
    return MARKDOWN if sum(sign.search(beginning) is not None for sign in _MARKDOWN_SIGNS) > 1 else PLAIN


def _suffix(source: str) -> str:
    return PurePath(source).suffix.casefold()
