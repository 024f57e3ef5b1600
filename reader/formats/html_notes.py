"""What in a tree of HTML is an entry of a reference list or a footnote, and what is a marker that points at one.

Told by shapes that all generators share, not by their names: a marker is a link to an element further down; that element is an
entry when it says so by its role, when it leads back to the marker, or when it stands in a list that a heading, a role or a
class announces. So pandoc, kramdown, docutils, MediaWiki, LaTeXML, Word and hand-made pages are read by one rule.

Sources: DPUB-ARIA 1.1 and EPUB 3 Structural Semantics (roles), https://www.mediawiki.org/wiki/Help:Cite, the output of pandoc,
https://github.com/distillpub/template (`d-cite`, `dt-cite`, `d-footnote`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.formats.html_entries import Entries
from reader.formats.html_inline import InlineNote, inline_notes, make_list
from reader.formats.html_keys import KEYED, PREFIX, keys_of
from reader.formats.html_labels import (
    back_links,
    fields_in,
    fields_of_full,
    front_of,
    label_in_marker,
    links_out,
    said_in_tag,
    strip_front,
)
from reader.formats.html_markers import Marked
from reader.formats.html_places import local_links
from reader.formats.html_tree import Node

_LONGEST_LABEL: Final = 32


class NoteMarker(NamedTuple):
    """A marker: how it is shown, and the names of the entries it points at, in order."""

    text: str
    names: tuple[str, ...]


@dataclass
class NoteEntry:
    """An entry: the elements it is made of, in order, and what the page says of it.

    `name` is what markers call it, `label` what readers call it ("" where it has none), `shown` what it begins with instead of
    what it began with. `links` are its addresses as they are written, `known` what it says in fields.
    """

    name: str
    label: str
    shown: str
    nodes: list[Node]
    links: list[str] = field(default_factory=list[str])
    known: Reference | None = None


@dataclass
class Notes:
    """What was found in a tree.

    `entries` by their first element, `parts` their other elements, `markers` by the outermost element that is all marker,
    `inline` the notes in the text, `silent` what is shown anew: labels, and links back to the markers.
    """

    entries: dict[Node, NoteEntry] = field(default_factory=dict[Node, NoteEntry])
    parts: set[Node] = field(default_factory=set[Node])
    markers: dict[Node, NoteMarker] = field(default_factory=dict[Node, NoteMarker])
    inline: dict[Node, InlineNote] = field(default_factory=dict[Node, InlineNote])
    silent: set[Node] = field(default_factory=set[Node])


def find_notes(root: Node, known: Mapping[str, Reference] | None = None) -> Notes:
    """Return the entries and markers of a tree. `known` are fields of entries by their ids, where the caller has them.

    Text around markers may be put into elements of its own on the way; labels are taken out of the text of entries.
    """
    entries, inline = Entries(root, local_links(root)), inline_notes(root)
    notes = Notes()
    if inline and not entries:
        make_list(root, inline)
        entries, inline = Entries(root, local_links(root)), {}
    notes.inline = inline
    notes.silent = {mark for note in inline.values() for mark in note.marks}
    labels = _labels(entries)
    names = {node: node.id or f"entry {number}" for number, node in enumerate(entries.nodes, 1)}
    for node, words, leads in Marked(entries, labels):
        notes.markers[node] = NoteMarker(words, tuple(names[entry] for entry in leads))
    _add_missing(root, set(names.values()), notes)
    for node in entries.nodes:
        _describe(node, names[node], labels[node], entries, notes)
        entry = notes.entries[node]
        entry.known = (known or {}).get(entry.name) or entry.known or fields_in(node) or fields_of_full(node, entries)
    return notes


def _add_missing(root: Node, names: set[str], notes: Notes) -> None:
    """Add the keys that are cited and that no entry has. Pandoc's keys count only where it made a list of references too."""
    has_list = any(name.startswith(PREFIX) for name in names)
    for node in root.inside():
        missing = tuple(key for key in keys_of(node) if key not in names)
        is_marker = missing and (node.tag in KEYED or node in notes.markers or not _holds_any(node, notes.markers))
        if is_marker and (node.tag in KEYED or has_list):
            missing = tuple(key.removeprefix(PREFIX) for key in missing)
            marker = notes.markers.get(node) or NoteMarker(node.text() or f"[{', '.join(missing)}]", ())
            notes.markers[node] = marker._replace(names=(*marker.names, *missing))


def _holds_any(node: Node, others: Collection[Node]) -> bool:
    return any(inner in others for inner in node.inside())


def _labels(entries: Entries) -> dict[Node, str]:
    """Return the label of each entry: what its markers call it, else what it begins with, else its number in its list."""
    called: dict[Node, str] = {}
    worded: set[Node] = set()
    for link, entry in entries.markers():
        words = link.node.text()
        if label := label_in_marker(words):
            called.setdefault(entry, label)
        elif words:
            worded.add(entry)
    labels: dict[Node, str] = {}
    for node in entries.nodes:
        label = called.get(node, "")
        if not label and (front := front_of(node, "", back_links(node, entries))) is not None:
            label = front.label
        # Where markers are names and years, the numbers of a list are nobody's labels.
        labels[node] = label or (entries.number(node) if called or not worded else "")
    return labels


def _describe(node: Node, name: str, label: str, entries: Entries, notes: Notes) -> None:
    silent = back_links(node, entries)
    front = front_of(node, label, silent)
    shown = f"[{label}]" if label else ""
    nodes = [node]
    if node.tag == "dt":
        nodes += _descriptions(node)
        notes.parts.update(nodes[1:])
    if front is not None and front.node is None:
        text = front.holder.kids[front.place]
        front.holder.kids[front.place] = text[front.size :] if isinstance(text, str) else text
    elif front is not None and front.node is not None:
        silent.add(front.node)
        shown = shown or front.written
    if front is not None or silent:
        strip_front(node, silent)
    if node.tag == "dt" and len(nodes) > 1 and not node.text(without=silent):
        nodes = nodes[1:]
    notes.silent |= silent
    links = [link for part in nodes for link in links_out(part, silent)]
    tag = said_in_tag(shown) if not label and shown else None
    called = shown.replace("(", "").replace(")", "") if tag is not None and len(shown) <= _LONGEST_LABEL else ""
    notes.entries[node] = NoteEntry(name, label or called, shown, nodes, links, tag)


def _descriptions(term: Node) -> list[Node]:
    """Return the descriptions that follow a term."""
    found: list[Node] = []
    for node in term.parent.nodes() if term.parent is not None else ():
        if node.order > term.last:
            if node.tag != "dd":
                break
            found.append(node)
    return found
