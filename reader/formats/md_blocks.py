"""The blocks of Markdown, with exact ranges: CommonMark's containers and leaves, GitHub's tables, footnote definitions.

A line belongs to the containers (quotes, list items, footnotes) whose signs or indentation it carries; what is left of it continues
the open leaf or begins a new one. Every sign that is not text becomes a hidden range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.article.model import Block, BlockKind, Span
from reader.formats.md_html import HtmlBlock, html_block_at

_WHITE = re.compile(r"[ \t]*")
_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_CLOSE = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_FENCE = re.compile(r"(`{3,})[^`\n]*$|(~{3,})[^\n]*$")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*$")
_MARKER = re.compile(r"([-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,80})\]:[ \t]*")
_DELIMITER_ROW = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_DEFINITION = re.compile(
    r"\[((?:[^\[\]\\]|\\.){1,300})\]:[ \t]*\n?[ \t]*(<[^<>\n]*>|[^\s<]\S*)"
    r"(?:(?:[ \t]+|[ \t]*\n[ \t]*)(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*(?:\n|$)"
)
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)")
_SIMPLE_LINES = re.compile(r"[^\W\d_][^\n]*(?:\n[^\W\d_][^\n]*)*")
_DEEPEST = 40
_FOOTNOTE_INDENT = 4


class Leaf(NamedTuple):
    """A block, where its own text begins behind the list marker or the like, and whether there is Markdown or HTML in that text."""

    block: Block
    content: int
    inline: bool = True


class Footnote(NamedTuple):
    """A footnote's definition: its label, its whole range, and where its own text begins."""

    label: str
    start: int
    content: int
    end: int


@dataclass(slots=True)
class Scan:
    """What the scanner found: leaves in order, hidden ranges (sorted), code ranges, link definitions by label, footnotes."""

    leaves: list[Leaf] = field(default_factory=list[Leaf])
    hidden: list[Span] = field(default_factory=list[Span])
    definitions: dict[str, str] = field(default_factory=dict[str, str])
    footnotes: list[Footnote] = field(default_factory=list[Footnote])
    front_matter: Span | None = None


class _Container(NamedTuple):
    """A quote (">"), a list item ("-", "1.") or a footnote ("^") that is open; `width` is the indentation its lines need."""

    sign: str
    width: int


class _Line(NamedTuple):
    """The rest of a line: where it begins, the width of the white space before it (behind the containers), its end."""

    begin: int
    start: int
    indent: int
    end: int


def scan_blocks(text: str) -> Scan:
    """Return the blocks of a Markdown text. Line ends must be `\\n`."""
    return _Scanner(text).run()


def definition_label(label: str) -> str:
    """Return a link label in the form in which labels are compared."""
    return " ".join(label.split()).casefold()
