"""Import plain text from files, pastes and pipes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from reader.article.article import Article
from reader.article.citations import find_citations
from reader.article.labels import EntryLabel, counts_down, label_at
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import bracket_markers, marker_labels, superscript_markers
from reader.article.model import Block, BlockKind, StyleKind, entry_ranges
from reader.article.noise import find_noise, may_have_noise
from reader.article.phrases import CHROME, READ_ALSO, is_furniture
from reader.article.ranges import Span, block_at
from reader.article.reference_lists import is_reference_heading, may_have_entries
from reader.article.reference_parser import find_urls, reads_as_entry
from reader.article.references import find_references
from reader.formats.progress import checkpoint

if TYPE_CHECKING:
    from reader.formats.page_layout import PageLayout
    from reader.formats.quote_signs import QuotedText

# ------------------------------------------------------------------ Headings

_PHRASE_END = lazy_pattern(r"[.:;,。][\"'”’»)\]」』]*$")
_HEADING_END = lazy_pattern(
    r"[.:;,!…\"”»।。！]$|[.!?…。][\"'”’»)]{0,2}(?:\s?\[[\d,;–\- ]{1,30}\])+$"
    r"|[^\W\d_]{2}[.!?][”’\"]?[\d⁰¹²³⁴-⁹][\d,⁰¹²³⁴-⁹]{0,7}$"
)
"""Match the end of a sentence, with its marker if it has one."""
_BYLINE_HEADING = lazy_pattern(r"(?:By|Von|Par|Por|Di|Door) [^\W\d_a-z]")
_LETTER = lazy_pattern(r"[^\W\d_]")
_MAX_TITLE_LENGTH = 250
_MAX_TITLE_LINES = 4
_MAX_HEADING_LENGTH = 80
_MAX_TITLE_CASE_LENGTH = 120
_MIN_CAPITAL_SHARE = 0.7
_TOP_BLOCKS = 12


def find_title(text: str, blocks: Sequence[Block], aside: Collection[int]) -> int:
    """Return the index of the title's block: a heading near the top, else the first block if it looks like a title, else -1.

    `aside` are the indices of noise and reference blocks.
    """
    top = [
        i for i, block in enumerate(blocks[: _TOP_BLOCKS + len(aside)]) if i not in aside and block.kind is not BlockKind.RULE
    ]
    for index in top:
        block = blocks[index]
        words = text[block.start : block.end]
        if block.kind is BlockKind.HEADING and any(map(str.isalnum, words)) and not is_reference_heading(words):
            return index
    if top and len(blocks) > 1 and _is_title(text, blocks[top[0]]):
        return top[0]
    return -1


def _is_title(text: str, block: Block) -> bool:
    """Whether a block is short, contains letters, and does not end like a sentence."""
    if block.kind is not BlockKind.PARAGRAPH or block.end - block.start > _MAX_TITLE_LENGTH:
        return False
    line = text[block.start : block.end]
    return line.count("\n") < _MAX_TITLE_LINES and not _PHRASE_END.search(line) and _LETTER.search(line) is not None


def with_headings(text: str, blocks: Sequence[Block], title: int, aside: Collection[int]) -> tuple[Block, ...]:
    """Return the blocks with the title and all likely headings marked as headings."""
    result = list(blocks)
    follows_prose = _followed_by_prose(text, blocks, aside)
    for index, block in enumerate(blocks):
        if index == title:
            result[index] = Block(block.start, block.end, BlockKind.HEADING, 1)
        elif (
            index not in aside
            and block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
            and block.end - block.start <= _MAX_TITLE_CASE_LENGTH
        ):
            line = text[block.start : block.end]
            if is_reference_heading(line) or (follows_prose[index] and index > 0 and _is_heading(line, block)):
                result[index] = Block(block.start, block.end, BlockKind.HEADING, 2, quotes=block.quotes)
    return tuple(result)


def file_title(source: str) -> str:
    """Return a title for an article without one: the name of its file, or "Untitled text"."""
    return PurePath(source).stem if source not in ("", "-") else "Untitled text"


def _followed_by_prose(text: str, blocks: Sequence[Block], aside: Collection[int]) -> list[bool]:
    """Return for each block whether the next block outside `aside` is prose."""
    answers = [False] * len(blocks)
    prose = False
    for index in range(len(blocks) - 1, -1, -1):
        answers[index] = prose
        block = blocks[index]
        if index not in aside:
            is_long = block.end - block.start > _MAX_TITLE_CASE_LENGTH
            prose = block.kind is BlockKind.PARAGRAPH and (
                is_long or text.endswith((".", "!", "?", ":", ")", "]"), block.start, block.end)
            )
    return answers


def _is_heading(line: str, block: Block) -> bool:
    """Whether a line is short, begins with a capital or number, contains letters, and has no final punctuation."""
    if "\n" in line or _HEADING_END.search(line) or _BYLINE_HEADING.match(line) or not _LETTER.search(line) or "://" in line:
        return False
    if block.kind is BlockKind.ITEM:
        label = label_at(line, 0, len(line))
        if label is None or label.shape not in ("dot", "parens", "half"):
            return False
        line = line[label.end :]
    if line[:1].islower():
        return False
    words = [word for word in line.split() if word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return len(line) <= _MAX_HEADING_LENGTH or capitals >= _MIN_CAPITAL_SHARE * len(words)


# ------------------------------------------------------------------ Blocks

_LINE_GROUP = lazy_pattern(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_POSSIBLE_BREAK = lazy_pattern(
    r"(?:\.\.\.|…)\n|\n[^\S\n]*(?:[\\\[(［〔（【^=~_\-*+•–·‣◦▪●†‡⁰¹²³⁴-⁹①-⑳]"
    r"|#?\d{1,4}[.)．）、:\-]|#\d|[SRCQFBИ][^\W\d_]{2,8}\.? ?\d{1,3}[.:)]|\d{1,3}(?:[ \t]+[-–—][ \t]|[ \t]*(?:\n|$)))"
)
_INLINE_HEADING = lazy_pattern(r"[*_]{0,3}([^\W\d_][^\[\]:：\n]{1,40})[*_]{0,3}[:：][*_]{0,3}\s*(?=\\?\[1\\?\])")
_INLINE_LABEL = lazy_pattern(r"(?<=[\s;,.:])\\?\[(\d{1,3})\\?\](?=\s)")
_NUMBER_IN_LINE = lazy_pattern(r"(?<!\S)(\d{1,3})\\?\.(?=\s)")
_MIN_INLINE_ENTRIES = 2
_LONE_NUMBER = lazy_pattern(r"\[?(\d{1,3})[\].)]?")
_RULE_SIGNS = frozenset("-=_*~–—#+")
_SENTENCE_END_SIGN = lazy_pattern(r"[.!?:;,][\"'”’»)\]]*$")
_ENTRY_END = lazy_pattern(r"[.)\]\d。．）］]$|(?<!\S)(?=\S+$)\S*://\S")
_ENTRY_TAIL = lazy_pattern(r"(?:https?://|www\.|doi:|Retrieved |Available |Accessed )", re.IGNORECASE)
_BYLINE = lazy_pattern(r"(?:By|Von|Par|Por|Di|Door) [A-Z]")
_ITEM_SHAPES = frozenset(
    {"dot", "half", "parens", "colon", "hash", "word", "bracket", "named", "superscript", "circled", "bullet", "footnote"}
)
_MAX_WRAP_WIDTH = 120
_MAX_LIST_HEADING_LENGTH = 60
_SHORT_LINE_SHARE = 0.7
_MAX_NUMBER_GAP = 10
_MIN_ENTRY_LINES = 3
_MIN_ENTRY_SHARE = 0.7


class _Line(NamedTuple):
    """A stripped line of a group, and the width of its indentation."""

    start: int
    text: str
    indent: int


def split_blocks(text: str) -> list[Block]:
    """Split plain text into paragraphs, list items, entries, underlined headings and rules.

    Blank lines always end a block. Within a group of lines, a line starts a new block if its label starts or continues a list,
    if the lines are not wrapped, if its indentation differs, or if the line before it stops short.
    """
    blocks: list[Block] = []
    in_references = False
    for match in _LINE_GROUP.finditer(text):
        start, end = match.span()
        if text.find("\n", start, end) < 0:
            blocks += (_make_block(text, *span) for span in split_inline_entries(text, start, end, is_announced=in_references))
            in_references = in_references or (end - start <= _MAX_LIST_HEADING_LENGTH and is_reference_heading(text[start:end]))
        else:
            begin = text.rfind("\n", 0, start) + 1
            lines = list(_split_lines(text, begin, text[begin:end].split("\n"), in_references))
            blocks += lines
            in_references = in_references or any(
                line.end - line.start <= _MAX_LIST_HEADING_LENGTH and is_reference_heading(text[line.start : line.end])
                for line in lines[-2:]  # the heading of a list and the line under it
            )
    return _with_underlined_headings(text, blocks) if any(block.kind is BlockKind.RULE for block in blocks) else blocks


def split_entries(text: str, start: int, end: int) -> list[Span]:
    """Split the paragraph `text[start:end]` before the labels of a list. Return it whole if it has no labels."""
    lines = list(_measure_lines(start, text[start:end].split("\n")))
    width = max(len(line.text) for line in lines)
    starts = [lines[0].start, *(lines[index].start for index in sorted(_label_starts(lines, width)))]
    return [Span(first, first + len(text[first:last].rstrip())) for first, last in pairwise([*starts, end])]


def split_inline_entries(text: str, start: int, end: int, *, is_announced: bool = False) -> list[Span]:
    """Split a paragraph such as "Sources: [1] Tides, 2004; [2] Ebb, 2009." before its entries, or return it whole.

    The numbers must count from 1, and nothing but a heading may stand before them. `is_announced`: a heading above the
    paragraph announces references; then it may also be "1. Tides, https://tides.example 2. Ebb, https://ebb.example".
    """
    head = _INLINE_HEADING.match(text, start, end)
    if head is None or not is_reference_heading(head[1]):
        starts = _numbered_addresses(text, start, end) if is_announced else []
    else:
        numbers = [(int(match[1]), match.start()) for match in _INLINE_LABEL.finditer(text, head.end(), end)]
        is_list = [number for number, _ in numbers] == [*range(1, len(numbers) + 1)]
        starts = [start, *(place for _, place in numbers)] if is_list else []
    if len(starts) < _MIN_INLINE_ENTRIES:
        return [Span(start, end)]
    return [Span(first, first + len(text[first:last].rstrip())) for first, last in pairwise([*starts, end])]


def _numbered_addresses(text: str, start: int, end: int) -> list[int]:
    """Return the starts of the entries of a paragraph that count from 1, or nothing if the first or last has no address.

    A number within an entry is none of the list: the entry before a number has an address, unless only the next one has.
    """
    first = _NUMBER_IN_LINE.match(text, start, end)
    if first is None or int(first[1]) != 1:
        return []
    starts, unsure, address = [start], -1, text.find("://", start, end)
    for label in _NUMBER_IN_LINE.finditer(text, first.end(), end):
        has_address = 0 <= address < label.start()
        number = int(label[1]) - len(starts)
        if number == 1 and not has_address:
            unsure = unsure if unsure >= 0 else label.start()
        elif has_address and (number == 1 or (number == 2 and 0 <= unsure < address)):
            starts += [label.start()] if number == 1 else [unsure, label.start()]
            unsure, address = -1, text.find("://", label.start(), end)
    return starts if address >= 0 else []


def _make_block(text: str, start: int, end: int) -> Block:
    end = start + len(text[start:end].rstrip())
    if text[start] in _RULE_SIGNS and _is_rule(text[start:end]):
        return Block(start, end, BlockKind.RULE)
    label = label_at(text, start, end)
    if label is not None and label.shape in _ITEM_SHAPES and label.end < end:
        return Block(start, end, BlockKind.ITEM, 1, label.end - start)
    return Block(start, end)


def _is_rule(line: str) -> bool:
    return len(line) > 2 and len(set(line) - {" "}) == 1


def _with_underlined_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    result = list(blocks)
    for index, (title, rule) in enumerate(pairwise(blocks)):
        if rule.kind is not BlockKind.RULE or title.kind is BlockKind.RULE or text[rule.start] not in "=-~":
            continue
        if text.count("\n", title.start, rule.start) == 1:
            result[index] = Block(title.start, title.end, BlockKind.HEADING, 1 if text[rule.start] == "=" else 2)
    return result


def _split_lines(text: str, begin: int, raw: Sequence[str], in_references: bool) -> Iterator[Block]:
    """Yield the blocks of a group of at least two lines, which begins at `begin`."""
    in_references = in_references or _are_entries(raw)
    sizes = [len(line) for line in raw]
    width = max(sizes)
    end = begin + sum(sizes) + len(raw) - 1
    is_wrapped = width <= _MAX_WRAP_WIDTH and min(sizes[:-1]) > _SHORT_LINE_SHARE * width and not in_references
    is_even = not raw[0][0].isdecimal() and not any(line[0].isspace() for line in raw)
    if is_wrapped and is_even and not _POSSIBLE_BREAK.search(text, begin, end):
        yield _make_block(text, begin, end)
        return
    lines = list(_measure_lines(begin, raw))
    first = 0
    for index in sorted(_block_starts(lines, in_references)):
        yield _make_block(text, lines[first].start, lines[index - 1].start + len(lines[index - 1].text))
        first = index
    yield _make_block(text, lines[first].start, end)


def _measure_lines(begin: int, raw: Sequence[str]) -> Iterator[_Line]:
    for line in raw:
        indent = len(line) - len(line.lstrip())
        yield _Line(begin + indent, line.strip(), indent)
        begin += len(line) + 1


def _block_starts(lines: Sequence[_Line], in_references: bool) -> set[int]:
    # A long address does not count for the width.
    width = max((len(line.text) for line in lines if " " in line.text), default=0)
    label_starts = _label_starts(lines, width)
    starts = label_starts | _sign_starts(lines)
    if width > _MAX_WRAP_WIDTH:
        return starts | {
            i for i in range(1, len(lines)) if lines[i].indent <= lines[0].indent and not _ENTRY_TAIL.match(lines[i].text)
        }
    if label_starts:
        return starts
    is_list = in_references or is_reference_heading(lines[0].text)
    if is_list and (entry_starts := _indented_entry_starts(lines) or _flush_entry_starts(lines)):
        return starts | entry_starts
    starts |= _indent_starts(lines)
    return starts | {i for i in range(1, len(lines)) if _stops_short(lines[i - 1], lines[i], width)}


def _label_starts(lines: Sequence[_Line], width: int) -> set[int]:
    """Return the lines whose label starts a list or continues the current one, or is all of the line."""
    starts = _lone_numbers(lines)
    labels = [label_at(line.text, 0, len(line.text)) for line in lines]
    volumes = _volumes(lines, labels)
    if counts_down([label.number for label in labels if label is not None and labels[0] and label.shape == labels[0].shape]):
        return starts.union(i for i, label in enumerate(labels) if label and labels[0] and label.shape == labels[0].shape) - {0}
    last: EntryLabel | None = None
    for index, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if label is None or label.end >= len(line.text) or index in volumes:
            continue
        previous = lines[index - 1]
        if index == 0 or label.shape in ("caret", "footnote"):
            is_start = True
        elif last is not None and last.shape == label.shape:
            is_start = _is_next_label(last, label, previous.text)
        else:
            is_first = label.number == 1 or label.shape == "bullet"
            is_start = is_first and (
                previous.text.endswith(":") or is_reference_heading(previous.text) or _is_short(previous, line, width)
            )
            if label.shape == "sign" and last is not None and last.shape == "bullet":
                is_start = _ENTRY_END.search(previous.text) is not None
        if is_start:
            last = label
            starts.add(index)
    return starts - {0}


def _volumes(lines: Sequence[_Line], labels: Sequence[EntryLabel | None]) -> set[int]:
    """Return the lines that begin with a number within an entry, "12 (1993) 44-50", not with a label.

    No letters follow, or the line before ends no entry while that before the next label of this number does.
    """
    volumes: set[int] = set()
    next_labels: set[tuple[str, int]] = set()
    for index in range(len(lines) - 1, 0, -1):
        if (label := labels[index]) is None or not label.number:
            continue
        if _ENTRY_END.search(lines[index - 1].text):
            next_labels.add((label.shape, label.number))
        elif (label.shape, label.number) in next_labels or not _LETTER.search(lines[index].text, label.end):
            volumes.add(index)
        next_labels.discard((label.shape, label.number + 1))
    return volumes


def _lone_numbers(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that are numbers alone if these count from 1."""
    numbers = {i: int(match[1]) for i, line in enumerate(lines) if (match := _LONE_NUMBER.fullmatch(line.text))}
    return set(numbers) if len(numbers) > 1 and [*numbers.values()] == [*range(1, len(numbers) + 1)] else set()


def _is_next_label(last: EntryLabel, label: EntryLabel, previous_text: str) -> bool:
    """Whether `label` continues the list of `last`. Numbers may be skipped only if the previous line can end an entry."""
    if not ((last.number or last.name == "0") and label.number):
        return last.shape == "bullet" or (last.shape in ("named", "sign") and _ENTRY_END.search(previous_text) is not None)
    step = label.number - last.number
    return step == 1 or (1 < step <= _MAX_NUMBER_GAP and last.shape != "bare" and _ENTRY_END.search(previous_text) is not None)


def _sign_starts(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that are chrome or a rule, and the lines after them."""
    signs = {i for i, line in enumerate(lines) if _is_sign(line.text)}
    return {i for i in signs | {i + 1 for i in signs} if 0 < i < len(lines)}


def _is_sign(line: str) -> bool:
    folded = line.casefold()
    return folded in CHROME or folded.rstrip(": ") in READ_ALSO or (line[0] in _RULE_SIGNS and _is_rule(line))


def _indent_starts(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that start a paragraph or entry because their indentation differs from the other lines."""
    indents = [line.indent for line in lines]
    least = min(indents)
    deeper_count = sum(indent > least for indent in indents)
    if not deeper_count:
        return set()
    if indents[0] > least:
        return {i for i in range(1, len(lines)) if indents[i] >= indents[0]}
    if indents[1] > least and len(lines) - deeper_count <= deeper_count + 1:
        return {i for i in range(1, len(lines)) if indents[i] == least}
    return set()


def _indented_entry_starts(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that start an entry of a list with hanging or first-line indents, or none in other lists.

    Most lines before a start must be able to end an entry.
    """
    first = 1 if is_reference_heading(lines[0].text) else 0
    edge = lines[first].indent if first < len(lines) else 0
    if all(line.indent == edge for line in lines[first:]):
        return set()
    hangs = edge == min(line.indent for line in lines[first:])
    starts = {i for i in range(first, len(lines)) if (lines[i].indent == edge if hangs else lines[i].indent >= edge)}
    ends = sum(_ENTRY_END.search(lines[i - 1].text) is not None for i in starts if i > first)
    return starts - {0} if len(starts) > 1 and ends * 2 >= len(starts) - 1 else set()


def _are_entries(lines: Sequence[str]) -> bool:
    """Whether a group of lines without a heading is a list that has an entry in each line, apart from a few."""
    if len(lines) < _MIN_ENTRY_LINES or not (reads_as_entry(lines[0]) and reads_as_entry(lines[-1])):
        return False
    return sum(map(reads_as_entry, lines)) >= _MIN_ENTRY_SHARE * len(lines)


def _is_short(line: _Line, after: _Line, width: int) -> bool:
    """Whether the first word of the next line would have fitted into this line."""
    return len(line.text) + 1 + len(after.text.split(None, 1)[0]) <= _SHORT_LINE_SHARE * width


def _stops_short(line: _Line, after: _Line, width: int) -> bool:
    """Whether `line` is a title, a byline or a truncated copy rather than a wrapped line of a paragraph."""
    if line.text.endswith(("...", "…")) and after.text.startswith(line.text.rstrip(".… ")):
        return True
    if _SENTENCE_END_SIGN.search(line.text) or after.text[0].islower():
        return False
    return _is_short(line, after, width) or _BYLINE.match(after.text) is not None


def _flush_entry_starts(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that start an entry of a list without labels and indents, or nothing in other lists."""
    from reader.formats.entry_borders import find_entry_starts  # not for the first frame of other texts

    first = 1 if is_reference_heading(lines[0].text) else 0
    if first == len(lines) or label_at(lines[first].text, 0, len(lines[first].text)) is not None:
        return set()
    return {first + start for start in find_entry_starts([line.text for line in lines[first:]])} - {0}


# ------------------------------------------------------------------ The importer

_MAX_MENU_LENGTH = 60
_MIN_LAID_OUT_LINES = 8
_MIN_MENU_BLOCKS = 4
"""The least number of short blocks that make it worth while to look for menus."""
_MIN_MENU_LINES = 3
_MAX_MENU_LINE_LENGTH = 64
_UNDERLINE = lazy_pattern(r"\n[^\S\n]*[=~-][=~ -]{2,}(?:\n|$)")
_MIN_LONG_TEXT = 50_000
_MIN_BEGINNING, _MAX_BEGINNING = 10_000, 16_000
"""The code points from which on a text is long, and those of its beginning: more than a screen shows."""


def plain_article(text: str, source: str) -> Article:
    r"""Return the article of a plain text with `\n` line ends. No part of the text is markup but the signs of quotes."""
    layout = _find_layout(text)
    quoted = _find_quotes(text) if layout is None else None
    body = layout.text if layout is not None else quoted.text if quoted is not None else text
    blocks = quoted.blocks(split_blocks) if quoted is not None else split_blocks(body)
    blocks = layout.blocks(blocks) if layout is not None else blocks
    checkpoint()
    brackets = bracket_markers(body)
    raised = list(superscript_markers(body))
    cited_labels = marker_labels(body, blocks, (*brackets, *raised))
    references = find_references(body, blocks, cited_labels)
    checkpoint()
    entries = entry_ranges(references)
    citations = find_citations(body, references, brackets, raised, entries, blocks)
    checkpoint()
    noise = find_noise(body, blocks, entries, citations)
    if layout is not None:
        noise = tuple(sorted({*noise, *layout.contents(blocks)}))
    elif sum(block.end - block.start <= _MAX_MENU_LENGTH for block in blocks) >= _MIN_MENU_BLOCKS:
        from reader.formats.page_edges import find_edges  # not for the first frame of other texts

        fixed = sorted([*entries, *(citation.span for citation in citations)])
        noise = tuple(sorted((*noise, *find_edges(text, blocks, noise, fixed))))
    aside = {block_at(blocks, span.start) for span in (*noise, *entries)}
    title = find_title(body, blocks, aside)
    article = Article(
        text=text,
        title=" ".join(body[blocks[title].start : blocks[title].end].split()) if title >= 0 else file_title(source),
        blocks=(
            layout.with_headings(blocks, title, aside)
            if layout is not None and layout.margin
            else with_headings(body, blocks, title, aside)
        ),
        styles=tuple(sorted([*find_urls(body), *(quoted.styles(blocks) if quoted is not None else ())])),
        citations=citations,
        references=references,
        noise=noise,
        source=source,
        language="",
    )
    if layout is not None:
        article = layout.with_furniture(article)
    if all(block_at(blocks, style.start) in aside for style in article.styles if style.kind is StyleKind.LINK):
        return article
    from reader.formats.linked_references import with_linked_references  # not for the first frame of other texts

    return with_linked_references(article)


def find_beginning(text: str) -> str:
    """Return the first paragraphs of a long text, or "" if it is not long or has no blank line where they could end."""
    end = text.rfind("\n\n", _MIN_BEGINNING, _MAX_BEGINNING)
    return text[:end] if end >= 0 and len(text) >= _MIN_LONG_TEXT else ""


def plain_beginning(text: str, source: str) -> Article | None:
    """Return a long text with the blocks and styles of its beginning alone, as those of `plain_article`.

    None: for a text that is not long, whose beginning has quotes, or whose rest may change what of the beginning is shown,
    and how. An underlined line further on may be the title, a list may make references of what looks like its entries, and a
    menu may set aside what is above it.
    """
    beginning = find_beginning(text)
    if not beginning or _may_have_layout(text) or _UNDERLINE.search(text) or _may_have_menu(text):
        return None
    blocks = split_blocks(beginning)
    if _find_quotes(beginning) or may_have_noise(beginning, blocks) or may_have_entries(beginning, blocks):
        return None
    return Article(
        text=text,
        title="",
        blocks=with_headings(beginning, blocks, find_title(beginning, blocks, ()), ())[:-1],  # the next may make it a heading
        styles=tuple(sorted(find_urls(beginning), key=lambda style: style.start)),
        source=source,
    )


def _may_have_menu(text: str) -> bool:
    lines = filter(is_furniture, (line for line in text.split("\n") if 0 < len(line) <= _MAX_MENU_LINE_LENGTH))
    return len(list(islice(lines, _MIN_MENU_LINES))) == _MIN_MENU_LINES


def _may_have_layout(text: str) -> bool:
    return "\f" in text or "[Page " in text or text.count("\n  ") * 3 > text.count("\n") > _MIN_LAID_OUT_LINES


def _find_quotes(text: str) -> QuotedText | None:
    """Return a text with its quotes, or None if it has none."""
    if not text.startswith(">") and "\n>" not in text:
        return None
    from reader.formats.quote_signs import find_quotes  # not for the first frame of other texts

    return find_quotes(text)


def _find_layout(text: str) -> PageLayout | None:
    """Return the layout of a text that was set for printed pages, or None."""
    if not _may_have_layout(text):
        return None
    from reader.formats.page_layout import find_layout  # not for the first frame of other texts

    return find_layout(text)
