"""Resolve the styles of an OpenDocument text: kinds of paragraphs, looks of characters, signs of lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import StyleKind
from reader.formats.list_numbers import list_number
from reader.formats.runs import RunStyles
from reader.formats.xml import attribute, children, element_name, find_element, find_elements

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element


_MAX_PARENTS: Final = 20
_ENCODED_CHARACTER: Final = re.compile(r"_([0-9a-f]{1,6})_")
_BOLD_WEIGHTS: Final = frozenset({"bold", "600", "700", "800", "900"})
_SLANTS: Final = frozenset({"italic", "oblique"})
_CODE_STYLES: Final = ("preformatted text", "source text", "source code", "html preformatted", "verbatim", "code")
_QUOTE_STYLES: Final = ("quotations", "block text", "quote", "intense quote")
_KINDS: Final = {
    "title": ("title",),
    "subtitle": ("subtitle",),
    "code": _CODE_STYLES,
    "quote": _QUOTE_STYLES,
    "contents": ("contents ", "toc ", "index "),
    "bibliography": ("bibliography ", "references", "csl bib"),
    "caption": ("caption", "illustration", "table caption", "figure"),
}
"""Kinds of paragraphs, with the beginnings of the names of their styles."""


class CharacterLook(NamedTuple):
    """The look of characters: styles, script level (1 raised, -1 lowered, 0 neither), and whether they are hidden."""

    styles: RunStyles = ()
    level: int = 0
    is_hidden: bool = False


class _Properties(NamedTuple):
    """What a style says of characters; None: what its parent says."""

    is_bold: bool | None = None
    is_slanted: bool | None = None
    is_struck: bool | None = None
    level: int | None = None
    is_hidden: bool | None = None


class ListLevel(NamedTuple):
    """A level of a list style: the form of its numbers ("" for a bullet), what surrounds them, and the first number."""

    form: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1

    def sign(self, number: int) -> str:
        """Return the sign of an item."""
        return f"{self.prefix}{list_number(number, self.form)}{self.suffix}".strip() if self.form else "•"


class OdtStyles:
    """The styles of a document, from its elements `styles` and `automatic-styles`."""

    def __init__(self, holders: Iterable[Element | None]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, ListLevel]] = {}
        for holder in holders:
            for style in children(holder, "style"):
                self._styles[attribute(style, "family"), attribute(style, "name")] = style
            for style in children(holder, "list-style"):
                self._lists[attribute(style, "name")] = {_level_number(level): _list_level(level) for level in style}
        self._kinds: dict[str, str] = {}
        self._looks: dict[str, CharacterLook] = {}

    def kind_of(self, name: str) -> str:
        """Return the kind of the paragraphs in a style, "" for usual ones."""
        if name not in self._kinds:
            lineage = self._lineage("paragraph", name)
            # The last one may be a style of the program that the document does not hold.
            names = [*map(_plain_name, lineage), _decode_name(attribute(lineage[-1], "parent-style-name") if lineage else name)]
            kinds = ((kind, starts) for one in names for kind, starts in _KINDS.items() if one.startswith(starts))
            self._kinds[name] = next((kind for kind, _ in kinds), "")
        return self._kinds[name]

    def is_hidden(self, name: str) -> bool:
        """Whether the paragraphs in a style are hidden."""
        return bool(
            next((is_set for one in self._properties("paragraph", name) if (is_set := one.is_hidden) is not None), False)
        )

    def look_of(self, name: str) -> CharacterLook:
        """Return the look of characters in a style."""
        if name not in self._looks:
            found = [*self._properties("text", name)]

            def first(field: str) -> object:
                return next((value for one in found if (value := getattr(one, field)) is not None), None)

            toggles = (("is_bold", StyleKind.STRONG), ("is_slanted", StyleKind.EMPHASIS), ("is_struck", StyleKind.STRIKE))
            styles = tuple((kind, "") for field, kind in toggles if first(field))
            if any(_plain_name(style).startswith(_CODE_STYLES) for style in self._lineage("text", name)):
                styles = ((StyleKind.CODE, ""),)
            level = first("level")
            self._looks[name] = CharacterLook(styles, level if isinstance(level, int) else 0, bool(first("is_hidden")))
        return self._looks[name]

    def list_name(self, paragraph_style: str) -> str:
        """Return the list style that a style of paragraphs names, or ""."""
        named = (attribute(style, "list-style-name") for style in self._lineage("paragraph", paragraph_style))
        return next(filter(None, named), "")

    def list_level(self, name: str, level: int) -> ListLevel:
        """Return a level, counted from 1, of a list style; a bullet for an unknown one."""
        return self._lists.get(name, {}).get(level, ListLevel())

    def _lineage(self, family: str, name: str) -> list[Element]:
        """Return a style and those it is derived from, the nearest first."""
        styles: list[Element] = []
        while (style := self._styles.get((family, name))) is not None and len(styles) < _MAX_PARENTS:
            styles.append(style)
            name = attribute(style, "parent-style-name")
        return styles

    def _properties(self, family: str, name: str) -> Iterable[_Properties]:
        return (_read_properties(find_element(style, "text-properties")) for style in self._lineage(family, name))


def _read_properties(element: Element | None) -> _Properties:
    weight, slant = attribute(element, "font-weight"), attribute(element, "font-style")
    line, position = attribute(element, "text-line-through-style"), attribute(element, "text-position").split()
    display = attribute(element, "display")
    return _Properties(
        is_bold=weight in _BOLD_WEIGHTS if weight else None,
        is_slanted=slant in _SLANTS if slant else None,
        is_struck=line != "none" if line else None,
        level=_script_level(position[0]) if position else None,
        is_hidden=display == "none" if display else None,
    )


def _script_level(position: str) -> int:
    """Return 1 for "super" or "33%", -1 for "sub" or "-8%", 0 for "0%"."""
    if position in ("super", "sub"):
        return 1 if position == "super" else -1
    number = position.rstrip("%")
    return -1 if number.startswith("-") else int(number.strip("0.") != "")


def _plain_name(style: Element) -> str:
    return attribute(style, "display-name").casefold() or _decode_name(attribute(style, "name"))


def _decode_name(name: str) -> str:
    """Return the name of a style in lower case, whose special characters are written as "_20_" in files."""

    def decode(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code < 0xD800 else " "

    return _ENCODED_CHARACTER.sub(decode, name).casefold()


def _level_number(level: Element) -> int:
    number = attribute(level, "level")
    return int(number) if number.isdecimal() and len(number) < 4 else 1


def _list_level(level: Element) -> ListLevel:
    start = attribute(level, "start-value")
    form = attribute(level, "num-format") if element_name(level) == "list-level-style-number" else ""
    return ListLevel(
        form,
        attribute(level, "num-prefix"),
        attribute(level, "num-suffix"),
        int(start) if start.isdecimal() and len(start) < 9 else 1,
    )


def style_holders(*roots: Element | None) -> Iterable[Element]:
    """Yield the elements of these documents that hold styles."""
    return (holder for root in roots for holder in find_elements(root, "styles", "automatic-styles"))
