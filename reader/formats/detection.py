"""Detect the encoding, format and language of a document, and reject unreadable ones."""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.article.language import document_language
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import FileText, entry_ranges
from reader.article.ranges import Ranges, merge_ranges
from reader.errors import ReaderError

if TYPE_CHECKING:
    from zipfile import ZipFile

# ------------------------------------------------------------------ Encoding

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins like the mark of UTF-16-LE, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENCODING_SAMPLE_SIZE = 4096
_BROWSER_ENCODINGS: Final = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
}
"""The encodings that browsers use in place of the declared ones."""
_TEXT_ENCODING: Final = lazy_pattern(
    r"utf-(?:8|16|32)(?:-[bl]e)?|utf-8-sig|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|tis-620|kz1048|ptcp154|hp-roman8"
    r"|gb\w+|big5\w*|hz|euc_\w+|iso2022_\w+|shift_jis\w*|johab"
)


def decode(data: bytes) -> str:
    r"""Return the text of `data` with `\n` line ends and without a byte order mark.

    The candidates are, in order: the byte order mark, UTF-16 without a mark, UTF-8, and the guess of `charsets`. Invalid
    bytes become U+FFFD. Never raises.
    """
    return normalize_line_ends(decode_file(data).text)


def decode_file(data: bytes) -> FileText:
    """Return the text of `data` as `decode` does, but with its own line ends, and how it is encoded."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return FileText(data[len(mark) :].decode(encoding, "replace"), encoding, has_mark=True)
    if b"\0" in data and (wide := wide_encoding(data)):
        return FileText(data.decode(wide, "replace"), wide)
    if b"\x1b" in data and b"\x1b$" in data:
        from reader.formats.charsets import seven_bit_encoding

        if seven_bit := seven_bit_encoding(data):
            return FileText(data.decode(seven_bit), seven_bit)
    try:
        return FileText(data.decode("utf-8"))
    except UnicodeDecodeError:
        from reader.formats.charsets import guess_encoding  # not for the first frame of a text in Unicode

        encoding = guess_encoding(data)
        return FileText(data.decode(encoding, "replace"), encoding)


def decode_declared(data: bytes, charset: str) -> str | None:
    """Return the text of `data` in a charset that the document or its server declares, or None if that does not fit."""
    encoding = _declared_encoding(charset)
    try:
        text = data.decode(encoding) if encoding else None
    except UnicodeError:
        return None
    if text is None or encoding.startswith("utf-") or (data.isascii() and b"\x1b" not in data):
        return text
    from reader.formats.charsets import is_declared_wrongly

    return None if is_declared_wrongly(data, encoding) else text


def _declared_encoding(charset: str) -> str:
    """Return Python's encoding for a charset, as browsers read it, or "" if it is not an encoding of texts.

    Python also knows "punycode", "rot13", "unicode_escape" and the like, some of which take quadratic time, and EBCDIC, in
    which no page can declare it.
    """
    name = _BROWSER_ENCODINGS.get(charset.lower(), charset)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    is_text = _TEXT_ENCODING.fullmatch(found) and (found.startswith("utf-") or b"<".decode(found, "replace") == "<")
    return found if is_text else ""


def cut_bytes(data: bytes, size: int) -> bytes:
    """Return at most the first `size` bytes, without a part of a character in UTF-8 at the end."""
    end = size
    while end and size - end < 4 and 0x80 <= data[end - 1] < 0xC0:
        end -= 1
    return data[: end - 1 if end and data[end - 1] >= 0xC0 else size]


def has_byte_order_mark(data: bytes) -> bool:
    """Whether `data` begins with a byte order mark."""
    return data.startswith(tuple(mark for mark, _ in _BYTE_ORDER_MARKS))


def normalize_line_ends(text: str) -> str:
    r"""Replace `\r\n` and `\r` by `\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def wide_encoding(data: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" if `data` looks like that without a byte order mark, else ""."""
    sample = data[: _ENCODING_SAMPLE_SIZE if len(data) > _ENCODING_SAMPLE_SIZE else len(data) & ~1]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs < 2 or max(even, odd) < pairs * 0.4 or min(even, odd) > pairs * 0.05:
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = sample.decode(encoding, "replace")
    return encoding if sum(char.isprintable() or char.isspace() for char in text) > pairs * 0.9 else ""


# ------------------------------------------------------------------ Files without text

_CONVERT_HINT = "Open it in another program and save it as PDF, .docx or plain text"
_CONVERT_BOOK_HINT = "Convert it to EPUB, for example with Calibre"
BROKEN_FILE_HINT = "The file is damaged or incomplete: get it again"
_FORMATS_HINT = (
    "Supported are web pages, mails, PDF, EPUB, Word (.docx), OpenDocument (.odt), RTF, LaTeX, notebooks, JATS, Markdown, "
    "reStructuredText, wikitext and plain text"
)
_PICTURE_HINT = "Text recognition (OCR) can turn it into a PDF with text"
_UNPACK_HINT = "Unpack it first"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")  # the stream of a password-protected document in an OLE file
_MAGIC_NUMBERS = (
    (_OLE_MAGIC, "an old Office file (.doc, .xls, .ppt)", _CONVERT_HINT),
    (b"bplist00", "a property list, as of a .webarchive", "Open it in Safari, and save it as a PDF"),
    (b"AT&TFORM", "a DjVu file", "Convert it to PDF first, with `ddjvu -format=pdf FILE FILE.pdf` of DjVuLibre"),
    (b"\x89PNG", "a PNG picture", _PICTURE_HINT),
    (b"\xff\xd8\xff", "a JPEG picture", _PICTURE_HINT),
    (b"GIF8", "a GIF picture", _PICTURE_HINT),
    (b"BM", "a BMP picture", _PICTURE_HINT),
    (b"II*\0", "a TIFF picture", _PICTURE_HINT),
    (b"MM\0*", "a TIFF picture", _PICTURE_HINT),
    (b"\x1f\x8b", "a gzip archive", _UNPACK_HINT),
    (b"BZh", "a bzip2 archive", _UNPACK_HINT),
    (b"\xfd7zXZ", "an xz archive", _UNPACK_HINT),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK_HINT),
    (b"Rar!", "a RAR archive", _UNPACK_HINT),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK_HINT),
    (b"\x7fELF", "a program", _FORMATS_HINT),
    (b"MZ", "a program", _FORMATS_HINT),
    (b"\xca\xfe\xba\xbe", "a program", _FORMATS_HINT),
    (b"SQLite format 3\0", "an SQLite database", _FORMATS_HINT),
    (b"OggS", "an audio file", _FORMATS_HINT),
    (b"ID3", "an audio file", _FORMATS_HINT),
    (b"fLaC", "an audio file", _FORMATS_HINT),
    (b"\0asm", "a program", _FORMATS_HINT),
    (b"wOFF", "a font", _FORMATS_HINT),
)
_ZIP_MEMBERS = (
    (b"application/epub+zip", "an EPUB book that cannot be unpacked", BROKEN_FILE_HINT),
    (b"word/document", "a Word document (.docx) that cannot be unpacked", BROKEN_FILE_HINT),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (.odt) that cannot be unpacked", BROKEN_FILE_HINT),
    (b"application/vnd.oasis.opendocument", "an OpenDocument sheet, drawing or presentation (.ods, .odg, .odp)", _CONVERT_HINT),
    (b"xl/workbook", "an Excel workbook (.xlsx)", _CONVERT_HINT),
    (b"ppt/presentation", "a PowerPoint presentation (.pptx)", _CONVERT_HINT),
    (b"Index/Document.iwa", "a document of Pages, Numbers or Keynote", _CONVERT_HINT),
)
"""Kinds of zip archives by a name or type in them. EPUB and Word files match only if they are broken."""
_PICTURE_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*")
_MOBI_PLACE = slice(60, 68)
_BRAND_PLACE = slice(8, 12)
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
_TEXT_LIKE_MAGIC = frozenset({b"BM", b"MZ", b"ID3", b"BZh"})  # text may begin with these too
_TEXT_CONTROLS = b"\t\n\r\f\b\v\x1b\x1a"
_CONTROL_BYTES = bytes(set(range(32)) - set(_TEXT_CONTROLS)) + b"\x7f"
_BINARY_SAMPLE_SIZE = 65536
_MAX_CONTROLS = 8
_MAX_CONTROL_SHARE = 0.03


def document_name(source: str) -> str:
    """Return the name of a document in messages: its path or address, or "The input" for a pipe."""
    return "The input" if source == "-" else source


def reject_binary(data: bytes, source: str) -> None:
    """Raise ReaderError if `data` is empty or not text. `source` is its name in messages.

    A text may contain a few control characters, which are shown as symbols.
    """
    if not data.strip(b" \t\r\n\f\v\0"):
        raise ReaderError(f"{source} is empty", "Choose a document that contains text")
    if kind := _identify_binary(data):
        description, hint = kind
        raise ReaderError(f"{source} is {description}", hint)
    if _is_binary(data):
        raise ReaderError(f"{source} is not text: it is full of control characters", _FORMATS_HINT)


def _identify_binary(data: bytes) -> tuple[str, str] | None:
    if data.startswith(b"PK\x03\x04"):
        # The names are before each member and in the directory at the end.
        ends = data[:_BINARY_SAMPLE_SIZE] + data[-_BINARY_SAMPLE_SIZE:]
        return next(
            ((description, hint) for mark, description, hint in _ZIP_MEMBERS if mark in ends), ("a zip archive", _UNPACK_HINT)
        )
    if data[4:8] == b"ftyp":
        return (
            ("a picture", _PICTURE_HINT) if data[_BRAND_PLACE] in _PICTURE_BRANDS else ("an audio or video file", _FORMATS_HINT)
        )
    if data.startswith(b"RIFF") and data[_BRAND_PLACE] in (b"WAVE", b"WEBP", b"AVI "):
        return ("a WebP picture", _PICTURE_HINT) if data[_BRAND_PLACE] == b"WEBP" else ("an audio or video file", _FORMATS_HINT)
    if data[_MOBI_PLACE] == b"BOOKMOBI":
        return "a Kindle book (.mobi, .azw3)", _CONVERT_BOOK_HINT
    if data.startswith(_OLE_MAGIC) and _LOCKED_OFFICE in data:
        return "an Office document that is locked with a password", "Remove the password in the program it was made with"
    for magic, description, hint in _MAGIC_NUMBERS:
        if data.startswith(magic) and (magic not in _TEXT_LIKE_MAGIC or _is_binary(data)):
            return description, hint
    return None


def describe_picture(data: bytes) -> str:
    """Return what kind of picture data is, such as "a PNG picture", if its text can be recognised, else ""."""
    is_picture = data.startswith(_PICTURE_MAGIC) or (data.startswith(b"RIFF") and data[_BRAND_PLACE] == b"WEBP")
    kind = _identify_binary(data) if is_picture else None
    return kind[0] if kind else ""


def _is_binary(data: bytes) -> bool:
    """Whether the data has more control characters than a text may contain by accident. UTF-16 and UTF-32 are text."""
    if has_byte_order_mark(data) or wide_encoding(data):
        return False
    sample = data[:_BINARY_SAMPLE_SIZE]
    return len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > max(_MAX_CONTROLS, len(sample) * _MAX_CONTROL_SHARE)


# ------------------------------------------------------------------ Format

PDF: Final = "pdf"
SCAN: Final = "scan"
EPUB: Final = "epub"
DOCX: Final = "docx"
ODT: Final = "odt"
RTF: Final = "rtf"
FLAT_ODT: Final = "fodt"
JATS: Final = "jats"
HTML: Final = "html"
MESSAGE: Final = "message"
NOTEBOOK: Final = "notebook"
LATEX: Final = "latex"
RST: Final = "rst"
MARKDOWN: Final = "markdown"
WIKITEXT: Final = "wikitext"
PLAIN: Final = "plain"

_MARKDOWN_NAMES: Final = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd"})
_RST_NAMES: Final = frozenset({".rst", ".rest"})
_WIKITEXT_NAMES: Final = frozenset({".wiki", ".wikitext", ".mediawiki"})
_HTML_NAMES: Final = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_OTHER_NAMES: Final = frozenset(
    {".txt", ".text", ".pdf", ".epub", ".docx", ".odt", ".ott", ".fodt", ".rtf", ".tex", ".xml", ".nxml"}
)
_MESSAGE_NAMES: Final = frozenset({".mht", ".mhtml", ".eml"})
_NOTEBOOK_NAMES: Final = frozenset({".ipynb"})
_PLAIN_NAMES: Final = _MARKDOWN_NAMES | _RST_NAMES | {".txt", ".text"}
_DOCUMENT_NAMES: Final = (
    _MARKDOWN_NAMES | _RST_NAMES | _WIKITEXT_NAMES | _HTML_NAMES | _OTHER_NAMES | _MESSAGE_NAMES | _NOTEBOOK_NAMES
)
_TEXT_NAMES: Final = frozenset({".txt", ".text"})
_MARKDOWN_LINKS = lazy_pattern(r"\]\(https?://|^\[\^[^\]\s]+\]: ", re.MULTILINE)
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
_WIKI_LINK: Final = lazy_pattern(r"\[\[[:#]?[^\W\d_][^\[\]{}|\n]{0,200}(?:\|[^\[\]\n]{0,300})?\]\]")
_WIKI_HEADING: Final = lazy_pattern(r"^(={2,6})[^=\n][^\n]{0,200}(?<=[^=])\1[ \t]*$", re.MULTILINE)
_WIKI_BOLD: Final = lazy_pattern(r"(?<!= )(?<!['=(,])'''[^'\n]{1,200}'''(?!')")
_WIKI_TEMPLATE: Final = lazy_pattern(r"\{\{[^{}|\n%#]{1,80}\n?\|")
_WIKITEXT_SIGNS: Final = (
    lazy_pattern(r"(?:<|&lt;)/ref(?:>|&gt;)|<ref\s+(?:name|group)\s*=[^<>\n]{1,200}/>|<references\b", re.IGNORECASE),
    lazy_pattern(
        r"\{\{(?:[Cc]it(?:e |ation\b|ar? )|[Ii]nfobox|[Rr]ef(?:list|erences?\b)|[Nn]otelist|[Ss]fn|[Ee]fn|[Ll]ang[-|]|[Mm]ain\|"
        r"|[Ss]hort desc|[Cc]onvert\||[Uu]se [dm]|[Ss]ee also|DEFAULTSORT|Literatur|Internetquelle|[Ll]ien |[Oo]uvrage"
        r"|Article\b|Ficha|(?i:книга|статья|карточка|примечания))"
    ),
    lazy_pattern(
        r"^\[\[(?:Category|File|Image|Kategorie|Datei|Catégorie|Fichier|Categoría|Archivo|Категория|Файл):", re.MULTILINE
    ),
    lazy_pattern(r"^\{\|[^\n]*\n[ \t]*[|!]", re.MULTILINE),
)
"""What the wikis of MediaWiki have and other texts rarely: notes, common templates, categories, tables."""
_HTML_BEGINNING = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_JATS_BEGINNING = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?[^>]*>\s*|<!--.*?-->\s*)*)(?:<!doctype\s+(?:pmc-articleset|article)\b"
    rb"|<pmc-articleset\b|<(?:\w+:)?article\b[^>]*(?:dtd-version|article-type|xlink|>\s*<(?:\w+:)?front\b))",
    re.IGNORECASE | re.DOTALL,
)
_FLAT_ODT_BEGINNING: Final = lazy_pattern(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?[^>]*>\s*|<!--.*?-->\s*)*)<office:document\b[^>]*opendocument\.text", re.DOTALL
)
_MESSAGE_BEGINNING: Final = lazy_pattern(rb"(?:From [^\n]{1,500}\n)?(?P<headers>[A-Za-z])[A-Za-z0-9-]{1,60}:[ \t\r\n]")
_MESSAGE_HEADERS: Final = lazy_pattern(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]*\n(?:[ \t][^\n]*\n)*)+\Z")
_MIME_HEADERS: Final = (
    lazy_pattern(rb"^mime-version:[ \t]*\d", re.IGNORECASE | re.MULTILINE),
    lazy_pattern(rb"^content-type:\s*[\w.+-]+/[\w.+-]+[ \t]*(?:;|$)", re.IGNORECASE | re.MULTILINE),
)
_MAIL_HEADERS: Final = (
    lazy_pattern(rb"^from:", re.IGNORECASE | re.MULTILINE),
    lazy_pattern(rb"^date:", re.IGNORECASE | re.MULTILINE),
)
_LATEX_SIGN: Final = lazy_pattern(rb"^[ \t]*\\(?:documentclass\b|documentstyle\b|begin\{document\})", re.MULTILINE)
_LATEX_BEGINNING: Final = lazy_pattern(rb"(?>(?:[ \t\r]*(?:%[^\n]*)?\n)*)[ \t]*\\[a-zA-Z@]")
"""A text about LaTeX has a command in it, but does not begin with one."""
_TEX_NAMES: Final = frozenset({".tex", ".ltx", ".latex"})
_TEX_COMMAND: Final = lazy_pattern(rb"\\[a-zA-Z]+[ \t]*[\[{]")
_NOTEBOOK_FORMAT: Final = lazy_pattern(rb'"nbformat"\s*:\s*\d')
_NOTEBOOK_CELLS: Final = lazy_pattern(rb'"(?:cells|worksheets)"\s*:\s*\[')
_NOTEBOOK_EDGE: Final = 4096
"""The bytes at the beginning and end of a notebook where its format is named."""
_TAG: Final = lazy_pattern(rb"<(?:p|div|h[1-6]|ul|ol|article|section|table|br|a\s)[\s>/]", re.IGNORECASE)
_FRAGMENT: Final = lazy_pattern(
    rb"\s*(?>(?:<!--[^>]{0,80}-->\s*|<meta\b[^>]*>\s*)*)"
    rb"<(?:p|div|span|h[1-6]|ul|ol|article|section|table|blockquote|a|b|i|em|strong)[\s>]",
    re.IGNORECASE,
)
"""A part of a page, as programs put it into the clipboard: it begins and ends with markup."""
_EPUB_TYPE: Final = b"application/epub+zip"
_DOCX_MAIN: Final = lazy_pattern(r"word/document\d*\.xml")  # Word's web service adds a number
DIRECTORY_ENTRY: Final = b"PK\x01\x02"
"""The bytes before each member in the directory of a zip file."""
MAX_MEMBERS: Final = 50_000
"""The most members of a zip file that is a document."""
_ODT_TYPE: Final = b"application/vnd.oasis.opendocument.text"
_TYPE_END: Final = 200
_RTF_MAGIC: Final = b"{\\rtf"
_MARKUP_SAMPLE_SIZE: Final = 100_000


def detect_container(data: bytes) -> str:
    """Return PDF, EPUB, ODT, RTF or DOCX for such a file, else ""."""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if data[:_TYPE_END].removeprefix(codecs.BOM_UTF8).lstrip().startswith(_RTF_MAGIC):
        return RTF
    if not data.startswith(b"PK\x03\x04"):
        return ""
    import zipfile  # not for the first frame of a text

    is_epub = _EPUB_TYPE in data[:_TYPE_END]
    if data.count(DIRECTORY_ENTRY) > MAX_MEMBERS:
        return EPUB  # whose importer refuses it; to list the members would take 0.6 KB of memory for each
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):  # NotImplementedError: unknown compression
        return EPUB if is_epub else ""
    names = set(package.namelist())
    if is_epub or "META-INF/container.xml" in names:
        return EPUB
    if "content.xml" in names and _is_odt(data, package):
        return ODT
    return DOCX if any(map(_DOCX_MAIN.fullmatch, names)) else ""


def _is_odt(data: bytes, package: ZipFile) -> bool:
    """Whether a package says that it is an OpenDocument text. What packs it anew may not put its type first."""
    if _ODT_TYPE in data[:_TYPE_END]:
        return True
    import lzma  # not for the first frame of a text
    import zipfile
    import zlib

    try:
        with package.open("mimetype") as member:
            return member.read(_TYPE_END).startswith(_ODT_TYPE)
    except (KeyError, OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError):
        return False


def detect_markup(data: bytes, source: str) -> str:
    """Return JATS, HTML, FLAT_ODT, MESSAGE, NOTEBOOK or LATEX for such data, else ""; `source` is a path, an address or "-"."""
    beginning = data[:_MARKUP_SAMPLE_SIZE]
    if b"\0" in beginning[:64]:
        beginning = beginning.replace(b"\0", b"").lstrip(b"\xff\xfe")  # UTF-16: keep its ASCII letters
    beginning = beginning.removeprefix(codecs.BOM_UTF8)
    if beginning.lstrip()[:1] == b"<" and (markup := _detect_elements(beginning)):
        return markup
    suffix = _suffix(source)
    if _is_message(beginning, suffix):
        return MESSAGE
    if beginning.lstrip()[:1] == b"{" and (suffix in _NOTEBOOK_NAMES or _is_notebook(data)):
        return NOTEBOOK
    if _TEX_COMMAND.search(beginning) if suffix in _TEX_NAMES else suffix not in _PLAIN_NAMES and _is_latex(beginning):
        return LATEX
    is_page = suffix in _HTML_NAMES or (source == "-" and _is_fragment(data, beginning))
    return HTML if is_page and _TAG.search(beginning) else ""


def _detect_elements(beginning: bytes) -> str:
    """Return JATS, HTML or FLAT_ODT for data that begins with elements of one of these, else ""."""
    patterns = ((JATS, _JATS_BEGINNING), (HTML, _HTML_BEGINNING), (FLAT_ODT, _FLAT_ODT_BEGINNING))
    return next((kind for kind, pattern in patterns if pattern.match(beginning)), "")


def _is_message(beginning: bytes, suffix: str) -> bool:
    """Whether data begins with the headers of a MIME message or, by its name, of a mail older than MIME."""
    if not (start := _MESSAGE_BEGINNING.match(beginning)):
        return False
    lines = beginning[start.start("headers") :].replace(b"\r\n", b"\n")
    headers = lines[: lines.find(b"\n\n") + 1]
    if not _MESSAGE_HEADERS.match(headers):
        return False
    wanted = (_MIME_HEADERS, *((_MAIL_HEADERS,) if suffix in _MESSAGE_NAMES else ()))
    return any(all(header.search(headers) for header in group) for group in wanted)


def _is_fragment(data: bytes, beginning: bytes) -> bool:
    """Whether data from a pipe is a part of a page rather than Markdown that begins with an element of HTML."""
    if not (_FRAGMENT.match(beginning) and data.rstrip(b"\0\r\n\t ").endswith(b">")):
        return False
    return _count_markdown_signs(decode(beginning)) < 2


def _is_latex(beginning: bytes) -> bool:
    """Whether data is a whole document of LaTeX, not a text that has one in it."""
    return _LATEX_BEGINNING.match(beginning) is not None and _LATEX_SIGN.search(beginning) is not None


def _is_notebook(data: bytes) -> bool:
    """Whether data is JSON with the keys of a Jupyter notebook."""
    edges = data[:_NOTEBOOK_EDGE], data[-_NOTEBOOK_EDGE:]
    return any(map(_NOTEBOOK_FORMAT.search, edges)) and _NOTEBOOK_CELLS.search(data) is not None


def detect_text_format(text: str, source: str) -> str:
    """Return RST, MARKDOWN, WIKITEXT or PLAIN by the suffix of the source or, without one, by at least two kinds of markup.

    Wikitext is also recognised in a file that ends with ".txt", and at any address, as those of wikis are "index.php?title=…".
    Markdown is recognised there too if it has links or footnotes.
    """
    suffix = _suffix(source)
    if suffix in _RST_NAMES:
        return RST
    if suffix in _MARKDOWN_NAMES:
        return MARKDOWN
    beginning = text[:_MARKUP_SAMPLE_SIZE]
    may_be_wikitext = not suffix or suffix in _TEXT_NAMES or "://" in source
    if suffix in _WIKITEXT_NAMES or (may_be_wikitext and _is_wikitext(beginning)):
        return WIKITEXT
    if suffix in _TEXT_NAMES:  # answers of language models are saved so, with their links
        is_linked = _MARKDOWN_LINKS.search(beginning) is not None
        return MARKDOWN if is_linked and _count_markdown_signs(beginning) > 1 else PLAIN
    if suffix:
        return PLAIN
    if sum(sign.search(beginning) is not None for sign in _RST_SIGNS) > 1:
        return RST
    return MARKDOWN if _count_markdown_signs(beginning) > 1 else PLAIN


def _count_markdown_signs(beginning: str) -> int:
    return sum(sign.search(beginning) is not None for sign in _MARKDOWN_SIGNS)


def _is_wikitext(beginning: str) -> bool:
    """Whether a text has a link to a page of a wiki and two other kinds of its markup.

    Notes in Markdown, source code and templates of other programs also have `[[…]]`, `{{…|…}}` and `==…==`, so those are not
    enough, and a text that has Markdown besides is wikitext only with two kinds of markup of its own.
    """
    if "[[" not in beginning or _WIKI_LINK.search(beginning) is None:
        return False
    own = sum(sign.search(beginning) is not None for sign in _WIKITEXT_SIGNS)
    markdown = sum(sign.search(beginning) is not None for sign in _MARKDOWN_SIGNS[1:])  # "# " begins an item in wikitext
    if markdown:
        return markdown == 1 and own > 1
    has_heading, has_bold = _WIKI_HEADING.search(beginning), _WIKI_BOLD.search(beginning)
    if has_heading and has_bold:
        return True
    return own > 1 or (own == 1 and bool(has_heading or has_bold or _WIKI_TEMPLATE.search(beginning)))


def reject_foreign_text(text: str, source: str) -> None:
    """Raise ReaderError for a text in a format that is not read, whose markup would be shown as words of an article."""
    suffix = _suffix(urlsplit(source).path if "://" in source else source)
    if suffix in _PLAIN_NAMES and text[:1] != "<":
        return
    from reader.formats.foreign_text import find_foreign_format  # not for the first frame of other texts

    if (foreign := find_foreign_format(text, suffix)) is not None:
        raise ReaderError(f"{document_name(source)} is {foreign.description}", foreign.hint)


def is_document_name(name: str) -> bool:
    """Whether a file's name says that it is a document; a file with any other name may be one too."""
    return _suffix(name) in _DOCUMENT_NAMES


def _suffix(source: str) -> str:
    return PurePath(source).suffix.casefold()


# ------------------------------------------------------------------ Language


def with_language(article: Article) -> Article:
    """Return a copy of an article whose language is that of its prose, or the one that it declares."""
    noise, entries = Ranges(article.noise), Ranges(merge_ranges(entry_ranges(article.references)))
    language = document_language(
        article.language, article.text, article.blocks, lambda start: noise.contains(start) or entries.contains(start)
    )
    return article if language == article.language else replace(article, language=language)
