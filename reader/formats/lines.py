"""Lines of plain text to blocks: which line breaks end a paragraph, and which only wrap it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from reader.article.labels import Label, label_at
from reader.article.lazy import lazy
from reader.article.model import Block, BlockKind, Span
from reader.article.phrases import CHROME, READ_ALSO
from reader.article.reference_lists import announces_references

_CHUNK = lazy(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_MAY_BREAK = lazy(r"(?:\.\.\.|…)\n|\n[^\S\n]*(?:[\[(^=~_\-*+•–·‣◦▪●⁰¹²³⁴-⁹]|\d{1,4}[.)])")
_RULE_SIGNS = frozenset("-=_*~–—#+")
_ENDS_A_PHRASE = lazy(r"[.!?:;,][\"'”’»)\]]*$")
_ENDS_AN_ENTRY = lazy(r"(?:[.)\]\d]|://\S+)$")
_STARTS_AN_ENTRY = lazy(r"[^\W\d_a-z][\w'’\-]+(?: [^\W\d_][\w'’\-]+){0,3},? (?:[A-Z]\.|[A-Z]{1,3}\b|[A-Z][a-z]+|\()")
_NAMES_A_SOURCE = lazy(r"(?:1[5-9]|20)\d\d|://")
_GOES_ON = lazy(r"(?:https?://|www\.|doi:|Retrieved |Available |Accessed )", re.IGNORECASE)
_BYLINE = lazy(r"(?:By|Von|Par|Por|Di|Door) [A-Z]")
_ITEM_SHAPES = frozenset({"dot", "half", "parens", "bracket", "named", "superscript", "bullet", "footnote"})
_WIDEST_WRAP = 120
_LONGEST_HEADING = 60
_SHORT = 0.7
_WIDEST_GAP = 10


class _Line(NamedTuple):
    """A line of a chunk without the white space around it; `indent` is the width of what stood before it."""

    start: int
    text: str
    indent: int


def paragraphs(text: str) -> list[Block]:
    """Return the paragraphs, list items, entries, underlined headings and rules of plain text.

    Blank lines always end a block. Inside a chunk of lines, a line begins a block of its own when it has a label that begins or
    continues a list, when the lines aren't wrapped to a width, when indentation says so, or when the line before stopped short.
    """
    found: list[Block] = []
    in_references = False
    for match in _CHUNK.finditer(text):
        start, end = match.span()
        if text.find("\n", start, end) < 0:
            found.append(_block(text, start, end))
            in_references = in_references or (end - start <= _LONGEST_HEADING and announces_references(text[start:end]))
        else:
            begin = text.rfind("\n", 0, start) + 1
            found += _blocks_of_lines(text, begin, text[begin:end].split("\n"), in_references)
    return _with_underlined(text, found) if any(block.kind is BlockKind.RULE for block in found) else found


def entries_in(text: str, start: int, end: int) -> list[Span]:
    """Return the parts of the paragraph `text[start:end]` that begin with the labels of a list; all of it without any."""
    if not _MAY_BREAK.search(text, start, end):
        return [Span(start, end)]
    lines = list(_lines(start, text[start:end].split("\n")))
    width = max(len(line.text) for line in lines)
    starts = [start, *(lines[index].start for index in sorted(_label_breaks(lines, width)))]
    return [Span(first, first + len(text[first:last].rstrip())) for first, last in pairwise([*starts, end])]


def _block(text: str, start: int, end: int) -> Block:
    end = start + len(text[start:end].rstrip())
    if text[start] in _RULE_SIGNS and _is_rule(text[start:end]):
        return Block(start, end, BlockKind.RULE)
    label = label_at(text, start, end)
    if label is not None and label.shape in _ITEM_SHAPES and label.end < end:
        return Block(start, end, BlockKind.ITEM, 1, label.end - start)
    return Block(start, end)


def _is_rule(line: str) -> bool:
    return len(line) > 2 and len(set(line) - {" "}) == 1


def _with_underlined(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Make headings of the lines that are underlined with = or -."""
    found = list(blocks)
    for index, (title, rule) in enumerate(pairwise(blocks)):
        if rule.kind is not BlockKind.RULE or title.kind is BlockKind.RULE or text[rule.start] not in "=-~":
            continue
        if text.count("\n", title.start, rule.start) == 1:
            found[index] = Block(title.start, title.end, BlockKind.HEADING, 1 if text[rule.start] == "=" else 2)
    return found


def _blocks_of_lines(text: str, begin: int, raw: Sequence[str], in_references: bool) -> Iterator[Block]:
    """Yield the blocks of a chunk of several lines that begins at offset `begin`."""
    sizes = [len(line) for line in raw]
    width = max(sizes)
    end = begin + sum(sizes) + len(raw) - 1
    wrapped = width <= _WIDEST_WRAP and min(sizes[:-1]) > _SHORT * width and not in_references
    even = not raw[0][0].isdecimal() and not any(line[0].isspace() for line in raw)
    if wrapped and even and not _MAY_BREAK.search(text, begin, end):
        yield _block(text, begin, end)
        return
    lines = list(_lines(begin, raw))
    first = 0
    for index in sorted(_breaks(lines, in_references)):
        yield _block(text, lines[first].start, lines[index - 1].start + len(lines[index - 1].text))
        first = index
    yield _block(text, lines[first].start, end)


def _lines(begin: int, raw: Sequence[str]) -> Iterator[_Line]:
    for line in raw:
        indent = len(line) - len(line.lstrip())
        yield _Line(begin + indent, line.strip(), indent)
        begin += len(line) + 1


def _breaks(lines: Sequence[_Line], in_references: bool) -> set[int]:
    """Return the indices of the lines that begin a block of their own, the first one apart."""
    width = max((len(line.text) for line in lines if " " in line.text), default=0)  # a long address says nothing of the width
    labelled = _label_breaks(lines, width)
    found = labelled | _sign_breaks(lines)
    if width > _WIDEST_WRAP:
        return found | {
            i for i in range(1, len(lines)) if lines[i].indent <= lines[0].indent and not _GOES_ON.match(lines[i].text)
        }
    if labelled:
        return found
    found |= _indent_breaks(lines)
    found |= {i for i in range(1, len(lines)) if _stops_short(lines[i - 1], lines[i], width)}
    if in_references or announces_references(lines[0].text):
        found |= _entry_breaks(lines, found)
    return found


def _label_breaks(lines: Sequence[_Line], width: int) -> set[int]:
    """Return the lines whose label continues the list that is open, or begins one."""
    found: set[int] = set()
    last: Label | None = None
    for index, line in enumerate(lines):
        label = label_at(line.text, 0, len(line.text))
        if label is None or label.end >= len(line.text):
            continue
        before = lines[index - 1]
        if index == 0 or label.shape in ("caret", "footnote"):
            opens = True
        elif last is not None and last.shape == label.shape:
            opens = _follows(last, label, before.text)
        else:
            starts = label.number == 1 or label.shape == "bullet"
            opens = starts and (
                before.text.endswith(":") or announces_references(before.text) or _is_short(before, line, width)
            )
        if opens:
            last = label
            found.add(index)
    return found - {0}


def _follows(last: Label, label: Label, before: str) -> bool:
    """Whether `label` is the next of a list after `last`; a gap in the numbers only where an entry may have ended."""
    if not (last.number and label.number):
        return last.shape == "bullet"
    step = label.number - last.number
    return step == 1 or (1 < step <= _WIDEST_GAP and last.shape != "bare" and _ENDS_AN_ENTRY.search(before) is not None)


def _sign_breaks(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that are furniture or a rule, and the lines after them."""
    signs = {i for i, line in enumerate(lines) if _is_sign(line.text)}
    return {i for i in signs | {i + 1 for i in signs} if 0 < i < len(lines)}


def _is_sign(line: str) -> bool:
    folded = line.casefold()
    return folded in CHROME or folded.rstrip(": ") in READ_ALSO or (line[0] in _RULE_SIGNS and _is_rule(line))


def _indent_breaks(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that begin a paragraph or an entry by standing further in, or further out, than the others."""
    indents = [line.indent for line in lines]
    least = min(indents)
    deeper = sum(indent > least for indent in indents)
    if not deeper:
        return set()
    if indents[0] > least:
        return {i for i in range(1, len(lines)) if indents[i] >= indents[0]}
    if indents[1] > least and len(lines) - deeper <= deeper + 1:
        return {i for i in range(1, len(lines)) if indents[i] == least}
    return set()


def _is_short(line: _Line, after: _Line, width: int) -> bool:
    """Whether the first word of the next line would have had room in this line."""
    return len(line.text) + 1 + len(after.text.split(None, 1)[0]) <= _SHORT * width


def _stops_short(line: _Line, after: _Line, width: int) -> bool:
    """Whether `line` is a title, a byline or a cut copy rather than the wrapped line of a paragraph."""
    if line.text.endswith(("...", "…")) and after.text.startswith(line.text.rstrip(".… ")):
        return True
    if _ENDS_A_PHRASE.search(line.text) or after.text[0].islower():
        return False
    return _is_short(line, after, width) or _BYLINE.match(after.text) is not None


def _entry_breaks(lines: Sequence[_Line], known: set[int]) -> set[int]:
    """Return the lines that begin an entry without a label: a name, after a line that ends an entry which names its source."""
    found: set[int] = set()
    named = False
    for index, line in enumerate(lines):
        before = lines[index - 1].text if index else ""
        announced = index == 1 and announces_references(before)
        if announced or (named and _ENDS_AN_ENTRY.search(before) and _STARTS_AN_ENTRY.match(line.text)):
            found.add(index)
        if index in found or index in known:
            named = False
        named = named or _NAMES_A_SOURCE.search(line.text) is not None
    return found
