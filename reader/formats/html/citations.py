"""Match the citation markers of a page with its entries and footnotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from reader.article.labels import decimal_number
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.reference_parser import has_source_details
from reader.formats.html.entries import (
    MARKER_LABEL,
    Entries,
    back_links,
    external_links,
    find_leading_label,
    full_entry_fields,
    marker_label,
    parse_name_label,
    read_coins,
    strip_label_signs,
)
from reader.formats.html.entry_lines import part_entry_lines
from reader.formats.html.local_links import (
    CITATION_ATTRIBUTES,
    KEY_CITATION_TAGS,
    KEY_PREFIX,
    add_list,
    citation_keys,
    local_links,
)
from reader.formats.html.tree import BLOCK_TAGS, Node, in_order, number_nodes

# ------------------------------------------------------------------ Notes in the text (Distill, LaTeXML, sidenotes)

_NOTE_TAGS: Final = frozenset({"d-footnote", "dt-fn"})
_CALLED_NOTE_TAGS: Final = frozenset({"span", "small", "aside"})
_NOTE_CLASSES: Final = frozenset({"sidenote", "marginnote", "ltx_note"})
_NOTE_NUMBER_CLASSES: Final = frozenset({"ltx_note_mark", "ltx_tag_note", "ltx_note_type", "sidenote-number"})


class InlineNote(NamedTuple):
    """A note in the text: its marker, the element with its text, and the elements with only its number."""

    marker: str
    content: Node
    marks: frozenset[Node]


def inline_notes(root: Node) -> dict[Node, InlineNote]:
    """Return the notes in the text by element, in order."""
    notes: dict[Node, InlineNote] = {}
    called_notes = (node for node in root.all_with_word("class", _NOTE_CLASSES) if node.tag in _CALLED_NOTE_TAGS)
    for node in in_order(root.all_with_tag(_NOTE_TAGS), list(called_notes)):
        if node.text() and not any(ancestor in notes for ancestor in node.ancestors()):
            content = next((inner for inner in node.descendants() if "ltx_note_content" in inner.classes), node)
            marks = frozenset(inner for inner in content.descendants() if inner.classes & _NOTE_NUMBER_CLASSES)
            numbers = (words for inner in marks if (words := inner.text()).isdecimal())
            notes[node] = InlineNote(f"[note {next(numbers, len(notes) + 1)}]", content, marks)
    return notes


def move_notes_to_list(root: Node, notes: Mapping[Node, InlineNote]) -> None:
    """Move the notes in the text to a list at the end of the page, and replace each by a citation."""
    entries: list[tuple[str, list[Node | str]]] = []
    for number, (place, note) in enumerate(notes.items(), 1):
        key = f"inline-note-{number}"
        entries.append((key, [kid for kid in note.content.children if isinstance(kid, str) or kid not in note.marks]))
        place.tag, place.attrs, place.children = "d-cite", {"key": key}, []
    add_list(root, "footnotes", "Notes", entries)


# ------------------------------------------------------------------ Markers

_MARKER_SIGNS: Final = r"[\s\[\](){},;.:&*‐-―−\-]*"
_ONLY_SIGNS: Final = lazy_pattern(rf"{_MARKER_SIGNS}(?:(?:and|und|et|see|cf){_MARKER_SIGNS})*")
_DASH: Final = lazy_pattern(r"[\s\])]*[-‐‑–—−][\s\[(]*")
_OPENING_BRACKET: Final = lazy_pattern(r"[\[(]\s*(?:(?:see|cf|e\.g|also|refs?)[.,]*\s+){0,3}$")
_BETWEEN_LINKS: Final = lazy_pattern(r"\s*(?:(?:[,;&/]|and|und|et|or|[-‐‑–—−])\s*)?(?:(?:see|cf\.?|see also|e\.g\.,?)\s+)?")
_CLOSING_BRACKET: Final = lazy_pattern(r"[^\[\]()]{0,40}?([\])])")
_CITATION_CLASSES: Final = frozenset({"citation", "ltx_cite", "cite", "citations", "footnote-ref", "footnote-reference"})
_BRACKET_PAIRS: Final = {"[": "]", "(": ")"}
_BARE_LABEL: Final = lazy_pattern(r"[\d,;–\- ]{1,16}|\S{1,3}|(?:nb|note|n|fn)\.? ?\w{1,3}|[α-ωΑ-Ω] ?\d{1,3}|\w{1,2} \d{1,3}")
_YEAR: Final = lazy_pattern(r"(?:1[5-9]|20)\d\d[a-z]?")
_MAX_CITATION_LENGTH: Final = 400
_MAX_RANGE: Final = 200
_MAX_RUN_LENGTH: Final = 300


class MarkerFinder:
    """Finder of the markers of a tree: their outermost elements, texts and entries."""

    def __init__(self, entries: Entries, labels: Mapping[Node, str]) -> None:
        self._labels, self._entries = labels, entries
        targets: dict[Node, dict[Node, None]] = {}
        for link, entry in entries.markers:
            targets.setdefault(link.node, {})[entry] = None
        self._targets = {node: list(cited) for node, cited in targets.items()}
        self._links = set(self._targets)
        self._only_markers: dict[Node, bool] = {}
        self._numbered = _group_by_number(labels)
        self._marker_links: dict[Node, list[Node]] = {}
        for node in self._targets:
            self._marker_links.setdefault(self._outermost(node), []).append(node)
        markers_by_parent: defaultdict[Node | None, list[Node]] = defaultdict(list)
        for outer in self._marker_links:
            markers_by_parent[outer.parent].append(outer)
        for parent, markers in markers_by_parent.items():
            if parent is not None:
                self._join_markers(parent, markers)

    def __iter__(self) -> Iterator[tuple[Node, str, list[Node]]]:
        """Yield the element, text and entries of each marker, in no particular order."""
        for outer, links in self._marker_links.items():
            targets = self._target_entries(outer, links)
            yield outer, self._marker_text(outer, links, targets), targets

    def _outermost(self, link: Node) -> Node:
        """Return the outermost inline element around a link that contains only markers."""
        node = link
        while (parent := node.parent) is not None and parent.tag and parent.tag not in BLOCK_TAGS:
            if parent not in self._only_markers:
                self._only_markers[parent] = parent.children == [node] or self._has_only_markers(parent)
            if not self._only_markers[parent]:
                break
            node = parent
        return node

    def _has_only_markers(self, node: Node) -> bool:
        """Whether an element contains only markers and signs between them, or it is called a citation and is short."""
        rest = node.text(without=self._links)
        return _ONLY_SIGNS.fullmatch(rest) is not None or (len(rest) <= _MAX_CITATION_LENGTH and _is_citation(node))

    def _join_markers(self, parent: Node, markers: Sequence[Node]) -> None:
        """Join the markers among the children of `parent` that share a bracket or a dash."""
        siblings = parent.children
        kids: list[Node | str] = []
        done = 0
        for place in [marker.index for marker in markers]:
            if place < done:
                continue
            last = self._last_of_run(siblings, place)
            before = siblings[place - 1] if place > done else ""
            opening = _opening_bracket(before) if isinstance(before, str) else None
            if last == place and opening is None:
                continue
            after = siblings[last + 1] if last + 1 < len(siblings) else ""
            closing = _CLOSING_BRACKET.match(after) if opening and isinstance(after, str) else None
            run = siblings[place : last + 1]
            if (
                opening
                and closing
                and isinstance(before, str)
                and isinstance(after, str)
                and _BRACKET_PAIRS[opening[0][0]] == closing[1]
            ):
                kids += [*siblings[done : place - 1], before[: opening.start()]]
                run = [opening[0], *run, after[: closing.end()]]
                siblings[last + 1] = after[closing.end() :]
            elif any(isinstance(item, str) and _DASH.fullmatch(item) for item in run):
                kids += siblings[done:place]
            else:
                continue
            kids.append(self._wrap_run(parent, run))
            done = last + 1
        if done:
            parent.children = kids + siblings[done:]

    def _last_of_run(self, kids: list[Node | str], first: int) -> int:
        last = place = first
        while place + 1 < min(len(kids), first + _MAX_RUN_LENGTH):
            place += 1
            kid = kids[place]
            if isinstance(kid, str):
                if place != last + 1 or not _BETWEEN_LINKS.fullmatch(kid):
                    break
            elif kid in self._marker_links:
                last = place
            else:
                break
        return last

    def _wrap_run(self, parent: Node, run: list[Node | str]) -> Node:
        outer = Node("span", parent=parent)
        outer.children = run
        markers = [kid for kid in run if isinstance(kid, Node)]
        outer.order, outer.last_order = markers[0].order, markers[-1].last_order
        self._marker_links[outer] = [link for kid in markers for link in self._marker_links.pop(kid)]
        for kid in markers:
            kid.parent = outer
        return outer

    def _target_entries(self, outer: Node, links: list[Node]) -> list[Node]:
        """Return the entries that the links of a marker point to, including the entries inside a range."""
        if len(links) == 1:
            return self._targets[links[0]]
        targets: dict[Node, None] = {}
        previous: Node | None = None
        for link, before in zip(links, _text_before(outer, links), strict=True):
            first = self._targets[link][0]
            if previous is not None and _DASH.fullmatch(before):
                targets |= dict.fromkeys(self._entries_between(previous, first))
            targets |= dict.fromkeys(self._targets[link])
            previous = self._targets[link][-1]
        return list(targets)

    def _entries_between(self, first: Node, last: Node) -> Iterable[Node]:
        low, high = self._labels.get(first, ""), self._labels.get(last, "")
        if not (low.isdecimal() and high.isdecimal()):
            return
        numbers = range(decimal_number(low) + 1, decimal_number(high))
        for number in numbers if len(numbers) < _MAX_RANGE else ():
            entries = self._numbered.get(number, ())
            place = bisect_right(entries, first.order, key=lambda node: node.order)
            yield from (node for node in entries[place : place + 1] if node.order < last.order)

    def _marker_text(self, outer: Node, links: list[Node], targets: list[Node]) -> str:
        link = links[0]
        is_only_link = outer is link or (outer.children == [link] and outer.is_shown)
        words = self._entries.link_text(link) if is_only_link else outer.text()
        if len(words) < 2 and not words.strip("*†‡§¶"):
            labels = [self._labels.get(node, "") or "*" for node in targets]
            words = words or ", ".join(labels)
        if (len(links) > 1 and words.isdecimal()) or (" " in words and words.replace(" ", "").isdecimal()):
            words = ", ".join(link.text() for link in links)
        if ":" in words and len(links) == 1 and (label := MARKER_LABEL.fullmatch(words)) is not None:
            words = label[1]
        is_bare = words[:1] not in "[(" and _BARE_LABEL.fullmatch(words) is not None and not _YEAR.fullmatch(words)
        return f"[{words}]" if is_bare else words


def _opening_bracket(text: str) -> re.Match[str] | None:
    """Match the bracket that is open at the end of a text, with the words after it."""
    place = max(text.rfind("["), text.rfind("("))
    return _OPENING_BRACKET.match(text, place) if place >= 0 else None


def _is_citation(node: Node) -> bool:
    return "data-cites" in node.attrs or bool(node.classes & _CITATION_CLASSES)


def _text_before(outer: Node, links: list[Node]) -> list[str]:
    """Return the text between each link of a marker and the previous link."""
    texts: dict[Node, str] = {}
    link_set = set(links)
    pieces: list[str] = []
    stack: list[Node | str] = [outer]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
        elif item in link_set:
            texts[item] = "".join(pieces)
            pieces = []
        else:
            stack.extend(reversed(item.children))
    return [texts.get(link, "") for link in links]


def _group_by_number(labels: Mapping[Node, str]) -> dict[int, list[Node]]:
    """Return the entries by number, in order."""
    groups: dict[int, list[Node]] = {}
    for node, label in labels.items():
        if label.isdecimal():
            groups.setdefault(decimal_number(label), []).append(node)
    return groups


# ------------------------------------------------------------------ Notes of a page

_MAX_LABEL_LENGTH: Final = 32


class NoteMarker(NamedTuple):
    """A marker: its text, and the names of its entries in order."""

    text: str
    names: tuple[str, ...]


@dataclass
class NoteEntry:
    """An entry: its elements in order, and its data.

    Markers refer to it by `name`. `label` is its label for readers, or ""; `written_label` is the label to write before its
    text. `links` are its addresses as written, `metadata` the fields that the page gives.
    """

    name: str
    label: str
    written_label: str
    nodes: list[Node]
    links: list[str] = field(default_factory=list[str])
    metadata: Reference | None = None


@dataclass
class PageNotes:
    """The entries and markers of a tree.

    The keys of `entries` are their first elements, `parts` are their other elements. The keys of `markers` are their outermost
    elements. `inline` are the notes in the text, `hidden` the elements to leave out: labels and back links.
    """

    entries: dict[Node, NoteEntry] = field(default_factory=dict[Node, NoteEntry])
    parts: set[Node] = field(default_factory=set[Node])
    markers: dict[Node, NoteMarker] = field(default_factory=dict[Node, NoteMarker])
    inline: dict[Node, InlineNote] = field(default_factory=dict[Node, InlineNote])
    hidden: set[Node] = field(default_factory=set[Node])

    @property
    def are_remarks(self) -> bool:
        """Whether most entries name no source, so that the sources may be in a list without links."""
        sources = (entry for entry in self.entries if has_source_details(entry.text()))
        return sum(1 for _ in islice(sources, -(-len(self.entries) // 2))) * 2 < len(self.entries)


def find_notes(root: Node, metadata: Mapping[str, Reference] | None = None) -> PageNotes:
    """Return the entries and markers of a tree. `metadata` are the known fields of entries by id.

    This may wrap text around markers into new elements, and it removes labels from the text of entries.
    """
    links = local_links(root)
    if links and part_entry_lines(root, links):
        number_nodes(root)
    entries, inline = Entries(root, links), inline_notes(root)
    notes = PageNotes()
    if inline and not entries:
        move_notes_to_list(root, inline)
        entries, inline = Entries(root, local_links(root)), {}
    notes.inline = inline
    notes.hidden = {mark for note in inline.values() for mark in note.marks}
    labels = _entry_labels(entries)
    names = _entry_names(entries.nodes)
    for node, words, targets in MarkerFinder(entries, labels):
        notes.markers[node] = NoteMarker(words, tuple([names[entry] for entry in targets]))
    for node in entries.nodes:
        _add_entry(node, names[node], labels[node], entries, notes)
        entry = notes.entries[node]
        entry.metadata = (
            (metadata or {}).get(entry.name) or entry.metadata or read_coins(node, entries) or full_entry_fields(node, entries)
        )
    if any(not marker.nodes for marker in notes.markers):  # a new element around several markers
        number_nodes(root)
    _add_missing(root, set(names.values()), notes)
    return notes


def _entry_names(nodes: Sequence[Node]) -> dict[Node, str]:
    """Return a name for each entry: its id, unless it has none or an entry before it has the same."""
    names: dict[str, Node] = {}
    for number, node in enumerate(nodes, 1):
        names[name if (name := node.id) and name not in names else f"entry {number}"] = node
    return {node: name for name, node in names.items()}


def _add_missing(root: Node, names: set[str], notes: PageNotes) -> None:
    """Add cited keys without an entry. Pandoc's keys count only if the page has a reference list from pandoc."""
    has_list = any(name.startswith(KEY_PREFIX) for name in names)
    for node in root.all_with_attribute(CITATION_ATTRIBUTES):
        if not (keys := citation_keys(node)):
            continue
        missing = tuple(key for key in keys if key not in names)
        is_marker = missing and (
            node.tag in KEY_CITATION_TAGS or node in notes.markers or not _has_marker_inside(node, notes.markers)
        )
        if is_marker and (node.tag in KEY_CITATION_TAGS or has_list):
            missing = tuple(key.removeprefix(KEY_PREFIX) for key in missing)
            marker = notes.markers.get(node) or NoteMarker(node.text() or f"[{', '.join(missing)}]", ())
            notes.markers[node] = marker._replace(names=(*marker.names, *missing))


def _has_marker_inside(node: Node, markers: Collection[Node]) -> bool:
    return any(inner in markers for inner in node.descendants())


def _entry_labels(entries: Entries) -> dict[Node, str]:
    """Return the label of each entry: from its markers, else from its text, else its number in the list."""
    labels_in_markers: dict[Node, str] = {}
    entries_with_words: set[Node] = set()
    for link, entry in entries.markers:
        if entry in labels_in_markers:
            continue
        words = entries.link_text(link.node)
        if label := marker_label(words):
            labels_in_markers.setdefault(entry, label)
        elif words:
            entries_with_words.add(entry)
    labels: dict[Node, str] = {}
    for node in entries.nodes:
        label = labels_in_markers.get(node, "")
        if not label and (leading := find_leading_label(node, "", back_links(node, entries))) is not None:
            label = leading.label
        # If markers are names and years, the numbers of the list are not labels.
        labels[node] = label or (entries.number(node) if labels_in_markers or not entries_with_words else "")
    return labels


def _add_entry(node: Node, name: str, label: str, entries: Entries, notes: PageNotes) -> None:
    hidden = back_links(node, entries)
    leading = find_leading_label(node, label, hidden)
    written_label = f"[{label}]" if label else ""
    nodes = [node]
    if node.tag == "dt":
        nodes += _term_descriptions(node)
        notes.parts.update(nodes[1:])
    if leading is not None and isinstance(text := leading.holder.children[leading.place], str):
        leading.holder.children[leading.place] = text[leading.size :]
    if leading is not None and leading.node is not None:
        hidden.add(leading.node)
        written_label = written_label or leading.written
    if leading is not None or hidden:
        strip_label_signs(node, hidden)
    if node.tag == "dt" and len(nodes) > 1 and not node.has_text(without=hidden):
        nodes = nodes[1:]
    notes.hidden |= hidden
    links = [link for part in nodes for link in external_links(part, entries, hidden)]
    tag = parse_name_label(written_label) if not label and written_label else None
    tag_label = (
        written_label.replace("(", "").replace(")", "") if tag is not None and len(written_label) <= _MAX_LABEL_LENGTH else ""
    )
    notes.entries[node] = NoteEntry(name, label or tag_label, written_label, nodes, links, tag)


def _term_descriptions(term: Node) -> list[Node]:
    descriptions: list[Node] = []
    for node in term.parent.child_nodes() if term.parent is not None else ():
        if node.order > term.last_order:
            if node.tag != "dd":
                break
            descriptions.append(node)
    return descriptions
