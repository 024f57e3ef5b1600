"""Notes whose words stand in the text where their marker would: Distill's `d-footnote`, LaTeXML's notes, sidenotes.

Where they are all the notes and references that a page has, they become its list of notes. Where it has a list of references
besides, they are remarks on their place, and stand below the paragraph they are in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from reader.formats.html_keys import add_list
from reader.formats.html_tree import Node

_TAGS: Final = frozenset({"d-footnote", "dt-fn"})
_CLASSES: Final = frozenset({"sidenote", "marginnote", "ltx_note"})
_MARKS: Final = frozenset({"ltx_note_mark", "ltx_tag_note", "ltx_note_type", "sidenote-number"})


class InlineNote(NamedTuple):
    """A note in the text: how it is marked, the element that has its words, and what in it is only its number."""

    marker: str
    content: Node
    marks: frozenset[Node]


def inline_notes(root: Node) -> dict[Node, InlineNote]:
    """Return the notes in the text, by the elements that they stand in, in order."""
    found: dict[Node, InlineNote] = {}
    for node in root.inside():
        is_note = node.tag in _TAGS or (node.tag in ("span", "small", "aside") and node.classes & _CLASSES)
        if is_note and node.text() and not any(around in found for around in node.around()):
            content = next((inner for inner in node.inside() if "ltx_note_content" in inner.classes), node)
            marks = frozenset(inner for inner in content.inside() if inner.classes & _MARKS)
            numbers = (words for inner in marks if (words := inner.text()).isdecimal())
            found[node] = InlineNote(f"[note {next(numbers, len(found) + 1)}]", content, marks)
    return found


def make_list(root: Node, notes: Mapping[Node, InlineNote]) -> None:
    """Make the notes in the text a list of notes at the end of the page, and cite them where they were."""
    entries: list[tuple[str, list[Node | str]]] = []
    for number, (place, note) in enumerate(notes.items(), 1):
        key = f"inline-note-{number}"
        entries.append((key, [kid for kid in note.content.kids if isinstance(kid, str) or kid not in note.marks]))
        place.tag, place.attrs, place.kids = "d-cite", {"key": key}, []
    add_list(root, "footnotes", "Notes", entries)
