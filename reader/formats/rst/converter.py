"""The nodes of docutils written into a builder, in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

from reader.article.model import BlockKind, StyleKind
from reader.formats.builder import Builder, alphabet_letter, roman_numeral
from reader.formats.runs import LINE_BREAK, StyledRun, plain_text, to_cell, write_runs
from reader.formats.text_table import Cell, render_table

_LOOKS: Final = {
    "emphasis": StyleKind.EMPHASIS,
    "title_reference": StyleKind.EMPHASIS,
    "strong": StyleKind.STRONG,
    "literal": StyleKind.CODE,
}
_LEVELS: Final = {"superscript": 1, "subscript": -1}
_UNSEEN: Final = frozenset(
    {"comment", "raw", "pending", "substitution_definition", "meta", "decoration", "label", "generated", "system_message"}
)
_BLOCKS: Final = frozenset({"paragraph", "bullet_list", "enumerated_list", "literal_block", "definition_list", "line_block"})
_ADMONITIONS: Final = frozenset(
    {"attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning", "admonition"}
)
_NOWHERE: Final = re.compile(r"\[([^\[\]]+)\]_")
_WRITTEN: Final = re.compile(r"[`|]|_+$|^:[\w:.+-]+:|:[\w:.+-]+:$")
_TITLED: Final = re.compile(r"([^<>]*[^<>\s])\s*<[^<>]+>")
_DEEPEST_HEADING: Final = 6
_ERROR: Final = 3
_Look = tuple[tuple[StyleKind, str], ...]


class DocutilsNode(Protocol):
    """What is used of a node of docutils."""

    tagname: str
    children: Sequence[DocutilsNode]

    def astext(self) -> str:
        """Return the words of the node."""
        ...


def child_named(node: DocutilsNode, name: str) -> DocutilsNode | None:
    """Return the first child of this kind, or None."""
    return next((child for child in node.children if child.tagname == name), None)


def _attribute(node: DocutilsNode, name: str) -> Any:
    """Return an attribute of a node, None where it has none."""
    get: Callable[[str], Any] | None = getattr(node, "get", None)
    return get(name) if get is not None else None


class RstConverter:
    """Writes the blocks of a document into a builder."""

    def __init__(self, builder: Builder, document: DocutilsNode) -> None:
        self._builder = builder
        self._notes = {name: note for note in _notes(document) for name in _attribute(note, "ids") or ()}
        self._nesting: int = 0
        self._quotes: int = 0
        self._handlers: dict[str, Callable[[DocutilsNode, int], None]] = {
            "section": lambda node, level: self.blocks(node.children, level + 1),
            "title": self._heading,
            "subtitle": lambda node, level: self._heading(node, level + 1),
            "rubric": lambda node, _: self._add(_strong(self.runs(node))),
            "paragraph": lambda node, _: self._add(self.runs(node)),
            "bullet_list": self._list,
            "enumerated_list": self._list,
            "definition_list": self._definitions,
            "field_list": self._fields,
            "docinfo": self._fields,
            "option_list": self._options,
            "block_quote": self._quote,
            "attribution": lambda node, _: self._add([StyledRun("— "), *self.runs(node)]),
            "literal_block": self._code,
            "doctest_block": self._code,
            "math_block": lambda node, _: self._add([StyledRun(node.astext())]),
            "line_block": lambda node, _: self._add(list(self._lines(node))),
            "transition": self._rule,
            "image": lambda node, _: self._add(self.runs(node)),
            "table": self._table,
            "footnote": self._note,
            "citation": self._note,
            "topic": self._topic,
            "sidebar": self._topic,
            "system_message": self._message,
        }

    def blocks(self, nodes: Iterable[DocutilsNode], level: int) -> None:
        """Add nodes that stand under a heading of `level`."""
        for node in nodes:
            if handler := self._handlers.get(node.tagname):
                handler(node, level)
            elif node.tagname in _ADMONITIONS:
                self._admonition(node, level)
            elif any(child.tagname == "#text" for child in node.children):
                self._add(self.runs(node))
            elif node.tagname not in _UNSEEN:
                self.blocks(node.children, level)

    # ------------------------------------------------------------------ words

    def runs(self, node: DocutilsNode, look: _Look = (), raised: int = 0) -> list[StyledRun]:
        """Return the words that stand in a node."""
        return [run for child in node.children for run in self._runs(child, look, raised)] or list(
            self._runs(node, look, raised)
        )

    def _runs(self, node: DocutilsNode, look: _Look, raised: int) -> Iterator[StyledRun]:
        name = node.tagname
        if name == "#text":
            yield StyledRun(node.astext(), look, raised)
        elif name in ("footnote_reference", "citation_reference"):
            yield StyledRun(f"[{node.astext()}]", look, 0, (_attribute(node, "refid") or node.astext(),))
        elif name == "problematic":
            yield from _problematic(node, look)
        elif name == "image":
            alternative = " ".join(str(_attribute(node, "alt") or "").split())
            yield StyledRun(f"[image: {alternative}]" if alternative else "", (*look, (StyleKind.EMPHASIS, "")))
        elif name not in _UNSEEN:
            if name in _LOOKS:
                look = (*look, (_LOOKS[name], ""))
            elif name == "reference" and _attribute(node, "refuri"):
                look = (*look, (StyleKind.LINK, str(_attribute(node, "refuri"))))
            for child in node.children:
                yield from self._runs(child, look, _LEVELS.get(name, raised))

    def _lines(self, node: DocutilsNode, depth: int = 0) -> Iterator[StyledRun]:
        for child in node.children:
            if child.tagname == "line_block":
                yield from self._lines(child, depth + 1)
            else:
                yield StyledRun(LINE_BREAK)
                yield from self.runs(child)

    # ------------------------------------------------------------------ blocks

    def _add(self, runs: Sequence[StyledRun], marker: str = "") -> None:
        """Add runs as a block of their own: in a list or a quote one of these."""
        kind = BlockKind.ITEM if self._nesting else BlockKind.QUOTE if self._quotes else BlockKind.PARAGRAPH
        level = self._nesting + (not marker) if self._nesting else self._quotes
        if marker or plain_text(runs):
            self._builder.begin(kind, level, marker)
            write_runs(self._builder, runs)
            self._builder.end()

    def _heading(self, node: DocutilsNode, level: int) -> None:
        self._builder.begin(BlockKind.HEADING, min(level, _DEEPEST_HEADING))
        write_runs(self._builder, self.runs(node))
        self._builder.end()

    def _inside(self, nodes: Sequence[DocutilsNode], marker: str, level: int, lead: Sequence[StyledRun] = ()) -> None:
        """Add what stands in an item: its marker and `lead` before the first paragraph, or alone where none begins it."""
        if nodes and nodes[0].tagname == "paragraph":
            self._add([*lead, *self.runs(nodes[0])], marker)
            nodes = nodes[1:]
        elif lead:
            self._add(lead, marker)
        self.blocks(nodes, level)

    def _list(self, node: DocutilsNode, level: int) -> None:
        self._nesting += 1
        number = int(_attribute(node, "start") or 1)
        for place, item in enumerate(node.children):
            sign = "•" if node.tagname == "bullet_list" else _numbered(node, number + place)
            self._inside(item.children, f"{sign} ", level)
        self._nesting -= 1

    def _definitions(self, node: DocutilsNode, level: int) -> None:
        self._nesting += 1
        for item in node.children:
            terms = [run for child in item.children if child.tagname in ("term", "classifier") for run in self._term(child)]
            inside = [child for child in item.children if child.tagname == "definition"]
            self._add(terms, "• ")
            for definition in inside:
                self.blocks(definition.children, level)
        self._nesting -= 1

    def _term(self, node: DocutilsNode) -> Sequence[StyledRun]:
        runs = self.runs(node)
        return _strong(runs) if node.tagname == "term" else [StyledRun(" : "), *runs]

    def _fields(self, node: DocutilsNode, level: int) -> None:
        """Add fields, each a line: "Author: Ana Rask"."""
        self._nesting += 1
        for field in node.children:
            if field.tagname == "field" and len(field.children) > 1:
                name, body = field.children[0], field.children[1].children
                self._inside(body, "• ", level, [*_strong(self.runs(name)), StyledRun(": ")])
            elif field.tagname == "authors":
                self._add([StyledRun("Authors: "), StyledRun(", ".join(author.astext() for author in field.children))], "• ")
            else:
                self._add([StyledRun(f"{field.tagname.capitalize()}: "), *self.runs(field)], "• ")
        self._nesting -= 1

    def _options(self, node: DocutilsNode, level: int) -> None:
        self._nesting += 1
        for item in node.children:
            if len(item.children) > 1:
                options = ", ".join(option.astext() for option in item.children[0].children)
                self._inside(
                    item.children[1].children, "• ", level, [StyledRun(options, ((StyleKind.CODE, ""),)), StyledRun("  ")]
                )
        self._nesting -= 1

    def _quote(self, node: DocutilsNode, level: int) -> None:
        """Add a quote. One that stands in a list is the list's: it is only indented."""
        if self._nesting:
            self._nesting += 1
            self.blocks(node.children, level)
            self._nesting -= 1
            return
        self._quotes += 1
        self.blocks(node.children, level)
        self._quotes -= 1

    def _admonition(self, node: DocutilsNode, level: int) -> None:
        nesting, self._nesting = self._nesting, 0
        self._quotes += 1
        if node.tagname != "admonition":
            self._add(_strong([StyledRun(node.tagname.capitalize())]))
        for child in node.children:
            if child.tagname == "title":
                self._add(_strong(self.runs(child)))
            else:
                self.blocks([child], level)
        self._quotes -= 1
        self._nesting = nesting

    def _topic(self, node: DocutilsNode, level: int) -> None:
        """Add a topic under its own heading; a table of contents only repeats the headings."""
        if "contents" not in (_attribute(node, "classes") or ()):
            self.blocks(node.children, level + 1)

    def _code(self, node: DocutilsNode, _: int) -> None:
        self._builder.begin(BlockKind.CODE)
        self._builder.text(node.astext().strip("\n"))
        self._builder.end()

    def _message(self, node: DocutilsNode, level: int) -> None:
        """Add the text of a directive that docutils could not read. What it may not do, such as including files, is nothing."""
        if int(_attribute(node, "level") or 0) >= _ERROR:
            self.blocks((child for child in node.children if child.tagname == "literal_block"), level)

    def _rule(self, _: DocutilsNode, __: int) -> None:
        self._builder.begin(BlockKind.RULE)
        self._builder.text("* * *")
        self._builder.end()

    def _table(self, node: DocutilsNode, level: int) -> None:
        if title := child_named(node, "title"):
            self._add(_strong(self.runs(title)))
        rows: list[list[Cell]] = []
        heads = 0
        for group in (child for child in node.children if child.tagname == "tgroup"):
            for part in group.children:
                if part.tagname in ("thead", "tbody"):
                    found = list(self._rows(part))
                    rows += found
                    heads += len(found) if part.tagname == "thead" else 0
        render_table(self._builder, rows, heads)

    def _rows(self, part: DocutilsNode) -> Iterator[list[Cell]]:
        below: dict[int, int] = {}
        for row in part.children:
            cells: list[Cell] = []
            for entry in row.children:
                while below.get(len(cells), 0):
                    below[len(cells)] -= 1
                    cells.append(Cell())
                wide = int(_attribute(entry, "morecols") or 0) + 1
                for place in range(wide):
                    below[len(cells)] = int(_attribute(entry, "morerows") or 0)
                    cells.append(Cell() if place else to_cell(list(self._cell(entry))))
            while below.get(len(cells), 0):
                below[len(cells)] -= 1
                cells.append(Cell())
            yield cells

    def _cell(self, node: DocutilsNode, sign: str = "") -> Iterator[StyledRun]:
        """Yield what stands in a cell, each of its paragraphs and items in a line of its own."""
        for child in node.children:
            if child.tagname == "list_item":
                yield from self._cell(child, "• ")
            elif child.tagname in _BLOCKS and not _holds_items(child):
                yield from (StyledRun(LINE_BREAK), StyledRun(sign), *self.runs(child))
                sign = ""
            else:
                yield from self._cell(child) if child.tagname in _BLOCKS else self._runs(child, (), 0)

    def _note(self, node: DocutilsNode, level: int) -> None:
        """Add a footnote or a citation as an entry, under the label that its markers show."""
        label = child_named(node, "label")
        shown = label.astext() if label is not None else ""
        names: Sequence[str] = _attribute(node, "ids") or (shown,)
        nesting, self._nesting = self._nesting, 1
        with self._builder.entry(names[0], shown) as entry:
            entry.links = list(_links(node))
            inside = [child for child in node.children if child.tagname != "label"]
            self._inside(inside, f"[{shown}] ", level)
        self._nesting = nesting


def _notes(node: DocutilsNode) -> Iterator[DocutilsNode]:
    for child in node.children:
        if child.tagname in ("footnote", "citation"):
            yield child
        else:
            yield from _notes(child)


def _links(node: DocutilsNode) -> Iterator[str]:
    for child in node.children:
        if child.tagname == "reference" and _attribute(child, "refuri"):
            yield str(_attribute(child, "refuri"))
        yield from _links(child)


def _problematic(node: DocutilsNode, look: _Look) -> Iterator[StyledRun]:
    """Yield what docutils found no meaning for: a marker without its note, else the words without their signs."""
    written = node.astext()
    if match := _NOWHERE.fullmatch(written):
        yield StyledRun(f"[{match[1]}]", look, 0, (match[1].lstrip("#") or match[1],))
    else:
        bare = _WRITTEN.sub("", written)
        titled = _TITLED.fullmatch(bare)
        yield StyledRun(titled[1] if titled else bare or written, look)


def _holds_items(node: DocutilsNode) -> bool:
    return any(child.tagname == "list_item" for child in node.children)


def _strong(runs: Iterable[StyledRun]) -> list[StyledRun]:
    return [run._replace(styles=(*run.styles, (StyleKind.STRONG, ""))) for run in runs]


def _numbered(node: DocutilsNode, number: int) -> str:
    """Return an item's number as the list counts: "3.", "c)", "(iii)"."""
    kind = str(_attribute(node, "enumtype") or "arabic")
    known = alphabet_letter(number) if kind.endswith("alpha") else roman_numeral(number) if kind.endswith("roman") else ""
    written = known or str(number)
    written = written.upper() if kind.startswith("upper") else written
    return f"{_attribute(node, 'prefix') or ''}{written}{_attribute(node, 'suffix') or '.'}"
