"""Number what a LaTeX document refers to: sections, figures, tables, equations and theorems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from reader.formats.latex.arguments import argument_at, declaration_at, optional_at, plain_characters
from reader.formats.latex.tokens import MATH, TexToken
from reader.formats.list_numbers import list_number

_FLOATS: Final = {
    **dict.fromkeys(("figure", "figure*", "wrapfigure", "sidewaysfigure"), "Figure"),
    **dict.fromkeys(("table", "table*", "wraptable", "longtable", "sidewaystable"), "Table"),
    **dict.fromkeys(("algorithm", "algorithm*"), "Algorithm"),
}
_SECTIONS: Final = ("chapter", "section", "subsection", "subsubsection")
_LABEL: Final = re.compile(r"\\label\s*\{([^{}\n]{1,200})\}")
_PARTS: Final = re.compile(
    r"\\begin\s*\{(?:[bpvBV]?matrix\*?|cases|array|split|aligned|gathered)\}|\\end\s*\{(?:[bpvBV]?matrix\*?|cases|array|split|aligned|gathered)\}|\\\\"
)
_LINES: Final = frozenset({"align", "gather", "eqnarray", "flalign", "alignat"})
"""Environments of which each line is an equation."""


class Label(NamedTuple):
    """What a label stands for: its number, and what that counts, such as "Figure"."""

    number: str
    kind: str


class Theorem(NamedTuple):
    """A kind of theorem: its title, the counter that it uses, and the sections within which that counts."""

    title: str
    counter: str
    within: str


class DocumentNumbers(NamedTuple):
    """The numbers of a document: its labels by name, and the titles of its theorems by their places in the source."""

    labels: Mapping[str, Label]
    theorems: Mapping[int, str]

    def reference(self, command: str, name: str) -> str:
        """Return what a reference to a label prints."""
        label = self.labels.get(name)
        number = label.number if label and label.number else "?"
        if command == "eqref":
            return f"({number})"
        if label is None or command not in ("autoref", "cref", "Cref"):
            return number
        return f"{label.kind.casefold() if command == 'cref' else label.kind} {number}".strip()


def number_document(tokens: Sequence[TexToken]) -> DocumentNumbers:
    """Return what stands behind each label, and how each theorem is headed."""
    theorems = _declared_theorems(tokens)
    counts: dict[str, int] = {}
    levels = [0] * len(_SECTIONS)
    labels: dict[str, Label] = {}
    titles: dict[int, str] = {}
    current = Label("", "")
    is_appendix = False
    for place, token in enumerate(tokens):
        if token.kind == "word" and token.name in _SECTIONS:
            level = _SECTIONS.index(token.name)
            levels[level] += 1
            levels[level + 1 :] = [0] * (len(_SECTIONS) - level - 1)
            current = Label(
                _section_number(levels[: level + 1], is_appendix=is_appendix),
                token.name.removeprefix("sub").removeprefix("sub").capitalize(),
            )
            for theorem in theorems.values():
                if theorem.within in _SECTIONS and _SECTIONS.index(theorem.within) >= level:
                    counts[theorem.counter] = 0
        elif token.kind == "word" and token.name == "appendix":
            is_appendix, levels = True, [0] * len(_SECTIONS)
        elif token.kind == "begin" and token.name in _FLOATS:
            kind = _FLOATS[token.name]
            counts[kind] = counts.get(kind, 0) + 1
            current = Label(str(counts[kind]), kind)
        elif token.kind == "begin" and token.name in theorems:
            theorem = theorems[token.name]
            number = ""
            if theorem.counter:
                counts[theorem.counter] = counts.get(theorem.counter, 0) + 1
                number = str(counts[theorem.counter])
                if theorem.within in _SECTIONS:
                    within = levels[: _SECTIONS.index(theorem.within) + 1]
                    number = f"{_section_number(within, is_appendix=is_appendix)}.{number}"
            current = Label(number, theorem.title)
            titles[token.start] = f"{theorem.title} {number}".strip()
        elif token.kind == "raw" and token.name.partition("\n")[0] in MATH:
            _number_equations(token.name, counts, labels)
        elif token.kind == "word" and token.name == "label" and place + 2 < len(tokens) and tokens[place + 1].kind == "{":
            labels.setdefault(tokens[place + 2].name.strip(), current)
    return DocumentNumbers(labels, titles)


def _section_number(levels: Sequence[int], *, is_appendix: bool) -> str:
    numbers = [number for number in levels if number]
    first = list_number(numbers[0], "A") if is_appendix and numbers else ""
    return ".".join((first, *map(str, numbers[1:])) if first else map(str, numbers))


def _number_equations(content: str, counts: dict[str, int], labels: dict[str, Label]) -> None:
    """Give each line of a formula that counts its number."""
    name, _, source = content.partition("\n")
    lines = _lines(source) if name in _LINES else [source]
    for line in lines:
        if not name.endswith("*") and "\\nonumber" not in line and "\\notag" not in line and line.strip():
            counts["Equation"] = counts.get("Equation", 0) + 1
        for label in _LABEL.findall(line):
            labels[label] = Label(str(counts.get("Equation", 0)), "Equation")


def _lines(source: str) -> list[str]:
    """Return the lines of a formula, without taking those of a matrix in it for its own."""
    lines: list[str] = []
    start = depth = 0
    for match in _PARTS.finditer(source):
        if match[0] != "\\\\":
            depth += 1 if match[0].startswith("\\begin") else -1
        elif depth == 0:
            lines.append(source[start : match.start()])
            start = match.end()
    return [*lines, source[start:]]


def _declared_theorems(tokens: Sequence[TexToken]) -> dict[str, Theorem]:
    r"""Return the kinds of theorems that a document declares by `\\newtheorem`, and that of proofs."""
    theorems = {"proof": Theorem("Proof", "", "")}
    for place, token in enumerate(tokens):
        if token.kind != "word" or token.name.rstrip("*") != "newtheorem":
            continue
        declared = declaration_at(tokens, place + 1)
        name, after = argument_at(declared, 0)
        shared, after = optional_at(declared, after)
        title, after = argument_at(declared, after)
        within, _ = optional_at(declared, after)
        other = theorems.get(plain_characters(shared)) if shared else None
        counter = other.counter if other else plain_characters(shared) or plain_characters(name)
        theorems[plain_characters(name)] = Theorem(
            plain_characters(title),
            "" if token.name.endswith("*") else counter,
            other.within if other else plain_characters(within),
        )
    return theorems
