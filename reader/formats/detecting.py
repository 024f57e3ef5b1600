"""Which format a document has: by what it begins with and what is in it, and by its name only where that says nothing."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import Final

from reader.article.lazy import lazy

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
    lazy(r"^#{1,6} \S", re.MULTILINE),
    lazy(r"\]\(https?://"),
    lazy(r"^```", re.MULTILINE),
    lazy(r"^\[\^[^\]\s]+\]: ", re.MULTILINE),
    lazy(r"\*\*\w[^*\n]*\*\*"),
    lazy(r"^\|(?: ?:?-+:? ?\|)+$", re.MULTILINE),
)
_RST_SIGNS = (
    lazy(r"^\.\. [\w-]+::", re.MULTILINE),
    lazy(r"^\.\. \[[#*\w-]+\] ", re.MULTILINE),
    lazy(r"^\.\. _[^:\n]+: ", re.MULTILINE),
    lazy(r"^[=~^\"'-]{4,}\n[^\n]+\n[=~^\"'-]{4,}$", re.MULTILINE),
    lazy(r"\w`?_\b|\[[#*\w-]+\]_"),
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
_DOCX_MAIN: Final = lazy(r"word/document\d*\.xml")  # with a number when Word's web service has written it
_BEGINNING: Final = 200
_LOOKED_AT: Final = 100_000


def container_of(data: bytes) -> str:
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


def markup_of(data: bytes, source: str) -> str:
    """Return JATS or HTML for what is written so, "" for everything else; `source` is a path, an address or "-"."""
    beginning = data[:_LOOKED_AT]
    if b"\0" in beginning[:64]:
        beginning = beginning.replace(b"\0", b"").lstrip(b"\xff\xfe")  # UTF-16: its letters are what is looked for
    if _JATS_BEGINNING.match(beginning):
        return JATS
    if _HTML_BEGINNING.match(beginning):
        return HTML
    return HTML if _suffix(source) in _HTML_NAMES and _TAG.search(beginning) else ""


def text_format_of(text: str, source: str) -> str:
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
