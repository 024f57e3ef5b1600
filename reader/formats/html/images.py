"""Describe pictures and formulas in words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.formulas import math_text, tex_text
from reader.formats.html.tree import HIDDEN_TAGS, Node, parse_number

_EMPTY_ALTERNATIVE: Final = lazy_pattern(
    r"(?:image|img|photo|photograph|picture|bild|foto|logo|icon|avatar|thumbnail|illustration|figure|diagram|video"
    r"|external link|refer to caption|open in new tab|placeholder|spacer|advertisement|profile (?:picture|image|photo))?"
    r"[\s\d.:-]*"
    r"|(?=[\w,.'&]+[-_][\w,.'&]+[-_][\w,.'&])[\w,.'&]+(?:-[\w,.'&]+)*"
    r"|.{0,200}\.(?:jpe?g|png|gif|svg|webp|tiff?|avif|bmp)|(?:[^\W_]|-)*_[\w-]*",
    re.IGNORECASE,
)
_SMALL_SIZE: Final = 64
_LETTERS: Final = 2
_MAX_ALTERNATIVE_LENGTH: Final = 500
_FORMULA_WORDS: Final = ("math", "tex", "latex")
_FORMULA_CLASSES: Final = ("math", "katex", "mathjax")
_MAX_NAMES: Final = 4096
_BRACED: Final = lazy_pattern(r"(?<=[_^])\{(\w)\}")
_LAYOUT: Final = lazy_pattern(r"\\(?:displaystyle|textstyle|left|right|[,;:!> ])(?![a-zA-Z])")
_WRAPPED_FORMULA: Final = lazy_pattern(r"\{?\\(?:display|text)style\b\s*(.*?)\}?", re.DOTALL)
_DELIMITED_FORMULA: Final = lazy_pattern(r"\s*(?:\$\$?(.*?)\$\$?|\\[(\[](.*?)\\[)\]])\s*", re.DOTALL)


def alternative_text(image: Node, *, in_text: bool) -> str:
    """Return the description of a picture, or "".

    `in_text`: text precedes the picture in its paragraph, where small pictures are decoration, such as flags before names.
    """
    words = " ".join(image.get("alt").split())
    if len(words) <= _LETTERS:
        return words if in_text and words and not words.isascii() else ""
    if (
        _EMPTY_ALTERNATIVE.fullmatch(words)
        or _is_small(image)
        or (in_text and not image.get("width") and len(words) < _SMALL_SIZE)
    ):
        return ""
    return words[:_MAX_ALTERNATIVE_LENGTH]


def caption_text(figure: Node) -> str:
    """Return the caption of a figure, or ""."""
    return next((text for node in figure.descendants() if node.tag == "figcaption" and (text := node.text())), "")


def find_formula(node: Node) -> Node | None:
    """Return the MathML in an element with a formula both drawn and as MathML, or None."""
    if node.tag != "mjx-container" and not ("class" in node.attrs and _is_formula_class(node.attrs["class"])):
        return None
    return next((inner for inner in node.descendants() if inner.tag == "math"), None)


@lru_cache(_MAX_NAMES)
def _is_formula_class(name: str) -> bool:
    return any(word in name.casefold() for word in _FORMULA_CLASSES)


def is_drawn_formula(image: Node) -> bool:
    """Whether a picture is a formula with TeX as its alternative text."""
    alternative = image.get("alt")
    return bool(alternative) and (
        any(name.startswith(_FORMULA_WORDS) or "-math-" in name for name in image.classes)
        or _WRAPPED_FORMULA.fullmatch(alternative.strip()) is not None
    )


def render_formula(node: Node, *, prefers_tex: bool = True) -> str:
    """Return a formula in one line, from its TeX source or its MathML."""
    if node.tag == "math" and not prefers_tex and (source := math_text(_element(node))):
        return source
    tex = node.get("alttext") or node.get("alt") or _annotation(node)
    if not tex:
        return math_text(_element(node)) if node.tag == "math" else node.text()
    if match := _WRAPPED_FORMULA.fullmatch(tex.strip()):
        tex = match[1]
    elif match := _DELIMITED_FORMULA.fullmatch(tex):
        tex = match[1] or match[2] or ""
    return " ".join(_BRACED.sub(r"\1", _LAYOUT.sub("", tex_text(tex))).split())


def _annotation(node: Node) -> str:
    for inner in node.descendants():
        if inner.tag == "annotation" and "tex" in inner.get("encoding").casefold():
            return "".join(kid for kid in inner.children if isinstance(kid, str))
    return ""


def _element(node: Node) -> Element:
    """Return MathML as an lxml element, without annotations for other programs."""
    element = Element(node.tag, {name: value for name, value in node.attrs.items() if name in ("open", "close", "separators")})
    previous: Element | None = None
    for kid in node.children:
        if isinstance(kid, Node):
            if kid.tag not in HIDDEN_TAGS:
                previous = _element(kid)
                element.append(previous)
        elif previous is None:
            element.text = (element.text or "") + kid
        else:
            previous.tail = (previous.tail or "") + kid
    return element


def _is_small(image: Node) -> bool:
    return any(parse_number(image.get(name).removesuffix("px"), _SMALL_SIZE + 1) <= _SMALL_SIZE for name in ("width", "height"))
