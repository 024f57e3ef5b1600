"""What Word's styles and numberings mean: which paragraph is a heading, a quote, code; what a list item begins with."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.formats.xml import attribute, children, element_name, find_element

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEADING: Final = re.compile(r"heading ([1-9])$")
_QUOTES: Final = ("quote", "intense quote", "block text", "blockquote", "quotations", "quotation")
_CODE: Final = ("source code", "html preformatted", "preformatted text", "plain text", "code", "macro text", "code block")
_CODE_CHARACTERS: Final = (
    "verbatim char",
    "html code",
    "html typewriter",
    "source text",
    "code",
    "html keyboard",
    "inline code",
)
_BIBLIOGRAPHIES: Final = (
    "bibliography",
    "endnote bibliography",
    "endnotebibliography",
    "references",
    "reference",
    "literature",
)
_MAX_CHAIN_LENGTH: Final = 30
_OFF_VALUES: Final = frozenset({"0", "false", "off", "none"})
_BULLET_FORMATS: Final = frozenset({"bullet", "none"})
_LEVEL_PLACEHOLDER: Final = re.compile(r"%([1-9])")


class ParagraphStyle(NamedTuple):
    """What a style makes of a paragraph: one of "heading", "title", "quote", "code", "contents", "bibliography", "".

    `level` is a heading's, from 1. `numbering` is the id of a list and the level in it that the style itself gives.
    """

    name: str = ""
    level: int = 0
    numbering: tuple[str, int] | None = None


class Styles:
    """The styles of a document, by the ids that paragraphs and runs name. Names of Word's own styles are always English."""

    def __init__(self, root: Element | None) -> None:
        styles = children(root, "style") if root is not None else []
        self._styles = {attribute(style, "styleId"): style for style in styles}
        self._kinds: dict[str, ParagraphStyle] = {}
        default = find_element(root, "docDefaults", "rPrDefault", "rPr", "lang")
        self.language = attribute(default, "val") if default is not None else ""

    def style_of(self, paragraph: Element) -> ParagraphStyle:
        """Return what a paragraph is, by its style and its own outline level."""
        properties = find_element(paragraph, "pPr")
        style = find_element(properties, "pStyle")
        kind = self._style_named(attribute(style, "val") if style is not None else "")
        outline = find_element(properties, "outlineLvl")
        if outline is not None and not kind.name and attribute(outline, "val") in tuple("012345678"):
            kind = kind._replace(name="heading", level=int(attribute(outline, "val")) + 1)
        return kind

    def _style_named(self, style: str) -> ParagraphStyle:
        if style not in self._kinds:
            self._kinds[style] = self._read_style(style)
        return self._kinds[style]

    def _read_style(self, style: str) -> ParagraphStyle:
        """Read a style and those that it is based on: the nearest that says something is right."""
        name, level, numbering = "", 0, None
        for one in self._chain(style):
            if not name:
                name, level = _role_of(one)
            own = find_element(one, "pPr", "numPr")
            if own is not None and numbering is None:
                numbering = number_of(own)
        return ParagraphStyle(name, level, numbering)

    def _chain(self, style: str) -> list[Element]:
        chain: list[Element] = []
        while style in self._styles and len(chain) < _MAX_CHAIN_LENGTH:
            one = self._styles[style]
            chain.append(one)
            based = find_element(one, "basedOn")
            style = attribute(based, "val") if based is not None else ""
        return chain

    def run_properties(self, style: str) -> list[Element]:
        """Return the properties of characters that a style gives, the nearest first."""
        return [properties for one in self._chain(style) if (properties := find_element(one, "rPr")) is not None]

    def is_code(self, style: str) -> bool:
        """Whether a style is one for code in a line."""
        return any(_style_name(one) in _CODE_CHARACTERS for one in self._chain(style)[:1])


def _style_name(style: Element) -> str:
    name = find_element(style, "name")
    return attribute(name, "val").casefold() if name is not None else ""


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
    outline = find_element(style, "pPr", "outlineLvl")
    if outline is not None and attribute(outline, "val") in tuple("012345678"):
        return "heading", int(attribute(outline, "val")) + 1
    return "", 0


def is_on(properties: Element, *names: str) -> bool | None:
    """Return whether a property such as bold is on or off, None when nothing is said of it."""
    switch = next((element for element in properties if element_name(element) in names), None)
    return None if switch is None else attribute(switch, "val").casefold() not in _OFF_VALUES


def number_of(properties: Element) -> tuple[str, int] | None:
    """Return the list and the level in it that `numPr` names, None where it takes a paragraph out of its list."""
    number, level = find_element(properties, "numId"), find_element(properties, "ilvl")
    name = attribute(number, "val") if number is not None else ""
    place = attribute(level, "val") if level is not None else "0"
    return (name, int(place)) if name and name != "0" and place in tuple("012345678") else None


# ---------------------------------------------------------------------- lists


class _Level(NamedTuple):
    format: str
    text: str
    start: int


class Numbering:
    """The lists of a document, counted as its paragraphs come."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        abstracts = children(root, "abstractNum") if root is not None else []
        self._levels = {attribute(one, "abstractNumId"): _read_levels(one) for one in abstracts}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        for one in children(root, "num") if root is not None else []:
            name, abstract = attribute(one, "numId"), find_element(one, "abstractNumId")
            self._lists[name] = attribute(abstract, "val") if abstract is not None else ""
            for override in children(one, "lvlOverride"):
                start = find_element(override, "startOverride")
                if start is not None and attribute(start, "val").isdecimal():
                    self._starts[name, int(attribute(override, "ilvl") or 0)] = int(attribute(start, "val"))
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def next_label(self, paragraph: Element) -> tuple[str, int] | None:
        """Return what the next paragraph of a list begins with, and its level from 1; None when it is in no list."""
        own = find_element(paragraph, "pPr", "numPr")
        list_place = number_of(own) if own is not None else self._styles.style_of(paragraph).numbering
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
        for deeper in [one for one in counts if one > place]:
            del counts[deeper]
        return self._format_label(level, levels, counts), place + 1

    def _format_label(self, level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        def at(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            own = levels.get(place, level)
            return numeral(counts.get(place, own.start), own.format)

        return _LEVEL_PLACEHOLDER.sub(at, level.text).strip()


def _read_levels(abstract: Element) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for one in children(abstract, "lvl"):
        place = attribute(one, "ilvl")
        if place in tuple("012345678"):
            values = {element_name(child): attribute(child, "val") for child in one}
            start = values.get("start", "1")
            levels[int(place)] = _Level(
                values.get("numFmt", "decimal"), values.get("lvlText", f"%{place}."), int(start) if start.isdecimal() else 1
            )
    return levels


def numeral(number: int, style: str) -> str:
    """Return a number as a list or notes of this style write it: "4", "d", "IV"."""
    text = str(number)
    if style.endswith("Letter") and number > 0:
        # Word goes on with "aa", "bb" after "z".
        text = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 5)
    elif style.endswith("Roman") and 0 < number < 400:
        hundreds, tens, ones = "c" * (number // 100), _ROMAN_DIGITS[number // 10 % 10], _ROMAN_DIGITS[number % 10]
        text = hundreds + tens.translate(str.maketrans("ivx", "xlc")) + ones
    elif style == "chicago":
        text = "*†‡§"[(number - 1) % 4] * ((number - 1) // 4 + 1) if 0 < number < 100 else text
    return text.upper() if style.startswith("upper") else text


_ROMAN_DIGITS: Final = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
