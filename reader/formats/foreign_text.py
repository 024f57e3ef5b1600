"""Recognize text files in formats that are not read: as plain text they would show their markup as words of the article.

A name alone proves nothing, as ".org" may end an address and ".typ" anything: the text must look like its format too.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern

_SAMPLE_SIZE: Final = 20_000
"""The characters from the beginning that are looked at."""
_PANDOC: Final = "Convert it first, for example with pandoc: pandoc FILE -o FILE.html"
_CONVERT_XML: Final = "Open it in the program it was made with, and save it as a web page, PDF or .docx"


class ForeignFormat(NamedTuple):
    """A format that is not read: how messages call a file of it, and the way out."""

    description: str
    hint: str


class _Markup(NamedTuple):
    """How a format is recognized: by a sign, or by an ending of the file's name together with a weaker sign."""

    format: ForeignFormat
    sign: re.Pattern[str] | None
    suffixes: frozenset[str]
    weak_sign: re.Pattern[str]


def _markup(description: str, sign: str, suffixes: tuple[str, ...], weak_sign: str) -> _Markup:
    pattern = lazy_pattern(sign, re.MULTILINE) if sign else None
    return _Markup(ForeignFormat(description, _PANDOC), pattern, frozenset(suffixes), lazy_pattern(weak_sign, re.MULTILINE))


_MARKUPS: Final = (
    _markup(
        "an Org file",
        r"\A(?:[ \t]*\n|#[ \t]+-\*-[^\n]*\n){0,20}#\+(?i:title|author|startup|options|setupfile)[ \t]*:",
        (".org",),
        r"^(?:\*{1,6} \S|#\+\w+:)|\[\[[^\[\]\n]+\]\[|^[ \t]*:PROPERTIES:",
    ),
    _markup(
        "an AsciiDoc file", "", (".adoc", ".asciidoc", ".asc"), r"^(?:={1,6} \S|:[\w-]+:|\[\[?[\w,#.%= -]+\]\]?$|include::)"
    ),
    _markup("a Typst file", "", (".typ",), r"^(?:={1,6} \S|#(?:set|let|show|import|include)\b)|#(?:cite|link|footnote)[(\[]"),
    _markup("a Texinfo file", r"\A\\input texinfo\b", (".texi", ".texinfo"), r"^@(?:node|chapter|section|settitle)\b"),
    _markup("a troff file, such as a manual page", "", tuple(f".{n}" for n in range(1, 10)), r"^\.(?:TH|SH|Dd|Sh) "),
)
_XML_BEGINNING: Final = lazy_pattern(r"\s*(?:<\?xml\b|<!DOCTYPE\b(?!\s+html))", re.IGNORECASE)
_ROOT: Final = lazy_pattern(r"<((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)[\s>/]")
_XML_FORMATS: Final = {
    "FictionBook": ForeignFormat("an FB2 book", "Convert it to EPUB, for example with Calibre"),
    "rss": ForeignFormat("a news feed (RSS)", "Open one of its articles by its address"),
    "feed": ForeignFormat("a news feed (Atom)", "Open one of its articles by its address"),
    "TEI": ForeignFormat("a TEI document", _CONVERT_XML),
    "opml": ForeignFormat("an OPML outline", _PANDOC),
    "svg": ForeignFormat("an SVG picture", "Text recognition (OCR) can turn it into a PDF with text"),
    "plist": ForeignFormat("a property list, as of a .webarchive", "Open it in Safari, and save it as a PDF"),
}


def find_foreign_format(text: str, suffix: str) -> ForeignFormat | None:
    """Return the format of a text that is not read, or None. `suffix` ends its file's name, such as ".org", in lower case."""
    beginning = text[:_SAMPLE_SIZE]
    for markup in _MARKUPS:
        if markup.sign is not None and markup.sign.search(beginning):
            return markup.format
        if suffix in markup.suffixes and markup.weak_sign.search(beginning):
            return markup.format
    if _XML_BEGINNING.match(beginning) and (root := _ROOT.search(beginning)):
        name = root[1].rpartition(":")[2]
        return _XML_FORMATS.get(name) or ForeignFormat(f"an XML document (<{name}>), of a kind that is not read", _CONVERT_XML)
    return None
