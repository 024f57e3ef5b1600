"""Part a block that holds several entries, one a line or one after the other, so that each has an element of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.labels import decimal_number
from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.local_links import LocalLink
from reader.formats.html.tree import BLOCK_TAGS, Node, item_numbers, number_nodes

ENTRY_LINE: Final = "ENTRY"
"""The attribute of an element around the lines of an entry. No page can set it, as attribute names are read in lower case."""
_BEFORE_ANCHOR: Final = lazy_pattern(r"\W*(?:\w{1,4}(?:[.)\]:]\W*|\s+))?")
"""Match what may stand in a line before the anchor of its entry: signs, and a label."""
_LABEL: Final = lazy_pattern(r"\W{0,3}(\d{1,4})(?:\s*([\])][.:]?|[.:](?!\d))|(?=\s|$))")
_MARKER_NUMBER: Final = lazy_pattern(r"\W{0,3}(\d{1,4})\W{0,3}")
_OPENING: Final = lazy_pattern(r"[\[(]\s*$")
_LABEL_LENGTH: Final = 16
_MIN_NUMBERED: Final = 2
_MAX_SIBLING_DISTANCE: Final = 4
_NO_BLOCK: Final = Node("br")


def part_entry_lines(root: Node, links: Iterable[LocalLink]) -> bool:
    """Give each entry in a block of several an element of its own, and tell whether the tree has changed.

    An entry begins at a line with an anchor that a link before it leads to, at a line with the next number or the one before,
    and within a line at anchors that have the numbers of their links. A blank line and a block end it.
    """
    links = list(links)
    if has_moved := _move_to_own_lines(links):
        number_nodes(root)
    with_breaks = {node.parent for node in root.all_with_tag(("br",))}
    anchors: defaultdict[Node, dict[Node, Node]] = defaultdict(dict)
    targets: set[Node] = set()
    for link, target in links:
        if target.tag not in BLOCK_TAGS and link.order < target.order and target not in targets:
            targets.add(target)
            kid, holder = target, target.parent
            while holder is not None and holder not in with_breaks and holder.tag and holder.tag not in BLOCK_TAGS:
                kid, holder = holder, holder.parent
            if holder is not None:
                anchors[holder].setdefault(kid, link)
    blocks = [block for block, links_by_kid in anchors.items() if block in with_breaks or len(links_by_kid) >= _MIN_NUMBERED]
    return sum([_part_block(block, anchors[block]) for block in blocks]) > 0 or has_moved


def _move_to_own_lines(links: Iterable[LocalLink]) -> bool:
    """Move the empty anchors at the end of a line whose links have the number of the next line to the beginning of that.

    Programs also write the anchor of an entry before the line break or at the end of the paragraph that it follows.
    """
    numbers: dict[Node, int] = {}
    for link, target in links:
        if target.tag not in BLOCK_TAGS and target not in numbers and not target.has_text():
            marker = _MARKER_NUMBER.fullmatch(link.text())
            numbers[target] = decimal_number(marker[1]) if marker is not None else 0
    anchors = {target: number for target, number in numbers.items() if number}
    items: dict[Node, Mapping[Node, int]] = {}
    blocks = dict.fromkeys(target.parent for target in anchors)
    return sum([_move_in_block(block, anchors, items) for block in blocks if block is not None]) > 0


def _move_in_block(block: Node, anchors: Mapping[Node, int], items: dict[Node, Mapping[Node, int]]) -> int:
    """Move the anchors at the end of the lines of a block, and return how many. `items` are the numbers of items so far."""
    lines: list[list[Node | str]] = [[]]
    breaks: list[Node] = []
    for kid in block.children:
        if isinstance(kid, Node) and kid.tag == "br":
            breaks.append(kid)
            lines.append([])
        else:
            lines[-1].append(kid)
    follower = _next_sibling(block)
    below, number = (follower.children, _block_number(follower, items)) if follower is not None else ([], 0)
    count = 0
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        own_number = _number_at(line, 0) or (_block_number(block, items) if place == 0 else 0)
        end = len(line)
        while end and (kid := line[end - 1]) and ((isinstance(kid, str) and not kid.strip()) or kid in anchors):
            end -= 1
        moved = [kid for kid in line[end:] if isinstance(kid, Node) and own_number != anchors[kid] == number]
        if moved and end:
            line[end:] = [
                kid for kid in line[end:] if isinstance(kid, str) or own_number == anchors[kid] or anchors[kid] != number
            ]
            below[:0] = moved
            for kid in moved:
                kid.parent = follower if follower is not None and below is follower.children else block
            count += len(moved)
        if any(map(_has_words, line)):
            below, number = line, own_number
    if count:
        block.children = [*lines[0], *(kid for line, end in zip(lines[1:], breaks, strict=True) for kid in (end, *line))]
    return count


def _next_sibling(block: Node) -> Node | None:
    """Return the next element after a block if it is one of the same kind."""
    if block.parent is None or block.tag not in BLOCK_TAGS:
        return None
    elements = iter(block.parent.children[block.index : block.index + _MAX_SIBLING_DISTANCE])
    if next(elements, None) is not block:
        return None  # anchors were moved before it
    sibling = next((kid for kid in elements if isinstance(kid, Node)), None)
    return sibling if sibling is not None and sibling.tag == block.tag else None


def _block_number(block: Node, items: dict[Node, Mapping[Node, int]]) -> int:
    """Return the number that a block begins with, or that of a list item. `items` are the numbers of items so far."""
    number = _number_at(block.children, 0)
    if number or block.tag != "li" or block.parent is None or block.parent.tag != "ol":
        return number
    if block.parent not in items:
        items[block.parent] = item_numbers(block.parent)
    return items[block.parent][block]


def _part_block(block: Node, links: Mapping[Node, Node]) -> bool:
    """Wrap the entries among the children of a block. `links` are the links to those that are or have an anchor."""
    kids = list(_with_brackets_apart(block.children, links))
    lines = list(_lines(kids, links))
    starts = sorted({*_starts_of_lines(kids, lines, links), *_starts_within_lines(kids, lines, links)})
    if not starts or (len(starts) == 1 and not any(map(_has_words, kids[: starts[0]]))):
        return False
    ends = [line.end for line, after in pairwise([*lines, _LAST_LINE]) if after.begins_paragraph]
    following = dict(pairwise(sorted({*starts, *ends})))
    children, done = list[Node | str](), 0
    for start in starts:
        entry = Node("span", {ENTRY_LINE: ""}, block)
        entry.children = kids[start : following[start]]
        for kid in entry.child_nodes():
            kid.parent = entry
        children += [*kids[done:start], entry]
        done = following[start]
    block.children = [*children, *kids[done:]]
    return True


def _with_brackets_apart(kids: Iterable[Node | str], anchors: Collection[Node]) -> Iterator[Node | str]:
    """Yield the children, an opening bracket before an anchor apart from the text that it ends."""
    before = ""
    for kid in kids:
        if isinstance(kid, str):
            before += kid
            continue
        if before:
            opening = _OPENING.search(before) if kid in anchors else None
            place = opening.start() if opening is not None else len(before)
            yield from filter(None, (before[:place], before[place:]))
            before = ""
        yield kid
    if before:
        yield before


class _Line(NamedTuple):
    """A line of a block, as a range of its children. `begins_paragraph`: a block or a blank line precedes it."""

    start: int
    end: int
    begins_paragraph: bool


_LAST_LINE: Final = _Line(0, 0, begins_paragraph=True)


def _lines(kids: Sequence[Node | str], anchors: Collection[Node]) -> Iterator[_Line]:
    """Yield the lines with words. An anchor that has a line of its own belongs to the next one."""
    start, begins_paragraph, has_words, has_anchor = 0, True, False, False
    for place, kid in enumerate([*kids, _NO_BLOCK]):
        if isinstance(kid, str) or kid.tag not in BLOCK_TAGS:
            has_words = has_words or _has_words(kid)
            has_anchor = has_anchor or kid in anchors
            continue
        if has_words:
            yield _Line(start, place, begins_paragraph)
        if has_words or not has_anchor or kid.tag != "br":
            start, begins_paragraph = place + 1, not has_words or kid.tag != "br"
            has_words = has_anchor = False


def _has_words(kid: Node | str) -> bool:
    """Whether there are letters or digits outside of links to places of the page."""
    stack = [kid]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if any(map(str.isalnum, item)):
                return True
        elif item.is_shown and not (item.tag == "a" and item.get("href").startswith("#")):
            stack += item.children
    return False


def _starts_of_lines(kids: Sequence[Node | str], lines: Sequence[_Line], anchors: Collection[Node]) -> Iterator[int]:
    """Yield the starts of the lines that begin an entry."""
    numbers = [_number_at(kids, line.start) for line in lines]
    is_start = [_has_entry_anchor(kids, line, anchors) for line in lines]
    order = range(len(lines))
    for places, step in ((order, 1), (reversed(order), -1)):
        last = 0
        for place in places:
            number = numbers[place]
            is_start[place] = is_start[place] or (number > 0 and last > 0 and last == number - step)
            last = number if is_start[place] else last
    return (line.start for line, begins in zip(lines, is_start, strict=True) if begins)


def _has_entry_anchor(kids: Sequence[Node | str], line: _Line, anchors: Collection[Node]) -> bool:
    """Whether a line has an anchor at its beginning, before its text or beside its label, or anywhere after a label."""
    before = ""
    for kid in kids[line.start : line.end]:
        if kid in anchors:
            label = _LABEL.match(before)
            return _BEFORE_ANCHOR.fullmatch(before) is not None or (label is not None and label[2] is not None)
        before += kid if isinstance(kid, str) else kid.text()
    return False


def _number_at(kids: Sequence[Node | str], start: int) -> int:
    """Return the number that the text from a child on begins with as its label, or 0."""
    words = ""
    for place in range(start, min(start + _LABEL_LENGTH, len(kids))):
        kid = kids[place]
        is_block = not isinstance(kid, str) and kid.tag in BLOCK_TAGS
        if len(words) > _LABEL_LENGTH or (is_block and words.strip()):
            break
        words += kid if isinstance(kid, str) else kid.text()
    label = _LABEL.match(words)
    return decimal_number(label[1]) if label is not None else 0


def _starts_within_lines(kids: Sequence[Node | str], lines: Iterable[_Line], links: Mapping[Node, Node]) -> list[int]:
    """Return the places of the anchors, with the bracket before them, that have the number of their link, if they count up."""
    starts: list[int] = []
    last = 0
    for place in (place for line in lines for place in range(line.start, line.end)):
        kid = kids[place]
        if isinstance(kid, Node) and kid in links:
            marker = _MARKER_NUMBER.fullmatch(links[kid].text())
            before = kids[place - 1] if place else ""
            start = place - 1 if isinstance(before, str) and before and _OPENING.match(before) else place
            number = decimal_number(marker[1]) if marker is not None else 0
            if number > last and _number_at(kids, start) == number:
                starts.append(start)
                last = number
    return starts if len(starts) >= _MIN_NUMBERED else []
