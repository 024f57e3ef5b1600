"""Resolve Word's styles and list numbering."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.labels import decimal_number
from reader.formats.list_numbers import roman_numeral
from reader.formats.xml import attribute, children, element_name, find_element, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEADING: Final = re.compile(r"heading ([1-9])$")
_QUOTES: Final = ("quote", "intense quote", "block text", "blockquote", "quotations", "quotation")
_CODE: Final = ("source code", "html preformatted", "preformatted text", "plain text", "code", "macro text", "code block")
_INLINE_CODE: Final = ("verbatim char", "html code", "html typewriter", "source text", "code", "html keyboard", "inline code")
_BIBLIOGRAPHIES: Final = frozenset(
    {"bibliography", "endnote bibliography", "endnotebibliography", "references", "reference", "literature"}
)
_MAX_CHAIN_LENGTH: Final = 30
_OFF_VALUES: Final = frozenset({"0", "false", "off", "none"})
_BULLET_FORMATS: Final = frozenset({"bullet", "none"})
_LEVELS: Final = frozenset("012345678")
_LEVEL_PLACEHOLDER: Final = re.compile(r"%([1-9])")


class ParagraphStyle(NamedTuple):
    """The role of a paragraph: "heading", "title", "subtitle", "quote", "code", "contents", "bibliography" or "".

    `level` is the level of a heading, from 1. `numbering` is the list and level from the style.
    """

    name: str = ""
    level: int = 0
    numbering: tuple[str, int] | None = None


class Styles:
    """The styles of a document by id. Word's built-in styles have English names in every language."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {name: style for style in children(root, "style") if (name := attribute(style, "styleId"))}
        self._roles: dict[str, ParagraphStyle] = {}
        self.language = value_at(root, "docDefaults", "rPrDefault", "rPr", "lang")

    def style_of(self, paragraph: Element) -> ParagraphStyle:
        """Return the role of a paragraph from its style, else from its own outline level."""
        properties = find_element(paragraph, "pPr")
        name = value_at(properties, "pStyle")
        if name not in self._roles:
            self._roles[name] = self._read_style(name)
        style, outline = self._roles[name], value_at(properties, "outlineLvl")
        return style if style.name or outline not in _LEVELS else style._replace(name="heading", level=int(outline) + 1)

    def _read_style(self, style: str) -> ParagraphStyle:
        """Resolve a style along its chain of base styles. The nearest setting counts."""
        name, level, numbering = "", 0, None
        for element in self._chain(style):
            if not name:
                name, level = _role_of(element)
            number = find_element(element, "pPr", "numPr")
            if number is not None and numbering is None:
                numbering = number_of(number)
        return ParagraphStyle(name, level, numbering)

    def _chain(self, style: str) -> list[Element]:
        chain: list[Element] = []
        while style in self._styles and len(chain) < _MAX_CHAIN_LENGTH:
            element = self._styles[style]
            chain.append(element)
            style = value_at(element, "basedOn")
        return chain

    def run_properties(self, style: str) -> list[Element]:
        """Return the character properties of a style and its base styles, the nearest first."""
        return [properties for element in self._chain(style) if (properties := find_element(element, "rPr")) is not None]

    def is_code(self, style: str) -> bool:
        """Whether a character style is for inline code."""
        return any(_style_name(element) in _INLINE_CODE for element in self._chain(style)[:1])


def _style_name(style: Element) -> str:
    return value_at(style, "name").casefold()


def _role_of(style: Element) -> tuple[str, int]:
    name = _style_name(style)
    if match := _HEADING.match(name):
        return "heading", int(match[1])
    if name in ("title", "subtitle"):
        return name, 0
    if name in _QUOTES:
        return "quote", 0
    if name in _CODE:
        return "code", 0
    if name.startswith("toc ") or name == "table of figures":
        return "contents", 0
    if name in _BIBLIOGRAPHIES:
        return "bibliography", 0
    outline = value_at(style, "pPr", "outlineLvl")
    return ("heading", int(outline) + 1) if outline in _LEVELS else ("", 0)


def typed_text(element: Element) -> str:
    """Return the text of the `t` elements inside an element."""
    return "".join(part.text or "" for part in find_elements(element, "t"))


def value_at(element: Element | None, *path: str) -> str:
    """Return the value of the element at the end of a path of names, or ""."""
    return attribute(find_element(element, *path), "val")


def is_on(properties: Element, *names: str) -> bool | None:
    """Whether a property such as bold is on or off, or None if it is not set."""
    switch = next((element for element in properties if element_name(element) in names), None)
    return None if switch is None else attribute(switch, "val").casefold() not in _OFF_VALUES


def number_of(properties: Element) -> tuple[str, int] | None:
    """Return the list id and level in a `numPr` element, or None if it removes the paragraph from its list."""
    name = value_at(properties, "numId")
    place = value_at(properties, "ilvl") if find_element(properties, "ilvl") is not None else "0"
    return (name, int(place)) if name not in ("", "0") and place in _LEVELS else None


# ------------------------------------------------------------------ Lists


class _Level(NamedTuple):
    """The number format of a list level, its label text with placeholders, and its first number."""

    format: str
    text: str
    start: int


class Numbering:
    """Numbering of the list items of a document, in the order of its paragraphs."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._levels = {attribute(element, "abstractNumId"): _read_levels(element) for element in children(root, "abstractNum")}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        for element in children(root, "num"):
            name = attribute(element, "numId")
            self._lists[name] = value_at(element, "abstractNumId")
            for override in children(element, "lvlOverride"):
                if (start := value_at(override, "startOverride")).isdecimal():
                    self._starts[name, int(attribute(override, "ilvl") or 0)] = decimal_number(start)
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def next_label(self, paragraph: Element) -> tuple[str, int] | None:
        """Return the label of a list item and its level from 1, or None if the paragraph is in no list."""
        number = find_element(paragraph, "pPr", "numPr")
        list_place = number_of(number) if number is not None else self._styles.style_of(paragraph).numbering
        if list_place is None or list_place[0] not in self._lists:
            return None
        name, place = list_place
        levels = self._levels.get(self._lists[name], {})
        level = levels.get(place)
        if level is None:
            return None
        if level.format in _BULLET_FORMATS:
            return ("•" if level.format == "bullet" else ""), place + 1
        counts = self._counts[self._lists[name]]
        if (name, place) in self._starts and (name, place) not in self._begun:
            counts[place] = self._starts[name, place] - 1
        self._begun.add((name, place))
        counts[place] = counts.get(place, level.start - 1) + 1
        for deeper in [other for other in counts if other > place]:
            del counts[deeper]
        return self._format_label(level, levels, counts), place + 1

    def _format_label(self, level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        def level_number(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            outer = levels.get(place, level)
            return numeral(counts.get(place, outer.start), outer.format)

        return _LEVEL_PLACEHOLDER.sub(level_number, level.text).strip()


def _read_levels(abstract: Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for level in children(abstract, "lvl"):
        place = attribute(level, "ilvl")
        if place in _LEVELS:
            values = {element_name(child): attribute(child, "val") for child in level}
            start = values.get("start", "1")
            first = decimal_number(start) if start.isdecimal() else 1
            levels[int(place)] = _Level(values.get("numFmt", "decimal"), values.get("lvlText", f"%{place}."), first)
    return levels


def numeral(number: int, style: str) -> str:
    """Return a number in one of Word's formats: "4", "d", "IV"."""
    text = str(number)
    if style.endswith("Letter") and number > 0:
        # After "z", Word continues with "aa", "bb".
        text = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
    elif style.endswith("Roman"):
        text = roman_numeral(number) or text
    elif style == "chicago":
        text = "*†‡§"[(number - 1) % 4] * ((number - 1) // 4 + 1) if 0 < number < 100 else text
    return text.upper() if style.startswith("upper") else text
