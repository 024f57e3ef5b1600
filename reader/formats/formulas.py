"""Convert formulas to text such as "σ² = (a + b)/n": MathML, Word's OMML and TeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from reader.formats.runs import subscript, superscript
from reader.formats.xml import attribute, element_name, find_element

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_DOLLARS: Final = " $\n\t"
_SPACED_SIGNS: Final = frozenset("=<>≤≥≠≈≡∼≅∝→←↔⇒⇔∈∉⊂⊆∪∩+−±×·÷∧∨")
_SIMPLE_TERM: Final = re.compile(r"[\w.,]*|\([^()]*\)")
_HIDDEN_NAMES: Final = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))


def math_text(element: Element) -> str:
    """Return MathML or OMML in one line."""
    return " ".join(_element_text(element).translate(_INVISIBLE).split())


def tex_text(source: str) -> str:
    """Return the TeX source of a formula without the document that some publishers wrap around it."""
    formula, is_closed, _ = source.partition(r"\begin{document}")[2].partition(r"\end{document}")
    return (formula if is_closed else source).strip(_DOLLARS)


def _element_text(element: Element) -> str:
    name = element_name(element)
    if name in _HIDDEN_NAMES:
        return ""
    parts = [_element_text(child) for child in element if not element_name(child).endswith("Pr")]
    if rule := _RULES.get(name):
        return rule(parts)
    if name == "d":
        return (
            _property(element, "begChr", "(")
            + _property(element, "sepChr", "|").join(parts)
            + _property(element, "endChr", ")")
        )
    if name == "nary":
        bounds = f"{subscript(_operand(parts, 0))}{superscript(_operand(parts, 1))}"
        return f"{_property(element, 'chr', '∫')}{bounds} {_operand(parts, 2)}"
    if name == "mfenced":
        content = f"{(element.get('separators') or ',')[0]} ".join(parts)
        return f"{element.get('open', '(')}{content}{element.get('close', ')')}"
    text = (element.text or "").strip() if name not in ("mtext", "t") else element.text or ""
    if (name == "mo" and text in _SPACED_SIGNS) or (name == "mi" and len(text) > 1):
        text = f" {text} "
    if name == "mspace":
        text = " "
    return text + "".join(parts)


def _property(element: Element, name: str, default: str) -> str:
    """Return a character from the properties of an OMML element."""
    for properties in element:
        value = find_element(properties, name) if element_name(properties).endswith("Pr") else None
        if value is not None:
            return attribute(value, "val")
    return default


def _group(text: str) -> str:
    """Put `text` in brackets unless it is a simple term."""
    text = text.strip()
    return text if _SIMPLE_TERM.fullmatch(text) else f"({text})"


def _operand(parts: Sequence[str], place: int) -> str:
    return parts[place].strip() if place < len(parts) else ""


def _fraction(parts: Sequence[str]) -> str:
    return f"{_group(_operand(parts, 0))}/{_group(_operand(parts, 1))}"


def _scripts(parts: Sequence[str]) -> str:
    below, above = subscript(_operand(parts, 1)), superscript(_operand(parts, 2))
    # Without the space in "k_B T", the subscript would seem to include the next letter.
    return _operand(parts, 0) + below + above + (" " if (above or below)[:1] in ("_", "^") else "")


_RULES: Final[dict[str, Callable[[Sequence[str]], str]]] = {
    **dict.fromkeys(("msup", "mover", "sSup", "limUpp"), lambda parts: _operand(parts, 0) + superscript(_operand(parts, 1))),
    **dict.fromkeys(("msub", "munder", "msubsup", "munderover", "mmultiscripts"), _scripts),
    **dict.fromkeys(("sSub", "sSubSup", "limLow"), _scripts),
    **dict.fromkeys(("mfrac", "f"), _fraction),
    "msqrt": lambda parts: "√" + _group("".join(parts)),
    "mroot": lambda parts: superscript(_operand(parts, 1)) + "√" + _group(_operand(parts, 0)),
    "mtd": lambda parts: "".join(parts) + " ",
    "mtr": lambda parts: "".join(parts).strip() + "; ",
    "mtable": lambda parts: "".join(parts).strip("; "),
    "rad": lambda parts: superscript(_operand(parts, 0)) + "√" + _group(_operand(parts, 1)),
    "func": lambda parts: f"{_operand(parts, 0)} {_operand(parts, 1)}",
    "mr": lambda parts: " ".join(parts).strip() + "; ",
    "eqArr": lambda parts: "; ".join(parts),
    "semantics": lambda parts: _operand(parts, 0),
}
