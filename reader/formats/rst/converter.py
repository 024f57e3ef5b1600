"""Convert the nodes of docutils to an HTML tree with its notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from reader.formats.html.citations import NoteEntry, NoteMarker, PageNotes
from reader.formats.html.tree import MARKER_ATTRIBUTE, Node
from reader.formats.list_numbers import list_number

_TAGS: Final = {
    **{"emphasis": "em", "title_reference": "em", "strong": "strong", "literal": "code", "superscript": "sup"},
    **{"subscript": "sub", "paragraph": "p", "caption": "p", "table": "table", "thead": "thead", "tbody": "tbody", "row": "tr"},
}
_LISTS: Final = frozenset({"bullet_list", "enumerated_list", "definition_list", "field_list", "docinfo", "option_list"})
_ADMONITIONS: Final = frozenset(
    {"attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "admonition"}
)
_HIDDEN: Final = frozenset({"comment", "raw", "pending", "substitution_definition", "meta", "decoration", "label", "generated"})
_UNRESOLVED_NOTE: Final = re.compile(r"\[([^\[\]]+)\]_")
_MARKUP: Final = re.compile(r"[`|]|_+$|^:[\w:.+-]+:|:[\w:.+-]+:$")
_TITLE_AND_TARGET: Final = re.compile(r"([^<>]*[^<>\s])\s*<[^<>]+>")
_MAX_HEADING_LEVEL: Final = 6
_NUMBER_FORMS: Final = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
_ERROR: Final = 3

_Kids = list[Node | str]


class DocutilsNode(Protocol):
    """The members of a docutils node in use."""

    tagname: str
    parent: DocutilsNode
    children: Sequence[DocutilsNode]
    child_text_separator: str

    def astext(self) -> str:
        """Return the text of the node."""
        ...


def child_named(node: DocutilsNode, name: str) -> DocutilsNode | None:
    """Return the first child with a tag name, or None."""
    return next((child for child in node.children if child.tagname == name), None)


class HtmlConverter:
    """Converter of a document to HTML. `notes` then holds its entries and markers."""

    def __init__(self) -> None:
        self.notes = PageNotes()
        self._level: int = 1
        self._nesting: int = 0
        self._handlers: dict[str, Callable[[DocutilsNode], _Kids]] = {
            "#text": lambda node: [node.astext()],
            "section": self._section,
            "title": lambda node: self._heading(node, self._level),
            "subtitle": lambda node: self._heading(node, self._level + 1),
            "topic": self._topic,
            "sidebar": self._topic,
            "rubric": self._strong_line,
            "attribution": lambda node: [_element("p", ["— ", *self._children(node)])],
            "block_quote": lambda node: [_element("dd" if self._nesting else "blockquote", self._children(node))],
            "literal_block": _code,
            "doctest_block": _code,
            "math_block": lambda node: [_element("p", [node.astext()])],
            "line_block": lambda node: [_element("p", self._lines(node))],
            "transition": lambda _: [Node("hr", {MARKER_ATTRIBUTE: "* * *"})],
            "system_message": self._message,
            **dict.fromkeys(_ADMONITIONS, self._admonition),
            **dict.fromkeys(_LISTS, self._list),
            "definition_list_item": self._definition,
            "term": lambda node: [_element("strong", self._children(node))],
            "classifier": lambda node: [" : ", *self._children(node)],
            "field": self._field,
            "option_list_item": self._option,
            "entry": self._cell,
            "reference": self._link,
            "image": _image,
            "problematic": self._problem,
            "footnote_reference": self._reference,
            "citation_reference": self._reference,
            "footnote": self._note,
            "citation": self._note,
        }

    def convert(self, document: DocutilsNode) -> Node:
        """Return the root of a document's HTML."""
        return _element("", self._children(document))

    def _children(self, *nodes: DocutilsNode) -> _Kids:
        return [kid for node in nodes for child in node.children for kid in self._node(child)]

    def _node(self, node: DocutilsNode) -> _Kids:
        name = node.tagname
        if handler := self._handlers.get(name):
            return handler(node)
        if name in _HIDDEN:
            return []
        return [_element(_TAGS[name], self._children(node))] if name in _TAGS else self._children(node)

    # ------------------------------------------------------------------ Sections and quotes

    def _section(self, node: DocutilsNode) -> _Kids:
        self._level += 1
        kids = self._children(node)
        self._level -= 1
        return kids

    def _heading(self, node: DocutilsNode, level: int) -> _Kids:
        return [_element(f"h{min(level, _MAX_HEADING_LEVEL)}", self._children(node))]

    def _topic(self, node: DocutilsNode) -> _Kids:
        """Convert a topic to a section. Leave out a table of contents, since it only repeats the headings."""
        return [] if "contents" in (_attribute(node, "classes") or ()) else self._section(node)

    def _strong_line(self, node: DocutilsNode) -> _Kids:
        return [_element("p", [_element("strong", self._children(node))])]

    def _admonition(self, node: DocutilsNode) -> _Kids:
        nesting, self._nesting = self._nesting, 0
        name = node.tagname.capitalize()
        kids: _Kids = [] if node.tagname == "admonition" else [_element("p", [_element("strong", [name])])]
        for child in node.children:
            kids += self._strong_line(child) if child.tagname == "title" else self._node(child)
        self._nesting = nesting
        return [_element("blockquote", kids)]

    def _lines(self, node: DocutilsNode) -> Iterator[Node | str]:
        for child in node.children:
            if child.tagname == "line_block":
                yield from self._lines(child)
            else:
                yield from (*self._children(child), Node("br"))

    def _message(self, node: DocutilsNode) -> _Kids:
        """Return the source of a directive that docutils could not read. Forbidden ones, such as include, have no source."""
        is_error = int(_attribute(node, "level") or 0) >= _ERROR
        return [kid for child in node.children if is_error and child.tagname == "literal_block" for kid in _code(child)]

    # ------------------------------------------------------------------ Lists

    def _list(self, node: DocutilsNode) -> _Kids:
        self._nesting += 1
        start = int(_attribute(node, "start") or 1)
        items = [self._item(node, item, start + place) for place, item in enumerate(node.children)]
        self._nesting -= 1
        return [_element("ul", items)]

    def _item(self, parent: DocutilsNode, node: DocutilsNode, number: int) -> Node:
        kids = self._node(node)
        if node.tagname == "authors":
            kids = ["Authors: ", ", ".join(author.astext() for author in node.children)]
        elif parent.tagname == "docinfo" and node.tagname != "field":
            kids = [f"{node.tagname.capitalize()}: ", *kids]
        sign = _numeral(parent, number) if parent.tagname == "enumerated_list" else "•"
        return _element("li", kids, {MARKER_ATTRIBUTE: f"{sign} "})

    def _definition(self, node: DocutilsNode) -> _Kids:
        terms = [kid for child in node.children if child.tagname != "definition" for kid in self._node(child)]
        return [_element("p", terms), *self._children(*(child for child in node.children if child.tagname == "definition"))]

    def _field(self, node: DocutilsNode) -> _Kids:
        name, *body = node.children
        return _with_lead([_element("strong", self._children(name)), ": "], self._children(*body))

    def _option(self, node: DocutilsNode) -> _Kids:
        group, *body = node.children
        options = ", ".join(option.astext() for option in group.children)
        return _with_lead([_element("code", [options]), "  "], self._children(*body))

    # ------------------------------------------------------------------ Words and notes

    def _cell(self, node: DocutilsNode) -> _Kids:
        wide, high = (int(_attribute(node, name) or 0) + 1 for name in ("morecols", "morerows"))
        return [_element("td", self._children(node), {"colspan": str(wide), "rowspan": str(high)})]

    def _link(self, node: DocutilsNode) -> _Kids:
        address = str(_attribute(node, "refuri") or "")
        return [_element("a", self._children(node), {"href": address})] if address else self._children(node)

    def _reference(self, node: DocutilsNode) -> _Kids:
        return self._marker(node.astext(), _attribute(node, "refid") or node.astext())

    def _marker(self, label: str, name: str) -> _Kids:
        marker = Node("span")
        self.notes.markers[marker] = NoteMarker(f"[{label}]", (name,))
        return [marker]

    def _problem(self, node: DocutilsNode) -> _Kids:
        """Return markup that docutils could not resolve as a marker without its note, or as its words."""
        source = node.astext()
        if match := _UNRESOLVED_NOTE.fullmatch(source):
            return self._marker(match[1], match[1].lstrip("#") or match[1])
        words = _MARKUP.sub("", source)
        title_match = _TITLE_AND_TARGET.fullmatch(words)
        return [title_match[1] if title_match else words or source]

    def _note(self, node: DocutilsNode) -> _Kids:
        """Convert a footnote or a citation to an entry with the label in its markers."""
        label = child_named(node, "label")
        label_text = label.astext() if label is not None else ""
        names: Sequence[str] = _attribute(node, "ids") or (label_text,)
        nesting, self._nesting = self._nesting, 1
        note = _element("div", self._children(node))
        self._nesting = nesting
        self.notes.entries[note] = NoteEntry(
            names[0], label_text, f"[{label_text}]", [note], [link for kid in note.descendants() if (link := kid.get("href"))]
        )
        return [note]


def _attribute(node: DocutilsNode, name: str) -> Any:
    """Return an attribute of a node, or None."""
    get: Callable[[str], Any] | None = getattr(node, "get", None)
    return get(name) if get is not None else None


def _element(tag: str, kids: Iterable[Node | str], attributes: dict[str, str] | None = None) -> Node:
    element = Node(tag, attributes)
    element.children = list(kids)
    for kid in element.child_nodes():
        kid.parent = element
    return element


def _with_lead(lead: _Kids, kids: _Kids) -> _Kids:
    """Return the content of a list item with `lead` at the start of its first paragraph, or as a separate paragraph."""
    first = kids[0] if kids else None
    if isinstance(first, Node) and first.tag == "p":
        return [_element("p", [*lead, *first.children]), *kids[1:]]
    return [_element("p", lead), *kids]


def _code(node: DocutilsNode) -> _Kids:
    return [_element("pre", [node.astext()], {MARKER_ATTRIBUTE: ""})]


def _image(node: DocutilsNode) -> _Kids:
    """Return the alternative text of an image, as a paragraph unless the image is in a line of text."""
    alternative = " ".join(str(_attribute(node, "alt") or "").split())
    if not alternative:
        return []
    words = _element("em", [f"[image: {alternative}]"])
    parent = node.parent.parent if node.parent.tagname == "reference" else node.parent
    return [words] if parent.child_text_separator == "" else [_element("p", [words])]


def _numeral(node: DocutilsNode, number: int) -> str:
    """Return the number of an item in the style of its list: "3.", "c)", "(iii)"."""
    form = _NUMBER_FORMS.get(_attribute(node, "enumtype"), "")
    return f"{_attribute(node, 'prefix') or ''}{list_number(number, form)}{_attribute(node, 'suffix') or '.'}"
