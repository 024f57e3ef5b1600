"""Scan the blocks of Markdown with exact ranges (CommonMark, GitHub tables, footnotes)."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind
from reader.article.ranges import Span

# ------------------------------------------------------------------ Lines

_WHITE_SPACE = lazy_pattern(r"[ \t]*")
_DELIMITER_ROW = lazy_pattern(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$")
_TAB_WIDTH = 4


class LineRest(NamedTuple):
    """The rest of a line after its containers: from `base` on, with `indent` columns of white space before `start`.

    `begin` and `end` delimit the whole line. A blank rest has `start == end`. `spare` is the number of columns of `indent` from
    a tab before `base` of which a container has used only a part.
    """

    begin: int
    base: int
    start: int
    indent: int
    end: int
    spare: int = 0


def rest_of_line(text: str, begin: int, base: int, end: int, spare: int = 0) -> LineRest:
    """Return the rest of the line `text[begin:end]` from `base` on, with `spare` columns of a tab before it."""
    if base >= end or text[base] not in " \t":
        return LineRest(begin, base, base, spare, end, spare)
    white = _WHITE_SPACE.match(text, base, end)
    start = white.end() if white else base
    indent = start - base
    if "\t" in text[base:start]:
        indent = sum(_white_width(text, begin, position) for position in range(base, start))
    return LineRest(begin, base, start, indent + spare, end, spare)


def after_quote_sign(text: str, line: LineRest) -> LineRest:
    """Return the rest of a line after its ">" and one column of white space."""
    rest_start = line.start + 1
    if rest_start < line.end and text[rest_start] in " \t":
        return rest_of_line(text, line.begin, rest_start + 1, line.end, _white_width(text, line.begin, rest_start) - 1)
    return rest_of_line(text, line.begin, rest_start, line.end)


def after_columns(text: str, line: LineRest, width: int) -> LineRest:
    """Return the rest of a line after `width` columns of white space. The line must begin with that many."""
    position, column = line.base, line.spare
    while column < width:
        column += _white_width(text, line.begin, position)
        position += 1
    return rest_of_line(text, line.begin, position, line.end, column - width)


def _white_width(text: str, begin: int, position: int) -> int:
    return _TAB_WIDTH - (position - begin) % _TAB_WIDTH if text[position] == "\t" else 1


def is_delimiter_row(row: str, header: str) -> bool:
    """Whether `row` is a row of dashes that turns the line before it, `header`, into the head of a table."""
    return bool(_DELIMITER_ROW.match(row)) and ("|" in header or "|" in row) and _count_cells(row) == _count_cells(header)


def _count_cells(row: str) -> int:
    row = row.strip()
    inner = row[1:] if row.startswith("|") else row
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return inner.count("|") - inner.count("\\|") + 1


# ------------------------------------------------------------------ HTML

_BLOCK_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|"
    "option|p|param|picture|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_INLINE_NAMES = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|br|button|cite|code|data|del|dfn|em|font|i|img|input|ins|kbd|label|mark|math|meta|object|picture|q|"
    "ruby|rp|rt|s|samp|small|source|span|strike|strong|style|script|sub|sup|svg|time|tt|u|var|video|wbr"
)
_ENDED_HTML = lazy_pattern(
    r"<(?:(?P<verbatim>pre|script|style|textarea)(?=[\s>]|$)|(?P<comment>!--)|(?P<process>\?)|(?P<cdata>!\[CDATA\[)|(?P<declared>![A-Z]))",
    re.IGNORECASE,
)
_BLOCK_TAG = lazy_pattern(rf"</?(?:{_BLOCK_NAMES})(?=[\s>/]|$)", re.IGNORECASE)
_LONE_TAG = lazy_pattern(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>[ \t]*$")
_TAG = lazy_pattern(rf"</?({_BLOCK_NAMES}|{_INLINE_NAMES})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_HTML_ENDS = {"comment": "-->", "process": "?>", "cdata": "]]>", "declared": ">"}


class HtmlBlock(NamedTuple):
    """An HTML block. It ends with the line that contains `end` or, if that is "", at a blank line."""

    end: str
    has_text: bool


def html_block_at(text: str, start: int, end: int, *, in_paragraph: bool) -> HtmlBlock | None:
    """Return the HTML block that begins at `start`, or None. The line ends at `end`."""
    if opening := _ENDED_HTML.match(text, start, end):
        kind = opening.lastgroup or ""
        if kind == "verbatim":
            name = opening["verbatim"].casefold()
            return HtmlBlock(f"</{name}>", name in ("pre", "textarea"))
        return HtmlBlock(_HTML_ENDS[kind], has_text=False)
    if _BLOCK_TAG.match(text, start, end) or (not in_paragraph and _LONE_TAG.match(text, start, end)):
        return HtmlBlock("", has_text=True)
    return None


def tag_at(text: str, start: int, end: int) -> re.Match[str] | None:
    """Match an HTML tag at `start`, with its name as group 1. Return None for text such as `<T>`."""
    return _TAG.match(text, start, end)


# ------------------------------------------------------------------ Blocks

_ATX = lazy_pattern(r"(#{1,6})(?:[ \t]+|$)")
_FENCE = lazy_pattern(r"(`{3,})[^`\n]*$|(~{3,})")
_RULE = lazy_pattern(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_SETEXT = lazy_pattern(r"(?:=+|-+)[ \t]*$")
_MARKER = lazy_pattern(r"(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_FOOTNOTE = lazy_pattern(r"\[\^([^\]\s]{1,80})\]:[ \t]*")
_DEFINITION = lazy_pattern(
    r"\[((?:[^\[\]\\]|\\.){1,300})\]:[ \t]{0,99}\n?[ \t]{0,99}(<[^<>\n]*>|[^\s<]\S*)"
    r"(?:(?:[ \t]{1,99}|[ \t]{0,99}\n[ \t]{0,99})(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]{0,99}(?:\n[ \t]{0,99}|$)"
)
_SIMPLE_LINES = lazy_pattern(r"[^\W\d_][^\n]*(?:\n[^\W\d_][^\n]*)*")
_MAX_DEPTH = 40
_FOOTNOTE_INDENT = 4
_CODE_INDENT = 4
_DESCRIPTION_INDENT = 2


class Leaf(NamedTuple):
    """A block, and the offset of its text after a list marker or other prefix."""

    block: Block
    content: int


class Footnote(NamedTuple):
    """A footnote's definition: its label, its range, and the offset of its text."""

    label: str
    start: int
    content: int
    end: int


class Definitions:
    """The addresses of link definitions by label, each as `definition_label` returns it.

    The first definition of a label counts, as in CommonMark. Where numbers restart, as in a file of several answers of a
    language model, a number has the address that is defined in the section of its link, else next after the link, or before it
    if the definitions stand before their texts.
    """

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._numbered: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._borders: list[int] = []
        self._are_before_texts = False

    def __bool__(self) -> bool:
        return bool(self._addresses)

    def add(self, label: str, address: str, start: int) -> None:
        """Add the definition that starts at an offset after those of all others."""
        self._addresses.setdefault(label, address)
        if label.isdecimal():
            self._numbered[label].append((start, address))

    def find_texts(self, leaves: Sequence[Leaf]) -> None:
        """Find the sections of the whole text, and whether the definitions stand before the texts that they belong to."""
        if any(len(numbered) > 1 for numbered in self._numbered.values()):
            borders = (BlockKind.HEADING, BlockKind.RULE)
            self._borders = [-1, *(leaf.block.start for leaf in leaves if leaf.block.kind in borders), sys.maxsize]
            first_text = next((leaf.block.start for leaf in leaves if leaf.block.kind not in borders), 0)
            self._are_before_texts = min(numbered[0][0] for numbered in self._numbered.values()) <= first_text

    def address(self, label: str, offset: int) -> str | None:
        """Return the address of a label in a link at `offset`, or None."""
        numbered = self._numbered.get(label, ())
        if len(numbered) < 2:
            return self._addresses.get(label)
        section = bisect_right(self._borders, offset)
        first, last = (bisect_left(numbered, (border, "")) for border in self._borders[section - 1 : section + 1])
        if last - first == 1:
            return numbered[first][1]
        place = bisect_left(numbered, (offset, "")) - self._are_before_texts
        return numbered[min(max(place, 0), len(numbered) - 1)][1]


@dataclass(slots=True)
class ScannedBlocks:
    """The blocks of a text: leaves in order, hidden ranges, definitions of links, and footnotes."""

    leaves: list[Leaf] = field(default_factory=list[Leaf])
    hidden: list[Span] = field(default_factory=list[Span])
    definitions: Definitions = field(default_factory=Definitions)
    footnotes: list[Footnote] = field(default_factory=list[Footnote])
    front_matter: Span | None = None


class _Container(NamedTuple):
    """An open quote (">"), list item ("-") or footnote ("^"). `width` is the indentation required of its next lines."""

    sign: str
    width: int = 0
    label: str = ""
    start: int = 0
    content: int = 0


@dataclass(slots=True)
class _OpenLeaf:
    """The open leaf, which more lines may continue. Its kind is "paragraph", "table", "code" or "html"."""

    kind: str
    start: int
    content: int
    end: int
    depth: int
    closing: str = ""
    indent: int = 0
    has_marker: bool = False


def scan_blocks(text: str) -> ScannedBlocks:
    r"""Scan the blocks of a Markdown text with `\n` line ends."""
    return _Scanner(text).run()


def definition_label(label: str) -> str:
    """Return a link label in its normal form, for comparison."""
    return " ".join(label.split()).casefold()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.scan = ScannedBlocks()
        self.stack: list[_Container] = []
        self.leaf: _OpenLeaf | None = None
        self.marker = -1  # The offset of a list marker whose item has no block yet, or -1.

    def run(self) -> ScannedBlocks:
        text, size = self.text, len(self.text)
        position = self._front_matter()
        while position < size:
            if not self.stack and self.leaf is None and (simple := _SIMPLE_LINES.match(text, position)):
                self.leaf = _OpenLeaf("paragraph", position, position, simple.end(), 0)
                position = simple.end() + 1
                continue
            if text[position] == "\n" and not self.stack and (self.leaf is None or self.leaf.kind == "paragraph"):
                self._close_leaf()
                position += 1
                continue
            end = text.find("\n", position)
            end = size if end < 0 else end
            self._scan_line(position, end)
            position = end + 1
        self._close_to(0)
        self.scan.definitions.find_texts(self.scan.leaves)
        return self.scan

    def _front_matter(self) -> int:
        """Set the front matter aside, in YAML between "---" or in TOML between "+++", and return where the text begins."""
        fence = self.text[:4]
        if fence not in ("---\n", "+++\n"):
            return 0
        closings = (f"\n{fence}", "\n...\n") if fence == "---\n" else (f"\n{fence}",)
        ends = [end for closing in closings if (end := self.text.find(closing, 3)) >= 0]
        if not ends:
            return 0
        self.scan.front_matter = Span(0, min(ends) + 4)
        return min(ends) + 5

    def _scan_line(self, begin: int, end: int) -> None:
        line, match_count = self._match_containers(begin, end)
        leaf = self.leaf
        if leaf is not None and leaf.kind in ("code", "html"):
            if match_count == leaf.depth and self._continue_verbatim(leaf, line):
                return
            self._close_leaf()
        if line.start == line.end:
            self._close_to(match_count)
            if self.marker >= 0 and self.stack[-1].sign == "-":
                self._close_to(match_count - 1)  # an item may begin with one blank line, but not with two
        else:
            self._text_line(line, match_count)

    def _match_containers(self, begin: int, end: int) -> tuple[LineRest, int]:
        """Strip the signs of the open containers from a line; return the rest and the number of matched containers."""
        line = rest_of_line(self.text, begin, begin, end)
        match_count = 0
        for container in self.stack:
            if container.sign == ">":
                if line.start == end or line.indent >= _CODE_INDENT or self.text[line.start] != ">":
                    break
                line = after_quote_sign(self.text, line)
            elif line.start < end:
                if line.indent < container.width:
                    break
                line = after_columns(self.text, line, container.width)
            match_count += 1
        return line, match_count

    def _continue_verbatim(self, leaf: _OpenLeaf, line: LineRest) -> bool:
        """Add the line to the open code or HTML. Return False if it does not belong there."""
        text = self.text
        if leaf.kind == "html":
            if not leaf.closing and line.start == line.end:
                return False
            self._hide_prefix(line.begin, line.base)
            leaf.end = line.end
            if leaf.closing and leaf.closing in text[line.base : line.end].casefold():
                self._close_leaf()
            return True
        if leaf.closing:
            closing = text[line.start : line.end].rstrip()
            if line.indent < _CODE_INDENT and len(closing) >= len(leaf.closing) and not closing.strip(leaf.closing[0]):
                self._close_leaf()
                return True
            self._hide_prefix(line.begin, min(line.base + leaf.indent, line.start))
        elif line.start == line.end:
            return True
        elif line.indent < _CODE_INDENT:
            return False
        else:
            self._hide_prefix(line.begin, min(line.base + _CODE_INDENT, line.start))
        leaf.end = line.end
        return True

    def _text_line(self, line: LineRest, match_count: int) -> None:
        """Open the containers and the leaf that begin on the line, or continue the open paragraph or table."""
        while True:
            in_paragraph = self.leaf is not None and self.leaf.kind == "paragraph"
            if line.indent >= _CODE_INDENT:
                if not in_paragraph:
                    self._close_to(match_count)
                    self._open_leaf(
                        "code", line.base + _CODE_INDENT if line.start - line.base >= _CODE_INDENT else line.start, line.end
                    )
                    return
                break
            rest = self._open_container(line, match_count)
            if rest is None:
                break
            line, match_count = rest, len(self.stack)
            if line.start == line.end:
                return
        if line.indent < _CODE_INDENT and self._open_block(line, match_count):
            return
        self._continue_text(line, match_count)

    def _open_container(self, line: LineRest, match_count: int) -> LineRest | None:
        """Open the quote, list item or footnote that begins on the line and return the rest, or None."""
        text, sign = self.text, self.text[line.start]
        if len(self.stack) >= _MAX_DEPTH:
            return None
        if sign == ">":
            self._close_to(match_count)
            self.stack.append(_Container(">"))
            rest = after_quote_sign(self.text, line)
            self.scan.hidden.append(Span(line.start, rest.base))
            return rest
        if sign == "[":
            footnote = _FOOTNOTE.match(text, line.start, line.end)
            if footnote is None or any(container.sign == "^" for container in self.stack[:match_count]):
                return None
            self._close_to(match_count)
            self.stack.append(_Container("^", _FOOTNOTE_INDENT, footnote[1], line.start, footnote.end()))
            self.marker = line.start
            return rest_of_line(self.text, line.begin, footnote.end(), line.end)
        if sign == ":":
            return self._open_description(line, match_count)
        if sign not in "-+*0123456789":
            return None
        return self._open_item(line, match_count)

    def _open_description(self, line: LineRest, match_count: int) -> LineRest | None:
        """Open the description of a term, ": words", which stands right below the line of the term or another description."""
        text, leaf = self.text, self.leaf
        if leaf is None or leaf.kind != "paragraph" or text[line.start + 1 : line.start + 2] not in (" ", "\t"):
            return None
        if text[leaf.start] != ":" and text.find("\n", leaf.start, leaf.end) >= 0:
            return None
        self._close_to(match_count)
        self.marker = line.start
        self.stack.append(_Container("-", _DESCRIPTION_INDENT))
        return rest_of_line(text, line.begin, line.start + 1, line.end)._replace(indent=0)

    def _open_item(self, line: LineRest, match_count: int) -> LineRest | None:
        text = self.text
        marker = _MARKER.match(text, line.start, line.end)
        if marker is None or (text[line.start] in "-*" and _RULE.match(text, line.start, line.end)):
            return None
        rest = rest_of_line(self.text, line.begin, marker.end(), line.end)
        in_paragraph = self.leaf is not None and self.leaf.kind == "paragraph" and match_count == len(self.stack)
        if in_paragraph and (rest.start == rest.end or (marker[1] and int(marker[1]) != 1)):
            return None
        if in_paragraph and text[line.start] == "-" and _SETEXT.match(text, line.start, line.end):
            return None
        self._close_to(match_count)
        width = len(marker[0])
        if rest.start == rest.end or rest.indent > _CODE_INDENT:
            rest = rest_of_line(self.text, line.begin, min(marker.end() + 1, rest.end), rest.end)
            width += 1
        else:
            width += rest.indent
            rest = rest._replace(base=rest.start, indent=0)
        self.stack.append(_Container("-", line.indent + width))
        if self.marker < 0:
            self.marker = line.start
        return rest

    def _open_block(self, line: LineRest, match_count: int) -> bool:
        """Open or complete the leaf that begins on the line. Return False if the line is text."""
        text, sign = self.text, self.text[line.start]
        leaf = self.leaf if self.leaf is not None and self.leaf.kind == "paragraph" else None
        if leaf is not None and match_count == len(self.stack) and sign in "=-|:" and self._complete_leaf(leaf, line):
            return True
        if sign == "#" and (heading := _ATX.match(text, line.start, line.end)):
            self._close_to(match_count)
            self._add_heading(line, heading)
            return True
        if sign in "`~" and (fence := _FENCE.match(text, line.start, line.end)):
            self._close_to(match_count)
            self._open_leaf("code", line.end + 1, line.end, closing=fence[1] or fence[2], indent=line.indent)
            return True
        if sign in "*-_" and _RULE.match(text, line.start, line.end):
            self._close_to(match_count)
            self._take_marker(line.start)
            self._emit(BlockKind.RULE, line.start, line.start, line.end)
            return True
        if sign == "<" and (html := html_block_at(text, line.start, line.end, in_paragraph=leaf is not None)):
            self._close_to(match_count)
            self._open_leaf("html", line.start, line.end, closing=html.end, has_text=html.has_text)
            if html.end and html.end in text[line.start : line.end].casefold():
                self._close_leaf()
            return True
        return False

    def _complete_leaf(self, leaf: _OpenLeaf, line: LineRest) -> bool:
        """Turn an underlined paragraph into a heading, or its last line and a delimiter row into a table."""
        text = self.text
        if text[line.start] in "=-" and _SETEXT.match(text, line.start, line.end):
            self.leaf = None
            start = self._take_definitions(leaf)
            if start < leaf.end:
                level = 1 if text[line.start] == "=" else 2
                self._emit(BlockKind.HEADING, leaf.start if start == leaf.content else start, start, leaf.end, level)
            return True
        header = max(text.rfind("\n", leaf.content, leaf.end) + 1, leaf.content)
        if not is_delimiter_row(text[line.start : line.end], text[header : leaf.end]):
            return False
        if header > leaf.content:
            leaf.end = header - 1
            self._close_leaf()
            self._open_leaf("table", header, line.end)
        else:
            leaf.kind, leaf.end = "table", line.end
        self._hide_prefix(line.begin, line.start)
        return True

    def _add_heading(self, line: LineRest, heading: re.Match[str]) -> None:
        content = self.text[heading.end() : line.end].rstrip()
        bare = content.rstrip("#")
        if not bare or bare[-1] in " \t":
            content = bare.rstrip()
        self.scan.hidden.append(Span(line.start, heading.end()))
        self._emit(
            BlockKind.HEADING, self._take_marker(line.start), heading.end(), heading.end() + len(content), len(heading[1])
        )

    def _continue_text(self, line: LineRest, match_count: int) -> None:
        leaf = self.leaf
        if leaf is not None and (leaf.kind == "paragraph" or (leaf.kind == "table" and match_count == len(self.stack))):
            self._hide_prefix(line.begin, line.start)
            leaf.end = line.end
        else:
            self._close_to(match_count)
            self._open_leaf("paragraph", line.start, line.end)

    def _hide_prefix(self, begin: int, end: int) -> None:
        if begin < end:
            self.scan.hidden.append(Span(begin, end))

    def _open_leaf(
        self, kind: str, start: int, end: int, *, closing: str = "", indent: int = 0, has_text: bool = False
    ) -> None:
        self.leaf = _OpenLeaf(kind, self._take_marker(start), start, end, len(self.stack), closing, indent, has_text)

    def _take_marker(self, start: int) -> int:
        marker, self.marker = self.marker, -1
        return marker if marker >= 0 else start

    def _close_to(self, depth: int) -> None:
        self._close_leaf()
        while len(self.stack) > depth:
            container = self.stack.pop()
            if container.sign == "^":
                leaves = self.scan.leaves
                end = leaves[-1].block.end if leaves and leaves[-1].block.start >= container.start else container.content
                self.scan.footnotes.append(Footnote(container.label, container.start, container.content, end))
            if container.sign != ">":
                self.marker = -1

    def _close_leaf(self) -> None:
        leaf, self.leaf = self.leaf, None
        if leaf is None:
            return
        if leaf.kind == "code":
            self._emit_code(leaf)
        elif leaf.kind == "table":
            self._emit(BlockKind.TABLE, leaf.start, leaf.content, leaf.end)
        elif leaf.kind == "paragraph":
            start = self._take_definitions(leaf)
            self._emit_text(leaf.start if start == leaf.content else start, start, leaf.end)
        elif leaf.has_marker:
            self._emit_text(leaf.start, leaf.content, leaf.end)

    def _take_definitions(self, leaf: _OpenLeaf) -> int:
        """Take the link definitions from the start of a paragraph and return the offset of the remaining text."""
        position = leaf.content
        while self.text.startswith("[", position) and (match := _DEFINITION.match(self.text, position, leaf.end)):
            self.scan.definitions.add(definition_label(match[1]), match[2].strip("<>"), position)
            if match[1].isdecimal():
                self._emit_text(position, position, match.end())
            position = match.end()
        return position

    def _emit_text(self, start: int, content: int, end: int) -> None:
        container = self.stack[-1].sign if self.stack else ""
        if not container:
            self._emit(BlockKind.PARAGRAPH, start, content, end)
        elif container == ">":
            self._emit(BlockKind.QUOTE, start, content, end, self._quote_depth())
        else:
            self._emit(BlockKind.ITEM, start, content, end, sum(c.sign != ">" for c in self.stack))

    def _emit_code(self, leaf: _OpenLeaf) -> None:
        """Emit the lines of a code block without fences and surrounding blank lines."""
        start, end = min(leaf.content, leaf.end), leaf.end
        code = self.text[start:end]
        body = code.rstrip()
        if body:
            first = len(code) - len(code.lstrip())
            start += code.rfind("\n", 0, first) + 1
            self._emit(BlockKind.CODE, start, start, leaf.end - len(code) + len(body))

    def _emit(self, kind: BlockKind, start: int, content: int, end: int, level: int = 0) -> None:
        end = start + len(self.text[start:end].rstrip())
        if end > content or kind is BlockKind.HEADING:
            indent = content - start if kind is BlockKind.ITEM and "\n" not in self.text[start:content] else 0
            self.scan.leaves.append(Leaf(Block(start, end, kind, level, indent, quotes=self._quote_depth()), content))

    def _quote_depth(self) -> int:
        return sum(container.sign == ">" for container in self.stack)
