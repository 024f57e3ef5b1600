"""Insert the marks of comments into the main part of a Word document, without a change of anything else.

A mark stands between the children of a paragraph, as Word itself writes it. A run or a tracked insertion is split for it; a
link, a field, a formula, a content control or a text box gets the mark before or after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from reader.exchange.word.markup import WORD_NAMESPACE, XmlPart
from reader.exchange.word.origins import Origin, Point

_TRACKED_KINDS: Final = frozenset({"ins", "moveTo"})
_SPLIT_KINDS: Final = _TRACKED_KINDS | {"r"}
_FIELD_KIND: Final = re.compile(rb"""fldCharType\s*=\s*["'](\w+)""")
_KEEP_SPACE: Final = b' xml:space="preserve"'
_BINDING: Final = f' xmlns:w="{WORD_NAMESPACE}"'
_ID: Final = re.compile(rb"""(:id\s*=\s*["'])(\d{1,9})\b""")


class _Cut(NamedTuple):
    """A place for marks: the byte before which they go, and the tags that close and open again what is split there.

    `text` is the number of the text element that is split, -1 for none.
    """

    place: int
    closing: bytes = b""
    opening: bytes = b""
    text: int = -1


@dataclass
class _Insertion:
    """What is inserted at a cut: the ends of ranges, then the beginnings of others."""

    cut: _Cut
    ends: list[bytes] = field(default_factory=list[bytes])
    starts: list[bytes] = field(default_factory=list[bytes])

    @property
    def source(self) -> bytes:
        return b"".join((self.cut.closing, *self.ends, *self.starts, self.cut.opening))


class Marks:
    """The marks of comments in a main part of a document."""

    def __init__(self, part: XmlPart) -> None:
        self._part = part
        self._insertions: dict[int, _Insertion] = {}
        self._spaced = set[int]()
        self._next_id = max((int(match[2]) for match in _ID.finditer(part.data)), default=0) + 1
        self._fields_in = cache(self._find_fields)
        self._is_fixed = cache(self._find_fixed)
        self._binding = "" if part.data.count(b"xmlns:w=") == 1 and part.binds("w", WORD_NAMESPACE) else _BINDING

    def add(self, origin: Origin, comment: int) -> None:
        """Mark a range as that of the comment with this id."""
        start, end, binding = self._cut(origin.start, is_start=True), self._cut(origin.end), self._binding
        self._at(start).starts.append(f'<w:commentRangeStart{binding} w:id="{comment}"/>'.encode())
        self._at(end).ends.append(
            f'<w:commentRangeEnd{binding} w:id="{comment}"/><w:r{binding}><w:commentReference w:id="{comment}"/></w:r>'.encode()
        )

    def write_part(self) -> bytes:
        """Return the part with all marks."""
        part = self._part
        insertions = {place: insertion.source for place, insertion in self._insertions.items()}
        for text in self._spaced:
            insertions[part.starts[text] + len(part.start_tag(text)) - 1] = _KEEP_SPACE
        pieces, last = list[bytes](), 0
        for place, source in sorted(insertions.items()):
            pieces += (part.data[last:place], source)
            last = place
        return b"".join((*pieces, part.data[last:]))

    def is_in_box(self, point: Point) -> bool:
        """Whether a place is in a text box, which gets marks only around it."""
        return sum(self._part.kind(element) == "p" for element in self._ancestors(point.element)) > 1

    def _at(self, cut: _Cut) -> _Insertion:
        if cut.text >= 0 and b"xml:space" not in self._part.start_tag(cut.text):
            self._spaced.add(cut.text)
        return self._insertions.setdefault(cut.place, _Insertion(cut))

    # ------------------------------------------------------------------ Cuts

    def _cut(self, point: Point, *, is_start: bool = False) -> _Cut:
        """Return the cut at a point: where it is or, in what is not split, before or after the whole of that."""
        part, (path, paragraph) = self._part, self._path_to(point.element)
        fixed = max((level for level, outer in enumerate(path) if level and self._is_fixed(outer)), default=0)
        place = -1 if fixed else part.byte_at(point.element, point.offset)
        if place >= 0:
            tag = part.start_tag(point.element)
            opening = tag if b"xml:space" in tag else tag[:-1] + _KEEP_SPACE + b">"
            cut = _Cut(place, part.end_tag(point.element), opening, point.element)
        else:
            cut = _Cut((part.starts if is_start else part.ends)[path[fixed]])
        for inner, outer in pairwise((*path[fixed:], paragraph)):
            first, last = self._fields_in(outer).get(inner, (inner, inner))
            if first != last:
                cut = _Cut(part.starts[first] if is_start else part.ends[last])
            if outer == paragraph:
                break
            if cut.place == part.starts[first] and first == self._first_in(outer):
                cut = _Cut(part.starts[outer])
            elif cut.place == part.ends[last] and part.nexts[last] == part.nexts[outer]:
                cut = _Cut(part.ends[outer])
            else:
                closing, opening = cut.closing + part.end_tag(outer), self._reopen(outer) + cut.opening
                cut = cut._replace(closing=closing, opening=opening)
        return cut

    def _ancestors(self, element: int) -> list[int]:
        """Return an element and what contains it, outwards."""
        ancestors: list[int] = []
        while element >= 0:
            ancestors.append(element)
            element = self._part.parents[element]
        return ancestors

    def _path_to(self, element: int) -> tuple[list[int], int]:
        """Return an element and what contains it inside the outermost paragraph, and this paragraph."""
        ancestors = self._ancestors(element)
        outermost = max(place for place, one in enumerate(ancestors) if self._part.kind(one) == "p")
        return ancestors[:outermost], ancestors[outermost]

    def _find_fixed(self, element: int) -> bool:
        """Whether an element is not split: it is neither a run nor a tracked insertion, or a sign of a field is in it."""
        kind = self._part.kind
        return kind(element) not in _SPLIT_KINDS or any(kind(child) == "fldChar" for child in self._part.children(element))

    def _first_in(self, element: int) -> int:
        """Return the first child of an element after its properties."""
        first = element + 1
        return self._part.nexts[first] if self._part.kind(first) == "rPr" else first

    def _reopen(self, element: int) -> bytes:
        """Return the start tag of an element, and its properties, for the part behind a cut. A tracked change gets a new id."""
        part, tag = self._part, self._part.start_tag(element)
        if part.kind(element) in _TRACKED_KINDS:
            tag = _ID.sub(lambda match: match[1] + str(self._next_id).encode(), tag, count=1)
            self._next_id += 1
        has_properties = part.kind(element) == "r" and part.kind(element + 1) == "rPr"
        return tag + (part.source(element + 1) if has_properties else b"")

    def _find_fields(self, parent: int) -> dict[int, tuple[int, int]]:
        """Return the first and the last child of the field that a child of an element belongs to, for those that do.

        A field that does not end in that element is none of it: in another paragraph, its result may be split.
        """
        part, depth, start = self._part, 0, -1
        fields: dict[int, tuple[int, int]] = {}
        pending: list[int] = []
        for child in part.children(parent):
            for sign in self._field_signs(child):
                if sign == b"begin":
                    depth += 1
                    start = child if depth == 1 and start < 0 else start
                elif sign == b"end" and depth:
                    depth -= 1
            if start >= 0:
                pending.append(child)
            if start >= 0 and not depth:
                fields.update(dict.fromkeys(pending, (start, child)))
                start, pending = -1, []
        return fields

    def _field_signs(self, element: int) -> list[bytes]:
        part, signs, last = self._part, list[bytes](), self._part.nexts[element]
        while element < last:
            kind = part.kind(element)
            if kind == "fldChar" and (match := _FIELD_KIND.search(part.start_tag(element))):
                signs.append(match[1])
            element = part.nexts[element] if kind == "txbxContent" else element + 1
        return signs
